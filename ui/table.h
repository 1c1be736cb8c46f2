/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * table - a list with column heads, of which only the seen rows are given.
 *
 * Place:    inside the views: queue, outbox, timeline, documents, parties,
 *           conflicts, search results; table_view is a whole screen of one.
 * Promise:  the current row has '>' in its first column, is reversed in its
 *           first cell and has the hardware cursor; a marked row has '*'.
 *           Cells are cut, never wrapped. One column takes what is left.
 * Owner:    borrowed for the time of the drawing.
 * Errors:   none; a row with too few cells is filled with blanks.
 */
#ifndef UI_TABLE_H
#define UI_TABLE_H

#include <stdbool.h>

#include "ui/canvas.h"
#include "ui/frame.h"

enum { TABLE_COLUMNS_MAX = 12, TABLE_GUTTER = 2, TABLE_HEAD_ROWS = 2 };

struct table_column {
	const char *heading;
	int width;     /* 0: takes what is left (exactly one column) */
	int from_cols; /* shown only in a table at least this wide */
	bool right;    /* numbers */
	bool title;    /* a blank text gets the placeholder */
};

struct table_row {
	struct str cells[TABLE_COLUMNS_MAX];
	bool marked;
	bool strong;  /* bold: overdue, refused; the text says it as well */
	bool heading; /* a heading between rows: its first cell over all */
};

struct table {
	const struct table_column *columns;
	int column_count;
	const struct table_row *rows; /* rows top .. top + row_count - 1 */
	int row_count;
	int top;	   /* index of rows[0] among all */
	int total;	   /* rows there are */
	int cursor;	   /* index among all, -1 = none */
	const char *empty; /* said when total is 0 */
	bool no_head;	   /* without column heads and their line */
};

/* Draw in a block; the first two rows are the heads and a line. */
void table_draw(struct canvas *c, int y, int x, int rows, int cols, const struct table *t);
/* How many rows of the table a block of `rows` shows. */
int table_capacity(const struct table *t, int rows);
/* The top that keeps `cursor` in sight, moving as little as it can. */
int table_scroll(int top, int cursor, int total, int capacity);
/* The cursor after a key (Up k Down j PgUp PgDn Home End G) within 0..total-1;
 * false if the key is not one of those. In a list K and J are pages too. */
bool table_move(struct key key, int *cursor, int total, int capacity);

/* What is shown of the current row below the list, or beside it on a wide
 * screen. */
struct pane {
	struct str heading;
	struct str text; /* wrapped; line breaks are kept */
	int skip;	 /* lines scrolled away */
};
void pane_draw(struct canvas *c, int y, int x, int rows, int cols, const struct pane *p);

/* A whole screen: frame, tabs (optional), table, pane (optional), note. Used
 * for documents, parties, messages, search, statistics, access log. */
struct table_model {
	struct frame frame;
	const char *const *tabs; /* NULL: none */
	int tab_count, tab;
	struct table table;
	const struct pane *pane; /* NULL: none */
	int pane_rows;		 /* 0: a third of the body */
	const char *note;	 /* one line below, may be NULL */
};
void table_view(struct canvas *c, const struct table_model *m);
/* How many rows of the table are seen on such a screen: fetch no more. */
int table_view_capacity(const struct table_model *m, int rows, int cols);

#endif
