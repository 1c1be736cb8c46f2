/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * compacting - the central's feeds are made shorter while devices read on.
 *
 * Place:    rare.c lets it happen; checks.c asks which cases have been in a
 *           scope that they left, since the feeds do not say so any more.
 * Promise:  a case once noted stays noted, whatever is put back.
 * Owner:    the world. Errors: violations of the world.
 */
#ifndef SIM_COMPACTING_H
#define SIM_COMPACTING_H

#include <stdbool.h>

#include "domain/casefile.h"

struct world;

enum { LEFT_MAX = 256 };

struct compacting {
	char left[LEFT_MAX][UUID_TEXT];
	int count;
};

void compacting_happens(struct world *w);
/* Was the case in a scope that it has left, as a row said that is no more? */
bool compacting_left(const struct world *w, const char *case_id);

#endif
