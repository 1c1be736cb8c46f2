-- SPDX-License-Identifier: EUPL-1.2
-- Step 13: archived cases of which something was erased since: a package is made
-- anew. A purge takes away the marks that it began with, and no later one's.
CREATE TABLE package_due(
	case_id TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
INSERT INTO package_due SELECT DISTINCT case_id FROM log AS gone WHERE act = 'entry.erase'
	AND EXISTS (SELECT 1 FROM log WHERE log.case_id = gone.case_id AND act = 'case.archive')
	AND NOT EXISTS (SELECT 1 FROM log WHERE log.case_id = gone.case_id
		AND act = 'case.archive' AND n > gone.n)
	AND case_id NOT IN (SELECT case_id FROM erased_case);
ALTER TABLE purge_due ADD COLUMN begun INTEGER NOT NULL DEFAULT 0;
