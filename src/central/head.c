/* SPDX-License-Identifier: EUPL-1.2 */
#include <inttypes.h>
#include <string.h>

#include "base/encode.h"
#include "central/call.h"

#include "base/banned.h"

static enum status root_of(struct central *c, int64_t size, struct hash32 *root, struct err *why)
{
	struct merkle_store tree = central_tree(c);

	if (merkle_root(&tree, size, root))
		return ST_OK;
	return err_set(why, ST_BROKEN, "tree", "the tree lacks nodes for %" PRId64 " entries",
		       size);
}

enum status central_sign_head(struct central *c, int64_t size, const struct hash32 *root,
			      struct strbuf *jws, struct err *why)
{
	struct log_head h = { .size = size, .at = central_now(c) };
	struct strbuf payload = STRBUF_INIT;
	enum status st = ST_OK;

	memcpy(h.epoch, c->epoch, sizeof(h.epoch));
	hex_encode(h.root, root->b, sizeof(root->b));
	if (!head_write(&payload, &h))
		st = err_set(why, ST_BROKEN, "head", "the head cannot be written");
	if (st == ST_OK)
		st = jws_sign(jws, NULL, c->key, TYP_HEAD, strbuf_str(&payload), why);
	strbuf_release(&payload);
	return st;
}

/* The signed head of the first `size` entries, as members of the open map. */
static enum status put_head(struct call *k, struct jsonw *w, int64_t size, struct err *why)
{
	struct strbuf jws = STRBUF_INIT, note = STRBUF_INIT;
	struct hash32 root;
	char hex[HASH_TEXT];
	enum status st = root_of(k->c, size, &root, why);

	if (st == ST_OK)
		st = central_sign_head(k->c, size, &root, &jws, why);
	if (st == ST_OK)
		st = checkpoint_write(&note, k->c->aud, size, &root, k->c->key, why);
	if (st == ST_OK) {
		hex_encode(hex, root.b, sizeof(root.b));
		jsonw_kv_str(w, "jws", strbuf_str(&jws));
		jsonw_kv_str(w, "checkpoint", strbuf_str(&note));
		jsonw_kv(w, "epoch", k->c->epoch);
		jsonw_kv_int(w, "size", size);
		jsonw_kv(w, "root", hex);
	}
	strbuf_release(&jws);
	strbuf_release(&note);
	return st;
}

enum status handle_log_head(struct call *k, struct err *why)
{
	struct jsonw w;
	int64_t size;
	enum status st = feed_head_seq(k->c->db, &size, why);

	if (st != ST_OK)
		return st;
	reply_type(k->out, 200, TYPE_JSON);
	jsonw_init(&w, &k->out->body);
	jsonw_map(&w);
	st = put_head(k, &w, size, why);
	jsonw_end_map(&w);
	return st;
}

static void path_json(struct jsonw *w, const struct merkle_path *p)
{
	char hex[HASH_TEXT];

	jsonw_key(w, "path");
	jsonw_list(w);
	for (int i = 0; i < p->count; i++) {
		hex_encode(hex, p->node[i].b, sizeof(p->node[i].b));
		jsonw_cstr(w, hex);
	}
	jsonw_end_list(w);
}

static enum status inclusion(struct call *k, int64_t seq, int64_t size, struct err *why)
{
	struct merkle_store tree = central_tree(k->c);
	struct strbuf note = STRBUF_INIT;
	struct merkle_path path;
	struct hash32 root;
	struct jsonw w;
	enum status st;

	if (seq < 1 || seq > size)
		return err_set(why, ST_NONE, "entry-unknown", "the log has entries 1 to %" PRId64,
			       size);
	if (!merkle_inclusion(&tree, seq - 1, size, &path))
		return err_set(why, ST_BROKEN, "tree", "the tree lacks nodes");
	st = root_of(k->c, size, &root, why);
	if (st == ST_OK)
		st = checkpoint_write(&note, k->c->aud, size, &root, k->c->key, why);
	if (st == ST_OK) {
		reply_type(k->out, 200, TYPE_JSON);
		jsonw_init(&w, &k->out->body);
		jsonw_map(&w);
		jsonw_kv_int(&w, "index", seq - 1);
		jsonw_kv_int(&w, "size", size);
		path_json(&w, &path);
		jsonw_kv_str(&w, "checkpoint", strbuf_str(&note));
		jsonw_end_map(&w);
	}
	strbuf_release(&note);
	return st;
}

static enum status consistency(struct call *k, int64_t from, int64_t to, int64_t size,
			       struct err *why)
{
	struct merkle_store tree = central_tree(k->c);
	struct merkle_path path;
	struct jsonw w;

	if (from < 1 || from > to || to > size)
		return err_set(why, ST_NONE, "entry-unknown",
			       "a proof goes from 1.. to at most %" PRId64, size);
	if (!merkle_consistency(&tree, from, to, &path))
		return err_set(why, ST_BROKEN, "tree", "the tree lacks nodes");
	reply_type(k->out, 200, TYPE_JSON);
	jsonw_init(&w, &k->out->body);
	jsonw_map(&w);
	jsonw_kv_int(&w, "from", from);
	jsonw_kv_int(&w, "to", to);
	path_json(&w, &path);
	jsonw_end_map(&w);
	return ST_OK;
}

enum status handle_log_proof(struct call *k, struct err *why)
{
	int64_t entry, from, to, size;
	enum status st = feed_head_seq(k->c->db, &size, why);

	if (st == ST_OK)
		st = query_int(k->r, "entry", &entry, 0, why);
	if (st == ST_OK)
		st = query_int(k->r, "from", &from, 0, why);
	if (st == ST_OK)
		st = query_int(k->r, "to", &to, size, why);
	if (st != ST_OK)
		return st;
	return entry ? inclusion(k, entry, size, why) : consistency(k, from, to, size, why);
}

/* --- Proof of a case --------------------------------------------------------- */

/* The inclusion of each entry from n = `from`, as many as one answer takes. */
static enum status put_inclusions(struct call *k, struct jsonw *w, const char *id, int64_t from,
				  int64_t size, struct err *why)
{
	struct merkle_store tree = central_tree(k->c);
	struct log_row e = { .n = from - 1 };
	struct merkle_path path;
	enum status st = ST_OK;
	int count = 0;

	jsonw_key(w, "inclusion");
	jsonw_list(w);
	while (count < LIMIT_CHAIN_ROWS && (st = log_after(k->c->db, id, e.n, &e, why)) == ST_OK
	       && e.seq <= size) {
		if (!merkle_inclusion(&tree, e.seq - 1, size, &path))
			return err_set(why, ST_BROKEN, "tree", "the tree lacks nodes");
		jsonw_map(w);
		jsonw_kv_int(w, "n", e.n);
		jsonw_kv_int(w, "seq", e.seq);
		path_json(w, &path);
		jsonw_end_map(w);
		count++;
	}
	jsonw_end_list(w);
	jsonw_kv_bool(w, "more", count == LIMIT_CHAIN_ROWS);
	return st == ST_NONE ? ST_OK : st;
}

enum status handle_case_proof(struct call *k, struct err *why)
{
	struct stored_case s = STORED_CASE_INIT;
	char id[UUID_TEXT];
	struct jsonw w;
	int64_t from = 0, size = 0, now = 0;
	enum status st = part_uuid(k, 0, id, why);

	if (st == ST_OK)
		st = feed_head_seq(k->c->db, &now, why);
	if (st == ST_OK)
		st = query_int(k->r, "from", &from, 1, why);
	if (st == ST_OK)
		st = query_int(k->r, "size", &size, now, why);
	if (st == ST_OK)
		st = rights_case(k->c->db, &k->who, id, &s, why);
	stored_case_release(&s);
	if (st == ST_OK && (from < 1 || size < 1 || size > now))
		st = err_set(why, ST_NONE, "entry-unknown",
			     "a proof is of entries from 1, in a log of 1 to %" PRId64, now);
	if (st != ST_OK)
		return st;
	reply_type(k->out, 200, TYPE_JSON);
	jsonw_init(&w, &k->out->body);
	jsonw_map(&w);
	st = put_head(k, &w, size, why);
	if (st == ST_OK)
		st = put_inclusions(k, &w, id, from, size, why);
	jsonw_end_map(&w);
	return st;
}
