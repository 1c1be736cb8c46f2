/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "app/days.h"

#include "base/banned.h"

static const struct day today = { 2026, 11, 23 };

static void typed_is(const char *typed, const char *wanted)
{
	char out[DAY_TEXT];

	assert_int_equal(day_typed(out, typed, today, NULL), ST_OK);
	assert_string_equal(out, wanted);
}

static void refused(const char *typed, const char *code)
{
	struct err why = ERR_INIT;
	char out[DAY_TEXT] = "x";

	assert_int_equal(day_typed(out, typed, today, &why), ST_BAD_INPUT);
	assert_string_equal(why.code, code);
	assert_string_equal(out, "");
}

static void a_day_is_taken_in_every_form_people_type(void **state)
{
	(void)state;
	typed_is("2026-12-01", "2026-12-01");
	typed_is("idag", "2026-11-23");
	typed_is("tomorrow", "2026-11-24");
	typed_is("+14", "2026-12-07");
	typed_is("+14d", "2026-12-07");
	typed_is("2v", "2026-12-07");
	typed_is("-3d", "2026-11-20");
	typed_is("+1m", "2026-12-23");
	typed_is("v49", "2026-11-30");
	typed_is("w48", "2026-11-23");
	typed_is("v2", "2027-01-11");
}

static void what_is_no_day_says_which_way(void **state)
{
	(void)state;
	refused("2026-02-30", "day-none");
	refused("+9999d", "day-far");
	refused("+600v", "day-far");
	refused("-999999999999999999999d", "day-far");
	refused("14", "day");
	refused("v54", "day");
	refused("+14dd", "day");
	refused("", "day");
	refused("snart", "day");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_day_is_taken_in_every_form_people_type),
		cmocka_unit_test(what_is_no_day_says_which_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
