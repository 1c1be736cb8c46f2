/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * snapshot - the manifest of a scope's snapshot (protocol.md, "Endpoints").
 *
 * Place:    central/snapshot -> manifest.json -> GET /v1/snapshots/{scope} ->
 *           sync/load.
 * Promise:  a manifest that was read names a whole snapshot: segments in their
 *           order, each with its size and digest, all within the limits here.
 *           A segment is one page (wire/page.h) packed with zstd: rows "c",
 *           "d" and "x" of one scope, from 0 to the snapshot's seq.
 * Owner:    snapshot_release gives back the list.
 * Errors:   ST_BAD_INPUT "snapshot-form"; ST_BROKEN "memory".
 */
#ifndef WIRE_SNAPSHOT_H
#define WIRE_SNAPSHOT_H

#include "domain/casefile.h"

enum {
	SNAPSHOT_SEGMENTS_MAX = 20000,
	SEGMENT_BYTES_MAX = 8 * 1024 * 1024, /* packed; more than a page can give */
	SNAPSHOT_MANIFEST_MAX = 4 * 1024 * 1024,
};

struct segment {
	int64_t bytes;		/* packed */
	int64_t rows;		/* between header and trailer */
	char sha256[HASH_TEXT]; /* of the packed bytes */
};

struct snapshot {
	char epoch[UUID_TEXT];
	char gen[UUID_TEXT]; /* its name: a UUIDv7, newer ones sort behind */
	int64_t scope, seq, cases, at;
	struct segment *segments; /* the name of each is its number, from 0 */
	int count, room;
};
#define SNAPSHOT_INIT                                                                              \
	{                                                                                          \
		.segments = NULL                                                                   \
	}
void snapshot_release(struct snapshot *s);

/* false: no memory, or more than SNAPSHOT_SEGMENTS_MAX. */
bool snapshot_add(struct snapshot *s, const struct segment *one);
bool snapshot_write(struct strbuf *out, const struct snapshot *s);
/* Into an initialised one, which is emptied first. */
MUST_USE enum status snapshot_read(struct snapshot *s, struct str text, struct err *why);

#endif
