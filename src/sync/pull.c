/* SPDX-License-Identifier: EUPL-1.2 */
/* The pull lane: pages, whole chains, keys, the signed head, waiting. */
#include "sync/core.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/encode.h"
#include "cache/cases.h"
#include "cache/entries.h"
#include "cache/names.h"
#include "cache/outbox.h"
#include "sign/chain.h"
#include "sync/erase.h"
#include "sync/merge.h"
#include "sync/settle.h"
#include "wire/json.h"
#include "wire/page.h"

#include "base/banned.h"

/* What a JSON number holds to the last digit. */
#define NUMBER_MAX (((uint64_t)1 << 53) - 1)

/* --- Choosing -------------------------------------------------------------------- */

/* Five requests in ten seconds at one cursor are too many: something is wrong
 * there or here, and asking faster does not mend it. */
static bool calm(struct sync *s, int64_t seq, int64_t boot, int64_t *wake_at)
{
	int64_t oldest = s->calm_at[s->calm_next];

	if (seq != s->calm_seq) {
		s->calm_seq = seq;
		for (int i = 0; i < CALM_MAX; i++)
			s->calm_at[i] = NEVER;
		return true;
	}
	if (boot - oldest >= CALM_MS)
		return true;
	*wake_at = oldest + CALM_MS;
	return false;
}

static void count_request(struct sync *s)
{
	s->calm_at[s->calm_next] = clock_boot(s->in.clock);
	s->calm_next = (s->calm_next + 1) % CALM_MAX;
}

static enum status newest_cursor(struct sync *s, int64_t *seq, struct err *why)
{
	struct cursor rows[SCOPES_MAX];
	int count;
	enum status st = cursor_list(s->in.cache, rows, SCOPES_MAX, &count, why);

	*seq = 0;
	for (int i = 0; st == ST_OK && i < count; i++)
		if (rows[i].seq > *seq)
			*seq = rows[i].seq;
	return st;
}

/* The next followed case whose chain has a gap; each is asked for once per
 * pass, and again only while the answers bring something. */
static enum status choose_chain(struct sync *s, enum step *step, struct err *why)
{
	char id[UUID_TEXT];
	int64_t from = 0;
	enum status st;

	if (s->chains_done)
		return ST_OK;
	st = want_next(s->in.cache, s->who.sub, s->chain_case, id, &from, why);
	s->chains_done = st == ST_NONE;
	if (st != ST_OK)
		return st == ST_NONE ? ST_OK : st;
	memcpy(s->chain_case, id, sizeof(id));
	s->chain_from = from;
	*step = STEP_CHAIN;
	return ST_OK;
}

/* What is looked after now and then: the signed head, others' keys. */
enum step check_due(const struct sync *s, int64_t boot)
{
	if (s->proof_due)
		return STEP_PROOF;
	if (boot - s->head_at >= HEAD_MS)
		return STEP_HEAD;
	return boot - s->keys_at >= KEYS_MS ? STEP_KEYS : STEP_NONE;
}

/* Once a minute the central is asked who it is: its operator may have begun a
 * new epoch. */
static enum status look_for_epoch(struct sync *s, int64_t boot, enum step *step, int64_t *wake_at)
{
	*wake_at = s->diverged_at + HEAD_MS;
	if (s->info_known && boot < *wake_at)
		return ST_OK;
	s->diverged_at = boot;
	ask_epoch(s);
	*step = STEP_PULL; /* not before it has said so */
	return ST_OK;
}

enum status choose_pull(struct sync *s, int64_t boot, enum step *step, int64_t *wake_at,
			struct err *why)
{
	int64_t seq;
	bool busy = false;
	enum status st = newest_cursor(s, &seq, why);

	if (st != ST_OK)
		return st;
	if (is_diverged(s))
		return look_for_epoch(s, boot, step, wake_at);
	if (s->retired && has_unsent(s))
		return ST_OK;
	if (!pull_due(s) && !s->in.once && boot >= s->fallback_at)
		want_pull(s);
	st = choose_load(s, boot, seq > 0, step, wake_at, &busy, why);
	if (st != ST_OK || busy)
		return st;
	if (s->load.again)
		seq = 0; /* what is read anew is asked for from the start */
	if (pull_due(s) && calm(s, seq, boot, wake_at)) {
		*step = STEP_PULL;
		return ST_OK;
	}
	/* Cases that somebody opened do not wait for the next pull. */
	st = choose_alone(s, step, why);
	if (st == ST_OK && *step == STEP_NONE)
		st = choose_chain(s, step, why);
	if (st != ST_OK || *step != STEP_NONE || pull_due(s))
		return st;
	*step = check_due(s, boot);
	if (*step == STEP_NONE && !s->in.once && calm(s, seq, boot, wake_at))
		*step = STEP_WAIT;
	return ST_OK;
}

enum status diverged(struct sync *s)
{
	s->proof_due = false;
	s->evidence_ctr = 0;
	s->diverged_at = clock_boot(s->in.clock);
	set_trouble(s, SYNC_DIVERGED, "history-diverged",
		    "the central's history does not extend the one we knew; tell the operator");
	return ST_OK;
}

/* --- Pages ------------------------------------------------------------------------ */

static void subs_json(struct jsonw *w, const struct cursor *rows, int count)
{
	jsonw_key(w, "subs");
	jsonw_list(w);
	for (int i = 0; i < count; i++) {
		jsonw_map(w);
		jsonw_kv_int(w, "scope", rows[i].scope);
		jsonw_kv_int(w, "seq", rows[i].seq);
		if (rows[i].fresh > 0)
			jsonw_kv_int(w, "fresh", rows[i].fresh);
		jsonw_end_map(w);
	}
	jsonw_end_list(w);
}

/* The newest that is known of the central's history: what the last page covered,
 * or the last signed head. Its signature proves it to the operator. */
static void head_json(struct jsonw *w, const struct sync *s, const struct sync_point *p,
		      const char *epoch)
{
	bool known = s->who.head_size > 0 && strcmp(s->who.head_epoch, epoch) == 0;
	bool page = p->root[0] && (!known || p->size >= s->who.head_size);
	const char *signed_head = page ? p->signed_head : s->who.signed_head;

	jsonw_key(w, "head");
	if (!page && !known) {
		jsonw_null(w);
		return;
	}
	jsonw_map(w);
	jsonw_kv_int(w, "size", page ? p->size : s->who.head_size);
	jsonw_kv(w, "root", page ? p->root : s->who.head_root);
	if (signed_head[0])
		jsonw_kv(w, "jws", signed_head);
	jsonw_end_map(w);
}

/* An answer of the central's own, which its log has lost in the same epoch. */
static enum status evidence_json(struct sync *s, struct jsonw *w, struct err *why)
{
	struct outbox_item i = OUTBOX_ITEM_INIT;
	enum status st = ST_OK;

	if (s->evidence_ctr > 0)
		st = outbox_by_ctr(s->in.outbox, s->who.dev, s->evidence_ctr, &i, why);
	if (st == ST_OK && i.ack.len)
		jsonw_kv_str(w, "ack", strbuf_str(&i.ack));
	outbox_item_release(&i);
	return st == ST_NONE ? ST_OK : st;
}

/* Cases that a restore took back, some at a time. */
static enum status again_json(struct sync *s, struct jsonw *w, struct err *why)
{
	char id[UUID_TEXT] = "";
	enum status st = again_next(s->in.cache, "", id, why);

	if (st != ST_OK)
		return st == ST_NONE ? ST_OK : st;
	jsonw_key(w, "again");
	jsonw_list(w);
	for (int i = 0; i < AGAIN_MAX && st == ST_OK; i++) {
		jsonw_cstr(w, id);
		st = again_next(s->in.cache, id, id, why);
	}
	jsonw_end_list(w);
	return st == ST_NONE ? ST_OK : st;
}

static enum status pull_json(struct sync *s, struct strbuf *body, const struct sync_point *p,
			     const struct cursor *rows, int count, const char *catalog,
			     struct err *why)
{
	const char *epoch = p->epoch[0] ? p->epoch : s->info_epoch;
	enum status st;
	struct jsonw w;

	jsonw_init(&w, body);
	jsonw_map(&w);
	jsonw_kv(&w, "epoch", epoch);
	subs_json(&w, rows, count);
	jsonw_kv_int(&w, "sv", p->sv);
	jsonw_kv(&w, "catalog", catalog);
	jsonw_kv_int(&w, "own", p->own_through);
	head_json(&w, s, p, epoch);
	st = evidence_json(s, &w, why);
	if (st == ST_OK)
		st = again_json(s, &w, why);
	jsonw_kv_int(&w, "max_bytes", count || !load_may(s) ? PAGE_MAX_BYTES : FIRST_BYTES);
	jsonw_end_map(&w);
	return st;
}

enum status ask_pull(struct sync *s, struct request *out, struct err *why)
{
	struct sync_point p;
	struct cursor rows[SCOPES_MAX];
	char catalog[HASH_TEXT];
	int count;
	enum status st = cache_point(s->in.cache, &p, why);

	if (st == ST_OK && p.purge_due && erase_settle(s->in.cache, s->in.outbox, NULL) == ST_OK)
		p.purge_due = s->unerased =
			false; /* else a reader holds the file: at the next pull */
	if (st == ST_OK && s->unerased && erase_answered(s->in.cache, s->in.outbox, NULL) == ST_OK)
		s->unerased = false;
	if (st == ST_OK && s->spilt && cache_purge_log(s->in.cache, NULL) == ST_OK)
		s->spilt = false;
	if (st == ST_OK)
		st = cursor_list(s->in.cache, rows, SCOPES_MAX, &count, why);
	if (s->load.again)
		count = 0;
	if (st == ST_OK)
		st = catalog_sha256(s->in.cache, catalog, why);
	if (st != ST_OK)
		return st;
	s->pull_number = 1 + (int64_t)rng_below(s->in.rng, NUMBER_MAX);
	request_set(out, "POST", "/v1/sync/pull");
	strbuf_addf(&out->query, "ask=%" PRId64, s->pull_number);
	snprintf(out->content_type, sizeof(out->content_type), "application/json");
	s->pull_asked = s->pull_wanted;
	count_request(s);
	return pull_json(s, &out->body, &p, rows, count, catalog, why);
}

static enum status unpack(struct strbuf *raw, const struct reply *r, struct err *why)
{
	if (strncmp(r->content_type, "application/zstd", 16) == 0)
		return zstd_unpack(raw, strbuf_str(&r->body), PAGE_MAX_BYTES, why);
	if (strncmp(r->content_type, "application/x-ndjson", 20) == 0) {
		strbuf_set(raw, r->body.data, r->body.len);
		return ST_OK;
	}
	return nonsense(
		why, "not-ours",
		"the answer is no page of the central's; a proxy or a login page may stand between");
}

/* A page of before that something in between has kept answers another request, though
 * it is this device's and may even begin where the copy ends. A central of an
 * earlier release says no number. */
static enum status answers_this(const struct sync *s, struct str raw, struct err *why)
{
	const char *end = memchr(raw.p, '\n', raw.n);
	struct json *head = NULL;
	int64_t asked = 0;

	if (end && json_read(&head, (struct str){ raw.p, (size_t)(end - raw.p) }, NULL) == ST_OK)
		asked = json_get_int(head, "asked", 0);
	json_free(head);
	if (asked == 0 || asked == s->pull_number)
		return ST_OK;
	return err_set(why, ST_BAD_INPUT, "page-stale",
		       "the page answers a request of before; nothing of it was used");
}

static void page_applied(struct sync *s, const struct merge_result *r)
{
	s->now.pages++;
	s->now.rows += r->rows;
	learn_now(s, r->now);
	/* Rows may have opened a gap, or closed the reason for one; and what a
	 * spoilt answer left open is tried again with each pull. */
	if (r->rows > 0 || !r->more)
		look_again(s);
	if (r->more)
		return;
	s->pull_done = s->pull_asked;
	s->now.last_pull = clock_wall(s->in.clock);
	s->fallback_at =
		clock_boot(s->in.clock) + FALLBACK_MS + (int64_t)rng_below(s->in.rng, FALLBACK_MS);
}

enum status take_pull(struct sync *s, const struct reply *r, struct err *why)
{
	struct strbuf raw = STRBUF_INIT;
	struct merge_result result = { 0 };
	struct merge_offer offer = { .again = s->load.again };
	enum status st = unpack(&raw, r, why);

	if (st == ST_OK)
		st = answers_this(s, strbuf_str(&raw), why);
	if (st == ST_OK)
		st = merge_first(s->in.cache, s->in.outbox, strbuf_str(&raw),
				 clock_wall(s->in.clock),
				 load_may(s) || s->load.again ? &offer : NULL, &result, why);
	strbuf_release(&raw);
	if (st == ST_NONE && result.scopes_lost
	    && erase_settle(s->in.cache, s->in.outbox, NULL) != ST_OK)
		want_pull(s);
	if (st == ST_NONE && offer.count && load_may(s)) {
		err_clear(why);
		return load_begin(s, &offer, why);
	}
	if (st == ST_NONE && s->load.again) {
		err_clear(why);
		return empty_copy(s, why);
	}
	if (st == ST_CONFLICT && strcmp(why->code, "epoch-changed") == 0) {
		err_clear(why);
		ask_epoch(s);
		return ST_OK;
	}
	if (st != ST_OK)
		return st;
	page_applied(s, &result);
	if (result.missing > 0)
		st = outbox_missing(s->in.outbox, result.missing, why);
	if (st != ST_OK)
		return st;
	if (s->evidence_ctr > 0) /* it was shown, and nothing was said to it */
		return diverged(s);
	if (result.scopes_lost && erase_settle(s->in.cache, s->in.outbox, NULL) != ST_OK)
		want_pull(s); /* it is marked in the file, and tried again */
	if (!result.more && erase_unseen(s->in.cache, s->in.outbox, NULL) != ST_OK)
		want_pull(s);
	return ST_OK;
}

/* What is here stays to be looked at until the new copy is whole, if there are
 * snapshots of it; the answer to a pull from 0 says so. */
static enum status read_anew(struct sync *s, struct err *why)
{
	if (!load_may(s) || s->load.again)
		return empty_copy(s, why);
	s->load.again = true;
	want_pull(s);
	return ST_OK;
}

enum status refused_pull(struct sync *s, const struct problem *p, struct err *why)
{
	if (strcmp(p->code, "epoch-changed") == 0) {
		ask_epoch(s);
		return ST_OK;
	}
	if (strcmp(p->code, "snapshot-required") == 0)
		return read_anew(s, why);
	if (strcmp(p->code, "history-diverged") == 0)
		return diverged(s);
	return ST_NONE;
}

/* --- A whole chain ------------------------------------------------------------------ */

enum status ask_chain(struct sync *s, struct request *out, struct err *why)
{
	char path[100];

	(void)why;
	snprintf(path, sizeof(path), "/v1/cases/%s/chain", s->chain_case);
	request_set(out, "GET", path);
	strbuf_addf(&out->query, "from=%lld", (long long)s->chain_from);
	return ST_OK;
}

enum status take_chain(struct sync *s, const struct reply *r, struct err *why)
{
	struct strbuf raw = STRBUF_INIT;
	struct merge_result result = { 0 };
	int64_t gap = 0;
	struct casefile base = CASEFILE_INIT;
	enum status st = unpack(&raw, r, why);

	if (st == ST_OK)
		st = merge_chain(s->in.cache, s->in.outbox, strbuf_str(&raw), &result, why);
	if (st == ST_OK && result.scopes_lost
	    && erase_settle(s->in.cache, s->in.outbox, NULL) != ST_OK)
		want_pull(s);
	if (st == ST_OK)
		st = case_base(s->in.cache, s->chain_case, &base, why);
	if (st == ST_OK)
		st = entry_gap(s->in.cache, s->chain_case, base.n, &gap, why);
	/* More of it: ask from the new gap, else go on behind this case. */
	if (st == ST_OK && gap > s->chain_from) {
		char *last = &s->chain_case[UUID_TEXT - 2];

		*last = (char)(*last - 1); /* sorts just before the id */
	}
	strbuf_release(&raw);
	casefile_release(&base);
	if (st == ST_CONFLICT && strcmp(why->code, "epoch-changed") == 0) {
		err_clear(why);
		ask_epoch(s);
		return ST_OK;
	}
	return st == ST_NONE ? ST_OK : st;
}

/* Not ours to see, or gone: the next page will say so. Chains are not for every
 * role either; asking on would keep all that is new away. */
enum status refused_chain(struct sync *s, const struct problem *p, struct err *why)
{
	if (p->status == 404 || p->status == 410
	    || (p->status == 403 && strcmp(p->code, "role-lacking") == 0))
		return want_drop(s->in.cache, s->chain_case, why);
	return ST_NONE;
}

/* --- Keys of the others --------------------------------------------------------------- */

enum status ask_keys(struct sync *s, struct request *out, struct err *why)
{
	(void)why;
	s->keys_at = clock_boot(s->in.clock);
	request_set(out, "GET", "/v1/keys");
	return ST_OK;
}

static enum status put_key(struct sync *s, const struct json *j, struct err *why)
{
	struct known_key k = KNOWN_KEY_INIT;
	struct str certificate = json_get_text(j, "certificate");
	enum status st = ST_OK;
	bool ok = json_copy_text(j, "kid", k.kid, sizeof(k.kid))
		  && json_copy_text(j, "x", k.x, sizeof(k.x))
		  && json_copy_text(j, "sub", k.sub, sizeof(k.sub))
		  && json_copy_text(j, "dev", k.dev, sizeof(k.dev));

	(void)json_copy_text(j, "state", k.state, sizeof(k.state));
	k.valid_through = json_get_int(j, "valid_through_ctr", 0);
	if (ok && certificate.p && strbuf_set(&k.certificate, certificate.p, certificate.n))
		st = known_key_put(s->in.cache, &k, why);
	known_key_release(&k);
	return st;
}

enum status take_keys(struct sync *s, const struct reply *r, struct err *why)
{
	struct json *j = NULL;
	const struct json *keys;
	enum status st = read_json(&j, r, why);

	keys = json_member(j, "keys");
	if (st == ST_OK)
		st = cache_begin(s->in.cache, why);
	for (size_t i = 0; st == ST_OK && i < json_count(keys); i++)
		st = put_key(s, json_item(keys, i), why);
	json_free(j);
	if (st == ST_OK)
		return cache_commit(s->in.cache, why);
	cache_rollback(s->in.cache);
	return st;
}

/* --- The signed head ------------------------------------------------------------------- */

enum status ask_head(struct sync *s, struct request *out, struct err *why)
{
	(void)why;
	s->head_at = clock_boot(s->in.clock);
	request_set(out, "GET", "/v1/log/head");
	return ST_OK;
}

static enum status keep_head(struct sync *s, struct err *why)
{
	enum status st = identity_set_head(s->in.outbox, s->head.epoch, s->head.size, s->head.root,
					   s->head.jws, why);

	s->proof_due = false;
	if (st != ST_OK)
		return st;
	memcpy(s->who.head_epoch, s->head.epoch, sizeof(s->who.head_epoch));
	memcpy(s->who.head_root, s->head.root, sizeof(s->who.head_root));
	memcpy(s->who.signed_head, s->head.jws, sizeof(s->who.signed_head));
	s->who.head_size = s->head.size;
	return ST_OK;
}

/* Another epoch began with a restore: what it has in common with the one that
 * our head is of must be as it was, and the rest is taken as it is. */
static bool must_extend(const struct sync *s)
{
	struct epochs mine;

	if (strcmp(s->who.head_epoch, s->head.epoch) == 0)
		return true;
	epochs_parse(&mine, s->who.epochs);
	return s->who.head_size <= epochs_common(&mine, s->who.head_epoch, &s->epochs);
}

/* Of an epoch that the central has not told of yet it can't be said what it has in
 * common with ours: until then ours is kept. */
static bool is_news(const struct sync *s)
{
	return strcmp(s->head.epoch, s->who.head_epoch) != 0
	       && strcmp(s->head.epoch, epochs_now(&s->epochs)) != 0;
}

static enum status compare_head(struct sync *s, struct err *why)
{
	if (s->who.head_size <= 0)
		return keep_head(s, why);
	if (is_news(s)) {
		ask_epoch(s);
		return ST_OK;
	}
	if (!must_extend(s))
		return keep_head(s, why);
	if (s->head.size == s->who.head_size && strcmp(s->head.root, s->who.head_root) == 0)
		return keep_head(s, why);
	if (s->head.size <= s->who.head_size)
		return diverged(s);
	s->proof_due = true;
	return ST_OK;
}

enum status take_head(struct sync *s, const struct reply *r, struct err *why)
{
	struct strbuf payload = STRBUF_INIT;
	struct json *j = NULL;
	struct log_head h;
	struct str jws;
	enum status st = read_json(&j, r, why);

	jws = json_get_text(j, "jws");
	if (st == ST_OK)
		st = jws.p ? settle_central_jws(&payload, &s->who, TYP_HEAD, jws, why)
			   : nonsense(why, "not-ours", "the answer is no signed head");
	if (st == ST_OK)
		st = head_read(&h, strbuf_str(&payload), why);
	/* One too long to be kept proves nothing to others; to us it does. */
	if (st == ST_OK && !json_copy_text(j, "jws", s->head.jws, sizeof(s->head.jws)))
		s->head.jws[0] = '\0';
	json_free(j);
	strbuf_release(&payload);
	if (st != ST_OK)
		return st;
	memcpy(s->head.epoch, h.epoch, sizeof(s->head.epoch));
	memcpy(s->head.root, h.root, sizeof(s->head.root));
	s->head.size = h.size;
	return compare_head(s, why);
}

enum status ask_proof(struct sync *s, struct request *out, struct err *why)
{
	(void)why;
	request_set(out, "GET", "/v1/log/proof");
	strbuf_addf(&out->query, "from=%lld&to=%lld", (long long)s->who.head_size,
		    (long long)s->head.size);
	s->proof_due = false; /* asked once for each head */
	return ST_OK;
}

static bool read_path(struct merkle_path *path, const struct json *list)
{
	path->count = 0;
	if (json_kind_of(list) != JSON_LIST || json_count(list) > MERKLE_PATH_MAX)
		return false;
	for (size_t i = 0; i < json_count(list); i++)
		if (!hex_decode(path->node[path->count++].b, 32, json_text(json_item(list, i))))
			return false;
	return true;
}

enum status take_proof(struct sync *s, const struct reply *r, struct err *why)
{
	struct json *j = NULL;
	struct merkle_path path;
	struct hash32 from, to;
	bool holds;
	enum status st = read_json(&j, r, why);

	if (st == ST_OK && !read_path(&path, json_member(j, "path")))
		st = nonsense(why, "not-ours", "the answer is no proof");
	json_free(j);
	if (st != ST_OK)
		return st;
	holds = hex_decode(from.b, 32, str_of(s->who.head_root))
		&& hex_decode(to.b, 32, str_of(s->head.root))
		&& merkle_verify_consistency(s->who.head_size, &from, s->head.size, &to, &path);
	return holds ? keep_head(s, why) : diverged(s);
}

/* --- Waiting ------------------------------------------------------------------------------ */

enum status ask_wait(struct sync *s, struct request *out, struct err *why)
{
	struct sync_point p;
	int64_t seq;
	enum status st = newest_cursor(s, &seq, why);

	if (st == ST_OK)
		st = cache_point(s->in.cache, &p, why);
	if (st != ST_OK)
		return st;
	request_set(out, "GET", "/v1/sync/wait");
	strbuf_addf(&out->query, "t=%d&seq=%lld&sv=%lld", WAIT_S, (long long)seq, (long long)p.sv);
	if (p.epoch[0])
		strbuf_addf(&out->query, "&epoch=%s", p.epoch);
	out->timeout_ms = WAIT_S * 1000 + WAIT_MORE_MS;
	count_request(s);
	return st;
}

enum status take_wait(struct sync *s, const struct reply *r, struct err *why)
{
	struct json *j = NULL;
	enum status st;

	if (r->status == 204)
		return ST_OK;
	st = read_json(&j, r, why);
	if (st == ST_OK && json_kind_of(json_member(j, "seq")) != JSON_INT)
		st = nonsense(why, "not-ours", "the answer is no hint");
	if (st == ST_OK)
		want_pull(s);
	json_free(j);
	return st;
}
