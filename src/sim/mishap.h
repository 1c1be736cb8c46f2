/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * mishap - what happens to machines and keys once or twice in a run: a backup
 *          put back, a folder copied to a second machine, a key revoked, a
 *          lid closed; and what officers and operators do about it.
 *
 * Place:    sim.c draws them; device.c asks mishap_mend() for its officer.
 * Promise:  what is lost with a disk is marked so in the history, and nothing
 *           else is. Whoever is stopped enrols anew, signs again what was
 *           stranded, and lets go of what is no longer lawful.
 * Owner:    the world; mishap_release. Errors: violations of the world.
 */
#ifndef SIM_MISHAP_H
#define SIM_MISHAP_H

#include <stdbool.h>
#include <stddef.h>

struct device;
struct drive_image;
struct world;

enum { MISHAPS_MAX = 6, IMAGES_MAX = 4 };

enum mishap_kind {
	MISHAP_DEVICE_BACK,  /* a device's folder becomes an older copy */
	MISHAP_CLONE,	     /* a device's folder is used on a second machine too */
	MISHAP_REVOKE,	     /* a key is retired or lost while actions wait */
	MISHAP_CENTRAL_BACK, /* the central's database becomes an older copy */
	MISHAP_SLEEP,	     /* a device's clocks jump */
	MISHAP_COUNT
};
/* For --without; NULL behind the last. */
const char *mishap_name(size_t kind);

/* Draw what will happen; `without` has a bit for each kind that may not. */
void mishap_plan(struct world *w, unsigned without);
/* EVENT_COPY: backups are made. EVENT_MISHAP: number i of the plan happens. */
void mishap_copy(struct world *w, int i);
void mishap_happens(struct world *w, int i);
/* The officer sees to a device that was stopped. True: there was nothing to do. */
bool mishap_mend(struct device *d);
void mishap_release(struct world *w);

/* What was planned, and the copies that it needs. */
struct mishaps {
	struct {
		enum mishap_kind kind;
		int device;
		struct drive_image *copy;
	} list[MISHAPS_MAX];
	int count;
	int happened;
	bool copied;  /* some folder was: two may use one key from then on */
	int restores; /* of the central */
};

#endif
