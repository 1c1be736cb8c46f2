/* SPDX-License-Identifier: EUPL-1.2 */
/* What the seed does to disks and to the power of the machines. */
#include "sim/world.h"

#include <string.h>

#include "sim/drive.h"
#include "sql/db.h"

#include "base/banned.h"

/* How often a full disk says so before somebody has made room. */
enum { FULL_FOR = 6 };

static uint64_t disk_below(void *ctx, uint64_t n)
{
	return below(ctx, n);
}

/* What fails on any machine: it has met a fault of its disk. */
static enum drive_answer fails(struct world *w, bool *full)
{
	if (*full) {
		*full = below(w, FULL_FOR) > 0;
		return DRIVE_FULL;
	}
	if (fault(w, w->rates.full)) {
		*full = true;
		return DRIVE_FULL;
	}
	return fault(w, w->rates.eio) ? DRIVE_EIO : DRIVE_FINE;
}

static enum drive_answer device_disk(struct device *d)
{
	struct world *w = d->world;
	enum drive_answer a;

	if (!w)
		return DRIVE_FINE;
	if (!d->dying && fault(w, w->rates.power))
		d->dying = d->unplugged = true;
	if (d->unplugged)
		return DRIVE_EIO;
	a = w->healing ? DRIVE_FINE : fails(w, &d->full);
	d->disk_faults += a != DRIVE_FINE;
	w->result->disk_faults += a != DRIVE_FINE;
	return a;
}

static enum drive_answer central_disk(struct world *w)
{
	enum drive_answer a;

	if (!w->central_dying && fault(w, w->rates.power))
		w->central_dying = w->central_unplugged = true;
	if (w->central_unplugged)
		return DRIVE_EIO;
	a = w->healing ? DRIVE_FINE : fails(w, &w->central_full);
	w->result->disk_faults += a != DRIVE_FINE;
	return a;
}

static enum drive_answer on_disk(void *ctx, enum drive_op op, const char *name)
{
	struct world *w = ctx;

	(void)op;
	if (name[0] == '/' && name[1] == 'd')
		return device_disk(&w->device[name[2] - '0']);
	return strncmp(name, "/c/", 3) == 0 ? central_disk(w) : DRIVE_FINE;
}

void power_on(struct world *w)
{
	const struct drive_chance chance = { on_disk, disk_below, w };

	drive_chance(&chance, w->o->seed);
}

void power_central(struct world *w)
{
	struct err why = ERR_INIT;
	bool healing = w->healing, cut = w->central_unplugged || fault(w, 500);
	char folder[FOLDER_TEXT];

	w->central_dying = w->central_unplugged = w->central_full = false;
	w->result->crashes++;
	w->result->cuts += cut;
	world_trace(w, "central %s", cut ? "power cut" : "crash");
	w->healing = true; /* one stop at a time */
	db_rollback(central_db(w->central));
	stage_folder(folder, -1);
	if (cut)
		drive_cut(folder);
	else
		drive_kill(folder);
	if (central_crash(w->central, &why) != ST_OK)
		world_violation(w, "central", "it does not start again: %s", why.text);
	w->healing = healing;
}
