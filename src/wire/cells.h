/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * cells - a line of a page that is a JSON list, as its items side by side.
 *
 * Place:    wire/page_read reads its rows from them; beside wire/json.
 * Promise:  what json_read says of the line. A page has thousands of lines, and
 *           nearly all are plain: one spelling, no blanks, no escapes in the
 *           row's own texts. Those are read where they stand, without a tree;
 *           cells_plain says no to all others, also to those that are wrong,
 *           and they go through json_read.
 * Owner:    texts are borrowed from the line or the tree; release for the rest.
 * Errors:   cells_plain false: not plain. cells_of_tree false: no memory.
 */
#ifndef WIRE_CELLS_H
#define WIRE_CELLS_H

#include "wire/json.h"

/* Items behind the last of these are passed over. */
enum { CELLS_MAX = 80 };

struct cell {
	enum json_kind kind;
	struct str text; /* JSON_TEXT: the text; a list or map: its JSON; else p NULL */
	int64_t number;	 /* JSON_INT */
};

struct cells {
	size_t count;
	struct cell item[CELLS_MAX];
	struct strbuf nested; /* JSON of lists and maps that came from a tree */
};
#define CELLS_INIT                                                                                 \
	{                                                                                          \
		.nested = STRBUF_INIT                                                              \
	}
void cells_release(struct cells *c);

MUST_USE bool cells_plain(struct cells *c, struct str line);
MUST_USE bool cells_of_tree(struct cells *c, const struct json *list);

/* Item i; one of JSON_NONE behind the last. */
const struct cell *cells_at(const struct cells *c, size_t i);
/* One value of a tree; of a list or map the kind alone. */
struct cell cell_of(const struct json *j);

#endif
