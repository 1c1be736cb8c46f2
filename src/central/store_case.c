/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/store.h"

#include <stdio.h>
#include <string.h>

#include "central/store_search.h"

#include "base/banned.h"

#define CASE_COLUMNS                                                                               \
	"id, diary_no, type, type_version, unit, queue, state,"                                    \
	" priority, protection, assignee, channel, received_at, due_on, outcome,"                  \
	" changed_at, title, party, n, eh, scope, fields, party_kind, decision,"                   \
	" closed_at"

static const char case_get_sql[] = "SELECT " CASE_COLUMNS " FROM casefile WHERE id = ?1";
static const char case_put_sql[] =
	"INSERT INTO casefile(" CASE_COLUMNS ") VALUES(?1,?2,?3,?4,?5,?6,?7,?8,"
	"?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,?21,?22,?23,?24)"
	" ON CONFLICT(id) DO UPDATE SET diary_no=?2, type=?3, type_version=?4,"
	" unit=?5, queue=?6, state=?7, priority=?8, protection=?9, assignee=?10,"
	" channel=?11, received_at=?12, due_on=?13, outcome=?14, changed_at=?15,"
	" title=?16, party=?17, n=?18, eh=?19, scope=?20, fields=?21,"
	" party_kind=?22, decision=?23, closed_at=?24";
/* Of a row in which nothing has changed that an index or the words of a search
 * are made of: those are left alone. */
static const char case_move_sql[] =
	"UPDATE casefile SET type_version=?4, unit=?5, queue=?6, priority=?8, channel=?11,"
	" outcome=?14, changed_at=?15, n=?18, eh=?19, fields=?21, party_kind=?22, decision=?23"
	" WHERE id = ?1 AND (diary_no, type, state, protection, assignee, received_at, due_on,"
	" title, party, scope, closed_at) = (?2, ?3, ?7, ?9, ?10, ?12, ?13, ?16, ?17, ?20, ?24)";
static const char reopening_add_sql[] =
	"INSERT INTO reopening(case_id, closed_at, reopened_at, type, received_at, scope)"
	" VALUES(?1,?2,?3,?4,?5,?6) ON CONFLICT(case_id, closed_at) DO NOTHING";
static const char reopening_move_sql[] = "UPDATE reopening SET scope = ?2 WHERE case_id = ?1";
static const char case_next_sql[] = "SELECT id FROM casefile WHERE id > ?1 ORDER BY id LIMIT 1";
static const char case_walk_sql[] =
	"SELECT id, received_at, rowid FROM casefile WHERE scope = ?1"
	" AND (received_at, rowid) > (?2, ?3) ORDER BY received_at, rowid LIMIT 1";
static const char case_count_sql[] = "SELECT count(*) FROM casefile WHERE scope = ?1";
static const char case_closed_sql[] =
	"SELECT id FROM casefile WHERE state = 'closed' AND type <> '" CASETYPE_IMPORTED
	"' AND id > ?1 ORDER BY id LIMIT 1";

static const char document_add_sql[] = "INSERT INTO document(case_id, n, i, h, len, mt, name, at)"
				       " VALUES(?1,?2,?3,?4,?5,?6,?7,?8)";
static const char documents_sql[] = "SELECT n, i, h, len, mt, name, at FROM document"
				    " WHERE case_id = ?1 ORDER BY n, i LIMIT ?2";
static const char document_get_sql[] = "SELECT n, i, h, len, mt, name, at FROM document"
				       " WHERE case_id = ?1 AND h = ?2 ORDER BY n, i LIMIT 1";
static const char document_at_sql[] = "SELECT n, i, h, len, mt, name, at FROM document"
				      " WHERE case_id = ?1 AND n = ?2 AND i = ?3";
static const char document_count_sql[] = "SELECT count(*) FROM document WHERE case_id = ?1";
static const char document_erase_sql[] = "DELETE FROM document WHERE case_id = ?1 AND n = ?2";

static const char blob_get_sql[] = "SELECT data FROM blob WHERE h = ?1";
static const char blob_after_sql[] = "SELECT h, data FROM blob WHERE h > ?1 ORDER BY h LIMIT 1";
static const char blob_put_sql[] =
	"INSERT INTO blob(h, len, data) VALUES(?1, ?2, ?3) ON CONFLICT(h) DO NOTHING";
static const char blob_sweep_sql[] =
	"DELETE FROM blob WHERE h = ?1"
	" AND NOT EXISTS (SELECT 1 FROM document WHERE document.h = ?1)"
	" AND NOT EXISTS (SELECT 1 FROM blob_owner WHERE blob_owner.h = ?1)";
static const char blob_owned_sql[] =
	"SELECT len FROM blob_owner JOIN blob USING(h) WHERE dev = ?1 AND h = ?2";
static const char blob_own_sql[] =
	"INSERT INTO blob_owner(dev, h, at) VALUES(?1, ?2, ?3) ON CONFLICT DO NOTHING";
static const char blob_unused_sql[] =
	"SELECT count(*) FROM (SELECT 1 FROM blob_owner WHERE dev = ?1 AND NOT EXISTS"
	" (SELECT 1 FROM document WHERE document.h = blob_owner.h) LIMIT ?2)";
static const char blob_forgotten_sql[] =
	"SELECT h, at FROM blob_owner WHERE at > ?1 AND at <= ?2 AND NOT EXISTS"
	" (SELECT 1 FROM document WHERE document.h = blob_owner.h) ORDER BY at LIMIT 1";
static const char *const blob_unnamed_sql[] = {
	"DELETE FROM blob_owner WHERE h NOT IN (SELECT h FROM document)",
	"DELETE FROM blob WHERE h NOT IN (SELECT h FROM document)",
};
static const char blob_disown_sql[] = "DELETE FROM blob_owner WHERE h = ?1";

void stored_case_release(struct stored_case *s)
{
	casefile_release(&s->file);
	strbuf_release(&s->fields);
	strbuf_release(&s->decision);
}

static bool set_text(struct strbuf *b, struct str s)
{
	return strbuf_set(b, s.p, s.n);
}

static enum status read_case(struct stmt *q, struct stored_case *s, struct err *why)
{
	struct casefile *f = &s->file;

	stmt_col_copy(q, 0, f->id, sizeof(f->id));
	stmt_col_copy(q, 1, f->diary_no, sizeof(f->diary_no));
	stmt_col_copy(q, 2, f->type, sizeof(f->type));
	f->type_version = (int)stmt_col_int(q, 3);
	stmt_col_copy(q, 4, f->unit, sizeof(f->unit));
	stmt_col_copy(q, 5, f->queue, sizeof(f->queue));
	f->priority = (int)stmt_col_int(q, 7);
	f->protection = (int)stmt_col_int(q, 8);
	stmt_col_copy(q, 9, f->assignee, sizeof(f->assignee));
	stmt_col_copy(q, 10, f->channel, sizeof(f->channel));
	f->received_at = stmt_col_int(q, 11);
	stmt_col_copy(q, 12, f->due_on, sizeof(f->due_on));
	stmt_col_copy(q, 13, f->outcome, sizeof(f->outcome));
	f->changed_at = stmt_col_int(q, 14);
	f->closed_at = stmt_col_int(q, 23);
	f->n = stmt_col_int(q, 17);
	stmt_col_copy(q, 18, f->eh, sizeof(f->eh));
	s->scope = stmt_col_int(q, 19);
	stmt_col_copy(q, 21, s->party_kind, sizeof(s->party_kind));
	s->stored = true;
	s->kept_closed_at = f->closed_at;
	s->kept_scope = s->scope;
	if (!case_state_from(&f->state, stmt_col_text(q, 6)))
		return err_set(why, ST_BROKEN, "database-damaged",
			       "case %s: unknown status in the table", f->id);
	if (!set_text(&f->title, stmt_col_text(q, 15)) || !set_text(&f->party, stmt_col_text(q, 16))
	    || !set_text(&s->fields, stmt_col_text(q, 20))
	    || !set_text(&s->decision, stmt_col_text(q, 22)))
		return err_set(why, ST_BROKEN, "memory", "out of memory");
	return ST_OK;
}

enum status case_load(struct db *db, const char *id, struct stored_case *s, struct err *why)
{
	struct stmt *q = db_stmt(db, case_get_sql);
	enum status st;

	stmt_cstr(q, 1, id);
	st = stmt_step(q, why);
	if (st == ST_OK)
		st = read_case(q, s, why);
	stmt_reset(q);
	return st;
}

static void bind_text(struct stmt *q, int i, const struct strbuf *b)
{
	stmt_blob(q, i, strbuf_cstr(b), b->len);
}

static enum status write_case(struct db *db, const char *sql, const struct stored_case *s,
			      struct err *why)
{
	struct stmt *q = db_stmt(db, sql);
	const struct casefile *f = &s->file;

	stmt_cstr(q, 1, f->id);
	stmt_cstr(q, 2, f->diary_no);
	stmt_cstr(q, 3, f->type);
	stmt_int(q, 4, f->type_version);
	stmt_cstr(q, 5, f->unit);
	stmt_cstr(q, 6, f->queue);
	stmt_cstr(q, 7, case_state_name(f->state));
	stmt_int(q, 8, f->priority);
	stmt_int(q, 9, f->protection);
	stmt_cstr(q, 10, f->assignee);
	stmt_cstr(q, 11, f->channel);
	stmt_int(q, 12, f->received_at);
	stmt_cstr(q, 13, f->due_on);
	stmt_cstr(q, 14, f->outcome);
	stmt_int(q, 15, f->changed_at);
	bind_text(q, 16, &f->title);
	bind_text(q, 17, &f->party);
	stmt_int(q, 18, f->n);
	stmt_cstr(q, 19, f->eh);
	stmt_int(q, 20, s->scope);
	bind_text(q, 21, &s->fields);
	stmt_cstr(q, 22, s->party_kind);
	bind_text(q, 23, &s->decision);
	stmt_int(q, 24, f->closed_at);
	return stmt_run(q, why);
}

/* A closing that is taken back has been one all the same. */
static enum status note_reopening(struct db *db, const struct stored_case *s, struct err *why)
{
	struct stmt *q = db_stmt(db, reopening_add_sql);

	stmt_cstr(q, 1, s->file.id);
	stmt_int(q, 2, s->kept_closed_at);
	stmt_int(q, 3, s->file.changed_at);
	stmt_cstr(q, 4, s->file.type);
	stmt_int(q, 5, s->file.received_at);
	stmt_int(q, 6, s->scope);
	return stmt_run(q, why);
}

static enum status move_reopenings(struct db *db, const struct stored_case *s, struct err *why)
{
	struct stmt *q = db_stmt(db, reopening_move_sql);

	stmt_cstr(q, 1, s->file.id);
	stmt_int(q, 2, s->scope);
	return stmt_run(q, why);
}

enum status case_save(struct db *db, struct stored_case *s, struct err *why)
{
	enum status st = s->stored ? write_case(db, case_move_sql, s, why) : ST_OK;

	if (s->stored && (st != ST_OK || db_changes(db) > 0))
		return st;
	st = write_case(db, case_put_sql, s, why);
	s->stored = s->stored || st == ST_OK;
	if (st == ST_OK && s->kept_closed_at && !s->file.closed_at)
		st = note_reopening(db, s, why);
	if (st == ST_OK && s->kept_scope && s->kept_scope != s->scope)
		st = move_reopenings(db, s, why);
	s->kept_closed_at = s->file.closed_at;
	s->kept_scope = s->scope;
	return st == ST_OK ? search_keep(db, s, why) : st;
}

static enum status next_id(struct db *db, const char *sql, char id[UUID_TEXT], struct err *why)
{
	struct stmt *q = db_stmt(db, sql);
	enum status st;

	stmt_cstr(q, 1, id);
	st = stmt_step(q, why);
	if (st == ST_OK)
		stmt_col_copy(q, 0, id, UUID_TEXT);
	stmt_reset(q);
	return st;
}

enum status case_next_id(struct db *db, char id[UUID_TEXT], struct err *why)
{
	return next_id(db, case_next_sql, id, why);
}

enum status case_in_scope(struct db *db, struct case_walk *w, struct err *why)
{
	struct stmt *q = db_stmt(db, case_walk_sql);
	enum status st;

	stmt_int(q, 1, w->scope);
	stmt_int(q, 2, w->begun ? w->received_at : INT64_MIN);
	stmt_int(q, 3, w->row);
	st = stmt_step(q, why);
	if (st != ST_OK)
		return st;
	stmt_col_copy(q, 0, w->id, sizeof(w->id));
	w->received_at = stmt_col_int(q, 1);
	w->row = stmt_col_int(q, 2);
	w->begun = true;
	stmt_reset(q);
	return ST_OK;
}

enum status case_count_in(struct db *db, int64_t scope, int64_t *count, struct err *why)
{
	struct stmt *q = db_stmt(db, case_count_sql);
	enum status st;

	*count = 0;
	stmt_int(q, 1, scope);
	st = stmt_step(q, why);
	if (st == ST_OK)
		*count = stmt_col_int(q, 0);
	stmt_reset(q);
	return st;
}

enum status case_next_closed(struct db *db, char id[UUID_TEXT], struct err *why)
{
	return next_id(db, case_closed_sql, id, why);
}

enum status document_add(struct db *db, const char *case_id, const struct stored_document *d,
			 struct err *why)
{
	struct stmt *q = db_stmt(db, document_add_sql);

	stmt_cstr(q, 1, case_id);
	stmt_int(q, 2, d->n);
	stmt_int(q, 3, d->i);
	stmt_cstr(q, 4, d->h);
	stmt_int(q, 5, d->len);
	stmt_cstr(q, 6, d->mt);
	stmt_blob(q, 7, d->name, strlen(d->name));
	stmt_int(q, 8, d->at);
	return stmt_run(q, why);
}

static void read_document(struct stmt *q, struct stored_document *d)
{
	d->n = stmt_col_int(q, 0);
	d->i = stmt_col_int(q, 1);
	stmt_col_copy(q, 2, d->h, sizeof(d->h));
	d->len = stmt_col_int(q, 3);
	stmt_col_copy(q, 4, d->mt, sizeof(d->mt));
	stmt_col_copy(q, 5, d->name, sizeof(d->name));
	d->at = stmt_col_int(q, 6);
}

enum status documents_of(struct db *db, const char *case_id, struct stored_document *out, int max,
			 int *count, struct err *why)
{
	struct stmt *q = db_stmt(db, documents_sql);
	enum status st;

	*count = 0;
	stmt_cstr(q, 1, case_id);
	stmt_int(q, 2, max);
	while ((st = stmt_step(q, why)) == ST_OK)
		read_document(q, &out[(*count)++]);
	return st == ST_NONE ? ST_OK : st;
}

enum status document_of_case(struct db *db, const char *case_id, const char *h,
			     struct stored_document *out, struct err *why)
{
	struct stmt *q = db_stmt(db, document_get_sql);
	enum status st;

	stmt_cstr(q, 1, case_id);
	stmt_cstr(q, 2, h);
	st = stmt_step(q, why);
	if (st == ST_OK)
		read_document(q, out);
	stmt_reset(q);
	return st;
}

enum status document_at(struct db *db, const char *case_id, int64_t n, int64_t i,
			struct stored_document *out, struct err *why)
{
	struct stmt *q = db_stmt(db, document_at_sql);
	enum status st;

	stmt_cstr(q, 1, case_id);
	stmt_int(q, 2, n);
	stmt_int(q, 3, i);
	st = stmt_step(q, why);
	if (st == ST_OK)
		read_document(q, out);
	stmt_reset(q);
	return st;
}

enum status document_count(struct db *db, const char *case_id, int64_t *count, struct err *why)
{
	struct stmt *q = db_stmt(db, document_count_sql);
	enum status st;

	stmt_cstr(q, 1, case_id);
	st = stmt_step(q, why);
	if (st == ST_OK)
		*count = stmt_col_int(q, 0);
	stmt_reset(q);
	return st;
}

enum status documents_erase(struct db *db, const char *case_id, int64_t n, struct err *why)
{
	struct stmt *q = db_stmt(db, document_erase_sql);

	stmt_cstr(q, 1, case_id);
	stmt_int(q, 2, n);
	return stmt_run(q, why);
}

enum status blob_get(struct db *db, const char *h, struct strbuf *out, struct err *why)
{
	struct stmt *q = db_stmt(db, blob_get_sql);
	enum status st;

	stmt_cstr(q, 1, h);
	st = stmt_step(q, why);
	if (st == ST_OK && !set_text(out, stmt_col_text(q, 0)))
		st = err_set(why, ST_BROKEN, "memory", "out of memory");
	stmt_reset(q);
	return st;
}

enum status blob_after(struct db *db, char h[HASH_TEXT], struct strbuf *out, struct err *why)
{
	struct stmt *q = db_stmt(db, blob_after_sql);
	enum status st;

	stmt_cstr(q, 1, h);
	st = stmt_step(q, why);
	if (st == ST_OK) {
		stmt_col_copy(q, 0, h, HASH_TEXT);
		if (!set_text(out, stmt_col_text(q, 1)))
			st = err_set(why, ST_BROKEN, "memory", "out of memory");
	}
	stmt_reset(q);
	return st;
}

enum status blob_put(struct db *db, const char *h, struct str bytes, struct err *why)
{
	struct stmt *q = db_stmt(db, blob_put_sql);

	stmt_cstr(q, 1, h);
	stmt_int(q, 2, (int64_t)bytes.n);
	stmt_blob(q, 3, bytes.p, bytes.n);
	return stmt_run(q, why);
}

static enum status run_with(struct db *db, const char *sql, const char *a, const char *b,
			    struct err *why)
{
	struct stmt *q = db_stmt(db, sql);

	stmt_cstr(q, 1, a);
	if (b)
		stmt_cstr(q, 2, b);
	return stmt_run(q, why);
}

enum status blob_sweep(struct db *db, const char *h, struct err *why)
{
	return run_with(db, blob_sweep_sql, h, NULL, why);
}

enum status blob_drop_unnamed(struct db *db, struct err *why)
{
	enum status st = ST_OK;

	for (size_t i = 0; st == ST_OK && i < sizeof(blob_unnamed_sql) / sizeof(char *); i++)
		st = stmt_run(db_stmt(db, blob_unnamed_sql[i]), why);
	return st;
}

enum status blob_forgotten(struct db *db, int64_t after, int64_t until, char h[HASH_TEXT],
			   int64_t *at, struct err *why)
{
	struct stmt *q = db_stmt(db, blob_forgotten_sql);
	enum status st;

	stmt_int(q, 1, after);
	stmt_int(q, 2, until);
	st = stmt_step(q, why);
	if (st == ST_OK) {
		stmt_col_copy(q, 0, h, HASH_TEXT);
		*at = stmt_col_int(q, 1);
	}
	stmt_reset(q);
	return st;
}

enum status blob_own(struct db *db, const char *dev, const char *h, int64_t at, struct err *why)
{
	struct stmt *q = db_stmt(db, blob_own_sql);

	stmt_cstr(q, 1, dev);
	stmt_cstr(q, 2, h);
	stmt_int(q, 3, at);
	return stmt_run(q, why);
}

enum status blob_unused(struct db *db, const char *dev, int max, int64_t *count, struct err *why)
{
	struct stmt *q = db_stmt(db, blob_unused_sql);
	enum status st;

	stmt_cstr(q, 1, dev);
	stmt_int(q, 2, max);
	st = stmt_step(q, why);
	if (st == ST_OK)
		*count = stmt_col_int(q, 0);
	stmt_reset(q);
	return st;
}

enum status blob_disown(struct db *db, const char *h, struct err *why)
{
	return run_with(db, blob_disown_sql, h, NULL, why);
}

enum status blob_owned(struct db *db, const char *dev, const char *h, int64_t *len, struct err *why)
{
	struct stmt *q = db_stmt(db, blob_owned_sql);
	enum status st;

	stmt_cstr(q, 1, dev);
	stmt_cstr(q, 2, h);
	st = stmt_step(q, why);
	if (st == ST_OK && len)
		*len = stmt_col_int(q, 0);
	stmt_reset(q);
	return st;
}
