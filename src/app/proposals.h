/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * proposals - what registrars have proposed to erase, and nobody has confirmed.
 *
 * Place:    the central's answer to GET /v1/erasures -> PROPOSALS -> the verbs
 *           erase and sync, the screen of erasures.
 * Promise:  bounded; a row that lacks what it takes to confirm it is left out.
 *           The central gives those alone whose case the officer may see.
 * Owner:    PROPOSALS_INIT, then proposals_release.
 * Errors:   ST_BROKEN "not-ours": the answer is no such list; "memory".
 */
#ifndef APP_PROPOSALS_H
#define APP_PROPOSALS_H

#include "base/strbuf.h"
#include "domain/casefile.h"

struct home;

enum { PROPOSALS_MAX = 500 };

struct proposal {
	char case_id[UUID_TEXT], number[DIARY_MAX];
	int64_t n;		   /* of the entry that proposes: what is confirmed */
	int64_t entry;		   /* what goes; 0: the whole case */
	bool document;		   /* one document of that entry */
	bool outgrown;		   /* the case has got more entries: not to be confirmed */
	char officer[OFFICER_MAX]; /* who proposed */
	char at[11], until[11];	   /* days, as YYYY-MM-DD */
	char ground[CODE_MAX];
	struct strbuf why;
};

struct proposals {
	struct proposal *rows;
	int count;
};
#define PROPOSALS_INIT                                                                             \
	{                                                                                          \
		.rows = NULL                                                                       \
	}

/* Takes the place of what was read before. */
MUST_USE enum status proposals_read(struct proposals *p, struct str body, struct err *why);
void proposals_release(struct proposals *p);
/* How many wait for `me`: who has proposed does not confirm, and what the case has
 * outgrown nobody does. */
int proposals_for(const struct proposals *p, const char *me);
/* How many can only be withdrawn. */
int proposals_outgrown(const struct proposals *p);
/* "hela ärendet", "post 4", "handling i post 1". */
void proposal_what(char out[48], const struct proposal *p);
/* Can entry n of the case be proposed, as far as its copy tells? What decided on an
 * erasure stays. ST_REFUSED "entry-record"; ST_NONE "entry-unknown". */
MUST_USE enum status proposal_may(const struct home *h, const struct casefile *file, int64_t n,
				  struct err *why);
/* Is entry `n` one that proposes an erasure, as far as the copy tells, and may `sub`
 * confirm it ("": it is withdrawn)? ST_REFUSED "same-person"; ST_NONE
 * "erasure-unknown". */
MUST_USE enum status proposal_known(const struct home *h, const struct casefile *file, int64_t n,
				    const char *sub, struct err *why);

#endif
