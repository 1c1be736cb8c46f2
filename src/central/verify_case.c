/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "central/application.h"
#include "central/compact.h"
#include "central/entry.h"
#include "central/folder.h"
#include "central/import_case.h"
#include "central/store_erasure.h"
#include "central/store_search.h"
#include "central/verify.h"
#include "domain/erasure.h"
#include "package/package.h"
#include "sign/hash.h"
#include "wire/payload.h"

#include "base/banned.h"

/* One case while its chain is walked. */
struct walk {
	struct check *k;
	struct log_row row;
	char prev_eh[HASH_TEXT];
	struct stored_case made; /* by replay */
	bool erased_any;
	int64_t unplaced;  /* seq of an entry before the case had a unit */
	int64_t documents; /* that its entries have brought */
	int64_t feed_rows; /* that its entries have made */
	int64_t dropped;   /* n of the last entry that a feed made shorter does not tell of */
	struct action action;
	struct strbuf jws, payload;
};

static void bad(struct walk *w, const char *what)
{
	check_fault(w->k, w->row.case_id, w->row.n, w->row.seq, "%s", what);
}

/* --- Keys ------------------------------------------------------------------------ */

/* The device's row is worth what the central's signature on it says. */
static void check_signer(struct walk *w, const struct device *d, const struct strbuf *certificate)
{
	if (!certificate_holds(w->k->c, d, certificate))
		bad(w, "the certificate of the signing device does not hold");
	else if (strcmp(d->id, w->row.dev) != 0 || strcmp(d->officer, w->row.sub) != 0)
		bad(w, "the entry names another device or officer than the key's certificate");
}

/* The device whose key it is, or was: then the key signed up to a bound. */
static bool find_device(struct walk *w, const char *kid, struct device *d,
			struct strbuf *certificate)
{
	struct former_key f = FORMER_KEY_INIT;
	bool ok = device_by_kid(w->k->c->db, kid, d, certificate, NULL) == ST_OK;

	if (!ok && former_key_by_kid(w->k->c->db, kid, &f, NULL) == ST_OK) {
		*d = f.device;
		strbuf_take(certificate, &f.certificate);
		ok = true;
		if (w->row.ctr > d->valid_through_ctr)
			bad(w, "signed by a key that the device had replaced before");
	}
	former_key_release(&f);
	return ok;
}

static bool find_key(struct walk *w, struct pubkey *key, const char **typ)
{
	struct strbuf certificate = STRBUF_INIT;
	struct device d;
	char kid[KID_TEXT];
	bool ok = jws_kid(kid, strbuf_str(&w->jws), NULL) == ST_OK;

	if (ok && strcmp(kid, signkey_public(w->k->c->key)->kid) == 0) {
		*key = *signkey_public(w->k->c->key);
		*typ = TYP_ENTRY;
		if (strcmp(w->row.dev, w->k->c->dev) != 0)
			bad(w, "the central's key signed in the name of a device");
		return true;
	}
	*typ = TYP_ACTION;
	ok = ok && find_device(w, kid, &d, &certificate) && pubkey_from_text(key, str_of(d.x));
	if (ok)
		check_signer(w, &d, &certificate);
	strbuf_release(&certificate);
	return ok;
}

/* --- One entry --------------------------------------------------------------------- */

static void check_eh(struct walk *w)
{
	struct entry_facts f = { w->row.case_id, w->row.n,  w->prev_eh,	    w->row.ah,	w->row.seq,
				 w->row.epoch,	 w->row.at, w->row.verdict, w->row.rule };
	char eh[HASH_TEXT];

	entry_hash(eh, &f);
	if (strcmp(eh, w->row.eh) != 0)
		bad(w, "the entry's hash does not follow from its facts and the entry before");
	memcpy(w->prev_eh, w->row.eh, HASH_TEXT);
}

/* What the table says of an entry is what was signed. */
static void check_columns(struct walk *w)
{
	const struct action *a = &w->action;
	const struct log_row *r = &w->row;

	if (strcmp(a->case_id, r->case_id) != 0 || strcmp(a->iid, r->iid) != 0
	    || strcmp(a->sub, r->sub) != 0 || strcmp(a->dev, r->dev) != 0 || a->ctr != r->ctr
	    || strcmp(a->def->name, r->act) != 0)
		bad(w, "the log's columns differ from the signed action");
	if (!import_holds(a))
		bad(w, "an imported entry is not made of the source that it names");
	if (strcmp(a->aud, w->k->c->aud) != 0)
		bad(w, "the action was signed for another central");
}

/* The central signs its own acts and those of an import in two names. */
static void check_name(struct walk *w)
{
	const char *act = w->action.def->name;
	bool imported = strcmp(act, "case.import") == 0 || strcmp(act, "event.import") == 0;

	if (strcmp(w->action.sub, imported ? SUB_IMPORT : SUB_SYSTEM) != 0)
		bad(w, "the central signed in a name that is not its own for this act");
}

/* Signature and payload; false when there is nothing to replay. */
static bool check_envelope(struct walk *w)
{
	struct err why = ERR_INIT;
	struct pubkey key;
	const char *typ;
	char ah[HASH_TEXT];

	if (!find_key(w, &key, &typ)) {
		bad(w, "the signing key is unknown");
		return false;
	}
	strbuf_clear(&w->payload);
	if (jws_open(&w->payload, ah, &key, typ, strbuf_str(&w->jws), &why) != ST_OK) {
		bad(w, why.text);
		return false;
	}
	if (strcmp(ah, w->row.ah) != 0)
		bad(w, "the envelope's hash differs from ah in the log");
	if (payload_read(&w->action, strbuf_str(&w->payload), &why) != ST_OK) {
		bad(w, why.text);
		return false;
	}
	check_columns(w);
	if (strcmp(typ, TYP_ENTRY) == 0)
		check_name(w);
	return true;
}

/* The application's fields stand in its document alone, so they are read
 * from there once more. */
static void replay_application(struct walk *w)
{
	struct application app = { .doc_count = 0 };
	struct strbuf bytes = STRBUF_INIT;

	if (w->action.doc_count && blob_get(w->k->c->db, w->action.docs[0].h, &bytes, NULL) == ST_OK
	    && application_read(&app, strbuf_str(&bytes), w->row.at, NULL) == ST_OK) {
		strbuf_take(&w->made.fields, &app.fields);
		memcpy(w->made.party_kind, app.party_kind, sizeof(app.party_kind));
	} else {
		bad(w, "the application document cannot be read");
	}
	application_release(&app);
	strbuf_release(&bytes);
}

/* --- What clients are told -------------------------------------------------------------- */

/* Up to the floor only a case's last row must be there; that of its last entry is
 * looked at when the entries have been read. */
static void expect_row(struct walk *w, int64_t scope, int64_t seq, char kind)
{
	bool there = feed_has(w->k->c->db, scope, seq, kind, w->row.case_id, NULL) == ST_OK;
	int64_t floor = 0;

	if (!there && kind != 'x' && feed_floor(w->k->c->db, scope, &floor, NULL) == ST_OK
	    && seq <= floor) {
		if (kind == 'c' && seq == w->row.seq)
			w->dropped = w->row.n;
		return;
	}
	w->feed_rows++;
	if (!there)
		check_fault(w->k, w->row.case_id, w->row.n, seq,
			    "the feed of scope %lld does not tell of the entry", (long long)scope);
}

/* An entry stands in the feed of the scope that it leaves the case in, and in
 * that which the case went out of. */
static void check_feed(struct walk *w)
{
	int64_t old = w->made.scope;

	if (w->erased_any)
		return;
	if (!w->made.file.unit[0]) {
		w->unplaced = w->row.seq;
		return;
	}
	if (entry_scope(w->k->c, &w->made, &w->made.scope, NULL) != ST_OK)
		return;
	if (w->unplaced)
		expect_row(w, w->made.scope, w->unplaced, 'c');
	w->unplaced = 0;
	if (old && old != w->made.scope)
		expect_row(w, old, w->row.seq, 'g');
	expect_row(w, w->made.scope, w->row.seq, 'c');
	if (strcmp(w->action.def->name, "entry.erase") == 0)
		expect_row(w, w->made.scope, w->row.seq, 'x');
}

/* --- Erasure ---------------------------------------------------------------------------- */

/* The central's own word, at entry `by`, of what it erased. */
static bool erasing(struct walk *w, int64_t by, struct erasure *e)
{
	struct db *db = w->k->c->db;
	struct log_row row;
	int64_t none;
	bool ok;

	strbuf_clear(&w->payload);
	ok = by > w->row.n && log_by_case(db, w->row.case_id, by, &row, NULL) == ST_OK
	     && entry_jws(db, &row, &w->jws, &none, NULL) == ST_OK
	     && jws_open(&w->payload, NULL, signkey_public(w->k->c->key), TYP_ENTRY,
			 strbuf_str(&w->jws), NULL)
			== ST_OK
	     && payload_read(&w->action, strbuf_str(&w->payload), NULL) == ST_OK;
	ok = ok && strcmp(w->action.def->name, "entry.erase") == 0
	     && strcmp(w->action.case_id, w->row.case_id) == 0;
	if (ok)
		erasure_of(e, &w->action);
	return ok;
}

/* An envelope may be missing only by the central's own signed word. */
static void check_erased(struct walk *w, int64_t by)
{
	struct erasure e;

	w->erased_any = true;
	if (!erasing(w, by, &e) || !erasure_takes(&e, w->row.n))
		bad(w, "the envelope is missing, and no entry of the central erased it");
}

/* A document of this entry that is not in the list may be so by such a word. */
static bool document_erased(struct walk *w, int i, const char *h)
{
	struct erased_document d;
	struct walk other = { .k = w->k, .row = w->row, .action = ACTION_INIT };
	struct erasure e;
	bool ok = erased_document_at(w->k->c->db, w->row.case_id, w->row.n, i, &d, NULL) == ST_OK;

	if (ok && (!erasing(&other, d.by_n, &e) || e.n != w->row.n || strcmp(e.h, h) != 0))
		bad(w, "a document is said to be erased, and no entry of the central erased it");
	w->erased_any = w->erased_any || ok;
	action_release(&other.action);
	strbuf_release(&other.jws);
	strbuf_release(&other.payload);
	return ok;
}

/* Who decided are two, where the ground asks for it. */
static void check_decision(struct walk *w, const struct erasure *e)
{
	struct log_row proposed, confirmed, part = { .act = "" };
	const char *what = e->upto > e->n ? "case" : e->h[0] ? "document" : "entry";
	struct db *db = w->k->c->db;
	int persons;
	bool two;

	(void)!log_by_case(db, w->row.case_id, e->n, &part, NULL);
	persons = erasure_persons(action_get(&w->action, "ground"), what, part.act);
	if (!e->proposed && persons == 0)
		return; /* the operator's */
	if (log_by_case(db, w->row.case_id, e->proposed, &proposed, NULL) != ST_OK
	    || strcmp(proposed.act, "erasure.propose") != 0) {
		bad(w, "the entry erases on a proposal that is not there");
		return;
	}
	two = log_by_case(db, w->row.case_id, e->confirmed, &confirmed, NULL) == ST_OK
	      && strcmp(confirmed.act, "erasure.confirm") == 0
	      && strcmp(confirmed.sub, proposed.sub) != 0;
	if (persons > 1 && !two)
		bad(w, "the entry erases what two persons must decide on");
}

/* And what was erased must be gone. */
static void check_erasing(struct walk *w)
{
	struct db *db = w->k->c->db;
	struct erasure e;
	struct erased_document d = { .n = 0, .i = -1 };
	int64_t n = 0, whole = 0, by = 0;
	struct strbuf jws = STRBUF_INIT;
	struct log_row row;
	bool gone;

	if (strcmp(w->action.def->name, "entry.erase") != 0)
		return;
	erasure_of(&e, &w->action);
	check_decision(w, &e);
	if (e.h[0])
		gone = erased_document_by(db, w->row.case_id, w->row.n, &d, NULL) == ST_OK
		       && d.n == e.n && strcmp(d.h, e.h) == 0;
	else
		gone = erased_by(db, w->row.case_id, w->row.n, e.n - 1, &n, NULL) == ST_OK
		       && n == e.n;
	/* A document that went first, and then its entry. */
	if (!gone && log_by_case(db, w->row.case_id, e.n, &row, NULL) == ST_OK)
		gone = entry_jws(db, &row, &jws, &by, NULL) == ST_NONE && by > w->row.n;
	if (!gone && case_erased(db, w->row.case_id, &whole, NULL) == ST_OK)
		gone = whole == w->row.n;
	strbuf_release(&jws);
	if (!gone)
		bad(w, "the entry erases another, which is not erased");
}

static void check_blob(struct walk *w, const struct action_doc *doc)
{
	struct strbuf bytes = STRBUF_INIT;
	char h[HASH_TEXT];

	w->k->found->documents++;
	if (blob_get(w->k->c->db, doc->h, &bytes, NULL) != ST_OK) {
		bad(w, "a document of the entry is missing");
	} else {
		sha256_hex(h, strbuf_str(&bytes));
		if (strcmp(h, doc->h) != 0 || (int64_t)bytes.len != doc->len)
			bad(w, "a document's bytes are not what the entry names");
	}
	strbuf_release(&bytes);
}

/* The case's list shows each as the entry signed it, and no others. */
static void check_documents(struct walk *w)
{
	struct stored_document d;

	for (int i = 0; i < w->action.doc_count; i++) {
		const struct action_doc *doc = &w->action.docs[i];

		if (document_erased(w, i, doc->h))
			continue;
		check_blob(w, doc);
		w->documents++;
		if (document_at(w->k->c->db, w->row.case_id, w->row.n, i, &d, NULL) != ST_OK)
			bad(w, "a document of the entry is not in the case's list");
		else if (strcmp(d.h, doc->h) != 0 || d.len != doc->len || d.at != w->row.at
			 || strcmp(d.mt, doc->mt) != 0 || strcmp(d.name, doc->name) != 0)
			bad(w, "the case's list shows a document otherwise than the entry");
	}
}

/* A package that lies in the archive is the one that was made; what has been
 * given away is not missed. */
static void check_package(struct walk *w)
{
	struct strbuf bytes = STRBUF_INIT;
	char path[FOLDER_PATH], h[HASH_TEXT];
	enum status st;

	if (strcmp(w->action.def->name, "case.archive") != 0 || !w->k->c->dir || w->erased_any
	    || archive_path(path, w->k->c, &w->made.file, NULL) != ST_OK)
		return;
	st = folder_read_file(path, PACKAGE_BYTES_MAX, &bytes, NULL);
	sha256_hex(h, strbuf_str(&bytes));
	if (st != ST_NONE && (st != ST_OK || strcmp(h, action_get(&w->action, "package")) != 0))
		bad(w, "the package in the archive is not the one that was made");
	strbuf_release(&bytes);
}

static void replay(struct walk *w)
{
	check_documents(w);
	check_erasing(w);
	check_package(w);
	if (!w->made.file.id[0])
		memcpy(w->made.file.id, w->row.case_id, UUID_TEXT);
	if (strcmp(w->action.def->name, "case.receive") == 0 && !w->erased_any)
		replay_application(w);
	projection_apply(&w->made, &w->action, w->row.at);
	check_feed(w);
}

static enum status check_entry(struct walk *w, int64_t want, struct err *why)
{
	int64_t by;
	enum status st;

	w->k->found->entries++;
	if (w->row.n != want)
		check_fault(w->k, w->row.case_id, want, 0, "entry %lld is missing",
			    (long long)want);
	check_eh(w);
	st = entry_jws(w->k->c->db, &w->row, &w->jws, &by, why);
	if (st == ST_NONE && by > 0) {
		check_erased(w, by);
		return ST_OK;
	}
	if (st != ST_OK) {
		bad(w, "the envelope is missing, and no entry says that it was erased");
		return ST_OK;
	}
	if (check_envelope(w))
		replay(w);
	w->made.file.n = w->row.n;
	memcpy(w->made.file.eh, w->row.eh, HASH_TEXT);
	return ST_OK;
}

/* --- The projection ------------------------------------------------------------------ */

static bool same_text(const struct strbuf *a, const struct strbuf *b)
{
	return a->len == b->len && memcmp(strbuf_cstr(a), strbuf_cstr(b), a->len) == 0;
}

static const char *differs(const struct stored_case *a, const struct stored_case *b)
{
	const struct casefile *x = &a->file, *y = &b->file;

	return strcmp(x->diary_no, y->diary_no)		? "diary_no"
	       : strcmp(x->type, y->type)		? "type"
	       : x->type_version != y->type_version	? "type_version"
	       : strcmp(x->unit, y->unit)		? "unit"
	       : strcmp(x->queue, y->queue)		? "queue"
	       : x->state != y->state			? "state"
	       : x->priority != y->priority		? "priority"
	       : x->protection != y->protection		? "protection"
	       : strcmp(x->assignee, y->assignee)	? "assignee"
	       : strcmp(x->channel, y->channel)		? "channel"
	       : x->received_at != y->received_at	? "received_at"
	       : strcmp(x->due_on, y->due_on)		? "due_on"
	       : strcmp(x->outcome, y->outcome)		? "outcome"
	       : x->changed_at != y->changed_at		? "changed_at"
	       : x->closed_at != y->closed_at		? "closed_at"
	       : !same_text(&x->title, &y->title)	? "title"
	       : !same_text(&x->party, &y->party)	? "party"
	       : !same_text(&a->fields, &b->fields)	? "fields"
	       : strcmp(a->party_kind, b->party_kind)	? "party_kind"
	       : !same_text(&a->decision, &b->decision) ? "decision"
							: NULL;
}

static enum status check_projection(struct walk *w, const char *id, struct err *why)
{
	struct stored_case kept = STORED_CASE_INIT;
	const char *column;
	int64_t scope = 0;
	bool found = true;
	enum status st = case_load(w->k->c->db, id, &kept, why);

	if (st != ST_OK) {
		check_fault(w->k, id, 0, 0, "the case's row cannot be read");
		stored_case_release(&kept);
		return ST_OK;
	}
	if (kept.file.n != w->row.n || strcmp(kept.file.eh, w->prev_eh) != 0)
		check_fault(w->k, id, kept.file.n, 0,
			    "the case says entry %lld is its last, the log has %lld",
			    (long long)kept.file.n, (long long)w->row.n);
	/* What an erased entry had said cannot be replayed. */
	column = w->erased_any ? NULL : differs(&w->made, &kept);
	if (column)
		check_fault(w->k, id, kept.file.n, w->row.seq,
			    "column %s of the case is not what its entries make", column);
	st = search_check(w->k->c->db, &kept.file, &found, why);
	if (st == ST_OK && !found)
		check_fault(w->k, id, kept.file.n, w->row.seq,
			    "the case is not found by its words: run sluss-central reindex");
	if (entry_scope(w->k->c, &kept, &scope, NULL) != ST_OK || scope != kept.scope)
		check_fault(w->k, id, kept.file.n, w->row.seq,
			    "the case lies in a scope that is not of its unit and class");
	stored_case_release(&kept);
	return st;
}

/* Rows beside those that the entries account for. */
static enum status check_rest(struct walk *w, const char *id, struct err *why)
{
	int64_t documents = 0;
	enum status st = document_count(w->k->c->db, id, &documents, why);

	if (st == ST_OK && documents != w->documents)
		check_fault(w->k, id, 0, 0, "the case lists %lld documents, its entries name %lld",
			    (long long)documents, (long long)w->documents);
	/* An erased step leaves the way of the case through scopes unknown. */
	if (st == ST_OK && w->erased_any)
		st = feed_count_of(w->k->c->db, id, &w->feed_rows, why);
	if (st == ST_OK && !w->erased_any && w->dropped && w->dropped == w->row.n)
		check_fault(w->k, id, w->row.n, w->row.seq,
			    "no feed tells of the last entry of the case");
	w->k->feed_rows += w->feed_rows;
	return st;
}

enum status check_case(struct check *k, const char *id, struct err *why)
{
	struct walk w = { .k = k,
			  .made = STORED_CASE_INIT,
			  .action = ACTION_INIT,
			  .jws = STRBUF_INIT,
			  .payload = STRBUF_INIT };
	int64_t want = 1;
	enum status st = ST_OK;

	k->found->cases++;
	memcpy(w.prev_eh, HASH_ZERO, HASH_TEXT);
	while ((st = log_after(k->c->db, id, want - 1, &w.row, why)) == ST_OK) {
		st = check_entry(&w, want, why);
		if (st != ST_OK)
			break;
		want = w.row.n + 1;
	}
	if (st == ST_NONE)
		st = check_projection(&w, id, why);
	if (st == ST_OK)
		st = check_rest(&w, id, why);
	stored_case_release(&w.made);
	action_release(&w.action);
	strbuf_release(&w.jws);
	strbuf_release(&w.payload);
	return st;
}
