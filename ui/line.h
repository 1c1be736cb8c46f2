/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * line - a one-line text that an officer types.
 *
 * Place:    form fields, filter and command prompts, the passphrase.
 * Promise:  the cursor moves by whole clusters; the text is never longer than
 *           its ceiling and never holds a control or a line break (a pasted
 *           one becomes a space). A secret is drawn masked, its memory is
 *           taken once and overwritten at release.
 * Owner:    the struct owns its text; line_release gives it back.
 * Errors:   typing beyond the ceiling is refused: line_key returns false.
 */
#ifndef UI_LINE_H
#define UI_LINE_H

#include <stdbool.h>

#include "base/strbuf.h"
#include "ui/canvas.h"
#include "ui/keys.h"

enum { LINE_MAX_DEFAULT = 1024 };

struct line {
	struct strbuf text;
	size_t at;  /* cursor, a byte offset at a cluster's start */
	size_t max; /* bytes, 0 = LINE_MAX_DEFAULT */
	bool secret;
};
#define LINE_INIT                                                                                  \
	{                                                                                          \
		STRBUF_INIT, 0, 0, false                                                           \
	}

void line_release(struct line *l);
/* Empty; a secret is overwritten. */
void line_clear(struct line *l);
/* Replace the text (cut at the ceiling), cursor at the end. */
void line_set(struct line *l, const char *text);
/* The text, "" when empty. Borrowed until the next key. */
const char *line_text(const struct line *l);
bool line_empty(const struct line *l);

/* Take a key: text, paste, Left Right Home End Backspace Delete, ^A ^E ^U ^K
 * ^W. True if the key was the line's (also where it changed nothing). */
bool line_key(struct line *l, struct key key);

/* Draw in a field of `cols` columns, scrolled so that the cursor is seen.
 * With `focus` the hardware cursor is placed. */
void line_draw(struct canvas *c, int y, int x, int cols, const struct line *l, bool focus);

#endif
