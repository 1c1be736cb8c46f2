/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * hash - SHA-256, and comparing secrets in constant time.
 *
 * Place:    everywhere a digest is named. Promise: FIPS 180-4.
 * Owner:    caller's buffers. Errors: none; sign_start aborts nothing and
 *           returns ST_BROKEN when libsodium cannot start.
 */
#ifndef SIGN_HASH_H
#define SIGN_HASH_H

#include "domain/casefile.h"

/* Once per program, before anything else of this layer. */
MUST_USE enum status sign_start(struct err *why);

void sha256(unsigned char out[32], struct str text);
void sha256_hex(char out[HASH_TEXT], struct str text);
/* Of a file, read piece by piece; *bytes is how long it is. ST_NONE "no-file",
 * ST_BROKEN "disk-error". */
MUST_USE enum status sha256_file(char out[HASH_TEXT], int64_t *bytes, const char *path,
				 struct err *why);
bool same_secret(const void *a, const void *b, size_t n);

#endif
