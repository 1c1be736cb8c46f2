/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * claims - what a caller says that it holds of our history.
 *
 * Place:    pull -> CLAIMS -> the operator (central_trouble).
 * Promise:  who holds what our log does not extend is refused, and that alone
 *           stops nobody else. The operator is told, and a new epoch begins at
 *           the next start with --accept-restore, only by what we ourselves
 *           have signed in this epoch: a head of the log, or an answer.
 * Owner:    everything is borrowed. Errors: ST_CONFLICT "history-diverged".
 */
#ifndef CENTRAL_CLAIMS_H
#define CENTRAL_CLAIMS_H

#include "central/call.h"

struct json;

/* {size, root, jws?} or null. */
MUST_USE enum status claim_head(struct call *k, const struct json *head, struct err *why);
/* An acknowledgement of ours, compact; p NULL: none. One that we did not give in
 * this epoch says nothing. */
MUST_USE enum status claim_ack(struct call *k, struct str jws, struct err *why);
/* Cursors; what was read in this epoch is still here. */
MUST_USE enum status claim_read(struct call *k, const struct scope_seq *sub, int count,
				struct err *why);

#endif
