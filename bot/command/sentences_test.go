package command

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"menshen/bot/chat"
	"menshen/bot/decision"
	"menshen/bot/text"
	"menshen/moderation"
	"menshen/scoring"
)

// nasty are names and words that members choose to make the bot say commands.
func nasty() []string {
	all := []string{
		"小助手 踢 @乙", "小助手\u2005加词", "\n踢 @乙", "@小助手 加分 100 @甲", "/踢", "#17过", "17过 18驳", "选1", "{at}", "{names}",
		"\u202e甲", "\u200b踢", "", " ", "\xff", strings.Repeat("踢 @乙 ", 300), "群3 状态", "加词加群", "认主 12345678",
	}
	for _, r := range table {
		all = append(all, r.Name, r.Name+" ", r.Name+"@乙", "小助手 "+r.Name)
		all = append(all, r.Aliases...)
	}
	return all
}

// sentences are all that the bot can say when members are called name and
// write name, and the owner writes owner wherever owners may write.
func sentences(name, owner string) []string {
	r := activeRoom()
	r.Name, r.Rules = name, decision.RulesText{Version: 1, Text: owner}
	m := decision.Member{ID: jia, Name: name, Nick: name, Present: true}
	f := moderation.Finding{Rule: moderation.RuleKeyword, Word: name, Text: name, Host: name, Category: name, In: moderation.FieldText, End: 1, Why: []string{name}}
	link := f
	link.Rule = moderation.RuleLink
	k := decision.Case{
		ID: 17, Kind: decision.CaseStrike, Strike: 1, Member: jia, Other: yi, Opened: noon, Expires: noon, Evidence: name, Reason: name,
		AppealReason: name, Detail: name, Findings: []moderation.Finding{f},
	}
	hand := k
	hand.Findings, hand.Strike = nil, 0
	linked := k
	linked.Findings = []moderation.Finding{link}
	names := []string{name, name, name, name, name, name, name}
	all := make([]string, 0, 400)
	all = append(all,
		text.Welcome(r, names[:1]), text.Welcome(r, names), text.Left(r, names, noon), text.Parked(r), text.Hello(r, 7),
		text.OwnerChanged(r, m), text.NetworkOwner(r, m), text.SameRoom(r, k), text.WelcomeInPrivate(r),
		text.CheckIns(r, []string{text.CheckIn(m, 5), text.CheckIn(m, 5)}), text.RulesChanged(r, r.Rules), text.Announce(r, owner), text.Later(r, m),
		text.Rehearsed(1, 2, 3), text.HandOn(1, name), text.Digest(4), text.Verdict(moderation.Verdict{Findings: []moderation.Finding{f, link}}),
		text.Which(r, []decision.Member{m, m}), text.WhichRoom([]decision.Room{r, r}), text.WhichFormer(r, []decision.Former{{Member: m}, {Member: m, Points: 3, Strikes: 1}}), text.Words([]string{owner}, []string{owner}, []string{owner}, []string{owner}),
		text.Usage("加词 词", true, true), text.Status([]decision.Room{r, r}, noon, text.Health{LongJournal: true}), text.Settings(r.Settings),
		text.RehearsalDetail(r, []decision.Case{k, hand}, nil), text.Mine(r, decision.KeptData{Names: names, First: noon}),
		text.Warnings(r, []decision.Case{k, hand, linked}), text.Warned(r, []decision.Warned{{Member: m, Strikes: 1, Expires: noon}}),
		text.Points(r, m, scoring.Balance{Points: 5, Held: 1}, scoring.Ranking{}), text.Proof(scoring.Proof{}), text.Redeemed(r, []decision.Redeemed{{Case: 3, Member: m.ID, Item: name, State: "approved", Code: name}}, nil, true, true), text.CheckedIn(r, noon, noon, true),
		text.Statement(r, []scoring.Entry{{Posting: scoring.Posting{Memo: name, Contra: 3}}}, map[chat.MemberID]decision.Member{3: m}), text.Shelf([]scoring.Item{{Name: name}}),
		text.Ranking(r, "总", scoring.Ranking{Top: []scoring.Place{{Member: 3, Rank: 1}}}, map[int64]string{3: name}),
		text.Honours(r, noon, noon, []scoring.Place{{Member: 3, Rank: 1}}, map[chat.MemberID]string{3: name}), text.HonoursMissed(r, noon, noon),
		text.Quiet(r, 7, nil), text.Quiet(r, 7, []decision.Quiet{{Member: m}, {Member: m, Last: 20261101}}),
		text.Retired(decision.RuleHealth{Rule: moderation.RuleKeyword, Word: name, Wrong: 5}), text.Retired(decision.RuleHealth{Rule: moderation.RuleLink}),
		text.Trusted(decision.RuleHealth{Word: name, Guesses: 3}), text.Named("类别", r.Settings, decision.CategoryKey),
		text.Together([]string{text.Line(r, "packet.grabbed", text.Fields{"name": text.Name(name)})}), text.Digest(0), text.Unsaid(name), text.Changed(3), text.ProofFailed(), text.BackupFailed(), text.PurgeFailed(),
		text.Unasked(map[chat.RoomID]decision.Room{r.ID: r, r.ID + 1: r}, []decision.Unasked{{Now: m, Old: decision.Former{Member: m, Points: 3, Strikes: 1}}}),
		text.Unread(3, text.MistakeSyntax), text.Unread(0, text.MistakeOther),
	)
	def, _ := decision.FindSetting("welcome")
	all = append(all, text.Setting(def, owner), text.LoginRefused(1102), text.Requested(chat.RequestRoom), text.Requested(chat.RequestFriend), text.PassUsed(r, m, linked))
	for _, e := range []decision.Ended{
		{Kind: decision.EndedPacket, Amount: 3},
		{Kind: decision.EndedDraw, Void: true},
		{Kind: decision.EndedInvite, Amount: 3},
		{Kind: decision.EndedDraw, Winners: []decision.Winner{{Name: name, Points: 3}}},
		{Kind: decision.EndedRedemption, Item: owner},
	} {
		all = append(all, text.Ended(r, m, e))
	}
	members := map[chat.MemberID]decision.Member{jia: m, yi: m}
	for _, c := range []decision.Case{k, hand, linked} {
		all = append(all,
			text.Warning(r, m, c, c), text.Removed(r, m, c), text.Full(r, m, c), text.Reversed(r, m, c, true), text.Reversed(r, m, c, false),
			text.AppealDeclined(r, m, c), text.Stays(r, m), text.Notice(r, m, c.Findings), text.Struck(r, m, c), text.Joined(c, 2), text.Review(m, c),
			text.HandOver(m, c), text.RemovalFailed(m, c), text.RemovalExpired(m, c), text.RemovedAt(r, m, c, noon),
			text.CalledOff(r, m, c, 1), text.OfferPhrase(c, c), text.Appeal(r, m, c), text.Report(m, m, c, text.Reporting{Upheld: 1, Others: 2}),
		)
		for _, what := range []string{decision.AlertReturned, decision.AlertLike, decision.AlertOffice, decision.AlertOneWay, decision.AlertAdvert} {
			c.Detail = what
			all = append(all, text.Alert(m, m, c))
		}
		for _, kind := range []decision.CaseKind{
			decision.CaseReview, decision.CaseRemoval, decision.CasePhrase, decision.CaseIdentity, decision.CaseRedemption,
			decision.CaseReport, decision.CaseAlert, decision.CaseOwner,
		} {
			c.Kind = kind
			all = append(all, text.InboxLine(r, c, members), text.Inbox([]string{text.InboxLine(r, c, members)}, 3))
		}
	}
	return slices.Concat(all, text.Pages("违禁词：", []string{owner, owner}), templates(r, m, name, owner))
}

// templates fills every template with the name, as it is built in and as the
// owner's own words.
func templates(r decision.Room, m decision.Member, name, owner string) []string {
	var all []string
	for _, key := range text.Keys() {
		f := text.Fields{}
		for _, p := range []string{
			"name", "word", "value", "item", "list", "names", "rules", "room", "what", "why", "text", "sample", "samples", "state", "verbs", "reason", "left",
		} {
			f[p] = text.Name(name)
		}
		f["at"] = text.At(r, m)
		own := r
		own.Settings.Values = map[string]string{text.Prefix + key: owner}
		all = append(all, text.Line(r, key, f), text.Line(own, key, f))
	}
	own := r
	own.Settings.Welcome = owner
	return append(all, text.Welcome(own, []string{name}))
}

// TestNoSentenceIsACommand: what the bot says can come back to it through
// another bot, a quote or its own phone.
func TestNoSentenceIsACommand(t *testing.T) {
	for _, name := range nasty() {
		for _, s := range sentences(name, name) {
			for _, message := range decision.Messages(s) {
				if call, ok := Parse(message, "小助手"); ok {
					t.Errorf("with the name %.40q the bot says a command (%s): %q", name, call.Row.Name, message)
				}
			}
		}
	}
}

// mostSaid is how many runes members can make a sentence have: one message, and
// what is said around one that could not be sent.
const mostSaid = decision.Longest + 50

func TestSentencesAreShortAndHarmless(t *testing.T) {
	for _, name := range nasty() {
		for _, s := range sentences(name, "不发广告") {
			if n := len([]rune(s)); n > mostSaid {
				t.Errorf("%d runes: %.60q", n, s)
			}
			if strings.ContainsAny(s, "\u202e\u200b\x00") || strings.Contains(s, "@小助手") {
				t.Errorf("with the name %.40q: %q", name, s)
			}
		}
	}
}

// TestSentencesAreComplete: what the tests above read is everything that
// bot/text can say.
func TestSentencesAreComplete(t *testing.T) {
	here, err := os.ReadFile("sentences_test.go")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("../text/*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	parts := []string{ // they stand inside sentences
		"Name", "At", "Word", "List", "Snippet", "Date", "Clock", "Answers", "Hangs", "Host", "Code", "State", "StateName", "Reason", "PostingNo", "Template", "Numbers", "ReportVerbs", "Changes", "Judged", "Misjudged",
		// Reached through InboxLine and the templates.
		"SecondOwner", "SamePerson", "Redemption", "Line",
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok || f.Recv != nil || !f.Name.IsExported() || slices.Contains(parts, f.Name.Name) || !saysText(f.Type) {
				continue
			}
			if !bytes.Contains(here, []byte("text."+f.Name.Name+"(")) {
				t.Errorf("text.%s is not among the sentences", f.Name.Name)
			}
		}
	}
}

// saysText reports whether a function returns a string or several.
func saysText(f *ast.FuncType) bool {
	if f.Results == nil || len(f.Results.List) != 1 {
		return false
	}
	result := f.Results.List[0].Type
	if list, ok := result.(*ast.ArrayType); ok {
		result = list.Elt
	}
	name, ok := result.(*ast.Ident)
	return ok && name.Name == "string"
}
