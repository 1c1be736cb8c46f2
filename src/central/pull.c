/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/encode.h"
#include "central/call.h"
#include "central/claims.h"
#include "central/compact.h"
#include "central/rows.h"
#include "central/snapshot.h"
#include "sign/hash.h"

#include "base/banned.h"

enum { PULL_AGAIN_MAX = 200 };

/* One held scope's part of the feed, read piece by piece. */
struct part {
	int64_t scope, feed; /* which feed it reads */
	int64_t after;	     /* read to this seq */
	int64_t complete;    /* all its rows to this seq are here */
};

struct pull {
	char epoch[UUID_TEXT];
	int sub_count;
	struct scope_seq sub[SCOPES_MAX];
	char catalog[HASH_TEXT];
	size_t max_bytes;
	int64_t fresh[SCOPES_MAX]; /* the log was so long when a scope began to be read */
	int64_t own;	 /* what is the officer's alone has been read up to here; -1: not said */
	int again_count; /* cases to be told anew, in the order of their ids */
	char again[PULL_AGAIN_MAX][UUID_TEXT];
	/* made here */
	int64_t head, durable;
	struct feed_row *feed; /* of all held scopes, by seq */
	int feed_count, feed_room;
	int64_t horizon; /* complete up to here */
	int64_t cut;	 /* what the page covers */
	bool more;
	struct page_head page;
};

/* --- The request ----------------------------------------------------------------- */

static enum status read_subs(struct pull *p, const struct json *subs, struct err *why)
{
	if (json_kind_of(subs) != JSON_LIST || json_count(subs) > SCOPES_MAX)
		return err_set(why, ST_BAD_INPUT, "field-malformed",
			       "\"subs\" is a list of at most %d {scope, seq}", SCOPES_MAX);
	for (size_t i = 0; i < json_count(subs); i++) {
		const struct json *s = json_item(subs, i);
		struct scope_seq *to = &p->sub[p->sub_count];

		p->fresh[p->sub_count++] = json_get_int(s, "fresh", 0);
		if (!json_int(json_member(s, "scope"), &to->scope)
		    || !json_int(json_member(s, "seq"), &to->seq) || to->scope < 0 || to->seq < 0)
			return err_set(why, ST_BAD_INPUT, "field-malformed",
				       "\"subs\" has {scope, seq} of whole numbers");
	}
	return ST_OK;
}

static enum status read_again(struct pull *p, const struct json *list, struct err *why)
{
	if (json_count(list) > PULL_AGAIN_MAX)
		return err_set(why, ST_BAD_INPUT, "field-malformed",
			       "\"again\" is a list of at most %d case ids", PULL_AGAIN_MAX);
	for (size_t i = 0; i < json_count(list); i++) {
		struct str id = json_text(json_item(list, i));

		if (!uuid_valid(id))
			return err_set(why, ST_BAD_INPUT, "field-malformed",
				       "\"again\" is a list of case ids");
		snprintf(p->again[p->again_count++], UUID_TEXT, "%.*s", (int)id.n, id.p);
	}
	return ST_OK;
}

static enum status read_pull(struct call *k, struct pull *p, struct err *why)
{
	static const char *const known[] = { "epoch",	  "subs",  "sv",  "catalog", "head",
					     "max_bytes", "again", "own", "ack",     NULL };
	struct json *j = NULL;
	int64_t max;
	enum status st = body_map(k, known, &j, why);

	if (st == ST_OK)
		st = read_subs(p, json_member(j, "subs"), why);
	if (st == ST_OK)
		st = query_int(k->r, "ask", &p->page.asked, 0, why);
	(void)json_copy_text(j, "epoch", p->epoch, sizeof(p->epoch));
	(void)json_copy_text(j, "catalog", p->catalog, sizeof(p->catalog));
	max = json_get_int(j, "max_bytes", PAGE_MAX_BYTES);
	p->own = json_get_int(j, "own", -1);
	p->max_bytes = PAGE_MAX_BYTES - LIMIT_PAGE_FRAME;
	if (max > 0 && max < (int64_t)p->max_bytes)
		p->max_bytes = (size_t)max;
	/* An empty epoch is a client that holds nothing yet. */
	if (st == ST_OK && p->epoch[0] && strcmp(p->epoch, k->c->epoch) != 0)
		st = err_set(why, ST_CONFLICT, "epoch-changed", "%s", k->c->epoch);
	if (st == ST_OK)
		st = read_again(p, json_member(j, "again"), why);
	if (st == ST_OK)
		st = claim_head(k, json_member(j, "head"), why);
	if (st == ST_OK)
		st = claim_ack(k, json_get_text(j, "ack"), why);
	if (st == ST_OK && p->epoch[0])
		st = claim_read(k, p->sub, p->sub_count, why);
	json_free(j);
	return st;
}

static int64_t sub_seq(const struct pull *p, int64_t scope, int64_t otherwise)
{
	for (int i = 0; i < p->sub_count; i++)
		if (p->sub[i].scope == scope)
			return p->sub[i].seq;
	return otherwise;
}

/* --- What there is ------------------------------------------------------------------ */

static int by_seq(const void *a, const void *b)
{
	const struct feed_row *x = a, *y = b;

	if (x->seq != y->seq)
		return x->seq < y->seq ? -1 : 1;
	return x->scope < y->scope ? -1 : x->scope > y->scope;
}

/* What the client holds of this scope is as the log was then, or younger; 0: it
 * holds nothing of it. */
static int64_t sub_age(const struct pull *p, int64_t scope)
{
	for (int i = 0; i < p->sub_count; i++)
		if (p->sub[i].scope == scope)
			return p->sub[i].seq > p->fresh[i] ? p->sub[i].seq : p->fresh[i];
	return 0;
}

/* Who holds something of a scope that is older than where its feed was made
 * shorter would never hear of what has left it meanwhile. One that has begun to
 * read it later, and is still at it, misses nothing. */
static enum status check_floor(const struct call *k, const struct pull *p, struct err *why)
{
	int64_t floor = 0;
	enum status st = ST_OK;

	for (int i = 0; st == ST_OK && i < k->who.count; i++) {
		int64_t age = sub_age(p, k->who.scope[i]);

		if (age > 0)
			st = feed_floor(k->c->db, k->who.feed[i], &floor, why);
		if (st == ST_OK && age > 0 && age < floor)
			return err_set(why, ST_NONE, "snapshot-required",
				       "what is held of scope %lld is older than all that is still"
				       " told of it; read everything anew, from a snapshot or"
				       " from 0",
				       (long long)k->who.scope[i]);
	}
	return st;
}

/* Beyond the last row of a scope that has more, nothing can be said yet. */
/* A piece may end in the midst of a seq, which has a row of each kind at most: the next
 * one begins with it. */
static void leave_last(struct pull *p, struct part *t)
{
	struct feed_row last = p->feed[p->feed_count - 1];

	while (p->feed_count && p->feed[p->feed_count - 1].scope == last.scope
	       && p->feed[p->feed_count - 1].seq == last.seq)
		p->feed_count--;
	t->after = last.seq - 1;
	t->complete = last.tx - 1;
}

static enum status read_part(struct call *k, struct pull *p, struct part *t, int max,
			     struct err *why)
{
	enum status st;
	int got = 0;

	if (p->feed_room < p->feed_count + max) {
		int room = 2 * p->feed_count + max;
		struct feed_row *more = reallocarray(p->feed, (size_t)room, sizeof(*more));

		if (!more)
			return err_set(why, ST_BROKEN, "memory", "out of memory");
		p->feed = more;
		p->feed_room = room;
	}
	st = feed_read(k->c->db, t->feed, t->after, p->feed + p->feed_count, max, &got, why);
	for (int i = 0; i < got; i++)
		p->feed[p->feed_count + i].scope = t->scope;
	p->feed_count += got;
	t->complete = p->head;
	if (st == ST_OK && got == max)
		leave_last(p, t);
	return st;
}

/* The scope that is complete to the lowest seq: that is the horizon of all. */
static struct part *lowest(struct part *parts, int count)
{
	struct part *low = &parts[0];

	for (int i = 1; i < count; i++)
		if (parts[i].complete < low->complete)
			low = &parts[i];
	return low;
}

static int rows_through(const struct pull *p, int64_t seq)
{
	int n = 0;

	for (int i = 0; i < p->feed_count; i++)
		n += p->feed[i].seq <= seq;
	return n;
}

/* Each held scope is read a little way, then always the one that holds the
 * others up, until there are rows for a page: so a first sync reads each row of
 * the feed about once, however many scopes there are. */
static enum status read_feed(struct call *k, struct pull *p, struct err *why)
{
	enum { FIRST = 64, MORE = 512 };
	struct part parts[SCOPES_MAX];
	struct part *low;
	enum status st = ST_OK;

	p->horizon = p->head;
	for (int i = 0; st == ST_OK && i < k->who.count; i++) {
		int64_t scope = k->who.scope[i];

		parts[i] = (struct part){ .scope = scope,
					  .feed = k->who.feed[i],
					  .after = sub_seq(p, scope, 0) };
		st = read_part(k, p, &parts[i], FIRST, why);
	}
	while (st == ST_OK && k->who.count > 0) {
		low = lowest(parts, k->who.count);
		p->horizon = low->complete;
		if (p->horizon >= p->head || rows_through(p, p->horizon) > PAGE_MAX_ROWS)
			break;
		st = read_part(k, p, low, MORE, why);
	}
	if (p->feed_count)
		qsort(p->feed, (size_t)p->feed_count, sizeof(*p->feed), by_seq);
	return st;
}

static void scope_lists(const struct call *k, const struct pull *p, struct page_row *row)
{
	for (int i = 0; i < k->who.count; i++)
		if (sub_seq(p, k->who.scope[i], -1) < 0)
			row->add[row->add_count++] = k->who.scope[i];
	for (int i = 0; i < p->sub_count; i++)
		if (!rights_see(&k->who, p->sub[i].scope))
			row->del[row->del_count++] = p->sub[i].scope;
	row->kind = PAGE_SCOPE;
	row->sv = k->who.officer.sv;
}

/* --- The page ------------------------------------------------------------------------ */

/* Rows that stand before all others: rights, then names. */
static enum status first_rows(struct call *k, struct pull *p, struct rows *rows, struct err *why)
{
	struct page_row *scope = calloc(1, sizeof(*scope));
	struct page_row *catalog = calloc(1, sizeof(*catalog));
	enum status st = catalog_current(k->c, why);

	if (!scope || !catalog)
		st = err_set(why, ST_BROKEN, "memory", "out of memory");
	if (st == ST_OK) {
		scope_lists(k, p, scope);
		if (scope->add_count || scope->del_count)
			st = rows_put(rows, scope, why);
	}
	if (st == ST_OK && strcmp(p->catalog, k->c->catalog_hash) != 0) {
		catalog->kind = PAGE_CATALOG;
		catalog->text = strbuf_str(&k->c->catalog);
		st = rows_put(rows, catalog, why);
	}
	free(scope);
	free(catalog);
	return st;
}

/* Transactions in their order, each whole, while there is room. One that
 * stands alone is always taken: a page must move something. */
static enum status transactions(struct pull *p, struct rows *rows, struct err *why)
{
	enum status st = ST_OK;
	int i = 0;

	p->cut = p->horizon;
	while (st == ST_OK && i < p->feed_count && p->feed[i].seq <= p->horizon) {
		int end = i;
		size_t mark = rows->text.len;
		int64_t count = rows->count;

		while (end < p->feed_count && p->feed[end].tx == p->feed[i].tx)
			end++;
		st = rows_transaction(rows, &p->feed[i], end - i, why);
		if (st == ST_OK && mark > 0
		    && (rows->text.len > p->max_bytes || rows->count > PAGE_MAX_ROWS)) {
			rows_undo(rows, mark, count);
			p->cut = p->feed[i].tx - 1;
			break;
		}
		i = end;
	}
	p->more = p->cut < p->head;
	return st;
}

static int64_t lowest_sub(const struct pull *p)
{
	int64_t low = p->sub_count ? p->sub[0].seq : 0;

	for (int i = 1; i < p->sub_count; i++)
		low = p->sub[i].seq < low ? p->sub[i].seq : low;
	return low;
}

/* Reminders in a scope that is new to the client are older than what it has read
 * of the others. */
static int64_t own_after(const struct call *k, const struct pull *p)
{
	for (int i = 0; i < k->who.count; i++)
		if (sub_seq(p, k->who.scope[i], 0) == 0)
			return 0;
	return p->own < 0 ? lowest_sub(p) : p->own;
}

/* What is of the caller alone. Who holds no scope has no other place in the log than
 * where this has been read to. */
static enum status alone_rows(const struct call *k, struct pull *p, struct rows *rows,
			      struct err *why)
{
	bool moves = p->again_count > 0 || (p->sub_count > 0 && lowest_sub(p) < p->cut);
	int64_t own = own_after(k, p), upto = p->cut;
	enum status st = rows_own(rows, p->sub_count ? lowest_sub(p) : own, &upto, why);

	p->page.own = p->sub_count ? p->cut : upto;
	return st == ST_OK ? rows_mine(rows, own, moves, &p->page.own, why) : st;
}

/* Who has read nothing of a scope may load its snapshot instead. One that
 * cannot be read is none. */
static void snapshot_hints(const struct call *k, struct page_head *h)
{
	struct snapshot s = SNAPSHOT_INIT;

	for (int i = 0; i < h->from_count; i++)
		if (h->from[i].seq == 0
		    && snapshot_newest(k->c, h->from[i].scope, &s, NULL) == ST_OK)
			h->snapshots[h->snapshot_count++] = h->from[i].scope;
	snapshot_release(&s);
}

/* Cases that the client has dropped after a restore, as they are now. */
static enum status told_again(struct pull *p, struct rows *rows, struct err *why)
{
	enum status st = ST_OK;

	for (int i = 0; st == ST_OK && i < p->again_count; i++) {
		size_t mark = rows->text.len;
		int64_t count = rows->count;
		bool there = false;

		st = rows_again(rows, p->again[i], &there, why);
		if (st == ST_OK && i > 0
		    && (rows->text.len > p->max_bytes || rows->count > PAGE_MAX_ROWS)) {
			rows_undo(rows, mark, count);
			break;
		}
		memcpy(p->page.again, p->again[i], UUID_TEXT);
		p->page.missing += !there;
	}
	return st;
}

/* The head is signed, so that who has read the page can prove that we said so. */
static enum status page_head(struct call *k, struct pull *p, struct err *why)
{
	struct merkle_store tree = central_tree(k->c);
	struct page_head *h = &p->page;
	struct strbuf jws = STRBUF_INIT;
	struct hash32 root;
	enum status st = ST_OK;

	memcpy(h->epoch, k->c->epoch, sizeof(h->epoch));
	memcpy(h->dev, k->device.id, sizeof(h->dev));
	for (int i = 0; i < k->who.count; i++) {
		int64_t scope = k->who.scope[i], from = sub_seq(p, scope, 0);

		h->from[h->from_count++] = (struct scope_seq){ scope, from };
		h->to[h->to_count++] = (struct scope_seq){ scope, from > p->cut ? from : p->cut };
	}
	snapshot_hints(k, h);
	h->sv = k->who.officer.sv;
	h->more = p->more || h->own < p->cut;
	h->log = p->head;
	h->durable_through = p->durable;
	h->size = p->cut;
	h->now = central_now(k->c);
	if (!merkle_root(&tree, p->cut, &root))
		return ST_OK;
	hex_encode(h->root, root.b, sizeof(root.b));
	st = central_sign_head(k->c, p->cut, &root, &jws, why);
	if (st == ST_OK)
		snprintf(h->signed_head, sizeof(h->signed_head), "%s", strbuf_cstr(&jws));
	strbuf_release(&jws);
	return st;
}

static enum status finish(struct call *k, struct pull *p, const struct rows *rows, struct err *why)
{
	struct strbuf raw = STRBUF_INIT_MAX(2 * PAGE_MAX_BYTES + LIMIT_DETAIL_ROWS);
	char digest[HASH_TEXT];
	bool ok;

	ok = page_begin(&raw, &p->page)
	     && strbuf_add(&raw, strbuf_cstr(&rows->text), rows->text.len);
	sha256_hex(digest, strbuf_str(&raw));
	ok = ok && page_end(&raw, rows->count, digest);
	reply_type(k->out, 200, "application/zstd");
	ok = ok && zstd_pack(&k->out->body, strbuf_str(&raw));
	strbuf_release(&raw);
	return ok ? ST_OK : err_set(why, ST_BROKEN, "page", "the page cannot be written");
}

enum status handle_pull(struct call *k, struct err *why)
{
	struct pull *p = calloc(1, sizeof(*p));
	struct rows rows = ROWS_INIT;
	int64_t backup_at;
	enum status st =
		p ? read_pull(k, p, why) : err_set(why, ST_BROKEN, "memory", "out of memory");

	/* One snapshot for head, rights and rows. */
	if (st == ST_OK)
		st = db_begin_read(k->c->db, why);
	if (st == ST_OK)
		st = feed_head_seq(k->c->db, &p->head, why);
	if (st == ST_OK)
		st = rights_load(k->c->db, k->device.officer, central_now(k->c), &k->who, why);
	rows_for(&rows, k, p ? p->sub : NULL, p ? p->sub_count : 0);
	rows.max_bytes = p ? p->max_bytes : 0;
	if (st == ST_OK)
		st = check_floor(k, p, why);
	if (st == ST_OK)
		st = read_feed(k, p, why);
	if (st == ST_OK)
		st = first_rows(k, p, &rows, why);
	if (st == ST_OK)
		st = durable_through(k->c->db, &p->durable, &backup_at, why);
	if (st == ST_OK)
		st = told_again(p, &rows, why);
	if (st == ST_OK)
		st = transactions(p, &rows, why);
	if (st == ST_OK)
		st = rows_left(&rows, p->cut, why);
	if (st == ST_OK)
		st = alone_rows(k, p, &rows, why);
	if (st == ST_OK)
		st = page_head(k, p, why);
	db_rollback(k->c->db);
	if (st == ST_OK)
		st = finish(k, p, &rows, why);
	rows_release(&rows);
	if (p)
		free(p->feed);
	free(p);
	return st;
}

/* --- Waiting --------------------------------------------------------------------------- */

/* A row that compaction has dropped was news as well, to who had not read so far:
 * that its scope's newest one is gone. */
static enum status newest_held(struct call *k, int64_t *seq, struct err *why)
{
	enum status st = ST_OK;
	int64_t one, floor;

	*seq = 0;
	for (int i = 0; st == ST_OK && i < k->who.count; i++) {
		st = feed_newest(k->c->db, k->who.feed[i], &one, why);
		if (st == ST_OK)
			st = feed_floor(k->c->db, k->who.feed[i], &floor, why);
		if (st == ST_OK && floor > one)
			one = floor;
		if (st == ST_OK && one > *seq)
			*seq = one;
	}
	return st;
}

enum status handle_wait(struct call *k, struct err *why)
{
	struct str epoch = query_text(k->r, "epoch");
	int64_t t, seq, newest, sv, ms;
	struct jsonw w;
	enum status st = query_int(k->r, "t", &t, 25, why);

	if (st == ST_OK)
		st = query_int(k->r, "seq", &seq, 0, why);
	if (st == ST_OK)
		st = query_int(k->r, "sv", &sv, k->who.officer.sv, why);
	if (st == ST_OK)
		st = newest_held(k, &newest, why);
	if (st != ST_OK)
		return st;
	/* Who read in an epoch of the past may be ahead of us, and would wait for
	 * what has been there for long. */
	if (newest > seq || sv != k->who.officer.sv || (epoch.p && !str_eq(epoch, k->c->epoch))) {
		reply_type(k->out, 200, TYPE_JSON);
		jsonw_init(&w, &k->out->body);
		jsonw_map(&w);
		jsonw_kv(&w, "epoch", k->c->epoch);
		jsonw_kv_int(&w, "seq", newest);
		jsonw_end_map(&w);
		return ST_OK;
	}
	ms = t > WAIT_MAX_MS / 1000 ? WAIT_MAX_MS : t * 1000;
	if (k->r->timeout_ms && k->r->timeout_ms < ms)
		ms = k->r->timeout_ms;
	reply_type(k->out, 204, "");
	k->out->hold = ms > 0;
	k->out->hold_until = clock_boot(&k->c->env.clock) + (ms > 0 ? ms : 0);
	return ST_OK;
}
