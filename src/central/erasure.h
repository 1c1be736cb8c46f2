/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * erasure - what registrars decide to erase, judged and carried out.
 *
 * Place:    push.c (judging a line, and behind its entry), admin.c's folder
 *           neighbours (weed.c), open.c and the jobs (raw files).
 * Promise:  protocol.md, "Erasure". What a decision erases is gone in the
 *           transaction of the entry that decides it; its words leave the raw
 *           files before the answer leaves, or at the next start.
 * Owner:    values. Errors: ST_REFUSED with a code when it may not be; those
 *           of the store.
 */
#ifndef CENTRAL_ERASURE_H
#define CENTRAL_ERASURE_H

#include "central/call.h"
#include "central/entry.h"

/* Can anything be added to the case? ST_REFUSED "case-erased": all of it was
 * erased. ST_OK also where there is no such case. */
MUST_USE enum status erasure_bars(struct central *c, const char *case_id, struct err *why);

/* May this act of an officer stand, on a case that is not erased? ST_OK for
 * what has nothing to do with erasure. ST_REFUSED: "entry-unknown",
 * "document-unknown", "erasure-unknown", "erasure-lapsed", "erasure-outgrown",
 * "same-person". */
MUST_USE enum status erasure_may(struct central *c, const struct action *a,
				 const struct stored_case *s, struct err *why);

/* What follows from entry `n`, which is this act: the proposal is noted,
 * carried out or dropped. In the transaction of the entry. */
MUST_USE enum status erasure_follow(struct central *c, struct stored_case *s,
				    const struct action *a, int64_t n, struct err *why);

/* The last moment at which a proposal made at `at` can be confirmed. */
int64_t erasure_until(int64_t at);
struct erasure_row;
/* What a waiting proposal says. ST_NONE: it was erased itself. */
MUST_USE enum status erasure_read(struct central *c, const struct erasure_row *row,
				  struct action *proposal, struct err *why);

/* What was erased before a restore and stands again goes again, each part in a
 * transaction with an entry that says so: the decision itself was lost. */
MUST_USE enum status erasure_again(struct central *c, struct err *why);

/* Is it the whole case that is to go, and has it got entries that its proposer had not
 * seen? Neutral ones, and those that decide on erasing, do not count. */
MUST_USE enum status erasure_outgrown(struct central *c, const char *case_id,
				      const struct action *proposal, bool *yes, struct err *why);

/* Erased words leave the raw files, and packages with them in the archive are
 * removed. ST_OK also while a reader holds the files: it is tried again. Call
 * it outside any transaction. */
MUST_USE enum status erasure_purge(struct central *c, struct err *why);

#endif
