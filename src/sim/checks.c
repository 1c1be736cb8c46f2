/* SPDX-License-Identifier: EUPL-1.2 */
#include "sim/world.h"

#include <string.h>

#include "cache/cases.h"
#include "sign/jws.h"
#include "sql/db.h"
#include "sync/overlay.h"
#include "wire/payload.h"

#include "base/banned.h"

/* The base row's n, or INT64_MAX for a case that has left. */
static int64_t base_n(struct device *d, const char *case_id)
{
	struct stmt *q = db_stmt(d->cache, "SELECT n FROM base_case WHERE case_id = ?1");
	int64_t n = -1, gone = 0;

	stmt_cstr(q, 1, case_id);
	if (stmt_step(q, NULL) == ST_OK) {
		n = stmt_col_int(q, 0);
		stmt_reset(q);
	} else if (case_gone_by(d->cache, case_id, &gone, NULL) == ST_OK && gone > 0) {
		n = INT64_MAX;
	}
	return n;
}

/* I7: all that the feed says up to the cursor is in the cache. */
static void check_scope(struct device *d, const struct cursor *cur)
{
	struct stmt *q =
		db_stmt(central_db(d->world->central),
			"SELECT f.case_id, max(l.n) FROM feed f JOIN log l ON l.seq = f.seq"
			" WHERE f.scope = ?1 AND f.seq <= ?2 GROUP BY f.case_id");
	char case_id[UUID_TEXT];

	stmt_int(q, 1, cur->scope);
	stmt_int(q, 2, cur->seq);
	while (stmt_step(q, NULL) == ST_OK) {
		int64_t n = stmt_col_int(q, 1);

		stmt_col_copy(q, 0, case_id, sizeof(case_id));
		if (base_n(d, case_id) < n)
			world_violation(
				d->world, "I7",
				"device %d: cursor of scope %lld is at %lld, but case %s is at"
				" entry %lld instead of %lld",
				d->index, (long long)cur->scope, (long long)cur->seq, case_id,
				(long long)base_n(d, case_id), (long long)n);
	}
	stmt_reset(q);
}

void check_cursor(struct device *d)
{
	struct cursor rows[64];
	int n = 0;

	if (cursor_list(d->cache, rows, 64, &n, NULL) != ST_OK)
		world_violation(d->world, "I7", "device %d: its cursors cannot be read", d->index);
	for (int i = 0; i < n; i++)
		check_scope(d, &rows[i]);
}

struct logged {
	enum verdict verdict;
	char ah[HASH_TEXT];
};

/* What the central recorded for a counter of a device. */
static bool logged_at(struct world *w, const char *dev, int64_t ctr, struct logged *out)
{
	struct stmt *q = db_stmt(central_db(w->central),
				 "SELECT verdict, ah FROM device_log WHERE dev = ?1 AND ctr = ?2");
	bool found;

	stmt_cstr(q, 1, dev);
	stmt_int(q, 2, ctr);
	found = stmt_step(q, NULL) == ST_OK;
	if (found) {
		if (!verdict_from(&out->verdict, stmt_col_text(q, 0)))
			out->verdict = VERDICT_NONE;
		stmt_col_copy(q, 1, out->ah, sizeof(out->ah));
	}
	stmt_reset(q);
	return found;
}

/* How many rows of the log bear this intent; *n is the last one's place. */
static int64_t times_in_log(struct world *w, const char *iid, int64_t *n)
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

/* An accepted action that the base row does not have yet lies over it. */
static void check_laid(struct device *d, const struct promise *p, int64_t stands_at)
{
	struct case_row row = CASE_ROW_INIT;
	int64_t n = base_n(d, p->case_id);

	if (n >= 0 && n < stands_at
	    && (overlay_case(d->cache, d->outbox, p->case_id, &row, NULL) != ST_OK || !row.pending))
		world_violation(d->world, "shown",
				"device %d: action %lld stands at entry %lld, the base is at %lld,"
				" and nothing shows it",
				d->index, (long long)p->ctr, (long long)stands_at, (long long)n);
	case_row_release(&row);
}

static void check_promise_shown(struct device *d, struct promise *p)
{
	struct stmt *q =
		db_stmt(d->outbox, "SELECT verdict, n FROM item WHERE dev = ?1 AND ctr = ?2");
	int64_t n;

	stmt_cstr(q, 1, p->dev);
	stmt_int(q, 2, p->ctr);
	if (stmt_step(q, NULL) == ST_OK) {
		if (verdict_stands((enum verdict)stmt_col_int(q, 0)))
			check_laid(d, p, stmt_col_int(q, 1));
		stmt_reset(q);
		return;
	}
	/* It has left the outbox: then the base must show it. */
	if (times_in_log(d->world, p->iid, &n) && base_n(d, p->case_id) >= n)
		p->seen = true;
	else
		world_violation(d->world, "shown",
				"device %d: action %lld is in neither outbox nor base", d->index,
				(long long)p->ctr);
}

void check_shown(struct device *d)
{
	struct world *w = d->world;

	/* Nothing was written to its files since it was looked at last. */
	if (d->checked == d->commits)
		return;
	d->checked = d->commits;
	for (int i = 0; i < w->promise_count; i++) {
		struct promise *p = &w->promises[i];

		if (p->device == d->index && !p->voided && !p->seen)
			check_promise_shown(d, p);
	}
}

/* I1 and I2 of one promise. */
static void check_promise(struct world *w, const struct promise *p)
{
	struct logged l;
	int64_t n, times = times_in_log(w, p->iid, &n);

	if (times > 1)
		world_violation(w, "I1", "intent %s stands %lld times in the log", p->iid,
				(long long)times);
	if (!logged_at(w, p->dev, p->ctr, &l)) {
		world_violation(w, "I2",
				"device %d: action %lld was signed and never reached a verdict",
				p->device, (long long)p->ctr);
		return;
	}
	if (p->voided)
		return;
	if (strcmp(l.ah, p->ah) != 0)
		world_violation(w, "I2", "device %d: another action took the place of %lld",
				p->device, (long long)p->ctr);
	if (verdict_stands(l.verdict) && times != 1)
		world_violation(w, "I1", "device %d: action %lld is %s and not in the log",
				p->device, (long long)p->ctr, verdict_name(l.verdict));
	w->result->standing += verdict_stands(l.verdict);
}

/* I2 and I4 from the device's side: what it believes is what the log holds. */
static void check_item(struct device *d, const struct outbox_item *i)
{
	struct stmt *q;
	bool same;

	if (i->verdict == VERDICT_NONE && i->state != OUTBOX_SUPERSEDED) {
		world_violation(d->world, "I2",
				"device %d: %s %lld has no verdict after healing (%s)", d->index,
				i->act, (long long)i->ctr, outbox_state_name(i->state));
		return;
	}
	if (!verdict_stands(i->verdict))
		return;
	q = db_stmt(central_db(d->world->central), "SELECT ah, epoch FROM log WHERE seq = ?1");
	stmt_int(q, 1, i->seq);
	same = stmt_step(q, NULL) == ST_OK && str_eq(stmt_col_text(q, 0), outbox_item_ah(i))
	       && str_eq(stmt_col_text(q, 1), i->epoch);
	stmt_reset(q);
	if (!same)
		world_violation(d->world, "I4",
				"device %d believes that %s %lld stands at seq %lld; it does not",
				d->index, i->act, (long long)i->ctr, (long long)i->seq);
}

static void check_items(struct device *d)
{
	struct outbox_item i = OUTBOX_ITEM_INIT;
	int64_t before = INT64_MAX;

	while (outbox_before(d->outbox, before, &i, NULL) == ST_OK) {
		check_item(d, &i);
		before = i.id;
	}
	outbox_item_release(&i);
}

/* Queries on the central that must find nothing. */
static const struct {
	const char *invariant, *what, *sql;
} nothing[] = {
	{ "I1", "a device's counter stands twice in the log",
	  "SELECT dev || ' ' || ctr FROM log WHERE ctr > 0 GROUP BY dev, ctr HAVING count(*) > 1" },
	{ "I3", "a device's later action stands before an earlier one",
	  "SELECT a.case_id FROM log a JOIN log b ON a.dev = b.dev AND a.case_id = b.case_id"
	  " AND a.ctr > 0 AND a.ctr < b.ctr AND a.seq > b.seq" },
	{ "I4", "an acknowledgement stands for an entry that is not there",
	  "SELECT d.ctr FROM device_log d WHERE d.verdict IN ('accepted', 'merged')"
	  " AND NOT EXISTS (SELECT 1 FROM log l WHERE l.ah = d.ah)" },
	{ "I4", "an entry of a device has no acknowledgement",
	  "SELECT l.seq FROM log l WHERE l.ctr > 0 AND NOT EXISTS (SELECT 1 FROM device_log d"
	  " WHERE d.dev = l.dev AND d.ctr = l.ctr AND d.ah = l.ah)" },
	{ "I6", "the log has a gap",
	  "SELECT 1 FROM (SELECT count(*) c, max(seq) m FROM log) WHERE c <> m" },
	{ "I6", "a case's chain has a gap",
	  "SELECT case_id FROM log GROUP BY case_id HAVING count(*) <> max(n)" },
};

static void check_nothing(struct world *w)
{
	for (size_t i = 0; i < sizeof(nothing) / sizeof(nothing[0]); i++) {
		struct stmt *q = db_stmt(central_db(w->central), nothing[i].sql);
		enum status st = stmt_step(q, NULL);

		if (st == ST_OK)
			world_violation(w, nothing[i].invariant, "%s: %.*s", nothing[i].what,
					(int)stmt_col_text(q, 0).n, stmt_col_text(q, 0).p);
		else if (st != ST_NONE)
			world_violation(w, "central", "%s: cannot be asked", nothing[i].what);
		stmt_reset(q);
	}
}

/* An entry that names a `pre` stands on one that stands (class A apart). */
static void check_pre(struct world *w, struct str jws, struct action *a, struct strbuf *payload)
{
	struct logged l;

	strbuf_clear(payload);
	if (jws_payload_unverified(payload, jws, NULL) != ST_OK
	    || payload_read(a, strbuf_str(payload), NULL) != ST_OK || a->pre == 0
	    || a->def->class == CLASS_A_APPEND)
		return;
	if (!logged_at(w, a->dev, a->pre, &l) || !verdict_stands(l.verdict))
		world_violation(w, "pre", "%s %lld stands, but what it depends on (%lld) does not",
				a->def->name, (long long)a->ctr, (long long)a->pre);
}

static void check_dependence(struct world *w)
{
	struct stmt *q =
		db_stmt(central_db(w->central),
			"SELECT e.jws FROM entry e JOIN log l ON l.seq = e.seq WHERE l.ctr > 0");
	struct strbuf payload = STRBUF_INIT, jws = STRBUF_INIT;
	struct action a = ACTION_INIT;

	while (stmt_step(q, NULL) == ST_OK) {
		struct str s = stmt_col_text(q, 0);

		strbuf_set(&jws, s.p, s.n);
		check_pre(w, strbuf_str(&jws), &a, &payload);
	}
	stmt_reset(q);
	action_release(&a);
	strbuf_release(&payload);
	strbuf_release(&jws);
}

static bool same_case(const struct casefile *a, struct stmt *q)
{
	char state[32], assignee[OFFICER_MAX], due[DAY_TEXT], queue[CODE_MAX];

	stmt_col_copy(q, 1, state, sizeof(state));
	stmt_col_copy(q, 2, assignee, sizeof(assignee));
	stmt_col_copy(q, 3, due, sizeof(due));
	stmt_col_copy(q, 4, queue, sizeof(queue));
	return strcmp(case_state_name(a->state), state) == 0 && strcmp(a->assignee, assignee) == 0
	       && strcmp(a->due_on, due) == 0 && strcmp(a->queue, queue) == 0
	       && a->priority == (int)stmt_col_int(q, 5) && a->n == stmt_col_int(q, 6)
	       && str_eq(stmt_col_text(q, 7), a->eh)
	       && str_eq(stmt_col_text(q, 8), strbuf_cstr(&a->title));
}

/* I10: cache == the central's projection, and visible == base. */
static void check_converged(struct device *d)
{
	struct stmt *q = db_stmt(central_db(d->world->central),
				 "SELECT id, state, assignee, due_on, queue, priority, n, eh, title"
				 " FROM casefile");
	const struct case_query all = CASE_QUERY_INIT;
	int64_t count = 0, here = 0;
	struct casefile base = CASEFILE_INIT;
	struct case_row row = CASE_ROW_INIT;
	char case_id[UUID_TEXT];

	for (; stmt_step(q, NULL) == ST_OK; count++) {
		stmt_col_copy(q, 0, case_id, sizeof(case_id));
		if (case_base(d->cache, case_id, &base, NULL) != ST_OK || !same_case(&base, q))
			world_violation(d->world, "I10",
					"device %d: case %s is at %lld here, not as the"
					" central has it",
					d->index, case_id, (long long)base.n);
		else if (case_get(d->cache, case_id, &row, NULL) != ST_OK || row.pending
			 || !same_case(&row.file, q))
			world_violation(d->world, "I10",
					"device %d: case %s is shown otherwise than the"
					" base has it (%d pending)",
					d->index, case_id, row.pending);
	}
	stmt_reset(q);
	if (case_count(d->cache, &all, &here, NULL) != ST_OK || here != count)
		world_violation(d->world, "I10", "device %d lists %lld cases, the central has %lld",
				d->index, (long long)here, (long long)count);
	casefile_release(&base);
	case_row_release(&row);
}

static void say_fault(void *ctx, const struct central_fault *f)
{
	world_violation(ctx, "I11", "case %s, entry %lld: %.200s", f->case_id, (long long)f->n,
			f->text);
}

void check_all(struct world *w)
{
	struct central_findings found;
	struct err why = ERR_INIT;

	for (int i = 0; i < w->promise_count; i++)
		check_promise(w, &w->promises[i]);
	check_nothing(w);
	check_dependence(w);
	for (int i = 0; i < DEVICES; i++) {
		check_items(&w->device[i]);
		check_cursor(&w->device[i]);
		check_converged(&w->device[i]);
	}
	if (central_verify(w->central, &found, say_fault, w, &why) != ST_OK)
		world_violation(w, "I11", "verify cannot run: %s", why.text);
}
