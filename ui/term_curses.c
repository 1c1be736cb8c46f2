/* SPDX-License-Identifier: EUPL-1.2 */
#include "ui/term.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <termcap.h>

#include "base/utf8.h"

#include "base/banned.h"

struct term {
	SCREEN *screen;
	struct keys keys;
	struct canvas shown; /* what curses was last told */
	bool know_shown;
	const struct theme *theme;
	bool color;
	bool unknown;
	bool paste;
	bool away;  /* term_leave without term_enter yet */
	bool gone;  /* the terminal has hung up */
	int events; /* epoll: input, and a change of size */
	const struct clock *clock;
	int64_t last_byte; /* boot time of the last input */
	int rows, cols;
	struct termios before;
};

/*
 * Raised by the handler of SIGWINCH. A signal handler is given nothing, so
 * this one file descriptor is the module's; it makes a change of size wake a
 * poll even when the signal comes just before it, in whatever thread.
 */
static volatile sig_atomic_t size_event = -1;

static void on_winch(int sig)
{
	uint64_t one = 1;
	int saved = errno;

	(void)sig;
	if (size_event >= 0 && write(size_event, &one, sizeof(one)) < 0)
		errno = saved;
	errno = saved;
}

static const char *term_name(void)
{
	const char *name = getenv("TERM");

	return name && *name ? name : "dumb";
}

static const struct glyphs *choose_glyphs(const struct term_options *o)
{
	/* The fonts of the console lack what the utf8 set needs. */
	bool console = strcmp(term_name(), "linux") == 0;

	if (o->ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		return &glyphs_ascii;
	return console && !o->force_utf8 ? &glyphs_ascii : &glyphs_utf8;
}

/*
 * Keys that would stop or end the program, or throw typed input away with
 * it, come as bytes instead; ^S and ^Q do not freeze the screen.
 */
static void own_input_modes(void)
{
	static const int off[] = { VINTR, VQUIT, VSUSP, VLNEXT, VDISCARD, VREPRINT, VWERASE };
	struct termios tio;

	if (tcgetattr(STDIN_FILENO, &tio) != 0)
		return;
	tio.c_iflag &= (tcflag_t) ~(IXON | IXOFF);
	for (size_t i = 0; i < sizeof(off) / sizeof(off[0]); i++)
		tio.c_cc[off[i]] = _POSIX_VDISABLE;
	(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &tio);
	(void)def_prog_mode();
}

/* Bracketed paste, where terminfo knows it. */
static void paste_mode(const struct term *t, bool on)
{
	const char *seq;

	if (!t->paste)
		return;
	seq = tigetstr(on ? "BE" : "BD");
	if (seq && seq != (const char *)-1)
		(void)putp(seq);
	(void)fflush(stdout);
}

static bool knows_paste(void)
{
	const char *seq = tigetstr("BE");

	return seq && seq != (const char *)-1;
}

static void start_colors(struct term *t)
{
	if (!t->color || !has_colors() || start_color() == ERR || COLORS < 256) {
		t->color = false;
		return;
	}
	(void)use_default_colors();
	for (short i = 0; i < STYLE_COUNT; i++)
		(void)init_pair((short)(i + 1), t->theme->look[i].fg, t->theme->look[i].bg);
}

static void start_modes(struct term *t)
{
	(void)cbreak();
	(void)noecho();
	(void)nonl();
	(void)typeahead(-1);
	(void)intrflush(stdscr, FALSE);
	(void)leaveok(stdscr, FALSE);
	(void)scrollok(stdscr, FALSE);
	(void)curs_set(1);
	start_colors(t);
	own_input_modes();
	t->paste = knows_paste();
	paste_mode(t, true);
	t->rows = LINES;
	t->cols = COLS;
}

static bool watch(int epoll, int fd)
{
	struct epoll_event e = { .events = EPOLLIN };

	return fd >= 0 && epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e) == 0;
}

static bool start_events(struct term *t)
{
	struct sigaction sa = { .sa_handler = on_winch, .sa_flags = SA_RESTART };

	t->events = epoll_create1(EPOLL_CLOEXEC);
	size_event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	(void)sigemptyset(&sa.sa_mask);
	return t->events >= 0 && watch(t->events, STDIN_FILENO) && watch(t->events, size_event)
	       && sigaction(SIGWINCH, &sa, NULL) == 0;
}

static void stop_events(struct term *t)
{
	int fd = size_event;

	(void)signal(SIGWINCH, SIG_DFL);
	size_event = -1;
	if (fd >= 0)
		(void)close(fd);
	if (t->events >= 0)
		(void)close(t->events);
}

static bool start_screen(struct term *t)
{
	/* Asked for first: a newterm that fails leaves memory behind. */
	t->unknown = tgetent(NULL, term_name()) != 1;
	t->screen = newterm(t->unknown ? "vt100" : NULL, stdout, stdin);
	/* Until it has come back from endwin once, curses writes at every motion
	 * of the cursor; then a whole painting goes out at once. */
	return t->screen && endwin() == OK;
}

static enum status may_open(struct err *why)
{
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return err_set(why, ST_REFUSED, "terminal-none",
			       "input or output is not a terminal");
	if (strcmp(term_name(), "dumb") == 0)
		return err_set(why, ST_REFUSED, "terminal-dumb",
			       "TERM is dumb or not set: use the linear mode");
	return ST_OK;
}

enum status term_open(struct term **out, const struct term_options *o, struct err *why)
{
	enum status st = may_open(why);
	struct term *t;

	if (st != ST_OK)
		return st;
	t = calloc(1, sizeof(*t));
	if (!t)
		return err_set(why, ST_BROKEN, "no-memory", "no memory for the screen");
	t->theme = o->theme ? o->theme : theme_at(0);
	t->color = t->theme->color && !o->no_color;
	t->clock = o->clock;
	t->keys.esc_ms = o->esc_ms;
	(void)tcgetattr(STDIN_FILENO, &t->before);
	if (!canvas_init(&t->shown, 1, 1, choose_glyphs(o)) || !start_events(t)
	    || !start_screen(t)) {
		stop_events(t);
		canvas_release(&t->shown);
		free(t);
		return err_set(why, ST_BROKEN, "terminal-broken",
			       "the terminal \"%s\" cannot be used", term_name());
	}
	start_modes(t);
	*out = t;
	return ST_OK;
}

void term_close(struct term *t)
{
	if (!t)
		return;
	term_leave(t);
	delscreen(t->screen);
	stop_events(t);
	(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &t->before);
	canvas_release(&t->shown);
	free(t);
}

bool term_unknown(const struct term *t)
{
	return t->unknown;
}

const struct glyphs *term_glyphs(const struct term *t)
{
	return t->shown.glyphs;
}

int term_fd(const struct term *t)
{
	return t->events;
}

void term_size(const struct term *t, int *rows, int *cols)
{
	*rows = t->rows;
	*cols = t->cols;
}

/* --- Keys ------------------------------------------------------------------ */

static bool readable(void)
{
	struct pollfd p = { STDIN_FILENO, POLLIN, 0 };

	return poll(&p, 1, 0) > 0 && p.revents != 0;
}

static void read_bytes(struct term *t)
{
	unsigned char buf[1024];
	size_t room = keys_room(&t->keys);
	ssize_t n;

	while (room > 0 && !t->gone && readable()) {
		n = read(STDIN_FILENO, buf, room < sizeof(buf) ? room : sizeof(buf));
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			return;
		if (n <= 0) {
			t->gone = true;
			return;
		}
		keys_feed(&t->keys, buf, (size_t)n);
		t->last_byte = clock_boot(t->clock);
		room = keys_room(&t->keys);
	}
}

static bool new_size(struct term *t)
{
	struct winsize ws;
	uint64_t seen;
	/* Taken off before the size is asked for: a change after that raises
	 * the event again. */
	bool told = read(size_event, &seen, sizeof(seen)) == sizeof(seen);

	if (!told && errno != EAGAIN)
		return false;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) != 0 || ws.ws_row == 0 || ws.ws_col == 0)
		return false;
	/* Back at the same size, it may have been smaller in between, and have
	 * lost what stood beyond. */
	t->know_shown = t->know_shown && !told;
	if (ws.ws_row == t->rows && ws.ws_col == t->cols)
		return told;
	(void)resizeterm(ws.ws_row, ws.ws_col);
	t->rows = ws.ws_row;
	t->cols = ws.ws_col;
	t->know_shown = false;
	return true;
}

bool term_key(struct term *t, struct key *key)
{
	*key = (struct key){ TK_NONE, false };
	if (t->away)
		return false;
	if (new_size(t)) {
		key->code = TK_RESIZE;
		return true;
	}
	read_bytes(t);
	if (keys_next(&t->keys, clock_boot(t->clock) - t->last_byte, key))
		return true;
	if (t->gone)
		key->code = TK_EOF;
	return t->gone;
}

int term_wait_ms(struct term *t)
{
	int limit = keys_wait(&t->keys);
	int64_t left;

	if (limit < 0)
		return -1;
	left = t->last_byte + limit - clock_boot(t->clock);
	return left > 0 ? (int)left : 0;
}

/* --- Painting -------------------------------------------------------------- */

static attr_t look_attr(const struct look *l)
{
	attr_t a = A_NORMAL;

	if (l->attr & LOOK_BOLD)
		a |= A_BOLD;
	if (l->attr & LOOK_REVERSE)
		a |= A_REVERSE;
	if (l->attr & LOOK_UNDERLINE)
		a |= A_UNDERLINE;
	if (l->attr & LOOK_DIM)
		a |= A_DIM;
	return a;
}

static cchar_t to_curses(const struct term *t, const struct cell *cell)
{
	struct str s = str_of(cell->utf8);
	attr_t attr = look_attr(&t->theme->look[cell->style]);
	short pair = (short)(t->color ? cell->style + 1 : 0);
	wchar_t wide[CCHARW_MAX + 1] = { 0 };
	cchar_t cc;
	size_t n = 0;

	for (size_t at = 0; at < s.n && n < CCHARW_MAX; n++)
		wide[n] = (wchar_t)utf8_next(s, &at);
	if (setcchar(&cc, wide, attr, pair, NULL) == ERR)
		(void)setcchar(&cc, L" ", attr, pair, NULL);
	return cc;
}

/* Make `shown` as large as the screen and forget what stood there. */
static void forget(struct term *t)
{
	(void)erase();
	(void)clearok(stdscr, TRUE);
	t->know_shown = canvas_resize(&t->shown, t->rows, t->cols);
}

/* Give curses the cells from `x` on that are not what is shown, as one run.
 * Returns the first that is shown already. */
static int paint_run(struct term *t, int y, int x, int cols, const struct cell *row)
{
	struct cell *shown = &t->shown.cells[(size_t)y * (size_t)t->shown.cols];
	cchar_t run[CANVAS_COLS_MAX];
	int from = x, n = 0;

	for (; x < cols && memcmp(&shown[x], &row[x], sizeof(row[x])) != 0; x++) {
		shown[x] = row[x];
		if (row[x].width > 0)
			run[n++] = to_curses(t, &row[x]);
		else if (n == 0)
			from = x + 1; /* a right half alone: its left one is shown */
	}
	(void)mvadd_wchnstr(y, from, run, n);
	return x;
}

static void paint_row(struct term *t, int y, int cols, const struct cell *row)
{
	const struct cell *shown = &t->shown.cells[(size_t)y * (size_t)t->shown.cols];

	if (memcmp(shown, row, (size_t)cols * sizeof(*row)) == 0)
		return;
	for (int x = 0; x < cols; x++)
		if (memcmp(&shown[x], &row[x], sizeof(*row)) != 0)
			x = paint_run(t, y, x, cols, row);
}

void term_paint(struct term *t, const struct canvas *c)
{
	if (t->away)
		return;
	if (!t->know_shown)
		forget(t);
	if (!t->know_shown)
		return;
	for (int y = 0; y < t->shown.rows && y < c->rows; y++)
		paint_row(t, y, t->shown.cols < c->cols ? t->shown.cols : c->cols,
			  canvas_at(c, y, 0));
	(void)move(c->cursor_y, c->cursor_x);
	(void)refresh();
}

void term_repaint(struct term *t)
{
	t->know_shown = false;
}

/* --- Leaving and coming back ----------------------------------------------- */

void term_leave(struct term *t)
{
	if (t->away)
		return;
	t->away = true;
	paste_mode(t, false);
	(void)endwin();
	(void)fflush(stdout);
}

void term_enter(struct term *t)
{
	if (!t->away)
		return;
	t->away = false;
	(void)reset_prog_mode();
	own_input_modes();
	paste_mode(t, true);
	t->know_shown = false;
}

void term_suspend(struct term *t)
{
	struct sigaction stop = { .sa_handler = SIG_DFL }, old;

	term_leave(t);
	(void)sigaction(SIGTSTP, &stop, &old);
	(void)raise(SIGTSTP);
	(void)sigaction(SIGTSTP, &old, NULL);
	term_enter(t);
}
