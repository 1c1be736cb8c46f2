/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/bench/pty.h"

#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <vterm.h>

#include "base/strbuf.h"
#include "base/utf8.h"
#include "tests/bench/figure.h"

#include "base/banned.h"

enum { PATIENCE_S = 10 };

void pty_start(struct pty *p, const char *const argv[], int64_t *at)
{
	struct winsize ws = { .ws_row = PTY_ROWS, .ws_col = PTY_COLS };

	p->vt = vterm_new(PTY_ROWS, PTY_COLS);
	vterm_set_utf8(p->vt, 1);
	p->screen = vterm_obtain_screen(p->vt);
	vterm_screen_enable_altscreen(p->screen, 1);
	vterm_screen_reset(p->screen, 1);
	p->bytes = 0;
	*at = bench_ns();
	p->pid = forkpty(&p->fd, NULL, NULL, &ws);
	if (p->pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)setenv("TERM", "xterm-256color", 1);
		(void)execv(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	if (p->pid < 0)
		bench_fail("no terminal", NULL);
}

/* The program ends as at a lost line; what does not end is killed. */
void pty_stop(struct pty *p)
{
	const struct timespec tick = { .tv_nsec = 2000000 };
	char rest[4096];

	(void)kill(p->pid, SIGTERM);
	for (int i = 0; i < 1000 && waitpid(p->pid, NULL, WNOHANG) == 0; i++) {
		struct pollfd f = { p->fd, POLLIN, 0 };

		if (i == 999)
			(void)kill(p->pid, SIGKILL);
		if (poll(&f, 1, 0) <= 0 || read(p->fd, rest, sizeof(rest)) <= 0)
			(void)nanosleep(&tick, NULL);
	}
	(void)close(p->fd);
	vterm_free(p->vt);
}

int64_t pty_send(struct pty *p, const char *bytes)
{
	int64_t at;

	p->bytes = 0;
	at = bench_ns();
	if (write(p->fd, bytes, strlen(bytes)) != (ssize_t)strlen(bytes))
		bench_fail("the terminal takes no key", NULL);
	return at;
}

/* What the terminal answers to queries goes back to the program. */
static void answer(struct pty *p)
{
	char buf[256];
	size_t n;

	while ((n = vterm_output_read(p->vt, buf, sizeof(buf))) > 0)
		if (write(p->fd, buf, n) < 0)
			return;
}

/* Take what comes within `us`; 0 if nothing did, else when it came. */
static int64_t pump(struct pty *p, long us)
{
	struct timespec wait = { us / 1000000, us % 1000000 * 1000 };
	struct pollfd f = { p->fd, POLLIN, 0 };
	char buf[16384];
	int64_t at;
	ssize_t n;

	if (ppoll(&f, 1, &wait, NULL) <= 0)
		return 0;
	n = read(p->fd, buf, sizeof(buf));
	at = bench_ns();
	if (n <= 0)
		bench_fail("the program has ended", NULL);
	p->bytes += n;
	(void)vterm_input_write(p->vt, buf, (size_t)n);
	answer(p);
	return at;
}

static void give_up(struct pty *p)
{
	char row[PTY_LINE];

	for (int i = 0; i < PTY_ROWS; i++) {
		pty_row(p, i, row);
		fprintf(stderr, "%s\n", row);
	}
	bench_fail("the screen did not come to show what was waited for", NULL);
}

int64_t pty_settle(struct pty *p, bool (*there)(struct pty *p, const void *ctx), const void *ctx,
		   long gap_us)
{
	int64_t last = 0, from = bench_ns();
	bool shown = false;

	for (;;) {
		int64_t at = pump(p, shown ? gap_us : 1000000);

		if (at == 0 && shown)
			return last;
		if (bench_ns() - from > PATIENCE_S * 1000000000LL)
			give_up(p);
		if (at == 0)
			continue;
		last = at;
		shown = shown || there(p, ctx);
	}
}

void pty_row(struct pty *p, int row, char out[PTY_LINE])
{
	struct strbuf b = STRBUF_INIT_MAX(PTY_LINE - 1);
	size_t end = 0;

	for (int col = 0; col < PTY_COLS; col++) {
		VTermScreenCell cell;

		if (!vterm_screen_get_cell(p->screen, (VTermPos){ row, col }, &cell)
		    || cell.chars[0] == (uint32_t)-1)
			continue;
		if (cell.chars[0] == 0)
			(void)strbuf_addc(&b, ' ');
		for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i]; i++)
			(void)utf8_put(&b, (int32_t)cell.chars[i]);
		if (cell.chars[0] && cell.chars[0] != ' ')
			end = b.len;
	}
	snprintf(out, PTY_LINE, "%.*s", (int)end, strbuf_cstr(&b));
	strbuf_release(&b);
}

bool pty_holds(struct pty *p, const char *text)
{
	char row[PTY_LINE];

	for (int i = 0; i < PTY_ROWS; i++) {
		pty_row(p, i, row);
		if (strstr(row, text))
			return true;
	}
	return false;
}
