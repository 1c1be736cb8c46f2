/* SPDX-License-Identifier: EUPL-1.2 */
/* The grammar of the filter language, read from left to right, one token
 * ahead. What the values of a term mean stands in filter_value.c. */
#include "domain/filter_part.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

#include "base/banned.h"

void filter_release(struct filter *f)
{
	for (int i = 0; i < f->count; i++) {
		struct filter_node *n = &f->nodes[i];

		for (int k = 0; k < n->value_count; k++)
			strbuf_release(&n->values[k].word);
		free(n->values);
	}
	free(f->nodes);
	strbuf_release(&f->text);
	*f = (struct filter)FILTER_INIT;
}

/* --- Trouble ------------------------------------------------------------------- */

/* A copy that is cut at a whole character and can be shown. */
static void copy_word(char out[64], struct str s)
{
	size_t end = 0;

	for (size_t at = 0; at < s.n;) {
		(void)utf8_next(s, &at);
		if (at > 63)
			break;
		end = at;
	}
	memcpy(out, s.p ? s.p : "", end);
	out[end] = '\0';
	utf8_tame(out);
}

bool filter_trouble_at(struct reader *r, enum filter_trouble t, size_t at, struct str seen,
		       const char *meant)
{
	struct filter_fault *fault = r->fault;
	size_t before;

	if (fault->trouble != FILTER_FINE)
		return false;
	/* The end of the text is its last character. */
	before = utf8_count((struct str){ r->text.p, at });
	if (before && at >= r->text.n)
		before--;
	fault->trouble = t;
	fault->column = (int)before + 1;
	copy_word(fault->seen, seen);
	copy_word(fault->meant, str_of(meant));
	return false;
}

static enum status syntax(const struct filter_fault *f, struct err *why)
{
	static const char *const said[] = {
		[FILTER_FINE] = "out of memory",
		[FILTER_UNKNOWN_FIELD] = "unknown field",
		[FILTER_UNKNOWN_VALUE] = "nothing is called so",
		[FILTER_NO_VALUE] = "a value is missing",
		[FILTER_BAD_DATE] = "not a day or a range of days",
		[FILTER_BAD_NUMBER] = "not a number of days",
		[FILTER_BAD_OP] = "the field has no such operator",
		[FILTER_UNCLOSED] = "not closed",
		[FILTER_UNEXPECTED] = "not expected here",
		[FILTER_TOO_LONG] = "too long, or too many parts",
		[FILTER_NOT_KEPT] = "cases cannot be filtered by this yet",
	};

	return err_set(why, ST_BAD_INPUT, "filter-syntax", "column %d: %s: \"%s\"%s%s%s", f->column,
		       said[f->trouble], f->seen, f->meant[0] ? ", did you mean \"" : "", f->meant,
		       f->meant[0] ? "\"" : "");
}

/* --- Tokens ---------------------------------------------------------------------- */

enum token_kind {
	TOKEN_END,
	TOKEN_OPEN,
	TOKEN_CLOSE,
	TOKEN_MINUS,
	TOKEN_STRING,
	TOKEN_WORD,
	TOKEN_FIELD, /* a word with an operator behind it */
	TOKEN_BAD
};

struct token {
	enum token_kind kind;
	size_t from, to; /* in the text, a string with its quotes */
};

static struct str slice(const struct reader *r, size_t from, size_t to)
{
	return (struct str){ r->text.p + from, to - from };
}

static bool is_op(char c)
{
	return c && strchr(":=<>", c);
}

/* The blank that begins at `at`: its length, 0 if there is none. */
static size_t blank_at(const struct reader *r, size_t at)
{
	size_t next = at;
	int32_t cp = utf8_next(r->text, &next);

	return utf8_is_blank(cp) ? next - at : 0;
}

static void skip_blanks(struct reader *r)
{
	size_t n = 1;

	while (r->at < r->text.n && (n = blank_at(r, r->at)) > 0)
		r->at += n;
}

/* Does a bare word end at `at`, apart from operators and commas? */
static bool word_ends(const struct reader *r, size_t at)
{
	char c;

	if (at >= r->text.n)
		return true;
	c = r->text.p[at];
	return c == '(' || c == ')' || c == '"' || blank_at(r, at);
}

/* Behind the closing quote of the string that begins at `at`; 0: it has none.
 * A quote inside is doubled. */
static size_t string_end(const struct reader *r, size_t at)
{
	for (at++; at < r->text.n; at++) {
		if (r->text.p[at] != '"')
			continue;
		if (at + 1 == r->text.n || r->text.p[at + 1] != '"')
			return at + 1;
		at++;
	}
	return 0;
}

static struct token bare_token(const struct reader *r)
{
	struct token t = { TOKEN_WORD, r->at, r->at };

	while (!word_ends(r, t.to) && !is_op(r->text.p[t.to]))
		(void)utf8_next(r->text, &t.to);
	if (t.to < r->text.n && is_op(r->text.p[t.to]))
		t.kind = t.to > t.from ? TOKEN_FIELD : TOKEN_BAD;
	if (t.kind == TOKEN_BAD)
		while (t.to < r->text.n && is_op(r->text.p[t.to]))
			t.to++;
	return t;
}

/* The next token; it is not moved past. */
static struct token peek(struct reader *r)
{
	struct token t;

	skip_blanks(r);
	t = (struct token){ TOKEN_END, r->at, r->at + 1 };
	if (r->at >= r->text.n)
		return t;
	switch (r->text.p[r->at]) {
	case '(':
		t.kind = TOKEN_OPEN;
		return t;
	case ')':
		t.kind = TOKEN_CLOSE;
		return t;
	case '"':
		t.to = string_end(r, r->at);
		t.kind = t.to ? TOKEN_STRING : TOKEN_BAD;
		return t;
	case '-':
		/* Alone it negates nothing. */
		if (r->at + 1 < r->text.n && r->text.p[r->at + 1] != ')'
		    && !blank_at(r, r->at + 1)) {
			t.kind = TOKEN_MINUS;
			return t;
		}
		break;
	default:
		break;
	}
	return bare_token(r);
}

static enum joint joint_of(const struct reader *r, struct token t)
{
	return t.kind == TOKEN_WORD ? filter_joint(slice(r, t.from, t.to)) : JOINT_NONE;
}

/* --- Nodes ------------------------------------------------------------------------- */

/* A new node's index, -1 when there are too many. */
static int new_node(struct reader *r, enum filter_kind kind, size_t at)
{
	struct filter *f = r->f;
	struct filter_node *more = NULL;

	if (f->count < FILTER_NODES_MAX)
		more = realloc(f->nodes, ((size_t)f->count + 1) * sizeof(*more));
	if (!more) {
		filter_trouble_at(r, FILTER_TOO_LONG, at, slice(r, at, r->text.n), NULL);
		return -1;
	}
	f->nodes = more;
	f->nodes[f->count] = (struct filter_node){
		.kind = kind,
		.first = -1,
		.next = -1,
		.column = (int)utf8_count((struct str){ r->text.p, at }) + 1,
	};
	return f->count++;
}

/* --- Terms --------------------------------------------------------------------------- */

static const struct {
	const char *text;
	enum filter_op op;
} ops[] = {
	{ ":", OP_HAS },    { "=", OP_EQUAL }, { ":=", OP_EQUAL }, { "<", OP_BELOW },
	{ ":<", OP_BELOW }, { "<=", OP_UPTO }, { ":<=", OP_UPTO }, { ">", OP_ABOVE },
	{ ":>", OP_ABOVE }, { ">=", OP_FROM }, { ":>=", OP_FROM },
};

/* The operator that stands at r->at, moved past. */
static bool read_op(struct reader *r, struct filter_node *n)
{
	enum value_kind kind = filter_value_kind(n->field);
	bool ordered = kind == VALUE_DAYS || kind == VALUE_AGE;
	size_t from = r->at;

	while (r->at < r->text.n && is_op(r->text.p[r->at]))
		r->at++;
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
		if (str_eq(slice(r, from, r->at), ops[i].text)) {
			n->op = r->op = ops[i].op;
			if (ordered || n->op == OP_HAS || n->op == OP_EQUAL)
				return true;
			break;
		}
	return filter_trouble_at(r, FILTER_BAD_OP, from, slice(r, from, r->at), ":");
}

/* One value at r->at, moved past; `own` holds the text of a string. */
static bool read_value(struct reader *r, int node, struct strbuf *own)
{
	struct typed_value v = { .at = r->at };
	size_t to = r->at;

	if (to < r->text.n && r->text.p[to] == '"') {
		to = string_end(r, r->at);
		if (!to)
			return filter_trouble_at(r, FILTER_UNCLOSED, r->at, str_of("\""), NULL);
		for (size_t i = r->at + 1; i < to - 1; i++) {
			strbuf_addc(own, r->text.p[i]);
			i += r->text.p[i] == '"';
		}
		v.quoted = true;
		v.word = strbuf_str(own);
	} else {
		while (!word_ends(r, to) && r->text.p[to] != ',')
			(void)utf8_next(r->text, &to);
		v.word = slice(r, r->at, to);
	}
	if (v.quoted && to < r->text.n && r->text.p[to] == '*') {
		v.star = true;
		to++;
	} else if (!v.quoted && v.word.n && v.word.p[v.word.n - 1] == '*') {
		v.star = true;
		v.word.n--;
	}
	v.last = to == r->text.n;
	r->at = to;
	if (!v.quoted && !v.word.n)
		return filter_trouble_at(r, FILTER_NO_VALUE, v.at, str_of("*"), NULL);
	return filter_read_value(r, node, &v);
}

static bool read_values(struct reader *r, int node, struct token field)
{
	bool ok = true;

	for (;;) {
		struct strbuf own = STRBUF_INIT;

		if (r->at >= r->text.n || r->text.p[r->at] == ','
		    || (r->text.p[r->at] != '"' && word_ends(r, r->at)))
			return filter_trouble_at(r, FILTER_NO_VALUE, r->at - 1,
						 slice(r, field.from, r->at), NULL);
		ok = read_value(r, node, &own);
		strbuf_release(&own);
		if (!ok || r->at >= r->text.n || r->text.p[r->at] != ',')
			return ok;
		r->at++;
	}
}

/* "kö!:bygglov" is meant as "-kö:bygglov". */
static bool no_such_field(struct reader *r, struct token t)
{
	struct str name = slice(r, t.from, t.to);
	struct strbuf meant = STRBUF_INIT_MAX(60);

	if (filter_not_kept(name, false))
		return filter_trouble_at(r, FILTER_NOT_KEPT, t.from, name, NULL);
	if (name.n > 1 && name.p[name.n - 1] == '!'
	    && filter_word_find((struct str){ name.p, name.n - 1 }, false)) {
		strbuf_addf(&meant, "-%.*s:", (int)name.n - 1, name.p);
		filter_trouble_at(r, FILTER_BAD_OP, t.to - 1, slice(r, t.to - 1, t.to + 1),
				  strbuf_cstr(&meant));
		strbuf_release(&meant);
		return false;
	}
	return filter_trouble_at(r, FILTER_UNKNOWN_FIELD, t.from, name, filter_nearest_field(name));
}

static int parse_term(struct reader *r, struct token t)
{
	const struct filter_word *w = filter_word_find(slice(r, t.from, t.to), false);
	int node;

	if (!w) {
		no_such_field(r, t);
		return -1;
	}
	node = new_node(r, NODE_TERM, t.from);
	if (node < 0)
		return -1;
	r->f->nodes[node].field = (enum filter_field)w->id;
	r->at = t.to;
	if (!read_op(r, &r->f->nodes[node]) || !read_values(r, node, t))
		return -1;
	return node;
}

/* A word or a string that stands alone: a flag, or text. */
static int parse_text(struct reader *r, struct token t)
{
	struct str word = slice(r, t.from, t.to);
	const struct filter_word *flag = t.kind == TOKEN_WORD ? filter_word_find(word, true) : NULL;
	struct strbuf own = STRBUF_INIT;
	bool ok;
	int node;

	if (t.kind == TOKEN_WORD && filter_not_kept(word, true)) {
		filter_trouble_at(r, FILTER_NOT_KEPT, t.from, word, NULL);
		return -1;
	}
	node = new_node(r, flag ? NODE_FLAG : NODE_TERM, t.from);
	if (node < 0)
		return -1;
	if (flag) {
		r->f->nodes[node].flag = (enum filter_flag)flag->id;
		r->at = t.to;
		return node;
	}
	r->f->nodes[node].field = BY_TEXT;
	r->f->nodes[node].op = r->op = OP_HAS;
	if (t.kind == TOKEN_WORD) {
		struct typed_value v = { .word = word, .at = t.from, .last = t.to == r->text.n };

		v.star = word.p[word.n - 1] == '*';
		r->at = t.to;
		ok = filter_read_value(r, node, &v);
	} else {
		ok = read_value(r, node, &own);
	}
	strbuf_release(&own);
	return ok ? node : -1;
}

/* --- The grammar ------------------------------------------------------------------------ */

static int parse_or(struct reader *r);

static int too_deep(struct reader *r, struct token t)
{
	filter_trouble_at(r, FILTER_TOO_LONG, t.from, slice(r, t.from, t.to), NULL);
	return -1;
}

static int parse_group(struct reader *r, struct token open)
{
	struct token t;
	int node;

	if (++r->depth > FILTER_DEPTH_MAX)
		return too_deep(r, open);
	r->at = open.to;
	node = parse_or(r);
	if (node < 0)
		return -1;
	t = peek(r);
	if (t.kind != TOKEN_CLOSE) {
		filter_trouble_at(r, FILTER_UNCLOSED, open.from, str_of("("), NULL);
		return -1;
	}
	r->at = t.to;
	r->depth--;
	return node;
}

static int parse_prim(struct reader *r)
{
	struct token t = peek(r);

	switch (t.kind) {
	case TOKEN_OPEN:
		return parse_group(r, t);
	case TOKEN_FIELD:
		return parse_term(r, t);
	case TOKEN_STRING:
		return parse_text(r, t);
	case TOKEN_WORD:
		if (joint_of(r, t) == JOINT_NONE)
			return parse_text(r, t);
		break;
	case TOKEN_BAD:
		if (r->text.p[t.from] == '"') {
			filter_trouble_at(r, FILTER_UNCLOSED, t.from, str_of("\""), NULL);
			return -1;
		}
		break;
	default:
		break;
	}
	if (t.kind == TOKEN_END)
		t.to = t.from;
	filter_trouble_at(r, FILTER_UNEXPECTED, t.from, slice(r, t.from, t.to), NULL);
	return -1;
}

static int parse_not(struct reader *r)
{
	struct token t = peek(r);
	int node, child;

	if (t.kind != TOKEN_MINUS && joint_of(r, t) != JOINT_NOT)
		return parse_prim(r);
	if (++r->depth > FILTER_DEPTH_MAX)
		return too_deep(r, t);
	node = new_node(r, NODE_NOT, t.from);
	if (node < 0)
		return -1;
	r->at = t.to;
	child = parse_not(r);
	if (child < 0)
		return -1;
	r->f->nodes[node].first = child;
	r->depth--;
	return node;
}

/* Put `child` behind `last` under *node, which becomes one of `kind` with its
 * second child. */
static bool join(struct reader *r, enum filter_kind kind, int *node, int *last, int child)
{
	if (child < 0)
		return false;
	if (*node < 0) {
		*node = *last = child;
		return true;
	}
	if (*node == *last) {
		size_t at = 0;
		int parent = new_node(r, kind, at);

		if (parent < 0)
			return false;
		r->f->nodes[parent].first = *last;
		r->f->nodes[parent].column = r->f->nodes[*last].column;
		*node = parent;
	}
	r->f->nodes[*last].next = child;
	*last = child;
	return true;
}

static int parse_and(struct reader *r)
{
	int node = -1, last = -1;

	for (;;) {
		struct token t;
		enum joint joint;

		if (!join(r, NODE_AND, &node, &last, parse_not(r)))
			return -1;
		t = peek(r);
		joint = joint_of(r, t);
		if (t.kind == TOKEN_END || t.kind == TOKEN_CLOSE || joint == JOINT_OR)
			return node;
		if (joint == JOINT_AND)
			r->at = t.to;
	}
}

static int parse_or(struct reader *r)
{
	int node = -1, last = -1;

	for (;;) {
		struct token t;

		if (!join(r, NODE_OR, &node, &last, parse_and(r)))
			return -1;
		t = peek(r);
		if (joint_of(r, t) != JOINT_OR)
			return node;
		r->at = t.to;
	}
}

/* Text that can be read at all: not too long, and UTF-8. */
static bool readable(struct reader *r)
{
	struct str text = r->text;

	for (size_t at = 0, from = 0; at < text.n; from = at)
		if (utf8_next(text, &at) < 0)
			return filter_trouble_at(r, FILTER_UNEXPECTED, from,
						 (struct str){ text.p + from, at - from }, NULL);
		else if (at > FILTER_TEXT_MAX)
			return filter_trouble_at(r, FILTER_TOO_LONG, from,
						 (struct str){ text.p + from, at - from }, NULL);
	return true;
}

static bool parse_all(struct reader *r)
{
	struct token t;

	if (!readable(r) || !strbuf_set(&r->f->text, r->text.p, r->text.n))
		return false;
	if (peek(r).kind == TOKEN_END)
		return true;
	r->f->root = parse_or(r);
	if (r->f->root < 0)
		return false;
	t = peek(r);
	if (t.kind == TOKEN_END)
		return true;
	return filter_trouble_at(r, FILTER_UNEXPECTED, t.from, slice(r, t.from, t.to), NULL);
}

enum status filter_parse(struct filter *f, struct str text, const struct filter_env *env,
			 struct filter_fault *fault, struct err *why)
{
	struct filter_fault own = { 0 };
	struct reader r = { .text = text, .f = f, .env = env, .fault = fault ? fault : &own };

	filter_release(f);
	if (!text.p)
		r.text.p = "";
	*r.fault = (struct filter_fault){ .trouble = FILTER_FINE };
	snprintf(f->me, sizeof(f->me), "%s", env->me ? env->me : "");
	day_format(f->today, env->today);
	if (parse_all(&r))
		return ST_OK;
	filter_release(f);
	return syntax(r.fault, why);
}
