/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * rawcheck - judge the raw bytes a program has sent to its terminal.
 *
 *   rawcheck [--ascii] [--mono] [--linear] FILE...
 *
 * Everything must be either a control sequence of the short list below, a
 * layout control (CR LF BS TAB SI SO), or printable text: no C0 or C1 control,
 * no bidi or invisible scalar, no private or unassigned one, no invalid UTF-8.
 * No OSC, DCS, APC, PM or SOS at all.
 *   --ascii    no byte above 0x7E
 *   --mono     no colour in SGR
 *   --linear   no ESC at all, and of the controls LF alone
 * Prints each breach with its offset. Exit 0: clean; 1: not; 2: wrong call.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "base/utf8.h"

#include "base/banned.h"

struct check {
	const char *file;
	struct str in;
	size_t at;
	bool ascii, mono, linear;
	int breaches;
};

enum { BREACHES_SHOWN = 20 };

static void breach(struct check *c, size_t from, const char *what)
{
	if (c->breaches++ >= BREACHES_SHOWN)
		return;
	(void)fprintf(stderr, "%s: byte %zu: %s:", c->file, from, what);
	for (size_t i = from; i < c->in.n && i < from + 12; i++)
		(void)fprintf(stderr, " %02x", (unsigned char)c->in.p[i]);
	(void)fputc('\n', stderr);
}

/* Modes that may be set and reset: what terminfo uses for the screen, the
 * cursor, its keys, and bracketed paste. */
static const char *const modes[] = {
	"?1",	 "?7",	"?12",	 "?25", "?12;25", "?1049", "?1047",
	"?1048", "?47", "?2004", "4",	"34",	  "?5",	   "20",
};

static bool mode_allowed(const char *params)
{
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (strcmp(modes[i], params) == 0)
			return true;
	return false;
}

/* Bold, dim, italic, underline, reverse and their ends; default colours. */
static bool sgr_colour(const char *params)
{
	const char *p = params;

	while (*p) {
		char *end;
		long v = strtol(p, &end, 10);

		if ((v >= 30 && v <= 49 && v != 39 && v != 49) || (v >= 90 && v <= 107))
			return true;
		p = *end ? end + 1 : end;
	}
	return false;
}

static bool digits_only(const char *params)
{
	return params[strspn(params, "0123456789;")] == '\0';
}

/* NULL if the sequence is allowed. */
static const char *judge_csi(const struct check *c, const char *params, char final)
{
	if (final == 'h' || final == 'l')
		return mode_allowed(params) ? NULL : "mode is not on the list";
	if (final == 't')
		return strcmp(params, "22;0;0") == 0 || strcmp(params, "23;0;0") == 0
			       ? NULL
			       : "window operation";
	if (final == 'c') /* the look of the cursor on a linux console */
		return params[0] == '?' ? NULL : "terminal query";
	if (!digits_only(params))
		return "odd parameters";
	if (final == 'm')
		return c->mono && sgr_colour(params) ? "colour" : NULL;
	return strchr("ABCDEFGHJKLMPSTXZ@bdfgr", final) ? NULL : "sequence is not on the list";
}

static void check_csi(struct check *c, size_t from)
{
	char params[64] = { 0 };
	size_t n = 0, at = from + 2;
	const char *why;

	while (at < c->in.n && c->in.p[at] >= 0x20 && c->in.p[at] <= 0x3F) {
		if (n + 1 < sizeof(params))
			params[n++] = c->in.p[at];
		at++;
	}
	if (at >= c->in.n) {
		c->at = c->in.n; /* cut by the end of the recording */
		return;
	}
	why = judge_csi(c, params, c->in.p[at]);
	if (why)
		breach(c, from, why);
	c->at = at + 1;
}

/* At ESC. */
static void check_escape(struct check *c)
{
	size_t from = c->at;
	char next = from + 1 < c->in.n ? c->in.p[from + 1] : '\0';

	if (c->linear)
		breach(c, from, "ESC in linear mode");
	if (next == '[') {
		check_csi(c, from);
	} else if (next == '(' || next == ')') {
		char set = from + 2 < c->in.n ? c->in.p[from + 2] : 'B';

		if (!strchr("AB0", set))
			breach(c, from, "character set is not on the list");
		c->at = from + 3 < c->in.n ? from + 3 : c->in.n;
	} else {
		if (next == '\0' || !strchr("78=>MDEH", next))
			breach(c, from, "escape is not on the list");
		c->at = from + 2 < c->in.n ? from + 2 : c->in.n;
	}
}

/* Unicode categories as utf8_category gives them, by a scalar that has it. */
static bool unprintable(int32_t cp)
{
	static const int32_t examples[] = { 0x80, 0xAD, 0xE000, 0x2028, 0x2029, 0x378 };
	int category = utf8_category(cp);

	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++)
		if (utf8_category(examples[i]) == category)
			return true;
	return (cp >= 0xFE00 && cp <= 0xFE0F) || cp >= 0xE0000 || cp == 0x34F || cp == 0x115F
	       || cp == 0x1160 || cp == 0x3164 || cp == 0xFFA0 || cp == 0x2800;
}

static void check_text(struct check *c)
{
	size_t from = c->at;
	int32_t cp = utf8_next(c->in, &c->at);

	if (cp < 0) {
		if (c->at < c->in.n)
			breach(c, from, "no UTF-8");
	} else if (cp > 0x7E && c->ascii) {
		breach(c, from, "not ascii");
	} else if (unprintable(cp)) {
		breach(c, from, "scalar that must not be printed");
	}
}

static void check_file(struct check *c)
{
	while (c->at < c->in.n) {
		unsigned char b = (unsigned char)c->in.p[c->at];

		if (b == 0x1B) {
			check_escape(c);
		} else if (b < 0x20 || b == 0x7F) {
			if (!strchr(c->linear ? "\n" : "\r\n\b\t\x0e\x0f", b) || b == 0)
				breach(c, c->at, "control");
			c->at++;
		} else {
			check_text(c);
		}
	}
}

static bool read_all(const char *path, struct strbuf *b)
{
	char buf[65536];
	size_t n;
	FILE *f = fopen(path, "rbe");

	if (!f)
		return false;
	while ((n = fread(buf, 1, sizeof(buf), f)) > 0)
		(void)strbuf_add(b, buf, n);
	(void)fclose(f);
	return true;
}

static bool option(struct check *c, const char *arg)
{
	if (strcmp(arg, "--ascii") == 0)
		c->ascii = true;
	else if (strcmp(arg, "--mono") == 0)
		c->mono = true;
	else if (strcmp(arg, "--linear") == 0)
		c->linear = true;
	else
		return false;
	return true;
}

int main(int argc, char **argv)
{
	struct check c = { 0 };
	int files = 0, i = 1;

	while (i < argc && option(&c, argv[i]))
		i++;
	for (; i < argc; i++, files++) {
		struct strbuf b = STRBUF_INIT;

		if (!read_all(argv[i], &b)) {
			(void)fprintf(stderr, "rawcheck: cannot read %s\n", argv[i]);
			return 2;
		}
		c.file = argv[i];
		c.in = strbuf_str(&b);
		c.at = 0;
		check_file(&c);
		strbuf_release(&b);
	}
	if (files == 0) {
		(void)fprintf(stderr, "usage: rawcheck [--ascii] [--mono] [--linear] FILE...\n");
		return 2;
	}
	if (c.breaches)
		(void)fprintf(stderr, "rawcheck: %d breaches\n", c.breaches);
	return c.breaches ? 1 : 0;
}
