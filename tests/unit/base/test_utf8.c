/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

#include "base/banned.h"

/* In memory of its own size, so that a step past the end is seen. */
static struct str exact(const char *p, size_t n)
{
	char *copy = malloc(n ? n : 1);

	assert_non_null(copy);
	memcpy(copy, p, n);
	return (struct str){ copy, n };
}

static void every_scalar_comes_back_and_nothing_else_is_one(void **state)
{
	struct strbuf b = STRBUF_INIT;

	(void)state;
	for (int32_t cp = 0; cp <= 0x10FFFF; cp++) {
		size_t at = 0;

		strbuf_clear(&b);
		if (cp >= 0xD800 && cp <= 0xDFFF) {
			char bytes[3] = { (char)(0xE0 | cp >> 12), (char)(0x80 | (cp >> 6 & 63)),
					  (char)(0x80 | (cp & 63)) };

			assert_false(utf8_valid((struct str){ bytes, 3 }));
			continue;
		}
		assert_true(utf8_put(&b, cp));
		assert_int_equal(utf8_next(strbuf_str(&b), &at), cp);
		assert_int_equal(at, b.len);
	}
	strbuf_clear(&b);
	assert_false(utf8_put(&b, 0x110000));
	assert_false(utf8_put(&b, -1));
	strbuf_release(&b);
}

static void an_ill_formed_sequence_goes_by_its_maximal_subpart(void **state)
{
	/* Bytes, and the lengths of the steps; a minus is an ill-formed one. */
	static const struct {
		const char *bytes;
		int steps[8];
	} cases[] = {
		{ "\x80"
		  "a",
		  { -1, 1 } },
		{ "\xc0\x80", { -1, -1 } },
		{ "\xc1\xbf", { -1, -1 } },
		{ "\xc3", { -1 } },
		{ "\xc3"
		  "a",
		  { -1, 1 } },
		{ "\xe0\x80\x80", { -1, -1, -1 } },
		{ "\xe2\x82", { -2 } },
		{ "\xe2\x82"
		  "a",
		  { -2, 1 } },
		{ "\xed\xa0\x80", { -1, -1, -1 } },
		{ "\xef\xbf\xbf", { 3 } },
		{ "\xf0\x80\x80\x80", { -1, -1, -1, -1 } },
		{ "\xf0\x9f\x98", { -3 } },
		{ "\xf0\x9f\x98\xc3\xa5", { -3, 2 } },
		{ "\xf4\x8f\xbf\xbf", { 4 } },
		{ "\xf4\x90\x80\x80", { -1, -1, -1, -1 } },
		{ "\xf5\xff", { -1, -1 } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str s = exact(cases[i].bytes, strlen(cases[i].bytes));
		size_t at = 0;
		bool valid = true;

		for (int k = 0; k < 8 && cases[i].steps[k]; k++) {
			int step = cases[i].steps[k];
			size_t from = at;

			assert_int_equal(utf8_next(s, &at) < 0, step < 0);
			assert_int_equal(at - from, abs(step));
			valid = valid && step > 0;
		}
		assert_int_equal(at, s.n);
		assert_int_equal(utf8_valid(s), valid);
		free((void *)(uintptr_t)s.p);
	}
}

static void composed_form_is_told_and_made(void **state)
{
	static const struct {
		const char *in, *nfc;
	} cases[] = {
		{ "", "" },
		{ "plain", "plain" },
		{ "åäö", "åäö" },
		{ "a\u030aa\u0308o\u0308", "åäö" },
		{ "e\u0301", "é" },
		{ "\u212b", "Å" },
		{ "a\u0323\u0302", "ậ" },
		{ "\u1100\u1161", "가" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct strbuf b = STRBUF_INIT;
		struct str in = str_of(cases[i].in);

		assert_true(utf8_to_nfc(&b, in));
		assert_string_equal(strbuf_cstr(&b), cases[i].nfc);
		assert_int_equal(utf8_is_nfc(in), strcmp(cases[i].in, cases[i].nfc) == 0);
		assert_true(utf8_is_nfc(strbuf_str(&b)));
		strbuf_release(&b);
	}
	struct strbuf b = STRBUF_INIT_MAX(2);

	assert_false(utf8_to_nfc(&b, str_of("\xff")));
	assert_false(utf8_is_nfc(str_of("\xff")));
	assert_false(utf8_to_nfc(&b, str_of("abc")));
	strbuf_release(&b);
}

static void characters_are_counted_and_measured(void **state)
{
	(void)state;
	assert_int_equal(utf8_count(str_of("")), 0);
	assert_int_equal(utf8_count(str_of("åäö€😀")), 5);
	assert_int_equal(utf8_width('a'), 1);
	assert_int_equal(utf8_width(0xE5), 1);
	assert_int_equal(utf8_width(0x301), 0);
	assert_int_equal(utf8_width(0x6F22), 2);
	assert_int_equal(utf8_width(0x1F600), 2);
	assert_int_equal(utf8_width(0x1B), -1);
	assert_int_equal(utf8_width(0x9B), -1);
	assert_int_equal(utf8_width('\n'), -1);
	assert_int_equal(utf8_width(0xE000), -1);
	assert_int_equal(utf8_width(0xD800), -1);
	assert_int_equal(utf8_width(0x10FFFF), -1);
	assert_true(utf8_is_mark(0x301));
	assert_false(utf8_is_mark('a'));
}

static void words_are_folded_with_and_without_swedish_letters(void **state)
{
	static const struct {
		const char *in, *folded, *plain;
	} cases[] = {
		{ "Åsa ÖBERG", "åsa öberg", "asa oberg" },    { "A\u030asa", "åsa", "asa" },
		{ "Éva Müller", "eva muller", "eva muller" }, { "ÄÄäÑ ç", "äään c", "aaan c" },
		{ "Ødegård", "ødegård", "ødegard" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct strbuf b = STRBUF_INIT;

		assert_true(utf8_fold(&b, str_of(cases[i].in), false));
		assert_string_equal(strbuf_cstr(&b), cases[i].folded);
		strbuf_clear(&b);
		assert_true(utf8_fold(&b, str_of(cases[i].in), true));
		assert_string_equal(strbuf_cstr(&b), cases[i].plain);
		strbuf_release(&b);
	}
	struct strbuf b = STRBUF_INIT;

	assert_false(utf8_fold(&b, str_of("\xff"), true));
	strbuf_release(&b);
}

/* The lines of hostile-strings.txt, each taken through everything. */
static void hostile_text_harms_nothing(void **state)
{
	const char *dir = getenv("SLUSS_DATA");
	char path[4096], line[65536];
	size_t lines = 0;
	FILE *f;

	(void)state;
	if (!dir) {
		print_message("SLUSS_DATA is not set: the hostile strings are not here\n");
		skip();
	}
	snprintf(path, sizeof(path), "%s/hostile-strings.txt", dir);
	f = fopen(path, "r");
	if (!f)
		fail_msg("%s cannot be opened", path);
	for (; fgets(line, sizeof(line), f); lines++) {
		struct str s = exact(line, strlen(line));
		struct strbuf b = STRBUF_INIT;
		size_t steps = 0;

		for (size_t at = 0; at < s.n; steps++) {
			size_t from = at;
			int32_t cp = utf8_next(s, &at);

			assert_true(at > from && at <= s.n);
			if (cp >= 0)
				(void)utf8_width(cp);
		}
		assert_int_equal(steps, utf8_count(s));
		assert_int_equal(utf8_to_nfc(&b, s), utf8_valid(s));
		strbuf_clear(&b);
		assert_int_equal(utf8_fold(&b, s, true), utf8_valid(s));
		strbuf_release(&b);
		free((void *)(uintptr_t)s.p);
	}
	fclose(f);
	assert_true(lines > 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_scalar_comes_back_and_nothing_else_is_one),
		cmocka_unit_test(an_ill_formed_sequence_goes_by_its_maximal_subpart),
		cmocka_unit_test(composed_form_is_told_and_made),
		cmocka_unit_test(characters_are_counted_and_measured),
		cmocka_unit_test(words_are_folded_with_and_without_swedish_letters),
		cmocka_unit_test(hostile_text_harms_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
