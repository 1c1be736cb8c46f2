/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * frame - what every screen has: title, status and hints.
 *
 * Place:    first field of every view's model; drawn by the views.
 * Promise:  row 1 title, the last but one status, the last hints or message
 *           or prompt; the body is what lies between. Below 80x24 one line
 *           says so and nothing else is drawn.
 * Owner:    all texts are borrowed for the time of the drawing.
 * Errors:   none.
 */
#ifndef UI_FRAME_H
#define UI_FRAME_H

#include <stdbool.h>

#include "ui/canvas.h"
#include "ui/line.h"

enum {
	FRAME_ROWS_MIN = 24,
	FRAME_COLS_MIN = 80,
	FRAME_WIDE = 140, /* from here on the preview stands to the right */
	FRAME_BODY = 1,	  /* first row of the body */
};

struct frame {
	const char *title;	  /* "Kö: Bygglov"; "Sluss | " is put before */
	const char *title_right;  /* "18 av 214  sort: frist" */
	const char *status;	  /* "ONLINE 14:02 | utkorg 2 | konflikt 1" */
	const char *status_right; /* "britt.a | v48 må" */
	const char *hint;	  /* keys of this view */
	const char *message;	  /* stands instead of the hint until the next key */
	bool message_is_error;
	const struct line *prompt; /* stands instead of both: ':' or filter */
	const char *prompt_label;  /* ":" or "Filter: " */
	const char
		*prompt_note; /* stands below the prompt, which takes the status row; NULL: none */
	bool note_is_error;
	int overdue; /* told on a screen that is too small */
};

/* Clears the canvas and draws the frame. False: the screen is too small, the
 * line that says so is drawn, and the view draws nothing more. */
bool frame_draw(struct canvas *c, const struct frame *f);
/* Put the hardware cursor into the prompt if there is one. A view calls it
 * last. */
void frame_cursor(struct canvas *c, const struct frame *f);
/* Rows of the body on a screen of `rows`. */
int frame_body_rows(int rows);

/* A row of tabs: "1 Översikt  2 Händelser(3)"; the current one is marked by
 * brackets and style, and has the hardware cursor. Takes two rows. */
void tabs_draw(struct canvas *c, int y, const char *const *labels, int count, int current);

/* An item of a checklist. */
enum check_state { CHECK_OPEN, CHECK_DONE, CHECK_WARN };
struct check_item {
	enum check_state state; /* [ ] [x] [!] */
	const char *text;
	const char *note; /* "SAKNAS", may be NULL */
};
void check_draw(struct canvas *c, int y, int x, int cols, const struct check_item *item);

#endif
