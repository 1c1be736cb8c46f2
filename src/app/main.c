/* SPDX-License-Identifier: EUPL-1.2 */
/* sluss - the workstation: full screen, or one verb. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "app/screen.h"
#include "app/verbs.h"
#include "app/words.h"
#include "base/i18n.h"
#include "net/http.h"
#include "sign/hash.h"
#include "ui/text.h"

#include "base/banned.h"

/* The leak checker looks at the program as a debugger does. */
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED
#endif
#endif

/* A core dump would hold keys, and so would a debugger's view of us. */
static void harden(void)
{
	struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
#ifndef SANITIZED
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

/* 0: no terminal, and lines of any length. */
static int columns(int fd)
{
	struct winsize w;

	if (!isatty(fd))
		return 0;
	return ioctl(fd, TIOCGWINSZ, &w) == 0 && w.ws_col > 0 ? w.ws_col : 80;
}

static bool drain(void *ctx, struct strbuf *out)
{
	FILE *to = ctx;
	bool ok = fwrite(strbuf_cstr(out), 1, out->len, to) == out->len;

	strbuf_clear(out);
	return ok;
}

/* What went wrong, in the officer's language: one line, which a terminal gets
 * broken between words. */
static void complain(struct call *c, const struct err *why)
{
	struct strbuf text = STRBUF_INIT;

	strbuf_adds(&text, "sluss: ");
	words_error(&text, why, true);
	say_text(c, strbuf_str(&text), columns(STDERR_FILENO));
	strbuf_release(&text);
}

/* Nobody can be told that standard error is closed. */
static int finish(struct call *c, int code)
{
	bool ok = drain(stdout, &c->out) && fflush(stdout) == 0;

	if (!ok && !code)
		say_line(c, "sluss: %s",
			 _("Svaret kunde inte skrivas ut. Det som skulle göras är gjort."));
	drain(stderr, &c->say);
	return ok || code ? code : EXIT_FAILURE;
}

static enum status run_verb(struct call *c, struct err *why)
{
	enum status st;

	if (c->given[FLAG_VERSION]) {
		put_line(c, "sluss %s", SLUSS_VERSION);
		return ST_OK;
	}
	if (c->given[FLAG_HELP]) {
		if (c->verb)
			help_verb(c, c->verb);
		else
			help_overview(c);
		return ST_OK;
	}
	if (!c->verb)
		return err_set(why, ST_BAD_INPUT, "screen-terminal",
			       "the full screen needs a terminal; name a command, see sluss help");
	st = call_need(c, c->verb->need, why);
	return st == ST_OK ? c->verb->run(c, why) : st;
}

/* No verb, and somebody at a terminal. */
static int run_screen(struct call *c, struct err *why)
{
	const char *no_color = getenv("NO_COLOR");
	struct screen_options o = { .ascii = c->given[FLAG_ASCII],
				    .no_color = c->given[FLAG_NO_COLOR] || (no_color && *no_color),
				    .theme = c->value[FLAG_THEME],
				    .filter =
					    c->given[FLAG_FILTER] ? c->value[FLAG_FILTER] : NULL };
	const char *view = c->given[FLAG_VIEW] ? c->value[FLAG_VIEW] : "";
	enum status st = call_need(c, NEED_FILES, why);
	int code;

	if (*view && (view[0] < '1' || view[0] > '9' || view[1]))
		st = err_set(why, ST_BAD_INPUT, "usage", "--view is a number from 1 to 9");
	o.view = *view ? view[0] - '0' : 0;
	if (st == ST_OK && o.view && !views_filter(&c->home->config.views, o.view))
		st = err_set(why, ST_BAD_INPUT, "view-unknown", "there is no saved view: %d",
			     o.view);
	if (st == ST_OK && c->home->enrolled && c->given[FLAG_PASSPHRASE_FD])
		st = call_unlock(c, why);
	if (st != ST_OK)
		return verb_exit_code(st, why);
	/* What was found while opening is read before the screen covers it. */
	drain(stderr, &c->say);
	code = screen_main(c->home, &o, why);
	return code;
}

static bool wants_screen(const struct call *c)
{
	return !c->verb && !c->given[FLAG_HELP] && !c->given[FLAG_VERSION] && isatty(STDIN_FILENO)
	       && isatty(STDOUT_FILENO);
}

/* Also where the words before it could not be read. */
static bool wants_json(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--json") == 0)
			return true;
	return false;
}

int main(int argc, char **argv)
{
	struct home home;
	struct call c = { .store = &home,
			  .drain = drain,
			  .drain_ctx = stdout,
			  .say_ctx = stderr,
			  .out_tty = isatty(STDOUT_FILENO),
			  .cols = columns(STDOUT_FILENO),
			  .may_ask = isatty(STDIN_FILENO) || isatty(STDERR_FILENO) };
	struct err why = ERR_INIT;
	enum status st;
	int code;

	harden();
	words_start("auto");
	st = sign_start(&why);
	if (st == ST_OK)
		st = http_start(&why);
	if (st == ST_OK)
		st = call_parse(&c, argc, argv, &why);
	if (st == ST_OK && wants_screen(&c))
		code = run_screen(&c, &why);
	else {
		if (st == ST_OK)
			st = run_verb(&c, &why);
		code = verb_exit_code(st, &why);
	}
	if (code && c.home)
		home_distrust(c.home, &why);
	if (code && why.code[0])
		complain(&c, &why);
	if (code && why.code[0] && wants_json(argc, argv) && c.out.len == 0)
		json_error(&c, &why, code);
	code = finish(&c, code);
	if (c.home)
		home_close(c.home);
	call_release(&c);
	http_stop();
	return code;
}
