/* SPDX-License-Identifier: EUPL-1.2 */
/* The supervisor's figures: asked of the central, shown, opened as lists. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/screen_inside.h"
#include "base/i18n.h"
#include "domain/role.h"
#include "ui/stats_view.h"

#include "base/banned.h"

/* The words of both stand in the same order. */
_Static_assert((int)STATS_TOTALS == (int)AREA_TOTALS && (int)STATS_IN == (int)AREA_IN
		       && (int)STATS_OUT == (int)AREA_OUT && (int)STATS_TYPES == (int)AREA_TYPES
		       && (int)STATS_OFFICERS == (int)AREA_OFFICERS
		       && (int)STATS_STATUSES == (int)AREA_STATUSES,
	       "blocks of the figures are areas of the view");

enum { AGAIN_MS = 60000 };

/* --- Asking ----------------------------------------------------------------------- */

static void ask(struct screen *s)
{
	struct stats_state *t = &s->stats;
	struct request r = REQUEST_INIT;
	struct err why = ERR_INIT;

	if (!s->engine)
		return;
	if (t->ticket)
		engine_unask(s->engine, t->ticket);
	t->ticket = 0;
	stats_request(&r, t->unit, t->days);
	if (engine_ask(s->engine, &r, &t->ticket, &why) != ST_OK)
		screen_fail(s, &why);
	t->asked_at = clock_boot(&s->home->clock);
	request_release(&r);
}

/* Without the central a period that was asked for before is shown as it was;
 * of another is said why nothing happens. */
static void take_kept(struct screen *s)
{
	struct stats_state *t = &s->stats;
	struct stats kept = { 0 };

	if (t->have && t->data.days == t->days && strcmp(t->data.unit, t->unit) == 0)
		return;
	if (stats_kept(s->home->cache, t->unit, t->days, &kept, NULL) == ST_OK) {
		stats_release(&t->data);
		t->data = kept;
		t->have = true;
		stats_move(s, t->cursor);
		return;
	}
	screen_complain(s, _("Centralen nås inte, och %lld d är inte sparade sedan förut."),
			(long long)t->days);
}

static void take(struct screen *s, const struct reply *r)
{
	struct stats_state *t = &s->stats;
	struct err why = ERR_INIT;
	struct stats fresh = { 0 };

	t->unreached = r->status == 0;
	if (r->status == 0) {
		take_kept(s);
		return;
	}
	if (r->status != 200) {
		screen_refused(s, r);
		return;
	}
	if (stats_read(&fresh, strbuf_str(&r->body), &why) != ST_OK) {
		screen_fail(s, &why);
		return;
	}
	stats_release(&t->data);
	t->data = fresh;
	t->have = true;
	if (t->cursor >= stats_figures(&t->data))
		t->cursor = 0;
	if (stats_keep(s->home->cache, &t->data, strbuf_str(&r->body), &why) != ST_OK)
		screen_fail(s, &why);
}

void stats_heard(struct screen *s)
{
	struct stats_state *t = &s->stats;
	struct reply r = REPLY_INIT;

	if (!t->ticket || !s->engine || !engine_answer(s->engine, t->ticket, &r))
		return;
	t->ticket = 0;
	take(s, &r);
	reply_release(&r);
	s->dirty = true;
}

void stats_reload(struct screen *s)
{
	struct stats_state *t = &s->stats;

	if (!t->ticket && clock_boot(&s->home->clock) - t->asked_at >= AGAIN_MS)
		ask(s);
}

void stats_ask_again(struct screen *s)
{
	s->stats.asked_at = clock_boot(&s->home->clock) - AGAIN_MS;
}

void stats_close(struct screen *s)
{
	struct stats_state *t = &s->stats;

	if (t->ticket && s->engine)
		engine_unask(s->engine, t->ticket);
	stats_release(&t->data);
	*t = (struct stats_state){ .days = 0 };
}

/* --- Deeds -------------------------------------------------------------------------- */

bool stats_allowed(const struct screen *s)
{
	return s->home->who.roles & ROLE_SUPERVISOR;
}

/* A unit by its code or the beginning of its name; "" = all. */
static bool choose_unit(struct screen *s, const char *typed)
{
	bool several = false;
	const struct unit *u = names_find_unit(&s->home->names, typed, &several);

	if (typed[0] && !u) {
		screen_complain(
			s, several ? _("Flera enheter passar: %s") : _("Ingen enhet heter så: %s"),
			typed);
		return false;
	}
	snprintf(s->stats.unit, sizeof(s->stats.unit), "%s", u ? u->name.code : "");
	return true;
}

void do_stats(struct screen *s, const struct app_action *a, const char *arg)
{
	struct stats_state *t = &s->stats;

	(void)a;
	if (!stats_allowed(s)) {
		screen_complain(s, "%s", _("Läget visas för chefer."));
		return;
	}
	if (arg[0] && !choose_unit(s, arg))
		return;
	if (t->days == 0)
		t->days = STATS_DAYS_DEFAULT;
	screen_go(s, VIEW_STATS);
	if (!t->have && stats_kept(s->home->cache, t->unit, t->days, &t->data, NULL) == ST_OK)
		t->have = true;
	ask(s);
}

void do_all_units(struct screen *s, const struct app_action *a, const char *arg)
{
	s->stats.unit[0] = '\0';
	do_stats(s, a, arg);
}

static void period(struct screen *s, int64_t days)
{
	s->stats.days = days;
	ask(s);
}

void do_period(struct screen *s, const struct app_action *a, const char *arg)
{
	static const struct {
		const char *id;
		int64_t days;
	} periods[] = {
		{ "period-7", 7 }, { "period-30", 30 }, { "period-90", 90 }, { "period-365", 365 }
	};
	char *end;
	long n = strtol(arg, &end, 10);

	for (size_t i = 0; i < sizeof(periods) / sizeof(periods[0]); i++)
		if (strcmp(a->id, periods[i].id) == 0) {
			period(s, periods[i].days);
			return;
		}
	if (n < 1 || n > STATS_DAYS_MAX || (*end && strcmp(end, "d") != 0))
		screen_complain(s, _("Perioden är 1 till %d dagar"), STATS_DAYS_MAX);
	else
		period(s, n);
}

void do_drill(struct screen *s, const struct app_action *a, const char *arg)
{
	struct stats_state *t = &s->stats;
	struct strbuf filter = STRBUF_INIT;
	struct figure f;

	(void)a;
	(void)arg;
	if (!t->have || stats_figures(&t->data) == 0)
		return;
	f = stats_figure(&t->data, t->cursor);
	if (figure_filter(&filter, &f, words_english()))
		list_drill(s, strbuf_cstr(&filter));
	strbuf_release(&filter);
}

void stats_move(struct screen *s, int to)
{
	struct stats_state *t = &s->stats;
	int n = stats_figures(&t->data);

	if (to >= n)
		to = n - 1;
	t->cursor = to > 0 ? to : 0;
}

/* The first figure of the next block that has any, or of this or the one before. */
static void move_block(struct screen *s, bool back)
{
	struct stats_state *t = &s->stats;
	int index, to, n = stats_figures(&t->data);

	(void)stats_place(&t->data, t->cursor, &index);
	to = t->cursor - index;
	if (back && index == 0 && to > 0) {
		(void)stats_place(&t->data, to - 1, &index);
		to = to - 1 - index;
	} else if (!back) {
		enum stats_block b = stats_place(&t->data, t->cursor, &index);

		to = t->cursor;
		while (to < n - 1 && stats_place(&t->data, to, &index) == b)
			to++;
	}
	stats_move(s, to);
}

void do_next_block(struct screen *s, const struct app_action *a, const char *arg)
{
	(void)a;
	(void)arg;
	move_block(s, false);
}

void do_previous_block(struct screen *s, const struct app_action *a, const char *arg)
{
	(void)a;
	(void)arg;
	move_block(s, true);
}

/* --- Drawing --------------------------------------------------------------------------- */

/* Days with a sign for what is less than one; a day begun is a day. */
static void days_text(char out[STATS_TEXT], int64_t seconds)
{
	if (seconds < 86400)
		snprintf(out, STATS_TEXT, "%s", seconds > 0 ? "<1" : "0");
	else
		snprintf(out, STATS_TEXT, "%lld", (long long)((seconds + 86399) / 86400));
}

static void number(char out[STATS_TEXT], int64_t n)
{
	snprintf(out, STATS_TEXT, "%lld", (long long)n);
}

static void change(char out[STATS_TEXT], struct stats_pair p)
{
	snprintf(out, STATS_TEXT, "(%+lld)", (long long)(p.now - p.before));
}

/* Whom a case with this status waits for. */
static const char *waits_for(enum case_state st)
{
	static const char *const words[CASE_STATE_COUNT] = {
		[CASE_RECEIVED] = N_("registrering"), [CASE_REGISTERED] = N_("att påbörjas"),
		[CASE_OPEN] = N_("handläggaren"),     [CASE_WAITING] = N_("svar utifrån"),
		[CASE_PROPOSED] = N_("beslut"),	      [CASE_DECIDED] = N_("expediering"),
		[CASE_DISPATCHED] = N_("avslut"),     [CASE_CLOSED] = N_("arkiv"),
		[CASE_ARCHIVED] = N_("inget"),
	};

	return _(words[st]);
}

static void fill_totals(struct stats_model *m, const struct stats *d)
{
	static const char *const labels[] = { N_("Öppna"), N_("Försenade"), N_("Nya idag"),
					      N_("Avslutade") };
	const int64_t values[] = { d->open.now, d->overdue.now, d->received_today, d->closed.now };

	for (int i = 0; i < 4; i++) {
		m->totals[i].label = _(labels[i]);
		number(m->totals[i].value, values[i]);
	}
	change(m->totals[0].change, d->open);
	change(m->totals[1].change, d->overdue);
	change(m->totals[3].change, d->closed);
}

static void fill_weeks(struct stats_model *m, const struct stats *d)
{
	m->week_count = d->week_count;
	for (int i = 0; i < d->week_count; i++) {
		m->weeks[i] = d->weeks[i].number;
		m->in[i] = d->weeks[i].in;
		m->out[i] = d->weeks[i].out;
	}
}

static void fill_types(struct stats_type_row *rows, const struct stats *d, const struct names *n)
{
	for (int i = 0; i < d->type_count; i++) {
		const struct stats_type *t = &d->types[i];
		struct stats_type_row *r = &rows[i];

		r->name = names_type(n, t->code);
		number(r->closed, t->closed);
		days_text(r->p50, t->p50_s);
		days_text(r->p90, t->p90_s);
		days_text(r->p95, t->p95_s);
		number(r->target, t->target_days);
		r->low = t->p50_s;
		r->high = t->p90_s;
		r->few = t->closed < STATS_FEW;
		r->over = t->target_days > 0 && t->p90_s > t->target_days * 86400;
	}
}

static void fill_officers(struct stats_officer_row *rows, const struct stats *d,
			  const struct names *n)
{
	for (int i = 0; i < d->officer_count; i++) {
		const struct stats_officer *o = &d->officers[i];
		char age[STATS_TEXT];

		rows[i].name = o->id[0] ? names_officer(n, o->id) : _("(ej fördelat)");
		number(rows[i].open, o->open);
		number(rows[i].overdue, o->overdue);
		days_text(age, o->age_p90_s);
		snprintf(rows[i].age, sizeof(rows[i].age), "%.20s d", age);
	}
}

static void titles(struct screen *s)
{
	const struct stats_state *t = &s->stats;
	char at[24] = "";

	strbuf_clear(&s->title);
	strbuf_clear(&s->title_right);
	strbuf_addf(&s->title, "%s %s", _("LÄGE"),
		    t->unit[0] ? names_unit(&s->home->names, t->unit) : _("alla dina enheter"));
	if (t->have)
		words_when(at, t->data.at, screen_now(s));
	strbuf_addf(&s->title_right, _("period: %lld d  jfr: förra %lld d   %s"),
		    (long long)(t->have ? t->data.days : t->days),
		    (long long)(t->have ? t->data.days : t->days), at);
}

/* When it was counted and over what; and that it is old, when it is. */
static void note(struct screen *s, struct strbuf *out)
{
	const struct stats_state *t = &s->stats;
	char at[24], age[24];

	if (!t->have)
		return;
	words_when(at, t->data.at, screen_now(s));
	words_age(age, screen_now(s) - t->data.at);
	strbuf_addf(out, _("beräknat %s på centralen, %lld av %lld ärenden"), at,
		    (long long)t->data.counted, (long long)t->data.of);
	if (t->unreached)
		strbuf_addf(out, _("; centralen nås inte, siffrorna är %s gamla"), age);
	else if (t->ticket)
		strbuf_adds(out, _("; nya siffror hämtas"));
}

void stats_draw(struct screen *s)
{
	const struct stats_state *t = &s->stats;
	const struct stats *d = &t->data;
	struct stats_model m = { .area = AREA_NONE };
	struct stats_type_row *types = calloc((size_t)d->type_count + 1, sizeof(*types));
	struct stats_officer_row *officers =
		calloc((size_t)d->officer_count + 1, sizeof(*officers));
	struct stats_status_row statuses[CASE_STATE_COUNT] = { { 0 } };

	titles(s);
	strbuf_clear(&s->pane);
	note(s, &s->pane);
	m.note = strbuf_cstr(&s->pane);
	screen_frame(s, &m.frame);
	if (!t->have)
		m.empty = t->unreached ? _("Centralen nås inte, och inga siffror finns sparade. "
					   "F5 försöker igen.")
				       : _("Siffrorna hämtas från centralen.");
	if (types && officers && t->have) {
		fill_totals(&m, d);
		fill_weeks(&m, d);
		fill_types(types, d, &s->home->names);
		fill_officers(officers, d, &s->home->names);
		for (int i = 0; i < d->status_count; i++) {
			statuses[i].name = waits_for(d->statuses[i].state);
			statuses[i].count = d->statuses[i].cases;
			number(statuses[i].cases, d->statuses[i].cases);
		}
		m.types = types;
		m.type_count = d->type_count;
		m.officers = officers;
		m.officer_count = d->officer_count;
		m.statuses = statuses;
		m.status_count = d->status_count;
		m.area = (enum stats_area)stats_place(d, t->cursor, &m.index);
	}
	stats_view(&s->canvas, &m);
	free(types);
	free(officers);
}
