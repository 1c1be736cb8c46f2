/* SPDX-License-Identifier: EUPL-1.2 */
#include "wire/json.h"

#include <string.h>

#include "base/instant.h"
#include "base/utf8.h"

#include "base/banned.h"

/* What `started` says of a depth: nothing yet, a value, or a key whose value
 * is still to come. */
enum { EMPTY, VALUE, KEY };

void jsonw_init(struct jsonw *w, struct strbuf *out)
{
	*w = (struct jsonw){ .out = out };
}

/* A comma where one is due. */
static void begin_value(struct jsonw *w)
{
	if (w->started[w->depth] == VALUE)
		strbuf_addc(w->out, ',');
	w->started[w->depth] = VALUE;
}

static void open_level(struct jsonw *w, char bracket)
{
	begin_value(w);
	strbuf_addc(w->out, bracket);
	if (w->depth + 1 >= (int)sizeof(w->started)) {
		w->out->failed = true;
		return;
	}
	w->started[++w->depth] = EMPTY;
}

static void close_level(struct jsonw *w, char bracket)
{
	strbuf_addc(w->out, bracket);
	if (w->depth == 0)
		w->out->failed = true;
	else
		w->depth--;
}

void jsonw_map(struct jsonw *w)
{
	open_level(w, '{');
}

void jsonw_list(struct jsonw *w)
{
	open_level(w, '[');
}

void jsonw_end_map(struct jsonw *w)
{
	close_level(w, '}');
}

void jsonw_end_list(struct jsonw *w)
{
	close_level(w, ']');
}

/* The letter of a control's short form, 0 if it has none. */
static char short_form(unsigned char c)
{
	static const char letters[0x20] = {
		['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r',
	};

	return c < 0x20 ? letters[c] : (char)c;
}

/* Short forms where there are any: text of many lines stays near its size. */
static void quote(struct strbuf *out, struct str s)
{
	size_t from = 0;

	strbuf_addc(out, '"');
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		strbuf_add(out, s.p + from, i - from);
		from = i + 1;
		if (short_form(c))
			strbuf_add(out, (const char[]){ '\\', short_form(c) }, 2);
		else
			strbuf_addf(out, "\\u%04x", c);
	}
	if (s.n > from)
		strbuf_add(out, s.p + from, s.n - from);
	strbuf_addc(out, '"');
}

void jsonw_key(struct jsonw *w, const char *name)
{
	begin_value(w);
	quote(w->out, str_of(name));
	strbuf_addc(w->out, ':');
	w->started[w->depth] = KEY;
}

void jsonw_text(struct jsonw *w, struct str s)
{
	begin_value(w);
	/* A text that no reader would take makes the whole output void. */
	if (!utf8_valid(s))
		w->out->failed = true;
	quote(w->out, s);
}

void jsonw_cstr(struct jsonw *w, const char *s)
{
	jsonw_text(w, str_of(s));
}

void jsonw_int(struct jsonw *w, int64_t v)
{
	begin_value(w);
	strbuf_addf(w->out, "%lld", (long long)v);
}

void jsonw_bool(struct jsonw *w, bool v)
{
	begin_value(w);
	strbuf_adds(w->out, v ? "true" : "false");
}

void jsonw_null(struct jsonw *w)
{
	begin_value(w);
	strbuf_adds(w->out, "null");
}

void jsonw_raw(struct jsonw *w, struct str json)
{
	begin_value(w);
	if (json.n == 0)
		w->out->failed = true;
	else
		strbuf_add(w->out, json.p, json.n);
}

void jsonw_kv(struct jsonw *w, const char *name, const char *text)
{
	jsonw_key(w, name);
	jsonw_cstr(w, text);
}

void jsonw_kv_str(struct jsonw *w, const char *name, struct str text)
{
	jsonw_key(w, name);
	jsonw_text(w, text);
}

void jsonw_kv_int(struct jsonw *w, const char *name, int64_t v)
{
	jsonw_key(w, name);
	jsonw_int(w, v);
}

void jsonw_kv_bool(struct jsonw *w, const char *name, bool v)
{
	jsonw_key(w, name);
	jsonw_bool(w, v);
}

void jsonw_kv_instant(struct jsonw *w, const char *name, int64_t ms)
{
	char text[INSTANT_TEXT];

	instant_format(text, ms);
	jsonw_kv(w, name, text);
}
