/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/store_stats.h"

#include "base/banned.h"

/* ?1 scopes, ?2 from, ?3 to, ?4 day. Each statement names those it needs. */
#define MINE " scope IN (SELECT value FROM json_each(?1))"
#define LIVE " state NOT IN ('closed', 'archived')"
#define UNDECIDED " state IN ('received', 'registered', 'open', 'waiting', 'proposed')"
#define LATE " due_on <> '' AND due_on < ?4"
#define COUNT "SELECT count(*) FROM casefile WHERE" MINE " AND"

/* Nearest rank: the value at place ceil(p * n / 100) of n, in order. What ended
 * before it began, as an imported case may, has no time. */
#define RANKED(p) "max(CASE WHEN d >= 0 AND k = (n * " #p " + 99) / 100 THEN d END)"

/* At ?2: what is open now or was closed later, and was not reopened later. */
#define OPEN_THEN                                                                                  \
	" received_at < ?2 AND (closed_at = 0 OR closed_at >= ?2)"                                 \
	" AND NOT EXISTS (SELECT 1 FROM reopening AS r WHERE r.case_id = casefile.id"              \
	" AND r.closed_at < ?2 AND r.reopened_at >= ?2)"
#define CLOSED_WITHIN " closed_at > 0 AND closed_at >= ?2 AND closed_at < ?3"

enum { FROM = 1 << 0, TO = 1 << 1, DAY = 1 << 2 };

static const struct {
	const char *sql;
	unsigned takes;
} figures[STATS_FIGURE_COUNT] = {
	[STATS_ALL] = { "SELECT count(*) FROM casefile WHERE" MINE, 0 },
	[STATS_OPEN] = { COUNT LIVE, 0 },
	[STATS_OPEN_AT] = { COUNT OPEN_THEN, FROM },
	[STATS_OVERDUE] = { COUNT LIVE " AND" UNDECIDED " AND" LATE, DAY },
	[STATS_OVERDUE_AT] = { COUNT OPEN_THEN
			       " AND" LATE
			       " AND NOT EXISTS (SELECT 1 FROM log WHERE case_id = casefile.id"
			       " AND act = 'case.decide' AND at < ?2)",
			       FROM | DAY },
	[STATS_RECEIVED] = { COUNT " received_at >= ?2 AND received_at < ?3", FROM | TO },
	[STATS_CLOSED] = { "SELECT (" COUNT CLOSED_WITHIN ") + (SELECT count(*)"
			   " FROM reopening WHERE" MINE " AND" CLOSED_WITHIN ")",
			   FROM | TO },
};

static const char types_sql[] = "SELECT type, count(*), " RANKED(50) ", " RANKED(90) ", " RANKED(
	95) ", sum(d < 0) FROM"
	    " (SELECT type, d,"
	    " row_number() OVER (PARTITION BY type, d < 0 ORDER BY d) AS k,"
	    " count(*) OVER (PARTITION BY type, d < 0) AS n FROM"
	    " (SELECT type, closed_at - received_at AS d FROM casefile"
	    " WHERE" MINE " AND" CLOSED_WITHIN
	    " UNION ALL SELECT type, closed_at - received_at FROM reopening"
	    " WHERE" MINE " AND" CLOSED_WITHIN "))"
	    " GROUP BY type ORDER BY type";

static const char loads_sql[] = "SELECT assignee, max(n), sum(late), " RANKED(
	90) " FROM"
	    " (SELECT assignee, (" LATE " AND" UNDECIDED ") AS late, ?3 - received_at AS d,"
	    " row_number() OVER (PARTITION BY assignee ORDER BY received_at DESC) AS k,"
	    " count(*) OVER (PARTITION BY assignee) AS n"
	    " FROM casefile WHERE" MINE " AND" LIVE ")"
	    " GROUP BY assignee ORDER BY assignee";

static const char states_sql[] =
	"SELECT state, count(*) FROM casefile WHERE" MINE " AND" LIVE " GROUP BY state";

static struct stmt *bound(struct db *db, const char *sql, unsigned takes,
			  const struct stats_span *s)
{
	struct stmt *q = db_stmt(db, sql);

	stmt_cstr(q, 1, s->scopes);
	if (takes & FROM)
		stmt_int(q, 2, s->from);
	if (takes & TO)
		stmt_int(q, 3, s->to);
	if (takes & DAY)
		stmt_cstr(q, 4, s->day);
	return q;
}

enum status stats_count(struct db *db, enum stats_figure f, const struct stats_span *s,
			int64_t *count, struct err *why)
{
	struct stmt *q = bound(db, figures[f].sql, figures[f].takes, s);
	enum status st = stmt_step(q, why);

	if (st == ST_OK)
		*count = stmt_col_int(q, 0);
	stmt_reset(q);
	return st;
}

enum status stats_types(struct db *db, const struct stats_span *s,
			void (*each)(void *ctx, const struct stats_type *row), void *ctx,
			struct err *why)
{
	struct stmt *q = bound(db, types_sql, FROM | TO, s);
	enum status st;

	while ((st = stmt_step(q, why)) == ST_OK) {
		struct stats_type row = { .closed = stmt_col_int(q, 1),
					  .p50 = stmt_col_int(q, 2),
					  .p90 = stmt_col_int(q, 3),
					  .p95 = stmt_col_int(q, 4),
					  .untimed = stmt_col_int(q, 5) };

		stmt_col_copy(q, 0, row.type, sizeof(row.type));
		each(ctx, &row);
	}
	return st == ST_NONE ? ST_OK : st;
}

enum status stats_loads(struct db *db, const struct stats_span *s,
			void (*each)(void *ctx, const struct stats_load *row), void *ctx,
			struct err *why)
{
	struct stmt *q = bound(db, loads_sql, TO | DAY, s);
	enum status st;

	while ((st = stmt_step(q, why)) == ST_OK) {
		struct stats_load row = { .open = stmt_col_int(q, 1),
					  .overdue = stmt_col_int(q, 2),
					  .age_p90 = stmt_col_int(q, 3) };

		stmt_col_copy(q, 0, row.officer, sizeof(row.officer));
		each(ctx, &row);
	}
	return st == ST_NONE ? ST_OK : st;
}

enum status stats_states(struct db *db, const struct stats_span *s,
			 void (*each)(void *ctx, const struct stats_state *row), void *ctx,
			 struct err *why)
{
	struct stmt *q = bound(db, states_sql, 0, s);
	enum status st;

	while ((st = stmt_step(q, why)) == ST_OK) {
		struct stats_state row = { .cases = stmt_col_int(q, 1) };

		stmt_col_copy(q, 0, row.state, sizeof(row.state));
		each(ctx, &row);
	}
	return st == ST_NONE ? ST_OK : st;
}
