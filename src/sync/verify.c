/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/cache.h"
#include "cache/cases.h"
#include "cache/identity.h"
#include "cache/names.h"
#include "domain/action.h"
#include "domain/erasure.h"
#include "sign/chain.h"
#include "sync/settle.h"
#include "wire/json.h"
#include "wire/payload.h"

#include "base/banned.h"

struct verifying {
	struct db *cache;
	struct identity who;
	struct casefile base;
	char prev_eh[HASH_TEXT]; /* "" = not known */
	int64_t wrong, unknown;
};

static void say(struct verified *v, enum verified_as as, const char *code, const char *text)
{
	v->as = as;
	snprintf(v->code, sizeof(v->code), "%s", code);
	snprintf(v->text, sizeof(v->text), "%s", text);
}

/* --- The hash chain ------------------------------------------------------------- */

static void check_hash(const struct verifying *x, const struct entry *e, struct verified *v)
{
	struct entry_facts f = { e->case_id, e->n,  x->prev_eh, e->ah,	e->seq,
				 e->epoch,   e->at, e->verdict, e->rule };
	char eh[HASH_TEXT];

	if (!x->prev_eh[0] || !e->ah[0]) {
		say(v, VERIFIED_UNKNOWN, "previous-missing",
		    "the entry before it is not here to be compared");
		return;
	}
	entry_hash(eh, &f);
	if (strcmp(eh, e->eh) != 0)
		say(v, VERIFIED_WRONG, "eh", "the entry's hash is not that of its contents");
	else if (e->n == x->base.n && strcmp(e->eh, x->base.eh) != 0)
		say(v, VERIFIED_WRONG, "head",
		    "the chain ends in another hash than the case names");
}

/* --- The signature ---------------------------------------------------------------- */

/* The signer's key, and what its certificate ties it to. */
struct signer {
	struct pubkey key;
	bool central;
	char sub[OFFICER_MAX], dev[UUID_TEXT];
};

static bool central_key(const struct verifying *x, const char *kid, struct signer *s)
{
	for (int i = 0; i < x->who.key_count; i++)
		if (strcmp(x->who.keys[i].kid, kid) == 0)
			return s->central = pubkey_from_text(&s->key, str_of(x->who.keys[i].x));
	return false;
}

/* A key counts by the central's certificate alone, not by who sent it. */
static bool open_certificate(const struct verifying *x, struct str jws, const char *kid,
			     struct signer *s)
{
	struct strbuf payload = STRBUF_INIT;
	struct certificate c;
	bool ok = settle_central_jws(&payload, &x->who, TYP_CERT, jws, NULL) == ST_OK
		  && certificate_read(&c, strbuf_str(&payload), NULL) == ST_OK
		  && strcmp(c.kid, kid) == 0 && pubkey_from_text(&s->key, str_of(c.x))
		  && strcmp(s->key.kid, kid) == 0;

	strbuf_release(&payload);
	if (ok) {
		memcpy(s->sub, c.sub, sizeof(s->sub));
		memcpy(s->dev, c.dev, sizeof(s->dev));
	}
	return ok;
}

static bool device_key(const struct verifying *x, const char *kid, struct signer *s,
		       struct verified *v)
{
	struct known_key k = KNOWN_KEY_INIT;
	struct str certificate = str_of("");
	bool ok;

	if (known_key_get(x->cache, kid, &k, NULL) == ST_OK)
		certificate = strbuf_str(&k.certificate);
	else if (strcmp(kid, x->who.kid) == 0)
		certificate = strbuf_str(&x->who.certificate);
	if (certificate.n == 0) {
		say(v, VERIFIED_UNKNOWN, "key-unknown",
		    "the key that signed it is not known here yet");
		known_key_release(&k);
		return false;
	}
	ok = open_certificate(x, certificate, kid, s);
	if (!ok)
		say(v, VERIFIED_WRONG, "certificate",
		    "the central has not certified the key that signed it");
	known_key_release(&k);
	return ok;
}

/* What is signed must speak of this case, by this officer and device. */
static void check_words(const struct entry *e, const struct signer *s, struct str payload,
			struct verified *v)
{
	struct json *j = NULL;
	struct str sub, dev;

	if (json_read(&j, payload, NULL) != ST_OK) {
		say(v, VERIFIED_WRONG, "payload", "what was signed can't be read");
		return;
	}
	sub = json_get_text(j, "sub");
	dev = json_get_text(j, "dev");
	if (!str_eq(json_get_text(j, "case"), e->case_id))
		say(v, VERIFIED_WRONG, "case", "what was signed is about another case");
	else if (s->central && !str_eq(sub, "system") && !str_eq(sub, "import"))
		say(v, VERIFIED_WRONG, "signer", "the central signed in an officer's name");
	else if (!s->central && (!str_eq(sub, s->sub) || !str_eq(dev, s->dev)))
		say(v, VERIFIED_WRONG, "signer", "signed with another officer's or device's key");
	json_free(j);
}

static void check_signature(const struct verifying *x, const struct entry *e, struct verified *v)
{
	struct strbuf payload = STRBUF_INIT;
	struct err found = ERR_INIT;
	struct signer s = { .central = false };
	char kid[KID_TEXT], ah[HASH_TEXT];
	struct str jws = strbuf_str(&e->jws);

	/* Whoever signed it: is it the envelope that the chain is made of? */
	if (!jws_ah(ah, jws) || strcmp(ah, e->ah) != 0) {
		say(v, VERIFIED_WRONG, "ah", "the envelope is not the one that the entry names");
		return;
	}
	if (jws_kid(kid, jws, &found) != ST_OK) {
		say(v, VERIFIED_WRONG, found.code, found.text);
		return;
	}
	if (!central_key(x, kid, &s) && !device_key(x, kid, &s, v))
		return;
	if (jws_open(&payload, NULL, &s.key, s.central ? TYP_ENTRY : TYP_ACTION, jws, &found)
	    != ST_OK)
		say(v, VERIFIED_WRONG, found.code, found.text);
	else
		check_words(e, &s, strbuf_str(&payload), v);
	strbuf_release(&payload);
}

/* --- What is erased -------------------------------------------------------------- */

/* The central's own word, at the entry that is said to have erased this one. */
static bool central_says(const struct verifying *x, const struct entry *by, struct erasure *e)
{
	struct strbuf payload = STRBUF_INIT;
	struct action a = ACTION_INIT;
	bool ok = settle_central_jws(&payload, &x->who, TYP_ENTRY, strbuf_str(&by->jws), NULL)
			  == ST_OK
		  && payload_read(&a, strbuf_str(&payload), NULL) == ST_OK
		  && strcmp(a.def->name, "entry.erase") == 0 && strcmp(a.case_id, by->case_id) == 0;

	if (ok)
		erasure_of(e, &a);
	action_release(&a);
	strbuf_release(&payload);
	return ok;
}

/* An envelope may be missing only by such a word. */
static void check_erased(const struct verifying *x, const struct entry *e, struct verified *v)
{
	static const char said[] = "erased by entry ";
	struct entry by = ENTRY_INIT;
	struct erasure told;
	int64_t n = strncmp(e->erased_why, said, sizeof(said) - 1) == 0
			    ? strtoll(e->erased_why + sizeof(said) - 1, NULL, 10)
			    : 0;

	if (n <= e->n || n > x->base.n)
		say(v, VERIFIED_WRONG, "erased-unsigned", "no later entry says that it was erased");
	else if (entry_get(x->cache, e->case_id, n, &by, NULL) != ST_OK)
		say(v, VERIFIED_UNKNOWN, "erasing-missing",
		    "the entry that erased it is not here yet");
	else if (!central_says(x, &by, &told) || !erasure_takes(&told, e->n))
		say(v, VERIFIED_WRONG, "erased-unsigned",
		    "the entry that is said to have erased it does not say so");
	else if (v->as == VERIFIED_OK)
		say(v, VERIFIED_ERASED, "erased", e->erased_why);
	entry_release(&by);
}

/* --- The case ---------------------------------------------------------------------- */

static void check_entry(struct verifying *x, const struct entry *e, struct verified *v)
{
	say(v, VERIFIED_OK, "", "");
	check_hash(x, e, v);
	if (e->erased) {
		if (v->as != VERIFIED_WRONG)
			check_erased(x, e, v);
	} else if (v->as != VERIFIED_WRONG) {
		struct verified w = *v;

		check_signature(x, e, &w);
		if (w.as == VERIFIED_WRONG || v->as == VERIFIED_OK)
			*v = w;
	}
	snprintf(x->prev_eh, sizeof(x->prev_eh), "%s", e->eh);
}

static enum status check_at(struct verifying *x, int64_t n, struct verified *v, struct entry *e,
			    struct err *why)
{
	enum status st = entry_get(x->cache, x->base.id, n, e, why);

	memset(v, 0, sizeof(*v));
	v->n = n;
	if (st == ST_NONE) {
		say(v, VERIFIED_UNKNOWN, "entry-missing", "this entry is not here");
		x->prev_eh[0] = '\0';
		st = ST_OK;
	} else if (st == ST_OK) {
		v->entry = e;
		check_entry(x, e, v);
	}
	x->wrong += v->as == VERIFIED_WRONG;
	x->unknown += v->as == VERIFIED_UNKNOWN;
	return st;
}

static enum status walk(struct verifying *x,
			enum status (*each)(void *ctx, const struct verified *v, struct err *why),
			void *ctx, struct err *why)
{
	struct entry e = ENTRY_INIT;
	struct verified v;
	enum status st = ST_OK;

	snprintf(x->prev_eh, sizeof(x->prev_eh), "%s", HASH_ZERO);
	for (int64_t n = 1; n <= x->base.n && st == ST_OK; n++) {
		st = check_at(x, n, &v, &e, why);
		if (st == ST_OK)
			st = each(ctx, &v, why);
	}
	entry_release(&e);
	if (st == ST_OK && x->wrong)
		return err_set(why, ST_REFUSED, "verification-failed",
			       "%lld of %lld entries do not hold", (long long)x->wrong,
			       (long long)x->base.n);
	if (st == ST_OK && x->unknown)
		return err_set(
			why, ST_RETRY, "not-all-known",
			"%lld of %lld entries can't be judged here yet; sync, then try again",
			(long long)x->unknown, (long long)x->base.n);
	return st;
}

enum status verify_case(struct db *cache, struct db *outbox, const char *case_id,
			enum status (*each)(void *ctx, const struct verified *v, struct err *why),
			void *ctx, struct err *why)
{
	struct verifying x = { .cache = cache, .who = IDENTITY_INIT, .base = CASEFILE_INIT };
	enum status st = identity_get(outbox, &x.who, why);

	if (st == ST_OK) {
		st = case_base(cache, case_id, &x.base, why);
		if (st == ST_NONE)
			err_set(why, ST_NONE, "case-unknown", "no such case here: %s", case_id);
	}
	if (st == ST_OK)
		st = cache_begin_read(cache, why);
	if (st == ST_OK) {
		st = walk(&x, each, ctx, why);
		cache_rollback(cache);
	}
	casefile_release(&x.base);
	identity_release(&x.who);
	return st;
}
