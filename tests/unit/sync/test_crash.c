/* SPDX-License-Identifier: EUPL-1.2 */
/* The process dies at every commit in turn; after a restart the end is the
 * same as without it. */
#include "tests/unit/sync/desk.h"

#include "base/banned.h"

struct death {
	int at; /* die instead of this commit, counted from 1 */
	int commits;
	bool dead;
};

static bool may_commit(void *ctx)
{
	struct death *k = ctx;

	k->commits++;
	if (k->commits == k->at)
		k->dead = true;
	return !k->dead;
}

static void revive(struct desk *d, struct death *k)
{
	if (!k->dead)
		return;
	k->dead = false;
	desk_restart(d);
}

/* One thing an officer does; done again when the process died before it was
 * durable. */
struct deed {
	int i;
	const char *act, *arg, *value;
	bool undo;
};

static const struct deed deeds[] = {
	{ 0, "case.claim", NULL, NULL, false },
	{ 0, "case.deadline", "due", "2026-12-20", false },
	{ 1, "note.add", "text", "Fel ärende.", true },
	{ 1, "case.claim", NULL, NULL, false },
	{ 0, "note.add", "text", "Ringde sökanden.", false },
};
enum { DEEDS = sizeof(deeds) / sizeof(deeds[0]) };

static int64_t do_deed(struct desk *d, struct death *k, const struct deed *w)
{
	struct act_result r = { 0 };

	for (int tries = 0; tries < 3; tries++) {
		struct err why = ERR_INIT;
		enum status st = desk_act(d, w->i, w->act, w->arg, w->value, &r, &why);

		revive(d, k);
		if (st == ST_OK)
			return r.item;
		assert_string_equal(why.code, "crash");
	}
	fail_msg("%s does not come through", w->act);
	return 0;
}

static void undo_deed(struct desk *d, struct death *k, int64_t item)
{
	struct actor a = desk_actor(d);

	for (int tries = 0; tries < 3; tries++) {
		struct err why = ERR_INIT;
		enum status st = act_withdraw(&a, item, &why);

		revive(d, k);
		/* Dead after it was durable: the void stands already. */
		if (st == ST_OK || strcmp(why.code, "already-answered") == 0)
			return;
		assert_string_equal(why.code, "crash");
	}
	fail_msg("the withdrawal does not come through");
}

static void run_on(struct desk *d, struct death *k)
{
	for (int i = 0; i < 60; i++) {
		struct err why = ERR_INIT;
		enum status st = desk_run(d, &why);

		revive(d, k);
		if (st == ST_OK && sync_idle(d->sync))
			return;
		assert_true(st == ST_OK || strcmp(why.code, "crash") == 0);
		d->wall += 31000;
		d->boot += 31000;
	}
	fail_msg("no rest");
}

/* The officer's day; how many commits it took. */
static int live(int die_at, int lose_replies)
{
	struct desk *d = desk_open();
	struct death k = { .at = die_at };
	struct case_row row = CASE_ROW_INIT;
	struct sync_status s;

	db_on_commit(d->cache, may_commit, &k);
	db_on_commit(d->outbox, may_commit, &k);
	run_on(d, &k);
	d->lose_replies = lose_replies;
	for (int i = 0; i < DEEDS; i++) {
		int64_t item = do_deed(d, &k, &deeds[i]);

		if (deeds[i].undo)
			undo_deed(d, &k, item);
	}
	run_on(d, &k);

	assert_int_equal(d->log_count, DEEDS - 1);
	assert_each_once(d);
	desk_see(d, 0, &row);
	assert_string_equal(row.file.assignee, "britt.a");
	assert_string_equal(row.file.due_on, "2026-12-20");
	assert_int_equal(row.file.n, 5);
	assert_int_equal(row.pending, 0);
	desk_see(d, 1, &row);
	assert_string_equal(row.file.assignee, "britt.a");
	assert_int_equal(row.file.n, 3);
	sync_status(d->sync, &s);
	assert_int_equal(s.outbox.waiting, 0);
	case_row_release(&row);
	desk_close(d);
	return k.commits;
}

static void a_death_at_any_commit_changes_nothing_in_the_end(void **state)
{
	int commits = live(0, 0);

	(void)state;
	assert_true(commits > 15);
	for (int at = 1; at <= commits; at++)
		live(at, 0);
	print_message("%d commits, a death at each\n", commits);
}

static void a_death_at_any_commit_while_replies_are_lost(void **state)
{
	int commits = live(0, 1);

	(void)state;
	for (int at = 1; at <= commits; at++)
		live(at, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_death_at_any_commit_changes_nothing_in_the_end),
		cmocka_unit_test(a_death_at_any_commit_while_replies_are_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
