/* SPDX-License-Identifier: EUPL-1.2 */
/* A filter read back in plain words. */
#include "app/filters.h"

#include <string.h>

#include "app/words.h"
#include "base/i18n.h"

#include "base/banned.h"

enum { SHOWN = 4 };

struct telling {
	struct strbuf *out;
	const struct filter *f;
	const struct names *n;
};

static const char *name_of(bool is_flag, int id)
{
	const struct filter_word *w;

	for (size_t i = 0; (w = filter_word_at(i)) != NULL; i++)
		if (w->is_flag == is_flag && w->id == id)
			return words_english() ? w->en : w->sv;
	return "";
}

static const char *outcome(const struct names *n, const char *code)
{
	for (int i = 0; i < n->registry.type_count; i++)
		if (casetype_outcome(&n->registry.types[i], code))
			return names_outcome(n, n->registry.types[i].name.code, code);
	return code;
}

static const char *code_name(const struct names *n, enum filter_field field, const char *code)
{
	enum case_state s;

	switch (field) {
	case BY_QUEUE:
		return names_queue(n, code);
	case BY_UNIT:
		return names_unit(n, code);
	case BY_TYPE:
		return names_type(n, code);
	case BY_STATUS:
		return case_state_from(&s, str_of(code)) ? words_state(s) : code;
	case BY_ASSIGNEE:
		return code[0] ? names_officer(n, code) : name_of(true, IS_NOBODYS);
	case BY_CHANNEL:
		return words_channel(code);
	case BY_DECISION:
		return outcome(n, code);
	default:
		return code;
	}
}

/* The day beside one of the ends, for "before" and "after". */
static void beside(char out[DAY_TEXT], const char *day, int step)
{
	struct day d = { 1970, 1, 1 };

	(void)day_parse(&d, str_of(day));
	day_format(out, day_add(d, step));
}

static void tell_days(struct strbuf *out, const struct filter_value *v, enum filter_op op)
{
	char day[DAY_TEXT];

	if (!v->from[0] && !v->to[0]) {
		strbuf_adds(out, _("finns"));
	} else if (!v->from[0] && op == OP_BELOW) {
		beside(day, v->to, 1);
		strbuf_addf(out, _("före %s"), day);
	} else if (!v->from[0]) {
		strbuf_addf(out, _("senast %s"), v->to);
	} else if (!v->to[0] && op == OP_ABOVE) {
		beside(day, v->from, -1);
		strbuf_addf(out, _("efter %s"), day);
	} else if (!v->to[0]) {
		strbuf_addf(out, _("från %s"), v->from);
	} else if (strcmp(v->from, v->to) == 0) {
		strbuf_adds(out, v->from);
	} else {
		strbuf_addf(out, "%s..%s", v->from, v->to);
	}
}

static void tell_age(struct strbuf *out, const struct filter_value *v)
{
	if (v->low <= -FILTER_AGE_MAX)
		strbuf_addf(out, P_("högst %lld dag", "högst %lld dagar", v->high),
			    (long long)v->high);
	else if (v->high >= FILTER_AGE_MAX)
		strbuf_addf(out, P_("minst %lld dag", "minst %lld dagar", v->low),
			    (long long)v->low);
	else if (v->low == v->high)
		strbuf_addf(out, P_("%lld dag", "%lld dagar", v->low), (long long)v->low);
	else
		strbuf_addf(out, _("%lld..%lld dagar"), (long long)v->low, (long long)v->high);
}

static void tell_value(const struct telling *t, const struct filter_node *n,
		       const struct filter_value *v)
{
	switch (n->field) {
	case BY_TEXT:
	case BY_PARTY:
		strbuf_addf(t->out, "\"%s\"%s", strbuf_cstr(&v->word), v->prefix ? "*" : "");
		break;
	case BY_PRIORITY:
		strbuf_adds(t->out, words_priority((int)v->low));
		break;
	case BY_RECEIVED:
	case BY_DUE:
	case BY_CLOSED:
		tell_days(t->out, v, n->op);
		break;
	case BY_AGE:
		tell_age(t->out, v);
		break;
	default:
		strbuf_adds(t->out, code_name(t->n, n->field, strbuf_cstr(&v->word)));
		break;
	}
}

static void tell_term(const struct telling *t, const struct filter_node *n)
{
	strbuf_addf(t->out, "%s ", name_of(false, (int)n->field));
	if (n->value_count == 0)
		strbuf_adds(t->out, "\"\"");
	for (int i = 0; i < n->value_count && i < SHOWN; i++) {
		if (i)
			strbuf_adds(t->out, _(" eller "));
		tell_value(t, n, &n->values[i]);
	}
	if (n->value_count > SHOWN)
		strbuf_addf(t->out, _(" och %d till"), n->value_count - SHOWN);
}

/* `inside`: it stands beside others, so an OR needs its parentheses; as does
 * all that is joined behind a NOT. */
static void tell_node(const struct telling *t, int i, bool inside, bool negated)
{
	const struct filter_node *n = &t->f->nodes[i];
	bool joined = n->kind == NODE_AND || n->kind == NODE_OR;
	bool closed = joined && (negated || (inside && n->kind == NODE_OR));

	if (closed)
		strbuf_addc(t->out, '(');
	if (n->kind == NODE_NOT) {
		strbuf_adds(t->out, _("INTE "));
		tell_node(t, n->first, true, true);
	} else if (n->kind == NODE_FLAG) {
		strbuf_adds(t->out, name_of(true, (int)n->flag));
	} else if (n->kind == NODE_TERM) {
		tell_term(t, n);
	}
	for (int k = joined ? n->first : -1; k >= 0; k = t->f->nodes[k].next) {
		if (k != n->first)
			strbuf_adds(t->out, n->kind == NODE_OR ? _(" ELLER ") : ", ");
		tell_node(t, k, true, false);
	}
	if (closed)
		strbuf_addc(t->out, ')');
}

void filters_describe(struct strbuf *out, const struct filter *f, const struct names *n)
{
	struct telling t = { out, f, n };

	if (f->root < 0)
		strbuf_adds(out, _("alla ärenden"));
	else
		tell_node(&t, f->root, false, false);
}
