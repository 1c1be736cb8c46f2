/* SPDX-License-Identifier: EUPL-1.2 */
#include "cache/case_ask.h"

#include "cache/case_columns.h"

#include "base/banned.h"

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

void ask_release(struct ask *a)
{
	filter_sql_release(&a->filter);
	strbuf_release(&a->sql);
	strbuf_release(&a->match);
}

enum status ask_no_memory(struct err *why)
{
	return err_set(why, ST_BROKEN, "memory", "no memory for a list of cases");
}

static bool by_number(enum case_order order)
{
	return order == ORDER_RECEIVED || order == ORDER_CHANGED;
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

enum status ask_init(struct ask *a, struct db *db, const struct case_query *q,
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
		return ask_no_memory(why);
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

enum way ask_best_way(const struct ask *a)
{
	if (a->officer && *a->officer)
		return WAY_OFFICER;
	if (a->filter.match.len)
		return WAY_WORDS;
	if (a->queue)
		return WAY_QUEUE;
	return a->officer ? WAY_OFFICER : WAY_WALK;
}

bool ask_is_ordered(const struct ask *a)
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

bool ask_next_part(struct ask *a)
{
	if (a->part != PART_TIES)
		return false;
	a->part = PART_REST;
	return true;
}

void ask_first_part(struct ask *a)
{
	bool apart =
		a->keyed && orders[a->q->order].column && a->way != WAY_WORDS && ask_is_ordered(a);

	a->part = apart ? PART_TIES : PART_ALL;
}

bool ask_together(const struct ask *a)
{
	return ask_best_way(a) == WAY_WORDS && a->q->order == ORDER_RECEIVED && a->filter.may_open
	       && a->filter.may_closed;
}

bool ask_turn_to(struct ask *a, enum rows rows)
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
	bool due = a->q->order == ORDER_DUE && a->way != WAY_WORDS && ask_is_ordered(a);
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
bool ask_list_text(struct ask *a)
{
	strbuf_clear(&a->sql);
	if (ask_is_ordered(a))
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

bool ask_steps_text(struct ask *a)
{
	strbuf_clear(&a->sql);
	return add(a, "SELECT count(*)") && add_steps(a) && add(a, " LIMIT ?12");
}

bool ask_walk_text(struct ask *a)
{
	strbuf_clear(&a->sql);
	return add(a, "SELECT " CASE_ROW ",key") && add_walk(a) && add(a, " LIMIT ?12");
}

bool ask_sample_text(struct ask *a)
{
	strbuf_clear(&a->sql);
	return add(a, "SELECT count(*)") && add_walk(a) && add(a, " LIMIT ?12");
}

/* The overlay has few rows and no words: the filter is asked about each. */
bool ask_overlay_text(struct ask *a)
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

bool ask_words_tell(const struct ask *a)
{
	return a->way == WAY_WORDS && a->filter.told && is_bare(a->q)
	       && (!a->keyed || ask_is_ordered(a));
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

bool ask_count_text(struct ask *a)
{
	if (ask_words_tell(a))
		return count_words_text(a);
	strbuf_clear(&a->sql);
	return add(a, "SELECT count(*) FROM (SELECT 1") && add_base(a) && add(a, " LIMIT ?12)");
}

/* Every text ends in LIMIT ?12, so that all numbers up to it are there. */
struct stmt *ask_prepare(struct ask *a, bool base, int64_t limit)
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
