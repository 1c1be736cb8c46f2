/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/instant.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/encode.h"

#include "base/banned.h"

enum { DAY_MS = 86400000 };

/* 9999-12-31T23:59:59.999Z */
static const int64_t LAST_MS = INT64_C(253402300799999);

/* Days from 1970-01-01 (proleptic Gregorian), and back: the civil-calendar
 * method counts years from March so that the leap day comes last. */
static int64_t days_from_civil(int64_t y, int m, int d)
{
	int64_t era, doy, doe;

	y -= m <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	doe = (y - era * 400) * 365 + (y - era * 400) / 4 - (y - era * 400) / 100 + doy;
	return era * 146097 + doe - 719468;
}

static void civil_from_days(int64_t z, int *y, int *m, int *d)
{
	int64_t era, doe, yoe, doy, mp;

	z += 719468;
	era = (z >= 0 ? z : z - 146096) / 146097;
	doe = z - era * 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	*d = (int)(doy - (153 * mp + 2) / 5 + 1);
	*m = (int)(mp < 10 ? mp + 3 : mp - 9);
	*y = (int)(yoe + era * 400 + (*m <= 2));
}

void instant_format(char out[INSTANT_TEXT], int64_t ms)
{
	int64_t days = ms / DAY_MS;
	int64_t rest = ms % DAY_MS;
	char text[64];
	int y, m, d;

	if (rest < 0) {
		rest += DAY_MS;
		days--;
	}
	civil_from_days(days, &y, &m, &d);
	if (y < 0 || y > 9999) {
		y = 9999;
	}
	snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", y, m, d,
		 (int)(rest / 3600000), (int)(rest / 60000 % 60), (int)(rest / 1000 % 60),
		 (int)(rest % 1000));
	snprintf(out, INSTANT_TEXT, "%.24s", text);
}

/* n digits at *p, moved past; -1 if they are not digits. */
static int digits(const char **p, const char *end, int n)
{
	int v = 0;

	for (int i = 0; i < n; i++, (*p)++) {
		if (*p >= end || **p < '0' || **p > '9')
			return -1;
		v = v * 10 + (**p - '0');
	}
	return v;
}

static bool lit(const char **p, const char *end, char c)
{
	if (*p >= end || **p != c)
		return false;
	(*p)++;
	return true;
}

static int month_days(int y, int m)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;

	return m == 2 && leap ? 29 : days[m - 1];
}

/* ".123456" to milliseconds; digits past the third are cut. */
static bool fraction(const char **p, const char *end, int *ms)
{
	int scale = 100;
	int n = 0;

	*ms = 0;
	for (; *p < end && **p >= '0' && **p <= '9'; (*p)++, n++) {
		*ms += (**p - '0') * scale;
		scale /= 10;
	}
	return n > 0 && n <= 9;
}

static bool offset_minutes(const char **p, const char *end, int *out)
{
	int sign, h, m;

	*out = 0;
	if (lit(p, end, 'Z') || lit(p, end, 'z'))
		return true;
	if (*p >= end || (**p != '+' && **p != '-'))
		return false;
	sign = *(*p)++ == '-' ? -1 : 1;
	h = digits(p, end, 2);
	if (!lit(p, end, ':'))
		return false;
	m = digits(p, end, 2);
	*out = sign * (h * 60 + m);
	return h >= 0 && h <= 23 && m >= 0 && m <= 59;
}

bool instant_parse(int64_t *ms, struct str text)
{
	const char *p = text.p, *end = p ? p + text.n : NULL;
	int y, mo, d, h, mi, s, frac = 0, off;
	int64_t got;

	if (!p)
		return false;
	y = digits(&p, end, 4);
	if (y < 1970 || !lit(&p, end, '-'))
		return false;
	mo = digits(&p, end, 2);
	if (mo < 1 || mo > 12 || !lit(&p, end, '-'))
		return false;
	d = digits(&p, end, 2);
	if (d < 1 || d > month_days(y, mo) || (!lit(&p, end, 'T') && !lit(&p, end, 't')))
		return false;
	h = digits(&p, end, 2);
	if (h < 0 || h > 23 || !lit(&p, end, ':'))
		return false;
	mi = digits(&p, end, 2);
	if (mi < 0 || mi > 59 || !lit(&p, end, ':'))
		return false;
	s = digits(&p, end, 2);
	if (s < 0 || s > 60)
		return false;
	if (lit(&p, end, '.') && !fraction(&p, end, &frac))
		return false;
	if (!offset_minutes(&p, end, &off) || p != end)
		return false;
	got = ((days_from_civil(y, mo, d) * 24 + h) * 60 + mi - off) * 60000 + s * 1000 + frac;
	/* An offset can carry the instant out of the years that we write. */
	if (got < 0 || got > LAST_MS)
		return false;
	*ms = got;
	return true;
}

void uuid7(char out[UUID_TEXT], int64_t ms, const struct rng *rng)
{
	unsigned char b[16];
	char hex[33];

	rng_fill(rng, b, sizeof(b));
	for (int i = 0; i < 6; i++)
		b[i] = (unsigned char)((uint64_t)ms >> (40 - 8 * i) & 0xFF);
	b[6] = (unsigned char)(0x70 | (b[6] & 0x0F));
	b[8] = (unsigned char)(0x80 | (b[8] & 0x3F));
	hex_encode(hex, b, sizeof(b));
	snprintf(out, UUID_TEXT, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16,
		 hex + 20);
}

bool uuid_valid(struct str s)
{
	if (s.n != 36)
		return false;
	for (size_t i = 0; i < 36; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;
		char c = s.p[i];
		bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');

		if (dash ? c != '-' : !hex)
			return false;
	}
	return true;
}

int64_t uuid7_ms(struct str s)
{
	char hex[13];

	if (!uuid_valid(s) || s.p[14] != '7')
		return -1;
	snprintf(hex, sizeof(hex), "%.8s%.4s", s.p, s.p + 9);
	return strtoll(hex, NULL, 16);
}
