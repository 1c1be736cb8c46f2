/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * conflict_view - one conflict: the common base, one's own side, the
 * central's, and what follows from the choice.
 *
 * Place:    app/present_conflict -> CONFLICT_VIEW -> canvas.
 * Promise:  three columns of the same width, a row for each field that
 *           differs, and its choice as a digit in brackets; below, in words,
 *           what can be chosen and what follows. Nothing is hidden: what
 *           does not fit below is said to go on.
 * Owner:    borrowed for the time of the drawing.
 * Errors:   none.
 */
#ifndef UI_CONFLICT_VIEW_H
#define UI_CONFLICT_VIEW_H

#include "ui/table.h"

struct conflict_row {
	const char *field; /* "Frist" */
	struct str common, mine, theirs;
	const char *chosen; /* "[1]", "" */
	bool open;	    /* a choice is still to be made here */
};

struct conflict_model {
	struct frame frame;
	struct str lead;		 /* what the officer did, and who came before */
	const char *heads[3];		 /* of the columns */
	const struct conflict_row *rows; /* all of them */
	int row_count, top, cursor;
	struct str below;  /* why, what is possible, the result and what follows */
	const char *empty; /* said instead of all that when there are no rows */
};

void conflict_view(struct canvas *c, const struct conflict_model *m);
/* How many rows of fields are seen at once. */
int conflict_view_capacity(int rows, int cols);

#endif
