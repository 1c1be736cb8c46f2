/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/overlay.h"

#include <string.h>

#include "cache/cache.h"
#include "cache/entries.h"
#include "cache/identity.h"
#include "cache/watch.h"
#include "sign/jws.h"
#include "sync/epochs.h"
#include "wire/payload.h"

#include "base/banned.h"

/* Was the officer told no, and has not seen to it yet? */
static bool in_trouble(const struct outbox_item *i)
{
	return i->verdict != VERDICT_NONE && !verdict_stands(i->verdict)
	       && (i->state == OUTBOX_ACKNOWLEDGED || i->state == OUTBOX_HELD
		   || i->state == OUTBOX_CONFLICT);
}

/* What is laid over: how far the copy has come, in which of the central's
 * epochs. */
struct base {
	struct outbox_base read;
	struct epochs epochs;
};

static enum status find_base(struct base *b, struct db *cache, struct db *outbox, struct err *why)
{
	char text[EPOCHS_TEXT];
	struct sync_point point = { .sv = 0 };
	bool recheck = false;
	enum status st = cache_point(cache, &point, why);

	if (st == ST_OK)
		st = cursor_floor(cache, &b->read.floor, why);
	if (st == ST_OK)
		st = identity_epochs(outbox, text, &recheck, why);
	if (st != ST_OK)
		return st;
	epochs_parse(&b->epochs, text);
	memcpy(b->read.epoch, point.epoch, sizeof(b->read.epoch));
	/* Until the central has said what of ours it has, there may be answers of
	 * epochs that its chain does not know. */
	b->read.common = recheck ? 0 : epochs_core(&b->epochs);
	return ST_OK;
}

/* Is the place where it stands one in the copy's epoch too? A restore may have
 * taken it away since. */
static bool is_of_base(const struct outbox_item *i, const struct base *b)
{
	return i->seq <= epochs_kept(&b->epochs, i->epoch, b->read.epoch);
}

/* protocol.md, "Base and overlay". `n` is the base's, `gone` that of the
 * entry by which the case left. */
static enum status is_shown(struct db *cache, const struct outbox_item *i, int64_t n, int64_t gone,
			    const struct base *b, bool *shown, struct err *why)
{
	int64_t stands_at = 0;
	enum status st;

	*shown = false;
	if (!i->envelope.len) /* its words were erased: there is nothing to lay */
		return ST_OK;
	if (i->voided || i->state == OUTBOX_SUPERSEDED)
		return ST_OK;
	if (i->verdict == VERDICT_NONE && i->state == OUTBOX_ARCHIVED)
		return ST_OK;
	if (i->verdict != VERDICT_NONE && !verdict_stands(i->verdict))
		return ST_OK;
	if (verdict_stands(i->verdict) && is_of_base(i, b) && (n >= i->n || gone >= i->n))
		return ST_OK;
	/* An entry of it that was fetched apart may run ahead of the base row. */
	st = entry_of_iid(cache, i->iid, &stands_at, why);
	*shown = st == ST_OK && (stands_at == 0 || (n < stands_at && gone < stands_at));
	return st;
}

static enum status read_action(struct action *a, const struct outbox_item *i, struct err *why)
{
	struct strbuf payload = STRBUF_INIT;
	enum status st = jws_payload_unverified(&payload, strbuf_str(&i->envelope), why);

	if (st == ST_OK)
		st = payload_read(a, strbuf_str(&payload), why);
	strbuf_release(&payload);
	return st;
}

/* What an item did to the row: anything at all, and what it says itself. */
struct laid {
	bool marked, shown;
};

static enum status lay(struct case_row *r, const struct outbox_item *i, struct err *why)
{
	struct action a = ACTION_INIT;
	enum status st = read_action(&a, i, why);

	if (st == ST_OK) {
		casefile_apply(&r->file, &a, i->created_at);
		r->pending++;
	}
	action_release(&a);
	return st;
}

/* One item over the row of its case; *laid says what came of it. */
static enum status lay_item(struct db *cache, const struct outbox_item *i, struct case_row *r,
			    const struct base *b, struct laid *laid, struct err *why)
{
	int64_t gone;
	enum status st = case_gone_by(cache, i->case_id, &gone, why);

	*laid = (struct laid){ false, false };
	if (st == ST_OK)
		st = is_shown(cache, i, r->file.n, gone, b, &laid->shown, why);
	if (st != ST_OK)
		return st;
	if (in_trouble(i))
		r->trouble++;
	laid->marked = in_trouble(i) || laid->shown;
	return laid->shown ? lay(r, i, why) : ST_OK;
}

/* A watch is no field of the case: it stands beside it. */
static enum status put_watch(struct db *cache, const struct outbox_item *i, struct err *why)
{
	struct action a = ACTION_INIT;
	enum status st;

	if (strcmp(i->act, "watch.set") != 0)
		return ST_OK;
	st = read_action(&a, i, why);
	if (st == ST_OK)
		st = watch_own_put(cache, i->case_id, action_get(&a, "on"), action_get(&a, "text"),
				   why);
	action_release(&a);
	return st;
}

static enum status build_item(struct db *cache, const struct outbox_item *i, const struct base *b,
			      struct err *why)
{
	struct case_row row = CASE_ROW_INIT;
	struct laid laid;
	enum status st = case_get(cache, i->case_id, &row, why);

	if (st == ST_NONE) {
		st = ST_OK; /* not ours to see, or not here yet */
	} else if (st == ST_OK) {
		st = lay_item(cache, i, &row, b, &laid, why);
		if (st == ST_OK && laid.marked)
			st = overlay_put(cache, &row, why);
		if (st == ST_OK && laid.shown)
			st = put_watch(cache, i, why);
	}
	case_row_release(&row);
	return st;
}

enum status overlay_build(struct db *cache, struct db *outbox, struct err *why)
{
	struct outbox_item item = OUTBOX_ITEM_INIT;
	struct base b;
	/* An entry at or below every cursor is in the base or gone from it. */
	enum status st = find_base(&b, cache, outbox, why);

	if (st == ST_OK)
		st = overlay_clear(cache, why);
	if (st == ST_OK)
		st = watch_own_clear(cache, why);
	while (st == ST_OK && (st = outbox_shown(outbox, item.id, &b.read, &item, why)) == ST_OK)
		st = build_item(cache, &item, &b, why);
	outbox_item_release(&item);
	return st == ST_NONE ? ST_OK : st;
}

enum status overlay_rebuild(struct db *cache, struct db *outbox, struct err *why)
{
	enum status st = cache_begin(cache, why);

	/* The outbox is read after the lock is held: what another program adds
	 * later is laid over by its own rebuild. */
	if (st != ST_OK)
		return st;
	st = overlay_build(cache, outbox, why);
	if (st == ST_OK)
		st = cache_touch(cache, why);
	if (st == ST_OK)
		return cache_commit(cache, why);
	cache_rollback(cache);
	return st;
}

enum status overlay_case_of(struct db *cache, struct db *outbox, const char *dev,
			    const char *case_id, struct case_row *r, struct err *why)
{
	struct outbox_item item = OUTBOX_ITEM_INIT;
	struct laid laid;
	struct base b;
	enum status st = find_base(&b, cache, outbox, why);

	r->pending = r->trouble = 0;
	if (st == ST_OK)
		st = case_base(cache, case_id, &r->file, why);
	if (st != ST_OK)
		return st;
	while (st == ST_OK && (st = outbox_of_case(outbox, case_id, item.id, &item, why)) == ST_OK)
		if (!dev || item.verdict != VERDICT_NONE || strcmp(item.dev, dev) == 0)
			st = lay_item(cache, &item, r, &b, &laid, why);
	outbox_item_release(&item);
	return st == ST_NONE ? ST_OK : st;
}

enum status overlay_actions(struct db *cache, struct db *outbox, const char *case_id,
			    enum status (*each)(void *ctx, const struct outbox_item *i,
						const struct action *a, struct err *why),
			    void *ctx, struct err *why)
{
	struct outbox_item item = OUTBOX_ITEM_INIT;
	struct action a = ACTION_INIT;
	struct casefile base = CASEFILE_INIT;
	int64_t gone = 0, stands_at = 0;
	struct base b;
	bool shown;
	enum status st = find_base(&b, cache, outbox, why);

	if (st == ST_OK)
		st = case_base(cache, case_id, &base, why);
	if (st == ST_OK)
		st = case_gone_by(cache, case_id, &gone, why);
	while (st == ST_OK
	       && (st = outbox_of_case(outbox, case_id, item.id, &item, why)) == ST_OK) {
		st = is_shown(cache, &item, base.n, gone, &b, &shown, why);
		/* Its entry is in the timeline by itself. */
		if (st == ST_OK && shown)
			st = entry_of_iid(cache, item.iid, &stands_at, why);
		if (st != ST_OK || ((!shown || stands_at > 0) && !in_trouble(&item)))
			continue;
		if (!item.envelope.len) /* refused, and its words were erased since */
			continue;
		st = read_action(&a, &item, why);
		if (st == ST_OK)
			st = each(ctx, &item, &a, why);
	}
	casefile_release(&base);
	action_release(&a);
	outbox_item_release(&item);
	return st == ST_NONE ? ST_OK : st;
}
