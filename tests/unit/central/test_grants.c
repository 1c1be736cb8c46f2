/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/unit/central/rig.h"

#include "base/banned.h"

static enum status grant(struct rig *r, const char *officer, const char *of, int64_t until,
			 struct err *why)
{
	const struct central_grant g = {
		.officer = officer, .of = of, .by = "drift", .reason = "vikariat", .until = until
	};

	return central_grant(r->c, &g, why);
}

static void granted(struct rig *r, const char *officer, const char *of)
{
	struct err why = ERR_INIT;

	must(grant(r, officer, of, 0, &why), &why);
}

static void taken_back(struct rig *r, const char *officer, const char *of)
{
	const struct central_grant g = { .officer = officer, .of = of, .by = "drift" };
	struct err why = ERR_INIT;

	must(central_revoke_grant(r->c, &g, &why), &why);
}

static void of_case(char out[64], const char *id)
{
	snprintf(out, 64, "case:%s", id);
}

/* The page behind what is held, and what is held after it. */
static void pull_on(struct desk *d, char held[2048], struct pulled *p)
{
	desk_pull(d, held, "", PAGE_MAX_BYTES, p);
	pulled_subs(p, held, 2048);
}

static void mark(struct desk *d, const char *id, const char *class)
{
	struct action a = ACTION_INIT;
	struct ack ack;

	desk_draft(d, &a, id, "case.secrecy");
	set_arg(&a, "class", class);
	set_arg(&a, "ground", "OSL 21:1");
	desk_send(d, &a, &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	action_release(&a);
}

static int look(struct desk *d, const char *id)
{
	char path[64];

	snprintf(path, sizeof(path), "/v1/cases/%s", id);
	return rig_get(d->rig, d->token, path);
}

static void verifies(struct rig *r)
{
	struct central_findings f;
	struct err why = ERR_INIT;

	must(central_verify(r->c, &f, NULL, NULL, &why), &why);
	assert_int_equal(f.faults, 0);
}

static void a_queue_of_another_unit_comes_with_all_its_cases_and_goes_with_them(void **state)
{
	struct rig r;
	struct desk mikael;
	struct pulled p;
	char one[UUID_TEXT], two[UUID_TEXT], held[2048] = "[]";
	int64_t sv;

	(void)state;
	rig_open(&r, 1);
	rig_case(&r, "BYGGLOV", one);
	rig_case(&r, "BYGGLOV", two);
	desk_open(&mikael, &r, "mikael");
	pull_on(&mikael, held, &p);
	assert_int_equal(p.cases, 0);
	sv = p.head.sv;
	granted(&r, "mikael", "queue:bygglov");
	pull_on(&mikael, held, &p);
	assert_int_equal(p.cases, 2);
	assert_int_equal(p.details, 2);
	assert_int_equal(p.added, 3);
	assert_int_equal(p.head.sv, sv + 1);
	assert_int_equal(look(&mikael, one), 200);
	verifies(&r);
	taken_back(&r, "mikael", "queue:bygglov");
	pull_on(&mikael, held, &p);
	assert_int_equal(p.deleted, 3);
	assert_int_equal(p.cases + p.entries + p.gone, 0);
	assert_int_equal(p.head.sv, sv + 2);
	assert_int_equal(look(&mikael, one), 404);
	rig_case(&r, "BYGGLOV", one);
	pull_on(&mikael, held, &p);
	assert_int_equal(p.cases, 0);
	verifies(&r);
	desk_release(&mikael);
	rig_close(&r);
}

static void a_case_leaves_one_scope_and_stays_in_another(void **state)
{
	struct rig r;
	struct desk britt, mikael;
	struct pulled p;
	char id[UUID_TEXT], key[64], held[2048] = "[]", hers[2048] = "[]";

	(void)state;
	rig_open(&r, 2);
	rig_case(&r, "BYGGLOV", id);
	of_case(key, id);
	granted(&r, "mikael", "queue:bygglov");
	granted(&r, "mikael", key);
	desk_open(&britt, &r, "britt");
	desk_open(&mikael, &r, "mikael");
	pull_on(&britt, hers, &p);
	pull_on(&mikael, held, &p);
	assert_int_equal(p.cases, 1);
	desk_route(&britt, id, "bygg", "tillsyn"); /* out of the queue, in the unit and by name */
	pull_on(&britt, hers, &p);
	assert_int_equal(p.cases, 1);
	assert_int_equal(p.gone, 0);
	pull_on(&mikael, held, &p);
	assert_int_equal(p.cases, 1);
	assert_int_equal(p.gone, 0);
	assert_int_equal(look(&mikael, id), 200);
	taken_back(&r, "mikael", key);
	pull_on(&mikael, held, &p);
	assert_int_equal(p.deleted, 3);
	assert_int_equal(look(&mikael, id), 404);
	verifies(&r);
	desk_release(&britt);
	desk_release(&mikael);
	rig_close(&r);
}

static void a_case_that_leaves_a_granted_queue_is_told_to_be_gone_in_that_entry(void **state)
{
	struct rig r;
	struct desk britt, mikael;
	struct pulled p;
	char id[UUID_TEXT], held[2048] = "[]";
	int64_t before;

	(void)state;
	rig_open(&r, 3);
	rig_case(&r, "BYGGLOV", id);
	granted(&r, "mikael", "queue:bygglov");
	desk_open(&britt, &r, "britt");
	desk_open(&mikael, &r, "mikael");
	pull_on(&mikael, held, &p);
	assert_int_equal(p.cases, 1);
	before = central_size(r.c);
	desk_route(&britt, id, "bygg", "tillsyn");
	assert_int_equal(central_size(r.c), before + 1);
	pull_on(&mikael, held, &p);
	assert_int_equal(p.gone, 1);
	assert_int_equal(p.cases + p.entries, 0);
	desk_route(&britt, id, "bygg", "bygglov");
	pull_on(&mikael, held, &p);
	assert_int_equal(p.cases, 1);
	verifies(&r);
	desk_release(&britt);
	desk_release(&mikael);
	rig_close(&r);
}

static void no_grant_lifts_the_clearance(void **state)
{
	struct rig r;
	struct desk britt, anna;
	struct pulled p;
	struct ack ack;
	char id[UUID_TEXT], key[64], held[2048] = "[]";

	(void)state;
	rig_open(&r, 4);
	rig_officer(&r, "nils", "officer", "miljo", 0);
	rig_case(&r, "BYGGLOV", id);
	of_case(key, id);
	granted(&r, "nils", key);
	granted(&r, "nils", "queue:bygglov");
	desk_open(&britt, &r, "britt");
	desk_open(&anna, &r, "nils");
	pull_on(&anna, held, &p);
	assert_int_equal(p.cases, 1);
	desk_act(&britt, id, "case.claim", NULL, NULL, &ack);
	mark(&britt, id, "1");
	assert_int_equal(look(&anna, id), 404);
	pull_on(&anna, held, &p);
	assert_int_equal(p.gone, 2);
	assert_int_equal(p.cases, 0);
	mark(&britt, id, "0");
	pull_on(&anna, held, &p);
	assert_int_equal(p.cases, 1);
	verifies(&r);
	desk_release(&britt);
	desk_release(&anna);
	rig_close(&r);
}

static void a_grant_ends_with_its_last_moment_and_whoever_waits_hears_of_it(void **state)
{
	struct rig r;
	struct desk mikael;
	struct pulled p;
	struct err why = ERR_INIT;
	char id[UUID_TEXT], key[64], held[2048] = "[]", path[96];

	(void)state;
	rig_open(&r, 5);
	rig_case(&r, "BYGGLOV", id);
	of_case(key, id);
	desk_open(&mikael, &r, "mikael");
	pull_on(&mikael, held, &p);
	snprintf(path, sizeof(path), "/v1/sync/wait?t=25&seq=%lld&sv=%lld",
		 (long long)central_size(r.c), (long long)p.head.sv);
	assert_int_equal(rig_get(&r, mikael.token, path), 204);
	assert_true(r.reply.hold);
	r.woken = 0;
	must(grant(&r, "mikael", key, r.wall + 1000, &why), &why);
	assert_int_equal(r.woken, 1);
	assert_int_equal(rig_get(&r, mikael.token, path), 200);
	pull_on(&mikael, held, &p);
	assert_int_equal(p.cases, 1);
	snprintf(path, sizeof(path), "/v1/sync/wait?t=25&seq=%lld&sv=%lld",
		 (long long)central_size(r.c), (long long)p.head.sv);
	assert_int_equal(rig_get(&r, mikael.token, path), 204);
	r.wall += 1000;
	assert_int_equal(rig_get(&r, mikael.token, path), 200);
	assert_int_equal(look(&mikael, id), 404);
	pull_on(&mikael, held, &p);
	assert_int_equal(p.deleted, 3);
	verifies(&r);
	desk_release(&mikael);
	rig_close(&r);
}

/* The client holds bygg and the case by name, and has read far in neither. */
static void what_left_one_scope_is_not_kept_for_one_that_is_lost_before_it_came(void **state)
{
	struct rig r;
	struct desk britt, nora;
	struct pulled p;
	char id[UUID_TEXT], other[UUID_TEXT], key[64], held[2048] = "[]";

	(void)state;
	rig_open(&r, 6);
	rig_officer(&r, "nora", "officer", "bygg", 0);
	rig_case(&r, "BYGGLOV", id);
	of_case(key, id);
	desk_open(&britt, &r, "britt");
	desk_open(&nora, &r, "nora");
	pull_on(&nora, held, &p);
	assert_int_equal(p.cases, 1);
	desk_route(&britt, id, "miljo", "avlopp"); /* it leaves the unit here ... */
	{
		struct desk mikael;
		struct ack ack;

		rig_case(&r, "BYGGLOV", other);
		desk_open(&mikael, &r, "mikael");
		desk_act(&mikael, id, "note.add", "text", "x", &ack);
		assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
		desk_release(&mikael);
	}
	granted(&r, "nora", key); /* ... and is told of by name only later */
	/* Room for one transaction and not for both. */
	for (int64_t max = 1; max == 1 || (p.cases == 0 && p.gone == 0); max += 50)
		desk_pull(&nora, held, "", max, &p);
	assert_true(p.head.more);
	assert_int_equal(p.cases, 0);
	assert_int_equal(p.gone, 1);
	pulled_subs(&p, held, sizeof(held));
	desk_pull(&nora, held, "", PAGE_MAX_BYTES, &p);
	assert_int_equal(p.cases, 2);
	assert_int_equal(p.gone, 0);
	desk_release(&britt);
	desk_release(&nora);
	rig_close(&r);
}

static void a_granted_case_can_be_handled_as_one_of_the_own_unit(void **state)
{
	struct rig r;
	struct desk mikael;
	struct ack ack;
	char id[UUID_TEXT], key[64], path[96];

	(void)state;
	rig_open(&r, 7);
	rig_case(&r, "BYGGLOV", id);
	of_case(key, id);
	granted(&r, "mikael", key);
	desk_open(&mikael, &r, "mikael");
	desk_act(&mikael, id, "case.claim", NULL, NULL, &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	snprintf(path, sizeof(path), "/v1/cases/%s/chain", id);
	assert_int_equal(rig_get(&r, mikael.token, path), 200);
	assert_int_equal(rig_post(&r, mikael.token, "/v1/cases/search", "{\"filter\":\"carport\"}"),
			 200);
	assert_non_null(strstr(strbuf_cstr(&r.reply.body), id));
	assert_int_equal(
		rig_post(&r, mikael.token, "/v1/lookup", "{\"query\":\"BN 2026-1\",\"reason\":1}"),
		200);
	assert_non_null(strstr(strbuf_cstr(&r.reply.body), id));
	/* The figures are those of the own units. */
	assert_int_equal(rig_get(&r, mikael.token, "/v1/stats"), 200);
	assert_non_null(strstr(strbuf_cstr(&r.reply.body), "\"of\":0"));
	verifies(&r);
	desk_release(&mikael);
	rig_close(&r);
}

static void a_wrong_grant_is_refused_and_leaves_nothing(void **state)
{
	static const struct {
		const char *officer, *of;
		int64_t until;
		const char *code;
	} bad[] = {
		{ "nobody", "queue:bygglov", 0, "officer-unknown" },
		{ "kim", "queue:bygglov", 0, "role-lacking" },
		{ "mikael", "queue:nowhere", 0, "queue-unknown" },
		{ "mikael", "unit:bygg", 0, "grant-of" },
		{ "mikael", "bygg", 0, "grant-of" },
		{ "mikael", "case:BN 2026-77", 0, "case-unknown" },
		{ "mikael", "case:0190a000-0000-7000-8000-000000000000", 0, "case-unknown" },
		{ "mikael", "queue:bygglov", 1000, "grant-until" },
	};
	struct central_grant g = { .officer = "mikael", .of = "queue:bygglov", .by = "drift" };
	struct err why = ERR_INIT;
	struct rig r;

	(void)state;
	rig_open(&r, 8);
	rig_officer(&r, "kim", "contact", "", 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		err_clear(&why);
		assert_int_not_equal(grant(&r, bad[i].officer, bad[i].of, bad[i].until, &why),
				     ST_OK);
		assert_string_equal(why.code, bad[i].code);
	}
	err_clear(&why);
	assert_int_equal(central_grant(r.c, &g, &why), ST_BAD_INPUT);
	assert_string_equal(why.code, "grant-reason");
	g.reason = "rad\nbruten";
	err_clear(&why);
	assert_int_equal(central_grant(r.c, &g, &why), ST_BAD_INPUT);
	granted(&r, "mikael", "queue:bygglov");
	err_clear(&why);
	assert_int_equal(grant(&r, "mikael", "queue:bygglov", 0, &why), ST_CONFLICT);
	taken_back(&r, "mikael", "queue:bygglov");
	err_clear(&why);
	assert_int_equal(central_revoke_grant(r.c, &g, &why), ST_NONE);
	assert_string_equal(why.code, "grant-unknown");
	verifies(&r);
	rig_close(&r);
}

static void a_grant_made_or_feed_changed_beside_the_central_is_found(void **state)
{
	static const char *const tampers[] = {
		"UPDATE scope_grant SET officer = 'anna'",
		"UPDATE scope_grant SET until = 5",
		"INSERT INTO scope_grant VALUES(9,'anna','queue:avlopp','x','x',1,0,0,'')",
		"DELETE FROM case_beside",
		"DELETE FROM feed WHERE scope = (SELECT scope FROM case_beside)",
		"INSERT INTO case_beside SELECT case_id, 1 FROM case_beside",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(tampers) / sizeof(tampers[0]); i++) {
		struct central_findings f;
		struct err why = ERR_INIT;
		struct rig r;
		char id[UUID_TEXT];

		rig_open(&r, 9);
		rig_case(&r, "BYGGLOV", id);
		granted(&r, "mikael", "queue:bygglov");
		verifies(&r);
		must(db_exec(central_db(r.c), tampers[i], &why), &why);
		must(central_verify(r.c, &f, NULL, NULL, &why), &why);
		assert_int_equal(f.faults, 1);
		rig_close(&r);
	}
}

/* The claim stands behind the cursor of the unit, and before that of the queue. */
static void a_case_of_the_own_comes_once_more_with_a_queue_that_is_granted(void **state)
{
	struct rig r;
	struct desk anna;
	struct pulled p;
	struct ack ack;
	char id[UUID_TEXT], held[2048] = "[]";

	(void)state;
	rig_open(&r, 11);
	rig_case(&r, "BYGGLOV", id);
	desk_open(&anna, &r, "anna");
	desk_act(&anna, id, "case.claim", NULL, NULL, &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	pull_on(&anna, held, &p);
	granted(&r, "anna", "queue:bygglov");
	pull_on(&anna, held, &p);
	assert_int_equal(p.cases, 1);
	assert_int_equal(p.entries, 3);
	desk_release(&anna);
	rig_close(&r);
}

/* What an erasure says reaches whoever has the case by a grant. */
static void an_erased_entry_is_told_in_every_scope_of_the_case(void **state)
{
	struct rig r;
	struct desk britt, mikael;
	struct pulled p;
	struct ack ack;
	struct err why = ERR_INIT;
	char id[UUID_TEXT], key[64], held[2048] = "[]";

	(void)state;
	rig_open(&r, 10);
	rig_case(&r, "BYGGLOV", id);
	of_case(key, id);
	granted(&r, "mikael", key);
	desk_open(&britt, &r, "britt");
	desk_open(&mikael, &r, "mikael");
	desk_act(&britt, id, "note.add", "text", "x", &ack);
	pull_on(&mikael, held, &p);
	must(central_erase(r.c, id, ack.n, "fel", &why), &why);
	pull_on(&mikael, held, &p);
	assert_int_equal(p.erased, 1);
	desk_release(&britt);
	desk_release(&mikael);
	rig_close(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_queue_of_another_unit_comes_with_all_its_cases_and_goes_with_them),
		cmocka_unit_test(a_case_leaves_one_scope_and_stays_in_another),
		cmocka_unit_test(
			a_case_that_leaves_a_granted_queue_is_told_to_be_gone_in_that_entry),
		cmocka_unit_test(no_grant_lifts_the_clearance),
		cmocka_unit_test(a_grant_ends_with_its_last_moment_and_whoever_waits_hears_of_it),
		cmocka_unit_test(
			what_left_one_scope_is_not_kept_for_one_that_is_lost_before_it_came),
		cmocka_unit_test(a_granted_case_can_be_handled_as_one_of_the_own_unit),
		cmocka_unit_test(a_wrong_grant_is_refused_and_leaves_nothing),
		cmocka_unit_test(a_grant_made_or_feed_changed_beside_the_central_is_found),
		cmocka_unit_test(a_case_of_the_own_comes_once_more_with_a_queue_that_is_granted),
		cmocka_unit_test(an_erased_entry_is_told_in_every_scope_of_the_case),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
