/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * config - what sluss.conf says, and from which file.
 *
 * Place:    /etc/sluss/sluss.conf, then the officer's own -> CONFIG -> all.
 * Promise:  every option of conf/options.h has a value: its default, or the
 *           last file's. An unknown name is a warning, a wrong value an error
 *           with file:line:column.
 * Owner:    struct config owns its texts; release it.
 * Errors:   ST_BAD_INPUT with the place (exit code 9); ST_BROKEN "conf-read".
 */
#ifndef APP_CONFIG_H
#define APP_CONFIG_H

#include "app/views.h"
#include "conf/options.h"

enum { CONFIG_FILES = 2, CONFIG_PATH = 512, CONFIG_WARNINGS = 16 };

/* One line of [keys]: an action's name, and what is typed for it. */
struct config_binding {
	char where[160]; /* "sluss.conf:12:3" */
	char name[64];
	char keys[64];
};

struct config {
	struct options options;
	char file[CONFIG_FILES][CONFIG_PATH]; /* in the order of reading */
	bool read[CONFIG_FILES];
	struct config_binding *bindings;
	int binding_count;
	struct views views; /* of [views] */
	char warnings[CONFIG_WARNINGS][300];
	int warning_count;
	/* Values that can't be: config_load fails with the first of them. */
	char mistakes[CONFIG_WARNINGS][300];
	int mistake_count;
};
#define CONFIG_INIT                                                                                \
	{                                                                                          \
		.options = OPTIONS_INIT                                                            \
	}
void config_release(struct config *c);

/* Read /etc/sluss/sluss.conf (or `machine`, NULL: that one) and `own`; files
 * that are missing are passed over. */
MUST_USE enum status config_load(struct config *c, const char *machine, const char *own,
				 struct err *why);

#endif
