/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * lookup_key - words and numbers made into hashes that only this central makes.
 *
 * Place:    intake.c (what a case is found by), lookup.c (what is asked for).
 * Promise:  the key comes from the central's own signing key, which is not in
 *           the database: a copy of the database alone does not tell whose
 *           number a hash is. Words are compared folded, å ä ö as a a o.
 * Owner:    values. Errors: of the store.
 */
#ifndef CENTRAL_LOOKUP_KEY_H
#define CENTRAL_LOOKUP_KEY_H

#include "central/application.h"
#include "central/inside.h"
#include "central/store_lookup.h"

/* kind 'n' for a number, 'w' for a word. */
void lookup_hash(const struct central *c, char kind, struct str text, char out[LOOKUP_HASH]);

/* What an application or message said, so that the same can be told again and
 * nobody without the central's key can try what it may have been. Appended to
 * BODY_KEYED, and as long as a hash. */
#define BODY_KEYED "k1:"
void body_hash_keyed(const struct central *c, const char *sha256, char out[HASH_TEXT]);

/* At the start, once: what earlier releases kept without a key. */
MUST_USE enum status body_hashes_keyed(struct central *c, struct err *why);

/* The next word of folded text from *at; false behind the last. */
bool lookup_word(struct str folded, size_t *at, struct str *word);

/* Write what this case may be found by: its party's number, and the words of
 * the party's name and of the fields. Nothing of a protected party. */
MUST_USE enum status lookup_index(struct central *c, const char *case_id,
				  const struct application *app, struct err *why);

#endif
