/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "conf/options.h"

#include "base/banned.h"

static void every_default_is_a_value_of_its_option(void **state)
{
	(void)state;
	for (int i = 0; i < OPT_COUNT; i++) {
		struct options o = OPTIONS_INIT;
		struct err why = ERR_INIT;
		const struct option_def *d = option_def((enum option)i);

		assert_non_null(d->name);
		assert_non_null(d->help);
		assert_int_equal(options_set(&o, str_of(d->name), str_of(d->otherwise), NULL, &why),
				 ST_OK);
	}
}

static void what_no_file_sets_has_its_default(void **state)
{
	struct options o = OPTIONS_INIT;

	(void)state;
	assert_string_equal(options_text(&o, OPT_DECIDE_OFFLINE), "confirm");
	assert_true(options_is(&o, OPT_SIGN_UNATTENDED, "deny"));
	assert_int_equal(options_number(&o, OPT_WAIT_SECONDS), 30);
	assert_true(options_yes(&o, OPT_SCREEN_PREVIEW));
}

static void a_value_that_is_none_of_the_choices_is_refused_with_them(void **state)
{
	struct options o = OPTIONS_INIT;
	struct err why = ERR_INIT;

	(void)state;
	assert_int_equal(options_set(&o, str_of("decide.offline"), str_of("maybe"), NULL, &why),
			 ST_BAD_INPUT);
	assert_string_equal(why.code, "field-malformed");
	assert_non_null(strstr(why.text, "allow confirm deny"));
	assert_false(o.set[OPT_DECIDE_OFFLINE]);
}

static void half_a_choice_is_no_choice(void **state)
{
	struct options o = OPTIONS_INIT;

	(void)state;
	assert_int_equal(options_set(&o, str_of("decide.offline"), str_of("all"), NULL, NULL),
			 ST_BAD_INPUT);
	assert_int_equal(
		options_set(&o, str_of("decide.offline"), str_of("allow confirm"), NULL, NULL),
		ST_BAD_INPUT);
	assert_int_equal(options_set(&o, str_of("decide.offline"), str_of(""), NULL, NULL),
			 ST_BAD_INPUT);
}

static void a_number_outside_its_span_is_refused_with_it(void **state)
{
	static const char *const wrong[] = { "4", "301", "-1", "1e2", "", " 30", "9999999999" };
	struct options o = OPTIONS_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct err why = ERR_INIT;

		assert_int_equal(
			options_set(&o, str_of("central.timeout"), str_of(wrong[i]), NULL, &why),
			ST_BAD_INPUT);
		assert_non_null(strstr(why.text, "from 5 to 300"));
	}
	assert_int_equal(options_set(&o, str_of("central.timeout"), str_of("300"), NULL, NULL),
			 ST_OK);
	assert_int_equal(options_number(&o, OPT_CENTRAL_TIMEOUT), 300);
}

static void a_misspelt_name_brings_the_nearest(void **state)
{
	struct options o = OPTIONS_INIT;
	struct err why = ERR_INIT;

	(void)state;
	assert_int_equal(options_set(&o, str_of("sign.unatended"), str_of("allow"), NULL, &why),
			 ST_BAD_INPUT);
	assert_string_equal(why.code, "field-unknown");
	assert_non_null(strstr(why.text, "sign.unattended"));
}

/* The example tells each option with its default, commented out. */
static void the_shipped_file_shows_every_option(void **state)
{
	FILE *f = fopen("conf/sluss.conf", "re");
	char line[300];
	int seen = 0;

	(void)state;
	if (!f) {
		print_message("conf/sluss.conf: run from the project's folder\n");
		skip();
	}
	while (fgets(line, sizeof(line), f)) {
		char *eq = strchr(line, '=');
		enum option o;
		size_t n;

		if (line[0] != '#' || line[1] == ' ' || !eq || strchr(line, '['))
			continue;
		n = (size_t)(eq - line) - 1;
		while (n && line[n] == ' ')
			n--;
		if (!option_find(&o, (struct str){ line + 1, n }))
			continue;
		eq += 1 + strspn(eq + 1, " ");
		eq[strcspn(eq, "\n")] = '\0';
		assert_string_equal(eq, option_def(o)->otherwise);
		seen++;
	}
	fclose(f);
	assert_int_equal(seen, OPT_COUNT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_default_is_a_value_of_its_option),
		cmocka_unit_test(what_no_file_sets_has_its_default),
		cmocka_unit_test(a_value_that_is_none_of_the_choices_is_refused_with_them),
		cmocka_unit_test(half_a_choice_is_no_choice),
		cmocka_unit_test(a_number_outside_its_span_is_refused_with_it),
		cmocka_unit_test(a_misspelt_name_brings_the_nearest),
		cmocka_unit_test(the_shipped_file_shows_every_option),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
