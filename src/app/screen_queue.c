/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/screen_inside.h"
#include "base/i18n.h"
#include "base/utf8.h"
#include "cache/watch.h"
#include "ui/queue_view.h"

#include "base/banned.h"

static const char *const order_names[ORDER_COUNT] = {
	[ORDER_DUE] = N_("frist"),
	[ORDER_RECEIVED] = N_("inkom"),
	[ORDER_CHANGED] = N_("ändrad"),
	[ORDER_DIARY] = N_("dnr"),
};

const char *list_order_word(size_t i)
{
	return i < ORDER_COUNT ? _(order_names[i]) : NULL;
}

int list_capacity(const struct screen *s)
{
	int n = queue_view_capacity(s->canvas.rows, s->canvas.cols, s->list.preview);

	return n > 0 ? n : 1;
}

void list_release(struct list_state *l)
{
	case_page_release(&l->page);
	strbuf_release(&l->typed);
	strbuf_release(&l->words);
	filter_release(&l->filter);
	filter_release(&l->view);
	typing_release(&l->typing);
	l->cursor = 0;
	l->top = l->total = l->all = l->arrived = 0;
}

const struct case_row *list_row(const struct screen *s)
{
	const struct list_state *l = &s->list;

	return l->cursor < l->page.count ? &l->page.rows[l->cursor] : NULL;
}

static void set_query(struct screen *s)
{
	struct list_state *l = &s->list;

	l->query = (struct case_query){ .order = l->query.order,
					.descending = l->query.descending,
					.state = -1,
					.filter = &l->filter };
	day_format(l->today, home_today(s->home));
}

/* Add `more` behind the rows of `page`. */
static bool join(struct case_page *page, struct case_page *more)
{
	size_t one = sizeof(struct case_row);
	struct case_row *rows;

	if (page->count == 0) {
		struct case_page empty = *page;

		*page = *more;
		*more = empty;
		return true;
	}
	rows = reallocarray(page->rows, (size_t)(page->count + more->count) + 1, one);
	if (!rows)
		return false;
	page->rows = rows;
	memcpy(rows + page->count, more->rows, (size_t)more->count * one);
	page->count += more->count;
	page->more = more->more;
	more->count = 0; /* the rows have moved */
	return true;
}

/*
 * Fill the screen around a place of the list: up to `before` rows above it,
 * then what follows. The rows are found by key, so none is skipped or doubled
 * while others come and go.
 */
static enum status load(struct screen *s, const struct case_key *at, int before, struct err *why)
{
	struct list_state *l = &s->list;
	struct case_page above = CASE_PAGE_INIT, below = CASE_PAGE_INIT;
	struct case_key from = CASE_KEY_INIT;
	int capacity = list_capacity(s);
	enum status st = ST_OK;

	set_query(s);
	if (at->case_id[0] && before > 0)
		st = case_list(s->home->cache, &l->query, at, true, before, &above, why);
	if (st == ST_OK && above.count > 0)
		case_key_of(&from, l->query.order, &above.rows[above.count - 1].file);
	else if (at->case_id[0])
		from = *at;
	/* Without rows above, the place itself comes with a page that begins at
	 * its own row: one row back, or the start of the list. */
	if (st == ST_OK && above.count == 0 && at->case_id[0]) {
		st = case_list(s->home->cache, &l->query, at, true, 1, &below, why);
		from = (struct case_key)CASE_KEY_INIT;
		if (st == ST_OK && below.count > 0)
			case_key_of(&from, l->query.order, &below.rows[0].file);
		case_page_release(&below);
	}
	if (st == ST_OK)
		st = case_list(s->home->cache, &l->query, &from, false, capacity - above.count,
			       &below, why);
	/* At the end of the list the rest of the screen is filled from above. */
	if (st == ST_OK && join(&above, &below)) {
		case_page_release(&l->page);
		l->page = above;
		above = (struct case_page)CASE_PAGE_INIT;
	}
	case_page_release(&above);
	case_page_release(&below);
	return st;
}

/* Numbers for the title: where the first row stands, and of how many. */
static enum status measure(struct screen *s, struct err *why)
{
	struct list_state *l = &s->list;
	struct case_query all = CASE_QUERY_INIT, late = CASE_QUERY_INIT;
	struct case_key first = CASE_KEY_INIT;
	enum status st;

	all.filter = &l->view;
	l->top = 0;
	st = case_count(s->home->cache, &all, &l->all, why);
	l->total = l->all;
	if (st == ST_OK && l->typed.len > 0)
		st = case_count(s->home->cache, &l->query, &l->total, why);
	late.open_only = true;
	late.assignee = s->home->who.sub;
	late.overdue_on = l->today;
	if (st == ST_OK)
		st = case_count(s->home->cache, &late, &l->overdue, why);
	if (st != ST_OK || l->page.count == 0)
		return st;
	case_key_of(&first, l->query.order, &l->page.rows[0].file);
	return case_rank(s->home->cache, &l->query, &first, &l->top, why);
}

static int row_of(const struct case_page *p, const char *case_id)
{
	for (int i = 0; i < p->count; i++)
		if (strcmp(p->rows[i].file.id, case_id) == 0)
			return i;
	return -1;
}

/* Does the list show the case, as it is now? */
static bool in_list(const struct list_state *l, const struct case_row *r)
{
	const struct filter_row row = { .file = &r->file,
					.pending = r->pending,
					.trouble = r->trouble,
					.watch_on = r->watch_on };

	return filter_match(&l->filter, &row);
}

/*
 * A mark goes with its case wherever it stands in the list. When the case has
 * left, so has the mark: an action touches only what the list shows. While a
 * bulk runs its cases leave one after the other, as they should; a filter that
 * is being typed is not meant yet.
 */
static void keep_marks(struct screen *s)
{
	struct marks *m = &s->list.marks;
	char last[DIARY_MAX] = "";
	int gone = 0;

	if (s->bulk.running || s->prompt == PROMPT_FILTER)
		return;
	for (int i = m->count - 1; i >= 0; i--) {
		struct case_row row = CASE_ROW_INIT;
		enum status st = case_get(s->home->cache, m->rows[i].case_id, &row, NULL);

		if (st == ST_NONE || (st == ST_OK && !in_list(&s->list, &row))) {
			if (st == ST_OK)
				(void)present_number(last, &row.file);
			else
				snprintf(last, sizeof(last), "%.8s", m->rows[i].case_id);
			(void)marks_drop(m, m->rows[i].case_id);
			gone++;
		}
		case_row_release(&row);
	}
	if (gone == 1)
		screen_complain(s, _("%s är inte i listan längre och inte markerat."), last);
	else if (gone > 1)
		screen_complain(s, _("%d ärenden är inte i listan längre och inte markerade."),
				gone);
}

/*
 * Show the place `at` with up to `before` rows above it, cursor on it. `index`
 * is its number in the list where that is known: counting a long list anew at
 * every step would be felt. -1: count.
 */
static void show_at(struct screen *s, const struct case_key *at, int before, int64_t index)
{
	struct list_state *l = &s->list;
	struct err why = ERR_INIT;
	enum status st = cache_begin_read(s->home->cache, &why);
	int row;

	if (st == ST_OK) {
		st = load(s, at, before, &why);
		/* A page that ends the list early leaves room: show more above. */
		if (st == ST_OK && l->page.count > 0 && l->page.count < list_capacity(s)) {
			struct case_key last = CASE_KEY_INIT;

			case_key_of(&last, l->query.order, &l->page.rows[l->page.count - 1].file);
			st = load(s, &last, list_capacity(s) - 1, &why);
		}
		if (st == ST_OK && index < 0)
			st = measure(s, &why);
		cache_rollback(s->home->cache);
	}
	if (st != ST_OK)
		screen_fail(s, &why);
	keep_marks(s);
	row = row_of(&l->page, at->case_id);
	if (row >= 0)
		l->cursor = row;
	else if (l->cursor >= l->page.count)
		l->cursor = l->page.count > 0 ? l->page.count - 1 : 0;
	if (index >= 0)
		l->top = index > l->cursor ? index - l->cursor : 0;
	s->dirty = true;
}

static void show(struct screen *s, const struct case_key *at, int before)
{
	show_at(s, at, before, -1);
}

void list_reload(struct screen *s)
{
	struct list_state *l = &s->list;
	struct case_key at = CASE_KEY_INIT, now = CASE_KEY_INIT;
	struct case_row fresh = CASE_ROW_INIT;
	int64_t before = l->total;
	int cursor = l->cursor;
	const struct case_row *row = list_row(s);

	(void)list_refilter(s, strbuf_cstr(&l->typed));
	if (row)
		case_key_of(&at, l->query.order, &row->file);
	/* The case may have another place by now: the cursor goes with it. */
	if (row && case_get(s->home->cache, row->file.id, &fresh, NULL) == ST_OK)
		case_key_of(&now, l->query.order, &fresh.file);
	else
		now = at;
	case_row_release(&fresh);
	show(s, &now, cursor);
	if (at.case_id[0] && row_of(&l->page, at.case_id) < 0) {
		l->cursor = cursor;
		show(s, &at, cursor);
	}
	if (l->total > before && before > 0)
		l->arrived += l->total - before;
}

void list_from_top(struct screen *s)
{
	struct case_key top = CASE_KEY_INIT;

	s->list.cursor = 0;
	show(s, &top, 0);
	s->list.arrived = 0;
}

void list_glance(struct screen *s)
{
	struct list_state *l = &s->list;
	struct case_key top = CASE_KEY_INIT;

	l->cursor = 0;
	show_at(s, &top, 0, 0);
	l->total = l->page.more ? -1 : l->page.count;
	l->arrived = 0;
}

enum status list_measure(struct screen *s, struct err *why)
{
	struct list_state *l = &s->list;
	int64_t top = l->top;
	enum status st = cache_begin_read(s->home->cache, why);

	if (st == ST_OK)
		st = measure(s, why);
	cache_rollback(s->home->cache);
	if (st == ST_OK)
		return st;
	l->top = top;
	l->total = st == ST_RETRY ? -1 : l->page.count;
	return st;
}

static void choose(struct screen *s, int digit, const char *queue)
{
	struct list_state *l = &s->list;

	while (s->view != VIEW_QUEUE && s->depth > 0)
		s->view = s->trail[--s->depth];
	s->view = VIEW_QUEUE;
	s->depth = 0;
	l->saved = digit;
	snprintf(l->queue, sizeof(l->queue), "%s", queue);
	(void)list_refilter(s, "");
	list_from_top(s);
}

bool list_view(struct screen *s, int digit)
{
	if (!views_filter(&s->home->config.views, digit)) {
		screen_complain(s, _("Det finns ingen vy %d. :spara-vy %d NAMN sparar filtret."),
				digit, digit);
		return false;
	}
	choose(s, digit, "");
	return true;
}

void list_start(struct screen *s)
{
	s->view = VIEW_QUEUE;
	s->depth = 0;
	s->engine_due = !s->engine;
	screen_read_status(s);
	screen_note_revision(s);
	if (contact_alone(s)) {
		s->view = VIEW_CONTACT;
		do_contact(s, NULL, "");
		return;
	}
	choose(s, s->options->view ? s->options->view : SAVED_MINE, "");
	if (s->list.total == 0 && !s->options->view && !s->options->filter)
		choose(s, SAVED_INBOX, "");
	/* A supervisor begins with how things stand, unless something else was
	 * asked for. */
	if (s->options->filter)
		(void)list_filter(s, s->options->filter);
	else if (!s->options->view && stats_allowed(s))
		do_stats(s, NULL, "");
}

void list_resume(struct screen *s, const struct place *p)
{
	struct case_row row = CASE_ROW_INIT;
	struct case_key at = CASE_KEY_INIT;

	choose(s, p->saved, p->queue);
	if (p->case_id[0] && case_get(s->home->cache, p->case_id, &row, NULL) == ST_OK) {
		case_key_of(&at, s->list.query.order, &row.file);
		show(s, &at, list_capacity(s) / 2);
		if (row_of(&s->list.page, at.case_id) < 0)
			list_from_top(s);
	}
	case_row_release(&row);
}

/* --- Moving --------------------------------------------------------------------- */

/*
 * One row further: it comes in at one end of a full screen, and another goes
 * out at the other. A key that is held down repeats this, so nothing is read
 * again that is shown. False: not that simple; a case that has moved in the
 * list meanwhile would stand there twice.
 */
static bool scroll_one(struct screen *s, struct case_page *far, bool up)
{
	struct list_state *l = &s->list;
	struct case_row *rows = l->page.rows;
	int last = l->page.count - 1;

	if (far->count != 1 || l->page.count != list_capacity(s)
	    || row_of(&l->page, far->rows[0].file.id) >= 0)
		return false;
	case_row_release(&rows[up ? last : 0]);
	memmove(up ? rows + 1 : rows, up ? rows : rows + 1, (size_t)last * sizeof(*rows));
	l->cursor = up ? 0 : last;
	l->top += up ? -1 : 1;
	rows[l->cursor] = far->rows[0];
	far->count = 0; /* the row has moved */
	return true;
}

/* A whole page further: none of the rows that are shown is read again. False:
 * the list ends before, and nothing has changed. */
static bool turn_page(struct screen *s, bool up)
{
	struct list_state *l = &s->list;
	int n = list_capacity(s);
	struct case_page far = CASE_PAGE_INIT;
	struct case_key edge = CASE_KEY_INIT;

	if (l->page.count != n)
		return false;
	case_key_of(&edge, l->query.order, &l->page.rows[up ? 0 : n - 1].file);
	if (case_list(s->home->cache, &l->query, &edge, up, n, &far, NULL) == ST_OK
	    && far.count == n) {
		struct case_page before = l->page;

		l->page = far;
		far = before;
		l->top = up && l->top < n ? 0 : l->top + (up ? -n : n);
		keep_marks(s);
		s->dirty = true;
		case_page_release(&far);
		return true;
	}
	case_page_release(&far);
	return false;
}

void list_move(struct screen *s, int by, bool page)
{
	struct list_state *l = &s->list;
	const struct case_row *row = list_row(s);
	struct case_page far = CASE_PAGE_INIT;
	struct case_key at = CASE_KEY_INIT;
	struct err why = ERR_INIT;
	int to = l->cursor + by, offset = l->cursor;
	int64_t index = l->top + l->cursor;

	l->arrived = 0;
	if (!row)
		return;
	if (to >= 0 && to < l->page.count) {
		l->cursor = to;
		return;
	}
	if (page && turn_page(s, by < 0))
		return;
	case_key_of(&at, l->query.order, &row->file);
	if (case_list(s->home->cache, &l->query, &at, by < 0, by < 0 ? -by : by, &far, &why)
	    != ST_OK)
		screen_fail(s, &why);
	if (far.count > 0 && (page || !scroll_one(s, &far, by < 0))) {
		case_key_of(&at, l->query.order, &far.rows[by < 0 ? 0 : far.count - 1].file);
		if (!page)
			offset = by < 0 ? 0 : list_capacity(s) - 1;
		show_at(s, &at, offset, by < 0 ? index - far.count : index + far.count);
	}
	case_page_release(&far);
}

void list_end(struct screen *s, bool last)
{
	struct list_state *l = &s->list;
	struct case_key at = CASE_KEY_INIT;
	struct case_page end = CASE_PAGE_INIT;
	struct err why = ERR_INIT;

	if (!last) {
		list_from_top(s);
		return;
	}
	if (case_list(s->home->cache, &l->query, &at, true, 1, &end, &why) != ST_OK)
		screen_fail(s, &why);
	if (end.count > 0) {
		case_key_of(&at, l->query.order, &end.rows[0].file);
		show_at(s, &at, list_capacity(s) - 1, l->total - 1);
	}
	case_page_release(&end);
}

enum status list_neighbour(struct screen *s, struct case_key *key, bool backward,
			   char case_id[UUID_TEXT])
{
	struct list_state *l = &s->list;
	struct case_page page = CASE_PAGE_INIT;
	struct err why = ERR_INIT;
	enum status st = case_list(s->home->cache, &l->query, key, backward, 1, &page, &why);

	if (st != ST_OK)
		screen_fail(s, &why);
	else if (page.count == 0)
		st = ST_NONE;
	if (st == ST_OK) {
		snprintf(case_id, UUID_TEXT, "%s", page.rows[0].file.id);
		case_key_of(key, l->query.order, &page.rows[0].file);
		/* Back in the list the cursor stands on the case that was read. */
		show(s, key, l->cursor);
	}
	case_page_release(&page);
	return st;
}

/* --- Deeds ------------------------------------------------------------------------ */

void do_mine(struct screen *s, const struct app_action *a, const char *arg)
{
	(void)a;
	(void)arg;
	choose(s, SAVED_MINE, "");
}

void do_inbox(struct screen *s, const struct app_action *a, const char *arg)
{
	(void)a;
	(void)arg;
	choose(s, SAVED_INBOX, "");
}

void do_overdue(struct screen *s, const struct app_action *a, const char *arg)
{
	(void)a;
	(void)arg;
	choose(s, SAVED_OVERDUE, "");
}

void do_all(struct screen *s, const struct app_action *a, const char *arg)
{
	(void)a;
	(void)arg;
	choose(s, SAVED_ALL, "");
}

void do_queue(struct screen *s, const struct app_action *a, const char *arg)
{
	const struct queue *q = NULL;
	bool several = false;

	(void)a;
	if (arg[0]) {
		q = names_find_queue(&s->home->names, arg, &several);
		if (!q) {
			screen_complain(s,
					several ? _("Flera köer passar: %s")
						: _("Ingen kö heter så: %s"),
					arg);
			return;
		}
	}
	choose(s, SAVED_OPEN, q ? q->name.code : "");
}

void do_home(struct screen *s, const struct app_action *a, const char *arg)
{
	(void)a;
	(void)arg;
	list_start(s);
}

void do_view(struct screen *s, const struct app_action *a, const char *arg)
{
	int n = a->keys[0] ? (int)a->keys[0] - '0' : 0;

	if (arg[0] >= '1' && arg[0] <= '9' && !arg[1])
		n = arg[0] - '0';
	if (n == 0)
		screen_complain(s, "%s", _("Vyerna heter 1 till 9"));
	else
		(void)list_view(s, n);
}

static void sort(struct screen *s, int by)
{
	struct list_state *l = &s->list;
	const struct case_row *row = list_row(s);
	struct case_key at = CASE_KEY_INIT;

	l->query.order = (enum case_order)(((int)l->query.order + by + ORDER_COUNT) % ORDER_COUNT);
	if (row)
		case_key_of(&at, l->query.order, &row->file);
	show(s, &at, l->cursor);
}

void do_sort_before(struct screen *s, const struct app_action *a, const char *arg)
{
	(void)a;
	(void)arg;
	sort(s, -1);
}

void do_sort(struct screen *s, const struct app_action *a, const char *arg)
{
	struct strbuf typed = STRBUF_INIT, name = STRBUF_INIT;
	int found = -1;

	(void)a;
	if (!arg[0]) {
		sort(s, 1);
		return;
	}
	utf8_fold(&typed, str_of(arg), true);
	for (int i = 0; i < ORDER_COUNT && found < 0; i++) {
		strbuf_clear(&name);
		utf8_fold(&name, str_of(_(order_names[i])), true);
		if (typed.len > 0
		    && strncmp(strbuf_cstr(&name), strbuf_cstr(&typed), typed.len) == 0)
			found = i;
	}
	if (found < 0)
		screen_complain(s, "%s", _("Sortera på: frist, inkom, ändrad, dnr"));
	else
		sort(s, found - (int)s->list.query.order);
	strbuf_release(&typed);
	strbuf_release(&name);
}

void do_info(struct screen *s, const struct app_action *a, const char *arg)
{
	(void)a;
	(void)arg;
	s->list.preview = !s->list.preview;
	list_reload(s);
}

/* --- Drawing ----------------------------------------------------------------------- */

static void titles(struct screen *s)
{
	struct list_state *l = &s->list;
	const char *name = views_name(&s->home->config.views, l->saved);
	char total[32], all[32];

	strbuf_clear(&s->title);
	strbuf_clear(&s->title_right);
	strbuf_addf(&s->title, "%s: %s", _("Kö"), name ? name : "");
	if (l->queue[0])
		strbuf_addf(&s->title, " › %s", names_queue(&s->home->names, l->queue));
	if (l->typed.len > 0)
		strbuf_addf(&s->title, " › %s", strbuf_cstr(&l->words));
	strbuf_addf(&s->title_right, _("%s av %s  sort: %s"), list_count(total, l->total),
		    list_count(all, l->all), _(order_names[l->query.order]));
}

static const char *empty_text(const struct screen *s)
{
	if (s->list.typed.len > 0)
		return _("Inga ärenden passar filtret. Esc tömmer det.");
	if (s->sync.last_pull == 0)
		return _("Inga ärenden ännu: den första hämtningen pågår eller väntar på nätet.");
	return _("Inga ärenden här. 2 visar inkorgen, 4 alla öppna.");
}

void list_draw(struct screen *s)
{
	struct list_state *l = &s->list;
	struct present p = screen_present(s);
	struct queue_row rows[CANVAS_ROWS_MAX];
	struct queue_text texts[CANVAS_ROWS_MAX];
	struct queue_model m = { .rows = rows,
				 .top = (int)l->top,
				 .total = (int)(l->total < 0 ? l->top + l->page.count + 1
							     : l->total),
				 .cursor = (int)l->top + l->cursor,
				 .preview = l->preview,
				 .empty = empty_text(s) };
	const struct case_row *row = list_row(s);
	struct watch watch = WATCH_INIT;
	char arrived[40], number[DIARY_MAX];

	titles(s);
	screen_frame(s, &m.frame);
	for (; m.row_count < l->page.count && m.row_count < CANVAS_ROWS_MAX; m.row_count++) {
		const struct case_row *r = &l->page.rows[m.row_count];

		present_queue_row(&rows[m.row_count], &texts[m.row_count], r, &p);
		rows[m.row_count].marked = marks_has(&l->marks, r->file.id);
	}
	if (l->arrived > 0) {
		snprintf(arrived, sizeof(arrived), _("+%lld nya"), (long long)l->arrived);
		m.arrived = arrived;
	}
	strbuf_clear(&s->pane);
	if (row) {
		/* The day is in the row; without the words it stands alone. */
		if (!row->watch_on[0]
		    || watch_get(s->home->cache, row->file.id, &watch, NULL) != ST_OK)
			strbuf_clear(&watch.words);
		present_preview(&s->pane, row, strbuf_str(&watch.words), &p);
		m.pane.heading = str_of(present_number(number, &row->file));
		m.pane.text = strbuf_str(&s->pane);
	}
	queue_view(&s->canvas, &m);
	watch_release(&watch);
}
