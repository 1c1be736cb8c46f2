/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * history - what was signed, sent and answered in a run, written down when it
 *           happened and never read back from the product.
 *
 * Place:    device.c and network.c tell; the checkers (checks.h) compare it
 *           with what outbox, copy and central say later.
 * Promise:  an entry is made when its fact is true: a promise when act() came
 *           back, an answer when the central gave it and before the network
 *           has had it in its hands.
 * Owner:    the world; history_release.
 * Errors:   none; without memory the program ends.
 */
#ifndef SIM_HISTORY_H
#define SIM_HISTORY_H

#include "cache/outbox.h"

struct device;
struct message;
struct world;

/* What an officer signed and was told is safe. */
struct promise {
	int device;
	char dev[UUID_TEXT], iid[UUID_TEXT], ah[HASH_TEXT], case_id[UUID_TEXT];
	int64_t ctr;
	uint64_t bytes;	   /* of what is to be sent: the envelope, or its void */
	uint64_t envelope; /* of the envelope itself */
	bool voided;
	bool kept_back; /* refused before a restore: a void is in its place */
	bool seen;	/* the base has shown it since it left the outbox */
	bool closed;	/* signed again or dismissed by the officer */
	bool believed;	/* its answer has been looked at (I5) */
	bool gone;	/* lost with a disk: an older copy was put back */
	bool found;	/* by a start, and nothing has made it safe since */
	bool emptied;	/* its words were erased, whatever a restore knows of it, */
};

/* A verdict, at the moment when it was first given. */
struct judged {
	char ah[HASH_TEXT], dev[UUID_TEXT], epoch[UUID_TEXT], why[40];
	int64_t ctr;
	enum verdict verdict;
	int64_t head;	   /* newest seq of the log before it */
	unsigned roles;	   /* of the officer then */
	struct strbuf jws; /* the envelope as it reached the central */
};

/* Numbers that were seen: a set that only grows. */
struct marks {
	uint64_t *slot;
	size_t room, count;
};

struct history {
	struct promise *promises;
	int promise_count, promise_room;
	struct judged *judged;
	int judged_count, judged_room;
	struct marks lines;    /* envelopes as they were signed, by their bytes */
	struct marks signed_;  /* (device, ah) of each */
	struct marks answers;  /* acknowledgements that the central gave, by their bytes */
	struct marks verdicts; /* (ah, epoch) of each envelope judged */
	struct marks gone;     /* cases that were erased, which a restore may have lost */
	struct marks erased;   /* eh of entries whose erasing a restore may have lost */
	struct marks doubted;  /* ah of those that a failing disk may have let be judged unseen */
};
void history_release(struct history *h);
/* The list, with room for one more of `size` bytes behind `count`; it grows by
 * doubling, and aborts without memory. */
void *room_for(void *list, int count, int *room, size_t size);

/* A name for bytes: two that differ have other names, for all that a seed can
 * do. */
uint64_t bytes_name(struct str s);
bool marks_has(const struct marks *m, uint64_t name);

/* The officer was told that item `id` is signed and safe. */
void history_signed(struct device *d, int64_t id);
/* Item `id` was withdrawn; a void goes in its place. */
void history_voided(struct device *d, int64_t id);
/* Refusals that a restored central has lost: a void goes in the place of each. */
void history_kept_back(struct device *d);
/* The officer signed item `id` again, or let go of it. */
void history_closed(struct device *d, int64_t id);
/* A device starts again: what is in its outbox and was not told of (the power
 * went between the disk and the officer) is a promise from now on. */
void history_found(struct device *d);
/* The central has answered `m`; its log had `head` entries before. */
void history_served(struct world *w, const struct message *m, int64_t head);

/* The device's copy is gone, and is read from the start: what the outbox has let
 * go of was seen in it. */
void history_unread(struct device *d);

/* The program itself puts a void in the place of an action whose words were
 * erased, when a restored central has lost it. */
void history_emptied(struct device *d);
/* The central's database is about to become an older copy: what it has erased
 * stays erased on the workstations. */
void history_erased(struct world *w);

/* The device's folder became an older copy: what was signed since is gone. */
void history_lost(struct device *d);
/* The central's database became an older copy: verdicts that it no longer has
 * were never given. */
void history_restored(struct world *w);

/* Were its words erased, as the central's tables say, or did before a restore? */
bool history_took(struct world *w, const struct promise *p);
/* Was its whole case? */
bool history_took_case(struct world *w, const struct promise *p);

/* The promise of this counter that was signed here, or NULL. */
struct promise *history_promise(struct device *d, const char *dev, int64_t ctr);

#endif
