package data

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"menshen/bot/decision"
	"menshen/moderation"
)

// subject is whom a case is about: the member whose name its member is now. A
// question who somebody is stays about the name.
const subject = `CASE WHEN c.kind = 'identity' OR NOT EXISTS (SELECT 1 FROM member o WHERE o.id = c.member AND o.merged_into IS NOT NULL)
	THEN c.member ELSE (WITH RECURSIVE up(id, whose) AS (SELECT o.id, o.merged_into FROM member o WHERE o.id = c.member
		UNION ALL SELECT o.id, o.merged_into FROM up JOIN member o ON o.id = up.whose) SELECT id FROM up WHERE whose IS NULL) END`

// caseColumns are what [scanCase] reads, of a table called c.
const caseColumns = `c.id, c.room, ` + subject + `, c.kind, c.state, c.removal, c.removal_at, c.appeal, c.strike, c.opened,
	c.last_hit, c.expires, c.message, coalesce(c.evidence, ''), c.hits, c.findings, c.reason, c.appeal_reason, c.detail,
	c.other, c.rehearsed, ` + asking + `, ` + told

// asking and told are what became of the rows that speak of a removal. A query
// uses the index of a case's rows only if it says that there is a case.
const (
	asking = `c.removal = 'requested' AND EXISTS (SELECT 1 FROM outbox WHERE case_id = c.id AND case_id > 0
		AND kind = 'remove' AND state IN ('sending', 'unknown'))`
	told = `c.removal <> '' AND EXISTS (SELECT 1 FROM outbox WHERE case_id = c.id AND case_id > 0
		AND kind = 'removal' AND state IN ('sending', 'sent', 'unknown'))`
)

// mostFindings bounds the findings that a case collects from joined messages.
const mostFindings = 50

// hitCase is a case with the time of its newest message.
type hitCase struct {
	decision.Case
	lastHit time.Time
}

func (tx *Tx) openCase(e decision.OpenCase) error {
	next, err := tx.nextCase()
	if err != nil {
		return err
	}
	c := e.Case
	c.Evidence, c.AppealReason = moderation.Redact(c.Evidence), moderation.Redact(c.AppealReason)
	if c.ID != next {
		return fmt.Errorf("case %d cannot be opened: the next number is %d", c.ID, next)
	}
	findings, err := encodeFindings(c.Findings)
	if err != nil {
		return err
	}
	_, err = tx.exec(`INSERT INTO cases (id, room, member, kind, state, removal, removal_at, appeal, strike, opened, last_hit,
		expires, message, evidence, hits, findings, reason, appeal_reason, detail, other, rehearsed)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)`,
		c.ID, c.Room, c.Member, string(c.Kind), string(c.State), string(c.Removal), toMillis(c.RemovalAt), string(c.Appeal),
		c.Strike, tx.at(c.Opened), toMillis(c.Expires), c.MessageID, c.Evidence, max(c.Hits, 1), findings,
		c.Reason, c.AppealReason, c.Detail, c.Other, c.Rehearsed)
	if err != nil {
		return fmt.Errorf("store case: %w", err)
	}
	if err := tx.seal(c.ID); err != nil {
		return err
	}
	tx.mem.nextCase = next + 1
	if c.Kind == decision.CaseIdentity {
		tx.mem.asked = nil
	}
	return tx.audit(entry{
		at: c.Opened, room: c.Room, actor: e.Actor, caseID: c.ID, member: c.Member,
		what: "case open", detail: fmt.Sprintf("%s %s strike %d", c.Kind, c.State, c.Strike),
	})
}

// nextCase returns the number that the next opened case gets. Numbers are
// never given twice, also when the newest case is gone.
func (tx *Tx) nextCase() (int64, error) {
	if tx.mem != nil && tx.mem.nextCase > 0 {
		return tx.mem.nextCase, nil
	}
	var last int64
	err := tx.queryRow(`SELECT seq FROM sqlite_sequence WHERE name = 'cases'`).Scan(&last)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("find next case number: %w", err)
	}
	if tx.mem != nil {
		tx.mem.nextCase = last + 1
	}
	return last + 1, nil
}

func (tx *Tx) joinCase(e decision.JoinCase) error {
	c, err := tx.caseByID(e.Case)
	if err != nil {
		return err
	}
	if c == nil {
		return fmt.Errorf("case %d: %w", e.Case, errNoRow)
	}
	findings, err := encodeFindings(joined(c.Findings, e.Findings))
	if err != nil {
		return err
	}
	_, err = tx.exec(`UPDATE cases SET hits = hits + 1, last_hit = max(last_hit, ?2), findings = ?3 WHERE id = ?1`,
		e.Case, tx.at(e.At), findings)
	if err != nil {
		return fmt.Errorf("join case: %w", err)
	}
	if err := tx.seal(e.Case); err != nil {
		return err
	}
	return tx.audit(entry{at: e.At, room: c.Room, caseID: e.Case, member: c.Member, what: "case join", detail: "message " + e.MessageID})
}

// joined adds the findings of one more message to those of a case. Everybody in
// a campaign is named by its first finding: a sanction covers all of them,
// however many came.
func joined(all, more []moderation.Finding) []moderation.Finding {
	all = slices.Clone(all)
	for _, f := range more {
		n := slices.IndexFunc(all, func(have moderation.Finding) bool {
			return len(f.With) > 0 && len(have.With) > 0 && have.Rule == f.Rule
		})
		switch {
		case n >= 0:
			with := append(slices.Clone(all[n].With), f.With...)
			slices.Sort(with)
			all[n].With = slices.Compact(with)
		case len(all) < mostFindings:
			all = append(all, f)
		}
	}
	return all
}

func (tx *Tx) changeCase(e decision.ChangeCase) error {
	c, err := tx.caseByID(e.Case)
	if err != nil {
		return err
	}
	if c == nil {
		return fmt.Errorf("case %d: %w", e.Case, errNoRow)
	}
	_, err = tx.exec(`UPDATE cases SET kind = coalesce(nullif(?2, ''), kind), state = coalesce(nullif(?3, ''), state),
		removal = coalesce(nullif(?4, ''), removal), removal_at = CASE ?4 WHEN '' THEN removal_at ELSE ?5 END,
		appeal = coalesce(nullif(?6, ''), appeal), appeal_reason = coalesce(nullif(?7, ''), appeal_reason),
		reason = coalesce(nullif(?8, ''), reason), strike = coalesce(nullif(?9, 0), strike),
		expires = coalesce(nullif(?10, 0), expires) WHERE id = ?1`,
		e.Case, string(e.Kind), string(e.State), string(e.Removal), tx.at(e.At), string(e.Appeal), moderation.Redact(e.AppealReason),
		e.Reason, e.Strike, toMillis(e.Expires))
	if err != nil {
		return fmt.Errorf("change case: %w", err)
	}
	if err := tx.seal(e.Case); err != nil {
		return err
	}
	return tx.audit(entry{at: e.At, room: c.Room, actor: e.Actor, caseID: e.Case, member: c.Member, what: "case change", detail: caseChanges(e)})
}

// caseChanges says what a ChangeCase changes, for the audit.
func caseChanges(e decision.ChangeCase) string {
	var c changes
	for _, f := range []struct{ field, value string }{
		{"kind", string(e.Kind)},
		{"state", string(e.State)},
		{"removal", string(e.Removal)},
		{"appeal", string(e.Appeal)},
		{"reason", e.Reason},
		{"why", e.Why},
	} {
		if f.value != "" {
			c.add(f.field, f.value)
		}
	}
	if e.Strike > 0 {
		c.add("strike", e.Strike)
	}
	if !e.Expires.IsZero() {
		c.add("expires", toMillis(e.Expires))
	}
	return c.String()
}

// caseByID returns a case, or nil when there is none.
func (tx *Tx) caseByID(id int64) (*decision.Case, error) {
	c, err := scanCase(tx.queryRow(`SELECT `+caseColumns+` FROM cases c WHERE c.id = ?1`, id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read case: %w", err)
	}
	return &c.Case, nil
}

// cases returns the cases that a condition on c selects, oldest first.
func (tx *Tx) cases(where string, args ...any) ([]decision.Case, error) {
	all, err := collect(tx, func(scan func(...any) error) (decision.Case, error) {
		c, err := scanCase(scan)
		return c.Case, err
	}, `SELECT `+caseColumns+` FROM cases c WHERE `+where+` ORDER BY c.id`, args...)
	if err != nil {
		return nil, fmt.Errorf("read cases: %w", err)
	}
	return all, nil
}

func scanCase(scan func(...any) error) (hitCase, error) {
	var c hitCase
	var removalAt, opened, lastHit, expires int64
	var findings []byte
	err := scan(&c.ID, &c.Room, &c.Member, &c.Kind, &c.State, &c.Removal, &removalAt, &c.Appeal, &c.Strike, &opened,
		&lastHit, &expires, &c.MessageID, &c.Evidence, &c.Hits, &findings, &c.Reason, &c.AppealReason, &c.Detail,
		&c.Other, &c.Rehearsed, &c.Asking, &c.Told)
	if err != nil {
		return c, err
	}
	c.RemovalAt, c.Opened, c.lastHit, c.Expires = fromMillis(removalAt), fromMillis(opened), fromMillis(lastHit), fromMillis(expires)
	if err := json.Unmarshal(findings, &c.Findings); err != nil {
		return c, fmt.Errorf("decode findings of case %d: %w", c.ID, err)
	}
	return c, nil
}

// encodeFindings makes findings storable. What was found as personal data is
// never stored in clear.
func encodeFindings(all []moderation.Finding) (string, error) {
	kept := make([]moderation.Finding, len(all))
	for i, f := range all {
		if f.Rule == moderation.RulePersonal {
			f.Text = ""
		}
		f.Text = moderation.Redact(f.Text)
		kept[i] = f
	}
	text, err := json.Marshal(kept)
	if err != nil {
		return "", fmt.Errorf("encode findings: %w", err)
	}
	return string(text), nil
}
