/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * term - the officer's terminal: shows a canvas, gives keys.
 *
 * Place:    app's loop polls term_fd -> term_key -> action -> view -> canvas
 *           -> term_paint. term_curses.c is the only file that knows curses.
 * Promise:  only changed cells are sent; the hardware cursor always stands
 *           where the canvas says; the terminal is as it was after
 *           term_close or term_leave. No colour unless the theme has colours
 *           and the options allow it. No OSC is ever sent. In a locale that
 *           is not UTF-8 no byte above 0x7E is sent.
 *           That a signal ends the program is main's to handle: SIGTERM and
 *           SIGHUP lead to term_close.
 * Owner:    term_open gives, term_close takes back. One at a time.
 * Errors:   term_open: ST_REFUSED "terminal-none" (not a terminal),
 *           "terminal-dumb" (use the linear mode); ST_BROKEN.
 */
#ifndef UI_TERM_H
#define UI_TERM_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/status.h"
#include "ui/canvas.h"
#include "ui/keys.h"
#include "ui/theme.h"

struct term;

struct term_options {
	bool ascii;		   /* ascii glyphs whatever the locale */
	bool force_utf8;	   /* utf8 glyphs on a linux console as well */
	bool no_color;		   /* NO_COLOR or --no-color */
	const struct theme *theme; /* NULL: the default */
	const struct clock *clock; /* for the delay of Esc; outlives the term */
	int esc_ms;		   /* 0: KEYS_ESC_MS */
};

/* setlocale(LC_ALL, "") has been called by main. An unknown TERM is taken for
 * a vt100: see term_unknown. */
MUST_USE enum status term_open(struct term **out, const struct term_options *o, struct err *why);
/* Restore the terminal and free. NULL is fine. */
void term_close(struct term *t);

/* TERM named no known terminal and a vt100 is assumed. */
bool term_unknown(const struct term *t);
const struct glyphs *term_glyphs(const struct term *t);
/* The file descriptor to poll (POLLIN): input, or another size. */
int term_fd(const struct term *t);
void term_size(const struct term *t, int *rows, int *cols);

/* The next key at once, or false; a change of size comes as TK_RESIZE. */
bool term_key(struct term *t, struct key *key);
/* How long a poll may wait before term_key must be called again though no
 * byte came; -1: for ever. */
int term_wait_ms(struct term *t);

/* Show the canvas; a canvas of another size is cut. */
void term_paint(struct term *t, const struct canvas *c);
/* Send the whole screen anew at the next paint (^L). */
void term_repaint(struct term *t);

/* Give the terminal to another program (editor, shell), and take it back. */
void term_leave(struct term *t);
void term_enter(struct term *t);
/* Stop the program as ^Z does, and come back. */
void term_suspend(struct term *t);

#endif
