/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * outbox - what the officer has signed, and what the central answered.
 *
 * Place:    act -> OUTBOX -> push -> central -> ack -> settled here.
 * Promise:  an added item is on disk, goes in the order of ctr, and its
 *           envelope never changes. An item offered once is never withdrawn.
 *           "In flight" is not stored: what has no verdict is sent again.
 * Owner:    struct outbox_item owns its texts; release it.
 * Errors:   ST_NONE: no such item; ST_REFUSED with a code; else sql/db.h.
 */
#ifndef CACHE_OUTBOX_H
#define CACHE_OUTBOX_H

#include "domain/judge.h"

struct db;

enum outbox_state {
	OUTBOX_SIGNED,	     /* waits: for the undo window, or the network */
	OUTBOX_ACKNOWLEDGED, /* accepted, merged or rejected: see verdict */
	OUTBOX_HELD,	     /* login, scope or key stands in the way: see why */
	OUTBOX_CONFLICT,     /* the officer must look and sign again */
	OUTBOX_SUPERSEDED,   /* signed again since */
	OUTBOX_VOID,	     /* withdrawn */
	OUTBOX_ARCHIVED,     /* answered, and seen to by the officer */
};
const char *outbox_state_name(enum outbox_state s);

/* The place in the device's chain of an action that was refused, and whose refusal
 * a restored central has lost: verdict and state stay, and a void is sent. */
enum outbox_slot {
	SLOT_OWN,      /* the item goes itself, or what its officer took back */
	SLOT_WAITS,    /* the void has no answer yet */
	SLOT_ANSWERED, /* it has */
};

struct outbox_item {
	int64_t id;
	char dev[UUID_TEXT];
	int64_t ctr;
	char iid[UUID_TEXT];
	char prev[HASH_TEXT], ah[HASH_TEXT];
	char case_id[UUID_TEXT];
	char act[CODE_MAX];
	int64_t base_n;
	struct strbuf envelope;
	bool voided; /* void_* is what is sent */
	char void_iid[UUID_TEXT], void_ah[HASH_TEXT];
	struct strbuf void_envelope;
	enum outbox_state state;
	int64_t created_at;    /* wall ms */
	int64_t hold_until;    /* wall ms; 0 = goes at once */
	int64_t offered_at;    /* 0 = never offered */
	int tries;	       /* how often it was offered */
	enum verdict verdict;  /* VERDICT_NONE: not answered */
	char why[40];	       /* code of the verdict or of the hold */
	char detail[400];      /* one sentence */
	char who[OFFICER_MAX]; /* who was first */
	int64_t n, seq;	       /* where it stands in the log */
	char epoch[UUID_TEXT];
	int64_t settled_at;
	struct strbuf ack; /* the acknowledgement as it came */
	int again;	   /* 1: offered again after a restore, not seen yet; 2: seen */
	enum verdict was;  /* what the answer had been before */
	enum outbox_slot slot;
};
#define OUTBOX_ITEM_INIT                                                                           \
	{                                                                                          \
		.envelope = STRBUF_INIT, .void_envelope = STRBUF_INIT, .ack = STRBUF_INIT          \
	}
void outbox_item_release(struct outbox_item *i);

/* The bytes, hash and intent that go to the central for this item. */
const struct strbuf *outbox_item_bytes(const struct outbox_item *i);
const char *outbox_item_ah(const struct outbox_item *i);
const char *outbox_item_iid(const struct outbox_item *i);
/* Its words were erased, and then a restored central had lost it: the void in its
 * place tells nobody that its officer took it back. */
bool outbox_item_unsaid(const struct outbox_item *i);

/* --- Writing; the caller holds a transaction where it does more ---------- */

/* Insert; item->id is set. ST_CONFLICT: this ctr is taken. */
MUST_USE enum status outbox_add(struct db *db, struct outbox_item *item, struct err *why);
/* Put a void in the place of an item that was never offered.
 * ST_REFUSED "already-offered", "already-answered". */
MUST_USE enum status outbox_withdraw(struct db *db, int64_t id, const char *void_iid,
				     const char *void_ah, struct str void_envelope,
				     struct err *why);
/* Counts a try and sets offered_at where it is 0. */
MUST_USE enum status outbox_offer(struct db *db, int64_t id, int64_t now, struct err *why);
/* Store the answer; the same answer again changes nothing. */
MUST_USE enum status outbox_settle(struct db *db, const struct outbox_item *answered,
				   struct err *why);
/* Unanswered items become held, or signed again (code ""). Those of an
 * earlier device stay held as "device-changed" until they are signed anew. */
MUST_USE enum status outbox_hold_all(struct db *db, const char *code, const char *detail,
				     struct err *why);
MUST_USE enum status outbox_set_state(struct db *db, int64_t id, enum outbox_state s,
				      struct err *why);
/* Unanswer all items of `dev` from ctr on: a restored central lost them. */
MUST_USE enum status outbox_reopen(struct db *db, const char *dev, int64_t from_ctr,
				   struct err *why);
/* The first item of `dev` from ctr on that was refused. A restored central that has
 * lost the refusal might judge otherwise, and accept it before what was accepted
 * instead: it is kept back, and a void goes in its place. The answer stays. */
MUST_USE enum status outbox_refused(struct db *db, const char *dev, int64_t from_ctr,
				    struct outbox_item *i, struct err *why);
MUST_USE enum status outbox_keep_back(struct db *db, int64_t id, const char *void_iid,
				      const char *void_ah, struct str void_envelope,
				      struct err *why);
/* The same for what was not answered and names a document that was erased since:
 * it counts as refused, "document-gone". */
MUST_USE enum status outbox_refuse_bare(struct db *db, int64_t id, const char *void_iid,
					const char *void_ah, struct str void_envelope,
					struct err *why);
/* The void in its place was answered. */
MUST_USE enum status outbox_slot_answered(struct db *db, int64_t id, struct err *why);
/* The item's own answer stands after all, and the void goes from its place, but that
 * `void_ah` names it still: it may return, with another copy of the central, as what is
 * in the item's own place or beside its answer. */
MUST_USE enum status outbox_void_leaves(struct db *db, int64_t id, struct err *why);
MUST_USE enum status outbox_void_returns(struct db *db, int64_t id, const char *void_iid, bool own,
					 struct err *why);
/* So many cases more went with a restore. */
MUST_USE enum status outbox_missing(struct db *db, int64_t cases, struct err *why);
/* The officer has seen what became of those answered again, and
 * those that were signed anew instead, up to item `upto`. */
MUST_USE enum status outbox_again_seen(struct db *db, int64_t upto, struct err *why);
/* End every undo window now. */
MUST_USE enum status outbox_flush(struct db *db, struct err *why);
/* Answered items that nothing needs any more: durable at the central, and
 * settled before `before`. Their rows go, the lowest ctr first, and the newest
 * ctr always stays. */
MUST_USE enum status outbox_trim(struct db *db, int64_t durable_through, int64_t before,
				 struct err *why);

/* --- Reading --------------------------------------------------------------- */

MUST_USE enum status outbox_get(struct db *db, int64_t id, struct outbox_item *i, struct err *why);
MUST_USE enum status outbox_by_ctr(struct db *db, const char *dev, int64_t ctr,
				   struct outbox_item *i, struct err *why);
/* The next in line behind ctr `after` without an answer, its own or its void's. */
MUST_USE enum status outbox_next(struct db *db, const char *dev, int64_t after,
				 struct outbox_item *i, struct err *why);
/* Newest first, below id `before` (INT64_MAX: from the top): the screen. */
MUST_USE enum status outbox_before(struct db *db, int64_t before, struct outbox_item *i,
				   struct err *why);
/* How much of the log a copy has: all of `epoch` up to floor. Places in other
 * epochs are places in this one up to `common`. */
struct outbox_base {
	int64_t floor, common;
	char epoch[UUID_TEXT];
};
/* Items that the overlay may have to show: not answered, or standing where the
 * copy may not have it, or in trouble; behind id `after`, oldest first. */
MUST_USE enum status outbox_shown(struct db *db, int64_t after, const struct outbox_base *base,
				  struct outbox_item *i, struct err *why);
/* Of one case, behind id `after`, oldest first. */
MUST_USE enum status outbox_of_case(struct db *db, const char *case_id, int64_t after,
				    struct outbox_item *i, struct err *why);
/* ctr of the newest unanswered, not withdrawn item on the case, or 0. */
MUST_USE enum status outbox_pre(struct db *db, const char *dev, const char *case_id, int64_t *ctr,
				struct err *why);
/* The next device behind `after`, in the order of ids, that is not `dev` and has
 * actions that stand: earlier ones of this home. found is "" when there is
 * none; *ctr is its first such action. */
MUST_USE enum status outbox_earlier(struct db *db, const char *dev, const char *after,
				    char found[UUID_TEXT], int64_t *ctr, struct err *why);
/* What an earlier device signed and a restored central has lost, from ctr to
 * ctr: it stands no more, and is held for its officer to sign anew. */
MUST_USE enum status outbox_lost(struct db *db, const char *dev, int64_t from_ctr, int64_t to_ctr,
				 struct err *why);
/* The first item of `dev` from ctr on that stands in the log, 0 = none. */
MUST_USE enum status outbox_standing(struct db *db, const char *dev, int64_t from_ctr, int64_t *ctr,
				     struct err *why);
/* Of the answers that `dev` has kept: when the newest was signed, by the central's clock,
 * and the newest epoch of one; 0 and "" without any. */
MUST_USE enum status outbox_answered_at(struct db *db, const char *dev, int64_t *at,
					char epoch[UUID_TEXT], struct err *why);
/* Lowest ctr of `dev` still kept, 0 = none. */
MUST_USE enum status outbox_first_ctr(struct db *db, const char *dev, int64_t *ctr,
				      struct err *why);

struct outbox_counts {
	int64_t waiting;  /* no answer yet, withdrawn ones left out */
	int64_t undoable; /* of these: never offered */
	int64_t held;
	int64_t conflicts;
	int64_t refused; /* rejected or quarantined, not yet seen to */
};
MUST_USE enum status outbox_count(struct db *db, struct outbox_counts *c, struct err *why);
/* Offered again after a restore, or lost by it, and not yet seen by the officer. */
struct outbox_again {
	int64_t sent, waiting, standing;
	int64_t missing;   /* cases that are not there any more */
	int64_t kept_back; /* refused before: a void went in their place */
	int64_t lost;	   /* of an earlier device: signed anew, or not at all */
	int64_t unsaid;	   /* erased words: a void went in their place */
};
/* How much there is to be told. */
int64_t outbox_again_told(const struct outbox_again *a);
MUST_USE enum status outbox_again(struct db *db, struct outbox_again *a, struct err *why);
/* The epoch of the newest answer, "" without any. */
MUST_USE enum status outbox_epoch(struct db *db, char epoch[UUID_TEXT], struct err *why);
/* How many rows there are in all. */
MUST_USE enum status outbox_rows(struct db *db, int64_t *count, struct err *why);
/* What is signed and not answered waits for one of two things: the end of its
 * undo window, which lasts beyond `now`, or the network. Held and withdrawn
 * items wait for neither. */
struct outbox_waits {
	int64_t window, network;
};
MUST_USE enum status outbox_waits(struct db *db, int64_t now, struct outbox_waits *w,
				  struct err *why);

/* --- Blobs and drafts ------------------------------------------------------ */

MUST_USE enum status outbox_blob_add(struct db *db, int64_t item, const char *h, const char *mt,
				     const char *name, struct str bytes, struct err *why);
/* The first blob of item `id` that is not uploaded. */
MUST_USE enum status outbox_blob_waiting(struct db *db, int64_t item, char h[HASH_TEXT],
					 struct strbuf *bytes, char mt[80], struct err *why);
MUST_USE enum status outbox_blob_get(struct db *db, const char *h, struct strbuf *bytes,
				     struct err *why);
MUST_USE enum status outbox_blob_set_uploaded(struct db *db, const char *h, bool uploaded,
					      struct err *why);

/* kind: "decision", "note" ...; replaces the earlier text. */
MUST_USE enum status draft_save(struct db *db, const char *case_id, const char *kind,
				struct str words, int64_t now, struct err *why);
MUST_USE enum status draft_get(struct db *db, const char *case_id, const char *kind,
			       struct strbuf *words, struct err *why);
MUST_USE enum status draft_drop(struct db *db, const char *case_id, const char *kind,
				struct err *why);
/* The next case behind `after`, by id, of which there are drafts; and all of them go. */
MUST_USE enum status draft_next_case(struct db *db, const char *after, char case_id[UUID_TEXT],
				     struct err *why);
MUST_USE enum status draft_drop_case(struct db *db, const char *case_id, struct err *why);

#endif
