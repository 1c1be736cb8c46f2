/* SPDX-License-Identifier: EUPL-1.2 */
/* Cells, tables and themes. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "ui/canvas.h"
#include "ui/table.h"
#include "ui/theme.h"

#include "base/banned.h"

static void assert_drawn(const struct canvas *c, const char *want)
{
	struct strbuf text = STRBUF_INIT;

	assert_true(canvas_to_text(c, &text));
	assert_string_equal(strbuf_cstr(&text), want);
	strbuf_release(&text);
}

static void a_field_is_filled_and_cut_to_its_columns(void **state)
{
	struct canvas c;

	(void)state;
	assert_true(canvas_init(&c, 3, 12, &glyphs_utf8));
	canvas_field(&c, 0, 0, 12, STYLE_NORMAL, "xxxxxxxxxxxxxxxx");
	canvas_field(&c, 0, 2, 6, STYLE_BOLD, "åäö");
	canvas_field(&c, 1, 0, 5, STYLE_NORMAL, "Fastighet");
	canvas_right(&c, 2, 0, 6, STYLE_NORMAL, "12");
	assert_drawn(&c, "xxåäö   xxx…\nFast…\n    12\n");
	assert_int_equal(canvas_at(&c, 0, 7)->style, STYLE_BOLD);
	canvas_release(&c);
}

static void what_lies_outside_is_cut_without_harm(void **state)
{
	struct canvas c;

	(void)state;
	assert_true(canvas_init(&c, 2, 4, &glyphs_utf8));
	canvas_field(&c, -1, 0, 4, STYLE_NORMAL, "x");
	canvas_field(&c, 2, 0, 4, STYLE_NORMAL, "x");
	canvas_field(&c, 0, -1, 4, STYLE_NORMAL, "x");
	canvas_field(&c, 0, 4, 4, STYLE_NORMAL, "x");
	canvas_field(&c, 0, 0, -4, STYLE_NORMAL, "x");
	canvas_field(&c, 0, 2, 1000000, STYLE_NORMAL, "abc");
	canvas_frame(&c, -3, -3, 100, 100, STYLE_RULE, "t");
	canvas_cursor(&c, 99, -99);
	assert_int_equal(c.cursor_y, 1);
	assert_int_equal(c.cursor_x, 0);
	canvas_release(&c);
}

static void half_a_wide_cell_never_stays(void **state)
{
	struct canvas c;

	(void)state;
	assert_true(canvas_init(&c, 1, 6, &glyphs_utf8));
	canvas_field(&c, 0, 0, 6, STYLE_NORMAL, "市市市");
	canvas_field(&c, 0, 1, 1, STYLE_NORMAL, "a");
	assert_drawn(&c, " a市市\n");
	canvas_field(&c, 0, 4, 1, STYLE_NORMAL, "b");
	assert_drawn(&c, " a市b\n");
	canvas_field(&c, 0, 5, 1, STYLE_NORMAL, "市"); /* no room for it */
	assert_drawn(&c, " a市b…\n");
	canvas_release(&c);
}

static void a_canvas_has_at_least_one_cell(void **state)
{
	struct canvas c;

	(void)state;
	assert_true(canvas_init(&c, 0, -5, &glyphs_utf8));
	assert_int_equal(c.rows, 1);
	assert_int_equal(c.cols, 1);
	assert_true(canvas_resize(&c, 100000, 100000));
	assert_int_equal(c.rows, CANVAS_ROWS_MAX);
	canvas_release(&c);
	canvas_release(&c);
}

static void a_list_moves_within_its_rows_and_scrolls_little(void **state)
{
	int cursor = 0;

	(void)state;
	assert_true(table_move((struct key){ 'k', false }, &cursor, 50, 10));
	assert_int_equal(cursor, 0);
	assert_true(table_move((struct key){ 'G', false }, &cursor, 50, 10));
	assert_int_equal(cursor, 49);
	assert_true(table_move((struct key){ 'j', false }, &cursor, 50, 10));
	assert_int_equal(cursor, 49);
	assert_true(table_move((struct key){ TK_PGUP, false }, &cursor, 50, 10));
	assert_int_equal(cursor, 40);
	assert_false(table_move((struct key){ 'x', false }, &cursor, 50, 10));
	assert_false(table_move((struct key){ 'j', true }, &cursor, 50, 10));
	assert_true(table_move((struct key){ 'j', false }, &cursor, 0, 10));
	assert_int_equal(cursor, 0);
	assert_int_equal(table_scroll(0, 10, 50, 10), 1);
	assert_int_equal(table_scroll(5, 3, 50, 10), 3);
	assert_int_equal(table_scroll(45, 49, 50, 10), 40);
	assert_int_equal(table_scroll(5, 0, 3, 10), 0);
}

/* --- Themes ---------------------------------------------------------------- */

/* Relative luminance of one of the 256 colours (WCAG 2.1). */
static double luminance(int color)
{
	static const int steps[] = { 0, 95, 135, 175, 215, 255 };
	static const double weight[] = { 0.2126, 0.7152, 0.0722 };
	int rgb[3];
	double sum = 0;

	if (color == 15) {
		rgb[0] = rgb[1] = rgb[2] = 255;
	} else if (color < 232) {
		assert_true(color >= 16); /* the first 15 are the user's own */
		rgb[0] = steps[(color - 16) / 36];
		rgb[1] = steps[(color - 16) / 6 % 6];
		rgb[2] = steps[(color - 16) % 6];
	} else {
		rgb[0] = rgb[1] = rgb[2] = 8 + (color - 232) * 10;
	}
	for (int i = 0; i < 3; i++) {
		double v = rgb[i] / 255.0;

		sum += weight[i] * (v <= 0.03928 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4));
	}
	return sum;
}

static double contrast(const struct look *l)
{
	double a = luminance(l->fg) + 0.05, b = luminance(l->bg) + 0.05;

	return a > b ? a / b : b / a;
}

static void high_contrast_is_at_least_seven_to_one(void **state)
{
	const struct theme *t = theme_find("hög-kontrast");

	(void)state;
	assert_non_null(t);
	for (int i = 0; i < STYLE_COUNT; i++) {
		assert_true(t->look[i].fg >= 0 && t->look[i].bg >= 0);
		assert_true(contrast(&t->look[i]) >= 7.0);
	}
}

static void the_default_theme_has_no_colour_and_nothing_dim(void **state)
{
	const struct theme *t = theme_at(0);

	(void)state;
	assert_string_equal(t->name, "default");
	assert_false(t->color);
	for (int i = 0; i < STYLE_COUNT; i++) {
		assert_int_equal(t->look[i].fg, -1);
		assert_int_equal(t->look[i].bg, -1);
		assert_false(t->look[i].attr & LOOK_DIM);
	}
	assert_null(theme_find("rosa"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_field_is_filled_and_cut_to_its_columns),
		cmocka_unit_test(what_lies_outside_is_cut_without_harm),
		cmocka_unit_test(half_a_wide_cell_never_stays),
		cmocka_unit_test(a_canvas_has_at_least_one_cell),
		cmocka_unit_test(a_list_moves_within_its_rows_and_scrolls_little),
		cmocka_unit_test(high_contrast_is_at_least_seven_to_one),
		cmocka_unit_test(the_default_theme_has_no_colour_and_nothing_dim),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
