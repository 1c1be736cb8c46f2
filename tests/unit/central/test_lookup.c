/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/unit/central/rig.h"

#include "central/store.h"

#include "base/banned.h"

/* Fictive: test numbers that the Swedish Tax Agency publishes as never used. */
#define PERSON "198507099805"
#define ORG "556036-0793"

static void apply(struct rig *r, const char *key, const char *party, const char *fields,
		  char id[UUID_TEXT])
{
	char json[600];

	snprintf(json, sizeof(json), "{\"title\":\"Carport\",\"party\":%s,\"fields\":%s}", party,
		 fields);
	if (rig_intake(r, "BYGGLOV", key, json) != 201)
		print_error("%s\n", strbuf_cstr(&r->reply.body));
	assert_int_equal(r->reply.status, 201);
	rig_member(r, "case_id", id, UUID_TEXT);
}

static int ask(struct desk *d, const char *query, int reason)
{
	char json[400];

	snprintf(json, sizeof(json), "{\"query\":\"%s\",\"reason\":%d}", query, reason);
	return rig_post(d->rig, d->token, "/v1/lookup", json);
}

/* How many cases are shown, the first of them `id` unless there is none. */
static void shows(struct desk *d, const char *query, size_t count, const char *id)
{
	struct json *j = NULL;
	const struct json *hits;

	if (ask(d, query, 1) != 200)
		print_error("%s: %s\n", query, strbuf_cstr(&d->rig->reply.body));
	assert_int_equal(d->rig->reply.status, 200);
	assert_int_equal(json_read(&j, strbuf_str(&d->rig->reply.body), NULL), ST_OK);
	hits = json_member(j, "hits");
	if (json_count(hits) != count)
		print_error("%s: %s\n", query, strbuf_cstr(&d->rig->reply.body));
	assert_int_equal(json_count(hits), count);
	if (count)
		assert_true(str_eq(json_get_text(json_item(hits, 0), "case_id"), id));
	json_free(j);
}

static int64_t rows(struct rig *r, const char *sql)
{
	int64_t n = -1;
	struct err why = ERR_INIT;

	must(db_get_int(central_db(r->c), sql, &n, -1, &why), &why);
	return n;
}

static void open_contact(struct rig *r, struct desk *d, uint64_t seed)
{
	rig_open(r, seed);
	rig_officer(r, "sara", "contact", "", 0);
	desk_open(d, r, "sara");
}

static void a_case_is_found_by_number_person_organisation_and_words(void **state)
{
	struct rig r;
	struct desk sara;
	char a[UUID_TEXT], b[UUID_TEXT];

	(void)state;
	open_contact(&r, &sara, 1);
	apply(&r, "a", "{\"name\":\"Åkesson, Britt\",\"person_no\":\"" PERSON "\"}",
	      "{\"property\":\"Ekvägen 4\"}", a);
	apply(&r, "b", "{\"name\":\"Malmros Bygg AB\",\"org_no\":\"" ORG "\"}", "{}", b);
	shows(&sara, "1", 1, a);
	shows(&sara, "2026-2", 1, b);
	shows(&sara, "BN 2026-1", 1, a);
	shows(&sara, "MN 2026-1", 0, NULL);
	shows(&sara, "bn 1", 1, a);
	shows(&sara, "bn1", 1, a);
	shows(&sara, "bn2026-1", 1, a);
	ask(&sara, "070-174 06 05", 1);
	rig_expect(&r, 400, "lookup-phone");
	ask(&sara, "0701740605", 1);
	rig_expect(&r, 400, "lookup-phone");
	shows(&sara, PERSON, 1, a);
	shows(&sara, "850709-9805", 1, a);
	shows(&sara, "8507099805", 1, a);
	shows(&sara, ORG, 1, b);
	shows(&sara, "5560360793", 1, b);
	shows(&sara, "akesson ekvagen", 1, a);
	shows(&sara, "Ekvägen 4 BRITT", 1, a);
	shows(&sara, "Malmros Ekvägen", 0, NULL);
	/* As people and other programs write them. */
	shows(&sara, "850709 9805", 1, a);
	shows(&sara, "19850709 9805", 1, a);
	shows(&sara, "  19850709-9805 ", 1, a);
	shows(&sara, "850709\\u20139805", 1, a);
	shows(&sara, "19850709\\u00a0\\u2013\\u00a09805", 1, a);
	shows(&sara, "556036\\u22120793\\u00a0", 1, b);
	shows(&sara, "\\u00a0BN\\u00a02026\\u20131", 1, a);
	shows(&sara, "Britt\\u00a0Ekvägen", 1, a);
	shows(&sara, "Britt\\u2013Ekvägen", 1, a);
	ask(&sara, "åkesson", 1);
	rig_expect(&r, 400, "lookup-words");
	ask(&sara, "198507099806", 1);
	rig_expect(&r, 400, "personal-number-check");
	desk_release(&sara);
	rig_close(&r);
}

static void an_answer_tells_what_is_public_and_nothing_of_a_party(void **state)
{
	struct rig r;
	struct desk sara;
	char a[UUID_TEXT];

	(void)state;
	open_contact(&r, &sara, 2);
	apply(&r, "a", "{\"name\":\"Åkesson, Britt\",\"person_no\":\"" PERSON "\"}",
	      "{\"property\":\"Ekvägen 4\"}", a);
	shows(&sara, PERSON, 1, a);
	assert_null(strstr(strbuf_cstr(&r.reply.body), "kesson"));
	assert_null(strstr(strbuf_cstr(&r.reply.body), "Carport"));
	assert_null(strstr(strbuf_cstr(&r.reply.body), "Ekv"));
	assert_null(strstr(strbuf_cstr(&r.reply.body), "9805"));
	assert_non_null(strstr(strbuf_cstr(&r.reply.body), "\"status\":\"registered\""));
	desk_release(&sara);
	rig_close(&r);
}

static void a_protected_or_secret_case_is_answered_as_nothing_at_all(void **state)
{
	struct strbuf nothing = STRBUF_INIT;
	struct rig r;
	struct desk sara, britt;
	struct ack ack;
	char a[UUID_TEXT], b[UUID_TEXT];

	(void)state;
	open_contact(&r, &sara, 3);
	rig_officer(&r, "britt", "officer,decider,contact", "bygg", 2);
	desk_open(&britt, &r, "britt");
	assert_int_equal(ask(&sara, "9999", 1), 200);
	strbuf_set(&nothing, r.reply.body.data, r.reply.body.len);
	apply(&r, "a",
	      "{\"name\":\"Åkesson, Britt\",\"person_no\":\"" PERSON "\",\"protected\":true}",
	      "{\"property\":\"Ekvägen 4\"}", a);
	apply(&r, "b", "{\"name\":\"Berg, Kim\"}", "{\"property\":\"Ekvägen 5\"}", b);
	desk_act(&britt, b, "case.claim", NULL, NULL, &ack);
	desk_act(&britt, b, "case.secrecy", "class", "1", &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	for (int i = 0; i < 2; i++) {
		static const char *const queries[] = {
			PERSON, "1", "2", "BN 2026-2", "åkesson ekvägen", "kim berg"
		};
		struct desk *d = i ? &britt : &sara;

		for (size_t q = 0; q < sizeof(queries) / sizeof(queries[0]); q++) {
			assert_int_equal(ask(d, queries[q], 1), 200);
			assert_string_equal(strbuf_cstr(&r.reply.body), strbuf_cstr(&nothing));
		}
	}
	strbuf_release(&nothing);
	desk_release(&sara);
	desk_release(&britt);
	rig_close(&r);
}

static void each_lookup_is_logged_with_its_reason_and_what_was_shown(void **state)
{
	struct rig r;
	struct desk sara;
	char a[UUID_TEXT];

	(void)state;
	open_contact(&r, &sara, 4);
	apply(&r, "a", "{\"name\":\"Åkesson, Britt\",\"person_no\":\"" PERSON "\"}", "{}", a);
	shows(&sara, PERSON, 1, a);
	shows(&sara, "17", 0, NULL);
	assert_int_equal(rows(&r, "SELECT count(*) FROM lookup WHERE officer = 'sara'"), 2);
	assert_int_equal(rows(&r, "SELECT count(*) FROM lookup WHERE reason = 1 AND shown = 1"
				  " AND kind = 'person'"),
			 1);
	assert_int_equal(rows(&r, "SELECT count(*) FROM lookup_case JOIN casefile ON id = case_id"),
			 1);
	ask(&sara, "1", 0);
	rig_expect(&r, 400, "lookup-reason");
	rig_post(&r, sara.token, "/v1/lookup", "{\"query\":\"1\"}");
	rig_expect(&r, 400, "lookup-reason");
	rig_post(&r, sara.token, "/v1/lookup", "{\"query\":\"\",\"reason\":1}");
	rig_expect(&r, 400, "field-malformed");
	rig_post(&r, "", "/v1/lookup", "{\"query\":\"1\",\"reason\":1}");
	rig_expect(&r, 401, "token-expired");
	assert_int_equal(rows(&r, "SELECT count(*) FROM lookup"), 2);
	desk_release(&sara);
	rig_close(&r);
}

static void numbers_and_words_stand_nowhere_in_the_index(void **state)
{
	struct rig r;
	struct desk sara;
	char a[UUID_TEXT];

	(void)state;
	open_contact(&r, &sara, 5);
	apply(&r, "a", "{\"name\":\"Akesson\",\"person_no\":\"" PERSON "\"}", "{}", a);
	assert_int_equal(rows(&r, "SELECT count(*) FROM lookup_key"), 2);
	assert_int_equal(rows(&r, "SELECT count(*) FROM lookup_key WHERE h LIKE '%akesson%'"
				  " OR h LIKE '%9805%' OR length(h) <> 32"),
			 0);
	desk_release(&sara);
	rig_close(&r);
}

static void an_erased_application_is_found_by_no_word_of_it(void **state)
{
	struct err why = ERR_INIT;
	struct rig r;
	struct desk sara;
	char a[UUID_TEXT];

	(void)state;
	open_contact(&r, &sara, 6);
	apply(&r, "a", "{\"name\":\"Åkesson, Britt\",\"person_no\":\"" PERSON "\"}", "{}", a);
	must(central_erase(r.c, a, 1, "beslut om gallring", &why), &why);
	shows(&sara, PERSON, 0, NULL);
	shows(&sara, "1", 1, a);
	desk_release(&sara);
	rig_close(&r);
}

static void too_many_lookups_are_refused_for_a_while(void **state)
{
	struct rig r;
	struct desk sara, anna;

	(void)state;
	open_contact(&r, &sara, 7);
	desk_open(&anna, &r, "anna");
	for (int i = 0; i < 120; i++)
		assert_int_equal(ask(&sara, "17", 4), 200);
	ask(&sara, "17", 4);
	rig_expect(&r, 429, "too-many-lookups");
	assert_int_equal(ask(&anna, "17", 4), 200);
	r.wall += 10 * 60 * 1000;
	assert_int_equal(ask(&sara, "17", 4), 200);
	desk_release(&sara);
	desk_release(&anna);
	rig_close(&r);
}

static void a_contact_center_alone_is_refused_searches_and_documents(void **state)
{
	char path[200];
	struct rig r;
	struct desk sara, britt;
	char a[UUID_TEXT];

	(void)state;
	open_contact(&r, &sara, 21);
	rig_officer(&r, "britt", "officer,contact", "bygg", 0);
	desk_open(&britt, &r, "britt");
	apply(&r, "a", "{\"name\":\"Berg, Kim\"}", "{}", a);
	snprintf(path, sizeof(path), "/v1/cases/%s/documents/%s", a, HASH_ZERO);
	rig_post(&r, sara.token, "/v1/cases/search", "{\"filter\":\"\"}");
	rig_expect(&r, 403, "role-lacking");
	rig_get(&r, sara.token, path);
	rig_expect(&r, 403, "role-lacking");
	assert_int_equal(rig_post(&r, britt.token, "/v1/cases/search", "{\"filter\":\"\"}"), 200);
	desk_release(&britt);
	desk_release(&sara);
	rig_close(&r);
}

static void a_contact_center_of_many_units_logs_in_and_looks_up(void **state)
{
	struct rig r;
	struct desk kim;
	struct err why = ERR_INIT;
	char unit[24];

	(void)state;
	rig_open(&r, 70);
	rig_officer(&r, "kim", "contact", "bygg", 0);
	must(db_begin(central_db(r.c), &why), &why);
	for (int i = 0; i < SCOPES_MAX + 6; i++) {
		snprintf(unit, sizeof(unit), "enhet%d", i);
		must(scopes_ensure(central_db(r.c), unit, 1, &why), &why);
	}
	must(db_commit(central_db(r.c), &why), &why);
	desk_open(&kim, &r, "kim");
	assert_int_equal(rig_post(&r, kim.token, "/v1/sync/pull", "{\"subs\":[]}"), 200);
	rig_officer(&r, "lisa", "contact", "bygg", 0);
	desk_release(&kim);
	rig_close(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_contact_center_of_many_units_logs_in_and_looks_up),
		cmocka_unit_test(a_contact_center_alone_is_refused_searches_and_documents),
		cmocka_unit_test(a_case_is_found_by_number_person_organisation_and_words),
		cmocka_unit_test(an_answer_tells_what_is_public_and_nothing_of_a_party),
		cmocka_unit_test(a_protected_or_secret_case_is_answered_as_nothing_at_all),
		cmocka_unit_test(each_lookup_is_logged_with_its_reason_and_what_was_shown),
		cmocka_unit_test(numbers_and_words_stand_nowhere_in_the_index),
		cmocka_unit_test(an_erased_application_is_found_by_no_word_of_it),
		cmocka_unit_test(too_many_lookups_are_refused_for_a_while),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
