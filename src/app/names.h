/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * names - what codes are called: types, queues, units, committees, officers.
 *
 * Place:    cache.db's catalogue -> NAMES -> words and screens.
 * Promise:  an unknown code is shown as it stands, never as nothing.
 * Owner:    struct names owns its tables; names borrowed from it live until
 *           the next names_load or names_release.
 * Errors:   of the cache; a catalogue that cannot be read leaves what was.
 */
#ifndef APP_NAMES_H
#define APP_NAMES_H

#include "wire/catalog.h"

struct db;

struct names {
	struct registry registry;
	struct officer_list officers;
	char municipality[NAME_MAX_BYTES];
	char sha256[HASH_TEXT]; /* of the catalogue that is loaded, "" = none */
};
#define NAMES_INIT                                                                                 \
	{                                                                                          \
		.registry = REGISTRY_INIT, .officers = OFFICER_LIST_INIT                           \
	}
void names_release(struct names *n);

/* Read the catalogue if it is another than the one loaded. */
MUST_USE enum status names_load(struct names *n, struct db *cache, struct err *why);

/* Swedish or English by the language in force; the code itself if unknown. */
const char *names_queue(const struct names *n, const char *code);
const char *names_unit(const struct names *n, const char *code);
const char *names_type(const struct names *n, const char *code);
const char *names_committee_of_unit(const struct names *n, const char *unit);
const char *names_outcome(const struct names *n, const char *type, const char *code);
const char *names_officer(const struct names *n, const char *id);
const char *names_officer_title(const struct names *n, const char *id);
/* Queue by code or by name, without regard to case and diacritics; a unique
 * beginning is enough. NULL: none, or several (*several is then true). */
const struct queue *names_find_queue(const struct names *n, const char *typed, bool *several);
/* Can the officer have a case of that unit, as far as the catalogue says? An
 * empty unit: of any. */
bool names_has_desk(const struct officer_name *o, const char *unit);
/* An officer who can have a case of the unit, by id or by the beginning of a
 * word of the name; as above. */
const struct officer_name *names_find_officer(const struct names *n, const char *typed,
					      const char *unit, bool *several);
/* The id that `typed` was probably meant to be, of those, or NULL. */
const char *names_near_officer(const struct names *n, const char *typed, const char *unit);
/* The same for a unit. */
const struct unit *names_find_unit(const struct names *n, const char *typed, bool *several);

#endif
