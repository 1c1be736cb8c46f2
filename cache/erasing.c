/* SPDX-License-Identifier: EUPL-1.2 */
#include "cache/erasing.h"

#include "sql/db.h"

#include "base/banned.h"

static const char put_sql[] = "INSERT OR IGNORE INTO erasing(case_id, ah, seq, epoch, h, whole,"
			      " iid) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)";
static const char after_sql[] = "SELECT id, case_id, ah, seq, epoch, h, whole, iid FROM erasing"
				" WHERE id > ?1 ORDER BY id LIMIT 1";
static const char drop_sql[] = "DELETE FROM erasing WHERE id = ?1";
static const char *const case_sql[] = {
	"DELETE FROM blob WHERE case_id = ?1 AND ?2 = ?2",
	"DELETE FROM detail WHERE case_id = ?1 AND n < ?2",
	"DELETE FROM bad_line WHERE case_id = ?1 AND ?2 = ?2",
};

/* The intents whose entry it is, whichever envelope bore them: one that was
 * refused and signed again says the same, and another copy of this home may have
 * sent it. A seq means one entry in one epoch. */
#define INTENTS                                                                                                  \
	"iid IN (SELECT ?6 UNION ALL SELECT iid FROM item WHERE ah = ?1 OR (seq = ?2 AND seq > 0 AND epoch = ?3" \
	" AND case_id = ?4 AND verdict IN (1, 2)))"
/* What an earlier device of this home signed, and its officer has signed anew or
 * put aside since, is never answered, and waits for nothing. */
#define LEFT "(verdict = 0 AND state IN (4, 6) AND dev NOT IN (SELECT dev FROM device))"
#define ANSWERED "(verdict <> 0 OR " LEFT ") AND "
#define UNANSWERED "verdict = 0 AND NOT " LEFT " AND envelope <> '' AND "
/* A refusal without words waits for nobody: there is nothing to sign again. Only
 * that it was refused because of the erasure has not been heard yet. */
#define NEWS "why = '" CASE_ERASED "'"
#define UNSAY                                                                                      \
	"UPDATE item SET envelope = '', detail = '', state = CASE WHEN verdict IN (1, 2)"          \
	" OR state = 4 OR " NEWS " THEN state ELSE 6 END"
static const char unsay_sql[] = UNSAY " WHERE " ANSWERED INTENTS;
static const char unlink_sql[] =
	"DELETE FROM item_blob WHERE item IN (SELECT id FROM item WHERE " ANSWERED INTENTS ")";
static const char unlink_one_sql[] =
	"DELETE FROM item_blob WHERE h = ?5 AND item IN (SELECT id FROM item WHERE " ANSWERED
		INTENTS ")";
static const char waits_sql[] = "SELECT 1 FROM item WHERE " UNANSWERED INTENTS " LIMIT 1";

static const char envelope_sql[] =
	"SELECT envelope FROM item WHERE envelope <> '' AND " INTENTS " ORDER BY id DESC LIMIT 1";

/* Of a whole case what an earlier device signed is never signed again either. */
#define OF_CASE                                                                                    \
	"case_id = ?1 AND envelope <> ''"                                                          \
	" AND (verdict <> 0 OR dev NOT IN (SELECT dev FROM device))"
static const char *const whole_sql[] = {
	"DELETE FROM item_blob WHERE item IN (SELECT id FROM item WHERE " OF_CASE ")",
	UNSAY ", why = CASE WHEN verdict IN (1, 2, 6) THEN why ELSE '" CASE_ERASED
	      "' END WHERE " OF_CASE,
	"DELETE FROM draft WHERE case_id = ?1",
};
static const char whole_waits_sql[] =
	"SELECT 1 FROM item WHERE case_id = ?1 AND envelope <> '' LIMIT 1";
static const char told_sql[] =
	"SELECT case_id FROM item WHERE verdict = 3 AND " NEWS " AND envelope <> '' LIMIT 1";
static const char blobs_sql[] = "DELETE FROM blob WHERE h NOT IN (SELECT h FROM item_blob)";
static const char void_sql[] =
	"UPDATE item SET void_iid = ?2, void_ah = ?3, void_envelope = ?4, state = 5, hold_until = 0"
	" WHERE id = ?1 AND verdict = 0 AND envelope = '' AND void_iid IS NULL";

enum status erasing_put(struct db *cache, const struct erasing *e, struct err *why)
{
	struct stmt *q = db_stmt(cache, put_sql);

	stmt_cstr(q, 1, e->case_id);
	stmt_cstr(q, 2, e->ah);
	stmt_int(q, 3, e->seq);
	stmt_cstr(q, 4, e->epoch);
	stmt_cstr(q, 5, e->h);
	stmt_int(q, 6, e->whole);
	stmt_cstr(q, 7, e->iid);
	return stmt_run(q, why);
}

enum status erasing_after(struct db *cache, struct erasing *e, struct err *why)
{
	struct stmt *q = db_stmt(cache, after_sql);
	enum status st;

	stmt_int(q, 1, e->id);
	st = stmt_step(q, why);
	if (st != ST_OK)
		return st;
	e->id = stmt_col_int(q, 0);
	stmt_col_copy(q, 1, e->case_id, sizeof(e->case_id));
	stmt_col_copy(q, 2, e->ah, sizeof(e->ah));
	e->seq = stmt_col_int(q, 3);
	stmt_col_copy(q, 4, e->epoch, sizeof(e->epoch));
	stmt_col_copy(q, 5, e->h, sizeof(e->h));
	e->whole = stmt_col_int(q, 6) != 0;
	stmt_col_copy(q, 7, e->iid, sizeof(e->iid));
	stmt_reset(q);
	return ST_OK;
}

enum status erasing_drop(struct db *cache, int64_t id, struct err *why)
{
	struct stmt *q = db_stmt(cache, drop_sql);

	stmt_int(q, 1, id);
	return stmt_run(q, why);
}

enum status erasing_case(struct db *cache, const char *case_id, int64_t by, struct err *why)
{
	enum status st = ST_OK;

	for (size_t i = 0; st == ST_OK && i < sizeof(case_sql) / sizeof(case_sql[0]); i++) {
		struct stmt *q = db_stmt(cache, case_sql[i]);

		stmt_cstr(q, 1, case_id);
		stmt_int(q, 2, by);
		st = stmt_run(q, why);
	}
	return st;
}

/* --- The outbox ------------------------------------------------------------------- */

static struct stmt *about(struct db *outbox, const char *sql, const struct erasing *e)
{
	struct stmt *q = db_stmt(outbox, sql);

	stmt_cstr(q, 1, e->ah);
	stmt_int(q, 2, e->seq);
	stmt_cstr(q, 3, e->epoch);
	stmt_cstr(q, 4, e->case_id);
	stmt_cstr(q, 6, e->iid);
	return q;
}

static enum status any(struct stmt *q, bool *yes, struct err *why)
{
	enum status st = stmt_step(q, why);

	*yes = st == ST_OK;
	stmt_reset(q);
	return st == ST_NONE ? ST_OK : st;
}

static enum status erase_whole(struct db *outbox, const char *case_id, bool *waits, struct err *why)
{
	enum status st = ST_OK;
	struct stmt *q;

	for (size_t i = 0; st == ST_OK && i < sizeof(whole_sql) / sizeof(whole_sql[0]); i++) {
		q = db_stmt(outbox, whole_sql[i]);
		stmt_cstr(q, 1, case_id);
		st = stmt_run(q, why);
	}
	q = db_stmt(outbox, whole_waits_sql);
	stmt_cstr(q, 1, case_id);
	return st == ST_OK ? any(q, waits, why) : st;
}

enum status outbox_told_erased(struct db *outbox, char case_id[UUID_TEXT], struct err *why)
{
	struct stmt *q = db_stmt(outbox, told_sql);
	enum status st = stmt_step(q, why);

	if (st != ST_OK)
		return st;
	stmt_col_copy(q, 0, case_id, UUID_TEXT);
	stmt_reset(q);
	return ST_OK;
}

enum status outbox_erase(struct db *outbox, const struct erasing *e, bool *waits, struct err *why)
{
	struct stmt *q;
	enum status st;

	if (e->whole)
		return erase_whole(outbox, e->case_id, waits, why);
	q = about(outbox, e->h[0] ? unlink_one_sql : unlink_sql, e);
	if (e->h[0])
		stmt_cstr(q, 5, e->h);
	st = stmt_run(q, why);
	if (st == ST_OK && !e->h[0])
		st = stmt_run(about(outbox, unsay_sql, e), why);
	return st == ST_OK ? any(about(outbox, waits_sql, e), waits, why) : st;
}

enum status outbox_erasing_envelope(struct db *outbox, const struct erasing *e, struct strbuf *out,
				    struct err *why)
{
	struct stmt *q = about(outbox, envelope_sql, e);
	enum status st = stmt_step(q, why);
	struct str text = { NULL, 0 };

	if (st == ST_OK)
		text = stmt_col_text(q, 0);
	if (st == ST_OK && !strbuf_set(out, text.p, text.n))
		st = err_set(why, ST_BROKEN, "memory", "no memory for an envelope");
	stmt_reset(q);
	return st;
}

enum status outbox_drop_blobs(struct db *outbox, struct err *why)
{
	return stmt_run(db_stmt(outbox, blobs_sql), why);
}

enum status outbox_purge(struct db *outbox, struct err *why)
{
	return db_purge(outbox, NULL, why);
}

enum status outbox_void_erased(struct db *outbox, int64_t id, const char *void_iid,
			       const char *void_ah, struct str void_envelope, struct err *why)
{
	struct stmt *q = db_stmt(outbox, void_sql);

	stmt_int(q, 1, id);
	stmt_cstr(q, 2, void_iid);
	stmt_cstr(q, 3, void_ah);
	stmt_text(q, 4, void_envelope);
	return stmt_run(q, why);
}
