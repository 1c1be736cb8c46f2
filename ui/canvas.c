/* SPDX-License-Identifier: EUPL-1.2 */
#include "ui/canvas.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

static int clamp(int v, int lo, int hi)
{
	return v < lo ? lo : v > hi ? hi : v;
}

/* Whole cells are written, so that equal ones are equal to the byte. */
static void blank(struct cell *cell, enum style st)
{
	*cell = (struct cell){ " ", 1, (unsigned char)st };
}

static bool set_size(struct canvas *c, int rows, int cols)
{
	struct cell *cells;

	rows = clamp(rows, 1, CANVAS_ROWS_MAX);
	cols = clamp(cols, 1, CANVAS_COLS_MAX);
	cells = calloc((size_t)rows * (size_t)cols, sizeof(*cells));
	if (!cells)
		return false;
	free(c->cells);
	c->cells = cells;
	c->rows = rows;
	c->cols = cols;
	canvas_clear(c);
	return true;
}

bool canvas_init(struct canvas *c, int rows, int cols, const struct glyphs *g)
{
	*c = (struct canvas)CANVAS_INIT;
	c->glyphs = g;
	return set_size(c, rows, cols);
}

bool canvas_resize(struct canvas *c, int rows, int cols)
{
	return set_size(c, rows, cols);
}

void canvas_release(struct canvas *c)
{
	free(c->cells);
	*c = (struct canvas)CANVAS_INIT;
}

void canvas_clear(struct canvas *c)
{
	size_t n = (size_t)c->rows * (size_t)c->cols;

	for (size_t i = 0; i < n; i++)
		blank(&c->cells[i], STYLE_NORMAL);
	c->cursor_y = 0;
	c->cursor_x = 0;
}

static struct cell *cell_at(const struct canvas *c, int y, int x)
{
	return &c->cells[(size_t)y * (size_t)c->cols + (size_t)x];
}

const struct cell *canvas_at(const struct canvas *c, int y, int x)
{
	return cell_at(c, clamp(y, 0, c->rows - 1), clamp(x, 0, c->cols - 1));
}

/* Before a cell is overwritten: a wide cluster that loses one half loses the
 * other as well. */
static void part(struct canvas *c, int y, int x)
{
	struct cell *cell = cell_at(c, y, x);

	if (cell->width == 0 && x > 0)
		blank(cell - 1, (enum style)cell->style);
	if (cell->width == 2 && x + 1 < c->cols)
		blank(cell + 1, (enum style)cell->style);
}

static void put_blank(struct canvas *c, int y, int x, enum style st)
{
	part(c, y, x);
	blank(cell_at(c, y, x), st);
}

/* One of the glyphs: they are one column wide. */
static void put_sign(struct canvas *c, int y, int x, enum style st, const char *sign)
{
	struct cell *cell = cell_at(c, y, x);

	put_blank(c, y, x, st);
	memcpy(cell->utf8, sign, strnlen(sign, CLUSTER_BYTES - 1));
}

static void put_cluster(struct canvas *c, int y, int x, enum style st, const struct cluster *cl)
{
	struct cell *cell = cell_at(c, y, x);

	part(c, y, x);
	if (cl->width == 2) {
		part(c, y, x + 1);
		cell[1] = (struct cell){ "", 0, (unsigned char)st };
	}
	memcpy(cell->utf8, cl->utf8, sizeof(cell->utf8));
	cell->width = cl->width;
	cell->style = (unsigned char)st;
}

/* Columns of a field that lie on the canvas; 0 if its start does not. */
static int visible(const struct canvas *c, int y, int x, int cols)
{
	if (y < 0 || y >= c->rows || x < 0 || x >= c->cols || cols <= 0)
		return 0;
	return cols < c->cols - x ? cols : c->cols - x;
}

/* Is nothing left to be read but spaces? */
static bool at_end(struct text_reader *r)
{
	struct cluster next;

	if (!text_next(r, &next))
		return true;
	for (size_t i = next.start; i < r->in.n; i++)
		if (r->in.p[i] != ' ')
			return false;
	return true;
}

/* What would fill the last column is drawn only when nothing follows it; else
 * the ellipsis stands there. */
int canvas_putn(struct canvas *c, int y, int x, int cols, enum style st, struct str text)
{
	struct text_reader r;
	struct cluster cl;
	int end = x;

	cols = visible(c, y, x, cols);
	if (cols == 0)
		return x;
	text_read(&r, text, c->glyphs);
	while (text_next(&r, &cl)) {
		int over = end + cl.width - (x + cols);

		if (over > 0 || (over == 0 && !at_end(&r))) {
			put_sign(c, y, end, st, c->glyphs->ellipsis);
			return end + 1;
		}
		put_cluster(c, y, end, st, &cl);
		end += cl.width;
		if (over == 0)
			return end;
	}
	return end;
}

int canvas_put(struct canvas *c, int y, int x, int cols, enum style st, const char *text)
{
	return canvas_putn(c, y, x, cols, st, str_of(text));
}

void canvas_fieldn(struct canvas *c, int y, int x, int cols, enum style st, struct str text)
{
	int end;

	cols = visible(c, y, x, cols);
	if (cols == 0)
		return;
	end = canvas_putn(c, y, x, cols, st, text);
	for (; end < x + cols; end++)
		put_blank(c, y, end, st);
}

void canvas_field(struct canvas *c, int y, int x, int cols, enum style st, const char *text)
{
	canvas_fieldn(c, y, x, cols, st, str_of(text));
}

void canvas_title(struct canvas *c, int y, int x, int cols, enum style st, struct str text)
{
	canvas_fieldn(c, y, x, cols, st, ui_title(text));
}

void canvas_right(struct canvas *c, int y, int x, int cols, enum style st, const char *text)
{
	int width = ui_text_width(str_of(text), cols, c->glyphs);
	int lead = width < cols ? cols - width : 0;

	canvas_field(c, y, x, lead, st, "");
	canvas_field(c, y, x + lead, cols - lead, st, text);
}

void canvas_fieldf(struct canvas *c, int y, int x, int cols, enum style st, const char *fmt, ...)
{
	struct strbuf b = STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	(void)strbuf_vaddf(&b, fmt, ap);
	va_end(ap);
	canvas_fieldn(c, y, x, cols, st, strbuf_str(&b));
	strbuf_release(&b);
}

int canvas_block(struct canvas *c, int y, int x, int rows, int cols, enum style st, struct str text,
		 int skip)
{
	struct wrap w;
	struct str line;
	int n = 0;

	wrap_start(&w, text, cols, c->glyphs);
	while (n <= skip + rows && wrap_next(&w, &line)) {
		if (n >= skip && n < skip + rows)
			canvas_fieldn(c, y + n - skip, x, cols, st, line);
		n++;
	}
	return n;
}

static void sign(struct canvas *c, int y, int x, enum style st, const char *s)
{
	if (visible(c, y, x, 1) > 0)
		put_sign(c, y, x, st, s);
}

void canvas_hline(struct canvas *c, int y, int x, int cols, enum style st)
{
	for (int i = 0; i < cols && x + i < c->cols; i++)
		sign(c, y, x + i, st, c->glyphs->horizontal);
}

void canvas_vline(struct canvas *c, int y, int x, int rows, enum style st)
{
	for (int i = 0; i < rows && y + i < c->rows; i++)
		sign(c, y + i, x, st, c->glyphs->vertical);
}

void canvas_rule(struct canvas *c, int y, int x, int cols, struct str heading)
{
	int end;

	canvas_hline(c, y, x, cols, STYLE_RULE);
	if (heading.n == 0 || cols < 8)
		return;
	sign(c, y, x + 1, STYLE_HEAD, " ");
	end = canvas_putn(c, y, x + 2, cols - 4, STYLE_HEAD, heading);
	sign(c, y, end, STYLE_RULE, " ");
}

void canvas_frame(struct canvas *c, int y, int x, int rows, int cols, enum style st,
		  const char *title)
{
	const struct glyphs *g = c->glyphs;
	int bottom = y + rows - 1, right = x + cols - 1;

	if (rows < 2 || cols < 2)
		return;
	for (int i = y + 1; i < bottom; i++)
		canvas_field(c, i, x + 1, cols - 2, STYLE_NORMAL, "");
	canvas_hline(c, y, x, cols, st);
	canvas_hline(c, bottom, x, cols, st);
	canvas_vline(c, y, x, rows, st);
	canvas_vline(c, y, right, rows, st);
	sign(c, y, x, st, g->top_left);
	sign(c, y, right, st, g->top_right);
	sign(c, bottom, x, st, g->bottom_left);
	sign(c, bottom, right, st, g->bottom_right);
	if (title && cols > 6) {
		int end;

		sign(c, y, x + 2, st, " ");
		end = canvas_put(c, y, x + 3, cols - 6, STYLE_HEAD, title);
		sign(c, y, end, st, " ");
	}
}

void canvas_style(struct canvas *c, int y, int x, int cols, enum style st)
{
	cols = visible(c, y, x, cols);
	for (int i = 0; i < cols; i++)
		cell_at(c, y, x + i)->style = (unsigned char)st;
}

void canvas_cursor(struct canvas *c, int y, int x)
{
	c->cursor_y = clamp(y, 0, c->rows - 1);
	c->cursor_x = clamp(x, 0, c->cols - 1);
}

static bool row_to_text(const struct canvas *c, int y, struct strbuf *out)
{
	size_t end = out->len;
	bool ok = true;

	for (int x = 0; x < c->cols && ok; x++) {
		const struct cell *cell = cell_at(c, y, x);

		ok = strbuf_adds(out, cell->utf8);
		if (cell->utf8[0] != ' ' && cell->utf8[0] != '\0')
			end = out->len;
	}
	if (ok)
		strbuf_cut(out, end);
	return ok && strbuf_addc(out, '\n');
}

bool canvas_to_text(const struct canvas *c, struct strbuf *out)
{
	for (int y = 0; y < c->rows; y++)
		if (!row_to_text(c, y, out))
			return false;
	return true;
}
