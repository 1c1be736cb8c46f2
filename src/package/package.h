/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * package - a closed case as one file that proves itself.
 *
 * Place:    central's archive job -> PACKAGE -> DIR/archive; sluss-verify
 *           judges it offline with nothing but the file (judge.h).
 * Promise:  the same content gives the same bytes: no clock, no time zone, no
 *           compression. The file appears whole or not at all (written beside
 *           its place, fsync, rename, fsync of the folder).
 * Owner:    content is borrowed during the call.
 * Errors:   ST_BAD_INPUT "package-content" (too many, a bad name);
 *           ST_BROKEN "disk-full", "disk-error" with the path.
 *
 * Layout, format "sluss-package/1". A ZIP, members stored uncompressed, in
 * this order, no time stamps (1980-01-01), mode 0644:
 *
 *   README.txt       what this is and how to check it by hand
 *   case.json        one JSON object:
 *                    {"format":"sluss-package/1",
 *                     "central":{"aud","name"},
 *                     "case":{"id","diary_no","type","type_version","unit",
 *                      "queue","state","priority","protection","assignee",
 *                      "channel","received_at","due_on","outcome",
 *                      "changed_at","title","party"},
 *                     "last":{"n","eh","seq","epoch"}}
 *   entries.jsonl    one JSON object a line, by rising n from 1, no gap:
 *                    {"n","prev_eh","ah","seq","epoch","at","verdict",
 *                     "rule","eh","jws"}; the jws byte for byte as signed.
 *                    An erased entry has "jws":null and "erased_by":m.
 *                    Times are RFC 3339 with milliseconds, hashes 64 hex.
 *                    jws typ is sluss-action+jws (by a key of "devices") or
 *                    sluss-entry+jws (by a key of "central").
 *   keys.json        {"central":[{"kid","x"}],
 *                     "devices":[{"kid","x","sub","dev","certificate",
 *                      "state","valid_through_ctr"}]}; certificate is a JWS,
 *                    typ sluss-cert+jws, by the central.
 *   proof.json       {"origin":<aud>,"size":N,"root":<hex>,
 *                     "checkpoint":<C2SP signed note>,
 *                     "inclusion":[{"n","seq","index","path":[<hex>...]}]}
 *                    one inclusion proof an entry, in the tree of size N;
 *                    index = seq - 1; N = seq of the last entry.
 *   documents/NNN_NAME   NNN from 001, in the order in which entries name
 *                    them; NAME has only [A-Za-z0-9._-]. Which is which:
 *   documents.json   [{"path","h","len","mt","name","n"}]: h is the SHA-256
 *                    of the bytes, n the entry that brought it, name as the
 *                    entry says. Erased ones are absent, not empty.
 *   SHA256SUMS       "HEX  PATH" lines for every member above, in the same
 *                    order: `sha256sum -c` reads it.
 */
#ifndef PACKAGE_PACKAGE_H
#define PACKAGE_PACKAGE_H

#include "domain/casefile.h"
#include "sign/chain.h"

#define PACKAGE_FORMAT "sluss-package/1"

enum {
	PACKAGE_ENTRIES_MAX = 20000,
	PACKAGE_DOCUMENTS_MAX = 999,
	PACKAGE_KEYS_MAX = 4096,
	PACKAGE_BYTES_MAX = 512 * 1024 * 1024, /* of the whole file */
};

struct package_entry {
	struct entry_facts facts; /* texts borrowed */
	const char *eh;
	struct str jws;		 /* p == NULL: erased */
	int64_t erased_by;	 /* the entry that erased it, or 0 */
	struct merkle_path path; /* inclusion in the tree of proof_size */
};

struct package_document {
	const char *h;
	const char *mt;
	const char *name;
	int64_t n; /* the entry that brought it */
	struct str bytes;
};

struct package_key {
	const char *kid, *x, *sub, *dev;
	struct str certificate;
	const char *state;	   /* "valid", "retired", "lost", "frozen" */
	int64_t valid_through_ctr; /* -1 = no bound */
};

struct package_content {
	const char *aud; /* id of the central; origin of the checkpoint */
	const char *central_name;
	const struct pubkey *central_key;
	const struct casefile *file; /* as of the last entry */
	int entry_count;
	const struct package_entry *entries;
	int document_count;
	const struct package_document *documents;
	int key_count;
	const struct package_key *keys;
	int64_t proof_size;	/* = seq of the last entry */
	const char *proof_root; /* hex */
	struct str checkpoint;
};

/* Write the package to `path`, in place of what may stand there. sha256 (may
 * be NULL) gets the digest of the whole file. */
MUST_USE enum status package_write(const char *path, const struct package_content *p,
				   char sha256[HASH_TEXT], struct err *why);

/* A name made fit for a file: [A-Za-z0-9._-], at most 80 bytes, never empty,
 * never beginning with a dot. out holds 81. */
void package_safe_name(char out[81], const char *name);
#endif
