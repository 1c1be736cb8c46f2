/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "central/store_erasure.h"

#include "base/banned.h"

/* A newly followed case brings its earlier entries, if they are not too many:
 * a longer chain is fetched by GET /v1/cases/{id}/chain. */
enum { EARLIER_ENTRIES_MAX = 200 };

void rows_for(struct rows *r, struct call *k, const struct scope_seq *sub, int sub_count)
{
	r->k = k;
	r->sub = sub;
	r->sub_count = sub_count;
}

void rows_release(struct rows *r)
{
	strbuf_release(&r->text);
	free(r->left);
	r->left = NULL;
}

enum status rows_put(struct rows *r, const struct page_row *row, struct err *why)
{
	if (!page_put(&r->text, row))
		return err_set(why, ST_BROKEN, "page", "a row cannot be written");
	r->count++;
	return ST_OK;
}

/* --- What is erased --------------------------------------------------------------- */

static void erased_row(struct page_row *row, const char *case_id, int64_t n, int64_t by,
		       int64_t seq)
{
	*row = (struct page_row){ .kind = PAGE_ERASED, .seq = seq, .n = n, .upto = n, .by = by };
	snprintf(row->case_id, sizeof(row->case_id), "%s", case_id);
}

static enum status put_x(struct rows *r, struct page_row *row, struct err *why)
{
	char text[48];

	snprintf(text, sizeof(text), "erased by entry %lld", (long long)row->by);
	row->text = str_of(text);
	return rows_put(r, row, why);
}

/* All that stays of an entry: the chain goes on over it. */
static void what_stays(struct page_row *row, const struct log_row *e)
{
	memcpy(row->ah, e->ah, sizeof(row->ah));
	memcpy(row->eh, e->eh, sizeof(row->eh));
	memcpy(row->epoch, e->epoch, sizeof(row->epoch));
	memcpy(row->verdict, e->verdict, sizeof(row->verdict));
	memcpy(row->rule, e->rule, sizeof(row->rule));
	memcpy(row->iid, e->iid, sizeof(row->iid));
	row->entry_seq = e->seq;
	row->at = e->at;
}

enum status rows_gap(struct rows *r, const struct log_row *e, const char *h, int64_t by,
		     int64_t seq, struct err *why)
{
	struct page_row row;

	erased_row(&row, e->case_id, e->n, by, seq);
	snprintf(row.h, sizeof(row.h), "%s", h);
	what_stays(&row, e);
	return put_x(r, &row, why);
}

static enum status gap_of(struct rows *r, const struct log_row *e, int64_t by, struct err *why)
{
	struct log_row erasing;
	enum status st = log_by_case(r->k->c->db, e->case_id, by, &erasing, why);

	return st == ST_OK ? rows_gap(r, e, "", by, erasing.seq, why) : st;
}

/* Of a whole case the entries are named by their runs. */
static enum status whole_gone(struct rows *r, const struct log_row *m, struct err *why)
{
	struct page_row row;
	int64_t n = 0;
	enum status st = erased_by(r->k->c->db, m->case_id, m->n, 0, &n, why);

	erased_row(&row, m->case_id, n, m->n, m->seq);
	row.whole = true;
	while (st == ST_OK) {
		st = erased_by(r->k->c->db, m->case_id, m->n, row.upto, &n, why);
		if (st == ST_OK && n == row.upto + 1) {
			row.upto = n;
			continue;
		}
		if (st == ST_OK || st == ST_NONE) {
			enum status put = put_x(r, &row, why);

			st = put == ST_OK ? st : put;
		}
		row.n = row.upto = n;
	}
	return st == ST_NONE ? ST_OK : st;
}

static enum status entries_gone(struct rows *r, const struct log_row *m, struct err *why)
{
	struct log_row e;
	int64_t n = 0;
	enum status st = ST_OK;

	while (st == ST_OK
	       && (st = erased_by(r->k->c->db, m->case_id, m->n, n, &n, why)) == ST_OK) {
		st = log_by_case(r->k->c->db, m->case_id, n, &e, why);
		if (st == ST_OK)
			st = rows_gap(r, &e, "", m->n, m->seq, why);
	}
	return st == ST_NONE ? ST_OK : st;
}

static enum status documents_gone(struct rows *r, const struct log_row *m, struct err *why)
{
	struct erased_document d = { .n = 0, .i = -1 };
	enum status st = ST_OK;

	while (st == ST_OK
	       && (st = erased_document_by(r->k->c->db, m->case_id, m->n, &d, why)) == ST_OK) {
		struct log_row e;

		st = log_by_case(r->k->c->db, m->case_id, d.n, &e, why);
		if (st != ST_OK)
			break;
		st = rows_gap(r, &e, d.h, m->n, m->seq, why);
	}
	return st == ST_NONE ? ST_OK : st;
}

/* All that the erasing entry at the feed's row has taken. */
enum status rows_erased(struct rows *r, const struct feed_row *f, struct err *why)
{
	struct log_row m;
	int64_t by = 0;
	enum status st = log_by_seq(r->k->c->db, f->seq, &m, why);

	if (st == ST_OK)
		st = case_erased(r->k->c->db, f->case_id, &by, why);
	if (st == ST_OK && by == m.n)
		return whole_gone(r, &m, why);
	if (st == ST_OK || st == ST_NONE)
		st = entries_gone(r, &m, why);
	return st == ST_OK ? documents_gone(r, &m, why) : st;
}

enum status rows_entry(struct rows *r, const struct log_row *e, struct err *why)
{
	struct page_row row = { .kind = PAGE_ENTRY, .seq = e->seq, .n = e->n, .at = e->at };
	struct strbuf jws = STRBUF_INIT;
	int64_t by;
	enum status st = entry_jws(r->k->c->db, e, &jws, &by, why);

	memcpy(row.case_id, e->case_id, sizeof(row.case_id));
	memcpy(row.eh, e->eh, sizeof(row.eh));
	memcpy(row.epoch, e->epoch, sizeof(row.epoch));
	memcpy(row.verdict, e->verdict, sizeof(row.verdict));
	memcpy(row.rule, e->rule, sizeof(row.rule));
	row.text = strbuf_str(&jws);
	if (st == ST_OK)
		st = rows_put(r, &row, why);
	strbuf_release(&jws);
	if (st == ST_NONE)
		return r->chain ? gap_of(r, e, by, why) : ST_OK; /* the feed's "x" row tells */
	return st;
}

void rows_undo(struct rows *r, size_t mark, int64_t count)
{
	strbuf_cut(&r->text, mark);
	r->count = count;
}

/* A case as the officer may see it, and through which of the scopes held. */
struct seen {
	struct stored_case s;
	enum sight sight;
	int count;
	int64_t held[SCOPES_MAX];
};
#define SEEN_INIT                                                                                  \
	{                                                                                          \
		.s = STORED_CASE_INIT                                                              \
	}

static enum status look(struct rows *r, const char *id, struct seen *v, struct err *why)
{
	enum status st = case_load(r->k->c->db, id, &v->s, why);

	return st == ST_OK ? rights_sight(r->k->c->db, &r->k->who, &v->s, &v->sight, v->held,
					  &v->count, why)
			   : st;
}

static enum status put_detail(struct rows *r, const struct stored_case *s, struct page_row *row,
			      struct err *why)
{
	struct strbuf detail = STRBUF_INIT;
	enum status st = detail_write(r->k->c, s, &detail, why);

	/* Details beyond the budget are left out: the client fetches such a
	 * case alone when it is opened. */
	if (st == ST_OK && r->detail_bytes + detail.len <= LIMIT_DETAIL_ROWS) {
		r->detail_bytes += detail.len;
		row->kind = PAGE_DETAIL;
		row->text = strbuf_str(&detail);
		st = rows_put(r, row, why);
	}
	strbuf_release(&detail);
	return st;
}

static void case_row(struct page_row *row, const struct casefile *f, int64_t seq)
{
	*row = (struct page_row){ .kind = PAGE_CASE, .seq = seq, .n = f->n, .file = f };
	memcpy(row->case_id, f->id, sizeof(row->case_id));
	memcpy(row->eh, f->eh, sizeof(row->eh));
}

enum status rows_case(struct rows *r, const struct stored_case *s, int64_t seq, struct err *why)
{
	struct page_row row;
	enum status st;

	case_row(&row, &s->file, seq);
	row.scope_count = 1;
	row.scopes[0] = s->scope;
	st = rows_put(r, &row, why);
	return st == ST_OK ? put_detail(r, s, &row, why) : st;
}

/* ST_NONE: the officer has never set one. */
static enum status any_watch(struct rows *r, struct err *why)
{
	struct log_row e;
	enum status st = ST_OK;

	if (r->watches == WATCHES_UNKNOWN) {
		st = log_next_watch(r->k->c->db, r->k->device.officer, 0, INT64_MAX, &e, why);
		r->watches = st == ST_NONE ? WATCHES_NONE : WATCHES_SOME;
	}
	return st == ST_OK && r->watches == WATCHES_NONE ? ST_NONE : st;
}

/* The officer's reminder goes from the client with a case that leaves, and was told
 * long ago when the case comes back: each row of a case has it along. */
static enum status put_watch(struct rows *r, const struct seen *v, int64_t seq, struct err *why)
{
	struct log_row e;
	enum status st = any_watch(r, why);

	if (st == ST_OK)
		st = log_watch_of(r->k->c->db, r->k->device.officer, v->s.file.id, &e, why);
	if (st == ST_OK && e.seq < seq)
		return rows_entry(r, &e, why);
	return st == ST_NONE ? ST_OK : st;
}

static enum status put_case(struct rows *r, struct seen *v, int64_t seq, struct err *why)
{
	struct page_row row;
	enum status st;

	case_row(&row, &v->s.file, seq);
	row.scope_count = v->count;
	memcpy(row.scopes, v->held, sizeof(row.scopes[0]) * (size_t)v->count);
	if (v->sight == SIGHT_GLANCE)
		rights_redact(&v->s.file);
	st = rows_put(r, &row, why);
	if (st != ST_OK || v->sight != SIGHT_WHOLE)
		return st;
	st = put_detail(r, &v->s, &row, why);
	return st == ST_OK ? put_watch(r, v, seq, why) : st;
}

int64_t rows_held_through(const struct rows *r, int64_t scope)
{
	for (int i = 0; i < r->sub_count; i++)
		if (r->sub[i].scope == scope)
			return r->sub[i].seq;
	return 0;
}

/* How far it has read the scope of the case in which it is furthest. */
static int64_t furthest(const struct rows *r, const struct seen *v)
{
	int64_t most = 0;

	for (int i = 0; i < v->count; i++) {
		int64_t seq = rows_held_through(r, v->held[i]);

		most = seq > most ? seq : most;
	}
	return most;
}

/* Is the case the caller's? Who became a contact center has none. */
static bool is_mine(const struct rows *r, const struct seen *v)
{
	return v->sight == SIGHT_WHOLE && strcmp(v->s.file.assignee, r->k->device.officer) == 0;
}

/* Does this entry make it so? Then its history comes along. */
static bool begins_following(const struct log_row *e)
{
	return e->n > 1 && e->n <= EARLIER_ENTRIES_MAX
	       && (strcmp(e->act, "case.claim") == 0 || strcmp(e->act, "case.assign") == 0);
}

static enum status put_entry(struct rows *r, const struct seen *v, const struct log_row *e,
			     struct err *why)
{
	struct log_row earlier = { .n = 0 };
	bool mine = is_mine(r, v), follows = mine && begins_following(e);
	enum status st = ST_OK;

	if (!mine && strcmp(e->dev, r->k->device.id) != 0)
		return ST_OK;
	while (st == ST_OK && follows && earlier.n + 1 < e->n && r->detail_bytes < LIMIT_DETAIL_ROWS
	       && (st = log_after(r->k->c->db, e->case_id, earlier.n, &earlier, why)) == ST_OK
	       && earlier.seq <= furthest(r, v)) {
		size_t mark = r->text.len;

		st = rows_entry(r, &earlier, why);
		r->detail_bytes += r->text.len - mark;
	}
	return st == ST_OK ? rows_entry(r, e, why) : st;
}

/* An entry that the feed names: the case as it is now beside its newest one. */
static enum status put_touched(struct rows *r, struct seen *v, int64_t seq, struct err *why)
{
	struct log_row e;
	enum status st;

	if (seq == r->told_entry)
		return ST_OK;
	r->told_entry = seq;
	st = log_by_seq(r->k->c->db, seq, &e, why);
	if (st == ST_OK && e.n == v->s.file.n)
		st = put_case(r, v, seq, why);
	return st == ST_OK ? put_entry(r, v, &e, why) : st;
}

static enum status put_gone(struct rows *r, const struct feed_row *f, struct err *why)
{
	struct page_row row = { .kind = PAGE_GONE,
				.seq = f->seq,
				.scope_count = 1,
				.scopes = { f->scope },
				.text = { "moved", 5 } };
	struct log_row e;
	enum status st = log_by_seq(r->k->c->db, f->seq, &e, why);

	if (st != ST_OK)
		return st;
	row.n = e.n;
	memcpy(row.case_id, f->case_id, sizeof(row.case_id));
	return rows_put(r, &row, why);
}

/* A case that left a scope and lies in another comes along with its newest entry,
 * if the page reaches as far: rows_left. */
static enum status put_left(struct rows *r, const struct seen *v, const struct feed_row *f,
			    struct err *why)
{
	if (rows_held_through(r, f->scope) == 0)
		return ST_OK;
	if (!v->count)
		return put_gone(r, f, why);
	if (r->left_count == r->left_room) {
		int room = r->left_room ? 2 * r->left_room : 16;
		struct feed_row *more = reallocarray(r->left, (size_t)room, sizeof(*more));

		if (!more)
			return err_set(why, ST_BROKEN, "memory", "out of memory");
		r->left = more;
		r->left_room = room;
	}
	r->left[r->left_count++] = *f;
	return ST_OK;
}

enum status rows_left(struct rows *r, int64_t upto, struct err *why)
{
	struct stored_case s = STORED_CASE_INIT;
	struct log_row e;
	enum status st = ST_OK;

	for (int i = 0; i < r->left_count && r->left[i].seq <= upto && st == ST_OK; i++) {
		st = case_load(r->k->c->db, r->left[i].case_id, &s, why);
		if (st == ST_OK)
			st = log_by_case(r->k->c->db, s.file.id, s.file.n, &e, why);
		if (st == ST_OK && e.seq > upto)
			st = put_gone(r, &r->left[i], why);
	}
	stored_case_release(&s);
	return st;
}

static enum status put_feed(struct rows *r, const struct feed_row *f, struct err *why)
{
	struct seen v = SEEN_INIT;
	enum status st = look(r, f->case_id, &v, why);

	if (st == ST_OK && f->kind == 'g')
		st = put_left(r, &v, f, why);
	else if (st == ST_OK && v.count && f->kind == 'x' && f->seq != r->told_erased)
		st = rows_erased(r, f, why);
	else if (st == ST_OK && v.count && f->kind == 'c')
		st = put_touched(r, &v, f->seq, why);
	if (f->kind == 'x')
		r->told_erased = f->seq;
	stored_case_release(&v.s);
	return st == ST_NONE ? err_set(why, ST_BROKEN, "database-damaged",
				       "the feed names what is not there")
			     : st;
}

enum status rows_transaction(struct rows *r, const struct feed_row *feed, int count,
			     struct err *why)
{
	enum status st = ST_OK;

	r->detail_bytes = 0;
	for (int i = 0; st == ST_OK && i < count; i++)
		st = put_feed(r, &feed[i], why);
	return st;
}

/* A reminder that another device of the officer set comes with the case, but where
 * it is the newest entry: put_watch. */
static bool is_last_watch(const struct rows *r, const struct seen *v, const struct log_row *e)
{
	return e->n == v->s.file.n && v->sight == SIGHT_WHOLE && strcmp(e->act, "watch.set") == 0
	       && strcmp(e->sub, r->k->device.officer) == 0;
}

/* Of a case of the officer's own all entries, else those of this device, as far
 * as the client has read: the feed brings the others. */
static enum status entries_again(struct rows *r, const struct seen *v, int64_t upto,
				 struct err *why)
{
	bool own = is_mine(r, v);
	bool chain = r->chain;
	struct log_row e = { .n = 0 };
	enum status st = ST_OK;

	r->chain = true; /* an erased one is told in its place */
	while (st == ST_OK && r->detail_bytes < LIMIT_DETAIL_ROWS
	       && (st = log_after(r->k->c->db, v->s.file.id, e.n, &e, why)) == ST_OK
	       && e.seq <= upto) {
		size_t mark = r->text.len;

		if ((own ? e.n <= EARLIER_ENTRIES_MAX : strcmp(e.dev, r->k->device.id) == 0)
		    || is_last_watch(r, v, &e))
			st = rows_entry(r, &e, why);
		r->detail_bytes += r->text.len - mark;
	}
	r->chain = chain;
	return st == ST_NONE ? ST_OK : st;
}

enum status rows_again(struct rows *r, const char *case_id, bool *there, struct err *why)
{
	struct seen v = SEEN_INIT;
	struct log_row last = { .seq = 0 };
	int64_t upto = 0;
	enum status st = look(r, case_id, &v, why);

	*there = st == ST_OK && v.count > 0;
	if (*there) {
		r->detail_bytes = 0;
		upto = furthest(r, &v);
		st = log_by_case(r->k->c->db, case_id, v.s.file.n, &last, why);
		if (st == ST_OK && last.seq <= upto)
			st = put_case(r, &v, last.seq, why);
		if (st == ST_OK)
			st = entries_again(r, &v, upto, why);
	}
	stored_case_release(&v.s);
	return st == ST_NONE ? ST_OK : st;
}
