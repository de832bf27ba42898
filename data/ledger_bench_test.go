package data

import (
	"context"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"menshen/bot/chat"
	"menshen/scoring"
)

var (
	benchPostings = flag.Int("postings", 100_000, "postings in the ledger of the benchmarks")
	benchLedger   = flag.String("ledger", "", "file of the benchmarks' ledger; made if it is missing, used again if it is there")
)

// bigLedger fills ten rooms of 500 members with postings in random order, as
// the chat would, 100 a transaction.
func bigLedger(b *testing.B) *DB {
	b.Helper()
	path := *benchLedger
	if path == "" {
		path = filepath.Join(b.TempDir(), "menshen.db")
	}
	db, err := Open(path)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	if n := scalar[int](b, db, `SELECT count(*) FROM ledger`); n > 0 {
		*benchPostings = n
		return db
	}
	write(b, db, `INSERT INTO account (id, uin, simulated, created) VALUES (1, '1', 1, 0)`)
	write(b, db, `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10)
		INSERT INTO room (id, account, name, created) SELECT i, 1, '群', 0 FROM n`)
	write(b, db, `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
		INSERT INTO member (id, room, nick, seen) SELECT i, 1 + (i - 1) / 500, '群友', 0 FROM n`)
	rnd := rand.New(rand.NewPCG(1, 2))
	start := time.Now()
	for id := int64(1); id <= int64(*benchPostings); {
		do(b, db, func(tx *Tx) error {
			for range 100 {
				room := 1 + rnd.Int64N(10)
				_, err := tx.Post(scoring.Posting{
					Room: room, Member: (room-1)*500 + 1 + rnd.Int64N(500),
					Amount: 1 + rnd.Int64N(5), Contra: scoring.ContraEarn, Cause: scoring.CauseSpeech, CauseID: 1_000_000 + id,
					At: noon.Add(time.Duration(id) * time.Second),
				})
				if err != nil {
					return err
				}
				id++
			}
			return nil
		})
	}
	b.Logf("%d postings: %.0f/s", *benchPostings, float64(*benchPostings)/time.Since(start).Seconds())
	return db
}

func BenchmarkLedger(b *testing.B) {
	db := bigLedger(b)
	ctx := context.Background()
	b.Run("size", func(b *testing.B) {
		for b.Loop() {
			if _, err := db.writer.Exec(`PRAGMA wal_checkpoint(TRUNCATE)`); err != nil {
				b.Fatal(err)
			}
		}
		info, err := os.Stat(db.path)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(info.Size())/(1<<20)/float64(*benchPostings)*1e6, "MiB/Mpostings")
	})
	// On a busy machine the wall clock says little: the processor time of one
	// operation is what two cores can do 2/cpu-s of in a second.
	cpu := func(b *testing.B, before time.Duration) {
		b.ReportMetric(float64(processorTime(b)-before)/float64(b.N), "cpu-ns/op")
	}
	read := func(name string, question func(tx *Tx, room, member int64) error) {
		b.Run(name, func(b *testing.B) {
			before := processorTime(b)
			b.RunParallel(func(pb *testing.PB) {
				rnd := rand.New(rand.NewPCG(3, 4))
				more := pb.Next()
				for more {
					err := db.Read(ctx, func(tx *Tx) error {
						for range 100 {
							room := 1 + rnd.Int64N(10)
							if err := question(tx, room, (room-1)*500+1+rnd.Int64N(500)); err != nil {
								return err
							}
							if more = pb.Next(); !more {
								break
							}
						}
						return nil
					})
					if err != nil {
						b.Error(err)
						return
					}
				}
			})
			cpu(b, before)
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "reads/s")
		})
	}
	read("balance", func(tx *Tx, room, member int64) error {
		_, err := tx.Balance(chat.RoomID(room), chat.MemberID(member))
		return err
	})
	read("top20", func(tx *Tx, room, _ int64) error { _, err := tx.Top(chat.RoomID(room), Span{}, 20); return err })
	read("statement", func(tx *Tx, room, member int64) error {
		_, err := tx.Statement(chat.RoomID(room), chat.MemberID(member), 10)
		return err
	})
	read("ranking", func(tx *Tx, room, member int64) error {
		_, err := tx.Ranking(chat.RoomID(room), chat.MemberID(member), Span{}, 10)
		return err
	})
	for name, check := range map[string]func(context.Context) ([]Violation, error){"check": db.Check, "verify": db.Verify} {
		b.Run(name, func(b *testing.B) {
			before := processorTime(b)
			for b.Loop() {
				if found, err := check(ctx); err != nil || len(found) > 0 {
					b.Fatal(found, err)
				}
			}
			cpu(b, before)
			b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)/float64(*benchPostings)*1e6, "s/Mpostings")
		})
	}
}

// processorTime returns what this process has used so far.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
