-- What a person can be found by on the network, where it shows that: on WeChat
-- the 微信号 of a friend. It survives a login as names do not.
ALTER TABLE member ADD COLUMN handle TEXT NOT NULL DEFAULT '';

-- Owners and deputies are few and asked for often.
CREATE INDEX member_role ON member (room) WHERE role > 0;

-- A login stores its names room by room. In the order of names, which are
-- random, each room would touch every page of the table.
CREATE TABLE alias_by_room (
  session TEXT    NOT NULL REFERENCES session,
  name    TEXT    NOT NULL,                   -- the network's user name
  room    INTEGER NOT NULL,
  member  INTEGER NOT NULL,                   -- 0: the name is the room's own
  PRIMARY KEY (session, room, name)
) STRICT, WITHOUT ROWID;
INSERT INTO alias_by_room SELECT session, name, room, member FROM alias;
DROP TABLE alias;
ALTER TABLE alias_by_room RENAME TO alias;
CREATE INDEX alias_member ON alias (session, room, member);
