/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/arguments.h"

#include <string.h>

#include "base/utf8.h"

#include "base/banned.h"

void arguments_release(struct arguments *a)
{
	strbuf_release(&a->words);
	for (int i = 0; i < OPTIONS_MAX; i++)
		strbuf_release(&a->value[i]);
	*a = (struct arguments)ARGUMENTS_INIT;
}

static bool same(const char *name, struct str typed)
{
	struct strbuf a = STRBUF_INIT, b = STRBUF_INIT;
	bool yes = name && typed.n > 0 && utf8_fold(&a, str_of(name), true)
		   && utf8_fold(&b, typed, true) && strcmp(strbuf_cstr(&a), strbuf_cstr(&b)) == 0;

	strbuf_release(&a);
	strbuf_release(&b);
	return yes;
}

/* The option whose name stands before '=' at `p`, or -1. */
static int option_at(const char *p, const struct option_name *names, int count)
{
	struct str name = { p, strcspn(p, "= \"") };

	if (p[name.n] != '=')
		return -1;
	for (int i = 0; i < count && i < OPTIONS_MAX; i++)
		if (same(names[i].sv, name) || same(names[i].en, name))
			return i;
	return -1;
}

/* Behind the string that begins at the quote `p`, its content in `out` (may
 * be NULL); NULL if it is not closed. */
static const char *string(struct strbuf *out, const char *p)
{
	for (p++; *p && *p != '"'; p++) {
		if (*p == '\\' && p[1])
			p++;
		if (out)
			strbuf_addc(out, *p);
	}
	return *p ? p + 1 : NULL;
}

static int column_of(const char *text, const char *p)
{
	int column = 1;

	for (; text < p; text++)
		column += ((unsigned char)*text & 0xC0) != 0x80;
	return column;
}

static const char *read_option(struct arguments *a, int i, const char *p)
{
	size_t n;

	if (a->given[i])
		return NULL;
	a->given[i] = true;
	p = strchr(p, '=') + 1;
	if (*p == '"')
		return string(&a->value[i], p);
	n = strcspn(p, " ");
	strbuf_add(&a->value[i], p, n);
	return p + n;
}

/* A word goes over as it is, with the blanks of a string in it. */
static const char *read_word(struct arguments *a, const char *p)
{
	const char *from = p;

	if (*p == '"') {
		const char *end = string(NULL, p);

		/* A quote that is never closed is a quote. */
		p = end ? end : p + 1;
	}
	p += strcspn(p, " ");
	strbuf_add(&a->words, from, (size_t)(p - from));
	return p;
}

/* Words that are one string: what stands in it. */
static void unquote(struct arguments *a)
{
	struct strbuf inside = STRBUF_INIT;
	const char *words = strbuf_cstr(&a->words), *end;

	end = words[0] == '"' ? string(&inside, words) : NULL;
	if (end && !*end)
		strbuf_sets(&a->words, strbuf_cstr(&inside));
	strbuf_release(&inside);
}

bool arguments_read(struct arguments *a, const char *text, const struct option_name *names,
		    int name_count, int *column)
{
	const char *p = text;

	arguments_release(a);
	while (*p) {
		const char *from = p;
		int i;

		p += strspn(p, " ");
		i = option_at(p, names, name_count);
		if (i >= 0) {
			from = p;
			p = read_option(a, i, p);
			if (!p) {
				*column = column_of(text, from);
				return false;
			}
			continue;
		}
		if (*p && a->words.len > 0)
			strbuf_add(&a->words, from, (size_t)(p - from));
		if (*p)
			p = read_word(a, p);
	}
	unquote(a);
	return true;
}
