/* SPDX-License-Identifier: EUPL-1.2 */
#include "ui/contact_view.h"

#include <stdio.h>

#include "base/i18n.h"
#include "ui/table.h"

#include "base/banned.h"

enum { LEFT = 2, LABEL = 8, FIELD_COLS = 30, LIST_ROWS_MIN = 3, FACT_ROWS = 3, SAID_ROWS = 8 };
enum { NUMBER, RECEIVED, STATUS, UNIT, TYPE, COLUMNS };

static const struct table_column columns[COLUMNS] = {
	[NUMBER] = { N_("Ärende"), 14, 0, false, false },
	[RECEIVED] = { N_("Inkom"), 10, 0, false, false },
	[STATUS] = { N_("Status"), 14, 0, false, false },
	[UNIT] = { N_("Enhet"), 18, 0, false, false },
	[TYPE] = { N_("Ärendetyp"), 0, 0, false, false },
};

static void draw_field(struct canvas *c, int y, const struct contact_model *m)
{
	int x = LEFT + LABEL;

	canvas_put(c, y, LEFT, LABEL, STYLE_NORMAL, _("Sök"));
	line_draw(c, y, x, FIELD_COLS, m->query, m->typing);
	canvas_put(c, y, x + FIELD_COLS + 2, c->cols - x - FIELD_COLS - 2, STYLE_NORMAL,
		   _("ärendenr, personnr, orgnr, namn+gata"));
}

static void draw_reasons(struct canvas *c, int y, const struct contact_model *m)
{
	int x = LEFT + LABEL;

	canvas_put(c, y, LEFT, LABEL, STYLE_NORMAL, _("Skäl"));
	for (int i = 0; i < CONTACT_REASONS; i++) {
		bool chosen = i + 1 == m->reason;
		char text[60];

		snprintf(text, sizeof(text), chosen ? "[%d %s]" : "(%d) %s", i + 1, m->reasons[i]);
		if (chosen && m->choosing)
			canvas_cursor(c, y, x);
		x = canvas_put(c, y, x, c->cols - x, chosen ? STYLE_FOCUS : STYLE_NORMAL, text) + 2;
	}
	canvas_put(c, y, x, c->cols - x, STYLE_NORMAL, _("loggas"));
}

/* Several cases: a list of which the chosen one is told of below. The row
 * behind it is returned. */
static int draw_hits(struct canvas *c, int y, int rows_max, const struct contact_model *m)
{
	int shown = m->hit_count < rows_max ? m->hit_count : rows_max;
	struct table_column heads[COLUMNS];
	struct table_row rows[CONTACT_HITS_MAX] = { { .marked = false } };
	struct table t = { .columns = heads,
			   .column_count = COLUMNS,
			   .rows = rows,
			   .total = m->hit_count,
			   .cursor = m->cursor };
	int n = table_capacity(&t, shown + TABLE_HEAD_ROWS);

	for (int i = 0; i < COLUMNS; i++) {
		heads[i] = columns[i];
		heads[i].heading = _(columns[i].heading);
	}
	t.top = m->cursor < 0 ? 0 : table_scroll(0, m->cursor, m->hit_count, n);
	for (int i = 0; i < n && t.top + i < m->hit_count && i < CONTACT_HITS_MAX; i++) {
		const struct contact_hit *h = &m->hits[t.top + i];

		rows[i].cells[NUMBER] = str_of(h->number);
		rows[i].cells[RECEIVED] = str_of(h->received);
		rows[i].cells[STATUS] = str_of(h->status);
		rows[i].cells[UNIT] = str_of(h->unit);
		rows[i].cells[TYPE] = h->type;
		t.row_count++;
	}
	table_draw(c, y, 0, shown + TABLE_HEAD_ROWS, c->cols, &t);
	y += shown + TABLE_HEAD_ROWS;
	canvas_put(c, y, LEFT, c->cols - 2 * LEFT, STYLE_BOLD, m->place);
	if (m->cursor < 0)
		canvas_cursor(c, y, LEFT);
	return y + 1;
}

static void draw_said(struct canvas *c, int y, int rows, const struct contact_model *m)
{
	int cols = c->cols - 2 * LEFT;

	canvas_put(c, y, LEFT, cols, STYLE_HEAD, _("NIVÅ 0 · uppringaren ej verifierad"));
	canvas_put(c, y, 42, c->cols - 42, STYLE_NORMAL, _("Får sägas till vem som helst"));
	canvas_block(c, y + 1, LEFT + 2, FACT_ROWS, cols - 2, STYLE_NORMAL, m->facts, 0);
	canvas_hline(c, y + 1 + FACT_ROWS, 1, c->cols - 2, STYLE_RULE);
	canvas_put(c, y + 2 + FACT_ROWS, LEFT, cols, STYLE_HEAD, _("Läs upp:"));
	canvas_block(c, y + 2 + FACT_ROWS, LEFT + 10, rows - 2 - FACT_ROWS, cols - 10, STYLE_BOLD,
		     m->aloud, 0);
	if (!m->typing && !m->choosing && m->hit_count == 1)
		canvas_cursor(c, y + 2 + FACT_ROWS, LEFT + 10);
}

void contact_view(struct canvas *c, const struct contact_model *m)
{
	int last = FRAME_BODY + frame_body_rows(c->rows) - 1, y = FRAME_BODY + 4;

	if (!frame_draw(c, &m->frame))
		return;
	canvas_hline(c, FRAME_BODY, 1, c->cols - 2, STYLE_RULE);
	canvas_hline(c, FRAME_BODY + 3, 1, c->cols - 2, STYLE_RULE);
	if (m->logged)
		canvas_field(c, last, LEFT, c->cols - LEFT, STYLE_NORMAL, m->logged);
	if (m->note) {
		canvas_block(c, y, LEFT, 3, c->cols - 2 * LEFT, STYLE_BOLD, str_of(m->note), 0);
		canvas_cursor(c, y, LEFT);
		y += 2;
	}
	if (m->hit_count > 1) {
		int rows = last - y - TABLE_HEAD_ROWS - 1 - SAID_ROWS;

		y = draw_hits(c, y, rows > LIST_ROWS_MIN ? rows : LIST_ROWS_MIN, m);
	}
	if (m->facts.n > 0)
		draw_said(c, y, last - y, m);
	draw_reasons(c, FRAME_BODY + 2, m);
	draw_field(c, FRAME_BODY + 1, m);
	frame_cursor(c, &m->frame);
}
