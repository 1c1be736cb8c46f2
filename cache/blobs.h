/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * blobs - documents that were fetched to be read, kept for reading offline.
 *
 * Place:    app/fetch writes, the reader reads; cache.db.
 * Promise:  a document belongs to a case and goes with it, out of the raw
 *           file as well, when the case may no longer be seen. Beyond the
 *           quota those that were not read for longest go first. The bytes
 *           are what was fetched: whoever reads them holds them against the
 *           hash.
 * Owner:    bytes go to the caller's strbuf.
 * Errors:   ST_NONE: it is not here; others from sql/db.h.
 */
#ifndef CACHE_BLOBS_H
#define CACHE_BLOBS_H

#include "domain/casefile.h"

struct db;

/* Keep it; `quota` is in bytes, of all that is kept. The new one stays
 * whatever its size. `now`: wall ms. */
MUST_USE enum status blob_keep(struct db *db, const char *case_id, const char *h, struct str bytes,
			       int64_t now, int64_t quota, struct err *why);
/* Its bytes; it counts as read at `now`. */
MUST_USE enum status blob_read(struct db *db, const char *case_id, const char *h, int64_t now,
			       struct strbuf *bytes, struct err *why);
bool blob_here(struct db *db, const char *case_id, const char *h);
/* Is a document here, of whatever case, whose hash begins so? In doubt: yes. */
bool blob_known(struct db *db, const char *prefix);
MUST_USE enum status blob_drop(struct db *db, const char *case_id, const char *h, struct err *why);
/* Bytes of all that is kept. */
MUST_USE enum status blob_total(struct db *db, int64_t *bytes, struct err *why);

#endif
