/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * world - virtual time, the queue of what will happen, and who is in it.
 *
 * Place:    sim.c drives; device.c and network.c work on it, history.c
 *           writes down what happened, checks.c judges it.
 * Promise:  events leave in order of time, then of their making. Everything
 *           that happens is written to the trace, which is hashed.
 * Owner:    the world owns devices, messages and the central.
 * Errors:   a violation is kept, the first one wins (world_violation).
 */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include "base/clock.h"
#include "base/exchange.h"
#include "central/central.h"
#include "domain/action.h"
#include "sim/compacting.h"
#include "sim/erasing.h"
#include "sim/forge.h"
#include "sim/history.h"
#include "sim/loading.h"
#include "sim/mishap.h"
#include "sim/people.h"
#include "sim/rare.h"
#include "sim/sim.h"
#include "sim/stage.h"
#include "sim/watching.h"
#include "sync/act.h"
#include "sync/sync.h"

enum { OFFICERS_MAX = 4, SECOND = 1000, MINUTE = 60 * SECOND };

/* How often things go wrong, in per mille; drawn from the seed. */
struct fault_rates {
	unsigned drop, lose, double_, delay, garbage, cut, cross, forge, expire, jump, rights;
	unsigned device_crash, central_crash; /* per commit */
	unsigned power;			      /* cut, per write or sync */
	unsigned eio, full;		      /* per write or sync */
	unsigned rotate;		      /* per start of a device */
};

enum event_kind {
	EVENT_ARRIVE, /* a request reaches the central */
	EVENT_ANSWER, /* a reply reaches a device */
	EVENT_WAKE,   /* a device may have something to send */
	EVENT_TURN,   /* an officer does something */
	EVENT_INTAKE, /* an application comes in */
	EVENT_BOOT,   /* a device that crashed starts again */
	EVENT_HELD,   /* a long poll comes to its end */
	EVENT_COPY,   /* somebody makes a backup */
	EVENT_MISHAP, /* a backup is put back, a folder copied ... (mishap.h) */
	EVENT_RARE,   /* something of rare.h; `device` is its kind */
};

/* A request or reply under way. The pump that is under way on a lane has a
 * number: an answer to an older one finds nobody. */
struct message {
	int device;
	enum sync_lane lane;
	int64_t ticket;
	struct request request;
	struct reply reply;
	int64_t served; /* when, by the central's clock */
};

struct sim_event {
	int64_t at, order;
	enum event_kind kind;
	int device;
	struct message *message; /* owned */
};

/* Requests at one cursor, as the network counts them (I15). */
enum { CALM_REQUESTS = 5 };
struct calm {
	int64_t seq;
	char epoch[UUID_TEXT]; /* of the central then: a restore is reason to ask */
	int64_t at[CALM_REQUESTS];
	int count;
};

struct world;

struct device {
	struct world *world;
	int index;
	const char *officer;
	struct db *cache, *outbox; /* the disk: outlives a crash */
	struct sync *sync;
	struct signkey *key;
	struct clock clock;
	int64_t skew;		    /* of its clock on the wall */
	int64_t boot_off;	    /* how long it slept */
	bool anew;		    /* its files are opened anew at each start */
	bool cold;		    /* its power was cut: they are at the next one */
	bool replayed;		    /* to a central put back: what it signed anew since */
	bool down, dying;	    /* dying: a commit was refused */
	bool unplugged;		    /* dying, since its power is cut */
	bool full;		    /* its disk is, until it has been told often enough */
	int64_t disk_faults;	    /* that its programs met */
	bool late;		    /* a fault kept the overlay from being laid; a page brings it */
	int64_t checked;	    /* the checkers have seen what so many writes left */
	int64_t ticket[LANE_COUNT]; /* 0 = the lane is free */
	int64_t wake[LANE_COUNT];
	char dev[UUID_TEXT];
	struct calm calm;
	int64_t pulled;		    /* when the central made the newest page that came */
	char page_epoch[UUID_TEXT]; /* of the newest page taken: its epoch, */
	int64_t page_head;	    /* and what the log was when it was made (I7) */
};

struct held {
	struct message *message;
	int64_t until;
};

struct world {
	int64_t now;
	struct rng_seeded seed, central_seed;
	struct rng rng;
	struct fault_rates rates;
	int64_t fault_ms; /* how long things go wrong */
	int64_t heal_at;
	bool healing;
	struct central *central;
	bool central_dying, central_unplugged, central_full;
	int device_count, officer_count;
	struct device device[DEVICES_MAX];
	struct sim_event *heap;
	int heap_count, heap_cap;
	int64_t order, tickets;
	struct held held[DEVICES_MAX * LANE_COUNT];
	int held_count;
	struct history history;
	struct mishaps mishaps;
	struct rare rare;
	struct erasing erasing;
	struct watching watching;
	struct compacting compacting;
	struct forge forge;
	struct people people;
	struct strbuf stale; /* an older reply to POST /v1/actions */
	const struct sim_options *o;
	struct sim_result *result;
	bool woke;
};

/* Chance: true `per_mille` times in a thousand, never while healing. */
bool fault(struct world *w, unsigned per_mille);
uint64_t below(struct world *w, uint64_t n);

void world_trace(struct world *w, const char *fmt, ...) PRINTF_LIKE(2, 3);
void world_violation(struct world *w, const char *invariant, const char *fmt, ...)
	PRINTF_LIKE(3, 4);

/* Put into the queue / take the next; message is owned by the event. */
void world_later(struct world *w, int64_t delay, enum event_kind kind, int device,
		 struct message *m);
bool world_next(struct world *w, struct sim_event *e);
struct message *message_new(int device, enum sync_lane lane, int64_t ticket);
void message_free(struct message *m);

/* --- network.c --------------------------------------------------------------- */
/* A device sends: the request is on its way, or lost. Takes the message. */
void network_send_take(struct world *w, struct message *m);
/* It reaches the central; the reply is on its way, or held, or lost. */
void network_arrive_take(struct world *w, struct message *m);
/* Ask held requests again: all that woke, or whose time has come. */
void network_held(struct world *w, bool all);
/* Is this request held at the central as a long poll? */
bool network_holds(const struct world *w, int64_t ticket);
/* One request without network and faults: enrolment, applications. */
void network_direct(struct world *w, const struct request *r, struct reply *reply);

/* --- power.c ------------------------------------------------------------------ */
/* From here on the disk fails as the seed says. */
void power_on(struct world *w);
/* The central stops, or its machine does, and starts again on the same disk. */
void power_central(struct world *w);

/* --- device.c ---------------------------------------------------------------- */
MUST_USE enum status device_open(struct world *w, int index, const char *officer, struct err *why);
void device_close(struct device *d);
/* The struct alone, with the stage's handles: its files are there already. */
void device_init(struct world *w, int index, const char *officer);
/* Its process ends, if one runs. */
void device_kill(struct device *d);
/* The officer enrols again with the same outbox. False: it could not be done,
 * and the device is down. */
bool device_enrol_anew(struct device *d);
struct actor device_actor(struct device *d);
void device_boot(struct device *d);
/* Ask both lanes for something to send. */
void device_pump(struct device *d);
/* An answer came. */
void device_answer(struct device *d, struct message *m);
/* Its officer has acted; `before`: how often its disk had failed until then. */
void device_acted(struct device *d, int64_t before);
/* NULL: nothing is left to send, and its long poll stands at the central: the
 * central has nothing that the device has not read. Else what is left, in words. */
const char *device_unrest(struct device *d);

/* --- officer.c ----------------------------------------------------------------- */
/* The officer does something lawful, if there is anything. */
void officer_turn(struct device *d);
/* Sign what is meant, if it may be; the history hears of it. */
bool officer_signs(struct device *d, const struct intent *in, struct act_result *r);
/* One of the cases that the officer sees, at random. */
bool officer_picks(struct device *d, uint64_t (*one_of)(struct world *w, uint64_t n),
		   char case_id[UUID_TEXT]);

#endif
