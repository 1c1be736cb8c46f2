/* SPDX-License-Identifier: EUPL-1.2 */
#include "cache/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "sql/db.h"

#include "base/banned.h"

/* Files of a home say by their application id what they are. */
enum { CACHE_ID = 0x534C5543, OUTBOX_ID = 0x534C554F };

/* A schema is one literal, longer than ISO C promises; gcc and clang take it. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverlength-strings"
/* The schema empties a file of an earlier version itself, and a new one has
 * none: what the words of a row are is part of the form. */
static const char *const cache_steps[] = {
	"", "", "", "", "", "", "", "", "", "",
#include "cache/cache.sql.h"
};
static const char *const outbox_steps[] = {
#include "cache/outbox.sql.h"
#include "cache/outbox1.sql.h"
#include "cache/outbox2.sql.h"
#include "cache/outbox3.sql.h"
#include "cache/outbox4.sql.h"
};
#pragma GCC diagnostic pop
static const struct db_schema cache_schema = { "the case cache", CACHE_ID, 11, cache_steps };
static const struct db_schema outbox_schema = { "the outbox", OUTBOX_ID, 5, outbox_steps };

enum status cache_open(struct db **out, const char *path, struct err *why)
{
	return db_open(out, path, DB_CREATE | DB_SECURE_DELETE, &cache_schema, why);
}

enum status outbox_open(struct db **out, const char *path, struct err *why)
{
	return db_open(out, path, DB_CREATE | DB_SYNC_FULL | DB_SECURE_DELETE, &outbox_schema, why);
}

enum status cache_open_to_read(struct db **out, const char *path, struct err *why)
{
	return db_open(out, path, DB_READ_ONLY | DB_RESCUE, &cache_schema, why);
}

enum status outbox_open_to_read(struct db **out, const char *path, struct err *why)
{
	return db_open(out, path, DB_READ_ONLY | DB_RESCUE, &outbox_schema, why);
}

void cache_close(struct db *db)
{
	db_close(db);
}

static bool distrust_path(char out[4200], const char *path)
{
	int n = snprintf(out, 4200, "%s.distrusted", path);

	return n > 0 && n < 4200;
}

void cache_distrust(const char *path)
{
	char mark[4200];
	int fd = distrust_path(mark, path)
			 ? open(mark, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)
			 : -1;

	if (fd >= 0)
		close(fd);
}

bool cache_distrusted(const char *path)
{
	char mark[4200];

	return distrust_path(mark, path) && access(mark, F_OK) == 0;
}

static const char *const tails[] = { "", "-wal", "-shm" };
enum { TAILS = sizeof(tails) / sizeof(tails[0]) };

void cache_forget_damaged(const char *path)
{
	char aside[4200];

	for (int i = 0; i < TAILS; i++) {
		int n = snprintf(aside, sizeof(aside), "%s.damaged%s", path, tails[i]);

		if (n > 0 && (size_t)n < sizeof(aside))
			(void)unlink(aside);
	}
}

enum status cache_renew(struct db **out, const char *path, struct err *why)
{
	char from[4096], to[4200];

	*out = NULL;
	for (size_t i = 0; i < TAILS; i++) {
		int n = snprintf(from, sizeof(from), "%s%s", path, tails[i]);

		if (n < 0 || (size_t)n >= sizeof(from))
			return err_set(why, ST_BAD_INPUT, "path",
				       "the path of the cache is too long");
		snprintf(to, sizeof(to), "%s.damaged%s", path, tails[i]);
		if (rename(from, to) != 0 && errno != ENOENT)
			return err_set(why, ST_BROKEN, "disk-error", "%s: cannot be put aside: %s",
				       from, strerror(errno));
	}
	if (distrust_path(to, path))
		unlink(to);
	return cache_open(out, path, why);
}

enum status cache_begin(struct db *db, struct err *why)
{
	return db_begin(db, why);
}

enum status cache_begin_read(struct db *db, struct err *why)
{
	return db_begin_read(db, why);
}

enum status cache_commit(struct db *db, struct err *why)
{
	return db_commit(db, why);
}

void cache_rollback(struct db *db)
{
	db_rollback(db);
}

void cache_stop_when(struct db *db, bool (*stop)(void *ctx), void *ctx)
{
	db_stop_when(db, stop, ctx);
}

/* KiB of pages, and frames of the log; the second line is what SQLite has. */
enum status cache_load(struct db *db, bool loading, struct err *why)
{
	return db_exec(db,
		       loading ? "PRAGMA cache_size=-8000; PRAGMA wal_autocheckpoint=4000"
			       : "PRAGMA cache_size=-2000; PRAGMA wal_autocheckpoint=1000",
		       why);
}

enum status cache_check(struct db *db, struct err *why)
{
	return db_check(db, why);
}

enum status pusher_lock(int *fd, const char *path, struct err *why)
{
	*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (*fd < 0)
		return err_set(why, ST_BROKEN, "disk-error", "%s: %s", path, strerror(errno));
	if (flock(*fd, LOCK_EX | LOCK_NB) == 0)
		return ST_OK;
	close(*fd);
	*fd = -1;
	return err_set(
		why, ST_RETRY, "home-busy",
		"another program of yours already sends from this home; it will send this too");
}

/* --- What is known about the copy as a whole ------------------------------ */

static const char get_meta[] = "SELECT number, words FROM meta WHERE name = ?1";
static const char put_meta[] = "INSERT INTO meta(name, number, words) VALUES(?1, ?2, ?3)"
			       " ON CONFLICT(name) DO UPDATE SET number = ?2, words = ?3";
static const char touch_meta[] = "INSERT INTO meta(name, number) VALUES('revision', 1)"
				 " ON CONFLICT(name) DO UPDATE SET number = number + 1";

static enum status meta_get(struct db *db, const char *name, int64_t *number, char *words,
			    size_t size, struct err *why)
{
	struct stmt *q = db_stmt(db, get_meta);
	enum status st;

	*number = 0;
	if (size)
		words[0] = '\0';
	stmt_cstr(q, 1, name);
	st = stmt_step(q, why);
	if (st == ST_OK) {
		*number = stmt_col_int(q, 0);
		if (size)
			stmt_col_copy(q, 1, words, size);
		stmt_reset(q);
	}
	return st == ST_NONE ? ST_OK : st;
}

static enum status meta_put(struct db *db, const char *name, int64_t number, const char *words,
			    struct err *why)
{
	struct stmt *q = db_stmt(db, put_meta);

	stmt_cstr(q, 1, name);
	stmt_int(q, 2, number);
	stmt_cstr(q, 3, words);
	return stmt_run(q, why);
}

enum status cache_keep(struct db *db, const char *name, struct str words, struct err *why)
{
	struct stmt *q = db_stmt(db, put_meta);

	stmt_cstr(q, 1, name);
	stmt_int(q, 2, 0);
	stmt_text(q, 3, words);
	return stmt_run(q, why);
}

enum status cache_kept(struct db *db, const char *name, struct strbuf *words, struct err *why)
{
	struct stmt *q = db_stmt(db, get_meta);
	enum status st;
	struct str s;

	stmt_cstr(q, 1, name);
	st = stmt_step(q, why);
	if (st == ST_OK) {
		s = stmt_col_text(q, 1);
		if (!strbuf_set(words, s.p, s.n))
			st = err_set(why, ST_BROKEN, "memory", "no memory for an answer");
		stmt_reset(q);
	}
	return st;
}

enum status cache_revision(struct db *db, int64_t *revision, struct err *why)
{
	return meta_get(db, "revision", revision, NULL, 0, why);
}

enum status cache_touch(struct db *db, struct err *why)
{
	return stmt_run(db_stmt(db, touch_meta), why);
}

enum status cache_point(struct db *db, struct sync_point *p, struct err *why)
{
	int64_t purge = 0, none = 0;
	enum status st = meta_get(db, "epoch", &none, p->epoch, sizeof(p->epoch), why);

	if (st == ST_OK)
		st = meta_get(db, "root", &p->size, p->root, sizeof(p->root), why);
	if (st == ST_OK)
		st = meta_get(db, "signed_head", &none, p->signed_head, sizeof(p->signed_head),
			      why);
	if (st == ST_OK)
		st = meta_get(db, "sv", &p->sv, NULL, 0, why);
	if (st == ST_OK)
		st = meta_get(db, "durable_through", &p->durable_through, NULL, 0, why);
	if (st == ST_OK)
		st = meta_get(db, "applied_at", &p->applied_at, NULL, 0, why);
	if (st == ST_OK)
		st = meta_get(db, "told_at", &p->told_at, NULL, 0, why);
	if (st == ST_OK)
		st = meta_get(db, "own_through", &p->own_through, NULL, 0, why);
	if (st == ST_OK)
		st = meta_get(db, "purge_due", &purge, NULL, 0, why);
	p->purge_due = purge != 0;
	return st;
}

enum status cache_set_point(struct db *db, const struct sync_point *p, struct err *why)
{
	enum status st = meta_put(db, "epoch", 0, p->epoch, why);

	if (st == ST_OK)
		st = meta_put(db, "root", p->size, p->root, why);
	if (st == ST_OK)
		st = meta_put(db, "signed_head", 0, p->signed_head, why);
	if (st == ST_OK)
		st = meta_put(db, "sv", p->sv, "", why);
	if (st == ST_OK)
		st = meta_put(db, "durable_through", p->durable_through, "", why);
	if (st == ST_OK)
		st = meta_put(db, "applied_at", p->applied_at, "", why);
	if (st == ST_OK)
		st = meta_put(db, "told_at", p->told_at, "", why);
	if (st == ST_OK)
		st = meta_put(db, "own_through", p->own_through, "", why);
	if (st == ST_OK)
		st = meta_put(db, "purge_due", p->purge_due, "", why);
	return st;
}

enum status cache_forget_answers(struct db *db, struct err *why)
{
	return db_exec(db, "DELETE FROM meta WHERE name GLOB 'answer.*'", why);
}

/* --- Cursors ---------------------------------------------------------------- */

static const char list_cursors[] = "SELECT scope, seq, fresh FROM cursor ORDER BY scope";
static const char set_cursor[] = "INSERT INTO cursor(scope, seq) VALUES(?1, ?2)"
				 " ON CONFLICT(scope) DO UPDATE SET seq = max(seq, ?2)";
static const char begin_cursor[] =
	"INSERT OR REPLACE INTO meta(name, number) SELECT 'begun',"
	" max(?2, coalesce((SELECT number FROM meta WHERE name = 'begun'), 0))"
	" WHERE ?2 > 0 AND NOT EXISTS (SELECT 1 FROM cursor WHERE scope = ?1 AND seq > 0)";
static const char fresh_cursor[] = "UPDATE cursor SET fresh = ?2 WHERE scope = ?1 AND fresh = 0";
/* What left the scope before the log was so long is told by no page any more. */
static const char begin_log[] = "UPDATE meta SET number = max(number, ?2)"
				" WHERE name = 'begun' AND ?1 = ?1";
static const char drop_cursor[] = "DELETE FROM cursor WHERE scope = ?1";

enum status cursor_list(struct db *db, struct cursor *rows, int max, int *count, struct err *why)
{
	struct stmt *q = db_stmt(db, list_cursors);
	enum status st;

	*count = 0;
	while ((st = stmt_step(q, why)) == ST_OK) {
		if (*count == max) {
			stmt_reset(q);
			return err_set(why, ST_BROKEN, "scopes", "more than %d scopes in the cache",
				       max);
		}
		rows[*count].scope = stmt_col_int(q, 0);
		rows[*count].seq = stmt_col_int(q, 1);
		rows[(*count)++].fresh = stmt_col_int(q, 2);
	}
	return st == ST_NONE ? ST_OK : st;
}

enum status cursor_set(struct db *db, int64_t scope, int64_t seq, struct err *why)
{
	const char *const sql[] = { begin_cursor, set_cursor };
	enum status st = ST_OK;

	for (size_t i = 0; i < 2 && st == ST_OK; i++) {
		struct stmt *q = db_stmt(db, sql[i]);

		stmt_int(q, 1, scope);
		stmt_int(q, 2, seq);
		st = stmt_run(q, why);
	}
	return st;
}

enum status cursor_fresh(struct db *db, int64_t scope, int64_t log, struct err *why)
{
	const char *const sql[] = { fresh_cursor, begin_log };
	enum status st = ST_OK;

	for (int i = 0; i < 2 && st == ST_OK; i++) {
		struct stmt *q = db_stmt(db, sql[i]);

		stmt_int(q, 1, scope);
		stmt_int(q, 2, log);
		st = stmt_run(q, why);
	}
	return st;
}

enum status cursor_drop(struct db *db, int64_t scope, struct err *why)
{
	struct stmt *q = db_stmt(db, drop_cursor);
	enum status st;

	stmt_int(q, 1, scope);
	st = stmt_run(q, why);
	return st == ST_OK ? cache_forget_answers(db, why) : st;
}

enum status cursor_floor(struct db *db, int64_t *seq, struct err *why)
{
	return db_get_int(
		db,
		"SELECT CASE WHEN EXISTS(SELECT 1 FROM unreadable) THEN 0"
		" ELSE min(coalesce((SELECT min(seq) FROM cursor), 0),"
		" coalesce((SELECT number FROM meta WHERE name = 'whole_through'), 0)) END",
		seq, 0, why);
}

enum status cursor_told(struct db *db, int64_t *seq, struct err *why)
{
	int64_t begun = 0, whole = 0;
	enum status st = meta_get(db, "begun", &begun, NULL, 0, why);

	if (st == ST_OK)
		st = meta_get(db, "whole_through", &whole, NULL, 0, why);
	if (begun > *seq)
		*seq = 0;
	else if (whole < *seq)
		*seq = whole;
	return st;
}

enum status cursor_set_whole(struct db *db, bool whole, struct err *why)
{
	int64_t through = 0;
	enum status st =
		whole ? db_get_int(db, "SELECT min(seq) FROM cursor", &through, 0, why) : ST_OK;

	return st == ST_OK ? meta_put(db, "whole_through", through, "", why) : st;
}

/* --- Forgetting --------------------------------------------------------------- */

enum status cache_empty(struct db *db, struct err *why)
{
	return db_exec(
		db,
		"INSERT INTO case_words(case_words) VALUES('delete-all');"
		" DELETE FROM base_case; DELETE FROM case_scope; DELETE FROM gone;"
		" DELETE FROM entry; DELETE FROM detail; DELETE FROM cursor;"
		" DELETE FROM bad_line; DELETE FROM blob; DELETE FROM unreadable; DELETE FROM overlay_case;"
		" DELETE FROM watch; DELETE FROM again; DELETE FROM moved;"
		" DELETE FROM meta WHERE name <> 'revision';"
		/* What is deleted here stands in the file until it is purged. */
		" INSERT INTO meta(name, number) VALUES('purge_due', 1);",
		why);
}

/* Everything of the cases that were touched beyond the fork, but that somebody
 * asked to see them. */
#define AGAIN " IN (SELECT case_id FROM again)"
static const char *const fork_cases[] = {
	"INSERT OR IGNORE INTO again(case_id) SELECT case_id FROM base_case WHERE seq > ?1",
	"INSERT OR IGNORE INTO again(case_id) SELECT case_id FROM gone WHERE seq > ?1",
	"INSERT OR IGNORE INTO again(case_id) SELECT case_id FROM entry WHERE seq > ?1",
	"INSERT OR IGNORE INTO again(case_id) SELECT case_id FROM moved WHERE seq > ?1",
	"UPDATE cursor SET seq = ?1 WHERE seq > ?1",
	"UPDATE cursor SET fresh = ?1 WHERE fresh > ?1",
	"UPDATE meta SET number = ?1 WHERE name = 'whole_through' AND number > ?1",
};
static const char *const fork_forget[] = {
	"UPDATE again SET told = 0",
	"INSERT INTO case_words(case_words, rowid, words) SELECT 'delete', key, words"
	" FROM base_case WHERE case_id" AGAIN,
	"DELETE FROM case_scope WHERE key IN (SELECT key FROM base_case WHERE case_id" AGAIN ")",
	"DELETE FROM overlay_case WHERE case_id" AGAIN,
	"DELETE FROM entry WHERE case_id" AGAIN,
	"DELETE FROM detail WHERE case_id" AGAIN,
	"DELETE FROM bad_line WHERE case_id" AGAIN,
	"DELETE FROM unreadable WHERE case_id" AGAIN,
	"DELETE FROM watch WHERE own = 0 AND at_case" AGAIN,
	"DELETE FROM blob WHERE case_id" AGAIN,
	"DELETE FROM gone WHERE case_id" AGAIN,
	"DELETE FROM moved WHERE case_id" AGAIN,
	"DELETE FROM base_case WHERE case_id" AGAIN,
	"DELETE FROM meta WHERE name GLOB 'answer.*' OR name IN ('root', 'signed_head',"
	" 'durable_through', 'own_through')",
};
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

enum status cache_fork(struct db *db, const char *epoch, int64_t fork_seq, struct err *why)
{
	enum status st = ST_OK;

	for (size_t i = 0; i < COUNT(fork_cases) && st == ST_OK; i++) {
		struct stmt *q = db_stmt(db, fork_cases[i]);

		stmt_int(q, 1, fork_seq);
		st = stmt_run(q, why);
	}
	for (size_t i = 0; i < COUNT(fork_forget) && st == ST_OK; i++)
		st = stmt_run(db_stmt(db, fork_forget[i]), why);
	if (st == ST_OK)
		st = meta_put(db, "purge_due", 1, "", why);
	return st == ST_OK ? meta_put(db, "epoch", 0, epoch, why) : st;
}

static const char again_after[] =
	"SELECT case_id FROM again WHERE case_id > ?1 AND told = 0 ORDER BY case_id LIMIT 1";
static const char again_tell[] = "UPDATE again SET told = 1 WHERE case_id <= ?1";
static const char again_drop[] = "DELETE FROM again WHERE told = 1";

static const char again_put_sql[] = "INSERT OR IGNORE INTO again(case_id, restored) VALUES(?1, 0)";
static const char again_denied_sql[] =
	"SELECT count(*) FROM again WHERE case_id <= ?1 AND restored = 0 AND told = 0"
	" AND case_id NOT IN (SELECT case_id FROM base_case)";

enum status again_next(struct db *db, const char *after, char id[UUID_TEXT], struct err *why)
{
	struct stmt *q = db_stmt(db, again_after);
	enum status st;

	stmt_cstr(q, 1, after);
	st = stmt_step(q, why);
	if (st == ST_OK)
		stmt_col_copy(q, 0, id, UUID_TEXT);
	stmt_reset(q);
	return st;
}

enum status again_put(struct db *db, const char *case_id, struct err *why)
{
	struct stmt *q = db_stmt(db, again_put_sql);

	stmt_cstr(q, 1, case_id);
	return stmt_run(q, why);
}

enum status again_denied(struct db *db, const char *upto, int64_t *count, struct err *why)
{
	struct stmt *q = db_stmt(db, again_denied_sql);
	enum status st;

	stmt_cstr(q, 1, upto);
	st = stmt_step(q, why);
	if (st == ST_OK)
		*count = stmt_col_int(q, 0);
	stmt_reset(q);
	return st;
}

enum status again_done(struct db *db, const char *upto, struct err *why)
{
	struct stmt *q = db_stmt(db, again_tell);

	stmt_cstr(q, 1, upto);
	return stmt_run(q, why);
}

enum status again_over(struct db *db, struct err *why)
{
	return stmt_run(db_stmt(db, again_drop), why);
}

enum status cache_purge_log(struct db *db, struct err *why)
{
	return db_purge(db, NULL, why);
}

enum status cache_purge(struct db *db, struct err *why)
{
	enum status st = db_purge(db, "case_words", why);

	return st == ST_OK ? meta_put(db, "purge_due", 0, "", why) : st;
}
