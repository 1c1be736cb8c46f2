/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * central - the central server as a value: a request in, a reply out.
 *
 * Place:    HTTP front (http.c) and the simulator -> CENTRAL -> store. No
 *           thread, socket or clock below central_handle.
 * Promise:  everything that outlives a reply is committed, and the witness
 *           fsynced, before the reply is given. Single-threaded: callers with
 *           threads serialise with one mutex.
 * Owner:    central_open gives a struct central, central_close takes it;
 *           env's callbacks and registry text are borrowed (registry copied).
 * Errors:   enum status for opening and administration; central_handle has
 *           none: whatever happens is a reply, an error is problem+json.
 */
#ifndef CENTRAL_CENTRAL_H
#define CENTRAL_CENTRAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/exchange.h"
#include "domain/casefile.h"

struct central;
struct db;

struct central_env {
	struct clock clock;
	struct rng rng;
	/* The log has grown: held requests should be asked again. May be NULL. */
	void (*woke)(void *ctx);
	void *ctx;
	bool in_memory;	     /* no folder: no archive, witness in memory */
	struct db *database; /* in memory: an empty one, borrowed; NULL: one of its own */
	bool accept_restore; /* database behind the witness: new epoch */
	bool look_only;	     /* nothing is refused or written at the start */
};

/* --- A folder: DIR/{central.db,witness,keys/,archive/,conf/} --------------- */

/* Make DIR and all in it. conf_from: a folder with *.conf (case types,
 * queues), copied into DIR/conf. ST_CONFLICT "already-there": DIR holds a
 * central already; nothing is touched then. */
MUST_USE enum status central_init_dir(const char *dir, const char *name, const char *conf_from,
				      const struct central_env *env, struct err *why);

/* ST_NONE: no central there. ST_REFUSED "history-lost": the database is
 * behind the witness, see env.accept_restore. ST_BAD_INPUT: conf. */
MUST_USE enum status central_open(struct central **out, const char *dir,
				  const struct central_env *env, struct err *why);

/* A new central in memory, with case types and queues from conf's text. Its
 * "disk" is the database and the witness: central_crash keeps both. */
MUST_USE enum status central_open_memory(struct central **out, const char *conf_text,
					 const struct central_env *env, struct err *why);
void central_close(struct central *c); /* NULL is fine */

/* As a power cut and a new start on the same disk: an open transaction is
 * undone, everything held in memory is forgotten and read again. The witness
 * is compared as at a start: ST_REFUSED "history-lost". */
MUST_USE enum status central_crash(struct central *c, struct err *why);

/* Keep the words by which cases are found anew; what verification names as not
 * found is found after it. A stop midway is made good at the next opening. */
MUST_USE enum status central_reindex(struct central *c, struct err *why);

/* --- Requests --------------------------------------------------------------- */

/*
 * Answer one request. The reply is cleared first.
 *
 * reply->hold: nothing to say yet (GET /v1/sync/wait). Ask again with the
 * same request when env.woke was called, or at reply->hold_until (boot_ms).
 * Then set request.timeout_ms to the milliseconds that remain, or to -1 when
 * there are none: -1 is answered at once, with 204 if nothing came.
 *
 * A database that cannot be written (full disk, a stop before the commit)
 * gives 503 with Retry-After; nothing has happened then.
 */
void central_handle(struct central *c, const struct request *r, struct reply *reply);

/* May this request send its body? false: no, and `reply` says why. For bodies
 * that are too large to be taken from just anybody. */
bool central_admits(struct central *c, const struct request *r, struct reply *reply);

/* The largest body that central_handle takes for this method and path: the
 * front stops reading there. 0: no such route. */
size_t central_body_max(const char *method, const char *path);

/* Jobs that wait: archive packages of closed cases, and of those of which
 * something was erased since they were packed; uploads that nothing names. Any number of calls is
 * harmless. In memory: nothing. *done (may be NULL): how many were made. */
MUST_USE enum status central_jobs(struct central *c, int *done, struct err *why);

/* Something that the operator must know has come up since it was asked last:
 * ST_CONFLICT "history-diverged", with what to do; "package-kept". */
MUST_USE enum status central_trouble(struct central *c, struct err *why);

/* The clock that it was opened with. */
const struct clock *central_clock(const struct central *c);

/* --- Administration, also while another process serves the folder ----------- */

struct central_officer {
	const char *id; /* short code, "britt.a" */
	const char *name, *title;
	const char *roles; /* "officer,decider" */
	const char *units; /* "bygg,miljo"; "" = none */
	int clearance;	   /* highest protection class, 0..2, or CLEARANCE_KEPT */
};
enum { CLEARANCE_KEPT = -1 };

/* Add an officer, or change one that is there (the scope version rises). What
 * is NULL, or CLEARANCE_KEPT, stays as it is; somebody new has none of it.
 * ST_BAD_INPUT: "officer-id", "role-unknown", "unit-unknown", "clearance",
 * "too-many-scopes". */
MUST_USE enum status central_add_officer(struct central *c, const struct central_officer *o,
					 struct err *why);

/* A queue or a case that an officer sees beside the own units. No grant lifts
 * the clearance. */
struct central_grant {
	const char *officer;
	const char *of;	    /* queue:CODE or case:ID; given in, a diary number is an id */
	const char *by;	    /* who gives it, or takes it back */
	const char *reason; /* why it is given */
	int64_t until;	    /* 0: no end */
	/* told alone */
	int64_t at, ended_at; /* ended_at 0: it was not taken back */
	const char *ended_by;
	bool stands;
};
/* Give it, or take it back; either way the scope version rises, and who waits
 * is woken. ST_NONE "officer-unknown", "queue-unknown", "case-unknown",
 * "grant-unknown"; ST_REFUSED "role-lacking": a contact center is granted
 * nothing; ST_CONFLICT "already-granted"; ST_BAD_INPUT "grant-of",
 * "grant-reason", "grant-until", "too-many-scopes". */
MUST_USE enum status central_grant(struct central *c, const struct central_grant *g,
				   struct err *why);
MUST_USE enum status central_revoke_grant(struct central *c, const struct central_grant *g,
					  struct err *why);
/* Every grant that ever was, in its order. */
MUST_USE enum status central_grants(struct central *c,
				    void (*tell)(void *ctx, const struct central_grant *g),
				    void *ctx, struct err *why);

/* Has another process added to the log or changed rights since this was asked
 * last? Then held requests should be asked again. */
bool central_stirred(struct central *c);

enum { INVITATION_TEXT = 64 };
/* A one-time code for a new device of that officer, good for 24 hours.
 * ST_NONE "officer-unknown". */
MUST_USE enum status central_invite(struct central *c, const char *officer,
				    char code[INVITATION_TEXT], struct err *why);

/* A device that waits to be approved ([central] enrol = supervisor-approves). */
struct central_waiting {
	const char *dev, *kid, *officer, *name, *units;
	const char *words; /* the fingerprint of its key */
	int64_t asked_at;
};
MUST_USE enum status central_waiting(struct central *c,
				     void (*each)(void *ctx, const struct central_waiting *w),
				     void *ctx, struct err *why);
/* The operator's yes or no. ST_NONE "device-unknown": none such waits. */
MUST_USE enum status central_approve(struct central *c, const char *dev, bool yes, struct err *why);

/* state "retired" (pending actions are taken up to valid_through_ctr) or
 * "lost" (whatever comes is quarantined). ST_NONE "device-unknown". */
MUST_USE enum status central_revoke(struct central *c, const char *dev, const char *state,
				    int64_t valid_through_ctr, struct err *why);

/* Erase entry n of a case: its envelope, its documents and its words. The
 * chain stays and verifies. */
MUST_USE enum status central_erase(struct central *c, const char *case_id, int64_t n,
				   const char *reason, struct err *why);

/* --- Verification ----------------------------------------------------------- */

struct central_fault {
	const char *case_id; /* "" where none is concerned */
	int64_t n, seq;	     /* 0 where none */
	const char *text;
	bool cured; /* by what the text says is to be done */
};
struct central_findings {
	int64_t cases, entries, documents, acknowledgements, faults;
};

/* Recompute every chain, hash, signature, root, and projection from what is
 * stored. ST_OK even with faults: `found->faults` counts them, and `fault`
 * (may be NULL) is told each. ST_BROKEN: it cannot be read at all. */
MUST_USE enum status central_verify(struct central *c, struct central_findings *found,
				    void (*fault)(void *ctx, const struct central_fault *f),
				    void *ctx, struct err *why);

/* --- For tests, the simulator and the demo ---------------------------------- */

struct db *central_db(struct central *c);
/* Each address that there is, from 0; false behind the last. A test of rights
 * has to know every one. */
bool central_route(int i, const char **method, const char **pattern);
const char *central_aud(const struct central *c);
const char *central_epoch(const struct central *c);
/* Entries in the log. */
int64_t central_size(struct central *c);

#endif
