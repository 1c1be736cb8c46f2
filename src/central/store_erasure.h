/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * store_erasure - the tables of what is erased, and of what waits for it.
 *
 * Place:    erasure.c, rows.c, verify_case.c -> STORE_ERASURE -> sql/db.
 * Promise:  as store.h: one function, one row or one statement; the caller
 *           holds the transaction.
 * Owner:    values. Errors: ST_NONE: no such row; the rest as sql/db.h.
 */
#ifndef CENTRAL_STORE_ERASURE_H
#define CENTRAL_STORE_ERASURE_H

#include "central/store.h"

/* A proposal that waits for a second person. */
struct erasure_row {
	char case_id[UUID_TEXT];
	int64_t n, at;
	char sub[OFFICER_MAX];
};
MUST_USE enum status erasure_add(struct db *db, const struct erasure_row *r, struct err *why);
MUST_USE enum status erasure_get(struct db *db, const char *case_id, int64_t n,
				 struct erasure_row *r, struct err *why);
/* n 0: all of the case. */
MUST_USE enum status erasure_drop(struct db *db, const char *case_id, int64_t n, struct err *why);
/* The next by case and entry behind `r`, which is moved on; "" to start. */
MUST_USE enum status erasure_after(struct db *db, struct erasure_row *r, struct err *why);

/* The envelope of an entry goes, on the word of entry by_n; one that is gone
 * already is vouched for by the newer word. */
MUST_USE enum status entry_forget(struct db *db, const struct log_row *r, int64_t by_n,
				  struct err *why);
/* The next entry behind `after` that entry by_n erased. */
MUST_USE enum status erased_by(struct db *db, const char *case_id, int64_t by_n, int64_t after,
			       int64_t *n, struct err *why);
/* The next entry of this officer, by whichever device, that was erased by one with after < seq <=
 * upto, or a document of which was, behind (*seq, e, h): *by and *seq are the erasing entry's, h
 * is the document or "". Not those of a case that was erased as a whole. */
MUST_USE enum status erased_of_officer(struct db *db, const char *officer, int64_t after,
				       int64_t upto, struct log_row *e, char h[HASH_TEXT],
				       int64_t *by, int64_t *seq, struct err *why);
/* The first case with after < seq <= upto that was erased whole and on which this officer
 * signed anything, whatever was answered: *seq is the erasing entry's. */
MUST_USE enum status erased_case_of_officer(struct db *db, const char *officer, int64_t after,
					    int64_t upto, char case_id[UUID_TEXT], int64_t *seq,
					    struct err *why);

struct erased_document {
	int64_t n, i, by_n;
	char h[HASH_TEXT];
};
/* Document i of entry n leaves the case's list. */
MUST_USE enum status document_forget(struct db *db, const char *case_id,
				     const struct stored_document *d, int64_t by_n,
				     struct err *why);
MUST_USE enum status erased_document_at(struct db *db, const char *case_id, int64_t n, int64_t i,
					struct erased_document *d, struct err *why);
/* Has the case had this document, and it was erased? */
MUST_USE enum status erased_document_of(struct db *db, const char *case_id, const char *h,
					struct err *why);
/* The next one that entry by_n erased, behind (d->n, d->i). */
MUST_USE enum status erased_document_by(struct db *db, const char *case_id, int64_t by_n,
					struct erased_document *d, struct err *why);

/* ST_OK: the whole case was erased, by entry *by_n. */
MUST_USE enum status case_erased(struct db *db, const char *case_id, int64_t *by_n,
				 struct err *why);
/* Mark it, and drop what stands outside its entries: receipts, the answers of
 * its intake, closings taken back, waiting proposals. */
MUST_USE enum status case_forget(struct db *db, const char *case_id, int64_t by_n, struct err *why);

/* Words have left rows of the case, and the raw files are to be rid of them.
 * PURGE_NO_CASE: words of no case. */
#define PURGE_NO_CASE "00000000-0000-0000-0000-000000000000"
MUST_USE enum status purge_add(struct db *db, const char *case_id, struct err *why);
MUST_USE enum status purge_next(struct db *db, char case_id[UUID_TEXT], struct err *why);
/* What is marked from here on outlives purge_done. */
MUST_USE enum status purge_begin(struct db *db, struct err *why);
MUST_USE enum status purge_done(struct db *db, struct err *why);

/* What a restore brought back. n 0: the whole case; h: that document alone. */
struct erase_again {
	char case_id[UUID_TEXT];
	int64_t n;
	char h[HASH_TEXT];
};
MUST_USE enum status erase_again_next(struct db *db, struct erase_again *a, struct err *why);
MUST_USE enum status erase_again_done(struct db *db, const struct erase_again *a, struct err *why);

/* A case that has been packed is packed anew; no other is marked. */
MUST_USE enum status package_due_add(struct db *db, const char *case_id, struct err *why);
/* The next one behind case_id. */
MUST_USE enum status package_due_next(struct db *db, char case_id[UUID_TEXT], struct err *why);
MUST_USE enum status package_due_done(struct db *db, const char *case_id, struct err *why);
/* *n: the last entry by which the case was packed since something of it was
 * erased, or 0. */
MUST_USE enum status packed_since_erased(struct db *db, const char *case_id, int64_t *n,
					 struct err *why);

#endif
