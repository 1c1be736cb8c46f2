/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * jws - compact JWS (RFC 7515) with Ed25519 (RFC 8037, name of RFC 9864).
 *
 * Place:    wire/payload -> JWS -> outbox, log; and back.
 * Promise:  the header is exactly {"alg":"Ed25519","typ":T,"kid":K}, members
 *           in that order, no white space, nothing else; another header, a
 *           padded or non-canonical base64url, a wrong typ or kid is refused
 *           before the signature is tried. ah = SHA-256 of the signing input.
 *           Signing is deterministic.
 * Owner:    struct signkey lives in guarded memory (sodium_malloc, locked);
 *           free it. Texts go to the caller's strbuf.
 * Errors:   ST_BAD_INPUT: "jws-form", "jws-header", "jws-typ", "jws-kid",
 *           "jws-signature".
 */
#ifndef SIGN_JWS_H
#define SIGN_JWS_H

#include "base/clock.h"
#include "domain/casefile.h"

enum { KID_TEXT = 44, PUBKEY_TEXT = 44 };

#define TYP_ACTION "sluss-action+jws"
#define TYP_ENTRY "sluss-entry+jws"
#define TYP_LOGIN "sluss-login+jws"
#define TYP_ACK "sluss-ack+jws"
#define TYP_HEAD "sluss-head+jws"
#define TYP_CERT "sluss-cert+jws"
#define TYP_ROW "sluss-row+jws" /* what the central says of a device, officer or grant */
#define TYP_ROTATE "sluss-rotate+jws"
#define TYP_POSSESS "sluss-possess+jws"

struct pubkey {
	unsigned char x[32];
	char kid[KID_TEXT]; /* RFC 7638 thumbprint of the JWK */
};

struct signkey;

/* From 32 random bytes of `rng`, or from a given seed. NULL: no memory. */
struct signkey *signkey_make(const struct rng *rng);
struct signkey *signkey_from_seed(const unsigned char seed[32]);
void signkey_free(struct signkey *k); /* wiped; NULL is fine */
const struct pubkey *signkey_public(const struct signkey *k);
/* Copy the seed out, to be sealed; wipe it after. */
void signkey_seed(const struct signkey *k, unsigned char seed[32]);
/* Bare Ed25519 over `text`, for forms that are no JWS (signed notes). */
void signkey_sign(const struct signkey *k, unsigned char sig[64], struct str text);
bool pubkey_verify(const struct pubkey *p, const unsigned char sig[64], struct str text);

void pubkey_from_raw(struct pubkey *p, const unsigned char x[32]);
/* base64url text of 43 characters. */
bool pubkey_from_text(struct pubkey *p, struct str x);
void pubkey_text(char out[PUBKEY_TEXT], const struct pubkey *p);

/* Append the compact JWS; ah may be NULL. */
MUST_USE enum status jws_sign(struct strbuf *out, char ah[HASH_TEXT], const struct signkey *k,
			      const char *typ, struct str payload, struct err *why);

/* What the header says, unverified: for looking up the key. */
MUST_USE enum status jws_kid(char kid[KID_TEXT], struct str compact, struct err *why);

/* Verify and append the payload. */
MUST_USE enum status jws_open(struct strbuf *payload, char ah[HASH_TEXT], const struct pubkey *key,
			      const char *typ, struct str compact, struct err *why);

/* Only the payload, nothing verified: for showing and tests. */
MUST_USE enum status jws_payload_unverified(struct strbuf *payload, struct str compact,
					    struct err *why);
/* ah of a compact JWS without verifying it; false if it has no two dots. */
bool jws_ah(char ah[HASH_TEXT], struct str compact);

#endif
