/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * vouch - the central's signature on rows that say who may do what.
 *
 * Place:    admin.c, grant.c, auth.c, envelope.c -> VOUCH -> meta; verify.c reads it.
 * Promise:  a right or a key's state that was changed beside the central is
 *           known by verify. An older row with its older signature is not:
 *           only entries of the log would tell that.
 * Owner:    nothing is kept. Errors: as sql/db.h and sign/jws.h.
 */
#ifndef CENTRAL_VOUCH_H
#define CENTRAL_VOUCH_H

#include "central/inside.h"
#include "central/store.h"
#include "wire/problem.h"

/* Write the row and sign what it says now. In the caller's transaction. */
MUST_USE enum status vouch_officer(struct central *c, const struct officer_row *o, struct err *why);
MUST_USE enum status vouch_device(struct central *c, const struct device *d, struct err *why);
MUST_USE enum status vouch_grant(struct central *c, struct grant_row *g, struct err *why);

/* Does the row say what was signed last? */
bool vouched_officer(struct central *c, const struct officer_row *o);
bool vouched_device(struct central *c, const struct device *d);
/* The signed word itself, typ TYP_ROW, for the device's own eyes. */
MUST_USE enum status vouched_word(struct central *c, const char *dev, char *out, size_t size,
				  struct err *why);
/* The same of a problem that makes the device sign something else (problem_word):
 * signed now, kept nowhere. */
MUST_USE enum status vouched_problem(struct central *c, const char *dev, const struct problem *p,
				     char *out, size_t size, struct err *why);
/* Was it signed for by a release that did not say of a device that it waits? */
bool vouched_before_waiting(struct central *c, const struct device *d);
bool vouched_grant(struct central *c, const struct grant_row *g);

#endif
