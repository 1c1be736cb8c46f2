/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Lists by key over base and overlay. A list is up to three ordered cursors
 * (open base rows, closed base rows, overlay rows), merged here: a row that
 * stands in the overlay is left out of the base, so it comes once, at the place
 * that the overlay gives it.
 *
 * The base rows are found in one of two ways. Walking the index of the order
 * meets the rows in their order, however many there are, and is best when many
 * fit. What finds the few that fit (words, an officer, a queue) gives them in
 * an order of its own, and they are sorted. Nothing tells beforehand which is
 * better, so a short walk is tried first.
 */
#include "cache/case_ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/case_columns.h"

#include "base/banned.h"

/* Hits that are sorted: more are met by a walk soon enough. Where the words say
 * it all, a short page is worth so many rows of a walk for each of its own. */
enum { SORT_MAX = 2000, WALK_FOR_ONE = 25 };
/* Rows of which one has the words, where they are counted walking. */
enum { OFTEN = 3 };

void case_key_of(struct case_key *k, enum case_order order, const struct casefile *c)
{
	struct diary_no d;

	memset(k, 0, sizeof(*k));
	snprintf(k->case_id, sizeof(k->case_id), "%s", c->id);
	k->arrival = case_key_hash(c);
	switch (order) {
	case ORDER_RECEIVED:
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

static int key_cmp(const struct case_key *a, const struct case_key *b)
{
	int d = strcmp(a->words, b->words);

	if (!d)
		d = (a->number > b->number) - (a->number < b->number);
	return d ? d : (a->arrival > b->arrival) - (a->arrival < b->arrival);
}

/* --- Rows ------------------------------------------------------------------------------ */

/* The first rows of one cursor, in the direction read. */
struct source {
	struct case_row *rows;
	struct case_key *keys;
	int count, next;
};

enum { SOURCE_OPEN, SOURCE_CLOSED, SOURCE_OVERLAY, SOURCE_COUNT };

static void source_clear(struct source *s)
{
	for (int i = s->next; i < s->count; i++)
		case_row_release(&s->rows[i]);
	s->count = s->next = 0;
}

static void source_release(struct source *s)
{
	source_clear(s);
	free(s->rows);
	free(s->keys);
}

/* Does the text itself say who fits? Else each row is judged as it is read. */
static bool fits(const struct ask *a, bool base, const struct case_row *r)
{
	const struct filter_row row = { .file = &r->file,
					.pending = r->pending,
					.trouble = r->trouble,
					.watch_on = r->watch_on };

	return !a->q->filter || (base && a->filter.exact) || filter_match(a->q->filter, &row);
}

/* Up to `limit` rows of the text that stands in a->sql. */
static enum status read_rows(struct ask *a, struct source *s, bool base, int limit, struct err *why)
{
	bool judged = a->q->filter && (!base || !a->filter.exact);
	struct stmt *q = ask_prepare(a, base, judged ? -1 : limit);
	enum status st = ST_OK;

	while (s->count < limit && (st = stmt_step(q, why)) == ST_OK) {
		struct case_row *r = &s->rows[s->count];

		*r = (struct case_row)CASE_ROW_INIT;
		st = case_row_read(q, r, why);
		if (st != ST_OK || !fits(a, base, r)) {
			case_row_release(r);
			if (st != ST_OK)
				break;
			continue;
		}
		case_key_of(&s->keys[s->count], a->q->order, &r->file);
		s->keys[s->count++].arrival = stmt_col_int(q, CASE_COLUMN_KEY);
	}
	stmt_reset(q);
	return st == ST_NONE ? ST_OK : st;
}

/* How many hits the words have, counted up to SORT_MAX + 1. */
static const char count_hits[] = "SELECT count(*) FROM (SELECT 1 FROM case_words"
				 " WHERE case_words MATCH ?1 LIMIT ?2)";

static enum status too_many_hits(struct ask *a, bool *many, struct err *why)
{
	struct stmt *q = db_stmt(a->db, count_hits);
	enum status st;

	stmt_text(q, 1, strbuf_str(&a->match));
	stmt_int(q, 2, SORT_MAX + 1);
	st = stmt_step(q, why);
	*many = st == ST_OK && stmt_col_int(q, 0) > SORT_MAX;
	stmt_reset(q);
	return st;
}

/* Is a short walk worth the try before the way is taken? One officer's cases
 * are few, and what has the order of the list already needs none; but the
 * words that so many cases have are best met walking, and so are the words that
 * begin so: the index looks for all of them before it gives the first. */
static bool tries_walk(const struct ask *a)
{
	if (a->way == WAY_WORDS && ask_is_ordered(a) && a->filter.told && !a->filter.by_prefix)
		return false;
	return a->way == WAY_WORDS
	       || (a->way != WAY_WALK && !ask_is_ordered(a) && !(a->officer && *a->officer));
}

static enum status read_parts(struct ask *a, struct source *s, int limit, struct err *why)
{
	enum status st;

	ask_first_part(a);
	do
		st = ask_list_text(a) ? read_rows(a, s, true, limit, why) : ask_no_memory(why);
	while (st == ST_OK && s->count < limit && ask_next_part(a));
	return st;
}

/* Were all rows of the part looked at? */
static enum status walked_all(struct ask *a, bool *all, struct err *why)
{
	struct stmt *q;
	enum status st;

	if (!ask_steps_text(a))
		return ask_no_memory(why);
	q = ask_prepare(a, false, 1);
	st = stmt_step(q, why);
	*all = st == ST_OK && stmt_col_int(q, 0) < a->walk;
	stmt_reset(q);
	return st;
}

/* A short walk gives as many rows as are wanted, or none: it never goes on to
 * the rest from ties of which it has not seen all. */
static enum status try_walk(struct ask *a, struct source *s, int limit, struct err *why)
{
	enum status st;
	bool on;

	if (a->filter.told && limit < WALK_MAX / WALK_FOR_ONE)
		a->walk = (int64_t)limit * WALK_FOR_ONE;
	a->way = WAY_WALK;
	ask_first_part(a);
	do {
		st = ask_walk_text(a) ? read_rows(a, s, true, limit, why) : ask_no_memory(why);
		on = st == ST_OK && s->count < limit && a->part == PART_TIES;
		if (on)
			st = walked_all(a, &on, why);
	} while (on && ask_next_part(a));
	if (s->count < limit)
		source_clear(s);
	return st;
}

static enum status read_base(struct ask *a, struct source *s, enum rows rows, int limit,
			     struct err *why)
{
	enum status st = ask_turn_to(a, rows) ? ST_OK : ask_no_memory(why);
	bool many = false;

	a->way = ask_best_way(a);
	if (st == ST_OK && tries_walk(a))
		st = try_walk(a, s, limit, why);
	if (st != ST_OK || s->count)
		return st;
	a->way = ask_best_way(a);
	if (a->way == WAY_WORDS && !ask_is_ordered(a))
		st = too_many_hits(a, &many, why);
	if (many)
		a->way = a->queue ? WAY_QUEUE : WAY_WALK;
	return st == ST_OK ? read_parts(a, s, limit, why) : st;
}

static enum status read_source(struct ask *a, int source, struct source *s, int limit,
			       struct err *why)
{
	s->rows = calloc((size_t)limit, sizeof(*s->rows));
	s->keys = calloc((size_t)limit, sizeof(*s->keys));
	if (!s->rows || !s->keys)
		return ask_no_memory(why);
	if (source != SOURCE_OVERLAY)
		return read_base(a, s,
				 ask_together(a)	   ? ROWS_ALL
				 : source == SOURCE_CLOSED ? ROWS_CLOSED
							   : ROWS_OPEN,
				 limit, why);
	return ask_overlay_text(a) ? read_rows(a, s, false, limit, why) : ask_no_memory(why);
}

static bool is_asked(const struct ask *a, int source)
{
	switch (source) {
	case SOURCE_OPEN:
		return a->filter.may_open;
	case SOURCE_CLOSED:
		return a->filter.may_closed && !ask_together(a);
	default:
		return a->touched;
	}
}

/* The source whose row comes first in the direction, or NULL. */
static struct source *first_of(struct source src[SOURCE_COUNT], bool down)
{
	struct source *best = NULL;

	for (int i = 0; i < SOURCE_COUNT; i++) {
		struct source *s = &src[i];
		int d;

		if (s->next == s->count)
			continue;
		d = best ? key_cmp(&s->keys[s->next], &best->keys[best->next]) : 0;
		if (!best || (down ? d > 0 : d < 0))
			best = s;
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
	page->rows = calloc((size_t)limit + 1, sizeof(*page->rows));
	return page->rows ? ST_OK
			  : err_set(why, ST_BROKEN, "memory", "no memory for %d rows", limit);
}

enum status case_list(struct db *db, const struct case_query *q, const struct case_key *from,
		      bool backward, int limit, struct case_page *page, struct err *why)
{
	struct source src[SOURCE_COUNT] = { 0 };
	struct source *s;
	struct ask a;
	bool down = q->descending != backward;
	enum status st;

	limit = limit > 0 ? limit : 0;
	st = ask_init(&a, db, q, from, down, why);

	if (st == ST_OK)
		st = new_page(page, limit, why);
	for (int i = 0; i < SOURCE_COUNT && st == ST_OK; i++)
		if (is_asked(&a, i))
			st = read_source(&a, i, &src[i], limit + 1, why);
	while (st == ST_OK && page->count < limit && (s = first_of(src, down)) != NULL)
		page->rows[page->count++] = s->rows[s->next++]; /* the texts move over */
	page->more = st == ST_OK && first_of(src, down) != NULL;
	for (int i = 0; i < SOURCE_COUNT; i++)
		source_release(&src[i]);
	ask_release(&a);
	if (backward)
		reverse(page);
	return st;
}

/* --- Counting ----------------------------------------------------------------------------- */

/* Rows that have to be judged one by one. */
static enum status count_judged(struct ask *a, bool base, int64_t *sum, struct err *why)
{
	struct stmt *q = ask_prepare(a, base, -1);
	struct case_row row = CASE_ROW_INIT;
	enum status st = ST_OK;

	while (*sum <= CASE_COUNT_CAP && (st = stmt_step(q, why)) == ST_OK
	       && (st = case_row_read(q, &row, why)) == ST_OK)
		*sum += fits(a, base, &row);
	stmt_reset(q);
	case_row_release(&row);
	return st == ST_NONE ? ST_OK : st;
}

static enum status count_told(struct ask *a, int64_t *sum, struct err *why)
{
	struct stmt *q = ask_prepare(a, !ask_words_tell(a), CASE_COUNT_CAP + 1 - *sum);
	enum status st = stmt_step(q, why);

	if (st == ST_OK)
		*sum += stmt_col_int(q, 0);
	stmt_reset(q);
	return st;
}

/* To find all words that begin so takes long when they are many, and then every
 * few rows have one: a walk counts them sooner. */
static enum status count_way(struct ask *a, struct err *why)
{
	struct stmt *q;
	enum status st;

	a->way = ask_best_way(a);
	if (a->way != WAY_WORDS || !a->filter.by_prefix)
		return ST_OK;
	a->way = WAY_WALK;
	a->part = PART_ALL;
	if (!ask_sample_text(a))
		return ask_no_memory(why);
	q = ask_prepare(a, true, 1);
	st = stmt_step(q, why);
	if (st == ST_OK && stmt_col_int(q, 0) < WALK_MAX / OFTEN)
		a->way = WAY_WORDS;
	stmt_reset(q);
	return st;
}

static enum status count_base(struct ask *a, enum rows rows, int64_t *sum, struct err *why)
{
	bool judged = a->q->filter && !a->filter.exact;
	enum status st = ask_turn_to(a, rows) ? count_way(a, why) : ask_no_memory(why);

	if (st != ST_OK)
		return st;
	ask_first_part(a);
	do {
		if (!(judged ? ask_list_text(a) : ask_count_text(a)))
			return ask_no_memory(why);
		st = judged ? count_judged(a, true, sum, why) : count_told(a, sum, why);
	} while (st == ST_OK && *sum <= CASE_COUNT_CAP && ask_next_part(a));
	return st;
}

static enum status count(struct ask *a, int64_t *sum, struct err *why)
{
	enum status st = ST_OK;

	*sum = 0;
	if (a->touched)
		st = ask_overlay_text(a) ? count_judged(a, false, sum, why) : ask_no_memory(why);
	if (st == ST_OK && ask_together(a) && *sum <= CASE_COUNT_CAP)
		return count_base(a, ROWS_ALL, sum, why);
	if (st == ST_OK && a->filter.may_open && *sum <= CASE_COUNT_CAP)
		st = count_base(a, ROWS_OPEN, sum, why);
	if (st == ST_OK && a->filter.may_closed && *sum <= CASE_COUNT_CAP)
		st = count_base(a, ROWS_CLOSED, sum, why);
	return st;
}

enum status case_count(struct db *db, const struct case_query *q, int64_t *n, struct err *why)
{
	const struct case_key none = CASE_KEY_INIT;
	struct ask a;
	enum status st = ask_init(&a, db, q, &none, false, why);

	if (st == ST_OK)
		st = count(&a, n, why);
	ask_release(&a);
	return st;
}

enum status case_rank(struct db *db, const struct case_query *q, const struct case_key *key,
		      int64_t *rank, struct err *why)
{
	/* Rows before the key lie in the other direction. */
	struct ask a;
	enum status st = ask_init(&a, db, q, key, !q->descending, why);

	if (st == ST_OK)
		st = count(&a, rank, why);
	ask_release(&a);
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

static const char find_exact[] = "SELECT case_id FROM base_case WHERE closed IN (0, 1)"
				 " AND diary_key = ?1 AND diary_no = ?2 LIMIT 1";

enum status case_find_exact(struct db *db, const char *number, char case_id[UUID_TEXT],
			    struct err *why)
{
	struct stmt *q = db_stmt(db, find_exact);
	struct diary_no d;
	char key[64];
	enum status st;

	if (!*number || strlen(number) >= DIARY_MAX)
		return ST_NONE;
	case_diary_key(key, &d, number);
	stmt_cstr(q, 1, key);
	stmt_cstr(q, 2, number);
	st = stmt_step(q, why);
	if (st == ST_OK)
		stmt_col_copy(q, 0, case_id, UUID_TEXT);
	stmt_reset(q);
	return st;
}
