/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <fcntl.h>
#include <cmocka.h>

#include "app/home.h"
#include "folder.h"
#include "sql/db.h"

#include "base/banned.h"

struct at_home {
	char dir[FOLDER_PATH];
	struct home h;
};

static int setup(void **state)
{
	struct at_home *t = calloc(1, sizeof(*t));

	assert_non_null(t);
	folder_make(t->dir);
	*state = t;
	return 0;
}

static int teardown(void **state)
{
	struct at_home *t = *state;
	char sub[FOLDER_PATH + 10];

	home_close(&t->h);
	snprintf(sub, sizeof(sub), "%s/state", t->dir);
	folder_drop(sub);
	folder_drop(t->dir);
	free(t);
	return 0;
}

static unsigned mode_of(const char *path)
{
	struct stat s;

	assert_int_equal(stat(path, &s), 0);
	return s.st_mode & 0777;
}

static void folders_and_files_are_the_officers_alone(void **state)
{
	struct at_home *t = *state;

	assert_int_equal(chmod(t->dir, 0755), 0);
	assert_int_equal(home_open(&t->h, NULL), ST_OK);
	assert_int_equal(home_open_files(&t->h, NULL), ST_OK);
	assert_int_equal(mode_of(t->h.data), 0700);
	assert_int_equal(mode_of(t->h.state), 0700);
	assert_int_equal(mode_of(t->h.runtime), 0700);
	assert_int_equal(mode_of(t->h.cache_path), 0600);
	assert_int_equal(mode_of(t->h.outbox_path), 0600);
	assert_false(t->h.enrolled);
}

static void a_folder_for_everybody_is_no_home(void **state)
{
	struct at_home *t = *state;
	struct err why = ERR_INIT;

	assert_int_equal(chmod(t->dir, 01777), 0);
	assert_int_equal(home_open(&t->h, &why), ST_REFUSED);
	assert_string_equal(why.code, "home-mode");
	assert_non_null(strstr(why.text, "1777"));
	assert_int_equal(mode_of(t->dir), 0777);
}

static void write_at(const char *path, off_t where, const char *bytes, size_t n)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, bytes, n, where), (ssize_t)n);
	close(fd);
}

static void a_damaged_cache_is_put_aside_and_the_outbox_kept(void **state)
{
	struct at_home *t = *state;
	char aside[FOLDER_PATH + 40];

	assert_int_equal(home_open(&t->h, NULL), ST_OK);
	assert_int_equal(home_open_files(&t->h, NULL), ST_OK);
	home_close(&t->h);
	write_at(t->h.cache_path, 0, "this is no database at all", 26);
	assert_int_equal(home_open(&t->h, NULL), ST_OK);
	assert_int_equal(home_open_files(&t->h, NULL), ST_OK);
	assert_true(t->h.cache_renewed);
	snprintf(aside, sizeof(aside), "%s.damaged", t->h.cache_path);
	assert_int_equal(access(aside, F_OK), 0);
}

/* Only the page that names are read from is damaged, so that it opens. */
static void so_is_one_that_fails_only_when_it_is_read(void **state)
{
	struct at_home *t = *state;
	char aside[FOLDER_PATH + 40], waste[4096];
	struct stmt *q;
	int64_t page;

	assert_int_equal(home_open(&t->h, NULL), ST_OK);
	assert_int_equal(home_open_files(&t->h, NULL), ST_OK);
	q = db_stmt(t->h.cache, "SELECT rootpage FROM sqlite_schema WHERE name = 'catalog'");
	assert_int_equal(stmt_step(q, NULL), ST_OK);
	page = stmt_col_int(q, 0);
	stmt_reset(q);
	home_close(&t->h);
	memset(waste, 0xa5, sizeof(waste));
	write_at(t->h.cache_path, (page - 1) * 4096, waste, sizeof(waste));
	assert_int_equal(home_open(&t->h, NULL), ST_OK);
	assert_int_equal(home_open_files(&t->h, NULL), ST_OK);
	assert_true(t->h.cache_renewed);
	snprintf(aside, sizeof(aside), "%s.damaged", t->h.cache_path);
	assert_int_equal(access(aside, F_OK), 0);
}

/* Damage deep in the file shows in a sync, not at the start. */
static void so_is_one_that_was_found_damaged_by_a_sync(void **state)
{
	struct at_home *t = *state;
	struct err why = ERR_INIT;

	assert_int_equal(home_open(&t->h, NULL), ST_OK);
	assert_int_equal(home_open_files(&t->h, NULL), ST_OK);
	err_set(&why, ST_BROKEN, "database-damaged", "%s: row 1 missing", t->h.outbox_path);
	home_distrust(&t->h, &why);
	home_close(&t->h);
	assert_int_equal(home_open(&t->h, NULL), ST_OK);
	assert_int_equal(home_open_files(&t->h, NULL), ST_OK);
	assert_false(t->h.cache_renewed);
	err_clear(&why);
	err_set(&why, ST_BROKEN, "database-damaged", "%s: row 1 missing", t->h.cache_path);
	home_distrust(&t->h, &why);
	home_close(&t->h);
	assert_int_equal(home_open(&t->h, NULL), ST_OK);
	assert_int_equal(home_open_files(&t->h, NULL), ST_OK);
	assert_true(t->h.cache_renewed);
	home_close(&t->h);
	assert_int_equal(home_open(&t->h, NULL), ST_OK);
	assert_int_equal(home_open_files(&t->h, NULL), ST_OK);
	assert_false(t->h.cache_renewed);
}

/* Another process writes to it: it is made anew when that one has ended. */
static void one_that_another_window_has_open_is_not_taken_from_it(void **state)
{
	struct at_home *t = *state;
	int lock = -1;

	assert_int_equal(home_open(&t->h, NULL), ST_OK);
	assert_int_equal(home_open_files(&t->h, NULL), ST_OK);
	cache_distrust(t->h.cache_path);
	assert_int_equal(pusher_lock(&lock, t->h.lock_path, NULL), ST_OK);
	home_close(&t->h);
	assert_int_equal(home_open(&t->h, NULL), ST_OK);
	assert_int_equal(home_open_files(&t->h, NULL), ST_OK);
	assert_false(t->h.cache_renewed);
	close(lock);
	home_close(&t->h);
	assert_int_equal(home_open(&t->h, NULL), ST_OK);
	assert_int_equal(home_open_files(&t->h, NULL), ST_OK);
	assert_true(t->h.cache_renewed);
}

static void a_damaged_outbox_is_left_as_it_is(void **state)
{
	struct at_home *t = *state;
	char text[27] = "";
	struct err why = ERR_INIT;
	int fd;

	assert_int_equal(home_open(&t->h, NULL), ST_OK);
	assert_int_equal(home_open_files(&t->h, NULL), ST_OK);
	home_close(&t->h);
	write_at(t->h.outbox_path, 0, "this is no database at all", 26);
	assert_int_equal(home_open(&t->h, NULL), ST_OK);
	assert_int_equal(home_open_files(&t->h, &why), ST_BROKEN);
	assert_string_equal(why.code, "outbox-damaged");
	fd = open(t->h.outbox_path, O_RDONLY | O_CLOEXEC);
	assert_int_equal(read(fd, text, 26), 26);
	close(fd);
	assert_string_equal(text, "this is no database at all");
}

/* user_version stands at byte 60 of a SQLite file, big-endian. */
static void a_cache_of_a_newer_release_is_refused_untouched(void **state)
{
	struct at_home *t = *state;
	struct err why = ERR_INIT;
	char version[4] = "";
	int fd;

	assert_int_equal(home_open(&t->h, NULL), ST_OK);
	assert_int_equal(home_open_files(&t->h, NULL), ST_OK);
	home_close(&t->h);
	write_at(t->h.cache_path, 60, "\0\0\1\0", 4);
	assert_int_equal(home_open(&t->h, NULL), ST_OK);
	assert_int_equal(home_open_files(&t->h, &why), ST_REFUSED);
	assert_string_equal(why.code, "newer-version");
	assert_non_null(strstr(why.text, "cache.db"));
	assert_non_null(strstr(why.text, "not touched"));
	fd = open(t->h.cache_path, O_RDONLY | O_CLOEXEC);
	assert_int_equal(pread(fd, version, 4, 60), 4);
	close(fd);
	assert_memory_equal(version, "\0\0\1\0", 4);
}

/* Nothing is made where somebody only looks. */
static void looking_for_a_home_makes_none(void **state)
{
	struct at_home *t = *state;
	char path[FOLDER_PATH + 20];

	snprintf(path, sizeof(path), "%s/no/such", t->dir);
	assert_int_equal(setenv("SLUSS_HOME", path, 1), 0);
	assert_int_equal(home_open(&t->h, NULL), ST_OK);
	assert_false(home_there(&t->h));
	assert_int_not_equal(access(path, F_OK), 0);
	assert_int_equal(setenv("SLUSS_HOME", t->dir, 1), 0);
}

/* The file alone, and the file with what its log holds. */
static void a_home_that_cannot_be_written_can_be_read(void **state)
{
	struct at_home *t = *state;
	struct err why = ERR_INIT;

	assert_int_equal(home_open(&t->h, NULL), ST_OK);
	assert_int_equal(home_open_files(&t->h, NULL), ST_OK);
	home_close(&t->h);
	assert_int_equal(home_open(&t->h, NULL), ST_OK);
	assert_int_equal(home_open_to_read(&t->h, &why), ST_OK);
	assert_true(t->h.read_only);
	assert_int_equal(cache_touch(t->h.cache, &why), ST_BROKEN);
}

static void a_wrong_configuration_stops_before_anything_is_made(void **state)
{
	struct at_home *t = *state;
	struct err why = ERR_INIT;
	char path[FOLDER_PATH + 20];

	folder_file(t->dir, "sluss.conf", "decide.offline = kanske\n");
	assert_int_equal(home_open(&t->h, &why), ST_BAD_INPUT);
	assert_non_null(strstr(why.text, "sluss.conf:1:18"));
	snprintf(path, sizeof(path), "%s/outbox.db", t->dir);
	assert_int_not_equal(access(path, F_OK), 0);
}

static void without_a_key_the_home_is_locked(void **state)
{
	struct at_home *t = *state;
	struct err why = ERR_INIT;

	assert_int_equal(home_open(&t->h, NULL), ST_OK);
	assert_int_equal(home_open_files(&t->h, NULL), ST_OK);
	assert_null(home_actor(&t->h).key);
	assert_int_equal(home_unlock(&t->h, str_of("kanin plog segel"), &why), ST_NONE);
	assert_null(t->h.key);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(folders_and_files_are_the_officers_alone, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_folder_for_everybody_is_no_home, setup, teardown),
		cmocka_unit_test_setup_teardown(a_damaged_cache_is_put_aside_and_the_outbox_kept,
						setup, teardown),
		cmocka_unit_test_setup_teardown(so_is_one_that_was_found_damaged_by_a_sync, setup,
						teardown),
		cmocka_unit_test_setup_teardown(
			one_that_another_window_has_open_is_not_taken_from_it, setup, teardown),
		cmocka_unit_test_setup_teardown(so_is_one_that_fails_only_when_it_is_read, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_damaged_outbox_is_left_as_it_is, setup, teardown),
		cmocka_unit_test_setup_teardown(a_cache_of_a_newer_release_is_refused_untouched,
						setup, teardown),
		cmocka_unit_test_setup_teardown(looking_for_a_home_makes_none, setup, teardown),
		cmocka_unit_test_setup_teardown(a_home_that_cannot_be_written_can_be_read, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_wrong_configuration_stops_before_anything_is_made,
						setup, teardown),
		cmocka_unit_test_setup_teardown(without_a_key_the_home_is_locked, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
