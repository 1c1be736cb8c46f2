/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * help_view - the actions of this place, searchable from the first letter.
 *
 * Place:    rows come from the registry of actions; the app filters them.
 * Promise:  key, command and words of each; what is not possible now is in
 *           brackets with the reason.
 * Owner:    borrowed for the time of the drawing.
 * Errors:   none.
 */
#ifndef UI_HELP_VIEW_H
#define UI_HELP_VIEW_H

#include "ui/line.h"
#include "ui/table.h"

struct help_row {
	const char *section; /* not NULL: a heading, the rest is ignored */
	const char *keys;    /* "o  ö" */
	const char *command; /* ":överlämna ENHET" */
	const char *what;
	const char *why_not; /* not possible now, because; NULL: possible */
};

struct help_model {
	struct frame frame; /* title "HJÄLP > Kö" */
	const struct line *search;
	const struct help_row *rows; /* top .. top + row_count - 1 */
	int row_count, top, total, cursor;
	const char *more;  /* "Fler sidor: ..." may be NULL */
	const char *empty; /* nothing matches */
};

void help_view(struct canvas *c, const struct help_model *m);
int help_view_capacity(int rows, int cols);

#endif
