package bot

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"sync"

	"menshen/bot/chat"
	"menshen/bot/decision"
	"menshen/moderation"
)

// slowWords is from how many keywords on a judge is compiled beside the road,
// which takes longer than a message should wait.
const slowWords = 2000

// Judges keeps one compiled judge for every set of rules in use. Rooms with
// the same rules share it. A judge of many words whose rules changed goes on
// judging until the new one is ready, a fraction of a second later.
type Judges struct {
	base   moderation.Rules
	builds sync.WaitGroup

	mu    sync.Mutex
	rooms map[chat.RoomID]roomJudge
	byKey map[[sha256.Size]byte]*moderation.Judge
}

// roomJudge is the judge of a room and what it was made from.
type roomJudge struct {
	version  int64
	settings string
	judge    *moderation.Judge
	building bool  // the next one
	err      error // why there is no next one
}

// NewJudges makes judges whose every room starts from base, the rules file.
func NewJudges(base moderation.Rules) (*Judges, error) {
	j := &Judges{base: base, rooms: map[chat.RoomID]roomJudge{}, byKey: map[[sha256.Size]byte]*moderation.Judge{}}
	if _, err := j.compiled(base); err != nil {
		return nil, fmt.Errorf("compile the rules file: %w", err)
	}
	return j, nil
}

// FileWords lists the keywords of the rules file.
func (j *Judges) FileWords() []string {
	words := make([]string, len(j.base.Keywords))
	for i, k := range j.base.Keywords {
		words[i] = k.Word
	}
	return words
}

// FilePhrases lists the allow-phrases of the rules file.
func (j *Judges) FilePhrases() []string { return j.base.AllowPhrases }

// For returns the judge of a room, compiled anew when its words or settings
// changed. words is asked only then. One goroutine calls it, the intake, in a
// transaction of a batch or in the reading before it.
func (j *Judges) For(r decision.Room, words func() (decision.Words, error)) (*moderation.Judge, error) {
	want := roomJudge{version: r.WordsVersion, settings: fmt.Sprint(r.Settings.RuleActions, r.Settings.Categories)}
	j.mu.Lock()
	have, ok := j.rooms[r.ID]
	j.mu.Unlock()
	if ok && (have.building || have.version == want.version && have.settings == want.settings) {
		return have.judge, have.err
	}
	own, err := words()
	if err != nil {
		return nil, fmt.Errorf("read the words of room %d: %w", r.ID, err)
	}
	if ok && have.err == nil && len(j.base.Keywords)+len(own.Keywords) >= slowWords {
		have.building = true
		j.mu.Lock()
		j.rooms[r.ID] = have
		j.mu.Unlock()
		j.builds.Go(func() { j.build(r, own, want) })
		return have.judge, nil
	}
	built := j.build(r, own, want)
	return built.judge, built.err
}

// Uses reports whether there is a judge of a room, new or not.
func (j *Judges) Uses(room chat.RoomID) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	_, ok := j.rooms[room]
	return ok
}

// Fresh returns the judge that a room's words and settings make now, however
// long that takes: who asks what a word does wants to know of the new one. Like
// For it is called by one goroutine at a time.
func (j *Judges) Fresh(r decision.Room, words func() (decision.Words, error)) (*moderation.Judge, error) {
	j.Wait()
	if judge, err := j.For(r, words); err != nil {
		return judge, err
	}
	j.Wait()
	return j.For(r, words)
}

// Wait returns when no judge is being compiled beside the road.
func (j *Judges) Wait() { j.builds.Wait() }

// build compiles the judge of a room and puts it in the place of the last one.
func (j *Judges) build(r decision.Room, own decision.Words, next roomJudge) roomJudge {
	var err error
	if next.judge, err = j.compiled(merged(j.base, own, r.Settings)); err != nil {
		next.err = fmt.Errorf("compile the rules of room %d: %w", r.ID, err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.rooms[r.ID] = next
	j.forget()
	return next
}

// compiled returns the judge of rules, shared with everybody who has the same.
func (j *Judges) compiled(rules moderation.Rules) (*moderation.Judge, error) {
	key := sha256.Sum256(fmt.Appendf(nil, "%v", rules))
	j.mu.Lock()
	judge, ok := j.byKey[key]
	j.mu.Unlock()
	if ok {
		return judge, nil
	}
	judge, err := moderation.Compile(rules)
	if err != nil {
		return nil, err
	}
	j.mu.Lock()
	j.byKey[key] = judge
	j.mu.Unlock()
	return judge, nil
}

// forget drops judges that no room uses any more; mu is held.
func (j *Judges) forget() {
	used := make(map[*moderation.Judge]bool, len(j.rooms))
	for _, r := range j.rooms {
		used[r.judge] = true
	}
	for key, judge := range j.byKey {
		if !used[judge] && len(j.byKey) > 1 {
			delete(j.byKey, key)
		}
	}
}

// merged lays a room's own words and settings over the rules file. The room's
// word wins over the same word of the file.
func merged(base moderation.Rules, own decision.Words, s decision.Settings) moderation.Rules {
	own = usable(own)
	rules := moderation.Rules{
		AllowPhrases: append(append([]string(nil), base.AllowPhrases...), own.Phrases...),
		AllowHosts:   append(append([]string(nil), base.AllowHosts...), own.Hosts...),
		Actions:      map[string]moderation.Action{},
	}
	replaced := make(map[string]bool, len(own.Keywords))
	for _, k := range own.Keywords {
		replaced[moderation.FoldKeyword(k.Word)] = true
	}
	for _, k := range base.Keywords {
		if len(replaced) == 0 || !replaced[moderation.FoldKeyword(k.Word)] {
			rules.Keywords = append(rules.Keywords, k)
		}
	}
	rules.Keywords = append(rules.Keywords, own.Keywords...)
	for i, k := range rules.Keywords {
		if action, ok := s.CategoryAction(k.Category); ok {
			rules.Keywords[i] = within(k, action)
		}
	}
	for rule, action := range base.Actions {
		rules.Actions[rule] = action
	}
	for rule, name := range s.RuleActions {
		if action, ok := moderation.ParseAction(name); ok {
			rules.Actions[rule] = action
		}
	}
	return rules
}

// usable leaves out what no judge could be made with: one bad word in the
// store must not end the judging of its room.
func usable(own decision.Words) decision.Words {
	unfit := func(word string) bool { return moderation.CheckKeyword(word) != nil }
	own.Keywords = slices.DeleteFunc(slices.Clone(own.Keywords), func(k moderation.Keyword) bool { return unfit(k.Word) })
	own.Phrases = slices.DeleteFunc(slices.Clone(own.Phrases), unfit)
	own.Hosts = slices.DeleteFunc(slices.Clone(own.Hosts), func(host string) bool {
		_, err := moderation.CleanHost(host)
		return err != nil
	})
	return own
}

// within gives a keyword the action of its category. A guess is never answered
// harder than the word as it is written.
func within(k moderation.Keyword, action moderation.Action) moderation.Keyword {
	k.Action = action
	if action < moderation.ActionStrike {
		k.Disguised = min(k.Disguised, moderation.ActionReview)
	}
	return k
}
