/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/disk.h"

#include "base/banned.h"

struct place {
	char dir[200], path[300], beside[300];
};

static void place_make(struct place *p)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(p->dir, sizeof(p->dir), "%s/sluss-disk-XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(p->dir));
	snprintf(p->path, sizeof(p->path), "%s/fil", p->dir);
	snprintf(p->beside, sizeof(p->beside), "%s/fil.new", p->dir);
}

static void place_remove(struct place *p)
{
	unlink(p->path);
	rmdir(p->beside);
	rmdir(p->dir);
}

static void a_file_is_put_whole_in_place_of_another(void **state)
{
	struct err why = ERR_INIT;
	struct place p;
	struct stat st;
	char got[16] = "";
	FILE *f;

	(void)state;
	place_make(&p);
	assert_int_equal(disk_put(p.path, str_of("första"), 0600, &why), ST_OK);
	assert_int_equal(disk_put(p.path, str_of("andra"), 0600, &why), ST_OK);
	assert_int_equal(stat(p.path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_not_equal(access(p.beside, F_OK), 0);
	f = fopen(p.path, "r");
	assert_non_null(f);
	assert_non_null(fgets(got, sizeof(got), f));
	fclose(f);
	assert_string_equal(got, "andra");
	place_remove(&p);
}

static void what_cannot_be_written_leaves_the_old_file_and_names_the_path(void **state)
{
	struct err why = ERR_INIT;
	struct place p;
	struct stat st;

	(void)state;
	place_make(&p);
	assert_int_equal(disk_put(p.path, str_of("första"), 0600, &why), ST_OK);
	assert_int_equal(mkdir(p.beside, 0700), 0);
	assert_int_equal(disk_put(p.path, str_of("x"), 0600, &why), ST_BROKEN);
	assert_string_equal(why.code, "disk-error");
	assert_non_null(strstr(why.text, p.beside));
	assert_int_equal(stat(p.path, &st), 0);
	assert_int_equal(st.st_size, (long)strlen("första"));
	place_remove(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_is_put_whole_in_place_of_another),
		cmocka_unit_test(what_cannot_be_written_leaves_the_old_file_and_names_the_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
