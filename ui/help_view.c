/* SPDX-License-Identifier: EUPL-1.2 */
#include "ui/help_view.h"

#include "base/i18n.h"

#include "base/banned.h"

enum { KEYS, COMMAND, WHAT, COLUMNS };

static const struct table_column columns[COLUMNS] = {
	[KEYS] = { N_("Tangent"), 11, 0, false, false },
	[COMMAND] = { N_("Kommando"), 22, 0, false, false },
	[WHAT] = { N_("Vad den gör"), 0, 0, false, false },
};

/* One row for the search line, one for the reference to more pages. */
static int list_rows(int rows)
{
	return frame_body_rows(rows) - 2;
}

static void fill_row(struct table_row *to, const struct help_row *r, struct strbuf *what)
{
	*to = (struct table_row){ .heading = r->section != NULL };
	if (r->section) {
		to->cells[0] = str_of(r->section);
		return;
	}
	(void)strbuf_adds(what, r->what ? r->what : "");
	if (r->why_not)
		(void)strbuf_addf(what, " (%s: %s)", _("inte nu"), r->why_not);
	to->cells[KEYS] = str_of(r->keys);
	to->cells[COMMAND] = str_of(r->command);
	to->cells[WHAT] = strbuf_str(what);
}

static void draw_rows(struct canvas *c, const struct help_model *m)
{
	struct table_column heads[COLUMNS];
	struct table_row rows[CANVAS_ROWS_MAX];
	struct strbuf what[CANVAS_ROWS_MAX] = { 0 };
	struct table t = { .columns = heads,
			   .column_count = COLUMNS,
			   .rows = rows,
			   .top = m->top,
			   .total = m->total,
			   .cursor = m->cursor,
			   .empty = m->empty };
	int n = table_capacity(&t, list_rows(c->rows));

	for (int i = 0; i < COLUMNS; i++) {
		heads[i] = columns[i];
		heads[i].heading = _(columns[i].heading);
	}
	for (int i = 0; i < n && i < m->row_count; i++, t.row_count++)
		fill_row(&rows[i], &m->rows[i], &what[i]);
	table_draw(c, FRAME_BODY + 1, 0, list_rows(c->rows), c->cols, &t);
	for (int i = 0; i < t.row_count; i++)
		strbuf_release(&what[i]);
}

void help_view(struct canvas *c, const struct help_model *m)
{
	int end;

	if (!frame_draw(c, &m->frame))
		return;
	if (m->more)
		canvas_field(c, c->rows - 3, 2, c->cols - 3, STYLE_NORMAL, m->more);
	draw_rows(c, m);
	end = canvas_put(c, FRAME_BODY, 2, 40, STYLE_NORMAL, _("Sök:"));
	if (m->search)
		line_draw(c, FRAME_BODY, end + 1, 40, m->search, !m->frame.prompt);
	frame_cursor(c, &m->frame);
}

int help_view_capacity(int rows, int cols)
{
	struct table t = { .cursor = -1 };

	(void)cols;
	return table_capacity(&t, list_rows(rows));
}
