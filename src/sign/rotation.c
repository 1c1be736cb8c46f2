/* SPDX-License-Identifier: EUPL-1.2 */
#include "sign/rotation.h"

#include <stdio.h>
#include <string.h>

#include "sign/hash.h"

#include "base/banned.h"

/* What the new key signs: a login that answers the old key's kid. */
static void possession(struct login *l, const struct rotation *r, const char *old_kid)
{
	memset(l, 0, sizeof(*l));
	memcpy(l->aud, r->aud, sizeof(l->aud));
	memcpy(l->dev, r->dev, sizeof(l->dev));
	sha256_hex(l->challenge, str_of(old_kid));
	l->ts = r->ts;
}

static enum status make_proof(struct rotation *r, const struct signkey *old,
			      const struct signkey *next, struct err *why)
{
	struct strbuf payload = STRBUF_INIT, jws = STRBUF_INIT_MAX(ROTATION_PROOF - 1);
	struct login l;
	enum status st = ST_OK;

	possession(&l, r, signkey_public(old)->kid);
	if (!login_write(&payload, &l))
		st = err_set(why, ST_BROKEN, "memory", "no memory for a proof");
	if (st == ST_OK)
		st = jws_sign(&jws, NULL, next, TYP_POSSESS, strbuf_str(&payload), why);
	if (st == ST_OK)
		snprintf(r->proof, sizeof(r->proof), "%s", strbuf_cstr(&jws));
	strbuf_release(&payload);
	strbuf_release(&jws);
	return st;
}

enum status rotation_make(struct strbuf *out, struct rotation *r, const struct signkey *old,
			  const struct signkey *next, struct err *why)
{
	struct strbuf payload = STRBUF_INIT;
	enum status st;

	memcpy(r->kid, signkey_public(next)->kid, sizeof(r->kid));
	pubkey_text(r->x, signkey_public(next));
	st = make_proof(r, old, next, why);
	if (st == ST_OK && !rotation_write(&payload, r))
		st = err_set(why, ST_BROKEN, "memory", "no memory for a rotation");
	if (st == ST_OK)
		st = jws_sign(out, NULL, old, TYP_ROTATE, strbuf_str(&payload), why);
	strbuf_release(&payload);
	return st;
}

static enum status check_proof(const struct rotation *r, const struct pubkey *next,
			       const char *old_kid, struct err *why)
{
	struct strbuf payload = STRBUF_INIT;
	struct login said, want;
	enum status st = jws_open(&payload, NULL, next, TYP_POSSESS, str_of(r->proof), why);

	possession(&want, r, old_kid);
	if (st == ST_OK)
		st = login_read(&said, strbuf_str(&payload), why);
	if (st == ST_OK
	    && (strcmp(said.aud, want.aud) != 0 || strcmp(said.dev, want.dev) != 0
		|| strcmp(said.challenge, want.challenge) != 0 || said.ts != want.ts))
		st = err_set(why, ST_BAD_INPUT, "rotation-proof",
			     "the new key's proof is not for this device and the key before it");
	strbuf_release(&payload);
	return st;
}

enum status rotation_open(struct rotation *r, struct pubkey *next, struct str jws,
			  const struct pubkey *old, struct err *why)
{
	struct strbuf payload = STRBUF_INIT;
	struct pubkey key;
	enum status st = jws_open(&payload, NULL, old, TYP_ROTATE, jws, why);

	if (st == ST_OK)
		st = rotation_read(r, strbuf_str(&payload), why);
	if (st == ST_OK && (!pubkey_from_text(&key, str_of(r->x)) || strcmp(key.kid, r->kid) != 0))
		st = err_set(why, ST_BAD_INPUT, "rotation-member",
			     "member \"x\" is not the Ed25519 key that \"kid\" names");
	if (st == ST_OK)
		st = check_proof(r, &key, old->kid, why);
	if (st == ST_OK && next)
		*next = key;
	strbuf_release(&payload);
	return st;
}
