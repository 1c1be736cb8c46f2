/* SPDX-License-Identifier: EUPL-1.2 */
#include "ui/conflict_view.h"

#include "base/i18n.h"

#include "base/banned.h"

enum { NUMBER, WHEN, MINE, THEIRS, TITLE, COLUMNS };

static const struct table_column columns[COLUMNS] = {
	[NUMBER] = { N_("Ärende"), 12, 0, false, false },
	[WHEN] = { N_("När"), 11, 0, false, false },
	[MINE] = { N_("Du gjorde"), 26, 0, false, false },
	[THEIRS] = { N_("Före dig hade"), 0, 0, false, false },
	[TITLE] = { N_("Rubrik"), 30, 120, false, true },
};

static int list_rows(int rows)
{
	return frame_body_rows(rows) / 2 - 1;
}

static void fill_row(struct table_row *to, const struct conflict_row *r)
{
	*to = (struct table_row){ .strong = false };
	to->cells[NUMBER] = str_of(r->number);
	to->cells[WHEN] = str_of(r->when);
	to->cells[MINE] = r->mine;
	to->cells[THEIRS] = r->theirs;
	to->cells[TITLE] = r->title;
}

/* A heading and its text; returns the row behind them. */
static int draw_part(struct canvas *c, int y, int rows, const char *heading, struct str text)
{
	int n;

	if (rows < 2 || text.n == 0)
		return y;
	canvas_field(c, y, 2, c->cols - 3, STYLE_HEAD, heading);
	n = canvas_block(c, y + 1, 4, rows - 1, c->cols - 6, STYLE_NORMAL, text, 0);
	return y + 1 + (n < rows - 1 ? n : rows - 1);
}

static void draw_current(struct canvas *c, int y, const struct conflict_model *m)
{
	int end = c->rows - 2, choices = end - 1 - m->choice_count;

	canvas_hline(c, y, 0, c->cols, STYLE_RULE);
	y = draw_part(c, y + 1, choices - y - 4, _("Vad som hände"), m->happened);
	y = draw_part(c, y, choices - y, _("Vad som gäller nu"), m->stands);
	if (m->choice_count == 0 || y >= end)
		return;
	canvas_field(c, y++, 2, c->cols - 3, STYLE_HEAD, _("Vad du kan göra"));
	for (int i = 0; i < m->choice_count && y < end; i++)
		canvas_field(c, y++, 4, c->cols - 6, STYLE_NORMAL, m->choices[i]);
}

void conflict_view(struct canvas *c, const struct conflict_model *m)
{
	struct table_column heads[COLUMNS];
	struct table_row rows[CANVAS_ROWS_MAX];
	struct table t = { .columns = heads,
			   .column_count = COLUMNS,
			   .rows = rows,
			   .top = m->top,
			   .total = m->total,
			   .cursor = m->cursor,
			   .empty = m->empty };
	int list = list_rows(c->rows);

	if (!frame_draw(c, &m->frame))
		return;
	for (int i = 0; i < COLUMNS; i++) {
		heads[i] = columns[i];
		heads[i].heading = _(columns[i].heading);
	}
	for (int n = table_capacity(&t, list); t.row_count < n && t.row_count < m->row_count;
	     t.row_count++)
		fill_row(&rows[t.row_count], &m->rows[t.row_count]);
	if (m->total > 0)
		draw_current(c, FRAME_BODY + list, m);
	table_draw(c, FRAME_BODY, 0, list, c->cols, &t);
	frame_cursor(c, &m->frame);
}

int conflict_view_capacity(int rows, int cols)
{
	struct table t = { .cursor = -1 };

	(void)cols;
	return table_capacity(&t, list_rows(rows));
}
