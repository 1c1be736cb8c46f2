/* SPDX-License-Identifier: EUPL-1.2 */
#include "cache/identity.h"

#include <stdio.h>
#include <string.h>

#include "sql/db.h"

#include "base/banned.h"

#define COLUMNS                                                                                    \
	"url, aud, municipality, dev, sub, name, title, roles, units, kid, x, certificate,"        \
	" sealed_key, central_keys, ctr, last_hash, undo_ms, frozen, recheck_from, head_epoch,"    \
	" head_size, head_root, rotation, rotation_open, epochs, signed_head, former_x"

static const char get[] = "SELECT " COLUMNS " FROM device";
static const char is_dev[] = "SELECT kid = ?2 FROM device WHERE dev = ?1";
static const char put[] =
	"INSERT OR REPLACE INTO device(id, " COLUMNS ") VALUES(1, ?1, ?2, ?3, ?4, ?5,"
	" ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24,"
	" ?25, ?26, ?27)";
static const char set_last[] = "UPDATE device SET ctr = ?1, last_hash = ?2";
static const char set_frozen[] = "UPDATE device SET frozen = ?1";
static const char set_recheck[] = "UPDATE device SET recheck_from = ?1";
static const char set_head[] = "UPDATE device SET head_epoch = ?1, head_size = ?2, head_root = ?3,"
			       " signed_head = ?4";
static const char get_epochs[] = "SELECT epochs, recheck_from > 0 FROM device";
static const char set_epochs[] = "UPDATE device SET epochs = ?1";
static const char set_undo[] = "UPDATE device SET undo_ms = ?1 WHERE undo_ms <> ?1";
static const char set_officer[] = "UPDATE device SET name = ?1, title = ?2, roles = ?3, units = ?4";
static const char set_key[] = "UPDATE device SET former_x = x, kid = ?1, x = ?2,"
			      " sealed_key = ?3, rotation = ?4, rotation_open = 1";
static const char set_certificate[] = "UPDATE device SET certificate = ?1, rotation_open = 0";
static const char set_sealed[] = "UPDATE device SET sealed_key = ?1";

void identity_release(struct identity *d)
{
	strbuf_release(&d->certificate);
	strbuf_release(&d->sealed_key);
	strbuf_release(&d->rotation);
}

/* The central's keys stand as "kid x" lines. */
static void keys_read(struct identity *d, struct str text)
{
	char line[128];

	d->key_count = 0;
	while (text.n && d->key_count < CENTRAL_KEYS_MAX) {
		const char *end = memchr(text.p, '\n', text.n);
		size_t n = end ? (size_t)(end - text.p) : text.n;
		struct central_key *k = &d->keys[d->key_count];

		snprintf(line, sizeof(line), "%.*s", (int)(n < 120 ? n : 120), text.p);
		if (sscanf(line, "%47s %47s", k->kid, k->x) == 2)
			d->key_count++;
		text.p += end ? n + 1 : n;
		text.n -= end ? n + 1 : n;
	}
}

static void keys_write(struct strbuf *out, const struct identity *d)
{
	for (int i = 0; i < d->key_count; i++)
		strbuf_addf(out, "%s %s\n", d->keys[i].kid, d->keys[i].x);
}

static enum status read_row(struct stmt *q, struct identity *d, struct err *why)
{
	enum status st = stmt_col_keep(q, 11, &d->certificate, why);

	if (st == ST_OK)
		st = stmt_col_keep(q, 12, &d->sealed_key, why);
	if (st == ST_OK)
		st = stmt_col_keep(q, 22, &d->rotation, why);
	stmt_col_copy(q, 0, d->url, sizeof(d->url));
	stmt_col_copy(q, 1, d->aud, sizeof(d->aud));
	stmt_col_copy(q, 2, d->municipality, sizeof(d->municipality));
	stmt_col_copy(q, 3, d->dev, sizeof(d->dev));
	stmt_col_copy(q, 4, d->sub, sizeof(d->sub));
	stmt_col_copy(q, 5, d->name, sizeof(d->name));
	stmt_col_copy(q, 6, d->title, sizeof(d->title));
	d->roles = (unsigned)stmt_col_int(q, 7);
	stmt_col_copy(q, 8, d->units, sizeof(d->units));
	stmt_col_copy(q, 9, d->kid, sizeof(d->kid));
	stmt_col_copy(q, 10, d->x, sizeof(d->x));
	keys_read(d, stmt_col_text(q, 13));
	d->ctr = stmt_col_int(q, 14);
	stmt_col_copy(q, 15, d->last_hash, sizeof(d->last_hash));
	d->undo_ms = stmt_col_int(q, 16);
	stmt_col_copy(q, 17, d->frozen, sizeof(d->frozen));
	d->recheck_from = stmt_col_int(q, 18);
	stmt_col_copy(q, 19, d->head_epoch, sizeof(d->head_epoch));
	d->head_size = stmt_col_int(q, 20);
	stmt_col_copy(q, 21, d->head_root, sizeof(d->head_root));
	d->rotation_open = stmt_col_int(q, 23) != 0;
	stmt_col_copy(q, 24, d->epochs, sizeof(d->epochs));
	stmt_col_copy(q, 25, d->signed_head, sizeof(d->signed_head));
	stmt_col_copy(q, 26, d->former_x, sizeof(d->former_x));
	return st;
}

enum status identity_get(struct db *outbox, struct identity *d, struct err *why)
{
	struct stmt *q = db_stmt(outbox, get);
	enum status st = stmt_step(q, why);

	if (st == ST_NONE)
		return err_set(
			why, ST_NONE, "not-enrolled",
			"this device is not enrolled; ask for an invitation and run: sluss enrol URL");
	if (st == ST_OK) {
		st = read_row(q, d, why);
		stmt_reset(q);
	}
	return st;
}

enum status identity_is(struct db *outbox, const char *dev, const char *kid, bool *device,
			bool *key, struct err *why)
{
	struct stmt *q = db_stmt(outbox, is_dev);
	enum status st;

	stmt_cstr(q, 1, dev);
	stmt_cstr(q, 2, kid);
	st = stmt_step(q, why);
	*device = st == ST_OK;
	*key = st == ST_OK && stmt_col_int(q, 0) != 0;
	stmt_reset(q);
	return st == ST_NONE ? ST_OK : st;
}

enum status identity_put(struct db *outbox, const struct identity *d, struct err *why)
{
	struct stmt *q = db_stmt(outbox, put);
	struct strbuf keys = STRBUF_INIT_MAX(2048);
	enum status st;

	keys_write(&keys, d);
	if (keys.failed || d->certificate.failed || d->sealed_key.failed) {
		strbuf_release(&keys);
		return err_set(why, ST_BROKEN, "memory", "no memory to write who this device is");
	}
	stmt_cstr(q, 1, d->url);
	stmt_cstr(q, 2, d->aud);
	stmt_cstr(q, 3, d->municipality);
	stmt_cstr(q, 4, d->dev);
	stmt_cstr(q, 5, d->sub);
	stmt_cstr(q, 6, d->name);
	stmt_cstr(q, 7, d->title);
	stmt_int(q, 8, d->roles);
	stmt_cstr(q, 9, d->units);
	stmt_cstr(q, 10, d->kid);
	stmt_cstr(q, 11, d->x);
	stmt_text(q, 12, strbuf_str(&d->certificate));
	stmt_text(q, 13, strbuf_str(&d->sealed_key));
	stmt_text(q, 14, strbuf_str(&keys));
	stmt_int(q, 15, d->ctr);
	stmt_cstr(q, 16, d->last_hash);
	stmt_int(q, 17, d->undo_ms);
	stmt_cstr(q, 18, d->frozen);
	stmt_int(q, 19, d->recheck_from);
	stmt_cstr(q, 20, d->head_epoch);
	stmt_int(q, 21, d->head_size);
	stmt_cstr(q, 22, d->head_root);
	stmt_text(q, 23, strbuf_str(&d->rotation));
	stmt_int(q, 24, d->rotation_open);
	stmt_cstr(q, 25, d->epochs);
	stmt_cstr(q, 26, d->signed_head);
	stmt_cstr(q, 27, d->former_x);
	st = stmt_run(q, why);
	strbuf_release(&keys);
	return st;
}

enum status identity_set_last(struct db *outbox, int64_t ctr, const char *last_hash,
			      struct err *why)
{
	struct stmt *q = db_stmt(outbox, set_last);

	stmt_int(q, 1, ctr);
	stmt_cstr(q, 2, last_hash);
	return stmt_run(q, why);
}

enum status identity_set_frozen(struct db *outbox, const char *code, struct err *why)
{
	struct stmt *q = db_stmt(outbox, set_frozen);

	stmt_cstr(q, 1, code);
	return stmt_run(q, why);
}

enum status identity_set_recheck(struct db *outbox, int64_t from, struct err *why)
{
	struct stmt *q = db_stmt(outbox, set_recheck);

	stmt_int(q, 1, from);
	return stmt_run(q, why);
}

enum status identity_set_head(struct db *outbox, const char *epoch, int64_t size, const char *root,
			      const char *signed_head, struct err *why)
{
	struct stmt *q = db_stmt(outbox, set_head);

	stmt_cstr(q, 1, epoch);
	stmt_int(q, 2, size);
	stmt_cstr(q, 3, root);
	stmt_cstr(q, 4, signed_head);
	return stmt_run(q, why);
}

enum status identity_epochs(struct db *outbox, char epochs[EPOCHS_TEXT], bool *recheck,
			    struct err *why)
{
	struct stmt *q = db_stmt(outbox, get_epochs);
	enum status st = stmt_step(q, why);

	epochs[0] = '\0';
	if (st == ST_OK)
		stmt_col_copy(q, 0, epochs, EPOCHS_TEXT);
	*recheck = st == ST_OK && stmt_col_int(q, 1) != 0;
	stmt_reset(q);
	return st == ST_NONE ? ST_OK : st;
}

enum status identity_set_epochs(struct db *outbox, const char *epochs, struct err *why)
{
	struct stmt *q = db_stmt(outbox, set_epochs);

	stmt_cstr(q, 1, epochs);
	return stmt_run(q, why);
}

enum status identity_set_undo(struct db *outbox, int64_t undo_ms, struct err *why)
{
	struct stmt *q = db_stmt(outbox, set_undo);

	stmt_int(q, 1, undo_ms);
	return stmt_run(q, why);
}

enum status identity_set_officer(struct db *outbox, const struct identity *d, struct err *why)
{
	struct stmt *q = db_stmt(outbox, set_officer);

	stmt_cstr(q, 1, d->name);
	stmt_cstr(q, 2, d->title);
	stmt_int(q, 3, d->roles);
	stmt_cstr(q, 4, d->units);
	return stmt_run(q, why);
}

enum status identity_set_key(struct db *outbox, const char *kid, const char *x, struct str sealed,
			     struct str rotation, struct err *why)
{
	struct stmt *q = db_stmt(outbox, set_key);

	stmt_cstr(q, 1, kid);
	stmt_cstr(q, 2, x);
	stmt_text(q, 3, sealed);
	stmt_text(q, 4, rotation);
	return stmt_run(q, why);
}

enum status identity_set_certificate(struct db *outbox, struct str certificate, struct err *why)
{
	struct stmt *q = db_stmt(outbox, set_certificate);

	stmt_text(q, 1, certificate);
	return stmt_run(q, why);
}

enum status identity_set_sealed_key(struct db *outbox, struct str sealed, struct err *why)
{
	struct stmt *q = db_stmt(outbox, set_sealed);

	stmt_text(q, 1, sealed);
	return stmt_run(q, why);
}
