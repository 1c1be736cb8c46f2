/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "domain/casetype.h"

#include "base/banned.h"

/* A small whole registry, line by line: [kind code] or field = value. */
static const char *const small[] = {
	"[committee BN]",	 "name.sv = Byggnadsnämnden",
	"name.en = Building",	 "diary_prefix = BN",
	"[unit bygg]",		 "name.sv = Bygg",
	"name.en = Building",	 "committee = BN",
	"[queue bygglov]",	 "name.sv = Bygglov",
	"name.en = Permits",	 "unit = bygg",
	"[casetype BYGGLOV]",	 "name.sv = Bygglov",
	"name.en = Permit",	 "version = 20",
	"class_code = 3.4.1",	 "law = PBL (2010:900) 9 kap.",
	"queue = bygglov",	 "target = 10 weeks",
	"document = Ansökan",	 "document = Situationsplan",
	"appeal = lansstyrelse", "outcome = bifall \"Bifall\" \"Approval\"",
	"delegation = BN-1",	 "outcome = avslag \"Avslag\" \"Refusal\"",
	"[casetype SKYLT_LOV]",	 "name.sv = Skylt",
	"name.en = Sign",	 "version = 1",
	"class_code = 3.4.4",	 "queue = bygglov",
	"target = 5 weeks",	 "outcome = bifall \"Bifall\" \"Approval\"",
};
enum { SMALL = sizeof(small) / sizeof(small[0]) };

static enum status feed(struct registry *r, const char *line, struct err *why)
{
	const char *cut = strchr(line, line[0] == '[' ? ' ' : '=');
	size_t n = strlen(line);

	assert_non_null(cut);
	if (line[0] == '[')
		return registry_section(r, (struct str){ line + 1, (size_t)(cut - line) - 1 },
					(struct str){ cut + 1, n - (size_t)(cut - line) - 2 }, why);
	return registry_field(r, (struct str){ line, (size_t)(cut - line) - 1 }, str_of(cut + 2),
			      why);
}

static void load_small(struct registry *r)
{
	struct err why = ERR_INIT;

	for (int i = 0; i < SMALL; i++)
		if (feed(r, small[i], &why) != ST_OK)
			fail_msg("%s: %s", small[i], why.text);
}

static void refuse(struct registry *r, const char *line, const char *code, const char *part)
{
	struct err why = ERR_INIT;

	if (feed(r, line, &why) != ST_BAD_INPUT)
		fail_msg("\"%s\" was taken", line);
	assert_string_equal(why.code, code);
	if (!strstr(why.text, part))
		fail_msg("\"%s\" does not say \"%s\"", why.text, part);
}

static void a_whole_registry_loads_and_is_found_by_code(void **state)
{
	struct registry r = REGISTRY_INIT;
	const struct casetype *t;

	(void)state;
	load_small(&r);
	assert_int_equal(registry_check(&r, NULL), ST_OK);
	assert_int_equal(r.committee_count, 1);
	assert_int_equal(r.unit_count, 1);
	assert_int_equal(r.queue_count, 1);
	assert_int_equal(r.type_count, 2);
	assert_string_equal(registry_committee(&r, "BN")->name.sv, "Byggnadsnämnden");
	assert_string_equal(registry_committee(&r, "BN")->diary_prefix, "BN");
	assert_string_equal(registry_unit(&r, "bygg")->committee, "BN");
	assert_string_equal(registry_queue(&r, "bygglov")->unit, "bygg");
	t = registry_type(&r, "BYGGLOV");
	assert_non_null(t);
	assert_int_equal(t->version, 20);
	assert_string_equal(t->class_code, "3.4.1");
	assert_string_equal(t->law, "PBL (2010:900) 9 kap.");
	assert_int_equal(t->target.count, 10);
	assert_int_equal(t->target.unit, SPAN_WEEKS);
	assert_int_equal(t->document_count, 2);
	assert_string_equal(t->documents[1], "Situationsplan");
	assert_int_equal(t->outcome_count, 2);
	assert_string_equal(casetype_outcome(t, "avslag")->sv, "Avslag");
	assert_string_equal(casetype_outcome(t, "avslag")->en, "Refusal");
	assert_null(casetype_outcome(t, "Avslag"));
	assert_string_equal(t->appeal, "lansstyrelse");
	assert_string_equal(t->delegation, "BN-1");
	assert_null(registry_type(&r, "NY"));
	assert_null(registry_queue(&r, "bygg"));
	registry_release(&r);
	registry_release(&r);
}

static void an_empty_registry_is_whole_and_finds_nothing(void **state)
{
	struct registry r = REGISTRY_INIT;

	(void)state;
	assert_int_equal(registry_check(&r, NULL), ST_OK);
	assert_null(registry_type(&r, "X"));
	assert_null(registry_nearest_type(&r, "X"));
	registry_release(&r);
}

static void sections_are_refused_with_what_was_probably_meant(void **state)
{
	struct registry r = REGISTRY_INIT;
	char line[200] = "[queue ";

	(void)state;
	load_small(&r);
	refuse(&r, "[casetyp X]", "section-unknown", "did you mean \"casetype\"?");
	refuse(&r, "[nonsense X]", "section-unknown", "there are committee");
	refuse(&r, "[queue ]", "code-malformed", "1-47");
	refuse(&r, "[queue a b]", "code-malformed", "a b");
	memset(line + 7, 'x', CODE_MAX);
	memcpy(line + 7 + CODE_MAX, "]", 2);
	refuse(&r, line, "code-malformed", "1-47");
	refuse(&r, "[queue bygglov]", "code-twice", "bygglov");
	assert_int_equal(r.queue_count, 1);
	registry_release(&r);
}

static void a_field_after_a_refused_section_has_no_place(void **state)
{
	struct registry r = REGISTRY_INIT;

	(void)state;
	refuse(&r, "name.sv = X", "field-unknown", "stands in no section");
	load_small(&r);
	refuse(&r, "[queue bygglov]", "code-twice", "already");
	refuse(&r, "name.sv = X", "field-unknown", "stands in no section");
	registry_release(&r);
}

static void fields_are_refused_by_name_and_by_form(void **state)
{
	static const struct {
		const char *section, *line, *code, *part;
	} cases[] = {
		{ "[casetype T]", "nmae.sv = X", "field-unknown", "did you mean \"name.sv\"?" },
		{ "[casetype T]", "colour = X", "field-unknown", "has no field \"colour\"" },
		{ "[queue q]", "target = 3 weeks", "field-unknown", "a queue has no field" },
		{ "[casetype T]", "name.sv = ", "field-malformed", "one line" },
		{ "[casetype T]", "name.sv = a\nb", "field-malformed", "one line" },
		{ "[casetype T]",
		  "name.sv = \x1b"
		  "a",
		  "field-malformed", "one line" },
		{ "[casetype T]", "name.sv = a\x1b", "field-malformed", "one line" },
		{ "[casetype T]", "name.sv = e\u0301", "field-malformed", "one line" },
		{ "[casetype T]", "name.sv = \xff", "field-malformed", "one line" },
		{ "[casetype T]", "version = 0", "field-malformed", "1 to 999999" },
		{ "[casetype T]", "version = -1", "field-malformed", "1 to 999999" },
		{ "[casetype T]", "version = 1234567", "field-malformed", "1 to 999999" },
		{ "[casetype T]", "version = ", "field-malformed", "1 to 999999" },
		{ "[casetype T]", "target = 70", "field-malformed", "working-days" },
		{ "[casetype T]", "target = 0 days", "field-malformed", "working-days" },
		{ "[casetype T]", "class_code = 3 4", "field-malformed", "a code" },
		{ "[casetype T]", "queue = ", "field-malformed", "a code" },
		{ "[casetype T]", "outcome = bifall", "field-malformed", "two names" },
		{ "[casetype T]", "outcome = bifall \"Bifall\"", "field-malformed", "two names" },
		{ "[casetype T]", "outcome = bifall \"a\" \"b\" c", "field-malformed",
		  "two names" },
		{ "[casetype T]", "outcome = bifall \"a\" \"b", "field-malformed", "two names" },
		{ "[casetype T]", "outcome = \"a\" \"b\" \"c\"", "field-malformed", "two names" },
		{ "[casetype T]", "outcome = x \"\" \"b\"", "field-malformed", "two names" },
		{ "[casetype T]", "document = ", "field-malformed", "one line" },
		{ "[committee C]", "diary_prefix = bn", "field-malformed", "letters A-Z" },
		{ "[committee C]", "diary_prefix = B1", "field-malformed", "letters A-Z" },
		{ "[committee C]", "diary_prefix = ABCDEFGHIJKLMNOP", "field-too-long", "15" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct registry r = REGISTRY_INIT;

		assert_int_equal(feed(&r, cases[i].section, NULL), ST_OK);
		refuse(&r, cases[i].line, cases[i].code, cases[i].part);
		registry_release(&r);
	}
}

static void texts_have_their_ceilings_and_are_given_once(void **state)
{
	struct registry r = REGISTRY_INIT;
	char line[NAME_MAX_BYTES + 40];

	(void)state;
	assert_int_equal(feed(&r, "[casetype T]", NULL), ST_OK);
	snprintf(line, sizeof(line), "name.sv = %0*d", NAME_MAX_BYTES, 1);
	refuse(&r, line, "field-too-long", "160 bytes; 159 is the most");
	snprintf(line, sizeof(line), "name.sv = %0*d", NAME_MAX_BYTES - 1, 1);
	assert_int_equal(feed(&r, line, NULL), ST_OK);
	refuse(&r, "name.sv = X", "field-malformed", "second time");
	assert_int_equal(feed(&r, "version = 2", NULL), ST_OK);
	refuse(&r, "version = 3", "field-malformed", "second time");
	assert_int_equal(feed(&r, "target = 70 days", NULL), ST_OK);
	refuse(&r, "target = 7 days", "field-malformed", "second time");
	snprintf(line, sizeof(line), "outcome = %0*d \"a\" \"b\"", CODE_MAX, 1);
	refuse(&r, line, "field-too-long", "47 is the most");
	assert_int_equal(feed(&r, "outcome = a \"A\" \"B\"", NULL), ST_OK);
	refuse(&r, "outcome = a \"C\" \"D\"", "code-twice", "outcome \"a\"");
	registry_release(&r);
}

static void lists_and_tables_have_their_ceilings(void **state)
{
	struct registry r = REGISTRY_INIT;
	char line[80];

	(void)state;
	assert_int_equal(feed(&r, "[casetype T]", NULL), ST_OK);
	for (int i = 0; i < LIST_MAX; i++) {
		snprintf(line, sizeof(line), "document = D%d", i);
		assert_int_equal(feed(&r, line, NULL), ST_OK);
		snprintf(line, sizeof(line), "outcome = o%d \"A\" \"B\"", i);
		assert_int_equal(feed(&r, line, NULL), ST_OK);
	}
	refuse(&r, "document = D", "too-many", "16 times document");
	refuse(&r, "outcome = o \"A\" \"B\"", "too-many", "16 times outcome");
	for (int i = 0; i < REGISTRY_MAX; i++) {
		snprintf(line, sizeof(line), "[queue q%d]", i);
		assert_int_equal(feed(&r, line, NULL), ST_OK);
	}
	refuse(&r, "[queue q]", "too-many", "512");
	registry_release(&r);
}

/* Load the small registry with one line left out or another put in its
 * place, and see what the check says. */
static void check_with(int line, const char *instead, const char *code, const char *part)
{
	struct registry r = REGISTRY_INIT;
	struct err why = ERR_INIT;

	for (int i = 0; i < SMALL; i++)
		if (i != line)
			assert_int_equal(feed(&r, small[i], NULL), ST_OK);
		else if (instead)
			assert_int_equal(feed(&r, instead, NULL), ST_OK);
	assert_int_equal(registry_check(&r, &why), ST_BAD_INPUT);
	assert_string_equal(why.code, code);
	if (!strstr(why.text, part))
		fail_msg("\"%s\" does not say \"%s\"", why.text, part);
	registry_release(&r);
}

static void what_is_missing_is_named_with_its_section(void **state)
{
	static const char *const optional[] = { "law", "document", "appeal", "delegation" };

	(void)state;
	for (int i = 0; i < SMALL; i++) {
		char field[40], part[60];
		bool may_lack = false;

		/* BYGGLOV has two outcomes; the last section shows the loss. */
		if (small[i][0] == '[' || (i < SMALL - 1 && strncmp(small[i], "outcome", 7) == 0))
			continue;
		snprintf(field, sizeof(field), "%.*s", (int)strcspn(small[i], " "), small[i]);
		for (size_t k = 0; k < 4; k++)
			may_lack = may_lack || strcmp(field, optional[k]) == 0;
		if (may_lack)
			continue;
		snprintf(part, sizeof(part), "] has no %s", field);
		check_with(i, NULL, "field-missing", part);
	}
}

static void what_is_named_and_not_there_is_told_with_the_nearest(void **state)
{
	(void)state;
	check_with(7, "committee = BNN", "reference-unknown",
		   "[unit bygg] names the committee \"BNN\", which is not there; did you mean"
		   " \"BN\"?");
	check_with(11, "unit = gata", "reference-unknown", "the unit \"gata\", which is not there");
	check_with(18, "queue = byglov", "reference-unknown", "did you mean \"bygglov\"?");
}

static void the_nearest_type_is_found_by_its_letters(void **state)
{
	struct registry r = REGISTRY_INIT;

	(void)state;
	load_small(&r);
	assert_string_equal(registry_nearest_type(&r, "BYGLOV"), "BYGGLOV");
	assert_string_equal(registry_nearest_type(&r, "bygglov"), "BYGGLOV");
	assert_string_equal(registry_nearest_type(&r, "XYGGLOV"), "BYGGLOV");
	assert_string_equal(registry_nearest_type(&r, "YGGLO"), "BYGGLOV");
	assert_null(registry_nearest_type(&r, "XXGGLXV"));
	assert_string_equal(registry_nearest_type(&r, "SKYLTLOV"), "SKYLT_LOV");
	assert_string_equal(registry_nearest_type(&r, "SKYTL_LOV"), "SKYLT_LOV");
	assert_null(registry_nearest_type(&r, "FARDTJANST"));
	assert_null(registry_nearest_type(&r, ""));
	assert_null(registry_nearest_type(
		&r, "BYGGLOVBYGGLOVBYGGLOVBYGGLOVBYGGLOVBYGGLOVBYGGLOVBYGGLOV"));
	registry_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_registry_loads_and_is_found_by_code),
		cmocka_unit_test(an_empty_registry_is_whole_and_finds_nothing),
		cmocka_unit_test(sections_are_refused_with_what_was_probably_meant),
		cmocka_unit_test(a_field_after_a_refused_section_has_no_place),
		cmocka_unit_test(fields_are_refused_by_name_and_by_form),
		cmocka_unit_test(texts_have_their_ceilings_and_are_given_once),
		cmocka_unit_test(lists_and_tables_have_their_ceilings),
		cmocka_unit_test(what_is_missing_is_named_with_its_section),
		cmocka_unit_test(what_is_named_and_not_there_is_told_with_the_nearest),
		cmocka_unit_test(the_nearest_type_is_found_by_its_letters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
