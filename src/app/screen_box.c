/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdio.h>
#include <string.h>

#include "app/form_plan.h"
#include "app/screen_inside.h"
#include "base/i18n.h"
#include "base/utf8.h"
#include "wire/json.h"

#include "base/banned.h"

static bool is_cancel(int32_t code)
{
	return code == TK_ESC || code == TK_F(12) || code == TK_CTRL('G') || code == TK_CTRL('C')
	       || code == TK_F(3);
}

void box_open_ask(struct screen *s, const struct app_action *a, const char *title, const char *keys,
		  void (*yes)(struct screen *s))
{
	box_close(s);
	s->box.kind = BOX_ASK;
	s->box.action = a;
	s->box.yes = yes;
	snprintf(s->box.title, sizeof(s->box.title), "%s", title);
	snprintf(s->box.keys, sizeof(s->box.keys), "%s", keys);
}

void box_close(struct screen *s)
{
	form_release(&s->box.form);
	strbuf_wipe(&s->box.text); /* a proposed passphrase may stand in it */
	message_release(&s->box.message);
	strbuf_release(&s->box.letter);
	strbuf_release(&s->box.filled);
	s->box = (struct box_state){ .kind = BOX_NONE };
	s->dirty = true;
}

/* --- Drafts ----------------------------------------------------------------------- */

void draft_write(struct strbuf *out, const struct form *f)
{
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_map(&w);
	for (int i = 0; i < f->count; i++)
		if (f->fields[i].kind != FIELD_SECRET && f->fields[i].kind != FIELD_SHOW)
			jsonw_kv(&w, f->fields[i].name, form_get(f, f->fields[i].name));
	jsonw_end_map(&w);
}

void draft_read(struct form *f, struct str json)
{
	struct json *j = NULL;

	if (json_read(&j, json, NULL) != ST_OK)
		return;
	for (int i = 0; i < f->count; i++) {
		struct str v = json_get_text(j, f->fields[i].name);
		struct strbuf text = STRBUF_INIT;

		if (v.p && f->fields[i].kind != FIELD_SHOW && strbuf_add(&text, v.p, v.n))
			form_set(f, f->fields[i].name, strbuf_cstr(&text));
		strbuf_release(&text);
	}
	json_free(j);
}

void box_save_draft(struct screen *s)
{
	struct box_state *b = &s->box;
	struct strbuf words = STRBUF_INIT;
	struct err why = ERR_INIT;

	if (b->kind != BOX_FORM || b->commit || !b->form.changed)
		return;
	draft_write(&words, &b->form);
	if (draft_save(s->home->outbox, b->case_id, b->draft, strbuf_str(&words), screen_now(s),
		       &why)
	    == ST_OK) {
		form_saved(&b->form);
		b->saved = s->dirty = true;
	} else {
		screen_fail(s, &why);
	}
	strbuf_release(&words);
}

void screen_drop_draft(struct screen *s, const char *case_id, const char *kind)
{
	struct err why = ERR_INIT;
	enum status st = draft_drop(s->home->outbox, case_id, kind, &why);

	if (st != ST_OK && st != ST_NONE)
		screen_fail(s, &why);
}

/* --- Keys -------------------------------------------------------------------------- */

static void menu_choose(struct screen *s, int i)
{
	const struct app_action *a = s->box.choices[i];

	box_close(s);
	screen_run(s, a, "");
}

static void menu_key(struct screen *s, struct key key)
{
	struct box_state *b = &s->box;
	struct strbuf typed = STRBUF_INIT;

	if (key.pasted)
		return;
	if (is_cancel(key.code) || key.code == 'q') {
		box_close(s);
		return;
	}
	if (key.code == TK_ENTER) {
		menu_choose(s, b->cursor);
		return;
	}
	if (key_is_text(key))
		utf8_put(&typed, key.code);
	for (int i = 0; i < b->count && typed.len > 0; i++)
		if (strcmp(b->letters[i], strbuf_cstr(&typed)) == 0) {
			strbuf_release(&typed);
			menu_choose(s, i);
			return;
		}
	strbuf_release(&typed);
	(void)table_move(key, &b->cursor, b->count, b->count);
}

static void ask_key(struct screen *s, struct key key)
{
	if (is_cancel(key.code) || key.code == TK_ENTER || key.code == 'q' || key.code == 'n')
		box_close(s);
	else if (key.code == TK_F(8) && s->box.yes)
		s->box.yes(s);
}

/* What could not be kept on disk is not thrown away by one key. */
static void leave_form(struct screen *s, bool again)
{
	struct box_state *b = &s->box;

	box_save_draft(s);
	s->draft_at = 0;
	b->discard = b->form.changed && !b->commit;
	if (b->discard && !again)
		screen_complain(
			s, "%s",
			_("Utkastet kunde inte sparas. Esc igen kastar texten; den står kvar annars."));
	else
		box_close(s);
}

static void on_form_key(struct screen *s, struct key key)
{
	struct box_state *b = &s->box;
	bool again = b->discard;

	b->discard = false;
	if (key.code != TK_F(8))
		b->asked = false;
	if (form_offer_key(s, key))
		return;
	switch (form_key(&b->form, key)) {
	case FORM_COMMIT:
		if (b->message_box)
			message_preview(s);
		else if (b->commit)
			b->commit(s);
		else
			form_commit(s);
		return;
	case FORM_PREVIEW:
		if (b->message_box)
			message_preview(s);
		return;
	case FORM_CANCEL:
		leave_form(s, again);
		return;
	case FORM_PASS:
		if (key.code == TK_F(3)) {
			leave_form(s, again);
			return;
		}
		if (key.code == TK_F(8))
			screen_complain(s, "%s", _("Något fattas: se fältet."));
		break;
	case FORM_HELP:
		screen_say(s, "%s", b->action ? _(b->action->what) : "");
		break;
	case FORM_STAY:
		if (b->message_box)
			message_typed(s);
		break;
	case FORM_LIST:
	case FORM_EDITOR:
		break;
	}
	if (b->form.changed && b->action && !b->commit && !s->draft_at)
		s->draft_at = clock_boot(&s->home->clock) + DRAFT_MS;
	form_offers(s);
}

void box_key(struct screen *s, struct key key)
{
	switch (s->box.kind) {
	case BOX_MENU:
		menu_key(s, key);
		break;
	case BOX_ASK:
		ask_key(s, key);
		break;
	case BOX_FORM:
		on_form_key(s, key);
		break;
	case BOX_LETTER:
		message_letter_key(s, key);
		break;
	case BOX_NONE:
		break;
	}
}

/* --- Drawing ------------------------------------------------------------------------- */

static void paint_menu(struct screen *s)
{
	struct box_state *b = &s->box;
	struct menu_item items[MENU_MAX];
	struct menu m = { .title = b->title, .items = items, .cursor = b->cursor, .keys = b->keys };

	for (int i = 0; i < b->count; i++)
		items[m.item_count++] =
			(struct menu_item){ .key = b->letters[i],
					    .text = b->texts[i][0] ? b->texts[i]
								   : words_act(b->choices[i]->act),
					    .detail = b->possible[i] ? NULL : b->reasons[i],
					    .possible = b->possible[i] };
	menu_draw(&s->canvas, &m);
}

static void paint_form(struct screen *s)
{
	static const struct table_column column = { "", 0, 0, false, false };
	struct box_state *b = &s->box;
	struct table_row rows[OFFERS_MAX];
	struct strbuf names[OFFERS_MAX] = { 0 };
	struct table list = {
		.columns = &column, .column_count = 1, .rows = rows, .cursor = -1, .no_head = true
	};
	struct dialog d = { .title = b->title, .form = &b->form, .note = strbuf_str(&b->text) };
	char keys[sizeof(b->keys) + 60];

	snprintf(keys, sizeof(keys), "%s%s", b->keys,
		 b->saved && !b->form.changed ? _("   (utkast sparat)") : "");
	d.keys = keys;

	for (int i = 0; i < b->offer_count; i++) {
		const struct offer *o = &b->offers[i];

		strbuf_addf(&names[i], "%s %s  (%s)", i == b->cursor ? ">" : " ", o->name,
			    o->detail);
		rows[list.row_count++] = (struct table_row){ .cells = { strbuf_str(&names[i]) },
							     .strong = i == b->cursor };
	}
	list.total = list.row_count;
	if (list.row_count > 0)
		d.list = &list;
	dialog_draw(&s->canvas, &d);
	for (int i = 0; i < b->offer_count; i++)
		strbuf_release(&names[i]);
}

void box_paint(struct screen *s)
{
	struct box_state *b = &s->box;
	struct box box = { .title = b->title, .text = strbuf_str(&b->text), .keys = b->keys };

	if (b->kind == BOX_MENU)
		paint_menu(s);
	else if (b->kind == BOX_FORM)
		paint_form(s);
	else if (b->kind == BOX_LETTER)
		message_letter_draw(s);
	else
		box_draw(&s->canvas, &box);
	/* What went wrong stands in the last row, over the box's keys. */
	if (s->message.len > 0 && s->canvas.rows >= FRAME_ROWS_MIN)
		canvas_fieldf(&s->canvas, s->canvas.rows - 1, 0, s->canvas.cols,
			      s->message_is_error ? STYLE_ERROR : STYLE_BOLD, " %s",
			      strbuf_cstr(&s->message));
}
