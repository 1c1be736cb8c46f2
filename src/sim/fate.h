/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * fate - how large a world is, how long things go wrong in it, and how often.
 *
 * Place:    sim.c asks once, before a run; main.c and shrink.c name the kinds.
 * Promise:  follows from the seed, less what struct sim_options switches off.
 *           Switching a kind off draws no other number for the others.
 * Owner:    nothing. Errors: none.
 */
#ifndef SIM_FATE_H
#define SIM_FATE_H

#include <stddef.h>

#include "sim/sim.h"

struct world;

/* Devices and officers, and what rare kinds of events there are, before they are
 * made. */
void fate_people(struct world *w);
/* The rates of faults and how long they last. */
void fate_draw(struct world *w);

/* The name of fault kind i, for --without, or NULL behind the last. */
const char *fate_kind(size_t i);
/* The bits of a list "drop,lose"; false: one of them is no kind. */
bool fate_read(const char *list, unsigned *kinds);
/* The other way round, for a command line. */
void fate_write(unsigned kinds, char *list, size_t size);

#endif
