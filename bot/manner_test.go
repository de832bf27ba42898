package bot

import (
	"fmt"
	"testing"
	"time"

	"menshen/bot/command"
)

func TestMannerAnswersOnceThenAsksForPatienceOnce(t *testing.T) {
	m := newManner()
	var got [3]int
	for i := range 40 {
		got[m.react(1, "积分", false, t0.Add(time.Duration(i)*time.Second))]++
	}
	if got != [3]int{reactAnswer: 1, reactLater: 1, reactSilence: 38} {
		t.Errorf("40 questions in a minute: %d answers, %d later, %d silences", got[0], got[1], got[2])
	}
	if r := m.react(2, "积分", false, t0.Add(time.Second)); r != reactAnswer {
		t.Errorf("another member was met with %d", r)
	}
	if r := m.react(1, "积分", false, t0.Add(time.Minute)); r != reactAnswer {
		t.Errorf("after a minute the question was met with %d", r)
	}
}

func TestMannerLimitsDifferentCommands(t *testing.T) {
	m := newManner()
	var got [3]int
	for i := range 20 {
		got[m.react(1, fmt.Sprint(i), i%2 == 0, t0)]++
	}
	if got != [3]int{reactAnswer: 10, reactLater: 1, reactSilence: 9} {
		t.Errorf("20 different commands: %d answers, %d later, %d silences", got[0], got[1], got[2])
	}
}

func TestMannerStaysSmall(t *testing.T) {
	m := newManner()
	for i := range 3 * mannerSize {
		m.react(1, fmt.Sprint(i), i%2 == 0, t0)
	}
	if len(m.asked) > mannerSize+2 {
		t.Errorf("%d questions are remembered, want at most %d", len(m.asked), mannerSize)
	}
}

// A ranking of the day is not the one of the month, however soon it follows.
func TestMannerTellsRankingsApart(t *testing.T) {
	m := newManner()
	ask := func(line string) reaction {
		call, ok := command.Parse(line, "")
		if !ok {
			t.Fatalf("%s is no command", line)
		}
		return m.react(1, call.Question(), call.Row.Repeats, t0)
	}
	for _, q := range []struct {
		line string
		want reaction
	}{
		{"排行", reactAnswer},
		{"排行 日", reactAnswer},
		{"排行 月", reactAnswer},
		{"排行榜日", reactLater},
		{"top 日", reactSilence},
		{"举报", reactAnswer},
		{"举报 @甲 吵", reactAnswer},
		{"举报 @乙 吵", reactLater},
	} {
		if got := ask(q.line); got != q.want {
			t.Errorf("%s was met with %d, want %d", q.line, got, q.want)
		}
	}
}
