/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/entry.h"

#include <stdio.h>
#include <string.h>

#include "central/snapshot.h"
#include "wire/json.h"
#include "wire/payload.h"

#include "base/banned.h"

/* The facts of a decision that the desk shows, in this order. */
static const char *const decision_args[] = {
	"outcome",	"content", "decided_on",      "decider",     "rapporteur",
	"participants", "reasons", "reasons_omitted", "legal_basis", "delegation",
};

static void decision_write(struct strbuf *out, const struct action *a, int64_t at)
{
	struct jsonw w;

	strbuf_clear(out);
	jsonw_init(&w, out);
	jsonw_map(&w);
	for (size_t i = 0; i < sizeof(decision_args) / sizeof(decision_args[0]); i++) {
		const char *text = action_get(a, decision_args[i]);

		if (*text)
			jsonw_kv(&w, decision_args[i], text);
	}
	jsonw_kv_instant(&w, "at", at);
	if (a->doc_count)
		jsonw_kv(&w, "letter", a->docs[0].h);
	jsonw_end_map(&w);
}

void projection_apply(struct stored_case *s, const struct action *a, int64_t at)
{
	casefile_apply(&s->file, a, at);
	if (a->def->event == EV_DECIDE)
		decision_write(&s->decision, a, at);
	if (strcmp(a->def->name, "case.import") == 0)
		strbuf_sets(&s->fields, action_get(a, "attributes"));
	if (strcmp(a->def->name, "case.receive") == 0 && s->file.protection == PROTECT_IDENTITY)
		snprintf(s->party_kind, sizeof(s->party_kind), "protected");
}

/* Before the registration gives a unit, the caller's choice stands. */
enum status entry_scope(struct central *c, const struct stored_case *s, int64_t *scope,
			struct err *why)
{
	enum status st;

	*scope = s->scope;
	if (!s->file.unit[0])
		return ST_OK;
	st = scope_find(c->db, s->file.unit, s->file.protection, scope, why);
	if (st == ST_NONE)
		return err_set(why, ST_BROKEN, "scope-missing",
			       "there is no scope for unit \"%s\", class %d", s->file.unit,
			       s->file.protection);
	return st;
}

static void log_facts(struct log_row *r, struct central *c, const struct stored_case *s,
		      const struct entry_new *e)
{
	const struct action *a = e->action;

	memset(r, 0, sizeof(*r));
	r->seq = ++c->seq;
	r->n = s->file.n + 1;
	r->at = e->at;
	r->tx = c->tx;
	r->ctr = a->ctr;
	snprintf(r->case_id, sizeof(r->case_id), "%s", s->file.id);
	snprintf(r->ah, sizeof(r->ah), "%s", e->ah);
	snprintf(r->epoch, sizeof(r->epoch), "%s", c->epoch);
	snprintf(r->verdict, sizeof(r->verdict), "%s", verdict_name(e->verdict));
	snprintf(r->rule, sizeof(r->rule), "%s@%d", s->file.type, s->file.type_version);
	snprintf(r->iid, sizeof(r->iid), "%s", a->iid);
	snprintf(r->act, sizeof(r->act), "%s", a->def->name);
	snprintf(r->sub, sizeof(r->sub), "%s", a->sub);
	snprintf(r->dev, sizeof(r->dev), "%s", a->dev);
}

static enum status tree_add(struct central *c, const struct log_row *r, struct err *why)
{
	struct merkle_store tree = central_tree(c);
	struct hash32 leaf;

	merkle_leaf(&leaf, r->eh);
	if (!merkle_append(&tree, r->seq - 1, &leaf))
		return err_set(why, ST_BROKEN, "tree",
			       "entry seq %lld could not be put into the tree", (long long)r->seq);
	return ST_OK;
}

/* The scopes of its queue and of itself, as far as somebody was granted them. */
static enum status beside_now(struct central *c, const struct stored_case *s,
			      int64_t scope[SCOPES_BESIDE], int *count, struct err *why)
{
	const char *const of[SCOPES_BESIDE][2] = { { SCOPE_OF_QUEUE, s->file.queue },
						   { SCOPE_OF_CASE, s->file.id } };
	char key[SCOPE_KEY];
	enum status st = ST_OK;

	*count = 0;
	for (int i = 0; i < SCOPES_BESIDE && st == ST_OK; i++) {
		scope_key(key, of[i][0], of[i][1]);
		st = scope_find(c->db, key, s->file.protection, &scope[*count], why);
		*count += st == ST_OK;
		st = st == ST_NONE ? ST_OK : st;
	}
	return st;
}

static bool among(const int64_t *scopes, int count, int64_t scope)
{
	for (int i = 0; i < count; i++)
		if (scopes[i] == scope)
			return true;
	return false;
}

/* A move out of a scope is told in it, and the entry in each that the case lies
 * in now. */
static enum status feed_beside(struct central *c, const struct stored_case *s,
			       const struct log_row *r, struct err *why)
{
	int64_t old[SCOPES_BESIDE], now[SCOPES_BESIDE];
	int old_count = 0, now_count = 0;
	enum status st = beside_of(c->db, r->case_id, old, &old_count, why);

	if (st == ST_OK)
		st = beside_now(c, s, now, &now_count, why);
	for (int i = 0; i < old_count && st == ST_OK; i++) {
		if (among(now, now_count, old[i]))
			continue;
		st = beside_drop(c->db, r->case_id, old[i], why);
		if (st == ST_OK)
			st = feed_add(c->db, old[i], r->seq, 'g', r->case_id, why);
	}
	for (int i = 0; i < now_count && st == ST_OK; i++) {
		st = among(old, old_count, now[i]) ? ST_OK
						   : beside_put(c->db, r->case_id, now[i], why);
		if (st == ST_OK)
			st = feed_add(c->db, now[i], r->seq, 'c', r->case_id, why);
	}
	return st;
}

static enum status write_feed(struct central *c, const struct stored_case *s, int64_t old_scope,
			      const struct log_row *r, struct err *why)
{
	enum status st = ST_OK;

	if (s->stored && old_scope != s->scope)
		st = feed_add(c->db, old_scope, r->seq, 'g', r->case_id, why);
	if (st == ST_OK)
		st = feed_add(c->db, s->scope, r->seq, 'c', r->case_id, why);
	/* What became secret is served in no segment that was made before. */
	if (st == ST_OK && s->stored && old_scope != s->scope && s->file.protection > PROTECT_NONE)
		st = snapshot_forget(c, r->case_id, r->seq, why);
	return st == ST_OK ? feed_beside(c, s, r, why) : st;
}

enum status entry_tell(struct central *c, const struct stored_case *s, int64_t seq, char kind,
		       struct err *why)
{
	int64_t beside[SCOPES_BESIDE];
	int count = 0;
	enum status st = feed_add(c->db, s->scope, seq, kind, s->file.id, why);

	if (st == ST_OK)
		st = beside_of(c->db, s->file.id, beside, &count, why);
	for (int i = 0; i < count && st == ST_OK; i++)
		st = feed_add(c->db, beside[i], seq, kind, s->file.id, why);
	return st;
}

static enum status write_documents(struct central *c, const struct log_row *r,
				   const struct action *a, struct err *why)
{
	enum status st = ST_OK;

	for (int i = 0; st == ST_OK && i < a->doc_count; i++) {
		struct stored_document d = {
			.n = r->n, .i = i, .len = a->docs[i].len, .at = r->at
		};

		memcpy(d.h, a->docs[i].h, sizeof(d.h));
		memcpy(d.mt, a->docs[i].mt, sizeof(d.mt));
		memcpy(d.name, a->docs[i].name, sizeof(d.name));
		st = document_add(c->db, r->case_id, &d, why);
	}
	return st;
}

static void hash_entry(struct log_row *r, const char *prev)
{
	struct entry_facts f = {
		.case_id = r->case_id,
		.n = r->n,
		.prev_eh = prev,
		.ah = r->ah,
		.seq = r->seq,
		.epoch = r->epoch,
		.at = r->at,
		.verdict = r->verdict,
		.rule = r->rule,
	};

	entry_hash(r->eh, &f);
}

enum status entry_append(struct central *c, struct stored_case *s, const struct entry_new *e,
			 struct entry_done *done, struct err *why)
{
	int64_t old_scope = s->scope;
	struct log_row r;
	enum status st;

	projection_apply(s, e->action, e->at);
	st = entry_scope(c, s, &s->scope, why);
	if (st != ST_OK)
		return st;
	log_facts(&r, c, s, e);
	hash_entry(&r, s->file.n ? s->file.eh : HASH_ZERO);
	st = log_add(c->db, &r, e->jws, why);
	if (st == ST_OK)
		st = write_feed(c, s, old_scope, &r, why);
	if (st == ST_OK)
		st = tree_add(c, &r, why);
	if (st == ST_OK)
		st = write_documents(c, &r, e->action, why);
	s->file.n = r.n;
	memcpy(s->file.eh, r.eh, sizeof(r.eh));
	if (st == ST_OK)
		st = case_save(c->db, s, why);
	done->n = r.n;
	done->seq = r.seq;
	memcpy(done->eh, r.eh, sizeof(r.eh));
	return st;
}

static void fill_own(struct central *c, const struct stored_case *s, struct action *a, int64_t at,
		     const char *sub)
{
	snprintf(a->aud, sizeof(a->aud), "%s", c->aud);
	rng_fill(&c->env.rng, a->salt, sizeof(a->salt));
	snprintf(a->sub, sizeof(a->sub), "%s", sub);
	memcpy(a->dev, c->dev, sizeof(a->dev));
	a->ctr = 0;
	memcpy(a->prev, HASH_ZERO, HASH_TEXT);
	memcpy(a->case_id, s->file.id, sizeof(a->case_id));
	a->base_n = s->file.n;
	memcpy(a->base_eh, s->file.n ? s->file.eh : HASH_ZERO, HASH_TEXT);
	memcpy(a->epoch, c->epoch, sizeof(a->epoch));
	a->ts = at;
}

static enum status append_own(struct central *c, struct stored_case *s, struct action *a,
			      int64_t at, struct entry_done *done, struct err *why)
{
	struct strbuf payload = STRBUF_INIT, jws = STRBUF_INIT;
	struct entry_new e = { .action = a, .verdict = VERDICT_ACCEPTED, .at = at };
	char ah[HASH_TEXT];
	enum status st;

	a->seq = c->seq;
	st = action_check(a, why);
	if (st == ST_OK)
		st = payload_write(&payload, a, why);
	if (st == ST_OK)
		st = jws_sign(&jws, ah, c->key, TYP_ENTRY, strbuf_str(&payload), why);
	e.ah = ah;
	e.jws = strbuf_str(&jws);
	if (st == ST_OK)
		st = entry_append(c, s, &e, done, why);
	strbuf_release(&payload);
	strbuf_release(&jws);
	return st;
}

enum status entry_system(struct central *c, struct stored_case *s, struct action *a, int64_t at,
			 struct entry_done *done, struct err *why)
{
	fill_own(c, s, a, at, SUB_SYSTEM);
	uuid7(a->iid, at, &c->env.rng);
	return append_own(c, s, a, at, done, why);
}

enum status entry_import(struct central *c, struct stored_case *s, struct action *a, int64_t at,
			 struct entry_done *done, struct err *why)
{
	fill_own(c, s, a, at, SUB_IMPORT);
	return append_own(c, s, a, at, done, why);
}
