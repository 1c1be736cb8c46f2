/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * cases - the officer's copy of the cases, base and overlay as one.
 *
 * Place:    sync/merge writes the base, sync/overlay the overlay; lists,
 *           previews and counters read what both say together.
 * Promise:  a case with an overlay is seen as the overlay has it, once; a
 *           base row is never replaced by an older one; pages of a list are
 *           by key, so that rows are neither skipped nor doubled while
 *           others come and go.
 * Owner:    struct case_row and struct case_page are the caller's; release.
 * Errors:   ST_NONE: no such case; others from sql/db.h.
 */
#ifndef CACHE_CASES_H
#define CACHE_CASES_H

#include "domain/casefile.h"
#include "domain/diary.h"

struct db;
struct filter; /* domain/filter.h */

struct case_row {
	struct casefile file;
	int pending;		 /* own actions on it that are not yet in the base */
	int trouble;		 /* own actions refused or in conflict, not yet seen to */
	char watch_on[DAY_TEXT]; /* the officer watches it to this day, "" = not */
};
#define CASE_ROW_INIT                                                                              \
	{                                                                                          \
		.file = CASEFILE_INIT                                                              \
	}
void case_row_release(struct case_row *r);

/* --- Base (sync/merge) --------------------------------------------------- */

/* Set the base row and the scopes it is in, unless the base knows a newer n. */
MUST_USE enum status case_put(struct db *db, const struct casefile *c, const int64_t *scopes,
			      int scope_count, struct err *why);
/* The same, with the seq of the row that it came with: what a restore of the
 * central may have taken back. */
MUST_USE enum status case_put_at(struct db *db, const struct casefile *c, const int64_t *scopes,
				 int scope_count, int64_t seq, struct err *why);
/* The case left `scope` by entry n: out of the last one, its rows and words
 * are deleted and `gone` remembers n. Older than the base: nothing. */
MUST_USE enum status case_gone(struct db *db, const char *case_id, int64_t scope, int64_t n,
			       int64_t seq, const char *reason, struct err *why);
/* A scope is lost: rows and words of cases in no other one are deleted. What is
 * marked as unreadable stays marked: that line may have come by another scope,
 * and the central is asked whether the case is ours to see. */
MUST_USE enum status case_drop_scope(struct db *db, int64_t scope, struct err *why);
/* The same, and these cases are marked as to be fetched alone: whether they
 * are ours to see is asked case by case. */
MUST_USE enum status case_miss_scope(struct db *db, int64_t scope, struct err *why);
/* All of a case goes, whatever scopes it is in: it is not ours to see. When it
 * left is not known: after any restore it is asked for anew. */
MUST_USE enum status case_not_ours(struct db *db, const char *case_id, struct err *why);
MUST_USE enum status case_base(struct db *db, const char *case_id, struct casefile *c,
			       struct err *why);
/* Is the case here, or to be asked for since a line of it could not be read? */
MUST_USE enum status case_expected(struct db *db, const char *case_id, bool *yes, struct err *why);
/* n of the entry by which the case left, 0 if it has not. */
MUST_USE enum status case_gone_by(struct db *db, const char *case_id, int64_t *n, struct err *why);

/* What was heard since the last time moved now; what had moved by the entry at
 * `through`, and was heard earlier than `before`, no restore brings back. */
MUST_USE enum status case_settled(struct db *db, int64_t through, int64_t now, int64_t before,
				  struct err *why);

/* --- Overlay (sync/overlay) ---------------------------------------------- */

MUST_USE enum status overlay_clear(struct db *db, struct err *why);
/* Own actions never change when a case came in: the row has its base's place. */
MUST_USE enum status overlay_put(struct db *db, const struct case_row *r, struct err *why);

/* --- What the officer sees ------------------------------------------------ */

MUST_USE enum status case_get(struct db *db, const char *case_id, struct case_row *r,
			      struct err *why);

enum case_order { ORDER_DUE, ORDER_RECEIVED, ORDER_CHANGED, ORDER_DIARY, ORDER_COUNT };

struct case_query {
	enum case_order order;
	bool descending;
	const char *assignee;	/* NULL any; "" nobody; else this officer */
	const char *queue;	/* NULL any */
	const char *unit;	/* NULL any */
	bool open_only;		/* neither closed nor archived */
	const char *overdue_on; /* a day: deadlines before it, cases not yet decided; NULL any */
	int state;		/* enum case_state, or -1 for any */
	const struct filter *filter; /* NULL any; borrowed */
};
#define CASE_QUERY_INIT                                                                            \
	{                                                                                          \
		.state = -1                                                                        \
	}

/* A place in an order: of the last row of one page, where the next begins.
 * Cases alike in the order stand as they came in. */
struct case_key {
	char words[64];
	int64_t number;
	int64_t arrival;	 /* of those that came in together, each has its own */
	char case_id[UUID_TEXT]; /* "" = before the first, or behind the last */
};
#define CASE_KEY_INIT                                                                              \
	{                                                                                          \
		{ 0 }, 0, 0,                                                                       \
		{                                                                                  \
			0                                                                          \
		}                                                                                  \
	}
void case_key_of(struct case_key *k, enum case_order order, const struct casefile *c);

struct case_page {
	struct case_row *rows; /* in list order, also when read backward */
	int count;
	bool more; /* there are more rows in the direction read */
};
#define CASE_PAGE_INIT                                                                             \
	{                                                                                          \
		NULL, 0, false                                                                     \
	}
void case_page_release(struct case_page *p);

/* At most `limit` rows behind `from` (not itself), or before it when
 * `backward`. An empty key begins at the first or last row. */
MUST_USE enum status case_list(struct db *db, const struct case_query *q,
			       const struct case_key *from, bool backward, int limit,
			       struct case_page *page, struct err *why);
/* How many rows a list has in all, and how many stand before `key` in it: its
 * row number from 0. Counted up to CASE_COUNT_CAP; more are one more. */
enum { CASE_COUNT_CAP = 10000 };
MUST_USE enum status case_count(struct db *db, const struct case_query *q, int64_t *count,
				struct err *why);
MUST_USE enum status case_rank(struct db *db, const struct case_query *q,
			       const struct case_key *key, int64_t *rank, struct err *why);

/* Cases by diary number as typed; parts that were left out match any. */
MUST_USE enum status case_find(struct db *db, const struct diary_no *d, int limit,
			       struct case_page *page, struct err *why);
/* The case whose number is exactly that text, as an imported case's may be.
 * ST_NONE: there is none. */
MUST_USE enum status case_find_exact(struct db *db, const char *number, char case_id[UUID_TEXT],
				     struct err *why);

#endif
