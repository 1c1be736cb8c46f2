/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * far - asking the central for the cases that a filter means, page by page.
 *
 * Place:    screen_search, verb_list -> FAR -> POST /v1/cases/search.
 * Promise:  a page may hold no case and still not be the last: the central does
 *           a bounded work for each. Who follows the places comes to an end.
 * Owner:    the caller's request; values.
 * Errors:   none.
 */
#ifndef APP_FAR_H
#define APP_FAR_H

#include "base/exchange.h"
#include "domain/casefile.h"
#include "wire/json.h"

/* Behind which case the next page begins; case_id "": the first page. */
struct far_place {
	int64_t received_at;
	char case_id[UUID_TEXT];
};

/* The question for one page of at most `limit` cases, into an initialised `q`. */
void far_question(struct request *q, const char *filter, int limit, const struct far_place *from);
/* Is there another page behind this answer? Then *at is moved on to it. */
bool far_next(const struct json *answer, struct far_place *at);

#endif
