/* SPDX-License-Identifier: EUPL-1.2 */
/* sluss-sim - run seeds of the simulator and say what was found. */
#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/fate.h"
#include "sim/shrink.h"
#include "sim/stage.h"

#include "base/banned.h"

static const char usage[] =
	"usage: sluss-sim --seeds A..B [--all] [--twice] [--hashes]\n"
	"       sluss-sim --seed N [--trace] [--without KIND,...] [--devices N] [--for MS]\n"
	"\n"
	"Runs officers with two to eight devices and one central in virtual time, with\n"
	"faults, for each seed. Exit 0: no violation; 1: a seed violates an invariant:\n"
	"it is named, and the smallest run that still does so; 2: usage.\n"
	"  --all         go on after a violation\n"
	"  --twice       run each seed twice and compare the hashes of their traces\n"
	"  --hashes      print the hash of each seed's trace\n"
	"  --trace       print all that happens\n"
	"  --without     switch kinds of faults off\n"
	"  --devices     so many devices\n"
	"  --for         so many milliseconds of faults\n"
	"  --calm        no backups are put back, no folders copied, no keys revoked\n"
	"  --often       what only some runs have, grants, erasures and such, all have\n"
	"  --no-shrink   leave a failing seed as it is\n"
	"Kinds:";

struct wanted {
	uint64_t from, to;
	bool trace, twice, hashes, all, no_shrink;
	struct sim_options o;
};

struct totals {
	int64_t seeds, violations, events, acts, standing, crashes, cuts, faults, disk_faults,
		mishaps, rare[RARE_COUNT];
	int64_t notes, documents, cases; /* seeds in which some were erased */
	double hours;
};

static bool number(const char *s, char **end, uint64_t *v)
{
	errno = 0;
	*v = strtoull(s, end, 10);
	return s[0] >= '0' && s[0] <= '9' && errno == 0 && *v < UINT64_MAX;
}

static bool range(const char *s, uint64_t *from, uint64_t *to)
{
	char *end;

	return number(s, &end, from) && end[0] == '.' && end[1] == '.' && number(end + 2, &end, to)
	       && *end == '\0' && *from <= *to;
}

static void add(struct totals *t, const struct sim_result *r)
{
	t->seeds++;
	t->events += r->events;
	t->acts += r->acts;
	t->standing += r->standing;
	t->crashes += r->crashes;
	t->cuts += r->cuts;
	t->faults += r->faults;
	t->disk_faults += r->disk_faults;
	t->mishaps += r->mishaps;
	for (int i = 0; i < RARE_COUNT; i++)
		t->rare[i] += r->rare[i];
	t->notes += r->notes_erased > 0;
	t->documents += r->documents_erased > 0;
	t->cases += r->cases_erased > 0;
	t->hours += (double)r->virtual_ms / 3600000.0;
}

/* The command line that gives the same again. */
static void say_recipe(const struct sim_options *o)
{
	char list[300];

	fate_write(o->without, list, sizeof(list));
	printf("sluss-sim --seed %llu", (unsigned long long)o->seed);
	if (o->without)
		printf(" --without %s", list);
	if (o->calm)
		printf(" --calm");
	if (o->often)
		printf(" --often");
	if (o->devices)
		printf(" --devices %d", o->devices);
	if (o->fault_ms)
		printf(" --for %lld", (long long)o->fault_ms);
	puts(" --trace");
}

static void say_violation(const struct wanted *w, const struct sim_options *o,
			  const struct sim_result *r)
{
	struct sim_options least = *o;
	struct sim_result found = *r;

	printf("seed %llu violates %s: %s\n", (unsigned long long)o->seed, r->invariant, r->text);
	least.trace = NULL;
	if (!w->no_shrink && !w->trace) {
		shrink(&least, &found);
		printf("  at its smallest: %s\n  ", found.text);
		say_recipe(&least);
	}
	fflush(stdout);
}

/* One seed, from a stage set back. 0, or the exit code. */
static int run_seed(const struct wanted *w, const struct sim_options *o, struct totals *t)
{
	struct sim_result r, again = { 0 };
	struct err why = ERR_INIT;

	if (sim_run(o, &r, &why) != ST_OK || (w->twice && sim_run(o, &again, &why) != ST_OK)) {
		fprintf(stderr, "sluss-sim: seed %llu: %s\n", (unsigned long long)o->seed,
			why.text);
		return 1;
	}
	if (w->hashes || o->trace)
		printf("trace %llu %016llx\n", (unsigned long long)o->seed,
		       (unsigned long long)r.trace_hash);
	if (w->twice && r.trace_hash != again.trace_hash) {
		printf("seed %llu: two runs, two traces (%016llx, %016llx)\n",
		       (unsigned long long)o->seed, (unsigned long long)r.trace_hash,
		       (unsigned long long)again.trace_hash);
		return 1;
	}
	add(t, &r);
	if (!r.violated)
		return 0;
	t->violations++;
	say_violation(w, o, &r);
	return 1;
}

struct flag {
	const char *name;
	bool *set;
};

static bool read_flag(const struct flag *flags, size_t n, const char *arg)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(flags[i].name, arg) == 0)
			return *flags[i].set = true;
	return false;
}

/* An option and its value; false: it is none of ours. */
static bool read_value(struct wanted *w, const char *name, const char *value)
{
	uint64_t n = 0;
	char *end;

	if (strcmp(name, "--seeds") == 0)
		return range(value, &w->from, &w->to);
	if (strcmp(name, "--without") == 0)
		return fate_read(value, &w->o.without);
	if (!number(value, &end, &n) || *end)
		return false;
	if (strcmp(name, "--seed") == 0)
		w->from = w->to = n;
	else if (strcmp(name, "--devices") == 0 && n >= 2 && n <= DEVICES_MAX)
		w->o.devices = (int)n;
	else if (strcmp(name, "--for") == 0 && n > 0 && n < INT32_MAX)
		w->o.fault_ms = (int64_t)n;
	else
		return false;
	return true;
}

/* False: not a command line of ours. */
static bool read_options(struct wanted *w, int argc, char **argv)
{
	const struct flag flags[] = { { "--trace", &w->trace },		{ "--twice", &w->twice },
				      { "--hashes", &w->hashes },	{ "--all", &w->all },
				      { "--no-shrink", &w->no_shrink }, { "--calm", &w->o.calm },
				      { "--often", &w->o.often } };

	w->from = UINT64_MAX;
	for (int i = 1; i < argc; i++) {
		if (read_flag(flags, sizeof(flags) / sizeof(flags[0]), argv[i]))
			continue;
		if (i + 1 == argc || !read_value(w, argv[i], argv[i + 1]))
			return false;
		i++;
	}
	return w->from < UINT64_MAX;
}

/* A first run warms up what all then have: prepared statements. */
static enum status set_the_stage(struct stage *stage, struct err *why)
{
	struct sim_result r;
	const struct sim_options o = { .seed = 1, .stage = stage };
	enum status st = stage_open(stage, why);

	if (st == ST_OK)
		st = sim_run(&o, &r, why);
	return st;
}

static void say(const struct totals *t)
{
	printf("%lld seeds, %lld violations: %lld events, %lld actions signed, %lld standing,"
	       " %lld crashes (%lld without power), %lld network faults, %lld disk faults,"
	       " %lld mishaps, %.1f virtual hours",
	       (long long)t->seeds, (long long)t->violations, (long long)t->events,
	       (long long)t->acts, (long long)t->standing, (long long)t->crashes,
	       (long long)t->cuts, (long long)t->faults, (long long)t->disk_faults,
	       (long long)t->mishaps, t->hours);
	for (size_t i = 0; rare_name(i); i++)
		printf(", %lld %s", (long long)t->rare[i], rare_name(i));
	printf("; erased in %lld seeds notes, in %lld documents, in %lld whole cases\n",
	       (long long)t->notes, (long long)t->documents, (long long)t->cases);
}

static int say_usage(void)
{
	fputs(usage, stderr);
	for (size_t i = 0; fate_kind(i); i++)
		fprintf(stderr, " %s", fate_kind(i));
	fputc('\n', stderr);
	return 2;
}

static int run_all(struct wanted *w)
{
	struct totals t = { 0 };
	int rc = 0;

	w->o.trace = w->trace ? stdout : NULL;
	for (uint64_t seed = w->from; seed <= w->to && (rc == 0 || w->all); seed++) {
		w->o.seed = seed;
		rc |= run_seed(w, &w->o, &t);
	}
	if (rc == 0 || w->all)
		say(&t);
	return rc;
}

int main(int argc, char **argv)
{
	struct wanted w = { 0 };
	struct err why = ERR_INIT;
	struct stage stage = { 0 };
	int rc;

	if (!read_options(&w, argc, argv))
		return say_usage();
	/* Memory that was freed is soon wanted again: it stays with the process. */
	mallopt(M_MMAP_THRESHOLD, 64 << 20);
	mallopt(M_TRIM_THRESHOLD, 256 << 20);
	if (set_the_stage(&stage, &why) != ST_OK) {
		fprintf(stderr, "sluss-sim: %s\n", why.text);
		return 1;
	}
	w.o.stage = &stage;
	rc = run_all(&w);
	stage_close(&stage);
	return rc;
}
