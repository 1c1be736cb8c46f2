/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * queue_view - the list of cases in a queue, with a preview.
 *
 * Place:    app/present_queue fills the model -> QUEUE_VIEW -> canvas.
 * Promise:  the same model gives the same canvas. Below 140 columns the
 *           preview stands under the list, from there on to its right. Only
 *           the title's column grows with the screen; from 140 columns on
 *           more columns come: status, officer, queue.
 * Owner:    borrowed for the time of the drawing.
 * Errors:   none.
 */
#ifndef UI_QUEUE_VIEW_H
#define UI_QUEUE_VIEW_H

#include "ui/table.h"

struct queue_row {
	bool marked;
	bool overdue;
	const char *flags;    /* of K ! W S U N, e.g. "!W", at most four */
	const char *number;   /* "BN 2026-1042", or the local reference */
	const char *received; /* "28/10" */
	const char *due;      /* "-3 d", "idag", "10 v" */
	struct str party;     /* raw; or "(skyddad)" */
	struct str title;     /* raw; blank gives the placeholder */
	const char *status;   /* "Handläggs" */
	const char *assignee; /* "britt.a", "–" */
	struct str queue;     /* "Bygglov" */
};

struct queue_model {
	struct frame frame;
	const struct queue_row *rows; /* rows top .. top + row_count - 1 */
	int row_count;
	int top, total, cursor;
	bool preview; /* the pane is on (key i) */
	struct pane pane;
	const char *arrived; /* "+3 nya, F5" or NULL */
	const char *empty;   /* "Inga ärenden" and what to do */
};

void queue_view(struct canvas *c, const struct queue_model *m);
/* How many rows are seen: fetch these and no more. */
int queue_view_capacity(int rows, int cols, bool preview);

#endif
