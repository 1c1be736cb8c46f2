/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "domain/calendar.h"

#include "base/banned.h"

static struct day D(const char *text) {
	struct day d = { 0, 0, 0 };

	if (!day_parse(&d, str_of(text)))
		fail_msg("\"%s\" is no day", text);
	return d;
}

static void
assert_day(struct day d, const char *text)
{
	char out[DAY_TEXT];

	day_format(out, d);
	assert_string_equal(out, text);
}

static void text_that_is_no_day_is_refused(void **state)
{
	static const char *const bad[] = {
		"",	      "2026",	    "2026-1-01",   "2026-01-1",	 "2026/01/01",
		"2026-13-01", "2026-00-01", "2026-01-00",  "2026-04-31", "2026-02-29",
		"2100-02-29", "0000-01-01", "2026-01-01 ", "+026-01-01", "2026-01-0a",
		"20260-01-1"
	};
	struct day d = { 1, 2, 3 };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(day_parse(&d, str_of(bad[i])));
	assert_int_equal(d.y, 1);
	for (int m = 1; m <= 12; m++) {
		struct day last = day_add(day_add_months((struct day){ 2026, m, 1 }, 1), -1);

		assert_true(day_valid(last));
		last.d++;
		assert_false(day_valid(last));
	}
	assert_true(day_parse(&d, str_of("2000-02-29")));
	assert_false(day_valid((struct day){ 10000, 1, 1 }));
}

/* Every day of the century, counted by hand beside the computation. */
static void days_numbers_weekdays_and_weeks_run_on_without_a_gap(void **state)
{
	int64_t n = day_number(D("2000-01-01"));
	struct day d = D("2000-01-01");
	int weekday = 6; /* a Saturday */
	int week = 52;	 /* of 1999 */

	(void)state;
	assert_int_equal(n, 10957);
	while (d.y <= 2100) {
		int week_year;
		struct day next = day_from_number(n + 1);

		assert_true(day_valid(d));
		assert_int_equal(day_number(d), n);
		assert_int_equal(day_weekday(d), weekday);
		assert_int_equal(day_week(d, &week_year), week);
		assert_true(week_year == d.y || (d.m == 1 && week >= 52)
			    || (d.m == 12 && week == 1));
		assert_true((next.d == d.d + 1 && next.m == d.m && next.y == d.y)
			    || (next.d == 1 && (next.m == d.m + 1 || (d.m == 12 && next.m == 1))));
		d = next;
		n++;
		weekday = weekday % 7 + 1;
		/* The week of a Monday: the one that holds 4 January is the first. */
		if (weekday == 1 && ((d.m == 12 && d.d >= 29) || (d.m == 1 && d.d <= 4)))
			week = 1;
		else if (weekday == 1)
			week++;
	}
}

static void days_before_1970_are_counted_too(void **state)
{
	(void)state;
	assert_int_equal(day_number(D("1970-01-01")), 0);
	assert_int_equal(day_number(D("1969-12-31")), -1);
	assert_day(day_from_number(-719162), "0001-01-01");
	assert_int_equal(day_weekday(D("1969-12-31")), 3);
	assert_int_equal(day_weekday(D("1900-01-01")), 1);
	for (int i = 0; i < 7; i++)
		assert_int_equal(day_weekday(day_add(D("1900-01-01"), i)), i + 1);
	assert_day(day_add(D("2026-03-01"), -1), "2026-02-28");
}

static void weeks_at_the_turn_of_the_year_are_as_iso_8601_says(void **state)
{
	static const struct {
		const char *day;
		int week, year;
	} cases[] = {
		{ "2004-12-31", 53, 2004 }, { "2005-01-02", 53, 2004 }, { "2008-12-29", 1, 2009 },
		{ "2010-01-03", 53, 2009 }, { "2026-01-01", 1, 2026 },	{ "2026-12-31", 53, 2026 },
		{ "2027-01-03", 53, 2026 }, { "2026-11-23", 48, 2026 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int year;

		assert_int_equal(day_week(D(cases[i].day), &year), cases[i].week);
		assert_int_equal(year, cases[i].year);
		assert_int_equal(day_week(D(cases[i].day), NULL), cases[i].week);
	}
}

static void months_end_on_the_last_day_of_a_shorter_month(void **state)
{
	(void)state;
	assert_day(day_add_months(D("2026-08-31"), 6), "2027-02-28");
	assert_day(day_add_months(D("2027-08-31"), 6), "2028-02-29");
	assert_day(day_add_months(D("2026-01-31"), 1), "2026-02-28");
	assert_day(day_add_months(D("2026-05-31"), 1), "2026-06-30");
	assert_day(day_add_months(D("2026-11-23"), 6), "2027-05-23");
	assert_day(day_add_months(D("2026-12-15"), 1), "2027-01-15");
	assert_day(day_add_months(D("2026-11-30"), 12), "2027-11-30");
	assert_day(day_add_months(D("2026-01-31"), -2), "2025-11-30");
	/* Behind the year 0 as well, where there is nothing to show. */
	assert_int_equal(day_add_months((struct day){ 1, 1, 31 }, -14).m, 11);
	assert_int_equal(day_add_months((struct day){ 1, 1, 31 }, -14).d, 30);
	assert_day(day_add_months(D("2026-01-15"), 0), "2026-01-15");
}

static void easter_falls_where_the_almanac_has_it(void **state)
{
	static const char *const known[] = { "2000-04-23", "2001-04-15", "2005-03-27", "2008-03-23",
					     "2011-04-24", "2016-03-27", "2019-04-21", "2024-03-31",
					     "2025-04-20", "2026-04-05", "2027-03-28", "2038-04-25",
					     "2049-04-18", "2076-04-19", "2100-03-28" };

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		assert_day(easter(D(known[i]).y), known[i]);
}

static bool named(struct day d, const char *name)
{
	const char *got = holiday_name(d);

	return got && strcmp(got, name) == 0;
}

static void every_year_has_its_holidays_on_their_weekdays(void **state)
{
	(void)state;
	for (int y = 2000; y <= 2100; y++) {
		struct day e = easter(y);
		int count = 0, sundays = 0;

		assert_int_equal(day_weekday(e), 7);
		assert_true(day_number(e) >= day_number((struct day){ y, 3, 22 }));
		assert_true(day_number(e) <= day_number((struct day){ y, 4, 25 }));
		assert_true(named(day_add(e, -2), "Långfredagen"));
		assert_true(named(day_add(e, 1), "Annandag påsk"));
		assert_true(named(day_add(e, 39), "Kristi himmelsfärdsdag"));
		assert_int_equal(day_weekday(day_add(e, 39)), 4);
		for (struct day d = { y, 1, 1 }; d.y == y; d = day_add(d, 1)) {
			const char *name = holiday_name(d);

			count += name != NULL;
			sundays += day_weekday(d) == 7;
			assert_true(!name || !is_working_day(d));
			assert_true(day_weekday(d) < 6 || !is_working_day(d));
			if (!name)
				continue;
			if (strcmp(name, "Midsommarafton") == 0)
				assert_true(d.m == 6 && d.d >= 19 && d.d <= 25
					    && day_weekday(d) == 5);
			if (strcmp(name, "Midsommardagen") == 0)
				assert_true(d.m == 6 && d.d >= 20 && d.d <= 26
					    && day_weekday(d) == 6);
			if (strcmp(name, "Alla helgons dag") == 0)
				assert_true(
					day_weekday(d) == 6
					&& ((d.m == 10 && d.d == 31) || (d.m == 11 && d.d <= 6)));
		}
		/* Sixteen, less one where two fall on one day (1 May, 6 June). */
		assert_true(count == 15 || count == 16);
		assert_true(sundays == 52 || sundays == 53);
	}
}

static void whit_monday_gave_way_to_the_national_day_in_2005(void **state)
{
	(void)state;
	assert_true(named(D("2004-05-31"), "Annandag pingst"));
	assert_null(holiday_name(D("2005-05-16")));
	assert_null(holiday_name(D("2003-06-06")));
	assert_true(is_working_day(D("2003-06-06")));
	assert_true(named(D("2005-06-06"), "Sveriges nationaldag"));
}

static void the_next_working_day_skips_weekends_and_eves(void **state)
{
	(void)state;
	assert_day(next_working_day(D("2026-11-23")), "2026-11-23");
	assert_day(next_working_day(D("2026-11-28")), "2026-11-30");
	assert_day(next_working_day(D("2026-12-24")), "2026-12-28");
	assert_day(next_working_day(D("2026-12-31")), "2027-01-04");
	assert_day(next_working_day(D("2026-06-19")), "2026-06-22");
	assert_day(next_working_day(D("2026-04-03")), "2026-04-07");
	assert_day(next_working_day(D("2027-05-06")), "2027-05-07");
}

static int64_t at(const char *text)
{
	int64_t ms = 0;

	assert_true(instant_parse(&ms, str_of(text)));
	return ms;
}

static void assert_stockholm(const char *utc, const char *day, int hour, int minute)
{
	int h = -1, m = -1;

	assert_day(day_in_stockholm(at(utc), &h, &m), day);
	assert_int_equal(h, hour);
	assert_int_equal(m, minute);
}

static void stockholm_is_one_hour_ahead_and_two_in_summer(void **state)
{
	(void)state;
	assert_stockholm("2026-11-23T08:40:00Z", "2026-11-23", 9, 40);
	assert_stockholm("2026-11-22T23:30:00Z", "2026-11-23", 0, 30);
	assert_stockholm("2026-07-01T21:59:59.999Z", "2026-07-01", 23, 59);
	assert_stockholm("2026-07-01T22:00:00Z", "2026-07-02", 0, 0);
	assert_stockholm("2026-03-29T00:59:59Z", "2026-03-29", 1, 59);
	assert_stockholm("2026-03-29T01:00:00Z", "2026-03-29", 3, 0);
	assert_stockholm("2026-10-25T00:59:59Z", "2026-10-25", 2, 59);
	assert_stockholm("2026-10-25T01:00:00Z", "2026-10-25", 2, 0);
	assert_stockholm("2027-03-28T01:00:00Z", "2027-03-28", 3, 0);
	assert_stockholm("2026-12-31T23:00:00Z", "2027-01-01", 0, 0);
	assert_day(day_in_stockholm(-1, NULL, NULL), "1970-01-01");
	assert_day(day_in_stockholm(-3600001, NULL, NULL), "1969-12-31");
}

static void midnight_in_stockholm_begins_its_day_for_a_century(void **state)
{
	(void)state;
	for (struct day d = { 2000, 1, 1 }; d.y <= 2100; d = day_add(d, 1)) {
		int64_t ms = stockholm_midnight(d);
		int64_t length = stockholm_midnight(day_add(d, 1)) - ms;
		int h = -1, m = -1;
		struct day got = day_in_stockholm(ms, &h, &m);

		assert_int_equal(day_number(got), day_number(d));
		assert_true(h == 0 && m == 0);
		got = day_in_stockholm(ms - 1, NULL, NULL);
		assert_int_equal(day_number(got), day_number(d) - 1);
		if (length != 24 * 3600000)
			assert_true(day_weekday(d) == 7
				    && length == (d.m == 3 ? 23 : 25) * INT64_C(3600000));
	}
}

/* The file's lists of days, read by a scanner that knows only its form:
 * "YYYY": ["YYYY-MM-DD", ...]. */
static char *read_vectors(void)
{
	const char *dir = getenv("SLUSS_DATA");
	char path[4096];
	char *text;
	size_t n;
	FILE *f;

	if (!dir) {
		print_message("SLUSS_DATA is not set: the holiday vectors are not here\n");
		skip();
	}
	snprintf(path, sizeof(path), "%s/vectors/holidays-se.json", dir);
	f = fopen(path, "r");
	if (!f)
		fail_msg("%s cannot be opened", path);
	text = calloc(1, 1 << 20);
	assert_non_null(text);
	n = fread(text, 1, (1 << 20) - 1, f);
	fclose(f);
	assert_true(n > 1000);
	return text;
}

static void holidays_are_those_of_an_independent_computation(void **state)
{
	char *text = read_vectors();
	int years = 0;

	(void)state;
	for (int y = 2005; y <= 2100; y++) {
		char key[16], day[16];
		const char *from, *end;

		snprintf(key, sizeof(key), "\"%d\": [", y);
		from = strstr(text, key);
		assert_non_null(from);
		end = strchr(from, ']');
		assert_non_null(end);
		years++;
		for (struct day d = { y, 1, 1 }; d.y == y; d = day_add(d, 1)) {
			const char *hit;
			bool listed;

			snprintf(day, sizeof(day), "\"%04d-%02d-%02d\"", d.y, d.m, d.d);
			hit = strstr(from, day);
			listed = hit && hit < end;
			if (listed != (holiday_name(d) != NULL))
				fail_msg("%s is %s", day, listed ? "a holiday" : "no holiday");
			assert_int_equal(is_working_day(d), !listed && day_weekday(d) <= 5);
		}
	}
	assert_int_equal(years, 96);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_that_is_no_day_is_refused),
		cmocka_unit_test(days_numbers_weekdays_and_weeks_run_on_without_a_gap),
		cmocka_unit_test(days_before_1970_are_counted_too),
		cmocka_unit_test(weeks_at_the_turn_of_the_year_are_as_iso_8601_says),
		cmocka_unit_test(months_end_on_the_last_day_of_a_shorter_month),
		cmocka_unit_test(easter_falls_where_the_almanac_has_it),
		cmocka_unit_test(every_year_has_its_holidays_on_their_weekdays),
		cmocka_unit_test(whit_monday_gave_way_to_the_national_day_in_2005),
		cmocka_unit_test(the_next_working_day_skips_weekends_and_eves),
		cmocka_unit_test(stockholm_is_one_hour_ahead_and_two_in_summer),
		cmocka_unit_test(midnight_in_stockholm_begins_its_day_for_a_century),
		cmocka_unit_test(holidays_are_those_of_an_independent_computation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
