package wechat

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/eatmoreapple/openwechat"

	"menshen/bot/chat"
)

// What the pictures of one batch may cost: whoever posts many of them must not
// hold up the room. A picture that is not read in time goes on without words.
const (
	pictureTime = 2 * time.Second
	maxPictures = 8
	maxPicture  = 4 << 20
)

// sight is what was spent on the pictures of the batch being made.
type sight struct {
	until  time.Time // of the machine: waiting for the server takes real time
	looked int
}

// pictured returns what the codes in the picture of msg say. They are read
// before the batch is handed over, so that a batch that comes again is judged
// like any other and acknowledged as a whole. The picture is asked of the
// server the login belongs to, by the number of the message; no address from
// the message itself is ever followed.
func (s *session) pictured(ctx context.Context, m wireMessage, msg chat.Message) []string {
	if m.MsgType != typeImage || s.opt.Codes == nil || s.seen.looked >= maxPictures || !s.in.LookInto(ctx, msg) {
		return nil
	}
	if s.seen.looked++; s.seen.looked == 1 {
		s.seen.until = time.Now().Add(pictureTime)
	}
	ctx, cancel := context.WithDeadline(ctx, s.seen.until)
	defer cancel()
	file, err := s.wire.picture(ctx, msg.ID)
	if err == nil {
		var texts []string
		if texts, err = s.opt.Codes(ctx, file); err == nil {
			return texts
		}
	}
	s.log.LogAttrs(ctx, slog.LevelInfo, "picture not read", slog.String("id", msg.ID), slog.Any("error", err))
	return nil
}

// picture fetches the picture of a message.
func (w *wire) picture(ctx context.Context, id string) ([]byte, error) {
	resp, err := w.client.WebWxGetMsgImg(ctx, &openwechat.Message{MsgId: id}, w.cred.info())
	if err != nil {
		return nil, fmt.Errorf("webwxgetmsgimg: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("webwxgetmsgimg: %w: status %d", errGarbled, resp.StatusCode)
	}
	file, err := io.ReadAll(io.LimitReader(resp.Body, maxPicture+1))
	if err != nil {
		return nil, fmt.Errorf("webwxgetmsgimg: %w", err)
	}
	if len(file) > maxPicture {
		return nil, fmt.Errorf("webwxgetmsgimg: %w", errBodyTooLong)
	}
	return file, nil
}
