/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * edit - a small text area: notes, reasons, messages.
 *
 * Place:    form fields of kind FIELD_TEXT. Longer texts go to $EDITOR.
 * Promise:  wraps at EDIT_COLS whatever the screen, so that lines stay
 *           readable and cursor keys do the same on every screen. The only
 *           control in the text is the line break.
 * Owner:    the struct owns its text; edit_release gives it back.
 * Errors:   typing beyond the ceiling is refused.
 */
#ifndef UI_EDIT_H
#define UI_EDIT_H

#include <stdbool.h>

#include "base/strbuf.h"
#include "ui/canvas.h"
#include "ui/keys.h"

enum { EDIT_COLS = 72, EDIT_MAX_DEFAULT = 65536 };

struct edit {
	struct strbuf text;
	size_t at;  /* cursor, a byte offset */
	size_t max; /* bytes, 0 = EDIT_MAX_DEFAULT */
};
#define EDIT_INIT                                                                                  \
	{                                                                                          \
		STRBUF_INIT, 0, 0                                                                  \
	}

void edit_release(struct edit *e);
void edit_set(struct edit *e, const char *text);
const char *edit_text(const struct edit *e);

/* Text, Enter, arrows, Home End PgUp PgDn, Backspace Delete. False: not the
 * area's key; Up in the first and Down in the last row are not, so that a
 * form can move on. */
bool edit_key(struct edit *e, struct key key);

/* Draw in a block, scrolled so that the cursor is seen. */
void edit_draw(struct canvas *c, int y, int x, int rows, int cols, const struct edit *e,
	       bool focus);
/* Rows that the text takes, counted up to `limit`. */
int edit_rows(const struct edit *e, int limit);

#endif
