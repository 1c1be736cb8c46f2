/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * nearest - what somebody probably meant.
 *
 * Place:    unknown names in sluss.conf and on the command line -> a hint.
 * Promise:  pure; work is bounded by NEAREST_MAX signs of each name.
 * Owner:    names are borrowed. Errors: NULL when nothing is near.
 */
#ifndef CONF_NEAREST_H
#define CONF_NEAREST_H

#include "base/strbuf.h"

enum { NEAREST_MAX = 48 };

struct nearest {
	struct str typed;
	const char *best; /* NULL: nothing near yet */
	size_t distance;
};

/* Offer the names one by one, then read `best`. */
void nearest_start(struct nearest *n, struct str typed);
void nearest_offer(struct nearest *n, const char *name);

#endif
