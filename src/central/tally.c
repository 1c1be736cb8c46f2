/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/tally.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { FIRST_ROOM = 16 };

void tally_release(struct tally *t)
{
	for (int64_t i = 0; i < t->count; i++)
		free(t->rows[i].text);
	free(t->rows);
	free(t->slots);
	*t = (struct tally)TALLY_INIT;
}

/* FNV-1a. */
static uint64_t hash(struct str s)
{
	uint64_t h = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * UINT64_C(1099511628211);
	return h ^ (h >> 32);
}

static struct str text_of(const struct tally_row *r)
{
	return (struct str){ r->text, r->len };
}

/* The slot of the text, or the free one where it belongs. */
static int64_t *slot_of(const struct tally *t, struct str s)
{
	uint64_t mask = (uint64_t)t->slot_count - 1, at = hash(s) & mask;

	while (t->slots[at]) {
		const struct tally_row *r = &t->rows[t->slots[at] - 1];

		if (r->len == s.n && (s.n == 0 || memcmp(r->text, s.p, s.n) == 0))
			break;
		at = (at + 1) & mask;
	}
	return &t->slots[at];
}

/* Room for one row more, with the slots at most half full. */
static bool grow(struct tally *t)
{
	int64_t room = t->room ? t->room * 2 : FIRST_ROOM;
	struct tally_row *rows;
	int64_t *slots;

	if (t->count < t->room)
		return true;
	slots = calloc((size_t)room * 2, sizeof(*slots));
	rows = slots ? realloc(t->rows, (size_t)room * sizeof(*rows)) : NULL;
	if (!rows) {
		free(slots);
		return false;
	}
	free(t->slots);
	t->slots = slots;
	t->slot_count = room * 2;
	t->rows = rows;
	t->room = room;
	for (int64_t i = 0; i < t->count; i++)
		*slot_of(t, text_of(&rows[i])) = i + 1;
	return true;
}

int64_t tally_add(struct tally *t, struct str text, int64_t n)
{
	struct tally_row *r;
	int64_t *slot;
	char *copy;

	if (!grow(t)) {
		t->failed = true;
		return -1;
	}
	slot = slot_of(t, text);
	if (*slot) {
		t->rows[*slot - 1].count += n;
		return *slot - 1;
	}
	copy = malloc(text.n + 1);
	if (!copy) {
		t->failed = true;
		return -1;
	}
	if (text.n)
		memcpy(copy, text.p, text.n);
	copy[text.n] = '\0';
	r = &t->rows[t->count];
	r->text = copy;
	r->len = text.n;
	r->count = n;
	*slot = ++t->count;
	return t->count - 1;
}

/* Bytes of UTF-8 stand in the order of code points. */
static int by_text(const void *a, const void *b)
{
	const struct tally_row *x = *(const struct tally_row *const *)a;
	const struct tally_row *y = *(const struct tally_row *const *)b;
	int d = memcmp(x->text, y->text, x->len < y->len ? x->len : y->len);

	return d ? d : x->len < y->len ? -1 : x->len > y->len;
}

static int by_count(const void *a, const void *b)
{
	const struct tally_row *x = *(const struct tally_row *const *)a;
	const struct tally_row *y = *(const struct tally_row *const *)b;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return by_text(a, b);
}

static const struct tally_row **sorted(const struct tally *t,
				       int (*order)(const void *, const void *))
{
	const struct tally_row **rows =
		t->count ? calloc((size_t)t->count, sizeof(struct tally_row *)) : NULL;

	for (int64_t i = 0; rows && i < t->count; i++)
		rows[i] = &t->rows[i];
	if (rows)
		qsort(rows, (size_t)t->count, sizeof(struct tally_row *), order);
	return rows;
}

const struct tally_row **tally_by_count(const struct tally *t)
{
	return sorted(t, by_count);
}

const struct tally_row **tally_by_text(const struct tally *t)
{
	return sorted(t, by_text);
}
