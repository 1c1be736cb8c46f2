/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * options - every option of sluss.conf, in one table.
 *
 * Place:    sluss.conf -> conf/parse -> OPTIONS -> app; `sluss conf show`,
 *           the shipped example and the man page come from the same table.
 * Promise:  a value that is set was checked against its kind; an option that
 *           no file sets has its default.
 * Owner:    struct options is plain memory; texts in it are borrowed by the
 *           readers.
 * Errors:   ST_BAD_INPUT "field-unknown" with the nearest name,
 *           "field-malformed" with what would be right, "field-too-long".
 */
#ifndef CONF_OPTIONS_H
#define CONF_OPTIONS_H

#include <stdint.h>

#include "base/status.h"
#include "base/strbuf.h"

enum option {
	OPT_LANGUAGE,	     /* auto | sv | en */
	OPT_CENTRAL_CA_FILE, /* path, "" = the system's */
	OPT_CENTRAL_TIMEOUT, /* seconds */
	OPT_DECIDE_OFFLINE,  /* allow | confirm | deny */
	OPT_SIGN_UNATTENDED, /* allow | deny */
	OPT_KEY_COST,	     /* moderate | interactive: Argon2id of a new passphrase */
	OPT_WAIT_SECONDS,    /* --wait without a number */
	OPT_LOCK_MINUTES,    /* idle lock of the full screen, 0 = never */
	OPT_SCREEN_THEME,    /* default | high-contrast | mono, or a file */
	OPT_SCREEN_GLYPHS,   /* auto | utf8 | ascii */
	OPT_SCREEN_COLOR,    /* auto | never */
	OPT_SCREEN_PREVIEW,  /* yes | no */
	OPT_SCREEN_SUSPEND,  /* yes | no: ^Z */
	OPT_SCREEN_BELL,     /* none | sound | flash */
	OPT_LETTER_KEYS,     /* yes | no: letters as keys (EN 301 549 11.2.1.4) */
	OPT_EDITOR,	     /* argv words, "" = the environment's */
	OPT_DOCUMENTS_OPEN,  /* argv words with %f, for documents */
	OPT_DOCUMENTS_KEEP,  /* megabytes of fetched documents */
	OPT_CLIPBOARD,	     /* yes | no */
	OPT_COUNT
};

enum option_kind { OPTION_TEXT, OPTION_NUMBER, OPTION_CHOICE, OPTION_YES_NO };
enum { OPTION_BYTES = 256 };

struct option_def {
	const char *name; /* "decide.offline" */
	enum option_kind kind;
	const char *otherwise; /* the default */
	const char *choices;   /* "allow confirm deny" */
	int64_t min, max;      /* of a number */
	const char *help;      /* Swedish, one line; N_() */
};
const struct option_def *option_def(enum option o);
/* False: there is no such option. */
bool option_find(enum option *o, struct str name);

struct options {
	char value[OPT_COUNT][OPTION_BYTES]; /* "" while `set` is false */
	bool set[OPT_COUNT];
	char source[OPT_COUNT][OPTION_BYTES]; /* "sluss.conf:12:9", "" = default */
};
#define OPTIONS_INIT                                                                               \
	{                                                                                          \
		.set = { false }                                                                   \
	}

/* Checks the value first; `source` may be NULL. */
MUST_USE enum status options_set(struct options *o, struct str name, struct str value,
				 const char *source, struct err *why);
const char *options_text(const struct options *o, enum option id);
int64_t options_number(const struct options *o, enum option id);
bool options_yes(const struct options *o, enum option id);
/* Is the value this word? For choices. */
bool options_is(const struct options *o, enum option id, const char *word);

#endif
