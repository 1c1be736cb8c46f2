/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * import_names - people and groups of an imported log as officers and queues.
 *
 * Place:    import -> IMPORT_NAMES -> officers, DIR/conf/imported.conf, the
 *           registry. Promise: a name gets one code, once and for good, and
 *           two names never one code; what exists is never taken for another.
 *           A queue stands in the file before an entry names it.
 * Owner:    the central. Errors: those of the store and of the disk;
 *           ST_BAD_INPUT "conf..." when imported.conf was edited wrongly.
 *
 * Not inside a transaction: each new name makes its own.
 */
#ifndef CENTRAL_IMPORT_NAMES_H
#define CENTRAL_IMPORT_NAMES_H

#include "central/inside.h"

#define IMPORT_UNIT "import"

/* Unit, committee, case type and a queue for what has none. */
MUST_USE enum status import_begin_conf(struct central *c, struct err *why);

/* The officer's id for a name; added if it is new, *added then counted up. */
MUST_USE enum status import_officer(struct central *c, struct str name, char id[OFFICER_MAX],
				    int64_t *added, struct err *why);
/* The queue of a group. With as many queues as there can be, a new group gets
 * queue IMPORT_UNIT for good, and *shared says so. */
MUST_USE enum status import_queue(struct central *c, struct str name, char code[CODE_MAX],
				  int64_t *added, bool *shared, struct err *why);

/* A name as people see it: NFC, nothing that is harmful on a screen, at most
 * NAME_MAX_BYTES; with a piece of its hash when it had to be changed. */
void import_shown_name(char out[NAME_MAX_BYTES], struct str name);
/* Lower-case letters, digits and '-', shorter than `size`; "" if nothing of
 * the name is left. */
void import_slug(char *out, size_t size, struct str name);

#endif
