/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Lists by key over base and overlay. Each list is up to three ordered
 * cursors (open base rows, closed base rows, overlay rows), merged here: a
 * row that stands in the overlay is left out of the base, so it comes once,
 * at the place that the overlay gives it.
 */
#include "cache/case_columns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

/* ?1 unit, ?2 day, ?3 state, ?4 words, ?5 assignee, ?6 queue,
 * ?7 key, ?8 case id, ?9 limit. A decided case (state 5 and on) is not overdue. */
#define FILTERS                                                                                    \
	" AND (?1 IS NULL OR unit = ?1)"                                                           \
	" AND (?2 IS NULL OR (due_on <> '' AND due_on < ?2 AND state < 5))"                        \
	" AND (?3 < 0 OR state = ?3)"                                                              \
	" AND (?4 IS NULL OR instr(words, ?4) > 0)"
#define BY_ANY ""
#define BY_ASSIGNEE " AND assignee = ?5"
#define BY_QUEUE " AND queue = ?6"
#define BY_EITHER " AND (?5 IS NULL OR assignee = ?5) AND (?6 IS NULL OR queue = ?6)"
#define NOT_TOUCHED                                                                                \
	" AND NOT EXISTS(SELECT 1 FROM overlay_case o WHERE o.case_id = base_case.case_id)"

#define BASE(closed, by) " FROM base_case WHERE closed = " closed by BY_EITHER NOT_TOUCHED FILTERS
#define OVERLAY " FROM overlay_case WHERE closed <= ?10" BY_EITHER FILTERS
/* Every counting text takes the same ten parameters.
 * For counting: the base as if nothing were touched, from an index alone where
 * the question allows, less the rows of it that are. */
#define WHOLE(closed, by) " FROM base_case WHERE ?10 >= 0 AND closed = " closed by BY_EITHER FILTERS
#define LEAN(closed, by) " FROM base_case WHERE ?10 >= 0 AND closed = " closed by
#define TOUCHED                                                                                    \
	" FROM base_case WHERE case_id IN (SELECT case_id FROM overlay_case)"                      \
	" AND closed <= ?10" BY_EITHER FILTERS

#define ROWS(from, key, cmp, dir)                                                                  \
	"SELECT " CASE_COLUMNS from " AND (" key ", case_id) " cmp " (?7, ?8) ORDER BY " key dir   \
	", case_id" dir " LIMIT ?9"
#define RANK(from, key, cmp, dir) "SELECT count(*)" from " AND (" key ", case_id) " cmp " (?7, ?8)"

/* One text per direction and order: [0] upwards, [1] downwards. */
#define UP_DOWN(shape, from, key)                                                                  \
	{                                                                                          \
		shape(from, key, ">", ""), shape(from, key, "<", " DESC")                          \
	}
#define ORDERS(shape, from)                                                                        \
	{                                                                                          \
		[ORDER_DUE] = UP_DOWN(shape, from, "due_key"),                                     \
		[ORDER_RECEIVED] = UP_DOWN(shape, from, "received_at"),                            \
		[ORDER_CHANGED] = UP_DOWN(shape, from, "changed_at"),                              \
		[ORDER_DIARY] = UP_DOWN(shape, from, "diary_key")                                  \
	}
/* One officer has few cases: found by the officer, then sorted. The plus
 * keeps SQLite from walking the whole order instead. */
#define SORTED(shape, from)                                                                        \
	{                                                                                          \
		[ORDER_DUE] = UP_DOWN(shape, from, "due_key"),                                     \
		[ORDER_RECEIVED] = UP_DOWN(shape, from, "+received_at"),                           \
		[ORDER_CHANGED] = UP_DOWN(shape, from, "+changed_at"),                             \
		[ORDER_DIARY] = UP_DOWN(shape, from, "+diary_key")                                 \
	}

enum way { WAY_ANY, WAY_ASSIGNEE, WAY_QUEUE, WAY_COUNT };
#define WAYS(shape, base, closed)                                                                  \
	{                                                                                          \
		[WAY_ANY] = ORDERS(shape, base(closed, BY_ANY)),                                   \
		[WAY_ASSIGNEE] = SORTED(shape, base(closed, BY_ASSIGNEE)),                         \
		[WAY_QUEUE] = ORDERS(shape, base(closed, BY_QUEUE))                                \
	}
#define COUNTS(base, closed)                                                                       \
	{                                                                                          \
		[WAY_ANY] = "SELECT count(*)" base(closed, BY_ANY),                                \
		[WAY_ASSIGNEE] = "SELECT count(*)" base(closed, BY_ASSIGNEE),                      \
		[WAY_QUEUE] = "SELECT count(*)" base(closed, BY_QUEUE)                             \
	}

enum { SOURCE_OPEN, SOURCE_CLOSED, SOURCE_OVERLAY, SOURCE_COUNT };

static const char *const base_rows[2][WAY_COUNT][ORDER_COUNT][2] = { WAYS(ROWS, BASE, "0"),
								     WAYS(ROWS, BASE, "1") };
static const char *const overlay_rows[ORDER_COUNT][2] = ORDERS(ROWS, OVERLAY);

/* Counting: [0] with every filter, [1] lean. */
static const char *const base_rank[2][2][WAY_COUNT][ORDER_COUNT][2] = {
	{ WAYS(RANK, WHOLE, "0"), WAYS(RANK, WHOLE, "1") },
	{ WAYS(RANK, LEAN, "0"), WAYS(RANK, LEAN, "1") },
};
static const char *const base_count[2][2][WAY_COUNT] = {
	{ COUNTS(WHOLE, "0"), COUNTS(WHOLE, "1") },
	{ COUNTS(LEAN, "0"), COUNTS(LEAN, "1") },
};
static const char *const touched_rank[ORDER_COUNT][2] = ORDERS(RANK, TOUCHED);
static const char *const overlay_rank[ORDER_COUNT][2] = ORDERS(RANK, OVERLAY);
static const char touched_count[] = "SELECT count(*)" TOUCHED;
static const char overlay_count[] = "SELECT count(*)" OVERLAY;

static enum way way_of(const struct case_query *q)
{
	/* Nobody's cases are many: in the order's own index they are near. */
	if (q->assignee && (*q->assignee || (!q->queue && q->order == ORDER_DUE)))
		return WAY_ASSIGNEE;
	return q->queue ? WAY_QUEUE : WAY_ANY;
}

/* For a count no order speaks against the index by officer. */
static enum way count_way_of(const struct case_query *q)
{
	return q->assignee ? WAY_ASSIGNEE : q->queue ? WAY_QUEUE : WAY_ANY;
}

/* Does the way alone say which rows are asked for? */
static bool is_lean(const struct case_query *q)
{
	return !q->unit && !q->overdue_on && q->state < 0 && !q->words
	       && !(q->assignee && q->queue);
}

static bool by_number(enum case_order order)
{
	return order == ORDER_RECEIVED || order == ORDER_CHANGED;
}

void case_key_of(struct case_key *k, enum case_order order, const struct casefile *c)
{
	struct diary_no d;

	memset(k, 0, sizeof(*k));
	snprintf(k->case_id, sizeof(k->case_id), "%s", c->id);
	switch (order) {
	case ORDER_RECEIVED:
		k->number = c->received_at;
		break;
	case ORDER_CHANGED:
		k->number = c->changed_at;
		break;
	case ORDER_DIARY:
		case_diary_key(k->words, &d, c->diary_no);
		break;
	default:
		snprintf(k->words, sizeof(k->words), "%s", case_due_key(c));
		break;
	}
}

static int key_cmp(enum case_order order, const struct case_key *a, const struct case_key *b)
{
	int d = by_number(order) ? (a->number > b->number) - (a->number < b->number)
				 : strcmp(a->words, b->words);

	return d ? d : strcmp(a->case_id, b->case_id);
}

static void bind_query(struct stmt *s, const struct case_query *q)
{
	struct strbuf words = STRBUF_INIT;

	if (q->words)
		case_fold(&words, str_of(q->words));
	stmt_cstr(s, 1, q->unit);
	stmt_cstr(s, 2, q->overdue_on);
	stmt_int(s, 3, q->state);
	stmt_cstr(s, 4, q->words ? strbuf_cstr(&words) : NULL);
	stmt_cstr(s, 5, q->assignee);
	stmt_cstr(s, 6, q->queue);
	strbuf_release(&words);
}

/* An empty key stands before all rows of the direction it is read in. */
static void bind_key(struct stmt *s, const struct case_query *q, const struct case_key *k,
		     bool down)
{
	bool open_end = !k->case_id[0];
	const char *words = !open_end ? k->words : down ? "\xF4\x8F\xBF\xBF" : "";
	int64_t number = !open_end ? k->number : down ? INT64_MAX : INT64_MIN;

	if (by_number(q->order))
		stmt_int(s, 7, number);
	else
		stmt_cstr(s, 7, words);
	stmt_cstr(s, 8, !open_end ? k->case_id : down ? "\xF4\x8F\xBF\xBF" : "");
}

static const char *text_of(int source, const struct case_query *q, bool down)
{
	if (source == SOURCE_OVERLAY)
		return overlay_rows[q->order][down];
	return base_rows[source][way_of(q)][q->order][down];
}

struct source {
	struct stmt *q; /* NULL: not asked, or at its end */
	struct case_row row;
	struct case_key key;
};

static enum status advance(struct source *s, enum case_order order, struct err *why)
{
	enum status st = stmt_step(s->q, why);

	if (st == ST_OK) {
		case_row_read(s->q, &s->row);
		case_key_of(&s->key, order, &s->row.file);
		return ST_OK;
	}
	s->q = NULL;
	return st == ST_NONE ? ST_OK : st;
}

static enum status open_sources(struct db *db, struct source src[SOURCE_COUNT],
				const struct case_query *q, const struct case_key *from, bool down,
				int limit, struct err *why)
{
	enum status st = ST_OK;

	for (int i = 0; i < SOURCE_COUNT && st == ST_OK; i++) {
		if (i == SOURCE_CLOSED && q->open_only)
			continue;
		src[i].q = db_stmt(db, text_of(i, q, down));
		bind_query(src[i].q, q);
		bind_key(src[i].q, q, from, down);
		stmt_int(src[i].q, 9, (int64_t)limit + 1);
		if (i == SOURCE_OVERLAY)
			stmt_int(src[i].q, 10, !q->open_only);
		st = advance(&src[i], q->order, why);
	}
	return st;
}

/* The source whose row comes first in the direction, or NULL. */
static struct source *first_of(struct source src[SOURCE_COUNT], enum case_order order, bool down)
{
	struct source *best = NULL;

	for (int i = 0; i < SOURCE_COUNT; i++) {
		int d;

		if (!src[i].q)
			continue;
		d = best ? key_cmp(order, &src[i].key, &best->key) : 0;
		if (!best || (down ? d > 0 : d < 0))
			best = &src[i];
	}
	return best;
}

static void reverse(struct case_page *p)
{
	for (int i = 0, j = p->count - 1; i < j; i++, j--) {
		struct case_row t = p->rows[i];

		p->rows[i] = p->rows[j];
		p->rows[j] = t;
	}
}

static enum status new_page(struct case_page *page, int limit, struct err *why)
{
	case_page_release(page);
	page->rows = calloc((size_t)(limit > 0 ? limit : 1), sizeof(*page->rows));
	return page->rows ? ST_OK
			  : err_set(why, ST_BROKEN, "memory", "no memory for %d rows", limit);
}

enum status case_list(struct db *db, const struct case_query *q, const struct case_key *from,
		      bool backward, int limit, struct case_page *page, struct err *why)
{
	struct source src[SOURCE_COUNT] = { 0 };
	bool down = q->descending != backward;
	enum status st = new_page(page, limit, why);

	if (st == ST_OK)
		st = open_sources(db, src, q, from, down, limit, why);
	while (st == ST_OK && page->count < limit) {
		struct source *s = first_of(src, q->order, down);

		if (!s)
			break;
		page->rows[page->count++] = s->row; /* the texts move over */
		memset(&s->row, 0, sizeof(s->row));
		st = advance(s, q->order, why);
	}
	page->more = st == ST_OK && first_of(src, q->order, down) != NULL;
	for (int i = 0; i < SOURCE_COUNT; i++) {
		if (src[i].q)
			stmt_reset(src[i].q);
		case_row_release(&src[i].row);
	}
	if (backward)
		reverse(page);
	return st;
}

/* Run a counting text and add `times` its number to *sum. `key`: NULL where
 * the text has none. */
static enum status add_count(struct db *db, const char *sql, const struct case_query *q,
			     const struct case_key *key, bool down, int times, int64_t *sum,
			     struct err *why)
{
	struct stmt *s = db_stmt(db, sql);
	enum status st;

	bind_query(s, q);
	if (key)
		bind_key(s, q, key, down);
	stmt_int(s, 10, !q->open_only);
	st = stmt_step(s, why);
	if (st == ST_OK) {
		*sum += times * stmt_col_int(s, 0);
		stmt_reset(s);
	}
	return st;
}

enum status case_count(struct db *db, const struct case_query *q, int64_t *count, struct err *why)
{
	enum status st = ST_OK;

	*count = 0;
	for (int closed = 0; closed < (q->open_only ? 1 : 2) && st == ST_OK; closed++)
		st = add_count(db, base_count[is_lean(q)][closed][count_way_of(q)], q, NULL, false,
			       1, count, why);
	if (st == ST_OK)
		st = add_count(db, touched_count, q, NULL, false, -1, count, why);
	if (st == ST_OK)
		st = add_count(db, overlay_count, q, NULL, false, 1, count, why);
	return st;
}

enum status case_rank(struct db *db, const struct case_query *q, const struct case_key *key,
		      int64_t *rank, struct err *why)
{
	/* Rows before the key lie in the other direction. */
	bool down = !q->descending;
	bool lean = is_lean(q) && !(q->assignee && way_of(q) == WAY_ANY);
	enum status st = ST_OK;

	*rank = 0;
	for (int closed = 0; closed < (q->open_only ? 1 : 2) && st == ST_OK; closed++)
		st = add_count(db, base_rank[lean][closed][way_of(q)][q->order][down], q, key, down,
			       1, rank, why);
	if (st == ST_OK)
		st = add_count(db, touched_rank[q->order][down], q, key, down, -1, rank, why);
	if (st == ST_OK)
		st = add_count(db, overlay_rank[q->order][down], q, key, down, 1, rank, why);
	return st;
}

/* Diary numbers never change by an own action, so the base is enough to find
 * the case; what is shown of it may come from the overlay. */
static const char find_number[] =
	"SELECT case_id FROM base_case"
	" WHERE diary_number = ?1 AND (?2 = 0 OR diary_year = ?2)"
	" AND (?3 = '' OR diary_key LIKE ?3 || ' %') ORDER BY diary_year DESC, case_id LIMIT ?4";

enum status case_find(struct db *db, const struct diary_no *d, int limit, struct case_page *page,
		      struct err *why)
{
	struct stmt *q = db_stmt(db, find_number);
	enum status st = new_page(page, limit, why);

	stmt_int(q, 1, d->number);
	stmt_int(q, 2, d->year);
	stmt_cstr(q, 3, d->committee);
	stmt_int(q, 4, limit);
	while (st == ST_OK && (st = stmt_step(q, why)) == ST_OK) {
		char id[UUID_TEXT];

		stmt_col_copy(q, 0, id, sizeof(id));
		st = case_get(db, id, &page->rows[page->count++], why);
	}
	stmt_reset(q);
	if (st == ST_NONE)
		st = page->count ? ST_OK : ST_NONE;
	return st;
}
