/* SPDX-License-Identifier: EUPL-1.2 */
/* A document of a case: fetched, read in the terminal, opened outside. */
#include <stdio.h>
#include <string.h>

#include "app/document.h"
#include "app/screen_inside.h"
#include "base/i18n.h"
#include "cache/blobs.h"
#include "sign/hash.h"

#include "base/banned.h"

enum { AGAIN_MS = 2000, MEGABYTE = 1000 * 1000 };

/* --- Where its bytes are ----------------------------------------------------------- */

static enum status held_against(const char *h, struct strbuf *bytes, struct err *why)
{
	char is[HASH_TEXT];

	sha256_hex(is, strbuf_str(bytes));
	if (strcmp(is, h) == 0)
		return ST_OK;
	strbuf_clear(bytes);
	return err_set(why, ST_BROKEN, "document-changed",
		       "the document's bytes are not those that were signed");
}

/* A copy that went bad is dropped, and so is fetched again. */
static enum status document_bytes(struct screen *s, const char *h, struct strbuf *bytes,
				  struct err *why)
{
	const char *case_id = s->open.row.file.id;
	enum status st = blob_read(s->home->cache, case_id, h, screen_now(s), bytes, why);

	if (st == ST_OK && held_against(h, bytes, why) == ST_OK)
		return ST_OK;
	if (st == ST_OK && blob_drop(s->home->cache, case_id, h, why) != ST_OK)
		return ST_BROKEN;
	st = outbox_blob_get(s->home->outbox, h, bytes, why);
	return st == ST_OK ? held_against(h, bytes, why) : st;
}

static bool known_here(void *ctx, const char *prefix)
{
	const struct screen *s = ctx;

	return blob_known(s->home->cache, prefix) || blob_known(s->home->outbox, prefix);
}

/* What was erased, or may not be seen any more, stays in no file either. */
void documents_forget(struct screen *s)
{
	if (s->outside.count > 0)
		outside_keep(&s->outside, known_here, s);
}

bool document_here(struct screen *s, const struct case_doc *d)
{
	struct strbuf bytes = STRBUF_INIT;
	bool here = blob_here(s->home->cache, s->open.row.file.id, d->h)
		    || (strcmp(d->who, s->home->who.sub) == 0
			&& outbox_blob_get(s->home->outbox, d->h, &bytes, NULL) == ST_OK);

	strbuf_release(&bytes);
	return here;
}

/* --- Reading ------------------------------------------------------------------------- */

/* What is there, beside what was said. */
static void warn(struct strbuf *text, const struct case_doc *d, const struct doc_kind *k)
{
	if (doc_kind_fits(k, d->mt))
		return;
	strbuf_addf(text, _("OBS! Avsändaren säger %s, men innehållet är %s."), d->mt, k->mt);
	strbuf_adds(text, "\n\n");
}

static void show(struct screen *s, const struct case_doc *d, struct str bytes)
{
	const struct doc_kind *k = doc_kind_of(bytes);
	struct strbuf text = STRBUF_INIT;
	bool cut = false;

	warn(&text, d, k);
	if (!doc_text(&text, bytes, k, &cut)) {
		if (k->program)
			screen_complain(
				s, "%s",
				_("Handlingen är ett program. Den läses inte och öppnas inte."));
		else
			screen_say(s, _("%s läses inte här: v öppnar den i ett annat program."),
				   k->word);
		strbuf_release(&text);
		return;
	}
	if (cut)
		strbuf_addf(&text, "\n\n%s", _("... handlingen är längre; v öppnar hela."));
	read_open(s, d->name, &text);
	snprintf(s->read.h, sizeof(s->read.h), "%s", d->h);
}

/* --- Opening outside ------------------------------------------------------------------- */

/* A page of the applicant's in a browser would run what it holds. */
static bool may_leave(struct screen *s, const struct case_doc *d, const struct doc_kind *k)
{
	if (d->way == WAY_OUT || strcmp(k->ext, "xhtml") != 0)
		return true;
	screen_complain(
		s, "%s",
		_("En webbsida utifrån öppnas inte i ett annat program: Enter läser den här."));
	return false;
}

static void open_outside(struct screen *s, const struct case_doc *d, struct str bytes)
{
	const char *template = options_text(&s->home->config.options, OPT_DOCUMENTS_OPEN);
	const struct doc_kind *k = doc_kind_of(bytes);
	char path[OUTSIDE_PATH + DOCUMENT_FILE];
	struct outside_call call;
	struct err why = ERR_INIT;
	enum status st;

	if (!may_leave(s, d, k))
		return;
	st = outside_file(&s->outside, d->h, bytes, path, &why);
	if (st == ST_OK)
		st = outside_words(&call, template, path, &why);
	if (st == ST_OK) {
		term_leave(s->term);
		st = outside_run(&call, &why);
		term_enter(s->term);
		term_repaint(s->term);
	}
	if (st != ST_OK)
		screen_fail(s, &why);
	else if (!doc_kind_fits(k, d->mt))
		screen_complain(s, _("OBS! Avsändaren säger %s, men innehållet är %s."), d->mt,
				k->mt);
	else
		screen_say(s, _("Öppnad: %s"), k->word);
	s->dirty = true;
}

/* --- Fetching --------------------------------------------------------------------------- */

static void lose(struct screen *s)
{
	s->fetching.asked = false;
	s->fetching.lost = true;
	s->fetching.again_at = clock_boot(&s->home->clock) + AGAIN_MS;
	s->dirty = true;
}

static void ask_next(struct screen *s)
{
	struct fetching *f = &s->fetching;
	struct request r = REQUEST_INIT;

	fetch_ask(&f->doc, &r);
	if (s->engine && engine_ask(s->engine, &r, &f->ticket, NULL) == ST_OK)
		f->asked = true;
	else
		lose(s);
	request_release(&r);
}

bool document_stop(struct screen *s)
{
	struct fetching *f = &s->fetching;
	bool was = fetch_on(&f->doc);

	if (f->asked && s->engine)
		engine_unask(s->engine, f->ticket);
	fetch_release(&f->doc);
	*f = (struct fetching){ .doc = FETCH_INIT };
	return was;
}

static void fetch_start(struct screen *s, const struct case_doc *d, bool outside)
{
	struct fetching *f = &s->fetching;

	if (fetch_on(&f->doc) && strcmp(f->doc.h, d->h) == 0) {
		f->outside = outside;
		f->key_at = s->key_at;
		return;
	}
	(void)document_stop(s);
	fetch_begin(&f->doc, s->open.row.file.id, d->h, d->len);
	f->outside = outside;
	f->key_at = s->key_at;
	ask_next(s);
}

static void use(struct screen *s, int i, bool outside);

/* Kept, and shown if the officer has done nothing else since: no key may
 * change its meaning because an answer came late. */
static void arrived(struct screen *s)
{
	struct fetching *f = &s->fetching;
	int64_t quota =
		options_number(&s->home->config.options, OPT_DOCUMENTS_KEEP) * (int64_t)MEGABYTE;
	bool still = f->key_at == s->key_at && s->view == VIEW_CASE
		     && strcmp(f->doc.case_id, s->open.row.file.id) == 0;
	bool outside = f->outside;
	char h[HASH_TEXT];
	struct err why = ERR_INIT;

	snprintf(h, sizeof(h), "%s", f->doc.h);
	if (blob_keep(s->home->cache, f->doc.case_id, h, strbuf_str(&f->doc.bytes), screen_now(s),
		      quota, &why)
	    != ST_OK)
		screen_fail(s, &why);
	else if (!still)
		screen_say(s, "%s", _("Handlingen är hämtad."));
	(void)document_stop(s);
	for (int i = 0; i < s->open.parts.doc_count; i++) {
		struct case_doc *d = &s->open.parts.docs[i];

		d->here = d->here || strcmp(d->h, h) == 0;
		if (still && strcmp(d->h, h) == 0)
			use(s, i, outside);
	}
	s->dirty = true;
}

static void take(struct screen *s, const struct reply *r)
{
	struct err why = ERR_INIT;

	s->fetching.asked = s->fetching.lost = false;
	s->dirty = true;
	switch (fetch_take(&s->fetching.doc, r, &why)) {
	case FETCH_MORE:
		ask_next(s);
		break;
	case FETCH_DONE:
		arrived(s);
		break;
	case FETCH_LOST:
		lose(s);
		break;
	case FETCH_REFUSED:
	case FETCH_CHANGED:
		(void)document_stop(s);
		screen_fail(s, &why);
		break;
	}
}

void documents_hear(struct screen *s)
{
	struct fetching *f = &s->fetching;
	struct reply r = REPLY_INIT;

	if (!fetch_on(&f->doc) || !s->engine)
		return;
	if (f->asked && engine_answer(s->engine, f->ticket, &r))
		take(s, &r);
	else if (!f->asked && clock_boot(&s->home->clock) >= f->again_at)
		ask_next(s);
	reply_release(&r);
}

int64_t documents_again(const struct screen *s)
{
	return fetch_on(&s->fetching.doc) && !s->fetching.asked ? s->fetching.again_at : 0;
}

void document_progress(const struct screen *s, const struct case_doc *d, struct strbuf *out)
{
	const struct fetching *f = &s->fetching;
	char size[24];

	if (!fetch_on(&f->doc) || strcmp(f->doc.h, d->h) != 0)
		return;
	words_size(size, f->doc.len);
	strbuf_addf(out, _("Hämtar %s, %d %%. Esc stoppar."), size, fetch_percent(&f->doc));
	if (f->lost)
		strbuf_addf(out, " %s", _("Nätet är borta; det fortsätter där det var."));
	strbuf_addc(out, '\n');
}

/* --- What the keys do --------------------------------------------------------------------- */

static void use(struct screen *s, int i, bool outside)
{
	struct strbuf bytes = STRBUF_INIT;
	struct err why = ERR_INIT;
	const struct case_doc *d;

	if (i < 0 || i >= s->open.parts.doc_count)
		return;
	d = &s->open.parts.docs[i];
	switch (document_bytes(s, d->h, &bytes, &why)) {
	case ST_OK:
		if (outside)
			open_outside(s, d, strbuf_str(&bytes));
		else
			show(s, d, strbuf_str(&bytes));
		break;
	case ST_NONE:
		fetch_start(s, d, outside);
		break;
	default:
		screen_fail(s, &why);
		break;
	}
	strbuf_release(&bytes);
}

void document_read(struct screen *s, int i)
{
	use(s, i, false);
}

static int index_of(const struct screen *s, const char *h)
{
	const struct parts *p = &s->open.parts;

	for (int i = 0; i < p->doc_count; i++)
		if (strcmp(p->docs[i].h, h) == 0)
			return i;
	return -1;
}

/* The document that the view is about, or -1. */
static int current(const struct screen *s)
{
	const struct open_case *o = &s->open;

	if (s->view == VIEW_READ)
		return s->read.h[0] ? index_of(s, s->read.h) : -1;
	if (o->tab == TAB_DOCUMENTS)
		return o->at[TAB_DOCUMENTS].cursor < o->parts.doc_count
			       ? o->at[TAB_DOCUMENTS].cursor
			       : -1;
	if (o->tab == TAB_DECISION && o->parts.decision.def && o->parts.decision.doc_count > 0)
		return index_of(s, o->parts.decision.docs[0].h);
	return -1;
}

void document_read_letter(struct screen *s)
{
	if (current(s) < 0)
		screen_say(s, "%s", _("Inget brev ännu: b öppnar beslutet."));
	else
		use(s, current(s), false);
}

void do_open_outside(struct screen *s, const struct app_action *a, const char *arg)
{
	(void)a;
	(void)arg;
	if (current(s) < 0)
		screen_say(s, "%s", _("Ingen handling är vald: 3 visar dem."));
	else
		use(s, current(s), true);
}
