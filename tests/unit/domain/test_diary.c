/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "domain/diary.h"

#include "base/banned.h"

static void diary_numbers_are_read_in_every_spelling(void **state)
{
	static const struct {
		const char *text, *committee;
		int year;
		int64_t number;
		const char *out;
	} good[] = {
		{ "BN 2026-1042", "BN", 2026, 1042, "BN 2026-1042" },
		{ "BN2026-1042", "BN", 2026, 1042, "BN 2026-1042" },
		{ "bn 2026-1042", "BN", 2026, 1042, "BN 2026-1042" },
		{ "öfn  2026-7", "ÖFN", 2026, 7, "ÖFN 2026-7" },
		{ "ÅÄÖåäö2026-7", "ÅÄÖÅÄÖ", 2026, 7, "ÅÄÖÅÄÖ 2026-7" },
		{ "2026-1042", "", 2026, 1042, "2026-1042" },
		{ "1042", "", 0, 1042, "1042" },
		{ "bn31", "BN", 0, 31, "BN 31" },
		{ "bn 31", "BN", 0, 31, "BN 31" },
		{ "BN 31", "BN", 0, 31, "BN 31" },
		{ "bn2026-31", "BN", 2026, 31, "BN 2026-31" },
		{ " 1042 ", "", 0, 1042, "1042" },
		{ "BN 2026-0042", "BN", 2026, 42, "BN 2026-42" },
		{ "AZaz 2026-9", "AZAZ", 2026, 9, "AZAZ 2026-9" },
		{ "B 1900-1", "B", 1900, 1, "B 1900-1" },
		{ "B 2999-1", "B", 2999, 1, "B 2999-1" },
		{ "999999999999", "", 0, INT64_C(999999999999), "999999999999" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct diary_no d;
		char out[DIARY_MAX];

		assert_true(diary_parse(&d, str_of(good[i].text)));
		assert_string_equal(d.committee, good[i].committee);
		assert_int_equal(d.year, good[i].year);
		assert_true(d.number == good[i].number);
		diary_format(out, &d);
		assert_string_equal(out, good[i].out);
	}
}

static void what_is_no_diary_number_is_refused(void **state)
{
	static const char *const bad[] = { "",
					   " ",
					   "BN",
					   "Ekvägen 4",
					   "BN 2026-",
					   "BN 2026-0",
					   "0",
					   "-1",
					   "2026-1042x",
					   "BN 26-1042",
					   "BN-2026-1042",
					   "BN 2026 1042",
					   "BN 20261-1",
					   "1234567890123",
					   "BN 2026-1234567890123",
					   "ABCDEFGHIJKLMNOP 2026-1",
					   "B\xff 2026-1",
					   "É 2026-1",
					   "2026--1",
					   "1899-1",
					   "3000-1" };
	struct diary_no d = { .number = 5 };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (diary_parse(&d, str_of(bad[i])))
			fail_msg("\"%s\" was taken", bad[i]);
	assert_int_equal(d.number, 5);
}

static void the_longest_number_fits_and_reads_back(void **state)
{
	struct diary_no d, back;
	char out[DIARY_MAX];

	(void)state;
	assert_true(diary_parse(&d, str_of("ABCDEFGHIJKLMNO 2026-999999999999")));
	diary_format(out, &d);
	assert_true(diary_parse(&back, str_of(out)));
	assert_memory_equal(&back.committee, &d.committee, strlen(d.committee) + 1);
	assert_true(back.number == d.number && back.year == d.year);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(diary_numbers_are_read_in_every_spelling),
		cmocka_unit_test(what_is_no_diary_number_is_refused),
		cmocka_unit_test(the_longest_number_fits_and_reads_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
