/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * case_json - the columns of a case as members of a JSON object.
 *
 * Place:    GET /v1/cases/{id}, the package's case.json. Promise: one order,
 *           the order of struct casefile. Owner: borrowed. Errors: those of
 *           the writer.
 */
#ifndef WIRE_CASE_JSON_H
#define WIRE_CASE_JSON_H

#include "domain/casefile.h"
#include "wire/json.h"

/* From "id" to "party", into the object that is open. */
void case_json(struct jsonw *w, const struct casefile *f);

#endif
