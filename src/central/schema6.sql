-- SPDX-License-Identifier: EUPL-1.2
-- Step 6: a node of the tree stands beside the leaves below it, so that those
-- of one transaction lie in few pages, and a feed's kind is checked without a
-- table made for it. place: ((idx * 2 + 1) << level) - 1, the node's number
-- when the tree is read from left to right.
CREATE TABLE tree(
	place INTEGER PRIMARY KEY,
	hash BLOB NOT NULL
) STRICT;
INSERT INTO tree SELECT ((idx * 2 + 1) << level) - 1 AS place, hash FROM merkle ORDER BY place;
DROP TABLE merkle;
ALTER TABLE tree RENAME TO merkle;

CREATE TABLE feed_of(
	scope INTEGER NOT NULL REFERENCES scope(id),
	seq INTEGER NOT NULL REFERENCES log(seq),
	kind TEXT NOT NULL CHECK (kind = 'c' OR kind = 'g' OR kind = 'x'),
	case_id TEXT NOT NULL,
	PRIMARY KEY(scope, seq, kind)
) STRICT, WITHOUT ROWID;
INSERT INTO feed_of SELECT * FROM feed;
DROP TABLE feed;
ALTER TABLE feed_of RENAME TO feed;
