/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * calendar - days, Swedish holidays, and spans as the law counts them.
 *
 * Place:    deadlines, screens. Pure; holidays are computed.
 * Promise:  valid for every year 2000-2100. Working days follow lag
 *           (1930:173) and lag (1989:253): Sundays, public holidays,
 *           Saturdays, Midsummer Eve, Christmas Eve, New Year's Eve are none.
 * Owner:    values. Errors: false for text that is no day.
 */
#ifndef DOMAIN_CALENDAR_H
#define DOMAIN_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

#include "domain/casefile.h"

struct day {
	int y, m, d;
};

bool day_valid(struct day d);
bool day_parse(struct day *d, struct str text); /* YYYY-MM-DD */
void day_format(char out[DAY_TEXT], struct day d);
/* Days since 1970-01-01, and back. */
int64_t day_number(struct day d);
struct day day_from_number(int64_t n);
/* 1 Monday .. 7 Sunday. */
int day_weekday(struct day d);
/* ISO 8601 week; *year gets the week's year. */
int day_week(struct day d, int *year);
struct day day_add(struct day d, int64_t days);
/* Calendar months; the last day of a shorter month where the day is missing
 * (31 August + 6 months = 28 or 29 February). */
struct day day_add_months(struct day d, int months);

struct day easter(int year);
/* Name of the holiday in Swedish, or NULL: also for the three eves. */
const char *holiday_name(struct day d);
bool is_working_day(struct day d);
/* The same day, or the next working day. */
struct day next_working_day(struct day d);

/* The day in Europe/Stockholm of an instant (EU summer-time rule, computed),
 * and hour/minute there. */
struct day day_in_stockholm(int64_t ms, int *hour, int *minute);
/* The instant at which that day begins in Stockholm. */
int64_t stockholm_midnight(struct day d);

#endif
