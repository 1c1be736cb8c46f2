/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/arguments.h"
#include "app/days.h"
#include "app/form_plan.h"
#include "app/screen_inside.h"
#include "base/i18n.h"
#include "base/utf8.h"
#include "domain/phone.h"

#include "base/banned.h"

#define UNDO_NOTE N_("Åtgärden signeras med din nyckel. Den kan ångras (u) tills den har sänts.")

/* Stands for a case's id where the draft is for all that is marked. */
#define MARKED "marked"

static const struct form_plan plans[] = {
	{ "note",
	  UNDO_NOTE,
	  { { "text", N_("Text"), FIELD_TEXT, true, LIST_NONE, "", NULL },
	    { "kind", N_("Slag"), FIELD_CHOICE, true, LIST_NOTE_KIND, "file", "slag" } } },
	{ "call-note",
	  UNDO_NOTE,
	  { { "text", N_("Samtalet"), FIELD_TEXT, true, LIST_NONE, "", NULL } } },
	{ "call-back",
	  UNDO_NOTE,
	  { { "text", N_("Vem, när, vart"), FIELD_TEXT, true, LIST_NONE, "", NULL } } },
	{ "route",
	  UNDO_NOTE,
	  { { "queue", N_("Till kö"), FIELD_LINE, true, LIST_QUEUES, "", "kö" },
	    { "reason", N_("Skäl"), FIELD_LINE, false, LIST_NONE, "", "skäl" } } },
	{ "assign",
	  NULL,
	  { { "officer", N_("Till"), FIELD_LINE, true, LIST_OFFICERS, "", "vem" },
	    { "reason", N_("Skäl"), FIELD_LINE, false, LIST_NONE, "", "skäl" } } },
	{ "deadline",
	  NULL,
	  { { "due", N_("Frist"), FIELD_DATE, true, LIST_NONE, "", "frist" },
	    { "reason", N_("Skäl"), FIELD_LINE, false, LIST_NONE, "", "skäl" } } },
	{ "watch",
	  N_("Listan visar W när dagen är inne. Utan dag slutar du bevaka."),
	  { { "on", N_("Till dag"), FIELD_DATE, false, LIST_NONE, "+14d", "till" },
	    { "text", N_("Påminnelse"), FIELD_LINE, false, LIST_NONE, "", "om" } } },
	{ "priority",
	  NULL,
	  { { "priority", N_("Prioritet"), FIELD_CHOICE, true, LIST_PRIORITY, "2", "prio" } } },
	{ "ask",
	  UNDO_NOTE,
	  { { "text", N_("Vad som ska kompletteras"), FIELD_TEXT, true, LIST_NONE, "", NULL },
	    { "due", N_("Svar senast"), FIELD_DATE, false, LIST_NONE, "+14d", "senast" } } },
	{ "suspend",
	  UNDO_NOTE,
	  { { "reason", N_("Skäl"), FIELD_LINE, true, LIST_NONE, "", "skäl" },
	    { "until", N_("Till dag"), FIELD_DATE, false, LIST_NONE, "", "till" } } },
	{ "propose",
	  UNDO_NOTE,
	  { { "text", N_("Förslag"), FIELD_TEXT, false, LIST_NONE, "", NULL } } },
	{ "return",
	  UNDO_NOTE,
	  { { "reason", N_("Skäl"), FIELD_LINE, false, LIST_NONE, "", "skäl" } } },
	{ "release", NULL, { { "reason", N_("Skäl"), FIELD_LINE, false, LIST_NONE, "", "skäl" } } },
	{ "dispatch",
	  UNDO_NOTE,
	  { { "channel", N_("Sätt"), FIELD_CHOICE, true, LIST_CHANNEL, "letter", "sätt" },
	    { "on", N_("Dag"), FIELD_DATE, true, LIST_NONE, "idag", "dag" } } },
	{ "waive",
	  UNDO_NOTE,
	  { { "ground", N_("Skäl att inte expediera"), FIELD_LINE, true, LIST_NONE, "",
	      "skäl" } } },
	{ "reopen",
	  UNDO_NOTE,
	  { { "reason", N_("Skäl"), FIELD_LINE, true, LIST_NONE, "", "skäl" } } },
	{ "erase",
	  N_("Hela ärendet, gallring, och det som bär ärendet (ansökan, beslut, utskick) väntar på "
	     "en andra registrator. Annat raderas genast, och inget kommer tillbaka."),
	  { { "what", N_("Vad"), FIELD_CHOICE, true, LIST_ERASED, "entry", "vad" },
	    { "n", N_("Post"), FIELD_LINE, false, LIST_NONE, "", "post" },
	    { "ground", N_("Grund"), FIELD_CHOICE, true, LIST_ERASURE_GROUNDS, "misfiled",
	      "grund" },
	    { "why", N_("Skäl"), FIELD_LINE, true, LIST_NONE, "", "skäl" } } },
};

/* Arguments that follow from the row, and are not asked for. */
static const struct {
	const char *id, *arg, *value;
} settled[] = {
	{ "call-note", "kind", "call" },
	{ "call-back", "kind", "callback" },
};

const struct form_plan *form_plan_at(size_t i)
{
	return i < sizeof(plans) / sizeof(plans[0]) ? &plans[i] : NULL;
}

const struct form_plan *form_plan_find(const char *id)
{
	for (size_t i = 0; form_plan_at(i); i++)
		if (strcmp(plans[i].id, id) == 0)
			return &plans[i];
	return NULL;
}

/* --- Values to choose from ------------------------------------------------------- */

static const struct form_choice note_kinds[] = {
	{ "file", N_("Tjänsteanteckning") },
	{ "working", N_("Minnesanteckning") },
};
static const struct form_choice channels[] = {
	{ "letter", N_("Brev") },
	{ "e-mail", N_("E-post") },
	{ "digital-mail", N_("Digital post") },
	{ "visit", N_("Överlämnat på plats") },
};
static const struct form_choice priorities[] = {
	{ "1", N_("Hög") },
	{ "2", N_("Normal") },
	{ "3", N_("Låg") },
};

static const struct form_choice erased[] = {
	{ "entry", N_("en post") },
	{ "case", N_("hela ärendet") },
};
static const struct form_choice erasure_grounds[] = { WORDS_ERASURE_GROUNDS };

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

int form_choices(enum plan_list list, const struct form_choice **rows)
{
	static const struct {
		const struct form_choice *rows;
		int count;
	} lists[] = {
		[LIST_NONE] = { NULL, 0 },
		[LIST_NOTE_KIND] = { note_kinds, COUNT(note_kinds) },
		[LIST_CHANNEL] = { channels, COUNT(channels) },
		[LIST_PRIORITY] = { priorities, COUNT(priorities) },
		[LIST_QUEUES] = { NULL, 0 },
		[LIST_OFFICERS] = { NULL, 0 },
		[LIST_ERASED] = { erased, COUNT(erased) },
		[LIST_ERASURE_GROUNDS] = { erasure_grounds, COUNT(erasure_grounds) },
	};

	*rows = lists[list].rows;
	return lists[list].count;
}

static void add_field(struct box_state *b, const struct field_plan *p)
{
	const struct form_choice *rows;
	int count = form_choices(p->list, &rows);
	struct form *f = &b->form;
	struct form_field *field;

	if (p->kind == FIELD_CHOICE && b->value_count + count <= COUNT(b->values)) {
		struct form_choice *values = &b->values[b->value_count];

		for (int i = 0; i < count; i++)
			values[i] = (struct form_choice){ rows[i].value, _(rows[i].text) };
		b->value_count += count;
		(void)form_add_choice(f, p->arg, _(p->label), values, count);
	} else {
		(void)form_add(f, p->kind, p->arg, _(p->label));
	}
	field = form_field(f, p->arg);
	if (!field)
		return;
	field->required = p->required;
	field->has_list = p->list == LIST_QUEUES || p->list == LIST_OFFICERS;
	field->rows = p->kind == FIELD_TEXT ? 6 : 0;
	field->cols = p->kind == FIELD_DATE ? 16 : 0;
	form_set(f, p->arg, p->otherwise);
}

static bool folded_pair(struct strbuf *a, const char *name, struct strbuf *b, const char *typed)
{
	return utf8_fold(a, str_of(name), true) && utf8_fold(b, str_of(typed), true);
}

static bool starts(const char *name, const char *typed)
{
	struct strbuf a = STRBUF_INIT, b = STRBUF_INIT;
	bool yes = folded_pair(&a, name, &b, typed) && b.len > 0 && b.len <= a.len
		   && strncmp(strbuf_cstr(&a), strbuf_cstr(&b), b.len) == 0;

	strbuf_release(&a);
	strbuf_release(&b);
	return yes;
}

/* --- Opening ----------------------------------------------------------------------- */

static void restore_draft(struct screen *s)
{
	struct box_state *b = &s->box;
	struct strbuf words = STRBUF_INIT;

	if (draft_get(s->home->outbox, b->case_id, b->draft, &words, NULL) == ST_OK) {
		draft_read(&b->form, strbuf_str(&words));
		screen_say(s, "%s", _("Ditt utkast är tillbaka."));
	}
	strbuf_release(&words);
}

/* What a choice is called, or its value, as it was typed; NULL: neither. */
static const char *choice_typed(const struct form_field *f, const char *typed)
{
	for (int i = 0; i < f->choice_count; i++)
		if (starts(f->choices[i].value, typed) || starts(f->choices[i].text, typed))
			return f->choices[i].value;
	return NULL;
}

static void set_typed(struct box_state *b, const struct field_plan *p, const char *typed)
{
	const struct form_field *field = form_field_const(&b->form, p->arg);

	if (p->kind == FIELD_CHOICE && field)
		typed = choice_typed(field, typed);
	if (typed)
		form_set(&b->form, p->arg, typed);
	else
		form_error(&b->form, p->arg, _("Det finns inget sådant att välja"));
}

/* What stood behind the command: words for the first field, name=value for
 * the others. */
static void fill_typed(struct screen *s, const char *arg)
{
	struct box_state *b = &s->box;
	struct option_name names[PLAN_FIELDS];
	struct arguments args = ARGUMENTS_INIT;
	int count = 0, column = 0;

	for (; count < PLAN_FIELDS && b->plan->fields[count].arg; count++)
		names[count] = (struct option_name){ b->plan->fields[count].word,
						     b->plan->fields[count].arg };
	if (!arguments_read(&args, arg, names, count, &column))
		screen_complain(s, _("Tecken %d: värdet avslutas inte, eller står två gånger"),
				column);
	if (args.words.len > 0)
		set_typed(b, &b->plan->fields[0], strbuf_cstr(&args.words));
	for (int i = 0; i < count; i++)
		if (args.given[i])
			set_typed(b, &b->plan->fields[i], strbuf_cstr(&args.value[i]));
	arguments_release(&args);
}

/* "ring upp" is what the officer does, "anteckna" how it is kept. */
static const char *form_name(const struct app_action *a)
{
	return strcmp(a->id, "call-back") == 0 ? _("ring upp") : words_act(a->act);
}

/* A request to be called says who will see it. */
static void tell_reader(struct screen *s, const struct case_row *row)
{
	const struct names *n = &s->home->names;

	if (row->file.assignee[0])
		strbuf_addf(&s->box.text, _("Begäran går till %s."),
			    names_officer(n, row->file.assignee));
	else
		strbuf_addf(&s->box.text,
			    _("Ärendet har ingen handläggare: begäran läggs i kön %s."),
			    names_queue(n, row->file.queue));
	strbuf_adds(&s->box.text, " ");
}

/* What it is about: the case under the cursor, or all that are marked. */
static void head_form(struct screen *s, const struct case_row *row)
{
	struct box_state *b = &s->box;
	char number[DIARY_MAX];

	b->bulk = bulk_wanted(s);
	if (b->bulk) {
		snprintf(b->case_id, sizeof(b->case_id), "%s", MARKED);
		snprintf(b->title, sizeof(b->title),
			 P_("%s: %d ärende", "%s: %d ärenden", s->list.marks.count),
			 words_act(b->action->act), s->list.marks.count);
		bulk_tell(s, &b->text);
		return;
	}
	snprintf(b->case_id, sizeof(b->case_id), "%s", row->file.id);
	snprintf(b->title, sizeof(b->title), "%s: %s", form_name(b->action),
		 present_number(number, &row->file));
	if (strcmp(b->plan->id, "call-back") == 0)
		tell_reader(s, row);
	if (b->plan->note)
		strbuf_adds(&b->text, _(b->plan->note));
}

static void begin_form(struct screen *s, const struct app_action *a, const struct form_plan *plan,
		       const struct case_row *row)
{
	struct box_state *b = &s->box;

	box_close(s);
	b->kind = BOX_FORM;
	b->action = a;
	b->plan = plan;
	snprintf(b->draft, sizeof(b->draft), "%s", a->id);
	head_form(s, row);
	snprintf(b->keys, sizeof(b->keys), "%s",
		 b->bulk && bulk_is_large(s)
			 ? _("F8 två gånger: Utför   Tab Nästa fält   Esc Avbryt")
			 : _("F8 Utför   Tab Nästa fält   Esc Avbryt"));
	for (int i = 0; i < PLAN_FIELDS && plan->fields[i].arg; i++)
		add_field(b, &plan->fields[i]);
	if (strcmp(a->id, "erase") == 0)
		erase_about(s);
}

static void open_form(struct screen *s, const struct app_action *a, const char *arg)
{
	const struct case_row *row = screen_case(s);
	const struct form_plan *plan = form_plan_find(a->id);
	struct box_state *b = &s->box;

	if ((!row && !bulk_wanted(s)) || !plan)
		return;
	begin_form(s, a, plan, row);
	if (!b->bulk && strcmp(a->id, "deadline") == 0 && row->file.due_on[0])
		form_set(&b->form, "due", row->file.due_on);
	form_saved(&b->form);
	restore_draft(s);
	if (arg[0])
		fill_typed(s, arg);
	form_offers(s);
}

static const struct app_action *with_form(const char *act)
{
	const struct app_action *row;

	for (size_t i = 0; (row = action_row(i)) != NULL; i++)
		if (row->act && strcmp(row->act, act) == 0 && form_plan_find(row->id))
			return row;
	return NULL;
}

bool form_open_again(struct screen *s, const struct action *said, int64_t item)
{
	const struct app_action *a = said->def ? with_form(said->def->name) : NULL;
	const struct case_row *row = screen_case(s);
	struct box_state *b = &s->box;

	if (!a || !row)
		return false;
	begin_form(s, a, form_plan_find(a->id), row);
	b->item = item;
	snprintf(b->draft, sizeof(b->draft), "instead-%lld", (long long)item);
	for (int i = 0; i < PLAN_FIELDS && b->plan->fields[i].arg; i++) {
		const struct field_plan *p = &b->plan->fields[i];
		const char *was = action_get(said, p->arg);

		form_set(&b->form, p->arg,
			 p->list == LIST_QUEUES ? names_queue(&s->home->names, was) : was);
	}
	form_saved(&b->form);
	restore_draft(s);
	form_offers(s);
	return true;
}

#define FORM_DEED(name)                                                                            \
	void name(struct screen *s, const struct app_action *a, const char *arg)                   \
	{                                                                                          \
		open_form(s, a, arg);                                                              \
	}
FORM_DEED(do_note)
FORM_DEED(do_route)
FORM_DEED(do_assign)
FORM_DEED(do_deadline)
FORM_DEED(do_watch)
FORM_DEED(do_priority)
FORM_DEED(do_ask)
FORM_DEED(do_suspend_case)
FORM_DEED(do_propose)
FORM_DEED(do_return)
FORM_DEED(do_release)
FORM_DEED(do_dispatch)
FORM_DEED(do_waive)
FORM_DEED(do_reopen)
FORM_DEED(do_erase)

/* --- Queues and officers that fit what is typed ------------------------------------------ */

/* The list of the field with the keys. */
static enum plan_list focused_list(const struct screen *s)
{
	const struct box_state *b = &s->box;
	const struct form *f = &b->form;

	if (b->kind != BOX_FORM || f->count == 0 || !f->fields[f->focus].has_list)
		return LIST_NONE;
	return b->plan->fields[f->focus].list;
}

static bool fits(const char *name, const char *typed)
{
	struct strbuf a = STRBUF_INIT, b = STRBUF_INIT;
	bool yes = folded_pair(&a, name, &b, typed)
		   && (b.len == 0 || strstr(strbuf_cstr(&a), strbuf_cstr(&b)) != NULL);

	strbuf_release(&a);
	strbuf_release(&b);
	return yes;
}

static void offer(struct box_state *b, const char *typed, struct offer o)
{
	if (b->offer_count < OFFERS_MAX && (fits(o.name, typed) || fits(o.code, typed)))
		b->offers[b->offer_count++] = o;
}

/* The unit of the case that the form is about; "" for several cases. */
static const char *unit_of_form(const struct screen *s)
{
	const struct case_row *row = screen_case(s);

	return row && !s->box.bulk ? row->file.unit : "";
}

void form_offers(struct screen *s)
{
	struct box_state *b = &s->box;
	const struct names *n = &s->home->names;
	enum plan_list list = focused_list(s);
	const char *typed;

	b->offer_count = 0;
	if (list == LIST_NONE)
		return;
	typed = form_get(&b->form, b->form.fields[b->form.focus].name);
	for (int i = 0; list == LIST_QUEUES && i < n->registry.queue_count; i++) {
		const struct queue *q = &n->registry.queues[i];

		offer(b, typed,
		      (struct offer){ q->name.code, names_queue(n, q->name.code),
				      names_unit(n, q->unit) });
	}
	for (int i = 0; list == LIST_OFFICERS && i < n->officers.count; i++) {
		const struct officer_name *o = &n->officers.rows[i];

		if (!names_has_desk(o, unit_of_form(s)))
			continue;
		offer(b, typed, (struct offer){ o->id, o->name[0] ? o->name : o->id, o->id });
	}
	if (b->cursor >= b->offer_count)
		b->cursor = b->offer_count > 0 ? b->offer_count - 1 : 0;
}

/* Up and Down choose among the offers, Enter and Tab take the chosen one. An
 * officer is set by id: two may have one name. */
bool form_offer_key(struct screen *s, struct key key)
{
	struct box_state *b = &s->box;
	bool take = key.code == TK_ENTER || key.code == TK_TAB || key.code == TK_F(8);
	enum plan_list list = focused_list(s);

	if (list == LIST_NONE || b->offer_count == 0 || key.pasted)
		return false;
	if (key.code == TK_UP || key.code == TK_DOWN || key.code == TK_F(4)) {
		b->cursor += key.code == TK_UP ? b->offer_count - 1 : 1;
		b->cursor %= b->offer_count;
		return true;
	}
	if (take)
		form_set(&b->form, b->form.fields[b->form.focus].name,
			 list == LIST_OFFICERS ? b->offers[b->cursor].code
					       : b->offers[b->cursor].name);
	else
		b->cursor = 0;
	return false;
}

/* --- Committing ------------------------------------------------------------------------------ */

struct filled {
	char days[PLAN_FIELDS][DAY_TEXT];
	const struct queue *queue;
	const struct officer_name *officer;
};

static bool fill_one(struct screen *s, struct intent *in, const struct field_plan *p,
		     char day[DAY_TEXT], struct filled *filled)
{
	struct form *f = &s->box.form;
	const char *typed = form_get(f, p->arg);
	struct str value = str_of(typed);
	bool several = false;

	if (!typed[0])
		return true;
	if (p->kind == FIELD_DATE) {
		struct err why = ERR_INIT;

		if (day_typed(day, typed, home_today(s->home), &why) != ST_OK) {
			form_error(f, p->arg, words_code(why.code));
			return false;
		}
		value = str_of(day);
	}
	if (p->list == LIST_QUEUES) {
		filled->queue = names_find_queue(&s->home->names, typed, &several);
		if (!filled->queue) {
			form_error(f, p->arg,
				   several ? _("Flera köer passar") : _("Ingen kö heter så"));
			return false;
		}
		in->args[in->arg_count++] =
			(struct intent_arg){ "unit", str_of(filled->queue->unit) };
		value = str_of(filled->queue->name.code);
	}
	if (p->list == LIST_OFFICERS) {
		filled->officer =
			names_find_officer(&s->home->names, typed, unit_of_form(s), &several);
		if (!filled->officer) {
			form_error(f, p->arg,
				   several ? _("Flera handläggare passar")
					   : _("Ingen som kan ha ärendet heter så"));
			return false;
		}
		value = str_of(filled->officer->id);
	}
	in->args[in->arg_count++] = (struct intent_arg){ p->arg, value };
	return true;
}

void form_commit(struct screen *s)
{
	struct box_state *b = &s->box;
	struct intent in = { .act = b->action->act, .sup = b->item };
	struct filled filled = { .queue = NULL };
	char case_id[UUID_TEXT];

	snprintf(case_id, sizeof(case_id), "%s", b->case_id);
	in.case_id = case_id;
	for (int i = 0; i < PLAN_FIELDS && b->plan->fields[i].arg; i++)
		if (!erase_leaves_out(b, b->plan->fields[i].arg)
		    && !fill_one(s, &in, &b->plan->fields[i], filled.days[i], &filled))
			return;
	if (strcmp(b->plan->id, "erase") == 0 && !erase_ready(s))
		return;
	for (size_t i = 0; i < sizeof(settled) / sizeof(settled[0]); i++)
		if (strcmp(settled[i].id, b->plan->id) == 0)
			in.args[in.arg_count++] =
				(struct intent_arg){ settled[i].arg, str_of(settled[i].value) };
	if (strcmp(b->plan->id, "call-back") == 0
	    && !phone_in(str_of(form_get(&b->form, "text")))) {
		form_error(&b->form, "text", _("Telefonnumret fattas: 7 till 15 siffror"));
		return;
	}
	if (b->bulk && bulk_is_large(s) && !b->asked) {
		b->asked = true;
		screen_complain(s, _("%d ärenden: F8 en gång till utför. Esc avbryter."),
				s->list.marks.count);
		return;
	}
	if (b->bulk) {
		/* Not begun: the words stay, as with one case. */
		if (bulk_start(s, b->action, &in)) {
			screen_drop_draft(s, case_id, b->action->id);
			box_close(s);
		}
		return;
	}
	/* Refused: the words stay in the box, and on disk. */
	if (!screen_act(s, &in)) {
		box_save_draft(s);
		return;
	}
	screen_drop_draft(s, case_id, b->draft);
	box_close(s);
}
