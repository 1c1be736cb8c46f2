/* SPDX-License-Identifier: EUPL-1.2 */
/* An outbox on a disk that fails, and whose power is cut. */
#include "tests/unit/central/rig.h"

#include "cache/cache.h"
#include "sim/drive.h"
#include "sql/db.h"

#include "base/banned.h"

#define PLACE "/w/outbox.db"
#define PUT_DRAFT(id)                                                                              \
	"INSERT INTO draft(case_id, kind, words, changed_at) VALUES('" id "', 'note', 'ord', 1)"

static enum drive_answer no_flush(void *ctx, enum drive_op op, const char *name)
{
	(void)ctx;
	(void)name;
	return op == DRIVE_SYNC ? DRIVE_EIO : DRIVE_FINE;
}

static struct db *start(void)
{
	struct err why = ERR_INIT;
	struct db *db = NULL;

	must(outbox_open(&db, PLACE, &why), &why);
	return db;
}

/* The process ends without a word to the file. */
static void stop(struct db *db)
{
	drive_detach("/w/");
	cache_close(db);
	drive_kill("/w/");
}

static bool kept(struct db *db)
{
	struct stmt *q = db_stmt(db, "SELECT 1 FROM draft WHERE case_id = 'a'");
	bool yes = stmt_step(q, NULL) == ST_OK;

	stmt_reset(q);
	return yes;
}

/* It was told to have failed, and the next program finds it: from then on it
 * either stands or never did. */
static void what_a_start_finds_of_a_commit_whose_flush_failed_outlives_the_power(void **state)
{
	const struct drive_chance fails = { no_flush, NULL, NULL }, fine = { NULL, NULL, NULL };
	struct err why = ERR_INIT;
	struct db *db;
	bool found;

	(void)state;
	must(drive_start(&why), &why);
	drive_chance(&fine, 1);
	db = start();
	must(db_exec(db, PUT_DRAFT("b"), &why), &why); /* the log has begun */
	drive_chance(&fails, 1);
	assert_int_not_equal(db_exec(db, PUT_DRAFT("a"), &why), ST_OK);
	stop(db);
	drive_chance(&fine, 1);
	db = start();
	found = kept(db);
	stop(db);
	drive_cut("/w/");
	db = start();
	assert_int_equal(kept(db), found);
	cache_close(db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			what_a_start_finds_of_a_commit_whose_flush_failed_outlives_the_power),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
