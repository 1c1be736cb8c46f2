/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdio.h>
#include <string.h>

#include "app/enrol_flow.h"
#include "app/screen_inside.h"
#include "base/i18n.h"
#include "ui/unlock_view.h"

#include "base/banned.h"

static bool is_leave(int32_t code)
{
	return code == TK_F(3) || code == TK_CTRL('C');
}

/* --- Unlocking ------------------------------------------------------------------ */

static void wrong(struct screen *s, const struct err *why)
{
	struct unlock_state *u = &s->unlock;
	struct strbuf text = STRBUF_INIT_MAX(600);

	if (strcmp(why->code, "pin-wrong") == 0) {
		strbuf_addf(&text,
			    P_("Fel PIN, %d försök kvar.", "Fel PIN, %d försök kvar.",
			       PIN_TRIES - s->pin.wrong),
			    PIN_TRIES - s->pin.wrong);
		snprintf(u->error, sizeof(u->error), "%s", strbuf_cstr(&text));
		strbuf_release(&text);
		return;
	}
	u->tries++;
	if (strcmp(why->code, "passphrase-wrong") != 0)
		words_error(&text, why, true);
	else if (u->tries >= TRIES_MAX)
		strbuf_addf(&text,
			    _("Fel lösenfras, %d gånger nu. Är Caps Lock på? Utan lösenfrasen "
			      "behöver datorn anslutas på nytt."),
			    u->tries);
	else
		strbuf_adds(&text, _("Fel lösenfras."));
	snprintf(u->error, sizeof(u->error), "%s", strbuf_cstr(&text));
	strbuf_release(&text);
}

/* A form opens again by its own key, with its draft: the way back ends at the
 * case. */
static void return_to_place(struct screen *s)
{
	struct place was = s->unlock.was;
	const char *outbox = was.view == VIEW_OUTBOX ? "go-outbox" : "go-conflicts";

	s->unlock.was = (struct place){ .view = VIEW_QUEUE };
	if (!was.saved)
		return;
	if (!contact_alone(s))
		list_resume(s, &was);
	if (was.view == VIEW_OUTBOX || was.view == VIEW_CONFLICTS)
		screen_run(s, action_by_id(outbox), "");
	else if (!contact_alone(s) && was.view != VIEW_QUEUE && was.case_id[0])
		(void)case_open(s, was.case_id);
}

/* Digits are the PIN where one is set; a passphrase opens all the same. */
static enum status open_key(struct screen *s, struct str typed, struct err *why)
{
	enum status st;

	if (pin_is_set(&s->pin) && pin_is_form(typed))
		return screen_open_pin(s, typed, why);
	st = home_unlock(s->home, typed, why);
	if (st == ST_OK && strcmp(s->pin.kid, signkey_public(s->home->key)->kid) != 0)
		pin_release(&s->pin);
	return st;
}

static void try_unlock(struct screen *s)
{
	struct unlock_state *u = &s->unlock;
	struct err why = ERR_INIT;
	enum status st;

	if (line_empty(&u->secret))
		return;
	/* Opening the key takes its time by design: say so before it starts. */
	u->error[0] = '\0';
	u->busy = _("Öppnar nyckeln …");
	screen_draw(s);
	st = open_key(s, str_of(line_text(&u->secret)), &why);
	u->busy = NULL;
	line_clear(&u->secret);
	s->key_at = clock_boot(&s->home->clock);
	if (st != ST_OK) {
		wrong(s, &why);
		return;
	}
	u->tries = 0;
	list_start(s);
	return_to_place(s);
	screen_warn_key(s);
}

bool unlock_key(struct screen *s, struct key key)
{
	if (line_key(&s->unlock.secret, key))
		return true;
	if (key.code == TK_ENTER)
		try_unlock(s);
	else if (is_leave(key.code))
		s->ended = true;
	else if (key.code == TK_CTRL('L'))
		term_repaint(s->term);
	return true;
}

void unlock_draw(struct screen *s)
{
	const struct unlock_state *u = &s->unlock;
	struct unlock_model m = {
		.heading = _("Sluss är låst"),
		.text = str_of(_("Skriv din lösenfras och tryck Enter. Åtgärder som inte "
				 "är sända ligger kvar på disken och sänds när du har låst upp.")),
		.label = pin_is_set(&s->pin) ? _("PIN eller lösenfras") : _("Lösenfras"),
		.secret = &u->secret,
		.error = u->error[0] ? u->error : NULL,
		.busy = u->busy
	};

	if (pin_is_set(&s->pin))
		m.text = str_of(
			_("Skriv din PIN, eller din lösenfras, och tryck Enter. Åtgärder som "
			  "inte är sända ligger kvar på disken och sänds när du har låst upp."));
	/* Nothing that names a case or an officer stands here. */
	m.frame = (struct frame){ .title = _("LÅST"), .status = _("LÅST"), .hint = screen_hint(s) };
	unlock_view(&s->canvas, &m);
}

/* --- First run -------------------------------------------------------------------- */

void enrol_start_form(struct screen *s)
{
	struct form *f = &s->unlock.form;

	form_clear(f);
	(void)form_add(f, FIELD_LINE, "url", _("Centralens adress"));
	(void)form_add(f, FIELD_SECRET, "code", _("Inbjudan"));
	(void)form_add(f, FIELD_SECRET, "one", _("Ny lösenfras"));
	(void)form_add(f, FIELD_SECRET, "two", _("Lösenfras igen"));
	/* Who types the proposed words has typed them once already. */
	for (int i = 0; i + 1 < f->count; i++)
		f->fields[i].required = true;
	if (secret_make_words(&s->unlock.proposal, &s->home->rng, NULL) != ST_OK)
		secret_release(&s->unlock.proposal);
	form_set(f, "url", s->options->url ? s->options->url : "https://");
}

static void progress(void *ctx, enum enrol_step step)
{
	static const char *const texts[] = {
		[ENROL_ASKING] =
			N_("Steg 1 av 3: frågar centralen och jämför dess fingeravtryck …"),
		[ENROL_PROVING] = N_("Steg 2 av 3: gör en nyckel och visar att den är din …"),
		[ENROL_SEALING] = N_("Steg 3 av 3: låser nyckeln med lösenfrasen …"),
		[ENROL_DONE] = N_("Klart."),
	};
	struct screen *s = ctx;

	screen_say(s, "%s", _(texts[step]));
	screen_draw(s);
}

static void enrol(struct screen *s)
{
	struct form *f = &s->unlock.form;
	struct err why = ERR_INIT;
	char url[256];

	if (strcmp(form_get(f, "one"), form_get(f, "two")) != 0
	    && !str_eq(secret_str(&s->unlock.proposal), form_get(f, "one"))) {
		form_error(f, "two", _("De två lösenfraserna är olika"));
		return;
	}
	if (enrol_url(url, form_get(f, "url"), &why) != ST_OK) {
		form_error(f, "url", words_code(why.code) ? words_code(why.code) : why.text);
		return;
	}
	if (enrol_run(s->home, url, str_of(form_get(f, "code")), str_of(form_get(f, "one")),
		      progress, s, &why)
	    != ST_OK) {
		screen_fail(s, &why);
		return;
	}
	form_release(f);
	secret_release(&s->unlock.proposal);
	list_start(s);
	screen_say(s, _("Välkommen, %s. Ärendena hämtas nu."), s->home->who.name);
}

bool enrol_key(struct screen *s, struct key key)
{
	enum form_result r;

	if (is_leave(key.code)) {
		s->ended = true;
		return true;
	}
	r = form_key(&s->unlock.form, key);
	if (r == FORM_COMMIT)
		enrol(s);
	else if (r == FORM_CANCEL)
		screen_say(s, "%s", _("F3 avslutar. Inget är sparat ännu."));
	return true;
}

void enrol_draw(struct screen *s)
{
	static const char text[] =
		N_("Den här datorn får en egen signeringsnyckel. Den lämnar aldrig datorn. "
		   "Inbjudan får du av den som förvaltar Sluss; den gäller en gång. "
		   "Lösenfrasen öppnar nyckeln. Förslag, sex ord: %.*s. Skriv upp dem på ett "
		   "säkert ställe; de visas bara nu. En egen har minst tolv tecken och skrivs två "
		   "gånger.");
	struct strbuf note = STRBUF_INIT;
	struct frame f = { .title = _("FÖRSTA START"),
			   .hint = screen_hint(s),
			   .status = _("inget sparas förrän sista steget är klart"),
			   .message = strbuf_cstr(&s->message),
			   .message_is_error = s->message_is_error };
	struct dialog d = { .title = _("Anslut datorn"),
			    .form = &s->unlock.form,
			    .keys = _("F8 Anslut   Tab Nästa fält   F3 Avsluta") };

	if (!frame_draw(&s->canvas, &f))
		return;
	strbuf_addf(&note, _(text), (int)s->unlock.proposal.n, secret_str(&s->unlock.proposal).p);
	d.note = strbuf_str(&note);
	dialog_draw(&s->canvas, &d);
	strbuf_wipe(&note);
	if (s->message.len > 0)
		canvas_fieldf(&s->canvas, s->canvas.rows - 1, 0, s->canvas.cols,
			      s->message_is_error ? STYLE_ERROR : STYLE_BOLD, " %s",
			      strbuf_cstr(&s->message));
}
