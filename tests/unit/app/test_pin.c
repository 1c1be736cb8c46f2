/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "app/pin.h"
#include "sign/hash.h"

#include "base/banned.h"

struct desk {
	struct rng_seeded seed;
	struct rng rng;
	struct signkey *key;
	struct pin pin;
};

static void open_desk(struct desk *d)
{
	memset(d, 0, sizeof(*d));
	d->rng = rng_from_seed(&d->seed, 11);
	d->key = signkey_make(&d->rng);
	assert_int_equal(pin_set(&d->pin, d->key, str_of("4821"), &d->rng, NULL), ST_OK);
}

static void close_desk(struct desk *d)
{
	pin_release(&d->pin);
	signkey_free(d->key);
}

static void the_digits_open_the_very_key_that_was_wrapped(void **state)
{
	struct desk d;
	struct signkey *key;

	(void)state;
	open_desk(&d);
	assert_int_equal(pin_open(&d.pin, str_of("4821"), &key, NULL), ST_OK);
	assert_string_equal(signkey_public(key)->kid, signkey_public(d.key)->kid);
	signkey_free(key);
	/* Also without a wish for the key: to confirm a signature. */
	assert_int_equal(pin_open(&d.pin, str_of("4821"), NULL, NULL), ST_OK);
	close_desk(&d);
}

static void the_third_wrong_try_in_a_row_wipes_the_key(void **state)
{
	struct desk d;
	struct signkey *key;
	struct err why = ERR_INIT;

	(void)state;
	open_desk(&d);
	for (int round = 0; round < 2; round++) {
		for (int i = 1; i < PIN_TRIES; i++) {
			err_clear(&why);
			assert_int_equal(pin_open(&d.pin, str_of("4822"), &key, &why), ST_REFUSED);
			assert_string_equal(why.code, "pin-wrong");
			assert_null(key);
		}
		/* A right one begins the count anew. */
		if (round == 0) {
			assert_int_equal(pin_open(&d.pin, str_of("4821"), &key, NULL), ST_OK);
			signkey_free(key);
		}
	}
	err_clear(&why);
	assert_int_equal(pin_open(&d.pin, str_of("9999"), &key, &why), ST_REFUSED);
	assert_string_equal(why.code, "pin-gone");
	assert_false(pin_is_set(&d.pin));
	assert_int_equal(pin_open(&d.pin, str_of("4821"), &key, NULL), ST_NONE);
	close_desk(&d);
}

static void a_pin_is_four_to_eight_digits(void **state)
{
	static const char *const not_one[] = { "", "123", "12a4", "123456789", "12 34", "-1234" };
	struct desk d;
	struct err why = ERR_INIT;

	(void)state;
	open_desk(&d);
	for (size_t i = 0; i < sizeof(not_one) / sizeof(not_one[0]); i++) {
		err_clear(&why);
		assert_int_equal(pin_set(&d.pin, d.key, str_of(not_one[i]), &d.rng, &why),
				 ST_BAD_INPUT);
		assert_string_equal(why.code, "pin-form");
	}
	/* The one that was set before stands. */
	assert_int_equal(pin_open(&d.pin, str_of("4821"), NULL, NULL), ST_OK);
	close_desk(&d);
}

static void another_pin_takes_the_place_of_the_first(void **state)
{
	struct desk d;

	(void)state;
	open_desk(&d);
	assert_int_equal(pin_set(&d.pin, d.key, str_of("77777"), &d.rng, NULL), ST_OK);
	assert_int_equal(pin_open(&d.pin, str_of("4821"), NULL, NULL), ST_REFUSED);
	assert_int_equal(pin_open(&d.pin, str_of("77777"), NULL, NULL), ST_OK);
	close_desk(&d);
}

static int start(void **state)
{
	(void)state;
	return sign_start(NULL) == ST_OK ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_digits_open_the_very_key_that_was_wrapped),
		cmocka_unit_test(the_third_wrong_try_in_a_row_wipes_the_key),
		cmocka_unit_test(a_pin_is_four_to_eight_digits),
		cmocka_unit_test(another_pin_takes_the_place_of_the_first),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
