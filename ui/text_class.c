/* SPDX-License-Identifier: EUPL-1.2 */
#include "ui/text_class.h"

#include <stddef.h>

#include "base/strbuf.h"
#include "base/utf8.h"

#include "base/banned.h"

struct range {
	int32_t lo, hi;
	int width;
};

/*
 * The scalars whose width is the same in libc, in Unicode's tables and in the
 * terminals tried; a test holds the rows against libc. Left out on purpose:
 * right-to-left letters (terminals with bidi move the neighbouring columns),
 * scripts with conjuncts, signs that became pictures lately, and the signs
 * that a variation selector widens.
 */
static const struct range certain[] = {
	{ 0x0020, 0x007E, 1 },	 { 0x00A1, 0x00AC, 1 },
	{ 0x00AE, 0x02FF, 1 }, /* Latin, phonetic, modifiers */
	{ 0x0370, 0x0482, 1 }, /* Greek, Cyrillic */
	{ 0x048A, 0x052F, 1 },	 { 0x0531, 0x058A, 1 },
	{ 0x0E01, 0x0E30, 1 }, /* Thai less SARA AM */
	{ 0x0E32, 0x0E32, 1 },	 { 0x0E3F, 0x0E46, 1 },
	{ 0x0E4F, 0x0E5B, 1 },	 { 0x10A0, 0x10FF, 1 },
	{ 0x1E00, 0x1FFF, 1 },	 { 0x2010, 0x2027, 1 },
	{ 0x2030, 0x205E, 1 },	 { 0x2070, 0x209C, 1 },
	{ 0x20A0, 0x20BF, 1 },	 { 0x2100, 0x218B, 1 },
	{ 0x2190, 0x2319, 1 },	 { 0x231C, 0x2328, 1 },
	{ 0x232B, 0x23E8, 1 },	 { 0x2400, 0x2426, 1 },
	{ 0x2460, 0x25FC, 1 },	 { 0x25FF, 0x25FF, 1 },
	{ 0x2605, 0x2606, 1 },	 { 0x2713, 0x2713, 1 },
	{ 0x2717, 0x2718, 1 },	 { 0x27C0, 0x27EF, 1 },
	{ 0x2C60, 0x2C7F, 1 },	 { 0x3001, 0x3029, 2 },
	{ 0x3041, 0x3096, 2 },	 { 0x309B, 0x30FF, 2 },
	{ 0x3105, 0x312F, 2 },	 { 0x3131, 0x3163, 2 },
	{ 0x3165, 0x318E, 2 },	 { 0x3400, 0x4DBF, 2 },
	{ 0x4E00, 0x9FFC, 2 },	 { 0xAC00, 0xD7A3, 2 },
	{ 0xF900, 0xFAD9, 2 },	 { 0xFB00, 0xFB06, 1 },
	{ 0xFF01, 0xFF60, 2 },	 { 0xFF61, 0xFF9D, 1 },
	{ 0xFFE0, 0xFFE6, 2 },	 { 0xFFFD, 0xFFFD, 1 },
	{ 0x1F300, 0x1F320, 2 }, /* pictures wide since Unicode 9 */
	{ 0x1F337, 0x1F37C, 2 }, { 0x1F380, 0x1F393, 2 },
	{ 0x1F3A0, 0x1F3C4, 2 }, { 0x1F3E0, 0x1F3F0, 2 },
	{ 0x1F3F4, 0x1F3F4, 2 }, { 0x1F400, 0x1F43E, 2 },
	{ 0x1F440, 0x1F440, 2 }, { 0x1F442, 0x1F4F7, 2 },
	{ 0x1F500, 0x1F53D, 2 }, { 0x1F550, 0x1F567, 2 },
	{ 0x1F5FB, 0x1F64F, 2 }, { 0x1F680, 0x1F6C5, 2 },
	{ 0x20000, 0x2A6D6, 2 }, { 0x2F800, 0x2FA1D, 2 },
};

/* Marks that every terminal draws on the base, in no column of their own. */
static const struct range marks[] = {
	{ 0x0300, 0x034E, 0 }, { 0x0350, 0x036F, 0 }, { 0x0483, 0x0487, 0 }, { 0x0E31, 0x0E31, 0 },
	{ 0x0E34, 0x0E3A, 0 }, { 0x0E47, 0x0E4E, 0 }, { 0x1AB0, 0x1ABD, 0 }, { 0x1DC0, 0x1DF5, 0 },
	{ 0x20D0, 0x20DC, 0 }, { 0xFE20, 0xFE2F, 0 },
};

/* What ascii terminals get for signs that have no base letter. */
static const struct {
	int32_t cp;
	const char *ascii;
} spelling[] = {
	{ 0x00A1, "!" },   { 0x00A2, "c" },    { 0x00A3, "GBP" }, { 0x00A5, "JPY" },
	{ 0x00A6, "|" },   { 0x00A7, "par." }, { 0x00A8, "\"" },  { 0x00A9, "(c)" },
	{ 0x00AA, "a" },   { 0x00AB, "\"" },   { 0x00AC, "-" },	  { 0x00AE, "(r)" },
	{ 0x00AF, "-" },   { 0x00B0, "o" },    { 0x00B1, "+-" },  { 0x00B2, "2" },
	{ 0x00B3, "3" },   { 0x00B4, "'" },    { 0x00B5, "u" },	  { 0x00B6, "/" },
	{ 0x00B7, "." },   { 0x00B9, "1" },    { 0x00BA, "o" },	  { 0x00BB, "\"" },
	{ 0x00BC, "1/4" }, { 0x00BD, "1/2" },  { 0x00BE, "3/4" }, { 0x00BF, "?" },
	{ 0x00C6, "AE" },  { 0x00D0, "D" },    { 0x00D7, "x" },	  { 0x00D8, "O" },
	{ 0x00DE, "Th" },  { 0x00DF, "ss" },   { 0x00E6, "ae" },  { 0x00F0, "d" },
	{ 0x00F7, "/" },   { 0x00F8, "o" },    { 0x00FE, "th" },  { 0x0110, "D" },
	{ 0x0111, "d" },   { 0x0131, "i" },    { 0x0141, "L" },	  { 0x0142, "l" },
	{ 0x0152, "OE" },  { 0x0153, "oe" },   { 0x017F, "s" },	  { 0x1E9E, "SS" },
	{ 0x2010, "-" },   { 0x2011, "-" },    { 0x2012, "-" },	  { 0x2013, "-" },
	{ 0x2014, "-" },   { 0x2018, "'" },    { 0x2019, "'" },	  { 0x201A, "'" },
	{ 0x201C, "\"" },  { 0x201D, "\"" },   { 0x201E, "\"" },  { 0x2022, "*" },
	{ 0x2026, "~" },   { 0x2030, "0/00" }, { 0x2039, "<" },	  { 0x203A, ">" },
	{ 0x2044, "/" },   { 0x20AC, "EUR" },  { 0x2116, "No" },  { 0x2190, "<-" },
	{ 0x2191, "^" },   { 0x2192, "->" },   { 0x2193, "v" },	  { 0x2212, "-" },
	{ 0x2248, "~" },   { 0x2260, "!=" },   { 0x2264, "<=" },  { 0x2265, ">=" },
	{ 0x2500, "-" },   { 0x2502, "|" },    { 0x250C, "+" },	  { 0x2510, "+" },
	{ 0x2514, "+" },   { 0x2518, "+" },    { 0x251C, "+" },	  { 0x2524, "+" },
	{ 0x2588, "#" },   { 0x2713, "x" },    { 0xFB00, "ff" },  { 0xFB01, "fi" },
	{ 0xFB02, "fl" },
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct range *in_table(const struct range *t, size_t n, int32_t cp)
{
	size_t lo = 0;

	while (lo < n) {
		size_t mid = lo + (n - lo) / 2;

		if (cp > t[mid].hi)
			lo = mid + 1;
		else if (cp < t[mid].lo)
			n = mid;
		else
			return &t[mid];
	}
	return NULL;
}

int class_width(int32_t cp)
{
	const struct range *r;

	/* Nearly all that is read: the first rows of the table. */
	if ((cp >= 0x20 && cp <= 0x7E) || (cp >= 0xC0 && cp <= 0x17F))
		return 1;
	if (in_table(marks, COUNT(marks), cp))
		return utf8_width(cp) == 0 ? 0 : -1;
	r = in_table(certain, COUNT(certain), cp);
	return r && utf8_width(cp) == r->width ? r->width : -1;
}

bool class_picture(int32_t cp)
{
	return (cp >= 0x1F000 && cp <= 0x1FAFF) || (cp >= 0x2300 && cp <= 0x23FF)
	       || (cp >= 0x2600 && cp <= 0x27BF) || (cp >= 0x2B00 && cp <= 0x2BFF)
	       || class_flag(cp);
}

bool class_flag(int32_t cp)
{
	return cp >= 0x1F1E6 && cp <= 0x1F1FF;
}

bool class_picture_tail(int32_t cp)
{
	return cp == 0xFE0E || cp == 0xFE0F || cp == 0x20E3 || cp == 0x200D
	       || (cp >= 0x1F3FB && cp <= 0x1F3FF) || (cp >= 0xE0020 && cp <= 0xE007F);
}

bool class_space(int32_t cp)
{
	return cp == ' ' || cp == '\t' || cp == 0xA0 || cp == 0x1680
	       || (cp >= 0x2000 && cp <= 0x200A) || cp == 0x202F || cp == 0x205F || cp == 0x2800
	       || cp == 0x3000 || cp == 0x3164 || cp == 0xFFA0 || cp == 0x115F || cp == 0x1160;
}

bool class_break(int32_t cp)
{
	return (cp >= 0x0A && cp <= 0x0D) || cp == 0x2028 || cp == 0x2029;
}

/* The base letter, without its marks; its case is kept. */
static const char *base_letter(int32_t cp, char buf[8])
{
	struct strbuf one = STRBUF_INIT, low = STRBUF_INIT;
	const char *found = NULL;

	if (utf8_put(&one, cp) && utf8_fold(&low, strbuf_str(&one), true) && low.len == 1
	    && low.data[0] >= 0x20 && low.data[0] < 0x7F) {
		char c = low.data[0];

		if (utf8_lower(cp) != cp && c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		buf[0] = c;
		buf[1] = '\0';
		found = buf;
	}
	strbuf_release(&one);
	strbuf_release(&low);
	return found;
}

const char *class_ascii(int32_t cp, char buf[8])
{
	for (size_t i = 0; i < COUNT(spelling); i++)
		if (spelling[i].cp == cp)
			return spelling[i].ascii;
	return base_letter(cp, buf);
}
