/* SPDX-License-Identifier: EUPL-1.2 */
/* The timeline of the open case: read from the chain and the outbox, with its
 * seals, and what of it is shown. */
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

void events_release(struct open_case *c)
{
	for (int i = 0; i < c->event_count; i++) {
		strbuf_release(&c->events[i].what);
		strbuf_release(&c->events[i].full);
	}
	free(c->events);
	free(c->shown);
	c->events = NULL;
	c->shown = NULL;
	c->event_count = c->event_cap = c->shown_count = 0;
}

/* --- What is shown of it ------------------------------------------------------------ */

static enum event_kind kind_of(const char *act)
{
	static const struct {
		const char *act;
		enum event_kind kind;
	} kinds[] = {
		{ "message.send", EVENT_MESSAGE },
		{ "message.receive", EVENT_MESSAGE },
		{ "case.ask", EVENT_MESSAGE },
		{ "note.add", EVENT_REMARK },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(act, kinds[i].act) == 0)
			return kinds[i].kind;
	return EVENT_STEP;
}

/* What is not here may be anything, and is always shown. */
static bool is_shown(const struct event_text *e, enum event_choice show)
{
	if (show == SHOW_ALL || e->gap_from > 0)
		return true;
	return show == SHOW_STEPS      ? e->kind == EVENT_STEP
	       : show == SHOW_MESSAGES ? e->kind == EVENT_MESSAGE
				       : e->kind == EVENT_REMARK;
}

static void choose(struct open_case *o)
{
	int *shown = reallocarray(o->shown, (size_t)o->event_count + 1, sizeof(*shown));

	o->shown_count = 0;
	if (!shown)
		return;
	o->shown = shown;
	for (int i = 0; i < o->event_count; i++)
		if (is_shown(&o->events[i], o->show))
			shown[o->shown_count++] = i;
}

const struct event_text *event_at(const struct open_case *o, int row)
{
	return row >= 0 && row < o->shown_count ? &o->events[o->shown[row]] : NULL;
}

const char *events_note(const struct open_case *o)
{
	static const char *const notes[SHOW_CHOICES] = {
		[SHOW_ALL] = N_("f filtrera: alla händelser"),
		[SHOW_STEPS] = N_("f filtrera: bara det som gjorts i ärendet"),
		[SHOW_MESSAGES] = N_("f filtrera: bara meddelanden"),
		[SHOW_REMARKS] = N_("f filtrera: bara anteckningar"),
	};

	return _(notes[o->show]);
}

/* The cursor stays on its event, or goes to the next older one that is shown. */
void do_choose_events(struct screen *s, const struct app_action *a, const char *arg)
{
	struct open_case *o = &s->open;
	int *cursor = &o->at[TAB_TIMELINE].cursor;
	int at = *cursor < o->shown_count ? o->shown[*cursor] : 0;

	(void)a;
	(void)arg;
	case_go_tab(s, TAB_TIMELINE);
	o->show = (o->show + 1) % SHOW_CHOICES;
	choose(o);
	for (*cursor = 0; *cursor + 1 < o->shown_count && o->shown[*cursor] < at;)
		++*cursor;
}

/* --- Reading it ---------------------------------------------------------------------- */

struct collect {
	struct screen *s;
	struct present p;
	struct action said;
	struct strbuf payload;
	bool missing; /* an entry that is not here */
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
		c->missing = true;
		tell_gap(&c->s->open, v->n, c->p.waits == WAITS_TURN);
		return ST_OK;
	}
	e = add_event(&c->s->open);
	if (!e)
		return ST_OK;
	read_envelope(c, strbuf_str(&v->entry->jws));
	e->n = v->n;
	words_day(e->when, present_time(&c->said, v->entry->at));
	words_moment(e->moment, present_time(&c->said, v->entry->at));
	snprintf(e->who, sizeof(e->who), "%s", present_actor(&c->said, v->entry->sub));
	snprintf(e->hash, sizeof(e->hash), "%.4s", v->entry->eh);
	e->kind = kind_of(v->entry->act);
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
	e->kind = kind_of(i->act);
	/* First in the line, where it is not cut. */
	strbuf_addf(&e->what, "(%s) ",
		    i->verdict == VERDICT_NONE	 ? _("i utkorgen")
		    : verdict_stands(i->verdict) ? _("besvarad")
						 : _("gällde inte"));
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

void events_load(struct screen *s)
{
	struct collect c = { .s = s, .p = screen_present(s), .said = ACTION_INIT };
	struct open_case *o = &s->open;
	struct err why = ERR_INIT;
	enum status st;

	events_release(o);
	parts_release(&o->parts);
	st = verify_case(s->home->cache, s->home->outbox, o->row.file.id, each_entry, &c, &why);
	if (st == ST_BROKEN)
		screen_fail(s, &why);
	if (st == ST_REFUSED)
		screen_complain(s, "%s",
				_("En händelse håller inte för prövning: se FEL under Händelser"));
	/* Judged by what was read here: the chain may be whole by now, and what
	 * is shown is to be read again then. */
	o->has_chain =
		!c.missing
		&& (st == ST_OK || st == ST_REFUSED || strcmp(why.code, "not-all-known") == 0);
	err_clear(&why);
	if (overlay_actions(s->home->cache, s->home->outbox, o->row.file.id, each_own, &c, &why)
	    == ST_BROKEN)
		screen_fail(s, &why);
	reverse(o->events, o->event_count);
	choose(o);
	action_release(&c.said);
	strbuf_release(&c.payload);
}
