/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * arguments - what stands behind a command: words, and name=value.
 *
 * Place:    `:överlämna miljö skäl="hör dit"` -> ARGUMENTS -> a form's fields.
 * Promise:  only a name that the command knows makes an option, in Swedish or
 *           English, with or without diacritics; anything else is left as it
 *           was typed, so that a note may hold any text. A value is one word,
 *           or a string in quotes where \ takes the next sign as it is. Words
 *           that are one string as a whole lose its quotes.
 * Owner:    struct arguments owns its texts; arguments_release.
 * Errors:   false: a quote is not closed, or an option stands twice.
 */
#ifndef APP_ARGUMENTS_H
#define APP_ARGUMENTS_H

#include <stdbool.h>

#include "base/strbuf.h"

enum { OPTIONS_MAX = 8 };

/* A name as it may be typed. */
struct option_name {
	const char *sv, *en; /* either may be NULL */
};

struct arguments {
	struct strbuf words;
	struct strbuf value[OPTIONS_MAX]; /* of the name with the same index */
	bool given[OPTIONS_MAX];
};
#define ARGUMENTS_INIT                                                                             \
	{                                                                                          \
		.words = STRBUF_INIT                                                               \
	}
void arguments_release(struct arguments *a);

/* Read `text` with at most OPTIONS_MAX names. False: `column` (characters,
 * from 1) says where it went wrong. */
bool arguments_read(struct arguments *a, const char *text, const struct option_name *names,
		    int name_count, int *column);

#endif
