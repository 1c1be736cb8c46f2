/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * pin - the key of a locked, running program, wrapped under some digits.
 *
 * Place:    `:pin` -> PIN -> the lock and the signing box.
 * Promise:  neither digits nor the wrapped key are ever on disk: they end with
 *           the program, or at the third wrong try, and then only the
 *           passphrase opens the key. Digits that few keep out who sits down
 *           at the desk, not who can read the program's memory.
 * Owner:    struct pin; pin_release wipes it.
 * Errors:   ST_BAD_INPUT "pin-form"; ST_REFUSED "pin-wrong", and "pin-gone"
 *           at the third in a row; ST_NONE "pin-none"; ST_BROKEN "memory".
 */
#ifndef APP_PIN_H
#define APP_PIN_H

#include "base/clock.h"
#include "sign/jws.h"

enum { PIN_LEAST = 4, PIN_MOST = 8, PIN_TRIES = 3 };

struct pin {
	char *wrapped; /* guarded memory, NULL: none is set */
	size_t n;
	char kid[KID_TEXT];
	int wrong; /* in a row */
};

void pin_release(struct pin *p);
bool pin_is_set(const struct pin *p);
/* PIN_LEAST to PIN_MOST digits, and nothing else: no passphrase is that short. */
bool pin_is_form(struct str digits);
/* Wrap the key; takes the place of what was set before. */
MUST_USE enum status pin_set(struct pin *p, const struct signkey *key, struct str digits,
			     const struct rng *rng, struct err *why);
/* Are these the digits? `out` (may be NULL) gets the key, the caller's. */
MUST_USE enum status pin_open(struct pin *p, struct str digits, struct signkey **out,
			      struct err *why);

#endif
