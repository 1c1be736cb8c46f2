/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "app/decision.h"
#include "domain/action.h"
#include "sign/hash.h"

#include "base/banned.h"

struct desk {
	struct home h;
	struct casefile c;
	struct decision d;
};

/* 2026-11-23 14:00 in Stockholm. */
static int64_t fixed_wall(void *ctx)
{
	(void)ctx;
	return 1795438800000;
}

static void set(struct registry *r, const char *field, const char *value)
{
	assert_int_equal(registry_field(r, str_of(field), str_of(value), NULL), ST_OK);
}

static void fill_names(struct registry *r)
{
	assert_int_equal(registry_section(r, str_of("committee"), str_of("BN"), NULL), ST_OK);
	set(r, "name.sv", "Byggnadsnämnden");
	assert_int_equal(registry_section(r, str_of("unit"), str_of("bygg"), NULL), ST_OK);
	set(r, "committee", "BN");
	assert_int_equal(registry_section(r, str_of("casetype"), str_of("BYGGLOV"), NULL), ST_OK);
	set(r, "law", "PBL 9 kap.");
	set(r, "delegation", "BN-1");
	set(r, "appeal", "lansstyrelse");
	set(r, "outcome", "bifall \"Bifall\" \"Approval\"");
	set(r, "outcome", "avslag \"Avslag\" \"Refusal\"");
}

static int setup(void **state)
{
	struct desk *t = calloc(1, sizeof(*t));

	assert_non_null(t);
	assert_int_equal(sign_start(NULL), ST_OK);
	t->h.clock.wall_ms = fixed_wall;
	fill_names(&t->h.names.registry);
	snprintf(t->h.who.municipality, sizeof(t->h.who.municipality), "Exempelköping");
	snprintf(t->h.who.sub, sizeof(t->h.who.sub), "britt.a");
	snprintf(t->h.who.name, sizeof(t->h.who.name), "Britt Åkerlund");
	snprintf(t->h.who.title, sizeof(t->h.who.title), "bygglovhandläggare");
	snprintf(t->c.id, sizeof(t->c.id), "0198aaaa-0000-7000-8000-000000000001");
	snprintf(t->c.diary_no, sizeof(t->c.diary_no), "BN 2026-1042");
	snprintf(t->c.type, sizeof(t->c.type), "BYGGLOV");
	snprintf(t->c.unit, sizeof(t->c.unit), "bygg");
	snprintf(t->c.eh, sizeof(t->c.eh), "%s", HASH_ZERO);
	t->c.n = 4;
	strbuf_sets(&t->c.title, "Carport <Ekvägen> 4");
	strbuf_sets(&t->c.party, "Åkesson, Britt");
	*state = t;
	return 0;
}

static int teardown(void **state)
{
	struct desk *t = *state;

	names_release(&t->h.names);
	casefile_release(&t->c);
	decision_release(&t->d);
	free(t);
	return 0;
}

static enum status prepare(struct desk *t, struct err *why)
{
	return decision_prepare(&t->d, &t->h, &t->c, why);
}

static void the_case_type_proposes_outcome_law_and_delegation(void **state)
{
	struct desk *t = *state;

	decision_suggest(&t->d, &t->h, &t->c);
	assert_string_equal(t->d.outcome, "bifall");
	assert_string_equal(strbuf_cstr(&t->d.legal_basis), "PBL 9 kap.");
	assert_string_equal(t->d.delegation, "BN-1");
}

static void what_the_officer_chose_is_not_replaced(void **state)
{
	struct desk *t = *state;

	snprintf(t->d.outcome, sizeof(t->d.outcome), "avslag");
	strbuf_sets(&t->d.legal_basis, "9 kap. 31 §");
	decision_suggest(&t->d, &t->h, &t->c);
	assert_string_equal(t->d.outcome, "avslag");
	assert_string_equal(strbuf_cstr(&t->d.legal_basis), "9 kap. 31 §");
}

static void an_outcome_that_the_type_lacks_is_refused_with_those_it_has(void **state)
{
	struct desk *t = *state;
	struct err why = ERR_INIT;

	snprintf(t->d.outcome, sizeof(t->d.outcome), "kanske");
	assert_int_equal(prepare(t, &why), ST_BAD_INPUT);
	assert_string_equal(why.code, "outcome-unknown");
	assert_non_null(strstr(why.text, "bifall, avslag"));
	assert_int_equal(t->d.letter.len, 0);
}

static void a_rapporteur_is_an_officer_once_officers_are_known(void **state)
{
	struct desk *t = *state;
	struct officer_name cia = { .id = "cia.b" };
	struct err why = ERR_INIT;

	decision_suggest(&t->d, &t->h, &t->c);
	strbuf_sets(&t->d.reasons, "Det följer planen.");
	snprintf(t->d.rapporteur, sizeof(t->d.rapporteur), "nobody");
	assert_int_equal(prepare(t, &why), ST_OK);
	t->h.names.officers.rows = &cia;
	t->h.names.officers.count = 1;
	assert_int_equal(prepare(t, &why), ST_BAD_INPUT);
	assert_string_equal(why.code, "officer-unknown");
	snprintf(t->d.rapporteur, sizeof(t->d.rapporteur), "cia.b");
	assert_int_equal(prepare(t, &why), ST_OK);
	t->h.names.officers.rows = NULL;
	t->h.names.officers.count = 0;
}

static void reasons_or_a_ground_are_asked_for(void **state)
{
	struct desk *t = *state;
	struct err why = ERR_INIT;

	decision_suggest(&t->d, &t->h, &t->c);
	assert_int_equal(prepare(t, &why), ST_BAD_INPUT);
	assert_string_equal(why.code, "reasons-missing");
	err_clear(&why);
	snprintf(t->d.reasons_omitted, sizeof(t->d.reasons_omitted), "because");
	assert_int_equal(prepare(t, &why), ST_BAD_INPUT);
	assert_string_equal(why.code, "ground-unknown");
	snprintf(t->d.reasons_omitted, sizeof(t->d.reasons_omitted), "plainly-unnecessary");
	assert_int_equal(prepare(t, NULL), ST_OK);
	assert_non_null(strstr(strbuf_cstr(&t->d.letter), "uppenbart obehövliga"));
}

static void the_letter_shows_the_five_facts_and_is_what_is_signed(void **state)
{
	static const char *const facts[] = { "2026-11-23",     "Bifall",
					     "Britt Åkerlund", "Föredragande",
					     "Deltog",	       "Byggnadsnämnden",
					     "länsstyrelsen",  "Carport &lt;Ekvägen&gt; 4",
					     "Exempelköping" };
	struct desk *t = *state;
	struct intent in;
	char digest[HASH_TEXT];

	decision_suggest(&t->d, &t->h, &t->c);
	strbuf_sets(&t->d.reasons, "Åtgärden följer detaljplanen.");
	assert_int_equal(prepare(t, NULL), ST_OK);
	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
		assert_non_null(strstr(strbuf_cstr(&t->d.letter), facts[i]));
	decision_intent(&in, &t->d, &t->h, &t->c);
	assert_string_equal(in.act, "case.decide");
	assert_int_equal(in.doc_count, 1);
	assert_ptr_equal(in.docs[0].bytes.p, t->d.letter.data);
	sha256_hex(digest, in.docs[0].bytes);
	assert_string_equal(digest, t->d.letter_sha256);
	assert_int_equal(in.seen_n, 4);
}

static void the_intents_arguments_are_those_of_the_act(void **state)
{
	struct desk *t = *state;
	const struct action_def *def = action_find(str_of("case.decide"));
	struct intent in;

	decision_suggest(&t->d, &t->h, &t->c);
	strbuf_sets(&t->d.reasons, "Skäl.");
	snprintf(t->d.reasons_omitted, sizeof(t->d.reasons_omitted), "immediate");
	assert_int_equal(prepare(t, NULL), ST_OK);
	decision_intent(&in, &t->d, &t->h, &t->c);
	for (int i = 0; i < in.arg_count; i++) {
		assert_true(action_arg_index(def, str_of(in.args[i].name)) >= 0);
		/* With reasons there is no ground for leaving them out. */
		assert_string_not_equal(in.args[i].name, "reasons_omitted");
	}
}

static void a_protected_partys_decision_is_not_made_here(void **state)
{
	struct desk *t = *state;
	struct err why = ERR_INIT;

	decision_suggest(&t->d, &t->h, &t->c);
	strbuf_sets(&t->d.reasons, "Skäl.");
	t->c.protection = PROTECT_IDENTITY;
	assert_int_equal(prepare(t, &why), ST_REFUSED);
	assert_string_equal(why.code, "party-protected");
}

static void digits_are(struct desk *t, const char *diary_no, const char *wanted)
{
	char digits[8];

	snprintf(t->c.diary_no, sizeof(t->c.diary_no), "%s", diary_no);
	decision_digits(digits, &t->c);
	assert_string_equal(digits, wanted);
}

static void the_digits_are_the_last_four_of_the_number(void **state)
{
	digits_are(*state, "BN 2026-1042", "1042");
	digits_are(*state, "BN 2026-7", "7");
	digits_are(*state, "BN 2026-123456", "3456");
	digits_are(*state, "", "");
}

static void the_case_s_number_is_taken_as_people_write_it(void **state)
{
	static const char *const right[] = { "8", "0008", "2026-8", "TN 2026-8", " 8 ", "008 " };
	static const char *const wrong[] = {
		"", " ", "9", "80", "2025-8", "8a", "00000000000000000008a"
	};
	struct desk *t = *state;

	snprintf(t->c.diary_no, sizeof(t->c.diary_no), "TN 2026-8");
	for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++)
		assert_true(decision_confirmed(right[i], &t->c));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(decision_confirmed(wrong[i], &t->c));
	snprintf(t->c.diary_no, sizeof(t->c.diary_no), "TN 2026-10045");
	assert_true(decision_confirmed("0045", &t->c));
	assert_false(decision_confirmed("45", &t->c));
	t->c.diary_no[0] = '\0';
	assert_false(decision_confirmed("", &t->c));
}

static enum status may(const char *rule, bool online, bool confirmed)
{
	struct config c = CONFIG_INIT;

	assert_int_equal(
		options_set(&c.options, str_of("decide.offline"), str_of(rule), NULL, NULL), ST_OK);
	return decision_allowed(&c, online, confirmed, NULL);
}

static void offline_decisions_follow_the_rule(void **state)
{
	(void)state;
	assert_int_equal(may("allow", false, false), ST_OK);
	assert_int_equal(may("confirm", false, false), ST_RETRY);
	assert_int_equal(may("confirm", false, true), ST_OK);
	assert_int_equal(may("deny", false, true), ST_REFUSED);
	assert_int_equal(may("deny", true, false), ST_OK);
	assert_int_equal(may("confirm", true, false), ST_OK);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_case_type_proposes_outcome_law_and_delegation),
		TEST(what_the_officer_chose_is_not_replaced),
		TEST(an_outcome_that_the_type_lacks_is_refused_with_those_it_has),
		TEST(a_rapporteur_is_an_officer_once_officers_are_known),
		TEST(reasons_or_a_ground_are_asked_for),
		TEST(the_letter_shows_the_five_facts_and_is_what_is_signed),
		TEST(the_intents_arguments_are_those_of_the_act),
		TEST(a_protected_partys_decision_is_not_made_here),
		TEST(the_digits_are_the_last_four_of_the_number),
		TEST(the_case_s_number_is_taken_as_people_write_it),
		TEST(offline_decisions_follow_the_rule),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
