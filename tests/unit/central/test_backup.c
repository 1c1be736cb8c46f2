/* SPDX-License-Identifier: EUPL-1.2 */
/* What workstations are told of backups: they keep what none of them holds. */
#include "tests/unit/central/folder_rig.h"

#include "central/backup.h"
#include "central/folder.h"
#include "central/store.h"

#include <sys/wait.h>

#include "base/banned.h"

static int64_t told(struct folder *f, int64_t *at)
{
	struct err why = ERR_INIT;
	int64_t seq = -1;

	must(durable_through(central_db(f->r.c), &seq, at, &why), &why);
	return seq;
}

static void a_backup_is_told_of_when_it_is_there_and_not_when_it_failed(void **state)
{
	struct backup_facts facts;
	struct folder f;
	struct err why = ERR_INIT;
	char to[300];
	int64_t first, at, again;

	(void)state;
	folder_make_one(&f, 1);
	assert_int_equal(rig_intake(&f.r, "BYGGLOV", "k-1", "{\"title\":\"x\"}"), 201);
	snprintf(to, sizeof(to), "%s/backup", f.dir);
	must(central_backup(f.r.c, to, NULL, &facts, &why), &why);
	first = told(&f, &at);
	assert_int_equal(first, central_size(f.r.c));
	assert_int_equal(at, facts.at);

	f.r.wall += 60000;
	assert_int_equal(rig_intake(&f.r, "BYGGLOV", "k-2", "{\"title\":\"y\"}"), 201);
	assert_true(central_size(f.r.c) > first);
	snprintf(to, sizeof(to), "%s/no/such/folder", f.dir);
	assert_int_not_equal(central_backup(f.r.c, to, NULL, &facts, &why), ST_OK);
	assert_int_equal(told(&f, &again), first);
	assert_int_equal(again, at);

	snprintf(to, sizeof(to), "%s/backup-2", f.dir);
	must(central_backup(f.r.c, to, NULL, &facts, &why), &why);
	assert_int_equal(told(&f, &again), central_size(f.r.c));
	folder_close(&f);
}

/* Another process that makes a backup, until its standard input ends. */
static pid_t begin_other(const char *dir, int *out)
{
	struct err why = ERR_INIT;
	int from[2], to[2], lock;
	char one = 'x';
	pid_t child;

	assert_int_equal(pipe(from), 0);
	assert_int_equal(pipe(to), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		close(to[1]);
		if (folder_lock_backup(&lock, dir, &why) != ST_OK || write(from[1], "x", 1) != 1
		    || read(to[0], &one, 1) != 0)
			_exit(1);
		_exit(0);
	}
	close(from[1]);
	close(to[0]);
	assert_int_equal(read(from[0], &one, 1), 1);
	close(from[0]);
	*out = to[1];
	return child;
}

static void a_second_backup_says_which_process_makes_one_and_leaves_it_alone(void **state)
{
	struct backup_facts facts;
	struct folder f;
	struct err why = ERR_INIT;
	char to[300], tmp[320], wanted[60];
	pid_t other;
	int end, code = -1;

	(void)state;
	folder_make_one(&f, 2);
	snprintf(to, sizeof(to), "%s/backup", f.dir);
	snprintf(tmp, sizeof(tmp), "%s.new", to);
	other = begin_other(f.dir, &end);
	assert_int_equal(mkdir(tmp, 0700), 0); /* what that one has made so far */
	assert_int_equal(central_backup(f.r.c, to, NULL, &facts, &why), ST_RETRY);
	assert_string_equal(why.code, "backup-busy");
	snprintf(wanted, sizeof(wanted), "by process %ld;", (long)other);
	assert_non_null(strstr(why.text, wanted));
	assert_int_equal(access(tmp, F_OK), 0);
	close(end);
	assert_int_equal(waitpid(other, &code, 0), other);
	assert_int_equal(code, 0);
	err_clear(&why);
	must(central_backup(f.r.c, to, NULL, &facts, &why), &why);
	folder_close(&f);
}

static void a_backup_of_a_backup_is_refused_and_leaves_it_whole(void **state)
{
	struct backup_facts facts;
	struct central *b = NULL;
	struct folder f;
	struct err why = ERR_INIT;
	char to[300], next[310];
	bool older;

	(void)state;
	folder_make_one(&f, 3);
	snprintf(to, sizeof(to), "%s/backup", f.dir);
	snprintf(next, sizeof(next), "%s-2", to);
	must(central_backup(f.r.c, to, NULL, &facts, &why), &why);
	f.r.env.look_only = true;
	must(central_open(&b, to, &f.r.env, &why), &why);
	assert_int_equal(central_backup(b, next, NULL, &facts, &why), ST_REFUSED);
	assert_string_equal(why.code, "is-backup");
	central_close(b);
	err_clear(&why);
	must(backup_check(to, &facts, &older, &why), &why);
	folder_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_backup_is_told_of_when_it_is_there_and_not_when_it_failed),
		cmocka_unit_test(a_second_backup_says_which_process_makes_one_and_leaves_it_alone),
		cmocka_unit_test(a_backup_of_a_backup_is_refused_and_leaves_it_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
