/* SPDX-License-Identifier: EUPL-1.2 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/screen_inside.h"
#include "base/i18n.h"
#include "sign/jws.h"
#include "sync/conflict.h"
#include "ui/outbox_view.h"
#include "wire/payload.h"

#include "base/banned.h"

static void row_release(struct signed_item *r)
{
	outbox_item_release(&r->item);
	action_release(&r->said);
	outbox_text_release(&r->text);
}

void items_release(struct items_state *i)
{
	for (int k = 0; k < i->count; k++)
		row_release(&i->rows[k]);
	free(i->rows);
	case_row_release(&i->on);
	*i = (struct items_state){ .on = CASE_ROW_INIT };
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
	/* The bytes have been read; a long list need not carry them. */
	strbuf_release(&r->item.envelope);
	strbuf_release(&r->item.void_envelope);
	strbuf_release(&r->item.ack);
}

static bool wanted(const struct screen *s, const struct outbox_item *i, enum item_choice c)
{
	if (s->view == VIEW_CONFLICTS)
		return conflict_waits(i);
	if (c == ITEMS_TROUBLE)
		return present_in_trouble(i);
	return c == ITEMS_ALL || (i->verdict == VERDICT_NONE && !i->voided);
}

static struct signed_item *next_row(struct items_state *it)
{
	int cap = it->cap ? 2 * it->cap : 32;
	struct signed_item *rows = it->rows;

	if (it->count == it->cap) {
		rows = realloc(rows, (size_t)cap * sizeof(*rows));
		if (!rows)
			return NULL;
		it->rows = rows;
		it->cap = cap;
	}
	rows[it->count] = (struct signed_item){ .item = OUTBOX_ITEM_INIT };
	return &rows[it->count];
}

/* Rows behind those that are here, until there are `least` of them. */
static void read_on(struct screen *s, struct items_state *it, int least)
{
	int64_t before = it->count > 0 ? it->rows[it->count - 1].item.id : INT64_MAX;
	struct err why = ERR_INIT;
	enum status st = ST_OK;

	while (st == ST_OK && !it->whole && it->count < least) {
		struct signed_item *r = next_row(it);

		if (!r)
			return;
		st = outbox_before(s->home->outbox, before, &r->item, &why);
		before = r->item.id;
		if (st == ST_OK && wanted(s, &r->item, it->choice)) {
			read_said(s, r);
			it->count++;
		} else {
			row_release(r);
		}
	}
	it->whole = it->whole || st == ST_NONE;
	if (st != ST_OK && st != ST_NONE)
		screen_fail(s, &why);
}

/* The case that the current row is about: notes are written in it. */
static void read_case(struct screen *s)
{
	const struct signed_item *row = items_row(s);
	struct items_state *it = &s->items;

	if (row && strcmp(row->item.case_id, it->on.file.id) == 0)
		return;
	case_row_release(&it->on);
	it->on = (struct case_row)CASE_ROW_INIT;
	if (row && case_get(s->home->cache, row->item.case_id, &it->on, NULL) != ST_OK)
		it->on.file.id[0] = '\0';
}

/* What was signed first is solved first: others may hang on it. */
static void oldest_first(struct items_state *it)
{
	for (int i = 0; i < it->count / 2; i++) {
		struct signed_item r = it->rows[i];

		it->rows[i] = it->rows[it->count - 1 - i];
		it->rows[it->count - 1 - i] = r;
	}
}

void items_load(struct screen *s)
{
	struct items_state fresh = { .cursor = s->items.cursor,
				     .top = s->items.top,
				     .choice = s->items.choice,
				     .on = CASE_ROW_INIT };
	const struct signed_item *now = items_row(s);
	int64_t at = now ? now->item.id : 0;
	struct err why = ERR_INIT;

	if (outbox_rows(s->home->outbox, &fresh.total, &why) != ST_OK)
		screen_fail(s, &why);
	if (s->view == VIEW_CONFLICTS) {
		read_on(s, &fresh, INT_MAX);
		oldest_first(&fresh);
	} else {
		read_on(s, &fresh, s->items.count > ITEMS_PAGE ? s->items.count : ITEMS_PAGE);
	}
	for (int i = 0; i < fresh.count; i++)
		if (fresh.rows[i].item.id == at)
			fresh.cursor = i;
	items_release(&s->items);
	s->items = fresh;
	items_move(s, fresh.cursor);
	if (s->view == VIEW_CONFLICTS)
		conflict_load(s);
	s->dirty = true;
}

void items_move(struct screen *s, int to)
{
	struct items_state *it = &s->items;

	read_on(s, it, to + ITEMS_PAGE / 2);
	if (to >= it->count)
		to = it->count - 1;
	it->cursor = to > 0 ? to : 0;
	read_case(s);
}

void items_last(struct screen *s)
{
	read_on(s, &s->items, INT_MAX);
	items_move(s, s->items.count - 1);
}

static void open_items(struct screen *s, enum view v)
{
	items_release(&s->items);
	screen_go(s, v);
	items_load(s);
}

void do_outbox(struct screen *s, const struct app_action *a, const char *arg)
{
	(void)a;
	(void)arg;
	open_items(s, VIEW_OUTBOX);
}

void do_conflicts(struct screen *s, const struct app_action *a, const char *arg)
{
	const struct case_row *row = s->view == VIEW_CASE ? screen_case(s) : NULL;
	char from[UUID_TEXT] = "";

	(void)a;
	(void)arg;
	if (row)
		snprintf(from, sizeof(from), "%s", row->file.id);
	open_items(s, VIEW_CONFLICTS);
	/* From a case that has one: that one. */
	for (int i = 0; from[0] && i < s->items.count; i++)
		if (strcmp(s->items.rows[i].item.case_id, from) == 0) {
			items_move(s, i);
			conflict_load(s);
			break;
		}
}

/* All, what waits for the officer, what waits for the central; and round. */
void do_choose_items(struct screen *s, const struct app_action *a, const char *arg)
{
	enum item_choice next = (s->items.choice + 1) % ITEMS_CHOICES;

	(void)a;
	(void)arg;
	items_release(&s->items);
	s->items.choice = next;
	items_load(s);
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

/* What happened since is read before it is signed again. */
static void ask_again(struct screen *s, const struct app_action *a, const struct signed_item *row,
		      const struct conflict *c)
{
	struct present p = screen_present(s);

	box_open_ask(s, a, _("Signera igen"), _("F8 Signera igen   Esc Avbryt (förvalt)"),
		     sign_again);
	s->box.item = row->item.id;
	strbuf_addf(&s->box.text, "%s: ", row->number);
	if (row->said.def)
		present_action(&s->box.text, &row->said, &p, false);
	strbuf_addf(&s->box.text, "\n\n%s\n", _("Sedan du signerade:"));
	conflict_tell_since(s, &s->box.text, c);
	strbuf_addf(&s->box.text, "\n\n%s", _("Samma åtgärd signeras nu på ärendet som det är."));
}

static const char *nothing_to_retry(const struct outbox_item *i)
{
	if (conflict_erased(i))
		return words_code(i->why);
	if (i->state == OUTBOX_SUPERSEDED)
		return _("Signerad igen; den nya står längre upp.");
	if (i->state == OUTBOX_VOID || i->voided)
		return _("Den är tillbakadragen; det finns inget att göra om.");
	if (verdict_stands(i->verdict))
		return _("Den är godtagen; det finns inget att göra om.");
	return i->state == OUTBOX_SIGNED
		       ? _("Den väntar på nätet och sänds av sig själv. F5 försöker nu.")
		       : _("Den är redan undanlagd.");
}

void do_retry(struct screen *s, const struct app_action *a, const char *arg)
{
	const struct signed_item *row = items_row(s);
	struct actor actor = home_actor(s->home);
	struct conflict c = CONFLICT_INIT;
	struct err why = ERR_INIT;

	(void)arg;
	if (!row)
		return;
	if (!conflict_waits(&row->item)) {
		screen_complain(s, "%s", nothing_to_retry(&row->item));
		return;
	}
	if (strcmp(row->item.act, "case.decide") == 0 && row->item.verdict != VERDICT_NONE) {
		decision_again(s, row->item.id);
		return;
	}
	if (conflict_open(&actor, row->item.id, &c, &why) == ST_OK)
		ask_again(s, a, row, &c);
	else
		screen_fail(s, &why);
	conflict_release(&c);
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

void outbox_left(struct screen *s)
{
	if (s->view != VIEW_OUTBOX || outbox_again_told(&s->sync.again) == 0)
		return;
	/* Where nothing can be written it is told again the next time. */
	if (outbox_again_seen(s->home->outbox, INT64_MAX, NULL) == ST_OK)
		memset(&s->sync.again, 0, sizeof(s->sync.again));
}

static const char *choice_words(enum item_choice c)
{
	switch (c) {
	case ITEMS_TROUBLE:
		return _("bara det som väntar på dig");
	case ITEMS_WAITING:
		return _("bara det som inte är besvarat");
	default:
		return "";
	}
}

static void outbox_titles(struct screen *s)
{
	const struct items_state *it = &s->items;
	int64_t trouble = s->sync.outbox.conflicts + s->sync.outbox.refused;
	unsigned long many =
		it->choice == ITEMS_ALL ? (unsigned long)it->total : (unsigned long)it->count;

	strbuf_clear(&s->title);
	strbuf_clear(&s->title_right);
	strbuf_adds(&s->title, _("UTKORG"));
	if (it->choice != ITEMS_ALL)
		strbuf_addf(&s->title, " · %s", choice_words(it->choice));
	strbuf_addf(&s->title_right, P_("%lu åtgärd", "%lu åtgärder", many), many);
	if (trouble > 0)
		strbuf_addf(&s->title_right, " · %lld %s", (long long)trouble, _("väntar på dig"));
	words_again(&s->title, &s->sync.again);
}

static void clock_of(char out[24], int64_t ms)
{
	int hour, minute, second = (int)(ms / 1000 % 60);

	(void)day_in_stockholm(ms, &hour, &minute);
	snprintf(out, 24, "%02d:%02d:%02d", hour, minute, second);
}

static void next_try(char out[200], const struct screen *s)
{
	char next[24], wait[24], last[24] = "–";
	int64_t now = screen_now(s), at = s->sync.next_try;
	size_t n = 0;

	if (s->sync.last_push > 0)
		words_when(last, s->sync.last_push, now);
	if (at > now) {
		clock_of(next, at);
		words_age(wait, at - now);
		n = (size_t)snprintf(out, 200, _("Nästa försök: %s (väntetid %s)     "), next,
				     wait);
	}
	if (n < 200)
		snprintf(out + n, 200 - n, _("Senaste lyckade sändning: %s"), last);
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
		.empty = it->choice == ITEMS_ALL
				 ? _("Utkorgen är tom: du har inte signerat något ännu.")
				 : _("Inget i utkorgen är sådant. F4 visar mer.")
	};
	struct strbuf heading = STRBUF_INIT;
	const struct signed_item *row = items_row(s);
	char next[200], when[24];

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

void items_draw(struct screen *s)
{
	if (s->view == VIEW_CONFLICTS) {
		conflict_draw(s);
		return;
	}
	outbox_titles(s);
	outbox_draw(s);
}
