/* SPDX-License-Identifier: EUPL-1.2 */
#include "sim/rare.h"

#include "sim/world.h"

#include "base/banned.h"

/* One run in `share` has the kind, and then up to `most` times. */
static const struct {
	const char *name;
	unsigned share, most;
	void (*happens)(struct world *w);
} kinds[RARE_COUNT] = {
	[RARE_GRANTS] = { "grants", 4, 10, granting_happens },
	[RARE_SNAPSHOTS] = { "segments", 6, 16, loading_happens },
	[RARE_WATCHES] = { "watches", 5, 12, watching_happens },
	[RARE_ERASURE] = { "erasures", 5, 40, erasing_happens },
	[RARE_UPGRADES] = { "upgrades", 5, 12, upgrade_happens },
	[RARE_COMPACTIONS] = { "compactions", 5, 8, compacting_happens },
};

const char *rare_name(size_t kind)
{
	return kind < RARE_COUNT ? kinds[kind].name : NULL;
}

uint64_t rare_below(struct world *w, enum rare_kind kind, uint64_t n)
{
	return rng_below(&w->rare.rng[kind], n);
}

bool rare_has(const struct world *w, enum rare_kind kind)
{
	return w->rare.has >> kind & 1;
}

void rare_count(struct world *w, enum rare_kind kind)
{
	w->result->rare[kind]++;
}

/* A stream for each kind: a kind that is switched off, or a new one, leaves the
 * others as they were. */
void rare_choose(struct world *w, unsigned without)
{
	for (unsigned i = 0; i < RARE_COUNT; i++) {
		enum rare_kind kind = (enum rare_kind)i;

		w->rare.rng[i] =
			rng_from_seed(&w->rare.seed[i], w->o->seed + (i + 1) * 0x9E3779B97F4A7C15u);
		bool drawn = rare_below(w, kind, kinds[i].share) == 0;

		if ((drawn || w->o->often) && !(without >> i & 1))
			w->rare.has |= 1u << i;
	}
}

void rare_plan(struct world *w)
{
	for (int i = 0; i < RARE_COUNT; i++) {
		enum rare_kind kind = (enum rare_kind)i;
		uint64_t times = rare_has(w, kind) ? 1 + rare_below(w, kind, kinds[i].most) : 0;

		while (times-- > 0)
			world_later(w, (int64_t)rare_below(w, kind, (uint64_t)w->fault_ms),
				    EVENT_RARE, i, NULL);
	}
}

void rare_happens(struct world *w, int kind)
{
	if (!w->healing)
		kinds[kind].happens(w);
}
