/* SPDX-License-Identifier: EUPL-1.2 */
#include "sim/checks.h"

#include <stdio.h>
#include <string.h>

#include "sign/jws.h"
#include "sql/db.h"
#include "wire/payload.h"

#include "base/banned.h"

bool logged_at(struct world *w, const char *dev, int64_t ctr, enum verdict *v, char ah[HASH_TEXT])
{
	struct stmt *q = db_stmt(central_db(w->central),
				 "SELECT verdict, ah FROM device_log WHERE dev = ?1 AND ctr = ?2");
	bool found;

	stmt_cstr(q, 1, dev);
	stmt_int(q, 2, ctr);
	found = stmt_step(q, NULL) == ST_OK;
	if (found) {
		if (!verdict_from(v, stmt_col_text(q, 0)))
			*v = VERDICT_NONE;
		stmt_col_copy(q, 1, ah, HASH_TEXT);
	}
	stmt_reset(q);
	return found;
}

int64_t times_in_log(struct world *w, const char *iid, int64_t *n)
{
	struct stmt *q =
		db_stmt(central_db(w->central), "SELECT count(*), max(n) FROM log WHERE iid = ?1");
	int64_t count = 0;

	*n = 0;
	stmt_cstr(q, 1, iid);
	if (stmt_step(q, NULL) == ST_OK) {
		count = stmt_col_int(q, 0);
		*n = stmt_col_int(q, 1);
	}
	stmt_reset(q);
	return count;
}

/* --- I1, I2 ------------------------------------------------------------------------ */

/* A query on the central that must find nothing. */
static void find_nothing(struct world *w, const char *invariant, const char *what, const char *sql)
{
	struct stmt *q = db_stmt(central_db(w->central), sql);
	enum status st = stmt_step(q, NULL);

	if (st == ST_OK)
		world_violation(w, invariant, "%s: %.*s", what, (int)stmt_col_text(q, 0).n,
				stmt_col_text(q, 0).p);
	else if (st != ST_NONE)
		world_violation(w, "central", "%s: cannot be asked", what);
	stmt_reset(q);
}

static void once(struct world *w, const struct promise *p)
{
	enum verdict v;
	char ah[HASH_TEXT];
	int64_t n, times = times_in_log(w, p->iid, &n);

	if (times > 1)
		world_violation(w, "I1", "intent %s stands %lld times in the log", p->iid,
				(long long)times);
	if (p->voided || !logged_at(w, p->dev, p->ctr, &v, ah) || !verdict_stands(v)
	    || strcmp(ah, p->ah) != 0)
		return;
	w->result->standing++;
	if (times != 1)
		world_violation(w, "I1", "device %d: action %lld is %s and not in the log",
				p->device, (long long)p->ctr, verdict_name(v));
}

void check_once(const struct moment *m)
{
	for (int i = 0; i < m->w->history.promise_count; i++)
		once(m->w, &m->w->history.promises[i]);
	find_nothing(m->w, "I1", "a device's counter stands twice in the log",
		     "SELECT dev || ' ' || ctr FROM log WHERE ctr > 0 GROUP BY dev, ctr"
		     " HAVING count(*) > 1");
}

/* Was the officer told no? */
static bool told_no(struct world *w, const struct promise *p)
{
	struct outbox_item i = OUTBOX_ITEM_INIT;
	bool told = outbox_by_ctr(w->device[p->device].outbox, p->dev, p->ctr, &i, NULL) == ST_OK
		    && i.verdict != VERDICT_NONE && !verdict_stands(i.verdict);

	outbox_item_release(&i);
	return told;
}

/* Is it told to be lost by a restore, its words being erased, or its whole case to
 * be erased: without words that could be signed anew? */
static bool told_bare(struct world *w, const struct promise *p)
{
	struct outbox_item i = OUTBOX_ITEM_INIT;
	bool bare = outbox_by_ctr(w->device[p->device].outbox, p->dev, p->ctr, &i, NULL) == ST_OK
		    && i.verdict == VERDICT_NONE && i.envelope.len == 0
		    && i.state == OUTBOX_ARCHIVED;
	bool told = bare
		    && (strcmp(i.why, "case-erased") == 0 ? history_took_case(w, p)
							  : i.again && history_took(w, p));

	outbox_item_release(&i);
	return told;
}

/* Was it signed by a device that its officer has given up since? Then it was
 * signed again, or the officer let go of it or was told no; or it was never to
 * be sent, or its words are erased. */
static bool given_up(struct world *w, const struct promise *p)
{
	if (strcmp(w->device[p->device].dev, p->dev) == 0)
		return false;
	return told_no(w, p) || p->closed || p->voided || told_bare(w, p);
}

/* In words: what the outbox has of it. */
static void held_as(struct world *w, const struct promise *p, char *text, size_t size)
{
	struct outbox_item i = OUTBOX_ITEM_INIT;

	snprintf(text, size, "not in the outbox");
	if (outbox_by_ctr(w->device[p->device].outbox, p->dev, p->ctr, &i, NULL) == ST_OK)
		snprintf(text, size, "%s of %.8s, %zu bytes, %s, %s %s, in the outbox", i.act,
			 i.dev, i.envelope.len, outbox_state_name(i.state), verdict_name(i.verdict),
			 i.why);
	outbox_item_release(&i);
}

static void not_lost(struct world *w, const struct promise *p)
{
	enum verdict v;
	char ah[HASH_TEXT], held[200];
	int64_t n;

	if (p->gone || given_up(w, p) || times_in_log(w, p->iid, &n) > 0)
		return;
	/* A central that was put back may have lost the refusal, and no entry: the device
	 * hears of it when it sends next, or another copy of it took the place. */
	if (w->mishaps.restores && told_no(w, p)
	    && (w->mishaps.copied || !logged_at(w, p->dev, p->ctr, &v, ah)))
		return;
	if (!logged_at(w, p->dev, p->ctr, &v, ah)) {
		held_as(w, p, held, sizeof(held));
		world_violation(
			w, "I2",
			"device %d: action %lld was signed and never reached a verdict (%s)",
			p->device, (long long)p->ctr, held);
	} else if (!p->voided && strcmp(ah, p->ah) != 0) {
		held_as(w, p, held, sizeof(held));
		world_violation(w, "I2", "device %d: another action took the place of %lld (%s)",
				p->device, (long long)p->ctr, held);
	}
}

/* Each item of the outbox, newest first. */
static void each_item(struct device *d,
		      void (*check)(struct device *d, const struct outbox_item *i))
{
	struct outbox_item i = OUTBOX_ITEM_INIT;
	int64_t before = INT64_MAX;

	while (outbox_before(d->outbox, before, &i, NULL) == ST_OK) {
		check(d, &i);
		before = i.id;
	}
	outbox_item_release(&i);
}

static void answered(struct device *d, const struct outbox_item *i)
{
	bool given_up = strcmp(i->dev, d->dev) != 0 && (i->state == OUTBOX_ARCHIVED || i->voided);

	if (i->verdict == VERDICT_NONE && i->state != OUTBOX_SUPERSEDED && !given_up)
		world_violation(d->world, "I2",
				"device %d: %s %lld has no verdict after healing (%s)", d->index,
				i->act, (long long)i->ctr, outbox_state_name(i->state));
}

static void all_answered(struct device *d)
{
	each_item(d, answered);
}

void check_no_loss(const struct moment *m)
{
	for (int i = 0; i < m->w->history.promise_count; i++)
		not_lost(m->w, &m->w->history.promises[i]);
	for_devices(m, all_answered);
}

/* --- I3, I4, I6 --------------------------------------------------------------------- */

void check_order(const struct moment *m)
{
	find_nothing(
		m->w, "I3", "a device's later action stands before an earlier one",
		"SELECT a.case_id FROM log a JOIN log b ON a.dev = b.dev"
		" AND a.case_id = b.case_id AND a.ctr > 0 AND a.ctr < b.ctr AND a.seq > b.seq");
}

/* What the device believes is what the log holds: this envelope, or another of
 * the same intent that the officer had signed on a device given up since. */
static void believes(struct device *d, const struct outbox_item *i)
{
	struct stmt *q;
	bool same;

	if (!verdict_stands(i->verdict))
		return;
	q = db_stmt(central_db(d->world->central), "SELECT ah, epoch, iid FROM log WHERE seq = ?1");
	stmt_int(q, 1, i->seq);
	same = stmt_step(q, NULL) == ST_OK
	       && (str_eq(stmt_col_text(q, 0), outbox_item_ah(i))
		   || str_eq(stmt_col_text(q, 2), i->iid))
	       && str_eq(stmt_col_text(q, 1), i->epoch);
	stmt_reset(q);
	if (!same)
		world_violation(d->world, "I4",
				"device %d believes that %s %lld stands at seq %lld; it does not",
				d->index, i->act, (long long)i->ctr, (long long)i->seq);
}

static void all_believe(struct device *d)
{
	each_item(d, believes);
}

void check_truth(const struct moment *m)
{
	for_devices(m, all_believe);
	find_nothing(m->w, "I4", "an acknowledgement stands for an entry that is not there",
		     "SELECT d.ctr FROM device_log d WHERE d.verdict IN ('accepted', 'merged')"
		     " AND NOT EXISTS (SELECT 1 FROM log l WHERE l.ah = d.ah OR l.iid = d.iid)");
	find_nothing(m->w, "I4", "an entry of a device has no acknowledgement",
		     "SELECT l.seq FROM log l WHERE l.ctr > 0 AND NOT EXISTS (SELECT 1 FROM"
		     " device_log d WHERE d.dev = l.dev AND d.ctr = l.ctr AND d.ah = l.ah)");
}

/* Each entry stands in a feed, unless those that it stood in have dropped it. */
static void check_fed(struct world *w)
{
	struct stmt *q = db_stmt(central_db(w->central),
				 "SELECT l.seq, l.eh FROM log l WHERE NOT EXISTS (SELECT 1"
				 " FROM feed f WHERE f.seq = l.seq AND f.case_id = l.case_id)");
	char eh[HASH_TEXT];

	while (stmt_step(q, NULL) == ST_OK) {
		stmt_col_copy(q, 1, eh, sizeof(eh));
		if (!compacting_dropped(w, eh))
			world_violation(w, "I6", "an entry stands in no feed: %lld",
					(long long)stmt_col_int(q, 0));
	}
	stmt_reset(q);
}

void check_feed(const struct moment *m)
{
	find_nothing(m->w, "I6", "the log has a gap",
		     "SELECT 1 FROM (SELECT count(*) c, max(seq) m FROM log) WHERE c <> m");
	find_nothing(m->w, "I6", "the head is not the newest entry",
		     "SELECT seq FROM feed_head WHERE seq <> (SELECT max(seq) FROM log)");
	find_nothing(m->w, "I6", "a case's chain has a gap",
		     "SELECT case_id FROM log GROUP BY case_id HAVING count(*) <> max(n)");
	check_fed(m->w);
}

/* --- I11, I16, pre ------------------------------------------------------------------- */

static void say_fault(void *ctx, const struct central_fault *f)
{
	world_violation(ctx, "I11", "case %s, entry %lld: %.200s", f->case_id, (long long)f->n,
			f->text);
}

void check_verifies(const struct moment *m)
{
	struct central_findings found;
	struct err why = ERR_INIT;

	if (central_verify(m->w->central, &found, say_fault, m->w, &why) != ST_OK)
		world_violation(m->w, "I11", "verify cannot run: %s", why.text);
}

static void same_bytes(struct device *d, const struct outbox_item *i)
{
	const struct promise *p = history_promise(d, i->dev, i->ctr);

	if (p && !(i->envelope.len == 0 && history_took(d->world, p))
	    && (bytes_name(strbuf_str(outbox_item_bytes(i))) != p->bytes
		|| bytes_name(strbuf_str(&i->envelope)) != p->envelope))
		world_violation(d->world, "I16",
				"device %d: the envelope of %s %lld is not as it was signed",
				d->index, i->act, (long long)i->ctr);
}

static void all_same_bytes(struct device *d)
{
	each_item(d, same_bytes);
}

void check_kept_bytes(const struct moment *m)
{
	struct stmt *q =
		db_stmt(central_db(m->w->central),
			"SELECT e.jws, l.dev, l.ctr FROM entry e JOIN log l ON l.seq = e.seq"
			" WHERE l.ctr > 0 AND e.jws IS NOT NULL");

	for_devices(m, history_kept_back);
	for_devices(m, all_same_bytes);
	while (stmt_step(q, NULL) == ST_OK)
		if (!marks_has(&m->w->history.lines, bytes_name(stmt_col_text(q, 0))))
			world_violation(m->w, "I16",
					"the central keeps action %lld of %.8s otherwise than"
					" it was signed",
					(long long)stmt_col_int(q, 2), stmt_col_text(q, 1).p);
	stmt_reset(q);
}

/* An entry that names a `pre` stands on one that stands (class A apart). */
static void stands_on(struct world *w, struct str jws, struct action *a, struct strbuf *payload)
{
	enum verdict v;
	char ah[HASH_TEXT];

	strbuf_clear(payload);
	if (jws_payload_unverified(payload, jws, NULL) != ST_OK
	    || payload_read(a, strbuf_str(payload), NULL) != ST_OK || a->pre == 0
	    || a->def->class == CLASS_A_APPEND)
		return;
	if (!logged_at(w, a->dev, a->pre, &v, ah) || !verdict_stands(v))
		world_violation(w, "pre", "%s %lld stands, but what it depends on (%lld) does not",
				a->def->name, (long long)a->ctr, (long long)a->pre);
}

void check_dependence(const struct moment *m)
{
	struct stmt *q = db_stmt(central_db(m->w->central),
				 "SELECT e.jws FROM entry e JOIN log l ON l.seq = e.seq"
				 " WHERE l.ctr > 0 AND e.jws IS NOT NULL");
	struct strbuf payload = STRBUF_INIT, jws = STRBUF_INIT;
	struct action a = ACTION_INIT;

	while (stmt_step(q, NULL) == ST_OK) {
		struct str s = stmt_col_text(q, 0);

		strbuf_set(&jws, s.p, s.n);
		stands_on(m->w, strbuf_str(&jws), &a, &payload);
	}
	stmt_reset(q);
	action_release(&a);
	strbuf_release(&payload);
	strbuf_release(&jws);
}
