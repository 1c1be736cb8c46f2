/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * judge - the verdict on an action: a pure function of (chain, rights, action).
 *
 * Place:    central/push; sync/act asks the same questions before signing.
 * Promise:  I13: same inputs, same verdict. Tables of protocol.md,
 *           "Conflicts", stand here and nowhere else.
 * Owner:    all borrowed. Errors: none; a verdict is an answer, not an error.
 */
#ifndef DOMAIN_JUDGE_H
#define DOMAIN_JUDGE_H

#include "domain/action.h"

enum verdict {
	VERDICT_NONE,
	VERDICT_ACCEPTED,
	VERDICT_MERGED,
	VERDICT_REJECTED,
	VERDICT_CONFLICT,
	VERDICT_QUARANTINED,
	VERDICT_VOID
};
const char *verdict_name(enum verdict v);
bool verdict_from(enum verdict *v, struct str name);
/* Accepted or merged: the action stands in the log. */
bool verdict_stands(enum verdict v);

/* What happened to the case after base.n: fed one entry at a time. */
struct since {
	bool any;		/* the case has moved on */
	bool any_beyond_append; /* something else than class A */
	unsigned touched;
	char who[OFFICER_MAX]; /* the last officer who moved it */
	int64_t at;
	int64_t n; /* that entry */
};
/* Add one newer entry. `own_earlier`: of the judged action's device with a
 * lower ctr; such and neutral entries do not count. */
void since_add(struct since *s, const struct action_def *def, const char *sub, bool own_earlier,
	       int64_t at, int64_t n);

struct judgement {
	const struct action *action;
	const struct casefile *now; /* the case at its head */
	unsigned roles;		    /* of action->sub, now */
	bool base_known;	    /* base {n, eh} is in our chain */
	bool same_target; /* it erases, or confirms, what its signer saw, whatever came since */
	bool pre_failed;  /* `pre` names one that does not stand */
	struct since since;
};

/* `why` gets a code (protocol word) and a sentence when the verdict does not
 * stand: "taken" (who), "depends-on", "moved-on", "field-changed",
 * "step-unlawful", "role-lacking", "base-unknown", "not-assignee",
 * "decider-other", "deadline-range". */
enum verdict judge(const struct judgement *j, struct err *why);

#endif
