/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/store_search.h"

#include <inttypes.h>
#include <string.h>

#include "sql/filter_sql.h"

#include "base/banned.h"

enum { CATCH_UP = 1000 }; /* cases a transaction */
/* To read a case and judge it costs as much as to look at so many. */
enum { JUDGED = 4 };
enum { AT_BEFORE = 1, AT_SCOPES, AT_MATCH, AT_FROM, AT_FILTER };
enum { COLUMN_ID, COLUMN_KEY, COLUMN_FITS, COLUMN_WORDS };

static const char kept_sql[] = "SELECT key, scope, words FROM case_words WHERE case_id = ?1";
static const char add_sql[] = "INSERT INTO case_words(key, case_id, scope, words)"
			      " VALUES(?1, ?2, ?3, ?4) ON CONFLICT(key) DO NOTHING";
static const char set_sql[] = "UPDATE case_words SET scope = ?2, words = ?3 WHERE key = ?1";
static const char index_sql[] = "INSERT INTO case_index(rowid, words) VALUES(?1, ?2)";
static const char unindex_sql[] =
	"INSERT INTO case_index(case_index, rowid, words) VALUES('delete', ?1, ?2)";
static const char missing_sql[] =
	"SELECT id FROM casefile WHERE id > ?1"
	" AND NOT EXISTS(SELECT 1 FROM case_words WHERE case_id = id) ORDER BY id LIMIT 1";
#define IN_SCOPES "case_words.scope IN (SELECT value FROM json_each(?2))"
#define BESIDE                                                                                     \
	"EXISTS (SELECT 1 FROM case_beside AS b WHERE b.case_id = case_words.case_id"              \
	" AND b.scope IN (SELECT value FROM json_each(?2)))"
static const char place_sql[] = "SELECT key FROM case_words WHERE case_id = ?1"
				" AND (" IN_SCOPES " OR " BESIDE ")";

static const struct filter_table case_table = {
	.queue = "casefile.queue",
	.unit = "casefile.unit",
	.type = "casefile.type",
	.assignee = "casefile.assignee",
	.channel = "casefile.channel",
	.outcome = "casefile.outcome",
	.state = "casefile.state",
	.received = "case_words.key",
	.due = "casefile.due_on",
	.closed_at = "casefile.closed_at",
	.priority = "casefile.priority",
	.protection = "casefile.protection",
	.diary_no = "casefile.diary_no",
	.words = "case_words.words",
	.received_shift = FILTER_KEY_BITS,
	.state_is_text = true,
};

/* --- Words kept ------------------------------------------------------------------ */

struct kept {
	int64_t key, scope;
	struct strbuf words;
	bool there;
};

static enum status no_memory(struct err *why)
{
	return err_set(why, ST_BROKEN, "memory", "no memory for the words of a case");
}

static enum status look_up(struct db *db, const char *case_id, struct kept *k, struct err *why)
{
	struct stmt *q = db_stmt(db, kept_sql);
	struct str words;
	enum status st;

	stmt_cstr(q, 1, case_id);
	st = stmt_step(q, why);
	if (st != ST_OK)
		return st == ST_NONE ? ST_OK : st;
	k->there = true;
	k->key = stmt_col_int(q, 0);
	k->scope = stmt_col_int(q, 1);
	words = stmt_col_text(q, 2);
	if (!strbuf_set(&k->words, words.p, words.n))
		st = no_memory(why);
	stmt_reset(q);
	return st;
}

static enum status index_words(struct db *db, const char *sql, int64_t key, struct str words,
			       struct err *why)
{
	struct stmt *q = db_stmt(db, sql);

	stmt_int(q, 1, key);
	stmt_text(q, 2, words);
	return stmt_run(q, why);
}

static enum status add(struct db *db, const struct stored_case *s, struct str words,
		       struct err *why)
{
	int64_t key = filter_place(s->file.id, s->file.received_at) - 1;
	enum status st;

	do {
		struct stmt *q = db_stmt(db, add_sql);

		stmt_int(q, 1, ++key);
		stmt_cstr(q, 2, s->file.id);
		stmt_int(q, 3, s->scope);
		stmt_text(q, 4, words);
		st = stmt_run(q, why);
	} while (st == ST_OK && db_changes(db) == 0);
	return st == ST_OK ? index_words(db, index_sql, key, words, why) : st;
}

static enum status change(struct db *db, const struct stored_case *s, struct str words,
			  const struct kept *k, struct err *why)
{
	bool same = str_eq(words, strbuf_cstr(&k->words));
	struct stmt *q;
	enum status st = ST_OK;

	if (same && k->scope == s->scope)
		return ST_OK;
	q = db_stmt(db, set_sql);
	stmt_int(q, 1, k->key);
	stmt_int(q, 2, s->scope);
	stmt_text(q, 3, words);
	st = stmt_run(q, why);
	if (st == ST_OK && !same)
		st = index_words(db, unindex_sql, k->key, strbuf_str(&k->words), why);
	return st == ST_OK && !same ? index_words(db, index_sql, k->key, words, why) : st;
}

enum status search_keep(struct db *db, const struct stored_case *s, struct err *why)
{
	struct kept k = { .words = STRBUF_INIT };
	struct strbuf words = STRBUF_INIT;
	enum status st =
		filter_index(&words, &s->file) ? look_up(db, s->file.id, &k, why) : no_memory(why);

	if (st == ST_OK)
		st = k.there ? change(db, s, strbuf_str(&words), &k, why)
			     : add(db, s, strbuf_str(&words), why);
	strbuf_release(&k.words);
	strbuf_release(&words);
	return st;
}

static enum status next_missing(struct db *db, char id[UUID_TEXT], struct err *why)
{
	struct stmt *q = db_stmt(db, missing_sql);
	enum status st;

	stmt_cstr(q, 1, id);
	st = stmt_step(q, why);
	if (st == ST_OK)
		stmt_col_copy(q, 0, id, UUID_TEXT);
	stmt_reset(q);
	return st;
}

/* ST_NONE: nothing is missing any more. */
static enum status catch_up_some(struct db *db, char id[UUID_TEXT], struct err *why)
{
	enum status st = db_begin(db, why), committed;

	if (st != ST_OK)
		return st;
	for (int i = 0; i < CATCH_UP && st == ST_OK; i++) {
		struct stored_case s = STORED_CASE_INIT;

		st = next_missing(db, id, why);
		if (st == ST_OK)
			st = case_load(db, id, &s, why);
		if (st == ST_OK)
			st = search_keep(db, &s, why);
		stored_case_release(&s);
	}
	if (st != ST_OK && st != ST_NONE) {
		db_rollback(db);
		return st;
	}
	committed = db_commit(db, why);
	return committed == ST_OK ? st : committed;
}

/* In meta once no case lacks its words: from then on each is saved with them. */
static const char all_kept[] = "case_words";

enum status search_catch_up(struct db *db, struct err *why)
{
	char id[UUID_TEXT] = "", said[8];
	enum status st = meta_get(db, all_kept, said, sizeof(said), why);

	if (st != ST_NONE)
		return st;
	do
		st = catch_up_some(db, id, why);
	while (st == ST_OK);
	return st == ST_NONE ? meta_set(db, all_kept, "yes", why) : st;
}

enum status search_rebuild(struct db *db, struct err *why)
{
	static const char forget[] =
		"INSERT INTO case_index(case_index) VALUES('delete-all');"
		"DELETE FROM case_words; DELETE FROM meta WHERE key = 'case_words'";
	enum status st = db_begin(db, why);

	if (st == ST_OK)
		st = db_exec(db, forget, why);
	if (st == ST_OK)
		st = db_commit(db, why);
	else
		db_rollback(db);
	return st == ST_OK ? search_catch_up(db, why) : st;
}

enum status search_check(struct db *db, const struct casefile *c, bool *same, struct err *why)
{
	struct kept k = { .words = STRBUF_INIT };
	struct strbuf words = STRBUF_INIT;
	char said[8];
	enum status st = filter_index(&words, c) ? look_up(db, c->id, &k, why) : no_memory(why);

	*same = k.there && strcmp(strbuf_cstr(&words), strbuf_cstr(&k.words)) == 0;
	if (st == ST_OK && !k.there) {
		st = meta_get(db, all_kept, said, sizeof(said), why);
		*same = st == ST_NONE;
		st = st == ST_NONE ? ST_OK : st;
	}
	strbuf_release(&k.words);
	strbuf_release(&words);
	return st;
}

/* --- Asking ------------------------------------------------------------------------ */

static void put_scopes(struct strbuf *out, const struct rights *r)
{
	strbuf_addc(out, '[');
	for (int i = 0; i < r->count; i++)
		strbuf_addf(out, "%s%" PRId64, i ? "," : "", r->scope[i]);
	strbuf_addc(out, ']');
}

/* Where the case lies that was seen last. One that is not to be seen has the
 * place that its name gives it, as if it were not there. */
static enum status place_of(struct db *db, const struct search *s, const char *scopes, int64_t *key,
			    struct err *why)
{
	struct stmt *q = db_stmt(db, place_sql);
	enum status st;

	*key = INT64_MAX;
	if (!s->case_id[0])
		return ST_OK;
	*key = filter_place(s->case_id, s->received_at);
	stmt_cstr(q, 1, s->case_id);
	stmt_cstr(q, 2, scopes);
	st = stmt_step(q, why);
	if (st == ST_OK)
		*key = stmt_col_int(q, 0);
	stmt_reset(q);
	return st == ST_NONE ? ST_OK : st;
}

static bool make_text(struct strbuf *out, const struct filter_sql *f, bool granted)
{
	const char *key = f->match.len ? "case_index.rowid" : "case_words.key";

	return strbuf_addf(out, "SELECT case_id, case_words.key, (%s), case_words.words FROM ",
			   strbuf_cstr(&f->where))
	       && strbuf_addf(out,
			      "%s CROSS JOIN casefile"
			      " ON casefile.id=case_words.case_id WHERE %s<?1 AND %s>=?4 AND %s",
			      f->match.len ? "case_index CROSS JOIN case_words"
					     " ON case_words.key=case_index.rowid"
					   : "case_words",
			      key, key, f->match.len ? "case_index MATCH ?3" : "?3 IS NOT NULL")
	       && strbuf_addf(out, " AND (" IN_SCOPES "%s) ORDER BY %s DESC",
			      granted ? " OR " BESIDE : "", key);
}

/* Every case passes rights_case, as everywhere; one that does not is passed over.
 * *taken false: it fits, and there is no room for it. */
static enum status judge(struct db *db, const struct search *s, bool exact, struct stmt *q,
			 bool (*each)(void *ctx, const struct casefile *c), void *ctx, bool *taken,
			 struct err *why)
{
	struct stored_case c = STORED_CASE_INIT;
	const struct filter_row row = { .file = &c.file, .words = stmt_col_text(q, COLUMN_WORDS) };
	char id[UUID_TEXT];
	enum status st;

	stmt_col_copy(q, COLUMN_ID, id, sizeof(id));
	st = rights_case(db, s->who, id, &c, why);
	if (st == ST_OK && (exact || filter_match(s->filter, &row)))
		*taken = each(ctx, &c.file);
	stored_case_release(&c);
	if (st != ST_NONE)
		return st;
	err_clear(why);
	return ST_OK;
}

static enum status hand_out(struct db *db, const struct search *s, bool exact, struct stmt *q,
			    bool (*each)(void *ctx, const struct casefile *c), void *ctx,
			    struct search_end *end, struct err *why)
{
	int64_t left = s->looks;
	enum status st;

	while ((st = stmt_step(q, why)) == ST_OK) {
		bool fits = stmt_col_int(q, COLUMN_FITS) != 0, taken = left > 0;

		if (fits && taken)
			st = judge(db, s, exact, q, each, ctx, &taken, why);
		if (st != ST_OK || !taken) {
			end->more = st == ST_OK;
			break;
		}
		left -= fits ? JUDGED : 1;
		stmt_col_copy(q, COLUMN_ID, end->case_id, sizeof(end->case_id));
		end->received_at = stmt_col_int(q, COLUMN_KEY) >> FILTER_KEY_BITS;
	}
	stmt_reset(q);
	return st == ST_NONE ? ST_OK : st;
}

enum status search_run(struct db *db, const struct search *s,
		       bool (*each)(void *ctx, const struct casefile *c), void *ctx,
		       struct search_end *end, struct err *why)
{
	struct strbuf sql = STRBUF_INIT, scopes = STRBUF_INIT;
	struct filter_sql f = FILTER_SQL_INIT;
	struct stmt *q;
	int64_t before = INT64_MAX;
	enum status st;

	*end = (struct search_end){ .more = false };
	put_scopes(&scopes, s->who);
	if (!filter_sql_make(&f, s->filter, &case_table, AT_FILTER)
	    || !make_text(&sql, &f, s->who->granted > 0))
		st = err_set(why, ST_BROKEN, "memory", "no memory for a search");
	else
		st = place_of(db, s, strbuf_cstr(&scopes), &before, why);
	if (st == ST_OK) {
		q = db_stmt_text(db, strbuf_cstr(&sql));
		stmt_int(q, AT_BEFORE, f.received_to < before ? f.received_to : before);
		stmt_int(q, AT_FROM, f.received_from);
		stmt_cstr(q, AT_SCOPES, strbuf_cstr(&scopes));
		stmt_text(q, AT_MATCH, strbuf_str(&f.match));
		filter_sql_bind(&f, q);
		st = hand_out(db, s, f.exact, q, each, ctx, end, why);
	}
	filter_sql_release(&f);
	strbuf_release(&sql);
	strbuf_release(&scopes);
	return st;
}
