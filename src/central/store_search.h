/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * store_search - the words of the cases, and the cases that a filter means.
 *
 * Place:    case_save keeps the words, search.c asks.
 * Promise:  newest received first; only cases of the scopes given, whatever the
 *           filter says. However much a filter asks for, the work is bounded.
 * Owner:    values. Errors: those of sql/db.h.
 */
#ifndef CENTRAL_STORE_SEARCH_H
#define CENTRAL_STORE_SEARCH_H

#include "central/rights.h"
#include "central/store.h"
#include "domain/filter.h"

/* The case is found by its words as they are now. In the caller's transaction. */
MUST_USE enum status search_keep(struct db *db, const struct stored_case *s, struct err *why);
/* The words of cases that were stored before there was a search. */
MUST_USE enum status search_catch_up(struct db *db, struct err *why);
/* Forget all words and keep them anew. */
MUST_USE enum status search_rebuild(struct db *db, struct err *why);
/* Is the case found by what it says? *same is true, too, in a store of before
 * there was a search. */
MUST_USE enum status search_check(struct db *db, const struct casefile *c, bool *same,
				  struct err *why);

struct search {
	const struct filter *filter;
	const struct rights *who;
	int64_t received_at;	 /* of `case_id` */
	char case_id[UUID_TEXT]; /* only cases behind this one; "" = from the newest */
	int64_t looks;		 /* work to be done at most: cases looked at, one judged is four */
};
/* Where it ended: the last case dealt with, which the officer may see, and
 * whether any are left behind it. */
struct search_end {
	bool more;
	int64_t received_at;
	char case_id[UUID_TEXT];
};
/* Hand each case to `each` until it returns false, which leaves that one for the
 * next time, or until the work is done. */
MUST_USE enum status search_run(struct db *db, const struct search *s,
				bool (*each)(void *ctx, const struct casefile *c), void *ctx,
				struct search_end *end, struct err *why);

#endif
