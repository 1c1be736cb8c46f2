/* SPDX-License-Identifier: EUPL-1.2 */
/* The supervisor's view of devices that wait to be approved, or are frozen. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/screen_inside.h"
#include "base/i18n.h"
#include "domain/role.h"
#include "ui/table.h"
#include "wire/json.h"

#include "base/banned.h"

enum { COLUMNS = 3, DEVICES_MAX = 500, PANE_ROWS = 5 };

/* --- Asking ----------------------------------------------------------------------- */

static void ask(struct screen *s, const struct request *r, int64_t *ticket)
{
	struct err why = ERR_INIT;

	if (!s->engine)
		return;
	if (*ticket)
		engine_unask(s->engine, *ticket);
	*ticket = 0;
	if (engine_ask(s->engine, r, ticket, &why) != ST_OK)
		screen_fail(s, &why);
}

void devices_reload(struct screen *s)
{
	struct request r = REQUEST_INIT;

	request_set(&r, "GET", "/v1/devices");
	if (!s->devices.ticket)
		ask(s, &r, &s->devices.ticket);
	request_release(&r);
}

static void read_row(struct device_row *d, const struct json *j, bool frozen)
{
	*d = (struct device_row){ .frozen = frozen };
	(void)json_copy_text(j, "dev", d->dev, sizeof(d->dev));
	(void)json_copy_text(j, "kid", d->kid, sizeof(d->kid));
	(void)json_copy_text(j, "officer", d->officer, sizeof(d->officer));
	(void)json_copy_text(j, "name", d->name, sizeof(d->name));
	(void)json_copy_text(j, "words", d->words, sizeof(d->words));
}

static void take_list(struct devices_state *t, const struct json *list, bool frozen)
{
	for (size_t i = 0; i < json_count(list) && t->count < DEVICES_MAX; i++)
		read_row(&t->rows[t->count++], json_item(list, i), frozen);
}

static void take(struct screen *s, const struct reply *r)
{
	struct devices_state *t = &s->devices;
	struct json *j = NULL;
	struct err why = ERR_INIT;

	if (r->status == 0) {
		screen_complain(s, "%s", _("Centralen nås inte; listan frågas igen med F5."));
		return;
	}
	if (r->status != 200) {
		screen_refused(s, r);
		return;
	}
	if (!t->rows)
		t->rows = calloc(DEVICES_MAX, sizeof(*t->rows));
	if (!t->rows || json_read(&j, strbuf_str(&r->body), &why) != ST_OK) {
		screen_fail(s, &why);
		return;
	}
	t->count = 0;
	t->known = true;
	take_list(t, json_member(j, "devices"), false);
	take_list(t, json_member(j, "frozen"), true);
	json_free(j);
	devices_move(s, t->cursor);
}

static void take_decision(struct screen *s, const struct reply *r)
{
	struct devices_state *t = &s->devices;

	if (r->status == 0)
		screen_complain(s, "%s", _("Centralen nås inte: datorn väntar fortfarande."));
	else if (r->status != 200)
		screen_refused(s, r);
	else
		screen_say(s, t->yes ? _("Godkänd: %s, %s") : _("Nekad: %s, %s"), t->chosen.name,
			   t->chosen.words);
	devices_reload(s);
}

void devices_heard(struct screen *s)
{
	struct devices_state *t = &s->devices;
	struct reply r = REPLY_INIT;

	if (t->ticket && s->engine && engine_answer(s->engine, t->ticket, &r)) {
		t->ticket = 0;
		take(s, &r);
		s->dirty = true;
	}
	reply_clear(&r);
	if (t->deciding && s->engine && engine_answer(s->engine, t->deciding, &r)) {
		t->deciding = 0;
		take_decision(s, &r);
		s->dirty = true;
	}
	reply_release(&r);
}

void devices_close(struct screen *s)
{
	struct devices_state *t = &s->devices;

	if (t->ticket && s->engine)
		engine_unask(s->engine, t->ticket);
	if (t->deciding && s->engine)
		engine_unask(s->engine, t->deciding);
	free(t->rows);
	*t = (struct devices_state){ .count = 0 };
}

/* --- Deeds -------------------------------------------------------------------------- */

void do_devices(struct screen *s, const struct app_action *a, const char *arg)
{
	(void)a;
	(void)arg;
	if (!(s->home->who.roles & ROLE_SUPERVISOR)) {
		screen_complain(s, "%s", _("Datorer godkänns av chefer."));
		return;
	}
	if (s->view != VIEW_DEVICES)
		screen_go(s, VIEW_DEVICES);
	devices_reload(s);
}

static const struct device_row *current(const struct screen *s)
{
	const struct devices_state *t = &s->devices;

	return t->cursor < t->count ? &t->rows[t->cursor] : NULL;
}

/* The very key that was compared is named, so that no other is let in. */
static void decide(struct screen *s)
{
	struct devices_state *t = &s->devices;
	struct request r = REQUEST_INIT;
	char path[100];
	struct jsonw w;

	snprintf(path, sizeof(path), "/v1/devices/%s/approval", t->chosen.dev);
	request_set(&r, "POST", path);
	snprintf(r.content_type, sizeof(r.content_type), "application/json");
	jsonw_init(&w, &r.body);
	jsonw_map(&w);
	jsonw_kv(&w, "kid", t->chosen.kid);
	jsonw_kv_bool(&w, "approve", t->yes);
	jsonw_end_map(&w);
	box_close(s);
	ask(s, &r, &t->deciding);
	request_release(&r);
}

static void ask_officer(struct screen *s, const struct app_action *a, bool yes)
{
	struct devices_state *t = &s->devices;
	const struct device_row *d = current(s);

	if (!d)
		return;
	if (d->frozen) {
		screen_complain(
			s, "%s",
			_("Datorn är fryst och tas inte i bruk igen: be driften spärra den och bjuda in "
			  "på nytt."));
		return;
	}
	t->chosen = *d;
	t->yes = yes;
	if (yes)
		box_open_ask(s, a, _("Godkänn datorn"),
			     _("F8 Orden stämmer: godkänn   Esc Avbryt (förvalt)"), decide);
	else
		box_open_ask(s, a, _("Neka datorn"), _("F8 Neka för gott   Esc Avbryt (förvalt)"),
			     decide);
	strbuf_addf(&s->box.text, "%s (%s)\n\n%s\n\n", d->name, d->officer, d->words);
	strbuf_adds(
		&s->box.text,
		yes ? _("Låt handläggaren läsa upp orden från sin skärm. Godkänn bara om alla sex är "
			"desamma.")
		    : _("Datorn kan aldrig användas. Handläggaren behöver en ny inbjudan."));
}

void do_approve_device(struct screen *s, const struct app_action *a, const char *arg)
{
	(void)arg;
	ask_officer(s, a, true);
}

void do_refuse_device(struct screen *s, const struct app_action *a, const char *arg)
{
	(void)arg;
	ask_officer(s, a, false);
}

void devices_move(struct screen *s, int to)
{
	struct devices_state *t = &s->devices;

	if (to >= t->count)
		to = t->count - 1;
	t->cursor = to > 0 ? to : 0;
}

/* --- Drawing ---------------------------------------------------------------------------- */

static const struct table_column columns[COLUMNS] = {
	{ N_("Läge"), 8, 0, false, false },
	{ N_("Handläggare"), 24, 0, false, false },
	{ N_("Fingeravtryckets ord"), 0, 0, false, false },
};

static void say_titles(struct screen *s)
{
	const struct devices_state *t = &s->devices;

	strbuf_clear(&s->title);
	strbuf_clear(&s->title_right);
	strbuf_adds(&s->title, _("DATORER"));
	if (t->known)
		strbuf_addf(&s->title_right, "%d", t->count);
}

void devices_draw(struct screen *s)
{
	struct devices_state *t = &s->devices;
	const struct device_row *d = current(s);
	struct table_row rows[CANVAS_ROWS_MAX];
	struct table_column heads[COLUMNS];
	struct pane pane = { .skip = 0 };
	struct table_model m = { .table = { .columns = heads,
					    .column_count = COLUMNS,
					    .rows = rows,
					    .total = t->count,
					    .cursor = t->count ? t->cursor : -1 },
				 .pane = d ? &pane : NULL,
				 .pane_rows = PANE_ROWS };
	int n;

	m.table.empty = t->known ? _("Ingen dator väntar på att godkännas, och ingen är fryst.")
				 : _("Frågar centralen…");
	for (int i = 0; i < COLUMNS; i++) {
		heads[i] = columns[i];
		heads[i].heading = _(columns[i].heading);
	}
	say_titles(s);
	screen_frame(s, &m.frame);
	n = table_view_capacity(&m, s->canvas.rows, s->canvas.cols);
	t->top = table_scroll(t->top, t->cursor, t->count, n);
	m.table.top = t->top;
	for (int i = t->top; i < t->count && m.table.row_count < n; i++)
		rows[m.table.row_count++] = (struct table_row){
			.cells = { str_of(t->rows[i].frozen ? _("fryst") : _("väntar")),
				   str_of(t->rows[i].name), str_of(t->rows[i].words) },
			.strong = t->rows[i].frozen
		};
	if (d) {
		pane.heading = str_of(d->name);
		pane.text = str_of(
			d->frozen
				? _("Två kopior av datorn har varit i bruk. Inget tas emot från "
				    "den. Be driften spärra den och bjuda in handläggaren på nytt.")
				: _("Låt handläggaren läsa upp orden från sin skärm. Är alla sex "
				    "desamma: Enter, och F8."));
	}
	table_view(&s->canvas, &m);
}
