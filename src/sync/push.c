/* SPDX-License-Identifier: EUPL-1.2 */
/* The push lane: documents, actions in the order of ctr, lost answers. */
#include "sync/core.h"

#include <stdio.h>
#include <string.h>

#include "domain/action.h"
#include "sync/act.h"
#include "sync/erase.h"
#include "sync/overlay.h"
#include "sync/settle.h"

#include "base/banned.h"

/* --- Choosing -------------------------------------------------------------------- */

/* Still in its undo window? A clock that was set back ends the window rather
 * than holding the action for as long as the jump was. */
static bool is_held(const struct outbox_item *i, int64_t wall)
{
	return i->hold_until > wall && wall >= i->created_at;
}

/* The first in line, and whether a document of it must go before it. */
static enum status choose_item(struct sync *s, int64_t boot, enum step *step, int64_t *wake_at,
			       struct err *why)
{
	struct outbox_item next = OUTBOX_ITEM_INIT;
	struct strbuf bytes = STRBUF_INIT;
	char mt[80];
	int64_t wall = clock_wall(s->in.clock);
	enum status st = outbox_next(s->in.outbox, s->who.dev, 0, &next, why);

	if (st == ST_OK && is_held(&next, wall)) {
		*wake_at = boot + (next.hold_until - wall);
	} else if (st == ST_OK) {
		*step = STEP_ACTIONS;
		if (!next.voided)
			st = outbox_blob_waiting(s->in.outbox, next.id, s->blob, &bytes, mt, why);
		if (st == ST_OK && !next.voided)
			*step = STEP_BLOB;
	}
	outbox_item_release(&next);
	strbuf_release(&bytes);
	return st == ST_NONE ? ST_OK : st;
}

enum status choose_push(struct sync *s, int64_t boot, enum step *step, int64_t *wake_at,
			struct err *why)
{
	if (s->who.frozen[0] || is_diverged(s) || s->evidence_ctr > 0)
		return ST_OK;
	if (s->acks_from > 0 || s->who.recheck_from > 0) {
		*step = STEP_ACKS;
		return ST_OK;
	}
	return choose_item(s, boot, step, wake_at, why);
}

/* --- Actions ---------------------------------------------------------------------- */

/* May this one go along with those before it? */
static enum status fits(struct sync *s, const struct outbox_item *i, size_t bytes, bool *yes,
			struct err *why)
{
	struct strbuf doc = STRBUF_INIT;
	char h[HASH_TEXT], mt[80];
	enum status st = ST_NONE;

	*yes = s->sent_count < s->send_max && bytes + outbox_item_bytes(i)->len + 1 <= SEND_BYTES
	       && !is_held(i, clock_wall(s->in.clock));
	if (*yes && !i->voided)
		st = outbox_blob_waiting(s->in.outbox, i->id, h, &doc, mt, why);
	if (st == ST_OK)
		*yes = false;
	strbuf_release(&doc);
	return st == ST_NONE ? ST_OK : st;
}

/* Every line is marked as offered, in one transaction, before the first byte
 * of it leaves: from then on it is not withdrawn. */
static enum status offer_lines(struct sync *s, struct strbuf *body, struct err *why)
{
	struct outbox_item i = OUTBOX_ITEM_INIT;
	int64_t now = clock_wall(s->in.clock), after = 0;
	enum status st = ST_OK;
	bool yes = true;

	s->sent_count = 0;
	while (st == ST_OK
	       && (st = outbox_next(s->in.outbox, s->who.dev, after, &i, why)) == ST_OK) {
		const struct strbuf *line = outbox_item_bytes(&i);

		st = fits(s, &i, body->len, &yes, why);
		if (st != ST_OK || !yes)
			break;
		st = outbox_offer(s->in.outbox, i.id, now, why);
		if (!strbuf_add(body, line->data, line->len) || !strbuf_addc(body, '\n'))
			st = err_set(why, ST_BROKEN, "memory", "no memory to send");
		s->sent[s->sent_count++] = i.ctr;
		after = i.ctr;
	}
	outbox_item_release(&i);
	return st == ST_NONE ? ST_OK : st;
}

enum status ask_actions(struct sync *s, struct request *out, struct err *why)
{
	enum status st = cache_begin(s->in.outbox, why);

	if (st != ST_OK)
		return st;
	request_set(out, "POST", "/v1/actions");
	snprintf(out->content_type, sizeof(out->content_type), "application/jose-lines");
	st = offer_lines(s, &out->body, why);
	if (st == ST_OK)
		return cache_commit(s->in.outbox, why);
	cache_rollback(s->in.outbox);
	return st;
}

/* The first line of what is not empty. */
static struct str next_line(struct str *rest)
{
	const char *lf = memchr(rest->p, '\n', rest->n);
	struct str l = { rest->p, lf ? (size_t)(lf - rest->p) : rest->n };
	size_t used = l.n + (lf ? 1 : 0);

	rest->p += used;
	rest->n -= used;
	return l;
}

/* Settle answer after answer; *count says how many were believed, and the
 * first that is not ends it. They answer what was sent, or (from > 0) each
 * ctr from `from` on. */
static enum status settle_lines(struct sync *s, struct str body, int64_t from, int *count,
				struct err *why)
{
	struct ack a;
	enum status st = ST_OK;

	*count = 0;
	while (body.n && (from > 0 || *count < s->sent_count)) {
		struct str line = next_line(&body);
		int64_t ctr = from > 0 ? from + *count : s->sent[*count];

		st = settle_one(s->in.outbox, &s->who, line, ctr, from > 0, &a, why);
		if (st == ST_NONE)
			st = ST_OK; /* older than what we keep */
		if (st != ST_OK)
			break;
		(*count)++;
	}
	if (st == ST_REFUSED)
		s->now.refused_acks++;
	if (st == ST_REFUSED && from == 0 && strcmp(why->code, "ack-past") == 0)
		s->acks_from = s->sent[*count]; /* is it still the answer? */
	return st;
}

/* What was believed stays settled even when a later answer is not. */
static enum status settle_all(struct sync *s, struct str body, int64_t from, int *count,
			      struct err *why)
{
	enum status done, st = cache_begin(s->in.outbox, why);

	if (st != ST_OK)
		return st;
	st = settle_lines(s, body, from, count, why);
	if (st != ST_OK && st != ST_REFUSED) {
		cache_rollback(s->in.outbox);
		return st;
	}
	done = cache_commit(s->in.outbox, why);
	if (done != ST_OK)
		return done;
	if (*count > 0) {
		s->now.last_push = clock_wall(s->in.clock);
		want_pull(s);
		done = erase_answered(s->in.cache, s->in.outbox, why);
		s->unerased = done != ST_OK; /* tried again with the next pull */
		if (done == ST_OK || done == ST_RETRY)
			done = overlay_rebuild(s->in.cache, s->in.outbox, why);
	}
	return done == ST_OK ? st : done;
}

enum status take_actions(struct sync *s, const struct reply *r, struct err *why)
{
	int count = 0;
	enum status st;

	if (strncmp(r->content_type, "application/x-ndjson", 20) != 0)
		return nonsense(
			why, "not-ours",
			"the answer holds no acknowledgements; a proxy or a login page may stand between");
	st = settle_all(s, strbuf_str(&r->body), 0, &count, why);
	if (st == ST_OK && count == 0)
		return nonsense(why, "no-answers",
				"the central took the actions and answered none of them");
	if (st == ST_OK) {
		s->send_max = SEND_MAX;
		s->lacks = s->doubted = false;
		s->strangers = 0;
	}
	return st;
}

static struct actor myself(const struct sync *s)
{
	return (struct actor){ .cache = s->in.cache,
			       .outbox = s->in.outbox,
			       .clock = s->in.clock,
			       .rng = s->in.rng,
			       .key = s->in.key };
}

/* A restored central has lost what follows ctr `from`: it is offered again, but
 * for what was erased since, and for what was refused. */
static enum status offer_again(struct sync *s, int64_t from, struct err *why)
{
	struct actor me = myself(s);
	enum status st = act_void_refused(&me, s->who.dev, from, why);

	if (st == ST_OK)
		st = outbox_reopen(s->in.outbox, s->who.dev, from, why);
	return st == ST_OK ? act_void_erased(&me, s->who.dev, why) : st;
}

/* The end of a transaction that puts voids in the place of actions. */
static enum status voids_put(struct sync *s, enum status st, struct err *why)
{
	if (st != ST_OK) {
		cache_rollback(s->in.outbox);
		return st;
	}
	st = cache_commit(s->in.outbox, why);
	return st == ST_OK ? overlay_rebuild(s->in.cache, s->in.outbox, why) : st;
}

bool is_signed_problem(const struct sync *s, const struct problem *p, struct problem_said *said)
{
	struct strbuf payload = STRBUF_INIT;
	bool yes;

	memset(said, 0, sizeof(*said));
	memcpy(said->dev, s->who.dev, sizeof(said->dev));
	yes = settle_central_jws(&payload, &s->who, TYP_ROW, str_of(p->jws), NULL) == ST_OK
	      && problem_word_says(strbuf_str(&payload), p, said);
	strbuf_release(&payload);
	return yes;
}

/* What is signed anew in the place of what the central has answered freezes this
 * device. So the central itself says that it has not, and says it later than any
 * answer of its own that is here, by its clock or in a newer epoch (a central that was
 * put back may have another clock): somebody on the line may have kept an older word. */
static enum status is_its_word(struct sync *s, const struct problem *p, bool *yes, struct err *why)
{
	struct problem_said said;
	char epoch[UUID_TEXT];
	int64_t answered = 0;
	enum status st = outbox_answered_at(s->in.outbox, s->who.dev, &answered, epoch, why);

	*yes = st == ST_OK && is_signed_problem(s, p, &said)
	       && (said.at > answered || strcmp(said.epoch, epoch) > 0);
	return st;
}

/* Nothing of what it lost stood in its log; whether that extends ours, the pull
 * finds out. What it had refused is offered again, in the same epoch. */
static enum status offer_refusals(struct sync *s, int64_t from, struct err *why)
{
	enum status st = cache_begin(s->in.outbox, why);

	return st == ST_OK ? voids_put(s, offer_again(s, from, why), why) : st;
}

/* The central lacks what it has answered, from the ctr on that it awaits: it was
 * restored. In a new epoch we ask what it has and offer the rest again. In the same
 * one it does not know it itself, but signs what it awaits: if an entry is lost, its
 * own answer is shown to it before we stop, so that its operator is told. */
static enum status lacks(struct sync *s, const struct problem *p, struct err *why)
{
	bool signed_word = false;
	int64_t stands = 0;
	enum status st;

	if (!s->lacks) {
		s->lacks = true;
		ask_epoch(s);
		return ST_OK;
	}
	st = is_its_word(s, p, &signed_word, why);
	if (st != ST_OK || !signed_word)
		return st == ST_OK ? ST_NONE : st;
	st = outbox_standing(s->in.outbox, s->who.dev, p->expect, &stands, why);
	if (st != ST_OK)
		return st;
	if (stands == 0)
		return offer_refusals(s, p->expect, why);
	s->evidence_ctr = stands;
	want_pull(s);
	return ST_OK;
}

/* What the central has of us does not go before what we send: another copy of this
 * device may have sent it. Its signed answer to the last of these tells; a bare
 * counter freezes nothing. */
static enum status doubt(struct sync *s, int64_t expect, bool there)
{
	if (s->doubted || !there)
		return ST_NONE; /* with back-off; where it stays so, is_stranger */
	s->doubted = true;
	s->acks_from = expect - 1;
	return ST_OK;
}

/* The central awaits another ctr than we sent. */
static enum status gap(struct sync *s, const struct problem *p, struct err *why)
{
	struct outbox_item before = OUTBOX_ITEM_INIT;
	bool fits_here = p->expect == 1 && strcmp(p->last_hash, HASH_ZERO) == 0;
	bool there = false;
	int64_t first = s->sent_count ? s->sent[0] : 0;
	enum status st = ST_OK;

	if (p->expect > first) {
		/* It has had these: their answers were lost. */
		s->acks_from = first;
		return ST_OK;
	}
	if (p->expect > 1) {
		st = outbox_by_ctr(s->in.outbox, s->who.dev, p->expect - 1, &before, why);
		there = st == ST_OK;
		fits_here = there && strcmp(before.ah, p->last_hash) == 0;
	}
	outbox_item_release(&before);
	if (st != ST_OK && st != ST_NONE)
		return st;
	if (!fits_here || p->expect == first)
		return doubt(s, p->expect, there);
	return lacks(s, p, why);
}

/* The document was erased, and a restored central lost it with its action. What
 * no action of ours names is shown as it is, with back-off. */
static enum status without_blob(struct sync *s, const struct problem *p, struct err *why)
{
	struct actor me = myself(s);
	bool signed_word = false;
	enum status st = is_its_word(s, p, &signed_word, why);

	if (st != ST_OK || !signed_word)
		return st == ST_OK ? ST_NONE : st;
	st = cache_begin(s->in.outbox, why);
	return st == ST_OK ? voids_put(
		       s, act_refuse_bare(&me, s->who.dev, s->sent, s->sent_count, p->h, why), why)
			   : st;
}

static enum status needs_blob(struct sync *s, const struct problem *p, struct err *why)
{
	struct strbuf bytes = STRBUF_INIT;
	enum status st = outbox_blob_get(s->in.outbox, p->h, &bytes, why);

	strbuf_release(&bytes);
	if (st == ST_NONE)
		return without_blob(s, p, why);
	return st == ST_OK ? outbox_blob_set_uploaded(s->in.outbox, p->h, false, why) : st;
}

enum status refused_actions(struct sync *s, const struct problem *p, struct err *why)
{
	if (strcmp(p->code, "ctr-gap") == 0)
		return gap(s, p, why);
	if (strcmp(p->code, "needs-blob") == 0)
		return needs_blob(s, p, why);
	if (p->status == 413 && s->send_max > 1) {
		s->send_max = s->sent_count > 1 ? s->sent_count / 2 : 1;
		return ST_OK;
	}
	return ST_NONE;
}

/* --- Documents --------------------------------------------------------------------- */

enum status ask_blob(struct sync *s, struct request *out, struct err *why)
{
	char path[100];
	enum status st;

	snprintf(path, sizeof(path), "/v1/blobs/%s", s->blob);
	request_set(out, "PUT", path);
	snprintf(out->content_type, sizeof(out->content_type), "application/octet-stream");
	st = outbox_blob_get(s->in.outbox, s->blob, &out->body, why);
	return st == ST_NONE ? err_set(why, ST_BROKEN, "blob-missing",
				       "document %.12s is not in the outbox", s->blob)
			     : st;
}

enum status take_blob(struct sync *s, const struct reply *r, struct err *why)
{
	if (r->status != 200 && r->status != 201 && r->status != 204)
		return nonsense(why, "not-ours",
				"the central did not say that it has the document");
	return outbox_blob_set_uploaded(s->in.outbox, s->blob, true, why);
}

/* --- Lost answers -------------------------------------------------------------------- */

enum status ask_acks(struct sync *s, struct request *out, struct err *why)
{
	int64_t from = s->acks_from > 0 ? s->acks_from : s->who.recheck_from;
	bool other = s->acks_from == 0 && s->earlier[0];

	(void)why;
	request_set(out, "GET", "/v1/acks");
	strbuf_addf(&out->query, "dev=%s&from=%lld", other ? s->earlier : s->who.dev,
		    (long long)(other ? s->earlier_from : from));
	if (s->acks_from == 0 && !other)
		strbuf_adds(&out->query, "&end=1"); /* that there is none is signed */
	return ST_OK;
}

/* The next earlier device of this home whose actions stand as far as we know;
 * without one the recheck is over. In the caller's transaction. */
static enum status next_earlier(struct sync *s, struct err *why)
{
	char after[UUID_TEXT];
	enum status st;

	memcpy(after, s->earlier, sizeof(after));
	st = outbox_earlier(s->in.outbox, s->who.dev, after, s->earlier, &s->earlier_from, why);
	if (st != ST_OK || s->earlier[0])
		return st;
	st = identity_set_recheck(s->in.outbox, 0, why);
	if (st == ST_OK)
		s->who.recheck_from = 0;
	return st;
}

/* What was not written is to be asked for again: memory goes back to what
 * stands on the disk. */
static enum status keep_recheck(struct sync *s, int64_t recheck, enum status st, struct err *why)
{
	if (st == ST_OK)
		st = cache_commit(s->in.outbox, why);
	else
		cache_rollback(s->in.outbox);
	if (st == ST_OK)
		return overlay_rebuild(s->in.cache, s->in.outbox, why);
	s->who.recheck_from = recheck;
	s->earlier[0] = '\0';
	return st;
}

/* Each ctr from earlier_from on that the central answers for is still there;
 * all behind the last one is lost. */
static enum status hear_all_earlier(struct sync *s, struct str body, struct err *why)
{
	bool any = body.n > 0;
	enum status st = ST_OK;

	while (st == ST_OK && body.n) {
		st = settle_earlier(s->in.outbox, &s->who, next_line(&body), s->earlier,
				    s->earlier_from++, why);
		st = st == ST_NONE ? ST_OK : st;
	}
	if (st != ST_OK || any)
		return st;
	st = outbox_lost(s->in.outbox, s->earlier, s->earlier_from, INT64_MAX, why);
	return st == ST_OK ? next_earlier(s, why) : st;
}

static enum status take_earlier(struct sync *s, struct str body, struct err *why)
{
	int64_t recheck = s->who.recheck_from;
	enum status st = cache_begin(s->in.outbox, why);

	if (st != ST_OK)
		return st;
	return keep_recheck(s, recheck, hear_all_earlier(s, body, why), why);
}

/* After a restore: what lies behind the last answer is offered again. */
static enum status end_recheck(struct sync *s, int64_t from, struct err *why)
{
	int64_t recheck = s->who.recheck_from;
	enum status st = cache_begin(s->in.outbox, why);

	if (st != ST_OK)
		return st;
	st = offer_again(s, from, why);
	s->earlier[0] = '\0';
	if (st == ST_OK)
		st = next_earlier(s, why);
	return keep_recheck(s, recheck, st, why);
}

/* The central has no answer from there on, and signs it: what is put in the place of
 * those that are here freezes this device if that is not so. */
static enum status no_more(struct sync *s, const struct problem *p, struct err *why)
{
	bool signed_word = false;
	enum status st = ST_OK;

	if (p->expect <= s->who.recheck_from)
		st = is_its_word(s, p, &signed_word, why);
	if (st != ST_OK || !signed_word)
		return st == ST_OK ? ST_NONE : st;
	return end_recheck(s, s->who.recheck_from, why);
}

/* A device of another officer, who had this home before: it is not ours to ask
 * about. */
enum status refused_acks(struct sync *s, const struct problem *p, struct err *why)
{
	bool own = s->acks_from == 0 && !s->earlier[0] && s->who.recheck_from > 0;

	if (own && strcmp(p->code, "ctr-gap") == 0)
		return no_more(s, p, why);
	if (!s->earlier[0] || strcmp(p->code, "foreign-device") != 0)
		return ST_NONE;
	return next_earlier(s, why);
}

enum status take_acks(struct sync *s, const struct reply *r, struct err *why)
{
	bool recheck = s->acks_from == 0;
	int64_t from = recheck ? s->who.recheck_from : s->acks_from;
	struct err found = ERR_INIT;
	int count = 0;
	enum status st;

	/* Nothing at all is not the word that there is nothing. */
	if (r->status != 200 || strncmp(r->content_type, "application/x-ndjson", 20) != 0)
		return nonsense(why, "not-ours", "the answer holds no acknowledgements");
	if (recheck && s->earlier[0])
		return take_earlier(s, strbuf_str(&r->body), why);
	st = settle_all(s, strbuf_str(&r->body), from, &count, &found);
	/* Signed by the central, for our device and counter, and not ours:
	 * another copy of this device has sent it. */
	if (st == ST_REFUSED && strcmp(found.code, "ack-other") == 0)
		return freeze(s, "device-fork", why);
	/* The central may have been restored once more; a retired device, which
	 * fetches nothing, hears of it nowhere else. */
	if (st == ST_REFUSED && strcmp(found.code, "ack-past") == 0)
		ask_epoch(s);
	if (st != ST_OK)
		return err_set(why, st, found.code, "%s", found.text);
	if (!recheck)
		s->acks_from = 0; /* what is still unanswered is simply sent */
	if (count == 0)
		return nonsense(why, "no-answers",
				recheck ? "the central tells no answer, and does not sign that"
					  " it has none"
					: "the central has had the actions and tells no answer");
	if (!recheck)
		return ST_OK;
	st = identity_set_recheck(s->in.outbox, from + count, why);
	if (st == ST_OK)
		s->who.recheck_from = from + count;
	return st;
}
