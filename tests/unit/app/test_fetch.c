/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "app/fetch.h"
#include "sign/hash.h"

#include "base/banned.h"

#define CASE "01980000-0000-7000-8000-000000000001"
enum { LEN = 200 * 1000 };

static struct strbuf original = STRBUF_INIT;

static int make_original(void **state)
{
	(void)state;
	for (int i = 0; i < LEN; i++)
		strbuf_addc(&original, (char)('a' + i % 23));
	return original.failed;
}

static int drop_original(void **state)
{
	(void)state;
	strbuf_release(&original);
	return 0;
}

static void begin(struct fetch *f)
{
	char h[HASH_TEXT];

	sha256_hex(h, strbuf_str(&original));
	fetch_begin(f, CASE, h, LEN);
}

/* The part that is asked for, as the central gives it. */
static void part(const struct fetch *f, struct reply *r)
{
	struct request ask = REQUEST_INIT;
	int64_t to;

	fetch_ask(f, &ask);
	to = ask.range_to < LEN ? ask.range_to : LEN;
	reply_clear(r);
	r->status = 206;
	r->range_from = ask.range_from;
	r->range_total = LEN;
	strbuf_set(&r->body, original.data + ask.range_from, (size_t)(to - ask.range_from));
	request_release(&ask);
}

static void parts_become_the_whole_and_a_lost_one_goes_on_where_it_was(void **state)
{
	struct fetch f = FETCH_INIT;
	struct reply r = REPLY_INIT, lost = REPLY_INIT;
	struct err why = ERR_INIT;
	enum fetch_state st = FETCH_MORE;

	(void)state;
	assert_false(fetch_on(&f));
	begin(&f);
	assert_int_equal(fetch_percent(&f), 0);
	part(&f, &r);
	assert_int_equal(r.range_from, 0);
	assert_int_equal(fetch_take(&f, &r, &why), FETCH_MORE);
	assert_int_equal(fetch_percent(&f), 32);
	assert_int_equal(fetch_take(&f, &lost, &why), FETCH_LOST);
	assert_int_equal(fetch_percent(&f), 32);
	part(&f, &r);
	assert_int_equal(r.range_from, FETCH_PART);
	for (int i = 0; i < 10 && st == FETCH_MORE; i++) {
		part(&f, &r);
		st = fetch_take(&f, &r, &why);
	}
	assert_int_equal(st, FETCH_DONE);
	assert_int_equal(f.bytes.len, LEN);
	assert_memory_equal(f.bytes.data, original.data, LEN);
	reply_release(&r);
	fetch_release(&f);
}

static void a_whole_answer_is_taken_and_one_of_another_length_is_not(void **state)
{
	struct fetch f = FETCH_INIT;
	struct reply r = REPLY_INIT;
	struct err why = ERR_INIT;

	(void)state;
	begin(&f);
	r.status = 200;
	strbuf_set(&r.body, original.data, LEN);
	assert_int_equal(fetch_take(&f, &r, &why), FETCH_DONE);
	begin(&f);
	strbuf_cut(&r.body, LEN - 1);
	assert_int_equal(fetch_take(&f, &r, &why), FETCH_CHANGED);
	assert_string_equal(why.code, "document-changed");
	reply_release(&r);
	fetch_release(&f);
}

static void other_bytes_and_other_parts_than_asked_for_are_refused(void **state)
{
	static const struct {
		int64_t from, total;
		size_t n;
	} wrong[] = {
		{ 1, LEN, 10 },	     { 0, LEN + 1, 10 }, { 0, 0, 10 },
		{ 0, LEN, LEN + 1 }, { 0, LEN, 0 },
	};
	struct fetch f = FETCH_INIT;
	struct reply r = REPLY_INIT;
	struct err why = ERR_INIT;

	(void)state;
	strbuf_addc(&original, 'x');
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		begin(&f);
		reply_clear(&r);
		r.status = 206;
		r.range_from = wrong[i].from;
		r.range_total = wrong[i].total;
		strbuf_set(&r.body, original.data, wrong[i].n);
		assert_int_equal(fetch_take(&f, &r, &why), FETCH_CHANGED);
		assert_int_equal(f.bytes.len, 0);
	}
	strbuf_cut(&original, LEN);
	begin(&f);
	reply_clear(&r);
	r.status = 200;
	strbuf_set(&r.body, original.data, LEN);
	r.body.data[LEN / 2] ^= 1;
	assert_int_equal(fetch_take(&f, &r, &why), FETCH_CHANGED);
	assert_int_equal(f.bytes.len, 0);
	reply_release(&r);
	fetch_release(&f);
}

static void the_central_s_no_is_told_and_its_haste_is_waited_for(void **state)
{
	static const struct {
		int status;
		enum fetch_state want;
	} rows[] = {
		{ 404, FETCH_REFUSED }, { 403, FETCH_REFUSED }, { 429, FETCH_LOST },
		{ 503, FETCH_LOST },	{ 401, FETCH_LOST },	{ 416, FETCH_CHANGED },
	};
	struct fetch f = FETCH_INIT;
	struct reply r = REPLY_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err why = ERR_INIT;

		begin(&f);
		reply_clear(&r);
		r.status = rows[i].status;
		strbuf_sets(&r.body, "{\"status\":404,\"code\":\"document-unknown\"}");
		assert_int_equal(fetch_take(&f, &r, &why), rows[i].want);
		if (rows[i].want == FETCH_REFUSED)
			assert_string_equal(why.code, "document-unknown");
	}
	reply_release(&r);
	fetch_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_become_the_whole_and_a_lost_one_goes_on_where_it_was),
		cmocka_unit_test(a_whole_answer_is_taken_and_one_of_another_length_is_not),
		cmocka_unit_test(other_bytes_and_other_parts_than_asked_for_are_refused),
		cmocka_unit_test(the_central_s_no_is_told_and_its_haste_is_waited_for),
	};

	return cmocka_run_group_tests(tests, make_original, drop_original);
}
