/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * rare - what only a share of the runs has, each kind with a file of its own.
 *
 * Place:    sim.c draws it before a run and lets it happen; main.c counts.
 * Promise:  chance is drawn from a stream of its own: a run without a kind is
 *           the same whether the kind exists or not, and `--without` takes one
 *           away and moves nothing else.
 * Owner:    the world. Errors: violations of the world.
 */
#ifndef SIM_RARE_H
#define SIM_RARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

struct world;

enum rare_kind {
	RARE_GRANTS,	  /* queues and cases are granted, and taken back (granting.c) */
	RARE_ERASURE,	  /* registrars erase entries, documents and cases (erasing.c) */
	RARE_SNAPSHOTS,	  /* snapshots are made, and copies begun anew (loading.c) */
	RARE_WATCHES,	  /* officers watch cases (watching.c) */
	RARE_UPGRADES,	  /* an outbox of the release before, with work pending (upgrade.c) */
	RARE_COMPACTIONS, /* the feeds are made shorter (compacting.c) */
	RARE_COUNT
};
/* For --without and the summary; NULL behind the last. */
const char *rare_name(size_t kind);

struct rare {
	struct rng_seeded seed[RARE_COUNT];
	struct rng rng[RARE_COUNT];
	unsigned has; /* a bit for each kind that this run has */
};

/* Which kinds this run has, before anything is opened; `without` has a bit for
 * each that may not. */
void rare_choose(struct world *w, unsigned without);
/* When they happen, once the length of the run is known. */
void rare_plan(struct world *w);
/* EVENT_RARE: something of that kind happens. Never while healing. */
void rare_happens(struct world *w, int kind);
bool rare_has(const struct world *w, enum rare_kind kind);
/* One of n, from the stream of the kind. */
uint64_t rare_below(struct world *w, enum rare_kind kind, uint64_t n);
/* It did happen, for the summary. */
void rare_count(struct world *w, enum rare_kind kind);

/* granting.c: somebody is granted a queue or a case, or loses it. */
void granting_happens(struct world *w);
/* upgrade.c: a device starts with the outbox of an older program. */
void upgrade_happens(struct world *w);

#endif
