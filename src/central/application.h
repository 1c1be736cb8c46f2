/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * application - what an e-service sends, read strictly.
 *
 * Place:    POST /v1/intake/{case-type} -> APPLICATION -> intake.c.
 * Promise:  what was read is within every limit and well-formed; a number of
 *           a party stands here for the time of the request, to be hashed,
 *           and is overwritten by application_release.
 * Owner:    application_release.
 * Errors:   ST_BAD_INPUT: "field-unknown", "field-missing",
 *           "field-malformed", "field-too-long", "received-in-future", and
 *           those of domain/personid.h. The text never repeats a number.
 */
#ifndef CENTRAL_APPLICATION_H
#define CENTRAL_APPLICATION_H

#include "central/limits.h"
#include "domain/action.h"
#include "wire/json.h"

struct application_doc {
	char h[HASH_TEXT];
	char mt[80];
	char name[DOC_NAME_MAX];
	struct strbuf bytes;
};

struct application {
	struct strbuf title;
	struct strbuf party; /* "" when protected */
	char party_kind[16];
	char party_number[13]; /* digits, checked; "" = none was sent */
	bool is_protected;
	char channel[CODE_MAX];
	int64_t received_at;
	struct strbuf fields; /* compact JSON */
	int doc_count;
	struct application_doc docs[LIMIT_INTAKE_DOCUMENTS];
};

MUST_USE enum status application_read(struct application *a, struct str json, int64_t now,
				      struct err *why);
void application_release(struct application *a);

#endif
