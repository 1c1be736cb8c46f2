/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * disk - the simulator's own disk below SQLite.
 *
 * Place:    under src/sql in the simulator's program.
 * Promise:  one thread alone, so SQLite is told to lock nothing.
 * Owner:    the process. Errors: ST_BROKEN: SQLite cannot be set up.
 */
#ifndef SIM_DISK_H
#define SIM_DISK_H

#include "base/status.h"

/* Once in a process, before the first database is opened. */
MUST_USE enum status disk_start(struct err *why);

#endif
