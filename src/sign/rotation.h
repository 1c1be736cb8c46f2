/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * rotation - a device's key names the one that follows it.
 *
 * Place:    sync/rotate makes it, POST /v1/devices/{id}/rotate takes it, and
 *           the central keeps it with the history of a device's keys.
 * Promise:  a rotation that opens was signed by the old key, and the key it
 *           names was held by whoever made it: inside stands a proof by the new
 *           key over the old one's kid. It is no action and no login, by typ.
 * Owner:    texts go to the caller's strbuf.
 * Errors:   ST_BAD_INPUT: "rotation-member", "rotation-proof", those of jws.h.
 */
#ifndef SIGN_ROTATION_H
#define SIGN_ROTATION_H

#include "sign/jws.h"
#include "wire/payload.h"

/* Append the JWS. aud, dev, through and ts of `r` are the caller's; kid, x and
 * proof are filled in. */
MUST_USE enum status rotation_make(struct strbuf *out, struct rotation *r,
				   const struct signkey *old, const struct signkey *next,
				   struct err *why);
/* Verify both signatures; `next` (may be NULL) gets the key that is named. */
MUST_USE enum status rotation_open(struct rotation *r, struct pubkey *next, struct str jws,
				   const struct pubkey *old, struct err *why);

#endif
