/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "wire/ack.h"
#include "wire/problem.h"

#include "base/banned.h"

#define EPOCH "0198c0de-0000-7000-a000-000000000001"
#define IID "0198c0de-0000-7000-8000-100000000001"
#define CASE "0198c0de-0000-7000-9000-000000000001"
#define HASH "755415576f64809c3bd0200fca326a4329ed7d02a338ca77a6efce278fa48635"

static struct ack accepted(void)
{
	return (struct ack){
		.iid = IID,
		.ah = HASH,
		.dev = "dev-1",
		.ctr = 7,
		.verdict = VERDICT_ACCEPTED,
		.case_id = CASE,
		.n = 3,
		.eh = HASH,
		.seq = 9013,
		.epoch = EPOCH,
		.at = 1795406941000,
	};
}

static void an_acknowledgement_tells_only_what_is_so(void **state)
{
	struct ack a = accepted();
	struct strbuf b = STRBUF_INIT;

	(void)state;
	assert_true(ack_write(&b, &a));
	assert_string_equal(strbuf_cstr(&b),
			    "{\"iid\":\"" IID "\",\"ah\":\"" HASH "\",\"dev\":\"dev-1\",\"ctr\":7,"
			    "\"verdict\":\"accepted\",\"case\":\"" CASE "\",\"n\":3,\"eh\":\"" HASH
			    "\",\"seq\":9013,\"epoch\":\"" EPOCH
			    "\",\"at\":\"2026-11-23T04:09:01.000Z\"}");
	strbuf_release(&b);
}

static void every_verdict_is_read_back_as_it_was_written(void **state)
{
	struct strbuf b = STRBUF_INIT;

	(void)state;
	for (int v = VERDICT_ACCEPTED; v <= VERDICT_VOID; v++) {
		struct ack a = accepted(), back;

		a.verdict = (enum verdict)v;
		a.merged_over = v;
		if (!verdict_stands(a.verdict)) {
			a.n = a.seq = 0;
			a.eh[0] = '\0';
			snprintf(a.why, sizeof(a.why), "taken");
			snprintf(a.who, sizeof(a.who), "åsa");
			snprintf(a.detail, sizeof(a.detail), "taken by Åsa \"Ö\"");
		}
		strbuf_clear(&b);
		/* What stood there before is gone after reading. */
		memset(&back, 'x', sizeof(back));
		assert_true(ack_write(&b, &a));
		assert_int_equal(ack_read(&back, strbuf_str(&b), NULL), ST_OK);
		assert_int_equal(back.verdict, v);
		assert_int_equal(back.merged_over, v);
		assert_int_equal(back.n, a.n);
		assert_int_equal(back.seq, a.seq);
		assert_string_equal(back.eh, a.eh);
		assert_string_equal(back.why, a.why);
		assert_string_equal(back.who, a.who);
		assert_string_equal(back.detail, a.detail);
		assert_string_equal(back.ah, HASH);
		assert_int_equal(back.ctr, 7);
		assert_int_equal(back.at, a.at);
	}
	strbuf_release(&b);
}

static void what_a_later_central_adds_is_passed_over(void **state)
{
	struct ack a = accepted(), back;
	struct strbuf b = STRBUF_INIT;

	(void)state;
	assert_true(ack_write(&b, &a));
	strbuf_cut(&b, b.len - 1);
	strbuf_adds(&b, ",\"later\":{\"x\":[1.5]}}");
	assert_int_equal(ack_read(&back, strbuf_str(&b), NULL), ST_OK);
	strbuf_release(&b);
}

static void an_acknowledgement_without_its_anchors_is_refused(void **state)
{
	static const char *const bad[] = {
		"{}",
		"[]",
		"",
		"<html>",
		"{\"iid\":\"" IID "\",\"ah\":\"" HASH "\",\"dev\":\"dev-1\",\"ctr\":7}",
		"{\"iid\":\"" IID "\",\"ah\":\"" HASH "\",\"dev\":\"dev-1\",\"ctr\":7,"
		"\"verdict\":\"perhaps\",\"case\":\"" CASE "\",\"epoch\":\"" EPOCH
		"\",\"at\":\"2026-11-23T04:09:01.000Z\"}",
		"{\"iid\":\"" IID "\",\"ah\":\"0\",\"dev\":\"dev-1\",\"ctr\":7,"
		"\"verdict\":\"accepted\",\"case\":\"" CASE "\",\"epoch\":\"" EPOCH
		"\",\"at\":\"2026-11-23T04:09:01.000Z\"}",
	};
	struct ack a;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct err why = ERR_INIT;

		assert_int_equal(ack_read(&a, str_of(bad[i]), &why), ST_BAD_INPUT);
		assert_string_equal(why.code, "ack-member");
	}
}

static void an_acknowledgement_without_a_verdict_is_not_written(void **state)
{
	struct ack a = accepted();
	struct strbuf b = STRBUF_INIT;

	(void)state;
	a.verdict = VERDICT_NONE;
	assert_false(ack_write(&b, &a));
	assert_int_equal(b.len, 0);
	strbuf_release(&b);
}

static void a_problem_is_read_back_with_what_its_code_brings(void **state)
{
	struct problem p = { 409, "ctr-gap", "ctr 9 came, \"7\" is awaited", 7, HASH, "", "a.b.c" },
		       back;
	struct strbuf b = STRBUF_INIT;

	(void)state;
	assert_true(problem_write(&b, &p));
	assert_string_equal(strbuf_cstr(&b),
			    "{\"type\":\"about:blank\",\"title\":\"Conflict\",\"status\":409,"
			    "\"code\":\"ctr-gap\",\"detail\":\"ctr 9 came, \\\"7\\\" is awaited\","
			    "\"expect\":7,\"last_hash\":\"" HASH "\",\"jws\":\"a.b.c\"}");
	assert_int_equal(problem_read(&back, strbuf_str(&b), NULL), ST_OK);
	assert_int_equal(back.status, 409);
	assert_string_equal(back.code, "ctr-gap");
	assert_string_equal(back.detail, p.detail);
	assert_int_equal(back.expect, 7);
	assert_string_equal(back.last_hash, HASH);
	assert_string_equal(back.h, "");
	assert_string_equal(back.jws, "a.b.c");
	strbuf_release(&b);
}

static void what_is_signed_of_a_problem_says_that_problem_and_no_other(void **state)
{
	const struct problem_said said = { "0198bbbb-0000-7000-8000-000000000001",
					   "0198aaaa-0000-7000-8000-000000000001", 1234 };
	const struct problem p = { 409, "ctr-gap", "ctr 9 came", 7, HASH, "", "" };
	struct problem other = p;
	struct strbuf word = STRBUF_INIT;
	struct problem_said seen = { .at = 0 };

	(void)state;
	assert_true(problem_word(&word, &p, &said));
	assert_false(problem_word_says(strbuf_str(&word), &p, &seen)); /* to another device */
	memcpy(seen.dev, said.dev, sizeof(seen.dev));
	assert_true(problem_word_says(strbuf_str(&word), &p, &seen));
	assert_int_equal(seen.at, 1234);
	assert_string_equal(seen.epoch, said.epoch);
	other.expect = 6;
	assert_false(problem_word_says(strbuf_str(&word), &other, &seen));
	other = p;
	other.last_hash[0] = other.last_hash[0] == '0' ? '1' : '0';
	assert_false(problem_word_says(strbuf_str(&word), &other, &seen));
	other = p;
	memcpy(other.h, HASH, HASH_TEXT);
	assert_false(problem_word_says(strbuf_str(&word), &other, &seen));
	other = p;
	memcpy(other.code, "needs-blob", sizeof("needs-blob"));
	assert_false(problem_word_says(strbuf_str(&word), &other, &seen));
	assert_false(problem_word_says(str_of("no word"), &p, &seen));
	assert_false(problem_word_says(str_of(""), &p, &seen));
	strbuf_release(&word);
}

static void a_detail_of_broken_bytes_does_not_cost_the_answer(void **state)
{
	struct problem p = { 400, "payload-syntax", "seen: \xff", 0, "", HASH, "" };
	struct strbuf b = STRBUF_INIT;

	(void)state;
	assert_true(problem_write(&b, &p));
	assert_int_equal(problem_read(&p, strbuf_str(&b), NULL), ST_OK);
	assert_string_equal(p.detail, "");
	assert_string_equal(p.h, HASH);
	strbuf_release(&b);
}

static void the_page_of_some_proxy_is_no_answer_of_ours(void **state)
{
	static const char *const bad[] = {
		"",
		"<html><body>502 Bad Gateway</body></html>",
		"{}",
		"[]",
		"null",
		"{\"status\":409}",
		"{\"code\":\"x\"}",
		"{\"status\":\"409\",\"code\":\"x\"}",
		"{\"status\":7,\"code\":\"x\"}",
		"{\"status\":409,\"code\":7}",
	};
	struct problem p;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct err why = ERR_INIT;

		assert_int_equal(problem_read(&p, str_of(bad[i]), &why), ST_BAD_INPUT);
		assert_string_equal(why.code, "not-ours");
		assert_int_equal(p.status, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_acknowledgement_tells_only_what_is_so),
		cmocka_unit_test(every_verdict_is_read_back_as_it_was_written),
		cmocka_unit_test(what_a_later_central_adds_is_passed_over),
		cmocka_unit_test(an_acknowledgement_without_its_anchors_is_refused),
		cmocka_unit_test(an_acknowledgement_without_a_verdict_is_not_written),
		cmocka_unit_test(a_problem_is_read_back_with_what_its_code_brings),
		cmocka_unit_test(what_is_signed_of_a_problem_says_that_problem_and_no_other),
		cmocka_unit_test(a_detail_of_broken_bytes_does_not_cost_the_answer),
		cmocka_unit_test(the_page_of_some_proxy_is_no_answer_of_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
