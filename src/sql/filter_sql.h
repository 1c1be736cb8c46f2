/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * filter_sql - a filter as a WHERE condition with bound parameters.
 *
 * Place:    domain/filter -> FILTER_SQL -> cache/case_list, central/search.
 * Promise:  every case that filter_match says yes to fits the condition; with
 *           `exact` no other one does. Nothing that was typed stands in the
 *           text: the same shape of filter gives the same text, which db keeps
 *           prepared (db_stmt_text).
 * Owner:    struct filter_sql owns its texts; release it. The filter may go
 *           before it.
 * Errors:   filter_sql_make false: no memory.
 */
#ifndef SQL_FILTER_SQL_H
#define SQL_FILTER_SQL_H

#include "domain/filter.h"
#include "sql/db.h"

/* What a table of cases calls its columns. All are NOT NULL. */
struct filter_table {
	const char *queue, *unit, *type, *assignee, *channel, *outcome;
	const char *state;    /* a number, or the machine's word if state_is_text */
	const char *received; /* ms; with received_shift: shifted left by so many bits */
	const char *due;      /* YYYY-MM-DD; no deadline is below or above all days */
	const char *closed_at;
	const char *priority, *protection;
	const char *diary_no;
	const char *diary_number, *diary_year; /* NULL: not kept apart */
	const char *words;		       /* as filter_index makes it */
	const char *closed;		       /* 0 or 1; NULL: not kept */
	/* "x IN (... AND day <=", to be followed by a day and ")": what the officer
	 * watches to that day or an earlier one; NULL: nobody watches here. */
	const char *watched;
	int received_shift;
	bool state_is_text;
};

struct filter_sql {
	struct strbuf where; /* "1" for every case */
	/* An FTS5 expression over filter_index texts that every case of the filter
	 * fits, "" when it asks for no words: a way to find them. */
	struct strbuf match;
	bool by_prefix; /* some word of `match` is the beginning of one */
	/* `match` beside the open or closed says it all: every hit is a case of the
	 * filter. (Words side by side are not told: the index would join the end
	 * of one text with the beginning of the next.) */
	bool told;
	/* Days, and instants as `received` has them, that no case of the filter
	 * lies beyond; "" and the ends of the numbers where it does not say. */
	char due_from[DAY_TEXT], due_to[DAY_TEXT];
	int64_t received_from, received_to;
	bool exact;		   /* else: ask filter_match about each row, too */
	bool may_open, may_closed; /* are there such cases in it at all? */
	int first;		   /* number of its first parameter */
	int count;
	struct filter_bind *binds;
};
#define FILTER_SQL_INIT                                                                            \
	{                                                                                          \
		.where = STRBUF_INIT, .match = STRBUF_INIT, .exact = true, .may_open = true,       \
		.may_closed = true, .received_from = INT64_MIN, .received_to = INT64_MAX           \
	}
void filter_sql_release(struct filter_sql *s);

/* `f` NULL: every case. Parameters are numbered from `first`. */
bool filter_sql_make(struct filter_sql *s, const struct filter *f, const struct filter_table *t,
		     int first);
void filter_sql_bind(const struct filter_sql *s, struct stmt *q);

/* The place of a case among all by when it came in: received_at in ms shifted
 * left, and bits of the id that tell those of one millisecond apart. Two may
 * still want the same place: the second takes the next free one. */
enum { FILTER_KEY_BITS = 20 };
int64_t filter_place(const char *case_id, int64_t received_at);

#endif
