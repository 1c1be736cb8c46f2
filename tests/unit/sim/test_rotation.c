/* SPDX-License-Identifier: EUPL-1.2 */
/* A workstation and the central itself: a key that gives way to another. */
#include "tests/unit/central/rig.h"

#include "cache/cache.h"
#include "cache/cases.h"
#include "cache/identity.h"
#include "central/vouch.h"
#include "sync/act.h"
#include "sync/enrol.h"
#include "sync/rotate.h"
#include "sync/sync.h"

#include "base/banned.h"

#define PASSPHRASE "sex ord som ingen kan gissa"
#define OTHER "en helt annan lösenfras"

struct station {
	struct rig r;
	struct db *cache, *outbox;
	struct signkey *key;
	struct sync *sync;
	const char *lose; /* the path of which the next answer is lost */
	char case_id[UUID_TEXT];
};

static void enrol_station(struct station *s)
{
	struct request q = REQUEST_INIT;
	struct err why = ERR_INIT;
	struct enrol *e = NULL;
	char code[INVITATION_TEXT];

	must(central_invite(s->r.c, "britt", code, &why), &why);
	must(enrol_start(&e, "http://central.example", str_of(code), &s->r.env.clock, &s->r.env.rng,
			 &why),
	     &why);
	while (enrol_next(e, &q, &why) == ST_OK) {
		central_handle(s->r.c, &q, &s->r.reply);
		must(enrol_reply(e, &s->r.reply, &why), &why);
	}
	must(enrol_finish(e, s->outbox, str_of(PASSPHRASE), KEYBOX_TEST, &why), &why);
	request_release(&q);
	enrol_free(e);
}

/* The program starts: passphrase, and a sync on the two files. */
static void start(struct station *s)
{
	struct err why = ERR_INIT;
	struct sync_setup setup = { .cache = s->cache,
				    .outbox = s->outbox,
				    .clock = &s->r.env.clock,
				    .rng = &s->r.env.rng,
				    .once = true };

	sync_free(s->sync);
	signkey_free(s->key);
	must(unlock(s->outbox, str_of(PASSPHRASE), &s->key, &why), &why);
	setup.key = s->key;
	must(sync_open(&s->sync, &setup, &why), &why);
}

static bool step(struct station *s, enum sync_lane lane)
{
	struct request q = REQUEST_INIT;
	struct reply none = REPLY_INIT;
	struct err why = ERR_INIT;
	int64_t wake;
	enum status st = sync_next(s->sync, lane, &q, &wake, &why);
	bool lost;

	if (st == ST_OK) {
		central_handle(s->r.c, &q, &s->r.reply);
		lost = s->lose && strstr(strbuf_cstr(&q.path), s->lose);
		must(sync_reply(s->sync, lane, lost ? &none : &s->r.reply, &why), &why);
		if (lost)
			s->lose = NULL;
	} else {
		assert_int_equal(st, ST_NONE);
	}
	request_release(&q);
	return st == ST_OK;
}

/* Until neither lane has more to say for minutes. */
static void run(struct station *s)
{
	for (int round = 0; round < 12; round++) {
		for (int i = 0; i < 200; i++) {
			bool pull = step(s, LANE_PULL), push = step(s, LANE_PUSH);

			if (!pull && !push)
				break;
		}
		s->r.wall += 61000;
		s->r.boot += 61000;
	}
}

static void open_station(struct station *s, uint64_t seed)
{
	struct err why = ERR_INIT;

	memset(s, 0, sizeof(*s));
	rig_open(&s->r, seed);
	rig_case(&s->r, "BYGGLOV", s->case_id);
	must(cache_open(&s->cache, ":memory:", &why), &why);
	must(outbox_open(&s->outbox, ":memory:", &why), &why);
	enrol_station(s);
	start(s);
	run(s);
}

static void close_station(struct station *s)
{
	sync_free(s->sync);
	signkey_free(s->key);
	cache_close(s->cache);
	cache_close(s->outbox);
	rig_close(&s->r);
}

static enum status note(struct station *s, struct err *why)
{
	struct actor a = { s->cache, s->outbox, &s->r.env.clock, &s->r.env.rng, s->key, 0 };
	struct intent in = { .act = "note.add",
			     .case_id = s->case_id,
			     .arg_count = 2,
			     .args = { { "kind", str_of("working") },
				       { "text", str_of("Ringt.") } } };
	struct act_result r;

	return act(&a, &in, &r, why);
}

static void notes(struct station *s, int count)
{
	struct err why = ERR_INIT;

	for (int i = 0; i < count; i++)
		must(note(s, &why), &why);
}

/* The key is changed, and the program starts anew. */
static void rotate(struct station *s)
{
	struct signkey *next = NULL;
	struct err why = ERR_INIT;

	must(rotate_begin(s->outbox, s->key, str_of(PASSPHRASE), KEYBOX_TEST, &s->r.env.clock,
			  &s->r.env.rng, &next, &why),
	     &why);
	signkey_free(next);
	start(s);
}

static void assert_all_stand(struct station *s, int count)
{
	struct central_findings f;
	struct outbox_counts n;
	struct err why = ERR_INIT;
	int64_t entries = 0;

	must(outbox_count(s->outbox, &n, &why), &why);
	assert_int_equal(n.waiting, 0);
	assert_int_equal(n.held + n.conflicts + n.refused, 0);
	must(db_get_int(central_db(s->r.c), "SELECT count(*) FROM log WHERE act = 'note.add'",
			&entries, 0, &why),
	     &why);
	assert_int_equal(entries, count);
	must(central_verify(s->r.c, &f, NULL, NULL, &why), &why);
	assert_int_equal(f.faults, 0);
}

static void sql(struct db *db, const char *text)
{
	struct err why = ERR_INIT;

	must(db_exec(db, text, &why), &why);
}

static void what_both_keys_signed_stands_once_and_in_order(void **state)
{
	struct station s;
	struct identity who = IDENTITY_INIT;
	char kid[sizeof(who.kid)];

	(void)state;
	open_station(&s, 1);
	snprintf(kid, sizeof(kid), "%s", signkey_public(s.key)->kid);
	notes(&s, 3);
	rotate(&s);
	assert_string_not_equal(kid, signkey_public(s.key)->kid);
	notes(&s, 3);
	run(&s);
	assert_all_stand(&s, 6);
	assert_int_equal(identity_get(s.outbox, &who, NULL), ST_OK);
	assert_false(who.rotation_open);
	assert_int_equal(who.ctr, 6);
	identity_release(&who);
	close_station(&s);
}

static void a_lost_answer_and_a_stop_are_made_good_by_asking_again(void **state)
{
	struct station s;

	(void)state;
	open_station(&s, 2);
	notes(&s, 1);
	rotate(&s);
	s.lose = "/rotate";
	(void)step(&s, LANE_PULL); /* api-info */
	(void)step(&s, LANE_PULL); /* the rotation, whose answer is lost */
	assert_null(s.lose);
	start(&s);
	notes(&s, 1);
	run(&s);
	assert_all_stand(&s, 2);
	close_station(&s);
}

static void a_stop_before_the_switch_leaves_the_old_key_at_work(void **state)
{
	struct station s;
	struct signkey *next = NULL;
	struct err why = ERR_INIT;

	(void)state;
	open_station(&s, 3);
	sql(s.outbox, "CREATE TRIGGER stop BEFORE UPDATE OF rotation ON device"
		      " BEGIN SELECT raise(ABORT, 'stop'); END");
	assert_int_not_equal(rotate_begin(s.outbox, s.key, str_of(PASSPHRASE), KEYBOX_TEST,
					  &s.r.env.clock, &s.r.env.rng, &next, &why),
			     ST_OK);
	assert_null(next);
	sql(s.outbox, "DROP TRIGGER stop");
	start(&s);
	notes(&s, 1);
	run(&s);
	assert_all_stand(&s, 1);
	close_station(&s);
}

static void a_program_with_the_old_key_in_memory_signs_nothing_more(void **state)
{
	struct station s;
	struct signkey *next = NULL;
	struct sync_status now;
	struct err why = ERR_INIT;

	(void)state;
	open_station(&s, 4);
	must(rotate_begin(s.outbox, s.key, str_of(PASSPHRASE), KEYBOX_TEST, &s.r.env.clock,
			  &s.r.env.rng, &next, &why),
	     &why);
	signkey_free(next);
	assert_int_equal(note(&s, &why), ST_REFUSED);
	assert_string_equal(why.code, "locked");
	run(&s);
	sync_status(s.sync, &now);
	assert_string_equal(now.code, "key-changed");
	start(&s);
	notes(&s, 1);
	run(&s);
	assert_all_stand(&s, 1);
	close_station(&s);
}

static void a_copy_with_the_key_that_was_replaced_is_told_to_enrol(void **state)
{
	struct station s;
	struct identity who = IDENTITY_INIT;
	struct sync_status now;
	struct err why = ERR_INIT;

	(void)state;
	open_station(&s, 5);
	sql(s.outbox, "CREATE TEMP TABLE older AS SELECT kid, x, sealed_key, certificate,"
		      " rotation FROM device");
	rotate(&s);
	run(&s);
	sql(s.outbox, "UPDATE device SET (kid, x, sealed_key, certificate, rotation) ="
		      " (SELECT * FROM older)");
	start(&s);
	notes(&s, 2);
	run(&s);
	sync_status(s.sync, &now);
	assert_int_equal(now.trouble, SYNC_FROZEN);
	assert_int_equal(now.outbox.held, 2);
	must(identity_get(s.outbox, &who, &why), &why);
	assert_string_equal(who.frozen, "device-fork");
	identity_release(&who);
	/* Nothing signed is lost: enrolled anew, it waits to be signed again. */
	enrol_station(&s);
	start(&s);
	run(&s);
	sync_status(s.sync, &now);
	assert_int_equal(now.trouble, SYNC_FINE);
	assert_int_equal(now.outbox.held, 2);
	close_station(&s);
}

static void a_central_restored_from_before_the_rotation_is_told_once_more(void **state)
{
	struct station s;

	(void)state;
	open_station(&s, 6);
	sql(central_db(s.r.c), "CREATE TEMP TABLE older AS SELECT id, kid, x, certificate,"
			       " enrolled_at FROM device");
	notes(&s, 1);
	rotate(&s);
	run(&s);
	sql(central_db(s.r.c),
	    "DELETE FROM device_key; DELETE FROM token;"
	    " UPDATE device SET (kid, x, certificate, enrolled_at) = (SELECT kid, x, certificate,"
	    " enrolled_at FROM older WHERE older.id = device.id)");
	start(&s);
	notes(&s, 1);
	run(&s);
	assert_all_stand(&s, 2);
	close_station(&s);
}

static void a_key_is_due_when_its_certificate_ends_within_a_month(void **state)
{
	struct station s;
	struct identity who = IDENTITY_INIT;
	int64_t end;

	(void)state;
	open_station(&s, 7);
	assert_int_equal(identity_get(s.outbox, &who, NULL), ST_OK);
	end = certificate_ends(&who);
	assert_true(end > s.r.wall + 179 * DAY_MS && end < s.r.wall + 181 * DAY_MS);
	assert_false(rotate_due(&who, end - 31 * DAY_MS));
	assert_true(rotate_due(&who, end - 29 * DAY_MS));
	assert_true(rotate_due(&who, end - 1));
	/* Too late: the central would not take it. */
	assert_false(rotate_due(&who, end));
	snprintf(who.frozen, sizeof(who.frozen), "device-fork");
	assert_false(rotate_due(&who, end - DAY_MS));
	identity_release(&who);
	close_station(&s);
}

static void two_rotations_at_once_wait_for_the_central_between_them(void **state)
{
	struct station s;
	struct signkey *next = NULL;
	struct err why = ERR_INIT;

	(void)state;
	open_station(&s, 8);
	rotate(&s);
	assert_int_equal(rotate_begin(s.outbox, s.key, str_of(PASSPHRASE), KEYBOX_TEST,
				      &s.r.env.clock, &s.r.env.rng, &next, &why),
			 ST_RETRY);
	assert_string_equal(why.code, "rotation-open");
	run(&s);
	rotate(&s);
	notes(&s, 1);
	run(&s);
	assert_all_stand(&s, 1);
	close_station(&s);
}

/* Another program of this home, which works while a key is being sealed here:
 * sealing draws its salt first, and a new key is drawn before. */
struct beside {
	struct station *s;
	void (*work)(struct station *s);
	int draws; /* before that one */
};

static void fill_beside(void *ctx, void *p, size_t n)
{
	struct beside *b = ctx;

	if (b->draws-- == 0)
		b->work(b->s);
	rng_fill(&b->s->r.env.rng, p, n);
}

static void change_beside(struct station *s)
{
	struct err why = ERR_INIT;

	must(change_passphrase(s->outbox, str_of(PASSPHRASE), str_of(OTHER), KEYBOX_TEST,
			       &s->r.env.rng, &why),
	     &why);
}

static void rotate_beside(struct station *s)
{
	struct err why = ERR_INIT;
	struct signkey *next = NULL;

	must(rotate_begin(s->outbox, s->key, str_of(PASSPHRASE), KEYBOX_TEST, &s->r.env.clock,
			  &s->r.env.rng, &next, &why),
	     &why);
	signkey_free(next);
}

static void assert_opens(struct station *s, const char *passphrase, enum status as)
{
	struct signkey *key = NULL;
	struct identity who = IDENTITY_INIT;

	assert_int_equal(unlock(s->outbox, str_of(passphrase), &key, NULL), as);
	if (as == ST_OK) {
		assert_int_equal(identity_get(s->outbox, &who, NULL), ST_OK);
		assert_string_equal(signkey_public(key)->kid, who.kid);
	}
	identity_release(&who);
	signkey_free(key);
}

static void a_passphrase_changed_after_a_rotation_seals_the_key_that_stands(void **state)
{
	struct station s;

	(void)state;
	open_station(&s, 77);
	rotate_beside(&s);
	change_beside(&s);
	assert_opens(&s, OTHER, ST_OK);
	assert_opens(&s, PASSPHRASE, ST_REFUSED);
	close_station(&s);
}

static void a_rotation_brings_no_earlier_passphrase_back(void **state)
{
	struct station s;
	struct err why = ERR_INIT;
	struct signkey *next = NULL;

	(void)state;
	open_station(&s, 78);
	change_beside(&s);
	assert_int_equal(rotate_begin(s.outbox, s.key, str_of(PASSPHRASE), KEYBOX_TEST,
				      &s.r.env.clock, &s.r.env.rng, &next, &why),
			 ST_REFUSED);
	assert_string_equal(why.code, "passphrase-wrong");
	assert_null(next);
	assert_opens(&s, OTHER, ST_OK);
	assert_opens(&s, PASSPHRASE, ST_REFUSED);
	close_station(&s);
}

static void what_is_sealed_beside_a_change_by_another_program_is_not_written(void **state)
{
	struct station s;
	struct beside b = { &s, rotate_beside, 0 };
	struct rng rng = { fill_beside, &b };
	struct err why = ERR_INIT;
	struct signkey *next = NULL;

	(void)state;
	open_station(&s, 79);
	assert_int_equal(change_passphrase(s.outbox, str_of(PASSPHRASE), str_of(OTHER), KEYBOX_TEST,
					   &rng, &why),
			 ST_CONFLICT);
	assert_string_equal(why.code, "key-changed");
	assert_opens(&s, PASSPHRASE, ST_OK);
	assert_opens(&s, OTHER, ST_REFUSED);
	close_station(&s);

	open_station(&s, 80);
	err_clear(&why);
	b.work = change_beside;
	b.draws = 1;
	assert_int_equal(rotate_begin(s.outbox, s.key, str_of(PASSPHRASE), KEYBOX_TEST,
				      &s.r.env.clock, &rng, &next, &why),
			 ST_CONFLICT);
	assert_string_equal(why.code, "key-changed");
	assert_opens(&s, OTHER, ST_OK);
	assert_opens(&s, PASSPHRASE, ST_REFUSED);
	close_station(&s);
}

static void device_of(struct station *s, char dev[UUID_TEXT])
{
	struct identity who = IDENTITY_INIT;
	struct err why = ERR_INIT;

	must(identity_get(s->outbox, &who, &why), &why);
	memcpy(dev, who.dev, UUID_TEXT);
	identity_release(&who);
}

static void a_retired_device_sends_all_it_had_signed_and_then_says_why_nothing_comes(void **state)
{
	struct station s;
	struct sync_status now;
	struct err why = ERR_INIT;
	char dev[UUID_TEXT];

	(void)state;
	open_station(&s, 81);
	notes(&s, 3);
	device_of(&s, dev);
	must(central_revoke(s.r.c, dev, "retired", 3, &why), &why);
	/* By the token that it had, and by one of a login of now. */
	for (int i = 0; i < 2; i++) {
		start(&s);
		sync_poke(s.sync);
		run(&s);
		assert_all_stand(&s, 3);
		sync_status(s.sync, &now);
		assert_int_equal(now.trouble, SYNC_REFUSED);
		assert_string_equal(now.code, "device-retired");
	}
	/* What it signs now is not lost either: it is to be signed again. */
	notes(&s, 1);
	run(&s);
	sync_status(s.sync, &now);
	assert_int_equal(now.outbox.refused, 1);
	assert_string_equal(now.code, "device-retired");
	close_station(&s);
}

static void a_device_that_another_copy_has_frozen_is_told_when_it_only_reads(void **state)
{
	struct station s;
	struct identity who = IDENTITY_INIT;
	struct sync_status now;
	struct err why = ERR_INIT;
	struct device d;
	char dev[UUID_TEXT];

	(void)state;
	open_station(&s, 82);
	notes(&s, 1);
	device_of(&s, dev);
	must(device_get(central_db(s.r.c), dev, &d, NULL, &why), &why);
	snprintf(d.state, sizeof(d.state), "frozen");
	must(vouch_device(s.r.c, &d, &why), &why);
	sync_poke(s.sync);
	while (step(&s, LANE_PULL))
		;
	sync_status(s.sync, &now);
	assert_int_equal(now.trouble, SYNC_FROZEN);
	assert_int_equal(now.outbox.held, 1);
	must(identity_get(s.outbox, &who, &why), &why);
	assert_string_equal(who.frozen, "device-fork");
	identity_release(&who);
	close_station(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_passphrase_changed_after_a_rotation_seals_the_key_that_stands),
		cmocka_unit_test(a_rotation_brings_no_earlier_passphrase_back),
		cmocka_unit_test(what_is_sealed_beside_a_change_by_another_program_is_not_written),
		cmocka_unit_test(
			a_retired_device_sends_all_it_had_signed_and_then_says_why_nothing_comes),
		cmocka_unit_test(a_device_that_another_copy_has_frozen_is_told_when_it_only_reads),
		cmocka_unit_test(what_both_keys_signed_stands_once_and_in_order),
		cmocka_unit_test(a_lost_answer_and_a_stop_are_made_good_by_asking_again),
		cmocka_unit_test(a_stop_before_the_switch_leaves_the_old_key_at_work),
		cmocka_unit_test(a_program_with_the_old_key_in_memory_signs_nothing_more),
		cmocka_unit_test(a_copy_with_the_key_that_was_replaced_is_told_to_enrol),
		cmocka_unit_test(a_central_restored_from_before_the_rotation_is_told_once_more),
		cmocka_unit_test(a_key_is_due_when_its_certificate_ends_within_a_month),
		cmocka_unit_test(two_rotations_at_once_wait_for_the_central_between_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
