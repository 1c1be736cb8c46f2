/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * entry - append one entry to a case's chain, the log, the feed and the tree.
 *
 * Place:    push, intake, jobs -> ENTRY -> store; inside central_begin and
 *           central_commit.
 * Promise:  protocol.md, "Log and feed": the action is judged already; the
 *           number is taken last, then eh is computed, log, feed and tree are
 *           written, and the projection follows.
 * Owner:    the case is the caller's and is moved on in place.
 * Errors:   those of the store; the caller undoes the transaction.
 */
#ifndef CENTRAL_ENTRY_H
#define CENTRAL_ENTRY_H

#include "central/inside.h"
#include "central/store.h"
#include "domain/judge.h"

/* In whose name the central signs what it does itself, and what it imports. */
#define SUB_SYSTEM "system"
#define SUB_IMPORT "import"

struct entry_new {
	const struct action *action;
	const char *ah;
	struct str jws;
	enum verdict verdict;
	int64_t at;
};
struct entry_done {
	int64_t n, seq;
	char eh[HASH_TEXT];
};
MUST_USE enum status entry_append(struct central *c, struct stored_case *s,
				  const struct entry_new *e, struct entry_done *done,
				  struct err *why);

/* An entry of the central's own: `a` has def, args and docs; the rest of the
 * payload is filled in, signed and appended. */
MUST_USE enum status entry_system(struct central *c, struct stored_case *s, struct action *a,
				  int64_t at, struct entry_done *done, struct err *why);

/* The same for an act of an import, whose iid comes from the source: `a` has
 * it already. */
MUST_USE enum status entry_import(struct central *c, struct stored_case *s, struct action *a,
				  int64_t at, struct entry_done *done, struct err *why);

/* One more row of the feed for the entry at seq, in every scope of the case. */
MUST_USE enum status entry_tell(struct central *c, const struct stored_case *s, int64_t seq,
				char kind, struct err *why);

/* Would the case's scope exist after this action? */
MUST_USE enum status entry_scope(struct central *c, const struct stored_case *s, int64_t *scope,
				 struct err *why);

/* What an accepted action leaves in the columns beside struct casefile. */
void projection_apply(struct stored_case *s, const struct action *a, int64_t at);

#endif
