/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * watch - the cases that the officer watches, and to what day.
 *
 * Place:    sync/merge writes what the central holds, sync/overlay what the
 *           outbox has; lists read the day (cases.h), previews the words.
 * Promise:  of each case the newest watch counts; the outbox's own before the
 *           base's. A watch that was ended is known to be ended.
 * Owner:    struct watch owns its words; release it.
 * Errors:   ST_NONE: the case is not watched; others from sql/db.h.
 */
#ifndef CACHE_WATCH_H
#define CACHE_WATCH_H

#include "domain/casefile.h"

struct db;

struct watch {
	char on[DAY_TEXT];   /* "" = the watch is ended */
	struct strbuf words; /* what to remember, raw; may be empty */
};
#define WATCH_INIT                                                                                 \
	{                                                                                          \
		.words = STRBUF_INIT                                                               \
	}
void watch_release(struct watch *w);

/* The officer's entry n says so; nothing happens if a later one is known. */
MUST_USE enum status watch_put(struct db *db, const char *case_id, int64_t n, const char *on,
			       const char *words, struct err *why);
/* The words of entry n are erased: so is the watch, if it was that one. */
MUST_USE enum status watch_erase(struct db *db, const char *case_id, int64_t n, int64_t upto,
				 struct err *why);
/* The same of the outbox: all forgotten, and each set anew. */
MUST_USE enum status watch_own_clear(struct db *db, struct err *why);
MUST_USE enum status watch_own_put(struct db *db, const char *case_id, const char *on,
				   const char *words, struct err *why);
/* To what day, and what to remember; ST_NONE also for one that is ended. */
MUST_USE enum status watch_get(struct db *db, const char *case_id, struct watch *w,
			       struct err *why);

#endif
