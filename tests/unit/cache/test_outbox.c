/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cache/cache.h"
#include "cache/cases.h"
#include "cache/erasing.h"
#include "cache/identity.h"
#include "cache/outbox.h"
#include "domain/action.h"
#include "sql/db.h"

#include "base/banned.h"

#define DEV "0198bbbb-0000-7000-8000-000000000001"
#define CASE_A "0198cccc-0000-7000-8000-000000000001"
#define CASE_B "0198cccc-0000-7000-8000-000000000002"

static struct db *open_outbox(void)
{
	struct db *db;

	assert_int_equal(outbox_open(&db, ":memory:", NULL), ST_OK);
	return db;
}

static int64_t add(struct db *db, int64_t ctr, const char *case_id)
{
	struct outbox_item i = OUTBOX_ITEM_INIT;
	int64_t id;

	snprintf(i.dev, sizeof(i.dev), DEV);
	snprintf(i.iid, sizeof(i.iid), "0198dddd-0000-7000-8000-%012lld", (long long)ctr);
	snprintf(i.ah, sizeof(i.ah), "%064lld", (long long)ctr);
	snprintf(i.prev, sizeof(i.prev), "%064lld", (long long)ctr - 1);
	snprintf(i.case_id, sizeof(i.case_id), "%s", case_id);
	snprintf(i.act, sizeof(i.act), "note.add");
	strbuf_addf(&i.envelope, "bytes %lld", (long long)ctr);
	i.ctr = ctr;
	i.created_at = 1000 * ctr;
	assert_int_equal(outbox_add(db, &i, NULL), ST_OK);
	id = i.id;
	outbox_item_release(&i);
	return id;
}

static void answer(struct db *db, int64_t id, enum verdict v, enum outbox_state s, int64_t seq)
{
	struct outbox_item i = OUTBOX_ITEM_INIT;

	assert_int_equal(outbox_get(db, id, &i, NULL), ST_OK);
	i.verdict = v;
	i.state = s;
	i.seq = seq;
	i.settled_at = 5000;
	strbuf_sets(&i.ack, "an answer");
	assert_int_equal(outbox_settle(db, &i, NULL), ST_OK);
	outbox_item_release(&i);
}

static void items_leave_in_the_order_in_which_they_were_signed(void **state)
{
	struct db *db = open_outbox();
	struct outbox_item i = OUTBOX_ITEM_INIT;
	int64_t ctr = 0;

	(void)state;
	for (int k = 1; k <= 5; k++)
		add(db, k, k % 2 ? CASE_A : CASE_B);
	answer(db, 2, VERDICT_ACCEPTED, OUTBOX_ACKNOWLEDGED, 9);
	while (outbox_next(db, DEV, ctr, &i, NULL) == ST_OK) {
		assert_true(i.ctr > ctr && i.ctr != 2);
		ctr = i.ctr;
	}
	assert_int_equal(ctr, 5);
	outbox_item_release(&i);
	cache_close(db);
}

static void a_counter_is_given_once(void **state)
{
	struct db *db = open_outbox();
	struct outbox_item i = OUTBOX_ITEM_INIT;

	(void)state;
	add(db, 1, CASE_A);
	snprintf(i.dev, sizeof(i.dev), DEV);
	i.ctr = 1;
	assert_int_equal(outbox_add(db, &i, NULL), ST_CONFLICT);
	outbox_item_release(&i);
	cache_close(db);
}

static void a_withdrawn_item_keeps_its_bytes_and_sends_the_void(void **state)
{
	struct db *db = open_outbox();
	struct outbox_item i = OUTBOX_ITEM_INIT;
	int64_t id = add(db, 1, CASE_A), pre;
	struct err why = ERR_INIT;

	(void)state;
	assert_int_equal(outbox_withdraw(db, id, "v", "h", str_of("void bytes"), NULL), ST_OK);
	assert_int_equal(outbox_get(db, id, &i, NULL), ST_OK);
	assert_string_equal(strbuf_cstr(&i.envelope), "bytes 1");
	assert_string_equal(strbuf_cstr(outbox_item_bytes(&i)), "void bytes");
	assert_string_equal(outbox_item_ah(&i), "h");
	assert_int_equal(i.state, OUTBOX_VOID);
	assert_int_equal(outbox_pre(db, DEV, CASE_A, &pre, NULL), ST_OK);
	assert_int_equal(pre, 0);
	assert_int_equal(outbox_withdraw(db, id, "v", "h", str_of("again"), &why), ST_REFUSED);
	outbox_item_release(&i);
	cache_close(db);
}

static void an_offered_item_stays_as_it_is(void **state)
{
	struct db *db = open_outbox();
	struct outbox_item i = OUTBOX_ITEM_INIT;
	int64_t id = add(db, 1, CASE_A);
	struct err why = ERR_INIT;

	(void)state;
	assert_int_equal(outbox_offer(db, id, 77, NULL), ST_OK);
	assert_int_equal(outbox_offer(db, id, 99, NULL), ST_OK);
	assert_int_equal(outbox_withdraw(db, id, "v", "h", str_of("void"), &why), ST_REFUSED);
	assert_string_equal(why.code, "already-offered");
	assert_int_equal(outbox_get(db, id, &i, NULL), ST_OK);
	assert_int_equal(i.offered_at, 77);
	assert_int_equal(i.tries, 2);
	assert_false(i.voided);
	outbox_item_release(&i);
	cache_close(db);
}

static void counters_tell_waiting_held_conflicting_and_refused_apart(void **state)
{
	struct db *db = open_outbox();
	struct outbox_counts n;

	(void)state;
	for (int k = 1; k <= 7; k++)
		add(db, k, CASE_A);
	answer(db, 1, VERDICT_ACCEPTED, OUTBOX_ACKNOWLEDGED, 9);
	answer(db, 2, VERDICT_CONFLICT, OUTBOX_CONFLICT, 0);
	answer(db, 3, VERDICT_REJECTED, OUTBOX_ACKNOWLEDGED, 0);
	answer(db, 4, VERDICT_QUARANTINED, OUTBOX_HELD, 0);
	answer(db, 5, VERDICT_CONFLICT, OUTBOX_SUPERSEDED, 0);
	assert_int_equal(outbox_offer(db, 6, 1, NULL), ST_OK);
	assert_int_equal(outbox_count(db, &n, NULL), ST_OK);
	assert_int_equal(n.waiting, 2);
	assert_int_equal(n.undoable, 1);
	assert_int_equal(n.conflicts, 1);
	assert_int_equal(n.refused, 2);
	assert_int_equal(n.held, 1);
	assert_int_equal(outbox_hold_all(db, "device-revoked", "lost", NULL), ST_OK);
	assert_int_equal(outbox_count(db, &n, NULL), ST_OK);
	assert_int_equal(n.held, 3);
	assert_int_equal(outbox_hold_all(db, "", "", NULL), ST_OK);
	assert_int_equal(outbox_count(db, &n, NULL), ST_OK);
	assert_int_equal(n.held, 1);
	/* By an earlier key and put aside by the officer: it waits for nobody. */
	assert_int_equal(outbox_hold_all(db, "device-changed", "", NULL), ST_OK);
	assert_int_equal(outbox_set_state(db, 7, OUTBOX_ARCHIVED, NULL), ST_OK);
	assert_int_equal(outbox_count(db, &n, NULL), ST_OK);
	assert_int_equal(n.waiting, 1);
	cache_close(db);
}

static void what_waits_for_its_undo_window_is_told_from_what_waits_for_the_network(void **state)
{
	struct db *db = open_outbox();
	struct outbox_item i = OUTBOX_ITEM_INIT;
	struct outbox_waits w;
	int64_t many;

	(void)state;
	for (int k = 1; k <= 5; k++)
		add(db, k, CASE_A);
	snprintf(i.dev, sizeof(i.dev), DEV);
	snprintf(i.ah, sizeof(i.ah), "%064d", 6);
	snprintf(i.act, sizeof(i.act), "note.add");
	strbuf_sets(&i.envelope, "bytes");
	i.ctr = 6;
	i.hold_until = 20000;
	assert_int_equal(outbox_add(db, &i, NULL), ST_OK);
	answer(db, 1, VERDICT_ACCEPTED, OUTBOX_ACKNOWLEDGED, 9);
	assert_int_equal(outbox_set_state(db, 2, OUTBOX_HELD, NULL), ST_OK);
	assert_int_equal(outbox_waits(db, 19999, &w, NULL), ST_OK);
	assert_int_equal(w.window, 1);
	assert_int_equal(w.network, 3);
	assert_int_equal(outbox_waits(db, 20000, &w, NULL), ST_OK);
	assert_int_equal(w.window, 0);
	assert_int_equal(w.network, 4);
	/* Once offered it can't be undone: only the network is waited for. */
	assert_int_equal(outbox_offer(db, i.id, 100, NULL), ST_OK);
	assert_int_equal(outbox_waits(db, 200, &w, NULL), ST_OK);
	assert_int_equal(w.window, 0);
	assert_int_equal(w.network, 4);
	assert_int_equal(outbox_rows(db, &many, NULL), ST_OK);
	assert_int_equal(many, 6);
	outbox_item_release(&i);
	cache_close(db);
}

static void what_a_restored_central_lost_is_open_again_byte_for_byte(void **state)
{
	struct db *db = open_outbox();
	struct outbox_item i = OUTBOX_ITEM_INIT;

	(void)state;
	for (int k = 1; k <= 3; k++) {
		add(db, k, CASE_A);
		answer(db, k, VERDICT_ACCEPTED, OUTBOX_ACKNOWLEDGED, k);
	}
	assert_int_equal(outbox_reopen(db, DEV, 2, NULL), ST_OK);
	assert_int_equal(outbox_next(db, DEV, 0, &i, NULL), ST_OK);
	assert_int_equal(i.ctr, 2);
	assert_string_equal(strbuf_cstr(&i.envelope), "bytes 2");
	assert_int_equal(i.state, OUTBOX_SIGNED);
	outbox_item_release(&i);
	cache_close(db);
}

/* Of an earlier device of the home: it is signed anew, where there are words. */
static void what_an_earlier_device_lost_waits_for_its_officer_unless_its_words_were_erased(
	void **state)
{
	struct db *db = open_outbox();
	struct outbox_item i = OUTBOX_ITEM_INIT;
	struct outbox_again a;

	(void)state;
	for (int k = 1; k <= 2; k++) {
		add(db, k, CASE_A);
		answer(db, k, VERDICT_MERGED, OUTBOX_ACKNOWLEDGED, k);
	}
	assert_int_equal(db_exec(db, "UPDATE item SET envelope = '' WHERE ctr = 2", NULL), ST_OK);
	assert_int_equal(outbox_lost(db, DEV, 1, INT64_MAX, NULL), ST_OK);
	assert_int_equal(outbox_get(db, 1, &i, NULL), ST_OK);
	assert_int_equal(i.state, OUTBOX_HELD);
	assert_int_equal(outbox_get(db, 2, &i, NULL), ST_OK);
	assert_int_equal(i.state, OUTBOX_ARCHIVED);
	assert_int_equal(i.verdict, VERDICT_NONE);
	assert_int_equal(i.was, VERDICT_MERGED);
	assert_int_equal(outbox_again(db, &a, NULL), ST_OK);
	assert_int_equal(a.standing, 0); /* and both are told of */
	assert_int_equal(i.again, 1);
	outbox_item_release(&i);
	cache_close(db);
}

static void only_what_nobody_needs_is_trimmed(void **state)
{
	struct db *db = open_outbox();
	struct outbox_item i = OUTBOX_ITEM_INIT;

	(void)state;
	for (int k = 1; k <= 5; k++)
		add(db, k, CASE_A);
	answer(db, 1, VERDICT_ACCEPTED, OUTBOX_ACKNOWLEDGED, 1);
	answer(db, 2, VERDICT_ACCEPTED, OUTBOX_ACKNOWLEDGED, 8);
	answer(db, 3, VERDICT_CONFLICT, OUTBOX_CONFLICT, 0);
	answer(db, 4, VERDICT_ACCEPTED, OUTBOX_ACKNOWLEDGED, 2);
	answer(db, 5, VERDICT_ACCEPTED, OUTBOX_ACKNOWLEDGED, 3);
	assert_int_equal(outbox_trim(db, 5, 4000, NULL), ST_OK); /* settled too late */
	assert_int_equal(outbox_get(db, 1, &i, NULL), ST_OK);
	assert_int_equal(outbox_trim(db, 5, 6000, NULL), ST_OK);
	assert_int_equal(outbox_get(db, 1, &i, NULL), ST_NONE);
	assert_int_equal(outbox_get(db, 2, &i, NULL), ST_OK); /* not durable there */
	assert_int_equal(outbox_get(db, 3, &i, NULL), ST_OK); /* not seen to */
	assert_int_equal(outbox_get(db, 4, &i, NULL), ST_OK); /* offered again behind it */
	assert_int_equal(outbox_get(db, 5, &i, NULL), ST_OK); /* the newest */
	outbox_item_release(&i);
	cache_close(db);
}

static void a_refusal_that_nobody_has_seen_to_is_never_trimmed(void **state)
{
	struct db *db = open_outbox();
	struct outbox_item i = OUTBOX_ITEM_INIT;

	(void)state;
	for (int k = 1; k <= 3; k++)
		add(db, k, CASE_A);
	answer(db, 1, VERDICT_REJECTED, OUTBOX_ACKNOWLEDGED, 0);
	answer(db, 2, VERDICT_REJECTED, OUTBOX_ARCHIVED, 0);
	answer(db, 3, VERDICT_ACCEPTED, OUTBOX_ACKNOWLEDGED, 3);
	assert_int_equal(outbox_trim(db, 5, INT64_MAX, NULL), ST_OK);
	assert_int_equal(outbox_get(db, 1, &i, NULL), ST_OK);
	assert_int_equal(outbox_get(db, 2, &i, NULL), ST_NONE);
	outbox_item_release(&i);
	cache_close(db);
}

/* A restored central takes them in the order of ctr, without a gap. */
static void what_was_refused_is_kept_as_long_as_what_was_signed_before_it(void **state)
{
	struct db *db = open_outbox();
	struct outbox_item i = OUTBOX_ITEM_INIT;

	(void)state;
	for (int k = 1; k <= 4; k++)
		add(db, k, CASE_A);
	answer(db, 1, VERDICT_ACCEPTED, OUTBOX_ACKNOWLEDGED, 9);
	answer(db, 2, VERDICT_REJECTED, OUTBOX_ARCHIVED, 0);
	answer(db, 3, VERDICT_REJECTED, OUTBOX_ARCHIVED, 0);
	answer(db, 4, VERDICT_ACCEPTED, OUTBOX_ACKNOWLEDGED, 10);
	assert_int_equal(outbox_trim(db, 8, 6000, NULL), ST_OK);
	for (int k = 1; k <= 4; k++)
		assert_int_equal(outbox_get(db, k, &i, NULL), ST_OK);
	assert_int_equal(outbox_trim(db, 9, 6000, NULL), ST_OK);
	assert_int_equal(outbox_get(db, 1, &i, NULL), ST_NONE);
	/* Nothing durable lies behind these: a backup may be without them. */
	assert_int_equal(outbox_get(db, 2, &i, NULL), ST_OK);
	assert_int_equal(outbox_get(db, 3, &i, NULL), ST_OK);
	outbox_item_release(&i);
	cache_close(db);
}

static void drafts_are_kept_until_they_are_dropped(void **state)
{
	struct db *db = open_outbox();
	struct strbuf words = STRBUF_INIT;

	(void)state;
	assert_int_equal(draft_get(db, CASE_A, "decision", &words, NULL), ST_NONE);
	assert_int_equal(draft_save(db, CASE_A, "decision", str_of("Bifall"), 1, NULL), ST_OK);
	assert_int_equal(draft_save(db, CASE_A, "decision", str_of("Avslag"), 2, NULL), ST_OK);
	assert_int_equal(draft_get(db, CASE_A, "decision", &words, NULL), ST_OK);
	assert_string_equal(strbuf_cstr(&words), "Avslag");
	assert_int_equal(draft_drop(db, CASE_A, "decision", NULL), ST_OK);
	assert_int_equal(draft_get(db, CASE_A, "decision", &words, NULL), ST_NONE);
	strbuf_release(&words);
	cache_close(db);
}

/* --- Files -------------------------------------------------------------------- */

static void path_in(char path[200], const char *dir, const char *name)
{
	snprintf(path, 200, "%s/%s", dir, name);
}

static void remove_files(const char *dir)
{
	static const char *const names[] = {
		"outbox.db",	    "outbox.db-wal",	    "outbox.db-shm",
		"cache.db",	    "cache.db-wal",	    "cache.db-shm",
		"cache.db.damaged", "cache.db.damaged-wal", "cache.db.damaged-shm",
		"pusher.lock",
	};
	char path[200];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		path_in(path, dir, names[i]);
		unlink(path);
	}
	assert_int_equal(rmdir(dir), 0);
}

static void a_file_of_a_newer_release_is_refused_untouched(void **state)
{
	char dir[] = "/tmp/sluss-test-XXXXXX", path[200];
	struct db *db;
	struct err why = ERR_INIT;

	(void)state;
	assert_non_null(mkdtemp(dir));
	path_in(path, dir, "outbox.db");
	assert_int_equal(outbox_open(&db, path, NULL), ST_OK);
	assert_int_equal(db_exec(db, "PRAGMA user_version = 99", NULL), ST_OK);
	cache_close(db);
	assert_int_equal(outbox_open(&db, path, &why), ST_REFUSED);
	assert_string_equal(why.code, "newer-version");
	remove_files(dir);
}

/* What its index says was made by other rules: a count from it could be wrong. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverlength-strings"
static const char *const first_steps[] = {
#include "cache/outbox.sql.h"
};
#pragma GCC diagnostic pop

/* A release that knows of no change of key left actions behind. */
static void an_outbox_of_the_first_form_goes_on_with_its_bytes_as_they_were(void **state)
{
	const struct db_schema first = { "the outbox", 0x534C554F, 1, first_steps };
	char dir[] = "/tmp/sluss-test-XXXXXX", path[200];
	struct outbox_item i = OUTBOX_ITEM_INIT;
	struct identity who = IDENTITY_INIT;
	struct db *db;
	int64_t id;

	(void)state;
	assert_non_null(mkdtemp(dir));
	path_in(path, dir, "outbox.db");
	assert_int_equal(db_open(&db, path, DB_CREATE | DB_SYNC_FULL, &first, NULL), ST_OK);
	id = add(db, 1, CASE_A);
	assert_int_equal(
		db_exec(db,
			"INSERT INTO device(id, url, aud, municipality, dev, sub, name,"
			" title, roles, units, kid, x, certificate, sealed_key,"
			" central_keys, ctr, last_hash) VALUES(1, 'u', 'a', 'm', '" DEV
			"', 's', 'n', 't', 1, 'bygg', 'k', 'x', 'c', 'sealed', '', 1, 'h')",
			NULL),
		ST_OK);
	cache_close(db);
	assert_int_equal(outbox_open(&db, path, NULL), ST_OK);
	assert_int_equal(outbox_get(db, id, &i, NULL), ST_OK);
	assert_string_equal(strbuf_cstr(&i.envelope), "bytes 1");
	assert_int_equal(identity_get(db, &who, NULL), ST_OK);
	assert_string_equal(who.kid, "k");
	assert_string_equal(strbuf_cstr(&who.sealed_key), "sealed");
	assert_false(who.rotation_open);
	outbox_item_release(&i);
	identity_release(&who);
	cache_close(db);
	remove_files(dir);
}

static void a_cache_of_an_earlier_form_is_emptied_and_fetched_anew(void **state)
{
	const int64_t scope = 1;
	char dir[] = "/tmp/sluss-test-XXXXXX", path[200];
	struct casefile c = CASEFILE_INIT;
	struct case_query all = CASE_QUERY_INIT;
	struct cursor at[4];
	struct db *db;
	int64_t n = -1;
	int cursors = -1;

	(void)state;
	assert_non_null(mkdtemp(dir));
	path_in(path, dir, "cache.db");
	snprintf(c.id, sizeof(c.id), "0198cccc-0000-7000-8000-000000000001");
	c.n = 1;
	for (int version = 1; version <= 3; version++) {
		char sql[60];

		assert_int_equal(cache_open(&db, path, NULL), ST_OK);
		assert_int_equal(case_put(db, &c, &scope, 1, NULL), ST_OK);
		assert_int_equal(cursor_set(db, scope, 7, NULL), ST_OK);
		snprintf(sql, sizeof(sql), "PRAGMA user_version = %d", version);
		assert_int_equal(db_exec(db, sql, NULL), ST_OK);
		cache_close(db);
		assert_int_equal(cache_open(&db, path, NULL), ST_OK);
		assert_int_equal(case_count(db, &all, &n, NULL), ST_OK);
		assert_int_equal(n, 0);
		assert_int_equal(cursor_list(db, at, 4, &cursors, NULL), ST_OK);
		assert_int_equal(cursors, 0);
		assert_int_equal(cache_check(db, NULL), ST_OK);
		cache_close(db);
	}
	casefile_release(&c);
	remove_files(dir);
}

static void a_damaged_cache_is_put_aside_and_begun_anew(void **state)
{
	char dir[] = "/tmp/sluss-test-XXXXXX", path[200], aside[220];
	struct stat st;
	struct db *db;
	struct err why = ERR_INIT;
	int fd;

	(void)state;
	assert_non_null(mkdtemp(dir));
	path_in(path, dir, "cache.db");
	fd = open(path, O_CREAT | O_WRONLY, 0600);
	assert_int_equal(
		write(fd,
		      "this is no database, but it is long enough to be read as one........"
		      "................................................................",
		      120),
		120);
	close(fd);
	assert_int_equal(cache_open(&db, path, &why), ST_BROKEN);
	assert_string_equal(why.code, "database-damaged");
	assert_int_equal(cache_renew(&db, path, NULL), ST_OK);
	assert_int_equal(cache_check(db, NULL), ST_OK);
	cache_close(db);
	snprintf(aside, sizeof(aside), "%s.damaged", path);
	assert_int_equal(stat(aside, &st), 0);
	/* Its words may be erased, or lost to its reader, meanwhile. */
	cache_forget_damaged(path);
	assert_int_equal(stat(aside, &st), -1);
	assert_int_equal(stat(path, &st), 0);
	remove_files(dir);
}

static void one_program_of_a_home_sends_at_a_time(void **state)
{
	char dir[] = "/tmp/sluss-test-XXXXXX", path[200];
	int first, second;
	struct err why = ERR_INIT;

	(void)state;
	assert_non_null(mkdtemp(dir));
	path_in(path, dir, "pusher.lock");
	assert_int_equal(pusher_lock(&first, path, NULL), ST_OK);
	assert_int_equal(pusher_lock(&second, path, &why), ST_RETRY);
	assert_string_equal(why.code, "home-busy");
	close(first);
	assert_int_equal(pusher_lock(&second, path, NULL), ST_OK);
	close(second);
	remove_files(dir);
}

/* Without a row in `device` every item is an earlier one's. */
static void what_a_restore_lost_is_not_said_to_be_sent_again(void **state)
{
	struct db *db = open_outbox();
	struct outbox_again a;

	(void)state;
	add(db, 1, CASE_A);
	add(db, 2, CASE_A);
	answer(db, 1, VERDICT_ACCEPTED, OUTBOX_ACKNOWLEDGED, 7);
	answer(db, 2, VERDICT_ACCEPTED, OUTBOX_ACKNOWLEDGED, 8);
	assert_int_equal(outbox_lost(db, DEV, 1, 2, NULL), ST_OK);
	assert_int_equal(outbox_again(db, &a, NULL), ST_OK);
	assert_int_equal(a.sent, 0);
	assert_int_equal(a.lost, 2);
	assert_int_equal(outbox_again_told(&a), 2);
	/* Put aside, and signed anew: both are seen to, and can be read and done with. */
	assert_int_equal(outbox_set_state(db, 1, OUTBOX_ARCHIVED, NULL), ST_OK);
	assert_int_equal(outbox_set_state(db, 2, OUTBOX_SUPERSEDED, NULL), ST_OK);
	assert_int_equal(outbox_again_seen(db, INT64_MAX, NULL), ST_OK);
	assert_int_equal(outbox_again(db, &a, NULL), ST_OK);
	assert_int_equal(outbox_again_told(&a), 0);
	cache_close(db);
}

static void what_was_erased_and_lost_is_neither_withdrawn_nor_sent_again(void **state)
{
	struct db *db = open_outbox();
	struct outbox_item i = OUTBOX_ITEM_INIT;
	struct outbox_again a;

	(void)state;
	for (int k = 1; k <= 2; k++)
		add(db, k, CASE_A);
	assert_int_equal(outbox_withdraw(db, 2, "v-2", HASH_ZERO, str_of("a void"), NULL), ST_OK);
	answer(db, 1, VERDICT_ACCEPTED, OUTBOX_ACKNOWLEDGED, 7);
	answer(db, 2, VERDICT_VOID, OUTBOX_VOID, 0);
	assert_int_equal(db_exec(db, "UPDATE item SET envelope = '' WHERE ctr = 1", NULL), ST_OK);
	assert_int_equal(outbox_reopen(db, DEV, 1, NULL), ST_OK);
	assert_int_equal(outbox_void_erased(db, 1, "v-1", HASH_ZERO, str_of("a void"), NULL),
			 ST_OK);
	for (int k = 1; k <= 2; k++)
		answer(db, k, VERDICT_VOID, OUTBOX_VOID, 0);
	assert_int_equal(outbox_get(db, 1, &i, NULL), ST_OK);
	assert_true(outbox_item_unsaid(&i));
	assert_int_equal(outbox_get(db, 2, &i, NULL), ST_OK);
	assert_false(outbox_item_unsaid(&i));
	assert_int_equal(outbox_again(db, &a, NULL), ST_OK);
	assert_int_equal(a.sent, 0);
	assert_int_equal(a.unsaid, 1);
	assert_int_equal(outbox_again_told(&a), 1);
	outbox_item_release(&i);
	cache_close(db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_erased_and_lost_is_neither_withdrawn_nor_sent_again),
		cmocka_unit_test(what_a_restore_lost_is_not_said_to_be_sent_again),
		cmocka_unit_test(items_leave_in_the_order_in_which_they_were_signed),
		cmocka_unit_test(a_counter_is_given_once),
		cmocka_unit_test(a_withdrawn_item_keeps_its_bytes_and_sends_the_void),
		cmocka_unit_test(an_offered_item_stays_as_it_is),
		cmocka_unit_test(counters_tell_waiting_held_conflicting_and_refused_apart),
		cmocka_unit_test(
			what_waits_for_its_undo_window_is_told_from_what_waits_for_the_network),
		cmocka_unit_test(what_a_restored_central_lost_is_open_again_byte_for_byte),
		cmocka_unit_test(
			what_an_earlier_device_lost_waits_for_its_officer_unless_its_words_were_erased),
		cmocka_unit_test(only_what_nobody_needs_is_trimmed),
		cmocka_unit_test(a_refusal_that_nobody_has_seen_to_is_never_trimmed),
		cmocka_unit_test(what_was_refused_is_kept_as_long_as_what_was_signed_before_it),
		cmocka_unit_test(drafts_are_kept_until_they_are_dropped),
		cmocka_unit_test(a_file_of_a_newer_release_is_refused_untouched),
		cmocka_unit_test(an_outbox_of_the_first_form_goes_on_with_its_bytes_as_they_were),
		cmocka_unit_test(a_cache_of_an_earlier_form_is_emptied_and_fetched_anew),
		cmocka_unit_test(a_damaged_cache_is_put_aside_and_begun_anew),
		cmocka_unit_test(one_program_of_a_home_sends_at_a_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
