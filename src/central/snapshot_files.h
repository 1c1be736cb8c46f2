/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * snapshot_files - DIR/snapshots: what lies there, and how it comes and goes.
 *
 * Place:    under snapshot.c and snapshot_clean.c.
 *             snapshots/{scope}/{gen}/   a generation, whole: manifest.json,
 *                                        index, 0, 1, ...
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
#define SNAPSHOT_INDEX "index"

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
/* Alone in putting generations into their place and taking them away; waits. */
MUST_USE enum status snapshot_lock_placing(struct central *c, int *fd, struct err *why);
/* The folder of a generation in its place. */
MUST_USE enum status snapshot_path(char out[FOLDER_PATH], const struct central *c,
				   const struct snapshot *s, struct err *why);
/* Under the lock: `s`, made of generation `old`, takes its place; those that hold
 * what has left the scope go as well. */
MUST_USE enum status snapshot_replace(struct central *c, const struct snapshot *s, const char *dir,
				      const char *old, struct err *why);
MUST_USE enum status snapshot_remove(struct central *c, int64_t scope, const char *gen,
				     struct err *why);
MUST_USE enum status snapshot_put_manifest(const char *dir, const struct snapshot *s,
					   struct err *why);

/* What the central alone knows of a generation: where a case may stand in it. */
struct segment_index {
	int64_t clean;	 /* cases that left the scope up to this seq are not in it */
	int erased_from; /* from this segment on "x" rows of any case may stand */
	int count, room;
	int64_t *first; /* when the first case of each segment was received; free() */
};
bool segment_index_add(struct segment_index *x, int64_t first);
MUST_USE enum status segment_index_put(const char *dir, const struct segment_index *x,
				       struct err *why);
/* Of a snapshot with so many segments, into an empty one; ST_BAD_INPUT
 * "snapshot-form". */
MUST_USE enum status segment_index_read(const char *dir, int segments, struct segment_index *x,
					struct err *why);
/* The first of its facts alone. */
MUST_USE enum status segment_index_clean(const char *dir, int64_t *seq, struct err *why);

#endif
