/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * chain - entry hashes, the Merkle tree over them, and the signed head.
 *
 * Place:    central's log; clients, archive packages and auditors verify.
 * Promise:  entry_hash is protocol.md "Chain, tree, signed head"; the tree is
 *           RFC 9162 (leaf = SHA-256(0x00||eh), node = SHA-256(0x01||l||r));
 *           the checkpoint is a C2SP signed note. Work and memory O(log n).
 * Owner:    callers' buffers; stored nodes are reached by callbacks.
 * Errors:   false / ST_BAD_INPUT "checkpoint-form", "checkpoint-signature",
 *           ST_BROKEN when a stored node is missing.
 */
#ifndef SIGN_CHAIN_H
#define SIGN_CHAIN_H

#include "sign/jws.h"

struct entry_facts {
	const char *case_id;
	int64_t n;
	const char *prev_eh; /* 64 hex; zeros for n = 1 */
	const char *ah;
	int64_t seq;
	const char *epoch;
	int64_t at;	     /* ms; written as RFC 3339 */
	const char *verdict; /* "accepted", "merged" */
	const char *rule;    /* "TYPE@version" */
};
void entry_hash(char eh[HASH_TEXT], const struct entry_facts *f);

enum { MERKLE_PATH_MAX = 64 };
struct hash32 {
	unsigned char b[32];
};
struct merkle_path {
	int count;
	struct hash32 node[MERKLE_PATH_MAX];
};

void merkle_leaf(struct hash32 *out, const char eh[HASH_TEXT]);
void merkle_node(struct hash32 *out, const struct hash32 *l, const struct hash32 *r);

/* Complete subtrees are stored: node(level, index), level 0 = leaves. */
struct merkle_store {
	bool (*get)(void *ctx, int level, int64_t index, struct hash32 *out);
	bool (*put)(void *ctx, int level, int64_t index, const struct hash32 *h);
	void *ctx;
};
/* Append leaf number `size` (from 0): puts it and every node it completes. */
MUST_USE bool merkle_append(const struct merkle_store *s, int64_t size, const struct hash32 *leaf);
/* Root of the first `size` leaves (size 0: SHA-256 of nothing). */
MUST_USE bool merkle_root(const struct merkle_store *s, int64_t size, struct hash32 *root);
MUST_USE bool merkle_inclusion(const struct merkle_store *s, int64_t index, int64_t size,
			       struct merkle_path *p);
MUST_USE bool merkle_consistency(const struct merkle_store *s, int64_t from, int64_t to,
				 struct merkle_path *p);

bool merkle_verify_inclusion(const struct hash32 *leaf, int64_t index, int64_t size,
			     const struct merkle_path *p, const struct hash32 *root);
bool merkle_verify_consistency(int64_t from, const struct hash32 *from_root, int64_t to,
			       const struct hash32 *to_root, const struct merkle_path *p);

struct log_head {
	char epoch[UUID_TEXT];
	int64_t size;
	char root[HASH_TEXT];
	int64_t at;
};
/* {epoch,size,root,at} as JSON payload for a JWS of typ TYP_HEAD. */
bool head_write(struct strbuf *out, const struct log_head *h);
MUST_USE enum status head_read(struct log_head *h, struct str json, struct err *why);

/* C2SP tlog-checkpoint as a signed note with one Ed25519 signature line. */
MUST_USE enum status checkpoint_write(struct strbuf *out, const char *origin, int64_t size,
				      const struct hash32 *root, const struct signkey *k,
				      struct err *why);
MUST_USE enum status checkpoint_open(int64_t *size, struct hash32 *root, const char *origin,
				     const struct pubkey *key, struct str note, struct err *why);

#endif
