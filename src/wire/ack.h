/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * ack - the central's signed answer to an action (protocol.md, "Push").
 *
 * Place:    central/push -> ACK -> sign/jws (typ "sluss-ack+jws") -> sync.
 * Promise:  one shape; n, eh, seq only where the action stands in the log.
 * Owner:    values. Errors: ST_BAD_INPUT "ack-member".
 */
#ifndef WIRE_ACK_H
#define WIRE_ACK_H

#include "domain/judge.h"

struct ack {
	char iid[UUID_TEXT];
	char ah[HASH_TEXT];
	char dev[UUID_TEXT];
	int64_t ctr;
	enum verdict verdict;
	char why[40];	       /* code, "" when it stands */
	char detail[400];      /* one sentence; names the winner where known */
	char who[OFFICER_MAX]; /* who was first, "" if nobody */
	char case_id[UUID_TEXT];
	int64_t n; /* 0 = not in the log */
	char eh[HASH_TEXT];
	int64_t seq;
	char epoch[UUID_TEXT];
	int64_t at;
	int64_t merged_over; /* entries it was merged over */
};

bool ack_write(struct strbuf *out, const struct ack *a);
MUST_USE enum status ack_read(struct ack *a, struct str json, struct err *why);

#endif
