package data

import (
	"bufio"
	"context"
	"database/sql/driver"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"menshen/bot/chat"
	"menshen/scoring"
)

// exported is one posting as others read it. Accounts of the room are named,
// members are their numbers: names are not part of the ledger.
type exported struct {
	Room    int64  `json:"room"`
	No      int64  `json:"no"`
	Time    string `json:"time"` // RFC 3339, UTC
	Member  int64  `json:"member"`
	Amount  int64  `json:"amount"`
	Balance int64  `json:"balance"`
	Contra  string `json:"contra"` // an account's name, or the other member's number
	Cause   string `json:"cause"`
	CauseID int64  `json:"cause_id"`
	Leg     int64  `json:"leg"`
	Memo    string `json:"memo,omitempty"`
	Digest  string `json:"digest"`
}

// exportHeader are the columns of the CSV, in the order of exported's fields.
var exportHeader = []string{"room", "no", "time", "member", "amount", "balance", "contra", "cause", "cause_id", "leg", "memo", "digest"}

// exportOf turns an entry into what is exported.
func exportOf(e scoring.Entry) exported {
	contra := e.Contra.String()
	if e.Contra > 0 {
		contra = strconv.FormatInt(int64(e.Contra), 10)
	}
	return exported{
		Room: e.Room, No: e.No, Time: e.At.UTC().Format(time.RFC3339), Member: e.Member, Amount: e.Amount,
		Balance: e.Balance, Contra: contra, Cause: e.Cause.String(), CauseID: e.CauseID, Leg: e.Leg,
		Memo: e.Memo, Digest: fmt.Sprintf("%016x", e.Digest),
	}
}

// ExportCSV writes the postings of a room, or of all rooms when it is 0, as
// CSV with a header. A text that a spreadsheet would take for a formula gets an
// apostrophe in front.
func (db *DB) ExportCSV(ctx context.Context, room chat.RoomID, w io.Writer) error {
	out := csv.NewWriter(w)
	if err := out.Write(exportHeader); err != nil {
		return fmt.Errorf("export ledger: %w", err)
	}
	err := db.exportEach(ctx, room, func(x exported) error {
		if strings.ContainsRune("=+-@\t\r", first([]rune(x.Memo))) && x.Memo != "" {
			x.Memo = "'" + x.Memo
		}
		n := func(v int64) string { return strconv.FormatInt(v, 10) }
		return out.Write([]string{
			n(x.Room), n(x.No), x.Time, n(x.Member), n(x.Amount), n(x.Balance), x.Contra,
			x.Cause, n(x.CauseID), n(x.Leg), x.Memo, x.Digest,
		})
	})
	out.Flush()
	if err == nil {
		err = out.Error()
	}
	if err != nil {
		return fmt.Errorf("export ledger: %w", err)
	}
	return nil
}

// ExportJSON writes the postings of a room, or of all rooms when it is 0, as
// one JSON object a line.
func (db *DB) ExportJSON(ctx context.Context, room chat.RoomID, w io.Writer) error {
	out := bufio.NewWriter(w)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	err := db.exportEach(ctx, room, func(x exported) error { return enc.Encode(x) })
	if err == nil {
		err = out.Flush()
	}
	if err != nil {
		return fmt.Errorf("export ledger: %w", err)
	}
	return nil
}

// exportEach hands over every posting, room by room and member by member, the
// oldest first: the order in which the digests chain.
func (db *DB) exportEach(ctx context.Context, room chat.RoomID, do func(exported) error) error {
	return db.Read(ctx, func(tx *Tx) error {
		return tx.each(func(v []driver.Value) error { return do(exportOf(entryOf(v))) },
			`SELECT `+entryColumns+` FROM ledger l
			LEFT JOIN memo m ON m.room = l.room AND m.member = l.member AND m.no = l.no
			WHERE ?1 = 0 OR l.room = ?1 ORDER BY l.room, l.member, l.no`, int64(room))
	})
}
