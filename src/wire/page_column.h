/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * page_column - the columns of a case's row in a page, as one table.
 *
 * Place:    page_write puts them in this order; page_read finds them by the
 *           names that the page's header gives.
 * Promise:  a column is added by adding a row; an older reader passes it over.
 * Owner:    borrowed. Errors: false: the value does not fit the column.
 */
#ifndef WIRE_PAGE_COLUMN_H
#define WIRE_PAGE_COLUMN_H

#include "domain/casefile.h"
#include "wire/cells.h"

enum column_kind { COL_TEXT, COL_INT, COL_STATE, COL_INSTANT, COL_BUF };

struct column {
	const char *name;
	enum column_kind kind;
	bool needed; /* a page without it is refused */
	size_t at;   /* offset in struct casefile */
	size_t size; /* ceiling of a text in bytes, with its NUL */
};

/* Column i, or NULL behind the last. */
const struct column *column_at(size_t i);
/* Index of a column, or -1. */
int column_find(struct str name);
bool column_write(struct jsonw *w, const struct column *c, const struct casefile *f);
bool column_read(struct casefile *f, const struct column *c, const struct cell *value);

#endif
