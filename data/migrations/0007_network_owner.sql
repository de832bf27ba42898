-- Whom the network showed last as the room's owner. It gives no right; it says
-- who can remove a member by hand.
ALTER TABLE room ADD COLUMN network_owner INTEGER REFERENCES member;
