/* SPDX-License-Identifier: EUPL-1.2 */
#include "cache/entries.h"

#include <stdio.h>

#include "sql/db.h"

#include "base/banned.h"

#define COLUMNS                                                                                    \
	"case_id, n, eh, ah, seq, epoch, at, verdict, rule, jws, act, sub, iid, dev, ctr, erased"

/* Of an entry that was erased while its case was out of sight only that is known;
 * where it stands is learnt later, and its words are not. */
static const char put[] = "INSERT INTO entry(" COLUMNS ")"
			  " VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16)"
			  " ON CONFLICT(case_id, n) DO UPDATE SET eh = excluded.eh,"
			  " seq = excluded.seq, epoch = excluded.epoch, at = excluded.at,"
			  " verdict = excluded.verdict, rule = excluded.rule WHERE eh = ''";
/* An entry that never came is known to be erased. What is known of its place
 * stays as it is. */
#define STAYS(c) c " = CASE eh WHEN '' THEN excluded." c " ELSE " c " END"
static const char erase[] =
	"INSERT INTO entry(" COLUMNS ") VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,"
	" '', '', '', '', '', 0, ?10)"
	" ON CONFLICT(case_id, n) DO UPDATE SET jws = '', act = '', erased = ?10, " STAYS("eh") ", " STAYS(
		"seq") ", " STAYS("epoch") ", " STAYS("at") ", " STAYS("verdict") ", " STAYS("rule") ", " STAYS("ah");
static const char erase_run[] = "UPDATE entry SET jws = '', act = '', erased = ?4"
				" WHERE case_id = ?1 AND n BETWEEN ?2 AND ?3";
static const char get[] = "SELECT " COLUMNS " FROM entry WHERE case_id = ?1 AND n = ?2";
static const char after_sql[] = "SELECT " COLUMNS " FROM entry WHERE case_id = ?1 AND n > ?2"
				" ORDER BY n LIMIT 1";
static const char before_sql[] = "SELECT " COLUMNS " FROM entry WHERE case_id = ?1 AND n < ?2"
				 " ORDER BY n DESC LIMIT 1";
static const char n_of_iid[] = "SELECT n FROM entry WHERE iid = ?1";
/* One of which only the erasing is known counts as not there. */
static const char gap[] =
	"SELECT CASE WHEN NOT EXISTS(SELECT 1 FROM entry WHERE case_id = ?1 AND n = 1 AND eh <> '')"
	" THEN 1 ELSE (SELECT min(n) + 1 FROM entry e WHERE case_id = ?1 AND NOT EXISTS"
	" (SELECT 1 FROM entry f WHERE f.case_id = ?1 AND f.n = e.n + 1 AND eh <> '')) END";
static const char put_detail[] =
	"INSERT INTO detail(case_id, n, json) VALUES(?1, ?2, ?3)"
	" ON CONFLICT(case_id) DO UPDATE SET n = ?2, json = ?3 WHERE n <= ?2";
static const char get_detail[] = "SELECT n, json FROM detail WHERE case_id = ?1";
static const char want_sql[] = "INSERT OR IGNORE INTO want(case_id) VALUES(?1)";
static const char unwant_sql[] = "DELETE FROM want WHERE case_id = ?1";
/* Entries run from 1 to n, so that their number tells of a gap. Of the own
 * ones the open cases are followed, which are few. */
static const char next_wanted[] =
	"SELECT case_id, n FROM ("
	" SELECT case_id, n FROM base_case WHERE case_id IN (SELECT case_id FROM want)"
	" UNION SELECT case_id, n FROM base_case WHERE assignee = ?1 AND assignee <> '' AND closed = 0) b"
	" WHERE b.case_id > ?2 AND (SELECT count(*) FROM entry e WHERE e.case_id = b.case_id"
	" AND e.n <= b.n AND e.eh <> '') < b.n ORDER BY case_id LIMIT 1";

void entry_release(struct entry *e)
{
	strbuf_release(&e->jws);
}

enum status entry_put(struct db *db, const struct entry *e, struct err *why)
{
	struct stmt *q = db_stmt(db, put);

	stmt_cstr(q, 1, e->case_id);
	stmt_int(q, 2, e->n);
	stmt_cstr(q, 3, e->eh);
	stmt_cstr(q, 4, e->ah);
	stmt_int(q, 5, e->seq);
	stmt_cstr(q, 6, e->epoch);
	stmt_int(q, 7, e->at);
	stmt_cstr(q, 8, e->verdict);
	stmt_cstr(q, 9, e->rule);
	stmt_text(q, 10, strbuf_str(&e->jws));
	stmt_cstr(q, 11, e->act);
	stmt_cstr(q, 12, e->sub);
	stmt_cstr(q, 13, e->iid);
	stmt_cstr(q, 14, e->dev);
	stmt_int(q, 15, e->ctr);
	stmt_cstr(q, 16, e->erased ? e->erased_why : NULL);
	return stmt_run(q, why);
}

static enum status erase_one(struct db *db, const struct entry *e, struct err *why)
{
	struct stmt *q = db_stmt(db, erase);

	stmt_cstr(q, 1, e->case_id);
	stmt_int(q, 2, e->n);
	stmt_cstr(q, 3, e->eh);
	stmt_cstr(q, 4, e->ah);
	stmt_int(q, 5, e->seq);
	stmt_cstr(q, 6, e->epoch);
	stmt_int(q, 7, e->at);
	stmt_cstr(q, 8, e->verdict);
	stmt_cstr(q, 9, e->rule);
	stmt_cstr(q, 10, e->erased_why);
	return stmt_run(q, why);
}

enum status entry_erase(struct db *db, const struct entry *e, int64_t upto, struct err *why)
{
	struct stmt *q;

	if (upto <= e->n)
		return erase_one(db, e, why);
	q = db_stmt(db, erase_run);
	stmt_cstr(q, 1, e->case_id);
	stmt_int(q, 2, e->n);
	stmt_int(q, 3, upto);
	stmt_cstr(q, 4, e->erased_why);
	return stmt_run(q, why);
}

static enum status read_row(struct stmt *q, struct entry *e, struct err *why)
{
	stmt_col_copy(q, 0, e->case_id, sizeof(e->case_id));
	e->n = stmt_col_int(q, 1);
	stmt_col_copy(q, 2, e->eh, sizeof(e->eh));
	stmt_col_copy(q, 3, e->ah, sizeof(e->ah));
	e->seq = stmt_col_int(q, 4);
	stmt_col_copy(q, 5, e->epoch, sizeof(e->epoch));
	e->at = stmt_col_int(q, 6);
	stmt_col_copy(q, 7, e->verdict, sizeof(e->verdict));
	stmt_col_copy(q, 8, e->rule, sizeof(e->rule));
	stmt_col_copy(q, 10, e->act, sizeof(e->act));
	stmt_col_copy(q, 11, e->sub, sizeof(e->sub));
	stmt_col_copy(q, 12, e->iid, sizeof(e->iid));
	stmt_col_copy(q, 13, e->dev, sizeof(e->dev));
	e->ctr = stmt_col_int(q, 14);
	e->erased = !stmt_col_null(q, 15);
	stmt_col_copy(q, 15, e->erased_why, sizeof(e->erased_why));
	return stmt_col_keep(q, 9, &e->jws, why);
}

static enum status read_one(struct db *db, const char *sql, const char *case_id, int64_t n,
			    struct entry *e, struct err *why)
{
	struct stmt *q = db_stmt(db, sql);
	enum status st;

	stmt_cstr(q, 1, case_id);
	stmt_int(q, 2, n);
	st = stmt_step(q, why);
	if (st == ST_OK) {
		st = read_row(q, e, why);
		stmt_reset(q);
	}
	return st;
}

enum status entry_get(struct db *db, const char *case_id, int64_t n, struct entry *e,
		      struct err *why)
{
	return read_one(db, get, case_id, n, e, why);
}

enum status entry_after(struct db *db, const char *case_id, int64_t after, struct entry *e,
			struct err *why)
{
	return read_one(db, after_sql, case_id, after, e, why);
}

enum status entry_before(struct db *db, const char *case_id, int64_t before, struct entry *e,
			 struct err *why)
{
	return read_one(db, before_sql, case_id, before, e, why);
}

enum status entry_of_iid(struct db *db, const char *iid, int64_t *n, struct err *why)
{
	struct stmt *q = db_stmt(db, n_of_iid);
	enum status st;

	stmt_cstr(q, 1, iid);
	st = stmt_step(q, why);
	*n = st == ST_OK ? stmt_col_int(q, 0) : 0;
	stmt_reset(q);
	return st == ST_NONE ? ST_OK : st;
}

enum status entry_gap(struct db *db, const char *case_id, int64_t upto, int64_t *n, struct err *why)
{
	struct stmt *q = db_stmt(db, gap);
	enum status st;

	stmt_cstr(q, 1, case_id);
	st = stmt_step(q, why);
	*n = 0;
	if (st == ST_OK) {
		*n = stmt_col_int(q, 0);
		stmt_reset(q);
	}
	if (*n > upto)
		*n = 0;
	return st;
}

enum status detail_put(struct db *db, const char *case_id, int64_t n, struct str json,
		       struct err *why)
{
	struct stmt *q = db_stmt(db, put_detail);

	stmt_cstr(q, 1, case_id);
	stmt_int(q, 2, n);
	stmt_lend(q, 3, json);
	return stmt_run(q, why);
}

enum status detail_get(struct db *db, const char *case_id, int64_t *n, struct strbuf *json,
		       struct err *why)
{
	struct stmt *q = db_stmt(db, get_detail);
	enum status st;

	stmt_cstr(q, 1, case_id);
	st = stmt_step(q, why);
	if (st == ST_OK) {
		*n = stmt_col_int(q, 0);
		st = stmt_col_keep(q, 1, json, why);
		stmt_reset(q);
	}
	return st;
}

static enum status run_on_case(struct db *db, const char *sql, const char *case_id, struct err *why)
{
	struct stmt *q = db_stmt(db, sql);

	stmt_cstr(q, 1, case_id);
	return stmt_run(q, why);
}

enum status want_case(struct db *db, const char *case_id, struct err *why)
{
	return run_on_case(db, want_sql, case_id, why);
}

enum status want_drop(struct db *db, const char *case_id, struct err *why)
{
	return run_on_case(db, unwant_sql, case_id, why);
}

enum status want_next(struct db *db, const char *sub, const char *after, char case_id[UUID_TEXT],
		      int64_t *from, struct err *why)
{
	struct stmt *q = db_stmt(db, next_wanted);
	int64_t n = 0;
	enum status st;

	stmt_cstr(q, 1, sub);
	stmt_cstr(q, 2, after);
	st = stmt_step(q, why);
	if (st == ST_OK) {
		stmt_col_copy(q, 0, case_id, UUID_TEXT);
		n = stmt_col_int(q, 1);
		stmt_reset(q);
		st = entry_gap(db, case_id, n, from, why);
	}
	return st;
}
