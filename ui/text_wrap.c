/* SPDX-License-Identifier: EUPL-1.2 */
#include "ui/text.h"

#include "base/banned.h"

void wrap_start(struct wrap *w, struct str text, int cols, const struct glyphs *g)
{
	if (!text.p)
		text = str_of("");
	*w = (struct wrap){ .text = text, .cols = cols > 0 ? cols : 1, .glyphs = g };
}

/* Where a line may end: behind its last word, and where the next begins. */
struct stop {
	size_t end, next;
	bool found;
};

static void note_blank(struct stop *s, const struct cluster *c, bool after_blank)
{
	if (!after_blank)
		s->end = c->start;
	s->next = c->end;
	s->found = true;
}

static bool finish(struct wrap *w, struct str *line, size_t from, size_t end, size_t next)
{
	line->p = w->text.p + from;
	line->n = end - from;
	w->at = next;
	return true;
}

bool wrap_next(struct wrap *w, struct str *line)
{
	struct str rest = { w->text.p + w->at, w->text.n - w->at };
	struct text_reader r;
	struct cluster c;
	struct stop stop = { 0, 0, false };
	size_t from = w->at;
	bool blank = false;
	int used = 0;

	if (w->ended)
		return false;
	text_read(&r, rest, w->glyphs);
	while (text_next(&r, &c)) {
		if (c.kind == CLUSTER_BREAK)
			return finish(w, line, from, from + c.start, from + c.end);
		if (c.kind == CLUSTER_BLANK)
			note_blank(&stop, &c, blank);
		blank = c.kind == CLUSTER_BLANK;
		/* A blank that does not fit hangs over the edge unseen. */
		if (used + c.width > w->cols && !blank) {
			if (stop.found && stop.end > 0)
				return finish(w, line, from, from + stop.end, from + stop.next);
			if (c.start > 0)
				return finish(w, line, from, from + c.start, from + c.start);
		}
		used += c.width;
	}
	w->ended = true;
	return finish(w, line, from, w->text.n, w->text.n);
}

int wrap_count(struct str text, int cols, int limit, const struct glyphs *g)
{
	struct wrap w;
	struct str line;
	int n = 0;

	wrap_start(&w, text, cols, g);
	while (n < limit && wrap_next(&w, &line))
		n++;
	return n;
}
