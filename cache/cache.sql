-- SPDX-License-Identifier: EUPL-1.2
-- cache.db: what the central said. Disposable: everything here can be
-- fetched again, and nothing that an officer signed stands here alone.

CREATE TABLE meta(
	name TEXT PRIMARY KEY,
	number INTEGER NOT NULL DEFAULT 0,
	words TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;

-- How far each scope has been read, in the epoch that meta names.
CREATE TABLE cursor(scope INTEGER PRIMARY KEY, seq INTEGER NOT NULL);

-- The newest state of each case (rows "c" of a page).
-- closed, due_key and diary_key are made from the others, for the indexes;
-- words too, in which people search: title, party and diary number, folded.
CREATE TABLE base_case(
	case_id TEXT PRIMARY KEY,
	n INTEGER NOT NULL,
	eh TEXT NOT NULL,
	diary_no TEXT NOT NULL,
	type TEXT NOT NULL,
	type_version INTEGER NOT NULL,
	unit TEXT NOT NULL,
	queue TEXT NOT NULL,
	state INTEGER NOT NULL,
	priority INTEGER NOT NULL,
	protection INTEGER NOT NULL,
	assignee TEXT NOT NULL,
	channel TEXT NOT NULL,
	received_at INTEGER NOT NULL,
	due_on TEXT NOT NULL,
	outcome TEXT NOT NULL,
	changed_at INTEGER NOT NULL,
	title TEXT NOT NULL,
	party TEXT NOT NULL,
	closed INTEGER NOT NULL,
	due_key TEXT NOT NULL,
	diary_key TEXT NOT NULL,
	diary_year INTEGER NOT NULL,
	diary_number INTEGER NOT NULL,
	words TEXT NOT NULL,
	pending INTEGER NOT NULL DEFAULT 0,
	trouble INTEGER NOT NULL DEFAULT 0,
	closed_at INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX base_due ON base_case(closed, due_key, case_id);
CREATE INDEX base_received ON base_case(closed, received_at, case_id);
CREATE INDEX base_changed ON base_case(closed, changed_at, case_id);
CREATE INDEX base_diary ON base_case(closed, diary_key, case_id);
CREATE INDEX base_assignee ON base_case(assignee, closed, due_key, case_id);
CREATE INDEX base_queue ON base_case(queue, closed, due_key, case_id);
CREATE INDEX base_number ON base_case(diary_number, diary_year);

CREATE TABLE case_scope(
	case_id TEXT NOT NULL,
	scope INTEGER NOT NULL,
	PRIMARY KEY(case_id, scope)
) WITHOUT ROWID;
CREATE INDEX case_scope_scope ON case_scope(scope, case_id);

-- The few cases that the officer has touched and the central has not yet
-- answered for, as they look with those actions. Rebuilt from outbox.db.
CREATE TABLE overlay_case(
	case_id TEXT PRIMARY KEY,
	n INTEGER NOT NULL,
	eh TEXT NOT NULL,
	diary_no TEXT NOT NULL,
	type TEXT NOT NULL,
	type_version INTEGER NOT NULL,
	unit TEXT NOT NULL,
	queue TEXT NOT NULL,
	state INTEGER NOT NULL,
	priority INTEGER NOT NULL,
	protection INTEGER NOT NULL,
	assignee TEXT NOT NULL,
	channel TEXT NOT NULL,
	received_at INTEGER NOT NULL,
	due_on TEXT NOT NULL,
	outcome TEXT NOT NULL,
	changed_at INTEGER NOT NULL,
	title TEXT NOT NULL,
	party TEXT NOT NULL,
	closed INTEGER NOT NULL,
	due_key TEXT NOT NULL,
	diary_key TEXT NOT NULL,
	diary_year INTEGER NOT NULL,
	diary_number INTEGER NOT NULL,
	words TEXT NOT NULL,
	pending INTEGER NOT NULL DEFAULT 0,
	trouble INTEGER NOT NULL DEFAULT 0,
	closed_at INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

-- A case that left the last scope it was seen in, by entry n.
CREATE TABLE gone(
	case_id TEXT PRIMARY KEY,
	n INTEGER NOT NULL,
	why TEXT NOT NULL
) WITHOUT ROWID;

-- Entries of followed cases (rows "a"). ctr 0: the central's own.
CREATE TABLE entry(
	case_id TEXT NOT NULL,
	n INTEGER NOT NULL,
	eh TEXT NOT NULL,
	ah TEXT NOT NULL,
	seq INTEGER NOT NULL,
	epoch TEXT NOT NULL,
	at INTEGER NOT NULL,
	verdict TEXT NOT NULL,
	rule TEXT NOT NULL,
	jws TEXT NOT NULL,
	act TEXT NOT NULL,
	sub TEXT NOT NULL,
	iid TEXT NOT NULL,
	dev TEXT NOT NULL,
	ctr INTEGER NOT NULL,
	erased TEXT,
	PRIMARY KEY(case_id, n)
) WITHOUT ROWID;
CREATE INDEX entry_iid ON entry(iid);

CREATE TABLE detail(
	case_id TEXT PRIMARY KEY,
	n INTEGER NOT NULL,
	json TEXT NOT NULL
) WITHOUT ROWID;

-- Names of types, queues, units and officers: one row.
CREATE TABLE catalog(
	id INTEGER PRIMARY KEY CHECK(id = 1),
	sha256 TEXT NOT NULL,
	json TEXT NOT NULL
);

-- Keys of all devices, for judging chains here.
CREATE TABLE known_key(
	kid TEXT PRIMARY KEY,
	x TEXT NOT NULL,
	sub TEXT NOT NULL,
	dev TEXT NOT NULL,
	certificate TEXT NOT NULL,
	state TEXT NOT NULL,
	valid_through INTEGER NOT NULL
) WITHOUT ROWID;

-- Lines of pages that could not be read, with their bytes.
CREATE TABLE bad_line(
	sha256 TEXT PRIMARY KEY,
	case_id TEXT NOT NULL,
	raw BLOB NOT NULL,
	why TEXT NOT NULL,
	tries INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE unreadable(case_id TEXT PRIMARY KEY, why TEXT NOT NULL) WITHOUT ROWID;

-- Cases whose whole chain the officer has asked to see.
CREATE TABLE want(case_id TEXT PRIMARY KEY) WITHOUT ROWID;
