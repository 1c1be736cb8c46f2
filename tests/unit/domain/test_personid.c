/* SPDX-License-Identifier: EUPL-1.2 */
/* Numbers in this file are the authority's published examples; the others
 * are read from its list of numbers that belong to nobody. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "domain/personid.h"

#include "base/banned.h"

static const struct day today = { 2026, 11, 23 };

static void assert_person(const char *text, struct day on, const char *twelve)
{
	char out[13] = "";
	struct err why = ERR_INIT;

	if (person_no_parse(out, str_of(text), on, &why) != ST_OK)
		fail_msg("%s: %s", text, why.text);
	assert_string_equal(out, twelve);
}

static void refuse(struct str text, const char *code)
{
	char out[13] = "untouched";
	struct err why = ERR_INIT;

	assert_int_equal(person_no_parse(out, text, today, &why), ST_BAD_INPUT);
	assert_string_equal(why.code, code);
	assert_string_equal(out, "untouched");
	if (text.n > 3)
		assert_null(strstr(why.text, text.p));
}

static void a_number_is_read_in_its_four_forms(void **state)
{
	(void)state;
	assert_person("196408233234", today, "196408233234");
	assert_person("19640823-3234", today, "196408233234");
	assert_person("640823-3234", today, "196408233234");
	assert_person("640823+3234", today, "186408233234");
}

static void the_sign_turns_to_plus_in_the_year_of_the_hundredth_birthday(void **state)
{
	(void)state;
	assert_person("640823-3234", (struct day){ 2063, 12, 31 }, "196408233234");
	assert_person("640823+3234", (struct day){ 2064, 1, 1 }, "196408233234");
	assert_person("640823-3234", (struct day){ 2064, 8, 23 }, "206408233234");
}

static void a_day_to_come_is_refused(void **state)
{
	char out[13];
	struct err why = ERR_INIT;

	(void)state;
	assert_int_equal(
		person_no_parse(out, str_of("640823-3234"), (struct day){ 2064, 8, 22 }, &why),
		ST_BAD_INPUT);
	assert_string_equal(why.code, "personal-number-date");
}

static void a_coordination_number_has_sixty_added_to_its_day(void **state)
{
	char no[13];

	(void)state;
	assert_person("701063-2391", today, "197010632391");
	assert_int_equal(person_no_parse(no, str_of("701063-2391"), today, NULL), ST_OK);
	assert_true(person_no_is_coordination(no));
	assert_int_equal(person_no_parse(no, str_of("640823-3234"), today, NULL), ST_OK);
	assert_false(person_no_is_coordination(no));
	assert_false(person_no_is_coordination("197010602391"));
	refuse(str_of("197010602391"), "personal-number-date");
	refuse(str_of("197010922391"), "personal-number-date");
	refuse(str_of("197002902391"), "personal-number-date");
}

static void a_malformed_number_is_refused_and_never_repeated(void **state)
{
	static const char *const bad[] = { "",
					   "1",
					   "6408233234",
					   "640823 3234",
					   "640823-323",
					   "640823-32345",
					   "64082-33234",
					   "19640823+3234",
					   "1964-08233234",
					   "640823--234",
					   "64O823-3234",
					   "640823-32E4",
					   "1964082332345",
					   " 196408233234",
					   "196408230004" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		refuse(str_of(bad[i]), "personal-number-form");
	refuse((struct str){ "640823-\0234", 11 }, "personal-number-form");
	refuse((struct str){ "19640\0023-3234", 13 }, "personal-number-form");
	refuse(str_of("640823-3235"), "personal-number-check");
	refuse(str_of("640832-3234"), "personal-number-date");
	refuse(str_of("640023-3234"), "personal-number-date");
	refuse(str_of("176408233234"), "personal-number-date");
}

static void a_number_is_shown_with_its_sign(void **state)
{
	char out[12];

	(void)state;
	person_no_display(out, "196408233234", today);
	assert_string_equal(out, "640823-3234");
	person_no_display(out, "196408233234", (struct day){ 2063, 12, 31 });
	assert_string_equal(out, "640823-3234");
	person_no_display(out, "196408233234", (struct day){ 2064, 1, 1 });
	assert_string_equal(out, "640823+3234");
}

static void organisation_numbers_of_public_bodies_are_read(void **state)
{
	char out[11];
	struct err why = ERR_INIT;

	(void)state;
	assert_int_equal(org_no_parse(out, str_of("212000-0142"), &why), ST_OK);
	assert_string_equal(out, "2120000142");
	assert_int_equal(org_no_parse(out, str_of("212000-1355"), &why), ST_OK);
	assert_string_equal(out, "2120001355");
}

static void malformed_organisation_numbers_are_refused(void **state)
{
	static const char *const bad[] = { "",
					   "2120000142",
					   "212000 0142",
					   "212000-014",
					   "212000-01422",
					   "21200a-0142",
					   "640823-3234",
					   "012000-0142",
					   "211000-0142" };
	char out[11];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct err why = ERR_INIT;
		enum status st = org_no_parse(out, str_of(bad[i]), &why);

		/* The third digit of 640823 is 0, that of 211000 is 1. */
		assert_int_equal(st, ST_BAD_INPUT);
		assert_string_equal(why.code, "organisation-number-form");
	}
	struct err why = ERR_INIT;

	assert_int_equal(org_no_parse(out, str_of("212000-0143"), &why), ST_BAD_INPUT);
	assert_string_equal(why.code, "organisation-number-check");
	assert_null(strstr(why.text, "212000"));
}

/* --- the authority's list ----------------------------------------------------- */
static char *read_list(void)
{
	const char *dir = getenv("SLUSS_DATA");
	char path[4096];
	char *text;
	FILE *f;

	if (!dir) {
		print_message("SLUSS_DATA is not set: the list of test numbers is not here\n");
		skip();
	}
	snprintf(path, sizeof(path), "%s/testpersonnummer.json", dir);
	f = fopen(path, "r");
	if (!f)
		fail_msg("%s cannot be opened", path);
	text = calloc(1, 1 << 20);
	assert_non_null(text);
	assert_true(fread(text, 1, (1 << 20) - 1, f) > 1000);
	fclose(f);
	return text;
}

/* The next "..." from *p up to `end`; *p is moved past it. */
static bool next_quoted(const char **p, const char *end, struct str *out)
{
	const char *from = strchr(*p, '"');
	const char *to = from ? strchr(from + 1, '"') : NULL;

	if (!to || to >= end)
		return false;
	*out = (struct str){ from + 1, (size_t)(to - from) - 1 };
	*p = to + 1;
	return true;
}

static void published_numbers_that_belong_to_nobody_are_taken(void **state)
{
	char *text = read_list();
	const char *p = strstr(text, "\"sample_2000_born_1930_2008\": [");
	const char *end;
	struct str no;
	int n = 0;

	(void)state;
	assert_non_null(p);
	p = strchr(p, '[');
	end = strchr(p, ']');
	for (; next_quoted(&p, end, &no); n++) {
		char out[13], shown[12], back[13];

		assert_int_equal(person_no_parse(out, no, today, NULL), ST_OK);
		person_no_display(shown, out, today);
		assert_int_equal(person_no_parse(back, str_of(shown), today, NULL), ST_OK);
		assert_string_equal(back, out);
	}
	assert_int_equal(n, 2000);
	free(text);
}

static void numbers_that_must_be_refused_are(void **state)
{
	char *text = read_list();
	const char *p = strstr(text, "\"must_be_refused\": [");
	const char *end;
	int n = 0;

	(void)state;
	assert_non_null(p);
	end = strchr(p, ']');
	while ((p = strstr(p, "\"number\": ")) && p < end) {
		struct str no;
		char out[13];

		p += strlen("\"number\": ");
		assert_true(next_quoted(&p, end, &no));
		assert_int_equal(person_no_parse(out, no, today, NULL), ST_BAD_INPUT);
		n++;
	}
	assert_int_equal(n, 16);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_number_is_read_in_its_four_forms),
		cmocka_unit_test(the_sign_turns_to_plus_in_the_year_of_the_hundredth_birthday),
		cmocka_unit_test(a_day_to_come_is_refused),
		cmocka_unit_test(a_coordination_number_has_sixty_added_to_its_day),
		cmocka_unit_test(a_malformed_number_is_refused_and_never_repeated),
		cmocka_unit_test(a_number_is_shown_with_its_sign),
		cmocka_unit_test(organisation_numbers_of_public_bodies_are_read),
		cmocka_unit_test(malformed_organisation_numbers_are_refused),
		cmocka_unit_test(published_numbers_that_belong_to_nobody_are_taken),
		cmocka_unit_test(numbers_that_must_be_refused_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
