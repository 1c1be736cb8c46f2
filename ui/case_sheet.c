/* SPDX-License-Identifier: EUPL-1.2 */
#include "ui/case_sheet.h"

#include "base/banned.h"

enum { LABEL = 18, LEFT = 2, TABS_ROWS = 2, TEXT_COLS = 100, LINES_MAX = 1 << 16 };

static int text_rows(const struct case_sheet *m, int rows)
{
	int left = frame_body_rows(rows) - TABS_ROWS - m->fact_count - (m->fact_count > 0 ? 1 : 0)
		   - (m->note ? 1 : 0);

	return left > 0 ? left : 0;
}

static int text_cols(int cols)
{
	int most = cols - 2 * LEFT;

	return most < TEXT_COLS ? most : TEXT_COLS;
}

void case_sheet_view(struct canvas *c, const struct case_sheet *m)
{
	int y = FRAME_BODY + TABS_ROWS, cursor_y, cursor_x;

	if (!frame_draw(c, &m->frame))
		return;
	tabs_draw(c, FRAME_BODY, m->tabs, m->tab_count, m->tab);
	cursor_y = c->cursor_y;
	cursor_x = c->cursor_x;
	for (int i = 0; i < m->fact_count && y < c->rows - 2; i++, y++) {
		canvas_field(c, y, LEFT, LABEL - 1, STYLE_NORMAL, m->facts[i].label);
		canvas_fieldn(c, y, LEFT + LABEL, c->cols - LEFT - LABEL - 1, STYLE_NORMAL,
			      m->facts[i].value);
	}
	y += m->fact_count > 0 ? 1 : 0;
	(void)canvas_block(c, y, LEFT, text_rows(m, c->rows), text_cols(c->cols), STYLE_NORMAL,
			   m->text, m->top);
	if (m->note)
		canvas_field(c, c->rows - 3, LEFT, c->cols - LEFT - 1, STYLE_NORMAL, m->note);
	canvas_cursor(c, cursor_y, cursor_x);
	frame_cursor(c, &m->frame);
}

int case_sheet_most(const struct case_sheet *m, const struct canvas *c)
{
	int lines = wrap_count(m->text, text_cols(c->cols), LINES_MAX, c->glyphs);
	int most = lines - text_rows(m, c->rows);

	return most > 0 ? most : 0;
}
