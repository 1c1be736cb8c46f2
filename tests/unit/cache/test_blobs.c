/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "cache/blobs.h"
#include "cache/cache.h"

#include "base/banned.h"

#define CASE "01980000-0000-7000-8000-000000000001"
#define OTHER "01980000-0000-7000-8000-000000000002"
#define H1 "1111111111111111111111111111111111111111111111111111111111111111"
#define H2 "2222222222222222222222222222222222222222222222222222222222222222"
#define H3 "3333333333333333333333333333333333333333333333333333333333333333"

static struct db *open_cache(void)
{
	struct db *db;

	assert_int_equal(cache_open(&db, ":memory:", NULL), ST_OK);
	return db;
}

static void keep(struct db *db, const char *case_id, const char *h, const char *text, int64_t now,
		 int64_t quota)
{
	assert_int_equal(blob_keep(db, case_id, h, str_of(text), now, quota, NULL), ST_OK);
}

static void what_was_kept_comes_back_byte_for_byte_for_its_case_alone(void **state)
{
	struct strbuf bytes = STRBUF_INIT;
	struct db *db = open_cache();

	(void)state;
	assert_false(blob_here(db, CASE, H1));
	assert_int_equal(blob_read(db, CASE, H1, 1, &bytes, NULL), ST_NONE);
	assert_int_equal(blob_keep(db, CASE, H1, (struct str){ "a\0b", 3 }, 1, 100, NULL), ST_OK);
	assert_true(blob_here(db, CASE, H1));
	assert_false(blob_here(db, OTHER, H1));
	assert_int_equal(blob_read(db, CASE, H1, 2, &bytes, NULL), ST_OK);
	assert_int_equal(bytes.len, 3);
	assert_memory_equal(bytes.data, "a\0b", 3);
	assert_int_equal(blob_drop(db, CASE, H1, NULL), ST_OK);
	assert_false(blob_here(db, CASE, H1));
	strbuf_release(&bytes);
	cache_close(db);
}

static void what_was_not_read_for_longest_goes_first(void **state)
{
	struct strbuf bytes = STRBUF_INIT;
	struct db *db = open_cache();
	int64_t total = 0;

	(void)state;
	keep(db, CASE, H1, "1234567890", 1, 25);
	keep(db, CASE, H2, "1234567890", 2, 25);
	assert_int_equal(blob_read(db, CASE, H1, 3, &bytes, NULL), ST_OK);
	keep(db, OTHER, H3, "1234567890", 4, 25);
	assert_true(blob_here(db, CASE, H1));
	assert_false(blob_here(db, CASE, H2));
	assert_true(blob_here(db, OTHER, H3));
	assert_int_equal(blob_total(db, &total, NULL), ST_OK);
	assert_int_equal(total, 20);
	/* The one that is asked for now stays, whatever its size. */
	keep(db, CASE, H2, "more than the quota takes of bytes", 5, 25);
	assert_true(blob_here(db, CASE, H2));
	assert_false(blob_here(db, CASE, H1));
	assert_false(blob_here(db, OTHER, H3));
	strbuf_release(&bytes);
	cache_close(db);
}

static void a_new_epoch_forgets_them(void **state)
{
	struct db *db = open_cache();

	(void)state;
	keep(db, CASE, H1, "x", 1, 100);
	assert_int_equal(cache_empty(db, NULL), ST_OK);
	assert_false(blob_here(db, CASE, H1));
	cache_close(db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_kept_comes_back_byte_for_byte_for_its_case_alone),
		cmocka_unit_test(what_was_not_read_for_longest_goes_first),
		cmocka_unit_test(a_new_epoch_forgets_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
