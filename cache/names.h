/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * names - the catalogue, other devices' keys, and lines that were bad.
 *
 * Place:    sync/merge and sync/sync write; screens and verify read.
 * Promise:  a bad line is kept with its bytes and counted, never lost.
 * Owner:    texts go to the caller's strbuf.
 * Errors:   ST_NONE: not there; others from sql/db.h.
 */
#ifndef CACHE_NAMES_H
#define CACHE_NAMES_H

#include "domain/casefile.h"

struct db;

/* The catalogue as JSON (wire/catalog.h reads it), and its SHA-256 in hex. */
MUST_USE enum status catalog_put(struct db *db, struct str json, const char *sha256,
				 struct err *why);
MUST_USE enum status catalog_get(struct db *db, struct strbuf *json, struct err *why);
/* "" when there is none yet. */
MUST_USE enum status catalog_sha256(struct db *db, char sha256[HASH_TEXT], struct err *why);

struct known_key {
	char kid[48], x[48];
	char sub[OFFICER_MAX], dev[UUID_TEXT];
	char state[16];	       /* "valid", "retired", "lost" */
	int64_t valid_through; /* last ctr that counts, 0 = all */
	struct strbuf certificate;
};
#define KNOWN_KEY_INIT                                                                             \
	{                                                                                          \
		.certificate = STRBUF_INIT                                                         \
	}
void known_key_release(struct known_key *k);
MUST_USE enum status known_key_put(struct db *db, const struct known_key *k, struct err *why);
MUST_USE enum status known_key_get(struct db *db, const char *kid, struct known_key *k,
				   struct err *why);
/* Every key of the devices that signed entries of the case; `k` is lent to
 * `each`. */
MUST_USE enum status known_keys_of_case(struct db *db, const char *case_id,
					void (*each)(void *ctx, const struct known_key *k),
					void *ctx, struct err *why);

/* Count one more try of a line that could not be read: *tries is how often
 * now. case_id may be "". */
MUST_USE enum status bad_line_add(struct db *db, const char *sha256, const char *case_id,
				  struct str raw, const char *reason, int *tries, struct err *why);
/* Forget the lines of cases that are not here and are not missed either: they
 * have gone where the officer does not see them. *any: there were some. */
MUST_USE enum status bad_line_sweep(struct db *db, bool *any, struct err *why);
MUST_USE enum status unreadable_put(struct db *db, const char *case_id, const char *reason,
				    struct err *why);
MUST_USE enum status unreadable_drop(struct db *db, const char *case_id, struct err *why);
MUST_USE enum status unreadable_count(struct db *db, int64_t *count, struct err *why);
/* The next one behind `after`, to be fetched alone. */
MUST_USE enum status unreadable_next(struct db *db, const char *after, char case_id[UUID_TEXT],
				     struct err *why);

#endif
