-- SPDX-License-Identifier: EUPL-1.2
-- Step 4: the words by which officers search. key: received_at in ms * 2^20 and
-- some bits of the case id, the next free one where two would be the same: hits
-- come newest first. Filled by case_save, and at opening for older cases.
CREATE TABLE case_words(
	key INTEGER PRIMARY KEY,
	case_id TEXT NOT NULL UNIQUE REFERENCES casefile(id),
	scope INTEGER NOT NULL,
	words TEXT NOT NULL        -- filter_index
) STRICT;
CREATE VIRTUAL TABLE case_index USING fts5(words, content='case_words',
	content_rowid='key', tokenize='ascii', columnsize=0);
