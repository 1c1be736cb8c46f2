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

static bool in_file(const char *name, const char *word)
{
	const struct drive_file *f = drive_file(name);

	return f->there && f->now.n > 0 && memmem(f->now.p, f->now.n, word, strlen(word)) != NULL;
}

/* The rights to it may be gone before the same page comes again. */
static void words_that_were_never_committed_leave_the_log(void **state)
{
	const struct drive_chance fails = { no_flush, NULL, NULL }, fine = { NULL, NULL, NULL };
	struct err why = ERR_INIT;
	struct db *db = NULL;

	(void)state;
	drive_chance(&fine, 1);
	must(cache_open(&db, "/w/cache.db", &why), &why);
	must(db_exec(db, "PRAGMA synchronous = FULL", &why), &why);
	must(db_exec(db, "INSERT INTO meta(name, number, words) VALUES('y', 1, '')", &why), &why);
	drive_chance(&fails, 1);
	assert_int_not_equal(
		db_exec(db, "INSERT INTO meta(name, number, words) VALUES('x', 1, 'Xylofonmakeri')",
			&why),
		ST_OK);
	drive_chance(&fine, 1);
	assert_true(in_file("/w/cache.db-wal", "Xylofonmakeri"));
	must(cache_purge_log(db, &why), &why);
	assert_false(in_file("/w/cache.db-wal", "Xylofonmakeri"));
	assert_false(in_file("/w/cache.db", "Xylofonmakeri"));
	cache_close(db);
}

static int disk_up(void **state)
{
	struct err why = ERR_INIT;

	(void)state;
	must(drive_start(&why), &why);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			what_a_start_finds_of_a_commit_whose_flush_failed_outlives_the_power),
		cmocka_unit_test(words_that_were_never_committed_leave_the_log),
	};

	return cmocka_run_group_tests(tests, disk_up, NULL);
}
