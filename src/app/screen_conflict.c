/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdio.h>
#include <string.h>

#include "app/screen_inside.h"
#include "base/i18n.h"
#include "sign/jws.h"
#include "wire/payload.h"

#include "base/banned.h"

enum { SINCE_MAX = 14 }; /* entries that the box of what happened shows */

void conflict_close(struct conflict_state *c)
{
	conflict_release(&c->now);
	conflict_text_release(&c->text);
	*c = (struct conflict_state){ .now = CONFLICT_INIT };
}

/* --- Reading ----------------------------------------------------------------------- */

static void list_fields(struct conflict_state *c)
{
	c->count = 0;
	for (int f = 0; f < CONFLICT_FIELDS; f++)
		if (conflict_shows(&c->now, (enum conflict_field)f))
			c->fields[c->count++] = (enum conflict_field)f;
	if (c->cursor >= c->count)
		c->cursor = c->count > 0 ? c->count - 1 : 0;
}

void conflict_load(struct screen *s)
{
	struct conflict_state *c = &s->conflict;
	const struct signed_item *row = items_row(s);
	struct actor actor = home_actor(s->home);
	int64_t was = c->now.item.id, stood = c->now.theirs.n, asked = c->now.missing;
	struct err why = ERR_INIT;

	if (!row) {
		conflict_close(c);
		return;
	}
	if (conflict_open(&actor, row->item.id, &c->now, &why) != ST_OK) {
		conflict_close(c);
		screen_fail(s, &why);
		return;
	}
	/* What has moved again is to be looked at again. */
	if (was != c->now.item.id || stood != c->now.theirs.n) {
		c->chosen = CONFLICT_UNDECIDED;
		c->read = false;
	}
	if (was != c->now.item.id)
		c->cursor = c->top = 0;
	list_fields(c);
	if (s->engine && c->now.missing && (was != c->now.item.id || asked != c->now.missing))
		engine_poke(s->engine);
}

void conflict_move(struct screen *s, int to)
{
	struct conflict_state *c = &s->conflict;

	if (to >= c->count)
		to = c->count - 1;
	c->cursor = to > 0 ? to : 0;
}

void do_next_conflict(struct screen *s, const struct app_action *a, const char *arg)
{
	(void)a;
	(void)arg;
	items_move(s, s->items.cursor + 1);
	conflict_load(s);
}

void do_previous_conflict(struct screen *s, const struct app_action *a, const char *arg)
{
	(void)a;
	(void)arg;
	items_move(s, s->items.cursor - 1);
	conflict_load(s);
}

/* --- Choosing ------------------------------------------------------------------------ */

static bool have_one(struct screen *s)
{
	if (s->conflict.now.item.id)
		return true;
	screen_complain(s, "%s", _("Det finns ingen konflikt att lösa."));
	return false;
}

static void why_not(struct screen *s, const struct conflict *c, enum conflict_side side)
{
	struct strbuf words = STRBUF_INIT;

	if (side != CONFLICT_THEIRS && c->not_mine.code[0]) {
		words_error(&words, &c->not_mine, false);
		screen_complain(s, _("Din kan inte gälla: %s"), strbuf_cstr(&words));
	} else if (side == CONFLICT_BOTH) {
		screen_complain(s, "%s",
				_("Båda kan inte gälla: det är en uppgift. Välj 1 eller 2."));
	} else {
		screen_complain(s, "%s", words_advice(&c->item));
	}
	strbuf_release(&words);
}

void do_side(struct screen *s, const struct app_action *a, const char *arg)
{
	struct conflict_state *c = &s->conflict;
	enum conflict_side side = CONFLICT_BOTH;

	(void)arg;
	if (!have_one(s))
		return;
	if (strcmp(a->id, "side-mine") == 0)
		side = CONFLICT_MINE;
	else if (strcmp(a->id, "side-central") == 0)
		side = CONFLICT_THEIRS;
	/* What only adds stands beside what others have added. */
	if (side == CONFLICT_MINE && (c->now.sides & 1u << CONFLICT_BOTH))
		side = CONFLICT_BOTH;
	if (c->now.sides & 1u << side)
		c->chosen = side;
	else
		why_not(s, &c->now, side);
}

/* The act's own form, filled in with what was signed. */
static void edit(struct screen *s, const struct conflict *c)
{
	if (!(c->sides & (1u << CONFLICT_MINE | 1u << CONFLICT_BOTH)))
		why_not(s, c, CONFLICT_MINE);
	else if (strcmp(c->item.act, "case.decide") == 0)
		decision_again(s, c->item.id);
	else if (strcmp(c->item.act, "message.send") == 0)
		message_again(s, &c->mine, c->item.id);
	else if (!form_open_again(s, &c->mine, c->item.id))
		screen_complain(s, "%s", _("Det finns inget att ändra i den: försök igen (r)."));
}

/* In the outbox a row is looked at when it is asked for. */
static void edit_row(struct screen *s, const struct signed_item *row)
{
	struct conflict c = CONFLICT_INIT;
	struct actor actor = home_actor(s->home);
	struct err why = ERR_INIT;

	if (!present_in_trouble(&row->item))
		screen_complain(s, "%s",
				_("Bara det som nekats ändras här; det osända ångras med u."));
	else if (conflict_open(&actor, row->item.id, &c, &why) != ST_OK)
		screen_fail(s, &why);
	else
		edit(s, &c);
	conflict_release(&c);
}

void do_edit_conflict(struct screen *s, const struct app_action *a, const char *arg)
{
	const struct signed_item *row = items_row(s);

	(void)a;
	(void)arg;
	if (s->view == VIEW_OUTBOX && row)
		edit_row(s, row);
	else if (s->view == VIEW_CONFLICTS && have_one(s))
		edit(s, &s->conflict.now);
}

/* --- What happened since ----------------------------------------------------------------- */

static void tell_entry(struct screen *s, struct strbuf *out, const struct entry *e)
{
	struct strbuf payload = STRBUF_INIT;
	struct action a = ACTION_INIT;
	struct present p = screen_present(s);
	char when[24];

	words_moment(when, e->at);
	strbuf_addf(out, "%s  %s  ", when, names_officer(p.names, e->sub));
	if (!e->erased && jws_payload_unverified(&payload, strbuf_str(&e->jws), NULL) == ST_OK
	    && payload_read(&a, strbuf_str(&payload), NULL) == ST_OK)
		present_action(out, &a, &p, true);
	else
		strbuf_adds(out, words_act_done(e->act));
	strbuf_addc(out, '\n');
	action_release(&a);
	strbuf_release(&payload);
}

void conflict_tell_since(struct screen *s, struct strbuf *out, const struct conflict *c)
{
	struct entry e = ENTRY_INIT;
	int64_t after = c->mine.base_n;
	int told = 0, more = 0;

	while (entry_after(s->home->cache, c->item.case_id, after, &e, NULL) == ST_OK) {
		after = e.n;
		if (told++ < SINCE_MAX)
			tell_entry(s, out, &e);
		else
			more++;
	}
	if (more > 0)
		strbuf_addf(out,
			    P_("%d händelse till: Enter visar ärendet.",
			       "%d händelser till: Enter visar ärendet.", (unsigned long)more),
			    more);
	if (told == 0)
		strbuf_adds(out, c->missing ? _("Händelserna är inte hämtade än.")
					    : _("Inget har hänt sedan dess."));
	entry_release(&e);
}

void do_since(struct screen *s, const struct app_action *a, const char *arg)
{
	(void)arg;
	if (!have_one(s))
		return;
	box_open_ask(s, a, _("Vad som hänt sedan du läste ärendet"), _("Esc Tillbaka"), NULL);
	conflict_tell_since(s, &s->box.text, &s->conflict.now);
	s->conflict.read = true;
}

/* --- Solving ------------------------------------------------------------------------------ */

/* What leaves the house is read again before it is signed again. */
static bool must_read(struct screen *s)
{
	const struct conflict_state *c = &s->conflict;

	if (c->chosen == CONFLICT_THEIRS || c->now.mine.def->class != CLASS_E_DECISION || c->read)
		return false;
	screen_complain(s, "%s", _("Läs först vad som hänt sedan dess: F7."));
	return true;
}

static void solved(struct screen *s, enum conflict_side side)
{
	if (s->engine)
		engine_acted(s->engine);
	screen_reload(s);
	if (side == CONFLICT_THEIRS)
		screen_say(s, "%s",
			   _("Undanlagd. Åtgärden görs inte; den finns kvar i historiken."));
	else
		screen_say(
			s, "%s",
			_("Signerad igen, på ärendet som det är nu. Den gamla finns kvar i historiken."));
}

void do_solve(struct screen *s, const struct app_action *a, const char *arg)
{
	struct conflict_state *c = &s->conflict;
	struct actor actor = home_actor(s->home);
	enum conflict_side side = c->chosen;
	struct act_result r = { 0 };
	struct err why = ERR_INIT;

	(void)a;
	(void)arg;
	if (!have_one(s))
		return;
	if (side == CONFLICT_UNDECIDED) {
		screen_complain(s, "%s", _("Välj en sida först, med siffran."));
		return;
	}
	if (side != CONFLICT_THEIRS && strcmp(c->now.item.act, "case.decide") == 0) {
		decision_again(s, c->now.item.id);
		return;
	}
	if (must_read(s))
		return;
	if (s->sync.skew_known)
		actor.skew = s->sync.skew;
	if (conflict_solve(&actor, c->now.item.id, side, c->now.theirs.n, &r, &why) != ST_OK)
		screen_fail(s, &why);
	else
		solved(s, side);
}

/* --- Drawing ---------------------------------------------------------------------------------- */

static void title(struct screen *s)
{
	const struct signed_item *row = items_row(s);
	const struct items_state *it = &s->items;
	struct present p = screen_present(s);
	char state[40];

	strbuf_clear(&s->title);
	strbuf_clear(&s->title_right);
	if (!row) {
		strbuf_adds(&s->title, _("KONFLIKTER"));
		return;
	}
	words_outbox_state(state, &row->item, p.now, p.waits);
	strbuf_addf(&s->title, _("%s %d av %d · %s "), state, it->cursor + 1, it->count,
		    row->number);
	strbuf_add(&s->title, strbuf_cstr(&it->on.file.title), it->on.file.title.len);
}

void conflict_draw(struct screen *s)
{
	struct conflict_state *c = &s->conflict;
	struct conflict_row rows[CONFLICT_FIELDS];
	struct present p = screen_present(s);
	struct conflict_model m = {
		.empty = _("Inga konflikter: allt du signerat står, eller väntar på svar.")
	};

	title(s);
	screen_frame(s, &m.frame);
	if (c->now.item.id) {
		c->top = table_scroll(c->top, c->cursor, c->count,
				      conflict_view_capacity(s->canvas.rows, s->canvas.cols));
		present_conflict(&m, rows, &c->text, &c->now, c->fields, c->count, c->chosen, &p);
		m.top = c->top;
		m.cursor = c->cursor;
	}
	conflict_view(&s->canvas, &m);
}
