/* SPDX-License-Identifier: EUPL-1.2 */
/* The supervisor's figures as text: one table a block. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/stats.h"
#include "app/verbs.h"
#include "app/words.h"
#include "base/i18n.h"
#include "domain/role.h"
#include "ui/text.h"

#include "base/banned.h"

enum { LABEL = 32, NUMBER = 10, DAY_S = 86400 };

/* --- Text ------------------------------------------------------------------------ */

static void cell(struct call *c, int64_t n)
{
	strbuf_addf(&c->out, "%*lld", NUMBER, (long long)n);
}

/* Padded by columns: a heading may hold letters that take more bytes. */
static void head(struct call *c, const char *text)
{
	int cols = ui_text_width(str_of(text), NUMBER, c->home->glyphs);

	strbuf_addf(&c->out, "%*s", NUMBER - cols, "");
	(void)ui_text(&c->out, str_of(text), cols, c->home->glyphs);
}

static void label(struct call *c, const char *text)
{
	put_field(c, str_of(text), LABEL);
}

static void end(struct call *c)
{
	strbuf_adds(&c->out, "\n");
}

static void total(struct call *c, const char *name, int64_t now, int64_t before)
{
	label(c, name);
	cell(c, now);
	cell(c, before);
	end(c);
}

static void put_totals(struct call *c, const struct stats *s)
{
	label(c, "");
	head(c, _("nu"));
	head(c, _("förra"));
	end(c);
	total(c, _("Öppna"), s->open.now, s->open.before);
	total(c, _("Försenade"), s->overdue.now, s->overdue.before);
	total(c, _("Inkomna"), s->received.now, s->received.before);
	total(c, _("Avslutade"), s->closed.now, s->closed.before);
	label(c, _("Nya idag"));
	cell(c, s->received_today);
	end(c);
}

static void put_weeks(struct call *c, const struct stats *s)
{
	end(c);
	label(c, _("Vecka"));
	head(c, _("in"));
	head(c, _("ut"));
	end(c);
	for (int i = 0; i < s->week_count; i++) {
		char name[32];

		snprintf(name, sizeof(name), "%d-W%02d", s->weeks[i].year, s->weeks[i].number);
		label(c, name);
		cell(c, s->weeks[i].in);
		cell(c, s->weeks[i].out);
		end(c);
	}
}

/* A day begun is a day: 20.3 are not within a target of 20. */
static int64_t whole_days(int64_t seconds)
{
	return (seconds + DAY_S - 1) / DAY_S;
}

static void put_types(struct call *c, const struct stats *s)
{
	end(c);
	label(c, _("Handläggningstid (dagar)"));
	head(c, _("klara"));
	head(c, "p50");
	head(c, "p90");
	head(c, "p95");
	head(c, _("mål p90"));
	end(c);
	for (int i = 0; i < s->type_count; i++) {
		const struct stats_type *t = &s->types[i];

		label(c, names_type(&c->home->names, t->code));
		cell(c, t->closed);
		cell(c, whole_days(t->p50_s));
		cell(c, whole_days(t->p90_s));
		cell(c, whole_days(t->p95_s));
		cell(c, t->target_days);
		if (t->target_days > 0 && t->p90_s > t->target_days * DAY_S)
			strbuf_addf(&c->out, "  %s", _("ÖVER MÅL"));
		if (t->closed < STATS_FEW)
			strbuf_addf(&c->out, "  %s", _("få"));
		end(c);
	}
}

static void put_officers(struct call *c, const struct stats *s)
{
	end(c);
	label(c, _("Handläggare"));
	head(c, _("öppna"));
	head(c, _("försen."));
	head(c, _("ålder p90"));
	end(c);
	for (int i = 0; i < s->officer_count; i++) {
		const struct stats_officer *o = &s->officers[i];

		label(c, o->id[0] ? names_officer(&c->home->names, o->id) : _("(ej fördelat)"));
		cell(c, o->open);
		cell(c, o->overdue);
		cell(c, whole_days(o->age_p90_s));
		end(c);
	}
	end(c);
	label(c, _("Status"));
	head(c, _("ärenden"));
	end(c);
	for (int i = 0; i < s->status_count; i++) {
		label(c, words_state(s->statuses[i].state));
		cell(c, s->statuses[i].cases);
		end(c);
	}
}

static void put_all(struct call *c, const struct stats *s)
{
	char at[24];

	words_moment(at, s->at);
	put_line(c, _("%s, %s till %s. Beräknat %s, %lld av %lld ärenden."),
		 s->unit[0] ? names_unit(&c->home->names, s->unit) : _("Alla dina enheter"),
		 s->first, s->last, at, (long long)s->counted, (long long)s->of);
	end(c);
	put_totals(c, s);
	put_weeks(c, s);
	put_types(c, s);
	put_officers(c, s);
}

/* --- Asking --------------------------------------------------------------------------- */

static enum status days_of(const struct call *c, int64_t *days, struct err *why)
{
	const char *typed = c->value[FLAG_DAYS];
	char *behind;
	long n = typed ? strtol(typed, &behind, 10) : STATS_DAYS_DEFAULT;

	*days = n;
	if (typed && (*behind || n < 1 || n > STATS_DAYS_MAX))
		return err_set(why, ST_BAD_INPUT, "usage", "--days is 1 to %d", STATS_DAYS_MAX);
	return ST_OK;
}

static enum status unit_of(const struct call *c, const char **code, struct err *why)
{
	const char *typed = c->value[FLAG_UNIT] ? c->value[FLAG_UNIT] : "";
	bool several = false;
	const struct unit *u = names_find_unit(&c->home->names, typed, &several);

	*code = typed[0] && u ? u->name.code : "";
	if (typed[0] && !u)
		return err_set(why, ST_BAD_INPUT, "usage", "--unit: %s: %.60s",
			       several ? "several units" : "no such unit", typed);
	return ST_OK;
}

/* Nothing is kept of that period: what is, is said. */
static void say_kept(struct call *c)
{
	struct stats s = { 0 };

	if (stats_kept(c->home->cache, "", 0, &s, NULL) == ST_OK)
		say_line(c, _("Perioden %s är inte sparad. Senast sparad: --days %lld%s%s"),
			 c->value[FLAG_DAYS] ? c->value[FLAG_DAYS] : "30", (long long)s.days,
			 s.unit[0] ? " --unit " : "", s.unit);
	stats_release(&s);
}

/* The answer kept last, if it is to the same question, and the officer is still
 * one who may ask it. */
static enum status take_kept(struct call *c, const char *unit, int64_t days, struct strbuf *json,
			     struct err *why)
{
	struct stats s = { 0 };
	char age[24];
	bool may = c->home->who.roles & ROLE_SUPERVISOR;
	enum status st = may ? stats_kept_text(c->home->cache, unit, days, json, why) : ST_NONE;

	if (st == ST_OK)
		st = stats_read(&s, strbuf_str(json), why);
	if (st == ST_NONE && may)
		say_kept(c);
	if (st == ST_OK) {
		words_age(age, clock_wall(&c->home->clock) - s.at);
		say_line(c, _("Centralen nås inte. Siffrorna är %s gamla."), age);
	}
	stats_release(&s);
	return st;
}

static enum status ask(struct call *c, const char *unit, int64_t days, struct strbuf *json,
		       struct err *why)
{
	struct request r = REQUEST_INIT;
	struct stats s = { 0 };
	enum status st;

	stats_request(&r, unit, days);
	st = call_central(c, &r, json, why);
	if (st == ST_OK)
		st = stats_read(&s, strbuf_str(json), why);
	if (st == ST_OK)
		st = stats_keep(c->home->cache, &s, strbuf_str(json), why);
	else if (st == ST_RETRY && take_kept(c, unit, days, json, NULL) == ST_OK) {
		*why = (struct err)ERR_INIT;
		st = ST_OK;
	}
	stats_release(&s);
	request_release(&r);
	return st;
}

enum status verb_stats(struct call *c, struct err *why)
{
	struct strbuf json = STRBUF_INIT;
	struct stats s = { 0 };
	const char *unit = "";
	struct jsonw w;
	int64_t days = 0;
	enum status st = days_of(c, &days, why);

	if (st == ST_OK)
		st = unit_of(c, &unit, why);
	if (st == ST_OK)
		st = ask(c, unit, days, &json, why);
	if (st == ST_OK)
		st = stats_read(&s, strbuf_str(&json), why);
	if (st == ST_OK && c->given[FLAG_JSON]) {
		json_begin(&w, c, "sluss.stats/1");
		jsonw_key(&w, "stats");
		jsonw_raw(&w, strbuf_str(&json));
		json_end(&w, c);
	} else if (st == ST_OK) {
		put_all(c, &s);
	}
	stats_release(&s);
	strbuf_release(&json);
	return st;
}
