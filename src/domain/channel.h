/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * channel - the ways by which a case comes in.
 *
 * Place:    intake, imports, filters; app/words says them in the reader's
 *           language.
 * Promise:  pure; a central may have cases with other codes as well.
 * Owner:    static texts. Errors: none.
 */
#ifndef DOMAIN_CHANNEL_H
#define DOMAIN_CHANNEL_H

#include <stddef.h>

struct channel {
	const char *code, *sv, *en; /* sv is a msgid */
};
/* Channel i, NULL behind the last. */
const struct channel *channel_at(size_t i);
/* By its code, NULL if it is none of them. */
const struct channel *channel_find(const char *code);

#endif
