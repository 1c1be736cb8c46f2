/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * erasing - what the central has erased, until the outbox has let go of it.
 *
 * Place:    sync/merge notes it with the page, in cache.db; sync/erase takes
 *           the words out of outbox.db, in a transaction of its own.
 * Promise:  the two files are not atomic together: what is noted stays until
 *           the outbox holds none of it, through any stop. An answered item
 *           keeps its row, ah, ctr and answer; its envelope and documents go.
 *           What has no answer yet is the officer's still, and waits.
 * Owner:    values. Errors: those of sql/db.h.
 */
#ifndef CACHE_ERASING_H
#define CACHE_ERASING_H

#include "domain/casefile.h"

struct db;

/* Why an action does not stand whose case was erased as a whole: the code of the
 * central's answer, and of what was refused or lost before. */
#define CASE_ERASED "case-erased"

struct erasing {
	int64_t id;
	char case_id[UUID_TEXT];
	char ah[HASH_TEXT];  /* of the entry; "" for a whole case */
	char iid[UUID_TEXT]; /* its intent; "" if it is not known */
	int64_t seq;	     /* the entry's, in its epoch */
	char epoch[UUID_TEXT];
	char h[HASH_TEXT]; /* this document of it alone; "" = the entry */
	bool whole;	   /* everything of the case, drafts too */
};

/* cache.db */
MUST_USE enum status erasing_put(struct db *cache, const struct erasing *e, struct err *why);
/* The next behind e->id. */
MUST_USE enum status erasing_after(struct db *cache, struct erasing *e, struct err *why);
MUST_USE enum status erasing_drop(struct db *cache, int64_t id, struct err *why);
/* Documents, detail, lines that could not be read, older than entry `by`: what
 * the case still has is fetched again. */
MUST_USE enum status erasing_case(struct db *cache, const char *case_id, int64_t by,
				  struct err *why);

/* outbox.db, in the caller's transaction. *waits: something that it concerns
 * has no answer yet. */
MUST_USE enum status outbox_erase(struct db *outbox, const struct erasing *e, bool *waits,
				  struct err *why);
/* An envelope of what `e` names, an entry: it says what it took the place of.
 * ST_NONE: its words are not here. */
MUST_USE enum status outbox_erasing_envelope(struct db *outbox, const struct erasing *e,
					     struct strbuf *out, struct err *why);
/* A case of which an answer said that it was erased (CASE_ERASED), and which has
 * words here. ST_NONE: there is none. */
MUST_USE enum status outbox_told_erased(struct db *outbox, char case_id[UUID_TEXT],
					struct err *why);
/* Documents that no item names any more. */
MUST_USE enum status outbox_drop_blobs(struct db *outbox, struct err *why);
/* Erased words out of the raw file. ST_RETRY while a reader holds it. */
MUST_USE enum status outbox_purge(struct db *outbox, struct err *why);
/* An erased item that a restored central has lost: a void takes its place, as
 * for one that was withdrawn. */
MUST_USE enum status outbox_void_erased(struct db *outbox, int64_t id, const char *void_iid,
					const char *void_ah, struct str void_envelope,
					struct err *why);

#endif
