/* SPDX-License-Identifier: EUPL-1.2 */
/* The officer acts in one thread while another syncs, each with handles of
 * its own on the same two files. */
#include "tests/unit/sync/desk.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "base/banned.h"

enum { ACTS = 40 };

struct office {
	char cache_path[100], outbox_path[100];
	const struct signkey *key;
	atomic_bool done;
	int late;
};

static int64_t noon(void *ctx)
{
	(void)ctx;
	return 1790000000000;
}

static void *work(void *ctx)
{
	struct office *o = ctx;
	struct clock clock = { noon, noon, NULL };
	struct rng_seeded seed;
	struct rng rng = rng_from_seed(&seed, 99);
	struct actor a = { .clock = &clock, .rng = &rng, .key = o->key };
	struct err why = ERR_INIT;

	must(cache_open(&a.cache, o->cache_path, &why), &why);
	must(outbox_open(&a.outbox, o->outbox_path, &why), &why);
	for (int i = 0; i < ACTS; i++) {
		char id[UUID_TEXT], due[DAY_TEXT];
		struct intent in = { .act = i < 3 ? "case.claim" : "case.deadline", .case_id = id };
		struct act_result r;

		case_id_of(id, i % 3);
		snprintf(due, sizeof(due), "2026-12-%02d", 1 + i % 28);
		in.arg_count = i < 3 ? 0 : 1;
		in.args[0] = (struct intent_arg){ "due", str_of(due) };
		must(act(&a, &in, &r, &why), &why);
		o->late += r.overlay_late;
	}
	cache_close(a.cache);
	cache_close(a.outbox);
	atomic_store(&o->done, true);
	return NULL;
}

static void move_to_files(struct desk *d, struct office *o)
{
	struct err why = ERR_INIT;

	sync_free(d->sync);
	cache_close(d->cache);
	cache_close(d->outbox);
	must(cache_open(&d->cache, o->cache_path, &why), &why);
	must(outbox_open(&d->outbox, o->outbox_path, &why), &why);
	desk_identity(d);
	desk_start(d);
	desk_sync(d);
}

static void remove_files(const char *path)
{
	static const char *const tails[] = { "", "-wal", "-shm" };
	char name[120];

	for (size_t i = 0; i < 3; i++) {
		snprintf(name, sizeof(name), "%s%s", path, tails[i]);
		unlink(name);
	}
}

static void acting_and_syncing_at_once_loses_nothing(void **state)
{
	char dir[] = "/tmp/sluss-test-XXXXXX";
	struct desk *d = desk_open();
	struct office o = { .key = d->key };
	struct outbox_item item = OUTBOX_ITEM_INIT;
	struct case_row row = CASE_ROW_INIT;
	pthread_t officer;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(o.cache_path, sizeof(o.cache_path), "%s/cache.db", dir);
	snprintf(o.outbox_path, sizeof(o.outbox_path), "%s/outbox.db", dir);
	move_to_files(d, &o);
	assert_int_equal(pthread_create(&officer, NULL, work, &o), 0);
	while (!atomic_load(&o.done))
		desk_sync(d);
	pthread_join(officer, NULL);
	desk_settle(d);

	assert_int_equal(o.late, 0);
	assert_int_equal(d->log_count, ACTS);
	assert_each_once(d);
	for (int64_t ctr = 1; ctr <= ACTS; ctr++) {
		assert_int_equal(outbox_by_ctr(d->outbox, DEV, ctr, &item, NULL), ST_OK);
		assert_int_equal(item.verdict, VERDICT_ACCEPTED);
		assert_string_equal(item.ah, d->log[ctr - 1].ah);
	}
	for (int i = 0; i < 3; i++) {
		desk_see(d, i, &row);
		assert_int_equal(row.pending, 0);
		assert_int_equal(row.file.n, d->file[i].n);
		assert_string_equal(row.file.due_on, d->file[i].due_on);
	}
	outbox_item_release(&item);
	case_row_release(&row);
	remove_files(o.cache_path);
	remove_files(o.outbox_path);
	desk_close(d);
	assert_int_equal(rmdir(dir), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(acting_and_syncing_at_once_loses_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
