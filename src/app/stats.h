/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * stats - the figures of a supervisor as the central counted them.
 *
 * Place:    GET /v1/stats -> STATS -> screen_stats and `sluss stats`.
 * Promise:  what was read is whole; every figure knows which cases it counts.
 *           The newest answer is kept in the cache and shown with its age
 *           while the central cannot be reached.
 * Owner:    struct stats owns its rows; stats_release.
 * Errors:   ST_BAD_INPUT "stats": it is no such answer; those of the cache.
 */
#ifndef APP_STATS_H
#define APP_STATS_H

#include "base/exchange.h"
#include "domain/casefile.h"
#include "domain/figure.h"

struct db;

enum {
	STATS_WEEKS = 12,
	STATS_FEW = 5, /* handling times of fewer cases say little */
	STATS_DAYS_DEFAULT = 30,
	STATS_DAYS_MAX = 3660
};

struct stats_week {
	int number, year;
	char first[DAY_TEXT], last[DAY_TEXT];
	int64_t in, out;
};
struct stats_type {
	char code[CODE_MAX];
	int64_t closed, p50_s, p90_s, p95_s, target_days;
};
struct stats_officer {
	char id[OFFICER_MAX]; /* "" = nobody */
	int64_t open, overdue, age_p90_s;
};
struct stats_status {
	enum case_state state;
	int64_t cases;
};
struct stats_pair {
	int64_t now, before;
};

struct stats {
	int64_t at; /* when it was counted */
	char unit[CODE_MAX];
	int64_t days, counted, of, received_today;
	char first[DAY_TEXT], last[DAY_TEXT];
	struct stats_pair open, overdue, received, closed;
	int week_count, type_count, officer_count, status_count;
	struct stats_week weeks[STATS_WEEKS];
	struct stats_type *types;
	struct stats_officer *officers;
	struct stats_status statuses[CASE_STATE_COUNT];
};
void stats_release(struct stats *s);

/* Read an answer into an empty `s`. */
MUST_USE enum status stats_read(struct stats *s, struct str json, struct err *why);

/* The question. unit "" = all of the officer's. */
void stats_request(struct request *r, const char *unit, int64_t days);

/* --- Figures that open a list ------------------------------------------------ */

/* In the order in which the keys walk over them. */
enum stats_block {
	STATS_TOTALS, /* open, overdue, received today, closed */
	STATS_IN,     /* one a week */
	STATS_OUT,
	STATS_TYPES,
	STATS_OFFICERS, /* open and overdue, two each */
	STATS_STATUSES,
	STATS_BLOCKS
};
enum { STATS_TOTAL_COUNT = 4 };

int stats_block_size(const struct stats *s, enum stats_block b);
int stats_figures(const struct stats *s);
/* In which block figure i stands, and as which of it. */
enum stats_block stats_place(const struct stats *s, int i, int *index);
/* What figure i counts; texts are borrowed from `s`. */
struct figure stats_figure(const struct stats *s, int i);
/* How many that was. */
int64_t stats_value(const struct stats *s, int i);

/* --- The newest answers, kept in the cache -------------------------------------- */

/* One for each unit and period that was asked for, and which of all is newest. */
MUST_USE enum status stats_keep(struct db *cache, const struct stats *s, struct str json,
				struct err *why);
/* days 0: the newest of all. ST_NONE: none was kept. */
MUST_USE enum status stats_kept_text(struct db *cache, const char *unit, int64_t days,
				     struct strbuf *json, struct err *why);
MUST_USE enum status stats_kept(struct db *cache, const char *unit, int64_t days, struct stats *s,
				struct err *why);

#endif
