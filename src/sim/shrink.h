/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * shrink - a failing seed, made as small as it can be.
 *
 * Place:    main.c, after a violation.
 * Promise:  what is left violates the same invariant: kinds of faults are
 *           switched off, devices are taken away and the time is shortened as
 *           long as it does. Ends after a bounded number of runs.
 * Owner:    options are the caller's. Errors: none; in doubt nothing shrinks.
 */
#ifndef SIM_SHRINK_H
#define SIM_SHRINK_H

#include "sim/sim.h"

/* `o` violated as `r` says; both become those of the smallest recipe. */
void shrink(struct sim_options *o, struct sim_result *r);

#endif
