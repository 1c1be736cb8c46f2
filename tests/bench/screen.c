/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * screen - P1: from unlocking to the settled list; P2: from a key to the
 *          settled screen while a sync is running.
 *
 *   screen CENTRAL HOME BUILD CASES STARTS KEYS OUT
 *
 * Ours: the program itself in a terminal, with a home of CASES cases; from the
 * passphrase's Enter, the key box at its cheapest. The limit: limit_screen on
 * the same file, from its start, turn about. For P2 a central serves
 * CENTRAL, and a device of another officer changes some forty cases a second
 * there, which the home fetches meanwhile. All open cases are listed.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cache/cache.h"
#include "net/http.h"
#include "tests/bench/desk.h"
#include "tests/bench/figure.h"
#include "tests/bench/gen.h"
#include "tests/bench/pty.h"
#include "tests/bench/serve.h"

#include "base/banned.h"

enum { SHORT_US = 2000, LONG_US = 15000, PLACES = 1000, FED_A_TURN = 2, FEED_MS = 50 };
enum { COLD_STARTS = 5, SEARCHES = 6 };

#define DOWN "\x1bOB"
#define PAGE_DOWN "\x1b[6~"
#define ESC "\x1b"

struct job {
	const char *central, *home, *build, *out;
	int64_t cases;
	int starts, keys;
	char sluss[600], limit[600], cache[600];
	struct pty ours, bare;
};

/* --- What is waited for ----------------------------------------------------------- */

static bool at_prompt(struct pty *p, const void *ctx)
{
	(void)ctx;
	return pty_holds(p, "Lösenfras");
}

/* The row that names the case under the cursor: "-- BN 2025-9008 --". */
static bool heading(struct pty *p, char out[PTY_LINE])
{
	for (int row = PTY_ROWS - 1; row > 2; row--) {
		pty_row(p, row, out);
		if (strncmp(out, "─ ", strlen("─ ")) == 0)
			return true;
	}
	return false;
}

static bool at_list(struct pty *p, const void *ctx)
{
	char row[PTY_LINE], last[PTY_LINE];

	(void)ctx;
	pty_row(p, PTY_ROWS - 1, last);
	return heading(p, row) && strstr(last, "F1") != NULL;
}

/* Another case is under the cursor than before. */
static bool moved(struct pty *p, const void *before)
{
	char row[PTY_LINE];

	return heading(p, row) && strcmp(row, before) != 0;
}

static bool at_case(struct pty *p, const void *ctx)
{
	char row[PTY_LINE];

	(void)ctx;
	return !heading(p, row);
}

static bool shows(struct pty *p, const void *typed)
{
	return pty_holds(p, typed);
}

static double ms_between(int64_t from, int64_t to)
{
	return (double)(to - from) / 1e6;
}

/* --- Figures ---------------------------------------------------------------------- */

static void write_out(struct job *j, struct figure *f)
{
	f->cases = j->cases;
	f->unit = "ms";
	figure_write(j->out, f);
	samples_release(f->ours);
	if (f->limit)
		samples_release(f->limit);
}

/* --- P1 ---------------------------------------------------------------------------- */

struct starts {
	struct samples whole, list; /* of the bare program they are the same */
};

static void start_one(struct pty *p, const char *const argv[], struct starts *to)
{
	int64_t from, prompt, enter, settled;

	pty_start(p, argv, &from);
	prompt = enter = from;
	if (p->takes_passphrase) {
		prompt = pty_settle(p, at_prompt, NULL, LONG_US);
		(void)pty_send(p, "bench");
		(void)pty_settle(p, at_prompt, NULL, LONG_US);
		enter = pty_send(p, "\r");
	}
	settled = pty_settle(p, at_list, NULL, SHORT_US);
	if (!to)
		return;
	samples_add(&to->list, ms_between(enter, settled));
	samples_add(&to->whole, ms_between(from, prompt) + ms_between(enter, settled));
}

/* The file's pages out of the machine's memory: only those, since others work
 * here as well. */
static void cool(struct job *j)
{
	int fd = open(j->cache, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fdatasync(fd) != 0 || posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED) != 0)
		bench_fail("the file cannot be put out of memory", NULL);
	(void)close(fd);
}

/* Back into it, after the cold starts: a key is not to wait for the disk. */
static void warm(struct job *j)
{
	static char some[1 << 16];
	int fd = open(j->cache, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		bench_fail(j->cache, NULL);
	while (read(fd, some, sizeof(some)) > 0)
		;
	(void)close(fd);
}

static void start_times(struct job *j, int times, bool cold, struct starts *ours,
			struct starts *bare)
{
	const char *const sluss[] = { j->sluss, "--view", "4", NULL };
	const char *const limit[] = { j->limit, j->cache, NULL };

	for (int i = 0; i < times; i++) {
		if (cold)
			cool(j);
		start_one(&j->ours, sluss, ours);
		pty_stop(&j->ours);
		if (cold)
			cool(j);
		start_one(&j->bare, limit, bare);
		pty_stop(&j->bare);
	}
}

static void starts(struct job *j)
{
	static struct starts ours, bare, cold, cold_bare;
	struct figure f = { .id = "P1",
			    .what = "from unlocking to the list",
			    .ours = &ours.list,
			    .limit = &bare.list,
			    .goal = { { GOAL_RATIO, false, 1.5 } } };

	serve_home(j->build, j->home, "http://127.0.0.1:1");
	start_times(j, 2, false, &cold, &cold_bare); /* warm up, and thrown away */
	samples_clear(&cold.whole);
	samples_clear(&cold.list);
	samples_clear(&cold_bare.whole);
	samples_clear(&cold_bare.list);
	start_times(j, j->starts, false, &ours, &bare);
	start_times(j, COLD_STARTS, true, &cold, &cold_bare);
	write_out(j, &f);
	f = (struct figure){ .id = "P1",
			     .what = "the same and from start to prompt",
			     .ours = &ours.whole,
			     .limit = &bare.whole };
	write_out(j, &f);
	f = (struct figure){ .id = "P1",
			     .what = "from unlocking to the list, file cold",
			     .ours = &cold.list,
			     .limit = &cold_bare.list };
	write_out(j, &f);
	samples_release(&cold.whole);
	samples_release(&cold_bare.whole);
}

/* --- A sync that runs ----------------------------------------------------------------- */

/* Until it is ended: changes to cases, as another officer makes them. */
_Noreturn static void feed(struct desk *d, const struct place *places)
{
	const struct timespec tick = { .tv_nsec = FEED_MS * 1000000L };
	struct strbuf lines = STRBUF_INIT;
	struct reply reply = REPLY_INIT;

	for (int i = 0;; i++) {
		if (i % FED_A_TURN == 0)
			strbuf_clear(&lines);
		desk_sign(d, &places[i % PLACES], "note.add", "text", "Ringde sökanden.", &lines);
		if (i % FED_A_TURN < FED_A_TURN - 1)
			continue;
		desk_post(d, "/v1/actions", "application/jose-lines", strbuf_str(&lines), &reply);
		(void)nanosleep(&tick, NULL);
	}
}

static pid_t start_feed(struct desk *d, const struct place *places, const char *url)
{
	struct err why = ERR_INIT;
	pid_t pid = fork();

	if (pid < 0)
		bench_fail("no process", NULL);
	if (pid > 0)
		return pid;
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	bench_must(http_start(&why), &why, "http");
	d->road = (struct road){ .url = url };
	bench_must(http_new(&d->road.http, "bench", NULL, &why), &why, "http");
	feed(d, places);
}

static int64_t revision(struct job *j)
{
	struct db *cache = NULL;
	struct err why = ERR_INIT;
	int64_t r;

	bench_must(cache_open(&cache, j->cache, &why), &why, "cache");
	bench_must(cache_revision(cache, &r, &why), &why, "cache");
	cache_close(cache);
	return r;
}

/* --- P2 ------------------------------------------------------------------------------ */

static double one_move(struct pty *p, const char *key)
{
	char before[PTY_LINE];
	int64_t from;

	(void)heading(p, before);
	from = pty_send(p, key);
	return ms_between(from, pty_settle(p, moved, before, SHORT_US));
}

static void moves(struct job *j, const char *key, int times, struct figure f)
{
	struct samples ours = SAMPLES_INIT, bare = SAMPLES_INIT;

	for (int i = 0; i < times; i++) {
		samples_add(&ours, one_move(&j->ours, key));
		samples_add(&bare, one_move(&j->bare, key));
	}
	f.ours = &ours;
	f.limit = &bare;
	write_out(j, &f);
}

static double one_open(struct pty *p)
{
	int64_t from = pty_send(p, "\r");
	double ms = ms_between(from, pty_settle(p, at_case, NULL, SHORT_US));

	(void)pty_send(p, ESC);
	(void)pty_settle(p, at_list, NULL, LONG_US);
	(void)one_move(p, DOWN);
	return ms;
}

static void opens(struct job *j, int times)
{
	struct samples ours = SAMPLES_INIT, bare = SAMPLES_INIT;
	struct figure f = { .id = "P2",
			    .what = "open a case",
			    .ours = &ours,
			    .limit = &bare,
			    .goal = { { GOAL_P99, false, 5 } } };

	for (int i = 0; i < times; i++) {
		samples_add(&ours, one_open(&j->ours));
		samples_add(&bare, one_open(&j->bare));
	}
	write_out(j, &f);
}

static bool anything(struct pty *p, const void *ctx)
{
	(void)ctx;
	return p->bytes > 0;
}

/* Sign by sign of the word behind the keys that open the line; then back to
 * the list. */
static void search_word(struct job *j, const char *keys, const char *word, struct samples *to)
{
	char typed[80] = "", sign[8];
	size_t n;

	(void)pty_send(&j->ours, keys);
	(void)pty_settle(&j->ours, anything, NULL, LONG_US);
	for (const char *p = word; *p; p += n) {
		int64_t from;

		n = 1;
		while (((unsigned char)p[n] & 0xC0) == 0x80)
			n++;
		snprintf(sign, sizeof(sign), "%.*s", (int)n, p);
		snprintf(typed + strlen(typed), sizeof(typed) - strlen(typed), "%s", sign);
		from = pty_send(&j->ours, sign);
		samples_add(to, ms_between(from, pty_settle(&j->ours, shows, typed, SHORT_US)));
	}
	for (int i = 0; i < 3 && (i == 0 || !at_list(&j->ours, NULL)); i++) {
		(void)pty_send(&j->ours, ESC);
		(void)pty_settle(&j->ours, anything, NULL, LONG_US);
	}
}

/* In the view for it, newest first, and in the list, which stays in its order:
 * that one has no goal of its own, and is felt all the same. */
static void searches(struct job *j)
{
	static const struct {
		const char *what, *keys, *word;
		bool goal;
	} words[] = { { "search as you type, rare word", "gs", GEN_RARE, true },
		      { "search as you type, common word", "gs", GEN_COMMON, true },
		      { "search as you type, prefix", "gs", "byg", true },
		      { "filter the list as you type, rare word", "/", GEN_RARE, false },
		      { "filter the list as you type, common word", "/", GEN_COMMON, false } };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct samples ours = SAMPLES_INIT;
		struct figure f = { .id = "P2", .what = words[i].what, .ours = &ours };

		if (words[i].goal)
			f.goal[0] = (struct goal){ GOAL_P99, false, 10 };
		for (int k = 0; k < SEARCHES; k++)
			search_word(j, words[i].keys, words[i].word, &ours);
		write_out(j, &f);
	}
}

static void keys(struct job *j)
{
	const char *const sluss[] = { j->sluss, "--view", "4", NULL };
	const char *const limit[] = { j->limit, j->cache, NULL };
	struct figure down = { .id = "P2",
			       .what = "Down",
			       .goal = { { GOAL_P95, false, 0.3 }, { GOAL_P99, false, 1 } } };
	struct figure page = { .id = "P2", .what = "PageDown", .goal = { { GOAL_P99, false, 3 } } };

	start_one(&j->ours, sluss, NULL);
	start_one(&j->bare, limit, NULL);
	moves(j, DOWN, j->keys, down);
	moves(j, PAGE_DOWN, j->keys / 4, page);
	opens(j, j->keys / 5);
	searches(j);
	pty_stop(&j->ours);
	pty_stop(&j->bare);
}

static void keys_while_syncing(struct job *j)
{
	struct place *places = calloc(PLACES, sizeof(*places));
	struct central *c = bench_central(j->central);
	char program[600];
	struct served s;
	struct desk d;
	int64_t before;
	pid_t feeder;

	if (!places)
		bench_fail("no memory", NULL);
	places_read(c, places, PLACES);
	desk_open(&d, c, "feeder");
	central_close(c);
	snprintf(program, sizeof(program), "%s/sluss-central", j->build);
	serve_start(&s, program, j->central);
	serve_home(j->build, j->home, s.url);
	before = revision(j);
	feeder = start_feed(&d, places, s.url);
	keys(j);
	if (waitpid(feeder, NULL, WNOHANG) != 0)
		bench_fail("the changes at the central have ended too early", NULL);
	(void)kill(feeder, SIGKILL);
	(void)waitpid(feeder, NULL, 0);
	serve_stop(&s);
	if (revision(j) < before + 10)
		bench_fail("no sync was running", NULL);
	desk_release(&d);
	free(places);
}

int main(int argc, char **argv)
{
	static struct job j;

	if (argc != 8) {
		fprintf(stderr, "usage: screen CENTRAL HOME BUILD CASES STARTS KEYS OUT\n");
		return 2;
	}
	j.central = argv[1];
	j.home = argv[2];
	j.build = argv[3];
	j.cases = strtoll(argv[4], NULL, 10);
	j.starts = (int)strtol(argv[5], NULL, 10);
	j.keys = (int)strtol(argv[6], NULL, 10);
	j.out = argv[7];
	snprintf(j.sluss, sizeof(j.sluss), "%s/sluss", j.build);
	snprintf(j.limit, sizeof(j.limit), "%s/tests/bench/limit_screen", j.build);
	snprintf(j.cache, sizeof(j.cache), "%s/cache.db", j.home);
	j.ours.takes_passphrase = true;
	(void)setenv("SLUSS_HOME", j.home, 1);
	(void)setenv("LC_ALL", "C.UTF-8", 1);
	(void)setenv("LANGUAGE", "sv", 1);
	(void)unsetenv("NO_COLOR");
	starts(&j);
	warm(&j);
	keys_while_syncing(&j);
	return 0;
}
