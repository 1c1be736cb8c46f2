/* SPDX-License-Identifier: EUPL-1.2 */
/* Cases that have left a scope are taken out of the segments made before. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/disk.h"
#include "central/snapshot_files.h"
#include "central/store.h"
#include "sign/hash.h"
#include "wire/json.h"
#include "wire/page.h"

#include "base/banned.h"

/* What one call may do: some tens of milliseconds. */
enum { SEGMENTS_STEP = 4, GONE_STEP = 64 };

struct cleaning {
	struct central *c;
	struct snapshot old, made;
	struct segment_index index;
	bool *touched; /* segments that may hold one of them */
	int touched_count;
	int gone_count;
	char gone[GONE_STEP][UUID_TEXT];
	bool more;
	char from[FOLDER_PATH], dir[FOLDER_PATH];
};

/* --- Which cases, and where -------------------------------------------------------- */

/* Segments lie in the order in which cases were received; several may begin at
 * the same moment. */
static bool may_hold(const struct segment_index *x, int i, int64_t received_at)
{
	if (i >= x->erased_from)
		return true;
	return x->first[i] <= received_at
	       && (i + 1 >= x->erased_from || x->first[i + 1] >= received_at);
}

static int newly_touched(const struct cleaning *m, int64_t received_at)
{
	int n = 0;

	for (int i = 0; i < m->old.count; i++)
		n += !m->touched[i] && may_hold(&m->index, i, received_at);
	return n;
}

static enum status take_gone(struct cleaning *m, const struct feed_row *f, struct err *why)
{
	struct stored_case s = STORED_CASE_INIT;
	enum status st = case_load(m->c->db, f->case_id, &s, why);
	int n;

	if (st != ST_OK) {
		stored_case_release(&s);
		return st;
	}
	n = newly_touched(m, s.file.received_at);
	m->more = m->gone_count == GONE_STEP
		  || (m->gone_count > 0 && m->touched_count + n > SEGMENTS_STEP);
	for (int i = 0; !m->more && i < m->old.count; i++)
		m->touched[i] = m->touched[i] || may_hold(&m->index, i, s.file.received_at);
	if (!m->more) {
		m->touched_count += n;
		memcpy(m->gone[m->gone_count++], f->case_id, UUID_TEXT);
		m->index.clean = f->seq;
	}
	stored_case_release(&s);
	return ST_OK;
}

static enum status find_gone(struct cleaning *m, struct err *why)
{
	struct feed_row f = { .scope = m->old.scope, .seq = m->index.clean };
	enum status st = ST_OK;

	m->touched = calloc((size_t)m->old.count + 1, sizeof(m->touched[0]));
	if (!m->touched)
		return err_set(why, ST_BROKEN, "memory", "no memory for a snapshot");
	while (st == ST_OK && !m->more && (st = feed_next_gone(m->c->db, &f, why)) == ST_OK)
		st = take_gone(m, &f, why);
	return st == ST_NONE ? ST_OK : st;
}

/* --- A segment without them ---------------------------------------------------------- */

/* The case of ["c",SEQ,[SCOPES],"ID",...], ["d",SEQ,"ID",...], ["x",SEQ,"ID",...];
 * false: it is none of these. */
static bool case_of(struct str line, char id[UUID_TEXT], bool *is_case)
{
	struct json *j = NULL;
	bool ok = json_read(&j, line, NULL) == ST_OK && json_kind_of(j) == JSON_LIST;
	struct str text;

	*is_case = ok && str_eq(json_text(json_item(j, 0)), "c");
	text = json_text(json_item(j, *is_case ? 3 : 2));
	ok = ok && uuid_valid(text);
	if (ok)
		snprintf(id, UUID_TEXT, "%.*s", (int)text.n, text.p);
	json_free(j);
	return ok;
}

static bool is_gone(const struct cleaning *m, const char *id)
{
	for (int i = 0; i < m->gone_count; i++)
		if (strcmp(id, m->gone[i]) == 0)
			return true;
	return false;
}

/* Header and rows that stay, into `out`; false: a line is no row of ours. */
static bool sift(const struct cleaning *m, struct str raw, struct strbuf *out, int64_t *rows,
		 int64_t *cases)
{
	*rows = *cases = 0;
	for (size_t at = 0; at < raw.n;) {
		const char *lf = memchr(raw.p + at, '\n', raw.n - at);
		struct str line = { raw.p + at, lf ? (size_t)(lf - raw.p) + 1 - at : raw.n - at };
		char id[UUID_TEXT] = "";
		bool row = line.n > 0 && line.p[0] == '[', is_case = false;

		if (row && !case_of(line, id, &is_case))
			return false;
		at += line.n;
		if (!row && at >= raw.n)
			break; /* the trailer is made anew */
		if (row && is_gone(m, id)) {
			*cases += is_case;
			continue;
		}
		*rows += row;
		if (!strbuf_add(out, line.p, line.n))
			return false;
	}
	return true;
}

static enum status put_again(struct cleaning *m, int i, const char *to, struct strbuf *kept,
			     int64_t rows, struct err *why)
{
	struct segment *g = &m->made.segments[i];
	struct strbuf packed = STRBUF_INIT;
	char digest[HASH_TEXT];
	enum status st = ST_OK;

	sha256_hex(digest, strbuf_str(kept));
	if (!page_end(kept, rows, digest) || !zstd_pack(&packed, strbuf_str(kept)))
		st = err_set(why, ST_BROKEN, "memory", "no memory for a segment");
	g->rows = rows;
	g->bytes = (int64_t)packed.len;
	sha256_hex(g->sha256, strbuf_str(&packed));
	if (st == ST_OK)
		st = disk_put(to, strbuf_str(&packed), 0640, why);
	strbuf_release(&packed);
	return st;
}

/* *same: it holds none of them, and may stay as it is. */
static enum status clean_one(struct cleaning *m, int i, const char *to, bool *same, struct err *why)
{
	struct strbuf packed = STRBUF_INIT, raw = STRBUF_INIT, kept = STRBUF_INIT;
	int64_t rows = 0, cases = 0;
	enum status st = snapshot_segment(m->c, &m->old, i, &packed, why);

	if (st == ST_OK)
		st = zstd_unpack(&raw, strbuf_str(&packed), 2 * (size_t)PAGE_MAX_BYTES, why);
	if (st == ST_OK && !sift(m, strbuf_str(&raw), &kept, &rows, &cases))
		st = err_set(why, ST_BAD_INPUT, "snapshot-form",
			     "segment %d of snapshot %s cannot be read", i, m->old.gen);
	*same = st == ST_OK && rows == m->old.segments[i].rows;
	if (st == ST_OK && !*same)
		st = put_again(m, i, to, &kept, rows, why);
	m->made.cases -= cases;
	strbuf_release(&packed);
	strbuf_release(&raw);
	strbuf_release(&kept);
	return st;
}

static enum status put_one(struct cleaning *m, int i, struct err *why)
{
	char from[FOLDER_PATH], to[FOLDER_PATH], name[16];
	bool same = true;
	enum status st;

	snprintf(name, sizeof(name), "%d", i);
	st = folder_path(to, m->dir, name, why);
	if (st == ST_OK)
		st = folder_path(from, m->from, name, why);
	if (st == ST_OK && m->touched[i])
		st = clean_one(m, i, to, &same, why);
	if (st != ST_OK || !same || link(from, to) == 0)
		return st;
	return disk_copy(from, to, 0640, why); /* where files have one name only */
}

/* --- A generation without them ---------------------------------------------------------- */

static enum status begin_made(struct cleaning *m, struct err *why)
{
	struct snapshot *s = &m->made;

	memcpy(s->epoch, m->old.epoch, sizeof(s->epoch));
	s->scope = m->old.scope;
	s->seq = m->old.seq;
	s->cases = m->old.cases;
	s->at = m->old.at;
	uuid7(s->gen, central_now(m->c), &m->c->env.rng);
	for (int i = 0; i < m->old.count; i++)
		if (!snapshot_add(s, &m->old.segments[i]))
			return err_set(why, ST_BROKEN, "memory", "no memory for a snapshot");
	return snapshot_aside(m->c, s, m->dir, why);
}

static enum status make_clean(struct cleaning *m, struct err *why)
{
	enum status st = begin_made(m, why);

	for (int i = 0; st == ST_OK && i < m->made.count; i++)
		st = put_one(m, i, why);
	if (st == ST_OK)
		st = segment_index_put(m->dir, &m->index, why);
	if (st == ST_OK)
		st = snapshot_put_manifest(m->dir, &m->made, why);
	if (st == ST_OK)
		st = snapshot_replace(m->c, &m->made, m->dir, m->old.gen, why);
	if (st != ST_OK)
		snapshot_discard(m->dir);
	return st;
}

/* The lock is held. One that cannot be made clean is removed: pages serve. */
static enum status clean_newest(struct cleaning *m, struct err *why)
{
	enum status st = snapshot_newest(m->c, m->old.scope, &m->old, why);

	if (st != ST_OK)
		return st;
	st = snapshot_path(m->from, m->c, &m->old, why);
	if (st == ST_OK)
		st = segment_index_read(m->from, m->old.count, &m->index, why);
	if (st == ST_OK)
		st = find_gone(m, why);
	if (st == ST_OK && m->gone_count > 0)
		st = make_clean(m, why);
	if (st == ST_OK && m->more)
		return err_set(why, ST_RETRY, "snapshot-late",
			       "cases have left the scope; the snapshot is there in a moment");
	if (st == ST_OK || st == ST_RETRY)
		return st;
	st = snapshot_remove(m->c, m->old.scope, m->old.gen, NULL);
	return st == ST_OK ? err_set(why, ST_NONE, "snapshot-unknown",
				     "there is no such snapshot within your rights")
			   : st;
}

enum status snapshot_clean(struct central *c, int64_t scope, struct err *why)
{
	struct cleaning *m = calloc(1, sizeof(*m));
	int lock = -1;
	enum status st;

	if (!m)
		return err_set(why, ST_BROKEN, "memory", "no memory for a snapshot");
	m->c = c;
	m->old.scope = scope;
	st = snapshot_lock_placing(c, &lock, why);
	if (st == ST_OK)
		st = clean_newest(m, why);
	if (lock >= 0)
		close(lock);
	snapshot_release(&m->old);
	snapshot_release(&m->made);
	free(m->index.first);
	free(m->touched);
	free(m);
	return st;
}

enum status snapshot_clean_all(struct central *c, bool (*stop)(void *ctx), void *ctx,
			       struct err *why)
{
	struct scope_row s = { 0 };
	enum status st = ST_OK;

	while (!stop(ctx) && (st = scope_after(c->db, s.id, &s, why)) == ST_OK) {
		do
			st = snapshot_clean(c, s.id, why);
		while (st == ST_RETRY && !stop(ctx));
		if (st != ST_OK && st != ST_NONE)
			return st;
	}
	return st == ST_NONE ? ST_OK : st;
}
