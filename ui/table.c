/* SPDX-License-Identifier: EUPL-1.2 */
#include "ui/table.h"

#include "base/banned.h"

/* The first columns of the current row are reversed: enough to be seen, and
 * few bytes on a slow line when the cursor moves. */
enum { CURSOR_COLUMNS = 2, FLEX_MIN = 8 };

struct layout {
	int at[TABLE_COLUMNS_MAX]; /* column on the canvas, -1 = not shown */
	int width[TABLE_COLUMNS_MAX];
};

static void lay_out(struct layout *l, const struct table *t, int x, int cols)
{
	int fixed = TABLE_GUTTER, at = x + TABLE_GUTTER;

	for (int i = 0; i < t->column_count; i++)
		if (cols >= t->columns[i].from_cols)
			fixed += t->columns[i].width + 1;
	for (int i = 0; i < t->column_count; i++) {
		int w = t->columns[i].width;

		l->at[i] = -1;
		l->width[i] = 0;
		if (cols < t->columns[i].from_cols)
			continue;
		if (w == 0)
			w = cols - fixed + 1 > FLEX_MIN ? cols - fixed + 1 : FLEX_MIN;
		if (at + w > x + cols)
			w = x + cols - at;
		if (w <= 0)
			continue;
		l->at[i] = at;
		l->width[i] = w;
		at += w + 1;
	}
}

static void draw_head(struct canvas *c, int y, int x, int cols, const struct table *t,
		      const struct layout *l)
{
	for (int i = 0; i < t->column_count; i++) {
		if (l->at[i] < 0)
			continue;
		if (t->columns[i].right)
			canvas_right(c, y, l->at[i], l->width[i], STYLE_HEAD,
				     t->columns[i].heading);
		else
			canvas_field(c, y, l->at[i], l->width[i], STYLE_HEAD,
				     t->columns[i].heading);
	}
	canvas_hline(c, y + 1, x, cols, STYLE_RULE);
}

static void draw_cell(struct canvas *c, int y, int x, int width, enum style st,
		      const struct table_column *col, struct str text)
{
	int w;

	if (col->title) {
		canvas_title(c, y, x, width, st, text);
		return;
	}
	if (col->right) {
		w = ui_text_width(text, width, c->glyphs);
		if (w < width) {
			canvas_field(c, y, x, width - w, st, "");
			x += width - w;
			width = w;
		}
	}
	canvas_fieldn(c, y, x, width, st, text);
}

static enum style row_style(const struct table_row *r)
{
	if (r->strong)
		return STYLE_WARN;
	return r->marked ? STYLE_MARK : STYLE_NORMAL;
}

static void draw_row(struct canvas *c, int y, int x, int cols, const struct table *t,
		     const struct layout *l, const struct table_row *r, bool current)
{
	int end = x + TABLE_GUTTER, shown = 0;

	canvas_field(c, y, x, 1, STYLE_NORMAL, current ? ">" : " ");
	canvas_field(c, y, x + 1, 1, STYLE_NORMAL, r->marked ? "*" : " ");
	if (r->heading) {
		canvas_fieldn(c, y, end, cols - TABLE_GUTTER, STYLE_HEAD, r->cells[0]);
		return;
	}
	for (int i = 0; i < t->column_count; i++) {
		if (l->at[i] < 0)
			continue;
		draw_cell(c, y, l->at[i], l->width[i], row_style(r), &t->columns[i], r->cells[i]);
		if (shown++ < CURSOR_COLUMNS && t->columns[i].width > 0)
			end = l->at[i] + l->width[i];
	}
	if (current) {
		canvas_style(c, y, x, end - x, STYLE_CURSOR);
		canvas_cursor(c, y, x);
	}
}

int table_capacity(const struct table *t, int rows)
{
	int n = rows - (t->no_head ? 0 : TABLE_HEAD_ROWS);

	return n > 0 ? n : 0;
}

void table_draw(struct canvas *c, int y, int x, int rows, int cols, const struct table *t)
{
	struct layout l;
	int n = table_capacity(t, rows);

	lay_out(&l, t, x, cols);
	if (!t->no_head) {
		draw_head(c, y, x, cols, t, &l);
		y += TABLE_HEAD_ROWS;
	}
	if (t->total == 0 && t->empty && n > 0) {
		(void)canvas_block(c, y, x + TABLE_GUTTER, n, cols - TABLE_GUTTER, STYLE_NORMAL,
				   str_of(t->empty), 0);
		canvas_cursor(c, y, x);
	}
	for (int i = 0; i < n && i < t->row_count; i++)
		draw_row(c, y + i, x, cols, t, &l, &t->rows[i], t->top + i == t->cursor);
}

int table_scroll(int top, int cursor, int total, int capacity)
{
	int last = total - capacity;

	if (cursor < top)
		top = cursor;
	if (capacity > 0 && cursor >= top + capacity)
		top = cursor - capacity + 1;
	if (top > last)
		top = last;
	return top > 0 ? top : 0;
}

bool table_move(struct key key, int *cursor, int total, int capacity)
{
	int page = capacity > 1 ? capacity - 1 : 1;
	int to = *cursor;

	if (key.pasted)
		return false;
	switch (key.code) {
	case TK_UP:
	case 'k':
		to--;
		break;
	case TK_DOWN:
	case 'j':
		to++;
		break;
	case TK_PGUP:
	case 'K':
		to -= page;
		break;
	case TK_PGDN:
	case 'J':
		to += page;
		break;
	case TK_HOME:
		to = 0;
		break;
	case TK_END:
	case 'G':
		to = total - 1;
		break;
	default:
		return false;
	}
	if (to >= total)
		to = total - 1;
	*cursor = to > 0 ? to : 0;
	return true;
}

void pane_draw(struct canvas *c, int y, int x, int rows, int cols, const struct pane *p)
{
	if (rows < 1)
		return;
	canvas_rule(c, y, x, cols, p->heading);
	(void)canvas_block(c, y + 1, x + 2, rows - 1, cols - 3, STYLE_NORMAL, p->text, p->skip);
}

/* --- A whole screen of one table ------------------------------------------- */

struct parts {
	int y; /* first row of the table */
	int table_rows, table_cols;
	int pane_y, pane_x, pane_rows, pane_cols;
};

static struct parts divide(const struct table_model *m, int rows, int cols)
{
	struct parts p = { .y = FRAME_BODY, .table_cols = cols };
	int body = frame_body_rows(rows) - (m->note ? 1 : 0);

	if (m->tabs) {
		p.y += 2;
		body -= 2;
	}
	p.table_rows = body;
	if (!m->pane)
		return p;
	if (cols >= FRAME_WIDE) {
		p.table_cols = cols - 72;
		p.pane_x = p.table_cols + 1;
		p.pane_cols = cols - p.pane_x;
		p.pane_y = p.y;
		p.pane_rows = body;
		return p;
	}
	p.pane_rows = m->pane_rows > 0 ? m->pane_rows : body / 3;
	p.pane_cols = cols;
	p.table_rows = body - p.pane_rows;
	p.pane_y = p.y + p.table_rows;
	return p;
}

void table_view(struct canvas *c, const struct table_model *m)
{
	struct parts p = divide(m, c->rows, c->cols);

	if (!frame_draw(c, &m->frame))
		return;
	if (m->tabs)
		tabs_draw(c, FRAME_BODY, m->tabs, m->tab_count, m->tab);
	if (m->pane)
		pane_draw(c, p.pane_y, p.pane_x, p.pane_rows, p.pane_cols, m->pane);
	if (m->note)
		canvas_field(c, c->rows - 3, 2, c->cols - 3, STYLE_NORMAL, m->note);
	table_draw(c, p.y, 0, p.table_rows, p.table_cols, &m->table);
	frame_cursor(c, &m->frame);
}

int table_view_capacity(const struct table_model *m, int rows, int cols)
{
	return table_capacity(&m->table, divide(m, rows, cols).table_rows);
}
