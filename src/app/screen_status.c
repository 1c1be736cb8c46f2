/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdio.h>
#include <string.h>

#include "app/form_plan.h"
#include "app/screen_inside.h"
#include "base/i18n.h"
#include "base/utf8.h"
#include "sign/jws.h"
#include "wire/json.h"
#include "wire/payload.h"

#include "base/banned.h"

const struct case_row *screen_case(const struct screen *s)
{
	enum view v = s->view == VIEW_HELP ? s->help.of : s->view;

	if (v == VIEW_QUEUE)
		return list_row(s);
	if ((v == VIEW_CASE || v == VIEW_READ) && s->open.row.file.id[0])
		return &s->open.row;
	if (v == VIEW_DECISION || v == VIEW_LETTER)
		return &s->decide.row;
	if (v == VIEW_CONTACT && s->contact.row.file.id[0])
		return &s->contact.row;
	if ((v == VIEW_OUTBOX || v == VIEW_CONFLICTS) && s->items.on.file.id[0])
		return &s->items.on;
	return NULL;
}

/* --- Signing ------------------------------------------------------------------- */

void screen_number(const struct screen *s, const char *case_id, char out[DIARY_MAX])
{
	struct case_row row = CASE_ROW_INIT;

	if (case_get(s->home->cache, case_id, &row, NULL) == ST_OK)
		(void)present_number(out, &row.file);
	else
		snprintf(out, DIARY_MAX, "%.8s", case_id);
	case_row_release(&row);
}

/* What was done, as the officer calls it: a request to be called is a note. */
static const char *name_of(const struct intent *in)
{
	for (int i = 0; i < in->arg_count; i++)
		if (strcmp(in->args[i].name, "kind") == 0 && str_eq(in->args[i].value, "callback"))
			return _("begäran om uppringning");
	return words_act(in->act);
}

static void say_done(struct screen *s, const struct intent *in, const struct act_result *r)
{
	int64_t left = r->hold_until - screen_now(s);
	const char *act = name_of(in);
	char number[DIARY_MAX];

	screen_number(s, in->case_id, number);
	if (left > 0 && !s->sync.online)
		screen_say(s, _("Klart: %s, %s. Sänds när nätet är tillbaka; u ångrar."), act,
			   number);
	else if (left > 0)
		screen_say(s, _("Klart: %s, %s. Sänds om %lld s; u ångrar."), act, number,
			   (long long)((left + 999) / 1000));
	else
		screen_say(s, _("Klart: %s, %s. Signerat och lagt i utkorgen."), act, number);
}

bool screen_act(struct screen *s, struct intent *in)
{
	struct actor actor = home_actor(s->home);
	struct act_result r = { 0 };
	struct err why = ERR_INIT;

	if (s->sync.skew_known)
		actor.skew = s->sync.skew;
	if (act(&actor, in, &r, &why) != ST_OK) {
		screen_fail(s, &why);
		return false;
	}
	say_done(s, in, &r);
	if (r.hold_until > s->undo_until)
		s->undo_until = r.hold_until;
	if (s->engine)
		engine_acted(s->engine);
	screen_reload(s);
	return true;
}

/* Acts without anything to fill in. */
static bool plain(struct screen *s, const struct app_action *a)
{
	const struct case_row *row = screen_case(s);
	struct intent in = { .act = a->act };
	char case_id[UUID_TEXT];

	if (bulk_wanted(s)) {
		bulk_offer(s, a, NULL);
		return false;
	}
	if (!row)
		return false;
	snprintf(case_id, sizeof(case_id), "%s", row->file.id);
	in.case_id = case_id;
	return screen_act(s, &in);
}

void do_claim(struct screen *s, const struct app_action *a, const char *arg)
{
	const struct case_row *row = screen_case(s);
	char number[DIARY_MAX] = "";

	(void)arg;
	/* Taken from the inbox it leaves the list. */
	if (row)
		(void)present_number(number, &row->file);
	if (plain(s, a) && s->view == VIEW_QUEUE && s->list.saved == SAVED_INBOX)
		screen_say(s, _("Klart: ta ärendet, %s. Det finns nu bland dina (1)."), number);
}

void do_resume(struct screen *s, const struct app_action *a, const char *arg)
{
	(void)arg;
	(void)plain(s, a);
}

#define CLOSE_WARNING                                                                              \
	N_("Ärendet avslutas och arkiveras. Minnesanteckningar gallras. Arkiveringen "            \
	   "följer genast och kan inte ångras.")

static void close_case(struct screen *s)
{
	struct intent in = { .act = "case.close" };
	char case_id[UUID_TEXT];

	snprintf(case_id, sizeof(case_id), "%s", s->box.case_id);
	in.case_id = case_id;
	box_close(s);
	(void)screen_act(s, &in);
}

void do_close(struct screen *s, const struct app_action *a, const char *arg)
{
	const struct case_row *row = screen_case(s);
	char number[DIARY_MAX];

	(void)arg;
	if (bulk_wanted(s)) {
		bulk_offer(s, a, _(CLOSE_WARNING));
		return;
	}
	if (!row)
		return;
	box_open_ask(s, a, _("Avsluta ärendet"), _("F8 Avsluta ärendet   Esc Avbryt (förvalt)"),
		     close_case);
	snprintf(s->box.case_id, sizeof(s->box.case_id), "%s", row->file.id);
	strbuf_addf(&s->box.text, "%s  ", present_number(number, &row->file));
	strbuf_add(&s->box.text, strbuf_cstr(&row->file.title), row->file.title.len);
	strbuf_addf(&s->box.text, "\n\n%s", _(CLOSE_WARNING));
}

/* --- Undo ------------------------------------------------------------------------ */

enum { UNDO_LOOK_MAX = 300 }; /* older actions are not what one has just done */

static bool undoable(const struct outbox_item *i)
{
	return (i->state == OUTBOX_SIGNED || i->state == OUTBOX_HELD) && !i->voided
	       && i->offered_at == 0 && i->verdict == VERDICT_NONE;
}

/* The newest action that the central can't have seen. ST_NONE: there is none. */
static enum status newest_unsent(struct screen *s, struct outbox_item *item, struct err *why)
{
	int64_t before = INT64_MAX;
	enum status st = ST_OK;

	for (int i = 0; i < UNDO_LOOK_MAX && st == ST_OK; i++) {
		st = outbox_before(s->home->outbox, before, item, why);
		if (st == ST_OK && undoable(item))
			return ST_OK;
		before = item->id;
	}
	return st == ST_OK ? ST_NONE : st;
}

/* The kind under which a case's draft of `act` is kept, NULL: it has none. */
static const char *draft_kind(const char *act)
{
	const struct app_action *row;

	if (strcmp(act, "case.decide") == 0)
		return "decision";
	if (strcmp(act, "message.send") == 0)
		return "message";
	for (size_t i = 0; (row = action_row(i)) != NULL; i++)
		if (row->act && strcmp(row->act, act) == 0 && form_plan_find(row->id))
			return row->id;
	return NULL;
}

static void write_words(struct strbuf *out, const struct action *said)
{
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_map(&w);
	for (int i = 0; i < ACTION_ARGS_MAX && said->def->args[i].name; i++)
		if (said->has[i])
			jsonw_kv(&w, said->def->args[i].name, strbuf_cstr(&said->arg[i]));
	jsonw_end_map(&w);
}

/*
 * What was withdrawn is the case's draft again: the form opens with it. A
 * draft that was begun since is the newer text and stays.
 */
bool screen_keep_words(struct screen *s, const struct outbox_item *i)
{
	struct strbuf payload = STRBUF_INIT, words = STRBUF_INIT;
	const char *kind = draft_kind(i->act);
	struct action said = ACTION_INIT;
	struct err why = ERR_INIT;
	bool kept = false;

	if (kind && draft_get(s->home->outbox, i->case_id, kind, &words, NULL) == ST_NONE
	    && jws_payload_unverified(&payload, strbuf_str(&i->envelope), NULL) == ST_OK
	    && payload_read(&said, strbuf_str(&payload), NULL) == ST_OK) {
		strbuf_clear(&words);
		write_words(&words, &said);
		kept = draft_save(s->home->outbox, i->case_id, kind, strbuf_str(&words),
				  screen_now(s), &why)
		       == ST_OK;
	}
	action_release(&said);
	strbuf_release(&payload);
	strbuf_release(&words);
	return kept;
}

static void withdraw(struct screen *s, const struct outbox_item *item)
{
	struct actor actor = home_actor(s->home);
	struct err why = ERR_INIT;
	char number[DIARY_MAX];
	bool kept;

	if (act_withdraw(&actor, item->id, &why) != ST_OK) {
		screen_fail(s, &why);
		return;
	}
	kept = screen_keep_words(s, item);
	s->undo_until = 0;
	if (s->engine)
		engine_acted(s->engine);
	screen_number(s, item->case_id, number);
	screen_reload(s);
	screen_say(s,
		   kept ? _("Ångrat: %s, %s. Det du skrev är kvar som utkast.")
			: _("Ångrat: %s, %s"),
		   words_act(item->act), number);
}

static void withdraw_asked(struct screen *s)
{
	struct outbox_item item = OUTBOX_ITEM_INIT;
	struct err why = ERR_INIT;
	enum status st = outbox_get(s->home->outbox, s->box.item, &item, &why);

	box_close(s);
	if (st == ST_OK)
		withdraw(s, &item);
	else
		screen_fail(s, &why);
	outbox_item_release(&item);
}

/* One key takes back what is easily done again; a decision is asked about. */
static void begin_withdrawal(struct screen *s, const struct app_action *a,
			     const struct outbox_item *item)
{
	const struct action_def *def = action_find(str_of(item->act));
	struct case_row row = CASE_ROW_INIT;
	char number[DIARY_MAX];

	if (!def || def->class != CLASS_E_DECISION || def->undo_window) {
		withdraw(s, item);
		return;
	}
	box_open_ask(s, a, _("Dra tillbaka beslutet"), _("F8 Dra tillbaka   Esc Avbryt (förvalt)"),
		     withdraw_asked);
	s->box.item = item->id;
	screen_number(s, item->case_id, number);
	strbuf_addf(&s->box.text, "%s: %s", number, words_act(item->act));
	if (case_get(s->home->cache, item->case_id, &row, NULL) == ST_OK) {
		strbuf_adds(&s->box.text, "\n");
		strbuf_add(&s->box.text, strbuf_cstr(&row.file.title), row.file.title.len);
	}
	case_row_release(&row);
	strbuf_addf(
		&s->box.text, "\n\n%s",
		_("Beslutet är signerat men inte sänt. Dras det tillbaka gäller det aldrig. Det "
		  "du skrev blir kvar som ärendets utkast."));
}

void do_undo(struct screen *s, const struct app_action *a, const char *arg)
{
	struct outbox_item item = OUTBOX_ITEM_INIT;
	struct err why = ERR_INIT;
	enum status st = newest_unsent(s, &item, &why);

	(void)arg;
	if (st == ST_OK && bulk_owns(s, item.id))
		bulk_undo(s, a);
	else if (st == ST_OK)
		begin_withdrawal(s, a, &item);
	else if (st == ST_NONE)
		screen_complain(s, "%s",
				_("Inget att ångra: allt är sänt. En ny åtgärd kan rätta det."));
	else
		screen_fail(s, &why);
	outbox_item_release(&item);
}

void do_withdraw(struct screen *s, const struct app_action *a, const char *arg)
{
	const struct signed_item *row = items_row(s);
	struct outbox_item item = OUTBOX_ITEM_INIT;
	struct err why = ERR_INIT;

	if (!row)
		screen_say(s, "%s", _("Utkorgen är tom"));
	/* An answer that was a no: the action is let go of, its trace is kept. */
	else if (present_in_trouble(&row->item))
		do_let_go(s, a, arg);
	else if (!undoable(&row->item))
		screen_complain(s, "%s",
				_("Den är redan sänd, och kan bara rättas med en ny åtgärd."));
	/* A copy: the list is read anew while it is withdrawn. */
	else if (outbox_get(s->home->outbox, row->item.id, &item, &why) == ST_OK)
		begin_withdrawal(s, a, &item);
	else
		screen_fail(s, &why);
	outbox_item_release(&item);
}

/* --- The status menu ---------------------------------------------------------------- */

static const struct {
	const char *letter, *id;
} menu[] = {
	{ "k", "ask" },	    { "v", "suspend" },	 { "å", "resume" }, { "f", "propose" },
	{ "l", "return" },  { "e", "dispatch" }, { "W", "waive" },  { "x", "close" },
	{ "s", "release" }, { "ö", "reopen" },
};
#define MENU_ROWS ((int)(sizeof(menu) / sizeof(menu[0])))
_Static_assert(sizeof(menu) / sizeof(menu[0]) <= MENU_MAX, "the menu has room");

/* The step that leads to a status: the first of these that is lawful now. */
static const struct {
	enum case_state to;
	const char *id;
} steps[] = {
	{ CASE_OPEN, "resume" },	 { CASE_OPEN, "return" },     { CASE_OPEN, "reopen" },
	{ CASE_OPEN, "claim" },		 { CASE_WAITING, "suspend" }, { CASE_PROPOSED, "propose" },
	{ CASE_DISPATCHED, "dispatch" }, { CASE_CLOSED, "close" },
};
#define STEPS (sizeof(steps) / sizeof(steps[0]))

const char *status_word(size_t i)
{
	return i < STEPS ? words_state(steps[i].to) : NULL;
}

static bool begins(const char *name, struct str typed)
{
	struct strbuf a = STRBUF_INIT, b = STRBUF_INIT;
	bool yes = utf8_fold(&a, str_of(name), true) && utf8_fold(&b, typed, true) && b.len > 0
		   && strncmp(strbuf_cstr(&a), strbuf_cstr(&b), b.len) == 0;

	strbuf_release(&a);
	strbuf_release(&b);
	return yes;
}

static const struct app_action *step_to(struct screen *s, struct str status)
{
	const struct app_action *first = NULL;

	for (size_t i = 0; i < STEPS; i++) {
		const struct app_action *a = action_by_id(steps[i].id);

		if (!begins(words_state(steps[i].to), status))
			continue;
		if (screen_may(s, a, NULL))
			return a;
		if (!first)
			first = a;
	}
	return first;
}

/* ":status väntar skäl=remiss": a status or a step, and what the step needs. */
static void status_named(struct screen *s, const char *arg)
{
	struct str name = { arg, strcspn(arg, " ") };
	const struct app_action *a = step_to(s, name);
	bool ambiguous;

	if (!a)
		a = action_by_name(s->view, name, &ambiguous);
	arg += name.n;
	arg += strspn(arg, " ");
	if (a && a->act)
		screen_run(s, a, arg);
	else
		screen_complain(s, _("Okänd status: %.*s"), (int)name.n, name.p);
}

void do_status(struct screen *s, const struct app_action *a, const char *arg)
{
	struct box_state *b = &s->box;

	if (!screen_case(s))
		return;
	if (arg[0]) {
		status_named(s, arg);
		return;
	}
	box_close(s);
	b->kind = BOX_MENU;
	b->action = a;
	snprintf(b->title, sizeof(b->title), "%s", _("Status"));
	snprintf(b->keys, sizeof(b->keys), "%s",
		 _("Bokstaven väljer, eller Upp/Ner och Enter   Esc Avbryt"));
	for (int i = 0; i < MENU_ROWS; i++) {
		struct strbuf why = STRBUF_INIT_MAX(600);
		const struct app_action *row = action_by_id(menu[i].id);

		b->choices[i] = row;
		snprintf(b->letters[i], sizeof(b->letters[i]), "%s", menu[i].letter);
		b->possible[i] = screen_may(s, row, &why);
		snprintf(b->reasons[i], sizeof(b->reasons[i]), "%s", strbuf_cstr(&why));
		strbuf_release(&why);
	}
	b->count = MENU_ROWS;
	for (b->cursor = 0; b->cursor + 1 < b->count && !b->possible[b->cursor];)
		b->cursor++;
}
