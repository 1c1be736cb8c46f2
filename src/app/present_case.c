/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/present.h"

#include <string.h>

#include "base/i18n.h"
#include "base/utf8.h"
#include "wire/json.h"

#include "base/banned.h"

enum { CHECKS = sizeof(((struct case_texts *)0)->checks) / sizeof(struct check_item) };

void case_texts_release(struct case_texts *t)
{
	for (size_t i = 0; i < sizeof(t->text) / sizeof(t->text[0]); i++)
		strbuf_release(&t->text[i]);
	for (int i = 0; i < CHECKS; i++)
		strbuf_release(&t->check_text[i]);
	*t = (struct case_texts){ 0 };
}

/* A label and a text of its own to fill. */
static struct strbuf *left(struct case_texts *t, const char *label)
{
	t->left[t->left_count].label = label;
	return &t->text[t->left_count++];
}

static struct strbuf *right(struct case_texts *t, const char *label)
{
	t->right[t->right_count].label = label;
	return &t->text[CASE_FIELDS_MAX + t->right_count++];
}

static void facts(struct case_texts *t, const struct casefile *c, const struct present *p)
{
	char number[DIARY_MAX], when[24], due[24];

	strbuf_adds(left(t, _("Diarienr")), present_number(number, c));
	strbuf_adds(left(t, _("Ärendetyp")), names_type(p->names, c->type));
	strbuf_adds(left(t, _("Kö")), names_queue(p->names, c->queue));
	strbuf_adds(left(t, _("Enhet")), names_unit(p->names, c->unit));
	strbuf_add(left(t, _("Sökande")), present_party(c).p, present_party(c).n);
	strbuf_adds(left(t, _("Status")), words_state(c->state));

	words_moment(when, c->received_at);
	strbuf_adds(right(t, _("Inkom")), when);
	words_due(due, c->due_on, p->today);
	/* Decided, the deadline is met or missed: nothing runs any more. */
	if (c->due_on[0] && c->state >= CASE_DECIDED)
		strbuf_adds(right(t, _("Frist")), c->due_on);
	else if (c->due_on[0])
		strbuf_addf(right(t, _("Frist")), "%s (%s)", c->due_on, due);
	else
		strbuf_adds(right(t, _("Frist")), "–");
	strbuf_adds(right(t, _("Handläggare")), c->assignee[0]
							? names_officer(p->names, c->assignee)
							: _("ingen        [t] ta ärendet"));
	strbuf_adds(right(t, _("Sekretess")),
		    c->protection == PROTECT_NONE ? _("nej") : words_protection(c->protection));
	strbuf_adds(right(t, _("Prioritet")), words_priority(c->priority));
	strbuf_adds(right(t, _("Utfall")),
		    c->outcome[0] ? names_outcome(p->names, c->type, c->outcome) : "–");
}

static bool contains_folded(struct str where, struct str what)
{
	struct strbuf a = STRBUF_INIT, b = STRBUF_INIT;
	bool yes = utf8_fold(&a, where, true) && utf8_fold(&b, what, true) && b.len > 0
		   && a.len >= b.len && memmem(a.data, a.len, b.data, b.len) != NULL;

	strbuf_release(&a);
	strbuf_release(&b);
	return yes;
}

static struct check_item *add_check(struct case_texts *t)
{
	struct check_item *item;

	if (t->check_count >= CHECKS)
		return NULL;
	item = &t->checks[t->check_count];
	*item = (struct check_item){ .text = "" };
	return item;
}

static void name_check(struct case_texts *t, struct check_item *item, struct str name)
{
	struct strbuf *b = &t->check_text[t->check_count];

	strbuf_add(b, name.p, name.n);
	item->text = strbuf_cstr(b);
	t->check_count++;
}

/* What the case type asks for, missing ones first, and what came in. */
static void checklist(struct case_texts *t, const struct casefile *c, const struct json *docs,
		      const struct present *p)
{
	const struct casetype *type = registry_type(&p->names->registry, c->type);
	struct check_item *item;

	for (int i = 0; type && i < type->document_count && (item = add_check(t)); i++) {
		bool there = false;

		for (size_t k = 0; k < json_count(docs); k++)
			there = there
				|| contains_folded(json_get_text(json_item(docs, k), "name"),
						   str_of(type->documents[i]));
		if (there)
			continue;
		item->note = _("SAKNAS");
		name_check(t, item, str_of(type->documents[i]));
	}
	for (size_t k = 0; k < json_count(docs) && (item = add_check(t)); k++) {
		item->state = CHECK_DONE;
		name_check(t, item, json_get_text(json_item(docs, k), "name"));
	}
}

/* The day of a receipt; NULL where it does not say. */
static const char *day_of(char day[24], const struct json *receipt)
{
	struct str at = json_get_text(receipt, "at");
	int64_t ms;

	if (!at.p || !instant_parse(&ms, at))
		return NULL;
	words_day(day, ms);
	return day;
}

static void receipts(struct case_texts *t, const struct json *sent)
{
	static const struct {
		const char *kind, *text;
	} all[] = {
		{ "received", N_("Mottagen") },
		{ "handling-started", N_("Påbörjad") },
		{ "decided", N_("Beslut") },
		{ "done", N_("Avslutad") },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct check_item *item = &t->receipts[t->receipt_count++];

		*item = (struct check_item){ .text = _(all[i].text) };
		for (size_t k = 0; k < json_count(sent); k++)
			if (str_eq(json_get_text(json_item(sent, k), "kind"), all[i].kind)) {
				item->state = CHECK_DONE;
				item->note = day_of(t->receipt_days[i], json_item(sent, k));
			}
	}
}

void present_case(struct case_texts *t, const struct case_row *row, struct str detail,
		  const struct present *p)
{
	struct json *j = NULL;

	case_texts_release(t);
	facts(t, &row->file, p);
	/* Without the detail nothing is said of documents and receipts: that
	 * they are not here does not mean that they are missing. */
	if (detail.n > 0 && json_read(&j, detail, NULL) == ST_OK) {
		checklist(t, &row->file, json_member(j, "documents"), p);
		receipts(t, json_member(j, "receipts"));
	}
	json_free(j);
	for (int i = 0; i < t->left_count; i++)
		t->left[i].value = strbuf_str(&t->text[i]);
	for (int i = 0; i < t->right_count; i++)
		t->right[i].value = strbuf_str(&t->text[CASE_FIELDS_MAX + i]);
	for (int i = 0; i < t->check_count; i++)
		t->checks[i].text = strbuf_cstr(&t->check_text[i]);
}
