/* SPDX-License-Identifier: EUPL-1.2 */
#include "ui/dialog.h"

#include "base/i18n.h"

#include "base/banned.h"

enum {
	BOX_COLS = 76, /* inside: EDIT_COLS and a blank on each side */
	LIST_MAX = 5,  /* cases shown of a bulk action */
	TEXT_ROWS_MAX = 10,
	NOTE_ROWS_MAX = 8,
	MENU_ROWS_MIN = 3,
};

/* The inside of a box, filled from the top. */
struct inside {
	int y, x, rows, cols;
};

/* A frame of `rows` inner rows in the middle of the body. The hint row says
 * the box's keys while it stands. */
static struct inside open_box(struct canvas *c, int rows, const char *title, const char *keys,
			      bool is_error)
{
	int most = frame_body_rows(c->rows) - 2;
	int cols = c->cols < BOX_COLS ? c->cols : BOX_COLS;
	struct inside in;

	if (most < 1)
		most = 1;
	if (rows > most)
		rows = most;
	in.y = FRAME_BODY + 1 + (most - rows) / 2;
	in.x = (c->cols - cols) / 2 + 2;
	in.rows = rows;
	in.cols = cols - 4;
	canvas_frame(c, in.y - 1, in.x - 2, rows + 2, cols, is_error ? STYLE_WARN : STYLE_RULE,
		     title);
	if (keys) {
		canvas_field(c, c->rows - 1, 0, c->cols, STYLE_HELP, "");
		(void)canvas_put(c, c->rows - 1, 1, c->cols - 1, STYLE_HELP, keys);
	}
	canvas_cursor(c, in.y, in.x);
	return in;
}

static bool too_small(const struct canvas *c)
{
	return c->rows < FRAME_ROWS_MIN || c->cols < FRAME_COLS_MIN;
}

void box_draw(struct canvas *c, const struct box *b)
{
	int list = b->list_count < LIST_MAX ? b->list_count : LIST_MAX;
	int text = wrap_count(b->text, BOX_COLS - 4, TEXT_ROWS_MAX, c->glyphs);
	int more = b->list_count > list ? 1 : 0;
	struct inside in;

	if (too_small(c))
		return;
	in = open_box(c, text + (list ? list + 1 : 0) + more + 2, b->title, b->keys, b->is_error);
	(void)canvas_block(c, in.y, in.x, text, in.cols, STYLE_NORMAL, b->text, 0);
	for (int i = 0; i < list; i++)
		canvas_fieldn(c, in.y + text + 1 + i, in.x + 2, in.cols - 2, STYLE_NORMAL,
			      b->list[i]);
	if (more)
		canvas_fieldf(c, in.y + text + 1 + list, in.x + 2, in.cols - 2, STYLE_NORMAL,
			      _("... och %d till"), b->list_count - list);
	if (b->keys)
		canvas_field(c, in.y + in.rows - 1, in.x, in.cols, STYLE_BOLD, b->keys);
	canvas_cursor(c, in.y + in.rows - 1, in.x);
}

void dialog_draw(struct canvas *c, const struct dialog *d)
{
	int cols = BOX_COLS - 4;
	int fields = form_rows(d->form, cols);
	int note = d->note.n > 0 ? wrap_count(d->note, cols, NOTE_ROWS_MAX, c->glyphs) : 0;
	int list = d->list ? d->list->row_count + 1 : 0;
	struct inside in;
	int room;

	if (too_small(c))
		return;
	in = open_box(c, fields + (note ? note + 1 : 0) + list + 2, d->title, d->keys, false);
	room = in.rows - (d->keys ? 2 : 0);
	if (note > 0 && room - note - 1 >= fields / 2)
		room -= note + 1;
	else
		note = 0;
	if (list > 0) {
		int rows = list < room - 2 ? list : room - 2;

		if (rows > 0)
			table_draw(c, in.y + room - rows, in.x, rows, in.cols, d->list);
		room -= rows > 0 ? rows : 0;
	}
	if (note > 0)
		(void)canvas_block(c, in.y + in.rows - 2 - note, in.x, note, in.cols, STYLE_NORMAL,
				   d->note, 0);
	if (d->keys)
		canvas_field(c, in.y + in.rows - 1, in.x, in.cols, STYLE_BOLD, d->keys);
	if (!d->list || d->list->cursor < 0)
		form_draw(c, in.y, in.x, room, in.cols, d->form, true);
	else
		form_draw(c, in.y, in.x, room, in.cols, d->form, false);
}

static void draw_item(struct canvas *c, int y, const struct inside *in,
		      const struct menu_item *item, bool current, bool search)
{
	enum style st = item->possible ? STYLE_NORMAL : STYLE_DIM;
	int half = item->detail ? in->cols / 2 : in->cols - 6;

	canvas_field(c, y, in->x, 1, STYLE_NORMAL, current ? ">" : " ");
	canvas_field(c, y, in->x + 2, 3, STYLE_BOLD, item->key ? item->key : "");
	canvas_field(c, y, in->x + 6, half - 6, st, item->text);
	if (item->detail) {
		if (item->possible)
			canvas_field(c, y, in->x + half, in->cols - half, st, item->detail);
		else
			canvas_fieldf(c, y, in->x + half, in->cols - half, st, "(%s: %s)",
				      _("inte nu"), item->detail);
	}
	if (current) {
		canvas_style(c, y, in->x, half, STYLE_CURSOR);
		if (!search)
			canvas_cursor(c, y, in->x);
	}
}

void menu_draw(struct canvas *c, const struct menu *m)
{
	int head = m->search ? 2 : 0, top, rows, items;
	struct inside in;

	if (too_small(c))
		return;
	items = m->item_count > MENU_ROWS_MIN ? m->item_count : MENU_ROWS_MIN;
	in = open_box(c, head + items, m->title, m->keys, false);
	rows = in.rows - head;
	top = table_scroll(0, m->cursor, m->item_count, rows);
	if (m->item_count == 0)
		canvas_field(c, in.y + head, in.x, in.cols, STYLE_NORMAL, _("Inget passar."));
	for (int i = 0; i < rows && top + i < m->item_count; i++)
		draw_item(c, in.y + head + i, &in, &m->items[top + i], top + i == m->cursor,
			  m->search != NULL);
	if (m->search) {
		int end = canvas_put(c, in.y, in.x, in.cols, STYLE_NORMAL, _("Sök:"));

		line_draw(c, in.y, end + 1, in.x + in.cols - end - 1, m->search, true);
	}
}
