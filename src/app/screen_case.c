/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/screen_inside.h"
#include "base/i18n.h"
#include "sign/jws.h"
#include "sync/overlay.h"
#include "sync/verify.h"
#include "wire/payload.h"

#include "base/banned.h"

enum { LATEST = 6 };

static void events_clear(struct open_case *c)
{
	for (int i = 0; i < c->event_count; i++) {
		strbuf_release(&c->events[i].what);
		strbuf_release(&c->events[i].full);
	}
	c->event_count = 0;
}

void case_close(struct open_case *c)
{
	events_clear(c);
	free(c->events);
	parts_release(&c->parts);
	party_text_release(&c->parties);
	case_texts_release(&c->texts);
	case_row_release(&c->row);
	*c = (struct open_case){ .row = CASE_ROW_INIT };
}

/* --- The timeline ------------------------------------------------------------------ */

struct collect {
	struct screen *s;
	struct present p;
	struct action said;
	struct strbuf payload;
};

static struct event_text *add_event(struct open_case *c)
{
	struct event_text *e;

	if (c->event_count >= EVENTS_MAX)
		return NULL;
	if (c->event_count == c->event_cap) {
		int cap = c->event_cap ? 2 * c->event_cap : 32;

		e = reallocarray(c->events, (size_t)cap, sizeof(*e));
		if (!e)
			return NULL;
		c->events = e;
		c->event_cap = cap;
	}
	e = &c->events[c->event_count++];
	*e = (struct event_text){ .seal = SEAL_NONE };
	return e;
}

static void read_envelope(struct collect *c, struct str jws)
{
	strbuf_clear(&c->payload);
	if (jws_payload_unverified(&c->payload, jws, NULL) != ST_OK
	    || payload_read(&c->said, strbuf_str(&c->payload), NULL) != ST_OK)
		c->said.def = NULL;
}

static void tell_seal(struct event_text *e, const struct verified *v)
{
	switch (v->as) {
	case VERIFIED_OK:
		e->seal = SEAL_OK;
		strbuf_addf(&e->full, "%s",
			    _("Sigill: ok. Signatur och kedja är prövade på den här datorn."));
		break;
	case VERIFIED_WRONG:
		e->seal = SEAL_BAD;
		strbuf_addf(&e->full, "%s %s", _("Sigill: FEL. Lita inte på den här händelsen."),
			    v->text);
		break;
	case VERIFIED_UNKNOWN:
		strbuf_addf(&e->full, "%s", _("Sigill: kan inte prövas här ännu."));
		break;
	case VERIFIED_ERASED:
		strbuf_addf(&e->full, "%s", _("Orden är raderade efter beslut; kedjan består."));
		break;
	}
}

/* Entries that are not here yet, in one row for a run of them. */
static void tell_gap(struct open_case *o, int64_t n, bool online)
{
	struct event_text *e = o->event_count > 0 ? &o->events[o->event_count - 1] : NULL;

	if (!e || e->gap_from == 0) {
		e = add_event(o);
		if (!e)
			return;
		e->gap_from = n;
		snprintf(e->who, sizeof(e->who), "–");
	}
	strbuf_clear(&e->what);
	if (e->gap_from == n)
		strbuf_addf(&e->what, _("Händelse %lld är inte hämtad ännu"), (long long)n);
	else
		strbuf_addf(&e->what, _("Händelse %lld–%lld är inte hämtade ännu"),
			    (long long)e->gap_from, (long long)n);
	strbuf_adds(&e->what, online ? _("; hämtas nu") : _("; F5 när nätet är tillbaka"));
}

static enum status each_entry(void *ctx, const struct verified *v, struct err *why)
{
	struct collect *c = ctx;
	struct event_text *e;

	(void)why;
	if (!v->entry) {
		tell_gap(&c->s->open, v->n, c->p.online);
		return ST_OK;
	}
	e = add_event(&c->s->open);
	if (!e)
		return ST_OK;
	read_envelope(c, strbuf_str(&v->entry->jws));
	words_day(e->when, present_time(&c->said, v->entry->at));
	words_moment(e->moment, present_time(&c->said, v->entry->at));
	snprintf(e->who, sizeof(e->who), "%s", present_actor(&c->said, v->entry->sub));
	snprintf(e->hash, sizeof(e->hash), "%.4s", v->entry->eh);
	if (v->entry->erased)
		strbuf_addf(&e->what, "%s: %s", _("Raderad"), v->entry->erased_why);
	else if (c->said.def)
		present_action(&e->what, &c->said, &c->p, true);
	else
		strbuf_adds(&e->what, words_act_done(v->entry->act));
	if (c->said.def && !v->entry->erased) {
		present_action_full(&e->full, &c->said, &c->p);
		(void)parts_take(&c->s->open.parts, &c->said,
				 &(struct part_of){ v->n, v->entry->at, v->entry->sub, false });
	}
	tell_seal(e, v);
	return ST_OK;
}

static enum status each_own(void *ctx, const struct outbox_item *i, const struct action *a,
			    struct err *why)
{
	struct collect *c = ctx;
	struct event_text *e = add_event(&c->s->open);

	(void)why;
	if (!e)
		return ST_OK;
	words_day(e->when, i->created_at);
	words_moment(e->moment, i->created_at);
	snprintf(e->who, sizeof(e->who), "%s", c->p.me);
	/* First in the line, where it is not cut. */
	strbuf_addf(&e->what, "(%s) ",
		    i->verdict == VERDICT_NONE ? _("i utkorgen") : _("besvarad"));
	present_action(&e->what, a, &c->p, true);
	present_action_full(&e->full, a, &c->p);
	if (i->verdict == VERDICT_NONE || verdict_stands(i->verdict))
		(void)parts_take(&c->s->open.parts, a,
				 &(struct part_of){ 0, i->created_at, c->p.me, true });
	return ST_OK;
}

static void reverse(struct event_text *e, int n)
{
	for (int i = 0; i < n / 2; i++) {
		struct event_text t = e[i];

		e[i] = e[n - 1 - i];
		e[n - 1 - i] = t;
	}
}

static void load_events(struct screen *s)
{
	struct collect c = { .s = s, .p = screen_present(s), .said = ACTION_INIT };
	struct open_case *o = &s->open;
	struct err why = ERR_INIT;
	enum status st;

	events_clear(o);
	parts_release(&o->parts);
	st = verify_case(s->home->cache, s->home->outbox, o->row.file.id, each_entry, &c, &why);
	if (st == ST_BROKEN)
		screen_fail(s, &why);
	if (st == ST_REFUSED)
		screen_complain(s, "%s",
				_("En händelse håller inte för prövning: se FEL under Händelser"));
	err_clear(&why);
	if (overlay_actions(s->home->cache, s->home->outbox, o->row.file.id, each_own, &c, &why)
	    == ST_BROKEN)
		screen_fail(s, &why);
	reverse(o->events, o->event_count);
	action_release(&c.said);
	strbuf_release(&c.payload);
}

/* --- Opening ------------------------------------------------------------------------- */

static void load_detail(struct screen *s)
{
	struct open_case *o = &s->open;
	struct strbuf detail = STRBUF_INIT;
	struct present p = screen_present(s);
	int64_t n = 0;

	/* A case that is not ours has no detail here: the overview says less. */
	if (detail_get(s->home->cache, o->row.file.id, &n, &detail, NULL) != ST_OK)
		strbuf_clear(&detail);
	o->has_detail = detail.len > 0;
	present_case(&o->texts, &o->row, strbuf_str(&detail), &p);
	present_parties(&o->parties, &o->row.file, strbuf_str(&detail), &p);
	(void)parts_take_detail(&o->parts, strbuf_str(&detail));
	strbuf_release(&detail);
}

/* Which documents can be read without a network. */
static void find_documents(struct screen *s)
{
	struct parts *p = &s->open.parts;

	for (int i = 0; i < p->doc_count; i++)
		p->docs[i].here = document_here(s, &p->docs[i]);
}

/* The overview moves in the rows of the timeline, which stand beside it on a
 * wide screen. */
static enum case_tab rows_of(enum case_tab tab)
{
	return tab == TAB_OVERVIEW ? TAB_TIMELINE : tab;
}

/* No cursor stands behind the last row. */
static void case_settle(struct screen *s)
{
	enum case_tab was = s->open.tab;
	static const enum case_tab lists[] = { TAB_TIMELINE, TAB_DOCUMENTS, TAB_MESSAGES };

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		int *cursor = &s->open.at[lists[i]].cursor;

		s->open.tab = lists[i];
		if (*cursor >= case_rows(s))
			*cursor = case_rows(s) > 0 ? case_rows(s) - 1 : 0;
	}
	s->open.tab = was;
}

void case_reload(struct screen *s)
{
	struct open_case *o = &s->open;
	struct err why = ERR_INIT;
	char case_id[UUID_TEXT];
	int64_t gap = 0;

	snprintf(case_id, sizeof(case_id), "%s", o->row.file.id);
	if (!case_id[0])
		return;
	if (case_get(s->home->cache, case_id, &o->row, &why) != ST_OK) {
		/* It left our scopes, or the cache was made anew. */
		screen_complain(s, "%s", _("Ärendet finns inte längre i din kopia."));
		snprintf(o->row.file.id, sizeof(o->row.file.id), "%s", case_id);
		events_clear(o);
		return;
	}
	/* The chain first: it says of a document what the detail does not. */
	load_events(s);
	load_detail(s);
	find_documents(s);
	o->has_chain =
		entry_gap(s->home->cache, case_id, o->row.file.n, &gap, NULL) == ST_OK && gap == 0;
	if (gap > 0 && o->asking == CASE_ASKED)
		o->asking = CASE_ASK_AGAIN;
	case_settle(s);
	s->dirty = true;
}

/* That takes its turn among those who write the cache, so it comes after the
 * drawing. A chain that is not here is asked for now, not at the next poll. */
void case_ask(struct screen *s)
{
	struct open_case *o = &s->open;
	enum case_asking asking = o->asking;
	struct err why = ERR_INIT;

	if (asking == CASE_ASKED || !s->engine)
		return;
	o->asking = CASE_ASKED;
	if (want_case(s->home->cache, o->row.file.id, &why) != ST_OK)
		screen_fail(s, &why);
	else if (asking == CASE_ASK_AGAIN)
		engine_acted(s->engine);
	else if (!o->has_chain)
		engine_poke(s->engine);
}

static void show_case(struct screen *s, const char *case_id)
{
	struct open_case *o = &s->open;

	memset(o->at, 0, sizeof(o->at));
	o->asking = CASE_ASK_NOW;
	snprintf(o->row.file.id, sizeof(o->row.file.id), "%s", case_id);
	case_reload(s);
	o->of = s->list.total;
	if (case_rank(s->home->cache, &s->list.query, &o->key, &o->place, NULL) != ST_OK)
		o->place = o->of;
}

bool case_open(struct screen *s, const char *case_id)
{
	struct open_case *o = &s->open;
	struct case_row row = CASE_ROW_INIT;
	struct err why = ERR_INIT;
	enum status st = case_get(s->home->cache, case_id, &row, &why);

	if (st != ST_OK) {
		if (st == ST_NONE)
			screen_complain(s, "%s", _("Ärendet finns inte i din kopia."));
		else
			screen_fail(s, &why);
		case_row_release(&row);
		return false;
	}
	case_close(o);
	case_key_of(&o->key, s->list.query.order, &row.file);
	case_row_release(&row);
	show_case(s, case_id);
	screen_go(s, VIEW_CASE);
	return true;
}

static void step(struct screen *s, bool backward)
{
	char case_id[UUID_TEXT];
	struct case_key key = s->open.key;
	enum case_tab tab = s->open.tab;
	enum status st = list_neighbour(s, &key, backward, case_id);

	if (st == ST_NONE)
		screen_say(s, "%s",
			   backward ? _("Det här är det första ärendet i listan")
				    : _("Det här är det sista ärendet i listan"));
	if (st != ST_OK)
		return;
	case_close(&s->open);
	s->open.key = key;
	s->open.tab = tab;
	show_case(s, case_id);
}

void do_next_case(struct screen *s, const struct app_action *a, const char *arg)
{
	(void)a;
	(void)arg;
	step(s, false);
}

void do_previous_case(struct screen *s, const struct app_action *a, const char *arg)
{
	(void)a;
	(void)arg;
	step(s, true);
}

void case_move(struct screen *s, int to)
{
	struct open_case *o = &s->open;
	int count = case_rows(s);

	/* The overview has no rows: a key for rows shows them. */
	if (o->tab == TAB_OVERVIEW && s->canvas.cols < FRAME_WIDE) {
		o->tab = TAB_TIMELINE;
		return;
	}
	if (to >= count)
		to = count - 1;
	o->at[rows_of(o->tab)].cursor = to > 0 ? to : 0;
}

int case_cursor(const struct screen *s)
{
	return s->open.at[rows_of(s->open.tab)].cursor;
}

/* --- Drawing -------------------------------------------------------------------------- */

static void titles(struct screen *s)
{
	const struct open_case *o = &s->open;
	char number[DIARY_MAX];

	strbuf_clear(&s->title);
	strbuf_clear(&s->title_right);
	strbuf_addf(&s->title, "%s ", present_number(number, &o->row.file));
	strbuf_add(&s->title, strbuf_cstr(&o->row.file.title), o->row.file.title.len);
	if (o->place < o->of)
		strbuf_addf(&s->title_right, _("%lld av %lld"), (long long)o->place + 1,
			    (long long)o->of);
	strbuf_addf(&s->title_right, " │ %s", words_state(o->row.file.state));
}

static void fill_event(struct event_row *to, const struct event_text *e)
{
	*to = (struct event_row){ .when = e->when,
				  .who = e->who,
				  .what = strbuf_str(&e->what),
				  .seal = e->seal,
				  .hash = e->hash };
}

void case_draw(struct screen *s)
{
	struct open_case *o = &s->open;
	struct event_row events[CANVAS_ROWS_MAX], latest[LATEST];
	int cursor = o->at[TAB_TIMELINE].cursor, *top = &o->at[TAB_TIMELINE].top;
	const struct event_text *current = cursor < o->event_count ? &o->events[cursor] : NULL;
	struct tab_strip strip;
	int capacity = case_view_capacity(s->canvas.rows, s->canvas.cols);
	struct case_model m = { .tab_count = CASE_TABS,
				.tab = o->tab,
				.left = o->texts.left,
				.left_count = o->texts.left_count,
				.right = o->texts.right,
				.right_count = o->texts.right_count,
				.checks_heading = _("Handlingar"),
				.checks = o->texts.checks,
				.check_count = o->texts.check_count,
				.receipts_heading = _("Kvitton till sökanden"),
				.receipts = o->texts.receipts,
				.receipt_count = o->texts.receipt_count,
				.events = events,
				.latest = latest,
				.event_cursor = cursor };
	struct strbuf heading = STRBUF_INIT, related = STRBUF_INIT;
	struct present p = screen_present(s);

	titles(s);
	if (o->tab > TAB_TIMELINE) {
		case_draw_part(s);
		return;
	}
	case_strip(s, &strip);
	memcpy(m.tabs, strip.labels, sizeof(strip.labels));
	screen_frame(s, &m.frame);
	*top = table_scroll(*top, cursor, o->event_count, capacity > 0 ? capacity : 1);
	m.event_top = *top;
	m.event_total = o->event_count;
	for (int i = *top; i < o->event_count && m.event_count < CANVAS_ROWS_MAX; i++)
		fill_event(&events[m.event_count++], &o->events[i]);
	for (int i = LATEST - 1; i >= 0; i--)
		if (i < o->event_count)
			fill_event(&latest[m.latest_count++], &o->events[i]);
	if (current) {
		strbuf_addf(&heading, "%s · %s", current->moment, current->who);
		m.pane.heading = strbuf_str(&heading);
		m.pane.text = strbuf_str(&current->full);
	}
	present_next_step(&related, &o->row.file, &p);
	m.related = strbuf_str(&related);
	case_view(&s->canvas, &m);
	strbuf_release(&heading);
	strbuf_release(&related);
}
