/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * search_view - a line to search in, what it means, and the hits.
 *
 * Place:    app/screen_search fills the model -> SEARCH_VIEW -> canvas.
 * Promise:  the line has the hardware cursor; below it stands how it was
 *           understood, or what is wrong. A hit has two rows: the case, and
 *           where in it the hit is. The last row of the body says where was
 *           searched.
 * Owner:    borrowed for the time of the drawing.
 * Errors:   none.
 */
#ifndef UI_SEARCH_VIEW_H
#define UI_SEARCH_VIEW_H

#include "ui/frame.h"
#include "ui/line.h"

struct search_row {
	const char *number, *status, *due;
	struct str party, title; /* raw */
	struct str where;	 /* raw; empty: only the case */
	bool overdue;
};

struct search_model {
	struct frame frame;
	const struct line *line;
	struct str said; /* the line in plain words, or what is wrong */
	bool wrong;
	const struct search_row *rows; /* top .. top + row_count - 1 */
	int row_count, top, cursor;
	const char *empty;
	const char *searched; /* "Sökt i: lokal cache (214 ärenden, 14:02). ..." */
};

void search_view(struct canvas *c, const struct search_model *m);
/* How many hits are seen. */
int search_view_capacity(int rows);

#endif
