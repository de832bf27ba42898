package command

import (
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"menshen/bot/decision"
	"menshen/bot/text"
	"menshen/moderation"
)

// mostImported is how many words one message may bring.
const mostImported = 2000

// rulesFields begin the lists of a rules file, by which YAML is told from
// words.
var rulesFields = [...]string{"keywords:", "allow_phrases:", "allow_hosts:", "rules:"}

// isRules reports whether text is a rules file rather than a word a line.
func isRules(text string) bool {
	for line := range strings.Lines(text) {
		for _, field := range rulesFields {
			if strings.HasPrefix(line, field) {
				return true
			}
		}
	}
	return strings.HasPrefix(strings.TrimSpace(text), "{")
}

// importWords takes one word a line, or the YAML of a rules file. Lines that
// are no words are counted.
func importWords(c *Context) {
	i := newImport(c)
	if !isRules(c.Call.Args) {
		for line := range strings.Lines(c.Call.Args) {
			i.word(keyword(strings.TrimFunc(line, blank)))
		}
	} else if !i.rules(c.Call.Args) {
		return
	}
	taken := text.Line(c.Room, "words.taken", text.Fields{"added": strconv.Itoa(i.added), "skipped": strconv.Itoa(i.skipped), "allowed": i.allowed()})
	if i.kept {
		taken += "\n" + text.Line(c.Room, "words.kept", nil)
	}
	c.reply(taken)
}

// wordImport is one import going on.
type wordImport struct {
	*Context
	seen           map[string]bool
	added, skipped int
	phrases, hosts int
	actions        int  // of rules
	kept           bool // the actions of rules stay as they are
}

func newImport(c *Context) *wordImport {
	i := &wordImport{Context: c, seen: map[string]bool{}}
	for _, k := range c.Answer.Words.Keywords {
		i.seen[moderation.FoldKeyword(k.Word)] = true
	}
	return i
}

// word adds a keyword unless it is there or cannot be one.
func (i *wordImport) word(k moderation.Keyword) {
	if k.Word == "" {
		return
	}
	k.Word = moderation.FoldKeyword(k.Word)
	switch {
	case k.Word == "" || i.seen[k.Word] || i.added >= mostImported || utf8.RuneCountInString(k.Word) > longestWord:
		i.skipped++
		return
	}
	i.seen[k.Word] = true
	i.added++
	i.add(decision.PutWord{Room: i.Room.ID, Keyword: k, At: i.Now, Actor: i.Actor})
}

// RulesError says where a rules file cannot be read.
type RulesError struct {
	Line    int // 0 for the whole file
	Mistake text.Mistake
	Err     error // for whom a file is read at the terminal
}

func (e RulesError) Error() string { return e.Err.Error() }

// Unwrap returns the error in words.
func (e RulesError) Unwrap() error { return e.Err }

// rules adds what a rules file says and reports whether it could be read.
func (i *wordImport) rules(file string) bool {
	rules, err := i.ReadRules(file)
	if err != nil {
		var at RulesError
		_ = errors.As(err, &at) // what has no line is wrong as a whole
		i.reply(text.Unread(at.Line, at.Mistake))
		return false
	}
	for _, k := range rules.Keywords {
		if k.Disguised == moderation.ActionNone {
			k.Disguised = moderation.ActionReview
		}
		i.word(k)
	}
	i.phrases = i.allowAll(false, rules.AllowPhrases, i.Answer.Words.Phrases)
	i.hosts = i.allowAll(true, rules.AllowHosts, i.Answer.Words.Hosts)
	i.setRules(rules.Actions)
	return true
}

// setRules makes the actions of the rules settings of the room, which are its
// owner's to change.
func (i *wordImport) setRules(actions map[string]moderation.Action) {
	if len(actions) > 0 && i.role(i.console()) < decision.RoleOwner {
		i.kept = true
		i.skipped += len(actions)
		return
	}
	for _, name := range slices.Sorted(maps.Keys(actions)) {
		i.set("rule_"+name, actionName(actions[name]))
	}
	i.actions = len(actions)
}

// allowAll stores what beats the rules and is not there yet, and counts it.
func (i *wordImport) allowAll(isHost bool, values, have []string) int {
	n := 0
	for _, v := range values {
		if slices.Contains(have, v) || n >= mostImported {
			i.skipped++
			continue
		}
		n++
		i.add(decision.Allow{Room: i.Room.ID, Host: isHost, Value: v, At: i.Now, Actor: i.Actor})
	}
	return n
}

// allowed says what was let pass, "" for nothing.
func (i *wordImport) allowed() string {
	out := ""
	if i.phrases+i.hosts > 0 {
		out = "、" + strconv.Itoa(i.phrases) + " 个放行词、" + strconv.Itoa(i.hosts) + " 个网站"
	}
	if i.actions > 0 {
		out += "、" + strconv.Itoa(i.actions) + " 条规则设置"
	}
	return out
}

// exportWords sends the words as they can be imported again, in as many
// messages as they need: one a line, or as YAML with all that is known of them.
func exportWords(c *Context) {
	if c.Call.Args != "" {
		exportRules(c)
		return
	}
	words := make([]string, 0, len(c.Answer.Words.Keywords))
	for _, k := range c.Answer.Words.Keywords {
		words = append(words, k.Word)
	}
	c.pages("违禁词（一行一个）：", words)
	if filed := c.FileWords(); len(filed) > 0 {
		c.pages("规则文件里的词（改文件才能删）：", filed)
	}
}

// exportRules sends a rules file. Each message is one by itself.
func exportRules(c *Context) {
	words := make([]string, len(c.Answer.Words.Keywords))
	for i, k := range c.Answer.Words.Keywords {
		words[i] = yamlKeyword(k)
	}
	c.pages("# 违禁词\nkeywords:", words)
	c.exportAllowed()
	if rules := yamlRules(c.Room.Settings); len(rules) > 0 {
		c.pages("# 规则设置\nrules:", rules)
	}
}

// exportAllowed sends what beats the rules.
func (c *Context) exportAllowed() {
	w := c.Answer.Words
	for _, part := range []struct {
		head string
		list []string
	}{{"# 放行词\nallow_phrases:", w.Phrases}, {"# 放行网站\nallow_hosts:", w.Hosts}} {
		if len(part.list) == 0 {
			continue
		}
		items := make([]string, len(part.list))
		for i, v := range part.list {
			items[i] = "- " + strconv.Quote(v)
		}
		c.pages(part.head, items)
	}
}

// yamlRules are the rules of a rules file of which the room decided the action.
func yamlRules(s decision.Settings) []string {
	var out []string
	for _, name := range moderation.RuleNames() {
		if action, ok := s.RuleActions[name]; ok {
			out = append(out, "  "+name+": "+action)
		}
	}
	return out
}

// actionName is an action as it is written in a rules file.
func actionName(a moderation.Action) string {
	if a == moderation.ActionNone {
		return "off"
	}
	return a.String()
}

// yamlKeyword is a keyword as an item of a rules file.
func yamlKeyword(k moderation.Keyword) string {
	variants := make([]string, len(k.Variants))
	for i, v := range k.Variants {
		variants[i] = string(v)
	}
	item := "- {word: " + strconv.Quote(k.Word) + ", action: " + actionName(k.Action) + ", variants: [" + strings.Join(variants, ", ") + "]"
	if k.Category != "" {
		item += ", category: " + strconv.Quote(k.Category)
	}
	if k.Disguised > moderation.ActionReview {
		item += ", disguised: " + k.Disguised.String()
	}
	return item + "}"
}

// pages sends a list in as many messages as it needs.
func (c *Context) pages(head string, list []string) {
	for _, page := range text.Pages(head, list) {
		c.reply(page)
	}
}
