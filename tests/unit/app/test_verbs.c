/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "app/enrol_flow.h"
#include "app/verbs.h"
#include "domain/action.h"

#include "base/banned.h"

enum { WORDS = 12 };

/* Parse "sluss" and these words, up to the first NULL. */
static enum status parse(struct call *c, struct err *why, const char *const words[WORDS])
{
	char text[WORDS][80];
	char *argv[WORDS + 1] = { text[0] };
	int argc = 1;

	memset(c, 0, sizeof(*c));
	snprintf(text[0], sizeof(text[0]), "sluss");
	for (int i = 0; i < WORDS - 1 && words[i]; i++) {
		snprintf(text[argc], sizeof(text[0]), "%s", words[i]);
		argv[argc] = text[argc];
		argc++;
	}
	return call_parse(c, argc, argv, why);
}
#define PARSE(c, why, ...) parse((c), (why), (const char *const[WORDS]){ __VA_ARGS__ })

static void a_verb_and_its_arguments_stand_in_any_order_with_options(void **state)
{
	struct call c;

	(void)state;
	assert_int_equal(PARSE(&c, NULL, "--json", "route", "1042", "--wait=5", "miljo"), ST_OK);
	assert_string_equal(c.verb->name, "route");
	assert_int_equal(c.count, 2);
	assert_true(c.given[FLAG_JSON] && c.given[FLAG_WAIT]);
}

static void swedish_names_are_known_with_and_without_diacritics(void **state)
{
	struct call c;

	(void)state;
	assert_int_equal(PARSE(&c, NULL, "överlämna", "1042", "miljo", "--skäl", "hör dit"), ST_OK);
	assert_string_equal(c.verb->name, "route");
	assert_true(c.given[FLAG_REASON]);
	assert_int_equal(PARSE(&c, NULL, "overlamna", "1042", "miljo", "--skal=x", "--vanta"),
			 ST_OK);
	assert_string_equal(c.verb->name, "route");
	assert_true(c.given[FLAG_WAIT]);
	assert_null(c.value[FLAG_WAIT]);
}

static void an_optional_value_is_not_the_next_word(void **state)
{
	struct call c;

	(void)state;
	assert_int_equal(PARSE(&c, NULL, "claim", "--wait", "1042"), ST_OK);
	assert_null(c.value[FLAG_WAIT]);
	assert_int_equal(c.count, 1);
}

static void short_options_may_stand_together(void **state)
{
	struct call c;

	(void)state;
	assert_int_equal(PARSE(&c, NULL, "list", "-jn5", "-f", "mine"), ST_OK);
	assert_true(c.given[FLAG_JSON] && c.given[FLAG_LIMIT] && c.given[FLAG_FILTER]);
}

static void two_dashes_end_the_options(void **state)
{
	struct call c;

	(void)state;
	assert_int_equal(PARSE(&c, NULL, "show", "--", "--json"), ST_OK);
	assert_false(c.given[FLAG_JSON]);
	assert_int_equal(c.count, 1);
}

static void a_dash_is_an_argument(void **state)
{
	struct call c;

	(void)state;
	assert_int_equal(PARSE(&c, NULL, "note", "1042", "-"), ST_OK);
	assert_int_equal(c.count, 2);
}

static void wrong(const char *hint, const char *const words[WORDS])
{
	struct err why = ERR_INIT;
	struct call c;

	assert_int_equal(parse(&c, &why, words), ST_BAD_INPUT);
	assert_int_equal(strncmp(why.code, "usage", 5), 0);
	assert_non_null(strstr(why.text, hint));
	assert_int_equal(verb_exit_code(ST_BAD_INPUT, &why), 2);
}
#define WRONG(hint, ...) wrong((hint), (const char *const[WORDS]){ __VA_ARGS__ })

static void wrong_use_is_told_with_a_hint(void **state)
{
	(void)state;
	WRONG("did you mean: list", "lst");
	WRONG("did you mean: --json", "list", "--jsn");
	WRONG("no such option: claim --sign", "claim", "1042", "--sign");
	WRONG("sluss route NR KÖ", "route", "1042");
	WRONG("one argument too many", "show", "1042", "1043");
	WRONG("needs a value: --filter F", "list", "--filter");
	WRONG("no value: --json", "list", "--json=yes");
	WRONG("no such option: sluss --json", "--json");
	WRONG("no option: -x", "list", "-x");
}

static void help_asks_for_no_arguments(void **state)
{
	struct call c;

	(void)state;
	assert_int_equal(PARSE(&c, NULL, "claim", "--help"), ST_OK);
	assert_true(c.given[FLAG_HELP]);
	assert_int_equal(PARSE(&c, NULL, "--version"), ST_OK);
	assert_int_equal(PARSE(&c, NULL, NULL), ST_OK);
	assert_null(c.verb);
}

static void no_two_verbs_share_a_name(void **state)
{
	(void)state;
	for (size_t i = 0; verb_at(i); i++) {
		assert_ptr_equal(verb_find(verb_at(i)->name), verb_at(i));
		assert_ptr_equal(verb_find(verb_at(i)->alias), verb_at(i));
	}
}

static void no_two_options_share_a_name_or_letter(void **state)
{
	(void)state;
	for (int i = 0; i < FLAG_COUNT; i++)
		for (int k = i + 1; k < FLAG_COUNT; k++) {
			const struct flag_def *a = flag_def((enum flag)i),
					      *b = flag_def((enum flag)k);

			assert_string_not_equal(a->name, b->name);
			assert_false(a->letter && a->letter == b->letter);
			assert_false(a->alias && b->alias && strcmp(a->alias, b->alias) == 0);
		}
}

static void every_verb_has_help_and_every_act_exists(void **state)
{
	(void)state;
	for (size_t i = 0; verb_at(i); i++) {
		const struct verb *v = verb_at(i);
		struct call c;

		memset(&c, 0, sizeof(c));
		assert_non_null(v->run);
		assert_true(v->least <= v->most && v->most <= VERB_ARGS_MAX);
		if (v->act)
			assert_non_null(action_find(str_of(v->act)));
		help_verb(&c, v);
		assert_non_null(strstr(strbuf_cstr(&c.out), v->name));
		call_release(&c);
	}
}

static void help_is_eighty_columns_wide(void **state)
{
	struct call c;
	int col = 0;

	(void)state;
	memset(&c, 0, sizeof(c));
	help_overview(&c);
	for (size_t i = 0; verb_at(i); i++)
		help_verb(&c, verb_at(i));
	for (const char *p = strbuf_cstr(&c.out); *p; p++) {
		col = *p == '\n' ? 0 : col + ((*p & 0xC0) != 0x80);
		assert_true(col <= 80);
	}
	call_release(&c);
}

static void every_way_to_end_has_its_code(void **state)
{
	static const struct {
		enum status st;
		const char *code;
		int exit;
	} rows[] = {
		{ ST_OK, "", 0 },
		{ ST_BROKEN, "disk-full", 1 },
		{ ST_BAD_INPUT, "field-too-long", 2 },
		{ ST_CONFLICT, "case-ambiguous", 2 },
		{ ST_NONE, "case-unknown", 3 },
		{ ST_NONE, "not-enrolled", 4 },
		{ ST_REFUSED, "passphrase-wrong", 4 },
		{ ST_REFUSED, "locked", 4 },
		{ ST_REFUSED, "invitation-wrong", 4 },
		{ ST_REFUSED, "device-revoked", 4 },
		{ ST_REFUSED, "role-lacking", 5 },
		{ ST_REFUSED, "sign-unattended", 5 },
		{ ST_RETRY, "decide-confirm", 5 },
		{ ST_RETRY, "unreachable", 6 },
		{ ST_REFUSED, "tls", 6 },
		{ ST_CONFLICT, "taken", 7 },
		{ ST_CONFLICT, "refused", 7 },
		{ ST_REFUSED, "device-fork", 7 },
		{ ST_RETRY, "not-confirmed", 8 },
		{ ST_BAD_INPUT, "conf-value", 9 },
		{ ST_BROKEN, "conf-read", 9 },
		{ ST_REFUSED, "verification-failed", 10 },
		{ ST_REFUSED, "fingerprint-mismatch", 10 },
		{ ST_REFUSED, "interrupted", 130 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err why = ERR_INIT;

		err_set(&why, rows[i].st, rows[i].code, "x");
		assert_int_equal(verb_exit_code(rows[i].st, &why), rows[i].exit);
	}
}

static void hostile_text_is_made_harmless_in_every_line(void **state)
{
	struct call c;

	(void)state;
	memset(&c, 0, sizeof(c));
	put_line(&c, "%s", "a\033[31mb\nc\xe2\x80\xae");
	assert_null(strchr(strbuf_cstr(&c.out), '\033'));
	assert_null(strstr(strbuf_cstr(&c.out), "\xe2\x80\xae"));
	assert_int_equal(strcspn(strbuf_cstr(&c.out), "\n"), c.out.len - 1);
	call_release(&c);
}

static void a_central_is_reached_by_https_alone(void **state)
{
	char url[256];

	(void)state;
	assert_int_equal(enrol_url(url, "sluss.exempel.se/", NULL), ST_OK);
	assert_string_equal(url, "https://sluss.exempel.se");
	assert_int_equal(enrol_url(url, "https://sluss.exempel.se:8443/prefix//", NULL), ST_OK);
	assert_string_equal(url, "https://sluss.exempel.se:8443/prefix");
	assert_int_equal(enrol_url(url, "http://127.0.0.1:8080", NULL), ST_OK);
	assert_int_equal(enrol_url(url, "http://[::1]:8080", NULL), ST_OK);
	assert_int_equal(enrol_url(url, "http://localhost", NULL), ST_OK);
	assert_int_equal(enrol_url(url, "http://localhost.evil.example", NULL), ST_BAD_INPUT);
	assert_int_equal(enrol_url(url, "http://127.0.0.1@evil.example", NULL), ST_BAD_INPUT);
	assert_int_equal(enrol_url(url, "http://sluss.exempel.se", NULL), ST_BAD_INPUT);
	assert_int_equal(enrol_url(url, "ftp://sluss.exempel.se", NULL), ST_BAD_INPUT);
	assert_int_equal(enrol_url(url, "https://", NULL), ST_BAD_INPUT);
	assert_int_equal(enrol_url(url, "", NULL), ST_BAD_INPUT);
	assert_int_equal(enrol_url(url, "https://a b", NULL), ST_BAD_INPUT);
}

static void what_is_said_at_a_terminal_breaks_between_words(void **state)
{
	struct call c = { .out = STRBUF_INIT };

	(void)state;
	say_text(&c, str_of("sluss: one line\nof many words"), 20);
	assert_int_equal(strbuf_cstr(&c.say)[c.say.len - 1], '\n');
	for (const char *p = strbuf_cstr(&c.say); *p; p += strcspn(p, "\n") + 1)
		assert_true(strcspn(p, "\n") <= 20);
	assert_non_null(strstr(strbuf_cstr(&c.say), "many"));
	strbuf_clear(&c.say);
	say_text(&c, str_of("sluss: a line of any length, where nobody looks"), 0);
	assert_string_equal(strbuf_cstr(&c.say),
			    "sluss: a line of any length, where nobody looks\n");
	call_release(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_verb_and_its_arguments_stand_in_any_order_with_options),
		cmocka_unit_test(swedish_names_are_known_with_and_without_diacritics),
		cmocka_unit_test(an_optional_value_is_not_the_next_word),
		cmocka_unit_test(short_options_may_stand_together),
		cmocka_unit_test(two_dashes_end_the_options),
		cmocka_unit_test(a_dash_is_an_argument),
		cmocka_unit_test(wrong_use_is_told_with_a_hint),
		cmocka_unit_test(help_asks_for_no_arguments),
		cmocka_unit_test(no_two_verbs_share_a_name),
		cmocka_unit_test(no_two_options_share_a_name_or_letter),
		cmocka_unit_test(every_verb_has_help_and_every_act_exists),
		cmocka_unit_test(help_is_eighty_columns_wide),
		cmocka_unit_test(every_way_to_end_has_its_code),
		cmocka_unit_test(hostile_text_is_made_harmless_in_every_line),
		cmocka_unit_test(a_central_is_reached_by_https_alone),
		cmocka_unit_test(what_is_said_at_a_terminal_breaks_between_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
