/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * verify - what the parts of central_verify share.
 *
 * Place:    verify.c (log, tree, devices), verify_case.c (chain, signatures,
 *           documents, projection). Promise: nothing is changed.
 * Owner:    struct check belongs to central_verify. Errors: a finding is told
 *           by check_fault and counted; only a database that cannot be read
 *           ends the work.
 */
#ifndef CENTRAL_VERIFY_H
#define CENTRAL_VERIFY_H

#include "central/inside.h"
#include "central/store.h"

struct check {
	struct central *c;
	struct central_findings *found;
	void (*fault)(void *ctx, const struct central_fault *f);
	void *ctx;
	int64_t feed_rows; /* that the entries seen so far account for */
};

void check_fault(struct check *k, const char *case_id, int64_t n, int64_t seq, const char *fmt, ...)
	PRINTF_LIKE(5, 6);
/* Is the device's row what the central's signature on it says? */
bool certificate_holds(const struct central *c, const struct device *d,
		       const struct strbuf *certificate);
/* One case whole. */
MUST_USE enum status check_case(struct check *k, const char *id, struct err *why);
/* The newest snapshot of each scope, segment by segment (snapshot_check.c). */
MUST_USE enum status check_snapshots(struct check *k, struct err *why);

#endif
