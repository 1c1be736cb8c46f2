/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "cache/cache.h"
#include "cache/cases.h"
#include "cache/entries.h"
#include "cache/names.h"

#include "base/banned.h"

#define CASE_A "0198cccc-0000-7000-8000-000000000001"
#define CASE_B "0198cccc-0000-7000-8000-000000000002"

static struct db *open_cache(void)
{
	struct db *db;

	assert_int_equal(cache_open(&db, ":memory:", NULL), ST_OK);
	return db;
}

static void put(struct db *db, const char *case_id, int64_t n, const char *jws)
{
	struct entry e = ENTRY_INIT;

	snprintf(e.case_id, sizeof(e.case_id), "%s", case_id);
	snprintf(e.iid, sizeof(e.iid), "%.24s%012lld", case_id, (long long)n);
	e.n = e.seq = n;
	memset(e.eh, 'a', HASH_TEXT - 1);
	strbuf_sets(&e.jws, jws);
	assert_int_equal(entry_put(db, &e, NULL), ST_OK);
	entry_release(&e);
}

static void put_case(struct db *db, const char *case_id, int64_t n, const char *assignee)
{
	struct casefile c = CASEFILE_INIT;
	const int64_t scope = 1;

	snprintf(c.id, sizeof(c.id), "%s", case_id);
	snprintf(c.assignee, sizeof(c.assignee), "%s", assignee);
	c.state = CASE_OPEN;
	c.n = n;
	assert_int_equal(case_put(db, &c, &scope, 1, NULL), ST_OK);
	casefile_release(&c);
}

static void a_stored_entry_is_never_replaced(void **state)
{
	struct db *db = open_cache();
	struct entry e = ENTRY_INIT;
	int64_t n;

	(void)state;
	put(db, CASE_A, 1, "first");
	put(db, CASE_A, 1, "second");
	assert_int_equal(entry_get(db, CASE_A, 1, &e, NULL), ST_OK);
	assert_string_equal(strbuf_cstr(&e.jws), "first");
	assert_int_equal(entry_of_iid(db, e.iid, &n, NULL), ST_OK);
	assert_int_equal(n, 1);
	assert_int_equal(entry_of_iid(db, "no such intent", &n, NULL), ST_OK);
	assert_int_equal(n, 0);
	entry_release(&e);
	cache_close(db);
}

static void a_gap_is_named_wherever_it_lies(void **state)
{
	struct db *db = open_cache();
	int64_t n;

	(void)state;
	assert_int_equal(entry_gap(db, CASE_A, 3, &n, NULL), ST_OK);
	assert_int_equal(n, 1);
	put(db, CASE_A, 2, "x");
	assert_int_equal(entry_gap(db, CASE_A, 3, &n, NULL), ST_OK);
	assert_int_equal(n, 1);
	put(db, CASE_A, 1, "x");
	assert_int_equal(entry_gap(db, CASE_A, 3, &n, NULL), ST_OK);
	assert_int_equal(n, 3);
	put(db, CASE_A, 3, "x");
	assert_int_equal(entry_gap(db, CASE_A, 3, &n, NULL), ST_OK);
	assert_int_equal(n, 0);
	cache_close(db);
}

static void a_timeline_is_walked_both_ways(void **state)
{
	struct db *db = open_cache();
	struct entry e = ENTRY_INIT;

	(void)state;
	for (int64_t n = 1; n <= 4; n++)
		put(db, CASE_A, n, "x");
	put(db, CASE_B, 9, "y");
	assert_int_equal(entry_before(db, CASE_A, INT64_MAX, &e, NULL), ST_OK);
	assert_int_equal(e.n, 4);
	assert_int_equal(entry_before(db, CASE_A, 4, &e, NULL), ST_OK);
	assert_int_equal(e.n, 3);
	assert_int_equal(entry_after(db, CASE_A, 0, &e, NULL), ST_OK);
	assert_int_equal(e.n, 1);
	assert_int_equal(entry_after(db, CASE_A, 4, &e, NULL), ST_NONE);
	entry_release(&e);
	cache_close(db);
}

static void own_and_wanted_cases_with_gaps_are_fetched_and_no_others(void **state)
{
	struct db *db = open_cache();
	char id[UUID_TEXT];
	int64_t from;

	(void)state;
	put_case(db, CASE_A, 2, "jan.vd");
	put_case(db, CASE_B, 2, "britt.a");
	put(db, CASE_B, 1, "x");
	assert_int_equal(want_next(db, "britt.a", "", id, &from, NULL), ST_OK);
	assert_string_equal(id, CASE_B);
	assert_int_equal(from, 2);
	assert_int_equal(want_next(db, "britt.a", CASE_B, id, &from, NULL), ST_NONE);
	assert_int_equal(want_case(db, CASE_A, NULL), ST_OK);
	assert_int_equal(want_next(db, "britt.a", "", id, &from, NULL), ST_OK);
	assert_string_equal(id, CASE_A);
	assert_int_equal(from, 1);
	put(db, CASE_A, 1, "x");
	put(db, CASE_A, 2, "x");
	put(db, CASE_B, 2, "x");
	assert_int_equal(want_next(db, "britt.a", "", id, &from, NULL), ST_NONE);
	cache_close(db);
}

static void an_entry_erased_before_it_came_is_a_gap_until_its_place_is_known(void **state)
{
	struct db *db = open_cache();
	struct entry e = ENTRY_INIT;
	int64_t n;

	(void)state;
	put(db, CASE_A, 1, "x");
	{
		struct entry gone = { .case_id = CASE_A, .n = 2, .erased_why = "misfiled" };

		assert_int_equal(entry_erase(db, &gone, 2, NULL), ST_OK);
	}
	assert_int_equal(entry_gap(db, CASE_A, 2, &n, NULL), ST_OK);
	assert_int_equal(n, 2);
	put(db, CASE_A, 2, "words that came late");
	assert_int_equal(entry_get(db, CASE_A, 2, &e, NULL), ST_OK);
	assert_true(e.erased);
	assert_int_equal(e.jws.len, 0);
	assert_true(e.eh[0] != '\0' && e.seq > 0);
	assert_int_equal(entry_gap(db, CASE_A, 2, &n, NULL), ST_OK);
	assert_int_equal(n, 0);
	entry_release(&e);
	cache_close(db);
}

static void a_cursor_never_goes_back(void **state)
{
	struct db *db = open_cache();
	struct cursor c[4];
	int64_t floor;
	int n;

	(void)state;
	assert_int_equal(cursor_set(db, 7, 100, NULL), ST_OK);
	assert_int_equal(cursor_set(db, 7, 90, NULL), ST_OK);
	assert_int_equal(cursor_set(db, 9, 50, NULL), ST_OK);
	assert_int_equal(cursor_list(db, c, 4, &n, NULL), ST_OK);
	assert_int_equal(n, 2);
	assert_int_equal(c[0].seq, 100);
	assert_int_equal(cursor_floor(db, &floor, NULL), ST_OK);
	assert_int_equal(floor, 0); /* no pull has come to its end */
	assert_int_equal(cursor_set_whole(db, true, NULL), ST_OK);
	assert_int_equal(cursor_floor(db, &floor, NULL), ST_OK);
	assert_int_equal(floor, 50);
	assert_int_equal(cursor_set_whole(db, false, NULL), ST_OK);
	assert_int_equal(cursor_floor(db, &floor, NULL), ST_OK);
	assert_int_equal(floor, 0);
	cache_close(db);
}

static void a_bad_line_is_counted_by_its_bytes(void **state)
{
	struct db *db = open_cache();
	int tries;

	(void)state;
	for (int i = 1; i <= 3; i++) {
		assert_int_equal(bad_line_add(db, "aa", CASE_A, str_of("[1"), "why", &tries, NULL),
				 ST_OK);
		assert_int_equal(tries, i);
	}
	assert_int_equal(bad_line_add(db, "bb", CASE_A, str_of("[2"), "why", &tries, NULL), ST_OK);
	assert_int_equal(tries, 1);
	cache_close(db);
}

static void an_older_detail_does_not_replace_a_newer(void **state)
{
	struct db *db = open_cache();
	struct strbuf json = STRBUF_INIT;
	int64_t n;

	(void)state;
	assert_int_equal(detail_put(db, CASE_A, 5, str_of("{\"a\":5}"), NULL), ST_OK);
	assert_int_equal(detail_put(db, CASE_A, 4, str_of("{\"a\":4}"), NULL), ST_OK);
	assert_int_equal(detail_get(db, CASE_A, &n, &json, NULL), ST_OK);
	assert_int_equal(n, 5);
	assert_string_equal(strbuf_cstr(&json), "{\"a\":5}");
	strbuf_release(&json);
	cache_close(db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stored_entry_is_never_replaced),
		cmocka_unit_test(a_gap_is_named_wherever_it_lies),
		cmocka_unit_test(a_timeline_is_walked_both_ways),
		cmocka_unit_test(own_and_wanted_cases_with_gaps_are_fetched_and_no_others),
		cmocka_unit_test(an_entry_erased_before_it_came_is_a_gap_until_its_place_is_known),
		cmocka_unit_test(a_cursor_never_goes_back),
		cmocka_unit_test(a_bad_line_is_counted_by_its_bytes),
		cmocka_unit_test(an_older_detail_does_not_replace_a_newer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
