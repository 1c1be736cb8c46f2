/* SPDX-License-Identifier: EUPL-1.2 */
#include "ui/edit.h"

#include <string.h>

#include "base/utf8.h"

#include "base/banned.h"

enum { EDIT_PAGE = 8 };

static size_t ceiling(const struct edit *e)
{
	return e->max > 0 ? e->max : EDIT_MAX_DEFAULT;
}

static struct str all(const struct edit *e)
{
	return (struct str){ strbuf_cstr(&e->text), e->text.len };
}

void edit_release(struct edit *e)
{
	strbuf_release(&e->text);
	e->at = 0;
}

const char *edit_text(const struct edit *e)
{
	return strbuf_cstr(&e->text);
}

static bool insert(struct edit *e, const char *p, size_t n)
{
	size_t tail = e->text.len - e->at;

	if (e->text.len + n > ceiling(e) || !strbuf_reserve(&e->text, n))
		return false;
	memmove(e->text.data + e->at + n, e->text.data + e->at, tail);
	memcpy(e->text.data + e->at, p, n);
	e->text.len += n;
	e->text.data[e->text.len] = '\0';
	e->at += n;
	return true;
}

static bool insert_scalar(struct edit *e, int32_t cp)
{
	struct strbuf one = STRBUF_INIT;
	bool ok;

	if (cp < ' ' && cp != '\n')
		cp = ' ';
	ok = cp != 0x7F && utf8_put(&one, cp) && insert(e, one.data, one.len);
	strbuf_release(&one);
	return ok;
}

void edit_set(struct edit *e, const char *text)
{
	struct str s = str_of(text);

	strbuf_clear(&e->text);
	e->at = 0;
	for (size_t at = 0; at < s.n;) {
		int32_t cp = utf8_next(s, &at);

		if (cp < 0 || cp == '\r')
			continue;
		if (!insert_scalar(e, cp))
			break;
	}
}

/* --- Where the cursor is among the wrapped rows ---------------------------- */

struct place {
	int row;	   /* of the cursor */
	size_t start, end; /* bytes of that row */
};

/* The row that holds byte `at`: the last one that starts at or before it. */
static struct place find(const struct edit *e, size_t at)
{
	struct place p = { 0, 0, 0 };
	struct wrap w;
	struct str line;
	int row = 0;

	wrap_start(&w, all(e), EDIT_COLS, &glyphs_utf8);
	while (wrap_next(&w, &line)) {
		size_t start = (size_t)(line.p - w.text.p);

		if (start > at)
			break;
		p = (struct place){ row++, start, start + line.n };
	}
	return p;
}

static struct place row_at(const struct edit *e, int row)
{
	struct place p = { 0, 0, 0 };
	struct wrap w;
	struct str line;

	wrap_start(&w, all(e), EDIT_COLS, &glyphs_utf8);
	for (int i = 0; i <= row && wrap_next(&w, &line); i++) {
		p.row = i;
		p.start = (size_t)(line.p - w.text.p);
		p.end = p.start + line.n;
	}
	return p;
}

int edit_rows(const struct edit *e, int limit)
{
	return wrap_count(all(e), EDIT_COLS, limit, &glyphs_utf8);
}

static int column(const struct edit *e, size_t start)
{
	struct str s = { edit_text(e) + start, e->at - start };

	return ui_text_width(s, EDIT_COLS, &glyphs_utf8);
}

/* The byte of a row that stands at `col`, or its end. */
static size_t at_column(const struct edit *e, struct place p, int col)
{
	struct str s = { edit_text(e) + p.start, p.end - p.start };
	struct text_reader r;
	struct cluster c;
	int used = 0;

	text_read(&r, s, &glyphs_utf8);
	while (text_next(&r, &c)) {
		if (used + c.width > col)
			return p.start + c.start;
		used += c.width;
	}
	return p.end;
}

static bool move_rows(struct edit *e, int by)
{
	struct place from = find(e, e->at);
	int col = column(e, from.start);
	int to = from.row + by;
	struct place p;

	if (to < 0)
		to = 0;
	p = row_at(e, to);
	if (p.row == from.row)
		return false;
	e->at = at_column(e, p, col);
	return true;
}

static size_t after(const struct edit *e)
{
	struct str rest = { edit_text(e) + e->at, e->text.len - e->at };
	struct text_reader r;
	struct cluster c;

	text_read(&r, rest, &glyphs_utf8);
	return text_next(&r, &c) ? e->at + c.end : e->text.len;
}

static size_t before(const struct edit *e)
{
	struct text_reader r;
	struct cluster c;
	/* A row's start is a cluster's start: read no further back than that. */
	size_t start = e->at > 0 ? find(e, e->at - 1).start : 0;
	struct str head = { edit_text(e) + start, e->at - start };
	size_t last = 0;

	text_read(&r, head, &glyphs_utf8);
	while (text_next(&r, &c))
		last = c.start;
	return start + last;
}

static void cut_out(struct edit *e, size_t from, size_t to)
{
	if (from >= to)
		return;
	memmove(e->text.data + from, e->text.data + to, e->text.len - to);
	strbuf_cut(&e->text, e->text.len - (to - from));
	e->at = from;
}

static bool move_key(struct edit *e, int32_t code)
{
	switch (code) {
	case TK_LEFT:
		e->at = before(e);
		return true;
	case TK_RIGHT:
		e->at = after(e);
		return true;
	case TK_UP:
		return move_rows(e, -1);
	case TK_DOWN:
		return move_rows(e, 1);
	case TK_PGUP:
		(void)move_rows(e, -EDIT_PAGE);
		return true;
	case TK_PGDN:
		(void)move_rows(e, EDIT_PAGE);
		return true;
	case TK_HOME:
	case TK_CTRL('A'):
		e->at = find(e, e->at).start;
		return true;
	case TK_END:
		e->at = find(e, e->at).end;
		return true;
	default:
		return false;
	}
}

bool edit_key(struct edit *e, struct key key)
{
	if (key_is_text(key))
		return insert_scalar(e, key.code);
	switch (key.code) {
	case TK_ENTER:
		return insert(e, "\n", 1);
	case TK_BACKSPACE:
		cut_out(e, before(e), e->at);
		return true;
	case TK_DELETE:
		cut_out(e, e->at, after(e));
		return true;
	default:
		return move_key(e, key.code);
	}
}

void edit_draw(struct canvas *c, int y, int x, int rows, int cols, const struct edit *e, bool focus)
{
	enum style st = focus ? STYLE_FOCUS : STYLE_FIELD;
	struct place p = find(e, e->at);
	int top = p.row >= rows ? p.row - rows + 1 : 0;
	struct wrap w;
	struct str line;

	if (rows < 1 || cols < 1)
		return;
	for (int i = 0; i < rows; i++)
		canvas_field(c, y + i, x, cols, STYLE_NORMAL, "");
	wrap_start(&w, all(e), EDIT_COLS, &glyphs_utf8);
	for (int i = 0; i < top + rows && wrap_next(&w, &line); i++)
		if (i >= top)
			(void)canvas_putn(c, y + i - top, x, cols, STYLE_NORMAL, line);
	/* The row with the cursor is marked at full width, so that an empty
	 * area is seen as one. */
	canvas_style(c, y + p.row - top, x, cols, st);
	if (focus) {
		struct str head = { edit_text(e) + p.start, e->at - p.start };
		int col = ui_text_width(head, cols, c->glyphs);

		canvas_cursor(c, y + p.row - top, x + (col < cols ? col : cols - 1));
	}
}
