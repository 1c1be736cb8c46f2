-- SPDX-License-Identifier: EUPL-1.2
-- cache.db: what the central said. Disposable: everything here can be
-- fetched again, and nothing that an officer signed stands here alone. A file
-- of an earlier version is emptied and filled anew by the next sync.

DROP TABLE IF EXISTS meta;
DROP TABLE IF EXISTS cursor;
DROP TABLE IF EXISTS base_case;
DROP TABLE IF EXISTS case_scope;
DROP TABLE IF EXISTS overlay_case;
DROP TABLE IF EXISTS gone;
DROP TABLE IF EXISTS entry;
DROP TABLE IF EXISTS detail;
DROP TABLE IF EXISTS catalog;
DROP TABLE IF EXISTS known_key;
DROP TABLE IF EXISTS bad_line;
DROP TABLE IF EXISTS unreadable;
DROP TABLE IF EXISTS want;
DROP TABLE IF EXISTS blob;
DROP TABLE IF EXISTS case_words;
DROP TABLE IF EXISTS watch;
DROP TABLE IF EXISTS erasing;
DROP TABLE IF EXISTS again;
DROP TABLE IF EXISTS moved;

CREATE TABLE meta(
	name TEXT PRIMARY KEY,
	number INTEGER NOT NULL DEFAULT 0,
	words TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;

-- How far each scope has been read, in the epoch that meta names, and how long
-- the log was when that was begun (0: not said).
CREATE TABLE cursor(scope INTEGER PRIMARY KEY, seq INTEGER NOT NULL, fresh INTEGER NOT NULL DEFAULT 0);

-- The newest state of each case (rows "c" of a page).
-- key: received_at in ms * 2^20 + some bits of the case id, the next free one
-- where two would be the same; so rows lie in the order in which cases came in,
-- every index ends in that order, and so do the hits of the full-text index.
-- closed, due_key and diary_key are made from the others, for the indexes;
-- words too, in which people search (filter_index, and whether it is open).
CREATE TABLE base_case(
	key INTEGER PRIMARY KEY,
	case_id TEXT NOT NULL UNIQUE,
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
	pending INTEGER NOT NULL DEFAULT 0,
	trouble INTEGER NOT NULL DEFAULT 0,
	closed_at INTEGER NOT NULL DEFAULT 0,
	closed INTEGER NOT NULL,
	due_key TEXT NOT NULL,
	diary_key TEXT NOT NULL,
	diary_year INTEGER NOT NULL,
	diary_number INTEGER NOT NULL,
	words TEXT NOT NULL,
	seq INTEGER NOT NULL DEFAULT 0 -- of the row that it came with
);
CREATE INDEX base_received ON base_case(closed);
CREATE INDEX base_due ON base_case(closed, due_key);
CREATE INDEX base_changed ON base_case(closed, changed_at);
CREATE INDEX base_diary ON base_case(closed, diary_key);
CREATE INDEX base_assignee ON base_case(assignee, closed, due_key);
CREATE INDEX base_queue ON base_case(queue, closed, due_key);
CREATE INDEX base_number ON base_case(diary_number, diary_year);

-- The words of base_case, by row key. Kept by the statements of cases.c, which
-- leave it alone while the words stay the same.
CREATE VIRTUAL TABLE case_words USING fts5(words, content='base_case',
	content_rowid='key', tokenize='ascii', columnsize=0);

CREATE TABLE case_scope(
	key INTEGER NOT NULL,
	scope INTEGER NOT NULL,
	PRIMARY KEY(key, scope)
) WITHOUT ROWID;

-- The few cases that the officer has touched and the central has not yet
-- answered for, as they look with those actions. Rebuilt from outbox.db. The
-- key is that of the base row.
CREATE TABLE overlay_case(
	key INTEGER PRIMARY KEY,
	case_id TEXT NOT NULL UNIQUE,
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
	pending INTEGER NOT NULL DEFAULT 0,
	trouble INTEGER NOT NULL DEFAULT 0,
	closed_at INTEGER NOT NULL DEFAULT 0,
	closed INTEGER NOT NULL,
	due_key TEXT NOT NULL,
	diary_key TEXT NOT NULL,
	diary_year INTEGER NOT NULL,
	diary_number INTEGER NOT NULL
);

-- A case that left the last scope it was seen in, by entry n.
CREATE TABLE gone(
	case_id TEXT PRIMARY KEY,
	n INTEGER NOT NULL,
	why TEXT NOT NULL,
	seq INTEGER NOT NULL DEFAULT 0
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

-- Documents that were fetched to be read, the least lately read ones first to
-- go.
CREATE TABLE blob(
	case_id TEXT NOT NULL,
	h TEXT NOT NULL,
	used_at INTEGER NOT NULL,
	len INTEGER NOT NULL,
	data BLOB NOT NULL,
	PRIMARY KEY(case_id, h)
);

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

-- Cases that the officer watches, to a day; "" where the watch was ended by
-- entry n. own 1: as the outbox has it, rebuilt with the overlay.
CREATE TABLE watch(
	at_case TEXT NOT NULL,
	own INTEGER NOT NULL,
	n INTEGER NOT NULL,
	on_day TEXT NOT NULL,
	words TEXT NOT NULL,
	PRIMARY KEY(at_case, own)
) WITHOUT ROWID;

-- What the central has erased, until outbox.db holds none of its words.
CREATE TABLE erasing(
	id INTEGER PRIMARY KEY,
	case_id TEXT NOT NULL,
	ah TEXT NOT NULL,
	iid TEXT NOT NULL,
	seq INTEGER NOT NULL,
	epoch TEXT NOT NULL,
	h TEXT NOT NULL,
	whole INTEGER NOT NULL,
	UNIQUE(case_id, ah, h, whole)
);

-- Cases that were dropped when the central was restored, or (restored = 0) when it
-- refused one of them alone, until it has told what they are now.
CREATE TABLE again(
	case_id TEXT PRIMARY KEY,
	restored INTEGER NOT NULL DEFAULT 1,
	told INTEGER NOT NULL DEFAULT 0 -- and pages that bring it may still come
) WITHOUT ROWID;

-- Cases that left a scope by the entry at seq, whether or not they lie in another:
-- a restored central may have them where they were.
-- at: by the central's clock, 0 = by the page that is merged now.
CREATE TABLE moved(
	case_id TEXT PRIMARY KEY,
	seq INTEGER NOT NULL,
	at INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
