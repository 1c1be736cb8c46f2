/* SPDX-License-Identifier: EUPL-1.2 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/encode.h"
#include "central/application.h"
#include "central/call.h"
#include "central/entry.h"
#include "central/lookup_key.h"
#include "domain/deadline.h"
#include "domain/diary.h"
#include "sign/hash.h"

#include "base/banned.h"

enum { RECEIPT_BYTES = 16, RECEIPT_TEXT = 24 };

/* An application on its way to becoming a case. */
struct intake {
	const struct casetype *type;
	const struct queue *queue;
	const struct unit *unit;
	const struct committee *committee;
	char key[HASH_TEXT]; /* SHA-256 of the Idempotency-Key */
	char body_hash[HASH_TEXT];
	struct application app;
	int64_t now;
	char diary_no[DIARY_MAX];
	char due_on[DAY_TEXT];
	char receipt[RECEIPT_TEXT];
	char whole[HASH_TEXT]; /* the application itself as a document */
};

/* --- Before anything is done ------------------------------------------------------ */

static enum status check_token(const struct call *k, struct err *why)
{
	char hash[HASH_TEXT];

	sha256_hex(hash, str_of(k->r->bearer));
	if (!k->c->intake_token[0] || same_secret(hash, k->c->intake_token, HASH_TEXT - 1))
		return ST_OK;
	return err_set(why, ST_REFUSED, "intake-token", "applications need the e-service's token");
}

static enum status check_key(struct call *k, struct intake *in, struct err *why)
{
	const char *key = k->r->idempotency_key;
	struct strbuf text = STRBUF_INIT;
	char plain[HASH_TEXT];

	if (!key[0])
		return err_set(
			why, ST_BAD_INPUT, "idempotency-key-missing",
			"send an Idempotency-Key of 1-128 characters, the same when the same application is sent again");
	for (const char *p = key; *p; p++)
		if (*p < 0x20 || *p > 0x7E)
			return err_set(why, ST_BAD_INPUT, "idempotency-key-malformed",
				       "the Idempotency-Key is printable ASCII");
	sha256_hex(in->key, str_of(key));
	strbuf_addf(&text, "%s\n", in->type->name.code);
	strbuf_add(&text, strbuf_cstr(&k->r->body), k->r->body.len);
	sha256_hex(plain, strbuf_str(&text));
	body_hash_keyed(k->c, plain, in->body_hash);
	strbuf_release(&text);
	return ST_OK;
}

static enum status find_type(struct call *k, struct intake *in, struct err *why)
{
	const struct registry *reg = &k->c->registry;
	char code[CODE_MAX];
	const char *near;
	bool fits = k->part[0].n < sizeof(code);

	snprintf(code, sizeof(code), "%.*s", fits ? (int)k->part[0].n : 0, k->part[0].p);
	in->type = registry_type(reg, code);
	if (!in->type) {
		near = fits ? registry_nearest_type(reg, code) : NULL;
		return err_set(why, ST_NONE, "case-type-unknown", "there is no such case type%s%s",
			       near ? "; did you mean: " : "", near ? near : "");
	}
	in->queue = registry_queue(reg, in->type->queue);
	in->unit = in->queue ? registry_unit(reg, in->queue->unit) : NULL;
	in->committee = in->unit ? registry_committee(reg, in->unit->committee) : NULL;
	if (!in->committee)
		return err_set(why, ST_BROKEN, "reference-unknown",
			       "case type %s has no queue, unit or committee", code);
	return ST_OK;
}

enum status intake_answered(struct call *k, const char *key, const char *body_hash,
			    const char *what, struct err *why)
{
	struct strbuf answer = STRBUF_INIT;
	char first[HASH_TEXT];
	enum status st = intake_get(k->c->db, key, first, &answer, why);

	if (st == ST_OK && strcmp(first, body_hash) != 0)
		st = err_set(
			why, ST_BAD_INPUT, "idempotency-key-reused",
			"this Idempotency-Key was used for another %s; make a new key for each",
			what);
	if (st == ST_OK) {
		reply_type(k->out, 200, TYPE_JSON);
		strbuf_take(&k->out->body, &answer);
	}
	strbuf_release(&answer);
	return st;
}

/* --- The two entries --------------------------------------------------------------------- */

static enum status set_int(struct action *a, const char *name, int64_t v, struct err *why)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRId64, v);
	return action_set(a, name, str_of(text), why);
}

static void add_doc(struct action *a, const char *h, size_t len, const char *mt, const char *name)
{
	struct action_doc *d = &a->docs[a->doc_count++];

	memset(d, 0, sizeof(*d));
	snprintf(d->h, sizeof(d->h), "%s", h);
	d->len = (int64_t)len;
	snprintf(d->mt, sizeof(d->mt), "%s", mt);
	snprintf(d->name, sizeof(d->name), "%s", name);
}

static enum status fill_receive(struct call *k, const struct intake *in, struct action *a,
				struct err *why)
{
	const struct application *app = &in->app;
	char at[INSTANT_TEXT];
	enum status st;

	instant_format(at, app->received_at);
	action_reset(a, action_find(str_of("case.receive")));
	st = action_set(a, "type", str_of(in->type->name.code), why);
	if (st == ST_OK)
		st = action_set(a, "title", strbuf_str(&app->title), why);
	if (st == ST_OK && app->party.len)
		st = action_set(a, "party", strbuf_str(&app->party), why);
	if (st == ST_OK)
		st = action_set(a, "channel", str_of(app->channel), why);
	if (st == ST_OK)
		st = action_set(a, "received_at", str_of(at), why);
	if (st == ST_OK)
		st = set_int(a, "protection", app->is_protected ? PROTECT_IDENTITY : PROTECT_NONE,
			     why);
	add_doc(a, in->whole, k->r->body.len, TYPE_JSON, "ansokan.json");
	for (int i = 0; i < app->doc_count; i++)
		add_doc(a, app->docs[i].h, app->docs[i].bytes.len, app->docs[i].mt,
			app->docs[i].name);
	return st;
}

static enum status fill_register(const struct intake *in, struct action *a, struct err *why)
{
	enum status st;

	action_reset(a, action_find(str_of("case.register")));
	st = action_set(a, "diary_no", str_of(in->diary_no), why);
	if (st == ST_OK)
		st = action_set(a, "unit", str_of(in->unit->name.code), why);
	if (st == ST_OK)
		st = action_set(a, "queue", str_of(in->queue->name.code), why);
	if (st == ST_OK)
		st = action_set(a, "due_on", str_of(in->due_on), why);
	if (st == ST_OK)
		st = set_int(a, "type_version", in->type->version, why);
	if (st == ST_OK)
		st = action_set(a, "committee", str_of(in->committee->name.code), why);
	return st;
}

static enum status store_blobs(struct call *k, const struct intake *in, struct err *why)
{
	enum status st = blob_put(k->c->db, in->whole, strbuf_str(&k->r->body), why);

	for (int i = 0; st == ST_OK && i < in->app.doc_count; i++)
		st = blob_put(k->c->db, in->app.docs[i].h, strbuf_str(&in->app.docs[i].bytes), why);
	return st;
}

/* The number is taken inside the transaction: one that comes to nothing
 * leaves no hole in the diary. */
static enum status number_it(struct call *k, struct intake *in, struct err *why)
{
	struct diary_no d = { .year = day_in_stockholm(in->now, NULL, NULL).y };
	struct day received = day_in_stockholm(in->app.received_at, NULL, NULL);
	enum status st = diary_next(k->c->db, in->committee->diary_prefix, d.year, &d.number, why);

	snprintf(d.committee, sizeof(d.committee), "%s", in->committee->diary_prefix);
	diary_format(in->diary_no, &d);
	day_format(in->due_on, deadline_after(received, in->type->target, true));
	return st;
}

static enum status make_case(struct call *k, struct intake *in, struct stored_case *s,
			     struct err *why)
{
	struct action a = ACTION_INIT;
	struct entry_done done;
	enum status st =
		scope_find(k->c->db, in->unit->name.code,
			   in->app.is_protected ? PROTECT_IDENTITY : PROTECT_NONE, &s->scope, why);

	uuid7(s->file.id, in->now, &k->c->env.rng);
	s->file.type_version = in->type->version;
	snprintf(s->party_kind, sizeof(s->party_kind), "%s", in->app.party_kind);
	if (!strbuf_set(&s->fields, strbuf_cstr(&in->app.fields), in->app.fields.len))
		st = err_set(why, ST_BROKEN, "memory", "out of memory");
	if (st == ST_OK)
		st = fill_receive(k, in, &a, why);
	if (st == ST_OK)
		st = entry_system(k->c, s, &a, in->now, &done, why);
	if (st == ST_OK)
		st = number_it(k, in, why);
	if (st == ST_OK)
		st = fill_register(in, &a, why);
	if (st == ST_OK)
		st = entry_system(k->c, s, &a, in->now, &done, why);
	if (st == ST_OK)
		st = lookup_index(k->c, s->file.id, &in->app, why);
	action_release(&a);
	return st;
}

/* --- The answer -------------------------------------------------------------------------- */

static void write_answer(const struct intake *in, const struct stored_case *s, struct strbuf *out)
{
	char url[RECEIPT_TEXT + 8];
	struct jsonw w;

	snprintf(url, sizeof(url), "/s/%s", in->receipt);
	jsonw_init(&w, out);
	jsonw_map(&w);
	jsonw_kv(&w, "case_id", s->file.id);
	jsonw_kv(&w, "diary_no", in->diary_no);
	jsonw_kv(&w, "queue", in->queue->name.code);
	jsonw_kv(&w, "unit", in->unit->name.code);
	jsonw_kv(&w, "due_on", in->due_on);
	jsonw_kv(&w, "receipt_code", in->receipt);
	jsonw_kv(&w, "status_url", url);
	jsonw_end_map(&w);
}

static void make_receipt(struct call *k, struct intake *in, char hash[HASH_TEXT])
{
	struct strbuf text = STRBUF_INIT_MAX(RECEIPT_TEXT);
	unsigned char raw[RECEIPT_BYTES];

	rng_fill(&k->c->env.rng, raw, sizeof(raw));
	b64url_encode(&text, raw, sizeof(raw));
	snprintf(in->receipt, sizeof(in->receipt), "%s", strbuf_cstr(&text));
	sha256_hex(hash, str_of(in->receipt));
	strbuf_release(&text);
}

static enum status take_in(struct call *k, struct intake *in, struct err *why)
{
	struct stored_case s = STORED_CASE_INIT;
	char hash[HASH_TEXT];
	enum status st = central_begin(k->c, why);

	sha256_hex(in->whole, strbuf_str(&k->r->body));
	make_receipt(k, in, hash);
	if (st == ST_OK)
		st = store_blobs(k, in, why);
	if (st == ST_OK)
		st = make_case(k, in, &s, why);
	if (st == ST_OK)
		st = receipt_add(k->c->db, hash, s.file.id, why);
	if (st == ST_OK) {
		reply_type(k->out, 201, TYPE_JSON);
		write_answer(in, &s, &k->out->body);
		st = intake_add(k->c->db, in->key, in->body_hash, strbuf_str(&k->out->body),
				in->now, why);
	}
	if (st == ST_OK)
		st = central_commit(k->c, why);
	central_rollback(k->c);
	stored_case_release(&s);
	return st;
}

enum status handle_intake(struct call *k, struct err *why)
{
	struct intake in = { .now = central_now(k->c) };
	enum status st = check_token(k, why);

	if (st == ST_OK)
		st = find_type(k, &in, why);
	if (st == ST_OK)
		st = check_key(k, &in, why);
	if (st == ST_OK)
		st = intake_answered(k, in.key, in.body_hash, "application", why);
	if (st == ST_NONE && !why->code[0]) {
		st = application_read(&in.app, strbuf_str(&k->r->body), in.now, why);
		if (st == ST_OK)
			st = take_in(k, &in, why);
	}
	application_release(&in.app);
	return st;
}
