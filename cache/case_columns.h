/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * case_columns - the columns of base_case and overlay_case, in one order.
 *
 * Place:    cases.c, case_ask.c and case_list.c alone.
 * Promise:  case_row_read reads what CASE_ROW selects.
 * Owner:    as cases.h. Errors: none.
 */
#ifndef CACHE_CASE_COLUMNS_H
#define CACHE_CASE_COLUMNS_H

#include "cache/cases.h"
#include "sql/db.h"

#define CASE_COLUMNS                                                                               \
	"case_id, n, eh, diary_no, type, type_version, unit, queue, state,"                        \
	" priority, protection, assignee, channel, received_at, due_on, outcome,"                  \
	" changed_at, title, party, pending, trouble, closed_at"
/* The same in a SELECT, and to what day the officer watches the case: as the
 * outbox has it, or else the base. */
#define CASE_ROW                                                                                   \
	CASE_COLUMNS ", coalesce((SELECT on_day FROM watch WHERE at_case = case_id"                \
		     " ORDER BY own DESC LIMIT 1), '')"
#define CASE_KEYS ", closed, due_key, diary_key, diary_year, diary_number"
#define CASE_MARKS                                                                                 \
	"?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,"                      \
	"?20,?21,?22,?23,?24,?25,?26,?27"
/* Behind CASE_ROW in a SELECT of whole rows. */
enum { CASE_COLUMN_KEY = 23 };
/* Among the words of a row whose case is open; no word that is typed. */
#define CASE_OPEN_WORD "\xE2\x8A\x99"
/* The day that stands for no deadline: behind all days. */
#define CASE_NO_DUE "9999-99-99"

/* The key that a case would have if no other had it. */
int64_t case_key_hash(const struct casefile *c);

/* ST_BROKEN "memory". */
MUST_USE enum status case_row_read(struct stmt *q, struct case_row *r, struct err *why);
/* What the rows are ordered by: no deadline comes last, and so does a case
 * without a diary number. */
const char *case_due_key(const struct casefile *c);
void case_diary_key(char key[64], struct diary_no *d, const char *diary_no);
#endif
