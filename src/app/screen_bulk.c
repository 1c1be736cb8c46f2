/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One action on all the marked cases: each is judged and signed by itself,
 * and each has its own answer, which stays on the screen until it is closed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/screen_inside.h"
#include "base/i18n.h"

#include "base/banned.h"

enum {
	TURN_MS = 25,	    /* then keys are looked at again */
	PAINT_MS = 250,	    /* progress is drawn this often */
	UNASKED_MAX = 10,   /* more than these are asked about (ux.md 3.2, rule 9) */
	CASES_TOLD = 5,	    /* of a bulk, in its box */
	REASON_BYTES = 400, /* of one answer */
	MARK_PAGE = 500,
};

void bulk_release(struct bulk_state *b)
{
	for (int i = 0; i < b->count; i++)
		free(b->items[i].reason);
	free(b->items);
	for (int i = 0; i < ACTION_ARGS_MAX; i++)
		strbuf_release(&b->values[i]);
	*b = (struct bulk_state){ 0 };
}

bool bulk_wanted(const struct screen *s)
{
	enum view v = s->view == VIEW_HELP ? s->help.of : s->view;

	return v == VIEW_QUEUE && s->list.marks.count > 0;
}

/* What is decided or told to an applicant is done one case at a time. */
bool bulk_takes(const struct app_action *a)
{
	const struct action_def *def = a->act ? action_find(str_of(a->act)) : NULL;

	return def && def->class != CLASS_E_DECISION;
}

/* --- Marking ---------------------------------------------------------------------- */

static void too_many(struct screen *s)
{
	screen_complain(s, _("Högst %d ärenden kan vara markerade."), (int)MARKS_MAX);
}

/* All rows of a query, page by page. */
static void mark_query(struct screen *s, const struct case_query *q)
{
	struct case_key from = CASE_KEY_INIT;
	struct case_page page = CASE_PAGE_INIT;
	struct err why = ERR_INIT;
	int before = s->list.marks.count;
	bool more = true, room = true;

	while (more && room) {
		if (case_list(s->home->cache, q, &from, false, MARK_PAGE, &page, &why) != ST_OK) {
			screen_fail(s, &why);
			return;
		}
		for (int i = 0; i < page.count && room; i++)
			room = marks_add(&s->list.marks, page.rows[i].file.id);
		more = page.more && page.count > 0;
		if (more)
			case_key_of(&from, q->order, &page.rows[page.count - 1].file);
		case_page_release(&page);
	}
	if (room)
		screen_say(s,
			   P_("%d ärende markerat", "%d ärenden markerade",
			      s->list.marks.count - before),
			   s->list.marks.count - before);
	else
		too_many(s);
}

void do_mark_all(struct screen *s, const struct app_action *a, const char *arg)
{
	(void)a;
	(void)arg;
	mark_query(s, &s->list.query);
}

void do_unmark(struct screen *s, const struct app_action *a, const char *arg)
{
	(void)a;
	(void)arg;
	marks_clear(&s->list.marks);
	screen_say(s, "%s", _("Inget är markerat"));
}

void do_mark(struct screen *s, const struct app_action *a, const char *arg)
{
	const struct case_row *row = list_row(s);

	if (strcmp(arg, "allt") == 0 || strcmp(arg, "all") == 0) {
		do_mark_all(s, a, "");
		return;
	}
	if (arg[0]) {
		list_mark_filter(s, arg);
		return;
	}
	if (!row)
		return;
	if (!marks_drop(&s->list.marks, row->file.id) && !marks_add(&s->list.marks, row->file.id))
		too_many(s);
	list_move(s, 1, false);
}

void do_mark_filter(struct screen *s, const struct app_action *a, const char *arg)
{
	(void)a;
	(void)arg;
	s->prompt = PROMPT_MARK;
	line_clear(&s->prompt_line);
}

void bulk_mark_query(struct screen *s, const struct case_query *q)
{
	mark_query(s, q);
}

/* --- The box ------------------------------------------------------------------------ */

/* "12 ärenden:" and the first of them, one a line. */
void bulk_tell(struct screen *s, struct strbuf *out)
{
	struct mark *rows = marks_in_order(&s->list.marks);
	int count = s->list.marks.count;

	strbuf_addf(out, P_("%d ärende:", "%d ärenden:", count), count);
	for (int i = 0; rows && i < count && i < CASES_TOLD; i++) {
		struct case_row row = CASE_ROW_INIT;
		char number[DIARY_MAX];

		if (case_get(s->home->cache, rows[i].case_id, &row, NULL) == ST_OK) {
			strbuf_addf(out, "\n  %s  ", present_number(number, &row.file));
			strbuf_add(out, strbuf_cstr(&row.file.title), row.file.title.len);
		} else {
			strbuf_addf(out, "\n  %.8s", rows[i].case_id);
		}
		case_row_release(&row);
	}
	if (count > CASES_TOLD)
		strbuf_addf(out, _("\n  … och %d till"), count - CASES_TOLD);
	free(rows);
}

static void asked(struct screen *s)
{
	const struct app_action *a = s->box.action;
	struct intent in = { .act = a->act };

	box_close(s);
	(void)bulk_start(s, a, &in);
}

bool bulk_is_large(const struct screen *s)
{
	return s->list.marks.count > UNASKED_MAX;
}

/* An action with nothing to fill in: done at once when it is small and can be
 * taken back, else asked about. `warning` (may be NULL) follows the cases. */
void bulk_offer(struct screen *s, const struct app_action *a, const char *warning)
{
	struct intent in = { .act = a->act };

	if (!bulk_is_large(s) && a->confirm < CONFIRM_BOX) {
		(void)bulk_start(s, a, &in);
		return;
	}
	box_open_ask(s, a, words_act(a->act), _("F8 Utför   Esc Avbryt (förvalt)"), asked);
	bulk_tell(s, &s->box.text);
	if (warning)
		strbuf_addf(&s->box.text, "\n\n%s", warning);
}

/* --- Running --------------------------------------------------------------------------- */

static bool keep_intent(struct bulk_state *b, const struct intent *in)
{
	for (int i = 0; i < in->arg_count; i++) {
		b->names[i] = in->args[i].name;
		if (!strbuf_set(&b->values[i], in->args[i].value.p, in->args[i].value.n))
			return false;
	}
	b->arg_count = in->arg_count;
	return true;
}

/* Names of arguments are those of the catalogue or of a plan: they stay. */
bool bulk_start(struct screen *s, const struct app_action *a, const struct intent *in)
{
	struct bulk_state *b = &s->bulk;
	struct mark *rows = marks_in_order(&s->list.marks);

	if (b->running) {
		screen_complain(s, "%s", _("En massåtgärd pågår: :resultat visar den."));
		free(rows);
		return false;
	}
	bulk_release(b);
	b->count = rows ? s->list.marks.count : 0;
	b->items = rows ? calloc((size_t)b->count, sizeof(*b->items)) : NULL;
	if (!b->items || !keep_intent(b, in)) {
		b->count = b->items ? b->count : 0;
		free(rows);
		screen_complain(s, "%s", _("Minnet är slut."));
		return false;
	}
	for (int i = 0; i < b->count; i++)
		snprintf(b->items[i].case_id, sizeof(b->items[i].case_id), "%s", rows[i].case_id);
	free(rows);
	b->action = a;
	b->running = true;
	screen_go(s, VIEW_BULK);
	return true;
}

static void answer(struct bulk_item *i, enum bulk_step step, const struct err *why)
{
	struct strbuf text = STRBUF_INIT_MAX(REASON_BYTES);

	i->step = step;
	words_error(&text, why, true);
	free(i->reason);
	i->reason = strdup(strbuf_cstr(&text));
	strbuf_release(&text);
}

static void sign_one(struct screen *s, struct bulk_item *item)
{
	struct bulk_state *b = &s->bulk;
	struct intent in = { .act = b->action->act, .case_id = item->case_id };
	struct actor actor = home_actor(s->home);
	struct act_result r = { 0 };
	struct err why = ERR_INIT;

	if (s->sync.skew_known)
		actor.skew = s->sync.skew;
	for (int i = 0; i < b->arg_count; i++)
		in.args[in.arg_count++] =
			(struct intent_arg){ b->names[i], strbuf_str(&b->values[i]) };
	if (act(&actor, &in, &r, &why) != ST_OK) {
		answer(item, BULK_REFUSED, &why);
		b->refused++;
		return;
	}
	item->step = BULK_DONE;
	item->item = r.item;
	b->done++;
	marks_drop(&s->list.marks, item->case_id);
	if (r.hold_until > s->undo_until)
		s->undo_until = r.hold_until;
}

static void withdraw_one(struct screen *s, struct bulk_item *item)
{
	struct actor actor = home_actor(s->home);
	struct err why = ERR_INIT;

	if (item->step != BULK_DONE)
		return;
	if (act_withdraw(&actor, item->item, &why) != ST_OK) {
		answer(item, BULK_STANDS, &why);
		s->bulk.stands++;
		return;
	}
	item->step = BULK_UNDONE;
	s->bulk.undone++;
}

/* What was done, in a sentence; the cases that were not done stay marked. */
static void end(struct screen *s)
{
	struct bulk_state *b = &s->bulk;

	b->running = false;
	if (s->engine)
		engine_acted(s->engine);
	if (b->undoing)
		s->undo_until = 0;
	screen_reload(s);
	if (b->undoing && b->stands > 0)
		screen_say(s, _("Ångrat: %d. Redan sänt och kvar: %d."), b->undone, b->stands);
	else if (b->undoing)
		screen_say(s, _("Ångrat: %d"), b->undone);
	else if (b->at < b->count)
		screen_say(s, _("Stoppat: %d klart, %d nej, %d inte påbörjade."), b->done,
			   b->refused, b->count - b->at);
	else if (b->refused > 0)
		screen_say(s, _("%d klart, %d nej: de är kvar som markerade."), b->done,
			   b->refused);
	else
		screen_say(s, _("Klart: %s, %d ärenden"), words_act(b->action->act), b->done);
}

void bulk_turn(struct screen *s)
{
	struct bulk_state *b = &s->bulk;
	int64_t now = clock_boot(&s->home->clock), until = now + TURN_MS;

	if (!b->running)
		return;
	while (b->at < b->count && now < until) {
		if (b->undoing)
			withdraw_one(s, &b->items[b->count - 1 - b->at]);
		else
			sign_one(s, &b->items[b->at]);
		b->at++;
		now = clock_boot(&s->home->clock);
	}
	if (b->at >= b->count) {
		end(s);
	} else if (now - b->painted >= PAINT_MS) {
		b->painted = now;
		s->dirty = true;
	}
}

bool bulk_stop(struct screen *s)
{
	if (!s->bulk.running)
		return false;
	end(s);
	return true;
}

/* --- Undo ----------------------------------------------------------------------------------- */

static void begin_undo(struct screen *s)
{
	struct bulk_state *b = &s->bulk;

	box_close(s);
	b->undoing = b->running = true;
	b->at = b->undone = b->stands = 0;
	screen_go(s, VIEW_BULK);
}

bool bulk_owns(const struct screen *s, int64_t item)
{
	const struct bulk_state *b = &s->bulk;

	for (int i = 0; i < b->count && b->count > 1; i++)
		if (b->items[i].step == BULK_DONE && b->items[i].item == item)
			return true;
	return false;
}

/* How many of what was signed can still be taken back. */
static int unsent(struct screen *s)
{
	const struct bulk_state *b = &s->bulk;
	int n = 0;

	for (int i = 0; i < b->count; i++) {
		struct outbox_item item = OUTBOX_ITEM_INIT;

		if (b->items[i].step == BULK_DONE
		    && outbox_get(s->home->outbox, b->items[i].item, &item, NULL) == ST_OK
		    && item.offered_at == 0 && item.verdict == VERDICT_NONE)
			n++;
		outbox_item_release(&item);
	}
	return n;
}

void bulk_undo(struct screen *s, const struct app_action *a)
{
	struct bulk_state *b = &s->bulk;

	if (b->running) {
		screen_complain(s, "%s", _("Massåtgärden pågår; Esc stoppar den."));
		return;
	}
	if (unsent(s) == 0) {
		screen_complain(s, "%s", _("Allt är sänt: inget kan ångras."));
		return;
	}
	if (b->done - b->undone - b->stands <= UNASKED_MAX) {
		begin_undo(s);
		return;
	}
	box_open_ask(s, a, _("Ångra massåtgärden"), _("F8 Ångra   Esc Avbryt (förvalt)"),
		     begin_undo);
	strbuf_addf(&s->box.text, _("%s: %d ärenden. Det som inte är sänt dras tillbaka."),
		    words_act(b->action->act), b->done);
}

void do_undo_bulk(struct screen *s, const struct app_action *a, const char *arg)
{
	(void)arg;
	if (s->bulk.done - s->bulk.undone - s->bulk.stands > 0 || s->bulk.running)
		bulk_undo(s, a);
	else
		screen_complain(s, "%s", _("Inget att ångra här."));
}

void do_result(struct screen *s, const struct app_action *a, const char *arg)
{
	(void)a;
	(void)arg;
	if (s->bulk.count == 0)
		screen_say(s, "%s", _("Ingen massåtgärd har gjorts."));
	else
		screen_go(s, VIEW_BULK);
}

/* --- Drawing ---------------------------------------------------------------------------------- */

static const struct table_column columns[] = {
	{ N_("Ärende"), 14, 0, false, false },
	{ N_("Rubrik"), 0, 0, false, true },
	{ N_("Resultat"), 34, 0, false, false },
};
enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };

/* The central's word is the last one: what was signed here may be refused
 * there, by somebody who was first. */
static bool refused_later(struct screen *s, struct strbuf *out, const struct bulk_item *i)
{
	struct outbox_item item = OUTBOX_ITEM_INIT;
	bool yes = i->step == BULK_DONE
		   && outbox_get(s->home->outbox, i->item, &item, NULL) == ST_OK
		   && item.verdict != VERDICT_NONE && !verdict_stands(item.verdict)
		   && item.verdict != VERDICT_VOID;

	if (yes) {
		strbuf_addf(out, "%s: ", _("nej"));
		words_answer(out, &item, &s->home->names);
	}
	outbox_item_release(&item);
	return yes;
}

static void outcome(struct screen *s, struct strbuf *out, const struct bulk_item *i)
{
	static const char *const words[] = {
		[BULK_WAITS] = N_("väntar"),	   [BULK_DONE] = N_("klart"),
		[BULK_REFUSED] = N_("nej"),	   [BULK_UNDONE] = N_("ångrat"),
		[BULK_STANDS] = N_("inte ångrat"),
	};

	if (refused_later(s, out, i))
		return;
	strbuf_adds(out, _(words[i->step]));
	if (i->reason && i->step != BULK_UNDONE)
		strbuf_addf(out, ": %s", i->reason);
}

static struct table_model model(const struct screen *s, const struct pane *pane)
{
	const struct bulk_state *b = &s->bulk;

	return (struct table_model){ .table = { .columns = columns,
						.column_count = COLUMNS,
						.total = b->count,
						.cursor = b->cursor,
						.empty = _("Ingen massåtgärd har gjorts.") },
				     .pane = pane,
				     .pane_rows = 5 };
}

int bulk_capacity(const struct screen *s)
{
	static const struct pane pane = { .skip = 0 };
	struct table_model m = model(s, &pane);

	return table_view_capacity(&m, s->canvas.rows, s->canvas.cols);
}

void bulk_move(struct screen *s, int to)
{
	if (to >= s->bulk.count)
		to = s->bulk.count - 1;
	s->bulk.cursor = to > 0 ? to : 0;
}

const char *bulk_case(const struct screen *s)
{
	const struct bulk_state *b = &s->bulk;

	return b->cursor < b->count ? b->items[b->cursor].case_id : "";
}

static void titles(struct screen *s)
{
	const struct bulk_state *b = &s->bulk;

	strbuf_clear(&s->title);
	strbuf_clear(&s->title_right);
	strbuf_addf(&s->title, "%s: %s", _("RESULTAT"), b->action ? words_act(b->action->act) : "");
	if (b->running)
		strbuf_addf(&s->title_right, b->undoing ? _("ångrar %d av %d") : _("%d av %d"),
			    b->at, b->count);
	else
		strbuf_addf(&s->title_right, _("%d klart · %d nej av %d"), b->done - b->undone,
			    b->refused, b->count);
}

/* The texts of the rows that are seen. */
struct bulk_text {
	struct case_row row;
	char number[DIARY_MAX];
	struct strbuf outcome;
};

static void read_text(struct screen *s, struct bulk_text *t, const struct bulk_item *i)
{
	*t = (struct bulk_text){ .row = CASE_ROW_INIT };
	if (case_get(s->home->cache, i->case_id, &t->row, NULL) == ST_OK)
		(void)present_number(t->number, &t->row.file);
	else
		snprintf(t->number, sizeof(t->number), "%.8s", i->case_id);
	outcome(s, &t->outcome, i);
}

void bulk_draw(struct screen *s)
{
	struct bulk_state *b = &s->bulk;
	struct table_row rows[CANVAS_ROWS_MAX];
	struct bulk_text *texts = calloc(CANVAS_ROWS_MAX, sizeof(*texts));
	struct table_column heads[COLUMNS];
	struct pane pane = { .skip = 0 };
	struct table_model m = model(s, &pane);
	int n = bulk_capacity(s);

	if (!texts)
		return;
	for (int i = 0; i < COLUMNS; i++) {
		heads[i] = columns[i];
		heads[i].heading = _(columns[i].heading);
	}
	titles(s);
	screen_frame(s, &m.frame);
	b->top = table_scroll(b->top, b->cursor, b->count, n);
	m.table.columns = heads;
	m.table.rows = rows;
	m.table.top = b->top;
	for (int i = b->top; i < b->count && m.table.row_count < n; i++) {
		struct bulk_text *t = &texts[m.table.row_count];

		read_text(s, t, &b->items[i]);
		rows[m.table.row_count++] = (struct table_row){
			.cells = { str_of(t->number), strbuf_str(&t->row.file.title),
				   strbuf_str(&t->outcome) },
			.marked = marks_has(&s->list.marks, b->items[i].case_id),
			.strong = b->items[i].step == BULK_REFUSED
		};
		if (i == b->cursor) {
			pane.heading = str_of(t->number);
			pane.text = strbuf_str(&t->outcome);
		}
	}
	table_view(&s->canvas, &m);
	for (int i = 0; i < m.table.row_count; i++) {
		case_row_release(&texts[i].row);
		strbuf_release(&texts[i].outcome);
	}
	free(texts);
}
