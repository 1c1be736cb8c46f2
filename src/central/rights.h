/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * rights - the one filter that every read passes.
 *
 * Place:    bearer -> officer -> RIGHTS -> pull, wait, cases, documents, push.
 * Promise:  scopes(officer) = every (unit, class) with the unit among the
 *           officer's and the class up to the clearance; the contact role
 *           adds every unit at class 0. Judged when something is read.
 * Owner:    values. Errors: ST_NONE: no such officer.
 */
#ifndef CENTRAL_RIGHTS_H
#define CENTRAL_RIGHTS_H

#include "central/store.h"
#include "wire/page.h"

struct rights {
	struct officer_row officer;
	int count;
	int64_t scope[SCOPES_MAX];
};

MUST_USE enum status rights_load(struct db *db, const char *officer, struct rights *r,
				 struct err *why);
bool rights_see(const struct rights *r, int64_t scope);
/* Is `unit` in the comma-separated list? */
bool unit_listed(const char *list, const char *unit);
/* Scopes that an officer row would have; more than SCOPES_MAX are counted,
 * not kept. */
MUST_USE enum status rights_scopes(struct db *db, struct rights *r, struct err *why);
/* Load a case that this officer may see. ST_NONE "case-unknown" both when it
 * is not there and when it is not for these eyes. */
MUST_USE enum status rights_case(struct db *db, const struct rights *r, const char *id,
				 struct stored_case *s, struct err *why);

#endif
