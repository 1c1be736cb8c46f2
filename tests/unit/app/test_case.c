/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "app/screen_inside.h"
#include "folder.h"
#include "sign/hash.h"

#include "base/banned.h"

#define CASE "0198cccc-0000-7000-8000-000000000001"

enum { ENTRIES = 2 };

/* A case is open in a home, on the screen; `aside` is the engine's handle. */
struct at_case {
	char dir[FOLDER_PATH];
	struct home h;
	struct screen s;
	struct db *aside;
};

/* The chain comes while the case is read: see __wrap_detail_get. */
static struct db *comes_to;

static void put_entry(struct db *db, int64_t n)
{
	struct entry e = ENTRY_INIT;

	snprintf(e.case_id, sizeof(e.case_id), "%s", CASE);
	snprintf(e.iid, sizeof(e.iid), "%.24s%012lld", CASE, (long long)n);
	snprintf(e.act, sizeof(e.act), "case.create");
	e.n = e.seq = n;
	strbuf_sets(&e.jws, "x");
	assert_int_equal(entry_put(db, &e, NULL), ST_OK);
	entry_release(&e);
}

static void chain_comes(struct db *db)
{
	assert_int_equal(cache_begin(db, NULL), ST_OK);
	for (int64_t n = 1; n <= ENTRIES; n++)
		put_entry(db, n);
	assert_int_equal(cache_touch(db, NULL), ST_OK);
	assert_int_equal(cache_commit(db, NULL), ST_OK);
}

enum status __real_detail_get(struct db *db, const char *case_id, int64_t *n, struct strbuf *json,
			      struct err *why);
enum status __wrap_detail_get(struct db *db, const char *case_id, int64_t *n, struct strbuf *json,
			      struct err *why);

/* The case's detail is read behind its events: in between, the engine has put
 * the chain into the cache. */
enum status __wrap_detail_get(struct db *db, const char *case_id, int64_t *n, struct strbuf *json,
			      struct err *why)
{
	if (comes_to)
		chain_comes(comes_to);
	comes_to = NULL;
	return __real_detail_get(db, case_id, n, json, why);
}

static void enrolled(struct home *h)
{
	struct identity who = IDENTITY_INIT;

	snprintf(who.url, sizeof(who.url), "http://127.0.0.1:1");
	snprintf(who.aud, sizeof(who.aud), "sluss-0123456789abcdef");
	snprintf(who.dev, sizeof(who.dev), "0198aaaa-0000-7000-8000-00000000000d");
	snprintf(who.sub, sizeof(who.sub), "britt.a");
	snprintf(who.last_hash, sizeof(who.last_hash), "%s", HASH_ZERO);
	strbuf_sets(&who.certificate, "x");
	strbuf_sets(&who.sealed_key, "x");
	assert_int_equal(identity_put(h->outbox, &who, NULL), ST_OK);
	identity_release(&who);
	assert_int_equal(home_refresh(h, NULL), ST_OK);
	h->key = signkey_make(&h->rng);
	assert_non_null(h->key);
}

static void put_case(struct db *db)
{
	struct casefile c = CASEFILE_INIT;
	const int64_t scope = 1;

	snprintf(c.id, sizeof(c.id), "%s", CASE);
	snprintf(c.diary_no, sizeof(c.diary_no), "BN 2026-1");
	c.state = CASE_OPEN;
	c.n = ENTRIES;
	assert_int_equal(case_put(db, &c, &scope, 1, NULL), ST_OK);
	casefile_release(&c);
}

static int setup(void **state)
{
	struct at_case *t = calloc(1, sizeof(*t));
	struct db *outbox = NULL;

	assert_non_null(t);
	folder_make(t->dir);
	assert_int_equal(home_open(&t->h, NULL), ST_OK);
	assert_int_equal(home_open_files(&t->h, NULL), ST_OK);
	enrolled(&t->h);
	assert_int_equal(home_handles(&t->h, &t->aside, &outbox, NULL), ST_OK);
	cache_close(outbox);
	put_case(t->aside);
	t->s.home = &t->h;
	t->s.view = VIEW_CASE;
	case_close(&t->s.open);
	snprintf(t->s.open.row.file.id, UUID_TEXT, "%s", CASE);
	*state = t;
	return 0;
}

static int teardown(void **state)
{
	struct at_case *t = *state;
	char sub[FOLDER_PATH + 10];

	comes_to = NULL;
	case_close(&t->s.open);
	strbuf_release(&t->s.message);
	cache_close(t->aside);
	home_close(&t->h);
	snprintf(sub, sizeof(sub), "%s/state", t->dir);
	folder_drop(sub);
	folder_drop(t->dir);
	free(t);
	return 0;
}

static bool shows_a_gap(const struct open_case *o)
{
	for (int i = 0; i < o->event_count; i++)
		if (o->events[i].gap_from > 0)
			return true;
	return false;
}

static void a_case_is_whole_once_its_events_are_here(void **state)
{
	struct at_case *t = *state;

	case_reload(&t->s);
	assert_true(shows_a_gap(&t->s.open));
	assert_false(t->s.open.has_chain);
	chain_comes(t->aside);
	case_reload(&t->s);
	assert_int_equal(t->s.open.event_count, ENTRIES);
	assert_false(shows_a_gap(&t->s.open));
	assert_true(t->s.open.has_chain);
}

/* What says that it is whole says also that nobody waits for it any more. */
static void a_chain_that_comes_while_the_case_is_read_is_waited_for_still(void **state)
{
	struct at_case *t = *state;

	comes_to = t->aside;
	case_reload(&t->s);
	assert_null(comes_to);
	assert_true(shows_a_gap(&t->s.open));
	assert_false(t->s.open.has_chain);
}

static int start(void **state)
{
	(void)state;
	return sign_start(NULL) == ST_OK ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_case_is_whole_once_its_events_are_here, setup,
						teardown),
		cmocka_unit_test_setup_teardown(
			a_chain_that_comes_while_the_case_is_read_is_waited_for_still, setup,
			teardown),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
