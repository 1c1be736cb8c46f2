/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/days.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { FAR_DAYS = 3660 };

/* "v49": the Monday of the next week of that number, this one included. */
static bool week_typed(struct day *d, const char *typed, struct day today)
{
	char *end;
	long week = typed[0] == 'v' || typed[0] == 'w' ? strtol(typed + 1, &end, 10) : 0;
	int year;

	if (week < 1 || week > 53 || *end)
		return false;
	*d = day_add(today, 1 - day_weekday(today));
	for (int i = 0; i <= 53; i++, *d = day_add(*d, 7))
		if (day_week(*d, &year) == week)
			return true;
	return false;
}

/* Written as a day is, but in no calendar: 2026-02-30. */
static bool day_shaped(const char *typed)
{
	static const char form[] = "dddd-dd-dd";
	size_t i = 0;

	for (; form[i] && typed[i]; i++)
		if (form[i] == 'd' ? typed[i] < '0' || typed[i] > '9' : typed[i] != '-')
			return false;
	return !form[i] && !typed[i];
}

static bool named(struct day *d, const char *typed, struct day today)
{
	if (strcmp(typed, "idag") == 0 || strcmp(typed, "today") == 0)
		*d = today;
	else if (strcmp(typed, "imorgon") == 0 || strcmp(typed, "tomorrow") == 0)
		*d = day_add(today, 1);
	else
		return week_typed(d, typed, today);
	return true;
}

/* "+14d", "2v", "-1m", and "+14" of days. */
static enum status counted(struct day *d, const char *typed, struct day today, struct err *why)
{
	char *unit;
	long n = strtol(typed, &unit, 10);
	long days = *unit == 'v' || *unit == 'w' ? 7 : *unit == 'm' ? 31 : 1;

	if (unit == typed || (!*unit && *typed != '+') || (*unit && unit[1])
	    || (*unit && !strchr("dvwm", *unit)))
		return err_set(why, ST_BAD_INPUT, "day",
			       "%.40s: a day is YYYY-MM-DD, today, +14d, +2v or v49", typed);
	if (n > FAR_DAYS / days || n < -FAR_DAYS / days)
		return err_set(why, ST_BAD_INPUT, "day-far",
			       "%.40s: a day may be ten years off at most", typed);
	*d = *unit == 'm' ? day_add_months(today, (int)n) : day_add(today, n * days);
	return ST_OK;
}

enum status day_typed(char out[DAY_TEXT], const char *typed, struct day today, struct err *why)
{
	struct day d = today;
	enum status st = ST_OK;

	out[0] = '\0';
	if (!day_parse(&d, str_of(typed)) && !named(&d, typed, today)) {
		if (day_shaped(typed))
			return err_set(why, ST_BAD_INPUT, "day-none", "there is no such day: %s",
				       typed);
		st = counted(&d, typed, today, why);
	}
	if (st == ST_OK)
		day_format(out, d);
	return st;
}
