/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * outbox_view - what the officer has signed, and what became of it.
 *
 * Place:    app/present_outbox -> OUTBOX_VIEW -> canvas.
 * Promise:  a state is a word, never a colour or a sign alone. The pane of a
 *           refused action says why, that nothing changed, and what to do.
 * Owner:    borrowed for the time of the drawing.
 * Errors:   none.
 */
#ifndef UI_OUTBOX_VIEW_H
#define UI_OUTBOX_VIEW_H

#include "ui/table.h"

struct outbox_row {
	const char *state; /* "ÅNGRA 14 s", "VÄNTAR NÄT", "NEKAD", "SÄND" */
	bool refused;
	const char *time;   /* "14:02" */
	const char *number; /* case */
	struct str action;  /* "överlämna -> Miljö" */
	const char *tries;  /* "3", "–" */
	struct str answer;  /* "godtagen", "tagen" */
};

struct outbox_model {
	struct frame frame;
	const struct outbox_row *rows; /* top .. top + row_count - 1 */
	int row_count, top, total, cursor;
	struct pane pane;     /* the current action: why and what to do */
	const char *next_try; /* "Nästa försök: 14:03:20 ..." may be NULL */
	const char *safety;   /* "Åtgärderna är signerade ... " may be NULL */
	const char *empty;
};

void outbox_view(struct canvas *c, const struct outbox_model *m);
int outbox_view_capacity(int rows, int cols);

#endif
