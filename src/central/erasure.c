/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/erasure.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "central/folder.h"
#include "central/lookup_key.h"
#include "central/snapshot.h"
#include "central/store_erasure.h"
#include "domain/erasure.h"
#include "wire/payload.h"

#include "base/banned.h"

enum { DAY_MS = 24 * 3600 * 1000 };

/* What is to go, and who says so. */
struct order {
	const char *what, *h, *ground, *reason;
	int64_t n, proposed, confirmed;
};

/* --- What an entry says ----------------------------------------------------------- */

/* ST_NONE: it is erased. */
static enum status read_entry(struct central *c, const struct log_row *r, struct action *a,
			      struct err *why)
{
	struct strbuf jws = STRBUF_INIT, payload = STRBUF_INIT;
	int64_t by;
	enum status st = entry_jws(c->db, r, &jws, &by, why);

	if (st == ST_OK)
		st = jws_payload_unverified(&payload, strbuf_str(&jws), why);
	if (st == ST_OK)
		st = payload_read(a, strbuf_str(&payload), why);
	strbuf_release(&jws);
	strbuf_release(&payload);
	return st;
}

static int64_t number(const struct action *a, const char *name)
{
	return strtoll(action_get(a, name), NULL, 10);
}

static void order_of(struct order *o, const struct action *proposal, int64_t proposed,
		     int64_t confirmed)
{
	*o = (struct order){ .what = action_get(proposal, "what"),
			     .h = action_get(proposal, "h"),
			     .ground = action_get(proposal, "ground"),
			     .reason = action_get(proposal, "why"),
			     .n = number(proposal, "n"),
			     .proposed = proposed,
			     .confirmed = confirmed };
}

/* --- May it be? -------------------------------------------------------------------- */

static enum status no(struct err *why, const char *code, const char *text)
{
	return err_set(why, ST_REFUSED, code, "%s", text);
}

/* Document h of entry n. */
static enum status find_document(struct central *c, const char *case_id, int64_t n, const char *h,
				 struct stored_document *d, struct err *why)
{
	enum status st = ST_OK;

	for (int i = 0; i < ACTION_DOCS_MAX; i++) {
		st = document_at(c->db, case_id, n, i, d, why);
		if (st != ST_NONE && (st != ST_OK || strcmp(d->h, h) == 0))
			return st;
	}
	return ST_NONE;
}

/* There is such an entry with words still, and it vouches for no gap. */
static enum status may_take_entry(struct central *c, const char *case_id, int64_t n,
				  struct err *why)
{
	struct strbuf jws = STRBUF_INIT;
	struct log_row r;
	int64_t by;
	enum status st = log_by_case(c->db, case_id, n, &r, why);

	if (st == ST_OK)
		st = entry_jws(c->db, &r, &jws, &by, why);
	strbuf_release(&jws);
	if (st == ST_NONE || (st == ST_OK && erasure_vouches(r.act)))
		return err_set(why, ST_REFUSED, "entry-unknown",
			       "case %s has no entry %" PRId64 " that can be erased", case_id, n);
	return st;
}

static enum status may_take(struct central *c, const struct order *o, const char *case_id,
			    struct err *why)
{
	struct stored_document d;
	enum status st = ST_OK;

	if (strcmp(o->what, "entry") == 0)
		return may_take_entry(c, case_id, o->n, why);
	if (strcmp(o->what, "document") == 0)
		st = find_document(c, case_id, o->n, o->h, &d, why);
	return st == ST_NONE
		       ? no(why, "document-unknown", "the entry has no such document to be erased")
		       : st;
}

/* The proposal that waits, by its entry. */
static enum status waiting(struct central *c, const struct action *a, struct erasure_row *row,
			   struct err *why)
{
	enum status st = erasure_get(c->db, a->case_id, number(a, "n"), row, why);

	return st == ST_NONE ? no(why, "erasure-unknown",
				  "no proposal to erase waits at that entry of the case")
			     : st;
}

static enum status read_proposal(struct central *c, const struct erasure_row *row,
				 struct action *proposal, struct err *why)
{
	struct log_row r;
	enum status st = log_by_case(c->db, row->case_id, row->n, &r, why);

	return st == ST_OK ? read_entry(c, &r, proposal, why) : st;
}

static enum status may_confirm(struct central *c, const struct action *a, struct err *why)
{
	struct action proposal = ACTION_INIT;
	struct erasure_row row;
	struct order o;
	enum status st = waiting(c, a, &row, why);

	if (st == ST_OK && strcmp(row.sub, a->sub) == 0)
		st = no(why, "same-person",
			"who has proposed an erasure does not confirm it; it takes two persons");
	if (st == ST_OK && central_now(c) - row.at > (int64_t)ERASURE_DAYS * DAY_MS)
		st = no(why, "erasure-lapsed",
			"the proposal was not confirmed in time and has lapsed; propose it anew");
	if (st == ST_OK)
		st = read_proposal(c, &row, &proposal, why);
	if (st == ST_OK) {
		order_of(&o, &proposal, row.n, 0);
		st = may_take(c, &o, a->case_id, why);
	}
	action_release(&proposal);
	return st;
}

enum status erasure_may(struct central *c, const struct action *a, const struct stored_case *s,
			struct err *why)
{
	struct erasure_row row;
	struct order o;
	int64_t by;
	enum status st = case_erased(c->db, s->file.id, &by, why);

	if (st == ST_OK)
		return no(why, "case-erased", "the case was erased; nothing is added to it");
	if (st != ST_NONE)
		return st;
	if (strcmp(a->def->name, "erasure.propose") == 0) {
		order_of(&o, a, 0, 0);
		return may_take(c, &o, s->file.id, why);
	}
	if (strcmp(a->def->name, "erasure.confirm") == 0)
		return may_confirm(c, a, why);
	return strcmp(a->def->name, "erasure.withdraw") == 0 ? waiting(c, a, &row, why) : ST_OK;
}

/* --- What the projection has from an entry's words ------------------------------------ */

/* The acts that a case comes from. */
static bool begins_case(const char *act)
{
	return strcmp(act, "case.receive") == 0 || strcmp(act, "case.import") == 0;
}

/* The title that an entry gave, if it gave one. */
static enum status title_of(struct central *c, const struct log_row *r, struct strbuf *title,
			    struct err *why)
{
	struct action a = ACTION_INIT;
	enum status st = read_entry(c, r, &a, why);

	if (st == ST_OK)
		strbuf_sets(title, action_get(&a, "title"));
	action_release(&a);
	return st == ST_NONE ? ST_OK : st;
}

/* The case is called what the entries that are left call it. */
static enum status title_without(struct central *c, struct stored_case *s, int64_t n,
				 struct err *why)
{
	struct log_row r = { .n = 0 };
	enum status st = ST_OK;

	strbuf_clear(&s->file.title);
	while (st == ST_OK && (st = log_after(c->db, s->file.id, r.n, &r, why)) == ST_OK)
		if (r.n != n && (begins_case(r.act) || strcmp(r.act, "case.title") == 0))
			st = title_of(c, &r, &s->file.title, why);
	return st == ST_NONE ? ST_OK : st;
}

/* The application's fields stand in its document. */
static enum status unsay_fields(struct central *c, struct stored_case *s, struct err *why)
{
	strbuf_sets(&s->fields, "{}");
	return lookup_key_drop(c->db, s->file.id, why);
}

static enum status unsay(struct central *c, struct stored_case *s, const struct log_row *r,
			 struct err *why)
{
	bool receive = begins_case(r->act);
	enum status st = ST_OK;

	if (strcmp(r->act, "case.decide") == 0)
		strbuf_clear(&s->decision);
	if (receive) {
		strbuf_clear(&s->file.party);
		st = unsay_fields(c, s, why);
	}
	if (st != ST_OK)
		return st;
	return receive || strcmp(r->act, "case.title") == 0 ? title_without(c, s, r->n, why)
							    : ST_OK;
}

/* Of a whole case stays what its number and its way through the office say:
 * no words, no days, nobody whose it is. */
static enum status unsay_all(struct central *c, struct stored_case *s, struct err *why)
{
	strbuf_clear(&s->file.title);
	strbuf_clear(&s->file.party);
	strbuf_clear(&s->decision);
	s->file.outcome[0] = s->file.due_on[0] = s->file.assignee[0] = '\0';
	s->party_kind[0] = '\0';
	s->file.state = CASE_ARCHIVED;
	return unsay_fields(c, s, why);
}

/* --- Carrying it out -------------------------------------------------------------------- */

/* Bytes that nothing else names. */
static enum status drop_bytes(struct central *c, const char *h, struct err *why)
{
	enum status st = blob_disown(c->db, h, why);

	return st == ST_OK ? blob_sweep(c->db, h, why) : st;
}

/* The documents that entry n brought. */
static enum status erase_documents(struct central *c, const char *case_id, int64_t n,
				   struct err *why)
{
	struct stored_document d[ACTION_DOCS_MAX];
	enum status st = ST_OK;
	int count = 0;

	for (int i = 0; i < ACTION_DOCS_MAX && (st == ST_OK || st == ST_NONE); i++) {
		st = document_at(c->db, case_id, n, i, &d[count], why);
		count += st == ST_OK;
	}
	if (st == ST_OK || st == ST_NONE)
		st = documents_erase(c->db, case_id, n, why);
	for (int i = 0; st == ST_OK && i < count; i++)
		st = drop_bytes(c, d[i].h, why);
	return st;
}

static enum status set_number(struct action *a, const char *name, int64_t v, struct err *why)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRId64, v);
	return v > 0 ? action_set(a, name, str_of(text), why) : ST_OK;
}

static enum status set_text(struct action *a, const char *name, const char *text, struct err *why)
{
	return text && *text ? action_set(a, name, str_of(text), why) : ST_OK;
}

/* The central's own signed word, which vouches for what is missing. */
static enum status say_erased(struct central *c, struct stored_case *s, const struct order *o,
			      int64_t upto, struct entry_done *done, struct err *why)
{
	struct action a = ACTION_INIT;
	enum status st;

	action_reset(&a, action_find(str_of("entry.erase")));
	st = set_number(&a, "n", o->n, why);
	if (st == ST_OK && upto > o->n)
		st = set_number(&a, "upto", upto, why);
	if (st == ST_OK)
		st = set_number(&a, "proposed", o->proposed, why);
	if (st == ST_OK)
		st = set_number(&a, "confirmed", o->confirmed, why);
	if (st == ST_OK)
		st = set_text(&a, "h", o->h, why);
	if (st == ST_OK)
		st = set_text(&a, "ground", o->ground, why);
	if (st == ST_OK)
		st = set_text(&a, "why", o->reason, why);
	if (st == ST_OK)
		st = entry_system(c, s, &a, central_now(c), done, why);
	action_release(&a);
	return st;
}

static enum status carry_entry(struct central *c, struct stored_case *s, const struct order *o,
			       struct entry_done *done, struct err *why)
{
	struct log_row r;
	enum status st = log_by_case(c->db, s->file.id, o->n, &r, why);

	if (st == ST_OK)
		st = unsay(c, s, &r, why);
	if (st == ST_OK)
		st = say_erased(c, s, o, o->n, done, why);
	if (st == ST_OK)
		st = entry_forget(c->db, &r, done->n, why);
	return st == ST_OK ? erase_documents(c, s->file.id, o->n, why) : st;
}

static enum status carry_document(struct central *c, struct stored_case *s, const struct order *o,
				  struct entry_done *done, struct err *why)
{
	struct stored_document d;
	enum status st = find_document(c, s->file.id, o->n, o->h, &d, why);

	if (st == ST_OK && d.n == 1 && d.i == 0)
		st = unsay_fields(c, s, why);
	if (st == ST_OK)
		st = say_erased(c, s, o, o->n, done, why);
	if (st == ST_OK)
		st = document_forget(c->db, s->file.id, &d, done->n, why);
	return st == ST_OK ? drop_bytes(c, d.h, why) : st;
}

/* All entries but those that decide on it: also words of erasing, which said
 * of others that they are gone. */
static enum status carry_case(struct central *c, struct stored_case *s, struct order *o,
			      struct entry_done *done, struct err *why)
{
	struct log_row r = { .n = 0 };
	enum status st = unsay_all(c, s, why);

	o->n = 1;
	if (st == ST_OK)
		st = say_erased(c, s, o, s->file.n, done, why);
	if (st == ST_OK)
		st = case_forget(c->db, s->file.id, done->n, why);
	while (st == ST_OK && (st = log_after(c->db, s->file.id, r.n, &r, why)) == ST_OK) {
		if (r.n == o->proposed || r.n == o->confirmed || r.n == done->n)
			continue;
		st = entry_forget(c->db, &r, done->n, why);
		if (st == ST_OK)
			st = erase_documents(c, s->file.id, r.n, why);
	}
	return st == ST_NONE ? ST_OK : st;
}

/* A note has no words in the rows of a case, unless a document came with it:
 * snapshots without its words stay. */
static enum status forget_snapshots(struct central *c, const struct stored_case *s,
				    const struct order *o, struct err *why)
{
	struct stored_document d;
	struct log_row r;
	enum status st = ST_OK;

	if (strcmp(o->what, "entry") == 0)
		st = log_by_case(c->db, s->file.id, o->n, &r, why);
	if (st == ST_OK && strcmp(o->what, "entry") == 0 && strcmp(r.act, "note.add") == 0)
		st = document_at(c->db, s->file.id, o->n, 0, &d, why);
	if (st == ST_OK)
		st = snapshot_forget(c, s->file.id, c->seq + 1, why);
	return st == ST_NONE ? ST_OK : st;
}

static enum status carry(struct central *c, struct stored_case *s, struct order *o, struct err *why)
{
	struct entry_done done = { 0 };
	enum status st = forget_snapshots(c, s, o, why);

	if (st != ST_OK)
		return st;
	if (strcmp(o->what, "case") == 0)
		st = carry_case(c, s, o, &done, why);
	else if (strcmp(o->what, "document") == 0)
		st = carry_document(c, s, o, &done, why);
	else
		st = carry_entry(c, s, o, &done, why);
	if (st == ST_OK)
		st = entry_tell(c, s, done.seq, 'x', why);
	if (st == ST_OK)
		st = purge_add(c->db, s->file.id, why);
	c->purge_due = c->purge_due || st == ST_OK;
	return st == ST_NONE ? err_set(why, ST_BROKEN, "database-damaged",
				       "what was to be erased of case %s is not there", s->file.id)
			     : st;
}

/* --- What follows from a decision --------------------------------------------------------- */

static enum status follow_proposal(struct central *c, struct stored_case *s, const struct action *a,
				   int64_t n, struct err *why)
{
	struct erasure_row row = { .n = n, .at = central_now(c) };
	struct order o;

	if (erasure_persons(action_get(a, "ground"), action_get(a, "what")) == 1) {
		order_of(&o, a, n, 0);
		return carry(c, s, &o, why);
	}
	memcpy(row.case_id, s->file.id, sizeof(row.case_id));
	memcpy(row.sub, a->sub, sizeof(row.sub));
	return erasure_add(c->db, &row, why);
}

static enum status follow_confirm(struct central *c, struct stored_case *s, const struct action *a,
				  int64_t n, struct err *why)
{
	struct action proposal = ACTION_INIT;
	struct erasure_row row;
	struct order o;
	enum status st = erasure_get(c->db, s->file.id, number(a, "n"), &row, why);

	if (st == ST_OK)
		st = read_proposal(c, &row, &proposal, why);
	if (st == ST_OK)
		st = erasure_drop(c->db, s->file.id, row.n, why);
	if (st == ST_OK) {
		order_of(&o, &proposal, row.n, n);
		st = carry(c, s, &o, why);
	}
	action_release(&proposal);
	return st;
}

enum status erasure_follow(struct central *c, struct stored_case *s, const struct action *a,
			   int64_t n, struct err *why)
{
	if (strcmp(a->def->name, "erasure.propose") == 0)
		return follow_proposal(c, s, a, n, why);
	if (strcmp(a->def->name, "erasure.confirm") == 0)
		return follow_confirm(c, s, a, n, why);
	if (strcmp(a->def->name, "erasure.withdraw") == 0)
		return erasure_drop(c->db, s->file.id, number(a, "n"), why);
	return ST_OK;
}

/* --- The operator's ------------------------------------------------------------------------- */

static enum status erase_in(struct central *c, struct stored_case *s, int64_t n, const char *reason,
			    struct err *why)
{
	struct order o = { .what = "entry", .n = n, .reason = reason };
	enum status st = may_take(c, &o, s->file.id, why);

	if (st == ST_REFUSED)
		return ST_NONE;
	return st == ST_OK ? carry(c, s, &o, why) : st;
}

enum status central_erase(struct central *c, const char *case_id, int64_t n, const char *reason,
			  struct err *why)
{
	struct stored_case s = STORED_CASE_INIT;
	enum status st = central_begin(c, why);

	if (st == ST_OK)
		st = case_load(c->db, case_id, &s, why);
	if (st == ST_NONE)
		st = err_set(why, ST_NONE, "case-unknown", "there is no case %.40s", case_id);
	if (st == ST_OK)
		st = erase_in(c, &s, n, reason, why);
	if (st == ST_OK)
		st = central_commit(c, why);
	central_rollback(c);
	if (st == ST_OK)
		st = central_testify(c, why);
	if (st == ST_OK)
		st = erasure_purge(c, why);
	stored_case_release(&s);
	return st;
}

/* --- The raw files ------------------------------------------------------------------------------ */

enum status erasure_purge(struct central *c, struct err *why)
{
	char id[UUID_TEXT] = "";
	enum status st, purged;
	bool any = false;

	while ((st = purge_next(c->db, id, why)) == ST_OK) {
		any = true;
		if (c->dir)
			st = folder_drop_packages(c->dir, id, why);
		if (st != ST_OK)
			return st;
	}
	c->purge_due = c->purge_due && st != ST_NONE;
	if (st != ST_NONE || !any)
		return st == ST_NONE ? ST_OK : st;
	snapshot_yield(c);
	st = snapshot_sweep(c, why);
	if (st != ST_OK)
		return st;
	purged = db_purge(c->db, "case_index", why);
	c->purge_due = purged != ST_OK && purged != ST_RETRY;
	if (purged == ST_OK)
		return purge_done(c->db, why);
	return purged == ST_RETRY ? ST_OK : purged;
}
