/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sql/db.h"

#include "base/banned.h"

static const char *const steps[] = {
	"CREATE TABLE a(x INTEGER NOT NULL, y TEXT); INSERT INTO a VALUES(1, 'first');",
	"CREATE TABLE b(x); INSERT INTO b SELECT x FROM a;",
	"ALTER TABLE a ADD COLUMN z;",
};
static const struct db_schema schema = { "the box of the test", 0x54455354, 3, steps };
static const struct db_schema old = { "the box of the test", 0x54455354, 2, steps };
static const struct db_schema foreign = { "another box", 0x4F544852, 3, steps };

/* A folder of its own, with room for a path in it. */
static int make_folder(void **state)
{
	char *dir = strdup("/tmp/sluss-db-XXXXXX");

	*state = dir;
	return dir && mkdtemp(dir) ? 0 : -1;
}

static int remove_folder(void **state)
{
	static const char *const ends[] = { "", "-wal", "-shm" };
	char path[80];

	for (int i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/db%s", (char *)*state, ends[i]);
		unlink(path);
	}
	rmdir(*state);
	free(*state);
	return 0;
}

static const char *path_in(void **state)
{
	static char path[80];

	snprintf(path, sizeof(path), "%s/db", (char *)*state);
	return path;
}

static struct db *open_box(void **state)
{
	struct db *db = NULL;

	assert_int_equal(db_open(&db, path_in(state), DB_CREATE, &schema, NULL), ST_OK);
	return db;
}

static int64_t number(struct db *db, const char *sql)
{
	int64_t v;

	assert_int_equal(db_get_int(db, sql, &v, -1, NULL), ST_OK);
	return v;
}

/* Exit code of a process that opens the box: 0, or the status. Locks of the
 * others are no failure. */
static int open_in_process(const char *path)
{
	struct db *db = NULL;
	enum status st;

	do
		st = db_open(&db, path, DB_CREATE, &schema, NULL);
	while (st == ST_RETRY);
	db_close(db);
	return (int)st;
}

static void processes_that_open_a_new_file_at_once_all_get_it_whole(void **state)
{
	enum { PROCESSES = 6 };
	const char *path = path_in(state);
	struct db *db;

	for (int round = 0; round < 15; round++) {
		pid_t child[PROCESSES];

		unlink(path);
		for (int i = 0; i < PROCESSES; i++) {
			child[i] = fork();
			assert_true(child[i] >= 0);
			if (child[i] == 0)
				_exit(open_in_process(path));
		}
		for (int i = 0; i < PROCESSES; i++) {
			int how = -1;

			assert_int_equal(waitpid(child[i], &how, 0), child[i]);
			assert_true(WIFEXITED(how));
			assert_int_equal(WEXITSTATUS(how), ST_OK);
		}
		db = open_box(state);
		assert_int_equal(number(db, "PRAGMA user_version"), 3);
		assert_int_equal(number(db, "SELECT count(*) FROM b"), 1);
		assert_int_equal(db_check(db, NULL), ST_OK);
		db_close(db);
	}
}

static void a_newer_or_a_foreign_file_is_refused_unchanged(void **state)
{
	struct db *db = open_box(state);
	struct err why = ERR_INIT;

	db_close(db);
	assert_int_equal(db_open(&db, path_in(state), 0, &old, &why), ST_REFUSED);
	assert_string_equal(why.code, "newer-version");
	assert_null(db);
	err_clear(&why);
	assert_int_equal(db_open(&db, path_in(state), 0, &foreign, &why), ST_BROKEN);
	assert_non_null(strstr(why.text, "this is not another box"));
	db = open_box(state);
	assert_int_equal(number(db, "PRAGMA user_version"), 3);
	db_close(db);
}

static void a_missing_file_is_made_only_when_asked(void **state)
{
	struct db *db;

	assert_int_equal(db_open(&db, path_in(state), 0, &schema, NULL), ST_NONE);
	assert_int_not_equal(access(path_in(state), F_OK), 0);
	db = open_box(state);
	db_close(db);
	assert_int_equal(db_open(&db, path_in(state), 0, &schema, NULL), ST_OK);
	db_close(db);
}

static void a_value_that_could_not_be_bound_is_not_written_as_null(void **state)
{
	struct db *db = open_box(state);
	struct err why = ERR_INIT;
	struct stmt *q = db_stmt(db, "INSERT INTO b VALUES(?1)");

	stmt_cstr(q, 2, "there is no second");
	assert_int_equal(stmt_run(q, &why), ST_BROKEN);
	assert_int_equal(number(db, "SELECT count(*) FROM b"), 1);
	/* Asked for anew, the statement is as good as before. */
	q = db_stmt(db, "INSERT INTO b VALUES(?1)");
	stmt_int(q, 1, 7);
	assert_int_equal(stmt_run(q, NULL), ST_OK);
	assert_int_equal(number(db, "SELECT max(x) FROM b"), 7);
	db_close(db);
}

static bool never(void *ctx)
{
	++*(int *)ctx;
	return false;
}

static void a_commit_that_may_not_be_undoes_everything(void **state)
{
	struct db *db = open_box(state);
	struct err why = ERR_INIT;
	int asked = 0;

	db_on_commit(db, never, &asked);
	assert_int_equal(db_begin(db, NULL), ST_OK);
	assert_int_equal(db_exec(db, "DELETE FROM a", NULL), ST_OK);
	assert_int_equal(db_commit(db, &why), ST_BROKEN);
	assert_string_equal(why.code, "crash");
	assert_int_equal(asked, 1);
	assert_int_equal(number(db, "SELECT count(*) FROM a"), 1);
	/* Nothing is left open, and reading needs no leave. */
	assert_int_equal(db_begin_read(db, NULL), ST_OK);
	assert_int_equal(db_commit(db, NULL), ST_OK);
	assert_int_equal(asked, 1);
	db_close(db);
}

static bool at_once(void *ctx)
{
	++*(int *)ctx;
	return true;
}

static void a_long_read_ends_when_it_is_asked_to_and_can_be_done_again(void **state)
{
	static const char sum[] = "WITH RECURSIVE t(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM t"
				  " WHERE i < 100000) SELECT sum(i) FROM t";
	struct db *db = open_box(state);
	struct err why = ERR_INIT;
	int asked = 0;

	db_stop_when(db, at_once, &asked);
	assert_int_equal(db_begin_read(db, NULL), ST_OK);
	assert_int_equal(stmt_step(db_stmt(db, sum), &why), ST_RETRY);
	assert_string_equal(why.code, "stopped");
	assert_int_equal(asked, 1);
	/* What is short is not ended, and the snapshot is there still. */
	assert_int_equal(number(db, "SELECT count(*) FROM a"), 1);
	db_stop_when(db, NULL, NULL);
	assert_int_equal(number(db, sum), 5000050000);
	db_rollback(db);
	db_close(db);
}

static void a_constraint_and_a_bad_text_are_told_apart(void **state)
{
	struct db *db = open_box(state);
	struct err why = ERR_INIT;
	struct stmt *q = db_stmt(db, "INSERT INTO a(x) VALUES(?1)");

	stmt_null(q, 1);
	assert_int_equal(stmt_run(q, &why), ST_CONFLICT);
	assert_string_equal(why.code, "constraint");
	err_clear(&why);
	q = db_stmt(db, "SELECT x FROM nowhere");
	stmt_int(q, 1, 1);
	assert_int_equal(stmt_run(q, &why), ST_BROKEN);
	assert_non_null(strstr(why.text, "nowhere"));
	db_close(db);
}

static void a_backup_is_whole_private_and_writes_over_nothing(void **state)
{
	struct db *db = open_box(state), *copy = NULL;
	struct err why = ERR_INIT;
	struct stat facts;
	char path[80];

	snprintf(path, sizeof(path), "%s/copy", (char *)*state);
	assert_int_equal(db_backup(db, path, NULL, NULL), ST_OK);
	assert_int_equal(stat(path, &facts), 0);
	assert_int_equal(facts.st_mode & 0777, 0600);
	assert_int_equal(db_exec(db, "DELETE FROM b", NULL), ST_OK);
	assert_int_equal(db_backup(db, path, NULL, &why), ST_CONFLICT);
	assert_string_equal(why.code, "file-exists");
	assert_int_equal(db_open(&copy, path, 0, &schema, NULL), ST_OK);
	assert_int_equal(number(copy, "SELECT count(*) FROM b"), 1);
	/* And back, over what was changed since. */
	assert_int_equal(db_copy(copy, db, NULL), ST_OK);
	assert_int_equal(number(db, "SELECT count(*) FROM b"), 1);
	db_close(copy);
	db_close(db);
	unlink(path);
}

static void texts_put_together_are_kept_by_content_and_not_without_bound(void **state)
{
	struct db *db = open_box(state);
	struct err why = ERR_INIT;
	struct stmt *kept;

	for (int round = 0; round < 2; round++)
		for (int i = 0; i < 3 * DB_TEXTS; i++) {
			char sql[64];
			struct stmt *q;

			snprintf(sql, sizeof(sql), "SELECT %d + ?1", i);
			q = db_stmt_text(db, sql);
			stmt_int(q, 1, 1000);
			assert_int_equal(stmt_step(q, NULL), ST_OK);
			assert_int_equal(stmt_col_int(q, 0), i + 1000);
		}
	kept = db_stmt_text(db, "SELECT ?1");
	assert_true(db_stmt_text(db, strdupa("SELECT ?1")) == kept);
	/* Bindings of the last use are gone. */
	stmt_int(kept, 1, 7);
	kept = db_stmt_text(db, "SELECT ?1");
	assert_int_equal(stmt_step(kept, NULL), ST_OK);
	assert_true(stmt_col_null(kept, 0));
	assert_int_equal(stmt_run(db_stmt_text(db, "SELECT nonsense("), &why), ST_BROKEN);
	db_close(db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(t) cmocka_unit_test_setup_teardown(t, make_folder, remove_folder)
		TEST(processes_that_open_a_new_file_at_once_all_get_it_whole),
		TEST(a_newer_or_a_foreign_file_is_refused_unchanged),
		TEST(a_missing_file_is_made_only_when_asked),
		TEST(a_value_that_could_not_be_bound_is_not_written_as_null),
		TEST(a_commit_that_may_not_be_undoes_everything),
		TEST(a_backup_is_whole_private_and_writes_over_nothing),
		TEST(a_long_read_ends_when_it_is_asked_to_and_can_be_done_again),
		TEST(a_constraint_and_a_bad_text_are_told_apart),
		TEST(texts_put_together_are_kept_by_content_and_not_without_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
