/* SPDX-License-Identifier: EUPL-1.2 */
/* The line behind ':': commands, what Tab offers in them, what was typed
 * before. The line in which marks are made by a filter is read here too. */
#include <string.h>

#include "app/screen_inside.h"
#include "base/i18n.h"
#include "base/utf8.h"

#include "base/banned.h"

/* --- Running ----------------------------------------------------------------------- */

void do_command(struct screen *s, const struct app_action *a, const char *arg)
{
	(void)a;
	(void)arg;
	s->prompt = PROMPT_COMMAND;
	s->commands.commands = true;
	s->commands.offered = 0;
	s->commands.history_at = s->commands.history_count;
	line_clear(&s->prompt_line);
}

static const struct app_action *known_elsewhere(struct str name)
{
	const struct app_action *a = NULL;
	bool ambiguous;

	for (int v = 0; v < VIEW_COUNT && !a; v++)
		a = action_by_name((enum view)v, name, &ambiguous);
	return a;
}

static void one_command(struct screen *s, const char *line)
{
	struct str name = { line, strcspn(line, " ") };
	const struct app_action *a, *elsewhere = known_elsewhere(name);
	const char *arg = line + name.n;
	bool ambiguous = false;

	while (*arg == ' ')
		arg++;
	if (name.n == 0)
		return;
	a = action_by_name(s->view, name, &ambiguous);
	if (a)
		screen_run(s, a, arg);
	else if (ambiguous)
		screen_complain(s, _("Flera kommandon börjar så: %.*s"), (int)name.n, name.p);
	else if (elsewhere && !action_open_to(elsewhere, s->home->who.roles))
		screen_complain(s, "%s", _("Det kräver rollen handläggare"));
	else if (elsewhere)
		screen_complain(s, _("%.*s går inte här"), (int)name.n, name.p);
	else
		screen_complain(s, _("Okänt kommando: %.*s (F1 visar alla)"), (int)name.n, name.p);
}

/* Where the command that begins at `p` ends: at a semicolon outside quotes. */
static size_t command_length(const char *p)
{
	bool quoted = false;
	size_t n = 0;

	for (; p[n] && (quoted || p[n] != ';'); n++)
		quoted ^= p[n] == '"';
	return n;
}

/* One after the other. What asks for something, or goes wrong, is the last:
 * the others are said not to have been done. */
static void commands(struct screen *s, const char *line)
{
	struct strbuf one = STRBUF_INIT;
	const char *rest = line;

	while (*rest) {
		size_t n = command_length(rest);

		strbuf_set(&one, rest, n);
		rest += n + (rest[n] == ';');
		rest += strspn(rest, " ;");
		one_command(s, strbuf_cstr(&one) + strspn(strbuf_cstr(&one), " "));
		if (s->message.len > 0 && s->message_is_error)
			break;
		if (*rest && (s->box.kind != BOX_NONE || s->prompt != PROMPT_NONE || s->ended)) {
			screen_say(s, _("Inte gjort än: %s"), rest);
			break;
		}
	}
	strbuf_release(&one);
}

static bool leaves(struct key key, enum prompt_kind kind)
{
	return key.code == TK_ESC || key.code == TK_F(12) || key.code == TK_CTRL('G')
	       || key.code == TK_CTRL('C') || (key.code == TK_BACKSPACE && kind == PROMPT_COMMAND);
}

void prompt_key(struct screen *s, struct key key)
{
	enum prompt_kind kind = s->prompt;
	struct strbuf typed = STRBUF_INIT;

	if (kind == PROMPT_FILTER) {
		filter_key(s, key);
		return;
	}
	if (kind == PROMPT_COMMAND ? typing_key(s, &s->commands, &s->prompt_line, key)
				   : line_key(&s->prompt_line, key))
		return;
	if (leaves(key, kind)) {
		s->prompt = PROMPT_NONE;
		return;
	}
	if (key.code != TK_ENTER)
		return;
	s->prompt = PROMPT_NONE;
	strbuf_sets(&typed, line_text(&s->prompt_line));
	line_clear(&s->prompt_line);
	if (kind == PROMPT_COMMAND) {
		typing_keep(&s->commands, strbuf_cstr(&typed));
		commands(s, strbuf_cstr(&typed));
	} else {
		list_mark_filter(s, strbuf_cstr(&typed));
	}
	strbuf_release(&typed);
}

/* --- What Tab offers ---------------------------------------------------------------- */

/* The words of one command up to the cursor. */
struct begun {
	const struct screen *s;
	struct filters_offer *out;
	const char *text; /* the whole line */
	size_t cursor;
	struct strbuf typed; /* of the word at the cursor, folded plain */
};

static bool offer(struct begun *b, const char *word, const char *tail)
{
	return word && filters_offer_word(b->out, strbuf_str(&b->typed), word, tail);
}

/* A code, if it or what it is called begins as was typed. */
static void offer_code(struct begun *b, const char *code, const char *name)
{
	struct filters_offer fits = { .count = 0 };

	if (!offer(b, code, "") && filters_offer_word(&fits, strbuf_str(&b->typed), name, ""))
		(void)filters_offer_word(b->out, str_of(""), code, "");
}

static void offer_list(struct begun *b, enum plan_list list)
{
	const struct names *n = &b->s->home->names;
	const struct form_choice *rows;
	int count = form_choices(list, &rows);

	for (int i = 0; i < count; i++)
		if (!offer(b, _(rows[i].text), ""))
			(void)offer(b, rows[i].value, "");
	for (int i = 0; list == LIST_QUEUES && i < n->registry.queue_count; i++)
		offer_code(b, n->registry.queues[i].name.code,
			   names_queue(n, n->registry.queues[i].name.code));
	for (int i = 0; list == LIST_OFFICERS && i < n->officers.count; i++)
		offer_code(b, n->officers.rows[i].id, n->officers.rows[i].name);
}

/* The word from byte `from` on is what is completed. */
static void begin_word(struct begun *b, size_t from)
{
	b->out->from = from;
	strbuf_clear(&b->typed);
	if (!utf8_fold(&b->typed, (struct str){ b->text + from, b->cursor - from }, true))
		strbuf_clear(&b->typed);
}

/* In the officer's language, and in the other one if only that fits. */
static void offer_commands(struct begun *b)
{
	const struct app_action *a;
	bool en = words_english();

	for (size_t i = 0; (a = action_row(i)) != NULL; i++) {
		const char *tail = a->arg ? " " : "";

		if (!a->sv || !(a->views & IN_VIEW(b->s->view)))
			continue;
		if (!offer(b, en ? a->en : a->sv, tail))
			(void)offer(b, en ? a->sv : a->en, tail);
	}
}

/* name=value, or the first field's value, and the names of the others. */
static void offer_fields(struct begun *b, const struct form_plan *plan, bool first)
{
	size_t from = b->out->from, eq = from + strcspn(b->text + from, "=");
	struct str name = { b->text + from, eq - from };

	for (int i = 0; i < PLAN_FIELDS && plan->fields[i].arg; i++) {
		const struct field_plan *f = &plan->fields[i];

		if (eq >= b->cursor) {
			if (i == 0 && first)
				offer_list(b, f->list);
			if (f->word)
				(void)offer(b, words_english() ? f->arg : f->word, "=");
		} else if ((f->word && str_eq(name, f->word)) || str_eq(name, f->arg)) {
			begin_word(b, eq + 1);
			offer_list(b, f->list);
			return;
		}
	}
}

static void offer_filter(struct begun *b, size_t from)
{
	filters_complete(b->out, b->text + from, b->cursor - from, &b->s->home->names);
	b->out->from += from;
}

static void offer_words(struct begun *b, const char *(*word)(size_t i))
{
	for (size_t i = 0; word(i); i++)
		(void)offer(b, word(i), "");
}

/* `from`: where the arguments begin. */
static void offer_arguments(struct begun *b, const struct app_action *a, size_t from)
{
	const struct form_plan *plan = form_plan_find(a->id);
	size_t word = b->cursor;

	while (word > from && b->text[word - 1] != ' ')
		word--;
	begin_word(b, word);
	if (strcmp(a->id, "filter") == 0 || strcmp(a->id, "mark") == 0
	    || strcmp(a->id, "go-search") == 0)
		offer_filter(b, from);
	else if (strcmp(a->id, "go-queue") == 0)
		offer_list(b, LIST_QUEUES);
	else if (strcmp(a->id, "status") == 0)
		offer_words(b, status_word);
	else if (strcmp(a->id, "sort-next") == 0)
		offer_words(b, list_order_word);
	else if (plan)
		offer_fields(b, plan, word == from);
}

void command_complete(const struct screen *s, struct filters_offer *out, const char *text,
		      size_t cursor)
{
	struct begun b = { .s = s, .out = out, .text = text, .cursor = cursor };
	size_t at = 0, end;
	bool ambiguous;
	const struct app_action *a;

	*out = (struct filters_offer){ .from = cursor };
	while (at + command_length(text + at) < cursor)
		at += command_length(text + at) + 1;
	at += strspn(text + at, " ");
	end = at + strcspn(text + at, " ");
	if (at <= cursor && end >= cursor) {
		begin_word(&b, at);
		offer_commands(&b);
	} else if (at < cursor) {
		a = action_by_name(s->view, (struct str){ text + at, end - at }, &ambiguous);
		if (a)
			offer_arguments(&b, a, end + strspn(text + end, " "));
	}
	strbuf_release(&b.typed);
}
