/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "app/config.h"
#include "folder.h"

#include "base/banned.h"

static enum status reads(struct views *v, const char *digit, const char *value, struct err *why)
{
	return views_read(v, str_of(digit), str_of(value), why);
}

static void the_first_five_are_there_from_the_start(void **state)
{
	static const struct views none;

	(void)state;
	assert_string_equal(views_filter(&none, 1), "min öppen");
	assert_string_equal(views_filter(&none, 5), "");
	for (int i = 1; i <= 5; i++)
		assert_non_null(views_name(&none, i));
	for (int i = 6; i <= VIEWS_LAST; i++)
		assert_null(views_filter(&none, i));
	assert_null(views_name(&none, 0));
	assert_null(views_name(&none, 10));
}

static void an_own_view_has_a_name_and_a_filter(void **state)
{
	struct views v = { 0 };

	(void)state;
	assert_int_equal(reads(&v, "4", "Veckan: min frist:<7d", NULL), ST_OK);
	assert_string_equal(views_name(&v, 4), "Veckan");
	assert_string_equal(views_filter(&v, 4), "min frist:<7d");
	assert_int_equal(reads(&v, "9", "kö: allt", NULL), ST_OK);
	assert_string_equal(views_name(&v, 9), "kö");
}

static void a_line_that_is_no_view_is_refused_with_the_reason(void **state)
{
	static const struct {
		const char *digit, *value, *text;
	} wrong[] = {
		{ "3", "Mina: min", "4 to 9" },	       { "44", "Mina: min", "4 to 9" },
		{ "x", "Mina: min", "4 to 9" },	       { "4", "min", "NAME: FILTER" },
		{ "4", "kö:bygglov", "NAME: FILTER" }, { "4", "A: prioo:1", "column 1" },
		{ "4", "A: min (öppen", "column 5" },  { "4", ": min", "NAME: FILTER" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct views v = { 0 };
		struct err why = ERR_INIT;

		assert_int_equal(reads(&v, wrong[i].digit, wrong[i].value, &why), ST_BAD_INPUT);
		if (!strstr(why.text, wrong[i].text))
			fail_msg("%s: %s", wrong[i].value, why.text);
		assert_null(views_name(&v, 6));
	}
}

static void written(const char *before, int digit, const char *name, const char *filter,
		    const char *after)
{
	struct strbuf out = STRBUF_INIT;

	assert_true(views_write(&out, str_of(before), digit, name, filter));
	assert_string_equal(strbuf_cstr(&out), after);
	strbuf_release(&out);
}

static void a_view_takes_its_own_line_and_leaves_the_others(void **state)
{
	(void)state;
	written("", 4, "A", "min", "[views]\n4 = \"A: min\"\n");
	written("x = 1", 4, "A", "min", "x = 1\n\n[views]\n4 = \"A: min\"\n");
	written("[views]\n5 = B: ny\n[keys]\n4 = x\n", 4, "A", "\"a b\"",
		"[views]\n4 = \"A: \\\"a b\\\"\"\n5 = B: ny\n[keys]\n4 = x\n");
	written("[keys]\n4 = x\n[views]\n#4 = C: ny\n 4=B: ny\n4 = C: ny", 4, "A", "min",
		"[keys]\n4 = x\n[views]\n#4 = C: ny\n4 = \"A: min\"\n4 = C: ny\n");
}

static void a_saved_view_is_read_back_as_it_was(void **state)
{
	static const char *const filters[] = { "min", "\"två ord\" -ny", "text:\"a\\b\"", "" };
	char dir[FOLDER_PATH], path[FOLDER_PATH + 20], machine[FOLDER_PATH + 20];

	(void)state;
	folder_make(dir);
	snprintf(path, sizeof(path), "%s/own.conf", dir);
	snprintf(machine, sizeof(machine), "%s/machine.conf", dir);
	for (size_t i = 0; i < 4; i++) {
		struct config *c = calloc(1, sizeof(*c));
		struct views v = { 0 };
		struct err why = ERR_INIT;

		assert_non_null(c);
		*c = (struct config)CONFIG_INIT;
		assert_int_equal(views_save(&v, path, 7, "Å: \"hörnan\"", filters[i], &why),
				 ST_BAD_INPUT);
		assert_int_equal(views_save(&v, path, 7, "Å \"hörnan\"", filters[i], &why), ST_OK);
		assert_string_equal(views_filter(&v, 7), filters[i]);
		if (config_load(c, machine, path, &why) != ST_OK)
			fail_msg("%s", why.text);
		assert_string_equal(views_name(&c->views, 7), "Å \"hörnan\"");
		assert_string_equal(views_filter(&c->views, 7), filters[i]);
		config_release(c);
		free(c);
	}
	folder_drop(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_five_are_there_from_the_start),
		cmocka_unit_test(an_own_view_has_a_name_and_a_filter),
		cmocka_unit_test(a_line_that_is_no_view_is_refused_with_the_reason),
		cmocka_unit_test(a_view_takes_its_own_line_and_leaves_the_others),
		cmocka_unit_test(a_saved_view_is_read_back_as_it_was),
	};

	return cmocka_run_group_tests_name("views", tests, NULL, NULL);
}
