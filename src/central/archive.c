/* SPDX-License-Identifier: EUPL-1.2 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/disk.h"
#include "base/encode.h"
#include "central/entry.h"
#include "central/erasure.h"
#include "central/folder.h"
#include "central/store_erasure.h"
#include "package/package.h"
#include "sign/hash.h"

#include "base/banned.h"

enum { EARLIER_MAX = 100, TRIES = 3 };

/* Everything of one case that goes into its package. The arrays grow; the
 * package borrows from them at the end, when nothing moves any more. */
struct gathering {
	struct stored_case s;
	struct log_row *rows;
	struct strbuf *envelopes;
	int64_t *erased_by;
	int row_count, row_room;
	struct stored_document *docs;
	struct strbuf *bytes;
	int doc_count;
	struct device *devices;
	struct strbuf *certificates;
	int device_count;
	struct strbuf checkpoint;
	char root[HASH_TEXT];
	struct package_entry *entries;
	struct package_document *documents;
	struct package_key *keys;
};

static void free_texts(struct strbuf *b, int n)
{
	for (int i = 0; b && i < n; i++)
		strbuf_release(&b[i]);
	free(b);
}

static void gathering_release(struct gathering *g)
{
	stored_case_release(&g->s);
	free_texts(g->envelopes, g->row_count);
	free_texts(g->bytes, g->doc_count);
	free_texts(g->certificates, g->device_count);
	strbuf_release(&g->checkpoint);
	free(g->rows);
	free(g->erased_by);
	free(g->docs);
	free(g->devices);
	free(g->entries);
	free(g->documents);
	free(g->keys);
}

static enum status no_memory(struct err *why)
{
	return err_set(why, ST_BROKEN, "memory", "out of memory");
}

static enum status make_room(struct gathering *g, int room, struct err *why)
{
	g->rows = calloc((size_t)room, sizeof(*g->rows));
	g->envelopes = calloc((size_t)room, sizeof(*g->envelopes));
	g->erased_by = calloc((size_t)room, sizeof(*g->erased_by));
	g->entries = calloc((size_t)room, sizeof(*g->entries));
	g->devices = calloc(PACKAGE_KEYS_MAX, sizeof(*g->devices));
	g->certificates = calloc(PACKAGE_KEYS_MAX, sizeof(*g->certificates));
	g->keys = calloc(PACKAGE_KEYS_MAX, sizeof(*g->keys));
	g->docs = calloc(PACKAGE_DOCUMENTS_MAX, sizeof(*g->docs));
	g->bytes = calloc(PACKAGE_DOCUMENTS_MAX, sizeof(*g->bytes));
	g->documents = calloc(PACKAGE_DOCUMENTS_MAX, sizeof(*g->documents));
	g->row_room = room;
	return g->rows && g->envelopes && g->erased_by && g->entries && g->devices
			       && g->certificates && g->keys && g->docs && g->bytes && g->documents
		       ? ST_OK
		       : no_memory(why);
}

static enum status gather_entries(struct central *c, struct gathering *g, struct err *why)
{
	enum status st = ST_OK;

	while (st == ST_OK && g->row_count < g->row_room) {
		int i = g->row_count;

		st = log_after(c->db, g->s.file.id, i, &g->rows[i], why);
		if (st != ST_OK)
			break;
		g->row_count++;
		st = entry_jws(c->db, &g->rows[i], &g->envelopes[i], &g->erased_by[i], why);
		if (st == ST_NONE)
			st = ST_OK;
	}
	return st == ST_NONE ? ST_OK : st;
}

/* All or none: a package that leaves something out is no package. What does
 * not fit is known before a byte of it is read. */
static enum status list_documents(struct central *c, struct gathering *g, int *count,
				  struct err *why)
{
	int64_t all = 0, bytes = 0;
	enum status st = document_count(c->db, g->s.file.id, &all, why);

	if (st == ST_OK)
		st = documents_of(c->db, g->s.file.id, g->docs, PACKAGE_DOCUMENTS_MAX, count, why);
	for (int i = 0; st == ST_OK && i < *count; i++)
		bytes += g->docs[i].len;
	if (st == ST_OK && (all > PACKAGE_DOCUMENTS_MAX || bytes > PACKAGE_BYTES_MAX))
		st = err_set(why, ST_BROKEN, "package-content",
			     "case %s has %lld documents of %lld bytes; a package takes %d of %d",
			     g->s.file.id, (long long)all, (long long)bytes, PACKAGE_DOCUMENTS_MAX,
			     PACKAGE_BYTES_MAX);
	return st;
}

static enum status gather_documents(struct central *c, struct gathering *g, struct err *why)
{
	int count = 0;
	enum status st = list_documents(c, g, &count, why);

	for (int i = 0; st == ST_OK && i < count; i++) {
		g->doc_count++;
		st = blob_get(c->db, g->docs[i].h, &g->bytes[i], why);
	}
	return st == ST_NONE ? err_set(why, ST_BROKEN, "database-damaged",
				       "a document of case %s is missing", g->s.file.id)
			     : st;
}

static bool have_device(const struct gathering *g, const char *dev)
{
	for (int i = 0; i < g->device_count; i++)
		if (strcmp(g->devices[i].id, dev) == 0)
			return true;
	return false;
}

/* Every key that the device had, and the one it has. */
static enum status gather_device(struct central *c, struct gathering *g, const char *dev,
				 struct err *why)
{
	struct former_key f = FORMER_KEY_INIT;
	enum status st = ST_OK;

	while (st == ST_OK && g->device_count < PACKAGE_KEYS_MAX - 2
	       && (st = former_key_after(c->db, dev, f.n, &f, why)) == ST_OK) {
		g->devices[g->device_count] = f.device;
		strbuf_take(&g->certificates[g->device_count++], &f.certificate);
	}
	former_key_release(&f);
	if (st == ST_OK || st == ST_NONE)
		st = device_get(c->db, dev, &g->devices[g->device_count],
				&g->certificates[g->device_count], why);
	g->device_count++;
	return st;
}

static enum status gather_keys(struct central *c, struct gathering *g, struct err *why)
{
	enum status st = ST_OK;

	for (int i = 0; st == ST_OK && i < g->row_count; i++) {
		const char *dev = g->rows[i].dev;

		if (strcmp(dev, c->dev) == 0 || have_device(g, dev))
			continue;
		if (g->device_count >= PACKAGE_KEYS_MAX - 1)
			return err_set(why, ST_BROKEN, "package-content",
				       "case %s was signed with more than %d keys", g->s.file.id,
				       PACKAGE_KEYS_MAX - 1);
		st = gather_device(c, g, dev, why);
	}
	return st == ST_NONE ? err_set(why, ST_BROKEN, "database-damaged",
				       "a device of case %s is missing", g->s.file.id)
			     : st;
}

/* The tree as it was when the last entry came: the same package can be made
 * again at any time. */
static enum status gather_proof(struct central *c, struct gathering *g, struct err *why)
{
	struct merkle_store tree = central_tree(c);
	int64_t size = g->rows[g->row_count - 1].seq;
	struct hash32 root;

	if (!merkle_root(&tree, size, &root))
		return err_set(why, ST_BROKEN, "tree", "the tree lacks nodes");
	hex_encode(g->root, root.b, sizeof(root.b));
	for (int i = 0; i < g->row_count; i++)
		if (!merkle_inclusion(&tree, g->rows[i].seq - 1, size, &g->entries[i].path))
			return err_set(why, ST_BROKEN, "tree", "the tree lacks nodes");
	return checkpoint_write(&g->checkpoint, c->aud, size, &root, c->key, why);
}

static void lend_entries(struct gathering *g)
{
	for (int i = 0; i < g->row_count; i++) {
		const struct log_row *r = &g->rows[i];
		struct package_entry *e = &g->entries[i];

		e->facts = (struct entry_facts){
			r->case_id, r->n,	i ? g->rows[i - 1].eh : HASH_ZERO,
			r->ah,	    r->seq,	r->epoch,
			r->at,	    r->verdict, r->rule
		};
		e->eh = r->eh;
		e->erased_by = g->erased_by[i];
		e->jws = g->erased_by[i] ? (struct str){ NULL, 0 } : strbuf_str(&g->envelopes[i]);
	}
}

static void lend_documents(struct gathering *g)
{
	for (int i = 0; i < g->doc_count; i++) {
		const struct stored_document *d = &g->docs[i];

		g->documents[i] = (struct package_document){ d->h, d->mt, d->name, d->n,
							     strbuf_str(&g->bytes[i]) };
	}
}

static void lend_keys(struct gathering *g)
{
	for (int i = 0; i < g->device_count; i++) {
		const struct device *d = &g->devices[i];

		g->keys[i] = (struct package_key){ d->kid,
						   d->x,
						   d->officer,
						   d->id,
						   strbuf_str(&g->certificates[i]),
						   d->state,
						   d->valid_through_ctr };
	}
}

static void lend(struct gathering *g, struct package_content *p, const struct central *c)
{
	lend_entries(g);
	lend_documents(g);
	lend_keys(g);
	*p = (struct package_content){
		.aud = c->aud,
		.central_name = c->name,
		.central_key = signkey_public(c->key),
		.file = &g->s.file,
		.entry_count = g->row_count,
		.entries = g->entries,
		.document_count = g->doc_count,
		.documents = g->documents,
		.key_count = g->device_count,
		.keys = g->keys,
		.proof_size = g->rows[g->row_count - 1].seq,
		.proof_root = g->root,
		.checkpoint = strbuf_str(&g->checkpoint),
	};
}

static enum status gather(struct central *c, const char *id, struct gathering *g, struct err *why)
{
	enum status st = case_load(c->db, id, &g->s, why);

	if (st == ST_OK && g->s.file.n > PACKAGE_ENTRIES_MAX)
		return err_set(why, ST_BROKEN, "package-content",
			       "case %s has more than %d entries", id, PACKAGE_ENTRIES_MAX);
	if (st == ST_OK)
		st = make_room(g, (int)g->s.file.n, why);
	if (st == ST_OK)
		st = gather_entries(c, g, why);
	if (st == ST_OK && g->row_count != g->s.file.n)
		st = err_set(why, ST_BROKEN, "database-damaged", "case %s lacks entries", id);
	if (st == ST_OK)
		st = gather_documents(c, g, why);
	if (st == ST_OK)
		st = gather_keys(c, g, why);
	return st == ST_OK ? gather_proof(c, g, why) : st;
}

enum status archive_path(char out[FOLDER_PATH], const struct central *c, const struct casefile *f,
			 struct err *why)
{
	char diary[81], name[200];

	package_safe_name(diary, f->diary_no);
	snprintf(name, sizeof(name), "archive/%s_%s_%" PRId64 ".zip", diary, f->id, f->n);
	return folder_path(out, c->dir, name, why);
}

/* --- Putting it in place ------------------------------------------------------------ */

/* Made under a name of its own, which tells an erasure whose words are in it. */
static enum status making_path(char out[FOLDER_PATH], const struct central *c,
			       const struct casefile *f, struct err *why)
{
	char name[200];

	snprintf(name, sizeof(name), "archive/.making_%s", f->id);
	return folder_path(out, c->dir, name, why);
}

static bool is_packed_as(const char *path, const char *sha)
{
	struct strbuf bytes = STRBUF_INIT;
	char h[HASH_TEXT];
	bool same = folder_read_file(path, PACKAGE_BYTES_MAX, &bytes, NULL) == ST_OK;

	sha256_hex(h, strbuf_str(&bytes));
	strbuf_release(&bytes);
	return same && strcmp(h, sha) == 0;
}

/* What stands at `path` with other contents was made of a history that a
 * restore has taken back: it is kept beside, and the operator told. */
static enum status keep_earlier(struct central *c, const char *path, const char *sha,
				struct err *why)
{
	char aside[FOLDER_PATH];
	int stem = (int)strlen(path) - (int)strlen(".zip"), k = 0;

	if (access(path, F_OK) != 0 || is_packed_as(path, sha))
		return ST_OK;
	do
		snprintf(aside, sizeof(aside), "%.*s.earlier-%d.zip", stem, path, ++k);
	while (k < EARLIER_MAX && access(aside, F_OK) == 0);
	if (k == EARLIER_MAX)
		return err_set(why, ST_BROKEN, "package-kept",
			       "%s: %d earlier packages of that name are here; move them away",
			       path, EARLIER_MAX);
	snprintf(c->kept_package, sizeof(c->kept_package), "%s", aside);
	return disk_rename(path, aside, why);
}

static enum status put_in_place(struct central *c, const struct gathering *g, const char *making,
				const char *sha, struct err *why)
{
	char path[FOLDER_PATH];
	enum status st = archive_path(path, c, &g->s.file, why);

	if (st == ST_OK)
		st = keep_earlier(c, path, sha, why);
	return st == ST_OK ? disk_rename(making, path, why) : st;
}

static enum status say_packed(struct central *c, struct stored_case *s, const char *sha,
			      struct err *why)
{
	struct action a = ACTION_INIT;
	struct entry_done done;
	enum status st;

	action_reset(&a, action_find(str_of("case.archive")));
	st = action_set(&a, "package", str_of(sha), why);
	if (st == ST_OK)
		st = entry_system(c, s, &a, central_now(c), &done, why);
	if (st == ST_OK)
		st = package_due_done(c->db, s->file.id, why);
	action_release(&a);
	return st;
}

/* Is the case as it was gathered, and what was made of it still there? Another
 * process may have erased something of it since. */
static enum status still_so(struct central *c, const struct gathering *g, const char *making,
			    struct err *why)
{
	struct log_row next;
	enum status st = log_by_case(c->db, g->s.file.id, g->s.file.n + 1, &next, why);

	if (st == ST_OK || (st == ST_NONE && access(making, F_OK) != 0))
		return err_set(why, ST_CONFLICT, "case-moved-on",
			       "case %s has moved on while it was packed", g->s.file.id);
	return st == ST_NONE ? ST_OK : st;
}

/* Under the lock of the database: the file first, then the entry. A stop between
 * the two makes the same file again, byte for byte, and then the entry. */
static enum status log_package(struct central *c, struct gathering *g, const char *making,
			       const char *sha, struct err *why)
{
	enum status st = central_begin(c, why);

	if (st == ST_OK)
		st = still_so(c, g, making, why);
	if (st == ST_OK)
		st = put_in_place(c, g, making, sha, why);
	if (st == ST_OK)
		st = say_packed(c, &g->s, sha, why);
	if (st == ST_OK)
		st = central_commit(c, why);
	central_rollback(c);
	return st;
}

/* Working notes go before anything is packed. */
static enum status pack_case(struct central *c, const char *id, struct err *why)
{
	struct gathering g = { .s = STORED_CASE_INIT, .checkpoint = STRBUF_INIT };
	struct package_content content;
	char making[FOLDER_PATH] = "", sha[HASH_TEXT];
	enum status st = weed_case(c, id, why);

	if (st == ST_OK)
		st = gather(c, id, &g, why);
	if (st == ST_OK)
		st = making_path(making, c, &g.s.file, why);
	if (st == ST_OK) {
		lend(&g, &content, c);
		st = package_write(making, &content, sha, why);
	}
	if (st == ST_OK)
		st = log_package(c, &g, making, sha, why);
	if (st != ST_OK && making[0])
		unlink(making);
	gathering_release(&g);
	return st;
}

static enum status archive_case(struct central *c, const char *id, struct err *why)
{
	enum status st = ST_CONFLICT;

	for (int i = 0; i < TRIES && st == ST_CONFLICT; i++) {
		err_clear(why);
		st = pack_case(c, id, why);
	}
	return st;
}

/* One case that cannot be packed does not hold up the others; a disk that
 * cannot be written does. */
static bool stops_all(const struct err *why)
{
	return strncmp(why->code, "disk", 4) == 0 || strcmp(why->code, "crash") == 0;
}

typedef enum status next_fn(struct db *db, char id[UUID_TEXT], struct err *why);

static enum status archive_all(struct central *c, next_fn *next, int *made, struct err *why)
{
	char id[UUID_TEXT] = "";
	enum status st, first = ST_OK;

	while ((st = next(c->db, id, why)) == ST_OK) {
		struct err one = ERR_INIT;

		st = archive_case(c, id, &one);
		*made += st == ST_OK;
		if (st == ST_OK)
			continue;
		first = first == ST_OK ? st : first;
		(void)err_set(why, st, one.code, "case %s: %.300s", id, one.text);
		if (stops_all(&one))
			break;
	}
	return first == ST_OK && st != ST_NONE ? st : first;
}

/* What was erased waits for nothing else, not for old uploads that can't be swept. */
static enum status clear_out(struct central *c, struct err *why)
{
	struct err purging = ERR_INIT;
	enum status swept = uploads_sweep(c, why), purged = erasure_purge(c, &purging);

	if (swept != ST_OK || purged == ST_OK)
		return swept;
	return err_set(why, purged, purging.code, "%s", purging.text);
}

enum status central_jobs(struct central *c, int *done, struct err *why)
{
	int made = 0;
	enum status st = clear_out(c, why);

	if (st == ST_OK && c->dir)
		st = archive_all(c, case_next_closed, &made, why);
	if (st == ST_OK && c->dir)
		st = archive_all(c, package_due_next, &made, why);

	if (made && c->env.woke)
		c->env.woke(c->env.ctx);
	if (done)
		*done = made;
	if (made && st == ST_OK)
		st = central_testify(c, why);
	return st;
}
