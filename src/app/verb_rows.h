/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * verb_rows - rows of cases as a verb prints them, and the filter they answer.
 *
 * Place:    list and search -> ROWS -> the text or JSON of the call.
 * Promise:  at most --limit rows; what is written goes away while it grows.
 * Owner:    struct rows borrows the call.
 * Errors:   ST_BAD_INPUT "filter-syntax", whose text is a sentence in the
 *           officer's language; "usage"; those of the cache.
 */
#ifndef APP_VERB_ROWS_H
#define APP_VERB_ROWS_H

#include "app/verbs.h"
#include "domain/filter.h"

struct rows {
	struct call *c;
	struct jsonw w;
	int64_t limit, shown;
};

/* The filter that `text` is, as this officer means it. */
MUST_USE enum status call_filter(const struct call *c, struct filter *f, const char *text,
				 struct err *why);

/* Read --limit. */
MUST_USE enum status rows_init(struct rows *r, struct call *c, struct err *why);
/* Open the answer, with "source": "cache" and its age, or "central". */
void rows_begin(struct rows *r, const char *schema, bool cached);
/* False: enough, by --limit or because nobody reads any more. */
bool rows_put(struct rows *r, const struct case_row *row);
/* Close it. ST_NONE "no-hit" when there was none and --require-hit was given. */
MUST_USE enum status rows_end(struct rows *r, struct err *why);

/* All rows of the local copy that `q` asks for. */
MUST_USE enum status rows_local(struct rows *r, const struct case_query *q, struct err *why);

#endif
