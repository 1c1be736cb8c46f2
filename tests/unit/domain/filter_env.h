/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * filter_env - a small municipality and its officer, for tests of filters.
 *
 * Place:    test_filter and test_filter_random; they parse against it.
 * Promise:  the same codes, names, day and officer at every call; `resolve`
 *           gives what struct filter_env asks of it.
 * Owner:    static data. Errors: a filter that must parse and does not fails
 *           the test.
 */
#ifndef TESTS_FILTER_ENV_H
#define TESTS_FILTER_ENV_H

#include <string.h>

#include "base/utf8.h"
#include "domain/filter.h"

/* A small municipality: code, name. */
static const struct {
	enum filter_field field;
	const char *code, *sv;
} codes[] = {
	{ BY_QUEUE, "bygglov", "Bygglov" },    { BY_QUEUE, "byggtillsyn", "Tillsyn" },
	{ BY_QUEUE, "miljo", "Miljö" },	       { BY_UNIT, "bygg", "Bygg och plan" },
	{ BY_UNIT, "miljo", "Miljöenheten" },  { BY_TYPE, "BYGGLOV", "Bygglov" },
	{ BY_TYPE, "TILLSYN", "Tillsyn" },     { BY_ASSIGNEE, "anna.berg", "Anna Berg" },
	{ BY_ASSIGNEE, "jan.vd", "Jan Vård" }, { BY_DECISION, "bifall", "Bifall" },
	{ BY_DECISION, "avslag", "Avslag" },
};
enum { CODES = sizeof(codes) / sizeof(codes[0]) };

static bool begins(const char *name, struct str word, bool exact)
{
	struct strbuf b = STRBUF_INIT;
	bool fits;

	utf8_fold(&b, str_of(name), true);
	fits = b.len >= word.n && (!exact || b.len == word.n)
	       && (word.n == 0 || memcmp(strbuf_cstr(&b), word.p, word.n) == 0);
	strbuf_release(&b);
	return fits;
}

static void resolve(void *ctx, enum filter_field field, struct str word, bool exact,
		    void (*add)(void *to, const char *code), void *to)
{
	(void)ctx;
	for (int i = 0; i < CODES; i++)
		if (codes[i].field == field
		    && (begins(codes[i].code, word, exact) || begins(codes[i].sv, word, exact)))
			add(to, codes[i].code);
}

/* A Monday in week 48. */
static const struct filter_env env = {
	.me = "anna.berg",
	.today = { 2026, 11, 23 },
	.resolve = resolve,
};

static void parse(struct filter *f, const char *text)
{
	struct filter_fault fault;
	struct err why = ERR_INIT;

	if (filter_parse(f, str_of(text), &env, &fault, &why) != ST_OK)
		fail_msg("%s: %s", text, why.text);
}

#endif
