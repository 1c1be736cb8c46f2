/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * demo - a fictitious municipality's cases, made by a seeded generator.
 *
 * Place:    `sluss-central demo-fill`, make demo, benches.
 * Promise:  every case goes the real way: intake, devices, signed actions,
 *           each through central_handle with a clock of its own that runs
 *           over the last 150 days, so that what comes out verifies. The same
 *           seed and `now` give the same matters, names and statuses.
 * Owner:    nothing is kept. Errors: those of the central, with the step.
 */
#ifndef CENTRAL_DEMO_H
#define CENTRAL_DEMO_H

#include <stdint.h>

#include "base/status.h"

struct demo_options {
	const char *dir; /* a central that was just initialised */
	int cases;
	uint64_t seed;
	int64_t now; /* ms UTC; nothing is dated later */
	/* Told now and then; may be NULL. */
	void (*progress)(void *ctx, int done, int total);
	void *ctx;
};

/* ST_CONFLICT "not-empty": the log has entries already. */
MUST_USE enum status central_demo_fill(const struct demo_options *o, struct err *why);

#endif
