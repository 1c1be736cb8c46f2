/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "tests/unit/domain/filter_env.h"

#include "base/banned.h"

/* The text of a line of the manual: mdoc's names of characters undone. */
static void unescape(struct strbuf *out, const char *p)
{
	static const struct {
		const char *name, *text;
	} names[] = {
		{ "\\(oa", "å" },  { "\\(oA", "Å" }, { "\\(:a", "ä" }, { "\\(:o", "ö" },
		{ "\\(dq", "\"" }, { "\\-", "-" },   { "\\&", "" },
	};

	strbuf_clear(out);
	while (*p && *p != '\n') {
		size_t i = 0;

		while (i < sizeof(names) / sizeof(names[0])
		       && strncmp(p, names[i].name, strlen(names[i].name)) != 0)
			i++;
		if (i < sizeof(names) / sizeof(names[0])) {
			strbuf_adds(out, names[i].text);
			p += strlen(names[i].name);
		} else {
			strbuf_addc(out, *p++);
		}
	}
}

static void every_example_of_the_manual_is_read(void **state)
{
	FILE *page = fopen("man/sluss-filter.7", "r");
	struct strbuf text = STRBUF_INIT;
	struct filter f = FILTER_INIT;
	char line[400];
	int count = 0;

	(void)state;
	assert_non_null(page);
	while (fgets(line, sizeof(line), page)) {
		if (strncmp(line, ".Dl ", 4) != 0)
			continue;
		unescape(&text, line + 4);
		parse(&f, strbuf_cstr(&text));
		assert_null(strchr(strbuf_cstr(&text), '\\'));
		count++;
	}
	(void)fclose(page);
	assert_int_equal(count, 11);
	strbuf_release(&text);
	filter_release(&f);
}

static const struct mistake {
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
	{ "frist:v0", FILTER_BAD_DATE, 7, "v0", "" },
	{ "frist:v", FILTER_BAD_DATE, 7, "v", "" },
	{ "frist:v4x", FILTER_BAD_DATE, 7, "v4x", "" },
	{ "frist:1899", FILTER_BAD_DATE, 7, "1899", "" },
	{ "frist:3000", FILTER_BAD_DATE, 7, "3000", "" },
	{ "frist:1899-v5", FILTER_BAD_DATE, 7, "1899-v5", "" },
	{ "frist:2026-v", FILTER_BAD_DATE, 7, "2026-v", "" },
	{ "frist:2026-v5x", FILTER_BAD_DATE, 7, "2026-v5x", "" },
	{ "frist:2026-13", FILTER_BAD_DATE, 7, "2026-13", "" },
	{ "frist:2026-1", FILTER_BAD_DATE, 7, "2026-1", "" },
	{ "frist:2026x", FILTER_BAD_DATE, 7, "2026x", "" },
	{ "frist:2026-11x", FILTER_BAD_DATE, 7, "2026-11x", "" },
	{ "frist:2026-11-1", FILTER_BAD_DATE, 7, "2026-11-1", "" },
	{ "frist:2026-11-01x", FILTER_BAD_DATE, 7, "2026-11-01x", "" },
	{ "frist:2026-11-31", FILTER_BAD_DATE, 7, "2026-11-31", "" },
	{ "frist:1234567", FILTER_BAD_DATE, 7, "1234567", "" },
	{ "frist<1234567d", FILTER_BAD_DATE, 7, "1234567d", "" },
	{ "frist<999999d", FILTER_BAD_DATE, 7, "999999d", "" },
	{ "ålder:gammal", FILTER_BAD_NUMBER, 7, "gammal", "" },
	{ "ålder:5x", FILTER_BAD_NUMBER, 7, "5x", "" },
	{ "ålder:5..x", FILTER_BAD_NUMBER, 7, "5..x", "" },
	{ "ålder:x..5", FILTER_BAD_NUMBER, 7, "x..5", "" },
	{ "ålder:9..5", FILTER_BAD_NUMBER, 7, "9..5", "" },
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

static void is_told(const struct mistake *m)
{
	struct filter f = FILTER_INIT;
	struct filter_fault fault;
	struct err why = ERR_INIT;
	char column[24];

	if (filter_parse(&f, str_of(m->text), &env, &fault, &why) != ST_BAD_INPUT)
		fail_msg("%s was taken", m->text);
	if (fault.trouble != m->trouble || fault.column != m->column
	    || strcmp(fault.seen, m->seen) != 0 || strcmp(fault.meant, m->meant) != 0)
		fail_msg("%s: %d, column %d, \"%s\", \"%s\"", m->text, fault.trouble, fault.column,
			 fault.seen, fault.meant);
	assert_string_equal(why.code, "filter-syntax");
	snprintf(column, sizeof(column), "column %d:", m->column);
	assert_non_null(strstr(why.text, column));
	assert_int_equal(f.count, 0);
}

static void a_mistake_is_named_with_its_column_and_what_was_meant(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		is_told(&bad[i]);
}

/* --- What values mean ------------------------------------------------------------- */

/* The only node, or the last one that was read. */
static const struct filter_value *value(struct filter *f, const char *text)
{
	parse(f, text);
	assert_int_equal(f->nodes[f->count - 1].value_count, 1);
	return &f->nodes[f->count - 1].values[0];
}

static void days_are_read_in_every_form(void **state)
{
	static const struct {
		const char *text, *from, *to;
	} good[] = {
		{ "frist:2026", "2026-01-01", "2026-12-31" },
		{ "frist:2026-02", "2026-02-01", "2026-02-28" },
		{ "due=2026-11-23", "2026-11-23", "2026-11-23" },
		{ "frist:v48", "2026-11-23", "2026-11-29" },
		{ "frist:w1", "2025-12-29", "2026-01-04" },
		{ "frist:V53", "2026-12-28", "2027-01-03" },
		{ "frist:2027-v1", "2027-01-04", "2027-01-10" },
		{ "frist:idag", "2026-11-23", "2026-11-23" },
		{ "inkom:IGÅR", "2026-11-22", "2026-11-22" },
		{ "inkom:igar", "2026-11-22", "2026-11-22" },
		{ "due:tomorrow", "2026-11-24", "2026-11-24" },
		{ "frist:+7d", "2026-11-30", "2026-11-30" },
		{ "inkom:-2v", "2026-11-09", "2026-11-09" },
		{ "frist:+3m", "2027-02-23", "2027-02-23" },
		{ "inkom:-1å", "2025-11-23", "2025-11-23" },
		{ "inkom:-1y", "2025-11-23", "2025-11-23" },
		{ "inkom:2026-10..2026-11", "2026-10-01", "2026-11-30" },
		{ "inkom:\"-2v..idag\"", "2026-11-09", "2026-11-23" },
		{ "inkom:..2026-10", "", "2026-10-31" },
		{ "inkom:2026-10..", "2026-10-01", "" },
		{ "frist:..", "", "" },
		{ "frist<2026-11", "", "2026-10-31" },
		{ "frist<=2026-11", "", "2026-11-30" },
		{ "frist>2026-11", "2026-12-01", "" },
		{ "frist>=2026-11", "2026-11-01", "" },
		{ "frist:>=v48", "2026-11-23", "" },
		/* within so many days: ahead of a deadline, back from an arrival */
		{ "frist:<7d", "", "2026-11-30" },
		{ "frist<=7d", "", "2026-11-30" },
		{ "frist:>7d", "2026-12-01", "" },
		{ "frist>=1w", "2026-11-30", "" },
		{ "inkom:<7d", "2026-11-16", "" },
		{ "klar<=7d", "2026-11-16", "" },
		{ "inkom>7d", "", "2026-11-15" },
		{ "done>=7d", "", "2026-11-16" },
		/* the days of arrival that an age is */
		{ "ålder:0", "2026-11-23", "2026-11-23" },
		{ "age>30", "", "2026-10-23" },
		{ "ålder>=30d", "", "2026-10-24" },
		{ "ålder<2v", "2026-11-10", "" },
		{ "ålder<=14", "2026-11-09", "" },
		{ "ålder:10..20", "2026-11-03", "2026-11-13" },
		{ "ålder:..20", "2026-11-03", "" },
	};
	struct filter f = FILTER_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		const struct filter_value *v = value(&f, good[i].text);

		if (strcmp(v->from, good[i].from) != 0 || strcmp(v->to, good[i].to) != 0)
			fail_msg("%s: %s..%s", good[i].text, v->from, v->to);
	}
	filter_release(&f);
}

static void names_are_known_in_both_languages_without_case_and_diacritics(void **state)
{
	static const char *const same[][2] = {
		{ "kö:bygglov", "QUEUE:bygglov" },
		{ "ko:bygglov", "kö:BYGGLOV" },
		{ "försenad", "overdue" },
		{ "forsenad", "FÖRSENADE" },
		{ "inte öppen", "not open" },
		{ "min och ny", "mine and new" },
		{ "min eller ny", "mina or nya" },
		{ "status:handläggs", "status:open" },
		{ "status:inkom", "status:received" },
		{ "prio:hög", "priority:high" },
		{ "prio:1", "prio:h" },
		{ "handl:ingen", "assignee:nobody" },
		{ "handl:jag", "assignee:me" },
		{ "handl:jag", "handl:\"anna berg\"" },
		{ "kö:miljö", "kö:miljo" },
		{ "typ:bygg", "type=BYGGLOV" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		struct filter a = FILTER_INIT, b = FILTER_INIT;

		parse(&a, same[i][0]);
		parse(&b, same[i][1]);
		assert_int_equal(a.count, b.count);
		for (int k = 0; k < a.count; k++) {
			const struct filter_node *x = &a.nodes[k], *y = &b.nodes[k];

			if (x->kind != y->kind || x->field != y->field || x->flag != y->flag
			    || x->value_count != y->value_count)
				fail_msg("%s is not %s", same[i][0], same[i][1]);
			for (int v = 0; v < x->value_count; v++) {
				assert_string_equal(strbuf_cstr(&x->values[v].word),
						    strbuf_cstr(&y->values[v].word));
				assert_true(x->values[v].low == y->values[v].low);
			}
		}
		filter_release(&a);
		filter_release(&b);
	}
}

static void every_field_and_flag_has_its_row_once(void **state)
{
	bool seen[2][BY_COUNT + IS_COUNT] = { { false } };
	const struct filter_word *w;
	size_t i;

	(void)state;
	for (i = 0; (w = filter_word_at(i)) != NULL; i++) {
		assert_false(seen[w->is_flag][w->id]);
		seen[w->is_flag][w->id] = true;
		assert_true(w->what[0]);
		assert_ptr_equal(filter_word_find(str_of(w->sv), w->is_flag), w);
		assert_ptr_equal(filter_word_find(str_of(w->en), w->is_flag), w);
	}
	assert_int_equal(i, BY_COUNT + IS_COUNT);
}

/* --- One row -------------------------------------------------------------------------- */

static const int64_t noon = INT64_C(1795431600000); /* 2026-11-23 12:00 in Stockholm */
enum { DAY_MS = 86400000 };

static void sample(struct casefile *c)
{
	*c = (struct casefile){ .id = "01900000-0000-7000-8000-000000000001",
				.diary_no = "BN 2026-1042",
				.type = "BYGGLOV",
				.unit = "bygg",
				.queue = "bygglov",
				.state = CASE_OPEN,
				.priority = 1,
				.assignee = "anna.berg",
				.channel = "letter",
				.received_at = noon - INT64_C(10) * DAY_MS,
				.due_on = "2026-11-30",
				.title = STRBUF_INIT,
				.party = STRBUF_INIT };
	strbuf_sets(&c->title, "Försenad carport mot gatan, fastigheten Ö-berget 1:2");
	strbuf_sets(&c->party, "Rene\xcc\x81 A\xcc\x8akesson"); /* decomposed */
}

static bool fits(const struct casefile *c, const char *text)
{
	struct filter f = FILTER_INIT;
	struct filter_row r = { .file = c };
	bool yes;

	parse(&f, text);
	yes = filter_match(&f, &r);
	filter_release(&f);
	return yes;
}

/* Each fits the sample, unless it begins with '!'. */
static void check(const struct casefile *c, const char *const *texts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (fits(c, texts[i] + (texts[i][0] == '!')) != (texts[i][0] != '!'))
			fail_msg("%s", texts[i]);
}
#define CHECK(c, texts) check((c), (texts), sizeof(texts) / sizeof((texts)[0]))

static void words_are_whole_unless_a_star_stands_behind(void **state)
{
	static const char *const texts[] = {
		"carport",
		"CARPORT",
		"!carpor",
		"carpor*",
		"\"carport mot\"",
		"\"mot gatan\"",
		"!\"mot carport\"",
		"\"carport mot ga\"*",
		"!\"carport mot ga\"",
		"gatan mot",
		/* without diacritics both are meant, with them only those */
		"forsenad*",
		"\"försenad\"",
		"\"forsenad\"",
		"!\"carpört\"",
		"akesson",
		"Åkesson",
		"åkesson",
		"!äkesson",
		"rené",
		"rene",
		"!text=akesson",
		"text=åkesson",
		"!text=carpor*",
		/* signs part words */
		"xyz eller berget",
		"\"ö-berget\"",
		"\"o berget 1 2\"",
		"\"1:2\"",
		"text:1:2",
		/* the number is text too, and no match runs from one text into the next */
		"1042",
		"2026-1042",
		"\"bn 2026 1042\"",
		"!\"2 rené\"",
		"!\"åkesson bn\"",
		"part:akesson",
		"part:\"rené å\"*",
		"!part:carport",
		"part:carport,åkesson",
		/* text without a word is in no case */
		"!\"§§\"",
		"-\"§§\"",
		"text:\"-\",carport",
	};
	struct casefile c;

	(void)state;
	sample(&c);
	CHECK(&c, texts);
	strbuf_sets(&c.party, "Akesson");
	assert_false(fits(&c, "åkesson"));
	assert_true(fits(&c, "akesson"));
	casefile_release(&c);
}

static void a_word_that_is_still_typed_is_a_beginning(void **state)
{
	static const struct {
		const char *text;
		bool fits;
	} typed[] = {
		{ "carp", true },      { "carp ", false },	    { "carp carport", false },
		{ "\"carp\"", false }, { "carport text:ga", true }, { "carport text=ga", false },
		{ "-carp", false },
	};
	struct filter_env typing = env;
	struct filter f = FILTER_INIT;
	struct casefile c;
	struct filter_row r = { .file = &c };

	(void)state;
	sample(&c);
	typing.typing = true;
	for (size_t i = 0; i < sizeof(typed) / sizeof(typed[0]); i++) {
		assert_int_equal(filter_parse(&f, str_of(typed[i].text), &typing, NULL, NULL),
				 ST_OK);
		if (filter_match(&f, &r) != typed[i].fits)
			fail_msg("%s", typed[i].text);
	}
	filter_release(&f);
	casefile_release(&c);
}

static void a_diary_number_is_found_in_whole_and_short(void **state)
{
	static const char *const texts[] = {
		"dnr:1042",	    "ref:2026-1042",
		"dnr:bn2026-1042",  "dnr:\"BN 2026-1042\"",
		"!dnr:042",	    "!dnr:2025-1042",
		"!dnr:MN2026-1042", "!dnr:BN",
		"dnr:7,1042,9",	    "dnr:\"bn  2026-01042\"",
	};
	struct casefile c;

	(void)state;
	sample(&c);
	CHECK(&c, texts);
	c.diary_no[0] = '\0';
	assert_false(fits(&c, "dnr:1042"));
	casefile_release(&c);
}

static void days_and_ages_are_those_of_the_case(void **state)
{
	static const char *const texts[] = {
		"frist:2026-11-30", "frist:<7d",   "!frist:<6d",	 "!frist:>7d",
		"frist:>6d",	    "frist:..",	   "inkom:2026-11-13",	 "inkom:<10d",
		"!inkom:<9d",	    "inkom:v46",   "ålder:10",		 "ålder>9",
		"!ålder>10",	    "ålder<=10",   "!ålder<10",		 "!klar:..",
		"-klar:2026",	    "!klar>=1900", "frist:2025,2026-11",
	};
	struct casefile c;

	(void)state;
	sample(&c);
	CHECK(&c, texts);
	c.due_on[0] = '\0';
	assert_false(fits(&c, "frist:.."));
	assert_false(fits(&c, "frist<2026"));
	c.closed_at = noon;
	assert_true(fits(&c, "klar:idag"));
	/* Half past midnight in Stockholm is the day before in UTC. */
	c.received_at = INT64_C(1795390200000);
	assert_true(fits(&c, "inkom:idag ålder:0"));
	casefile_release(&c);
}

static void flags_say_what_the_list_shows(void **state)
{
	static const char *const texts[] = {
		"min",
		"öppen",
		"!avslutad",
		"!försenad",
		"!ny",
		"!ingen",
		"!sekretess",
		"!konflikt",
		"prio:hög",
		"!prio:normal,låg",
		"kanal:letter",
		"!kanal:brev",
		"status:open,waiting",
		"kö:bygglov",
		"kö:bygg",
		"!kö=miljö",
		"enhet:bygg",
		"typ:bygglov",
		"!beslut:bifall",
	};
	struct casefile c;
	struct filter f = FILTER_INIT;
	struct filter_row r = { .file = &c, .trouble = 1 };

	(void)state;
	sample(&c);
	CHECK(&c, texts);
	snprintf(c.due_on, sizeof(c.due_on), "2026-11-23");
	assert_false(fits(&c, "försenad"));
	snprintf(c.due_on, sizeof(c.due_on), "2026-11-22");
	assert_true(fits(&c, "försenad"));
	c.state = CASE_DECIDED;
	assert_false(fits(&c, "försenad"));
	c.state = CASE_ARCHIVED;
	assert_true(fits(&c, "avslutad -öppen"));
	c.state = CASE_REGISTERED;
	assert_false(fits(&c, "ny"));
	c.assignee[0] = '\0';
	assert_true(fits(&c, "ny ingen handl:ingen -min -handl:jag"));
	c.protection = PROTECT_IDENTITY;
	assert_true(fits(&c, "sekretess"));
	parse(&f, "konflikt");
	assert_true(filter_match(&f, &r));
	filter_release(&f);
	casefile_release(&c);
}

/* A reminder is for a day, and for a case that is not over. */
static void a_case_is_watched_from_the_day_of_its_reminder_on(void **state)
{
	static const struct {
		const char *on;
		enum case_state in;
		bool watched;
	} rows[] = {
		{ NULL, CASE_OPEN, false },	    { "", CASE_OPEN, false },
		{ "2026-11-24", CASE_OPEN, false }, { "2026-11-23", CASE_OPEN, true },
		{ "2026-01-01", CASE_OPEN, true },  { "2026-01-01", CASE_CLOSED, false },
	};
	struct casefile c;
	struct filter f = FILTER_INIT;

	(void)state;
	sample(&c);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct filter_row r = { .file = &c, .watch_on = rows[i].on };

		c.state = rows[i].in;
		parse(&f, "bevakad");
		assert_int_equal(filter_match(&f, &r), rows[i].watched);
	}
	filter_release(&f);
	casefile_release(&c);
}

static void or_binds_less_than_and_and_a_minus_most(void **state)
{
	static const char *const texts[] = {
		"min ny eller carport",
		"carport eller min ny",
		"!min (ny eller avslutad)",
		"-ny carport",
		"-(ny carport)",
		"inte ny och inte avslutad",
		"-(-(min))",
		"--min",
		"!-min eller ny",
		("min\xc2\xa0"
		 "carport"),
		"(min)(carport)",
		"\"carport\"min",
		"  min  ",
		"min OCH carport AND öppen",
		"",
	};
	struct casefile c;

	(void)state;
	sample(&c);
	CHECK(&c, texts);
	casefile_release(&c);
}

/* --- For choosing an index ---------------------------------------------------------------- */

static void what_every_case_of_a_filter_has_is_known(void **state)
{
	static const struct {
		const char *text;
		bool open;
		const char *queue, *assignee;
	} known[] = {
		{ "", false, NULL, NULL },
		{ "öppen", true, NULL, NULL },
		{ "kö:bygglov öppen", true, "bygglov", NULL },
		{ "kö:bygg öppen", true, NULL, NULL },
		{ "kö:bygglov eller öppen", false, NULL, NULL },
		{ "-avslutad min", true, NULL, "anna.berg" },
		{ "-öppen", false, NULL, NULL },
		{ "försenad handl:jan.vd", true, NULL, "jan.vd" },
		{ "ny", true, NULL, "" },
		{ "status:open,waiting", true, NULL, NULL },
		{ "status:open,closed", false, NULL, NULL },
		{ "-(kö:miljo)", false, NULL, NULL },
		{ "kö:miljo", false, "miljo", NULL },
		{ "carport ingen", false, NULL, "" },
	};
	struct filter f = FILTER_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		const char *queue, *assignee;

		parse(&f, known[i].text);
		queue = filter_one_code(&f, BY_QUEUE);
		assignee = filter_one_code(&f, BY_ASSIGNEE);
		if (filter_open_only(&f) != known[i].open || !queue != !known[i].queue
		    || (queue && strcmp(queue, known[i].queue) != 0)
		    || !assignee != !known[i].assignee
		    || (assignee && strcmp(assignee, known[i].assignee) != 0))
			fail_msg("%s", known[i].text);
	}
	filter_release(&f);
}

static void without_a_catalogue_the_word_is_the_code(void **state)
{
	static const struct filter_env bare = { .me = "eva", .today = { 2026, 11, 23 } };
	struct filter f = FILTER_INIT;
	struct casefile c;
	struct filter_row r = { .file = &c };

	(void)state;
	sample(&c);
	assert_int_equal(filter_parse(&f, str_of("typ:BYGGLOV status:handl"), &bare, NULL, NULL),
			 ST_OK);
	assert_true(filter_match(&f, &r));
	assert_int_equal(filter_parse(&f, str_of("typ:bygglov"), &bare, NULL, NULL), ST_OK);
	assert_false(filter_match(&f, &r));
	filter_release(&f);
	casefile_release(&c);
}

static void no_part_grows_without_bound(void **state)
{
	struct strbuf text = STRBUF_INIT;
	struct filter f = FILTER_INIT;
	struct filter_fault fault;

	(void)state;
	for (int i = 0; i < FILTER_TEXT_MAX + 1; i++)
		strbuf_addc(&text, 'a');
	assert_int_equal(filter_parse(&f, strbuf_str(&text), &env, &fault, NULL), ST_BAD_INPUT);
	assert_int_equal(fault.trouble, FILTER_TOO_LONG);
	strbuf_cut(&text, FILTER_TEXT_MAX);
	assert_int_equal(filter_parse(&f, strbuf_str(&text), &env, &fault, NULL), ST_OK);
	strbuf_clear(&text);
	for (int i = 0; i < FILTER_NODES_MAX; i++)
		strbuf_adds(&text, "ny ");
	assert_int_equal(filter_parse(&f, strbuf_str(&text), &env, &fault, NULL), ST_BAD_INPUT);
	assert_int_equal(fault.trouble, FILTER_TOO_LONG);
	strbuf_cut(&text, text.len - 3); /* the AND is a node too */
	assert_int_equal(filter_parse(&f, strbuf_str(&text), &env, &fault, NULL), ST_OK);
	filter_release(&f);
	strbuf_release(&text);
}

/* Written as one term of `count` values. */
static bool is_taken(const char *field, const char *value, int count)
{
	struct strbuf text = STRBUF_INIT;
	struct filter f = FILTER_INIT;
	struct filter_fault fault;
	bool ok;

	strbuf_adds(&text, field);
	for (int i = 0; i < count; i++)
		strbuf_addf(&text, "%s%s", i ? "," : ":", value);
	ok = filter_parse(&f, strbuf_str(&text), &env, &fault, NULL) == ST_OK;
	if (!ok)
		assert_int_equal(fault.trouble, FILTER_TOO_LONG);
	filter_release(&f);
	strbuf_release(&text);
	return ok;
}

static void a_filter_has_no_more_values_than_a_case_can_be_judged_by_soon(void **state)
{
	(void)state;
	assert_true(is_taken("text", "aa", FILTER_WORDS_MAX));
	assert_false(is_taken("text", "aa", FILTER_WORDS_MAX + 1));
	assert_false(is_taken("aa -part", "aa", FILTER_WORDS_MAX));
	assert_true(is_taken("dnr", "7", FILTER_TYPED_MAX));
	assert_false(is_taken("dnr", "7", FILTER_TYPED_MAX + 1));
	assert_false(is_taken("kö", "b", FILTER_TYPED_MAX + 1));
}

static void a_case_is_judged_by_its_kept_words_where_they_are_given(void **state)
{
	struct casefile c = CASEFILE_INIT;
	struct filter_row r = { .file = &c };
	struct strbuf kept = STRBUF_INIT;
	struct filter f = FILTER_INIT;

	(void)state;
	strbuf_sets(&c.title, "Åkes plank");
	assert_true(filter_index(&kept, &c));
	parse(&f, "ake plank");
	assert_false(filter_match(&f, &r));
	parse(&f, "akes \"akes plank\" -part:plank");
	assert_true(filter_match(&f, &r));
	strbuf_sets(&c.title, "Nothing of it");
	assert_false(filter_match(&f, &r));
	r.words = strbuf_str(&kept);
	assert_true(filter_match(&f, &r));
	filter_release(&f);
	strbuf_release(&kept);
	casefile_release(&c);
}

/* At every length below the whole it says no; so nobody keeps half the words. */
static void words_that_do_not_fit_are_told_of(void **state)
{
	struct strbuf all = STRBUF_INIT;
	struct casefile c = CASEFILE_INIT;

	(void)state;
	sample(&c);
	assert_true(filter_index(&all, &c));
	for (size_t room = 1; room <= all.len; room++) {
		struct strbuf out = STRBUF_INIT_MAX(room);

		assert_int_equal(filter_index(&out, &c), room == all.len);
		strbuf_release(&out);
	}
	strbuf_release(&all);
	casefile_release(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_example_of_the_manual_is_read),
		cmocka_unit_test(a_mistake_is_named_with_its_column_and_what_was_meant),
		cmocka_unit_test(days_are_read_in_every_form),
		cmocka_unit_test(names_are_known_in_both_languages_without_case_and_diacritics),
		cmocka_unit_test(every_field_and_flag_has_its_row_once),
		cmocka_unit_test(words_are_whole_unless_a_star_stands_behind),
		cmocka_unit_test(a_word_that_is_still_typed_is_a_beginning),
		cmocka_unit_test(a_diary_number_is_found_in_whole_and_short),
		cmocka_unit_test(days_and_ages_are_those_of_the_case),
		cmocka_unit_test(flags_say_what_the_list_shows),
		cmocka_unit_test(a_case_is_watched_from_the_day_of_its_reminder_on),
		cmocka_unit_test(or_binds_less_than_and_and_a_minus_most),
		cmocka_unit_test(what_every_case_of_a_filter_has_is_known),
		cmocka_unit_test(without_a_catalogue_the_word_is_the_code),
		cmocka_unit_test(no_part_grows_without_bound),
		cmocka_unit_test(a_filter_has_no_more_values_than_a_case_can_be_judged_by_soon),
		cmocka_unit_test(a_case_is_judged_by_its_kept_words_where_they_are_given),
		cmocka_unit_test(words_that_do_not_fit_are_told_of),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
