/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * sim - workstations, a central and a bad network in one thread, by seed.
 *
 * Place:    links the very objects of both programs: sync core, cache,
 *           central core. Only network, clock, chance and the moment of a
 *           crash are made here.
 * Promise:  a seed fixes everything: the same seed gives the same trace, and
 *           its hash. A run has a phase of faults, then a phase of healing in
 *           which nothing fails; after it the invariants are checked, and
 *           some of them all along (world.h).
 * Owner:    struct sim_result is plain memory.
 * Errors:   a violation is a result, not an error. ST_BROKEN: the simulator
 *           itself could not go on.
 */
#ifndef SIM_SIM_H
#define SIM_SIM_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/status.h"
#include "sim/rare.h"

struct stage;

struct sim_options {
	uint64_t seed;
	FILE *trace; /* NULL: only hashed */
	struct stage *stage;
	unsigned without; /* kinds of faults that are switched off, fate.h */
	bool calm;	  /* no backups put back, clones, revoked keys (mishap.h) */
	bool often;	  /* every run has all kinds of rare.h */
	int devices;	  /* how many, 0 = as the seed says */
	int64_t fault_ms; /* how long things go wrong, 0 = as the seed says */
};

struct sim_result {
	uint64_t trace_hash;
	int64_t events;	  /* of the queue */
	int64_t acts;	  /* signed by officers */
	int64_t standing; /* of these accepted or merged */
	int64_t crashes;  /* of devices and central */
	int64_t faults;	  /* of the network */
	int64_t cuts;	  /* of the power, among the crashes */
	int64_t disk_faults;
	int64_t mishaps; /* of machines and keys */
	int64_t rare[RARE_COUNT];
	int64_t notes_erased, documents_erased, cases_erased; /* as the central has it at the end */
	int64_t virtual_ms, fault_ms;
	int devices;
	bool violated;
	char invariant[16]; /* "I4" */
	char text[400];	    /* what was found, in words */
};

MUST_USE enum status sim_run(const struct sim_options *o, struct sim_result *r, struct err *why);

#endif
