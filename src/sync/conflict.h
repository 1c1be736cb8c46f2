/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * conflict - what met a case that had moved on, side by side, and its end.
 *
 * Place:    outbox.db + entries and base in cache.db -> CONFLICT -> the
 *           conflict view and `sluss conflicts`; conflict_solve -> act.
 * Promise:  common is the case at the entry the officer acted on, folded
 *           from the chain and never guessed: unknown where an entry is
 *           missing, and that case is asked for. An end is one transaction:
 *           killed before it nothing is changed, after it nothing is lost.
 * Owner:    struct conflict owns its texts; release it. Handles borrowed.
 * Errors:   ST_NONE "item-unknown"; ST_REFUSED "no-conflict": the item waits
 *           for nobody; "side-unlawful", "earlier-first"; else of sync/act.h.
 */
#ifndef SYNC_CONFLICT_H
#define SYNC_CONFLICT_H

#include "sync/act.h"

enum conflict_field {
	CONFLICT_STATE,
	CONFLICT_ASSIGNEE,
	CONFLICT_QUEUE,
	CONFLICT_DUE,
	CONFLICT_PRIORITY,
	CONFLICT_TITLE,
	CONFLICT_SECRECY,
	CONFLICT_OUTCOME,
	/* What is added to and never replaced. */
	CONFLICT_NOTES,
	CONFLICT_DOCUMENTS,
	CONFLICT_MESSAGES,
	CONFLICT_FIELDS
};
/* "status", "assignee" ...: for programs. */
const char *conflict_field_name(enum conflict_field f);

enum conflict_side { CONFLICT_UNDECIDED, CONFLICT_MINE, CONFLICT_THEIRS, CONFLICT_BOTH };

struct conflict_mark {
	bool mine, theirs;     /* changed, or added to, on that side */
	char who[OFFICER_MAX]; /* the last who did it at the central; "" unknown */
	int64_t at;	       /* when, 0 unknown */
	int added;	       /* entries of others, for what is added to */
	struct strbuf words;   /* the last of them, raw */
};

struct conflict {
	struct outbox_item item;
	struct action mine;
	bool here;	 /* the case is in the copy: `theirs` is known */
	bool base_known; /* so is `common` */
	int64_t missing; /* first entry of the chain that is not here, 0 = none */
	struct casefile common, wanted, theirs;
	int64_t common_at; /* when the case came to look like that */
	struct conflict_mark marks[CONFLICT_FIELDS];
	int64_t since;	     /* entries of others after the base */
	unsigned sides;	     /* which may be chosen: 1 << enum conflict_side */
	struct err not_mine; /* why one's own can't be; code "" where it can */
	int64_t first;	     /* the item to be solved before this one, 0 = none */
};
#define CONFLICT_INIT                                                                              \
	{                                                                                          \
		.item = OUTBOX_ITEM_INIT, .mine = ACTION_INIT, .common = CASEFILE_INIT,            \
		.wanted = CASEFILE_INIT, .theirs = CASEFILE_INIT                                   \
	}
void conflict_release(struct conflict *c);

/* Does it not stand because the whole case was erased? Its words are gone, and there
 * is no side to choose. */
bool conflict_erased(const struct outbox_item *i);
/* Was the officer told no, or is stopped, and has not seen to it yet? */
bool conflict_waits(const struct outbox_item *i);
/* Read item `id` and both sides into an initialised `c`. A chain that is not
 * whole here is asked for (want_case): it comes with the next sync. */
MUST_USE enum status conflict_open(const struct actor *a, int64_t id, struct conflict *c,
				   struct err *why);
/* Is the field shown: does any side differ from the common base? */
bool conflict_shows(const struct conflict *c, enum conflict_field f);
/* Do two casefiles say the same in this field? */
bool conflict_same(enum conflict_field f, const struct casefile *a, const struct casefile *b);
/*
 * End it, as it was shown with entry `seen_n` as the last of the central's
 * side: when more has come since, ST_CONFLICT "moved-on" and nothing is
 * done. MINE and BOTH sign the same intent again over the case as it is now
 * (r gets the new item); THEIRS lets go of it, the trace is kept. Another
 * value is signed by act() with `sup`, through the act's own form.
 */
MUST_USE enum status conflict_solve(const struct actor *a, int64_t id, enum conflict_side side,
				    int64_t seen_n, struct act_result *r, struct err *why);

#endif
