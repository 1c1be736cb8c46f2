/* SPDX-License-Identifier: EUPL-1.2 */
/* Why a new copy is taken over in a transaction and not renamed into place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cache/aside.h"
#include "cache/cache.h"
#include "cache/entries.h"
#include "cache/erasing.h"
#include "sql/db.h"

#include "base/banned.h"

struct files {
	char dir[200], cache[240], aside[240];
	struct db *db, *reader, *new;
};

static void must(enum status st, const struct err *why)
{
	if (st != ST_OK)
		print_error("%s: %s\n", why->code, why->text);
	assert_int_equal(st, ST_OK);
}

static void put(struct db *db, int i, int64_t n, int64_t scope)
{
	struct casefile c = CASEFILE_INIT;
	struct err why = ERR_INIT;

	snprintf(c.id, sizeof(c.id), "0198cccc-0000-7000-8000-%012d", i);
	memset(c.eh, 'a', HASH_TEXT - 1);
	c.n = n;
	c.received_at = 1790000000000 + i;
	strbuf_sets(&c.title, n > 1 ? "Altan" : "Carport");
	must(cache_begin(db, &why), &why);
	must(aside_case(db, &c, scope, 0, &why), &why);
	must(cache_commit(db, &why), &why);
	casefile_release(&c);
}

static int64_t number(struct db *db, const char *sql)
{
	struct err why = ERR_INIT;
	int64_t n = -1;

	must(db_get_int(db, sql, &n, -1, &why), &why);
	return n;
}

static void build(struct db *db)
{
	struct err why = ERR_INIT;
	bool done = false;

	while (!done)
		must(aside_build(db, &done, &why), &why);
}

static void open_files(struct files *f)
{
	const char *tmp = getenv("TMPDIR");
	struct err why = ERR_INIT;

	snprintf(f->dir, sizeof(f->dir), "%s/sluss-aside-XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(f->dir));
	snprintf(f->cache, sizeof(f->cache), "%s/cache.db", f->dir);
	snprintf(f->aside, sizeof(f->aside), "%s/cache.new", f->dir);
	must(cache_open(&f->db, f->cache, &why), &why);
	must(cache_open(&f->reader, f->cache, &why), &why);
	assert_int_equal(number(f->reader, "SELECT count(*) FROM base_case"), 0);
	must(aside_open(&f->new, f->aside, &why), &why);
	for (int i = 0; i < 5; i++)
		put(f->new, i, 1, 7);
}

static void close_files(struct files *f)
{
	cache_close(f->new);
	cache_close(f->db);
	cache_close(f->reader);
	aside_remove(f->aside);
	aside_remove(f->cache);
	rmdir(f->dir);
}

static void handles_that_were_open_see_the_new_copy_at_once_and_whole(void **state)
{
	struct err why = ERR_INIT;
	struct files f = { .db = NULL };
	int64_t before, after;

	(void)state;
	open_files(&f);
	build(f.new);
	must(cache_revision(f.reader, &before, &why), &why);
	must(want_case(f.db, "0198cccc-0000-7000-8000-000000000003", &why), &why);
	/* A reader in the middle of something sees the old to its end. */
	must(cache_begin_read(f.reader, &why), &why);
	assert_int_equal(number(f.reader, "SELECT count(*) FROM base_case"), 0);
	must(aside_take_over(f.new, f.db, &why), &why);
	assert_int_equal(number(f.reader, "SELECT count(*) FROM base_case"), 0);
	cache_rollback(f.reader);
	assert_int_equal(number(f.reader, "SELECT count(*) FROM base_case"), 5);
	assert_int_equal(number(f.reader, "SELECT count(*) FROM want"), 1);
	must(cache_revision(f.reader, &after, &why), &why);
	assert_true(after > before);
	must(cache_check(f.reader, &why), &why);
	close_files(&f);
}

/* The outbox waits for its reader to end, or for an answer, and the new copy does
 * not tell what is erased once more. */
static void what_the_outbox_has_still_to_let_go_of_outlives_every_copy(void **state)
{
	struct erasing e = { .seq = 7 }, there = { .id = 0 };
	struct err why = ERR_INIT;
	struct files f = { .db = NULL };

	(void)state;
	open_files(&f);
	snprintf(e.case_id, sizeof(e.case_id), "0198cccc-0000-7000-8000-000000000003");
	memset(e.ah, 'b', HASH_TEXT - 1);
	must(erasing_put(f.db, &e, &why), &why);
	build(f.new);
	must(aside_take_over(f.new, f.db, &why), &why);
	must(erasing_after(f.db, &there, &why), &why);
	assert_string_equal(there.ah, e.ah);
	assert_int_equal(there.seq, 7);
	must(cache_empty(f.db, &why), &why);
	there.id = 0;
	must(erasing_after(f.db, &there, &why), &why);
	assert_string_equal(there.ah, e.ah);
	close_files(&f);
}

/* The same by rename: who had the file open reads the old one, and would for as
 * long as the program runs. */
static void a_file_that_is_renamed_over_it_is_not_seen_by_them(void **state)
{
	struct err why = ERR_INIT;
	struct files f = { .db = NULL };

	(void)state;
	open_files(&f);
	build(f.new);
	must(db_checkpoint(f.new, &why), &why);
	cache_close(f.new);
	f.new = NULL;
	assert_int_equal(rename(f.aside, f.cache), 0);
	assert_int_equal(number(f.reader, "SELECT count(*) FROM base_case"), 0);
	close_files(&f);
}

static void indexes_and_words_are_those_of_a_cache_that_was_read_in_pages(void **state)
{
	static const char names[] =
		"SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL";
	struct files f = { .db = NULL };

	(void)state;
	open_files(&f);
	assert_true(number(f.new, names) < number(f.db, names));
	build(f.new);
	assert_int_equal(number(f.new, names), number(f.db, names));
	assert_int_equal(
		number(f.new, "SELECT count(*) FROM case_words WHERE case_words MATCH 'carport'"),
		5);
	close_files(&f);
}

static void of_a_case_in_two_snapshots_the_newer_state_stays_in_both_scopes(void **state)
{
	struct files f = { .db = NULL };

	(void)state;
	open_files(&f);
	put(f.new, 2, 4, 8);
	put(f.new, 2, 3, 9);
	build(f.new);
	assert_int_equal(number(f.new, "SELECT count(*) FROM base_case"), 5);
	assert_int_equal(number(f.new, "SELECT max(n) FROM base_case"), 4);
	assert_int_equal(number(f.new, "SELECT count(*) FROM case_scope"), 7);
	assert_int_equal(
		number(f.new, "SELECT count(*) FROM case_words WHERE case_words MATCH 'altan'"), 1);
	close_files(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(handles_that_were_open_see_the_new_copy_at_once_and_whole),
		cmocka_unit_test(what_the_outbox_has_still_to_let_go_of_outlives_every_copy),
		cmocka_unit_test(a_file_that_is_renamed_over_it_is_not_seen_by_them),
		cmocka_unit_test(indexes_and_words_are_those_of_a_cache_that_was_read_in_pages),
		cmocka_unit_test(of_a_case_in_two_snapshots_the_newer_state_stays_in_both_scopes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
