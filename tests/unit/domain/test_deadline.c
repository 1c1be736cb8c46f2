/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "domain/deadline.h"

#include "base/banned.h"

static void spans_are_read_as_they_are_written(void **state)
{
	static const struct {
		const char *text;
		int count;
		enum span_unit unit;
	} good[] = {
		{ "70 days", 70, SPAN_DAYS },
		{ "1 day", 1, SPAN_DAYS },
		{ "10 working-days", 10, SPAN_WORKING_DAYS },
		{ "1 working-day", 1, SPAN_WORKING_DAYS },
		{ "3 weeks", 3, SPAN_WEEKS },
		{ "6  months", 6, SPAN_MONTHS },
		{ "0 days", 0, SPAN_DAYS },
		{ "3660 days", 3660, SPAN_DAYS },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct span s;

		assert_true(span_parse(&s, str_of(good[i].text)));
		assert_int_equal(s.count, good[i].count);
		assert_int_equal(s.unit, good[i].unit);
	}
}

static void malformed_spans_are_refused(void **state)
{
	static const char *const bad[] = { "",		 "70",	      "70 ",
					   "70days",	 "days",      "-1 days",
					   "+1 days",	 "3661 days", "99999999999999999999 days",
					   "1.5 months", "3 years",   "3 Weeks",
					   "3 weeks ",	 " 3 weeks" };
	struct span s;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(span_parse(&s, str_of(bad[i])));
}

static void a_deadline_is_counted_from_the_day_after(void **state)
{
	static const struct {
		const char *from, *span, *exact, *moved;
	} cases[] = {
		{ "2026-11-23", "70 days", "2027-02-01", "2027-02-01" },
		{ "2026-11-23", "3 weeks", "2026-12-14", "2026-12-14" },
		{ "2026-12-03", "3 weeks", "2026-12-24", "2026-12-28" },
		{ "2026-08-31", "6 months", "2027-02-28", "2027-03-01" },
		{ "2026-11-23", "1 month", "2026-12-23", "2026-12-23" },
		{ "2026-05-28", "22 days", "2026-06-19", "2026-06-22" },
		{ "2026-11-23", "0 days", "2026-11-23", "2026-11-23" },
		{ "2026-12-22", "3 working-days", "2026-12-29", "2026-12-29" },
		{ "2026-04-02", "1 working-day", "2026-04-07", "2026-04-07" },
		{ "2026-11-28", "0 working-days", "2026-11-28", "2026-11-30" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct span s;
		struct day from;
		char out[DAY_TEXT];

		assert_true(span_parse(&s, str_of(cases[i].span)));
		assert_true(day_parse(&from, str_of(cases[i].from)));
		day_format(out, deadline_after(from, s, false));
		assert_string_equal(out, cases[i].exact);
		day_format(out, deadline_after(from, s, true));
		assert_string_equal(out, cases[i].moved);
	}
}

static void a_moved_deadline_is_a_working_day_and_at_most_five_days_later(void **state)
{
	(void)state;
	for (struct day d = { 2000, 1, 1 }; d.y <= 2100; d = day_add(d, 1)) {
		struct span s = { 21, SPAN_DAYS };
		struct day exact = deadline_after(d, s, false);
		struct day moved = deadline_after(d, s, true);

		assert_int_equal(days_left(d, exact), 21);
		assert_true(is_working_day(moved));
		assert_in_range(days_left(exact, moved), 0, 5);
	}
}

static void days_left_are_negative_when_overdue(void **state)
{
	struct day today = { 2026, 11, 23 };

	(void)state;
	assert_int_equal(days_left(today, today), 0);
	assert_int_equal(days_left(today, (struct day){ 2026, 11, 24 }), 1);
	assert_true(days_left(today, (struct day){ 2026, 11, 3 }) == -20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spans_are_read_as_they_are_written),
		cmocka_unit_test(malformed_spans_are_refused),
		cmocka_unit_test(a_deadline_is_counted_from_the_day_after),
		cmocka_unit_test(a_moved_deadline_is_a_working_day_and_at_most_five_days_later),
		cmocka_unit_test(days_left_are_negative_when_overdue),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
