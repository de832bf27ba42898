package command

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"menshen/bot/decision"
	"menshen/bot/text"
	"menshen/moderation"
)

// keyword is a word as a bare string in the rules file: it strikes, its
// disguises are reviewed.
func keyword(word string) moderation.Keyword {
	return moderation.Keyword{
		Word: word, Action: moderation.ActionStrike, Disguised: moderation.ActionReview, Variants: moderation.DefaultVariants(),
	}
}

// known returns the word of the room that folds to the same, or "".
func (c *Context) known(word string) string {
	folded := moderation.FoldKeyword(word)
	for _, k := range c.Answer.Words.Keywords {
		if moderation.FoldKeyword(k.Word) == folded {
			return k.Word
		}
	}
	return ""
}

// wrong says in Chinese why a word cannot be judged by; "" when it can.
func wrong(word string) string {
	switch err := moderation.CheckKeyword(word); {
	case errors.Is(err, moderation.ErrKeywordLong):
		return "太长，最多 " + strconv.Itoa(moderation.MaxKeyword) + " 个字"
	case err != nil:
		return "去掉空格和符号后什么都没剩下"
	}
	return ""
}

// cutDisguised splits what to do about a word's disguises from the end of the
// line: 代开发票 变体警告. ok is false when the line does not say.
func cutDisguised(line string) (word string, action moderation.Action, ok bool) {
	for _, choice := range []struct {
		name   string
		action moderation.Action
	}{{"变体警告", moderation.ActionStrike}, {"变体待审", moderation.ActionReview}} {
		word, ok := strings.CutSuffix(line, choice.name)
		trimmed := strings.TrimRightFunc(word, blank)
		if ok && trimmed != "" && trimmed != word {
			return trimmed, choice.action, true
		}
	}
	return line, moderation.ActionReview, false
}

// wordToAdd is a word, and what to do about its disguises.
func wordToAdd(s string) bool {
	word, _, _ := cutDisguised(s)
	return words(longestWord)(word)
}

// setDisguised says what follows from a word's disguises in this room. The
// word may come from the rules file: then the room has its own from now on.
func (c *Context) setDisguised(word string, action moderation.Action) {
	k, found, err := c.Keyword(c.Room.ID, word)
	if err != nil {
		c.note("failed", "look for a word")
		return
	}
	if !found {
		k = keyword(moderation.FoldKeyword(word))
	}
	k.Action, k.Disguised = moderation.ActionStrike, action
	c.add(decision.PutWord{Room: c.Room.ID, Keyword: k, At: c.Now, Actor: c.Actor})
	c.add(decision.Restore(c.Room.ID, moderation.RuleKeyword, k.Word, c.Now, c.Actor)...)
	c.line(either(action == moderation.ActionStrike, "word.bold", "word.careful"), text.Fields{"word": text.Snippet(k.Word)})
}

// restored lets a word act again that was only recorded, and reports whether
// it was.
func (c *Context) restored(word string) bool {
	k, found, err := c.Keyword(c.Room.ID, word)
	if err != nil || !found || !c.Room.Settings.RecordOnly(moderation.RuleKeyword, k.Word) {
		return false
	}
	c.add(decision.Restore(c.Room.ID, moderation.RuleKeyword, k.Word, c.Now, c.Actor)...)
	c.line("word.restored", text.Fields{"word": text.Snippet(k.Word)})
	return true
}

// addWord stores a word; adding it twice changes nothing.
func addWord(c *Context) {
	word, disguised, chosen := cutDisguised(c.Call.Args)
	f := text.Fields{"word": text.Snippet(word), "hits": ""}
	if f["why"] = wrong(word); f["why"] != "" {
		c.line("word.bad", f)
		return
	}
	f["word"] = text.Snippet(moderation.FoldKeyword(word)) // as it will match
	if chosen {
		c.setDisguised(word, disguised)
		return
	}
	if c.restored(word) {
		return
	}
	if c.known(word) != "" {
		c.line("word.known", f)
		return
	}
	word = moderation.FoldKeyword(word)
	c.add(decision.PutWord{Room: c.Room.ID, Keyword: keyword(word), At: c.Now, Actor: c.Actor})
	if hits, members, _ := c.tried(word); len(c.Answer.Texts) > 0 {
		f["hits"] = fmt.Sprintf("最近 7 天会命中 %d 条 / %d 人。", hits, members)
	}
	c.line("word.added", f)
}

// dropWord removes the word that folds to the same, however it is written.
func dropWord(c *Context) {
	word := c.known(c.Call.Args)
	if word == "" {
		c.line(either(c.filed(c.Call.Args), "word.filed", "word.none"), text.Fields{"word": text.Snippet(c.Call.Args)})
		return
	}
	c.add(decision.DropWord{Room: c.Room.ID, Word: word, At: c.Now, Actor: c.Actor})
	c.line("word.dropped", text.Fields{"word": text.Snippet(word)})
}

// filed reports whether the rules file has the word.
func (c *Context) filed(word string) bool {
	folded := moderation.FoldKeyword(word)
	return slices.ContainsFunc(c.FileWords(), func(known string) bool { return moderation.FoldKeyword(known) == folded })
}

// tried counts what the kept messages of the room would have been hit by.
func (c *Context) tried(word string) (hits, members int, samples []string) {
	judge, err := moderation.Compile(moderation.Rules{
		Keywords: []moderation.Keyword{keyword(word)}, AllowPhrases: slices.Concat(c.FilePhrases(), c.Answer.Words.Phrases),
	})
	if err != nil {
		return 0, 0, nil
	}
	const shown = 3
	who := map[int64]bool{}
	for _, past := range c.Answer.Texts {
		v := judge.Judge(moderation.Message{Kind: string(past.Kind), Text: past.Text})
		if !slices.ContainsFunc(v.Findings, isKeyword) {
			continue
		}
		hits++
		who[int64(past.Member)] = true
		if len(samples) < shown {
			samples = append(samples, "\n· "+text.Snippet(past.Text))
		}
	}
	return hits, len(who), samples
}

func isKeyword(f moderation.Finding) bool { return f.Rule == moderation.RuleKeyword }

// tryWord rehearses a word on what is kept.
func tryWord(c *Context) {
	word := c.Call.Args
	if why := wrong(word); why != "" {
		c.line("word.bad", text.Fields{"word": text.Snippet(word), "why": why})
		return
	}
	if len(c.Answer.Texts) == 0 {
		c.line(either(c.KeepDays == 0, "history.unkept", "history.none"), nil)
		return
	}
	hits, members, samples := c.tried(word)
	c.line("word.tried", text.Fields{
		"word": text.Snippet(word), "hits": strconv.Itoa(hits), "members": strconv.Itoa(members),
		"samples": strings.Join(samples, "") + c.health(word),
	})
}

// health tells how often a word was right in the room.
func (c *Context) health(word string) string {
	folded := moderation.FoldKeyword(word)
	for _, h := range c.Answer.Health {
		if h.Rule == moderation.RuleKeyword && moderation.FoldKeyword(h.Word) == folded {
			return text.Judged(c.Room.Settings, h)
		}
	}
	return ""
}

// showWords lists the words, to the owner in private only.
func showWords(c *Context) {
	w := c.Answer.Words
	words := make([]string, 0, len(w.Keywords))
	for _, k := range w.Keywords {
		words = append(words, k.Word)
	}
	file, filed := "", c.FileWords()
	if len(filed) > 0 {
		file = fmt.Sprintf("（另有规则文件里的 %d 个）", len(filed))
	}
	c.line("words.count", text.Fields{
		"file": file, "words": strconv.Itoa(len(words)), "phrases": strconv.Itoa(len(w.Phrases)), "hosts": strconv.Itoa(len(w.Hosts)),
		"list": text.Misjudged(c.Room.Settings, c.Answer.Health) + text.Words(words, filed, w.Phrases, w.Hosts),
	})
}

// allowPhrase and allowHost let pass what the rules object to.
func allowPhrase(c *Context) {
	if why := wrong(c.Call.Args); why != "" {
		c.line("word.bad", text.Fields{"word": text.Snippet(c.Call.Args), "why": why})
		return
	}
	c.allow(false, c.Call.Args, "phrase.added")
}

func allowHost(c *Context) {
	host, err := moderation.CleanHost(c.Call.Args)
	if err != nil {
		c.line("word.bad", text.Fields{"word": text.Snippet(c.Call.Args), "why": "不是域名，要写成 example.com 这样"})
		return
	}
	c.allow(true, host, "host.added")
}

// allow stores what beats the rules; storing it twice changes nothing.
func (c *Context) allow(isHost bool, value, key string) {
	c.add(decision.Allow{Room: c.Room.ID, Host: isHost, Value: value, At: c.Now, Actor: c.Actor})
	c.line(key, text.Fields{"word": text.Snippet(value)})
}

// disallowPhrase and disallowHost take that back.
func disallowPhrase(c *Context) {
	c.disallow(false, c.Call.Args, c.Answer.Words.Phrases, "phrase.gone")
}

func disallowHost(c *Context) {
	host, err := moderation.CleanHost(c.Call.Args)
	if err != nil {
		host = c.Call.Args
	}
	c.disallow(true, host, c.Answer.Words.Hosts, "host.gone")
}

// disallow removes what was allowed, and says so when it was not.
func (c *Context) disallow(isHost bool, value string, have []string, key string) {
	if !slices.Contains(have, value) {
		c.line("phrase.none", text.Fields{"word": text.Snippet(value)})
		return
	}
	c.add(decision.Allow{Room: c.Room.ID, Host: isHost, Value: value, Remove: true, At: c.Now, Actor: c.Actor})
	c.line(key, text.Fields{"word": text.Snippet(value)})
}

// test shows the verdict on a text as for an ordinary member, without effect.
func test(c *Context) {
	verdict, err := c.Judge(c.Room.ID, moderation.Message{Kind: "text", Text: c.Call.Args})
	if err != nil {
		c.note("failed", "judge a test text")
		return
	}
	c.reply(text.Verdict(verdict))
}
