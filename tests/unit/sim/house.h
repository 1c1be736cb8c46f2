/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * house - a central in memory and workstations of many officers, for what becomes
 * of them when one of them is put back to an older copy.
 *
 * Place:    tests of src/sim over the real central and the real sync. Promise:
 *           nothing is faked but the clock and the network. Owner: close_house.
 * Errors:   assertions.
 */
#ifndef TESTS_SIM_HOUSE_H
#define TESTS_SIM_HOUSE_H

#include "tests/unit/central/rig.h"

#include "cache/cache.h"
#include "cache/cases.h"
#include "cache/identity.h"
#include "central/inside.h"
#include "central/store.h"
#include "domain/role.h"
#include "sync/act.h"
#include "sync/enrol.h"
#include "sync/sync.h"

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
	int refused_count; /* refused before it: envelopes that never stand */
	char refused_ah[SIGNED_MAX][HASH_TEXT];
};

/* --- Stations -------------------------------------------------------------------- */

static inline void enrol_station(struct station *s)
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

static inline void start(struct station *s)
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

static inline bool step(struct station *s, enum sync_lane lane)
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

static inline void pass_time(struct house *h, int64_t ms)
{
	h->r.wall += ms;
	h->r.boot += ms;
}

static inline void run(struct station *s)
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

static inline void run_all(struct house *h)
{
	for (int i = 0; i < h->count; i++)
		run(&h->at[i]);
}

/* `of`: granted besides, NULL for nothing. */
static inline struct station *add_station(struct house *h, const char *officer, const char *roles,
					  const char *units, const char *of)
{
	const struct central_grant g = {
		.officer = officer, .of = of, .by = "drift", .reason = "vikariat"
	};
	struct station *s = &h->at[h->count++];
	struct err why = ERR_INIT;

	s->house = h;
	snprintf(s->officer, sizeof(s->officer), "%s", officer);
	rig_officer(&h->r, s->officer, roles, units, 1);
	if (of)
		must(central_grant(h->r.c, &g, &why), &why);
	must(cache_open(&s->cache, ":memory:", &why), &why);
	must(outbox_open(&s->outbox, ":memory:", &why), &why);
	enrol_station(s);
	start(s);
	run(s);
	return s;
}

/* Most of a unit, some of another one by a grant, some of the contact center. */
static inline void open_station(struct house *h, int i)
{
	char officer[24];

	snprintf(officer, sizeof(officer), "o%03d", i);
	if (i % 25 == 7)
		(void)add_station(h, officer, "officer", "miljo", "queue:bygglov");
	else if (i % 25 == 13)
		(void)add_station(h, officer, "contact", "", NULL);
	else
		(void)add_station(h, officer, i % 10 == 0 ? "officer,supervisor" : "officer",
				  "bygg", NULL);
}

static inline struct house *open_house(uint64_t seed, int stations, int cases)
{
	struct house *h = calloc(1, sizeof(*h));

	assert_non_null(h);
	rig_open(&h->r, seed);
	h->case_count = cases;
	for (int i = 0; i < cases; i++)
		rig_case(&h->r, "BYGGLOV", h->cases[i]);
	for (int i = 0; i < stations; i++)
		open_station(h, i);
	return h;
}

static inline void close_house(struct house *h)
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

static inline enum status do_act(struct station *s, const char *name, const char *case_id,
				 const char *arg, const char *value)
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
static inline void work(struct house *h, struct station *s, int turn)
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

static inline void each_item(struct station *s, void (*look)(struct house *h, struct station *s,
							     const struct outbox_item *i))
{
	struct outbox_item i = OUTBOX_ITEM_INIT;
	int64_t id = INT64_MAX;

	while (outbox_before(s->outbox, id, &i, NULL) == ST_OK) {
		id = i.id;
		look(s->house, s, &i);
	}
	outbox_item_release(&i);
}

static inline void note_signed(struct house *h, struct station *s, const struct outbox_item *i)
{
	(void)s;
	if (!verdict_stands(i->verdict))
		return;
	assert_true(h->signed_count < SIGNED_MAX);
	memcpy(h->signed_iid[h->signed_count++], i->iid, UUID_TEXT);
}

static inline void note_refused(struct house *h, struct station *s, const struct outbox_item *i)
{
	(void)s;
	if (i->verdict != VERDICT_REJECTED && i->verdict != VERDICT_CONFLICT)
		return;
	assert_true(h->refused_count < SIGNED_MAX);
	memcpy(h->refused_ah[h->refused_count++], i->ah, HASH_TEXT);
}

/* Of those told no some let it be, some say something else instead, and some have
 * not looked yet. */
static inline void go_on(struct house *h, struct station *s, const struct outbox_item *i)
{
	struct actor a = { s->cache, s->outbox, &h->r.env.clock, &h->r.env.rng, s->key, 0 };
	struct act_result done;
	struct intent in = { .act = "note.add",
			     .case_id = i->case_id,
			     .sup = i->id,
			     .arg_count = 2,
			     .args = { { "text", { "Kollegan har det.", 17 } },
				       { "kind", { "working", 7 } } } };
	enum status st = ST_OK;

	if ((i->state != OUTBOX_ACKNOWLEDGED && i->state != OUTBOX_CONFLICT)
	    || verdict_stands(i->verdict))
		return;
	if ((s - h->at) % 3 == 0)
		st = act_dismiss(&a, i->id, NULL);
	else if ((s - h->at) % 3 == 1)
		st = act(&a, &in, &done, NULL);
	assert_int_equal(st, ST_OK);
}

/* The officer looks, and signs what came back anew. */
static inline void sign_again(struct house *h, struct station *s, const struct outbox_item *i)
{
	struct actor a = { s->cache, s->outbox, &h->r.env.clock, &h->r.env.rng, s->key, 0 };
	struct act_result done;
	enum status st = ST_OK;

	if (i->state == OUTBOX_CONFLICT || i->state == OUTBOX_HELD)
		st = act_resign(&a, i->id, &done, NULL);
	(void)st; /* the case may have gone to another */
}

/* --- Backups and restores ---------------------------------------------------------- */

static inline void backup(struct house *h)
{
	struct err why = ERR_INIT;

	db_close(h->copy);
	must(db_open(&h->copy, ":memory:", DB_CREATE, &central_schema, &why), &why);
	must(db_copy(central_db(h->r.c), h->copy, &why), &why);
	h->witness = h->r.c->witness;
}

static inline enum status restore(struct house *h, bool with_witness, bool accept, struct err *why)
{
	enum status st = db_copy(h->copy, central_db(h->r.c), why);

	if (with_witness)
		h->r.c->witness = h->witness;
	h->r.c->env.accept_restore = accept;
	return st == ST_OK ? central_crash(h->r.c, why) : st;
}

static inline int64_t ask_int(struct db *db, const char *sql)
{
	struct err why = ERR_INIT;
	int64_t v = 0;

	must(db_get_int(db, sql, &v, 0, &why), &why);
	return v;
}

/* Answers that the central gave beyond those of the backup: what
 * the stations must offer again. Counted there before it is put back. */
static inline int64_t beyond_the_backup(struct house *h)
{
	static const char all[] = "SELECT count(*) FROM device_log";

	return ask_int(central_db(h->r.c), all) - ask_int(h->copy, all);
}

static inline int64_t stands(struct house *h, const char *iid)
{
	char sql[160];

	snprintf(sql, sizeof(sql), "SELECT count(*) FROM log WHERE iid = '%s'", iid);
	return ask_int(central_db(h->r.c), sql);
}

static inline void assert_no_refusal_stands(struct house *h)
{
	char sql[160];

	for (int i = 0; i < h->refused_count; i++) {
		snprintf(sql, sizeof(sql), "SELECT count(*) FROM log WHERE ah = '%s'",
			 h->refused_ah[i]);
		assert_int_equal(ask_int(central_db(h->r.c), sql), 0);
	}
}

/* The device has each entry that it signed itself, with the central's hash, and of
 * its officer's own cases all of them, and the whole of those cases. */
static inline void assert_has_entries(struct house *h, struct station *s, const char *case_id)
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
static inline void assert_same(struct house *h, struct station *s)
{
	struct casefile c = CASEFILE_INIT;
	struct stored_case there = STORED_CASE_INIT;

	assert_int_equal(ask_int(s->cache, "SELECT count(*) FROM base_case"),
			 ask_int(central_db(h->r.c), "SELECT count(*) FROM casefile"));
	assert_int_equal(ask_int(s->cache, "SELECT count(*) FROM again"), 0);
	/* A contact center sees no details. */
	if (ask_int(s->outbox, "SELECT roles FROM device") != ROLE_CONTACT)
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

static inline void assert_verifies(struct house *h)
{
	struct central_findings f;
	struct err why = ERR_INIT;

	must(central_verify(h->r.c, &f, NULL, NULL, &why), &why);
	assert_int_equal(f.faults, 0);
}

static inline void assert_each_stands_once(struct house *h)
{
	for (int i = 0; i < h->signed_count; i++)
		assert_int_equal(stands(h, h->signed_iid[i]), 1);
}

#endif
