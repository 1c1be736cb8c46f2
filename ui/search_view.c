/* SPDX-License-Identifier: EUPL-1.2 */
#include "ui/search_view.h"

#include "base/i18n.h"

#include "base/banned.h"

enum {
	HEAD = 3, /* the line, what it means, a rule */
	ROW = 2,
	NUMBER = 13,
	STATUS = 12,
	DUE = 7,
	PARTY = 18,
	INDENT = 16,
};

int search_view_capacity(int rows)
{
	int n = (frame_body_rows(rows) - HEAD - 1) / ROW;

	return n > 0 ? n : 1;
}

static void draw_row(struct canvas *c, int y, const struct search_row *r, bool current)
{
	enum style st = r->overdue ? STYLE_WARN : STYLE_NORMAL;
	int x = 2;

	canvas_field(c, y, 0, 1, STYLE_NORMAL, current ? ">" : " ");
	canvas_field(c, y, x, NUMBER, st, r->number);
	x += NUMBER + 1;
	canvas_field(c, y, x, STATUS, st, r->status);
	x += STATUS + 1;
	canvas_field(c, y, x, DUE, st, r->due);
	x += DUE + 1;
	canvas_fieldn(c, y, x, PARTY, st, r->party);
	x += PARTY + 1;
	canvas_title(c, y, x, c->cols - x, st, r->title);
	canvas_fieldn(c, y + 1, INDENT, c->cols - INDENT, STYLE_NORMAL, r->where);
	if (current)
		canvas_style(c, y, 0, NUMBER + 2, STYLE_CURSOR);
}

void search_view(struct canvas *c, const struct search_model *m)
{
	int y = FRAME_BODY, end;

	if (!frame_draw(c, &m->frame))
		return;
	canvas_fieldn(c, y + 1, 2, c->cols - 3, m->wrong ? STYLE_ERROR : STYLE_NORMAL, m->said);
	canvas_hline(c, y + 2, 0, c->cols, STYLE_RULE);
	if (m->row_count == 0 && m->empty)
		(void)canvas_block(c, y + HEAD, 2, 3, c->cols - 4, STYLE_NORMAL, str_of(m->empty),
				   0);
	for (int i = 0; i < m->row_count && i < search_view_capacity(c->rows); i++)
		draw_row(c, y + HEAD + ROW * i, &m->rows[i], m->top + i == m->cursor);
	canvas_field(c, c->rows - 3, 2, c->cols - 3, STYLE_NORMAL, m->searched);
	end = canvas_put(c, y, 2, 20, STYLE_BOLD, _("Sök:"));
	line_draw(c, y, end + 1, c->cols - end - 2, m->line, !m->frame.prompt);
	frame_cursor(c, &m->frame);
}
