-- SPDX-License-Identifier: EUPL-1.2
-- outbox.db: who this device is, and what its officer has signed. Never
-- deleted by a program, and a signed envelope is never changed.

CREATE TABLE device(
	id INTEGER PRIMARY KEY CHECK(id = 1),
	url TEXT NOT NULL,
	aud TEXT NOT NULL,
	municipality TEXT NOT NULL,
	dev TEXT NOT NULL,
	sub TEXT NOT NULL,
	name TEXT NOT NULL,
	title TEXT NOT NULL,
	roles INTEGER NOT NULL,
	units TEXT NOT NULL,
	kid TEXT NOT NULL,
	x TEXT NOT NULL,
	certificate TEXT NOT NULL,
	sealed_key TEXT NOT NULL,
	central_keys TEXT NOT NULL,
	ctr INTEGER NOT NULL DEFAULT 0,
	last_hash TEXT NOT NULL,
	undo_ms INTEGER NOT NULL DEFAULT 20000,
	frozen TEXT NOT NULL DEFAULT '',
	recheck_from INTEGER NOT NULL DEFAULT 0,
	head_epoch TEXT NOT NULL DEFAULT '',
	head_size INTEGER NOT NULL DEFAULT 0,
	head_root TEXT NOT NULL DEFAULT ''
);

-- One row per ctr. A withdrawn envelope keeps its row; the void that took
-- its place stands beside it and is what is sent.
CREATE TABLE item(
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	dev TEXT NOT NULL,
	ctr INTEGER NOT NULL,
	iid TEXT NOT NULL,
	prev TEXT NOT NULL,
	ah TEXT NOT NULL,
	case_id TEXT NOT NULL,
	act TEXT NOT NULL,
	base_n INTEGER NOT NULL,
	envelope TEXT NOT NULL,
	void_iid TEXT,
	void_ah TEXT,
	void_envelope TEXT,
	state INTEGER NOT NULL,
	created_at INTEGER NOT NULL,
	hold_until INTEGER NOT NULL DEFAULT 0,
	offered_at INTEGER NOT NULL DEFAULT 0,
	tries INTEGER NOT NULL DEFAULT 0,
	verdict INTEGER NOT NULL DEFAULT 0,
	why TEXT NOT NULL DEFAULT '',
	detail TEXT NOT NULL DEFAULT '',
	who TEXT NOT NULL DEFAULT '',
	n INTEGER NOT NULL DEFAULT 0,
	seq INTEGER NOT NULL DEFAULT 0,
	epoch TEXT NOT NULL DEFAULT '',
	settled_at INTEGER NOT NULL DEFAULT 0,
	ack TEXT NOT NULL DEFAULT '',
	UNIQUE(dev, ctr)
);
CREATE INDEX item_case ON item(case_id, ctr);
CREATE INDEX item_open ON item(dev, ctr) WHERE verdict = 0;
CREATE INDEX item_state ON item(state, id);
CREATE INDEX item_verdict ON item(verdict, state);
CREATE INDEX item_seq ON item(seq) WHERE verdict <> 0;
CREATE INDEX item_iid ON item(iid);

CREATE TABLE blob(
	h TEXT PRIMARY KEY,
	mt TEXT NOT NULL,
	name TEXT NOT NULL,
	bytes BLOB NOT NULL,
	uploaded INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE item_blob(
	item INTEGER NOT NULL REFERENCES item(id),
	h TEXT NOT NULL REFERENCES blob(h),
	PRIMARY KEY(item, h)
) WITHOUT ROWID;

-- Text that is not signed yet.
CREATE TABLE draft(
	case_id TEXT NOT NULL,
	kind TEXT NOT NULL,
	words TEXT NOT NULL,
	changed_at INTEGER NOT NULL,
	PRIMARY KEY(case_id, kind)
) WITHOUT ROWID;
