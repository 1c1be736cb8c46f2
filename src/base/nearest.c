/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/nearest.h"

#include <string.h>

#include "base/banned.h"

void nearest_start(struct nearest *n, struct str typed)
{
	size_t third = typed.n / 3;

	*n = (struct nearest){ typed, NULL, (third < 2 ? 2 : third) + 1 };
}

static size_t least(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;

	return m < c ? m : c;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* Levenshtein's distance, by bytes. */
static size_t distance(struct str a, struct str b)
{
	size_t row[NEAREST_MAX + 1];

	for (size_t j = 0; j <= b.n; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.n; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b.n; j++) {
			size_t above = row[j];
			size_t change = diagonal + (lower(a.p[i - 1]) != lower(b.p[j - 1]));

			row[j] = least(above + 1, row[j - 1] + 1, change);
			diagonal = above;
		}
	}
	return row[b.n];
}

void nearest_offer(struct nearest *n, const char *name)
{
	struct str s = str_of(name);
	size_t d;

	if (n->typed.n > NEAREST_MAX || s.n > NEAREST_MAX)
		return;
	d = distance(n->typed, s);
	/* Words with no letter in common are not near, however short. */
	if (d >= n->distance || d >= s.n || d >= n->typed.n)
		return;
	n->distance = d;
	n->best = name;
}
