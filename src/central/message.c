/* SPDX-License-Identifier: EUPL-1.2 */
/* POST /s/{receipt-code}/messages: what an applicant writes in their case. */
#include <stdio.h>
#include <string.h>

#include "central/call.h"
#include "central/entry.h"
#include "central/lookup_key.h"
#include "sign/hash.h"

#include "base/banned.h"

struct incoming {
	char key[HASH_TEXT]; /* of code and Idempotency-Key together */
	char body_hash[HASH_TEXT];
	struct str text, subject; /* in `json` */
	struct json *json;
	int64_t now;
};

/* The same key under two codes is two messages. */
static enum status read_key(struct call *k, struct incoming *in, struct err *why)
{
	char plain[HASH_TEXT];
	struct strbuf text = STRBUF_INIT;

	if (!k->r->idempotency_key[0])
		return err_set(
			why, ST_BAD_INPUT, "idempotency-key-missing",
			"send an Idempotency-Key of 1-128 characters, the same when the same message is sent again");
	strbuf_adds(&text, "message\n");
	strbuf_add(&text, k->part[0].p, k->part[0].n);
	strbuf_addf(&text, "\n%s", k->r->idempotency_key);
	sha256_hex(in->key, strbuf_str(&text));
	sha256_hex(plain, strbuf_str(&k->r->body));
	body_hash_keyed(k->c, plain, in->body_hash);
	if (!text.failed) {
		strbuf_wipe(&text);
		return ST_OK;
	}
	strbuf_wipe(&text);
	return err_set(why, ST_BROKEN, "memory", "out of memory");
}

static enum status member(const struct json *j, const char *name, struct str *out, struct err *why)
{
	const struct json *v = json_member(j, name);

	*out = str_of("");
	if (json_kind_of(v) == JSON_NONE)
		return ST_OK;
	if (json_kind_of(v) != JSON_TEXT)
		return err_set(why, ST_BAD_INPUT, "field-malformed", "\"%s\" is no text", name);
	*out = json_text(v);
	if (out->n && memchr(out->p, '\0', out->n))
		return err_set(why, ST_BAD_INPUT, "field-malformed", "\"%s\" holds a NUL character",
			       name);
	return ST_OK;
}

static enum status read_body(struct call *k, struct incoming *in, struct err *why)
{
	static const char *const known[] = { "text", "subject", NULL };
	enum status st = body_map(k, known, &in->json, why);

	if (st == ST_OK)
		st = member(in->json, "text", &in->text, why);
	if (st == ST_OK)
		st = member(in->json, "subject", &in->subject, why);
	if (st == ST_OK && in->text.n == 0)
		st = err_set(why, ST_BAD_INPUT, "field-missing",
			     "\"text\" is missing: write what the message says");
	return st;
}

/* Does the case take a message at all, and has it room for one more? */
static enum status check_case(struct call *k, const struct incoming *in,
			      const struct stored_case *s, struct err *why)
{
	int64_t count = 0;
	enum status st;

	if (s->file.state == CASE_ARCHIVED)
		return err_set(why, ST_CONFLICT, "case-archived",
			       "the case is closed and archived; turn to the municipality");
	st = log_count_act(k->c->db, s->file.id, "message.receive", in->now - MESSAGES_WINDOW_MS,
			   &count, why);
	if (st == ST_OK && count >= LIMIT_MESSAGES)
		return err_set(why, ST_REFUSED, "too-many-messages",
			       "a case takes %d messages a day; write again later", LIMIT_MESSAGES);
	return st;
}

/* Is it an answer that the case waits for, not only a rest until a day? */
static enum status was_asked(struct call *k, const struct stored_case *s, bool *asked,
			     struct err *why)
{
	struct log_row e = { .n = 0 };
	enum status st;

	*asked = false;
	while ((st = log_after(k->c->db, s->file.id, e.n, &e, why)) == ST_OK)
		if (strcmp(e.act, "case.ask") == 0)
			*asked = true;
		else if (strcmp(e.act, "case.suspend") == 0)
			*asked = false;
	return st == ST_NONE ? ST_OK : st;
}

static enum status append(struct call *k, const struct incoming *in, struct stored_case *s,
			  struct err *why)
{
	struct action a = ACTION_INIT;
	struct entry_done done;
	bool asked = false;
	enum status st;

	action_reset(&a, action_find(str_of("message.receive")));
	st = action_set(&a, "text", in->text, why);
	if (st == ST_OK && in->subject.n)
		st = action_set(&a, "subject", in->subject, why);
	if (st == ST_OK)
		st = action_set(&a, "channel", str_of("status-page"), why);
	if (st == ST_OK)
		st = entry_system(k->c, s, &a, in->now, &done, why);
	if (st == ST_OK && s->file.state == CASE_WAITING)
		st = was_asked(k, s, &asked, why);
	if (st == ST_OK && asked) {
		action_reset(&a, action_find(str_of("case.answer")));
		st = entry_system(k->c, s, &a, in->now, &done, why);
	}
	action_release(&a);
	return st;
}

static enum status take_in(struct call *k, const struct incoming *in, struct stored_case *s,
			   struct err *why)
{
	enum status st = central_begin(k->c, why);
	struct jsonw w;

	if (st == ST_OK)
		st = append(k, in, s, why);
	if (st == ST_OK) {
		reply_type(k->out, 201, TYPE_JSON);
		jsonw_init(&w, &k->out->body);
		jsonw_map(&w);
		jsonw_kv_instant(&w, "received_at", in->now);
		jsonw_end_map(&w);
		st = intake_add(k->c->db, in->key, in->body_hash, strbuf_str(&k->out->body),
				in->now, why);
	}
	if (st == ST_OK)
		st = central_commit(k->c, why);
	central_rollback(k->c);
	return st;
}

enum status handle_message(struct call *k, struct err *why)
{
	struct incoming in = { .now = central_now(k->c) };
	struct stored_case s = STORED_CASE_INIT;
	enum status st = receipt_case(k, &s, why);

	if (st == ST_OK)
		st = read_key(k, &in, why);
	if (st == ST_OK)
		st = intake_answered(k, in.key, in.body_hash, "message", why);
	if (st == ST_NONE && !why->code[0]) {
		st = read_body(k, &in, why);
		if (st == ST_OK)
			st = check_case(k, &in, &s, why);
		if (st == ST_OK)
			st = take_in(k, &in, &s, why);
	}
	json_free(in.json);
	stored_case_release(&s);
	return st;
}
