/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "app/proposals.h"

#include "base/banned.h"

#define CASE "0198cccc-0000-7000-8000-000000000001"
#define ROW(what, entry)                                                                           \
	"{\"case_id\":\"" CASE "\",\"diary_no\":\"BN 2026-1\",\"n\":7,\"officer\":\"rosa\","       \
	"\"at\":\"2026-11-01T10:00:00.000Z\",\"until\":\"2026-12-01T10:00:00.000Z\","              \
	"\"what\":\"" what "\",\"entry\":" entry ",\"document\":\"\",\"ground\":\"misfiled\","     \
	"\"why\":\"Fel kommun\"}"

static void what_waits_is_read_in_words(void **state)
{
	struct proposals p = PROPOSALS_INIT;
	char what[48];

	(void)state;
	assert_int_equal(proposals_read(&p,
					str_of("{\"erasures\":[" ROW("case", "null") "," ROW(
						"entry", "4") "," ROW("document", "1") "]}"),
					NULL),
			 ST_OK);
	assert_int_equal(p.count, 3);
	assert_string_equal(p.rows[0].case_id, CASE);
	assert_string_equal(p.rows[0].at, "2026-11-01");
	assert_string_equal(p.rows[0].until, "2026-12-01");
	assert_string_equal(strbuf_cstr(&p.rows[0].why), "Fel kommun");
	assert_int_equal(p.rows[0].n, 7);
	assert_false(p.rows[0].outgrown); /* a central that does not know says nothing */
	proposal_what(what, &p.rows[0]);
	assert_string_equal(what, "hela ärendet");
	proposal_what(what, &p.rows[1]);
	assert_string_equal(what, "post 4");
	proposal_what(what, &p.rows[2]);
	assert_string_equal(what, "handling i post 1");
	proposals_release(&p);
}

static void a_case_that_has_grown_is_known_as_such(void **state)
{
	static const char row[] =
		"{\"erasures\":[{\"case_id\":\"" CASE "\",\"officer\":\"rosa\",\"n\":7,"
		"\"what\":\"case\",\"why\":\"x\",\"outgrown\":true}]}";
	struct proposals p = PROPOSALS_INIT;

	(void)state;
	assert_int_equal(proposals_read(&p, str_of(row), NULL), ST_OK);
	assert_int_equal(p.count, 1);
	assert_true(p.rows[0].outgrown);
	proposals_release(&p);
}

static void ones_own_proposals_wait_for_others(void **state)
{
	struct proposals p = PROPOSALS_INIT;

	(void)state;
	assert_int_equal(proposals_read(&p, str_of("{\"erasures\":[" ROW("entry", "4") "]}"), NULL),
			 ST_OK);
	assert_int_equal(proposals_for(&p, "rosa"), 0);
	assert_int_equal(proposals_for(&p, "ragnar"), 1);
	proposals_release(&p);
}

/* Nobody confirms what is not told, and "entry" without a number is no case. */
static void a_row_that_lacks_what_is_confirmed_is_left_out(void **state)
{
	struct proposals p = PROPOSALS_INIT;

	(void)state;
	assert_int_equal(proposals_read(&p,
					str_of("{\"erasures\":[" ROW("entry", "null") "," ROW(
						"other", "null") ",{},7," ROW("entry", "4") "]}"),
					NULL),
			 ST_OK);
	assert_int_equal(p.count, 1);
	assert_int_equal(p.rows[0].entry, 4);
	assert_int_equal(proposals_read(&p, str_of("{\"devices\":[]}"), NULL), ST_BROKEN);
	assert_int_equal(p.count, 0);
	proposals_release(&p);
}

static void more_than_can_be_listed_is_no_harm(void **state)
{
	struct proposals p = PROPOSALS_INIT;
	struct strbuf body = STRBUF_INIT;

	(void)state;
	strbuf_adds(&body, "{\"erasures\":[" ROW("entry", "1"));
	for (int i = 0; i < PROPOSALS_MAX + 10; i++)
		strbuf_adds(&body, "," ROW("entry", "1"));
	strbuf_adds(&body, "]}");
	assert_int_equal(proposals_read(&p, strbuf_str(&body), NULL), ST_OK);
	assert_int_equal(p.count, PROPOSALS_MAX);
	proposals_release(&p);
	strbuf_release(&body);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_waits_is_read_in_words),
		cmocka_unit_test(a_case_that_has_grown_is_known_as_such),
		cmocka_unit_test(ones_own_proposals_wait_for_others),
		cmocka_unit_test(a_row_that_lacks_what_is_confirmed_is_left_out),
		cmocka_unit_test(more_than_can_be_listed_is_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
