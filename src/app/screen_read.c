/* SPDX-License-Identifier: EUPL-1.2 */
/* Reading: a message, an event, or a document's text, over the whole screen. */
#include <stdio.h>
#include <string.h>

#include "app/screen_inside.h"
#include "base/i18n.h"
#include "ui/letter_view.h"

#include "base/banned.h"

static struct letter_model model(const struct screen *s)
{
	return (struct letter_model){ .text = strbuf_str(&s->read.text),
				      .top = s->read.top,
				      .glyphs = s->canvas.glyphs };
}

static int most(const struct screen *s)
{
	struct letter_model m = model(s);
	int n = letter_lines(&m, s->canvas.cols) - letter_seen(&m, s->canvas.rows, s->canvas.cols);

	return n > 0 ? n : 0;
}

void read_open(struct screen *s, const char *title, struct strbuf *text)
{
	read_close(s);
	strbuf_sets(&s->read.title, title);
	strbuf_take(&s->read.text, text);
	screen_go(s, VIEW_READ);
}

void read_close(struct screen *s)
{
	strbuf_release(&s->read.title);
	strbuf_release(&s->read.text);
	s->read.top = 0;
	s->read.h[0] = '\0';
}

void read_move(struct screen *s, int to)
{
	int last = most(s);

	s->read.top = to > last ? last : to < 0 ? 0 : to;
}

void read_draw(struct screen *s)
{
	struct letter_model m;
	char number[DIARY_MAX];

	read_move(s, s->read.top); /* the screen may have another size by now */
	m = model(s);
	strbuf_clear(&s->title);
	strbuf_clear(&s->title_right);
	strbuf_addf(&s->title, "%s › ", present_number(number, &s->open.row.file));
	strbuf_add(&s->title, strbuf_cstr(&s->read.title), s->read.title.len);
	screen_frame(s, &m.frame);
	letter_view(&s->canvas, &m);
}
