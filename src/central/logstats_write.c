/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/logstats.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "wire/json.h"

#include "base/banned.h"

enum { TOP = 10, NUMBER_TEXT = 40 };

/* A number with at most `digits` decimals, at least one: 6.0, 2868.584. */
static void decimal(char out[NUMBER_TEXT], double v, int digits)
{
	size_t n = (size_t)snprintf(out, NUMBER_TEXT, "%.*f", digits, v);

	while (n > 2 && out[n - 1] == '0' && out[n - 2] != '.')
		out[--n] = '\0';
}

static void kv_decimal(struct jsonw *w, const char *name, double v, int digits)
{
	char text[NUMBER_TEXT];

	decimal(text, v, digits);
	jsonw_key(w, name);
	jsonw_raw(w, str_of(text));
}

/* --- Counts ------------------------------------------------------------------------- */

static void counts(struct jsonw *w, const char *name, const struct tally *t, bool by_text)
{
	const struct tally_row **rows = by_text ? tally_by_text(t) : tally_by_count(t);

	jsonw_key(w, name);
	jsonw_map(w);
	for (int64_t i = 0; rows && i < t->count; i++)
		jsonw_kv_int(w, rows[i]->text, rows[i]->count);
	jsonw_end_map(w);
	free(rows);
}

/* Texts of a key that NUL joins. */
static void parts(struct jsonw *w, const struct tally_row *r)
{
	jsonw_list(w);
	for (size_t at = 0; at <= r->len; at += strlen(r->text + at) + 1)
		jsonw_cstr(w, r->text + at);
	jsonw_end_list(w);
}

static void top_variants(struct jsonw *w, const struct tally *t)
{
	const struct tally_row **rows = tally_by_count(t);

	jsonw_key(w, "top10_variants");
	jsonw_list(w);
	for (int64_t i = 0; rows && i < t->count && i < TOP; i++) {
		jsonw_map(w);
		jsonw_kv_int(w, "rank", i + 1);
		jsonw_kv_int(w, "cases", rows[i]->count);
		jsonw_key(w, "activities");
		parts(w, rows[i]);
		jsonw_end_map(w);
	}
	jsonw_end_list(w);
	free(rows);
}

static void top_pairs(struct jsonw *w, const char *name, const struct tally *t)
{
	const struct tally_row **rows = tally_by_count(t);

	jsonw_key(w, name);
	jsonw_list(w);
	for (int64_t i = 0; rows && i < t->count && i < TOP; i++) {
		jsonw_map(w);
		jsonw_kv(w, "from", rows[i]->text);
		jsonw_kv(w, "to", rows[i]->text + strlen(rows[i]->text) + 1);
		jsonw_kv_int(w, "count", rows[i]->count);
		jsonw_end_map(w);
	}
	jsonw_end_list(w);
	free(rows);
}

static int64_t seen_once(const struct tally *t)
{
	int64_t n = 0;

	for (int64_t i = 0; i < t->count; i++)
		n += t->rows[i].count == 1;
	return n;
}

/* --- The figures, in groups ------------------------------------------------------------ */

static void write_totals(struct jsonw *w, const struct logstats *s)
{
	const int64_t *n = s->lengths;
	int64_t cases = s->case_count;

	jsonw_kv_int(w, "cases", cases);
	jsonw_kv_int(w, "events", s->count);
	jsonw_kv_int(w, "activities", s->activities.count);
	jsonw_kv_int(w, "resources", s->resources.count);
	jsonw_kv_int(w, "groups", s->groups.count);
	if (!cases)
		return;
	jsonw_kv(w, "first_event", s->first);
	jsonw_kv(w, "last_event", s->last);
	jsonw_key(w, "events_per_case");
	jsonw_map(w);
	jsonw_kv_int(w, "min", n[0]);
	kv_decimal(w, "mean", (double)s->count / (double)cases, 6);
	kv_decimal(w, "median", (double)(n[(cases - 1) / 2] + n[cases / 2]) / 2.0, 1);
	jsonw_kv_int(w, "max", n[cases - 1]);
	jsonw_end_map(w);
}

static void write_throughput(struct jsonw *w, const struct logstats *s)
{
	struct logstats_spread t = logstats_spread(s->throughput, s->case_count);

	jsonw_key(w, "throughput_seconds");
	jsonw_map(w);
	kv_decimal(w, "total", t.total, 3);
	kv_decimal(w, "mean", t.mean, 3);
	kv_decimal(w, "median", t.median, 3);
	kv_decimal(w, "p90_nearest_rank", t.p90_nearest, 3);
	kv_decimal(w, "p90_linear", t.p90_linear, 3);
	kv_decimal(w, "p95_nearest_rank", t.p95_nearest, 3);
	kv_decimal(w, "min", t.min, 3);
	kv_decimal(w, "max", t.max, 3);
	kv_decimal(w, "stdev_sample", t.stdev_sample, 3);
	kv_decimal(w, "stdev_population", t.stdev_population, 3);
	jsonw_kv_int(w, "zero_length_cases", t.zeros);
	jsonw_end_map(w);
}

/* What was so at each instant that is asked for, under that instant. */
static void write_at(struct jsonw *w, const char *name, const struct logstats *s,
		     const struct logstats_question *q,
		     void (*members)(struct jsonw *w, const struct logstats_at *r))
{
	if (!q->at_count)
		return;
	jsonw_key(w, name);
	jsonw_map(w);
	for (int i = 0; i < q->at_count; i++) {
		struct logstats_at r = logstats_at(s, q->at[i].ms);

		jsonw_key(w, q->at[i].written);
		jsonw_map(w);
		members(w, &r);
		jsonw_end_map(w);
	}
	jsonw_end_map(w);
}

static void progress_members(struct jsonw *w, const struct logstats_at *r)
{
	jsonw_kv_int(w, "in_progress", r->in_progress);
	jsonw_kv_int(w, "not_started", r->not_started);
	jsonw_kv_int(w, "finished", r->finished);
	jsonw_kv_int(w, "events_so_far", r->events);
}

static void open_members(struct jsonw *w, const struct logstats_at *r)
{
	jsonw_kv_int(w, "open", r->open);
	jsonw_kv_int(w, "open_and_past_deadline", r->past_deadline);
}

static void write_order(struct jsonw *w, const struct logstats *s)
{
	jsonw_kv_int(w, "variants", s->variants.count);
	top_variants(w, &s->variants);
	jsonw_kv_int(w, "variants_with_one_case", seen_once(&s->variants));
	counts(w, "first_activity", &s->first_activity, false);
	counts(w, "last_activity", &s->last_activity, false);
	jsonw_kv_int(w, "directly_follows_distinct", s->follows.count);
	top_pairs(w, "top10_directly_follows", &s->follows);
	jsonw_kv_int(w, "cases_with_a_repeated_activity", s->repeated);
	jsonw_key(w, "handovers");
	jsonw_map(w);
	jsonw_kv_int(w, "consecutive_pairs", s->pairs);
	jsonw_kv_int(w, "with_resource_change", s->changes);
	top_pairs(w, "top10", &s->handovers);
	jsonw_end_map(w);
}

static void write_attributes(struct jsonw *w, const struct logstats *s)
{
	jsonw_key(w, "case_attributes");
	jsonw_map(w);
	counts(w, "cases_per_channel", &s->channels, false);
	counts(w, "cases_per_department", &s->departments, false);
	counts(w, "cases_per_case_group", &s->case_groups, false);
	counts(w, "cases_per_responsible", &s->responsibles, false);
	jsonw_end_map(w);
}

struct dates {
	int64_t ended, open, late, in_time, last_late, before_start;
};

static struct dates count_dates(const struct logstats *s)
{
	struct dates d = { 0 };

	for (int64_t i = 0; i < s->cases.count; i++) {
		const struct logstats_case *f = &s->facts[i];
		bool both = f->known && f->ended >= 0 && f->deadline >= 0;

		if (!f->known || !s->cases.rows[i].count)
			continue;
		d.ended += f->ended >= 0;
		d.open += f->ended < 0;
		d.late += both && f->ended > f->deadline;
		d.in_time += both && f->ended <= f->deadline;
		d.last_late += f->deadline >= 0 && f->last > f->deadline;
		d.before_start += f->started >= 0 && f->started > f->first;
	}
	return d;
}

static void write_dates(struct jsonw *w, const struct logstats *s,
			const struct logstats_question *q)
{
	struct dates d = count_dates(s);

	jsonw_key(w, "deadlines");
	jsonw_map(w);
	jsonw_kv_int(w, "cases_with_enddate", d.ended);
	jsonw_kv_int(w, "cases_without_enddate", d.open);
	jsonw_kv_int(w, "enddate_after_deadline", d.late);
	jsonw_kv_int(w, "enddate_on_or_before_deadline", d.in_time);
	jsonw_kv_int(w, "last_event_after_deadline", d.last_late);
	jsonw_kv_int(w, "startdate_after_first_event", d.before_start);
	jsonw_kv_int(w, "responsible_never_acts_in_the_case", s->never_acts);
	write_at(w, "open_by_attributes", s, q, open_members);
	jsonw_end_map(w);
}

enum status logstats_json(struct strbuf *out, const struct logstats *s,
			  const struct logstats_question *q, struct err *why)
{
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_map(&w);
	jsonw_kv(&w, "counted", s->imported ? "imported events" : "own entries");
	if (s->erased)
		jsonw_kv_int(&w, "erased", s->erased);
	write_totals(&w, s);
	write_throughput(&w, s);
	counts(&w, "events_per_activity", &s->activities, false);
	counts(&w, "events_per_resource", &s->resources, false);
	counts(&w, "events_per_group", &s->groups, false);
	counts(&w, "cases_per_start_month", &s->start_month, true);
	counts(&w, "cases_per_start_month_utc", &s->start_month_utc, true);
	counts(&w, "cases_per_end_month", &s->end_month, true);
	counts(&w, "events_per_month", &s->event_month, true);
	write_at(&w, "work_in_progress", s, q, progress_members);
	write_order(&w, s);
	if (s->imported) {
		write_attributes(&w, s);
		write_dates(&w, s, q);
	}
	jsonw_end_map(&w);
	return out->failed ? err_set(why, ST_BROKEN, "no-memory", "no memory for the figures")
			   : ST_OK;
}

/* --- The table ------------------------------------------------------------------------- */

static void line(struct strbuf *out, const char *label, int64_t n)
{
	strbuf_addf(out, "%-34s %12" PRId64 "\n", label, n);
}

static void seconds(struct strbuf *out, const char *label, double v)
{
	char text[NUMBER_TEXT];

	decimal(text, v, 3);
	strbuf_addf(out, "%-34s %12s s\n", label, text);
}

/* Names come from outside: nothing of them may move a terminal. */
static void list(struct strbuf *out, const char *heading, const struct tally *t, bool by_text)
{
	const struct tally_row **rows = by_text ? tally_by_text(t) : tally_by_count(t);

	strbuf_addf(out, "\n%s\n", heading);
	for (int64_t i = 0; rows && i < t->count; i++) {
		char name[160];

		snprintf(name, sizeof(name), "%s", rows[i]->text);
		utf8_tame(name);
		strbuf_addf(out, "%8" PRId64 "  %s\n", rows[i]->count, name);
	}
	free(rows);
}

static void spread_table(struct strbuf *out, const struct logstats *s)
{
	struct logstats_spread t = logstats_spread(s->throughput, s->case_count);

	strbuf_adds(out, "\nfrom first to last event of a case\n");
	seconds(out, "  total", t.total);
	seconds(out, "  mean", t.mean);
	seconds(out, "  median", t.median);
	seconds(out, "  90 % within (nearest rank)", t.p90_nearest);
	seconds(out, "  longest", t.max);
}

static void at_table(struct strbuf *out, const struct logstats *s,
		     const struct logstats_question *q)
{
	for (int i = 0; i < q->at_count; i++) {
		struct logstats_at r = logstats_at(s, q->at[i].ms);

		strbuf_addf(out, "\nat %s\n", q->at[i].written);
		line(out, "  cases in progress", r.in_progress);
		line(out, "  cases not started", r.not_started);
		line(out, "  cases finished", r.finished);
		line(out, "  events so far", r.events);
	}
}

enum status logstats_table(struct strbuf *out, const struct logstats *s,
			   const struct logstats_question *q, struct err *why)
{
	strbuf_addf(out, "counted: %s\n\n", s->imported ? "imported events" : "own entries");
	line(out, "cases", s->case_count);
	line(out, "events", s->count);
	line(out, "activities", s->activities.count);
	line(out, "resources", s->resources.count);
	line(out, "groups", s->groups.count);
	line(out, "variants", s->variants.count);
	line(out, "pairs of events", s->pairs);
	line(out, "  with another resource", s->changes);
	if (s->erased)
		line(out, "erased entries, not counted", s->erased);
	if (s->case_count) {
		strbuf_addf(out, "%-34s %s\n%-34s %s\n", "first event", s->first, "last event",
			    s->last);
		spread_table(out, s);
	}
	at_table(out, s, q);
	list(out, "events per activity", &s->activities, false);
	list(out, "events per resource", &s->resources, false);
	list(out, "events per group", &s->groups, false);
	list(out, "cases begun per month (UTC)", &s->start_month_utc, true);
	return out->failed ? err_set(why, ST_BROKEN, "no-memory", "no memory for the figures")
			   : ST_OK;
}
