/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * clock - time and random numbers as things handed in.
 *
 * Place:    made by main (real) or by the simulator (virtual), handed down.
 * Promise:  nothing below main asks the machine for time or chance itself,
 *           so the same inputs give the same run.
 * Owner:    borrowed; ctx outlives the users.
 * Errors:   none; a machine without entropy aborts in the real rng.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

/* wall_ms: UTC milliseconds since 1970. boot_ms: CLOCK_BOOTTIME, for timers;
 * it never jumps and counts sleep. */
struct clock {
	int64_t (*wall_ms)(void *ctx);
	int64_t (*boot_ms)(void *ctx);
	void *ctx;
};

int64_t clock_wall(const struct clock *c);
int64_t clock_boot(const struct clock *c);
/* The machine's own clock. */
struct clock clock_real(void);

struct rng {
	void (*fill)(void *ctx, void *p, size_t n);
	void *ctx;
};

void rng_fill(const struct rng *r, void *p, size_t n);
/* Uniform in 0..n-1, n > 0. */
uint64_t rng_below(const struct rng *r, uint64_t n);
/* getrandom(2). */
struct rng rng_real(void);

/* A small seeded generator (splitmix64) for simulation, demo data and
 * jitter. Never for keys or codes. */
struct rng_seeded {
	uint64_t state;
};
struct rng rng_from_seed(struct rng_seeded *s, uint64_t seed);

#endif
