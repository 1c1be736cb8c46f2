/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/instant.h"

#include "base/banned.h"

static void instants_are_read_with_any_offset_and_written_in_utc(void **state)
{
	static const struct {
		const char *in;
		int64_t ms;
		const char *out;
	} good[] = {
		{ "1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00.000Z" },
		{ "2026-11-23T08:40:00.123Z", INT64_C(1795423200123), "2026-11-23T08:40:00.123Z" },
		{ "2026-11-23T09:40:00.123+01:00", INT64_C(1795423200123),
		  "2026-11-23T08:40:00.123Z" },
		{ "2026-11-22T20:10:00.1-12:30", INT64_C(1795423200100),
		  "2026-11-23T08:40:00.100Z" },
		{ "2026-11-23t08:40:00.123999999z", INT64_C(1795423200123),
		  "2026-11-23T08:40:00.123Z" },
		{ "2000-02-29T23:59:59.999Z", INT64_C(951868799999), "2000-02-29T23:59:59.999Z" },
		{ "2016-12-31T23:59:60Z", INT64_C(1483228800000), "2017-01-01T00:00:00.000Z" },
		{ "9999-12-31T23:59:59.999Z", INT64_C(253402300799999),
		  "9999-12-31T23:59:59.999Z" },
		{ "2026-11-23T08:40:00-00:00", INT64_C(1795423200000), "2026-11-23T08:40:00.000Z" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		char out[INSTANT_TEXT];
		int64_t ms = -1;

		assert_true(instant_parse(&ms, str_of(good[i].in)));
		assert_true(ms == good[i].ms);
		instant_format(out, ms);
		assert_string_equal(out, good[i].out);
	}
}

static void malformed_instants_are_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"2026",
		"2026-11-23",
		"2026-11-23T08:40Z",
		"2026-11-23T08:40:00",
		"2026-11-23 08:40:00Z",
		"2026-11-23T24:00:00Z",
		"2026-11-23T08:60:00Z",
		"2026-11-23T08:40:61Z",
		"2026-02-29T00:00:00Z",
		"2100-02-29T00:00:00Z",
		"2026-13-01T00:00:00Z",
		"2026-00-01T00:00:00Z",
		"2026-04-31T00:00:00Z",
		"2026-04-00T00:00:00Z",
		"1969-12-31T23:59:59Z",
		"26-11-23T08:40:00Z",
		"2026-11-23T08:40:00.Z",
		"2026-11-23T08:40:00.1234567890Z",
		"2026-11-23T08:40:00,5Z",
		"2026-11-23T08:40:00+24:00",
		"2026-11-23T08:40:00+01:60",
		"2026-11-23T08:40:00+0100",
		"2026-11-23T08:40:00Zx",
		" 2026-11-23T08:40:00Z",
		"2026-11-23T08:40:00+1:00",
		"20261-11-23T08:40:00Z",
		"1970-01-01T00:00:00+01:00",
		"9999-12-31T23:59:59-00:01",
	};
	int64_t ms = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (instant_parse(&ms, str_of(bad[i])))
			fail_msg("\"%s\" was taken", bad[i]);
	assert_int_equal(ms, 7);
}

static void every_day_of_four_centuries_comes_back(void **state)
{
	char previous[INSTANT_TEXT] = "";

	(void)state;
	for (int64_t day = 0; day < 146097; day++) {
		int64_t ms = day * 86400000 + day % 86400000, back;
		char out[INSTANT_TEXT];

		instant_format(out, ms);
		assert_true(instant_parse(&back, str_of(out)));
		assert_true(back == ms);
		assert_true(strcmp(previous, out) < 0);
		memcpy(previous, out, sizeof(out));
	}
}

static void a_time_before_1970_is_still_written(void **state)
{
	char out[INSTANT_TEXT];

	(void)state;
	instant_format(out, -1);
	assert_string_equal(out, "1969-12-31T23:59:59.999Z");
	instant_format(out, INT64_MAX);
	assert_int_equal(strlen(out), 24);
	instant_format(out, INT64_MIN);
	assert_int_equal(strlen(out), 24);
}

static void identifiers_are_version_7_and_sort_by_time(void **state)
{
	struct rng_seeded seed;
	struct rng rng = rng_from_seed(&seed, 42);
	char a[UUID_TEXT], b[UUID_TEXT];

	(void)state;
	uuid7(a, INT64_C(0x017F22E279B0), &rng);
	/* RFC 9562, appendix A.6: the first 48 bits are the time. */
	assert_int_equal(strncmp(a, "017f22e2-79b0-7", 15), 0);
	assert_true(strchr("89ab", a[19]) != NULL);
	for (int64_t ms = 1; ms < 1000; ms++) {
		uuid7(a, ms, &rng);
		uuid7(b, ms + 1, &rng);
		assert_true(uuid_valid(str_of(a)));
		assert_true(strcmp(a, b) < 0);
	}
}

static void identifiers_have_one_spelling(void **state)
{
	static const char *const bad[] = { "",
					   "017f22e2-79b0-7cc3-98c4-dc0c0c07398",
					   "017f22e2-79b0-7cc3-98c4-dc0c0c07398ff",
					   "017F22E2-79b0-7cc3-98c4-dc0c0c07398f",
					   "017f22e279b0-7cc3-98c4-dc0c0c07398f-",
					   "{17f22e2-79b0-7cc3-98c4-dc0c0c07398f",
					   "017f22e2-79b0-7cc3-98c4-dc0c0c07398g" };

	(void)state;
	assert_true(uuid_valid(str_of("017f22e2-79b0-7cc3-98c4-dc0c0c07398f")));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(uuid_valid(str_of(bad[i])));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(instants_are_read_with_any_offset_and_written_in_utc),
		cmocka_unit_test(malformed_instants_are_refused),
		cmocka_unit_test(every_day_of_four_centuries_comes_back),
		cmocka_unit_test(a_time_before_1970_is_still_written),
		cmocka_unit_test(identifiers_are_version_7_and_sort_by_time),
		cmocka_unit_test(identifiers_have_one_spelling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
