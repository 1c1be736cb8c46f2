/* SPDX-License-Identifier: EUPL-1.2 */
/* Figures over small logs made by hand, where each can be counted on paper. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "central/logstats.h"
#include "wire/json.h"

#include "base/banned.h"

struct row {
	const char *of_case, *time, *activity, *resource, *group;
};

static void add(struct logstats *s, const struct row *r)
{
	struct logstats_line l = {
		str_of(r->of_case), str_of(r->activity), str_of(r->resource), str_of(r->group), 0,
		str_of(r->time)
	};

	assert_true(instant_parse(&l.at, l.written));
	logstats_add(s, &l);
}

static void count(struct logstats *s, const struct row *rows, size_t n)
{
	struct err why = ERR_INIT;

	*s = (struct logstats)LOGSTATS_INIT;
	for (size_t i = 0; i < n; i++)
		add(s, &rows[i]);
	assert_int_equal(logstats_count(s, &why), ST_OK);
}

#define COUNT(s, rows) count(s, rows, sizeof(rows) / sizeof((rows)[0]))

static struct logstats_question ask_at(const char *instant)
{
	struct logstats_question q = { .at = { { .written = instant } }, .at_count = 1 };

	assert_true(instant_parse(&q.at[0].ms, str_of(instant)));
	return q;
}

/* The JSON of the figures holds this text. */
static void says(const struct logstats *s, const struct logstats_question *q, const char *part)
{
	struct logstats_question none = { .at_count = 0 };
	struct strbuf out = STRBUF_INIT;
	struct json *j = NULL;

	assert_int_equal(logstats_json(&out, s, q ? q : &none, NULL), ST_OK);
	assert_int_equal(json_read(&j, strbuf_str(&out), NULL), ST_OK);
	if (!strstr(strbuf_cstr(&out), part))
		fail_msg("no %s in %s", part, strbuf_cstr(&out));
	json_free(j);
	strbuf_release(&out);
}

static void a_log_without_events_has_figures_of_nothing(void **state)
{
	struct logstats s;

	(void)state;
	count(&s, NULL, 0);
	says(&s, NULL, "\"cases\":0,\"events\":0,\"activities\":0");
	says(&s, NULL, "\"total\":0.0,\"mean\":0.0,\"median\":0.0");
	logstats_release(&s);
}

static const struct row small[] = {
	{ "a", "2020-01-31T23:30:00.000Z", "start", "x", "g" },
	{ "b", "2020-02-01T00:30:00.250+01:00", "start", "x", "g" },
	{ "a", "2020-02-01T00:00:00.001Z", "check", "y", "h" },
	{ "b", "2020-02-01T00:30:01.000+01:00", "end", "x", "g" },
	{ "c", "2020-02-02T00:00:00.000Z", "start", "y", "g" },
	{ "a", "2020-02-01T00:00:02.000Z", "start", "x", "g" },
};

static void each_figure_is_what_paper_says(void **state)
{
	struct logstats s;

	(void)state;
	COUNT(&s, small);
	says(&s, NULL, "\"cases\":3,\"events\":6,\"activities\":3,\"resources\":2,\"groups\":2");
	says(&s, NULL,
	     "\"first_event\":\"2020-01-31T23:30:00.000Z\",\"last_event\":\"2020-02-02T00:00:00.000Z\"");
	says(&s, NULL, "\"events_per_case\":{\"min\":1,\"mean\":2.0,\"median\":2.0,\"max\":3}");
	/* 1802.000 s, 0.750 s and 0 s */
	says(&s, NULL,
	     "\"total\":1802.75,\"mean\":600.917,\"median\":0.75,\"p90_nearest_rank\":1802.0");
	says(&s, NULL, "\"max\":1802.0");
	says(&s, NULL, "\"zero_length_cases\":1");
	says(&s, NULL, "\"events_per_activity\":{\"start\":4,\"check\":1,\"end\":1}");
	says(&s, NULL, "\"cases_per_start_month\":{\"2020-01\":1,\"2020-02\":2}");
	says(&s, NULL, "\"cases_per_start_month_utc\":{\"2020-01\":2,\"2020-02\":1}");
	says(&s, NULL, "\"variants\":3");
	says(&s, NULL, "\"cases_with_a_repeated_activity\":1");
	says(&s, NULL,
	     "\"handovers\":{\"consecutive_pairs\":3,\"with_resource_change\":2,\"top10\":["
	     "{\"from\":\"x\",\"to\":\"y\",\"count\":1},{\"from\":\"y\",\"to\":\"x\",\"count\":1}]}");
	logstats_release(&s);
}

static void the_order_of_the_lines_changes_nothing(void **state)
{
	struct logstats_question q = ask_at("2020-02-01T00:00:01Z");
	struct strbuf want = STRBUF_INIT, got = STRBUF_INIT;
	size_t n = sizeof(small) / sizeof(small[0]);
	struct row turned[sizeof(small) / sizeof(small[0])];
	struct logstats s;

	(void)state;
	COUNT(&s, small);
	assert_int_equal(logstats_json(&want, &s, &q, NULL), ST_OK);
	logstats_release(&s);
	for (size_t by = 1; by < n; by++) {
		for (size_t i = 0; i < n; i++)
			turned[i] = small[(i * 5 + by) % n];
		COUNT(&s, turned);
		strbuf_clear(&got);
		assert_int_equal(logstats_json(&got, &s, &q, NULL), ST_OK);
		assert_string_equal(strbuf_cstr(&got), strbuf_cstr(&want));
		logstats_release(&s);
	}
	strbuf_release(&want);
	strbuf_release(&got);
}

static void events_of_one_instant_keep_their_order(void **state)
{
	static const struct row rows[] = {
		{ "a", "2020-06-01T12:00:00+02:00", "B", "r", "g" },
		{ "a", "2020-06-01T10:00:00Z", "A", "r", "g" },
		{ "a", "2020-06-01T09:59:59.999Z", "C", "r", "g" },
	};
	struct logstats s;

	(void)state;
	COUNT(&s, rows);
	says(&s, NULL, "\"activities\":[\"C\",\"B\",\"A\"]");
	says(&s, NULL, "\"last_event\":\"2020-06-01T10:00:00Z\"");
	logstats_release(&s);
}

/* first <= T < last is in progress; the three add up. */
static void work_in_progress_has_its_bounds(void **state)
{
	static const struct {
		const char *at, *says;
	} cases[] = {
		{ "2020-01-31T23:29:59.999Z",
		  "\"in_progress\":0,\"not_started\":3,\"finished\":0,\"events_so_far\":0" },
		{ "2020-01-31T23:30:00.000Z",
		  "\"in_progress\":1,\"not_started\":2,\"finished\":0,\"events_so_far\":1" },
		{ "2020-02-01T01:00:02+01:00",
		  "\"in_progress\":0,\"not_started\":1,\"finished\":2,\"events_so_far\":5" },
		{ "2020-02-02T00:00:00Z",
		  "\"in_progress\":0,\"not_started\":0,\"finished\":3,\"events_so_far\":6" },
	};
	struct logstats s;

	(void)state;
	COUNT(&s, small);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct logstats_question q = ask_at(cases[i].at);

		says(&s, &q, cases[i].says);
	}
	logstats_release(&s);
}

static void ranks_and_middles_are_those_of_the_definitions(void **state)
{
	static const int64_t ten[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 1000 };
	struct logstats_spread r = logstats_spread(ten, 10);

	(void)state;
	assert_true(r.median == 0.0045);
	assert_true(r.p90_nearest == 0.008); /* the ninth of ten */
	assert_true(r.p95_nearest == 1.0);   /* the tenth */
	assert_true(r.p90_linear == 0.1072); /* 8 + 0.1 * 992 ms */
	assert_true(r.total == 1.036 && r.zeros == 1 && r.max == 1.0);
	r = logstats_spread(ten + 9, 1);
	assert_true(r.median == 1.0 && r.p90_nearest == 1.0 && r.p90_linear == 1.0);
	assert_true(r.stdev_sample == 0.0);
}

static void what_a_case_says_of_itself_is_counted_once(void **state)
{
	static const char about[] =
		"{\"case_channel\":\"Desk\",\"case_group\":null,\"case_responsible\":\"y\","
		"\"case_startdate\":\"2020-01-01T00:00:00Z\",\"case_enddate\":null,"
		"\"case_deadline\":\"2020-01-15T00:00:00Z\"}";
	struct logstats_question q = ask_at("2020-01-20T00:00:00Z");
	struct logstats s = LOGSTATS_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(small) / sizeof(small[0]); i++)
		add(&s, &small[i]);
	logstats_about(&s, str_of("b"), str_of(about));
	logstats_about(&s, str_of("b"), str_of("{\"case_channel\":\"Post\"}"));
	s.imported = true;
	assert_int_equal(logstats_count(&s, NULL), ST_OK);
	says(&s, &q, "\"cases_per_channel\":{\"Desk\":1}");
	says(&s, &q, "\"cases_per_case_group\":{\"(none)\":1}");
	says(&s, &q, "\"cases_with_enddate\":0,\"cases_without_enddate\":1");
	says(&s, &q, "\"last_event_after_deadline\":1");
	says(&s, &q, "\"responsible_never_acts_in_the_case\":1");
	says(&s, &q, "\"open\":1,\"open_and_past_deadline\":1");
	logstats_release(&s);
}

static void the_table_lets_no_name_move_the_terminal(void **state)
{
	static const struct row rows[] = { { "a", "2020-01-01T00:00:00Z", "\x1b[31m", "r", "g" } };
	struct logstats_question q = { .at_count = 0 };
	struct strbuf out = STRBUF_INIT;
	struct logstats s;

	(void)state;
	COUNT(&s, rows);
	assert_int_equal(logstats_table(&out, &s, &q, NULL), ST_OK);
	assert_null(strchr(strbuf_cstr(&out), '\x1b'));
	strbuf_release(&out);
	logstats_release(&s);
}

static void a_tally_keeps_what_it_counts(void **state)
{
	struct tally t = TALLY_INIT;
	const struct tally_row **rows;

	(void)state;
	for (int i = 0; i < 3000; i++) {
		char key[16];

		snprintf(key, sizeof(key), "k%04d", i % 1000);
		assert_int_equal(tally_add(&t, str_of(key), i % 1000 == 7 ? 2 : 1), i % 1000);
	}
	assert_int_equal(tally_add(&t, (struct str){ "a\0b", 3 }, 1), 1000);
	assert_int_equal(tally_add(&t, (struct str){ "a\0c", 3 }, 1), 1001);
	assert_int_equal(tally_add(&t, (struct str){ "a", 1 }, 1), 1002);
	rows = tally_by_count(&t);
	assert_string_equal(rows[0]->text, "k0007");
	assert_string_equal(rows[1]->text, "k0000");
	assert_int_equal(rows[1000]->len, 1);
	assert_int_equal(rows[1002]->text[2], 'c');
	free(rows);
	tally_release(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_log_without_events_has_figures_of_nothing),
		cmocka_unit_test(each_figure_is_what_paper_says),
		cmocka_unit_test(the_order_of_the_lines_changes_nothing),
		cmocka_unit_test(events_of_one_instant_keep_their_order),
		cmocka_unit_test(work_in_progress_has_its_bounds),
		cmocka_unit_test(ranks_and_middles_are_those_of_the_definitions),
		cmocka_unit_test(what_a_case_says_of_itself_is_counted_once),
		cmocka_unit_test(the_table_lets_no_name_move_the_terminal),
		cmocka_unit_test(a_tally_keeps_what_it_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
