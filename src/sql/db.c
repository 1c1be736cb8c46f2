/* SPDX-License-Identifier: EUPL-1.2 */
#include "sql/db.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/banned.h"

enum { PAGE_SIZE = 4096, RESERVED = 40, BUSY_MS = 5000, SLOTS = 1024, STEPS = 4000 };

struct stmt {
	struct db *db;
	const char *sql; /* its address is the key */
	char *text;	 /* NULL, or the same text, owned: its content is the key */
	sqlite3_stmt *q; /* NULL: did not compile; `rc` says why */
	int rc;
	int bound; /* the first binding that failed, or SQLITE_OK */
};

struct db {
	sqlite3 *h;
	char *path;
	bool memory;
	bool writing;
	bool (*may_commit)(void *ctx);
	void *may_ctx;
	bool (*stop)(void *ctx);
	void *stop_ctx;
	struct stmt *slots[SLOTS];    /* open addressing by the text's address */
	struct stmt *texts[DB_TEXTS]; /* by content; their `sql` is owned */
	int64_t used[DB_TEXTS];	      /* when, by `uses` */
	int64_t uses;
};

static enum status explain(struct db *db, int rc, struct err *why)
{
	const char *text = db->h && sqlite3_errcode(db->h) != SQLITE_OK ? sqlite3_errmsg(db->h)
									: sqlite3_errstr(rc);
	bool full = db->h && (rc & 0xFF) == SQLITE_IOERR && sqlite3_system_errno(db->h) == ENOSPC;

	/* What grows beside the file itself is told apart by errno alone. */
	switch (full ? SQLITE_FULL : rc & 0xFF) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return err_set(why, ST_RETRY, "database-busy",
			       "%s: in use by another process; try again", db->path);
	case SQLITE_INTERRUPT:
		return err_set(why, ST_RETRY, "stopped", "%s: given up, as asked", db->path);
	case SQLITE_CONSTRAINT:
		return err_set(why, ST_CONFLICT, "constraint", "%s: %s", db->path, text);
	case SQLITE_FULL:
		return err_set(why, ST_BROKEN, "disk-full",
			       "%s: the disk is full; make room and try again, nothing was written",
			       db->path);
	case SQLITE_IOERR:
	case SQLITE_READONLY:
		return err_set(why, ST_BROKEN, "disk-error", "%s: %s; nothing was written",
			       db->path, text);
	case SQLITE_CANTOPEN:
		return err_set(why, ST_BROKEN, "disk-error",
			       "%s: cannot be opened; check folder, rights and room on the disk",
			       db->path);
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return err_set(why, ST_BROKEN, "database-damaged", "%s: %s", db->path, text);
	default:
		return err_set(why, ST_BROKEN, "database", "%s: %s", db->path, text);
	}
}

enum status db_exec(struct db *db, const char *sql, struct err *why)
{
	int rc = sqlite3_exec(db->h, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? ST_OK : explain(db, rc, why);
}

enum status db_get_int(struct db *db, const char *sql, int64_t *v, int64_t otherwise,
		       struct err *why)
{
	sqlite3_stmt *q = NULL;
	int rc = sqlite3_prepare_v2(db->h, sql, -1, &q, NULL);

	*v = otherwise;
	if (rc == SQLITE_OK)
		rc = sqlite3_step(q);
	if (rc == SQLITE_ROW && sqlite3_column_type(q, 0) != SQLITE_NULL)
		*v = sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? ST_OK : explain(db, rc, why);
}

/* Reserved bytes are set before the first page is written; page_size and
 * WAL come after, so that the first file has its form for good. */
static enum status shape(struct db *db, unsigned flags, struct err *why)
{
	int reserve = RESERVED;
	char sql[400];

	if (!(flags & DB_READ_ONLY)) {
		enum status st;

		sqlite3_file_control(db->h, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserve);
		snprintf(sql, sizeof(sql), "PRAGMA page_size=%d;%s PRAGMA secure_delete=%s;",
			 PAGE_SIZE, db->memory ? "" : " PRAGMA journal_mode=WAL;",
			 flags & DB_SECURE_DELETE ? "ON" : "OFF");
		st = db_exec(db, sql, why);
		if (st != ST_OK)
			return st;
	}
	snprintf(sql, sizeof(sql),
		 "PRAGMA synchronous=%s; PRAGMA foreign_keys=ON;"
		 " PRAGMA temp_store=MEMORY; PRAGMA trusted_schema=OFF;"
		 " PRAGMA cell_size_check=ON;",
		 flags & DB_SYNC_FULL ? "FULL" : "NORMAL");
	return db_exec(db, sql, why);
}

/* The version is asked for again under the lock: another process may open
 * the same new file and take the step first. */
static enum status run_step(struct db *db, const struct db_schema *s, int step, struct err *why)
{
	char sql[96];
	int64_t version = 0;
	enum status st = db_begin(db, why);

	if (st == ST_OK)
		st = db_get_int(db, "PRAGMA user_version", &version, 0, why);
	if (st != ST_OK || version > step) {
		db_rollback(db);
		return st;
	}
	snprintf(sql, sizeof(sql), "PRAGMA user_version=%d; PRAGMA application_id=%u;", step + 1,
		 s->application_id);
	st = db_exec(db, s->steps[step], why);
	if (st == ST_OK)
		st = db_exec(db, sql, why);
	if (st == ST_OK)
		return db_commit(db, why);
	db_rollback(db);
	return st;
}

static enum status migrate(struct db *db, const struct db_schema *s, unsigned flags,
			   struct err *why)
{
	int64_t version, id;
	enum status st = db_get_int(db, "PRAGMA user_version", &version, 0, why);

	if (st == ST_OK)
		st = db_get_int(db, "PRAGMA application_id", &id, 0, why);
	if (st != ST_OK)
		return st;
	if (version && id != (int64_t)s->application_id)
		return err_set(why, ST_BROKEN, "database-damaged", "%s: this is not %s", db->path,
			       s->what);
	if (version > s->step_count)
		return err_set(
			why, ST_REFUSED, "newer-version",
			"%s: %s was written by a newer release (version %d, this program knows %d); "
			"use that release, the file is unchanged",
			db->path, s->what, (int)version, s->step_count);
	for (int i = (int)version; i < s->step_count && !(flags & DB_READ_ONLY); i++) {
		st = run_step(db, s, i, why);
		if (st != ST_OK)
			return st;
	}
	return ST_OK;
}

/* A newer file must stay untouched, so look before any PRAGMA can write. */
static enum status peek_version(const char *path, const struct db_schema *s, struct err *why)
{
	struct db probe = { .path = strdup(path) };
	int64_t version = 0;
	enum status st = ST_OK;

	if (!probe.path)
		return err_set(why, ST_BROKEN, "memory", "out of memory");
	if (sqlite3_open_v2(path, &probe.h, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK
	    && db_get_int(&probe, "PRAGMA user_version", &version, 0, NULL) == ST_OK
	    && version > s->step_count)
		st = migrate(&probe, s, DB_READ_ONLY, why);
	sqlite3_close(probe.h);
	free(probe.path);
	return st;
}

/* The handle alone: nothing is asked or written yet. */
static enum status open_handle(struct db *db, unsigned flags, const struct db_schema *schema,
			       struct err *why)
{
	int create = flags & DB_CREATE ? SQLITE_OPEN_CREATE : 0;
	int mode = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
		   | (flags & DB_READ_ONLY ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | create);
	bool there = !db->memory && access(db->path, F_OK) == 0;
	enum status st = there ? peek_version(db->path, schema, why) : ST_OK;
	int rc;

	if (!there && !db->memory && !(flags & DB_CREATE))
		return err_set(why, ST_NONE, "no-file", "%s: there is no such file", db->path);
	if (st != ST_OK)
		return st;
	rc = sqlite3_open_v2(db->path, &db->h, mode, NULL);
	if (rc != SQLITE_OK)
		return explain(db, rc, why);
	sqlite3_busy_timeout(db->h, BUSY_MS);
	return ST_OK;
}

/* Does the file's log hold what the file lacks? */
static bool has_log(const char *path)
{
	char wal[4200];
	struct stat s;
	int n = snprintf(wal, sizeof(wal), "%s-wal", path);

	return n < 0 || (size_t)n >= sizeof(wal) || (stat(wal, &s) == 0 && s.st_size > 0);
}

/* The path as a URI that lets SQLite do without locks and files beside it. */
static bool immutable_uri(struct strbuf *out, const char *path)
{
	strbuf_adds(out, "file:");
	for (const char *p = path; *p; p++)
		if (strchr("%?#", *p))
			strbuf_addf(out, "%%%02X", (unsigned)(unsigned char)*p);
		else
			strbuf_addc(out, *p);
	return strbuf_adds(out, "?immutable=1");
}

static bool can_read(struct db *db)
{
	int64_t n;

	return db_get_int(db, "SELECT count(*) FROM sqlite_schema", &n, 0, NULL) == ST_OK;
}

static enum status open_rescue(struct db *db, struct err *why)
{
	struct strbuf uri = STRBUF_INIT;
	int rc = sqlite3_open_v2(db->path, &db->h,
				 SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_READONLY,
				 NULL);

	if (rc == SQLITE_OK && can_read(db))
		return ST_OK;
	if (has_log(db->path))
		return err_set(why, ST_BROKEN, "disk-error",
			       "%s: cannot be read without writing beside it: the newest is in "
			       "%s-wal. Make room, or copy the folder to where it can be written",
			       db->path, db->path);
	sqlite3_close(db->h);
	db->h = NULL;
	if (!immutable_uri(&uri, db->path)) {
		strbuf_release(&uri);
		return err_set(why, ST_BROKEN, "memory", "out of memory");
	}
	rc = sqlite3_open_v2(strbuf_cstr(&uri), &db->h,
			     SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_READONLY
				     | SQLITE_OPEN_URI,
			     NULL);
	strbuf_release(&uri);
	return rc == SQLITE_OK ? ST_OK : explain(db, rc, why);
}

/* A commit whose flush failed, and whose program ended, is read from the log here
 * as if it stood, and may be gone with the power: the flush that failed is not
 * made up for by another one (Linux marks the pages as written). What is in the
 * log, as far as no other process still reads behind it, is written into the file and
 * flushed there before anyone builds on it. On
 * a full disk it cannot be; that is no sign of such a commit. */
static enum status settle_log(struct db *db, unsigned flags, struct err *why)
{
	struct err found = ERR_INIT;
	enum status st;

	if (!(flags & DB_SYNC_FULL) || (flags & DB_READ_ONLY) || db->memory)
		return ST_OK;
	st = db_exec(db, "PRAGMA wal_checkpoint(PASSIVE)", &found);
	if (st == ST_OK || strcmp(found.code, "disk-full") == 0)
		return ST_OK;
	return err_set(why, st, found.code, "%s", found.text);
}

enum status db_open(struct db **out, const char *path, unsigned flags,
		    const struct db_schema *schema, struct err *why)
{
	struct db *db = calloc(1, sizeof(*db));
	enum status st;

	*out = NULL;
	if (db)
		db->path = strdup(path);
	if (!db || !db->path) {
		free(db);
		return err_set(why, ST_BROKEN, "memory", "out of memory");
	}
	db->memory = strcmp(path, ":memory:") == 0;
	st = flags & DB_RESCUE ? open_rescue(db, why) : open_handle(db, flags, schema, why);
	if (st == ST_OK)
		st = shape(db, flags, why);
	if (st == ST_OK)
		st = migrate(db, schema, flags, why);
	if (st == ST_OK)
		st = settle_log(db, flags, why);
	if (st == ST_OK)
		*out = db;
	else
		db_close(db);
	return st;
}

static void drop_text(struct db *db, int i)
{
	if (!db->texts[i])
		return;
	sqlite3_finalize(db->texts[i]->q);
	free(db->texts[i]->text);
	free(db->texts[i]);
	db->texts[i] = NULL;
}

void db_close(struct db *db)
{
	if (!db)
		return;
	for (int i = 0; i < SLOTS; i++) {
		if (db->slots[i])
			sqlite3_finalize(db->slots[i]->q);
		free(db->slots[i]);
	}
	for (int i = 0; i < DB_TEXTS; i++)
		drop_text(db, i);
	db_rollback(db);
	sqlite3_close(db->h);
	free(db->path);
	free(db);
}

enum status db_begin(struct db *db, struct err *why)
{
	enum status st = db_exec(db, "BEGIN IMMEDIATE", why);

	db->writing = st == ST_OK;
	return st;
}

enum status db_begin_read(struct db *db, struct err *why)
{
	return db_exec(db, "BEGIN", why);
}

enum status db_commit(struct db *db, struct err *why)
{
	enum status st;

	if (db->writing && db->may_commit && !db->may_commit(db->may_ctx)) {
		db_rollback(db);
		return err_set(why, ST_BROKEN, "crash", "stopped before the commit");
	}
	st = db_exec(db, "COMMIT", why);
	if (st != ST_OK)
		db_rollback(db);
	db->writing = false;
	return st;
}

void db_rollback(struct db *db)
{
	if (db->h && !sqlite3_get_autocommit(db->h))
		sqlite3_exec(db->h, "ROLLBACK", NULL, NULL, NULL);
	db->writing = false;
}

void db_on_commit(struct db *db, bool (*may)(void *ctx), void *ctx)
{
	db->may_commit = may;
	db->may_ctx = ctx;
}

static int is_over(void *ctx)
{
	struct db *db = ctx;

	return db->stop(db->stop_ctx);
}

void db_stop_when(struct db *db, bool (*stop)(void *ctx), void *ctx)
{
	db->stop = stop;
	db->stop_ctx = ctx;
	sqlite3_progress_handler(db->h, STEPS, stop ? is_over : NULL, db);
}

static struct stmt *prepare(struct db *db, const char *sql)
{
	struct stmt *s = calloc(1, sizeof(*s));

	if (!s)
		abort(); /* a statement table is a few kilobytes at start-up */
	s->db = db;
	s->sql = sql;
	s->rc = sqlite3_prepare_v3(db->h, sql, -1, SQLITE_PREPARE_PERSISTENT, &s->q, NULL);
	if (s->rc == SQLITE_OK && !s->q)
		s->rc = SQLITE_MISUSE;
	return s;
}

static struct stmt *ready(struct stmt *s)
{
	sqlite3_reset(s->q);
	if (s->q)
		sqlite3_clear_bindings(s->q);
	s->bound = SQLITE_OK;
	return s;
}

struct stmt *db_stmt(struct db *db, const char *sql)
{
	size_t at = ((uintptr_t)sql >> 3) % SLOTS;

	for (int tries = 0; db->slots[at]; at = (at + 1) % SLOTS, tries++) {
		if (db->slots[at]->sql == sql || tries == SLOTS - 1)
			break;
	}
	/* A statement that did not compile is tried anew: the reason may have
	 * been a lock, and its message belongs to this call. */
	if (db->slots[at] && (db->slots[at]->sql != sql || !db->slots[at]->q)) {
		sqlite3_finalize(db->slots[at]->q);
		free(db->slots[at]);
		db->slots[at] = NULL;
	}
	if (!db->slots[at])
		db->slots[at] = prepare(db, sql);
	return ready(db->slots[at]);
}

/* Where the text stands; else the place that was used longest ago. */
static int place_of(const struct db *db, const char *sql)
{
	int oldest = 0;

	for (int i = 0; i < DB_TEXTS; i++) {
		if (db->texts[i] && strcmp(db->texts[i]->sql, sql) == 0)
			return i;
		if (db->used[i] < db->used[oldest])
			oldest = i;
	}
	return oldest;
}

struct stmt *db_stmt_text(struct db *db, const char *sql)
{
	int at = place_of(db, sql);

	if (db->texts[at] && (strcmp(db->texts[at]->sql, sql) != 0 || !db->texts[at]->q))
		drop_text(db, at);
	if (!db->texts[at]) {
		char *text = strdup(sql);

		if (!text)
			abort(); /* as for static texts */
		db->texts[at] = prepare(db, text);
		db->texts[at]->text = text;
	}
	db->used[at] = ++db->uses;
	return ready(db->texts[at]);
}

/* A value that was not bound would be written as NULL: the step tells. */
static void keep(struct stmt *q, int rc)
{
	if (q->q && q->bound == SQLITE_OK)
		q->bound = rc;
}

void stmt_int(struct stmt *q, int i, int64_t v)
{
	keep(q, sqlite3_bind_int64(q->q, i, v));
}

void stmt_text(struct stmt *q, int i, struct str s)
{
	keep(q, sqlite3_bind_text64(q->q, i, s.p ? s.p : "", s.n, SQLITE_TRANSIENT, SQLITE_UTF8));
}

void stmt_lend(struct stmt *q, int i, struct str s)
{
	keep(q, sqlite3_bind_text64(q->q, i, s.p ? s.p : "", s.n, SQLITE_STATIC, SQLITE_UTF8));
}

void stmt_cstr(struct stmt *q, int i, const char *s)
{
	if (s)
		stmt_text(q, i, str_of(s));
	else
		stmt_null(q, i);
}

void stmt_blob(struct stmt *q, int i, const void *p, size_t n)
{
	keep(q, sqlite3_bind_blob64(q->q, i, n ? p : "", n, SQLITE_TRANSIENT));
}

void stmt_null(struct stmt *q, int i)
{
	keep(q, sqlite3_bind_null(q->q, i));
}

enum status stmt_step(struct stmt *q, struct err *why)
{
	int rc = q->q ? q->bound : q->rc;

	if (rc == SQLITE_OK)
		rc = sqlite3_step(q->q);

	if (rc == SQLITE_ROW)
		return ST_OK;
	if (rc == SQLITE_DONE) {
		sqlite3_reset(q->q);
		return ST_NONE;
	}
	(void)explain(q->db, rc, why);
	sqlite3_reset(q->q);
	return explain(q->db, rc, NULL);
}

enum status stmt_run(struct stmt *q, struct err *why)
{
	enum status st;

	do
		st = stmt_step(q, why);
	while (st == ST_OK);
	return st == ST_NONE ? ST_OK : st;
}

void stmt_reset(struct stmt *q)
{
	sqlite3_reset(q->q);
}

int64_t stmt_col_int(struct stmt *q, int i)
{
	return sqlite3_column_int64(q->q, i);
}

struct str stmt_col_text(struct stmt *q, int i)
{
	const void *p = sqlite3_column_blob(q->q, i);

	return (struct str){ p ? p : "", (size_t)sqlite3_column_bytes(q->q, i) };
}

bool stmt_col_null(struct stmt *q, int i)
{
	return sqlite3_column_type(q->q, i) == SQLITE_NULL;
}

void stmt_col_copy(struct stmt *q, int i, char *dst, size_t size)
{
	struct str s = stmt_col_text(q, i);

	if (s.n >= size)
		s.n = 0;
	memcpy(dst, s.p, s.n);
	dst[s.n] = '\0';
}

enum status stmt_col_keep(struct stmt *q, int i, struct strbuf *to, struct err *why)
{
	struct str s = stmt_col_text(q, i);

	return strbuf_set(to, s.p, s.n) ? ST_OK
					: err_set(why, ST_BROKEN, "memory",
						  "%s: no memory to read from it", q->db->path);
}

int64_t db_changes(struct db *db)
{
	return sqlite3_changes64(db->h);
}

int64_t db_last_id(struct db *db)
{
	return sqlite3_last_insert_rowid(db->h);
}

enum status db_check(struct db *db, struct err *why)
{
	struct stmt *q = db_stmt(db, "PRAGMA integrity_check");
	enum status st = stmt_step(q, why);
	struct str finding;

	finding = stmt_col_text(q, 0);
	if (st == ST_OK && !str_eq(finding, "ok"))
		st = err_set(why, ST_BROKEN, "database-damaged", "%s: %.*s", db->path,
			     (int)(finding.n < 200 ? finding.n : 200), finding.p);
	stmt_reset(q);
	if (st != ST_OK)
		return st;
	q = db_stmt(db, "PRAGMA foreign_key_check");
	st = stmt_step(q, why);
	stmt_reset(q);
	if (st == ST_OK)
		return err_set(why, ST_BROKEN, "database-damaged",
			       "%s: a row refers to one that is not there", db->path);
	return st == ST_NONE ? ST_OK : st;
}

enum status db_checkpoint(struct db *db, struct err *why)
{
	return db_exec(db, "PRAGMA wal_checkpoint(TRUNCATE)", why);
}

static enum status merge_index(struct db *db, const char *index, int pages, bool *more,
			       struct err *why)
{
	int before = sqlite3_total_changes(db->h);
	char sql[160];
	enum status st;

	snprintf(sql, sizeof(sql), "INSERT INTO %s(%s, rank) VALUES('merge', %d)", index, index,
		 pages);
	st = db_exec(db, sql, why);
	/* The statement itself is one change. */
	*more = sqlite3_total_changes(db->h) - before >= 2;
	return st;
}

/* SQLite cuts the log off without a sync: who writes down after it that nothing is
 * left would be kept by a power failure that brings the old log back. */
static enum status sync_log(struct db *db, struct err *why)
{
	sqlite3_file *log = NULL;
	int rc = sqlite3_file_control(db->h, "main", SQLITE_FCNTL_JOURNAL_POINTER, (void *)&log);

	if (rc == SQLITE_OK && log && log->pMethods)
		rc = log->pMethods->xSync(log, SQLITE_SYNC_NORMAL);
	return rc == SQLITE_OK ? ST_OK : explain(db, rc, why);
}

enum status db_purge(struct db *db, const char *index, struct err *why)
{
	enum { PAGES = 500 };
	int64_t busy = 0;
	bool more = true;
	/* A negative number: all parts are to become one. */
	enum status st = index ? merge_index(db, index, -PAGES, &more, why) : ST_OK;

	while (index && st == ST_OK && more)
		st = merge_index(db, index, PAGES, &more, why);
	if (st == ST_OK)
		st = db_get_int(db, "PRAGMA wal_checkpoint(TRUNCATE)", &busy, 0, why);
	if (st == ST_OK && busy)
		st = err_set(why, ST_RETRY, "database-busy",
			     "deleted words wait for a reader to end before they leave the file");
	return st == ST_OK ? sync_log(db, why) : st;
}

/* The backup API, from one handle to another, some pages at a time where
 * somebody looks on. */
static int copy_pages(sqlite3 *from, sqlite3 *to, const struct db_watch *watch)
{
	sqlite3_backup *b = sqlite3_backup_init(to, "main", from, "main");
	int rc = b ? SQLITE_OK : sqlite3_errcode(to);

	while (rc == SQLITE_OK) {
		rc = sqlite3_backup_step(b, watch ? STEPS : -1);
		if (watch && (rc == SQLITE_OK || rc == SQLITE_DONE)) {
			int total = sqlite3_backup_pagecount(b);

			watch->told(watch->ctx, total - sqlite3_backup_remaining(b), total);
		}
	}
	sqlite3_backup_finish(b);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

enum status db_copy(struct db *from, struct db *to, struct err *why)
{
	int rc;

	db_rollback(to);
	rc = copy_pages(from->h, to->h, NULL);
	return rc == SQLITE_OK ? ST_OK : explain(to, rc, why);
}

enum status db_backup(struct db *db, const char *path, const struct db_watch *watch,
		      struct err *why)
{
	sqlite3 *to = NULL;
	int reserve = RESERVED;
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int rc;

	if (fd < 0 && errno == EEXIST)
		return err_set(why, ST_CONFLICT, "file-exists",
			       "%s: there is a file already; choose another name", path);
	if (fd < 0)
		return err_set(why, ST_BROKEN, "disk-error", "%s: %s", path, strerror(errno));
	close(fd);
	rc = sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE, NULL);
	if (rc == SQLITE_OK) {
		sqlite3_file_control(to, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserve);
		rc = copy_pages(db->h, to, watch);
	}
	sqlite3_close(to);
	if (rc == SQLITE_OK)
		return ST_OK;
	unlink(path);
	if ((rc & 0xFF) == SQLITE_FULL)
		return err_set(why, ST_BROKEN, "disk-full",
			       "%s: the disk is full; make room and try again", path);
	return err_set(why, ST_BROKEN, "disk-error", "%s: the copy failed: %s", path,
		       sqlite3_errstr(rc));
}
