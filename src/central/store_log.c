/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/store.h"

#include <string.h>

#include "base/banned.h"

#define LOG_COLUMNS "seq, case_id, n, ah, eh, at, tx, epoch, verdict, rule, iid, act, sub, dev, ctr"

static const char head_sql[] = "SELECT seq FROM feed_head WHERE id = 1";
static const char head_set_sql[] = "UPDATE feed_head SET seq = ?1 WHERE id = 1";
static const char log_add_sql[] = "INSERT INTO log(" LOG_COLUMNS
				  ") VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15)";
static const char entry_add_sql[] = "INSERT INTO entry(seq, jws) VALUES(?1, ?2)";
static const char log_seq_sql[] = "SELECT " LOG_COLUMNS " FROM log WHERE seq = ?1";
static const char log_case_sql[] = "SELECT " LOG_COLUMNS " FROM log WHERE case_id = ?1 AND n = ?2";
static const char log_iid_sql[] = "SELECT " LOG_COLUMNS " FROM log WHERE iid = ?1";
static const char log_after_sql[] =
	"SELECT " LOG_COLUMNS " FROM log WHERE case_id = ?1 AND n > ?2 ORDER BY n LIMIT 1";
static const char log_device_sql[] =
	"SELECT " LOG_COLUMNS
	" FROM log WHERE dev = ?1 AND seq > ?2 AND seq <= ?3 ORDER BY seq LIMIT 1";
/* The newest of each case; the case's entries are few, an officer's reminders
 * need not be. */
static const char log_watch_sql[] =
	"SELECT " LOG_COLUMNS " FROM log WHERE act = 'watch.set' AND sub = ?1 AND seq > ?2"
	" AND seq <= ?3 AND NOT EXISTS (SELECT 1 FROM log AS l WHERE l.case_id = log.case_id"
	" AND l.n > log.n AND +l.act = 'watch.set' AND +l.sub = ?1 AND l.seq <= ?3)"
	" ORDER BY seq LIMIT 1";
static const char log_watch_of_sql[] =
	"SELECT " LOG_COLUMNS " FROM log WHERE case_id = ?2 AND +act = 'watch.set' AND +sub = ?1"
	" ORDER BY n DESC LIMIT 1";
static const char log_count_act_sql[] =
	"SELECT count(*) FROM log WHERE case_id = ?1 AND act = ?2 AND at > ?3";
static const char log_act_sql[] =
	"SELECT at FROM log WHERE case_id = ?1 AND act = ?2 ORDER BY n LIMIT 1";
static const char entry_get_sql[] =
	"SELECT jws, (SELECT by_n FROM erased WHERE case_id = ?2 AND n = ?3) FROM entry WHERE seq = ?1";

static const char log_tell_sql[] =
	"SELECT log.seq, log.at, log.case_id, log.act, log.sub, casefile.queue, entry.jws"
	" FROM log JOIN entry USING(seq) LEFT JOIN casefile ON casefile.id = log.case_id"
	" WHERE ?1 IS NULL OR log.act = ?1 ORDER BY log.seq";

static const char feed_add_sql[] =
	"INSERT INTO feed(scope, seq, kind, case_id) VALUES(?1, ?2, ?3, ?4)";
static const char feed_read_sql[] =
	"SELECT feed.scope, feed.seq, log.tx, feed.kind, feed.case_id"
	" FROM feed JOIN log USING(seq) WHERE feed.scope = ?1 AND feed.seq > ?2"
	" ORDER BY feed.seq LIMIT ?3";
static const char feed_has_sql[] =
	"SELECT 1 FROM feed WHERE scope = ?1 AND seq = ?2 AND kind = ?3 AND case_id = ?4";
#define OF_UNITS " scope IN (SELECT id FROM scope WHERE instr(unit, ':') = 0)"
static const char feed_count_sql[] = "SELECT count(*) FROM feed WHERE case_id = ?1 AND" OF_UNITS;
static const char feed_count_all_sql[] = "SELECT count(*) FROM feed WHERE" OF_UNITS;
static const char feed_newest_sql[] = "SELECT max(seq) FROM feed WHERE scope = ?1";
static const char feed_erased_sql[] =
	"SELECT seq, case_id FROM feed WHERE scope = ?1 AND seq > ?2 AND kind = 'x'"
	" ORDER BY seq LIMIT 1";
static const char feed_gone_sql[] =
	"SELECT seq, case_id FROM feed WHERE scope = ?1 AND seq > ?2 AND kind = 'g'"
	" ORDER BY seq LIMIT 1";
/* Of a case that is touched again, or has left, the row says nothing any more to
 * who begins behind it. */
static const char feed_spent_sql[] =
	"SELECT f.seq, f.kind, f.case_id, f.kind = 'g' OR (f.kind = 'c' AND EXISTS (SELECT 1"
	" FROM log JOIN feed AS l ON l.scope = ?1 AND l.seq = log.seq AND l.kind <> 'x'"
	" WHERE log.case_id = f.case_id AND log.seq > f.seq))"
	" FROM feed AS f WHERE f.scope = ?1 AND f.seq > ?2 AND f.seq <= ?3 ORDER BY f.seq LIMIT ?4";
static const char feed_drop_sql[] =
	"DELETE FROM feed WHERE scope = ?1 AND seq = ?2 AND kind = ?3 AND case_id = ?4";
static const char feed_scope_sql[] = "SELECT min(scope) FROM feed WHERE scope > ?1";
static const char feed_behind_sql[] = "SELECT count(*) FROM feed WHERE scope = ?1 AND seq > ?2";
static const char scope_of_case_sql[] =
	"SELECT scope.id FROM scope WHERE scope.id > ?2 AND EXISTS (SELECT 1 FROM log, feed"
	" WHERE log.case_id = ?1 AND feed.scope = scope.id AND feed.seq = log.seq)"
	" ORDER BY scope.id LIMIT 1";
static const char tree_get_sql[] = "SELECT hash FROM merkle WHERE place = ?1";
static const char tree_put_sql[] = "INSERT INTO merkle(place, hash) VALUES(?1, ?2)";

static const char device_log_add_sql[] =
	"INSERT INTO device_log(dev, ctr, ah, iid, case_id, verdict, why, at, ack)"
	" VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9)";
static const char device_log_count_sql[] = "SELECT count(*) FROM device_log WHERE dev = ?1";
static const char device_log_get_sql[] =
	"SELECT dev, ctr, ah, iid, case_id, verdict, why, at, ack FROM device_log"
	" WHERE dev = ?1 AND ctr = ?2";

/* The number that a statement over one key gives. */
static enum status count_with(struct db *db, const char *sql, const char *key, int64_t *count,
			      struct err *why)
{
	struct stmt *q = db_stmt(db, sql);
	enum status st;

	stmt_cstr(q, 1, key);
	st = stmt_step(q, why);
	if (st == ST_OK)
		*count = stmt_col_int(q, 0);
	stmt_reset(q);
	return st;
}

enum status feed_head_seq(struct db *db, int64_t *seq, struct err *why)
{
	struct stmt *q = db_stmt(db, head_sql);
	enum status st = stmt_step(q, why);

	if (st == ST_OK)
		*seq = stmt_col_int(q, 0);
	stmt_reset(q);
	return st == ST_NONE ? err_set(why, ST_BROKEN, "database-damaged",
				       "the head of the log is missing")
			     : st;
}

enum status feed_head_set(struct db *db, int64_t seq, struct err *why)
{
	struct stmt *q = db_stmt(db, head_set_sql);

	stmt_int(q, 1, seq);
	return stmt_run(q, why);
}

enum status log_add(struct db *db, const struct log_row *r, struct str jws, struct err *why)
{
	struct stmt *q = db_stmt(db, log_add_sql);
	enum status st;

	stmt_int(q, 1, r->seq);
	stmt_cstr(q, 2, r->case_id);
	stmt_int(q, 3, r->n);
	stmt_cstr(q, 4, r->ah);
	stmt_cstr(q, 5, r->eh);
	stmt_int(q, 6, r->at);
	stmt_int(q, 7, r->tx);
	stmt_cstr(q, 8, r->epoch);
	stmt_cstr(q, 9, r->verdict);
	stmt_cstr(q, 10, r->rule);
	stmt_cstr(q, 11, r->iid);
	stmt_cstr(q, 12, r->act);
	stmt_cstr(q, 13, r->sub);
	stmt_cstr(q, 14, r->dev);
	stmt_int(q, 15, r->ctr);
	st = stmt_run(q, why);
	if (st != ST_OK)
		return st;
	q = db_stmt(db, entry_add_sql);
	stmt_int(q, 1, r->seq);
	stmt_text(q, 2, jws);
	return stmt_run(q, why);
}

static enum status read_log(struct stmt *q, struct log_row *r, struct err *why)
{
	enum status st = stmt_step(q, why);

	if (st != ST_OK)
		return st;
	r->seq = stmt_col_int(q, 0);
	stmt_col_copy(q, 1, r->case_id, sizeof(r->case_id));
	r->n = stmt_col_int(q, 2);
	stmt_col_copy(q, 3, r->ah, sizeof(r->ah));
	stmt_col_copy(q, 4, r->eh, sizeof(r->eh));
	r->at = stmt_col_int(q, 5);
	r->tx = stmt_col_int(q, 6);
	stmt_col_copy(q, 7, r->epoch, sizeof(r->epoch));
	stmt_col_copy(q, 8, r->verdict, sizeof(r->verdict));
	stmt_col_copy(q, 9, r->rule, sizeof(r->rule));
	stmt_col_copy(q, 10, r->iid, sizeof(r->iid));
	stmt_col_copy(q, 11, r->act, sizeof(r->act));
	stmt_col_copy(q, 12, r->sub, sizeof(r->sub));
	stmt_col_copy(q, 13, r->dev, sizeof(r->dev));
	r->ctr = stmt_col_int(q, 14);
	stmt_reset(q);
	return ST_OK;
}

enum status log_by_seq(struct db *db, int64_t seq, struct log_row *r, struct err *why)
{
	struct stmt *q = db_stmt(db, log_seq_sql);

	stmt_int(q, 1, seq);
	return read_log(q, r, why);
}

enum status log_by_case(struct db *db, const char *case_id, int64_t n, struct log_row *r,
			struct err *why)
{
	struct stmt *q = db_stmt(db, log_case_sql);

	stmt_cstr(q, 1, case_id);
	stmt_int(q, 2, n);
	return read_log(q, r, why);
}

enum status log_by_iid(struct db *db, const char *iid, struct log_row *r, struct err *why)
{
	struct stmt *q = db_stmt(db, log_iid_sql);

	stmt_cstr(q, 1, iid);
	return read_log(q, r, why);
}

enum status log_after(struct db *db, const char *case_id, int64_t after, struct log_row *r,
		      struct err *why)
{
	struct stmt *q = db_stmt(db, log_after_sql);

	stmt_cstr(q, 1, case_id);
	stmt_int(q, 2, after);
	return read_log(q, r, why);
}

enum status log_of_device(struct db *db, const char *dev, int64_t after, int64_t upto,
			  struct log_row *r, struct err *why)
{
	struct stmt *q = db_stmt(db, log_device_sql);

	stmt_cstr(q, 1, dev);
	stmt_int(q, 2, after);
	stmt_int(q, 3, upto);
	return read_log(q, r, why);
}

enum status log_next_watch(struct db *db, const char *sub, int64_t after, int64_t upto,
			   struct log_row *r, struct err *why)
{
	struct stmt *q = db_stmt(db, log_watch_sql);

	stmt_cstr(q, 1, sub);
	stmt_int(q, 2, after);
	stmt_int(q, 3, upto);
	return read_log(q, r, why);
}

enum status log_watch_of(struct db *db, const char *sub, const char *case_id, struct log_row *r,
			 struct err *why)
{
	struct stmt *q = db_stmt(db, log_watch_of_sql);

	stmt_cstr(q, 1, sub);
	stmt_cstr(q, 2, case_id);
	return read_log(q, r, why);
}

enum status log_first_act(struct db *db, const char *case_id, const char *act, int64_t *at,
			  struct err *why)
{
	struct stmt *q = db_stmt(db, log_act_sql);
	enum status st;

	stmt_cstr(q, 1, case_id);
	stmt_cstr(q, 2, act);
	st = stmt_step(q, why);
	if (st == ST_OK)
		*at = stmt_col_int(q, 0);
	stmt_reset(q);
	return st;
}

enum status log_count_act(struct db *db, const char *case_id, const char *act, int64_t since,
			  int64_t *count, struct err *why)
{
	struct stmt *q = db_stmt(db, log_count_act_sql);
	enum status st;

	stmt_cstr(q, 1, case_id);
	stmt_cstr(q, 2, act);
	stmt_int(q, 3, since);
	st = stmt_step(q, why);
	*count = st == ST_OK ? stmt_col_int(q, 0) : 0;
	stmt_reset(q);
	return st;
}

enum status entry_jws(struct db *db, const struct log_row *r, struct strbuf *out,
		      int64_t *erased_by, struct err *why)
{
	struct stmt *q = db_stmt(db, entry_get_sql);
	enum status st;

	*erased_by = 0;
	strbuf_clear(out);
	stmt_int(q, 1, r->seq);
	stmt_cstr(q, 2, r->case_id);
	stmt_int(q, 3, r->n);
	st = stmt_step(q, why);
	if (st == ST_NONE)
		return err_set(why, ST_BROKEN, "database-damaged",
			       "the envelope of entry seq %lld is missing", (long long)r->seq);
	if (st != ST_OK)
		return st;
	*erased_by = stmt_col_int(q, 1);
	if (stmt_col_null(q, 0)) {
		st = ST_NONE;
	} else {
		struct str s = stmt_col_text(q, 0);

		if (!strbuf_set(out, s.p, s.n))
			st = err_set(why, ST_BROKEN, "memory", "out of memory");
	}
	stmt_reset(q);
	return st;
}

enum status log_tell(struct db *db, const char *act,
		     enum status (*tell)(void *ctx, const struct told_entry *e, struct err *why),
		     void *ctx, struct err *why)
{
	struct stmt *q = db_stmt(db, log_tell_sql);
	enum status st;

	stmt_cstr(q, 1, act);
	while ((st = stmt_step(q, why)) == ST_OK) {
		struct told_entry e = {
			.seq = stmt_col_int(q, 0),
			.at = stmt_col_int(q, 1),
			.case_id = stmt_col_text(q, 2),
			.act = stmt_col_text(q, 3),
			.sub = stmt_col_text(q, 4),
			.queue = stmt_col_text(q, 5),
			.jws = stmt_col_text(q, 6),
		};

		st = tell(ctx, &e, why);
		if (st != ST_OK)
			break;
	}
	stmt_reset(q);
	return st == ST_NONE ? ST_OK : st;
}

enum status feed_add(struct db *db, int64_t scope, int64_t seq, char kind, const char *case_id,
		     struct err *why)
{
	struct stmt *q = db_stmt(db, feed_add_sql);

	stmt_int(q, 1, scope);
	stmt_int(q, 2, seq);
	stmt_text(q, 3, (struct str){ &kind, 1 });
	stmt_cstr(q, 4, case_id);
	return stmt_run(q, why);
}

enum status feed_read(struct db *db, int64_t scope, int64_t after, struct feed_row *out, int max,
		      int *count, struct err *why)
{
	struct stmt *q = db_stmt(db, feed_read_sql);
	enum status st;

	*count = 0;
	stmt_int(q, 1, scope);
	stmt_int(q, 2, after);
	stmt_int(q, 3, max);
	while ((st = stmt_step(q, why)) == ST_OK) {
		struct feed_row *r = &out[(*count)++];

		r->scope = stmt_col_int(q, 0);
		r->seq = stmt_col_int(q, 1);
		r->tx = stmt_col_int(q, 2);
		r->kind = stmt_col_text(q, 3).p[0];
		stmt_col_copy(q, 4, r->case_id, sizeof(r->case_id));
	}
	return st == ST_NONE ? ST_OK : st;
}

enum status feed_has(struct db *db, int64_t scope, int64_t seq, char kind, const char *case_id,
		     struct err *why)
{
	struct stmt *q = db_stmt(db, feed_has_sql);
	enum status st;

	stmt_int(q, 1, scope);
	stmt_int(q, 2, seq);
	stmt_text(q, 3, (struct str){ &kind, 1 });
	stmt_cstr(q, 4, case_id);
	st = stmt_step(q, why);
	stmt_reset(q);
	return st;
}

enum status feed_count(struct db *db, int64_t *rows, struct err *why)
{
	return db_get_int(db, feed_count_all_sql, rows, 0, why);
}

enum status feed_count_of(struct db *db, const char *case_id, int64_t *rows, struct err *why)
{
	return count_with(db, feed_count_sql, case_id, rows, why);
}

static enum status next_of_kind(struct db *db, const char *sql, char kind, struct feed_row *f,
				struct err *why)
{
	struct stmt *q = db_stmt(db, sql);
	enum status st;

	stmt_int(q, 1, f->scope);
	stmt_int(q, 2, f->seq);
	st = stmt_step(q, why);
	if (st != ST_OK)
		return st;
	f->kind = kind;
	f->seq = stmt_col_int(q, 0);
	stmt_col_copy(q, 1, f->case_id, sizeof(f->case_id));
	stmt_reset(q);
	return ST_OK;
}

enum status feed_next_erased(struct db *db, struct feed_row *f, struct err *why)
{
	return next_of_kind(db, feed_erased_sql, 'x', f, why);
}

enum status feed_next_gone(struct db *db, struct feed_row *f, struct err *why)
{
	return next_of_kind(db, feed_gone_sql, 'g', f, why);
}

enum status feed_spent(struct db *db, int64_t scope, int64_t *after, int64_t upto,
		       struct feed_row *out, int max, int *count, struct err *why)
{
	struct stmt *q = db_stmt(db, feed_spent_sql);
	enum status st;
	int seen = 0;

	*count = 0;
	stmt_int(q, 1, scope);
	stmt_int(q, 2, *after);
	stmt_int(q, 3, upto);
	stmt_int(q, 4, max);
	while ((st = stmt_step(q, why)) == ST_OK) {
		struct feed_row *r = &out[*count];

		seen++;
		*after = stmt_col_int(q, 0);
		if (!stmt_col_int(q, 3))
			continue;
		r->scope = scope;
		r->seq = stmt_col_int(q, 0);
		r->kind = stmt_col_text(q, 1).p[0];
		stmt_col_copy(q, 2, r->case_id, sizeof(r->case_id));
		(*count)++;
	}
	if (st == ST_NONE && seen < max)
		*after = upto;
	return st == ST_NONE ? ST_OK : st;
}

enum status feed_drop(struct db *db, const struct feed_row *f, struct err *why)
{
	struct stmt *q = db_stmt(db, feed_drop_sql);

	stmt_int(q, 1, f->scope);
	stmt_int(q, 2, f->seq);
	stmt_text(q, 3, (struct str){ &f->kind, 1 });
	stmt_cstr(q, 4, f->case_id);
	return stmt_run(q, why);
}

enum status feed_scope_after(struct db *db, int64_t after, int64_t *scope, struct err *why)
{
	struct stmt *q = db_stmt(db, feed_scope_sql);
	enum status st;

	stmt_int(q, 1, after);
	st = stmt_step(q, why);
	if (st == ST_OK && stmt_col_null(q, 0))
		st = ST_NONE;
	else if (st == ST_OK)
		*scope = stmt_col_int(q, 0);
	stmt_reset(q);
	return st;
}

enum status feed_behind(struct db *db, int64_t scope, int64_t after, int64_t *rows, struct err *why)
{
	struct stmt *q = db_stmt(db, feed_behind_sql);
	enum status st;

	*rows = 0;
	stmt_int(q, 1, scope);
	stmt_int(q, 2, after);
	st = stmt_step(q, why);
	if (st == ST_OK)
		*rows = stmt_col_int(q, 0);
	stmt_reset(q);
	return st;
}

enum status scope_of_case(struct db *db, const char *case_id, struct scope_walk *w, struct err *why)
{
	struct stmt *q = db_stmt(db, scope_of_case_sql);
	enum status st;

	stmt_cstr(q, 1, case_id);
	stmt_int(q, 2, w->scope);
	st = stmt_step(q, why);
	if (st == ST_OK)
		w->scope = stmt_col_int(q, 0);
	stmt_reset(q);
	return st;
}

enum status feed_newest(struct db *db, int64_t scope, int64_t *seq, struct err *why)
{
	struct stmt *q = db_stmt(db, feed_newest_sql);
	enum status st;

	*seq = 0;
	stmt_int(q, 1, scope);
	st = stmt_step(q, why);
	if (st == ST_OK)
		*seq = stmt_col_int(q, 0);
	stmt_reset(q);
	return st == ST_NONE ? ST_OK : st;
}

enum status log_counts(struct db *db, int64_t *rows, int64_t *nodes, struct err *why)
{
	enum status st = db_get_int(db, "SELECT count(*) FROM log", rows, 0, why);

	return st == ST_OK ? db_get_int(db, "SELECT count(*) FROM merkle", nodes, 0, why) : st;
}

/* The node's number when the tree is read from left to right. */
static int64_t place_of(int level, int64_t index)
{
	return ((index * 2 + 1) << level) - 1;
}

bool tree_get(void *db, int level, int64_t index, struct hash32 *out)
{
	struct stmt *q = db_stmt(db, tree_get_sql);
	struct str s;
	bool ok;

	stmt_int(q, 1, place_of(level, index));
	ok = stmt_step(q, NULL) == ST_OK;
	if (ok) {
		s = stmt_col_text(q, 0);
		ok = s.n == sizeof(out->b);
		if (ok)
			memcpy(out->b, s.p, sizeof(out->b));
	}
	stmt_reset(q);
	return ok;
}

bool tree_put(void *db, int level, int64_t index, const struct hash32 *h)
{
	struct stmt *q = db_stmt(db, tree_put_sql);

	stmt_int(q, 1, place_of(level, index));
	stmt_blob(q, 2, h->b, sizeof(h->b));
	return stmt_run(q, NULL) == ST_OK;
}

enum status device_log_add(struct db *db, const struct device_row *r, struct str ack,
			   struct err *why)
{
	struct stmt *q = db_stmt(db, device_log_add_sql);

	stmt_cstr(q, 1, r->dev);
	stmt_int(q, 2, r->ctr);
	stmt_cstr(q, 3, r->ah);
	stmt_cstr(q, 4, r->iid);
	stmt_cstr(q, 5, r->case_id);
	stmt_cstr(q, 6, r->verdict);
	stmt_cstr(q, 7, r->why);
	stmt_int(q, 8, r->at);
	stmt_text(q, 9, ack);
	return stmt_run(q, why);
}

enum status device_log_get(struct db *db, const char *dev, int64_t ctr, struct device_row *r,
			   struct strbuf *ack, struct err *why)
{
	struct stmt *q = db_stmt(db, device_log_get_sql);
	enum status st;
	struct str s;

	stmt_cstr(q, 1, dev);
	stmt_int(q, 2, ctr);
	st = stmt_step(q, why);
	if (st != ST_OK)
		return st;
	stmt_col_copy(q, 0, r->dev, sizeof(r->dev));
	r->ctr = stmt_col_int(q, 1);
	stmt_col_copy(q, 2, r->ah, sizeof(r->ah));
	stmt_col_copy(q, 3, r->iid, sizeof(r->iid));
	stmt_col_copy(q, 4, r->case_id, sizeof(r->case_id));
	stmt_col_copy(q, 5, r->verdict, sizeof(r->verdict));
	stmt_col_copy(q, 6, r->why, sizeof(r->why));
	r->at = stmt_col_int(q, 7);
	s = stmt_col_text(q, 8);
	if (ack && !strbuf_set(ack, s.p, s.n))
		st = err_set(why, ST_BROKEN, "memory", "out of memory");
	stmt_reset(q);
	return st;
}

enum status device_log_count(struct db *db, const char *dev, int64_t *count, struct err *why)
{
	return count_with(db, device_log_count_sql, dev, count, why);
}
