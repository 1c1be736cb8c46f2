/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/enrol.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/encode.h"
#include "cache/cache.h"
#include "cache/outbox.h"
#include "domain/action.h"
#include "sign/hash.h"
#include "sync/officer.h"
#include "sync/settle.h"
#include "wire/json.h"
#include "wire/payload.h"
#include "wire/problem.h"

#include "base/banned.h"

enum { CODE_TEXT_MAX = 200, FINGERPRINT = 16, TIMEOUT_MS = 15000 };
enum stage { ASK_INFO, ASK_CERTIFICATE, HAVE_ALL };

struct enrol {
	enum stage stage;
	char code[CODE_TEXT_MAX];
	char fingerprint[FINGERPRINT + 1];
	struct clock clock;
	struct rng rng;
	struct signkey *key;
	struct identity who;
	bool waits; /* the central has the device approved first */
};

/* White space around a pasted code is no part of it. */
static struct str trimmed(struct str s)
{
	while (s.n && (s.p[0] == ' ' || s.p[0] == '\n' || s.p[0] == '\r' || s.p[0] == '\t')) {
		s.p++;
		s.n--;
	}
	while (s.n && (unsigned char)s.p[s.n - 1] <= ' ')
		s.n--;
	return s;
}

static bool split_code(struct enrol *e, struct str code)
{
	static const char prefix[] = "sluss1.";
	const size_t start = sizeof(prefix) - 1;
	unsigned char raw[16], print[FINGERPRINT / 2];
	const char *dot;
	struct str middle, tail;

	if (code.n >= CODE_TEXT_MAX || code.n <= start || memcmp(code.p, prefix, start) != 0)
		return false;
	dot = memchr(code.p + start, '.', code.n - start);
	if (!dot)
		return false;
	middle = (struct str){ code.p + start, (size_t)(dot - code.p) - start };
	tail = (struct str){ dot + 1, code.n - start - middle.n - 1 };
	if (!b64url_decode_exact(raw, sizeof(raw), middle)
	    || !hex_decode(print, sizeof(print), tail))
		return false;
	memcpy(e->code, code.p, code.n);
	memcpy(e->fingerprint, tail.p, FINGERPRINT);
	return true;
}

enum status enrol_start(struct enrol **out, const char *url, struct str code,
			const struct clock *clock, const struct rng *rng, struct err *why)
{
	struct enrol *e = calloc(1, sizeof(*e));

	*out = NULL;
	if (!e)
		return err_set(why, ST_BROKEN, "memory", "no memory to enrol");
	e->clock = *clock;
	e->rng = *rng;
	if (!split_code(e, trimmed(code))) {
		enrol_free(e);
		return err_set(why, ST_BAD_INPUT, "invitation-form",
			       "an invitation looks like sluss1.XXXX.YYYY; copy all of it");
	}
	snprintf(e->who.url, sizeof(e->who.url), "%s", url);
	*out = e;
	return ST_OK;
}

void enrol_free(struct enrol *e)
{
	if (!e)
		return;
	signkey_free(e->key);
	identity_release(&e->who);
	explicit_bzero(e, sizeof(*e));
	free(e);
}

/* --- What is sent --------------------------------------------------------------- */

static enum status make_key(struct enrol *e, struct err *why)
{
	const struct pubkey *pub;

	if (e->key)
		return ST_OK;
	e->key = signkey_make(&e->rng);
	if (!e->key)
		return err_set(why, ST_BROKEN, "memory", "no memory for a key");
	pub = signkey_public(e->key);
	snprintf(e->who.kid, sizeof(e->who.kid), "%s", pub->kid);
	pubkey_text(e->who.x, pub);
	uuid7(e->who.dev, clock_wall(&e->clock), &e->rng);
	return ST_OK;
}

/* The new key signs the hash of the code: whoever enrols it holds it. */
static enum status make_proof(const struct enrol *e, struct strbuf *proof, struct err *why)
{
	struct login l = { .ts = clock_wall(&e->clock) };
	struct strbuf payload = STRBUF_INIT;
	enum status st = ST_OK;

	memcpy(l.aud, e->who.aud, sizeof(l.aud));
	memcpy(l.dev, e->who.dev, sizeof(l.dev));
	sha256_hex(l.challenge, str_of(e->code));
	if (!login_write(&payload, &l))
		st = err_set(why, ST_BROKEN, "memory", "no memory for a proof");
	if (st == ST_OK)
		st = jws_sign(proof, NULL, e->key, TYP_LOGIN, strbuf_str(&payload), why);
	strbuf_release(&payload);
	return st;
}

static enum status certificate_request(struct enrol *e, struct request *out, struct err *why)
{
	struct strbuf proof = STRBUF_INIT;
	struct jsonw w;
	enum status st = make_key(e, why);

	if (st == ST_OK)
		st = make_proof(e, &proof, why);
	request_set(out, "POST", "/v1/devices");
	snprintf(out->content_type, sizeof(out->content_type), "application/json");
	jsonw_init(&w, &out->body);
	jsonw_map(&w);
	jsonw_kv(&w, "code", e->code);
	jsonw_kv(&w, "dev", e->who.dev);
	jsonw_kv(&w, "x", e->who.x);
	jsonw_kv_str(&w, "proof", strbuf_str(&proof));
	jsonw_end_map(&w);
	strbuf_release(&proof);
	return st;
}

enum status enrol_next(struct enrol *e, struct request *out, struct err *why)
{
	enum status st = ST_OK;

	if (e->stage == HAVE_ALL)
		return ST_NONE;
	if (e->stage == ASK_INFO)
		request_set(out, "GET", "/v1/api-info");
	else
		st = certificate_request(e, out, why);
	if (st == ST_OK && (out->path.failed || out->body.failed))
		st = err_set(why, ST_BROKEN, "memory", "no memory to ask the central");
	out->timeout_ms = TIMEOUT_MS;
	return st;
}

/* --- What comes back -------------------------------------------------------------- */

/* Keep the keys that the invitation vouches for: one fingerprint, one key. */
static bool take_keys(struct enrol *e, const struct json *keys)
{
	struct identity *d = &e->who;

	d->key_count = 0;
	for (size_t i = 0; i < json_count(keys) && d->key_count < CENTRAL_KEYS_MAX; i++) {
		struct str x = json_get_text(json_item(keys, i), "x");
		struct central_key *to = &d->keys[d->key_count];
		struct pubkey key;
		char print[HASH_TEXT];

		if (!x.p || !pubkey_from_text(&key, x))
			continue;
		sha256_hex(print, (struct str){ (const char *)key.x, sizeof(key.x) });
		if (strncmp(print, e->fingerprint, FINGERPRINT) != 0)
			continue;
		snprintf(to->kid, sizeof(to->kid), "%s", key.kid);
		pubkey_text(to->x, &key);
		d->key_count++;
	}
	return d->key_count > 0;
}

static enum status not_ours(const struct enrol *e, struct err *why)
{
	return err_set(why, ST_BAD_INPUT, "not-ours",
		       "%s: the answer is not that of a Sluss central; check the address",
		       e->who.url);
}

static enum status take_info(struct enrol *e, const struct json *j, struct err *why)
{
	struct identity *d = &e->who;
	int64_t undo;

	if (!json_copy_text(j, "central", d->aud, sizeof(d->aud)) || !json_member(j, "keys"))
		return not_ours(e, why);
	(void)json_copy_text(j, "name", d->municipality, sizeof(d->municipality));
	undo = json_get_int(j, "undo_seconds", UNDO_DEFAULT_S);
	d->undo_ms = (undo >= 0 && undo <= UNDO_MAX_S ? undo : UNDO_DEFAULT_S) * 1000;
	if (!take_keys(e, json_member(j, "keys")))
		return err_set(why, ST_REFUSED, "fingerprint-mismatch",
			       "%s: this central's key is not the one that the invitation names; "
			       "check the address, and tell who invited you",
			       e->who.url);
	e->stage = ASK_CERTIFICATE;
	return ST_OK;
}

static enum status check_certificate(struct enrol *e, struct str jws, struct err *why)
{
	struct strbuf payload = STRBUF_INIT;
	struct certificate c;
	enum status st = settle_central_jws(&payload, &e->who, TYP_CERT, jws, why);

	if (st == ST_OK)
		st = certificate_read(&c, strbuf_str(&payload), why);
	if (st == ST_OK
	    && (strcmp(c.kid, e->who.kid) != 0 || strcmp(c.dev, e->who.dev) != 0
		|| strcmp(c.x, e->who.x) != 0 || strcmp(c.sub, e->who.sub) != 0))
		st = err_set(why, ST_REFUSED, "certificate-other",
			     "the certificate is not for this device and key");
	strbuf_release(&payload);
	return st;
}

static enum status take_certificate(struct enrol *e, const struct json *j, struct err *why)
{
	struct str jws = json_get_text(j, "certificate");
	enum status st;

	if (!jws.p || !officer_read(&e->who, json_member(j, "officer"))
	    || !str_eq(json_get_text(j, "central"), e->who.aud))
		return not_ours(e, why);
	st = check_certificate(e, jws, why);
	if (st != ST_OK)
		return st;
	if (!strbuf_set(&e->who.certificate, jws.p, jws.n))
		return err_set(why, ST_BROKEN, "memory", "no memory for a certificate");
	e->waits = json_get_bool(j, "waiting", false);
	e->stage = HAVE_ALL;
	return ST_OK;
}

bool enrol_waits(const struct enrol *e)
{
	return e->waits;
}

/* A refusal in the central's own words. */
static enum status refusal(const struct enrol *e, const struct reply *r, struct err *why)
{
	struct problem p;

	if (r->status == 0)
		return err_set(why, ST_RETRY, "unreachable",
			       "%s: no answer; check the address and the network", e->who.url);
	if (problem_read(&p, strbuf_str(&r->body), NULL) != ST_OK)
		return not_ours(e, why);
	if (r->status == 429 || r->status >= 500)
		return err_set(why, ST_RETRY, p.code, "%s", p.detail);
	return err_set(why, ST_REFUSED, p.code, "%s", p.detail);
}

enum status enrol_reply(struct enrol *e, const struct reply *r, struct err *why)
{
	struct json *j = NULL;
	enum status st;

	if (r->status != 200 && r->status != 201)
		return refusal(e, r, why);
	if (json_read(&j, strbuf_str(&r->body), NULL) != ST_OK)
		return not_ours(e, why);
	st = e->stage == ASK_INFO ? take_info(e, j, why) : take_certificate(e, j, why);
	json_free(j);
	return st;
}

/* --- Storing ------------------------------------------------------------------------ */

enum status seal_key(struct strbuf *out, const struct signkey *key, struct str passphrase,
		     enum keybox_cost cost, const struct rng *rng, struct err *why)
{
	unsigned char *seed = secret_alloc(32);
	enum status st;

	if (!seed)
		return err_set(why, ST_BROKEN, "memory", "no locked memory for a key");
	signkey_seed(key, seed);
	strbuf_clear(out);
	st = keybox_seal(out, (struct str){ (const char *)seed, 32 }, passphrase, cost, rng, why);
	secret_free(seed);
	return st;
}

/* What an earlier device signed and nobody answered can't be sent by this
 * one: the officer signs it again. */
static enum status strand(struct db *outbox, bool had, struct err *why)
{
	if (!had)
		return ST_OK;
	return outbox_hold_all(outbox, "device-changed",
			       "signed by an earlier device of yours; look again and sign it anew",
			       why);
}

enum status enrol_finish(struct enrol *e, struct db *outbox, struct str passphrase,
			 enum keybox_cost cost, struct err *why)
{
	struct identity before = IDENTITY_INIT;
	struct err found = ERR_INIT;
	enum status st;
	bool had;

	if (e->stage != HAVE_ALL)
		return err_set(why, ST_BROKEN, "enrol-order", "the central has not answered yet");
	st = seal_key(&e->who.sealed_key, e->key, passphrase, cost, &e->rng, why);
	if (st == ST_OK)
		st = cache_begin(outbox, why);
	if (st != ST_OK)
		return st;
	snprintf(e->who.last_hash, sizeof(e->who.last_hash), "%s", HASH_ZERO);
	st = identity_get(outbox, &before, &found);
	had = st == ST_OK;
	/* What was known of this central's history is still to be extended. */
	if (had && strcmp(before.aud, e->who.aud) == 0) {
		memcpy(e->who.head_epoch, before.head_epoch, sizeof(before.head_epoch));
		memcpy(e->who.head_root, before.head_root, sizeof(before.head_root));
		e->who.head_size = before.head_size;
		memcpy(e->who.epochs, before.epochs, sizeof(before.epochs));
	}
	if (st == ST_OK || st == ST_NONE)
		st = strand(outbox, had, why);
	else
		err_set(why, st, found.code, "%s", found.text);
	/* A restore may be why the home is enrolled anew: then what stood by
	 * its earlier keys is asked for. */
	if (had)
		e->who.recheck_from = 1;
	if (st == ST_OK)
		st = identity_put(outbox, &e->who, why);
	if (st == ST_OK)
		st = cache_commit(outbox, why);
	else
		cache_rollback(outbox);
	identity_release(&before);
	return st;
}

static enum status open_sealed(const struct identity *who, struct str passphrase,
			       struct signkey **out, struct err *why)
{
	struct strbuf seed = STRBUF_INIT;
	enum status st = keybox_open(&seed, strbuf_str(&who->sealed_key), passphrase, why);

	*out = NULL;
	if (st == ST_OK && seed.len != 32)
		st = err_set(why, ST_BROKEN, "keybox-form",
			     "the sealed key has another length than a key");
	if (st == ST_OK)
		*out = signkey_from_seed((const unsigned char *)seed.data);
	if (st == ST_OK && !*out)
		st = err_set(why, ST_BROKEN, "memory", "no locked memory for a key");
	if (st == ST_OK && strcmp(signkey_public(*out)->kid, who->kid) != 0) {
		signkey_free(*out);
		*out = NULL;
		st = err_set(why, ST_BROKEN, "keybox-form", "the sealed key is not this device's");
	}
	strbuf_wipe(&seed);
	return st;
}

enum status unlock_as(struct db *outbox, struct str passphrase, struct identity *who,
		      struct signkey **out, struct err *why)
{
	enum status st = identity_get(outbox, who, why);

	*out = NULL;
	return st == ST_OK ? open_sealed(who, passphrase, out, why) : st;
}

enum status unlock(struct db *outbox, struct str passphrase, struct signkey **out, struct err *why)
{
	struct identity who = IDENTITY_INIT;
	enum status st = unlock_as(outbox, passphrase, &who, out, why);

	identity_release(&who);
	return st;
}

enum status sealed_as(struct db *outbox, const struct identity *before, struct identity *now,
		      struct err *why)
{
	enum status st = identity_get(outbox, now, why);

	if (st == ST_OK
	    && (strcmp(now->dev, before->dev) != 0 || strcmp(now->kid, before->kid) != 0
		|| now->sealed_key.len != before->sealed_key.len
		|| memcmp(now->sealed_key.data, before->sealed_key.data, now->sealed_key.len) != 0))
		st = err_set(why, ST_CONFLICT, "key-changed",
			     "another program has changed this home's key; unlock it again");
	return st;
}

/* What was opened is looked at again under the lock of the file. */
static enum status put_sealed(struct db *outbox, const struct identity *opened, struct str sealed,
			      struct err *why)
{
	struct identity now = IDENTITY_INIT;
	enum status st = cache_begin(outbox, why);

	if (st != ST_OK)
		return st;
	st = sealed_as(outbox, opened, &now, why);
	if (st == ST_OK)
		st = identity_set_sealed_key(outbox, sealed, why);
	if (st == ST_OK)
		st = cache_commit(outbox, why);
	else
		cache_rollback(outbox);
	identity_release(&now);
	return st;
}

enum status change_passphrase(struct db *outbox, struct str old, struct str passphrase,
			      enum keybox_cost cost, const struct rng *rng, struct err *why)
{
	struct identity who = IDENTITY_INIT;
	struct strbuf sealed = STRBUF_INIT;
	struct signkey *key = NULL;
	enum status st = unlock_as(outbox, old, &who, &key, why);

	if (st == ST_OK)
		st = seal_key(&sealed, key, passphrase, cost, rng, why);
	if (st == ST_OK)
		st = put_sealed(outbox, &who, strbuf_str(&sealed), why);
	signkey_free(key);
	strbuf_release(&sealed);
	identity_release(&who);
	return st;
}
