/* SPDX-License-Identifier: EUPL-1.2 */
/* What a restored central is believed, and what of a copy outlives a restore. */
#include "tests/unit/sync/desk.h"

#include "sync/epochs.h"
#include "sync/settle.h"
#include "wire/ack.h"

#include "base/banned.h"

#define E0 "01980000-0000-7000-8000-000000000000"
#define E1 "01980000-0000-7000-8000-000000000001"
#define E2 "01980000-0000-7000-8000-000000000002"
#define CHAIN E0 " 0 " E1 " 60 "
#define FIRST_DEV "0198bbbb-0000-7000-8000-000000000009"

/* An answer to the item, as the central of the desk signs it. */
static void sign(struct desk *d, const struct outbox_item *i, enum verdict v, const char *epoch,
		 int64_t seq, const char *dev, struct strbuf *jws)
{
	struct ack a = { .ctr = i->ctr, .verdict = v, .seq = seq, .n = seq ? 3 : 0, .at = 1 };
	struct strbuf payload = STRBUF_INIT;

	snprintf(a.iid, sizeof(a.iid), "%s", i->iid);
	snprintf(a.ah, sizeof(a.ah), "%s", i->ah);
	snprintf(a.dev, sizeof(a.dev), "%s", dev);
	snprintf(a.case_id, sizeof(a.case_id), "%s", i->case_id);
	snprintf(a.eh, sizeof(a.eh), "%s", seq ? i->ah : "");
	snprintf(a.epoch, sizeof(a.epoch), "%s", epoch);
	snprintf(a.why, sizeof(a.why), "%s", seq ? "" : "taken");
	strbuf_clear(jws);
	assert_true(ack_write(&payload, &a));
	assert_int_equal(jws_sign(jws, NULL, d->central_key, TYP_ACK, strbuf_str(&payload), NULL),
			 ST_OK);
	strbuf_release(&payload);
}

/* A claim that waits, and who signed it, in the epoch after a restore. */
static struct desk *claimed(struct outbox_item *i, struct identity *who)
{
	struct desk *d = desk_open();
	struct act_result r;
	struct err why = ERR_INIT;

	desk_sync(d);
	must(desk_act(d, 0, "case.claim", NULL, NULL, &r, &why), &why);
	must(outbox_get(d->outbox, r.item, i, &why), &why);
	must(identity_get(d->outbox, who, &why), &why);
	snprintf(who->epochs, sizeof(who->epochs), "%s", CHAIN);
	return d;
}

static void put_back(struct desk *d, struct outbox_item *i, struct identity *who)
{
	outbox_item_release(i);
	identity_release(who);
	desk_close(d);
}

static void an_answer_from_before_a_restore_settles_nothing(void **state)
{
	struct outbox_item i = OUTBOX_ITEM_INIT;
	struct identity who = IDENTITY_INIT;
	struct desk *d = claimed(&i, &who);
	struct strbuf jws = STRBUF_INIT;
	struct ack seen;
	struct err why = ERR_INIT;

	(void)state;
	/* It stood beyond what the restore left. */
	sign(d, &i, VERDICT_ACCEPTED, E0, 61, i.dev, &jws);
	assert_int_equal(settle_one(d->outbox, &who, strbuf_str(&jws), i.ctr, false, &seen, &why),
			 ST_REFUSED);
	assert_string_equal(why.code, "ack-past");
	assert_int_equal(settle_one(d->outbox, &who, strbuf_str(&jws), i.ctr, true, &seen, &why),
			 ST_REFUSED);
	/* A refusal is in no log; only the list of answers says that it still is one. */
	sign(d, &i, VERDICT_REJECTED, E0, 0, i.dev, &jws);
	assert_int_equal(settle_one(d->outbox, &who, strbuf_str(&jws), i.ctr, false, &seen, &why),
			 ST_REFUSED);
	must(outbox_get(d->outbox, i.id, &i, &why), &why);
	assert_int_equal(i.verdict, VERDICT_NONE);
	assert_int_equal(settle_one(d->outbox, &who, strbuf_str(&jws), i.ctr, true, &seen, &why),
			 ST_OK);
	strbuf_release(&jws);
	put_back(d, &i, &who);
}

static void an_answer_that_the_restore_left_holds(void **state)
{
	struct outbox_item i = OUTBOX_ITEM_INIT;
	struct identity who = IDENTITY_INIT;
	struct desk *d = claimed(&i, &who);
	struct strbuf jws = STRBUF_INIT;
	struct ack seen;
	struct err why = ERR_INIT;

	(void)state;
	sign(d, &i, VERDICT_ACCEPTED, E0, 60, i.dev, &jws);
	must(settle_one(d->outbox, &who, strbuf_str(&jws), i.ctr, false, &seen, &why), &why);
	must(outbox_get(d->outbox, i.id, &i, &why), &why);
	assert_int_equal(i.verdict, VERDICT_ACCEPTED);
	strbuf_release(&jws);
	put_back(d, &i, &who);
}

/* Signed on a first device, again on a second, and enrolled a third time. */
static void an_intent_that_stands_by_a_device_before_is_not_lost(void **state)
{
	struct outbox_item i = OUTBOX_ITEM_INIT;
	struct identity who = IDENTITY_INIT;
	struct desk *d = claimed(&i, &who);
	struct strbuf jws = STRBUF_INIT;
	struct err why = ERR_INIT;

	(void)state;
	sign(d, &i, VERDICT_ACCEPTED, E1, 70, FIRST_DEV, &jws);
	must(settle_earlier(d->outbox, &who, strbuf_str(&jws), i.dev, i.ctr, &why), &why);
	must(outbox_get(d->outbox, i.id, &i, &why), &why);
	assert_int_equal(i.verdict, VERDICT_ACCEPTED);
	assert_int_equal(i.seq, 70);
	/* Offered again by another copy since: it stands where it stands now. */
	sign(d, &i, VERDICT_ACCEPTED, E1, 74, i.dev, &jws);
	must(settle_earlier(d->outbox, &who, strbuf_str(&jws), i.dev, i.ctr, &why), &why);
	must(outbox_get(d->outbox, i.id, &i, &why), &why);
	assert_int_equal(i.seq, 74);
	strbuf_release(&jws);
	put_back(d, &i, &who);
}

static int64_t between(const char *chain, const char *a, const char *b)
{
	struct epochs e;

	epochs_parse(&e, chain);
	return epochs_between(&e, a, b);
}

static void two_epochs_of_a_chain_share_what_no_restore_between_them_took(void **state)
{
	(void)state;
	assert_int_equal(between(CHAIN, E0, E1), 60);
	assert_int_equal(between(CHAIN, E1, E0), 60);
	assert_int_equal(between(CHAIN, E1, E1), INT64_MAX);
	assert_int_equal(between(CHAIN E2 " 50 ", E0, E2), 50);
	/* Its chain does not have that one: nothing of it is here. */
	assert_int_equal(between(CHAIN, E2, E1), 0);
	assert_int_equal(between("", E0, E1), INT64_MAX);
}

static int64_t told(struct db *cache, int64_t seq)
{
	assert_int_equal(cursor_told(cache, &seq, NULL), ST_OK);
	return seq;
}

static void of_a_copy_that_stays_is_what_it_was_told_all_about(void **state)
{
	struct db *cache;

	(void)state;
	assert_int_equal(cache_open(&cache, ":memory:", NULL), ST_OK);
	assert_int_equal(cursor_set(cache, 1, 0, NULL), ST_OK);
	assert_int_equal(cursor_set(cache, 1, 20, NULL), ST_OK); /* the first page */
	assert_int_equal(cursor_set(cache, 1, 40, NULL), ST_OK);
	assert_int_equal(cursor_set_whole(cache, true, NULL), ST_OK);
	assert_int_equal(cursor_set(cache, 1, 50, NULL), ST_OK); /* and a pull not at its end */
	assert_int_equal(told(cache, 30), 30);
	assert_int_equal(told(cache, 45), 40);
	/* Nobody is told what had left before the first page ended. */
	assert_int_equal(told(cache, 19), 0);
	cache_close(cache);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_from_before_a_restore_settles_nothing),
		cmocka_unit_test(an_answer_that_the_restore_left_holds),
		cmocka_unit_test(an_intent_that_stands_by_a_device_before_is_not_lost),
		cmocka_unit_test(two_epochs_of_a_chain_share_what_no_restore_between_them_took),
		cmocka_unit_test(of_a_copy_that_stays_is_what_it_was_told_all_about),
	};

	return cmocka_run_group_tests_name("sync/past", tests, NULL, NULL);
}
