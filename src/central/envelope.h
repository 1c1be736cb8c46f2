/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * envelope - the lines of a push, opened and held against the device's chain.
 *
 * Place:    POST /v1/actions -> ENVELOPE -> push.c.
 * Promise:  what is in `line` is verified by the device's key. A payload that
 *           the catalogue refuses is a line all the same (`sound` false, the
 *           reason in `why`): it gets a verdict and does not block the queue.
 *           The first line that cannot be trusted at all ends the list.
 * Owner:    envelopes_release.
 * Errors:   ST_CONFLICT "ctr-gap" (k->extra says what is awaited),
 *           "device-fork" (the device is frozen then); ST_BAD_INPUT for a
 *           first line that does not verify.
 */
#ifndef CENTRAL_ENVELOPE_H
#define CENTRAL_ENVELOPE_H

#include "central/call.h"

struct line {
	struct str jws; /* in the request's body */
	enum status st; /* ST_OK: can be trusted */
	char ah[HASH_TEXT];
	struct action action; /* whole if `sound` */
	bool sound;
	struct err why; /* why it cannot be trusted, or what is not sound */
	/* What every line has. */
	int64_t ctr;
	char prev[HASH_TEXT];
	char iid[UUID_TEXT];
	char case_id[UUID_TEXT];
	char next_prev[HASH_TEXT]; /* what the next line must name */
};

struct envelopes {
	struct line *lines;
	int count;
};

MUST_USE enum status envelopes_open(struct call *k, struct envelopes *e, struct err *why);
/* ST_CONFLICT "ctr-gap": what is awaited of the bearer's device next. */
MUST_USE enum status ctr_gap(struct call *k, struct err *why);
void envelopes_release(struct envelopes *e);

#endif
