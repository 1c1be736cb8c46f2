/* SPDX-License-Identifier: EUPL-1.2 */
#include "cache/aside.h"
#include "cache/case_columns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sql/filter_sql.h"

#include "base/banned.h"

static const char add_base[] = "INSERT INTO base_case(" CASE_COLUMNS CASE_KEYS ", key, words, seq)"
			       " VALUES(" CASE_MARKS ", ?28, ?29, ?30) ON CONFLICT(key) DO NOTHING";
static const char set_base[] =
	"UPDATE base_case SET"
	" n=?2, eh=?3, diary_no=?4, type=?5, type_version=?6, unit=?7, queue=?8, state=?9,"
	" priority=?10, protection=?11, assignee=?12, channel=?13, received_at=?14, due_on=?15,"
	" outcome=?16, changed_at=?17, title=?18, party=?19, pending=?20, trouble=?21,"
	" closed_at=?22, closed=?23, due_key=?24, diary_key=?25, diary_year=?26,"
	" diary_number=?27, words=?29, seq=max(seq, ?30) WHERE key=?1";
static const char known_base[] =
	"SELECT key, n, received_at, words FROM base_case WHERE case_id = ?1";
static const char drop_base[] = "DELETE FROM base_case WHERE key = ?1";
static const char add_words[] = "INSERT INTO case_words(rowid, words) VALUES(?1, ?2)";
static const char drop_words[] =
	"INSERT INTO case_words(case_words, rowid, words) VALUES('delete', ?1, ?2)";
static const char put_overlay[] =
	"INSERT OR REPLACE INTO overlay_case(" CASE_COLUMNS CASE_KEYS ", key) VALUES(" CASE_MARKS
	", coalesce((SELECT key FROM base_case WHERE case_id = ?1), ?28))";
static const char clear_overlay[] = "DELETE FROM overlay_case";
static const char get_base[] = "SELECT " CASE_ROW " FROM base_case WHERE case_id = ?1";
static const char get_overlay[] = "SELECT " CASE_ROW " FROM overlay_case WHERE case_id = ?1";
static const char expected[] = "SELECT 1 FROM base_case WHERE case_id = ?1 UNION ALL"
			       " SELECT 1 FROM unreadable WHERE case_id = ?1";
static const char base_n[] = "SELECT n FROM base_case WHERE case_id = ?1";
static const char drop_scopes[] = "DELETE FROM case_scope WHERE key = ?1";
static const char scopes_of[] = "SELECT scope FROM case_scope WHERE key = ?1";
static const char add_scope[] = "INSERT OR IGNORE INTO case_scope(key, scope) VALUES(?1, ?2)";
#define KEY_OF "(SELECT key FROM base_case WHERE case_id = ?1)"
static const char drop_scope[] = "DELETE FROM case_scope WHERE key = " KEY_OF " AND scope = ?2";
static const char any_scope[] = "SELECT 1 FROM case_scope WHERE key = " KEY_OF;
static const char put_gone[] = "INSERT INTO gone(case_id, n, why, seq) VALUES(?1, ?2, ?3, ?4)"
			       " ON CONFLICT(case_id) DO UPDATE SET n = max(n, ?2), why = ?3,"
			       " seq = max(seq, ?4)";
static const char put_moved[] = "INSERT INTO moved(case_id, seq) VALUES(?1, ?2)"
				" ON CONFLICT(case_id) DO UPDATE SET seq = max(seq, ?2), at = 0";
static const char date_moved[] = "UPDATE moved SET at = ?1 WHERE at = 0";
static const char drop_moved[] = "DELETE FROM moved WHERE seq <= ?1 AND at < ?2";
static const char get_gone[] = "SELECT n FROM gone WHERE case_id = ?1";
static const char drop_gone[] = "DELETE FROM gone WHERE case_id = ?1";

/* Everything of a case that its readers may no longer see; the base row last,
 * since the others are found by it. */
#define FORGET_WORDS                                                                               \
	"INSERT INTO case_words(case_words, rowid, words) SELECT 'delete', key, words"             \
	" FROM base_case WHERE "
static const char *const forget[] = {
	FORGET_WORDS "case_id = ?1",
	("DELETE FROM case_scope WHERE key = " KEY_OF),
	"DELETE FROM overlay_case WHERE case_id = ?1",
	"DELETE FROM entry WHERE case_id = ?1",
	"DELETE FROM detail WHERE case_id = ?1",
	"DELETE FROM bad_line WHERE case_id = ?1",
	"DELETE FROM unreadable WHERE case_id = ?1",
	"DELETE FROM want WHERE case_id = ?1",
	"DELETE FROM watch WHERE at_case = ?1",
	"DELETE FROM blob WHERE case_id = ?1",
	"DELETE FROM base_case WHERE case_id = ?1",
};
/* The same for all cases that a lost scope was the only way to. */
#define LOST_KEYS                                                                                  \
	"key IN (SELECT key FROM case_scope GROUP BY key HAVING max(scope) = ?1"                   \
	" AND min(scope) = ?1)"
#define LOST "case_id IN (SELECT case_id FROM base_case WHERE " LOST_KEYS ")"
#define STRAY "?1 = ?1 AND case_id NOT IN (SELECT case_id FROM base_case)"
static const char *const forget_scope[] = {
	FORGET_WORDS LOST_KEYS,
	"DELETE FROM overlay_case WHERE " LOST_KEYS,
	"DELETE FROM entry WHERE " LOST,
	"DELETE FROM detail WHERE " LOST,
	"DELETE FROM bad_line WHERE " LOST,
	"DELETE FROM want WHERE " LOST,
	"DELETE FROM watch WHERE at_case IN (SELECT case_id FROM base_case WHERE " LOST_KEYS ")",
	"DELETE FROM blob WHERE " LOST,
	"DELETE FROM base_case WHERE " LOST_KEYS,
	"DELETE FROM case_scope WHERE scope = ?1",
	/* Of a case whose own line could not be read there may be other words,
	 * and nothing says by which scope they came. */
	"DELETE FROM bad_line WHERE " STRAY,
	"DELETE FROM entry WHERE " STRAY,
	"DELETE FROM detail WHERE " STRAY,
	"DELETE FROM watch WHERE ?1 = ?1 AND own = 0"
	" AND at_case NOT IN (SELECT case_id FROM base_case)",
};
/* It may lie in another scope of ours again, once a restore took its way there back. */
static const char lose_moved[] =
	"INSERT INTO moved(case_id, seq) SELECT case_id, seq FROM base_case WHERE " LOST_KEYS
	" AND seq < 9223372036854775807" /* what was fetched by itself is asked for anew */
	" ON CONFLICT(case_id) DO UPDATE SET seq = max(moved.seq, excluded.seq), at = 0";
static const char miss_scope[] =
	"INSERT OR REPLACE INTO unreadable(case_id, why)"
	" SELECT case_id, 'to be asked for anew' FROM base_case WHERE " LOST_KEYS;
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

int64_t case_key_hash(const struct casefile *c)
{
	return filter_place(c->id, c->received_at);
}

static void lend(struct stmt *q, int i, const char *s)
{
	stmt_lend(q, i, str_of(s));
}

/* The row is lent: it is there until the statement has been run. */
static void bind_row(struct stmt *q, const struct case_row *r)
{
	const struct casefile *c = &r->file;
	struct diary_no d;
	char diary[64];

	case_diary_key(diary, &d, c->diary_no);
	lend(q, 1, c->id);
	stmt_int(q, 2, c->n);
	lend(q, 3, c->eh);
	lend(q, 4, c->diary_no);
	lend(q, 5, c->type);
	stmt_int(q, 6, c->type_version);
	lend(q, 7, c->unit);
	lend(q, 8, c->queue);
	stmt_int(q, 9, c->state);
	stmt_int(q, 10, c->priority);
	stmt_int(q, 11, c->protection);
	lend(q, 12, c->assignee);
	lend(q, 13, c->channel);
	stmt_int(q, 14, c->received_at);
	lend(q, 15, c->due_on);
	lend(q, 16, c->outcome);
	stmt_int(q, 17, c->changed_at);
	stmt_lend(q, 18, strbuf_str(&c->title));
	stmt_lend(q, 19, strbuf_str(&c->party));
	stmt_int(q, 20, r->pending);
	stmt_int(q, 21, r->trouble);
	stmt_int(q, 22, c->closed_at);
	stmt_int(q, 23, c->state >= CASE_CLOSED);
	lend(q, 24, case_due_key(c));
	stmt_cstr(q, 25, diary);
	stmt_int(q, 26, d.year);
	stmt_int(q, 27, d.number);
}

const char *case_due_key(const struct casefile *c)
{
	return c->due_on[0] ? c->due_on : CASE_NO_DUE;
}

enum status case_row_read(struct stmt *q, struct case_row *r, struct err *why)
{
	struct casefile *c = &r->file;
	enum status st = stmt_col_keep(q, 17, &c->title, why);

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
	r->pending = (int)stmt_col_int(q, 19);
	r->trouble = (int)stmt_col_int(q, 20);
	c->closed_at = stmt_col_int(q, 21);
	stmt_col_copy(q, 22, r->watch_on, sizeof(r->watch_on));
	return st == ST_OK ? stmt_col_keep(q, 18, &c->party, why) : st;
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

/* What is known of a case before its row is put. */
struct known {
	int64_t key, n, received_at;
	int64_t seq; /* of the row that is put */
	struct strbuf words;
	bool there;
};

static enum status look_up(struct db *db, const char *case_id, struct known *k, struct err *why)
{
	struct stmt *q = db_stmt(db, known_base);
	struct str words;
	enum status st;

	stmt_cstr(q, 1, case_id);
	st = stmt_step(q, why);
	if (st != ST_OK)
		return st == ST_NONE ? ST_OK : st;
	k->there = true;
	k->key = stmt_col_int(q, 0);
	k->n = stmt_col_int(q, 1);
	k->received_at = stmt_col_int(q, 2);
	words = stmt_col_text(q, 3);
	if (!strbuf_set(&k->words, words.p, words.n))
		st = err_set(why, ST_BROKEN, "memory", "no memory for the words of a case");
	stmt_reset(q);
	return st;
}

static enum status run_on_key(struct db *db, const char *sql, int64_t key, struct str words,
			      struct err *why)
{
	struct stmt *q = db_stmt(db, sql);

	stmt_int(q, 1, key);
	if (words.p)
		stmt_lend(q, 2, words);
	return stmt_run(q, why);
}

/* In the first free place from where its arrival says; *key gets it. */
static enum status place_row(struct db *db, const struct case_row *row, struct str words,
			     struct known *k, struct err *why)
{
	int64_t *key = &k->key;
	enum status st;

	*key = case_key_hash(&row->file) - 1;
	do {
		struct stmt *q = db_stmt(db, add_base);

		bind_row(q, row);
		stmt_int(q, 28, ++*key);
		stmt_lend(q, 29, words);
		stmt_int(q, 30, k->seq);
		st = stmt_run(q, why);
	} while (st == ST_OK && db_changes(db) == 0);
	return st;
}

static enum status add_row(struct db *db, const struct case_row *row, struct str words,
			   struct known *k, struct err *why)
{
	enum status st = place_row(db, row, words, k, why);

	return st == ST_OK ? run_on_key(db, add_words, k->key, words, why) : st;
}

static enum status change_row(struct db *db, const struct case_row *row, struct str words,
			      const struct known *k, struct err *why)
{
	bool same = str_eq(words, strbuf_cstr(&k->words));
	struct stmt *q = db_stmt(db, set_base);
	enum status st;

	bind_row(q, row);
	stmt_int(q, 1, k->key);
	stmt_lend(q, 29, words);
	stmt_int(q, 30, k->seq);
	st = stmt_run(q, why);
	if (st == ST_OK && !same)
		st = run_on_key(db, drop_words, k->key, strbuf_str(&k->words), why);
	return st == ST_OK && !same ? run_on_key(db, add_words, k->key, words, why) : st;
}

/* A row lies where its arrival says: with another arrival it is another row. */
static enum status drop_row(struct db *db, struct known *k, struct err *why)
{
	const struct str none = { NULL, 0 };
	enum status st = run_on_key(db, drop_words, k->key, strbuf_str(&k->words), why);

	if (st == ST_OK)
		st = run_on_key(db, drop_base, k->key, none, why);
	if (st == ST_OK)
		st = run_on_key(db, drop_scopes, k->key, none, why);
	k->there = false;
	return st;
}

/* In which people search. */
static enum status words_of(struct strbuf *words, const struct casefile *c, struct err *why)
{
	if (filter_index(words, c)
	    && (c->state >= CASE_CLOSED || strbuf_adds(words, CASE_OPEN_WORD)))
		return ST_OK;
	return err_set(why, ST_BROKEN, "memory", "no memory for the words of a case");
}

static enum status put_row(struct db *db, const struct case_row *row, struct known *k,
			   struct err *why)
{
	const struct str none = { NULL, 0 };
	struct strbuf words = STRBUF_INIT;
	enum status st = words_of(&words, &row->file, why);

	if (st == ST_OK && k->there && k->received_at != row->file.received_at)
		st = drop_row(db, k, why);
	if (st == ST_OK && k->there) {
		st = change_row(db, row, strbuf_str(&words), k, why);
		if (st == ST_OK)
			st = run_on_key(db, drop_scopes, k->key, none, why);
	} else if (st == ST_OK) {
		st = add_row(db, row, strbuf_str(&words), k, why);
	}
	strbuf_release(&words);
	return st;
}

static enum status put_scope(struct db *db, int64_t key, int64_t scope, struct err *why)
{
	struct stmt *q = db_stmt(db, add_scope);

	stmt_int(q, 1, key);
	stmt_int(q, 2, scope);
	return stmt_run(q, why);
}

static enum status note_move(struct db *db, const char *case_id, int64_t seq, struct err *why)
{
	struct stmt *q = db_stmt(db, put_moved);

	stmt_cstr(q, 1, case_id);
	stmt_int(q, 2, seq);
	return stmt_run(q, why);
}

/* Does the row leave a scope in which the case has been? */
static enum status leaves(struct db *db, const struct known *k, const int64_t *scopes, int count,
			  bool *yes, struct err *why)
{
	struct stmt *q = db_stmt(db, scopes_of);
	enum status st = ST_NONE;

	*yes = false;
	stmt_int(q, 1, k->key);
	while (k->there && !*yes && (st = stmt_step(q, why)) == ST_OK) {
		int64_t was = stmt_col_int(q, 0);

		*yes = was >= 0; /* below: fetched by itself, in no feed */
		for (int i = 0; i < count; i++)
			*yes = *yes && scopes[i] != was;
	}
	stmt_reset(q);
	return st == ST_NONE ? ST_OK : st;
}

enum status case_put(struct db *db, const struct casefile *c, const int64_t *scopes,
		     int scope_count, struct err *why)
{
	return case_put_at(db, c, scopes, scope_count, 0, why);
}

enum status case_put_at(struct db *db, const struct casefile *c, const int64_t *scopes,
			int scope_count, int64_t seq, struct err *why)
{
	struct case_row row = { .file = *c }; /* borrows title and party */
	struct known k = { .seq = seq, .words = STRBUF_INIT };
	int64_t left = 0;
	bool moves = false;
	enum status st = look_up(db, c->id, &k, why);

	if (st == ST_OK)
		st = case_gone_by(db, c->id, &left, why);
	/* A newer row is there, or it left by a newer entry than this one knows. */
	if (st != ST_OK || (k.there && k.n > c->n) || left > c->n) {
		strbuf_release(&k.words);
		return st;
	}
	st = leaves(db, &k, scopes, scope_count, &moves, why);
	if (st == ST_OK && moves)
		st = note_move(db, c->id, seq, why);
	if (st == ST_OK)
		st = put_row(db, &row, &k, why);
	for (int i = 0; i < scope_count && st == ST_OK; i++)
		st = put_scope(db, k.key, scopes[i], why);
	if (st == ST_OK && left)
		st = run_on_case(db, drop_gone, c->id, why);
	strbuf_release(&k.words);
	return st;
}

/* Of two snapshots that both have the case the newer state stays: it is in the
 * place of the other, and in the scopes of both. */
static enum status aside_row(struct db *db, const struct case_row *row, struct known *k,
			     struct err *why)
{
	struct strbuf words = STRBUF_INIT;
	struct stmt *q;
	enum status st = words_of(&words, &row->file, why);

	if (st == ST_OK && k->there && k->n < row->file.n) {
		q = db_stmt(db, set_base);
		bind_row(q, row);
		stmt_int(q, 1, k->key);
		stmt_lend(q, 29, strbuf_str(&words));
		stmt_int(q, 30, k->seq);
		st = stmt_run(q, why);
	} else if (st == ST_OK && !k->there) {
		st = place_row(db, row, strbuf_str(&words), k, why);
	}
	strbuf_release(&words);
	return st;
}

enum status aside_case(struct db *db, const struct casefile *c, int64_t scope, int64_t seq,
		       struct err *why)
{
	struct case_row row = { .file = *c }; /* borrows title and party */
	struct known k = { .seq = seq, .words = STRBUF_INIT };
	enum status st = look_up(db, c->id, &k, why);

	if (st == ST_OK)
		st = aside_row(db, &row, &k, why);
	if (st == ST_OK)
		st = put_scope(db, k.key, scope, why);
	strbuf_release(&k.words);
	return st;
}

static enum status drop_case(struct db *db, const char *case_id, struct err *why)
{
	enum status st = ST_OK;

	for (size_t i = 0; i < COUNT(forget) && st == ST_OK; i++)
		st = run_on_case(db, forget[i], case_id, why);
	return st;
}

enum status case_not_ours(struct db *db, const char *case_id, struct err *why)
{
	enum status st = note_move(db, case_id, INT64_MAX, why);

	return st == ST_OK ? drop_case(db, case_id, why) : st;
}

enum status case_gone(struct db *db, const char *case_id, int64_t scope, int64_t n, int64_t seq,
		      const char *reason, struct err *why)
{
	struct stmt *q;
	int64_t known, other;
	enum status st = note_move(db, case_id, seq, why);

	if (st == ST_OK)
		st = int_of_case(db, base_n, case_id, &known, why);
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
	stmt_int(q, 4, seq);
	st = stmt_run(q, why);
	return st == ST_OK ? drop_case(db, case_id, why) : st;
}

enum status case_settled(struct db *db, int64_t through, int64_t now, int64_t before,
			 struct err *why)
{
	struct stmt *q = db_stmt(db, date_moved);
	enum status st;

	stmt_int(q, 1, now);
	st = stmt_run(q, why);
	q = db_stmt(db, drop_moved);
	stmt_int(q, 1, through);
	stmt_int(q, 2, before);
	return st == ST_OK ? stmt_run(q, why) : st;
}

static enum status run_on_scope(struct db *db, const char *sql, int64_t scope, struct err *why)
{
	struct stmt *q = db_stmt(db, sql);

	stmt_int(q, 1, scope);
	return stmt_run(q, why);
}

enum status case_drop_scope(struct db *db, int64_t scope, struct err *why)
{
	enum status st = run_on_scope(db, lose_moved, scope, why);

	for (size_t i = 0; i < COUNT(forget_scope) && st == ST_OK; i++)
		st = run_on_scope(db, forget_scope[i], scope, why);
	return st;
}

enum status case_miss_scope(struct db *db, int64_t scope, struct err *why)
{
	enum status st = run_on_scope(db, miss_scope, scope, why);

	return st == ST_OK ? case_drop_scope(db, scope, why) : st;
}

enum status case_expected(struct db *db, const char *case_id, bool *yes, struct err *why)
{
	int64_t one;
	enum status st = int_of_case(db, expected, case_id, &one, why);

	*yes = st == ST_OK;
	return st == ST_NONE ? ST_OK : st;
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
		st = case_row_read(q, r, why);
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
	stmt_int(q, 28, case_key_hash(&r->file));
	return stmt_run(q, why);
}

enum status case_get(struct db *db, const char *case_id, struct case_row *r, struct err *why)
{
	enum status st = read_case(db, get_overlay, case_id, r, why);

	return st == ST_NONE ? read_case(db, get_base, case_id, r, why) : st;
}
