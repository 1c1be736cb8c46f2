/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdio.h>
#include <string.h>

#include "app/screen_inside.h"
#include "base/i18n.h"
#include "domain/action.h"
#include "domain/erasure.h"
#include "domain/role.h"

#include "base/banned.h"

/* --- Running a row of the registry --------------------------------------------- */

/* A value that any argument of this kind accepts: what is asked is whether
 * the step is lawful, not what the officer will write. */
static struct str any_value(const struct screen *s, const struct arg_def *arg, const char *today)
{
	/* An erasure of it all needs nothing more to be named than its ground. */
	if (strcmp(arg->name, "what") == 0)
		return str_of("case");
	if (strcmp(arg->name, "ground") == 0 && arg->kind == ARG_CODE)
		return str_of(erasure_ground_at(0));
	switch (arg->kind) {
	case ARG_DAY:
		return str_of(today);
	case ARG_INSTANT:
		return str_of("2026-01-01T00:00:00.000Z");
	case ARG_INT:
		return str_of("1");
	case ARG_OFFICER:
		return str_of(s->home->who.sub);
	case ARG_HASH:
		return str_of(HASH_ZERO);
	case ARG_LINE:
	case ARG_TEXT:
	case ARG_CODE:
	case ARG_FREE:
		break;
	}
	return str_of("x");
}

bool screen_may(struct screen *s, const struct app_action *a, struct strbuf *why)
{
	const struct action_def *def = a->act ? action_find(str_of(a->act)) : NULL;
	const struct case_row *row = screen_case(s);
	struct intent in = { .act = a->act };
	struct actor actor = home_actor(s->home);
	struct err err = ERR_INIT;
	char today[DAY_TEXT];

	if (!action_open_to(a, s->home->who.roles)) {
		if (why)
			strbuf_adds(why, _("det kräver rollen handläggare"));
		return false;
	}
	if (!def)
		return true;
	if (bulk_wanted(s)) {
		if (!bulk_takes(a) && why)
			strbuf_adds(why, _("det görs ett ärende i taget; - avmarkerar"));
		return bulk_takes(a);
	}
	if (!row) {
		if (why)
			strbuf_adds(why, _("inget ärende är valt"));
		return false;
	}
	in.case_id = row->file.id;
	day_format(today, home_today(s->home));
	for (int i = 0; i < ACTION_ARGS_MAX && def->args[i].name; i++)
		if (def->args[i].required || strcmp(def->args[i].name, "reasons") == 0)
			in.args[in.arg_count++] =
				(struct intent_arg){ def->args[i].name,
						     any_value(s, &def->args[i], today) };
	if (def->class == CLASS_E_DECISION) {
		in.doc_count = 1;
		in.docs[0] = (struct intent_doc){ "x", "text/plain", { "x", 1 } };
	}
	if (act_may(&actor, &in, &err) == ST_OK)
		return true;
	if (why)
		words_error(why, &err, false);
	return false;
}

void screen_run(struct screen *s, const struct app_action *a, const char *arg)
{
	struct strbuf why = STRBUF_INIT_MAX(600);

	if (a->run != do_cancel)
		s->list.unmark_next = false;
	if (!action_open_to(a, s->home->who.roles))
		screen_complain(s, "%s", _("Det kräver rollen handläggare"));
	else if (!a->run)
		screen_say(s, "%s", _(a->what));
	else if (!screen_may(s, a, &why))
		screen_complain(s, _("Går inte nu: %s"), strbuf_cstr(&why));
	else
		a->run(s, a, arg);
	strbuf_release(&why);
}

static const char *go_hint(const struct screen *s)
{
	if (role_contact_only(s->home->who.roles))
		return _("g…  r samtal  u utkorg  c konflikter  y synk  h hem");
	return _(
		"g…  k kö  m mina  i inkorg  u utkorg  c konflikter  t läge  r samtal  y synk  h hem");
}

const char *screen_hint(const struct screen *s)
{
	static const char *const hints[VIEW_COUNT] = {
		[VIEW_QUEUE] = N_(
			"F1 Hjälp F2 Åtgärd F4 Filter F5 Synka │ t ta  a anteckna  o överlämna  s status"),
		[VIEW_CASE] = N_(
			"q Tillbaka  J/K nästa/förra │ t ta  a anteckna  s status  b beslut  o överlämna"),
		[VIEW_READ] = N_("q Tillbaka  PgUp/PgDn bläddra  F1 Hjälp"),
		[VIEW_DECISION] = N_(
			"F7 Förhandsgranska  Tab nästa fält  Esc Lämna (utkast sparas)  F1 Hjälp"),
		[VIEW_LETTER] = N_("F8 Signera…  PgUp/PgDn bläddra i beslutet   Esc Tillbaka"),
		[VIEW_OUTBOX] = N_(
			"u Ångra  r Försök igen  e Ändra  a Anteckna  Enter Ärendet  F4 Urval  F5 Sänd"),
		[VIEW_CONFLICTS] = N_(
			"1 din  2 centralens  3 båda  e ändra  F7 Hänt  F8 Lös  J/K nästa  Esc Senare"),
		[VIEW_BULK] =
			N_("Enter Ärendet  u Ångra allt  Esc Stoppa, stäng  q Tillbaka  F1 Hjälp"),
		[VIEW_SEARCH] = N_(
			"Enter öppna  Tab komplettera  Upp historik  F5 även servern  Esc töm, stäng"),
		[VIEW_SYNC] = N_("F5 Synka nu  g u Utkorg  g c Konflikter  q Tillbaka"),
		[VIEW_STATS] = N_(
			"Enter Visa ärendena  v Period  J/K nästa/förra grupp  F5 Räkna om  q Tillbaka"),
		[VIEW_DEVICES] = N_("Enter Godkänn…  x Neka…  F5 Fråga igen  q Tillbaka  F1 Hjälp"),
		[VIEW_ERASURES] = N_(
			"Enter Ärendet  b Bekräfta…  x Avstå…  F5 Fråga igen  q Tillbaka  F1 Hjälp"),
		[VIEW_HELP] = N_("Skriv för att söka  Enter utför  Upp/Ner bläddra  Esc stäng"),
		[VIEW_UNLOCK] = N_("Enter Lås upp  F3 Avsluta"),
		[VIEW_ENROL] = N_("F8 Anslut  Tab nästa fält  F3 Avsluta"),
	};

	if (s->prefix == 'v')
		return _("v…  1 7 dagar  2 30 dagar  3 90 dagar  4 365 dagar");
	if (s->prefix == 0 && s->view == VIEW_CONTACT)
		return contact_hint(s);
	return s->prefix == 'g' ? go_hint(s) : _(hints[s->view]);
}

/* --- Leaving ---------------------------------------------------------------------- */

void do_back(struct screen *s, const struct app_action *a, const char *arg)
{
	(void)a;
	(void)arg;
	if (s->view == VIEW_DECISION && !decision_may_leave(s))
		return;
	if (s->depth > 0)
		screen_back(s);
	else if (s->view == VIEW_QUEUE)
		screen_say(s, "%s", _("Det här är kön. Q avslutar Sluss."));
	else if (s->view == VIEW_CONTACT)
		screen_say(s, "%s", _("Det här är kontaktcenter. Q avslutar Sluss."));
}

void do_cancel(struct screen *s, const struct app_action *a, const char *arg)
{
	struct list_state *l = &s->list;

	if (s->view == VIEW_BULK && bulk_stop(s))
		return;
	if (document_stop(s)) {
		screen_say(s, "%s", _("Hämtningen är stoppad."));
		return;
	}
	if (s->view == VIEW_QUEUE && l->typed.len > 0) {
		(void)list_filter(s, "");
		l->unmark_next = l->marks.count > 0;
		return;
	}
	if (s->view == VIEW_QUEUE && l->marks.count > 0) {
		if (l->unmark_next)
			do_unmark(s, a, arg);
		else
			screen_say(s, "%s", _("Esc en gång till tar bort markeringarna."));
		l->unmark_next = !l->unmark_next;
		return;
	}
	if (s->view != VIEW_QUEUE)
		do_back(s, a, arg);
}

static void leave(struct screen *s)
{
	box_close(s);
	s->ended = true;
}

void do_quit(struct screen *s, const struct app_action *a, const char *arg)
{
	struct outbox_counts n = { 0 };

	(void)arg;
	if (s->bulk.running) {
		screen_complain(s, "%s", _("Massåtgärden pågår; Esc stoppar den."));
		return;
	}
	if (outbox_count(s->home->outbox, &n, NULL) != ST_OK || n.waiting == 0) {
		s->ended = true;
		return;
	}
	box_open_ask(s, a, _("Avsluta Sluss"), _("F8 Avsluta   Esc Stanna (förvalt)"), leave);
	strbuf_addf(&s->box.text,
		    P_("%lld åtgärd är inte sänd. Den är signerad och ligger kvar på disken; "
		       "den sänds när Sluss startas igen.",
		       "%lld åtgärder är inte sända. De är signerade och ligger kvar på disken; "
		       "de sänds när Sluss startas igen.",
		       n.waiting),
		    (long long)n.waiting);
}

void do_lock(struct screen *s, const struct app_action *a, const char *arg)
{
	(void)a;
	(void)arg;
	screen_lock(s);
	/* What the terminal itself remembers of the screen is sent anew. */
	term_repaint(s->term);
}

void do_stop(struct screen *s, const struct app_action *a, const char *arg)
{
	(void)a;
	(void)arg;
	if (!options_yes(&s->home->config.options, OPT_SCREEN_SUSPEND)) {
		screen_complain(s, "%s", _("^Z är avstängd i den här installationen"));
		return;
	}
	box_save_draft(s);
	decision_save_draft(s);
	term_suspend(s->term);
}

void do_sync(struct screen *s, const struct app_action *a, const char *arg)
{
	(void)a;
	(void)arg;
	if (s->engine) {
		engine_poke(s->engine);
		stats_ask_again(s);
		screen_reload(s);
		screen_say(s, "%s", _("Synkar nu"));
	}
	s->list.arrived = 0;
	term_repaint(s->term);
}
