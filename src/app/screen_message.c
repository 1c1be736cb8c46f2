/* SPDX-License-Identifier: EUPL-1.2 */
/* A message to the applicant: a box to write in, and its letter before F8. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/screen_inside.h"
#include "base/i18n.h"
#include "domain/letter.h"
#include "ui/letter_view.h"

#include "base/banned.h"

enum { TEXT_ROWS = 8 };

/* --- Writing ------------------------------------------------------------------------ */

static void fill(struct screen *s, enum message_template t)
{
	struct box_state *b = &s->box;
	struct strbuf subject = STRBUF_INIT, text = STRBUF_INIT, detail = STRBUF_INIT;
	struct case_texts checks = { .check_count = 0 };
	struct case_row row = CASE_ROW_INIT;
	struct present p = screen_present(s);
	int64_t n;

	if (detail_get(s->home->cache, b->case_id, &n, &detail, NULL) != ST_OK)
		strbuf_clear(&detail);
	if (case_get(s->home->cache, b->case_id, &row, NULL) == ST_OK) {
		present_case(&checks, &row, strbuf_str(&detail), &p);
		(void)message_fill(&subject, &text, t, s->home, &row.file, &checks);
		form_set(&b->form, "subject", strbuf_cstr(&subject));
		form_set(&b->form, "text", strbuf_cstr(&text));
		strbuf_sets(&b->filled, strbuf_cstr(&text));
	}
	case_texts_release(&checks);
	case_row_release(&row);
	strbuf_release(&detail);
	strbuf_release(&subject);
	strbuf_release(&text);
}

static void make_form(struct box_state *b)
{
	static const char *const values[MESSAGE_TEMPLATES] = { "0", "1", "2" };
	struct form *f = &b->form;

	for (int i = 0; i < MESSAGE_TEMPLATES; i++)
		b->values[i] =
			(struct form_choice){ values[i],
					      _(message_template_name((enum message_template)i)) };
	(void)form_add_choice(f, "template", _("Mall"), b->values, MESSAGE_TEMPLATES);
	(void)form_add(f, FIELD_LINE, "subject", _("Ämne"));
	(void)form_add(f, FIELD_TEXT, "text", _("Text"));
	form_field(f, "text")->rows = TEXT_ROWS;
	form_field(f, "text")->required = true;
	form_set(f, "template", values[0]);
	b->template = MESSAGE_FREE;
}

static void restore(struct screen *s)
{
	struct box_state *b = &s->box;
	struct strbuf words = STRBUF_INIT;

	if (draft_get(s->home->outbox, b->case_id, b->draft, &words, NULL) == ST_OK) {
		draft_read(&b->form, strbuf_str(&words));
		screen_say(s, "%s", _("Ditt utkast är tillbaka."));
	}
	b->template = (int)strtol(form_get(&b->form, "template"), NULL, 10);
	strbuf_release(&words);
}

/* The empty box of the case that the view is about; false: there is none. */
static bool begin_box(struct screen *s)
{
	const struct case_row *row = screen_case(s);
	struct box_state *b = &s->box;
	char number[DIARY_MAX];

	if (!row)
		return false;
	box_close(s);
	b->kind = BOX_FORM;
	b->action = action_by_id("message");
	snprintf(b->draft, sizeof(b->draft), "%s", b->action->id);
	snprintf(b->case_id, sizeof(b->case_id), "%s", row->file.id);
	snprintf(b->title, sizeof(b->title), "%s: %s", words_act("message.send"),
		 present_number(number, &row->file));
	snprintf(b->keys, sizeof(b->keys), "%s", _("F7 Läs brevet, sedan F8 Sänd   Esc Avbryt"));
	make_form(b);
	b->message_box = true;
	return true;
}

static void open_box(struct screen *s, const char *subject)
{
	if (!begin_box(s))
		return;
	if (subject[0])
		form_set(&s->box.form, "subject", subject);
	form_saved(&s->box.form);
	restore(s);
}

void message_again(struct screen *s, const struct action *said, int64_t item)
{
	struct box_state *b = &s->box;

	if (!begin_box(s))
		return;
	b->item = item;
	snprintf(b->draft, sizeof(b->draft), "instead-%lld", (long long)item);
	form_set(&b->form, "subject", action_get(said, "subject"));
	form_set(&b->form, "text", action_get(said, "text"));
	form_saved(&b->form);
	restore(s);
}

void do_message(struct screen *s, const struct app_action *a, const char *arg)
{
	(void)a;
	open_box(s, "");
	if (arg[0] && s->box.message_box)
		form_set(&s->box.form, "text", arg);
}

void do_reply(struct screen *s, const struct app_action *a, const char *arg)
{
	const struct case_message *m = case_message_at(s);
	struct strbuf subject = STRBUF_INIT;

	(void)a;
	(void)arg;
	if (m && m->subject.len)
		strbuf_addf(&subject, "Sv: %.300s", strbuf_cstr(&m->subject));
	open_box(s, strbuf_cstr(&subject));
	strbuf_release(&subject);
}

/* Another template fills the box, unless there are words of one's own. */
static bool own_words(const struct box_state *b)
{
	const char *text = form_get(&b->form, "text");

	return !ui_text_blank(str_of(text)) && strcmp(text, strbuf_cstr(&b->filled)) != 0;
}

void message_typed(struct screen *s)
{
	struct box_state *b = &s->box;
	int t = (int)strtol(form_get(&b->form, "template"), NULL, 10);

	if (t == b->template || t < 0 || t >= MESSAGE_TEMPLATES)
		return;
	b->template = t;
	if (own_words(b))
		screen_say(s, "%s", _("Din text är kvar. Töm den för att få mallens."));
	else
		fill(s, (enum message_template)t);
}

/* --- The letter ----------------------------------------------------------------------- */

void message_preview(struct screen *s)
{
	struct box_state *b = &s->box;
	struct case_row row = CASE_ROW_INIT;
	struct err why = ERR_INIT;
	enum status st;

	strbuf_sets(&b->message.subject, form_get(&b->form, "subject"));
	strbuf_sets(&b->message.text, form_get(&b->form, "text"));
	strbuf_clear(&b->letter);
	st = case_get(s->home->cache, b->case_id, &row, &why);
	if (st == ST_OK)
		st = message_prepare(&b->message, s->home, &row.file, &why);
	if (st == ST_OK && !letter_text(&b->letter, strbuf_str(&b->message.letter)))
		st = err_set(&why, ST_BROKEN, "memory", "no memory for the letter's text");
	case_row_release(&row);
	if (st != ST_OK) {
		screen_fail(s, &why);
		return;
	}
	box_save_draft(s);
	b->kind = BOX_LETTER;
	b->letter_top = 0;
}

static struct letter_model model(const struct screen *s)
{
	return (struct letter_model){ .text = strbuf_str(&s->box.letter),
				      .top = s->box.letter_top,
				      .glyphs = s->canvas.glyphs };
}

static void scroll(struct screen *s, int by)
{
	struct letter_model m = model(s);
	int last =
		letter_lines(&m, s->canvas.cols) - letter_seen(&m, s->canvas.rows, s->canvas.cols);
	int to = s->box.letter_top + by;

	if (to > last)
		to = last;
	s->box.letter_top = to > 0 ? to : 0;
}

/* What is signed are the bytes that were shown. */
static void send(struct screen *s)
{
	struct box_state *b = &s->box;
	struct intent in;
	char case_id[UUID_TEXT];

	snprintf(case_id, sizeof(case_id), "%s", b->case_id);
	message_intent(&in, &b->message, case_id);
	in.sup = b->item;
	if (!screen_act(s, &in)) {
		b->kind = BOX_FORM;
		return;
	}
	screen_drop_draft(s, case_id, b->draft);
	s->draft_at = 0;
	box_close(s);
}

void message_letter_key(struct screen *s, struct key key)
{
	int page = s->canvas.rows - 6 > 1 ? s->canvas.rows - 6 : 1;

	if (key.pasted)
		return;
	switch (key.code) {
	case TK_F(8):
		send(s);
		break;
	case TK_ESC:
	case TK_F(3):
	case TK_F(12):
	case TK_CTRL('G'):
	case TK_CTRL('C'):
	case 'q':
		s->box.kind = BOX_FORM;
		break;
	case TK_PGDN:
	case ' ':
		scroll(s, page);
		break;
	case TK_PGUP:
		scroll(s, -page);
		break;
	case TK_DOWN:
	case 'j':
		scroll(s, 1);
		break;
	case TK_UP:
	case 'k':
		scroll(s, -1);
		break;
	default:
		break;
	}
}

void message_letter_draw(struct screen *s)
{
	struct letter_model m;
	char number[DIARY_MAX];

	scroll(s, 0); /* the screen may have another size by now */
	m = model(s);
	screen_number(s, s->box.case_id, number);
	strbuf_clear(&s->title);
	strbuf_clear(&s->title_right);
	strbuf_addf(&s->title, "%s › %s", number, _("FÖRHANDSGRANSKNING"));
	screen_frame(s, &m.frame);
	m.frame.hint = _("F8 Sänd  PgUp/PgDn bläddra  Esc Tillbaka till texten");
	letter_view(&s->canvas, &m);
}
