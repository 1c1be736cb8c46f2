/* SPDX-License-Identifier: EUPL-1.2 */
#include "cache/blobs.h"

#include "sql/db.h"

#include "base/banned.h"

static const char put[] =
	"INSERT INTO blob(case_id, h, used_at, len, data)"
	" VALUES(?1, ?2, ?3, ?4, ?5)"
	" ON CONFLICT(case_id, h) DO UPDATE SET used_at = ?3, len = ?4, data = ?5";
static const char get[] = "SELECT data FROM blob WHERE case_id = ?1 AND h = ?2";
static const char here[] = "SELECT 1 FROM blob WHERE case_id = ?1 AND h = ?2";
static const char use[] = "UPDATE blob SET used_at = ?3 WHERE case_id = ?1 AND h = ?2";
static const char known[] = "SELECT 1 FROM blob WHERE substr(h, 1, length(?1)) = ?1 LIMIT 1";
static const char drop[] = "DELETE FROM blob WHERE case_id = ?1 AND h = ?2";
static const char total[] = "SELECT coalesce(sum(len), 0) FROM blob";
static const char oldest[] = "SELECT case_id, h FROM blob WHERE NOT (case_id = ?1 AND h = ?2)"
			     " ORDER BY used_at, h LIMIT 1";

static struct stmt *of(struct db *db, const char *sql, const char *case_id, const char *h)
{
	struct stmt *q = db_stmt(db, sql);

	stmt_cstr(q, 1, case_id);
	stmt_cstr(q, 2, h);
	return q;
}

enum status blob_total(struct db *db, int64_t *bytes, struct err *why)
{
	return db_get_int(db, total, bytes, 0, why);
}

enum status blob_drop(struct db *db, const char *case_id, const char *h, struct err *why)
{
	return stmt_run(of(db, drop, case_id, h), why);
}

/* Until the rest fits, or nothing but this one is left. */
static enum status make_room(struct db *db, const char *case_id, const char *h, int64_t quota,
			     struct err *why)
{
	char old_case[UUID_TEXT], old[HASH_TEXT];
	int64_t bytes = 0;
	enum status st;

	while ((st = blob_total(db, &bytes, why)) == ST_OK && bytes > quota) {
		struct stmt *q = of(db, oldest, case_id, h);

		st = stmt_step(q, why);
		if (st == ST_OK) {
			stmt_col_copy(q, 0, old_case, sizeof(old_case));
			stmt_col_copy(q, 1, old, sizeof(old));
			stmt_reset(q);
			st = blob_drop(db, old_case, old, why);
		}
		if (st != ST_OK)
			break;
	}
	return st == ST_NONE ? ST_OK : st;
}

static enum status put_one(struct db *db, const char *case_id, const char *h, struct str bytes,
			   int64_t now, struct err *why)
{
	struct stmt *q = of(db, put, case_id, h);

	stmt_int(q, 3, now);
	stmt_int(q, 4, (int64_t)bytes.n);
	stmt_blob(q, 5, bytes.p, bytes.n);
	return stmt_run(q, why);
}

enum status blob_keep(struct db *db, const char *case_id, const char *h, struct str bytes,
		      int64_t now, int64_t quota, struct err *why)
{
	enum status st = db_begin(db, why);

	if (st != ST_OK)
		return st;
	st = put_one(db, case_id, h, bytes, now, why);
	if (st == ST_OK)
		st = make_room(db, case_id, h, quota, why);
	if (st == ST_OK)
		return db_commit(db, why);
	db_rollback(db);
	return st;
}

enum status blob_read(struct db *db, const char *case_id, const char *h, int64_t now,
		      struct strbuf *bytes, struct err *why)
{
	struct stmt *q = of(db, get, case_id, h);
	enum status st = stmt_step(q, why);

	if (st != ST_OK)
		return st;
	{
		struct str data = stmt_col_text(q, 0);

		if (!strbuf_set(bytes, data.p, data.n))
			st = err_set(why, ST_BROKEN, "memory", "no memory for a document");
		stmt_reset(q);
	}
	if (st == ST_OK) {
		q = of(db, use, case_id, h);
		stmt_int(q, 3, now);
		/* That it was read is a hint to what may go: not worth an error. */
		(void)!(stmt_run(q, NULL) == ST_OK);
	}
	return st;
}

bool blob_here(struct db *db, const char *case_id, const char *h)
{
	struct stmt *q = of(db, here, case_id, h);
	bool yes = stmt_step(q, NULL) == ST_OK;

	stmt_reset(q);
	return yes;
}

bool blob_known(struct db *db, const char *prefix)
{
	struct stmt *q = db_stmt(db, known);
	enum status st;

	stmt_cstr(q, 1, prefix);
	st = stmt_step(q, NULL);
	stmt_reset(q);
	return st != ST_NONE;
}
