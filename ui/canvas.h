/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * canvas - a screen of cells in memory, drawn by views and shown by term.
 *
 * Place:    model -> view -> CANVAS -> term, or -> text in a test.
 * Promise:  all text passes ui_text; a cell holds one whole cluster; a wide
 *           cluster never stands half in a field or half off the edge; what
 *           falls outside the canvas is cut. No function fails on bad
 *           coordinates.
 * Owner:    the canvas owns its cells; the glyphs are borrowed.
 * Errors:   canvas_init and canvas_resize: false for want of memory.
 */
#ifndef UI_CANVAS_H
#define UI_CANVAS_H

#include <stdbool.h>

#include "base/strbuf.h"
#include "ui/glyphs.h"
#include "ui/text.h"

enum { CANVAS_ROWS_MAX = 500, CANVAS_COLS_MAX = 1000 };

/* What a cell is. The theme says how that looks; no style carries a meaning
 * that the text does not. */
enum style {
	STYLE_NORMAL,
	STYLE_TITLE,  /* first row */
	STYLE_HEAD,   /* column heads, headings in a view */
	STYLE_RULE,   /* lines and boxes */
	STYLE_STATUS, /* row of connection, outbox, user */
	STYLE_HELP,   /* row of keys */
	STYLE_CURSOR, /* the current row */
	STYLE_BOLD,
	STYLE_MARK,  /* marked rows */
	STYLE_WARN,  /* overdue, conflict, refused */
	STYLE_ERROR, /* what stops the officer */
	STYLE_FIELD, /* where text can be typed */
	STYLE_FOCUS, /* the field that has the keys */
	STYLE_DIM,   /* what is not possible now; the text says so too */
	STYLE_COUNT
};

struct cell {
	char utf8[CLUSTER_BYTES]; /* zeros to its end; "" right half of a wide one */
	unsigned char width;	  /* 1, 2, or 0 for a right half */
	unsigned char style;	  /* enum style */
};

struct canvas {
	int rows, cols;
	struct cell *cells; /* rows * cols, row by row */
	const struct glyphs *glyphs;
	int cursor_y, cursor_x; /* always on the canvas */
};
#define CANVAS_INIT                                                                                \
	{                                                                                          \
		0, 0, NULL, NULL, 0, 0                                                             \
	}

/* At least 1x1, at most CANVAS_*_MAX: sizes outside are moved inside. */
MUST_USE bool canvas_init(struct canvas *c, int rows, int cols, const struct glyphs *g);
/* New size, all blank. On false the old canvas stands. */
MUST_USE bool canvas_resize(struct canvas *c, int rows, int cols);
void canvas_release(struct canvas *c);
/* All cells blank and STYLE_NORMAL, cursor at the top left. */
void canvas_clear(struct canvas *c);

/* Write text into a field of exactly `cols` columns: cut with the ellipsis,
 * filled with blanks. Negative y or x count as off the canvas. */
void canvas_field(struct canvas *c, int y, int x, int cols, enum style st, const char *text);
void canvas_fieldn(struct canvas *c, int y, int x, int cols, enum style st, struct str text);
/* The same with the placeholder of ui_title for a blank text. */
void canvas_title(struct canvas *c, int y, int x, int cols, enum style st, struct str text);
/* The text stands at the right end of the field. */
void canvas_right(struct canvas *c, int y, int x, int cols, enum style st, const char *text);
/* Write without filling; returns the column behind the text. At most `cols`
 * columns are used. */
int canvas_put(struct canvas *c, int y, int x, int cols, enum style st, const char *text);
int canvas_putn(struct canvas *c, int y, int x, int cols, enum style st, struct str text);
/* canvas_field of a formatted text. */
void canvas_fieldf(struct canvas *c, int y, int x, int cols, enum style st, const char *fmt, ...)
	PRINTF_LIKE(6, 7);
/* Text wrapped into a block; lines before `skip` are left out. Returns how
 * many lines the whole text has, counted up to skip + rows + 1. */
int canvas_block(struct canvas *c, int y, int x, int rows, int cols, enum style st, struct str text,
		 int skip);

void canvas_hline(struct canvas *c, int y, int x, int cols, enum style st);
void canvas_vline(struct canvas *c, int y, int x, int rows, enum style st);
/* A line with a heading in it: "-- heading -----". */
void canvas_rule(struct canvas *c, int y, int x, int cols, struct str heading);
/* A frame with a blank inside; title may be NULL. */
void canvas_frame(struct canvas *c, int y, int x, int rows, int cols, enum style st,
		  const char *title);
/* Restyle cells that are written already. */
void canvas_style(struct canvas *c, int y, int x, int cols, enum style st);
/* Where the hardware cursor stands; moved onto the canvas if outside. */
void canvas_cursor(struct canvas *c, int y, int x);

const struct cell *canvas_at(const struct canvas *c, int y, int x);
/* Append the rows, trailing blanks taken off, each ended by LF. */
bool canvas_to_text(const struct canvas *c, struct strbuf *out);

#endif
