/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/verify.h"

#include <stdio.h>
#include <string.h>

#include "base/encode.h"
#include "base/utf8.h"
#include "central/manifest.h"
#include "central/approval.h"
#include "central/vouch.h"
#include "domain/judge.h"
#include "sign/hash.h"
#include "sign/rotation.h"
#include "wire/ack.h"
#include "wire/payload.h"

#include "base/banned.h"

void check_fault(struct check *k, const char *case_id, int64_t n, int64_t seq, const char *fmt, ...)
{
	char text[400];
	/* Only our own words give advice: a name in the text may read like it. */
	bool cured = strstr(fmt, "sluss-central ") || strstr(fmt, "serve once ");
	struct central_fault f = { case_id, n, seq, text, cured };
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	utf8_tame(text);
	k->found->faults++;
	if (k->fault)
		k->fault(k->ctx, &f);
}

/* --- The log by seq, and the tree over it -------------------------------------------- */

/* The tree is built again from the leaves; each node is held against the
 * stored one instead of being put. */
struct rebuilt {
	struct db *db;
	int64_t nodes;
	bool wrong;
};

static bool rebuilt_get(void *ctx, int level, int64_t index, struct hash32 *out)
{
	return tree_get(((struct rebuilt *)ctx)->db, level, index, out);
}

static bool rebuilt_put(void *ctx, int level, int64_t index, const struct hash32 *h)
{
	struct rebuilt *r = ctx;
	struct hash32 kept;

	r->nodes++;
	if (!tree_get(r->db, level, index, &kept) || memcmp(kept.b, h->b, sizeof(h->b)) != 0)
		r->wrong = true;
	return true;
}

static void check_leaf(struct check *k, struct rebuilt *r, const struct log_row *row)
{
	struct merkle_store tree = { rebuilt_get, rebuilt_put, r };
	struct hash32 leaf;
	bool ok;

	r->wrong = false;
	merkle_leaf(&leaf, row->eh);
	ok = merkle_append(&tree, row->seq - 1, &leaf);
	if (!ok || r->wrong)
		check_fault(k, row->case_id, row->n, row->seq,
			    "the tree over the log does not hold this entry");
}

static void check_owner(struct check *k, const struct log_row *row)
{
	struct stored_case s = STORED_CASE_INIT;

	if (case_load(k->c->db, row->case_id, &s, NULL) == ST_NONE)
		check_fault(k, row->case_id, row->n, row->seq, "the entry belongs to no case");
	stored_case_release(&s);
}

/* An officer's entry was answered, and the answer names it. */
static void check_answered(struct check *k, const struct log_row *row)
{
	struct device_row d;

	if (strcmp(row->dev, k->c->dev) == 0)
		return;
	if (device_log_get(k->c->db, row->dev, row->ctr, &d, NULL, NULL) != ST_OK
	    || strcmp(d.ah, row->ah) != 0 || strcmp(d.verdict, row->verdict) != 0)
		check_fault(k, row->case_id, row->n, row->seq,
			    "the device's log does not have this entry's answer");
}

static enum status check_log(struct check *k, int64_t *size, struct err *why)
{
	struct rebuilt r = { .db = k->c->db };
	struct log_row row;
	int64_t rows = 0, nodes = 0, tx = 0;
	enum status st = feed_head_seq(k->c->db, size, why);

	if (st == ST_OK)
		st = log_counts(k->c->db, &rows, &nodes, why);
	for (int64_t seq = 1; st == ST_OK && seq <= *size; seq++) {
		st = log_by_seq(k->c->db, seq, &row, why);
		if (st == ST_NONE) {
			check_fault(k, "", 0, seq, "entry seq %lld is missing from the log",
				    (long long)seq);
			st = ST_OK;
			continue;
		}
		if (row.tx != seq && row.tx != tx)
			check_fault(k, row.case_id, row.n, seq,
				    "the entry names a transaction that is not its own");
		tx = row.tx;
		check_owner(k, &row);
		check_answered(k, &row);
		check_leaf(k, &r, &row);
	}
	if (st == ST_OK && rows != *size)
		check_fault(k, "", 0, *size, "the log has %lld rows, its head says %lld",
			    (long long)rows, (long long)*size);
	if (st == ST_OK && nodes != r.nodes)
		check_fault(k, "", 0, *size, "the tree has %lld nodes, the log makes %lld",
			    (long long)nodes, (long long)r.nodes);
	return st;
}

/* What a restore that nobody has accepted yet looks like, and a lost witness. */
#define ACCEPT "; after a restore, serve once with --accept-restore"

static void check_witness(struct check *k, int64_t size)
{
	struct merkle_store tree = central_tree(k->c);
	const struct witness *w = &k->c->witness;
	struct hash32 root;
	char hex[HASH_TEXT];

	if (!w->epoch[0]) {
		/* A backup has a manifest, and leaves the witness where it is. */
		if (size > 0 && !(k->c->dir && manifest_there(k->c->dir)))
			check_fault(k, "", 0, size, "there is no witness of the log" ACCEPT);
		return;
	}
	if (strcmp(w->epoch, k->c->epoch) != 0)
		check_fault(k, "", 0, w->size,
			    "the witness saw another epoch than the database's" ACCEPT);
	if (size < w->size) {
		check_fault(k, "", 0, w->size,
			    "the witness saw %lld entries, the log has %lld" ACCEPT,
			    (long long)w->size, (long long)size);
		return;
	}
	if (!merkle_root(&tree, w->size, &root))
		return;
	hex_encode(hex, root.b, sizeof(root.b));
	if (strcmp(hex, w->root) != 0)
		check_fault(k, "", 0, w->size,
			    "the log's root at %lld differs from what the witness saw" ACCEPT,
			    (long long)w->size);
}

/* --- Devices and their answers ---------------------------------------------------------- */

static void check_ack_entry(struct check *k, const struct ack *a)
{
	struct log_row row;

	if (log_by_seq(k->c->db, a->seq, &row, NULL) != ST_OK || strcmp(row.ah, a->ah) != 0
	    || strcmp(row.eh, a->eh) != 0 || row.n != a->n || strcmp(row.case_id, a->case_id) != 0)
		check_fault(k, a->case_id, a->n, a->seq,
			    "an acknowledgement names an entry that the log does not have");
}

/* The answer given is kept as it was; for an intent known before it is the
 * first one's, and then names another counter. */
static void check_ack(struct check *k, const struct device_row *d, const struct strbuf *jws)
{
	struct strbuf payload = STRBUF_INIT;
	struct ack a;
	bool ok =
		jws_open(&payload, NULL, signkey_public(k->c->key), TYP_ACK, strbuf_str(jws), NULL)
			== ST_OK
		&& ack_read(&a, strbuf_str(&payload), NULL) == ST_OK;
	bool own = ok && strcmp(a.dev, d->dev) == 0 && a.ctr == d->ctr;

	k->found->acknowledgements++;
	if (!ok)
		check_fault(k, d->case_id, 0, 0,
			    "device %s, action %lld: the acknowledgement is not the central's",
			    d->dev, (long long)d->ctr);
	else if (strcmp(a.iid, d->iid) != 0 || strcmp(verdict_name(a.verdict), d->verdict) != 0
		 || strcmp(a.why, d->why) != 0
		 || (own
		     && (strcmp(a.ah, d->ah) != 0 || a.at != d->at
			 || strcmp(a.case_id, d->case_id) != 0)))
		check_fault(
			k, d->case_id, a.n, a.seq,
			"device %s, action %lld: the log of answers differs from the acknowledgement",
			d->dev, (long long)d->ctr);
	else if (verdict_stands(a.verdict))
		check_ack_entry(k, &a);
	strbuf_release(&payload);
}

bool certificate_holds(const struct central *c, const struct device *d,
		       const struct strbuf *certificate)
{
	struct strbuf payload = STRBUF_INIT;
	struct certificate cert;
	bool ok = jws_open(&payload, NULL, signkey_public(c->key), TYP_CERT,
			   strbuf_str(certificate), NULL)
			  == ST_OK
		  && certificate_read(&cert, strbuf_str(&payload), NULL) == ST_OK
		  && strcmp(cert.kid, d->kid) == 0 && strcmp(cert.x, d->x) == 0
		  && strcmp(cert.dev, d->id) == 0 && strcmp(cert.sub, d->officer) == 0
		  && cert.nbf == d->enrolled_at;

	strbuf_release(&payload);
	return ok;
}

static enum status check_device(struct check *k, const struct device *d, struct err *why)
{
	struct strbuf ack = STRBUF_INIT;
	struct device_row row = { .ctr = 0 };
	int64_t count = 0;
	enum status st = device_log_count(k->c->db, d->id, &count, why);

	for (int64_t ctr = 1; st == ST_OK && ctr <= d->last_ctr; ctr++) {
		st = device_log_get(k->c->db, d->id, ctr, &row, &ack, why);
		if (st == ST_NONE) {
			check_fault(k, "", 0, 0, "device %s: the answer to action %lld is missing",
				    d->id, (long long)ctr);
			st = ST_OK;
		} else if (st == ST_OK) {
			check_ack(k, &row, &ack);
		}
	}
	if (st == ST_OK && count != d->last_ctr)
		check_fault(k, "", 0, 0, "device %s: %lld answers, counter at %lld", d->id,
			    (long long)count, (long long)d->last_ctr);
	if (st == ST_OK && d->last_ctr && strcmp(row.verdict, "void") != 0
	    && strcmp(row.ah, d->last_hash) != 0)
		check_fault(k, "", 0, 0, "device %s: the last hash is not that of its last action",
			    d->id);
	strbuf_release(&ack);
	return st;
}

/* Each key that a device had vouches for the one that followed it. */
static enum status check_former(struct check *k, const struct device *d, struct err *why)
{
	struct former_key f = FORMER_KEY_INIT;
	struct rotation r = { .kid = "" };
	struct pubkey old;
	char follows[KID_TEXT] = "";
	int64_t count = 0;
	enum status st;

	while ((st = former_key_after(k->c->db, d->id, f.n, &f, why)) == ST_OK) {
		if (f.n != ++count || (follows[0] && strcmp(follows, f.device.kid) != 0)
		    || !certificate_holds(k->c, &f.device, &f.certificate)
		    || !pubkey_from_text(&old, str_of(f.device.x))
		    || rotation_open(&r, NULL, strbuf_str(&f.rotation), &old, NULL) != ST_OK
		    || strcmp(r.dev, d->id) != 0 || r.through != f.device.valid_through_ctr)
			check_fault(k, "", 0, 0,
				    "device %s: key %lld, or its word for the next, does not hold",
				    d->id, (long long)f.n);
		memcpy(follows, r.kid, sizeof(follows));
	}
	if (st == ST_NONE && follows[0] && strcmp(follows, d->kid) != 0)
		check_fault(k, "", 0, 0, "device %s: its key is not the one that was named", d->id);
	former_key_release(&f);
	return st == ST_NONE ? ST_OK : st;
}

static enum status check_devices(struct check *k, struct err *why)
{
	struct device d = { .id = "" };
	struct strbuf certificate = STRBUF_INIT;
	enum status st;

	while ((st = device_after(k->c->db, d.id, &d, &certificate, why)) == ST_OK) {
		if (!certificate_holds(k->c, &d, &certificate))
			check_fault(k, "", 0, 0, "device %s: its certificate does not hold", d.id);
		if (!vouched_device(k->c, &d))
			check_fault(k, "", 0, 0,
				    "device %s: its state is not what the central signed", d.id);
		st = check_former(k, &d, why);
		if (st == ST_OK)
			st = check_device(k, &d, why);
		if (st != ST_OK)
			break;
	}
	strbuf_release(&certificate);
	return st == ST_NONE ? ST_OK : st;
}

static enum status check_approvals(struct check *k, struct err *why)
{
	struct approval a = APPROVAL_INIT;
	enum status st;

	while ((st = approval_after(k->c->db, a.dev, &a, why)) == ST_OK)
		if (strcmp(a.state, "waiting") != 0 && !approval_holds(k->c, &a))
			check_fault(k, "", 0, 0,
				    "device %s: its approval is not what the central signed",
				    a.dev);
	approval_release(&a);
	return st == ST_NONE ? ST_OK : st;
}

static enum status check_officers(struct check *k, struct err *why)
{
	struct officer_row o = { .id = "" };
	enum status st;

	while ((st = officer_after(k->c->db, o.id, &o, why)) == ST_OK)
		if (!vouched_officer(k->c, &o))
			check_fault(k, "", 0, 0,
				    "officer %s: name and rights are not what the central signed",
				    o.id);
	return st == ST_NONE ? ST_OK : st;
}

static enum status check_grants(struct check *k, struct err *why)
{
	struct grant_row g = { .id = 0 };
	int64_t faults = 0;
	enum status st;

	while ((st = grant_after(k->c->db, g.id, &g, why)) == ST_OK)
		if (!vouched_grant(k->c, &g))
			check_fault(k, "", 0, 0, "grant %lld is not what the central signed",
				    (long long)g.id);
	if (st == ST_NONE)
		st = beside_faults(k->c->db, &faults, why);
	if (st == ST_OK && faults)
		check_fault(k, "", 0, 0,
			    "%lld cases are not told of as the grants of queues and cases say",
			    (long long)faults);
	return st;
}

/* Every row was accounted for by an entry: more, or fewer, is a fault. */
static enum status check_feed_size(struct check *k, struct err *why)
{
	int64_t rows = 0;
	enum status st = feed_count(k->c->db, &rows, why);

	if (st == ST_OK && rows != k->feed_rows)
		check_fault(k, "", 0, 0, "the feed has %lld rows, the entries make %lld",
			    (long long)rows, (long long)k->feed_rows);
	return st;
}

static enum status check_blobs(struct check *k, struct err *why)
{
	struct strbuf bytes = STRBUF_INIT;
	char h[HASH_TEXT] = "", real[HASH_TEXT];
	enum status st;

	while ((st = blob_after(k->c->db, h, &bytes, why)) == ST_OK) {
		sha256_hex(real, strbuf_str(&bytes));
		if (strcmp(real, h) != 0)
			check_fault(k, "", 0, 0, "the bytes of document %s have another SHA-256",
				    h);
	}
	strbuf_release(&bytes);
	return st == ST_NONE ? ST_OK : st;
}

enum status central_verify(struct central *c, struct central_findings *found,
			   void (*fault)(void *ctx, const struct central_fault *f), void *ctx,
			   struct err *why)
{
	struct check k = { .c = c, .found = found, .fault = fault, .ctx = ctx };
	char id[UUID_TEXT] = "";
	int64_t size = 0;
	enum status st;

	memset(found, 0, sizeof(*found));
	st = db_begin_read(c->db, why);
	while (st == ST_OK && (st = case_next_id(c->db, id, why)) == ST_OK)
		st = check_case(&k, id, why);
	if (st == ST_NONE)
		st = check_log(&k, &size, why);
	if (st == ST_OK) {
		check_witness(&k, size);
		st = check_devices(&k, why);
	}
	if (st == ST_OK)
		st = check_approvals(&k, why);
	if (st == ST_OK)
		st = check_officers(&k, why);
	if (st == ST_OK)
		st = check_grants(&k, why);
	if (st == ST_OK)
		st = check_feed_size(&k, why);
	if (st == ST_OK)
		st = check_blobs(&k, why);
	if (st == ST_OK)
		st = check_snapshots(&k, why);
	db_rollback(c->db);
	return st;
}
