package data

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A case changes until it is settled, so it cannot be a link of a chain
// itself. Instead every change, also by erasing and by the retention limits,
// seals the row it leaves: a row of case_seal holds a digest of the case's
// content, chained to the seal before. The newest seal of a case must fit its
// row. Texts enter by a salted commitment: the seals that stay when a text is
// erased do not allow to guess it.

// caseTexts are the columns that can be erased, and caseFacts the others that
// a seal covers.
const (
	caseTexts = `coalesce(evidence, ''), findings, reason, appeal_reason, detail`
	caseFacts = `id, room, member, strike, opened, last_hit, expires, removal_at, hits, other, rehearsed,
		kind, state, removal, appeal, message`
)

// sealed is what a seal is made from.
type sealed struct {
	numbers          [11]int64 // id first, then the numbers of caseFacts
	words            [5]string // the words of caseFacts
	texts            [5]string
	salt, commitment []byte
}

func scanSealed(scan func(...any) error) (s sealed, err error) {
	var dest []any
	for i := range s.numbers {
		dest = append(dest, &s.numbers[i])
	}
	for i := range s.words {
		dest = append(dest, &s.words[i])
	}
	for i := range s.texts {
		dest = append(dest, &s.texts[i])
	}
	err = scan(append(dest, &s.salt, &s.commitment)...)
	return s, err
}

// text is everything that can be erased, with lengths, so that no text can
// move from one column to the next unseen.
func (s sealed) text() string {
	var b strings.Builder
	for _, t := range s.texts {
		b.WriteString(strconv.Itoa(len(t)))
		b.WriteByte(':')
		b.WriteString(t)
	}
	return b.String()
}

// content is the digest of the row.
func (s sealed) content() int64 {
	blobs := [][]byte{s.commitment}
	for _, w := range s.words {
		blobs = append(blobs, []byte(w))
	}
	return int64(link(0, s.numbers[:], blobs...))
}

// seal appends a seal of a case as it is now.
func (tx *Tx) seal(id int64) error {
	s, err := scanSealed(tx.queryRow(`SELECT `+caseFacts+`, `+caseTexts+`, salt, commitment FROM cases WHERE id = ?1`, id).Scan)
	if err != nil {
		return fmt.Errorf("seal case %d: %w", id, err)
	}
	if s.commitment, s.salt, err = commit(s.text()); err != nil {
		return fmt.Errorf("seal case %d: %w", id, err)
	}
	var before int64
	err = tx.queryRow(`SELECT digest FROM case_seal ORDER BY n DESC LIMIT 1`).Scan(&before)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("seal case %d: %w", id, err)
	}
	if _, err := tx.exec(`UPDATE cases SET salt = ?2, commitment = ?3 WHERE id = ?1`, id, s.salt, s.commitment); err != nil {
		return fmt.Errorf("seal case %d: %w", id, err)
	}
	at := tx.now.UnixMilli()
	_, err = tx.exec(`INSERT INTO case_seal (case_id, content, digest, at) VALUES (?1, ?2, ?3, ?4)`,
		id, s.content(), sealDigest(before, id, s.content(), at), at)
	if err != nil {
		return fmt.Errorf("seal case %d: %w", id, err)
	}
	return nil
}

// sealDigest continues the chain of seals.
func sealDigest(before, id, content, at int64) int64 {
	return int64(link(uint64(before), []int64{id, content, at}))
}

// CaseHead returns the newest digest of the chain of cases, for the manifest
// of a backup; 0 before the first case.
func (tx *Tx) CaseHead() (head int64, err error) {
	err = tx.queryRow(`SELECT coalesce((SELECT digest FROM case_seal ORDER BY n DESC LIMIT 1), 0)`).Scan(&head)
	if err != nil {
		return 0, fmt.Errorf("read head of cases: %w", err)
	}
	return head, nil
}

// verifyCases walks the chain of seals and compares the newest seal of every
// case with its row.
func (tx *Tx) verifyCases() ([]Violation, error) {
	newest, found, err := tx.walkSeals()
	if err != nil {
		return nil, fmt.Errorf("verify cases: %w", err)
	}
	rows, err := collect(tx, scanSealed, `SELECT `+caseFacts+`, `+caseTexts+`, salt, commitment FROM cases ORDER BY id`)
	if err != nil {
		return nil, fmt.Errorf("verify cases: %w", err)
	}
	for _, s := range rows {
		id := s.numbers[0]
		content, ok := newest[id]
		delete(newest, id)
		switch {
		case !ok:
			found = append(found, Violation{Rule: "sealed", Case: id})
		case content != s.content():
			found = append(found, Violation{Rule: "the content that was sealed", Case: id})
		case s.salt == nil || string(commitment32(s.salt, s.text())) != string(s.commitment):
			found = append(found, Violation{Rule: "the texts that were sealed", Case: id})
		}
	}
	for id := range newest {
		found = append(found, Violation{Rule: "there", Case: id})
	}
	slices.SortStableFunc(found, func(a, b Violation) int { return int(a.Case - b.Case) })
	return found, nil
}

// walkSeals returns the newest content of every case and the seals that do not
// follow the one before.
func (tx *Tx) walkSeals() (newest map[int64]int64, found []Violation, err error) {
	rows, err := tx.query(`SELECT n, case_id, content, digest, at FROM case_seal ORDER BY n`)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	newest = make(map[int64]int64)
	var before int64
	for rows.Next() {
		var n, id, content, digest, at int64
		if err := rows.Scan(&n, &id, &content, &digest, &at); err != nil {
			return nil, nil, err
		}
		if digest != sealDigest(before, id, content, at) {
			found = append(found, Violation{Rule: "a seal that follows the one before", Case: id})
		}
		newest[id], before = content, digest
	}
	return newest, found, tx.watch(rows.Err())
}
