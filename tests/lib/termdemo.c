/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * termdemo - a list and a form in a real terminal, for tests of ui/term.
 *
 *   termdemo [--ascii] [--theme NAME] [--dump PATH] FILE
 *
 * FILE holds one title a line, any bytes. Keys: as a list; f opens a form, Esc
 * closes it, L repaints, ^Z suspends, q ends, D appends the canvas as it is drawn
 * to PATH. The title row names the last key and counts them.
 */
#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/dialog.h"
#include "ui/queue_view.h"
#include "ui/term.h"

#include "base/banned.h"

enum { ROWS_MAX = 1000 };

struct demo {
	struct term *term;
	struct canvas canvas;
	struct queue_row rows[ROWS_MAX];
	int total, top, cursor, keys;
	bool in_form, over;
	const char *dump;
	struct form form;
	char last[32];
	struct strbuf bytes;
};

static void load(struct demo *d, const char *path)
{
	char buf[65536];
	size_t n, from = 0;
	FILE *f = fopen(path, "rbe");

	while (f && (n = fread(buf, 1, sizeof(buf), f)) > 0)
		(void)strbuf_add(&d->bytes, buf, n);
	if (f)
		(void)fclose(f);
	for (size_t i = 0; i < d->bytes.len && d->total < ROWS_MAX; i++) {
		if (d->bytes.data[i] != '\n')
			continue;
		d->rows[d->total++] = (struct queue_row){
			.flags = "N",
			.number = "BN 2026-1042",
			.received = "23/11",
			.due = "4 d",
			.status = "-",
			.assignee = "-",
			.party = { d->bytes.data + from, i - from },
			.title = { d->bytes.data + from, i - from },
		};
		from = i + 1;
	}
}

static void draw(struct demo *d)
{
	char title[64];
	struct queue_model m = {
		.frame = { .title = title,
			   .hint = "f form  q end",
			   .status = "DEMO",
			   .overdue = 1 },
		.top = d->top,
		.rows = d->rows + d->top,
		.row_count = d->total - d->top,
		.total = d->total,
		.cursor = d->cursor,
		.empty = "-",
	};
	struct dialog box = { .title = "Form", .form = &d->form, .keys = "Esc" };

	(void)snprintf(title, sizeof(title), "key %s no %d", d->last, d->keys);
	queue_view(&d->canvas, &m);
	if (d->in_form)
		dialog_draw(&d->canvas, &box);
	term_paint(d->term, &d->canvas);
}

static void dump(const struct demo *d)
{
	struct strbuf b = STRBUF_INIT;
	FILE *f = d->dump ? fopen(d->dump, "abe") : NULL;

	if (f && canvas_to_text(&d->canvas, &b))
		(void)fwrite(b.data, 1, b.len, f);
	if (f)
		(void)fclose(f);
	strbuf_release(&b);
}

static void list_key(struct demo *d, struct key key)
{
	int rows, cols, seen;

	term_size(d->term, &rows, &cols);
	seen = queue_view_capacity(rows, cols, false);
	if (key.pasted)
		return;
	if (table_move(key, &d->cursor, d->total, seen))
		d->top = table_scroll(d->top, d->cursor, d->total, seen);
	else if (key.code == 'f')
		d->in_form = true;
	else if (key.code == 'D') {
		draw(d);
		dump(d);
	} else if (key.code == 'L')
		term_repaint(d->term);
	else if (key.code == TK_CTRL('Z'))
		term_suspend(d->term);
	else if (key.code == 'q')
		d->over = true;
}

static bool take_key(struct demo *d, struct key key)
{
	int rows, cols;
	char buf[16];

	if (key.code == TK_EOF)
		return false;
	if (key.code == TK_RESIZE) {
		term_size(d->term, &rows, &cols);
		return canvas_resize(&d->canvas, rows, cols);
	}
	(void)snprintf(d->last, sizeof(d->last), "%s", key_label(key.code, buf));
	d->keys++;
	if (!d->in_form)
		list_key(d, key);
	else if (form_key(&d->form, key) == FORM_CANCEL)
		d->in_form = false;
	return !d->over;
}

static void loop(struct demo *d)
{
	struct key key;

	for (;;) {
		struct pollfd p = { term_fd(d->term), POLLIN, 0 };

		while (term_key(d->term, &key))
			if (!take_key(d, key))
				return;
		draw(d);
		(void)poll(&p, 1, term_wait_ms(d->term));
	}
}

int main(int argc, char **argv)
{
	static struct demo d;
	struct clock clock = clock_real();
	struct term_options o = { .clock = &clock };
	struct err why = ERR_INIT;
	int rows, cols;

	(void)setlocale(LC_ALL, "");
	for (int i = 1; i < argc - 1; i++) {
		if (strcmp(argv[i], "--ascii") == 0)
			o.ascii = true;
		if (strcmp(argv[i], "--theme") == 0)
			o.theme = theme_find(argv[i + 1]);
		if (strcmp(argv[i], "--dump") == 0)
			d.dump = argv[i + 1];
	}
	o.no_color = getenv("NO_COLOR") != NULL;
	if (argc < 2 || term_open(&d.term, &o, &why) != ST_OK) {
		(void)fprintf(stderr, "termdemo: %s\n", why.text);
		return 1;
	}
	load(&d, argv[argc - 1]);
	(void)form_add(&d.form, FIELD_LINE, "a", "Rad");
	(void)form_add(&d.form, FIELD_TEXT, "b", "Text");
	term_size(d.term, &rows, &cols);
	if (canvas_init(&d.canvas, rows, cols, term_glyphs(d.term)))
		loop(&d);
	term_close(d.term);
	(void)printf("bye after %d keys\n", d.keys);
	canvas_release(&d.canvas);
	form_release(&d.form);
	strbuf_release(&d.bytes);
	return 0;
}
