/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * import_lines - a file of lines, plain or gzip, one after the other.
 *
 * Place:    FILE -> IMPORT_LINES -> import. Promise: memory is bounded by
 *           LINE_BYTES_MAX and a block; gzip is known by its first bytes, and
 *           whole before its first line is given (it is unpacked twice); a
 *           mark of byte order at the start and a carriage return at the end
 *           of a line are no part of it.
 * Owner:    lines_open fills, lines_close empties; a line is borrowed until
 *           the next.
 * Errors:   see lines_next.
 */
#ifndef CENTRAL_IMPORT_LINES_H
#define CENTRAL_IMPORT_LINES_H

#include <stdint.h>

#include "base/strbuf.h"
#include "wire/gunzip.h"

enum { LINE_BYTES_MAX = 64 * 1024 };

struct lines {
	int fd;
	struct gunzip *gzip; /* NULL: plain */
	struct strbuf packed, text;
	size_t packed_at, text_at; /* where what is unread begins */
	int64_t number;		   /* of the line given last, from 1 */
	bool ended;		   /* nothing more comes from the file */
};
#define LINES_INIT                                                                                 \
	{                                                                                          \
		.fd = -1                                                                           \
	}

/* ST_NONE "file-read": no such file; ST_BROKEN "file-read", "gzip-cut",
 * "gzip-damaged", "no-memory". */
MUST_USE enum status lines_open(struct lines *l, const char *path, struct err *why);
void lines_close(struct lines *l);

/* The next line. ST_NONE: there are no more. ST_BAD_INPUT "line-too-long":
 * it is passed over, and the next can be asked for. ST_BROKEN: as above, where
 * the file changed since it was opened. */
MUST_USE enum status lines_next(struct lines *l, struct str *line, struct err *why);

#endif
