/* SPDX-License-Identifier: EUPL-1.2 */
/* The strip of tabs, and the tabs that hold parts: documents, parties,
 * messages, decision. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/screen_inside.h"
#include "base/i18n.h"
#include "ui/case_sheet.h"

#include "base/banned.h"

enum { DRAWN = CANVAS_ROWS_MAX };

/* --- Where one is ------------------------------------------------------------------- */

int case_rows(const struct screen *s)
{
	const struct open_case *o = &s->open;

	switch (o->tab) {
	case TAB_TIMELINE:
	case TAB_OVERVIEW:
		return o->shown_count;
	case TAB_DOCUMENTS:
		return o->parts.doc_count;
	case TAB_MESSAGES:
		return o->parts.message_count;
	case TAB_PARTIES:
	case TAB_DECISION:
		break;
	}
	return o->page_most + 1;
}

void case_go_tab(struct screen *s, enum case_tab tab)
{
	s->open.tab = tab;
	s->dirty = true;
}

#define TAB_DEED(name, tab)                                                                        \
	void name(struct screen *s, const struct app_action *a, const char *arg)                   \
	{                                                                                          \
		(void)a;                                                                           \
		(void)arg;                                                                         \
		case_go_tab(s, tab);                                                               \
	}
TAB_DEED(do_overview, TAB_OVERVIEW)
TAB_DEED(do_timeline, TAB_TIMELINE)
TAB_DEED(do_documents, TAB_DOCUMENTS)
TAB_DEED(do_parties, TAB_PARTIES)
TAB_DEED(do_messages, TAB_MESSAGES)
TAB_DEED(do_decision_tab, TAB_DECISION)

void do_tab(struct screen *s, const struct app_action *a, const char *arg)
{
	(void)a;
	if (arg[0] < '1' || arg[0] > '6' || arg[1])
		screen_complain(s, "%s", _("Flikarna är 1 till 6: skriv :flik 3"));
	else
		case_go_tab(s, (enum case_tab)(arg[0] - '1'));
}

void case_strip(const struct screen *s, struct tab_strip *t)
{
	const struct open_case *o = &s->open;
	const int counts[] = { 0, 0, o->parts.doc_count, o->parties.parties, o->parts.message_count,
			       0 };
	static const char *const names[] = { N_("1 Översikt"),	 N_("2 Händelser"),
					     N_("3 Handlingar"), N_("4 Parter"),
					     N_("5 Medd."),	 N_("6 Beslut") };

	for (int i = 0; i < CASE_TABS; i++) {
		if (counts[i] > 0)
			snprintf(t->text[i], sizeof(t->text[i]), "%s(%d)", _(names[i]), counts[i]);
		else
			snprintf(t->text[i], sizeof(t->text[i]), "%s", _(names[i]));
		t->labels[i] = t->text[i];
	}
}

/* --- Documents ----------------------------------------------------------------------- */

/* Newest last, as they are numbered. */
static void draw_documents(struct screen *s, const struct tab_strip *strip)
{
	struct open_case *o = &s->open;
	struct table_column heads[DOC_COLUMNS];
	struct table_row rows[DRAWN];
	struct doc_row_text texts[DRAWN];
	struct strbuf heading = STRBUF_INIT, text = STRBUF_INIT;
	struct present p = screen_present(s);
	struct pane pane = { .heading = str_of("") };
	struct table_model m = { .tabs = strip->labels,
				 .tab_count = CASE_TABS,
				 .tab = (int)o->tab };
	int *top = &o->at[o->tab].top, cursor = o->at[o->tab].cursor;
	const struct case_doc *d = cursor < o->parts.doc_count ? &o->parts.docs[cursor] : NULL;

	for (int i = 0; i < DOC_COLUMNS; i++) {
		heads[i] = present_doc_columns[i];
		heads[i].heading = _(present_doc_columns[i].heading);
	}
	m.table =
		(struct table){ .columns = heads,
				.column_count = DOC_COLUMNS,
				.rows = rows,
				.total = o->parts.doc_count,
				.cursor = cursor,
				.empty = o->has_chain ? _("Inga handlingar i ärendet.")
						      : _("Ärendets handlingar är inte hämtade.") };
	screen_frame(s, &m.frame);
	if (d) {
		strbuf_addf(&heading, "%d · ", cursor + 1);
		strbuf_adds(&heading, d->name);
		document_progress(s, d, &text);
		present_doc(&text, d, &p);
		pane = (struct pane){ .heading = strbuf_str(&heading), .text = strbuf_str(&text) };
		m.pane = &pane;
	}
	m.note = _("Enter läs  v öppna i ett annat program");
	*top = table_scroll(*top, cursor, m.table.total,
			    table_view_capacity(&m, s->canvas.rows, s->canvas.cols));
	m.table.top = *top;
	for (int i = *top; i < o->parts.doc_count && m.table.row_count < DRAWN; i++) {
		int r = m.table.row_count++;

		present_doc_row(&rows[r], &texts[r], &o->parts.docs[i], i + 1);
	}
	table_view(&s->canvas, &m);
	strbuf_release(&heading);
	strbuf_release(&text);
}

/* --- Messages -------------------------------------------------------------------------- */

/* The list has the newest first. */
const struct case_message *case_message_at(const struct screen *s)
{
	const struct parts *p = &s->open.parts;
	int i = p->message_count - 1 - s->open.at[TAB_MESSAGES].cursor;

	return s->open.tab == TAB_MESSAGES && i >= 0 ? &p->messages[i] : NULL;
}

static void draw_messages(struct screen *s, const struct tab_strip *strip)
{
	struct open_case *o = &s->open;
	struct table_column heads[MSG_COLUMNS];
	struct table_row rows[DRAWN];
	struct message_row_text texts[DRAWN];
	struct strbuf text = STRBUF_INIT;
	struct present p = screen_present(s);
	struct pane pane = { .heading = str_of(_("Meddelandet")) };
	struct table_model m = { .tabs = strip->labels,
				 .tab_count = CASE_TABS,
				 .tab = (int)o->tab };
	int *top = &o->at[o->tab].top, cursor = o->at[o->tab].cursor;
	const struct case_message *current = case_message_at(s);

	for (int i = 0; i < MSG_COLUMNS; i++) {
		heads[i] = present_message_columns[i];
		heads[i].heading = _(present_message_columns[i].heading);
	}
	m.table = (struct table){ .columns = heads,
				  .column_count = MSG_COLUMNS,
				  .rows = rows,
				  .total = o->parts.message_count,
				  .cursor = cursor,
				  .empty = _("Inga meddelanden i ärendet.") };
	screen_frame(s, &m.frame);
	if (current) {
		present_message(&text, current, &p);
		pane.text = strbuf_str(&text);
		m.pane = &pane;
	}
	m.note = _("Enter läs  m skriv  r svara");
	*top = table_scroll(*top, cursor, m.table.total,
			    table_view_capacity(&m, s->canvas.rows, s->canvas.cols));
	m.table.top = *top;
	for (int i = *top; i < o->parts.message_count && m.table.row_count < DRAWN; i++) {
		int r = m.table.row_count++;

		texts[r].what = (struct strbuf)STRBUF_INIT;
		present_message_row(&rows[r], &texts[r],
				    &o->parts.messages[o->parts.message_count - 1 - i]);
	}
	table_view(&s->canvas, &m);
	for (int i = 0; i < m.table.row_count; i++)
		strbuf_release(&texts[i].what);
	strbuf_release(&text);
}

/* --- Parties and decision ------------------------------------------------------------------ */

/* What stands between the case and a decision, or the draft that is begun. */
static void no_decision(struct screen *s, struct strbuf *out)
{
	const struct app_action *a = action_by_id("decide");
	struct strbuf why = STRBUF_INIT, draft = STRBUF_INIT;
	const struct open_case *o = &s->open;
	bool may = screen_may(s, a, &why);

	strbuf_addf(out, "%s\n\n", _("Inget beslut är fattat."));
	if (draft_get(s->home->outbox, o->row.file.id, "decision", &draft, NULL) == ST_OK)
		strbuf_addf(out, "%s\n",
			    _("Ett utkast är sparat på den här datorn: b öppnar det."));
	if (may)
		strbuf_adds(out, _("Du kan besluta: b öppnar beslutet."));
	else
		strbuf_addf(out, _("Du kan inte besluta nu: %s"), strbuf_cstr(&why));
	strbuf_addc(out, '\n');
	for (int i = 0; i < o->texts.check_count; i++)
		if (o->texts.checks[i].state == CHECK_OPEN)
			strbuf_addf(out, "[ ] %s  %s\n", o->texts.checks[i].text,
				    o->texts.checks[i].note ? o->texts.checks[i].note : "");
	strbuf_release(&why);
	strbuf_release(&draft);
}

static void draw_page(struct screen *s, const struct tab_strip *strip)
{
	struct open_case *o = &s->open;
	struct case_sheet m = { .tabs = strip->labels, .tab_count = CASE_TABS, .tab = (int)o->tab };
	struct party_text decided = { .count = 0 };
	struct strbuf text = STRBUF_INIT;
	struct present p = screen_present(s);
	const struct party_text *t = o->tab == TAB_PARTIES ? &o->parties : &decided;
	int *top = &o->at[o->tab].cursor;

	screen_frame(s, &m.frame);
	if (o->tab == TAB_PARTIES && !o->related_known)
		related_load(s);
	if (o->tab == TAB_PARTIES && !o->has_detail)
		strbuf_addf(&text, "%s\n\n",
			    _("Mer om parten är inte hämtat till den här datorn."));
	else if (o->tab == TAB_DECISION && o->parts.decision.def)
		present_decision(&decided, &text, &o->parts, &o->row.file, &p);
	else if (o->tab == TAB_DECISION)
		no_decision(s, &text);
	if (o->tab == TAB_PARTIES)
		strbuf_add(&text, strbuf_cstr(&o->related), o->related.len);
	m.facts = t->facts;
	m.fact_count = t->count;
	m.text = strbuf_str(&text);
	o->page_most = case_sheet_most(&m, &s->canvas);
	if (*top > o->page_most)
		*top = o->page_most;
	m.top = *top;
	case_sheet_view(&s->canvas, &m);
	party_text_release(&decided);
	strbuf_release(&text);
}

void case_draw_part(struct screen *s)
{
	struct tab_strip strip;

	case_strip(s, &strip);
	switch (s->open.tab) {
	case TAB_DOCUMENTS:
		draw_documents(s, &strip);
		break;
	case TAB_MESSAGES:
		draw_messages(s, &strip);
		break;
	default:
		draw_page(s, &strip);
		break;
	}
}

/* --- Enter on a row -------------------------------------------------------------------------- */

static void read_message(struct screen *s, const struct case_message *m)
{
	struct present p = screen_present(s);
	struct strbuf text = STRBUF_INIT;

	present_message(&text, m, &p);
	read_open(s, m->subject.len ? strbuf_cstr(&m->subject) : _("Meddelande"), &text);
}

static void read_event(struct screen *s)
{
	const struct open_case *o = &s->open;
	struct strbuf text = STRBUF_INIT;
	const struct event_text *e = event_at(o, o->at[TAB_TIMELINE].cursor);

	if (!e)
		return;
	strbuf_addf(&text, "%s · %s\n\n", e->moment, e->who);
	strbuf_add(&text, strbuf_cstr(&e->full), e->full.len);
	read_open(s, strbuf_cstr(&e->what), &text);
}

void do_read(struct screen *s, const struct app_action *a, const char *arg)
{
	const struct open_case *o = &s->open;
	const struct case_message *m = case_message_at(s);

	(void)a;
	(void)arg;
	if (o->tab == TAB_OVERVIEW)
		case_go_tab(s, TAB_TIMELINE);
	else if (o->tab == TAB_TIMELINE)
		read_event(s);
	else if (m)
		read_message(s, m);
	else if (o->tab == TAB_DOCUMENTS)
		document_read(s, o->at[TAB_DOCUMENTS].cursor);
	else if (o->tab == TAB_DECISION)
		document_read_letter(s);
}
