/* SPDX-License-Identifier: EUPL-1.2 */
#include "ui/form.h"

#include "base/banned.h"

enum { LABEL_MAX = 24, TEXT_ROWS = 4, FIELD_MIN = 8 };

static int label_cols(const struct form *f)
{
	int widest = 0;

	if (f->label_cols > 0)
		return f->label_cols;
	for (int i = 0; i < f->count; i++) {
		int w = ui_text_width(str_of(f->fields[i].label), LABEL_MAX, &glyphs_utf8);

		if (w > widest)
			widest = w;
	}
	return (widest < LABEL_MAX ? widest : LABEL_MAX) + 1;
}

static bool boxed(const struct form_field *f)
{
	return f->kind == FIELD_LINE || f->kind == FIELD_SECRET || f->kind == FIELD_DATE;
}

/* "(1) Bevilja  (2) Avslå": how many rows that takes, and where item i is. */
static int choice_rows(const struct form_field *f, int cols)
{
	int rows = 1, used = 0;

	for (int i = 0; i < f->choice_count; i++) {
		int w = 4 + ui_text_width(str_of(f->choices[i].text), cols, &glyphs_utf8);

		if (used > 0 && used + w > cols) {
			rows++;
			used = 0;
		}
		used += w + 2;
	}
	return rows;
}

static int field_rows(const struct form_field *f, int cols)
{
	int rows = 1;

	if (f->kind == FIELD_TEXT) /* and a row for its label */
		rows = (f->rows > 0 ? f->rows : TEXT_ROWS) + 1;
	if (f->kind == FIELD_CHOICE)
		rows = choice_rows(f, cols);
	if (f->kind == FIELD_SHOW)
		rows = wrap_count(strbuf_str(&f->shown), cols, 4, &glyphs_utf8);
	return rows + (f->error[0] ? 1 : 0);
}

int form_rows(const struct form *f, int cols)
{
	int rows = 0, inner = cols - label_cols(f);

	for (int i = 0; i < f->count; i++)
		rows += field_rows(&f->fields[i], inner);
	return rows;
}

static void draw_boxed(struct canvas *c, int y, int x, int cols, const struct form_field *f,
		       bool focus)
{
	int note = f->note ? ui_text_width(str_of(f->note), cols, c->glyphs) + 1 : 0;
	int list = f->has_list ? 3 : 0;
	int width = f->cols > 0 ? f->cols : cols - 2 - note - list;
	int end;

	if (width > cols - 2)
		width = cols - 2;
	if (width < FIELD_MIN)
		width = FIELD_MIN;
	(void)canvas_put(c, y, x, 1, STYLE_NORMAL, "[");
	line_draw(c, y, x + 1, width, &f->line, focus);
	(void)canvas_put(c, y, x + 1 + width, 1, STYLE_NORMAL, "]");
	end = x + 2 + width;
	if (f->has_list)
		end = canvas_put(c, y, end, x + cols - end, STYLE_NORMAL, " F4");
	if (f->note)
		(void)canvas_put(c, y, end + 1, x + cols - end - 1, STYLE_NORMAL, f->note);
}

/* The chosen one is in brackets and the cursor stands on it. */
static void draw_choice(struct canvas *c, int y, int x, int cols, const struct form_field *f,
			bool focus)
{
	int at = 0;

	if (focus)
		canvas_cursor(c, y, x);
	for (int i = 0; i < f->choice_count; i++) {
		const char *text = f->choices[i].text;
		int w = 4 + ui_text_width(str_of(text), cols, c->glyphs);
		enum style st = STYLE_NORMAL;
		char mark[4] = { i == f->chosen ? '[' : '(', (char)('1' + i),
				 i == f->chosen ? ']' : ')', '\0' };

		if (at > 0 && at + w > cols) {
			at = 0;
			y++;
		}
		if (i == f->chosen)
			st = focus ? STYLE_FOCUS : STYLE_BOLD;
		(void)canvas_put(c, y, x + at, 3, st, mark);
		(void)canvas_put(c, y, x + at + 4, cols - at - 4, st, text);
		if (focus && i == f->chosen)
			canvas_cursor(c, y, x + at + 1);
		at += w + 2;
	}
}

static void draw_check(struct canvas *c, int y, int x, int cols, const struct form_field *f,
		       bool focus)
{
	enum style st = focus ? STYLE_FOCUS : STYLE_NORMAL;

	(void)canvas_put(c, y, x, 3, st, f->checked ? "[x]" : "[ ]");
	if (f->note)
		(void)canvas_put(c, y, x + 4, cols - 4, STYLE_NORMAL, f->note);
	if (focus)
		canvas_cursor(c, y, x + 1);
}

static void draw_value(struct canvas *c, int y, int x, int rows, int cols,
		       const struct form_field *f, bool focus)
{
	switch (f->kind) {
	case FIELD_LINE:
	case FIELD_SECRET:
	case FIELD_DATE:
		draw_boxed(c, y, x, cols, f, focus);
		break;
	case FIELD_TEXT:
		break;
	case FIELD_CHOICE:
		draw_choice(c, y, x, cols, f, focus);
		break;
	case FIELD_CHECK:
		draw_check(c, y, x, cols, f, focus);
		break;
	case FIELD_SHOW:
		(void)canvas_block(c, y, x, rows, cols, STYLE_NORMAL, strbuf_str(&f->shown), 0);
		break;
	}
}

static void draw_field(struct canvas *c, int y, int x, int rows, int cols, int labels,
		       const struct form_field *f, bool focus)
{
	int value_rows = rows - (f->error[0] ? 1 : 0);

	(void)canvas_put(c, y, x, labels - 1, focus && !boxed(f) ? STYLE_BOLD : STYLE_NORMAL,
			 f->label);
	if (value_rows < 1)
		value_rows = 1;
	/* An area of EDIT_COLS has no room for a label at its side. */
	if (f->kind == FIELD_TEXT) {
		edit_draw(c, y + 1, x, value_rows - 1, cols < EDIT_COLS ? cols : EDIT_COLS,
			  &f->edit, focus);
		labels = 0;
	} else {
		draw_value(c, y, x + labels, value_rows, cols - labels, f, focus);
	}
	if (f->error[0] && rows > 1)
		canvas_fieldf(c, y + rows - 1, x + labels, cols - labels, STYLE_WARN, "! %s",
			      f->error);
}

/* The first field drawn, so that the focused one is within `rows`. */
static int first_field(const struct form *f, int rows, int inner)
{
	int first = f->focus, used = 0;

	if (f->count == 0)
		return 0;
	used = field_rows(&f->fields[first], inner);
	while (first > 0) {
		int more = field_rows(&f->fields[first - 1], inner);

		if (used + more > rows)
			break;
		used += more;
		first--;
	}
	return first;
}

void form_draw(struct canvas *c, int y, int x, int rows, int cols, const struct form *f,
	       bool active)
{
	int labels = label_cols(f), inner = cols - labels, used = 0;

	for (int i = first_field(f, rows, inner); i < f->count; i++) {
		int want = field_rows(&f->fields[i], inner);

		if (used >= rows)
			break;
		if (want > rows - used)
			want = rows - used;
		draw_field(c, y + used, x, want, cols, labels, &f->fields[i],
			   active && i == f->focus);
		used += want;
	}
}
