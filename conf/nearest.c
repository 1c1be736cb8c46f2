/* SPDX-License-Identifier: EUPL-1.2 */
#include "conf/nearest.h"

#include <string.h>

#include "base/banned.h"

void nearest_start(struct nearest *n, struct str typed)
{
	/* A third of the signs may be wrong; of a short word, one. */
	*n = (struct nearest){ typed, NULL, typed.n / 3 + 2 };
}

static size_t least(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;

	return m < c ? m : c;
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
			size_t change = diagonal + (a.p[i - 1] != b.p[j - 1]);

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
	if (d >= n->distance)
		return;
	n->distance = d;
	n->best = name;
}
