/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * members - a flat struct as a JSON map, by one table for both ways.
 *
 * Place:    payload, acknowledgement, login, certificate, problem, signed head.
 * Promise:  the writer puts members in the order of the table and leaves out
 *           optional ones that are empty or 0; the reader asks of each member
 *           what the writer asks, so what is written can be read back equal.
 * Owner:    all borrowed.
 * Errors:   ST_BAD_INPUT with the caller's code, naming the member.
 */
#ifndef WIRE_MEMBERS_H
#define WIRE_MEMBERS_H

#include <stddef.h>

#include "wire/json.h"

enum member_kind {
	MB_ID,	    /* char[size]: not empty, NFC, no space or control */
	MB_TEXT,    /* char[size]: any valid UTF-8 */
	MB_UUID,    /* char[UUID_TEXT] */
	MB_HASH,    /* char[HASH_TEXT]: 64 hex digits */
	MB_INT,	    /* int64_t */
	MB_COUNT,   /* int64_t, not negative */
	MB_INSTANT, /* int64_t: ms, as RFC 3339 with milliseconds, not before 1970 */
	MB_OWN,	    /* by the functions of the row */
};

struct member {
	const char *name;
	enum member_kind kind;
	bool optional;
	size_t at;   /* offset in the struct */
	size_t size; /* of the field */
	/* They may say more in `why` than that the member is malformed. */
	bool (*write)(struct jsonw *w, const void *from, struct err *why);
	bool (*read)(void *to, const struct json *value, struct err *why);
};

/* One row: name, kind, optional, struct and field. */
#define MEMBER(n, k, opt, s, f)                                                                    \
	{                                                                                          \
		.name = (n), .kind = (k), .optional = (opt), .at = offsetof(struct s, f),          \
		.size = sizeof(((struct s *)0)->f)                                                 \
	}
#define MEMBER_OWN(n, w, r)                                                                        \
	{                                                                                          \
		.name = (n), .kind = MB_OWN, .write = (w), .read = (r)                             \
	}
#define MEMBER_COUNT(table) (sizeof(table) / sizeof((table)[0]))

struct members {
	const struct member *row;
	size_t count;
	const char *code; /* of the error */
	bool strict;	  /* an unknown member is an error, not passed over */
};

/* Inside a map that is open: key and value of each row. */
MUST_USE enum status members_write(struct jsonw *w, const struct members *m, const void *from,
				   struct err *why);
/* Fields of missing optional members are emptied. */
MUST_USE enum status members_read(void *to, const struct members *m, const struct json *map,
				  struct err *why);

/* A whole text of its own. */
bool members_put(struct strbuf *out, const struct members *m, const void *from);
MUST_USE enum status members_get(void *to, const struct members *m, struct str json,
				 struct err *why);

/* At least one character, in NFC, and no space or control among them. */
bool id_valid(struct str s);
bool hash_valid(struct str s);

#endif
