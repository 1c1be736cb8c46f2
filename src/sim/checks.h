/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * checks - the invariants of the protocol, one function each.
 *
 * Place:    the world runs -> CHECKS at the moments named in their table.
 * Promise:  a checker reads and never writes. It compares the files of the
 *           programs with the recorded history (history.h) and with what the
 *           protocol says, and asks the product's own judgement as little as
 *           it can.
 * Owner:    nothing is kept but marks in the history and in struct device.
 * Errors:   a finding is a violation of the world (world_violation).
 */
#ifndef SIM_CHECKS_H
#define SIM_CHECKS_H

#include "cache/cases.h"
#include "domain/judge.h"
#include "sim/world.h"

/* When a checker is asked. */
enum when {
	AT_SEND = 1 << 0,  /* a device sends `message`; the network has not had it yet */
	AT_REPLY = 1 << 1, /* the central has answered it; the network has not had it yet */
	AT_STEP = 1 << 2,  /* a device has taken an answer, or its officer has acted */
	AT_BOOT = 1 << 3,  /* a device is about to start again */
	AT_END = 1 << 4,   /* the faults have stopped, and everything is quiet */
};

struct moment {
	struct world *w;
	enum when when;
	struct device *d;	 /* NULL at the end: all of them */
	const struct message *m; /* AT_SEND, AT_REPLY; AT_STEP: the answer, NULL for an act */
};

struct check {
	const char *id, *sentence;
	unsigned when;
	void (*check)(const struct moment *m);
};

void checks_run(struct world *w, enum when when, struct device *d, const struct message *m);
/* Row i of the table, or NULL behind the last. */
const struct check *check_at(size_t i);

/* --- For the checkers ---------------------------------------------------------- */

/* The device of the moment, or each one at the end. */
void for_devices(const struct moment *m, void (*check)(struct device *d));
/* Is the copy one of the central's epoch? Another is about to be dropped: its
 * numbers say nothing. */
bool same_epoch(struct device *d);
/* The base row's n, INT64_MAX for a case that has left, -1 if there is none. */
int64_t base_n(struct device *d, const char *case_id);
/* What the central recorded for a counter of a device; false: nothing. */
bool logged_at(struct world *w, const char *dev, int64_t ctr, enum verdict *v, char ah[HASH_TEXT]);
/* How many rows of the log bear this intent; *n is the last one's place. */
int64_t times_in_log(struct world *w, const char *iid, int64_t *n);

/* checks_log.c: what the central has. */
void check_once(const struct moment *m);
void check_no_loss(const struct moment *m);
void check_order(const struct moment *m);
void check_truth(const struct moment *m);
void check_feed(const struct moment *m);
void check_verifies(const struct moment *m);
void check_dependence(const struct moment *m);
void check_kept_bytes(const struct moment *m);
/* checks_copy.c: what a device has. */
void check_cursors(const struct moment *m);
void check_shown(const struct moment *m);
void check_whole(const struct moment *m);
void check_converged(const struct moment *m);
void check_told(const struct moment *m);
/* checks_chain.c: the history that a device has. */
void check_page_whole(const struct moment *m);
void check_histories(const struct moment *m);
/* checks_wire.c: what goes to and fro. */
void check_believed(const struct moment *m);
void check_calm(const struct moment *m);
void check_sent_bytes(const struct moment *m);
/* checks_sight.c: what is seen beyond rights. */
void check_replies(const struct moment *m);
void check_files(const struct moment *m);
/* checks_erased.c: what was erased. */
void check_erased(const struct moment *m);
void check_erased_unsaid(const struct moment *m);
/* checks_watch.c: what an officer watches. */
void check_watches(const struct moment *m);
/* checks_judge.c: the verdicts, judged again. */
void check_verdicts(const struct moment *m);
void check_no_silence(const struct moment *m);

#endif
