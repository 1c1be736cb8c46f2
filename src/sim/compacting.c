/* SPDX-License-Identifier: EUPL-1.2 */
#include "sim/compacting.h"

#include <stdlib.h>
#include <string.h>

#include "central/compact.h"
#include "sim/world.h"
#include "sql/db.h"
#include "wire/page.h"

#include "base/banned.h"

static uint64_t chance(struct world *w, uint64_t n)
{
	return rare_below(w, RARE_COMPACTIONS, n);
}

/* --- What went --------------------------------------------------------------------- */

static bool found(struct world *w, const char *sql, const struct feed_was *f)
{
	struct stmt *q = db_stmt(central_db(w->central), sql);
	bool any;

	stmt_int(q, 1, f->scope);
	stmt_int(q, 2, f->seq);
	stmt_cstr(q, 3, f->case_id);
	stmt_cstr(q, 4, f->kind);
	any = stmt_step(q, NULL) == ST_OK;
	stmt_reset(q);
	return any;
}

static bool stands(struct world *w, const struct feed_was *f)
{
	return found(w,
		     "SELECT 1 FROM feed WHERE scope = ?1 AND seq = ?2 AND case_id = ?3"
		     " AND kind = ?4",
		     f);
}

/* By the floor of its own scope. */
static bool below_floor(struct world *w, const struct feed_was *f)
{
	return found(w,
		     "SELECT 1 FROM meta WHERE key = 'feed_floor.' || ?1 AND value + 0 >= ?2"
		     " AND ?3 = ?3 AND ?4 = ?4",
		     f);
}

/* Is the case in that scope, with nothing of it that is newer there? */
static bool was_newest(struct world *w, const struct feed_was *f)
{
	return found(w,
		     "SELECT 1 FROM casefile c WHERE c.id = ?3 AND ?4 = ?4 AND (c.scope = ?1"
		     " OR EXISTS (SELECT 1 FROM case_beside b WHERE b.case_id = c.id"
		     " AND b.scope = ?1)) AND NOT EXISTS (SELECT 1 FROM feed f WHERE f.scope = ?1"
		     " AND f.seq > ?2 AND f.case_id = ?3 AND f.kind = 'c')",
		     f);
}

static void note_all(struct world *w)
{
	struct stmt *q = db_stmt(central_db(w->central),
				 "SELECT f.scope, f.seq, f.kind, f.case_id, l.eh FROM feed f"
				 " JOIN log l ON l.seq = f.seq ORDER BY f.scope, f.seq, f.kind");
	struct compacting *c = &w->compacting;

	while (stmt_step(q, NULL) == ST_OK) {
		struct feed_was *f;

		c->row = room_for(c->row, c->count, &c->room, sizeof(*c->row));
		f = &c->row[c->count++];
		f->scope = stmt_col_int(q, 0);
		f->seq = stmt_col_int(q, 1);
		stmt_col_copy(q, 2, f->kind, sizeof(f->kind));
		stmt_col_copy(q, 3, f->case_id, sizeof(f->case_id));
		stmt_col_copy(q, 4, f->eh, sizeof(f->eh));
	}
	stmt_reset(q);
}

/* A row may go where a newer one of its case is in the same scope, or the case is
 * not any more; with its floor, and if it does not tell of an erasure. */
static void judge_row(struct world *w, const struct feed_was *f)
{
	const char *wrong = !below_floor(w, f)	? "above the floor of its feed"
			    : f->kind[0] == 'x' ? "though it told of an erasure"
			    : was_newest(w, f)	? "though it was the newest of its case"
						: NULL;

	if (wrong)
		world_violation(w, "I6", "scope %lld: the row at seq %lld of case %s went, %s",
				(long long)f->scope, (long long)f->seq, f->case_id, wrong);
}

/* Of the rows from `first` on those stay that are there no more. */
static void judge_rows(struct world *w, int first)
{
	struct compacting *c = &w->compacting;
	int kept = first;

	for (int i = first; i < c->count; i++)
		if (!stands(w, &c->row[i])) {
			judge_row(w, &c->row[i]);
			c->row[kept++] = c->row[i];
		}
	c->count = kept;
}

bool compacting_dropped(struct world *w, const char *eh)
{
	const struct compacting *c = &w->compacting;

	for (int i = 0; i < c->count; i++)
		if (strcmp(c->row[i].eh, eh) == 0 && below_floor(w, &c->row[i]))
			return true;
	return false;
}

void compacting_release(struct world *w)
{
	free(w->compacting.row);
	w->compacting = (struct compacting){ 0 };
}

/* --- When -------------------------------------------------------------------------- */

/* Has a case left this scope, and the officer's sight, behind what the device has
 * read of it? */
static bool left_behind(struct device *d, const struct cursor *at)
{
	struct stmt *q = db_stmt(central_db(d->world->central),
				 "SELECT case_id FROM feed WHERE scope = ?1 AND seq > ?2"
				 " AND kind = 'g'");
	char id[UUID_TEXT];
	bool yes = false;

	stmt_int(q, 1, at->scope);
	stmt_int(q, 2, at->seq);
	while (!yes && at->seq > 0 && stmt_step(q, NULL) == ST_OK) {
		stmt_col_copy(q, 0, id, sizeof(id));
		yes = people_hidden(d->world, d->officer, id);
	}
	stmt_reset(q);
	return yes;
}

/* Would a device miss something, if nobody told it to read anew? */
static bool would_miss(struct device *d)
{
	struct cursor at[SCOPES_MAX];
	int count = 0;
	bool yes = false;

	if (!d->cache || cursor_list(d->cache, at, SCOPES_MAX, &count, NULL) != ST_OK)
		return false;
	for (int i = 0; i < count; i++)
		yes = yes || left_behind(d, &at[i]);
	return yes;
}

/* Most wait for a moment at which it matters. */
static bool waits(struct world *w)
{
	bool matters = false;

	for (int i = 0; i < w->device_count; i++)
		matters = matters || would_miss(&w->device[i]);
	if (matters || chance(w, 64) == 0)
		return false;
	world_later(w, (1 + (int64_t)chance(w, 4)) * SECOND, EVENT_RARE, RARE_COMPACTIONS, NULL);
	return true;
}

/* Up to now, or to some time ago: then a device that is a little behind need not
 * read anew. The process is the operator's, on the central's machine, and stops
 * with it. */
void compacting_happens(struct world *w)
{
	int64_t ago = chance(w, 3) ? 0 : (int64_t)chance(w, (uint64_t)w->fault_ms), dropped = 0;
	int first = w->compacting.count;
	struct err why = ERR_INIT;
	enum status st;

	if (waits(w))
		return;
	note_all(w);
	st = feed_compact(w->central, w->now + 1 - ago, &dropped, &why);
	world_trace(w, "feeds are made shorter by %lld rows: %s", (long long)dropped, why.code);
	if (dropped > 0)
		rare_count(w, RARE_COMPACTIONS);
	if (w->central_dying)
		power_central(w);
	else if (st != ST_OK && st != ST_BROKEN && st != ST_RETRY)
		world_violation(w, "central", "the feeds cannot be made shorter: %s", why.text);
	/* One that failed may be found whole by the next start: its rows stay noted. */
	if (st == ST_OK)
		judge_rows(w, first);
}
