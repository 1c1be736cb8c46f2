/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * witness - what the log had reached, kept outside the database.
 *
 * Place:    written after each commit that grew the log, before its answer
 *           leaves; compared at each start (protocol.md, "Cursor and epoch").
 * Promise:  the last whole line of the file counts; a torn one is passed
 *           over, since the answer it stood for had not left. Those before it
 *           are remembered, the older the sparser, so that a log can be held
 *           against how the one seen here grew.
 * Owner:    witness_open fills, witness_release closes.
 * Errors:   ST_BROKEN "disk-full", "disk-error" with the path.
 */
#ifndef CENTRAL_WITNESS_H
#define CENTRAL_WITNESS_H

#include "domain/casefile.h"

enum { WITNESS_MARKS = 256 };
struct witness_mark {
	char epoch[UUID_TEXT];
	int64_t size;
	char root[HASH_TEXT];
};

struct witness {
	char *path;    /* NULL: in memory */
	int fd;	       /* -1 when not open */
	int64_t bytes; /* of the file */
	char epoch[UUID_TEXT];
	int64_t size;
	char root[HASH_TEXT];
	int mark_count; /* the newest last, which is the one above */
	struct witness_mark mark[WITNESS_MARKS];
};
#define WITNESS_INIT                                                                               \
	{                                                                                          \
		.fd = -1                                                                           \
	}

/* path NULL: nothing on disk. A missing file is an empty witness. */
MUST_USE enum status witness_open(struct witness *w, const char *path, struct err *why);
void witness_release(struct witness *w);
/* Durable when ST_OK is returned. */
MUST_USE enum status witness_put(struct witness *w, const char *epoch, int64_t size,
				 const char *root, struct err *why);

#endif
