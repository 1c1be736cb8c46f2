/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * scan - which cases a search means, found slowly and without an index.
 *
 * Place:    base_case -> SCAN -> search, which compares.
 * Promise:  nothing of the product but the table of rows is used: words are
 *           parted, made small and bare of diacritics by rules of its own, for
 *           the Latin letters that the generator and the queries have. What a
 *           query is to mean is written down by hand beside it.
 * Owner:    struct scan owns all rows, some 200 MB for a million; scan_release.
 * Errors:   bench_fail.
 */
#ifndef TESTS_BENCH_SCAN_H
#define TESTS_BENCH_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"

struct db;

/* A query as typed, and what must be found: "a b* | c" is the word a beside
 * one that begins with b, or the word c; "a_b" are two words side by side in
 * one text. A word with å ä ö is met by itself alone, one without by both. NULL:
 * the query is refused. "!": it is understood, and nothing is found. */
struct scan_query {
	const char *name; /* a claim about it in a few words */
	const char *typed;
	size_t size; /* of a text with a NUL in it; 0: up to its NUL */
	const char *wanted;
};
size_t scan_query_count(void);
const struct scan_query *scan_query_at(size_t i);
struct str scan_typed(const struct scan_query *q);

struct scan_row {
	char case_id[40];
	size_t text; /* where its words begin */
};
struct scan {
	struct scan_row *rows; /* the latest to come in first */
	size_t count, room;
	char *words;
	size_t len, size;
};
#define SCAN_INIT                                                                                  \
	{                                                                                          \
		.rows = NULL                                                                       \
	}
void scan_read(struct scan *s, struct db *cache);
void scan_release(struct scan *s);
/* Does row `i` fit? */
bool scan_fits(const struct scan *s, size_t i, const char *wanted);

#endif
