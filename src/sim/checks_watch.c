/* SPDX-License-Identifier: EUPL-1.2 */
/* A watch is kept on the device that set it, and shown as it was set. */
#include "sim/checks.h"

#include <string.h>

#include "cache/watch.h"
#include "sql/db.h"

#include "base/banned.h"

static void is_kept(struct device *d, const char *case_id, const char *on)
{
	struct watch here = WATCH_INIT;
	enum status st = watch_get(d->cache, case_id, &here, NULL);

	if (st == ST_NONE)
		here.on[0] = '\0';
	if (strcmp(here.on, on) != 0)
		world_violation(d->world, "watch",
				"device %d: case %s is watched to \"%s\", and \"%s\" was signed",
				d->index, case_id, here.on, on);
	watch_release(&here);
}

/* The officer's newest word on each case, where it is this device's own. */
static void all_kept(struct device *d)
{
	struct stmt *q = db_stmt(central_db(d->world->central),
				 "SELECT l.iid, l.case_id FROM log l JOIN entry e ON e.seq = l.seq"
				 " WHERE l.dev = ?1 AND l.act = 'watch.set' AND e.jws IS NOT NULL"
				 " AND NOT EXISTS (SELECT 1 FROM log b WHERE b.case_id = l.case_id"
				 " AND b.act = 'watch.set' AND b.sub = l.sub AND b.n > l.n)");
	char iid[UUID_TEXT], case_id[UUID_TEXT];

	stmt_cstr(q, 1, d->dev);
	while (stmt_step(q, NULL) == ST_OK) {
		const char *on;

		stmt_col_copy(q, 0, iid, sizeof(iid));
		stmt_col_copy(q, 1, case_id, sizeof(case_id));
		on = watching_day(d->world, iid);
		if (on && !people_hidden(d->world, d->officer, case_id))
			is_kept(d, case_id, on);
	}
	stmt_reset(q);
}

void check_watches(const struct moment *m)
{
	if (rare_has(m->w, RARE_WATCHES))
		for_devices(m, all_kept);
}
