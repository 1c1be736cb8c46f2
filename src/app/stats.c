/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/stats.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/cache.h"
#include "wire/json.h"

#include "base/banned.h"

void stats_release(struct stats *s)
{
	free(s->types);
	free(s->officers);
	memset(s, 0, sizeof(*s));
}

void stats_request(struct request *r, const char *unit, int64_t days)
{
	request_set(r, "GET", "/v1/stats");
	strbuf_addf(&r->query, "days=%" PRId64, days);
	if (unit[0])
		strbuf_addf(&r->query, "&unit=%s", unit);
}

/* --- Reading ------------------------------------------------------------------ */

static struct stats_pair pair(const struct json *j, const char *name)
{
	const struct json *p = json_member(j, name);

	return (struct stats_pair){ json_get_int(p, "now", 0), json_get_int(p, "before", 0) };
}

static bool read_weeks(struct stats *s, const struct json *list)
{
	bool ok = true;

	for (size_t i = 0; i < json_count(list) && i < STATS_WEEKS; i++) {
		const struct json *j = json_item(list, i);
		struct stats_week *w = &s->weeks[s->week_count++];

		w->number = (int)json_get_int(j, "week", 0);
		w->year = (int)json_get_int(j, "year", 0);
		w->in = json_get_int(j, "in", 0);
		w->out = json_get_int(j, "out", 0);
		ok = ok && json_copy_text(j, "first", w->first, sizeof(w->first))
		     && json_copy_text(j, "last", w->last, sizeof(w->last));
	}
	return ok;
}

static bool read_types(struct stats *s, const struct json *list)
{
	size_t n = json_count(list);
	bool ok = true;

	s->types = calloc(n + 1, sizeof(*s->types));
	for (size_t i = 0; s->types && i < n; i++) {
		const struct json *j = json_item(list, i);
		struct stats_type *t = &s->types[s->type_count++];

		t->closed = json_get_int(j, "closed", 0);
		t->p50_s = json_get_int(j, "p50_s", 0);
		t->p90_s = json_get_int(j, "p90_s", 0);
		t->p95_s = json_get_int(j, "p95_s", 0);
		t->target_days = json_get_int(j, "target_days", 0);
		ok = ok && json_copy_text(j, "type", t->code, sizeof(t->code));
	}
	return ok && s->types;
}

static bool read_officers(struct stats *s, const struct json *list)
{
	size_t n = json_count(list);

	s->officers = calloc(n + 1, sizeof(*s->officers));
	for (size_t i = 0; s->officers && i < n; i++) {
		const struct json *j = json_item(list, i);
		struct stats_officer *o = &s->officers[s->officer_count++];

		o->open = json_get_int(j, "open", 0);
		o->overdue = json_get_int(j, "overdue", 0);
		o->age_p90_s = json_get_int(j, "age_p90_s", 0);
		(void)json_copy_text(j, "officer", o->id, sizeof(o->id));
	}
	return s->officers;
}

static bool read_statuses(struct stats *s, const struct json *list)
{
	for (size_t i = 0; i < json_count(list) && s->status_count < CASE_STATE_COUNT; i++) {
		const struct json *j = json_item(list, i);
		struct stats_status *t = &s->statuses[s->status_count];

		t->cases = json_get_int(j, "cases", 0);
		if (case_state_from(&t->state, json_get_text(j, "status")))
			s->status_count++;
	}
	return true;
}

static int by_state(const void *a, const void *b)
{
	const struct stats_status *x = a, *y = b;

	return (int)x->state - (int)y->state;
}

enum status stats_read(struct stats *s, struct str text, struct err *why)
{
	struct json *j = NULL;
	enum status st = json_read(&j, text, why);
	bool ok;

	if (st != ST_OK)
		return st;
	s->days = json_get_int(j, "days", 0);
	s->counted = json_get_int(j, "counted", 0);
	s->of = json_get_int(j, "of", 0);
	s->received_today = json_get_int(j, "received_today", 0);
	s->open = pair(j, "open");
	s->overdue = pair(j, "overdue");
	s->received = pair(j, "received");
	s->closed = pair(j, "closed");
	(void)json_copy_text(j, "unit", s->unit, sizeof(s->unit));
	ok = instant_parse(&s->at, json_get_text(j, "at"))
	     && json_copy_text(j, "first", s->first, sizeof(s->first))
	     && json_copy_text(j, "last", s->last, sizeof(s->last))
	     && read_weeks(s, json_member(j, "weeks")) && read_types(s, json_member(j, "types"))
	     && read_officers(s, json_member(j, "officers"))
	     && read_statuses(s, json_member(j, "statuses"));
	qsort(s->statuses, (size_t)s->status_count, sizeof(s->statuses[0]), by_state);
	json_free(j);
	if (ok)
		return ST_OK;
	stats_release(s);
	return err_set(why, ST_BAD_INPUT, "stats",
		       "the central's figures cannot be read; is it of another release?");
}

/* --- Figures -------------------------------------------------------------------- */

int stats_block_size(const struct stats *s, enum stats_block b)
{
	switch (b) {
	case STATS_TOTALS:
		return STATS_TOTAL_COUNT;
	case STATS_IN:
	case STATS_OUT:
		return s->week_count;
	case STATS_TYPES:
		return s->type_count;
	case STATS_OFFICERS:
		return 2 * s->officer_count;
	case STATS_STATUSES:
		return s->status_count;
	case STATS_BLOCKS:
		break;
	}
	return 0;
}

int stats_figures(const struct stats *s)
{
	int n = 0;

	for (int b = 0; b < STATS_BLOCKS; b++)
		n += stats_block_size(s, (enum stats_block)b);
	return n;
}

enum stats_block stats_place(const struct stats *s, int i, int *index)
{
	int b = 0;

	while (b + 1 < STATS_BLOCKS && i >= stats_block_size(s, (enum stats_block)b))
		i -= stats_block_size(s, (enum stats_block)b++);
	*index = i;
	return (enum stats_block)b;
}

static struct figure of_total(const struct stats *s, int i)
{
	static const enum figure_kind kinds[STATS_TOTAL_COUNT] = { FIGURE_OPEN, FIGURE_OVERDUE,
								   FIGURE_RECEIVED, FIGURE_CLOSED };
	struct figure f = { kinds[i], s->unit, "", s->first, s->last };

	if (f.kind == FIGURE_RECEIVED)
		f.first = s->last; /* today */
	return f;
}

struct figure stats_figure(const struct stats *s, int i)
{
	int index;
	enum stats_block b = stats_place(s, i, &index);
	struct figure f = { FIGURE_OPEN, s->unit, "", s->first, s->last };

	switch (b) {
	case STATS_TOTALS:
		return of_total(s, index);
	case STATS_IN:
	case STATS_OUT:
		f.kind = b == STATS_IN ? FIGURE_RECEIVED : FIGURE_CLOSED;
		f.first = s->weeks[index].first;
		f.last = s->weeks[index].last;
		break;
	case STATS_TYPES:
		f.kind = FIGURE_TYPE;
		f.code = s->types[index].code;
		break;
	case STATS_OFFICERS:
		f.kind = index % 2 ? FIGURE_OFFICER_OVERDUE : FIGURE_OFFICER_OPEN;
		f.code = s->officers[index / 2].id;
		break;
	case STATS_STATUSES:
		f.kind = FIGURE_STATUS;
		f.code = case_state_name(s->statuses[index].state);
		break;
	case STATS_BLOCKS:
		break;
	}
	return f;
}

int64_t stats_value(const struct stats *s, int i)
{
	int index;
	enum stats_block b = stats_place(s, i, &index);
	const int64_t totals[STATS_TOTAL_COUNT] = { s->open.now, s->overdue.now, s->received_today,
						    s->closed.now };

	switch (b) {
	case STATS_TOTALS:
		return totals[index];
	case STATS_IN:
		return s->weeks[index].in;
	case STATS_OUT:
		return s->weeks[index].out;
	case STATS_TYPES:
		return s->types[index].closed;
	case STATS_OFFICERS:
		return index % 2 ? s->officers[index / 2].overdue : s->officers[index / 2].open;
	case STATS_STATUSES:
		return s->statuses[index].cases;
	case STATS_BLOCKS:
		break;
	}
	return 0;
}

/* --- The newest answer --------------------------------------------------------------- */

static void kept_name(char out[96], const char *unit, int64_t days)
{
	if (days == 0)
		snprintf(out, 96, "answer.stats");
	else
		snprintf(out, 96, "answer.stats.%" PRId64 ".%.60s", days, unit);
}

enum status stats_keep(struct db *cache, const struct stats *s, struct str json, struct err *why)
{
	char name[96];
	enum status st;

	kept_name(name, s->unit, s->days);
	st = cache_keep(cache, name, json, why);
	kept_name(name, "", 0);
	return st == ST_OK ? cache_keep(cache, name, json, why) : st;
}

enum status stats_kept_text(struct db *cache, const char *unit, int64_t days, struct strbuf *json,
			    struct err *why)
{
	char name[96];

	kept_name(name, unit, days);
	return cache_kept(cache, name, json, why);
}

enum status stats_kept(struct db *cache, const char *unit, int64_t days, struct stats *s,
		       struct err *why)
{
	struct strbuf json = STRBUF_INIT;
	enum status st = stats_kept_text(cache, unit, days, &json, why);

	if (st == ST_OK)
		st = stats_read(s, strbuf_str(&json), why);
	strbuf_release(&json);
	return st;
}
