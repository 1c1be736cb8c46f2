-- SPDX-License-Identifier: EUPL-1.2
-- Step 15: what was erased in a database that a restore put aside, and stands in
-- this one: it is erased again at the next start. n 0: the whole case; h: that
-- document of the entry alone.
CREATE TABLE erase_again(
	case_id TEXT NOT NULL,
	n INTEGER NOT NULL,
	h TEXT NOT NULL,
	PRIMARY KEY(case_id, n, h)
) WITHOUT ROWID;
