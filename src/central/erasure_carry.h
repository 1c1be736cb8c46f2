/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * erasure_carry - what was decided to be erased goes, and is vouched for.
 *
 * Place:    erasure.c (which has judged it) -> ERASURE_CARRY -> entry, store.
 * Promise:  envelope, documents, words and whatever the projection had from
 *           them go in the caller's transaction, with an entry of the central's
 *           own and its row in the feed; nothing else does.
 * Owner:    texts of an order are borrowed.
 * Errors:   ST_BROKEN "database-damaged" when what is to go is not there; those
 *           of the store.
 */
#ifndef CENTRAL_ERASURE_CARRY_H
#define CENTRAL_ERASURE_CARRY_H

#include "central/entry.h"

/* What is to go, and who says so: the entries of the decision, or 0. */
struct erasure_order {
	const char *what, *h, *ground, *reason;
	int64_t n, proposed, confirmed;
};
MUST_USE enum status erasure_carry(struct central *c, struct stored_case *s,
				   struct erasure_order *o, struct err *why);

/* What entry r says. ST_NONE: it is erased. */
MUST_USE enum status erasure_entry(struct central *c, const struct log_row *r, struct action *a,
				   struct err *why);
/* Document h of entry n. */
MUST_USE enum status erasure_document(struct central *c, const char *case_id, int64_t n,
				      const char *h, struct stored_document *d, struct err *why);

#endif
