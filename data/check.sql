-- What must hold of the ledger. Every row of the answer is a violation: which
-- rule, room, member, and what was found against what is right. An empty
-- answer is a healthy ledger. It reads the ledger once; CROSS JOIN and INDEXED
-- BY keep the planner from reading it again.
WITH
l AS MATERIALIZED (
  SELECT room, member, sum(amount) AS points, count(*) AS n, max(no) AS last,
    sum(CASE WHEN contra > 0 THEN amount ELSE 0 END) AS mutual
  FROM ledger GROUP BY room, member),
r AS MATERIALIZED (
  SELECT room, sum(points) AS points, sum(n) AS n, max(last) AS last, sum(mutual) AS mutual FROM l GROUP BY room),
h AS MATERIALIZED (
  SELECT room, member, sum(left) AS held, min(left) AS least FROM hold_left GROUP BY room, member)
SELECT 'balance is the sum of its postings' AS rule, b.room, b.member, b.points AS have, coalesce(l.points, 0) AS want
  FROM balance b LEFT JOIN l USING (room, member) WHERE b.points <> coalesce(l.points, 0)
UNION ALL SELECT 'balance names its last posting', b.room, b.member, b.last, coalesce(l.last, 0)
  FROM balance b LEFT JOIN l USING (room, member) WHERE b.last <> coalesce(l.last, 0)
UNION ALL SELECT 'balance and digest are those of its last posting', b.room, b.member, b.points, e.balance
  FROM balance b CROSS JOIN ledger e ON e.room = b.room AND e.member = b.member AND e.no = b.last
  WHERE e.balance <> b.points OR e.digest <> b.digest
UNION ALL SELECT 'postings have a balance', l.room, l.member, l.n, 0
  FROM l LEFT JOIN balance b USING (room, member) WHERE b.room IS NULL
UNION ALL SELECT 'members and accounts of a room sum to zero', r.room, 0,
    (SELECT sum(points) FROM balance WHERE room = r.room), r.points - r.mutual
  FROM r WHERE (SELECT sum(points) FROM balance WHERE room = r.room) <> r.points - r.mutual
UNION ALL SELECT 'both halves of transfers sum to zero', r.room, 0, r.mutual, 0
  FROM r WHERE r.mutual <> 0
UNION ALL SELECT 'numbers of a room have no gap', k.room, 0, k.no, coalesce(r.n, 0)
  FROM book k LEFT JOIN r USING (room) WHERE k.no <> coalesce(r.n, 0) OR k.no <> coalesce(r.last, 0)
UNION ALL SELECT 'no half of a transfer is alone', k.room, k.member, k.unpaired, 0
  FROM book k WHERE k.unpaired IS NOT NULL
UNION ALL SELECT 'held is the sum of open holds', b.room, b.member, b.held, coalesce(h.held, 0)
  FROM balance b LEFT JOIN h USING (room, member) WHERE b.held <> coalesce(h.held, 0)
UNION ALL SELECT 'no hold gives more than it holds', h.room, h.member, h.least, 0
  FROM h WHERE h.least < 0
UNION ALL SELECT 'free points are not below the floor', room, member, points - held, floor
  FROM balance WHERE points - held < floor
UNION ALL SELECT 'reversals are the reverse of a posting', v.room, v.member, v.no, v.src_id
  FROM book k CROSS JOIN ledger v INDEXED BY ledger_reversed ON v.room = k.room
  LEFT JOIN ledger o ON o.room = v.room AND o.member = v.member AND o.no = v.src_id + v.leg
  WHERE v.cause % 16 = 8 AND (o.no IS NULL OR o.amount <> -v.amount OR o.src = 8)
