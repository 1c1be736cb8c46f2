/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * snapshot_report - the verb `sluss-central snapshot`: made and told.
 *
 * Place:    main.c. Promise: one line for each that was made, as it is made.
 * Owner:    all borrowed. Errors: as snapshot.h; ST_BAD_INPUT "scope-unknown".
 */
#ifndef CENTRAL_SNAPSHOT_REPORT_H
#define CENTRAL_SNAPSHOT_REPORT_H

#include "central/snapshot.h"

/* which: "UNIT" or "UNIT:CLASS", whatever its size; "": every scope with more
 * cases than conf asks for. */
MUST_USE enum status snapshot_report(struct central *c, const char *which,
				     void (*put)(const char *text), struct err *why);

#endif
