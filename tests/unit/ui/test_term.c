/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ui/term.h"

#include "base/banned.h"

enum { ROWS = 24, COLS = 80 };

/* --- In the terminal ---------------------------------------------------------- */

/* Calls of write() so far, as the kernel counts them; -1: it does not. */
static long writes(void)
{
	FILE *f = fopen("/proc/self/io", "re");
	char line[80];
	long n = -1;

	while (f && fgets(line, sizeof(line), f))
		if (strncmp(line, "syscw: ", 7) == 0)
			n = strtol(line + 7, NULL, 10);
	if (f)
		(void)fclose(f);
	return n;
}

static struct term *open_term(const struct clock *clock, struct canvas *c)
{
	struct term_options o = { .clock = clock };
	struct err why = ERR_INIT;
	struct term *t = NULL;

	(void)setlocale(LC_ALL, "C.UTF-8");
	(void)setenv("TERM", "xterm-256color", 1);
	if (term_open(&t, &o, &why) != ST_OK || !canvas_init(c, ROWS, COLS, term_glyphs(t)))
		_exit(100);
	return t;
}

/* How many writes the second painting takes, of words all over the screen. */
static int paint_here_and_there(void)
{
	struct clock clock = clock_real();
	struct canvas c;
	struct term *t = open_term(&clock, &c);
	long before, after;

	term_paint(t, &c);
	for (int y = 0; y < ROWS; y += 2)
		canvas_put(&c, y, 3 + y, 20, STYLE_BOLD, "Åkesson, Örjan");
	before = writes();
	term_paint(t, &c);
	after = writes();
	canvas_release(&c);
	term_close(t);
	return before < 0 ? 99 : (int)(after - before);
}

/* --- Outside -------------------------------------------------------------------- */

/* Run `paint` in a terminal of its own; its answer. */
static int in_terminal(int (*paint)(void))
{
	struct winsize ws = { .ws_row = ROWS, .ws_col = COLS };
	char buf[4096];
	int fd, status;
	pid_t pid = forkpty(&fd, NULL, NULL, &ws);

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(paint());
	while (read(fd, buf, sizeof(buf)) > 0)
		;
	(void)close(fd);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void a_painting_reaches_the_terminal_in_one_write(void **state)
{
	int n = in_terminal(paint_here_and_there);

	(void)state;
	if (n == 99)
		skip();
	assert_int_equal(n, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_painting_reaches_the_terminal_in_one_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
