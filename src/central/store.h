/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * store - the central's tables as functions; every SQL text stands behind it.
 *
 * Place:    handlers and entry.c -> STORE -> sql/db. store_case.c has cases
 *           and documents, store_log.c log, feed and tree, store_people.c
 *           officers, devices and codes, store_scope.c scopes and grants,
 *           store_keys.c the keys that devices had, store_misc.c the rest.
 * Promise:  one function, one statement or one row; transactions are the
 *           caller's. A text read into a fixed field fits, since it was
 *           measured when it was written.
 * Owner:    structs are copies; those with buffers have a _release.
 * Errors:   ST_NONE: no such row; the rest as sql/db.h.
 */
#ifndef CENTRAL_STORE_H
#define CENTRAL_STORE_H

#include "domain/action.h"
#include "domain/casetype.h"
#include "sign/chain.h"
#include "sql/db.h"
#include "wire/catalog.h"
#include "wire/page.h"

extern const struct db_schema central_schema;

/* Open central.db at `path`, made new where `make` says so, as a central must:
 * each commit is on disk when it returns, and what is deleted is written over.
 * Errors as those of db_open(). */
MUST_USE enum status store_open(struct db **out, const char *path, bool make, struct err *why);

/* --- meta -------------------------------------------------------------------- */
MUST_USE enum status meta_get(struct db *db, const char *key, char *out, size_t size,
			      struct err *why);
MUST_USE enum status meta_set(struct db *db, const char *key, const char *value, struct err *why);
/* Is it one that this database has had? */
MUST_USE enum status epoch_known(struct db *db, const char *epoch, bool *known, struct err *why);
struct epoch_row {
	char epoch[UUID_TEXT];
	int64_t fork_seq; /* entries known to be common with the epoch before ... */
	int64_t size;	  /* ... of those that the log had when it began */
};
MUST_USE enum status epoch_add(struct db *db, const struct epoch_row *e, int64_t at,
			       struct err *why);
/* *entries: how many of the first entries of the log are those of this epoch
 * too; 0 for one that is not known here. */
MUST_USE enum status epoch_common(struct db *db, const char *epoch, int64_t *entries,
				  struct err *why);
/* The `max` newest, oldest first. */
MUST_USE enum status epoch_list(struct db *db, int max,
				void (*each)(void *ctx, const struct epoch_row *e), void *ctx,
				struct err *why);
/* How much of the log a backup holds: workstations keep what is not in one. 0
 * while none was ever made, since nothing is safe then; *at is 0 too. */
MUST_USE enum status durable_through(struct db *db, int64_t *seq, int64_t *at, struct err *why);

/* --- cases and documents (store_case.c) --------------------------------------- */
struct stored_case {
	struct casefile file;
	int64_t scope;
	struct strbuf fields; /* JSON map of the application's fields */
	char party_kind[16];
	struct strbuf decision; /* JSON, empty before it */
	bool stored;		/* false: no row yet */
	/* As the row has them: case_save sees by these what has changed. */
	int64_t kept_closed_at, kept_scope;
};
#define STORED_CASE_INIT                                                                           \
	{                                                                                          \
		.file = CASEFILE_INIT, .fields = STRBUF_INIT, .decision = STRBUF_INIT              \
	}
void stored_case_release(struct stored_case *s);

MUST_USE enum status case_load(struct db *db, const char *id, struct stored_case *s,
			       struct err *why);
MUST_USE enum status case_save(struct db *db, struct stored_case *s, struct err *why);
/* Each case, in order of id: `id` "" to start, then the last one seen. */
MUST_USE enum status case_next_id(struct db *db, char id[UUID_TEXT], struct err *why);
/* Those of a scope, in the order in which they came in. */
struct case_walk {
	int64_t scope;
	int64_t received_at, row; /* of the last one */
	bool begun;
	char id[UUID_TEXT];
};
MUST_USE enum status case_in_scope(struct db *db, struct case_walk *w, struct err *why);
MUST_USE enum status case_count_in(struct db *db, int64_t scope, int64_t *count, struct err *why);
/* Those to be archived: closed, and not imported. */
MUST_USE enum status case_next_closed(struct db *db, char id[UUID_TEXT], struct err *why);

struct stored_document {
	int64_t n, i, len, at;
	char h[HASH_TEXT];
	char mt[80];
	char name[DOC_NAME_MAX];
};
MUST_USE enum status document_add(struct db *db, const char *case_id,
				  const struct stored_document *d, struct err *why);
/* Up to `max` documents of a case by (n, i). */
MUST_USE enum status documents_of(struct db *db, const char *case_id, struct stored_document *out,
				  int max, int *count, struct err *why);
MUST_USE enum status document_of_case(struct db *db, const char *case_id, const char *h,
				      struct stored_document *out, struct err *why);
/* Document i of entry n, and how many the case has. */
MUST_USE enum status document_at(struct db *db, const char *case_id, int64_t n, int64_t i,
				 struct stored_document *out, struct err *why);
MUST_USE enum status document_count(struct db *db, const char *case_id, int64_t *count,
				    struct err *why);
MUST_USE enum status documents_erase(struct db *db, const char *case_id, int64_t n,
				     struct err *why);

MUST_USE enum status blob_get(struct db *db, const char *h, struct strbuf *out, struct err *why);
MUST_USE enum status blob_put(struct db *db, const char *h, struct str bytes, struct err *why);
/* The next blob with hash > h, which is moved on. */
MUST_USE enum status blob_after(struct db *db, char h[HASH_TEXT], struct strbuf *out,
				struct err *why);
/* Blobs that no document and no device names are deleted. */
MUST_USE enum status blob_sweep(struct db *db, const char *h, struct err *why);
/* ST_OK if this device has uploaded it. */
MUST_USE enum status blob_owned(struct db *db, const char *dev, const char *h, int64_t *len,
				struct err *why);
MUST_USE enum status blob_own(struct db *db, const char *dev, const char *h, int64_t at,
			      struct err *why);
/* The oldest that was uploaded in (after, until], in milliseconds since 1970, and
 * that no document names; ST_NONE: there is none. */
MUST_USE enum status blob_forgotten(struct db *db, int64_t after, int64_t until, char h[HASH_TEXT],
				    int64_t *at, struct err *why);
/* How many uploads of a device no document names, counted up to `max`. */
MUST_USE enum status blob_unused(struct db *db, const char *dev, int max, int64_t *count,
				 struct err *why);
/* Every blob that no document of a case names, whoever uploaded it: what an
 * action under way still needs is asked for again ("needs-blob"). */
MUST_USE enum status blob_drop_unnamed(struct db *db, struct err *why);
MUST_USE enum status blob_disown(struct db *db, const char *h, struct err *why);

/* --- log, feed, tree (store_log.c) --------------------------------------------- */
struct log_row {
	int64_t seq, n, at, tx, ctr;
	char case_id[UUID_TEXT];
	char ah[HASH_TEXT], eh[HASH_TEXT];
	char epoch[UUID_TEXT];
	char verdict[16];
	char rule[CODE_MAX + 16];
	char iid[UUID_TEXT];
	char act[40];
	char sub[OFFICER_MAX];
	char dev[UUID_TEXT];
};
MUST_USE enum status feed_head_seq(struct db *db, int64_t *seq, struct err *why);
MUST_USE enum status feed_head_set(struct db *db, int64_t seq, struct err *why);
MUST_USE enum status log_add(struct db *db, const struct log_row *r, struct str jws,
			     struct err *why);
MUST_USE enum status log_by_seq(struct db *db, int64_t seq, struct log_row *r, struct err *why);
MUST_USE enum status log_by_case(struct db *db, const char *case_id, int64_t n, struct log_row *r,
				 struct err *why);
MUST_USE enum status log_by_iid(struct db *db, const char *iid, struct log_row *r, struct err *why);
/* The next entry of a case with n > after. For loops. */
MUST_USE enum status log_after(struct db *db, const char *case_id, int64_t after, struct log_row *r,
			       struct err *why);
/* The next entry of this device with after < seq <= upto. */
MUST_USE enum status log_of_device(struct db *db, const char *dev, int64_t after, int64_t upto,
				   struct log_row *r, struct err *why);
/* The next with after < seq <= upto by which this officer set a reminder, and of
 * its case the last one that does so. */
MUST_USE enum status log_next_watch(struct db *db, const char *sub, int64_t after, int64_t upto,
				    struct log_row *r, struct err *why);
/* This officer's newest reminder on the case; ST_NONE: there is none. */
MUST_USE enum status log_watch_of(struct db *db, const char *sub, const char *case_id,
				  struct log_row *r, struct err *why);
/* First entry of a case with this act. */
MUST_USE enum status log_first_act(struct db *db, const char *case_id, const char *act, int64_t *at,
				   struct err *why);
/* How many entries of a case have this act and came after `since`. */
MUST_USE enum status log_count_act(struct db *db, const char *case_id, const char *act,
				   int64_t since, int64_t *count, struct err *why);
/* Envelope of an entry; ST_NONE when it was erased, erased_by then set. */
MUST_USE enum status entry_jws(struct db *db, const struct log_row *r, struct strbuf *out,
			       int64_t *erased_by, struct err *why);

/* Every entry of an act (NULL: of all) in the order of the log, as it stands;
 * texts are borrowed for the call. no jws: erased. */
struct told_entry {
	int64_t seq, at;
	struct str case_id, act, sub, jws;
	struct str queue; /* in which the case is now */
};
MUST_USE enum status log_tell(struct db *db, const char *act,
			      enum status (*tell)(void *ctx, const struct told_entry *e,
						  struct err *why),
			      void *ctx, struct err *why);

MUST_USE enum status feed_add(struct db *db, int64_t scope, int64_t seq, char kind,
			      const char *case_id, struct err *why);
struct feed_row {
	int64_t scope, seq, tx;
	char kind;
	char case_id[UUID_TEXT];
};
/* Rows of one scope behind `after`, at most `max`, by seq. */
MUST_USE enum status feed_read(struct db *db, int64_t scope, int64_t after, struct feed_row *out,
			       int max, int *count, struct err *why);
/* ST_OK if the row is there, of that case. */
MUST_USE enum status feed_has(struct db *db, int64_t scope, int64_t seq, char kind,
			      const char *case_id, struct err *why);
/* Rows in the scopes of units, which the entries alone account for. */
MUST_USE enum status feed_count(struct db *db, int64_t *rows, struct err *why);
/* Of one case: reads the whole feed. */
MUST_USE enum status feed_count_of(struct db *db, const char *case_id, int64_t *rows,
				   struct err *why);
/* The next row of kind x in f's scope, behind f's seq. */
MUST_USE enum status feed_next_erased(struct db *db, struct feed_row *f, struct err *why);
/* The same of kind g. */
MUST_USE enum status feed_next_gone(struct db *db, struct feed_row *f, struct err *why);
/* Rows of a scope with *after < seq <= upto that tell nothing any more: looks at
 * `max` of them, and moves *after behind those. A seq may stand in rows of two
 * kinds, of which the second is looked at later, or never: it stays. */
MUST_USE enum status feed_spent(struct db *db, int64_t scope, int64_t *after, int64_t upto,
				struct feed_row *out, int max, int *count, struct err *why);
MUST_USE enum status feed_drop(struct db *db, const struct feed_row *f, struct err *why);
/* The next scope that has a feed. */
MUST_USE enum status feed_scope_after(struct db *db, int64_t after, int64_t *scope,
				      struct err *why);
/* Rows of a scope behind `after`. */
MUST_USE enum status feed_behind(struct db *db, int64_t scope, int64_t after, int64_t *rows,
				 struct err *why);
/* The next scope with a higher id whose feed names the case: every one that it
 * has been in. */
struct scope_walk {
	int64_t scope;
};
MUST_USE enum status scope_of_case(struct db *db, const char *case_id, struct scope_walk *w,
				   struct err *why);
/* Newest seq of a scope, 0 if it has none. */
MUST_USE enum status feed_newest(struct db *db, int64_t scope, int64_t *seq, struct err *why);

/* Rows of the log and nodes of the tree. */
MUST_USE enum status log_counts(struct db *db, int64_t *rows, int64_t *nodes, struct err *why);

bool tree_get(void *db, int level, int64_t index, struct hash32 *out);
bool tree_put(void *db, int level, int64_t index, const struct hash32 *h);

struct device_row {
	char dev[UUID_TEXT];
	int64_t ctr, at;
	char ah[HASH_TEXT];
	char iid[UUID_TEXT];
	char case_id[UUID_TEXT];
	char verdict[16];
	char why[40];
};
/* ack: the compact JWS. */
MUST_USE enum status device_log_add(struct db *db, const struct device_row *r, struct str ack,
				    struct err *why);
MUST_USE enum status device_log_get(struct db *db, const char *dev, int64_t ctr,
				    struct device_row *r, struct strbuf *ack, struct err *why);

MUST_USE enum status device_log_count(struct db *db, const char *dev, int64_t *count,
				      struct err *why);

/* --- officers, devices, codes (store_people.c) ---------------------------------- */
struct officer_row {
	char id[OFFICER_MAX];
	char name[NAME_MAX_BYTES];
	char title[NAME_MAX_BYTES];
	int64_t roles;
	char units[1024];
	int64_t clearance;
	int64_t sv;
};
MUST_USE enum status officer_get(struct db *db, const char *id, struct officer_row *o,
				 struct err *why);
/* The next officer with id > after. */
MUST_USE enum status officer_after(struct db *db, const char *after, struct officer_row *o,
				   struct err *why);
MUST_USE enum status officer_put(struct db *db, const struct officer_row *o, struct err *why);
MUST_USE enum status officer_names(struct db *db, struct officer_list *out, struct err *why);

/* --- scopes and grants (store_scope.c) --------------------------------------------- */
/* A scope is a key and a protection class. The key is the code of a unit, or a
 * prefix and what it stands before, which no code has in it. */
#define SCOPE_OF_QUEUE "queue:"
#define SCOPE_OF_CASE "case:"
#define SCOPE_OF_CONTACT "contact:" /* a unit, as a contact center sees it */
enum { SCOPE_KEY = CODE_MAX + 8 };
void scope_key(char out[SCOPE_KEY], const char *prefix, const char *code);

struct scope_row {
	int64_t id;
	char unit[CODE_MAX];
	int64_t class;
};
/* now, in milliseconds since 1970, makes a number that no scope had before. */
MUST_USE enum status scope_ensure(struct db *db, const char *key, int64_t class, int64_t now,
				  struct err *why);
/* All of a unit: one for each class, and what a contact center sees. */
MUST_USE enum status scopes_ensure(struct db *db, const char *unit, int64_t now, struct err *why);
MUST_USE enum status scope_find(struct db *db, const char *key, int64_t class, int64_t *id,
				struct err *why);
/* The next scope of a unit with id > after. */
MUST_USE enum status scope_after(struct db *db, int64_t after, struct scope_row *s,
				 struct err *why);

/* Scopes of a queue and of a case beside that of the unit: at most two. */
enum { SCOPES_BESIDE = 2 };
/* Those of a case that stand in the tables: ST_OK if it lies in `scope`. */
MUST_USE enum status case_beside(struct db *db, const char *case_id, int64_t scope,
				 struct err *why);
/* All in which the case lies as the tables have it. */
MUST_USE enum status beside_of(struct db *db, const char *case_id, int64_t scope[SCOPES_BESIDE],
			       int *count, struct err *why);
MUST_USE enum status beside_put(struct db *db, const char *case_id, int64_t scope, struct err *why);
MUST_USE enum status beside_drop(struct db *db, const char *case_id, int64_t scope,
				 struct err *why);
/* A new scope of a key, at that class: every case that is in it enters it, at
 * its last entry. */
MUST_USE enum status scope_fill(struct db *db, int64_t scope, const char *key, int64_t class,
				struct err *why);
/* Cases that lie in a scope of a grant and are not told of there, or are and do
 * not. */
MUST_USE enum status beside_faults(struct db *db, int64_t *faults, struct err *why);

struct grant_row {
	int64_t id;
	char officer[OFFICER_MAX];
	char key[SCOPE_KEY]; /* queue:CODE or case:ID */
	char by[NAME_MAX_BYTES];
	char reason[NAME_MAX_BYTES];
	int64_t at, until; /* until 0: no end */
	int64_t ended_at;  /* taken back, 0 = not */
	char ended_by[NAME_MAX_BYTES];
};
/* A new one has id 0 and gets one. */
MUST_USE enum status grant_put(struct db *db, struct grant_row *g, struct err *why);
/* The next grant with id > after. */
MUST_USE enum status grant_after(struct db *db, int64_t after, struct grant_row *g,
				 struct err *why);
/* The one that this officer has of this key at `now`. */
MUST_USE enum status grant_standing(struct db *db, const char *officer, const char *key,
				    int64_t now, struct grant_row *g, struct err *why);
/* The next scope with id > after that a grant gives this officer at `now`. */
MUST_USE enum status grant_scope_after(struct db *db, const struct officer_row *o, int64_t now,
				       int64_t after, int64_t *id, struct err *why);
/* How many of an officer's grants have run out by themselves. */
MUST_USE enum status grants_run_out(struct db *db, const char *officer, int64_t now, int64_t *count,
				    struct err *why);

struct device {
	char id[UUID_TEXT];
	char officer[OFFICER_MAX];
	char kid[44], x[44];
	int64_t enrolled_at;
	char state[12];
	int64_t valid_through_ctr;
	int64_t last_ctr;
	char last_hash[HASH_TEXT];
};
/* Columns 0 to 8 of a row of devices, or of their former keys. */
void device_columns(struct stmt *q, struct device *d);
MUST_USE enum status device_get(struct db *db, const char *id, struct device *d,
				struct strbuf *certificate, struct err *why);
MUST_USE enum status device_by_kid(struct db *db, const char *kid, struct device *d,
				   struct strbuf *certificate, struct err *why);
/* The next device with id > after. */
MUST_USE enum status device_after(struct db *db, const char *after, struct device *d,
				  struct strbuf *certificate, struct err *why);
/* The one behind `d` by officer, time of its key and id; a `d` of zeros stands
 * before the first. */
MUST_USE enum status device_next(struct db *db, struct device *d, struct err *why);
MUST_USE enum status device_add(struct db *db, const struct device *d, struct str certificate,
				struct err *why);
MUST_USE enum status device_set_last(struct db *db, const struct device *d, struct err *why);
MUST_USE enum status device_set_state(struct db *db, const char *id, const char *state,
				      int64_t through, struct err *why);

/* A key that a device had before (store_keys.c), as a device: enrolled_at is
 * from when its certificate holds, the state is "retired", and
 * valid_through_ctr the last counter it signed. */
struct former_key {
	struct device device;
	int64_t n; /* 1, 2, 3 ... of that device */
	struct strbuf certificate;
	struct strbuf rotation; /* the JWS by which it named the next key */
};
#define FORMER_KEY_INIT                                                                            \
	{                                                                                          \
		.certificate = STRBUF_INIT, .rotation = STRBUF_INIT                                \
	}
void former_key_release(struct former_key *k);
/* The next former key of a device behind number n. */
MUST_USE enum status former_key_after(struct db *db, const char *dev, int64_t n,
				      struct former_key *k, struct err *why);
MUST_USE enum status former_key_by_kid(struct db *db, const char *kid, struct former_key *k,
				       struct err *why);
/* How many keys of the device have begun since, and ended. */
MUST_USE enum status former_keys_since(struct db *db, const char *dev, int64_t since, int64_t *n,
				       struct err *why);
/* The key, certificate and time of `d` in place of those that stand there,
 * which become a former key with the bound `through`. */
MUST_USE enum status device_set_key(struct db *db, const struct device *d, struct str certificate,
				    int64_t through, struct str rotation, struct err *why);

/* Whether a device had to be approved, and what was said (store_keys.c). */
struct approval {
	char dev[UUID_TEXT];
	int64_t asked_at;
	char state[12];	   /* "waiting", "approved", "refused" */
	struct strbuf jws; /* the decision, "" while it waits */
};
#define APPROVAL_INIT                                                                              \
	{                                                                                          \
		.jws = STRBUF_INIT                                                                 \
	}
void approval_release(struct approval *a);
MUST_USE enum status approval_get(struct db *db, const char *dev, struct approval *a,
				  struct err *why);
/* The next one with dev > after. */
MUST_USE enum status device_waits(struct db *db, const char *dev, bool *waits, struct err *why);
MUST_USE enum status approval_after(struct db *db, const char *after, struct approval *a,
				    struct err *why);
MUST_USE enum status approval_ask(struct db *db, const char *dev, int64_t at, struct err *why);
MUST_USE enum status approval_decide(struct db *db, const char *dev, const char *state,
				     struct str jws, struct err *why);

MUST_USE enum status invitation_add(struct db *db, const char *hash, const char *officer,
				    int64_t expires_at, struct err *why);
MUST_USE enum status invitation_get(struct db *db, const char *hash, char officer[OFFICER_MAX],
				    int64_t *expires_at, char used_by[UUID_TEXT], struct err *why);
MUST_USE enum status invitation_use(struct db *db, const char *hash, const char *dev,
				    struct err *why);

MUST_USE enum status challenge_add(struct db *db, const char *hash, const char *dev,
				   int64_t expires_at, int64_t now, struct err *why);
/* Taken: it works once. ST_NONE: unknown, expired or of another device. */
MUST_USE enum status challenge_take(struct db *db, const char *hash, const char *dev, int64_t now,
				    struct err *why);
MUST_USE enum status token_add(struct db *db, const char *hash, const char *dev, int64_t expires_at,
			       int64_t now, struct err *why);
/* All of a device's. */
MUST_USE enum status token_drop(struct db *db, const char *dev, struct err *why);
MUST_USE enum status token_get(struct db *db, const char *hash, int64_t now, char dev[UUID_TEXT],
			       struct err *why);

/* --- intake, receipts, diary (store_misc.c) -------------------------------------- */
MUST_USE enum status intake_get(struct db *db, const char *key, char body_hash[HASH_TEXT],
				struct strbuf *answer, struct err *why);
MUST_USE enum status intake_add(struct db *db, const char *key, const char *body_hash,
				struct str answer, int64_t at, struct err *why);
/* The next one behind `key` whose hash has no key in it, and its keyed one. */
MUST_USE enum status intake_plain(struct db *db, char key[HASH_TEXT], char body_hash[HASH_TEXT],
				  struct err *why);
MUST_USE enum status intake_rehash(struct db *db, const char *key, const char *body_hash,
				   struct err *why);
MUST_USE enum status receipt_add(struct db *db, const char *hash, const char *case_id,
				 struct err *why);
MUST_USE enum status receipt_get(struct db *db, const char *hash, char case_id[UUID_TEXT],
				 struct err *why);
MUST_USE enum status diary_next(struct db *db, const char *committee, int year, int64_t *number,
				struct err *why);

#endif
