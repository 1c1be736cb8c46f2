/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * case_ask - one question about cases on its way, and the texts it becomes.
 *
 * Place:    case_list.c -> CASE_ASK -> filter_sql, db. Promise: every text has
 *           the same parameters under the same numbers, and ends in a LIMIT.
 * Owner:    ask_init fills, ask_release empties; query and database are
 *           borrowed. Errors: a text that is false had no memory.
 */
#ifndef CACHE_CASE_ASK_H
#define CACHE_CASE_ASK_H

#include "cache/cases.h"
#include "sql/db.h"
#include "sql/filter_sql.h"

/* Rows that a walk may look at before the other way is taken. */
enum { WALK_MAX = 2000 };

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

/* Rows behind `from` (its case_id empty: from the start), downwards or up. */
MUST_USE enum status ask_init(struct ask *a, struct db *db, const struct case_query *q,
			      const struct case_key *from, bool down, struct err *why);
void ask_release(struct ask *a);
enum status ask_no_memory(struct err *why); /* always ST_BROKEN "memory" */

/* One officer has few cases; nobody's are many. */
enum way ask_best_way(const struct ask *a);
/* Does the way itself give the rows in the order asked for? */
bool ask_is_ordered(const struct ask *a);
/* Can all base rows be asked for at once? */
bool ask_together(const struct ask *a);
/* Do the words say all that is asked? Then no row is looked at to count them. */
bool ask_words_tell(const struct ask *a);

/* From here on these rows are meant. */
MUST_USE bool ask_turn_to(struct ask *a, enum rows rows);
/* The parts, one after the other; false: that was the last. */
void ask_first_part(struct ask *a);
bool ask_next_part(struct ask *a);

/* The text of what is asked, into a->sql: rows of the way taken, the same as a
 * number; rows of a short walk that fit, all that it looks at as a number, those
 * that fit as a number; rows of the overlay. */
MUST_USE bool ask_list_text(struct ask *a);
MUST_USE bool ask_count_text(struct ask *a);
MUST_USE bool ask_walk_text(struct ask *a);
MUST_USE bool ask_steps_text(struct ask *a);
MUST_USE bool ask_sample_text(struct ask *a);
MUST_USE bool ask_overlay_text(struct ask *a);

/* That text with its parameters; `base`: those of the filter as well. The
 * statement is the database's: stmt_reset it. */
struct stmt *ask_prepare(struct ask *a, bool base, int64_t limit);

#endif
