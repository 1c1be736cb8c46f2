/* SPDX-License-Identifier: EUPL-1.2 */
#include "domain/phone.h"

#include <string.h>

#include "domain/calendar.h"

#include "base/banned.h"

enum { DIGITS_MIN = 7, DIGITS_MAX = 15 };

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* What a number is written with. */
static bool of_number(char c)
{
	return is_digit(c) || c == ' ' || c == '-' || c == '+';
}

/* A run of such signs, blanks at its ends taken off. */
static bool plausible(struct str s)
{
	struct day d;
	int digits = 0;

	while (s.n && (s.p[0] == ' ' || s.p[0] == '-')) {
		s.p++;
		s.n--;
	}
	while (s.n && !is_digit(s.p[s.n - 1]))
		s.n--;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '+' && i > 0)
			return false;
		digits += is_digit(s.p[i]);
	}
	return digits >= DIGITS_MIN && digits <= DIGITS_MAX && !day_parse(&d, s);
}

bool phone_in(struct str text)
{
	size_t from = 0;

	for (size_t i = 0; i <= text.n; i++) {
		if (i < text.n && of_number(text.p[i]))
			continue;
		if (plausible((struct str){ text.p + from, i - from }))
			return true;
		from = i + 1;
	}
	return false;
}

bool phone_whole(struct str text)
{
	while (text.n && text.p[0] == ' ') {
		text.p++;
		text.n--;
	}
	for (size_t i = 0; i < text.n; i++)
		if (!of_number(text.p[i]))
			return false;
	return text.n && (text.p[0] == '0' || text.p[0] == '+') && plausible(text);
}
