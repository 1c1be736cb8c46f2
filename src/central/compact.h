/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * compact - the feeds, made as short as what they are for.
 *
 * Place:    verb `compact` -> COMPACT -> rows of `feed`; pull.c asks for the
 *           floor that it leaves.
 * Promise:  up to the floor of a feed each case has its last row, if it is
 *           still there, and rows of erasure stay; what has left it is not
 *           told. A client that has read up to the floor, or nothing at all,
 *           misses nothing; one in between is told to read anew. No
 *           transaction drops more than some hundred rows, so that a central
 *           that serves meanwhile is not held up, and a stop leaves a shorter
 *           feed with its right floor. The log is not touched.
 * Owner:    everything is borrowed during the call. Errors: of the database.
 */
#ifndef CENTRAL_COMPACT_H
#define CENTRAL_COMPACT_H

#include "central/inside.h"

enum { COMPACT_DAYS = 180 };

/* Rows of entries from before `before` (wall ms); *dropped: how many went. */
MUST_USE enum status feed_compact(struct central *c, int64_t before, int64_t *dropped,
				  struct err *why);
/* A cursor in this feed above 0 and below it has missed something; 0: none. */
MUST_USE enum status feed_floor(struct db *db, int64_t scope, int64_t *seq, struct err *why);

#endif
