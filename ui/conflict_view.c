/* SPDX-License-Identifier: EUPL-1.2 */
#include "ui/conflict_view.h"

#include "base/i18n.h"

#include "base/banned.h"

enum { FIELD, COMMON, MINE, THEIRS, CHOSEN, COLUMNS };
enum { LEAD_ROWS = 2, FIELD_COLS = 12, CHOSEN_COLS = 3, BELOW_MIN = 9 };

/* As many as the body has room for besides the words below. */
static int list_rows(int rows)
{
	int body = frame_body_rows(rows) - LEAD_ROWS;
	int third = body / 2;

	return third > TABLE_HEAD_ROWS + 1 && body - third < BELOW_MIN ? body - BELOW_MIN : third;
}

static void set_columns(struct table_column heads[COLUMNS], const struct conflict_model *m,
			int cols)
{
	/* What is left beside the fixed columns, in three parts. */
	int part = (cols - TABLE_GUTTER - FIELD_COLS - CHOSEN_COLS - COLUMNS) / 3;

	heads[FIELD] = (struct table_column){ _("Fält"), FIELD_COLS, 0, false, false };
	heads[COMMON] = (struct table_column){ m->heads[0], part, 0, false, false };
	heads[MINE] = (struct table_column){ m->heads[1], part, 0, false, false };
	heads[THEIRS] = (struct table_column){ m->heads[2], 0, 0, false, false };
	heads[CHOSEN] = (struct table_column){ "", CHOSEN_COLS, 0, false, false };
}

static void fill_row(struct table_row *to, const struct conflict_row *r)
{
	*to = (struct table_row){ .strong = r->open };
	to->cells[FIELD] = str_of(r->field);
	to->cells[COMMON] = r->common;
	to->cells[MINE] = r->mine;
	to->cells[THEIRS] = r->theirs;
	to->cells[CHOSEN] = str_of(r->chosen);
}

static int used_rows(const struct conflict_model *m, int list)
{
	int used = m->row_count - m->top + TABLE_HEAD_ROWS;

	return used < list ? used : list;
}

void conflict_view(struct canvas *c, const struct conflict_model *m)
{
	struct table_column heads[COLUMNS];
	struct table_row rows[CANVAS_ROWS_MAX];
	struct table t = { .columns = heads,
			   .column_count = COLUMNS,
			   .rows = rows,
			   .top = m->top,
			   .total = m->row_count,
			   .cursor = m->cursor };
	int list = list_rows(c->rows), y = FRAME_BODY, end = c->rows - 2;

	if (!frame_draw(c, &m->frame))
		return;
	if (m->row_count == 0) {
		canvas_block(c, y + 1, 2, end - y - 1, c->cols - 4, STYLE_NORMAL, str_of(m->empty),
			     0);
		frame_cursor(c, &m->frame);
		return;
	}
	canvas_block(c, y, 2, LEAD_ROWS, c->cols - 4, STYLE_NORMAL, m->lead, 0);
	y += LEAD_ROWS;
	set_columns(heads, m, c->cols);
	for (int n = table_capacity(&t, list);
	     t.row_count < n && m->top + t.row_count < m->row_count; t.row_count++)
		fill_row(&rows[t.row_count], &m->rows[m->top + t.row_count]);
	list = used_rows(m, list);
	canvas_hline(c, y + list, 0, c->cols, STYLE_RULE);
	canvas_block(c, y + list + 1, 2, end - y - list - 1, c->cols - 4, STYLE_NORMAL, m->below,
		     0);
	table_draw(c, y, 0, list, c->cols, &t);
	frame_cursor(c, &m->frame);
}

int conflict_view_capacity(int rows, int cols)
{
	struct table t = { .cursor = -1 };

	(void)cols;
	return table_capacity(&t, list_rows(rows));
}
