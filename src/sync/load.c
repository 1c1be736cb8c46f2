/* SPDX-License-Identifier: EUPL-1.2 */
/* A first sync from snapshots: manifests, segments, a new copy beside the old
 * one, and then that in its place (protocol.md, "Wake-up, bootstrap"). */
#include "sync/core.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/aside.h"
#include "sign/hash.h"
#include "sync/merge.h"
#include "sync/overlay.h"
#include "wire/json.h"

#include "base/banned.h"

/* A segment that came wrong so often is not asked for again: pages serve. */
enum { TRIES = 3, KEY = 48 };

/* --- What is remembered in the file aside --------------------------------------------- */

static enum status keep_number(struct db *db, const char *name, int64_t v, struct err *why)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRId64, v);
	return cache_keep(db, name, str_of(text), why);
}

static enum status kept_number(struct db *db, const char *name, int64_t *v, struct err *why)
{
	struct strbuf text = STRBUF_INIT;
	enum status st = cache_kept(db, name, &text, why);

	*v = st == ST_OK ? strtoll(strbuf_cstr(&text), NULL, 10) : 0;
	strbuf_release(&text);
	return st == ST_NONE ? ST_OK : st;
}

static void name_of(char name[KEY], const char *what, int64_t scope)
{
	snprintf(name, KEY, "load.%s.%" PRId64, what, scope);
}

static enum status keep_scopes(struct load *l, struct err *why)
{
	struct strbuf text = STRBUF_INIT;
	enum status st;

	for (int i = 0; i < l->scope_count; i++)
		strbuf_addf(&text, "%s%" PRId64, i ? "," : "", l->scope[i]);
	st = cache_keep(l->db, "load.scopes", strbuf_str(&text), why);
	strbuf_release(&text);
	return st;
}

static enum status kept_scopes(struct load *l, struct err *why)
{
	struct strbuf text = STRBUF_INIT;
	enum status st = cache_kept(l->db, "load.scopes", &text, why);
	char *p = text.data;

	l->scope_count = 0;
	while (st == ST_OK && p && *p && l->scope_count < SCOPES_MAX) {
		l->scope[l->scope_count++] = strtoll(p, &p, 10);
		p += *p == ',';
	}
	strbuf_release(&text);
	return st;
}

/* --- Beginning and giving up --------------------------------------------------------------- */

static void forget(struct sync *s)
{
	struct load *l = &s->load;

	cache_close(l->db);
	l->db = NULL;
	snapshot_release(&l->made);
	strbuf_release(&l->part);
	l->scope_count = l->at = l->next = 0;
	l->known = false;
	l->renewed = 0;
	s->now.load_done = s->now.load_total = 0;
}

void load_release(struct sync *s)
{
	forget(s);
}

void load_discard(struct sync *s)
{
	forget(s);
	if (s->in.aside)
		aside_remove(s->in.aside);
}

bool load_may(const struct sync *s)
{
	return s->in.aside && !s->load.given_up;
}

enum status load_begin(struct sync *s, const struct merge_offer *offer, struct err *why)
{
	struct load *l = &s->load;
	enum status st;

	load_discard(s);
	st = aside_open(&l->db, s->in.aside, why);
	l->scope_count = offer->count;
	memcpy(l->scope, offer->scopes, sizeof(l->scope));
	if (st == ST_OK)
		st = cache_begin(l->db, why);
	if (st == ST_OK)
		st = keep_scopes(l, why);
	if (st == ST_OK)
		st = keep_number(l->db, "load.sv", offer->sv, why);
	if (st == ST_OK)
		st = cache_commit(l->db, why);
	if (st != ST_OK)
		load_discard(s);
	return st;
}

/* Nobody is helped by half a copy on a disk that is full, and one that is
 * damaged is of no use: the load begins anew. */
static enum status failed(struct sync *s, enum status st)
{
	if (st == ST_BROKEN)
		load_discard(s);
	return st;
}

/* --- Going on where it was ------------------------------------------------------------------- */

/* The manifest of scope `at`, if it is known, and how many segments of it are
 * in the file. */
static enum status look_at_scope(struct sync *s, struct err *why)
{
	struct load *l = &s->load;
	struct strbuf text = STRBUF_INIT;
	char name[KEY];
	int64_t next = 0;
	enum status st;

	name_of(name, "manifest", l->scope[l->at]);
	st = cache_kept(l->db, name, &text, why);
	l->known = st == ST_OK;
	if (st == ST_OK)
		st = snapshot_read(&l->made, strbuf_str(&text), why);
	strbuf_release(&text);
	name_of(name, "next", l->scope[l->at]);
	if (st == ST_OK)
		st = kept_number(l->db, name, &next, why);
	l->next = (int)next;
	strbuf_clear(&l->part);
	return st == ST_NONE ? ST_OK : st;
}

/* All manifests come first: only then is known how much there is. */
static enum status look(struct sync *s, struct err *why)
{
	struct load *l = &s->load;
	enum status st = ST_OK;

	s->now.load_total = 0;
	for (l->at = 0; l->at < l->scope_count; l->at++) {
		st = look_at_scope(s, why);
		if (st != ST_OK || !l->known)
			return st;
		s->now.load_total += l->made.cases;
	}
	for (l->at = 0; l->at < l->scope_count; l->at++) {
		st = look_at_scope(s, why);
		if (st != ST_OK || l->next < l->made.count)
			break;
	}
	return st == ST_OK ? kept_number(l->db, "load.cases", &s->now.load_done, why) : st;
}

/* Once in a program's life: did an earlier one leave something? It is of use
 * only while nothing has been read into the cache itself. */
static enum status resume(struct sync *s, bool begun, struct err *why)
{
	struct load *l = &s->load;
	enum status st;

	l->looked = true;
	if (!s->in.aside || !aside_there(s->in.aside))
		return ST_OK;
	st = begun ? ST_NONE : aside_open(&l->db, s->in.aside, NULL);
	if (st == ST_OK)
		st = kept_scopes(l, NULL);
	if (st == ST_OK)
		st = look(s, NULL);
	(void)why;
	if (st != ST_OK)
		load_discard(s);
	return ST_OK;
}

/* --- In its place ------------------------------------------------------------------------------ */

static enum status set_cursors(struct sync *s, struct sync_point *p, struct err *why)
{
	struct load *l = &s->load;
	enum status st = ST_OK;

	for (l->at = 0; st == ST_OK && l->at < l->scope_count; l->at++) {
		st = look_at_scope(s, why);
		if (st == ST_OK)
			st = cursor_set(l->db, l->scope[l->at], l->made.seq, why);
		if (st == ST_OK)
			st = cursor_fresh(l->db, l->scope[l->at], l->made.seq, why);
		memcpy(p->epoch, l->made.epoch, sizeof(p->epoch));
	}
	return st;
}

/* As a page's end: cursors, point and overlay with the rows. What the copy before
 * held stands in the raw file until it is purged. */
static enum status finish_aside(struct sync *s, struct err *why)
{
	struct sync_point p = { 0 }, before = { 0 };
	enum status st = cache_begin(s->load.db, why);

	if (st == ST_OK)
		st = cache_point(s->load.db, &p, why);
	if (st == ST_OK)
		st = cache_point(s->in.cache, &before, why);
	p.purge_due = p.purge_due || before.purge_due || before.applied_at != 0;
	p.applied_at = clock_wall(s->in.clock);
	if (st == ST_OK)
		st = kept_number(s->load.db, "load.sv", &p.sv, why);
	if (st == ST_OK)
		st = set_cursors(s, &p, why);
	if (st == ST_OK)
		st = cache_set_point(s->load.db, &p, why);
	if (st == ST_OK)
		st = overlay_build(s->load.db, s->in.outbox, why);
	if (st == ST_OK)
		return cache_commit(s->load.db, why);
	cache_rollback(s->load.db);
	return st;
}

/* What was signed while the copy was taken over is laid over it at once. */
static enum status take_over(struct sync *s, struct err *why)
{
	enum status st = finish_aside(s, why);

	if (st == ST_OK)
		st = aside_take_over(s->load.db, s->in.cache, why);
	if (st == ST_OK)
		st = overlay_rebuild(s->in.cache, s->in.outbox, why);
	if (st == ST_OK)
		st = aside_settle(s->in.cache, why);
	if (st != ST_OK)
		return st;
	s->now.rows += s->now.load_done;
	load_discard(s);
	s->load.again = false;
	s->keys_at = NEVER;
	look_again(s);
	want_pull(s);
	return ST_OK;
}

enum status choose_load(struct sync *s, int64_t boot, bool begun, enum step *step, int64_t *wake_at,
			bool *busy, struct err *why)
{
	struct load *l = &s->load;
	enum status st = l->looked ? ST_OK : resume(s, begun, why);
	bool done = false;

	*busy = l->db != NULL;
	if (st != ST_OK || !l->db)
		return st;
	if (l->at < l->scope_count) {
		*step = l->known ? STEP_SEGMENT : STEP_MANIFEST;
		return ST_OK;
	}
	/* A part at a time, so that others come to their turn in between. */
	*wake_at = boot;
	st = aside_build(l->db, &done, why);
	if (st == ST_OK && done)
		st = take_over(s, why);
	return failed(s, st);
}

/* --- Manifests ------------------------------------------------------------------------------------ */

enum status ask_manifest(struct sync *s, struct request *out, struct err *why)
{
	char path[64];

	(void)why;
	snprintf(path, sizeof(path), "/v1/snapshots/%" PRId64, s->load.scope[s->load.at]);
	request_set(out, "GET", path);
	return ST_OK;
}

/* One that was given up is not begun again as long as it is the newest. */
static enum status was_refused(struct sync *s, const struct snapshot *made, bool *yes,
			       struct err *why)
{
	struct strbuf gen = STRBUF_INIT;
	enum status st = cache_kept(s->in.cache, "load.refused", &gen, why);

	*yes = st == ST_OK && strcmp(strbuf_cstr(&gen), made->gen) == 0;
	strbuf_release(&gen);
	return st == ST_NONE ? ST_OK : st;
}

static void give_up(struct sync *s)
{
	s->load.given_up = true;
	load_discard(s);
	want_pull(s);
}

static enum status keep_manifest(struct sync *s, const struct reply *r, struct err *why)
{
	struct load *l = &s->load;
	char name[KEY];
	enum status st = cache_begin(l->db, why);

	name_of(name, "manifest", l->scope[l->at]);
	if (st == ST_OK)
		st = cache_keep(l->db, name, strbuf_str(&r->body), why);
	if (st == ST_OK)
		st = cache_commit(l->db, why);
	else
		cache_rollback(l->db);
	return st == ST_OK ? look(s, why) : st;
}

/* Of the same state of the same scope, segment for segment? Then the load goes
 * on with it where it is. */
static bool goes_on(const struct snapshot *was, const struct snapshot *made)
{
	return made->scope == was->scope && made->seq == was->seq && made->count == was->count
	       && strcmp(made->epoch, was->epoch) == 0;
}

/* The central was restored since it told its epochs. A copy of the new one, with
 * nothing to compare it with, would hide that answers to us may be lost. */
static void other_epoch(struct sync *s)
{
	load_discard(s);
	ask_epoch(s);
	want_pull(s);
}

enum status take_manifest(struct sync *s, const struct reply *r, struct err *why)
{
	struct snapshot made = SNAPSHOT_INIT;
	bool refused = false;
	enum status st;

	if (!s->load.db)
		return ST_OK; /* everything has changed meanwhile */
	st = snapshot_read(&made, strbuf_str(&r->body), why);
	if (st == ST_OK && made.scope != s->load.scope[s->load.at])
		st = nonsense(why, "snapshot-form", "the answer is another scope's manifest");
	if (st == ST_OK && s->epochs.count && strcmp(made.epoch, epochs_now(&s->epochs)) != 0) {
		other_epoch(s);
		snapshot_release(&made);
		return ST_OK;
	}
	if (st == ST_OK && s->load.renewed > 0 && !goes_on(&s->load.made, &made)) {
		load_discard(s);
		want_pull(s);
		snapshot_release(&made);
		return ST_OK;
	}
	if (st == ST_OK)
		st = was_refused(s, &made, &refused, why);
	/* One of an empty log leads nowhere: behind it the same would be offered. */
	if (st == ST_OK && (refused || made.seq <= 0))
		give_up(s);
	else if (st == ST_OK)
		st = keep_manifest(s, r, why);
	snapshot_release(&made);
	return failed(s, st);
}

/* A scope that was lost, a generation that is gone, another epoch: what was
 * loaded is thrown away, and the next pull says what there is now. A generation
 * that is gone may be there under another name, without cases that have left the
 * scope: its manifest tells whether it is the same otherwise. */
enum status refused_load(struct sync *s, const struct problem *p, struct err *why)
{
	struct load *l = &s->load;

	(void)why;
	if (p->status != 404 && p->status != 410 && p->status != 409)
		return ST_NONE;
	if (l->db && l->known && l->at < l->scope_count && l->renewed < TRIES) {
		l->renewed++;
		l->known = false;
		strbuf_clear(&l->part);
		return ST_OK;
	}
	load_discard(s);
	want_pull(s);
	return ST_OK;
}

/* --- Segments --------------------------------------------------------------------------------------- */

enum status ask_segment(struct sync *s, struct request *out, struct err *why)
{
	const struct load *l = &s->load;
	const struct segment *g = &l->made.segments[l->next];
	int64_t have = (int64_t)l->part.len, to = have + LOAD_PART;
	char path[128];

	(void)why;
	snprintf(path, sizeof(path), "/v1/snapshots/%" PRId64 "/%s/%d", l->made.scope, l->made.gen,
		 l->next);
	request_set(out, "GET", path);
	if (have > 0 || g->bytes > LOAD_PART) {
		out->range_from = have;
		out->range_to = to < g->bytes ? to : g->bytes;
	}
	return ST_OK;
}

/* The bytes so far; a central that knows no ranges sends all. */
static enum status take_part(struct load *l, const struct reply *r, int64_t bytes, struct err *why)
{
	bool fits = r->status == 206 ? r->range_from == (int64_t)l->part.len : l->part.len == 0;

	if (!fits)
		strbuf_clear(&l->part);
	if (!fits || (int64_t)(l->part.len + r->body.len) > bytes || r->body.len == 0)
		return nonsense(why, "segment-part",
				"another part of a segment came than was asked for");
	if (!strbuf_add(&l->part, r->body.data, r->body.len))
		return err_set(why, ST_BROKEN, "memory", "no memory for a segment");
	return ST_OK;
}

static enum status wrong_bytes(const struct load *l, struct err *why)
{
	return err_set(why, ST_BAD_INPUT, "segment-digest",
		       "segment %d of scope %" PRId64
		       " came with other bytes than its manifest says; nothing of it was used",
		       l->next, l->made.scope);
}

/* A segment of no use is asked for again some times, by whatever program runs. A
 * line in it that can't be read is counted where it is met. */
static enum status spoilt(struct sync *s, const struct err *found, struct err *why)
{
	struct load *l = &s->load;
	int64_t tries = 0;
	bool last;
	enum status st = kept_number(l->db, "load.tries", &tries, why);

	last = tries + 1 >= TRIES;
	if (st == ST_OK)
		st = keep_number(l->db, "load.tries", tries + 1, why);
	if (st == ST_OK && last) {
		st = cache_keep(s->in.cache, "load.refused", str_of(l->made.gen), why);
		give_up(s);
	}
	return st == ST_OK ? err_set(why, ST_BAD_INPUT, found->code, "%s%s", found->text,
				     last ? ", and the cases are read in pages instead" : "")
			   : st;
}

static enum status merge_segment(struct sync *s, struct err *why)
{
	struct load *l = &s->load;
	struct strbuf raw = STRBUF_INIT;
	struct merge_result r = { 0 };
	char name[KEY], value[24];
	struct merge_part part = { l->made.scope, l->made.seq, l->made.epoch, name, { value, 0 } };
	enum status st = zstd_unpack(&raw, strbuf_str(&l->part), PAGE_MAX_BYTES, why);

	name_of(name, "next", l->made.scope);
	part.value.n = (size_t)snprintf(value, sizeof(value), "%d", l->next + 1);
	if (st == ST_OK)
		st = merge_part(l->db, s->in.outbox, strbuf_str(&raw), &part, &r, why);
	strbuf_release(&raw);
	if (st != ST_OK)
		return st;
	s->now.load_done += r.cases;
	l->next++;
	l->renewed = 0;
	st = keep_number(l->db, "load.cases", s->now.load_done, why);
	return st == ST_OK && l->next == l->made.count ? look(s, why) : st;
}

enum status take_segment(struct sync *s, const struct reply *r, struct err *why)
{
	struct load *l = &s->load;
	const struct segment *g;
	struct err found = ERR_INIT;
	char sha[HASH_TEXT];
	enum status st;

	if (!l->db || !l->known || l->at >= l->scope_count)
		return ST_OK;
	g = &l->made.segments[l->next];
	st = take_part(l, r, g->bytes, why);
	if (st != ST_OK || (int64_t)l->part.len < g->bytes)
		return failed(s, st);
	sha256_hex(sha, strbuf_str(&l->part));
	st = strcmp(sha, g->sha256) == 0 ? merge_segment(s, &found) : wrong_bytes(l, &found);
	strbuf_clear(&l->part);
	if (st == ST_BAD_INPUT && strcmp(found.code, "page-line") != 0)
		return failed(s, spoilt(s, &found, why));
	return st == ST_OK ? ST_OK : err_set(why, failed(s, st), found.code, "%s", found.text);
}
