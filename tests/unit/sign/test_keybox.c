/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "sign/hash.h"
#include "sign/keybox.h"
#include "tests/unit/sign/vectors.h"

#include "base/banned.h"

static void seal(struct strbuf *out, const char *secret, const char *passphrase)
{
	struct rng_seeded s;
	struct rng rng = rng_from_seed(&s, 1);

	strbuf_clear(out);
	assert_int_equal(
		keybox_seal(out, str_of(secret), str_of(passphrase), KEYBOX_TEST, &rng, NULL),
		ST_OK);
}

static void what_was_sealed_opens_with_the_same_passphrase(void **state)
{
	struct strbuf box = STRBUF_INIT, out = STRBUF_INIT;

	(void)state;
	seal(&box, "32 bytes of a key, or any secret", "sex ord som ingen gissar");
	assert_memory_equal(box.data, "sluss-keybox/1 argon2id ", 24);
	assert_null(strstr(strbuf_cstr(&box), "secret"));
	assert_int_equal(
		keybox_open(&out, strbuf_str(&box), str_of("sex ord som ingen gissar"), NULL),
		ST_OK);
	assert_string_equal(strbuf_cstr(&out), "32 bytes of a key, or any secret");
	strbuf_release(&box);
	strbuf_wipe(&out);
}

static void a_wrong_passphrase_opens_nothing(void **state)
{
	static const char *const wrong[] = { "", "sex ord", "sex ord som ingen gissar " };
	struct strbuf box = STRBUF_INIT, out = STRBUF_INIT;

	(void)state;
	seal(&box, "secret", "sex ord som ingen gissar");
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct err why = ERR_INIT;

		assert_int_equal(keybox_open(&out, strbuf_str(&box), str_of(wrong[i]), &why),
				 ST_REFUSED);
		assert_string_equal(why.code, "passphrase-wrong");
		assert_int_equal(out.len, 0);
	}
	strbuf_release(&box);
	strbuf_release(&out);
}

static void a_box_with_any_byte_changed_or_cut_off_does_not_open(void **state)
{
	struct strbuf box = STRBUF_INIT, out = STRBUF_INIT;

	(void)state;
	seal(&box, "secret", "pass");
	for (size_t i = 0; i < box.len; i++) {
		char was = box.data[i];

		box.data[i] = was == 'A' ? 'B' : 'A';
		assert_int_not_equal(keybox_open(&out, strbuf_str(&box), str_of("pass"), NULL),
				     ST_OK);
		box.data[i] = was;
		assert_int_not_equal(
			keybox_open(&out, (struct str){ box.data, i }, str_of("pass"), NULL),
			ST_OK);
	}
	assert_int_equal(out.len, 0);
	strbuf_release(&box);
	strbuf_release(&out);
}

static void a_box_may_not_ask_for_more_memory_or_work_than_a_desk_has(void **state)
{
	static const char *const costs[] = {
		"1 99999999999", "99999 8192", "0 8192", "1 0", "01 8192", "1 +8192", "-1 8192",
	};
	struct strbuf box = STRBUF_INIT, greedy = STRBUF_INIT, out = STRBUF_INIT;
	const char *rest;

	(void)state;
	seal(&box, "secret", "pass");
	rest = strstr(strbuf_cstr(&box), " 8192 ");
	assert_non_null(rest);
	for (size_t i = 0; i < sizeof(costs) / sizeof(costs[0]); i++) {
		struct err why = ERR_INIT;

		strbuf_clear(&greedy);
		strbuf_addf(&greedy, "sluss-keybox/1 argon2id %s%s", costs[i], rest + 5);
		assert_int_equal(keybox_open(&out, strbuf_str(&greedy), str_of("pass"), &why),
				 ST_BAD_INPUT);
		assert_string_equal(why.code, "keybox-form");
	}
	strbuf_release(&box);
	strbuf_release(&greedy);
	strbuf_release(&out);
}

static void two_boxes_of_one_secret_have_nothing_in_common(void **state)
{
	struct rng_seeded s;
	struct rng rng = rng_from_seed(&s, 2);
	struct strbuf a = STRBUF_INIT, b = STRBUF_INIT;

	(void)state;
	assert_int_equal(keybox_seal(&a, str_of("secret"), str_of("p"), KEYBOX_TEST, &rng, NULL),
			 ST_OK);
	assert_int_equal(keybox_seal(&b, str_of("secret"), str_of("p"), KEYBOX_TEST, &rng, NULL),
			 ST_OK);
	assert_string_not_equal(strrchr(strbuf_cstr(&a), ' '), strrchr(strbuf_cstr(&b), ' '));
	strbuf_release(&a);
	strbuf_release(&b);
}

static void an_empty_secret_and_guarded_memory_are_fine(void **state)
{
	struct strbuf box = STRBUF_INIT, out = STRBUF_INIT;
	char *p = secret_alloc(100);

	(void)state;
	assert_non_null(p);
	memset(p, 'x', 100);
	secret_free(p);
	secret_free(NULL);
	seal(&box, "", "pass");
	assert_int_equal(keybox_open(&out, strbuf_str(&box), str_of("pass"), NULL), ST_OK);
	assert_int_equal(out.len, 0);
	strbuf_release(&box);
	strbuf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_sealed_opens_with_the_same_passphrase),
		cmocka_unit_test(a_wrong_passphrase_opens_nothing),
		cmocka_unit_test(a_box_with_any_byte_changed_or_cut_off_does_not_open),
		cmocka_unit_test(a_box_may_not_ask_for_more_memory_or_work_than_a_desk_has),
		cmocka_unit_test(two_boxes_of_one_secret_have_nothing_in_common),
		cmocka_unit_test(an_empty_secret_and_guarded_memory_are_fine),
	};

	return cmocka_run_group_tests(tests, start_sign, NULL);
}
