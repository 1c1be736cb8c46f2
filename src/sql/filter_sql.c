/* SPDX-License-Identifier: EUPL-1.2 */
#include "sql/filter_sql.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "domain/calendar.h"

#include "base/banned.h"

struct filter_bind {
	bool is_text;
	int64_t number;
	struct strbuf text;
};

/* A filter while its condition is written. `inverted`: below an odd number of
 * negations, where what can't be said exactly must be said too narrowly. */
struct writer {
	struct filter_sql *s;
	const struct filter *f;
	const struct filter_table *t;
	bool inverted, ok;
	bool short_ones; /* of the words to match: now those that are left */
};

enum { SHORT = 3 }; /* bytes */

static const char line_end[] = "char(10)";

/* --- Words ------------------------------------------------------------------- */

int64_t filter_place(const char *case_id, int64_t received_at)
{
	const int64_t one = INT64_C(1) << FILTER_KEY_BITS, most = INT64_MAX / one - 1;
	int64_t ms = received_at > most ? most : received_at < -most ? -most : received_at;
	uint32_t h = 2166136261u; /* FNV-1a */

	for (const char *p = case_id; *p; p++)
		h = (h ^ (unsigned char)*p) * 16777619u;
	return ms * one + (int64_t)((h ^ (h >> FILTER_KEY_BITS)) % (uint32_t)one);
}

/* --- Pieces of text ------------------------------------------------------------ */

static void put(struct writer *w, const char *text)
{
	w->ok = w->ok && strbuf_adds(&w->s->where, text);
}

/* The next parameter, to be filled in, or NULL. */
static struct filter_bind *parameter(struct writer *w)
{
	struct filter_sql *s = w->s;
	struct filter_bind *more = reallocarray(s->binds, (size_t)s->count + 1, sizeof(*s->binds));

	w->ok = w->ok && more && strbuf_addf(&s->where, "?%d", s->first + s->count);
	if (!more)
		return NULL;
	s->binds = more;
	more = &s->binds[s->count++];
	*more = (struct filter_bind){ .text = STRBUF_INIT };
	return more;
}

static void put_int(struct writer *w, int64_t v)
{
	struct filter_bind *b = parameter(w);

	if (b)
		b->number = v;
}

static void put_text(struct writer *w, struct str v)
{
	struct filter_bind *b = parameter(w);

	if (!b)
		return;
	b->is_text = true;
	w->ok = strbuf_set(&b->text, v.p, v.n) && w->ok;
}

/* What the table can't say: all rows, or none below a negation. */
static void put_unsaid(struct writer *w)
{
	w->s->exact = false;
	put(w, w->inverted ? "0" : "1");
}

/* --- Terms ----------------------------------------------------------------------- */

static void put_states(struct writer *w, enum case_state from, enum case_state to)
{
	if (!w->t->state_is_text) {
		w->ok = w->ok
			&& strbuf_addf(&w->s->where, "%s BETWEEN %d AND %d", w->t->state, (int)from,
				       (int)to);
		return;
	}
	w->ok = w->ok && strbuf_addf(&w->s->where, "%s IN (", w->t->state);
	for (int i = (int)from; i <= (int)to; i++)
		w->ok = w->ok
			&& strbuf_addf(&w->s->where, "%s'%s'", i > (int)from ? "," : "",
				       case_state_name((enum case_state)i));
	put(w, ")");
}

static void put_code(struct writer *w, enum filter_field field, const struct filter_value *v)
{
	enum case_state state = CASE_RECEIVED;

	if (field == BY_STATUS && !w->t->state_is_text) {
		put_int(w, case_state_from(&state, strbuf_str(&v->word)) ? (int64_t)state : -1);
		return;
	}
	put_text(w, strbuf_str(&v->word));
}

static void put_codes(struct writer *w, const char *column, const struct filter_node *n)
{
	w->ok = w->ok && strbuf_addf(&w->s->where, "%s IN (", column);
	for (int i = 0; i < n->value_count; i++) {
		put(w, i ? "," : "");
		put_code(w, n->field, &n->values[i]);
	}
	put(w, ")");
}

/* Asked for exactly, but without a letter that says so: the index holds it
 * plain as well, and cannot tell. */
static bool is_unsaid(const struct filter_value *v)
{
	struct strbuf plain = STRBUF_INIT;
	bool same = filter_words(&plain, strbuf_str(&v->word), true)
		    && strcmp(strbuf_cstr(&plain), strbuf_cstr(&v->word)) == 0;

	strbuf_release(&plain);
	return !v->plain && same;
}

static void put_words(struct writer *w, enum filter_field field, const struct filter_value *v)
{
	struct strbuf words = STRBUF_INIT;
	const char *column = w->t->words;

	if (is_unsaid(v)) {
		w->s->exact = false;
		if (w->inverted) {
			put(w, "0");
			return;
		}
	}
	w->ok = w->ok
		&& (field == BY_PARTY
			    ? strbuf_addf(&w->s->where, "instr(substr(%s,1,instr(%s,%s)),", column,
					  column, line_end)
			    : strbuf_addf(&w->s->where, "instr(%s,", column));
	w->ok = strbuf_addf(&words, v->prefix ? " %s" : " %s ", strbuf_cstr(&v->word)) && w->ok;
	put_text(w, strbuf_str(&words));
	put(w, ")>0");
	strbuf_release(&words);
}

static int64_t instant_of(const char *day, int64_t days, int shift, int64_t otherwise)
{
	int64_t unit = INT64_C(1) << shift, ms;
	struct day d;

	if (!*day || !day_parse(&d, str_of(day)))
		return otherwise;
	ms = stockholm_midnight(day_add(d, days));
	return ms > INT64_MAX / unit ? INT64_MAX : ms * unit;
}

static void put_instants(struct writer *w, const char *column, const struct filter_value *v,
			 int shift)
{
	w->ok = w->ok && strbuf_addf(&w->s->where, "(%s>=", column);
	put_int(w, instant_of(v->from, 0, shift, INT64_MIN));
	w->ok = w->ok && strbuf_addf(&w->s->where, " AND %s<", column);
	put_int(w, instant_of(v->to, 1, shift, INT64_MAX));
	put(w, ")");
}

static void put_due(struct writer *w, const struct filter_value *v)
{
	w->ok = w->ok && strbuf_addf(&w->s->where, "%s BETWEEN ", w->t->due);
	put_text(w, str_of(*v->from ? v->from : "0"));
	put(w, " AND ");
	put_text(w, str_of(*v->to ? v->to : "9999-12-31"));
}

/* Without its committee, and so of any. */
static bool is_short_ref(const struct filter_value *v)
{
	char first = strbuf_cstr(&v->word)[0];

	return v->low != 0 && first >= '0' && first <= '9';
}

/* The whole number as it stands; a short one fits every committee. */
static void put_ref(struct writer *w, const struct filter_value *v)
{
	if (!is_short_ref(v)) {
		w->ok = w->ok && strbuf_addf(&w->s->where, "%s=", w->t->diary_no);
		put_text(w, strbuf_str(&v->word));
		return;
	}
	if (!w->t->diary_number) {
		put_unsaid(w);
		return;
	}
	w->ok = w->ok && strbuf_addf(&w->s->where, "(%s=", w->t->diary_number);
	put_int(w, v->low);
	if (v->high) {
		w->ok = w->ok && strbuf_addf(&w->s->where, " AND %s=", w->t->diary_year);
		put_int(w, v->high);
	}
	put(w, ")");
}

static void put_value(struct writer *w, const struct filter_node *n, const struct filter_value *v)
{
	switch (n->field) {
	case BY_PARTY:
	case BY_TEXT:
		put_words(w, n->field, v);
		break;
	case BY_RECEIVED:
	case BY_AGE:
		put_instants(w, w->t->received, v, w->t->received_shift);
		break;
	case BY_CLOSED:
		w->ok = w->ok && strbuf_addf(&w->s->where, "%s<>0 AND ", w->t->closed_at);
		put_instants(w, w->t->closed_at, v, 0);
		break;
	case BY_DUE:
		put_due(w, v);
		break;
	case BY_REF:
		put_ref(w, v);
		break;
	default:
		w->ok = w->ok && strbuf_addf(&w->s->where, "%s BETWEEN ", w->t->priority);
		put_int(w, v->low);
		put(w, " AND ");
		put_int(w, v->high);
		break;
	}
}

static const char *code_column(const struct filter_table *t, enum filter_field field)
{
	switch (field) {
	case BY_QUEUE:
		return t->queue;
	case BY_UNIT:
		return t->unit;
	case BY_TYPE:
		return t->type;
	case BY_STATUS:
		return t->state;
	case BY_ASSIGNEE:
		return t->assignee;
	case BY_CHANNEL:
		return t->channel;
	case BY_DECISION:
		return t->outcome;
	default:
		return NULL;
	}
}

static void put_term(struct writer *w, const struct filter_node *n)
{
	const char *column = code_column(w->t, n->field);

	if (n->value_count == 0) {
		put(w, "0");
		return;
	}
	if (column) {
		put_codes(w, column, n);
		return;
	}
	put(w, "(");
	for (int i = 0; i < n->value_count; i++) {
		put(w, i ? " OR " : "");
		put_value(w, n, &n->values[i]);
	}
	put(w, ")");
}

/* --- Flags --------------------------------------------------------------------------- */

static void put_closed(struct writer *w, bool closed)
{
	if (w->t->closed)
		w->ok = w->ok && strbuf_addf(&w->s->where, "%s=%d", w->t->closed, closed ? 1 : 0);
	else if (closed)
		put_states(w, CASE_CLOSED, CASE_ARCHIVED);
	else
		put_states(w, CASE_RECEIVED, CASE_DISPATCHED);
}

static void put_overdue(struct writer *w)
{
	w->ok = w->ok && strbuf_addf(&w->s->where, "(%s>='0' AND %s<", w->t->due, w->t->due);
	put_text(w, str_of(w->f->today));
	put(w, " AND ");
	put_states(w, CASE_RECEIVED, CASE_PROPOSED);
	put(w, ")");
}

static void put_assignee(struct writer *w, const char *officer)
{
	w->ok = w->ok && strbuf_addf(&w->s->where, "%s=", w->t->assignee);
	put_text(w, str_of(officer));
}

static void put_watched(struct writer *w)
{
	if (!w->t->watched) {
		put(w, "0");
		return;
	}
	w->ok = w->ok && strbuf_addf(&w->s->where, "(%s", w->t->watched);
	put_text(w, str_of(w->f->today));
	put(w, ") AND ");
	put_closed(w, false);
	put(w, ")");
}

static void put_flag(struct writer *w, enum filter_flag flag)
{
	switch (flag) {
	case IS_OVERDUE:
		put_overdue(w);
		break;
	case IS_NEW:
		put(w, "(");
		put_assignee(w, "");
		put(w, " AND ");
		put_states(w, CASE_RECEIVED, CASE_REGISTERED);
		put(w, ")");
		break;
	case IS_MINE:
		if (w->f->me[0])
			put_assignee(w, w->f->me);
		else
			put(w, "0");
		break;
	case IS_NOBODYS:
		put_assignee(w, "");
		break;
	case IS_SECRET:
		w->ok = w->ok && strbuf_addf(&w->s->where, "%s>0", w->t->protection);
		break;
	case IS_WATCHED:
		put_watched(w);
		break;
	case IS_OPEN:
	case IS_CLOSED:
		put_closed(w, flag == IS_CLOSED);
		break;
	default: /* own actions in trouble: not in these rows */
		put(w, "0");
		break;
	}
}

/* --- The tree -------------------------------------------------------------------------- */

/* No deeper than FILTER_DEPTH_MAX, which the parser sees to. */
static void put_node(struct writer *w, int at)
{
	const struct filter_node *n = &w->f->nodes[at];
	const char *joint = n->kind == NODE_OR ? " OR " : " AND ";

	if (n->kind == NODE_TERM || n->kind == NODE_FLAG) {
		if (n->kind == NODE_TERM)
			put_term(w, n);
		else
			put_flag(w, n->flag);
		return;
	}
	if (n->kind == NODE_NOT) {
		put(w, "NOT ");
		w->inverted = !w->inverted;
	}
	put(w, "(");
	for (int i = n->first; i >= 0; i = w->f->nodes[i].next) {
		put(w, i == n->first ? "" : joint);
		put_node(w, i);
	}
	put(w, n->first < 0 ? "1)" : ")");
	if (n->kind == NODE_NOT)
		w->inverted = !w->inverted;
}

/* --- What stands at the top, and so holds for every case --------------------------------- */

/* The beginning of very many words finds little, and costs much. */
static bool is_short(const struct filter_node *n)
{
	for (int i = 0; i < n->value_count; i++)
		if (n->values[i].prefix && n->values[i].word.len < SHORT)
			return true;
	return false;
}

/* The same of the last of several words: "2026 1" is looked for by 2026. */
static bool cut_short_end(struct str *words)
{
	size_t n = words->n;

	while (n > 0 && words->p[n - 1] != ' ')
		n--;
	if (n == 0 || words->n - n >= SHORT)
		return false;
	words->n = n - 1;
	return true;
}

static void match_term(struct writer *w, const struct filter_node *n)
{
	struct strbuf *m = &w->s->match;

	if (is_short(n) != w->short_ones || (w->short_ones && m->len))
		return;
	w->ok = w->ok && strbuf_adds(m, m->len ? " AND (" : "(");
	for (int i = 0; i < n->value_count; i++) {
		struct str word = strbuf_str(&n->values[i].word);
		bool prefix = n->values[i].prefix && !cut_short_end(&word);

		w->ok = w->ok
			&& strbuf_addf(m, "%s\"%.*s\"%s", i ? " OR " : "", (int)word.n, word.p,
				       prefix ? "*" : "");
		w->s->by_prefix = w->s->by_prefix || prefix;
	}
	w->ok = w->ok && strbuf_addc(m, ')');
}

/* A short diary number, where it is not kept apart, by its digits: an imported
 * one may begin with zeros. */
static void match_ref(struct writer *w, const struct filter_node *n)
{
	enum { DIGITS_MAX = 12 };
	struct strbuf *m = &w->s->match;

	for (int i = 0; i < n->value_count; i++)
		if (!is_short_ref(&n->values[i]))
			return;
	w->ok = w->ok && strbuf_adds(m, m->len ? " AND (" : "(");
	for (int i = 0; i < n->value_count; i++) {
		char digits[24];
		int most = snprintf(digits, sizeof(digits), "%" PRId64, n->values[i].low);

		for (int wide = most; wide <= DIGITS_MAX; wide++)
			w->ok = w->ok
				&& strbuf_addf(m, "%s\"%0*" PRId64 "\"",
					       i || wide > most ? " OR " : "", wide,
					       n->values[i].low);
	}
	w->ok = w->ok && strbuf_addc(m, ')');
}

static void note_due(struct filter_sql *s, const char *from, const char *to)
{
	if (strcmp(from, s->due_from) > 0)
		memcpy(s->due_from, from, sizeof(s->due_from));
	if (*to && (!s->due_to[0] || strcmp(to, s->due_to) < 0))
		memcpy(s->due_to, to, sizeof(s->due_to));
}

static void note_received(struct writer *w, const struct filter_value *v)
{
	int shift = w->t->received_shift;
	int64_t from = instant_of(v->from, 0, shift, INT64_MIN);
	int64_t to = instant_of(v->to, 1, shift, INT64_MAX);

	if (from > w->s->received_from)
		w->s->received_from = from;
	if (to < w->s->received_to)
		w->s->received_to = to;
}

static void note_days(struct writer *w, const struct filter_node *n)
{
	char before[DAY_TEXT];
	struct day today;

	if (n->kind == NODE_FLAG && n->flag == IS_OVERDUE
	    && day_parse(&today, str_of(w->f->today))) {
		day_format(before, day_add(today, -1));
		note_due(w->s, "", before);
	}
	if (n->kind != NODE_TERM || n->value_count != 1)
		return;
	if (n->field == BY_DUE)
		note_due(w->s, n->values[0].from, n->values[0].to);
	if (n->field == BY_RECEIVED || n->field == BY_AGE)
		note_received(w, &n->values[0]);
}

static void note_states(struct filter_sql *s, const struct filter_node *n)
{
	bool open = false, closed = false;

	for (int i = 0; i < n->value_count; i++) {
		enum case_state state = CASE_RECEIVED;

		if (!case_state_from(&state, strbuf_str(&n->values[i].word)))
			continue;
		open = open || state < CASE_CLOSED;
		closed = closed || state >= CASE_CLOSED;
	}
	s->may_open = s->may_open && open;
	s->may_closed = s->may_closed && closed;
}

static void note_top(struct writer *w, int at)
{
	const struct filter_node *n = &w->f->nodes[at];

	if (n->kind == NODE_AND)
		for (int i = n->first; i >= 0; i = w->f->nodes[i].next)
			note_top(w, i);
	if (n->kind == NODE_FLAG && n->flag == IS_CLOSED)
		w->s->may_open = false;
	note_days(w, n);
	if (n->kind != NODE_TERM)
		return;
	if ((n->field == BY_TEXT || n->field == BY_PARTY) && n->value_count > 0)
		match_term(w, n);
	if (n->field == BY_REF && !w->t->diary_number && !w->short_ones)
		match_ref(w, n);
	if (n->field == BY_STATUS)
		note_states(w->s, n);
}

/* A term that `match` holds whole: any one of single words. */
static bool is_told(const struct filter_node *n)
{
	bool told = n->field == BY_TEXT && n->value_count > 0;

	for (int i = 0; i < n->value_count && told; i++)
		told = !strchr(strbuf_cstr(&n->values[i].word), ' ') && !is_unsaid(&n->values[i]);
	return told;
}

/* Beside a longer word a short one is left out of the match. */
static bool all_told(const struct filter *f)
{
	const struct filter_node *top = &f->nodes[f->root], *n = top;
	int terms = 0, shorts = 0;

	for (int i = top->kind == NODE_AND ? top->first : f->root; i >= 0;
	     i = top->kind == NODE_AND ? n->next : -1) {
		n = &f->nodes[i];
		if (n->kind == NODE_FLAG && (n->flag == IS_OPEN || n->flag == IS_CLOSED))
			continue;
		if (n->kind != NODE_TERM || !is_told(n))
			return false;
		terms++;
		shorts += is_short(n);
	}
	return terms > 0 && (shorts == 0 || terms == 1);
}

bool filter_sql_make(struct filter_sql *s, const struct filter *f, const struct filter_table *t,
		     int first)
{
	struct writer w = { .s = s, .f = f, .t = t, .ok = true };

	filter_sql_release(s);
	s->first = first;
	if (!f || f->root < 0) {
		put(&w, "1");
		return w.ok;
	}
	put_node(&w, f->root);
	note_top(&w, f->root);
	w.short_ones = true;
	if (!s->match.len)
		note_top(&w, f->root);
	s->may_closed = s->may_closed && !filter_open_only(f);
	s->told = all_told(f);
	return w.ok;
}

void filter_sql_bind(const struct filter_sql *s, struct stmt *q)
{
	for (int i = 0; i < s->count; i++)
		if (s->binds[i].is_text)
			stmt_text(q, s->first + i, strbuf_str(&s->binds[i].text));
		else
			stmt_int(q, s->first + i, s->binds[i].number);
}

void filter_sql_release(struct filter_sql *s)
{
	for (int i = 0; i < s->count; i++)
		strbuf_release(&s->binds[i].text);
	free(s->binds);
	strbuf_release(&s->where);
	strbuf_release(&s->match);
	*s = (struct filter_sql)FILTER_SQL_INIT;
}
