/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "ui/keys.h"

#include "base/banned.h"

/* The one key that the bytes give, all of them having come at once. */
static struct key only(const char *bytes)
{
	struct keys k = KEYS_INIT;
	struct key key, none;

	keys_feed(&k, bytes, strlen(bytes));
	(void)keys_next(&k, KEYS_PART_MS, &key);
	assert_false(keys_next(&k, KEYS_PART_MS, &none));
	return key;
}

static void function_keys_come_from_every_terminal(void **state)
{
	static const struct {
		const char *bytes;
		int32_t code;
	} rows[] = {
		{ "\x1bOP", TK_F(1) },
		{ "\x1b[11~", TK_F(1) },
		{ "\x1b[[A", TK_F(1) },
		{ "\x1b[[E", TK_F(5) },
		{ "\x1b[15~", TK_F(5) },
		{ "\x1b[19~", TK_F(8) },
		{ "\x1b[24~", TK_F(12) },
		{ "\x1b[A", TK_UP },
		{ "\x1bOA", TK_UP },
		{ "\x1b[1;5A", TK_UP },
		{ "\x1b[1;2P", TK_F(1) },
		{ "\x1b[15;2~", TK_F(5) },
		{ "\x1b[Z", TK_BACKTAB },
		{ "\x1b[1~", TK_HOME },
		{ "\x1b[7~", TK_HOME },
		{ "\x1bOH", TK_HOME },
		{ "\x1b[4~", TK_END },
		{ "\x1b[5~", TK_PGUP },
		{ "\x1b[6~", TK_PGDN },
		{ "\x1b[3~", TK_DELETE },
		{ "\r", TK_ENTER },
		{ "\t", TK_TAB },
		{ "\x7f", TK_BACKSPACE },
		{ "\b", TK_BACKSPACE },
		{ "\x18", TK_CTRL('X') },
		{ "\x07", TK_CTRL('G') },
		{ "å", 0xE5 },
		{ "q", 'q' },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(only(rows[i].bytes).code, rows[i].code);
}

static void a_lone_esc_waits_a_moment_and_no_longer(void **state)
{
	struct keys k = KEYS_INIT;
	struct key key;

	(void)state;
	keys_feed(&k, "\x1b", 1);
	assert_false(keys_next(&k, 0, &key));
	assert_int_equal(keys_wait(&k), KEYS_ESC_MS);
	assert_true(KEYS_ESC_MS <= 50);
	assert_true(keys_next(&k, KEYS_ESC_MS, &key));
	assert_int_equal(key.code, TK_ESC);
	assert_int_equal(keys_wait(&k), -1);
}

static void a_slow_arrow_key_is_never_split(void **state)
{
	struct keys k = KEYS_INIT;
	struct key key;

	(void)state;
	keys_feed(&k, "\x1b", 1);
	assert_false(keys_next(&k, 40, &key));
	keys_feed(&k, "[", 1);
	assert_false(keys_next(&k, 40, &key));
	assert_false(keys_next(&k, 400, &key));
	keys_feed(&k, "A", 1);
	assert_true(keys_next(&k, 0, &key));
	assert_int_equal(key.code, TK_UP);
}

static void an_unknown_sequence_is_swallowed_whole(void **state)
{
	(void)state;
	assert_int_equal(only("\x1b[?62;4cj").code, 'j');
	assert_int_equal(only("\x1b[27;5;9~k").code, 'k');
	assert_int_equal(only("\x1b[999999999999999999999999~x").code, 'x');
}

static void esc_and_a_letter_are_two_keys(void **state)
{
	struct keys k = KEYS_INIT;
	struct key key;

	(void)state;
	keys_feed(&k, "\x1bq", 2);
	assert_true(keys_next(&k, 0, &key));
	assert_int_equal(key.code, TK_ESC);
	assert_true(keys_next(&k, 0, &key));
	assert_int_equal(key.code, 'q');
}

static void pasted_text_is_marked_and_its_breaks_are_not_enter(void **state)
{
	static const int32_t want[] = { 'q', '\n', 'd', '\t', 'x', '\n' };
	static const char paste[] = "\x1b[200~q\r\nd\tx\x1b[A\x03\n\x1b[201~j";
	struct keys k = KEYS_INIT;
	struct key key;

	(void)state;
	keys_feed(&k, paste, sizeof(paste) - 1);
	assert_true(keys_next(&k, 0, &key));
	assert_int_equal(key.code, TK_PASTE_START);
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		assert_true(keys_next(&k, 0, &key));
		assert_int_equal(key.code, want[i]);
		assert_true(key.pasted);
		assert_true(key_is_text(key));
	}
	assert_true(keys_next(&k, 0, &key));
	assert_int_equal(key.code, TK_PASTE_END);
	assert_true(keys_next(&k, 0, &key));
	assert_int_equal(key.code, 'j');
	assert_false(key.pasted);
}

static void a_paste_whose_end_is_lost_ends_by_itself(void **state)
{
	struct keys k = KEYS_INIT;
	struct key key;

	(void)state;
	keys_feed(&k, "\x1b[200~a", 7);
	assert_true(keys_next(&k, 0, &key));
	assert_true(keys_next(&k, 0, &key));
	assert_false(keys_next(&k, 0, &key));
	assert_true(keys_wait(&k) > 0);
	assert_true(keys_next(&k, keys_wait(&k), &key));
	assert_int_equal(key.code, TK_PASTE_END);
	keys_feed(&k, "q", 1);
	assert_true(keys_next(&k, 0, &key));
	assert_false(key.pasted);
}

static void a_letter_in_two_reads_is_one_key_and_broken_bytes_are_none(void **state)
{
	struct keys k = KEYS_INIT;
	struct key key;

	(void)state;
	keys_feed(&k, "\xC3", 1);
	assert_false(keys_next(&k, 10, &key));
	keys_feed(&k, "\xA5", 1);
	assert_true(keys_next(&k, 0, &key));
	assert_int_equal(key.code, 0xE5);
	assert_int_equal(only("\xE5\xE4j").code, 'j');
	assert_int_equal(only("\xC2\x9B"
			      "j")
				 .code,
			 'j');
}

static void type_ahead_is_kept_to_the_last_byte(void **state)
{
	struct keys k = KEYS_INIT;
	struct key key;
	char many[KEYS_BUFFER];
	int count = 0;

	(void)state;
	memset(many, 'j', sizeof(many));
	keys_feed(&k, "ab", 2);
	assert_true(keys_next(&k, 0, &key));
	assert_int_equal(keys_room(&k), KEYS_BUFFER - 1);
	keys_feed(&k, many, keys_room(&k));
	assert_int_equal(keys_room(&k), 0);
	while (keys_next(&k, 0, &key))
		count++;
	assert_int_equal(count, KEYS_BUFFER);
}

static void any_bytes_at_all_end(void **state)
{
	struct keys k = KEYS_INIT;
	struct key key;
	uint32_t seed = 1;

	(void)state;
	for (int i = 0; i < 200000; i++) {
		unsigned char b;

		seed = seed * 1664525u + 1013904223u;
		b = (unsigned char)(seed >> 24);
		/* Many sequences, long ones and broken ones. */
		if (b < 40)
			b = 0x1B;
		else if (b < 60)
			b = '[';
		keys_feed(&k, &b, 1);
		while (keys_next(&k, seed % 700, &key))
			assert_true(key.code != TK_NONE);
		assert_true(k.len < KEYS_BUFFER);
	}
}

static void a_key_has_a_name_for_the_hints(void **state)
{
	char buf[16];

	(void)state;
	assert_string_equal(key_label(TK_F(8), buf), "F8");
	assert_string_equal(key_label(TK_CTRL('X'), buf), "^X");
	assert_string_equal(key_label(0xF6, buf), "ö");
	assert_string_equal(key_label(TK_ESC, buf), "Esc");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(function_keys_come_from_every_terminal),
		cmocka_unit_test(a_lone_esc_waits_a_moment_and_no_longer),
		cmocka_unit_test(a_slow_arrow_key_is_never_split),
		cmocka_unit_test(an_unknown_sequence_is_swallowed_whole),
		cmocka_unit_test(esc_and_a_letter_are_two_keys),
		cmocka_unit_test(pasted_text_is_marked_and_its_breaks_are_not_enter),
		cmocka_unit_test(a_paste_whose_end_is_lost_ends_by_itself),
		cmocka_unit_test(a_letter_in_two_reads_is_one_key_and_broken_bytes_are_none),
		cmocka_unit_test(type_ahead_is_kept_to_the_last_byte),
		cmocka_unit_test(any_bytes_at_all_end),
		cmocka_unit_test(a_key_has_a_name_for_the_hints),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
