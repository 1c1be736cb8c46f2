/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * tally - how often each text was seen.
 *
 * Place:    logstats. Promise: any bytes are a key; rows keep the order in which
 *           they came, so a row's index names its text for good.
 * Owner:    tally_release; texts are copies.
 * Errors:   want of memory is remembered in `failed`; what is counted after
 *           that is lost.
 */
#ifndef CENTRAL_TALLY_H
#define CENTRAL_TALLY_H

#include <stdint.h>

#include "base/strbuf.h"

struct tally_row {
	char *text; /* NUL behind it, and maybe within */
	size_t len;
	int64_t count;
};
struct tally {
	struct tally_row *rows;
	int64_t count, room;
	int64_t *slots; /* row + 1 by hash, 0 = free; a power of two */
	int64_t slot_count;
	bool failed;
};
#define TALLY_INIT                                                                                 \
	{                                                                                          \
		0                                                                                  \
	}

void tally_release(struct tally *t);
/* Add n to the text's count; the index of its row, -1 without memory. */
int64_t tally_add(struct tally *t, struct str text, int64_t n);
/* Rows in another order, the array to be freed; NULL without memory or rows.
 * Most often seen first, then by code points; or by code points alone. */
const struct tally_row **tally_by_count(const struct tally *t);
const struct tally_row **tally_by_text(const struct tally *t);

#endif
