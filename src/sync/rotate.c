/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/rotate.h"

#include <stdio.h>
#include <string.h>

#include "cache/cache.h"
#include "sign/rotation.h"
#include "sync/core.h"
#include "sync/enrol.h"
#include "sync/settle.h"
#include "wire/json.h"

#include "base/banned.h"

int64_t certificate_ends(const struct identity *who)
{
	struct strbuf payload = STRBUF_INIT;
	struct certificate c = { .exp = 0 };

	if (who->certificate.len == 0
	    || jws_payload_unverified(&payload, strbuf_str(&who->certificate), NULL) != ST_OK
	    || certificate_read(&c, strbuf_str(&payload), NULL) != ST_OK)
		c.exp = 0;
	strbuf_release(&payload);
	return c.exp;
}

bool rotate_due(const struct identity *who, int64_t now)
{
	int64_t end = certificate_ends(who);

	return !who->frozen[0] && !who->rotation_open && end > now
	       && end - now < ROTATE_DAYS * DAY_MS;
}

/* In the caller's transaction, so that no action is signed in between: the
 * bound is the last counter there is. */
static enum status name_next(struct db *outbox, const struct identity *who,
			     const struct signkey *old, const struct signkey *next,
			     struct str sealed, int64_t now, struct err *why)
{
	struct rotation r = { .through = who->ctr, .ts = now };
	struct strbuf word = STRBUF_INIT;
	enum status st;

	memcpy(r.aud, who->aud, sizeof(r.aud));
	memcpy(r.dev, who->dev, sizeof(r.dev));
	st = rotation_make(&word, &r, old, next, why);
	if (st == ST_OK)
		st = identity_set_key(outbox, r.kid, r.x, sealed, strbuf_str(&word), why);
	strbuf_release(&word);
	return st;
}

static enum status may_rotate(const struct identity *who, const struct signkey *old,
			      struct err *why)
{
	if (strcmp(signkey_public(old)->kid, who->kid) != 0)
		return err_set(why, ST_REFUSED, "locked",
			       "this home's key was changed by another program; unlock it again");
	if (who->frozen[0])
		return err_set(why, ST_REFUSED, "device-frozen",
			       "this device may not act any more (%s); enrol it anew", who->frozen);
	/* The central knows none of the keys that it has not been told of. */
	if (who->rotation_open)
		return err_set(why, ST_RETRY, "rotation-open",
			       "the last change of key waits for the central's answer");
	return ST_OK;
}

static enum status switch_key(struct db *outbox, const struct identity *opened,
			      const struct signkey *old, const struct signkey *next,
			      struct str sealed, int64_t now, struct err *why)
{
	struct identity who = IDENTITY_INIT;
	enum status st = cache_begin(outbox, why);

	if (st != ST_OK)
		return st;
	st = sealed_as(outbox, opened, &who, why);
	if (st == ST_OK)
		st = may_rotate(&who, old, why);
	if (st == ST_OK)
		st = name_next(outbox, &who, old, next, sealed, now, why);
	if (st == ST_OK)
		st = cache_commit(outbox, why);
	else
		cache_rollback(outbox);
	identity_release(&who);
	return st;
}

/* The new key is sealed under the passphrase that opens the old one, and under
 * no other: one that was changed meanwhile must not come back. */
enum status rotate_begin(struct db *outbox, const struct signkey *old, struct str passphrase,
			 enum keybox_cost cost, const struct clock *clock, const struct rng *rng,
			 struct signkey **next, struct err *why)
{
	struct identity who = IDENTITY_INIT;
	struct strbuf sealed = STRBUF_INIT;
	struct signkey *opened = NULL, *key = signkey_make(rng);
	enum status st = key ? ST_OK : err_set(why, ST_BROKEN, "memory", "no memory for a key");

	*next = NULL;
	if (st == ST_OK)
		st = unlock_as(outbox, passphrase, &who, &opened, why);
	signkey_free(opened);
	if (st == ST_OK)
		st = seal_key(&sealed, key, passphrase, cost, rng, why);
	if (st == ST_OK)
		st = switch_key(outbox, &who, old, key, strbuf_str(&sealed), clock_wall(clock),
				why);
	if (st == ST_OK)
		*next = key;
	else
		signkey_free(key);
	strbuf_release(&sealed);
	identity_release(&who);
	return st;
}

/* --- Telling the central ------------------------------------------------------------ */

enum status ask_rotate(struct sync *s, struct request *out, struct err *why)
{
	char path[100];
	struct jsonw w;

	(void)why;
	snprintf(path, sizeof(path), "/v1/devices/%s/rotate", s->who.dev);
	request_set(out, "POST", path);
	snprintf(out->content_type, sizeof(out->content_type), "application/json");
	jsonw_init(&w, &out->body);
	jsonw_map(&w);
	jsonw_kv_str(&w, "rotation", strbuf_str(&s->who.rotation));
	jsonw_end_map(&w);
	return ST_OK;
}

static bool is_ours(const struct sync *s, struct str jws)
{
	struct strbuf payload = STRBUF_INIT;
	struct certificate c;
	bool yes = settle_central_jws(&payload, &s->who, TYP_CERT, jws, NULL) == ST_OK
		   && certificate_read(&c, strbuf_str(&payload), NULL) == ST_OK
		   && strcmp(c.kid, s->who.kid) == 0 && strcmp(c.x, s->who.x) == 0
		   && strcmp(c.dev, s->who.dev) == 0 && strcmp(c.sub, s->who.sub) == 0;

	strbuf_release(&payload);
	return yes;
}

enum status take_rotate(struct sync *s, const struct reply *r, struct err *why)
{
	struct json *j = NULL;
	struct str jws;
	enum status st = read_json(&j, r, why);

	jws = json_get_text(j, "certificate");
	if (st == ST_OK && (!jws.p || !is_ours(s, jws)))
		st = nonsense(why, "certificate-other",
			      "the certificate that came is not for this device and key");
	if (st == ST_OK)
		st = identity_set_certificate(s->in.outbox, jws, why);
	if (st == ST_OK) {
		strbuf_set(&s->who.certificate, jws.p, jws.n);
		s->who.rotation_open = false;
		s->keys_at = NEVER;
	}
	json_free(j);
	return st;
}

/* Another program of this home may have changed the key while we asked; then
 * it is not this device that was copied. */
static enum status replaced(struct sync *s, const struct problem *p, struct err *why)
{
	bool device, key;
	enum status st = identity_is(s->in.outbox, s->who.dev, s->who.kid, &device, &key, why);

	if (st == ST_OK && device && key && copy_proved(s, p))
		st = freeze(s, "device-fork", why);
	return st;
}

/* The central signs what it says of a device. */
static bool says_frozen(const struct sync *s, struct str jws)
{
	struct strbuf payload = STRBUF_INIT;
	struct json *j = NULL;
	char dev[UUID_TEXT];
	bool yes = settle_central_jws(&payload, &s->who, TYP_ROW, jws, NULL) == ST_OK
		   && json_read(&j, strbuf_str(&payload), NULL) == ST_OK
		   && json_copy_text(j, "device", dev, sizeof(dev)) && strcmp(dev, s->who.dev) == 0
		   && str_eq(json_get_text(j, "state"), "frozen");

	json_free(j);
	strbuf_release(&payload);
	return yes;
}

/* Signed by the key `x`, a rotation to one that this home does not have. */
static bool names_another(const struct sync *s, struct str jws, const char *x)
{
	struct rotation r;
	struct pubkey own;

	return pubkey_from_text(&own, str_of(x))
	       && rotation_open(&r, NULL, jws, &own, NULL) == ST_OK
	       && strcmp(r.dev, s->who.dev) == 0 && strcmp(r.kid, s->who.kid) != 0;
}

/* A home of an earlier release has not kept the key that named this one; as long as
 * the change is open, the certificate is that one's. */
static bool certified_named(const struct sync *s, struct str jws)
{
	struct strbuf payload = STRBUF_INIT;
	struct certificate c;
	bool yes =
		s->who.rotation_open
		&& jws_payload_unverified(&payload, strbuf_str(&s->who.certificate), NULL) == ST_OK
		&& certificate_read(&c, strbuf_str(&payload), NULL) == ST_OK
		&& names_another(s, jws, c.x);

	strbuf_release(&payload);
	return yes;
}

/* By the key that this home has, or by the one that named it. */
static bool key_taken_over(const struct sync *s, struct str jws)
{
	return names_another(s, jws, s->who.x) || names_another(s, jws, s->who.former_x)
	       || certified_named(s, jws);
}

bool copy_proved(const struct sync *s, const struct problem *p)
{
	return strcmp(p->code, "key-replaced") == 0 ? key_taken_over(s, str_of(p->jws))
						    : says_frozen(s, str_of(p->jws));
}

enum status refused_rotate(struct sync *s, const struct problem *p, struct err *why)
{
	enum status st = ST_OK;

	if (strcmp(p->code, "key-replaced") == 0)
		st = replaced(s, p, why);
	/* It was worth a try; what the login said before stands. */
	else if (s->rotation_told)
		s->who.rotation_open = false;
	return st == ST_OK ? ST_NONE : st;
}

enum status refused_token(struct sync *s, const struct problem *p, struct err *why)
{
	enum status st = ST_OK;

	if (strcmp(p->code, "key-replaced") == 0)
		st = replaced(s, p, why);
	/* A central that was restored from before the rotation is told again. */
	else if (strcmp(p->code, "login-refused") == 0 && s->who.rotation.len && !s->rotation_told)
		s->rotation_told = s->who.rotation_open = true;
	return st == ST_OK ? ST_NONE : st;
}
