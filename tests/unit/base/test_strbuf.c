/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/strbuf.h"

#include "base/banned.h"

static void an_empty_buffer_reads_as_empty_text(void **state)
{
	struct strbuf b = STRBUF_INIT;

	(void)state;
	assert_string_equal(strbuf_cstr(&b), "");
	assert_int_equal(strbuf_str(&b).n, 0);
	assert_true(strbuf_add(&b, NULL, 0));
	assert_string_equal(b.data, "");
	strbuf_clear(&b);
	strbuf_cut(&b, 0);
	strbuf_release(&b);
	strbuf_release(&b);
	strbuf_wipe(&b);
}

static void appended_text_is_always_terminated(void **state)
{
	struct strbuf b = STRBUF_INIT;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		assert_true(strbuf_addc(&b, (char)('a' + i % 26)));
		assert_int_equal(strlen(strbuf_cstr(&b)), i + 1);
	}
	strbuf_cut(&b, 3);
	assert_string_equal(strbuf_cstr(&b), "abc");
	strbuf_cut(&b, 10);
	assert_int_equal(b.len, 3);
	assert_true(strbuf_adds(&b, "-å"));
	assert_true(strbuf_addf(&b, "%05d|%s", 42, "x"));
	assert_string_equal(strbuf_cstr(&b), "abc-å00042|x");
	assert_true(strbuf_sets(&b, "new"));
	assert_string_equal(strbuf_cstr(&b), "new");
	assert_true(strbuf_set(&b, "a\0b", 3));
	assert_int_equal(b.len, 3);
	strbuf_release(&b);
}

static void text_stops_at_its_ceiling_and_remembers(void **state)
{
	struct strbuf b = STRBUF_INIT_MAX(5);

	(void)state;
	assert_true(strbuf_adds(&b, "12345"));
	assert_false(strbuf_addc(&b, '6'));
	assert_true(b.failed);
	assert_string_equal(strbuf_cstr(&b), "12345");
	/* What fails once fails until it is cleared, though it would fit. */
	strbuf_cut(&b, 1);
	assert_false(strbuf_addc(&b, '2'));
	strbuf_clear(&b);
	assert_false(b.failed);
	assert_true(strbuf_adds(&b, "abc"));
	assert_false(strbuf_addf(&b, "%s", "defg"));
	strbuf_release(&b);
	assert_int_equal(b.max, 5);
	assert_false(strbuf_add(&b, "123456", 6));
	strbuf_release(&b);
}

static void a_length_beyond_all_memory_is_refused(void **state)
{
	struct strbuf b = STRBUF_INIT;

	(void)state;
	assert_true(strbuf_adds(&b, "x"));
	assert_false(strbuf_reserve(&b, SIZE_MAX));
	assert_true(b.failed);
	strbuf_clear(&b);
	assert_false(strbuf_reserve(&b, 64u * 1024 * 1024 + 1));
	strbuf_release(&b);
}

static void room_that_is_reserved_may_be_filled_by_hand(void **state)
{
	struct strbuf b = STRBUF_INIT;

	(void)state;
	assert_true(strbuf_reserve(&b, 100));
	memset(b.data, 'z', 100);
	b.len = 100;
	b.data[100] = '\0';
	assert_int_equal(strlen(strbuf_cstr(&b)), 100);
	strbuf_release(&b);
}

static void taking_moves_the_text_and_keeps_the_ceiling(void **state)
{
	struct strbuf to = STRBUF_INIT_MAX(100), from = STRBUF_INIT;

	(void)state;
	assert_true(strbuf_adds(&to, "old"));
	assert_true(strbuf_adds(&from, "new"));
	strbuf_take(&to, &from);
	assert_string_equal(strbuf_cstr(&to), "new");
	assert_int_equal(to.max, 100);
	assert_string_equal(strbuf_cstr(&from), "");
	assert_null(from.data);
	strbuf_release(&to);
	strbuf_release(&from);
}

static void slices_compare_by_bytes(void **state)
{
	(void)state;
	assert_true(str_eq(str_of("abc"), "abc"));
	assert_false(str_eq(str_of("abc"), "abcd"));
	assert_false(str_eq(str_of("abcd"), "abc"));
	assert_false(str_eq((struct str){ "a\0c", 3 }, "a"));
	assert_true(str_eq(str_of(NULL), ""));
	assert_int_equal(str_of("åä").n, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_buffer_reads_as_empty_text),
		cmocka_unit_test(appended_text_is_always_terminated),
		cmocka_unit_test(text_stops_at_its_ceiling_and_remembers),
		cmocka_unit_test(a_length_beyond_all_memory_is_refused),
		cmocka_unit_test(room_that_is_reserved_may_be_filled_by_hand),
		cmocka_unit_test(taking_moves_the_text_and_keeps_the_ceiling),
		cmocka_unit_test(slices_compare_by_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
