-- Every page that a batch changes goes to the journal as a whole, so messages
-- get few and narrow indexes: one by room instead of one by member and one of
-- kept texts, and the network's ids, which come in no order, as the numbers
-- that they are.
CREATE TABLE message_narrow (
  n       INTEGER PRIMARY KEY AUTOINCREMENT,  -- causes postings: never comes again, also after a purge
  account INTEGER NOT NULL,
  id      ANY     NOT NULL,                   -- the network's; a number where its text is one
  room    INTEGER NOT NULL,
  member  INTEGER NOT NULL,
  kind    TEXT    NOT NULL,
  at      INTEGER NOT NULL,
  text    TEXT,                               -- NULL: not kept, expired or erased
  UNIQUE (account, id)
) STRICT;
INSERT INTO message_narrow SELECT n, account,
  CASE WHEN CAST(CAST(id AS INTEGER) AS TEXT) = id THEN CAST(id AS INTEGER) ELSE id END,
  room, member, kind, at, text FROM message;
DELETE FROM sqlite_sequence WHERE name = 'message_narrow';
INSERT INTO sqlite_sequence SELECT 'message_narrow', seq FROM sqlite_sequence WHERE name = 'message';
DROP TABLE message;
ALTER TABLE message_narrow RENAME TO message;
CREATE INDEX message_room ON message (room, at, member);
