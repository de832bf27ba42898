package wechat

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/eatmoreapple/openwechat"

	"menshen/bot/chat"
)

// perSync is how many messages one canned webwxsync brings.
const perSync = 50

// canned is a WeChat without a network: one room in an address book of a given
// size, and messages as fast as they are fetched. Both clients get the same.
type canned struct {
	book, room, batch []byte

	mu   sync.Mutex
	left int // messages still to come
	more chan struct{}
}

func newCanned(contacts int) *canned {
	const group = "@@" + "a1b2c3d4"
	row := func(i int) string {
		return fmt.Sprintf(`{"UserName":"@%032x","NickName":"用户%d","PYQuanPin":"yonghu%d","MemberList":[]}`, i, i*7919%contacts, i*7919%contacts)
	}
	var people []string
	for i := range contacts {
		people = append(people, row(i+1))
	}
	members := []string{`{"UserName":"@5e1f","NickName":"小助手"}`}
	members = append(members, people[:10]...)
	room := fmt.Sprintf(`{"UserName":"%s","NickName":"群","MemberCount":11,"MemberList":[%s]}`, group, strings.Join(members, ","))
	var messages []string
	for i := range perSync {
		messages = append(messages, fmt.Sprintf(
			`{"MsgId":"%d","NewMsgId":%d,"FromUserName":"%s","ToUserName":"@5e1f","MsgType":1,"Content":"@%032x:<br/>大家好，今天第%d条 &lt;消息&gt;","CreateTime":1760000000,"Status":3}`,
			1000+i, 1000+i, group, i%10+1, i))
	}
	c := &canned{more: make(chan struct{}, 1)}
	c.book = fmt.Appendf(nil, `{"BaseResponse":{"Ret":0},"MemberCount":%d,"MemberList":[%s,%s],"Seq":0}`, contacts+1, room, strings.Join(people, ","))
	c.room = fmt.Appendf(nil, `{"BaseResponse":{"Ret":0},"Count":1,"ContactList":[%s]}`, room)
	c.batch = fmt.Appendf(nil, `{"BaseResponse":{"Ret":0},"AddMsgCount":%d,"AddMsgList":[%s],"ContinueFlag":0,`, perSync, strings.Join(messages, ","))
	return c
}

func (c *canned) send(n int) {
	c.mu.Lock()
	c.left += n
	c.mu.Unlock()
	select {
	case c.more <- struct{}{}:
	default:
	}
}

func (c *canned) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		if _, err := io.Copy(io.Discard, req.Body); err != nil {
			return nil, err
		}
	}
	b, err := c.answer(req)
	if err != nil {
		return nil, err
	}
	header := http.Header{}
	if strings.HasSuffix(req.URL.Path, "/webwxnewloginpage") {
		header["Set-Cookie"] = []string{"wxuin=7; Path=/", "wxsid=s; Path=/", "webwx_data_ticket=d; Path=/"}
	}
	return &http.Response{StatusCode: http.StatusOK, Header: header, Body: io.NopCloser(bytes.NewReader(b)), Request: req}, nil
}

func (c *canned) answer(req *http.Request) ([]byte, error) {
	_, name, _ := strings.Cut(req.URL.Path[1:], "mmwebwx-bin/")
	switch name {
	case "":
		return []byte(`window.QRLogin.code = 200; window.QRLogin.uuid = "x";`), nil
	case "login":
		return []byte(`window.code=200; window.redirect_uri="https://wx.qq.com/cgi-bin/mmwebwx-bin/webwxnewloginpage?ticket=t";`), nil
	case "webwxnewloginpage":
		return []byte(`<error><ret>0</ret><skey>k</skey><wxsid>s</wxsid><wxuin>7</wxuin><pass_ticket>p</pass_ticket></error>`), nil
	case "webwxinit":
		return []byte(`{"BaseResponse":{"Ret":0},"User":{"Uin":7,"UserName":"@5e1f","NickName":"小助手"},"SyncKey":{"Count":1,"List":[{"Key":1,"Val":1}]}}`), nil
	case "webwxgetcontact":
		return c.book, nil
	case "webwxbatchgetcontact":
		return c.room, nil
	case "synccheck":
		return c.poll(req.Context())
	case "webwxsync":
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.left <= 0 {
			return []byte(`{"BaseResponse":{"Ret":0},"SyncKey":{"Count":1,"List":[{"Key":1,"Val":1}]}}`), nil
		}
		c.left -= perSync
		return fmt.Appendf(bytes.Clone(c.batch), `"SyncKey":{"Count":1,"List":[{"Key":1,"Val":%d}]}}`, c.left+1<<40), nil
	default:
		return []byte(`{"BaseResponse":{"Ret":0},"MsgID":"1"}`), nil
	}
}

// poll waits for messages.
func (c *canned) poll(ctx context.Context) ([]byte, error) {
	for {
		c.mu.Lock()
		left := c.left
		c.mu.Unlock()
		if left > 0 {
			return []byte(`window.synccheck={retcode:"0",selector:"2"}`), nil
		}
		select {
		case <-c.more:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// tally is a road that only counts.
type tally struct {
	mu   sync.Mutex
	left int
	done chan struct{}
}

func (t *tally) expect(n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.left, t.done = n, make(chan struct{})
}

func (t *tally) count(n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.left > 0 && t.left <= n {
		close(t.done)
	}
	t.left -= n
}

func (t *tally) Admit(context.Context, chat.Message) (bool, error) { return true, nil }

func (t *tally) LookInto(context.Context, chat.Message) bool { return false }
func (t *tally) State(chat.State)                            {}

func (t *tally) Receive(_ context.Context, b chat.Batch) error {
	n := 0
	for _, e := range b.Events {
		if m, ok := e.(chat.Message); ok && m.From != 0 {
			n++
		}
	}
	t.count(n)
	return nil
}

// run has the client receive n answers.
func (t *tally) run(c *canned, n int) {
	t.expect(n * perSync)
	c.send(n * perSync)
	<-t.done
}

// startOurs logs the adapter in.
func startOurs(tb testing.TB, c *canned) *tally {
	tb.Helper()
	heard := &tally{}
	n, err := New(Options{
		SessionFile: filepath.Join(tb.TempDir(), "session.json"), Directory: newTape(),
		Log: slog.New(slog.DiscardHandler), Transport: c,
	})
	if err != nil {
		tb.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- n.Run(ctx, heard) }()
	tb.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			tb.Error(err)
		}
	})
	heard.run(c, 1)
	return heard
}

// startStock logs openwechat's own Bot in. Its handler asks for what a
// moderator cannot do without: who said it.
func startStock(tb testing.TB, c *canned) *tally {
	tb.Helper()
	heard := &tally{}
	ctx, cancel := context.WithCancel(context.Background())
	bot := openwechat.DefaultBot(openwechat.Desktop, openwechat.WithContextOption(ctx))
	bot.Caller.Client.HTTPClient().Transport = c
	bot.UUIDCallback, bot.SyncCheckCallback = nil, nil
	bot.ScanCallBack, bot.LoginCallBack = nil, nil
	bot.MessageHandler = func(m *openwechat.Message) {
		if _, err := m.SenderInGroup(); err != nil {
			tb.Error(err)
		}
		heard.count(1)
	}
	if err := bot.Login(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		bot.Exit()
		cancel()
	})
	heard.run(c, 1)
	return heard
}

// BenchmarkMessage is the cost of received group messages, from the sync answer
// to the road, with address books of several sizes. One operation is one answer
// with 50 messages; us/message is the figure to compare.
func BenchmarkMessage(b *testing.B) {
	for _, client := range []struct {
		name  string
		start func(testing.TB, *canned) *tally
	}{{"ours", startOurs}, {"stock", startStock}} {
		for _, contacts := range []int{100, 1000, 5000, 10000} {
			b.Run(fmt.Sprintf("%s/%d", client.name, contacts), func(b *testing.B) {
				c := newCanned(contacts)
				heard := client.start(b, c)
				b.ReportAllocs()
				b.ResetTimer()
				heard.run(c, b.N)
				b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*perSync), "us/message")
			})
		}
	}
}

// BenchmarkDecode is the share of the decoder in that cost, for one answer of
// 50 messages.
func BenchmarkDecode(b *testing.B) {
	c := newCanned(100)
	body := append(bytes.Clone(c.batch), `"SyncKey":{"Count":1,"List":[{"Key":1,"Val":2}]}}`...)
	b.ReportAllocs()
	for b.Loop() {
		var a syncAnswer
		if err := json.Unmarshal(body, &a); err != nil || len(a.AddMsgList) != perSync {
			b.Fatal(err)
		}
	}
}

// TestCostDoesNotGrowWithContacts compares allocations, which a busy machine
// does not disturb.
func TestCostDoesNotGrowWithContacts(t *testing.T) {
	small, large := allocations(t, startOurs, 100), allocations(t, startOurs, 10_000)
	if float64(large) > 1.2*float64(small) {
		t.Errorf("%d allocations for 50 messages with 100 contacts, %d with 10 000", small, large)
	}
	if testing.Short() {
		return
	}
	if stock := allocations(t, startStock, 1000); stock < 150*small {
		t.Errorf("%d allocations, the stock loop %d: fewer than 150 times as many", small, stock)
	}
}

// allocations counts those of one answer, the least of three.
func allocations(t *testing.T, start func(testing.TB, *canned) *tally, contacts int) uint64 {
	t.Helper()
	c := newCanned(contacts)
	heard := start(t, c)
	least := ^uint64(0)
	for range 3 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		heard.run(c, 1)
		runtime.ReadMemStats(&after)
		least = min(least, after.Mallocs-before.Mallocs)
	}
	return least
}
