/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * erase - erased words leave both files of a home.
 *
 * Place:    pull.c behind each page that erased something and behind the
 *           last of a pull, push.c behind answers, sync.c at the start.
 * Promise:  any number of calls is harmless; a stop in the middle is made good
 *           by the next. It is done when cache.db says that no purge is due.
 * Owner:    nothing. Errors: ST_RETRY while a reader holds a file.
 */
#ifndef SYNC_ERASE_H
#define SYNC_ERASE_H

#include "base/status.h"

struct db;

/* Take what is noted, and what an answer said is erased, out of the outbox, then the
 * words out of the raw files. */
MUST_USE enum status erase_settle(struct db *cache, struct db *outbox, struct err *why);
/* The same, if something of the outbox waited for an answer until now. */
MUST_USE enum status erase_answered(struct db *cache, struct db *outbox, struct err *why);

/* Once all has been fetched: what the officer had begun to write about a case that is
 * seen no more goes as the case did, but for a month after a restore. What is signed
 * stays, and is answered. */
MUST_USE enum status erase_unseen(struct db *cache, struct db *outbox, struct err *why);

#endif
