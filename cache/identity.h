/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * identity - the one row of outbox.db that says who this device is.
 *
 * Place:    sync/enrol writes it; act takes ctr and prev from it.
 * Promise:  ctr and last_hash change only together with the item that used
 *           them, in one transaction. The key stands here sealed.
 * Owner:    struct identity owns its longer texts; release it.
 * Errors:   ST_NONE "not-enrolled": there is no row yet.
 */
#ifndef CACHE_IDENTITY_H
#define CACHE_IDENTITY_H

#include "domain/casefile.h"

struct db;

/* The undo window, in seconds: what a central may ask for, and without word. */
enum { CENTRAL_KEYS_MAX = 8, UNDO_MAX_S = 600, UNDO_DEFAULT_S = 20 };
struct central_key {
	char kid[48], x[48];
};

enum { EPOCHS_TEXT = 2200 };

struct identity {
	char url[256];
	char aud[OFFICER_MAX]; /* id of the central */
	char municipality[160];
	char dev[UUID_TEXT];
	char sub[OFFICER_MAX];
	char name[160], title[160];
	unsigned roles;	 /* enum role bits */
	char units[400]; /* codes with ',' between */
	char kid[48], x[48];
	int64_t ctr; /* last used */
	char last_hash[HASH_TEXT];
	int64_t undo_ms;
	char frozen[40];	    /* "" or the code that stopped this device */
	int64_t recheck_from;	    /* > 0: ask which of ours the central has */
	char head_epoch[UUID_TEXT]; /* the last signed log head */
	int64_t head_size;
	char head_root[HASH_TEXT];
	char signed_head[SIGNED_HEAD_TEXT]; /* as it came */
	char epochs[EPOCHS_TEXT];	    /* the central's, as known when it was last compared */
	int key_count;
	struct central_key keys[CENTRAL_KEYS_MAX];
	struct strbuf certificate; /* of the key before, while rotation_open */
	struct strbuf sealed_key;
	struct strbuf rotation; /* by which the key before named this one, "" = none did */
	char former_x[48];	/* the key that did */
	bool rotation_open;	/* the central has not answered it yet */
};
#define IDENTITY_INIT                                                                              \
	{                                                                                          \
		.certificate = STRBUF_INIT, .sealed_key = STRBUF_INIT, .rotation = STRBUF_INIT     \
	}
void identity_release(struct identity *d);

MUST_USE enum status identity_get(struct db *outbox, struct identity *d, struct err *why);
/* Is this home still the device `dev`, and has it still the key `kid`? Another
 * program may have enrolled it anew, or changed its key. */
MUST_USE enum status identity_is(struct db *outbox, const char *dev, const char *kid, bool *device,
				 bool *key, struct err *why);
/* Write the whole row: at enrolment, and again after a new enrolment. */
MUST_USE enum status identity_put(struct db *outbox, const struct identity *d, struct err *why);
/* Single facts that change later. */
MUST_USE enum status identity_set_last(struct db *outbox, int64_t ctr, const char *last_hash,
				       struct err *why);
MUST_USE enum status identity_set_frozen(struct db *outbox, const char *code, struct err *why);
MUST_USE enum status identity_set_recheck(struct db *outbox, int64_t from, struct err *why);
MUST_USE enum status identity_set_head(struct db *outbox, const char *epoch, int64_t size,
				       const char *root, const char *signed_head, struct err *why);
MUST_USE enum status identity_set_epochs(struct db *outbox, const char *epochs, struct err *why);
/* The same alone, "" without an identity. *recheck: the central is still asked
 * which of ours it has. */
MUST_USE enum status identity_epochs(struct db *outbox, char epochs[EPOCHS_TEXT], bool *recheck,
				     struct err *why);
MUST_USE enum status identity_set_undo(struct db *outbox, int64_t undo_ms, struct err *why);
MUST_USE enum status identity_set_officer(struct db *outbox, const struct identity *d,
					  struct err *why);
/* Another key, sealed, which the one before has named; in one statement. */
MUST_USE enum status identity_set_key(struct db *outbox, const char *kid, const char *x,
				      struct str sealed, struct str rotation, struct err *why);
/* The central has answered the rotation; nothing else changes. */
MUST_USE enum status identity_set_certificate(struct db *outbox, struct str certificate,
					      struct err *why);
MUST_USE enum status identity_set_sealed_key(struct db *outbox, struct str sealed, struct err *why);

#endif
