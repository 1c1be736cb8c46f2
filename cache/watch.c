/* SPDX-License-Identifier: EUPL-1.2 */
#include "cache/watch.h"

#include "sql/db.h"

#include "base/banned.h"

static const char put[] = "INSERT INTO watch(at_case, own, n, on_day, words) VALUES(?1,?2,?3,?4,?5)"
			  " ON CONFLICT(at_case, own) DO UPDATE SET n = ?3, on_day = ?4, words = ?5"
			  " WHERE n <= ?3";
static const char erase[] = "DELETE FROM watch WHERE at_case = ?1 AND own = 0"
			    " AND n BETWEEN ?2 AND ?3";
static const char clear_own[] = "DELETE FROM watch WHERE own = 1";
static const char get[] =
	"SELECT on_day, words FROM watch WHERE at_case = ?1 ORDER BY own DESC LIMIT 1";

void watch_release(struct watch *w)
{
	strbuf_release(&w->words);
}

static enum status put_row(struct db *db, const char *case_id, bool own, int64_t n, const char *on,
			   const char *words, struct err *why)
{
	struct stmt *q = db_stmt(db, put);

	stmt_cstr(q, 1, case_id);
	stmt_int(q, 2, own);
	stmt_int(q, 3, n);
	stmt_cstr(q, 4, on);
	stmt_cstr(q, 5, words);
	return stmt_run(q, why);
}

enum status watch_put(struct db *db, const char *case_id, int64_t n, const char *on,
		      const char *words, struct err *why)
{
	return put_row(db, case_id, false, n, on, words, why);
}

enum status watch_own_put(struct db *db, const char *case_id, const char *on, const char *words,
			  struct err *why)
{
	return put_row(db, case_id, true, 0, on, words, why);
}

enum status watch_own_clear(struct db *db, struct err *why)
{
	return stmt_run(db_stmt(db, clear_own), why);
}

enum status watch_erase(struct db *db, const char *case_id, int64_t n, int64_t upto,
			struct err *why)
{
	struct stmt *q = db_stmt(db, erase);

	stmt_cstr(q, 1, case_id);
	stmt_int(q, 2, n);
	stmt_int(q, 3, upto);
	return stmt_run(q, why);
}

enum status watch_get(struct db *db, const char *case_id, struct watch *w, struct err *why)
{
	struct stmt *q = db_stmt(db, get);
	enum status st;

	stmt_cstr(q, 1, case_id);
	st = stmt_step(q, why);
	if (st != ST_OK)
		return st;
	stmt_col_copy(q, 0, w->on, sizeof(w->on));
	if (!strbuf_set(&w->words, stmt_col_text(q, 1).p, stmt_col_text(q, 1).n))
		st = err_set(why, ST_BROKEN, "memory", "no memory for a reminder");
	stmt_reset(q);
	return st == ST_OK && !w->on[0] ? ST_NONE : st;
}
