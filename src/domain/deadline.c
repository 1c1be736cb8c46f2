/* SPDX-License-Identifier: EUPL-1.2 */
#include "domain/deadline.h"

#include "base/banned.h"

static const struct {
	const char *one, *many;
	enum span_unit unit;
} words[] = {
	{ "day", "days", SPAN_DAYS },
	{ "working-day", "working-days", SPAN_WORKING_DAYS },
	{ "week", "weeks", SPAN_WEEKS },
	{ "month", "months", SPAN_MONTHS },
};

bool span_parse(struct span *s, struct str text)
{
	size_t i = 0;
	int count = 0;
	struct str word;

	for (; i < text.n && text.p[i] >= '0' && text.p[i] <= '9'; i++) {
		count = count * 10 + (text.p[i] - '0');
		if (count > SPAN_COUNT_MAX)
			return false;
	}
	if (i == 0 || i == text.n || text.p[i] != ' ')
		return false;
	while (i < text.n && text.p[i] == ' ')
		i++;
	word = (struct str){ text.p + i, text.n - i };
	for (size_t w = 0; w < sizeof(words) / sizeof(words[0]); w++)
		if (str_eq(word, words[w].one) || str_eq(word, words[w].many)) {
			*s = (struct span){ count, words[w].unit };
			return true;
		}
	return false;
}

static struct day after_working_days(struct day d, int count)
{
	while (count > 0) {
		d = day_add(d, 1);
		count -= is_working_day(d);
	}
	return d;
}

struct day deadline_after(struct day from, struct span s, bool move_to_working)
{
	struct day last = from;

	switch (s.unit) {
	case SPAN_DAYS:
		last = day_add(from, s.count);
		break;
	case SPAN_WORKING_DAYS:
		last = after_working_days(from, s.count);
		break;
	case SPAN_WEEKS:
		last = day_add(from, (int64_t)s.count * 7);
		break;
	case SPAN_MONTHS:
		last = day_add_months(from, s.count);
		break;
	}
	return move_to_working ? next_working_day(last) : last;
}

int64_t days_left(struct day today, struct day due)
{
	return day_number(due) - day_number(today);
}
