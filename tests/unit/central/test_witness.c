/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/unit/central/folder_rig.h"

#include "base/banned.h"

/* The file that was last made sure to be on disk, and how long it was then. */
static struct {
	int64_t bytes;
	ino_t file;
} synced;

int __real_fsync(int fd);
int __wrap_fsync(int fd);

int __wrap_fsync(int fd)
{
	struct stat st;

	if (fstat(fd, &st) == 0) {
		synced.bytes = (int64_t)st.st_size;
		synced.file = st.st_ino;
	}
	return __real_fsync(fd);
}

static void intake(struct folder *f, const char *key)
{
	assert_int_equal(rig_intake(&f->r, "BYGGLOV", key, "{\"title\":\"x\"}"), 201);
}

/* Stop the central, put an older copy of the database back. */
static void restore(struct folder *f, const struct strbuf *copy)
{
	char path[300];

	snprintf(path, sizeof(path), "%s/central.db-wal", f->dir);
	unlink(path);
	snprintf(path, sizeof(path), "%s/central.db-shm", f->dir);
	unlink(path);
	folder_write(f, "central.db", copy);
}

static void backup(struct folder *f, struct strbuf *copy)
{
	assert_int_equal(db_checkpoint(central_db(f->r.c), NULL), ST_OK);
	folder_read(f, "central.db", copy);
}

static void a_folder_is_made_once_and_its_key_is_for_one_reader(void **state)
{
	struct folder f;
	struct err why = ERR_INIT;
	struct stat st;
	char path[300];

	(void)state;
	folder_make_one(&f, 1);
	snprintf(path, sizeof(path), "%s/keys", f.dir);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	snprintf(path, sizeof(path), "%s/keys/central.key", f.dir);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(central_init_dir(f.dir, "Annan", f.conf, &f.r.env, &why), ST_CONFLICT);
	assert_string_equal(why.code, "already-there");
	folder_close(&f);
}

/* A commit that is not on disk when it returns is lost to a power cut after its
 * answer has left; both a new folder and one that was opened again. */
static void a_commit_is_on_disk_before_its_answer_leaves(void **state)
{
	struct folder f;

	(void)state;
	folder_make_one(&f, 3);
	for (int i = 0; i < 2; i++) {
		struct db *db = central_db(f.r.c);
		int64_t full = 0, wiped = 0;

		assert_int_equal(db_get_int(db, "PRAGMA synchronous", &full, 0, NULL), ST_OK);
		assert_int_equal(db_get_int(db, "PRAGMA secure_delete", &wiped, 0, NULL), ST_OK);
		assert_int_equal(full, 2); /* FULL */
		assert_int_equal(wiped, 1);
		central_close(f.r.c);
		folder_open(&f);
	}
	folder_close(&f);
}

/* Nor may the witness lag behind the database: what it lacks after a power cut,
 * nobody would miss after a restore. */
static void the_witness_is_on_disk_before_an_answer_leaves(void **state)
{
	struct folder f;
	struct stat st;
	char path[300];

	(void)state;
	folder_make_one(&f, 3);
	snprintf(path, sizeof(path), "%s/witness", f.dir);
	for (int i = 0; i < 3; i++) {
		char key[8];

		snprintf(key, sizeof(key), "k-%d", i);
		synced.file = 0;
		intake(&f, key);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(synced.file, st.st_ino);
		assert_int_equal(synced.bytes, st.st_size);
	}
	folder_close(&f);
}

static void what_was_answered_is_there_after_a_new_start(void **state)
{
	struct folder f;
	char aud[OFFICER_MAX], epoch[UUID_TEXT];

	(void)state;
	folder_make_one(&f, 2);
	intake(&f, "a");
	snprintf(aud, sizeof(aud), "%s", central_aud(f.r.c));
	snprintf(epoch, sizeof(epoch), "%s", central_epoch(f.r.c));
	central_close(f.r.c);
	folder_open(&f);
	assert_int_equal(central_size(f.r.c), 2);
	assert_string_equal(central_aud(f.r.c), aud);
	assert_string_equal(central_epoch(f.r.c), epoch);
	assert_int_equal(rig_intake(&f.r, "BYGGLOV", "a", "{\"title\":\"x\"}"), 200);
	folder_close(&f);
}

static void a_database_behind_the_witness_does_not_start(void **state)
{
	struct strbuf copy = STRBUF_INIT;
	struct err why = ERR_INIT;
	struct folder f;
	char epoch[UUID_TEXT];

	(void)state;
	folder_make_one(&f, 3);
	intake(&f, "a");
	backup(&f, &copy);
	intake(&f, "b");
	snprintf(epoch, sizeof(epoch), "%s", central_epoch(f.r.c));
	central_close(f.r.c);
	restore(&f, &copy);
	assert_int_equal(central_open(&f.r.c, f.dir, &f.r.env, &why), ST_REFUSED);
	assert_string_equal(why.code, "history-lost");
	assert_non_null(strstr(why.text, "--accept-restore"));
	f.r.env.accept_restore = true;
	folder_open(&f);
	assert_string_not_equal(central_epoch(f.r.c), epoch);
	assert_int_equal(central_size(f.r.c), 2);
	intake(&f, "c");
	central_close(f.r.c);
	f.r.env.accept_restore = false; /* once was enough */
	folder_open(&f);
	assert_int_equal(central_size(f.r.c), 4);
	strbuf_release(&copy);
	folder_close(&f);
}

static void a_log_as_long_but_other_than_the_witness_saw_does_not_start(void **state)
{
	struct strbuf copy = STRBUF_INIT, seen = STRBUF_INIT;
	struct err why = ERR_INIT;
	struct folder f;

	(void)state;
	folder_make_one(&f, 4);
	intake(&f, "a");
	backup(&f, &copy);
	intake(&f, "b");
	folder_read(&f, "witness", &seen);
	central_close(f.r.c);
	restore(&f, &copy);
	f.r.env.accept_restore = true;
	folder_open(&f);
	intake(&f, "c"); /* as long again, with other entries */
	central_close(f.r.c);
	f.r.env.accept_restore = false;
	folder_write(&f, "witness", &seen);
	assert_int_equal(central_open(&f.r.c, f.dir, &f.r.env, &why), ST_REFUSED);
	assert_string_equal(why.code, "history-lost");
	f.r.env.accept_restore = true;
	folder_open(&f);
	strbuf_release(&copy);
	strbuf_release(&seen);
	folder_close(&f);
}

static void a_copy_from_before_an_accepted_restore_does_not_start(void **state)
{
	struct strbuf copy = STRBUF_INIT;
	struct err why = ERR_INIT;
	struct folder f;

	(void)state;
	folder_make_one(&f, 5);
	intake(&f, "a");
	backup(&f, &copy);
	intake(&f, "b");
	central_close(f.r.c);
	restore(&f, &copy);
	f.r.env.accept_restore = true;
	folder_open(&f);
	central_close(f.r.c);
	f.r.env.accept_restore = false;
	/* It reaches as far as the witness saw, but knows nothing of the epoch
	 * in which clients have been told what was lost. */
	restore(&f, &copy);
	assert_int_equal(central_open(&f.r.c, f.dir, &f.r.env, &why), ST_REFUSED);
	assert_string_equal(why.code, "history-lost");
	f.r.env.accept_restore = true;
	folder_open(&f);
	strbuf_release(&copy);
	folder_close(&f);
}

static void a_log_whose_witness_is_gone_does_not_start(void **state)
{
	struct central_findings found;
	struct err why = ERR_INIT;
	struct folder f;
	char path[300];

	(void)state;
	folder_make_one(&f, 9);
	intake(&f, "a");
	central_close(f.r.c);
	snprintf(path, sizeof(path), "%s/witness", f.dir);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(central_open(&f.r.c, f.dir, &f.r.env, &why), ST_REFUSED);
	assert_string_equal(why.code, "history-lost");
	f.r.env.look_only = true;
	folder_open(&f);
	assert_int_equal(central_verify(f.r.c, &found, NULL, NULL, NULL), ST_OK);
	assert_int_equal(found.faults, 1);
	folder_close(&f);
}

static void a_torn_last_line_of_the_witness_is_passed_over(void **state)
{
	struct strbuf seen = STRBUF_INIT, cut = STRBUF_INIT;
	struct folder f;

	(void)state;
	folder_make_one(&f, 5);
	intake(&f, "a");
	intake(&f, "b");
	folder_read(&f, "witness", &seen);
	/* The first line was on the disk before the first entry. */
	for (size_t keep = strcspn(seen.data, "\n") + 1; keep < seen.len; keep += 5) {
		central_close(f.r.c);
		strbuf_set(&cut, seen.data, keep);
		folder_write(&f, "witness", &cut);
		folder_open(&f);
	}
	intake(&f, "c");
	central_close(f.r.c);
	folder_open(&f);
	folder_read(&f, "witness", &seen);
	assert_int_equal(seen.data[seen.len - 1], '\n');
	strbuf_release(&seen);
	strbuf_release(&cut);
	folder_close(&f);
}

static bool never(void *ctx)
{
	(void)ctx;
	return false;
}

static void a_stop_before_the_commit_leaves_the_witness_at_the_log(void **state)
{
	struct folder f;

	(void)state;
	folder_make_one(&f, 6);
	intake(&f, "a");
	db_on_commit(central_db(f.r.c), never, NULL);
	assert_int_equal(rig_intake(&f.r, "BYGGLOV", "b", "{\"title\":\"x\"}"), 503);
	central_close(f.r.c);
	folder_open(&f);
	assert_int_equal(central_size(f.r.c), 2);
	intake(&f, "b");
	folder_close(&f);
}

static void a_key_file_or_conf_that_is_wrong_says_which(void **state)
{
	struct strbuf text = STRBUF_INIT, keep = STRBUF_INIT;
	struct err why = ERR_INIT;
	struct folder f;

	(void)state;
	folder_make_one(&f, 7);
	central_close(f.r.c);
	folder_read(&f, "keys/central.key", &keep);
	strbuf_sets(&text, "not a key\n");
	folder_write(&f, "keys/central.key", &text);
	assert_int_equal(central_open(&f.r.c, f.dir, &f.r.env, &why), ST_BAD_INPUT);
	assert_string_equal(why.code, "key-file");
	folder_write(&f, "keys/central.key", &keep);
	strbuf_sets(&text, "[casetype X]\nqueu = a\n");
	folder_write(&f, "conf/x.conf", &text);
	err_clear(&why);
	assert_int_equal(central_open(&f.r.c, f.dir, &f.r.env, &why), ST_BAD_INPUT);
	assert_non_null(strstr(why.text, "x.conf:2:1"));
	strbuf_clear(&text);
	folder_write(&f, "conf/x.conf", &text);
	folder_open(&f);
	strbuf_release(&text);
	strbuf_release(&keep);
	folder_close(&f);
}

static void administration_by_another_process_reaches_the_server(void **state)
{
	struct central *other = NULL;
	struct err why = ERR_INIT;
	struct folder f;
	struct desk d;
	struct pulled p;
	char id[UUID_TEXT];

	(void)state;
	folder_make_one(&f, 8);
	rig_case(&f.r, "AVLOPP", id);
	desk_open(&d, &f.r, "britt");
	desk_pull(&d, "[]", "", PAGE_MAX_BYTES, &p);
	assert_int_equal(p.cases, 0);
	must(central_open(&other, f.dir, &f.r.env, &why), &why);
	{
		struct central_officer o = {
			"britt", "Britt Omdöpt", "", "officer", "bygg,miljo", 0
		};

		must(central_add_officer(other, &o, &why), &why);
	}
	central_close(other);
	desk_pull(&d, "[]", "", PAGE_MAX_BYTES, &p);
	assert_int_equal(p.cases, 1);
	assert_non_null(strstr(strbuf_cstr(&f.r.page), "Omdöpt"));
	desk_release(&d);
	folder_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_folder_is_made_once_and_its_key_is_for_one_reader),
		cmocka_unit_test(a_commit_is_on_disk_before_its_answer_leaves),
		cmocka_unit_test(the_witness_is_on_disk_before_an_answer_leaves),
		cmocka_unit_test(what_was_answered_is_there_after_a_new_start),
		cmocka_unit_test(a_database_behind_the_witness_does_not_start),
		cmocka_unit_test(a_log_as_long_but_other_than_the_witness_saw_does_not_start),
		cmocka_unit_test(a_copy_from_before_an_accepted_restore_does_not_start),
		cmocka_unit_test(a_log_whose_witness_is_gone_does_not_start),
		cmocka_unit_test(a_torn_last_line_of_the_witness_is_passed_over),
		cmocka_unit_test(a_stop_before_the_commit_leaves_the_witness_at_the_log),
		cmocka_unit_test(a_key_file_or_conf_that_is_wrong_says_which),
		cmocka_unit_test(administration_by_another_process_reaches_the_server),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
