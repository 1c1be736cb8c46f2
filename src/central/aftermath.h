/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * aftermath - what a restore brings back or takes away, told from the tables.
 *
 * Place:    backup.c -> AFTERMATH -> sql/db. Promise: the database that is put
 *           aside is only read, and the one that takes its place gets nothing
 *           but a list of what is to be erased again; what people have done by
 *           hand between the two is named, row by row. What workstations offer
 *           again by themselves is not.
 * Owner:    everything is borrowed. Errors: as sql/db.h.
 */
#ifndef CENTRAL_AFTERMATH_H
#define CENTRAL_AFTERMATH_H

#include "base/strbuf.h"
#include "sql/db.h"

/* `now` is the database that is to be served, `was` the path of the one before it,
 * of the same schema. Lines are appended; none: there is no such difference. */
MUST_USE enum status aftermath_tell(struct db *now, const char *was, struct strbuf *out,
				    struct err *why);

/* The same database, behind aftermath_tell: it notes what was erased in the one
 * before it and stands there, for erasure_again. */
MUST_USE enum status aftermath_erase_again(struct db *now, struct err *why);

#endif
