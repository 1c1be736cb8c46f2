/* SPDX-License-Identifier: EUPL-1.2 */
/* A program of the release before has left its outbox behind, with work in it
 * that nobody has answered, and the next start is that of this release. */
#include "sim/rare.h"
#include "sim/world.h"
#include "sql/db.h"

#include "base/banned.h"

/* Steps 2 to 4 of the outbox taken back (cache/outbox2.sql to outbox4.sql). */
static const char back[] = "BEGIN IMMEDIATE; DROP INDEX item_again; DROP INDEX item_slot;"
			   " ALTER TABLE item DROP COLUMN slot;"
			   " ALTER TABLE device DROP COLUMN signed_head;"
			   " ALTER TABLE device DROP COLUMN former_x;"
			   " ALTER TABLE item DROP COLUMN again; ALTER TABLE item DROP COLUMN was;"
			   " ALTER TABLE device DROP COLUMN epochs;"
			   " ALTER TABLE device DROP COLUMN missing;"
			   " PRAGMA user_version = 2; COMMIT";
/* What the release before would have known: one epoch, no restore, and no key that is
 * named by one it has not kept, but where the change is open. */
static const char fits[] =
	"SELECT count(*) FROM item WHERE verdict = 0 AND NOT EXISTS"
	" (SELECT 1 FROM device WHERE length(epochs) > 60 OR missing <> 0"
	" OR recheck_from <> 0 OR (rotation <> '' AND NOT rotation_open)) AND NOT EXISTS"
	" (SELECT 1 FROM item WHERE again <> 0 OR was <> 0 OR slot <> 0)";

static struct device *pick(struct world *w)
{
	int64_t pending;

	for (int i = 0; i < w->device_count; i++) {
		struct device *d = &w->device[i];

		if (!d->down && !d->dying && d->outbox
		    && db_get_int(d->outbox, fits, &pending, 0, NULL) == ST_OK && pending > 0)
			return d;
	}
	return NULL;
}

void upgrade_happens(struct world *w)
{
	struct device *d = pick(w);
	struct err why = ERR_INIT;

	if (!d)
		return;
	device_kill(d);
	/* The disk is whole, and nobody copies the folder before it is upgraded. */
	w->healing = true;
	if (!d->outbox || db_exec(d->outbox, back, &why) != ST_OK)
		world_violation(w, "simulator", "no older outbox can be made: %s", why.text);
	else if (stage_reopen(w->o->stage, d->index, &why) != ST_OK)
		world_violation(w, "start", "an older outbox is not taken over: %s", why.text);
	d->cache = w->o->stage->cache[d->index];
	d->outbox = w->o->stage->outbox[d->index];
	w->healing = false;
	d->anew = true;
	world_trace(w, "upgrade d%d", d->index);
	rare_count(w, RARE_UPGRADES);
}
