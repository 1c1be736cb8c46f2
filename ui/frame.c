/* SPDX-License-Identifier: EUPL-1.2 */
#include "ui/frame.h"

#include "base/i18n.h"

#include "base/banned.h"

static bool given(const char *s)
{
	return s && *s;
}

static void draw_too_small(struct canvas *c, const struct frame *f)
{
	canvas_fieldf(c, 0, 0, c->cols, STYLE_BOLD, _("För litet: %dx%d, behöver %dx%d"), c->cols,
		      c->rows, FRAME_COLS_MIN, FRAME_ROWS_MIN);
	if (c->rows > 1 && f->overdue > 0)
		canvas_fieldf(c, 1, 0, c->cols, STYLE_NORMAL,
			      P_("%d försenat ärende", "%d försenade ärenden", f->overdue),
			      f->overdue);
}

/* Left text, and right text where it does not cover the left one. */
static void two_ends(struct canvas *c, int y, enum style st, const char *lead, const char *left,
		     const char *right)
{
	int room = c->cols, end;

	canvas_field(c, y, 0, c->cols, st, "");
	if (given(right)) {
		int w = ui_text_width(str_of(right), c->cols / 2, c->glyphs);

		if (w > c->cols / 2)
			w = c->cols / 2;
		room = c->cols - w - 2;
		canvas_field(c, y, room + 1, w, st, right);
	}
	end = canvas_put(c, y, 0, room, st, lead);
	if (given(left))
		(void)canvas_put(c, y, end, room - end, st, left);
}

static void draw_last_row(struct canvas *c, const struct frame *f)
{
	int y = c->rows - 1;

	if (f->prompt) {
		if (f->prompt_note) {
			two_ends(c, y, f->note_is_error ? STYLE_ERROR : STYLE_HELP, " ",
				 f->prompt_note, NULL);
			y--;
		}
		canvas_field(c, y, 0, c->cols, STYLE_NORMAL, "");
		(void)canvas_put(c, y, 1, c->cols - 1, STYLE_BOLD, f->prompt_label);
	} else if (given(f->message)) {
		two_ends(c, y, f->message_is_error ? STYLE_ERROR : STYLE_BOLD, " ", f->message,
			 NULL);
	} else {
		two_ends(c, y, STYLE_HELP, " ", f->hint, NULL);
	}
}

bool frame_draw(struct canvas *c, const struct frame *f)
{
	canvas_clear(c);
	if (c->rows < FRAME_ROWS_MIN || c->cols < FRAME_COLS_MIN) {
		draw_too_small(c, f);
		return false;
	}
	two_ends(c, 0, STYLE_TITLE, " Sluss │ ", f->title, f->title_right);
	two_ends(c, c->rows - 2, STYLE_STATUS, " ", f->status, f->status_right);
	draw_last_row(c, f);
	canvas_cursor(c, FRAME_BODY, 0);
	return true;
}

void frame_cursor(struct canvas *c, const struct frame *f)
{
	int x;

	if (!f->prompt || c->rows < FRAME_ROWS_MIN || c->cols < FRAME_COLS_MIN)
		return;
	x = 1 + ui_text_width(str_of(f->prompt_label), c->cols / 2, c->glyphs);
	line_draw(c, c->rows - (f->prompt_note ? 2 : 1), x, c->cols - x - 1, f->prompt, true);
}

int frame_body_rows(int rows)
{
	return rows > 3 ? rows - 3 : 0;
}

void tabs_draw(struct canvas *c, int y, const char *const *labels, int count, int current)
{
	int x = 0;

	canvas_field(c, y, 0, c->cols, STYLE_NORMAL, "");
	for (int i = 0; i < count && x < c->cols; i++) {
		enum style st = i == current ? STYLE_HEAD : STYLE_NORMAL;

		if (i == current)
			canvas_cursor(c, y, x + 1);
		x = canvas_put(c, y, x, c->cols - x, st, i == current ? "[" : " ");
		x = canvas_put(c, y, x, c->cols - x, st, labels[i]);
		x = canvas_put(c, y, x, c->cols - x, st, i == current ? "]" : " ");
	}
	canvas_hline(c, y + 1, 0, c->cols, STYLE_RULE);
}

static const char *const boxes[] = {
	[CHECK_OPEN] = "[ ]",
	[CHECK_DONE] = "[x]",
	[CHECK_WARN] = "[!]",
};

void check_draw(struct canvas *c, int y, int x, int cols, const struct check_item *item)
{
	enum style st = item->state == CHECK_DONE ? STYLE_NORMAL : STYLE_WARN;
	int end = canvas_put(c, y, x, cols, st, boxes[item->state]);

	end = canvas_put(c, y, end + 1, x + cols - end - 1, st, item->text);
	if (given(item->note) && end + 2 < x + cols)
		(void)canvas_put(c, y, end + 2, x + cols - end - 2, st, item->note);
}
