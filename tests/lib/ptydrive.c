/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * ptydrive - run a program in a terminal of our own and drive it by a script.
 *
 *   ptydrive [--size COLSxROWS] [--term NAME] [--timeout S] [--raw FILE]
 *            [--script FILE] -- PROGRAM [ARGUMENT...]
 *
 * The terminal is libvterm in this process: what the script sees is what a
 * person would see. Nothing sleeps; every wait ends when the screen has
 * changed, at the latest after S seconds (20 if not said). The script is read
 * from FILE or standard input, one command a line, '#' begins a comment:
 *
 *   wait TEXT          until a row of the screen holds TEXT
 *   waitnot TEXT       until no row holds it
 *   expect TEXT        as wait: for what should be there together with it
 *   expectnot TEXT     no row holds TEXT once output has been silent for 200 ms
 *   row N TEXT         until row N (from 0) holds TEXT
 *   cursor ROW COL     until the hardware cursor stands there (from 0)
 *   type TEXT          send the text as it is
 *   keys TEXT          send it with \e \r \n \t \\ and \xHH read
 *   key NAME...        Enter Esc Tab S-Tab Up Down Left Right Home End PgUp
 *                      PgDn Ins Del Back Space F1..F12 ^A..^Z, or one sign
 *   paste TEXT         send it as a bracketed paste (\n etc. read)
 *   resize COLSxROWS   another size, SIGWINCH included
 *   screen FILE        write the screen, once silent, to FILE ("-": standard output)
 *   mark               begin counting output bytes
 *   maxbytes N         no more than N bytes came since mark (after 200 ms of
 *                      silence)
 *   pid FILE           write the process id of the program
 *   kill NAME          send a signal: HUP INT TERM KILL STOP CONT TSTP USR1 WINCH
 *   hangup             close the terminal, as a lost ssh line does
 *   waitexit CODE      until the program has ended with CODE (128+N: signal N)
 *   timeout S          for the commands that follow
 *
 * Blanks around TEXT are taken off; "..." keeps them. --raw FILE gets every
 * byte the program wrote. Exit 0 when the script has ended well; otherwise the
 * failed line and the screen are on standard error and the exit is 1; 2 for a
 * wrong call. A program that still runs at the end is hung up, then killed.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <vterm.h>

#include "base/strbuf.h"
#include "base/utf8.h"

#include "base/banned.h"

enum { LINE_BYTES = 8192, QUIET_MS = 200 };

struct drive {
	VTerm *vt;
	VTermScreen *screen;
	int rows, cols;
	int fd; /* master side, -1 = closed */
	pid_t pid;
	bool ended; /* waited for; `status` is known */
	int status;
	int raw;    /* -1 = none */
	long bytes; /* since mark */
	long timeout_ms;
	int line; /* of the script */
};

static long now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* --- The terminal ---------------------------------------------------------- */

static void write_all(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t w = write(fd, p, n);

		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0)
			return;
		p += w;
		n -= (size_t)w;
	}
}

/* What the terminal answers to queries goes back to the program. */
static void answer(struct drive *d)
{
	char buf[256];
	size_t n;

	while ((n = vterm_output_read(d->vt, buf, sizeof(buf))) > 0)
		if (d->fd >= 0)
			write_all(d->fd, buf, n);
}

static void close_master(struct drive *d)
{
	if (d->fd >= 0)
		(void)close(d->fd);
	d->fd = -1;
}

/* Take output for at most `ms`; false if nothing came. */
static bool pump(struct drive *d, long ms)
{
	struct pollfd p = { d->fd, POLLIN, 0 };
	char buf[4096];
	ssize_t n;

	if (d->fd < 0)
		return false;
	if (poll(&p, 1, (int)ms) <= 0)
		return false;
	n = read(d->fd, buf, sizeof(buf));
	if (n <= 0) {
		if (n < 0 && errno == EINTR)
			return true;
		close_master(d); /* EIO: the other side is gone */
		return false;
	}
	if (d->raw >= 0)
		write_all(d->raw, buf, (size_t)n);
	d->bytes += n;
	(void)vterm_input_write(d->vt, buf, (size_t)n);
	answer(d);
	return true;
}

static void row_text(const struct drive *d, int row, struct strbuf *out)
{
	size_t end = out->len;

	for (int col = 0; col < d->cols; col++) {
		VTermScreenCell cell;
		VTermPos pos = { row, col };

		if (!vterm_screen_get_cell(d->screen, pos, &cell))
			continue;
		if (cell.chars[0] == (uint32_t)-1)
			continue;
		if (cell.chars[0] == 0) {
			(void)strbuf_addc(out, ' ');
			continue;
		}
		for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i]; i++)
			(void)utf8_put(out, (int32_t)cell.chars[i]);
		if (cell.chars[0] != ' ')
			end = out->len;
	}
	strbuf_cut(out, end);
}

static void screen_text(const struct drive *d, struct strbuf *out)
{
	for (int row = 0; row < d->rows; row++) {
		row_text(d, row, out);
		(void)strbuf_addc(out, '\n');
	}
}

static bool row_holds(const struct drive *d, int row, const char *text)
{
	struct strbuf b = STRBUF_INIT;
	bool found;

	row_text(d, row, &b);
	found = strstr(strbuf_cstr(&b), text) != NULL;
	strbuf_release(&b);
	return found;
}

static bool screen_holds(const struct drive *d, const char *text)
{
	for (int row = 0; row < d->rows; row++)
		if (row_holds(d, row, text))
			return true;
	return false;
}

/* --- Conditions ------------------------------------------------------------ */

struct wish {
	enum { HOLDS, HOLDS_NOT, ROW_HOLDS, CURSOR, GONE } kind;
	const char *text;
	int row, col;
};

static bool reap(struct drive *d)
{
	if (!d->ended && waitpid(d->pid, &d->status, WNOHANG) == d->pid)
		d->ended = true;
	return d->ended;
}

static bool fulfilled(struct drive *d, const struct wish *w)
{
	VTermPos at;

	switch (w->kind) {
	case HOLDS:
		return screen_holds(d, w->text);
	case HOLDS_NOT:
		return !screen_holds(d, w->text);
	case ROW_HOLDS:
		return w->row < d->rows && row_holds(d, w->row, w->text);
	case CURSOR:
		vterm_state_get_cursorpos(vterm_obtain_state(d->vt), &at);
		return at.row == w->row && at.col == w->col;
	case GONE:
		return reap(d);
	}
	return false;
}

/* Pump until the wish is fulfilled. A program that has closed its terminal
 * cannot change the screen any more: only its end is waited for then. */
static bool await(struct drive *d, const struct wish *w)
{
	long end = now_ms() + d->timeout_ms;

	for (;;) {
		long left = end - now_ms();

		if (fulfilled(d, w))
			return true;
		if (left <= 0 || (d->fd < 0 && w->kind != GONE))
			return false;
		if (d->fd < 0)
			(void)poll(NULL, 0, 10);
		else
			(void)pump(d, left < 50 ? left : 50);
	}
}

/* --- Keys ------------------------------------------------------------------ */

static const struct {
	const char *name, *bytes;
} key_names[] = {
	{ "Enter", "\r" },    { "Esc", "\x1b" },     { "Tab", "\t" },	    { "S-Tab", "\x1b[Z" },
	{ "Up", "\x1bOA" },   { "Down", "\x1bOB" },  { "Right", "\x1bOC" }, { "Left", "\x1bOD" },
	{ "Home", "\x1bOH" }, { "End", "\x1bOF" },   { "PgUp", "\x1b[5~" }, { "PgDn", "\x1b[6~" },
	{ "Ins", "\x1b[2~" }, { "Del", "\x1b[3~" },  { "Back", "\x7f" },    { "Space", " " },
	{ "F1", "\x1bOP" },   { "F2", "\x1bOQ" },    { "F3", "\x1bOR" },    { "F4", "\x1bOS" },
	{ "F5", "\x1b[15~" }, { "F6", "\x1b[17~" },  { "F7", "\x1b[18~" },  { "F8", "\x1b[19~" },
	{ "F9", "\x1b[20~" }, { "F10", "\x1b[21~" }, { "F11", "\x1b[23~" }, { "F12", "\x1b[24~" },
};

static bool send_bytes(struct drive *d, const char *p, size_t n)
{
	if (d->fd < 0)
		return false;
	write_all(d->fd, p, n);
	return true;
}

static bool send_key(struct drive *d, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < sizeof(key_names) / sizeof(key_names[0]); i++)
		if (strcasecmp(key_names[i].name, name) == 0)
			return send_bytes(d, key_names[i].bytes, strlen(key_names[i].bytes));
	if (n == 2 && name[0] == '^') {
		char c = (char)(toupper((unsigned char)name[1]) & 0x1F);

		return send_bytes(d, &c, 1);
	}
	if (utf8_count(str_of(name)) == 1)
		return send_bytes(d, name, n);
	(void)fprintf(stderr, "ptydrive: no key \"%s\"\n", name);
	return false;
}

static bool send_keys(struct drive *d, char *names)
{
	char *save = NULL;

	for (char *k = strtok_r(names, " ", &save); k; k = strtok_r(NULL, " ", &save))
		if (!send_key(d, k))
			return false;
	return true;
}

static int unescape_one(const char **p)
{
	static const char from[] = "ernt\\", to[] = "\x1b\r\n\t\\";
	char hex[3] = { 0 };
	const char *at;

	if (**p != '\\' || !(*p)[1])
		return (unsigned char)*(*p)++;
	(*p)++;
	if (**p == 'x' && isxdigit((unsigned char)(*p)[1]) && isxdigit((unsigned char)(*p)[2])) {
		hex[0] = (*p)[1];
		hex[1] = (*p)[2];
		*p += 3;
		return (int)strtol(hex, NULL, 16);
	}
	at = strchr(from, **p);
	(*p)++;
	return at ? (unsigned char)to[at - from] : (unsigned char)(*p)[-1];
}

static bool send_escaped(struct drive *d, const char *text)
{
	char buf[LINE_BYTES];
	size_t n = 0;

	while (*text && n < sizeof(buf))
		buf[n++] = (char)unescape_one(&text);
	return send_bytes(d, buf, n);
}

/* --- Commands -------------------------------------------------------------- */

static bool do_wait(struct drive *d, char *a)
{
	return await(d, &(struct wish){ .kind = HOLDS, .text = a });
}

static bool do_waitnot(struct drive *d, char *a)
{
	return await(d, &(struct wish){ .kind = HOLDS_NOT, .text = a });
}

static void drain(struct drive *d)
{
	while (pump(d, 0))
		;
}

/* Let the program finish what it is writing. */
static void settle(struct drive *d)
{
	while (pump(d, QUIET_MS))
		;
}

static bool do_expectnot(struct drive *d, char *a)
{
	settle(d);
	return !screen_holds(d, a);
}

static bool do_row(struct drive *d, char *a)
{
	char *text;
	long row = strtol(a, &text, 10);

	while (*text == ' ')
		text++;
	return await(d, &(struct wish){ .kind = ROW_HOLDS, .row = (int)row, .text = text });
}

static bool do_cursor(struct drive *d, char *a)
{
	char *rest;
	long row = strtol(a, &rest, 10), col = strtol(rest, NULL, 10);

	return await(d, &(struct wish){ .kind = CURSOR, .row = (int)row, .col = (int)col });
}

static bool do_type(struct drive *d, char *a)
{
	return send_bytes(d, a, strlen(a));
}

static bool do_keys(struct drive *d, char *a)
{
	return send_escaped(d, a);
}

static bool do_key(struct drive *d, char *a)
{
	return send_keys(d, a);
}

static bool do_paste(struct drive *d, char *a)
{
	return send_bytes(d, "\x1b[200~", 6) && send_escaped(d, a) && send_bytes(d, "\x1b[201~", 6);
}

static bool parse_size(const char *s, int *cols, int *rows)
{
	char *rest;
	long c = strtol(s, &rest, 10), r;

	if (*rest != 'x')
		return false;
	r = strtol(rest + 1, &rest, 10);
	if (c < 1 || c > 1000 || r < 1 || r > 500)
		return false;
	*cols = (int)c;
	*rows = (int)r;
	return true;
}

static bool do_resize(struct drive *d, char *a)
{
	struct winsize ws = { 0 };

	if (!parse_size(a, &d->cols, &d->rows))
		return false;
	drain(d);
	vterm_set_size(d->vt, d->rows, d->cols);
	ws.ws_row = (unsigned short)d->rows;
	ws.ws_col = (unsigned short)d->cols;
	return d->fd >= 0 && ioctl(d->fd, TIOCSWINSZ, &ws) == 0;
}

static bool do_screen(struct drive *d, char *a)
{
	struct strbuf b = STRBUF_INIT;
	FILE *f = strcmp(a, "-") == 0 ? stdout : fopen(a, "w");
	bool ok = f != NULL;

	settle(d);
	screen_text(d, &b);
	if (f) {
		ok = fwrite(b.data, 1, b.len, f) == b.len;
		if (f == stdout)
			(void)fflush(f);
		else
			ok = fclose(f) == 0 && ok;
	}
	strbuf_release(&b);
	return ok;
}

static bool do_mark(struct drive *d, char *a)
{
	(void)a;
	settle(d);
	d->bytes = 0;
	return true;
}

static bool do_maxbytes(struct drive *d, char *a)
{
	settle(d);
	if (d->bytes <= strtol(a, NULL, 10))
		return true;
	(void)fprintf(stderr, "ptydrive: %ld bytes came\n", d->bytes);
	return false;
}

static bool do_pid(struct drive *d, char *a)
{
	FILE *f = fopen(a, "w");

	if (!f)
		return false;
	(void)fprintf(f, "%ld\n", (long)d->pid);
	return fclose(f) == 0;
}

static const struct {
	const char *name;
	int number;
} signals[] = {
	{ "HUP", SIGHUP },   { "INT", SIGINT },	    { "TERM", SIGTERM }, { "KILL", SIGKILL },
	{ "STOP", SIGSTOP }, { "CONT", SIGCONT },   { "TSTP", SIGTSTP }, { "USR1", SIGUSR1 },
	{ "USR2", SIGUSR2 }, { "WINCH", SIGWINCH }, { "QUIT", SIGQUIT },
};

static bool do_kill(struct drive *d, char *a)
{
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		if (strcasecmp(signals[i].name, a) == 0)
			return !reap(d) && kill(d->pid, signals[i].number) == 0;
	return false;
}

static bool do_hangup(struct drive *d, char *a)
{
	(void)a;
	drain(d);
	close_master(d);
	return true;
}

static bool do_waitexit(struct drive *d, char *a)
{
	int code;

	if (!await(d, &(struct wish){ .kind = GONE }))
		return false;
	drain(d);
	code = WIFEXITED(d->status) ? WEXITSTATUS(d->status) : 128 + WTERMSIG(d->status);
	if (code == strtol(a, NULL, 10))
		return true;
	(void)fprintf(stderr, "ptydrive: the program ended with %d\n", code);
	return false;
}

static bool do_timeout(struct drive *d, char *a)
{
	d->timeout_ms = strtol(a, NULL, 10) * 1000;
	return d->timeout_ms > 0;
}

static const struct {
	const char *name;
	bool (*run)(struct drive *d, char *argument);
} commands[] = {
	{ "wait", do_wait },	       { "waitnot", do_waitnot },   { "expect", do_wait },
	{ "expectnot", do_expectnot }, { "row", do_row },	    { "cursor", do_cursor },
	{ "type", do_type },	       { "keys", do_keys },	    { "key", do_key },
	{ "paste", do_paste },	       { "resize", do_resize },	    { "screen", do_screen },
	{ "mark", do_mark },	       { "maxbytes", do_maxbytes }, { "pid", do_pid },
	{ "kill", do_kill },	       { "hangup", do_hangup },	    { "waitexit", do_waitexit },
	{ "timeout", do_timeout },
};

/* Take blanks off both ends, and one pair of quotes. */
static char *trim(char *s)
{
	size_t n;

	while (*s == ' ' || *s == '\t')
		s++;
	n = strlen(s);
	while (n > 0 && strchr(" \t\r\n", s[n - 1]))
		s[--n] = '\0';
	if (n >= 2 && s[0] == '"' && s[n - 1] == '"') {
		s[n - 1] = '\0';
		s++;
	}
	return s;
}

static bool run_line(struct drive *d, char *line)
{
	char *name = line + strspn(line, " \t");
	size_t n = strcspn(name, " \t\r\n");
	char *argument = name + n;

	if (n == 0 || *name == '#')
		return true;
	if (*argument)
		*argument++ = '\0';
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(commands[i].name, name) == 0)
			return commands[i].run(d, trim(argument));
	(void)fprintf(stderr, "ptydrive: no command \"%s\"\n", name);
	return false;
}

static void report(struct drive *d, const char *line)
{
	struct strbuf b = STRBUF_INIT;
	VTermPos at;

	vterm_state_get_cursorpos(vterm_obtain_state(d->vt), &at);
	screen_text(d, &b);
	(void)fprintf(stderr, "ptydrive: line %d failed: %s", d->line, line);
	(void)fprintf(stderr, "--- %dx%d, cursor %d %d, program %s ---\n%s---\n", d->cols, d->rows,
		      at.row, at.col, reap(d) ? "has ended" : "runs", strbuf_cstr(&b));
	strbuf_release(&b);
}

static bool run_script(struct drive *d, FILE *script)
{
	char line[LINE_BYTES], copy[LINE_BYTES];

	while (fgets(line, sizeof(line), script)) {
		d->line++;
		memcpy(copy, line, sizeof(copy));
		if (!run_line(d, copy)) {
			report(d, line);
			return false;
		}
	}
	return true;
}

/* --- Start and end --------------------------------------------------------- */

static bool start(struct drive *d, const char *term, char **argv)
{
	struct winsize ws = { 0 };

	ws.ws_row = (unsigned short)d->rows;
	ws.ws_col = (unsigned short)d->cols;
	d->vt = vterm_new(d->rows, d->cols);
	vterm_set_utf8(d->vt, 1);
	d->screen = vterm_obtain_screen(d->vt);
	vterm_screen_enable_altscreen(d->screen, 1);
	vterm_screen_reset(d->screen, 1);
	d->pid = forkpty(&d->fd, NULL, NULL, &ws);
	if (d->pid < 0)
		return false;
	if (d->pid == 0) {
		(void)setenv("TERM", term, 1);
		(void)unsetenv("LINES");
		(void)unsetenv("COLUMNS");
		(void)execvp(argv[0], argv);
		(void)fprintf(stderr, "ptydrive: %s: %s\n", argv[0], strerror(errno));
		_exit(127);
	}
	(void)fcntl(d->fd, F_SETFD, FD_CLOEXEC);
	return true;
}

/* Hang up, give the program five seconds, then kill it. */
static void stop(struct drive *d)
{
	drain(d);
	close_master(d);
	if (!reap(d)) {
		(void)kill(d->pid, SIGHUP);
		(void)kill(d->pid, SIGCONT);
		d->timeout_ms = 5000;
		if (!await(d, &(struct wish){ .kind = GONE })) {
			(void)kill(d->pid, SIGKILL);
			(void)waitpid(d->pid, &d->status, 0);
		}
	}
	if (d->raw >= 0)
		(void)close(d->raw);
	vterm_free(d->vt);
}

static int usage(void)
{
	(void)fprintf(stderr, "usage: ptydrive [--size COLSxROWS] [--term NAME] "
			      "[--timeout S] [--raw FILE] [--script FILE] -- PROGRAM [ARG...]\n");
	return 2;
}

struct options {
	const char *term, *raw, *script;
	int program; /* index in argv */
};

static bool read_options(struct options *o, struct drive *d, int argc, char **argv)
{
	int i = 1;

	for (; i + 1 < argc && strcmp(argv[i], "--") != 0; i += 2) {
		char *value = argv[i + 1];

		if (strcmp(argv[i], "--size") == 0 && parse_size(value, &d->cols, &d->rows))
			continue;
		if (strcmp(argv[i], "--timeout") == 0 && do_timeout(d, value))
			continue;
		if (strcmp(argv[i], "--term") == 0)
			o->term = value;
		else if (strcmp(argv[i], "--raw") == 0)
			o->raw = value;
		else if (strcmp(argv[i], "--script") == 0)
			o->script = value;
		else
			return false;
	}
	o->program = i + 1;
	return i + 1 < argc && strcmp(argv[i], "--") == 0;
}

int main(int argc, char **argv)
{
	struct drive d = { .rows = 24, .cols = 80, .fd = -1, .raw = -1, .timeout_ms = 20000 };
	struct options o = { .term = "xterm-256color" };
	FILE *script = stdin;
	bool ok;

	if (!read_options(&o, &d, argc, argv))
		return usage();
	(void)signal(SIGPIPE, SIG_IGN);
	if (o.script)
		script = fopen(o.script, "re");
	if (o.raw)
		d.raw = open(o.raw, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (!script || (o.raw && d.raw < 0) || !start(&d, o.term, argv + o.program)) {
		(void)fprintf(stderr, "ptydrive: cannot open the script, the file or a pty\n");
		if (script && script != stdin)
			(void)fclose(script);
		return 2;
	}
	ok = run_script(&d, script);
	stop(&d);
	if (script != stdin)
		(void)fclose(script);
	return ok ? 0 : 1;
}
