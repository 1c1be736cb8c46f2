/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * settle - an acknowledgement, judged before it is believed.
 *
 * Place:    reply of POST /v1/actions or GET /v1/acks -> SETTLE -> outbox.db.
 * Promise:  an item is settled only by an answer that bears the central's
 *           signature and names its iid, ah, dev and ctr; a bare counter
 *           settles nothing. The same answer twice changes nothing.
 * Owner:    all borrowed.
 * Errors:   ST_REFUSED "ack-signature", "ack-other" (another action, device
 *           or counter); ST_NONE: no such item here. An answer that says
 *           that the same iid stands by another envelope of the officer
 *           settles too: the intent is in the log, once.
 */
#ifndef SYNC_SETTLE_H
#define SYNC_SETTLE_H

#include "cache/identity.h"
#include "wire/ack.h"

/* Open and check the signature. */
MUST_USE enum status settle_open(struct ack *out, const struct identity *who, struct str jws,
				 struct err *why);
/* Check against the item and store. `ctr` > 0: the answer must be for it. */
MUST_USE enum status settle_one(struct db *outbox, const struct identity *who, struct str jws,
				int64_t ctr, int64_t wall_now, struct ack *seen, struct err *why);
/* Verify any JWS of the central (head, certificate): the payload appended. */
MUST_USE enum status settle_central_jws(struct strbuf *payload, const struct identity *who,
					const char *typ, struct str jws, struct err *why);
#endif
