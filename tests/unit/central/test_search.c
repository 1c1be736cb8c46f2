/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/unit/central/rig.h"

#include "central/limits.h"
#include "central/store_search.h"
#include "domain/filter.h"

#include "base/banned.h"

/* An application of that type, title and party; time passes. */
static void apply(struct rig *r, const char *type, const char *title, const char *party,
		  char id[UUID_TEXT])
{
	static int count;
	char json[600], key[20];

	snprintf(key, sizeof(key), "s%d", count++);
	snprintf(json, sizeof(json), "{\"title\":\"%s\",\"party\":{\"name\":\"%s\"}}", title,
		 party);
	assert_int_equal(rig_intake(r, type, key, json), 201);
	rig_member(r, "case_id", id, UUID_TEXT);
	r->wall += 60000;
}

static int ask(struct desk *d, const char *filter, const char *rest)
{
	char json[1500];

	snprintf(json, sizeof(json), "{\"filter\":\"%s\"%s}", filter, rest);
	return rig_post(d->rig, d->token, "/v1/cases/search", json);
}

/* The ids found, "0" and "1" for those of `ids`, in the answer's order. */
static void finds(struct desk *d, const char *filter, const char *rest, const char *want, bool more,
		  char (*ids)[UUID_TEXT], int known)
{
	struct strbuf seen = STRBUF_INIT;
	struct json *j = NULL;
	const struct json *cases;

	if (ask(d, filter, rest) != 200)
		fail_msg("%s: %s", filter, strbuf_cstr(&d->rig->reply.body));
	assert_int_equal(json_read(&j, strbuf_str(&d->rig->reply.body), NULL), ST_OK);
	cases = json_member(j, "cases");
	for (size_t i = 0; i < json_count(cases); i++)
		for (int k = 0; k < known; k++)
			if (str_eq(json_get_text(json_item(cases, i), "id"), ids[k]))
				strbuf_addf(&seen, "%d", k);
	assert_int_equal(json_count(cases), seen.len);
	if (strcmp(strbuf_cstr(&seen), want) != 0)
		fail_msg("%s finds %s, not %s", filter, strbuf_cstr(&seen), want);
	assert_int_equal(json_get_bool(j, "more", !more), more);
	json_free(j);
	strbuf_release(&seen);
}

static void the_cases_that_a_filter_means_come_newest_first(void **state)
{
	static const struct {
		const char *filter, *found;
	} asked[] = {
		{ "", "3210" },
		{ "carport", "20" },
		{ "CARPORT", "20" },
		{ "carp*", "20" },
		{ "carp", "" },
		{ "akesson", "10" },
		{ "åkesson", "10" },
		{ "A\xCC\x8Akesson", "10" },
		{ "\xE2\x84\xABkesson", "10" },
		{ "text=akesson", "" },
		{ "part:linnes", "" },
		{ "part:linne*", "3" },
		{ "-carport", "31" },
		{ "carport eller linne", "320" },
		{ "\\\"carport ekvägen\\\"", "0" },
		{ "\\\"ekvägen carport\\\"", "" },
		{ "\\\"carport ekvagen\\\"", "0" },
		{ "kö:bygglov", "3210" },
		{ "kö:permits", "3210" },
		{ "typ:BYGGLOV status:registered", "3210" },
		{ "öppen", "3210" },
		{ "avslutad", "" },
		{ "ny", "3210" },
		{ "min", "" },
		{ "dnr:2026-2", "1" },
		{ "2026-2", "1" },
		{ "dnr:2", "1" },
		{ "inkom:2026-03-02", "3210" },
		{ "inkom:<2026-03-02", "" },
		{ "\\\"'; DROP TABLE casefile; --\\\"", "" },
		{ "carport OR NEAR(x)", "20" },
	};
	struct rig r;
	struct desk britt;
	char id[4][UUID_TEXT];

	(void)state;
	rig_open(&r, 1);
	desk_open(&britt, &r, "britt");
	apply(&r, "BYGGLOV", "Carport, Ekvägen 4", "Åkesson, Britt", id[0]);
	apply(&r, "BYGGLOV", "Plank", "A\xCC\x8Akesson, Per", id[1]);
	apply(&r, "BYGGLOV", "Ny carport", "Malmros Bygg AB", id[2]);
	apply(&r, "BYGGLOV", "Altan", "Linné, Eva", id[3]);
	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++)
		finds(&britt, asked[i].filter, "", asked[i].found, false, id, 4);
	desk_release(&britt);
	rig_close(&r);
}

static void names_are_understood_as_at_the_workstation(void **state)
{
	static const struct {
		const char *filter, *found;
	} asked[] = {
		{ "handl:zetterlund", "1" }, { "handl:zara", "1" },	 { "handl:zz", "1" },
		{ "-handl:zetter", "0" },    { "kanal:e-tjänst", "10" }, { "kanal:e-tj", "10" },
		{ "kanal:e-serv", "10" },    { "kanal:brev", "" },	 { "kanal:telephone", "" },
		{ "-channel:besök", "10" },
	};
	struct central_officer o = { "zz", "Zara Zetterlund", "handläggare", "officer", "bygg", 0 };
	struct rig r;
	struct desk zara;
	struct ack ack;
	struct err why = ERR_INIT;
	char id[2][UUID_TEXT];

	(void)state;
	rig_open(&r, 9);
	must(central_add_officer(r.c, &o, &why), &why);
	desk_open(&zara, &r, "zz");
	apply(&r, "BYGGLOV", "Carport", "Åkesson", id[0]);
	apply(&r, "BYGGLOV", "Plank", "Åkesson", id[1]);
	desk_act(&zara, id[1], "case.claim", NULL, NULL, &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++)
		finds(&zara, asked[i].filter, "", asked[i].found, false, id, 2);
	ask(&zara, "handl=zetterlund", "");
	rig_expect(&r, 400, "filter-syntax");
	desk_release(&zara);
	rig_close(&r);
}

static void pages_go_on_behind_the_last_case(void **state)
{
	struct rig r;
	struct desk britt;
	char id[5][UUID_TEXT], rest[200], at[5][40];

	(void)state;
	rig_open(&r, 2);
	desk_open(&britt, &r, "britt");
	for (int i = 0; i < 5; i++) {
		instant_format(at[i], r.wall);
		apply(&r, "BYGGLOV", i == 2 ? "Plank" : "Carport", "Åkesson", id[i]);
	}
	finds(&britt, "", ",\"limit\":2", "43", true, id, 5);
	snprintf(rest, sizeof(rest),
		 ",\"limit\":2,\"before\":{\"received_at\":\"%s\",\"case_id\":\"%s\"}", at[3],
		 id[3]);
	finds(&britt, "", rest, "21", true, id, 5);
	finds(&britt, "carport", rest, "10", false, id, 5);
	/* A place that is nobody's: what came in before it. */
	snprintf(rest, sizeof(rest),
		 ",\"before\":{\"received_at\":\"%s\","
		 "\"case_id\":\"0198cccc-0000-7000-8000-000000000001\"}",
		 "2026-03-02T07:59:59.999Z");
	finds(&britt, "", rest, "", false, id, 5);
	desk_release(&britt);
	rig_close(&r);
}

static bool count_case(void *ctx, const struct casefile *c)
{
	int *count = ctx;

	(void)c;
	(*count)++;
	return true;
}

/* How often must be asked until all is looked at, with so much work each time? */
static int pages(struct rig *r, const char *text, int64_t looks, int *found)
{
	const struct filter_env env = { .me = "britt", .today = { 2026, 3, 2 } };
	struct filter f = FILTER_INIT;
	struct rights who = { .count = 0 };
	struct search s = { .filter = &f, .who = &who, .looks = looks };
	struct search_end end;
	struct err why = ERR_INIT;
	int asked = 0;

	*found = 0;
	must(rights_load(central_db(r->c), "britt", r->wall, &who, &why), &why);
	must(filter_parse(&f, str_of(text), &env, NULL, &why), &why);
	do {
		must(search_run(central_db(r->c), &s, count_case, found, &end, &why), &why);
		s.received_at = end.received_at;
		snprintf(s.case_id, sizeof(s.case_id), "%s", end.case_id);
		asked++;
	} while (end.more);
	filter_release(&f);
	return asked;
}

static void a_search_does_a_bounded_work_and_says_where_to_go_on(void **state)
{
	struct rig r;
	struct desk britt;
	char id[UUID_TEXT];
	int found;

	(void)state;
	rig_open(&r, 6);
	desk_open(&britt, &r, "britt");
	for (int i = 0; i < 8; i++)
		apply(&r, "BYGGLOV", i ? "Plank" : "Carport", "Åkesson", id);
	assert_int_equal(pages(&r, "status:closed", 1000, &found), 1);
	assert_int_equal(found, 0);
	assert_int_equal(pages(&r, "status:closed", 3, &found), 3);
	assert_int_equal(found, 0);
	/* Eight are judged, at four each. */
	assert_int_equal(pages(&r, "text=plank", 8, &found), 4);
	assert_int_equal(found, 7);
	assert_int_equal(pages(&r, "-text=plank", 1, &found), 8);
	assert_int_equal(found, 1);
	/* A number is found without a look at the others. */
	assert_int_equal(pages(&r, "-text=aa,ba,ca dnr:5", 8, &found), 1);
	assert_int_equal(found, 1);
	assert_int_equal(pages(&r, "-text=aa,ba,ca dnr:999999", 8, &found), 1);
	assert_int_equal(found, 0);
	desk_release(&britt);
	rig_close(&r);
}

/* As many as one answer looks at, that are all open, and one older. */
static void an_answer_without_a_case_says_where_to_go_on(void **state)
{
	struct rig r;
	struct desk britt;
	struct err why = ERR_INIT;
	char id[1][UUID_TEXT], rest[200], at[UUID_TEXT], sql[400];
	struct json *j = NULL;

	(void)state;
	rig_open(&r, 7);
	desk_open(&britt, &r, "britt");
	apply(&r, "BYGGLOV", "Carport", "Åkesson", id[0]);
	snprintf(sql, sizeof(sql),
		 "PRAGMA foreign_keys = OFF;"
		 "WITH RECURSIVE i(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM i WHERE x < %d)"
		 " INSERT INTO case_words(key, case_id, scope, words)"
		 " SELECT (SELECT max(key) FROM case_words) + x * 1048576, printf('"
		 "0198cccc-0000-7000-8000-%%012d', x), scope, '' FROM i, case_words",
		 LIMIT_SEARCH_LOOKS);
	must(db_exec(central_db(r.c), sql, &why), &why);
	must(db_exec(central_db(r.c),
		     "INSERT INTO casefile SELECT case_words.case_id, '', type, type_version, unit,"
		     " queue, 'open', priority, protection, 'x', channel, key >> 20, due_on, outcome,"
		     " changed_at, title, party, n, eh, case_words.scope, fields, party_kind,"
		     " decision, closed_at FROM case_words, casefile"
		     " WHERE case_words.case_id <> casefile.id",
		     &why),
	     &why);
	finds(&britt, "ny", "", "", true, id, 1);
	assert_int_equal(json_read(&j, strbuf_str(&r.reply.body), NULL), ST_OK);
	assert_true(json_copy_text(json_member(j, "next"), "case_id", at, sizeof(at)));
	assert_string_equal(at, "0198cccc-0000-7000-8000-000000000001");
	snprintf(rest, sizeof(rest), ",\"before\":{\"received_at\":\"%.*s\",\"case_id\":\"%s\"}",
		 (int)json_get_text(json_member(j, "next"), "received_at").n,
		 json_get_text(json_member(j, "next"), "received_at").p, at);
	finds(&britt, "ny", rest, "0", false, id, 1);
	json_free(j);
	desk_release(&britt);
	rig_close(&r);
}

static void what_is_no_question_is_refused_with_its_place(void **state)
{
	struct rig r;
	struct desk britt;

	(void)state;
	rig_open(&r, 3);
	desk_open(&britt, &r, "britt");
	ask(&britt, "kö:", "");
	rig_expect(&r, 400, "filter-syntax");
	ask(&britt, "carport (", "");
	rig_expect(&r, 400, "filter-syntax");
	assert_non_null(strstr(strbuf_cstr(&r.reply.body), "column "));
	ask(&britt, "prioo:1", "");
	rig_expect(&r, 400, "filter-syntax");
	ask(&britt, "x", ",\"limit\":0");
	rig_expect(&r, 400, "field-malformed");
	ask(&britt, "x", ",\"limit\":201");
	rig_expect(&r, 400, "field-malformed");
	ask(&britt, "x", ",\"before\":{\"case_id\":\"x\"}");
	rig_expect(&r, 400, "field-malformed");
	ask(&britt, "x", ",\"other\":1");
	rig_expect(&r, 400, "field-unknown");
	rig_post(&r, britt.token, "/v1/cases/search", "{}");
	rig_expect(&r, 400, "field-missing");
	rig_post(&r, "", "/v1/cases/search", "{\"filter\":\"\"}");
	rig_expect(&r, 401, "token-expired");
	desk_release(&britt);
	rig_close(&r);
}

/* The whole answer, byte for byte, with and without cases of another unit. */
static void a_case_beyond_the_rights_changes_no_byte_of_an_answer(void **state)
{
	static const char *const asked[] = { "",	  "kanarie",	 "avlopp",
					     "kö:avlopp", "enhet:miljo", "-carport",
					     "carport",	  "dnr:1",	 "kan*" };
	struct strbuf before[sizeof(asked) / sizeof(asked[0])];
	struct rig r;
	struct desk britt, mikael;
	char id[2][UUID_TEXT], hidden[UUID_TEXT], rest[200], at[40];

	(void)state;
	rig_open(&r, 4);
	desk_open(&britt, &r, "britt");
	desk_open(&mikael, &r, "mikael");
	apply(&r, "BYGGLOV", "Carport", "Åkesson", id[0]);
	r.wall += 60000;
	apply(&r, "BYGGLOV", "Plank", "Åkesson", id[1]);
	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		before[i] = (struct strbuf)STRBUF_INIT;
		assert_int_equal(ask(&britt, asked[i], ",\"limit\":2"), 200);
		strbuf_set(&before[i], strbuf_cstr(&r.reply.body), r.reply.body.len);
	}
	instant_format(at, r.wall);
	for (int i = 0; i < 3; i++)
		apply(&r, "AVLOPP", "KANARIE carport avlopp", "Kim Kanariefors", hidden);
	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		assert_int_equal(ask(&britt, asked[i], ",\"limit\":2"), 200);
		assert_string_equal(strbuf_cstr(&r.reply.body), strbuf_cstr(&before[i]));
		strbuf_release(&before[i]);
	}
	/* Nor does its name as a place tell that it is there. */
	snprintf(rest, sizeof(rest), ",\"before\":{\"received_at\":\"%s\",\"case_id\":\"%s\"}", at,
		 hidden);
	finds(&britt, "", rest, "10", false, id, 2);
	assert_int_equal(ask(&mikael, "kanarie", ""), 200);
	assert_non_null(strstr(strbuf_cstr(&r.reply.body), hidden));
	assert_null(strstr(strbuf_cstr(&r.reply.body), id[0]));
	desk_release(&britt);
	desk_release(&mikael);
	rig_close(&r);
}

static void a_case_beyond_the_rights_hides_none_behind_it(void **state)
{
	struct rig r;
	struct desk britt;
	struct err why = ERR_INIT;
	char id[2][UUID_TEXT];

	(void)state;
	rig_open(&r, 10);
	desk_open(&britt, &r, "britt");
	apply(&r, "BYGGLOV", "Carport", "Åkesson", id[0]);
	apply(&r, "AVLOPP", "Avlopp", "Åkesson", id[1]);
	must(db_exec(central_db(r.c),
		     "UPDATE case_words SET scope = (SELECT scope FROM casefile WHERE type = 'BYGGLOV')",
		     &why),
	     &why);
	finds(&britt, "akesson", "", "0", false, id, 2);
	desk_release(&britt);
	rig_close(&r);
}

static void words_that_a_store_had_before_are_found_after_it_is_opened(void **state)
{
	struct central_findings found;
	struct rig r;
	struct desk britt;
	struct err why = ERR_INIT;
	char id[1][UUID_TEXT];

	(void)state;
	rig_open(&r, 5);
	desk_open(&britt, &r, "britt");
	apply(&r, "BYGGLOV", "Carport", "Åkesson", id[0]);
	must(db_exec(central_db(r.c),
		     "INSERT INTO case_index(case_index) VALUES('delete-all');"
		     "DELETE FROM case_words; DELETE FROM meta WHERE key = 'case_words'",
		     &why),
	     &why);
	finds(&britt, "carport", "", "", false, id, 1);
	must(central_crash(r.c, &why), &why);
	finds(&britt, "carport", "", "0", false, id, 1);
	must(central_verify(r.c, &found, NULL, NULL, &why), &why);
	assert_int_equal(found.faults, 0);
	desk_release(&britt);
	rig_close(&r);
}

static void a_case_that_no_word_finds_is_named_and_mended(void **state)
{
	static const char *const harms[] = {
		"UPDATE case_words SET words = ' annat '",
		"DELETE FROM case_words",
	};
	struct central_findings found;
	struct rig r;
	struct desk britt;
	struct err why = ERR_INIT;
	char id[1][UUID_TEXT];

	(void)state;
	rig_open(&r, 8);
	desk_open(&britt, &r, "britt");
	apply(&r, "BYGGLOV", "Carport", "Åkesson", id[0]);
	for (size_t i = 0; i < sizeof(harms) / sizeof(harms[0]); i++) {
		must(db_exec(central_db(r.c), harms[i], &why), &why);
		must(central_verify(r.c, &found, NULL, NULL, &why), &why);
		assert_int_equal(found.faults, 1);
		must(central_reindex(r.c, &why), &why);
		must(central_verify(r.c, &found, NULL, NULL, &why), &why);
		assert_int_equal(found.faults, 0);
		finds(&britt, "carport akesson", "", "0", false, id, 1);
	}
	desk_release(&britt);
	rig_close(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_cases_that_a_filter_means_come_newest_first),
		cmocka_unit_test(names_are_understood_as_at_the_workstation),
		cmocka_unit_test(pages_go_on_behind_the_last_case),
		cmocka_unit_test(a_search_does_a_bounded_work_and_says_where_to_go_on),
		cmocka_unit_test(an_answer_without_a_case_says_where_to_go_on),
		cmocka_unit_test(what_is_no_question_is_refused_with_its_place),
		cmocka_unit_test(a_case_beyond_the_rights_changes_no_byte_of_an_answer),
		cmocka_unit_test(a_case_beyond_the_rights_hides_none_behind_it),
		cmocka_unit_test(words_that_a_store_had_before_are_found_after_it_is_opened),
		cmocka_unit_test(a_case_that_no_word_finds_is_named_and_mended),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
