/* SPDX-License-Identifier: EUPL-1.2 */
/* Days and ages as they are typed in a filter. */
#include "domain/filter_part.h"

#include <stdio.h>
#include <string.h>

#include "base/banned.h"

enum { YEAR_MIN = 1900, YEAR_MAX = 2999, DIGITS_MAX = 6 };

struct span {
	struct day from, to;
};

static bool in_range(struct day d)
{
	return day_valid(d) && d.y >= YEAR_MIN && d.y <= YEAR_MAX;
}

/* Digits at the start of *s, moved past. */
static bool digits(const char **s, int *n)
{
	int i = 0;

	*n = 0;
	for (; (*s)[i] >= '0' && (*s)[i] <= '9'; i++) {
		if (i == DIGITS_MAX)
			return false;
		*n = *n * 10 + ((*s)[i] - '0');
	}
	*s += i;
	return i > 0;
}

static bool week_span(struct span *out, int year, int week)
{
	/* 4 January is always in week 1 (ISO 8601). */
	struct day fourth = { year, 1, 4 };
	int of;

	if (!in_range(fourth) || week < 1 || week > 53)
		return false;
	out->from = day_add(fourth, (int64_t)(week - 1) * 7 - day_weekday(fourth) + 1);
	out->to = day_add(out->from, 6);
	return day_week(out->from, &of) == week && of == year;
}

static bool is_week(char c)
{
	return c == 'v' || c == 'w';
}

/* "v48", "w48": a week of this year. */
static bool read_week(struct span *out, const char *s, struct day today)
{
	int year, week;

	(void)day_week(today, &year);
	s++;
	return digits(&s, &week) && !*s && week_span(out, year, week);
}

/* "2026", "2026-11", "2026-11-23", "2026-v48". */
static bool read_date(struct span *out, const char *s)
{
	struct day d = { 0, 1, 1 };
	int week;

	if (strspn(s, "0123456789") != 4 || !digits(&s, &d.y) || !in_range(d))
		return false;
	*out = (struct span){ d, { d.y, 12, 31 } };
	if (!*s)
		return true;
	if (*s++ != '-')
		return false;
	if (is_week(*s)) {
		s++;
		return digits(&s, &week) && !*s && week_span(out, d.y, week);
	}
	if (strspn(s, "0123456789") != 2 || !digits(&s, &d.m) || !in_range(d))
		return false;
	*out = (struct span){ d, day_add(day_add_months(d, 1), -1) };
	if (!*s)
		return true;
	if (*s++ != '-' || strspn(s, "0123456789") != 2 || !digits(&s, &d.d) || *s)
		return false;
	*out = (struct span){ d, d };
	return in_range(d);
}

/* "7d", "2v", "3m", "1å" from `today`, forward with sign 1, back with -1. */
static bool read_steps(struct span *out, const char *s, int sign, struct day today)
{
	int n;

	if (!digits(&s, &n) || n > FILTER_AGE_MAX)
		return false;
	if (strcmp(s, "d") == 0)
		out->from = day_add(today, (int64_t)sign * n);
	else if (strcmp(s, "v") == 0 || strcmp(s, "w") == 0)
		out->from = day_add(today, (int64_t)sign * n * 7);
	else if (strcmp(s, "m") == 0)
		out->from = day_add_months(today, sign * n);
	else if (strcmp(s, "a") == 0 || strcmp(s, "y") == 0)
		out->from = day_add_months(today, sign * n * 12);
	else
		return false;
	out->to = out->from;
	return in_range(out->from);
}

/* `s` is folded plain. */
static bool read_span(struct span *out, const char *s, struct day today)
{
	static const struct {
		const char *sv, *en;
		int add;
	} names[] = {
		{ "idag", "today", 0 },
		{ "igar", "yesterday", -1 },
		{ "imorgon", "tomorrow", 1 },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(s, names[i].sv) == 0 || strcmp(s, names[i].en) == 0) {
			out->from = out->to = day_add(today, names[i].add);
			return true;
		}
	if (*s == '+' || *s == '-')
		return read_steps(out, s + 1, *s == '-' ? -1 : 1, today);
	return is_week(*s) ? read_week(out, s, today) : read_date(out, s);
}

/* Cut "a..b" in two; false: it is no range. */
static bool cut_range(char *s, const char **a, const char **b)
{
	char *dots = strstr(s, "..");

	if (!dots)
		return false;
	*dots = '\0';
	*a = s;
	*b = dots + 2;
	return true;
}

static bool read_range(struct filter_value *v, const char *a, const char *b, struct day today)
{
	struct span first, last;

	if (*a && !read_span(&first, a, today))
		return false;
	if (*b && !read_span(&last, b, today))
		return false;
	if (*a)
		day_format(v->from, first.from);
	if (*b)
		day_format(v->to, last.to);
	return !*a || !*b || day_number(first.from) <= day_number(last.to);
}

/* Within so many days: "<7d" has the seventh day in it, ">7d" begins behind. */
static bool read_within(struct filter_value *v, const char *s, enum filter_op *op, bool back,
			struct day today)
{
	struct span span;
	bool near = *op == OP_BELOW || *op == OP_UPTO;
	int step = *op == OP_ABOVE ? 1 : 0;

	if (!read_steps(&span, s, back ? -1 : 1, today))
		return false;
	if (back)
		step = -step;
	day_format(near == back ? v->from : v->to, day_add(span.from, step));
	if (near == back)
		*op = step ? OP_ABOVE : OP_FROM;
	else
		*op = step ? OP_BELOW : OP_UPTO;
	return true;
}

bool filter_read_days(struct filter_value *v, struct str typed, enum filter_op *meant, bool back,
		      struct day today)
{
	enum filter_op op = *meant;
	char s[FILTER_WORD_MAX];
	const char *a, *b;
	struct span span;
	bool ranged = op == OP_HAS || op == OP_EQUAL;

	filter_fold(s, typed);
	if (!ranged && read_within(v, s, meant, back, today))
		return true;
	if (ranged && cut_range(s, &a, &b))
		return read_range(v, a, b, today);
	if (!*s || !read_span(&span, s, today))
		return false;
	if (ranged || op == OP_FROM)
		day_format(v->from, span.from);
	else if (op == OP_ABOVE)
		day_format(v->from, day_add(span.to, 1));
	if (ranged || op == OP_UPTO)
		day_format(v->to, span.to);
	else if (op == OP_BELOW)
		day_format(v->to, day_add(span.from, -1));
	return true;
}

/* "30", "30d", "4v". */
static bool read_age(int64_t *out, const char *s)
{
	int n;

	if (!digits(&s, &n))
		return false;
	*out = is_week(*s) ? (int64_t)n * 7 : n;
	if (is_week(*s) || *s == 'd')
		s++;
	return !*s && *out < FILTER_AGE_MAX;
}

bool filter_read_ages(struct filter_value *v, struct str typed, enum filter_op op, struct day today)
{
	char s[FILTER_WORD_MAX];
	const char *a = s, *b = s;
	bool ranged = op == OP_HAS || op == OP_EQUAL;
	int64_t low = -FILTER_AGE_MAX, high = FILTER_AGE_MAX;

	filter_fold(s, typed);
	if (ranged)
		(void)cut_range(s, &a, &b);
	if (((*a || a == b) && !read_age(&low, a)) || ((*b || a == b) && !read_age(&high, b)))
		return false;
	v->low = op == OP_BELOW || op == OP_UPTO ? -FILTER_AGE_MAX : low + (op == OP_ABOVE);
	v->high = op == OP_ABOVE || op == OP_FROM ? FILTER_AGE_MAX : high - (op == OP_BELOW);
	if (v->high < FILTER_AGE_MAX)
		day_format(v->from, day_add(today, -v->high));
	if (v->low > -FILTER_AGE_MAX)
		day_format(v->to, day_add(today, -v->low));
	return v->low <= v->high;
}
