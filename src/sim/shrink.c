/* SPDX-License-Identifier: EUPL-1.2 */
#include "sim/shrink.h"

#include <string.h>

#include "sim/fate.h"
#include "sim/world.h"

#include "base/banned.h"

/* Try `o` with a change; where it still violates the same, keep it. */
static bool keeps(struct sim_options *o, struct sim_result *r, const struct sim_options *change)
{
	struct sim_result found;

	if (sim_run(change, &found, NULL) != ST_OK || !found.violated
	    || strcmp(found.invariant, r->invariant) != 0)
		return false;
	*o = *change;
	*r = found;
	return true;
}

static bool fewer_kinds(struct sim_options *o, struct sim_result *r)
{
	bool any = false;

	for (size_t i = 0; fate_kind(i); i++) {
		struct sim_options change = *o;

		change.without |= 1u << i;
		if (change.without != o->without)
			any = keeps(o, r, &change) || any;
	}
	return any;
}

static bool fewer_devices(struct sim_options *o, struct sim_result *r)
{
	for (int n = 2; n < r->devices; n++) {
		struct sim_options change = *o;

		change.devices = n;
		if (keeps(o, r, &change))
			return true;
	}
	return false;
}

static bool less_time(struct sim_options *o, struct sim_result *r)
{
	bool any = false;

	for (int64_t part = r->fault_ms / 2; part >= SECOND; part /= 2) {
		struct sim_options change = *o;

		change.fault_ms = r->fault_ms - part;
		any = keeps(o, r, &change) || any;
	}
	return any;
}

void shrink(struct sim_options *o, struct sim_result *r)
{
	for (int round = 0; round < 4; round++) {
		bool any = fewer_kinds(o, r);

		any = fewer_devices(o, r) || any;
		any = less_time(o, r) || any;
		if (!any)
			return;
	}
}
