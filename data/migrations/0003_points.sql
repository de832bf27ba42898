-- What members do with points. Every change of points is a posting or a hold
-- of the ledger; these tables say what it was for. Times are Unix seconds,
-- days are yyyymmdd in the room's zone, cause is the number of the message
-- that asked for it: the same message again changes nothing.

-- speaking is what is remembered of a member's earning messages.
CREATE TABLE speaking (
  member INTEGER PRIMARY KEY REFERENCES member,
  last   INTEGER NOT NULL,
  day    INTEGER NOT NULL,
  earned INTEGER NOT NULL
) STRICT;

CREATE TABLE checkin (
  id     INTEGER PRIMARY KEY,
  room   INTEGER NOT NULL,
  member INTEGER NOT NULL REFERENCES member,
  day    INTEGER NOT NULL,
  at     INTEGER NOT NULL,
  streak INTEGER NOT NULL CHECK (streak > 0),
  points INTEGER NOT NULL CHECK (points >= 0),
  UNIQUE (member, day)
) STRICT;

-- invite is a newcomer somebody brought: waiting, then credited or void, and
-- taken back when the newcomer leaves early.
CREATE TABLE invite (
  newcomer INTEGER PRIMARY KEY REFERENCES member,
  room     INTEGER NOT NULL,
  inviter  INTEGER NOT NULL REFERENCES member CHECK (inviter <> newcomer),
  due      INTEGER NOT NULL,
  until    INTEGER NOT NULL,
  points   INTEGER NOT NULL CHECK (points > 0),
  state    TEXT    NOT NULL CHECK (state IN ('waiting', 'credited', 'void', 'back'))
) STRICT;
CREATE INDEX invite_due ON invite (due) WHERE state = 'waiting';

-- packet is a 红包; its points are a hold of the sponsor, a grab captures a
-- share of it.
CREATE TABLE packet (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  room    INTEGER NOT NULL,
  sponsor INTEGER NOT NULL REFERENCES member,
  total   INTEGER NOT NULL CHECK (total >= shares),
  shares  INTEGER NOT NULL CHECK (shares > 0),
  equal   INTEGER NOT NULL CHECK (equal IN (0, 1)),
  seed    BLOB    NOT NULL CHECK (length(seed) = 32),
  at      INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  state   TEXT    NOT NULL CHECK (state IN ('open', 'empty', 'expired')),
  cause   INTEGER NOT NULL,
  UNIQUE (room, cause)
) STRICT;
CREATE INDEX packet_open ON packet (expires) WHERE state = 'open';

CREATE TABLE packet_grab (
  packet INTEGER NOT NULL REFERENCES packet,
  n      INTEGER NOT NULL CHECK (n > 0),
  member INTEGER NOT NULL REFERENCES member,
  amount INTEGER NOT NULL CHECK (amount > 0),
  at     INTEGER NOT NULL,
  PRIMARY KEY (packet, n),
  UNIQUE (packet, member)
) STRICT, WITHOUT ROWID;

CREATE TABLE item (
  id    INTEGER PRIMARY KEY,
  room  INTEGER NOT NULL,
  name  TEXT    NOT NULL,
  price INTEGER NOT NULL CHECK (price > 0),
  stock INTEGER NOT NULL CHECK (stock >= 0),  -- without what open redemptions reserve
  shown INTEGER NOT NULL DEFAULT 1 CHECK (shown IN (0, 1)),
  UNIQUE (room, name)
) STRICT;

-- item_code is a code that one redemption gets when it is approved.
CREATE TABLE item_code (
  id         INTEGER PRIMARY KEY,
  item       INTEGER NOT NULL REFERENCES item,
  code       TEXT    NOT NULL,
  redemption INTEGER UNIQUE REFERENCES redemption,
  UNIQUE (item, code)
) STRICT;
CREATE INDEX item_code_free ON item_code (item) WHERE redemption IS NULL;

-- redemption is a 兑换: points held and one piece reserved until the owner
-- decides.
CREATE TABLE redemption (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  room    INTEGER NOT NULL,
  member  INTEGER NOT NULL REFERENCES member,
  item    INTEGER NOT NULL REFERENCES item,
  price   INTEGER NOT NULL CHECK (price > 0),
  state   TEXT    NOT NULL CHECK (state IN ('open', 'approved', 'declined', 'expired')),
  at      INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  settled INTEGER NOT NULL DEFAULT 0,
  cause   INTEGER NOT NULL,
  UNIQUE (room, cause)
) STRICT;
CREATE INDEX redemption_open ON redemption (expires) WHERE state = 'open';
CREATE INDEX redemption_member ON redemption (member);

-- draw is a 抽奖. The seed is secret until it closes.
CREATE TABLE draw (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  room       INTEGER NOT NULL,
  stake      INTEGER NOT NULL CHECK (stake >= 0),
  winners    INTEGER NOT NULL CHECK (winners > 0),
  prize      INTEGER NOT NULL CHECK (prize >= 0),
  least      INTEGER NOT NULL CHECK (least > winners),
  line       TEXT    NOT NULL DEFAULT '',
  commitment TEXT    NOT NULL DEFAULT '',
  seed       BLOB    NOT NULL CHECK (length(seed) = 32),
  at         INTEGER NOT NULL,
  closes     INTEGER NOT NULL,
  state      TEXT    NOT NULL CHECK (state IN ('open', 'drawn', 'void')),
  cause      INTEGER NOT NULL,
  UNIQUE (room, cause)
) STRICT;
CREATE INDEX draw_open ON draw (closes) WHERE state = 'open';

-- draw_entry is one entrant; won is what they got. id names the stake's hold.
CREATE TABLE draw_entry (
  id     INTEGER PRIMARY KEY,
  draw   INTEGER NOT NULL REFERENCES draw,
  n      INTEGER NOT NULL CHECK (n > 0),
  member INTEGER NOT NULL REFERENCES member,
  name   TEXT    NOT NULL,                    -- as it was shown when entering
  place  INTEGER NOT NULL DEFAULT 0,          -- 1 is the first prize; 0: not won
  won    INTEGER NOT NULL DEFAULT 0,
  UNIQUE (draw, n),
  UNIQUE (draw, member)
) STRICT;

-- pass is a 通行证: points held while one link may be posted, and after it
-- until nobody objected.
CREATE TABLE pass (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  room    INTEGER NOT NULL,
  member  INTEGER NOT NULL REFERENCES member,
  points  INTEGER NOT NULL CHECK (points > 0),
  at      INTEGER NOT NULL,
  until   INTEGER NOT NULL,                   -- the link has to come before
  back    INTEGER NOT NULL,                   -- the points come back at
  state   TEXT    NOT NULL CHECK (state IN ('open', 'used', 'returned', 'forfeited')),
  message TEXT    NOT NULL DEFAULT '',        -- the network's id of the message with the link
  cause   INTEGER NOT NULL,
  UNIQUE (room, cause)
) STRICT;
CREATE INDEX pass_due ON pass (back) WHERE state IN ('open', 'used');
CREATE INDEX pass_member ON pass (member) WHERE state IN ('open', 'used');

-- shared_ledger says that a room keeps its points in another room's ledger.
CREATE TABLE shared_ledger (
  room   INTEGER PRIMARY KEY REFERENCES room,
  ledger INTEGER NOT NULL REFERENCES room CHECK (ledger <> room)
) STRICT;

-- purse says that a member's points are kept in another room's ledger, under
-- the member that the same person is there.
CREATE TABLE purse (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  member  INTEGER NOT NULL UNIQUE REFERENCES member,
  room    INTEGER NOT NULL REFERENCES room,
  account INTEGER NOT NULL REFERENCES member CHECK (account <> member)
) STRICT;
