/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/screen_inside.h"
#include "base/i18n.h"

#include "base/banned.h"

enum { LATEST = 6 };

void case_close(struct open_case *c)
{
	events_release(c);
	parts_release(&c->parts);
	party_text_release(&c->parties);
	strbuf_release(&c->related);
	case_texts_release(&c->texts);
	case_row_release(&c->row);
	*c = (struct open_case){ .row = CASE_ROW_INIT };
}

/* --- Opening ------------------------------------------------------------------------- */

static void load_detail(struct screen *s)
{
	struct open_case *o = &s->open;
	struct strbuf detail = STRBUF_INIT;
	struct present p = screen_present(s);
	int64_t n = 0;

	/* A case that is not ours has no detail here: the overview says less. */
	if (detail_get(s->home->cache, o->row.file.id, &n, &detail, NULL) != ST_OK)
		strbuf_clear(&detail);
	o->has_detail = detail.len > 0;
	present_case(&o->texts, &o->row, strbuf_str(&detail), &p);
	present_parties(&o->parties, &o->row.file, strbuf_str(&detail), &p);
	(void)parts_take_detail(&o->parts, strbuf_str(&detail));
	strbuf_release(&detail);
}

/* Which documents can be read without a network. */
static void find_documents(struct screen *s)
{
	struct parts *p = &s->open.parts;

	for (int i = 0; i < p->doc_count; i++)
		p->docs[i].here = document_here(s, &p->docs[i]);
}

/* The overview moves in the rows of the timeline, which stand beside it on a
 * wide screen. */
static enum case_tab rows_of(enum case_tab tab)
{
	return tab == TAB_OVERVIEW ? TAB_TIMELINE : tab;
}

/* No cursor stands behind the last row. */
static void case_settle(struct screen *s)
{
	enum case_tab was = s->open.tab;
	static const enum case_tab lists[] = { TAB_TIMELINE, TAB_DOCUMENTS, TAB_MESSAGES };

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		int *cursor = &s->open.at[lists[i]].cursor;

		s->open.tab = lists[i];
		if (*cursor >= case_rows(s))
			*cursor = case_rows(s) > 0 ? case_rows(s) - 1 : 0;
	}
	s->open.tab = was;
}

void case_reload(struct screen *s)
{
	struct open_case *o = &s->open;
	struct err why = ERR_INIT;
	char case_id[UUID_TEXT];

	snprintf(case_id, sizeof(case_id), "%s", o->row.file.id);
	if (!case_id[0])
		return;
	if (case_get(s->home->cache, case_id, &o->row, &why) != ST_OK) {
		/* It left our scopes, or the cache was made anew. */
		screen_complain(s, "%s", _("Ärendet finns inte längre i din kopia."));
		snprintf(o->row.file.id, sizeof(o->row.file.id), "%s", case_id);
		events_release(o);
		return;
	}
	/* The chain first: it says of a document what the detail does not. */
	events_load(s);
	load_detail(s);
	find_documents(s);
	o->related_known = false;
	if (!o->has_chain && o->asking == CASE_ASKED)
		o->asking = CASE_ASK_AGAIN;
	case_settle(s);
	s->dirty = true;
}

/* That takes its turn among those who write the cache, so it comes after the
 * drawing. A chain that is not here is asked for now, not at the next poll. */
void case_ask(struct screen *s)
{
	struct open_case *o = &s->open;
	enum case_asking asking = o->asking;
	struct err why = ERR_INIT;

	if (asking == CASE_ASKED || !s->engine)
		return;
	o->asking = CASE_ASKED;
	if (want_case(s->home->cache, o->row.file.id, &why) != ST_OK)
		screen_fail(s, &why);
	else if (asking == CASE_ASK_AGAIN)
		engine_acted(s->engine);
	else if (!o->has_chain)
		engine_poke(s->engine);
}

static void show_case(struct screen *s, const char *case_id)
{
	struct open_case *o = &s->open;

	memset(o->at, 0, sizeof(o->at));
	o->asking = CASE_ASK_NOW;
	snprintf(o->row.file.id, sizeof(o->row.file.id), "%s", case_id);
	case_reload(s);
	o->of = s->list.total;
	if (case_rank(s->home->cache, &s->list.query, &o->key, &o->place, NULL) != ST_OK)
		o->place = o->of;
}

bool case_open(struct screen *s, const char *case_id)
{
	struct open_case *o = &s->open;
	struct case_row row = CASE_ROW_INIT;
	struct err why = ERR_INIT;
	enum status st = case_get(s->home->cache, case_id, &row, &why);

	if (st != ST_OK) {
		if (st == ST_NONE)
			screen_complain(s, "%s", _("Ärendet finns inte i din kopia."));
		else
			screen_fail(s, &why);
		case_row_release(&row);
		return false;
	}
	case_close(o);
	case_key_of(&o->key, s->list.query.order, &row.file);
	case_row_release(&row);
	show_case(s, case_id);
	screen_go(s, VIEW_CASE);
	return true;
}

static void step(struct screen *s, bool backward)
{
	char case_id[UUID_TEXT];
	struct case_key key = s->open.key;
	enum case_tab tab = s->open.tab;
	enum event_choice show = s->open.show;
	enum status st = list_neighbour(s, &key, backward, case_id);

	if (st == ST_NONE)
		screen_say(s, "%s",
			   backward ? _("Det här är det första ärendet i listan")
				    : _("Det här är det sista ärendet i listan"));
	if (st != ST_OK)
		return;
	case_close(&s->open);
	s->open.key = key;
	s->open.tab = tab;
	s->open.show = show;
	show_case(s, case_id);
}

void do_next_case(struct screen *s, const struct app_action *a, const char *arg)
{
	(void)a;
	(void)arg;
	step(s, false);
}

void do_previous_case(struct screen *s, const struct app_action *a, const char *arg)
{
	(void)a;
	(void)arg;
	step(s, true);
}

void case_move(struct screen *s, int to)
{
	struct open_case *o = &s->open;
	int count = case_rows(s);

	/* The overview has no rows: a key for rows shows them. */
	if (o->tab == TAB_OVERVIEW && s->canvas.cols < FRAME_WIDE) {
		o->tab = TAB_TIMELINE;
		return;
	}
	if (to >= count)
		to = count - 1;
	o->at[rows_of(o->tab)].cursor = to > 0 ? to : 0;
}

int case_cursor(const struct screen *s)
{
	return s->open.at[rows_of(s->open.tab)].cursor;
}

/* --- Drawing -------------------------------------------------------------------------- */

static void titles(struct screen *s)
{
	const struct open_case *o = &s->open;
	char number[DIARY_MAX];

	strbuf_clear(&s->title);
	strbuf_clear(&s->title_right);
	strbuf_addf(&s->title, "%s ", present_number(number, &o->row.file));
	strbuf_add(&s->title, strbuf_cstr(&o->row.file.title), o->row.file.title.len);
	if (o->place < o->of)
		strbuf_addf(&s->title_right, _("%lld av %lld"), (long long)o->place + 1,
			    (long long)o->of);
	strbuf_addf(&s->title_right, " │ %s", words_state(o->row.file.state));
}

static void fill_event(struct event_row *to, const struct event_text *e)
{
	*to = (struct event_row){ .when = e->when,
				  .who = e->who,
				  .what = strbuf_str(&e->what),
				  .seal = e->seal,
				  .hash = e->hash };
}

void case_draw(struct screen *s)
{
	struct open_case *o = &s->open;
	struct event_row events[CANVAS_ROWS_MAX], latest[LATEST];
	int cursor = o->at[TAB_TIMELINE].cursor, *top = &o->at[TAB_TIMELINE].top;
	const struct event_text *current = event_at(o, cursor);
	struct tab_strip strip;
	int capacity = case_view_capacity(s->canvas.rows, s->canvas.cols);
	struct case_model m = { .tab_count = CASE_TABS,
				.tab = o->tab,
				.left = o->texts.left,
				.left_count = o->texts.left_count,
				.right = o->texts.right,
				.right_count = o->texts.right_count,
				.checks_heading = _("Handlingar"),
				.checks = o->texts.checks,
				.check_count = o->texts.check_count,
				.receipts_heading = _("Kvitton till sökanden"),
				.receipts = o->texts.receipts,
				.receipt_count = o->texts.receipt_count,
				.events = events,
				.latest = latest,
				.event_cursor = cursor };
	struct strbuf heading = STRBUF_INIT, related = STRBUF_INIT;
	struct present p = screen_present(s);

	titles(s);
	if (o->tab > TAB_TIMELINE) {
		case_draw_part(s);
		return;
	}
	case_strip(s, &strip);
	memcpy(m.tabs, strip.labels, sizeof(strip.labels));
	screen_frame(s, &m.frame);
	*top = table_scroll(*top, cursor, o->shown_count, capacity > 0 ? capacity : 1);
	m.event_top = *top;
	m.event_total = o->shown_count;
	for (int i = *top; i < o->shown_count && m.event_count < CANVAS_ROWS_MAX; i++)
		fill_event(&events[m.event_count++], event_at(o, i));
	m.timeline_note = events_note(o);
	for (int i = LATEST - 1; i >= 0; i--)
		if (i < o->event_count)
			fill_event(&latest[m.latest_count++], &o->events[i]);
	if (current) {
		strbuf_addf(&heading, "%s · %s", current->moment, current->who);
		m.pane.heading = strbuf_str(&heading);
		m.pane.text = strbuf_str(&current->full);
	}
	present_next_step(&related, &o->row.file, &p);
	m.related = strbuf_str(&related);
	case_view(&s->canvas, &m);
	strbuf_release(&heading);
	strbuf_release(&related);
}
