/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * conflict_view - actions that met a case which had moved on, in words.
 *
 * Place:    app/present_conflict -> CONFLICT_VIEW -> canvas.
 * Promise:  each conflict says what the officer did, what had happened before
 *           it, what stands now, and what can be done. Nothing is hidden.
 * Owner:    borrowed for the time of the drawing.
 * Errors:   none.
 */
#ifndef UI_CONFLICT_VIEW_H
#define UI_CONFLICT_VIEW_H

#include "ui/table.h"

struct conflict_row {
	const char *number; /* case */
	const char *when;   /* "23/11 13:52" */
	struct str mine;    /* "status -> Väntar" */
	struct str theirs;  /* "jan.vd: tog ärendet" */
	struct str title;   /* of the case, raw */
};

struct conflict_model {
	struct frame frame;
	const struct conflict_row *rows; /* top .. top + row_count - 1 */
	int row_count, top, total, cursor;
	struct str happened;	    /* of the current one: what happened, in words */
	struct str stands;	    /* what stands now */
	const char *const *choices; /* "r försök igen", "u dra tillbaka" ... */
	int choice_count;
	const char *empty;
};

void conflict_view(struct canvas *c, const struct conflict_model *m);
int conflict_view_capacity(int rows, int cols);

#endif
