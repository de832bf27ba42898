-- Times are Unix milliseconds. Empty text and 0 mean "none"; NULL is used only
-- where erasing has to be told from never known.

-- account is the bot's own account on a network; every id below is scoped by it.
CREATE TABLE account (
  id        INTEGER PRIMARY KEY,
  uin       TEXT    NOT NULL UNIQUE,          -- the network's stable id of the account itself
  simulated INTEGER NOT NULL CHECK (simulated IN (0, 1)),
  created   INTEGER NOT NULL
) STRICT;

-- session is one login. Its cursor is written with the effects it acknowledges.
CREATE TABLE session (
  id      TEXT    PRIMARY KEY,                -- a hash, never the cookie itself
  account INTEGER NOT NULL REFERENCES account,
  cursor  BLOB,
  started INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE room (
  id            INTEGER PRIMARY KEY,
  account       INTEGER NOT NULL REFERENCES account,
  name          TEXT    NOT NULL,
  present       INTEGER NOT NULL DEFAULT 1 CHECK (present IN (0, 1)), -- the bot is in it
  bot_owns      INTEGER NOT NULL DEFAULT 0 CHECK (bot_owns IN (0, 1)),
  active        INTEGER NOT NULL DEFAULT 0 CHECK (active IN (0, 1)),
  paused_until  INTEGER NOT NULL DEFAULT 0,
  silent        INTEGER NOT NULL DEFAULT 0 CHECK (silent IN (0, 1)),
  rehearsal     INTEGER NOT NULL DEFAULT 0 CHECK (rehearsal IN (0, 1)),
  words_version INTEGER NOT NULL DEFAULT 0,
  created       INTEGER NOT NULL
) STRICT;

CREATE TABLE member (
  id          INTEGER PRIMARY KEY,
  room        INTEGER NOT NULL REFERENCES room,
  nick        TEXT    NOT NULL DEFAULT '',
  display     TEXT    NOT NULL DEFAULT '',    -- the name in this room
  remark      TEXT    NOT NULL DEFAULT '',    -- set on the account's phone
  self        INTEGER NOT NULL DEFAULT 0 CHECK (self IN (0, 1)),
  role        INTEGER NOT NULL DEFAULT 0 CHECK (role BETWEEN 0 AND 2),
  trusted     INTEGER NOT NULL DEFAULT 0 CHECK (trusted IN (0, 1)),
  present     INTEGER NOT NULL DEFAULT 1 CHECK (present IN (0, 1)),
  joined      INTEGER NOT NULL DEFAULT 0,
  left_at     INTEGER NOT NULL DEFAULT 0,
  seen        INTEGER NOT NULL,               -- last time a roster showed the member
  invited_by  INTEGER REFERENCES member,
  substantive INTEGER NOT NULL DEFAULT 0,
  introduced  INTEGER NOT NULL DEFAULT 0 CHECK (introduced IN (0, 1)),
  rules_read  INTEGER NOT NULL DEFAULT 0,
  barred      INTEGER NOT NULL DEFAULT 0 CHECK (barred IN (0, 1)),
  unreachable INTEGER NOT NULL DEFAULT 0 CHECK (unreachable IN (0, 1)),
  by_name     INTEGER NOT NULL DEFAULT 0 CHECK (by_name IN (0, 1)), -- recognised by names alone after the last login
  merged_into INTEGER REFERENCES member,      -- this row is another name of that member
  brought     INTEGER NOT NULL DEFAULT 0      -- points that went there with it
) STRICT;
CREATE INDEX member_room ON member (room);
CREATE UNIQUE INDEX member_self ON member (room) WHERE self = 1;
CREATE INDEX member_merged ON member (merged_into) WHERE merged_into IS NOT NULL;

-- alias maps the names that the network uses during one login to our ids.
CREATE TABLE alias (
  session TEXT    NOT NULL REFERENCES session,
  name    TEXT    NOT NULL,                   -- the network's user name
  room    INTEGER NOT NULL,
  member  INTEGER NOT NULL,                   -- 0: the name is the room's own
  PRIMARY KEY (session, name, room)
) STRICT, WITHOUT ROWID;
CREATE INDEX alias_member ON alias (session, room, member);

-- link records how a member or room was recognised again after a login.
CREATE TABLE link (
  id       INTEGER PRIMARY KEY,
  session  TEXT    NOT NULL,
  room     INTEGER NOT NULL,
  member   INTEGER NOT NULL,                  -- 0: the room itself
  strength TEXT    NOT NULL CHECK (strength IN ('same', 'strong', 'medium', 'new')),
  evidence TEXT    NOT NULL,
  maybe    TEXT    NOT NULL DEFAULT '[]',     -- JSON list of members it could be, for a person to decide
  at       INTEGER NOT NULL
) STRICT;
CREATE INDEX link_member ON link (member) WHERE maybe <> '[]';

-- message is every message that counted once; its id makes a replay harmless.
CREATE TABLE message (
  n       INTEGER PRIMARY KEY AUTOINCREMENT,  -- causes postings: never comes again, also after a purge
  account INTEGER NOT NULL,
  id      TEXT    NOT NULL,                   -- the network's
  room    INTEGER NOT NULL,
  member  INTEGER NOT NULL,
  kind    TEXT    NOT NULL,
  at      INTEGER NOT NULL,
  text    TEXT,                               -- NULL: not kept, expired or erased
  UNIQUE (account, id)
) STRICT;
CREATE INDEX message_member ON message (member, at);
CREATE INDEX message_text ON message (room, at) WHERE text IS NOT NULL;

-- activity counts a member's messages per local date.
CREATE TABLE activity (
  member      INTEGER NOT NULL REFERENCES member,
  day         INTEGER NOT NULL,               -- yyyymmdd in the room's zone
  messages    INTEGER NOT NULL DEFAULT 0,
  substantive INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (member, day)
) STRICT, WITHOUT ROWID;

-- cases is the one table of numbered cases: strikes, reviews, questions.
CREATE TABLE cases (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  room          INTEGER NOT NULL REFERENCES room,
  member        INTEGER NOT NULL,
  kind          TEXT    NOT NULL,
  state         TEXT    NOT NULL,
  removal       TEXT    NOT NULL DEFAULT '',
  removal_at    INTEGER NOT NULL DEFAULT 0,
  appeal        TEXT    NOT NULL DEFAULT '',
  strike        INTEGER NOT NULL DEFAULT 0,
  opened        INTEGER NOT NULL,
  last_hit      INTEGER NOT NULL,
  expires       INTEGER NOT NULL DEFAULT 0,
  message       TEXT    NOT NULL DEFAULT '',  -- the network's id of the message that opened it
  evidence      TEXT,                         -- the sender's words; NULL once expired or erased
  hits          INTEGER NOT NULL DEFAULT 1,
  findings      TEXT    NOT NULL DEFAULT '[]',-- JSON
  reason        TEXT    NOT NULL DEFAULT '',
  appeal_reason TEXT    NOT NULL DEFAULT '',
  detail        TEXT    NOT NULL DEFAULT '',
  other         INTEGER NOT NULL DEFAULT 0,
  rehearsed     INTEGER NOT NULL DEFAULT 0 CHECK (rehearsed IN (0, 1)),
  salt          BLOB,
  commitment    BLOB                          -- hash of salt and all texts of the row
) STRICT;
CREATE INDEX cases_member ON cases (member, kind, state);
CREATE INDEX cases_open ON cases (state, removal) WHERE state = 'open' OR removal IN ('requested', 'sent', 'asked', 'failed') OR appeal = 'open';

-- case_seal chains the states that cases went through, see seal.go.
CREATE TABLE case_seal (
  n       INTEGER PRIMARY KEY,
  case_id INTEGER NOT NULL,
  content INTEGER NOT NULL,                   -- digest of the row as it was left
  digest  INTEGER NOT NULL,                   -- of this row and the digest before
  at      INTEGER NOT NULL
) STRICT;

-- audit says who did what, when and why; it is only ever added to.
CREATE TABLE audit (
  id      INTEGER PRIMARY KEY,
  at      INTEGER NOT NULL,
  room    INTEGER NOT NULL,
  actor   INTEGER NOT NULL,                   -- 0: the bot itself
  console INTEGER NOT NULL DEFAULT 0 CHECK (console IN (0, 1)),
  case_id INTEGER NOT NULL DEFAULT 0,
  member  INTEGER NOT NULL DEFAULT 0,
  what    TEXT    NOT NULL,
  detail  TEXT    NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX audit_case ON audit (case_id) WHERE case_id > 0;

-- outbox is everything the bot says or asks of the network, committed before
-- it happens.
CREATE TABLE outbox (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  cause      TEXT    NOT NULL,
  kind       TEXT    NOT NULL,
  room       INTEGER NOT NULL,
  member     INTEGER NOT NULL,
  console    INTEGER NOT NULL DEFAULT 0 CHECK (console IN (0, 1)),
  priority   INTEGER NOT NULL,
  state      TEXT    NOT NULL CHECK (state IN ('pending', 'sending', 'sent', 'failed', 'unknown', 'cancelled', 'rehearsed')),
  text       TEXT    NOT NULL,
  case_id    INTEGER NOT NULL DEFAULT 0,
  merge_key  TEXT    NOT NULL DEFAULT '',
  parts      TEXT    NOT NULL DEFAULT '[]',   -- JSON list
  attempts   INTEGER NOT NULL DEFAULT 0,
  created    INTEGER NOT NULL,
  due        INTEGER NOT NULL DEFAULT 0,      -- earliest time of sending as it was asked for; tells what is stale
  not_before INTEGER NOT NULL DEFAULT 0,      -- moves with every try that was put off
  settled    INTEGER NOT NULL DEFAULT 0,
  message    TEXT    NOT NULL DEFAULT '',     -- the network's id once sent
  why        TEXT    NOT NULL DEFAULT '',
  UNIQUE (cause, kind, room, member, console)
) STRICT;
CREATE INDEX outbox_waiting ON outbox (priority, id) WHERE state = 'pending';
CREATE INDEX outbox_sending ON outbox (id) WHERE state = 'sending';
CREATE INDEX outbox_merge ON outbox (merge_key) WHERE state = 'pending' AND merge_key <> '';
CREATE INDEX outbox_case ON outbox (case_id) WHERE case_id > 0;

CREATE TABLE setting (
  room  INTEGER NOT NULL,
  name  TEXT    NOT NULL,
  value TEXT    NOT NULL,
  PRIMARY KEY (room, name)
) STRICT, WITHOUT ROWID;

-- rules_text keeps every version of a room's written rules.
CREATE TABLE rules_text (
  room    INTEGER NOT NULL REFERENCES room,
  version INTEGER NOT NULL,
  text    TEXT    NOT NULL,
  at      INTEGER NOT NULL,
  PRIMARY KEY (room, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE word (
  room      INTEGER NOT NULL,                 -- 0: shared by all rooms
  word      TEXT    NOT NULL,
  action    INTEGER NOT NULL,
  disguised INTEGER NOT NULL,
  variants  TEXT    NOT NULL,                 -- comma list
  category  TEXT    NOT NULL DEFAULT '',
  at        INTEGER NOT NULL,
  PRIMARY KEY (room, word)
) STRICT, WITHOUT ROWID;

-- allow holds what beats the rules: phrases and hosts.
CREATE TABLE allow (
  room  INTEGER NOT NULL,
  kind  TEXT    NOT NULL CHECK (kind IN ('phrase', 'host')),
  value TEXT    NOT NULL,
  at    INTEGER NOT NULL,
  PRIMARY KEY (room, kind, value)
) STRICT, WITHOUT ROWID;

-- choice is an open question with numbered answers, for one actor.
CREATE TABLE choice (
  room    INTEGER NOT NULL,
  member  INTEGER NOT NULL,                   -- 0: the console
  options TEXT    NOT NULL,                   -- JSON list
  until   INTEGER NOT NULL,
  PRIMARY KEY (room, member)
) STRICT, WITHOUT ROWID;

-- pick is the room that somebody's private commands are about.
CREATE TABLE pick (
  member INTEGER PRIMARY KEY,                 -- 0: the console
  room   INTEGER NOT NULL,
  at     INTEGER NOT NULL
) STRICT;
