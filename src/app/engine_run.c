/* SPDX-License-Identifier: EUPL-1.2 */
/* Both lanes in the caller's thread, for verbs. */
#include "app/engine.h"

#include <poll.h>
#include <stdint.h>
#include <string.h>

#include "app/lanes.h"

#include "base/banned.h"

enum { NAP_MS = 1000, REQUEST_LEAST_MS = 1000 };

/* One request of one lane, if it has one. True: something was said. */
static enum status one_turn(struct lanes *l, enum sync_lane lane, int64_t until, bool *said,
			    int64_t *wake_at, struct err *why)
{
	struct request req = REQUEST_INIT;
	struct reply reply = REPLY_INIT;
	enum status st = sync_next(l->sync, lane, &req, wake_at, why);

	*said = st == ST_OK;
	if (st == ST_OK) {
		int64_t left = until - clock_boot(&l->clock);

		if (left < REQUEST_LEAST_MS)
			left = REQUEST_LEAST_MS;
		if (req.timeout_ms <= 0)
			req.timeout_ms = l->timeout_ms;
		if (req.timeout_ms > left)
			req.timeout_ms = (int)left;
		/* A request that got no answer is told to sync by status 0. */
		err_clear(&l->net);
		if (http_send(l->http[lane], l->url, &req, &reply, &l->net) != ST_OK)
			reply_clear(&reply);
		st = sync_reply(l->sync, lane, &reply, why);
		if (st == ST_OK && lane == LANE_PULL)
			lanes_pulled(l);
	}
	request_release(&req);
	reply_release(&reply);
	return st == ST_NONE ? ST_OK : st;
}

static void nap(struct lanes *l, int64_t wake_at, int64_t until)
{
	int64_t now = clock_boot(&l->clock);
	int64_t ms = (wake_at < until ? wake_at : until) - now;

	/* Another process may have signed something meanwhile. */
	if (ms > NAP_MS)
		ms = NAP_MS;
	if (ms > 0)
		poll(NULL, 0, (int)ms);
}

static bool gives_up(const struct engine_goal *goal, const struct sync_status *s)
{
	switch (s->trouble) {
	case SYNC_FINE:
	case SYNC_BUSY:
		return false;
	case SYNC_OFFLINE:
	case SYNC_NONSENSE:
		return !goal->patient;
	default:
		return true;
	}
}

/* Who does not wait is told at once; what can't be sent is told after all has
 * been read. */
static bool cannot_read(const struct engine_goal *goal, enum sync_lane lane,
			const struct sync_status *s)
{
	return !goal->patient && lane == LANE_PULL && s->trouble == SYNC_BUSY;
}

static enum status give_up(const struct sync_status *s, struct err *why)
{
	static const enum status by_trouble[] = {
		[SYNC_FINE] = ST_RETRY,	    [SYNC_OFFLINE] = ST_RETRY,
		[SYNC_BUSY] = ST_RETRY,	    [SYNC_REFUSED] = ST_REFUSED,
		[SYNC_FROZEN] = ST_REFUSED, [SYNC_DIVERGED] = ST_CONFLICT,
		[SYNC_NONSENSE] = ST_RETRY, [SYNC_DISK] = ST_BROKEN,
	};

	return err_set(why, by_trouble[s->trouble],
		       s->code[0] ? s->code : sync_trouble_name(s->trouble), "%s", s->text);
}

/* Neither lane has anything to say. What is left waits for its undo window. */
static bool is_settled(struct lanes *l)
{
	struct sync_status now;

	sync_status(l->sync, &now);
	return now.online && now.trouble == SYNC_FINE;
}

static enum status run(struct lanes *l, const struct engine_goal *goal, struct err *why)
{
	static const enum sync_lane order[] = { LANE_PUSH, LANE_PULL };
	struct sync_status unsent = { .trouble = SYNC_FINE };

	for (;;) {
		int64_t soonest = INT64_MAX;
		bool any = false;

		for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
			int64_t wake_at = INT64_MAX;
			bool said = false;
			struct sync_status now;
			enum status st = one_turn(l, order[i], goal->until, &said, &wake_at, why);

			if (st != ST_OK)
				return st;
			any = any || said;
			soonest = wake_at < soonest ? wake_at : soonest;
			if (goal->reached(goal->ctx, l->sync))
				return ST_OK;
			sync_status(l->sync, &now);
			lanes_explain(&now, &l->net);
			if (said && (gives_up(goal, &now) || cannot_read(goal, order[i], &now)))
				return give_up(&now, why);
			if (said && order[i] == LANE_PUSH)
				unsent = now;
		}
		if (clock_boot(&l->clock) >= goal->until)
			return err_set(why, ST_RETRY, "too-late", "the time to wait is up");
		/* That the other lane is well does not mend what was not taken. */
		if (!any && goal->settle && soonest > clock_boot(&l->clock) && is_settled(l))
			return unsent.trouble == SYNC_FINE ? ST_OK : give_up(&unsent, why);
		if (!any)
			nap(l, soonest, goal->until);
	}
}

enum status engine_run(const struct home *h, const struct engine_goal *goal,
		       struct sync_status *last, struct err *why)
{
	struct lanes l;
	enum status st;

	memset(last, 0, sizeof(*last));
	st = lanes_open(&l, h, true, why);
	if (st != ST_OK)
		return st;
	if (lanes_own(&l, h->lock_path)) {
		st = run(&l, goal, why);
	} else {
		lanes_nudge(h->lock_path);
		st = err_set(why, ST_RETRY, "elsewhere",
			     "another program of this home is talking to the central");
	}
	if (st != ST_OK && why)
		lanes_advise(&l, why);
	sync_status(l.sync, last);
	lanes_explain(last, &l.net);
	lanes_close(&l);
	return st;
}

/* --- One question ------------------------------------------------------------- */

/* Logs in as needed. Each turn brings the question nearer to its answer. */
static enum status wait_for(struct lanes *l, int64_t ticket, int64_t until, struct reply *out,
			    struct err *why)
{
	while (!sync_answer(l->sync, ticket, out)) {
		int64_t wake_at;
		bool said = false;
		enum status st = one_turn(l, LANE_ASK, until, &said, &wake_at, why);

		if (st != ST_OK)
			return st;
	}
	if (out->status)
		return ST_OK;
	if (!l->net.code[0])
		return err_set(why, ST_RETRY, "unreachable", "the central does not answer");
	return err_set(why, ST_RETRY, l->net.code, "%s", l->net.text);
}

enum status engine_ask_now(const struct home *h, const struct request *r, int ms, struct reply *out,
			   struct err *why)
{
	int64_t ticket = 0;
	struct lanes l;
	enum status st = lanes_open(&l, h, true, why);

	if (st != ST_OK)
		return st;
	st = sync_ask(l.sync, r, &ticket, why);
	if (st == ST_OK)
		st = wait_for(&l, ticket, clock_boot(&l.clock) + ms, out, why);
	lanes_close(&l);
	return st;
}
