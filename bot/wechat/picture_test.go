package wechat

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"menshen/bot/chat"
	"menshen/bot/wechat/wechatsim"
)

// codeMark begins the files that stand for pictures with a code here.
const codeMark = "code:"

func drawMark(text string) ([]byte, error) { return []byte(codeMark + text), nil }

func readMark(_ context.Context, file []byte) ([]string, error) {
	text, ok := bytes.CutPrefix(file, []byte(codeMark))
	if !ok {
		return nil, errors.New("no code")
	}
	return []string{string(text)}, nil
}

// fetched is how many pictures were asked for.
func (r *rig) fetched(t *testing.T) int {
	t.Helper()
	return r.sim.World().Requests["webwxgetmsgimg"]
}

// TestPictures: a picture is fetched and read only where the road wants it.
func TestPictures(t *testing.T) {
	const group = "https://weixin.qq.com/g/AwYAAJ3kQ1x2"
	for _, row := range []struct {
		name    string
		look    bool
		codes   func(context.Context, []byte) ([]string, error)
		say     wechatsim.Saying
		want    []string
		fetched int
	}{
		{"with a code", true, readMark, wechatsim.Saying{Kind: "image", URL: group}, []string{group}, 1},
		{"without a code", true, readMark, wechatsim.Saying{Kind: "image"}, nil, 1},
		{"in a room that does not want it", false, readMark, wechatsim.Saying{Kind: "image", URL: group}, nil, 0},
		{"without a reader", true, nil, wechatsim.Saying{Kind: "image", URL: group}, nil, 0},
		{"of a sticker", true, readMark, wechatsim.Saying{Kind: "sticker", URL: group}, nil, 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			r := newRig(t, wechatsim.Options{Picture: drawMark})
			r.opt.Codes, r.ear.look = row.codes, row.look
			r.login(t)
			r.roster(t, time.Minute, "老王", "甲", "乙")
			row.say.Room, row.say.Member = "g", "甲"
			r.do(t)(r.sim.Say(row.say))
			m := next[chat.Message](t, r.ear)
			if string(m.Kind) != row.say.Kind || !slices.Equal(m.URLs, row.want) || r.fetched(t) != row.fetched {
				t.Errorf("got %s with %q after %d fetched, want %q and %d", m.Kind, m.URLs, r.fetched(t), row.want, row.fetched)
			}
		})
	}
}

// TestPrivatePictures: what somebody sends the account itself is not looked at.
func TestPrivatePictures(t *testing.T) {
	r := newRig(t, wechatsim.Options{Picture: drawMark})
	r.opt.Codes, r.ear.look = readMark, true
	r.login(t)
	r.roster(t, time.Minute, "老王", "甲", "乙")
	r.do(t)(r.sim.Private(wechatsim.Whisper{Member: "甲", Kind: "image", URL: "https://evil.cn/"}))
	if m := next[chat.Message](t, r.ear); m.URLs != nil || r.fetched(t) != 0 {
		t.Errorf("got %q after %d fetched", m.URLs, r.fetched(t))
	}
}

// TestPicturesAreReadOnce: a batch the road could not store is handed over again
// as it is.
func TestPicturesAreReadOnce(t *testing.T) {
	r := newRig(t, wechatsim.Options{Picture: drawMark})
	r.opt.Codes, r.ear.look = readMark, true
	r.login(t)
	r.roster(t, time.Minute, "老王", "甲", "乙")
	r.ear.mu.Lock()
	r.ear.refused = 1
	r.ear.mu.Unlock()
	r.do(t)(r.sim.Say(wechatsim.Saying{Room: "g", Member: "甲", Kind: "image", URL: "https://evil.cn/"}))
	if m := later[chat.Message](t, r, time.Minute); !slices.Equal(m.URLs, []string{"https://evil.cn/"}) {
		t.Errorf("got %q the second time", m.URLs)
	}
	if n := r.fetched(t); n != 1 {
		t.Errorf("fetched %d times, want once", n)
	}
}

// TestPicturesTakeBoundedTime: pictures that are never done hold up their
// batch once, however many there are, and every message arrives.
func TestPicturesTakeBoundedTime(t *testing.T) {
	r := newRig(t, wechatsim.Options{Picture: drawMark})
	r.ear.look = true
	r.opt.Codes = func(ctx context.Context, _ []byte) ([]string, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	r.login(t)
	r.roster(t, time.Minute, "老王", "甲", "乙")
	began := time.Now()
	for i := range 2 * maxPictures {
		r.do(t)(r.sim.Say(wechatsim.Saying{Room: "g", Member: "甲", Kind: "image", ID: fmt.Sprint("p", i)}))
	}
	for range 2 * maxPictures {
		if m := next[chat.Message](t, r.ear); m.Kind != chat.KindImage || m.URLs != nil {
			t.Fatalf("got %s with %q", m.Kind, m.URLs)
		}
	}
	if took := time.Since(began); took > 6*pictureTime {
		t.Errorf("%d pictures took %s", 2*maxPictures, took)
	}
}
