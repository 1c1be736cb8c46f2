/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * figure - which cases a figure of the supervisor's counts, as a filter.
 *
 * Place:    GET /v1/stats -> a figure on the screen -> FIGURE -> the list.
 * Promise:  pure. The filter (domain/filter.h) fits exactly the cases that
 *           the figure counted, as long as none has changed since. A closing
 *           that was taken back is in the figure of its days, and the case not
 *           in the list.
 * Owner:    borrowed texts. Errors: false for want of memory.
 */
#ifndef DOMAIN_FIGURE_H
#define DOMAIN_FIGURE_H

#include "base/strbuf.h"

enum figure_kind {
	FIGURE_OPEN,
	FIGURE_OVERDUE,
	FIGURE_RECEIVED, /* first..last */
	FIGURE_CLOSED,	 /* first..last */
	FIGURE_TYPE,	 /* closed first..last, of type `code` */
	FIGURE_OFFICER_OPEN,
	FIGURE_OFFICER_OVERDUE, /* of officer `code`, "" = nobody's */
	FIGURE_STATUS,		/* of status `code` */
};

struct figure {
	enum figure_kind kind;
	const char *unit;	  /* code; "" = every unit */
	const char *code;	  /* "" where the kind has none */
	const char *first, *last; /* days, both included */
};

/* Append the filter, in Swedish or English words. */
bool figure_filter(struct strbuf *out, const struct figure *f, bool english);

#endif
