/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Filters and cases made up from a seed. The cases are made of parts that the
 * test knows, and each leaf of a filter has its own slow answer here, which
 * shares nothing with the code that is tested.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "tests/unit/domain/filter_env.h"

#include "base/banned.h"

enum { CASES = 60, FILTERS = 3000, WORDS_MAX = 5, NOISE = 100000 };

static int below(const struct rng *rng, int n)
{
	return (int)rng_below(rng, (uint64_t)n);
}

/* --- Cases made of known parts ------------------------------------------------------- */

static const struct {
	const char *shown, *folded, *plain;
} dictionary[] = {
	{ "Carport", "carport", "carport" }, { "carportar", "carportar", "carportar" },
	{ "FÖRRÅD", "förråd", "forrad" },    { "Forrad", "forrad", "forrad" },
	{ "Åkesson", "åkesson", "akesson" }, { "Akesson", "akesson", "akesson" },
	{ "René", "rene", "rene" },	     { "42B", "42b", "42b" },
	{ "o\xcc\x88n", "ön", "on" },	     { "on", "on", "on" },
};
enum { DICTIONARY = sizeof(dictionary) / sizeof(dictionary[0]) };

struct known {
	struct casefile c;
	int title[WORDS_MAX], title_count;
	int party[WORDS_MAX], party_count;
	int received, closed; /* days before today; closed -1: not */
	int due;	      /* days after today; 99: none */
	int trouble;
};

static int64_t noon(int days)
{
	return INT64_C(1795431600000) + days * INT64_C(86400000); /* of 2026-11-23 */
}

static int put_words(struct strbuf *out, int words[WORDS_MAX], const struct rng *rng)
{
	static const char *const between[] = { " ", ", ", " - ", "/", " (" };
	int count = below(rng, WORDS_MAX + 1);

	for (int i = 0; i < count; i++) {
		words[i] = below(rng, DICTIONARY);
		if (i)
			strbuf_adds(out, between[below(rng, 5)]);
		strbuf_adds(out, dictionary[words[i]].shown);
	}
	return count;
}

static void make_case(struct known *k, const struct rng *rng)
{
	static const char *const queues[] = { "bygglov", "byggtillsyn", "miljo" };
	static const char *const officers[] = { "", "anna.berg", "jan.vd" };

	*k = (struct known){ .c = CASEFILE_INIT };
	k->title_count = put_words(&k->c.title, k->title, rng);
	k->party_count = put_words(&k->c.party, k->party, rng);
	snprintf(k->c.queue, CODE_MAX, "%s", queues[below(rng, 3)]);
	snprintf(k->c.assignee, OFFICER_MAX, "%s", officers[below(rng, 3)]);
	snprintf(k->c.type, CODE_MAX, "%s", below(rng, 2) ? "BYGGLOV" : "TILLSYN");
	if (below(rng, 4))
		snprintf(k->c.diary_no, DIARY_MAX, "BN 202%d-%d", 5 + below(rng, 2),
			 40 + below(rng, 4));
	k->c.state = (enum case_state)below(rng, CASE_STATE_COUNT);
	k->c.priority = 1 + below(rng, 3);
	k->c.protection = below(rng, 3);
	k->received = below(rng, 30);
	k->c.received_at = noon(-k->received);
	k->closed = below(rng, 2) ? below(rng, 30) : -1;
	k->c.closed_at = k->closed < 0 ? 0 : noon(-k->closed);
	k->due = below(rng, 5) ? below(rng, 30) - 15 : 99;
	if (k->due != 99)
		day_format(k->c.due_on, day_add(env.today, k->due));
	k->trouble = below(rng, 2);
}

/* --- Leaves with their own answers ----------------------------------------------------- */

/* Does the dictionary word answer what was typed? `plain` forms are compared
 * when `loose`; the last word of a run may go on when `star`. */
static bool word_is(int w, const char *typed, bool loose, bool star)
{
	const char *own = loose ? dictionary[w].plain : dictionary[w].folded;

	return star ? strncmp(own, typed, strlen(typed)) == 0 : strcmp(own, typed) == 0;
}

static bool run_in(const int *words, int count, const char *first, const char *second, bool loose,
		   bool star)
{
	for (int i = 0; i < count; i++) {
		if (!second && word_is(words[i], first, loose, star))
			return true;
		if (second && i + 1 < count && word_is(words[i], first, loose, false)
		    && word_is(words[i + 1], second, loose, star))
			return true;
	}
	return false;
}

enum leaf_kind { L_TEXT, L_PARTY, L_DUE, L_RECEIVED, L_CLOSED, L_QUEUE, L_STATE, L_OTHER };

static const struct leaf {
	const char *text;
	enum leaf_kind kind;
	const char *a, *b;
	bool loose, star;
	int low, high; /* days or statuses */
} leaves[] = {
	{ "carport", L_TEXT, "carport", NULL, true, false, 0, 0 },
	{ "CARPORT*", L_TEXT, "carport", NULL, true, true, 0, 0 },
	{ "forrad", L_TEXT, "forrad", NULL, true, false, 0, 0 },
	{ "förråd", L_TEXT, "förråd", NULL, false, false, 0, 0 },
	{ "text=forrad", L_TEXT, "forrad", NULL, false, false, 0, 0 },
	{ "\"akesson\"", L_TEXT, "akesson", NULL, true, false, 0, 0 },
	{ "Åkesson", L_TEXT, "åkesson", NULL, false, false, 0, 0 },
	{ "rené", L_TEXT, "rene", NULL, true, false, 0, 0 },
	{ "\"rené carport\"", L_TEXT, "rene", "carport", true, false, 0, 0 },
	{ "\"42b ca\"*", L_TEXT, "42b", "ca", true, true, 0, 0 },
	{ "carport-on", L_TEXT, "carport", "on", true, false, 0, 0 },
	{ "part:ö*", L_PARTY, "ö", NULL, false, true, 0, 0 },
	{ "part:\"ön Åkesson\"", L_PARTY, "ön", "åkesson", false, false, 0, 0 },
	{ "party:on", L_PARTY, "on", NULL, true, false, 0, 0 },
	{ "frist:idag", L_DUE, NULL, NULL, false, false, 0, 0 },
	{ "frist:<7d", L_DUE, NULL, NULL, false, false, -98, 7 },
	{ "frist>7d", L_DUE, NULL, NULL, false, false, 8, 98 },
	{ "frist<2026-11-20", L_DUE, NULL, NULL, false, false, -98, -4 },
	{ "due:2026-11-20..+2d", L_DUE, NULL, NULL, false, false, -3, 2 },
	{ "frist:v48", L_DUE, NULL, NULL, false, false, 0, 6 },
	{ "frist:..", L_DUE, NULL, NULL, false, false, -98, 98 },
	{ "inkom:<7d", L_RECEIVED, NULL, NULL, false, false, 0, 7 },
	{ "inkom>7d", L_RECEIVED, NULL, NULL, false, false, 8, 98 },
	{ "inkom:2026-11", L_RECEIVED, NULL, NULL, false, false, -7, 22 },
	{ "inkom:igår,-3d", L_RECEIVED, "1", "3", false, false, 0, 0 },
	{ "ålder:3..9", L_RECEIVED, NULL, NULL, false, false, 3, 9 },
	{ "ålder>10", L_RECEIVED, NULL, NULL, false, false, 11, 98 },
	{ "age<=2v", L_RECEIVED, NULL, NULL, false, false, 0, 14 },
	{ "klar>=-5d", L_CLOSED, NULL, NULL, false, false, 0, 5 },
	{ "klar:..", L_CLOSED, NULL, NULL, false, false, 0, 98 },
	{ "kö:miljö", L_QUEUE, "miljo", NULL, false, false, 0, 0 },
	{ "kö:bygg", L_QUEUE, "bygglov", "byggtillsyn", false, false, 0, 0 },
	{ "queue:bygglov,miljo", L_QUEUE, "bygglov", "miljo", false, false, 0, 0 },
	{ "öppen", L_STATE, NULL, NULL, false, false, CASE_RECEIVED, CASE_DISPATCHED },
	{ "closed", L_STATE, NULL, NULL, false, false, CASE_CLOSED, CASE_ARCHIVED },
	{ "status:handläggs", L_STATE, NULL, NULL, false, false, CASE_OPEN, CASE_OPEN },
	{ "status:avs,ark", L_STATE, NULL, NULL, false, false, CASE_CLOSED, CASE_ARCHIVED },
	{ "min", L_OTHER, NULL, NULL, false, false, 0, 0 },
	{ "handl:ingen", L_OTHER, NULL, NULL, false, false, 0, 0 },
	{ "ny", L_OTHER, NULL, NULL, false, false, 0, 0 },
	{ "försenad", L_OTHER, NULL, NULL, false, false, 0, 0 },
	{ "sekretess", L_OTHER, NULL, NULL, false, false, 0, 0 },
	{ "konflikt", L_OTHER, NULL, NULL, false, false, 0, 0 },
	{ "prio:låg", L_OTHER, NULL, NULL, false, false, 0, 0 },
	{ "dnr:41", L_OTHER, NULL, NULL, false, false, 0, 0 },
	{ "dnr:bn2026-42", L_OTHER, NULL, NULL, false, false, 0, 0 },
	{ "41", L_OTHER, NULL, NULL, false, false, 0, 0 },
	{ "\"§\"", L_OTHER, NULL, NULL, false, false, 0, 0 },
};
enum { LEAVES = sizeof(leaves) / sizeof(leaves[0]) };

static bool other_fits(const char *t, const struct known *k)
{
	const struct casefile *c = &k->c;

	switch (t[0]) {
	case 'm':
		return strcmp(c->assignee, "anna.berg") == 0;
	case 'h':
		return c->assignee[0] == '\0';
	case 'n':
		return c->assignee[0] == '\0'
		       && (c->state == CASE_RECEIVED || c->state == CASE_REGISTERED);
	case 'f':
		return k->due < 0 && c->state < CASE_DECIDED;
	case 's':
		return c->protection != 0;
	case 'k':
		return k->trouble != 0;
	case 'p':
		return c->priority == 3;
	case 'd':
		return t[4] == '4' ? strstr(c->diary_no, "-41") != NULL
				   : strcmp(c->diary_no, "BN 2026-42") == 0;
	case '4':
		return strstr(c->diary_no, "-41") != NULL;
	default:
		return false;
	}
}

static bool leaf_fits(const struct leaf *l, const struct known *k)
{
	const char *code = k->c.queue;

	switch (l->kind) {
	case L_TEXT:
		return run_in(k->title, k->title_count, l->a, l->b, l->loose, l->star)
		       || run_in(k->party, k->party_count, l->a, l->b, l->loose, l->star);
	case L_PARTY:
		return run_in(k->party, k->party_count, l->a, l->b, l->loose, l->star);
	case L_DUE:
		return k->due != 99 && k->due >= l->low && k->due <= l->high;
	case L_RECEIVED:
		if (l->a)
			return k->received == 1 || k->received == 3;
		return k->received >= l->low && k->received <= l->high;
	case L_CLOSED:
		return k->closed >= l->low && k->closed <= l->high;
	case L_QUEUE:
		return strcmp(code, l->a) == 0 || (l->b && strcmp(code, l->b) == 0);
	case L_STATE:
		return (int)k->c.state >= l->low && (int)k->c.state <= l->high;
	default:
		return other_fits(l->text, k);
	}
}

/* --- Trees ---------------------------------------------------------------------------------- */

enum { TREE_MAX = 40 };
enum tree_kind { T_LEAF, T_NOT, T_AND, T_OR };

struct tree {
	struct {
		enum tree_kind kind;
		int leaf, a, b;
	} n[TREE_MAX];
	int count;
};

static int grow(struct tree *t, const struct rng *rng, int depth)
{
	int me = t->count++;
	int kind = depth == 0 || t->count > TREE_MAX / 2 ? T_LEAF : below(rng, 4);

	t->n[me].kind = (enum tree_kind)kind;
	t->n[me].leaf = below(rng, LEAVES);
	if (kind != T_LEAF)
		t->n[me].a = grow(t, rng, depth - 1);
	if (kind == T_AND || kind == T_OR)
		t->n[me].b = grow(t, rng, depth - 1);
	return me;
}

static bool tree_fits(const struct tree *t, int i, const struct known *k)
{
	switch (t->n[i].kind) {
	case T_NOT:
		return !tree_fits(t, t->n[i].a, k);
	case T_AND:
		return tree_fits(t, t->n[i].a, k) && tree_fits(t, t->n[i].b, k);
	case T_OR:
		return tree_fits(t, t->n[i].a, k) || tree_fits(t, t->n[i].b, k);
	default:
		return leaf_fits(&leaves[t->n[i].leaf], k);
	}
}

/* In one of the spellings that there are; parentheses where they are needed,
 * and sometimes where they are not. */
static void spell(struct strbuf *out, const struct tree *t, int i, const struct rng *rng, int level)
{
	static const char *const nots[] = { "-", "inte ", "NOT " };
	static const char *const ands[] = { " ", " och ", " and ", "  " };
	static const char *const ors[] = { " eller ", " or ", " ELLER " };
	enum tree_kind kind = t->n[i].kind;
	bool closed =
		(kind == T_OR && level > 0) || (kind == T_AND && level > 1) || below(rng, 8) == 0;

	if (closed)
		strbuf_addc(out, '(');
	if (kind == T_LEAF) {
		strbuf_adds(out, leaves[t->n[i].leaf].text);
	} else if (kind == T_NOT) {
		strbuf_adds(out, nots[below(rng, 3)]);
		spell(out, t, t->n[i].a, rng, 2);
	} else {
		spell(out, t, t->n[i].a, rng, kind == T_AND);
		strbuf_adds(out, kind == T_AND ? ands[below(rng, 4)] : ors[below(rng, 3)]);
		spell(out, t, t->n[i].b, rng, kind == T_AND);
	}
	if (closed)
		strbuf_addc(out, ')');
}

/* --- A filter written down again from its nodes ------------------------------------------------ */

static const char *word_of(bool is_flag, int id)
{
	const struct filter_word *w;

	for (size_t i = 0; (w = filter_word_at(i)) != NULL; i++)
		if (w->is_flag == is_flag && w->id == id)
			return w->sv;
	fail();
	return "";
}

static void write_value(struct strbuf *out, const struct filter_node *n,
			const struct filter_value *v)
{
	const char *word = strbuf_cstr(&v->word);

	switch (n->field) {
	case BY_RECEIVED:
	case BY_DUE:
	case BY_CLOSED:
		strbuf_addf(out, "%s..%s", v->from, v->to);
		break;
	case BY_AGE:
		if (v->low > -FILTER_AGE_MAX)
			strbuf_addf(out, "%lld", (long long)v->low);
		strbuf_adds(out, "..");
		if (v->high < FILTER_AGE_MAX)
			strbuf_addf(out, "%lld", (long long)v->high);
		break;
	case BY_PRIORITY:
		strbuf_addf(out, "%lld", (long long)v->low);
		break;
	default:
		if (!word[0])
			strbuf_adds(out, "ingen");
		else if (v->phrase || strchr(word, ' '))
			strbuf_addf(out, "\"%s\"", word);
		else
			strbuf_adds(out, word);
		if (v->prefix)
			strbuf_addc(out, '*');
		break;
	}
}

static void write_node(struct strbuf *out, const struct filter *f, int i)
{
	const struct filter_node *n = &f->nodes[i];

	if (n->kind == NODE_FLAG) {
		strbuf_adds(out, word_of(true, (int)n->flag));
	} else if (n->kind == NODE_TERM) {
		strbuf_addf(out, "%s%c", word_of(false, (int)n->field),
			    n->op == OP_EQUAL ? '=' : ':');
		if (n->value_count == 0)
			strbuf_adds(out, "\"\"");
		for (int k = 0; k < n->value_count; k++) {
			if (k)
				strbuf_addc(out, ',');
			write_value(out, n, &n->values[k]);
		}
	} else if (n->kind == NODE_NOT) {
		strbuf_adds(out, "-(");
		write_node(out, f, n->first);
		strbuf_addc(out, ')');
	} else {
		strbuf_addc(out, '(');
		for (int k = n->first; k >= 0; k = f->nodes[k].next) {
			if (k != n->first)
				strbuf_adds(out, n->kind == NODE_OR ? " eller " : " ");
			write_node(out, f, k);
		}
		strbuf_addc(out, ')');
	}
}

static bool same_value(const struct filter_value *x, const struct filter_value *y)
{
	return strcmp(strbuf_cstr(&x->word), strbuf_cstr(&y->word)) == 0 && x->plain == y->plain
	       && x->prefix == y->prefix && strcmp(x->from, y->from) == 0
	       && strcmp(x->to, y->to) == 0 && x->low == y->low && x->high == y->high;
}

/* The same but for columns and operators as typed. */
static bool same_node(const struct filter *a, int i, const struct filter *b, int j)
{
	const struct filter_node *x, *y;

	if (i < 0 || j < 0)
		return i < 0 && j < 0;
	x = &a->nodes[i];
	y = &b->nodes[j];
	if (x->kind != y->kind || x->value_count != y->value_count
	    || (x->kind == NODE_FLAG && x->flag != y->flag)
	    || (x->kind == NODE_TERM && x->field != y->field))
		return false;
	for (int k = 0; k < x->value_count; k++)
		if (!same_value(&x->values[k], &y->values[k]))
			return false;
	return same_node(a, x->first, b, y->first) && same_node(a, x->next, b, y->next);
}

/* --- The claims --------------------------------------------------------------------------------- */

struct world {
	struct known cases[CASES];
	struct rng_seeded seeded;
	struct rng rng;
};

static int make_world(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	w->rng = rng_from_seed(&w->seeded, 20261123);
	for (int i = 0; i < CASES; i++)
		make_case(&w->cases[i], &w->rng);
	*state = w;
	return 0;
}

static int end_world(void **state)
{
	struct world *w = *state;

	for (int i = 0; i < CASES; i++)
		casefile_release(&w->cases[i].c);
	free(w);
	return 0;
}

static bool match(const struct filter *f, const struct known *k)
{
	struct filter_row r = { .file = &k->c, .trouble = k->trouble };

	return filter_match(f, &r);
}

static void every_leaf_gives_the_slow_answer(void **state)
{
	struct world *w = *state;
	struct filter f = FILTER_INIT;

	for (int l = 0; l < LEAVES; l++) {
		int fitting = 0;

		parse(&f, leaves[l].text);
		for (int i = 0; i < CASES; i++) {
			bool want = leaf_fits(&leaves[l], &w->cases[i]);

			fitting += want;
			if (match(&f, &w->cases[i]) != want)
				fail_msg("%s: \"%s\" \"%s\"", leaves[l].text,
					 strbuf_cstr(&w->cases[i].c.title),
					 strbuf_cstr(&w->cases[i].c.party));
		}
		/* But for text without a word, each leaf tells cases apart. */
		if (l < LEAVES - 1 && (fitting == 0 || fitting == CASES))
			fail_msg("%s fits %d cases", leaves[l].text, fitting);
	}
	filter_release(&f);
}

static void a_made_up_filter_fits_what_the_slow_answer_fits(void **state)
{
	struct world *w = *state;
	struct filter f = FILTER_INIT, again = FILTER_INIT;
	struct strbuf text = STRBUF_INIT, written = STRBUF_INIT;

	for (int i = 0; i < FILTERS; i++) {
		struct tree t = { .count = 0 };
		int root = grow(&t, &w->rng, 4);

		strbuf_clear(&text);
		strbuf_clear(&written);
		spell(&text, &t, root, &w->rng, 0);
		parse(&f, strbuf_cstr(&text));
		for (int k = 0; k < CASES; k++)
			if (match(&f, &w->cases[k]) != tree_fits(&t, root, &w->cases[k]))
				fail_msg("%s", strbuf_cstr(&text));
		write_node(&written, &f, f.root);
		parse(&again, strbuf_cstr(&written));
		if (!same_node(&f, f.root, &again, again.root))
			fail_msg("%s was written %s", strbuf_cstr(&text), strbuf_cstr(&written));
	}
	filter_release(&f);
	filter_release(&again);
	strbuf_release(&text);
	strbuf_release(&written);
}

/* Do two filters fit the same cases? */
static void equal(struct world *w, const char *a, const char *b)
{
	struct filter f = FILTER_INIT, g = FILTER_INIT;

	parse(&f, a);
	parse(&g, b);
	for (int k = 0; k < CASES; k++)
		if (match(&f, &w->cases[k]) != match(&g, &w->cases[k]))
			fail_msg("%s is not %s", a, b);
	filter_release(&f);
	filter_release(&g);
}

static void a_double_no_is_a_yes_and_de_morgan_holds(void **state)
{
	struct world *w = *state;
	char left[200], right[200];

	for (int i = 0; i < 1000; i++) {
		const char *a = leaves[below(&w->rng, LEAVES)].text;
		const char *b = leaves[below(&w->rng, LEAVES)].text;

		snprintf(left, sizeof(left), "-(-(%s))", a);
		equal(w, left, a);
		snprintf(left, sizeof(left), "-(%s %s)", a, b);
		snprintf(right, sizeof(right), "-%s eller -%s", a, b);
		equal(w, left, right);
		snprintf(left, sizeof(left), "inte (%s eller %s)", a, b);
		snprintf(right, sizeof(right), "-%s -%s", a, b);
		equal(w, left, right);
	}
}

/* What the lists choose an index by must hold for every case that fits. */
static void what_is_said_of_all_holds_for_each(void **state)
{
	struct world *w = *state;
	struct filter f = FILTER_INIT;
	struct strbuf text = STRBUF_INIT;
	int open = 0, queue = 0;

	for (int i = 0; i < FILTERS; i++) {
		struct tree t = { .count = 0 };
		const char *code;
		int root = grow(&t, &w->rng, 2);

		strbuf_clear(&text);
		spell(&text, &t, root, &w->rng, 0);
		parse(&f, strbuf_cstr(&text));
		code = filter_one_code(&f, BY_QUEUE);
		open += filter_open_only(&f);
		queue += code != NULL;
		for (int k = 0; k < CASES; k++) {
			const struct casefile *c = &w->cases[k].c;

			if (!match(&f, &w->cases[k]))
				continue;
			if (filter_open_only(&f) && c->state >= CASE_CLOSED)
				fail_msg("%s", strbuf_cstr(&text));
			if (code && strcmp(c->queue, code) != 0)
				fail_msg("%s", strbuf_cstr(&text));
			code = filter_one_code(&f, BY_ASSIGNEE);
			if (code && strcmp(c->assignee, code) != 0)
				fail_msg("%s", strbuf_cstr(&text));
			code = filter_one_code(&f, BY_QUEUE);
		}
	}
	assert_true(open > 0 && queue > 0);
	filter_release(&f);
	strbuf_release(&text);
}

/* Pieces of filters and plain noise in any order. */
static void make_noise(struct strbuf *out, const struct rng *rng)
{
	static const char *const bits[] = { "kö",    ":",     "<",    "=",	 "(",	     ")",
					    "\"",    ",",     "-",    " ",	 "..",	     "*",
					    "frist", "2026",  "v48",  "+7d",	 "min",	     "å",
					    "och",   "eller", "inte", "ålder",	 "\xc2\xa0", "dnr",
					    "!",     "7",     "text", "\xcc\x88" };
	int count = below(rng, 24);

	strbuf_clear(out);
	for (int i = 0; i < count; i++)
		if (below(rng, 4))
			strbuf_adds(out, bits[below(rng, (int)(sizeof(bits) / sizeof(bits[0])))]);
		else
			strbuf_addc(out, (char)below(rng, 256));
}

static void noise_is_refused_with_a_column_inside_it_or_read(void **state)
{
	struct world *w = *state;
	struct strbuf text = STRBUF_INIT;
	struct filter f = FILTER_INIT;
	int read = 0;

	for (int i = 0; i < NOISE; i++) {
		struct filter_fault fault;
		struct err why = ERR_INIT;
		int length;

		make_noise(&text, &w->rng);
		if (filter_parse(&f, strbuf_str(&text), &env, &fault, &why) == ST_OK) {
			assert_int_equal(fault.trouble, FILTER_FINE);
			(void)match(&f, &w->cases[i % CASES]);
			read++;
			continue;
		}
		length = (int)utf8_count(strbuf_str(&text));
		assert_string_equal(why.code, "filter-syntax");
		assert_int_not_equal(fault.trouble, FILTER_FINE);
		assert_true(utf8_valid(str_of(fault.seen)));
		if (fault.column < 1 || fault.column > length)
			fail_msg("column %d of %d: %s", fault.column, length, strbuf_cstr(&text));
	}
	assert_true(read > NOISE / 100 && read < NOISE / 2);
	filter_release(&f);
	strbuf_release(&text);
}

/* --- Strings from outside ------------------------------------------------------------------------- */

static void one_hostile(struct filter *f, struct str bytes)
{
	struct strbuf text = STRBUF_INIT;
	struct casefile c = CASEFILE_INIT;
	struct filter_row r = { .file = &c };
	struct strbuf words = STRBUF_INIT;
	bool fits = utf8_valid(bytes) && bytes.n + 2 <= FILTER_TEXT_MAX;

	strbuf_addc(&text, '"');
	for (size_t i = 0; i < bytes.n; i++) {
		strbuf_addc(&text, bytes.p[i]);
		if (bytes.p[i] == '"')
			strbuf_addc(&text, '"');
	}
	strbuf_addc(&text, '"');
	if (fits && text.len <= FILTER_TEXT_MAX) {
		assert_int_equal(filter_parse(f, strbuf_str(&text), &env, NULL, NULL), ST_OK);
		/* A title that holds it and more is found, if it has a word at all. */
		strbuf_adds(&c.title, "x ");
		strbuf_add(&c.title, bytes.p, bytes.n);
		strbuf_adds(&c.title, " x");
		assert_true(filter_words(&words, bytes, false));
		assert_int_equal(filter_match(f, &r), words.len > 0);
	} else {
		assert_int_equal(filter_parse(f, strbuf_str(&text), &env, NULL, NULL),
				 ST_BAD_INPUT);
	}
	strbuf_release(&words);
	casefile_release(&c);
	strbuf_release(&text);
}

/* The bytes of a row's payload: hex, or a JSON string; another form stands for
 * itself. */
static void decode(struct strbuf *out, const char *form, const char *p)
{
	bool json = strcmp(form, "json") == 0 && *p == '"';
	char hex[5] = "";
	int32_t high = 0;

	for (p += json; *p && !(json && *p == '"' && !p[1]); p++) {
		if (strcmp(form, "hex") == 0 && p[1]) {
			memcpy(hex, p++, 2);
			strbuf_addc(out, (char)strtol(hex, NULL, 16));
		} else if (json && *p == '\\' && p[1] == 'u' && strlen(p) > 5) {
			int32_t unit;

			memcpy(hex, p + 2, 4);
			p += 5;
			unit = (int32_t)strtol(hex, NULL, 16);
			if (unit >= 0xD800 && unit < 0xDC00)
				high = (unit - 0xD800) * 0x400 + 0x10000 - 0xDC00;
			else
				(void)utf8_put(out,
					       unit + (unit < 0xE000 && unit > 0xDBFF ? high : 0));
		} else if (json && *p == '\\' && p[1]) {
			p++;
			strbuf_addc(out, *p == 'n' ? '\n' : *p == 't' ? '\t' : *p);
		} else {
			strbuf_addc(out, *p);
		}
	}
}

static void hostile_strings_are_text_like_any_other(void **state)
{
	static char line[70000];
	char path[512];
	const char *dir = getenv("SLUSS_DATA");
	struct filter f = FILTER_INIT;
	FILE *file;
	int count = 0;

	(void)state;
	if (!dir)
		skip();
	snprintf(path, sizeof(path), "%s/hostile-strings.txt", dir);
	file = fopen(path, "rb");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		struct strbuf bytes = STRBUF_INIT;
		char *save = NULL;
		const char *id = strtok_r(line, "\t", &save);
		const char *class = strtok_r(NULL, "\t", &save);
		const char *form = strtok_r(NULL, "\t", &save);
		const char *payload = strtok_r(NULL, "\t", &save);

		if (!id || id[0] != 'H' || !class || !form || !payload)
			continue;
		decode(&bytes, form, payload);
		one_hostile(&f, strbuf_str(&bytes));
		strbuf_release(&bytes);
		count++;
	}
	(void)fclose(file);
	assert_true(count > 300);
	filter_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_leaf_gives_the_slow_answer),
		cmocka_unit_test(a_made_up_filter_fits_what_the_slow_answer_fits),
		cmocka_unit_test(a_double_no_is_a_yes_and_de_morgan_holds),
		cmocka_unit_test(what_is_said_of_all_holds_for_each),
		cmocka_unit_test(noise_is_refused_with_a_column_inside_it_or_read),
		cmocka_unit_test(hostile_strings_are_text_like_any_other),
	};

	return cmocka_run_group_tests(tests, make_world, end_world);
}
