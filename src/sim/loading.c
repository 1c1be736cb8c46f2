/* SPDX-License-Identifier: EUPL-1.2 */
#include "sim/loading.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "central/inside.h"
#include "central/snapshot.h"
#include "sim/drive.h"
#include "sim/world.h"

#include "base/banned.h"

/* A segment of so many rows, so that there are several of few cases. */
enum { SEGMENT_ROWS = 2 };

static uint64_t chance(struct world *w, uint64_t n)
{
	return rare_below(w, RARE_SNAPSHOTS, n);
}

/* --- The folder of the central ------------------------------------------------------- */

/* Folders in folders, two deep at most: snapshots/SCOPE/GENERATION/FILE. */
static void remove_all(const char *dir, int depth)
{
	char path[512];
	DIR *d = opendir(dir);
	struct dirent *e;

	while (d && (e = readdir(d))) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		if (unlink(path) != 0 && depth > 0)
			remove_all(path, depth - 1);
	}
	if (d)
		closedir(d);
	(void)rmdir(dir);
}

enum status loading_open(struct world *w, struct err *why)
{
	char dir[] = "/dev/shm/sluss-sim-XXXXXX", other[] = "/tmp/sluss-sim-XXXXXX";
	const char *made;

	if (!rare_has(w, RARE_SNAPSHOTS))
		return ST_OK;
	made = mkdtemp(dir);
	if (!made)
		made = mkdtemp(other);
	w->central->dir = made ? strdup(made) : NULL;
	if (!w->central->dir)
		return err_set(why, ST_BROKEN, "folder", "there is no folder for snapshots");
	w->central->segment_rows = SEGMENT_ROWS;
	return ST_OK;
}

void loading_close(struct world *w)
{
	if (w->central && w->central->dir)
		remove_all(w->central->dir, 3);
}

/* --- What happens ------------------------------------------------------------------------ */

static void make_one(struct world *w)
{
	struct snapshot made = SNAPSHOT_INIT;
	struct err why = ERR_INIT;
	bool healing = w->healing;
	/* Units and their classes come first: the scopes that most hold. */
	int64_t scope = 1 + (int64_t)chance(w, chance(w, 2) ? 2 : 8);
	enum status st;

	w->healing = true; /* a thread of its own, with a handle of its own */
	st = snapshot_make(w->central, scope, NULL, NULL, &made, &why);
	w->healing = healing;
	world_trace(w, "snapshot of scope %lld: %d segments, %s", (long long)scope, made.count,
		    why.code);
	if (st != ST_OK && st != ST_NONE && st != ST_RETRY)
		world_violation(w, "central", "a snapshot cannot be made: %s", why.text);
	snapshot_release(&made);
}

/* The copy was damaged or thrown away; the outbox is as it was. */
static void lose_copy(struct device *d)
{
	char name[FOLDER_TEXT + 16], folder[FOLDER_TEXT];
	bool healing = d->world->healing;

	if (!d->outbox)
		return; /* its last start could not open it */
	world_trace(d->world, "copy of d%d is lost", d->index);
	d->world->healing = true;
	device_kill(d);
	d->world->healing = healing;
	stage_folder(folder, d->index);
	snprintf(name, sizeof(name), "%scache.", folder);
	drive_remove(name);
	d->anew = true;
	history_unread(d);
}

void loading_happens(struct world *w)
{
	if (chance(w, 5) < 3)
		make_one(w);
	else
		lose_copy(&w->device[chance(w, (uint64_t)w->device_count)]);
}

const char *loading_aside(struct device *d)
{
	static const char *const names[DEVICES_MAX] = {
		"/d0/cache.new", "/d1/cache.new", "/d2/cache.new", "/d3/cache.new",
		"/d4/cache.new", "/d5/cache.new", "/d6/cache.new", "/d7/cache.new",
	};

	return rare_has(d->world, RARE_SNAPSHOTS) ? names[d->index] : NULL;
}

void loading_stops(struct device *d)
{
	if (loading_aside(d))
		drive_detach(loading_aside(d));
}

enum status loading_jobs(struct world *w, struct err *why)
{
	char *dir = w->central->dir;
	enum status st;

	w->central->dir = NULL;
	st = central_jobs(w->central, NULL, why);
	w->central->dir = dir;
	return st;
}

void loading_served(struct world *w, const struct message *m)
{
	const char *path = strbuf_cstr(&m->request.path);

	if (strncmp(path, "/v1/snapshots/", 14) == 0 && strchr(path + 14, '/')
	    && m->reply.status / 100 == 2)
		rare_count(w, RARE_SNAPSHOTS);
}
