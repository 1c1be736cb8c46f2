/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * problem - RFC 9457 problem+json, out of the central and into the client.
 *
 * Place:    every error reply. Promise: {type,title,status,code,detail} and
 *           what the code brings: expect, last_hash, h, jws.
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
	 * the rotation, signed by the key that it replaced. A bare code is anybody's. */
	char jws[PROBLEM_JWS];
};

bool problem_write(struct strbuf *out, const struct problem *p);
MUST_USE enum status problem_read(struct problem *p, struct str body, struct err *why);

#endif
