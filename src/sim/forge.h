/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * forge - what a broken or hostile middle makes of bytes under way.
 *
 * Place:    network.c hands over each request before the central has it, and
 *           each reply before the device has it.
 * Promise:  nothing that is made here bears a signature of the central or of
 *           a device that these did not make. A spoilt row of a page is the
 *           central's own mistake: its digest fits.
 * Owner:    the world; forge_release.
 * Errors:   none.
 */
#ifndef SIM_FORGE_H
#define SIM_FORGE_H

#include "base/strbuf.h"

struct message;
struct signkey;
struct world;

struct forge {
	struct signkey *key;	  /* nobody's */
	int page_bytes;		  /* a central with small pages; 0: as they are asked for */
	int poisoned;		  /* cases whose rows are spoilt: one in so many, 0 = none */
	struct strbuf push, page; /* the last of some device, to be given to others */
	int push_of, push_at;	  /* that device, and how often the central had been put back */
};
void forge_release(struct forge *f);

/* Drawn once, at the start. */
void forge_init(struct world *w);
void forge_request(struct world *w, struct message *m);
void forge_reply(struct world *w, struct message *m);

#endif
