/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * instant - UTC milliseconds as RFC 3339 text, and identifiers by time.
 *
 * Place:    wire, central, screens.
 * Promise:  text written is always YYYY-MM-DDTHH:MM:SS.mmmZ (24 characters);
 *           reading takes any RFC 3339 offset and compares as instants.
 * Owner:    caller's buffers. Errors: false on malformed text or a year
 *           outside 1970-9999.
 */
#ifndef BASE_INSTANT_H
#define BASE_INSTANT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/strbuf.h"

enum { INSTANT_TEXT = 25, UUID_TEXT = 37 };

void instant_format(char out[INSTANT_TEXT], int64_t ms);
bool instant_parse(int64_t *ms, struct str text);

/* UUIDv7 (RFC 9562 section 5.7) as lower-case text. */
void uuid7(char out[UUID_TEXT], int64_t ms, const struct rng *rng);
/* The instant that one bears; -1 of a text that is none. */
int64_t uuid7_ms(struct str s);
/* Lower-case 8-4-4-4-12 form; any version. */
bool uuid_valid(struct str s);

#endif
