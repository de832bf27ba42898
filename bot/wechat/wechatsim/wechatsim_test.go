package wechatsim_test

import (
	"context"
	"testing"
	"time"

	"github.com/eatmoreapple/openwechat"
	"go.uber.org/goleak"

	"menshen/bot/wechat/wechatsim"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start runs a simulator with one room: 老王 owns it, 甲 and 乙 are in it.
func start(t testing.TB, o wechatsim.Options) *wechatsim.Server {
	t.Helper()
	if o.Poll == 0 {
		o.Poll = 2 * time.Second
	}
	s, err := wechatsim.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := s.Room(wechatsim.NewRoom{Room: "g", Name: "邻里群", Owner: "老王", Members: []string{"甲", "乙"}}); err != nil {
		t.Fatal(err)
	}
	return s
}

// TestStockBot logs in with openwechat's own Bot, whose code knows nothing of
// this server: contacts, a message in, a message out.
func TestStockBot(t *testing.T) {
	s := start(t, wechatsim.Options{})
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	bot := openwechat.DefaultBot(openwechat.Desktop, openwechat.WithContextOption(ctx))
	bot.Caller.Client.HTTPClient().Transport = s.Transport()
	bot.UUIDCallback = func(string) {
		if _, err := s.Scan(ctx, wechatsim.Scanning{}); err != nil {
			t.Error(err)
		}
	}
	heard := make(chan string, 10)
	bot.MessageHandler = func(m *openwechat.Message) {
		if m.IsSendByGroup() && m.IsText() {
			sender, err := m.SenderInGroup()
			if err != nil {
				t.Error(err)
				return
			}
			if _, err := m.ReplyText("收到"); err != nil {
				t.Error(err)
			}
			heard <- sender.NickName + ": " + m.Content
		}
	}
	if err := bot.Login(); err != nil {
		t.Fatal(err)
	}
	self, err := bot.GetCurrentUser()
	if err != nil {
		t.Fatal(err)
	}
	groups, err := self.Groups()
	if err != nil || groups.Count() != 1 || groups.First().NickName != "邻里群" {
		t.Fatalf("groups %v, %v", groups, err)
	}
	members, err := groups.First().Members()
	if err != nil || members.Count() != 4 {
		t.Fatalf("members %v, %v", members, err)
	}
	if _, err := s.Say(wechatsim.Saying{Room: "g", Member: "甲", Text: "你好 <b>\n第二行"}); err != nil {
		t.Fatal(err)
	}
	if got, want := <-heard, "甲: 你好 <b>\n第二行"; got != want {
		t.Errorf("heard %q, want %q", got, want)
	}
	cancel()
	_ = bot.Block()
	said := s.Transcript()
	if last := said[len(said)-1]; last.From != "self" || last.Room != "g" || last.Text != "收到" || last.ClientID == "" {
		t.Errorf("the room's last message is %+v", last)
	}
}
