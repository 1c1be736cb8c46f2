/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * verify - the chain of a case, judged on the desk from what is cached.
 *
 * Place:    `sluss verify NO` and the timeline's mark -> VERIFY -> cache.db.
 * Promise:  every entry hash is computed anew, every envelope's signature
 *           tried with the key that signed it, that key's certificate with
 *           the central's. Says of each entry whether it holds, does not, or
 *           can't be told; never "holds" by default.
 * Owner:    borrowed handles; struct verified is lent to `each`.
 * Errors:   ST_REFUSED "verification-failed": at least one entry does not
 *           hold; ST_RETRY "not-all-known": none is wrong, but entries or
 *           keys are missing here; ST_NONE "case-unknown".
 */
#ifndef SYNC_VERIFY_H
#define SYNC_VERIFY_H

#include "cache/entries.h"

enum verified_as { VERIFIED_OK, VERIFIED_WRONG, VERIFIED_UNKNOWN, VERIFIED_ERASED };

struct verified {
	const struct entry *entry; /* NULL for a gap */
	int64_t n;
	enum verified_as as;
	char code[40]; /* "eh", "jws-signature", "key-unknown" ... */
	char text[200];
};

MUST_USE enum status verify_case(struct db *cache, struct db *outbox, const char *case_id,
				 enum status (*each)(void *ctx, const struct verified *v,
						     struct err *why),
				 void *ctx, struct err *why);
#endif
