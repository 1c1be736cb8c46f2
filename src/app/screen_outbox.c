/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/screen_inside.h"
#include "base/i18n.h"
#include "sign/jws.h"
#include "ui/conflict_view.h"
#include "ui/outbox_view.h"
#include "wire/payload.h"

#include "base/banned.h"

void items_release(struct items_state *i)
{
	for (int k = 0; k < i->count; k++) {
		outbox_item_release(&i->rows[k].item);
		action_release(&i->rows[k].said);
		outbox_text_release(&i->rows[k].text);
	}
	free(i->rows);
	*i = (struct items_state){ 0 };
}

const struct signed_item *items_row(const struct screen *s)
{
	return s->items.cursor < s->items.count ? &s->items.rows[s->items.cursor] : NULL;
}

/* --- Reading ---------------------------------------------------------------------- */

static void read_said(struct screen *s, struct signed_item *r)
{
	struct strbuf payload = STRBUF_INIT;

	if (jws_payload_unverified(&payload, strbuf_str(&r->item.envelope), NULL) != ST_OK
	    || payload_read(&r->said, strbuf_str(&payload), NULL) != ST_OK)
		r->said.def = NULL;
	screen_number(s, r->item.case_id, r->number);
	strbuf_release(&payload);
}

static bool wanted(const struct outbox_item *i, bool trouble_only)
{
	return trouble_only ? present_in_trouble(i) : i->state != OUTBOX_SUPERSEDED;
}

void items_load(struct screen *s, bool trouble_only)
{
	struct items_state fresh = { .cursor = s->items.cursor, .top = s->items.top };
	const struct signed_item *now = items_row(s);
	int64_t at = now ? now->item.id : 0, before = INT64_MAX;
	struct err why = ERR_INIT;
	enum status st = ST_OK;

	fresh.rows = calloc(ITEMS_MAX, sizeof(*fresh.rows));
	if (!fresh.rows)
		return;
	while (st == ST_OK && fresh.count < ITEMS_MAX) {
		struct signed_item *r = &fresh.rows[fresh.count];

		st = outbox_before(s->home->outbox, before, &r->item, &why);
		before = r->item.id;
		if (st != ST_OK || !wanted(&r->item, trouble_only)) {
			outbox_item_release(&r->item);
			*r = (struct signed_item){ .item = OUTBOX_ITEM_INIT };
			continue;
		}
		read_said(s, r);
		if (r->item.id == at)
			fresh.cursor = fresh.count;
		fresh.count++;
	}
	if (st != ST_OK && st != ST_NONE)
		screen_fail(s, &why);
	if (fresh.cursor >= fresh.count)
		fresh.cursor = fresh.count > 0 ? fresh.count - 1 : 0;
	items_release(&s->items);
	s->items = fresh;
	s->dirty = true;
}

static void open_items(struct screen *s, enum view v)
{
	items_release(&s->items);
	screen_go(s, v);
	items_load(s, v == VIEW_CONFLICTS);
}

void do_outbox(struct screen *s, const struct app_action *a, const char *arg)
{
	(void)a;
	(void)arg;
	open_items(s, VIEW_OUTBOX);
}

void do_conflicts(struct screen *s, const struct app_action *a, const char *arg)
{
	(void)a;
	(void)arg;
	open_items(s, VIEW_CONFLICTS);
}

/* --- Answering ----------------------------------------------------------------------- */

static void sign_again(struct screen *s)
{
	struct actor actor = home_actor(s->home);
	struct act_result r = { 0 };
	struct err why = ERR_INIT;
	int64_t item = s->box.item;

	box_close(s);
	if (act_resign(&actor, item, &r, &why) != ST_OK) {
		screen_fail(s, &why);
		return;
	}
	if (s->engine)
		engine_acted(s->engine);
	screen_reload(s);
	screen_say(
		s, "%s",
		_("Signerad igen, på ärendet som det är nu. Den gamla finns kvar i historiken."));
}

void do_retry(struct screen *s, const struct app_action *a, const char *arg)
{
	const struct signed_item *row = items_row(s);
	struct present p = screen_present(s);

	(void)arg;
	if (!row)
		return;
	if (!present_in_trouble(&row->item)) {
		screen_complain(
			s, "%s",
			row->item.verdict == VERDICT_NONE
				? _("Den väntar på nätet och sänds av sig själv. F5 försöker nu.")
				: _("Den är godtagen; det finns inget att göra om."));
		return;
	}
	box_open_ask(s, a, _("Signera igen"), _("F8 Signera igen   Esc Avbryt (förvalt)"),
		     sign_again);
	s->box.item = row->item.id;
	strbuf_addf(&s->box.text, "%s: ", row->number);
	if (row->said.def)
		present_action(&s->box.text, &row->said, &p, false);
	strbuf_addf(&s->box.text, "\n\n%s",
		    _("Du har läst vad som hänt sedan dess (Enter visar ärendet). Samma åtgärd "
		      "signeras nu på ärendet som det är."));
}

void do_let_go(struct screen *s, const struct app_action *a, const char *arg)
{
	const struct signed_item *row = items_row(s);
	struct actor actor = home_actor(s->home);
	struct err why = ERR_INIT;

	(void)a;
	(void)arg;
	if (!row)
		return;
	if (!present_in_trouble(&row->item)) {
		screen_complain(s, "%s", _("Det finns inget svar att lägga undan på den raden."));
		return;
	}
	if (act_dismiss(&actor, row->item.id, &why) != ST_OK) {
		screen_fail(s, &why);
		return;
	}
	screen_reload(s);
	screen_say(s, "%s", _("Undanlagd. Åtgärden görs inte; den finns kvar i historiken."));
}

void do_send_now(struct screen *s, const struct app_action *a, const char *arg)
{
	struct err why = ERR_INIT;

	(void)a;
	(void)arg;
	if (outbox_flush(s->home->outbox, &why) != ST_OK) {
		screen_fail(s, &why);
		return;
	}
	s->undo_until = 0;
	if (s->engine) {
		engine_poke(s->engine);
		engine_acted(s->engine);
	}
	screen_reload(s);
	screen_say(s, "%s", _("Sänder nu"));
}

/* --- Drawing --------------------------------------------------------------------------- */

static void outbox_titles(struct screen *s)
{
	strbuf_clear(&s->title);
	strbuf_clear(&s->title_right);
	strbuf_adds(&s->title, s->view == VIEW_OUTBOX ? _("UTKORG") : _("KONFLIKTER"));
	strbuf_addf(&s->title_right, P_("%d åtgärd", "%d åtgärder", s->items.count),
		    s->items.count);
	if (s->sync.outbox.conflicts + s->sync.outbox.refused > 0)
		strbuf_addf(&s->title_right, " · %lld %s",
			    (long long)(s->sync.outbox.conflicts + s->sync.outbox.refused),
			    _("väntar på dig"));
}

static void next_try(char out[160], const struct screen *s)
{
	char next[24] = "–", last[24] = "–";
	int64_t now = screen_now(s);

	if (s->sync.next_try > 0)
		words_when(next, s->sync.next_try, now);
	if (s->sync.last_push > 0)
		words_when(last, s->sync.last_push, now);
	snprintf(out, 160, _("Nästa försök: %s     Senaste svar: %s"), next, last);
}

static void outbox_draw(struct screen *s)
{
	struct items_state *it = &s->items;
	struct outbox_row rows[CANVAS_ROWS_MAX];
	struct present p = screen_present(s);
	struct outbox_model m = {
		.rows = rows,
		.total = it->count,
		.cursor = it->cursor,
		.safety = _("Åtgärderna är signerade på disk; de överlever avstängning."),
		.empty = _("Utkorgen är tom: du har inte signerat något ännu.")
	};
	struct strbuf heading = STRBUF_INIT;
	const struct signed_item *row = items_row(s);
	char next[160], when[24];

	it->top = table_scroll(it->top, it->cursor, it->count,
			       outbox_view_capacity(s->canvas.rows, s->canvas.cols));
	m.top = it->top;
	for (int i = it->top; i < it->count && m.row_count < CANVAS_ROWS_MAX; i++, m.row_count++)
		present_outbox_row(&rows[m.row_count], &it->rows[i].text, &it->rows[i].item,
				   &it->rows[i].said, it->rows[i].number, &p);
	screen_frame(s, &m.frame);
	next_try(next, s);
	m.next_try = next;
	strbuf_clear(&s->pane);
	if (row) {
		words_moment(when, row->item.created_at);
		strbuf_addf(&heading, "%s %s · %s", row->number, words_act(row->item.act), when);
		present_outcome(&s->pane, &row->item, &row->said, &p);
		m.pane.heading = strbuf_str(&heading);
		m.pane.text = strbuf_str(&s->pane);
	}
	outbox_view(&s->canvas, &m);
	strbuf_release(&heading);
}

static void fill_conflict(struct conflict_row *to, struct signed_item *r, const struct present *p)
{
	strbuf_clear(&r->text.action);
	strbuf_clear(&r->text.answer);
	if (r->said.def)
		present_action(&r->text.action, &r->said, p, false);
	/* What one's own earlier action took with it is nobody else's deed. */
	if (strcmp(r->item.why, "depends-on") == 0) {
		strbuf_adds(&r->text.answer, _("din tidigare åtgärd gäller inte"));
	} else {
		if (r->item.who[0])
			strbuf_addf(&r->text.answer, "%s: ", r->item.who);
		strbuf_adds(&r->text.answer, r->item.why[0] && words_code(r->item.why)
						     ? words_code(r->item.why)
						     : r->item.detail);
	}
	words_when(r->text.time, r->item.created_at, p->now);
	*to = (struct conflict_row){ .number = r->number,
				     .when = r->text.time,
				     .mine = strbuf_str(&r->text.action),
				     .theirs = strbuf_str(&r->text.answer) };
}

/* What stands now in the case, in one line. */
static void stands_now(struct screen *s, struct strbuf *out, const char *case_id)
{
	struct case_row row = CASE_ROW_INIT;
	struct present p = screen_present(s);

	if (case_get(s->home->cache, case_id, &row, NULL) == ST_OK)
		strbuf_addf(out, "%s: %s · %s: %s · %s: %s · %s: %s", _("Status"),
			    words_state(row.file.state), _("Handläggare"),
			    row.file.assignee[0] ? names_officer(p.names, row.file.assignee)
						 : _("ingen"),
			    _("Kö"), names_queue(p.names, row.file.queue), _("Frist"),
			    row.file.due_on[0] ? row.file.due_on : "–");
	else
		strbuf_adds(out, _("Ärendet finns inte längre i din kopia."));
	case_row_release(&row);
}

static void conflicts_draw(struct screen *s)
{
	const char *const choices[] = {
		_("r      signera samma åtgärd igen, på ärendet som det är nu"),
		_("x      lägg undan: åtgärden görs inte"), _("Enter  läs ärendet först")
	};
	struct items_state *it = &s->items;
	struct conflict_row rows[CANVAS_ROWS_MAX];
	struct present p = screen_present(s);
	struct conflict_model m = {
		.rows = rows,
		.total = it->count,
		.cursor = it->cursor,
		.choices = choices,
		.choice_count = 3,
		.empty = _("Inga konflikter: allt du signerat står, eller väntar på svar.")
	};
	struct strbuf happened = STRBUF_INIT, stands = STRBUF_INIT;
	const struct signed_item *row = items_row(s);

	it->top = table_scroll(it->top, it->cursor, it->count,
			       conflict_view_capacity(s->canvas.rows, s->canvas.cols));
	m.top = it->top;
	for (int i = it->top; i < it->count && m.row_count < CANVAS_ROWS_MAX; i++, m.row_count++)
		fill_conflict(&rows[m.row_count], &it->rows[i], &p);
	screen_frame(s, &m.frame);
	if (row) {
		present_outcome(&happened, &row->item, &row->said, &p);
		stands_now(s, &stands, row->item.case_id);
		m.happened = strbuf_str(&happened);
		m.stands = strbuf_str(&stands);
	}
	conflict_view(&s->canvas, &m);
	strbuf_release(&happened);
	strbuf_release(&stands);
}

void items_draw(struct screen *s)
{
	outbox_titles(s);
	if (s->view == VIEW_OUTBOX)
		outbox_draw(s);
	else
		conflicts_draw(s);
}
