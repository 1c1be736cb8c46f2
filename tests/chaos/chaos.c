/* SPDX-License-Identifier: EUPL-1.2 */
/*
 *   chaos --bin DIR --tools DIR --work DIR --judge SCRIPT [--seed N] [--seconds N]
 *
 * Exit 0: nothing was violated; 1: something was, the folder tells; 3: the
 * driver is in trouble.
 */
#include "tests/chaos/chaos.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/banned.h"

enum {
	FIRST_CASES = 14,
	PHASE_MS = 16000, /* of faults, and as much as half of it more */
	HEAL_MS = 120000, /* what has not converged then never will */
	SLOW_MS = 15000,  /* worth a line */
	BRIEF_S = 90,	  /* a run below this is a short one */
	EXIT_TROUBLE = 3
};

/* --- Small things -------------------------------------------------------- */

void trouble(const char *what, const char *detail)
{
	fprintf(stderr, "chaos: %s: %.2000s\n", what, detail);
	exit(EXIT_TROUBLE);
}

void say(struct chaos *c, const char *format, ...)
{
	va_list ap;

	(void)c;
	va_start(ap, format);
	printf("# ");
	vprintf(format, ap);
	printf("\n");
	va_end(ap);
	fflush(stdout);
}

int64_t now_ms(const struct chaos *c)
{
	return clock_boot(&c->clock);
}

int64_t chance(const struct rng *r, int64_t n)
{
	return n < 1 ? 0 : (int64_t)rng_below(r, (uint64_t)n);
}

/* --- The loop ------------------------------------------------------------ */

static void ended(struct chaos *c, pid_t pid, int status)
{
	if (pid == c->proxy)
		trouble("the network has ended", "");
	if (pid == c->server.pid)
		centre_ended(c);
	if (pid == c->post.pid)
		intake_ended(c, status);
	for (int i = 0; i < OFFICERS; i++) {
		if (c->officer[i].job.pid == pid)
			officer_ended(c, &c->officer[i], status);
		if (c->officer[i].window.pid == pid)
			window_ended(c, &c->officer[i], status);
	}
}

static void reap(struct chaos *c)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		ended(c, pid, status);
}

static int64_t next_due(const struct chaos *c, int64_t until)
{
	int64_t next = centre_next(c, until);

	for (int i = 0; i < OFFICERS; i++) {
		const struct officer *o = &c->officer[i];

		next = job_next(&o->window, job_next(&o->job, next));
		if (o->job.pid == 0 && o->next_at < next)
			next = o->next_at;
	}
	return next;
}

void turn(struct chaos *c, int64_t until)
{
	int64_t ms = next_due(c, until) - now_ms(c);
	struct timespec wait = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };
	sigset_t set;
	int sig;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sig = ms > 0 ? sigtimedwait(&set, NULL, &wait) : 0;
	if (sig == SIGINT || sig == SIGTERM)
		trouble("told to end", strsignal(sig));
	reap(c);
	centre_due(c);
	for (int i = 0; i < OFFICERS; i++) {
		job_due(c, &c->officer[i].job);
		job_due(c, &c->officer[i].window);
		officer_due(c, &c->officer[i]);
	}
}

/* --- Faults, healing, judging -------------------------------------------- */

static void phase_of_faults(struct chaos *c, int64_t ms)
{
	int64_t end = now_ms(c) + ms;

	c->healing = false;
	centre_plan(c, now_ms(c), end);
	while (now_ms(c) < end)
		turn(c, end);
}

/* Nobody has anything to send, and all have read to `head`. */
static bool all_healed(struct chaos *c, int64_t head)
{
	bool all = true;

	for (int i = 0; i < OFFICERS; i++)
		all = officer_heal(c, &c->officer[i], head) && all;
	return all;
}

/* Once, when healing takes long: what waits, and since when; and officers look at
 * their windows. */
static void look_closer(struct chaos *c)
{
	for (int i = 0; i < OFFICERS; i++) {
		struct officer *o = &c->officer[i];
		char out[PATH], db[PATH];
		struct strbuf text = STRBUF_INIT;
		struct run r = { .argv = { "sqlite3", "-batch", "-readonly", db,
					   "SELECT 'recheck', recheck_from, frozen FROM device;"
					   " SELECT act, ctr, state, offered_at, tries, hold_until"
					   " FROM item WHERE verdict = 0" },
				 .out = out };

		if (o->empty && o->head >= 0)
			continue;
		snprintf(db, sizeof(db), "%.480s/outbox.db", o->home);
		snprintf(out, sizeof(out), "%.400s/closer.out", c->work);
		if (process_run(&r) == 0 && file_read(&text, out))
			say(c, "workstation %d is late, window %d, at %" PRId64 " of %s; %s", i,
			    (int)o->window.pid, o->head, c->epoch, strbuf_cstr(&text));
		file_read(&text, o->err);
		say(c, "its last words: %.400s", strbuf_cstr(&text));
		strbuf_release(&text);
		harm_close_stranger(c, o);
	}
}

/* The log may grow at the end of healing: closed cases are archived. */
static bool settle(struct chaos *c, int64_t limit)
{
	int64_t head = centre_head(c), late = now_ms(c) + SLOW_MS;

	while (now_ms(c) < limit) {
		if (late && now_ms(c) > late) {
			look_closer(c);
			late = 0;
		}
		if (!all_healed(c, head)) {
			turn(c, limit);
			continue;
		}
		if (centre_head(c) == head)
			return true;
		head = centre_head(c);
	}
	return false;
}

static void begin_healing(struct chaos *c)
{
	c->healing = true;
	for (int i = 0; i < OFFICERS; i++) {
		struct officer *o = &c->officer[i];

		job_spare(&o->job);
		job_spare(&o->window);
		/* A window waits up to a minute after its last failure; a short
		 * run has no time for that. */
		if (c->total_s < BRIEF_S)
			window_end(o, SIGTERM);
		o->harm = EVENT_NONE;
		o->failed = o->tried = 0;
		o->empty = false;
		o->head = -1;
		o->converged_at = NEVER_MS;
	}
	centre_heal(c);
	while (c->post.pid)
		turn(c, now_ms(c) + HEAL_MS);
	intake_settle(c, c->restored);
	c->restored = false;
}

static void take_samples(struct chaos *c, int64_t from)
{
	for (int i = 0; i < OFFICERS && c->sample_count < SAMPLES_MAX; i++) {
		int64_t took = c->officer[i].converged_at - from;

		c->samples[c->sample_count++] = took;
		if (took > SLOW_MS)
			say(c, "workstation %d took %" PRId64 " ms to converge%s", i, took,
			    c->officer[i].window.pid ? ", with a window open" : "");
	}
}

/* True: all has converged. */
static bool phase_of_healing(struct chaos *c)
{
	int64_t from = now_ms(c), limit = from + HEAL_MS, head;
	bool first = true;

	begin_healing(c);
	do {
		if (!settle(c, limit)) {
			for (int i = 0; i < OFFICERS; i++)
				if (c->officer[i].converged_at == NEVER_MS)
					say(c,
					    "VIOLATION I14: workstation %d has not converged"
					    " (empty %d, at %" PRId64 " of %" PRId64 ")",
					    i, c->officer[i].empty, c->officer[i].head,
					    centre_head(c));
			c->n.violations++;
			return false;
		}
		head = c->officer[0].head;
		if (first)
			take_samples(c, from);
		first = false;
		for (int i = 0; i < OFFICERS; i++)
			window_end(&c->officer[i], SIGTERM);
		centre_stop(c);
		if (centre_head(c) == head)
			break;
		centre_start(c);
	} while (now_ms(c) < limit);
	return true;
}

static void judge(struct chaos *c)
{
	char out[PATH];
	struct run r = { .argv = { "sh", c->judge, c->work, c->bin }, .out = out };
	struct strbuf found = STRBUF_INIT;

	snprintf(out, sizeof(out), "%.400s/judge.out", c->work);
	for (int i = 0; i < OFFICERS; i++)
		officer_look(c, &c->officer[i]);
	if (process_run(&r) != 0) {
		c->n.violations++;
		file_read(&found, out);
		say(c, "seed %" PRIu64 ", round %ld\n%s", c->seed, c->n.rounds + 1,
		    strbuf_cstr(&found));
	}
	strbuf_release(&found);
}

static void one_round(struct chaos *c, int64_t phase_ms)
{
	if (c->n.rounds > 0)
		centre_start(c);
	phase_of_faults(c, phase_ms);
	if (phase_of_healing(c))
		judge(c);
	c->n.rounds++;
	say(c, "round %ld: %ld verbs, %ld signed, %ld violations", c->n.rounds, c->n.jobs,
	    c->n.signed_acts, c->n.violations);
}

/* --- Beginning and end --------------------------------------------------- */

static int by_size(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static int64_t quantile(struct chaos *c, int percent)
{
	return c->sample_count ? c->samples[(c->sample_count - 1) * percent / 100] : 0;
}

static void report(struct chaos *c)
{
	struct strbuf pushed = STRBUF_INIT;
	char path[PATH], network[400];
	long faults;

	snprintf(path, sizeof(path), "%.400s/pushed", c->work);
	file_read(&pushed, path);
	centre_stats(c, network, sizeof(network), &faults);
	qsort(c->samples, (size_t)c->sample_count, sizeof(c->samples[0]), by_size);
	printf("chaos: seed %" PRIu64 ", %d workstations, %ld rounds, %ld verbs\n", c->seed,
	       OFFICERS, c->n.rounds, c->n.jobs);
	printf("actions signed %ld, %s", c->n.signed_acts,
	       pushed.len ? strbuf_cstr(&pushed) : "none judged\n");
	strbuf_release(&pushed);
	printf("faults of the network %ld of %s\n", faults, network);
	printf("kills: workstations %ld, central %ld; stops: workstations %ld, central %ld\n",
	       c->n.kills_client, c->n.kills_central, c->n.stops_client, c->n.stops_central);
	printf("full disks: workstations %ld, central %ld; copies %ld, restores %ld\n",
	       c->n.full_client, c->n.full_central, c->n.copies, c->n.restores);
	printf("windows %ld, caches harmed %ld, homes put back from a copy %ld (enrolled anew %ld),"
	       " rights changed %ld, applications %ld\n",
	       c->n.windows, c->n.caches, c->n.homes, c->n.renewed, c->n.rights, c->intakes);
	printf("time to converge after heal: p50 %" PRId64 " ms, p99 %" PRId64 " ms, of %d\n",
	       quantile(c, 50), quantile(c, 99), c->sample_count);
	printf("violations %ld\n", c->n.violations);
	fflush(stdout);
}

static void prepare(struct chaos *c)
{
	char path[PATH];
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	c->clock = clock_real();
	c->rng = rng_from_seed(&c->rng_state, c->seed);
	snprintf(c->folder, sizeof(c->folder), "%.400s/central/c", c->work);
	snprintf(c->copy, sizeof(c->copy), "%.400s/copy.db", c->work);
	snprintf(path, sizeof(path), "%.400s/passphrase", c->work);
	file_write(path, "kanin plog segel tomte brygga lampa\n");
	snprintf(path, sizeof(path), "%.400s/told.tsv", c->work);
	c->told = fopen(path, "we");
	snprintf(path, sizeof(path), "%.400s/looks.tsv", c->work);
	c->looks = fopen(path, "we");
	snprintf(path, sizeof(path), "%.400s/intakes.tsv", c->work);
	c->intake = fopen(path, "we");
	snprintf(path, sizeof(path), "%.400s/lives.tsv", c->work);
	c->lives = fopen(path, "we");
	if (!c->told || !c->looks || !c->intake || !c->lives)
		trouble("no journal can be written", c->work);
	centre_prepare(c);
	for (int i = 0; i < OFFICERS; i++) {
		c->officer[i].index = i;
		officer_prepare(c, &c->officer[i]);
	}
	intake_first(c, FIRST_CASES);
	c->healing = true; /* nobody is killed yet */
	for (int i = 0; i < OFFICERS; i++)
		officer_first(c, &c->officer[i]);
	centre_copy(c);
}

static bool read_options(struct chaos *c, int argc, char **argv)
{
	for (int i = 1; i + 1 < argc; i += 2) {
		char *to = strcmp(argv[i], "--bin") == 0     ? c->bin
			   : strcmp(argv[i], "--tools") == 0 ? c->tools
			   : strcmp(argv[i], "--work") == 0  ? c->work
			   : strcmp(argv[i], "--judge") == 0 ? c->judge
							     : NULL;

		if (to)
			snprintf(to, PATH, "%.500s", argv[i + 1]);
		else if (strcmp(argv[i], "--seed") == 0)
			c->seed = strtoull(argv[i + 1], NULL, 10);
		else if (strcmp(argv[i], "--seconds") == 0)
			c->total_s = strtoll(argv[i + 1], NULL, 10);
		else if (strcmp(argv[i], "--small-central") == 0)
			c->small_central = strcmp(argv[i + 1], "yes") == 0;
		else
			return false;
	}
	return c->bin[0] && c->tools[0] && c->work[0] && c->judge[0] && c->total_s > 0;
}

int main(int argc, char **argv)
{
	static struct chaos c = { .seed = 1, .total_s = 600 };
	int64_t end, phase;

	if (!read_options(&c, argc, argv)) {
		fprintf(stderr, "usage: chaos --bin DIR --tools DIR --work DIR --judge SCRIPT"
				" [--seed N] [--seconds N] [--small-central yes]\n");
		return 2;
	}
	prepare(&c);
	end = now_ms(&c) + c.total_s * 1000;
	phase = c.total_s < BRIEF_S ? PHASE_MS / 2 : PHASE_MS;
	/* Two at the least: the second one has a restore. */
	while (!c.n.violations && (now_ms(&c) < end || c.n.rounds < 2))
		one_round(&c, phase + chance(&c.rng, phase / 2));
	report(&c);
	centre_stop(&c);
	return c.n.violations ? 1 : 0;
}
