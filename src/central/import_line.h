/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * import_line - one line of an event log: an event, and what it says of its case.
 *
 * Place:    import_lines -> IMPORT_LINE -> import. Promise: pure. Whatever
 *           stands in the line is in a field, in `about_case` or in `rest`.
 * Owner:    import_line_release; texts are borrowed from the line's own tree.
 * Errors:   ST_BAD_INPUT: "json-syntax", "field-missing", "field-type",
 *           "field-time"; the text names the member.
 */
#ifndef CENTRAL_IMPORT_LINE_H
#define CENTRAL_IMPORT_LINE_H

#include "domain/casefile.h"
#include "wire/json.h"

struct import_line {
	struct json *tree;
	char hash[HASH_TEXT]; /* SHA-256 of its bytes without the line break */
	int64_t number;	      /* of the line in its file */
	struct str case_id, ts, activity, resource, group;
	struct str lifecycle, instance; /* p == NULL: not said; so below */
	int64_t instant;		/* of ts, ms UTC */
	int64_t seq, of;		/* 0: not said */
	struct str department, channel, responsible, started, ended, deadline;
	struct strbuf about_case; /* JSON map of all members case_... */
	struct strbuf rest;	  /* JSON map of members that are not known here; "" = none */
};
#define IMPORT_LINE_INIT                                                                           \
	{                                                                                          \
		.about_case = STRBUF_INIT, .rest = STRBUF_INIT                                     \
	}

/* `l` initialised; what it held is released. */
MUST_USE enum status import_line_read(struct import_line *l, struct str text, struct err *why);
void import_line_release(struct import_line *l);

/* Names of the members in which two maps about one case differ, ", " between
 * them; nothing if they say the same. */
void import_differences(struct strbuf *out, struct str map, struct str other);

/* Ids are made of the source (UUIDv8, RFC 9562), so that the same line is the
 * same entry, and the same case the same case, however often it is imported. */
void import_iid_of_line(char out[UUID_TEXT], const char *hash);
void import_iid_of_case(char out[UUID_TEXT], struct str source);
void import_case_id(char out[UUID_TEXT], struct str source);

#endif
