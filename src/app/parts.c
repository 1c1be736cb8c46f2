/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/json.h"

#include "base/banned.h"

void parts_release(struct parts *p)
{
	for (int i = 0; i < p->message_count; i++) {
		strbuf_release(&p->messages[i].subject);
		strbuf_release(&p->messages[i].text);
	}
	free(p->docs);
	free(p->messages);
	action_release(&p->decision);
	action_release(&p->dispatch);
	*p = (struct parts)PARTS_INIT;
}

/* Which way the documents of an act go; an act that is not here keeps them
 * inside the office. */
static const struct {
	const char *act;
	enum part_way way;
} ways[] = {
	{ "case.receive", WAY_IN }, { "message.receive", WAY_IN }, { "message.send", WAY_OUT },
	{ "case.ask", WAY_OUT },    { "case.decide", WAY_OUT },	   { "decision.correct", WAY_OUT },
};

static enum part_way way_of(const struct action *a)
{
	const char *said = action_get(a, "direction");

	if (strcmp(said, "in") == 0)
		return WAY_IN;
	if (strcmp(said, "out") == 0)
		return WAY_OUT;
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		if (strcmp(ways[i].act, a->def->name) == 0)
			return ways[i].way;
	return WAY_INSIDE;
}

/* Room for one more row of `size` bytes; false: none is to be had. */
static bool room(void **rows, int count, int *cap, size_t size)
{
	int more = *cap ? 2 * *cap : 16;
	void *grown;

	if (count < *cap)
		return true;
	if (count >= PARTS_MAX)
		return false;
	grown = reallocarray(*rows, (size_t)more, size);
	if (!grown)
		return false;
	*rows = grown;
	*cap = more;
	return true;
}

static struct case_doc *add_doc(struct parts *p)
{
	void *rows = p->docs;

	if (!room(&rows, p->doc_count, &p->doc_cap, sizeof(p->docs[0])))
		return NULL;
	p->docs = rows;
	p->docs[p->doc_count] = (struct case_doc){ .way = WAY_INSIDE };
	return &p->docs[p->doc_count++];
}

static struct case_message *add_message(struct parts *p)
{
	void *rows = p->messages;

	if (!room(&rows, p->message_count, &p->message_cap, sizeof(p->messages[0])))
		return NULL;
	p->messages = rows;
	p->messages[p->message_count] = (struct case_message){ .way = WAY_INSIDE };
	return &p->messages[p->message_count++];
}

const struct case_doc *parts_find(const struct parts *p, const char *h)
{
	for (int i = 0; i < p->doc_count; i++)
		if (strcmp(p->docs[i].h, h) == 0)
			return &p->docs[i];
	return NULL;
}

static bool take_doc(struct parts *p, const struct action *a, const struct action_doc *from,
		     const struct part_of *of)
{
	struct case_doc *d = parts_find(p, from->h) ? NULL : add_doc(p);

	if (!d)
		return parts_find(p, from->h) != NULL;
	d->n = of->n;
	d->at = of->at;
	d->len = from->len;
	d->way = way_of(a);
	d->unsent = of->unsent;
	snprintf(d->h, sizeof(d->h), "%s", from->h);
	snprintf(d->mt, sizeof(d->mt), "%s", from->mt);
	snprintf(d->name, sizeof(d->name), "%s", from->name);
	snprintf(d->act, sizeof(d->act), "%s", a->def->name);
	snprintf(d->who, sizeof(d->who), "%s", of->who);
	return true;
}

/* Acts whose words go to the applicant or come from them. */
static bool is_message(const char *act)
{
	return strcmp(act, "message.send") == 0 || strcmp(act, "message.receive") == 0
	       || strcmp(act, "case.ask") == 0;
}

static bool take_message(struct parts *p, const struct action *a, const struct part_of *of)
{
	struct case_message *m = add_message(p);

	if (!m)
		return false;
	m->at = of->at;
	m->unsent = of->unsent;
	m->way = way_of(a);
	snprintf(m->act, sizeof(m->act), "%s", a->def->name);
	snprintf(m->who, sizeof(m->who), "%s", of->who);
	snprintf(m->channel, sizeof(m->channel), "%s", action_get(a, "channel"));
	if (a->doc_count > 0)
		snprintf(m->letter, sizeof(m->letter), "%s", a->docs[0].h);
	return strbuf_sets(&m->subject, action_get(a, "subject"))
	       && strbuf_sets(&m->text, action_get(a, "text"));
}

static bool copy_action(struct action *to, const struct action *from)
{
	bool ok = true;

	action_reset(to, from->def);
	for (int i = 0; i < ACTION_ARGS_MAX; i++) {
		to->has[i] = from->has[i];
		ok = strbuf_set(&to->arg[i], strbuf_cstr(&from->arg[i]), from->arg[i].len) && ok;
	}
	to->doc_count = from->doc_count;
	memcpy(to->docs, from->docs, sizeof(to->docs));
	return ok;
}

static bool take_decision(struct parts *p, const struct action *a, const struct part_of *of)
{
	if (a->def->event == EV_DECIDE) {
		p->decision_unsent = of->unsent;
		return copy_action(&p->decision, a);
	}
	if (a->def->event == EV_DISPATCH || a->def->event == EV_WAIVE)
		return copy_action(&p->dispatch, a);
	/* A case that was opened anew has its decision ahead. */
	if (a->def->event == EV_REOPEN)
		p->decision.def = p->dispatch.def = NULL;
	return true;
}

bool parts_take(struct parts *p, const struct action *a, const struct part_of *of)
{
	bool ok = true;

	if (!a->def)
		return true;
	ok = take_decision(p, a, of);
	for (int i = 0; i < a->doc_count; i++)
		ok = take_doc(p, a, &a->docs[i], of) && ok;
	if (is_message(a->def->name))
		ok = take_message(p, a, of) && ok;
	return ok;
}

static bool take_row(struct parts *p, const struct json *row)
{
	struct case_doc *d, new = { .way = WAY_INSIDE };
	struct str at = json_get_text(row, "at");

	if (!json_copy_text(row, "h", new.h, sizeof(new.h)) || strlen(new.h) != HASH_TEXT - 1
	    || parts_find(p, new.h))
		return true;
	d = add_doc(p);
	if (!d)
		return false;
	(void)json_copy_text(row, "mt", new.mt, sizeof(new.mt));
	(void)json_copy_text(row, "name", new.name, sizeof(new.name));
	new.len = json_get_int(row, "len", 0);
	if (!at.p || !instant_parse(&new.at, at))
		new.at = 0;
	*d = new;
	return true;
}

/* The detail's decision has the act's arguments under their names. */
static bool take_decision_row(struct parts *p, const struct json *row)
{
	const struct action_def *def = action_find(str_of("case.decide"));
	struct action *to = &p->decision;
	bool ok = true;

	if (to->def || json_kind_of(row) != JSON_MAP || !def)
		return true;
	action_reset(to, def);
	for (int i = 0; i < ACTION_ARGS_MAX && def->args[i].name; i++) {
		struct str v = json_get_text(row, def->args[i].name);

		to->has[i] = v.p != NULL;
		ok = (!v.p || strbuf_set(&to->arg[i], v.p, v.n)) && ok;
	}
	if (json_copy_text(row, "letter", to->docs[0].h, sizeof(to->docs[0].h)))
		to->doc_count = 1;
	return ok;
}

bool parts_take_detail(struct parts *p, struct str detail)
{
	struct json *j = NULL;
	const struct json *rows;
	bool ok = true;

	if (detail.n == 0 || json_read(&j, detail, NULL) != ST_OK)
		return true;
	rows = json_member(j, "documents");
	for (size_t i = 0; i < json_count(rows); i++)
		ok = take_row(p, json_item(rows, i)) && ok;
	ok = take_decision_row(p, json_member(j, "decision")) && ok;
	json_free(j);
	return ok;
}
