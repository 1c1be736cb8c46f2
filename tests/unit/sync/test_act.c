/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/unit/sync/desk.h"

#include "base/banned.h"

#define LETTER "<p>Bygglov ges.</p>"

static struct intent decision(const char *case_id)
{
	struct intent in = { .act = "case.decide",
			     .case_id = case_id,
			     .arg_count = 5,
			     .args = { { "outcome", str_of("bifall") },
				       { "content", str_of("Bygglov ges.") },
				       { "decided_on", str_of("2026-11-23") },
				       { "decider", str_of("britt.a") },
				       { "reasons", str_of("Enligt plan.") } },
			     .doc_count = 1,
			     .docs = { { "beslut.xhtml", "application/xhtml+xml",
					 str_of(LETTER) } } };

	return in;
}

static void a_decision_and_its_letter_are_durable_together(void **state)
{
	struct desk *d = desk_open();
	struct actor a = desk_actor(d);
	char id[UUID_TEXT], h[HASH_TEXT], mt[80];
	struct intent in;
	struct act_result r;
	struct strbuf bytes = STRBUF_INIT;
	struct outbox_item item = OUTBOX_ITEM_INIT;
	struct err why = ERR_INIT;

	(void)state;
	desk_sync(d);
	must(desk_act(d, 0, "case.claim", NULL, NULL, &r, &why), &why);
	case_id_of(id, 0);
	in = decision(id);
	must(act(&a, &in, &r, &why), &why);
	must(outbox_blob_waiting(d->outbox, r.item, h, &bytes, mt, &why), &why);
	assert_string_equal(strbuf_cstr(&bytes), LETTER);
	assert_string_equal(mt, "application/xhtml+xml");
	assert_int_equal(r.hold_until, 0);
	desk_settle(d);
	must(outbox_get(d->outbox, r.item, &item, &why), &why);
	assert_int_equal(item.verdict, VERDICT_ACCEPTED);
	assert_int_equal(outbox_blob_waiting(d->outbox, r.item, h, &bytes, mt, NULL), ST_NONE);
	assert_int_equal(d->file[0].state, CASE_DECIDED);
	outbox_item_release(&item);
	strbuf_release(&bytes);
	desk_close(d);
}

static void a_dry_run_writes_nothing(void **state)
{
	struct desk *d = desk_open();
	struct actor a = desk_actor(d);
	char id[UUID_TEXT];
	struct intent in = { .act = "case.claim", .case_id = id };
	struct outbox_counts n;
	struct err why = ERR_INIT;

	(void)state;
	desk_sync(d);
	case_id_of(id, 0);
	must(act_may(&a, &in, &why), &why);
	must(outbox_count(d->outbox, &n, &why), &why);
	assert_int_equal(n.waiting, 0);
	desk_close(d);
}

static void a_locked_key_signs_nothing(void **state)
{
	struct desk *d = desk_open();
	struct actor a = desk_actor(d);
	char id[UUID_TEXT];
	struct intent in = { .act = "case.claim", .case_id = id };
	struct act_result r;
	struct outbox_counts n;
	struct err why = ERR_INIT;

	(void)state;
	desk_sync(d);
	case_id_of(id, 0);
	a.key = NULL;
	assert_int_equal(act(&a, &in, &r, &why), ST_REFUSED);
	assert_string_equal(why.code, "locked");
	assert_int_equal(outbox_count(d->outbox, &n, NULL), ST_OK);
	assert_int_equal(n.waiting, 0);
	desk_close(d);
}

static void a_case_that_is_mine_is_not_claimed_again(void **state)
{
	struct desk *d = desk_open();
	struct act_result r;
	struct outbox_counts n;
	struct err why = ERR_INIT;

	(void)state;
	desk_sync(d);
	must(desk_act(d, 0, "case.claim", NULL, NULL, &r, &why), &why);
	assert_int_equal(desk_act(d, 0, "case.claim", NULL, NULL, &r, &why), ST_CONFLICT);
	assert_string_equal(why.code, "already-yours");
	assert_int_equal(outbox_count(d->outbox, &n, NULL), ST_OK);
	assert_int_equal(n.waiting, 1);
	desk_close(d);
}

static struct action *payload_of(struct desk *d, int64_t item, struct action *a)
{
	struct outbox_item i = OUTBOX_ITEM_INIT;
	struct strbuf payload = STRBUF_INIT;
	struct err why = ERR_INIT;

	must(outbox_get(d->outbox, item, &i, &why), &why);
	must(jws_open(&payload, NULL, signkey_public(d->key), TYP_ACTION, strbuf_str(&i.envelope),
		      &why),
	     &why);
	must(payload_read(a, strbuf_str(&payload), &why), &why);
	strbuf_release(&payload);
	outbox_item_release(&i);
	return a;
}

static void what_is_signed_names_base_and_the_earlier_unsettled_action(void **state)
{
	struct desk *d = desk_open();
	struct act_result first, second, other;
	struct action a = ACTION_INIT;
	struct err why = ERR_INIT;

	(void)state;
	desk_sync(d);
	must(desk_act(d, 0, "case.claim", NULL, NULL, &first, &why), &why);
	must(desk_act(d, 0, "case.deadline", "due", "2026-12-20", &second, &why), &why);
	must(desk_act(d, 1, "case.claim", NULL, NULL, &other, &why), &why);
	payload_of(d, first.item, &a);
	assert_int_equal(a.base_n, 2);
	assert_string_equal(a.base_eh, d->file[0].eh);
	assert_int_equal(a.pre, 0);
	assert_string_equal(a.aud, AUD);
	assert_string_equal(a.epoch, EPOCH);
	payload_of(d, second.item, &a);
	assert_int_equal(a.pre, 1);
	assert_int_equal(a.base_n, 2);
	payload_of(d, other.item, &a);
	assert_int_equal(a.pre, 0);
	assert_int_equal(a.ctr, 3);
	action_release(&a);
	desk_close(d);
}

static void what_the_officer_looked_at_is_the_base_that_is_signed(void **state)
{
	struct desk *d = desk_open();
	struct actor who = desk_actor(d);
	char id[UUID_TEXT];
	struct intent in = {
		.act = "case.claim", .case_id = id, .seen_n = 1, .seen_eh = HASH_ZERO
	};
	struct act_result r;
	struct action a = ACTION_INIT;
	struct err why = ERR_INIT;

	(void)state;
	desk_sync(d);
	case_id_of(id, 0);
	must(act(&who, &in, &r, &why), &why);
	payload_of(d, r.item, &a);
	assert_int_equal(a.base_n, 1);
	assert_string_equal(a.base_eh, HASH_ZERO);
	action_release(&a);
	desk_close(d);
}

static void text_is_signed_in_its_composed_form(void **state)
{
	struct desk *d = desk_open();
	struct act_result r;
	struct action a = ACTION_INIT;
	struct err why = ERR_INIT;

	(void)state;
	desk_sync(d);
	must(desk_act(d, 0, "note.add", "text", "A\xCC\x8Akesson", &r, &why), &why);
	payload_of(d, r.item, &a);
	assert_string_equal(action_get(&a, "text"), "\xC3\x85kesson");
	action_release(&a);
	desk_close(d);
}

static void the_undo_window_can_be_ended_at_once(void **state)
{
	struct desk *d = desk_open();
	struct act_result r;
	struct err why = ERR_INIT;

	(void)state;
	desk_sync(d);
	must(desk_act(d, 0, "note.add", "text", "Ringde.", &r, &why), &why);
	desk_sync(d);
	assert_int_equal(d->log_count, 0);
	must(outbox_flush(d->outbox, &why), &why);
	desk_sync(d);
	assert_int_equal(d->log_count, 1);
	desk_close(d);
}

static void a_clock_set_back_does_not_hold_an_action_for_hours(void **state)
{
	struct desk *d = desk_open();
	struct act_result r;
	struct err why = ERR_INIT;

	(void)state;
	desk_sync(d);
	must(desk_act(d, 0, "note.add", "text", "Ringde.", &r, &why), &why);
	d->wall -= 3600 * 1000;
	d->boot += 1000;
	desk_sync(d);
	assert_int_equal(d->log_count, 1);
	desk_close(d);
}

static enum status count_action(void *ctx, const struct outbox_item *i, const struct action *a,
				struct err *why)
{
	(void)why;
	assert_string_equal(i->act, a->def->name);
	++*(int *)ctx;
	return ST_OK;
}

static void own_actions_stand_below_the_timeline_until_the_base_has_them(void **state)
{
	struct desk *d = desk_open();
	struct act_result r;
	struct err why = ERR_INIT;
	char id[UUID_TEXT];
	int n = 0;

	(void)state;
	desk_sync(d);
	must(desk_act(d, 0, "case.claim", NULL, NULL, &r, &why), &why);
	must(desk_act(d, 0, "note.add", "text", "Ringde.", &r, &why), &why);
	case_id_of(id, 0);
	must(overlay_actions(d->cache, d->outbox, id, count_action, &n, &why), &why);
	assert_int_equal(n, 2);
	desk_settle(d);
	n = 0;
	must(overlay_actions(d->cache, d->outbox, id, count_action, &n, &why), &why);
	assert_int_equal(n, 0);
	desk_close(d);
}

static void an_overlay_that_was_lost_is_built_again_at_start(void **state)
{
	struct desk *d = desk_open();
	struct case_row row = CASE_ROW_INIT;
	struct act_result r;
	struct err why = ERR_INIT;

	(void)state;
	desk_sync(d);
	must(desk_act(d, 0, "case.claim", NULL, NULL, &r, &why), &why);
	must(overlay_clear(d->cache, &why), &why);
	desk_restart(d);
	desk_see(d, 0, &row);
	assert_string_equal(row.file.assignee, "britt.a");
	case_row_release(&row);
	desk_close(d);
}

static void a_new_cache_over_an_old_outbox_offers_nothing_twice(void **state)
{
	struct desk *d = desk_open();
	struct case_row row = CASE_ROW_INIT;
	struct act_result r;
	struct err why = ERR_INIT;

	(void)state;
	desk_sync(d);
	must(desk_act(d, 0, "case.claim", NULL, NULL, &r, &why), &why);
	desk_settle(d);
	must(desk_act(d, 1, "case.claim", NULL, NULL, &r, &why), &why);
	sync_free(d->sync);
	cache_close(d->cache);
	must(cache_open(&d->cache, ":memory:", &why), &why);
	desk_start(d);
	desk_settle(d);
	assert_int_equal(d->log_count, 2);
	assert_each_once(d);
	desk_see(d, 1, &row);
	assert_string_equal(row.file.assignee, "britt.a");
	assert_int_equal(row.pending, 0);
	case_row_release(&row);
	desk_close(d);
}

static void what_an_earlier_device_signed_does_not_stand_in_its_own_way(void **state)
{
	struct desk *d = desk_open();
	struct actor a;
	char id[UUID_TEXT];
	struct intent in;
	struct act_result claim, decided, again;
	struct outbox_item item = OUTBOX_ITEM_INIT;
	struct err why = ERR_INIT;

	(void)state;
	desk_sync(d);
	must(desk_act(d, 0, "case.claim", NULL, NULL, &claim, &why), &why);
	desk_settle(d);
	case_id_of(id, 0);
	in = decision(id);
	a = desk_actor(d);
	must(act(&a, &in, &decided, &why), &why);
	desk_enrol_anew(d, "0198bbbb-0000-7000-8000-000000000002", "britt.a");
	desk_restart(d);
	a = desk_actor(d);
	must(act_resign(&a, decided.item, &again, &why), &why);
	desk_settle(d);
	assert_int_equal(d->log_count, 2);
	assert_each_once(d);
	assert_int_equal(d->file[0].state, CASE_DECIDED);
	must(outbox_get(d->outbox, again.item, &item, &why), &why);
	assert_int_equal(item.verdict, VERDICT_ACCEPTED);
	outbox_item_release(&item);
	desk_close(d);
}

/* A restore, or another copy, may have brought another proposal to its number. */
static void what_names_an_entry_is_signed_again_over_the_same_history_alone(void **state)
{
	struct desk *d = desk_open();
	struct actor a;
	struct act_result claim, taken, again;
	struct err why = ERR_INIT;
	int64_t wanted = 0;

	(void)state;
	desk_sync(d);
	must(desk_act(d, 0, "case.claim", NULL, NULL, &claim, &why), &why);
	desk_settle(d);
	must(db_exec(d->outbox, "UPDATE device SET roles = 255", &why), &why);
	must(desk_act(d, 0, "erasure.withdraw", "n", "1", &taken, &why), &why);
	desk_enrol_anew(d, "0198bbbb-0000-7000-8000-000000000002", "britt.a");
	must(db_exec(d->outbox, "UPDATE device SET roles = 255", &why), &why);
	desk_restart(d);
	a = desk_actor(d);
	must(db_exec(d->cache, "UPDATE base_case SET n = n + 1, eh = replace(eh, 'a', 'b')", &why),
	     &why);
	must(act_may_resign(&a, taken.item, &why), &why); /* it has grown */
	must(db_exec(d->cache, "UPDATE entry SET eh = replace(eh, 'a', 'b')", &why), &why);
	assert_int_equal(act_resign(&a, taken.item, &again, &why), ST_CONFLICT);
	assert_string_equal(why.code, "moved-on");
	/* Of a case that is not followed the history is not here. */
	must(db_exec(d->cache, "DELETE FROM entry; DELETE FROM want", &why), &why);
	err_clear(&why);
	assert_int_equal(act_resign(&a, taken.item, &again, &why), ST_RETRY);
	assert_string_equal(why.code, "history-wanted");
	must(db_get_int(d->cache, "SELECT count(*) FROM want", &wanted, 0, &why), &why);
	assert_int_equal(wanted, 1);
	desk_close(d);
}

/* A deadline that the central has refused in favour of jan.vd. */
static int64_t a_refused_deadline(struct desk *d, const char *day)
{
	struct act_result r;
	struct err why = ERR_INIT;

	desk_sync(d);
	must(desk_act(d, 0, "case.claim", NULL, NULL, &r, &why), &why);
	desk_settle(d);
	must(desk_act(d, 0, "case.deadline", "due", day, &r, &why), &why);
	d->verdict = VERDICT_CONFLICT;
	desk_settle(d);
	d->verdict = VERDICT_NONE;
	return r.item;
}

static enum status set_deadline(struct desk *d, int64_t sup, const char *day, struct act_result *r,
				struct err *why)
{
	struct actor a = desk_actor(d);
	char id[UUID_TEXT];
	struct intent in = { .act = "case.deadline",
			     .case_id = id,
			     .sup = sup,
			     .arg_count = 1,
			     .args = { { "due", str_of(day) } } };

	case_id_of(id, 0);
	return act(&a, &in, r, why);
}

static void another_value_is_another_intent_that_names_the_old_one(void **state)
{
	struct desk *d = desk_open();
	struct act_result r;
	struct outbox_item old = OUTBOX_ITEM_INIT;
	struct strbuf bytes = STRBUF_INIT;
	struct action a = ACTION_INIT;
	int64_t item = a_refused_deadline(d, "2026-12-24");
	struct err why = ERR_INIT;

	(void)state;
	must(outbox_get(d->outbox, item, &old, &why), &why);
	strbuf_set(&bytes, old.envelope.data, old.envelope.len);
	must(set_deadline(d, item, "2026-12-31", &r, &why), &why);
	assert_string_not_equal(r.iid, old.iid);
	payload_of(d, r.item, &a);
	assert_string_equal(a.sup, old.iid);
	must(outbox_get(d->outbox, item, &old, &why), &why);
	assert_int_equal(old.state, OUTBOX_SUPERSEDED);
	assert_string_equal(strbuf_cstr(&old.envelope), strbuf_cstr(&bytes));
	desk_settle(d);
	assert_string_equal(d->file[0].due_on, "2026-12-31");
	assert_each_once(d);
	/* It has been replaced once, and no more. */
	assert_int_equal(set_deadline(d, item, "2027-01-07", &r, &why), ST_REFUSED);
	assert_string_equal(why.code, "not-refused");
	action_release(&a);
	outbox_item_release(&old);
	strbuf_release(&bytes);
	desk_close(d);
}

static void the_same_value_is_the_same_intent(void **state)
{
	struct desk *d = desk_open();
	struct act_result r;
	struct outbox_item old = OUTBOX_ITEM_INIT;
	struct action a = ACTION_INIT;
	int64_t item = a_refused_deadline(d, "2026-12-24");
	struct err why = ERR_INIT;

	(void)state;
	must(outbox_get(d->outbox, item, &old, &why), &why);
	must(set_deadline(d, item, "2026-12-24", &r, &why), &why);
	assert_string_equal(r.iid, old.iid);
	payload_of(d, r.item, &a);
	assert_string_equal(a.sup, "");
	action_release(&a);
	outbox_item_release(&old);
	desk_close(d);
}

static void nothing_takes_the_place_of_another_cases_action_or_of_one_that_stands(void **state)
{
	struct desk *d = desk_open();
	struct actor a = desk_actor(d);
	char id[UUID_TEXT];
	struct act_result r;
	struct intent in = { .act = "note.add",
			     .case_id = id,
			     .arg_count = 1,
			     .args = { { "text", str_of("Ringde.") } } };
	struct err why = ERR_INIT;

	(void)state;
	in.sup = a_refused_deadline(d, "2026-12-24");
	case_id_of(id, 1);
	assert_int_equal(act(&a, &in, &r, &why), ST_BAD_INPUT);
	assert_string_equal(why.code, "sup-other");
	err_clear(&why);
	in.sup = 1; /* the claim, which was accepted */
	case_id_of(id, 0);
	assert_int_equal(act(&a, &in, &r, &why), ST_REFUSED);
	assert_string_equal(why.code, "not-refused");
	err_clear(&why);
	in.sup = 99;
	assert_int_equal(act(&a, &in, &r, &why), ST_NONE);
	desk_close(d);
}

static void nobody_signs_again_what_another_officer_signed(void **state)
{
	struct desk *d = desk_open();
	struct actor a;
	struct act_result r, again;
	struct err why = ERR_INIT;

	(void)state;
	desk_sync(d);
	must(desk_act(d, 0, "case.claim", NULL, NULL, &r, &why), &why);
	desk_enrol_anew(d, "0198bbbb-0000-7000-8000-000000000002", "jan.vd");
	a = desk_actor(d);
	assert_int_equal(act_resign(&a, r.item, &again, &why), ST_REFUSED);
	assert_string_equal(why.code, "other-officer");
	desk_close(d);
}

static void a_key_of_an_earlier_device_signs_nothing(void **state)
{
	struct desk *d = desk_open();
	struct act_result r;
	struct actor a = desk_actor(d);
	struct signkey *key;
	struct err why = ERR_INIT;

	(void)state;
	desk_sync(d);
	must(desk_act(d, 0, "note.add", "text", "Ringde.", &r, &why), &why);
	desk_enrol_anew(d, DEV, "britt.a");
	key = d->key;
	a.key = d->foreign_key;
	d->key = d->foreign_key;
	assert_int_equal(desk_act(d, 1, "case.claim", NULL, NULL, &r, &why), ST_REFUSED);
	assert_string_equal(why.code, "locked");
	err_clear(&why);
	assert_int_equal(act_withdraw(&a, 1, &why), ST_REFUSED);
	assert_string_equal(why.code, "locked");
	d->key = key;
	desk_close(d);
}

static void a_sync_of_an_earlier_device_asks_nothing_more(void **state)
{
	struct desk *d = desk_open();
	struct request r = REQUEST_INIT;
	struct sync_status s;
	struct err why = ERR_INIT;
	int64_t wake = 0;

	(void)state;
	desk_sync(d);
	desk_enrol_anew(d, "0198bbbb-0000-7000-8000-000000000002", "britt.a");
	sync_poke(d->sync);
	assert_int_equal(sync_next(d->sync, LANE_PULL, &r, &wake, &why), ST_NONE);
	assert_int_equal(sync_next(d->sync, LANE_PUSH, &r, &wake, &why), ST_NONE);
	sync_status(d->sync, &s);
	assert_int_equal(s.trouble, SYNC_REFUSED);
	assert_string_equal(s.code, "enrolled-anew");
	request_release(&r);
	desk_close(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_decision_and_its_letter_are_durable_together),
		cmocka_unit_test(a_dry_run_writes_nothing),
		cmocka_unit_test(a_locked_key_signs_nothing),
		cmocka_unit_test(a_case_that_is_mine_is_not_claimed_again),
		cmocka_unit_test(what_is_signed_names_base_and_the_earlier_unsettled_action),
		cmocka_unit_test(what_the_officer_looked_at_is_the_base_that_is_signed),
		cmocka_unit_test(text_is_signed_in_its_composed_form),
		cmocka_unit_test(the_undo_window_can_be_ended_at_once),
		cmocka_unit_test(a_clock_set_back_does_not_hold_an_action_for_hours),
		cmocka_unit_test(own_actions_stand_below_the_timeline_until_the_base_has_them),
		cmocka_unit_test(an_overlay_that_was_lost_is_built_again_at_start),
		cmocka_unit_test(a_new_cache_over_an_old_outbox_offers_nothing_twice),
		cmocka_unit_test(what_an_earlier_device_signed_does_not_stand_in_its_own_way),
		cmocka_unit_test(what_names_an_entry_is_signed_again_over_the_same_history_alone),
		cmocka_unit_test(another_value_is_another_intent_that_names_the_old_one),
		cmocka_unit_test(the_same_value_is_the_same_intent),
		cmocka_unit_test(
			nothing_takes_the_place_of_another_cases_action_or_of_one_that_stands),
		cmocka_unit_test(nobody_signs_again_what_another_officer_signed),
		cmocka_unit_test(a_key_of_an_earlier_device_signs_nothing),
		cmocka_unit_test(a_sync_of_an_earlier_device_asks_nothing_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
