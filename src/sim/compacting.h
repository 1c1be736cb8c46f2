/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * compacting - the central's feeds are made shorter while devices read on.
 *
 * Place:    rare.c lets it happen; checks_log.c asks which rows went, since the
 *           feeds do not say so any more.
 * Promise:  a row that went is kept with its scope, and excuses nothing else
 *           than that it is missing there, where that scope's own floor has it
 *           below: a restore to before puts row and floor back. That it might
 *           go is judged at once.
 * Owner:    the world; compacting_release. Errors: violations of the world.
 */
#ifndef SIM_COMPACTING_H
#define SIM_COMPACTING_H

#include <stdbool.h>

#include "domain/casefile.h"

struct world;

/* A row of a feed as it was before. */
struct feed_was {
	int64_t scope, seq;
	char kind[4], case_id[UUID_TEXT], eh[HASH_TEXT]; /* of the entry that it tells of */
};

struct compacting {
	struct feed_was *row;
	int count, room;
};
void compacting_release(struct world *w);

void compacting_happens(struct world *w);
/* Did the entry of this hash stand in a feed that has dropped it since? */
bool compacting_dropped(struct world *w, const char *eh);

#endif
