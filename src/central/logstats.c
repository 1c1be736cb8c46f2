/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/logstats.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/json.h"

#include "base/banned.h"

void logstats_release(struct logstats *s)
{
	struct tally *all[] = { &s->cases,	     &s->activities,   &s->resources,
				&s->groups,	     &s->channels,     &s->departments,
				&s->case_groups,     &s->responsibles, &s->start_month,
				&s->start_month_utc, &s->end_month,    &s->event_month,
				&s->variants,	     &s->follows,      &s->handovers,
				&s->first_activity,  &s->last_activity };

	for (int64_t i = 0; i < s->facts_room; i++)
		free(s->facts[i].responsible);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		tally_release(all[i]);
	free(s->events);
	free(s->facts);
	free(s->throughput);
	free(s->lengths);
	*s = (struct logstats)LOGSTATS_INIT;
}

/* --- Taking in -------------------------------------------------------------------- */

static bool room_for_event(struct logstats *s)
{
	int64_t room = s->room ? s->room * 2 : 1024;
	struct logstats_event *more;

	if (s->count < s->room)
		return true;
	more = realloc(s->events, (size_t)room * sizeof(*more));
	if (!more)
		return false;
	s->events = more;
	s->room = room;
	return true;
}

/* The facts of a case by its row. */
static struct logstats_case *facts_of(struct logstats *s, int64_t row)
{
	int64_t room = s->facts_room ? s->facts_room : 256;
	struct logstats_case *more;

	if (row < 0)
		return NULL;
	while (room <= row)
		room *= 2;
	if (room > s->facts_room) {
		more = realloc(s->facts, (size_t)room * sizeof(*more));
		if (!more)
			return NULL;
		memset(more + s->facts_room, 0, (size_t)(room - s->facts_room) * sizeof(*more));
		s->facts = more;
		s->facts_room = room;
	}
	return &s->facts[row];
}

/* "2011-03..." as a number; what is written here was judged to be a time. */
static int32_t month_of(struct str written)
{
	int v[6];

	if (written.n < 7)
		return 0;
	for (int i = 0; i < 6; i++)
		v[i] = written.p[i < 4 ? i : i + 1] - '0';
	return (v[0] * 1000 + v[1] * 100 + v[2] * 10 + v[3]) * 12 + v[4] * 10 + v[5] - 1;
}

static void copy_time(char out[LOGSTATS_TIME_TEXT], struct str written)
{
	snprintf(out, LOGSTATS_TIME_TEXT, "%.*s", (int)written.n, written.p);
}

void logstats_add(struct logstats *s, const struct logstats_line *l)
{
	struct logstats_event *e;

	if (!room_for_event(s)) {
		s->failed = true;
		return;
	}
	e = &s->events[s->count];
	*e = (struct logstats_event){
		.at = l->at,
		.order = s->count++,
		.of_case = tally_add(&s->cases, l->of_case, 1),
		.activity = tally_add(&s->activities, l->activity, 1),
		.resource = tally_add(&s->resources, l->resource, 1),
		.group = tally_add(&s->groups, l->group, 1),
		.month = month_of(l->written),
	};
	if (l->at < s->first_at) {
		s->first_at = l->at;
		copy_time(s->first, l->written);
	}
	if (l->at >= s->last_at) {
		s->last_at = l->at;
		copy_time(s->last, l->written);
	}
	s->failed = s->failed || e->of_case < 0 || e->activity < 0 || e->resource < 0
		    || e->group < 0 || !facts_of(s, e->of_case);
}

static int64_t time_member(const struct json *map, const char *name)
{
	struct str text = json_get_text(map, name);
	int64_t ms;

	return text.p && instant_parse(&ms, text) ? ms : -1;
}

static void count_member(struct tally *t, const struct json *map, const char *name)
{
	struct str text = json_get_text(map, name);

	tally_add(t, text.p ? text : str_of("(none)"), 1);
}

void logstats_about(struct logstats *s, struct str of_case, struct str attributes)
{
	struct logstats_case *f = facts_of(s, tally_add(&s->cases, of_case, 0));
	struct json *map = NULL;
	struct str who;

	if (!f || f->known || json_read(&map, attributes, NULL) != ST_OK) {
		s->failed = s->failed || !f;
		return;
	}
	f->known = true;
	f->started = time_member(map, "case_startdate");
	f->ended = time_member(map, "case_enddate");
	f->deadline = time_member(map, "case_deadline");
	who = json_get_text(map, "case_responsible");
	if (who.p)
		f->responsible = strndup(who.p, who.n);
	count_member(&s->channels, map, "case_channel");
	count_member(&s->departments, map, "case_department");
	count_member(&s->case_groups, map, "case_group");
	count_member(&s->responsibles, map, "case_responsible");
	json_free(map);
}

/* --- Counting --------------------------------------------------------------------- */

static int by_case_and_time(const void *a, const void *b)
{
	const struct logstats_event *x = a, *y = b;

	if (x->of_case != y->of_case)
		return x->of_case < y->of_case ? -1 : 1;
	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static int by_value(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static struct str name_of(const struct tally *t, int64_t row)
{
	return (struct str){ t->rows[row].text, t->rows[row].len };
}

static void count_month(struct tally *t, int32_t month)
{
	char text[32];

	snprintf(text, sizeof(text), "%04d-%02d", month / 12, month % 12 + 1);
	tally_add(t, str_of(text), 1);
}

static void count_month_utc(struct tally *t, int64_t at)
{
	char text[INSTANT_TEXT];

	instant_format(text, at);
	tally_add(t, (struct str){ text, 7 }, 1);
}

static void count_pair(struct logstats *s, struct tally *t, const struct tally *names, int64_t from,
		       int64_t to)
{
	struct strbuf key = STRBUF_INIT;
	struct str a = name_of(names, from), b = name_of(names, to);

	if (!strbuf_add(&key, a.p, a.n) || !strbuf_addc(&key, '\0') || !strbuf_add(&key, b.p, b.n))
		s->failed = true;
	tally_add(t, strbuf_str(&key), 1);
	strbuf_release(&key);
}

/* The activities of a case in their order; false if one comes twice. */
static bool count_variant(struct logstats *s, const struct logstats_event *e, int64_t n)
{
	struct tally seen = TALLY_INIT;
	struct strbuf key = STRBUF_INIT;
	bool once;

	for (int64_t i = 0; i < n; i++) {
		struct str a = name_of(&s->activities, e[i].activity);

		if ((i && !strbuf_addc(&key, '\0')) || !strbuf_add(&key, a.p, a.n))
			s->failed = true;
		tally_add(&seen, a, 1);
	}
	once = seen.count == n;
	tally_add(&s->variants, strbuf_str(&key), 1);
	s->failed = s->failed || seen.failed;
	tally_release(&seen);
	strbuf_release(&key);
	return once;
}

static void count_pairs(struct logstats *s, const struct logstats_event *e, int64_t n)
{
	for (int64_t i = 0; i + 1 < n; i++) {
		s->pairs++;
		count_pair(s, &s->follows, &s->activities, e[i].activity, e[i + 1].activity);
		if (e[i].resource == e[i + 1].resource)
			continue;
		s->changes++;
		count_pair(s, &s->handovers, &s->resources, e[i].resource, e[i + 1].resource);
	}
}

static void count_case(struct logstats *s, const struct logstats_event *e, int64_t n, int64_t index)
{
	struct logstats_case *f = &s->facts[e[0].of_case];
	const struct logstats_event *last = &e[n - 1];

	f->first = e[0].at;
	f->last = last->at;
	s->throughput[index] = last->at - e[0].at;
	s->lengths[index] = n;
	count_month(&s->start_month, e[0].month);
	count_month(&s->end_month, last->month);
	count_month_utc(&s->start_month_utc, e[0].at);
	tally_add(&s->first_activity, name_of(&s->activities, e[0].activity), 1);
	tally_add(&s->last_activity, name_of(&s->activities, last->activity), 1);
	s->repeated += !count_variant(s, e, n);
	count_pairs(s, e, n);
	for (int64_t i = 0; i < n; i++) {
		count_month(&s->event_month, e[i].month);
		if (f->responsible && str_eq(name_of(&s->resources, e[i].resource), f->responsible))
			f->of_responsible = true;
	}
	s->never_acts += f->responsible && !f->of_responsible;
}

enum status logstats_count(struct logstats *s, struct err *why)
{
	size_t room = (size_t)s->cases.count + 1;
	int64_t index = 0;

	s->throughput = calloc(room, sizeof(*s->throughput));
	s->lengths = calloc(room, sizeof(*s->lengths));
	if (!s->throughput || !s->lengths || s->failed)
		return err_set(why, ST_BROKEN, "no-memory", "no memory for the figures");
	if (s->count)
		qsort(s->events, (size_t)s->count, sizeof(*s->events), by_case_and_time);
	for (int64_t i = 0; i < s->count; index++) {
		int64_t n = 1;

		while (i + n < s->count && s->events[i + n].of_case == s->events[i].of_case)
			n++;
		count_case(s, &s->events[i], n, index);
		i += n;
	}
	s->case_count = index;
	qsort(s->throughput, (size_t)index, sizeof(*s->throughput), by_value);
	qsort(s->lengths, (size_t)index, sizeof(*s->lengths), by_value);
	return s->failed || s->variants.failed || s->follows.failed || s->handovers.failed
		       ? err_set(why, ST_BROKEN, "no-memory", "no memory for the figures")
		       : ST_OK;
}

struct logstats_at logstats_at(const struct logstats *s, int64_t at)
{
	struct logstats_at r = { 0 };

	for (int64_t i = 0; i < s->cases.count; i++) {
		const struct logstats_case *f = &s->facts[i];
		bool open = f->known && f->started >= 0 && f->started <= at
			    && (f->ended < 0 || f->ended > at);

		r.open += open;
		r.past_deadline += open && f->deadline >= 0 && f->deadline < at;
		if (s->cases.rows[i].count == 0)
			continue;
		r.not_started += f->first > at;
		r.finished += f->last <= at;
		r.in_progress += f->first <= at && f->last > at;
	}
	for (int64_t i = 0; i < s->count; i++)
		r.events += s->events[i].at <= at;
	return r;
}

/* --- Spread ------------------------------------------------------------------------- */

/* The value at position ceil(p/100 * n) of the ascending list. */
static double nearest_rank(const int64_t *ms, int64_t n, int64_t p)
{
	return (double)ms[(p * n + 99) / 100 - 1] / 1000.0;
}

/* Between the two values around (n - 1) * 9/10. */
static double linear_90(const int64_t *ms, int64_t n)
{
	int64_t at = (n - 1) * 9, low = at / 10, rest = at % 10;
	int64_t high = low + 1 < n ? low + 1 : low;

	return (double)(ms[low] * 10 + (ms[high] - ms[low]) * rest) / 10000.0;
}

struct logstats_spread logstats_spread(const int64_t *ms, int64_t n)
{
	struct logstats_spread r = { 0 };
	long double mean, squares = 0;
	int64_t total = 0;

	if (n == 0)
		return r;
	for (int64_t i = 0; i < n; i++) {
		total += ms[i];
		r.zeros += ms[i] == 0;
	}
	mean = (long double)total / (long double)n;
	for (int64_t i = 0; i < n; i++)
		squares += ((long double)ms[i] - mean) * ((long double)ms[i] - mean);
	r.total = (double)total / 1000.0;
	r.mean = r.total / (double)n;
	r.median = (double)(ms[(n - 1) / 2] + ms[n / 2]) / 2000.0;
	r.p90_nearest = nearest_rank(ms, n, 90);
	r.p95_nearest = nearest_rank(ms, n, 95);
	r.p90_linear = linear_90(ms, n);
	r.min = (double)ms[0] / 1000.0;
	r.max = (double)ms[n - 1] / 1000.0;
	r.stdev_population = (double)(sqrtl(squares / (long double)n) / 1000);
	if (n > 1)
		r.stdev_sample = (double)(sqrtl(squares / (long double)(n - 1)) / 1000);
	return r;
}
