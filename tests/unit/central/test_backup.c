/* SPDX-License-Identifier: EUPL-1.2 */
/* What workstations are told of backups: they keep what none of them holds. */
#include "tests/unit/central/folder_rig.h"

#include "central/backup.h"
#include "central/store.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_backup_is_told_of_when_it_is_there_and_not_when_it_failed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
