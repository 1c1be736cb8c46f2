/* SPDX-License-Identifier: EUPL-1.2 */
/* C2SP tlog-checkpoint in a C2SP signed-note, algorithm 0x01 (Ed25519). */
#include "sign/chain.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/encode.h"
#include "sign/hash.h"

#include "base/banned.h"

enum {
	ORIGIN_MAX = 256,
	NOTE_MAX = 64 * 1024,
	KEY_ID = 4,
	SIG_BYTES = KEY_ID + crypto_sign_BYTES,
};

/* An em dash and a space before each signature. */
#define DASH "\xE2\x80\x94 "

static bool origin_fits(const char *origin)
{
	size_t n = strlen(origin);

	return n > 0 && n < ORIGIN_MAX && !strpbrk(origin, " \t\r\n+");
}

static void key_id(unsigned char id[KEY_ID], const char *name, const struct pubkey *key)
{
	crypto_hash_sha256_state h;
	unsigned char raw[32];

	crypto_hash_sha256_init(&h);
	crypto_hash_sha256_update(&h, (const unsigned char *)name, strlen(name));
	crypto_hash_sha256_update(&h, (const unsigned char *)"\n\x01", 2);
	crypto_hash_sha256_update(&h, key->x, sizeof(key->x));
	crypto_hash_sha256_final(&h, raw);
	memcpy(id, raw, KEY_ID);
}

enum status checkpoint_write(struct strbuf *out, const char *origin, int64_t size,
			     const struct hash32 *root, const struct signkey *k, struct err *why)
{
	unsigned char sig[SIG_BYTES];
	size_t before = out->len;
	struct str body;

	if (!origin_fits(origin) || size < 0)
		return err_set(why, ST_BAD_INPUT, "checkpoint-form",
			       "checkpoint: the origin is empty, too long or has white space");
	strbuf_addf(out, "%s\n%" PRId64 "\n", origin, size);
	b64_encode(out, root->b, sizeof(root->b));
	strbuf_addc(out, '\n');
	body = (struct str){ strbuf_cstr(out) + before, out->len - before };
	if (!out->failed) {
		key_id(sig, origin, signkey_public(k));
		signkey_sign(k, sig + KEY_ID, body);
		strbuf_addf(out, "\n" DASH "%s ", origin);
		b64_encode(out, sig, sizeof(sig));
		strbuf_addc(out, '\n');
	}
	if (!out->failed)
		return ST_OK;
	strbuf_cut(out, before);
	return err_set(why, ST_BAD_INPUT, "checkpoint-form", "checkpoint: the buffer is full");
}

/* Take the next line off `rest`; false if it has no LF. */
static bool next_line(struct str *out, struct str *rest)
{
	const char *lf = rest->n ? memchr(rest->p, '\n', rest->n) : NULL;

	if (!lf)
		return false;
	*out = (struct str){ rest->p, (size_t)(lf - rest->p) };
	rest->n -= out->n + 1;
	rest->p = lf + 1;
	return true;
}

static bool read_size(int64_t *size, struct str s)
{
	*size = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		*size = *size * 10 + (s.p[i] - '0');
	}
	return s.n > 0 && s.n <= 18 && (s.n == 1 || s.p[0] != '0');
}

static bool read_root(struct hash32 *root, struct str s)
{
	struct strbuf b = STRBUF_INIT_MAX(64);
	bool ok = b64_decode(&b, s) && b.len == sizeof(root->b);

	if (ok)
		memcpy(root->b, b.data, sizeof(root->b));
	strbuf_release(&b);
	return ok;
}

/* Body: origin, size, root, nothing more, and the empty line behind it. */
static bool read_body(int64_t *size, struct hash32 *root, const char *origin, struct str *rest)
{
	struct str l;

	return next_line(&l, rest) && str_eq(l, origin) && next_line(&l, rest) && l.n <= 18
	       && read_size(size, l) && next_line(&l, rest) && read_root(root, l)
	       && next_line(&l, rest) && l.n == 0;
}

/* 1: our key's signature and it holds; 0: another's; -1: malformed or ours
 * and false. */
static int judge_line(struct str l, const char *origin, const struct pubkey *key, struct str body)
{
	struct strbuf sig = STRBUF_INIT_MAX(NOTE_MAX);
	unsigned char id[KEY_ID];
	const char *space;
	int verdict = -1;
	bool ours;

	if (l.n < strlen(DASH) || memcmp(l.p, DASH, strlen(DASH)) != 0)
		return -1;
	l.p += strlen(DASH);
	l.n -= strlen(DASH);
	space = memchr(l.p, ' ', l.n);
	if (!space || space == l.p)
		return -1;
	ours = str_eq((struct str){ l.p, (size_t)(space - l.p) }, origin);
	key_id(id, origin, key);
	if (b64_decode(&sig, (struct str){ space + 1, l.n - (size_t)(space - l.p) - 1 })
	    && sig.len > KEY_ID) {
		const unsigned char *raw = (const unsigned char *)sig.data;

		if (!ours || memcmp(raw, id, KEY_ID) != 0)
			verdict = 0;
		else if (sig.len == SIG_BYTES && pubkey_verify(key, raw + KEY_ID, body))
			verdict = 1;
	}
	strbuf_release(&sig);
	return verdict;
}

enum status checkpoint_open(int64_t *size, struct hash32 *root, const char *origin,
			    const struct pubkey *key, struct str note, struct err *why)
{
	struct str rest = note, body, l;
	bool held = false;

	if (note.n > NOTE_MAX || !origin_fits(origin) || !read_body(size, root, origin, &rest))
		return err_set(why, ST_BAD_INPUT, "checkpoint-form",
			       "checkpoint: not origin, size and root of %.100s", origin);
	body = (struct str){ note.p, (size_t)(rest.p - note.p) - 1 };
	while (rest.n) {
		int v = next_line(&l, &rest) ? judge_line(l, origin, key, body) : -1;

		if (v < 0)
			return err_set(why, ST_BAD_INPUT, "checkpoint-signature",
				       "checkpoint: a signature is malformed or does not hold");
		held = held || v > 0;
	}
	if (!held)
		return err_set(why, ST_BAD_INPUT, "checkpoint-signature",
			       "checkpoint: not signed by key %s", key->kid);
	return ST_OK;
}
