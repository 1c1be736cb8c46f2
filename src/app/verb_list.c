/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/verbs.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/words.h"
#include "base/i18n.h"
#include "ui/text.h"

#include "base/banned.h"

enum { PAGE = 500, LIST_TEXT = 400, COLS_FIXED = 61, TITLE_LEAST = 12 };

/* --- The filter: words that must all hold -------------------------------------- */

struct filter {
	struct case_query q;
	char queue[CODE_MAX];
	char overdue_on[DAY_TEXT];
	char text[LIST_TEXT];
};

/* Each word in both languages; what it sets in the query. */
enum list_word { WORD_MINE, WORD_NOBODY, WORD_OPEN, WORD_CLOSED, WORD_OVERDUE, WORD_NONE };

static enum list_word filter_word(const char *w)
{
	static const struct {
		const char *name;
		enum list_word word;
	} words[] = {
		{ "mine", WORD_MINE },	      { "min", WORD_MINE },
		{ "mina", WORD_MINE },	      { "nobody", WORD_NOBODY },
		{ "ingen", WORD_NOBODY },     { "open", WORD_OPEN },
		{ "öppen", WORD_OPEN },	      { "oppen", WORD_OPEN },
		{ "öppna", WORD_OPEN },	      { "closed", WORD_CLOSED },
		{ "avslutad", WORD_CLOSED },  { "avslutade", WORD_CLOSED },
		{ "overdue", WORD_OVERDUE },  { "försenad", WORD_OVERDUE },
		{ "forsenad", WORD_OVERDUE }, { "försenade", WORD_OVERDUE },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i].name, w) == 0)
			return words[i].word;
	return WORD_NONE;
}

static enum status filter_queue(struct filter *f, const struct call *c, const char *name,
				struct err *why)
{
	bool several;
	const struct queue *q = names_find_queue(&c->home->names, name, &several);

	if (several)
		return err_set(why, ST_BAD_INPUT, "queue-ambiguous", "%.60s: several queues", name);
	if (!q)
		return err_set(
			why, ST_BAD_INPUT, "usage",
			"--filter: %.60s is neither mine, open, closed, overdue, nobody nor a "
			"queue",
			name);
	snprintf(f->queue, sizeof(f->queue), "%s", q->name.code);
	f->q.queue = f->queue;
	return ST_OK;
}

static enum status filter_one(struct filter *f, const struct call *c, const char *w,
			      struct err *why)
{
	switch (filter_word(w)) {
	case WORD_MINE:
		f->q.assignee = c->home->who.sub;
		return ST_OK;
	case WORD_NOBODY:
		f->q.assignee = "";
		return ST_OK;
	case WORD_OPEN:
		f->q.open_only = true;
		return ST_OK;
	case WORD_CLOSED:
		f->q.state = CASE_CLOSED;
		return ST_OK;
	case WORD_OVERDUE:
		day_format(f->overdue_on, home_today(c->home));
		f->q.overdue_on = f->overdue_on;
		f->q.open_only = true;
		return ST_OK;
	case WORD_NONE:
		break;
	}
	if (strncmp(w, "queue:", 6) == 0)
		w += 6;
	else if (strncmp(w, "kö:", sizeof("kö:") - 1) == 0)
		w += sizeof("kö:") - 1;
	return filter_queue(f, c, w, why);
}

static enum status filter_read(struct filter *f, const struct call *c, struct err *why)
{
	char *save = NULL;
	enum status st = ST_OK;

	f->q = (struct case_query)CASE_QUERY_INIT;
	if (!c->value[FLAG_FILTER])
		return ST_OK;
	if (strlen(c->value[FLAG_FILTER]) >= sizeof(f->text))
		return err_set(why, ST_BAD_INPUT, "usage", "--filter: at most %zu bytes",
			       sizeof(f->text) - 1);
	snprintf(f->text, sizeof(f->text), "%s", c->value[FLAG_FILTER]);
	for (char *w = strtok_r(f->text, " ", &save); st == ST_OK && w;
	     w = strtok_r(NULL, " ", &save))
		st = filter_one(f, c, w, why);
	return st;
}

/* --- Rows ------------------------------------------------------------------------- */

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

struct listing {
	struct call *c;
	struct jsonw *w; /* NULL: for people */
	int64_t limit;
	int64_t shown;
};

static bool show_page(struct listing *l, const struct case_page *page)
{
	for (int i = 0; i < page->count; i++) {
		if (l->shown == l->limit)
			return false;
		l->shown++;
		if (l->w)
			json_case(l->w, &page->rows[i]);
		else
			put_row(l->c, &page->rows[i]);
	}
	return !l->c->drain || l->c->out.len < 256 * 1024
	       || l->c->drain(l->c->drain_ctx, &l->c->out);
}

static enum status show_all(struct listing *l, const struct case_query *q, struct err *why)
{
	struct case_key from = CASE_KEY_INIT;
	bool more = true;
	enum status st = ST_OK;

	while (st == ST_OK && more) {
		struct case_page page = CASE_PAGE_INIT;

		st = case_list(l->c->home->cache, q, &from, false, PAGE, &page, why);
		more = st == ST_OK && show_page(l, &page) && page.more && page.count > 0;
		if (more)
			case_key_of(&from, q->order, &page.rows[page.count - 1].file);
		case_page_release(&page);
	}
	return st;
}

static void say_age(struct call *c)
{
	int64_t age = call_age_s(c);
	char text[24];

	if (age < 0) {
		say_line(c, "%s", _("Inget är hämtat än. Kör: sluss sync"));
		return;
	}
	words_age(text, age * 1000);
	if (c->out_tty)
		say_line(c, _("Data är %s gamla."), text);
}

static enum status read_limit(const struct call *c, int64_t *limit, struct err *why)
{
	char *end = NULL;

	*limit = INT64_MAX;
	if (!c->given[FLAG_LIMIT])
		return ST_OK;
	*limit = strtoll(c->value[FLAG_LIMIT], &end, 10);
	if (*limit < 0 || end == c->value[FLAG_LIMIT] || *end)
		return err_set(why, ST_BAD_INPUT, "usage", "--limit needs a number");
	return ST_OK;
}

enum status verb_list(struct call *c, struct err *why)
{
	struct listing l = { .c = c };
	struct filter f;
	struct jsonw w;
	enum status st = filter_read(&f, c, why);

	if (st == ST_OK)
		st = read_limit(c, &l.limit, why);
	if (st != ST_OK)
		return st;
	if (c->given[FLAG_JSON]) {
		l.w = &w;
		json_begin_cached(&w, c, "sluss.list/1");
		jsonw_key(&w, "cases");
		jsonw_list(&w);
	} else if (c->out_tty) {
		put_head(c);
	}
	st = show_all(&l, &f.q, why);
	if (st != ST_OK)
		return st;
	if (l.w) {
		jsonw_end_list(&w);
		json_end(&w, c);
	} else {
		say_age(c);
	}
	if (l.shown == 0 && c->given[FLAG_REQUIRE_HIT])
		return err_set(why, ST_NONE, "no-hit", "no case fits the filter");
	return ST_OK;
}
