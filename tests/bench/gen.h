/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * gen - the cases of a made-up municipality, as many as one asks for.
 *
 * Place:    benches and tests of size -> GEN -> an open cache.db.
 * Promise:  case i of a seed is always the same, whatever was made before it.
 *           Ten years of cases, oldest first, the last at GEN_NOW; nine of
 *           ten closed; GEN_QUEUES queues "ko-01".. each with a unit
 *           "enhet-01".., GEN_OFFICERS officers "h0001".., one case type.
 *           Words to search for: GEN_COMMON in one title of six, GEN_RARE in
 *           one of a hundred thousand; three parties of a thousand are called
 *           Ångström, with Å in each of its three forms.
 * Owner:    gen_case fills an initialised struct casefile, which its owner
 *           releases. Errors: those of cache/cases.h.
 */
#ifndef TESTS_BENCH_GEN_H
#define TESTS_BENCH_GEN_H

#include "domain/casefile.h"

struct db;

enum { GEN_QUEUES = 40, GEN_UNITS = 20, GEN_OFFICERS = 2000, GEN_SCOPE = 1 };

#define GEN_NOW 1795420800000LL /* 2026-11-23T08:00:00Z */
#define GEN_COMMON "carport"
#define GEN_RARE "sjöhästen"

/* Case `i` of `total`. */
void gen_case(struct casefile *c, uint64_t seed, int64_t i, int64_t total);
/* Put all `total` cases into the cache, with a cursor, as a finished first
 * sync leaves them: ready for lists. About half a minute for a million. */
MUST_USE enum status gen_fill(struct db *cache, uint64_t seed, int64_t total, struct err *why);

#endif
