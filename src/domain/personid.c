/* SPDX-License-Identifier: EUPL-1.2 */
#include "domain/personid.h"

#include <stdio.h>
#include <string.h>

#include "base/banned.h"

enum { COORDINATION = 60, YEAR_MIN = 1800 };

/* Modulus 10 with the weights 2, 1, 2 ... over nine digits (SKV 704). */
static char check_digit(const char *nine)
{
	int sum = 0;

	for (int i = 0; i < 9; i++) {
		int product = (nine[i] - '0') * (i % 2 == 0 ? 2 : 1);

		sum += product / 10 + product % 10;
	}
	return (char)('0' + (10 - sum % 10) % 10);
}

static bool all_digits(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] < '0' || p[i] > '9')
			return false;
	return true;
}

static int two(const char *p)
{
	return (p[0] - '0') * 10 + (p[1] - '0');
}

/*
 * The year of a short number. The sign changes to + in the year in which the
 * person turns 100, so that a hyphen means one of the last hundred years,
 * this one included, and a plus the hundred before them.
 */
static int full_year(int yy, char sign, int this_year)
{
	int year = this_year - this_year % 100 + yy;

	if (year > this_year)
		year -= 100;
	return sign == '+' ? year - 100 : year;
}

/* Take the form apart into twelve digits. */
static bool read_form(char out[13], struct str text, struct day today)
{
	char sign = 0;
	char short_form[11];

	if (text.n == 12 && all_digits(text.p, 12)) {
		snprintf(out, 13, "%.12s", text.p);
		return true;
	}
	if (text.n == 13 && text.p[8] == '-') {
		snprintf(out, 13, "%.8s%.4s", text.p, text.p + 9);
		return strlen(out) == 12 && all_digits(out, 12);
	}
	if (text.n != 11 || (text.p[6] != '-' && text.p[6] != '+'))
		return false;
	sign = text.p[6];
	snprintf(short_form, sizeof(short_form), "%.6s%.4s", text.p, text.p + 7);
	if (strlen(short_form) != 10 || !all_digits(short_form, 10))
		return false;
	snprintf(out, 13, "%04d%.8s", full_year(two(short_form), sign, today.y), short_form + 2);
	return true;
}

static bool date_ok(const char no[13], struct day today)
{
	struct day born = { two(no) * 100 + two(no + 2), two(no + 4), two(no + 6) };

	if (born.d > COORDINATION)
		born.d -= COORDINATION;
	return born.y >= YEAR_MIN && day_valid(born) && day_number(born) <= day_number(today);
}

enum status person_no_parse(char out[13], struct str text, struct day today, struct err *why)
{
	char no[13];

	if (!read_form(no, text, today) || strncmp(no + 8, "000", 3) == 0)
		return err_set(why, ST_BAD_INPUT, "personal-number-form",
			       "a personal identity number is YYYYMMDD-NNNC, or YYMMDD-NNNC"
			       " with + in place of - from the year the person turns 100;"
			       " NNN is 001-999");
	if (!date_ok(no, today))
		return err_set(why, ST_BAD_INPUT, "personal-number-date",
			       "the number does not begin with a day that has been (a"
			       " coordination number has 60 added to the day)");
	if (check_digit(no + 2) != no[11])
		return err_set(why, ST_BAD_INPUT, "personal-number-check",
			       "the last digit does not agree with the others: one of them"
			       " is mistyped");
	memcpy(out, no, sizeof(no));
	return ST_OK;
}

bool person_no_is_coordination(const char no[13])
{
	return two(no + 6) > COORDINATION;
}

void person_no_display(char out[12], const char no[13], struct day today)
{
	int year = two(no) * 100 + two(no + 2);

	snprintf(out, 12, "%.6s%c%.4s", no + 2, today.y - year >= 100 ? '+' : '-', no + 8);
}

enum status org_no_parse(char out[11], struct str text, struct err *why)
{
	char no[11];

	if (text.n != 11 || text.p[6] != '-' || !all_digits(text.p, 6) || !all_digits(text.p + 7, 4)
	    || text.p[0] == '0' || text.p[2] < '2')
		return err_set(why, ST_BAD_INPUT, "organisation-number-form",
			       "an organisation number is NNNNNN-NNNN with at least 2 as its"
			       " third digit");
	snprintf(no, sizeof(no), "%.6s%.4s", text.p, text.p + 7);
	if (check_digit(no) != no[9])
		return err_set(why, ST_BAD_INPUT, "organisation-number-check",
			       "the last digit does not agree with the others: one of them"
			       " is mistyped");
	memcpy(out, no, sizeof(no));
	return ST_OK;
}
