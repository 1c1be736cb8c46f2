/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/hits.h"

#include <string.h>

#include "base/utf8.h"

#include "base/banned.h"

enum { FAR = 48, BEFORE = 24 }; /* bytes */

static bool is_letter(char c)
{
	return (unsigned char)c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')
	       || (c >= 'A' && c <= 'Z');
}

/* One word of `value`, against one of the text: both folded. The last may be
 * a beginning. */
static bool same(const struct filter_value *v, struct str word)
{
	struct str wanted = strbuf_str(&v->word), one;
	size_t at = 0;

	while (filter_next_word(wanted, &at, &one)) {
		bool last = at >= wanted.n;
		bool begins = word.n >= one.n && memcmp(word.p, one.p, one.n) == 0;

		if (begins && (word.n == one.n || (last && v->prefix)))
			return true;
	}
	return false;
}

static bool value_hits(const struct filter_value *v, struct str run)
{
	struct strbuf folded = STRBUF_INIT;
	struct str word;
	size_t at = 0;
	bool hit = false;

	if (utf8_fold(&folded, run, v->plain))
		while (!hit && filter_next_word(strbuf_str(&folded), &at, &word))
			hit = same(v, word);
	strbuf_release(&folded);
	return hit;
}

static bool node_hits(const struct filter *f, int i, enum filter_field field, struct str run)
{
	const struct filter_node *n = &f->nodes[i];

	if (n->kind == NODE_TERM && (n->field == field || n->field == BY_TEXT))
		for (int k = 0; k < n->value_count; k++)
			if (value_hits(&n->values[k], run))
				return true;
	if (n->kind != NODE_AND && n->kind != NODE_OR)
		return false;
	for (int child = n->first; child >= 0; child = f->nodes[child].next)
		if (node_hits(f, child, field, run))
			return true;
	return false;
}

/* The letters and digits that stand side by side from *at on; n 0 at the end. */
static struct str next_run(struct str text, size_t *at)
{
	size_t from;

	while (*at < text.n && !is_letter(text.p[*at]))
		++*at;
	from = *at;
	while (*at < text.n && is_letter(text.p[*at]))
		++*at;
	return (struct str){ text.p + from, *at - from };
}

/* Where the shown part begins: a word at most BEFORE bytes ahead of the hit. */
static size_t beginning(struct str text, size_t hit)
{
	size_t at = 0;
	struct str run;

	if (hit <= FAR)
		return 0;
	while ((run = next_run(text, &at)).n > 0)
		if ((size_t)(run.p - text.p) + BEFORE >= hit)
			return (size_t)(run.p - text.p);
	return hit;
}

bool hits_mark(struct strbuf *out, struct str text, const struct filter *f, enum filter_field field)
{
	bool any = false;
	size_t at = 0, shown = 0;
	struct str run;

	while (f->root >= 0 && (run = next_run(text, &at)).n > 0) {
		size_t from = (size_t)(run.p - text.p);

		if (!node_hits(f, f->root, field, run))
			continue;
		if (!any) {
			shown = beginning(text, from);
			strbuf_adds(out, shown > 0 ? "… " : "");
		}
		any = true;
		strbuf_add(out, text.p + shown, from - shown);
		strbuf_addf(out, "«%.*s»", (int)run.n, run.p);
		shown = from + run.n;
	}
	if (any)
		strbuf_add(out, text.p + shown, text.n - shown);
	return any;
}
