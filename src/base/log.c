/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/log.h"

#include <stdarg.h>

#include "base/instant.h"
#include "base/utf8.h"

#include "base/banned.h"

void log_line(struct log *l, enum log_level level, const char *fmt, ...)
{
	static const char *const names[] = { "error", "warn", "info", "debug" };
	char text[1024];
	char at[INSTANT_TEXT];
	va_list ap;

	if (!l || !l->to || level > l->up_to)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	utf8_tame(text);
	instant_format(at, clock_wall(&l->clock));
	fprintf(l->to, "%s %s %s\n", at, names[level], text);
	fflush(l->to);
}
