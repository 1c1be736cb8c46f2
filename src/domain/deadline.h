/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * deadline - a span of the law or of a case type, made into a last day.
 *
 * Place:    at registration (due_at), appeal periods, screens.
 * Promise:  pure; the last day moves to the next working day where the
 *           span says so (lag 1930:173).
 * Owner:    values. Errors: false for a span that is malformed.
 */
#ifndef DOMAIN_DEADLINE_H
#define DOMAIN_DEADLINE_H

#include "domain/calendar.h"

enum span_unit { SPAN_DAYS, SPAN_WORKING_DAYS, SPAN_WEEKS, SPAN_MONTHS };

enum { SPAN_COUNT_MAX = 3660 };

struct span {
	int count; /* 0..SPAN_COUNT_MAX */
	enum span_unit unit;
};

/* "70 days", "10 working-days", "3 weeks", "6 months". */
bool span_parse(struct span *s, struct str text);
/* Last day of a span that starts on `from` (that day not counted). */
struct day deadline_after(struct day from, struct span s, bool move_to_working);
/* Signed days from today to the deadline: negative = overdue. */
int64_t days_left(struct day today, struct day due);

#endif
