/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * overview - who and what a central has, told to its operator.
 *
 * Place:    the commands officers, devices and status; GET /v1/devices.
 * Promise:  reads alone. A device's state is what it comes to: one whose key
 *           has run out is "expired", though nothing was said of it.
 * Owner:    what is told lives as long as the call. Errors: as sql/db.h;
 *           ST_NONE "officer-unknown".
 */
#ifndef CENTRAL_OVERVIEW_H
#define CENTRAL_OVERVIEW_H

#include "central/central.h"

/* Each officer by id; `id` other than "": that one alone. */
MUST_USE enum status overview_officers(struct central *c, const char *id,
				       void (*each)(void *ctx, const struct central_officer *o),
				       void *ctx, struct err *why);

struct overview_device {
	const char *dev, *kid, *officer, *name, *units;
	/* waiting, active, expired, frozen, retired, lost, refused, unvouched */
	const char *state;
	const char *words;		  /* the fingerprint of its key */
	int64_t key_at, ends_at, seen_at; /* the last login; 0: never */
	int64_t ctr;			  /* so many of its actions have been answered */
};
/* Each device by officer, of each the newest last; `officer` other than "": of
 * that one alone. */
MUST_USE enum status overview_devices(struct central *c, const char *officer,
				      void (*each)(void *ctx, const struct overview_device *d),
				      void *ctx, struct err *why);

struct overview {
	char epoch[UUID_TEXT];
	char diverged[80]; /* who found the history another one; "" nobody */
	bool behind;	   /* the log does not extend what the witness saw */
	bool is_backup;	   /* a manifest lies in the place of a witness */
	int64_t entries;
	int64_t backup_entries, backup_at; /* of the newest backup; 0: none known */
	int64_t erasures, outgrown;	   /* proposals that wait; that nobody can confirm */
	int64_t erasure_until;		   /* when the first of them lapses */
};
MUST_USE enum status overview_read(struct central *c, struct overview *out, struct err *why);

/* A device has logged in; in the caller's transaction. */
MUST_USE enum status overview_seen(struct central *c, const char *dev, struct err *why);

#endif
