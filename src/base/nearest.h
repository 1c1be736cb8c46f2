/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * nearest - what somebody probably meant.
 *
 * Place:    unknown names in configuration and on the command line -> a hint.
 * Promise:  pure; work is bounded by NEAREST_MAX bytes of each name. Near is
 *           a name of which at most a third, and two letters in any case,
 *           are other than typed; upper and lower case (a-z) are one.
 * Owner:    names are borrowed. Errors: NULL when nothing is near.
 */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include "base/strbuf.h"

enum { NEAREST_MAX = 48 };

struct nearest {
	struct str typed;
	const char *best; /* NULL: nothing near yet */
	size_t distance;
};

/* Offer the names one by one (NULL is none), then read `best`: of equally
 * near ones, the first. */
void nearest_start(struct nearest *n, struct str typed);
void nearest_offer(struct nearest *n, const char *name);

#endif
