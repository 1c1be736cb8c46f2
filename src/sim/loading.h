/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * loading - the central makes snapshots, and devices begin anew from them.
 *
 * Place:    rare.c lets it happen; sim.c opens and closes it around a run.
 * Promise:  in a run that has it, devices load aside, and the central keeps its
 *           segments in a folder of this machine that is gone afterwards.
 * Owner:    the world; loading_close. Errors: violations of the world;
 *           ST_BROKEN where there is no folder to be had.
 */
#ifndef SIM_LOADING_H
#define SIM_LOADING_H

#include "base/status.h"

struct device;
struct message;
struct world;

/* Before a device is opened. */
MUST_USE enum status loading_open(struct world *w, struct err *why);
void loading_close(struct world *w);
/* A snapshot is made, or a device's copy is lost and read from the start. */
void loading_happens(struct world *w);
/* Where a device loads aside, or NULL. */
const char *loading_aside(struct device *d);
/* A process of it is no more: what it had open is dead. */
void loading_stops(struct device *d);
/* The jobs of a central without an archive: what waits to be purged. */
MUST_USE enum status loading_jobs(struct world *w, struct err *why);
/* The central has answered. */
void loading_served(struct world *w, const struct message *m);

#endif
