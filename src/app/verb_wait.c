/* SPDX-License-Identifier: EUPL-1.2 */
/* Waiting for the central, in this thread or on another process of the home. */
#include "app/verbs.h"

#include <poll.h>
#include <string.h>

#include "base/banned.h"

enum { LOOK_MS = 200 };

struct item_goal {
	struct call *call;
	int64_t item;
};

static bool item_answered(void *ctx, struct sync *s)
{
	struct item_goal *g = ctx;
	struct outbox_item i = OUTBOX_ITEM_INIT;
	bool done = false;

	(void)s;
	if (outbox_get(g->call->home->outbox, g->item, &i, NULL) == ST_OK)
		done = i.verdict != VERDICT_NONE || i.state == OUTBOX_HELD;
	outbox_item_release(&i);
	return done;
}

/* Another process has the lock and sends: look at what it stores. */
static enum status watch(struct item_goal *g, int64_t until, struct err *why)
{
	const struct clock *clock = &g->call->home->clock;

	while (!item_answered(g, NULL)) {
		if (clock_boot(clock) >= until)
			return err_set(why, ST_RETRY, "too-late", "the time to wait is up");
		poll(NULL, 0, LOOK_MS);
	}
	return ST_OK;
}

enum status wait_for_item(struct call *c, int64_t item, int64_t ms, struct err *why)
{
	struct item_goal g = { c, item };
	struct engine_goal goal = { .reached = item_answered,
				    .ctx = &g,
				    .until = clock_boot(&c->home->clock) + ms,
				    .patient = true };
	struct sync_status last;
	struct err local = ERR_INIT;
	enum status st;

	/* Who waits for the answer has no use for the undo window. */
	st = outbox_flush(c->home->outbox, why);
	if (st != ST_OK)
		return st;
	st = engine_run(c->home, &goal, &last, &local);
	if (st == ST_RETRY && strcmp(local.code, "elsewhere") == 0)
		return watch(&g, goal.until, why);
	return st == ST_OK ? ST_OK : err_set(why, st, local.code, "%s", local.text);
}
