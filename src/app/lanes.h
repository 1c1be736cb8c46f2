/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * lanes - what engine and engine_run share: handles, key, connections.
 *
 * Place:    under engine.c and engine_run.c alone.
 * Promise:  lanes_close gives back whatever lanes_open got, also half of it.
 * Owner:    struct lanes owns all; it must not be moved while open.
 * Errors:   as engine.h.
 */
#ifndef APP_LANES_H
#define APP_LANES_H

#include <time.h>

#include "app/home.h"
#include "net/http.h"
#include "sync/sync.h"

struct lanes {
	struct db *cache, *outbox;
	struct signkey *key;
	struct clock clock;
	struct rng rng;
	struct sync *sync;
	struct http *http[LANE_COUNT];
	char url[256];
	char cache_path[HOME_PATH], aside_path[HOME_PATH];
	int64_t pulled_at;	   /* the newest page that we know of */
	int timeout_ms;		   /* the most that a request may take, but a long poll */
	int lock_fd;		   /* -1: another process has the lock */
	struct timespec nudged_at; /* when another process last asked us to hurry */
	struct err net;		   /* engine_run: why the last request got no answer */
};

MUST_USE enum status lanes_open(struct lanes *l, const struct home *h, bool once, struct err *why);
void lanes_close(struct lanes *l);
/* A page has been read: a damaged copy that was put aside has had its day. */
void lanes_pulled(struct lanes *l);
/* Being offline has a reason that only the connection knows: no route, or a
 * certificate that does not hold. */
void lanes_explain(struct sync_status *s, const struct err *net);
/* A damaged cache says how it is made anew, and is distrusted; other errors
 * stay as they are. */
void lanes_advise(const struct lanes *l, struct err *why);
/* Take the lock if it can be had. True: it is ours. */
bool lanes_own(struct lanes *l, const char *lock_path);
/* Ask the process that has the lock not to wait out its back-off: somebody is
 * waiting here. The lock file's time says it; that it can't be set is no fault,
 * for the other one tries again by itself. */
void lanes_nudge(const char *lock_path);
/* Has anyone asked so since we took the lock, or since the last call? */
bool lanes_nudged(struct lanes *l);

#endif
