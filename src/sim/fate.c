/* SPDX-License-Identifier: EUPL-1.2 */
#include "sim/fate.h"

#include <stdio.h>
#include <string.h>

#include "sim/world.h"

#include "base/banned.h"

/* Each kind of fault is rare in one seed, common in another, and absent in a
 * third; `most` is per mille. */
static const struct {
	const char *name;
	size_t rate;
	unsigned most;
} kinds[] = {
	{ "drop", offsetof(struct fault_rates, drop), 150 },
	{ "lose", offsetof(struct fault_rates, lose), 250 },
	{ "double", offsetof(struct fault_rates, double_), 150 },
	{ "delay", offsetof(struct fault_rates, delay), 300 },
	{ "garbage", offsetof(struct fault_rates, garbage), 60 },
	{ "cut", offsetof(struct fault_rates, cut), 60 },
	{ "cross", offsetof(struct fault_rates, cross), 300 },
	{ "forge", offsetof(struct fault_rates, forge), 100 },
	{ "expire", offsetof(struct fault_rates, expire), 40 },
	{ "jump", offsetof(struct fault_rates, jump), 60 },
	{ "rights", offsetof(struct fault_rates, rights), 100 },
	{ "device-crash", offsetof(struct fault_rates, device_crash), 20 },
	{ "central-crash", offsetof(struct fault_rates, central_crash), 30 },
	{ "power", offsetof(struct fault_rates, power), 6 },
	{ "eio", offsetof(struct fault_rates, eio), 10 },
	{ "full", offsetof(struct fault_rates, full), 4 },
	{ "rotate", offsetof(struct fault_rates, rotate), 500 },
};
enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

const char *fate_kind(size_t i)
{
	if (i < KINDS)
		return kinds[i].name;
	i -= KINDS;
	return i < MISHAP_COUNT ? mishap_name(i) : rare_name(i - MISHAP_COUNT);
}

static bool is_named(const char *list, size_t n, size_t *kind)
{
	for (*kind = 0; fate_kind(*kind); ++*kind)
		if (strlen(fate_kind(*kind)) == n && memcmp(fate_kind(*kind), list, n) == 0)
			return true;
	return false;
}

bool fate_read(const char *list, unsigned *out)
{
	size_t kind, n;

	for (*out = 0; *list; list += n + (list[n] == ',')) {
		n = strcspn(list, ",");
		if (!is_named(list, n, &kind))
			return false;
		*out |= 1u << kind;
	}
	return true;
}

void fate_write(unsigned mask, char *list, size_t size)
{
	size_t n = 0;

	list[0] = '\0';
	for (size_t i = 0; fate_kind(i); i++)
		if (mask >> i & 1 && n < size)
			n += (size_t)snprintf(list + n, size - n, "%s%s", n ? "," : "",
					      fate_kind(i));
}

static void draw_rates(struct world *w)
{
	for (size_t i = 0; i < KINDS; i++) {
		unsigned rate = below(w, 3) == 0 ? 0 : (unsigned)below(w, kinds[i].most);

		if (w->o->without >> i & 1)
			rate = 0;
		memcpy((char *)&w->rates + kinds[i].rate, &rate, sizeof(rate));
	}
}

/* Most runs are short: many starts find more than one long day, and a few long
 * days find what needs time. */
static int64_t draw_length(struct world *w)
{
	static const int64_t minutes[] = { 2, 3, 4, 6, 8, 20 };
	int64_t most = minutes[below(w, sizeof(minutes) / sizeof(minutes[0]))];

	return MINUTE + (int64_t)below(w, (uint64_t)most * MINUTE);
}

void fate_draw(struct world *w)
{
	draw_rates(w);
	w->fault_ms = draw_length(w);
	if (w->o->fault_ms)
		w->fault_ms = w->o->fault_ms;
	mishap_plan(w, (w->o->without >> KINDS) | (w->o->calm ? ~(1u << MISHAP_SLEEP) : 0u));
	w->heal_at = w->now + w->fault_ms;
	rare_plan(w);
}

/* Two to eight devices; few are the rule, since few find most. */
void fate_people(struct world *w)
{
	static const int most[] = { 3, 3, 4, 5, 8 };

	w->device_count = 2 + (int)below(w, (uint64_t)most[below(w, 5)] - 1);
	w->officer_count = 2 + (int)below(w, OFFICERS_MAX - 1);
	if (w->o->devices)
		w->device_count = w->o->devices;
	if (w->officer_count > w->device_count)
		w->officer_count = w->device_count;
	rare_choose(w, w->o->without >> (KINDS + MISHAP_COUNT));
}
