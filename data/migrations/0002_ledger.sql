-- The ledger of points. Rows are added, never changed; what is stored twice
-- (points, held points, the room's last number) follows from them by trigger,
-- and a guard refuses every change that does not follow. All times here are
-- Unix seconds: two bytes less on every row than milliseconds.
--
-- An INSERT OR REPLACE deletes without firing delete triggers, so every table
-- has a guard against a second row with a key that exists.

-- unpaired_leg stays empty. A transfer whose second half is missing refers to
-- it, by a foreign key that is looked at when the transaction commits.
CREATE TABLE unpaired_leg (
  no INTEGER PRIMARY KEY CONSTRAINT unpaired_leg_is_empty CHECK (no IS NULL)
) STRICT;

-- book is one room's ledger: its last posting number and whose it was.
CREATE TABLE book (
  room     INTEGER PRIMARY KEY REFERENCES room,
  no       INTEGER NOT NULL DEFAULT 0,
  member   INTEGER NOT NULL DEFAULT 0,
  unpaired INTEGER REFERENCES unpaired_leg DEFERRABLE INITIALLY DEFERRED
) STRICT;

-- balance is what a member has in a room. ranked leaves the bot, departed
-- members and other names of the same person out of the rankings.
CREATE TABLE balance (
  room   INTEGER NOT NULL REFERENCES book,
  member INTEGER NOT NULL REFERENCES member,
  points INTEGER NOT NULL DEFAULT 0
    CONSTRAINT balance_bounds CHECK (points BETWEEN -1000000000000 AND 1000000000000),
  held   INTEGER NOT NULL DEFAULT 0,
  floor  INTEGER NOT NULL DEFAULT 0
    CONSTRAINT balance_floor_bounds CHECK (floor BETWEEN -1000000000 AND 0),
  last   INTEGER NOT NULL DEFAULT 0,          -- number of the member's last posting
  digest INTEGER NOT NULL DEFAULT 0,          -- of that posting
  ranked INTEGER NOT NULL DEFAULT 1 CONSTRAINT balance_ranked CHECK (ranked IN (0, 1)),
  PRIMARY KEY (room, member),
  CONSTRAINT balance_floor CHECK (points - held >= floor)
) STRICT, WITHOUT ROWID;

-- ledger holds the postings. contra is the other side: a positive number is
-- the member who has the other half, under the same cause with the next leg
-- and number; else it is an account of the room itself (0 earn, -1 grant,
-- -2 fine, -3 shop, -4 prize, -5 fee, -6 pass, -7 expiry, -8 move). src and
-- src_id say what caused it, once a leg; src and leg are stored in one number,
-- and the most frequent values are 0 and 1, because these take no byte: a
-- million postings have to fit 60 MiB. digest chains the member's postings,
-- see chain.go.
CREATE TABLE ledger (
  room    INTEGER NOT NULL,
  member  INTEGER NOT NULL,
  no      INTEGER NOT NULL,
  amount  INTEGER NOT NULL
    CONSTRAINT ledger_amount CHECK (amount <> 0 AND amount BETWEEN -1000000000 AND 1000000000),
  balance INTEGER NOT NULL,
  contra  INTEGER NOT NULL
    CONSTRAINT ledger_contra CHECK (contra >= -8 AND contra <> member),
  src_id  INTEGER NOT NULL CONSTRAINT ledger_src_id CHECK (src_id > 0),
  cause   INTEGER NOT NULL,                   -- src + 16 * leg
  src     INTEGER AS (cause % 16) VIRTUAL CONSTRAINT ledger_src CHECK (src BETWEEN 1 AND 11),
  leg     INTEGER AS (cause / 16) VIRTUAL
    CONSTRAINT ledger_leg CHECK (leg >= 0 AND (contra > 0 OR leg % 2 = 0)),
  at      INTEGER NOT NULL CONSTRAINT ledger_at CHECK (at BETWEEN 0 AND 253402300799),
  digest  INTEGER NOT NULL,
  PRIMARY KEY (room, member, no)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX ledger_cause ON ledger (room, src_id, cause);
CREATE INDEX ledger_reversed ON ledger (room) WHERE cause % 16 = 8;

-- memo is the reason somebody wrote for a posting. The posting's digest covers
-- the commitment, a hash of salt and text: erasing both leaves the chain whole.
CREATE TABLE memo (
  room       INTEGER NOT NULL,
  member     INTEGER NOT NULL,
  no         INTEGER NOT NULL,
  commitment BLOB    NOT NULL CONSTRAINT memo_commitment CHECK (length(commitment) = 32),
  salt       BLOB,
  text       TEXT CONSTRAINT memo_erased CHECK ((text IS NULL) = (salt IS NULL)),
  PRIMARY KEY (room, member, no),
  FOREIGN KEY (room, member, no) REFERENCES ledger
) STRICT, WITHOUT ROWID;

-- hold sets points aside; hold_release gives back what was not captured.
-- Captures are postings with src 7 and the hold's id.
CREATE TABLE hold (
  id      INTEGER PRIMARY KEY,
  room    INTEGER NOT NULL,
  member  INTEGER NOT NULL,
  amount  INTEGER NOT NULL CONSTRAINT hold_amount CHECK (amount BETWEEN 1 AND 1000000000),
  src     INTEGER NOT NULL CONSTRAINT hold_src CHECK (src BETWEEN 1 AND 4), -- 1 红包 2 抽奖 3 通行证 4 兑换
  src_id  INTEGER NOT NULL CONSTRAINT hold_src_id CHECK (src_id > 0),
  at      INTEGER NOT NULL,
  UNIQUE (room, src, src_id),
  FOREIGN KEY (room, member) REFERENCES balance
) STRICT;
CREATE INDEX hold_member ON hold (room, member);

CREATE TABLE hold_release (
  hold   INTEGER PRIMARY KEY REFERENCES hold,
  amount INTEGER NOT NULL,
  at     INTEGER NOT NULL
) STRICT;

-- hold_left is what is still set aside of each hold. Left alone, the planner
-- would read all postings of the room.
CREATE VIEW hold_left AS
SELECT h.id, h.room, h.member,
  CASE WHEN EXISTS (SELECT 1 FROM hold_release r WHERE r.hold = h.id) THEN 0
  ELSE h.amount + (SELECT coalesce(sum(l.amount), 0) FROM ledger l INDEXED BY ledger_cause
    WHERE l.room = h.room AND l.src = 7 AND l.src_id = h.id AND l.leg % 2 = 0) END AS left
FROM hold h;

-- Book.

CREATE TRIGGER book_new BEFORE INSERT ON book
WHEN NEW.no <> 0 OR NEW.unpaired IS NOT NULL OR EXISTS (SELECT 1 FROM book WHERE room = NEW.room)
BEGIN SELECT RAISE(ABORT, 'book: starts once and empty'); END;

CREATE TRIGGER book_guard BEFORE UPDATE ON book
WHEN NEW.room <> OLD.room OR NOT EXISTS (SELECT 1 FROM ledger l
  WHERE l.room = NEW.room AND l.member = NEW.member AND l.no = NEW.no AND NEW.no = OLD.no + 1
    AND NEW.unpaired IS CASE WHEN l.contra > 0 AND l.leg % 2 = 0 THEN l.no END)
BEGIN SELECT RAISE(ABORT, 'book: changes only by a posting'); END;

CREATE TRIGGER book_no_delete BEFORE DELETE ON book
BEGIN SELECT RAISE(ABORT, 'book: is never deleted'); END;

-- Balance.

CREATE TRIGGER balance_new BEFORE INSERT ON balance
WHEN NEW.points <> 0 OR NEW.held <> 0 OR NEW.last <> 0 OR NEW.digest <> 0
  OR EXISTS (SELECT 1 FROM balance WHERE room = NEW.room AND member = NEW.member)
BEGIN SELECT RAISE(ABORT, 'balance: starts once and empty'); END;

CREATE TRIGGER balance_room BEFORE INSERT ON balance
WHEN NOT EXISTS (SELECT 1 FROM member WHERE id = NEW.member AND room = NEW.room)
BEGIN SELECT RAISE(ABORT, 'balance: the member is of another room'); END;

CREATE TRIGGER balance_guard BEFORE UPDATE OF room, member, points, floor, last, digest ON balance
WHEN NEW.room <> OLD.room OR NEW.member <> OLD.member OR NEW.floor <> OLD.floor
  OR NOT EXISTS (SELECT 1 FROM ledger l
    WHERE l.room = NEW.room AND l.member = NEW.member AND l.no = NEW.last AND NEW.last > OLD.last
      AND l.balance = NEW.points AND l.digest = NEW.digest)
BEGIN SELECT RAISE(ABORT, 'balance: changes only by a posting'); END;

CREATE TRIGGER balance_held BEFORE UPDATE OF held ON balance
WHEN NEW.held <> OLD.held AND NEW.held <> (SELECT coalesce(sum(left), 0) FROM hold_left
  WHERE room = NEW.room AND member = NEW.member)
BEGIN SELECT RAISE(ABORT, 'balance: held points change only by a hold'); END;

CREATE TRIGGER balance_no_delete BEFORE DELETE ON balance
BEGIN SELECT RAISE(ABORT, 'balance: is never deleted'); END;

CREATE TRIGGER balance_member_changed AFTER UPDATE OF present, self, merged_into ON member
BEGIN
  UPDATE balance SET ranked = NEW.present AND NOT NEW.self AND NEW.merged_into IS NULL
  WHERE room = NEW.room AND member = NEW.id;
END;

CREATE TRIGGER balance_ranked_new AFTER INSERT ON balance
WHEN EXISTS (SELECT 1 FROM member WHERE id = NEW.member AND (NOT present OR self OR merged_into IS NOT NULL))
BEGIN
  UPDATE balance SET ranked = 0 WHERE room = NEW.room AND member = NEW.member;
END;

-- Ledger.

CREATE TRIGGER ledger_number BEFORE INSERT ON ledger
WHEN (SELECT no + 1 FROM book WHERE room = NEW.room) IS NOT NEW.no
BEGIN SELECT RAISE(ABORT, 'ledger: not the next number of the room'); END;

CREATE TRIGGER ledger_balance BEFORE INSERT ON ledger
WHEN (SELECT points + NEW.amount FROM balance WHERE room = NEW.room AND member = NEW.member) IS NOT NEW.balance
BEGIN SELECT RAISE(ABORT, 'ledger: balance does not follow'); END;

CREATE TRIGGER ledger_once BEFORE INSERT ON ledger
WHEN EXISTS (SELECT 1 FROM ledger WHERE room = NEW.room AND src_id = NEW.src_id AND cause = NEW.cause)
BEGIN SELECT RAISE(ABORT, 'ledger: cause was posted before'); END;

CREATE TRIGGER ledger_pair BEFORE INSERT ON ledger
WHEN (NEW.contra > 0 AND NEW.leg % 2 = 1) OR (SELECT unpaired FROM book WHERE room = NEW.room) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'ledger: not the other half of the transfer')
  WHERE NOT EXISTS (SELECT 1 FROM book b
    JOIN ledger o ON o.room = b.room AND o.member = NEW.contra AND o.no = b.unpaired
    WHERE b.room = NEW.room AND o.contra = NEW.member AND o.amount = -NEW.amount
      AND o.src_id = NEW.src_id AND o.cause + 16 = NEW.cause);
END;

-- A reversal names the number it undoes; the second half of a transfer is the
-- number after it. Its cause is that number, so it happens once.
CREATE TRIGGER ledger_reversal BEFORE INSERT ON ledger WHEN NEW.src = 8
BEGIN
  SELECT RAISE(ABORT, 'ledger: not the reverse of a posting')
  WHERE NOT EXISTS (SELECT 1 FROM ledger o
    WHERE o.room = NEW.room AND o.member = NEW.member AND o.no = NEW.src_id + NEW.leg
      AND o.amount = -NEW.amount AND o.contra = NEW.contra AND o.src <> 8
      AND NEW.leg <= 1 AND o.leg % 2 = NEW.leg);
END;

CREATE TRIGGER ledger_capture BEFORE INSERT ON ledger WHEN NEW.src = 7 AND NEW.leg % 2 = 0
BEGIN
  SELECT RAISE(ABORT, 'ledger: more than the hold has left')
  WHERE NEW.amount > 0 OR NOT EXISTS (SELECT 1 FROM hold_left
    WHERE id = NEW.src_id AND room = NEW.room AND member = NEW.member AND left >= -NEW.amount);
END;

CREATE TRIGGER ledger_apply AFTER INSERT ON ledger
BEGIN
  UPDATE balance SET points = NEW.balance, last = NEW.no, digest = NEW.digest,
    held = held + CASE WHEN NEW.src = 7 AND NEW.leg % 2 = 0 THEN NEW.amount ELSE 0 END
  WHERE room = NEW.room AND member = NEW.member;
  UPDATE book SET no = NEW.no, member = NEW.member,
    unpaired = CASE WHEN NEW.contra > 0 AND NEW.leg % 2 = 0 THEN NEW.no END
  WHERE room = NEW.room;
END;

CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger
BEGIN SELECT RAISE(ABORT, 'ledger: postings are never changed'); END;

CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ledger
BEGIN SELECT RAISE(ABORT, 'ledger: postings are never deleted'); END;

-- Memo: erased, never changed.

CREATE TRIGGER memo_new BEFORE INSERT ON memo
WHEN EXISTS (SELECT 1 FROM memo WHERE room = NEW.room AND member = NEW.member AND no = NEW.no)
  OR (SELECT last FROM balance WHERE room = NEW.room AND member = NEW.member) IS NOT NEW.no
BEGIN SELECT RAISE(ABORT, 'memo: belongs to a posting just made'); END;

CREATE TRIGGER memo_erase_only BEFORE UPDATE ON memo
WHEN NEW.text IS NOT NULL OR NEW.room <> OLD.room OR NEW.member <> OLD.member OR NEW.no <> OLD.no
  OR NEW.commitment <> OLD.commitment
BEGIN SELECT RAISE(ABORT, 'memo: can only be erased'); END;

CREATE TRIGGER memo_no_delete BEFORE DELETE ON memo
BEGIN SELECT RAISE(ABORT, 'memo: its commitment stays'); END;

-- Holds.

CREATE TRIGGER hold_once BEFORE INSERT ON hold
WHEN EXISTS (SELECT 1 FROM hold WHERE id = NEW.id)
  OR EXISTS (SELECT 1 FROM hold WHERE room = NEW.room AND src = NEW.src AND src_id = NEW.src_id)
BEGIN SELECT RAISE(ABORT, 'hold: was made before'); END;

CREATE TRIGGER hold_apply AFTER INSERT ON hold
BEGIN
  UPDATE balance SET held = held + NEW.amount WHERE room = NEW.room AND member = NEW.member;
END;

CREATE TRIGGER hold_no_update BEFORE UPDATE ON hold
BEGIN SELECT RAISE(ABORT, 'hold: is never changed'); END;

CREATE TRIGGER hold_no_delete BEFORE DELETE ON hold
BEGIN SELECT RAISE(ABORT, 'hold: is never deleted'); END;

CREATE TRIGGER hold_release_once BEFORE INSERT ON hold_release
WHEN NEW.amount <= 0 OR (SELECT left FROM hold_left WHERE id = NEW.hold) IS NOT NEW.amount
BEGIN SELECT RAISE(ABORT, 'hold: is resolved once'); END;

CREATE TRIGGER hold_release_apply AFTER INSERT ON hold_release
BEGIN
  UPDATE balance SET held = held - NEW.amount
  WHERE (room, member) = (SELECT room, member FROM hold WHERE id = NEW.hold);
END;

CREATE TRIGGER hold_release_no_update BEFORE UPDATE ON hold_release
BEGIN SELECT RAISE(ABORT, 'hold: a release is never changed'); END;

CREATE TRIGGER hold_release_no_delete BEFORE DELETE ON hold_release
BEGIN SELECT RAISE(ABORT, 'hold: a release is never deleted'); END;
