/* SPDX-License-Identifier: EUPL-1.2 */
/* A generation is made: rows, segments, manifest. */
#include "central/snapshot.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/disk.h"
#include "base/instant.h"
#include "central/rows.h"
#include "central/snapshot_files.h"
#include "sign/hash.h"

#include "base/banned.h"

/* A segment is ended behind the case with which it passes one of these; all of the
 * largest case, and what one erasure took, still fits into a page then. */
enum { SEGMENT_RAW = 2 * 1024 * 1024, SEGMENT_ROWS = PAGE_MAX_ROWS / 2 };

struct making {
	struct call call; /* for the rows: no officer asks */
	struct rows rows;
	struct snapshot *made;
	char dir[FOLDER_PATH]; /* where it is written */
	struct segment_index index;
	int64_t first; /* when the first case of the next segment was received */
	bool (*stop)(void *ctx);
	void *ctx;
	int lock;
};

/* Header, rows and trailer: a page of its own. */
static enum status segment_text(struct making *m, struct strbuf *raw, struct err *why)
{
	struct page_head head = { .from_count = 1, .to_count = 1, .more = true };
	char digest[HASH_TEXT];
	bool ok;

	memcpy(head.epoch, m->made->epoch, sizeof(head.epoch));
	head.from[0] = (struct scope_seq){ m->made->scope, 0 };
	head.to[0] = (struct scope_seq){ m->made->scope, m->made->seq };
	head.durable_through = m->made->seq;
	head.now = m->made->at;
	ok = page_begin(raw, &head)
	     && strbuf_add(raw, strbuf_cstr(&m->rows.text), m->rows.text.len);
	sha256_hex(digest, strbuf_str(raw));
	ok = ok && page_end(raw, m->rows.count, digest);
	return ok ? ST_OK : err_set(why, ST_BROKEN, "memory", "no memory for a segment");
}

static enum status put_segment(struct making *m, struct str packed, struct err *why)
{
	struct segment one = { .bytes = (int64_t)packed.n, .rows = m->rows.count };
	char path[FOLDER_PATH], name[16];
	enum status st;

	sha256_hex(one.sha256, packed);
	snprintf(name, sizeof(name), "%d", m->made->count);
	if (!snapshot_add(m->made, &one) || !segment_index_add(&m->index, m->first))
		return err_set(why, ST_BROKEN, "snapshot-size",
			       "the scope has more cases than a snapshot takes");
	st = folder_path(path, m->dir, name, why);
	return st == ST_OK ? disk_put(path, packed, 0640, why) : st;
}

static enum status end_segment(struct making *m, struct err *why)
{
	struct strbuf raw = STRBUF_INIT_MAX(2 * PAGE_MAX_BYTES), packed = STRBUF_INIT;
	enum status st = ST_OK;

	if (m->rows.count == 0)
		return ST_OK;
	st = segment_text(m, &raw, why);
	if (st == ST_OK && !zstd_pack(&packed, strbuf_str(&raw)))
		st = err_set(why, ST_BROKEN, "memory", "no memory for a segment");
	if (st == ST_OK)
		st = put_segment(m, strbuf_str(&packed), why);
	strbuf_release(&raw);
	strbuf_release(&packed);
	strbuf_clear(&m->rows.text);
	m->rows.count = 0;
	m->first = INT64_MAX;
	return st;
}

static bool is_full(const struct making *m)
{
	int64_t rows = m->call.c->segment_rows;

	return m->rows.text.len > SEGMENT_RAW || m->rows.count >= (rows ? rows : SEGMENT_ROWS);
}

static enum status put_case(struct making *m, const char *id, struct err *why)
{
	struct stored_case s = STORED_CASE_INIT;
	struct log_row last = { .seq = 0 };
	enum status st = case_load(m->call.c->db, id, &s, why);

	m->rows.detail_bytes = 0;
	if (st == ST_OK && m->rows.count == 0)
		m->first = s.file.received_at;
	/* As a page has it: after a restore it tells whether the case was touched
	 * beyond the fork. */
	if (st == ST_OK)
		st = log_by_case(m->call.c->db, id, s.file.n, &last, why);
	if (st == ST_OK)
		st = rows_case(&m->rows, &s, last.seq, why);
	stored_case_release(&s);
	m->made->cases += st == ST_OK;
	if (st == ST_OK && is_full(m))
		st = end_segment(m, why);
	return st;
}

static enum status put_cases(struct making *m, struct err *why)
{
	struct case_walk walk = { .scope = m->made->scope };
	enum status st;

	while ((st = case_in_scope(m->call.c->db, &walk, why)) == ST_OK) {
		if (m->stop && m->stop(m->ctx))
			return err_set(why, ST_RETRY, "stopped", "the snapshot was given up");
		if (snapshot_must_yield(m->lock))
			return err_set(why, ST_RETRY, "snapshot-late",
				       "something is erased meanwhile; make the snapshot anew");
		st = put_case(m, walk.id, why);
		if (st != ST_OK)
			return st;
	}
	return st == ST_NONE ? ST_OK : st;
}

static enum status put_one_erased(struct making *m, const struct feed_row *f, struct err *why)
{
	struct stored_case s = STORED_CASE_INIT;
	enum status st = case_load(m->call.c->db, f->case_id, &s, why);

	if (st == ST_OK && s.scope == f->scope)
		st = rows_erased(&m->rows, f, why);
	stored_case_release(&s);
	if (st == ST_OK && is_full(m))
		st = end_segment(m, why);
	return st;
}

/* What was erased of cases that are still in the scope. */
static enum status put_erased(struct making *m, struct err *why)
{
	struct feed_row f = { .scope = m->made->scope };
	enum status st;

	m->index.erased_from = m->made->count;
	while ((st = feed_next_erased(m->call.c->db, &f, why)) == ST_OK) {
		st = put_one_erased(m, &f, why);
		if (st != ST_OK)
			return st;
	}
	return st == ST_NONE ? end_segment(m, why) : st;
}

static enum status put_facts(struct making *m, struct err *why)
{
	enum status st;

	m->index.clean = m->made->seq;
	st = segment_index_put(m->dir, &m->index, why);
	return st == ST_OK ? snapshot_put_manifest(m->dir, m->made, why) : st;
}

/* Everything of one state of the database: the head and the cases. */
static enum status write_all(struct making *m, struct err *why)
{
	struct central *c = m->call.c;
	enum status st = db_begin_read(c->db, why);

	if (st == ST_OK)
		st = meta_get(c->db, "epoch", m->made->epoch, sizeof(m->made->epoch), why);
	if (st == ST_OK)
		st = feed_head_seq(c->db, &m->made->seq, why);
	if (st == ST_OK)
		st = put_cases(m, why);
	if (st == ST_OK)
		st = put_erased(m, why);
	db_rollback(c->db);
	return st == ST_OK ? put_facts(m, why) : st;
}

static enum status make_in(struct central *c, struct making *m, struct err *why)
{
	enum status st = snapshot_aside(c, m->made, m->dir, why);

	if (st == ST_OK)
		st = write_all(m, why);
	if (st == ST_OK)
		st = snapshot_place(c, m->made, m->dir, why);
	if (st != ST_OK)
		snapshot_discard(m->dir);
	return st;
}

enum status snapshot_make(struct central *c, int64_t scope, bool (*stop)(void *ctx), void *ctx,
			  struct snapshot *made, struct err *why)
{
	struct making m = { .call = { .c = c },
			    .rows = ROWS_INIT,
			    .made = made,
			    .stop = stop,
			    .ctx = ctx,
			    .first = INT64_MAX,
			    .lock = -1 };
	enum status st;

	if (!c->dir)
		return err_set(why, ST_NONE, "snapshot-unknown",
			       "a central in memory has no folder for snapshots");
	snapshot_release(made);
	made->scope = scope;
	made->at = central_now(c);
	uuid7(made->gen, made->at, &c->env.rng);
	rows_for(&m.rows, &m.call, NULL, 0);
	st = snapshot_lock_making(c, &m.lock, why);
	if (st == ST_OK)
		st = make_in(c, &m, why);
	if (m.lock >= 0)
		close(m.lock);
	rows_release(&m.rows);
	free(m.index.first);
	return st;
}
