/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/arguments.h"
#include "app/marks.h"

#include "base/banned.h"

static void name(char out[UUID_TEXT], int i)
{
	snprintf(out, UUID_TEXT, "case-%05d", i);
}

static void a_case_is_marked_once_however_often_it_is_added(void **state)
{
	struct marks m = MARKS_INIT;

	(void)state;
	assert_true(marks_add(&m, "b"));
	assert_true(marks_add(&m, "a"));
	assert_true(marks_add(&m, "b"));
	assert_int_equal(m.count, 2);
	assert_true(marks_has(&m, "a"));
	assert_true(marks_has(&m, "b"));
	assert_false(marks_has(&m, "c"));
	marks_release(&m);
}

static void marks_come_out_in_the_order_they_were_set(void **state)
{
	static const char *const set[] = { "m", "c", "z", "a", "q" };
	struct marks m = MARKS_INIT;
	struct mark *rows;

	(void)state;
	for (size_t i = 0; i < 5; i++)
		assert_true(marks_add(&m, set[i]));
	rows = marks_in_order(&m);
	assert_non_null(rows);
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(rows[i].case_id, set[i]);
	free(rows);
	marks_release(&m);
}

static void a_dropped_mark_is_gone_and_the_others_stay(void **state)
{
	struct marks m = MARKS_INIT;
	char id[UUID_TEXT];

	(void)state;
	for (int i = 0; i < 200; i++) {
		name(id, (i * 37) % 200);
		assert_true(marks_add(&m, id));
	}
	for (int i = 0; i < 200; i += 2) {
		name(id, i);
		assert_true(marks_drop(&m, id));
		assert_false(marks_drop(&m, id));
	}
	assert_int_equal(m.count, 100);
	for (int i = 0; i < 200; i++) {
		name(id, i);
		assert_int_equal(marks_has(&m, id), i % 2 == 1);
	}
	marks_release(&m);
}

static void there_is_a_ceiling_and_what_was_marked_stays_under_it(void **state)
{
	struct marks m = MARKS_INIT;
	char id[UUID_TEXT];

	(void)state;
	for (int i = 0; i < MARKS_MAX; i++) {
		name(id, i);
		assert_true(marks_add(&m, id));
	}
	assert_false(marks_add(&m, "one too many"));
	assert_int_equal(m.count, MARKS_MAX);
	name(id, 7);
	assert_true(marks_add(&m, id));
	marks_clear(&m);
	assert_false(marks_has(&m, id));
	assert_null(marks_in_order(&m));
	marks_release(&m);
}

/* --- What stands behind a command ------------------------------------------------- */

static const struct option_name names[] = { { "kö", "queue" }, { "skäl", "reason" } };

static void reads(const char *text, const char *words, const char *queue, const char *reason)
{
	struct arguments a = ARGUMENTS_INIT;
	int column = 0;

	assert_true(arguments_read(&a, text, names, 2, &column));
	assert_string_equal(strbuf_cstr(&a.words), words);
	assert_int_equal(a.given[0], queue != NULL);
	assert_int_equal(a.given[1], reason != NULL);
	assert_string_equal(strbuf_cstr(&a.value[0]), queue ? queue : "");
	assert_string_equal(strbuf_cstr(&a.value[1]), reason ? reason : "");
	arguments_release(&a);
}

static void a_name_the_command_knows_takes_a_word_or_a_string(void **state)
{
	(void)state;
	reads("miljö skäl=\"hör dit\"", "miljö", NULL, "hör dit");
	reads("skäl=jäv miljö", "miljö", NULL, "jäv");
	reads("skal=jäv queue=bygg", "", "bygg", "jäv");
	reads("REASON=\"han sade \\\"nej\\\"\"", "", NULL, "han sade \"nej\"");
	reads("skäl=", "", NULL, "");
	reads("", "", NULL, NULL);
}

static void text_that_is_no_option_is_left_as_it_was_typed(void **state)
{
	(void)state;
	reads("a = b och x=1", "a = b och x=1", NULL, NULL);
	reads("Han sade \"nej skäl=x\" till  oss", "Han sade \"nej skäl=x\" till  oss", NULL, NULL);
	reads("\"hör dit\"", "hör dit", NULL, NULL);
	reads("5\" rör", "5\" rör", NULL, NULL);
	reads("\"aldrig stängd", "\"aldrig stängd", NULL, NULL);
	reads("=x", "=x", NULL, NULL);
}

static void a_value_that_is_not_closed_is_pointed_at(void **state)
{
	struct arguments a = ARGUMENTS_INIT;
	int column = 0;

	(void)state;
	assert_false(arguments_read(&a, "miljö skäl=\"hör", names, 2, &column));
	assert_int_equal(column, 7);
	assert_false(arguments_read(&a, "kö=a kö=b", names, 2, &column));
	assert_int_equal(column, 6);
	arguments_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_case_is_marked_once_however_often_it_is_added),
		cmocka_unit_test(marks_come_out_in_the_order_they_were_set),
		cmocka_unit_test(a_dropped_mark_is_gone_and_the_others_stay),
		cmocka_unit_test(there_is_a_ceiling_and_what_was_marked_stays_under_it),
		cmocka_unit_test(a_name_the_command_knows_takes_a_word_or_a_string),
		cmocka_unit_test(text_that_is_no_option_is_left_as_it_was_typed),
		cmocka_unit_test(a_value_that_is_not_closed_is_pointed_at),
	};

	return cmocka_run_group_tests_name("marks", tests, NULL, NULL);
}
