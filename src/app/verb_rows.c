/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/verb_rows.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/filters.h"
#include "app/words.h"
#include "base/i18n.h"
#include "ui/text.h"

#include "base/banned.h"

enum { PAGE = 500, COLS_FIXED = 61, TITLE_LEAST = 12, DRAIN = 256 * 1024 };

enum status call_filter(const struct call *c, struct filter *f, const char *text, struct err *why)
{
	struct strbuf complaint = STRBUF_INIT;
	enum status st = ST_OK;

	if (!filters_parse(f, text, &c->home->names, c->home->who.sub, home_today(c->home), false,
			   &complaint))
		st = err_set(why, ST_BAD_INPUT, "filter-syntax", "%s", strbuf_cstr(&complaint));
	strbuf_release(&complaint);
	return st;
}

/* --- For people ------------------------------------------------------------------- */

/* One sign each: overdue, secrecy, in the outbox, in trouble. */
static void marks(char out[5], const struct call *c, const struct case_row *r)
{
	struct day due;
	bool late = r->file.state < CASE_CLOSED && day_parse(&due, str_of(r->file.due_on))
		    && day_number(due) < day_number(home_today(c->home));

	snprintf(out, 5, "%c%c%c", late ? '!' : ' ', r->file.protection ? 'S' : ' ',
		 r->trouble   ? 'K'
		 : r->pending ? 'U'
			      : ' ');
}

static void put_row(struct call *c, const struct case_row *r)
{
	const struct casefile *f = &r->file;
	char mark[5], due[24];
	int title = c->cols > COLS_FIXED + TITLE_LEAST ? c->cols - COLS_FIXED
		    : c->cols			       ? TITLE_LEAST
						       : -1;

	marks(mark, c, r);
	words_due(due, f->state < CASE_CLOSED ? f->due_on : "", home_today(c->home));
	put_field(c, str_of(mark), 3);
	put_field(c, str_of(f->diary_no[0] ? f->diary_no : f->id), 14);
	put_field(c, str_of(words_state(f->state)), 11);
	put_field(c, str_of(due), 6);
	put_field(c, str_of(f->assignee[0] ? f->assignee : "-"), 10);
	put_field(c, str_of(f->queue), 10);
	ui_text(&c->out, ui_title(strbuf_str(&f->title)), title, c->home->glyphs);
	put_line(c, "%s", "");
}

static void put_head(struct call *c)
{
	put_field(c, str_of(_("Fl")), 3);
	put_field(c, str_of(_("Ärende")), 14);
	put_field(c, str_of(_("Status")), 11);
	put_field(c, str_of(_("Frist")), 6);
	put_field(c, str_of(_("Handl.")), 10);
	put_field(c, str_of(_("Kö")), 10);
	put_line(c, "%s", _("Rubrik"));
}

/* --- The answer ------------------------------------------------------------------- */

enum status rows_init(struct rows *r, struct call *c, struct err *why)
{
	char *end = NULL;

	*r = (struct rows){ .c = c, .limit = INT64_MAX };
	if (!c->given[FLAG_LIMIT])
		return ST_OK;
	r->limit = strtoll(c->value[FLAG_LIMIT], &end, 10);
	if (r->limit < 0 || end == c->value[FLAG_LIMIT] || *end)
		return err_set(why, ST_BAD_INPUT, "usage", "--limit needs a number");
	return ST_OK;
}

void rows_begin(struct rows *r, const char *schema, bool cached)
{
	struct call *c = r->c;

	if (!c->given[FLAG_JSON]) {
		if (c->out_tty)
			put_head(c);
		return;
	}
	if (cached) {
		json_begin_cached(&r->w, c, schema);
	} else {
		json_begin(&r->w, c, schema);
		jsonw_kv(&r->w, "source", "central");
	}
	jsonw_key(&r->w, "cases");
	jsonw_list(&r->w);
}

bool rows_put(struct rows *r, const struct case_row *row)
{
	struct call *c = r->c;

	if (r->shown == r->limit)
		return false;
	r->shown++;
	if (c->given[FLAG_JSON])
		json_case(&r->w, row);
	else
		put_row(c, row);
	return !c->drain || c->out.len < DRAIN || c->drain(c->drain_ctx, &c->out);
}

enum status rows_end(struct rows *r, struct err *why)
{
	if (r->c->given[FLAG_JSON]) {
		jsonw_end_list(&r->w);
		json_end(&r->w, r->c);
	}
	if (r->shown == 0 && r->c->given[FLAG_REQUIRE_HIT])
		return err_set(why, ST_NONE, "no-hit", "no case fits the filter");
	return ST_OK;
}

/* --- The local copy --------------------------------------------------------------- */

static bool put_page(struct rows *r, const struct case_page *page)
{
	for (int i = 0; i < page->count; i++)
		if (!rows_put(r, &page->rows[i]))
			return false;
	return true;
}

enum status rows_local(struct rows *r, const struct case_query *q, struct err *why)
{
	struct case_key from = CASE_KEY_INIT;
	bool more = true;
	enum status st = ST_OK;

	while (st == ST_OK && more) {
		struct case_page page = CASE_PAGE_INIT;

		st = case_list(r->c->home->cache, q, &from, false, PAGE, &page, why);
		more = st == ST_OK && put_page(r, &page) && page.more && page.count > 0;
		if (more)
			case_key_of(&from, q->order, &page.rows[page.count - 1].file);
		case_page_release(&page);
	}
	return st;
}
