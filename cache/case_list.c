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
#include "cache/case_columns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sql/filter_sql.h"

#include "base/banned.h"

/* Rows that a walk may look at before the other way is taken, and hits that
 * are sorted; more are met by a walk soon enough. Where the words say it all, a
 * short page is worth so many rows for each of its own. */
enum { WALK_MAX = 2000, SORT_MAX = 2000, WALK_FOR_ONE = 25 };
/* Rows of which one has the words, where they are counted walking. */
enum { OFTEN = 3 };

/* Parameters that every text of this file numbers alike. */
enum {
	AT_UNIT = 1,
	AT_DAY,
	AT_STATE,
	AT_OFFICER,
	AT_QUEUE,
	AT_ORDER,
	AT_KEY,
	AT_WALK,
	AT_MATCH,
	AT_LOW,
	AT_HIGH,
	AT_LIMIT,
	AT_FILTER
};

static const struct filter_table base_table = {
	.queue = "queue",
	.unit = "unit",
	.type = "type",
	.assignee = "assignee",
	.channel = "channel",
	.outcome = "outcome",
	.state = "state",
	.received = "+base_case.key",
	.due = "+due_key",
	.closed_at = "closed_at",
	.priority = "priority",
	.protection = "protection",
	.diary_no = "diary_no",
	.diary_number = "diary_number",
	.diary_year = "diary_year",
	.words = "base_case.words",
	.closed = "closed",
	.watched = "case_id IN (SELECT at_case FROM watch WHERE own = 0 AND on_day > '0'"
		   " AND on_day <=",
	.received_shift = FILTER_KEY_BITS,
};

/* What each order is by, and the index that has it. */
static const struct {
	const char *column; /* NULL: the key itself */
	const char *index;
} orders[ORDER_COUNT] = {
	[ORDER_DUE] = { "due_key", "base_due" },
	[ORDER_RECEIVED] = { NULL, "base_received" },
	[ORDER_CHANGED] = { "changed_at", "base_changed" },
	[ORDER_DIARY] = { "diary_key", "base_diary" },
};

enum way { WAY_WALK, WAY_WORDS, WAY_OFFICER, WAY_QUEUE };

/* Base rows are asked for apart, since every index begins with it; all at once
 * where nothing but their words and their place matters. */
enum rows { ROWS_OPEN, ROWS_CLOSED, ROWS_ALL };

/* Which of the rows behind the key a text asks for. */
enum part { PART_ALL, PART_TIES, PART_REST };

/* A question on its way: what was asked, and how it is answered. */
struct ask {
	struct db *db;
	const struct case_query *q;
	const char *officer, *queue; /* from the query or from its filter; NULL any */
	struct filter_sql filter;
	struct case_key from;
	bool keyed; /* only rows behind `from` */
	bool down;
	bool touched;	     /* the overlay has rows */
	enum rows rows;	     /* which base rows are asked for now */
	struct strbuf match; /* their words */
	enum way way;
	int64_t walk; /* rows of a walk */
	enum part part;
	struct strbuf sql;
};

static void ask_release(struct ask *a)
{
	filter_sql_release(&a->filter);
	strbuf_release(&a->sql);
	strbuf_release(&a->match);
}

static enum status no_memory(struct err *why)
{
	return err_set(why, ST_BROKEN, "memory", "no memory for a list of cases");
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

/* A case's own place in the file; that of its arrival, if it is gone. */
static const char find_key[] = "SELECT key FROM base_case WHERE case_id = ?1";

static enum status set_from(struct ask *a, const struct case_key *from, struct err *why)
{
	struct stmt *q = db_stmt(a->db, find_key);
	enum status st;

	a->from = *from;
	a->keyed = from->case_id[0] != '\0';
	if (!a->keyed)
		return ST_OK;
	stmt_cstr(q, 1, from->case_id);
	st = stmt_step(q, why);
	if (st == ST_OK) {
		a->from.arrival = stmt_col_int(q, 0);
		stmt_reset(q);
	}
	return st == ST_NONE ? ST_OK : st;
}

static const char any_overlay[] = "SELECT 1 FROM overlay_case LIMIT 1";

static enum status note_overlay(struct ask *a, struct err *why)
{
	struct stmt *q = db_stmt(a->db, any_overlay);
	enum status st = stmt_step(q, why);

	a->touched = st == ST_OK;
	stmt_reset(q);
	return st == ST_NONE ? ST_OK : st;
}

static enum status ask_init(struct ask *a, struct db *db, const struct case_query *q,
			    const struct case_key *from, bool down, struct err *why)
{
	enum status st;

	*a = (struct ask){ .db = db,
			   .q = q,
			   .filter = FILTER_SQL_INIT,
			   .down = down,
			   .walk = WALK_MAX,
			   .sql = STRBUF_INIT,
			   .match = STRBUF_INIT,
			   .officer = q->assignee,
			   .queue = q->queue };
	if (!filter_sql_make(&a->filter, q->filter, &base_table, AT_FILTER))
		return no_memory(why);
	if (q->open_only || q->overdue_on)
		a->filter.may_closed = false;
	st = note_overlay(a, why);
	if (q->filter && !a->officer)
		a->officer = filter_one_code(q->filter, BY_ASSIGNEE);
	if (q->filter && !a->queue)
		a->queue = filter_one_code(q->filter, BY_QUEUE);
	return st == ST_OK ? set_from(a, from, why) : st;
}

/* --- The ways ---------------------------------------------------------------------- */

/* One officer has few cases; nobody's are many. */
static enum way best_way(const struct ask *a)
{
	if (a->officer && *a->officer)
		return WAY_OFFICER;
	if (a->filter.match.len)
		return WAY_WORDS;
	if (a->queue)
		return WAY_QUEUE;
	return a->officer ? WAY_OFFICER : WAY_WALK;
}

/* Does the way itself give the rows in the order asked for? */
static bool is_ordered(const struct ask *a)
{
	switch (a->way) {
	case WAY_WORDS:
		return a->q->order == ORDER_RECEIVED;
	case WAY_OFFICER:
	case WAY_QUEUE:
		return a->q->order == ORDER_DUE;
	default:
		return true;
	}
}

/* The next part to be asked for; false: that was the last. */
static bool next_part(struct ask *a)
{
	if (a->part != PART_TIES)
		return false;
	a->part = PART_REST;
	return true;
}

static void first_part(struct ask *a)
{
	bool apart = a->keyed && orders[a->q->order].column && a->way != WAY_WORDS && is_ordered(a);

	a->part = apart ? PART_TIES : PART_ALL;
}

/* Can all base rows be asked for at once? */
static bool together(const struct ask *a)
{
	return best_way(a) == WAY_WORDS && a->q->order == ORDER_RECEIVED && a->filter.may_open
	       && a->filter.may_closed;
}

/* From here on these rows are meant. */
static bool turn_to(struct ask *a, enum rows rows)
{
	a->rows = rows;
	strbuf_clear(&a->match);
	if (!a->filter.match.len || rows == ROWS_ALL)
		return strbuf_adds(&a->match, strbuf_cstr(&a->filter.match));
	return strbuf_addf(&a->match, "(%s) %s \"" CASE_OPEN_WORD "\"",
			   strbuf_cstr(&a->filter.match), rows == ROWS_CLOSED ? "NOT" : "AND");
}

static const char *index_of(const struct ask *a)
{
	switch (a->way) {
	case WAY_OFFICER:
		return "base_assignee";
	case WAY_QUEUE:
		return "base_queue";
	default:
		return orders[a->q->order].index;
	}
}

/* --- Texts --------------------------------------------------------------------------- */

static bool add(struct ask *a, const char *text)
{
	return strbuf_adds(&a->sql, text);
}

/* What the query asks beside its filter. A decided case (state 5 and on) is
 * not overdue. */
static bool add_query(struct ask *a)
{
	const struct case_query *q = a->q;

	return (!q->unit || add(a, " AND unit=?1"))
	       && (!q->overdue_on || add(a, " AND due_key<?2 AND state<5"))
	       && (q->state < 0 || add(a, " AND state=?3"))
	       && (!a->officer || add(a, " AND assignee=?4"))
	       && (!a->queue || add(a, " AND queue=?5"));
}

static bool add_filter(struct ask *a)
{
	return add_query(a)
	       && (!a->q->filter || strbuf_addf(&a->sql, " AND %s", strbuf_cstr(&a->filter.where)))
	       && (!a->touched
		   || add(a, " AND NOT EXISTS(SELECT 1 FROM overlay_case o"
			     " WHERE o.key=base_case.key)"));
}

/* What no case of the filter lies beyond, where the rows come in the order of it:
 * of two such ends SQLite takes one, so that of the key goes first. */
static bool add_range(struct ask *a, const char *key)
{
	const struct filter_sql *f = &a->filter;
	const char *column = a->q->order == ORDER_DUE ? "due_key" : key;
	bool due = a->q->order == ORDER_DUE && a->way != WAY_WORDS && is_ordered(a);
	bool received = a->q->order == ORDER_RECEIVED;
	bool low = due ? f->due_from[0] : received && f->received_from != INT64_MIN;
	bool high = due ? f->due_to[0] : received && f->received_to != INT64_MAX;

	/* Of one value there is no range. */
	if (a->part == PART_TIES)
		return true;
	return (!low || (a->keyed && !a->down) || strbuf_addf(&a->sql, " AND %s>=?10", column))
	       && (!high || (a->keyed && a->down) || strbuf_addf(&a->sql, " AND %s<=?11", column));
}

/* Only rows behind the key. SQLite finds the place of a pair in an index by its
 * first half alone, so those that share it are asked for apart. */
static bool add_key(struct ask *a, const char *key)
{
	const char *column = orders[a->q->order].column, *sign = a->down ? "<" : ">";

	if (!a->keyed)
		return true;
	if (!column)
		return strbuf_addf(&a->sql, " AND %s%s?7", key, sign);
	switch (a->part) {
	case PART_TIES:
		return strbuf_addf(&a->sql, " AND %s=?6 AND %s%s?7", column, key, sign);
	case PART_REST:
		return strbuf_addf(&a->sql, " AND %s%s?6", column, sign);
	default:
		return strbuf_addf(&a->sql, " AND (%s,%s)%s(?6,?7)", column, key, sign);
	}
}

static bool add_order(struct ask *a, const char *key)
{
	const char *column = orders[a->q->order].column, *dir = a->down ? " DESC" : "";

	return (column ? strbuf_addf(&a->sql, " ORDER BY %s%s,%s%s", column, dir, key, dir)
		       : strbuf_addf(&a->sql, " ORDER BY %s%s", key, dir));
}

static const char *key_of(const struct ask *a)
{
	return a->way == WAY_WORDS ? "case_words.rowid" : "base_case.key";
}

/* All base rows lie in the order of their key. */
static bool add_rows(struct ask *a, const char *index)
{
	if (a->rows == ROWS_ALL)
		return add(a, " FROM base_case NOT INDEXED WHERE 1");
	return strbuf_addf(&a->sql, " FROM base_case INDEXED BY %s WHERE closed=%d", index,
			   a->rows == ROWS_CLOSED);
}

/* The base rows that are meant, behind the key, that fit. */
static bool add_base(struct ask *a)
{
	bool ok;

	if (a->way == WAY_WORDS)
		ok = strbuf_addf(&a->sql, " FROM case_words CROSS JOIN base_case"
					  " ON base_case.key=case_words.rowid"
					  " WHERE case_words MATCH ?9");
	else
		ok = add_rows(a, index_of(a));
	return ok && add_key(a, key_of(a)) && add_range(a, key_of(a)) && add_filter(a);
}

/* What has to be sorted is sorted by key, and read when it is known what comes
 * first. */
static bool list_text(struct ask *a)
{
	strbuf_clear(&a->sql);
	if (is_ordered(a))
		return add(a, "SELECT " CASE_ROW ",key") && add_base(a) && add_order(a, key_of(a))
		       && add(a, " LIMIT ?12");
	return add(a, "SELECT " CASE_ROW ",key FROM (SELECT base_case.key AS at") && add_base(a)
	       && add_order(a, key_of(a))
	       && add(a, " LIMIT ?12) CROSS JOIN base_case ON base_case.key=at");
}

/* The next WALK_MAX rows in order, from their index alone. */
static bool add_steps(struct ask *a)
{
	return add(a, " FROM (SELECT key AS at") && add_rows(a, orders[a->q->order].index)
	       && add_key(a, "key") && add_range(a, "key") && add_order(a, "key")
	       && add(a, " LIMIT ?8)");
}

/* Those of them that fit: in the same order, since nothing else is asked for. */
static bool add_walk(struct ask *a)
{
	return add_steps(a) && add(a, " CROSS JOIN base_case ON base_case.key=at WHERE 1")
	       && add_filter(a);
}

static bool steps_text(struct ask *a)
{
	strbuf_clear(&a->sql);
	return add(a, "SELECT count(*)") && add_steps(a) && add(a, " LIMIT ?12");
}

static bool walk_text(struct ask *a)
{
	strbuf_clear(&a->sql);
	return add(a, "SELECT " CASE_ROW ",key") && add_walk(a) && add(a, " LIMIT ?12");
}

static bool sample_text(struct ask *a)
{
	strbuf_clear(&a->sql);
	return add(a, "SELECT count(*)") && add_walk(a) && add(a, " LIMIT ?12");
}

/* The overlay has few rows and no words: the filter is asked about each. */
static bool overlay_text(struct ask *a)
{
	a->part = PART_ALL;
	strbuf_clear(&a->sql);
	return add(a, "SELECT " CASE_ROW ",key FROM overlay_case WHERE 1")
	       && (a->filter.may_closed || add(a, " AND closed=0")) && add_key(a, "key")
	       && add_query(a) && add_order(a, "key") && add(a, " LIMIT ?12");
}

/* Does the query ask for nothing but its filter? */
static bool is_bare(const struct case_query *q)
{
	return !q->unit && !q->overdue_on && q->state < 0 && !q->assignee && !q->queue;
}

/* Do the words say all that is asked? Then no row is looked at to count them. */
static bool words_tell(const struct ask *a)
{
	return a->way == WAY_WORDS && a->filter.told && is_bare(a->q)
	       && (!a->keyed || is_ordered(a));
}

static bool count_words_text(struct ask *a)
{
	strbuf_clear(&a->sql);
	return add(a, "SELECT count(*) FROM (SELECT 1 FROM case_words WHERE case_words MATCH ?9")
	       && add_key(a, key_of(a))
	       && (!a->touched
		   || add(a, " AND NOT EXISTS(SELECT 1 FROM overlay_case o"
			     " WHERE o.key=case_words.rowid)"))
	       && add(a, " LIMIT ?12)");
}

static bool count_text(struct ask *a)
{
	if (a->way == WAY_WORDS && a->filter.told && is_bare(a->q) && (!a->keyed || is_ordered(a)))
		return count_words_text(a);
	strbuf_clear(&a->sql);
	return add(a, "SELECT count(*) FROM (SELECT 1") && add_base(a) && add(a, " LIMIT ?12)");
}

/* Every text ends in LIMIT ?12, so that all numbers up to it are there. */
static struct stmt *prepare(struct ask *a, bool base, int64_t limit)
{
	struct stmt *s = db_stmt_text(a->db, strbuf_cstr(&a->sql));

	stmt_cstr(s, AT_UNIT, a->q->unit);
	stmt_cstr(s, AT_DAY, a->q->overdue_on);
	stmt_int(s, AT_STATE, a->q->state);
	stmt_cstr(s, AT_OFFICER, a->officer);
	stmt_cstr(s, AT_QUEUE, a->queue);
	if (by_number(a->q->order))
		stmt_int(s, AT_ORDER, a->from.number);
	else
		stmt_cstr(s, AT_ORDER, a->from.words);
	stmt_int(s, AT_KEY, a->from.arrival);
	stmt_int(s, AT_WALK, a->walk);
	stmt_text(s, AT_MATCH, strbuf_str(&a->match));
	if (a->q->order == ORDER_DUE) {
		stmt_cstr(s, AT_LOW, a->filter.due_from);
		stmt_cstr(s, AT_HIGH, a->filter.due_to);
	} else {
		stmt_int(s, AT_LOW, a->filter.received_from);
		stmt_int(s, AT_HIGH, a->filter.received_to);
	}
	stmt_int(s, AT_LIMIT, limit);
	if (base && a->q->filter)
		filter_sql_bind(&a->filter, s);
	return s;
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
	struct stmt *q = prepare(a, base, judged ? -1 : limit);
	enum status st = ST_OK;

	while (s->count < limit && (st = stmt_step(q, why)) == ST_OK) {
		struct case_row *r = &s->rows[s->count];

		*r = (struct case_row)CASE_ROW_INIT;
		case_row_read(q, r);
		if (!fits(a, base, r)) {
			case_row_release(r);
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
	if (a->way == WAY_WORDS && is_ordered(a) && a->filter.told && !a->filter.by_prefix)
		return false;
	return a->way == WAY_WORDS
	       || (a->way != WAY_WALK && !is_ordered(a) && !(a->officer && *a->officer));
}

static enum status read_parts(struct ask *a, struct source *s, int limit, struct err *why)
{
	enum status st;

	first_part(a);
	do
		st = list_text(a) ? read_rows(a, s, true, limit, why) : no_memory(why);
	while (st == ST_OK && s->count < limit && next_part(a));
	return st;
}

/* Were all rows of the part looked at? */
static enum status walked_all(struct ask *a, bool *all, struct err *why)
{
	struct stmt *q;
	enum status st;

	if (!steps_text(a))
		return no_memory(why);
	q = prepare(a, false, 1);
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
	first_part(a);
	do {
		st = walk_text(a) ? read_rows(a, s, true, limit, why) : no_memory(why);
		on = st == ST_OK && s->count < limit && a->part == PART_TIES;
		if (on)
			st = walked_all(a, &on, why);
	} while (on && next_part(a));
	if (s->count < limit)
		source_clear(s);
	return st;
}

static enum status read_base(struct ask *a, struct source *s, enum rows rows, int limit,
			     struct err *why)
{
	enum status st = turn_to(a, rows) ? ST_OK : no_memory(why);
	bool many = false;

	a->way = best_way(a);
	if (st == ST_OK && tries_walk(a))
		st = try_walk(a, s, limit, why);
	if (st != ST_OK || s->count)
		return st;
	a->way = best_way(a);
	if (a->way == WAY_WORDS && !is_ordered(a))
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
		return no_memory(why);
	if (source != SOURCE_OVERLAY)
		return read_base(a, s,
				 together(a)		   ? ROWS_ALL
				 : source == SOURCE_CLOSED ? ROWS_CLOSED
							   : ROWS_OPEN,
				 limit, why);
	return overlay_text(a) ? read_rows(a, s, false, limit, why) : no_memory(why);
}

static bool is_asked(const struct ask *a, int source)
{
	switch (source) {
	case SOURCE_OPEN:
		return a->filter.may_open;
	case SOURCE_CLOSED:
		return a->filter.may_closed && !together(a);
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
	struct stmt *q = prepare(a, base, -1);
	struct case_row row = CASE_ROW_INIT;
	enum status st = ST_OK;

	while (*sum <= CASE_COUNT_CAP && (st = stmt_step(q, why)) == ST_OK) {
		case_row_read(q, &row);
		*sum += fits(a, base, &row);
	}
	stmt_reset(q);
	case_row_release(&row);
	return st == ST_NONE ? ST_OK : st;
}

static enum status count_told(struct ask *a, int64_t *sum, struct err *why)
{
	struct stmt *q = prepare(a, !words_tell(a), CASE_COUNT_CAP + 1 - *sum);
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

	a->way = best_way(a);
	if (a->way != WAY_WORDS || !a->filter.by_prefix)
		return ST_OK;
	a->way = WAY_WALK;
	a->part = PART_ALL;
	if (!sample_text(a))
		return no_memory(why);
	q = prepare(a, true, 1);
	st = stmt_step(q, why);
	if (st == ST_OK && stmt_col_int(q, 0) < WALK_MAX / OFTEN)
		a->way = WAY_WORDS;
	stmt_reset(q);
	return st;
}

static enum status count_base(struct ask *a, enum rows rows, int64_t *sum, struct err *why)
{
	bool judged = a->q->filter && !a->filter.exact;
	enum status st = turn_to(a, rows) ? count_way(a, why) : no_memory(why);

	if (st != ST_OK)
		return st;
	first_part(a);
	do {
		if (!(judged ? list_text(a) : count_text(a)))
			return no_memory(why);
		st = judged ? count_judged(a, true, sum, why) : count_told(a, sum, why);
	} while (st == ST_OK && *sum <= CASE_COUNT_CAP && next_part(a));
	return st;
}

static enum status count(struct ask *a, int64_t *sum, struct err *why)
{
	enum status st = ST_OK;

	*sum = 0;
	if (a->touched)
		st = overlay_text(a) ? count_judged(a, false, sum, why) : no_memory(why);
	if (st == ST_OK && together(a) && *sum <= CASE_COUNT_CAP)
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
