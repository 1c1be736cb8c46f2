/* SPDX-License-Identifier: EUPL-1.2 */
/* Does a row fit a filter? */
#include "domain/filter_part.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "domain/diary.h"

#include "base/banned.h"

/* --- Words ----------------------------------------------------------------------- */

/* A row while it is judged. Its words are made once, by the first value that
 * asks for them. */
struct judged {
	const struct filter *f;
	const struct filter_row *row;
	struct str words; /* p NULL: not yet known */
	struct strbuf own;
};

static struct str words_of(struct judged *j)
{
	if (!j->words.p) {
		filter_index(&j->own, j->row->file);
		j->words = strbuf_str(&j->own);
	}
	return j->words;
}

/* The next line of the words, moved past: folded, and folded plain. */
static bool next_line(struct str *words, struct str *folded, struct str *plain)
{
	const char *end = words->n ? memchr(words->p, '\n', words->n) : NULL;
	const char *tab;

	if (!end)
		return false;
	*folded = (struct str){ words->p, (size_t)(end - words->p) };
	tab = memchr(folded->p, '\t', folded->n);
	*plain = *folded;
	if (tab) {
		folded->n = (size_t)(tab - folded->p);
		*plain = (struct str){ tab + 1, (size_t)(end - tab) - 1 };
	}
	words->n -= (size_t)(end - words->p) + 1;
	words->p = end + 1;
	return true;
}

/* Do the words of `v` stand side by side in a line, which has a blank before
 * and behind each word? */
static bool line_has(struct str line, const struct filter_value *v)
{
	struct str want = strbuf_str(&v->word);
	const char *end = line.p + line.n, *p = line.p;

	while ((p = memmem(p, (size_t)(end - p), want.p, want.n)) != NULL) {
		if (p > line.p && p[-1] == ' ' && (v->prefix || p[want.n] == ' '))
			return true;
		p++;
	}
	return false;
}

/* In the first `lines` of the words: the party stands before all else. */
static bool case_has(struct judged *j, int lines, const struct filter_value *v)
{
	struct str words = words_of(j), folded, plain;

	while (lines-- > 0 && next_line(&words, &folded, &plain))
		if (line_has(v->plain ? plain : folded, v))
			return true;
	return false;
}

/* --- Other values -------------------------------------------------------------------- */

static const char *code_of(const struct casefile *c, enum filter_field field)
{
	switch (field) {
	case BY_QUEUE:
		return c->queue;
	case BY_UNIT:
		return c->unit;
	case BY_TYPE:
		return c->type;
	case BY_STATUS:
		return case_state_name(c->state);
	case BY_ASSIGNEE:
		return c->assignee;
	case BY_CHANNEL:
		return c->channel;
	case BY_DECISION:
		return c->outcome;
	default:
		return NULL;
	}
}

static bool ref_fits(const struct casefile *c, const struct filter_value *v)
{
	struct diary_no own;
	char first = strbuf_cstr(&v->word)[0];

	if (v->low == 0 || first < '0' || first > '9')
		return strcmp(c->diary_no, strbuf_cstr(&v->word)) == 0;
	return diary_parse(&own, str_of(c->diary_no)) && own.number == v->low
	       && (v->high == 0 || own.year == v->high);
}

static bool day_fits(const char *day, const struct filter_value *v)
{
	return *day && (!v->from[0] || strcmp(day, v->from) >= 0)
	       && (!v->to[0] || strcmp(day, v->to) <= 0);
}

static bool instant_fits(int64_t ms, const struct filter_value *v)
{
	char day[DAY_TEXT];

	day_format(day, day_in_stockholm(ms, NULL, NULL));
	return day_fits(day, v);
}

static bool value_fits(const struct filter_node *n, const struct filter_value *v, struct judged *j)
{
	const struct casefile *c = j->row->file;

	switch (n->field) {
	case BY_TEXT:
		return case_has(j, FILTER_LINES, v);
	case BY_PARTY:
		return case_has(j, 1, v);
	case BY_REF:
		return ref_fits(c, v);
	case BY_PRIORITY:
		return c->priority >= v->low && c->priority <= v->high;
	case BY_DUE:
		return day_fits(c->due_on, v);
	case BY_CLOSED:
		return c->closed_at && instant_fits(c->closed_at, v);
	case BY_RECEIVED:
	case BY_AGE:
		return instant_fits(c->received_at, v);
	default:
		return strcmp(code_of(c, n->field), strbuf_cstr(&v->word)) == 0;
	}
}

static bool flag_fits(const struct filter *f, enum filter_flag flag, const struct filter_row *r)
{
	const struct casefile *c = r->file;

	switch (flag) {
	case IS_OVERDUE:
		return c->state < CASE_DECIDED && c->due_on[0] && strcmp(c->due_on, f->today) < 0;
	case IS_NEW:
		return c->state <= CASE_REGISTERED && !c->assignee[0];
	case IS_MINE:
		return f->me[0] && strcmp(c->assignee, f->me) == 0;
	case IS_NOBODYS:
		return !c->assignee[0];
	case IS_SECRET:
		return c->protection != PROTECT_NONE;
	case IS_CONFLICT:
		return r->trouble > 0;
	case IS_WATCHED:
		return r->watch_on && *r->watch_on && strcmp(r->watch_on, f->today) <= 0
		       && c->state < CASE_CLOSED;
	case IS_OPEN:
		return c->state < CASE_CLOSED;
	default:
		return c->state >= CASE_CLOSED;
	}
}

/* As deep as parentheses and negations go: the parser bounds it. */
static bool node_fits(struct judged *j, int i)
{
	const struct filter_node *n = &j->f->nodes[i];

	switch (n->kind) {
	case NODE_NOT:
		return !node_fits(j, n->first);
	case NODE_FLAG:
		return flag_fits(j->f, n->flag, j->row);
	case NODE_TERM:
		for (int k = 0; k < n->value_count; k++)
			if (value_fits(n, &n->values[k], j))
				return true;
		return false;
	default:
		break;
	}
	for (int k = n->first; k >= 0; k = j->f->nodes[k].next)
		if (node_fits(j, k) == (n->kind == NODE_OR))
			return n->kind == NODE_OR;
	return n->kind == NODE_AND;
}

bool filter_match(const struct filter *f, const struct filter_row *r)
{
	struct judged j = { f, r, r->words, STRBUF_INIT };
	bool fits = f->root < 0 || node_fits(&j, f->root);

	strbuf_release(&j.own);
	return fits;
}

/* --- What holds for all that fit ------------------------------------------------------- */

/* The i-th node that every case must fit: the root, or its parts if it is an
 * AND; -1 behind the last. *at is -2 at first. */
static int next_must(const struct filter *f, int *at)
{
	if (f->root < 0)
		return -1;
	if (f->nodes[f->root].kind != NODE_AND)
		*at = *at == -2 ? f->root : -1;
	else
		*at = *at == -2 ? f->nodes[f->root].first : f->nodes[*at].next;
	return *at;
}

static bool only_open(const struct filter *f, const struct filter_node *n)
{
	enum case_state s;

	if (n->kind == NODE_FLAG)
		return n->flag == IS_OPEN || n->flag == IS_OVERDUE || n->flag == IS_NEW
		       || n->flag == IS_WATCHED;
	if (n->kind == NODE_NOT)
		return f->nodes[n->first].kind == NODE_FLAG && f->nodes[n->first].flag == IS_CLOSED;
	if (n->kind != NODE_TERM || n->field != BY_STATUS)
		return false;
	for (int i = 0; i < n->value_count; i++)
		if (!case_state_from(&s, strbuf_str(&n->values[i].word)) || s >= CASE_CLOSED)
			return false;
	return true;
}

bool filter_open_only(const struct filter *f)
{
	int at = -2;

	while (next_must(f, &at) >= 0)
		if (only_open(f, &f->nodes[at]))
			return true;
	return false;
}

const char *filter_one_code(const struct filter *f, enum filter_field field)
{
	int at = -2;

	while (next_must(f, &at) >= 0) {
		const struct filter_node *n = &f->nodes[at];

		if (n->kind == NODE_TERM && n->field == field && n->value_count == 1
		    && filter_value_kind(field) == VALUE_CODE)
			return strbuf_cstr(&n->values[0].word);
		if (n->kind == NODE_FLAG && field == BY_ASSIGNEE && n->flag == IS_MINE && f->me[0])
			return f->me;
		if (n->kind == NODE_FLAG && field == BY_ASSIGNEE
		    && (n->flag == IS_NOBODYS || n->flag == IS_NEW))
			return "";
	}
	return NULL;
}
