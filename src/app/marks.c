/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/marks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

void marks_release(struct marks *m)
{
	free(m->rows);
	*m = (struct marks)MARKS_INIT;
}

void marks_clear(struct marks *m)
{
	m->count = 0;
}

/* Where the case stands, or would stand. */
static int place_of(const struct marks *m, const char *case_id, bool *found)
{
	int low = 0, high = m->count;

	*found = false;
	while (low < high) {
		int mid = low + (high - low) / 2;
		int c = strcmp(m->rows[mid].case_id, case_id);

		if (c == 0) {
			*found = true;
			return mid;
		}
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

bool marks_has(const struct marks *m, const char *case_id)
{
	bool found;

	(void)place_of(m, case_id, &found);
	return found;
}

static bool make_room(struct marks *m)
{
	int room = m->room ? 2 * m->room : 64;
	struct mark *rows;

	if (m->count < m->room)
		return true;
	if (m->count >= MARKS_MAX)
		return false;
	if (room > MARKS_MAX)
		room = MARKS_MAX;
	rows = reallocarray(m->rows, (size_t)room, sizeof(*rows));
	if (!rows)
		return false;
	m->rows = rows;
	m->room = room;
	return true;
}

bool marks_add(struct marks *m, const char *case_id)
{
	bool found;
	int at = place_of(m, case_id, &found);

	if (found)
		return true;
	if (!make_room(m))
		return false;
	memmove(m->rows + at + 1, m->rows + at, (size_t)(m->count - at) * sizeof(*m->rows));
	snprintf(m->rows[at].case_id, sizeof(m->rows[at].case_id), "%s", case_id);
	m->rows[at].place = m->next++;
	m->count++;
	return true;
}

bool marks_drop(struct marks *m, const char *case_id)
{
	bool found;
	int at = place_of(m, case_id, &found);

	if (!found)
		return false;
	m->count--;
	memmove(m->rows + at, m->rows + at + 1, (size_t)(m->count - at) * sizeof(*m->rows));
	return true;
}

static int by_place(const void *a, const void *b)
{
	const struct mark *x = a, *y = b;

	return (x->place > y->place) - (x->place < y->place);
}

struct mark *marks_in_order(const struct marks *m)
{
	struct mark *rows = m->count > 0 ? calloc((size_t)m->count, sizeof(*rows)) : NULL;

	if (!rows)
		return NULL;
	memcpy(rows, m->rows, (size_t)m->count * sizeof(*rows));
	qsort(rows, (size_t)m->count, sizeof(*rows), by_place);
	return rows;
}
