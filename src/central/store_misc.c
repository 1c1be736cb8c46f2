/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/store.h"

#include <stdlib.h>

#include "base/banned.h"

/* The schema is one text; both compilers take it, ISO C promises 4095 bytes. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverlength-strings"
static const char *const steps[] = {
#include "central/schema.sql.h"
#include "central/schema1.sql.h"
#include "central/schema2.sql.h"
#include "central/schema3.sql.h"
#include "central/schema4.sql.h"
#include "central/schema5.sql.h"
#include "central/schema6.sql.h"
#include "central/schema7.sql.h"
#include "central/schema8.sql.h"
#include "central/schema9.sql.h"
#include "central/schema10.sql.h"
#include "central/schema11.sql.h"
#include "central/schema12.sql.h"
#include "central/schema13.sql.h"
#include "central/schema14.sql.h"
#include "central/schema15.sql.h"
#include "central/schema16.sql.h"
#include "central/schema17.sql.h"
};
#pragma GCC diagnostic pop

const struct db_schema central_schema = {
	.what = "the central's database",
	.application_id = 0x534C5543, /* "SLUC" */
	.step_count = sizeof(steps) / sizeof(steps[0]),
	.steps = steps,
};

enum status store_open(struct db **out, const char *path, bool make, struct err *why)
{
	unsigned flags = DB_SYNC_FULL | DB_SECURE_DELETE | (make ? DB_CREATE : 0);

	return db_open(out, path, flags, &central_schema, why);
}

static const char meta_get_sql[] = "SELECT value FROM meta WHERE key = ?1";
static const char meta_set_sql[] =
	"INSERT INTO meta(key, value) VALUES(?1, ?2) ON CONFLICT(key) DO UPDATE SET value = ?2";
static const char epoch_add_sql[] =
	"INSERT INTO epoch(epoch, fork_seq, at, size) VALUES(?1, ?2, ?3, ?4)";
static const char epoch_known_sql[] = "SELECT 1 FROM epoch WHERE epoch = ?1";
static const char epoch_common_sql[] =
	"SELECT coalesce(min(l.fork_seq), 0) FROM epoch AS l JOIN epoch AS e ON l.rowid > e.rowid"
	" WHERE e.epoch = ?1";
static const char epoch_list_sql[] =
	"SELECT epoch, fork_seq, size FROM (SELECT epoch, fork_seq, size, rowid AS place FROM epoch"
	" ORDER BY rowid DESC LIMIT ?1) ORDER BY place";
static const char intake_get_sql[] = "SELECT body_hash, answer FROM intake WHERE key = ?1";
static const char intake_add_sql[] =
	"INSERT INTO intake(key, body_hash, answer, at) VALUES(?1, ?2, ?3, ?4)";
static const char intake_plain_sql[] =
	"SELECT key, body_hash FROM intake WHERE key > ?1 AND body_hash <> ''"
	" AND body_hash NOT LIKE 'k1:%' ORDER BY key LIMIT 1";
static const char intake_rehash_sql[] = "UPDATE intake SET body_hash = ?2 WHERE key = ?1";
static const char receipt_add_sql[] = "INSERT INTO receipt(hash, case_id) VALUES(?1, ?2)";
static const char receipt_get_sql[] = "SELECT case_id FROM receipt WHERE hash = ?1";
static const char diary_next_sql[] =
	"INSERT INTO diary(committee, year, number) VALUES(?1, ?2, 1)"
	" ON CONFLICT(committee, year) DO UPDATE SET number = number + 1 RETURNING number";

enum status meta_get(struct db *db, const char *key, char *out, size_t size, struct err *why)
{
	struct stmt *q = db_stmt(db, meta_get_sql);
	enum status st;

	out[0] = '\0';
	stmt_cstr(q, 1, key);
	st = stmt_step(q, why);
	if (st == ST_OK)
		stmt_col_copy(q, 0, out, size);
	stmt_reset(q);
	return st;
}

enum status meta_set(struct db *db, const char *key, const char *value, struct err *why)
{
	struct stmt *q = db_stmt(db, meta_set_sql);

	stmt_cstr(q, 1, key);
	stmt_cstr(q, 2, value);
	return stmt_run(q, why);
}

enum status epoch_add(struct db *db, const struct epoch_row *e, int64_t at, struct err *why)
{
	struct stmt *q = db_stmt(db, epoch_add_sql);

	stmt_cstr(q, 1, e->epoch);
	stmt_int(q, 2, e->fork_seq);
	stmt_int(q, 3, at);
	stmt_int(q, 4, e->size);
	return stmt_run(q, why);
}

enum status epoch_known(struct db *db, const char *epoch, bool *known, struct err *why)
{
	struct stmt *q = db_stmt(db, epoch_known_sql);
	enum status st;

	stmt_cstr(q, 1, epoch);
	st = stmt_step(q, why);
	*known = st == ST_OK;
	stmt_reset(q);
	return st == ST_NONE ? ST_OK : st;
}

enum status epoch_common(struct db *db, const char *epoch, int64_t *entries, struct err *why)
{
	struct stmt *q = db_stmt(db, epoch_common_sql);
	enum status st;

	stmt_cstr(q, 1, epoch);
	st = stmt_step(q, why);
	*entries = st == ST_OK ? stmt_col_int(q, 0) : 0;
	stmt_reset(q);
	return st;
}

enum status epoch_list(struct db *db, int max, void (*each)(void *ctx, const struct epoch_row *e),
		       void *ctx, struct err *why)
{
	struct stmt *q = db_stmt(db, epoch_list_sql);
	struct epoch_row e;
	enum status st;

	stmt_int(q, 1, max);
	while ((st = stmt_step(q, why)) == ST_OK) {
		stmt_col_copy(q, 0, e.epoch, sizeof(e.epoch));
		e.fork_seq = stmt_col_int(q, 1);
		e.size = stmt_col_int(q, 2);
		each(ctx, &e);
	}
	return st == ST_NONE ? ST_OK : st;
}

enum status durable_through(struct db *db, int64_t *seq, int64_t *at, struct err *why)
{
	char size[24], when[24];
	int64_t held, have;
	enum status st = feed_head_seq(db, &have, why);

	*seq = *at = 0;
	if (st == ST_OK)
		st = meta_get(db, "backup_size", size, sizeof(size), why);
	if (st != ST_OK)
		return st == ST_NONE ? ST_OK : st;
	held = strtoll(size, NULL, 10);
	*seq = held < have ? held : have;
	st = meta_get(db, "backup_at", when, sizeof(when), why);
	*at = strtoll(when, NULL, 10);
	return st == ST_NONE ? ST_OK : st;
}

enum status intake_get(struct db *db, const char *key, char body_hash[HASH_TEXT],
		       struct strbuf *answer, struct err *why)
{
	struct stmt *q = db_stmt(db, intake_get_sql);
	enum status st;
	struct str s;

	stmt_cstr(q, 1, key);
	st = stmt_step(q, why);
	if (st == ST_OK) {
		stmt_col_copy(q, 0, body_hash, HASH_TEXT);
		s = stmt_col_text(q, 1);
		if (!strbuf_set(answer, s.p, s.n))
			st = err_set(why, ST_BROKEN, "memory", "out of memory");
	}
	stmt_reset(q);
	return st;
}

enum status intake_add(struct db *db, const char *key, const char *body_hash, struct str answer,
		       int64_t at, struct err *why)
{
	struct stmt *q = db_stmt(db, intake_add_sql);

	stmt_cstr(q, 1, key);
	stmt_cstr(q, 2, body_hash);
	stmt_text(q, 3, answer);
	stmt_int(q, 4, at);
	return stmt_run(q, why);
}

enum status intake_plain(struct db *db, char key[HASH_TEXT], char body_hash[HASH_TEXT],
			 struct err *why)
{
	struct stmt *q = db_stmt(db, intake_plain_sql);
	enum status st;

	stmt_cstr(q, 1, key);
	st = stmt_step(q, why);
	if (st == ST_OK) {
		stmt_col_copy(q, 0, key, HASH_TEXT);
		stmt_col_copy(q, 1, body_hash, HASH_TEXT);
	}
	stmt_reset(q);
	return st;
}

enum status intake_rehash(struct db *db, const char *key, const char *body_hash, struct err *why)
{
	struct stmt *q = db_stmt(db, intake_rehash_sql);

	stmt_cstr(q, 1, key);
	stmt_cstr(q, 2, body_hash);
	return stmt_run(q, why);
}

enum status receipt_add(struct db *db, const char *hash, const char *case_id, struct err *why)
{
	struct stmt *q = db_stmt(db, receipt_add_sql);

	stmt_cstr(q, 1, hash);
	stmt_cstr(q, 2, case_id);
	return stmt_run(q, why);
}

enum status receipt_get(struct db *db, const char *hash, char case_id[UUID_TEXT], struct err *why)
{
	struct stmt *q = db_stmt(db, receipt_get_sql);
	enum status st;

	stmt_cstr(q, 1, hash);
	st = stmt_step(q, why);
	if (st == ST_OK)
		stmt_col_copy(q, 0, case_id, UUID_TEXT);
	stmt_reset(q);
	return st;
}

enum status diary_next(struct db *db, const char *committee, int year, int64_t *number,
		       struct err *why)
{
	struct stmt *q = db_stmt(db, diary_next_sql);
	enum status st;

	stmt_cstr(q, 1, committee);
	stmt_int(q, 2, year);
	st = stmt_step(q, why);
	if (st != ST_OK)
		return st;
	*number = stmt_col_int(q, 0);
	return stmt_run(q, why);
}
