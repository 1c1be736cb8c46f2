/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/bench/figure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/banned.h"

void samples_add(struct samples *s, double v)
{
	if (s->count == s->room) {
		s->room = s->room ? 2 * s->room : 64;
		s->v = reallocarray(s->v, (size_t)s->room, sizeof(*s->v));
		if (!s->v)
			bench_fail("no memory for samples", NULL);
	}
	s->v[s->count++] = v;
}

void samples_clear(struct samples *s)
{
	s->count = 0;
}

void samples_release(struct samples *s)
{
	free(s->v);
	*s = (struct samples)SAMPLES_INIT;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double samples_at(struct samples *s, double part)
{
	int rank;

	if (s->count == 0)
		return 0;
	qsort(s->v, (size_t)s->count, sizeof(*s->v), by_value);
	rank = (int)ceil(part * s->count) - 1;
	return s->v[rank < 0 ? 0 : rank];
}

/* The value that `part` of all samples are no worse than. */
static double no_worse(const struct figure *f, struct samples *s, double part)
{
	return samples_at(s, f->more_is_better ? 1 - part : part);
}

static void write_samples(FILE *out, const struct figure *f, const char *name, struct samples *s)
{
	if (!s || s->count == 0)
		return;
	fprintf(out,
		",\"%s\":{\"n\":%d,\"p50\":%.4f,\"p95\":%.4f,\"p99\":%.4f,\"min\":%.4f,"
		"\"max\":%.4f}",
		name, s->count, no_worse(f, s, 0.5), no_worse(f, s, 0.95), no_worse(f, s, 0.99),
		samples_at(s, 0), samples_at(s, 1));
}

static double ratio_of(struct figure *f)
{
	double limit = f->limit ? samples_at(f->limit, 0.5) : 0;

	return limit > 0 ? samples_at(f->ours, 0.5) / limit : 0;
}

static double value_of(struct figure *f, enum goal_of of)
{
	switch (of) {
	case GOAL_P50:
		return no_worse(f, f->ours, 0.5);
	case GOAL_P95:
		return no_worse(f, f->ours, 0.95);
	case GOAL_P99:
		return no_worse(f, f->ours, 0.99);
	default:
		return ratio_of(f);
	}
}

static void write_goal(FILE *out, struct figure *f)
{
	static const char *const names[] = {
		[GOAL_P50] = "p50", [GOAL_P95] = "p95", [GOAL_P99] = "p99", [GOAL_RATIO] = "ratio"
	};
	const char *holds = "n.a.", *between = "";

	fprintf(out, ",\"goal\":\"");
	for (int i = 0; i < GOALS_MAX && f->goal[i].of != GOAL_NONE; i++) {
		const struct goal *g = &f->goal[i];
		double v = value_of(f, g->of);
		bool known = f->ours->count > 0 && (g->of != GOAL_RATIO || v > 0);

		fprintf(out, "%s%s %s %g", between, names[g->of],
			g->at_least ? ">=" : "<=", g->value);
		between = ", ";
		if (!known)
			continue;
		if (g->at_least ? v < g->value : v > g->value)
			holds = "no";
		else if (strcmp(holds, "n.a.") == 0)
			holds = "yes";
	}
	fprintf(out, "\",\"holds\":\"%s\"", holds);
}

void figure_write(const char *path, struct figure *f)
{
	FILE *out = fopen(path, "a");

	if (!out) {
		bench_fail(path, NULL);
		return;
	}
	fprintf(out, "{\"id\":\"%s\",\"what\":\"%s\",\"unit\":\"%s\",\"cases\":%lld", f->id,
		f->what, f->unit, (long long)f->cases);
	write_samples(out, f, "ours", f->ours);
	write_samples(out, f, "limit", f->limit);
	if (ratio_of(f) > 0)
		fprintf(out, ",\"ratio\":%.4f", ratio_of(f));
	write_goal(out, f);
	fprintf(out, "}\n");
	if (fclose(out) != 0)
		bench_fail(path, NULL);
}

int64_t bench_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

void bench_fail(const char *what, const struct err *why)
{
	fprintf(stderr, "bench: %s%s%s\n", what, why ? ": " : "", why ? why->text : "");
	exit(1);
}

void bench_must(enum status st, const struct err *why, const char *what)
{
	if (st != ST_OK)
		bench_fail(what, why);
}
