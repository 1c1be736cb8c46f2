/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * case_sheet - a tab of a case that is read: facts on top, then a text.
 *
 * Place:    parties and decision of a case -> CASE_SHEET -> canvas.
 * Promise:  the same strip of tabs as the other tabs; facts are cut, the text
 *           is wrapped and scrolls. The hardware cursor stands on the tab.
 * Owner:    borrowed for the time of the drawing.
 * Errors:   none.
 */
#ifndef UI_CASE_SHEET_H
#define UI_CASE_SHEET_H

#include "ui/case_view.h"

struct case_sheet {
	struct frame frame;
	const char *const *tabs;
	int tab_count, tab;
	const struct case_pair *facts;
	int fact_count;
	struct str text;
	int top;	  /* first line of the text shown */
	const char *note; /* one line below, may be NULL */
};

void case_sheet_view(struct canvas *c, const struct case_sheet *m);
/* The largest `top` that is of use on such a screen: 0 = all is seen. */
int case_sheet_most(const struct case_sheet *m, const struct canvas *c);

#endif
