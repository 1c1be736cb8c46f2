/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * theme - how each style looks on a terminal.
 *
 * Place:    read by term_curses.c; chosen by option or configuration.
 * Promise:  no theme carries meaning by colour alone. The default has only
 *           the terminal's own colours, bold, reverse and underline.
 * Owner:    static. Errors: theme_find gives NULL for an unknown name.
 */
#ifndef UI_THEME_H
#define UI_THEME_H

#include <stdbool.h>

#include "ui/canvas.h"

enum { LOOK_BOLD = 1, LOOK_REVERSE = 2, LOOK_UNDERLINE = 4, LOOK_DIM = 8 };

struct look {
	unsigned attr; /* LOOK_* */
	short fg, bg;  /* number of 256 colours, -1 = the terminal's own */
};

struct theme {
	const char *name;
	bool color;
	struct look look[STYLE_COUNT];
};

/* "default" ("standard"), "high-contrast" ("hög-kontrast"), "mono". */
const struct theme *theme_find(const char *name);
/* Theme i, or NULL behind the last. */
const struct theme *theme_at(int i);

#endif
