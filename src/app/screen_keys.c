/* SPDX-License-Identifier: EUPL-1.2 */
/* The boxes of passphrase and PIN, and what is said of a key that ends. */
#include <stdio.h>
#include <string.h>

#include "app/enrol_flow.h"
#include "app/key_words.h"
#include "app/screen_inside.h"
#include "base/i18n.h"
#include "sync/enrol.h"

#include "base/banned.h"

/* A form whose fields are secrets: no draft, and F8 does `commit`. */
static void open_box(struct screen *s, const struct app_action *a, const char *title,
		     void (*commit)(struct screen *s))
{
	struct box_state *b = &s->box;

	box_close(s);
	b->kind = BOX_FORM;
	b->action = a;
	b->commit = commit;
	snprintf(b->title, sizeof(b->title), "%s", title);
	snprintf(b->keys, sizeof(b->keys), "%s", _("F8 Utför   Tab Nästa fält   Esc Avbryt"));
}

static void add_secret(struct screen *s, const char *name, const char *label)
{
	int i = form_add(&s->box.form, FIELD_SECRET, name, label);

	s->box.form.fields[i].required = true;
}

/* The key is opened with the passphrase first: who has found a desk open gets
 * neither a key nor a PIN of his own by it. */
static enum status prove_it(struct screen *s, struct err *why)
{
	struct signkey *key = NULL;
	enum status st;

	st = unlock(s->home->outbox, str_of(form_get(&s->box.form, "old")), &key, why);
	signkey_free(key);
	return st;
}

static void change_it(struct screen *s)
{
	struct form *f = &s->box.form;
	struct err why = ERR_INIT;
	enum status st;

	if (strcmp(form_get(f, "one"), form_get(f, "two")) != 0) {
		form_error(f, "two", _("De två lösenfraserna är olika"));
		return;
	}
	screen_say(s, "%s", _("Låser nyckeln med den nya lösenfrasen …"));
	screen_draw(s);
	st = enrol_change(s->home, str_of(form_get(f, "old")), str_of(form_get(f, "one")), &why);
	if (st != ST_OK) {
		screen_fail(s, &why);
		form_focus(f, strcmp(why.code, "passphrase-wrong") == 0 ? "old" : "one");
		return;
	}
	box_close(s);
	screen_say(s, "%s", _("Lösenfrasen är bytt."));
}

void do_passphrase(struct screen *s, const struct app_action *a, const char *arg)
{
	struct secret words = SECRET_INIT;

	(void)arg;
	open_box(s, a, _("Byt lösenfras"), change_it);
	add_secret(s, "old", _("Lösenfrasen nu"));
	add_secret(s, "one", _("Ny lösenfras"));
	add_secret(s, "two", _("Ny lösenfras igen"));
	/* With room beforehand, no copy of the words is left behind by growing. */
	if (secret_make_words(&words, &s->home->rng, NULL) == ST_OK
	    && strbuf_reserve(&s->box.text, SECRET_BYTES))
		strbuf_addf(
			&s->box.text,
			_("Förslag, sex ord: %.*s. Skriv upp dem på ett säkert ställe: de visas "
			  "bara nu. En egen har minst tolv tecken."),
			(int)words.n, words.p);
	secret_release(&words);
}

static void set_it(struct screen *s)
{
	struct form *f = &s->box.form;
	struct err why = ERR_INIT;

	if (strcmp(form_get(f, "one"), form_get(f, "two")) != 0) {
		form_error(f, "two", _("De två är olika"));
		return;
	}
	if (prove_it(s, &why) != ST_OK) {
		screen_fail(s, &why);
		form_focus(f, "old");
		return;
	}
	if (pin_set(&s->pin, s->home->key, str_of(form_get(f, "one")), &s->home->rng, &why)
	    != ST_OK) {
		form_error(f, "one", words_code(why.code) ? words_code(why.code) : why.text);
		return;
	}
	box_close(s);
	screen_say(s, "%s", _("PIN gäller tills programmet avslutas. L låser skärmen."));
}

void do_pin(struct screen *s, const struct app_action *a, const char *arg)
{
	(void)arg;
	open_box(s, a, _("Välj PIN"), set_it);
	add_secret(s, "old", _("Lösenfrasen"));
	add_secret(s, "one", _("PIN, minst fyra siffror"));
	add_secret(s, "two", _("PIN igen"));
	strbuf_sets(
		&s->box.text,
		_("PIN öppnar skärmen när du har låst den, och bekräftar ett beslut. Den sparas "
		  "ingenstans och gäller tills programmet avslutas. Efter tre fel krävs "
		  "lösenfrasen."));
}

/* --- Opening the lock ------------------------------------------------------------- */

enum status screen_open_pin(struct screen *s, struct str digits, struct err *why)
{
	struct signkey *key = NULL;
	bool device = false, same = false;
	enum status st = pin_open(&s->pin, digits, &key, why);

	/* Another program may have enrolled this home anew, or changed its key. */
	if (st == ST_OK)
		st = identity_is(s->home->outbox, s->home->who.dev, signkey_public(key)->kid,
				 &device, &same, why);
	if (st == ST_OK && !(device && same)) {
		pin_release(&s->pin);
		st = err_set(why, ST_REFUSED, "key-changed",
			     "another program has changed this home's key; unlock it again");
	}
	if (st != ST_OK) {
		signkey_free(key);
		return st;
	}
	home_lock(s->home);
	s->home->key = key;
	return ST_OK;
}

void screen_warn_key(struct screen *s)
{
	struct strbuf said = STRBUF_INIT_MAX(400);

	if (key_warning(&said, s->home))
		screen_complain(s, "%s", strbuf_cstr(&said));
	strbuf_release(&said);
}

void screen_say_pending(struct screen *s)
{
	char words[80];

	if (key_fingerprint(words, sizeof(words), s->home->who.x))
		screen_say(s, _("Läs upp för din chef: %s"), words);
}
