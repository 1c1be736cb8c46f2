/* SPDX-License-Identifier: EUPL-1.2 */
#include "cache/outbox.h"

#include <stdio.h>
#include <string.h>

#include "cache/erasing.h"
#include "sql/db.h"

#include "base/banned.h"

#define COLUMNS                                                                                    \
	"id, dev, ctr, iid, prev, ah, case_id, act, base_n, envelope, void_iid, void_ah,"          \
	" void_envelope, state, created_at, hold_until, offered_at, tries, verdict, why, detail,"  \
	" who, n, seq, epoch, settled_at, ack, again, was, slot"
/* States by number, as enum outbox_state has them; a test holds them equal. */
#define SIGNED "0"
#define ACKNOWLEDGED "1"
#define HELD "2"
#define CONFLICT "3"
#define ARCHIVED "6"
#define VOID "5"
/* Verdicts: enum verdict of domain/judge.h. */
#define REJECTED "3"
#define QUARANTINED "5"

static const char add[] =
	"INSERT INTO item(dev, ctr, iid, prev, ah, case_id, act, base_n, envelope,"
	" state, created_at, hold_until) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
static const char withdraw[] =
	"UPDATE item SET void_iid = ?2, void_ah = ?3, void_envelope = ?4,"
	" state = " VOID ", hold_until = 0 WHERE id = ?1 AND offered_at = 0 AND verdict = 0"
	" AND void_iid IS NULL";
static const char offer[] =
	"UPDATE item SET tries = tries + 1,"
	" offered_at = CASE offered_at WHEN 0 THEN ?2 ELSE offered_at END WHERE id = ?1";
static const char settle[] =
	"UPDATE item SET state = ?2, verdict = ?3, why = ?4, detail = ?5, who = ?6,"
	" n = ?7, seq = ?8, epoch = ?9, settled_at = ?10, ack = ?11 WHERE id = ?1 AND ack <> ?11";
static const char hold_all[] =
	"UPDATE item SET state = " HELD ", why = ?1, detail = ?2"
	" WHERE verdict = 0 AND state IN (" SIGNED "," HELD ") AND why <> 'device-changed'";
static const char unhold_all[] =
	"UPDATE item SET state = " SIGNED ", why = '', detail = ''"
	" WHERE verdict = 0 AND state = " HELD " AND why <> 'device-changed'";
static const char set_state[] = "UPDATE item SET state = ?2 WHERE id = ?1";
static const char reopen[] =
	"UPDATE item SET again = CASE WHEN void_iid IS NULL AND state <> 4 THEN 1 ELSE again END,"
	" was = verdict, state = CASE WHEN state = 4 THEN 4"
	" WHEN void_iid IS NULL THEN " SIGNED " ELSE " VOID
	" END, verdict = 0, why = '', detail = '', who = '', n = 0, seq = 0, epoch = '',"
	" settled_at = 0, ack = '' WHERE dev = ?1 AND ctr >= ?2 AND verdict <> 0 AND slot = 0";
/* Voids that stand in the place of refusals went as well. */
static const char reopen_slots[] =
	"UPDATE item SET slot = 1, again = 1 WHERE dev = ?1 AND ctr >= ?2 AND slot = 2";
static const char refused[] = "SELECT " COLUMNS " FROM item WHERE dev = ?1 AND ctr >= ?2"
			      " AND verdict IN (3, 4, 5) AND slot = 0 ORDER BY ctr LIMIT 1";
static const char keep_back[] =
	"UPDATE item SET void_iid = ?2, void_ah = ?3, void_envelope = ?4, slot = 1, again = 1,"
	" was = verdict WHERE id = ?1 AND slot = 0";
/* As if it had been refused: no central will have what it names. */
static const char refuse_bare[] =
	"UPDATE item SET void_iid = ?2, void_ah = ?3, void_envelope = ?4, slot = 1,"
	" verdict = " REJECTED ", state = " ACKNOWLEDGED ", why = 'document-gone', detail = ?5"
	" WHERE id = ?1 AND slot = 0 AND verdict = 0 AND void_iid IS NULL";
static const char slot_answered[] = "UPDATE item SET slot = 2 WHERE id = ?1";
/* Its bytes stay: a newer copy of the central may have the void after all. */
static const char void_leaves[] = "UPDATE item SET slot = 0, void_iid = NULL WHERE id = ?1";
static const char void_returns[] = "UPDATE item SET slot = ?3, void_iid = ?2 WHERE id = ?1";
/* Documents went with the actions; one that is still there is sent in vain. */
static const char reopen_blobs[] =
	"UPDATE blob SET uploaded = 0 WHERE uploaded <> 0 AND h IN (SELECT b.h FROM item_blob b"
	" JOIN item i ON i.id = b.item WHERE i.dev = ?1 AND i.ctr >= ?2 AND i.verdict = 0)";
static const char seen_again[] =
	"UPDATE item SET again = 2 WHERE again = 1 AND (verdict <> 0 OR state IN (4, 6))"
	" AND id <= ?1";
/* What an earlier device signed is not sent again: it is lost until it is signed anew. */
#define LOST "(verdict = 0 AND dev NOT IN (SELECT dev FROM device))"
/* As outbox_item_unsaid; what its officer took back is never offered again. */
#define UNSAID "(slot = 0 AND void_iid IS NOT NULL)"
static const char count_again[] =
	"SELECT coalesce(sum(slot = 0 AND NOT " UNSAID " AND NOT " LOST "), 0),"
	" coalesce(sum(verdict = 0), 0),"
	" coalesce(sum(verdict IN (1, 2)), 0), coalesce((SELECT missing FROM device), 0),"
	" coalesce(sum(slot <> 0), 0), coalesce(sum(" LOST "), 0), coalesce(sum(" UNSAID "), 0)"
	" FROM item WHERE again = 1";
static const char add_missing[] = "UPDATE device SET missing = missing + ?1";
static const char no_missing[] = "UPDATE device SET missing = 0";
static const char flush[] = "UPDATE item SET hold_until = 0 WHERE verdict = 0 AND hold_until <> 0";

static const char get[] = "SELECT " COLUMNS " FROM item WHERE id = ?1";
static const char by_ctr[] = "SELECT " COLUMNS " FROM item WHERE dev = ?1 AND ctr = ?2";
static const char next[] =
	"SELECT " COLUMNS " FROM item WHERE dev = ?1 AND ctr = (SELECT min(ctr) FROM ("
	"SELECT min(ctr) AS ctr FROM item WHERE dev = ?1 AND ctr > ?2 AND verdict = 0"
	" UNION ALL SELECT min(ctr) FROM item WHERE dev = ?1 AND ctr > ?2 AND slot = 1))";
static const char before[] = "SELECT " COLUMNS " FROM item WHERE id < ?1 ORDER BY id DESC LIMIT 1";
/* What may still be seen on a case: no answer, an answer whose entry may lie
 * beyond the base, or trouble that nobody has looked at. */
static const char shown[] =
	"SELECT " COLUMNS " FROM item WHERE id = (SELECT min(id) FROM ("
	"SELECT min(id) AS id FROM item WHERE verdict = 0 AND id > ?1"
	" UNION ALL SELECT min(id) FROM item WHERE verdict <> 0 AND seq > min(?2, ?3)"
	" AND (seq > ?2 OR epoch <> ?4) AND verdict IN (1, 2) AND id > ?1"
	" UNION ALL SELECT min(id) FROM item WHERE verdict IN (3, 4, 5)"
	" AND state IN (" ACKNOWLEDGED "," HELD "," CONFLICT ") AND id > ?1))";
static const char of_case[] = "SELECT " COLUMNS " FROM item WHERE case_id = ?1 AND id > ?2"
			      " ORDER BY id LIMIT 1";
static const char pre[] =
	"SELECT max(ctr) FROM item WHERE dev = ?1 AND case_id = ?2 AND verdict = 0"
	" AND void_iid IS NULL";
static const char standing[] =
	"SELECT min(ctr) FROM item WHERE dev = ?1 AND ctr >= ?2 AND verdict IN (1, 2)";
static const char answered_at[] =
	"SELECT coalesce(max(settled_at), 0), coalesce(max(epoch), '') FROM item WHERE dev = ?1";
static const char first_ctr[] = "SELECT min(ctr) FROM item WHERE dev = ?1";
static const char earlier[] = "SELECT dev, min(ctr) FROM item WHERE dev <> ?1 AND dev > ?2"
			      " AND verdict IN (1, 2) AND void_iid IS NULL GROUP BY dev"
			      " ORDER BY dev LIMIT 1";
/* Of one whose words were erased nothing is left to be signed anew. */
static const char lost[] =
	"UPDATE item SET again = 1, was = verdict,"
	" state = CASE envelope WHEN '' THEN " ARCHIVED " ELSE " HELD " END,"
	" verdict = 0, why = 'device-changed',"
	" detail = CASE envelope WHEN '' THEN ?5 ELSE ?4 END, who = '', n = 0, seq = 0, epoch = '',"
	" settled_at = 0, ack = '' WHERE dev = ?1 AND ctr BETWEEN ?2 AND ?3"
	" AND verdict IN (1, 2) AND void_iid IS NULL";
/* What an earlier device signed waits no more when its officer has put it aside, or
 * its case was erased. */
#define WAITS                                                                                      \
	" FROM item WHERE verdict = 0 AND void_iid IS NULL AND state <> 4"                         \
	" AND NOT (state = 6 AND why IN ('device-changed', '" CASE_ERASED "'))"
static const char count[] =
	"SELECT (SELECT count(*)" WAITS "), (SELECT count(*)" WAITS " AND offered_at = 0),"
	" (SELECT count(*) FROM item WHERE state = " HELD "),"
	" (SELECT count(*) FROM item WHERE state = " CONFLICT "),"
	" (SELECT count(*) FROM item WHERE verdict = " REJECTED " AND state = " ACKNOWLEDGED ")"
	" + (SELECT count(*) FROM item WHERE verdict = " QUARANTINED " AND state = " HELD ")";

static const char newest_epoch[] =
	"SELECT epoch FROM item WHERE epoch <> '' ORDER BY settled_at DESC, id DESC LIMIT 1";
static const char rows[] = "SELECT count(*) FROM item";
static const char waits[] =
	"SELECT coalesce(sum(offered_at = 0 AND hold_until > ?1), 0), count(*)" WAITS
	" AND state = " SIGNED;

/* What a restored central may lack is offered again in the order of ctr without
 * a gap. So those go that lie before one which is durable there, whatever their
 * verdict was, and before the first that must stay. The newest row stays,
 * because ctr and prev run on from it; and so does a refusal that the officer has
 * not seen to. */
#define TRIMMED                                                                                    \
	"SELECT id FROM item i WHERE verdict <> 0 AND state NOT IN (" HELD "," CONFLICT ")"        \
	" AND again <> 1 AND NOT (verdict = " REJECTED " AND state = " ACKNOWLEDGED ")"            \
	" AND ctr <= (SELECT max(ctr) FROM item d WHERE d.dev = i.dev AND d.verdict IN (1, 2)"     \
	" AND d.seq <= ?1)"                                                                        \
	" AND ctr < (SELECT min(ctr) FROM item u WHERE u.dev = i.dev AND (u.verdict = 0"           \
	" OR u.slot = 1 OR u.seq > ?1 OR u.settled_at >= ?2"                                       \
	" OR u.ctr = (SELECT max(ctr) FROM item m WHERE m.dev = i.dev)))"
static const char *const trim[] = {
	"DELETE FROM item_blob WHERE item IN (" TRIMMED ")",
	"DELETE FROM item WHERE id IN (" TRIMMED ")",
	"DELETE FROM blob WHERE ?1 = ?1 AND ?2 = ?2 AND h NOT IN (SELECT h FROM item_blob)",
};

static const char add_blob[] =
	"INSERT OR IGNORE INTO blob(h, mt, name, bytes) VALUES(?1, ?2, ?3, ?4)";
static const char link_blob[] = "INSERT OR IGNORE INTO item_blob(item, h) VALUES(?1, ?2)";
static const char waiting_blob[] =
	"SELECT b.h, b.bytes, b.mt FROM item_blob i JOIN blob b ON b.h = i.h"
	" WHERE i.item = ?1 AND b.uploaded = 0 LIMIT 1";
static const char get_blob[] = "SELECT bytes FROM blob WHERE h = ?1";
static const char set_uploaded[] = "UPDATE blob SET uploaded = ?2 WHERE h = ?1";
static const char save_draft[] = "INSERT OR REPLACE INTO draft(case_id, kind, words, changed_at)"
				 " VALUES(?1, ?2, ?3, ?4)";
static const char get_draft[] = "SELECT words FROM draft WHERE case_id = ?1 AND kind = ?2";
static const char next_draft[] = "SELECT case_id FROM draft WHERE case_id > ?1 AND length(case_id)"
				 " = 36 ORDER BY case_id LIMIT 1";
static const char drop_drafts[] = "DELETE FROM draft WHERE case_id = ?1";
static const char drop_draft[] = "DELETE FROM draft WHERE case_id = ?1 AND kind = ?2";

const char *outbox_state_name(enum outbox_state s)
{
	static const char *const names[] = {
		"signed", "acknowledged", "held", "conflict", "superseded", "void", "archived",
	};

	return (unsigned)s < sizeof(names) / sizeof(names[0]) ? names[s] : "unknown";
}

void outbox_item_release(struct outbox_item *i)
{
	strbuf_release(&i->envelope);
	strbuf_release(&i->void_envelope);
	strbuf_release(&i->ack);
}

const struct strbuf *outbox_item_bytes(const struct outbox_item *i)
{
	return i->voided ? &i->void_envelope : &i->envelope;
}

const char *outbox_item_ah(const struct outbox_item *i)
{
	return i->voided ? i->void_ah : i->ah;
}

const char *outbox_item_iid(const struct outbox_item *i)
{
	return i->voided ? i->void_iid : i->iid;
}

bool outbox_item_unsaid(const struct outbox_item *i)
{
	return i->voided && i->slot == SLOT_OWN && i->again != 0;
}

enum status outbox_add(struct db *db, struct outbox_item *item, struct err *why)
{
	struct stmt *q = db_stmt(db, add);
	enum status st;

	stmt_cstr(q, 1, item->dev);
	stmt_int(q, 2, item->ctr);
	stmt_cstr(q, 3, item->iid);
	stmt_cstr(q, 4, item->prev);
	stmt_cstr(q, 5, item->ah);
	stmt_cstr(q, 6, item->case_id);
	stmt_cstr(q, 7, item->act);
	stmt_int(q, 8, item->base_n);
	stmt_text(q, 9, strbuf_str(&item->envelope));
	stmt_int(q, 10, item->state);
	stmt_int(q, 11, item->created_at);
	stmt_int(q, 12, item->hold_until);
	st = stmt_run(q, why);
	if (st == ST_OK)
		item->id = db_last_id(db);
	return st;
}

static enum status read_row(struct stmt *q, struct outbox_item *i, struct err *why)
{
	enum status st = stmt_col_keep(q, 9, &i->envelope, why);

	if (st == ST_OK)
		st = stmt_col_keep(q, 12, &i->void_envelope, why);
	if (st == ST_OK)
		st = stmt_col_keep(q, 26, &i->ack, why);
	i->id = stmt_col_int(q, 0);
	stmt_col_copy(q, 1, i->dev, sizeof(i->dev));
	i->ctr = stmt_col_int(q, 2);
	stmt_col_copy(q, 3, i->iid, sizeof(i->iid));
	stmt_col_copy(q, 4, i->prev, sizeof(i->prev));
	stmt_col_copy(q, 5, i->ah, sizeof(i->ah));
	stmt_col_copy(q, 6, i->case_id, sizeof(i->case_id));
	stmt_col_copy(q, 7, i->act, sizeof(i->act));
	i->base_n = stmt_col_int(q, 8);
	i->voided = !stmt_col_null(q, 10);
	stmt_col_copy(q, 10, i->void_iid, sizeof(i->void_iid));
	stmt_col_copy(q, 11, i->void_ah, sizeof(i->void_ah));
	i->state = (enum outbox_state)stmt_col_int(q, 13);
	i->created_at = stmt_col_int(q, 14);
	i->hold_until = stmt_col_int(q, 15);
	i->offered_at = stmt_col_int(q, 16);
	i->tries = (int)stmt_col_int(q, 17);
	i->verdict = (enum verdict)stmt_col_int(q, 18);
	stmt_col_copy(q, 19, i->why, sizeof(i->why));
	stmt_col_copy(q, 20, i->detail, sizeof(i->detail));
	stmt_col_copy(q, 21, i->who, sizeof(i->who));
	i->n = stmt_col_int(q, 22);
	i->seq = stmt_col_int(q, 23);
	stmt_col_copy(q, 24, i->epoch, sizeof(i->epoch));
	i->settled_at = stmt_col_int(q, 25);
	i->again = (int)stmt_col_int(q, 27);
	i->was = (enum verdict)stmt_col_int(q, 28);
	i->slot = (enum outbox_slot)stmt_col_int(q, 29);
	return st;
}

/* The one row of a prepared question. */
static enum status one(struct stmt *q, struct outbox_item *i, struct err *why)
{
	enum status st = stmt_step(q, why);

	if (st == ST_OK) {
		st = read_row(q, i, why);
		stmt_reset(q);
	}
	return st;
}

enum status outbox_get(struct db *db, int64_t id, struct outbox_item *i, struct err *why)
{
	struct stmt *q = db_stmt(db, get);

	stmt_int(q, 1, id);
	return one(q, i, why);
}

enum status outbox_by_ctr(struct db *db, const char *dev, int64_t ctr, struct outbox_item *i,
			  struct err *why)
{
	struct stmt *q = db_stmt(db, by_ctr);

	stmt_cstr(q, 1, dev);
	stmt_int(q, 2, ctr);
	return one(q, i, why);
}

enum status outbox_next(struct db *db, const char *dev, int64_t after, struct outbox_item *i,
			struct err *why)
{
	struct stmt *q = db_stmt(db, next);

	stmt_cstr(q, 1, dev);
	stmt_int(q, 2, after);
	return one(q, i, why);
}

enum status outbox_before(struct db *db, int64_t before_id, struct outbox_item *i, struct err *why)
{
	struct stmt *q = db_stmt(db, before);

	stmt_int(q, 1, before_id);
	return one(q, i, why);
}

enum status outbox_shown(struct db *db, int64_t after, const struct outbox_base *base,
			 struct outbox_item *i, struct err *why)
{
	struct stmt *q = db_stmt(db, shown);

	stmt_int(q, 1, after);
	stmt_int(q, 2, base->floor);
	stmt_int(q, 3, base->common);
	stmt_cstr(q, 4, base->epoch);
	return one(q, i, why);
}

enum status outbox_of_case(struct db *db, const char *case_id, int64_t after, struct outbox_item *i,
			   struct err *why)
{
	struct stmt *q = db_stmt(db, of_case);

	stmt_cstr(q, 1, case_id);
	stmt_int(q, 2, after);
	return one(q, i, why);
}

enum status outbox_withdraw(struct db *db, int64_t id, const char *void_iid, const char *void_ah,
			    struct str void_envelope, struct err *why)
{
	struct outbox_item now = OUTBOX_ITEM_INIT;
	struct stmt *q = db_stmt(db, withdraw);
	enum status st;

	stmt_int(q, 1, id);
	stmt_cstr(q, 2, void_iid);
	stmt_cstr(q, 3, void_ah);
	stmt_text(q, 4, void_envelope);
	st = stmt_run(q, why);
	if (st != ST_OK || db_changes(db) == 1)
		return st;
	st = outbox_get(db, id, &now, why);
	if (st == ST_OK)
		st = now.verdict != VERDICT_NONE || now.voided
			     ? err_set(why, ST_REFUSED, "already-answered",
				       "this action is already answered or withdrawn")
			     : err_set(
				     why, ST_REFUSED, "already-offered",
				     "this action has been offered to the central; counter it with a new one");
	outbox_item_release(&now);
	return st;
}

enum status outbox_offer(struct db *db, int64_t id, int64_t now, struct err *why)
{
	struct stmt *q = db_stmt(db, offer);

	stmt_int(q, 1, id);
	stmt_int(q, 2, now);
	return stmt_run(q, why);
}

enum status outbox_settle(struct db *db, const struct outbox_item *a, struct err *why)
{
	struct stmt *q = db_stmt(db, settle);

	stmt_int(q, 1, a->id);
	stmt_int(q, 2, a->state);
	stmt_int(q, 3, a->verdict);
	stmt_cstr(q, 4, a->why);
	stmt_cstr(q, 5, a->detail);
	stmt_cstr(q, 6, a->who);
	stmt_int(q, 7, a->n);
	stmt_int(q, 8, a->seq);
	stmt_cstr(q, 9, a->epoch);
	stmt_int(q, 10, a->settled_at);
	stmt_text(q, 11, strbuf_str(&a->ack));
	return stmt_run(q, why);
}

enum status outbox_hold_all(struct db *db, const char *code, const char *detail, struct err *why)
{
	struct stmt *q = db_stmt(db, *code ? hold_all : unhold_all);

	if (*code) {
		stmt_cstr(q, 1, code);
		stmt_cstr(q, 2, detail);
	}
	return stmt_run(q, why);
}

enum status outbox_set_state(struct db *db, int64_t id, enum outbox_state s, struct err *why)
{
	struct stmt *q = db_stmt(db, set_state);

	stmt_int(q, 1, id);
	stmt_int(q, 2, s);
	return stmt_run(q, why);
}

enum status outbox_refused(struct db *db, const char *dev, int64_t from_ctr, struct outbox_item *i,
			   struct err *why)
{
	struct stmt *q = db_stmt(db, refused);

	stmt_cstr(q, 1, dev);
	stmt_int(q, 2, from_ctr);
	return one(q, i, why);
}

static struct stmt *with_void(struct db *db, const char *sql, int64_t id, const char *void_iid,
			      const char *void_ah, struct str void_envelope)
{
	struct stmt *q = db_stmt(db, sql);

	stmt_int(q, 1, id);
	stmt_cstr(q, 2, void_iid);
	stmt_cstr(q, 3, void_ah);
	stmt_text(q, 4, void_envelope);
	return q;
}

enum status outbox_keep_back(struct db *db, int64_t id, const char *void_iid, const char *void_ah,
			     struct str void_envelope, struct err *why)
{
	return stmt_run(with_void(db, keep_back, id, void_iid, void_ah, void_envelope), why);
}

enum status outbox_refuse_bare(struct db *db, int64_t id, const char *void_iid, const char *void_ah,
			       struct str void_envelope, struct err *why)
{
	struct stmt *q = with_void(db, refuse_bare, id, void_iid, void_ah, void_envelope);

	stmt_cstr(q, 5,
		  "a document that it names was erased, and the central does not have it;"
		  " do it again without the document");
	return stmt_run(q, why);
}

static enum status on_item(struct db *db, const char *sql, int64_t id, struct err *why)
{
	struct stmt *q = db_stmt(db, sql);

	stmt_int(q, 1, id);
	return stmt_run(q, why);
}

enum status outbox_slot_answered(struct db *db, int64_t id, struct err *why)
{
	return on_item(db, slot_answered, id, why);
}

enum status outbox_void_leaves(struct db *db, int64_t id, struct err *why)
{
	return on_item(db, void_leaves, id, why);
}

enum status outbox_void_returns(struct db *db, int64_t id, const char *void_iid, bool own,
				struct err *why)
{
	struct stmt *q = db_stmt(db, void_returns);

	stmt_int(q, 1, id);
	stmt_cstr(q, 2, void_iid);
	stmt_int(q, 3, own ? SLOT_OWN : SLOT_ANSWERED);
	return stmt_run(q, why);
}

enum status outbox_reopen(struct db *db, const char *dev, int64_t from_ctr, struct err *why)
{
	static const char *const steps[] = { reopen, reopen_slots, reopen_blobs };
	enum status st = ST_OK;

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]) && st == ST_OK; i++) {
		struct stmt *q = db_stmt(db, steps[i]);

		stmt_cstr(q, 1, dev);
		stmt_int(q, 2, from_ctr);
		st = stmt_run(q, why);
	}
	return st;
}

enum status outbox_again(struct db *db, struct outbox_again *a, struct err *why)
{
	struct stmt *q = db_stmt(db, count_again);
	enum status st = stmt_step(q, why);

	memset(a, 0, sizeof(*a));
	if (st != ST_OK)
		return st;
	a->sent = stmt_col_int(q, 0);
	a->waiting = stmt_col_int(q, 1);
	a->standing = stmt_col_int(q, 2);
	a->missing = stmt_col_int(q, 3);
	a->kept_back = stmt_col_int(q, 4);
	a->lost = stmt_col_int(q, 5);
	a->unsaid = stmt_col_int(q, 6);
	stmt_reset(q);
	return ST_OK;
}

int64_t outbox_again_told(const struct outbox_again *a)
{
	return a->sent + a->lost + a->missing + a->kept_back + a->unsaid;
}

enum status outbox_again_seen(struct db *db, int64_t upto_id, struct err *why)
{
	struct stmt *q = db_stmt(db, seen_again);

	enum status st;

	stmt_int(q, 1, upto_id);
	st = stmt_run(q, why);
	return st == ST_OK ? stmt_run(db_stmt(db, no_missing), why) : st;
}

enum status outbox_missing(struct db *db, int64_t cases, struct err *why)
{
	struct stmt *q = db_stmt(db, add_missing);

	stmt_int(q, 1, cases);
	return stmt_run(q, why);
}

enum status outbox_flush(struct db *db, struct err *why)
{
	return stmt_run(db_stmt(db, flush), why);
}

enum status outbox_trim(struct db *db, int64_t durable_through, int64_t before_ms, struct err *why)
{
	enum status st = db_begin(db, why);

	if (st != ST_OK)
		return st;
	for (size_t i = 0; i < sizeof(trim) / sizeof(trim[0]) && st == ST_OK; i++) {
		struct stmt *q = db_stmt(db, trim[i]);

		stmt_int(q, 1, durable_through);
		stmt_int(q, 2, before_ms);
		st = stmt_run(q, why);
	}
	if (st == ST_OK)
		return db_commit(db, why);
	db_rollback(db);
	return st;
}

static enum status first_int(struct stmt *q, int64_t *v, struct err *why)
{
	enum status st = stmt_step(q, why);

	*v = st == ST_OK ? stmt_col_int(q, 0) : 0;
	stmt_reset(q);
	return st == ST_NONE ? ST_OK : st;
}

enum status outbox_pre(struct db *db, const char *dev, const char *case_id, int64_t *ctr,
		       struct err *why)
{
	struct stmt *q = db_stmt(db, pre);

	stmt_cstr(q, 1, dev);
	stmt_cstr(q, 2, case_id);
	return first_int(q, ctr, why);
}

enum status outbox_standing(struct db *db, const char *dev, int64_t from_ctr, int64_t *ctr,
			    struct err *why)
{
	struct stmt *q = db_stmt(db, standing);

	stmt_cstr(q, 1, dev);
	stmt_int(q, 2, from_ctr);
	return first_int(q, ctr, why);
}

enum status outbox_answered_at(struct db *db, const char *dev, int64_t *at, char epoch[UUID_TEXT],
			       struct err *why)
{
	struct stmt *q = db_stmt(db, answered_at);
	enum status st;

	*at = 0;
	epoch[0] = '\0';
	stmt_cstr(q, 1, dev);
	st = stmt_step(q, why);
	if (st == ST_OK) {
		*at = stmt_col_int(q, 0);
		stmt_col_copy(q, 1, epoch, UUID_TEXT);
	}
	stmt_reset(q);
	return st == ST_NONE ? ST_OK : st;
}

enum status outbox_first_ctr(struct db *db, const char *dev, int64_t *ctr, struct err *why)
{
	struct stmt *q = db_stmt(db, first_ctr);

	stmt_cstr(q, 1, dev);
	return first_int(q, ctr, why);
}

enum status outbox_earlier(struct db *db, const char *dev, const char *after, char found[UUID_TEXT],
			   int64_t *ctr, struct err *why)
{
	struct stmt *q = db_stmt(db, earlier);
	enum status st;

	found[0] = '\0';
	stmt_cstr(q, 1, dev);
	stmt_cstr(q, 2, after);
	st = stmt_step(q, why);
	if (st == ST_OK) {
		stmt_col_copy(q, 0, found, UUID_TEXT);
		*ctr = stmt_col_int(q, 1);
	}
	stmt_reset(q);
	return st == ST_NONE ? ST_OK : st;
}

enum status outbox_lost(struct db *db, const char *dev, int64_t from_ctr, int64_t to_ctr,
			struct err *why)
{
	struct stmt *q = db_stmt(db, lost);

	stmt_cstr(q, 1, dev);
	stmt_int(q, 2, from_ctr);
	stmt_int(q, 3, to_ctr);
	stmt_cstr(q, 4,
		  "signed by an earlier device of yours, and lost when the central was restored;"
		  " look again and sign it anew");
	stmt_cstr(q, 5,
		  "its words were erased, and the action was lost when the central was restored");
	return stmt_run(q, why);
}

enum status outbox_epoch(struct db *db, char epoch[UUID_TEXT], struct err *why)
{
	struct stmt *q = db_stmt(db, newest_epoch);
	enum status st = stmt_step(q, why);

	epoch[0] = '\0';
	if (st == ST_OK)
		stmt_col_copy(q, 0, epoch, UUID_TEXT);
	stmt_reset(q);
	return st == ST_NONE ? ST_OK : st;
}

enum status outbox_rows(struct db *db, int64_t *many, struct err *why)
{
	struct stmt *q = db_stmt(db, rows);
	enum status st = stmt_step(q, why);

	*many = st == ST_OK ? stmt_col_int(q, 0) : 0;
	stmt_reset(q);
	return st;
}

enum status outbox_waits(struct db *db, int64_t now, struct outbox_waits *w, struct err *why)
{
	struct stmt *q = db_stmt(db, waits);
	enum status st;

	stmt_int(q, 1, now);
	st = stmt_step(q, why);
	*w = (struct outbox_waits){ 0, 0 };
	if (st == ST_OK) {
		w->window = stmt_col_int(q, 0);
		w->network = stmt_col_int(q, 1) - w->window;
	}
	stmt_reset(q);
	return st;
}

enum status outbox_count(struct db *db, struct outbox_counts *c, struct err *why)
{
	struct stmt *q = db_stmt(db, count);
	enum status st = stmt_step(q, why);

	memset(c, 0, sizeof(*c));
	if (st != ST_OK)
		return st;
	c->waiting = stmt_col_int(q, 0);
	c->undoable = stmt_col_int(q, 1);
	c->held = stmt_col_int(q, 2);
	c->conflicts = stmt_col_int(q, 3);
	c->refused = stmt_col_int(q, 4);
	stmt_reset(q);
	return ST_OK;
}

/* --- Blobs and drafts -------------------------------------------------------- */

enum status outbox_blob_add(struct db *db, int64_t item, const char *h, const char *mt,
			    const char *name, struct str bytes, struct err *why)
{
	struct stmt *q = db_stmt(db, add_blob);
	enum status st;

	stmt_cstr(q, 1, h);
	stmt_cstr(q, 2, mt);
	stmt_cstr(q, 3, name);
	stmt_blob(q, 4, bytes.p, bytes.n);
	st = stmt_run(q, why);
	if (st != ST_OK)
		return st;
	q = db_stmt(db, link_blob);
	stmt_int(q, 1, item);
	stmt_cstr(q, 2, h);
	return stmt_run(q, why);
}

enum status outbox_blob_waiting(struct db *db, int64_t item, char h[HASH_TEXT],
				struct strbuf *bytes, char mt[80], struct err *why)
{
	struct stmt *q = db_stmt(db, waiting_blob);
	enum status st;

	stmt_int(q, 1, item);
	st = stmt_step(q, why);
	if (st == ST_OK) {
		stmt_col_copy(q, 0, h, HASH_TEXT);
		st = stmt_col_keep(q, 1, bytes, why);
		stmt_col_copy(q, 2, mt, 80);
		stmt_reset(q);
	}
	return st;
}

enum status outbox_blob_get(struct db *db, const char *h, struct strbuf *bytes, struct err *why)
{
	struct stmt *q = db_stmt(db, get_blob);
	enum status st;

	stmt_cstr(q, 1, h);
	st = stmt_step(q, why);
	if (st == ST_OK) {
		st = stmt_col_keep(q, 0, bytes, why);
		stmt_reset(q);
	}
	return st;
}

enum status outbox_blob_set_uploaded(struct db *db, const char *h, bool uploaded, struct err *why)
{
	struct stmt *q = db_stmt(db, set_uploaded);

	stmt_cstr(q, 1, h);
	stmt_int(q, 2, uploaded);
	return stmt_run(q, why);
}

enum status draft_save(struct db *db, const char *case_id, const char *kind, struct str words,
		       int64_t now, struct err *why)
{
	struct stmt *q = db_stmt(db, save_draft);

	stmt_cstr(q, 1, case_id);
	stmt_cstr(q, 2, kind);
	stmt_text(q, 3, words);
	stmt_int(q, 4, now);
	return stmt_run(q, why);
}

enum status draft_get(struct db *db, const char *case_id, const char *kind, struct strbuf *words,
		      struct err *why)
{
	struct stmt *q = db_stmt(db, get_draft);
	enum status st;

	stmt_cstr(q, 1, case_id);
	stmt_cstr(q, 2, kind);
	st = stmt_step(q, why);
	if (st == ST_OK) {
		st = stmt_col_keep(q, 0, words, why);
		stmt_reset(q);
	}
	return st;
}

enum status draft_drop(struct db *db, const char *case_id, const char *kind, struct err *why)
{
	struct stmt *q = db_stmt(db, drop_draft);

	stmt_cstr(q, 1, case_id);
	stmt_cstr(q, 2, kind);
	return stmt_run(q, why);
}

enum status draft_next_case(struct db *db, const char *after, char case_id[UUID_TEXT],
			    struct err *why)
{
	struct stmt *q = db_stmt(db, next_draft);
	enum status st;

	stmt_cstr(q, 1, after);
	st = stmt_step(q, why);
	if (st != ST_OK)
		return st;
	stmt_col_copy(q, 0, case_id, UUID_TEXT);
	stmt_reset(q);
	return ST_OK;
}

enum status draft_drop_case(struct db *db, const char *case_id, struct err *why)
{
	struct stmt *q = db_stmt(db, drop_drafts);

	stmt_cstr(q, 1, case_id);
	return stmt_run(q, why);
}
