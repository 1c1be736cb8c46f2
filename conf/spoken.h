/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * spoken - six words that can be read aloud and typed on any keyboard.
 *
 * Place:    conf/words.txt -> SPOKEN -> new passphrases, fingerprints of keys.
 * Promise:  every word is as likely as another; the same digest always gives
 *           the same words. Six words are worth SPOKEN_BITS.
 * Owner:    the caller's buffer; wipe it where the words are secret.
 * Errors:   none.
 */
#ifndef CONF_SPOKEN_H
#define CONF_SPOKEN_H

#include "base/clock.h"

enum { SPOKEN_WORDS = 6, SPOKEN_BITS = 63, SPOKEN_WORD_MAX = 10, SPOKEN_TEXT = 6 * 11 };

/* Words drawn by chance, a space between. */
void spoken_draw(char out[SPOKEN_TEXT], const struct rng *rng);
/* The words of the first eight bytes of a hash. */
void spoken_digest(char out[SPOKEN_TEXT], const unsigned char digest[8]);
/* Word i of the list, NULL behind the last. */
const char *spoken_word(size_t i);

#endif
