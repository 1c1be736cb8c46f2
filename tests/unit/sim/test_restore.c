/* SPDX-License-Identifier: EUPL-1.2 */
/* Workstations and the central itself, put back to an older copy: what was
 * answered after the copy stands again, once, and each officer is told. */
#include "tests/unit/sim/house.h"

#include "base/banned.h"

/* --- The claims ---------------------------------------------------------------------- */

static void after_an_hour_is_lost_each_of_two_hundred_officers_actions_stands_once(void **state)
{
	struct house *h = open_house(1, MANY, CASES);
	struct outbox_again again;
	struct outbox_counts n;
	struct sync_status now;
	struct err why = ERR_INIT;
	int64_t kept_back = 0, sent = 0, standing = 0, told = 0, conflicts = 0, before, lost,
		rows = 0, left = 0;

	(void)state;
	/* Of a case that is told again, the entries before the backup are too. */
	for (int i = 0; i < h->count; i += 17)
		work(h, &h->at[i], 2);
	run_all(h);
	run_all(h);
	backup(h);
	for (int turn = 0; turn < 2; turn++) {
		for (int i = 0; i < h->count; i++)
			work(h, &h->at[i], turn);
		pass_time(h, 30 * 60 * 1000);
		run_all(h);
		for (int i = 0; i < h->count; i++)
			each_item(&h->at[i], go_on);
	}
	pass_time(h, 60000);
	run_all(h);
	run_all(h);
	for (int i = 0; i < h->count; i++) {
		each_item(&h->at[i], note_signed);
		each_item(&h->at[i], note_refused);
	}
	before = central_size(h->r.c);
	lost = beyond_the_backup(h);
	assert_true(h->signed_count > 2 * MANY);
	assert_int_equal(restore(h, false, false, &why), ST_REFUSED);
	assert_string_equal(why.code, "history-lost");
	must(restore(h, false, true, &why), &why);
	/* Who was late the first time comes first now. */
	for (int i = h->count - 1; i >= 0; i--) {
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
		kept_back += again.kept_back;
		told += again.sent > 0;
		conflicts += n.conflicts;
		assert_int_equal(again.waiting, 0);
	}
	assert_int_equal(told, MANY);
	assert_int_equal(sent + kept_back, lost);
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < h->count; i++)
			each_item(&h->at[i], sign_again);
		run_all(h);
	}
	for (int i = 0; i < h->signed_count; i++)
		left += stands(h, h->signed_iid[i]) != 1;
	print_message(
		"restore: %d officers, %d actions acknowledged after the backup, %lld entries "
		"lost; offered again %lld: %lld stand at once, %lld conflicts signed again; %d refused "
		"before, %lld of them kept back; "
		"acknowledged and not standing once in the end: %lld; officers told %lld of "
		"%d; rows fetched by each %lld, of %lld cases\n",
		MANY, h->signed_count,
		(long long)(before - ask_int(h->copy, "SELECT seq FROM feed_head")),
		(long long)sent, (long long)standing, (long long)conflicts, h->refused_count,
		(long long)kept_back, (long long)left, (long long)told, MANY,
		(long long)(rows / MANY), (long long)h->case_count);
	assert_each_stands_once(h);
	assert_no_refusal_stands(h);
	assert_int_equal(kept_back, h->refused_count);
	run_all(h);
	for (int i = 0; i < h->count; i += 3)
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
