/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <cmocka.h>

#include "app/engine.h"
#include "app/home.h"
#include "folder.h"
#include "net/http.h"
#include "sign/hash.h"

#include "base/banned.h"

enum { LONG_MS = 20000 };

/* An enrolled home whose central takes the connection and never answers
 * (`silent`), or whose port is closed. */
struct at_home {
	char dir[FOLDER_PATH];
	struct home h;
	int silent;
};

static int listener(char url[256])
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t n = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(fd, 16), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &n), 0);
	snprintf(url, 256, "http://127.0.0.1:%d", ntohs(a.sin_port));
	return fd;
}

static void enrolled(struct home *h, const char *url)
{
	struct identity who = IDENTITY_INIT;

	snprintf(who.url, sizeof(who.url), "%s", url);
	snprintf(who.aud, sizeof(who.aud), "sluss-0123456789abcdef");
	snprintf(who.dev, sizeof(who.dev), "0198aaaa-0000-7000-8000-00000000000d");
	snprintf(who.sub, sizeof(who.sub), "britt.a");
	snprintf(who.last_hash, sizeof(who.last_hash), "%s", HASH_ZERO);
	who.undo_ms = 20000;
	strbuf_sets(&who.certificate, "x");
	strbuf_sets(&who.sealed_key, "x");
	assert_int_equal(identity_put(h->outbox, &who, NULL), ST_OK);
	identity_release(&who);
	assert_int_equal(home_refresh(h, NULL), ST_OK);
	h->key = signkey_make(&h->rng);
	assert_non_null(h->key);
}

static struct at_home *make(bool silent)
{
	struct at_home *t = calloc(1, sizeof(*t));
	char url[256];

	assert_non_null(t);
	folder_make(t->dir);
	assert_int_equal(home_open(&t->h, NULL), ST_OK);
	assert_int_equal(home_open_files(&t->h, NULL), ST_OK);
	t->silent = listener(url);
	if (!silent) {
		close(t->silent);
		t->silent = -1;
	}
	enrolled(&t->h, url);
	return t;
}

static int setup_silent(void **state)
{
	*state = make(true);
	return 0;
}

static int setup_closed(void **state)
{
	*state = make(false);
	return 0;
}

static int teardown(void **state)
{
	struct at_home *t = *state;
	char sub[FOLDER_PATH + 10];

	if (t->silent >= 0)
		close(t->silent);
	home_close(&t->h);
	snprintf(sub, sizeof(sub), "%s/state", t->dir);
	folder_drop(sub);
	folder_drop(t->dir);
	free(t);
	return 0;
}

/* Wait on the engine's descriptor until `want` holds. */
static bool until(struct engine *e, bool (*want)(struct engine *e))
{
	for (int i = 0; i < 200; i++) {
		struct pollfd f = { engine_fd(e), POLLIN, 0 };

		if (want(e))
			return true;
		if (poll(&f, 1, LONG_MS) != 1)
			return false;
		engine_drain(e);
	}
	return false;
}

static bool is_offline(struct engine *e)
{
	struct sync_status s;

	engine_status(e, &s);
	return s.trouble == SYNC_OFFLINE;
}

static bool is_elsewhere(struct engine *e)
{
	return engine_elsewhere(e);
}

static bool is_ours(struct engine *e)
{
	return !engine_elsewhere(e);
}

static void a_request_that_hangs_does_not_hold_up_the_end(void **state)
{
	struct at_home *t = *state;
	struct engine *e = NULL;
	struct pollfd caller = { t->silent, POLLIN, 0 };
	int64_t start;

	assert_int_equal(engine_start(&e, &t->h, NULL), ST_OK);
	assert_int_equal(poll(&caller, 1, LONG_MS), 1); /* a request is under way */
	start = clock_boot(&t->h.clock);
	engine_poke(e);
	engine_acted(e);
	engine_stop(e);
	assert_true(clock_boot(&t->h.clock) - start < LONG_MS);
}

static void an_engine_can_be_stopped_as_soon_as_it_is_started(void **state)
{
	struct at_home *t = *state;

	for (int i = 0; i < 20; i++) {
		struct engine *e = NULL;

		assert_int_equal(engine_start(&e, &t->h, NULL), ST_OK);
		engine_stop(e);
	}
	engine_stop(NULL);
}

static void a_central_that_is_gone_is_told_and_nothing_blocks(void **state)
{
	struct at_home *t = *state;
	struct engine *e = NULL;

	assert_int_equal(engine_start(&e, &t->h, NULL), ST_OK);
	assert_true(until(e, is_offline));
	assert_false(engine_idle(e));
	engine_stop(e);
}

static void two_engines_of_a_home_take_turns(void **state)
{
	struct at_home *t = *state;
	struct engine *first = NULL, *second = NULL;
	struct sync_status s;

	assert_int_equal(engine_start(&first, &t->h, NULL), ST_OK);
	assert_true(until(first, is_offline)); /* it has asked, so it has the lock */
	assert_int_equal(engine_start(&second, &t->h, NULL), ST_OK);
	/* Nobody is said to be elsewhere before the lock has been tried for. */
	assert_true(until(second, is_elsewhere));
	engine_status(second, &s);
	assert_int_equal(s.pages, 0);
	engine_stop(first);
	/* The lock is free: the other one finds it at its next tick. */
	assert_true(until(second, is_ours));
	engine_stop(second);
}

static bool never(void *ctx, struct sync *s)
{
	(void)ctx;
	(void)s;
	return false;
}

static bool has_failed_twice(struct engine *e)
{
	struct sync_status s;

	engine_status(e, &s);
	return s.failures >= 2;
}

static bool begins_anew(struct engine *e)
{
	return !has_failed_twice(e);
}

/* A window in back-off hears of a `sluss sync` beside it: nothing but that (or
 * an answer) makes its failures count from the beginning. */
static void a_verb_that_waits_cuts_short_the_back_off_of_a_window(void **state)
{
	struct at_home *t = *state;
	struct engine *e = NULL;
	struct engine_goal goal = { .reached = never };
	struct sync_status last;
	struct err why = ERR_INIT;

	assert_int_equal(engine_start(&e, &t->h, NULL), ST_OK);
	assert_true(until(e, has_failed_twice));
	assert_int_equal(engine_run(&t->h, &goal, &last, &why), ST_RETRY);
	assert_string_equal(why.code, "elsewhere");
	assert_true(until(e, begins_anew));
	engine_stop(e);
}

/* F5, or a case that is opened, in the window that does not fetch. */
static void what_a_second_window_asks_for_is_asked_by_the_first(void **state)
{
	struct at_home *t = *state;
	struct engine *first = NULL, *second = NULL;

	assert_int_equal(engine_start(&first, &t->h, NULL), ST_OK);
	assert_true(until(first, has_failed_twice));
	assert_int_equal(engine_start(&second, &t->h, NULL), ST_OK);
	assert_true(until(second, is_elsewhere));
	engine_poke(second);
	assert_true(until(first, begins_anew));
	engine_stop(second);
	engine_stop(first);
}

/* The first window is away from the network as well, or has just ended its
 * fetching; what counts is what the central answers this one. */
static void a_second_window_knows_that_the_central_is_gone(void **state)
{
	struct at_home *t = *state;
	struct engine *second = NULL;
	struct sync_status s;
	int fd = -1;

	assert_int_equal(pusher_lock(&fd, t->h.lock_path, NULL), ST_OK);
	assert_int_equal(engine_start(&second, &t->h, NULL), ST_OK);
	assert_true(until(second, is_offline));
	engine_status(second, &s);
	assert_true(engine_elsewhere(second));
	assert_false(s.online);
	engine_stop(second);
	close(fd);
}

static bool has_felt(struct engine *e)
{
	bool online;

	return engine_felt(e, &online);
}

static void whether_the_central_answers_is_asked_anew_each_time(void **state)
{
	struct at_home *t = *state;
	struct engine *e = NULL;
	bool online = true;

	assert_int_equal(engine_start(&e, &t->h, NULL), ST_OK);
	for (int i = 0; i < 2; i++) {
		engine_feel(e);
		assert_true(until(e, has_felt));
		assert_true(engine_felt(e, &online));
		assert_false(online);
	}
	engine_stop(e);
}

static void an_action_of_another_process_wakes_the_screen(void **state)
{
	struct at_home *t = *state;
	struct engine *e = NULL;
	struct pollfd f;

	assert_int_equal(engine_start(&e, &t->h, NULL), ST_OK);
	assert_true(until(e, is_offline));
	engine_drain(e);
	assert_int_equal(cache_touch(t->h.cache, NULL), ST_OK);
	f = (struct pollfd){ engine_fd(e), POLLIN, 0 };
	assert_int_equal(poll(&f, 1, LONG_MS), 1);
	engine_stop(e);
}

static void the_engine_goes_on_while_the_screen_is_locked(void **state)
{
	struct at_home *t = *state;
	struct engine *e = NULL;

	assert_int_equal(engine_start(&e, &t->h, NULL), ST_OK);
	home_lock(&t->h);
	assert_true(until(e, is_offline));
	engine_stop(e);
}

static void without_a_key_or_an_identity_there_is_no_engine(void **state)
{
	struct at_home *t = *state;
	struct engine *e = NULL;
	struct err why = ERR_INIT;

	home_lock(&t->h);
	assert_int_equal(engine_start(&e, &t->h, &why), ST_REFUSED);
	assert_string_equal(why.code, "locked");
	assert_null(e);
	err_clear(&why);
	t->h.enrolled = false;
	assert_int_equal(engine_start(&e, &t->h, &why), ST_NONE);
	assert_string_equal(why.code, "not-enrolled");
}

static void a_verb_gives_up_when_the_central_is_gone(void **state)
{
	struct at_home *t = *state;
	struct engine_goal goal = { .reached = never, .until = clock_boot(&t->h.clock) + LONG_MS };
	struct sync_status last;
	struct err why = ERR_INIT;

	assert_int_equal(engine_run(&t->h, &goal, &last, &why), ST_RETRY);
	assert_string_equal(why.code, "unreachable");
	assert_int_equal(last.trouble, SYNC_OFFLINE);
}

static void a_patient_verb_tries_until_its_time_is_up(void **state)
{
	struct at_home *t = *state;
	struct engine_goal goal = { .reached = never,
				    .until = clock_boot(&t->h.clock) + 50,
				    .patient = true };
	struct sync_status last;
	struct err why = ERR_INIT;

	assert_int_equal(engine_run(&t->h, &goal, &last, &why), ST_RETRY);
	assert_string_equal(why.code, "too-late");
}

static void a_verb_sees_that_another_process_talks(void **state)
{
	struct at_home *t = *state;
	struct engine_goal goal = { .reached = never };
	struct sync_status last;
	struct err why = ERR_INIT;
	int fd = -1;

	assert_int_equal(pusher_lock(&fd, t->h.lock_path, NULL), ST_OK);
	assert_int_equal(engine_run(&t->h, &goal, &last, &why), ST_RETRY);
	assert_string_equal(why.code, "elsewhere");
	close(fd);
}

/* --- Questions -------------------------------------------------------------------- */

static void a_question_of_a_verb_says_why_there_is_no_answer(void **state)
{
	struct at_home *t = *state;
	struct request q = REQUEST_INIT;
	struct reply r = REPLY_INIT;
	struct err why = ERR_INIT;

	request_set(&q, "GET", "/v1/stats");
	assert_int_equal(engine_ask_now(&t->h, &q, LONG_MS, &r, &why), ST_RETRY);
	assert_string_equal(why.code, "unreachable");
	request_release(&q);
	reply_release(&r);
}

/* The central is silent: only the end of the program cuts the first question,
 * and nobody gets the answer of the one that was taken back. */
static void a_question_that_hangs_is_cut_when_nobody_waits_for_it(void **state)
{
	struct at_home *t = *state;
	struct request q = REQUEST_INIT;
	struct reply r = REPLY_INIT;
	struct engine *e = NULL;
	int64_t ticket;

	assert_int_equal(engine_start(&e, &t->h, NULL), ST_OK);
	request_set(&q, "GET", "/v1/stats");
	assert_int_equal(engine_ask(e, &q, &ticket, NULL), ST_OK);
	assert_false(engine_answer(e, ticket, &r));
	engine_unask(e, ticket);
	assert_false(engine_answer(e, ticket, &r));
	assert_int_equal(engine_ask(e, &q, &ticket, NULL), ST_OK);
	engine_stop(e);
	request_release(&q);
	reply_release(&r);
}

static void a_damaged_copy_says_how_it_is_made_anew(void **state)
{
	struct at_home *t = *state;
	struct engine_goal goal = { .reached = never };
	struct sync_status last;
	struct err why = ERR_INIT;
	char junk[4096];
	int fd;

	cache_close(t->h.cache);
	t->h.cache = NULL;
	memset(junk, 0x5A, sizeof(junk));
	fd = open(t->h.cache_path, O_WRONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	for (off_t page = 1; page < 20; page++)
		assert_int_equal(pwrite(fd, junk, sizeof(junk), page * 4096), sizeof(junk));
	close(fd);
	assert_int_equal(engine_run(&t->h, &goal, &last, &why), ST_BROKEN);
	assert_string_equal(why.code, "database-damaged");
	assert_non_null(strstr(why.text, "sluss cache renew"));
}

static int start(void **state)
{
	(void)state;
	return sign_start(NULL) == ST_OK && http_start(NULL) == ST_OK ? 0 : -1;
}

static int stop(void **state)
{
	(void)state;
	http_stop();
	return 0;
}

#define SILENT(name) cmocka_unit_test_setup_teardown(name, setup_silent, teardown)
#define CLOSED(name) cmocka_unit_test_setup_teardown(name, setup_closed, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SILENT(a_request_that_hangs_does_not_hold_up_the_end),
		SILENT(an_engine_can_be_stopped_as_soon_as_it_is_started),
		CLOSED(a_central_that_is_gone_is_told_and_nothing_blocks),
		CLOSED(two_engines_of_a_home_take_turns),
		CLOSED(a_verb_that_waits_cuts_short_the_back_off_of_a_window),
		CLOSED(what_a_second_window_asks_for_is_asked_by_the_first),
		CLOSED(a_second_window_knows_that_the_central_is_gone),
		CLOSED(whether_the_central_answers_is_asked_anew_each_time),
		CLOSED(an_action_of_another_process_wakes_the_screen),
		CLOSED(the_engine_goes_on_while_the_screen_is_locked),
		CLOSED(without_a_key_or_an_identity_there_is_no_engine),
		CLOSED(a_verb_gives_up_when_the_central_is_gone),
		CLOSED(a_question_of_a_verb_says_why_there_is_no_answer),
		SILENT(a_question_that_hangs_is_cut_when_nobody_waits_for_it),
		CLOSED(a_damaged_copy_says_how_it_is_made_anew),
		CLOSED(a_patient_verb_tries_until_its_time_is_up),
		CLOSED(a_verb_sees_that_another_process_talks),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
