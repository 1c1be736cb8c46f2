/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * watching - officers watch cases to a day, and end it.
 *
 * Place:    rare.c lets it happen; checks.c asks whether it is kept.
 * Promise:  which watch is the newest is read from the central's log, and what
 *           it says from what was signed.
 * Owner:    the world. Errors: none.
 */
#ifndef SIM_WATCHING_H
#define SIM_WATCHING_H

#include "domain/casefile.h"

struct device;
struct world;

enum { WATCHES_MAX = 64 };

struct watching {
	struct {
		char iid[UUID_TEXT], on[DAY_TEXT];
	} signed_[WATCHES_MAX];
	int count;
};

void watching_happens(struct world *w);
/* What was signed with this intent; NULL: it was none of ours. */
const char *watching_day(const struct world *w, const char *iid);

#endif
