/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * rights - the one filter that every read passes.
 *
 * Place:    bearer -> officer -> RIGHTS -> pull, wait, cases, documents, push.
 * Promise:  a case is seen whole by who has its unit, was granted its queue or
 *           the case by name, and whose clearance reaches its protection class;
 *           no grant lifts the clearance. The contact role sees what is public
 *           of every case at class 0, and nothing else: who has that role alone
 *           holds scopes of its own, so that a change of role lets go of all
 *           that was held. Judged when something is read.
 * Owner:    values. Errors: ST_NONE: no such officer.
 */
#ifndef CENTRAL_RIGHTS_H
#define CENTRAL_RIGHTS_H

#include "central/store.h"
#include "wire/page.h"

enum sight {
	SIGHT_NONE,
	SIGHT_GLANCE, /* what lookup needs: no party, letter, document or chain */
	SIGHT_WHOLE
};

struct rights {
	struct officer_row officer; /* sv counts the grants that have run out, too */
	bool contact_only;
	int count;
	int64_t scope[SCOPES_MAX];
	int64_t feed[SCOPES_MAX]; /* of the scope beside it: which feed it reads */
	int granted;		  /* how many of them, the last ones, are of grants */
};

/* The rights of an officer at `now`. */
MUST_USE enum status rights_load(struct db *db, const char *officer, int64_t now, struct rights *r,
				 struct err *why);
bool rights_see(const struct rights *r, int64_t scope);
/* Is `unit` in the comma-separated list? */
bool unit_listed(const char *list, const char *unit);
/* Scopes that an officer row would have; more than SCOPES_MAX are counted,
 * not kept. */
MUST_USE enum status rights_scopes(struct db *db, int64_t now, struct rights *r, struct err *why);

/* How much of this case the officer may see, and through which of the scopes
 * that are held (`held` of SCOPES_MAX and *count; both may be NULL). */
MUST_USE enum status rights_sight(struct db *db, const struct rights *r,
				  const struct stored_case *s, enum sight *sight, int64_t *held,
				  int *count, struct err *why);
/* Load a case that this officer may see whole. ST_NONE "case-unknown" both when
 * it is not there and when it is not for these eyes. */
MUST_USE enum status rights_case(struct db *db, const struct rights *r, const char *id,
				 struct stored_case *s, struct err *why);
/* The same for one that may at least be glanced at; *sight says which. */
MUST_USE enum status rights_glance(struct db *db, const struct rights *r, const char *id,
				   struct stored_case *s, enum sight *sight, struct err *why);
/* Leave what a glance may show. */
void rights_redact(struct casefile *f);

#endif
