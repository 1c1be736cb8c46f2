/* SPDX-License-Identifier: EUPL-1.2 */
/* A document of a case: found, read in the terminal. */
#include <stdio.h>
#include <string.h>

#include "app/document.h"
#include "app/screen_inside.h"
#include "base/i18n.h"
#include "sign/hash.h"

#include "base/banned.h"

/* Its bytes, from what is fetched or from what was signed here, and only if
 * they are what the hash says. */
enum status document_bytes(struct screen *s, const char *h, struct strbuf *bytes, struct err *why)
{
	char is[HASH_TEXT];
	enum status st = outbox_blob_get(s->home->outbox, h, bytes, why);

	if (st != ST_OK)
		return st;
	sha256_hex(is, strbuf_str(bytes));
	if (strcmp(is, h) == 0)
		return ST_OK;
	strbuf_clear(bytes);
	return err_set(why, ST_BROKEN, "document-changed",
		       "the document's bytes are not those that were signed");
}

bool document_here(struct screen *s, const char *h)
{
	struct strbuf bytes = STRBUF_INIT;
	bool here = outbox_blob_get(s->home->outbox, h, &bytes, NULL) == ST_OK;

	strbuf_release(&bytes);
	return here;
}

void document_progress(const struct screen *s, const struct case_doc *d, struct strbuf *out)
{
	(void)s;
	(void)d;
	(void)out;
}

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
		screen_say(s, _("%s läses inte här: v öppnar den i ett annat program."), k->word);
		strbuf_release(&text);
		return;
	}
	if (cut)
		strbuf_addf(&text, "\n\n%s", _("... handlingen är längre; v öppnar hela."));
	read_open(s, d->name, &text);
}

void document_read(struct screen *s, int i)
{
	struct strbuf bytes = STRBUF_INIT;
	struct err why = ERR_INIT;
	const struct case_doc *d;

	if (i < 0 || i >= s->open.parts.doc_count)
		return;
	d = &s->open.parts.docs[i];
	switch (document_bytes(s, d->h, &bytes, &why)) {
	case ST_OK:
		show(s, d, strbuf_str(&bytes));
		break;
	case ST_NONE:
		screen_complain(s, "%s", _("Handlingen finns inte på den här datorn."));
		break;
	default:
		screen_fail(s, &why);
		break;
	}
	strbuf_release(&bytes);
}

void document_read_letter(struct screen *s)
{
	const struct parts *p = &s->open.parts;

	if (p->decision.def && p->decision.doc_count > 0)
		for (int i = 0; i < p->doc_count; i++)
			if (strcmp(p->docs[i].h, p->decision.docs[0].h) == 0) {
				document_read(s, i);
				return;
			}
	screen_say(s, "%s", _("Inget brev ännu: b öppnar beslutet."));
}
