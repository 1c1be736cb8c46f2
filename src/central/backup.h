/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * backup - a copy of the central to go back to, and the way back.
 *
 * Place:    the verbs `backup`, `restore` and `verify` of main.c.
 * Promise:  a backup is there whole or not at all, and was held against its
 *           manifest before it got its name. A restore checks all of it first,
 *           and puts the database in place by one rename: a cut at any moment
 *           leaves the old one or the new one. The old one is kept. The
 *           witness is never touched: it is what finds the loss at the next
 *           start (protocol.md, "Cursor and epoch").
 * Owner:    everything is borrowed during the call.
 * Errors:   ST_CONFLICT "already-there"; ST_RETRY "central-busy": the folder
 *           is being served; ST_REFUSED "other-central", "key-other"; those of
 *           manifest.h, of sql/db.h and of base/disk.h.
 */
#ifndef CENTRAL_BACKUP_H
#define CENTRAL_BACKUP_H

#include "central/central.h"
#include "sql/db.h"

struct backup_facts {
	char epoch[UUID_TEXT];
	int64_t size; /* entries in the log */
	int64_t at;   /* wall ms */
};

/* Copy the central, which may be served meanwhile, to the new folder `to`. From
 * then on workstations keep what they have signed until a backup holds it
 * (durable_through). `watch` may be NULL. One at a time: ST_RETRY "backup-busy".
 * ST_REFUSED "is-backup": it is one itself, and would not be whole any more. */
MUST_USE enum status central_backup(struct central *c, const char *to, const struct db_watch *watch,
				    struct backup_facts *out, struct err *why);

/* Is it whole, as the manifest says? Nothing is written. `older`: its database
 * is of an earlier release. */
MUST_USE enum status backup_check(const char *from, struct backup_facts *out, bool *older,
				  struct err *why);

enum { KEPT_PATH = 4096 };
struct restore_facts {
	struct backup_facts backup;
	int64_t witnessed; /* entries that the witness saw; -1: there is none */
	char witness_epoch[UUID_TEXT];
	bool branched;	       /* the witness saw them in another epoch than the backup's */
	char kept[KEPT_PATH];  /* the database that was there, "" if none was */
	bool compared;	       /* that one could be read: `changes` tells the difference */
	bool aside_gone;       /* nobody served that one; what it took the place of is gone */
	bool erasures;	       /* and what was erased there is erased here again */
	struct strbuf changes; /* lines, by aftermath.h; to be released */
};
/* Put the backup's database in the place of dir's; keys and conf only where
 * dir has none. `dir` may be a new folder. ST_REFUSED "is-backup": a backup is
 * what is restored, not where to. */
MUST_USE enum status central_restore(const char *from, const char *dir, int64_t now,
				     struct restore_facts *out, struct err *why);

#endif
