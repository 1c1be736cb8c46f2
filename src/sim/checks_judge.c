/* SPDX-License-Identifier: EUPL-1.2 */
#include "sim/checks.h"

#include <stdlib.h>
#include <string.h>

#include "sign/jws.h"
#include "sql/db.h"
#include "wire/payload.h"

#include "base/banned.h"

/* The log read back at the end, and the cases as its entries make them. */
struct past {
	int64_t seq, n, at, ctr;
	char case_id[UUID_TEXT], eh[HASH_TEXT], act[CODE_MAX], sub[OFFICER_MAX], dev[UUID_TEXT];
	struct strbuf jws;
};
struct folded {
	struct casefile file;
	bool unknown; /* an entry of it was erased */
};
struct replay {
	struct world *w;
	struct past *past;
	int count, room, at; /* at: entries that are folded into the cases */
	struct folded *cases;
	int case_count, case_room;
	struct action action;
	struct strbuf payload;
};

static void read_past(struct replay *r)
{
	struct stmt *q = db_stmt(central_db(r->w->central),
				 "SELECT l.seq, l.n, l.at, l.ctr, l.case_id, l.eh, l.act, l.sub,"
				 " l.dev, e.jws FROM log l JOIN entry e ON e.seq = l.seq"
				 " ORDER BY l.seq");

	while (stmt_step(q, NULL) == ST_OK) {
		struct str jws = stmt_col_text(q, 9);
		struct past *p;

		r->past = room_for(r->past, r->count, &r->room, sizeof(*r->past));
		p = &r->past[r->count++];
		*p = (struct past){ .seq = stmt_col_int(q, 0),
				    .n = stmt_col_int(q, 1),
				    .at = stmt_col_int(q, 2),
				    .ctr = stmt_col_int(q, 3) };
		stmt_col_copy(q, 4, p->case_id, sizeof(p->case_id));
		stmt_col_copy(q, 5, p->eh, sizeof(p->eh));
		stmt_col_copy(q, 6, p->act, sizeof(p->act));
		stmt_col_copy(q, 7, p->sub, sizeof(p->sub));
		stmt_col_copy(q, 8, p->dev, sizeof(p->dev));
		if (!stmt_col_null(q, 9))
			strbuf_set(&p->jws, jws.p, jws.n);
	}
	stmt_reset(q);
}

static void release(struct replay *r)
{
	for (int i = 0; i < r->count; i++)
		strbuf_release(&r->past[i].jws);
	for (int i = 0; i < r->case_count; i++)
		casefile_release(&r->cases[i].file);
	free(r->past);
	free(r->cases);
	action_release(&r->action);
	strbuf_release(&r->payload);
}

static bool read_envelope(struct replay *r, struct str jws)
{
	strbuf_clear(&r->payload);
	return jws.n && jws_payload_unverified(&r->payload, jws, NULL) == ST_OK
	       && payload_read(&r->action, strbuf_str(&r->payload), NULL) == ST_OK
	       && action_check(&r->action, NULL) == ST_OK;
}

static struct folded *case_of(struct replay *r, const char *id)
{
	for (int i = 0; i < r->case_count; i++)
		if (strcmp(r->cases[i].file.id, id) == 0)
			return &r->cases[i];
	r->cases = room_for(r->cases, r->case_count, &r->case_room, sizeof(*r->cases));
	r->cases[r->case_count] = (struct folded){ .file = CASEFILE_INIT };
	snprintf(r->cases[r->case_count].file.id, UUID_TEXT, "%s", id);
	return &r->cases[r->case_count++];
}

/* The cases as they were when the log ended with `head`. */
static void fold(struct replay *r, int64_t head)
{
	for (; r->at < r->count && r->past[r->at].seq <= head; r->at++) {
		const struct past *p = &r->past[r->at];
		struct folded *c = case_of(r, p->case_id);

		if (read_envelope(r, strbuf_str(&p->jws)))
			casefile_apply(&c->file, &r->action, p->at);
		else
			c->unknown = true;
		c->file.n = p->n;
		memcpy(c->file.eh, p->eh, sizeof(p->eh));
	}
}

static const struct past *entry_of(const struct replay *r, const char *case_id, int64_t n)
{
	for (int i = 0; i < r->at; i++)
		if (r->past[i].n == n && strcmp(r->past[i].case_id, case_id) == 0)
			return &r->past[i];
	return NULL;
}

/* Reasons that lie outside chain, roles and action: what a central has of
 * queues, officers and documents, what it was sent, whose key it was, and what it
 * has erased. */
static bool is_outside(const char *why)
{
	static const char *const codes[] = {
		"case-unknown",	   "queue-unknown",    "officer-unknown", "officer-unfit",
		"outcome-unknown", "class-unknown",    "intent-taken",	  "document-length",
		"key-retired",	   "foreign-central",  "foreign-officer", "case-erased",
		"entry-unknown",   "document-unknown", "erasure-unknown", "erasure-lapsed",
		"same-person",	   "erasure-outgrown",
	};

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (strcmp(codes[i], why) == 0)
			return true;
	return false;
}

static bool moved_since(const struct replay *r, const struct past *p)
{
	const struct action *a = &r->action;

	return strcmp(p->case_id, a->case_id) == 0 && p->n > a->base_n
	       && !(strcmp(p->dev, a->dev) == 0 && p->ctr > 0 && p->ctr < a->ctr);
}

/* How much of the log was the log of `epoch` too, as the epochs' rows say. */
static int64_t kept_of(const struct replay *r, const char *epoch)
{
	struct stmt *q = db_stmt(central_db(r->w->central),
				 "SELECT epoch, fork_seq FROM epoch ORDER BY rowid");
	char name[UUID_TEXT];
	int64_t kept = 0;

	while (stmt_step(q, NULL) == ST_OK) {
		int64_t fork = stmt_col_int(q, 1);

		stmt_col_copy(q, 0, name, sizeof(name));
		if (strcmp(name, epoch) == 0)
			kept = INT64_MAX;
		else if (fork < kept)
			kept = fork;
	}
	return kept == INT64_MAX ? 0 : kept;
}

/* It erases an entry that its signer saw, or confirms a proposal so: below its base, or
 * an entry that a restore kept. */
static bool same_target(const struct replay *r, bool known)
{
	const struct action *a = &r->action;
	int64_t n = strtoll(action_get(a, "n"), NULL, 10);
	const struct past *e = entry_of(r, a->case_id, n);
	bool proposes = strcmp(a->def->name, "erasure.propose") == 0;

	if (n <= 0 || !(proposes || strcmp(a->def->name, "erasure.confirm") == 0))
		return false;
	return known ? n <= a->base_n : proposes && e && e->seq <= kept_of(r, a->epoch);
}

static void judge_again(struct replay *r, const struct judged *seen, const struct folded *c)
{
	const struct action *a = &r->action;
	const struct past *base = entry_of(r, a->case_id, a->base_n);
	struct judgement j = { .action = a,
			       .now = &c->file,
			       .roles = seen->roles,
			       .base_known = strcmp(a->base_n ? (base ? base->eh : "") : HASH_ZERO,
						    a->base_eh)
					     == 0 };
	char ah[HASH_TEXT];
	enum verdict pre = VERDICT_NONE, now;
	struct err why = ERR_INIT;

	j.same_target = same_target(r, j.base_known);
	if (a->pre)
		j.pre_failed = !logged_at(r->w, a->dev, a->pre, &pre, ah) || !verdict_stands(pre);
	for (int i = 0; i < r->at; i++)
		if (moved_since(r, &r->past[i]))
			since_add(&j.since, action_find(str_of(r->past[i].act)), r->past[i].sub,
				  false, r->past[i].at, r->past[i].n);
	now = judge(&j, &why);
	if (now != seen->verdict || strcmp(why.code, seen->why) != 0)
		world_violation(
			r->w, "I13", "%s %lld of %.8s was %s (%s), judged again it is %s (%s)",
			a->def->name, (long long)a->ctr, a->dev, verdict_name(seen->verdict),
			seen->why, verdict_name(now), why.code);
}

/* Each verdict of this epoch with its action read and the cases as they were. */
static void replay_all(struct world *w, void (*each)(struct replay *r, const struct judged *seen,
						     const struct folded *c))
{
	struct replay r = { .w = w, .action = ACTION_INIT };

	read_past(&r);
	for (int i = 0; i < w->history.judged_count && !w->result->violated; i++) {
		const struct judged *j = &w->history.judged[i];
		const struct folded *c;

		if (strcmp(j->epoch, central_epoch(w->central)) != 0 || is_outside(j->why))
			continue;
		fold(&r, j->head);
		if (!read_envelope(&r, strbuf_str(&j->jws)) || r.action.def->class >= CLASS_VOID)
			continue;
		c = case_of(&r, r.action.case_id);
		if (!c->unknown)
			each(&r, j, c);
	}
	release(&r);
}

void check_verdicts(const struct moment *m)
{
	replay_all(m->w, judge_again);
}

/* --- I12: what protocol.md says of the classes, said again ----------------------------- */

/* What may lie between the base of an action that stands and the action. */
static const struct {
	const char *act, *only, *never;
} between[] = {
	{ "case.deadline", NULL, "case.deadline case.register" },
	{ "case.priority", NULL, "case.priority" },
	{ "case.title", NULL, "case.title" },
	{ "case.route", "note.add document.add", NULL },
	{ "case.ask", "note.add document.add", NULL },
	{ "case.suspend", "note.add document.add", NULL },
	{ "case.resume", "note.add document.add", NULL },
	{ "case.propose", "note.add document.add", NULL },
	{ "case.return", "note.add document.add", NULL },
	{ "case.waive_dispatch", "note.add document.add", NULL },
	{ "case.close", "note.add document.add", NULL },
	{ "case.reopen", "note.add document.add", NULL },
	{ "case.secrecy", "note.add document.add", NULL },
	{ "case.decide", "note.add case.claim case.release case.assign", NULL },
	{ "message.send", "note.add case.claim case.release case.assign", NULL },
};

static bool named(const char *list, const char *act)
{
	size_t n = strlen(act);

	for (const char *p = list; p && *p; p += strcspn(p, " "), p += *p == ' ')
		if (strcspn(p, " ") == n && memcmp(p, act, n) == 0)
			return true;
	return false;
}

static bool is_neutral(const char *act)
{
	return named("watch.set case.receipt key.change erasure.propose erasure.withdraw", act);
}

static void stands_over(struct replay *r, const struct past *p, size_t k)
{
	const struct action *a = &r->action;

	if (!moved_since(r, p) || is_neutral(p->act))
		return;
	if ((between[k].only && !named(between[k].only, p->act)) || named(between[k].never, p->act))
		world_violation(r->w, "I12",
				"%s %lld of %.8s stands on entry %lld, silently over %s by %s"
				" (entry %lld)",
				a->def->name, (long long)a->ctr, a->dev, (long long)a->base_n,
				p->act, p->sub, (long long)p->n);
}

static void not_silent(struct replay *r, const struct judged *seen, const struct folded *c)
{
	const struct action *a = &r->action;

	if (!verdict_stands(seen->verdict))
		return;
	if (strcmp(a->def->name, "case.claim") == 0 && c->file.assignee[0]
	    && strcmp(c->file.assignee, a->sub) != 0)
		world_violation(r->w, "I12", "claim %lld of %.8s stands, and %s had the case",
				(long long)a->ctr, a->dev, c->file.assignee);
	for (size_t k = 0; k < sizeof(between) / sizeof(between[0]); k++)
		for (int i = 0; i < r->at && strcmp(between[k].act, a->def->name) == 0; i++)
			stands_over(r, &r->past[i], k);
}

void check_no_silence(const struct moment *m)
{
	replay_all(m->w, not_silent);
}
