package main

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"

	"menshen/bot/chat"
	"menshen/data"
)

// postedDraw was computed by another program from the description in package
// scoring.
const postedDraw = `抽奖 #5：每人 30 分，2 名平分奖池，满 3 人，11月23日 20:00 开奖
承诺：fed871f15bf559a14d09e86205f4328b8127eec75096eedafacb7cf205b83ec0
种子：0102030000000000000000000000000000000000000000000000000000000000
名单：7 人 4c19df3515dd7b6bcb6e99598ce23664313779017b87dcc3fe94122d206a5ae1
中奖：7号、4号`

func TestVerifyDrawCommand(t *testing.T) {
	tests := []struct {
		name, text string
		code       int
		out        string
	}{
		{"as posted", postedDraw, 0, "draw #5 verifies: 7 entrants, winners [7 4]"},
		{"another winner", strings.Replace(postedDraw, "7号", "1号", 1), 1, ""},
		{"half of it", postedDraw[:len(postedDraw)/2], 2, ""},
		{"nothing", "", 2, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out, errs bytes.Buffer
			code := run(t.Context(), []string{"verify-draw"}, streams{In: strings.NewReader(tt.text), Out: &out, Err: &errs})
			if code != tt.code || !strings.HasPrefix(out.String(), tt.out) || (code != 0) != (strings.Count(errs.String(), "\n") == 1) {
				t.Errorf("code %d, out %q, err %q", code, out.String(), errs.String())
			}
		})
	}
}

func TestPointsCommand(t *testing.T) {
	dir := t.TempDir()
	args := []string{"points", "--data-dir", dir, "--format", "json"}
	var out, errs bytes.Buffer
	if code := run(t.Context(), args, streams{Out: &out, Err: &errs}); code != 1 || errs.Len() == 0 {
		t.Errorf("without a database: code %d, %q", code, errs.String())
	}
	db, err := data.Open(filepath.Join(dir, "menshen.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.Write(context.Background(), func(tx *data.Tx) error {
		_, err := tx.Grant(chat.RoomID(1), chat.MemberID(1), 5, 1, db.Now(), "")
		return err
	})
	if err == nil {
		t.Error("a grant to nobody was posted")
	}
	if code := run(t.Context(), args, streams{Out: &out, Err: &errs}); code != 0 || out.Len() != 0 {
		t.Errorf("an empty ledger, with the bot running: code %d, %q, %q", code, out.String(), errs.String())
	}
}
