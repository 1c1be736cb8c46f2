/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/merge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/aside.h"
#include "cache/cases.h"
#include "cache/entries.h"
#include "cache/erasing.h"
#include "cache/identity.h"
#include "cache/names.h"
#include "cache/watch.h"
#include "sign/hash.h"
#include "sign/jws.h"
#include "sync/epochs.h"
#include "sync/overlay.h"
#include "wire/json.h"
#include "wire/page.h"
#include "wire/payload.h"

#include "base/banned.h"

enum { TRIES = 3, STRUCK_MAX = 64 };

/* A page while it is merged. */
struct merging {
	struct db *cache;
	char me[OFFICER_MAX];	       /* whose watches are kept */
	char dev[UUID_TEXT];	       /* for whom a page must be */
	bool chain;		       /* entries fetched apart: no cursor, no scope */
	const struct merge_part *part; /* a segment of a snapshot, or NULL */
	struct merge_offer *offer;     /* NULL: pages alone */
	bool checked;		       /* the digest was compared before */
	bool erased;		       /* words of an entry go with it */
	struct page_head head;
	struct sync_point point;
	int held_count;
	struct cursor held[SCOPES_MAX];
	struct merge_result *r;
	int struck_count; /* cases whose line was left out */
	char struck[STRUCK_MAX][UUID_TEXT];
};

/* --- Is it the page that was asked for? ------------------------------------ */

static enum status check_digest(struct str covered, const char *sha256, struct err *why)
{
	char seen[HASH_TEXT];

	sha256_hex(seen, covered);
	if (strcmp(seen, sha256) == 0)
		return ST_OK;
	return err_set(why, ST_BAD_INPUT, "page-digest",
		       "the page came with other bytes than were sent; nothing was applied");
}

/* A proxy that keeps answers may give one of another device, or one of ours of
 * before: it tells of cases as they were, and of some that are not for us. */
static enum status check_whose(const struct merging *m, struct err *why)
{
	if (strcmp(m->head.dev, m->dev) != 0)
		return err_set(why, ST_BAD_INPUT, "page-other",
			       "the page answers another device; nothing of it was used");
	return ST_OK;
}

static enum status check_from(const struct merging *m, struct err *why)
{
	for (int i = 0; i < m->head.from_count; i++) {
		const struct scope_seq *f = &m->head.from[i];
		int64_t ours = 0;

		for (int k = 0; k < m->held_count; k++)
			if (m->held[k].scope == f->scope)
				ours = m->held[k].seq;
		if (f->seq != ours)
			return err_set(
				why, ST_BAD_INPUT, f->seq > ours ? "page-gap" : "page-stale",
				"scope %lld: the page begins at %lld, and we have read to %lld",
				(long long)f->scope, (long long)f->seq, (long long)ours);
	}
	return ST_OK;
}

/* Is it the segment that was asked for? */
static enum status check_part(const struct merging *m, struct err *why)
{
	if (m->head.to_count == 1 && m->head.to[0].scope == m->part->scope
	    && m->head.to[0].seq == m->part->seq && strcmp(m->head.epoch, m->part->epoch) == 0)
		return ST_OK;
	return err_set(why, ST_BAD_INPUT, "segment-other",
		       "the segment is of another snapshot; nothing of it was used");
}

/* Has anything been read here yet? */
static bool has_begun(const struct merging *m)
{
	for (int i = 0; i < m->held_count; i++)
		if (m->held[i].seq > 0)
			return true;
	return false;
}

/* A page of before, which a proxy kept, says nothing of what there is now. */
static enum status check_from_start(const struct merging *m, struct err *why)
{
	for (int i = 0; i < m->head.from_count; i++)
		if (m->head.from[i].seq != 0)
			return err_set(why, ST_BAD_INPUT, "page-stale",
				       "scope %lld: the page begins at %lld, and was asked for from"
				       " the start",
				       (long long)m->head.from[i].scope,
				       (long long)m->head.from[i].seq);
	return ST_OK;
}

/* Nothing of the page is used: the snapshots have all of it. */
static enum status take_offer(struct merging *m, struct err *why)
{
	m->offer->count = m->head.snapshot_count;
	memcpy(m->offer->scopes, m->head.snapshots, sizeof(m->offer->scopes));
	m->offer->sv = m->head.sv;
	return err_set(why, ST_NONE, "snapshot-offered", "there are snapshots to be loaded");
}

static enum status on_head(void *ctx, const struct page_head *h, struct str covered,
			   const char *sha256, struct err *why)
{
	struct merging *m = ctx;
	enum status st = m->checked ? ST_OK : check_digest(covered, sha256, why);

	if (st != ST_OK)
		return st;
	m->checked = true;
	m->head = *h;
	m->r->more = h->more;
	m->r->now = h->now;
	m->r->sv = h->sv;
	m->r->missing = h->missing;
	if (m->point.epoch[0] && strcmp(m->point.epoch, h->epoch) != 0)
		return err_set(why, ST_CONFLICT, "epoch-changed",
			       "the central is in another epoch now");
	if (m->part)
		return check_part(m, why);
	st = check_whose(m, why);
	/* What is read again from the start is not laid over what is here. */
	if (st == ST_OK && m->offer && m->offer->again)
		st = check_from_start(m, why);
	if (st == ST_OK && m->offer && m->offer->again)
		return take_offer(m, why);
	if (st == ST_OK && !m->chain)
		st = check_from(m, why);
	if (st == ST_OK && m->offer && h->snapshot_count && !has_begun(m))
		return take_offer(m, why);
	return st == ST_OK ? cache_load(m->cache, h->more, why) : st;
}

/* --- Rows -------------------------------------------------------------------- */

static enum status bad_row(const struct page_row *row, const char *what, struct err *why)
{
	return err_set(why, ST_BAD_INPUT, "page-line", "case %s, entry %lld: %s", row->case_id,
		       (long long)row->n, what);
}

/* The few members of a payload that lists need. Acts that this release does
 * not know are kept all the same: they are signed, and part of the chain. */
static bool read_words(struct entry *e, struct str payload)
{
	struct json *j = NULL;
	bool ok = json_read(&j, payload, NULL) == ST_OK
		  && json_copy_text(j, "act", e->act, sizeof(e->act))
		  && json_copy_text(j, "sub", e->sub, sizeof(e->sub))
		  && json_copy_text(j, "iid", e->iid, sizeof(e->iid))
		  && json_copy_text(j, "dev", e->dev, sizeof(e->dev));

	e->ctr = json_get_int(j, "ctr", 0);
	json_free(j);
	return ok;
}

static enum status entry_of_row(struct entry *e, const struct page_row *row, struct err *why)
{
	struct strbuf payload = STRBUF_INIT;
	bool ok;

	snprintf(e->case_id, sizeof(e->case_id), "%s", row->case_id);
	snprintf(e->eh, sizeof(e->eh), "%s", row->eh);
	snprintf(e->epoch, sizeof(e->epoch), "%s", row->epoch);
	snprintf(e->verdict, sizeof(e->verdict), "%s", row->verdict);
	snprintf(e->rule, sizeof(e->rule), "%s", row->rule);
	e->n = row->n;
	e->seq = row->seq;
	e->at = row->at;
	e->erased = row->text.n == 0;
	if (e->erased)
		return ST_OK;
	ok = strbuf_set(&e->jws, row->text.p, row->text.n) && jws_ah(e->ah, row->text)
	     && jws_payload_unverified(&payload, row->text, NULL) == ST_OK
	     && read_words(e, strbuf_str(&payload));
	strbuf_release(&payload);
	return ok ? ST_OK : bad_row(row, "its envelope can't be read", why);
}

/* The officer's own watch, whichever device it was signed on. */
static enum status take_watch(struct merging *m, const struct entry *e, struct err *why)
{
	struct strbuf payload = STRBUF_INIT;
	struct action a = ACTION_INIT;
	enum status st = ST_OK;

	if (strcmp(e->act, "watch.set") != 0 || strcmp(e->sub, m->me) != 0)
		return ST_OK;
	/* One that this release can't read says nothing here. */
	if (jws_payload_unverified(&payload, strbuf_str(&e->jws), NULL) == ST_OK
	    && payload_read(&a, strbuf_str(&payload), NULL) == ST_OK)
		st = watch_put(m->cache, e->case_id, e->n, action_get(&a, "on"),
			       action_get(&a, "text"), why);
	action_release(&a);
	strbuf_release(&payload);
	return st;
}

static enum status put_entry(struct merging *m, const struct page_row *row, struct err *why)
{
	struct entry e = ENTRY_INIT;
	enum status st = entry_of_row(&e, row, why);

	if (st == ST_OK)
		st = entry_put(m->cache, &e, why);
	if (st == ST_OK)
		st = take_watch(m, &e, why);
	entry_release(&e);
	return st;
}

/* Of the scopes a case is in, those that we hold: the others are no reason
 * to keep it when ours are lost. */
static enum status put_case(struct merging *m, const struct page_row *row, struct err *why)
{
	int64_t ours[SCOPES_MAX];
	int count = 0;

	for (int i = 0; i < row->scope_count; i++)
		for (int k = 0; k < m->head.to_count; k++)
			if (m->head.to[k].scope == row->scopes[i] && count < SCOPES_MAX)
				ours[count++] = row->scopes[i];
	if (!count)
		return bad_row(row, "it is in no scope of ours", why);
	if (m->part) {
		m->r->cases++;
		return aside_case(m->cache, row->file, m->part->scope, row->seq, why);
	}
	return case_put_at(m->cache, row->file, ours, count, row->seq, why);
}

static enum status lose_scope(struct merging *m, int64_t scope, struct err *why)
{
	enum status st = case_drop_scope(m->cache, scope, why);

	if (st == ST_OK)
		st = cursor_drop(m->cache, scope, why);
	if (st == ST_OK)
		st = case_miss_scope(m->cache, SCOPE_ALONE, why);
	m->point.purge_due = m->r->scopes_lost = true;
	return st;
}

static enum status change_scopes(struct merging *m, const struct page_row *row, struct err *why)
{
	enum status st = ST_OK;

	for (int i = 0; i < row->add_count && st == ST_OK; i++)
		st = cursor_set(m->cache, row->add[i], 0, why);
	if (st == ST_OK && row->add_count)
		st = cursor_set_whole(m->cache, false, why);
	for (int i = 0; i < row->del_count && st == ST_OK; i++)
		st = lose_scope(m, row->del[i], why);
	return st;
}

static enum status put_catalog(struct merging *m, const struct page_row *row, struct err *why)
{
	char sha256[HASH_TEXT];

	sha256_hex(sha256, row->text);
	return catalog_put(m->cache, row->text, sha256, why);
}

static enum status put_gone(struct merging *m, const struct page_row *row, struct err *why)
{
	char reason[80];
	enum status st;

	snprintf(reason, sizeof(reason), "%.*s", (int)(row->text.n < 79 ? row->text.n : 79),
		 row->text.p);
	m->point.purge_due = m->r->scopes_lost = true;
	/* One that was fetched by itself is in no feed, and goes with the first. */
	st = case_gone(m->cache, row->case_id, row->scopes[0], row->n, row->seq, reason, why);
	return st == ST_OK ? case_gone(m->cache, row->case_id, SCOPE_ALONE, row->n, row->seq,
				       reason, why)
			   : st;
}

/* What is to be taken out of the outbox, once this page is on disk. */
static enum status note_erasing(struct merging *m, const struct page_row *row, struct err *why)
{
	struct erasing x = { .seq = row->entry_seq, .whole = row->whole };

	if (!row->ah[0] && !row->whole)
		return ST_OK;
	memcpy(x.case_id, row->case_id, sizeof(x.case_id));
	memcpy(x.ah, row->ah, sizeof(x.ah));
	memcpy(x.iid, row->iid, sizeof(x.iid));
	memcpy(x.epoch, row->epoch, sizeof(x.epoch));
	memcpy(x.h, row->h, sizeof(x.h));
	return erasing_put(m->cache, &x, why);
}

static enum status put_erased(struct merging *m, const struct page_row *row, struct err *why)
{
	struct entry e = { .n = row->n, .seq = row->entry_seq, .at = row->at, .erased = true };
	enum status st = note_erasing(m, row, why);

	memcpy(e.case_id, row->case_id, sizeof(e.case_id));
	memcpy(e.ah, row->ah, sizeof(e.ah));
	memcpy(e.eh, row->eh, sizeof(e.eh));
	memcpy(e.epoch, row->epoch, sizeof(e.epoch));
	memcpy(e.verdict, row->verdict, sizeof(e.verdict));
	memcpy(e.rule, row->rule, sizeof(e.rule));
	snprintf(e.erased_why, sizeof(e.erased_why), "%.*s",
		 (int)(row->text.n < 79 ? row->text.n : 79), row->text.p);
	m->point.purge_due = m->r->scopes_lost = m->erased = true;
	if (st == ST_OK && !row->h[0])
		st = watch_erase(m->cache, row->case_id, row->n, row->upto, why);
	if (st == ST_OK && !row->h[0])
		st = entry_erase(m->cache, &e, row->upto, why);
	if (st == ST_OK)
		st = erasing_case(m->cache, row->case_id, row->by, why);
	return st == ST_OK ? cache_forget_answers(m->cache, why) : st;
}

static enum status on_row(void *ctx, const struct page_row *row, struct err *why)
{
	struct merging *m = ctx;

	m->r->rows++;
	if (m->chain && row->kind != PAGE_ENTRY && row->kind != PAGE_ERASED)
		return ST_OK;
	if (m->part && row->kind != PAGE_CASE && row->kind != PAGE_DETAIL
	    && row->kind != PAGE_ERASED)
		return ST_OK;
	switch (row->kind) {
	case PAGE_CASE:
		return put_case(m, row, why);
	case PAGE_DETAIL:
		return detail_put(m->cache, row->case_id, row->n, row->text, why);
	case PAGE_ENTRY:
		return put_entry(m, row, why);
	case PAGE_GONE:
		return put_gone(m, row, why);
	case PAGE_ERASED:
		return put_erased(m, row, why);
	case PAGE_SCOPE:
		return change_scopes(m, row, why);
	case PAGE_CATALOG:
		return put_catalog(m, row, why);
	}
	return ST_OK;
}

/* --- The transaction ----------------------------------------------------------- */

/* The page is the last of its pull: a line that could not be read, of a case
 * that did not come after all, has no more use. */
static enum status sweep(struct merging *m, struct err *why)
{
	bool any = false;
	enum status st = m->head.more ? ST_OK : bad_line_sweep(m->cache, &any, why);

	if (any)
		m->point.purge_due = m->r->scopes_lost = true;
	return st;
}

/* A case that goes on beyond this page comes with a later one, and until then it
 * is called what an erased entry called it: such words leave the raw file behind
 * the last page of the pull. */
static enum status erased_midway(struct merging *m, struct err *why)
{
	static const char name[] = "erased_midway";
	struct strbuf noted = STRBUF_INIT;
	enum status st;

	if (m->head.more)
		return m->erased ? cache_keep(m->cache, name, str_of("yes"), why) : ST_OK;
	st = cache_kept(m->cache, name, &noted, why);
	if (st == ST_OK && noted.len) {
		m->point.purge_due = m->r->scopes_lost = true;
		st = cache_keep(m->cache, name, str_of(""), why);
	}
	strbuf_release(&noted);
	return st == ST_NONE ? ST_OK : st;
}

/* What is not there is missing through a restore, unless we were refused it.
 * Where more are to be asked for, so is another page. */
static enum status told_again(struct merging *m, struct err *why)
{
	char left[UUID_TEXT];
	int64_t denied = 0;
	enum status st = ST_OK;

	if (m->head.again[0]) {
		st = again_denied(m->cache, m->head.again, &denied, why);
		m->r->missing -= denied < m->r->missing ? denied : m->r->missing;
		if (st == ST_OK)
			st = again_done(m->cache, m->head.again, why);
	}
	if (st == ST_OK && !m->head.more)
		st = again_over(m->cache, why);
	if (st == ST_OK)
		st = again_next(m->cache, "", left, why);
	m->r->more = m->r->more || st == ST_OK;
	return st == ST_NONE ? ST_OK : st;
}

static enum status keep_cursors(struct merging *m, struct err *why)
{
	enum status st = ST_OK;

	for (int i = 0; i < m->head.to_count && st == ST_OK; i++)
		st = cursor_set(m->cache, m->head.to[i].scope, m->head.to[i].seq, why);
	for (int i = 0; i < m->head.from_count && st == ST_OK; i++)
		if (m->head.from[i].seq == 0)
			st = cursor_fresh(m->cache, m->head.from[i].scope, m->head.log, why);
	return st;
}

static void point_at(struct sync_point *p, const struct page_head *h, int64_t wall_now)
{
	memcpy(p->epoch, h->epoch, sizeof(p->epoch));
	if (h->own > 0)
		p->own_through = h->own;
	p->size = h->size;
	memcpy(p->root, h->root, sizeof(p->root));
	memcpy(p->signed_head, h->signed_head, sizeof(p->signed_head));
	p->durable_through = h->durable_through;
	p->sv = h->sv; /* also where the rights changed and the scopes did not */
	p->applied_at = wall_now;
	p->told_at = h->now;
}

/* What a cut of the power or a full disk undid may still lie in the file, as words of
 * cases that nothing here knows. And a scope may have come and gone since the last
 * page, in which a case was fetched by itself: it is asked for anew. */
static enum status other_rights(struct merging *m, struct err *why)
{
	m->point.purge_due = m->r->scopes_lost = true;
	return m->point.sv ? case_miss_scope(m->cache, SCOPE_ALONE, why) : ST_OK;
}

/* Of a page of the feed, and of no chain or segment. */
static enum status end_pull(struct merging *m, int64_t wall_now, struct err *why)
{
	enum status st = sweep(m, why);

	if (st == ST_OK)
		st = erased_midway(m, why);
	if (st == ST_OK && !m->head.more)
		st = cursor_set_whole(m->cache, true, why);
	if (st == ST_OK && m->point.sv != m->head.sv)
		st = other_rights(m, why);
	if (st == ST_OK)
		st = told_again(m, why);
	if (st != ST_OK)
		return st;
	point_at(&m->point, &m->head, wall_now);
	return case_settled(m->cache, m->head.durable_through, m->head.now, m->head.now - KEEP_MS,
			    why);
}

static enum status end_page(struct merging *m, int64_t wall_now, struct err *why)
{
	bool apart = m->chain || m->part;
	enum status st = apart ? ST_OK : keep_cursors(m, why);

	for (int i = 0; i < m->struck_count && st == ST_OK; i++)
		st = unreadable_put(m->cache, m->struck[i], "a line of it could not be read", why);
	if (st == ST_OK && m->part)
		st = cache_keep(m->cache, m->part->mark, m->part->value, why);
	if (st == ST_OK && !apart)
		st = end_pull(m, wall_now, why);
	/* Others move no cursor, but what they say is erased must be purged. */
	if (st != ST_OK || (apart && !m->r->scopes_lost))
		return st;
	return cache_set_point(m->cache, &m->point, why);
}

/* For whom pages must be, and whose watches are kept. */
static enum status find_me(struct merging *m, struct db *outbox, struct err *why)
{
	struct identity d = IDENTITY_INIT;
	enum status st = identity_get(outbox, &d, why);

	if (st == ST_OK) {
		snprintf(m->me, sizeof(m->me), "%s", d.sub);
		memcpy(m->dev, d.dev, sizeof(m->dev));
	}
	identity_release(&d);
	return st;
}

static enum status apply(struct merging *m, struct db *outbox, struct str text, int64_t wall_now,
			 struct err *why)
{
	const struct page_handler to = { on_head, on_row, m };
	enum status st = cache_begin(m->cache, why);

	if (st != ST_OK)
		return st;
	memset(m->r, 0, sizeof(*m->r));
	st = cache_point(m->cache, &m->point, why);
	if (st == ST_OK)
		st = cursor_list(m->cache, m->held, SCOPES_MAX, &m->held_count, why);
	if (st == ST_OK)
		st = page_read(text, &to, why);
	if (st == ST_OK)
		st = end_page(m, wall_now, why);
	if (st == ST_OK && !m->part)
		st = overlay_build(m->cache, outbox, why);
	if (st == ST_OK)
		st = cache_touch(m->cache, why);
	if (st == ST_OK)
		return cache_commit(m->cache, why);
	cache_rollback(m->cache);
	return st;
}

/* --- Read anew ------------------------------------------------------------------- */

static bool is_held(const struct page_head *h, int64_t scope)
{
	for (int i = 0; i < h->from_count; i++)
		if (h->from[i].scope == scope)
			return true;
	return false;
}

/* The copy may be looked at for long until the new one is whole: what the officer
 * may see no longer does not wait for that. */
static enum status let_go(struct merging *m, struct db *outbox, struct err *why)
{
	enum status st = cache_begin(m->cache, why);

	if (st != ST_OK)
		return st;
	for (int i = 0; i < m->held_count && st == ST_OK; i++)
		if (!is_held(&m->head, m->held[i].scope))
			st = lose_scope(m, m->held[i].scope, why);
	if (st == ST_OK && m->r->scopes_lost)
		st = cache_set_point(m->cache, &m->point, why);
	if (st == ST_OK && m->r->scopes_lost)
		st = overlay_build(m->cache, outbox, why);
	if (st == ST_OK && m->r->scopes_lost)
		st = cache_touch(m->cache, why);
	if (st == ST_OK)
		return cache_commit(m->cache, why);
	cache_rollback(m->cache);
	return st;
}

/* --- A line that can't be read --------------------------------------------------- */

static enum status dry_head(void *ctx, const struct page_head *h, struct str covered,
			    const char *sha256, struct err *why)
{
	(void)covered;
	(void)sha256;
	(void)why;
	((struct merging *)ctx)->head = *h;
	return ST_OK;
}

/* What on_row asks of a row before it writes. */
static enum status dry_row(void *ctx, const struct page_row *row, struct err *why)
{
	struct merging *m = ctx;
	struct entry e = ENTRY_INIT;
	enum status st = ST_OK;
	bool ours = false;

	if (row->kind == PAGE_ENTRY)
		st = entry_of_row(&e, row, why);
	entry_release(&e);
	for (int i = 0; row->kind == PAGE_CASE && i < row->scope_count; i++)
		for (int k = 0; k < m->head.to_count; k++)
			ours = ours || m->head.to[k].scope == row->scopes[i];
	if (row->kind == PAGE_CASE && !ours && !m->chain)
		st = bad_row(row, "it is in no scope of ours", why);
	return st;
}

static struct str line_at(struct str text, size_t at)
{
	const char *lf = memchr(text.p + at, '\n', text.n - at);

	return (struct str){ text.p + at, lf ? (size_t)(lf - text.p) - at + 1 : text.n - at };
}

/* A page of the header and this one line: does it read? */
static bool line_reads(struct merging *m, struct str header, struct str line, struct strbuf *room)
{
	const struct page_handler to = { dry_head, dry_row, m };

	strbuf_clear(room);
	strbuf_add(room, header.p, header.n);
	strbuf_add(room, line.p, line.n);
	page_end(room, 1, HASH_ZERO);
	return page_read(strbuf_str(room), &to, NULL) == ST_OK;
}

/* The first line behind the header that does not read; false: none. */
static bool find_bad(struct merging *m, struct str text, struct str *bad)
{
	struct strbuf room = STRBUF_INIT;
	struct str header = line_at(text, 0);
	bool found = false;

	for (size_t at = header.n; at < text.n && !found; at += bad->n) {
		*bad = line_at(text, at);
		if (at + bad->n >= text.n)
			break; /* the trailer */
		found = !line_reads(m, header, *bad, &room);
	}
	strbuf_release(&room);
	return found;
}

/* The first thing in the line that looks like a case's id. */
static void guess_case(char id[UUID_TEXT], struct str line)
{
	id[0] = '\0';
	for (size_t i = 0; i + UUID_TEXT - 1 <= line.n; i++)
		if (uuid_valid((struct str){ line.p + i, UUID_TEXT - 1 })) {
			memcpy(id, line.p + i, UUID_TEXT - 1);
			id[UUID_TEXT - 1] = '\0';
			return;
		}
}

/* The same page without one line. */
static bool without(struct strbuf *out, struct str text, struct str bad)
{
	size_t at = (size_t)(bad.p - text.p), last = text.n;
	int64_t rows = -1; /* the header is none */

	while (last > 1 && text.p[last - 2] != '\n')
		last--;
	last -= last > 0; /* where the trailer begins */
	strbuf_clear(out);
	strbuf_add(out, text.p, at);
	strbuf_add(out, bad.p + bad.n, last - at - bad.n);
	for (size_t i = 0; i < out->len; i++)
		rows += out->data[i] == '\n';
	return page_end(out, rows, HASH_ZERO);
}

/* Many lines of one case are one. */
static bool is_struck(const struct merging *m, const char *id)
{
	for (int i = 0; i < m->struck_count; i++)
		if (strcmp(m->struck[i], id) == 0)
			return true;
	return false;
}

/* Keep the line and count; ST_OK: tried often enough, go on without it. */
static enum status strike(struct merging *m, struct str bad, const struct err *found,
			  struct err *why)
{
	char sha256[HASH_TEXT], id[UUID_TEXT];
	int tries = 0;
	enum status st = cache_begin(m->cache, why);

	if (st != ST_OK)
		return st;
	sha256_hex(sha256, bad);
	guess_case(id, bad);
	st = bad_line_add(m->cache, sha256, id, bad, found->text, &tries, why);
	if (st == ST_OK)
		st = cache_commit(m->cache, why);
	else
		cache_rollback(m->cache);
	if (st != ST_OK)
		return st;
	if (is_struck(m, id)) /* it is fetched by itself: no line of it is waited for */
		return ST_OK;
	if (tries < TRIES || m->struck_count == STRUCK_MAX)
		return err_set(why, ST_BAD_INPUT, "page-line", "%s (try %d of %d)", found->text,
			       tries, TRIES);
	memcpy(m->struck[m->struck_count++], id, sizeof(id));
	return ST_OK;
}

static bool is_line_trouble(const struct merging *m, enum status st, const struct err *found)
{
	return st == ST_BAD_INPUT && m->checked
	       && (strcmp(found->code, "page-form") == 0 || strcmp(found->code, "page-line") == 0);
}

static enum status merge(struct merging *m, struct db *outbox, struct str text, int64_t wall_now,
			 struct err *why)
{
	struct strbuf kept = STRBUF_INIT, next = STRBUF_INIT; /* `text` without bad lines */
	struct err found = ERR_INIT;
	struct str bad = { NULL, 0 };
	enum status st;

	for (;;) {
		err_clear(&found);
		st = apply(m, outbox, text, wall_now, &found);
		if (!is_line_trouble(m, st, &found) || !find_bad(m, text, &bad))
			break;
		st = strike(m, bad, &found, why);
		if (st == ST_OK && !without(&next, text, bad))
			st = err_set(why, ST_BROKEN, "memory", "no memory to mend a page");
		if (st != ST_OK)
			break;
		strbuf_take(&kept, &next);
		text = strbuf_str(&kept);
	}
	if (st != ST_OK)
		err_set(why, st, found.code, "%s", found.text);
	strbuf_release(&kept);
	strbuf_release(&next);
	return st;
}

static enum status run(const struct merging *as, struct db *outbox, struct str text,
		       int64_t wall_now, struct err *why)
{
	struct merging *m = calloc(1, sizeof(*m));
	enum status st;

	if (!m)
		return err_set(why, ST_BROKEN, "memory", "no memory to merge a page");
	m->cache = as->cache;
	m->chain = as->chain;
	m->part = as->part;
	m->offer = as->offer;
	m->r = as->r;
	st = find_me(m, outbox, why);
	if (st == ST_OK)
		st = merge(m, outbox, text, wall_now, why);
	if (st == ST_NONE && m->offer && m->offer->again) {
		enum status gone = let_go(m, outbox, NULL);

		st = gone == ST_OK ? st : gone;
	}
	free(m);
	return st;
}

enum status merge_page(struct db *cache, struct db *outbox, struct str text, int64_t wall_now,
		       struct merge_result *r, struct err *why)
{
	return merge_first(cache, outbox, text, wall_now, NULL, r, why);
}

enum status merge_first(struct db *cache, struct db *outbox, struct str text, int64_t wall_now,
			struct merge_offer *offer, struct merge_result *r, struct err *why)
{
	const struct merging as = { .cache = cache, .offer = offer, .r = r };

	return run(&as, outbox, text, wall_now, why);
}

enum status merge_chain(struct db *cache, struct db *outbox, struct str text,
			struct merge_result *r, struct err *why)
{
	const struct merging as = { .cache = cache, .chain = true, .r = r };

	return run(&as, outbox, text, 0, why);
}

enum status merge_part(struct db *aside, struct db *outbox, struct str text,
		       const struct merge_part *part, struct merge_result *r, struct err *why)
{
	const struct merging as = { .cache = aside, .part = part, .r = r };

	return run(&as, outbox, text, 0, why);
}
