/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * merge - one page of a pull into cache.db, whole or not at all.
 *
 * Place:    net -> sync -> MERGE -> cache.db (one transaction).
 * Promise:  rows, cursors, overlay and revision change in one transaction; a
 *           page without trailer or with another digest changes nothing; the
 *           same page again changes nothing; n is never lowered. A bad line
 *           stops the page and is kept with its bytes; at its third try the
 *           page is applied without it and its case marked unreadable.
 * Owner:    all borrowed.
 * Errors:   ST_BAD_INPUT "page-cut", "page-form", "page-digest", "page-gap",
 *           "page-stale", "page-other" (not the page that was asked for),
 *           "page-line"; ST_CONFLICT "epoch-changed"; ST_BROKEN of the disk.
 */
#ifndef SYNC_MERGE_H
#define SYNC_MERGE_H

#include "cache/cache.h"
#include "wire/page.h"

/* Stands in for the scopes of a case that was fetched alone. No scope of the
 * central's is negative. */
enum { SCOPE_ALONE = -1 };

struct merge_result {
	int64_t rows;
	bool more;	  /* the central has more for us at once */
	bool scopes_lost; /* purge the raw files */
	int64_t now;	  /* the central's clock, 0 = not said */
	int64_t sv;
	int64_t cases;	 /* of a segment */
	int64_t missing; /* cases that a restore has taken away */
};

/* `text` is the unpacked page. `outbox` is read for the overlay. */
MUST_USE enum status merge_page(struct db *cache, struct db *outbox, struct str text,
				int64_t wall_now, struct merge_result *r, struct err *why);
/* The same for a page that may be the first: where nothing has been read yet and
 * it names snapshots, nothing is applied, `offer` says which (NULL: they are
 * of no interest), and the answer is ST_NONE "snapshot-offered". */
struct merge_offer {
	/* In: also where something has been read; without a snapshot the page is
	 * not applied either, but for the scopes that are held no longer: these are
	 * let go of at once. The page must begin at 0, as it was asked for. */
	bool again;
	int count;
	int64_t scopes[SCOPES_MAX];
	int64_t sv;
};
MUST_USE enum status merge_first(struct db *cache, struct db *outbox, struct str text,
				 int64_t wall_now, struct merge_offer *offer,
				 struct merge_result *r, struct err *why);
/* One segment of a snapshot into the file aside, whole or not at all, and with
 * it cache_keep of `mark`: how far the load has come. ST_BAD_INPUT
 * "segment-other". */
struct merge_part {
	int64_t scope, seq;
	const char *epoch;
	const char *mark;
	struct str value;
};
MUST_USE enum status merge_part(struct db *aside, struct db *outbox, struct str text,
				const struct merge_part *part, struct merge_result *r,
				struct err *why);
/* Entries of one case fetched apart (GET .../chain): no cursor moves. */
MUST_USE enum status merge_chain(struct db *cache, struct db *outbox, struct str text,
				 struct merge_result *r, struct err *why);
#endif
