/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/filters.h"

#include <string.h>

#include "app/words.h"
#include "base/i18n.h"
#include "base/utf8.h"

#include "base/banned.h"

/* --- Names into codes -------------------------------------------------------------- */

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
static void each_code(const struct names *n, struct seek *s, visit *v)
{
	const struct registry *r = &n->registry;
	const char *sv;

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
	for (int i = 0; s->field == BY_ASSIGNEE && i < n->officers.count; i++)
		v(s, n->officers.rows[i].id, n->officers.rows[i].name, "");
	for (size_t i = 0; s->field == BY_CHANNEL && words_channel_at(i, &sv); i++)
		v(s, words_channel_at(i, &sv), sv, words_channel(words_channel_at(i, &sv)));
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

/* Who types a whole name means that one, and not what begins in the same way. */
static void resolve(void *ctx, enum filter_field field, struct str word, bool exact,
		    void (*add)(void *to, const char *code), void *to)
{
	const struct names *n = ctx;
	struct seek s = { field, word, MATCH_START, add, to };

	if (exact)
		s.best = MATCH_WHOLE;
	else
		each_code(n, &s, note_best);
	each_code(n, &s, give_best);
}

struct filter_env filters_env(const struct names *n, const char *me, struct day today, bool typing)
{
	union {
		const struct names *borrowed;
		void *ctx;
	} names = { .borrowed = n }; /* resolve only reads them */

	return (struct filter_env){
		.me = me, .today = today, .resolve = resolve, .ctx = names.ctx, .typing = typing
	};
}

/* --- Complaints ----------------------------------------------------------------------- */

static void what_is_wrong(struct strbuf *out, const struct filter_fault *f)
{
	switch (f->trouble) {
	case FILTER_UNKNOWN_FIELD:
		strbuf_addf(out, _("okänt fält \"%s\""), f->seen);
		break;
	case FILTER_UNKNOWN_VALUE:
		strbuf_addf(out, _("inget heter \"%s\""), f->seen);
		break;
	case FILTER_NO_VALUE:
		strbuf_addf(out, _("\"%s\" saknar värde"), f->seen);
		break;
	case FILTER_BAD_DATE:
		strbuf_addf(out,
			    _("\"%s\" är ingen dag; skriv t.ex. 2026-11-23, v48, idag, +7d, <7d "
			      "eller 2026-10..2026-11"),
			    f->seen);
		break;
	case FILTER_BAD_NUMBER:
		strbuf_addf(out, _("\"%s\" är inget antal dagar; skriv t.ex. 30, >30 eller 10..20"),
			    f->seen);
		break;
	case FILTER_BAD_OP:
		strbuf_addf(out, _("\"%s\" går inte här"), f->seen);
		break;
	case FILTER_UNCLOSED:
		strbuf_adds(out, f->seen[0] == '(' ? _("parentesen är inte stängd")
						   : _("citattecknet är inte stängt"));
		break;
	case FILTER_UNEXPECTED:
		if (f->seen[0])
			strbuf_addf(out, _("\"%s\" hör inte hit"), f->seen);
		else
			strbuf_adds(out, _("något fattas på slutet"));
		break;
	case FILTER_NOT_KEPT:
		strbuf_addf(out, _("ärenden kan inte filtreras på \"%s\" än"), f->seen);
		break;
	case FILTER_TOO_LONG:
	default:
		strbuf_adds(out, _("filtret är för långt eller har för många delar"));
		break;
	}
}

static void complain(struct strbuf *out, const struct filter_fault *f)
{
	strbuf_clear(out);
	strbuf_addf(out, _("kolumn %d: "), f->column);
	what_is_wrong(out, f);
	if (f->meant[0] && f->trouble == FILTER_BAD_OP)
		strbuf_addf(out, _("; skriv \"%s\""), f->meant);
	else if (f->meant[0])
		strbuf_addf(out, _(", menade du \"%s\"?"), f->meant);
}

bool filters_parse(struct filter *f, const char *text, const struct names *n, const char *me,
		   struct day today, bool typing, struct strbuf *complaint)
{
	struct filter_env env = filters_env(n, me, today, typing);
	struct filter_fault fault;

	if (filter_parse(f, str_of(text), &env, &fault, NULL) == ST_OK)
		return true;
	if (complaint)
		complain(complaint, &fault);
	return false;
}
