/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * aside - a new copy of the cases, filled beside cache.db and then taken over.
 *
 * Place:    sync/load -> ASIDE (cache.new) -> cache.db, for a first sync from
 *           snapshots.
 * Promise:  cache.db and those who read it see nothing of the new copy until
 *           all of it is there, with its indexes and words, and then all of it
 *           at once: it is taken over in one transaction of cache.db, which
 *           other handles and processes may have open. (A file renamed over
 *           it would leave them with the old one, and its log beside the new.)
 *           A stop at any moment leaves the old or the new; what was filled
 *           goes on where it was. Memory does not grow with the cases.
 * Owner:    aside_open gives, cache_close takes.
 * Errors:   those of sql/db.h.
 */
#ifndef CACHE_ASIDE_H
#define CACHE_ASIDE_H

#include "domain/casefile.h"

struct db;

/* Open or make the file; a new one has no indexes of cases yet. Names "load."
 * of cache_keep are the caller's, for what it must remember. */
MUST_USE enum status aside_open(struct db **out, const char *path, struct err *why);
/* ST_OK if there is such a file. */
bool aside_there(const char *path);
void aside_remove(const char *path);

/* Put a case that is in `scope` too; an older state than is there only adds the
 * scope. In a transaction. */
MUST_USE enum status aside_case(struct db *aside, const struct casefile *c, int64_t scope,
				int64_t seq, struct err *why);
/* When all cases are there: one more part of their words and indexes, in a
 * transaction of its own. *done: that was the last. */
MUST_USE enum status aside_build(struct db *aside, bool *done, struct err *why);
/* cache.db becomes what `aside` holds, with a higher revision. Cases that were
 * asked for stay so, and so does what is noted as erased. */
MUST_USE enum status aside_take_over(struct db *aside, struct db *cache, struct err *why);
/* After it: what the caller remembered is forgotten, the log made small. */
MUST_USE enum status aside_settle(struct db *cache, struct err *why);

#endif
