/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * figure - what was measured, beside its limit, as one line of JSON.
 *
 * Place:    the programs of tests/bench -> FIGURE -> build/bench.json -> table.
 * Promise:  percentiles are by nearest rank over all samples; nothing is left
 *           out or averaged. A figure without a sample says so and holds no
 *           goal.
 * Owner:    struct samples owns its values; samples_release.
 * Errors:   bench_fail: a bench that cannot measure ends with exit 1.
 */
#ifndef TESTS_BENCH_FIGURE_H
#define TESTS_BENCH_FIGURE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/status.h"

struct samples {
	double *v;
	int count, room;
};
#define SAMPLES_INIT                                                                               \
	{                                                                                          \
		NULL, 0, 0                                                                         \
	}
void samples_add(struct samples *s, double v);
void samples_clear(struct samples *s);
void samples_release(struct samples *s);
/* 0.5 is the median. 0 without samples. Sorts the values. */
double samples_at(struct samples *s, double part);

enum goal_of { GOAL_NONE, GOAL_P50, GOAL_P95, GOAL_P99, GOAL_RATIO };
struct goal {
	enum goal_of of;
	bool at_least; /* else at most */
	double value;
};
enum { GOALS_MAX = 2 };

/* One line of the table. Where more is better (rates), p95 and p99 are those
 * of the slow side. */
struct figure {
	const char *id, *what, *unit; /* "P1", "start to the first screen", "ms" */
	int64_t cases;		      /* in the cache or at the central */
	bool more_is_better;
	struct samples *ours, *limit; /* limit: NULL for none */
	struct goal goal[GOALS_MAX];
};
/* Put the line behind the others of the file. ratio = median of ours / median
 * of the limit. */
void figure_write(const char *path, struct figure *f);

/* Nanoseconds of a clock that only runs forward. */
int64_t bench_ns(void);
/* Say what failed and end. */
_Noreturn void bench_fail(const char *what, const struct err *why);
/* The same, unless all is well. */
void bench_must(enum status st, const struct err *why, const char *what);

#endif
