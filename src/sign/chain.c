/* SPDX-License-Identifier: EUPL-1.2 */
#include "sign/chain.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/encode.h"
#include "sign/hash.h"
#include "wire/members.h"

#include "base/banned.h"

static void line(crypto_hash_sha256_state *h, const char *text)
{
	crypto_hash_sha256_update(h, (const unsigned char *)text, strlen(text));
	crypto_hash_sha256_update(h, (const unsigned char *)"\n", 1);
}

static void line_int(crypto_hash_sha256_state *h, int64_t v)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRId64, v);
	line(h, text);
}

void entry_hash(char eh[HASH_TEXT], const struct entry_facts *f)
{
	crypto_hash_sha256_state h;
	unsigned char raw[32];
	char at[INSTANT_TEXT];

	instant_format(at, f->at);
	crypto_hash_sha256_init(&h);
	line(&h, "sluss-entry/1");
	line(&h, f->case_id);
	line_int(&h, f->n);
	line(&h, f->prev_eh);
	line(&h, f->ah);
	line_int(&h, f->seq);
	line(&h, f->epoch);
	line(&h, at);
	line(&h, f->verdict);
	line(&h, f->rule);
	crypto_hash_sha256_final(&h, raw);
	hex_encode(eh, raw, sizeof(raw));
}

/* The first byte keeps a leaf from being taken for a node (RFC 9162, 2.1.1).
 * Text that is no hash becomes the leaf of zeros, which no log holds. */
void merkle_leaf(struct hash32 *out, const char eh[HASH_TEXT])
{
	unsigned char in[33] = { 0 };

	if (!hex_decode(in + 1, 32, str_of(eh)))
		memset(in + 1, 0, 32);
	sha256(out->b, (struct str){ (const char *)in, sizeof(in) });
}

void merkle_node(struct hash32 *out, const struct hash32 *l, const struct hash32 *r)
{
	unsigned char in[65] = { 1 };

	memcpy(in + 1, l->b, 32);
	memcpy(in + 33, r->b, 32);
	sha256(out->b, (struct str){ (const char *)in, sizeof(in) });
}

static bool same(const struct hash32 *a, const struct hash32 *b)
{
	return memcmp(a->b, b->b, sizeof(a->b)) == 0;
}

static void empty_root(struct hash32 *root)
{
	sha256(root->b, str_of(""));
}

bool merkle_append(const struct merkle_store *s, int64_t size, const struct hash32 *leaf)
{
	struct hash32 h = *leaf;
	int level = 0;

	if (size < 0 || !s->put(s->ctx, 0, size, &h))
		return false;
	for (int64_t i = size; i & 1; i >>= 1) {
		struct hash32 left;

		if (!s->get(s->ctx, level, i - 1, &left))
			return false;
		merkle_node(&h, &left, &h);
		if (!s->put(s->ctx, ++level, i >> 1, &h))
			return false;
	}
	return true;
}

/* Hash of the n leaves from `lo` on, which starts a subtree of the whole: the
 * complete subtrees in it are folded from the right. */
static bool subtree(const struct merkle_store *s, int64_t lo, int64_t n, struct hash32 *out)
{
	bool have = false;

	for (int level = 0; level < 62 && n >> level; level++) {
		struct hash32 h;

		if (!(n >> level & 1))
			continue;
		if (!s->get(s->ctx, level, (lo >> level) + (n >> level) - 1, &h))
			return false;
		if (have)
			merkle_node(out, &h, out);
		else
			*out = h;
		have = true;
	}
	return have;
}

bool merkle_root(const struct merkle_store *s, int64_t size, struct hash32 *root)
{
	if (size == 0)
		empty_root(root);
	return size == 0 || (size > 0 && subtree(s, 0, size, root));
}

/* The largest power of two below n, n > 1: where RFC 9162 splits n leaves. */
static int64_t split(int64_t n)
{
	int64_t k = 1;

	while (k < n - k)
		k *= 2;
	return k;
}

/* Paths are found from the root down and told from the leaf up. */
static void turn(struct merkle_path *p)
{
	for (int i = 0, j = p->count - 1; i < j; i++, j--) {
		struct hash32 h = p->node[i];

		p->node[i] = p->node[j];
		p->node[j] = h;
	}
}

static bool put_subtree(const struct merkle_store *s, int64_t lo, int64_t n, struct merkle_path *p)
{
	return p->count < MERKLE_PATH_MAX && subtree(s, lo, n, &p->node[p->count++]);
}

bool merkle_inclusion(const struct merkle_store *s, int64_t index, int64_t size,
		      struct merkle_path *p)
{
	int64_t lo = 0, n = size;

	p->count = 0;
	if (index < 0 || index >= size)
		return false;
	while (n > 1) {
		int64_t k = split(n);
		bool left = index - lo < k;

		if (!put_subtree(s, left ? lo + k : lo, left ? n - k : k, p))
			return false;
		lo = left ? lo : lo + k;
		n = left ? k : n - k;
	}
	turn(p);
	return true;
}

bool merkle_consistency(const struct merkle_store *s, int64_t from, int64_t to,
			struct merkle_path *p)
{
	int64_t lo = 0, m = from, n = to;

	p->count = 0;
	if (from < 0 || from > to)
		return false;
	if (from == 0)
		return true;
	while (m != n) {
		int64_t k = split(n);
		bool left = m <= k;

		if (!put_subtree(s, left ? lo + k : lo, left ? n - k : k, p))
			return false;
		lo = left ? lo : lo + k;
		m = left ? m : m - k;
		n = left ? k : n - k;
	}
	/* At lo == 0 the verifier has this hash: it is the root of `from`. */
	if (lo > 0 && !put_subtree(s, lo, n, p))
		return false;
	turn(p);
	return true;
}

/* RFC 9162, 2.1.3.2. */
bool merkle_verify_inclusion(const struct hash32 *leaf, int64_t index, int64_t size,
			     const struct merkle_path *p, const struct hash32 *root)
{
	struct hash32 r = *leaf;
	int64_t fn = index, sn = size - 1;

	if (index < 0 || index >= size || p->count < 0 || p->count > MERKLE_PATH_MAX)
		return false;
	for (int i = 0; i < p->count; i++) {
		if (sn == 0)
			return false;
		if ((fn & 1) || fn == sn) {
			merkle_node(&r, &p->node[i], &r);
			while (!(fn & 1) && fn != 0) {
				fn >>= 1;
				sn >>= 1;
			}
		} else {
			merkle_node(&r, &r, &p->node[i]);
		}
		fn >>= 1;
		sn >>= 1;
	}
	return sn == 0 && same(&r, root);
}

/* RFC 9162, 2.1.4.2, steps 4 to 7; `first` is the path's first hash. */
static bool walk(int64_t fn, int64_t sn, const struct hash32 *first, const struct hash32 *from_root,
		 const struct hash32 *to_root, const struct hash32 *node, int count)
{
	struct hash32 fr = *first, sr = *first;

	for (; fn & 1; fn >>= 1)
		sn >>= 1;
	for (int i = 0; i < count; i++) {
		if (sn == 0)
			return false;
		if ((fn & 1) || fn == sn) {
			merkle_node(&fr, &node[i], &fr);
			merkle_node(&sr, &node[i], &sr);
			while (!(fn & 1) && fn != 0) {
				fn >>= 1;
				sn >>= 1;
			}
		} else {
			merkle_node(&sr, &sr, &node[i]);
		}
		fn >>= 1;
		sn >>= 1;
	}
	return sn == 0 && same(&fr, from_root) && same(&sr, to_root);
}

bool merkle_verify_consistency(int64_t from, const struct hash32 *from_root, int64_t to,
			       const struct hash32 *to_root, const struct merkle_path *p)
{
	struct hash32 empty;

	if (from < 0 || from > to || p->count < 0 || p->count > MERKLE_PATH_MAX)
		return false;
	if (from == to)
		return p->count == 0 && same(from_root, to_root);
	empty_root(&empty);
	if (from == 0)
		return p->count == 0 && same(from_root, &empty);
	if (p->count == 0)
		return false;
	/* A power of two is a complete subtree: its root is not told again. */
	if ((from & (from - 1)) == 0)
		return walk(from - 1, to - 1, from_root, from_root, to_root, p->node, p->count);
	return walk(from - 1, to - 1, &p->node[0], from_root, to_root, p->node + 1, p->count - 1);
}

static const struct member head_rows[] = {
	MEMBER("epoch", MB_UUID, false, log_head, epoch),
	MEMBER("size", MB_COUNT, false, log_head, size),
	MEMBER("root", MB_HASH, false, log_head, root),
	MEMBER("at", MB_INSTANT, false, log_head, at),
};
static const struct members head_members = { head_rows, MEMBER_COUNT(head_rows), "head-member",
					     false };

bool head_write(struct strbuf *out, const struct log_head *h)
{
	return members_put(out, &head_members, h);
}

enum status head_read(struct log_head *h, struct str json, struct err *why)
{
	return members_get(h, &head_members, json, why);
}
