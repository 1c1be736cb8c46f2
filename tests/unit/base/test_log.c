/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/log.h"

#include "base/banned.h"

static int64_t at_noon(void *ctx)
{
	(void)ctx;
	return 1795435200000;
}

/* What one line comes to; to be freed. */
static char *logged(enum log_level level, enum log_level up_to, const char *message)
{
	char *text = NULL;
	size_t n = 0;
	struct log l = { open_memstream(&text, &n), up_to, { at_noon, at_noon, NULL } };

	assert_non_null(l.to);
	log_line(&l, level, "%s", message);
	fclose(l.to);
	return text;
}

static void expect(const char *message, const char *line)
{
	char *text = logged(LOG_WARN_, LOG_INFO_, message);

	assert_string_equal(text, line);
	free(text);
}

static void a_line_is_time_level_and_message(void **state)
{
	(void)state;
	expect("anna: två försök", "2026-11-23T12:00:00.000Z warn anna: två försök\n");
}

static void no_text_from_outside_makes_a_line_or_speaks_to_a_terminal(void **state)
{
	(void)state;
	expect("a\n2026 error b", "2026-11-23T12:00:00.000Z warn a?2026 error b\n");
	expect("\x1b]0;x\x07", "2026-11-23T12:00:00.000Z warn ?]0;x?\n");
	expect("\xc2\x9b"
	       "2J",
	       "2026-11-23T12:00:00.000Z warn ?2J\n");
	expect("\x9b"
	       "2J",
	       "2026-11-23T12:00:00.000Z warn ?2J\n");
	expect("\xe2\x80\xa8", "2026-11-23T12:00:00.000Z warn ?\n");
}

static void what_is_not_asked_for_is_not_written(void **state)
{
	char *text = logged(LOG_DEBUG_, LOG_INFO_, "x");

	(void)state;
	assert_string_equal(text, "");
	free(text);
	log_line(NULL, LOG_ERROR_, "nobody listens");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_time_level_and_message),
		cmocka_unit_test(no_text_from_outside_makes_a_line_or_speaks_to_a_terminal),
		cmocka_unit_test(what_is_not_asked_for_is_not_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
