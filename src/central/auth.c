/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/encode.h"
#include "central/approval.h"
#include "central/call.h"
#include "central/overview.h"
#include "central/vouch.h"
#include "sign/hash.h"
#include "wire/payload.h"

#include "base/banned.h"

enum { TOKEN_BYTES = 32 };

/* A store's row or nothing, both fine: only a failure is one. */
static enum status found(enum status st, bool *there)
{
	*there = st == ST_OK;
	return st == ST_NONE ? ST_OK : st;
}

/* A lost device may nothing at all; a retired one may `finish`, and so may a
 * frozen one, which is told there what became of it, as long as it is logged in. */
static enum status check_state(const struct device *d, bool finish, struct err *why)
{
	if (strcmp(d->state, "lost") == 0)
		return err_set(why, ST_REFUSED, "device-revoked",
			       "this device has been reported lost; enrol another");
	if (strcmp(d->state, "frozen") == 0 && !finish)
		return err_set(why, ST_REFUSED, "device-fork",
			       "this device was copied or restored; enrol it anew");
	if (strcmp(d->state, "retired") == 0 && !finish)
		return err_set(why, ST_REFUSED, "device-retired",
			       "this device's key was retired: what it had signed is taken, and "
			       "nothing is given out; enrol it anew");
	return ST_OK;
}

enum status auth_bearer(struct call *k, bool finish, struct err *why)
{
	char hash[HASH_TEXT], dev[UUID_TEXT];
	bool there;
	enum status st;

	sha256_hex(hash, str_of(k->r->bearer));
	st = found(token_get(k->c->db, hash, central_now(k->c), dev, why), &there);
	if (st == ST_OK && !there)
		return err_set(why, ST_REFUSED, "token-expired",
			       "log in: the token is missing, wrong or expired");
	if (st == ST_OK)
		st = device_get(k->c->db, dev, &k->device, NULL, why);
	if (st == ST_OK)
		st = check_state(&k->device, finish, why);
	return st == ST_OK
		       ? rights_load(k->c->db, k->device.officer, central_now(k->c), &k->who, why)
		       : st;
}

/* --- Enrolment ------------------------------------------------------------------ */

static struct wrong_codes *wrong_of(struct central *c, const char *peer)
{
	struct wrong_codes *oldest = &c->wrong[0];

	for (int i = 0; i < LIMIT_PEERS; i++) {
		if (strcmp(c->wrong[i].peer, peer) == 0)
			return &c->wrong[i];
		if (c->wrong[i].since < oldest->since)
			oldest = &c->wrong[i];
	}
	memset(oldest, 0, sizeof(*oldest));
	snprintf(oldest->peer, sizeof(oldest->peer), "%s", peer);
	return oldest;
}

/* Guessing is slowed per caller; a right code costs nothing. */
static enum status may_try(struct central *c, const char *peer, struct err *why)
{
	struct wrong_codes *w = wrong_of(c, peer);
	int64_t now = clock_boot(&c->env.clock);

	if (w->count == 0 || now - w->since >= WRONG_CODES_WINDOW_MS) {
		w->count = 0;
		w->since = now;
	}
	if (w->count >= LIMIT_WRONG_CODES)
		return err_set(why, ST_REFUSED, "too-many-tries",
			       "too many wrong codes from here; wait ten minutes");
	return ST_OK;
}

struct enrolment {
	char code[INVITATION_TEXT];
	char hash[HASH_TEXT]; /* of the code */
	struct device device;
	struct pubkey key;
	struct strbuf proof;
};

static enum status read_enrolment(struct call *k, struct enrolment *e, struct err *why)
{
	static const char *const known[] = { "code", "dev", "x", "proof", NULL };
	struct json *j = NULL;
	struct str proof;
	enum status st = body_map(k, known, &j, why);

	if (st == ST_OK)
		st = need_text(j, "code", e->code, sizeof(e->code), why);
	if (st == ST_OK)
		st = need_text(j, "dev", e->device.id, sizeof(e->device.id), why);
	if (st == ST_OK)
		st = need_text(j, "x", e->device.x, sizeof(e->device.x), why);
	proof = json_get_text(j, "proof");
	if (st == ST_OK && !proof.p)
		st = err_set(why, ST_BAD_INPUT, "field-missing", "member \"proof\" is missing");
	if (st == ST_OK && !strbuf_set(&e->proof, proof.p, proof.n))
		st = err_set(why, ST_BROKEN, "memory", "out of memory");
	json_free(j);
	if (st == ST_OK && !uuid_valid(str_of(e->device.id)))
		st = err_set(why, ST_BAD_INPUT, "field-malformed", "member \"dev\" is no UUID");
	if (st == ST_OK && !pubkey_from_text(&e->key, str_of(e->device.x)))
		st = err_set(why, ST_BAD_INPUT, "field-malformed",
			     "member \"x\" is no Ed25519 key in base64url");
	sha256_hex(e->hash, str_of(e->code));
	memcpy(e->device.kid, e->key.kid, sizeof(e->device.kid));
	return st;
}

/* The new key signs the code's hash: whoever enrols it holds it. */
static enum status check_proof(struct call *k, const struct enrolment *e, struct err *why)
{
	struct strbuf payload = STRBUF_INIT;
	struct login l = { .dev = "" };
	enum status st = jws_open(&payload, NULL, &e->key, TYP_LOGIN, strbuf_str(&e->proof), why);

	if (st == ST_OK)
		st = login_read(&l, strbuf_str(&payload), why);
	strbuf_release(&payload);
	if (st != ST_OK)
		return st;
	if (strcmp(l.aud, k->c->aud) != 0 || strcmp(l.dev, e->device.id) != 0
	    || strcmp(l.challenge, e->hash) != 0)
		return err_set(why, ST_REFUSED, "proof-wrong",
			       "the proof is not for this central, device and code");
	return ST_OK;
}

/* The code is looked at before anything else is said about the request. */
static enum status check_code(struct call *k, struct enrolment *e, bool *again, struct err *why)
{
	char used_by[UUID_TEXT] = "";
	int64_t expires = 0;
	bool there;
	enum status st = may_try(k->c, k->r->peer, why);

	*again = false;
	if (st == ST_OK)
		st = found(invitation_get(k->c->db, e->hash, e->device.officer, &expires, used_by,
					  why),
			   &there);
	if (st != ST_OK)
		return st;
	if (!there) {
		wrong_of(k->c, k->r->peer)->count++;
		return err_set(why, ST_REFUSED, "invitation-wrong",
			       "there is no such invitation; check the code, or ask for a new one");
	}
	*again = strcmp(used_by, e->device.id) == 0;
	if (used_by[0] && !*again)
		return err_set(why, ST_REFUSED, "invitation-used",
			       "this invitation has been used; ask for a new one");
	if (expires <= central_now(k->c) && !*again)
		return err_set(why, ST_REFUSED, "invitation-expired",
			       "this invitation is older than 24 hours; ask for a new one");
	return ST_OK;
}

enum status make_certificate(struct central *c, const struct device *d, struct strbuf *out,
			     struct err *why)
{
	struct certificate cert = { .nbf = d->enrolled_at, .exp = d->enrolled_at + CERTIFICATE_MS };
	struct strbuf payload = STRBUF_INIT;
	enum status st = ST_OK;

	memcpy(cert.kid, d->kid, sizeof(cert.kid));
	memcpy(cert.x, d->x, sizeof(cert.x));
	memcpy(cert.sub, d->officer, sizeof(cert.sub));
	memcpy(cert.dev, d->id, sizeof(cert.dev));
	if (!certificate_write(&payload, &cert))
		st = err_set(why, ST_BROKEN, "certificate", "the certificate cannot be written");
	if (st == ST_OK)
		st = jws_sign(out, NULL, c->key, TYP_CERT, strbuf_str(&payload), why);
	strbuf_release(&payload);
	return st;
}

/* ST_CONFLICT: the key was some device's before, and what it signed is that
 * officer's. */
static enum status never_used(struct db *db, const char *kid)
{
	struct former_key f = FORMER_KEY_INIT;
	enum status st = former_key_by_kid(db, kid, &f, NULL);

	former_key_release(&f);
	return st == ST_OK ? ST_CONFLICT : st == ST_NONE ? ST_OK : st;
}

static enum status enrol_device(struct call *k, struct enrolment *e, struct strbuf *certificate,
				struct err *why)
{
	struct device *d = &e->device;
	enum status st;

	d->enrolled_at = central_now(k->c);
	d->valid_through_ctr = -1;
	snprintf(d->state, sizeof(d->state), "valid");
	memcpy(d->last_hash, HASH_ZERO, HASH_TEXT);
	st = make_certificate(k->c, d, certificate, why);
	if (st == ST_OK)
		st = db_begin(k->c->db, why);
	if (st != ST_OK)
		return st;
	st = never_used(k->c->db, d->kid);
	if (st == ST_OK)
		st = device_add(k->c->db, d, strbuf_str(certificate), NULL);
	if (st == ST_CONFLICT)
		st = err_set(why, ST_CONFLICT, "device-known",
			     "this device or key is enrolled already; make a new key");
	if (st == ST_OK)
		st = approval_begin(k->c, d->id, why);
	if (st == ST_OK)
		st = vouch_device(k->c, d, why);
	if (st == ST_OK)
		st = invitation_use(k->c->db, e->hash, d->id, why);
	return st == ST_OK ? db_commit(k->c->db, why) : st;
}

static enum status enrolled_reply(struct call *k, const struct enrolment *e,
				  const struct strbuf *certificate, struct err *why)
{
	struct officer_row o;
	struct jsonw w;
	bool waits = false;
	enum status st = officer_get(k->c->db, e->device.officer, &o, why);

	if (st == ST_OK)
		st = device_waits(k->c->db, e->device.id, &waits, why);
	if (st != ST_OK)
		return st;
	reply_type(k->out, 201, TYPE_JSON);
	jsonw_init(&w, &k->out->body);
	jsonw_map(&w);
	jsonw_kv_str(&w, "certificate", strbuf_str(certificate));
	jsonw_key(&w, "officer");
	officer_json(&w, &o);
	jsonw_kv(&w, "central", k->c->aud);
	jsonw_kv(&w, "epoch", k->c->epoch);
	jsonw_kv_bool(&w, "waiting", waits);
	jsonw_key(&w, "keys");
	central_keys_json(&w, k->c);
	jsonw_end_map(&w);
	return ST_OK;
}

/* The same code, device and key again is a repeated request whose answer was
 * lost: it gets the same certificate. */
static enum status enrolled_before(struct call *k, struct enrolment *e, struct strbuf *certificate,
				   struct err *why)
{
	struct device d;
	enum status st = device_get(k->c->db, e->device.id, &d, certificate, why);

	if (st == ST_OK && strcmp(d.kid, e->key.kid) != 0)
		return err_set(why, ST_REFUSED, "invitation-used",
			       "this invitation has been used with another key; ask for a new one");
	return st;
}

enum status handle_enrol(struct call *k, struct err *why)
{
	struct enrolment e = { .proof = STRBUF_INIT };
	struct strbuf certificate = STRBUF_INIT;
	bool again = false;
	enum status st = read_enrolment(k, &e, why);

	if (st == ST_OK)
		st = check_code(k, &e, &again, why);
	if (st == ST_OK)
		st = check_proof(k, &e, why);
	if (st == ST_OK)
		st = again ? enrolled_before(k, &e, &certificate, why)
			   : enrol_device(k, &e, &certificate, why);
	if (st == ST_OK)
		st = enrolled_reply(k, &e, &certificate, why);
	strbuf_wipe(&e.proof);
	strbuf_release(&certificate);
	explicit_bzero(e.code, sizeof(e.code));
	return st;
}

/* --- Login ----------------------------------------------------------------------- */

/* An unknown device gets a challenge that leads nowhere: it is not kept, so
 * that nobody can fill the table or keep the disk busy from outside. */
static enum status keep_challenge(struct db *db, const char *hash, const char *dev, int64_t now,
				  struct err *why)
{
	struct device d;
	bool there;
	enum status st = found(device_get(db, dev, &d, NULL, why), &there);

	if (st == ST_OK && !there)
		return ST_OK;
	if (st == ST_OK)
		st = db_begin(db, why);
	if (st == ST_OK)
		st = challenge_add(db, hash, dev, now + CHALLENGE_MS, now, why);
	return st == ST_OK ? db_commit(db, why) : st;
}

enum status handle_challenge(struct call *k, struct err *why)
{
	static const char *const known[] = { "dev", NULL };
	int64_t now = central_now(k->c), expires = now + CHALLENGE_MS;
	char dev[UUID_TEXT], challenge[HASH_TEXT], hash[HASH_TEXT];
	unsigned char raw[32];
	struct json *j = NULL;
	struct jsonw w;
	enum status st = body_map(k, known, &j, why);

	if (st == ST_OK)
		st = need_text(j, "dev", dev, sizeof(dev), why);
	json_free(j);
	if (st == ST_OK && !uuid_valid(str_of(dev)))
		st = err_set(why, ST_BAD_INPUT, "field-malformed", "member \"dev\" is no UUID");
	rng_fill(&k->c->env.rng, raw, sizeof(raw));
	hex_encode(challenge, raw, sizeof(raw));
	sha256_hex(hash, str_of(challenge));
	if (st == ST_OK)
		st = keep_challenge(k->c->db, hash, dev, now, why);
	if (st != ST_OK)
		return st;
	reply_type(k->out, 200, TYPE_JSON);
	jsonw_init(&w, &k->out->body);
	jsonw_map(&w);
	jsonw_kv(&w, "challenge", challenge);
	jsonw_kv_instant(&w, "expires_at", expires);
	jsonw_end_map(&w);
	return ST_OK;
}

static enum status refuse_login(struct err *why)
{
	err_clear(why);
	return err_set(why, ST_REFUSED, "login-refused",
		       "the login does not hold: wrong key, old challenge, or unknown device");
}

enum status key_replaced(struct call *k, const struct former_key *f, struct err *why)
{
	if (f && f->rotation.len < sizeof(k->extra.jws))
		snprintf(k->extra.jws, sizeof(k->extra.jws), "%s", strbuf_cstr(&f->rotation));
	err_clear(why);
	return err_set(why, ST_REFUSED, "key-replaced",
		       "another copy of this device has changed its key; enrol this one anew");
}

/* Is it a login by a key that the device had before? Then *f is that one. */
static bool by_former_key(struct call *k, struct str jws, const struct device *d,
			  struct former_key *f)
{
	struct strbuf payload = STRBUF_INIT;
	struct pubkey key;
	char kid[KID_TEXT];
	bool yes = jws_kid(kid, jws, NULL) == ST_OK
		   && former_key_by_kid(k->c->db, kid, f, NULL) == ST_OK
		   && strcmp(f->device.id, d->id) == 0
		   && pubkey_from_text(&key, str_of(f->device.x))
		   && jws_open(&payload, NULL, &key, TYP_LOGIN, jws, NULL) == ST_OK;

	strbuf_release(&payload);
	return yes;
}

/* Every way to fail gives the same answer, so that it tells nothing; only who
 * holds a key that was replaced is told so. */
static enum status open_login(struct call *k, struct str jws, struct login *l, struct device *d,
			      struct err *why)
{
	struct former_key former = FORMER_KEY_INIT;
	struct strbuf payload = STRBUF_INIT;
	struct pubkey key;
	enum status st;
	bool ok = jws_payload_unverified(&payload, jws, NULL) == ST_OK
		  && login_read(l, strbuf_str(&payload), NULL) == ST_OK
		  && device_get(k->c->db, l->dev, d, NULL, NULL) == ST_OK
		  && pubkey_from_text(&key, str_of(d->x));

	strbuf_clear(&payload);
	ok = ok && jws_open(&payload, NULL, &key, TYP_LOGIN, jws, NULL) == ST_OK
	     && login_read(l, strbuf_str(&payload), NULL) == ST_OK && strcmp(l->dev, d->id) == 0
	     && strcmp(l->aud, k->c->aud) == 0;
	strbuf_release(&payload);
	if (ok)
		return ST_OK;
	st = d->id[0] && by_former_key(k, jws, d, &former) ? key_replaced(k, &former, why)
							   : refuse_login(why);
	former_key_release(&former);
	return st;
}

enum status certificate_current(const struct call *k, const struct device *d, struct err *why)
{
	if (d->enrolled_at + CERTIFICATE_MS > central_now(k->c))
		return ST_OK;
	return err_set(why, ST_REFUSED, "device-revoked",
		       "this device's certificate has expired; enrol it anew");
}

static enum status check_device(struct call *k, const struct device *d, struct err *why)
{
	bool retired = strcmp(d->state, "retired") == 0;
	enum status st = check_state(d, retired, why);

	memcpy(k->device.id, d->id, sizeof(d->id)); /* whose problem it is */
	if (st == ST_OK)
		st = approval_check(k->c, d, why);
	return st == ST_OK ? certificate_current(k, d, why) : st;
}

/* Take the challenge and give a token, in one transaction. */
static enum status exchange(struct call *k, const struct login *l, const char *token,
			    struct err *why)
{
	int64_t now = central_now(k->c);
	char hash[HASH_TEXT];
	enum status st = db_begin(k->c->db, why);

	sha256_hex(hash, str_of(l->challenge));
	if (st == ST_OK)
		st = challenge_take(k->c->db, hash, l->dev, now, why);
	if (st == ST_NONE)
		return refuse_login(why);
	sha256_hex(hash, str_of(token));
	if (st == ST_OK)
		st = token_add(k->c->db, hash, l->dev, now + TOKEN_MS, now, why);
	if (st == ST_OK)
		st = overview_seen(k->c, l->dev, why);
	return st == ST_OK ? db_commit(k->c->db, why) : st;
}

static enum status token_reply(struct call *k, const struct device *d, const char *token,
			       struct err *why)
{
	struct jsonw w;
	enum status st = rights_load(k->c->db, d->officer, central_now(k->c), &k->who, why);

	if (st != ST_OK)
		return st;
	reply_type(k->out, 200, TYPE_JSON);
	jsonw_init(&w, &k->out->body);
	jsonw_map(&w);
	jsonw_kv(&w, "token", token);
	jsonw_kv_instant(&w, "expires_at", central_now(k->c) + TOKEN_MS);
	jsonw_kv_int(&w, "sv", k->who.officer.sv);
	jsonw_key(&w, "scopes");
	jsonw_list(&w);
	for (int i = 0; i < k->who.count; i++)
		jsonw_int(&w, k->who.scope[i]);
	jsonw_end_list(&w);
	jsonw_key(&w, "officer");
	officer_json(&w, &k->who.officer);
	jsonw_end_map(&w);
	return ST_OK;
}

enum status handle_token(struct call *k, struct err *why)
{
	static const char *const known[] = { "login", NULL };
	struct strbuf token = STRBUF_INIT;
	struct login l = { .dev = "" };
	struct device d = { .id = "" };
	unsigned char raw[TOKEN_BYTES];
	struct json *j = NULL;
	struct str jws;
	enum status st = body_map(k, known, &j, why);

	jws = json_get_text(j, "login");
	if (st == ST_OK && !jws.p)
		st = err_set(why, ST_BAD_INPUT, "field-missing", "member \"login\" is missing");
	if (st == ST_OK)
		st = open_login(k, jws, &l, &d, why);
	json_free(j);
	if (st == ST_OK)
		st = check_device(k, &d, why);
	rng_fill(&k->c->env.rng, raw, sizeof(raw));
	b64url_encode(&token, raw, sizeof(raw));
	explicit_bzero(raw, sizeof(raw));
	if (st == ST_OK)
		st = exchange(k, &l, strbuf_cstr(&token), why);
	if (st == ST_OK)
		st = token_reply(k, &d, strbuf_cstr(&token), why);
	strbuf_wipe(&token);
	return st;
}
