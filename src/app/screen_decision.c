/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdio.h>
#include <string.h>

#include "app/screen_inside.h"
#include "base/i18n.h"
#include "domain/deadline.h"
#include "ui/decision_view.h"
#include "ui/letter_view.h"

#include "base/banned.h"

/* A little longer than one answer is waited for. */
enum { FEEL_UNTIL_MS = 4000 };
enum { CHECKS = sizeof(((struct decision_state *)0)->checks) / sizeof(struct check_item) };

void decision_leave(struct screen *s)
{
	struct decision_state *d = &s->decide;

	decision_release(&d->decision);
	form_release(&d->form);
	form_release(&d->sign);
	case_row_release(&d->row);
	strbuf_release(&d->text);
	*d = (struct decision_state){ .row = CASE_ROW_INIT, .decision = DECISION_INIT };
}

/* --- The form -------------------------------------------------------------------- */

static void fill_outcomes(struct screen *s)
{
	struct decision_state *d = &s->decide;
	const struct casetype *t = registry_type(&s->home->names.registry, d->row.file.type);
	int n = 0;

	for (int i = 0; t && i < t->outcome_count && n < FORM_CHOICES_MAX; i++, n++)
		d->outcomes[n] = (struct form_choice){ t->outcomes[i].code,
						       names_outcome(&s->home->names, t->name.code,
								     t->outcomes[i].code) };
	(void)form_add_choice(&d->form, "outcome", _("Utfall"), d->outcomes, n);
}

static void fill_grounds(struct decision_state *d)
{
	int n = 0;

	d->grounds[n++] = (struct form_choice){ "", _("nej, skälen står ovan") };
	for (size_t i = 0; words_ground_at(i) && n < FORM_CHOICES_MAX; i++, n++)
		d->grounds[n] = (struct form_choice){ words_ground_at(i),
						      words_ground(words_ground_at(i)) };
	(void)form_add_choice(&d->form, "reasons_omitted", _("Utelämna skäl"), d->grounds, n);
	d->form.fields[d->form.count - 1].chosen = 0;
}

static void area(struct form *f, const char *name, const char *label, int rows)
{
	(void)form_add(f, FIELD_TEXT, name, label);
	f->fields[f->count - 1].rows = rows;
}

/* The five facts of FL 31, and the reasons of FL 32. */
static void make_form(struct screen *s)
{
	struct decision_state *d = &s->decide;
	struct form *f = &d->form;
	char day[DAY_TEXT];
	struct strbuf who = STRBUF_INIT;

	fill_outcomes(s);
	area(f, "content", _("Beslut"), 2);
	area(f, "reasons", _("Skäl"), 3);
	fill_grounds(d);
	(void)form_add(f, FIELD_LINE, "legal_basis", _("Lagrum"));
	(void)form_add(f, FIELD_SHOW, "decided_on", _("Beslutsdag"));
	(void)form_add(f, FIELD_SHOW, "decider", _("Beslutsfattare"));
	(void)form_add(f, FIELD_LINE, "rapporteur", _("Föredragande"));
	(void)form_add(f, FIELD_LINE, "participants", _("Deltog också"));
	form_field(f, "rapporteur")->note = _("handläggarens kod; tomt = ingen");
	form_field(f, "rapporteur")->cols = 20;
	day_format(day, home_today(s->home));
	form_set(f, "decided_on", day);
	strbuf_addf(&who, "%s, %s", s->home->who.name, s->home->who.title);
	form_set(f, "decider", strbuf_cstr(&who));
	form_set(f, "legal_basis", strbuf_cstr(&d->decision.legal_basis));
	strbuf_release(&who);
}

/* The decision of this case that was refused and that nobody has seen to. */
static int64_t refused_decision(struct screen *s, const char *case_id)
{
	struct outbox_item i = OUTBOX_ITEM_INIT;
	int64_t id = 0;

	while (outbox_of_case(s->home->outbox, case_id, i.id, &i, NULL) == ST_OK)
		if (strcmp(i.act, "case.decide") == 0 && conflict_waits(&i))
			id = i.id;
	outbox_item_release(&i);
	return id;
}

void do_decide(struct screen *s, const struct app_action *a, const char *arg)
{
	const struct case_row *row = screen_case(s);
	struct decision_state *d = &s->decide;
	struct strbuf words = STRBUF_INIT;
	struct err why = ERR_INIT;
	char case_id[UUID_TEXT];

	(void)a;
	(void)arg;
	if (!row)
		return;
	snprintf(case_id, sizeof(case_id), "%s", row->file.id);
	decision_leave(s);
	if (case_get(s->home->cache, case_id, &d->row, &why) != ST_OK) {
		screen_fail(s, &why);
		return;
	}
	snprintf(d->case_id, sizeof(d->case_id), "%s", case_id);
	d->sup = refused_decision(s, case_id);
	decision_suggest(&d->decision, s->home, &d->row.file);
	decision_digits(d->digits, &d->row.file);
	make_form(s);
	if (draft_get(s->home->outbox, case_id, "decision", &words, NULL) == ST_OK) {
		draft_read(&d->form, strbuf_str(&words));
		screen_say(s, "%s", _("Ditt utkast är tillbaka."));
	}
	form_saved(&d->form);
	strbuf_release(&words);
	screen_go(s, VIEW_DECISION);
}

void decision_again(struct screen *s, int64_t item)
{
	const struct app_action *a = action_by_id("decide");
	struct outbox_item old = OUTBOX_ITEM_INIT;
	struct strbuf words = STRBUF_INIT_MAX(600);
	struct err why = ERR_INIT;

	if (!screen_may(s, a, &words)) {
		screen_complain(s, _("Går inte nu: %s"), strbuf_cstr(&words));
	} else if (outbox_get(s->home->outbox, item, &old, &why) != ST_OK) {
		screen_fail(s, &why);
	} else {
		(void)screen_keep_words(s, &old);
		do_decide(s, a, "");
	}
	outbox_item_release(&old);
	strbuf_release(&words);
}

/* What is signed stays bound to what was read: the central's judge decides. */
void decision_moved(struct screen *s)
{
	struct decision_state *d = &s->decide;
	struct entry last = ENTRY_INIT;
	enum status st = entry_before(s->home->cache, d->case_id, INT64_MAX, &last, NULL);

	if (st == ST_OK && last.n > d->row.file.n && last.n > d->told_n
	    && strcmp(last.sub, s->home->who.sub) != 0) {
		d->told_n = last.n;
		screen_complain(s, _("Ärendet har ändrats av %s: %s. Läs det innan du signerar."),
				names_officer(&s->home->names, last.sub), words_act(last.act));
	}
	entry_release(&last);
}

void decision_save_draft(struct screen *s)
{
	struct decision_state *d = &s->decide;
	struct strbuf words = STRBUF_INIT;
	struct err why = ERR_INIT;
	int64_t now = screen_now(s);

	if (!d->case_id[0] || !d->form.changed)
		return;
	draft_write(&words, &d->form);
	if (draft_save(s->home->outbox, d->case_id, "decision", strbuf_str(&words), now, &why)
	    == ST_OK) {
		form_saved(&d->form);
		words_when(d->saved_at, now, now);
		s->dirty = true;
	} else {
		screen_fail(s, &why);
	}
	strbuf_release(&words);
}

bool decision_may_leave(struct screen *s)
{
	struct decision_state *d = &s->decide;
	bool again = d->discard;

	decision_save_draft(s);
	s->draft_at = 0;
	d->discard = d->form.changed;
	if (!d->discard || again)
		return true;
	screen_complain(
		s, "%s",
		_("Utkastet kunde inte sparas. Esc igen kastar texten; den står kvar annars."));
	return false;
}

/* --- What must be in order ---------------------------------------------------------- */

static void check(struct decision_state *d, enum check_state state, const char *text,
		  const char *note)
{
	if (d->check_count == CHECKS)
		return;
	d->checks[d->check_count++] = (struct check_item){ state, text, note };
	d->open_checks = d->open_checks || state == CHECK_OPEN;
}

static bool filled(const struct decision_state *d, const char *name)
{
	return !ui_text_blank(str_of(form_get(&d->form, name)));
}

/* Reasons, and a ground to leave them out: one of them is a mistake. */
static bool twice(const struct decision_state *d)
{
	return filled(d, "reasons") && form_get(&d->form, "reasons_omitted")[0];
}

static void check_all(struct screen *s)
{
	struct decision_state *d = &s->decide;
	bool reasons = filled(d, "reasons") || form_get(&d->form, "reasons_omitted")[0];
	struct day due;
	bool late = day_parse(&due, str_of(d->row.file.due_on))
		    && days_left(home_today(s->home), due) < 0;

	d->check_count = 0;
	d->open_checks = false;
	check(d, form_get(&d->form, "outcome")[0] ? CHECK_DONE : CHECK_OPEN, _("Utfall valt"),
	      NULL);
	check(d, filled(d, "content") ? CHECK_DONE : CHECK_OPEN, _("Beslutets innehåll"), NULL);
	check(d, CHECK_DONE, _("Dag och beslutsfattare"), NULL);
	if (twice(d))
		check(d, CHECK_OPEN, _("välj: skäl, eller utelämna dem"), NULL);
	else
		check(d, reasons ? CHECK_DONE : CHECK_OPEN, _("Skäl, eller grund att utelämna"),
		      NULL);
	check(d, CHECK_DONE, _("Överklagande"), _("läggs till i brevet"));
	check(d, late ? CHECK_WARN : CHECK_DONE, _("Frist"), late ? _("har gått ut") : NULL);
	check(d, filled(d, "legal_basis") ? CHECK_DONE : CHECK_WARN, _("Lagrum"),
	      filled(d, "legal_basis") ? NULL : _("saknas"));
	check(d, d->previewed ? CHECK_DONE : CHECK_OPEN, _("Förhandsgranskat"),
	      d->previewed ? NULL : "F7");
}

/* The first thing that stands in the way of a signature, or NULL. */
static const char *blocked(const struct decision_state *d)
{
	if (!form_get(&d->form, "outcome")[0])
		return _("Kan inte signeras: välj utfall med en siffra");
	if (!filled(d, "content"))
		return _("Kan inte signeras: skriv vad som beslutas");
	if (!filled(d, "reasons") && !form_get(&d->form, "reasons_omitted")[0])
		return _("Kan inte signeras: skriv skälen, eller välj en grund att utelämna dem");
	if (twice(d))
		return _("Kan inte signeras: välj skäl eller grund att utelämna, inte båda");
	if (!d->previewed)
		return _("Kan inte signeras: förhandsgranska beslutet först (F7)");
	return NULL;
}

/* --- From the form to the letter ------------------------------------------------------- */

static void take_form(struct screen *s)
{
	struct decision_state *d = &s->decide;
	struct decision *to = &d->decision;
	const struct form *f = &d->form;

	snprintf(to->outcome, sizeof(to->outcome), "%s", form_get(f, "outcome"));
	snprintf(to->reasons_omitted, sizeof(to->reasons_omitted), "%s",
		 form_get(f, "reasons_omitted"));
	snprintf(to->rapporteur, sizeof(to->rapporteur), "%s", form_get(f, "rapporteur"));
	strbuf_sets(&to->content, form_get(f, "content"));
	strbuf_sets(&to->reasons, form_get(f, "reasons"));
	strbuf_sets(&to->legal_basis, form_get(f, "legal_basis"));
	strbuf_sets(&to->participants, form_get(f, "participants"));
}

static void preview(struct screen *s)
{
	struct decision_state *d = &s->decide;
	struct err why = ERR_INIT;

	if (!form_get(&d->form, "outcome")[0]) {
		screen_complain(s, "%s", _("Välj utfall med en siffra."));
		form_focus(&d->form, "outcome");
		return;
	}
	take_form(s);
	strbuf_clear(&d->text);
	if (decision_prepare(&d->decision, s->home, &d->row.file, &why) != ST_OK
	    || decision_text(&d->text, &d->decision, &why) != ST_OK) {
		screen_fail(s, &why);
		return;
	}
	decision_save_draft(s);
	d->previewed = true;
	d->top = 0;
	d->read_through = false;
	d->signing = false;
	screen_go(s, VIEW_LETTER);
}

bool decision_key(struct screen *s, struct key key)
{
	struct decision_state *d = &s->decide;
	const char *why;

	switch (form_key(&d->form, key)) {
	case FORM_STAY:
		d->discard = false;
		if (d->form.changed) {
			/* What was read is no longer what would be signed. */
			d->previewed = false;
			if (!s->draft_at)
				s->draft_at = clock_boot(&s->home->clock) + DRAFT_MS;
		}
		return true;
	case FORM_COMMIT:
		why = blocked(d);
		if (why)
			screen_complain(s, "%s", why);
		else
			preview(s);
		return true;
	case FORM_PREVIEW:
		preview(s);
		return true;
	case FORM_LIST:
	case FORM_EDITOR:
		return true;
	case FORM_CANCEL:
	case FORM_HELP:
	case FORM_PASS:
		break;
	}
	return false;
}

static void tab_title(struct screen *s, const char *what)
{
	char number[DIARY_MAX];

	strbuf_clear(&s->title);
	strbuf_clear(&s->title_right);
	strbuf_addf(&s->title, "%s › %s", present_number(number, &s->decide.row.file), what);
}

void decision_draw(struct screen *s)
{
	struct decision_state *d = &s->decide;
	struct decision_model m = { .form = &d->form,
				    .checks_heading = _("Kontroll före signering"),
				    .checks = d->checks };
	struct strbuf dispatch = STRBUF_INIT;

	tab_title(s, _("BESLUT"));
	if (d->saved_at[0])
		strbuf_addf(&s->title_right, _("utkast sparat %s, lokalt"), d->saved_at);
	check_all(s);
	m.check_count = d->check_count;
	m.blocked = blocked(d);
	strbuf_addf(&dispatch, "%s: ", _("Expedieras till"));
	strbuf_add(&dispatch, present_party(&d->row.file).p, present_party(&d->row.file).n);
	m.dispatch = strbuf_str(&dispatch);
	screen_frame(s, &m.frame);
	decision_view(&s->canvas, &m);
	strbuf_release(&dispatch);
}

/* --- The letter, and the signature ----------------------------------------------------------- */

struct sign_texts {
	struct strbuf what, as;
	char content[80];
};

static void sign_texts(struct screen *s, struct sign_texts *t)
{
	const struct decision_state *d = &s->decide;
	const struct decision *dec = &d->decision;

	strbuf_addf(&t->what, "%s · %s · ",
		    names_outcome(&s->home->names, d->row.file.type, dec->outcome),
		    d->row.file.diary_no);
	strbuf_add(&t->what, strbuf_cstr(&d->row.file.title), d->row.file.title.len);
	strbuf_addf(&t->as, "%s, %s", s->home->who.name, s->home->who.title);
	if (dec->delegation[0])
		strbuf_addf(&t->as, ", %s %s", _("delegation"), dec->delegation);
	snprintf(t->content, sizeof(t->content), "SHA-256 %.4s %.4s %.4s … (%s)",
		 dec->letter_sha256, dec->letter_sha256 + 4, dec->letter_sha256 + 8,
		 _("samma som visas"));
}

static void letter_model(struct screen *s, struct letter_model *m, struct sign_box *box,
			 struct sign_texts *t)
{
	struct decision_state *d = &s->decide;

	*m = (struct letter_model){ .text = strbuf_str(&d->text), .top = d->top };
	tab_title(s, _("FÖRHANDSGRANSKNING"));
	screen_frame(s, &m->frame);
	if (!d->signing)
		return;
	sign_texts(s, t);
	*box = (struct sign_box){
		.title = _("Signera beslut"),
		.what = strbuf_str(&t->what),
		.as = strbuf_str(&t->as),
		.content = t->content,
		.form = &d->sign,
		.warning = _(
			"När beslutet har sänts kan det inte ångras, bara rättas eller omprövas."),
		.keys = _("F8 Signera och lägg i utkorg    Esc Avbryt (förvalt)")
	};
	m->sign = box;
	/* Mistakes in the box are said in the box's own field. */
}

void letter_draw(struct screen *s)
{
	struct sign_texts t = { STRBUF_INIT, STRBUF_INIT, "" };
	struct letter_model m;
	struct sign_box box;

	letter_model(s, &m, &box, &t);
	letter_view(&s->canvas, &m);
	strbuf_release(&t.what);
	strbuf_release(&t.as);
}

/*
 * Keep the top within the letter, and remember when its end has been in
 * sight. Worked out at the key, not at the drawing: keys typed ahead mean the
 * same as keys typed slowly.
 */
static void settle_top(struct screen *s)
{
	struct decision_state *d = &s->decide;
	struct letter_model m = { .text = strbuf_str(&d->text) };
	int lines = letter_lines(&m, s->canvas.cols);
	int seen = letter_seen(&m, s->canvas.rows, s->canvas.cols);

	if (d->top > lines - seen)
		d->top = lines - seen;
	if (d->top < 0)
		d->top = 0;
	if (seen > 0 && d->top + seen >= lines)
		d->read_through = true;
}

static bool scroll(struct screen *s, int32_t code)
{
	struct decision_state *d = &s->decide;
	int page = s->canvas.rows - 6 > 1 ? s->canvas.rows - 6 : 1;

	switch (code) {
	case TK_PGDN:
	case ' ':
		d->top += page;
		break;
	case TK_PGUP:
		d->top -= page;
		break;
	case TK_DOWN:
	case 'j':
		d->top++;
		break;
	case TK_UP:
	case 'k':
		d->top--;
		break;
	case TK_HOME:
		d->top = 0;
		break;
	case TK_END:
	case 'G':
		d->top = 1 << 20;
		break;
	default:
		return false;
	}
	settle_top(s);
	return true;
}

/*
 * Whether the network is there is asked for when it matters: the status row's
 * word may be half a minute old. Keys wait meanwhile, so that keys typed ahead
 * mean the same as keys typed slowly.
 */
static void feel(struct screen *s, void (*then)(struct screen *s))
{
	struct decision_state *d = &s->decide;

	d->felt = then;
	d->online = true;
	d->feeling = !options_is(&s->home->config.options, OPT_DECIDE_OFFLINE, "allow");
	if (!d->feeling) {
		then(s);
		return;
	}
	d->feel_until = clock_boot(&s->home->clock) + FEEL_UNTIL_MS;
	engine_feel(s->engine);
	screen_say(s, "%s", _("Frågar centralen…"));
}

void decision_heard(struct screen *s)
{
	struct decision_state *d = &s->decide;

	if (!d->feeling
	    || (!engine_felt(s->engine, &d->online) && clock_boot(&s->home->clock) < d->feel_until))
		return;
	d->feeling = false;
	if (!s->message_is_error)
		strbuf_clear(&s->message);
	s->dirty = true;
	d->felt(s);
}

static void add_offline(struct decision_state *d)
{
	(void)form_add(&d->sign, FIELD_CHECK, "offline", _("Signera utan nät"));
	form_field(&d->sign, "offline")->note = _("Blanksteg bockar för");
}

static void open_sign_box(struct screen *s)
{
	struct decision_state *d = &s->decide;
	struct err why = ERR_INIT;
	int n = (int)strlen(d->digits);

	if (decision_allowed(&s->home->config, d->online, false, &why) == ST_REFUSED) {
		screen_fail(s, &why);
		return;
	}
	form_clear(&d->sign);
	(void)form_add(&d->sign, FIELD_LINE, "digits", _("Sista siffrorna"));
	d->sign.fields[0].cols = 8;
	if (n < 4)
		snprintf(d->digits_note, sizeof(d->digits_note),
			 P_("skriv ärendets nummer: %d siffra", "skriv ärendets nummer: %d siffror",
			    n),
			 n);
	else
		snprintf(d->digits_note, sizeof(d->digits_note), "%s",
			 _("de fyra sista siffrorna i ärendets nummer"));
	d->sign.fields[0].note = d->digits_note;
	d->sign.fields[0].required = true;
	if (pin_is_set(&s->pin)) {
		(void)form_add(&d->sign, FIELD_SECRET, "pin", _("PIN"));
		form_field(&d->sign, "pin")->required = true;
		form_field(&d->sign, "pin")->cols = PIN_MOST;
	}
	if (!d->online)
		add_offline(d);
	d->signing = true;
}

static void begin_signing(struct screen *s)
{
	struct decision_state *d = &s->decide;

	settle_top(s); /* the screen may have another size by now */
	if (blocked(d))
		screen_complain(s, "%s", blocked(d));
	else if (!d->read_through)
		screen_complain(
			s, "%s",
			_("Bläddra till beslutets slut först (PgDn): du signerar det du har läst."));
	else
		feel(s, open_sign_box);
}

static void sign(struct screen *s)
{
	struct decision_state *d = &s->decide;
	struct intent in = { .act = NULL };
	struct err why = ERR_INIT;
	char number[DIARY_MAX];
	bool confirmed = form_get(&d->sign, "offline")[0] != '\0';

	if (decision_allowed(&s->home->config, d->online, confirmed, &why) != ST_OK) {
		if (!form_field(&d->sign, "offline"))
			add_offline(d);
		if (strcmp(why.code, "decide-confirm") == 0)
			form_error(
				&d->sign, "offline",
				_("Nätet är borta: bocka för med blanksteg för att signera ändå"));
		else
			screen_fail(s, &why);
		return;
	}
	(void)present_number(number, &d->row.file);
	decision_intent(&in, &d->decision, s->home, &d->row.file);
	in.sup = d->sup;
	if (!screen_act(s, &in))
		return;
	screen_drop_draft(s, d->case_id, "decision");
	s->draft_at = 0;
	d->form.changed = false;
	/* Past the letter and the form, to where the decision was begun. */
	s->depth--;
	s->view = VIEW_DECISION;
	decision_leave(s);
	screen_back(s);
	screen_say(s, _("Beslutet i %s är signerat och ligger i utkorgen."), number);
}

/* The PIN, where one is set, says that it is still the officer who sits here. */
static bool pin_holds(struct screen *s)
{
	struct decision_state *d = &s->decide;
	struct err why = ERR_INIT;
	char wrong[FORM_ERROR_MAX];

	if (!form_field(&d->sign, "pin")
	    || pin_open(&s->pin, str_of(form_get(&d->sign, "pin")), NULL, &why) == ST_OK)
		return true;
	if (strcmp(why.code, "pin-wrong") != 0) {
		screen_lock(s);
		snprintf(s->unlock.error, sizeof(s->unlock.error), "%s", words_code("pin-gone"));
		return false;
	}
	snprintf(wrong, sizeof(wrong),
		 P_("Fel PIN, %d försök kvar.", "Fel PIN, %d försök kvar.",
		    PIN_TRIES - s->pin.wrong),
		 PIN_TRIES - s->pin.wrong);
	form_set(&d->sign, "pin", "");
	form_error(&d->sign, "pin", wrong);
	return false;
}

/* F8 in the box. */
static void confirm(struct screen *s)
{
	struct decision_state *d = &s->decide;
	int n = (int)strlen(d->digits);
	char wrong[FORM_ERROR_MAX];

	if (decision_confirmed(form_get(&d->sign, "digits"), &d->row.file)) {
		if (pin_holds(s))
			feel(s, sign);
		return;
	}
	snprintf(wrong, sizeof(wrong),
		 P_("Siffrorna är inte ärendets: skriv %d siffra",
		    "Siffrorna är inte ärendets: skriv %d siffror", n),
		 n);
	form_error(&d->sign, "digits", wrong);
}

bool letter_key(struct screen *s, struct key key)
{
	struct decision_state *d = &s->decide;

	if (!d->signing) {
		if (!key.pasted && scroll(s, key.code))
			return true;
		if (key.code != TK_F(8))
			return false;
		begin_signing(s);
		return true;
	}
	if ((key.code == TK_PGDN || key.code == TK_PGUP) && scroll(s, key.code))
		return true;
	switch (form_key(&d->sign, key)) {
	case FORM_COMMIT:
		confirm(s);
		break;
	case FORM_CANCEL:
		d->signing = false;
		form_clear(&d->sign);
		break;
	default:
		break;
	}
	return true;
}
