/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * store_lookup - ways to find a case by hashed words, and the read log.
 *
 * Place:    intake.c writes the keys, lookup.c asks and logs.
 * Promise:  only hashes are stored; what somebody asked for is not.
 * Owner:    values. Errors: those of sql/db.h.
 */
#ifndef CENTRAL_STORE_LOOKUP_H
#define CENTRAL_STORE_LOOKUP_H

#include "central/store.h"

enum { LOOKUP_HASH = 33 }; /* 32 hex digits */

MUST_USE enum status lookup_key_add(struct db *db, const char *h, const char *case_id,
				    struct err *why);
/* Nothing finds this case by words any more. */
MUST_USE enum status lookup_key_drop(struct db *db, const char *case_id, struct err *why);

/* Cases that have every one of `count` hashes (a JSON list without doubles),
 * open to all (class 0), in one of `scopes` (a JSON list); newest first, at
 * most `max`. */
MUST_USE enum status lookup_find(struct db *db, const char *hashes, int count, const char *scopes,
				 int max, char (*ids)[UUID_TEXT], int *found, struct err *why);
/* The case with this diary number. ST_NONE: there is none. */
MUST_USE enum status lookup_number(struct db *db, const char *diary_no, char id[UUID_TEXT],
				   struct err *why);

struct lookup_row {
	int64_t at;
	const char *officer, *dev, *kind;
	int reason, shown;
};
/* One row of the read log and the cases that were shown. */
MUST_USE enum status lookup_log(struct db *db, const struct lookup_row *r,
				const char (*ids)[UUID_TEXT], struct err *why);
/* How often this officer looked something up since `since`. */
MUST_USE enum status lookup_count(struct db *db, const char *officer, int64_t since, int64_t *count,
				  struct err *why);

#endif
