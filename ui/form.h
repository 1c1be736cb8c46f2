/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * form - labelled fields, filled in by keys, committed by F8 alone.
 *
 * Place:    dialogs, decision, signing, unlock, notes.
 * Promise:  Enter never commits: in a line it goes to the next field, in a
 *           text area it is a line break, in a choice it goes on. Tab and
 *           Down go on, Shift-Tab and Up go back; Esc leaves. A digit chooses
 *           the numbered thing of a choice, Space turns a box. An error
 *           stands at its field. Letters are text in text fields.
 * Owner:    the form owns what is typed; labels and choices are borrowed and
 *           outlive it.
 * Errors:   form_add returns -1 when the form is full.
 */
#ifndef UI_FORM_H
#define UI_FORM_H

#include <stdbool.h>

#include "ui/canvas.h"
#include "ui/edit.h"
#include "ui/keys.h"
#include "ui/line.h"

enum { FORM_FIELDS_MAX = 16, FORM_ERROR_MAX = 160, FORM_CHOICES_MAX = 9 };

enum field_kind {
	FIELD_LINE,   /* one line of text */
	FIELD_SECRET, /* the same, masked and overwritten */
	FIELD_TEXT,   /* several lines */
	FIELD_DATE,   /* a line: YYYY-MM-DD, or +14d, -2v, idag */
	FIELD_CHOICE, /* one of at most nine, by digit or Left and Right */
	FIELD_CHECK,  /* yes or no */
	FIELD_SHOW,   /* only shown: the focus passes it by */
};

struct form_choice {
	const char *value; /* for the program: "approval" */
	const char *text;  /* for the officer: "Bevilja" */
};

struct form_field {
	enum field_kind kind;
	const char *name; /* for the program */
	const char *label;
	const char *note; /* stands behind the field, may be NULL */
	int cols;	  /* width of a line, 0 = to the edge */
	int rows;	  /* height of a text area, 0 = 4 */
	bool required;
	bool has_list; /* F4 offers values: FORM_LIST */
	const struct form_choice *choices;
	int choice_count;
	int chosen; /* index, -1 = none yet */
	bool checked;
	struct line line;	    /* LINE, SECRET, DATE */
	struct edit edit;	    /* TEXT */
	struct strbuf shown;	    /* SHOW */
	char error[FORM_ERROR_MAX]; /* "" = none */
};

struct form {
	struct form_field fields[FORM_FIELDS_MAX];
	int count;
	int focus;	/* index of the field with the keys */
	bool changed;	/* something was typed since form_saved */
	int label_cols; /* 0 = as wide as the longest label */
};
#define FORM_INIT                                                                                  \
	{                                                                                          \
		.count = 0                                                                         \
	}

enum form_result {
	FORM_STAY,    /* the key was the form's; draw again */
	FORM_COMMIT,  /* F8, and form_check found nothing wrong */
	FORM_CANCEL,  /* Esc, F12, ^G */
	FORM_PREVIEW, /* F7 */
	FORM_LIST,    /* F4 in a field with a list */
	FORM_HELP,    /* F1 */
	FORM_EDITOR,  /* ^E in a text area: open it in $EDITOR */
	FORM_PASS,    /* not the form's key */
};

void form_release(struct form *f);
/* Release and begin anew. */
void form_clear(struct form *f);

/* Add a field; returns its index. Set the rest through form_field. */
int form_add(struct form *f, enum field_kind kind, const char *name, const char *label);
int form_add_choice(struct form *f, const char *name, const char *label,
		    const struct form_choice *choices, int count);
/* By name; NULL if there is none. */
struct form_field *form_field(struct form *f, const char *name);
const struct form_field *form_field_const(const struct form *f, const char *name);

/* Set the text of any kind: for a choice the value, for a check "1" or "". */
void form_set(struct form *f, const char *name, const char *text);
/* The same read: "" for an unknown or empty field. Borrowed. */
const char *form_get(const struct form *f, const char *name);

/* Say what is wrong at a field and go there. NULL or "" takes it away. */
void form_error(struct form *f, const char *name, const char *text);
void form_errors_clear(struct form *f);
/* Required fields filled and dates well formed? Sets the errors, focus to
 * the first; true if there is none. */
bool form_check(struct form *f);
void form_focus(struct form *f, const char *name);
/* The draft is on disk: `changed` starts over. */
void form_saved(struct form *f);

enum form_result form_key(struct form *f, struct key key);

/* Rows that form_draw wants. */
int form_rows(const struct form *f, int cols);
/* Draw; with `active` the hardware cursor goes to the focused field. Scrolls
 * so that the focused field is seen when `rows` is less than form_rows. */
void form_draw(struct canvas *c, int y, int x, int rows, int cols, const struct form *f,
	       bool active);

#endif
