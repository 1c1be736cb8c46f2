/* SPDX-License-Identifier: EUPL-1.2 */
/* What registrars have proposed to erase, and a second one confirms. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/screen_inside.h"
#include "base/i18n.h"
#include "domain/role.h"
#include "ui/table.h"

#include "base/banned.h"

/* How often a registrar's screen asks what waits, beside the view itself. */
enum { COLUMNS = 5, PANE_ROWS = 6, LOOK_MS = 2 * 60 * 1000 };

static bool is_registrar(const struct screen *s)
{
	return (s->home->who.roles & ROLE_REGISTRAR) != 0;
}

/* --- Asking ----------------------------------------------------------------------- */

static void ask(struct screen *s)
{
	struct erasures_state *t = &s->erasures;
	struct request r = REQUEST_INIT;
	struct err why = ERR_INIT;

	if (!s->engine)
		return;
	if (t->ticket)
		engine_unask(s->engine, t->ticket);
	t->ticket = 0;
	t->asked_at = clock_boot(&s->home->clock);
	request_set(&r, "GET", "/v1/erasures");
	if (engine_ask(s->engine, &r, &t->ticket, &why) != ST_OK && s->view == VIEW_ERASURES)
		screen_fail(s, &why);
	request_release(&r);
}

void erasures_reload(struct screen *s)
{
	if (is_registrar(s))
		ask(s);
}

/* What nobody asked for is not complained of either. */
static void take(struct screen *s, const struct reply *r)
{
	struct erasures_state *t = &s->erasures;
	bool seen = s->view == VIEW_ERASURES;
	struct err why = ERR_INIT;

	if (r->status == 0 && seen)
		screen_complain(s, "%s", _("Centralen nås inte; listan frågas igen med F5."));
	else if (r->status != 0 && r->status != 200 && seen)
		screen_refused(s, r);
	if (r->status != 200)
		return;
	if (proposals_read(&t->list, strbuf_str(&r->body), &why) != ST_OK && seen)
		screen_fail(s, &why);
	t->known = true;
	erasures_move(s, t->cursor);
	s->dirty = true;
}

void erasures_heard(struct screen *s)
{
	struct erasures_state *t = &s->erasures;
	struct reply r = REPLY_INIT;

	if (t->ticket && engine_answer(s->engine, t->ticket, &r)) {
		t->ticket = 0;
		take(s, &r);
	}
	reply_release(&r);
	if (!t->ticket && is_registrar(s) && screen_unlocked(s) && s->sync.online
	    && (t->asked_at == 0 || clock_boot(&s->home->clock) - t->asked_at >= LOOK_MS))
		ask(s);
}

int erasures_waiting(const struct screen *s)
{
	return proposals_for(&s->erasures.list, s->home->who.sub);
}

void erasures_close(struct screen *s)
{
	struct erasures_state *t = &s->erasures;

	if (t->ticket && s->engine)
		engine_unask(s->engine, t->ticket);
	proposals_release(&t->list);
	*t = (struct erasures_state){ .list = PROPOSALS_INIT };
}

/* --- Deeds -------------------------------------------------------------------------- */

void do_erasures(struct screen *s, const struct app_action *a, const char *arg)
{
	(void)a;
	(void)arg;
	if (!is_registrar(s)) {
		screen_complain(s, "%s", _("Raderingar beslutas av registratorer."));
		return;
	}
	if (s->view != VIEW_ERASURES)
		screen_go(s, VIEW_ERASURES);
	erasures_reload(s);
}

static const struct proposal *current(const struct screen *s)
{
	const struct erasures_state *t = &s->erasures;

	return t->cursor < t->list.count ? &t->list.rows[t->cursor] : NULL;
}

const char *erasures_case(const struct screen *s)
{
	const struct proposal *p = current(s);

	return p ? p->case_id : "";
}

static bool is_own(const struct screen *s, const struct proposal *p)
{
	return strcmp(p->officer, s->home->who.sub) == 0;
}

/* The very proposal that was read is named, whatever has come since. */
static void decide(struct screen *s)
{
	struct erasures_state *t = &s->erasures;
	char n[24], case_id[UUID_TEXT];
	struct intent in = { .act = t->yes ? "erasure.confirm" : "erasure.withdraw",
			     .case_id = case_id,
			     .arg_count = 1 };

	snprintf(case_id, sizeof(case_id), "%s", t->chosen_case);
	snprintf(n, sizeof(n), "%lld", (long long)t->chosen);
	in.args[0] = (struct intent_arg){ "n", str_of(n) };
	box_close(s);
	(void)screen_act(s, &in);
}

static void case_title(const struct screen *s, const struct proposal *p, struct strbuf *out)
{
	struct case_row row = CASE_ROW_INIT;

	if (case_get(s->home->cache, p->case_id, &row, NULL) == ST_OK)
		strbuf_add(out, strbuf_cstr(&row.file.title), row.file.title.len);
	case_row_release(&row);
}

static void tell(const struct screen *s, const struct proposal *p, struct strbuf *out)
{
	char what[48];

	proposal_what(what, p);
	strbuf_addf(out, _("%s (%s), föreslaget %s av %s. Förslaget gäller till %s.\n"), what,
		    words_erasure_ground(p->ground), p->at,
		    names_officer(&s->home->names, p->officer), p->until);
	strbuf_addf(out, _("Skäl: %s\n"), strbuf_cstr(&p->why));
}

static void ask_registrar(struct screen *s, const struct app_action *a, bool yes)
{
	struct erasures_state *t = &s->erasures;
	const struct proposal *p = current(s);

	if (!p)
		return;
	if (yes && is_own(s, p)) {
		screen_complain(s, "%s", words_code("same-person"));
		return;
	}
	if (yes && p->outgrown) {
		screen_complain(s, "%s", words_code("erasure-outgrown"));
		return;
	}
	t->yes = yes;
	t->chosen = p->n;
	snprintf(t->chosen_case, sizeof(t->chosen_case), "%s", p->case_id);
	if (yes)
		box_open_ask(s, a, _("Bekräfta raderingen"),
			     _("F8 Radera för gott   Esc Avbryt (förvalt)"), decide);
	else
		box_open_ask(s, a, _("Avstå från raderingen"), _("F8 Avstå   Esc Avbryt (förvalt)"),
			     decide);
	strbuf_addf(&s->box.text, "%s  ", p->number);
	case_title(s, p, &s->box.text);
	strbuf_adds(&s->box.text, "\n\n");
	tell(s, p, &s->box.text);
	strbuf_addf(&s->box.text, "\n%s",
		    yes ? _("Det som raderas kommer inte tillbaka, varken här eller på någon annan "
			    "dator.")
			: _("Förslaget tas bort och inget raderas."));
}

/* --- Proposing ------------------------------------------------------------------------- */

static bool is_whole(const struct box_state *b)
{
	return strcmp(b->plan->id, "erase") == 0 && strcmp(form_get(&b->form, "what"), "case") == 0;
}

void erase_about(struct screen *s)
{
	struct open_case *o = &s->open;
	bool rows = o->tab == TAB_TIMELINE || o->tab == TAB_OVERVIEW;
	const struct event_text *e = rows ? event_at(o, o->at[TAB_TIMELINE].cursor) : NULL;
	char n[24];

	snprintf(s->box.keys, sizeof(s->box.keys), "%s",
		 _("F8 två gånger: Utför   Tab Nästa fält   Esc Avbryt"));
	if (!e || e->n == 0 || proposal_may(s->home, &o->row.file, e->n, NULL) != ST_OK)
		return;
	snprintf(n, sizeof(n), "%lld", (long long)e->n);
	form_set(&s->box.form, "n", n);
	strbuf_adds(&s->box.text, "\n\n");
	strbuf_addf(&s->box.text, _("Markören står på post %s: %s"), n, strbuf_cstr(&e->what));
}

bool erase_leaves_out(const struct box_state *b, const char *arg)
{
	return strcmp(arg, "n") == 0 && is_whole(b);
}

bool erase_ready(struct screen *s)
{
	struct box_state *b = &s->box;
	struct err why = ERR_INIT;

	if (!is_whole(b) && !form_get(&b->form, "n")[0]) {
		form_error(&b->form, "n", _("Vilken post? Markören under 2 Händelser väljer den."));
		return false;
	}
	if (!is_whole(b)
	    && proposal_may(s->home, &s->open.row.file, strtoll(form_get(&b->form, "n"), NULL, 10),
			    &why)
		       != ST_OK) {
		form_error(&b->form, "n", words_code(why.code));
		return false;
	}
	if (!b->asked) {
		b->asked = true;
		screen_complain(
			s, "%s",
			_("Det som raderas kommer inte tillbaka: F8 en gång till. Esc avbryter."));
		return false;
	}
	return true;
}

/* --- Deciding on what waits --------------------------------------------------------------- */

void do_confirm_erasure(struct screen *s, const struct app_action *a, const char *arg)
{
	(void)arg;
	ask_registrar(s, a, true);
}

void do_withdraw_erasure(struct screen *s, const struct app_action *a, const char *arg)
{
	(void)arg;
	ask_registrar(s, a, false);
}

void erasures_move(struct screen *s, int to)
{
	struct erasures_state *t = &s->erasures;

	if (to >= t->list.count)
		to = t->list.count - 1;
	t->cursor = to > 0 ? to : 0;
}

/* --- Drawing ---------------------------------------------------------------------------- */

static const struct table_column columns[COLUMNS] = {
	{ N_("Ärende"), 14, 0, false, false },	   { N_("Raderas"), 20, 0, false, false },
	{ N_("Grund"), 14, 0, false, false },	   { N_("Föreslaget av"), 0, 0, false, false },
	{ N_("Föreslaget"), 10, 0, false, false },
};

static void put_row(struct screen *s, int i, char what[48], struct table_row *row)
{
	const struct proposal *p = &s->erasures.list.rows[i];

	proposal_what(what, p);
	*row = (struct table_row){
		.cells = { str_of(p->number), str_of(what), str_of(words_erasure_ground(p->ground)),
			   str_of(is_own(s, p) ? _("du")
					       : names_officer(&s->home->names, p->officer)),
			   str_of(p->at) }
	};
}

static void say_pane(const struct screen *s, const struct proposal *p, struct strbuf *heading,
		     struct strbuf *text)
{
	strbuf_addf(heading, "%s  ", p->number);
	case_title(s, p, heading);
	tell(s, p, text);
	if (p->outgrown) {
		strbuf_adds(text,
			    _("Ärendet har fått fler händelser sedan dess, och raderas inte på det "
			      "förslaget. x avstår; föreslå på nytt."));
		return;
	}
	strbuf_adds(text, is_own(s, p)
				  ? _("Du föreslog det: en annan registrator bekräftar. x avstår.")
				  : _("Läs ärendet med Enter. b bekräftar, x avstår; F8 avgör."));
}

void erasures_draw(struct screen *s)
{
	struct erasures_state *t = &s->erasures;
	const struct proposal *p = current(s);
	struct strbuf heading = STRBUF_INIT, text = STRBUF_INIT;
	struct table_row rows[CANVAS_ROWS_MAX];
	char what[CANVAS_ROWS_MAX][48]; /* the rows borrow it */
	struct table_column heads[COLUMNS];
	struct pane pane = { .skip = 0 };
	struct table_model m = { .table = { .columns = heads,
					    .column_count = COLUMNS,
					    .rows = rows,
					    .total = t->list.count,
					    .cursor = p ? t->cursor : -1 },
				 .pane = p ? &pane : NULL,
				 .pane_rows = PANE_ROWS };
	int n;

	m.table.empty = t->known ? _("Inget förslag att radera väntar.") : _("Frågar centralen…");
	for (int i = 0; i < COLUMNS; i++) {
		heads[i] = columns[i];
		heads[i].heading = _(columns[i].heading);
	}
	strbuf_clear(&s->title);
	strbuf_clear(&s->title_right);
	strbuf_adds(&s->title, _("RADERINGAR"));
	if (t->known)
		strbuf_addf(&s->title_right, "%d", t->list.count);
	screen_frame(s, &m.frame);
	n = table_view_capacity(&m, s->canvas.rows, s->canvas.cols);
	t->top = table_scroll(t->top, t->cursor, t->list.count, n);
	m.table.top = t->top;
	for (int i = t->top; i < t->list.count && m.table.row_count < n; i++) {
		put_row(s, i, what[m.table.row_count], &rows[m.table.row_count]);
		m.table.row_count++;
	}
	if (p) {
		say_pane(s, p, &heading, &text);
		pane.heading = strbuf_str(&heading);
		pane.text = strbuf_str(&text);
	}
	table_view(&s->canvas, &m);
	strbuf_release(&heading);
	strbuf_release(&text);
}
