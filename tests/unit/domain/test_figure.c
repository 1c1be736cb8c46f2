/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "domain/channel.h"
#include "domain/figure.h"
#include "tests/unit/domain/filter_env.h"

#include "base/banned.h"

static const struct {
	struct figure f;
	const char *sv, *en;
} figures[] = {
	{ { FIGURE_OPEN, "", "", "", "" }, "öppen", "open" },
	{ { FIGURE_OPEN, "bygg", "", "", "" }, "enhet=bygg öppen", "unit=bygg open" },
	{ { FIGURE_OVERDUE, "bygg", "", "", "" }, "enhet=bygg försenad", "unit=bygg overdue" },
	{ { FIGURE_RECEIVED, "bygg", "", "2026-11-01", "2026-11-23" },
	  "enhet=bygg inkom:2026-11-01..2026-11-23",
	  "unit=bygg received:2026-11-01..2026-11-23" },
	{ { FIGURE_CLOSED, "", "", "2026-11-01", "2026-11-23" },
	  "klar:2026-11-01..2026-11-23",
	  "done:2026-11-01..2026-11-23" },
	{ { FIGURE_TYPE, "", "BYGGLOV", "2026-11-01", "2026-11-23" },
	  "typ=BYGGLOV klar:2026-11-01..2026-11-23",
	  "type=BYGGLOV done:2026-11-01..2026-11-23" },
	{ { FIGURE_OFFICER_OPEN, "", "anna.berg", "", "" },
	  "handl=anna.berg öppen",
	  "assignee=anna.berg open" },
	{ { FIGURE_OFFICER_OPEN, "", "", "", "" }, "ingen öppen", "nobody open" },
	{ { FIGURE_OFFICER_OVERDUE, "", "anna.berg", "", "" },
	  "handl=anna.berg försenad",
	  "assignee=anna.berg overdue" },
	{ { FIGURE_OFFICER_OVERDUE, "bygg", "", "", "" },
	  "enhet=bygg ingen försenad",
	  "unit=bygg nobody overdue" },
	{ { FIGURE_STATUS, "bygg", "registered", "", "" },
	  "enhet=bygg status=registered",
	  "unit=bygg status=registered" },
};
enum { FIGURES = sizeof(figures) / sizeof(figures[0]) };

static void every_figure_has_its_filter_in_both_languages_and_it_is_read(void **state)
{
	struct strbuf out = STRBUF_INIT;

	(void)state;
	for (int i = 0; i < 2 * FIGURES; i++) {
		const char *want = i % 2 ? figures[i / 2].en : figures[i / 2].sv;
		struct filter f = FILTER_INIT;

		strbuf_clear(&out);
		assert_true(figure_filter(&out, &figures[i / 2].f, i % 2));
		assert_string_equal(strbuf_cstr(&out), want);
		parse(&f, strbuf_cstr(&out));
		filter_release(&f);
	}
	strbuf_release(&out);
}

/* At every length below the whole: false, never a filter that is another. */
static void a_filter_that_does_not_fit_is_told_of(void **state)
{
	(void)state;
	for (int i = 0; i < 2 * FIGURES; i++) {
		size_t whole = strlen(i % 2 ? figures[i / 2].en : figures[i / 2].sv);

		for (size_t room = 1; room <= whole; room++) {
			struct strbuf out = STRBUF_INIT_MAX(room);

			assert_int_equal(figure_filter(&out, &figures[i / 2].f, i % 2),
					 room == whole);
			strbuf_release(&out);
		}
	}
}

static void each_channel_is_found_by_its_code_and_no_other_is(void **state)
{
	size_t n = 0;

	(void)state;
	for (const struct channel *c; (c = channel_at(n)); n++) {
		assert_ptr_equal(channel_find(c->code), c);
		assert_true(c->sv[0] && c->en[0]);
	}
	assert_int_equal(n, 8);
	assert_null(channel_find("pigeon"));
	assert_null(channel_find(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_figure_has_its_filter_in_both_languages_and_it_is_read),
		cmocka_unit_test(a_filter_that_does_not_fit_is_told_of),
		cmocka_unit_test(each_channel_is_found_by_its_code_and_no_other_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
