/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "central/limits.h"
#include "domain/role.h"

#include "base/banned.h"

static const char officer_get_sql[] =
	"SELECT id, name, title, roles, units, clearance, sv FROM officer WHERE id = ?1";
static const char officer_after_sql[] =
	"SELECT id, name, title, roles, units, clearance, sv FROM officer WHERE id > ?1"
	" ORDER BY id LIMIT 1";
static const char officer_put_sql[] =
	"INSERT INTO officer(id, name, title, roles, units, clearance, sv)"
	" VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT(id) DO UPDATE SET"
	" name=?2, title=?3, roles=?4, units=?5, clearance=?6, sv=?7";
static const char officer_names_sql[] =
	"SELECT id, name, title, roles, units FROM officer ORDER BY id";

#define DEVICE_COLUMNS                                                                             \
	"id, officer, kid, x, enrolled_at, state,"                                                 \
	" valid_through_ctr, last_ctr, last_hash, certificate"
static const char device_get_sql[] = "SELECT " DEVICE_COLUMNS " FROM device WHERE id = ?1";
static const char device_kid_sql[] = "SELECT " DEVICE_COLUMNS " FROM device WHERE kid = ?1";
static const char device_after_sql[] =
	"SELECT " DEVICE_COLUMNS " FROM device WHERE id > ?1 ORDER BY id LIMIT 1";
static const char device_of_sql[] =
	"SELECT " DEVICE_COLUMNS " FROM device WHERE (officer, enrolled_at, id) > (?1, ?2, ?3)"
	" ORDER BY officer, enrolled_at, id LIMIT 1";
static const char device_add_sql[] =
	"INSERT INTO device(" DEVICE_COLUMNS ") VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)";
static const char device_last_sql[] =
	"UPDATE device SET last_ctr = ?2, last_hash = ?3 WHERE id = ?1";
static const char device_state_sql[] =
	"UPDATE device SET state = ?2, valid_through_ctr = ?3 WHERE id = ?1";

static const char invitation_add_sql[] =
	"INSERT INTO invitation(hash, officer, expires_at) VALUES(?1, ?2, ?3)";
static const char invitation_get_sql[] =
	"SELECT officer, expires_at, used_by FROM invitation WHERE hash = ?1";
static const char invitation_use_sql[] = "UPDATE invitation SET used_by = ?2 WHERE hash = ?1";

static const char challenge_purge_sql[] =
	"DELETE FROM challenge WHERE expires_at <= ?1 OR hash IN (SELECT hash FROM challenge"
	" WHERE dev = ?2 ORDER BY expires_at DESC LIMIT -1 OFFSET ?3)";
static const char challenge_count_sql[] = "SELECT count(*) FROM challenge";
static const char challenge_add_sql[] =
	"INSERT INTO challenge(hash, dev, expires_at) VALUES(?1, ?2, ?3)";
static const char challenge_take_sql[] =
	"DELETE FROM challenge WHERE hash = ?1 AND dev = ?2 AND expires_at > ?3";
static const char token_purge_sql[] = "DELETE FROM token WHERE expires_at <= ?1";
static const char token_add_sql[] = "INSERT INTO token(hash, dev, expires_at) VALUES(?1, ?2, ?3)";
static const char token_drop_sql[] = "DELETE FROM token WHERE dev = ?1";
static const char token_get_sql[] = "SELECT dev FROM token WHERE hash = ?1 AND expires_at > ?2";

static enum status read_officer(struct db *db, const char *sql, const char *id,
				struct officer_row *o, struct err *why)
{
	struct stmt *q = db_stmt(db, sql);
	enum status st;

	stmt_cstr(q, 1, id);
	st = stmt_step(q, why);
	if (st != ST_OK)
		return st;
	stmt_col_copy(q, 0, o->id, sizeof(o->id));
	stmt_col_copy(q, 1, o->name, sizeof(o->name));
	stmt_col_copy(q, 2, o->title, sizeof(o->title));
	o->roles = stmt_col_int(q, 3);
	stmt_col_copy(q, 4, o->units, sizeof(o->units));
	o->clearance = stmt_col_int(q, 5);
	o->sv = stmt_col_int(q, 6);
	stmt_reset(q);
	return ST_OK;
}

enum status officer_get(struct db *db, const char *id, struct officer_row *o, struct err *why)
{
	return read_officer(db, officer_get_sql, id, o, why);
}

enum status officer_after(struct db *db, const char *after, struct officer_row *o, struct err *why)
{
	return read_officer(db, officer_after_sql, after, o, why);
}

enum status officer_put(struct db *db, const struct officer_row *o, struct err *why)
{
	struct stmt *q = db_stmt(db, officer_put_sql);

	stmt_cstr(q, 1, o->id);
	stmt_cstr(q, 2, o->name);
	stmt_cstr(q, 3, o->title);
	stmt_int(q, 4, o->roles);
	stmt_cstr(q, 5, o->units);
	stmt_int(q, 6, o->clearance);
	stmt_int(q, 7, o->sv);
	return stmt_run(q, why);
}

/* Who is told of as one that can have cases: not who only decides, leads or
 * answers calls. A list too long to be told is judged here alone. */
static void read_desk(struct stmt *q, struct officer_name *o)
{
	struct str units = stmt_col_text(q, 4);

	if (!(stmt_col_int(q, 3) & ROLE_OFFICER) || units.n == 0)
		snprintf(o->desk, sizeof(o->desk), "%s", OFFICER_NO_DESK);
	else if (units.n < sizeof(o->desk))
		snprintf(o->desk, sizeof(o->desk), "%.*s", (int)units.n, units.p);
	else
		o->desk[0] = '\0';
}

enum status officer_names(struct db *db, struct officer_list *out, struct err *why)
{
	struct stmt *q = db_stmt(db, officer_names_sql);
	enum status st;

	out->count = 0;
	out->rows = NULL;
	while ((st = stmt_step(q, why)) == ST_OK) {
		struct officer_name *more =
			realloc(out->rows, sizeof(*more) * (size_t)(out->count + 1));

		if (!more) {
			stmt_reset(q);
			return err_set(why, ST_BROKEN, "memory", "out of memory");
		}
		out->rows = more;
		more += out->count++;
		stmt_col_copy(q, 0, more->id, sizeof(more->id));
		stmt_col_copy(q, 1, more->name, sizeof(more->name));
		stmt_col_copy(q, 2, more->title, sizeof(more->title));
		read_desk(q, more);
	}
	return st == ST_NONE ? ST_OK : st;
}

void device_columns(struct stmt *q, struct device *d)
{
	stmt_col_copy(q, 0, d->id, sizeof(d->id));
	stmt_col_copy(q, 1, d->officer, sizeof(d->officer));
	stmt_col_copy(q, 2, d->kid, sizeof(d->kid));
	stmt_col_copy(q, 3, d->x, sizeof(d->x));
	d->enrolled_at = stmt_col_int(q, 4);
	stmt_col_copy(q, 5, d->state, sizeof(d->state));
	d->valid_through_ctr = stmt_col_int(q, 6);
	d->last_ctr = stmt_col_int(q, 7);
	stmt_col_copy(q, 8, d->last_hash, sizeof(d->last_hash));
}

static enum status step_device(struct stmt *q, struct device *d, struct strbuf *certificate,
			       struct err *why)
{
	enum status st = stmt_step(q, why);
	struct str s;

	if (st != ST_OK)
		return st;
	device_columns(q, d);
	s = stmt_col_text(q, 9);
	if (certificate && !strbuf_set(certificate, s.p, s.n))
		st = err_set(why, ST_BROKEN, "memory", "out of memory");
	stmt_reset(q);
	return st;
}

static enum status read_device(struct db *db, const char *sql, const char *key, struct device *d,
			       struct strbuf *certificate, struct err *why)
{
	struct stmt *q = db_stmt(db, sql);

	stmt_cstr(q, 1, key);
	return step_device(q, d, certificate, why);
}

enum status device_get(struct db *db, const char *id, struct device *d, struct strbuf *certificate,
		       struct err *why)
{
	return read_device(db, device_get_sql, id, d, certificate, why);
}

enum status device_by_kid(struct db *db, const char *kid, struct device *d,
			  struct strbuf *certificate, struct err *why)
{
	return read_device(db, device_kid_sql, kid, d, certificate, why);
}

enum status device_after(struct db *db, const char *after, struct device *d,
			 struct strbuf *certificate, struct err *why)
{
	return read_device(db, device_after_sql, after, d, certificate, why);
}

enum status device_next(struct db *db, struct device *d, struct err *why)
{
	struct stmt *q = db_stmt(db, device_of_sql);

	stmt_cstr(q, 1, d->officer);
	stmt_int(q, 2, d->enrolled_at);
	stmt_cstr(q, 3, d->id);
	return step_device(q, d, NULL, why);
}

enum status device_add(struct db *db, const struct device *d, struct str certificate,
		       struct err *why)
{
	struct stmt *q = db_stmt(db, device_add_sql);

	stmt_cstr(q, 1, d->id);
	stmt_cstr(q, 2, d->officer);
	stmt_cstr(q, 3, d->kid);
	stmt_cstr(q, 4, d->x);
	stmt_int(q, 5, d->enrolled_at);
	stmt_cstr(q, 6, d->state);
	stmt_int(q, 7, d->valid_through_ctr);
	stmt_int(q, 8, d->last_ctr);
	stmt_cstr(q, 9, d->last_hash);
	stmt_text(q, 10, certificate);
	return stmt_run(q, why);
}

enum status device_set_last(struct db *db, const struct device *d, struct err *why)
{
	struct stmt *q = db_stmt(db, device_last_sql);

	stmt_cstr(q, 1, d->id);
	stmt_int(q, 2, d->last_ctr);
	stmt_cstr(q, 3, d->last_hash);
	return stmt_run(q, why);
}

enum status device_set_state(struct db *db, const char *id, const char *state, int64_t through,
			     struct err *why)
{
	struct stmt *q = db_stmt(db, device_state_sql);

	stmt_cstr(q, 1, id);
	stmt_cstr(q, 2, state);
	stmt_int(q, 3, through);
	return stmt_run(q, why);
}

enum status invitation_add(struct db *db, const char *hash, const char *officer, int64_t expires_at,
			   struct err *why)
{
	struct stmt *q = db_stmt(db, invitation_add_sql);

	stmt_cstr(q, 1, hash);
	stmt_cstr(q, 2, officer);
	stmt_int(q, 3, expires_at);
	return stmt_run(q, why);
}

enum status invitation_get(struct db *db, const char *hash, char officer[OFFICER_MAX],
			   int64_t *expires_at, char used_by[UUID_TEXT], struct err *why)
{
	struct stmt *q = db_stmt(db, invitation_get_sql);
	enum status st;

	stmt_cstr(q, 1, hash);
	st = stmt_step(q, why);
	if (st == ST_OK) {
		stmt_col_copy(q, 0, officer, OFFICER_MAX);
		*expires_at = stmt_col_int(q, 1);
		stmt_col_copy(q, 2, used_by, UUID_TEXT);
	}
	stmt_reset(q);
	return st;
}

enum status invitation_use(struct db *db, const char *hash, const char *dev, struct err *why)
{
	struct stmt *q = db_stmt(db, invitation_use_sql);

	stmt_cstr(q, 1, hash);
	stmt_cstr(q, 2, dev);
	return stmt_run(q, why);
}

/* Expired ones go, and all but the newest few of this device. */
static enum status challenge_purge(struct db *db, const char *dev, int64_t now, struct err *why)
{
	struct stmt *q = db_stmt(db, challenge_purge_sql);
	int64_t count = 0;
	enum status st;

	stmt_int(q, 1, now);
	stmt_cstr(q, 2, dev);
	stmt_int(q, 3, CHALLENGES_PER_DEVICE - 1);
	st = stmt_run(q, why);
	if (st == ST_OK)
		st = db_get_int(db, challenge_count_sql, &count, 0, why);
	if (st == ST_OK && count >= CHALLENGES_MAX)
		st = err_set(why, ST_RETRY, "busy",
			     "too many logins at once; try again in a minute");
	return st;
}

enum status challenge_add(struct db *db, const char *hash, const char *dev, int64_t expires_at,
			  int64_t now, struct err *why)
{
	enum status st = challenge_purge(db, dev, now, why);
	struct stmt *q;

	if (st != ST_OK)
		return st;
	q = db_stmt(db, challenge_add_sql);
	stmt_cstr(q, 1, hash);
	stmt_cstr(q, 2, dev);
	stmt_int(q, 3, expires_at);
	return stmt_run(q, why);
}

enum status challenge_take(struct db *db, const char *hash, const char *dev, int64_t now,
			   struct err *why)
{
	struct stmt *q = db_stmt(db, challenge_take_sql);
	enum status st;

	stmt_cstr(q, 1, hash);
	stmt_cstr(q, 2, dev);
	stmt_int(q, 3, now);
	st = stmt_run(q, why);
	return st == ST_OK && db_changes(db) == 0 ? ST_NONE : st;
}

enum status token_add(struct db *db, const char *hash, const char *dev, int64_t expires_at,
		      int64_t now, struct err *why)
{
	struct stmt *q = db_stmt(db, token_purge_sql);
	enum status st;

	stmt_int(q, 1, now);
	st = stmt_run(q, why);
	if (st != ST_OK)
		return st;
	q = db_stmt(db, token_add_sql);
	stmt_cstr(q, 1, hash);
	stmt_cstr(q, 2, dev);
	stmt_int(q, 3, expires_at);
	return stmt_run(q, why);
}

enum status token_drop(struct db *db, const char *dev, struct err *why)
{
	struct stmt *q = db_stmt(db, token_drop_sql);

	stmt_cstr(q, 1, dev);
	return stmt_run(q, why);
}

enum status token_get(struct db *db, const char *hash, int64_t now, char dev[UUID_TEXT],
		      struct err *why)
{
	struct stmt *q = db_stmt(db, token_get_sql);
	enum status st;

	stmt_cstr(q, 1, hash);
	stmt_int(q, 2, now);
	st = stmt_step(q, why);
	if (st == ST_OK)
		stmt_col_copy(q, 0, dev, UUID_TEXT);
	stmt_reset(q);
	return st;
}
