/* SPDX-License-Identifier: EUPL-1.2 */
/* show --documents: what papers a case has, as its third tab lists them. */
#include "app/verbs.h"

#include <stdio.h>

#include "app/present_parts.h"
#include "base/i18n.h"
#include "cache/blobs.h"
#include "cache/entries.h"
#include "sign/jws.h"
#include "sync/overlay.h"
#include "wire/payload.h"

#include "base/banned.h"

static const int widths[DOC_COLUMNS] = {
	[DOC_NUMBER] = 4, [DOC_NAME] = 36, [DOC_TYPE] = 9, [DOC_SIZE] = 9,
	[DOC_DAY] = 11,	  [DOC_WAY] = 4,   [DOC_HERE] = 4,
};

/* What `erase --document` names it by: the entry, and so much of its hash. */
enum { ENTRY_COLS = 6, HASH_SIGNS = 12 };

/* --- Gathering ------------------------------------------------------------------------ */

static enum status take_entries(struct call *c, const char *case_id, struct parts *p,
				struct err *why)
{
	struct entry e = ENTRY_INIT;
	struct action a = ACTION_INIT;
	struct strbuf payload = STRBUF_INIT;
	enum status st;

	while ((st = entry_after(c->home->cache, case_id, e.n, &e, why)) == ST_OK) {
		const struct part_of of = { e.n, e.at, e.sub, false };

		strbuf_clear(&payload);
		if (!e.erased && jws_payload_unverified(&payload, strbuf_str(&e.jws), NULL) == ST_OK
		    && payload_read(&a, strbuf_str(&payload), NULL) == ST_OK
		    && !parts_take(p, &a, &of))
			break;
	}
	action_release(&a);
	strbuf_release(&payload);
	entry_release(&e);
	if (st == ST_OK)
		return err_set(why, ST_BROKEN, "memory", "no memory for the case's documents");
	return st == ST_NONE ? ST_OK : st;
}

static enum status take_own(void *ctx, const struct outbox_item *i, const struct action *a,
			    struct err *why)
{
	const struct part_of of = { 0, i->created_at, a->sub, true };

	(void)why;
	if (i->verdict == VERDICT_NONE || verdict_stands(i->verdict))
		(void)parts_take(ctx, a, &of);
	return ST_OK;
}

static enum status gather(struct call *c, const char *case_id, struct parts *p, struct err *why)
{
	struct strbuf detail = STRBUF_INIT, bytes = STRBUF_INIT;
	int64_t n;
	enum status st = take_entries(c, case_id, p, why);

	if (st == ST_OK)
		st = overlay_actions(c->home->cache, c->home->outbox, case_id, take_own, p, why);
	if (st == ST_OK)
		st = detail_get(c->home->cache, case_id, &n, &detail, why);
	if (st == ST_OK)
		(void)parts_take_detail(p, strbuf_str(&detail));
	for (int i = 0; i < p->doc_count; i++) {
		struct case_doc *d = &p->docs[i];

		d->here = blob_here(c->home->cache, case_id, d->h)
			  || outbox_blob_get(c->home->outbox, d->h, &bytes, NULL) == ST_OK;
	}
	strbuf_release(&detail);
	strbuf_release(&bytes);
	return st == ST_NONE ? ST_OK : st;
}

/* --- Telling -------------------------------------------------------------------------- */

static void put_place(struct call *c, const struct case_doc *d)
{
	char entry[24] = "–";

	if (d->n > 0)
		snprintf(entry, sizeof(entry), "%lld", (long long)d->n);
	put_field(c, str_of(entry), ENTRY_COLS);
	put_line(c, "%.*s", HASH_SIGNS, d->h);
}

static void in_words(struct call *c, const struct parts *p)
{
	struct table_row row;
	struct doc_row_text text;

	for (int k = 0; k < DOC_COLUMNS; k++)
		put_field(c, str_of(_(present_doc_columns[k].heading)), widths[k]);
	put_field(c, str_of(_("POST")), ENTRY_COLS);
	put_line(c, "%s", "SHA-256");
	for (int i = 0; i < p->doc_count; i++) {
		present_doc_row(&row, &text, &p->docs[i], i + 1);
		for (int k = 0; k < DOC_COLUMNS; k++)
			put_field(c, row.cells[k], widths[k]);
		put_place(c, &p->docs[i]);
	}
}

static void one_json(struct jsonw *w, const struct case_doc *d, int number)
{
	static const char *const ways[] = {
		[WAY_IN] = "in", [WAY_OUT] = "out", [WAY_INSIDE] = "inside"
	};

	jsonw_map(w);
	jsonw_kv_int(w, "number", number);
	jsonw_kv(w, "name", d->name);
	jsonw_kv(w, "mt", d->mt);
	jsonw_kv_int(w, "len", d->len);
	jsonw_kv(w, "h", d->h);
	jsonw_kv(w, "way", ways[d->way]);
	jsonw_kv(w, "act", d->act);
	jsonw_kv(w, "by", d->who);
	jsonw_kv_int(w, "n", d->n);
	if (d->at)
		jsonw_kv_instant(w, "at", d->at);
	jsonw_kv_bool(w, "unsent", d->unsent);
	jsonw_kv_bool(w, "here", d->here);
	jsonw_end_map(w);
}

static void in_json(struct call *c, const struct casefile *f, const struct parts *p)
{
	struct jsonw w;

	json_begin_cached(&w, c, "sluss.documents/1");
	jsonw_kv(&w, "case_id", f->id);
	jsonw_kv(&w, "diary_no", f->diary_no);
	jsonw_key(&w, "documents");
	jsonw_list(&w);
	for (int i = 0; i < p->doc_count; i++)
		one_json(&w, &p->docs[i], i + 1);
	jsonw_end_list(&w);
	json_end(&w, c);
}

enum status show_documents(struct call *c, const struct casefile *f, struct err *why)
{
	struct parts p = PARTS_INIT;
	enum status st = gather(c, f->id, &p, why);

	if (st == ST_OK && c->given[FLAG_JSON])
		in_json(c, f, &p);
	else if (st == ST_OK && p.doc_count > 0)
		in_words(c, &p);
	else if (st == ST_OK)
		say_line(c, "%s", _("Inga handlingar i ärendet."));
	parts_release(&p);
	return st;
}
