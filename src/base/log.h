/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * log - one line per event on standard error or a file, made harmless.
 *
 * Place:    the mains hand it down; cores log nothing.
 * Promise:  a line is "RFC3339 level message", and the message passes
 *           utf8_tame, so that no outside text can forge a line or speak to
 *           a terminal. No personal data, no secrets: callers'
 *           duty.
 * Owner:    borrows the FILE. Errors: writing may fail silently.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdio.h>

#include "base/clock.h"
#include "base/status.h"

enum log_level { LOG_ERROR_, LOG_WARN_, LOG_INFO_, LOG_DEBUG_ };

struct log {
	FILE *to; /* NULL: nowhere */
	enum log_level up_to;
	struct clock clock;
};

void log_line(struct log *l, enum log_level level, const char *fmt, ...) PRINTF_LIKE(3, 4);

#endif
