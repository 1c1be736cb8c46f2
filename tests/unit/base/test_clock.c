/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/clock.h"
#include "base/exchange.h"

#include "base/banned.h"

static void the_same_seed_gives_the_same_run(void **state)
{
	struct rng_seeded s1, s2, s3;
	struct rng a = rng_from_seed(&s1, 7), b = rng_from_seed(&s2, 7), c = rng_from_seed(&s3, 8);
	unsigned char x[100], y[100], z[100];

	(void)state;
	rng_fill(&a, x, sizeof(x));
	rng_fill(&b, y, sizeof(y));
	rng_fill(&c, z, sizeof(z));
	assert_memory_equal(x, y, sizeof(x));
	assert_memory_not_equal(x, z, sizeof(x));
}

static void numbers_below_a_bound_stay_below_and_reach_all(void **state)
{
	struct rng_seeded s;
	struct rng rng = rng_from_seed(&s, 1);
	int seen[7] = { 0 };

	(void)state;
	for (int i = 0; i < 7000; i++) {
		uint64_t n = rng_below(&rng, 7);

		assert_true(n < 7);
		seen[n]++;
	}
	for (int i = 0; i < 7; i++)
		assert_in_range(seen[i], 800, 1200);
	assert_int_equal(rng_below(&rng, 1), 0);
	assert_true(rng_below(&rng, UINT64_MAX) < UINT64_MAX);
}

static int64_t forty_two(void *ctx)
{
	return *(const int64_t *)ctx;
}

static void time_comes_from_the_clock_that_is_handed_in(void **state)
{
	int64_t now = 42;
	struct clock c = { forty_two, forty_two, &now };

	(void)state;
	assert_int_equal(clock_wall(&c), 42);
	now++;
	assert_int_equal(clock_boot(&c), 43);
}

static void the_machines_clock_and_chance_are_there(void **state)
{
	struct clock c = clock_real();
	struct rng rng = rng_real();
	unsigned char x[32] = { 0 }, zero[32] = { 0 };
	int64_t before = clock_boot(&c);

	(void)state;
	assert_true(clock_wall(&c) > INT64_C(1700000000000));
	assert_true(clock_boot(&c) >= before);
	rng_fill(&rng, x, sizeof(x));
	assert_memory_not_equal(x, zero, sizeof(x));
}

static void a_request_is_emptied_before_it_is_set_again(void **state)
{
	struct request r = REQUEST_INIT;
	struct reply y = REPLY_INIT;

	(void)state;
	request_set(&r, "POST", "/v1/actions");
	strbuf_sets(&r.query, "t=25");
	strbuf_sets(&r.body, "secret");
	memcpy(r.bearer, "token", 6);
	r.timeout_ms = 5;
	request_set(&r, "GET", "/healthz");
	assert_string_equal(r.method, "GET");
	assert_string_equal(strbuf_cstr(&r.path), "/healthz");
	assert_int_equal(r.query.len + r.body.len, 0);
	assert_string_equal(r.bearer, "");
	assert_int_equal(r.timeout_ms, 0);
	request_release(&r);

	y.status = 200;
	y.hold = true;
	y.retry_after_s = 3;
	strbuf_sets(&y.body, "x");
	reply_clear(&y);
	assert_true(y.status == 0 && !y.hold && y.retry_after_s == 0 && y.body.len == 0);
	reply_release(&y);
	reply_release(&y);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_seed_gives_the_same_run),
		cmocka_unit_test(numbers_below_a_bound_stay_below_and_reach_all),
		cmocka_unit_test(time_comes_from_the_clock_that_is_handed_in),
		cmocka_unit_test(the_machines_clock_and_chance_are_there),
		cmocka_unit_test(a_request_is_emptied_before_it_is_set_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
