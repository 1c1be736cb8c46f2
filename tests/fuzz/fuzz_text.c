/* SPDX-License-Identifier: EUPL-1.2 */
/* Any bytes as text for the screen: cells, wrapped lines, an edited line and
 * area, and keys. What comes out is printable and of the stated width. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "ui/canvas.h"
#include "ui/form.h"
#include "ui/keys.h"
#include "ui/text.h"
#include "ui/text_class.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void cells(struct str in, int cols, const struct glyphs *g)
{
	struct strbuf b = STRBUF_INIT;
	int used = ui_text(&b, in, cols, g), width = 0;
	struct str out = strbuf_str(&b);

	must(utf8_valid(out));
	for (size_t at = 0; at < out.n;) {
		int32_t cp = utf8_next(out, &at);

		must(class_width(cp) >= 0 && (!g->ascii || (cp >= ' ' && cp <= '~')));
		width += class_width(cp);
	}
	must(width == used && used <= cols);
	strbuf_release(&b);
}

static void lines(struct str in, int cols)
{
	struct wrap w;
	struct str line;
	size_t last = 0;

	wrap_start(&w, in, cols, &glyphs_utf8);
	for (size_t n = 0; wrap_next(&w, &line); n++) {
		size_t at = (size_t)(line.p - w.text.p);

		must(n <= in.n && at >= last && at + line.n <= in.n);
		last = at;
	}
}

static void typed(const uint8_t *data, size_t size)
{
	struct keys k = KEYS_INIT;
	struct form f = FORM_INIT;
	struct canvas c;
	struct key key;

	(void)form_add(&f, FIELD_LINE, "a", "A");
	(void)form_add(&f, FIELD_TEXT, "b", "B");
	must(canvas_init(&c, 24, 80, &glyphs_utf8));
	for (size_t i = 0; i < size && i < 512; i++) {
		keys_feed(&k, data + i, 1);
		while (keys_next(&k, data[i] % 2 ? 0 : KEYS_PART_MS, &key))
			(void)form_key(&f, key);
	}
	form_draw(&c, 0, 0, 24, 80, &f, true);
	must(utf8_valid(str_of(form_get(&f, "a"))) && utf8_valid(str_of(form_get(&f, "b"))));
	must(f.fields[0].line.at <= f.fields[0].line.text.len);
	must(f.fields[1].edit.at <= f.fields[1].edit.text.len);
	canvas_release(&c);
	form_release(&f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str in = { (const char *)data, size };
	int cols = size ? data[0] % 100 : 0;

	cells(in, cols, &glyphs_utf8);
	cells(in, cols, &glyphs_ascii);
	lines(in, cols + 1);
	(void)ui_title(in);
	typed(data, size);
	return 0;
}
