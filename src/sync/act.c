/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/act.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "cache/cache.h"
#include "cache/entries.h"
#include "cache/erasing.h"
#include "cache/identity.h"
#include "sign/hash.h"
#include "sync/erase.h"
#include "sync/overlay.h"
#include "wire/payload.h"

#include "base/banned.h"

#define NO_EPOCH "00000000-0000-0000-0000-000000000000"

/* An action in the making. */
struct making {
	struct identity who;
	struct case_row seen; /* base and own actions: what the officer sees */
	struct casefile base;
	struct action action;
	struct outbox_item item;
};
#define MAKING_INIT                                                                                \
	{                                                                                          \
		.who = IDENTITY_INIT, .seen = CASE_ROW_INIT, .base = CASEFILE_INIT,                \
		.action = ACTION_INIT, .item = OUTBOX_ITEM_INIT                                    \
	}

static void making_release(struct making *m)
{
	identity_release(&m->who);
	case_row_release(&m->seen);
	casefile_release(&m->base);
	action_release(&m->action);
	outbox_item_release(&m->item);
}

/* Who acts, and with that device's key: another program may have enrolled
 * this home anew since the key was unlocked. */
static enum status who_acts(const struct actor *a, struct making *m, struct err *why)
{
	enum status st = identity_get(a->outbox, &m->who, why);

	if (st == ST_OK && a->key && strcmp(signkey_public(a->key)->kid, m->who.kid) != 0)
		return err_set(
			why, ST_REFUSED, "locked",
			"this home was enrolled anew, or its key was changed; unlock it again");
	return st;
}

/* `ours`: as it is without what an earlier device of this home has signed. */
static enum status look(const struct actor *a, struct making *m, const char *case_id, bool ours,
			struct err *why)
{
	enum status st = who_acts(a, m, why);

	if (st == ST_OK && m->who.frozen[0])
		return err_set(why, ST_REFUSED, "device-frozen",
			       "this device may not act any more (%s); enrol it anew",
			       m->who.frozen);
	if (st != ST_OK)
		return st;
	/* One snapshot: a page may be applied by another thread meanwhile. */
	st = cache_begin_read(a->cache, why);
	if (st == ST_OK)
		st = overlay_case_of(a->cache, a->outbox, ours ? m->who.dev : NULL, case_id,
				     &m->seen, why);
	if (st == ST_OK)
		st = case_base(a->cache, case_id, &m->base, why);
	cache_rollback(a->cache);
	if (st == ST_NONE)
		return err_set(why, ST_NONE, "case-unknown",
			       "no such case here; sync, then look again: %s", case_id);
	return st;
}

/* What every envelope says besides its own arguments. */
static enum status frame(const struct actor *a, struct making *m, const char *iid,
			 const char *case_id, struct err *why)
{
	struct action *x = &m->action;
	struct sync_point point = { .sv = 0 };
	int64_t now = clock_wall(a->clock);
	enum status st = cache_point(a->cache, &point, why);

	if (st == ST_OK)
		st = cursor_floor(a->cache, &x->seq, why);
	if (st == ST_OK)
		st = outbox_pre(a->outbox, m->who.dev, case_id, &x->pre, why);
	if (st != ST_OK)
		return st;
	snprintf(x->aud, sizeof(x->aud), "%s", m->who.aud);
	snprintf(x->sub, sizeof(x->sub), "%s", m->who.sub);
	snprintf(x->dev, sizeof(x->dev), "%s", m->who.dev);
	snprintf(x->prev, sizeof(x->prev), "%s", m->who.last_hash);
	snprintf(x->case_id, sizeof(x->case_id), "%s", case_id);
	snprintf(x->epoch, sizeof(x->epoch), "%s", point.epoch);
	rng_fill(a->rng, x->salt, sizeof(x->salt));
	if (iid)
		snprintf(x->iid, sizeof(x->iid), "%s", iid);
	else
		uuid7(x->iid, now, a->rng);
	x->ctr = m->who.ctr + 1;
	x->base_n = m->base.n;
	snprintf(x->base_eh, sizeof(x->base_eh), "%s", m->base.eh[0] ? m->base.eh : HASH_ZERO);
	x->ts = now;
	x->skew = a->skew;
	return ST_OK;
}

/* Signed text is in NFC; a keyboard or a pasted file may have another form. */
static enum status set_arg(struct action *x, const struct intent_arg *arg, struct err *why)
{
	struct strbuf nfc = STRBUF_INIT_MAX(ENVELOPE_MAX);
	struct str value = arg->value;
	enum status st;

	if (utf8_valid(value) && !utf8_is_nfc(value) && utf8_to_nfc(&nfc, value))
		value = strbuf_str(&nfc);
	st = action_set(x, arg->name, value, why);
	strbuf_release(&nfc);
	return st;
}

static enum status set_docs(struct action *x, const struct intent *in, struct err *why)
{
	if (in->doc_count < 0 || in->doc_count > ACTION_DOCS_MAX)
		return err_set(why, ST_BAD_INPUT, "field-too-long", "%s: at most %d documents",
			       in->act, ACTION_DOCS_MAX);
	for (int i = 0; i < in->doc_count; i++) {
		struct action_doc *d = &x->docs[i];

		sha256_hex(d->h, in->docs[i].bytes);
		d->len = (int64_t)in->docs[i].bytes.n;
		snprintf(d->mt, sizeof(d->mt), "%s", in->docs[i].mt);
		snprintf(d->name, sizeof(d->name), "%s", in->docs[i].name);
	}
	x->doc_count = in->doc_count;
	return ST_OK;
}

static enum status fill(struct making *m, const struct intent *in, struct err *why)
{
	const struct action_def *def = action_find(str_of(in->act));
	enum status st = ST_OK;

	if (!def || def->class == CLASS_SYSTEM || def->class == CLASS_VOID)
		return err_set(why, ST_BAD_INPUT, "act-unknown", "%s: no such action", in->act);
	action_reset(&m->action, def);
	for (int i = 0; i < in->arg_count && st == ST_OK; i++)
		st = set_arg(&m->action, &in->args[i], why);
	return st == ST_OK ? set_docs(&m->action, in, why) : st;
}

/* What the judge's word is to the one who asks. */
static enum status status_of(const char *code)
{
	if (strcmp(code, "role-lacking") == 0 || strcmp(code, "not-assignee") == 0)
		return ST_REFUSED;
	return strcmp(code, "deadline-range") == 0 ? ST_BAD_INPUT : ST_CONFLICT;
}

/* The same judge as at the central, on the case as it is seen here. */
static enum status lawful(const struct making *m, struct err *why)
{
	struct judgement j = { .action = &m->action,
			       .now = &m->seen.file,
			       .roles = m->who.roles,
			       .base_known = true };
	struct err words = ERR_INIT;

	if (verdict_stands(judge(&j, &words)))
		return ST_OK;
	return err_set(why, status_of(words.code), words.code, "%s", words.text);
}

/* The central takes such a claim as it comes; at the desk it is a slip. */
static enum status not_mine_yet(const struct making *m, struct err *why)
{
	const char *assignee = m->seen.file.assignee;

	if (m->action.def->event != EV_CLAIM || !*assignee || strcmp(assignee, m->who.sub) != 0)
		return ST_OK;
	return err_set(why, ST_CONFLICT, "already-yours", "%s has the case already", assignee);
}

static enum status prepare(const struct actor *a, const struct intent *in, struct making *m,
			   struct err *why)
{
	enum status st = look(a, m, in->case_id, in->sup != 0, why);

	if (st == ST_OK)
		st = fill(m, in, why);
	if (st == ST_OK)
		st = frame(a, m, NULL, in->case_id, why);
	if (st == ST_OK && in->seen_n > 0 && in->seen_eh) {
		m->action.base_n = in->seen_n;
		snprintf(m->action.base_eh, sizeof(m->action.base_eh), "%s", in->seen_eh);
	}
	if (st == ST_OK)
		st = action_check(&m->action, why);
	if (st == ST_OK)
		st = not_mine_yet(m, why);
	return st == ST_OK ? lawful(m, why) : st;
}

static enum status sign(const struct actor *a, const struct action *x, struct strbuf *envelope,
			char ah[HASH_TEXT], struct err *why)
{
	struct strbuf payload = STRBUF_INIT;
	enum status st;

	if (!a->key)
		return err_set(why, ST_REFUSED, "locked", "the key is locked; unlock it to sign");
	st = payload_write(&payload, x, why);
	if (st == ST_OK)
		st = jws_sign(envelope, ah, a->key, TYP_ACTION, strbuf_str(&payload), why);
	strbuf_release(&payload);
	return st;
}

/* The item and the device's counter, in the caller's transaction. */
static enum status store(const struct actor *a, struct making *m, struct err *why)
{
	struct outbox_item *i = &m->item;
	const struct action *x = &m->action;
	enum status st = sign(a, x, &i->envelope, i->ah, why);

	if (st != ST_OK)
		return st;
	snprintf(i->dev, sizeof(i->dev), "%s", x->dev);
	snprintf(i->iid, sizeof(i->iid), "%s", x->iid);
	snprintf(i->prev, sizeof(i->prev), "%s", x->prev);
	snprintf(i->case_id, sizeof(i->case_id), "%s", x->case_id);
	snprintf(i->act, sizeof(i->act), "%s", x->def->name);
	i->ctr = x->ctr;
	i->base_n = x->base_n;
	i->state = OUTBOX_SIGNED;
	i->created_at = x->ts;
	i->hold_until = x->def->undo_window && m->who.undo_ms > 0 ? x->ts + m->who.undo_ms : 0;
	st = outbox_add(a->outbox, i, why);
	return st == ST_OK ? identity_set_last(a->outbox, x->ctr, i->ah, why) : st;
}

static enum status store_docs(const struct actor *a, const struct making *m,
			      const struct intent *in, struct err *why)
{
	enum status st = ST_OK;

	for (int i = 0; i < in->doc_count && st == ST_OK; i++)
		st = outbox_blob_add(a->outbox, m->item.id, m->action.docs[i].h, in->docs[i].mt,
				     in->docs[i].name, in->docs[i].bytes, why);
	return st;
}

/* End the transaction of outbox.db, then let the lists show it. What is
 * durable counts: the overlay is rebuilt at the next start or page anyway. */
static enum status finish(const struct actor *a, enum status st, const struct making *m,
			  struct act_result *r, struct err *why)
{
	if (st != ST_OK) {
		cache_rollback(a->outbox);
		return st;
	}
	st = cache_commit(a->outbox, why);
	if (st != ST_OK)
		return st;
	r->item = m->item.id;
	r->hold_until = m->item.hold_until;
	snprintf(r->iid, sizeof(r->iid), "%s", m->item.iid);
	r->overlay_late = overlay_rebuild(a->cache, a->outbox, NULL) != ST_OK;
	return ST_OK;
}

enum status act_may(const struct actor *a, const struct intent *in, struct err *why)
{
	struct making m = MAKING_INIT;
	enum status st = prepare(a, in, &m, why);

	making_release(&m);
	return st;
}

/* The envelope of an item as an action again. */
static enum status reread(struct action *x, const struct strbuf *envelope, struct err *why)
{
	struct strbuf payload = STRBUF_INIT;
	enum status st = jws_payload_unverified(&payload, strbuf_str(envelope), why);

	if (st == ST_OK)
		st = payload_read(x, strbuf_str(&payload), why);
	strbuf_release(&payload);
	return st;
}

static enum status get_item(const struct actor *a, int64_t id, struct outbox_item *i,
			    struct err *why)
{
	enum status st = outbox_get(a->outbox, id, i, why);

	return st == ST_NONE ? err_set(why, ST_NONE, "item-unknown", "no such action in the outbox")
			     : st;
}

/* May this item be signed again? */
static enum status may_resign(const struct outbox_item *old, const struct identity *who,
			      struct err *why)
{
	bool refused = old->verdict != VERDICT_NONE && old->verdict != VERDICT_VOID
		       && !verdict_stands(old->verdict);
	bool stranded = old->verdict == VERDICT_NONE && strcmp(old->dev, who->dev) != 0;

	if ((refused || stranded) && old->state != OUTBOX_SUPERSEDED)
		return ST_OK;
	return err_set(
		why, ST_REFUSED, "not-refused",
		"only an action that was refused, or whose device is no longer valid, is signed again");
}

/* A queue belongs to one officer at one central: what another has signed in
 * this home is never signed again in their stead. */
static enum status is_own(const struct action *x, const struct identity *who, struct err *why)
{
	if (strcmp(x->sub, who->sub) == 0 && strcmp(x->aud, who->aud) == 0)
		return ST_OK;
	return err_set(why, ST_REFUSED, "other-officer",
		       "%s signed this at %s; nobody else can sign it again", x->sub, x->aud);
}

static bool same_argument(const struct action *a, const struct action *b, int i)
{
	return a->has[i] == b->has[i]
	       && (!a->has[i] || strcmp(strbuf_cstr(&a->arg[i]), strbuf_cstr(&b->arg[i])) == 0);
}

/* The same act with the same words and documents: the same intent. */
static bool says_the_same(const struct action *a, const struct action *b)
{
	if (a->def != b->def || a->doc_count != b->doc_count)
		return false;
	for (int i = 0; i < ACTION_ARGS_MAX && a->def->args[i].name; i++)
		if (!same_argument(a, b, i))
			return false;
	for (int i = 0; i < a->doc_count; i++)
		if (strcmp(a->docs[i].h, b->docs[i].h) != 0)
			return false;
	return true;
}

/* The action in the making takes the place of item `id`. */
static enum status take_place(const struct actor *a, struct making *m, int64_t id, struct err *why)
{
	struct outbox_item old = OUTBOX_ITEM_INIT;
	struct action was = ACTION_INIT;
	struct action *x = &m->action;
	enum status st = get_item(a, id, &old, why);

	if (st == ST_OK)
		st = may_resign(&old, &m->who, why);
	if (st == ST_OK)
		st = reread(&was, &old.envelope, why);
	if (st == ST_OK)
		st = is_own(&was, &m->who, why);
	if (st == ST_OK && strcmp(was.case_id, x->case_id) != 0)
		st = err_set(why, ST_BAD_INPUT, "sup-other", "action %lld is of another case",
			     (long long)id);
	if (st == ST_OK && says_the_same(&was, x)) {
		snprintf(x->iid, sizeof(x->iid), "%s", was.iid);
		snprintf(x->sup, sizeof(x->sup), "%s", was.sup);
	} else if (st == ST_OK) {
		snprintf(x->sup, sizeof(x->sup), "%s", was.iid);
	}
	action_release(&was);
	outbox_item_release(&old);
	return st;
}

enum status act(const struct actor *a, const struct intent *in, struct act_result *r,
		struct err *why)
{
	struct making m = MAKING_INIT;
	enum status st = cache_begin(a->outbox, why);

	memset(r, 0, sizeof(*r));
	if (st != ST_OK)
		return st;
	st = prepare(a, in, &m, why);
	if (st == ST_OK && in->sup)
		st = take_place(a, &m, in->sup, why);
	if (st == ST_OK)
		st = store(a, &m, why);
	if (st == ST_OK)
		st = store_docs(a, &m, in, why);
	if (st == ST_OK && in->sup)
		st = outbox_set_state(a->outbox, in->sup, OUTBOX_SUPERSEDED, why);
	st = finish(a, st, &m, r, why);
	making_release(&m);
	return st;
}

/* What an envelope was based on; of one that is erased, that is gone too. */
static enum status base_of(struct action *was, const struct outbox_item *old, struct err *why)
{
	if (old->envelope.len)
		return reread(was, &old->envelope, why);
	was->base_n = 0;
	memcpy(was->base_eh, HASH_ZERO, HASH_TEXT);
	return ST_OK;
}

/* A void bears ctr, prev and case of what it replaces, and its hash. The cause says
 * that what it replaces may have been offered: a copy of the central that has it
 * has then found no other copy of this home. */
static enum status make_void(const struct actor *a, struct making *m, const struct outbox_item *old,
			     const char *cause, struct err *why)
{
	struct action was = ACTION_INIT;
	struct action *x = &m->action;
	enum status st = base_of(&was, old, why);

	if (st == ST_OK) {
		action_reset(x, action_find(str_of("void")));
		st = frame(a, m, NULL, old->case_id, why);
	}
	/* Between two epochs the copy is empty, and names none. */
	if (st == ST_OK && !x->epoch[0])
		snprintf(x->epoch, sizeof(x->epoch), "%s", NO_EPOCH);
	if (st == ST_OK) {
		x->ctr = old->ctr;
		snprintf(x->prev, sizeof(x->prev), "%s", old->prev);
		x->pre = 0;
		x->base_n = was.base_n;
		snprintf(x->base_eh, sizeof(x->base_eh), "%s", was.base_eh);
		st = action_set(x, "ah", str_of(old->ah), why);
	}
	if (st == ST_OK && cause)
		st = action_set(x, "cause", str_of(cause), why);
	if (st == ST_OK)
		st = sign(a, x, &m->item.void_envelope, m->item.void_ah, why);
	action_release(&was);
	return st;
}

enum status act_withdraw(const struct actor *a, int64_t id, struct err *why)
{
	struct making m = MAKING_INIT;
	struct outbox_item old = OUTBOX_ITEM_INIT;
	struct act_result r;
	enum status st = cache_begin(a->outbox, why);

	if (st != ST_OK)
		return st;
	st = get_item(a, id, &old, why);
	if (st == ST_OK)
		st = who_acts(a, &m, why);
	if (st == ST_OK && strcmp(old.dev, m.who.dev) != 0)
		st = err_set(
			why, ST_REFUSED, "device-changed",
			"this action was signed by an earlier device of yours; sign it again or dismiss it");
	if (st == ST_OK)
		st = make_void(a, &m, &old, NULL, why);
	if (st == ST_OK)
		st = outbox_withdraw(a->outbox, id, m.action.iid, m.item.void_ah,
				     strbuf_str(&m.item.void_envelope), why);
	st = finish(a, st, &m, &r, why);
	outbox_item_release(&old);
	making_release(&m);
	return st;
}

/* How a void is put in the place of an item. */
typedef enum status put_void(struct db *outbox, int64_t id, const char *void_iid,
			     const char *void_ah, struct str void_envelope, struct err *why);

/* One that was there before, and had gone, is put there again: nothing is signed twice
 * in one place. */
static enum status void_one(const struct actor *a, const struct outbox_item *old, put_void *put,
			    const char *cause, struct err *why)
{
	struct making m = MAKING_INIT;
	bool again = !old->voided && old->void_envelope.len;
	const struct outbox_item *of = again ? old : &m.item;
	enum status st = again ? reread(&m.action, &old->void_envelope, why) : who_acts(a, &m, why);

	if (st == ST_OK && !again)
		st = make_void(a, &m, old, cause, why);
	if (st == ST_OK)
		st = put(a->outbox, old->id, m.action.iid, of->void_ah,
			 strbuf_str(&of->void_envelope), why);
	making_release(&m);
	return st;
}

enum status act_void_erased(const struct actor *a, const char *dev, struct err *why)
{
	struct outbox_item i = OUTBOX_ITEM_INIT;
	enum status st = ST_OK;

	while (st == ST_OK && (st = outbox_next(a->outbox, dev, i.ctr, &i, why)) == ST_OK)
		if (!i.envelope.len && !i.voided)
			st = void_one(a, &i, outbox_void_erased, "erased", why);
	outbox_item_release(&i);
	return st == ST_NONE ? ST_OK : st;
}

enum status act_void_refused(const struct actor *a, const char *dev, int64_t from_ctr,
			     struct err *why)
{
	struct outbox_item i = OUTBOX_ITEM_INIT;
	enum status st = ST_OK;

	while (st == ST_OK && (st = outbox_refused(a->outbox, dev, from_ctr, &i, why)) == ST_OK)
		st = void_one(a, &i, outbox_keep_back, "refused", why);
	outbox_item_release(&i);
	return st == ST_NONE ? ST_OK : st;
}

static bool bears(const struct outbox_item *i, const char *h)
{
	struct action x = ACTION_INIT;
	bool yes = false;

	if (!i->voided && i->envelope.len && reread(&x, &i->envelope, NULL) == ST_OK)
		for (int k = 0; k < x.doc_count; k++)
			yes = yes || strcmp(x.docs[k].h, h) == 0;
	action_release(&x);
	return yes;
}

enum status act_refuse_bare(const struct actor *a, const char *dev, const int64_t *ctr, int count,
			    const char *h, struct err *why)
{
	struct outbox_item i = OUTBOX_ITEM_INIT;
	enum status st = ST_NONE;

	for (int k = 0; st == ST_NONE && k < count; k++) {
		st = outbox_by_ctr(a->outbox, dev, ctr[k], &i, why);
		if (st == ST_OK)
			st = bears(&i, h)
				     ? void_one(a, &i, outbox_refuse_bare, "document-gone", why)
				     : ST_NONE;
	}
	outbox_item_release(&i);
	return st;
}

static enum status relink_docs(const struct actor *a, const struct making *m, struct err *why)
{
	struct strbuf bytes = STRBUF_INIT;
	enum status st = ST_OK;

	for (int i = 0; i < m->action.doc_count && st == ST_OK; i++) {
		const struct action_doc *d = &m->action.docs[i];

		strbuf_clear(&bytes);
		st = outbox_blob_get(a->outbox, d->h, &bytes, why);
		if (st == ST_OK)
			st = outbox_blob_add(a->outbox, m->item.id, d->h, d->mt, d->name,
					     strbuf_str(&bytes), why);
		else if (st == ST_NONE)
			st = ST_OK; /* the central has it since long */
	}
	strbuf_release(&bytes);
	return st;
}

/* Is the history, as far as it had come then, still the one that it was signed on? */
static enum status same_history(const struct actor *a, const struct making *m, bool *same,
				struct err *why)
{
	const struct action *x = &m->action;
	struct entry e = ENTRY_INIT;
	enum status st = ST_OK;

	*same = x->base_n == m->base.n && strcmp(x->base_eh, m->base.eh) == 0;
	if (!*same && x->base_n <= m->base.n) {
		st = entry_get(a->cache, m->base.id, x->base_n, &e, why);
		*same = st == ST_OK && strcmp(e.eh, x->base_eh) == 0;
	}
	entry_release(&e);
	if (st != ST_NONE)
		return st;
	(void)!want_case(a->cache, m->base.id, NULL);
	return err_set(why, ST_RETRY, "history-wanted",
		       "the history of the case is not here yet, by which number %s is known;"
		       " sync, and try again",
		       action_get(x, "n"));
}

/* What names an entry by its number means that one, and no other that a restore or
 * another officer has brought to its place: it takes a look and a new action. */
static enum status still_names(const struct actor *a, const struct making *m, struct err *why)
{
	bool same = true;
	enum status st = action_get(&m->action, "n")[0] ? same_history(a, m, &same, why) : ST_OK;

	if (st == ST_OK && !same)
		st = err_set(why, ST_CONFLICT, "moved-on",
			     "the history of the case is another one since, and entry %s with it;"
			     " look at the case and do it anew",
			     action_get(&m->action, "n"));
	return st;
}

/* Item `id` once more, over the case as it is now; not signed yet. */
static enum status prepare_again(const struct actor *a, struct making *m, int64_t id,
				 struct outbox_item *old, struct err *why)
{
	enum status st = get_item(a, id, old, why);

	if (st == ST_OK && strcmp(old->why, CASE_ERASED) == 0)
		st = err_set(why, ST_REFUSED, CASE_ERASED,
			     "the case of action %lld was erased, and what was signed on it too",
			     (long long)id);
	if (st == ST_OK)
		st = look(a, m, old->case_id, true, why);
	if (st == ST_OK)
		st = may_resign(old, &m->who, why);
	if (st == ST_OK)
		st = reread(&m->action, &old->envelope, why);
	if (st == ST_OK)
		st = is_own(&m->action, &m->who, why);
	if (st == ST_OK)
		st = still_names(a, m, why);
	if (st == ST_OK)
		st = frame(a, m, old->iid, old->case_id, why);
	return st == ST_OK ? lawful(m, why) : st;
}

enum status act_may_resign(const struct actor *a, int64_t id, struct err *why)
{
	struct making m = MAKING_INIT;
	struct outbox_item old = OUTBOX_ITEM_INIT;
	enum status st = prepare_again(a, &m, id, &old, why);

	outbox_item_release(&old);
	making_release(&m);
	return st;
}

enum status act_resign(const struct actor *a, int64_t id, struct act_result *r, struct err *why)
{
	struct making m = MAKING_INIT;
	struct outbox_item old = OUTBOX_ITEM_INIT;
	enum status st = cache_begin(a->outbox, why);

	memset(r, 0, sizeof(*r));
	if (st != ST_OK)
		return st;
	st = prepare_again(a, &m, id, &old, why);
	if (st == ST_OK)
		st = store(a, &m, why);
	if (st == ST_OK)
		st = relink_docs(a, &m, why);
	if (st == ST_OK)
		st = outbox_set_state(a->outbox, id, OUTBOX_SUPERSEDED, why);
	st = finish(a, st, &m, r, why);
	outbox_item_release(&old);
	making_release(&m);
	return st;
}

enum status act_dismiss(const struct actor *a, int64_t id, struct err *why)
{
	struct making m = MAKING_INIT;
	struct outbox_item old = OUTBOX_ITEM_INIT;
	struct act_result r;
	enum status st = cache_begin(a->outbox, why);

	if (st != ST_OK)
		return st;
	st = get_item(a, id, &old, why);
	if (st == ST_OK)
		st = identity_get(a->outbox, &m.who, why);
	if (st == ST_OK && old.verdict == VERDICT_NONE && strcmp(old.dev, m.who.dev) == 0)
		st = err_set(why, ST_REFUSED, "not-answered",
			     "this action still waits for its answer; withdraw it instead");
	if (st == ST_OK)
		st = outbox_set_state(a->outbox, id, OUTBOX_ARCHIVED, why);
	st = finish(a, st, &m, &r, why);
	/* What was erased may have waited for this. Where it cannot be done now, it
	 * stays noted. */
	if (st == ST_OK && old.verdict == VERDICT_NONE)
		(void)!(erase_answered(a->cache, a->outbox, NULL) == ST_OK);
	outbox_item_release(&old);
	making_release(&m);
	return st;
}
