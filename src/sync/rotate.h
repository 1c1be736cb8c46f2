/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * rotate - the device's key gives way to a new one before its certificate ends.
 *
 * Place:    unlocking (the passphrase is at hand) -> ROTATE -> outbox.db; the
 *           login of sync.c then offers it until the central has answered.
 * Promise:  the new key stands sealed on disk, with the old key's word for it,
 *           before a byte of it leaves. From that moment on it signs, and the
 *           old one is gone; what the old one signed goes before what the new
 *           one signs, in the order of ctr. A lost answer is fetched by asking
 *           the same again. The word is kept: a restored central that has
 *           forgotten the new key is told of it once more.
 * Owner:    *next is the caller's. Errors: ST_REFUSED "locked": `old` is not
 *           the device's key any more; "device-frozen"; "passphrase-wrong";
 *           ST_CONFLICT "key-changed": key or passphrase were changed meanwhile,
 *           and nothing was written; ST_BROKEN.
 */
#ifndef SYNC_ROTATE_H
#define SYNC_ROTATE_H

#include "base/clock.h"
#include "cache/identity.h"
#include "sign/jws.h"
#include "sign/keybox.h"

enum { ROTATE_DAYS = 30, WARN_DAYS = 7 };
#define DAY_MS (24LL * 60 * 60 * 1000)

/* Wall ms at which the device's certificate ends; 0: it cannot be told. */
int64_t certificate_ends(const struct identity *who);
/* Fewer than ROTATE_DAYS are left, but some, and nothing stands in the way. */
bool rotate_due(const struct identity *who, int64_t now);
/* Make the new key and switch to it. */
MUST_USE enum status rotate_begin(struct db *outbox, const struct signkey *old,
				  struct str passphrase, enum keybox_cost cost,
				  const struct clock *clock, const struct rng *rng,
				  struct signkey **next, struct err *why);

#endif
