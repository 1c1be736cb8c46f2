/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "domain/action.h"
#include "domain/erasure.h"
#include "domain/role.h"

#include "base/banned.h"

#define HASH_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

/* The catalogue as it is agreed, written out once more: name, class,
 * u(ndo window), n(eutral), and the required arguments. */
static const struct expected {
	const char *name, *class, *flags, *required;
} expected[] = {
	{ "note.add", "A", "u", "text" },
	{ "document.add", "A", "", "" },
	{ "watch.set", "A", "n", "" },
	{ "case.deadline", "B", "", "due" },
	{ "case.priority", "B", "", "priority" },
	{ "case.title", "B", "", "title" },
	{ "case.claim", "C", "", "" },
	{ "case.release", "C", "", "" },
	{ "case.assign", "C'", "", "officer" },
	{ "case.route", "D", "u", "queue unit" },
	{ "case.ask", "D", "u", "text" },
	{ "case.suspend", "D", "u", "reason" },
	{ "case.resume", "D", "u", "" },
	{ "case.answer", "D", "u", "" },
	{ "case.propose", "D", "u", "" },
	{ "case.return", "D", "u", "" },
	{ "case.decide", "E", "", "outcome content decided_on decider" },
	{ "decision.correct", "E", "", "ah content reason" },
	{ "message.send", "E", "u", "text" },
	{ "case.dispatch", "D", "u", "channel on" },
	{ "case.waive_dispatch", "D", "u", "ground" },
	{ "case.close", "D", "", "" },
	{ "case.reopen", "D", "u", "reason" },
	{ "case.secrecy", "D", "", "class" },
	{ "erasure.propose", "E", "n", "what ground why" },
	{ "erasure.confirm", "E", "", "n" },
	{ "erasure.withdraw", "A", "n", "n" },
	{ "void", "void", "n", "ah" },
	{ "case.receive", "system", "", "type title received_at" },
	{ "case.register", "system", "", "diary_no unit queue" },
	{ "message.receive", "system", "", "text" },
	{ "case.import", "system", "", "source type title unit queue received_at" },
	{ "event.import", "system", "", "ts instant activity resource officer group queue line" },
	{ "case.receipt", "system", "n", "kind" },
	{ "case.archive", "system", "", "package" },
	{ "entry.erase", "system", "", "n why" },
	{ "key.change", "system", "n", "kid change" },
};
enum { EXPECTED = sizeof(expected) / sizeof(expected[0]) };

static void the_catalogue_has_the_agreed_acts_and_no_other(void **state)
{
	(void)state;
	for (size_t i = 0; i < EXPECTED; i++) {
		const struct action_def *def = action_find(str_of(expected[i].name));
		char required[160] = "";

		assert_non_null(def);
		assert_ptr_equal(def, action_at(i));
		assert_string_equal(action_class_name(def->class), expected[i].class);
		assert_int_equal(def->undo_window, strchr(expected[i].flags, 'u') != NULL);
		assert_int_equal(def->neutral, strchr(expected[i].flags, 'n') != NULL);
		assert_int_equal(def->version, 1);
		for (int k = 0; k < ACTION_ARGS_MAX && def->args[k].name; k++)
			if (def->args[k].required)
				snprintf(required + strlen(required),
					 sizeof(required) - strlen(required), "%s%s",
					 required[0] ? " " : "", def->args[k].name);
		assert_string_equal(required, expected[i].required);
	}
	assert_null(action_at(EXPECTED));
	assert_null(action_find(str_of("case.Claim")));
	assert_null(action_find(str_of("")));
}

/* A role that the catalogue gives must be one that the step can be taken
 * with, or the act would be offered and always refused. */
static void who_may_sign_an_act_may_take_its_step_somewhere(void **state)
{
	const struct action_def *def;

	(void)state;
	for (size_t i = 0; (def = action_at(i)); i++)
		for (unsigned bit = 1; bit <= ROLE_SYSTEM; bit <<= 1) {
			bool somewhere = false;
			enum case_state to;

			for (int s = 0; s < CASE_STATE_COUNT; s++)
				somewhere |=
					case_next((enum case_state)s, def->event, bit, &to, NULL)
					== ST_OK;
			if (def->roles & bit)
				assert_true(somewhere);
			else if (def->event != EV_NONE && def->event != EV_NOTE)
				assert_false(somewhere);
		}
}

/* An acceptable value of a kind. */
static const char *value_of(const struct action_def *def, const struct arg_def *arg)
{
	if (strcmp(arg->name, "priority") == 0)
		return "2";
	if (strcmp(def->name, "note.add") == 0 && strcmp(arg->name, "kind") == 0)
		return "file";
	if (strcmp(arg->name, "direction") == 0)
		return "in";
	if (strcmp(arg->name, "what") == 0)
		return "document";
	if (strcmp(def->name, "erasure.propose") == 0 && strcmp(arg->name, "ground") == 0)
		return "disposed";
	switch (arg->kind) {
	case ARG_LINE:
		return "En rad på svenska";
	case ARG_TEXT:
		return "Två\nrader\tmed tabb";
	case ARG_CODE:
		return "kod_1";
	case ARG_DAY:
		return "2026-11-23";
	case ARG_INSTANT:
		return "2026-11-23T10:00:00+01:00";
	case ARG_INT:
		return "1";
	case ARG_OFFICER:
		return "anna.a-1";
	case ARG_HASH:
		return HASH_A;
	case ARG_FREE:
		return "Vad\x01 som\u2028 helst e\u0301";
	}
	return "";
}

static void add_doc(struct action *a)
{
	struct action_doc *d = &a->docs[a->doc_count++];

	snprintf(d->h, sizeof(d->h), "%s", HASH_A);
	snprintf(d->mt, sizeof(d->mt), "application/xhtml+xml");
	snprintf(d->name, sizeof(d->name), "beslut.xhtml");
	d->len = 100;
}

/* Every argument given, one document. */
static void fill(struct action *a, const struct action_def *def)
{
	action_reset(a, def);
	for (int k = 0; k < ACTION_ARGS_MAX && def->args[k].name; k++)
		assert_int_equal(action_set(a, def->args[k].name,
					    str_of(value_of(def, &def->args[k])), NULL),
				 ST_OK);
	add_doc(a);
}

static void expect(const struct action *a, const char *code, const char *part)
{
	struct err why = ERR_INIT;

	assert_int_equal(action_check(a, &why), ST_BAD_INPUT);
	assert_string_equal(why.code, code);
	if (!strstr(why.text, part))
		fail_msg("\"%s\" does not say \"%s\"", why.text, part);
}

static void every_act_passes_whole_and_misses_each_required_argument(void **state)
{
	struct action a = ACTION_INIT;
	const struct action_def *def;
	struct err why = ERR_INIT;

	(void)state;
	for (size_t i = 0; (def = action_at(i)); i++) {
		fill(&a, def);
		if (action_check(&a, &why) != ST_OK)
			fail_msg("%s", why.text);
		for (int k = 0; k < ACTION_ARGS_MAX && def->args[k].name; k++) {
			fill(&a, def);
			a.has[k] = false;
			if (!def->args[k].required) {
				/* Of these, one depends on another. */
				if (strcmp(def->args[k].name, "reasons") != 0
				    && strcmp(def->name, "erasure.propose") != 0)
					assert_int_equal(action_check(&a, NULL), ST_OK);
				continue;
			}
			expect(&a, "argument-missing", def->args[k].name);
			expect(&a, "argument-missing", def->name);
			assert_int_equal(action_set(&a, def->args[k].name, str_of(""), NULL),
					 ST_OK);
			expect(&a, "argument-missing", def->args[k].name);
		}
	}
	action_release(&a);
}

static void a_note_of_white_space_alone_is_refused(void **state)
{
	static const char *const blank[] = { " ",      "\n\t ",	 "\u00A0", "\u2003\u3000",
					     "\u1680", "\u2002", "\u200B", "\u2028",
					     "\u2029", "\u202F", "\u205F", "\uFEFF" };
	static const char *const said[] = { " x ", "\u1FFF", "\u200C", "\u3001" };
	struct action a = ACTION_INIT;

	(void)state;
	fill(&a, action_find(str_of("note.add")));
	for (size_t i = 0; i < sizeof(blank) / sizeof(blank[0]); i++) {
		assert_int_equal(action_set(&a, "text", str_of(blank[i]), NULL), ST_OK);
		expect(&a, "argument-missing", "text");
	}
	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
		assert_int_equal(action_set(&a, "text", str_of(said[i]), NULL), ST_OK);
		assert_int_equal(action_check(&a, NULL), ST_OK);
	}
	action_release(&a);
}

static void every_argument_is_held_to_its_kind(void **state)
{
	static const struct {
		enum arg_kind kind;
		const char *bad[12];
	} cases[] = {
		{ ARG_LINE,
		  { "a\nb", "a\tb", "a\x01", "a\x7f", "\xc2\x85", "e\u0301", "\xff", "a\u2028b",
		    "\xed\xa0\x80", "a\u2029b" } },
		{ ARG_TEXT, { "a\rb", "a\x1b[31m", "a\x7f", "\xc2\x9b", "e\u0301", "\xc3" } },
		{ ARG_CODE, { "a b", "a/b", "é", "\xff", "a\n" } },
		{ ARG_DAY,
		  { "2026-02-29", "2026-2-03", "20260203", "2026-13-01", "2026-00-10", "0000-01-01",
		    "2026-01-32", "26-01-01" } },
		{ ARG_INSTANT,
		  { "2026-11-23", "2026-11-23T10:00:00", "2026-11-23T25:00:00Z", "x" } },
		{ ARG_INT,
		  { "+1", "01", "-0", "1.0", "1e3", "-", "9223372036854775808",
		    "-9223372036854775809", " 1", "0x1", "00" } },
		{ ARG_OFFICER, { "anna andersson", "a@b", "\xff" } },
		{ ARG_HASH, { "aa", HASH_A "a", "A" HASH_A, "g", "/", ":", "`" } },
		{ ARG_FREE, { "\xff", "\xc0\x80", "\xed\xa0\x80" } },
	};
	struct action a = ACTION_INIT;
	const struct action_def *def;

	(void)state;
	for (size_t i = 0; (def = action_at(i)); i++)
		for (int k = 0; k < ACTION_ARGS_MAX && def->args[k].name; k++)
			for (size_t c = 0; c < sizeof(cases) / sizeof(cases[0]); c++)
				for (int b = 0;
				     cases[c].kind == def->args[k].kind && cases[c].bad[b]; b++) {
					struct str bad = str_of(cases[c].bad[b]);

					fill(&a, def);
					assert_int_equal(
						action_set(&a, def->args[k].name, bad, NULL),
						ST_OK);
					expect(&a,
					       bad.n > def->args[k].max ? "field-too-long"
									: "field-malformed",
					       def->args[k].name);
				}
	action_release(&a);
}

static void every_argument_has_a_ceiling_and_fits_at_it(void **state)
{
	static char big[TITLE_MAX + 2];
	struct action a = ACTION_INIT;
	const struct action_def *def;

	(void)state;
	memset(big, 'x', sizeof(big));
	for (size_t i = 0; (def = action_at(i)); i++)
		for (int k = 0; k < ACTION_ARGS_MAX && def->args[k].name; k++) {
			const struct arg_def *arg = &def->args[k];

			assert_true(arg->max > 0 && arg->max <= TITLE_MAX);
			fill(&a, def);
			assert_int_equal(
				action_set(&a, arg->name, (struct str){ big, arg->max + 1 }, NULL),
				ST_OK);
			expect(&a, "field-too-long", arg->name);
			if (arg->kind != ARG_LINE && arg->kind != ARG_TEXT && arg->kind != ARG_FREE)
				continue;
			fill(&a, def);
			assert_int_equal(
				action_set(&a, arg->name, (struct str){ big, arg->max }, NULL),
				ST_OK);
			assert_int_equal(action_check(&a, NULL), ST_OK);
		}
	action_release(&a);
}

/* A value that passes must fit the field of the case that it becomes. */
static void ceilings_are_those_of_the_fields(void **state)
{
	static const size_t by_kind[] = {
		[ARG_CODE] = CODE_MAX - 1,
		[ARG_DAY] = DAY_TEXT - 1,
		[ARG_OFFICER] = OFFICER_MAX - 1,
		[ARG_HASH] = HASH_TEXT - 1,
	};
	const struct action_def *def;

	(void)state;
	for (size_t i = 0; (def = action_at(i)); i++)
		for (int k = 0; k < ACTION_ARGS_MAX && def->args[k].name; k++) {
			const struct arg_def *arg = &def->args[k];

			if (strcmp(arg->name, "diary_no") == 0)
				assert_int_equal(arg->max, DIARY_MAX - 1);
			if (strcmp(arg->name, "kid") != 0 && arg->kind <= ARG_HASH
			    && by_kind[arg->kind])
				assert_int_equal(arg->max, by_kind[arg->kind]);
		}
}

static void arguments_at_their_ceilings_together_fit_the_envelope(void **state)
{
	static char big[TITLE_MAX];
	struct action a = ACTION_INIT;
	const struct action_def *def;

	(void)state;
	memset(big, 'x', sizeof(big));
	for (size_t i = 0; (def = action_at(i)); i++) {
		fill(&a, def);
		for (int k = 0; k < ACTION_ARGS_MAX && def->args[k].name; k++)
			if (def->args[k].kind <= ARG_TEXT || def->args[k].kind == ARG_FREE)
				assert_int_equal(action_set(&a, def->args[k].name,
							    (struct str){ big, def->args[k].max },
							    NULL),
						 ST_OK);
		assert_int_equal(action_check(&a, NULL), ST_OK);
	}
	/* These take two bytes each in JSON. */
	for (const char *wide = "\"\\\n\t"; *wide; wide++) {
		memset(big, *wide, sizeof(big));
		fill(&a, action_find(str_of("case.decide")));
		assert_int_equal(action_set(&a, "content", (struct str){ big, 8000 }, NULL), ST_OK);
		assert_int_equal(action_set(&a, "reasons", (struct str){ big, 16000 }, NULL),
				 ST_OK);
		expect(&a, "field-too-long", "together");
	}
	action_release(&a);
}

static void numbers_and_words_have_their_ranges(void **state)
{
	static const struct {
		const char *act, *arg, *good[3], *bad[3];
	} cases[] = {
		{ "case.priority", "priority", { "1", "3" }, { "0", "4", "-1" } },
		{ "case.secrecy", "class", { "0", "2" }, { "3", "-1" } },
		{ "case.receive", "protection", { "0", "2" }, { "3", "-1" } },
		{ "case.register", "type_version", { "1", "1000000" }, { "0", "1000001" } },
		{ "entry.erase", "n", { "1", "9223372036854775807" }, { "0", "-1" } },
		{ "note.add", "kind", { "file", "working" }, { "File", "other" } },
		{ "document.add", "direction", { "in", "out", "drawn" }, { "inn", "both" } },
	};
	struct action a = ACTION_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (int k = 0; k < 3; k++) {
			fill(&a, action_find(str_of(cases[i].act)));
			if (cases[i].good[k]) {
				assert_int_equal(action_set(&a, cases[i].arg,
							    str_of(cases[i].good[k]), NULL),
						 ST_OK);
				assert_int_equal(action_check(&a, NULL), ST_OK);
			}
			if (cases[i].bad[k]) {
				assert_int_equal(
					action_set(&a, cases[i].arg, str_of(cases[i].bad[k]), NULL),
					ST_OK);
				expect(&a, "field-malformed", cases[i].arg);
			}
		}
	action_release(&a);
}

static void a_decision_has_reasons_or_a_ground_for_leaving_them_out(void **state)
{
	const struct action_def *def = action_find(str_of("case.decide"));
	struct action a = ACTION_INIT;

	(void)state;
	fill(&a, def);
	a.has[action_arg_index(def, str_of("reasons"))] = false;
	assert_int_equal(action_check(&a, NULL), ST_OK);
	a.has[action_arg_index(def, str_of("reasons_omitted"))] = false;
	expect(&a, "reasons-missing", "FL 32");
	assert_int_equal(action_set(&a, "reasons", str_of("Förslaget följer planen."), NULL),
			 ST_OK);
	assert_int_equal(action_check(&a, NULL), ST_OK);
	action_release(&a);
}

static void what_was_shown_stands_as_the_first_document(void **state)
{
	struct action a = ACTION_INIT;

	(void)state;
	fill(&a, action_find(str_of("case.decide")));
	a.doc_count = 0;
	expect(&a, "letter-missing", "letter");
	fill(&a, action_find(str_of("message.send")));
	a.doc_count = 0;
	expect(&a, "letter-missing", "letter");
	fill(&a, action_find(str_of("document.add")));
	a.doc_count = 0;
	expect(&a, "document-missing", "document");
	fill(&a, action_find(str_of("note.add")));
	a.doc_count = 0;
	assert_int_equal(action_check(&a, NULL), ST_OK);
	action_release(&a);
}

/* What is not asked for may be given empty, if nothing is a form of its kind. */
static void an_empty_argument_that_is_not_required_says_nothing(void **state)
{
	struct action a = ACTION_INIT;

	(void)state;
	fill(&a, action_find(str_of("document.add")));
	assert_int_equal(action_set(&a, "title", str_of(""), NULL), ST_OK);
	assert_int_equal(action_check(&a, NULL), ST_OK);
	assert_int_equal(action_set(&a, "on", str_of(""), NULL), ST_OK);
	expect(&a, "field-malformed", "on");
	action_release(&a);
}

static void documents_have_a_hash_a_type_and_a_harmless_name(void **state)
{
	const struct action_def *def = action_find(str_of("document.add"));
	struct action a = ACTION_INIT;

	(void)state;
	fill(&a, def);
	a.docs[0].h[3] = 'G';
	expect(&a, "field-malformed", "docs.h");
	fill(&a, def);
	a.docs[0].len = -1;
	expect(&a, "field-malformed", "docs.len");
	fill(&a, def);
	a.docs[0].mt[0] = '\0';
	expect(&a, "field-malformed", "docs.mt");
	fill(&a, def);
	a.docs[0].mt[1] = '\n';
	expect(&a, "field-malformed", "docs.mt");
	fill(&a, def);
	a.docs[0].name[1] = '\x1b';
	expect(&a, "field-malformed", "docs.name");
	fill(&a, def);
	a.doc_count = ACTION_DOCS_MAX + 1;
	expect(&a, "field-too-long", "documents");
	fill(&a, action_find(str_of("note.add")));
	a.doc_count = -1;
	expect(&a, "field-too-long", "documents");
	action_release(&a);
}

static void the_whole_range_of_hashes_and_documents_is_taken(void **state)
{
	struct action a = ACTION_INIT;

	(void)state;
	fill(&a, action_find(str_of("document.add")));
	while (a.doc_count < ACTION_DOCS_MAX)
		add_doc(&a);
	snprintf(a.docs[7].h, HASH_TEXT,
		 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
	a.docs[7].len = 0;
	a.docs[7].name[0] = '\0';
	assert_int_equal(action_check(&a, NULL), ST_OK);
	action_release(&a);
}

static void a_message_about_a_bad_value_holds_no_control_characters(void **state)
{
	struct action a = ACTION_INIT;
	struct err why = ERR_INIT;

	(void)state;
	fill(&a, action_find(str_of("case.title")));
	assert_int_equal(action_set(&a, "title",
				    str_of("\x1b[31mröd\u202e och en ganska lång rubrik som kapas"),
				    NULL),
			 ST_OK);
	assert_int_equal(action_check(&a, &why), ST_BAD_INPUT);
	assert_null(strchr(why.text, '\x1b'));
	assert_null(strstr(why.text, "\u202e"));
	assert_non_null(strstr(why.text, "?[31mröd? och en"));
	action_release(&a);
}

static void arguments_are_set_read_and_forgotten(void **state)
{
	struct action a = ACTION_INIT;
	struct err why = ERR_INIT;

	(void)state;
	action_reset(&a, action_find(str_of("case.route")));
	assert_int_equal(action_set(&a, "queue", str_of("bygglov"), NULL), ST_OK);
	assert_string_equal(action_get(&a, "queue"), "bygglov");
	assert_string_equal(action_get(&a, "unit"), "");
	assert_string_equal(action_get(&a, "nothing"), "");
	assert_int_equal(action_set(&a, "officer", str_of("x"), &why), ST_BAD_INPUT);
	assert_string_equal(why.code, "unknown-argument");
	assert_non_null(strstr(why.text, "case.route has no argument \"officer\""));
	snprintf(a.sub, sizeof(a.sub), "anna");
	a.doc_count = 1;
	action_reset(&a, action_find(str_of("case.claim")));
	assert_string_equal(a.sub, "");
	assert_int_equal(a.doc_count, 0);
	assert_false(a.has[0]);
	action_release(&a);
	action_release(&a);
}

static void what_is_to_be_erased_is_named_by_what_names_it(void **state)
{
	static const struct {
		const char *what;
		bool n, h, good;
	} cases[] = {
		{ "entry", true, false, true },	    { "entry", false, false, false },
		{ "entry", true, true, false },	    { "document", true, true, true },
		{ "document", true, false, false }, { "document", false, true, false },
		{ "case", false, false, true },	    { "case", true, false, false },
	};
	struct action a = ACTION_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		fill(&a, action_find(str_of("erasure.propose")));
		assert_int_equal(action_set(&a, "what", str_of(cases[i].what), NULL), ST_OK);
		a.has[action_arg_index(a.def, str_of("n"))] = cases[i].n;
		a.has[action_arg_index(a.def, str_of("h"))] = cases[i].h;
		assert_int_equal(action_check(&a, NULL), cases[i].good ? ST_OK : ST_BAD_INPUT);
	}
	action_release(&a);
}

static void a_whole_case_and_what_is_disposed_of_take_two_persons(void **state)
{
	const char *ground;

	(void)state;
	for (size_t i = 0; (ground = erasure_ground_at(i)); i++) {
		bool disposed = strcmp(ground, "disposed") == 0;

		assert_int_equal(erasure_persons(ground, "case", ""), 2);
		assert_int_equal(erasure_persons(ground, "entry", "note.add"), disposed ? 2 : 1);
		assert_int_equal(erasure_persons(ground, "document", "document.add"),
				 disposed ? 2 : 1);
		/* Else a case is emptied entry by entry, on one word. */
		assert_int_equal(erasure_persons(ground, "entry", "case.receive"), 2);
		assert_int_equal(erasure_persons(ground, "document", "case.receive"), 2);
		assert_int_equal(erasure_persons(ground, "entry", "case.import"), 2);
		assert_int_equal(erasure_persons(ground, "entry", "case.decide"), 2);
		assert_int_equal(erasure_persons(ground, "document", "decision.correct"), 2);
		assert_int_equal(erasure_persons(ground, "entry", "message.send"), 2);
	}
	assert_int_equal(erasure_persons("because", "entry", ""), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_to_be_erased_is_named_by_what_names_it),
		cmocka_unit_test(a_whole_case_and_what_is_disposed_of_take_two_persons),
		cmocka_unit_test(the_catalogue_has_the_agreed_acts_and_no_other),
		cmocka_unit_test(who_may_sign_an_act_may_take_its_step_somewhere),
		cmocka_unit_test(every_act_passes_whole_and_misses_each_required_argument),
		cmocka_unit_test(a_note_of_white_space_alone_is_refused),
		cmocka_unit_test(every_argument_is_held_to_its_kind),
		cmocka_unit_test(every_argument_has_a_ceiling_and_fits_at_it),
		cmocka_unit_test(ceilings_are_those_of_the_fields),
		cmocka_unit_test(arguments_at_their_ceilings_together_fit_the_envelope),
		cmocka_unit_test(numbers_and_words_have_their_ranges),
		cmocka_unit_test(a_decision_has_reasons_or_a_ground_for_leaving_them_out),
		cmocka_unit_test(what_was_shown_stands_as_the_first_document),
		cmocka_unit_test(an_empty_argument_that_is_not_required_says_nothing),
		cmocka_unit_test(documents_have_a_hash_a_type_and_a_harmless_name),
		cmocka_unit_test(the_whole_range_of_hashes_and_documents_is_taken),
		cmocka_unit_test(a_message_about_a_bad_value_holds_no_control_characters),
		cmocka_unit_test(arguments_are_set_read_and_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
