/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * case_json - the columns of a case as members of a JSON object.
 *
 * Place:    GET /v1/cases/{id}, the package's case.json, answers to a search.
 * Promise:  one order, the order of struct casefile; what is written reads
 *           back equal.
 * Owner:    borrowed; the casefile is the caller's.
 * Errors:   those of the writer; false for what is no case.
 */
#ifndef WIRE_CASE_JSON_H
#define WIRE_CASE_JSON_H

#include "domain/casefile.h"
#include "wire/json.h"

/* From "id" to "party", into the object that is open. */
void case_json(struct jsonw *w, const struct casefile *f);

/* Read them, and "n", "eh" and "closed_at" where they stand, into an initialised
 * casefile. False: a member is missing or malformed. */
bool case_json_read(struct casefile *f, const struct json *j);

#endif
