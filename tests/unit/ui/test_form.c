/* SPDX-License-Identifier: EUPL-1.2 */
/* Lines, text areas and forms, by keys alone. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "ui/dialog.h"
#include "ui/form.h"

#include "base/banned.h"

static struct key key(int32_t code)
{
	return (struct key){ code, false };
}

static void type_line(struct line *l, const char *text)
{
	struct str s = str_of(text);

	for (size_t at = 0; at < s.n;)
		(void)line_key(l, key(utf8_next(s, &at)));
}

static void type_form(struct form *f, const char *text)
{
	struct str s = str_of(text);

	for (size_t at = 0; at < s.n;)
		assert_int_equal(form_key(f, key(utf8_next(s, &at))), FORM_STAY);
}

/* --- A line ---------------------------------------------------------------- */

static void a_line_is_edited_by_clusters(void **state)
{
	struct line l = LINE_INIT;

	(void)state;
	type_line(&l, "Åsa rav");
	(void)line_key(&l, key(TK_LEFT));
	(void)line_key(&l, key(TK_BACKSPACE));
	type_line(&l, "ä");
	assert_string_equal(line_text(&l), "Åsa räv");
	(void)line_key(&l, key(TK_HOME));
	(void)line_key(&l, key(TK_DELETE));
	assert_string_equal(line_text(&l), "sa räv");
	(void)line_key(&l, key(TK_END));
	/* e and a mark are one cluster. */
	type_line(&l, "e\xCC\x81");
	(void)line_key(&l, key(TK_BACKSPACE));
	assert_string_equal(line_text(&l), "sa räv");
	(void)line_key(&l, key(TK_CTRL('W')));
	assert_string_equal(line_text(&l), "sa ");
	(void)line_key(&l, key(TK_CTRL('U')));
	assert_true(line_empty(&l));
	line_release(&l);
}

static void a_line_never_grows_beyond_its_ceiling(void **state)
{
	struct line l = { .max = 4 };

	(void)state;
	type_line(&l, "åää");
	assert_string_equal(line_text(&l), "åä");
	assert_false(line_key(&l, key('x')));
	line_set(&l, "abcdefgh");
	assert_string_equal(line_text(&l), "abcd");
	line_release(&l);
}

static void a_pasted_line_break_is_a_space(void **state)
{
	struct line l = LINE_INIT;

	(void)state;
	(void)line_key(&l, (struct key){ 'a', true });
	(void)line_key(&l, (struct key){ '\n', true });
	(void)line_key(&l, (struct key){ 'b', true });
	assert_string_equal(line_text(&l), "a b");
	line_set(&l, "x\ny\x1bz");
	assert_string_equal(line_text(&l), "x y z");
	line_release(&l);
}

static void a_secret_is_masked_and_its_memory_never_moves(void **state)
{
	struct line l = { .secret = true };
	struct canvas c;
	struct strbuf text = STRBUF_INIT;
	const char *memory;

	(void)state;
	type_line(&l, "k");
	memory = l.text.data;
	for (int i = 0; i < 200; i++)
		type_line(&l, "å");
	assert_ptr_equal(l.text.data, memory);
	assert_true(canvas_init(&c, 1, 20, &glyphs_ascii));
	line_draw(&c, 0, 0, 20, &l, true);
	assert_true(canvas_to_text(&c, &text));
	assert_string_equal(text.data, "*******************\n");
	strbuf_release(&text);
	canvas_release(&c);
	line_release(&l);
	assert_true(line_empty(&l));
}

static void a_long_line_scrolls_with_its_cursor(void **state)
{
	struct line l = LINE_INIT;
	struct canvas c;
	struct strbuf text = STRBUF_INIT;

	(void)state;
	type_line(&l, "abcdefghijklmnopqrstuvwxyz");
	assert_true(canvas_init(&c, 1, 10, &glyphs_utf8));
	line_draw(&c, 0, 0, 10, &l, true);
	assert_true(canvas_to_text(&c, &text));
	assert_string_equal(text.data, "rstuvwxyz\n");
	assert_int_equal(c.cursor_x, 9);
	(void)line_key(&l, key(TK_HOME));
	line_draw(&c, 0, 0, 10, &l, true);
	assert_int_equal(c.cursor_x, 0);
	strbuf_release(&text);
	canvas_release(&c);
	line_release(&l);
}

/* --- A text area ----------------------------------------------------------- */

static void enter_breaks_a_line_and_arrows_keep_the_column(void **state)
{
	struct edit e = EDIT_INIT;

	(void)state;
	edit_set(&e, "ett två\n\nfyra fem sex");
	assert_int_equal(edit_rows(&e, 99), 3);
	assert_true(edit_key(&e, key(TK_UP)));
	assert_true(edit_key(&e, key(TK_UP)));
	assert_int_equal(e.at, 0);
	assert_false(edit_key(&e, key(TK_UP))); /* a form may move on */
	(void)edit_key(&e, key(TK_END));
	(void)edit_key(&e, key(TK_ENTER));
	(void)edit_key(&e, key('x'));
	assert_string_equal(edit_text(&e), "ett två\nx\n\nfyra fem sex");
	(void)edit_key(&e, key(TK_BACKSPACE));
	(void)edit_key(&e, key(TK_BACKSPACE));
	assert_string_equal(edit_text(&e), "ett två\n\nfyra fem sex");
	edit_release(&e);
}

static void a_text_area_keeps_line_breaks_and_no_other_control(void **state)
{
	struct edit e = EDIT_INIT;

	(void)state;
	edit_set(&e, "a\r\nb\x1b[2Jc\td");
	assert_string_equal(edit_text(&e), "a\nb [2Jc d");
	edit_release(&e);
}

/* --- A form ---------------------------------------------------------------- */

static const struct form_choice outcomes[] = {
	{ "approval", "Bevilja" },
	{ "refusal", "Avslå" },
};

static void make_form(struct form *f)
{
	(void)form_add(f, FIELD_SHOW, "what", "Ärende");
	(void)form_add_choice(f, "outcome", "Utfall", outcomes, 2);
	(void)form_add(f, FIELD_LINE, "to", "Till");
	(void)form_add(f, FIELD_DATE, "due", "Frist");
	(void)form_add(f, FIELD_CHECK, "keep", "Behåll");
	(void)form_add(f, FIELD_TEXT, "note", "Anteckning");
	form_field(f, "to")->required = true;
	form_field(f, "to")->has_list = true;
}

static void f8_alone_commits_and_enter_goes_on(void **state)
{
	struct form f = FORM_INIT;

	(void)state;
	make_form(&f);
	assert_int_equal(f.focus, 1); /* what is only shown is passed by */
	for (int i = 0; i < 20; i++)
		assert_int_equal(form_key(&f, key(TK_ENTER)), FORM_STAY);
	form_set(&f, "to", "mil");
	assert_int_equal(form_key(&f, key(TK_F(8))), FORM_COMMIT);
	assert_int_equal(form_key(&f, key(TK_F(7))), FORM_PREVIEW);
	assert_int_equal(form_key(&f, key(TK_ESC)), FORM_CANCEL);
	assert_int_equal(form_key(&f, key(TK_F(12))), FORM_CANCEL);
	assert_int_equal(form_key(&f, key(TK_CTRL('G'))), FORM_CANCEL);
	form_release(&f);
}

static void a_form_with_a_fault_says_where_and_does_not_commit(void **state)
{
	struct form f = FORM_INIT;

	(void)state;
	make_form(&f);
	form_set(&f, "due", "2026-02-30");
	assert_int_equal(form_key(&f, key(TK_F(8))), FORM_STAY);
	assert_int_equal(f.focus, 2);
	assert_string_equal(form_field(&f, "to")->error, "Fyll i fältet");
	assert_true(form_field(&f, "due")->error[0] != '\0');
	type_form(&f, "mil");
	assert_string_equal(form_field(&f, "to")->error, "");
	form_set(&f, "due", "+14d");
	assert_int_equal(form_key(&f, key(TK_F(8))), FORM_COMMIT);
	form_release(&f);
}

static void digits_choose_and_are_text_in_a_line(void **state)
{
	struct form f = FORM_INIT;

	(void)state;
	make_form(&f);
	type_form(&f, "2");
	assert_string_equal(form_get(&f, "outcome"), "refusal");
	type_form(&f, "9q");
	assert_string_equal(form_get(&f, "outcome"), "refusal");
	(void)form_key(&f, key(TK_LEFT));
	assert_string_equal(form_get(&f, "outcome"), "approval");
	(void)form_key(&f, key(TK_TAB));
	type_form(&f, "12 q");
	assert_string_equal(form_get(&f, "to"), "12 q");
	assert_int_equal(form_key(&f, key(TK_F(4))), FORM_LIST);
	(void)form_key(&f, key(TK_TAB));
	(void)form_key(&f, key(TK_DOWN));
	type_form(&f, " ");
	assert_string_equal(form_get(&f, "keep"), "1");
	(void)form_key(&f, key(TK_TAB));
	type_form(&f, "Ringt.");
	assert_int_equal(form_key(&f, key(TK_ENTER)), FORM_STAY);
	assert_string_equal(form_get(&f, "note"), "Ringt.\n");
	assert_true(f.changed);
	form_release(&f);
}

static void a_paste_does_not_choose_tick_or_leave(void **state)
{
	struct form f = FORM_INIT;

	(void)state;
	make_form(&f);
	assert_int_equal(form_key(&f, (struct key){ '1', true }), FORM_STAY);
	assert_string_equal(form_get(&f, "outcome"), "");
	form_focus(&f, "keep");
	assert_int_equal(form_key(&f, (struct key){ ' ', true }), FORM_STAY);
	assert_string_equal(form_get(&f, "keep"), "");
	assert_int_equal(form_key(&f, (struct key){ '\n', true }), FORM_STAY);
	assert_int_equal(f.focus, 4);
	form_release(&f);
}

static void a_full_form_takes_no_more(void **state)
{
	struct form f = FORM_INIT;

	(void)state;
	for (int i = 0; i < FORM_FIELDS_MAX; i++)
		assert_int_equal(form_add(&f, FIELD_LINE, "x", "X"), i);
	assert_int_equal(form_add(&f, FIELD_LINE, "y", "Y"), -1);
	assert_string_equal(form_get(&f, "y"), "");
	form_release(&f);
}

/* --- Any keys on any screen ------------------------------------------------ */

static uint32_t next_random(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*seed >> 33);
}

static struct key random_key(uint64_t *seed)
{
	static const int32_t special[] = {
		TK_UP,	      TK_DOWN,	      TK_LEFT,	    TK_RIGHT,	  TK_HOME,
		TK_END,	      TK_PGUP,	      TK_PGDN,	    TK_DELETE,	  TK_BACKSPACE,
		TK_ENTER,     TK_TAB,	      TK_BACKTAB,   TK_ESC,	  TK_F(4),
		TK_F(7),      TK_F(8),	      TK_CTRL('U'), TK_CTRL('K'), TK_CTRL('W'),
		TK_CTRL('E'), TK_PASTE_START, TK_PASTE_END,
	};
	static const int32_t letters[] = {
		'a',	' ',	0xE5,	 0x5E02, 0x301, 0x200D, 0x1F44D,
		0x202E, 0xE000, 0x1F3FD, '1',	 '2',	'\n',
	};
	uint32_t v = next_random(seed);

	if (v % 3 == 0)
		return key(special[(v >> 3) % (sizeof(special) / sizeof(special[0]))]);
	v = next_random(seed) % (sizeof(letters) / sizeof(letters[0]));
	return (struct key){ letters[v], letters[v] == '\n' || v % 5 == 0 };
}

static void check_cursor(const struct canvas *c)
{
	assert_in_range(c->cursor_y, 0, c->rows - 1);
	assert_in_range(c->cursor_x, 0, c->cols - 1);
}

static void any_keys_on_any_screen_keep_a_form_whole(void **state)
{
	uint64_t seed = 42;

	(void)state;
	for (int round = 0; round < 300; round++) {
		struct form f = FORM_INIT;
		struct canvas c;
		struct dialog d = { .title = "x", .form = &f, .keys = "Esc" };

		make_form(&f);
		assert_true(canvas_init(&c, 24, 80, round % 2 ? &glyphs_utf8 : &glyphs_ascii));
		for (int i = 0; i < 60; i++) {
			if (next_random(&seed) % 8 == 0)
				assert_true(canvas_resize(&c, 1 + (int)(next_random(&seed) % 60),
							  1 + (int)(next_random(&seed) % 200)));
			(void)form_key(&f, random_key(&seed));
			canvas_clear(&c);
			form_draw(&c, 0, 0, c.rows, c.cols, &f, true);
			check_cursor(&c);
			dialog_draw(&c, &d);
			check_cursor(&c);
			assert_true(utf8_valid(str_of(form_get(&f, "to"))));
			assert_true(utf8_valid(str_of(form_get(&f, "note"))));
			assert_null(strchr(form_get(&f, "to"), '\n'));
			assert_true(f.fields[f.focus].kind != FIELD_SHOW);
		}
		canvas_release(&c);
		form_release(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_edited_by_clusters),
		cmocka_unit_test(a_line_never_grows_beyond_its_ceiling),
		cmocka_unit_test(a_pasted_line_break_is_a_space),
		cmocka_unit_test(a_secret_is_masked_and_its_memory_never_moves),
		cmocka_unit_test(a_long_line_scrolls_with_its_cursor),
		cmocka_unit_test(enter_breaks_a_line_and_arrows_keep_the_column),
		cmocka_unit_test(a_text_area_keeps_line_breaks_and_no_other_control),
		cmocka_unit_test(f8_alone_commits_and_enter_goes_on),
		cmocka_unit_test(a_form_with_a_fault_says_where_and_does_not_commit),
		cmocka_unit_test(digits_choose_and_are_text_in_a_line),
		cmocka_unit_test(a_paste_does_not_choose_tick_or_leave),
		cmocka_unit_test(a_full_form_takes_no_more),
		cmocka_unit_test(any_keys_on_any_screen_keep_a_form_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
