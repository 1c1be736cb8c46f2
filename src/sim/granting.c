/* SPDX-License-Identifier: EUPL-1.2 */
/* granting - the operator grants queues and cases beside the own units, with an
 * end or without one, and takes them back. */
#include <stdio.h>

#include "sim/world.h"

#include "base/banned.h"

enum { WHAT_TEXT = UUID_TEXT + 8, WAIT = 30 * SECOND };

/* False: there is no case yet. */
static bool pick(struct world *w, char what[WHAT_TEXT])
{
	static const char *const queues[] = { "queue:q1", "queue:q2", "queue:q3" };
	const struct people *p = &w->people;

	if (rare_below(w, RARE_GRANTS, 2)) {
		snprintf(what, WHAT_TEXT, "%s", queues[rare_below(w, RARE_GRANTS, 3)]);
		return true;
	}
	if (p->canary_count)
		snprintf(what, WHAT_TEXT, "case:%s",
			 p->canary[rare_below(w, RARE_GRANTS, (uint64_t)p->canary_count)].case_id);
	return p->canary_count > 0;
}

/* An end is not told to who waits already, so that the last lies a whole wait
 * before the healing. */
static int64_t some_end(struct world *w)
{
	int64_t left = w->heal_at - w->now - WAIT;

	if (rare_below(w, RARE_GRANTS, 3) || left < 1)
		return 0;
	return w->now + 1 + (int64_t)rare_below(w, RARE_GRANTS, (uint64_t)left);
}

void granting_happens(struct world *w)
{
	char what[WHAT_TEXT];
	const struct device *d = &w->device[rare_below(w, RARE_GRANTS, (uint64_t)w->device_count)];
	bool give = rare_below(w, RARE_GRANTS, 5) < 3;
	struct central_grant g = { .officer = d->officer, .of = what, .by = "drift" };
	struct err why = ERR_INIT;
	enum status st;

	if (!pick(w, what))
		return;
	g.reason = "Hjälper till.";
	g.until = give ? some_end(w) : 0;
	w->healing = true; /* the operator sits at the central's own machine */
	st = give ? central_grant(w->central, &g, &why)
		  : central_revoke_grant(w->central, &g, &why);
	w->healing = false;
	world_trace(w, "%s %s %s %s", give ? "grant" : "grant back", d->officer, what, why.code);
	/* Who has all units needs no grant. */
	if (give && rare_below(w, RARE_GRANTS, 2))
		people_set(w, d->officer, rare_below(w, RARE_GRANTS, 2) ? "v" : "", 1);
	if (st == ST_OK)
		rare_count(w, RARE_GRANTS);
	else if (st != ST_CONFLICT && st != ST_NONE)
		world_violation(w, "central", "a grant cannot be given or taken back: %s",
				why.text);
}
