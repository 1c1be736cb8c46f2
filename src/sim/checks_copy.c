/* SPDX-License-Identifier: EUPL-1.2 */
#include "sim/checks.h"

#include <string.h>

#include "sql/db.h"
#include "sync/merge.h"
#include "wire/page.h"

#include "base/banned.h"

int64_t base_n(struct device *d, const char *case_id)
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

/* A line of it could not be read, or a restore took it back: the copy says so, and
 * asks for it by name. */
static bool unreadable(struct device *d, const char *case_id)
{
	struct stmt *q = db_stmt(d->cache, "SELECT 1 FROM unreadable WHERE case_id = ?1"
					   " UNION ALL SELECT 1 FROM again WHERE case_id = ?1");
	bool marked;

	stmt_cstr(q, 1, case_id);
	marked = stmt_step(q, NULL) == ST_OK;
	stmt_reset(q);
	return marked;
}

static bool took_page(const struct moment *m)
{
	return m->when != AT_STEP
	       || (m->m && strcmp(strbuf_cstr(&m->m->request.path), "/v1/sync/pull") == 0);
}

/* --- I7 ---------------------------------------------------------------------------- */

/* All that the feed says up to the cursor of cases that are in this scope, since
 * before it, is in the copy, but for cases that had gone on, beyond the cursor,
 * when the page was made: the pages that follow have them. */
static void check_scope(struct device *d, const struct cursor *cur, int64_t page_head)
{
	struct stmt *q =
		db_stmt(central_db(d->world->central),
			"SELECT f.case_id, max(l.n) FROM feed f JOIN log l ON l.seq = f.seq"
			" WHERE f.scope = ?1 AND f.seq <= ?2 AND NOT EXISTS (SELECT 1 FROM log b"
			" WHERE b.case_id = f.case_id AND b.n > l.n AND b.seq > ?2"
			" AND b.seq <= ?3) AND (EXISTS (SELECT 1 FROM casefile c"
			" WHERE c.id = f.case_id AND c.scope = ?1) OR EXISTS (SELECT 1 FROM"
			" case_beside s WHERE s.case_id = f.case_id AND s.scope = ?1))"
			" AND NOT EXISTS (SELECT 1 FROM"
			" feed g WHERE g.case_id = f.case_id AND g.kind = 'g' AND (g.seq > ?2"
			" OR (g.scope = ?1 AND g.seq >= f.seq)))"
			" GROUP BY f.case_id");
	char case_id[UUID_TEXT];

	stmt_int(q, 1, cur->scope);
	stmt_int(q, 2, cur->seq);
	stmt_int(q, 3, page_head);
	while (stmt_step(q, NULL) == ST_OK) {
		int64_t n = stmt_col_int(q, 1);

		stmt_col_copy(q, 0, case_id, sizeof(case_id));
		if (base_n(d, case_id) < n && !unreadable(d, case_id))
			world_violation(
				d->world, "I7",
				"device %d: cursor of scope %lld is at %lld, but case %s is at"
				" entry %lld instead of %lld",
				d->index, (long long)cur->scope, (long long)cur->seq, case_id,
				(long long)base_n(d, case_id), (long long)n);
	}
	stmt_reset(q);
}

bool same_epoch(struct device *d)
{
	struct sync_point p;

	return cache_point(d->cache, &p, NULL) == ST_OK
	       && strcmp(p.epoch, central_epoch(d->world->central)) == 0;
}

static int cursors_of(struct device *d, struct cursor rows[SCOPES_MAX])
{
	int n = 0;

	if (!same_epoch(d))
		return 0;
	if (cursor_list(d->cache, rows, SCOPES_MAX, &n, NULL) != ST_OK)
		world_violation(d->world, "I7", "device %d: its cursors cannot be read", d->index);
	return n;
}

static void cursors_hold(struct device *d)
{
	struct cursor rows[SCOPES_MAX];
	struct sync_point point;
	int n = cursors_of(d, rows);

	if (cache_point(d->cache, &point, NULL) != ST_OK)
		return;
	/* A page given for another one may be older than what is here. */
	if (strcmp(point.epoch, d->page_epoch) != 0)
		d->page_head = 0;
	memcpy(d->page_epoch, point.epoch, sizeof(d->page_epoch));
	/* A restored central says nothing to be durable before its next backup. */
	if (point.durable_through > d->page_head)
		d->page_head = point.durable_through;
	else if (point.durable_through == 0)
		d->page_head = central_size(d->world->central);
	for (int i = 0; i < n; i++)
		check_scope(d, &rows[i], d->page_head);
}

void check_cursors(const struct moment *m)
{
	if (took_page(m))
		for_devices(m, cursors_hold);
}

/* --- I8 ---------------------------------------------------------------------------- */

static const struct cursor *held(const struct cursor *rows, int count, int64_t scope)
{
	for (int i = 0; i < count; i++)
		if (rows[i].scope == scope)
			return &rows[i];
	return NULL;
}

/* The copy shows entry n of a case, written in transaction tx: then it shows
 * what else that transaction did in scopes that are read as far. */
static void check_transaction(struct device *d, const struct cursor *rows, int count,
			      const struct cursor *own, int64_t tx, const char *shown)
{
	struct stmt *q = db_stmt(central_db(d->world->central),
				 "SELECT l.case_id, max(l.n), c.scope FROM log l"
				 " JOIN casefile c ON c.id = l.case_id WHERE l.tx = ?1"
				 " GROUP BY l.case_id");
	char case_id[UUID_TEXT];

	stmt_int(q, 1, tx);
	while (stmt_step(q, NULL) == ST_OK) {
		const struct cursor *its = held(rows, count, stmt_col_int(q, 2));
		int64_t n = stmt_col_int(q, 1);

		stmt_col_copy(q, 0, case_id, sizeof(case_id));
		if (its && its->seq == own->seq && base_n(d, case_id) < n
		    && !unreadable(d, case_id))
			world_violation(d->world, "I8",
					"device %d: transaction %lld is seen in case %s, and not"
					" in case %s, which is at entry %lld of %lld",
					d->index, (long long)tx, shown, case_id,
					(long long)base_n(d, case_id), (long long)n);
	}
	stmt_reset(q);
}

/* A cursor stands between two transactions, never inside one. */
static void check_between(struct device *d, const struct cursor *c)
{
	struct stmt *q = db_stmt(central_db(d->world->central),
				 "SELECT tx FROM log WHERE seq = ?1 + 1 AND tx <= ?1");

	stmt_int(q, 1, c->seq);
	if (stmt_step(q, NULL) == ST_OK)
		world_violation(d->world, "I8",
				"device %d: the cursor of scope %lld stands at %lld, within"
				" transaction %lld",
				d->index, (long long)c->scope, (long long)c->seq,
				(long long)stmt_col_int(q, 0));
	stmt_reset(q);
}

/* A case that was fetched by itself, since its line could not be read, or that came
 * by another scope, which is read further, runs ahead of this one's cursor. */
static bool came_by(struct device *d, const char *case_id, int64_t scope)
{
	struct stmt *q =
		db_stmt(d->cache, "SELECT 1 FROM case_scope s JOIN base_case c ON c.key = s.key"
				  " WHERE c.case_id = ?1 AND s.scope = ?2");
	bool yes;

	stmt_cstr(q, 1, case_id);
	stmt_int(q, 2, scope);
	yes = stmt_step(q, NULL) == ST_OK;
	stmt_reset(q);
	return yes;
}

struct ahead {
	char case_id[UUID_TEXT];
	int64_t tx, scope;
};

/* Cases of the log beyond `after` whose newest entries the copy shows; one that has
 * left it shows nothing. */
static int cases_beyond(struct device *d, int64_t after, struct ahead *list, int max)
{
	struct stmt *q = db_stmt(central_db(d->world->central),
				 "SELECT l.case_id, l.tx, c.scope, l.n FROM log l JOIN casefile c"
				 " ON c.id = l.case_id WHERE l.seq > ?1");
	int64_t here;
	int count = 0;

	stmt_int(q, 1, after);
	while (stmt_step(q, NULL) == ST_OK && count < max) {
		struct ahead *a = &list[count];

		stmt_col_copy(q, 0, a->case_id, sizeof(a->case_id));
		a->tx = stmt_col_int(q, 1);
		a->scope = stmt_col_int(q, 2);
		here = base_n(d, a->case_id);
		count += here >= stmt_col_int(q, 3) && here < INT64_MAX;
	}
	stmt_reset(q);
	return count;
}

static void transactions_whole(struct device *d)
{
	struct cursor rows[SCOPES_MAX];
	struct ahead list[64];
	struct sync_point point;
	int64_t floor = INT64_MAX;
	int n = cursors_of(d, rows), ahead;

	for (int i = 0; i < n; i++) {
		check_between(d, &rows[i]);
		floor = rows[i].seq < floor ? rows[i].seq : floor;
	}
	/* What came by a scope that was lost meanwhile is ahead of a new one. */
	if (cache_point(d->cache, &point, NULL) != ST_OK || point.sv > 1)
		return;
	ahead = cases_beyond(d, floor, list, 64);
	for (int i = 0; i < ahead; i++) {
		const struct cursor *own = held(rows, n, list[i].scope);

		if (own && own->seq < list[i].tx && came_by(d, list[i].case_id, list[i].scope))
			check_transaction(d, rows, n, own, list[i].tx, list[i].case_id);
	}
}

void check_whole(const struct moment *m)
{
	if (took_page(m))
		for_devices(m, transactions_whole);
}

/* --- I10 --------------------------------------------------------------------------- */

/* Column by column of case_columns. */
static const char case_columns[] =
	"SELECT id, state, assignee, due_on, queue, unit, outcome, eh, title, party, priority, n,"
	" protection FROM casefile";

static bool same_case(const struct casefile *a, struct stmt *q)
{
	const char *const words[] = { case_state_name(a->state),
				      a->assignee,
				      a->due_on,
				      a->queue,
				      a->unit,
				      a->outcome,
				      a->eh,
				      strbuf_cstr(&a->title),
				      strbuf_cstr(&a->party) };
	const int64_t numbers[] = { a->priority, a->n, a->protection };
	enum { WORDS = sizeof(words) / sizeof(words[0]) };
	bool same = true;

	for (int i = 0; i < WORDS; i++)
		same = same && str_eq(stmt_col_text(q, 1 + i), words[i]);
	for (int i = 0; i < (int)(sizeof(numbers) / sizeof(numbers[0])); i++)
		same = same && stmt_col_int(q, 1 + WORDS + i) == numbers[i];
	return same;
}

static void converged(struct device *d)
{
	struct stmt *q = db_stmt(central_db(d->world->central), case_columns);
	const struct case_query all = CASE_QUERY_INIT;
	int64_t count = 0, here = 0;
	struct casefile base = CASEFILE_INIT;
	struct case_row row = CASE_ROW_INIT;
	char case_id[UUID_TEXT];

	while (stmt_step(q, NULL) == ST_OK) {
		stmt_col_copy(q, 0, case_id, sizeof(case_id));
		if (people_hidden(d->world, d->officer, case_id))
			continue;
		count++;
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

void check_converged(const struct moment *m)
{
	for_devices(m, converged);
}

/* --- What is seen -------------------------------------------------------------------- */

/* An accepted action that the base row does not have yet lies over it. */
static void check_laid(struct device *d, const struct promise *p, int64_t stands_at)
{
	struct case_row row = CASE_ROW_INIT;
	int64_t n = base_n(d, p->case_id);

	if (n >= 0 && n < stands_at
	    && (case_get(d->cache, p->case_id, &row, NULL) != ST_OK || !row.pending))
		world_violation(d->world, "shown",
				"device %d: action %lld stands at entry %lld, the base is at %lld,"
				" and nothing shows it",
				d->index, (long long)p->ctr, (long long)stands_at, (long long)n);
	case_row_release(&row);
}

/* What the outbox says of a promise. */
struct said {
	enum verdict verdict;
	int64_t n;  /* where it stands */
	bool taken; /* its words are not there, and were erased */
};

/* False: the outbox has no such item. */
static bool outbox_says(struct device *d, const struct promise *p, struct said *said)
{
	struct stmt *q = db_stmt(d->outbox, "SELECT verdict, n, envelope = '' FROM item"
					    " WHERE dev = ?1 AND ctr = ?2");
	bool found, bare = false;

	stmt_cstr(q, 1, p->dev);
	stmt_int(q, 2, p->ctr);
	found = stmt_step(q, NULL) == ST_OK;
	if (found) {
		said->verdict = (enum verdict)stmt_col_int(q, 0);
		said->n = stmt_col_int(q, 1);
		bare = stmt_col_int(q, 2) != 0;
	}
	stmt_reset(q);
	said->taken = bare && history_took(d->world, p);
	return found;
}

static void shown(struct device *d)
{
	struct world *w = d->world;

	for (int i = 0; i < w->history.promise_count; i++) {
		struct promise *p = &w->history.promises[i];
		struct said says;
		int64_t n;

		if (p->device != d->index || p->voided || p->seen || p->gone)
			continue;
		if (outbox_says(d, p, &says)) {
			/* Of erased words there is nothing to lay, and what its officer
			 * has signed anew or let go of comes with the base. After a
			 * restore it may stand elsewhere, sent again by another copy. */
			if (verdict_stands(says.verdict) && !says.taken && !p->closed)
				check_laid(d, p, times_in_log(w, p->iid, &n) > 0 ? n : says.n);
			continue;
		}
		/* It has left the outbox: then the base must show it. */
		if (p->closed || people_hidden(w, d->officer, p->case_id)
		    || (times_in_log(w, p->iid, &n) && base_n(d, p->case_id) >= n))
			p->seen = true;
		else
			world_violation(w, "shown",
					"device %d: action %lld is in neither outbox nor base",
					d->index, (long long)p->ctr);
	}
}

/* Between a fault of the disk and the next page the overlay may lag behind; and
 * places in a restored log are no places in the copy of the one before. */
static bool laid(const struct moment *m)
{
	return !m->d || (!m->d->late && same_epoch(m->d));
}

void check_shown(const struct moment *m)
{
	if (laid(m))
		for_devices(m, shown);
}

/* --- I12 ----------------------------------------------------------------------------- */

/* The case of a refused action is marked, where the copy has it. */
static void check_marked(struct device *d, const struct promise *p, enum verdict v)
{
	struct case_row row = CASE_ROW_INIT;

	if (case_get(d->cache, p->case_id, &row, NULL) == ST_OK && row.trouble == 0)
		world_violation(d->world, "I12",
				"device %d: action %lld was answered %s, and its case does not say"
				" so",
				d->index, (long long)p->ctr, verdict_name(v));
	case_row_release(&row);
}

static void told(struct device *d)
{
	struct world *w = d->world;
	struct outbox_counts c = { 0 };
	int64_t open = 0;
	struct said says;

	for (int k = 0; k < w->history.promise_count; k++) {
		const struct promise *p = &w->history.promises[k];

		if (p->device != d->index || p->voided || p->closed || p->seen || p->gone
		    || !outbox_says(d, p, &says) || says.verdict == VERDICT_NONE
		    || verdict_stands(says.verdict) || says.taken)
			continue;
		open++;
		check_marked(d, p, says.verdict);
	}
	if (open && (outbox_count(d->outbox, &c, NULL) != ST_OK || c.conflicts + c.refused < open))
		world_violation(w, "I12",
				"device %d: %lld actions were refused, and the outbox tells of"
				" %lld conflicts and %lld refusals",
				d->index, (long long)open, (long long)c.conflicts,
				(long long)c.refused);
}

void check_told(const struct moment *m)
{
	if (laid(m))
		for_devices(m, told);
}
