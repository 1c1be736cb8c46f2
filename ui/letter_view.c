/* SPDX-License-Identifier: EUPL-1.2 */
#include "ui/letter_view.h"

#include <stdio.h>

#include "base/i18n.h"

#include "base/banned.h"

enum {
	LETTER_COLS = 76,
	LETTER_X = 2,
	LETTER_Y = FRAME_BODY + 1,
	SIGN_FIXED = 6, /* frame, who, what, content, keys */
};

static int letter_cols(int cols)
{
	return cols - 4 < LETTER_COLS ? cols - 4 : LETTER_COLS;
}

static int sign_rows(const struct sign_box *s, int cols)
{
	int rows = SIGN_FIXED + form_rows(s->form, cols - 4);

	rows += s->warning ? 1 : 0;
	return rows + (s->blocked ? 1 : 0);
}

int letter_lines(const struct letter_model *m, int cols)
{
	return wrap_count(m->text, letter_cols(cols), 1 << 20,
			  m->glyphs ? m->glyphs : &glyphs_utf8);
}

int letter_seen(const struct letter_model *m, int rows, int cols)
{
	int body = frame_body_rows(rows) - 1;

	if (m->sign)
		body -= sign_rows(m->sign, cols - 2);
	return body > 0 ? body : 0;
}

static void draw_pair(struct canvas *c, int y, int x, int cols, const char *label, struct str value)
{
	canvas_field(c, y, x, 13, STYLE_NORMAL, label);
	canvas_fieldn(c, y, x + 14, cols - 14, STYLE_BOLD, value);
}

static void draw_sign(struct canvas *c, const struct sign_box *s)
{
	int cols = c->cols - 2, rows = sign_rows(s, cols);
	int y = c->rows - 2 - rows, x = 1, inner = cols - 4;
	int fields = form_rows(s->form, inner);

	canvas_frame(c, y++, x, rows, cols, STYLE_RULE, s->title);
	x += 2;
	draw_pair(c, y++, x, inner, _("Du signerar:"), s->what);
	draw_pair(c, y++, x, inner, _("Som:"), s->as);
	draw_pair(c, y++, x, inner, _("Innehåll:"), str_of(s->content));
	if (s->warning)
		canvas_field(c, y++, x, inner, STYLE_BOLD, s->warning);
	if (s->blocked)
		canvas_field(c, y++, x, inner, STYLE_WARN, s->blocked);
	form_draw(c, y, x, fields, inner, s->form, true);
	canvas_field(c, y + fields, x, inner, STYLE_HELP, s->keys);
}

void letter_view(struct canvas *c, const struct letter_model *m)
{
	int lines = letter_lines(m, c->cols);
	int seen = letter_seen(m, c->rows, c->cols);
	int last = m->top + seen < lines ? m->top + seen : lines;
	char where[64];
	struct frame f = m->frame;

	(void)snprintf(where, sizeof(where), _("rad %d-%d av %d"), m->top + 1, last, lines);
	f.title_right = where;
	if (!frame_draw(c, &f))
		return;
	(void)canvas_block(c, LETTER_Y, LETTER_X, seen, letter_cols(c->cols), STYLE_NORMAL, m->text,
			   m->top);
	canvas_cursor(c, LETTER_Y, LETTER_X);
	if (m->sign)
		draw_sign(c, m->sign);
	frame_cursor(c, &f);
}
