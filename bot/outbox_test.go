package bot_test

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"menshen/bot"
	"menshen/bot/chat"
	"menshen/bot/decision"
)

// overtaken lets something be recorded between the outbox's look at the next
// row and its taking it.
type overtaken struct {
	bot.Store
	first func() // once
}

func (o *overtaken) Record(ctx context.Context, b chat.Batch, fn func(bot.Tx) error) error {
	if first := o.first; first != nil && b.Session == "" {
		o.first = nil
		first()
	}
	return o.Store.Record(ctx, b, fn)
}

func TestARowThatIsOvertakenIsLookedForAgain(t *testing.T) {
	for _, c := range []struct {
		name, says string
		between    []decision.Effect
		want       []string // what room and owner hear, in this order
	}{
		{name: "nothing happens", says: "有人要兼职吗", want: []string{"兼职"}},
		{name: "the case is cancelled", says: "快来加群", between: []decision.Effect{decision.CancelSays{Case: 1}}},
		{name: "something more urgent comes", says: "有人要兼职吗", between: []decision.Effect{decision.Speak{Say: decision.Say{
			Cause: "urgent", Kind: decision.SayNotice, Room: theRoom, Priority: decision.PriorityEnforce, Text: "先说",
		}}}, want: []string{"先说", "兼职"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := prepared(t, filepath.Join(t.TempDir(), "menshen.db"))
			between := &overtaken{}
			s.wrap = func(store bot.Store) bot.Store { between.Store = store; return between }
			s.start()
			t.Cleanup(s.close)
			between.first = func() { s.apply(c.between...) }
			s.says(jia, c.says, time.Minute)
			if between.first != nil {
				t.Fatal("nothing came between")
			}
			heard := s.heard(true)
			if !slices.EqualFunc(heard, c.want, strings.Contains) {
				t.Errorf("heard %q, want %q", heard, c.want)
			}
			s.sound()
		})
	}
}
