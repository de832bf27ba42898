package bot_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"menshen/bot"
	"menshen/bot/chat"
	"menshen/bot/decision"
)

// wordReads counts how often a judge asks for the words of a room in a
// transaction: it does so right before it is compiled.
type wordReads struct {
	bot.Store
	n int
}

func (s *wordReads) Record(ctx context.Context, b chat.Batch, fn func(bot.Tx) error) error {
	return s.Store.Record(ctx, b, func(tx bot.Tx) error { return fn(wordTx{tx, s}) })
}

type wordTx struct {
	bot.Tx
	reads *wordReads
}

func (tx wordTx) Query(q decision.Query) (decision.Answer, error) {
	if q.Words && q.Texts == 0 && q.Member == 0 {
		tx.reads.n++
	}
	return tx.Tx.Query(q)
}

// TestAJudgeIsCompiledBeforeTheTransaction asks what a word does that was just
// added: the answer knows it, and nobody waited for the compiler. Words that
// come in the same batch are compiled in it.
func TestAJudgeIsCompiledBeforeTheTransaction(t *testing.T) {
	s := prepared(t, filepath.Join(t.TempDir(), "menshen.db"))
	reads := &wordReads{}
	s.wrap = func(st bot.Store) bot.Store {
		reads.Store = st
		return reads
	}
	s.start()
	t.Cleanup(s.close)
	s.says(jia, "大家早上好", time.Minute)
	s.says(wang, "加词 代写", time.Minute)
	reads.n = 0
	s.says(wang, "测试 谁要代写", time.Minute)
	if reads.n != 0 {
		t.Errorf("the words were read %d times in a transaction", reads.n)
	}
	s.want("answers", `SELECT count(*) FROM outbox WHERE text LIKE '判定：警告%代写%'`, "1")

	s.says(wang, "加词 代考", time.Minute)
	reads.n = 0
	s.says(jia, "测试", time.Minute) // who keeps no room makes nobody wait
	if reads.n != 1 {
		t.Errorf("for a member the words were read %d times in a transaction, want 1", reads.n)
	}
	s.comes(s.line(wang, "加词 替考"), s.line(wang, "测试 谁替考"))
	s.pass(time.Minute)
	s.want("answers", `SELECT count(*) FROM outbox WHERE text LIKE '判定：警告%替考%'`, "1")
}
