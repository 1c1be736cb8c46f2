/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * pty - a program in a terminal of 80x24, and how long it takes to settle.
 *
 * Place:    screen -> PTY -> sluss or limit_screen.
 * Promise:  a time is that of the last bytes that came before the program was
 *           silent, once the screen shows what was waited for. Silence is
 *           looked for after the time is taken, so waiting for it costs none.
 * Owner:    pty_stop ends the program and gives all back.
 * Errors:   bench_fail, with the screen, after ten seconds.
 */
#ifndef TESTS_BENCH_PTY_H
#define TESTS_BENCH_PTY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { PTY_ROWS = 24, PTY_COLS = 80, PTY_LINE = 400 };

struct pty {
	int fd;
	pid_t pid;
	void *vt, *screen; /* libvterm's */
	long bytes;	   /* since the last pty_send */
	bool takes_passphrase;
};

/* Start argv; *at is when. */
void pty_start(struct pty *p, const char *const argv[], int64_t *at);
void pty_stop(struct pty *p);
/* Send; returns when (bench_ns). */
int64_t pty_send(struct pty *p, const char *bytes);
/* Until there(p, ctx) holds and nothing has come for `gap_us`: when the last
 * bytes came. */
int64_t pty_settle(struct pty *p, bool (*there)(struct pty *p, const void *ctx), const void *ctx,
		   long gap_us);
/* The text of a row, trailing blanks cut. */
void pty_row(struct pty *p, int row, char out[PTY_LINE]);
bool pty_holds(struct pty *p, const char *text);

#endif
