/* SPDX-License-Identifier: EUPL-1.2 */
#include "sim/watching.h"

#include <stdio.h>
#include <string.h>

#include "sim/world.h"

#include "base/banned.h"

static uint64_t chance(struct world *w, uint64_t n)
{
	return rare_below(w, RARE_WATCHES, n);
}

/* To some day, or to none: then it is ended. */
void watching_happens(struct world *w)
{
	struct watching *all = &w->watching;
	struct device *d = &w->device[chance(w, (uint64_t)w->device_count)];
	int64_t before = d->disk_faults;
	struct intent in = { .act = "watch.set" };
	char case_id[UUID_TEXT], on[DAY_TEXT];
	struct act_result r;
	int day, month;

	if (d->down || all->count == WATCHES_MAX || !officer_picks(d, chance, case_id))
		return;
	in.case_id = case_id;
	/* Drawn one after the other: the order of arguments is the compiler's own. */
	day = 1 + (int)chance(w, 28);
	month = 1 + (int)chance(w, 12);
	snprintf(on, sizeof(on), "2027-%02d-%02d", month, day);
	if (chance(w, 4) == 0)
		on[0] = '\0';
	if (on[0])
		in.args[in.arg_count++] = (struct intent_arg){ "on", str_of(on) };
	if (officer_signs(d, &in, &r)) {
		memcpy(all->signed_[all->count].iid, r.iid, UUID_TEXT);
		memcpy(all->signed_[all->count++].on, on, sizeof(on));
		rare_count(w, RARE_WATCHES);
	}
	device_acted(d, before);
}

const char *watching_day(const struct world *w, const char *iid)
{
	for (int i = 0; i < w->watching.count; i++)
		if (strcmp(w->watching.signed_[i].iid, iid) == 0)
			return w->watching.signed_[i].on;
	return NULL;
}
