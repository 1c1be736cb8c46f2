/* SPDX-License-Identifier: EUPL-1.2 */
#include "sign/jws.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/encode.h"
#include "sign/hash.h"
#include "wire/payload.h"

#include "base/banned.h"

enum { SIG_BYTES = crypto_sign_BYTES, HEADER_MAX = 160, TYP_MAX = 40 };

struct signkey {
	struct pubkey public;
	unsigned char seed[32];
	unsigned char secret[crypto_sign_SECRETKEYBYTES];
};

static void b64url_fixed(char *out, size_t size, const void *p, size_t n)
{
	(void)sodium_bin2base64(out, size, p, n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

void pubkey_text(char out[PUBKEY_TEXT], const struct pubkey *p)
{
	b64url_fixed(out, PUBKEY_TEXT, p->x, sizeof(p->x));
}

/* The thumbprint of RFC 7638: the needed members in order of their names. */
void pubkey_from_raw(struct pubkey *p, const unsigned char x[32])
{
	char text[PUBKEY_TEXT], jwk[128];
	unsigned char print[32];

	memcpy(p->x, x, sizeof(p->x));
	pubkey_text(text, p);
	snprintf(jwk, sizeof(jwk), "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"%s\"}", text);
	sha256(print, str_of(jwk));
	b64url_fixed(p->kid, KID_TEXT, print, sizeof(print));
}

bool pubkey_from_text(struct pubkey *p, struct str x)
{
	unsigned char raw[32];

	if (x.n != PUBKEY_TEXT - 1 || !b64url_decode_exact(raw, sizeof(raw), x))
		return false;
	pubkey_from_raw(p, raw);
	return true;
}

struct signkey *signkey_from_seed(const unsigned char seed[32])
{
	struct signkey *k = sodium_malloc(sizeof(*k));
	unsigned char x[32];

	if (!k)
		return NULL;
	memcpy(k->seed, seed, sizeof(k->seed));
	crypto_sign_seed_keypair(x, k->secret, seed);
	pubkey_from_raw(&k->public, x);
	sodium_mprotect_readonly(k);
	return k;
}

struct signkey *signkey_make(const struct rng *rng)
{
	unsigned char seed[32];
	struct signkey *k;

	rng_fill(rng, seed, sizeof(seed));
	k = signkey_from_seed(seed);
	sodium_memzero(seed, sizeof(seed));
	return k;
}

void signkey_free(struct signkey *k)
{
	sodium_free(k);
}

const struct pubkey *signkey_public(const struct signkey *k)
{
	return &k->public;
}

void signkey_seed(const struct signkey *k, unsigned char seed[32])
{
	memcpy(seed, k->seed, sizeof(k->seed));
}

void signkey_sign(const struct signkey *k, unsigned char sig[64], struct str text)
{
	crypto_sign_detached(sig, NULL, (const unsigned char *)text.p, text.n, k->secret);
}

bool pubkey_verify(const struct pubkey *p, const unsigned char sig[64], struct str text)
{
	return crypto_sign_verify_detached(sig, (const unsigned char *)text.p, text.n, p->x) == 0;
}

/* A compact JWS cut at its two dots; `input` is what is signed. */
struct parts {
	struct str header, payload, sig, input;
};

static bool cut(struct parts *p, struct str c)
{
	const char *one = c.n ? memchr(c.p, '.', c.n) : NULL;
	const char *end, *two;

	if (!one)
		return false;
	end = c.p + c.n;
	two = memchr(one + 1, '.', (size_t)(end - one) - 1);
	if (!two || memchr(two + 1, '.', (size_t)(end - two) - 1))
		return false;
	p->header = (struct str){ c.p, (size_t)(one - c.p) };
	p->payload = (struct str){ one + 1, (size_t)(two - one) - 1 };
	p->sig = (struct str){ two + 1, (size_t)(end - two) - 1 };
	p->input = (struct str){ c.p, (size_t)(two - c.p) };
	return true;
}

static enum status bad_form(struct err *why, const char *what)
{
	return err_set(why, ST_BAD_INPUT, "jws-form", "envelope: %s", what);
}

static int header_text(char out[HEADER_MAX], const char *typ, const char *kid)
{
	return snprintf(out, HEADER_MAX, "{\"alg\":\"Ed25519\",\"typ\":\"%s\",\"kid\":\"%s\"}", typ,
			kid);
}

/* Take `lit` off the front of `s`. */
static bool take(struct str *s, const char *lit)
{
	size_t n = strlen(lit);

	if (s->n < n || memcmp(s->p, lit, n) != 0)
		return false;
	s->p += n;
	s->n -= n;
	return true;
}

/* Take the text up to the next quote off the front of `s`. */
static bool take_text(struct str *s, char *out, size_t size)
{
	const char *end = s->n ? memchr(s->p, '"', s->n) : NULL;
	size_t n = end ? (size_t)(end - s->p) : 0;

	if (!end || n == 0 || n >= size || memchr(s->p, '\\', n) || memchr(s->p, '\0', n))
		return false;
	memcpy(out, s->p, n);
	out[n] = '\0';
	s->p += n;
	s->n -= n;
	return true;
}

static bool kid_form(const char *kid)
{
	unsigned char raw[32];

	return b64url_decode_exact(raw, sizeof(raw), str_of(kid));
}

/* The header has one spelling only, so it is compared and never parsed as
 * JSON: no member, order, escape or white space can hide in it. */
static enum status read_header(char typ[TYP_MAX], char kid[KID_TEXT], struct str b64,
			       struct err *why)
{
	struct strbuf text = STRBUF_INIT_MAX(HEADER_MAX + 4);
	struct str s;
	bool ok = b64.n <= HEADER_MAX / 3 * 4;

	if (ok && !b64url_decode(&text, b64)) {
		strbuf_release(&text);
		return bad_form(why, "the header is no base64url without padding");
	}
	s = strbuf_str(&text);
	ok = ok && take(&s, "{\"alg\":\"Ed25519\",\"typ\":\"") && take_text(&s, typ, TYP_MAX)
	     && take(&s, "\",\"kid\":\"") && take_text(&s, kid, KID_TEXT) && str_eq(s, "\"}")
	     && kid_form(kid);
	strbuf_release(&text);
	if (!ok)
		return err_set(why, ST_BAD_INPUT, "jws-header",
			       "envelope: the header is not exactly alg Ed25519, typ and kid");
	return ST_OK;
}

static enum status open_parts(struct parts *p, struct str compact, struct err *why)
{
	if (compact.n > ENVELOPE_MAX)
		return bad_form(why, "longer than 64 KiB");
	if (!cut(p, compact))
		return bad_form(why, "not three parts with two dots");
	return ST_OK;
}

enum status jws_kid(char kid[KID_TEXT], struct str compact, struct err *why)
{
	struct parts p;
	char typ[TYP_MAX];
	enum status st = open_parts(&p, compact, why);

	return st == ST_OK ? read_header(typ, kid, p.header, why) : st;
}

/* Is it the one header that this key and typ have? */
static bool header_is(struct str header, const char *want, const struct pubkey *key)
{
	char text[HEADER_MAX], b64[HEADER_MAX * 2];
	int n = header_text(text, want, key->kid);

	if (n < 0 || n >= HEADER_MAX)
		return false;
	b64url_fixed(b64, sizeof(b64), text, (size_t)n);
	return str_eq(header, b64);
}

static enum status judge_header(struct str header, const char *want, const struct pubkey *key,
				struct err *why)
{
	char typ[TYP_MAX], kid[KID_TEXT];
	enum status st = ST_OK;

	if (header_is(header, want, key))
		return ST_OK;
	st = read_header(typ, kid, header, why);
	if (st != ST_OK)
		return st;
	if (strcmp(typ, want) != 0)
		return err_set(why, ST_BAD_INPUT, "jws-typ", "envelope: typ is \"%s\", not \"%s\"",
			       typ, want);
	if (strcmp(kid, key->kid) != 0)
		return err_set(why, ST_BAD_INPUT, "jws-kid",
			       "envelope: signed by key %s, not by %s", kid, key->kid);
	return ST_OK;
}

enum status jws_open(struct strbuf *payload, char ah[HASH_TEXT], const struct pubkey *key,
		     const char *typ, struct str compact, struct err *why)
{
	unsigned char sig[SIG_BYTES];
	struct parts p;
	enum status st;

	st = open_parts(&p, compact, why);
	if (st == ST_OK)
		st = judge_header(p.header, typ, key, why);
	if (st != ST_OK)
		return st;
	if (!b64url_decode_exact(sig, sizeof(sig), p.sig))
		return bad_form(why, "the signature is no base64url of 64 bytes");
	if (!pubkey_verify(key, sig, p.input))
		return err_set(why, ST_BAD_INPUT, "jws-signature",
			       "envelope: the signature does not hold");
	if (!b64url_decode(payload, p.payload))
		return bad_form(why, "the payload is no base64url without padding");
	if (ah)
		sha256_hex(ah, p.input);
	return ST_OK;
}

enum status jws_sign(struct strbuf *out, char ah[HASH_TEXT], const struct signkey *k,
		     const char *typ, struct str payload, struct err *why)
{
	char header[HEADER_MAX];
	unsigned char sig[SIG_BYTES];
	size_t before = out->len;
	struct str input;
	int n = header_text(header, typ, k->public.kid);

	if (n < 0 || n >= HEADER_MAX || strlen(typ) >= TYP_MAX)
		return bad_form(why, "the typ is too long");
	b64url_encode(out, header, (size_t)n);
	strbuf_addc(out, '.');
	b64url_encode(out, payload.p, payload.n);
	input = (struct str){ strbuf_cstr(out) + before, out->len - before };
	if (out->failed || input.n + 1 + 86 > ENVELOPE_MAX) {
		strbuf_cut(out, before);
		return bad_form(why, "longer than 64 KiB");
	}
	if (ah)
		sha256_hex(ah, input);
	signkey_sign(k, sig, input);
	strbuf_addc(out, '.');
	b64url_encode(out, sig, sizeof(sig));
	if (!out->failed)
		return ST_OK;
	strbuf_cut(out, before);
	return bad_form(why, "the buffer is full");
}

enum status jws_payload_unverified(struct strbuf *payload, struct str compact, struct err *why)
{
	struct parts p;

	if (compact.n > ENVELOPE_MAX || !cut(&p, compact))
		return bad_form(why, "not three parts with two dots, or too long");
	if (b64url_decode(payload, p.payload))
		return ST_OK;
	return bad_form(why, "the payload is no base64url without padding");
}

bool jws_ah(char ah[HASH_TEXT], struct str compact)
{
	struct parts p;

	if (!cut(&p, compact))
		return false;
	sha256_hex(ah, p.input);
	return true;
}
