/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "app/hits.h"

#include "base/banned.h"

/* What is shown of `text`; "" = no hit. */
static void shows(const char *filter, enum filter_field field, const char *text, const char *wanted)
{
	struct filter f = FILTER_INIT;
	struct filter_env env = { .me = "", .today = { 2026, 11, 23 }, .typing = true };
	struct strbuf out = STRBUF_INIT;

	assert_int_equal(filter_parse(&f, str_of(filter), &env, NULL, NULL), ST_OK);
	assert_int_equal(hits_mark(&out, str_of(text), &f, field), wanted[0] != '\0');
	assert_string_equal(strbuf_cstr(&out), wanted);
	strbuf_release(&out);
	filter_release(&f);
}

static void a_word_is_marked_where_it_stands(void **state)
{
	(void)state;
	shows("carport", BY_TEXT, "Bygglov, carport Ekvägen 4", "Bygglov, «carport» Ekvägen 4");
	shows("carp", BY_TEXT, "Carporten och carport", "«Carporten» och «carport»");
	shows("carp ek", BY_TEXT, "Carport vid Ekvägen", "Carport vid «Ekvägen»");
	shows("carport ek", BY_TEXT, "Carport vid Ekvägen", "«Carport» vid «Ekvägen»");
	shows("\"vid ekvägen\"", BY_TEXT, "Carport vid Ekvägen", "Carport «vid» «Ekvägen»");
	shows("växthus", BY_TEXT, "Carport vid Ekvägen", "");
	shows("", BY_TEXT, "Carport", "");
}

static void a_ring_is_found_in_all_its_forms_and_only_when_typed_as_one(void **state)
{
	(void)state;
	shows("åkesson", BY_PARTY, "Åkesson, Britt", "«Åkesson», Britt");
	shows("A\u030Akesson", BY_PARTY, "Åkesson, Britt", "«Åkesson», Britt");
	shows("\u212Bkesson", BY_PARTY, "A\u030Akesson, Britt", "«A\u030Akesson», Britt");
	shows("akesson", BY_PARTY, "Åkesson, Britt", "«Åkesson», Britt");
	shows("åkesson", BY_PARTY, "Akesson, Britt", "");
}

static void what_must_not_be_there_is_no_hit(void **state)
{
	(void)state;
	shows("-carport vid", BY_TEXT, "Carport vid Ekvägen", "Carport «vid» Ekvägen");
	shows("inte (carport eller vid)", BY_TEXT, "Carport vid Ekvägen", "");
	shows("part:ek", BY_TEXT, "Carport vid Ekvägen", "");
	shows("part:ek", BY_PARTY, "Ek, Britt", "«Ek», Britt");
	shows("(carport eller altan) öppen", BY_TEXT, "Altan", "«Altan»");
}

static void a_hit_far_in_brings_its_surroundings(void **state)
{
	(void)state;
	shows("carport", BY_TEXT,
	      "Ansökan om bygglov för tillbyggnad av enbostadshus och nybyggnad av carport i dag",
	      "… och nybyggnad av «carport» i dag");
}

static void a_hostile_text_is_walked_through_to_its_end(void **state)
{
	(void)state;
	shows("x", BY_TEXT, "\xff\xfe x \x1b[31m x", "\xff\xfe «x» \x1b[31m «x»");
	shows("x", BY_TEXT, "\xC3", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_word_is_marked_where_it_stands),
		cmocka_unit_test(a_ring_is_found_in_all_its_forms_and_only_when_typed_as_one),
		cmocka_unit_test(what_must_not_be_there_is_no_hit),
		cmocka_unit_test(a_hit_far_in_brings_its_surroundings),
		cmocka_unit_test(a_hostile_text_is_walked_through_to_its_end),
	};

	return cmocka_run_group_tests_name("hits", tests, NULL, NULL);
}
