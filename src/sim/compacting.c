/* SPDX-License-Identifier: EUPL-1.2 */
#include "sim/compacting.h"

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

static void note(struct world *w, struct str case_id)
{
	struct compacting *c = &w->compacting;
	char id[UUID_TEXT] = "";

	memcpy(id, case_id.p, case_id.n < UUID_TEXT ? case_id.n : UUID_TEXT - 1);
	if (compacting_left(w, id))
		return;
	if (c->count == LEFT_MAX)
		world_violation(w, "simulator", "more than %d cases have left a scope", LEFT_MAX);
	else
		memcpy(c->left[c->count++], id, UUID_TEXT);
}

static void note_all(struct world *w)
{
	struct stmt *q = db_stmt(central_db(w->central),
				 "SELECT DISTINCT case_id FROM feed WHERE kind = 'g'");

	while (stmt_step(q, NULL) == ST_OK)
		note(w, stmt_col_text(q, 0));
	stmt_reset(q);
}

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
}

bool compacting_left(const struct world *w, const char *case_id)
{
	for (int i = 0; i < w->compacting.count; i++)
		if (strcmp(w->compacting.left[i], case_id) == 0)
			return true;
	return false;
}
