-- SPDX-License-Identifier: EUPL-1.2
-- Step 9: scopes beside those of units. The column unit of a scope has the code
-- of a unit, or queue:CODE, case:ID, contact:UNIT.
CREATE INDEX scope_of_units ON scope(id) WHERE instr(unit, ':') = 0;

-- Who was given a queue or a case beside the own units, by whom, why, until when.
CREATE TABLE scope_grant(
	id INTEGER PRIMARY KEY,
	officer TEXT NOT NULL REFERENCES officer(id),
	key TEXT NOT NULL,         -- queue:CODE or case:ID
	by TEXT NOT NULL,
	reason TEXT NOT NULL,
	at INTEGER NOT NULL,
	until INTEGER NOT NULL,    -- 0: no end
	ended_at INTEGER NOT NULL, -- taken back; 0: it was not
	ended_by TEXT NOT NULL
) STRICT;
CREATE INDEX grant_of ON scope_grant(officer, key);

-- In which scopes of queues and named cases a case lies. A scope is there from
-- the first grant of it on, and has the case's entries from then on in its feed.
CREATE TABLE case_beside(
	case_id TEXT NOT NULL,
	scope INTEGER NOT NULL REFERENCES scope(id),
	PRIMARY KEY(case_id, scope)
) STRICT, WITHOUT ROWID;
CREATE INDEX beside_by_scope ON case_beside(scope);
