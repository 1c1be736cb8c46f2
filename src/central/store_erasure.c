/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/store_erasure.h"

#include "base/banned.h"

static const char add_sql[] = "INSERT INTO erasure(case_id, n, sub, at) VALUES(?1, ?2, ?3, ?4)";
static const char get_sql[] =
	"SELECT case_id, n, sub, at FROM erasure WHERE case_id = ?1 AND n = ?2";
static const char drop_sql[] = "DELETE FROM erasure WHERE case_id = ?1 AND ?2 IN (n, 0)";
static const char after_sql[] = "SELECT case_id, n, sub, at FROM erasure"
				" WHERE (case_id, n) > (?1, ?2) ORDER BY case_id, n LIMIT 1";

static const char forget_sql[] = "UPDATE entry SET jws = NULL WHERE seq = ?1";
static const char erased_add_sql[] = "INSERT INTO erased(case_id, n, by_n) VALUES(?1, ?2, ?3)"
				     " ON CONFLICT(case_id, n) DO UPDATE SET by_n = ?3";
static const char erased_by_sql[] = "SELECT n FROM erased WHERE case_id = ?1 AND by_n = ?2"
				    " AND n > ?3 ORDER BY n LIMIT 1";
/* Entries, and documents alone. */
#define OF_OFFICER(table, h)                                                                       \
	"SELECT e.case_id, e.n, own.ah, own.eh, own.at, own.epoch, own.verdict, own.rule,"         \
	" own.seq AS entry, m.n, m.seq AS erasing, " h " AS h, own.iid"                            \
	" FROM log AS m JOIN " table " AS e"                                                       \
	" ON e.case_id = m.case_id AND e.by_n = m.n"                                               \
	" JOIN log AS own ON own.case_id = e.case_id AND own.n = e.n"                              \
	" WHERE m.act = 'entry.erase' AND m.seq > ?2 AND m.seq <= ?3 AND own.sub = ?1"             \
	" AND NOT EXISTS (SELECT 1 FROM erased_case AS c WHERE c.case_id = m.case_id"              \
	" AND c.by_n = m.n)"                                                                       \
	" AND (m.seq, own.seq, " h ") > (?4, ?5, ?6)"
static const char of_officer_sql[] = OF_OFFICER("erased", "''") " UNION ALL " OF_OFFICER(
	"erased_document", "e.h") " ORDER BY erasing, entry, h LIMIT 1";
/* What was refused or taken back is no entry, and its signer has the words of it. */
static const char cases_of_officer_sql[] =
	"SELECT m.case_id, m.seq FROM log AS m JOIN erased_case AS c ON c.case_id = m.case_id"
	" AND c.by_n = m.n WHERE m.act = 'entry.erase' AND m.seq > ?2 AND m.seq <= ?3"
	" AND (EXISTS (SELECT 1 FROM log AS own WHERE own.case_id = m.case_id AND own.sub = ?1)"
	" OR EXISTS (SELECT 1 FROM device_log AS no JOIN device AS d ON d.id = no.dev"
	" WHERE no.case_id = m.case_id AND no.verdict NOT IN ('accepted', 'merged')"
	" AND d.officer = ?1)) ORDER BY m.seq LIMIT 1";

static const char document_drop_sql[] =
	"DELETE FROM document WHERE case_id = ?1 AND n = ?2 AND i = ?3";
static const char document_add_sql[] =
	"INSERT INTO erased_document(case_id, n, i, h, by_n) VALUES(?1, ?2, ?3, ?4, ?5)";
#define DOCUMENT "SELECT n, i, h, by_n FROM erased_document WHERE case_id = ?1"
static const char document_at_sql[] = DOCUMENT " AND n = ?2 AND i = ?3";
static const char document_of_sql[] = DOCUMENT " AND h = ?2 LIMIT 1";
static const char document_by_sql[] =
	DOCUMENT " AND by_n = ?2 AND (n, i) > (?3, ?4) ORDER BY n, i LIMIT 1";

static const char case_sql[] = "SELECT by_n FROM erased_case WHERE case_id = ?1";
static const char case_add_sql[] = "INSERT INTO erased_case(case_id, by_n) VALUES(?1, ?2)";
/* A key that was used stays used: another application cannot take its place. */
static const char *const case_forget_sql[] = {
	"DELETE FROM receipt WHERE case_id = ?1",
	"UPDATE intake SET body_hash = '', answer = '' WHERE instr(answer, ?1) > 0",
	"DELETE FROM reopening WHERE case_id = ?1",
	"DELETE FROM erased_document WHERE case_id = ?1",
	"DELETE FROM erasure WHERE case_id = ?1",
	"DELETE FROM package_due WHERE case_id = ?1",
};

static const char purge_add_sql[] =
	"INSERT INTO purge_due(case_id) VALUES(?1) ON CONFLICT DO UPDATE SET begun = 0";
static const char purge_next_sql[] =
	"SELECT case_id FROM purge_due WHERE case_id > ?1 ORDER BY case_id LIMIT 1";

static const char again_sql[] = "SELECT case_id, n, h FROM erase_again LIMIT 1";
static const char again_done_sql[] =
	"DELETE FROM erase_again WHERE case_id = ?1 AND n = ?2 AND h = ?3";

static const char package_due_sql[] =
	"INSERT INTO package_due(case_id) SELECT ?1 WHERE EXISTS (SELECT 1 FROM log"
	" WHERE case_id = ?1 AND act = 'case.archive') ON CONFLICT DO NOTHING";
static const char package_next_sql[] =
	"SELECT case_id FROM package_due WHERE case_id > ?1 ORDER BY case_id LIMIT 1";
static const char package_done_sql[] = "DELETE FROM package_due WHERE case_id = ?1";
static const char packed_since_sql[] =
	"SELECT n FROM log WHERE case_id = ?1 AND act = 'case.archive' AND n > (SELECT max(n)"
	" FROM log WHERE case_id = ?1 AND act = 'entry.erase') ORDER BY n DESC LIMIT 1";

static struct stmt *ask(struct db *db, const char *sql, const char *case_id, int64_t a, int64_t b)
{
	struct stmt *q = db_stmt(db, sql);

	stmt_cstr(q, 1, case_id);
	stmt_int(q, 2, a);
	if (b >= 0)
		stmt_int(q, 3, b);
	return q;
}

/* --- Proposals -------------------------------------------------------------------- */

enum status erasure_add(struct db *db, const struct erasure_row *r, struct err *why)
{
	struct stmt *q = ask(db, add_sql, r->case_id, r->n, -1);

	stmt_cstr(q, 3, r->sub);
	stmt_int(q, 4, r->at);
	return stmt_run(q, why);
}

static enum status read_row(struct stmt *q, struct erasure_row *r, struct err *why)
{
	enum status st = stmt_step(q, why);

	if (st == ST_OK) {
		stmt_col_copy(q, 0, r->case_id, sizeof(r->case_id));
		r->n = stmt_col_int(q, 1);
		stmt_col_copy(q, 2, r->sub, sizeof(r->sub));
		r->at = stmt_col_int(q, 3);
	}
	stmt_reset(q);
	return st;
}

enum status erasure_get(struct db *db, const char *case_id, int64_t n, struct erasure_row *r,
			struct err *why)
{
	return read_row(ask(db, get_sql, case_id, n, -1), r, why);
}

enum status erasure_drop(struct db *db, const char *case_id, int64_t n, struct err *why)
{
	return stmt_run(ask(db, drop_sql, case_id, n, -1), why);
}

enum status erasure_after(struct db *db, struct erasure_row *r, struct err *why)
{
	return read_row(ask(db, after_sql, r->case_id, r->n, -1), r, why);
}

/* --- Entries ------------------------------------------------------------------------ */

enum status entry_forget(struct db *db, const struct log_row *r, int64_t by_n, struct err *why)
{
	struct stmt *q = db_stmt(db, forget_sql);
	enum status st;

	stmt_int(q, 1, r->seq);
	st = stmt_run(q, why);
	return st == ST_OK ? stmt_run(ask(db, erased_add_sql, r->case_id, r->n, by_n), why) : st;
}

enum status erased_by(struct db *db, const char *case_id, int64_t by_n, int64_t after, int64_t *n,
		      struct err *why)
{
	struct stmt *q = ask(db, erased_by_sql, case_id, by_n, after);
	enum status st = stmt_step(q, why);

	if (st == ST_OK)
		*n = stmt_col_int(q, 0);
	stmt_reset(q);
	return st;
}

enum status erased_of_officer(struct db *db, const char *officer, int64_t after, int64_t upto,
			      struct log_row *e, char h[HASH_TEXT], int64_t *by, int64_t *seq,
			      struct err *why)
{
	struct stmt *q = ask(db, of_officer_sql, officer, after, upto);
	enum status st;

	stmt_int(q, 4, *seq);
	stmt_int(q, 5, e->seq);
	stmt_cstr(q, 6, h);
	st = stmt_step(q, why);
	if (st != ST_OK)
		return st;
	stmt_col_copy(q, 0, e->case_id, sizeof(e->case_id));
	e->n = stmt_col_int(q, 1);
	stmt_col_copy(q, 2, e->ah, sizeof(e->ah));
	stmt_col_copy(q, 3, e->eh, sizeof(e->eh));
	e->at = stmt_col_int(q, 4);
	stmt_col_copy(q, 5, e->epoch, sizeof(e->epoch));
	stmt_col_copy(q, 6, e->verdict, sizeof(e->verdict));
	stmt_col_copy(q, 7, e->rule, sizeof(e->rule));
	e->seq = stmt_col_int(q, 8);
	*by = stmt_col_int(q, 9);
	*seq = stmt_col_int(q, 10);
	stmt_col_copy(q, 11, h, HASH_TEXT);
	stmt_col_copy(q, 12, e->iid, sizeof(e->iid));
	stmt_reset(q);
	return ST_OK;
}

enum status erased_case_of_officer(struct db *db, const char *officer, int64_t after, int64_t upto,
				   char case_id[UUID_TEXT], int64_t *seq, struct err *why)
{
	struct stmt *q = ask(db, cases_of_officer_sql, officer, after, upto);
	enum status st = stmt_step(q, why);

	if (st != ST_OK)
		return st;
	stmt_col_copy(q, 0, case_id, UUID_TEXT);
	*seq = stmt_col_int(q, 1);
	stmt_reset(q);
	return ST_OK;
}

/* --- Documents ------------------------------------------------------------------------ */

enum status document_forget(struct db *db, const char *case_id, const struct stored_document *d,
			    int64_t by_n, struct err *why)
{
	struct stmt *q;
	enum status st = stmt_run(ask(db, document_drop_sql, case_id, d->n, d->i), why);

	if (st != ST_OK)
		return st;
	q = ask(db, document_add_sql, case_id, d->n, d->i);
	stmt_cstr(q, 4, d->h);
	stmt_int(q, 5, by_n);
	return stmt_run(q, why);
}

static enum status read_document(struct stmt *q, struct erased_document *d, struct err *why)
{
	enum status st = stmt_step(q, why);

	if (st == ST_OK && d) {
		d->n = stmt_col_int(q, 0);
		d->i = stmt_col_int(q, 1);
		stmt_col_copy(q, 2, d->h, sizeof(d->h));
		d->by_n = stmt_col_int(q, 3);
	}
	stmt_reset(q);
	return st;
}

enum status erased_document_at(struct db *db, const char *case_id, int64_t n, int64_t i,
			       struct erased_document *d, struct err *why)
{
	return read_document(ask(db, document_at_sql, case_id, n, i), d, why);
}

enum status erased_document_of(struct db *db, const char *case_id, const char *h, struct err *why)
{
	struct stmt *q = db_stmt(db, document_of_sql);

	stmt_cstr(q, 1, case_id);
	stmt_cstr(q, 2, h);
	return read_document(q, NULL, why);
}

enum status erased_document_by(struct db *db, const char *case_id, int64_t by_n,
			       struct erased_document *d, struct err *why)
{
	struct stmt *q = ask(db, document_by_sql, case_id, by_n, d->n);

	stmt_int(q, 4, d->i);
	return read_document(q, d, why);
}

/* --- Cases ------------------------------------------------------------------------------ */

enum status case_erased(struct db *db, const char *case_id, int64_t *by_n, struct err *why)
{
	struct stmt *q = db_stmt(db, case_sql);
	enum status st;

	stmt_cstr(q, 1, case_id);
	st = stmt_step(q, why);
	if (st == ST_OK)
		*by_n = stmt_col_int(q, 0);
	stmt_reset(q);
	return st;
}

enum status case_forget(struct db *db, const char *case_id, int64_t by_n, struct err *why)
{
	enum status st = stmt_run(ask(db, case_add_sql, case_id, by_n, -1), why);

	for (size_t i = 0; st == ST_OK && i < sizeof(case_forget_sql) / sizeof(case_forget_sql[0]);
	     i++) {
		struct stmt *q = db_stmt(db, case_forget_sql[i]);

		stmt_cstr(q, 1, case_id);
		st = stmt_run(q, why);
	}
	return st;
}

/* --- The raw files ------------------------------------------------------------------------ */

enum status purge_add(struct db *db, const char *case_id, struct err *why)
{
	struct stmt *q = db_stmt(db, purge_add_sql);

	stmt_cstr(q, 1, case_id);
	return stmt_run(q, why);
}

static enum status next_case(struct db *db, const char *sql, char case_id[UUID_TEXT],
			     struct err *why)
{
	struct stmt *q = db_stmt(db, sql);
	enum status st;

	stmt_cstr(q, 1, case_id);
	st = stmt_step(q, why);
	if (st == ST_OK)
		stmt_col_copy(q, 0, case_id, UUID_TEXT);
	stmt_reset(q);
	return st;
}

enum status purge_begin(struct db *db, struct err *why)
{
	return db_exec(db, "UPDATE purge_due SET begun = 1", why);
}

enum status purge_next(struct db *db, char case_id[UUID_TEXT], struct err *why)
{
	return next_case(db, purge_next_sql, case_id, why);
}

enum status purge_done(struct db *db, struct err *why)
{
	return db_exec(db, "DELETE FROM purge_due WHERE begun = 1", why);
}

/* --- What a restore brought back ----------------------------------------------------------- */

enum status erase_again_next(struct db *db, struct erase_again *a, struct err *why)
{
	struct stmt *q = db_stmt(db, again_sql);
	enum status st = stmt_step(q, why);

	if (st == ST_OK) {
		stmt_col_copy(q, 0, a->case_id, sizeof(a->case_id));
		a->n = stmt_col_int(q, 1);
		stmt_col_copy(q, 2, a->h, sizeof(a->h));
	}
	stmt_reset(q);
	return st;
}

enum status erase_again_done(struct db *db, const struct erase_again *a, struct err *why)
{
	struct stmt *q = ask(db, again_done_sql, a->case_id, a->n, -1);

	stmt_cstr(q, 3, a->h);
	return stmt_run(q, why);
}

/* --- Packages ------------------------------------------------------------------------------ */

enum status package_due_add(struct db *db, const char *case_id, struct err *why)
{
	struct stmt *q = db_stmt(db, package_due_sql);

	stmt_cstr(q, 1, case_id);
	return stmt_run(q, why);
}

enum status package_due_next(struct db *db, char case_id[UUID_TEXT], struct err *why)
{
	return next_case(db, package_next_sql, case_id, why);
}

enum status package_due_done(struct db *db, const char *case_id, struct err *why)
{
	struct stmt *q = db_stmt(db, package_done_sql);

	stmt_cstr(q, 1, case_id);
	return stmt_run(q, why);
}

enum status packed_since_erased(struct db *db, const char *case_id, int64_t *n, struct err *why)
{
	struct stmt *q = db_stmt(db, packed_since_sql);
	enum status st;

	stmt_cstr(q, 1, case_id);
	st = stmt_step(q, why);
	*n = st == ST_OK ? stmt_col_int(q, 0) : 0;
	stmt_reset(q);
	return st == ST_NONE ? ST_OK : st;
}
