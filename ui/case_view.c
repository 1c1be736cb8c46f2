/* SPDX-License-Identifier: EUPL-1.2 */
#include "ui/case_view.h"

#include "base/i18n.h"

#include "base/banned.h"

enum { WHEN, WHO, WHAT, SEAL, COLUMNS };
enum { LABEL_COLS = 12, TABS_ROWS = 2, OVERVIEW_COLS = 80, LATEST_MIN = 3 };

static const struct table_column columns[COLUMNS] = {
	[WHEN] = { N_("Datum"), 11, 0, false, false },
	[WHO] = { N_("Vem"), 14, 0, false, false },
	[WHAT] = { N_("Händelse"), 0, 0, false, false },
	[SEAL] = { N_("Sigill"), 9, 0, false, false },
};

/* A block of the screen that is filled from the top. */
struct area {
	struct canvas *c;
	int y, x, rows, cols; /* what is left of it */
};

static void used(struct area *a, int rows)
{
	if (rows > a->rows)
		rows = a->rows;
	a->y += rows;
	a->rows -= rows;
}

static int larger(int a, int b)
{
	return a > b ? a : b;
}

static void draw_pairs(const struct area *a, int x, int cols, const struct case_pair *pairs,
		       int count)
{
	for (int i = 0; i < count && i < CASE_FIELDS_MAX && i < a->rows; i++) {
		canvas_field(a->c, a->y + i, x, LABEL_COLS - 1, STYLE_NORMAL, pairs[i].label);
		canvas_fieldn(a->c, a->y + i, x + LABEL_COLS, cols - LABEL_COLS, STYLE_NORMAL,
			      pairs[i].value);
	}
}

static void draw_checks(const struct area *a, int x, int cols, const char *heading,
			const struct check_item *items, int count)
{
	if (count == 0 || a->rows < 1)
		return;
	canvas_field(a->c, a->y, x, cols, STYLE_HEAD, heading);
	for (int i = 0; i < count && i + 1 < a->rows; i++)
		check_draw(a->c, a->y + 1 + i, x, cols, &items[i]);
	/* More than the screen holds is said, not hidden. */
	if (count + 1 > a->rows)
		canvas_fieldf(a->c, a->y + a->rows - 1, x, cols, STYLE_BOLD, _("... och %d till"),
			      count + 2 - a->rows);
}

static void draw_latest(struct area *a, const struct case_model *m)
{
	int n = m->latest_count < a->rows - 1 ? m->latest_count : a->rows - 1;
	const struct event_row *e = m->latest + (m->latest_count - (n > 0 ? n : 0));

	if (n <= 0)
		return;
	canvas_field(a->c, a->y, a->x, a->cols, STYLE_HEAD, _("Senaste"));
	for (int i = 0; i < n; i++) {
		int y = a->y + 1 + i;

		canvas_field(a->c, y, a->x, 11, STYLE_NORMAL, e[i].when);
		canvas_field(a->c, y, a->x + 13, 13, STYLE_NORMAL, e[i].who);
		canvas_fieldn(a->c, y, a->x + 28, a->cols - 28, STYLE_NORMAL, e[i].what);
	}
	used(a, n + 1);
}

static void draw_overview(struct area *a, const struct case_model *m)
{
	int half = a->cols / 2 - 2, checks;

	draw_pairs(a, a->x, half - 2, m->left, m->left_count);
	draw_pairs(a, a->x + half, a->cols - half, m->right, m->right_count);
	used(a, larger(m->left_count, m->right_count) + 1);

	checks = larger(m->check_count, m->receipt_count);
	if (checks > 0) {
		struct area part = *a;

		/* The checklist leaves room for what happened last. */
		if (m->latest_count > 0 && part.rows > checks + LATEST_MIN)
			part.rows = checks + 1;
		else if (m->latest_count > 0 && part.rows > 2 * LATEST_MIN)
			part.rows -= LATEST_MIN + 1;
		draw_checks(&part, a->x, half - 2, m->checks_heading, m->checks, m->check_count);
		draw_checks(&part, a->x + half, a->cols - half, m->receipts_heading, m->receipts,
			    m->receipt_count);
		used(a, (part.rows < checks + 1 ? part.rows : checks + 1) + 1);
	}
	if (m->related.n > 0 && a->rows > 1) {
		canvas_fieldn(a->c, a->y + a->rows - 1, a->x, a->cols, STYLE_NORMAL, m->related);
		a->rows--;
	}
	draw_latest(a, m);
}

static const char *seal_word(enum seal s)
{
	switch (s) {
	case SEAL_OK:
		return _("ok");
	case SEAL_BAD:
		return _("FEL");
	case SEAL_NONE:
		break;
	}
	return "–";
}

static void fill_row(struct table_row *to, const struct event_row *e, struct strbuf *seal)
{
	*to = (struct table_row){ .strong = e->seal == SEAL_BAD };
	(void)strbuf_adds(seal, seal_word(e->seal));
	if (e->hash && e->seal != SEAL_NONE)
		(void)strbuf_addf(seal, " %s", e->hash);
	to->cells[WHEN] = str_of(e->when);
	to->cells[WHO] = str_of(e->who);
	to->cells[WHAT] = e->what;
	to->cells[SEAL] = strbuf_str(seal);
}

static void draw_events(struct canvas *c, int y, int x, int rows, int cols,
			const struct case_model *m)
{
	struct table_column heads[COLUMNS];
	struct table_row drawn[CANVAS_ROWS_MAX];
	struct strbuf seals[CANVAS_ROWS_MAX] = { 0 };
	struct table t = { .columns = heads,
			   .column_count = COLUMNS,
			   .rows = drawn,
			   .top = m->event_top,
			   .total = m->event_total,
			   .cursor = m->event_cursor,
			   .empty = _("Inga händelser här.") };
	int n = table_capacity(&t, rows);

	for (int i = 0; i < COLUMNS; i++) {
		heads[i] = columns[i];
		heads[i].heading = _(columns[i].heading);
	}
	for (int i = 0; i < n && i < m->event_count; i++, t.row_count++)
		fill_row(&drawn[i], &m->events[i], &seals[i]);
	table_draw(c, y, x, rows, cols, &t);
	for (int i = 0; i < t.row_count; i++)
		strbuf_release(&seals[i]);
}

static int pane_rows(int body)
{
	return body / 3;
}

/* The timeline with its pane in a block; one row is kept for the note. */
static void draw_timeline(struct area *a, const struct case_model *m)
{
	int pane = pane_rows(a->rows), list = a->rows - 1 - pane;

	pane_draw(a->c, a->y + list, a->x, pane, a->cols, &m->pane);
	if (m->timeline_note)
		canvas_field(a->c, a->y + a->rows - 1, a->x + 2, a->cols - 2, STYLE_NORMAL,
			     m->timeline_note);
	draw_events(a->c, a->y, a->x, list, a->cols, m);
}

void case_view(struct canvas *c, const struct case_model *m)
{
	struct area body = { c, FRAME_BODY + TABS_ROWS, 0, frame_body_rows(c->rows) - TABS_ROWS,
			     c->cols };
	bool both = c->cols >= FRAME_WIDE && m->event_count > 0;
	struct area left = body, right = body;
	int cursor_y, cursor_x;

	if (!frame_draw(c, &m->frame))
		return;
	tabs_draw(c, FRAME_BODY, m->tabs, m->tab_count, (int)m->tab);
	cursor_y = c->cursor_y;
	cursor_x = c->cursor_x;
	if (both) {
		left.cols = OVERVIEW_COLS;
		right.x = OVERVIEW_COLS;
		right.cols = c->cols - OVERVIEW_COLS;
	}
	left.x += 2;
	left.cols -= 3;
	if (both || m->tab == TAB_OVERVIEW)
		draw_overview(&left, m);
	if (both || m->tab == TAB_TIMELINE)
		draw_timeline(&right, m);
	if (both)
		canvas_vline(c, FRAME_BODY + TABS_ROWS, OVERVIEW_COLS - 1, body.rows, STYLE_RULE);
	/* The overview has no current row: its tab has the cursor. */
	if (m->tab == TAB_OVERVIEW)
		canvas_cursor(c, cursor_y, cursor_x);
	frame_cursor(c, &m->frame);
}

int case_view_capacity(int rows, int cols)
{
	int body = frame_body_rows(rows) - TABS_ROWS;
	struct table t = { .cursor = -1 };

	(void)cols;
	return table_capacity(&t, body - 1 - pane_rows(body));
}
