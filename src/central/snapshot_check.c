/* SPDX-License-Identifier: EUPL-1.2 */
/* Segments held against the manifest that names them. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "central/snapshot_files.h"
#include "central/store.h"
#include "central/verify.h"
#include "sign/hash.h"

#include "base/banned.h"

static bool holds(const struct snapshot *s, int64_t i, const struct strbuf *bytes)
{
	char digest[HASH_TEXT];

	sha256_hex(digest, strbuf_str(bytes));
	return (int64_t)bytes->len == s->segments[i].bytes
	       && strcmp(digest, s->segments[i].sha256) == 0;
}

/* Out of the way: the generation before it serves, or pages do, and the serving
 * central makes a new one. */
static enum status drop(struct central *c, const struct snapshot *s, struct err *why)
{
	int lock = -1;
	enum status st = snapshot_lock_placing(c, &lock, why);

	if (st == ST_OK)
		st = snapshot_remove(c, s->scope, s->gen, why);
	if (lock >= 0)
		close(lock);
	return st == ST_OK ? err_set(why, ST_NONE, "snapshot-unknown",
				     "the snapshot is damaged, and was taken away")
			   : st;
}

enum status snapshot_whole_segment(struct central *c, const struct snapshot *s, int64_t i,
				   struct strbuf *out, struct err *why)
{
	enum status st = snapshot_segment(c, s, i, out, why);

	if (i < 0 || i >= s->count || (st == ST_OK && holds(s, i, out)))
		return st;
	strbuf_clear(out);
	err_clear(why);
	return drop(c, s, why);
}

/* --- For verify ------------------------------------------------------------------------ */

/* The server may have taken it away meanwhile. */
static bool is_there(struct central *c, const struct snapshot *s)
{
	char path[FOLDER_PATH];

	return snapshot_path(path, c, s, NULL) == ST_OK && access(path, F_OK) == 0;
}

static void check_segments(struct check *k, const struct scope_row *r, const struct snapshot *s)
{
	struct strbuf bytes = STRBUF_INIT;
	int bad = 0, first = 0;

	for (int i = 0; i < s->count; i++) {
		strbuf_clear(&bytes);
		if (snapshot_segment(k->c, s, i, &bytes, NULL) == ST_OK && holds(s, i, &bytes))
			continue;
		first = bad ? first : i;
		bad++;
	}
	strbuf_release(&bytes);
	if (bad && is_there(k->c, s))
		check_fault(k, "", 0, 0,
			    "snapshots/%" PRId64 "/%s: %d of %d segments are damaged, from %d on; "
			    "make it anew: sluss-central snapshot %.150s --scope %s:%" PRId64,
			    s->scope, s->gen, bad, s->count, first, k->c->dir, r->unit, r->class);
}

enum status check_snapshots(struct check *k, struct err *why)
{
	struct snapshot s = SNAPSHOT_INIT;
	struct scope_row r = { 0 };
	enum status st = ST_OK;

	while (k->c->dir && (st = scope_after(k->c->db, r.id, &r, why)) == ST_OK) {
		char gen[UUID_TEXT] = "";

		while (snapshot_before(k->c, r.id, gen, &s, NULL) == ST_OK) {
			check_segments(k, &r, &s);
			memcpy(gen, s.gen, sizeof(gen));
		}
	}
	snapshot_release(&s);
	return st == ST_NONE ? ST_OK : st;
}
