/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/unit/sync/desk.h"

#include "base/banned.h"

static void the_first_sync_brings_every_case(void **state)
{
	struct desk *d = desk_open();
	struct case_query q = CASE_QUERY_INIT;
	struct sync_status s;
	int64_t n;

	(void)state;
	desk_sync(d);
	assert_int_equal(case_count(d->cache, &q, &n, NULL), ST_OK);
	assert_int_equal(n, 3);
	assert_true(sync_idle(d->sync));
	sync_status(d->sync, &s);
	assert_int_equal(s.trouble, SYNC_FINE);
	assert_true(s.online);
	assert_true(s.skew_known);
	desk_close(d);
}

static void a_claim_is_seen_at_once_and_settled_by_the_central(void **state)
{
	struct desk *d = desk_open();
	struct case_row row = CASE_ROW_INIT;
	struct outbox_item item = OUTBOX_ITEM_INIT;
	struct act_result r;
	struct err why = ERR_INIT;

	(void)state;
	desk_sync(d);
	must(desk_act(d, 0, "case.claim", NULL, NULL, &r, &why), &why);
	desk_see(d, 0, &row);
	assert_string_equal(row.file.assignee, "britt.a");
	assert_int_equal(row.file.state, CASE_OPEN);
	assert_int_equal(row.pending, 1);
	assert_false(sync_idle(d->sync));

	desk_sync(d);
	must(outbox_get(d->outbox, r.item, &item, &why), &why);
	assert_int_equal(item.verdict, VERDICT_ACCEPTED);
	assert_int_equal(item.state, OUTBOX_ACKNOWLEDGED);
	assert_int_equal(item.n, 3);
	desk_see(d, 0, &row);
	assert_int_equal(row.pending, 0);
	assert_int_equal(row.file.n, 3);
	assert_string_equal(row.file.assignee, "britt.a");
	assert_int_equal(d->log_count, 1);
	assert_true(sync_idle(d->sync));
	case_row_release(&row);
	outbox_item_release(&item);
	desk_close(d);
}

static void a_lost_reply_costs_one_more_post_and_nothing_happens_twice(void **state)
{
	struct desk *d = desk_open();
	struct act_result r;
	struct err why = ERR_INIT;

	(void)state;
	desk_sync(d);
	d->lose_replies = 2;
	must(desk_act(d, 0, "case.claim", NULL, NULL, &r, &why), &why);
	must(desk_act(d, 1, "case.claim", NULL, NULL, &r, &why), &why);
	desk_settle(d);
	assert_int_equal(d->posts, 3);
	assert_int_equal(d->log_count, 2);
	assert_each_once(d);
	desk_close(d);
}

static void a_storm_of_expired_tokens_leaves_the_outbox_alone(void **state)
{
	struct desk *d = desk_open();
	struct outbox_item item = OUTBOX_ITEM_INIT;
	struct act_result r;
	struct err why = ERR_INIT;

	(void)state;
	desk_sync(d);
	must(desk_act(d, 0, "case.claim", NULL, NULL, &r, &why), &why);
	d->deny = 6;
	desk_sync(d);
	must(outbox_get(d->outbox, r.item, &item, &why), &why);
	assert_int_equal(item.state, OUTBOX_SIGNED);
	assert_int_equal(item.verdict, VERDICT_NONE);
	assert_true(d->logins < 8);
	desk_settle(d);
	must(outbox_get(d->outbox, r.item, &item, &why), &why);
	assert_int_equal(item.verdict, VERDICT_ACCEPTED);
	outbox_item_release(&item);
	desk_close(d);
}

static void html_instead_of_json_is_named_and_changes_nothing(void **state)
{
	struct desk *d = desk_open();
	struct sync_status s;
	struct act_result r;
	struct err why = ERR_INIT;

	(void)state;
	desk_sync(d);
	must(desk_act(d, 0, "case.claim", NULL, NULL, &r, &why), &why);
	d->html = 1;
	sync_poke(d->sync);
	must(desk_step(d, LANE_PUSH, &(int64_t){ 0 }, &why), &why);
	sync_status(d->sync, &s);
	assert_int_equal(s.trouble, SYNC_NONSENSE);
	assert_string_equal(s.code, "not-ours");
	assert_int_equal(s.outbox.waiting, 1);
	desk_settle(d);
	assert_int_equal(d->log_count, 1);
	desk_close(d);
}

/* What stands in the way of an answer: nothing is settled, and it is counted. */
static void assert_not_believed(struct desk *d, struct act_result *r)
{
	struct outbox_item item = OUTBOX_ITEM_INIT;
	struct sync_status s;
	struct err why = ERR_INIT;

	desk_sync(d);
	must(outbox_get(d->outbox, r->item, &item, &why), &why);
	assert_int_equal(item.verdict, VERDICT_NONE);
	sync_status(d->sync, &s);
	assert_true(s.refused_acks > 0);
	outbox_item_release(&item);
}

static void an_answer_for_another_action_with_the_same_counter_is_refused(void **state)
{
	struct desk *d = desk_open();
	struct act_result r;
	struct err why = ERR_INIT;

	(void)state;
	desk_sync(d);
	must(desk_act(d, 0, "case.claim", NULL, NULL, &r, &why), &why);
	d->other_ah = d->other_iid = true;
	assert_not_believed(d, &r);
	desk_close(d);
}

static void an_answer_with_our_intent_but_another_hash_settles_no_refusal(void **state)
{
	struct desk *d = desk_open();
	struct act_result r;
	struct err why = ERR_INIT;

	(void)state;
	desk_sync(d);
	must(desk_act(d, 0, "case.claim", NULL, NULL, &r, &why), &why);
	d->other_ah = true;
	d->verdict = VERDICT_REJECTED;
	assert_not_believed(d, &r);
	desk_close(d);
}

static void an_answer_signed_by_another_key_is_refused(void **state)
{
	struct desk *d = desk_open();
	struct act_result r;
	struct err why = ERR_INIT;

	(void)state;
	desk_sync(d);
	must(desk_act(d, 0, "case.claim", NULL, NULL, &r, &why), &why);
	d->other_key = true;
	assert_not_believed(d, &r);
	desk_close(d);
}

static void a_refused_claim_gives_the_row_back_and_names_the_winner(void **state)
{
	struct desk *d = desk_open();
	struct case_row row = CASE_ROW_INIT;
	struct outbox_item item = OUTBOX_ITEM_INIT;
	struct sync_status s;
	struct act_result r;
	struct actor a = desk_actor(d);
	struct err why = ERR_INIT;

	(void)state;
	desk_sync(d);
	must(desk_act(d, 0, "case.claim", NULL, NULL, &r, &why), &why);
	d->verdict = VERDICT_REJECTED;
	desk_sync(d);
	must(outbox_get(d->outbox, r.item, &item, &why), &why);
	assert_string_equal(item.why, "taken");
	assert_string_equal(item.who, "jan.vd");
	desk_see(d, 0, &row);
	assert_string_equal(row.file.assignee, "");
	assert_int_equal(row.trouble, 1);
	sync_status(d->sync, &s);
	assert_int_equal(s.outbox.refused, 1);
	must(act_dismiss(&a, r.item, &why), &why);
	sync_status(d->sync, &s);
	assert_int_equal(s.outbox.refused, 0);
	case_row_release(&row);
	outbox_item_release(&item);
	desk_close(d);
}

static void a_conflict_is_signed_again_with_the_same_intent(void **state)
{
	struct desk *d = desk_open();
	struct outbox_item first = OUTBOX_ITEM_INIT, second = OUTBOX_ITEM_INIT;
	struct act_result r, again;
	struct actor a = desk_actor(d);
	struct err why = ERR_INIT;

	(void)state;
	desk_sync(d);
	must(desk_act(d, 0, "case.deadline", "due", "2026-12-24", &r, &why), &why);
	d->verdict = VERDICT_CONFLICT;
	desk_sync(d);
	d->verdict = VERDICT_NONE;
	must(act_resign(&a, r.item, &again, &why), &why);
	must(outbox_get(d->outbox, r.item, &first, &why), &why);
	must(outbox_get(d->outbox, again.item, &second, &why), &why);
	assert_int_equal(first.state, OUTBOX_SUPERSEDED);
	assert_string_equal(first.iid, second.iid);
	assert_string_not_equal(first.ah, second.ah);
	assert_int_equal(second.ctr, first.ctr + 1);
	desk_settle(d);
	assert_int_equal(d->log_count, 1);
	assert_string_equal(d->file[0].due_on, "2026-12-24");
	outbox_item_release(&first);
	outbox_item_release(&second);
	desk_close(d);
}

static void an_action_in_its_undo_window_holds_those_behind_it(void **state)
{
	struct desk *d = desk_open();
	struct act_result r;
	struct err why = ERR_INIT;
	int64_t wake = 0;

	(void)state;
	desk_sync(d);
	must(desk_act(d, 0, "case.claim", NULL, NULL, &r, &why), &why);
	desk_sync(d);
	must(desk_act(d, 0, "note.add", "text", "Ringde sökanden.", &r, &why), &why);
	assert_true(r.hold_until > 0);
	must(desk_act(d, 1, "case.claim", NULL, NULL, &r, &why), &why);
	desk_sync(d);
	assert_int_equal(d->log_count, 1);
	assert_int_equal(desk_step(d, LANE_PUSH, &wake, &why), ST_NONE);
	assert_true(wake > d->boot && wake <= d->boot + 20000);
	d->wall += 21000;
	d->boot += 21000;
	desk_sync(d);
	assert_int_equal(d->log_count, 3);
	assert_string_equal(d->log[1].case_id, d->file[0].id);
	desk_close(d);
}

static void a_withdrawn_note_leaves_a_void_and_the_next_ones_go_on(void **state)
{
	struct desk *d = desk_open();
	struct case_row row = CASE_ROW_INIT;
	struct outbox_item item = OUTBOX_ITEM_INIT;
	struct act_result note, claim;
	struct actor a = desk_actor(d);
	struct err why = ERR_INIT;

	(void)state;
	desk_sync(d);
	must(desk_act(d, 0, "note.add", "text", "Fel ärende.", &note, &why), &why);
	must(desk_act(d, 1, "case.claim", NULL, NULL, &claim, &why), &why);
	must(act_withdraw(&a, note.item, &why), &why);
	desk_see(d, 0, &row);
	assert_int_equal(row.pending, 0);
	desk_settle(d);
	must(outbox_get(d->outbox, note.item, &item, &why), &why);
	assert_int_equal(item.state, OUTBOX_VOID);
	assert_int_equal(item.verdict, VERDICT_VOID);
	must(outbox_get(d->outbox, claim.item, &item, &why), &why);
	assert_int_equal(item.verdict, VERDICT_ACCEPTED);
	assert_int_equal(d->log_count, 1);
	assert_int_equal(act_withdraw(&a, claim.item, &why), ST_REFUSED);
	assert_string_equal(why.code, "already-answered");
	case_row_release(&row);
	outbox_item_release(&item);
	desk_close(d);
}

static void an_offered_action_can_not_be_withdrawn(void **state)
{
	struct desk *d = desk_open();
	struct act_result r;
	struct actor a = desk_actor(d);
	struct err why = ERR_INIT;

	(void)state;
	desk_sync(d);
	must(desk_act(d, 0, "case.claim", NULL, NULL, &r, &why), &why);
	d->lose_replies = 1;
	desk_sync(d);
	assert_int_equal(act_withdraw(&a, r.item, &why), ST_REFUSED);
	assert_string_equal(why.code, "already-offered");
	desk_close(d);
}

static void a_revoked_device_keeps_what_it_signed(void **state)
{
	struct desk *d = desk_open();
	struct sync_status s;
	struct act_result r;
	struct err why = ERR_INIT;

	(void)state;
	desk_sync(d);
	must(desk_act(d, 0, "case.claim", NULL, NULL, &r, &why), &why);
	d->status = 403;
	d->code = "device-revoked";
	desk_sync(d);
	sync_status(d->sync, &s);
	assert_int_equal(s.trouble, SYNC_REFUSED);
	assert_int_equal(s.outbox.held, 1);
	d->status = 0;
	desk_settle(d);
	assert_int_equal(d->log_count, 1);
	desk_close(d);
}

static void a_forked_device_stops_sending_and_says_so(void **state)
{
	struct desk *d = desk_open();
	struct sync_status s;
	struct act_result r;
	struct err why = ERR_INIT;

	(void)state;
	desk_sync(d);
	must(desk_act(d, 0, "case.claim", NULL, NULL, &r, &why), &why);
	d->status = 409;
	d->code = "device-fork";
	desk_sync(d);
	sync_status(d->sync, &s);
	assert_int_equal(s.trouble, SYNC_FROZEN);
	assert_int_equal(s.outbox.held, 1);
	assert_int_equal(desk_act(d, 1, "case.claim", NULL, NULL, &r, &why), ST_REFUSED);
	assert_string_equal(why.code, "device-frozen");
	desk_close(d);
}

/* Who stands on the line knows the code as well as the central does. */
static void a_fork_in_nobodys_name_freezes_no_device(void **state)
{
	static const int statuses[] = { 403, 409 };
	struct desk *d = desk_open();
	struct sync_status s;
	struct act_result r;
	struct err why = ERR_INIT;

	(void)state;
	desk_sync(d);
	must(desk_act(d, 0, "case.claim", NULL, NULL, &r, &why), &why);
	d->code = "device-fork";
	d->unproved = true;
	for (int i = 0; i < 2; i++) {
		d->status = statuses[i];
		sync_poke(d->sync);
		desk_sync(d);
		sync_status(d->sync, &s);
		assert_int_equal(s.trouble, SYNC_NONSENSE);
		assert_string_equal(s.code, "fork-unproved");
	}
	d->status = 0;
	desk_settle(d);
	assert_int_equal(d->log_count, 1);
	must(desk_act(d, 1, "case.claim", NULL, NULL, &r, &why), &why);
	desk_close(d);
}

/* And can name any counter. */
static bool route_gap(struct desk *d, const struct request *r, struct reply *out)
{
	int64_t *expect = d->route_ctx;
	char hash[HASH_TEXT];

	if (strcmp(strbuf_cstr(&r->path), "/v1/actions") != 0)
		return false;
	sha256_hex(hash, str_of("no envelope of ours"));
	answer_problem(out, 409, "ctr-gap", "the counter does not run on", *expect, hash);
	return true;
}

static void a_counter_that_does_not_fit_freezes_no_device(void **state)
{
	struct desk *d = desk_open();
	struct sync_status s;
	struct act_result r;
	struct err why = ERR_INIT;
	int64_t expect;

	(void)state;
	desk_sync(d);
	must(desk_act(d, 0, "case.claim", NULL, NULL, &r, &why), &why);
	desk_settle(d);
	must(desk_act(d, 1, "case.claim", NULL, NULL, &r, &why), &why);
	d->route = route_gap;
	d->route_ctx = &expect;
	for (expect = 1; expect <= 2; expect++) {
		d->wall += 3600000;
		d->boot += 3600000;
		d->requests = 0;
		desk_sync(d);
		sync_status(d->sync, &s);
		assert_int_not_equal(s.trouble, SYNC_FROZEN);
		assert_int_equal(s.outbox.held, 0);
		assert_in_range(d->requests, 1, 12);
	}
	d->route = NULL;
	desk_settle(d);
	assert_int_equal(d->log_count, 2);
	must(desk_act(d, 2, "case.claim", NULL, NULL, &r, &why), &why);
	desk_close(d);
}

static bool never(void *ctx)
{
	(void)ctx;
	return false;
}

static void a_fault_of_the_disk_does_not_hide_that_a_device_is_frozen(void **state)
{
	struct desk *d = desk_open();
	struct sync_status s;
	struct act_result r;
	struct err why = ERR_INIT;

	(void)state;
	desk_sync(d);
	must(desk_act(d, 0, "case.claim", NULL, NULL, &r, &why), &why);
	d->status = 409;
	d->code = "device-fork";
	desk_sync(d);
	d->status = 0;
	db_on_commit(d->cache, never, NULL);
	sync_poke(d->sync);
	assert_int_equal(desk_run(d, &why), ST_BROKEN);
	sync_status(d->sync, &s);
	assert_int_equal(s.trouble, SYNC_DISK);
	db_on_commit(d->cache, NULL, NULL);
	sync_poke(d->sync);
	desk_sync(d);
	sync_status(d->sync, &s);
	assert_int_equal(s.trouble, SYNC_FROZEN);
	desk_close(d);
}

static void a_busy_central_is_asked_again_when_it_said(void **state)
{
	struct desk *d = desk_open();
	struct request r = REQUEST_INIT;
	struct reply busy = REPLY_INIT;
	struct err why = ERR_INIT;
	int64_t wake = 0;

	(void)state;
	must(sync_next(d->sync, LANE_PULL, &r, &wake, &why), &why);
	answer_problem(&busy, 503, "busy", "try later", 0, "");
	busy.retry_after_s = 45;
	must(sync_reply(d->sync, LANE_PULL, &busy, &why), &why);
	assert_int_equal(sync_next(d->sync, LANE_PULL, &r, &wake, &why), ST_NONE);
	assert_true(wake >= d->boot + 45000);
	request_release(&r);
	reply_release(&busy);
	desk_close(d);
}

static void answers_that_a_restored_central_lost_are_offered_again(void **state)
{
	struct desk *d = desk_open();
	struct case_row row = CASE_ROW_INIT;
	struct act_result r;
	struct err why = ERR_INIT;
	int64_t n;
	struct case_query q = CASE_QUERY_INIT;

	(void)state;
	desk_sync(d);
	must(desk_act(d, 0, "case.claim", NULL, NULL, &r, &why), &why);
	desk_sync(d);
	must(desk_act(d, 1, "case.claim", NULL, NULL, &r, &why), &why);
	desk_sync(d);
	assert_int_equal(d->log_count, 2);

	/* Back to before the second claim, in a new epoch. */
	snprintf(d->epoch, sizeof(d->epoch), EPOCH_2);
	snprintf(d->last_hash, sizeof(d->last_hash), "%s", d->log[0].ah);
	d->last_ctr = 1;
	d->log_count = 1;
	strbuf_clear(&d->log[1].jws);
	strbuf_clear(&d->acks[2]);
	d->head = d->log[0].seq;
	d->file[1].assignee[0] = '\0';
	d->file[1].state = CASE_REGISTERED;
	d->file[1].n = 2;
	d->file_seq[1] = 4;
	sync_poke(d->sync);
	desk_settle(d);
	assert_int_equal(d->log_count, 2);
	assert_each_once(d);
	desk_see(d, 1, &row);
	assert_string_equal(row.file.assignee, "britt.a");
	assert_int_equal(row.pending, 0);
	assert_int_equal(case_count(d->cache, &q, &n, NULL), ST_OK);
	assert_int_equal(n, 3);
	case_row_release(&row);
	desk_close(d);
}

static void a_page_cut_or_spoilt_changes_nothing(void **state)
{
	struct desk *d = desk_open();
	struct case_query q = CASE_QUERY_INIT;
	struct sync_status s;
	int64_t n;

	(void)state;
	d->cut_page = true;
	desk_sync(d);
	sync_status(d->sync, &s);
	assert_string_equal(s.code, "page-cut");
	d->cut_page = false;
	d->spoil_page = true;
	sync_poke(d->sync);
	desk_sync(d);
	sync_status(d->sync, &s);
	assert_string_equal(s.code, "page-digest");
	assert_int_equal(case_count(d->cache, &q, &n, NULL), ST_OK);
	assert_int_equal(n, 0);
	d->spoil_page = false;
	desk_settle(d);
	assert_int_equal(case_count(d->cache, &q, &n, NULL), ST_OK);
	assert_int_equal(n, 3);
	desk_close(d);
}

/* It begins where it was asked to, and is this device's. */
static void a_page_that_answers_a_request_of_before_changes_nothing(void **state)
{
	struct desk *d = desk_open();
	struct case_query q = CASE_QUERY_INIT;
	struct sync_status s;
	int64_t n;

	(void)state;
	d->stale_page = true;
	desk_sync(d);
	sync_status(d->sync, &s);
	assert_string_equal(s.code, "page-stale");
	assert_int_equal(case_count(d->cache, &q, &n, NULL), ST_OK);
	assert_int_equal(n, 0);
	d->stale_page = false;
	desk_settle(d);
	assert_int_equal(case_count(d->cache, &q, &n, NULL), ST_OK);
	assert_int_equal(n, 3);
	desk_close(d);
}

static void a_bad_line_stops_the_page_twice_and_is_then_set_apart(void **state)
{
	struct desk *d = desk_open();
	struct case_query q = CASE_QUERY_INIT;
	struct sync_status s;
	int64_t n;

	(void)state;
	d->bad_line = "[\"c\",5,[7],\"0198cccc-0000-7000-8000-000000000009\",17]";
	for (int i = 0; i < 2; i++) {
		sync_poke(d->sync);
		desk_sync(d);
		sync_status(d->sync, &s);
		assert_int_equal(s.trouble, SYNC_NONSENSE);
		assert_string_equal(s.code, "page-line");
		assert_int_equal(case_count(d->cache, &q, &n, NULL), ST_OK);
		assert_int_equal(n, 0);
	}
	sync_poke(d->sync);
	desk_sync(d);
	assert_int_equal(case_count(d->cache, &q, &n, NULL), ST_OK);
	assert_int_equal(n, 3);
	sync_status(d->sync, &s);
	assert_int_equal(s.unreadable, 0); /* asked for alone, and not ours */
	desk_close(d);
}

static bool route_not_ours(struct desk *d, const struct request *r, struct reply *out)
{
	(void)d;
	if (strncmp(strbuf_cstr(&r->path), "/v1/cases/", 10) != 0)
		return false;
	answer_problem(out, 404, "case-unknown", "no such case", 0, "");
	return true;
}

/* The right to it may have come back since, and no page would bring it. */
static void a_case_that_is_refused_alone_is_asked_for_in_the_next_page(void **state)
{
	struct desk *d = desk_open();
	struct sync_status s;

	(void)state;
	d->route = route_not_ours;
	d->bad_line = "[\"c\",5,[7],\"0198cccc-0000-7000-8000-000000000009\",17]";
	for (int i = 0; i < 4; i++) {
		sync_poke(d->sync);
		desk_sync(d);
	}
	assert_string_equal(d->named, "0198cccc-0000-7000-8000-000000000009");
	sync_status(d->sync, &s);
	assert_int_equal(s.again.missing, 0); /* no restore took it */
	desk_close(d);
}

/* What GET /v1/cases/{id} says of that case. */
/* clang-format off */
#define ALONE(id) \
	"{\"id\":\"" id "\",\"diary_no\":\"BN 2026-9\",\"type\":\"t\"," \
	"\"type_version\":1,\"unit\":\"bygg\",\"queue\":\"q\",\"state\":\"open\",\"priority\":2," \
	"\"protection\":0,\"assignee\":\"\",\"channel\":\"e\",\"received_at\":\"2026-01-01T00:00:00.000Z\"," \
	"\"due_on\":\"\",\"outcome\":\"\",\"changed_at\":\"2026-01-01T00:00:00.000Z\",\"title\":\"Ensam\"," \
	"\"party\":\"\",\"n\":17,\"eh\":\"" HASH_ZERO "\",\"detail\":{}}"
/* clang-format on */
#define NINTH "0198cccc-0000-7000-8000-000000000009"
#define FIRST "0198cccc-0000-7000-8000-000000000001"

static void a_case_whose_line_is_bad_is_fetched_alone(void **state)
{
	struct desk *d = desk_open();
	struct case_row row = CASE_ROW_INIT;
	struct sync_status s;

	(void)state;
	d->bad_line = "[\"c\",5,[7],\"0198cccc-0000-7000-8000-000000000009\",17]";
	d->alone = ALONE(NINTH);
	for (int i = 0; i < 3; i++) {
		sync_poke(d->sync);
		desk_sync(d);
	}
	desk_see(d, 8, &row);
	assert_string_equal(strbuf_cstr(&row.file.title), "Ensam");
	assert_int_equal(row.file.n, 17);
	sync_status(d->sync, &s);
	assert_int_equal(s.unreadable, 0);
	case_row_release(&row);
	desk_close(d);
}

static void own_actions_lie_over_a_case_that_is_fetched_alone(void **state)
{
	struct desk *d = desk_open();
	struct case_row row = CASE_ROW_INIT;
	struct act_result r;
	struct err why = ERR_INIT;

	(void)state;
	desk_sync(d);
	must(desk_act(d, 0, "note.add", "text", "Ringt.", &r, &why), &why);
	d->bad_line = "[\"c\",5,[7],\"" FIRST "\",17]";
	d->alone = ALONE(FIRST);
	for (int i = 0; i < 3; i++) {
		sync_poke(d->sync);
		desk_sync(d);
	}
	desk_see(d, 0, &row);
	assert_string_equal(strbuf_cstr(&row.file.title), "Ensam");
	assert_int_equal(row.file.n, 17);
	assert_int_equal(row.pending, 1);
	case_row_release(&row);
	desk_close(d);
}

static void fetch_ninth_alone(struct desk *d)
{
	d->bad_line = "[\"c\",5,[7],\"" NINTH "\",17]";
	d->alone = ALONE(NINTH);
	for (int i = 0; i < 3; i++) {
		sync_poke(d->sync);
		desk_sync(d);
	}
}

static int64_t rows_of(struct desk *d, const char *sql)
{
	int64_t n = -1;

	assert_int_equal(db_get_int(d->cache, sql, &n, -1, NULL), ST_OK);
	return n;
}

/* The line that could not be read may have been an entry, with a reminder in it. */
static void the_chain_of_a_case_that_is_fetched_alone_is_asked_for_as_well(void **state)
{
	struct desk *d = desk_open();

	(void)state;
	fetch_ninth_alone(d);
	assert_int_equal(d->chains, 1);
	desk_close(d);
}

static void a_case_that_was_fetched_alone_leaves_with_its_scope(void **state)
{
	struct desk *d = desk_open();
	struct case_row row = CASE_ROW_INIT;

	(void)state;
	fetch_ninth_alone(d);
	d->bad_line = "[\"g\",20,7,\"" NINTH "\",18,\"moved\"]";
	sync_poke(d->sync);
	desk_sync(d);
	assert_int_equal(case_get(d->cache, NINTH, &row, NULL), ST_NONE);
	assert_int_equal(rows_of(d, "SELECT count(*) FROM bad_line"), 0);
	case_row_release(&row);
	desk_close(d);
}

/* Nobody knows by which scope it came: it is asked for once more. */
static void a_case_that_was_fetched_alone_is_asked_for_when_another_scope_is_lost(void **state)
{
	struct desk *d = desk_open();
	struct case_row row = CASE_ROW_INIT;

	(void)state;
	fetch_ninth_alone(d);
	d->bad_line = "{\"k\":\"scope\",\"add\":[],\"del\":[99],\"sv\":2}";
	sync_poke(d->sync);
	desk_sync(d);
	desk_see(d, 8, &row);
	assert_string_equal(strbuf_cstr(&row.file.title), "Ensam");
	case_row_release(&row);
	desk_close(d);
}

/* A scope came and went between two pages, and the case was fetched meanwhile. */
static void a_case_that_was_fetched_alone_is_asked_for_when_the_rights_have_changed(void **state)
{
	struct desk *d = desk_open();
	struct case_row row = CASE_ROW_INIT;

	(void)state;
	fetch_ninth_alone(d);
	d->bad_line = NULL;
	sync_poke(d->sync);
	desk_sync(d);
	assert_int_equal(case_get(d->cache, NINTH, &row, NULL), ST_OK);
	d->sv_more = 1;
	d->route = route_not_ours;
	sync_poke(d->sync);
	desk_sync(d);
	assert_int_equal(case_get(d->cache, NINTH, &row, NULL), ST_NONE);
	case_row_release(&row);
	desk_close(d);
}

static void a_line_that_cannot_be_read_is_not_kept_when_its_case_is_not_ours(void **state)
{
	struct desk *d = desk_open();

	(void)state;
	d->bad_line = "[\"c\",5,[7],\"" NINTH "\",\"Kim Testsson\"]";
	for (int i = 0; i < 3; i++) {
		sync_poke(d->sync);
		desk_sync(d);
	}
	assert_int_equal(rows_of(d, "SELECT count(*) FROM bad_line"), 1);
	d->bad_line = NULL;
	sync_poke(d->sync);
	desk_sync(d);
	assert_int_equal(rows_of(d, "SELECT count(*) FROM bad_line"), 0);
	desk_close(d);
}

/* In the midst of a pull a case that was touched again is not there yet. */
static void what_is_whole_ends_where_the_last_pull_ended(void **state)
{
	struct desk *d = desk_open();
	int64_t floor = -1;

	(void)state;
	desk_sync(d);
	assert_int_equal(cursor_floor(d->cache, &floor, NULL), ST_OK);
	assert_int_equal(floor, d->head);
	assert_int_equal(cursor_set(d->cache, SCOPE, d->head + 10, NULL), ST_OK);
	assert_int_equal(cursor_floor(d->cache, &floor, NULL), ST_OK);
	assert_int_equal(floor, d->head);
	assert_int_equal(cursor_set_whole(d->cache, true, NULL), ST_OK);
	assert_int_equal(cursor_floor(d->cache, &floor, NULL), ST_OK);
	assert_int_equal(floor, d->head + 10);
	desk_close(d);
}

/* Nothing more comes in the feed, and nobody asks: the case is not forgotten. */
static void a_case_that_is_fetched_alone_is_asked_for_until_somebody_answers(void **state)
{
	struct desk *d = desk_open();
	struct sync_status s;

	(void)state;
	d->bad_line = "[\"c\",5,[7],\"0198cccc-0000-7000-8000-000000000009\",17]";
	d->alone = ALONE(NINTH);
	d->lose_alone = 2;
	for (int i = 0; i < 3; i++) {
		sync_poke(d->sync);
		desk_sync(d);
	}
	sync_status(d->sync, &s);
	assert_int_equal(s.unreadable, 1);
	for (int i = 0; i < 3; i++) {
		d->boot += 5000;
		desk_sync(d);
	}
	sync_status(d->sync, &s);
	assert_int_equal(d->lose_alone, 0);
	assert_int_equal(s.unreadable, 0);
	desk_close(d);
}

static void a_central_that_hints_without_end_is_asked_five_times_in_ten_seconds(void **state)
{
	struct desk *d = desk_open();
	const struct sync_setup setup = { .cache = d->cache,
					  .outbox = d->outbox,
					  .clock = &d->clock,
					  .rng = &d->rng,
					  .key = d->key };
	struct request r = REQUEST_INIT;
	struct reply out = REPLY_INIT;
	struct err why = ERR_INIT;
	int64_t wake = 0;
	int asked = 0;

	(void)state;
	desk_sync(d);
	sync_free(d->sync);
	must(sync_open(&d->sync, &setup, &why), &why);
	while (sync_next(d->sync, LANE_PULL, &r, &wake, &why) == ST_OK && asked < 100) {
		bool wait = strcmp(strbuf_cstr(&r.path), "/v1/sync/wait") == 0;

		asked += wait || strcmp(strbuf_cstr(&r.path), "/v1/sync/pull") == 0;
		reply_clear(&out);
		/* A hint of another epoch is one, too. */
		assert_true(!wait || strstr(strbuf_cstr(&r.query), "&epoch=" EPOCH));
		if (wait)
			answer_json(&out, 200, "{\"epoch\":\"" EPOCH "\",\"seq\":999}");
		else
			central_answer(d, &r, &out);
		must(sync_reply(d->sync, LANE_PULL, &out, &why), &why);
	}
	assert_int_equal(asked, 5);
	assert_int_equal(wake, d->boot + 10000);
	request_release(&r);
	reply_release(&out);
	desk_close(d);
}

/* Chains are not for every role: a contact center follows none. */
static bool no_chain_for_the_role(struct desk *d, const struct request *r, struct reply *out)
{
	int *asked = d->route_ctx;

	if (!strstr(strbuf_cstr(&r->path), "/chain"))
		return false;
	++*asked;
	answer_problem(out, 403, "role-lacking", "a contact center looks cases up", 0, "");
	return true;
}

static void a_chain_that_is_not_for_the_role_is_let_go_and_the_rest_comes(void **state)
{
	struct desk *d = desk_open();
	struct sync_status s;
	struct case_row row = CASE_ROW_INIT;
	struct err why = ERR_INIT;
	char id[UUID_TEXT];
	int asked = 0;

	(void)state;
	desk_sync(d);
	d->route = no_chain_for_the_role;
	d->route_ctx = &asked;
	case_id_of(id, 0);
	must(want_case(d->cache, id, &why), &why);
	desk_add_case(d);
	for (int i = 0; i < 3; i++) {
		sync_poke(d->sync);
		desk_settle(d);
	}
	sync_status(d->sync, &s);
	assert_int_equal(s.trouble, SYNC_FINE);
	assert_true(s.online);
	assert_int_equal(asked, 1);
	desk_see(d, 3, &row);
	case_row_release(&row);
	desk_close(d);
}

/* The first case is opened, and its chain is answered by `route` from then on. */
static void want_first(struct desk *d,
		       bool (*route)(struct desk *d, const struct request *r, struct reply *out))
{
	struct err why = ERR_INIT;
	char id[UUID_TEXT];

	desk_sync(d);
	case_id_of(id, 0);
	must(want_case(d->cache, id, &why), &why);
	d->route = route;
	sync_poke(d->sync);
}

/* The chain comes, and the first time our own file takes nothing. */
static bool chain_to_a_full_disk(struct desk *d, const struct request *r, struct reply *out)
{
	struct strbuf raw = STRBUF_INIT;

	if (!strstr(strbuf_cstr(&r->path), "/chain"))
		return false;
	make_page(d, &raw, d->head);
	out->status = 200;
	snprintf(out->content_type, sizeof(out->content_type), "application/zstd");
	assert_true(zstd_pack(&out->body, strbuf_str(&raw)));
	strbuf_release(&raw);
	db_on_commit(d->cache, d->chains == 1 ? never : NULL, NULL);
	return true;
}

static void a_chain_that_could_not_be_written_is_asked_for_when_the_disk_is_well(void **state)
{
	struct desk *d = desk_open();
	struct sync_status s;
	struct err why = ERR_INIT;

	(void)state;
	want_first(d, chain_to_a_full_disk);
	assert_int_equal(desk_run(d, &why), ST_BROKEN);
	assert_int_equal(d->chains, 1);
	desk_sync(d); /* not before the back-off is over */
	assert_int_equal(d->chains, 1);
	d->boot += 2000;
	desk_sync(d);
	assert_int_equal(d->chains, 2);
	sync_status(d->sync, &s);
	assert_int_equal(s.trouble, SYNC_FINE);
	desk_close(d);
}

static bool chain_cut_short(struct desk *d, const struct request *r, struct reply *out)
{
	(void)d;
	if (!strstr(strbuf_cstr(&r->path), "/chain"))
		return false;
	out->status = 200;
	snprintf(out->content_type, sizeof(out->content_type), "application/zstd");
	strbuf_sets(&out->body, "half of it");
	return true;
}

/* Soon, but not for ever: one case must not keep all others waiting. */
static void a_chain_that_came_damaged_is_asked_for_some_times_before_the_next_page(void **state)
{
	struct desk *d = desk_open();

	(void)state;
	want_first(d, chain_cut_short);
	desk_sync(d);
	assert_int_equal(d->chains, 1);
	for (int i = 0; i < 5; i++) {
		d->boot += 9000; /* longer than the back-off, and no new page is due */
		desk_sync(d);
	}
	assert_int_equal(d->chains, 4);
	desk_close(d);
}

/* The token has run out when the chain is asked for, and not before. */
static bool chain_after_a_login(struct desk *d, const struct request *r, struct reply *out)
{
	struct strbuf raw = STRBUF_INIT;

	if (!strstr(strbuf_cstr(&r->path), "/chain"))
		return false;
	if (d->chains == 1) {
		answer_problem(out, 401, "token-expired", "log in", 0, "");
		return true;
	}
	make_page(d, &raw, d->head);
	out->status = 200;
	snprintf(out->content_type, sizeof(out->content_type), "application/zstd");
	assert_true(zstd_pack(&out->body, strbuf_str(&raw)));
	strbuf_release(&raw);
	return true;
}

static void a_chain_that_waits_for_a_login_is_asked_for_behind_it(void **state)
{
	struct desk *d = desk_open();

	(void)state;
	want_first(d, chain_after_a_login);
	desk_sync(d);
	assert_int_equal(d->chains, 2);
	desk_close(d);
}

static void two_processes_of_one_officer_never_take_the_same_counter(void **state)
{
	struct desk *d = desk_open();
	struct act_result r;
	struct err why = ERR_INIT;
	struct outbox_item a = OUTBOX_ITEM_INIT, b = OUTBOX_ITEM_INIT;

	(void)state;
	desk_sync(d);
	must(desk_act(d, 0, "case.claim", NULL, NULL, &r, &why), &why);
	must(outbox_get(d->outbox, r.item, &a, &why), &why);
	must(desk_act(d, 0, "case.deadline", "due", "2026-12-20", &r, &why), &why);
	must(outbox_get(d->outbox, r.item, &b, &why), &why);
	assert_int_equal(b.ctr, a.ctr + 1);
	assert_string_equal(b.prev, a.ah);
	outbox_item_release(&a);
	outbox_item_release(&b);
	desk_close(d);
}

static void what_is_not_lawful_here_is_refused_before_it_is_signed(void **state)
{
	struct desk *d = desk_open();
	struct act_result r;
	struct err why = ERR_INIT;
	struct sync_status s;

	(void)state;
	desk_sync(d);
	assert_int_equal(desk_act(d, 0, "case.close", NULL, NULL, &r, &why), ST_CONFLICT);
	assert_string_equal(why.code, "step-unlawful");
	err_clear(&why);
	assert_int_equal(desk_act(d, 0, "case.assign", "officer", "jan.vd", &r, &why), ST_REFUSED);
	assert_string_equal(why.code, "role-lacking");
	err_clear(&why);
	assert_int_equal(desk_act(d, 0, "case.deadline", "due", "i morgon", &r, &why),
			 ST_BAD_INPUT);
	err_clear(&why);
	assert_int_equal(desk_act(d, 70, "case.claim", NULL, NULL, &r, &why), ST_NONE);
	assert_string_equal(why.code, "case-unknown");
	sync_status(d->sync, &s);
	assert_int_equal(s.outbox.waiting, 0);
	desk_close(d);
}

/* What the push lane sends in one moment to a central that answers every
 * POST of actions with `problem`. */
static int storm(struct desk *d, int status, const char *problem)
{
	struct request r = REQUEST_INIT;
	struct reply out = REPLY_INIT;
	struct err why = ERR_INIT;
	int64_t wake = 0;
	int asked = 0;

	while (asked < 200 && sync_next(d->sync, LANE_PUSH, &r, &wake, &why) == ST_OK) {
		reply_clear(&out);
		if (strcmp(strbuf_cstr(&r.path), "/v1/actions") == 0) {
			out.status = status;
			snprintf(out.content_type, sizeof(out.content_type),
				 "application/problem+json");
			strbuf_sets(&out.body, problem);
		} else {
			central_answer(d, &r, &out);
		}
		must(sync_reply(d->sync, LANE_PUSH, &out, &why), &why);
		asked++;
	}
	assert_true(wake > d->boot);
	request_release(&r);
	reply_release(&out);
	return asked;
}

static void a_central_that_refuses_without_end_is_left_in_peace(void **state)
{
	struct desk *d = desk_open();
	struct strbuf blob = STRBUF_INIT;
	struct act_result r;
	char id[UUID_TEXT], h[HASH_TEXT];
	struct actor a = desk_actor(d);
	struct intent in = { .act = "document.add",
			     .case_id = id,
			     .doc_count = 1,
			     .docs = { { "a.txt", "text/plain", str_of("hej") } } };
	struct err why = ERR_INIT;

	(void)state;
	desk_sync(d);
	must(desk_act(d, 0, "case.claim", NULL, NULL, &r, &why), &why);
	case_id_of(id, 0);
	must(act(&a, &in, &r, &why), &why);
	must(outbox_flush(d->outbox, &why), &why);
	assert_true(storm(d, 409,
			  "{\"code\":\"ctr-gap\",\"detail\":\"x\",\"status\":409,\"expect\":99,"
			  "\"last_hash\":\"" HASH_ZERO "\"}")
		    < 20);
	sync_poke(d->sync);
	sha256_hex(h, str_of("hej"));
	strbuf_addf(&blob, "{\"code\":\"needs-blob\",\"detail\":\"x\",\"status\":409,\"h\":\"%s\"}",
		    h);
	assert_true(storm(d, 409, strbuf_cstr(&blob)) < 40);
	sync_poke(d->sync);
	assert_true(storm(d, 500, "{\"code\":\"broken\",\"detail\":\"x\",\"status\":500}") < 5);
	sync_poke(d->sync);
	assert_true(storm(d, 413, "{\"code\":\"too-large\",\"detail\":\"x\",\"status\":413}") < 20);
	strbuf_release(&blob);
	desk_settle(d);
	assert_int_equal(d->log_count, 2);
	desk_close(d);
}

/* Its bytes went when the document was erased, and a restore took the action back:
 * nothing behind it may wait for what nobody has. */
static void an_action_whose_document_was_erased_gives_its_place_to_a_void(void **state)
{
	struct desk *d = desk_open();
	struct strbuf problem = STRBUF_INIT;
	struct problem p = { .status = 409, .code = "needs-blob" };
	struct outbox_item item = OUTBOX_ITEM_INIT;
	struct act_result r, next;
	char id[UUID_TEXT];
	struct actor a = desk_actor(d);
	struct intent in = { .act = "document.add",
			     .case_id = id,
			     .doc_count = 1,
			     .docs = { { "a.txt", "text/plain", str_of("hej") } } };
	struct err why = ERR_INIT;

	(void)state;
	desk_sync(d);
	case_id_of(id, 0);
	must(act(&a, &in, &r, &why), &why);
	must(desk_act(d, 0, "note.add", "text", "Ringt.", &next, &why), &why);
	must(outbox_flush(d->outbox, &why), &why);
	must(db_exec(d->outbox, "DELETE FROM item_blob; DELETE FROM blob", &why), &why);
	sha256_hex(p.h, str_of("hej"));
	/* Whoever else says that it is wanted is not the central, which may have it. */
	for (int i = 0; i < 2; i++) {
		d->unproved = i == 1;
		if (i == 1)
			sign_problem(d, &p, d->wall);
		strbuf_clear(&problem);
		assert_true(problem_write(&problem, &p));
		assert_true(storm(d, 409, strbuf_cstr(&problem)) < 40);
		must(outbox_get(d->outbox, r.item, &item, &why), &why);
		assert_int_equal(item.verdict, VERDICT_NONE);
		assert_int_equal(item.slot, SLOT_OWN);
		sync_poke(d->sync);
	}
	d->unproved = false;
	sign_problem(d, &p, d->wall);
	strbuf_clear(&problem);
	assert_true(problem_write(&problem, &p));
	assert_true(storm(d, 409, strbuf_cstr(&problem)) < 40);
	must(outbox_get(d->outbox, r.item, &item, &why), &why);
	assert_int_equal(item.verdict, VERDICT_REJECTED);
	assert_string_equal(item.why, "document-gone");
	assert_int_equal(item.slot, SLOT_WAITS);
	assert_true(item.envelope.len > 0); /* what was written stays to be read */
	sync_poke(d->sync);
	desk_settle(d);
	must(outbox_get(d->outbox, r.item, &item, &why), &why);
	assert_int_equal(item.slot, SLOT_ANSWERED);
	must(outbox_get(d->outbox, next.item, &item, &why), &why);
	assert_int_equal(item.verdict, VERDICT_ACCEPTED);
	outbox_item_release(&item);
	strbuf_release(&problem);
	desk_close(d);
}

/* How often the central is asked in the first ten seconds by both lanes, when
 * `path` is answered with `status`. */
static int asked_in_ten_seconds(const char *path, int status)
{
	struct desk *d = desk_open();
	struct act_result made;
	struct err why = ERR_INIT;
	int64_t end;
	int asked = 0;

	desk_sync(d);
	must(desk_act(d, 0, "case.claim", NULL, NULL, &made, &why), &why);
	desk_restart(d);
	end = d->boot + 10000;
	while (d->boot < end && asked < 100) {
		struct request r = REQUEST_INIT;
		struct reply out = REPLY_INIT;
		int64_t wake[LANE_COUNT] = { INT64_MAX, INT64_MAX, INT64_MAX }, next;
		bool any = false;

		for (int lane = 0; lane < LANE_COUNT; lane++) {
			if (sync_next(d->sync, (enum sync_lane)lane, &r, &wake[lane], NULL)
			    != ST_OK)
				continue;
			any = true;
			if (strcmp(strbuf_cstr(&r.path), path) == 0) {
				asked++;
				reply_clear(&out);
				answer_problem(&out, status, "so-it-is", "always", 0, "");
			} else {
				central_answer(d, &r, &out);
			}
			must(sync_reply(d->sync, (enum sync_lane)lane, &out, &why), &why);
		}
		next = wake[0] < wake[1] ? wake[0] : wake[1];
		if (!any && next > d->boot) {
			d->wall += next - d->boot;
			d->boot = next;
		}
		request_release(&r);
		reply_release(&out);
	}
	desk_close(d);
	return asked;
}

static void a_login_that_fails_is_not_tried_by_both_lanes_in_turn(void **state)
{
	(void)state;
	assert_in_range(asked_in_ten_seconds("/v1/api-info", 500), 3, 5);
	assert_in_range(asked_in_ten_seconds("/v1/api-info", 401), 3, 7);
	assert_in_range(asked_in_ten_seconds("/v1/auth/challenge", 503), 3, 5);
	assert_in_range(asked_in_ten_seconds("/v1/auth/token", 401), 3, 5);
	assert_in_range(asked_in_ten_seconds("/v1/sync/pull", 401), 3, 7);
	assert_in_range(asked_in_ten_seconds("/v1/sync/pull", 500), 3, 5);
}

static void a_wait_beyond_reason_is_cut_to_an_hour(void **state)
{
	struct desk *d = desk_open();
	struct request r = REQUEST_INIT;
	struct reply busy = REPLY_INIT;
	struct err why = ERR_INIT;
	int64_t wake = 0;

	(void)state;
	must(sync_next(d->sync, LANE_PULL, &r, &wake, &why), &why);
	answer_problem(&busy, 503, "busy", "try later", 0, "");
	busy.retry_after_s = 999999;
	must(sync_reply(d->sync, LANE_PULL, &busy, &why), &why);
	assert_int_equal(sync_next(d->sync, LANE_PULL, &r, &wake, &why), ST_NONE);
	assert_int_equal(wake, d->boot + 60 * 60 * 1000);
	request_release(&r);
	reply_release(&busy);
	desk_close(d);
}

static void a_token_that_could_end_a_header_is_none(void **state)
{
	struct desk *d = desk_open();
	struct request r = REQUEST_INIT;
	struct reply out = REPLY_INIT;
	struct sync_status s;
	struct err why = ERR_INIT;
	int64_t wake = 0;

	(void)state;
	for (int i = 0; i < 3; i++) {
		must(sync_next(d->sync, LANE_PULL, &r, &wake, &why), &why);
		central_answer(d, &r, &out);
		if (strcmp(strbuf_cstr(&r.path), "/v1/auth/token") == 0) {
			reply_clear(&out);
			answer_json(&out, 200, "{\"token\":\"a\\r\\nX-Other: b\"}");
		}
		must(sync_reply(d->sync, LANE_PULL, &out, &why), &why);
	}
	sync_status(d->sync, &s);
	assert_int_equal(s.trouble, SYNC_NONSENSE);
	assert_int_equal(sync_next(d->sync, LANE_PULL, &r, &wake, &why), ST_NONE);
	request_release(&r);
	reply_release(&out);
	desk_close(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_sync_brings_every_case),
		cmocka_unit_test(a_claim_is_seen_at_once_and_settled_by_the_central),
		cmocka_unit_test(a_lost_reply_costs_one_more_post_and_nothing_happens_twice),
		cmocka_unit_test(a_case_that_is_refused_alone_is_asked_for_in_the_next_page),
		cmocka_unit_test(an_action_whose_document_was_erased_gives_its_place_to_a_void),
		cmocka_unit_test(a_storm_of_expired_tokens_leaves_the_outbox_alone),
		cmocka_unit_test(html_instead_of_json_is_named_and_changes_nothing),
		cmocka_unit_test(an_answer_for_another_action_with_the_same_counter_is_refused),
		cmocka_unit_test(an_answer_with_our_intent_but_another_hash_settles_no_refusal),
		cmocka_unit_test(an_answer_signed_by_another_key_is_refused),
		cmocka_unit_test(a_refused_claim_gives_the_row_back_and_names_the_winner),
		cmocka_unit_test(a_conflict_is_signed_again_with_the_same_intent),
		cmocka_unit_test(an_action_in_its_undo_window_holds_those_behind_it),
		cmocka_unit_test(a_withdrawn_note_leaves_a_void_and_the_next_ones_go_on),
		cmocka_unit_test(an_offered_action_can_not_be_withdrawn),
		cmocka_unit_test(a_revoked_device_keeps_what_it_signed),
		cmocka_unit_test(a_forked_device_stops_sending_and_says_so),
		cmocka_unit_test(a_fork_in_nobodys_name_freezes_no_device),
		cmocka_unit_test(a_counter_that_does_not_fit_freezes_no_device),
		cmocka_unit_test(a_fault_of_the_disk_does_not_hide_that_a_device_is_frozen),
		cmocka_unit_test(a_busy_central_is_asked_again_when_it_said),
		cmocka_unit_test(answers_that_a_restored_central_lost_are_offered_again),
		cmocka_unit_test(a_page_cut_or_spoilt_changes_nothing),
		cmocka_unit_test(a_page_that_answers_a_request_of_before_changes_nothing),
		cmocka_unit_test(a_bad_line_stops_the_page_twice_and_is_then_set_apart),
		cmocka_unit_test(a_case_whose_line_is_bad_is_fetched_alone),
		cmocka_unit_test(the_chain_of_a_case_that_is_fetched_alone_is_asked_for_as_well),
		cmocka_unit_test(a_case_that_was_fetched_alone_leaves_with_its_scope),
		cmocka_unit_test(
			a_case_that_was_fetched_alone_is_asked_for_when_another_scope_is_lost),
		cmocka_unit_test(
			a_case_that_was_fetched_alone_is_asked_for_when_the_rights_have_changed),
		cmocka_unit_test(a_line_that_cannot_be_read_is_not_kept_when_its_case_is_not_ours),
		cmocka_unit_test(what_is_whole_ends_where_the_last_pull_ended),
		cmocka_unit_test(own_actions_lie_over_a_case_that_is_fetched_alone),
		cmocka_unit_test(a_case_that_is_fetched_alone_is_asked_for_until_somebody_answers),
		cmocka_unit_test(
			a_central_that_hints_without_end_is_asked_five_times_in_ten_seconds),
		cmocka_unit_test(a_chain_that_is_not_for_the_role_is_let_go_and_the_rest_comes),
		cmocka_unit_test(
			a_chain_that_could_not_be_written_is_asked_for_when_the_disk_is_well),
		cmocka_unit_test(
			a_chain_that_came_damaged_is_asked_for_some_times_before_the_next_page),
		cmocka_unit_test(a_chain_that_waits_for_a_login_is_asked_for_behind_it),
		cmocka_unit_test(two_processes_of_one_officer_never_take_the_same_counter),
		cmocka_unit_test(a_central_that_refuses_without_end_is_left_in_peace),
		cmocka_unit_test(a_login_that_fails_is_not_tried_by_both_lanes_in_turn),
		cmocka_unit_test(a_wait_beyond_reason_is_cut_to_an_hour),
		cmocka_unit_test(a_token_that_could_end_a_header_is_none),
		cmocka_unit_test(what_is_not_lawful_here_is_refused_before_it_is_signed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
