/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * actions - the one registry of what can be done, by key and by word.
 *
 * Place:    key or command -> ACTIONS -> a function of the screen; help,
 *           palette and `sluss keys` are made from the same rows.
 * Promise:  in one view a key means one thing; each row has a command or a
 *           letter; no key that Swedish keyboards, terminals or tmux take.
 *           Adding a row adds key, command, help and completion at once.
 * Owner:    static. Errors: NULL for what is not there.
 */
#ifndef APP_ACTIONS_H
#define APP_ACTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/strbuf.h"

struct screen;

enum view {
	VIEW_QUEUE,
	VIEW_CASE,
	VIEW_READ,
	VIEW_DECISION,
	VIEW_LETTER,
	VIEW_OUTBOX,
	VIEW_CONFLICTS,
	VIEW_SYNC,
	VIEW_BULK,
	VIEW_SEARCH,
	VIEW_STATS,
	VIEW_CONTACT,
	VIEW_DEVICES,
	VIEW_ERASURES,
	VIEW_HELP,
	VIEW_UNLOCK,
	VIEW_ENROL,
	VIEW_COUNT
};
#define IN_VIEW(v) (1u << (v))

/* How an action asks before it is done (ux.md, 3.2 rule 9). */
enum confirm { CONFIRM_NONE, CONFIRM_UNDO, CONFIRM_BOX, CONFIRM_SIGN };

/* Where help lists it. */
enum section {
	SECTION_ACTION,
	SECTION_LIST,
	SECTION_CASE,
	SECTION_GO,
	SECTION_GLOBAL,
	SECTION_COUNT
};

enum { ACTION_KEYS_MAX = 4 };

struct app_action {
	const char *id;		       /* "claim": stable, for programs */
	int32_t prefix;		       /* 'g' or 0 */
	int32_t keys[ACTION_KEYS_MAX]; /* codes of ui/keys.h; 0 = none */
	const char *sv, *en;	       /* command names; NULL: only a key */
	const char *arg;	       /* what may follow the command, a msgid, or NULL */
	const char *what;	       /* one sentence, a msgid */
	enum section section;
	unsigned views;	 /* IN_VIEW bits */
	const char *act; /* in the domain's catalogue, or NULL */
	enum confirm confirm;
	/* NULL: the view's own keys do it; the row is for help. */
	void (*run)(struct screen *s, const struct app_action *a, const char *arg);
};

/* Row i, or NULL behind the last. */
const struct app_action *action_row(size_t i);
/* The row of a key in a view; prefix 0 for plain keys. */
const struct app_action *action_by_key(enum view v, int32_t prefix, int32_t code);
/* By command name or unique prefix of one, in either language, upper case and
 * diacritics not told apart. NULL with *ambiguous when several fit. */
const struct app_action *action_by_name(enum view v, struct str name, bool *ambiguous);
const struct app_action *action_by_id(const char *id);
/* Is the row there for one with these roles? A contact center has its own view,
 * what it signed, and nothing that lists or opens cases. Help, palette, keys
 * and commands all ask this. */
bool action_open_to(const struct app_action *a, unsigned roles);
/* What help calls a view: a msgid. */
const char *view_name(enum view v);

/* "F1  ?" or "g m" into a small buffer. */
const char *action_keys_label(const struct app_action *a, char *buf, size_t size);
/* ":överlämna KÖ" in the officer's language, "" without a command. */
void action_command_label(struct strbuf *out, const struct app_action *a);
const char *section_name(enum section s); /* a msgid */

/* Two rows that share a key or a command name in one view, or a key that must
 * not be used. False with both ids in `what`; for the test and `keys`. */
bool actions_check(struct strbuf *what);

#endif
