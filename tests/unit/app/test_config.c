/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "app/config.h"
#include "folder.h"

#include "base/banned.h"

struct files {
	char dir[FOLDER_PATH];
	char machine[FOLDER_PATH + 20], own[FOLDER_PATH + 20];
	struct config c;
};

static int setup(void **state)
{
	struct files *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	folder_make(f->dir);
	snprintf(f->machine, sizeof(f->machine), "%s/machine.conf", f->dir);
	snprintf(f->own, sizeof(f->own), "%s/own.conf", f->dir);
	f->c = (struct config)CONFIG_INIT;
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct files *f = *state;

	config_release(&f->c);
	folder_drop(f->dir);
	free(f);
	return 0;
}

static void without_files_all_is_as_shipped(void **state)
{
	struct files *f = *state;

	assert_int_equal(config_load(&f->c, f->machine, f->own, NULL), ST_OK);
	assert_false(f->c.read[0] || f->c.read[1]);
	assert_string_equal(options_text(&f->c.options, OPT_DECIDE_OFFLINE), "confirm");
}

static void the_officers_own_file_has_the_last_word(void **state)
{
	struct files *f = *state;

	folder_file(f->dir, "machine.conf", "decide.offline = deny\nwait.seconds = 5\n");
	folder_file(f->dir, "own.conf", "decide.offline = allow\n");
	assert_int_equal(config_load(&f->c, f->machine, f->own, NULL), ST_OK);
	assert_string_equal(options_text(&f->c.options, OPT_DECIDE_OFFLINE), "allow");
	assert_int_equal(options_number(&f->c.options, OPT_WAIT_SECONDS), 5);
	assert_non_null(strstr(f->c.options.source[OPT_DECIDE_OFFLINE], "own.conf:1:1"));
}

static void a_section_is_the_first_part_of_a_name(void **state)
{
	struct files *f = *state;

	folder_file(f->dir, "own.conf",
		    "[decide]\noffline = deny\n[sign]\nunattended = \"allow\"\n");
	assert_int_equal(config_load(&f->c, f->machine, f->own, NULL), ST_OK);
	assert_string_equal(options_text(&f->c.options, OPT_DECIDE_OFFLINE), "deny");
	assert_string_equal(options_text(&f->c.options, OPT_SIGN_UNATTENDED), "allow");
}

static void a_wrong_value_is_placed_by_file_line_and_column(void **state)
{
	struct files *f = *state;
	struct err why = ERR_INIT;

	folder_file(f->dir, "own.conf", "# åäö\n\n  sign.unattended =  kanske\n");
	assert_int_equal(config_load(&f->c, f->machine, f->own, &why), ST_BAD_INPUT);
	assert_non_null(strstr(why.text, "own.conf:3:22: "));
	assert_non_null(strstr(why.text, "allow deny"));
}

static void every_mistake_is_told_and_a_theme_that_is_not_there_is_one(void **state)
{
	struct files *f = *state;
	struct err why = ERR_INIT;

	folder_file(f->dir, "own.conf",
		    "screen.theme = nonsense\nlock.minutes = 5\ndecide.offline = maybe\n");
	assert_int_equal(config_load(&f->c, f->machine, f->own, &why), ST_BAD_INPUT);
	assert_non_null(strstr(why.text, "own.conf:1:16: screen.theme"));
	assert_int_equal(f->c.mistake_count, 2);
	assert_non_null(strstr(f->c.mistakes[1], "own.conf:3:18: decide.offline"));
	assert_int_equal(options_number(&f->c.options, OPT_LOCK_MINUTES), 5);
}

static void an_unknown_name_is_a_warning_and_the_rest_counts(void **state)
{
	struct files *f = *state;

	folder_file(f->dir, "own.conf", "# å\n   decide.onlin = x\nwait.seconds = 7\n");
	assert_int_equal(config_load(&f->c, f->machine, f->own, NULL), ST_OK);
	assert_int_equal(f->c.warning_count, 1);
	assert_non_null(strstr(f->c.warnings[0], "own.conf:2:4: "));
	assert_int_equal(options_number(&f->c.options, OPT_WAIT_SECONDS), 7);
}

static void a_thousand_warnings_are_bounded(void **state)
{
	struct files *f = *state;
	struct strbuf text = STRBUF_INIT;

	for (int i = 0; i < 1000; i++)
		strbuf_adds(&text, "no.such.thing = 1\n");
	folder_file(f->dir, "own.conf", strbuf_cstr(&text));
	strbuf_release(&text);
	assert_int_equal(config_load(&f->c, f->machine, f->own, NULL), ST_OK);
	assert_int_equal(f->c.warning_count, CONFIG_WARNINGS);
}

static void keys_are_kept_for_the_registry_with_their_place(void **state)
{
	struct files *f = *state;

	folder_file(f->dir, "own.conf", "[keys]\nclaim = x\nletters = no\nroute = \"g o\"\n");
	assert_int_equal(config_load(&f->c, f->machine, f->own, NULL), ST_OK);
	assert_int_equal(f->c.binding_count, 2);
	assert_string_equal(f->c.bindings[0].name, "claim");
	assert_string_equal(f->c.bindings[1].keys, "g o");
	assert_non_null(strstr(f->c.bindings[1].where, "own.conf:4:1"));
	assert_false(options_yes(&f->c.options, OPT_LETTER_KEYS));
}

static void text_that_is_not_utf8_is_an_error_with_its_place(void **state)
{
	struct files *f = *state;
	struct err why = ERR_INIT;

	folder_file(f->dir, "own.conf", "editor = vi\xff\n");
	assert_int_equal(config_load(&f->c, f->machine, f->own, &why), ST_BAD_INPUT);
	assert_non_null(strstr(why.text, "own.conf:1:12: "));
}

static void a_folder_in_the_files_place_is_an_error(void **state)
{
	struct files *f = *state;
	struct err why = ERR_INIT;

	assert_int_equal(config_load(&f->c, f->machine, f->dir, &why), ST_BROKEN);
	assert_string_equal(why.code, "conf-read");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(without_files_all_is_as_shipped, setup, teardown),
		cmocka_unit_test_setup_teardown(the_officers_own_file_has_the_last_word, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_section_is_the_first_part_of_a_name, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_wrong_value_is_placed_by_file_line_and_column,
						setup, teardown),
		cmocka_unit_test_setup_teardown(
			every_mistake_is_told_and_a_theme_that_is_not_there_is_one, setup,
			teardown),
		cmocka_unit_test_setup_teardown(an_unknown_name_is_a_warning_and_the_rest_counts,
						setup, teardown),
		cmocka_unit_test_setup_teardown(a_thousand_warnings_are_bounded, setup, teardown),
		cmocka_unit_test_setup_teardown(keys_are_kept_for_the_registry_with_their_place,
						setup, teardown),
		cmocka_unit_test_setup_teardown(text_that_is_not_utf8_is_an_error_with_its_place,
						setup, teardown),
		cmocka_unit_test_setup_teardown(a_folder_in_the_files_place_is_an_error, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
