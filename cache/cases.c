/* SPDX-License-Identifier: EUPL-1.2 */
#include "cache/case_columns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

#include "base/banned.h"

static const char put_base[] =
	"INSERT INTO base_case(" CASE_COLUMNS CASE_KEYS ")"
	" VALUES(" CASE_MARKS ") ON CONFLICT(case_id) DO UPDATE SET"
	" n=?2, eh=?3, diary_no=?4, type=?5, type_version=?6, unit=?7, queue=?8, state=?9,"
	" priority=?10, protection=?11, assignee=?12, channel=?13, received_at=?14, due_on=?15,"
	" outcome=?16, changed_at=?17, title=?18, party=?19, pending=?20, trouble=?21,"
	" closed_at=?22, closed=?23, due_key=?24, diary_key=?25, diary_year=?26,"
	" diary_number=?27, words=?28";
static const char put_overlay[] = "INSERT OR REPLACE INTO overlay_case(" CASE_COLUMNS CASE_KEYS ")"
				  " VALUES(" CASE_MARKS ")";
static const char clear_overlay[] = "DELETE FROM overlay_case";
static const char get_base[] = "SELECT " CASE_COLUMNS " FROM base_case WHERE case_id = ?1";
static const char get_overlay[] = "SELECT " CASE_COLUMNS " FROM overlay_case WHERE case_id = ?1";
static const char base_n[] = "SELECT n FROM base_case WHERE case_id = ?1";
static const char drop_scopes[] = "DELETE FROM case_scope WHERE case_id = ?1";
static const char add_scope[] = "INSERT OR IGNORE INTO case_scope(case_id, scope) VALUES(?1, ?2)";
static const char drop_scope[] = "DELETE FROM case_scope WHERE case_id = ?1 AND scope = ?2";
static const char any_scope[] = "SELECT 1 FROM case_scope WHERE case_id = ?1";
static const char put_gone[] = "INSERT INTO gone(case_id, n, why) VALUES(?1, ?2, ?3)"
			       " ON CONFLICT(case_id) DO UPDATE SET n = max(n, ?2), why = ?3";
static const char get_gone[] = "SELECT n FROM gone WHERE case_id = ?1";
static const char drop_gone[] = "DELETE FROM gone WHERE case_id = ?1";

/* Everything of a case that its readers may no longer see. */
static const char *const forget[] = {
	"DELETE FROM base_case WHERE case_id = ?1", "DELETE FROM overlay_case WHERE case_id = ?1",
	"DELETE FROM entry WHERE case_id = ?1",	    "DELETE FROM detail WHERE case_id = ?1",
	"DELETE FROM bad_line WHERE case_id = ?1",  "DELETE FROM unreadable WHERE case_id = ?1",
	"DELETE FROM want WHERE case_id = ?1",
};
/* The same for all cases that a lost scope was the only way to. */
#define LOST                                                                                       \
	"case_id IN (SELECT case_id FROM case_scope GROUP BY case_id"                              \
	" HAVING max(scope) = ?1 AND min(scope) = ?1)"
static const char *const forget_scope[] = {
	"DELETE FROM base_case WHERE " LOST, "DELETE FROM overlay_case WHERE " LOST,
	"DELETE FROM entry WHERE " LOST,     "DELETE FROM detail WHERE " LOST,
	"DELETE FROM bad_line WHERE " LOST,  "DELETE FROM unreadable WHERE " LOST,
	"DELETE FROM want WHERE " LOST,	     "DELETE FROM case_scope WHERE scope = ?1",
};
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

void case_row_release(struct case_row *r)
{
	casefile_release(&r->file);
}

void case_page_release(struct case_page *p)
{
	for (int i = 0; i < p->count; i++)
		case_row_release(&p->rows[i]);
	free(p->rows);
	*p = (struct case_page)CASE_PAGE_INIT;
}

void case_diary_key(char key[64], struct diary_no *d, const char *diary_no)
{
	memset(d, 0, sizeof(*d));
	if (!*diary_no || !diary_parse(d, str_of(diary_no)))
		snprintf(key, 64, "~%s", diary_no); /* last: not registered */
	else
		snprintf(key, 64, "%s %04d-%012lld", d->committee, d->year, (long long)d->number);
}

void case_fold(struct strbuf *out, struct str words)
{
	size_t from = out->len;

	if (utf8_valid(words) && utf8_fold(out, words, false))
		return;
	out->len = from;
	strbuf_add(out, words.p, words.n);
}

/* With a line end between, which nobody types: no match runs over. */
static void search_words(struct strbuf *out, const struct casefile *c)
{
	case_fold(out, strbuf_str(&c->title));
	strbuf_addc(out, '\n');
	case_fold(out, strbuf_str(&c->party));
	strbuf_addc(out, '\n');
	case_fold(out, str_of(c->diary_no));
}

static void bind_row(struct stmt *q, const struct case_row *r)
{
	const struct casefile *c = &r->file;
	struct strbuf words = STRBUF_INIT;
	struct diary_no d;
	char diary[64];

	case_diary_key(diary, &d, c->diary_no);
	stmt_cstr(q, 1, c->id);
	stmt_int(q, 2, c->n);
	stmt_cstr(q, 3, c->eh);
	stmt_cstr(q, 4, c->diary_no);
	stmt_cstr(q, 5, c->type);
	stmt_int(q, 6, c->type_version);
	stmt_cstr(q, 7, c->unit);
	stmt_cstr(q, 8, c->queue);
	stmt_int(q, 9, c->state);
	stmt_int(q, 10, c->priority);
	stmt_int(q, 11, c->protection);
	stmt_cstr(q, 12, c->assignee);
	stmt_cstr(q, 13, c->channel);
	stmt_int(q, 14, c->received_at);
	stmt_cstr(q, 15, c->due_on);
	stmt_cstr(q, 16, c->outcome);
	stmt_int(q, 17, c->changed_at);
	stmt_text(q, 18, strbuf_str(&c->title));
	stmt_text(q, 19, strbuf_str(&c->party));
	stmt_int(q, 20, r->pending);
	stmt_int(q, 21, r->trouble);
	stmt_int(q, 22, c->closed_at);
	stmt_int(q, 23, c->state >= CASE_CLOSED);
	stmt_cstr(q, 24, case_due_key(c));
	stmt_cstr(q, 25, diary);
	stmt_int(q, 26, d.year);
	stmt_int(q, 27, d.number);
	search_words(&words, c);
	stmt_text(q, 28, strbuf_str(&words));
	strbuf_release(&words);
}

const char *case_due_key(const struct casefile *c)
{
	return c->due_on[0] ? c->due_on : "9999-99-99";
}

void case_row_read(struct stmt *q, struct case_row *r)
{
	struct casefile *c = &r->file;
	struct str words;

	stmt_col_copy(q, 0, c->id, sizeof(c->id));
	c->n = stmt_col_int(q, 1);
	stmt_col_copy(q, 2, c->eh, sizeof(c->eh));
	stmt_col_copy(q, 3, c->diary_no, sizeof(c->diary_no));
	stmt_col_copy(q, 4, c->type, sizeof(c->type));
	c->type_version = (int)stmt_col_int(q, 5);
	stmt_col_copy(q, 6, c->unit, sizeof(c->unit));
	stmt_col_copy(q, 7, c->queue, sizeof(c->queue));
	c->state = (enum case_state)stmt_col_int(q, 8);
	c->priority = (int)stmt_col_int(q, 9);
	c->protection = (int)stmt_col_int(q, 10);
	stmt_col_copy(q, 11, c->assignee, sizeof(c->assignee));
	stmt_col_copy(q, 12, c->channel, sizeof(c->channel));
	c->received_at = stmt_col_int(q, 13);
	stmt_col_copy(q, 14, c->due_on, sizeof(c->due_on));
	stmt_col_copy(q, 15, c->outcome, sizeof(c->outcome));
	c->changed_at = stmt_col_int(q, 16);
	words = stmt_col_text(q, 17);
	strbuf_set(&c->title, words.p, words.n);
	words = stmt_col_text(q, 18);
	strbuf_set(&c->party, words.p, words.n);
	r->pending = (int)stmt_col_int(q, 19);
	r->trouble = (int)stmt_col_int(q, 20);
	c->closed_at = stmt_col_int(q, 21);
}

static enum status run_on_case(struct db *db, const char *sql, const char *case_id, struct err *why)
{
	struct stmt *q = db_stmt(db, sql);

	stmt_cstr(q, 1, case_id);
	return stmt_run(q, why);
}

/* First column of the one row about a case; ST_NONE with *v = 0. */
static enum status int_of_case(struct db *db, const char *sql, const char *case_id, int64_t *v,
			       struct err *why)
{
	struct stmt *q = db_stmt(db, sql);
	enum status st;

	*v = 0;
	stmt_cstr(q, 1, case_id);
	st = stmt_step(q, why);
	if (st == ST_OK) {
		*v = stmt_col_int(q, 0);
		stmt_reset(q);
	}
	return st;
}

static enum status set_scopes(struct db *db, const char *case_id, const int64_t *scopes, int count,
			      struct err *why)
{
	enum status st = run_on_case(db, drop_scopes, case_id, why);

	for (int i = 0; i < count && st == ST_OK; i++) {
		struct stmt *q = db_stmt(db, add_scope);

		stmt_cstr(q, 1, case_id);
		stmt_int(q, 2, scopes[i]);
		st = stmt_run(q, why);
	}
	return st;
}

enum status case_put(struct db *db, const struct casefile *c, const int64_t *scopes,
		     int scope_count, struct err *why)
{
	struct case_row row = { .file = *c }; /* borrows title and party */
	int64_t known, left;
	enum status st = int_of_case(db, base_n, c->id, &known, why);

	if (st == ST_OK && known > c->n)
		return ST_OK;
	if (st == ST_OK || st == ST_NONE)
		st = case_gone_by(db, c->id, &left, why);
	/* It left by a newer entry than this row knows of. */
	if (st == ST_OK && left > c->n)
		return ST_OK;
	if (st == ST_OK) {
		struct stmt *q = db_stmt(db, put_base);

		bind_row(q, &row);
		st = stmt_run(q, why);
	}
	if (st == ST_OK)
		st = set_scopes(db, c->id, scopes, scope_count, why);
	if (st == ST_OK)
		st = run_on_case(db, drop_gone, c->id, why);
	return st;
}

static enum status forget_case(struct db *db, const char *case_id, struct err *why)
{
	enum status st = ST_OK;

	for (size_t i = 0; i < COUNT(forget) && st == ST_OK; i++)
		st = run_on_case(db, forget[i], case_id, why);
	return st;
}

enum status case_gone(struct db *db, const char *case_id, int64_t scope, int64_t n,
		      const char *reason, struct err *why)
{
	struct stmt *q;
	int64_t known, other;
	enum status st = int_of_case(db, base_n, case_id, &known, why);

	if (st == ST_OK && known > n)
		return ST_OK; /* it has come back since */
	if (st != ST_OK && st != ST_NONE)
		return st;
	q = db_stmt(db, drop_scope);
	stmt_cstr(q, 1, case_id);
	stmt_int(q, 2, scope);
	st = stmt_run(q, why);
	if (st != ST_OK)
		return st;
	st = int_of_case(db, any_scope, case_id, &other, why);
	if (st != ST_NONE)
		return st;
	q = db_stmt(db, put_gone);
	stmt_cstr(q, 1, case_id);
	stmt_int(q, 2, n);
	stmt_cstr(q, 3, reason);
	st = stmt_run(q, why);
	return st == ST_OK ? forget_case(db, case_id, why) : st;
}

enum status case_drop_scope(struct db *db, int64_t scope, struct err *why)
{
	enum status st = ST_OK;

	for (size_t i = 0; i < COUNT(forget_scope) && st == ST_OK; i++) {
		struct stmt *q = db_stmt(db, forget_scope[i]);

		stmt_int(q, 1, scope);
		st = stmt_run(q, why);
	}
	return st;
}

enum status case_gone_by(struct db *db, const char *case_id, int64_t *n, struct err *why)
{
	enum status st = int_of_case(db, get_gone, case_id, n, why);

	return st == ST_NONE ? ST_OK : st;
}

static enum status read_case(struct db *db, const char *sql, const char *case_id,
			     struct case_row *r, struct err *why)
{
	struct stmt *q = db_stmt(db, sql);
	enum status st;

	stmt_cstr(q, 1, case_id);
	st = stmt_step(q, why);
	if (st == ST_OK) {
		case_row_read(q, r);
		stmt_reset(q);
	}
	return st;
}

enum status case_base(struct db *db, const char *case_id, struct casefile *c, struct err *why)
{
	struct case_row row = CASE_ROW_INIT;
	enum status st = read_case(db, get_base, case_id, &row, why);

	if (st == ST_OK)
		casefile_copy(c, &row.file);
	case_row_release(&row);
	return st;
}

enum status overlay_clear(struct db *db, struct err *why)
{
	return stmt_run(db_stmt(db, clear_overlay), why);
}

enum status overlay_put(struct db *db, const struct case_row *r, struct err *why)
{
	struct stmt *q = db_stmt(db, put_overlay);

	bind_row(q, r);
	return stmt_run(q, why);
}

enum status case_get(struct db *db, const char *case_id, struct case_row *r, struct err *why)
{
	enum status st = read_case(db, get_overlay, case_id, r, why);

	return st == ST_NONE ? read_case(db, get_base, case_id, r, why) : st;
}
