-- In a shared ledger everybody has an account, also who is in the other room
-- only: a guest, a nameless row of the ledger's room that is another name of
-- that member. Rankings show an account while one of those whose it is is
-- there.
CREATE INDEX purse_account ON purse (account);

CREATE VIEW account_present AS
SELECT a.id AS account, EXISTS (SELECT 1 FROM member m
  WHERE m.id IN (SELECT a.id UNION ALL SELECT p.member FROM purse p WHERE p.account = a.id)
    AND m.present AND NOT m.self AND m.merged_into IS NULL) AS present
FROM member a;

DROP TRIGGER balance_member_changed;
CREATE TRIGGER balance_member_changed AFTER UPDATE OF present, self, merged_into ON member
BEGIN
  UPDATE balance SET ranked = (SELECT present FROM account_present WHERE account = balance.member)
  WHERE room = NEW.room AND member = NEW.id;
  UPDATE balance SET ranked = (SELECT present FROM account_present WHERE account = balance.member)
  WHERE (room, member) = (SELECT room, account FROM purse WHERE member = NEW.id);
END;

DROP TRIGGER balance_ranked_new;
CREATE TRIGGER balance_ranked_new AFTER INSERT ON balance
WHEN NOT (SELECT present FROM account_present WHERE account = NEW.member)
BEGIN
  UPDATE balance SET ranked = 0 WHERE room = NEW.room AND member = NEW.member;
END;

CREATE TRIGGER purse_new AFTER INSERT ON purse
BEGIN
  UPDATE balance SET ranked = (SELECT present FROM account_present WHERE account = NEW.account)
  WHERE room = NEW.room AND member = NEW.account;
END;

CREATE TRIGGER purse_gone AFTER DELETE ON purse
BEGIN
  UPDATE balance SET ranked = (SELECT present FROM account_present WHERE account = OLD.account)
  WHERE room = OLD.room AND member = OLD.account;
END;

UPDATE balance SET ranked = (SELECT present FROM account_present WHERE account = balance.member)
WHERE member IN (SELECT account FROM purse);
