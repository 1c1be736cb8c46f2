/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * sync - the workstation's side of Sluss Sync 1: what to ask next, and what
 *        to make of the answer.
 *
 * Place:    app's sync thread, or the simulator: sync_next -> request ->
 *           net or simulated network -> reply -> sync_reply.
 * Promise:  no socket, no sleep, no clock of its own: state + event ->
 *           effects. Three lanes, each with at most one request under way, so
 *           that downloads never wait for uploads, and no question waits for
 *           either. All that must survive is in
 *           the two files; throwing the struct away at any moment and opening
 *           a new one loses nothing. No answer of any kind harms the outbox.
 * Owner:    handles and key are borrowed for the life of the struct. Calls on
 *           one struct sync are made one at a time (a mutex of the caller);
 *           none of them waits for the network, so holding it is short. act()
 *           is called with other handles and needs no lock.
 * Errors:   sync_next and sync_reply: a reply that says "later", "not you" or
 *           nonsense is no error of the call; it becomes the status. ST_BROKEN
 *           means our own files failed.
 */
#ifndef SYNC_SYNC_H
#define SYNC_SYNC_H

#include "base/clock.h"
#include "base/exchange.h"
#include "cache/cache.h"
#include "cache/outbox.h"
#include "sign/jws.h"

enum sync_lane { LANE_PULL, LANE_PUSH, LANE_ASK, LANE_COUNT };

struct sync_setup {
	struct db *cache, *outbox; /* the sync thread's own handles */
	const struct clock *clock;
	const struct rng *rng;	   /* jitter and idempotency; may be seeded */
	const struct signkey *key; /* unlocked */
	bool once;		   /* no long poll: for `sluss sync` */
	/* Where a new copy is made from snapshots; NULL: pages alone. */
	const char *aside;
};

struct sync;

/* ST_NONE "not-enrolled". Rebuilds the overlay. */
MUST_USE enum status sync_open(struct sync **out, const struct sync_setup *setup, struct err *why);
void sync_free(struct sync *s); /* NULL is fine */

/* What shall this lane send now? ST_OK: *out (initialised by the caller) is
 * the request, and the lane is busy until sync_reply. ST_NONE: nothing now;
 * ask again at boot time *wake_at (INT64_MAX: when something happens), and
 * after every sync_reply of the other lane and every act(). */
MUST_USE enum status sync_next(struct sync *s, enum sync_lane lane, struct request *out,
			       int64_t *wake_at, struct err *why);
/* What came back; status 0 = no reply. */
MUST_USE enum status sync_reply(struct sync *s, enum sync_lane lane, const struct reply *r,
				struct err *why);

/* The officer asks for it now: back-off ends, a pull is due. The caller also
 * cancels a long poll that is under way (its reply then has status 0, which
 * is not taken for a lost network). */
void sync_poke(struct sync *s);
/* Is the pull lane in a long poll, which may be cancelled at no cost? */
bool sync_waiting(const struct sync *s);
/* Nothing is left to send, and the last pull, made after the last answer,
 * brought everything there was. */
bool sync_idle(struct sync *s);

/* --- Questions beside the sync: search, lookup, figures, documents ---------- */

/* Ask the central something (`r` is copied; the bearer is filled in). The
 * request goes out by LANE_ASK at once, whatever the other lanes' back-off:
 * somebody waits for it. It is sent once, and once more after a new login.
 * ST_RETRY "questions": QUESTIONS_MAX wait already. */
enum { QUESTIONS_MAX = 8 };
MUST_USE enum status sync_ask(struct sync *s, const struct request *r, int64_t *ticket,
			      struct err *why);
/* True: it has been answered, *out (initialised) is the reply, and the ticket
 * is used up. Status 0: the central could not be reached. */
bool sync_answer(struct sync *s, int64_t ticket, struct reply *out);
/* The answer is of no interest any more. True: it is under way; the caller may
 * cancel it at no cost. */
bool sync_unask(struct sync *s, int64_t ticket);

enum sync_trouble {
	SYNC_FINE,
	SYNC_OFFLINE,  /* no answer from the central */
	SYNC_BUSY,     /* it asks us to wait */
	SYNC_REFUSED,  /* the device may not log in: revoked, unknown */
	SYNC_FROZEN,   /* device-fork: enrol anew */
	SYNC_DIVERGED, /* the signed history does not extend what we knew */
	SYNC_NONSENSE, /* answers that are not the central's: a proxy? */
	SYNC_DISK,     /* our own files failed */
};
const char *sync_trouble_name(enum sync_trouble t);

struct sync_status {
	enum sync_trouble trouble;
	bool online;	   /* the last answer was the central's */
	bool pulling;	   /* pages are being fetched */
	int64_t since;	   /* wall ms: online or offline since */
	int64_t last_pull; /* wall ms of the last complete pull, 0 = never here */
	int64_t last_push; /* wall ms of the last stored answer */
	int64_t next_try;  /* wall ms of the next attempt while in trouble, 0 */
	int64_t skew;	   /* the central's clock minus ours, ms */
	bool skew_known;
	/* Cases of a first sync from snapshots; total 0: there is none now. */
	int64_t load_done, load_total;
	int64_t pages, rows;  /* since open */
	int64_t refused_acks; /* answers that were not believed, since open */
	int64_t unreadable;   /* cases that must be fetched alone */
	int failures;	      /* in a row */
	struct outbox_counts outbox;
	struct outbox_again again; /* after a restore of the central, until it is seen */
	char code[40];		   /* the last trouble: slug and sentence */
	char text[400];
};
/* A copy, for screens; made from memory and one small query. */
void sync_status(struct sync *s, struct sync_status *out);

#endif
