/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * import - the event log of another system as cases and entries.
 *
 * Place:    sluss-central import -> IMPORT -> entry, officers, conf.
 * Promise:  each line is one entry, each case one more (protocol.md, "Log and
 *           feed"); a line that is in the log already changes nothing, so a
 *           run may be stopped at any moment and begun again. Memory is that
 *           of a batch, a transaction at most 1,000 entries. A line that is
 *           not imported is told.
 * Owner:    the caller's central and counts.
 * Errors:   ST_NONE "file-read": no such file; ST_RETRY "import-busy": another
 *           import runs; ST_BROKEN "gzip-cut", "gzip-damaged", "file-read", and
 *           those of the store. What was counted stands all the same.
 */
#ifndef CENTRAL_IMPORT_H
#define CENTRAL_IMPORT_H

#include "central/central.h"

struct import_counts {
	int64_t lines;		  /* read, blank ones not counted */
	int64_t events, cases;	  /* new in the log */
	int64_t already;	  /* lines that were in the log before */
	int64_t refused;	  /* lines told with `refused` */
	int64_t differing;	  /* lines that say otherwise of their case, told with `noted` */
	int64_t officers, queues; /* new */
	int64_t shared;		  /* groups that get no queue of their own, told with `noted` */
};

struct import_options {
	const char *path;
	/* A line that is not imported, and why; one that is, with a remark. */
	void (*refused)(void *ctx, int64_t line, const struct err *why);
	void (*noted)(void *ctx, int64_t line, const struct err *why);
	/* After each batch. Each may be NULL. */
	void (*progress)(void *ctx, const struct import_counts *now);
	void *ctx;
};

MUST_USE enum status central_import(struct central *c, const struct import_options *o,
				    struct import_counts *counts, struct err *why);

#endif
