/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "app/saying.h"

#include "base/banned.h"

static const struct day today = { 2026, 11, 23 };

/* Received 2026-10-28, to be done on 2026-11-27, with a party and a title. */
static void make(struct casefile *c, enum case_state state)
{
	*c = (struct casefile)CASEFILE_INIT;
	strbuf_sets(&c->title, "HEMLIG RUBRIK");
	strbuf_sets(&c->party, "Åkesson, Britt");
	memcpy(c->diary_no, "BN 2026-1042", sizeof("BN 2026-1042"));
	memcpy(c->unit, "bygg", sizeof("bygg"));
	memcpy(c->type, "BYGGLOV", sizeof("BYGGLOV"));
	memcpy(c->due_on, "2026-11-27", sizeof("2026-11-27"));
	c->received_at = 1793181600000LL;
	c->state = state;
}

static void says(enum case_state state, const char *due, const char *wanted)
{
	struct strbuf out = STRBUF_INIT;
	struct casefile c;

	make(&c, state);
	memcpy(c.due_on, due, strlen(due) + 1);
	saying_aloud(&out, &c, today);
	assert_string_equal(strbuf_cstr(&out), wanted);
	strbuf_release(&out);
	casefile_release(&c);
}

static void a_sentence_tells_status_arrival_and_expected_week(void **state)
{
	(void)state;
	says(CASE_OPEN, "2026-11-27",
	     "Ditt ärende handläggs. Det kom in den 28 oktober. Du kan räkna med besked senast "
	     "vecka 48.");
	says(CASE_REGISTERED, "2027-01-04",
	     "Ditt ärende är registrerat och väntar på en handläggare. Det kom in den 28 oktober. "
	     "Du kan räkna med besked senast vecka 1.");
	says(CASE_OPEN, "",
	     "Ditt ärende handläggs. Det kom in den 28 oktober. Jag kan inte säga när det är "
	     "klart.");
	says(CASE_DECIDED, "2026-11-27",
	     "Beslut är fattat, och det skickas till dig. Ansökan kom in den 28 oktober.");
	says(CASE_WAITING, "2026-11-27",
	     "Ditt ärende väntar på uppgifter. Har du fått en fråga från oss är det din tur att "
	     "svara; annars väntar vi på någon annan. Det kom in den 28 oktober. Du kan räkna med "
	     "besked senast vecka 48.");
}

static void a_late_case_is_told_as_late_and_promises_nothing(void **state)
{
	(void)state;
	says(CASE_OPEN, "2026-11-20",
	     "Ditt ärende handläggs. Det kom in den 28 oktober. Det har tagit längre tid än "
	     "beräknat. Jag kan be enheten höra av sig.");
	says(CASE_OPEN, "2026-11-23",
	     "Ditt ärende handläggs. Det kom in den 28 oktober. Du kan räkna med besked senast "
	     "vecka 48.");
}

static void an_officer_is_spoken_of_only_where_there_is_one(void **state)
{
	struct strbuf out = STRBUF_INIT;
	struct casefile c;

	(void)state;
	make(&c, CASE_REGISTERED);
	memcpy(c.assignee, "britt.a", sizeof("britt.a"));
	memcpy(c.due_on, "2026-11-20", sizeof("2026-11-20"));
	saying_aloud(&out, &c, today);
	assert_string_equal(
		strbuf_cstr(&out),
		"Ditt ärende är registrerat och har fått en handläggare. Det kom in den 28 oktober. "
		"Det har tagit längre tid än beräknat. Jag kan be handläggaren höra av sig.");
	strbuf_release(&out);
	casefile_release(&c);
}

static void neither_title_nor_party_is_said_in_any_status(void **state)
{
	struct names n = NAMES_INIT;

	(void)state;
	for (int s = 0; s < CASE_STATE_COUNT; s++) {
		struct strbuf out = STRBUF_INIT;
		struct casefile c;

		make(&c, (enum case_state)s);
		saying_aloud(&out, &c, today);
		saying_facts(&out, &c, &n, today);
		assert_non_null(strstr(strbuf_cstr(&out), "BN 2026-1042"));
		assert_null(strstr(strbuf_cstr(&out), "kesson"));
		assert_null(strstr(strbuf_cstr(&out), "HEMLIG"));
		strbuf_release(&out);
		casefile_release(&c);
	}
}

static void a_secret_or_protected_case_says_nothing_at_all(void **state)
{
	struct names n = NAMES_INIT;

	(void)state;
	for (int class = PROTECT_SECRET; class <= PROTECT_IDENTITY; class ++) {
		struct strbuf out = STRBUF_INIT;
		struct casefile c;

		make(&c, CASE_OPEN);
		c.protection = class;
		saying_aloud(&out, &c, today);
		saying_facts(&out, &c, &n, today);
		assert_int_equal(out.len, 0);
		assert_false(saying_allowed(&c));
		strbuf_release(&out);
		casefile_release(&c);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sentence_tells_status_arrival_and_expected_week),
		cmocka_unit_test(a_late_case_is_told_as_late_and_promises_nothing),
		cmocka_unit_test(an_officer_is_spoken_of_only_where_there_is_one),
		cmocka_unit_test(neither_title_nor_party_is_said_in_any_status),
		cmocka_unit_test(a_secret_or_protected_case_says_nothing_at_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
