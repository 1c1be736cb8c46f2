/* SPDX-License-Identifier: EUPL-1.2 */
#include "ui/form.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "domain/calendar.h"

#include "base/banned.h"

static bool is_line(const struct form_field *f)
{
	return f->kind == FIELD_LINE || f->kind == FIELD_SECRET || f->kind == FIELD_DATE;
}

static void field_release(struct form_field *f)
{
	line_release(&f->line);
	edit_release(&f->edit);
	strbuf_release(&f->shown);
}

void form_release(struct form *f)
{
	for (int i = 0; i < f->count; i++)
		field_release(&f->fields[i]);
	*f = (struct form)FORM_INIT;
}

void form_clear(struct form *f)
{
	form_release(f);
}

int form_add(struct form *f, enum field_kind kind, const char *name, const char *label)
{
	struct form_field *field;

	if (f->count == FORM_FIELDS_MAX)
		return -1;
	field = &f->fields[f->count];
	*field = (struct form_field){ .kind = kind, .name = name, .label = label, .chosen = -1 };
	field->line.secret = kind == FIELD_SECRET;
	/* The first field that can be filled has the keys. */
	if (f->fields[f->focus].kind == FIELD_SHOW && kind != FIELD_SHOW)
		f->focus = f->count;
	return f->count++;
}

int form_add_choice(struct form *f, const char *name, const char *label,
		    const struct form_choice *choices, int count)
{
	int i = form_add(f, FIELD_CHOICE, name, label);

	if (i >= 0) {
		f->fields[i].choices = choices;
		f->fields[i].choice_count = count < FORM_CHOICES_MAX ? count : FORM_CHOICES_MAX;
	}
	return i;
}

static int find(const struct form *f, const char *name)
{
	for (int i = 0; i < f->count; i++)
		if (strcmp(f->fields[i].name, name) == 0)
			return i;
	return -1;
}

struct form_field *form_field(struct form *f, const char *name)
{
	int i = find(f, name);

	return i < 0 ? NULL : &f->fields[i];
}

const struct form_field *form_field_const(const struct form *f, const char *name)
{
	int i = find(f, name);

	return i < 0 ? NULL : &f->fields[i];
}

static void choose(struct form_field *f, const char *value)
{
	f->chosen = -1;
	for (int i = 0; i < f->choice_count; i++)
		if (strcmp(f->choices[i].value, value) == 0)
			f->chosen = i;
}

void form_set(struct form *f, const char *name, const char *text)
{
	struct form_field *field = form_field(f, name);

	if (!field)
		return;
	switch (field->kind) {
	case FIELD_LINE:
	case FIELD_SECRET:
	case FIELD_DATE:
		line_set(&field->line, text);
		break;
	case FIELD_TEXT:
		edit_set(&field->edit, text);
		break;
	case FIELD_CHOICE:
		choose(field, text);
		break;
	case FIELD_CHECK:
		field->checked = text[0] != '\0';
		break;
	case FIELD_SHOW:
		(void)strbuf_sets(&field->shown, text);
		break;
	}
}

static const char *value_of(const struct form_field *f)
{
	switch (f->kind) {
	case FIELD_LINE:
	case FIELD_SECRET:
	case FIELD_DATE:
		return line_text(&f->line);
	case FIELD_TEXT:
		return edit_text(&f->edit);
	case FIELD_CHOICE:
		return f->chosen >= 0 ? f->choices[f->chosen].value : "";
	case FIELD_CHECK:
		return f->checked ? "1" : "";
	case FIELD_SHOW:
		return strbuf_cstr(&f->shown);
	}
	return "";
}

const char *form_get(const struct form *f, const char *name)
{
	const struct form_field *field = form_field_const(f, name);

	return field ? value_of(field) : "";
}

void form_focus(struct form *f, const char *name)
{
	int i = find(f, name);

	if (i >= 0 && f->fields[i].kind != FIELD_SHOW)
		f->focus = i;
}

void form_saved(struct form *f)
{
	f->changed = false;
}

/* --- Errors ---------------------------------------------------------------- */

void form_error(struct form *f, const char *name, const char *text)
{
	struct form_field *field = form_field(f, name);

	if (!field)
		return;
	(void)snprintf(field->error, sizeof(field->error), "%s", text ? text : "");
	if (field->error[0])
		form_focus(f, name);
}

void form_errors_clear(struct form *f)
{
	for (int i = 0; i < f->count; i++)
		f->fields[i].error[0] = '\0';
}

/* "idag", "igår", "imorgon", or a sign, digits and d, v, m or w. */
static bool relative_day(struct str s)
{
	size_t i = 1;

	if (str_eq(s, "idag") || str_eq(s, "today") || str_eq(s, "imorgon")
	    || str_eq(s, "tomorrow"))
		return true;
	if (s.n < 3 || s.n > 6 || (s.p[0] != '+' && s.p[0] != '-'))
		return false;
	while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
		i++;
	return i > 1 && i + 1 == s.n && strchr("dvwm", s.p[i]);
}

static const char *fault(const struct form_field *f)
{
	struct str value = str_of(value_of(f));
	struct day day;

	if (f->kind == FIELD_SHOW)
		return NULL;
	if (ui_text_blank(value))
		return f->required ? _("Fyll i fältet") : NULL;
	if (f->kind == FIELD_DATE && !day_parse(&day, value) && !relative_day(value))
		return _("Skriv datumet som 2026-11-23, eller +14d");
	return NULL;
}

bool form_check(struct form *f)
{
	int first = -1;

	for (int i = 0; i < f->count; i++) {
		const char *what = fault(&f->fields[i]);

		(void)snprintf(f->fields[i].error, sizeof(f->fields[i].error), "%s",
			       what ? what : "");
		if (what && first < 0)
			first = i;
	}
	if (first >= 0)
		f->focus = first;
	return first < 0;
}

/* --- Keys ------------------------------------------------------------------ */

static void step(struct form *f, int by)
{
	for (int i = 0, at = f->focus; i < f->count; i++) {
		at = (at + by + f->count) % f->count;
		if (f->fields[at].kind != FIELD_SHOW) {
			f->focus = at;
			return;
		}
	}
}

static bool choice_key(struct form_field *f, struct key key)
{
	int n = f->choice_count;

	if (key.code >= '1' && key.code < '1' + n) {
		f->chosen = key.code - '1';
		return true;
	}
	if (n > 0 && key.code == TK_RIGHT) {
		f->chosen = (f->chosen + 1) % n;
		return true;
	}
	if (n > 0 && key.code == TK_LEFT) {
		f->chosen = f->chosen <= 0 ? n - 1 : f->chosen - 1;
		return true;
	}
	return false;
}

static bool check_key(struct form_field *f, struct key key)
{
	if (key.code != ' ' && key.code != 'x')
		return false;
	f->checked = !f->checked;
	return true;
}

/* True if the focused field took the key. */
static bool field_key(struct form *f, struct key key)
{
	struct form_field *field = &f->fields[f->focus];

	if (is_line(field))
		return line_key(&field->line, key);
	if (field->kind == FIELD_TEXT)
		return edit_key(&field->edit, key);
	/* A paste is text, and there is no text here to put it in. */
	if (key.pasted)
		return false;
	if (field->kind == FIELD_CHOICE)
		return choice_key(field, key);
	return field->kind == FIELD_CHECK && check_key(field, key);
}

static bool move_key(struct form *f, int32_t code)
{
	switch (code) {
	case TK_TAB:
	case TK_DOWN:
	case TK_ENTER:
		step(f, 1);
		return true;
	case TK_BACKTAB:
	case TK_UP:
		step(f, -1);
		return true;
	default:
		return false;
	}
}

static const struct {
	int32_t code;
	enum form_result result;
} leaving[] = {
	{ TK_ESC, FORM_CANCEL },   { TK_F(12), FORM_CANCEL }, { TK_CTRL('G'), FORM_CANCEL },
	{ TK_F(7), FORM_PREVIEW }, { TK_F(1), FORM_HELP },    { TK_F(8), FORM_COMMIT },
};

static enum form_result leave_key(struct form *f, int32_t code)
{
	const struct form_field *field = &f->fields[f->focus];

	if (code == TK_F(4) && f->count > 0 && field->has_list)
		return FORM_LIST;
	if (code == TK_CTRL('E') && f->count > 0 && field->kind == FIELD_TEXT)
		return FORM_EDITOR;
	for (size_t i = 0; i < sizeof(leaving) / sizeof(leaving[0]); i++)
		if (leaving[i].code == code)
			return leaving[i].result;
	return FORM_PASS;
}

enum form_result form_key(struct form *f, struct key key)
{
	enum form_result r = leave_key(f, key.code);

	if (r == FORM_COMMIT)
		return form_check(f) ? FORM_COMMIT : FORM_STAY;
	if (r != FORM_PASS)
		return r;
	if (f->count == 0)
		return FORM_PASS;
	if (field_key(f, key)) {
		f->changed = true;
		f->fields[f->focus].error[0] = '\0';
		return FORM_STAY;
	}
	if (move_key(f, key.code))
		return FORM_STAY;
	/* Letters do not leave a form as commands, nor does a paste. */
	return key_is_text(key) ? FORM_STAY : FORM_PASS;
}
