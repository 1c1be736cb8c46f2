/* SPDX-License-Identifier: EUPL-1.2 */
#include "cache/names.h"

#include "sql/db.h"

#include "base/banned.h"

static const char put_catalog[] =
	"INSERT OR REPLACE INTO catalog(id, sha256, json) VALUES(1, ?1, ?2)";
static const char get_catalog[] = "SELECT json FROM catalog";
static const char get_sha[] = "SELECT sha256 FROM catalog";
static const char put_key[] =
	"INSERT OR REPLACE INTO known_key(kid, x, sub, dev, certificate, state,"
	" valid_through) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)";
static const char get_key[] = "SELECT kid, x, sub, dev, certificate, state, valid_through"
			      " FROM known_key WHERE kid = ?1";
static const char keys_of_case[] =
	"SELECT kid, x, sub, dev, certificate, state, valid_through FROM known_key"
	" WHERE dev IN (SELECT dev FROM entry WHERE case_id = ?1) ORDER BY dev, kid";
static const char add_line[] =
	"INSERT INTO bad_line(sha256, case_id, raw, why, tries)"
	" VALUES(?1, ?2, ?3, ?4, 1) ON CONFLICT(sha256) DO UPDATE SET tries = tries + 1, why = ?4"
	" RETURNING tries";
/* Of cases that are neither here nor missed. */
static const char sweep_bad[] =
	"DELETE FROM bad_line WHERE case_id NOT IN (SELECT case_id FROM base_case)"
	" AND case_id NOT IN (SELECT case_id FROM unreadable)";
static const char put_unreadable[] =
	"INSERT OR REPLACE INTO unreadable(case_id, why) VALUES(?1, ?2)";
static const char drop_unreadable[] = "DELETE FROM unreadable WHERE case_id = ?1";
static const char count_unreadable[] = "SELECT count(*) FROM unreadable";
static const char next_unreadable[] = "SELECT case_id FROM unreadable WHERE case_id > ?1"
				      " AND case_id <> '' ORDER BY case_id LIMIT 1";

enum status catalog_put(struct db *db, struct str json, const char *sha256, struct err *why)
{
	struct stmt *q = db_stmt(db, put_catalog);

	stmt_cstr(q, 1, sha256);
	stmt_text(q, 2, json);
	return stmt_run(q, why);
}

enum status catalog_get(struct db *db, struct strbuf *json, struct err *why)
{
	struct stmt *q = db_stmt(db, get_catalog);
	enum status st = stmt_step(q, why);

	if (st == ST_OK) {
		st = stmt_col_keep(q, 0, json, why);
		stmt_reset(q);
	}
	return st;
}

enum status catalog_sha256(struct db *db, char sha256[HASH_TEXT], struct err *why)
{
	struct stmt *q = db_stmt(db, get_sha);
	enum status st = stmt_step(q, why);

	sha256[0] = '\0';
	if (st == ST_OK) {
		stmt_col_copy(q, 0, sha256, HASH_TEXT);
		stmt_reset(q);
	}
	return st == ST_NONE ? ST_OK : st;
}

void known_key_release(struct known_key *k)
{
	strbuf_release(&k->certificate);
}

enum status known_key_put(struct db *db, const struct known_key *k, struct err *why)
{
	struct stmt *q = db_stmt(db, put_key);

	stmt_cstr(q, 1, k->kid);
	stmt_cstr(q, 2, k->x);
	stmt_cstr(q, 3, k->sub);
	stmt_cstr(q, 4, k->dev);
	stmt_text(q, 5, strbuf_str(&k->certificate));
	stmt_cstr(q, 6, k->state);
	stmt_int(q, 7, k->valid_through);
	return stmt_run(q, why);
}

static enum status key_from(struct known_key *k, struct stmt *q, struct err *why)
{
	stmt_col_copy(q, 0, k->kid, sizeof(k->kid));
	stmt_col_copy(q, 1, k->x, sizeof(k->x));
	stmt_col_copy(q, 2, k->sub, sizeof(k->sub));
	stmt_col_copy(q, 3, k->dev, sizeof(k->dev));
	stmt_col_copy(q, 5, k->state, sizeof(k->state));
	k->valid_through = stmt_col_int(q, 6);
	return stmt_col_keep(q, 4, &k->certificate, why);
}

enum status known_key_get(struct db *db, const char *kid, struct known_key *k, struct err *why)
{
	struct stmt *q = db_stmt(db, get_key);
	enum status st;

	stmt_cstr(q, 1, kid);
	st = stmt_step(q, why);
	if (st == ST_OK) {
		st = key_from(k, q, why);
		stmt_reset(q);
	}
	return st;
}

enum status known_keys_of_case(struct db *db, const char *case_id,
			       void (*each)(void *ctx, const struct known_key *k), void *ctx,
			       struct err *why)
{
	struct stmt *q = db_stmt(db, keys_of_case);
	struct known_key k = KNOWN_KEY_INIT;
	enum status st;

	stmt_cstr(q, 1, case_id);
	while ((st = stmt_step(q, why)) == ST_OK && (st = key_from(&k, q, why)) == ST_OK)
		each(ctx, &k);
	stmt_reset(q);
	known_key_release(&k);
	return st == ST_NONE ? ST_OK : st;
}

enum status bad_line_add(struct db *db, const char *sha256, const char *case_id, struct str raw,
			 const char *reason, int *tries, struct err *why)
{
	struct stmt *q = db_stmt(db, add_line);
	enum status st;

	stmt_cstr(q, 1, sha256);
	stmt_cstr(q, 2, case_id);
	stmt_blob(q, 3, raw.p, raw.n);
	stmt_cstr(q, 4, reason);
	*tries = 0;
	while ((st = stmt_step(q, why)) == ST_OK)
		*tries = (int)stmt_col_int(q, 0);
	return st == ST_NONE ? ST_OK : st;
}

enum status bad_line_sweep(struct db *db, bool *any, struct err *why)
{
	enum status st = stmt_run(db_stmt(db, sweep_bad), why);

	*any = st == ST_OK && db_changes(db) > 0;
	return st;
}

enum status unreadable_put(struct db *db, const char *case_id, const char *reason, struct err *why)
{
	struct stmt *q = db_stmt(db, put_unreadable);

	stmt_cstr(q, 1, case_id);
	stmt_cstr(q, 2, reason);
	return stmt_run(q, why);
}

enum status unreadable_drop(struct db *db, const char *case_id, struct err *why)
{
	struct stmt *q = db_stmt(db, drop_unreadable);

	stmt_cstr(q, 1, case_id);
	return stmt_run(q, why);
}

enum status unreadable_count(struct db *db, int64_t *count, struct err *why)
{
	struct stmt *q = db_stmt(db, count_unreadable);
	enum status st = stmt_step(q, why);

	*count = st == ST_OK ? stmt_col_int(q, 0) : 0;
	stmt_reset(q);
	return st;
}

enum status unreadable_next(struct db *db, const char *after, char case_id[UUID_TEXT],
			    struct err *why)
{
	struct stmt *q = db_stmt(db, next_unreadable);
	enum status st;

	stmt_cstr(q, 1, after);
	st = stmt_step(q, why);
	if (st == ST_OK) {
		stmt_col_copy(q, 0, case_id, UUID_TEXT);
		stmt_reset(q);
	}
	return st;
}
