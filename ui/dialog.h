/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * dialog - a box over a screen: message, question, form, or menu.
 *
 * Place:    drawn after the view beneath; that view stays as it is.
 * Promise:  the box fits on 80x24; the hint row is replaced by the box's own
 *           keys; the hardware cursor is in the box. Cancel is the default.
 * Owner:    borrowed for the time of the drawing.
 * Errors:   none.
 */
#ifndef UI_DIALOG_H
#define UI_DIALOG_H

#include "ui/form.h"
#include "ui/frame.h"
#include "ui/table.h"

/* A message or a question. The text is wrapped; `list` are its first few
 * cases in a bulk action. */
struct box {
	const char *title;
	struct str text;
	const struct str *list;
	int list_count;
	const char *keys; /* "F8 Stäng ärendet   Esc Avbryt (förvalt)" */
	bool is_error;
};
void box_draw(struct canvas *c, const struct box *b);

/* A form in a box: hand over, note, message, status, reason. */
struct dialog {
	const char *title;
	const struct form *form;
	struct str note;	  /* what follows along, what will happen */
	const struct table *list; /* values offered for the field, or NULL */
	const char *keys;	  /* "F8 Överlämna  F7 Förhandsgranska  Esc Avbryt" */
};
void dialog_draw(struct canvas *c, const struct dialog *d);

/* Numbered or lettered things to choose from: status, templates, palette. */
struct menu_item {
	const char *key; /* "1", "v" or NULL */
	const char *text;
	const char *detail; /* command or reason, may be NULL */
	bool possible;
};
struct menu {
	const char *title;
	const struct line *search; /* NULL: none */
	const struct menu_item *items;
	int item_count; /* all are given */
	int cursor;
	const char *keys;
};
/* More items than fit are scrolled so that the cursor is seen. */
void menu_draw(struct canvas *c, const struct menu *m);

#endif
