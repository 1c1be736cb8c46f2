/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * screen - the full-screen workstation: one loop over keys, sync and time.
 *
 * Place:    main -> SCREEN -> actions -> act -> outbox; cache -> present ->
 *           views -> terminal.
 * Promise:  the terminal is as it was when screen_main returns, also after a
 *           signal. No key waits for the network. A draft is on disk within
 *           a second. What is typed ahead is kept, in order. When the home is
 *           not enrolled the screens guide through enrolment; when its key is
 *           sealed they ask for the passphrase; a home that is open already
 *           goes straight to the queue.
 * Owner:    the home is borrowed for the time of the call.
 * Errors:   the exit code of the program (ux.md, section 4); `why` says why
 *           when it is not 0: no terminal, a dumb one, a broken file.
 */
#ifndef APP_SCREEN_H
#define APP_SCREEN_H

#include <stdbool.h>

#include "base/status.h"
#include "base/strbuf.h"

struct home;

struct screen_options {
	bool ascii;	    /* --ascii */
	bool no_color;	    /* --no-color or NO_COLOR */
	const char *theme;  /* NULL: the default */
	const char *url;    /* central proposed at first run, NULL: none */
	const char *filter; /* --filter: the list at first, NULL: none */
	int view;	    /* --view: the saved view to open with, 0: the officer's own */
};

int screen_main(struct home *home, const struct screen_options *o, struct err *why);

/* Append the key map in force, from the registry of actions: a table for
 * people, or one JSON object. Returns the exit code. */
int actions_print(struct strbuf *out, bool json);

#endif
