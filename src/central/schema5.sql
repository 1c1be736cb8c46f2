-- SPDX-License-Identifier: EUPL-1.2
-- Step 5: closings that a reopening took back. The figures of a period that has
-- passed count them still.
CREATE TABLE reopening(
	case_id TEXT NOT NULL REFERENCES casefile(id),
	closed_at INTEGER NOT NULL,
	reopened_at INTEGER NOT NULL,
	type TEXT NOT NULL,
	received_at INTEGER NOT NULL,
	scope INTEGER NOT NULL REFERENCES scope(id),
	PRIMARY KEY(case_id, closed_at)
) STRICT, WITHOUT ROWID;
CREATE INDEX reopening_done ON reopening(scope, closed_at, type, received_at);
INSERT OR IGNORE INTO reopening SELECT log.case_id,
	(SELECT c.at FROM log AS c WHERE c.case_id = log.case_id AND c.n < log.n
		AND c.act = 'case.close' ORDER BY c.n DESC LIMIT 1) AS closing,
	log.at, casefile.type, casefile.received_at, casefile.scope
	FROM log JOIN casefile ON casefile.id = log.case_id
	WHERE log.act = 'case.reopen' AND closing IS NOT NULL;
