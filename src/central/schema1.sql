-- SPDX-License-Identifier: EUPL-1.2
-- Step 1: when a case was closed, which handling times are counted from.
ALTER TABLE casefile ADD COLUMN closed_at INTEGER NOT NULL DEFAULT 0;
UPDATE casefile SET closed_at = coalesce((SELECT max(at) FROM log
	WHERE log.case_id = casefile.id AND act = 'case.close'), 0)
	WHERE state IN ('closed', 'archived');
