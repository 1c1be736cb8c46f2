/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * status - what a function's caller can do about what happened.
 *
 * Place:    everywhere.
 * Promise:  a status names the caller's next step; `struct err` carries a
 *           stable code for programs and a sentence for people.
 * Owner:    struct err is plain memory of the caller; nothing to release.
 * Errors:   err_set never fails; a text too long is cut at a whole character,
 *           and what a text must not hold (utf8_tame) becomes '?'.
 */
#ifndef BASE_STATUS_H
#define BASE_STATUS_H

#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))

enum status {
	ST_OK = 0,
	ST_NONE,      /* nothing there */
	ST_RETRY,     /* later: the network or a lock stands in the way */
	ST_REFUSED,   /* not allowed */
	ST_CONFLICT,  /* it moved on meanwhile */
	ST_BAD_INPUT, /* what was given is wrong */
	ST_BROKEN,    /* our fault or the disk's */
};

/* code: lower-case words with '-', stable, e.g. "field-too-long"; the client
 * has a sentence in Swedish for each. text: English, says what and where. */
struct err {
	char code[40];
	char text[400];
};
#define ERR_INIT                                                                                   \
	{                                                                                          \
		{ 0 },                                                                             \
		{                                                                                  \
			0                                                                          \
		}                                                                                  \
	}

/* Set `why` (may be NULL) unless it already says something, and return `st`.
 * The first text wins: the deepest function knows best. */
enum status err_set(struct err *why, enum status st, const char *code, const char *fmt, ...)
	PRINTF_LIKE(4, 5);

/* Put "prefix: " before what `why` says, e.g. the file and line. */
void err_prefix(struct err *why, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Ready for re-use. */
void err_clear(struct err *why);

/* The status as a word for logs: "ok", "none", "retry" ... */
const char *status_name(enum status st);

#endif
