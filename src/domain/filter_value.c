/* SPDX-License-Identifier: EUPL-1.2 */
/* What a typed value means in its field. */
#include "domain/filter_part.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "base/utf8.h"
#include "domain/diary.h"

#include "base/banned.h"

/* --- Values of a node -------------------------------------------------------- */

/* A new empty value of node i; NULL when there are too many. */
static struct filter_value *new_value(struct reader *r, int i)
{
	struct filter_node *n = &r->f->nodes[i];
	struct filter_value *more;

	if (r->values == FILTER_VALUES_MAX)
		return NULL;
	more = realloc(n->values, ((size_t)n->value_count + 1) * sizeof(*more));
	if (!more)
		return NULL;
	n->values = more;
	more = &n->values[n->value_count++];
	*more = (struct filter_value){ .word = STRBUF_INIT };
	r->values++;
	return more;
}

static bool too_many(struct reader *r, const struct typed_value *v)
{
	return filter_trouble_at(r, FILTER_TOO_LONG, v->at, v->word, NULL);
}

/* --- Codes --------------------------------------------------------------------- */

/* Statuses in words (terms.md); the English ones are the codes. */
static const char *const states_sv[CASE_STATE_COUNT] = {
	[CASE_RECEIVED] = "inkommet",	  [CASE_REGISTERED] = "registrerat",
	[CASE_OPEN] = "handläggs",	  [CASE_WAITING] = "väntar",
	[CASE_PROPOSED] = "förslag",	  [CASE_DECIDED] = "beslutat",
	[CASE_DISPATCHED] = "expedierat", [CASE_CLOSED] = "avslutat",
	[CASE_ARCHIVED] = "arkiverat",
};

enum match { MATCH_NONE, MATCH_START, MATCH_WHOLE };

static enum match compare(const char *name, struct str word)
{
	char folded[FILTER_WORD_MAX];

	filter_fold(folded, str_of(name));
	if (strlen(folded) < word.n || memcmp(folded, word.p, word.n) != 0)
		return MATCH_NONE;
	return folded[word.n] ? MATCH_START : MATCH_WHOLE;
}

static void resolve_status(struct str word, bool exact, void (*add)(void *to, const char *code),
			   void *to)
{
	enum match found[CASE_STATE_COUNT], best = MATCH_START;

	for (int s = 0; s < CASE_STATE_COUNT; s++) {
		enum match en = compare(case_state_name((enum case_state)s), word);

		found[s] = compare(states_sv[s], word);
		if (en > found[s])
			found[s] = en;
		if (exact || found[s] > best)
			best = MATCH_WHOLE;
	}
	for (int s = 0; s < CASE_STATE_COUNT; s++)
		if (found[s] >= best)
			add(to, case_state_name((enum case_state)s));
}

static void resolve(const struct reader *r, enum filter_field field, struct str word, bool exact,
		    void (*add)(void *to, const char *code), void *to)
{
	if (field == BY_STATUS)
		resolve_status(word, exact, add, to);
	else if (r->env->resolve)
		r->env->resolve(r->env->ctx, field, word, exact, add, to);
}

struct codes {
	struct reader *r;
	int node, found;
	bool full;
};

static void add_code(void *to, const char *code)
{
	struct codes *c = to;
	const struct filter_node *n = &c->r->f->nodes[c->node];
	struct filter_value *v;

	c->found++;
	for (int i = 0; i < n->value_count; i++)
		if (strcmp(strbuf_cstr(&n->values[i].word), code) == 0)
			return;
	v = new_value(c->r, c->node);
	if (!v || !strbuf_sets(&v->word, code))
		c->full = true;
}

struct near {
	struct nearest n;
	int count;
	char best[64];
};

static void offer_code(void *to, const char *code)
{
	struct near *near = to;
	size_t before = near->n.distance;
	char folded[FILTER_WORD_MAX];

	filter_fold(folded, str_of(code));
	near->count++;
	nearest_offer(&near->n, folded);
	if (near->n.distance < before)
		snprintf(near->best, sizeof(near->best), "%s", code);
}

/* "ingen" is nobody, "jag" who asks. */
static const char *own_word(const struct reader *r, enum filter_field field, const char *folded)
{
	if (field != BY_ASSIGNEE)
		return NULL;
	if (strcmp(folded, "ingen") == 0 || strcmp(folded, "nobody") == 0)
		return "";
	if (strcmp(folded, "jag") == 0 || strcmp(folded, "me") == 0)
		return r->f->me[0] ? r->f->me : NULL;
	return NULL;
}

static bool unknown_code(struct reader *r, struct codes *to, const struct typed_value *v,
			 const char *folded)
{
	enum filter_field field = r->f->nodes[to->node].field;
	struct near near = { .count = 0 };
	struct strbuf code = STRBUF_INIT_MAX(OFFICER_MAX - 1);

	nearest_start(&near.n, str_of(folded));
	resolve(r, field, str_of(""), false, offer_code, &near);
	if (near.count)
		return filter_trouble_at(r, FILTER_UNKNOWN_VALUE, v->at, v->word, near.best);
	if (utf8_to_nfc(&code, v->word) && code.len)
		add_code(to, strbuf_cstr(&code));
	strbuf_release(&code);
	return to->found ? true : filter_trouble_at(r, FILTER_UNKNOWN_VALUE, v->at, v->word, NULL);
}

static bool read_code(struct reader *r, int i, const struct typed_value *v)
{
	const struct filter_node *n = &r->f->nodes[i];
	struct codes to = { .r = r, .node = i };
	char folded[FILTER_WORD_MAX];
	const char *own;

	filter_fold(folded, v->word);
	own = own_word(r, n->field, folded);
	if (own)
		add_code(&to, own);
	else if (*folded)
		resolve(r, n->field, str_of(folded), r->op == OP_EQUAL && !v->star, add_code, &to);
	if (!to.found && !unknown_code(r, &to, v, folded))
		return false;
	return to.full ? too_many(r, v) : true;
}

/* --- Words, numbers, ranks -------------------------------------------------------- */

static bool read_words(struct reader *r, int i, const struct typed_value *v)
{
	bool exact = r->op == OP_EQUAL;
	struct strbuf folded = STRBUF_INIT, plain = STRBUF_INIT;
	struct filter_value *value;
	bool ok = true;

	filter_words(&folded, v->word, false);
	filter_words(&plain, v->word, true);
	if (!folded.len) {
		ok = v->quoted || filter_trouble_at(r, FILTER_UNEXPECTED, v->at, v->word, NULL);
	} else if (!(value = new_value(r, i))) {
		ok = too_many(r, v);
	} else {
		value->plain = !exact && strcmp(strbuf_cstr(&folded), strbuf_cstr(&plain)) == 0;
		value->prefix = !exact && (v->star || (r->env->typing && v->last && !v->quoted));
		value->phrase = v->quoted;
		strbuf_take(&value->word, &folded);
	}
	strbuf_release(&folded);
	strbuf_release(&plain);
	return ok;
}

static bool read_ref(struct reader *r, int i, const struct typed_value *v)
{
	struct filter_value *value = new_value(r, i);
	char text[DIARY_MAX];
	struct diary_no d;

	if (!value)
		return too_many(r, v);
	if (!diary_parse(&d, v->word))
		return (utf8_to_nfc(&value->word, v->word) && value->word.len)
		       || filter_trouble_at(r, FILTER_NO_VALUE, v->at, v->word, NULL);
	diary_format(text, &d);
	value->low = d.number;
	value->high = d.year;
	return strbuf_sets(&value->word, text);
}

static bool read_rank(struct reader *r, int i, const struct typed_value *v)
{
	static const struct {
		const char *sv, *en, *number;
		int rank;
	} ranks[] = {
		{ "hög", "high", "1", 1 },
		{ "normal", "normal", "2", 2 },
		{ "låg", "low", "3", 3 },
	};
	enum match least = r->op == OP_EQUAL ? MATCH_WHOLE : MATCH_START;
	struct near near = { .count = 0 };
	char folded[FILTER_WORD_MAX];
	struct str word;
	struct filter_value *value;

	filter_fold(folded, v->word);
	word = str_of(folded);
	nearest_start(&near.n, word);
	for (size_t k = 0; k < sizeof(ranks) / sizeof(ranks[0]); k++) {
		offer_code(&near, ranks[k].sv);
		offer_code(&near, ranks[k].en);
		if (!word.n
		    || (compare(ranks[k].sv, word) < least && compare(ranks[k].en, word) < least
			&& compare(ranks[k].number, word) < least))
			continue;
		value = new_value(r, i);
		if (!value)
			return too_many(r, v);
		value->low = value->high = ranks[k].rank;
		return true;
	}
	return filter_trouble_at(r, FILTER_UNKNOWN_VALUE, v->at, v->word, near.best);
}

/* --- Days ------------------------------------------------------------------------ */

static bool read_when(struct reader *r, int i, const struct typed_value *v, bool age)
{
	struct filter_value *value = new_value(r, i);
	struct filter_node *n = &r->f->nodes[i];
	struct day today = r->env->today;

	if (!value)
		return too_many(r, v);
	if (age)
		return filter_read_ages(value, v->word, r->op, today)
		       || filter_trouble_at(r, FILTER_BAD_NUMBER, v->at, v->word, NULL);
	n->op = r->op;
	return filter_read_days(value, v->word, &n->op, n->field != BY_DUE, today)
	       || filter_trouble_at(r, FILTER_BAD_DATE, v->at, v->word, NULL);
}

bool filter_read_value(struct reader *r, int i, const struct typed_value *v)
{
	enum value_kind kind = filter_value_kind(r->f->nodes[i].field);

	r->words += kind == VALUE_WORDS;
	if (++r->typed > FILTER_TYPED_MAX || r->words > FILTER_WORDS_MAX)
		return too_many(r, v);
	switch (kind) {
	case VALUE_CODE:
		return read_code(r, i, v);
	case VALUE_WORDS:
		return read_words(r, i, v);
	case VALUE_NUMBER:
		return read_ref(r, i, v);
	case VALUE_RANK:
		return read_rank(r, i, v);
	case VALUE_DAYS:
	case VALUE_AGE:
		break;
	}
	return read_when(r, i, v, kind == VALUE_AGE);
}
