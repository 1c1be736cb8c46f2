/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * catalog - case types, queues, units and officers' names as one JSON text,
 *           from the central's configuration to every client.
 *
 * Place:    central -> page line "catalog" -> cache -> app's names.
 * Promise:  catalog_read(catalog_write(x)) == x; unknown members passed over.
 * Owner:    the caller's registry and list; release them.
 * Errors:   ST_BAD_INPUT "catalog-form".
 */
#ifndef WIRE_CATALOG_H
#define WIRE_CATALOG_H

#include "domain/casetype.h"

enum { OFFICER_DESK = 256 };
#define OFFICER_NO_DESK "-"

struct officer_name {
	char id[OFFICER_MAX];
	char name[NAME_MAX_BYTES];
	char title[NAME_MAX_BYTES];
	/* Units whose cases the officer can have, with commas; OFFICER_NO_DESK:
	 * none; "": it is not said. */
	char desk[OFFICER_DESK];
};
struct officer_list {
	struct officer_name *rows;
	int count;
};
#define OFFICER_LIST_INIT                                                                          \
	{                                                                                          \
		NULL, 0                                                                            \
	}
void officer_list_release(struct officer_list *o);

/* NULL `o`: no officers. */
bool catalog_write(struct strbuf *out, const struct registry *r, const struct officer_list *o,
		   const char *municipality);
/* `r` and `o` initialised; what they held is released when the reading holds,
 * and left as it was when it does not. */
MUST_USE enum status catalog_read(struct registry *r, struct officer_list *o,
				  char municipality[NAME_MAX_BYTES], struct str json,
				  struct err *why);

#endif
