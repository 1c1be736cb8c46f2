/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/status.h"

#include "base/banned.h"

static void the_first_text_wins_and_the_status_is_passed_on(void **state)
{
	struct err why = ERR_INIT;

	(void)state;
	assert_int_equal(err_set(&why, ST_BROKEN, "disk-full", "%s: %d", "/x", 28), ST_BROKEN);
	assert_int_equal(err_set(&why, ST_RETRY, "later", "other"), ST_RETRY);
	assert_string_equal(why.code, "disk-full");
	assert_string_equal(why.text, "/x: 28");
	err_clear(&why);
	assert_string_equal(why.code, "");
	assert_int_equal(err_set(&why, ST_NONE, "gone", "gone"), ST_NONE);
	assert_string_equal(why.text, "gone");
}

static void nobody_need_listen(void **state)
{
	(void)state;
	assert_int_equal(err_set(NULL, ST_REFUSED, "no", "no"), ST_REFUSED);
	err_prefix(NULL, "x");
	err_clear(NULL);
}

static void a_prefix_stands_before_the_text(void **state)
{
	struct err why = ERR_INIT;

	(void)state;
	err_set(&why, ST_BAD_INPUT, "x", "bad value");
	err_prefix(&why, "%s:%d", "file.conf", 3);
	assert_string_equal(why.text, "file.conf:3: bad value");
	assert_string_equal(why.code, "x");
}

/* `ascii` letters, then the character twice. */
static const char *cut(struct err *why, int ascii, const char *ch)
{
	static char text[512];

	memset(text, 'a', (size_t)ascii);
	snprintf(text + ascii, sizeof(text) - (size_t)ascii, "%s%s", ch, ch);
	err_clear(why);
	err_set(why, ST_BROKEN, "x", "%s", text);
	return why->text;
}

static void a_text_too_long_is_cut_at_a_whole_character(void **state)
{
	static const char *const chars[] = { "a", "å", "€", "😀" };
	struct err why = ERR_INIT;

	(void)state;
	for (int c = 0; c < 4; c++) {
		size_t len = strlen(chars[c]);

		for (int ascii = 380; ascii < 405; ascii++) {
			size_t room = sizeof(why.text) - 1;
			size_t whole = (size_t)ascii;

			for (int k = 0; k < 2 && whole + len <= room; k++)
				whole += len;
			assert_int_equal(strlen(cut(&why, ascii, chars[c])),
					 whole < room ? whole : room);
		}
	}
}

static void a_long_prefix_leaves_a_terminated_text(void **state)
{
	struct err why = ERR_INIT;
	char big[600];

	(void)state;
	memset(big, 'p', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	err_set(&why, ST_BROKEN, big, "text");
	assert_int_equal(strlen(why.code), sizeof(why.code) - 1);
	err_prefix(&why, "%s", big);
	assert_int_equal(strlen(why.text), sizeof(why.text) - 1);
	err_clear(&why);
	err_set(&why, ST_BROKEN, "x", "%s", big);
	err_prefix(&why, "file");
	assert_int_equal(strncmp(why.text, "file: ppp", 9), 0);
	assert_int_equal(strlen(why.text), sizeof(why.text) - 1);
}

static void what_an_error_quotes_is_harmless(void **state)
{
	struct err why = ERR_INIT;

	(void)state;
	err_set(&why, ST_BAD_INPUT, "x", "typ is \"%s\"", "a\x1b[2Jb\nc");
	assert_string_equal(why.text, "typ is \"a?[2Jb?c\"");
	/* A quotation that was cut inside of a character. */
	err_clear(&why);
	err_set(&why, ST_BAD_INPUT, "x", "member \"%.4s\"", "nam\xc3\xa5");
	assert_string_equal(why.text, "member \"nam?\"");
	/* A control of 8 bits, and one that turns the direction of text. */
	err_clear(&why);
	err_set(&why, ST_BAD_INPUT, "x",
		"\xc2\x9b"
		"2J \xe2\x80\xae åäö");
	assert_string_equal(why.text, "?2J ? åäö");
	err_prefix(&why, "%s", "a\tb");
	assert_string_equal(why.text, "a?b: ?2J ? åäö");
}

static void every_status_has_a_word(void **state)
{
	(void)state;
	assert_string_equal(status_name(ST_OK), "ok");
	assert_string_equal(status_name(ST_NONE), "none");
	assert_string_equal(status_name(ST_RETRY), "retry");
	assert_string_equal(status_name(ST_REFUSED), "refused");
	assert_string_equal(status_name(ST_CONFLICT), "conflict");
	assert_string_equal(status_name(ST_BAD_INPUT), "bad-input");
	assert_string_equal(status_name(ST_BROKEN), "broken");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_text_wins_and_the_status_is_passed_on),
		cmocka_unit_test(nobody_need_listen),
		cmocka_unit_test(a_prefix_stands_before_the_text),
		cmocka_unit_test(a_text_too_long_is_cut_at_a_whole_character),
		cmocka_unit_test(a_long_prefix_leaves_a_terminated_text),
		cmocka_unit_test(what_an_error_quotes_is_harmless),
		cmocka_unit_test(every_status_has_a_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
