/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * erasure - on what grounds something is erased, and how many decide it.
 *
 * Place:    action_check, the central's judge, the verb and the verifiers ask
 *           here; nobody else knows the rule.
 * Promise:  protocol.md, "Erasure": a part of a case goes on one registrar's
 *           word where it never should have been there; what is disposed of
 *           (Arkivlagen 10), a whole case, and the entries that bear it
 *           (application, decision, what was sent) take two persons, so that
 *           one person does not empty a case entry by entry.
 * Owner:    static tables. Errors: ST_BAD_INPUT as action_check.
 */
#ifndef DOMAIN_ERASURE_H
#define DOMAIN_ERASURE_H

#include "domain/action.h"

enum {
	/* A proposal that nobody has confirmed by then has lapsed. */
	ERASURE_DAYS = 30
};

/* How many persons a ground takes for "entry", "document" or "case"; `act`: of
 * the entry that goes or brought the document, "" if it is not known. 0: there
 * is no such ground. */
int erasure_persons(const char *ground, const char *what, const char *act);
/* Ground i, or NULL behind the last: for help and tests. */
const char *erasure_ground_at(size_t i);

/* Is it one of the acts that decide on erasure: erasure.propose, .confirm,
 * .withdraw? These and entry.erase are what vouches for a gap. */
bool erasure_decides(const char *act);
bool erasure_vouches(const char *act);

/* Do the arguments of an act of erasure fit together? ST_OK for all other
 * acts. */
MUST_USE enum status erasure_check(const struct action *a, struct err *why);

/* What an entry.erase says that it erases. */
struct erasure {
	int64_t n, upto;	     /* entries from n to upto */
	char h[HASH_TEXT];	     /* "": the entries; else this document of n alone */
	int64_t proposed, confirmed; /* the decision, which stays; 0: the operator's */
};
void erasure_of(struct erasure *e, const struct action *a);
/* Does it erase the envelope of entry n? */
bool erasure_takes(const struct erasure *e, int64_t n);

#endif
