/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * cache - the two files of an officer's home: cache.db and outbox.db.
 *
 * Place:    main opens them, sync writes cache.db, act writes outbox.db,
 *           the screens read both.
 * Promise:  cache.db is what the central said and may be made anew;
 *           outbox.db is what the officer signed and is never deleted. One
 *           handle belongs to one thread at a time; several handles and
 *           processes may have the same file open.
 * Owner:    an opened struct db is given back with cache_close.
 * Errors:   those of sql/db.h: ST_REFUSED "newer-version" leaves the file
 *           untouched; ST_BROKEN "database-damaged" names it.
 */
#ifndef CACHE_CACHE_H
#define CACHE_CACHE_H

#include "domain/casefile.h"

struct db;

/* Open or make the file; path may be ":memory:". */
MUST_USE enum status cache_open(struct db **out, const char *path, struct err *why);
MUST_USE enum status outbox_open(struct db **out, const char *path, struct err *why);
/* As they stand, where nothing can be written: see DB_RESCUE. */
MUST_USE enum status cache_open_to_read(struct db **out, const char *path, struct err *why);
MUST_USE enum status outbox_open_to_read(struct db **out, const char *path, struct err *why);
/* Put a damaged cache.db aside as PATH.damaged and start an empty one; the
 * next sync fills it. Never for outbox.db. */
MUST_USE enum status cache_renew(struct db **out, const char *path, struct err *why);
/* What was put aside goes: a new copy has come in its place, which knows what
 * was erased or lost since. */
void cache_forget_damaged(const char *path);
/* Damage may show only when a row is read: the file is then distrusted, so
 * that whoever opens the home next puts it aside. A file beside it says so, and
 * goes with cache_renew. */
void cache_distrust(const char *path);
bool cache_distrusted(const char *path);
void cache_close(struct db *db);

/* Transactions, for layers that do not know SQL. cache_begin takes the write
 * lock; cache_begin_read gives one snapshot for several reads. */
MUST_USE enum status cache_begin(struct db *db, struct err *why);
MUST_USE enum status cache_begin_read(struct db *db, struct err *why);
MUST_USE enum status cache_commit(struct db *db, struct err *why);
void cache_rollback(struct db *db);
/* Reads end early, with ST_RETRY "stopped", once `stop` says true; NULL: never. */
void cache_stop_when(struct db *db, bool (*stop)(void *ctx), void *ctx);
/* While page follows page, as in a first sync: keep more of the file in memory,
 * so that what a page changes is written once, and move the log into the file
 * less often. Without it both are small again. */
MUST_USE enum status cache_load(struct db *db, bool loading, struct err *why);
/* Is the file whole? ST_BROKEN names the finding. */
MUST_USE enum status cache_check(struct db *db, struct err *why);

/* One pusher per home: take PATH (HOME/pusher.lock) for the life of *fd.
 * ST_RETRY "home-busy": another process sends; close(fd) gives it back. */
MUST_USE enum status pusher_lock(int *fd, const char *path, struct err *why);

/* --- What is known about the copy as a whole (cache.db) ----------------- */

/* Raised by each applied page and each change of the overlay: a screen that
 * has drawn revision N is up to date as long as it stays N. */
MUST_USE enum status cache_revision(struct db *db, int64_t *revision, struct err *why);
MUST_USE enum status cache_touch(struct db *db, struct err *why);

struct sync_point {
	char epoch[UUID_TEXT]; /* "" before the first page */
	int64_t sv;	       /* version of the officer's scope list */
	int64_t durable_through;
	int64_t applied_at;		    /* wall ms of the last applied page */
	int64_t told_at;		    /* the central's time when it made that page */
	bool purge_due;			    /* words of a lost scope may be in the WAL */
	int64_t size;			    /* the log that the last page covered: entries ... */
	char root[HASH_TEXT];		    /* ... and root, "" if it was not said */
	char signed_head[SIGNED_HEAD_TEXT]; /* both, signed by the central; or "" */
	int64_t own_through; /* what is ours alone, in no feed, has come up to here */
};
MUST_USE enum status cache_point(struct db *db, struct sync_point *p, struct err *why);
MUST_USE enum status cache_set_point(struct db *db, const struct sync_point *p, struct err *why);

struct cursor {
	int64_t scope, seq;
	/* How long the central's log was when the scope began to be read: no row that
	 * came by it is older. 0: not said. */
	int64_t fresh;
};
/* At most `max` cursors, by scope; *count says how many there are. */
MUST_USE enum status cursor_list(struct db *db, struct cursor *rows, int max, int *count,
				 struct err *why);
/* Never lowers a cursor. */
MUST_USE enum status cursor_set(struct db *db, int64_t scope, int64_t seq, struct err *why);
/* The scope begins to be read, from a page made at that length of the log; one
 * that has begun before stays as it is. */
MUST_USE enum status cursor_fresh(struct db *db, int64_t scope, int64_t log, struct err *why);
/* The scope is lost, and with it what the central answered of it. */
MUST_USE enum status cursor_drop(struct db *db, int64_t scope, struct err *why);
/* All that the feeds say up to here is in the copy: the lowest cursor, but no
 * further than at the end of the last pull, since a case that was touched again
 * comes with the page that ends behind that. 0 without any cursor, and while a
 * case is missed because its line could not be read. */
MUST_USE enum status cursor_floor(struct db *db, int64_t *seq, struct err *why);
/* Of the first *seq entries: how many the copy has been told all about. In the
 * middle of a pull a case may be left to a later page; and nobody is told what had
 * left a scope before the end of the first page read of it (then 0). */
MUST_USE enum status cursor_told(struct db *db, int64_t *seq, struct err *why);
/* A pull has come to its end, or (false) a scope is new and has not been read. */
MUST_USE enum status cursor_set_whole(struct db *db, bool whole, struct err *why);

/* The newest answer of the central to a question, by its name, "answer." and
 * what was asked; the next one takes its place. ST_NONE: there is none. */
MUST_USE enum status cache_keep(struct db *db, const char *name, struct str words, struct err *why);
MUST_USE enum status cache_kept(struct db *db, const char *name, struct strbuf *words,
				struct err *why);
/* Forget them all: what the officer may see has become another, or less. */
MUST_USE enum status cache_forget_answers(struct db *db, struct err *why);

/* Forget everything the central said (a new epoch); wanted cases stay, and what
 * the outbox has still to let go of (erasing.h). */
MUST_USE enum status cache_empty(struct db *db, struct err *why);
/* The central was restored, and `epoch` has the first fork_seq entries of what
 * was read: cases touched beyond it are forgotten, but for their ids, which are
 * asked for again; scopes are read on from there. */
MUST_USE enum status cache_fork(struct db *db, const char *epoch, int64_t fork_seq,
				struct err *why);
/* The next case to ask for again, in the order of their ids; ST_NONE: none. */
MUST_USE enum status again_next(struct db *db, const char *after, char id[UUID_TEXT],
				struct err *why);
/* A case that was refused to us alone: the next page is asked for it by name. */
MUST_USE enum status again_put(struct db *db, const char *case_id, struct err *why);
/* How many of those that were so refused, up to this id, did not come. */
MUST_USE enum status again_denied(struct db *db, const char *upto, int64_t *count, struct err *why);
/* Those up to this id have been told of: of some that says only that pages will
 * bring them. They are remembered until again_over(), behind the last page: a
 * restore before it has them asked for anew. */
MUST_USE enum status again_done(struct db *db, const char *upto, struct err *why);
MUST_USE enum status again_over(struct db *db, struct err *why);
/* Deleted words out of the raw files. ST_RETRY while a reader holds them. */
MUST_USE enum status cache_purge(struct db *db, struct err *why);
/* Out of them what a transaction left that failed, or was never ended. The same
 * errors. */
MUST_USE enum status cache_purge_log(struct db *db, struct err *why);

#endif
