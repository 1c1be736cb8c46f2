/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * decision - a decision from its draft to the signed action with its letter.
 *
 * Place:    `sluss decide` and the decision screen -> DECISION -> act().
 * Promise:  what is shown is what is signed: the letter is made once, shown,
 *           and the same bytes become docs[0]. The five facts of FL 31 are
 *           there; without reasons a ground is asked for (FL 32).
 * Owner:    struct decision owns its texts; the intent borrows from it, so it
 *           must live until act() has returned.
 * Errors:   ST_BAD_INPUT "outcome-unknown" (lists the type's), "content-
 *           missing", "reasons-missing", "ground-unknown"; ST_REFUSED
 *           "decide-offline", "sign-unattended", "party-protected".
 */
#ifndef APP_DECISION_H
#define APP_DECISION_H

#include "app/home.h"
#include "cache/cases.h"

struct decision {
	char outcome[CODE_MAX];
	struct strbuf content; /* "" = made from outcome and title */
	struct strbuf reasons;
	char reasons_omitted[CODE_MAX]; /* ground, see words_ground_at */
	struct strbuf legal_basis;
	char delegation[CODE_MAX];
	char rapporteur[OFFICER_MAX];
	struct strbuf participants;
	/* made by decision_prepare: */
	char decided_on[DAY_TEXT];
	struct strbuf letter; /* XHTML, docs[0] */
	char letter_sha256[HASH_TEXT];
};
#define DECISION_INIT                                                                              \
	{                                                                                          \
		.content = STRBUF_INIT                                                             \
	}
void decision_release(struct decision *d);

/* Outcome, legal basis and delegation as the case type proposes them. */
void decision_suggest(struct decision *d, const struct home *h, const struct casefile *c);
/* Check it and make the letter. */
MUST_USE enum status decision_prepare(struct decision *d, const struct home *h,
				      const struct casefile *c, struct err *why);
/* The letter as text for a terminal (not yet made harmless). */
MUST_USE enum status decision_text(struct strbuf *out, const struct decision *d, struct err *why);
/* The intent for act(); borrows from d and c. */
void decision_intent(struct intent *in, const struct decision *d, const struct home *h,
		     const struct casefile *c);
/* The digits the officer types to confirm: the last four of the diary
 * number, fewer if it has fewer. */
void decision_digits(char out[8], const struct casefile *c);
/* Is `typed` that confirmation? Blanks around it, zeros before it and the whole
 * number are taken as well: "2", "0002" and "2026-2" of TN 2026-2. */
bool decision_confirmed(const char *typed, const struct casefile *c);
/* May it be signed now? ST_REFUSED "decide-offline"; ST_RETRY
 * "decide-confirm": offline, and the officer must say yes. */
MUST_USE enum status decision_allowed(const struct config *c, bool online, bool confirmed,
				      struct err *why);

#endif
