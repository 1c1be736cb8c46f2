/* SPDX-License-Identifier: EUPL-1.2 */
/* sluss-sim - run seeds of the simulator and say what was found. */
#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/sim.h"
#include "sim/stage.h"

#include "base/banned.h"

static const char usage[] =
	"usage: sluss-sim --seeds A..B [--twice] [--trace]\n"
	"       sluss-sim --seed N [--trace]\n"
	"\n"
	"Runs two officers with three devices and one central in virtual time, with\n"
	"faults, for each seed. Exit 0: no violation; 1: a seed violates an invariant\n"
	"(it is named: repeat it with --seed N --trace); 2: usage.\n"
	"  --twice   run each seed twice and compare the hashes of their traces\n";

struct totals {
	int64_t seeds, events, acts, standing, crashes, cuts, faults, disk_faults;
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
	t->hours += (double)r->virtual_ms / 3600000.0;
}

/* One seed, from a stage set back. 0, or the exit code that ends the run. */
static int run_seed(const struct sim_options *o, bool twice, struct totals *t)
{
	struct sim_result r, again = { 0 };
	struct err why = ERR_INIT;

	if (sim_run(o, &r, &why) != ST_OK || (twice && sim_run(o, &again, &why) != ST_OK)) {
		fprintf(stderr, "sluss-sim: seed %llu: %s\n", (unsigned long long)o->seed,
			why.text);
		return 1;
	}
	if (r.violated) {
		printf("seed %llu violates %s: %s\n", (unsigned long long)o->seed, r.invariant,
		       r.text);
		return 1;
	}
	if (twice && r.trace_hash != again.trace_hash) {
		printf("seed %llu: two runs, two traces (%016llx, %016llx)\n",
		       (unsigned long long)o->seed, (unsigned long long)r.trace_hash,
		       (unsigned long long)again.trace_hash);
		return 1;
	}
	if (o->trace)
		fprintf(o->trace, "trace %016llx\n", (unsigned long long)r.trace_hash);
	add(t, &r);
	return 0;
}

struct wanted {
	uint64_t from, to;
	bool trace, twice;
};

/* False: not a command line of ours. */
static bool read_options(struct wanted *w, int argc, char **argv)
{
	bool have = false;

	for (int i = 1; i < argc; i++) {
		const char *value = i + 1 < argc ? argv[i + 1] : "";
		char *end;

		if (strcmp(argv[i], "--trace") == 0) {
			w->trace = true;
		} else if (strcmp(argv[i], "--twice") == 0) {
			w->twice = true;
		} else if (strcmp(argv[i], "--seeds") == 0 && range(value, &w->from, &w->to)) {
			have = true;
			i++;
		} else if (strcmp(argv[i], "--seed") == 0 && number(value, &end, &w->from)
			   && !*end) {
			have = true;
			w->to = w->from;
			i++;
		} else {
			return false;
		}
	}
	return have;
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
	printf("%lld seeds without violation: %lld events, %lld actions signed, %lld standing,"
	       " %lld crashes (%lld without power), %lld network faults, %lld disk faults,"
	       " %.1f virtual hours\n",
	       (long long)t->seeds, (long long)t->events, (long long)t->acts,
	       (long long)t->standing, (long long)t->crashes, (long long)t->cuts,
	       (long long)t->faults, (long long)t->disk_faults, t->hours);
}

int main(int argc, char **argv)
{
	struct wanted w = { 0 };
	struct totals t = { 0 };
	struct err why = ERR_INIT;
	struct stage stage = { 0 };
	struct sim_options o = { .stage = &stage };
	int rc = 0;

	if (!read_options(&w, argc, argv)) {
		fputs(usage, stderr);
		return 2;
	}
	/* Memory that was freed is soon wanted again: it stays with the process. */
	mallopt(M_MMAP_THRESHOLD, 64 << 20);
	mallopt(M_TRIM_THRESHOLD, 256 << 20);
	if (set_the_stage(&stage, &why) != ST_OK) {
		fprintf(stderr, "sluss-sim: %s\n", why.text);
		return 1;
	}
	o.trace = w.trace ? stdout : NULL;
	for (uint64_t seed = w.from; seed <= w.to && rc == 0; seed++) {
		o.seed = seed;
		rc = run_seed(&o, w.twice, &t);
	}
	if (rc == 0)
		say(&t);
	stage_close(&stage);
	return rc;
}
