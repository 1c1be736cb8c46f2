/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * letter_view - a letter or decision as it will leave, and the signing box.
 *
 * Place:    F7 of a form; before F8 of a decision.
 * Promise:  what is shown is the text that is hashed, line by line; the box
 *           says what is signed, as whom, over which content, and that it
 *           cannot be undone. Cancel is the default.
 * Owner:    borrowed for the time of the drawing.
 * Errors:   none.
 */
#ifndef UI_LETTER_VIEW_H
#define UI_LETTER_VIEW_H

#include "ui/form.h"
#include "ui/frame.h"

struct sign_box {
	const char *title;	 /* "Signera beslut" */
	struct str what;	 /* "BEVILJA bygglov, BN 2026-1042, ..." */
	struct str as;		 /* "Britt Åkerlund, delegation D-4.2" */
	const char *content;	 /* "SHA-256 3f9c 71d0 ..." */
	const struct form *form; /* four digits, PIN */
	const char *warning;	 /* "När beslutet har sänts ..." */
	const char *blocked;	 /* why F8 is ignored now, NULL: it signs */
	const char *keys;	 /* "F8 Signera ...  Esc Avbryt (förvalt)" */
};

struct letter_model {
	struct frame frame; /* right: the page is put there by the view */
	struct str text;
	const struct glyphs *glyphs; /* those of the canvas; NULL: utf8 */
	int top;		     /* first line shown */
	const struct sign_box *sign; /* NULL: only the letter */
};

void letter_view(struct canvas *c, const struct letter_model *m);
/* Lines of the letter on a screen that wide, and how many are seen at once.
 * The last page has been on screen once top + seen >= lines. */
int letter_lines(const struct letter_model *m, int cols);
int letter_seen(const struct letter_model *m, int rows, int cols);

#endif
