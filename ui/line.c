/* SPDX-License-Identifier: EUPL-1.2 */
#include "ui/line.h"

#include <string.h>

#include "base/utf8.h"

#include "base/banned.h"

static size_t ceiling(const struct line *l)
{
	return l->max > 0 ? l->max : LINE_MAX_DEFAULT;
}

static void wipe(struct line *l)
{
	if (l->secret)
		strbuf_wipe(&l->text);
}

void line_release(struct line *l)
{
	wipe(l);
	strbuf_release(&l->text);
	l->at = 0;
}

void line_clear(struct line *l)
{
	wipe(l);
	strbuf_clear(&l->text);
	l->at = 0;
}

const char *line_text(const struct line *l)
{
	return strbuf_cstr(&l->text);
}

bool line_empty(const struct line *l)
{
	return l->text.len == 0;
}

/* Clusters are those of the utf8 set: a cluster's bytes are the same in
 * both, only its look differs. */
static size_t after(const struct line *l, size_t at)
{
	struct str rest = { l->text.data + at, l->text.len - at };
	struct text_reader r;
	struct cluster c;

	text_read(&r, rest, &glyphs_utf8);
	return text_next(&r, &c) ? at + c.end : l->text.len;
}

static size_t before(const struct line *l, size_t at)
{
	struct str head = { l->text.data, at };
	struct text_reader r;
	struct cluster c;
	size_t start = 0;

	text_read(&r, head, &glyphs_utf8);
	while (at > 0 && text_next(&r, &c))
		start = c.start;
	return start;
}

static void cut_out(struct line *l, size_t from, size_t to)
{
	size_t tail = l->text.len - to;

	if (from >= to)
		return;
	memmove(l->text.data + from, l->text.data + to, tail);
	/* What is left behind the end may be a secret. */
	memset(l->text.data + from + tail, 0, to - from);
	strbuf_cut(&l->text, from + tail);
	l->at = from;
}

static bool insert(struct line *l, const char *p, size_t n)
{
	size_t tail;

	if (l->text.len + n > ceiling(l))
		return false;
	/* A secret's memory is taken at once: growing would leave copies. */
	if (!strbuf_reserve(&l->text, l->secret && !l->text.data ? ceiling(l) : n))
		return false;
	tail = l->text.len - l->at;
	memmove(l->text.data + l->at + n, l->text.data + l->at, tail);
	memcpy(l->text.data + l->at, p, n);
	l->text.len += n;
	l->text.data[l->text.len] = '\0';
	l->at += n;
	return true;
}

static bool insert_scalar(struct line *l, int32_t cp)
{
	struct strbuf one = STRBUF_INIT;
	bool ok;

	if (cp < ' ')
		cp = ' ';
	ok = cp != 0x7F && utf8_put(&one, cp) && insert(l, one.data, one.len);
	if (l->secret)
		strbuf_wipe(&one);
	strbuf_release(&one);
	return ok;
}

void line_set(struct line *l, const char *text)
{
	struct str s = str_of(text);

	line_clear(l);
	for (size_t at = 0; at < s.n;) {
		int32_t cp = utf8_next(s, &at);

		if (cp >= 0 && !insert_scalar(l, cp))
			break;
	}
}

static size_t word_start(const struct line *l)
{
	size_t at = l->at;

	while (at > 0 && l->text.data[at - 1] == ' ')
		at--;
	while (at > 0 && l->text.data[at - 1] != ' ')
		at--;
	return at;
}

static bool move_key(struct line *l, int32_t code)
{
	switch (code) {
	case TK_LEFT:
		l->at = before(l, l->at);
		return true;
	case TK_RIGHT:
		if (l->at < l->text.len)
			l->at = after(l, l->at);
		return true;
	case TK_HOME:
	case TK_CTRL('A'):
		l->at = 0;
		return true;
	case TK_END:
	case TK_CTRL('E'):
		l->at = l->text.len;
		return true;
	default:
		return false;
	}
}

static bool erase_key(struct line *l, int32_t code)
{
	switch (code) {
	case TK_BACKSPACE:
		cut_out(l, before(l, l->at), l->at);
		return true;
	case TK_DELETE:
		if (l->at < l->text.len)
			cut_out(l, l->at, after(l, l->at));
		return true;
	case TK_CTRL('U'):
		cut_out(l, 0, l->at);
		return true;
	case TK_CTRL('K'):
		cut_out(l, l->at, l->text.len);
		return true;
	case TK_CTRL('W'):
		cut_out(l, word_start(l), l->at);
		return true;
	default:
		return false;
	}
}

bool line_key(struct line *l, struct key key)
{
	if (key_is_text(key))
		return insert_scalar(l, key.code);
	return move_key(l, key.code) || erase_key(l, key.code);
}

/* --- Drawing --------------------------------------------------------------- */

/* A secret's look: one sign for each scalar typed, at most what fits. */
static int draw_secret(struct canvas *c, int y, int x, int cols, const struct line *l,
		       enum style st)
{
	struct strbuf mask = STRBUF_INIT;
	int n = (int)utf8_count(strbuf_str(&l->text));

	if (n > cols - 1)
		n = cols - 1;
	for (int i = 0; i < n; i++)
		(void)strbuf_adds(&mask, c->glyphs->mask);
	canvas_fieldn(c, y, x, cols, st, strbuf_str(&mask));
	strbuf_release(&mask);
	return n;
}

/* The first byte shown, so that the cursor stands within `cols`; *before_at
 * gets the columns between it and the cursor. */
static size_t scroll(const struct canvas *c, const struct line *l, int cols, int *before_at)
{
	size_t from = 0;
	struct str head = { l->text.data, l->at };

	*before_at = l->at > 0 ? ui_text_width(head, 1 << 20, c->glyphs) : 0;
	while (*before_at > cols - 1 && from < l->at) {
		size_t next = after(l, from);
		struct str one = { l->text.data + from, next - from };

		*before_at -= ui_text_width(one, cols, c->glyphs);
		from = next;
	}
	return from;
}

void line_draw(struct canvas *c, int y, int x, int cols, const struct line *l, bool focus)
{
	enum style st = focus ? STYLE_FOCUS : STYLE_FIELD;
	int at = 0;

	if (cols < 1)
		return;
	if (l->secret) {
		at = draw_secret(c, y, x, cols, l, st);
	} else if (l->text.len == 0) {
		canvas_field(c, y, x, cols, st, "");
	} else {
		size_t from = scroll(c, l, cols, &at);
		struct str seen = { l->text.data + from, l->text.len - from };

		canvas_fieldn(c, y, x, cols, st, seen);
	}
	if (focus)
		canvas_cursor(c, y, x + (at < cols ? at : cols - 1));
}
