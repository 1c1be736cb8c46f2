/* SPDX-License-Identifier: EUPL-1.2 */
/* What one acknowledgement settles, and what it does not. */
#include "tests/unit/sync/desk.h"

#include "cache/erasing.h"
#include "sql/db.h"
#include "sync/settle.h"

#include "base/banned.h"

#define E0 "01980000-0000-7000-8000-000000000000"
#define E1 "01980000-0000-7000-8000-000000000001"
#define E2 "01980000-0000-7000-8000-000000000002"
#define OTHER_DEV "0198bbbb-0000-7000-8000-000000000009"
#define OTHER_IID "0198dddd-0000-7000-8000-000000000009"

/* A claim that waits for its answer, after a restore of the central. */
struct waiting {
	struct desk *d;
	struct identity who;
	struct outbox_item i;
	struct ack a; /* the answer that it stands */
	struct strbuf jws;
};

static void waiting_open(struct waiting *w)
{
	struct act_result r;
	struct err why = ERR_INIT;

	*w = (struct waiting){ .who = IDENTITY_INIT, .i = OUTBOX_ITEM_INIT, .jws = STRBUF_INIT };
	w->d = desk_open();
	desk_sync(w->d);
	must(desk_act(w->d, 0, "case.claim", NULL, NULL, &r, &why), &why);
	must(outbox_get(w->d->outbox, r.item, &w->i, &why), &why);
	must(identity_get(w->d->outbox, &w->who, &why), &why);
	snprintf(w->who.epochs, sizeof(w->who.epochs), E0 " 0 " E1 " 60 ");
	w->a = (struct ack){
		.ctr = w->i.ctr, .verdict = VERDICT_ACCEPTED, .seq = 70, .n = 3, .at = 1
	};
	snprintf(w->a.iid, sizeof(w->a.iid), "%s", w->i.iid);
	snprintf(w->a.ah, sizeof(w->a.ah), "%s", w->i.ah);
	snprintf(w->a.dev, sizeof(w->a.dev), "%s", w->i.dev);
	snprintf(w->a.case_id, sizeof(w->a.case_id), "%s", w->i.case_id);
	snprintf(w->a.eh, sizeof(w->a.eh), "%s", w->i.ah);
	snprintf(w->a.epoch, sizeof(w->a.epoch), E1);
}

static void waiting_close(struct waiting *w)
{
	strbuf_release(&w->jws);
	outbox_item_release(&w->i);
	identity_release(&w->who);
	desk_close(w->d);
}

static void refuse(struct ack *a, enum verdict v)
{
	a->verdict = v;
	a->n = a->seq = 0;
	a->eh[0] = '\0';
	snprintf(a->why, sizeof(a->why), "taken");
}

static void sign(struct waiting *w, const struct ack *a)
{
	struct strbuf payload = STRBUF_INIT;

	strbuf_clear(&w->jws);
	assert_true(ack_write(&payload, a));
	assert_int_equal(
		jws_sign(&w->jws, NULL, w->d->central_key, TYP_ACK, strbuf_str(&payload), NULL),
		ST_OK);
	strbuf_release(&payload);
}

/* What `a` settles; the item is read again. `code`: why it does not. */
static void settles(struct waiting *w, const struct ack *a, bool listed, const char *code)
{
	struct ack seen;
	struct err why = ERR_INIT;
	enum status st;

	sign(w, a);
	st = settle_one(w->d->outbox, &w->who, strbuf_str(&w->jws), w->i.ctr, listed, &seen, &why);
	assert_string_equal(st == ST_OK ? "" : why.code, code);
	must(outbox_get(w->d->outbox, w->i.id, &w->i, NULL), &why);
}

static void earlier_settles(struct waiting *w, const struct ack *a, const char *dev, int64_t ctr,
			    const char *code)
{
	struct err why = ERR_INIT;
	enum status st;

	sign(w, a);
	st = settle_earlier(w->d->outbox, &w->who, strbuf_str(&w->jws), dev, ctr, &why);
	assert_string_equal(st == ST_OK ? "" : why.code, code);
	must(outbox_get(w->d->outbox, w->i.id, &w->i, NULL), &why);
}

static void a_key_of_the_centrals_that_can_not_be_read_proves_nothing(void **state)
{
	struct waiting w;

	(void)state;
	waiting_open(&w);
	snprintf(w.who.keys[0].x, sizeof(w.who.keys[0].x), "no key");
	settles(&w, &w.a, false, "ack-signature");
	assert_int_equal(w.i.verdict, VERDICT_NONE);
	waiting_close(&w);
}

static void a_refusal_is_of_this_envelope_or_of_none(void **state)
{
	struct waiting w;
	struct ack a;

	(void)state;
	waiting_open(&w);
	a = w.a;
	refuse(&a, VERDICT_REJECTED);
	a.ctr++;
	settles(&w, &a, false, "ack-other");
	a.ctr--;
	snprintf(a.dev, sizeof(a.dev), OTHER_DEV);
	settles(&w, &a, false, "ack-other");
	snprintf(a.dev, sizeof(a.dev), "%s", w.i.dev);
	memset(a.ah, '7', HASH_TEXT - 1);
	settles(&w, &a, true, "ack-other");
	assert_int_equal(w.i.verdict, VERDICT_NONE);
	snprintf(a.ah, sizeof(a.ah), "%s", w.i.ah);
	settles(&w, &a, false, "");
	assert_int_equal(w.i.verdict, VERDICT_REJECTED);
	waiting_close(&w);
}

/* The intent of a void is the void's own. */
static void nothing_stands_by_what_was_withdrawn(void **state)
{
	struct waiting w;
	struct actor actor;
	struct ack a;
	struct err why = ERR_INIT;

	(void)state;
	waiting_open(&w);
	actor = desk_actor(w.d);
	must(act_withdraw(&actor, w.i.id, &why), &why);
	must(outbox_get(w.d->outbox, w.i.id, &w.i, &why), &why);
	a = w.a;
	settles(&w, &a, false, "ack-other");
	snprintf(a.iid, sizeof(a.iid), "%s", w.i.void_iid);
	settles(&w, &a, false, "ack-other");
	assert_int_equal(w.i.verdict, VERDICT_NONE);
	refuse(&a, VERDICT_VOID);
	snprintf(a.ah, sizeof(a.ah), "%s", w.i.void_ah);
	settles(&w, &a, false, "");
	assert_int_equal(w.i.state, OUTBOX_VOID);
	waiting_close(&w);
}

/* Put back too far, and then from a newer backup: the words are erased here, and a
 * void went in their place meanwhile. */
static void what_a_newer_copy_has_after_all_stands_though_a_void_took_its_place(void **state)
{
	struct waiting w;
	struct ack gone;
	struct err why = ERR_INIT;

	(void)state;
	waiting_open(&w);
	gone = w.a;
	w.who.recheck_from = 1;
	must(db_exec(w.d->outbox, "UPDATE item SET envelope = ''", &why), &why);
	must(outbox_void_erased(w.d->outbox, w.i.id, OTHER_IID, HASH_ZERO, str_of("a void"), &why),
	     &why);
	settles(&w, &w.a, true, "");
	assert_int_equal(w.i.verdict, VERDICT_ACCEPTED);
	assert_int_equal(w.i.state, OUTBOX_ACKNOWLEDGED);
	assert_false(w.i.voided);
	/* And once more from the older one, which has the void. */
	refuse(&gone, VERDICT_VOID);
	snprintf(gone.iid, sizeof(gone.iid), OTHER_IID);
	snprintf(gone.ah, sizeof(gone.ah), HASH_ZERO);
	settles(&w, &gone, true, "");
	assert_true(w.i.voided);
	assert_int_equal(w.i.slot, SLOT_OWN);
	assert_int_equal(w.i.verdict, VERDICT_VOID);
	waiting_close(&w);
}

/* It was this home alone that refused it, for want of the document. */
static void what_a_newer_copy_has_after_all_stands_though_its_document_was_gone(void **state)
{
	struct waiting w;
	struct err why = ERR_INIT;

	(void)state;
	waiting_open(&w);
	w.who.recheck_from = 1;
	must(outbox_refuse_bare(w.d->outbox, w.i.id, OTHER_IID, HASH_ZERO, str_of("a void"), &why),
	     &why);
	settles(&w, &w.a, true, "");
	assert_int_equal(w.i.verdict, VERDICT_ACCEPTED);
	assert_int_equal(w.i.state, OUTBOX_ACKNOWLEDGED);
	assert_int_equal(w.i.slot, SLOT_OWN);
	assert_false(w.i.voided);
	waiting_close(&w);
}

static void an_answer_of_an_epoch_that_is_news_here_holds(void **state)
{
	struct waiting w;

	(void)state;
	waiting_open(&w);
	snprintf(w.a.epoch, sizeof(w.a.epoch), E2);
	settles(&w, &w.a, false, "");
	assert_int_equal(w.i.verdict, VERDICT_ACCEPTED);
	assert_string_equal(w.i.epoch, E2);
	waiting_close(&w);
}

static void what_was_answered_is_not_answered_otherwise_in_the_same_epoch(void **state)
{
	struct waiting w;
	struct ack no;

	(void)state;
	waiting_open(&w);
	no = w.a;
	refuse(&no, VERDICT_REJECTED);
	settles(&w, &w.a, false, "");
	settles(&w, &no, false, "ack-other");
	assert_int_equal(w.i.verdict, VERDICT_ACCEPTED);
	/* Once more the same: it stays where it stood. */
	w.a.seq = 71;
	settles(&w, &w.a, true, "");
	assert_int_equal(w.i.seq, 70);
	/* What a restored central has is asked for in a recheck, and is the truth. */
	w.who.recheck_from = 1;
	settles(&w, &w.a, true, "");
	assert_int_equal(w.i.seq, 71);
	waiting_close(&w);
}

static void what_was_signed_again_stays_put_aside_whatever_is_said_of_it(void **state)
{
	struct waiting w;
	struct err why = ERR_INIT;

	(void)state;
	waiting_open(&w);
	must(outbox_set_state(w.d->outbox, w.i.id, OUTBOX_SUPERSEDED, &why), &why);
	settles(&w, &w.a, false, "");
	assert_int_equal(w.i.state, OUTBOX_SUPERSEDED);
	assert_int_equal(w.i.verdict, VERDICT_ACCEPTED);
	waiting_close(&w);
}

/* Refused, and a void is sent in its place: the central has lost the refusal. */
static void keep_back(struct waiting *w)
{
	struct actor actor = desk_actor(w->d);
	struct ack no = w->a;
	struct err why = ERR_INIT;

	refuse(&no, VERDICT_REJECTED);
	settles(w, &no, false, "");
	must(act_void_refused(&actor, w->i.dev, 1, &why), &why);
	must(outbox_get(w->d->outbox, w->i.id, &w->i, &why), &why);
	assert_int_equal(w->i.slot, SLOT_WAITS);
}

static struct ack of_void(const struct waiting *w)
{
	struct ack a = w->a;

	refuse(&a, VERDICT_VOID);
	snprintf(a.iid, sizeof(a.iid), "%s", w->i.void_iid);
	snprintf(a.ah, sizeof(a.ah), "%s", w->i.void_ah);
	return a;
}

static void the_place_of_a_refusal_is_answered_by_its_void(void **state)
{
	struct waiting w;
	struct ack a;

	(void)state;
	waiting_open(&w);
	keep_back(&w);
	a = of_void(&w);
	settles(&w, &a, false, "");
	assert_int_equal(w.i.slot, SLOT_ANSWERED);
	assert_int_equal(w.i.verdict, VERDICT_REJECTED);
	waiting_close(&w);
}

static void the_place_of_a_refusal_is_answered_by_the_refusal_itself_and_by_nothing_else(
	void **state)
{
	struct waiting w;
	struct ack no;

	(void)state;
	waiting_open(&w);
	keep_back(&w);
	settles(&w, &w.a, false, "ack-other"); /* accepted after all? it was not */
	no = w.a;
	refuse(&no, VERDICT_REJECTED);
	memset(no.ah, '7', HASH_TEXT - 1);
	settles(&w, &no, false, "ack-other");
	snprintf(no.ah, sizeof(no.ah), "%s", w.i.ah);
	snprintf(no.iid, sizeof(no.iid), OTHER_IID);
	settles(&w, &no, false, "ack-other");
	assert_int_equal(w.i.slot, SLOT_WAITS);
	snprintf(no.iid, sizeof(no.iid), "%s", w.i.iid);
	settles(&w, &no, false, "ack-other"); /* of before, and late */
	assert_int_equal(w.i.slot, SLOT_WAITS);
	settles(&w, &no, true, "");
	assert_int_equal(w.i.slot, SLOT_OWN);
	assert_false(w.i.voided);
	assert_int_equal(w.i.verdict, VERDICT_REJECTED);
	waiting_close(&w);
}

/* Put back too far, then from a newer backup that has the refusal, and then from the
 * one that has the void: this home signed it, and no copy of it. */
static void a_void_that_had_gone_from_its_place_returns_with_a_copy_that_has_it(void **state)
{
	struct waiting w;
	struct ack no, gone, strange;

	(void)state;
	waiting_open(&w);
	no = w.a;
	refuse(&no, VERDICT_REJECTED);
	keep_back(&w);
	strange = gone = of_void(&w);
	memset(strange.ah, '7', HASH_TEXT - 1);
	settles(&w, &no, true, "");
	assert_false(w.i.voided);
	settles(&w, &strange, true, "ack-other");
	settles(&w, &gone, true, "");
	assert_true(w.i.voided);
	assert_int_equal(w.i.slot, SLOT_ANSWERED);
	assert_int_equal(w.i.verdict, VERDICT_REJECTED);
	assert_string_equal(w.i.void_iid, gone.iid);
	assert_true(w.i.void_envelope.len > 0); /* to be sent again, if that is lost too */
	waiting_close(&w);
}

/* Each of the two copies may be put back once more, and must not find two voids. */
static void a_void_is_put_in_its_place_again_as_it_was_signed(void **state)
{
	struct waiting w;
	struct actor actor;
	struct ack no, gone;
	struct err why = ERR_INIT;

	(void)state;
	waiting_open(&w);
	actor = desk_actor(w.d);
	no = w.a;
	refuse(&no, VERDICT_REJECTED);
	keep_back(&w);
	gone = of_void(&w);
	settles(&w, &no, true, "");
	assert_false(w.i.voided);
	must(act_void_refused(&actor, w.i.dev, 1, &why), &why);
	must(outbox_get(w.d->outbox, w.i.id, &w.i, &why), &why);
	assert_int_equal(w.i.slot, SLOT_WAITS);
	assert_string_equal(w.i.void_iid, gone.iid);
	assert_string_equal(w.i.void_ah, gone.ah);
	waiting_close(&w);
}

/* Accepted, lost by a restore and refused, and then a copy is put back that has it. */
static void what_was_accepted_before_it_was_refused_stands_where_that_copy_is_put_back(void **state)
{
	(void)state;
	for (int way = 0; way < 3; way++) {
		struct waiting w;

		waiting_open(&w);
		keep_back(&w);
		w.who.recheck_from = way == 1;
		if (way == 2) /* and the officer has enrolled anew meanwhile */
			earlier_settles(&w, &w.a, w.i.dev, w.i.ctr, "");
		else
			settles(&w, &w.a, true, "");
		assert_int_equal(w.i.slot, SLOT_OWN);
		assert_false(w.i.voided);
		assert_int_equal(w.i.verdict, VERDICT_ACCEPTED);
		waiting_close(&w);
	}
}

/* Another copy of the home took its counter: with something of its own, or with what it
 * had signed twice, whose answer names where it came first. */
static void what_an_earlier_device_signed_is_lost_where_another_has_its_place(void **state)
{
	(void)state;
	for (int way = 0; way < 3; way++) {
		struct waiting w;
		struct ack a;

		waiting_open(&w);
		settles(&w, &w.a, false, "");
		a = w.a;
		snprintf(a.iid, sizeof(a.iid), OTHER_IID);
		if (way == 1)
			a.ctr = 7;
		else if (way == 2)
			snprintf(a.dev, sizeof(a.dev), OTHER_DEV);
		for (int again = 0; again < 2; again++) {
			earlier_settles(&w, &a, w.i.dev, w.i.ctr, "");
			assert_int_equal(w.i.verdict, VERDICT_NONE);
			assert_int_equal(w.i.state, OUTBOX_HELD);
		}
		waiting_close(&w);
	}
}

static void of_what_is_not_kept_any_more_nothing_is_settled(void **state)
{
	struct waiting w;
	struct ack a;
	struct err why = ERR_INIT;

	(void)state;
	waiting_open(&w);
	a = w.a;
	a.ctr = 9;
	sign(&w, &a);
	assert_int_equal(settle_earlier(w.d->outbox, &w.who, strbuf_str(&w.jws), w.i.dev, 9, &why),
			 ST_NONE);
	sign(&w, &w.a);
	assert_int_equal(settle_earlier(w.d->outbox, &w.who, strbuf_str(&w.jws), w.i.dev, 9, &why),
			 ST_NONE);
	assert_int_equal(settle_earlier(w.d->outbox, &w.who, str_of("a.b.c"), w.i.dev, 9, &why),
			 ST_REFUSED);
	assert_string_equal(why.code, "ack-signature");
	assert_int_equal(w.i.verdict, VERDICT_NONE);
	waiting_close(&w);
}

static void a_no_to_what_an_earlier_device_signed_opens_nothing_again(void **state)
{
	struct waiting w;
	struct ack no;
	struct err why = ERR_INIT;

	(void)state;
	waiting_open(&w);
	no = w.a;
	refuse(&no, VERDICT_REJECTED);
	settles(&w, &no, false, "");
	must(outbox_set_state(w.d->outbox, w.i.id, OUTBOX_ARCHIVED, &why), &why);
	earlier_settles(&w, &no, w.i.dev, w.i.ctr, "");
	assert_int_equal(w.i.state, OUTBOX_ARCHIVED);
	/* A yes does: it stands. */
	earlier_settles(&w, &w.a, w.i.dev, w.i.ctr, "");
	assert_int_equal(w.i.verdict, VERDICT_ACCEPTED);
	/* And a no that took its place is the truth of today. */
	earlier_settles(&w, &no, w.i.dev, w.i.ctr, "");
	assert_int_equal(w.i.verdict, VERDICT_REJECTED);
	waiting_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_of_the_centrals_that_can_not_be_read_proves_nothing),
		cmocka_unit_test(a_refusal_is_of_this_envelope_or_of_none),
		cmocka_unit_test(nothing_stands_by_what_was_withdrawn),
		cmocka_unit_test(
			what_a_newer_copy_has_after_all_stands_though_a_void_took_its_place),
		cmocka_unit_test(
			what_a_newer_copy_has_after_all_stands_though_its_document_was_gone),
		cmocka_unit_test(
			what_was_accepted_before_it_was_refused_stands_where_that_copy_is_put_back),
		cmocka_unit_test(an_answer_of_an_epoch_that_is_news_here_holds),
		cmocka_unit_test(what_was_answered_is_not_answered_otherwise_in_the_same_epoch),
		cmocka_unit_test(what_was_signed_again_stays_put_aside_whatever_is_said_of_it),
		cmocka_unit_test(the_place_of_a_refusal_is_answered_by_its_void),
		cmocka_unit_test(
			a_void_that_had_gone_from_its_place_returns_with_a_copy_that_has_it),
		cmocka_unit_test(a_void_is_put_in_its_place_again_as_it_was_signed),
		cmocka_unit_test(
			the_place_of_a_refusal_is_answered_by_the_refusal_itself_and_by_nothing_else),
		cmocka_unit_test(what_an_earlier_device_signed_is_lost_where_another_has_its_place),
		cmocka_unit_test(of_what_is_not_kept_any_more_nothing_is_settled),
		cmocka_unit_test(a_no_to_what_an_earlier_device_signed_opens_nothing_again),
	};

	return cmocka_run_group_tests_name("sync/settle", tests, NULL, NULL);
}
