/* SPDX-License-Identifier: EUPL-1.2 */
#include "wire/page.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "wire/page_column.h"

#include "base/banned.h"

/* Room that rows leave for the trailer. */
enum { TRAILER_ROOM = 256 };

static void put_cursor(struct jsonw *w, const char *name, const struct scope_seq *s, int count)
{
	char key[24];

	jsonw_key(w, name);
	jsonw_map(w);
	for (int i = 0; i < count; i++) {
		snprintf(key, sizeof(key), "%" PRId64, s[i].scope);
		jsonw_kv_int(w, key, s[i].seq);
	}
	jsonw_end_map(w);
}

static void put_columns(struct jsonw *w)
{
	jsonw_key(w, "columns");
	jsonw_map(w);
	jsonw_key(w, "c");
	jsonw_list(w);
	for (size_t i = 0; column_at(i); i++)
		jsonw_cstr(w, column_at(i)->name);
	jsonw_end_list(w);
	jsonw_end_map(w);
}

static void put_ints(struct jsonw *w, const int64_t *v, int count)
{
	jsonw_list(w);
	for (int i = 0; i < count; i++)
		jsonw_int(w, v[i]);
	jsonw_end_list(w);
}

static bool scopes_fit(int count)
{
	return count >= 0 && count <= SCOPES_MAX;
}

bool page_begin(struct strbuf *out, const struct page_head *h)
{
	struct jsonw w;

	if (!scopes_fit(h->from_count) || !scopes_fit(h->to_count)
	    || !scopes_fit(h->snapshot_count))
		return false;
	jsonw_init(&w, out);
	jsonw_map(&w);
	jsonw_kv(&w, "k", "page");
	jsonw_kv_int(&w, "v", 1);
	jsonw_kv(&w, "epoch", h->epoch);
	if (h->dev[0])
		jsonw_kv(&w, "dev", h->dev);
	if (h->asked)
		jsonw_kv_int(&w, "asked", h->asked);
	put_cursor(&w, "from", h->from, h->from_count);
	put_cursor(&w, "to", h->to, h->to_count);
	jsonw_kv_int(&w, "sv", h->sv);
	jsonw_kv_bool(&w, "more", h->more);
	jsonw_kv_int(&w, "durable_through", h->durable_through);
	jsonw_kv_instant(&w, "now", h->now);
	if (h->snapshot_count) {
		jsonw_key(&w, "snapshots");
		put_ints(&w, h->snapshots, h->snapshot_count);
	}
	if (h->root[0]) {
		jsonw_kv_int(&w, "size", h->size);
		jsonw_kv(&w, "root", h->root);
	}
	if (h->signed_head[0])
		jsonw_kv(&w, "head", h->signed_head);
	if (h->again[0]) {
		jsonw_kv(&w, "again", h->again);
		jsonw_kv_int(&w, "missing", h->missing);
	}
	if (h->own > 0)
		jsonw_kv_int(&w, "own", h->own);
	if (h->log > 0)
		jsonw_kv_int(&w, "log", h->log);
	put_columns(&w);
	jsonw_end_map(&w);
	return strbuf_addc(out, '\n');
}

static bool put_case(struct jsonw *w, const struct page_row *r)
{
	bool ok = r->file && scopes_fit(r->scope_count);

	if (!ok)
		return false;
	put_ints(w, r->scopes, r->scope_count);
	jsonw_cstr(w, r->file->id);
	jsonw_int(w, r->file->n);
	jsonw_cstr(w, r->file->eh);
	for (size_t i = 0; ok && column_at(i); i++)
		ok = column_write(w, column_at(i), r->file);
	return ok;
}

static bool put_detail(struct jsonw *w, const struct page_row *r)
{
	jsonw_cstr(w, r->case_id);
	jsonw_int(w, r->n);
	jsonw_raw(w, r->text);
	return true;
}

static bool put_entry(struct jsonw *w, const struct page_row *r)
{
	jsonw_cstr(w, r->case_id);
	jsonw_int(w, r->n);
	jsonw_cstr(w, r->eh);
	jsonw_text(w, r->text);
	jsonw_map(w);
	jsonw_kv(w, "epoch", r->epoch);
	jsonw_kv_instant(w, "at", r->at);
	jsonw_kv(w, "verdict", r->verdict);
	jsonw_kv(w, "rule", r->rule);
	jsonw_end_map(w);
	return r->at >= 0;
}

static bool put_gone(struct jsonw *w, const struct page_row *r)
{
	jsonw_int(w, r->scopes[0]);
	jsonw_cstr(w, r->case_id);
	jsonw_int(w, r->n);
	jsonw_text(w, r->text);
	return true;
}

/* What stays of an entry: the parts of its hash. */
static void put_stays(struct jsonw *w, const struct page_row *r)
{
	jsonw_kv(w, "ah", r->ah);
	jsonw_kv(w, "eh", r->eh);
	jsonw_kv_int(w, "seq", r->entry_seq);
	if (r->iid[0])
		jsonw_kv(w, "iid", r->iid);
	jsonw_kv(w, "epoch", r->epoch);
	jsonw_kv_instant(w, "at", r->at);
	jsonw_kv(w, "verdict", r->verdict);
	jsonw_kv(w, "rule", r->rule);
}

static bool put_erased(struct jsonw *w, const struct page_row *r)
{
	jsonw_cstr(w, r->case_id);
	jsonw_int(w, r->n);
	jsonw_text(w, r->text);
	if (!r->by)
		return true;
	jsonw_map(w);
	jsonw_kv_int(w, "by", r->by);
	if (r->upto > r->n)
		jsonw_kv_int(w, "upto", r->upto);
	if (r->h[0])
		jsonw_kv(w, "h", r->h);
	if (r->whole)
		jsonw_kv_bool(w, "whole", true);
	if (r->ah[0])
		put_stays(w, r);
	jsonw_end_map(w);
	return true;
}

/* Rows that are arrays: the letter, the seq, and what the function puts. */
static const struct {
	const char *tag;
	bool (*put)(struct jsonw *w, const struct page_row *r);
} lists[] = {
	[PAGE_CASE] = { "c", put_case },     [PAGE_DETAIL] = { "d", put_detail },
	[PAGE_ENTRY] = { "a", put_entry },   [PAGE_GONE] = { "g", put_gone },
	[PAGE_ERASED] = { "x", put_erased },
};

static bool put_scope(struct jsonw *w, const struct page_row *r)
{
	if (!scopes_fit(r->add_count) || !scopes_fit(r->del_count))
		return false;
	jsonw_map(w);
	jsonw_kv(w, "k", "scope");
	jsonw_key(w, "add");
	put_ints(w, r->add, r->add_count);
	jsonw_key(w, "del");
	put_ints(w, r->del, r->del_count);
	jsonw_kv_int(w, "sv", r->sv);
	jsonw_end_map(w);
	return true;
}

static bool put_row(struct jsonw *w, const struct page_row *r)
{
	bool ok;

	if (r->kind == PAGE_SCOPE)
		return put_scope(w, r);
	if (r->kind == PAGE_CATALOG) {
		jsonw_map(w);
		jsonw_kv(w, "k", "catalog");
		jsonw_key(w, "catalog");
		jsonw_raw(w, r->text);
		jsonw_end_map(w);
		return true;
	}
	jsonw_list(w);
	jsonw_cstr(w, lists[r->kind].tag);
	jsonw_int(w, r->seq);
	ok = lists[r->kind].put(w, r);
	jsonw_end_list(w);
	return ok;
}

/* A row that does not fit leaves no trace, so that the page can be ended. */
bool page_put(struct strbuf *out, const struct page_row *r)
{
	size_t before = out->len;
	bool ok = !out->failed;
	struct jsonw w;

	if (!ok)
		return false;
	jsonw_init(&w, out);
	ok = put_row(&w, r) && !out->failed && !memchr(out->data + before, '\n', out->len - before)
	     && out->len - before < PAGE_LINE_MAX && out->len + 1 <= PAGE_MAX_BYTES - TRAILER_ROOM
	     && strbuf_addc(out, '\n');
	if (ok)
		return true;
	strbuf_cut(out, before);
	out->failed = false;
	return false;
}

bool page_end(struct strbuf *out, int64_t rows, const char sha256_hex[HASH_TEXT])
{
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_map(&w);
	jsonw_kv(&w, "k", "end");
	jsonw_kv_int(&w, "n", rows);
	jsonw_kv(&w, "sha256", sha256_hex);
	jsonw_end_map(&w);
	return strbuf_addc(out, '\n');
}
