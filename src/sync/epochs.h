/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * epochs - the central's histories, and how far two of them are the same.
 *
 * Place:    api-info -> EPOCHS -> sync: what must be read and offered again
 *           after a restore (protocol.md, "Cursor and epoch").
 * Promise:  pure. Each epoch went on from its predecessor's first fork_seq
 *           entries; what is said to be common is common in both chains, and
 *           0 where nothing is known.
 * Owner:    values. Errors: none.
 */
#ifndef SYNC_EPOCHS_H
#define SYNC_EPOCHS_H

#include "cache/identity.h"

struct json;

/* What a restored central may have lost is kept so long, by the central's clock: a
 * backup that is put back is no older. */
#define KEEP_MS (30LL * 24 * 60 * 60 * 1000)
enum { EPOCHS_MAX = 32 };

struct epochs {
	int count; /* the newest are kept */
	struct {
		char epoch[UUID_TEXT];
		int64_t fork_seq;
		int64_t size; /* of its log when it began; more where a part of it
			       * was not what clients may have read */
	} link[EPOCHS_MAX];   /* oldest first */
};

/* "epochs" of api-info; false: nothing that can be read. */
bool epochs_read(struct epochs *e, const struct json *list);
/* The epoch alone, where the chain is not told. */
void epochs_only(struct epochs *e, const char *epoch);
/* As it is kept: "EPOCH FORK_SEQ" and a space after each; "/SIZE" behind the
 * number where it is another one. */
void epochs_parse(struct epochs *e, const char *text);
void epochs_format(char out[EPOCHS_TEXT], const struct epochs *e);
/* The newest one; "" without any. */
const char *epochs_now(const struct epochs *e);
/* How many entries of the log of `epoch` are entries of theirs too. `mine` is
 * the chain that was known in that epoch. */
int64_t epochs_common(const struct epochs *mine, const char *epoch, const struct epochs *theirs);
/* How many entries two epochs of one chain have in common; none, where one of
 * them is not in it, but all, where the chain may not be told as a whole. */
int64_t epochs_between(const struct epochs *e, const char *a, const char *b);
/* How much of the log of `a` the central itself has in `b`: at least that. */
int64_t epochs_kept(const struct epochs *e, const char *a, const char *b);
/* How many entries all epochs of the chain have in common. */
int64_t epochs_core(const struct epochs *e);

#endif
