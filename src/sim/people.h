/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * people - who may see what, and the words by which it is found out.
 *
 * Place:    sim.c asks when officers are made and applications come in;
 *           checks_sight.c searches for the words.
 * Promise:  each case has a word that stands in no other text of the world:
 *           it came with the application, in its title and its party. Rights
 *           change by chance while things go wrong, and stay as they are when
 *           that is over.
 * Owner:    the world; people_release.
 * Errors:   none.
 */
#ifndef SIM_PEOPLE_H
#define SIM_PEOPLE_H

#include "base/exchange.h"
#include "base/status.h"
#include "domain/casefile.h"

struct world;

enum { CANARY_TEXT = 16, CANARIES_MAX = 64 };

struct canary {
	char case_id[UUID_TEXT];
	char word[CANARY_TEXT];
};

struct people {
	struct canary canary[CANARIES_MAX];
	int canary_count, words;
};

/* Officer `i` with the rights that he begins with. */
MUST_USE enum status people_add(struct world *w, int i, const char *id, struct err *why);
/* The officer's units are these from now on. */
void people_set(struct world *w, const char *officer, const char *units, int clearance);
/* Somebody's rights become others, if chance wants it so. */
void people_change(struct world *w);

/* The text of an application, with a word of its own. */
void people_apply(struct world *w, struct strbuf *body);
/* It was answered: the word belongs to that case. */
void people_applied(struct world *w, const struct reply *reply);

/* The n-th of the words that stand in no other text. */
void people_word(char word[CANARY_TEXT], uint64_t n);
/* Is the case beyond the officer's rights now? Said again here, from the
 * tables of officers, scopes and cases alone. */
bool people_hidden(struct world *w, const char *officer, const char *case_id);
/* Do the bytes hold the word: as it is, or in base64url at any offset? */
bool people_word_in(struct str bytes, const char *word);

#endif
