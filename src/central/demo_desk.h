/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * demo_desk - an officer's device inside the generator: enrols, logs in,
 *             signs and pushes, all through central_handle.
 *
 * Place:    demo.c -> DEMO_DESK -> central_handle.
 * Promise:  each call ends with the action accepted, or an error that says
 *           what the central answered. Chance comes from the seed: these keys
 *           are for made-up cases and nothing else.
 * Owner:    release the desk, close the env.
 * Errors:   ST_BROKEN "demo-refused" with the central's own words.
 */
#ifndef CENTRAL_DEMO_DESK_H
#define CENTRAL_DEMO_DESK_H

#include "central/central.h"
#include "sign/jws.h"

struct demo_desk_env {
	struct central *central;
	int64_t now; /* the clock that the central sees */
	struct rng_seeded seed;
	struct rng rng;
};

struct demo_desk {
	char officer[OFFICER_MAX];
	const char *name; /* borrowed */
	struct signkey *key;
	char dev[UUID_TEXT];
	int64_t ctr;
	char prev[HASH_TEXT];
	char token[128];
	int64_t token_until;
};

struct demo_decision {
	const char *committee, *case_title, *recipient, *diary_no;
	const char *outcome, *outcome_name, *reasons, *legal_basis, *decided_on;
	const char *appeal, *delegation;
};

/* Open DIR with a clock that starts at `now`; commits are not waited for
 * until demo_env_close, which makes all of it durable. */
MUST_USE enum status demo_env_open(struct demo_desk_env *env, const char *dir, uint64_t seed,
				   int64_t now, struct err *why);
/* ST_BROKEN: it could not be made durable. Closed in any case. */
MUST_USE enum status demo_env_close(struct demo_desk_env *env, struct err *why);

MUST_USE enum status demo_enrol(struct demo_desk_env *env, struct demo_desk *desk,
				const char *officer, const char *name, struct err *why);
void demo_desk_release(struct demo_desk *desk);

/* What an application became, and the address of its status page. */
struct demo_arrival {
	char case_id[UUID_TEXT];
	char diary_no[DIARY_MAX];
	char status_url[40];
};
MUST_USE enum status demo_intake(struct demo_desk_env *env, const char *type, const char *body,
				 struct demo_arrival *a, struct err *why);
/* The applicant writes. */
MUST_USE enum status demo_write(struct demo_desk_env *env, const char *status_url, const char *text,
				struct err *why);
/* args: name, value, name, value, NULL; or NULL for none. */
MUST_USE enum status demo_act(struct demo_desk_env *env, struct demo_desk *desk,
			      const char *case_id, const char *act, const char *const *args,
			      struct err *why);
/* A message to the applicant, with its letter. */
struct demo_message {
	const char *committee, *case_title, *recipient, *diary_no, *sent_on, *subject, *text;
};
MUST_USE enum status demo_send(struct demo_desk_env *env, struct demo_desk *desk,
			       const char *case_id, const struct demo_message *m, struct err *why);
MUST_USE enum status demo_decide(struct demo_desk_env *env, struct demo_desk *desk,
				 const char *case_id, const struct demo_decision *dec,
				 struct err *why);

#endif
