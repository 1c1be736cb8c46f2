/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * page - one NDJSON page of a pull (protocol.md, "Page"), written and read.
 *
 * Place:    central/pull -> PAGE -> zstd -> sync/merge.
 * Promise:  a page counts only with its trailer; the reader hands out no row
 *           before it has seen that the trailer is there and its count fits
 *           (the digest is compared by the caller, who has the hash). Unknown
 *           row kinds and members are passed over. Limits: 4 MiB raw and
 *           5,000 rows (a longer line or page is an error).
 * Owner:    page_read borrows the text while the handler runs; struct
 *           casefile of a row is borrowed too.
 * Errors:   ST_BAD_INPUT "page-cut" (no trailer, wrong count), "page-size"
 *           (over a limit), "page-form" (with line number).
 */
#ifndef WIRE_PAGE_H
#define WIRE_PAGE_H

#include "domain/casefile.h"

enum {
	PAGE_MAX_BYTES = 4 * 1024 * 1024,
	PAGE_MAX_ROWS = 5000,
	PAGE_LINE_MAX = 1024 * 1024,
	SCOPES_MAX = 64
};

struct scope_seq {
	int64_t scope;
	int64_t seq;
};

struct page_head {
	char epoch[UUID_TEXT];
	char dev[UUID_TEXT]; /* whose request it answers; "" for what many share */
	int from_count, to_count;
	struct scope_seq from[SCOPES_MAX];
	struct scope_seq to[SCOPES_MAX];
	int64_t sv;
	bool more;
	int64_t durable_through;
	int64_t now; /* the central's clock, ms */
	/* Scopes of `from` 0 of which there is a snapshot to be loaded instead. */
	int snapshot_count;
	int64_t snapshots[SCOPES_MAX];
	int64_t size;	      /* the log that the page covers: entries ... */
	char root[HASH_TEXT]; /* ... and root; "" where it is not said */
	/* The same, signed by the central; "" where it is not. */
	char signed_head[SIGNED_HEAD_TEXT];
	char again[UUID_TEXT]; /* cases asked for again are told up to this one ... */
	int64_t missing;       /* ... and so many of them are not there any more */
	/* What is the officer's alone, reminders and erased entries of the device
	 * that no feed tells, is told up to this seq; 0: not said. */
	int64_t own;
	/* How long the log was: what a scope tells is not older than the log was when
	 * it began to be read, which a client says in every pull; 0: not said. */
	int64_t log;
	int64_t asked; /* the number that the request bore; 0: none */
};

/* What one line of a page can be. */
enum page_kind {
	PAGE_CASE,
	PAGE_DETAIL,
	PAGE_ENTRY,
	PAGE_GONE,
	PAGE_ERASED,
	PAGE_SCOPE,
	PAGE_CATALOG
};

struct page_row {
	enum page_kind kind;
	int64_t seq;
	int scope_count;
	int64_t scopes[SCOPES_MAX];  /* PAGE_CASE: in which; PAGE_GONE: [0] */
	const struct casefile *file; /* PAGE_CASE */
	char case_id[UUID_TEXT];
	int64_t n;
	char eh[HASH_TEXT];
	char epoch[UUID_TEXT]; /* PAGE_ENTRY: the eh preimage's parts */
	int64_t at;
	char verdict[16];
	char rule[CODE_MAX + 16];
	/* PAGE_ERASED, each only where it is known: by which entry, up to which,
	 * one document of the entry alone, the whole case; and of a single entry
	 * what stays of it: ah, its own seq, the intent, and the facts above. */
	int64_t by, upto, entry_seq;
	char iid[UUID_TEXT];
	char ah[HASH_TEXT], h[HASH_TEXT];
	bool whole;
	struct str text; /* PAGE_ENTRY: the JWS; DETAIL, CATALOG: JSON; GONE, ERASED: why */
	int add_count, del_count; /* PAGE_SCOPE */
	int64_t add[SCOPES_MAX], del[SCOPES_MAX];
	int64_t sv;
};

/* Writer, into an empty buffer: head, rows in order of seq, end. page_put
 * false = the ceiling: the row left no trace, and the page can be ended. The
 * caller counts rows, all that page_put took, and stops at PAGE_MAX_ROWS. */
bool page_begin(struct strbuf *out, const struct page_head *h);
bool page_put(struct strbuf *out, const struct page_row *r);
/* The bytes so far are what the digest covers. */
bool page_end(struct strbuf *out, int64_t rows, const char sha256_hex[HASH_TEXT]);

struct page_handler {
	/* `covered`: the slice that `sha256` is said to be the digest of. */
	enum status (*head)(void *ctx, const struct page_head *h, struct str covered,
			    const char *sha256, struct err *why);
	enum status (*row)(void *ctx, const struct page_row *r, struct err *why);
	void *ctx;
};
MUST_USE enum status page_read(struct str text, const struct page_handler *h, struct err *why);

/* zstd, level 3; unpacking is bounded by `max` bytes ("page-size"). */
bool zstd_pack(struct strbuf *out, struct str raw);
MUST_USE enum status zstd_unpack(struct strbuf *out, struct str packed, size_t max,
				 struct err *why);

#endif
