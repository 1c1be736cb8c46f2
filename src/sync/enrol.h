/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * enrol - an invitation becomes a device with a key of its own.
 *
 * Place:    first run: ENROL -> request -> net -> reply -> ENROL -> outbox.db.
 * Promise:  the central is checked against the fingerprint in the invitation
 *           before anything is sent to it; the key is made here and leaves
 *           only sealed under the passphrase. Until the last step nothing is
 *           written.
 * Owner:    struct enrol owns the new key until enrol_free.
 * Errors:   ST_BAD_INPUT "invitation-form"; ST_REFUSED
 *           "fingerprint-mismatch", "invitation-wrong", "invitation-used",
 *           "invitation-expired", "passphrase-wrong"; ST_RETRY: unreachable.
 */
#ifndef SYNC_ENROL_H
#define SYNC_ENROL_H

#include "base/clock.h"
#include "base/exchange.h"
#include "cache/identity.h"
#include "sign/jws.h"
#include "sign/keybox.h"

struct enrol;

/* `code`: "sluss1.<code>.<fingerprint>", as in the invitation. */
MUST_USE enum status enrol_start(struct enrol **out, const char *url, struct str code,
				 const struct clock *clock, const struct rng *rng, struct err *why);
void enrol_free(struct enrol *e); /* wiped; NULL is fine */
/* ST_OK: send this. ST_NONE: all was said, enrol_finish may store it. */
MUST_USE enum status enrol_next(struct enrol *e, struct request *out, struct err *why);
MUST_USE enum status enrol_reply(struct enrol *e, const struct reply *r, struct err *why);
/* Does the central let the device in only when somebody has approved it? Known
 * when all was said. */
bool enrol_waits(const struct enrol *e);
/* Seal the key and write the identity. A device that was enrolled before
 * keeps its items: unanswered ones become held, "device-changed", to be
 * signed again. */
MUST_USE enum status enrol_finish(struct enrol *e, struct db *outbox, struct str passphrase,
				  enum keybox_cost cost, struct err *why);

/* The key's seed sealed under the passphrase; `out` is replaced. */
MUST_USE enum status seal_key(struct strbuf *out, const struct signkey *key, struct str passphrase,
			      enum keybox_cost cost, const struct rng *rng, struct err *why);
/* Open the device's key. ST_REFUSED "passphrase-wrong"; ST_NONE. */
MUST_USE enum status unlock(struct db *outbox, struct str passphrase, struct signkey **out,
			    struct err *why);
/* The same, and `who` is the identity that it was opened from. */
MUST_USE enum status unlock_as(struct db *outbox, struct str passphrase, struct identity *who,
			       struct signkey **out, struct err *why);
/* In a transaction: `now` is the identity as it stands. ST_CONFLICT
 * "key-changed": another device, key or sealing than in `before`, which
 * another program of this home has put there. */
MUST_USE enum status sealed_as(struct db *outbox, const struct identity *before,
			       struct identity *now, struct err *why);
/* Seal the key under another passphrase, if `old` opens it. ST_CONFLICT
 * "key-changed": another program changed key or passphrase meanwhile, and
 * nothing was written; ST_REFUSED "passphrase-wrong". */
MUST_USE enum status change_passphrase(struct db *outbox, struct str old, struct str passphrase,
				       enum keybox_cost cost, const struct rng *rng,
				       struct err *why);
#endif
