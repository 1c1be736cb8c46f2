/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * contact_view - a contact center's screen: one field, and what may be said.
 *
 * Place:    app's look-up -> CONTACT_VIEW -> canvas.
 * Promise:  the field, or the current case, has the hardware cursor; the
 *           chosen reason has brackets. Nothing of a case is drawn that is
 *           not in the model.
 * Owner:    texts are borrowed for the time of the drawing.
 * Errors:   none.
 */
#ifndef UI_CONTACT_VIEW_H
#define UI_CONTACT_VIEW_H

#include "ui/frame.h"

enum { CONTACT_REASONS = 4, CONTACT_HITS_MAX = 12 };

/* A case that was found, as one row. */
struct contact_hit {
	const char *number, *unit, *status;
	char received[16];
	struct str type;
};

struct contact_model {
	struct frame frame;
	const struct line *query;
	bool typing;   /* the field has the keys */
	bool choosing; /* a reason is waited for */
	int reason;    /* 1..4 */
	const char *reasons[CONTACT_REASONS];
	const char *note; /* "Inget att visa", "Söker ...", NULL */
	const struct contact_hit *hits;
	int hit_count, cursor; /* -1: none is chosen */
	const char *place;     /* below several hits: which of them, or how to choose */
	struct str facts;      /* of the current one; empty: none */
	struct str aloud;
	const char *logged; /* last row of the body, NULL: nothing */
};

void contact_view(struct canvas *c, const struct contact_model *m);

#endif
