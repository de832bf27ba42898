-- What a person can be found by on the network, where it shows that: on WeChat
-- the 微信号 of a friend. It survives a login as names do not.
ALTER TABLE member ADD COLUMN handle TEXT NOT NULL DEFAULT '';
