/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "app/home.h"
#include "cache/cases.h"
#include "folder.h"

#include "base/banned.h"

struct at_home {
	char dir[FOLDER_PATH];
	struct home h;
};

/* 2026-11-23, whatever the machine's clock says. */
static int64_t fixed_wall(void *ctx)
{
	(void)ctx;
	return 1795424400000;
}

static void put_case(struct home *h, const char *id, const char *diary_no)
{
	static const int64_t scopes[] = { 1 };
	struct casefile c = CASEFILE_INIT;

	snprintf(c.id, sizeof(c.id), "%s", id);
	snprintf(c.diary_no, sizeof(c.diary_no), "%s", diary_no);
	snprintf(c.type, sizeof(c.type), "BYGGLOV");
	snprintf(c.unit, sizeof(c.unit), "bygg");
	snprintf(c.queue, sizeof(c.queue), "bygglov");
	snprintf(c.eh, sizeof(c.eh), "%s", HASH_ZERO);
	c.state = CASE_OPEN;
	c.n = 2;
	strbuf_sets(&c.title, "Carport");
	assert_int_equal(case_put(h->cache, &c, scopes, 1, NULL), ST_OK);
	casefile_release(&c);
}

static int setup(void **state)
{
	struct at_home *t = calloc(1, sizeof(*t));
	struct err why = ERR_INIT;

	assert_non_null(t);
	folder_make(t->dir);
	assert_int_equal(home_open(&t->h, &why), ST_OK);
	assert_int_equal(home_open_files(&t->h, &why), ST_OK);
	t->h.clock.wall_ms = fixed_wall;
	put_case(&t->h, "0198aaaa-0000-7000-8000-000000000001", "BN 2026-1042");
	put_case(&t->h, "0198aaaa-0000-7000-8000-000000000002", "MN 2026-1042");
	put_case(&t->h, "0198bbbb-0000-7000-8000-000000000003", "MN 2026-7");
	put_case(&t->h, "0198cccc-0000-7000-8000-000000000004", "BN 2025-900");
	put_case(&t->h, "0198dddd-0000-7000-8000-000000000005", "KS 2026-55");
	put_case(&t->h, "0198eeee-0000-7000-8000-000000000006", "SN 2026-55");
	*state = t;
	return 0;
}

static int teardown(void **state)
{
	struct at_home *t = *state;
	char sub[FOLDER_PATH + 10];

	home_close(&t->h);
	snprintf(sub, sizeof(sub), "%s/state", t->dir);
	folder_drop(sub);
	folder_drop(t->dir);
	free(t);
	return 0;
}

static void finds(struct at_home *t, const char *typed, const char *end)
{
	char id[UUID_TEXT] = "";
	struct err why = ERR_INIT;

	assert_int_equal(home_find_case(&t->h, typed, id, &why), ST_OK);
	assert_string_equal(id + UUID_TEXT - 2, end);
}

static void fails(struct at_home *t, const char *typed, enum status st, const char *code)
{
	char id[UUID_TEXT] = "";
	struct err why = ERR_INIT;

	assert_int_equal(home_find_case(&t->h, typed, id, &why), st);
	assert_string_equal(why.code, code);
}

static void a_whole_number_is_found_in_any_spelling(void **state)
{
	finds(*state, "BN 2026-1042", "1");
	finds(*state, "bn2026-1042", "1");
	finds(*state, "MN 2026-1042", "2");
}

static void the_short_form_means_this_year(void **state)
{
	finds(*state, "7", "3");
	fails(*state, "8", ST_NONE, "case-unknown");
}

static void a_number_that_several_committees_have_is_never_chosen_from(void **state)
{
	struct at_home *t = *state;
	struct err why = ERR_INIT;
	char id[UUID_TEXT] = "";

	snprintf(t->h.who.units, sizeof(t->h.who.units), "bygg,miljo");
	assert_int_equal(home_find_case(&t->h, "1042", id, &why), ST_CONFLICT);
	assert_string_equal(why.code, "case-ambiguous");
	assert_non_null(strstr(why.text, "BN 2026-1042"));
	assert_non_null(strstr(why.text, "MN 2026-1042"));
	assert_string_equal(id, "");
	fails(t, "2026-1042", ST_CONFLICT, "case-ambiguous");
}

static void another_committees_number_is_found_when_it_is_the_only_one(void **state)
{
	finds(*state, "7", "3");
	finds(*state, "2026-7", "3");
}

static void last_years_number_is_offered_and_not_taken(void **state)
{
	struct at_home *t = *state;
	char id[UUID_TEXT] = "";
	struct err why = ERR_INIT;

	assert_int_equal(home_find_case(&t->h, "900", id, &why), ST_CONFLICT);
	assert_string_equal(why.code, "case-ambiguous");
	assert_non_null(strstr(why.text, "BN 2025-900"));
	assert_string_equal(id, "");
	finds(t, "2025-900", "4");
}

static void a_number_of_two_other_committees_is_listed(void **state)
{
	fails(*state, "55", ST_CONFLICT, "case-ambiguous");
	finds(*state, "SN 2026-55", "6");
}

static void the_beginning_of_an_id_is_enough_from_eight_signs(void **state)
{
	finds(*state, "0198bbbb", "3");
	finds(*state, "0198bbbb-0000-7000", "3");
	finds(*state, "0198cccc-0000-7000-8000-000000000004", "4");
	fails(*state, "0198bbb", ST_BAD_INPUT, "case-number");
}

static void a_beginning_of_two_ids_is_refused(void **state)
{
	fails(*state, "0198aaaa-0000", ST_CONFLICT, "case-ambiguous");
}

static void what_is_not_there_is_unknown(void **state)
{
	fails(*state, "BN 2026-99999", ST_NONE, "case-unknown");
	fails(*state, "0198ffff-0000", ST_NONE, "case-unknown");
}

static void what_names_no_case_is_wrong_use(void **state)
{
	fails(*state, "hej", ST_BAD_INPUT, "case-number");
	fails(*state, "", ST_BAD_INPUT, "case-number");
	fails(*state, "0198zzzz", ST_BAD_INPUT, "case-number");
	fails(*state, "BN 2026-1042; DROP TABLE base_case", ST_BAD_INPUT, "case-number");
}

static void a_prefix_is_told_from_a_diary_number(void **state)
{
	(void)state;
	assert_true(case_id_prefix("0198bbbb-0000"));
	assert_true(case_id_prefix("0198abcd"));
	assert_false(case_id_prefix("1042"));
	assert_false(case_id_prefix("2026-1042"));
	assert_false(case_id_prefix("0198ABCD"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_number_is_found_in_any_spelling),
		cmocka_unit_test(the_short_form_means_this_year),
		cmocka_unit_test(a_number_that_several_committees_have_is_never_chosen_from),
		cmocka_unit_test(another_committees_number_is_found_when_it_is_the_only_one),
		cmocka_unit_test(last_years_number_is_offered_and_not_taken),
		cmocka_unit_test(a_number_of_two_other_committees_is_listed),
		cmocka_unit_test(the_beginning_of_an_id_is_enough_from_eight_signs),
		cmocka_unit_test(a_beginning_of_two_ids_is_refused),
		cmocka_unit_test(what_is_not_there_is_unknown),
		cmocka_unit_test(what_names_no_case_is_wrong_use),
		cmocka_unit_test(a_prefix_is_told_from_a_diary_number),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
