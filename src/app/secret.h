/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * secret - a passphrase or an invitation, from the terminal or a descriptor.
 *
 * Place:    officer -> SECRET -> home_unlock, enrol.
 * Promise:  it stands only in guarded memory, is never echoed, and never
 *           comes from the command line or the environment. The terminal is
 *           put back as it was, also when a signal ends the program.
 * Owner:    secret_release wipes and gives back.
 * Errors:   ST_BAD_INPUT "secret-empty", "secret-long"; ST_REFUSED
 *           "terminal-none": nobody can be asked; ST_RETRY "interrupted";
 *           ST_BROKEN "secret-read", "memory".
 */
#ifndef APP_SECRET_H
#define APP_SECRET_H

#include "base/strbuf.h"

enum { SECRET_BYTES = 1024 };

struct secret {
	char *p; /* SECRET_BYTES of guarded memory, NULL before the first use */
	size_t n;
};
#define SECRET_INIT                                                                                \
	{                                                                                          \
		NULL, 0                                                                            \
	}
void secret_release(struct secret *s);

/* Guarded memory to write into; empties it. NULL s->p: no memory. */
MUST_USE enum status secret_start(struct secret *s, struct err *why);
/* One line (without its end) of a descriptor, read byte by byte, so that the
 * next line is left for the next reader. */
MUST_USE enum status secret_read_fd(struct secret *s, int fd, struct err *why);
/* One line from /dev/tty with the echo off. */
MUST_USE enum status secret_read_tty(struct secret *s, const char *prompt, struct err *why);
struct str secret_str(const struct secret *s);
/* Six generated words (conf/spoken.h), for a new passphrase. */
struct rng;
MUST_USE enum status secret_make_words(struct secret *s, const struct rng *rng, struct err *why);

#endif
