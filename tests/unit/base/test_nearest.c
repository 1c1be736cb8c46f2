/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/nearest.h"

#include "base/banned.h"

static const char *meant(const char *typed)
{
	static const char *const names[] = { "list", NULL, "claim",	    "lint",
					     "",     "ta", "screen.preview" };
	struct nearest n;

	nearest_start(&n, str_of(typed));
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		nearest_offer(&n, names[i]);
	return n.best;
}

static void a_misspelt_name_finds_the_nearest_and_the_first_of_two(void **state)
{
	(void)state;
	assert_string_equal(meant("claim"), "claim");
	assert_string_equal(meant("CLIAM"), "claim");
	assert_string_equal(meant("lst"), "list");
	assert_string_equal(meant("lixt"), "list");
	assert_string_equal(meant("lin"), "lint");
	assert_string_equal(meant("screen.pewiev"), "screen.preview");
}

static void what_has_little_in_common_is_not_offered(void **state)
{
	(void)state;
	assert_null(meant(""));
	assert_null(meant("x"));
	assert_null(meant("xy"));
	assert_null(meant("clxyz"));
	assert_null(meant("lists of lists of lists of lists of lists of lists"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_misspelt_name_finds_the_nearest_and_the_first_of_two),
		cmocka_unit_test(what_has_little_in_common_is_not_offered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
