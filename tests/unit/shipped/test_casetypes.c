/* SPDX-License-Identifier: EUPL-1.2 */
/* The case types that are shipped, read as the central reads them. Run from
 * the top of the tree. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "conf/parse.h"
#include "domain/casetype.h"

#include "base/banned.h"

static enum status on_section(void *ctx, struct str kind, struct str code, struct err *why)
{
	return registry_section(ctx, kind, code, why);
}

static enum status on_field(void *ctx, struct str name, struct str value, struct err *why)
{
	return registry_field(ctx, name, value, why);
}

static int load(void **state)
{
	static struct registry r = REGISTRY_INIT;
	struct conf_handler h = { on_section, on_field, &r };
	struct err why = ERR_INIT;

	*state = &r;
	if (conf_parse_dir("conf/casetypes", &h, &why) == ST_OK
	    && registry_check(&r, &why) == ST_OK)
		return 0;
	print_error("%s\n", why.text);
	return -1;
}

static int drop(void **state)
{
	registry_release(*state);
	return 0;
}

static void the_shipped_files_are_whole_and_large_enough_to_try(void **state)
{
	const struct registry *r = *state;

	assert_true(r->type_count >= 14);
	assert_true(r->unit_count >= 5);
	assert_true(r->committee_count >= 4);
}

static void assert_ascii(const char *code)
{
	for (; *code; code++)
		assert_true((unsigned char)*code < 0x80);
}

static void codes_are_ascii_so_that_every_keyboard_has_them(void **state)
{
	const struct registry *r = *state;

	for (int i = 0; i < r->committee_count; i++)
		assert_ascii(r->committees[i].name.code);
	for (int i = 0; i < r->unit_count; i++)
		assert_ascii(r->units[i].name.code);
	for (int i = 0; i < r->queue_count; i++)
		assert_ascii(r->queues[i].name.code);
	for (int i = 0; i < r->type_count; i++) {
		assert_ascii(r->types[i].name.code);
		for (int k = 0; k < r->types[i].outcome_count; k++)
			assert_ascii(r->types[i].outcomes[k].code);
	}
}

static void every_unit_has_a_queue_and_every_committee_a_unit(void **state)
{
	const struct registry *r = *state;

	for (int i = 0; i < r->unit_count; i++) {
		int queues = 0;

		for (int k = 0; k < r->queue_count; k++)
			queues += strcmp(r->queues[k].unit, r->units[i].name.code) == 0;
		assert_true(queues >= 1);
	}
	for (int i = 0; i < r->committee_count; i++) {
		int units = 0;

		for (int k = 0; k < r->unit_count; k++)
			units += strcmp(r->units[k].committee, r->committees[i].name.code) == 0;
		assert_true(units >= 1);
	}
}

static void diary_letters_and_class_codes_tell_their_rows_apart(void **state)
{
	const struct registry *r = *state;

	for (int i = 0; i < r->committee_count; i++)
		for (int k = 0; k < i; k++)
			assert_string_not_equal(r->committees[i].diary_prefix,
						r->committees[k].diary_prefix);
	for (int i = 0; i < r->type_count; i++)
		for (int k = 0; k < i; k++)
			assert_string_not_equal(r->types[i].class_code, r->types[k].class_code);
}

static void every_type_says_its_law_and_what_the_applicant_hands_in(void **state)
{
	const struct registry *r = *state;

	for (int i = 0; i < r->type_count; i++) {
		assert_true(r->types[i].law[0] != '\0');
		assert_true(r->types[i].document_count >= 1);
		assert_true(r->types[i].outcome_count >= 2);
	}
}

/* terms.md: dismissal and discontinuation are two outcomes. */
static void what_can_be_approved_can_be_refused_dismissed_and_discontinued(void **state)
{
	const struct registry *r = *state;

	for (int i = 0; i < r->type_count; i++) {
		const struct casetype *t = &r->types[i];

		assert_non_null(casetype_outcome(t, "avskrivning"));
		if (casetype_outcome(t, "bifall"))
			assert_non_null(casetype_outcome(t, "avslag"));
		if (casetype_outcome(t, "delvis_bifall"))
			assert_non_null(casetype_outcome(t, "avvisning"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_shipped_files_are_whole_and_large_enough_to_try),
		cmocka_unit_test(codes_are_ascii_so_that_every_keyboard_has_them),
		cmocka_unit_test(every_unit_has_a_queue_and_every_committee_a_unit),
		cmocka_unit_test(diary_letters_and_class_codes_tell_their_rows_apart),
		cmocka_unit_test(every_type_says_its_law_and_what_the_applicant_hands_in),
		cmocka_unit_test(what_can_be_approved_can_be_refused_dismissed_and_discontinued),
	};

	return cmocka_run_group_tests(tests, load, drop);
}
