/* SPDX-License-Identifier: EUPL-1.2 */
/* Tab in a filter: what may stand at the cursor. */
#include "app/filters.h"

#include <stdio.h>
#include <string.h>

#include "app/words.h"
#include "base/i18n.h"
#include "base/utf8.h"

#include "base/banned.h"

struct completing {
	struct filters_offer *out;
	struct str typed; /* folded plain */
	const char *tail; /* what stands behind the word: ":" of a field */
};

bool filters_offer_word(struct filters_offer *o, struct str typed, const char *word,
			const char *tail)
{
	struct strbuf folded = STRBUF_INIT;
	bool fits = utf8_fold(&folded, str_of(word), true) && folded.len >= typed.n
		    && strncmp(strbuf_cstr(&folded), typed.n ? typed.p : "", typed.n) == 0;

	strbuf_release(&folded);
	if (!fits || o->count == FILTERS_OFFERED || strlen(word) + 2 > FILTERS_OFFER_MAX)
		return fits;
	snprintf(o->word[o->count], FILTERS_OFFER_MAX, "%s%s", word, tail);
	for (int i = 0; i < o->count; i++)
		if (strcmp(o->word[i], o->word[o->count]) == 0)
			return true;
	o->count++;
	return true;
}

static bool offer(struct completing *c, const char *word)
{
	return filters_offer_word(c->out, c->typed, word, c->tail);
}

/* In the officer's language, and in the other one if only that fits. */
static void offer_names(struct completing *c)
{
	const struct filter_word *w;
	bool en = words_english();

	for (size_t i = 0; (w = filter_word_at(i)) != NULL; i++) {
		c->tail = w->is_flag ? "" : ":";
		if (!offer(c, en ? w->en : w->sv))
			offer(c, en ? w->sv : w->en);
	}
}

static void add_code(void *to, const char *code)
{
	struct completing *c = to;
	struct str typed = c->typed;

	/* It may be its name that was typed. */
	c->typed = str_of("");
	offer(c, code);
	c->typed = typed;
}

static void offer_days(struct completing *c, enum filter_field field, bool plain)
{
	if (plain)
		offer(c, "<7d");
	offer(c, _("idag"));
	offer(c, field == BY_DUE ? _("imorgon") : _("igår"));
	offer(c, field == BY_DUE ? "+7d" : "-7d");
}

/* `plain`: the operator is a colon, and may be followed by another one. */
static void offer_values(struct completing *c, enum filter_field field, bool plain,
			 const struct names *n)
{
	struct filter_env env = filters_env(n, "", (struct day){ 1970, 1, 1 }, false);

	switch (field) {
	case BY_STATUS:
		for (int s = 0; s < CASE_STATE_COUNT; s++)
			offer(c, words_state((enum case_state)s));
		return;
	case BY_PRIORITY:
		for (int p = 1; p <= 3; p++)
			offer(c, words_priority(p));
		return;
	case BY_RECEIVED:
	case BY_DUE:
	case BY_CLOSED:
		offer_days(c, field, plain);
		return;
	case BY_ASSIGNEE:
		offer(c, _("jag"));
		offer(c, _("ingen"));
		break;
	default:
		break;
	}
	env.resolve(env.ctx, field, c->typed, false, add_code, c);
}

/* Where the word at the cursor begins, behind what negates it. */
static size_t word_start(const char *text, size_t cursor)
{
	size_t from = cursor;

	while (from > 0 && !strchr(" \t()\"", text[from - 1]))
		from--;
	while (from < cursor && text[from] == '-')
		from++;
	return from;
}

/* Inside quotes there is text, and nothing to offer. */
static bool in_quotes(const char *text, size_t cursor)
{
	bool open = false;

	for (size_t i = 0; i < cursor; i++)
		open ^= text[i] == '"';
	return open;
}

/* Behind the last comma, else behind the operator. */
static size_t value_start(const char *text, size_t op, size_t cursor)
{
	size_t from = op + 1;

	for (size_t i = from; i < cursor; i++)
		if (text[i] == ',')
			from = i + 1;
	return from;
}

void filters_complete(struct filters_offer *out, const char *text, size_t cursor,
		      const struct names *n)
{
	struct completing c = { .out = out, .tail = "" };
	struct strbuf folded = STRBUF_INIT;
	const struct filter_word *field = NULL;
	size_t op;

	*out = (struct filters_offer){ .from = word_start(text, cursor) };
	op = out->from + strcspn(text + out->from, ":=<>");
	if (op < cursor) {
		field = filter_word_find((struct str){ text + out->from, op - out->from }, false);
		out->from = value_start(text, op, cursor);
	}
	if (in_quotes(text, cursor)
	    || !utf8_fold(&folded, (struct str){ text + out->from, cursor - out->from }, true))
		goto done;
	c.typed = strbuf_str(&folded);
	if (field)
		offer_values(&c, (enum filter_field)field->id, text[op] == ':', n);
	else if (op >= cursor)
		offer_names(&c);
done:
	strbuf_release(&folded);
}
