/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * lives - an officer's life on a desk, lived again for each place in it from which
 * disk or memory is asked, with a fault there.
 *
 * Place:    tests/unit/sync; the link wraps what faults.h says.
 * Promise:  whoever is told of a fault makes room and does it again; what was
 *           refused has written nothing. live() gives the same end to each.
 * Owner:    sweep opens and closes the desks. Errors: a failed assert.
 */
#ifndef TESTS_SYNC_LIVES_H
#define TESTS_SYNC_LIVES_H

#include "tests/unit/sync/desk.h"

#include "sync/conflict.h"
#include "tests/unit/sync/faults.h"

#define LETTER "<p>Bygglov ges.</p>"
enum { TRIES = 4 };

/* --- An officer who is told of a fault makes room and does it again ------------- */

/* Want of memory is told in the words of whoever wanted it. */
static inline bool is_fault(const struct err *why)
{
	return strcmp(why->code, "disk-full") == 0 || faults_now->kind == FAULT_MEMORY;
}

static inline int64_t rows_of(struct db *db, const char *sql)
{
	int64_t n = -1;

	assert_int_equal(db_get_int(db, sql, &n, -1, NULL), ST_OK);
	return n;
}

static inline int64_t items(struct desk *d)
{
	return rows_of(d->outbox, "SELECT count(*) FROM item");
}

/* What was refused for want of room has written nothing. */
static inline bool done(struct desk *d, enum status st, const struct err *why, int64_t before)
{
	faults_off();
	if (st == ST_OK)
		return true;
	if (!is_fault(why))
		print_message("%s: %s: %s\n", status_name(st), why->code, why->text);
	assert_true(is_fault(why));
	assert_int_equal(items(d), before);
	faults_heal();
	return false;
}

static inline int64_t do_act(struct desk *d, const struct intent *in)
{
	struct actor a = desk_actor(d);
	struct act_result r = { 0 };

	d->wall += 1000;
	d->boot += 1000;
	for (int i = 0; i < TRIES; i++) {
		struct err why = ERR_INIT;
		int64_t before = items(d);

		faults_on();
		if (done(d, act(&a, in, &r, &why), &why, before))
			return r.item;
	}
	fail_msg("%s does not come through", in->act);
	return 0;
}

static inline int64_t do_one(struct desk *d, int i, const char *name, const char *arg,
			     const char *value, int64_t sup)
{
	char id[UUID_TEXT];
	struct intent in = { .act = name,
			     .case_id = id,
			     .sup = sup,
			     .arg_count = arg ? 1 : 0,
			     .args = { { arg, str_of(value) } } };

	case_id_of(id, i);
	return do_act(d, &in);
}

static inline int64_t do_decide(struct desk *d, int i)
{
	char id[UUID_TEXT];
	struct intent in = { .act = "case.decide",
			     .case_id = id,
			     .arg_count = 5,
			     .args = { { "outcome", str_of("bifall") },
				       { "content", str_of("Bygglov ges.") },
				       { "decided_on", str_of("2026-11-23") },
				       { "decider", str_of("britt.a") },
				       { "reasons", str_of("Enligt plan.") } },
			     .doc_count = 2,
			     .docs = { { "beslut.xhtml", "application/xhtml+xml", str_of(LETTER) },
				       { "karta.txt", "text/plain", str_of("Norr.") } } };

	case_id_of(id, i);
	return do_act(d, &in);
}

/* Something that is done to an item of the outbox. */
static inline void do_item(struct desk *d, int64_t item,
			   enum status (*todo)(const struct actor *a, int64_t item,
					       struct err *why))
{
	struct actor a = desk_actor(d);

	for (int i = 0; i < TRIES; i++) {
		struct err why = ERR_INIT;
		int64_t before = items(d);

		faults_on();
		if (done(d, todo(&a, item, &why), &why, before))
			return;
	}
	fail_msg("item %lld does not come through", (long long)item);
}

static inline enum status resign(const struct actor *a, int64_t item, struct err *why)
{
	struct act_result r;
	enum status st = act_may_resign(a, item, why);

	return st == ST_OK ? act_resign(a, item, &r, why) : st;
}

static inline enum status solve(const struct actor *a, int64_t item, struct err *why)
{
	struct conflict c = CONFLICT_INIT;
	struct act_result r;
	enum status st = conflict_open(a, item, &c, why);

	if (st == ST_OK)
		st = conflict_solve(a, item, CONFLICT_MINE, c.theirs.n, &r, why);
	conflict_release(&c);
	return st;
}

/* --- The program runs ------------------------------------------------------------ */

static inline enum status step(struct desk *d, enum sync_lane lane, struct err *why)
{
	struct request r = REQUEST_INIT;
	struct reply out = REPLY_INIT;
	enum status st;
	int64_t wake;

	faults_on();
	st = sync_next(d->sync, lane, &r, &wake, why);
	faults_off();
	if (st == ST_OK) {
		central_answer(d, &r, &out);
		faults_on();
		st = sync_reply(d->sync, lane, &out, why);
		faults_off();
	}
	request_release(&r);
	reply_release(&out);
	return st;
}

/* Both lanes until neither has anything to do, or one is in trouble. */
static inline void run(struct desk *d)
{
	for (int i = 0; i < 200; i++) {
		struct err why = ERR_INIT;
		enum status pull = step(d, LANE_PULL, &why), push;

		push = step(d, LANE_PUSH, &why);
		if (pull == ST_NONE && push == ST_NONE)
			return;
		if (why.code[0] && !is_fault(&why))
			fail_msg("%s: %s", why.code, why.text);
	}
	fail_msg("200 rounds and no rest");
}

static inline void run_on(struct desk *d)
{
	for (int i = 0; i < 60; i++) {
		run(d);
		if (sync_idle(d->sync))
			return;
		if (i >= 2)
			faults_heal();
		d->wall += 31000;
		d->boot += 31000;
	}
	fail_msg("no rest");
}

/* The program is started again; one that can't start says why and leaves
 * everything as it was. */
static inline void start_again(struct desk *d)
{
	const struct sync_setup setup = { .cache = d->cache,
					  .outbox = d->outbox,
					  .clock = &d->clock,
					  .rng = &d->rng,
					  .key = d->key,
					  .once = true,
					  .aside = d->aside };

	sync_free(d->sync);
	d->sync = NULL;
	for (int i = 0; i < TRIES && !d->sync; i++) {
		struct err why = ERR_INIT;
		int64_t before = items(d);

		faults_on();
		(void)done(d, sync_open(&d->sync, &setup, &why), &why, before);
	}
	assert_non_null(d->sync);
}

static inline void next_pull(struct desk *d)
{
	d->wall += 70000;
	d->boot += 70000;
	sync_poke(d->sync);
	run_on(d);
}

/* --- Lives --------------------------------------------------------------------------- */

struct life {
	const char *name;
	void (*live)(struct desk *d);
	void (*judge)(struct desk *d);
};

/* Nothing waits, nothing stands twice, and the copy is as the central is. */
static inline void all_is_well(struct desk *d)
{
	struct case_row row = CASE_ROW_INIT;
	struct sync_status s;

	assert_each_once(d);
	for (int i = 0; i < d->file_count; i++) {
		desk_see(d, i, &row);
		assert_int_equal(row.file.n, d->file[i].n);
		assert_string_equal(row.file.eh, d->file[i].eh);
		assert_string_equal(row.file.assignee, d->file[i].assignee);
		assert_string_equal(row.file.due_on, d->file[i].due_on);
		assert_int_equal(row.file.state, d->file[i].state);
		assert_int_equal(row.pending, 0);
	}
	sync_status(d->sync, &s);
	assert_int_equal(s.outbox.waiting, 0);
	assert_int_equal(s.unreadable, 0);
	assert_int_equal(s.trouble, SYNC_FINE);
	assert_int_equal(rows_of(d->outbox, "SELECT count(*) FROM blob WHERE uploaded = 0"), 0);
	case_row_release(&row);
}

/* --- The sweep -------------------------------------------------------------------------- */

static inline void live(const struct life *l, struct faults *f)
{
	struct desk *d = desk_open();

	d->short_of_memory = f->kind == FAULT_MEMORY;
	f->calls = 0;
	f->struck = false;
	faults_now = f;
	l->live(d);
	faults_now = NULL;
	next_pull(d); /* what was wrong at the end is wrong no more */
	l->judge(d);
	desk_close(d);
}

/* The kinds of fault that a disk has take turns. FAULTS=N: every N-th place (8;
 * `make coverage` takes all). */
static inline void sweep(const struct life *l, bool memory)
{
	static struct faults f;
	const char *nth = getenv("FAULTS");
	int every = nth ? (int)strtol(nth, NULL, 10) : 8, lives = 0;

	memset(&f, 0, sizeof(f));
	f.kind = memory ? FAULT_MEMORY : FAULT_DISK;
	f.looking = true;
	live(l, &f);
	f.looking = false;
	assert_in_range(f.places, 20, FAULT_PLACES - 1);
	for (int i = 0; i<f.places; i += every> 0 ? every : 1) {
		if (!memory)
			f.kind = (enum fault_kind)(lives % FAULT_MEMORY);
		f.at = f.first[i];
		live(l, &f);
		assert_true(f.struck);
		lives++;
	}
	print_message("%s: %d of %d places where %s fails\n", l->name, lives, f.places,
		      memory ? "memory" : "the disk");
}

#endif
