/* SPDX-License-Identifier: EUPL-1.2 */
#include "wire/catalog_resolve.h"

#include <string.h>

#include "base/utf8.h"
#include "domain/channel.h"

#include "base/banned.h"

enum match { MATCH_NONE, MATCH_START, MATCH_WHOLE };

/* One question of the parser, and the best answer so far. */
struct seek {
	enum filter_field field;
	struct str word;
	enum match best;
	void (*add)(void *to, const char *code);
	void *to;
};
typedef void visit(struct seek *s, const char *code, const char *sv, const char *en);

/* Each code of a field with its names. */
static void each_code(const struct registry *r, const struct officer_list *people, struct seek *s,
		      visit *v)
{
	const struct channel *c;

	for (int i = 0; s->field == BY_QUEUE && i < r->queue_count; i++)
		v(s, r->queues[i].name.code, r->queues[i].name.sv, r->queues[i].name.en);
	for (int i = 0; s->field == BY_UNIT && i < r->unit_count; i++)
		v(s, r->units[i].name.code, r->units[i].name.sv, r->units[i].name.en);
	for (int i = 0; s->field == BY_TYPE && i < r->type_count; i++)
		v(s, r->types[i].name.code, r->types[i].name.sv, r->types[i].name.en);
	for (int i = 0; s->field == BY_DECISION && i < r->type_count; i++)
		for (int k = 0; k < r->types[i].outcome_count; k++) {
			const struct named_code *o = &r->types[i].outcomes[k];

			v(s, o->code, o->sv, o->en);
		}
	for (int i = 0; s->field == BY_ASSIGNEE && i < people->count; i++)
		v(s, people->rows[i].id, people->rows[i].name, "");
	for (size_t i = 0; s->field == BY_CHANNEL && (c = channel_at(i)); i++)
		v(s, c->code, c->sv, c->en);
}

/* Of a person, each part of the name may be what is typed. */
static enum match compare(const char *name, struct str word, bool parts)
{
	struct strbuf folded = STRBUF_INIT;
	enum match m = MATCH_NONE;
	const char *p = utf8_fold(&folded, str_of(name), true) ? strbuf_cstr(&folded) : "";

	for (; p && m == MATCH_NONE; p = parts ? strchr(p, ' ') : NULL) {
		bool whole = p == strbuf_cstr(&folded);

		p += whole ? 0 : 1;
		if (strncmp(p, word.n ? word.p : "", word.n) == 0)
			m = whole && !p[word.n] ? MATCH_WHOLE : MATCH_START;
	}
	strbuf_release(&folded);
	return m;
}

static enum match match_of(const struct seek *s, const char *code, const char *sv, const char *en)
{
	enum match best = compare(code, s->word, false);
	enum match name = compare(sv, s->word, s->field == BY_ASSIGNEE);
	enum match other = compare(en, s->word, false);

	if (name > best)
		best = name;
	return other > best ? other : best;
}

static void note_best(struct seek *s, const char *code, const char *sv, const char *en)
{
	enum match m = match_of(s, code, sv, en);

	if (m > s->best)
		s->best = m;
}

static void give_best(struct seek *s, const char *code, const char *sv, const char *en)
{
	if (match_of(s, code, sv, en) >= s->best)
		s->add(s->to, code);
}

void catalog_resolve(const struct registry *r, const struct officer_list *people,
		     enum filter_field field, struct str word, bool exact,
		     void (*add)(void *to, const char *code), void *to)
{
	struct seek s = { field, word, MATCH_START, add, to };

	if (exact)
		s.best = MATCH_WHOLE;
	else
		each_code(r, people, &s, note_best);
	each_code(r, people, &s, give_best);
}
