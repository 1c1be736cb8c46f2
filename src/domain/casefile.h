/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * casefile - a case as its entries have made it, and the lawful steps.
 *
 * Place:    judged at the desk before signing and at the central before the
 *           log, by the same table (casefile.c, `steps`).
 * Promise:  pure. case_next says yes, "not here" or "not you"; apply makes
 *           the next projection from the last and one action. The same chain
 *           always gives the same casefile.
 * Owner:    struct casefile owns its title and party; release it.
 * Errors:   enum status with a code; see case_next.
 */
#ifndef DOMAIN_CASEFILE_H
#define DOMAIN_CASEFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/instant.h"
#include "base/strbuf.h"

enum {
	CODE_MAX = 48,	  /* case type, queue, unit, outcome codes */
	OFFICER_MAX = 64, /* opaque officer id */
	DIARY_MAX = 40,
	DAY_TEXT = 11,		/* "2026-11-23" */
	HASH_TEXT = 65,		/* SHA-256 in hex */
	SIGNED_HEAD_TEXT = 768, /* a signed head of the log, compact */
	TITLE_MAX = 32768,	/* bytes */
	PARTY_MAX = 4096,	/* bytes of a party's name */
};

enum case_state {
	CASE_RECEIVED,
	CASE_REGISTERED,
	CASE_OPEN,
	CASE_WAITING,
	CASE_PROPOSED,
	CASE_DECIDED,
	CASE_DISPATCHED,
	CASE_CLOSED,
	CASE_ARCHIVED,
	CASE_STATE_COUNT
};

/* What can befall a case. EV_KEEP events leave the status (route, note ...)
 * and are lawful in the states that the table lists for them. */
enum case_event {
	EV_NONE,
	EV_REGISTER,
	EV_CLAIM,
	EV_RELEASE,
	EV_ASSIGN,
	EV_ROUTE,
	EV_ASK,
	EV_SUSPEND,
	EV_ANSWER,
	EV_RESUME,
	EV_PROPOSE,
	EV_RETURN,
	EV_DECIDE,
	EV_DISPATCH,
	EV_WAIVE,
	EV_CLOSE,
	EV_ARCHIVE,
	EV_REOPEN,
	EV_NOTE,
	EV_FIELD,
	EV_DOCUMENT,
	EV_MESSAGE,
	EV_SECRECY,
	EV_CORRECT,
	EV_COUNT
};

/* Protection class: who may see the case at all. */
enum { PROTECT_NONE = 0, PROTECT_SECRET = 1, PROTECT_IDENTITY = 2 };

struct casefile {
	char id[UUID_TEXT];
	char diary_no[DIARY_MAX]; /* "" until registered */
	char type[CODE_MAX];
	int type_version;
	char unit[CODE_MAX];
	char queue[CODE_MAX];
	enum case_state state;
	int priority; /* 1 high, 2 normal, 3 low */
	int protection;
	char assignee[OFFICER_MAX]; /* "" = nobody */
	char channel[CODE_MAX];
	int64_t received_at;	/* FL 22: arrival, ms UTC */
	char due_on[DAY_TEXT];	/* deadline, "" = none */
	char outcome[CODE_MAX]; /* of the decision, "" before it */
	int64_t changed_at;	/* of the last entry */
	int64_t closed_at;	/* when it was closed, 0 = it is not */
	struct strbuf title;
	struct strbuf party; /* the applicant's name; "" when protected */
	int64_t n;	     /* chain position, 0 = before the first */
	char eh[HASH_TEXT];  /* entry hash at n */
};
#define CASEFILE_INIT                                                                              \
	{                                                                                          \
		.title = STRBUF_INIT, .party = STRBUF_INIT                                         \
	}

void casefile_release(struct casefile *c);
/* Deep copy into an initialised `to`. */
void casefile_copy(struct casefile *to, const struct casefile *from);

/* What codes and officer ids are made of: letters a-z A-Z, å ä ö Å Ä Ö,
 * digits, and _ . - ; at least one of them. */
bool code_valid(struct str s);

/* "open" etc: the machine's word; case_state_from returns false if unknown. */
const char *case_state_name(enum case_state s);
bool case_state_from(enum case_state *s, struct str name);
const char *case_event_name(enum case_event e);

/* May someone with `roles` take step `event` from `from`?
 * ST_OK with *to (== from for steps that keep the status);
 * ST_CONFLICT "step-unlawful": no such step from this status;
 * ST_REFUSED "role-lacking": the step is there, but not for these roles.
 * `why` says in words which statuses allow the step, or which roles. */
MUST_USE enum status case_next(enum case_state from, enum case_event event, unsigned roles,
			       enum case_state *to, struct err *why);

struct action;
/* Apply an action already judged lawful: fields, status, changed_at, but not
 * n and eh, which the caller sets. `sub` is who acted. Pure. */
void casefile_apply(struct casefile *c, const struct action *a, int64_t at);

#endif
