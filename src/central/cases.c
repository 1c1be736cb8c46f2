/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "central/call.h"
#include "central/rows.h"
#include "central/store_erasure.h"
#include "sign/hash.h"
#include "wire/case_json.h"

#include "base/banned.h"

/* --- The detail of a case ------------------------------------------------------- */

static enum status documents_json(struct central *c, const char *case_id, struct jsonw *w,
				  struct err *why)
{
	struct stored_document *docs = calloc(LIMIT_DOCUMENT_ROWS, sizeof(*docs));
	int count = 0;
	enum status st;

	if (!docs)
		return err_set(why, ST_BROKEN, "memory", "out of memory");
	st = documents_of(c->db, case_id, docs, LIMIT_DOCUMENT_ROWS, &count, why);
	for (int i = 0; st == ST_OK && i < count; i++) {
		jsonw_map(w);
		jsonw_kv(w, "h", docs[i].h);
		jsonw_kv_int(w, "len", docs[i].len);
		jsonw_kv(w, "mt", docs[i].mt);
		jsonw_kv(w, "name", docs[i].name);
		jsonw_kv_instant(w, "at", docs[i].at);
		jsonw_end_map(w);
	}
	free(docs);
	return st;
}

/* What the applicant can be told, from the entries that happened. */
static const struct {
	const char *act;
	const char *kind;
} receipts[] = {
	{ "case.receive", "received" },
	{ "case.claim", "handling-started" },
	{ "case.decide", "decided" },
	{ "case.close", "done" },
};

static enum status receipts_json(struct central *c, const char *case_id, struct jsonw *w,
				 struct err *why)
{
	enum status st = ST_OK;
	int64_t at;

	for (size_t i = 0; i < sizeof(receipts) / sizeof(receipts[0]); i++) {
		st = log_first_act(c->db, case_id, receipts[i].act, &at, why);
		if (st == ST_NONE)
			continue;
		if (st != ST_OK)
			return st;
		jsonw_map(w);
		jsonw_kv(w, "kind", receipts[i].kind);
		jsonw_kv_instant(w, "at", at);
		jsonw_end_map(w);
	}
	return ST_OK;
}

/* Of a protected party neither name nor the application's fields are said:
 * they stand in the application document alone. */
enum status detail_write(struct central *c, const struct stored_case *s, struct strbuf *out,
			 struct err *why)
{
	bool hidden =
		s->file.protection == PROTECT_IDENTITY || strcmp(s->party_kind, "protected") == 0;
	struct jsonw w;
	enum status st;

	jsonw_init(&w, out);
	jsonw_map(&w);
	jsonw_key(&w, "fields");
	jsonw_raw(&w, hidden || !s->fields.len ? str_of("{}") : strbuf_str(&s->fields));
	jsonw_key(&w, "documents");
	jsonw_list(&w);
	st = documents_json(c, s->file.id, &w, why);
	jsonw_end_list(&w);
	jsonw_key(&w, "party");
	jsonw_map(&w);
	jsonw_kv_str(&w, "name", hidden ? str_of("") : strbuf_str(&s->file.party));
	jsonw_kv(&w, "kind", hidden ? "protected" : s->party_kind);
	jsonw_end_map(&w);
	jsonw_key(&w, "receipts");
	jsonw_list(&w);
	if (st == ST_OK)
		st = receipts_json(c, s->file.id, &w, why);
	jsonw_end_list(&w);
	jsonw_key(&w, "decision");
	if (s->decision.len)
		jsonw_raw(&w, strbuf_str(&s->decision));
	else
		jsonw_null(&w);
	jsonw_end_map(&w);
	if (st == ST_OK && out->failed)
		st = err_set(why, ST_BROKEN, "detail", "the detail of case %s cannot be written",
			     s->file.id);
	return st;
}

/* --- GET /v1/cases/{id} ------------------------------------------------------------ */

/* Who may only glance at it is told what the page tells of it. */
enum status handle_case(struct call *k, struct err *why)
{
	struct stored_case s = STORED_CASE_INIT;
	struct strbuf detail = STRBUF_INIT;
	enum sight sight = SIGHT_NONE;
	char id[UUID_TEXT];
	struct jsonw w;
	enum status st = part_uuid(k, 0, id, why);

	if (st == ST_OK)
		st = rights_glance(k->c->db, &k->who, id, &s, &sight, why);
	if (st == ST_OK && sight == SIGHT_WHOLE)
		st = detail_write(k->c, &s, &detail, why);
	if (sight != SIGHT_WHOLE)
		rights_redact(&s.file);
	if (st == ST_OK) {
		reply_type(k->out, 200, TYPE_JSON);
		jsonw_init(&w, &k->out->body);
		jsonw_map(&w);
		case_json(&w, &s.file);
		jsonw_kv_int(&w, "n", s.file.n);
		jsonw_kv(&w, "eh", s.file.eh);
		if (s.file.closed_at)
			jsonw_kv_instant(&w, "closed_at", s.file.closed_at);
		if (sight == SIGHT_WHOLE) {
			jsonw_key(&w, "detail");
			jsonw_raw(&w, strbuf_str(&detail));
		}
		jsonw_end_map(&w);
	}
	strbuf_release(&detail);
	stored_case_release(&s);
	return st;
}

/* --- GET /v1/cases/{id}/chain -------------------------------------------------------- */

static enum status chain_rows(struct rows *rows, const char *id, int64_t from, bool *more,
			      struct err *why)
{
	struct log_row e = { .n = from > 0 ? from - 1 : 0 };
	enum status st = ST_OK;
	int count = 0;

	*more = false;
	while (st == ST_OK && (st = log_after(rows->k->c->db, id, e.n, &e, why)) == ST_OK) {
		*more = count++ == LIMIT_CHAIN_ROWS
			|| rows->text.len > PAGE_MAX_BYTES - 2 * 64 * 1024;
		if (*more)
			break;
		st = rows_entry(rows, &e, why);
	}
	return st == ST_NONE ? ST_OK : st;
}

static enum status chain_page(struct call *k, const struct rows *rows, bool more, struct err *why)
{
	struct page_head *head = calloc(1, sizeof(*head));
	struct strbuf *out = &k->out->body;
	char digest[HASH_TEXT];
	bool ok = head != NULL;

	if (ok) {
		memcpy(head->epoch, k->c->epoch, sizeof(head->epoch));
		memcpy(head->dev, k->device.id, sizeof(head->dev));
		head->sv = k->who.officer.sv;
		head->more = more;
		head->durable_through = central_size(k->c);
		head->now = central_now(k->c);
		reply_type(k->out, 200, TYPE_NDJSON);
		ok = page_begin(out, head)
		     && strbuf_add(out, strbuf_cstr(&rows->text), rows->text.len);
		sha256_hex(digest, strbuf_str(out));
		ok = ok && page_end(out, rows->count, digest);
	}
	free(head);
	return ok ? ST_OK : err_set(why, ST_BROKEN, "page", "the chain cannot be written");
}

enum status handle_chain(struct call *k, struct err *why)
{
	struct stored_case s = STORED_CASE_INIT;
	struct rows rows = ROWS_INIT;
	char id[UUID_TEXT];
	int64_t from;
	bool more;
	enum status st = part_uuid(k, 0, id, why);

	rows_for(&rows, k, NULL, 0);
	rows.chain = true;
	if (st == ST_OK)
		st = query_int(k->r, "from", &from, 1, why);
	if (st == ST_OK)
		st = rights_case(k->c->db, &k->who, id, &s, why);
	if (st == ST_OK)
		st = chain_rows(&rows, id, from, &more, why);
	if (st == ST_OK)
		st = chain_page(k, &rows, more, why);
	rows_release(&rows);
	stored_case_release(&s);
	return st;
}

/* --- Documents --------------------------------------------------------------------------- */

/* The part that was asked for, from the whole in the reply. An end behind the
 * last byte is the last byte (RFC 9110, 14.1.2). */
enum status reply_cut_range(struct call *k, struct err *why)
{
	struct reply *out = k->out;
	int64_t len = (int64_t)out->body.len, from = k->r->range_from, to = k->r->range_to;

	if (to == 0)
		return ST_OK;
	if (from >= len) {
		out->range_total = len;
		return err_set(why, ST_BAD_INPUT, "range", "there are %lld bytes", (long long)len);
	}
	if (to > len)
		to = len;
	memmove(out->body.data, out->body.data + from, (size_t)(to - from));
	strbuf_cut(&out->body, (size_t)(to - from));
	out->status = 206;
	out->range_from = from;
	out->range_total = len;
	return ST_OK;
}

enum status handle_document(struct call *k, struct err *why)
{
	struct stored_case s = STORED_CASE_INIT;
	struct stored_document d;
	char id[UUID_TEXT], h[HASH_TEXT];
	bool seen;
	enum status st = part_uuid(k, 0, id, why);

	if (st == ST_OK)
		st = part_hash(k, 1, h, why);
	if (st == ST_OK)
		st = rights_case(k->c->db, &k->who, id, &s, why);
	seen = st == ST_OK;
	if (st == ST_OK)
		st = document_of_case(k->c->db, id, h, &d, why);
	if (st == ST_OK)
		st = blob_get(k->c->db, h, &k->out->body, why);
	if (st == ST_OK)
		reply_type(k->out, 200, "application/octet-stream");
	if (st == ST_OK)
		st = reply_cut_range(k, why);
	if (st == ST_NONE && seen && erased_document_of(k->c->db, id, h, why) == ST_OK)
		(void)err_set(why, st, "document-erased", "the document was erased");
	else if (st == ST_NONE)
		(void)err_set(why, st, "document-unknown", "the case has no such document");
	stored_case_release(&s);
	return st;
}
