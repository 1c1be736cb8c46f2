/* SPDX-License-Identifier: EUPL-1.2 */
#include "conf/spoken.h"

#include <stdio.h>
#include <string.h>

#include "base/banned.h"

static const char *const words[] = {
#include "conf/words.txt.h"
};
enum { WORDS = sizeof(words) / sizeof(words[0]) };

const char *spoken_word(size_t i)
{
	return i < WORDS ? words[i] : NULL;
}

/* `at` is where the text ends so far. */
static size_t put(char *out, size_t at, uint64_t which)
{
	int n = snprintf(out + at, SPOKEN_TEXT - at, "%s%s", at ? " " : "", words[which]);

	return at + (size_t)n;
}

void spoken_draw(char out[SPOKEN_TEXT], const struct rng *rng)
{
	size_t at = 0;

	for (int i = 0; i < SPOKEN_WORDS; i++)
		at = put(out, at, rng_below(rng, WORDS));
}

void spoken_digest(char out[SPOKEN_TEXT], const unsigned char digest[8])
{
	uint64_t v = 0;
	size_t at = 0;

	for (int i = 0; i < 8; i++)
		v = v << 8 | digest[i];
	for (int i = 0; i < SPOKEN_WORDS; i++) {
		at = put(out, at, v % WORDS);
		v /= WORDS;
	}
}
