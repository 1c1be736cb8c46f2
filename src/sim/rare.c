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
	[RARE_ERASURE] = { "erasures", 5, 40, erasing_happens },
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
static void draw_kind(struct world *w, enum rare_kind kind, bool may)
{
	unsigned times;

	w->rare.rng[kind] = rng_from_seed(&w->rare.seed[kind],
					  w->o->seed + ((uint64_t)kind + 1) * 0x9E3779B97F4A7C15u);
	if (rare_below(w, kind, kinds[kind].share) > 0 || !may)
		return;
	w->rare.has |= 1u << kind;
	times = 1 + (unsigned)rare_below(w, kind, kinds[kind].most);
	while (times-- > 0)
		world_later(w, (int64_t)rare_below(w, kind, (uint64_t)w->fault_ms), EVENT_RARE,
			    (int)kind, NULL);
}

void rare_draw(struct world *w, unsigned without)
{
	for (int i = 0; i < RARE_COUNT; i++)
		draw_kind(w, (enum rare_kind)i, !(without >> i & 1));
}

void rare_happens(struct world *w, int kind)
{
	if (!w->healing)
		kinds[kind].happens(w);
}
