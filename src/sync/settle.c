/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/settle.h"

#include <stdio.h>
#include <string.h>

#include "cache/outbox.h"
#include "sign/jws.h"
#include "sync/epochs.h"

#include "base/banned.h"

/* What state an answer leaves an item in. */
static const enum outbox_state state_of[] = {
	[VERDICT_NONE] = OUTBOX_SIGNED,		[VERDICT_ACCEPTED] = OUTBOX_ACKNOWLEDGED,
	[VERDICT_MERGED] = OUTBOX_ACKNOWLEDGED, [VERDICT_REJECTED] = OUTBOX_ACKNOWLEDGED,
	[VERDICT_CONFLICT] = OUTBOX_CONFLICT,	[VERDICT_QUARANTINED] = OUTBOX_HELD,
	[VERDICT_VOID] = OUTBOX_VOID,
};

enum status settle_central_jws(struct strbuf *payload, const struct identity *who, const char *typ,
			       struct str jws, struct err *why)
{
	char kid[KID_TEXT];
	struct pubkey key;
	enum status st = jws_kid(kid, jws, why);

	if (st != ST_OK)
		return st;
	for (int i = 0; i < who->key_count; i++)
		if (strcmp(who->keys[i].kid, kid) == 0
		    && pubkey_from_text(&key, str_of(who->keys[i].x)))
			return jws_open(payload, NULL, &key, typ, jws, why);
	return err_set(why, ST_BAD_INPUT, "jws-kid",
		       "signed with a key that is not the central's: %s", kid);
}

enum status settle_open(struct ack *out, const struct identity *who, struct str jws,
			struct err *why)
{
	struct strbuf payload = STRBUF_INIT;
	struct err found = ERR_INIT;
	enum status st = settle_central_jws(&payload, who, TYP_ACK, jws, &found);

	if (st == ST_OK)
		st = ack_read(out, strbuf_str(&payload), &found);
	strbuf_release(&payload);
	if (st == ST_OK)
		return ST_OK;
	return err_set(why, ST_REFUSED, "ack-signature", "an acknowledgement was not believed: %s",
		       found.text);
}

/* Does the answer speak of this envelope? Or does it say that the same intent
 * stands in the log by another envelope: of another device of the officer, or
 * an earlier one of ours that a restored central has judged anew? */
static bool names(const struct ack *ack, const struct outbox_item *i)
{
	if (strcmp(ack->iid, outbox_item_iid(i)) != 0)
		return false;
	if (ack->ctr == i->ctr && strcmp(ack->dev, i->dev) == 0
	    && strcmp(ack->ah, outbox_item_ah(i)) == 0)
		return true;
	return verdict_stands(ack->verdict) && !i->voided;
}

static enum status other(const struct ack *ack, struct err *why)
{
	return err_set(
		why, ST_REFUSED, "ack-other",
		"an acknowledgement of another action (%.8s, ctr %lld) came; it settles nothing",
		ack->ah, (long long)ack->ctr);
}

static enum status put_answer(struct db *outbox, struct outbox_item *i, const struct ack *ack,
			      struct str jws, struct err *why)
{
	if (i->state != OUTBOX_SUPERSEDED)
		i->state = state_of[ack->verdict];
	i->verdict = ack->verdict;
	snprintf(i->why, sizeof(i->why), "%s", ack->why);
	snprintf(i->detail, sizeof(i->detail), "%s", ack->detail);
	snprintf(i->who, sizeof(i->who), "%s", ack->who);
	snprintf(i->epoch, sizeof(i->epoch), "%s", ack->epoch);
	i->n = ack->n;
	i->seq = ack->seq;
	i->settled_at = ack->at;
	if (!strbuf_set(&i->ack, jws.p, jws.n))
		return err_set(why, ST_BROKEN, "memory", "no memory for an acknowledgement");
	return outbox_settle(outbox, i, why);
}

/* An answer of an epoch that a restore has ended holds where what the epochs
 * have in common proves it, or in the list of answers what the central has kept of
 * that epoch. A refusal is in no log: that it is still the answer
 * only the list of answers says. */
static enum status check_epoch(const struct ack *ack, const struct identity *who, bool listed,
			       struct err *why)
{
	struct epochs e;
	int64_t common;

	epochs_parse(&e, who->epochs);
	common = listed ? epochs_kept(&e, ack->epoch, epochs_now(&e))
			: epochs_between(&e, ack->epoch, epochs_now(&e));
	/* Their ids are in the order of time: a newer one is not known here yet. */
	if (common == INT64_MAX || strcmp(ack->epoch, epochs_now(&e)) > 0
	    || (verdict_stands(ack->verdict) ? ack->seq <= common : listed))
		return ST_OK;
	return err_set(why, ST_REFUSED, "ack-past",
		       "an acknowledgement from before a restore of the central (%.8s, ctr %lld)"
		       " came; it settles nothing",
		       ack->ah, (long long)ack->ctr);
}

/* A void took its place, since a restored central had lost it: its words or its
 * document were erased, or it had been refused. A newer copy of the central has
 * the action itself after all, with whatever answer. Of a refusal only the list of
 * answers says so: an answer of before that comes late says nothing. */
static bool is_first(const struct ack *ack, const struct outbox_item *i, bool listed)
{
	bool lost = i->slot == SLOT_OWN ? !i->envelope.len : listed;

	return i->voided && lost && ack->ctr == i->ctr && strcmp(ack->dev, i->dev) == 0
	       && strcmp(ack->ah, i->ah) == 0 && strcmp(ack->iid, i->iid) == 0;
}

/* A void that had gone from its place again, since a central older than it was put in
 * place, is back with a newer copy of the central. What it was for had been refused, or
 * its words are erased. */
static bool is_former_void(const struct ack *ack, const struct outbox_item *i)
{
	return !i->voided && ack->verdict == VERDICT_VOID && ack->ctr == i->ctr
	       && strcmp(ack->dev, i->dev) == 0 && strcmp(ack->ah, i->void_ah) == 0
	       && (!i->envelope.len || (i->verdict != VERDICT_NONE && !verdict_stands(i->verdict)));
}

/* What an answer speaks of, as seen from the item in whose place it came. */
enum spoken {
	OF_OTHER, /* of none of these */
	OF_ITEM,  /* of what stands in its place: itself, or what its officer took back */
	OF_VOID,  /* of the void that was put in its place */
	OF_FIRST, /* of itself, though a void had been put in its place */
	OF_FORMER /* of the void that had gone from its place */
};

static enum spoken spoken_of(const struct ack *ack, const struct outbox_item *i, bool listed)
{
	if (is_first(ack, i, listed))
		return OF_FIRST;
	if (is_former_void(ack, i))
		return OF_FORMER;
	if (!names(ack, i))
		return OF_OTHER;
	return i->slot == SLOT_OWN ? OF_ITEM : OF_VOID;
}

static enum status let_void_go(struct db *outbox, struct outbox_item *i, struct err *why)
{
	enum status st = outbox_void_leaves(outbox, i->id, why);

	return st == ST_OK ? outbox_get(outbox, i->id, i, why) : st;
}

static enum status let_void_back(struct db *outbox, struct outbox_item *i, const struct ack *ack,
				 struct str jws, struct err *why)
{
	bool own = !i->envelope.len;
	enum status st = outbox_void_returns(outbox, i->id, ack->iid, own, why);

	return st == ST_OK && own ? put_answer(outbox, i, ack, jws, why) : st;
}

/* The same answer again says nothing new, but while all are asked for anew. */
static bool is_said(const struct outbox_item *i, const struct identity *who, const struct ack *ack)
{
	return i->verdict != VERDICT_NONE && who->recheck_from == 0
	       && strcmp(i->epoch, ack->epoch) == 0;
}

enum status settle_one(struct db *outbox, const struct identity *who, struct str jws, int64_t ctr,
		       bool listed, struct ack *seen, struct err *why)
{
	struct outbox_item item = OUTBOX_ITEM_INIT;
	enum spoken of = OF_OTHER;
	enum status st = settle_open(seen, who, jws, why);

	if (st != ST_OK)
		return st;
	st = outbox_by_ctr(outbox, who->dev, ctr, &item, why);
	if (st == ST_OK)
		of = spoken_of(seen, &item, listed);
	if (st == ST_OK && (of != OF_OTHER || item.slot != SLOT_OWN))
		st = check_epoch(seen, who, listed, why);
	if (st == ST_OK && of == OF_OTHER)
		st = other(seen, why); /* a void says nothing of it */
	else if (st == ST_OK && of == OF_VOID)
		st = outbox_slot_answered(outbox, item.id, why);
	else if (st == ST_OK && of == OF_FORMER)
		st = let_void_back(outbox, &item, seen, jws, why);
	else if (st == ST_OK && of == OF_ITEM && is_said(&item, who, seen))
		st = item.verdict == seen->verdict ? ST_OK : other(seen, why);
	else if (st == ST_OK && of == OF_FIRST)
		st = let_void_go(outbox, &item, why);
	if (st == ST_OK && (of == OF_FIRST || (of == OF_ITEM && !is_said(&item, who, seen))))
		st = put_answer(outbox, &item, seen, jws, why); /* whatever it was before */
	outbox_item_release(&item);
	return st;
}

/* What the officer let go of, or was told no to, is not opened again by a no. */
static bool says_more(const struct ack *ack, const struct outbox_item *i)
{
	return verdict_stands(ack->verdict) || verdict_stands(i->verdict);
}

enum status settle_earlier(struct db *outbox, const struct identity *who, struct str jws,
			   const char *dev, int64_t ctr, struct err *why)
{
	struct outbox_item item = OUTBOX_ITEM_INIT;
	struct ack seen;
	enum status st = settle_open(&seen, who, jws, why);

	if (st == ST_OK)
		st = outbox_by_ctr(outbox, dev, ctr, &item, why);
	if (st == ST_OK)
		st = check_epoch(&seen, who, true, why);
	if (st == ST_OK && is_first(&seen, &item, true))
		st = let_void_go(outbox, &item, why);
	if (st == ST_OK && names(&seen, &item))
		st = says_more(&seen, &item) ? put_answer(outbox, &item, &seen, jws, why) : ST_OK;
	/* Another copy's action stands there; if it is one that was signed twice, its answer
	 * names where it came first. What stood there before is lost. */
	else if (st == ST_OK)
		st = outbox_lost(outbox, dev, ctr, ctr, why);
	outbox_item_release(&item);
	return st;
}
