/* SPDX-License-Identifier: EUPL-1.2 */
#include "domain/calendar.h"

#include <stdio.h>

#include "base/banned.h"

enum { HOUR_MS = 3600000, DAY_MS = 24 * HOUR_MS };

static int month_length(int y, int m)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;

	return m == 2 && leap ? 29 : days[m - 1];
}

bool day_valid(struct day d)
{
	return d.y >= 1 && d.y <= 9999 && d.m >= 1 && d.m <= 12 && d.d >= 1
	       && d.d <= month_length(d.y, d.m);
}

bool day_parse(struct day *d, struct str text)
{
	int part[3] = { 0, 0, 0 };
	int at = 0;
	struct day got;

	if (text.n != DAY_TEXT - 1)
		return false;
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (i == 4 || i == 7) {
			if (c != '-')
				return false;
			at++;
		} else if (c < '0' || c > '9') {
			return false;
		} else {
			part[at] = part[at] * 10 + (c - '0');
		}
	}
	got = (struct day){ part[0], part[1], part[2] };
	if (!day_valid(got))
		return false;
	*d = got;
	return true;
}

void day_format(char out[DAY_TEXT], struct day d)
{
	snprintf(out, DAY_TEXT, "%04d-%02d-%02d", d.y, d.m, d.d);
}

/* Days are counted with years that begin in March, so that the leap day
 * comes last (H. Hinnant, "chrono-compatible low-level date algorithms"). */
int64_t day_number(struct day d)
{
	int64_t y = d.m <= 2 ? d.y - 1 : d.y;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t year = y - era * 400;
	int64_t doy = (153 * (d.m + (d.m > 2 ? -3 : 9)) + 2) / 5 + d.d - 1;

	return era * 146097 + year * 365 + year / 4 - year / 100 + doy - 719468;
}

struct day day_from_number(int64_t n)
{
	int64_t z = n + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t year = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * year + year / 4 - year / 100);
	int64_t mp = (5 * doy + 2) / 153;
	struct day d;

	d.d = (int)(doy - (153 * mp + 2) / 5 + 1);
	d.m = (int)(mp < 10 ? mp + 3 : mp - 9);
	d.y = (int)(year + era * 400) + (d.m <= 2);
	return d;
}

int day_weekday(struct day d)
{
	/* 1970-01-01 was a Thursday. */
	int64_t w = (day_number(d) + 3) % 7;

	return (int)(w < 0 ? w + 7 : w) + 1;
}

int day_week(struct day d, int *year)
{
	/* A week belongs to the year of its Thursday. */
	struct day thursday = day_add(d, 4 - day_weekday(d));
	struct day first = { thursday.y, 1, 1 };

	if (year)
		*year = thursday.y;
	return (int)((day_number(thursday) - day_number(first)) / 7) + 1;
}

struct day day_add(struct day d, int64_t days)
{
	return day_from_number(day_number(d) + days);
}

struct day day_add_months(struct day d, int months)
{
	int64_t all = (int64_t)d.y * 12 + d.m - 1 + months;
	int64_t rest = (all % 12 + 12) % 12; /* months can lead back behind year 0 */
	int length;

	d.y = (int)((all - rest) / 12);
	d.m = (int)rest + 1;
	length = month_length(d.y, d.m);
	if (d.d > length)
		d.d = length;
	return d;
}

/* The Gregorian Easter of Meeus, Jones and Butcher. */
struct day easter(int year)
{
	int a = year % 19, b = year / 100, c = year % 100;
	int h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
	int l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
	int m = (a + 11 * h + 22 * l) / 451;
	int n = h + l - 7 * m + 114;

	return (struct day){ year, n / 31, n % 31 + 1 };
}

static const struct {
	int m, d, from, to; /* the years in which it is one */
	const char *name;
} fixed[] = {
	{ 1, 1, 0, 9999, "Nyårsdagen" },     { 1, 6, 0, 9999, "Trettondedag jul" },
	{ 5, 1, 0, 9999, "Första maj" },     { 6, 6, 2005, 9999, "Sveriges nationaldag" },
	{ 12, 24, 0, 9999, "Julafton" },     { 12, 25, 0, 9999, "Juldagen" },
	{ 12, 26, 0, 9999, "Annandag jul" }, { 12, 31, 0, 9999, "Nyårsafton" },
};

static const struct {
	int after_easter, from, to;
	const char *name;
} movable[] = {
	{ -2, 0, 9999, "Långfredagen" }, { 0, 0, 9999, "Påskdagen" },
	{ 1, 0, 9999, "Annandag påsk" }, { 39, 0, 9999, "Kristi himmelsfärdsdag" },
	{ 49, 0, 9999, "Pingstdagen" },	 { 50, 0, 2004, "Annandag pingst" },
};

/* The one day of a weekday within the seven days from m-d on. */
static const struct {
	int m, d, weekday;
	const char *name;
} floating[] = {
	{ 6, 19, 5, "Midsommarafton" },
	{ 6, 20, 6, "Midsommardagen" },
	{ 10, 31, 6, "Alla helgons dag" },
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

const char *holiday_name(struct day d)
{
	int64_t n = day_number(d);
	int64_t sunday = day_number(easter(d.y));

	for (size_t i = 0; i < COUNT(movable); i++)
		if (n == sunday + movable[i].after_easter && d.y >= movable[i].from
		    && d.y <= movable[i].to)
			return movable[i].name;
	for (size_t i = 0; i < COUNT(fixed); i++)
		if (d.m == fixed[i].m && d.d == fixed[i].d && d.y >= fixed[i].from
		    && d.y <= fixed[i].to)
			return fixed[i].name;
	for (size_t i = 0; i < COUNT(floating); i++) {
		int64_t first = day_number((struct day){ d.y, floating[i].m, floating[i].d });

		if (n >= first && n < first + 7 && day_weekday(d) == floating[i].weekday)
			return floating[i].name;
	}
	return NULL;
}

bool is_working_day(struct day d)
{
	return day_weekday(d) <= 5 && !holiday_name(d);
}

struct day next_working_day(struct day d)
{
	while (!is_working_day(d))
		d = day_add(d, 1);
	return d;
}

/* 01:00 UTC on the last Sunday of a month of 31 days. */
static int64_t last_sunday(int year, int month)
{
	struct day d = { year, month, 31 };

	d.d -= day_weekday(d) % 7;
	return day_number(d) * DAY_MS + HOUR_MS;
}

static int64_t floor_days(int64_t ms)
{
	return ms / DAY_MS - (ms % DAY_MS < 0);
}

/* Directive 2000/84/EC: one hour more from March to October. */
static int64_t offset_ms(int64_t ms)
{
	int year = day_from_number(floor_days(ms)).y;
	bool summer = ms >= last_sunday(year, 3) && ms < last_sunday(year, 10);

	return summer ? 2 * HOUR_MS : HOUR_MS;
}

struct day day_in_stockholm(int64_t ms, int *hour, int *minute)
{
	int64_t local = ms + offset_ms(ms);
	int64_t days = floor_days(local);
	int64_t rest = local - days * DAY_MS;

	if (hour)
		*hour = (int)(rest / HOUR_MS);
	if (minute)
		*minute = (int)(rest / 60000 % 60);
	return day_from_number(days);
}

int64_t stockholm_midnight(struct day d)
{
	int64_t utc = day_number(d) * DAY_MS;

	/* No change of time falls between 22:00 and 23:00 UTC, so that the
	 * earlier of the two candidates tells which of them is right. */
	return utc - offset_ms(utc - 2 * HOUR_MS);
}
