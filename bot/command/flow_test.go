package command

import (
	"slices"
	"strings"
	"testing"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
	"menshen/scoring"
)

// changes returns the case changes of a decision by case.
func changes(d decision.Decision) map[int64]decision.ChangeCase {
	all := map[int64]decision.ChangeCase{}
	for _, e := range d.Effects {
		if c, ok := e.(decision.ChangeCase); ok {
			all[c.Case] = c
		}
	}
	return all
}

func TestReversingCallsOffARemovalThatLostItsReason(t *testing.T) {
	s := strikes(3)
	third := s.Live[2]
	third.Removal = decision.RemovalAsked
	s.Removal = &third
	first := s.Live[0]
	d := asked{line: "消警告 10", from: xiaoli, answer: about(first, s)}.do(t)
	got := changes(d)
	if got[10].State != decision.CaseReversed || got[10].Actor.Member != xiaoli {
		t.Errorf("the strike: %+v", got[10])
	}
	if got[12].Removal != decision.RemovalDeclined || got[12].State != "" {
		t.Errorf("the removal of the third: %+v", got[12])
	}
	if !slices.Contains(said(d), "owners: #12 甲 的移出已取消：撤销后警告 2/3。") {
		t.Errorf("said %q", said(d))
	}
}

func TestReversingKeepsARemovalByHand(t *testing.T) {
	s := strikes(1)
	s.Removal = &decision.Case{ID: 30, Kind: decision.CaseRemoval, Removal: decision.RemovalAsked}
	d := asked{line: "消警告 10", from: xiaoli, answer: about(s.Live[0], s)}.do(t)
	if _, called := changes(d)[30]; called {
		t.Error("a removal that has nothing to do with the strike was called off")
	}
}

func TestReversingAfterARemovalTakesOffTheBlackList(t *testing.T) {
	k := decision.Case{ID: 17, Kind: decision.CaseStrike, State: decision.CaseSettled, Strike: 3, Removal: decision.RemovalConfirmed}
	d := asked{line: "误判 17", from: laowang, answer: about(k, strikes(0))}.do(t)
	set, ok := effect[decision.SetMember](d)
	if !ok || set.Barred == nil || *set.Barred {
		t.Errorf("%+v", d.Effects)
	}
}

// TestOneLineWarnsOneMemberTwice: the second answer of a line counts the
// strike that the first one gave.
func TestOneLineWarnsOneMemberTwice(t *testing.T) {
	k := decision.Case{Kind: decision.CaseReview, State: decision.CaseOpen}
	store := map[int64]decision.Answer{}
	for _, id := range []int64{20, 21} {
		k.ID = id
		store[id] = about(k, strikes(0))
	}
	call, _ := Parse("20警告 21警告", "")
	req := Request{
		Call: call, Now: noon, Message: chat.Message{ID: "m", As: []chat.MemberID{laowang}},
		Places: []Place{{Room: activeRoom(), Member: person(laowang)}},
	}
	d, err := Do(req, func(q decision.Query) (decision.Answer, error) { return store[q.Case], nil })
	if err != nil {
		t.Fatal(err)
	}
	got := changes(d)
	if got[20].Strike != 1 || got[21].Strike != 2 {
		t.Errorf("strikes %d and %d, want 1 and 2", got[20].Strike, got[21].Strike)
	}
	causes := map[string]bool{}
	for _, e := range d.Effects {
		if s, ok := e.(decision.Speak); ok {
			key := s.Say.Cause + string(s.Say.Kind)
			if causes[key] && !s.Say.ToOwners {
				t.Errorf("two sentences of cause %s", key)
			}
			causes[key] = true
		}
	}
}

func TestAmbiguousTargetIsActedOnByTheActorAlone(t *testing.T) {
	a := targets(jia, yi)
	a.Targets[0].Name, a.Targets[1].Name, a.Rest = "张三", "张三", "刷屏"
	d := asked{line: "警告 @张三 刷屏", from: xiaoli, answer: a}.do(t)
	open, ok := effect[decision.OpenChoice](d)
	if !ok || open.Actor.Member != xiaoli || open.Until != noon.Add(time.Minute) || len(open.Options) != 2 || len(d.Effects) != 2 {
		t.Fatalf("asked %+v", d.Effects)
	}
	answer := a
	answer.Choice = &decision.Choice{Options: open.Options, Until: open.Until}
	d = asked{line: "选2", from: xiaoli, answer: answer}.do(t)
	warned, ok := effect[decision.OpenCase](d)
	if !ok || warned.Case.Member != yi || warned.Case.Reason != "刷屏" || warned.Actor.Member != xiaoli {
		t.Errorf("chose %+v", d.Effects)
	}
	if _, closed := effect[decision.CloseChoice](d); !closed {
		t.Error("the question stays open")
	}
	if d := (asked{line: "选3", from: xiaoli, answer: answer}).do(t); d.Effects != nil {
		t.Errorf("an answer that is none: %+v", d.Effects)
	}
	answer.Choice.Until = noon
	if d := (asked{line: "选2", from: xiaoli, answer: answer}).do(t); d.Effects != nil {
		t.Errorf("a late answer: %+v", d.Effects)
	}
	answer.Choice = nil
	if d := (asked{line: "选2", from: jia, answer: answer}).do(t); d.Effects != nil {
		t.Errorf("somebody else's answer: %+v", d.Effects)
	}
}

// twoRooms are the places of an owner of two rooms.
func twoRooms() []Place {
	one, two := activeRoom(), activeRoom()
	two.ID, two.Name = 8, "读书会"
	other := person(laowang)
	other.ID, other.Room = 9, 8
	return []Place{{one, person(laowang)}, {two, other}}
}

func TestPrivateRoomIsPickedOnceAndSticks(t *testing.T) {
	a := asked{line: "状态", from: laowang, private: true, places: twoRooms()}
	d := a.do(t)
	open, ok := effect[decision.OpenChoice](d)
	if !ok || open.Room != 0 || len(said(d)) != 1 || !strings.Contains(said(d)[0], "选2　读书会（群8）") {
		t.Fatalf("asked %q", said(d))
	}
	a.line, a.answer.Choice = "选2", &decision.Choice{Options: open.Options, Until: open.Until}
	d = a.do(t)
	picked, ok := effect[decision.PickRoom](d)
	if !ok || picked.Room != 8 || !strings.Contains(said(d)[0], "「读书会」") {
		t.Errorf("picked %+v", d.Effects)
	}
	a.line, a.answer = "状态", decision.Answer{Picked: 8}
	if got := said(a.do(t)); !strings.Contains(got[0], "「读书会」") {
		t.Errorf("later %q", got)
	}
	a.line = "群7 状态"
	if got := said(a.do(t)); !strings.Contains(got[0], "「羽毛球」") {
		t.Errorf("with the room named %q", got)
	}
	a.line = "群99 状态"
	if d := a.do(t); d.Effects != nil {
		t.Errorf("a room of others: %+v", d.Effects)
	}
	a.line = "换群"
	if _, ok := effect[decision.OpenChoice](a.do(t)); !ok {
		t.Error("换群 does not ask")
	}
}

func TestRightsDoNotCrossRooms(t *testing.T) {
	places := twoRooms()
	places[1].Member.Role = decision.RoleMember
	k := decision.Case{ID: 40, Kind: decision.CaseReview, State: decision.CaseOpen}
	answer := about(k, strikes(0))
	answer.Case.Room = 8
	d := asked{line: "40警告", from: laowang, private: true, places: places, answer: answer}.do(t)
	if got := said(d); !slices.Equal(got, []string{"private: 没有 #40 号案子。"}) {
		t.Errorf("said %q", got)
	}
	d = asked{line: "群8 加词 加群", from: laowang, private: true, places: places}.do(t)
	if _, put := effect[decision.PutWord](d); put || len(said(d)) > 0 {
		t.Errorf("a word in another's room: %+v", d.Effects)
	}
}

func TestTheInboxAsksForNoRoom(t *testing.T) {
	d := asked{line: "待办", from: laowang, private: true, places: twoRooms()}.do(t)
	if _, asks := effect[decision.OpenChoice](d); asks || len(said(d)) != 1 {
		t.Errorf("got %q, want the inbox of both rooms", said(d))
	}
}

// outcome applies what follows from the one action on points of a decision.
func outcome(t *testing.T, d decision.Decision, r decision.PointsResult, err error) decision.Decision {
	t.Helper()
	p, ok := effect[decision.Points](d)
	if !ok {
		t.Fatalf("no action on points in %+v", d.Effects)
	}
	return decision.Decision{Effects: p.Then(r, err)}
}

func TestCheckInIsAnsweredOnceADay(t *testing.T) {
	d := asked{line: "签到", from: jia}.do(t)
	ok := outcome(t, d, decision.PointsResult{CheckIn: scoring.CheckIn{Points: 5}}, nil)
	say, _ := effect[decision.Speak](ok)
	if say.Say.Text != "签到成功：甲，+5 分" || say.Say.Merge == "" || !slices.Equal(say.Say.Parts, []string{"5 甲"}) || !say.Say.Due.After(noon) {
		t.Errorf("credited: %+v", say.Say)
	}
	again := &scoring.Refusal{Err: scoring.ErrAlreadyDone, Until: time.Date(2026, 9, 30, 21, 0, 0, 0, time.UTC)}
	first, _ := effect[decision.Speak](outcome(t, d, decision.PointsResult{}, again))
	if first.Say.Text != "今天已签到，明天 05:00 起可再签" {
		t.Errorf("again: %q", first.Say.Text)
	}
	second, _ := effect[decision.Speak](outcome(t, asked{line: "打卡", from: jia}.do(t), decision.PointsResult{}, again))
	if second.Say.Cause != first.Say.Cause || second.Say.Kind != first.Say.Kind {
		t.Error("the second refusal of a day is a sentence of its own")
	}
}

func TestRedemptionAsksTheOwner(t *testing.T) {
	shelf := decision.Answer{NextCase: 9, Points: decision.PointsAnswer{Items: []scoring.Item{{Name: "咖啡券", Price: 50, Stock: 1}}}}
	d := asked{line: "兑换 咖啡券", from: jia, answer: shelf}.do(t)
	got := said(outcome(t, d, decision.PointsResult{Amount: 50}, nil))
	want := []string{"group: @甲\u2005已申请兑换「咖啡券」，冻结 50 分，等群主确认 #9。", "owners: #9 甲 想兑换「咖啡券」　9过 / 9驳"}
	if !slices.Equal(got, want) {
		t.Errorf("said %q", got)
	}
	short := outcome(t, d, decision.PointsResult{}, &scoring.Refusal{Err: scoring.ErrInsufficient, Need: 50, Have: 3})
	if got := said(short); !slices.Equal(got, []string{"group: @甲\u2005积分不够：要 50 分，可用 3 分。"}) {
		t.Errorf("said %q", got)
	}
	if _, opened := effect[decision.OpenCase](short); opened {
		t.Error("a refused redemption opened a case")
	}
	k := decision.Case{ID: 9, Kind: decision.CaseRedemption, State: decision.CaseOpen, Detail: "咖啡券"}
	d = asked{line: "9过", from: laowang, private: true, answer: about(k, strikes(0))}.do(t)
	done := outcome(t, d, decision.PointsResult{}, nil)
	if changes(done)[9].State != decision.CaseAgreed || len(said(done)) != 2 {
		t.Errorf("approved: %+v", done.Effects)
	}
}

func TestWhatIsSwitchedOffIsSilent(t *testing.T) {
	r := activeRoom()
	r.Settings = decision.DefaultSettings()
	for _, line := range []string{"转账 5 @乙", "发红包 10 2", "抢", "参加抽奖", "通行证"} {
		if d := (asked{line: line, from: jia, room: &r, answer: targets(yi)}).do(t); d.Effects != nil {
			t.Errorf("%s: %+v", line, d.Effects)
		}
	}
}

func TestReportsAreLimitedAndTellTheReportersRecord(t *testing.T) {
	a := targets(yi)
	a.Rest = "发广告"
	for i := range 4 {
		k := decision.Case{ID: int64(i), Kind: decision.CaseReport, State: decision.CaseDropped, Member: laowang, Other: jia, Opened: noon.Add(-time.Hour)}
		if i == 0 {
			k.State = decision.CaseSettled
		}
		a.Reports = append(a.Reports, k)
	}
	a.Inbox = []decision.Case{{Kind: decision.CaseReport, Member: yi, Other: xiaoli}, {Kind: decision.CaseReport, Member: yi, Other: xiaoli}}
	got := said(asked{line: "举报 @乙 发广告", from: jia, answer: a}.do(t))
	want := "owners: #17 甲 举报「乙」：发广告，另有 1 人也举报了（此人举报过 4 次，1 次属实）　17警告 / 17放过 / 17踢"
	if !slices.Contains(got, want) {
		t.Errorf("said %q", got)
	}
	a.Reports = append(a.Reports, a.Reports[0])
	if got := said(asked{line: "举报 @乙 发广告", from: jia, answer: a}.do(t)); !slices.Equal(got, []string{"group: @甲\u2005今天的举报够多了，请等群主处理。"}) {
		t.Errorf("the sixth of a day: %q", got)
	}
	a.Reports = []decision.Case{{Kind: decision.CaseReport, State: decision.CaseOpen, Member: yi, Other: jia, Opened: noon}}
	d := asked{line: "举报 @乙 发广告", from: jia, answer: a}.do(t)
	if _, again := effect[decision.OpenCase](d); again {
		t.Error("the same report opened a second case")
	}
}

// A removal that waits for the owner's word is carried out where the network
// can, once the owner gives it.
func TestTheOwnersYesStartsARemoval(t *testing.T) {
	s := strikes(3)
	third := s.Live[2]
	third.Removal = decision.RemovalAsked
	s.Removal = &third
	for name, tc := range map[string]struct {
		can   bool
		state decision.RemovalState
	}{
		"the network can":    {true, decision.RemovalRequested},
		"the network cannot": {false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			a := about(third, s)
			doubted := a.Members[jia]
			doubted.ByName = true
			a.Members[jia] = doubted
			d := asked{line: "12踢", from: laowang, private: true, can: tc.can, answer: a}.do(t)
			if got := changes(d)[12].Removal; got != tc.state {
				t.Errorf("the removal is %q, want %q: %+v", got, tc.state, d.Effects)
			}
		})
	}
}
