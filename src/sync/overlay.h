/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * overlay - the touched cases as they look with the officer's own actions.
 *
 * Place:    outbox.db + base rows -> OVERLAY -> overlay_case in cache.db.
 * Promise:  an action is shown until the base holds its iid, or base.n has
 *           reached the acknowledgement's n, or the case left by an entry at
 *           or after it; judged in one snapshot of the cache, never from a
 *           stored state alone. Building twice changes nothing.
 * Owner:    borrowed handles.
 * Errors:   of the two files.
 */
#ifndef SYNC_OVERLAY_H
#define SYNC_OVERLAY_H

#include "cache/cases.h"
#include "cache/outbox.h"

struct action;

/* Build it anew: at start, after an action, after an answer. */
MUST_USE enum status overlay_rebuild(struct db *cache, struct db *outbox, struct err *why);
/* The same inside a transaction of cache.db that the caller holds. */
MUST_USE enum status overlay_build(struct db *cache, struct db *outbox, struct err *why);
/* One case as the officer sees it, worked out from base and outbox without
 * the stored overlay; with `dev`, without what another device signed and nobody
 * answered: it never leaves, until it is signed again. ST_NONE: not in the
 * cache. */
MUST_USE enum status overlay_case_of(struct db *cache, struct db *outbox, const char *dev,
				     const char *case_id, struct case_row *r, struct err *why);

/* Own actions on a case that the timeline shows below the entries, oldest
 * first: `each` gets the item and what it says (borrowed). */
MUST_USE enum status overlay_actions(struct db *cache, struct db *outbox, const char *case_id,
				     enum status (*each)(void *ctx, const struct outbox_item *i,
							 const struct action *a, struct err *why),
				     void *ctx, struct err *why);
#endif
