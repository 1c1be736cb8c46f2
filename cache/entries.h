/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * entries - the chain of a followed case, its detail, and what is missing.
 *
 * Place:    sync/merge writes; the timeline, the overview and verify read.
 * Promise:  an entry once stored is not replaced; only its words can be
 *           erased. Gaps are known, never papered over.
 * Owner:    struct entry owns its JWS; release it.
 * Errors:   ST_NONE: not there; others from sql/db.h.
 */
#ifndef CACHE_ENTRIES_H
#define CACHE_ENTRIES_H

#include "domain/casefile.h"

struct db;

struct entry {
	char case_id[UUID_TEXT];
	int64_t n;
	char eh[HASH_TEXT], ah[HASH_TEXT];
	int64_t seq;
	char epoch[UUID_TEXT];
	int64_t at;
	char verdict[16];
	char rule[CODE_MAX + 16];
	struct strbuf jws; /* the envelope; empty when erased */
	/* from the payload, so that a list need not open it: */
	char act[CODE_MAX];
	char sub[OFFICER_MAX]; /* "system" for the central's own */
	char iid[UUID_TEXT];
	char dev[UUID_TEXT];
	int64_t ctr;
	bool erased;
	char erased_why[80];
};
#define ENTRY_INIT                                                                                 \
	{                                                                                          \
		.jws = STRBUF_INIT                                                                 \
	}
void entry_release(struct entry *e);

/* Nothing happens if entry n of the case is there already. */
MUST_USE enum status entry_put(struct db *db, const struct entry *e, struct err *why);
/* Entries e->n to `upto` lose their words, and say e->erased_why. One that is
 * named alone is known to be erased, also when it never came, and keeps or
 * gets what stays of it: ah, eh, seq, epoch, at, verdict, rule. */
MUST_USE enum status entry_erase(struct db *db, const struct entry *e, int64_t upto,
				 struct err *why);
MUST_USE enum status entry_get(struct db *db, const char *case_id, int64_t n, struct entry *e,
			       struct err *why);
/* The nearest entry above `after` (0: the first). For walking a chain. */
MUST_USE enum status entry_after(struct db *db, const char *case_id, int64_t after, struct entry *e,
				 struct err *why);
/* The nearest entry below `before` (INT64_MAX: the last). */
MUST_USE enum status entry_before(struct db *db, const char *case_id, int64_t before,
				  struct entry *e, struct err *why);
/* Where in its case's chain the entry of this intent stands; *n is 0 where
 * there is none. The base row may be older than an entry fetched apart. */
MUST_USE enum status entry_of_iid(struct db *db, const char *iid, int64_t *n, struct err *why);
/* Lowest n <= upto that is not there; 0 if the chain is whole. */
MUST_USE enum status entry_gap(struct db *db, const char *case_id, int64_t upto, int64_t *n,
			       struct err *why);

/* The whole case as one JSON text (wire-level "d" row). */
MUST_USE enum status detail_put(struct db *db, const char *case_id, int64_t n, struct str json,
				struct err *why);
MUST_USE enum status detail_get(struct db *db, const char *case_id, int64_t *n, struct strbuf *json,
				struct err *why);

/* Ask that the whole chain of a case be fetched and kept up to date; any
 * thread, on its own handle. */
MUST_USE enum status want_case(struct db *db, const char *case_id, struct err *why);
MUST_USE enum status want_drop(struct db *db, const char *case_id, struct err *why);
/* The next case with a gap, among the wanted and those assigned to `sub`,
 * by case id behind `after` ("" = from the start): *from is the first n
 * that is missing. ST_NONE: all are whole. */
MUST_USE enum status want_next(struct db *db, const char *sub, const char *after,
			       char case_id[UUID_TEXT], int64_t *from, struct err *why);

#endif
