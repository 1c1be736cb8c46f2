/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "app/far.h"

#include "base/banned.h"

#define ID1 "0198cccc-0000-7000-8000-000000000001"
#define ID2 "0198cccc-0000-7000-8000-000000000002"
#define NEXT(id) "\"next\":{\"received_at\":\"2026-03-02T08:00:00.000Z\",\"case_id\":\"" id "\"}"

static bool next(const char *answer, struct far_place *at)
{
	struct json *j = NULL;
	bool on;

	assert_int_equal(json_read(&j, str_of(answer), NULL), ST_OK);
	on = far_next(j, at);
	json_free(j);
	return on;
}

static void a_page_without_a_case_is_followed_by_the_next(void **state)
{
	struct request q = REQUEST_INIT;
	struct far_place at = { .case_id = "" };

	(void)state;
	far_question(&q, "ny", 7, &at);
	assert_string_equal(strbuf_cstr(&q.body), "{\"filter\":\"ny\",\"limit\":7}");
	request_release(&q);
	assert_true(next("{\"cases\":[],\"more\":true," NEXT(ID1) "}", &at));
	assert_string_equal(at.case_id, ID1);
	far_question(&q, "ny", 7, &at);
	assert_non_null(strstr(strbuf_cstr(&q.body),
			       "\"before\":{\"received_at\":\"2026-03-02T08:00:00.000Z\","
			       "\"case_id\":\"" ID1 "\"}"));
	request_release(&q);
}

static void the_last_page_and_one_that_leads_nowhere_end_it(void **state)
{
	struct far_place at = { .case_id = "" };

	(void)state;
	assert_false(next("{\"cases\":[],\"more\":false}", &at));
	assert_false(next("{\"cases\":[],\"more\":false," NEXT(ID1) "}", &at));
	assert_false(next("{\"cases\":[],\"more\":true}", &at));
	assert_false(next("{\"cases\":[],\"more\":true," NEXT("x") "}", &at));
	assert_true(next("{\"cases\":[],\"more\":true," NEXT(ID1) "}", &at));
	assert_false(next("{\"cases\":[],\"more\":true," NEXT(ID1) "}", &at));
	assert_true(next("{\"cases\":[],\"more\":true," NEXT(ID2) "}", &at));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_without_a_case_is_followed_by_the_next),
		cmocka_unit_test(the_last_page_and_one_that_leads_nowhere_end_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
