/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/erasure_carry.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "central/lookup_key.h"
#include "central/snapshot.h"
#include "central/store_erasure.h"
#include "wire/payload.h"

#include "base/banned.h"

/* --- What an entry says ----------------------------------------------------------- */

enum status erasure_entry(struct central *c, const struct log_row *r, struct action *a,
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

enum status erasure_document(struct central *c, const char *case_id, int64_t n, const char *h,
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
	enum status st = erasure_entry(c, r, &a, why);

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

	if (strcmp(r->act, "case.decide") == 0) {
		strbuf_clear(&s->decision);
		s->file.outcome[0] = '\0';
	}
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
static enum status say_erased(struct central *c, struct stored_case *s,
			      const struct erasure_order *o, int64_t upto, struct entry_done *done,
			      struct err *why)
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

static enum status carry_entry(struct central *c, struct stored_case *s,
			       const struct erasure_order *o, struct entry_done *done,
			       struct err *why)
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

/* The bytes of one document, and the central's word on it. */
static enum status take_document(struct central *c, struct stored_case *s,
				 const struct erasure_order *o, const struct stored_document *d,
				 struct entry_done *done, struct err *why)
{
	struct erasure_order one = *o;
	enum status st;

	one.h = d->h;
	st = say_erased(c, s, &one, o->n, done, why);
	if (st == ST_OK)
		st = document_forget(c->db, s->file.id, d, done->n, why);
	return st == ST_OK ? drop_bytes(c, d->h, why) : st;
}

/* An application as it was received is a document too, the first of its entry,
 * and holds every attachment: it goes with any of them. What was read from it
 * into the fields stays, unless it is itself what is erased. */
static enum status take_received(struct central *c, struct stored_case *s,
				 const struct erasure_order *o, struct err *why)
{
	struct entry_done done = { 0 };
	struct stored_document whole;
	struct log_row r;
	enum status st = log_by_case(c->db, s->file.id, o->n, &r, why);

	if (st != ST_OK || strcmp(r.act, "case.receive") != 0)
		return st;
	st = document_at(c->db, s->file.id, o->n, 0, &whole, why);
	if (st != ST_OK)
		return st == ST_NONE ? ST_OK : st;
	st = take_document(c, s, o, &whole, &done, why);
	return st == ST_OK ? entry_tell(c, s, done.seq, 'x', why) : st;
}

static enum status carry_document(struct central *c, struct stored_case *s,
				  const struct erasure_order *o, struct entry_done *done,
				  struct err *why)
{
	struct stored_document d;
	enum status st = erasure_document(c, s->file.id, o->n, o->h, &d, why);

	if (st == ST_OK && d.n == 1 && d.i == 0)
		st = unsay_fields(c, s, why);
	else if (st == ST_OK)
		st = take_received(c, s, o, why);
	return st == ST_OK ? take_document(c, s, o, &d, done, why) : st;
}

/* All entries but those that decide on it: also words of erasing, which said
 * of others that they are gone. */
static enum status carry_case(struct central *c, struct stored_case *s, struct erasure_order *o,
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
	/* Letters that came with actions that were refused are in no list. */
	return st == ST_NONE ? blob_drop_unnamed(c->db, why) : st;
}

/* A note has no words in the rows of a case, unless a document came with it:
 * snapshots without its words stay. */
static enum status forget_snapshots(struct central *c, const struct stored_case *s,
				    const struct erasure_order *o, struct err *why)
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

enum status erasure_carry(struct central *c, struct stored_case *s, struct erasure_order *o,
			  struct err *why)
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
	if (st == ST_OK && strcmp(o->what, "case") != 0)
		st = package_due_add(c->db, s->file.id, why);
	c->purge_due = c->purge_due || st == ST_OK;
	return st == ST_NONE ? err_set(why, ST_BROKEN, "database-damaged",
				       "what was to be erased of case %s is not there", s->file.id)
			     : st;
}
