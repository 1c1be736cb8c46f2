/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * erasing - registrars erase entries, documents and whole cases, and the words
 *           by which it is found out whether these are gone.
 *
 * Place:    rare.c lets it happen; checks_erased.c judges what is left.
 * Promise:  each word stands in one signed action alone, in its text or in its
 *           document. What was erased is read from the central's tables of
 *           entries and documents, never from what a device believes.
 * Owner:    the world. Errors: violations of the world.
 */
#ifndef SIM_ERASING_H
#define SIM_ERASING_H

#include "base/clock.h"
#include "domain/casefile.h"
#include "sim/people.h"

struct device;
struct world;

enum { SECRETS_MAX = 64, DECISIONS_MAX = 64 };

/* An action with a word of its own. */
struct secret {
	char word[CANARY_TEXT], iid[UUID_TEXT], case_id[UUID_TEXT];
	bool in_document;
};

/* What a registrar signed: where it stands, its target is no more. */
struct decision {
	char iid[UUID_TEXT], case_id[UUID_TEXT], h[HASH_TEXT];
	const char *what;    /* "entry", "document", "case" */
	int64_t n, confirms; /* the entry of the proposal, 0: it is one itself */
	bool waits;	     /* it takes a second person, whose own decision is another one here */
};

struct erasing {
	struct secret secret[SECRETS_MAX];
	struct decision decision[DECISIONS_MAX];
	int secret_count, decision_count, words;
	struct rng_seeded seed; /* what is aimed at, and when it is tried again: of its own */
	struct rng rng;
	bool begun;
};

/* Something is written that may be erased, proposed, confirmed or erased. */
void erasing_happens(struct world *w);
/* What is gone at the end, for the summary. */
void erasing_count(struct world *w);

/* Has the central erased the entry of this intent, or its whole case? */
bool erasing_took(struct world *w, const char *iid, const char *case_id);
/* Has it erased the word of this action, with its entry or with its document?
 * What was refused is the officer's own matter. */
bool erasing_took_secret(struct world *w, const struct secret *s);
/* Was something of a case that the device's officer does not see erased since its
 * newest page? Nobody is woken for it; the next page says it. */
bool erasing_unheard(struct device *d, const char *case_id);
/* Is entry n, its document h (or "") gone? */
bool erasing_took_entry(struct world *w, const char *case_id, int64_t n, const char *h);
bool erasing_took_case(struct world *w, const char *case_id);

#endif
