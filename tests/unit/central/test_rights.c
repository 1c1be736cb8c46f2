/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/unit/central/rig.h"

#include "base/banned.h"

/* Words of the case that must not reach other eyes. */
static const char *const canaries[] = { "KANARIE", "Kim Kanariefors", "beslutsbrevet",
					"BN 2026-1\"" };

static void no_canary(struct rig *r, const char *id, struct str bytes, const char *where)
{
	struct strbuf text = STRBUF_INIT;

	strbuf_set(&text, bytes.p, bytes.n);
	for (size_t i = 0; i < sizeof(canaries) / sizeof(canaries[0]); i++)
		if (memmem(strbuf_cstr(&text), text.len, canaries[i], strlen(canaries[i])))
			fail_msg("%s leaks \"%s\"", where, canaries[i]);
	if (memmem(strbuf_cstr(&text), text.len, id, strlen(id)))
		fail_msg("%s leaks the case's id", where);
	strbuf_release(&text);
	(void)r;
}

/* A case of bygg with a document, a note and a decision. */
static void make_case(struct rig *r, struct desk *d, char id[UUID_TEXT], char doc[HASH_TEXT])
{
	struct action a = ACTION_INIT;
	struct ack ack;

	assert_int_equal(
		rig_intake(r, "BYGGLOV", "k",
			   "{\"title\":\"KANARIE\",\"party\":{\"name\":\"Kim Kanariefors\"}}"),
		201);
	rig_member(r, "case_id", id, UUID_TEXT);
	desk_act(d, id, "case.claim", NULL, NULL, &ack);
	desk_act(d, id, "note.add", "text", "KANARIE i anteckning", &ack);
	desk_upload(d, "beslutsbrevet");
	desk_draft(d, &a, id, "case.decide");
	fill_decision(&a, "britt");
	add_letter(&a, "beslutsbrevet");
	memcpy(doc, a.docs[0].h, HASH_TEXT);
	desk_send(d, &a, &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	action_release(&a);
}

/* Each endpoint that takes no body, about the case and its document. */
static void asks_everywhere(struct desk *d, const char *id, const char *doc)
{
	static const struct {
		const char *method, *before;
		bool names_case, names_doc;
		const char *after;
	} asks[] = {
		{ "GET", "/v1/cases/", true, false, "" },
		{ "GET", "/v1/cases/", true, false, "/chain?from=1" },
		{ "GET", "/v1/cases/", true, false, "/proof" },
		{ "GET", "/v1/cases/", true, true, "" },
		{ "HEAD", "/v1/blobs/", false, true, "" },
		{ "GET", "/v1/sync/wait?t=0&seq=0", false, false, "" },
		{ "GET", "/v1/log/head", false, false, "" },
		{ "GET", "/v1/log/proof?entry=1", false, false, "" },
		{ "GET", "/v1/keys", false, false, "" },
		{ "GET", "/v1/acks?from=1", false, false, "" },
	};
	char path[256];

	for (size_t i = 0; i < sizeof(asks) / sizeof(asks[0]); i++) {
		bool c = asks[i].names_case, both = c && asks[i].names_doc;

		snprintf(path, sizeof(path), "%s%s%s%s%s", asks[i].before, c ? id : "",
			 both ? "/documents/" : "", asks[i].names_doc ? doc : "", asks[i].after);
		rig_do(d->rig, d->token, asks[i].method, path, "", str_of(""));
		if (c || asks[i].names_doc)
			assert_int_equal(d->rig->reply.status, 404);
		no_canary(d->rig, id, strbuf_str(&d->rig->reply.body), path);
		rig_do(d->rig, "", asks[i].method, path, "", str_of(""));
		rig_expect(d->rig, 401, "token-expired");
	}
}

static void an_officer_without_the_unit_sees_nothing_by_any_endpoint(void **state)
{
	struct rig r;
	struct desk britt, mikael;
	struct pulled p;
	struct ack ack;
	char id[UUID_TEXT], doc[HASH_TEXT];

	(void)state;
	rig_open(&r, 1);
	desk_open(&britt, &r, "britt");
	desk_open(&mikael, &r, "mikael");
	make_case(&r, &britt, id, doc);
	asks_everywhere(&mikael, id, doc);
	desk_pull(&mikael, "[]", "", PAGE_MAX_BYTES, &p);
	assert_int_equal(p.cases + p.entries + p.gone, 0);
	no_canary(&r, id, strbuf_str(&r.page), "pull");
	desk_pull(&mikael,
		  "[{\"scope\":1,\"seq\":0},{\"scope\":2,\"seq\":0},{\"scope\":99,\"seq\":0}]", "",
		  PAGE_MAX_BYTES, &p);
	assert_int_equal(p.cases + p.entries + p.gone, 0);
	assert_int_equal(p.deleted, 3);
	desk_act(&mikael, id, "note.add", "text", "x", &ack);
	assert_string_equal(ack.why, "case-unknown");
	desk_release(&britt);
	desk_release(&mikael);
	rig_close(&r);
}

static void the_officer_who_may_sees_it_by_each_of_them(void **state)
{
	struct rig r;
	struct desk britt, anna;
	char id[UUID_TEXT], doc[HASH_TEXT], path[256];

	(void)state;
	rig_open(&r, 2);
	desk_open(&britt, &r, "britt");
	desk_open(&anna, &r, "anna");
	make_case(&r, &britt, id, doc);
	snprintf(path, sizeof(path), "/v1/cases/%s", id);
	assert_int_equal(rig_get(&r, anna.token, path), 200);
	assert_non_null(strstr(strbuf_cstr(&r.reply.body), "KANARIE"));
	assert_non_null(strstr(strbuf_cstr(&r.reply.body), "\"outcome\":\"bifall\""));
	snprintf(path, sizeof(path), "/v1/cases/%s/documents/%s", id, doc);
	assert_int_equal(rig_get(&r, anna.token, path), 200);
	assert_string_equal(strbuf_cstr(&r.reply.body), "beslutsbrevet");
	snprintf(path, sizeof(path), "/v1/blobs/%s", doc);
	assert_int_equal(rig_do(&r, britt.token, "HEAD", path, "", str_of("")), 200);
	assert_int_equal(rig_do(&r, anna.token, "HEAD", path, "", str_of("")), 404);
	desk_release(&britt);
	desk_release(&anna);
	rig_close(&r);
}

static void a_secret_case_leaves_the_sight_of_those_without_clearance(void **state)
{
	struct rig r;
	struct desk britt, anna;
	struct action a = ACTION_INIT;
	struct pulled p;
	struct ack ack;
	char id[UUID_TEXT], doc[HASH_TEXT], held[1024], path[128];

	(void)state;
	rig_open(&r, 3);
	desk_open(&britt, &r, "britt"); /* clearance 1 */
	desk_open(&anna, &r, "anna");	/* clearance 0 */
	make_case(&r, &britt, id, doc);
	desk_pull(&anna, "[]", "", PAGE_MAX_BYTES, &p);
	assert_int_equal(p.cases, 1);
	pulled_subs(&p, held, sizeof(held));
	desk_draft(&britt, &a, id, "case.secrecy");
	set_arg(&a, "class", "1");
	set_arg(&a, "ground", "OSL 21:1");
	desk_send(&britt, &a, &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	desk_pull(&anna, held, "", PAGE_MAX_BYTES, &p);
	assert_int_equal(p.gone, 1);
	assert_int_equal(p.cases, 0);
	assert_null(strstr(strbuf_cstr(&r.page), "KANARIE"));
	snprintf(path, sizeof(path), "/v1/cases/%s", id);
	assert_int_equal(rig_get(&r, anna.token, path), 404);
	assert_int_equal(rig_get(&r, britt.token, path), 200);
	action_release(&a);
	desk_release(&britt);
	desk_release(&anna);
	rig_close(&r);
}

/* What a contact center may do with what it sees: a note, and no claim. */
static void contact_acts(struct desk *kim, const char *id)
{
	struct ack ack;

	desk_act(kim, id, "note.add", "text", "Ringde.", &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	desk_act(kim, id, "case.title", "title", "x", &ack);
	assert_string_equal(ack.why, "role-lacking");
}

static void a_contact_center_glances_at_every_unit_at_class_zero_and_no_deeper(void **state)
{
	static const char *const refused[] = { "/chain", "/documents/" };
	struct rig r;
	struct desk britt, kim;
	struct pulled p;
	char id[UUID_TEXT], other[UUID_TEXT], doc[HASH_TEXT], path[256];

	(void)state;
	rig_open(&r, 4);
	rig_officer(&r, "kim", "contact", "bygg", 2);
	desk_open(&britt, &r, "britt");
	make_case(&r, &britt, id, doc);
	rig_case(&r, "AVLOPP", other);
	assert_int_equal(
		rig_intake(&r, "AVLOPP", "p", "{\"title\":\"x\",\"party\":{\"protected\":true}}"),
		201);
	desk_open(&kim, &r, "kim");
	desk_pull(&kim, "[]", "", PAGE_MAX_BYTES, &p);
	assert_int_equal(p.cases, 2);
	assert_int_equal(p.details + p.entries, 0);
	assert_null(strstr(strbuf_cstr(&r.page), "Kanariefors"));
	snprintf(path, sizeof(path), "/v1/cases/%s", id);
	assert_int_equal(rig_get(&r, kim.token, path), 200);
	assert_null(strstr(strbuf_cstr(&r.reply.body), "Kanariefors"));
	assert_null(strstr(strbuf_cstr(&r.reply.body), "detail"));
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		snprintf(path, sizeof(path), "/v1/cases/%s%s%s", id, refused[i], i ? doc : "");
		assert_int_equal(rig_get(&r, kim.token, path), 403);
		rig_expect(&r, 403, "role-lacking");
	}
	contact_acts(&kim, id);
	desk_pull(&kim, "[]", "", PAGE_MAX_BYTES, &p);
	assert_int_equal(p.entries, 1); /* its own */
	assert_int_equal(p.details, 0);
	desk_release(&britt);
	desk_release(&kim);
	rig_close(&r);
}

static void who_becomes_a_contact_center_lets_go_of_every_scope(void **state)
{
	struct rig r;
	struct desk anna;
	struct pulled p;
	char id[UUID_TEXT], held[1024];

	(void)state;
	rig_open(&r, 6);
	rig_case(&r, "BYGGLOV", id);
	desk_open(&anna, &r, "anna");
	desk_pull(&anna, "[]", "", PAGE_MAX_BYTES, &p);
	assert_int_equal(p.details, 1);
	pulled_subs(&p, held, sizeof(held));
	rig_officer(&r, "anna", "contact", "bygg", 0);
	desk_pull(&anna, held, "", PAGE_MAX_BYTES, &p);
	assert_int_equal(p.deleted, 1);
	assert_int_equal(p.added, 2);
	assert_int_equal(p.cases, 1);
	assert_int_equal(p.details, 0);
	desk_release(&anna);
	rig_close(&r);
}

/* An officer who answers calls as well sees the own unit's cases whole, looks the
 * others up, and handles none of them. */
static void the_contact_role_beside_others_adds_glances_alone(void **state)
{
	struct rig r;
	struct desk both;
	struct pulled p;
	struct ack ack;
	char mine[UUID_TEXT], theirs[UUID_TEXT], path[128];

	(void)state;
	rig_open(&r, 7);
	rig_officer(&r, "both", "officer,contact", "bygg", 0);
	rig_case(&r, "BYGGLOV", mine);
	rig_case(&r, "AVLOPP", theirs);
	desk_open(&both, &r, "both");
	desk_pull(&both, "[]", "", PAGE_MAX_BYTES, &p);
	assert_int_equal(p.cases, 1);
	assert_string_equal(p.last_case, mine);
	snprintf(path, sizeof(path), "/v1/cases/%s", theirs);
	assert_int_equal(rig_get(&r, both.token, path), 200);
	assert_null(strstr(strbuf_cstr(&r.reply.body), "Kim Ek"));
	snprintf(path, sizeof(path), "/v1/cases/%s/chain", theirs);
	assert_int_equal(rig_get(&r, both.token, path), 404);
	rig_post(&r, both.token, "/v1/lookup", "{\"query\":\"MN 2026-1\",\"reason\":1}");
	assert_non_null(strstr(strbuf_cstr(&r.reply.body), theirs));
	desk_act(&both, theirs, "case.claim", NULL, NULL, &ack);
	assert_string_equal(ack.why, "role-lacking");
	desk_act(&both, theirs, "note.add", "text", "x", &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	desk_act(&both, mine, "case.claim", NULL, NULL, &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	desk_release(&both);
	rig_close(&r);
}

static void an_officer_is_added_only_with_known_roles_units_and_clearance(void **state)
{
	static const struct {
		struct central_officer o;
		const char *code;
	} bad[] = {
		{ { "Britt A", "B", "", "officer", "bygg", 0 }, "officer-id" },
		{ { "", "B", "", "officer", "bygg", 0 }, "officer-id" },
		{ { "system", "B", "", "officer", "bygg", 0 }, "officer-id" },
		{ { "b", "", "", "officer", "bygg", 0 }, "officer-name" },
		{ { "b", "B", "", "officer,king", "bygg", 0 }, "role-unknown" },
		{ { "b", "B", "", "", "bygg", 0 }, "role-unknown" },
		{ { "b", "B", "", "system", "bygg", 0 }, "role-unknown" },
		{ { "b", "B", "", "officer", "byg", 0 }, "unit-unknown" },
		{ { "b", "B", "", "officer", "bygg", 3 }, "clearance" },
	};
	struct rig r;

	(void)state;
	rig_open(&r, 5);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct err why = ERR_INIT;

		assert_int_equal(central_add_officer(r.c, &bad[i].o, &why), ST_BAD_INPUT);
		assert_string_equal(why.code, bad[i].code);
	}
	rig_close(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_officer_without_the_unit_sees_nothing_by_any_endpoint),
		cmocka_unit_test(the_officer_who_may_sees_it_by_each_of_them),
		cmocka_unit_test(a_secret_case_leaves_the_sight_of_those_without_clearance),
		cmocka_unit_test(
			a_contact_center_glances_at_every_unit_at_class_zero_and_no_deeper),
		cmocka_unit_test(who_becomes_a_contact_center_lets_go_of_every_scope),
		cmocka_unit_test(the_contact_role_beside_others_adds_glances_alone),
		cmocka_unit_test(an_officer_is_added_only_with_known_roles_units_and_clearance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
