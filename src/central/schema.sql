-- SPDX-License-Identifier: EUPL-1.2
-- The central's database, step 0. Hashes are 64 hex digits; times are
-- milliseconds since 1970 in UTC.

-- aud, name, dev (the central's own device id), epoch, officers_rev
CREATE TABLE meta(
	key TEXT PRIMARY KEY,
	value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The one row of which seq is the newest entry of the log.
CREATE TABLE feed_head(
	id INTEGER PRIMARY KEY CHECK (id = 1),
	seq INTEGER NOT NULL
) STRICT;
INSERT INTO feed_head(id, seq) VALUES(1, 0);

-- Epochs in their order; those behind fork_seq go on over a restore.
CREATE TABLE epoch(
	epoch TEXT PRIMARY KEY,
	fork_seq INTEGER NOT NULL,
	at INTEGER NOT NULL
) STRICT;

CREATE TABLE officer(
	id TEXT PRIMARY KEY,
	name TEXT NOT NULL,
	title TEXT NOT NULL,
	roles INTEGER NOT NULL,
	units TEXT NOT NULL,       -- "bygg,miljo"
	clearance INTEGER NOT NULL,
	sv INTEGER NOT NULL        -- version of the officer's scope list
) STRICT;

CREATE TABLE scope(
	id INTEGER PRIMARY KEY,
	unit TEXT NOT NULL,
	class INTEGER NOT NULL,
	UNIQUE(unit, class)
) STRICT;

CREATE TABLE device(
	id TEXT PRIMARY KEY,
	officer TEXT NOT NULL REFERENCES officer(id),
	kid TEXT NOT NULL UNIQUE,
	x TEXT NOT NULL,
	certificate TEXT NOT NULL,
	enrolled_at INTEGER NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('valid', 'retired', 'lost', 'frozen')),
	valid_through_ctr INTEGER NOT NULL DEFAULT -1,
	last_ctr INTEGER NOT NULL DEFAULT 0,
	last_hash TEXT NOT NULL    -- prev that ctr last_ctr + 1 must name
) STRICT;

-- Codes, challenges and tokens are stored hashed.
CREATE TABLE invitation(
	hash TEXT PRIMARY KEY,
	officer TEXT NOT NULL REFERENCES officer(id),
	expires_at INTEGER NOT NULL,
	used_by TEXT               -- device, NULL while unused
) STRICT;
CREATE TABLE challenge(
	hash TEXT PRIMARY KEY,
	dev TEXT NOT NULL,
	expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX challenge_by_dev ON challenge(dev, expires_at);
CREATE TABLE token(
	hash TEXT PRIMARY KEY,
	dev TEXT NOT NULL REFERENCES device(id),
	expires_at INTEGER NOT NULL
) STRICT;

-- The projection of each case: what its entries have made of it.
CREATE TABLE casefile(
	id TEXT PRIMARY KEY,
	diary_no TEXT NOT NULL,
	type TEXT NOT NULL,
	type_version INTEGER NOT NULL,
	unit TEXT NOT NULL,
	queue TEXT NOT NULL,
	state TEXT NOT NULL,
	priority INTEGER NOT NULL,
	protection INTEGER NOT NULL,
	assignee TEXT NOT NULL,
	channel TEXT NOT NULL,
	received_at INTEGER NOT NULL,
	due_on TEXT NOT NULL,
	outcome TEXT NOT NULL,
	changed_at INTEGER NOT NULL,
	title BLOB NOT NULL,       -- UTF-8; a blob, since it may hold anything
	party BLOB NOT NULL,
	n INTEGER NOT NULL,
	eh TEXT NOT NULL,
	scope INTEGER NOT NULL REFERENCES scope(id),
	-- beside the columns of struct casefile
	fields BLOB NOT NULL,      -- JSON of the application's fields
	party_kind TEXT NOT NULL,  -- person, org, protected or ''
	decision BLOB NOT NULL     -- JSON of the decision, '' before it
) STRICT;
CREATE INDEX casefile_closed ON casefile(id) WHERE state = 'closed';
CREATE UNIQUE INDEX casefile_diary ON casefile(diary_no) WHERE diary_no <> '';

-- One row per entry, never compacted.
CREATE TABLE log(
	seq INTEGER PRIMARY KEY,
	case_id TEXT NOT NULL,
	n INTEGER NOT NULL,
	ah TEXT NOT NULL,
	eh TEXT NOT NULL,
	at INTEGER NOT NULL,
	tx INTEGER NOT NULL,       -- first seq of the transaction that wrote it
	epoch TEXT NOT NULL,
	verdict TEXT NOT NULL,
	rule TEXT NOT NULL,
	iid TEXT NOT NULL UNIQUE,
	act TEXT NOT NULL,
	sub TEXT NOT NULL,
	dev TEXT NOT NULL,
	ctr INTEGER NOT NULL,
	UNIQUE(case_id, n)
) STRICT;
CREATE INDEX log_by_device ON log(dev, seq);

-- The envelopes, byte for byte; NULL when erased.
CREATE TABLE entry(
	seq INTEGER PRIMARY KEY REFERENCES log(seq),
	jws TEXT
) STRICT;
CREATE TABLE erased(
	case_id TEXT NOT NULL,
	n INTEGER NOT NULL,
	by_n INTEGER NOT NULL,
	PRIMARY KEY(case_id, n)
) STRICT, WITHOUT ROWID;

-- Every envelope that a device's counter has passed, with the answer to it.
CREATE TABLE device_log(
	dev TEXT NOT NULL REFERENCES device(id),
	ctr INTEGER NOT NULL,
	ah TEXT NOT NULL,
	iid TEXT NOT NULL,
	case_id TEXT NOT NULL,
	verdict TEXT NOT NULL,
	why TEXT NOT NULL,
	at INTEGER NOT NULL,
	ack TEXT NOT NULL,         -- compact JWS, given again byte for byte
	PRIMARY KEY(dev, ctr)
) STRICT, WITHOUT ROWID;

-- kind: c touched, g gone from the scope, x an entry erased (detail: its n)
CREATE TABLE feed(
	scope INTEGER NOT NULL REFERENCES scope(id),
	seq INTEGER NOT NULL REFERENCES log(seq),
	kind TEXT NOT NULL CHECK (kind IN ('c', 'g', 'x')),
	case_id TEXT NOT NULL,
	PRIMARY KEY(scope, seq, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE merkle(
	level INTEGER NOT NULL,
	idx INTEGER NOT NULL,
	hash BLOB NOT NULL,
	PRIMARY KEY(level, idx)
) STRICT, WITHOUT ROWID;

CREATE TABLE blob(
	h TEXT PRIMARY KEY,
	len INTEGER NOT NULL,
	data BLOB NOT NULL
) STRICT;
-- Who uploaded it: HEAD tells a device only of its own.
CREATE TABLE blob_owner(
	dev TEXT NOT NULL,
	h TEXT NOT NULL REFERENCES blob(h) ON DELETE CASCADE,
	PRIMARY KEY(dev, h)
) STRICT, WITHOUT ROWID;
CREATE TABLE document(
	case_id TEXT NOT NULL,
	n INTEGER NOT NULL,        -- the entry that brought it
	i INTEGER NOT NULL,        -- its place in that entry's docs
	h TEXT NOT NULL,
	len INTEGER NOT NULL,
	mt TEXT NOT NULL,
	name BLOB NOT NULL,
	at INTEGER NOT NULL,
	PRIMARY KEY(case_id, n, i)
) STRICT, WITHOUT ROWID;
CREATE INDEX document_by_hash ON document(h);

CREATE TABLE intake(
	key TEXT PRIMARY KEY,      -- SHA-256 of the Idempotency-Key
	body_hash TEXT NOT NULL,   -- over the case type and the body
	answer TEXT NOT NULL,
	at INTEGER NOT NULL
) STRICT;
CREATE TABLE receipt(
	hash TEXT PRIMARY KEY,     -- SHA-256 of the receipt code
	case_id TEXT NOT NULL REFERENCES casefile(id)
) STRICT;
CREATE TABLE diary(
	committee TEXT NOT NULL,
	year INTEGER NOT NULL,
	number INTEGER NOT NULL,   -- the last one given
	PRIMARY KEY(committee, year)
) STRICT, WITHOUT ROWID;
