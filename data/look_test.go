package data

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"menshen/scoring"
)

func TestExportWhileTheBotRuns(t *testing.T) {
	db := newLedger(t)
	memo := grant(11, 100, 1)
	memo.Memo = `=1+1,"好"`
	do(t, db, func(tx *Tx) error {
		if _, err := tx.Post(memo); err != nil {
			return err
		}
		_, _, err := tx.Transfer(scoring.Posting{Room: 1, Member: 11, Amount: 30, Contra: 12, Cause: scoring.CauseTransfer, CauseID: 2, At: noon})
		return err
	})
	look, err := Look(db.path)
	if err != nil {
		t.Fatal(err)
	}
	defer look.Close()
	if err := look.Write(context.Background(), func(*Tx) error { return nil }); !errors.Is(err, ErrReadOnly) {
		t.Errorf("write while looking: %v", err)
	}
	var csv, json, other strings.Builder
	if err := errors.Join(look.ExportCSV(t.Context(), 1, &csv), look.ExportJSON(t.Context(), 0, &json), look.ExportCSV(t.Context(), 2, &other)); err != nil {
		t.Fatal(err)
	}
	digests := regexp.MustCompile(`[0-9a-f]{16}`)
	wantCSV := `room,no,time,member,amount,balance,contra,cause,cause_id,leg,memo,digest
1,1,2026-11-23T12:00:00Z,11,100,100,grant,grant,1,0,"'=1+1,""好""",D
1,2,2026-11-23T12:00:00Z,11,-30,70,12,transfer,2,0,,D
1,3,2026-11-23T12:00:00Z,12,30,30,11,transfer,2,1,,D
`
	if got := digests.ReplaceAllString(csv.String(), "D"); got != wantCSV {
		t.Errorf("CSV:\n%s\nwant\n%s", got, wantCSV)
	}
	if first, _, _ := strings.Cut(digests.ReplaceAllString(json.String(), "D"), "\n"); first != `{"room":1,"no":1,"time":"2026-11-23T12:00:00Z","member":11,"amount":100,"balance":100,"contra":"grant","cause":"grant","cause_id":1,"leg":0,"memo":"=1+1,\"好\"","digest":"D"}` {
		t.Errorf("JSON: %s", first)
	}
	if strings.Count(other.String(), "\n") != 1 {
		t.Errorf("the other room: %s", other.String())
	}
}

func TestLookRefuses(t *testing.T) {
	dir := t.TempDir()
	if _, err := Look(filepath.Join(dir, "none.db")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	old := filepath.Join(dir, "old.db")
	closeDB(t, old, notes())
	if _, err := Look(old); !errors.Is(err, ErrOldSchema) {
		t.Errorf("old schema: %v", err)
	}
}
