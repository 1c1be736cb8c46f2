/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * views - saved views: a digit, a name, and a filter.
 *
 * Place:    [views] of sluss.conf -> VIEWS -> the digits of the list.
 * Promise:  1 to 5 are there from the start; 4 to 9 may be the officer's own,
 *           and then those are meant. A filter that cannot be read is found
 *           when the file is, with its place; what it names is looked up when
 *           the view is shown. The file is replaced whole or not at all, and
 *           all else in it stays as it was written.
 * Owner:    struct views holds its texts itself.
 * Errors:   ST_BAD_INPUT "field-malformed", "field-too-long", "filter-syntax",
 *           "field-unknown" (no such digit).
 */
#ifndef APP_VIEWS_H
#define APP_VIEWS_H

#include "base/status.h"
#include "base/strbuf.h"

enum { VIEWS_OWN = 4, VIEWS_LAST = 9, VIEW_NAME_BYTES = 64, VIEW_FILTER_BYTES = 1001 };

struct saved_view {
	char name[VIEW_NAME_BYTES]; /* "" = it is not there */
	char filter[VIEW_FILTER_BYTES];
};

struct views {
	struct saved_view own[VIEWS_LAST + 1]; /* by digit */
};

/* Name and filter of a view, in the officer's language; NULL: there is none. */
const char *views_name(const struct views *v, int digit);
const char *views_filter(const struct views *v, int digit);

/* A line of [views]: `4 = Veckan: min frist:<7d`. */
MUST_USE enum status views_read(struct views *v, struct str digit, struct str value,
				struct err *why);
/* The text of a file with the view in it: in place of the line it had, else
 * first under [views], else at the end with that heading. Appends to `out`. */
bool views_write(struct strbuf *out, struct str file, int digit, const char *name,
		 const char *filter);
/* Keep the view in the file at `path`, and here. */
MUST_USE enum status views_save(struct views *v, const char *path, int digit, const char *name,
				const char *filter, struct err *why);

#endif
