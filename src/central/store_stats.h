/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * store_stats - the figures of a supervisor, counted where the rows are.
 *
 * Place:    stats_api.c -> STORE_STATS -> sql/db.
 * Promise:  only cases of the scopes that are named count; every figure is
 *           one statement over an index. Percentiles are by nearest rank: of
 *           n values the one at place ceil(p * n / 100).
 * Owner:    values. Errors: those of sql/db.h.
 */
#ifndef CENTRAL_STORE_STATS_H
#define CENTRAL_STORE_STATS_H

#include "central/store.h"

/* What is counted, and with what. `scopes` is a JSON list of scope ids. */
struct stats_span {
	const char *scopes;
	int64_t from, to; /* instants; `to` not included */
	const char *day;  /* deadlines before this day have passed */
};

enum stats_figure {
	STATS_ALL,
	STATS_OPEN,	  /* neither closed nor archived */
	STATS_OPEN_AT,	  /* the same at the instant `from` */
	STATS_OVERDUE,	  /* not decided, and the deadline has passed */
	STATS_OVERDUE_AT, /* the same at `from`, by the deadlines of today */
	STATS_RECEIVED,	  /* from..to */
	STATS_CLOSED,	  /* closings from..to, also those taken back since */
	STATS_FIGURE_COUNT
};
MUST_USE enum status stats_count(struct db *db, enum stats_figure f, const struct stats_span *s,
				 int64_t *count, struct err *why);

/* Handling time, from arrival to closing, of closings in from..to. */
struct stats_type {
	char type[CODE_MAX];
	int64_t closed;
	int64_t p50, p90, p95; /* ms; 0 without a time */
	int64_t untimed;       /* closed before they came in, by what was imported: no time */
};
/* Each type of which a case was closed, by code; the row is borrowed. */
MUST_USE enum status stats_types(struct db *db, const struct stats_span *s,
				 void (*each)(void *ctx, const struct stats_type *row), void *ctx,
				 struct err *why);

/* Open cases of one officer; "" is nobody. */
struct stats_load {
	char officer[OFFICER_MAX];
	int64_t open, overdue;
	int64_t age_p90; /* ms since arrival, at the instant `to` */
};
MUST_USE enum status stats_loads(struct db *db, const struct stats_span *s,
				 void (*each)(void *ctx, const struct stats_load *row), void *ctx,
				 struct err *why);

struct stats_state {
	char state[CODE_MAX];
	int64_t cases;
};
MUST_USE enum status stats_states(struct db *db, const struct stats_span *s,
				  void (*each)(void *ctx, const struct stats_state *row), void *ctx,
				  struct err *why);

#endif
