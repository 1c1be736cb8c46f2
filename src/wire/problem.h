/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * problem - RFC 9457 problem+json, out of the central and into the client.
 *
 * Place:    every error reply. Promise: {type,title,status,code,detail} and
 *           what the code brings: expect, last_hash, h, jws. What is signed of it
 *           is one text for one problem.
 * Owner:    values. Errors: problem_read gives ST_BAD_INPUT "not-ours" for a
 *           body that is no problem+json (an HTML page of some proxy, say).
 */
#ifndef WIRE_PROBLEM_H
#define WIRE_PROBLEM_H

#include "domain/casefile.h"

enum { PROBLEM_JWS = 2048 };

struct problem {
	int status;
	char code[40];
	char detail[400];
	int64_t expect;		   /* ctr-gap: the ctr that is awaited */
	char last_hash[HASH_TEXT]; /* ctr-gap: hash of the last one we have */
	char h[HASH_TEXT];	   /* needs-blob */
	/* device-fork: the central's signed word that the device is frozen; key-replaced:
	 * the rotation, signed by the key that it replaced; ctr-gap and needs-blob: the
	 * problem itself (problem_word). A bare code is anybody's. */
	char jws[PROBLEM_JWS];
};

bool problem_write(struct strbuf *out, const struct problem *p);
/* What the central signs of a refusal that makes a device sign something else in the
 * place of what it has signed (typ TYP_ROW): ctr-gap and needs-blob, with what they
 * bring. False: no memory. */
struct problem_said {
	char dev[UUID_TEXT];   /* to whom */
	char epoch[UUID_TEXT]; /* in which history */
	int64_t at;	       /* when, by the central's clock */
};
bool problem_word(struct strbuf *out, const struct problem *p, const struct problem_said *said);
/* Does what was signed say just that, to said->dev? The rest of *said is filled in. */
bool problem_word_says(struct str payload, const struct problem *p, struct problem_said *said);
MUST_USE enum status problem_read(struct problem *p, struct str body, struct err *why);

#endif
