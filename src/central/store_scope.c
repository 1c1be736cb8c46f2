/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/store.h"

#include <stdio.h>
#include <string.h>

#include "base/banned.h"

/* A number that a scope had before a restore is never given to another one:
 * workstations have read it so far, and would take the new one for read. Nor
 * does every restore begin an epoch: none does that loses scopes alone. So a
 * scope that is made once there is something to read is numbered by the time. */
static const char scope_ensure_sql[] =
	"INSERT INTO scope(id, unit, class) SELECT 1 + max("
	"coalesce((SELECT max(id) FROM scope), 0),"
	" (SELECT CASE WHEN count(*) > 1 OR EXISTS (SELECT 1 FROM log) THEN max(?3, max(at))"
	" ELSE 0 END FROM epoch)), ?1, ?2"
	" WHERE NOT EXISTS (SELECT 1 FROM scope WHERE unit = ?1 AND class = ?2)";
static const char scope_find_sql[] = "SELECT id FROM scope WHERE unit = ?1 AND class = ?2";
static const char scope_after_sql[] = "SELECT id, unit, class FROM scope"
				      " WHERE instr(unit, ':') = 0 AND id > ?1 ORDER BY id LIMIT 1";

static const char beside_sql[] = "SELECT 1 FROM case_beside WHERE case_id = ?1 AND scope = ?2";
static const char beside_of_sql[] =
	"SELECT scope FROM case_beside WHERE case_id = ?1 ORDER BY scope LIMIT ?2";
static const char beside_put_sql[] =
	"INSERT INTO case_beside(case_id, scope) VALUES(?1, ?2) ON CONFLICT DO NOTHING";
static const char beside_drop_sql[] = "DELETE FROM case_beside WHERE case_id = ?1 AND scope = ?2";

#define FILL "INSERT INTO case_beside(case_id, scope) SELECT id, ?1 FROM casefile WHERE "
static const char fill_queue_sql[] = FILL "queue = ?2 AND protection = ?3";
static const char fill_case_sql[] = FILL "id = ?2 AND protection = ?3";
static const char fill_feed_sql[] =
	"INSERT INTO feed(scope, seq, kind, case_id) SELECT ?1, log.seq, 'c', log.case_id"
	" FROM case_beside AS b JOIN casefile ON casefile.id = b.case_id"
	" JOIN log ON log.case_id = b.case_id AND log.n = casefile.n WHERE b.scope = ?1";

/* Every case of a scope's key and class lies in it, and its newest row there is
 * that of its last entry; and none lies in a scope that is not its own. */
#define SCOPES_OF                                                                                  \
	" FROM casefile JOIN scope ON (scope.unit = 'queue:' || casefile.queue"                    \
	" OR scope.unit = 'case:' || casefile.id) AND scope.class = casefile.protection"
static const char beside_faults_sql[] =
	"SELECT (SELECT count(*)" SCOPES_OF " JOIN log ON log.case_id = casefile.id"
	" AND log.n = casefile.n WHERE NOT EXISTS (SELECT 1 FROM case_beside AS b"
	" JOIN feed ON feed.scope = b.scope AND feed.seq = log.seq AND feed.kind = 'c'"
	" AND feed.case_id = b.case_id WHERE b.case_id = casefile.id AND b.scope = scope.id))"
	" + abs((SELECT count(*)" SCOPES_OF ") - (SELECT count(*) FROM case_beside))";

#define GRANT_COLUMNS "id, officer, key, by, reason, at, until, ended_at, ended_by"
#define STANDING " ended_at = 0 AND (until = 0 OR until > ?2)"
static const char grant_add_sql[] = "INSERT INTO scope_grant(officer, key, by, reason, at, until,"
				    " ended_at, ended_by) VALUES(?1,?2,?3,?4,?5,?6,?7,?8)";
static const char grant_end_sql[] =
	"UPDATE scope_grant SET ended_at = ?2, ended_by = ?3 WHERE id = ?1";
static const char grant_after_sql[] =
	"SELECT " GRANT_COLUMNS " FROM scope_grant WHERE id > ?1 ORDER BY id LIMIT 1";
static const char grant_standing_sql[] =
	"SELECT " GRANT_COLUMNS " FROM scope_grant WHERE officer = ?1 AND key = ?3 AND" STANDING
	" ORDER BY id LIMIT 1";
static const char grant_scope_sql[] =
	"SELECT scope.id FROM scope_grant JOIN scope ON scope.unit = scope_grant.key"
	" WHERE officer = ?1 AND" STANDING " AND scope.class <= ?3 AND scope.id > ?4"
	" ORDER BY scope.id LIMIT 1";
static const char run_out_sql[] = "SELECT count(*) FROM scope_grant WHERE officer = ?1"
				  " AND ended_at = 0 AND until > 0 AND until <= ?2";

/* --- Scopes -------------------------------------------------------------------- */

void scope_key(char out[SCOPE_KEY], const char *prefix, const char *code)
{
	snprintf(out, SCOPE_KEY, "%s%s", prefix, code);
}

enum status scope_ensure(struct db *db, const char *key, int64_t class, int64_t now,
			 struct err *why)
{
	struct stmt *q = db_stmt(db, scope_ensure_sql);

	stmt_cstr(q, 1, key);
	stmt_int(q, 2, class);
	stmt_int(q, 3, now);
	return stmt_run(q, why);
}

enum status scopes_ensure(struct db *db, const char *unit, int64_t now, struct err *why)
{
	char key[SCOPE_KEY];
	enum status st = ST_OK;

	for (int class = PROTECT_NONE; st == ST_OK && class <= PROTECT_IDENTITY; class ++)
		st = scope_ensure(db, unit, class, now, why);
	scope_key(key, SCOPE_OF_CONTACT, unit);
	return st == ST_OK ? scope_ensure(db, key, PROTECT_NONE, now, why) : st;
}

enum status scope_find(struct db *db, const char *key, int64_t class, int64_t *id, struct err *why)
{
	struct stmt *q = db_stmt(db, scope_find_sql);
	enum status st;

	stmt_cstr(q, 1, key);
	stmt_int(q, 2, class);
	st = stmt_step(q, why);
	if (st == ST_OK)
		*id = stmt_col_int(q, 0);
	stmt_reset(q);
	return st;
}

enum status scope_after(struct db *db, int64_t after, struct scope_row *s, struct err *why)
{
	struct stmt *q = db_stmt(db, scope_after_sql);
	enum status st;

	stmt_int(q, 1, after);
	st = stmt_step(q, why);
	if (st == ST_OK) {
		s->id = stmt_col_int(q, 0);
		stmt_col_copy(q, 1, s->unit, sizeof(s->unit));
		s->class = stmt_col_int(q, 2);
	}
	stmt_reset(q);
	return st;
}

/* --- Cases in scopes beside that of their unit ---------------------------------- */

static enum status on_beside(struct db *db, const char *sql, const char *case_id, int64_t scope,
			     struct err *why)
{
	struct stmt *q = db_stmt(db, sql);

	stmt_cstr(q, 1, case_id);
	stmt_int(q, 2, scope);
	return stmt_run(q, why);
}

enum status case_beside(struct db *db, const char *case_id, int64_t scope, struct err *why)
{
	struct stmt *q = db_stmt(db, beside_sql);
	enum status st;

	stmt_cstr(q, 1, case_id);
	stmt_int(q, 2, scope);
	st = stmt_step(q, why);
	stmt_reset(q);
	return st;
}

enum status beside_of(struct db *db, const char *case_id, int64_t scope[SCOPES_BESIDE], int *count,
		      struct err *why)
{
	struct stmt *q = db_stmt(db, beside_of_sql);
	enum status st;

	*count = 0;
	stmt_cstr(q, 1, case_id);
	stmt_int(q, 2, SCOPES_BESIDE);
	while ((st = stmt_step(q, why)) == ST_OK)
		scope[(*count)++] = stmt_col_int(q, 0);
	return st == ST_NONE ? ST_OK : st;
}

enum status beside_put(struct db *db, const char *case_id, int64_t scope, struct err *why)
{
	return on_beside(db, beside_put_sql, case_id, scope, why);
}

enum status beside_drop(struct db *db, const char *case_id, int64_t scope, struct err *why)
{
	return on_beside(db, beside_drop_sql, case_id, scope, why);
}

enum status scope_fill(struct db *db, int64_t scope, const char *key, int64_t class,
		       struct err *why)
{
	bool queue = strncmp(key, SCOPE_OF_QUEUE, strlen(SCOPE_OF_QUEUE)) == 0;
	struct stmt *q = db_stmt(db, queue ? fill_queue_sql : fill_case_sql);
	enum status st;

	stmt_int(q, 1, scope);
	stmt_cstr(q, 2, strchr(key, ':') + 1);
	stmt_int(q, 3, class);
	st = stmt_run(q, why);
	if (st != ST_OK)
		return st;
	q = db_stmt(db, fill_feed_sql);
	stmt_int(q, 1, scope);
	return stmt_run(q, why);
}

enum status beside_faults(struct db *db, int64_t *faults, struct err *why)
{
	return db_get_int(db, beside_faults_sql, faults, 0, why);
}

/* --- Grants ------------------------------------------------------------------------ */

static void read_grant(struct stmt *q, struct grant_row *g)
{
	g->id = stmt_col_int(q, 0);
	stmt_col_copy(q, 1, g->officer, sizeof(g->officer));
	stmt_col_copy(q, 2, g->key, sizeof(g->key));
	stmt_col_copy(q, 3, g->by, sizeof(g->by));
	stmt_col_copy(q, 4, g->reason, sizeof(g->reason));
	g->at = stmt_col_int(q, 5);
	g->until = stmt_col_int(q, 6);
	g->ended_at = stmt_col_int(q, 7);
	stmt_col_copy(q, 8, g->ended_by, sizeof(g->ended_by));
}

static enum status add_grant(struct db *db, struct grant_row *g, struct err *why)
{
	struct stmt *q = db_stmt(db, grant_add_sql);
	enum status st;

	stmt_cstr(q, 1, g->officer);
	stmt_cstr(q, 2, g->key);
	stmt_cstr(q, 3, g->by);
	stmt_cstr(q, 4, g->reason);
	stmt_int(q, 5, g->at);
	stmt_int(q, 6, g->until);
	stmt_int(q, 7, g->ended_at);
	stmt_cstr(q, 8, g->ended_by);
	st = stmt_run(q, why);
	if (st == ST_OK)
		g->id = db_last_id(db);
	return st;
}

enum status grant_put(struct db *db, struct grant_row *g, struct err *why)
{
	struct stmt *q;

	if (!g->id)
		return add_grant(db, g, why);
	q = db_stmt(db, grant_end_sql);
	stmt_int(q, 1, g->id);
	stmt_int(q, 2, g->ended_at);
	stmt_cstr(q, 3, g->ended_by);
	return stmt_run(q, why);
}

enum status grant_after(struct db *db, int64_t after, struct grant_row *g, struct err *why)
{
	struct stmt *q = db_stmt(db, grant_after_sql);
	enum status st;

	stmt_int(q, 1, after);
	st = stmt_step(q, why);
	if (st == ST_OK)
		read_grant(q, g);
	stmt_reset(q);
	return st;
}

enum status grant_standing(struct db *db, const char *officer, const char *key, int64_t now,
			   struct grant_row *g, struct err *why)
{
	struct stmt *q = db_stmt(db, grant_standing_sql);
	enum status st;

	stmt_cstr(q, 1, officer);
	stmt_int(q, 2, now);
	stmt_cstr(q, 3, key);
	st = stmt_step(q, why);
	if (st == ST_OK)
		read_grant(q, g);
	stmt_reset(q);
	return st;
}

enum status grant_scope_after(struct db *db, const struct officer_row *o, int64_t now,
			      int64_t after, int64_t *id, struct err *why)
{
	struct stmt *q = db_stmt(db, grant_scope_sql);
	enum status st;

	stmt_cstr(q, 1, o->id);
	stmt_int(q, 2, now);
	stmt_int(q, 3, o->clearance);
	stmt_int(q, 4, after);
	st = stmt_step(q, why);
	if (st == ST_OK)
		*id = stmt_col_int(q, 0);
	stmt_reset(q);
	return st;
}

enum status grants_run_out(struct db *db, const char *officer, int64_t now, int64_t *count,
			   struct err *why)
{
	struct stmt *q = db_stmt(db, run_out_sql);
	enum status st;

	stmt_cstr(q, 1, officer);
	stmt_int(q, 2, now);
	st = stmt_step(q, why);
	if (st == ST_OK)
		*count = stmt_col_int(q, 0);
	stmt_reset(q);
	return st;
}
