/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * keybox - a secret sealed under a passphrase: Argon2id and secretbox.
 *
 * Place:    the officer's device key on disk; never the key itself.
 * Promise:  a sealed text names its own parameters ("sluss-keybox/1 ..."), so
 *           that they can be raised; opening with a wrong passphrase gives
 *           ST_REFUSED and nothing else. Derived keys live in guarded memory.
 * Owner:    sealed text to the caller's strbuf; the secret to the caller's
 *           buffer, to be wiped by the caller.
 * Errors:   ST_REFUSED "passphrase-wrong", ST_BAD_INPUT "keybox-form",
 *           ST_BROKEN "memory".
 */
#ifndef SIGN_KEYBOX_H
#define SIGN_KEYBOX_H

#include "base/clock.h"
#include "base/strbuf.h"

enum keybox_cost { KEYBOX_INTERACTIVE, KEYBOX_MODERATE, KEYBOX_TEST };

MUST_USE enum status keybox_seal(struct strbuf *out, struct str secret, struct str passphrase,
				 enum keybox_cost cost, const struct rng *rng, struct err *why);
/* Appends the secret to `out` (wipe it with strbuf_wipe). */
MUST_USE enum status keybox_open(struct strbuf *out, struct str sealed, struct str passphrase,
				 struct err *why);
/* Guarded, locked memory for passphrases and keys; NULL without memory. */
void *secret_alloc(size_t n);
void secret_free(void *p);

#endif
