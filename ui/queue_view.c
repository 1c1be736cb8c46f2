/* SPDX-License-Identifier: EUPL-1.2 */
#include "ui/queue_view.h"

#include "base/i18n.h"

#include "base/banned.h"

enum { FLAGS, NUMBER, RECEIVED, DUE, PARTY, TITLE, STATUS, ASSIGNEE, QUEUE, COLUMNS };

enum { SIDE_COLS = 72, ROWS_DRAWN = CANVAS_ROWS_MAX };

static const struct table_column columns[COLUMNS] = {
	[FLAGS] = { N_("Fl"), 4, 0, false, false },
	[NUMBER] = { N_("Ärende"), 12, 0, false, false },
	[RECEIVED] = { N_("Inkom"), 5, 0, false, false },
	[DUE] = { N_("Frist"), 6, 0, true, false },
	[PARTY] = { N_("Part"), 18, 0, false, false },
	[TITLE] = { N_("Rubrik"), 0, 0, false, true },
	[STATUS] = { N_("Status"), 14, 120, false, false },
	[ASSIGNEE] = { N_("Handläggare"), 14, 140, false, false },
	[QUEUE] = { N_("Kö"), 18, 160, false, false },
};

struct parts {
	int list_rows, list_cols;
	int pane_y, pane_x, pane_rows, pane_cols;
};

/* The last row of the body says what the flags mean. */
static struct parts divide(int rows, int cols, bool preview)
{
	int body = frame_body_rows(rows) - 1;
	struct parts p = { .list_rows = body, .list_cols = cols };

	if (!preview)
		return p;
	if (cols >= FRAME_WIDE) {
		p.list_cols = cols - SIDE_COLS;
		p.pane_y = FRAME_BODY;
		p.pane_x = p.list_cols + 1;
		p.pane_rows = body;
		p.pane_cols = SIDE_COLS - 2;
		return p;
	}
	p.pane_rows = body / 3;
	p.pane_cols = cols;
	p.list_rows = body - p.pane_rows;
	p.pane_y = FRAME_BODY + p.list_rows;
	return p;
}

static void fill_row(struct table_row *to, const struct queue_row *r)
{
	*to = (struct table_row){ .marked = r->marked, .strong = r->overdue };
	to->cells[FLAGS] = str_of(r->flags);
	to->cells[NUMBER] = str_of(r->number);
	to->cells[RECEIVED] = str_of(r->received);
	to->cells[DUE] = str_of(r->due);
	to->cells[PARTY] = r->party;
	to->cells[TITLE] = r->title;
	to->cells[STATUS] = str_of(r->status);
	to->cells[ASSIGNEE] = str_of(r->assignee);
	to->cells[QUEUE] = r->queue;
}

static void draw_list(struct canvas *c, const struct queue_model *m, const struct parts *p)
{
	struct table_column heads[COLUMNS];
	struct table_row rows[ROWS_DRAWN];
	struct table t = { .columns = heads,
			   .column_count = COLUMNS,
			   .rows = rows,
			   .top = m->top,
			   .total = m->total,
			   .cursor = m->cursor,
			   .empty = m->empty };
	int n = table_capacity(&t, p->list_rows);

	for (int i = 0; i < COLUMNS; i++) {
		heads[i] = columns[i];
		heads[i].heading = _(columns[i].heading);
	}
	for (; t.row_count < n && t.row_count < m->row_count; t.row_count++)
		fill_row(&rows[t.row_count], &m->rows[t.row_count]);
	table_draw(c, FRAME_BODY, 0, p->list_rows, p->list_cols, &t);
}

static void draw_legend(struct canvas *c, const struct queue_model *m)
{
	int y = c->rows - 3;

	canvas_field(c, y, 2, c->cols - 2, STYLE_NORMAL,
		     _("N ny  ! försenad  W bevakad  S sekretess  U utkorg  "
		       "K konflikt"));
	if (m->arrived)
		canvas_right(c, y, c->cols - 13, 12, STYLE_BOLD, m->arrived);
}

void queue_view(struct canvas *c, const struct queue_model *m)
{
	struct parts p = divide(c->rows, c->cols, m->preview);

	if (!frame_draw(c, &m->frame))
		return;
	draw_legend(c, m);
	if (p.pane_rows > 0) {
		pane_draw(c, p.pane_y, p.pane_x, p.pane_rows, p.pane_cols, &m->pane);
		if (p.pane_x > 0)
			canvas_vline(c, FRAME_BODY, p.pane_x - 1, p.pane_rows, STYLE_RULE);
	}
	draw_list(c, m, &p);
	frame_cursor(c, &m->frame);
}

int queue_view_capacity(int rows, int cols, bool preview)
{
	struct table t = { .cursor = -1 };

	return table_capacity(&t, divide(rows, cols, preview).list_rows);
}
