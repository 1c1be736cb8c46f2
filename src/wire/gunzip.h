/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * gunzip - gzip (RFC 1952) unpacked piece by piece.
 *
 * Place:    logs that are imported. Promise: length and checksum of every
 *           member are tried; members behind each other are one text; never
 *           more than `room` bytes at a time, so a bomb fills nothing.
 * Owner:    gunzip_new gives, gunzip_free takes; input and output are the
 *           caller's.
 * Errors:   ST_BAD_INPUT "gzip-damaged"; ST_BROKEN "no-memory".
 */
#ifndef WIRE_GUNZIP_H
#define WIRE_GUNZIP_H

#include <stdbool.h>

#include "base/strbuf.h"

struct gunzip;

/* Does a file that begins so hold gzip? Two bytes are enough. */
bool gunzip_magic(struct str begin);

struct gunzip *gunzip_new(void); /* NULL: no memory */
void gunzip_free(struct gunzip *g);

/* Unpack from *in, which is moved past what was used, and append at most
 * `room` bytes (at least 1) to `out`. Call it again with the rest of *in, or
 * with more, as long as it gives bytes or *in is not empty. */
MUST_USE enum status gunzip_step(struct gunzip *g, struct str *in, struct strbuf *out, size_t room,
				 struct err *why);

/* May the input end here? Inside a member it was cut. */
bool gunzip_whole(const struct gunzip *g);

#endif
