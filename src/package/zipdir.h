/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * zipdir - the directory at the end of a package, read by ourselves.
 *
 * Place:    unzip.c holds it against what libarchive has read, and reads by
 *           it what libarchive gives up on: a member whose checksum is wrong.
 * Promise:  the directory ends where the file ends, names stored members
 *           only, and each lies within the file. Packages below 4 GiB.
 * Owner:    the caller's rows and FILE.
 * Errors:   ST_BAD_INPUT "package-unreadable".
 */
#ifndef PACKAGE_ZIPDIR_H
#define PACKAGE_ZIPDIR_H

#include <stdio.h>

#include "package/unzip.h"

struct zip_row {
	char name[PACK_NAME];
	uint32_t crc;
	int64_t size, offset; /* of the local header */
};

/* rows holds PACK_MEMBERS_MAX. */
MUST_USE enum status zipdir_read(struct zip_row *rows, int *count, FILE *f, int64_t size,
				 struct err *why);
/* Append the member's bytes as they stand. *whole: they have their checksum. */
MUST_USE enum status zipdir_bytes(struct strbuf *out, bool *whole, const struct zip_row *row,
				  FILE *f, struct err *why);

#endif
