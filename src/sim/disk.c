/* SPDX-License-Identifier: EUPL-1.2 */
#include "sim/disk.h"

#include <sqlite3.h>

#include "base/banned.h"

enum { SLOT_BYTES = 1200, SLOTS = 400 };

enum status disk_start(struct err *why)
{
	if (sqlite3_config(SQLITE_CONFIG_SINGLETHREAD) != SQLITE_OK
	    || sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) != SQLITE_OK
	    || sqlite3_config(SQLITE_CONFIG_LOOKASIDE, SLOT_BYTES, SLOTS) != SQLITE_OK
	    || sqlite3_initialize() != SQLITE_OK)
		return err_set(why, ST_BROKEN, "disk", "SQLite cannot be set up");
	return ST_OK;
}
