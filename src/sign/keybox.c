/* SPDX-License-Identifier: EUPL-1.2 */
#include "sign/keybox.h"

#include <sodium.h>
#include <string.h>

#include "base/encode.h"

#include "base/banned.h"

enum {
	SALT = crypto_pwhash_SALTBYTES,
	NONCE = crypto_secretbox_NONCEBYTES,
	KEY = crypto_secretbox_KEYBYTES,
	TAG = crypto_secretbox_MACBYTES,
	SECRET_MAX = 4096,
	SEALED_MAX = 8192,
	OPS_MAX = 16,
};
#define MEM_MAX (UINT64_C(1) << 30)
#define MAGIC "sluss-keybox/1 argon2id "

/* A sealed text is, separated by single spaces: name and version, the way
 * the key is derived, operations, bytes of memory, salt, nonce, box. */
struct box {
	unsigned long long ops;
	unsigned long long mem;
	unsigned char salt[SALT];
	unsigned char nonce[NONCE];
};

void *secret_alloc(size_t n)
{
	return sodium_malloc(n);
}

void secret_free(void *p)
{
	sodium_free(p);
}

static void set_cost(struct box *b, enum keybox_cost cost)
{
	static const struct {
		unsigned long long ops, mem;
	} costs[] = {
		[KEYBOX_INTERACTIVE] = { crypto_pwhash_argon2id_OPSLIMIT_INTERACTIVE,
					 crypto_pwhash_argon2id_MEMLIMIT_INTERACTIVE },
		[KEYBOX_MODERATE] = { crypto_pwhash_argon2id_OPSLIMIT_MODERATE,
				      crypto_pwhash_argon2id_MEMLIMIT_MODERATE },
		[KEYBOX_TEST] = { crypto_pwhash_argon2id_OPSLIMIT_MIN,
				  crypto_pwhash_argon2id_MEMLIMIT_MIN },
	};

	b->ops = costs[cost].ops;
	b->mem = costs[cost].mem;
}

/* The key in guarded memory; NULL: no memory, for it or for Argon2id. */
static unsigned char *derive(const struct box *b, struct str passphrase)
{
	unsigned char *key = secret_alloc(KEY);

	if (key
	    && crypto_pwhash(key, KEY, passphrase.p, passphrase.n, b->salt, b->ops, (size_t)b->mem,
			     crypto_pwhash_ALG_ARGON2ID13)
		       == 0)
		return key;
	secret_free(key);
	return NULL;
}

static enum status no_memory(struct err *why)
{
	return err_set(why, ST_BROKEN, "memory", "no memory to derive a key from the passphrase");
}

static enum status bad_form(struct err *why, const char *what)
{
	return err_set(why, ST_BAD_INPUT, "keybox-form", "sealed key: %s", what);
}

static bool put_box(struct strbuf *out, const struct box *b, const unsigned char *sealed, size_t n)
{
	strbuf_addf(out, MAGIC "%llu %llu ", b->ops, b->mem);
	b64url_encode(out, b->salt, SALT);
	strbuf_addc(out, ' ');
	b64url_encode(out, b->nonce, NONCE);
	strbuf_addc(out, ' ');
	b64url_encode(out, sealed, n);
	return !out->failed;
}

enum status keybox_seal(struct strbuf *out, struct str secret, struct str passphrase,
			enum keybox_cost cost, const struct rng *rng, struct err *why)
{
	unsigned char sealed[SECRET_MAX + TAG];
	size_t before = out->len;
	unsigned char *key;
	struct box b;
	bool ok;

	if (secret.n > SECRET_MAX)
		return bad_form(why, "the secret is too long");
	set_cost(&b, cost);
	rng_fill(rng, b.salt, SALT);
	rng_fill(rng, b.nonce, NONCE);
	key = derive(&b, passphrase);
	if (!key)
		return no_memory(why);
	crypto_secretbox_easy(sealed, (const unsigned char *)secret.p, secret.n, b.nonce, key);
	secret_free(key);
	ok = put_box(out, &b, sealed, secret.n + TAG);
	if (ok)
		return ST_OK;
	strbuf_cut(out, before);
	return no_memory(why);
}

/* Take the text up to the next space, or all of it, off `rest`. */
static struct str next_word(struct str *rest)
{
	const char *space = rest->n ? memchr(rest->p, ' ', rest->n) : NULL;
	struct str w = *rest;

	if (space)
		w.n = (size_t)(space - rest->p);
	rest->p += space ? w.n + 1 : w.n;
	rest->n -= space ? w.n + 1 : w.n;
	return w;
}

/* A positive number in its one spelling, at most `most`. */
static bool read_number(unsigned long long *v, struct str s, unsigned long long least,
			unsigned long long most)
{
	*v = 0;
	if (s.n == 0 || s.n > 12 || s.p[0] == '0')
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		*v = *v * 10 + (unsigned long long)(s.p[i] - '0');
	}
	return *v >= least && *v <= most;
}

/* The cost is bounded from above too: whoever can write the file must not be
 * able to make the program take all memory. */
static bool read_box(struct box *b, struct strbuf *sealed, struct str text)
{
	size_t magic = strlen(MAGIC);

	if (text.n > SEALED_MAX || text.n < magic || memcmp(text.p, MAGIC, magic) != 0)
		return false;
	text.p += magic;
	text.n -= magic;
	return read_number(&b->ops, next_word(&text), crypto_pwhash_argon2id_OPSLIMIT_MIN, OPS_MAX)
	       && read_number(&b->mem, next_word(&text), crypto_pwhash_argon2id_MEMLIMIT_MIN,
			      MEM_MAX)
	       && b64url_decode_exact(b->salt, SALT, next_word(&text))
	       && b64url_decode_exact(b->nonce, NONCE, next_word(&text))
	       && b64url_decode(sealed, text) && sealed->len >= TAG;
}

static enum status open_box(struct strbuf *out, const struct box *b, const struct strbuf *sealed,
			    struct str passphrase, struct err *why)
{
	size_t n = sealed->len - TAG;
	unsigned char *key;
	int failed;

	/* Room first: a buffer that grows leaves a copy behind. */
	if (!strbuf_reserve(out, n))
		return no_memory(why);
	key = derive(b, passphrase);
	if (!key)
		return no_memory(why);
	failed = crypto_secretbox_open_easy((unsigned char *)out->data + out->len,
					    (const unsigned char *)sealed->data, sealed->len,
					    b->nonce, key);
	secret_free(key);
	if (failed) {
		out->data[out->len] = '\0';
		return err_set(why, ST_REFUSED, "passphrase-wrong",
			       "the passphrase does not open the key");
	}
	out->len += n;
	out->data[out->len] = '\0';
	return ST_OK;
}

enum status keybox_open(struct strbuf *out, struct str sealed, struct str passphrase,
			struct err *why)
{
	struct strbuf bytes = STRBUF_INIT_MAX(SEALED_MAX);
	struct box b;
	enum status st;

	if (read_box(&b, &bytes, sealed))
		st = open_box(out, &b, &bytes, passphrase, why);
	else
		st = bad_form(why, "not a text of sluss-keybox/1");
	strbuf_release(&bytes);
	return st;
}
