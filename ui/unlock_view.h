/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * unlock_view - the locked program: a passphrase and nothing of the cases.
 *
 * Place:    at start and after L or the idle lock.
 * Promise:  the secret is masked; nothing about any case is on the screen.
 * Owner:    borrowed for the time of the drawing.
 * Errors:   none.
 */
#ifndef UI_UNLOCK_VIEW_H
#define UI_UNLOCK_VIEW_H

#include "ui/frame.h"
#include "ui/line.h"

struct unlock_model {
	struct frame frame;
	const char *heading; /* "Sluss är låst" */
	struct str text;     /* what to do, wrapped */
	const char *label;   /* "Lösenfras" */
	const struct line *secret;
	const char *error; /* "Fel lösenfras." or NULL */
	const char *busy;  /* "Öppnar ..." or NULL */
};

void unlock_view(struct canvas *c, const struct unlock_model *m);

#endif
