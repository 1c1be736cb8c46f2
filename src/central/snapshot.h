/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * snapshot - all cases of a scope as files that a first sync loads.
 *
 * Place:    casefile rows of one read snapshot of the database -> SNAPSHOT ->
 *           DIR/snapshots/{scope}/{gen}/{manifest.json,0,1,...} -> GET
 *           /v1/snapshots. The verb `snapshot` and a thread of the serving
 *           central (background.h) make them, each with a handle of its own.
 * Promise:  a generation is there whole or not at all: it is written aside,
 *           fsynced, and moved into place. It holds what every officer of the
 *           scope may see and nothing of one officer. The database is only
 *           read while one is made, and memory does not grow with the cases.
 *           What was erased from the rows is in no generation that is served;
 *           its files go when the erasure is done. Nor is a case that has left
 *           the scope: who may see the scope now may not see that case.
 * Owner:    everything is borrowed during the call.
 * Errors:   of the database and the disk; ST_RETRY "snapshot-busy": another
 *           process makes one here; "stopped".
 */
#ifndef CENTRAL_SNAPSHOT_H
#define CENTRAL_SNAPSHOT_H

#include "central/inside.h"
#include "wire/snapshot.h"

enum { SNAPSHOT_CASES = 100000 }; /* what pulling from 0 serves, if conf says nothing */

/* Make a new generation of the scope; the newest two stay. `stop` (may be
 * NULL) is asked now and then. `made` (initialised) says what it is. */
MUST_USE enum status snapshot_make(struct central *c, int64_t scope, bool (*stop)(void *ctx),
				   void *ctx, struct snapshot *made, struct err *why);

/* The newest generation of a scope that may be served: of this epoch, made
 * since the last erasure in the scope. ST_NONE: there is none. */
MUST_USE enum status snapshot_newest(struct central *c, int64_t scope, struct snapshot *out,
				     struct err *why);
/* The newest of those before that generation that may be served, too. */
MUST_USE enum status snapshot_before(struct central *c, int64_t scope, const char *gen,
				     struct snapshot *out, struct err *why);
/* Take out of the newest generation what has left the scope since it was made; a
 * new one takes its place. Some segments at a time: ST_RETRY "snapshot-late" if
 * there are more. ST_NONE: there is none. */
MUST_USE enum status snapshot_clean(struct central *c, int64_t scope, struct err *why);
/* Of every scope, to the end: so that requests seldom need to. */
MUST_USE enum status snapshot_clean_all(struct central *c, bool (*stop)(void *ctx), void *ctx,
					struct err *why);
/* One of the scope's generations by its name. ST_NONE: it may not be served, or
 * not before snapshot_clean. */
MUST_USE enum status snapshot_of(struct central *c, int64_t scope, const char *gen,
				 struct snapshot *out, struct err *why);
/* The packed bytes of a segment of it. */
MUST_USE enum status snapshot_segment(struct central *c, const struct snapshot *s, int64_t i,
				      struct strbuf *out, struct err *why);

/* The same, held against its manifest: one with a damaged segment is taken away,
 * and is ST_NONE from then on. */
MUST_USE enum status snapshot_whole_segment(struct central *c, const struct snapshot *s, int64_t i,
					    struct strbuf *out, struct err *why);

/* The next scope with id > *scope of which a snapshot should be made now: it
 * has more cases than conf asks for, and none, or one that much has been
 * written behind. ST_NONE: no other. */
MUST_USE enum status snapshot_due(struct central *c, int64_t *scope, struct err *why);

/* Words of a case are erased, or secret, from entry `seq` on: no snapshot that
 * holds the case and is older may be served. In the transaction of that entry. */
MUST_USE enum status snapshot_forget(struct central *c, const char *case_id, int64_t seq,
				     struct err *why);
/* Before deleted words are to leave the raw files: one that is being made reads
 * the database as it was, and gives up now, so that nobody waits for it. */
void snapshot_yield(struct central *c);
/* After its commit, and at the start: the files of all that may not be served
 * any more are removed. A stop before it is made good by the next call. */
MUST_USE enum status snapshot_sweep(struct central *c, struct err *why);

#endif
