/* SPDX-License-Identifier: EUPL-1.2 */
#include "ui/decision_view.h"

#include "base/banned.h"

enum { LEFT_COLS = 80, DISPATCH_ROWS = 2, FORM_ROWS_MIN = 6 };

/* The checks in two columns, in reading order. Returns the rows used. */
static int draw_checks(struct canvas *c, int y, int x, int rows, int cols,
		       const struct decision_model *m)
{
	int half = cols / 2, lines = (m->check_count + 1) / 2;

	if (lines > rows)
		lines = rows;
	for (int i = 0; i < m->check_count && i / 2 < lines; i++)
		check_draw(c, y + i / 2, i % 2 ? x + half : x, half - 1, &m->checks[i]);
	return lines;
}

/* What stands below the form, drawn upwards from the status row. Returns its
 * first row. */
static int draw_below(struct canvas *c, int cols, const struct decision_model *m)
{
	int bottom = c->rows - 2; /* the status row */
	int lines = (m->check_count + 1) / 2;
	int y;

	if (m->blocked)
		canvas_fieldn(c, --bottom, 2, cols - 3, STYLE_WARN, str_of(m->blocked));
	if (m->dispatch.n > 0) {
		int rows = wrap_count(m->dispatch, cols - 3, DISPATCH_ROWS, c->glyphs);

		bottom -= rows;
		(void)canvas_block(c, bottom, 2, rows, cols - 3, STYLE_NORMAL, m->dispatch, 0);
	}
	if (m->check_count == 0)
		return bottom;
	y = bottom - lines - 1;
	if (y < FRAME_BODY + 2 + FORM_ROWS_MIN)
		y = FRAME_BODY + 2 + FORM_ROWS_MIN;
	canvas_rule(c, y, 1, cols - 2, str_of(m->checks_heading));
	(void)draw_checks(c, y + 1, 2, bottom - y - 1, cols - 3, m);
	return y;
}

void decision_view(struct canvas *c, const struct decision_model *m)
{
	bool wide = c->cols >= FRAME_WIDE && m->preview.n > 0;
	int cols = wide ? LEFT_COLS : c->cols;
	int y = FRAME_BODY, below;

	if (!frame_draw(c, &m->frame))
		return;
	if (m->tabs) {
		tabs_draw(c, y, m->tabs, m->tab_count, m->tab);
		y += 2;
	}
	below = draw_below(c, cols, m);
	if (wide) {
		int x = LEFT_COLS;

		canvas_vline(c, y, x, c->rows - 2 - y, STYLE_RULE);
		(void)canvas_block(c, y, x + 2, c->rows - 2 - y, c->cols - x - 3, STYLE_NORMAL,
				   m->preview, 0);
	}
	form_draw(c, y, 2, below - y, cols - 4, m->form, !m->frame.prompt);
	frame_cursor(c, &m->frame);
}
