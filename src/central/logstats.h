/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * logstats - figures over a log of events: how many, how long, in what order.
 *
 * Place:    sluss-central stats -> LOGSTATS -> store (logstats_read.c); figures as
 *           JSON or a table (logstats_write.c). logstats.c is pure.
 * Promise:  instants are compared as instants, in whole milliseconds; events
 *           of one instant keep the order in which they were added. A figure
 *           that is cut to decimals is so at the very end.
 * Owner:    logstats_release.
 * Errors:   ST_BROKEN "no-memory", and those of the store.
 */
#ifndef CENTRAL_LOGSTATS_H
#define CENTRAL_LOGSTATS_H

#include "central/central.h"
#include "central/tally.h"

enum { LOGSTATS_AT_MAX = 12, LOGSTATS_TIME_TEXT = 41 };

struct logstats_event {
	int64_t at;				    /* ms UTC */
	int64_t order;				    /* in which it was added */
	int64_t of_case, activity, resource, group; /* rows of the tallies */
	int32_t month;				    /* as written: year * 12 + month - 1 */
};

/* What the log says of a case as a whole; -1: not said. */
struct logstats_case {
	bool known;
	bool of_responsible; /* the responsible officer has an event in it */
	int64_t started, ended, deadline;
	int64_t first, last; /* of its events */
	char *responsible;   /* NULL: not said */
};

struct logstats {
	bool imported;	/* events of an imported log, not entries of our own */
	int64_t erased; /* entries whose words are gone: not counted */
	struct tally cases, activities, resources, groups;
	struct logstats_event *events;
	int64_t count, room;
	struct logstats_case *facts; /* by row of `cases` */
	int64_t facts_room;
	int64_t first_at, last_at;
	char first[LOGSTATS_TIME_TEXT], last[LOGSTATS_TIME_TEXT]; /* as written */
	struct tally channels, departments, case_groups, responsibles;
	bool failed;

	/* Filled by logstats_count. */
	int64_t *throughput; /* ms of each case, ascending */
	int64_t *lengths;    /* events of each case, ascending */
	struct tally start_month, start_month_utc, end_month, event_month;
	struct tally variants, follows, handovers; /* texts joined by NUL */
	struct tally first_activity, last_activity;
	int64_t case_count; /* that have events */
	int64_t pairs, changes, repeated, never_acts;
};
#define LOGSTATS_INIT                                                                              \
	{                                                                                          \
		.first_at = INT64_MAX, .last_at = -1                                               \
	}

void logstats_release(struct logstats *s);

struct logstats_line {
	struct str of_case, activity, resource, group;
	int64_t at;
	struct str written; /* the time as the source has it, RFC 3339 */
};
void logstats_add(struct logstats *s, const struct logstats_line *l);

/* The case's attributes, a JSON map as in the lines of the source. */
void logstats_about(struct logstats *s, struct str of_case, struct str attributes);

/* Count what is there. Adding is over then. */
MUST_USE enum status logstats_count(struct logstats *s, struct err *why);

struct logstats_at {
	int64_t in_progress, not_started, finished, events;
	int64_t open, past_deadline; /* by what the log says of its cases */
};
struct logstats_at logstats_at(const struct logstats *s, int64_t at);

/* --- The store, and people (logstats_read.c, logstats_write.c) ------------------------- */

/* Imported events; where there are none, the central's own entries: act,
 * officer and queue in place of activity, resource and group. */
MUST_USE enum status logstats_read(struct logstats *s, struct central *c, struct err *why);

/* The instants to look at. */
struct logstats_question {
	struct {
		const char *written;
		int64_t ms;
	} at[LOGSTATS_AT_MAX];
	int at_count;
};
MUST_USE enum status logstats_json(struct strbuf *out, const struct logstats *s,
				   const struct logstats_question *q, struct err *why);
MUST_USE enum status logstats_table(struct strbuf *out, const struct logstats *s,
				    const struct logstats_question *q, struct err *why);

/* The figures that both show, from the ascending list of n values in ms. */
struct logstats_spread {
	double total, mean, median, p90_nearest, p90_linear, p95_nearest, min, max;
	double stdev_sample, stdev_population; /* seconds, all of them */
	int64_t zeros;
};
struct logstats_spread logstats_spread(const int64_t *ms, int64_t n);

#endif
