/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

#include "base/banned.h"

/* vsnprintf may cut inside a UTF-8 sequence: take the broken tail away. */
static void trim_partial(char *text, size_t size)
{
	size_t n = strlen(text);
	size_t back = 0;
	size_t whole;
	unsigned char lead;

	if (n + 1 < size)
		return;
	while (back < 3 && back + 1 < n && ((unsigned char)text[n - 1 - back] & 0xC0) == 0x80)
		back++;
	lead = (unsigned char)text[n - 1 - back];
	whole = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
	if (back + 1 < whole)
		text[n - 1 - back] = '\0';
}

/* An error may quote what came from outside: it goes on to terminals, logs,
 * and acknowledgements, which take valid text alone. */
static void made_harmless(struct err *why)
{
	trim_partial(why->text, sizeof(why->text));
	utf8_tame(why->text);
}

enum status err_set(struct err *why, enum status st, const char *code, const char *fmt, ...)
{
	va_list ap;

	if (!why || why->code[0])
		return st;
	snprintf(why->code, sizeof(why->code), "%s", code);
	va_start(ap, fmt);
	vsnprintf(why->text, sizeof(why->text), fmt, ap);
	va_end(ap);
	made_harmless(why);
	return st;
}

void err_prefix(struct err *why, const char *fmt, ...)
{
	struct err old;
	int n;
	va_list ap;

	if (!why)
		return;
	old = *why;
	va_start(ap, fmt);
	n = vsnprintf(why->text, sizeof(why->text), fmt, ap);
	va_end(ap);
	if (n >= 0 && (size_t)n < sizeof(why->text))
		snprintf(why->text + n, sizeof(why->text) - (size_t)n, ": %s", old.text);
	made_harmless(why);
}

void err_clear(struct err *why)
{
	if (why)
		memset(why, 0, sizeof(*why));
}

const char *status_name(enum status st)
{
	static const char *const names[] = {
		[ST_OK] = "ok",		  [ST_NONE] = "none",	      [ST_RETRY] = "retry",
		[ST_REFUSED] = "refused", [ST_CONFLICT] = "conflict", [ST_BAD_INPUT] = "bad-input",
		[ST_BROKEN] = "broken",
	};

	return names[st];
}
