-- SPDX-License-Identifier: EUPL-1.2
-- Step 2: what the figures of a supervisor are counted from, and the ways by
-- which a contact center finds a case.
CREATE INDEX casefile_received ON casefile(scope, received_at);
CREATE INDEX casefile_done ON casefile(scope, closed_at, type, received_at) WHERE closed_at > 0;
CREATE INDEX casefile_live ON casefile(scope, state, assignee, due_on, received_at)
	WHERE state NOT IN ('closed', 'archived');

-- Numbers and words of a party, and words of the application's fields, under
-- a keyed hash: they can be looked for, and not read. Never of a protected
-- party.
CREATE TABLE lookup_key(
	h TEXT NOT NULL,
	case_id TEXT NOT NULL,
	PRIMARY KEY(h, case_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX lookup_key_of ON lookup_key(case_id);

-- The read log: who looked up something, why, and which cases were shown.
-- What was asked for is not kept, only what kind of thing it was.
CREATE TABLE lookup(
	id INTEGER PRIMARY KEY,
	at INTEGER NOT NULL,
	officer TEXT NOT NULL,
	dev TEXT NOT NULL,
	reason INTEGER NOT NULL,
	kind TEXT NOT NULL,        -- case, person, organisation, words
	shown INTEGER NOT NULL
) STRICT;
CREATE INDEX lookup_by_officer ON lookup(officer, at);
CREATE TABLE lookup_case(
	lookup INTEGER NOT NULL REFERENCES lookup(id),
	case_id TEXT NOT NULL,
	PRIMARY KEY(lookup, case_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX lookup_by_case ON lookup_case(case_id);
