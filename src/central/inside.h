/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * inside - struct central as the central's own files see it.
 *
 * Place:    everything in src/central below central.h.
 * Promise:  what is in memory here can be read again from the database and
 *           the folder at any moment (central_crash does so), but for the
 *           witness's handle and the limiter.
 * Owner:    central_close. Errors: see each function.
 */
#ifndef CENTRAL_INSIDE_H
#define CENTRAL_INSIDE_H

#include "central/central.h"
#include "central/limits.h"
#include "central/witness.h"
#include "domain/action.h"
#include "domain/casetype.h"
#include "sign/chain.h"
#include "sql/db.h"

struct wrong_codes {
	char peer[64];
	int64_t since; /* boot_ms of the first in the window */
	int count;
};

struct central {
	struct central_env env;
	char *dir; /* NULL in memory */
	struct db *db;
	struct registry registry;
	struct signkey *key;
	int lock; /* DIR/lock; -1 in memory */
	struct witness witness;
	char aud[OFFICER_MAX];
	char name[NAME_MAX_BYTES];
	char dev[UUID_TEXT]; /* the central's own device id */
	char epoch[UUID_TEXT];
	char intake_token[HASH_TEXT]; /* SHA-256 of it, "" = none asked for */
	bool enrol_waits;	      /* a new device has to be approved */
	int64_t tx, seq;	      /* first and newest seq of the open transaction */
	struct strbuf catalog;	      /* as sent to clients */
	char catalog_hash[HASH_TEXT];
	int64_t catalog_rev; /* of the officers in it, -1 = not made */
	int64_t conf_rev;    /* of the configuration that was read */
	int64_t stirred;     /* what central_stirred saw last */
	struct wrong_codes wrong[LIMIT_PEERS];
	int64_t snapshot_cases;	  /* scopes with more have snapshots; 0: none */
	int64_t segment_rows;	  /* a segment of a snapshot ends behind so many; 0: as it fits */
	int64_t requests, errors; /* for /metrics */
	int64_t diverged;	  /* callers whose history we do not extend */
	char diverged_dev[UUID_TEXT];
	int64_t diverged_size, diverged_told; /* of the last, and how many were told */
	bool before_due;	 /* erased words stand in a database that was put aside */
	char kept_package[4096]; /* an earlier package, of which the operator is to hear */
	bool purge_due;		 /* erased words may stand in the raw files */
};

int64_t central_now(const struct central *c);

/* A write transaction in which entries may be appended. */
MUST_USE enum status central_begin(struct central *c, struct err *why);
MUST_USE enum status central_commit(struct central *c, struct err *why);
void central_rollback(struct central *c);

/* Does the log extend what the witness saw? Without a witness: only an empty one. */
MUST_USE enum status central_history_holds(struct central *c, bool *holds, struct err *why);
/* Write the witness, if the log has grown since it was written last. */
MUST_USE enum status central_testify(struct central *c, struct err *why);

/* A caller has proved that it holds `size` entries of a history that we signed, and
 * that ours does not extend: counted, told to the operator, and kept, so that --accept-restore mints an epoch. */
void central_note_diverged(struct central *c, const char *dev, int64_t size);

/* The head of the first `size` entries, as a JWS, appended (head.c). */
MUST_USE enum status central_sign_head(struct central *c, int64_t size, const struct hash32 *root,
				       struct strbuf *jws, struct err *why);

/* The tree over the log, as stored. */
struct merkle_store central_tree(struct central *c);

/* The catalogue text and its hash, made anew when officers have changed. */
MUST_USE enum status catalog_current(struct central *c, struct err *why);

/* Read the configuration again if another process has added to it. One that
 * cannot be read leaves the one that there is. */
MUST_USE enum status conf_current(struct central *c, struct err *why);

/* What was uploaded and is named by no entry a day later goes; its action, if it
 * still comes, is answered "needs-blob". At most once an hour. */
MUST_USE enum status uploads_sweep(struct central *c, struct err *why);

/* Officers or their rights have changed: in the caller's transaction. */
MUST_USE enum status rights_changed(struct central *c, struct err *why);

/* Case types and queues of a text or a folder; `c->registry` is filled. */
MUST_USE enum status conf_load_text(struct central *c, const char *text, struct err *why);
MUST_USE enum status conf_load_dir(struct central *c, const char *dir, struct err *why);

#endif
