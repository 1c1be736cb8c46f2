/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Searching: hits of the local copy while one types, and those of the central
 * when they are asked for.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/hits.h"
#include "app/screen_inside.h"
#include "base/i18n.h"
#include "cache/names.h"
#include "ui/search_view.h"
#include "wire/case_json.h"

#include "base/banned.h"

/* What is shown of the central's hits, and the pages that are asked for. */
enum { HITS_MAX = 200, FAR_MAX = 50, FAR_PAGES = 100 };

static void forget_far(struct screen *s)
{
	struct search_state *f = &s->search;

	for (int i = 0; i < f->far_count; i++)
		case_row_release(&f->far[i]);
	free(f->far);
	f->far = NULL;
	f->far_count = f->far_pages = 0;
	f->far_at.case_id[0] = '\0';
	f->far_more = f->far_known = false;
	if (f->ticket && s->engine)
		engine_unask(s->engine, f->ticket);
	f->ticket = 0;
}

void search_release(struct screen *s)
{
	struct search_state *f = &s->search;

	forget_far(s);
	case_page_release(&f->page);
	filter_release(&f->filter);
	line_release(&f->line);
	typing_release(&f->typing);
	*f = (struct search_state){ .page = CASE_PAGE_INIT, .filter = FILTER_INIT };
}

static int count(const struct search_state *f)
{
	return f->page.count + f->far_count;
}

static const struct case_row *row_at(const struct search_state *f, int i)
{
	if (i < f->page.count)
		return &f->page.rows[i];
	return i < count(f) ? &f->far[i - f->page.count] : NULL;
}

static const struct case_row *search_row(const struct screen *s)
{
	return row_at(&s->search, s->search.cursor);
}

/* --- The local copy ----------------------------------------------------------------- */

static bool parse(struct screen *s, struct filter *f, bool typing, struct strbuf *complaint)
{
	return filters_parse(f, line_text(&s->search.line), &s->home->names, s->home->who.sub,
			     home_today(s->home), typing, complaint);
}

static struct case_query newest_first(const struct search_state *f)
{
	struct case_query q = CASE_QUERY_INIT;

	q.order = ORDER_RECEIVED;
	q.descending = true;
	q.filter = &f->filter;
	return q;
}

/* The newest hits, as many as can be shown: the others, and how many there are,
 * can wait for the next key. */
static void look(struct screen *s)
{
	struct search_state *f = &s->search;
	struct case_query q = newest_first(f);
	struct case_key first = CASE_KEY_INIT;
	struct case_page page = CASE_PAGE_INIT;
	struct err why = ERR_INIT;
	enum status st = cache_begin_read(s->home->cache, &why);

	if (st == ST_OK && f->filter.root >= 0)
		st = case_list(s->home->cache, &q, &first, false,
			       search_view_capacity(s->canvas.rows), &page, &why);
	cache_rollback(s->home->cache);
	if (st != ST_OK)
		screen_fail(s, &why);
	case_page_release(&f->page);
	f->page = page;
	f->total = page.more ? -1 : page.count;
	f->measured = false;
	if (f->cursor >= count(f))
		f->cursor = 0;
}

static enum status read_all(struct screen *s, struct case_page *page, struct err *why)
{
	struct search_state *f = &s->search;
	struct case_query q = newest_first(f), all = CASE_QUERY_INIT;
	struct case_key first = CASE_KEY_INIT;
	int64_t held = 0, total = 0;
	enum status st = case_count(s->home->cache, &all, &held, why);

	if (st == ST_OK && f->filter.root >= 0)
		st = case_list(s->home->cache, &q, &first, false, HITS_MAX, page, why);
	if (st == ST_OK && f->filter.root >= 0)
		st = case_count(s->home->cache, &q, &total, why);
	if (st == ST_OK) {
		f->held = held;
		f->total = total;
	}
	return st;
}

enum status search_measure(struct screen *s, struct err *why)
{
	struct search_state *f = &s->search;
	struct case_page page = CASE_PAGE_INIT;
	enum status st = cache_begin_read(s->home->cache, why);

	if (st == ST_OK)
		st = read_all(s, &page, why);
	cache_rollback(s->home->cache);
	f->measured = st != ST_RETRY;
	if (st == ST_OK) {
		case_page_release(&f->page);
		f->page = page;
		page = (struct case_page)CASE_PAGE_INIT;
	}
	case_page_release(&page);
	return st;
}

/* The same at once, for what needs more hits than are shown. */
static void measure_now(struct screen *s)
{
	struct err why = ERR_INIT;

	if (!s->search.measured && search_measure(s, &why) != ST_OK)
		screen_fail(s, &why);
}

void search_typed(struct screen *s)
{
	struct search_state *f = &s->search;
	struct filter fresh = FILTER_INIT;
	struct strbuf complaint = STRBUF_INIT;

	f->typing.pending = false;
	f->typing.wrong = !parse(s, &fresh, true, &complaint);
	strbuf_clear(&f->typing.said);
	if (f->typing.wrong) {
		strbuf_adds(&f->typing.said, strbuf_cstr(&complaint));
	} else {
		filter_release(&f->filter);
		f->filter = fresh;
		fresh = (struct filter)FILTER_INIT;
		filters_describe(&f->typing.said, &f->filter, &s->home->names);
		forget_far(s);
		f->cursor = f->top = 0;
		look(s);
	}
	filter_release(&fresh);
	strbuf_release(&complaint);
	s->dirty = true;
}

/* --- The central ----------------------------------------------------------------------- */

/* The last word as it is understood here: a beginning. */
static void write_question(struct screen *s, struct request *r)
{
	struct filter whole = FILTER_INIT;
	struct strbuf words = STRBUF_INIT, text = STRBUF_INIT;

	strbuf_adds(&text, line_text(&s->search.line));
	if (parse(s, &whole, false, NULL))
		filters_describe(&words, &whole, &s->home->names);
	if (strcmp(strbuf_cstr(&words), strbuf_cstr(&s->search.typing.said)) != 0)
		strbuf_adds(&text, "*");
	far_question(r, strbuf_cstr(&text), FAR_MAX, &s->search.far_at);
	filter_release(&whole);
	strbuf_release(&words);
	strbuf_release(&text);
}

static void ask_page(struct screen *s)
{
	struct request r = REQUEST_INIT;
	struct err why = ERR_INIT;

	write_question(s, &r);
	if (engine_ask(s->engine, &r, &s->search.ticket, &why) != ST_OK)
		screen_fail(s, &why);
	else
		screen_say(s, "%s", _("Söker på servern …"));
	request_release(&r);
}

void do_search_central(struct screen *s, const struct app_action *a, const char *arg)
{
	struct search_state *f = &s->search;

	(void)a;
	(void)arg;
	if (f->typing.pending)
		search_typed(s);
	if (!s->engine || f->typing.wrong || line_empty(&f->line))
		return;
	forget_far(s);
	typing_keep(&f->typing, line_text(&f->line));
	ask_page(s);
}

static void take_far(struct screen *s, const struct json *cases)
{
	struct search_state *f = &s->search;
	size_t n = json_count(cases);

	if (!f->far)
		f->far = calloc(FAR_MAX + 1, sizeof(*f->far));
	for (size_t i = 0; f->far && i < n && f->far_count < FAR_MAX; i++) {
		struct case_row *row = &f->far[f->far_count], here = CASE_ROW_INIT;

		if (!case_json_read(&row->file, json_item(cases, i))
		    || case_get(s->home->cache, row->file.id, &here, NULL) == ST_OK)
			case_row_release(row);
		else
			f->far_count++;
		case_row_release(&here);
	}
}

/* A page may bring little that is not here already, or nothing at all. Who types
 * on asks something else soon. */
static bool wants_page(const struct search_state *f)
{
	return f->far_count < FAR_MAX && f->far_pages < FAR_PAGES && !f->typing.pending;
}

static void take(struct screen *s, const struct reply *r)
{
	struct search_state *f = &s->search;
	struct err why = ERR_INIT;
	struct json *j = NULL;

	if (r->status == 0) {
		screen_complain(s, "%s", _("Servern kunde inte nås; sökt är bara i lokal cache."));
		return;
	}
	if (r->status != 200) {
		screen_refused(s, r);
		return;
	}
	if (json_read(&j, strbuf_str(&r->body), &why) != ST_OK) {
		screen_fail(s, &why);
		return;
	}
	take_far(s, json_member(j, "cases"));
	f->far_known = true;
	f->far_pages++;
	f->far_more = json_get_bool(j, "more", false);
	if (far_next(j, &f->far_at) && wants_page(f))
		ask_page(s);
	json_free(j);
	if (f->ticket)
		return;
	screen_say(s, P_("Servern: %d ärende till", "Servern: %d ärenden till", f->far_count),
		   f->far_count);
}

/* Is the case still to be fetched? Once it cannot be, it is marked no more. */
static bool still_wanted(struct screen *s)
{
	char id[UUID_TEXT] = "";

	while (unreadable_next(s->home->cache, id, id, NULL) == ST_OK)
		if (strcmp(id, s->search.wanted) == 0)
			return true;
	return false;
}

static void open_wanted(struct screen *s)
{
	struct search_state *f = &s->search;
	struct case_row row = CASE_ROW_INIT;
	char id[UUID_TEXT];

	if (!f->wanted[0])
		return;
	snprintf(id, sizeof(id), "%s", f->wanted);
	if (s->view != VIEW_SEARCH) {
		f->wanted[0] = '\0';
	} else if (case_get(s->home->cache, id, &row, NULL) == ST_OK) {
		f->wanted[0] = '\0';
		(void)case_open(s, id);
	} else if (!still_wanted(s)) {
		f->wanted[0] = '\0';
		screen_complain(s, "%s", _("Servern lämnar inte ut ärendet."));
	}
	case_row_release(&row);
}

void search_heard(struct screen *s)
{
	struct search_state *f = &s->search;
	struct reply r = REPLY_INIT;

	open_wanted(s);
	if (!f->ticket || !s->engine || !engine_answer(s->engine, f->ticket, &r))
		return;
	f->ticket = 0;
	take(s, &r);
	reply_release(&r);
	s->dirty = true;
}

/* --- Keys and deeds ----------------------------------------------------------------------- */

static void open_hit(struct screen *s)
{
	struct search_state *f = &s->search;
	const struct case_row *row = search_row(s);
	struct err why = ERR_INIT;

	if (f->typing.pending) {
		search_typed(s);
		row = search_row(s);
	}
	if (!row)
		return;
	typing_keep(&f->typing, line_text(&f->line));
	if (f->cursor < f->page.count) {
		(void)case_open(s, row->file.id);
		return;
	}
	snprintf(f->wanted, sizeof(f->wanted), "%s", row->file.id);
	if (unreadable_put(s->home->cache, f->wanted, "asked for by a search", &why) != ST_OK) {
		screen_fail(s, &why);
		return;
	}
	screen_say(s, "%s", _("Hämtar ärendet från servern …"));
	if (s->engine)
		engine_poke(s->engine);
}

static bool move(struct screen *s, struct key key)
{
	struct search_state *f = &s->search;
	bool up = key.code == TK_UP;

	if (key.pasted
	    || (key.code != TK_UP && key.code != TK_DOWN && key.code != TK_PGUP
		&& key.code != TK_PGDN))
		return false;
	/* Above the first hit lies what was searched for before. */
	if (up && f->cursor == 0)
		return false;
	if (key.code == TK_DOWN && f->typing.history_at < f->typing.history_count)
		return false;
	measure_now(s);
	(void)table_move(key, &f->cursor, count(f), search_view_capacity(s->canvas.rows));
	return true;
}

bool search_key(struct screen *s, struct key key)
{
	struct search_state *f = &s->search;

	if (!key.pasted && key.code == TK_ENTER) {
		open_hit(s);
		return true;
	}
	if (move(s, key))
		return true;
	if (!key.pasted && key.code == TK_ESC && !line_empty(&f->line)) {
		line_clear(&f->line);
		f->typing.pending = true;
		return true;
	}
	if (!typing_key(s, &f->typing, &f->line, key))
		return false;
	f->typing.pending = true;
	return true;
}

void search_reload(struct screen *s)
{
	open_wanted(s);
	if (s->view != VIEW_SEARCH)
		return;
	s->search.measured = false;
	measure_now(s);
	if (s->search.cursor >= count(&s->search))
		s->search.cursor = 0;
}

void do_search(struct screen *s, const struct app_action *a, const char *arg)
{
	struct search_state *f = &s->search;

	(void)a;
	if (arg[0])
		line_set(&f->line, arg);
	f->typing.history_at = f->typing.history_count;
	screen_go(s, VIEW_SEARCH);
	search_typed(s);
}

/* --- Drawing -------------------------------------------------------------------------------- */

struct hit_text {
	char number[DIARY_MAX], due[24];
	struct strbuf where;
};

static void where(struct strbuf *out, const struct case_row *r, const struct filter *f, bool far,
		  const struct present *p)
{
	const struct {
		const char *name;
		struct str text;
		enum filter_field field;
	} parts[] = {
		{ _("rubrik"), strbuf_str(&r->file.title), BY_TEXT },
		{ _("part"), present_party(&r->file), BY_PARTY },
		{ _("dnr"), str_of(r->file.diary_no), BY_TEXT },
	};
	struct strbuf marked = STRBUF_INIT;
	bool any = false;

	if (far)
		strbuf_addf(out, "%s · ", _("på servern"));
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		strbuf_clear(&marked);
		if (!hits_mark(&marked, parts[i].text, f, parts[i].field))
			continue;
		strbuf_addf(out, "%s%s: ", any ? " · " : "", parts[i].name);
		strbuf_add(out, strbuf_cstr(&marked), marked.len);
		any = true;
	}
	if (!any)
		strbuf_addf(out, "%s · %s", names_queue(p->names, r->file.queue),
			    r->file.assignee[0] ? names_officer(p->names, r->file.assignee)
						: _("ingen handläggare"));
	strbuf_release(&marked);
}

static void fill(struct search_row *to, struct hit_text *t, const struct case_row *r,
		 const struct present *p)
{
	struct queue_row row;
	struct queue_text text;

	present_queue_row(&row, &text, r, p);
	snprintf(t->due, sizeof(t->due), "%s", text.due);
	*to = (struct search_row){ .number = present_number(t->number, &r->file),
				   .status = row.status,
				   .due = t->due,
				   .party = row.party,
				   .title = row.title,
				   .where = strbuf_str(&t->where),
				   .overdue = row.overdue };
}

static void titles(struct screen *s)
{
	struct search_state *f = &s->search;
	char total[32];

	strbuf_clear(&s->title);
	strbuf_clear(&s->title_right);
	strbuf_adds(&s->title, _("SÖK"));
	if (f->filter.root < 0)
		return;
	strbuf_addf(&s->title_right, P_("%s träff", "%s träffar", f->total),
		    list_count(total, f->total));
	if (f->far_known)
		strbuf_addf(&s->title_right, _(" + %d på servern"), f->far_count);
}

static void searched(struct screen *s, struct strbuf *out)
{
	struct search_state *f = &s->search;
	char held[32], when[24] = "–";

	if (s->sync.last_pull > 0)
		words_when(when, s->sync.last_pull, screen_now(s));
	strbuf_addf(out, _("Sökt i: lokal cache (%s ärenden, %s). "),
		    list_count(held, f->held > 0 || f->measured ? f->held : -1), when);
	strbuf_adds(out, f->ticket	? _("Servern söker …")
			 : f->far_more	? _("Servern har fler; skriv mer.")
			 : f->far_known ? _("Servern: sökt.")
					: _("F5 även på servern."));
}

void search_draw(struct screen *s)
{
	struct search_state *f = &s->search;
	struct present p = screen_present(s);
	struct search_row rows[CANVAS_ROWS_MAX];
	struct hit_text *texts = calloc(CANVAS_ROWS_MAX, sizeof(*texts));
	struct strbuf in = STRBUF_INIT;
	struct search_model m = {
		.line = &f->line,
		.said = strbuf_str(&f->typing.said),
		.wrong = f->typing.wrong,
		.rows = rows,
		.cursor = f->cursor,
		.empty = f->filter.root < 0 ? _("Skriv ord eller ett filter: carport, "
						"kö:bygglov frist:<7d, part:åkesson")
					    : _("Inga träffar här. F5 söker även på servern.")
	};
	int n = search_view_capacity(s->canvas.rows);

	if (!texts)
		return;
	titles(s);
	screen_frame(s, &m.frame);
	searched(s, &in);
	m.searched = strbuf_cstr(&in);
	m.top = f->top = table_scroll(f->top, f->cursor, count(f), n);
	for (int i = f->top; i < count(f) && m.row_count < n; i++, m.row_count++) {
		struct hit_text *t = &texts[m.row_count];

		where(&t->where, row_at(f, i), &f->filter, i >= f->page.count, &p);
		fill(&rows[m.row_count], t, row_at(f, i), &p);
	}
	search_view(&s->canvas, &m);
	for (int i = 0; i < m.row_count; i++)
		strbuf_release(&texts[i].where);
	free(texts);
	strbuf_release(&in);
}
