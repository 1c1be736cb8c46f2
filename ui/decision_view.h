/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * decision_view - draft of a decision: form, and what must be in order first.
 *
 * Place:    app's decision action -> DECISION_VIEW -> canvas; keys go to the
 *           model's form.
 * Promise:  an open check [ ] blocks signing and a warning [!] does not; the
 *           words beside it say which. The hardware cursor is in the form.
 * Owner:    borrowed for the time of the drawing.
 * Errors:   none.
 */
#ifndef UI_DECISION_VIEW_H
#define UI_DECISION_VIEW_H

#include "ui/form.h"
#include "ui/frame.h"

struct decision_model {
	struct frame frame;	 /* title "... > BESLUT (utkast sparat 14:01)" */
	const char *const *tabs; /* NULL: none */
	int tab_count, tab;
	const struct form *form;
	const char *checks_heading; /* "Kontroll före signering" */
	const struct check_item *checks;
	int check_count;
	struct str dispatch; /* "Expedieras till: ..." */
	const char *blocked; /* why F8 does nothing now; NULL: it signs */
	struct str preview;  /* shown to the right from 140 columns on */
};

void decision_view(struct canvas *c, const struct decision_model *m);

#endif
