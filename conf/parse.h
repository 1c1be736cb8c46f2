/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * parse - conf's own syntax, and where in it something is wrong.
 *
 * Place:    central (case types, queues, central.conf), app (sluss.conf).
 * Promise:  sections `[kind]` or `[kind CODE]`, fields `name = value`; `#`
 *           comments; a value runs to the end of the line, or stands in
 *           double quotes with \" \\ \n; UTF-8 throughout. The handler gets
 *           each in order. Every error says file:line:column, what, and what
 *           would be right.
 * Owner:    slices are borrowed during the call.
 * Errors:   ST_BAD_INPUT "conf-syntax" or the handler's own code; ST_BROKEN
 *           "conf-read" when the file cannot be read; ST_NONE if missing.
 */
#ifndef CONF_PARSE_H
#define CONF_PARSE_H

#include "base/status.h"
#include "base/strbuf.h"

struct conf_handler {
	/* kind of the section, and its code ("" without). */
	enum status (*section)(void *ctx, struct str kind, struct str code, struct err *why);
	enum status (*field)(void *ctx, struct str name, struct str value, struct err *why);
	void *ctx;
};

/* Errors of the handler are placed: at the name for codes that start with
 * "field-unknown", else at the value. */
MUST_USE enum status conf_parse(const char *file_name, struct str text,
				const struct conf_handler *h, struct err *why);
/* Reads at most 4 MiB. */
MUST_USE enum status conf_parse_file(const char *path, const struct conf_handler *h,
				     struct err *why);
/* Every *.conf of a folder, in the order of their names. */
MUST_USE enum status conf_parse_dir(const char *dir, const struct conf_handler *h, struct err *why);

#endif
