/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/unit/central/rig.h"

#include "domain/calendar.h"
#include "domain/figure.h"
#include "domain/filter.h"

#include "base/banned.h"

#define DAY_MS 86400000LL

/* A row of the projection as a finished chain would have made it. */
struct made {
	const char *unit;
	int class;
	const char *type, *state, *assignee, *due;
	int64_t received, closed;
};

static void insert(struct rig *r, int no, const struct made *m)
{
	struct stmt *q = db_stmt(
		central_db(r->c),
		"INSERT INTO casefile(id, diary_no, type, type_version, unit, queue, state, priority,"
		" protection, assignee, channel, received_at, due_on, outcome, changed_at, title,"
		" party, n, eh, scope, fields, party_kind, decision, closed_at)"
		" VALUES(printf('00000000-0000-7000-8000-%012d', ?1), 'X ' || ?1, ?2, 1, ?3, 'q', ?4,"
		" 2, ?5, ?6, '', ?7, ?8, '', 0, x'', x'', 1, '',"
		" (SELECT id FROM scope WHERE unit = ?3 AND class = ?5), x'', '', x'', ?9)");
	struct err why = ERR_INIT;

	stmt_int(q, 1, no);
	stmt_cstr(q, 2, m->type);
	stmt_cstr(q, 3, m->unit);
	stmt_cstr(q, 4, m->state);
	stmt_int(q, 5, m->class);
	stmt_cstr(q, 6, m->assignee);
	stmt_int(q, 7, m->received);
	stmt_cstr(q, 8, m->due);
	stmt_int(q, 9, m->closed);
	must(stmt_run(q, &why), &why);
}

static struct json *stats(struct desk *d, const char *query)
{
	struct json *j = NULL;
	char path[128];

	snprintf(path, sizeof(path), "/v1/stats%s", query);
	if (rig_get(d->rig, d->token, path) != 200)
		print_error("%s\n", strbuf_cstr(&d->rig->reply.body));
	assert_int_equal(d->rig->reply.status, 200);
	assert_int_equal(json_read(&j, strbuf_str(&d->rig->reply.body), NULL), ST_OK);
	return j;
}

static int64_t pair(const struct json *j, const char *name, const char *which)
{
	return json_get_int(json_member(j, name), which, -1);
}

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static int64_t nearest_rank(int64_t *v, int n, int p)
{
	qsort(v, (size_t)n, sizeof(*v), by_size);
	for (int k = 1; k <= n; k++)
		if (100 * k >= p * n)
			return v[k - 1];
	return -1;
}

static void percentiles_are_by_nearest_rank(void **state)
{
	static int64_t times[400];
	struct rig r;
	struct desk siv;

	(void)state;
	for (int round = 1; round <= 12; round++) {
		int n = 1 + (round * round * 3) % 397;
		struct json *j;
		const struct json *t;

		rig_open(&r, (uint64_t)round);
		rig_officer(&r, "siv", "supervisor", "bygg", 0);
		desk_open(&siv, &r, "siv");
		for (int i = 0; i < n; i++) {
			struct made m = {
				"bygg",	   0,
				"BYGGLOV", "archived",
				"",	   "",
				0,	   r.wall - (int64_t)rng_below(&r.env.rng, DAY_MS / 2)
			};

			times[i] = (int64_t)rng_below(&r.env.rng, (uint64_t)(90 * DAY_MS)) / 1000
				   * 1000;
			m.received = m.closed - times[i];
			insert(&r, i, &m);
		}
		j = stats(&siv, "");
		t = json_item(json_member(j, "types"), 0);
		assert_int_equal(json_get_int(t, "closed", -1), n);
		assert_int_equal(json_get_int(t, "p50_s", -1), nearest_rank(times, n, 50) / 1000);
		assert_int_equal(json_get_int(t, "p90_s", -1), nearest_rank(times, n, 90) / 1000);
		assert_int_equal(json_get_int(t, "p95_s", -1), nearest_rank(times, n, 95) / 1000);
		assert_int_equal(json_get_int(t, "target_days", -1), 70);
		json_free(j);
		desk_release(&siv);
		rig_close(&r);
	}
}

static void weeks_go_on_over_the_new_year_in_swedish_time(void **state)
{
	/* Sunday 2027-01-03 23:30 and Monday 00:30 in Stockholm: week 53 and 1. */
	static const int64_t sunday = 1799015400000LL, monday = 1799019000000LL;
	struct made late = { "bygg", 0, "BYGGLOV", "registered", "", "", 0, 0 };
	struct rig r;
	struct desk siv;
	struct json *j;
	const struct json *weeks;

	(void)state;
	rig_open(&r, 3);
	r.wall = monday + 36 * 3600 * 1000LL;
	rig_officer(&r, "siv", "supervisor", "bygg", 0);
	desk_open(&siv, &r, "siv");
	late.received = sunday;
	insert(&r, 1, &late);
	insert(&r, 2, &late);
	late.received = monday;
	insert(&r, 3, &late);
	j = stats(&siv, "");
	weeks = json_member(j, "weeks");
	assert_int_equal(json_count(weeks), 12);
	assert_int_equal(json_get_int(json_item(weeks, 11), "week", 0), 1);
	assert_int_equal(json_get_int(json_item(weeks, 11), "year", 0), 2027);
	assert_int_equal(json_get_int(json_item(weeks, 11), "in", -1), 1);
	assert_int_equal(json_get_int(json_item(weeks, 10), "week", 0), 53);
	assert_int_equal(json_get_int(json_item(weeks, 10), "year", 0), 2026);
	assert_int_equal(json_get_int(json_item(weeks, 10), "in", -1), 2);
	assert_true(str_eq(json_get_text(json_item(weeks, 10), "last"), "2027-01-03"));
	json_free(j);
	desk_release(&siv);
	rig_close(&r);
}

static void figures_of_now_stand_beside_those_of_the_period_before(void **state)
{
	/* The rig's day is 2026-03-02; ten days back begin on 2026-02-21. */
	static const struct made cases[] = {
		{ "bygg", 0, "BYGGLOV", "open", "britt", "2026-03-01", RIG_START - 40 * DAY_MS, 0 },
		{ "bygg", 0, "BYGGLOV", "waiting", "britt", "2026-02-10", RIG_START - 30 * DAY_MS,
		  0 },
		{ "bygg", 0, "BYGGLOV", "decided", "", "2026-02-10", RIG_START - 30 * DAY_MS, 0 },
		{ "bygg", 0, "BYGGLOV", "registered", "", "2026-03-02", RIG_START - 3600000, 0 },
		{ "bygg", 0, "BYGGLOV", "closed", "anna", "", RIG_START - 35 * DAY_MS,
		  RIG_START - 2 * DAY_MS },
		{ "bygg", 0, "BYGGLOV", "archived", "anna", "", RIG_START - 35 * DAY_MS,
		  RIG_START - 15 * DAY_MS },
	};
	struct rig r;
	struct desk siv;
	struct json *j;
	const struct json *load;

	(void)state;
	rig_open(&r, 4);
	rig_officer(&r, "siv", "supervisor", "bygg", 0);
	desk_open(&siv, &r, "siv");
	for (int i = 0; i < 6; i++)
		insert(&r, i, &cases[i]);
	j = stats(&siv, "?days=10");
	assert_int_equal(json_get_int(j, "counted", -1), 6);
	assert_int_equal(pair(j, "open", "now"), 4);
	assert_int_equal(pair(j, "open", "before"), 4);
	assert_int_equal(pair(j, "overdue", "now"), 2);
	assert_int_equal(pair(j, "overdue", "before"), 2);
	assert_int_equal(pair(j, "received", "now"), 1);
	assert_int_equal(pair(j, "closed", "now"), 1);
	assert_int_equal(pair(j, "closed", "before"), 1);
	assert_int_equal(json_get_int(j, "received_today", -1), 1);
	load = json_member(j, "officers");
	assert_int_equal(json_count(load), 2);
	assert_true(str_eq(json_get_text(json_item(load, 0), "officer"), ""));
	assert_int_equal(json_get_int(json_item(load, 0), "open", -1), 2);
	assert_int_equal(json_get_int(json_item(load, 1), "overdue", -1), 2);
	assert_int_equal(json_get_int(json_item(load, 1), "age_p90_s", -1), 40 * DAY_MS / 1000);
	assert_int_equal(json_count(json_member(j, "statuses")), 4);
	json_free(j);
	desk_release(&siv);
	rig_close(&r);
}

static void act(struct desk *d, const char *id, const char *what, const char *arg,
		const char *value)
{
	struct ack ack;

	desk_act(d, id, what, arg, value, &ack);
	if (ack.verdict != VERDICT_ACCEPTED)
		fail_msg("%s: %s", what, ack.why);
}

static int64_t closed(struct desk *d, const char *query, const char *when)
{
	struct json *j = stats(d, query);
	int64_t n = pair(j, "closed", when);

	json_free(j);
	return n;
}

static void a_reopened_case_changes_no_figure_of_days_gone_by(void **state)
{
	struct rig r;
	struct desk siv, britt;
	struct json *j;
	char id[UUID_TEXT];

	(void)state;
	rig_open(&r, 9);
	rig_officer(&r, "siv", "supervisor", "bygg", 0);
	desk_open(&britt, &r, "britt");
	rig_case(&r, "BYGGLOV", id);
	desk_work(&britt, id);
	r.wall += 5 * DAY_MS;
	desk_open(&siv, &r, "siv");
	assert_int_equal(desk_try_login(&britt), 200);
	assert_int_equal(closed(&siv, "?days=30", "now"), 1);
	j = stats(&siv, "?days=2");
	assert_int_equal(pair(j, "open", "before"), 0);
	json_free(j);
	act(&britt, id, "case.reopen", "reason", "Nya uppgifter");
	assert_int_equal(closed(&siv, "?days=30", "now"), 1);
	assert_int_equal(closed(&siv, "?days=3", "before"), 1);
	assert_int_equal(closed(&siv, "?days=3", "now"), 0);
	j = stats(&siv, "?days=2");
	assert_int_equal(pair(j, "open", "now"), 1);
	assert_int_equal(pair(j, "open", "before"), 0);
	assert_int_equal(pair(j, "overdue", "before"), 0);
	json_free(j);
	j = stats(&siv, "?days=30");
	assert_int_equal(json_get_int(json_item(json_member(j, "types"), 0), "closed", -1), 1);
	json_free(j);
	desk_release(&siv);
	desk_release(&britt);
	rig_close(&r);
}

static void what_ended_before_it_began_has_no_handling_time(void **state)
{
	static const struct made cases[] = {
		{ "bygg", 0, "BYGGLOV", "closed", "anna", "", RIG_START - 9 * DAY_MS,
		  RIG_START - 2 * DAY_MS },
		{ "bygg", 0, "BYGGLOV", "closed", "anna", "", RIG_START - DAY_MS,
		  RIG_START - 3 * DAY_MS },
	};
	struct rig r;
	struct desk siv;
	struct json *j;
	const struct json *row;

	(void)state;
	rig_open(&r, 10);
	rig_officer(&r, "siv", "supervisor", "bygg", 0);
	desk_open(&siv, &r, "siv");
	for (int i = 0; i < 2; i++)
		insert(&r, i, &cases[i]);
	j = stats(&siv, "");
	row = json_item(json_member(j, "types"), 0);
	assert_int_equal(json_get_int(row, "closed", -1), 2);
	assert_int_equal(json_get_int(row, "untimed", -1), 1);
	assert_int_equal(json_get_int(row, "p50_s", -1), 7 * DAY_MS / 1000);
	assert_int_equal(json_get_int(row, "p95_s", -1), 7 * DAY_MS / 1000);
	json_free(j);
	desk_release(&siv);
	rig_close(&r);
}

static void a_secret_case_changes_no_figure_of_one_who_may_not_see_it(void **state)
{
	static const struct made cases[] = {
		{ "bygg", 1, "BYGGLOV", "open", "britt", "2026-01-01", RIG_START - 3600000, 0 },
		{ "bygg", 2, "AVLOPP", "archived", "anna", "", RIG_START - 9 * DAY_MS,
		  RIG_START - DAY_MS },
		{ "miljo", 0, "AVLOPP", "registered", "", "2026-01-01", RIG_START - DAY_MS, 0 },
	};
	struct strbuf before = STRBUF_INIT;
	struct rig r;
	struct desk siv, chief;
	struct json *j;

	(void)state;
	rig_open(&r, 6);
	rig_officer(&r, "siv", "supervisor", "bygg", 0);
	rig_officer(&r, "chief", "supervisor", "bygg,miljo", 2);
	desk_open(&siv, &r, "siv");
	desk_open(&chief, &r, "chief");
	json_free(stats(&siv, ""));
	strbuf_set(&before, r.reply.body.data, r.reply.body.len);
	for (int i = 0; i < 3; i++)
		insert(&r, i, &cases[i]);
	json_free(stats(&siv, ""));
	assert_string_equal(strbuf_cstr(&r.reply.body), strbuf_cstr(&before));
	j = stats(&chief, "");
	assert_int_equal(json_get_int(j, "counted", -1), 3);
	json_free(j);
	j = stats(&chief, "?unit=miljo");
	assert_int_equal(json_get_int(j, "counted", -1), 1);
	assert_int_equal(json_get_int(j, "of", -1), 3);
	json_free(j);
	strbuf_release(&before);
	desk_release(&siv);
	desk_release(&chief);
	rig_close(&r);
}

/* --- Each figure opens a list of as many cases --------------------------------- */

enum { MANY = 300 };

struct town {
	struct rig r;
	struct desk siv;
	struct casefile cases[MANY];
	struct made made[MANY];
	char due[MANY][DAY_TEXT];
};

static const char *one_of(struct town *t, const char *const *words, uint64_t n)
{
	return words[rng_below(&t->r.env.rng, n)];
}

static void populate(struct town *t)
{
	static const char *const states[] = { "registered", "open",	  "waiting", "proposed",
					      "decided",    "dispatched", "closed",  "archived" };
	static const char *const people[] = { "", "britt", "anna", "o.7-x" };
	static const char *const types[] = { "BYGGLOV", "AVLOPP" };

	for (int i = 0; i < MANY; i++) {
		struct made *m = &t->made[i];
		struct casefile *c = &t->cases[i];
		int64_t back = (int64_t)rng_below(&t->r.env.rng, 120 * DAY_MS);

		m->unit = rng_below(&t->r.env.rng, 2) ? "bygg" : "miljo";
		m->type = one_of(t, types, 2);
		m->state = one_of(t, states, 8);
		m->assignee = one_of(t, people, 4);
		m->received = t->r.wall - back;
		if (m->state[0] == 'c' || m->state[0] == 'a')
			m->closed =
				m->received + (int64_t)rng_below(&t->r.env.rng, (uint64_t)back + 1);
		if (rng_below(&t->r.env.rng, 6))
			day_format(t->due[i], day_add(day_in_stockholm(m->received, NULL, NULL),
						      (int64_t)rng_below(&t->r.env.rng, 80)));
		m->due = t->due[i];
		insert(&t->r, i, m);
		snprintf(c->unit, sizeof(c->unit), "%s", m->unit);
		snprintf(c->type, sizeof(c->type), "%s", m->type);
		snprintf(c->assignee, sizeof(c->assignee), "%s", m->assignee);
		snprintf(c->due_on, sizeof(c->due_on), "%s", m->due);
		assert_true(case_state_from(&c->state, str_of(m->state)));
		c->received_at = m->received;
		c->closed_at = m->closed;
	}
}

/* `value` is what the central counted. */
static void opens(struct town *t, const struct figure *f, int64_t value)
{
	struct filter_env env = { .me = "siv", .today = day_in_stockholm(t->r.wall, NULL, NULL) };

	for (int en = 0; en < 2; en++) {
		struct strbuf text = STRBUF_INIT;
		struct filter filter = FILTER_INIT;
		struct err why = ERR_INIT;
		int64_t count = 0;

		assert_true(figure_filter(&text, f, en == 1));
		if (filter_parse(&filter, strbuf_str(&text), &env, NULL, &why) != ST_OK)
			fail_msg("%s: %s", strbuf_cstr(&text), why.text);
		for (int i = 0; i < MANY; i++)
			count +=
				filter_match(&filter, &(struct filter_row){ .file = &t->cases[i] });
		if (count != value)
			fail_msg("%s: the figure is %lld, the list %lld", strbuf_cstr(&text),
				 (long long)value, (long long)count);
		filter_release(&filter);
		strbuf_release(&text);
	}
}

static const char *copied(const struct json *j, const char *name, char *to, size_t size)
{
	(void)json_copy_text(j, name, to, size);
	return to;
}

static void every_row_opens(struct town *t, const struct json *j, struct figure f)
{
	char a[OFFICER_MAX], first[DAY_TEXT], last[DAY_TEXT];
	const struct json *row;

	for (size_t i = 0; (row = json_item(json_member(j, "types"), i)); i++) {
		f.kind = FIGURE_TYPE;
		f.code = copied(row, "type", a, sizeof(a));
		opens(t, &f, json_get_int(row, "closed", -1));
	}
	for (size_t i = 0; (row = json_item(json_member(j, "officers"), i)); i++) {
		f.code = copied(row, "officer", a, sizeof(a));
		f.kind = FIGURE_OFFICER_OPEN;
		opens(t, &f, json_get_int(row, "open", -1));
		f.kind = FIGURE_OFFICER_OVERDUE;
		opens(t, &f, json_get_int(row, "overdue", -1));
	}
	for (size_t i = 0; (row = json_item(json_member(j, "statuses"), i)); i++) {
		f.kind = FIGURE_STATUS;
		f.code = copied(row, "status", a, sizeof(a));
		opens(t, &f, json_get_int(row, "cases", -1));
	}
	for (size_t i = 0; (row = json_item(json_member(j, "weeks"), i)); i++) {
		f.first = copied(row, "first", first, sizeof(first));
		f.last = copied(row, "last", last, sizeof(last));
		f.kind = FIGURE_RECEIVED;
		opens(t, &f, json_get_int(row, "in", -1));
		f.kind = FIGURE_CLOSED;
		opens(t, &f, json_get_int(row, "out", -1));
	}
}

static void every_figure_opens_a_list_of_as_many_cases(void **state)
{
	static const char *const units[] = { "", "bygg" };
	static const int periods[] = { 7, 30, 90 };
	struct town *t = calloc(1, sizeof(*t));

	(void)state;
	assert_non_null(t);
	rig_open(&t->r, 8);
	rig_officer(&t->r, "siv", "supervisor", "bygg,miljo", 0);
	desk_open(&t->siv, &t->r, "siv");
	populate(t);
	for (int i = 0; i < 6; i++) {
		char query[64], first[DAY_TEXT], last[DAY_TEXT];
		struct json *j;
		struct figure f = { .unit = units[i % 2], .code = "" };

		snprintf(query, sizeof(query), "?days=%d&unit=%s", periods[i / 2], f.unit);
		j = stats(&t->siv, query);
		f.first = copied(j, "first", first, sizeof(first));
		f.last = copied(j, "last", last, sizeof(last));
		f.kind = FIGURE_OPEN;
		opens(t, &f, pair(j, "open", "now"));
		f.kind = FIGURE_OVERDUE;
		opens(t, &f, pair(j, "overdue", "now"));
		f.kind = FIGURE_CLOSED;
		opens(t, &f, pair(j, "closed", "now"));
		f.kind = FIGURE_RECEIVED;
		opens(t, &f, pair(j, "received", "now"));
		every_row_opens(t, j, f);
		json_free(j);
	}
	desk_release(&t->siv);
	rig_close(&t->r);
	free(t);
}

static void only_supervisors_are_given_figures_and_only_of_their_units(void **state)
{
	struct rig r;
	struct desk britt, mikael;

	(void)state;
	rig_open(&r, 7);
	desk_open(&britt, &r, "britt");
	desk_open(&mikael, &r, "mikael");
	rig_get(&r, britt.token, "/v1/stats");
	rig_expect(&r, 403, "role-lacking");
	rig_get(&r, mikael.token, "/v1/stats?unit=bygg");
	rig_expect(&r, 404, "unit-unknown");
	rig_get(&r, mikael.token, "/v1/stats?unit=finns-inte");
	rig_expect(&r, 404, "unit-unknown");
	rig_get(&r, mikael.token, "/v1/stats?days=0");
	rig_expect(&r, 400, "query-malformed");
	rig_get(&r, mikael.token, "/v1/stats?days=99999");
	rig_expect(&r, 400, "query-malformed");
	desk_release(&britt);
	desk_release(&mikael);
	rig_close(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(percentiles_are_by_nearest_rank),
		cmocka_unit_test(weeks_go_on_over_the_new_year_in_swedish_time),
		cmocka_unit_test(figures_of_now_stand_beside_those_of_the_period_before),
		cmocka_unit_test(a_reopened_case_changes_no_figure_of_days_gone_by),
		cmocka_unit_test(what_ended_before_it_began_has_no_handling_time),
		cmocka_unit_test(a_secret_case_changes_no_figure_of_one_who_may_not_see_it),
		cmocka_unit_test(every_figure_opens_a_list_of_as_many_cases),
		cmocka_unit_test(only_supervisors_are_given_figures_and_only_of_their_units),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
