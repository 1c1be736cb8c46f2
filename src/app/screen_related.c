/* SPDX-License-Identifier: EUPL-1.2 */
/* Other cases of the party of the open case, by name. */
#include <string.h>

#include "app/screen_inside.h"
#include "base/i18n.h"

#include "base/banned.h"

enum { OTHERS_MAX = 8 };

/* The name as a term of the filter language; false: there is none to ask by. */
static bool ask_text(struct strbuf *out, const struct casefile *c)
{
	if (c->protection == PROTECT_IDENTITY || ui_text_blank(strbuf_str(&c->party)))
		return false;
	strbuf_adds(out, "part=\"");
	for (size_t i = 0; i < c->party.len; i++)
		if (c->party.data[i] != '"')
			strbuf_addc(out, c->party.data[i]);
	return strbuf_addc(out, '"');
}

static void tell_one(struct strbuf *out, const struct casefile *c)
{
	char number[DIARY_MAX];

	strbuf_addf(out, "\n  %s  %s  ", present_number(number, c), words_state(c->state));
	strbuf_add(out, strbuf_cstr(&c->title), c->title.len);
}

/* Newest first, less the case itself. */
static void tell_page(struct strbuf *out, const struct case_page *page, const char *self)
{
	int told = 0;

	for (int i = 0; i < page->count; i++) {
		const struct casefile *c = &page->rows[i].file;

		if (strcmp(c->id, self) == 0 || c->protection == PROTECT_IDENTITY)
			continue;
		if (told++ == 0)
			strbuf_adds(out, _("Andra ärenden med en part som heter så:"));
		if (told <= OTHERS_MAX)
			tell_one(out, c);
	}
	if (told == 0)
		strbuf_adds(out, _("Inga andra ärenden i din kopia har en part som heter så."));
	else if (told > OTHERS_MAX || page->more)
		strbuf_addf(out, "\n  %s", _("... och fler: sök på namnet (g s)"));
}

void related_load(struct screen *s)
{
	struct open_case *o = &s->open;
	struct case_query q = CASE_QUERY_INIT;
	struct case_key top = CASE_KEY_INIT;
	struct case_page page = CASE_PAGE_INIT;
	struct filter f = FILTER_INIT;
	struct strbuf text = STRBUF_INIT;

	o->related_known = true;
	strbuf_clear(&o->related);
	if (ask_text(&text, &o->row.file)
	    && filters_parse(&f, strbuf_cstr(&text), &s->home->names, "", home_today(s->home),
			     false, NULL)) {
		q.filter = &f;
		q.order = ORDER_RECEIVED;
		q.descending = true;
		if (case_list(s->home->cache, &q, &top, false, OTHERS_MAX + 2, &page, NULL)
		    == ST_OK)
			tell_page(&o->related, &page, o->row.file.id);
	}
	case_page_release(&page);
	filter_release(&f);
	strbuf_release(&text);
}
