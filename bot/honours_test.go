package bot_test

import (
	"context"
	"testing"
	"time"

	"menshen/bot"
	"menshen/bot/chat"
	"menshen/bot/decision"
)

// TestAnHonourListThatWasMissed: the program was down for longer than the list
// may be late, so it is left out and the owner hears of it, once.
func TestAnHonourListThatWasMissed(t *testing.T) {
	s := newStage(t)
	s.asks(wang, "设置 荣誉榜 每周三 13:00", time.Minute)
	s.says(jia, "签到", time.Minute)
	s.pass(2 * time.Hour)
	s.wantHeard("荣誉榜（", 1)
	s.close()
	s.clock.jump(s.clock.Now().Add(7*24*time.Hour + 7*time.Hour))
	s.start()
	s.pass(time.Hour)
	s.restart()
	s.pass(time.Hour)
	s.wantHeard("荣誉榜（", 1)
	s.wantCount(s.heard(true), "的荣誉榜错过了时间，没有发。下一次：", 1)
	s.sound()
}

// TestAPausedRoomHearsItsHonourListAfterwards: a pause is a promise to say
// nothing.
func TestAPausedRoomHearsItsHonourListAfterwards(t *testing.T) {
	s := newStage(t)
	s.asks(wang, "设置 荣誉榜 每周三 13:00", time.Minute)
	s.says(jia, "签到", time.Minute)
	s.asks(wang, "暂停 3h", time.Minute)
	s.pass(2 * time.Hour)
	s.wantHeard("荣誉榜（", 0)
	s.pass(2 * time.Hour)
	s.wantHeard("荣誉榜（", 1)
	s.sound()
}

// TestAScheduleChangedAtTheLastMoment: the owner moves the list to another time
// while it is being made. It is posted then, and not now.
func TestAScheduleChangedAtTheLastMoment(t *testing.T) {
	s := newStage(t)
	s.asks(wang, "设置 荣誉榜 每周三 13:00", time.Minute)
	s.says(jia, "签到", time.Minute)
	s.close()
	late := &meddler{now: s.clock.Now, after: s.clock.Now().Add(30 * time.Minute), change: func(now time.Time) []decision.Effect {
		return []decision.Effect{
			decision.SetSetting{Room: theRoom, Key: decision.HonoursKey, Value: "每周三 15:00", At: now},
			decision.HonoursSince(theRoom, now, now, decision.Actor{}),
		}
	}}
	s.wrap = func(b bot.Store) bot.Store { late.Store = b; return late }
	s.start()
	s.pass(90 * time.Minute)
	s.wantHeard("荣誉榜（", 0)
	s.asks(wang, "设置 签到积分 6", time.Minute) // after a setting the road looks at its schedules anew
	s.pass(2 * time.Hour)
	s.wantHeard("荣誉榜（", 1)
	s.sound()
}

// meddler changes something just before the first transaction after a time.
type meddler struct {
	bot.Store
	now    func() time.Time
	after  time.Time
	change func(now time.Time) []decision.Effect
}

// Record implements [bot.Store].
func (m *meddler) Record(ctx context.Context, b chat.Batch, fn func(bot.Tx) error) error {
	if change, now := m.change, m.now(); change != nil && now.After(m.after) {
		m.change = nil
		if err := m.Store.Record(ctx, chat.Batch{}, func(tx bot.Tx) error { return tx.Apply(change(now)...) }); err != nil {
			return err
		}
	}
	return m.Store.Record(ctx, b, fn)
}

// TestAnHonourListIsWorkedOutOnce: a ranking over a time is dear, and it is not
// needed to know that a list is due.
func TestAnHonourListIsWorkedOutOnce(t *testing.T) {
	s := newStage(t)
	s.asks(wang, "设置 荣誉榜 每周三 13:00", time.Minute)
	s.says(jia, "签到", time.Minute)
	s.close()
	ranked := &counter{}
	s.wrap = func(b bot.Store) bot.Store { ranked.Store = b; return ranked }
	s.start()
	s.pass(2 * time.Hour)
	s.wantHeard("荣誉榜（", 1)
	if ranked.n != 1 {
		t.Errorf("ranked %d times", ranked.n)
	}
	s.sound()
}

// counter counts rankings.
type counter struct {
	bot.Store
	n int
}

// Read implements [bot.Store].
func (c *counter) Read(ctx context.Context, fn func(bot.View) error) error {
	return c.Store.Read(ctx, func(v bot.View) error { return fn(countedView{v, c}) })
}

// Record implements [bot.Store].
func (c *counter) Record(ctx context.Context, b chat.Batch, fn func(bot.Tx) error) error {
	return c.Store.Record(ctx, b, func(tx bot.Tx) error { return fn(countedTx{tx, c}) })
}

type countedView struct {
	bot.View
	c *counter
}

func (v countedView) Query(q decision.Query) (decision.Answer, error) {
	v.c.count(q)
	return v.View.Query(q)
}

type countedTx struct {
	bot.Tx
	c *counter
}

func (tx countedTx) Query(q decision.Query) (decision.Answer, error) {
	tx.c.count(q)
	return tx.Tx.Query(q)
}

func (c *counter) count(q decision.Query) {
	if q.Points.Top > 0 {
		c.n++
	}
}
