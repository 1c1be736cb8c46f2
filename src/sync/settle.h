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
 *           or counter), "ack-past" (of an epoch that a restore has ended);
 *           ST_NONE: no such item here. An answer that says
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
/* Check against the item of this device with that ctr, and store.
 * `listed`: it came with the list of answers, not as the reply to a push. */
MUST_USE enum status settle_one(struct db *outbox, const struct identity *who, struct str jws,
				int64_t ctr, bool listed, struct ack *seen, struct err *why);
/* After a restore: the answer that the central has now for an action of an
 * earlier device of this home. Whoever else may have used its counter, a copy
 * of the home or a device of before, ours is lost then (outbox_lost). */
MUST_USE enum status settle_earlier(struct db *outbox, const struct identity *who, struct str jws,
				    const char *dev, int64_t ctr, struct err *why);
/* Verify any JWS of the central (head, certificate): the payload appended. */
MUST_USE enum status settle_central_jws(struct strbuf *payload, const struct identity *who,
					const char *typ, struct str jws, struct err *why);
#endif
