/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * text - the one way by which text from outside becomes cells.
 *
 * Place:    any bytes -> TEXT -> canvas, and nothing else writes to a cell.
 * Promise:  whatever the bytes are, a cluster is printable UTF-8 whose width
 *           every terminal agrees on. Controls, bidi and invisible signs,
 *           private and unassigned scalars, right-to-left letters and scripts
 *           that terminals shape differently are shown as a substitute, never
 *           dropped in silence: two texts that differ do not look the same
 *           because of something unseen. Bytes that are not UTF-8 become
 *           U+FFFD. Text comes out in NFC with at most two marks on a base.
 *           Work is bounded by the columns asked for, not by the text.
 *           With the ascii set no byte above 0x7E comes out: letters lose
 *           their marks, common signs are spelled, the rest is '?'.
 * Owner:    the input is borrowed and never changed.
 * Errors:   none for the text; want of memory shows in the strbuf.
 */
#ifndef UI_TEXT_H
#define UI_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"
#include "ui/glyphs.h"

enum {
	CLUSTER_BYTES = 16, /* base and two marks of four bytes, and the NUL */
	CLUSTER_QUEUE = 6,
	TEXT_MARKS = 2, /* marks kept on one base */
};

enum cluster_kind {
	CLUSTER_TEXT,
	CLUSTER_BLANK,
	CLUSTER_BREAK,	    /* a line break; utf8 holds its visible sign */
	CLUSTER_SUBSTITUTE, /* stands for something that is not drawn */
};

struct cluster {
	char utf8[CLUSTER_BYTES]; /* zeros to its end */
	unsigned char width;	  /* 1 or 2 */
	unsigned char kind;	  /* enum cluster_kind */
	size_t start, end;	  /* the bytes of the input it stands for */
};

/* Reads clusters off a text, one at a time. */
struct text_reader {
	struct str in;
	size_t at;
	const struct glyphs *glyphs;
	struct cluster queue[CLUSTER_QUEUE];
	unsigned char queued, taken;
	bool after_number; /* a no-break space here is ordinary */
};

void text_read(struct text_reader *r, struct str in, const struct glyphs *g);
/* The next cluster; false at the end of the text. */
bool text_next(struct text_reader *r, struct cluster *c);

/* Append the harmless form of `in`, cut to `cols` columns (< 0: no limit).
 * Text that is cut ends with the ellipsis. Returns the columns used. */
int ui_text(struct strbuf *out, struct str in, int cols, const struct glyphs *g);
/* Columns the whole text takes; stops counting above `limit`. */
int ui_text_width(struct str in, int limit, const struct glyphs *g);

/* Nothing to see in it: empty, or only spaces, breaks and invisible signs. */
bool ui_text_blank(struct str in);
/* `in`, or a placeholder "(utan rubrik)" if it is blank. A long run of
 * leading spaces is skipped, so that the words are seen in a narrow column. */
struct str ui_title(struct str in);

/* Word wrap: gives the text line by line as slices of the input that fit in
 * `cols` columns. Line breaks of the text end a line. */
struct wrap {
	struct str text;
	size_t at;
	int cols;
	const struct glyphs *glyphs;
	bool ended;
};

void wrap_start(struct wrap *w, struct str text, int cols, const struct glyphs *g);
/* The next line (may be empty); false behind the last. An empty text has one
 * empty line. */
bool wrap_next(struct wrap *w, struct str *line);
/* Number of lines, counted up to `limit`. */
int wrap_count(struct str text, int cols, int limit, const struct glyphs *g);

#endif
