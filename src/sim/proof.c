/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What was proven once is not proven again: the simulator is linked with
 * --wrap=crypto_sign_verify_detached. In one world the same few hundred
 * signatures are judged thousands of times, by the central, by each device and
 * by the checks. A result is remembered only for the very same key, signature
 * and bytes, and only where it was good: nothing else is decided here.
 */
#include "sim/proof.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { SLOTS = 1 << 13, SIG = 64, KEY = 32 };

struct proven {
	unsigned char sig[SIG], key[KEY];
	unsigned char *text;
	unsigned long long n;
};

/* The one table of the process: a memory of what is true for ever. */
static struct proven table[SLOTS];

int __real_crypto_sign_verify_detached(const unsigned char *sig, const unsigned char *m,
				       unsigned long long n, const unsigned char *pk);

static struct proven *slot_of(const unsigned char *sig)
{
	unsigned at;

	memcpy(&at, sig, sizeof(at));
	return &table[at % SLOTS];
}

static void keep(struct proven *p, const unsigned char *sig, const unsigned char *m,
		 unsigned long long n, const unsigned char *pk)
{
	unsigned char *text = realloc(p->text, n ? (size_t)n : 1);

	p->n = 0;
	if (!text)
		return;
	p->text = text;
	p->n = n;
	memcpy(p->text, m, (size_t)n);
	memcpy(p->sig, sig, SIG);
	memcpy(p->key, pk, KEY);
}

int __wrap_crypto_sign_verify_detached(const unsigned char *sig, const unsigned char *m,
				       unsigned long long n, const unsigned char *pk)
{
	struct proven *p = slot_of(sig);
	int rc;

	if (p->n == n && n && memcmp(p->sig, sig, SIG) == 0 && memcmp(p->key, pk, KEY) == 0
	    && memcmp(p->text, m, (size_t)n) == 0)
		return 0;
	rc = __real_crypto_sign_verify_detached(sig, m, n, pk);
	if (rc == 0)
		keep(p, sig, m, n, pk);
	return rc;
}
