/* SPDX-License-Identifier: EUPL-1.2 */
#include "ui/stats_view.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/utf8.h"
#include "ui/table.h"

#include "base/banned.h"

enum {
	LEFT = 2,
	WEEK_LABEL = 6,
	WEEK_COLS = 6, /* of a week on a wide screen */
	NAME_COLS = 24,
	NAME_WIDE = 44,
	NUMBER_COLS = 6,
	TARGET_COLS = 9,
	OFFICER_NAME = 20,
	STATUS_X = 50,
	STATUS_NAME = 17,
	FIXED_ROWS = 11, /* all but the rows of the tables */
};

/* A figure at its place: the cursor is a sign, a style and the hardware's. */
static void put_figure(struct canvas *c, int y, int x, int cols, const char *text, bool current,
		       bool strong)
{
	if (current) {
		canvas_put(c, y, x - 1, 1, STYLE_CURSOR, ">");
		canvas_right(c, y, x, cols, STYLE_CURSOR, text);
		canvas_cursor(c, y, x - 1);
		return;
	}
	canvas_right(c, y, x, cols, strong ? STYLE_BOLD : STYLE_NORMAL, text);
}

static bool here(const struct stats_model *m, enum stats_area a, int index)
{
	return m->area == a && m->index == index;
}

/* --- Totals ------------------------------------------------------------------- */

static void draw_totals(struct canvas *c, int y, const struct stats_model *m)
{
	int x = LEFT;

	for (int i = 0; i < 4; i++) {
		const struct stats_total *t = &m->totals[i];
		int cols = ui_text_width(str_of(t->value), c->cols, c->glyphs);

		x = canvas_put(c, y, x, c->cols - x, STYLE_NORMAL, t->label) + 2;
		put_figure(c, y, x, cols, t->value, here(m, AREA_TOTALS, i), true);
		x += cols + 1;
		if (t->change[0])
			x = canvas_put(c, y, x, c->cols - x, STYLE_NORMAL, t->change) + 1;
		x += 2;
	}
}

/* --- Weeks --------------------------------------------------------------------- */

static int64_t largest(const int64_t *v, int n)
{
	int64_t max = 0;

	for (int i = 0; i < n; i++)
		max = v[i] > max ? v[i] : max;
	return max;
}

static void draw_bars(struct canvas *c, int y, int x, const struct stats_model *m,
		      enum stats_area a, int64_t max)
{
	const int64_t *v = a == AREA_IN ? m->in : m->out;

	for (int i = 0; i < m->week_count; i++) {
		/* Something is never drawn as nothing. */
		int64_t step = max ? (v[i] * (GLYPH_BARS - 1) + max - 1) / max : 0;

		canvas_put(c, y, x + i, 1, here(m, a, i) ? STYLE_CURSOR : STYLE_NORMAL,
			   c->glyphs->bar[step]);
	}
	if (m->area == a)
		canvas_cursor(c, y, x + m->index);
}

static void sum_up(char *out, size_t size, const int64_t *v, int n)
{
	int64_t sum = 0, least = n ? v[0] : 0;

	for (int i = 0; i < n; i++) {
		sum += v[i];
		least = v[i] < least ? v[i] : least;
	}
	snprintf(out, size, _("%lld st   min %lld   medel %lld   max %lld"), (long long)sum,
		 (long long)least, (long long)(n ? (sum + n / 2) / n : 0),
		 (long long)largest(v, n));
}

static void draw_flow(struct canvas *c, int y, const struct stats_model *m, enum stats_area a,
		      int64_t max)
{
	const int64_t *v = a == AREA_IN ? m->in : m->out;
	int x = LEFT + WEEK_LABEL, wide = x + STATS_VIEW_WEEKS + 46;
	char text[120];

	canvas_put(c, y, LEFT, WEEK_LABEL, STYLE_NORMAL, a == AREA_IN ? _("in") : _("ut"));
	draw_bars(c, y, x, m, a, max);
	x += STATS_VIEW_WEEKS + 3;
	if (m->area == a)
		snprintf(text, sizeof(text), _("> v%d: %lld st"), m->weeks[m->index],
			 (long long)v[m->index]);
	else
		sum_up(text, sizeof(text), v, m->week_count);
	canvas_put(c, y, x, c->cols - x, m->area == a ? STYLE_CURSOR : STYLE_NORMAL, text);
	for (int i = 0; i < m->week_count && c->cols >= FRAME_WIDE; i++) {
		snprintf(text, sizeof(text), "%" PRId64, v[i]);
		canvas_right(c, y, wide + i * WEEK_COLS, WEEK_COLS, STYLE_NORMAL, text);
	}
}

static void draw_weeks(struct canvas *c, int y, const struct stats_model *m)
{
	int64_t in = largest(m->in, m->week_count), out = largest(m->out, m->week_count);
	int wide = LEFT + WEEK_LABEL + STATS_VIEW_WEEKS + 46;
	int n = m->week_count;
	char text[STATS_TEXT];

	canvas_put(c, y, LEFT, c->cols - LEFT, STYLE_HEAD, _("Inkommet och avslutat per vecka"));
	if (n > 0 && c->cols < FRAME_WIDE) {
		snprintf(text, sizeof(text), _("v%d till v%d"), m->weeks[0], m->weeks[n - 1]);
		canvas_put(c, y, 40, c->cols - 40, STYLE_NORMAL, text);
	}
	for (int i = 0; i < n && c->cols >= FRAME_WIDE; i++) {
		snprintf(text, sizeof(text), _("v%d"), m->weeks[i]);
		canvas_right(c, y, wide + i * WEEK_COLS, WEEK_COLS, STYLE_HEAD, text);
	}
	draw_flow(c, y + 1, m, AREA_IN, in > out ? in : out);
	draw_flow(c, y + 2, m, AREA_OUT, in > out ? in : out);
}

/* --- Tables --------------------------------------------------------------------- */

/* The rows of a table that are seen: those around the cursor. */
struct seen {
	int top, rows;
};

static struct seen around(int cursor, int total, int rows)
{
	struct seen s = { 0, rows < total ? rows : total };

	if (cursor >= rows)
		s.top = cursor - rows + 1;
	return s;
}

static void heading(struct canvas *c, int y, int x, int cols, const char *text, struct seen s,
		    int total)
{
	char all[160];

	if (s.rows < total)
		snprintf(all, sizeof(all), "%s %d-%d/%d", text, s.top + 1, s.top + s.rows, total);
	else
		snprintf(all, sizeof(all), "%s", text);
	canvas_put(c, y, x, cols, STYLE_HEAD, all);
}

/* Filled up to the middle value, a thin tail up to the high one. */
static void draw_span(struct canvas *c, int y, int x, int cols, const struct stats_type_row *t,
		      int64_t max)
{
	const char *full = c->glyphs->ascii ? "#" : c->glyphs->bar[GLYPH_BARS - 1];
	const char *tail = c->glyphs->ascii ? "." : "·";
	int64_t low = max ? (t->low * cols + max - 1) / max : 0;
	int64_t high = max ? (t->high * cols + max - 1) / max : 0;

	for (int i = 0; i < cols && i < high; i++)
		canvas_put(c, y, x + i, 1, STYLE_NORMAL, i < low ? full : tail);
}

static const char *verdict(const struct stats_type_row *t)
{
	if (t->few)
		return t->over ? _("över, få") : _("få");
	return t->over ? _("ÖVER MÅL") : _("ok");
}

/* What is too long loses its middle: names of types differ at their ends. */
static void put_name(struct canvas *c, int y, int cols, const char *name)
{
	int tail = cols / 2, total = (int)utf8_count(str_of(name));
	const char *p = name;

	if (ui_text_width(str_of(name), cols + 1, c->glyphs) <= cols) {
		canvas_put(c, y, LEFT, cols, STYLE_NORMAL, name);
		return;
	}
	for (int i = 0; i < total - tail && *p; i++)
		do
			p++;
		while (((unsigned char)*p & 0xC0) == 0x80);
	canvas_put(c, y, LEFT, cols - tail, STYLE_NORMAL, name);
	canvas_put(c, y, LEFT + cols - tail, tail, STYLE_NORMAL, p);
}

static void draw_types(struct canvas *c, int y, int rows, const struct stats_model *m)
{
	int numbers = c->cols - 1 - 9 - TARGET_COLS - 4 * NUMBER_COLS;
	int name = c->cols >= FRAME_WIDE ? NAME_WIDE : NAME_COLS;
	int bar_x = LEFT + name + 1, bar = numbers - bar_x - 1;
	struct seen s = around(m->area == AREA_TYPES ? m->index : 0, m->type_count, rows);
	static const char *const heads[] = { N_("klara"), N_("p50"), N_("p90"), N_("p95") };
	int64_t max = 0;

	heading(c, y, LEFT, numbers - LEFT, _("Handläggningstid (dagar)"), s, m->type_count);
	for (int i = 0; i < 4; i++)
		canvas_right(c, y, numbers + i * NUMBER_COLS, NUMBER_COLS, STYLE_HEAD, _(heads[i]));
	canvas_right(c, y, numbers + 4 * NUMBER_COLS, TARGET_COLS, STYLE_HEAD, _("mål p90"));
	for (int i = 0; i < m->type_count; i++)
		max = m->types[i].high > max ? m->types[i].high : max;
	for (int i = s.top; i < s.top + s.rows; i++) {
		const struct stats_type_row *t = &m->types[i];
		int row = y + 1 + i - s.top, x = numbers;

		put_name(c, row, name, t->name);
		draw_span(c, row, bar_x, bar, t, max);
		put_figure(c, row, x + 1, NUMBER_COLS - 1, t->closed, here(m, AREA_TYPES, i),
			   false);
		canvas_right(c, row, x + NUMBER_COLS, NUMBER_COLS, STYLE_NORMAL, t->p50);
		canvas_right(c, row, x + 2 * NUMBER_COLS, NUMBER_COLS, STYLE_NORMAL, t->p90);
		canvas_right(c, row, x + 3 * NUMBER_COLS, NUMBER_COLS, STYLE_NORMAL, t->p95);
		x += 4 * NUMBER_COLS;
		canvas_right(c, row, x, TARGET_COLS, STYLE_NORMAL, t->target);
		canvas_put(c, row, x + TARGET_COLS + 1, 8, t->over ? STYLE_WARN : STYLE_NORMAL,
			   verdict(t));
	}
	if (m->type_count == 0)
		canvas_put(c, y + 1, LEFT, c->cols - LEFT, STYLE_NORMAL,
			   _("Inget ärende har avslutats i perioden."));
}

static void draw_officers(struct canvas *c, int y, int rows, const struct stats_model *m)
{
	struct seen s = around(m->area == AREA_OFFICERS ? m->index / 2 : 0, m->officer_count, rows);
	int x = LEFT + OFFICER_NAME;

	heading(c, y, LEFT, OFFICER_NAME + 2, _("Handläggare"), s, m->officer_count);
	canvas_right(c, y, x + 2, 6, STYLE_HEAD, _("öppna"));
	canvas_right(c, y, x + 9, 8, STYLE_HEAD, _("försen."));
	canvas_right(c, y, x + 17, 10, STYLE_HEAD, _("ålder p90"));
	for (int i = s.top; i < s.top + s.rows; i++) {
		const struct stats_officer_row *o = &m->officers[i];
		int row = y + 1 + i - s.top;

		canvas_field(c, row, LEFT, OFFICER_NAME, STYLE_NORMAL, o->name);
		put_figure(c, row, x + 2, 6, o->open, here(m, AREA_OFFICERS, 2 * i), false);
		put_figure(c, row, x + 11, 6, o->overdue, here(m, AREA_OFFICERS, 2 * i + 1), false);
		canvas_right(c, row, x + 17, 10, STYLE_NORMAL, o->age);
	}
}

static void draw_statuses(struct canvas *c, int y, int rows, const struct stats_model *m)
{
	struct seen s = around(m->area == AREA_STATUSES ? m->index : 0, m->status_count, rows);
	int64_t max = 0;
	int x = STATUS_X + STATUS_NAME;

	heading(c, y, STATUS_X, c->cols - STATUS_X, _("Väntar på"), s, m->status_count);
	for (int i = 0; i < m->status_count; i++)
		max = m->statuses[i].count > max ? m->statuses[i].count : max;
	for (int i = s.top; i < s.top + s.rows; i++) {
		const struct stats_status_row *t = &m->statuses[i];
		struct stats_type_row span = { .low = t->count, .high = t->count };
		int row = y + 1 + i - s.top;

		canvas_field(c, row, STATUS_X, STATUS_NAME, STYLE_NORMAL, t->name);
		put_figure(c, row, x + 1, 5, t->cases, here(m, AREA_STATUSES, i), false);
		draw_span(c, row, x + 7, c->cols >= FRAME_WIDE ? 20 : 5, &span, max);
	}
}

static int larger(int a, int b)
{
	return a > b ? a : b;
}

/* The two tables share what is left: a short one leaves its rows to the other. */
static void draw_tables(struct canvas *c, int y, int rows, const struct stats_model *m)
{
	int types = larger(m->type_count, 1), people = larger(m->officer_count, m->status_count);
	int upper = rows / 2;

	if (people < rows - upper)
		upper = rows - people;
	if (types < upper)
		upper = types;
	draw_types(c, y, upper, m);
	y += upper + 2;
	draw_officers(c, y, rows - upper, m);
	draw_statuses(c, y, rows - upper, m);
}

void stats_view(struct canvas *c, const struct stats_model *m)
{
	int body = frame_body_rows(c->rows);

	if (!frame_draw(c, &m->frame))
		return;
	canvas_hline(c, FRAME_BODY, 1, c->cols - 2, STYLE_RULE);
	if (m->note)
		canvas_field(c, FRAME_BODY + body - 1, LEFT, c->cols - LEFT, STYLE_NORMAL, m->note);
	if (m->empty) {
		canvas_block(c, FRAME_BODY + 2, LEFT, 4, c->cols - 2 * LEFT, STYLE_NORMAL,
			     str_of(m->empty), 0);
		canvas_cursor(c, FRAME_BODY + 2, LEFT);
	} else {
		draw_totals(c, FRAME_BODY + 1, m);
		draw_weeks(c, FRAME_BODY + 3, m);
		draw_tables(c, FRAME_BODY + 7, body - FIXED_ROWS, m);
	}
	frame_cursor(c, &m->frame);
}
