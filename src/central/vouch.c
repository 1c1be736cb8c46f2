/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/vouch.h"

#include <stdio.h>
#include <string.h>

#include "wire/json.h"

#include "base/banned.h"

enum { KEY_BYTES = OFFICER_MAX + 16, SIGNED_BYTES = 8192 };

static void officer_text(struct strbuf *out, const struct officer_row *o)
{
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_map(&w);
	jsonw_kv(&w, "officer", o->id);
	jsonw_kv(&w, "name", o->name);
	jsonw_kv(&w, "title", o->title);
	jsonw_kv_int(&w, "roles", o->roles);
	jsonw_kv(&w, "units", o->units);
	jsonw_kv_int(&w, "clearance", o->clearance);
	jsonw_kv_int(&w, "sv", o->sv);
	jsonw_end_map(&w);
}

/* A device that waits to be approved is signed for as one that waits, so that
 * nothing but the central's own word ends the waiting. */
static void device_text(struct strbuf *out, const struct device *d, bool waits)
{
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_map(&w);
	jsonw_kv(&w, "device", d->id);
	jsonw_kv(&w, "state", d->state);
	jsonw_kv_int(&w, "valid_through_ctr", d->valid_through_ctr);
	if (waits)
		jsonw_kv_bool(&w, "waits", true);
	jsonw_end_map(&w);
}

static void grant_text(struct strbuf *out, const struct grant_row *g)
{
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_map(&w);
	jsonw_kv_int(&w, "grant", g->id);
	jsonw_kv(&w, "officer", g->officer);
	jsonw_kv(&w, "of", g->key);
	jsonw_kv(&w, "by", g->by);
	jsonw_kv(&w, "reason", g->reason);
	jsonw_kv_int(&w, "at", g->at);
	jsonw_kv_int(&w, "until", g->until);
	jsonw_kv_int(&w, "ended_at", g->ended_at);
	jsonw_kv(&w, "ended_by", g->ended_by);
	jsonw_end_map(&w);
}

static void key_of(char out[KEY_BYTES], const char *kind, const char *id)
{
	snprintf(out, KEY_BYTES, "%s:%s", kind, id);
}

static enum status vouch(struct central *c, const char *kind, const char *id,
			 const struct strbuf *text, struct err *why)
{
	struct strbuf jws = STRBUF_INIT_MAX(SIGNED_BYTES);
	char key[KEY_BYTES];
	enum status st = jws_sign(&jws, NULL, c->key, TYP_ROW, strbuf_str(text), why);

	key_of(key, kind, id);
	if (st == ST_OK)
		st = meta_set(c->db, key, strbuf_cstr(&jws), why);
	strbuf_release(&jws);
	return st;
}

static bool vouched(struct central *c, const char *kind, const char *id, const struct strbuf *text)
{
	struct strbuf payload = STRBUF_INIT;
	char key[KEY_BYTES], jws[SIGNED_BYTES];
	bool ok;

	key_of(key, kind, id);
	ok = meta_get(c->db, key, jws, sizeof(jws), NULL) == ST_OK
	     && jws_open(&payload, NULL, signkey_public(c->key), TYP_ROW, str_of(jws), NULL)
			== ST_OK
	     && payload.len == text->len
	     && memcmp(strbuf_cstr(&payload), strbuf_cstr(text), text->len) == 0;
	strbuf_release(&payload);
	return ok;
}

enum status vouch_officer(struct central *c, const struct officer_row *o, struct err *why)
{
	struct strbuf text = STRBUF_INIT;
	enum status st = officer_put(c->db, o, why);

	officer_text(&text, o);
	if (st == ST_OK)
		st = vouch(c, "officer", o->id, &text, why);
	strbuf_release(&text);
	return st;
}

enum status vouch_device(struct central *c, const struct device *d, struct err *why)
{
	struct strbuf text = STRBUF_INIT;
	bool waits = false;
	enum status st = device_set_state(c->db, d->id, d->state, d->valid_through_ctr, why);

	if (st == ST_OK)
		st = device_waits(c->db, d->id, &waits, why);
	device_text(&text, d, waits);
	if (st == ST_OK)
		st = vouch(c, "device", d->id, &text, why);
	strbuf_release(&text);
	return st;
}

enum status vouch_grant(struct central *c, struct grant_row *g, struct err *why)
{
	struct strbuf text = STRBUF_INIT;
	char id[24];
	enum status st = grant_put(c->db, g, why);

	snprintf(id, sizeof(id), "%lld", (long long)g->id);
	grant_text(&text, g);
	if (st == ST_OK)
		st = vouch(c, "grant", id, &text, why);
	strbuf_release(&text);
	return st;
}

bool vouched_grant(struct central *c, const struct grant_row *g)
{
	struct strbuf text = STRBUF_INIT;
	char id[24];
	bool ok;

	snprintf(id, sizeof(id), "%lld", (long long)g->id);
	grant_text(&text, g);
	ok = vouched(c, "grant", id, &text);
	strbuf_release(&text);
	return ok;
}

bool vouched_officer(struct central *c, const struct officer_row *o)
{
	struct strbuf text = STRBUF_INIT;
	bool ok;

	officer_text(&text, o);
	ok = vouched(c, "officer", o->id, &text);
	strbuf_release(&text);
	return ok;
}

static bool vouched_as(struct central *c, const struct device *d, bool waits)
{
	struct strbuf text = STRBUF_INIT;
	bool ok;

	device_text(&text, d, waits);
	ok = vouched(c, "device", d->id, &text);
	strbuf_release(&text);
	return ok;
}

enum status vouched_word(struct central *c, const char *dev, char *out, size_t size,
			 struct err *why)
{
	char key[KEY_BYTES];

	key_of(key, "device", dev);
	return meta_get(c->db, key, out, size, why);
}

enum status vouched_problem(struct central *c, const char *dev, const struct problem *p, char *out,
			    size_t size, struct err *why)
{
	struct strbuf word = STRBUF_INIT, jws = STRBUF_INIT_MAX(SIGNED_BYTES);
	struct problem_said said = { .at = central_now(c) };
	enum status st = ST_OK;

	snprintf(said.dev, sizeof(said.dev), "%s", dev);
	snprintf(said.epoch, sizeof(said.epoch), "%s", c->epoch);
	if (!problem_word(&word, p, &said))
		st = err_set(why, ST_BROKEN, "memory", "no memory for a word");
	if (st == ST_OK)
		st = jws_sign(&jws, NULL, c->key, TYP_ROW, strbuf_str(&word), why);
	if (st == ST_OK && jws.len >= size)
		st = err_set(why, ST_BROKEN, "memory", "a word of %zu bytes", jws.len);
	if (st == ST_OK)
		snprintf(out, size, "%s", strbuf_cstr(&jws));
	strbuf_release(&word);
	strbuf_release(&jws);
	return st;
}

bool vouched_device(struct central *c, const struct device *d)
{
	bool waits = false;

	return device_waits(c->db, d->id, &waits, NULL) == ST_OK && vouched_as(c, d, waits);
}

bool vouched_before_waiting(struct central *c, const struct device *d)
{
	return vouched_as(c, d, false);
}
