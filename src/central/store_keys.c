/* SPDX-License-Identifier: EUPL-1.2 */
/* Keys that devices signed with before. */
#include "central/store.h"

#include <stdio.h>
#include <string.h>

#include "base/banned.h"

#define FORMER                                                                                     \
	"SELECT device.id, officer, device_key.kid, device_key.x, nbf, 'retired', through_ctr,"    \
	" last_ctr, last_hash, device_key.certificate, rotation, n"                                \
	" FROM device_key JOIN device ON device.id = dev"
static const char former_after_sql[] = FORMER " WHERE dev = ?1 AND n > ?2 ORDER BY n LIMIT 1";
static const char since_sql[] = "SELECT count(*) FROM device_key WHERE dev = ?1 AND nbf >= ?2";
static const char former_kid_sql[] = FORMER " WHERE device_key.kid = ?1";
static const char retire_sql[] =
	"INSERT INTO device_key(dev, n, kid, x, certificate, nbf, through_ctr, rotation)"
	" SELECT id, (SELECT count(*) + 1 FROM device_key WHERE dev = ?1), kid, x, certificate,"
	" enrolled_at, ?2, ?3 FROM device WHERE id = ?1";
static const char set_key_sql[] =
	"UPDATE device SET kid = ?2, x = ?3, enrolled_at = ?4, certificate = ?5 WHERE id = ?1";

static enum status read_former(struct stmt *q, struct former_key *k, struct err *why)
{
	enum status st = stmt_step(q, why);
	struct device *d = &k->device;
	struct str certificate, rotation;

	if (st != ST_OK)
		return st;
	device_columns(q, d);
	certificate = stmt_col_text(q, 9);
	rotation = stmt_col_text(q, 10);
	k->n = stmt_col_int(q, 11);
	if (!strbuf_set(&k->certificate, certificate.p, certificate.n)
	    || !strbuf_set(&k->rotation, rotation.p, rotation.n))
		st = err_set(why, ST_BROKEN, "memory", "out of memory");
	stmt_reset(q);
	return st;
}

void former_key_release(struct former_key *k)
{
	strbuf_release(&k->certificate);
	strbuf_release(&k->rotation);
}

enum status former_key_after(struct db *db, const char *dev, int64_t n, struct former_key *k,
			     struct err *why)
{
	struct stmt *q = db_stmt(db, former_after_sql);

	stmt_cstr(q, 1, dev);
	stmt_int(q, 2, n);
	return read_former(q, k, why);
}

enum status former_key_by_kid(struct db *db, const char *kid, struct former_key *k, struct err *why)
{
	struct stmt *q = db_stmt(db, former_kid_sql);

	stmt_cstr(q, 1, kid);
	return read_former(q, k, why);
}

enum status former_keys_since(struct db *db, const char *dev, int64_t since, int64_t *n,
			      struct err *why)
{
	struct stmt *q = db_stmt(db, since_sql);
	enum status st;

	stmt_cstr(q, 1, dev);
	stmt_int(q, 2, since);
	st = stmt_step(q, why);
	if (st == ST_OK)
		*n = stmt_col_int(q, 0);
	stmt_reset(q);
	return st;
}

enum status device_set_key(struct db *db, const struct device *d, struct str certificate,
			   int64_t through, struct str rotation, struct err *why)
{
	struct stmt *q = db_stmt(db, retire_sql);
	enum status st;

	stmt_cstr(q, 1, d->id);
	stmt_int(q, 2, through);
	stmt_text(q, 3, rotation);
	st = stmt_run(q, why);
	if (st != ST_OK)
		return st;
	q = db_stmt(db, set_key_sql);
	stmt_cstr(q, 1, d->id);
	stmt_cstr(q, 2, d->kid);
	stmt_cstr(q, 3, d->x);
	stmt_int(q, 4, d->enrolled_at);
	stmt_text(q, 5, certificate);
	return stmt_run(q, why);
}

/* --- Approval ---------------------------------------------------------------------- */

#define APPROVAL "SELECT dev, asked_at, state, jws FROM device_approval"
static const char approval_get_sql[] = APPROVAL " WHERE dev = ?1";
static const char approval_after_sql[] = APPROVAL " WHERE dev > ?1 ORDER BY dev LIMIT 1";
static const char approval_ask_sql[] = "INSERT INTO device_approval(dev, asked_at) VALUES(?1, ?2)";
static const char approval_decide_sql[] =
	"UPDATE device_approval SET state = ?2, jws = ?3 WHERE dev = ?1";

void approval_release(struct approval *a)
{
	strbuf_release(&a->jws);
}

static enum status read_approval(struct stmt *q, struct approval *a, struct err *why)
{
	enum status st = stmt_step(q, why);
	struct str jws;

	if (st != ST_OK)
		return st;
	stmt_col_copy(q, 0, a->dev, sizeof(a->dev));
	a->asked_at = stmt_col_int(q, 1);
	stmt_col_copy(q, 2, a->state, sizeof(a->state));
	jws = stmt_col_text(q, 3);
	if (!strbuf_set(&a->jws, jws.p, jws.n))
		st = err_set(why, ST_BROKEN, "memory", "out of memory");
	stmt_reset(q);
	return st;
}

enum status approval_get(struct db *db, const char *dev, struct approval *a, struct err *why)
{
	struct stmt *q = db_stmt(db, approval_get_sql);

	stmt_cstr(q, 1, dev);
	return read_approval(q, a, why);
}

enum status device_waits(struct db *db, const char *dev, bool *waits, struct err *why)
{
	struct approval a = APPROVAL_INIT;
	enum status st = approval_get(db, dev, &a, why);

	*waits = st == ST_OK && strcmp(a.state, "waiting") == 0;
	approval_release(&a);
	return st == ST_NONE ? ST_OK : st;
}

enum status approval_after(struct db *db, const char *after, struct approval *a, struct err *why)
{
	struct stmt *q = db_stmt(db, approval_after_sql);

	stmt_cstr(q, 1, after);
	return read_approval(q, a, why);
}

enum status approval_ask(struct db *db, const char *dev, int64_t at, struct err *why)
{
	struct stmt *q = db_stmt(db, approval_ask_sql);

	stmt_cstr(q, 1, dev);
	stmt_int(q, 2, at);
	return stmt_run(q, why);
}

enum status approval_decide(struct db *db, const char *dev, const char *state, struct str jws,
			    struct err *why)
{
	struct stmt *q = db_stmt(db, approval_decide_sql);

	stmt_cstr(q, 1, dev);
	stmt_cstr(q, 2, state);
	stmt_text(q, 3, jws);
	return stmt_run(q, why);
}
