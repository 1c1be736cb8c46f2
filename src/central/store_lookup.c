/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/store_lookup.h"

#include "base/banned.h"

static const char key_add_sql[] =
	"INSERT INTO lookup_key(h, case_id) VALUES(?1, ?2) ON CONFLICT DO NOTHING";
static const char key_drop_sql[] = "DELETE FROM lookup_key WHERE case_id = ?1";
static const char find_sql[] =
	"SELECT id FROM casefile WHERE id IN (SELECT case_id FROM lookup_key"
	" WHERE h IN (SELECT value FROM json_each(?1)) GROUP BY case_id HAVING count(*) = ?2)"
	" AND protection = 0 AND party_kind <> 'protected'"
	" AND (scope IN (SELECT value FROM json_each(?3)) OR EXISTS (SELECT 1"
	" FROM case_beside AS b WHERE b.case_id = casefile.id"
	" AND b.scope IN (SELECT value FROM json_each(?3))))"
	" ORDER BY received_at DESC, id DESC LIMIT ?4";
static const char number_sql[] = "SELECT id FROM casefile WHERE diary_no = ?1 AND diary_no <> ''";
static const char log_sql[] = "INSERT INTO lookup(at, officer, dev, reason, kind, shown)"
			      " VALUES(?1, ?2, ?3, ?4, ?5, ?6)";
static const char shown_sql[] = "INSERT INTO lookup_case(lookup, case_id) VALUES(?1, ?2)";
static const char count_sql[] = "SELECT count(*) FROM lookup WHERE officer = ?1 AND at > ?2";

enum status lookup_key_add(struct db *db, const char *h, const char *case_id, struct err *why)
{
	struct stmt *q = db_stmt(db, key_add_sql);

	stmt_cstr(q, 1, h);
	stmt_cstr(q, 2, case_id);
	return stmt_run(q, why);
}

enum status lookup_key_drop(struct db *db, const char *case_id, struct err *why)
{
	struct stmt *q = db_stmt(db, key_drop_sql);

	stmt_cstr(q, 1, case_id);
	return stmt_run(q, why);
}

enum status lookup_find(struct db *db, const char *hashes, int count, const char *scopes, int max,
			char (*ids)[UUID_TEXT], int *found, struct err *why)
{
	struct stmt *q = db_stmt(db, find_sql);
	enum status st;

	*found = 0;
	stmt_cstr(q, 1, hashes);
	stmt_int(q, 2, count);
	stmt_cstr(q, 3, scopes);
	stmt_int(q, 4, max);
	while ((st = stmt_step(q, why)) == ST_OK)
		stmt_col_copy(q, 0, ids[(*found)++], UUID_TEXT);
	return st == ST_NONE ? ST_OK : st;
}

enum status lookup_number(struct db *db, const char *diary_no, char id[UUID_TEXT], struct err *why)
{
	struct stmt *q = db_stmt(db, number_sql);
	enum status st;

	stmt_cstr(q, 1, diary_no);
	st = stmt_step(q, why);
	if (st == ST_OK)
		stmt_col_copy(q, 0, id, UUID_TEXT);
	stmt_reset(q);
	return st;
}

enum status lookup_log(struct db *db, const struct lookup_row *r, const char (*ids)[UUID_TEXT],
		       struct err *why)
{
	struct stmt *q = db_stmt(db, log_sql);
	int64_t id;
	enum status st;

	stmt_int(q, 1, r->at);
	stmt_cstr(q, 2, r->officer);
	stmt_cstr(q, 3, r->dev);
	stmt_int(q, 4, r->reason);
	stmt_cstr(q, 5, r->kind);
	stmt_int(q, 6, r->shown);
	st = stmt_run(q, why);
	id = db_last_id(db);
	for (int i = 0; st == ST_OK && i < r->shown; i++) {
		q = db_stmt(db, shown_sql);
		stmt_int(q, 1, id);
		stmt_cstr(q, 2, ids[i]);
		st = stmt_run(q, why);
	}
	return st;
}

enum status lookup_count(struct db *db, const char *officer, int64_t since, int64_t *count,
			 struct err *why)
{
	struct stmt *q = db_stmt(db, count_sql);
	enum status st;

	stmt_cstr(q, 1, officer);
	stmt_int(q, 2, since);
	st = stmt_step(q, why);
	if (st == ST_OK)
		*count = stmt_col_int(q, 0);
	stmt_reset(q);
	return st;
}
