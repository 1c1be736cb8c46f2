/* SPDX-License-Identifier: EUPL-1.2 */
/* stats_api - GET /v1/stats: how the cases that an officer may see stand. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "central/call.h"
#include "central/store_stats.h"
#include "domain/deadline.h"
#include "domain/role.h"

#include "base/banned.h"

enum { DAYS_DEFAULT = 30, WEEKS = 12 };

/* One answer under way. Days and weeks are those of Stockholm. */
struct figures {
	struct call *k;
	struct jsonw w;
	char unit[CODE_MAX]; /* "" = all of the officer's */
	struct strbuf scopes, all_scopes;
	int64_t now, days;
	struct day today, first; /* of the period; today is its last day */
	char day[DAY_TEXT];
};

static enum status which(struct figures *f, struct err *why)
{
	struct call *k = f->k;
	struct str unit = query_text(k->r, "unit");
	enum status st = query_int(k->r, "days", &f->days, DAYS_DEFAULT, why);

	if (st != ST_OK)
		return st;
	if (f->days < 1 || f->days > LIMIT_STATS_DAYS)
		return err_set(why, ST_BAD_INPUT, "query-malformed", "\"days\" is 1 to %d",
			       LIMIT_STATS_DAYS);
	if (unit.n >= sizeof(f->unit) || (unit.n && !code_valid(unit)))
		return err_set(why, ST_NONE, "unit-unknown",
			       "there is no such unit within your rights");
	snprintf(f->unit, sizeof(f->unit), "%.*s", (int)unit.n, unit.p ? unit.p : "");
	f->now = central_now(k->c);
	f->today = day_in_stockholm(f->now, NULL, NULL);
	f->first = day_add(f->today, 1 - f->days);
	day_format(f->day, f->today);
	return ST_OK;
}

/* The scopes of the officer's units as JSON lists: of one unit, and all. What was
 * granted beside them is somebody else's to answer for. */
static enum status scopes_of(struct figures *f, struct err *why)
{
	struct scope_row s = { 0 };
	enum status st;

	strbuf_adds(&f->scopes, "[");
	strbuf_adds(&f->all_scopes, "[");
	while ((st = scope_after(f->k->c->db, s.id, &s, why)) == ST_OK) {
		if (!rights_see(&f->k->who, s.id))
			continue;
		strbuf_addf(&f->all_scopes, "%s%" PRId64, f->all_scopes.len > 1 ? "," : "", s.id);
		if (!f->unit[0] || strcmp(f->unit, s.unit) == 0)
			strbuf_addf(&f->scopes, "%s%" PRId64, f->scopes.len > 1 ? "," : "", s.id);
	}
	strbuf_adds(&f->scopes, "]");
	strbuf_adds(&f->all_scopes, "]");
	if (st != ST_NONE)
		return st;
	if (f->unit[0] && f->scopes.len == 2)
		return err_set(why, ST_NONE, "unit-unknown",
			       "there is no such unit within your rights");
	return ST_OK;
}

static struct stats_span span(const struct figures *f, struct day from, struct day behind)
{
	return (struct stats_span){ .scopes = strbuf_cstr(&f->scopes),
				    .from = stockholm_midnight(from),
				    .to = stockholm_midnight(behind),
				    .day = f->day };
}

static enum status put(struct figures *f, const char *name, enum stats_figure what,
		       const struct stats_span *s, struct err *why)
{
	int64_t n = 0;
	enum status st = stats_count(f->k->c->db, what, s, &n, why);

	jsonw_kv_int(&f->w, name, n);
	return st;
}

/* {"now":..,"before":..}: a figure beside that of the period before. */
static enum status put_pair(struct figures *f, const char *name, enum stats_figure now,
			    const struct stats_span *a, enum stats_figure before,
			    const struct stats_span *b, struct err *why)
{
	enum status st;

	jsonw_key(&f->w, name);
	jsonw_map(&f->w);
	st = put(f, "now", now, a, why);
	if (st == ST_OK)
		st = put(f, "before", before, b, why);
	jsonw_end_map(&f->w);
	return st;
}

static enum status put_totals(struct figures *f, struct err *why)
{
	struct day behind = day_add(f->today, 1);
	struct stats_span now = span(f, f->first, behind), today = span(f, f->today, behind);
	struct stats_span before = span(f, day_add(f->first, -f->days), f->first), start = now;
	struct stats_span all = { .scopes = strbuf_cstr(&f->all_scopes) };
	char first[DAY_TEXT];
	enum status st;

	day_format(first, f->first);
	start.day = first;
	st = put(f, "counted", STATS_ALL, &now, why);
	if (st == ST_OK)
		st = put(f, "of", STATS_ALL, &all, why);
	if (st == ST_OK)
		st = put_pair(f, "open", STATS_OPEN, &now, STATS_OPEN_AT, &start, why);
	if (st == ST_OK)
		st = put_pair(f, "overdue", STATS_OVERDUE, &now, STATS_OVERDUE_AT, &start, why);
	if (st == ST_OK)
		st = put_pair(f, "received", STATS_RECEIVED, &now, STATS_RECEIVED, &before, why);
	if (st == ST_OK)
		st = put_pair(f, "closed", STATS_CLOSED, &now, STATS_CLOSED, &before, why);
	return st == ST_OK ? put(f, "received_today", STATS_RECEIVED, &today, why) : st;
}

/* Twelve ISO weeks, Monday to Sunday; the last is the one that goes on. */
static enum status put_weeks(struct figures *f, struct err *why)
{
	struct day monday = day_add(f->today, 1 - day_weekday(f->today) - 7 * (WEEKS - 1));
	enum status st = ST_OK;

	jsonw_key(&f->w, "weeks");
	jsonw_list(&f->w);
	for (int i = 0; i < WEEKS && st == ST_OK; i++, monday = day_add(monday, 7)) {
		struct stats_span week = span(f, monday, day_add(monday, 7));
		char first[DAY_TEXT], last[DAY_TEXT];
		int year, number = day_week(monday, &year);

		day_format(first, monday);
		day_format(last, day_add(monday, 6));
		jsonw_map(&f->w);
		jsonw_kv_int(&f->w, "year", year);
		jsonw_kv_int(&f->w, "week", number);
		jsonw_kv(&f->w, "first", first);
		jsonw_kv(&f->w, "last", last);
		st = put(f, "in", STATS_RECEIVED, &week, why);
		if (st == ST_OK)
			st = put(f, "out", STATS_CLOSED, &week, why);
		jsonw_end_map(&f->w);
	}
	jsonw_end_list(&f->w);
	return st;
}

/* A target as days of the calendar, counted from today. */
static int64_t target_days(const struct figures *f, const char *type)
{
	const struct casetype *t = registry_type(&f->k->c->registry, type);

	return t ? day_number(deadline_after(f->today, t->target, false)) - day_number(f->today)
		 : 0;
}

static void put_type(void *ctx, const struct stats_type *row)
{
	struct figures *f = ctx;

	jsonw_map(&f->w);
	jsonw_kv(&f->w, "type", row->type);
	jsonw_kv_int(&f->w, "closed", row->closed);
	jsonw_kv_int(&f->w, "p50_s", row->p50 / 1000);
	jsonw_kv_int(&f->w, "p90_s", row->p90 / 1000);
	jsonw_kv_int(&f->w, "p95_s", row->p95 / 1000);
	jsonw_kv_int(&f->w, "untimed", row->untimed);
	jsonw_kv_int(&f->w, "target_days", target_days(f, row->type));
	jsonw_end_map(&f->w);
}

static void put_load(void *ctx, const struct stats_load *row)
{
	struct figures *f = ctx;

	jsonw_map(&f->w);
	jsonw_kv(&f->w, "officer", row->officer);
	jsonw_kv_int(&f->w, "open", row->open);
	jsonw_kv_int(&f->w, "overdue", row->overdue);
	jsonw_kv_int(&f->w, "age_p90_s", row->age_p90 / 1000);
	jsonw_end_map(&f->w);
}

static void put_state(void *ctx, const struct stats_state *row)
{
	struct figures *f = ctx;

	jsonw_map(&f->w);
	jsonw_kv(&f->w, "status", row->state);
	jsonw_kv_int(&f->w, "cases", row->cases);
	jsonw_end_map(&f->w);
}

static enum status put_tables(struct figures *f, struct err *why)
{
	struct stats_span s = span(f, f->first, day_add(f->today, 1)), now = s;
	struct db *db = f->k->c->db;
	enum status st;

	now.to = f->now;
	jsonw_key(&f->w, "types");
	jsonw_list(&f->w);
	st = stats_types(db, &s, put_type, f, why);
	jsonw_end_list(&f->w);
	jsonw_key(&f->w, "officers");
	jsonw_list(&f->w);
	if (st == ST_OK)
		st = stats_loads(db, &now, put_load, f, why);
	jsonw_end_list(&f->w);
	jsonw_key(&f->w, "statuses");
	jsonw_list(&f->w);
	if (st == ST_OK)
		st = stats_states(db, &s, put_state, f, why);
	jsonw_end_list(&f->w);
	return st;
}

static enum status write_all(struct figures *f, struct err *why)
{
	char first[DAY_TEXT];
	enum status st;

	day_format(first, f->first);
	reply_type(f->k->out, 200, TYPE_JSON);
	jsonw_init(&f->w, &f->k->out->body);
	jsonw_map(&f->w);
	jsonw_kv_instant(&f->w, "at", f->now);
	jsonw_kv(&f->w, "unit", f->unit);
	jsonw_kv_int(&f->w, "days", f->days);
	jsonw_kv(&f->w, "first", first);
	jsonw_kv(&f->w, "last", f->day);
	st = put_totals(f, why);
	if (st == ST_OK)
		st = put_weeks(f, why);
	if (st == ST_OK)
		st = put_tables(f, why);
	jsonw_end_map(&f->w);
	if (st == ST_OK && f->k->out->body.failed)
		st = err_set(why, ST_BROKEN, "stats", "the figures cannot be written");
	return st;
}

enum status handle_stats(struct call *k, struct err *why)
{
	struct figures f = { .k = k, .scopes = STRBUF_INIT, .all_scopes = STRBUF_INIT };
	enum status st = ST_OK;

	if (!(k->who.officer.roles & ROLE_SUPERVISOR))
		st = err_set(why, ST_REFUSED, "role-lacking", "the figures are for supervisors");
	if (st == ST_OK)
		st = which(&f, why);
	/* One snapshot: the figures agree with each other. */
	if (st == ST_OK)
		st = db_begin_read(k->c->db, why);
	if (st == ST_OK) {
		st = scopes_of(&f, why);
		if (st == ST_OK)
			st = write_all(&f, why);
		db_rollback(k->c->db);
	}
	strbuf_release(&f.scopes);
	strbuf_release(&f.all_scopes);
	return st;
}
