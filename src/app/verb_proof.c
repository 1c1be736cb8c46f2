/* SPDX-License-Identifier: EUPL-1.2 */
/* `sluss proof NO`: all that it takes to judge a case without Sluss. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "app/verbs.h"
#include "cache/names.h"
#include "sync/verify.h"

#include "base/banned.h"

struct proof {
	struct call *c;
	const char *case_id;
	struct jsonw w;
	int64_t size;	       /* of the log whose head is given */
	int64_t n;	       /* entries up to here have their inclusion */
	struct strbuf answers; /* "[" and the inclusions, with ',' between */
};

/* --- What the central says -------------------------------------------------- */

static enum status ask(const struct proof *p, struct json **out, struct err *why)
{
	struct request r = REQUEST_INIT;
	struct strbuf body = STRBUF_INIT;
	char path[100];
	enum status st;

	snprintf(path, sizeof(path), "/v1/cases/%s/proof", p->case_id);
	request_set(&r, "GET", path);
	strbuf_addf(&r.query, "from=%" PRId64, p->n + 1);
	if (p->size)
		strbuf_addf(&r.query, "&size=%" PRId64, p->size);
	st = call_central(p->c, &r, &body, why);
	if (st == ST_OK)
		st = json_read(out, strbuf_str(&body), why);
	request_release(&r);
	strbuf_release(&body);
	return st;
}

static bool keep_inclusions(struct proof *p, const struct json *list)
{
	bool ok = json_kind_of(list) == JSON_LIST;

	for (size_t i = 0; ok && i < json_count(list); i++) {
		p->n = json_get_int(json_item(list, i), "n", p->n);
		if (p->answers.len > 1)
			strbuf_addc(&p->answers, ',');
		ok = json_dump(&p->answers, json_item(list, i));
	}
	return ok;
}

/* The head of the first answer is the one that all paths lead to. */
static void put_head(struct proof *p, const struct json *j)
{
	static const char *const texts[] = { "jws", "checkpoint", "epoch", "root" };

	jsonw_key(&p->w, "head");
	jsonw_map(&p->w);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		jsonw_kv_str(&p->w, texts[i], json_get_text(j, texts[i]));
	jsonw_kv_int(&p->w, "size", p->size);
	jsonw_end_map(&p->w);
}

static enum status put_central(struct proof *p, struct err *why)
{
	struct json *j = NULL;
	bool more = true;
	enum status st = ST_OK;

	while (st == ST_OK && more) {
		st = ask(p, &j, why);
		if (st == ST_OK && p->size == 0) {
			p->size = json_get_int(j, "size", 0);
			put_head(p, j);
		}
		if (st == ST_OK && !keep_inclusions(p, json_member(j, "inclusion")))
			st = err_set(why, ST_BAD_INPUT, "not-ours",
				     "the answer is no proof of the central's");
		more = json_get_bool(j, "more", false);
		json_free(j);
		j = NULL;
	}
	jsonw_key(&p->w, "inclusion");
	strbuf_addc(&p->answers, ']');
	jsonw_raw(&p->w, strbuf_str(&p->answers));
	return st;
}

/* --- What stands here ---------------------------------------------------------- */

static void put_entry(struct jsonw *w, const struct entry *e)
{
	jsonw_map(w);
	jsonw_kv_int(w, "n", e->n);
	jsonw_kv(w, "ah", e->ah);
	jsonw_kv_int(w, "seq", e->seq);
	jsonw_kv(w, "epoch", e->epoch);
	jsonw_kv_instant(w, "at", e->at);
	jsonw_kv(w, "verdict", e->verdict);
	jsonw_kv(w, "rule", e->rule);
	jsonw_kv(w, "eh", e->eh);
	jsonw_key(w, "jws");
	if (e->erased)
		jsonw_null(w);
	else
		jsonw_text(w, strbuf_str(&e->jws));
	jsonw_end_map(w);
}

static enum status put_entries(struct proof *p, struct err *why)
{
	struct db *cache = p->c->home->cache;
	struct entry e = ENTRY_INIT;
	enum status st;

	jsonw_key(&p->w, "entries");
	jsonw_list(&p->w);
	while ((st = entry_after(cache, p->case_id, e.n, &e, why)) == ST_OK)
		put_entry(&p->w, &e);
	jsonw_end_list(&p->w);
	entry_release(&e);
	return st == ST_NONE ? ST_OK : st;
}

static void each_key(void *ctx, const struct known_key *k)
{
	jsonw_text(ctx, strbuf_str(&k->certificate));
}

/* The certificates of the keys that signed entries of the case. */
static enum status put_keys(struct proof *p, struct err *why)
{
	struct identity me = IDENTITY_INIT;
	enum status st = identity_get(p->c->home->outbox, &me, why);

	jsonw_key(&p->w, "central");
	jsonw_map(&p->w);
	jsonw_kv(&p->w, "aud", me.aud);
	jsonw_key(&p->w, "keys");
	jsonw_list(&p->w);
	for (int i = 0; i < me.key_count; i++) {
		jsonw_map(&p->w);
		jsonw_kv(&p->w, "kid", me.keys[i].kid);
		jsonw_kv(&p->w, "x", me.keys[i].x);
		jsonw_end_map(&p->w);
	}
	jsonw_end_list(&p->w);
	jsonw_end_map(&p->w);
	identity_release(&me);
	jsonw_key(&p->w, "certificates");
	jsonw_list(&p->w);
	if (st == ST_OK)
		st = known_keys_of_case(p->c->home->cache, p->case_id, each_key, &p->w, why);
	jsonw_end_list(&p->w);
	return st;
}

/* The answers that the central signed for this device's actions on the case. */
static enum status put_acks(struct proof *p, struct err *why)
{
	struct outbox_item i = OUTBOX_ITEM_INIT;
	enum status st;

	jsonw_key(&p->w, "acknowledgements");
	jsonw_list(&p->w);
	while ((st = outbox_of_case(p->c->home->outbox, p->case_id, i.id, &i, why)) == ST_OK)
		if (i.ack.len)
			jsonw_text(&p->w, strbuf_str(&i.ack));
	jsonw_end_list(&p->w);
	outbox_item_release(&i);
	return st == ST_NONE ? ST_OK : st;
}

/* --- The verb ------------------------------------------------------------------- */

static enum status each_verified(void *ctx, const struct verified *v, struct err *why)
{
	(void)ctx;
	(void)v;
	(void)why;
	return ST_OK;
}

/* A proof of what does not hold would be none. */
static enum status put_proof(struct proof *p, struct err *why)
{
	struct home *h = p->c->home;
	enum status st = verify_case(h->cache, h->outbox, p->case_id, each_verified, NULL, why);

	if (st != ST_OK)
		return st;
	json_begin(&p->w, p->c, "sluss.proof/1");
	jsonw_kv(&p->w, "case_id", p->case_id);
	st = put_keys(p, why);
	if (st == ST_OK)
		st = put_entries(p, why);
	if (st == ST_OK)
		st = put_acks(p, why);
	if (st == ST_OK)
		st = put_central(p, why);
	json_end(&p->w, p->c);
	return st;
}

enum status verb_proof(struct call *c, struct err *why)
{
	struct case_row row = CASE_ROW_INIT;
	struct proof p = { .c = c, .case_id = row.file.id, .answers = STRBUF_INIT };
	enum status st = call_case(c, 0, &row, why);

	strbuf_addc(&p.answers, '[');
	if (st == ST_OK)
		st = want_case(c->home->cache, row.file.id, why);
	if (st == ST_OK)
		st = fetch_chain(c, &row, why);
	if (st == ST_OK)
		st = put_proof(&p, why);
	/* Half a proof is not given. */
	if (st != ST_OK)
		strbuf_clear(&c->out);
	strbuf_release(&p.answers);
	case_row_release(&row);
	return st;
}
