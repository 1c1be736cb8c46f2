/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * import_case - the two acts of an import, made of a line.
 *
 * Place:    import -> IMPORT_CASE -> entry_import. Promise: pure; verify asks
 *           import_holds of what stands in the log.
 * Owner:    the caller's action. Errors: those of action_check: a text that
 *           is too long for an entry.
 */
#ifndef CENTRAL_IMPORT_CASE_H
#define CENTRAL_IMPORT_CASE_H

#include "central/import_line.h"
#include "domain/action.h"

/* Codes that the line's names have got. */
struct import_codes {
	char officer[OFFICER_MAX];
	char responsible[OFFICER_MAX]; /* "" = not said */
	char queue[CODE_MAX];
};

MUST_USE enum status import_case_act(struct action *a, const struct import_line *l,
				     const struct import_codes *k, struct err *why);
/* differs: the line's words on its case are kept with the event. */
MUST_USE enum status import_event_act(struct action *a, const struct import_line *l,
				      const struct import_codes *k, bool differs, struct err *why);

/* Are the ids of an imported entry made of its source, and its instant its
 * time as written? True for every other act. */
bool import_holds(const struct action *a);

#endif
