/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * marks - the cases that an officer has marked in a list.
 *
 * Place:    Space, `*`, `+` -> MARKS -> the list shows them, actions take them.
 * Promise:  a mark is a case's id and nothing else, so it stays where the
 *           case goes: over pages, another order and new rows. A case is
 *           marked once. They come out in the order they were set.
 * Owner:    struct marks owns its ids; marks_release.
 * Errors:   false when there is no room: MARKS_MAX, or no memory.
 */
#ifndef APP_MARKS_H
#define APP_MARKS_H

#include "domain/casefile.h"

enum { MARKS_MAX = 10000 };

struct mark {
	char case_id[UUID_TEXT];
	int64_t place; /* lower was set earlier */
};

struct marks {
	struct mark *rows; /* by case id */
	int count, room;
	int64_t next;
};
#define MARKS_INIT                                                                                 \
	{                                                                                          \
		NULL, 0, 0, 0                                                                      \
	}
void marks_release(struct marks *m);
void marks_clear(struct marks *m);

bool marks_has(const struct marks *m, const char *case_id);
/* True also when it was marked already; it then keeps its place. */
bool marks_add(struct marks *m, const char *case_id);
/* True when it was marked. */
bool marks_drop(struct marks *m, const char *case_id);
/* All of them in the order they were set: `count` rows, the caller's to free.
 * NULL: there are none, or no memory. */
struct mark *marks_in_order(const struct marks *m);

#endif
