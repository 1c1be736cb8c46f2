/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "central/entry.h"
#include "central/envelope.h"
#include "central/erasure.h"
#include "domain/role.h"
#include "sign/hash.h"
#include "wire/ack.h"

#include "base/banned.h"

/* --- Documents ------------------------------------------------------------------ */

/* Lines before the first that lacks a document are taken; that line and all
 * after it wait. */
static enum status cut_at_missing(struct call *k, struct envelopes *e, int *count, struct err *why)
{
	for (int i = 0; i < e->count; i++) {
		const struct line *l = &e->lines[i];

		for (int d = 0; l->sound && l->ctr > k->device.last_ctr && d < l->action.doc_count;
		     d++) {
			const struct action_doc *doc = &l->action.docs[d];
			enum status st = blob_owned(k->c->db, k->device.id, doc->h, NULL, why);

			if (st == ST_OK)
				continue;
			if (st != ST_NONE)
				return st;
			*count = i;
			if (i > 0)
				return ST_OK;
			memcpy(k->extra.h, doc->h, HASH_TEXT);
			return err_set(why, ST_CONFLICT, "needs-blob",
				       "upload document %.12s... first", doc->h);
		}
	}
	*count = e->count;
	return ST_OK;
}

/* --- The verdict ------------------------------------------------------------------ */

struct ruling {
	enum verdict verdict;
	struct err why;
	char who[OFFICER_MAX];
	int64_t merged_over;
};

static void rule(struct ruling *r, enum verdict v, const char *code, const char *text)
{
	r->verdict = v;
	(void)err_set(&r->why, ST_REFUSED, code, "%s", text);
}

/* What the case has seen after the action's base: its file has n of the last. */
static enum status gather_since(struct call *k, const struct action *a, struct judgement *j,
				struct ruling *r, struct err *why)
{
	struct log_row row = { .n = a->base_n };
	enum status st = ST_OK;

	while (j->base_known && row.n < j->now->n
	       && (st = log_after(k->c->db, a->case_id, row.n, &row, why)) == ST_OK) {
		const struct action_def *def = action_find(str_of(row.act));
		bool own = strcmp(row.dev, a->dev) == 0 && row.ctr < a->ctr;

		if (!def)
			return err_set(why, ST_BROKEN, "database-damaged",
				       "entry seq %lld has an unknown act", (long long)row.seq);
		since_add(&j->since, def, row.sub, own, row.at, row.n);
		r->merged_over += !own && !def->neutral;
	}
	return st == ST_NONE ? ST_OK : st;
}

static enum status base_known(struct call *k, const struct action *a, const struct casefile *now,
			      bool *known, struct err *why)
{
	const char *eh = a->base_n == 0 ? HASH_ZERO : now->eh;
	struct log_row row;
	enum status st;

	*known = strcmp(eh, a->base_eh) == 0;
	if (a->base_n == 0 || a->base_n == now->n)
		return ST_OK;
	st = log_by_case(k->c->db, a->case_id, a->base_n, &row, why);
	*known = st == ST_OK && strcmp(row.eh, a->base_eh) == 0;
	return st == ST_NONE ? ST_OK : st;
}

/* A decision to erase one entry, or a document of it, names what it erases, and who
 * confirms one names the proposal. Neither changes: whatever came since its signer
 * saw that entry, it is the same. Where a restore lost what a proposal was signed
 * upon and kept the entry it names, it stands too. */
static enum status same_target(struct call *k, const struct action *a, bool known, bool *same,
			       struct err *why)
{
	int64_t n = strtoll(action_get(a, "n"), NULL, 10), kept = 0;
	bool proposes = strcmp(a->def->name, "erasure.propose") == 0;
	struct log_row row;
	enum status st;

	*same = false;
	if (n <= 0 || !(proposes || strcmp(a->def->name, "erasure.confirm") == 0))
		return ST_OK;
	*same = known && n <= a->base_n;
	if (known || !proposes)
		return ST_OK;
	st = log_by_case(k->c->db, a->case_id, n, &row, why);
	if (st == ST_OK)
		st = epoch_common(k->c->db, a->epoch, &kept, why);
	*same = st == ST_OK && row.seq <= kept;
	return st == ST_NONE ? ST_OK : st;
}

static enum status pre_failed(struct call *k, const struct action *a, bool *failed, struct err *why)
{
	struct device_row row;
	enum verdict v;
	enum status st;

	*failed = false;
	if (a->pre == 0)
		return ST_OK;
	st = device_log_get(k->c->db, a->dev, a->pre, &row, NULL, why);
	*failed = st != ST_OK || !verdict_from(&v, str_of(row.verdict)) || !verdict_stands(v);
	return st == ST_NONE ? ST_OK : st;
}

/* Who gets a case has the role to handle it, and may see it. */
static bool assignable(struct call *k, const char *officer, const struct stored_case *s,
		       struct ruling *r)
{
	struct rights who = { 0 };
	enum sight sight = SIGHT_NONE;

	if (rights_load(k->c->db, officer, central_now(k->c), &who, NULL) != ST_OK) {
		rule(r, VERDICT_REJECTED, "officer-unknown", "there is no such officer");
		return false;
	}
	if ((who.officer.roles & ROLE_OFFICER)
	    && rights_sight(k->c->db, &who, s, &sight, NULL, NULL, NULL) == ST_OK
	    && sight == SIGHT_WHOLE)
		return true;
	rule(r, VERDICT_REJECTED, "officer-unfit",
	     "that officer cannot have the case: it takes the role officer and the right to see it");
	return false;
}

/* What the law table cannot know: this central's queues, officers, types. */
static bool known_here(struct call *k, const struct action *a, const struct stored_case *s,
		       struct ruling *r)
{
	const struct registry *reg = &k->c->registry;
	const struct queue *queue;
	const struct casetype *type;
	struct officer_row o;

	switch (a->def->event) {
	case EV_ROUTE:
		queue = registry_queue(reg, action_get(a, "queue"));
		if (queue && strcmp(queue->unit, action_get(a, "unit")) == 0)
			return true;
		rule(r, VERDICT_REJECTED, "queue-unknown", "there is no such queue in that unit");
		return false;
	case EV_ASSIGN:
		return assignable(k, action_get(a, "officer"), s, r);
	case EV_DECIDE:
		type = registry_type(reg, s->file.type);
		if (type && !casetype_outcome(type, action_get(a, "outcome"))) {
			rule(r, VERDICT_REJECTED, "outcome-unknown",
			     "the case type has no such outcome");
			return false;
		}
		if (!*action_get(a, "rapporteur")
		    || officer_get(k->c->db, action_get(a, "rapporteur"), &o, NULL) == ST_OK)
			return true;
		rule(r, VERDICT_REJECTED, "officer-unknown", "the rapporteur is no officer");
		return false;
	case EV_SECRECY:
		if (strlen(action_get(a, "class")) == 1 && strchr("012", action_get(a, "class")[0]))
			return true;
		rule(r, VERDICT_REJECTED, "class-unknown", "a protection class is 0, 1 or 2");
		return false;
	default:
		return true;
	}
}

/* Erasure has its own law, which knows what waits for a second person. */
static enum status judge_erasure(struct call *k, const struct action *a,
				 const struct stored_case *s, struct ruling *r, struct err *why)
{
	struct err no = ERR_INIT;
	enum status st = erasure_may(k->c, a, s, &no);

	if (st != ST_REFUSED)
		return st == ST_OK ? st : err_set(why, st, no.code, "%s", no.text);
	rule(r, VERDICT_REJECTED, no.code, no.text);
	return ST_OK;
}

/* Whoever may only glance at the case acts on it as a contact center does. */
static enum status judge_case(struct call *k, const struct action *a, const struct stored_case *s,
			      enum sight sight, struct ruling *r, struct err *why)
{
	unsigned roles = (unsigned)k->who.officer.roles;
	struct judgement j = { .action = a,
			       .now = &s->file,
			       .roles = sight == SIGHT_WHOLE ? roles : roles & ROLE_CONTACT };
	enum status st = base_known(k, a, &s->file, &j.base_known, why);

	if (st == ST_OK)
		st = same_target(k, a, j.base_known, &j.same_target, why);
	if (st == ST_OK)
		st = pre_failed(k, a, &j.pre_failed, why);
	if (st == ST_OK)
		st = gather_since(k, a, &j, r, why);
	if (st != ST_OK)
		return st;
	r->verdict = judge(&j, &r->why);
	if (!verdict_stands(r->verdict))
		snprintf(r->who, sizeof(r->who), "%s",
			 strcmp(r->why.code, "taken") == 0 ? s->file.assignee : j.since.who);
	else if (!known_here(k, a, s, r))
		return ST_OK;
	else
		st = judge_erasure(k, a, s, r, why);
	if (r->verdict != VERDICT_MERGED)
		r->merged_over = 0;
	return st;
}

/* An entry that misstates a document could never be verified. */
static bool lengths_hold(struct call *k, const struct action *a)
{
	for (int i = 0; i < a->doc_count; i++) {
		int64_t len = -1;

		if (blob_owned(k->c->db, k->device.id, a->docs[i].h, &len, NULL) != ST_OK
		    || len != a->docs[i].len)
			return false;
	}
	return true;
}

/* A key that was retired may finish what it had signed up to its bound. */
static bool key_holds(const struct device *d, int64_t ctr)
{
	return strcmp(d->state, "retired") != 0 || ctr <= d->valid_through_ctr;
}

/* Did the officer act on the case as it has been? The hash of an entry is known
 * to those alone who have seen it. */
static enum status acquainted(struct call *k, const struct action *a, const struct stored_case *s,
			      bool *yes, struct err *why)
{
	*yes = false;
	return a->base_n > 0 ? base_known(k, a, &s->file, yes, why) : ST_OK;
}

/* Of a case that was erased whole there is nothing to be told but that it was.
 * Who has lost sight of it hears so too: their words of it are to go as well. */
static enum status judge_erased(struct call *k, const struct action *a, const struct stored_case *s,
				bool seen, struct ruling *r, struct err *why)
{
	struct err gone = ERR_INIT;
	bool known = seen;
	enum status st = erasure_bars(k->c, a->case_id, &gone);

	if (st != ST_REFUSED)
		return st == ST_OK ? st : err_set(why, st, gone.code, "%s", gone.text);
	st = seen ? ST_OK : acquainted(k, a, s, &known, why);
	if (st == ST_OK && known)
		rule(r, VERDICT_REJECTED, gone.code, gone.text);
	return st;
}

/* `taken`: the intent's id stands in the log, and is not this officer's. */
static enum status find_verdict(struct call *k, const struct line *l, bool taken,
				struct stored_case *s, struct ruling *r, struct err *why)
{
	struct err unseen = ERR_INIT;
	enum sight sight;
	enum status st, seen;

	if (!l->sound)
		rule(r, VERDICT_REJECTED, l->why.code, l->why.text);
	else if (l->action.def->class == CLASS_VOID)
		r->verdict = VERDICT_VOID; /* by whatever key: there is nothing to sign again */
	else if (!key_holds(&k->device, l->ctr))
		rule(r, VERDICT_QUARANTINED, "key-retired",
		     "the key was retired before this action; sign it again with a new one");
	else if (l->action.def->class == CLASS_SYSTEM)
		rule(r, VERDICT_REJECTED, "role-lacking", "this act is the central's own");
	else if (taken)
		rule(r, VERDICT_REJECTED, "intent-taken",
		     "the intent's id is another's; sign it again with a new one");
	else if (!lengths_hold(k, &l->action))
		rule(r, VERDICT_REJECTED, "document-length",
		     "a document has another length than the action says; sign it again");
	if (r->verdict != VERDICT_NONE)
		return ST_OK;
	seen = rights_glance(k->c->db, &k->who, l->case_id, s, &sight, &unseen);
	if (seen != ST_OK && seen != ST_NONE)
		return err_set(why, seen, unseen.code, "%s", unseen.text);
	st = judge_erased(k, &l->action, s, seen == ST_OK, r, why);
	if (st != ST_OK || r->verdict != VERDICT_NONE)
		return st;
	if (seen == ST_OK)
		return judge_case(k, &l->action, s, sight, r, why);
	rule(r, VERDICT_REJECTED, unseen.code, unseen.text);
	return ST_OK;
}

/* --- The acknowledgement ----------------------------------------------------------- */

static void ack_facts(struct ack *out, struct call *k, const struct line *l, const struct ruling *r,
		      const struct entry_done *done, int64_t at)
{
	memset(out, 0, sizeof(*out));
	memcpy(out->iid, l->iid, UUID_TEXT);
	memcpy(out->ah, l->ah, HASH_TEXT);
	memcpy(out->dev, k->device.id, UUID_TEXT);
	out->ctr = l->ctr;
	out->verdict = r->verdict;
	memcpy(out->case_id, l->case_id, UUID_TEXT);
	memcpy(out->epoch, k->c->epoch, UUID_TEXT);
	out->at = at;
	if (verdict_stands(r->verdict)) {
		out->n = done->n;
		memcpy(out->eh, done->eh, HASH_TEXT);
		out->seq = done->seq;
		out->merged_over = r->merged_over;
		return;
	}
	snprintf(out->why, sizeof(out->why), "%s", r->why.code);
	snprintf(out->detail, sizeof(out->detail), "%s", r->why.text);
	snprintf(out->who, sizeof(out->who), "%s", r->who);
}

static enum status sign_ack(struct call *k, const struct ack *a, struct strbuf *out,
			    struct err *why)
{
	struct strbuf payload = STRBUF_INIT;
	enum status st = ST_OK;

	strbuf_clear(out);
	if (!ack_write(&payload, a))
		st = err_set(why, ST_BROKEN, "ack", "the acknowledgement cannot be written");
	if (st == ST_OK)
		st = jws_sign(out, NULL, k->c->key, TYP_ACK, strbuf_str(&payload), why);
	strbuf_release(&payload);
	return st;
}

/* The device's counter passes this line, whatever the verdict; its row follows
 * at the end of the group. */
static enum status keep(struct call *k, const struct line *l, const char *verdict, const char *code,
			int64_t at, const struct strbuf *ack, struct err *why)
{
	struct device_row row = { .ctr = l->ctr, .at = at };

	memcpy(row.dev, k->device.id, UUID_TEXT);
	memcpy(row.ah, l->ah, HASH_TEXT);
	memcpy(row.iid, l->iid, UUID_TEXT);
	memcpy(row.case_id, l->case_id, UUID_TEXT);
	snprintf(row.verdict, sizeof(row.verdict), "%s", verdict);
	snprintf(row.why, sizeof(row.why), "%s", code);
	k->device.last_ctr = l->ctr;
	memcpy(k->device.last_hash, l->next_prev, HASH_TEXT);
	return device_log_add(k->c->db, &row, strbuf_str(ack), why);
}

/* --- One line ------------------------------------------------------------------------ */

/* The officer's intent stands in the log already, signed on another device or
 * before: the answer is that entry's. ST_NONE: it does not, or it is `taken`,
 * being another officer's. */
static enum status known_intent(struct call *k, const struct line *l, bool *taken,
				struct strbuf *ack, struct err *why)
{
	struct device_row first;
	struct log_row row;
	enum status st = log_by_iid(k->c->db, l->iid, &row, why);

	*taken = st == ST_OK && strcmp(row.sub, k->device.officer) != 0;
	if (*taken)
		return ST_NONE;
	if (st == ST_OK)
		st = device_log_get(k->c->db, row.dev, row.ctr, &first, ack, why);
	return st == ST_OK ? keep(k, l, first.verdict, first.why, central_now(k->c), ack, why) : st;
}

static enum status decide_line(struct call *k, const struct line *l, bool taken, struct strbuf *ack,
			       struct err *why)
{
	struct stored_case s = STORED_CASE_INIT;
	struct ruling r = { .verdict = VERDICT_NONE };
	struct entry_done done = { 0 };
	int64_t at = central_now(k->c);
	struct ack a;
	enum status st = find_verdict(k, l, taken, &s, &r, why);

	if (st == ST_OK && verdict_stands(r.verdict)) {
		struct entry_new e = { &l->action, l->ah, l->jws, r.verdict, at };

		st = entry_append(k->c, &s, &e, &done, why);
		if (st == ST_OK)
			st = erasure_follow(k->c, &s, &l->action, done.n, why);
	}
	if (st == ST_OK) {
		ack_facts(&a, k, l, &r, &done, at);
		st = sign_ack(k, &a, ack, why);
	}
	if (st == ST_OK)
		st = keep(k, l, verdict_name(r.verdict), a.why, at, ack, why);
	stored_case_release(&s);
	return st;
}

static enum status settle_line(struct call *k, const struct line *l, struct strbuf *ack,
			       struct err *why)
{
	struct device_row seen;
	enum status st = ST_NONE;
	bool taken = false;

	if (l->ctr <= k->device.last_ctr)
		return device_log_get(k->c->db, k->device.id, l->ctr, &seen, ack, why);
	if (l->sound && l->action.def->class != CLASS_VOID)
		st = known_intent(k, l, &taken, ack, why);
	return st == ST_NONE ? decide_line(k, l, taken, ack, why) : st;
}

/* --- Groups ---------------------------------------------------------------------------- */

/* One transaction. On failure nothing of it has happened, and `k->device` is
 * as it was. */
static enum status settle_group(struct call *k, const struct line *lines, int count,
				struct strbuf *acks, struct err *why)
{
	struct device before = k->device;
	struct strbuf ack = STRBUF_INIT;
	size_t mark = acks->len;
	enum status st = central_begin(k->c, why);

	for (int i = 0; st == ST_OK && i < count; i++) {
		st = settle_line(k, &lines[i], &ack, why);
		if (st == ST_OK
		    && (!strbuf_add(acks, strbuf_cstr(&ack), ack.len) || !strbuf_addc(acks, '\n')))
			st = err_set(why, ST_BROKEN, "memory", "out of memory");
	}
	if (st == ST_OK && k->device.last_ctr != before.last_ctr)
		st = device_set_last(k->c->db, &k->device, why);
	if (st == ST_OK)
		st = central_commit(k->c, why);
	if (st != ST_OK) {
		central_rollback(k->c);
		strbuf_cut(acks, mark);
		k->device = before;
	}
	strbuf_release(&ack);
	return st == ST_NONE
		       ? err_set(why, ST_BROKEN, "database-damaged", "a stored answer is missing")
		       : st;
}

enum status handle_actions(struct call *k, struct err *why)
{
	struct envelopes e = { NULL, 0 };
	struct strbuf acks = STRBUF_INIT;
	int count = 0;
	enum status st = envelopes_open(k, &e, why);

	if (st == ST_OK)
		st = cut_at_missing(k, &e, &count, why);
	for (int i = 0; st == ST_OK && i < count; i += LIMIT_GROUP) {
		int n = count - i < LIMIT_GROUP ? count - i : LIMIT_GROUP;

		st = settle_group(k, &e.lines[i], n, &acks, why);
		/* Groups before a failure stand: their answers are given,
		 * and the client sends the rest again. */
		if (st != ST_OK && i > 0) {
			err_clear(why);
			st = ST_OK;
			break;
		}
	}
	if (st == ST_OK) {
		reply_type(k->out, 200, TYPE_NDJSON);
		strbuf_take(&k->out->body, &acks);
	}
	strbuf_release(&acks);
	envelopes_release(&e);
	return st;
}

/* Whose answers are asked for: the device's own, which *d is already, or those of another one of
 * its officer. One that is not there has none. */
static enum status asked_device(struct call *k, struct device *d, struct err *why)
{
	struct str dev = query_text(k->r, "dev");
	char id[UUID_TEXT];
	enum status st;

	if (!dev.p || str_eq(dev, k->device.id))
		return ST_OK;
	snprintf(id, sizeof(id), "%.*s", (int)(dev.n < UUID_TEXT ? dev.n : UUID_TEXT), dev.p);
	st = device_get(k->c->db, id, d, NULL, why);
	if (st == ST_NONE) {
		d->last_ctr = 0;
		return ST_OK;
	}
	if (st == ST_OK && strcmp(d->officer, k->device.officer) != 0)
		return err_set(why, ST_REFUSED, "foreign-device",
			       "answers are given to the device itself and to others of its"
			       " officer");
	return st;
}

/* Does the device want the central's word that it has no more of its own? An empty
 * list is anybody's. */
static bool ends_signed(const struct call *k, const struct device *asked)
{
	return str_eq(query_text(k->r, "end"), "1") && strcmp(asked->id, k->device.id) == 0;
}

enum status handle_acks(struct call *k, struct err *why)
{
	struct device asked = k->device;
	struct strbuf ack = STRBUF_INIT;
	struct device_row row;
	int64_t from;
	enum status st = query_int(k->r, "from", &from, 1, why);

	if (st == ST_OK)
		st = asked_device(k, &asked, why);
	if (st == ST_OK && from > asked.last_ctr && ends_signed(k, &asked))
		st = ctr_gap(k, why);
	if (st == ST_OK)
		reply_type(k->out, 200, TYPE_NDJSON);
	for (int i = 0; st == ST_OK && i < LIMIT_ACKS && from + i <= asked.last_ctr; i++) {
		st = device_log_get(k->c->db, asked.id, from + i, &row, &ack, why);
		if (st == ST_OK
		    && (!strbuf_add(&k->out->body, strbuf_cstr(&ack), ack.len)
			|| !strbuf_addc(&k->out->body, '\n')))
			st = err_set(why, ST_BROKEN, "memory", "out of memory");
	}
	strbuf_release(&ack);
	return st == ST_NONE ? ST_OK : st;
}
