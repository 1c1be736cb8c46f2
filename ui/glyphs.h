/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * glyphs - the two sets of signs that the screens are drawn with.
 *
 * Place:    chosen by the app (locale, terminal, option), handed to canvas.
 * Promise:  every sign is one column wide; the ascii set is 0x20-0x7E alone.
 * Owner:    static. Errors: none.
 */
#ifndef UI_GLYPHS_H
#define UI_GLYPHS_H

#include <stdbool.h>

enum { GLYPH_BARS = 9 };

struct glyphs {
	const char *name; /* "utf8", "ascii" */
	bool ascii;
	const char *horizontal;
	const char *vertical;
	const char *top_left, *top_right, *bottom_left, *bottom_right;
	const char *tee_left, *tee_right;
	const char *ellipsis;	     /* text was cut here */
	const char *substitute;	     /* a sign that must not or cannot be drawn */
	const char *replacement;     /* bytes that are not UTF-8 */
	const char *line_break;	     /* a line break inside one line */
	const char *odd_space;	     /* a no-break space where none is expected */
	const char *mask;	     /* one typed sign of a secret */
	const char *bar[GLYPH_BARS]; /* 0 = empty .. 8 = full */
};

extern const struct glyphs glyphs_utf8;
extern const struct glyphs glyphs_ascii;

#endif
