/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/unit/central/rig.h"

#include "base/encode.h"
#include "central/inside.h"

#include "base/banned.h"

static void the_first_pull_brings_scopes_catalogue_and_every_case_in_them(void **state)
{
	struct rig r;
	struct desk d;
	struct pulled p;
	char id[UUID_TEXT], subs[1024];

	(void)state;
	rig_open(&r, 1);
	for (int i = 0; i < 5; i++)
		rig_case(&r, "BYGGLOV", id);
	rig_case(&r, "AVLOPP", id);
	desk_open(&d, &r, "anna");
	desk_pull(&d, "[]", "", PAGE_MAX_BYTES, &p);
	assert_int_equal(p.scopes, 1);
	assert_int_equal(p.added, 1); /* bygg, class 0 */
	assert_int_equal(p.catalogs, 1);
	assert_int_equal(p.cases, 5);
	assert_int_equal(p.details, 5);
	assert_int_equal(p.entries, 0);
	assert_false(p.head.more);
	assert_int_equal(p.head.durable_through, 0); /* no backup was made */
	assert_int_equal(p.head.to[0].seq, 12);
	pulled_subs(&p, subs, sizeof(subs));
	desk_pull(&d, subs, "another", PAGE_MAX_BYTES, &p);
	assert_int_equal(p.catalogs, 1);
	assert_int_equal(p.cases, 0);
	assert_int_equal(p.scopes, 0);
	desk_release(&d);
	rig_close(&r);
}

static void pages_are_cut_between_transactions_and_lose_nothing(void **state)
{
	struct rig r;
	struct desk d;
	struct pulled p;
	char id[UUID_TEXT], subs[1024] = "[]";
	int cases = 0, pages = 0;
	int64_t last = 0;

	(void)state;
	rig_open(&r, 2);
	for (int i = 0; i < 40; i++)
		rig_case(&r, "BYGGLOV", id);
	desk_open(&d, &r, "anna");
	do {
		desk_pull(&d, subs, "", 6000, &p);
		cases += p.cases;
		pages++;
		assert_true(p.head.to[0].seq >= last);
		assert_int_equal(p.head.to[0].seq % 2, 0); /* both entries of an intake or none */
		last = p.head.to[0].seq;
		pulled_subs(&p, subs, sizeof(subs));
		assert_true(pages < 100);
	} while (p.head.more);
	assert_int_equal(cases, 40);
	assert_int_equal(last, 80);
	assert_true(pages > 5);
	desk_release(&d);
	rig_close(&r);
}

/* So that an answer which something in between has kept is known for one. */
static void a_page_says_which_request_it_answers(void **state)
{
	struct rig r;
	struct desk d;
	struct pulled p;
	struct request q = REQUEST_INIT;
	struct err why = ERR_INIT;

	(void)state;
	rig_open(&r, 2);
	desk_open(&d, &r, "anna");
	request_set(&q, "POST", "/v1/sync/pull");
	strbuf_sets(&q.query, "ask=9007199254740991");
	strbuf_addf(&q.body, "{\"epoch\":\"%s\",\"subs\":[]}", central_epoch(r.c));
	snprintf(q.content_type, sizeof(q.content_type), "application/json");
	snprintf(q.bearer, sizeof(q.bearer), "%s", d.token);
	central_handle(r.c, &q, &r.reply);
	assert_int_equal(r.reply.status, 200);
	strbuf_clear(&r.page);
	must(zstd_unpack(&r.page, strbuf_str(&r.reply.body), PAGE_MAX_BYTES, &why), &why);
	rig_read_page(&r, strbuf_str(&r.page), &p);
	assert_int_equal(p.head.asked, INT64_C(9007199254740991));
	desk_pull(&d, "[]", "", 0, &p);
	assert_int_equal(p.head.asked, 0);
	request_release(&q);
	desk_release(&d);
	rig_close(&r);
}

/* Two cases are claimed in one transaction; the first was there long before it.
 * A page that ends before that transaction shows neither of the claims. */
static void a_page_shows_nothing_of_a_transaction_that_it_ends_before(void **state)
{
	struct rig r;
	struct desk d, reader;
	struct action a = ACTION_INIT;
	struct strbuf both = STRBUF_INIT;
	struct pulled p;
	char first[UUID_TEXT], second[UUID_TEXT], other[UUID_TEXT], subs[1024] = "[]";
	bool shows_first, shows_second;
	int pages = 0;

	(void)state;
	rig_open(&r, 4);
	rig_case(&r, "BYGGLOV", first);
	rig_case(&r, "BYGGLOV", second);
	for (int i = 0; i < 20; i++)
		rig_case(&r, "BYGGLOV", other);
	desk_open(&d, &r, "anna");
	desk_open(&reader, &r, "britt");
	for (int i = 0; i < 2; i++) {
		desk_draft(&d, &a, i ? second : first, "case.claim");
		desk_sign(&d, &a);
		strbuf_addf(&both, "%s\n", strbuf_cstr(&d.jws));
	}
	assert_int_equal(desk_post(&d, strbuf_str(&both)), 200);
	do {
		desk_pull(&reader, subs, "", 6000, &p);
		pulled_subs(&p, subs, sizeof(subs));
		shows_first = strstr(strbuf_cstr(&r.page), first) != NULL;
		shows_second = strstr(strbuf_cstr(&r.page), second) != NULL;
		assert_int_equal(shows_first, shows_second);
		assert_int_equal(shows_first, p.head.to[0].seq == 46);
		assert_true(++pages < 20);
	} while (p.head.more);
	assert_true(pages > 2);
	action_release(&a);
	strbuf_release(&both);
	desk_release(&d);
	desk_release(&reader);
	rig_close(&r);
}

/* One scope has far more rows than the other, and they do not lie evenly. */
static void scopes_of_unlike_size_lose_nothing_whatever_the_page(void **state)
{
	static const struct {
		int count;
		const char *type;
	} runs[] = { { 150, "BYGGLOV" }, { 3, "AVLOPP" }, { 150, "BYGGLOV" }, { 40, "AVLOPP" } };
	static const int sizes[] = { PAGE_MAX_BYTES, 50000, 7000 };
	char id[UUID_TEXT], subs[1024];
	struct pulled p;
	struct desk d;
	struct rig r;

	(void)state;
	rig_open(&r, 3);
	rig_officer(&r, "anna", "officer", "bygg,miljo", 0);
	for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++)
		for (int k = 0; k < runs[i].count; k++)
			rig_case(&r, runs[i].type, id);
	desk_open(&d, &r, "anna");
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		int cases = 0, pages = 0;

		snprintf(subs, sizeof(subs), "[]");
		do {
			desk_pull(&d, subs, "", sizes[i], &p);
			cases += p.cases;
			pulled_subs(&p, subs, sizeof(subs));
			assert_true(++pages < 1000);
		} while (p.head.more);
		assert_int_equal(cases, 343);
		assert_int_equal(p.head.to_count, 2);
		assert_int_equal(p.head.to[1].seq, 686);
	}
	desk_release(&d);
	rig_close(&r);
}

static void a_case_that_moves_out_of_the_unit_is_told_gone(void **state)
{
	struct rig r;
	struct desk anna, britt, mikael;
	struct pulled p;
	char id[UUID_TEXT], held[1024], theirs[1024];

	(void)state;
	rig_open(&r, 3);
	rig_case(&r, "BYGGLOV", id);
	desk_open(&anna, &r, "anna");
	desk_open(&britt, &r, "britt");
	desk_open(&mikael, &r, "mikael");
	desk_pull(&anna, "[]", "", PAGE_MAX_BYTES, &p);
	pulled_subs(&p, held, sizeof(held));
	desk_pull(&mikael, "[]", "", PAGE_MAX_BYTES, &p);
	assert_int_equal(p.cases, 0);
	pulled_subs(&p, theirs, sizeof(theirs));
	desk_route(&britt, id, "miljo", "avlopp");
	desk_pull(&anna, held, "", PAGE_MAX_BYTES, &p);
	assert_int_equal(p.gone, 1);
	assert_int_equal(p.cases, 0);
	desk_pull(&mikael, theirs, "", PAGE_MAX_BYTES, &p);
	assert_int_equal(p.cases, 1);
	assert_int_equal(p.gone, 0);
	/* britt's own entry comes back although the case is out of sight */
	desk_pull(&britt, "[]", "", PAGE_MAX_BYTES, &p);
	assert_int_equal(p.cases, 0);
	assert_int_equal(p.entries, 1);
	desk_release(&anna);
	desk_release(&britt);
	desk_release(&mikael);
	rig_close(&r);
}

static void a_scope_gained_brings_its_old_rows_and_a_scope_lost_is_named(void **state)
{
	struct rig r;
	struct desk d;
	struct pulled p;
	char id[UUID_TEXT], held[1024];

	(void)state;
	rig_open(&r, 4);
	rig_case(&r, "AVLOPP", id);
	rig_case(&r, "BYGGLOV", id);
	desk_open(&d, &r, "anna");
	desk_pull(&d, "[]", "", PAGE_MAX_BYTES, &p);
	assert_int_equal(p.cases, 1);
	pulled_subs(&p, held, sizeof(held));
	rig_officer(&r, "anna", "officer", "miljo", 0);
	desk_pull(&d, held, "", PAGE_MAX_BYTES, &p);
	assert_int_equal(p.scopes, 1);
	assert_int_equal(p.added, 1);
	assert_int_equal(p.deleted, 1);
	assert_int_equal(p.cases, 1);
	assert_int_equal(p.head.sv, 2);
	desk_release(&d);
	rig_close(&r);
}

static void a_claimed_case_brings_its_whole_chain(void **state)
{
	struct rig r;
	struct desk d;
	struct pulled p;
	struct ack ack;
	char id[UUID_TEXT], held[1024];

	(void)state;
	rig_open(&r, 5);
	rig_case(&r, "BYGGLOV", id);
	desk_open(&d, &r, "anna");
	desk_pull(&d, "[]", "", PAGE_MAX_BYTES, &p);
	assert_int_equal(p.entries, 0);
	pulled_subs(&p, held, sizeof(held));
	desk_act(&d, id, "case.claim", NULL, NULL, &ack);
	desk_pull(&d, held, "", PAGE_MAX_BYTES, &p);
	assert_int_equal(p.entries, 3);
	assert_string_equal(p.assignee, "anna");
	desk_pull(&d, held, "", PAGE_MAX_BYTES, &p); /* twice is the same */
	assert_int_equal(p.entries, 3);
	desk_release(&d);
	rig_close(&r);
}

static void another_epoch_is_told_and_a_diverged_head_too(void **state)
{
	struct rig r;
	struct desk d;
	char json[400];

	(void)state;
	rig_open(&r, 6);
	desk_open(&d, &r, "anna");
	rig_post(&r, d.token, "/v1/sync/pull",
		 "{\"epoch\":\"01a2072b-8cdb-70e1-a345-b8e6e40213c2\",\"subs\":[]}");
	assert_non_null(strstr(strbuf_cstr(&r.reply.body), central_epoch(r.c)));
	rig_expect(&r, 409, "epoch-changed");
	snprintf(json, sizeof(json),
		 "{\"epoch\":\"%s\",\"subs\":[],\"head\":{\"size\":4,\"root\":\"%s\"}}",
		 central_epoch(r.c), HASH_ZERO);
	rig_post(&r, d.token, "/v1/sync/pull", json);
	rig_expect(&r, 409, "history-diverged");
	desk_release(&d);
	rig_close(&r);
}

/* A head of another log, signed by our key or by none. */
static void claim_head_of(struct rig *r, struct desk *d, bool is_signed, const char *epoch)
{
	struct log_head h = { .size = 999, .at = r->wall };
	struct strbuf payload = STRBUF_INIT, jws = STRBUF_INIT, json = STRBUF_INIT;
	struct err why = ERR_INIT;

	snprintf(h.epoch, sizeof(h.epoch), "%s", epoch);
	snprintf(h.root, sizeof(h.root), "%s", HASH_ZERO);
	assert_true(head_write(&payload, &h));
	must(jws_sign(&jws, NULL, is_signed ? r->c->key : d->key, TYP_HEAD, strbuf_str(&payload),
		      &why),
	     &why);
	strbuf_addf(&json,
		    "{\"epoch\":\"%s\",\"subs\":[],\"head\":{\"size\":999,\"root\":\"%s\","
		    "\"jws\":\"%s\"}}",
		    central_epoch(r->c), HASH_ZERO, strbuf_cstr(&jws));
	rig_post(r, d->token, "/v1/sync/pull", strbuf_cstr(&json));
	rig_expect(r, 409, "history-diverged");
	strbuf_release(&payload);
	strbuf_release(&jws);
	strbuf_release(&json);
}

/* Else any device could cost the central an epoch. */
static void only_what_the_central_signed_in_this_epoch_tells_its_operator_of_another_history(
	void **state)
{
	struct rig r;
	struct desk d;
	struct err why = ERR_INIT;
	char epoch[UUID_TEXT], json[300];

	(void)state;
	rig_open(&r, 31);
	desk_open(&d, &r, "anna");
	snprintf(epoch, sizeof(epoch), "%s", central_epoch(r.c));
	claim_head_of(&r, &d, false, epoch);
	claim_head_of(&r, &d, true, "01a2072b-8cdb-70e1-a345-b8e6e40213c2");
	snprintf(json, sizeof(json),
		 "{\"epoch\":\"%s\",\"subs\":[{\"scope\":1,\"seq\":999}],\"ack\":\"x.y.z\"}",
		 epoch);
	rig_post(&r, d.token, "/v1/sync/pull", json);
	rig_expect(&r, 409, "history-diverged");
	assert_int_equal(central_trouble(r.c, &why), ST_OK);
	r.c->env.accept_restore = true;
	must(central_crash(r.c, &why), &why);
	assert_string_equal(central_epoch(r.c), epoch);
	claim_head_of(&r, &d, true, epoch);
	assert_int_equal(central_trouble(r.c, &why), ST_CONFLICT);
	desk_release(&d);
	rig_close(&r);
}

static void a_wait_is_held_until_something_comes_in_a_held_scope_or_time_is_up(void **state)
{
	struct rig r;
	struct desk d;
	char id[UUID_TEXT];

	(void)state;
	rig_open(&r, 7);
	rig_case(&r, "BYGGLOV", id);
	desk_open(&d, &r, "anna");
	assert_int_equal(rig_get(&r, d.token, "/v1/sync/wait?t=25&seq=1"), 200);
	rig_get(&r, d.token, "/v1/sync/wait?t=25&seq=2");
	assert_true(r.reply.hold);
	assert_int_equal(r.reply.hold_until, r.boot + 25000);
	rig_case(&r, "AVLOPP", id); /* not anna's */
	rig_get(&r, d.token, "/v1/sync/wait?t=25&seq=2");
	assert_true(r.reply.hold);
	r.request.timeout_ms = -1;
	rig_send(&r);
	assert_false(r.reply.hold);
	assert_int_equal(r.reply.status, 204);
	rig_case(&r, "BYGGLOV", id);
	assert_int_equal(rig_get(&r, d.token, "/v1/sync/wait?t=25&seq=2"), 200);
	assert_non_null(strstr(strbuf_cstr(&r.reply.body), "\"seq\":6"));
	rig_get(&r, d.token, "/v1/sync/wait?t=99999&seq=6");
	assert_int_equal(r.reply.hold_until, r.boot + 60000);
	rig_get(&r, d.token, "/v1/sync/wait?t=x");
	rig_expect(&r, 400, "query-malformed");
	desk_release(&d);
	rig_close(&r);
}

static void nobody_waits_in_an_epoch_of_the_past(void **state)
{
	struct rig r;
	struct desk d;
	char path[120];

	(void)state;
	rig_open(&r, 7);
	desk_open(&d, &r, "anna");
	/* Ahead of the log, as after a restore; the epoch is today's, or not told. */
	snprintf(path, sizeof(path), "/v1/sync/wait?t=25&seq=900&epoch=%s", central_epoch(r.c));
	rig_get(&r, d.token, path);
	assert_true(r.reply.hold);
	rig_get(&r, d.token, "/v1/sync/wait?t=25&seq=900");
	assert_true(r.reply.hold);
	assert_int_equal(rig_get(&r, d.token,
				 "/v1/sync/wait?t=25&seq=900"
				 "&epoch=01a2072b-8cdb-70e1-a345-b8e6e40213c2"),
			 200);
	assert_false(r.reply.hold);
	assert_non_null(strstr(strbuf_cstr(&r.reply.body), central_epoch(r.c)));
	desk_release(&d);
	rig_close(&r);
}

static void what_is_erased_is_named_and_gone_from_every_answer(void **state)
{
	struct rig r;
	struct desk d;
	struct pulled p;
	struct ack ack;
	struct central_findings f;
	char id[UUID_TEXT], held[1024], path[128];

	(void)state;
	rig_open(&r, 8);
	rig_case(&r, "BYGGLOV", id);
	desk_open(&d, &r, "anna");
	desk_act(&d, id, "case.claim", NULL, NULL, &ack);
	desk_act(&d, id, "note.add", "text", "KANARIEFAGEL", &ack);
	desk_pull(&d, "[]", "", PAGE_MAX_BYTES, &p);
	pulled_subs(&p, held, sizeof(held));
	assert_int_equal(central_erase(r.c, id, ack.n, "felregistrerad", NULL), ST_OK);
	desk_pull(&d, held, "", PAGE_MAX_BYTES, &p);
	assert_int_equal(p.erased, 1);
	desk_pull(&d, "[]", "", PAGE_MAX_BYTES, &p);
	assert_int_equal(p.entries, 4); /* 5 less the erased one */
	snprintf(path, sizeof(path), "/v1/cases/%s/chain?from=1", id);
	assert_int_equal(rig_get(&r, d.token, path), 200);
	rig_read_page(&r, strbuf_str(&r.reply.body), &p);
	assert_int_equal(p.entries, 4);
	assert_int_equal(p.erased, 1); /* no gap in it is left unsaid */
	assert_int_equal(central_verify(r.c, &f, NULL, NULL, NULL), ST_OK);
	assert_int_equal(f.faults, 0);
	assert_int_equal(central_erase(r.c, id, 99, "x", NULL), ST_NONE);
	desk_release(&d);
	rig_close(&r);
}

/* From `subs`, with what is the officer's alone read up to `own`. */
static void pull_own(struct desk *d, const char *subs, int64_t own, int max, struct pulled *p)
{
	char json[1200];
	struct err why = ERR_INIT;

	snprintf(json, sizeof(json), "{\"epoch\":\"%s\",\"subs\":%s,\"own\":%lld,\"max_bytes\":%d}",
		 central_epoch(d->rig->c), subs, (long long)own, max);
	assert_int_equal(rig_post(d->rig, d->token, "/v1/sync/pull", json), 200);
	strbuf_clear(&d->rig->page);
	must(zstd_unpack(&d->rig->page, strbuf_str(&d->rig->reply.body), PAGE_MAX_BYTES, &why),
	     &why);
	rig_read_page(d->rig, strbuf_str(&d->rig->page), p);
}

static void watch(struct desk *d, const char *id, const char *on)
{
	struct action a = ACTION_INIT;
	struct ack ack;

	desk_draft(d, &a, id, "watch.set");
	if (on)
		set_arg(&a, "on", on);
	desk_send(d, &a, &ack);
	assert_true(verdict_stands(ack.verdict));
	action_release(&a);
}

/* The cases are nobody's, and so have no entries in a page of another device. */
static void reminders_come_to_every_device_and_anew_to_a_copy_read_by_snapshots(void **state)
{
	struct desk first, second, other;
	char id[3][UUID_TEXT], at_head[1024];
	struct pulled p;
	struct rig r;

	(void)state;
	rig_open(&r, 31);
	rig_officer(&r, "anna", "officer", "bygg,miljo", 0);
	for (int i = 0; i < 3; i++)
		rig_case(&r, i < 2 ? "BYGGLOV" : "AVLOPP", id[i]);
	desk_open(&first, &r, "anna");
	desk_open(&second, &r, "anna");
	desk_open(&other, &r, "britt");
	watch(&first, id[0], "2026-12-24");
	watch(&first, id[0], "2026-12-27");
	watch(&first, id[1], "2026-12-24");
	watch(&first, id[2], "2026-12-24");
	desk_pull(&second, "[]", "", PAGE_MAX_BYTES, &p);
	pulled_subs(&p, at_head, sizeof(at_head));
	pull_own(&second, at_head, 0, PAGE_MAX_BYTES, &p); /* as behind a snapshot */
	assert_int_equal(p.entries, 3);			   /* of each case the last one */
	assert_int_equal(p.head.own, central_size(r.c));
	assert_false(p.head.more);
	pull_own(&second, at_head, p.head.own, PAGE_MAX_BYTES, &p);
	assert_int_equal(p.entries, 0);
	watch(&first, id[1], NULL); /* it is ended */
	pull_own(&second, at_head, p.head.own, PAGE_MAX_BYTES, &p);
	assert_int_equal(p.entries, 1);
	desk_pull(&other, "[]", "", PAGE_MAX_BYTES, &p);
	pulled_subs(&p, at_head, sizeof(at_head));
	pull_own(&other, at_head, 0, PAGE_MAX_BYTES, &p); /* another's are no business of hers */
	assert_int_equal(p.entries, 0);
	rig_officer(&r, "anna", "officer", "bygg", 0);
	desk_pull(&second, "[]", "", PAGE_MAX_BYTES, &p);
	pulled_subs(&p, at_head, sizeof(at_head));
	pull_own(&second, at_head, 0, PAGE_MAX_BYTES, &p); /* nor what may not be seen any more */
	assert_int_equal(p.entries, 2);
	desk_release(&first);
	desk_release(&second);
	desk_release(&other);
	rig_close(&r);
}

static void a_reminder_comes_back_with_its_case(void **state)
{
	struct desk anna, britt, mikael;
	char id[UUID_TEXT], held[1024];
	struct pulled p;
	struct rig r;

	(void)state;
	rig_open(&r, 36);
	rig_case(&r, "BYGGLOV", id);
	desk_open(&anna, &r, "anna");
	desk_open(&britt, &r, "britt");
	desk_open(&mikael, &r, "mikael");
	watch(&anna, id, "2026-12-24");
	desk_route(&britt, id, "miljo", "avlopp");
	desk_pull(&anna, "[]", "", PAGE_MAX_BYTES, &p); /* it is out of sight, and past */
	assert_int_equal(p.cases, 0);
	pulled_subs(&p, held, sizeof(held));
	desk_route(&mikael, id, "bygg", "bygglov");
	pull_own(&anna, held, p.head.own, PAGE_MAX_BYTES, &p);
	assert_int_equal(p.cases, 1);
	assert_int_equal(p.entries, 1);
	desk_release(&anna);
	desk_release(&britt);
	desk_release(&mikael);
	rig_close(&r);
}

/* The copy has let go of the case, and asks for it; the reminder is the newest
 * entry, and another device of hers set it. */
static void a_reminder_comes_with_a_case_that_is_asked_for_anew(void **state)
{
	char id[UUID_TEXT], held[1024], json[2048];
	struct desk first, second, other;
	struct pulled p;
	struct rig r;
	struct err why = ERR_INIT;

	(void)state;
	rig_open(&r, 37);
	rig_case(&r, "BYGGLOV", id);
	desk_open(&first, &r, "anna");
	desk_open(&second, &r, "anna");
	desk_open(&other, &r, "britt");
	watch(&first, id, "2026-12-24");
	for (int i = 0; i < 2; i++) {
		struct desk *d = i == 0 ? &second : &other;

		desk_pull(d, "[]", "", PAGE_MAX_BYTES, &p);
		pulled_subs(&p, held, sizeof(held));
		snprintf(json, sizeof(json),
			 "{\"epoch\":\"%s\",\"subs\":%s,\"sv\":0,\"catalog\":\"\",\"head\":null,"
			 "\"own\":%lld,\"again\":[\"%s\"],\"max_bytes\":1000000}",
			 central_epoch(r.c), held, (long long)p.head.own, id);
		assert_int_equal(rig_post(&r, d->token, "/v1/sync/pull", json), 200);
		strbuf_clear(&r.page);
		must(zstd_unpack(&r.page, strbuf_str(&r.reply.body), PAGE_MAX_BYTES + 4096, &why),
		     &why);
		rig_read_page(&r, strbuf_str(&r.page), &p);
		assert_int_equal(p.cases, 1);
		assert_int_equal(p.entries, i == 0);
	}
	desk_release(&first);
	desk_release(&second);
	desk_release(&other);
	rig_close(&r);
}

static void reminders_that_find_no_room_come_with_the_next_page(void **state)
{
	enum { CASES = 20 };
	char id[UUID_TEXT], at_head[1024];
	struct desk first, second;
	struct pulled p;
	struct rig r;
	int pages = 0, entries = 0;
	int64_t own = 0;

	(void)state;
	rig_open(&r, 32);
	desk_open(&first, &r, "anna");
	desk_open(&second, &r, "anna");
	for (int i = 0; i < CASES; i++) {
		rig_case(&r, "BYGGLOV", id);
		watch(&first, id, "2026-12-24");
		watch(&first, id, "2026-12-27");
	}
	desk_pull(&second, "[]", "", PAGE_MAX_BYTES, &p);
	pulled_subs(&p, at_head, sizeof(at_head));
	do {
		pull_own(&second, at_head, own, 3000, &p);
		assert_true(p.head.own > own);
		own = p.head.own;
		entries += p.entries;
		assert_true(++pages < 50);
	} while (p.head.more);
	assert_int_equal(entries, CASES);
	assert_int_equal(own, central_size(r.c));
	assert_true(pages > 3);
	desk_release(&first);
	desk_release(&second);
	rig_close(&r);
}

/* Without a scope there is no cursor: how far the officer's own has been read says where
 * to go on, and each page goes on. */
static void who_sees_nothing_any_more_is_told_of_own_entries_once(void **state)
{
	char id[UUID_TEXT];
	struct err why = ERR_INIT;
	struct pulled p;
	struct ack ack;
	struct desk d;
	struct rig r;
	int64_t own = 0;
	int entries = 0, erased = 0, pages = 0;

	(void)state;
	rig_open(&r, 35);
	rig_case(&r, "BYGGLOV", id);
	desk_open(&d, &r, "anna");
	desk_act(&d, id, "note.add", "text", "Ring igen.", &ack);
	for (int i = 0; i < 3; i++) {
		desk_act(&d, id, "note.add", "text", "Ring mig.", &ack);
		watch(&d, id, "2026-12-24");
	}
	must(central_erase(r.c, id, ack.n, "Felregistrerad", &why), &why);
	rig_officer(&r, "anna", "officer", "", 0);
	do {
		pull_own(&d, "[]", own, 300, &p);
		assert_int_equal(p.added, 0);
		assert_true(p.head.own > own);
		own = p.head.own;
		entries += p.entries;
		erased += p.erased;
		assert_true(++pages < 50);
	} while (p.head.more);
	assert_int_equal(own, central_size(r.c));
	assert_true(erased >= 1);
	pull_own(&d, "[]", own, 300, &p);
	assert_int_equal(p.entries, 0);
	assert_true(entries >= 6);
	desk_release(&d);
	rig_close(&r);
}

/* A device whose copy is new has words of its own in its outbox alone: of a case that
 * is no longer seen, or that the snapshot has as it was behind the erasure. */
static void an_own_entry_is_erased_for_a_copy_read_by_snapshots(bool unseen)
{
	char id[UUID_TEXT], at_head[1024];
	struct err why = ERR_INIT;
	struct pulled p;
	struct ack ack;
	struct desk d;
	struct rig r;

	rig_open(&r, 33);
	rig_officer(&r, "anna", "officer", "bygg,miljo", 0);
	rig_case(&r, "AVLOPP", id);
	desk_open(&d, &r, "anna");
	desk_act(&d, id, "note.add", "text", "Ring igen.", &ack);
	if (unseen)
		rig_officer(&r, "anna", "officer", "bygg", 0);
	must(central_erase(r.c, id, ack.n, "Felregistrerad", &why), &why);
	desk_pull(&d, "[]", "", PAGE_MAX_BYTES, &p);
	pulled_subs(&p, at_head, sizeof(at_head));
	pull_own(&d, at_head, 0, PAGE_MAX_BYTES, &p);
	assert_int_equal(p.erased, 1);
	pull_own(&d, at_head, p.head.own, PAGE_MAX_BYTES, &p);
	assert_int_equal(p.erased, 0);
	desk_release(&d);
	rig_close(&r);
}

static void what_was_erased_out_of_sight_is_told_to_a_copy_read_by_snapshots(void **state)
{
	(void)state;
	an_own_entry_is_erased_for_a_copy_read_by_snapshots(true);
}

static void what_was_erased_before_a_snapshot_is_told_to_a_copy_read_by_it(void **state)
{
	(void)state;
	an_own_entry_is_erased_for_a_copy_read_by_snapshots(false);
}

/* An erasure has two rows in the feed, and some are read at a time. */
static void every_erasure_is_told_wherever_a_read_of_the_feed_ends(void **state)
{
	enum { NOTES = 45 };
	char id[UUID_TEXT];
	struct err why = ERR_INIT;
	struct pulled p;
	struct ack ack;
	struct desk d;
	struct rig r;

	(void)state;
	for (int more = 0; more < 2; more++) {
		rig_open(&r, 34);
		rig_case(&r, "BYGGLOV", id);
		desk_open(&d, &r, "anna");
		for (int i = 0; i < NOTES + more; i++)
			desk_act(&d, id, "note.add", "text", "Ring igen.", &ack);
		for (int i = 0; i < NOTES; i++)
			must(central_erase(r.c, id, ack.n - i, "Felregistrerad", &why), &why);
		desk_pull(&d, "[]", "", PAGE_MAX_BYTES, &p);
		assert_int_equal(p.erased, NOTES);
		desk_release(&d);
		rig_close(&r);
	}
}

static void read_path(const struct json *list, struct merkle_path *path)
{
	path->count = (int)json_count(list);
	for (int i = 0; i < path->count; i++)
		assert_true(hex_decode(path->node[i].b, 32, json_text(json_item(list, (size_t)i))));
}

static void the_head_is_signed_and_proofs_hold_against_it(void **state)
{
	struct rig r;
	struct desk d;
	struct merkle_path path = { 0 };
	struct hash32 root = { { 0 } }, from_root, leaf;
	struct stmt *q;
	struct json *j = NULL;
	char id[UUID_TEXT], hex[HASH_TEXT];

	(void)state;
	rig_open(&r, 9);
	for (int i = 0; i < 3; i++)
		rig_case(&r, "BYGGLOV", id);
	desk_open(&d, &r, "anna");
	assert_int_equal(rig_get(&r, d.token, "/v1/log/head"), 200);
	rig_member(&r, "root", hex, sizeof(hex));
	assert_true(hex_decode(root.b, 32, str_of(hex)));
	rig_case(&r, "BYGGLOV", id);
	from_root = root;
	assert_int_equal(rig_get(&r, d.token, "/v1/log/head"), 200);
	rig_member(&r, "root", hex, sizeof(hex));
	assert_true(hex_decode(root.b, 32, str_of(hex)));
	assert_int_equal(rig_get(&r, d.token, "/v1/log/proof?from=6&to=8"), 200);
	assert_int_equal(json_read(&j, strbuf_str(&r.reply.body), NULL), ST_OK);
	read_path(json_member(j, "path"), &path);
	assert_true(merkle_verify_consistency(6, &from_root, 8, &root, &path));
	json_free(j);
	assert_int_equal(rig_get(&r, d.token, "/v1/log/proof?entry=3"), 200);
	assert_int_equal(json_read(&j, strbuf_str(&r.reply.body), NULL), ST_OK);
	read_path(json_member(j, "path"), &path);
	q = db_stmt(central_db(r.c), "SELECT eh FROM log WHERE seq = 3");
	assert_int_equal(stmt_step(q, NULL), ST_OK);
	stmt_col_copy(q, 0, hex, sizeof(hex));
	stmt_reset(q);
	merkle_leaf(&leaf, hex);
	assert_true(merkle_verify_inclusion(&leaf, 2, 8, &path, &root));
	json_free(j);
	rig_get(&r, d.token, "/v1/log/proof?entry=9");
	rig_expect(&r, 404, "entry-unknown");
	desk_release(&d);
	rig_close(&r);
}

/* How many entries of the case the answer proves to be in the log. */
static size_t proven(struct rig *r, const char *id)
{
	struct merkle_path path = { 0 };
	struct hash32 root = { { 0 } }, leaf;
	struct json *j = NULL;
	const struct json *list;
	char hex[HASH_TEXT];
	size_t count;

	assert_int_equal(json_read(&j, strbuf_str(&r->reply.body), NULL), ST_OK);
	assert_true(hex_decode(root.b, 32, json_get_text(j, "root")));
	list = json_member(j, "inclusion");
	count = json_count(list);
	for (size_t i = 0; i < count; i++) {
		const struct json *one = json_item(list, i);
		int64_t seq = json_get_int(one, "seq", 0);
		struct stmt *q = db_stmt(central_db(r->c),
					 "SELECT eh FROM log WHERE case_id = ?1 AND n = ?2");

		stmt_cstr(q, 1, id);
		stmt_int(q, 2, json_get_int(one, "n", 0));
		assert_int_equal(stmt_step(q, NULL), ST_OK);
		stmt_col_copy(q, 0, hex, sizeof(hex));
		stmt_reset(q);
		read_path(json_member(one, "path"), &path);
		merkle_leaf(&leaf, hex);
		assert_true(merkle_verify_inclusion(&leaf, seq - 1, json_get_int(j, "size", 0),
						    &path, &root));
	}
	json_free(j);
	return count;
}

static void a_case_is_proven_in_the_head_of_now_and_of_then(void **state)
{
	struct rig r;
	struct desk d;
	char id[UUID_TEXT], other[UUID_TEXT], path[128];

	(void)state;
	rig_open(&r, 9);
	rig_case(&r, "BYGGLOV", other);
	rig_case(&r, "BYGGLOV", id); /* entries 3 and 4 */
	rig_case(&r, "BYGGLOV", other);
	desk_open(&d, &r, "anna");
	snprintf(path, sizeof(path), "/v1/cases/%s/proof", id);
	assert_int_equal(rig_get(&r, d.token, path), 200);
	assert_int_equal(proven(&r, id), 2);
	snprintf(path, sizeof(path), "/v1/cases/%s/proof?size=3", id);
	assert_int_equal(rig_get(&r, d.token, path), 200);
	assert_int_equal(proven(&r, id), 1);
	snprintf(path, sizeof(path), "/v1/cases/%s/proof?from=2&size=4", id);
	assert_int_equal(rig_get(&r, d.token, path), 200);
	assert_int_equal(proven(&r, id), 1);
	snprintf(path, sizeof(path), "/v1/cases/%s/proof?size=7", id);
	rig_get(&r, d.token, path);
	rig_expect(&r, 404, "entry-unknown");
	snprintf(path, sizeof(path), "/v1/cases/%s/proof?from=0", id);
	rig_get(&r, d.token, path);
	rig_expect(&r, 404, "entry-unknown");
	desk_release(&d);
	rig_close(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_pull_brings_scopes_catalogue_and_every_case_in_them),
		cmocka_unit_test(a_page_says_which_request_it_answers),
		cmocka_unit_test(pages_are_cut_between_transactions_and_lose_nothing),
		cmocka_unit_test(a_page_shows_nothing_of_a_transaction_that_it_ends_before),
		cmocka_unit_test(scopes_of_unlike_size_lose_nothing_whatever_the_page),
		cmocka_unit_test(a_case_that_moves_out_of_the_unit_is_told_gone),
		cmocka_unit_test(a_scope_gained_brings_its_old_rows_and_a_scope_lost_is_named),
		cmocka_unit_test(a_claimed_case_brings_its_whole_chain),
		cmocka_unit_test(another_epoch_is_told_and_a_diverged_head_too),
		cmocka_unit_test(
			only_what_the_central_signed_in_this_epoch_tells_its_operator_of_another_history),
		cmocka_unit_test(
			a_wait_is_held_until_something_comes_in_a_held_scope_or_time_is_up),
		cmocka_unit_test(nobody_waits_in_an_epoch_of_the_past),
		cmocka_unit_test(what_is_erased_is_named_and_gone_from_every_answer),
		cmocka_unit_test(
			reminders_come_to_every_device_and_anew_to_a_copy_read_by_snapshots),
		cmocka_unit_test(a_reminder_comes_back_with_its_case),
		cmocka_unit_test(a_reminder_comes_with_a_case_that_is_asked_for_anew),
		cmocka_unit_test(reminders_that_find_no_room_come_with_the_next_page),
		cmocka_unit_test(what_was_erased_out_of_sight_is_told_to_a_copy_read_by_snapshots),
		cmocka_unit_test(who_sees_nothing_any_more_is_told_of_own_entries_once),
		cmocka_unit_test(what_was_erased_before_a_snapshot_is_told_to_a_copy_read_by_it),
		cmocka_unit_test(every_erasure_is_told_wherever_a_read_of_the_feed_ends),
		cmocka_unit_test(the_head_is_signed_and_proofs_hold_against_it),
		cmocka_unit_test(a_case_is_proven_in_the_head_of_now_and_of_then),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
