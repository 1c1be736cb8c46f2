/* SPDX-License-Identifier: EUPL-1.2 */
#include "cache/aside.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cache/cache.h"
#include "cache/erasing.h"
#include "sql/db.h"

#include "base/banned.h"

enum { NAME = 64 };

/* What the schema says of an index is kept, and run again when the rows are
 * there: made at once from all rows, it costs a fraction. */
#define OF_CASES "type = 'index' AND tbl_name = 'base_case' AND sql IS NOT NULL"
static const char keep_indexes[] = "INSERT INTO meta(name, words) SELECT 'load.index.' || name, sql"
				   " FROM sqlite_schema WHERE " OF_CASES;
static const char next_index[] = "SELECT name FROM sqlite_schema WHERE " OF_CASES " LIMIT 1";
static const char kept_index[] =
	"SELECT name, words FROM meta WHERE name GLOB 'load.index.*' LIMIT 1";
static const char drop_kept[] = "DELETE FROM meta WHERE name = ?1";
static const char words_from[] = "SELECT number FROM meta WHERE name = 'load.words'";
static const char words_upto[] = "SELECT max(key) FROM (SELECT key FROM base_case"
				 " WHERE key > ?1 ORDER BY key LIMIT 10000)";
static const char add_words[] = "INSERT INTO case_words(rowid, words) SELECT key, words"
				" FROM base_case WHERE key > ?1 AND key <= ?2 ORDER BY key";
static const char words_done[] = "INSERT INTO meta(name, number) VALUES('load.words', ?1)"
				 " ON CONFLICT(name) DO UPDATE SET number = ?1";
static const char get_wants[] = "SELECT case_id FROM want WHERE case_id > ?1 ORDER BY case_id";
static const char put_want[] = "INSERT OR IGNORE INTO want(case_id) VALUES(?1)";
static const char put_revision[] = "INSERT INTO meta(name, number) VALUES('revision', ?1)"
				   " ON CONFLICT(name) DO UPDATE SET number = ?1";

/* --- The file ------------------------------------------------------------------------ */

bool aside_there(const char *path)
{
	return access(path, F_OK) == 0;
}

void aside_remove(const char *path)
{
	static const char *const tails[] = { "", "-wal", "-shm", "-journal" };
	char name[4200];

	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		int n = snprintf(name, sizeof(name), "%s%s", path, tails[i]);

		if (n > 0 && (size_t)n < sizeof(name))
			(void)unlink(name);
	}
}

/* A name cannot be bound; it stands in our own schema. */
static enum status drop_index(struct db *db, bool *more, struct err *why)
{
	struct stmt *q = db_stmt(db, next_index);
	char name[NAME], sql[NAME + 32];
	enum status st = stmt_step(q, why);

	*more = st == ST_OK;
	if (st != ST_OK)
		return st == ST_NONE ? ST_OK : st;
	stmt_col_copy(q, 0, name, sizeof(name));
	stmt_reset(q);
	snprintf(sql, sizeof(sql), "DROP INDEX \"%s\"", name);
	return db_exec(db, sql, why);
}

static enum status begin_load(struct db *db, struct err *why)
{
	bool more = true;
	enum status st = db_begin(db, why);

	if (st == ST_OK)
		st = db_exec(db, keep_indexes, why);
	while (st == ST_OK && more)
		st = drop_index(db, &more, why);
	if (st == ST_OK)
		st = cache_keep(db, "load.begun", str_of("1"), why);
	if (st == ST_OK)
		return db_commit(db, why);
	db_rollback(db);
	return st;
}

/* Sorting for an index goes to disk, or memory would grow with the rows. */
enum status aside_open(struct db **out, const char *path, struct err *why)
{
	struct strbuf begun = STRBUF_INIT;
	enum status st = cache_open(out, path, why);

	if (st != ST_OK)
		return st;
	st = cache_load(*out, true, why);
	if (st == ST_OK)
		st = db_exec(*out, "PRAGMA temp_store=FILE", why);
	if (st == ST_OK)
		st = cache_kept(*out, "load.begun", &begun, why);
	if (st == ST_NONE)
		st = begin_load(*out, why);
	strbuf_release(&begun);
	if (st != ST_OK) {
		cache_close(*out);
		*out = NULL;
	}
	return st;
}

/* --- Words and indexes ------------------------------------------------------------------ */

static enum status build_words(struct db *db, bool *more, struct err *why)
{
	struct stmt *q = db_stmt(db, words_upto);
	int64_t from = 0, upto = 0;
	enum status st = db_get_int(db, words_from, &from, 0, why);

	*more = false;
	if (st != ST_OK)
		return st;
	stmt_int(q, 1, from);
	st = stmt_step(q, why);
	if (st == ST_OK && !stmt_col_null(q, 0))
		upto = stmt_col_int(q, 0);
	stmt_reset(q);
	*more = upto > from;
	if (st != ST_OK || !*more)
		return st;
	q = db_stmt(db, add_words);
	stmt_int(q, 1, from);
	stmt_int(q, 2, upto);
	st = stmt_run(q, why);
	q = db_stmt(db, words_done);
	stmt_int(q, 1, upto);
	return st == ST_OK ? stmt_run(q, why) : st;
}

static enum status build_index(struct db *db, bool *more, struct err *why)
{
	struct stmt *q = db_stmt(db, kept_index);
	struct strbuf sql = STRBUF_INIT;
	char name[NAME];
	struct str words;
	enum status st = stmt_step(q, why);

	*more = st == ST_OK;
	if (st != ST_OK)
		return st == ST_NONE ? ST_OK : st;
	stmt_col_copy(q, 0, name, sizeof(name));
	words = stmt_col_text(q, 1);
	if (!strbuf_set(&sql, words.p, words.n))
		st = err_set(why, ST_BROKEN, "memory", "no memory for an index");
	stmt_reset(q);
	if (st == ST_OK)
		st = db_exec(db, strbuf_cstr(&sql), why);
	strbuf_release(&sql);
	q = db_stmt(db, drop_kept);
	stmt_cstr(q, 1, name);
	return st == ST_OK ? stmt_run(q, why) : st;
}

enum status aside_build(struct db *db, bool *done, struct err *why)
{
	bool more = false;
	enum status st = db_begin(db, why);

	if (st == ST_OK)
		st = build_words(db, &more, why);
	if (st == ST_OK && !more)
		st = build_index(db, &more, why);
	*done = !more;
	if (st == ST_OK)
		return db_commit(db, why);
	db_rollback(db);
	return st;
}

/* --- Taken over ---------------------------------------------------------------------------- */

static enum status copy_wants(struct db *from, struct db *to, struct err *why)
{
	struct stmt *q = db_stmt(from, get_wants), *put;
	char id[UUID_TEXT];
	enum status st;

	stmt_cstr(q, 1, "");
	while ((st = stmt_step(q, why)) == ST_OK) {
		stmt_col_copy(q, 0, id, sizeof(id));
		put = db_stmt(to, put_want);
		stmt_cstr(put, 1, id);
		st = stmt_run(put, why);
		if (st != ST_OK)
			break;
	}
	stmt_reset(q);
	return st == ST_NONE ? ST_OK : st;
}

/* What the outbox has still to let go of: the new copy need not tell it again. */
static enum status copy_erasing(struct db *from, struct db *to, struct err *why)
{
	struct erasing e = { .id = 0 };
	enum status st = ST_OK;

	while (st == ST_OK && (st = erasing_after(from, &e, why)) == ST_OK)
		st = erasing_put(to, &e, why);
	return st == ST_NONE ? ST_OK : st;
}

/* Whoever has drawn the old copy sees that there is another. */
static enum status raise_revision(struct db *aside, struct db *cache, struct err *why)
{
	struct stmt *q = db_stmt(aside, put_revision);
	int64_t revision = 0;
	enum status st = cache_revision(cache, &revision, why);

	stmt_int(q, 1, revision + 1);
	return st == ST_OK ? stmt_run(q, why) : st;
}

enum status aside_take_over(struct db *aside, struct db *cache, struct err *why)
{
	enum status st = db_begin(aside, why);

	if (st == ST_OK)
		st = copy_wants(cache, aside, why);
	if (st == ST_OK)
		st = copy_erasing(cache, aside, why);
	if (st == ST_OK)
		st = raise_revision(aside, cache, why);
	if (st != ST_OK) {
		db_rollback(aside);
		return st;
	}
	st = db_commit(aside, why);
	return st == ST_OK ? db_copy(aside, cache, why) : st;
}

enum status aside_settle(struct db *cache, struct err *why)
{
	enum status st = db_exec(cache, "DELETE FROM meta WHERE name GLOB 'load.*'", why);

	/* While a reader holds it the log stays as long as it is. */
	return st == ST_OK && db_checkpoint(cache, NULL) != ST_OK ? ST_OK : st;
}
