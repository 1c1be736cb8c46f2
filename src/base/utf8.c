/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/banned.h"

/* How many continuation bytes a lead byte wants, and the range of the first
 * of them (RFC 3629: no overlongs, no surrogates, none above U+10FFFF). */
static int lead(unsigned char b, unsigned char *lo, unsigned char *hi)
{
	*lo = 0x80;
	*hi = 0xBF;
	if (b >= 0xC2 && b <= 0xDF)
		return 1;
	if (b >= 0xE0 && b <= 0xEF) {
		if (b == 0xE0)
			*lo = 0xA0;
		if (b == 0xED)
			*hi = 0x9F;
		return 2;
	}
	if (b >= 0xF0 && b <= 0xF4) {
		if (b == 0xF0)
			*lo = 0x90;
		if (b == 0xF4)
			*hi = 0x8F;
		return 3;
	}
	return -1;
}

int32_t utf8_next(struct str s, size_t *at)
{
	unsigned char b = (unsigned char)s.p[(*at)++];
	unsigned char lo, hi;
	int32_t cp;
	int more;

	if (b < 0x80)
		return b;
	more = lead(b, &lo, &hi);
	if (more < 0)
		return -1;
	cp = b & (0x3F >> more);
	while (more--) {
		unsigned char c;

		if (*at >= s.n)
			return -1;
		c = (unsigned char)s.p[*at];
		if (c < lo || c > hi)
			return -1;
		cp = cp << 6 | (c & 0x3F);
		lo = 0x80;
		hi = 0xBF;
		(*at)++;
	}
	return cp;
}

bool utf8_put(struct strbuf *out, int32_t cp)
{
	utf8proc_uint8_t b[4];
	utf8proc_ssize_t n = utf8proc_encode_char(cp, b);

	return n > 0 && strbuf_add(out, b, (size_t)n);
}

/* How many bytes from `at` are ASCII, eight at a time: most text is. */
static size_t ascii_run(struct str s, size_t at)
{
	const uint64_t high = UINT64_C(0x8080808080808080);
	size_t from = at;

	for (uint64_t eight; at + sizeof(eight) <= s.n; at += sizeof(eight)) {
		memcpy(&eight, s.p + at, sizeof(eight));
		if (eight & high)
			break;
	}
	while (at < s.n && (unsigned char)s.p[at] < 0x80)
		at++;
	return at - from;
}

/* The highest scalar of a text, 0 if it is ASCII, -1 if it is not valid. */
static int32_t highest(struct str s)
{
	int32_t most = 0;

	for (size_t at = ascii_run(s, 0); at < s.n; at += ascii_run(s, at)) {
		int32_t cp = utf8_next(s, &at);

		if (cp < 0)
			return -1;
		most = cp > most ? cp : most;
	}
	return most;
}

bool utf8_valid(struct str s)
{
	return highest(s) >= 0;
}

/* Below the first combining mark all text is in NFC as it stands (UAX 15,
 * Latin-1 and the Latin letters behind it). */
enum { FIRST_MARK = 0x300 };

bool utf8_to_nfc(struct strbuf *out, struct str s)
{
	utf8proc_uint8_t *p = NULL;
	utf8proc_ssize_t n;
	int32_t most = highest(s);
	bool ok;

	if (most < FIRST_MARK)
		return most >= 0 && strbuf_add(out, s.p, s.n);
	n = utf8proc_map((const utf8proc_uint8_t *)s.p, (utf8proc_ssize_t)s.n, &p,
			 UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	ok = n >= 0 && strbuf_add(out, p, (size_t)n);
	free(p);
	return ok;
}

bool utf8_is_nfc(struct str s)
{
	struct strbuf b = STRBUF_INIT;
	int32_t most = highest(s);
	bool same;

	if (most < FIRST_MARK)
		return most >= 0;
	same = utf8_to_nfc(&b, s) && b.len == s.n && memcmp(b.data, s.p, s.n) == 0;
	strbuf_release(&b);
	return same;
}

size_t utf8_count(struct str s)
{
	size_t n = 0;

	for (size_t at = 0; at < s.n; n++)
		(void)utf8_next(s, &at);
	return n;
}

int utf8_category(int32_t cp)
{
	return (int)utf8proc_category(cp);
}

bool utf8_is_mark(int32_t cp)
{
	switch (utf8proc_category(cp)) {
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_MC:
	case UTF8PROC_CATEGORY_ME:
		return true;
	default:
		return false;
	}
}

bool utf8_is_word(int32_t cp)
{
	if (cp < 0x80)
		return (cp >= '0' && cp <= '9') || ((cp | 0x20) >= 'a' && (cp | 0x20) <= 'z');
	switch (utf8proc_category(cp)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_ND:
	case UTF8PROC_CATEGORY_NL:
	case UTF8PROC_CATEGORY_NO:
		return true;
	default:
		return false;
	}
}

int utf8_width(int32_t cp)
{
	switch (utf8proc_category(cp)) {
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CN:
	case UTF8PROC_CATEGORY_CO:
	case UTF8PROC_CATEGORY_CS:
		return -1;
	default:
		return utf8proc_charwidth(cp);
	}
}

static bool tame(int32_t cp)
{
	switch (utf8proc_category(cp)) {
	case UTF8PROC_CATEGORY_CF:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
		return false;
	default:
		return utf8_width(cp) >= 0;
	}
}

void utf8_tame(char *text)
{
	struct str s = str_of(text);
	size_t n = 0;

	for (size_t at = 0; at < s.n;) {
		size_t from = at;
		int32_t cp = utf8_next(s, &at);

		if (cp < 0 || !tame(cp)) {
			text[n++] = '?';
			continue;
		}
		memmove(text + n, text + from, at - from);
		n += at - from;
	}
	text[n] = '\0';
}

int32_t utf8_lower(int32_t cp)
{
	if (cp < 0x80)
		return cp >= 'A' && cp <= 'Z' ? cp | 0x20 : cp;
	return utf8proc_tolower(cp);
}

static bool swedish(int32_t cp)
{
	return cp == 0xE5 || cp == 0xE4 || cp == 0xF6;
}

/* The base letter of a lower-case scalar: its canonical decomposition less
 * the marks. */
static bool put_base(struct strbuf *out, int32_t cp)
{
	utf8proc_int32_t parts[16];
	int last = 0;
	utf8proc_ssize_t n =
		utf8proc_decompose_char(cp, parts, 16, UTF8PROC_DECOMPOSE | UTF8PROC_STABLE, &last);

	if (n <= 0 || n > 16)
		return utf8_put(out, cp);
	for (utf8proc_ssize_t i = 0; i < n; i++)
		if (!utf8_is_mark(parts[i]) && !utf8_put(out, parts[i]))
			return false;
	return true;
}

/* As many as are ASCII from `at` on, in lower case. */
static bool fold_ascii(struct strbuf *out, struct str s, size_t *at)
{
	size_t n = ascii_run(s, *at), from = out->len;

	if (!strbuf_add(out, s.p + *at, n))
		return false;
	for (size_t i = from; i < out->len; i++)
		out->data[i] = (char)utf8_lower(out->data[i]);
	*at += n;
	return true;
}

static bool fold_composed(struct strbuf *out, struct str s, bool plain)
{
	size_t at = 0;
	bool ok = fold_ascii(out, s, &at);

	while (ok && at < s.n) {
		int32_t cp = utf8_lower(utf8_next(s, &at));

		ok = !plain && swedish(cp) ? utf8_put(out, cp) : put_base(out, cp);
		ok = ok && fold_ascii(out, s, &at);
	}
	return ok;
}

bool utf8_fold(struct strbuf *out, struct str s, bool plain)
{
	struct strbuf nfc = STRBUF_INIT;
	int32_t most = highest(s);
	bool ok;

	if (most < FIRST_MARK)
		return most >= 0 && fold_composed(out, s, plain);
	ok = utf8_to_nfc(&nfc, s) && fold_composed(out, strbuf_str(&nfc), plain);
	strbuf_release(&nfc);
	return ok;
}

bool utf8_is_blank(int32_t cp)
{
	return cp == ' ' || (cp >= '\t' && cp <= '\r') || cp == 0xA0 || cp == 0x1680
	       || (cp >= 0x2000 && cp <= 0x200A) || cp == 0x2028 || cp == 0x2029 || cp == 0x202F
	       || cp == 0x205F || cp == 0x3000;
}

bool utf8_is_dash(int32_t cp)
{
	return cp == '-' || cp == 0xAD || (cp >= 0x2010 && cp <= 0x2015) || cp == 0x2212
	       || cp == 0xFE58 || cp == 0xFE63 || cp == 0xFF0D;
}
