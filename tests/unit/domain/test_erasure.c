/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "domain/erasure.h"

#include "base/banned.h"

struct pair {
	const char *name, *value;
};

/* What an entry.erase says. */
static void says(struct erasure *e, const struct pair *pairs, int count)
{
	struct action a = ACTION_INIT;

	action_reset(&a, action_find(str_of("entry.erase")));
	for (int i = 0; i < count; i++)
		assert_int_equal(action_set(&a, pairs[i].name, str_of(pairs[i].value), NULL),
				 ST_OK);
	erasure_of(e, &a);
	action_release(&a);
}

static void one_entry_goes_or_a_row_of_them_and_the_decision_stays(void **state)
{
	static const struct pair one[] = { { "n", "5" } };
	static const struct pair row[] = {
		{ "n", "1" }, { "upto", "9" }, { "proposed", "4" }, { "confirmed", "7" }
	};
	struct erasure e;

	(void)state;
	says(&e, one, 1);
	assert_false(erasure_takes(&e, 4));
	assert_true(erasure_takes(&e, 5));
	assert_false(erasure_takes(&e, 6));
	says(&e, row, 4);
	for (int64_t n = 0; n <= 10; n++)
		assert_int_equal(erasure_takes(&e, n), n >= 1 && n <= 9 && n != 4 && n != 7);
}

static void a_document_goes_without_its_entry(void **state)
{
	char hash[HASH_TEXT], longer[2 * HASH_TEXT];
	struct pair pairs[] = { { "n", "5" }, { "h", hash } };
	struct erasure e;

	(void)state;
	memset(hash, 'a', sizeof(hash) - 1);
	hash[sizeof(hash) - 1] = '\0';
	says(&e, pairs, 2);
	assert_string_equal(e.h, hash);
	assert_false(erasure_takes(&e, 5));
	/* Nor by one that no document can have: it does not stand for the entry. */
	memset(longer, 'a', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	pairs[1].value = longer;
	says(&e, pairs, 2);
	assert_false(erasure_takes(&e, 5));
}

static void the_words_that_vouch_for_a_gap_are_known(void **state)
{
	static const char *const decide[] = { "erasure.propose", "erasure.confirm",
					      "erasure.withdraw" };

	(void)state;
	for (size_t i = 0; i < sizeof(decide) / sizeof(decide[0]); i++) {
		assert_true(erasure_decides(decide[i]));
		assert_true(erasure_vouches(decide[i]));
	}
	assert_false(erasure_decides("entry.erase"));
	assert_true(erasure_vouches("entry.erase"));
	assert_false(erasure_vouches("note.add"));
	assert_false(erasure_vouches(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_entry_goes_or_a_row_of_them_and_the_decision_stays),
		cmocka_unit_test(a_document_goes_without_its_entry),
		cmocka_unit_test(the_words_that_vouch_for_a_gap_are_known),
	};

	return cmocka_run_group_tests_name("domain/erasure", tests, NULL, NULL);
}
