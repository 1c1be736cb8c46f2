/* SPDX-License-Identifier: EUPL-1.2 */
#include "domain/diary.h"

#include <stdio.h>

#include "base/utf8.h"

#include "base/banned.h"

enum { YEAR_MIN = 1900, YEAR_MAX = 2999, NUMBER_DIGITS = 12, SHORT_LETTERS = 4 };

static int32_t upper_letter(int32_t cp)
{
	if ((cp >= 'a' && cp <= 'z') || cp == 0xE5 || cp == 0xE4 || cp == 0xF6)
		return cp - 0x20;
	if ((cp >= 'A' && cp <= 'Z') || cp == 0xC5 || cp == 0xC4 || cp == 0xD6)
		return cp;
	return 0;
}

/* The committee's letters in upper case, moved past in `s`. */
static bool read_committee(char *out, size_t size, struct str *s)
{
	struct strbuf b = STRBUF_INIT_MAX(size - 1);
	size_t at = 0;
	bool ok = true;

	while (at < s->n) {
		size_t next = at;
		int32_t cp = upper_letter(utf8_next(*s, &next));

		if (!cp)
			break;
		ok = ok && utf8_put(&b, cp);
		at = next;
	}
	s->p += at;
	s->n -= at;
	snprintf(out, size, "%s", strbuf_cstr(&b));
	strbuf_release(&b);
	return ok;
}

/* Digits at the start of `s`, moved past; 0 digits or too many: false. */
static bool read_number(int64_t *out, struct str *s, size_t most)
{
	size_t i = 0;

	*out = 0;
	for (; i < s->n && s->p[i] >= '0' && s->p[i] <= '9'; i++) {
		if (i >= most)
			return false;
		*out = *out * 10 + (s->p[i] - '0');
	}
	s->p += i;
	s->n -= i;
	return i > 0;
}

static void skip_blanks(struct str *s)
{
	while (s->n && s->p[0] == ' ') {
		s->p++;
		s->n--;
	}
}

bool diary_parse(struct diary_no *d, struct str text)
{
	struct diary_no got = { .year = 0 };
	int64_t first;

	while (text.n && text.p[text.n - 1] == ' ')
		text.n--;
	skip_blanks(&text);
	if (!read_committee(got.committee, sizeof(got.committee), &text))
		return false;
	skip_blanks(&text);
	if (!read_number(&first, &text, NUMBER_DIGITS))
		return false;
	if (text.n && text.p[0] == '-') {
		if (first < YEAR_MIN || first > YEAR_MAX)
			return false;
		got.year = (int)first;
		text.p++;
		text.n--;
		if (!read_number(&got.number, &text, NUMBER_DIGITS))
			return false;
	} else {
		/* A long word before a number is a street, not a committee. */
		if (utf8_count(str_of(got.committee)) > SHORT_LETTERS)
			return false;
		got.number = first;
	}
	if (text.n || got.number == 0)
		return false;
	*d = got;
	return true;
}

void diary_format(char out[DIARY_MAX], const struct diary_no *d)
{
	if (d->year == 0)
		snprintf(out, DIARY_MAX, "%s%s%lld", d->committee, d->committee[0] ? " " : "",
			 (long long)d->number);
	else
		snprintf(out, DIARY_MAX, "%s%s%d-%lld", d->committee, d->committee[0] ? " " : "",
			 d->year, (long long)d->number);
}
