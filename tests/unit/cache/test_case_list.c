/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "cache/cache.h"
#include "cache/cases.h"
#include "cache/names.h"
#include "domain/filter.h"

#include "base/banned.h"

enum { CASES = 120 };

static struct db *open_cache(void)
{
	struct db *db;

	assert_int_equal(cache_open(&db, ":memory:", NULL), ST_OK);
	return db;
}

static void make_case(struct casefile *c, int i, const struct rng *r)
{
	static const char *const queues[] = { "bygglov", "miljo", "trafik" };
	static const char *const officers[] = { "", "", "britt.a", "jan.vd" };

	snprintf(c->id, sizeof(c->id), "0198cccc-0000-7000-8000-%012d", i);
	snprintf(c->eh, sizeof(c->eh), "%064d", i);
	if (rng_below(r, 10))
		snprintf(c->diary_no, sizeof(c->diary_no), "%s %d-%d",
			 rng_below(r, 2) ? "BN" : "MHN", 2025 + (int)rng_below(r, 2),
			 1 + (int)rng_below(r, 2000));
	snprintf(c->queue, sizeof(c->queue), "%s", queues[rng_below(r, 3)]);
	snprintf(c->unit, sizeof(c->unit), "%s", queues[rng_below(r, 2)]);
	snprintf(c->assignee, sizeof(c->assignee), "%s", officers[rng_below(r, 4)]);
	c->state = (enum case_state)rng_below(r, CASE_STATE_COUNT);
	c->received_at = 1000 * (int64_t)rng_below(r, 20);
	c->changed_at = 1000 * (int64_t)rng_below(r, 1000);
	if (rng_below(r, 4))
		snprintf(c->due_on, sizeof(c->due_on), "2026-%02d-%02d", 1 + (int)rng_below(r, 12),
			 1 + (int)rng_below(r, 3));
	c->n = 2;
	strbuf_sets(&c->title, rng_below(r, 5) ? "Carport" : "100 % av_gift");
}

/* Every case, as it is to be seen. */
struct truth {
	struct casefile file[CASES];
	struct rng_seeded seed;
};

static void fill(struct db *db, struct truth *t, uint64_t seed)
{
	struct rng r = rng_from_seed(&t->seed, seed);
	const int64_t scope = 1;

	for (int i = 0; i < CASES; i++) {
		struct case_row row = CASE_ROW_INIT;
		int64_t arrival;

		make_case(&t->file[i], i, &r);
		arrival = t->file[i].received_at;
		assert_int_equal(case_put(db, &t->file[i], &scope, 1, NULL), ST_OK);
		if (rng_below(&r, 4))
			continue;
		/* Touched: something else is seen than the base says. */
		make_case(&t->file[i], i, &r);
		t->file[i].received_at = arrival;
		casefile_copy(&row.file, &t->file[i]);
		row.pending = 1;
		assert_int_equal(overlay_put(db, &row, NULL), ST_OK);
		case_row_release(&row);
	}
}

static void empty(struct truth *t)
{
	for (int i = 0; i < CASES; i++)
		casefile_release(&t->file[i]);
}

static bool fits(const struct casefile *c, const struct filter *f)
{
	const struct filter_row row = { .file = c };

	return !f || filter_match(f, &row);
}

static bool matches(const struct casefile *c, const struct case_query *q)
{
	return (!q->assignee || strcmp(c->assignee, q->assignee) == 0)
	       && (!q->queue || strcmp(c->queue, q->queue) == 0)
	       && (!q->unit || strcmp(c->unit, q->unit) == 0)
	       && (!q->open_only || c->state < CASE_CLOSED)
	       && (!q->overdue_on
		   || (c->due_on[0] && strcmp(c->due_on, q->overdue_on) < 0
		       && c->state < CASE_DECIDED))
	       && (q->state < 0 || c->state == (enum case_state)q->state) && fits(c, q->filter);
}

static int compare(const struct case_query *q, const struct casefile *a, const struct casefile *b)
{
	struct case_key x, y;
	int d;

	case_key_of(&x, q->order, a);
	case_key_of(&y, q->order, b);
	d = strcmp(x.words, y.words);
	if (!d)
		d = (x.number > y.number) - (x.number < y.number);
	if (!d)
		d = (x.arrival > y.arrival) - (x.arrival < y.arrival);
	return q->descending ? -d : d;
}

/* The list as a slow sort makes it. */
static int expected(const struct truth *t, const struct case_query *q, const struct casefile **out)
{
	int n = 0;

	for (int i = 0; i < CASES; i++) {
		int k = n;

		if (!matches(&t->file[i], q))
			continue;
		for (; k > 0 && compare(q, out[k - 1], &t->file[i]) > 0; k--)
			out[k] = out[k - 1];
		out[k] = &t->file[i];
		n++;
	}
	return n;
}

static void check_forward(struct db *db, const struct truth *t, const struct case_query *q)
{
	const struct casefile *want[CASES];
	int n = expected(t, q, want), at = 0;
	struct case_key key = CASE_KEY_INIT;
	struct case_page page = CASE_PAGE_INIT;
	int64_t count, rank;

	assert_int_equal(case_count(db, q, &count, NULL), ST_OK);
	assert_int_equal(count, n);
	do {
		assert_int_equal(case_list(db, q, &key, false, 7, &page, NULL), ST_OK);
		for (int i = 0; i < page.count; i++, at++) {
			assert_true(at < n);
			assert_string_equal(page.rows[i].file.id, want[at]->id);
			case_key_of(&key, q->order, &page.rows[i].file);
		}
		assert_int_equal(page.more, at < n);
		if (at) {
			assert_int_equal(case_rank(db, q, &key, &rank, NULL), ST_OK);
			assert_int_equal(rank, at - 1);
		}
	} while (page.more);
	assert_int_equal(at, n);
	case_page_release(&page);
}

static void check_backward(struct db *db, const struct truth *t, const struct case_query *q)
{
	const struct casefile *want[CASES];
	int at = expected(t, q, want);
	struct case_key key = CASE_KEY_INIT;
	struct case_page page = CASE_PAGE_INIT;

	do {
		assert_int_equal(case_list(db, q, &key, true, 7, &page, NULL), ST_OK);
		for (int i = page.count - 1; i >= 0; i--)
			assert_string_equal(page.rows[i].file.id, want[--at]->id);
		if (page.count)
			case_key_of(&key, q->order, &page.rows[0].file);
		assert_int_equal(page.more, at > 0);
	} while (page.more);
	assert_int_equal(at, 0);
	case_page_release(&page);
}

static const struct case_query queries[] = {
	{ .state = -1 },
	{ .state = -1, .open_only = true },
	{ .state = -1, .assignee = "britt.a" },
	{ .state = -1, .assignee = "britt.a", .open_only = true },
	{ .state = -1, .assignee = "" },
	{ .state = -1, .assignee = "", .queue = "miljo" },
	{ .state = -1, .queue = "bygglov", .open_only = true },
	{ .state = -1, .assignee = "jan.vd", .queue = "trafik" },
	{ .state = -1, .unit = "miljo", .overdue_on = "2026-06-02" },
	{ .state = CASE_OPEN },
	{ .state = -1, .assignee = "nobody.at.all" },
};

static void each_case_stands_once_and_in_order_whatever_is_asked(void **state)
{
	struct db *db = open_cache();
	struct truth *t = calloc(1, sizeof(*t));

	(void)state;
	assert_non_null(t);
	fill(db, t, 7);
	for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++)
		for (int order = 0; order < ORDER_COUNT; order++)
			for (int down = 0; down < 2; down++) {
				struct case_query q = queries[i];

				q.order = (enum case_order)order;
				q.descending = down;
				check_forward(db, t, &q);
				check_backward(db, t, &q);
			}
	empty(t);
	free(t);
	cache_close(db);
}

static void rows_that_stay_are_neither_skipped_nor_doubled_while_others_move(void **state)
{
	struct db *db = open_cache();
	struct truth *t = calloc(1, sizeof(*t));
	struct case_query q = CASE_QUERY_INIT;
	struct case_key key = CASE_KEY_INIT;
	struct case_page page = CASE_PAGE_INIT;
	int seen[CASES] = { 0 };
	struct rng r;
	const int64_t scope = 1;
	int moved = 0;

	(void)state;
	assert_non_null(t);
	fill(db, t, 11);
	r = rng_from_seed(&t->seed, 12);
	assert_int_equal(overlay_clear(db, NULL), ST_OK);
	do {
		assert_int_equal(case_list(db, &q, &key, false, 5, &page, NULL), ST_OK);
		for (int i = 0; i < page.count; i++) {
			seen[atoll(page.rows[i].file.id + 24)]++;
			case_key_of(&key, q.order, &page.rows[i].file);
		}
		/* Odd ones move about between the pages; even ones stay. */
		for (int i = 0; i < 5; i++, moved++) {
			struct casefile c = CASEFILE_INIT;

			make_case(&c, 1 + 2 * (moved % (CASES / 2)), &r);
			c.n = 3 + moved;
			assert_int_equal(case_put(db, &c, &scope, 1, NULL), ST_OK);
			casefile_release(&c);
		}
	} while (page.more);
	for (int i = 0; i < CASES; i += 2)
		assert_int_equal(seen[i], 1);
	case_page_release(&page);
	empty(t);
	free(t);
	cache_close(db);
}

static void an_older_row_never_replaces_a_newer_one(void **state)
{
	struct db *db = open_cache();
	struct casefile c = CASEFILE_INIT, back = CASEFILE_INIT;
	const int64_t scope = 1;

	(void)state;
	snprintf(c.id, sizeof(c.id), "0198cccc-0000-7000-8000-000000000001");
	c.n = 5;
	strbuf_sets(&c.title, "ny");
	assert_int_equal(case_put(db, &c, &scope, 1, NULL), ST_OK);
	c.n = 4;
	strbuf_sets(&c.title, "gammal");
	assert_int_equal(case_put(db, &c, &scope, 1, NULL), ST_OK);
	assert_int_equal(case_base(db, c.id, &back, NULL), ST_OK);
	assert_int_equal(back.n, 5);
	assert_string_equal(strbuf_cstr(&back.title), "ny");
	casefile_release(&c);
	casefile_release(&back);
	cache_close(db);
}

/* A central put back within a month may have it where it was, in a scope that is
 * still held; behind the cursor nothing tells of it. */
static void a_case_that_went_with_a_lost_scope_is_asked_for_after_a_restore(void **state)
{
	enum { MONTH = 1000000 };
	const int64_t first = 1, second = 2;

	(void)state;
	for (int64_t later = MONTH; later <= 2 * MONTH + 1; later += MONTH + 1) {
		struct db *db = open_cache();
		struct casefile c = CASEFILE_INIT;
		char id[UUID_TEXT];

		snprintf(c.id, sizeof(c.id), "0198cccc-0000-7000-8000-000000000001");
		c.n = 2;
		assert_int_equal(case_put_at(db, &c, &first, 1, 6, NULL), ST_OK);
		c.n = 4;
		assert_int_equal(case_put_at(db, &c, &second, 1, 14, NULL), ST_OK);
		assert_int_equal(case_drop_scope(db, second, NULL), ST_OK);
		assert_int_equal(case_settled(db, 20, MONTH, 0, NULL), ST_OK);
		assert_int_equal(case_settled(db, 20, later, later - MONTH, NULL), ST_OK);
		assert_int_equal(cache_fork(db, "other", 8, NULL), ST_OK);
		assert_int_equal(again_next(db, "", id, NULL), later > MONTH ? ST_NONE : ST_OK);
		casefile_release(&c);
		cache_close(db);
	}
}

/* It was asked for by itself and is not ours: no row says since when. */
static void a_case_that_was_refused_is_asked_for_after_a_restore(void **state)
{
	const int64_t scope = 1;
	struct db *db = open_cache();
	struct casefile c = CASEFILE_INIT;
	char id[UUID_TEXT];

	(void)state;
	snprintf(c.id, sizeof(c.id), "0198cccc-0000-7000-8000-000000000001");
	c.n = 2;
	assert_int_equal(case_put_at(db, &c, &scope, 1, 6, NULL), ST_OK);
	assert_int_equal(case_not_ours(db, c.id, NULL), ST_OK);
	assert_int_equal(case_settled(db, 20, 1000, 0, NULL), ST_OK);
	assert_int_equal(case_settled(db, 20, 3000, 2000, NULL), ST_OK);
	assert_int_equal(cache_fork(db, "other", 8, NULL), ST_OK);
	assert_int_equal(again_next(db, "", id, NULL), ST_OK);
	assert_string_equal(id, c.id);
	casefile_release(&c);
	cache_close(db);
}

/* "A page brings it", it was said, and the page did not come before the next
 * restore. */
static void a_case_that_was_told_of_alone_is_asked_for_after_a_second_restore(void **state)
{
	const int64_t scope = 1;
	struct db *db = open_cache();
	struct casefile c = CASEFILE_INIT;
	char id[UUID_TEXT];

	(void)state;
	snprintf(c.id, sizeof(c.id), "0198cccc-0000-7000-8000-000000000001");
	c.n = 2;
	assert_int_equal(case_put_at(db, &c, &scope, 1, 17, NULL), ST_OK);
	assert_int_equal(cache_fork(db, "second", 12, NULL), ST_OK);
	assert_int_equal(again_done(db, c.id, NULL), ST_OK);
	assert_int_equal(again_next(db, "", id, NULL), ST_NONE);
	assert_int_equal(cache_fork(db, "third", 12, NULL), ST_OK);
	assert_int_equal(again_next(db, "", id, NULL), ST_OK);
	assert_string_equal(id, c.id);
	assert_int_equal(again_done(db, c.id, NULL), ST_OK);
	assert_int_equal(again_over(db, NULL), ST_OK);
	assert_int_equal(cache_fork(db, "fourth", 12, NULL), ST_OK);
	assert_int_equal(again_next(db, "", id, NULL), ST_NONE);
	casefile_release(&c);
	cache_close(db);
}

static void a_case_that_moved_out_and_back_is_there_in_any_order_of_rows(void **state)
{
	struct db *db = open_cache();
	struct casefile c = CASEFILE_INIT, back = CASEFILE_INIT;
	const int64_t scope = 1;
	int64_t n;

	(void)state;
	snprintf(c.id, sizeof(c.id), "0198cccc-0000-7000-8000-000000000001");
	c.n = 2;
	assert_int_equal(case_put(db, &c, &scope, 1, NULL), ST_OK);
	assert_int_equal(case_gone(db, c.id, 1, 3, 0, "moved", NULL), ST_OK);
	assert_int_equal(case_base(db, c.id, &back, NULL), ST_NONE);
	assert_int_equal(case_gone_by(db, c.id, &n, NULL), ST_OK);
	assert_int_equal(n, 3);
	/* The row of before the move comes late. */
	assert_int_equal(case_put(db, &c, &scope, 1, NULL), ST_OK);
	assert_int_equal(case_base(db, c.id, &back, NULL), ST_NONE);
	c.n = 4;
	assert_int_equal(case_put(db, &c, &scope, 1, NULL), ST_OK);
	assert_int_equal(case_gone(db, c.id, 1, 3, 0, "moved", NULL), ST_OK);
	assert_int_equal(case_base(db, c.id, &back, NULL), ST_OK);
	casefile_release(&c);
	casefile_release(&back);
	cache_close(db);
}

static void a_case_in_two_scopes_outlives_the_loss_of_one(void **state)
{
	struct db *db = open_cache();
	struct casefile c = CASEFILE_INIT, back = CASEFILE_INIT;
	const int64_t both[] = { 1, 2 };

	(void)state;
	snprintf(c.id, sizeof(c.id), "0198cccc-0000-7000-8000-000000000001");
	c.n = 2;
	assert_int_equal(case_put(db, &c, both, 2, NULL), ST_OK);
	snprintf(c.id, sizeof(c.id), "0198cccc-0000-7000-8000-000000000002");
	assert_int_equal(case_put(db, &c, both, 1, NULL), ST_OK);
	assert_int_equal(case_drop_scope(db, 1, NULL), ST_OK);
	assert_int_equal(case_base(db, "0198cccc-0000-7000-8000-000000000001", &back, NULL), ST_OK);
	assert_int_equal(case_base(db, "0198cccc-0000-7000-8000-000000000002", &back, NULL),
			 ST_NONE);
	assert_int_equal(case_drop_scope(db, 2, NULL), ST_OK);
	assert_int_equal(case_base(db, "0198cccc-0000-7000-8000-000000000001", &back, NULL),
			 ST_NONE);
	casefile_release(&c);
	casefile_release(&back);
	cache_close(db);
}

static void a_case_that_could_not_be_read_is_asked_for_when_a_scope_of_it_is_lost(void **state)
{
	struct db *db = open_cache();
	struct casefile c = CASEFILE_INIT;
	const int64_t scope = 1;
	char id[UUID_TEXT] = "";

	(void)state;
	snprintf(c.id, sizeof(c.id), "0198cccc-0000-7000-8000-000000000001");
	c.n = 2;
	assert_int_equal(case_put(db, &c, &scope, 1, NULL), ST_OK);
	/* Its line by another scope, which is read beyond it. */
	assert_int_equal(unreadable_put(db, c.id, "a line of it could not be read", NULL), ST_OK);
	assert_int_equal(case_drop_scope(db, 1, NULL), ST_OK);
	assert_int_equal(unreadable_next(db, "", id, NULL), ST_OK);
	assert_string_equal(id, c.id);
	casefile_release(&c);
	cache_close(db);
}

static void a_diary_number_finds_its_case_in_every_spelling(void **state)
{
	static const char *const spellings[] = { "BN 2026-1042", "bn2026-1042", "2026-1042",
						 "1042" };
	struct db *db = open_cache();
	struct casefile c = CASEFILE_INIT;
	struct case_page page = CASE_PAGE_INIT;
	const int64_t scope = 1;

	(void)state;
	snprintf(c.id, sizeof(c.id), "0198cccc-0000-7000-8000-000000000001");
	snprintf(c.diary_no, sizeof(c.diary_no), "BN 2026-1042");
	c.n = 2;
	assert_int_equal(case_put(db, &c, &scope, 1, NULL), ST_OK);
	for (size_t i = 0; i < 4; i++) {
		struct diary_no d;

		assert_true(diary_parse(&d, str_of(spellings[i])));
		assert_int_equal(case_find(db, &d, 5, &page, NULL), ST_OK);
		assert_int_equal(page.count, 1);
	}
	assert_int_equal(case_find(db, &(struct diary_no){ "MHN", 2026, 1042 }, 5, &page, NULL),
			 ST_NONE);
	case_page_release(&page);
	casefile_release(&c);
	cache_close(db);
}

static void parse(struct filter *f, const char *text, bool typing)
{
	const struct filter_env env = { .me = "britt.a",
					.today = { 2026, 6, 2 },
					.typing = typing };
	struct err why = ERR_INIT;

	if (filter_parse(f, str_of(text), &env, NULL, &why) != ST_OK)
		fail_msg("%s: %s", text, why.text);
}

/* Å is one letter, written in three ways. */
#define A_RING "A\xCC\x8A"
#define ANGSTROM "\xE2\x84\xAB"

static void names_are_found_in_capitals_or_not_and_by_whole_words(void **state)
{
	static const struct {
		const char *words;
		bool typing;
		int found;
	} asked[] = { { "åkesson", false, 1 },
		      { "ÅKESSON", false, 1 },
		      { A_RING "kesson", false, 1 },
		      { ANGSTROM "kesson", false, 1 },
		      { "akesson", false, 1 },
		      { "text=akesson", false, 0 },
		      { "text=åkesson", false, 1 },
		      { "äkesson", false, 0 },
		      { "linne", false, 0 },
		      { "linne", true, 1 },
		      { "linne*", false, 1 },
		      { "linnes", false, 1 },
		      { "LINNÉS", false, 1 },
		      { "2026-1042", false, 1 },
		      { "\"bn 2026\"", false, 1 },
		      { "\"2026 bn\"", false, 0 },
		      { "\"gata Åkesson\"", false, 0 },
		      { "\"linnés gata\"", false, 1 },
		      { "\"vaxthus 100\"", false, 1 },
		      { "part:växthus", false, 0 },
		      { "part:britt växthus", false, 1 },
		      { "inte växthus", false, 0 },
		      { "esson", true, 0 } };
	static const char *const names[] = { "Åkesson, Britt", A_RING "kesson, Britt",
					     ANGSTROM "kesson, Britt" };
	struct db *db = open_cache();
	struct casefile c = CASEFILE_INIT;
	struct filter f = FILTER_INIT;
	const int64_t scope = 1;

	(void)state;
	snprintf(c.id, sizeof(c.id), "0198cccc-0000-7000-8000-000000000001");
	snprintf(c.diary_no, sizeof(c.diary_no), "BN 2026-1042");
	strbuf_sets(&c.title, "Växthus 100%, LINNÉS gata");
	for (size_t k = 0; k < 3; k++) {
		strbuf_sets(&c.party, names[k]);
		c.n++;
		assert_int_equal(case_put(db, &c, &scope, 1, NULL), ST_OK);
		for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
			struct case_query q = CASE_QUERY_INIT;
			int64_t n = -1;

			q.filter = &f;
			parse(&f, asked[i].words, asked[i].typing);
			assert_int_equal(case_count(db, &q, &n, NULL), ST_OK);
			if (n != asked[i].found)
				fail_msg("%s finds %d", asked[i].words, (int)n);
		}
	}
	filter_release(&f);
	casefile_release(&c);
	cache_close(db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_case_stands_once_and_in_order_whatever_is_asked),
		cmocka_unit_test(rows_that_stay_are_neither_skipped_nor_doubled_while_others_move),
		cmocka_unit_test(an_older_row_never_replaces_a_newer_one),
		cmocka_unit_test(a_case_that_went_with_a_lost_scope_is_asked_for_after_a_restore),
		cmocka_unit_test(a_case_that_was_refused_is_asked_for_after_a_restore),
		cmocka_unit_test(a_case_that_was_told_of_alone_is_asked_for_after_a_second_restore),
		cmocka_unit_test(a_case_that_moved_out_and_back_is_there_in_any_order_of_rows),
		cmocka_unit_test(a_case_in_two_scopes_outlives_the_loss_of_one),
		cmocka_unit_test(
			a_case_that_could_not_be_read_is_asked_for_when_a_scope_of_it_is_lost),
		cmocka_unit_test(a_diary_number_finds_its_case_in_every_spelling),
		cmocka_unit_test(names_are_found_in_capitals_or_not_and_by_whole_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
