/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * catalog_resolve - what a name typed in a filter means.
 *
 * Place:    domain/filter at the workstation and at the central: both know the
 *           catalogue, and so the same filter means the same cases.
 * Promise:  pure. Codes and names in Swedish and English, without case and
 *           diacritics; of a person each part of the name. Who types a whole
 *           name means that one, and not what begins in the same way.
 * Owner:    borrowed. Errors: none; what cannot be folded is nobody's name.
 */
#ifndef WIRE_CATALOG_RESOLVE_H
#define WIRE_CATALOG_RESOLVE_H

#include "domain/filter.h"
#include "wire/catalog.h"

/* As struct filter_env asks it, of these tables. */
void catalog_resolve(const struct registry *r, const struct officer_list *people,
		     enum filter_field field, struct str word, bool exact,
		     void (*add)(void *to, const char *code), void *to);

#endif
