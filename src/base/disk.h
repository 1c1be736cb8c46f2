/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * disk - files that are there whole, and words for a disk that refuses.
 *
 * Place:    archive packages, the central's folder and its witness.
 * Promise:  what disk_put or disk_rename gave ST_OK for survives a power cut;
 *           a file put in place is seen whole or as it was before.
 * Owner:    everything is borrowed during the call.
 * Errors:   ST_BROKEN "disk-full", "disk-error", with the path;
 *           ST_BAD_INPUT "path-too-long".
 */
#ifndef BASE_DISK_H
#define BASE_DISK_H

#include <sys/types.h>

#include "base/status.h"
#include "base/strbuf.h"

/* What errno says of `path`. */
enum status disk_error(const char *path, struct err *why);
/* Make the folder that holds `path` durable: a name made, moved or removed. */
MUST_USE enum status disk_sync_parent(const char *path, struct err *why);
/* Move it in place of what may stand there, durably. */
MUST_USE enum status disk_rename(const char *from, const char *to, struct err *why);
/* Written beside its place ("PATH.new"), made durable, moved into place. */
MUST_USE enum status disk_put(const char *path, struct str bytes, mode_t mode, struct err *why);

/* The same bytes as a new file, durable but for its name. ST_CONFLICT
 * "file-exists": what stands at `to` is not written over. */
MUST_USE enum status disk_copy(const char *from, const char *to, mode_t mode, struct err *why);

#endif
