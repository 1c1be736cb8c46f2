/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * rows - the rows of one page for one officer, judged by the rights filter.
 *
 * Place:    pull.c (transactions of the feed) -> ROWS -> text of the page.
 * Promise:  a case stands in its newest state beside its newest entry, and in
 *           no page that ends before that entry: else it would show a part of
 *           a transaction whose other cases are still to come. It stands there
 *           only if it lies in a scope held now, and names each of those; else
 *           its "g" row is what is left. A glance has neither party nor details.
 * Owner:    rows_release.
 * Errors:   those of the store; ST_BROKEN "page".
 */
#ifndef CENTRAL_ROWS_H
#define CENTRAL_ROWS_H

#include "central/call.h"

struct rows {
	bool chain; /* a chain alone: an erased entry is told in its place */
	struct call *k;
	const struct scope_seq *sub; /* what the client holds */
	int sub_count;
	struct strbuf text;
	int64_t count;
	size_t max_bytes;    /* what is the caller's alone comes with the next page */
	size_t detail_bytes; /* of "d" rows in this transaction */
	/* Seq of the newest entry and erasure told: a case in two scopes has
	 * each twice in the feeds. */
	int64_t told_entry, told_erased;
	/* Has the officer ever set a reminder? Most have none, and a first sync would
	 * look for it at each case. */
	enum { WATCHES_UNKNOWN, WATCHES_NONE, WATCHES_SOME } watches;
	struct feed_row *left; /* moves out of one scope by cases seen in another */
	int left_count, left_room;
};
#define ROWS_INIT                                                                                  \
	{                                                                                          \
		.text = STRBUF_INIT_MAX(2 * PAGE_MAX_BYTES)                                        \
	}

void rows_for(struct rows *r, struct call *k, const struct scope_seq *sub, int sub_count);
void rows_release(struct rows *r);
MUST_USE enum status rows_put(struct rows *r, const struct page_row *row, struct err *why);
/* All that one transaction of the log has for this officer. */
MUST_USE enum status rows_transaction(struct rows *r, const struct feed_row *feed, int count,
				      struct err *why);
/* One case, "c" and "d", the same for all who may see its scope. */
MUST_USE enum status rows_case(struct rows *r, const struct stored_case *s, int64_t seq,
			       struct err *why);
/* All that the erasing entry at the feed's row, of kind x, has taken. */
MUST_USE enum status rows_erased(struct rows *r, const struct feed_row *f, struct err *why);
/* How far the client has read this scope; 0: it holds nothing of it. */
int64_t rows_held_through(const struct rows *r, int64_t scope);
/* Back to a mark: the transaction did not fit. */
void rows_undo(struct rows *r, size_t mark, int64_t count);
/* Cases that left a scope, and whose newest entry comes after a page that ends
 * at `upto`, are gone until then: what comes may be lost before it has come. */
MUST_USE enum status rows_left(struct rows *r, int64_t upto, struct err *why);
/* One case as it is now, and its entries that are for this caller, as far as the
 * client has read; *there: does the caller see it at all? */
MUST_USE enum status rows_again(struct rows *r, const char *case_id, bool *there, struct err *why);
/* The calling device's own entries in cases that are not seen, from after < seq <= *upto;
 * *upto: up to where they found room. */
MUST_USE enum status rows_own(struct rows *r, int64_t after, int64_t *upto, struct err *why);
/* What is of the caller alone and in no feed, from after < seq <= *through: its
 * erased entries in cases that are not seen, such cases that were erased whole,
 * and the officer's reminders. moves: the page brings the client on without it.
 * *through: up to where all of it found room. */
MUST_USE enum status rows_mine(struct rows *r, int64_t after, bool moves, int64_t *through,
			       struct err *why);
/* One "x" row: entry `e`, or its document h where h is not "", was erased by entry
 * `by` of its case, which has `seq`. */
MUST_USE enum status rows_gap(struct rows *r, const struct log_row *e, const char *h, int64_t by,
			      int64_t seq, struct err *why);
/* One "a" row. */
MUST_USE enum status rows_entry(struct rows *r, const struct log_row *e, struct err *why);

#endif
