/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "domain/phone.h"

#include "base/banned.h"

static void a_number_is_found_in_a_text_and_a_date_is_none(void **state)
{
	static const char *const good[] = { "070-174 06 05", "Ring +46 70 174 06 05 efter tre",
					    "om status, telefon: 08-12 34 56", "1740605",
					    "2026-11-24 kl 9-16, telefon: 070-1740605" };
	static const char *const bad[] = { "",
					   "telefon: ",
					   "2026-11-24 kl 9-16 om status, telefon: ",
					   "123456",
					   "1234567890123456",
					   "070",
					   "070-17+40605" };

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (!phone_in(str_of(good[i])))
			fail_msg("no number in %s", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (phone_in(str_of(bad[i])))
			fail_msg("a number in %s", bad[i]);
}

static void a_query_is_a_number_when_it_is_dialled_so(void **state)
{
	static const char *const good[] = { "0701740605", "070-174 06 05", "+46701740605",
					    " 08-123456" };
	static const char *const bad[] = { "2026-1042", "19900317-9802", "1042", "0701740605 berg",
					   "0",		"Ekvägen 4" };

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (!phone_whole(str_of(good[i])))
			fail_msg("no number: %s", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (phone_whole(str_of(bad[i])))
			fail_msg("a number: %s", bad[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_number_is_found_in_a_text_and_a_date_is_none),
		cmocka_unit_test(a_query_is_a_number_when_it_is_dialled_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
