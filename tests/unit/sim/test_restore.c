/* SPDX-License-Identifier: EUPL-1.2 */
/* Workstations and the central itself, put back to an older copy: what was
 * answered after the copy stands again, once, and each officer is told. */
#include "tests/unit/central/rig.h"

#include "cache/cache.h"
#include "cache/cases.h"
#include "cache/identity.h"
#include "central/inside.h"
#include "central/store.h"
#include "sync/act.h"
#include "sync/enrol.h"
#include "sync/sync.h"

#include "base/banned.h"

#define PASSPHRASE "sex ord som ingen kan gissa"

enum { MANY = 200, CASES = 40, SIGNED_MAX = 4096 };

struct station {
	struct house *house;
	char officer[24];
	struct db *cache, *outbox;
	struct signkey *key;
	struct sync *sync;
};

struct house {
	struct rig r;
	struct db *copy; /* the backup */
	struct witness witness;
	int case_count;
	char cases[CASES][UUID_TEXT];
	int count;
	struct station at[MANY];
	int signed_count; /* acknowledged before the restore: intents that stand */
	char signed_iid[SIGNED_MAX][UUID_TEXT];
	int64_t fetched; /* rows, by those who were told of the restore */
};

/* --- Stations -------------------------------------------------------------------- */

static void enrol_station(struct station *s)
{
	struct rig *r = &s->house->r;
	struct request q = REQUEST_INIT;
	struct err why = ERR_INIT;
	struct enrol *e = NULL;
	char code[INVITATION_TEXT];

	must(central_invite(r->c, s->officer, code, &why), &why);
	must(enrol_start(&e, "http://central.example", str_of(code), &r->env.clock, &r->env.rng,
			 &why),
	     &why);
	while (enrol_next(e, &q, &why) == ST_OK) {
		central_handle(r->c, &q, &r->reply);
		must(enrol_reply(e, &r->reply, &why), &why);
	}
	must(enrol_finish(e, s->outbox, str_of(PASSPHRASE), KEYBOX_TEST, &why), &why);
	request_release(&q);
	enrol_free(e);
}

static void start(struct station *s)
{
	struct rig *r = &s->house->r;
	struct err why = ERR_INIT;
	struct sync_setup setup = { .cache = s->cache,
				    .outbox = s->outbox,
				    .clock = &r->env.clock,
				    .rng = &r->env.rng,
				    .once = true };

	sync_free(s->sync);
	signkey_free(s->key);
	must(unlock(s->outbox, str_of(PASSPHRASE), &s->key, &why), &why);
	setup.key = s->key;
	must(sync_open(&s->sync, &setup, &why), &why);
}

static bool step(struct station *s, enum sync_lane lane)
{
	struct rig *r = &s->house->r;
	struct request q = REQUEST_INIT;
	struct err why = ERR_INIT;
	int64_t wake;
	enum status st = sync_next(s->sync, lane, &q, &wake, &why);

	if (st == ST_OK) {
		central_handle(r->c, &q, &r->reply);
		must(sync_reply(s->sync, lane, &r->reply, &why), &why);
	} else {
		assert_int_equal(st, ST_NONE);
	}
	request_release(&q);
	return st == ST_OK;
}

static void pass_time(struct house *h, int64_t ms)
{
	h->r.wall += ms;
	h->r.boot += ms;
}

static void run(struct station *s)
{
	sync_poke(s->sync);
	for (int round = 0; round < 4; round++) {
		for (int i = 0; i < 300; i++) {
			bool pull = step(s, LANE_PULL), push = step(s, LANE_PUSH);

			if (!pull && !push)
				break;
		}
		if (sync_idle(s->sync))
			return;
		pass_time(s->house, 11000);
	}
}

static void run_all(struct house *h)
{
	for (int i = 0; i < h->count; i++)
		run(&h->at[i]);
}

static void open_station(struct house *h, int i)
{
	struct station *s = &h->at[i];
	struct err why = ERR_INIT;

	s->house = h;
	snprintf(s->officer, sizeof(s->officer), "o%03d", i);
	rig_officer(&h->r, s->officer, i % 10 == 0 ? "officer,supervisor" : "officer", "bygg", 1);
	must(cache_open(&s->cache, ":memory:", &why), &why);
	must(outbox_open(&s->outbox, ":memory:", &why), &why);
	enrol_station(s);
	start(s);
	run(s);
}

static struct house *open_house(uint64_t seed, int stations, int cases)
{
	struct house *h = calloc(1, sizeof(*h));

	assert_non_null(h);
	rig_open(&h->r, seed);
	h->case_count = cases;
	for (int i = 0; i < cases; i++)
		rig_case(&h->r, "BYGGLOV", h->cases[i]);
	h->count = stations;
	for (int i = 0; i < stations; i++)
		open_station(h, i);
	return h;
}

static void close_house(struct house *h)
{
	for (int i = 0; i < h->count; i++) {
		sync_free(h->at[i].sync);
		signkey_free(h->at[i].key);
		cache_close(h->at[i].cache);
		cache_close(h->at[i].outbox);
	}
	db_close(h->copy);
	rig_close(&h->r);
	free(h);
}

/* --- Acts ------------------------------------------------------------------------- */

static enum status do_act(struct station *s, const char *name, const char *case_id, const char *arg,
			  const char *value)
{
	struct rig *r = &s->house->r;
	struct actor a = { s->cache, s->outbox, &r->env.clock, &r->env.rng, s->key, 0 };
	struct intent in = { .act = name, .case_id = case_id };
	struct act_result done;

	if (arg) {
		in.args[in.arg_count].name = arg;
		in.args[in.arg_count++].value = str_of(value);
	}
	if (strcmp(name, "note.add") == 0) {
		in.args[in.arg_count].name = "kind";
		in.args[in.arg_count++].value = str_of("working");
	}
	return act(&a, &in, &done, NULL);
}

/* What an officer does of a morning: one case's steps build upon each other. */
static void work(struct house *h, struct station *s, int turn)
{
	int i = (int)(s - h->at);
	const char *own = h->cases[i % h->case_count];
	const char *other = h->cases[(i * 7 + turn) % h->case_count];
	enum status st = ST_OK;

	if (turn == 0)
		st = do_act(s, "case.claim", own, NULL, NULL);
	else if (turn == 1)
		st = do_act(s, "case.priority", own, "priority", i % 2 ? "1" : "0");
	else
		st = do_act(s, "case.title", own, "title", i % 3 ? "Carport" : "Garage");
	(void)st; /* somebody else may have the case by now */
	st = do_act(s, "note.add", other, "text", "Ringt sökanden.");
	(void)st;
}

static void each_item(struct station *s,
		      void (*look)(struct house *h, struct station *s, const struct outbox_item *i))
{
	struct outbox_item i = OUTBOX_ITEM_INIT;
	int64_t id = INT64_MAX;

	while (outbox_before(s->outbox, id, &i, NULL) == ST_OK) {
		id = i.id;
		look(s->house, s, &i);
	}
	outbox_item_release(&i);
}

static void note_signed(struct house *h, struct station *s, const struct outbox_item *i)
{
	(void)s;
	if (!verdict_stands(i->verdict))
		return;
	assert_true(h->signed_count < SIGNED_MAX);
	memcpy(h->signed_iid[h->signed_count++], i->iid, UUID_TEXT);
}

/* The officer looks, and signs what came back anew. */
static void sign_again(struct house *h, struct station *s, const struct outbox_item *i)
{
	struct actor a = { s->cache, s->outbox, &h->r.env.clock, &h->r.env.rng, s->key, 0 };
	struct act_result done;
	enum status st = ST_OK;

	if (i->state == OUTBOX_CONFLICT || i->state == OUTBOX_HELD)
		st = act_resign(&a, i->id, &done, NULL);
	(void)st; /* the case may have gone to another */
}

/* --- Backups and restores ---------------------------------------------------------- */

static void backup(struct house *h)
{
	struct err why = ERR_INIT;

	db_close(h->copy);
	must(db_open(&h->copy, ":memory:", DB_CREATE, &central_schema, &why), &why);
	must(db_copy(central_db(h->r.c), h->copy, &why), &why);
	h->witness = h->r.c->witness;
}

static enum status restore(struct house *h, bool with_witness, bool accept, struct err *why)
{
	enum status st = db_copy(h->copy, central_db(h->r.c), why);

	if (with_witness)
		h->r.c->witness = h->witness;
	h->r.c->env.accept_restore = accept;
	return st == ST_OK ? central_crash(h->r.c, why) : st;
}

static int64_t ask_int(struct db *db, const char *sql)
{
	struct err why = ERR_INIT;
	int64_t v = 0;

	must(db_get_int(db, sql, &v, 0, &why), &why);
	return v;
}

/* Answers that the central gave beyond those of the backup: what
 * the stations must offer again. Counted there before it is put back. */
static int64_t beyond_the_backup(struct house *h)
{
	static const char all[] = "SELECT count(*) FROM device_log";

	return ask_int(central_db(h->r.c), all) - ask_int(h->copy, all);
}

static int64_t stands(struct house *h, const char *iid)
{
	char sql[160];

	snprintf(sql, sizeof(sql), "SELECT count(*) FROM log WHERE iid = '%s'", iid);
	return ask_int(central_db(h->r.c), sql);
}

/* The device has each entry that it signed itself, with the central's hash, and of
 * its officer's own cases all of them, and the whole of those cases. */
static void assert_has_entries(struct house *h, struct station *s, const char *case_id)
{
	struct stmt *q = db_stmt(central_db(h->r.c),
				 "SELECT log.n, log.eh FROM log JOIN casefile ON id = case_id"
				 " WHERE case_id = ?1 AND (dev = ?2 OR assignee = ?3)");
	struct identity me = IDENTITY_INIT;
	struct err why = ERR_INIT;
	char sql[200], eh[HASH_TEXT];

	must(identity_get(s->outbox, &me, &why), &why);
	stmt_cstr(q, 1, case_id);
	stmt_cstr(q, 2, me.dev);
	stmt_cstr(q, 3, s->officer);
	while (stmt_step(q, NULL) == ST_OK) {
		stmt_col_copy(q, 1, eh, sizeof(eh));
		snprintf(
			sql, sizeof(sql),
			"SELECT count(*) FROM entry WHERE case_id = '%s' AND n = %lld AND eh = '%s'",
			case_id, (long long)stmt_col_int(q, 0), eh);
		if (ask_int(s->cache, sql) != 1)
			fail_msg("%s lacks entry %lld of %s", s->officer,
				 (long long)stmt_col_int(q, 0), case_id);
	}
	identity_release(&me);
}

/* Every row of the copy is the central's, and none is missing. */
static void assert_same(struct house *h, struct station *s)
{
	struct casefile c = CASEFILE_INIT;
	struct stored_case there = STORED_CASE_INIT;

	assert_int_equal(ask_int(s->cache, "SELECT count(*) FROM base_case"),
			 ask_int(central_db(h->r.c), "SELECT count(*) FROM casefile"));
	assert_int_equal(ask_int(s->cache, "SELECT count(*) FROM again"), 0);
	assert_int_equal(ask_int(s->cache, "SELECT count(*) FROM base_case"
					   " LEFT JOIN detail USING(case_id, n)"
					   " WHERE detail.json IS NULL"),
			 0);
	for (int i = 0; i < h->case_count; i++) {
		if (case_load(central_db(h->r.c), h->cases[i], &there, NULL) != ST_OK)
			continue;
		assert_int_equal(case_base(s->cache, h->cases[i], &c, NULL), ST_OK);
		assert_int_equal(c.n, there.file.n);
		assert_string_equal(c.eh, there.file.eh);
		assert_has_entries(h, s, h->cases[i]);
	}
	casefile_release(&c);
	stored_case_release(&there);
}

static void assert_verifies(struct house *h)
{
	struct central_findings f;
	struct err why = ERR_INIT;

	must(central_verify(h->r.c, &f, NULL, NULL, &why), &why);
	assert_int_equal(f.faults, 0);
}

static void assert_each_stands_once(struct house *h)
{
	for (int i = 0; i < h->signed_count; i++)
		assert_int_equal(stands(h, h->signed_iid[i]), 1);
}

/* --- The claims ---------------------------------------------------------------------- */

static void after_an_hour_is_lost_each_of_two_hundred_officers_actions_stands_once(void **state)
{
	struct house *h = open_house(1, MANY, CASES);
	struct outbox_again again;
	struct outbox_counts n;
	struct sync_status now;
	struct err why = ERR_INIT;
	int64_t sent = 0, standing = 0, told = 0, conflicts = 0, before, lost, rows = 0, left = 0;

	(void)state;
	run_all(h);
	backup(h);
	for (int turn = 0; turn < 2; turn++) {
		for (int i = 0; i < h->count; i++)
			work(h, &h->at[i], turn);
		pass_time(h, 30 * 60 * 1000);
		run_all(h);
	}
	run_all(h);
	for (int i = 0; i < h->count; i++)
		each_item(&h->at[i], note_signed);
	before = central_size(h->r.c);
	lost = beyond_the_backup(h);
	assert_true(h->signed_count > 2 * MANY);
	assert_int_equal(restore(h, false, false, &why), ST_REFUSED);
	assert_string_equal(why.code, "history-lost");
	must(restore(h, false, true, &why), &why);
	for (int i = 0; i < h->count; i++) {
		start(&h->at[i]);
		run(&h->at[i]);
	}
	for (int i = 0; i < h->count; i++) {
		must(outbox_again(h->at[i].outbox, &again, &why), &why);
		must(outbox_count(h->at[i].outbox, &n, &why), &why);
		sync_status(h->at[i].sync, &now);
		rows += now.rows;
		sent += again.sent;
		standing += again.standing;
		told += again.sent > 0;
		conflicts += n.conflicts;
		assert_int_equal(again.waiting, 0);
	}
	assert_int_equal(told, MANY);
	assert_int_equal(sent, lost);
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < h->count; i++)
			each_item(&h->at[i], sign_again);
		run_all(h);
	}
	for (int i = 0; i < h->signed_count; i++)
		left += stands(h, h->signed_iid[i]) != 1;
	print_message(
		"restore: %d officers, %d actions acknowledged after the backup, %lld entries "
		"lost; offered again %lld: %lld stand at once, %lld conflicts signed again; "
		"acknowledged and not standing once in the end: %lld; officers told %lld of "
		"%d; rows fetched by each %lld, of %lld cases\n",
		MANY, h->signed_count,
		(long long)(before - ask_int(h->copy, "SELECT seq FROM feed_head")),
		(long long)sent, (long long)standing, (long long)conflicts, (long long)left,
		(long long)told, MANY, (long long)(rows / MANY), (long long)h->case_count);
	assert_each_stands_once(h);
	run_all(h);
	for (int i = 0; i < h->count; i += 17)
		assert_same(h, &h->at[i]);
	assert_verifies(h);
	close_house(h);
}

/* One who had read nothing of what is lost goes on from where she was. */
static void who_had_not_read_beyond_the_fork_fetches_nothing_twice(void **state)
{
	struct house *h = open_house(2, 2, 40);
	struct sync_status now;
	struct err why = ERR_INIT;

	(void)state;
	run_all(h);
	backup(h);
	work(h, &h->at[0], 0);
	pass_time(h, 60000);
	run(&h->at[0]);
	must(restore(h, false, true, &why), &why);
	start(&h->at[1]);
	run(&h->at[1]);
	sync_status(h->at[1].sync, &now);
	assert_int_equal(now.rows, 0);
	assert_same(h, &h->at[1]);
	start(&h->at[0]);
	run(&h->at[0]);
	sync_status(h->at[0].sync, &now);
	assert_true(now.rows < 20);
	assert_same(h, &h->at[0]);
	run(&h->at[1]);
	assert_same(h, &h->at[1]);
	close_house(h);
}

/* The case came after the backup: nobody has it any more. */
static void a_case_that_is_lost_goes_and_its_officer_is_told(void **state)
{
	struct house *h = open_house(3, 1, 5);
	struct station *s = &h->at[0];
	struct outbox_again again;
	struct err why = ERR_INIT;
	char lost[UUID_TEXT];

	(void)state;
	run(s);
	backup(h);
	rig_case(&h->r, "BYGGLOV", lost);
	run(s);
	assert_int_equal(ask_int(s->cache, "SELECT count(*) FROM base_case"), 6);
	must(do_act(s, "case.claim", lost, NULL, NULL), &why);
	run(s);
	must(restore(h, false, true, &why), &why);
	start(s);
	run(s);
	assert_same(h, s);
	must(outbox_again(s->outbox, &again, &why), &why);
	assert_int_equal(again.missing, 1);
	assert_int_equal(again.sent, 1);
	assert_int_equal(again.standing, 0);
	must(outbox_again_seen(s->outbox, INT64_MAX, &why), &why);
	must(outbox_again(s->outbox, &again, &why), &why);
	assert_int_equal(again.missing + again.sent, 0);
	close_house(h);
}

/* Restored again and again, to before and behind the last time; and with the
 * copy of the workstation thrown away while the central was being restored. */
static void several_restores_in_a_row_lose_nothing(void **state)
{
	struct house *h = open_house(4, 6, 12);
	struct err why = ERR_INIT;
	struct db *oldest;

	(void)state;
	run_all(h);
	backup(h);
	must(db_open(&oldest, ":memory:", DB_CREATE, &central_schema, &why), &why);
	must(db_copy(h->copy, oldest, &why), &why);
	for (int round = 0; round < 5; round++) {
		for (int i = 0; i < h->count; i++)
			work(h, &h->at[i], round % 3);
		pass_time(h, 60000);
		run_all(h);
		if (round == 1)
			backup(h);
		if (round == 3) /* from before the epoch that we are in */
			must(db_copy(oldest, h->copy, &why), &why);
		must(restore(h, false, true, &why), &why);
		must(cache_begin(h->at[1].cache, &why), &why);
		must(cache_empty(h->at[1].cache, &why), &why);
		must(cache_commit(h->at[1].cache, &why), &why);
		for (int i = 0; i < h->count; i++)
			if (i != round)
				start(&h->at[i]);
		run_all(h);
		for (int i = 0; i < h->count; i++)
			each_item(&h->at[i], sign_again);
		pass_time(h, 60000);
		run_all(h);
	}
	for (int i = 0; i < h->count; i++)
		each_item(&h->at[i], note_signed);
	assert_true(h->signed_count > 20);
	assert_each_stands_once(h);
	run_all(h);
	for (int i = 0; i < h->count; i++)
		assert_same(h, &h->at[i]);
	assert_verifies(h);
	db_close(oldest);
	close_house(h);
}

/* A central that was put back together with its witness cannot know it. */
static void a_history_put_back_unseen_is_found_and_nothing_goes_on_until_it_is_accepted(
	void **state)
{
	struct house *h = open_house(5, 3, 6);
	struct sync_status now;
	struct err why = ERR_INIT;
	char epoch[UUID_TEXT];

	(void)state;
	run_all(h);
	backup(h);
	for (int i = 0; i < 2; i++)
		work(h, &h->at[i], 0);
	pass_time(h, 60000);
	run_all(h);
	for (int i = 0; i < h->count; i++)
		each_item(&h->at[i], note_signed);
	must(restore(h, true, false, &why), &why);
	snprintf(epoch, sizeof(epoch), "%s", central_epoch(h->r.c));
	/* It has grown again, beyond what the others had read. */
	for (int i = 0; i < 8; i++) {
		char id[UUID_TEXT];

		rig_case(&h->r, "BYGGLOV", id);
	}
	must(do_act(&h->at[0], "note.add", h->cases[0], "text", "Efteråt."), &why);
	pass_time(h, 60000);
	run_all(h);
	for (int i = 0; i < h->count; i++) {
		sync_status(h->at[i].sync, &now);
		assert_string_equal(sync_trouble_name(now.trouble), "diverged");
	}
	assert_int_equal(central_trouble(h->r.c, &why), ST_CONFLICT);
	assert_string_equal(why.code, "history-diverged");
	assert_int_equal(central_trouble(h->r.c, &why), ST_OK); /* once */

	h->r.c->env.accept_restore = true;
	err_clear(&why);
	must(central_crash(h->r.c, &why), &why);
	assert_string_not_equal(central_epoch(h->r.c), epoch);
	snprintf(epoch, sizeof(epoch), "%s", central_epoch(h->r.c));
	pass_time(h, 120000);
	run_all(h);
	for (int i = 0; i < h->count; i++) {
		each_item(&h->at[i], sign_again);
		sync_status(h->at[i].sync, &now);
		assert_string_equal(sync_trouble_name(now.trouble), "fine");
	}
	pass_time(h, 60000);
	run_all(h);
	assert_each_stands_once(h);
	run_all(h);
	for (int i = 0; i < h->count; i++)
		assert_same(h, &h->at[i]);
	must(central_crash(h->r.c, &why), &why);
	assert_string_equal(central_epoch(h->r.c), epoch); /* once was enough */
	assert_verifies(h);
	close_house(h);
}

/* The central does not know the device any more: its officer enrols it anew, and
 * what the device had signed is signed again as the same intents. */
static void a_device_that_is_lost_loses_nothing_of_what_it_had_signed(void **state)
{
	struct house *h = open_house(6, 2, 6);
	struct station *s = &h->at[1];
	struct outbox_counts n;
	struct err why = ERR_INIT;

	(void)state;
	backup(h);
	must(db_exec(h->copy, "DELETE FROM token; DELETE FROM device WHERE officer = 'o001'", &why),
	     &why);
	work(h, s, 0);
	work(h, s, 1);
	pass_time(h, 60000);
	run(s);
	each_item(s, note_signed);
	assert_int_equal(h->signed_count, 4);
	must(restore(h, false, true, &why), &why);
	start(s);
	run(s);
	enrol_station(s);
	start(s);
	run(s);
	must(outbox_count(s->outbox, &n, &why), &why);
	assert_int_equal(n.held, 4);
	for (int i = 0; i < 3; i++) {
		each_item(s, sign_again);
		pass_time(h, 60000);
		run(s);
	}
	assert_each_stands_once(h);
	assert_verifies(h);
	close_house(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			after_an_hour_is_lost_each_of_two_hundred_officers_actions_stands_once),
		cmocka_unit_test(who_had_not_read_beyond_the_fork_fetches_nothing_twice),
		cmocka_unit_test(a_case_that_is_lost_goes_and_its_officer_is_told),
		cmocka_unit_test(several_restores_in_a_row_lose_nothing),
		cmocka_unit_test(
			a_history_put_back_unseen_is_found_and_nothing_goes_on_until_it_is_accepted),
		cmocka_unit_test(a_device_that_is_lost_loses_nothing_of_what_it_had_signed),
	};

	return cmocka_run_group_tests_name("sim/restore", tests, NULL, NULL);
}
