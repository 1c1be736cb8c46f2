/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/unit/sync/desk.h"

#include "sync/epochs.h"
#include "wire/json.h"

#include "base/banned.h"

#define E0 "01980000-0000-7000-8000-000000000000"
#define E1 "01980000-0000-7000-8000-000000000001"
#define E2 "01980000-0000-7000-8000-000000000002"
#define E3 "01980000-0000-7000-8000-000000000003"

static int64_t common(const char *mine, const char *epoch, const char *theirs)
{
	struct epochs a, b;

	epochs_parse(&a, mine);
	epochs_parse(&b, theirs);
	return epochs_common(&a, epoch, &b);
}

static void what_stays_is_what_every_later_restore_left(void **state)
{
	(void)state;
	assert_int_equal(common(E0 " 0 ", E0, E0 " 0 " E1 " 60 "), 60);
	assert_int_equal(common(E0 " 0 ", E0, E0 " 0 " E1 " 60 " E2 " 70 "), 60);
	assert_int_equal(common(E0 " 0 ", E0, E0 " 0 " E1 " 60 " E2 " 50 "), 50);
	assert_int_equal(common(E0 " 0 " E1 " 60 ", E1, E0 " 0 " E1 " 60 " E2 " 70 "), 70);
}

/* Restored from a backup that was made before the epoch we were in. */
static void an_epoch_that_was_lost_itself_goes_back_to_the_last_both_knew(void **state)
{
	(void)state;
	assert_int_equal(common(E0 " 0 " E1 " 60 ", E1, E0 " 0 " E2 " 50 "), 50);
	assert_int_equal(common(E0 " 0 " E1 " 30 ", E1, E0 " 0 " E2 " 50 "), 30);
	assert_int_equal(common(E0 " 0 " E1 " 60 " E3 " 40 ", E3, E0 " 0 " E2 " 50 "), 40);
}

static void of_an_unknown_epoch_nothing_is_common(void **state)
{
	(void)state;
	assert_int_equal(common("", E3, E0 " 0 " E1 " 60 "), 0);
	assert_int_equal(common(E3 " 0 ", E3, E0 " 0 " E1 " 60 "), 0);
	assert_int_equal(common(E0 " 0 ", E0, ""), 0);
	assert_int_equal(common("what is this", E0, E0 " 0 "), INT64_MAX);
}

static void a_chain_is_kept_and_read_again_and_the_newest_of_a_long_one_are_kept(void **state)
{
	struct strbuf text = STRBUF_INIT;
	struct epochs e, again;
	struct json *j = NULL;
	char kept[EPOCHS_TEXT];

	(void)state;
	strbuf_addc(&text, '[');
	for (int i = 0; i < EPOCHS_MAX + 5; i++)
		strbuf_addf(&text,
			    "%s{\"epoch\":\"01980000-0000-7000-8000-%012d\",\"fork_seq\":%d}",
			    i ? "," : "", i, i);
	strbuf_addc(&text, ']');
	assert_int_equal(json_read(&j, strbuf_str(&text), NULL), ST_OK);
	assert_true(epochs_read(&e, j));
	assert_int_equal(e.count, EPOCHS_MAX);
	assert_int_equal(e.link[0].fork_seq, 5);
	epochs_format(kept, &e);
	epochs_parse(&again, kept);
	assert_int_equal(again.count, EPOCHS_MAX);
	assert_string_equal(epochs_now(&again), epochs_now(&e));
	assert_int_equal(again.link[3].fork_seq, e.link[3].fork_seq);
	json_free(j);
	strbuf_set(&text, "[{\"epoch\":\"x\",\"fork_seq\":1}]", 28);
	assert_int_equal(json_read(&j, strbuf_str(&text), NULL), ST_OK);
	assert_false(epochs_read(&e, j));
	json_free(j);
	strbuf_release(&text);
}

static void of_a_chain_too_long_to_be_told_whole_an_unknown_epoch_may_be_all_common(void **state)
{
	struct epochs e = { .count = 0 };
	char text[EPOCHS_TEXT];

	(void)state;
	for (int i = 0; i < EPOCHS_MAX; i++) {
		snprintf(e.link[e.count].epoch, UUID_TEXT, "0198aaaa-0000-7000-8000-%012d", i);
		e.link[e.count].size = e.link[e.count].fork_seq = 10 + i;
		e.count++;
		if (e.count > 1 && e.count < EPOCHS_MAX) {
			assert_int_equal(epochs_between(&e, "of before", epochs_now(&e)), 0);
			assert_int_equal(epochs_between(&e, epochs_now(&e), "of before"), 0);
		}
	}
	assert_int_equal(epochs_between(&e, "of before", epochs_now(&e)), INT64_MAX);
	epochs_format(text, &e);
	epochs_parse(&e, text);
	assert_int_equal(e.count, EPOCHS_MAX);
	assert_int_equal(e.link[EPOCHS_MAX - 1].fork_seq, 10 + EPOCHS_MAX - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_stays_is_what_every_later_restore_left),
		cmocka_unit_test(an_epoch_that_was_lost_itself_goes_back_to_the_last_both_knew),
		cmocka_unit_test(of_an_unknown_epoch_nothing_is_common),
		cmocka_unit_test(
			a_chain_is_kept_and_read_again_and_the_newest_of_a_long_one_are_kept),
		cmocka_unit_test(
			of_a_chain_too_long_to_be_told_whole_an_unknown_epoch_may_be_all_common),
	};

	return cmocka_run_group_tests_name("sync/epochs", tests, NULL, NULL);
}
