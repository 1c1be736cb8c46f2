/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * filters - the filter language as the officer types, reads and completes it.
 *
 * Place:    prompts, saved views, `sluss list` -> FILTERS -> domain/filter.
 * Promise:  what is typed is understood in both languages; what is said is in
 *           the officer's. Texts are as they are: who draws them makes them
 *           harmless.
 * Owner:    the caller's filter and buffers; names are borrowed.
 * Errors:   a sentence in `complaint`.
 */
#ifndef APP_FILTERS_H
#define APP_FILTERS_H

#include "app/names.h"
#include "domain/filter.h"

/* What the words of a filter refer to here. `me` and `n` are borrowed. */
struct filter_env filters_env(const struct names *n, const char *me, struct day today, bool typing);

/* Parse `text` into an initialised `f`. On failure `f` is empty and
 * `complaint` (may be NULL, else set anew) is one sentence with the column and
 * what was probably meant: kolumn 1: okänt fält "prioo", menade du "prio"? */
bool filters_parse(struct filter *f, const char *text, const struct names *n, const char *me,
		   struct day today, bool typing, struct strbuf *complaint);

/* Append the filter in plain words: kö Bygglov, INTE avslutad, frist före
 * 2026-11-30, text "carport". "alla ärenden" when it is empty. */
void filters_describe(struct strbuf *out, const struct filter *f, const struct names *n);

/* What may stand at the cursor: names of fields (with their colon), flags and
 * values that begin as the text from byte `from` to the cursor does, in the
 * order of their tables. None when there is nothing to offer. */
enum { FILTERS_OFFERED = 24, FILTERS_OFFER_MAX = 80 };
struct filters_offer {
	size_t from; /* the completed word takes the place of from..cursor */
	int count;
	char word[FILTERS_OFFERED][FILTERS_OFFER_MAX];
};
/* Offer `word`, with `tail` behind it, once, if it begins as `typed` (folded
 * plain) does; false: it does not. */
bool filters_offer_word(struct filters_offer *o, struct str typed, const char *word,
			const char *tail);
/* `cursor` is in bytes, at most the length of `text`. */
void filters_complete(struct filters_offer *out, const char *text, size_t cursor,
		      const struct names *n);

#endif
