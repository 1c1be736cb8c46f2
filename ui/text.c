/* SPDX-License-Identifier: EUPL-1.2 */
#include "ui/text.h"

#include <string.h>

#include "base/i18n.h"
#include "base/utf8.h"
#include "ui/text_class.h"

#include "base/banned.h"

enum {
	SEGMENT_MARKS = 8, /* marks that take part in normalisation */
	EXTEND_MAX = 64,   /* scalars that one cluster may swallow */
	LEADING_MAX = 8,   /* spaces kept in front of a title */
};

void text_read(struct text_reader *r, struct str in, const struct glyphs *g)
{
	*r = (struct text_reader){ .in = in, .glyphs = g };
}

static void push(struct text_reader *r, const char *p, size_t n, int width, enum cluster_kind kind)
{
	struct cluster *c;

	if (r->queued == CLUSTER_QUEUE || n >= CLUSTER_BYTES)
		return;
	c = &r->queue[r->queued++];
	*c = (struct cluster){ .width = (unsigned char)width, .kind = (unsigned char)kind };
	memcpy(c->utf8, p, n);
}

static void push_sign(struct text_reader *r, const char *sign, enum cluster_kind kind)
{
	push(r, sign, strlen(sign), 1, kind);
}

static void push_substitute(struct text_reader *r)
{
	push_sign(r, r->glyphs->substitute, CLUSTER_SUBSTITUTE);
}

/* The scalar at *at without moving on; -1 at the end. */
static int32_t peek(const struct text_reader *r, size_t at)
{
	return at < r->in.n ? utf8_next(r->in, &at) : -1;
}

static bool number_sign(int32_t cp)
{
	return (cp >= '0' && cp <= '9') || cp == 0xA7;
}

/* Swallow what only changes the picture before it; true if there was any. */
static bool eat_tail(struct text_reader *r)
{
	size_t from = r->at;

	for (int i = 0; i < EXTEND_MAX; i++) {
		size_t at = r->at;
		int32_t cp = at < r->in.n ? utf8_next(r->in, &at) : -1;

		if (cp < 0 || !class_picture_tail(cp))
			break;
		r->at = at;
		/* A joiner ties the next picture to this one. */
		if (cp == 0x200D && class_picture(peek(r, at)))
			(void)utf8_next(r->in, &r->at);
	}
	return r->at > from;
}

/* A base of one scalar that is certain, in the glyph set's letters. */
static void push_scalars(struct text_reader *r, struct str s, int width)
{
	char buf[8];
	const char *spelled;
	size_t at = 0;

	if (!r->glyphs->ascii || (unsigned char)s.p[0] < 0x80) {
		if (r->glyphs->ascii)
			s.n = 1;
		push(r, s.p, s.n, width, CLUSTER_TEXT);
		return;
	}
	spelled = width == 1 ? class_ascii(utf8_next(s, &at), buf) : NULL;
	if (!spelled)
		push_substitute(r);
	for (; spelled && *spelled; spelled++)
		push(r, spelled, 1, 1, CLUSTER_TEXT);
}

static void fill_picture(struct text_reader *r, size_t start, int32_t cp)
{
	int width = class_width(cp);
	struct str s = { r->in.p + start, r->at - start };
	bool more;

	if (class_flag(cp) && class_flag(peek(r, r->at)))
		(void)utf8_next(r->in, &r->at);
	more = eat_tail(r);
	if (width > 0)
		push_scalars(r, s, width);
	if (width <= 0 || more)
		push_substitute(r);
}

/* Marks, and the vowels and tails of a syllable written in jamo. */
static bool extends(int32_t cp)
{
	if (cp < 0x300)
		return false;
	return (cp >= 0x1161 && cp <= 0x1175) || (cp >= 0x11A8 && cp <= 0x11C2)
	       || class_width(cp) == 0 || utf8_is_mark(cp);
}

static bool is_variation(int32_t cp)
{
	return cp == 0x34F || cp == 0x200D || (cp >= 0xFE00 && cp <= 0xFE0F) || cp >= 0xE0000;
}

/* Move over what extends the base; `end` is where the first few of them end.
 * True if there are more than those. */
static bool gather(struct text_reader *r, size_t *end)
{
	int n = 0;

	*end = r->at;
	for (; n < EXTEND_MAX && r->at < r->in.n; n++) {
		size_t at = r->at;
		int32_t cp = utf8_next(r->in, &at);

		if (cp < 0 || !extends(cp) || is_variation(cp))
			break;
		r->at = at;
		if (n < SEGMENT_MARKS)
			*end = at;
	}
	return n > SEGMENT_MARKS;
}

/* The length of the base and its first marks in normalised text `t`. */
static size_t keep_marks(struct str t, int *width)
{
	size_t at = 0, kept;

	*width = class_width(utf8_next(t, &at));
	kept = at;
	for (int i = 0; i < TEXT_MARKS && at < t.n; i++) {
		if (class_width(utf8_next(t, &at)) != 0)
			break;
		kept = at;
	}
	return kept;
}

/* Scalars that stand in normal form when alone: all below U+0300, and the
 * blocks without singletons that screens are full of. */
static bool normal_alone(int32_t cp)
{
	return cp < 0x300 || (cp >= 0x2010 && cp <= 0x2027) || (cp >= 0x2500 && cp <= 0x25FF)
	       || (cp >= 0x4E00 && cp <= 0x9FFF) || (cp >= 0xAC00 && cp <= 0xD7A3);
}

static void fill_letter(struct text_reader *r, size_t start, int32_t cp)
{
	struct strbuf nfc = STRBUF_INIT;
	size_t end, alone = r->at;
	bool more = gather(r, &end);
	struct str t = { r->in.p + start, end - start };
	int width = -1;
	size_t kept = 0;

	if ((end > alone || !normal_alone(cp)) && utf8_to_nfc(&nfc, t))
		t = strbuf_str(&nfc);
	if (t.n > 0)
		kept = keep_marks(t, &width);
	if (width > 0)
		push_scalars(r, (struct str){ t.p, kept }, width);
	if (width <= 0 || more || kept < t.n)
		push_substitute(r);
	strbuf_release(&nfc);
}

static void fill_space(struct text_reader *r, int32_t cp)
{
	bool plain = cp == ' ' || cp == '\t' || r->after_number || number_sign(peek(r, r->at));

	/* Words may part at a blank, but not at a no-break space. */
	if (plain)
		push_sign(r, " ", cp < 0x80 ? CLUSTER_BLANK : CLUSTER_TEXT);
	else
		push_sign(r, r->glyphs->odd_space, CLUSTER_SUBSTITUTE);
}

static void fill(struct text_reader *r)
{
	size_t start = r->at;
	int32_t cp = utf8_next(r->in, &r->at);

	if (cp < 0) {
		push_sign(r, r->glyphs->replacement, CLUSTER_SUBSTITUTE);
	} else if (class_break(cp)) {
		if (cp == '\r' && peek(r, r->at) == '\n')
			r->at++;
		push_sign(r, r->glyphs->line_break, CLUSTER_BREAK);
	} else if (cp == ' ' || cp == '\t' || cp == 0xA0 || cp == 0x202F) {
		fill_space(r, cp);
	} else if (class_picture(cp)) {
		fill_picture(r, start, cp);
	} else if (class_width(cp) > 0 || (cp >= 0x1100 && cp <= 0x1112)) {
		fill_letter(r, start, cp);
	} else {
		push_substitute(r);
	}
	r->after_number = number_sign(cp);
	for (int i = 0; i < r->queued; i++) {
		r->queue[i].start = start;
		r->queue[i].end = r->at;
	}
}

/* Is the next byte a sign of ASCII that nothing behind it can change? */
static bool is_plain(const struct text_reader *r)
{
	const char *p = r->in.p + r->at;

	return p[0] >= ' ' && p[0] < 0x7F && (r->at + 1 == r->in.n || (p[1] & 0x80) == 0);
}

static void next_plain(struct text_reader *r, struct cluster *c)
{
	char sign = r->in.p[r->at];

	*c = (struct cluster){ .utf8 = { sign },
			       .width = 1,
			       .kind = sign == ' ' ? CLUSTER_BLANK : CLUSTER_TEXT,
			       .start = r->at,
			       .end = r->at + 1 };
	r->after_number = number_sign(sign);
	r->at++;
}

bool text_next(struct text_reader *r, struct cluster *c)
{
	if (r->taken == r->queued) {
		r->taken = r->queued = 0;
		if (r->at >= r->in.n)
			return false;
		if (is_plain(r)) {
			next_plain(r, c);
			return true;
		}
		fill(r);
	}
	*c = r->queue[r->taken++];
	return true;
}

static bool only_spaces(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != ' ')
			return false;
	return true;
}

int ui_text(struct strbuf *out, struct str in, int cols, const struct glyphs *g)
{
	struct text_reader r;
	struct cluster c;
	int used = 0, fit_used = 0;
	size_t fit = out->len;

	text_read(&r, in, g);
	while (text_next(&r, &c)) {
		if (cols >= 0 && used + c.width > cols) {
			struct str rest = { in.p + c.start, in.n - c.start };

			if (only_spaces(rest) || cols == 0)
				return used;
			if (out->len > fit)
				strbuf_cut(out, fit);
			(void)strbuf_adds(out, g->ellipsis);
			return fit_used + 1;
		}
		if (!strbuf_adds(out, c.utf8))
			return used;
		used += c.width;
		if (cols < 0 || used < cols) {
			fit = out->len;
			fit_used = used;
		}
	}
	return used;
}

int ui_text_width(struct str in, int limit, const struct glyphs *g)
{
	struct text_reader r;
	struct cluster c;
	int used = 0;

	text_read(&r, in, g);
	while (used <= limit && text_next(&r, &c))
		used += c.width;
	return used;
}

/* Signs that leave nothing on the screen of any terminal. */
static bool unseen(int32_t cp)
{
	return class_space(cp) || class_break(cp) || cp == 0xAD || cp == 0x34F
	       || (cp >= 0x200B && cp <= 0x200F) || (cp >= 0x202A && cp <= 0x202E)
	       || (cp >= 0x2060 && cp <= 0x206F) || cp == 0xFEFF || (cp >= 0xFE00 && cp <= 0xFE0F)
	       || cp >= 0xE0000;
}

bool ui_text_blank(struct str in)
{
	for (size_t at = 0; at < in.n;)
		if (!unseen(utf8_next(in, &at)))
			return false;
	return true;
}

struct str ui_title(struct str in)
{
	size_t at = 0, first = 0, count = 0;

	if (ui_text_blank(in))
		return str_of(_("(utan rubrik)"));
	while (at < in.n && class_space(utf8_next(in, &at))) {
		first = at;
		count++;
	}
	if (count > LEADING_MAX) {
		in.p += first;
		in.n -= first;
	}
	return in;
}
