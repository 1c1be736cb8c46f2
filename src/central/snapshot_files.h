/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * snapshot_files - DIR/snapshots: what lies there, and how it comes and goes.
 *
 * Place:    under snapshot.c alone.
 *             snapshots/{scope}/{gen}/   a generation, whole
 *             snapshots/.new-{gen}/      one that is being made
 *             snapshots/.old-{gen}/      one that is being removed
 *             snapshots/making, placing  locks
 * Promise:  a name without a dot is moved into place when all in it is on
 *           disk, and moved away before anything in it is removed.
 * Owner:    all borrowed. Errors: ST_BROKEN "disk-full", "disk-error".
 */
#ifndef CENTRAL_SNAPSHOT_FILES_H
#define CENTRAL_SNAPSHOT_FILES_H

#include "central/folder.h"
#include "central/snapshot.h"

#define SNAPSHOT_MANIFEST "manifest.json"

/* Alone in making snapshots here; what an earlier try left is removed.
 * ST_RETRY "snapshot-busy". close(*fd) gives it back. */
MUST_USE enum status snapshot_lock_making(struct central *c, int *fd, struct err *why);
/* Has snapshot_yield asked for the database since the lock was taken? */
bool snapshot_must_yield(int fd);
/* An empty folder for the generation: its path. */
MUST_USE enum status snapshot_aside(struct central *c, const struct snapshot *s,
				    char dir[FOLDER_PATH], struct err *why);
/* Into its place, unless words in it have been erased since it was begun
 * (ST_RETRY "snapshot-late"). Older ones than the one before it are removed. */
MUST_USE enum status snapshot_place(struct central *c, const struct snapshot *s, const char *dir,
				    struct err *why);
void snapshot_discard(const char *dir);

#endif
