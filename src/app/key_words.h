/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * key_words - what the officer is told of a key that ends, or has ended.
 *
 * Place:    unlocking, sluss sync, sluss doctor.
 * Promise:  says what to do, and that what is signed is kept. Owner: `out`.
 * Errors:   none: nothing is said where nothing is known.
 */
#ifndef APP_KEY_WORDS_H
#define APP_KEY_WORDS_H

#include "app/home.h"
#include "base/strbuf.h"

/* False: there is nothing to warn of. A key that can be changed in time is
 * changed at unlocking, and then only its answer is waited for: that is told
 * when 30 days are left, and more urgently at 7. */
bool key_warning(struct strbuf *out, const struct home *h);
/* How many actions wait to be signed again, for who has enrolled anew or must:
 * appended; nothing when none does. */
void key_waiting(struct strbuf *out, const struct home *h);
/* The device's fingerprint in words. False: the key cannot be read. */
bool key_fingerprint(char *out, size_t size, const char *x);

#endif
