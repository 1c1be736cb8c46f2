/* SPDX-License-Identifier: EUPL-1.2 */
/* What a restore of the central could lose without a word: cases that come by
 * another way than the officer's unit, refusals, answers that are no entries, rows
 * of a history that was none. */
#include "tests/unit/sim/house.h"

#include "base/banned.h"

static int64_t cases_here(struct station *s)
{
	return ask_int(s->cache, "SELECT count(*) FROM base_case");
}

/* For so many minutes. */
static void live_on(struct station *s, int minutes)
{
	for (int i = 0; i < minutes; i++) {
		pass_time(s->house, 61000);
		run(s);
	}
}

static void assert_trouble(struct station *s, const char *name)
{
	struct sync_status now;

	sync_status(s->sync, &now);
	assert_string_equal(sync_trouble_name(now.trouble), name);
}

static void assert_nothing_waits(struct station *s)
{
	struct sync_status now;

	sync_status(s->sync, &now);
	assert_int_equal(now.outbox.waiting, 0);
}

/* --- Cases ---------------------------------------------------------------------------- */

/* Seen by this officer, and touched beyond the backup by another one. */
static void touched_case_comes_back_to(const char *roles, const char *units, const char *of)
{
	struct house *h = open_house(11, 1, 6);
	struct station *s = add_station(h, "vikarie", roles, units, of);
	struct outbox_again again;
	struct err why = ERR_INIT;

	run_all(h);
	assert_int_equal(cases_here(s), 6);
	backup(h);
	work(h, &h->at[0], 0);
	pass_time(h, 60000);
	run_all(h);
	run_all(h);
	must(restore(h, false, true, &why), &why);
	start(s); /* before the other one offers again what touches the cases */
	run(s);
	must(outbox_again(s->outbox, &again, &why), &why);
	assert_int_equal(again.missing, 0);
	assert_int_equal(cases_here(s), 6);
	assert_same(h, s);
	close_house(h);
}

static void a_case_seen_by_a_grant_comes_back(void **state)
{
	(void)state;
	touched_case_comes_back_to("officer", "miljo", "queue:bygglov");
}

static void a_case_of_the_contact_center_comes_back(void **state)
{
	(void)state;
	touched_case_comes_back_to("contact", "", NULL);
}

static void route_away(struct station *s, const char *case_id)
{
	struct rig *r = &s->house->r;
	struct actor a = { s->cache, s->outbox, &r->env.clock, &r->env.rng, s->key, 0 };
	struct intent in = { .act = "case.route",
			     .case_id = case_id,
			     .arg_count = 2,
			     .args = { { "unit", { "miljo", 5 } }, { "queue", { "avlopp", 6 } } } };
	struct act_result done;
	struct err why = ERR_INIT;

	must(act(&a, &in, &done, &why), &why);
	pass_time(s->house, 60000);
	run(s);
}

/* It had gone to a unit that the officer has lost since; the restore brings it back
 * to where it was. */
static void a_case_that_went_with_a_scope_comes_back(void **state)
{
	struct house *h = open_house(19, 0, 3);
	struct station *s = add_station(h, "bo", "officer", "bygg,miljo", NULL);
	struct station *t = add_station(h, "cia", "officer,supervisor", "bygg,miljo", NULL);
	struct err why = ERR_INIT;

	(void)state;
	run_all(h);
	backup(h);
	route_away(t, h->cases[0]);
	run(s);
	assert_int_equal(cases_here(s), 3);
	rig_officer(&h->r, "bo", "officer", "bygg", 1);
	run(s);
	assert_int_equal(cases_here(s), 2);
	must(restore(h, false, true, &why), &why);
	rig_officer(&h->r, "bo", "officer", "bygg", 1);
	start(s);
	live_on(s, 3);
	assert_int_equal(cases_here(s), 3);
	close_house(h);
}

/* It had left before this officer's first sync, who never heard of it. */
static void a_case_that_had_left_before_the_first_sync_comes_back(void **state)
{
	struct house *h = open_house(22, 0, 3);
	struct station *t = add_station(h, "cia", "officer,supervisor", "bygg,miljo", NULL);
	struct station *s = add_station(h, "bo", "officer", "bygg", NULL);
	struct err why = ERR_INIT;

	(void)state;
	run(t);
	backup(h);
	route_away(t, h->cases[0]);
	must(cache_begin(s->cache, &why), &why);
	must(cache_empty(s->cache, &why), &why);
	must(cache_commit(s->cache, &why), &why);
	start(s);
	run(s);
	assert_int_equal(cases_here(s), 2);
	must(restore(h, false, true, &why), &why);
	start(s);
	live_on(s, 3);
	assert_int_equal(cases_here(s), 3);
	assert_same(h, s);
	close_house(h);
}

/* --- Refusals -------------------------------------------------------------------------- */

static void decide(struct station *s, const char *case_id, const char *outcome, int64_t sup)
{
	static const char *const names[] = { "outcome", "content", "decided_on", "decider",
					     "reasons" };
	const char *values[] = { outcome, "Bygglov.", "2026-03-02", s->officer, "Skäl." };
	struct rig *r = &s->house->r;
	struct actor a = { s->cache, s->outbox, &r->env.clock, &r->env.rng, s->key, 0 };
	struct intent in = {
		.act = "case.decide",
		.case_id = case_id,
		.sup = sup,
		.doc_count = 1,
		.docs = { { "beslut.xhtml", "application/xhtml+xml", { "<p>Beslut</p>", 13 } } }
	};
	struct act_result done;
	struct err why = ERR_INIT;

	for (int i = 0; i < 5; i++) {
		in.args[i].name = names[i];
		in.args[i].value = str_of(values[i]);
	}
	in.arg_count = 5;
	must(act(&a, &in, &done, &why), &why);
}

static void outcome_at_central(struct house *h, const char *case_id, char out[CODE_MAX])
{
	struct stored_case c = STORED_CASE_INIT;
	struct err why = ERR_INIT;

	must(case_load(central_db(h->r.c), case_id, &c, &why), &why);
	snprintf(out, CODE_MAX, "%s", c.file.outcome);
	stored_case_release(&c);
}

/* She had refused the permit, was told that the case had changed, read it again and
 * granted it. */
static void a_decision_that_was_replaced_does_not_stand_after_a_restore(void **state)
{
	struct house *h = open_house(14, 0, 2);
	struct station *s = add_station(h, "beslutare", "officer,decider", "bygg", NULL);
	struct station *t = add_station(h, "registrator", "registrar,officer", "bygg", NULL);
	struct outbox_again again;
	struct err why = ERR_INIT;
	char outcome[CODE_MAX];

	(void)state;
	must(do_act(s, "case.claim", h->cases[0], NULL, NULL), &why);
	run(s);
	run(t);
	backup(h);
	must(do_act(t, "case.title", h->cases[0], "title", "Ny uppgift"), &why);
	pass_time(h, 60000);
	run(t);
	decide(s, h->cases[0], "avslag", 0);
	while (step(s, LANE_PUSH))
		;
	run(s);
	decide(s, h->cases[0], "bifall",
	       ask_int(s->outbox, "SELECT id FROM item WHERE act = 'case.decide'"));
	pass_time(h, 60000);
	run(s);
	outcome_at_central(h, h->cases[0], outcome);
	assert_string_equal(outcome, "bifall");
	each_item(s, note_refused);
	assert_int_equal(h->refused_count, 1);
	must(restore(h, false, true, &why), &why);
	start(s);
	run(s);
	outcome_at_central(h, h->cases[0], outcome);
	assert_string_equal(outcome, "");
	must(outbox_again(s->outbox, &again, &why), &why);
	assert_int_equal(again.kept_back, 1);
	start(t);
	run(t);
	run(s);
	each_item(s, sign_again);
	pass_time(h, 60000);
	run(s);
	outcome_at_central(h, h->cases[0], outcome);
	assert_string_equal(outcome, "bifall");
	assert_no_refusal_stands(h);
	assert_verifies(h);
	close_house(h);
}

/* Restored twice, and the second time from a copy that has the refusal. */
static void a_refusal_stays_one_whichever_copy_is_put_back(void **state)
{
	struct house *h = open_house(23, 2, 2);
	struct station *s = &h->at[1];
	struct db *newer = NULL;
	struct err why = ERR_INIT;

	(void)state;
	run_all(h);
	backup(h);
	for (int i = 0; i < 2; i++)
		must(do_act(&h->at[i], "case.claim", h->cases[0], NULL, NULL), &why);
	run_all(h);
	run_all(h);
	each_item(s, note_refused);
	assert_int_equal(h->refused_count, 1);
	must(db_open(&newer, ":memory:", DB_CREATE, &central_schema, &why), &why);
	must(db_copy(central_db(h->r.c), newer, &why), &why);
	for (int round = 0; round < 3; round++) {
		if (round == 2)
			must(db_copy(newer, h->copy, &why), &why);
		must(restore(h, false, true, &why), &why);
		start(s);
		live_on(s, 3);
		assert_trouble(s, "fine");
		assert_nothing_waits(s);
		assert_int_equal(ask_int(s->outbox, "SELECT verdict FROM item"), VERDICT_REJECTED);
		assert_int_equal(ask_int(s->outbox, "SELECT state FROM item"), OUTBOX_ACKNOWLEDGED);
		assert_no_refusal_stands(h);
	}
	assert_int_equal(ask_int(s->outbox, "SELECT slot FROM item"), SLOT_OWN);
	must(do_act(s, "note.add", h->cases[1], "text", "Efteråt."), &why);
	live_on(s, 3);
	assert_nothing_waits(s);
	assert_trouble(s, "fine");
	db_close(newer);
	close_house(h);
}

/* A void for the refusal that an older copy had lost is on its way when a newer one,
 * which has the refusal, is put back: no folder was copied. */
static void a_void_that_comes_late_freezes_nobody(void **state)
{
	struct house *h = open_house(23, 2, 2);
	struct station *s = &h->at[1];
	struct db *newer = NULL;
	struct err why = ERR_INIT;

	(void)state;
	run_all(h);
	backup(h);
	for (int i = 0; i < 2; i++)
		must(do_act(&h->at[i], "case.claim", h->cases[0], NULL, NULL), &why);
	run_all(h);
	run_all(h);
	must(db_open(&newer, ":memory:", DB_CREATE, &central_schema, &why), &why);
	must(db_copy(central_db(h->r.c), newer, &why), &why);
	must(restore(h, false, true, &why), &why);
	start(s);
	for (int i = 0; i < 100 && ask_int(s->outbox, "SELECT slot FROM item") != SLOT_WAITS; i++)
		if (!step(s, i % 2 ? LANE_PULL : LANE_PUSH))
			pass_time(h, 11000);
	assert_int_equal(ask_int(s->outbox, "SELECT slot FROM item"), SLOT_WAITS);
	must(db_copy(newer, h->copy, &why), &why);
	must(restore(h, false, true, &why), &why);
	for (int i = 0; i < 20; i++)
		if (!step(s, LANE_PUSH))
			pass_time(h, 11000);
	live_on(s, 3);
	assert_trouble(s, "fine");
	assert_nothing_waits(s);
	assert_int_equal(ask_int(s->outbox, "SELECT verdict FROM item"), VERDICT_REJECTED);
	assert_int_equal(ask_int(s->outbox, "SELECT slot FROM item"), SLOT_OWN);
	assert_no_refusal_stands(h);
	db_close(newer);
	close_house(h);
}

/* --- What the witness does not know ------------------------------------------------------ */

/* Since the copy was made the central has given one answer, of an action that its
 * officer had taken back: nothing of the log is lost, and it starts. */
static void answers_that_are_no_entries_are_given_again_in_the_same_epoch(void **state)
{
	struct house *h = open_house(16, 1, 3);
	struct station *s = &h->at[0];
	struct actor a = { s->cache, s->outbox, &h->r.env.clock, &h->r.env.rng, s->key, 0 };
	struct err why = ERR_INIT;

	(void)state;
	run(s);
	backup(h);
	must(do_act(s, "note.add", h->cases[0], "text", "Fel."), &why);
	must(act_withdraw(&a, ask_int(s->outbox, "SELECT max(id) FROM item"), &why), &why);
	pass_time(h, 60000);
	run(s);
	assert_int_equal(ask_int(s->outbox, "SELECT verdict FROM item"), VERDICT_VOID);
	must(restore(h, false, false, &why), &why);
	must(do_act(s, "note.add", h->cases[1], "text", "Viktigt."), &why);
	live_on(s, 5);
	assert_trouble(s, "fine");
	assert_nothing_waits(s);
	assert_int_equal(h->r.c->diverged, 0);
	assert_verifies(h);
	close_house(h);
}

/* The officer signs before the next pull. */
static void the_operator_hears_of_a_lost_history_when_the_push_finds_it_first(void **state)
{
	struct house *h = open_house(15, 1, 4);
	struct station *s = &h->at[0];
	struct err why = ERR_INIT;

	(void)state;
	run_all(h);
	backup(h);
	work(h, s, 0);
	pass_time(h, 60000);
	while (step(s, LANE_PUSH))
		;
	must(restore(h, true, false, &why), &why);
	must(do_act(s, "case.claim", h->cases[3], NULL, NULL), &why);
	for (int i = 0; i < 10 && step(s, LANE_PUSH); i++)
		;
	live_on(s, 3);
	assert_trouble(s, "diverged");
	assert_true(h->r.c->diverged > 0);
	assert_int_equal(central_trouble(h->r.c, &why), ST_CONFLICT);
	err_clear(&why);
	h->r.c->env.accept_restore = true;
	must(central_crash(h->r.c, &why), &why);
	live_on(s, 5);
	assert_trouble(s, "fine");
	assert_nothing_waits(s);
	close_house(h);
}

/* The folder was put back together with its witness, and a false history was read
 * there; then a newer backup took its place. */
static void no_row_of_a_false_history_stays_when_a_newer_backup_is_put_over_it(void **state)
{
	struct house *h = open_house(12, 3, 8);
	struct db *newer = NULL;
	struct err why = ERR_INIT;

	(void)state;
	run_all(h);
	backup(h);
	for (int i = 0; i < 6; i++)
		must(do_act(&h->at[0], "note.add", h->cases[i], "text", "Sann."), &why);
	pass_time(h, 60000);
	run(&h->at[0]);
	must(db_open(&newer, ":memory:", DB_CREATE, &central_schema, &why), &why);
	must(db_copy(central_db(h->r.c), newer, &why), &why);
	must(restore(h, true, false, &why), &why);
	start(&h->at[2]);
	run(&h->at[2]);
	for (int i = 6; i < 8; i++)
		must(do_act(&h->at[2], "note.add", h->cases[i], "text", "Falsk."), &why);
	pass_time(h, 30000);
	run(&h->at[2]);
	run(&h->at[0]);
	assert_int_equal(central_trouble(h->r.c, &why), ST_CONFLICT);
	err_clear(&why);
	must(db_copy(newer, h->copy, &why), &why);
	must(restore(h, false, true, &why), &why);
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < h->count; i++) {
			start(&h->at[i]);
			live_on(&h->at[i], 2);
			each_item(&h->at[i], sign_again);
		}
		run_all(h);
	}
	for (int i = 0; i < h->count; i++) {
		assert_trouble(&h->at[i], "fine");
		assert_same(h, &h->at[i]);
	}
	assert_verifies(h);
	db_close(newer);
	close_house(h);
}

/* --- What is kept -------------------------------------------------------------------------- */

/* The disk is copied each hour, which sluss-central knows nothing of; and the
 * workstation's clock once stood forty days ahead when the program started. */
static void what_no_backup_has_is_kept_whatever_the_clock_says(void **state)
{
	struct house *h = open_house(20, 1, 3);
	struct station *s = &h->at[0];
	struct err why = ERR_INIT;
	int64_t wall;

	(void)state;
	run(s);
	backup(h);
	for (int i = 0; i < 3; i++)
		must(do_act(s, "note.add", h->cases[i], "text", "Viktigt."), &why);
	pass_time(h, 60000);
	run(s);
	each_item(s, note_signed);
	wall = h->r.wall;
	h->r.wall += 40LL * 86400000;
	start(s);
	h->r.wall = wall;
	assert_int_equal(ask_int(s->outbox, "SELECT count(*) FROM item"), 3);
	must(restore(h, false, true, &why), &why);
	start(s);
	live_on(s, 2);
	assert_trouble(s, "fine");
	assert_each_stands_once(h);
	close_house(h);
}

/* In a backup since long: forty days ahead by the workstation's clock alone are
 * none by the central's. */
static void a_month_is_one_of_the_centrals(void **state)
{
	struct house *h = open_house(21, 1, 3);
	struct station *s = &h->at[0];
	struct err why = ERR_INIT;
	char size[24];
	int64_t wall;

	(void)state;
	for (int i = 0; i < 3; i++)
		must(do_act(s, "note.add", h->cases[i], "text", "Viktigt."), &why);
	pass_time(h, 60000);
	run(s);
	snprintf(size, sizeof(size), "%lld", (long long)central_size(h->r.c));
	must(db_begin(central_db(h->r.c), &why), &why);
	must(meta_set(central_db(h->r.c), "backup_size", size, &why), &why);
	must(meta_set(central_db(h->r.c), "backup_at", "1", &why), &why);
	must(db_commit(central_db(h->r.c), &why), &why);
	live_on(s, 2);
	wall = h->r.wall;
	h->r.wall += 40LL * 86400000;
	start(s);
	h->r.wall = wall;
	assert_int_equal(ask_int(s->outbox, "SELECT count(*) FROM item"), 3);
	pass_time(h, 40LL * 86400000);
	start(s);
	run(s);
	start(s);
	assert_int_equal(ask_int(s->outbox, "SELECT count(*) FROM item"), 1); /* the newest */
	close_house(h);
}

/* The machine that it was put back on is an hour behind: what is new is told by an
 * epoch that follows those of before, whatever the clock says. */
static void a_central_whose_clock_is_behind_is_believed(void **state)
{
	struct house *h = open_house(29, 2, 2);
	struct station *s = &h->at[1];
	struct err why = ERR_INIT;
	char before[UUID_TEXT];

	(void)state;
	run_all(h);
	backup(h);
	for (int i = 0; i < 2; i++)
		must(do_act(&h->at[i], "case.claim", h->cases[0], NULL, NULL), &why);
	run_all(h);
	run_all(h);
	for (int i = 0; i < 2; i++) {
		h->r.wall -= 3600000;
		snprintf(before, sizeof(before), "%s", central_epoch(h->r.c));
		must(restore(h, false, true, &why), &why);
		assert_true(strcmp(central_epoch(h->r.c), before) > 0);
	}
	start(s);
	must(do_act(s, "note.add", h->cases[1], "text", "Efteråt."), &why);
	live_on(s, 20);
	assert_nothing_waits(s);
	close_house(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_case_seen_by_a_grant_comes_back),
		cmocka_unit_test(a_case_of_the_contact_center_comes_back),
		cmocka_unit_test(a_case_that_went_with_a_scope_comes_back),
		cmocka_unit_test(a_case_that_had_left_before_the_first_sync_comes_back),
		cmocka_unit_test(a_decision_that_was_replaced_does_not_stand_after_a_restore),
		cmocka_unit_test(a_refusal_stays_one_whichever_copy_is_put_back),
		cmocka_unit_test(answers_that_are_no_entries_are_given_again_in_the_same_epoch),
		cmocka_unit_test(the_operator_hears_of_a_lost_history_when_the_push_finds_it_first),
		cmocka_unit_test(
			no_row_of_a_false_history_stays_when_a_newer_backup_is_put_over_it),
		cmocka_unit_test(what_no_backup_has_is_kept_whatever_the_clock_says),
		cmocka_unit_test(a_month_is_one_of_the_centrals),
		cmocka_unit_test(a_void_that_comes_late_freezes_nobody),
		cmocka_unit_test(a_central_whose_clock_is_behind_is_believed),
	};

	return cmocka_run_group_tests_name("sim/put_back", tests, NULL, NULL);
}
