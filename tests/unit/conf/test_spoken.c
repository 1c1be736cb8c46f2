/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "conf/spoken.h"

#include "base/banned.h"

static void every_word_is_plain_short_and_told_by_four_letters(void **state)
{
	size_t n = 0;

	(void)state;
	for (; spoken_word(n); n++) {
		const char *w = spoken_word(n);

		assert_true(strlen(w) >= 3 && strlen(w) <= SPOKEN_WORD_MAX);
		assert_int_equal(strspn(w, "abcdefghijklmnopqrstuvwxyz"), strlen(w));
		/* In order, so its like would be its neighbour. */
		if (n) {
			assert_true(strcmp(spoken_word(n - 1), w) < 0);
			assert_int_not_equal(strncmp(spoken_word(n - 1), w, 4), 0);
		}
	}
	/* 1536^6 is more than 2^63. */
	assert_int_equal(n, 1536);
}

static void a_fingerprint_is_the_same_words_each_time_and_others_for_another(void **state)
{
	unsigned char digest[8] = { 0x3f, 0x9c, 0x71, 0xd0, 0x88, 0xe2, 1, 2 };
	char one[SPOKEN_TEXT], two[SPOKEN_TEXT];

	(void)state;
	spoken_digest(one, digest);
	spoken_digest(two, digest);
	assert_string_equal(one, two);
	for (int i = 0; i < 64; i++) {
		digest[i / 8] ^= (unsigned char)(1 << i % 8);
		spoken_digest(two, digest);
		assert_string_not_equal(one, two);
		digest[i / 8] ^= (unsigned char)(1 << i % 8);
	}
}

static void words_are_drawn_by_chance(void **state)
{
	struct rng_seeded seed;
	struct rng rng = rng_from_seed(&seed, 5);
	char last[SPOKEN_TEXT] = "", now[SPOKEN_TEXT];

	(void)state;
	for (int i = 0; i < 100; i++) {
		spoken_draw(now, &rng);
		assert_string_not_equal(now, last);
		memcpy(last, now, sizeof(last));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_word_is_plain_short_and_told_by_four_letters),
		cmocka_unit_test(a_fingerprint_is_the_same_words_each_time_and_others_for_another),
		cmocka_unit_test(words_are_drawn_by_chance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
