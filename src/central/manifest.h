/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * manifest - what a backup of the central says of itself.
 *
 * Place:    backup.c writes it last, restore.c and `verify` read it first:
 *           FOLDER/{manifest.json,central.db,keys/central.key,conf/}.
 * Promise:  it names every file of the backup by length and SHA-256, and holds
 *           the head of the log, signed by the central. What it does not name
 *           is no part of the backup; a name leads nowhere else.
 * Owner:    manifest_release.
 * Errors:   ST_NONE "no-backup"; ST_BAD_INPUT "backup-damaged" (which file, and
 *           how it differs), "backup-newer".
 */
#ifndef CENTRAL_MANIFEST_H
#define CENTRAL_MANIFEST_H

#include "central/inside.h"

#define MANIFEST_NAME "manifest.json"

enum { MANIFEST_FILES = 512, MANIFEST_FILE_NAME = 160 };

struct manifest_file {
	char name[MANIFEST_FILE_NAME]; /* "central.db", "conf/bygg.conf" */
	int64_t bytes;
	char sha256[HASH_TEXT];
};

struct manifest {
	char aud[OFFICER_MAX];
	char epoch[UUID_TEXT];
	int64_t size; /* entries in the log */
	char root[HASH_TEXT];
	int64_t at;	/* wall ms: when it was made */
	int64_t schema; /* of the database */
	int count;
	struct manifest_file *files; /* owned, MANIFEST_FILES */
};
#define MANIFEST_INIT                                                                              \
	{                                                                                          \
		.files = NULL                                                                      \
	}
void manifest_release(struct manifest *m);

/* Is this folder a backup, and no central of its own? */
bool manifest_there(const char *folder);
/* Measure the file and add it to `m`. */
MUST_USE enum status manifest_add(struct manifest *m, const char *folder, const char *name,
				  struct err *why);
/* Every *.conf of folder/conf. */
MUST_USE enum status manifest_add_conf(struct manifest *m, const char *folder, struct err *why);
/* Signed, durable, for its owner alone. */
MUST_USE enum status manifest_write(const struct manifest *m, const char *folder,
				    const struct signkey *key, struct err *why);
/* Read it, and hold every file and the signed head against it. */
MUST_USE enum status manifest_check(struct manifest *m, const char *folder, struct err *why);
/* Does the open database hold exactly the log that the manifest names, and is
 * its file whole? ST_BAD_INPUT "backup-damaged". */
MUST_USE enum status manifest_holds(const struct manifest *m, struct db *db, struct err *why);

#endif
