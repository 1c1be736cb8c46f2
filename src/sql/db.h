/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * db - a SQLite file opened our way, and statements run to their end.
 *
 * Place:    under cache and the central's store; the only user of SQLite.
 * Promise:  4096-byte pages with 40 reserved bytes from the first file on,
 *           WAL, foreign keys, temporary data in memory. A file of a newer
 *           release is refused untouched. Statement texts are static strings
 *           and are prepared once each; of those put together in the running
 *           program a bounded number is kept.
 * Owner:    db_open gives a struct db, db_close takes it. A struct stmt is
 *           borrowed until the same text is asked for again; texts read from
 *           a row are borrowed until the next step.
 * Errors:   ST_RETRY "database-busy", "stopped"; ST_CONFLICT "constraint"; ST_BROKEN
 *           "disk-full", "disk-error", "database-damaged", "database";
 *           ST_REFUSED "newer-version"; ST_NONE: no such file (no create).
 */
#ifndef SQL_DB_H
#define SQL_DB_H

#include <stdint.h>

#include "base/status.h"
#include "base/strbuf.h"

struct db;
struct stmt;

enum {
	DB_CREATE = 1 << 0, /* make the file where there is none */
	DB_READ_ONLY = 1 << 1,
	DB_SYNC_FULL = 1 << 2,	   /* each commit is on disk when it returns */
	DB_SECURE_DELETE = 1 << 3, /* deleted content is overwritten */
	DB_RESCUE = 1 << 4,	   /* with DB_READ_ONLY: where nothing can be written */
};

/* A kind of database: who it is, and how it came to be. Step i brings
 * user_version i to i+1; each runs in a transaction of its own. */
struct db_schema {
	const char *what; /* "the case cache", for messages */
	uint32_t application_id;
	int step_count;
	const char *const *steps;
};

/* path ":memory:" is allowed (no WAL then).
 *
 * DB_RESCUE reads a file beside which SQLite can't make its -shm: a full disk, a
 * folder that is read only. What stands in a -wal is read if its -shm is there;
 * else the file alone is, unless its -wal holds something: then the file is not
 * the whole truth, and is refused ("disk-error"). */
MUST_USE enum status db_open(struct db **out, const char *path, unsigned flags,
			     const struct db_schema *schema, struct err *why);
void db_close(struct db *db); /* NULL is fine; an open transaction is undone */

/* BEGIN IMMEDIATE. Transactions do not nest. */
MUST_USE enum status db_begin(struct db *db, struct err *why);
/* A read transaction: one snapshot for all that is read. */
MUST_USE enum status db_begin_read(struct db *db, struct err *why);
/* On any failure the transaction is undone before this returns. */
MUST_USE enum status db_commit(struct db *db, struct err *why);
void db_rollback(struct db *db); /* fine without a transaction */

/* Asked before each COMMIT of a write transaction; false makes the commit
 * fail as a crash would: ST_BROKEN "crash", everything undone. For the
 * simulator and tests. */
void db_on_commit(struct db *db, bool (*may)(void *ctx), void *ctx);

/* While statements run, `stop` is asked every few thousand steps: true ends the
 * one that runs with ST_RETRY "stopped". NULL: none is ended any more. */
void db_stop_when(struct db *db, bool (*stop)(void *ctx), void *ctx);

/* The prepared statement of a static text, reset and unbound. NULL never:
 * a text that does not compile gives a statement whose run fails with the
 * reason, so that callers ask once. */
struct stmt *db_stmt(struct db *db, const char *sql);
/* The same for a text that was put together: kept by its content, the
 * DB_TEXTS last used ones. Borrowed until so many other texts have been asked
 * for. What people typed never stands in such a text, only its shape. */
enum { DB_TEXTS = 48 };
struct stmt *db_stmt_text(struct db *db, const char *sql);

/* Parameters count from 1. Texts and blobs are copied. */
void stmt_int(struct stmt *q, int i, int64_t v);
void stmt_text(struct stmt *q, int i, struct str s);
void stmt_cstr(struct stmt *q, int i, const char *s); /* NULL binds NULL */
void stmt_blob(struct stmt *q, int i, const void *p, size_t n);
void stmt_null(struct stmt *q, int i);
/* Not copied: the text stays as it is until the statement has been run. */
void stmt_lend(struct stmt *q, int i, struct str s);

/* Next row: ST_OK with a row, ST_NONE at the end (then reset by itself). */
MUST_USE enum status stmt_step(struct stmt *q, struct err *why);
/* To the end, rows thrown away. */
MUST_USE enum status stmt_run(struct stmt *q, struct err *why);
/* Stop reading early. */
void stmt_reset(struct stmt *q);

/* Columns count from 0. */
int64_t stmt_col_int(struct stmt *q, int i);
struct str stmt_col_text(struct stmt *q, int i); /* also blobs */
bool stmt_col_null(struct stmt *q, int i);
/* Copy into a fixed field; empty if it does not fit: what was written by us
 * fits, and a cut text could pass for a whole one. */
void stmt_col_copy(struct stmt *q, int i, char *dst, size_t size);
/* The same into growing text. ST_BROKEN "memory", and the text is empty: whoever
 * takes an empty one for one that was erased must hear of it. */
MUST_USE enum status stmt_col_keep(struct stmt *q, int i, struct strbuf *to, struct err *why);

/* Several statements at once, no parameters. */
MUST_USE enum status db_exec(struct db *db, const char *sql, struct err *why);
/* Rows changed by the last statement. */
int64_t db_changes(struct db *db);
int64_t db_last_id(struct db *db);
/* First column of the first row of a parameterless query; `otherwise` if
 * there is none. */
MUST_USE enum status db_get_int(struct db *db, const char *sql, int64_t *v, int64_t otherwise,
				struct err *why);

/* PRAGMA integrity_check and foreign_key_check: ST_BROKEN names the finding. */
MUST_USE enum status db_check(struct db *db, struct err *why);
/* Move the WAL into the file and empty it. */
MUST_USE enum status db_checkpoint(struct db *db, struct err *why);
/* What was deleted leaves the files: an FTS5 index keeps its words in older
 * parts until these are made one, in short transactions, and a database with
 * DB_SECURE_DELETE keeps pages as they were in its WAL. `index` NULL: there
 * is none. ST_RETRY
 * "database-busy": a reader holds the WAL, the rest is done. */
MUST_USE enum status db_purge(struct db *db, const char *index, struct err *why);
/* Replace all of `to` by a consistent copy of `from`: two open databases of
 * the same kind (a restore; the simulator's disk images). */
MUST_USE enum status db_copy(struct db *from, struct db *to, struct err *why);
/* Who looks on while a database is copied: pages done, of how many. */
struct db_watch {
	void (*told)(void *ctx, int done, int total);
	void *ctx;
};
/* A consistent copy of the open database as a new file that its owner alone
 * may read; of the snapshot that a read transaction holds, where there is one.
 * `watch` may be NULL. ST_CONFLICT "file-exists": what is there is not written
 * over. */
MUST_USE enum status db_backup(struct db *db, const char *path, const struct db_watch *watch,
			       struct err *why);

#endif
