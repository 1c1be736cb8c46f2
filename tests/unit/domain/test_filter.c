/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "domain/filter.h"

#include "base/banned.h"

/* A small municipality: code, name. */
static const struct {
	enum filter_field field;
	const char *code, *sv;
} codes[] = {
	{ BY_QUEUE, "bygglov", "Bygglov" },    { BY_QUEUE, "byggtillsyn", "Tillsyn" },
	{ BY_QUEUE, "miljo", "Miljö" },	       { BY_UNIT, "bygg", "Bygg och plan" },
	{ BY_UNIT, "miljo", "Miljöenheten" },  { BY_TYPE, "BYGGLOV", "Bygglov" },
	{ BY_TYPE, "TILLSYN", "Tillsyn" },     { BY_ASSIGNEE, "anna.berg", "Anna Berg" },
	{ BY_ASSIGNEE, "jan.vd", "Jan Vård" }, { BY_DECISION, "bifall", "Bifall" },
	{ BY_DECISION, "avslag", "Avslag" },
};
enum { CODES = sizeof(codes) / sizeof(codes[0]) };

static bool begins(const char *name, struct str word, bool exact)
{
	struct strbuf b = STRBUF_INIT;
	bool fits;

	utf8_fold(&b, str_of(name), true);
	fits = b.len >= word.n && (!exact || b.len == word.n)
	       && (word.n == 0 || memcmp(strbuf_cstr(&b), word.p, word.n) == 0);
	strbuf_release(&b);
	return fits;
}

static void resolve(void *ctx, enum filter_field field, struct str word, bool exact,
		    void (*add)(void *to, const char *code), void *to)
{
	(void)ctx;
	for (int i = 0; i < CODES; i++)
		if (codes[i].field == field
		    && (begins(codes[i].code, word, exact) || begins(codes[i].sv, word, exact)))
			add(to, codes[i].code);
}

/* A Monday in week 48. */
static const struct filter_env env = {
	.me = "anna.berg",
	.today = { 2026, 11, 23 },
	.resolve = resolve,
};

static void parse(struct filter *f, const char *text)
{
	struct filter_fault fault;
	struct err why = ERR_INIT;

	if (filter_parse(f, str_of(text), &env, &fault, &why) != ST_OK)
		fail_msg("%s: %s", text, why.text);
}

static void every_example_of_the_manual_is_read(void **state)
{
	static const char *const examples[] = {
		"kö:bygglov försenad prio:hög \"text\"",
		"-avslutad frist:<7d",
		"inte (kö:miljö eller kö:bygglov) min",
		"inkom:2026-10..2026-11 kö:bygglov,miljö",
	};
	struct filter f = FILTER_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++)
		parse(&f, examples[i]);
	filter_release(&f);
}

/* text, trouble, column, seen, meant */
static void a_mistake_is_named_with_its_column_and_what_was_meant(void **state)
{
	static const struct {
		const char *text;
		enum filter_trouble trouble;
		int column;
		const char *seen, *meant;
	} bad[] = {
		{ "prioo:hög", FILTER_UNKNOWN_FIELD, 1, "prioo", "prio" },
		{ "min köö:bygglov", FILTER_UNKNOWN_FIELD, 5, "köö", "kö" },
		{ "xyzzyqwert:1", FILTER_UNKNOWN_FIELD, 1, "xyzzyqwert", "" },
		{ "kö:", FILTER_NO_VALUE, 3, "kö:", "" },
		{ "kö: bygglov", FILTER_NO_VALUE, 3, "kö:", "" },
		{ "kö:bygglov, miljö", FILTER_NO_VALUE, 11, "kö:bygglov,", "" },
		{ "kö:(a)", FILTER_NO_VALUE, 3, "kö:", "" },
		{ "kö:*", FILTER_NO_VALUE, 4, "*", "" },
		{ "kö!:bygglov", FILTER_BAD_OP, 3, "!:", "-kö:" },
		{ "kö<bygglov", FILTER_BAD_OP, 3, "<", ":" },
		{ "frist=:2026", FILTER_BAD_OP, 6, "=:", ":" },
		{ "kö:bygglav", FILTER_UNKNOWN_VALUE, 4, "bygglav", "bygglov" },
		{ "prio:hgö", FILTER_UNKNOWN_VALUE, 6, "hgö", "hög" },
		{ "status:opem", FILTER_UNKNOWN_VALUE, 8, "opem", "open" },
		{ "frist:snart", FILTER_BAD_DATE, 7, "snart", "" },
		{ "frist:2026-02-30", FILTER_BAD_DATE, 7, "2026-02-30", "" },
		{ "frist:v54", FILTER_BAD_DATE, 7, "v54", "" },
		{ "frist:2027-v53", FILTER_BAD_DATE, 7, "2027-v53", "" },
		{ "frist:2026-11..2026-10", FILTER_BAD_DATE, 7, "2026-11..2026-10", "" },
		{ "frist:7d", FILTER_BAD_DATE, 7, "7d", "" },
		{ "ålder:gammal", FILTER_BAD_NUMBER, 7, "gammal", "" },
		{ "ålder:100000", FILTER_BAD_NUMBER, 7, "100000", "" },
		{ "min \"carport", FILTER_UNCLOSED, 5, "\"", "" },
		{ "dnr:\"1042", FILTER_UNCLOSED, 5, "\"", "" },
		{ "min (ny", FILTER_UNCLOSED, 5, "(", "" },
		{ "min )", FILTER_UNEXPECTED, 5, ")", "" },
		{ "()", FILTER_UNEXPECTED, 2, ")", "" },
		{ "min och", FILTER_UNEXPECTED, 7, "", "" },
		{ "eller min", FILTER_UNEXPECTED, 1, "eller", "" },
		{ "min eller och ny", FILTER_UNEXPECTED, 11, "och", "" },
		{ "carport - garage", FILTER_UNEXPECTED, 9, "-", "" },
		{ "ny ***", FILTER_UNEXPECTED, 4, "***", "" },
		{ "frist <7d", FILTER_UNEXPECTED, 7, "<", "" },
		{ "å\xff", FILTER_UNEXPECTED, 2, "?", "" },
		{ "fastighet:\"Gäddan 1\"", FILTER_NOT_KEPT, 1, "fastighet", "" },
		{ "min bilaga", FILTER_NOT_KEPT, 5, "bilaga", "" },
		{ "((((((((((((((((( min", FILTER_TOO_LONG, 17, "(", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct filter f = FILTER_INIT;
		struct filter_fault fault;
		struct err why = ERR_INIT;
		char column[24];

		if (filter_parse(&f, str_of(bad[i].text), &env, &fault, &why) != ST_BAD_INPUT)
			fail_msg("%s was taken", bad[i].text);
		if (fault.trouble != bad[i].trouble || fault.column != bad[i].column
		    || strcmp(fault.seen, bad[i].seen) != 0
		    || strcmp(fault.meant, bad[i].meant) != 0)
			fail_msg("%s: %d, column %d, \"%s\", \"%s\"", bad[i].text, fault.trouble,
				 fault.column, fault.seen, fault.meant);
		assert_string_equal(why.code, "filter-syntax");
		snprintf(column, sizeof(column), "column %d:", bad[i].column);
		assert_non_null(strstr(why.text, column));
		assert_int_equal(f.count, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_example_of_the_manual_is_read),
		cmocka_unit_test(a_mistake_is_named_with_its_column_and_what_was_meant),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
