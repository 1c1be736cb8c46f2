/* SPDX-License-Identifier: EUPL-1.2 */
#include "ui/outbox_view.h"

#include "base/i18n.h"

#include "base/banned.h"

enum { STATE, TIME, NUMBER, ACTION, TRIES, ANSWER, COLUMNS };
enum { FOOT_ROWS = 2 };

static const struct table_column columns[COLUMNS] = {
	[STATE] = { N_("Läge"), 14, 0, false, false },
	[TIME] = { N_("Tid"), 5, 0, false, false },
	[NUMBER] = { N_("Ärende"), 12, 0, false, false },
	[ACTION] = { N_("Åtgärd"), 0, 0, false, false },
	[TRIES] = { N_("Försök"), 6, 0, true, false },
	[ANSWER] = { N_("Svar"), 15, 0, false, false },
};

static int pane_rows(int body)
{
	return body / 3 + 1;
}

static int list_rows(int rows)
{
	int body = frame_body_rows(rows) - FOOT_ROWS;

	return body - pane_rows(body);
}

static void fill_row(struct table_row *to, const struct outbox_row *r)
{
	*to = (struct table_row){ .strong = r->refused };
	to->cells[STATE] = str_of(r->state);
	to->cells[TIME] = str_of(r->time);
	to->cells[NUMBER] = str_of(r->number);
	to->cells[ACTION] = r->action;
	to->cells[TRIES] = str_of(r->tries);
	to->cells[ANSWER] = r->answer;
}

void outbox_view(struct canvas *c, const struct outbox_model *m)
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
	int list = list_rows(c->rows), foot = c->rows - 2 - FOOT_ROWS;

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
		pane_draw(c, FRAME_BODY + list, 0, foot - FRAME_BODY - list, c->cols, &m->pane);
	if (m->next_try)
		canvas_field(c, foot, 2, c->cols - 3, STYLE_NORMAL, m->next_try);
	if (m->safety)
		canvas_field(c, foot + 1, 2, c->cols - 3, STYLE_NORMAL, m->safety);
	table_draw(c, FRAME_BODY, 0, list, c->cols, &t);
	frame_cursor(c, &m->frame);
}

int outbox_view_capacity(int rows, int cols)
{
	struct table t = { .cursor = -1 };

	(void)cols;
	return table_capacity(&t, list_rows(rows));
}
