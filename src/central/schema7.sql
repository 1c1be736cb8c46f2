-- SPDX-License-Identifier: EUPL-1.2
-- Step 7: erasure as registrars decide it.

-- Proposals that wait for a second person, by their entry. What they say
-- stands in their envelopes alone.
CREATE TABLE erasure(
	case_id TEXT NOT NULL,
	n INTEGER NOT NULL,
	sub TEXT NOT NULL,
	at INTEGER NOT NULL,
	PRIMARY KEY(case_id, n)
) STRICT, WITHOUT ROWID;
-- Documents whose bytes are gone while the entry that brought them stays.
CREATE TABLE erased_document(
	case_id TEXT NOT NULL,
	n INTEGER NOT NULL,
	i INTEGER NOT NULL,
	h TEXT NOT NULL,
	by_n INTEGER NOT NULL,
	PRIMARY KEY(case_id, n, i)
) STRICT, WITHOUT ROWID;
CREATE TABLE erased_case(
	case_id TEXT PRIMARY KEY,
	by_n INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- Words of these may still stand in parts of the files that nothing names.
CREATE TABLE purge_due(
	case_id TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
CREATE INDEX erased_by ON erased(case_id, by_n);
CREATE INDEX log_erasing ON log(seq) WHERE act = 'entry.erase';
