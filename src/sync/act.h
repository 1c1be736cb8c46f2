/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * act - an officer's intent, judged, signed and durable in the outbox.
 *
 * Place:    app/actions -> ACT -> outbox.db; then the overlay in cache.db.
 * Promise:  on ST_OK the signed action is on disk, with its letters, and a
 *           crash at any moment leaves all of it or none. ctr and prev are
 *           taken in the same transaction, so several processes of one
 *           officer may act. Nothing overtakes: order is order of ctr.
 * Owner:    struct actor is borrowed handles of the calling thread; texts in
 *           struct intent are borrowed during the call.
 * Errors:   ST_BAD_INPUT: an argument (action_check); ST_CONFLICT
 *           "step-unlawful", "taken" and the like: not in this status;
 *           ST_REFUSED: "role-lacking", "not-assignee", "device-frozen",
 *           "already-offered"; ST_NONE "case-unknown", "not-enrolled";
 *           ST_BROKEN: disk. On any of these nothing was written.
 */
#ifndef SYNC_ACT_H
#define SYNC_ACT_H

#include "base/clock.h"
#include "cache/outbox.h"
#include "domain/action.h"
#include "sign/jws.h"

struct actor {
	struct db *cache; /* this thread's own handles */
	struct db *outbox;
	const struct clock *clock;
	const struct rng *rng;
	const struct signkey *key; /* unlocked; NULL: act refuses "locked" */
	int64_t skew;		   /* last measured, ms; 0 if unknown */
};

/* A document that goes with the action: the letter of a decision or message
 * is the first one. */
struct intent_doc {
	const char *name, *mt;
	struct str bytes;
};
struct intent_arg {
	const char *name;
	struct str value;
};

struct intent {
	const char *act; /* "case.claim" */
	const char *case_id;
	int64_t sup;	/* item of the outbox whose place this takes, 0 = none; see act() */
	int64_t seen_n; /* what the officer looked at; 0 = what the base says now */
	const char *seen_eh;
	int arg_count;
	struct intent_arg args[ACTION_ARGS_MAX];
	int doc_count;
	struct intent_doc docs[ACTION_DOCS_MAX];
};

struct act_result {
	int64_t item; /* id in the outbox */
	char iid[UUID_TEXT];
	int64_t hold_until; /* wall ms until which it can be undone at leisure; 0 = none */
	bool overlay_late;  /* it is durable, but the lists show it only after the next sync */
};

/* Would `intent` be lawful now? Nothing is written. For graying out keys,
 * dry runs and the text of a refusal. */
MUST_USE enum status act_may(const struct actor *a, const struct intent *in, struct err *why);
/*
 * Sign it and put it in the outbox. With `sup` it takes the place of an item
 * of the same case that may be signed again, in the same transaction: what
 * says the same, documents included, keeps the iid; what says something else
 * is a new intent that names the old one. Both stay in the outbox.
 * ST_REFUSED "not-refused", "other-officer"; ST_BAD_INPUT "sup-other": the
 * item is of another case.
 */
MUST_USE enum status act(const struct actor *a, const struct intent *in, struct act_result *r,
			 struct err *why);
/* Withdraw a signed item that was never offered: a void takes its place. */
MUST_USE enum status act_withdraw(const struct actor *a, int64_t item, struct err *why);
/* Actions of `dev` that a restored central has lost, and whose words were erased
 * since, must not come back: a void takes the place of each, so that the
 * device's counter runs on. In the caller's transaction of outbox.db. */
MUST_USE enum status act_void_erased(const struct actor *a, const char *dev, struct err *why);
/* The same for what was refused and that answer lost, from ctr on: judged anew, it
 * might stand before what was accepted instead. The officer still has the refusal. */
MUST_USE enum status act_void_refused(const struct actor *a, const char *dev, int64_t from_ctr,
				      struct err *why);
/* An action of `dev` among ctr[count] that names document h, which neither the
 * central has nor this home: it cannot be sent, nor anything behind it. It is
 * refused here, and a void goes in its place. In the caller's transaction.
 * ST_NONE: there is none. */
MUST_USE enum status act_refuse_bare(const struct actor *a, const char *dev, const int64_t *ctr,
				     int count, const char *h, struct err *why);
/* Sign the same intent again over the base as it is now: same iid, new
 * envelope; the old item becomes superseded. For conflicts and for items
 * whose key or device is no longer valid. The officer has looked again.
 * ST_CONFLICT "moved-on": it names an entry by number, and the history is another
 * one since; ST_RETRY "history-wanted": that is not here, and asked for now. */
MUST_USE enum status act_resign(const struct actor *a, int64_t item, struct act_result *r,
				struct err *why);
/* Would that be lawful now? Nothing is signed; the key may be locked. */
MUST_USE enum status act_may_resign(const struct actor *a, int64_t item, struct err *why);
/* The officer has seen the answer: it leaves the list of what waits for him. Words
 * that were erased, and were kept for it to be signed anew, go with that. */
MUST_USE enum status act_dismiss(const struct actor *a, int64_t item, struct err *why);

#endif
