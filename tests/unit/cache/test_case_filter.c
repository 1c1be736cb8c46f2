/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "cache/cache.h"
#include "cache/cases.h"
#include "cache/watch.h"
#include "domain/filter.h"
#include "sql/db.h"

#include "base/banned.h"

enum { CASES = 60, ROUNDS = 400, PAGE = 6 };

#define PICK(r, a) (a)[rng_below(r, sizeof(a) / sizeof((a)[0]))]

/* --- Random cases and filters ------------------------------------------------ */

static const char *const words[] = { "Carport", "försenad", "Ekvägen",
				     "växthus", "LINNÉ",    "Åkesson",
				     "akesson", "bygglov",  "Österö",
				     "av_gift", "12",	    "\xD0\x98\xD0\xB2\xD0\xB0\xD0\xBD" };
static const char *const queues[] = { "bygglov", "miljo", "trafik" };
static const char *const officers[] = { "", "", "britt.a", "jan.vd" };

static void make_case(struct casefile *c, int i, const struct rng *r)
{
	snprintf(c->id, sizeof(c->id), "0198cccc-0000-7000-8000-%012d", i);
	c->diary_no[0] = '\0';
	if (rng_below(r, 6))
		snprintf(c->diary_no, sizeof(c->diary_no), "%s %d-%d",
			 rng_below(r, 2) ? "BN" : "MHN", 2025 + (int)rng_below(r, 2),
			 1 + (int)rng_below(r, 20));
	snprintf(c->type, sizeof(c->type), "%s", rng_below(r, 2) ? "BYGGLOV" : "ATTEFALL");
	snprintf(c->queue, sizeof(c->queue), "%s", PICK(r, queues));
	snprintf(c->unit, sizeof(c->unit), "%s", PICK(r, queues));
	snprintf(c->assignee, sizeof(c->assignee), "%s", PICK(r, officers));
	snprintf(c->channel, sizeof(c->channel), "%s", rng_below(r, 2) ? "eservice" : "paper");
	snprintf(c->outcome, sizeof(c->outcome), "%s", rng_below(r, 2) ? "bifall" : "");
	c->state = (enum case_state)rng_below(r, CASE_STATE_COUNT);
	c->priority = 1 + (int)rng_below(r, 3);
	c->protection = (int)rng_below(r, 3);
	c->changed_at = (int64_t)rng_below(r, 30);
	c->closed_at = rng_below(r, 2) ? 0 : 1780000000000 + (int64_t)rng_below(r, 40) * 43200000;
	c->due_on[0] = '\0';
	if (rng_below(r, 4))
		snprintf(c->due_on, sizeof(c->due_on), "2026-%02d-%02d", 5 + (int)rng_below(r, 3),
			 1 + (int)rng_below(r, 28));
	strbuf_clear(&c->title);
	strbuf_addf(&c->title, "%s, %s %s", PICK(r, words), PICK(r, words), PICK(r, words));
	strbuf_clear(&c->party);
	strbuf_addf(&c->party, "%s, %s", PICK(r, words), PICK(r, words));
}

static const char *const terms[] = {
	"carport",
	"forsenad",
	"försenad",
	"akesson",
	"åkesson",
	"text=akesson",
	"text=carport",
	"\"carport ekvagen\"",
	"\"Ekvägen växthus\"",
	"text=\"ekvägen växthus\"",
	"part:linn*",
	"part:åkesson",
	"part=akesson",
	"bygg*",
	"linne",
	"\xD0\xB8\xD0\xB2\xD0\xB0\xD0\xBD",
	"text=\xD0\xB8\xD0\xB2\xD0\xB0\xD0\xBD",
	"kö:bygglov",
	"kö:bygglov,miljo",
	"enhet:trafik",
	"typ:ATTEFALL",
	"status:open",
	"status:closed,archived",
	"handl:britt.a",
	"handl:ingen",
	"handl:jag",
	"kanal:paper",
	"beslut:bifall",
	"prio:1",
	"prio:hög,låg",
	"dnr:2026-7",
	"dnr:7",
	"\"dnr:BN 2026-3\"",
	"dnr:\"MHN 2025-4\"",
	"2026-7",
	"inkom:2026-05-30",
	"inkom:<2026-06-01",
	"inkom:>7d",
	"ålder:>5",
	"ålder:<3",
	"frist:<2026-06-10",
	"frist:2026-06-01..2026-06-20",
	"frist:>2026-06-02",
	"klar:<2026-06-04",
	"klar:2026-06-01",
	"är:försenad",
	"ny",
	"min",
	"ingen",
	"sekretess",
	"konflikt",
	"bevakad",
	"öppen",
	"avslutad",
	"mine",
};

static void add_term(struct strbuf *out, const struct rng *r, int depth)
{
	if (depth < 3 && rng_below(r, 4) == 0) {
		strbuf_adds(out, rng_below(r, 2) ? "(" : "-(");
		add_term(out, r, depth + 1);
		strbuf_adds(out, rng_below(r, 2) ? " eller " : " ");
		add_term(out, r, depth + 1);
		strbuf_addc(out, ')');
		return;
	}
	if (rng_below(r, 5) == 0)
		strbuf_addc(out, '-');
	strbuf_adds(out, PICK(r, terms));
}

/* A filter that parses, from at most four parts. */
static void make_filter(struct filter *f, const struct rng *r)
{
	struct filter_env env = { .me = rng_below(r, 8) ? "britt.a" : "", .today = { 2026, 6, 4 } };
	struct strbuf text = STRBUF_INIT;
	enum status st;

	do {
		strbuf_clear(&text);
		for (uint64_t i = 0, n = 1 + rng_below(r, 3); i < n; i++) {
			strbuf_adds(&text, i ? " " : "");
			add_term(&text, r, 0);
		}
		env.typing = rng_below(r, 3) == 0;
		st = filter_parse(f, strbuf_str(&text), &env, NULL, NULL);
	} while (st != ST_OK);
	strbuf_release(&text);
}

/* --- The truth, slowly ---------------------------------------------------------- */

struct truth {
	struct case_row row[CASES];
	struct rng_seeded seed;
	int count;
	const struct case_row *fits[CASES];
};

static const char *const watched[] = { "", "2026-06-03", "2026-06-04", "2026-06-05" };

/* What the outbox has of a watch goes before what the base has. */
static void watch_case(struct db *db, struct case_row *row, const struct rng *r)
{
	const char *base = PICK(r, watched), *own = PICK(r, watched);
	bool overlaid = row->pending > 0 && rng_below(r, 2);

	assert_int_equal(watch_put(db, row->file.id, 5, base, "", NULL), ST_OK);
	assert_int_equal(watch_put(db, row->file.id, 4, "2026-01-01", "", NULL), ST_OK);
	if (overlaid)
		assert_int_equal(watch_own_put(db, row->file.id, own, "", NULL), ST_OK);
	snprintf(row->watch_on, sizeof(row->watch_on), "%s", overlaid ? own : base);
}

static struct db *fill(struct truth *t, const struct rng *r)
{
	const int64_t scope = 1;
	struct db *db;

	assert_int_equal(cache_open(&db, ":memory:", NULL), ST_OK);
	for (int i = 0; i < CASES; i++) {
		struct case_row *row = &t->row[i];

		row->file.n = 2;
		row->file.received_at = 1780000000000 + (int64_t)rng_below(r, 20) * 43200000;
		make_case(&row->file, i, r);
		assert_int_equal(case_put(db, &row->file, &scope, 1, NULL), ST_OK);
		if (rng_below(r, 3) == 0) { /* the row changes, as by the next page */
			row->file.n++;
			make_case(&row->file, i, r);
			assert_int_equal(case_put(db, &row->file, &scope, 1, NULL), ST_OK);
		}
		if (rng_below(r, 5) == 0) {
			make_case(&row->file, i, r);
			row->pending = (int)rng_below(r, 2);
			row->trouble = (int)rng_below(r, 2);
			assert_int_equal(overlay_put(db, row, NULL), ST_OK);
		}
		if (rng_below(r, 2))
			watch_case(db, row, r);
	}
	return db;
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

static bool asked_for(const struct case_query *q, const struct case_row *row)
{
	const struct filter_row r = { .file = &row->file,
				      .pending = row->pending,
				      .trouble = row->trouble,
				      .watch_on = row->watch_on };
	const struct casefile *c = &row->file;

	return filter_match(q->filter, &r) && (!q->open_only || c->state < CASE_CLOSED)
	       && (!q->assignee || strcmp(c->assignee, q->assignee) == 0)
	       && (!q->queue || strcmp(c->queue, q->queue) == 0);
}

static void judge(struct truth *t, const struct case_query *q)
{
	t->count = 0;
	for (int i = 0; i < CASES; i++) {
		int k = t->count;

		if (!asked_for(q, &t->row[i]))
			continue;
		for (; k > 0 && compare(q, &t->fits[k - 1]->file, &t->row[i].file) > 0; k--)
			t->fits[k] = t->fits[k - 1];
		t->fits[k] = &t->row[i];
		t->count++;
	}
}

static void same(const struct truth *t, const struct case_query *q, const struct case_row *row,
		 int at)
{
	if (at < 0 || at >= t->count || strcmp(row->file.id, t->fits[at]->file.id) != 0)
		fail_msg("filter %s, order %d%s: row %d is %s, not %s",
			 strbuf_cstr(&q->filter->text), (int)q->order, q->descending ? " down" : "",
			 at, row->file.id,
			 at < 0 || at >= t->count ? "none" : t->fits[at]->file.id);
}

static void check(struct db *db, const struct truth *t, const struct case_query *q, bool backward)
{
	struct case_page page = CASE_PAGE_INIT;
	struct case_key key = CASE_KEY_INIT;
	int at = backward ? t->count : 0;
	int64_t count, rank;

	assert_int_equal(case_count(db, q, &count, NULL), ST_OK);
	if (count != t->count)
		fail_msg("filter %s counts %d, not %d", strbuf_cstr(&q->filter->text), (int)count,
			 t->count);
	do {
		assert_int_equal(case_list(db, q, &key, backward, PAGE, &page, NULL), ST_OK);
		if (backward)
			at -= page.count;
		for (int i = 0; i < page.count; i++)
			same(t, q, &page.rows[i], backward ? at + i : at++);
		assert_int_equal(page.more, backward ? at > 0 : at < t->count);
		if (page.count == 0)
			continue;
		case_key_of(&key, q->order, &page.rows[backward ? 0 : page.count - 1].file);
		assert_int_equal(case_rank(db, q, &key, &rank, NULL), ST_OK);
		assert_int_equal(rank, backward ? at : at - 1);
	} while (page.more);
	case_page_release(&page);
}

static void the_rows_are_those_that_the_rules_say_whatever_is_asked(void **state)
{
	struct truth *t = calloc(1, sizeof(*t));
	struct filter f = FILTER_INIT;
	struct rng r;

	(void)state;
	assert_non_null(t);
	r = rng_from_seed(&t->seed, 42);
	for (int round = 0; round < ROUNDS / 20; round++) {
		struct db *db = fill(t, &r);

		for (int i = 0; i < 20; i++) {
			struct case_query q = CASE_QUERY_INIT;

			make_filter(&f, &r);
			q.filter = &f;
			q.order = (enum case_order)rng_below(&r, ORDER_COUNT);
			q.descending = rng_below(&r, 2);
			q.open_only = rng_below(&r, 4) == 0;
			q.assignee = rng_below(&r, 6) ? NULL : PICK(&r, officers);
			q.queue = rng_below(&r, 6) ? NULL : "miljo";
			judge(t, &q);
			check(db, t, &q, false);
			check(db, t, &q, true);
		}
		for (int i = 0; i < CASES; i++) {
			case_row_release(&t->row[i]);
			t->row[i] = (struct case_row)CASE_ROW_INIT;
		}
		cache_close(db);
	}
	filter_release(&f);
	free(t);
}

/* --- Size ------------------------------------------------------------------------- */

enum { MANY = 12000 };

static void put_many(struct db *db)
{
	struct casefile c = CASEFILE_INIT;
	const int64_t scope = 1;

	assert_int_equal(cache_begin(db, NULL), ST_OK);
	for (int i = 0; i < MANY; i++) {
		snprintf(c.id, sizeof(c.id), "0198cccc-0000-7000-8000-%012d", i);
		c.n = 1;
		c.received_at = 1780000000000 + (int64_t)i * 1000;
		c.changed_at = (int64_t)((unsigned)i * 2654435761u % 100000);
		c.state = i < MANY / 2 ? CASE_CLOSED : CASE_OPEN;
		snprintf(c.queue, sizeof(c.queue), "%s", i % 4000 == 7 ? "lilla" : "stora");
		strbuf_clear(&c.title);
		strbuf_addf(&c.title, "bygglov %s%s", i % 3000 == 5 ? "sjöhästen" : "carport",
			    i < 6000 ? " gammalt" : "");
		assert_int_equal(case_put(db, &c, &scope, 1, NULL), ST_OK);
	}
	assert_int_equal(cache_commit(db, NULL), ST_OK);
	casefile_release(&c);
}

/* Few hits, many hits, hits that lie far behind: each is met in another way. */
static void few_and_many_hits_come_in_the_order_asked_for(void **state)
{
	static const char *const asked[] = { "sjohasten", "carport",  "gammalt",
					     "gam*",	  "kö:lilla", "bygg* sjöh*",
					     "-carport",  "prio:1",   "finnsinte" };
	const struct filter_env env = { .me = "", .today = { 2026, 6, 4 } };
	struct filter f = FILTER_INIT;
	struct db *db;

	(void)state;
	assert_int_equal(cache_open(&db, ":memory:", NULL), ST_OK);
	put_many(db);
	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]) * 4; i++) {
		struct case_query q = CASE_QUERY_INIT;
		struct case_key key = CASE_KEY_INIT, last;
		struct case_page page = CASE_PAGE_INIT;
		int64_t count, seen = 0;

		assert_int_equal(filter_parse(&f, str_of(asked[i / 4]), &env, NULL, NULL), ST_OK);
		q.filter = &f;
		q.order = i % 2 ? ORDER_CHANGED : ORDER_RECEIVED;
		q.descending = i & 2;
		do {
			assert_int_equal(case_list(db, &q, &key, false, 499, &page, NULL), ST_OK);
			for (int k = 0; k < page.count; k++, seen++) {
				const struct filter_row row = { .file = &page.rows[k].file };

				last = key;
				case_key_of(&key, q.order, &page.rows[k].file);
				assert_true(filter_match(&f, &row));
				assert_true(!seen || last.number != key.number
					    || (last.arrival < key.arrival) != q.descending);
				assert_true(!seen || last.number == key.number
					    || (last.number < key.number) != q.descending);
			}
		} while (page.more);
		assert_int_equal(case_count(db, &q, &count, NULL), ST_OK);
		assert_int_equal(count, seen > CASE_COUNT_CAP ? CASE_COUNT_CAP + 1 : seen);
		case_page_release(&page);
	}
	filter_release(&f);
	cache_close(db);
}

/* --- More cases of one day than a walk looks at ---------------------------------------- */

enum { ONE_DAY = 3000, DAY_AFTER = 200 };

static void put_days(struct db *db)
{
	struct casefile c = CASEFILE_INIT;
	const int64_t scope = 1;

	assert_int_equal(cache_begin(db, NULL), ST_OK);
	for (int i = 0; i < ONE_DAY + DAY_AFTER; i++) {
		snprintf(c.id, sizeof(c.id), "0198cccc-0000-7000-8000-%012d", i);
		snprintf(c.diary_no, sizeof(c.diary_no), "BN 2026-%d", i + 1);
		snprintf(c.due_on, sizeof(c.due_on), i < ONE_DAY ? "2026-12-01" : "2026-12-02");
		c.state = CASE_OPEN;
		c.received_at = 1780000000000 + (int64_t)i * 1000;
		c.n = 1;
		strbuf_sets(&c.title, i < 10 || i >= ONE_DAY - 500 ? "kanin" : "annat");
		assert_int_equal(case_put(db, &c, &scope, 1, NULL), ST_OK);
	}
	assert_int_equal(cache_commit(db, NULL), ST_OK);
	casefile_release(&c);
}

/* 10 hits, 2,490 others, 500 hits of the same day; 200 of the next. */
static void pages_lose_no_case_of_a_day_that_has_many(void **state)
{
	const struct filter_env env = { .me = "", .today = { 2026, 6, 4 } };
	struct case_query q = CASE_QUERY_INIT;
	struct case_key key = CASE_KEY_INIT;
	struct case_page page = CASE_PAGE_INIT;
	struct filter f = FILTER_INIT;
	struct db *db;
	int seen = 0;

	(void)state;
	assert_int_equal(cache_open(&db, ":memory:", NULL), ST_OK);
	put_days(db);
	assert_int_equal(filter_parse(&f, str_of("kanin"), &env, NULL, NULL), ST_OK);
	q.filter = &f;
	do {
		assert_int_equal(case_list(db, &q, &key, false, 10, &page, NULL), ST_OK);
		seen += page.count;
		if (page.count)
			case_key_of(&key, q.order, &page.rows[page.count - 1].file);
	} while (page.more);
	assert_int_equal(seen, 10 + 500 + DAY_AFTER);
	case_page_release(&page);
	filter_release(&f);
	cache_close(db);
}

/* --- Two cases that came in as one --------------------------------------------------- */

static void cases_that_want_the_same_place_both_have_one(void **state)
{
	static int64_t place[4096];
	struct casefile c = CASEFILE_INIT;
	struct case_query q = CASE_QUERY_INIT;
	struct case_key key = CASE_KEY_INIT;
	struct case_page page = CASE_PAGE_INIT;
	const int64_t scope = 1;
	struct db *db;
	int first = -1, second;

	(void)state;
	for (second = 0; second < 4096 && first < 0; second++) {
		snprintf(c.id, sizeof(c.id), "0198cccc-0000-7000-8000-%012d", second);
		case_key_of(&key, ORDER_RECEIVED, &c);
		place[second] = key.arrival;
		for (int k = 0; k < second && first < 0; k++)
			first = place[k] == place[second] ? k : -1;
	}
	assert_true(first >= 0);
	assert_int_equal(cache_open(&db, ":memory:", NULL), ST_OK);
	c.n = 1;
	assert_int_equal(case_put(db, &c, &scope, 1, NULL), ST_OK);
	snprintf(c.id, sizeof(c.id), "0198cccc-0000-7000-8000-%012d", first);
	assert_int_equal(case_put(db, &c, &scope, 1, NULL), ST_OK);
	q.order = ORDER_RECEIVED;
	key = (struct case_key)CASE_KEY_INIT;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(case_list(db, &q, &key, false, 1, &page, NULL), ST_OK);
		assert_int_equal(page.count, 1);
		assert_int_equal(page.more, i == 0);
		assert_int_equal(atoll(page.rows[0].file.id + 24), i == 0 ? second - 1 : first);
		case_key_of(&key, q.order, &page.rows[0].file);
	}
	case_page_release(&page);
	casefile_release(&c);
	cache_close(db);
}

/* --- What is found by an index --------------------------------------------------------- */

/* The plans of what db_stmt_text last prepared would need the texts: the shapes
 * are asked for by name here, as case_list.c writes them. */
static void an_index_serves_each_shape(void **state)
{
	static const struct {
		const char *sql, *plan;
	} shapes[] = {
		{ "SELECT n FROM base_case INDEXED BY base_due WHERE closed=0"
		  " AND due_key>?6 ORDER BY due_key,key LIMIT ?10",
		  "SEARCH base_case USING INDEX base_due (closed=? AND due_key>?)" },
		{ "SELECT n FROM base_case INDEXED BY base_due WHERE closed=0"
		  " AND due_key=?6 AND key>?7 ORDER BY due_key,key LIMIT ?10",
		  "SEARCH base_case USING INDEX base_due (closed=? AND due_key=? AND rowid>?)" },
		{ "SELECT n FROM base_case INDEXED BY base_received WHERE closed=1 AND key<?7"
		  " ORDER BY key DESC LIMIT ?10",
		  "SEARCH base_case USING INDEX base_received (closed=? AND rowid<?)" },
		{ "SELECT n FROM base_case INDEXED BY base_queue WHERE closed=0 AND queue=?5"
		  " ORDER BY due_key,key LIMIT ?10",
		  "SEARCH base_case USING INDEX base_queue (queue=? AND closed=?)" },
		{ "SELECT n FROM (SELECT key AS at FROM base_case INDEXED BY base_changed"
		  " WHERE closed=0 AND changed_at<?6 ORDER BY changed_at DESC,key DESC"
		  " LIMIT ?8) CROSS JOIN base_case ON base_case.key=at WHERE priority=1 LIMIT ?10",
		  "SEARCH base_case USING COVERING INDEX base_changed"
		  " (closed=? AND changed_at<?)" },
		{ "SELECT n FROM case_words CROSS JOIN base_case ON base_case.key=case_words.rowid"
		  " WHERE case_words MATCH ?9 AND closed=0 AND case_words.rowid<?7"
		  " ORDER BY case_words.rowid DESC LIMIT ?10",
		  "SEARCH base_case USING INTEGER PRIMARY KEY (rowid=?)" },
	};
	struct db *db;

	(void)state;
	assert_int_equal(cache_open(&db, ":memory:", NULL), ST_OK);
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		struct strbuf sql = STRBUF_INIT;
		struct err why = ERR_INIT;
		struct stmt *q;
		bool found = false;

		strbuf_addf(&sql, "EXPLAIN QUERY PLAN %s", shapes[i].sql);
		q = db_stmt_text(db, strbuf_cstr(&sql));
		while (stmt_step(q, &why) == ST_OK) {
			struct str step = stmt_col_text(q, 3);

			found = found || str_eq(step, shapes[i].plan);
			if (memmem(step.p, step.n, "TEMP B-TREE", 11))
				fail_msg("%s sorts", shapes[i].sql);
		}
		assert_string_equal(why.text, "");
		if (!found)
			fail_msg("%s is not found by %s", shapes[i].sql, shapes[i].plan);
		strbuf_release(&sql);
	}
	cache_close(db);
}

/* --- The words of lost cases ------------------------------------------------------------- */

static bool file_holds(const char *path, const char *text)
{
	struct strbuf all = STRBUF_INIT;
	char block[65536];
	int fd = open(path, O_RDONLY);
	ssize_t n;
	bool found;

	while (fd >= 0 && (n = read(fd, block, sizeof(block))) > 0)
		strbuf_add(&all, block, (size_t)n);
	if (fd >= 0)
		close(fd);
	found = all.len && memmem(strbuf_cstr(&all), all.len, text, strlen(text));
	strbuf_release(&all);
	return found;
}

/* An index shares the beginnings of neighbouring words: the tail is looked for. */
static bool files_hold(const char *path, const char *text)
{
	static const char *const tails[] = { "", "-wal" };
	char name[200];

	for (size_t i = 0; i < 2; i++) {
		snprintf(name, sizeof(name), "%s%s", path, tails[i]);
		if (file_holds(name, text))
			return true;
	}
	return false;
}

static void put_canaries(struct db *db, int64_t scope, int from, const char *word)
{
	struct casefile c = CASEFILE_INIT;

	for (int i = from; i < from + 200; i++) {
		snprintf(c.id, sizeof(c.id), "0198cccc-0000-7000-8000-%012d", i);
		c.n = 1;
		c.received_at = 1780000000000 + i;
		strbuf_clear(&c.title);
		strbuf_addf(&c.title, "%s%d vanliga ord", word, i);
		assert_int_equal(case_put(db, &c, &scope, 1, NULL), ST_OK);
	}
	casefile_release(&c);
}

static void the_words_of_a_lost_scope_and_of_a_case_that_left_are_in_no_file(void **state)
{
	char dir[] = "/tmp/sluss-test-XXXXXX", path[100], name[120];
	static const char *const tails[] = { "", "-wal", "-shm" };
	struct db *db;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/cache.db", dir);
	assert_int_equal(cache_open(&db, path, NULL), ST_OK);
	put_canaries(db, 1, 0, "kanariefagel");
	put_canaries(db, 2, 1000, "domherre");
	put_canaries(db, 3, 2000, "steglitsa");
	assert_true(files_hold(path, "anariefagel"));
	assert_int_equal(case_drop_scope(db, 1, NULL), ST_OK);
	for (int i = 2000; i < 2200; i++) {
		snprintf(name, sizeof(name), "0198cccc-0000-7000-8000-%012d", i);
		assert_int_equal(case_gone(db, name, 3, 2, 0, "moved", NULL), ST_OK);
	}
	assert_int_equal(cache_purge(db, NULL), ST_OK);
	/* From 2nd to last: prefixes and lengths stand apart in the index. */
	assert_false(files_hold(path, "nariefagel"));
	assert_false(files_hold(path, "anarie"));
	assert_false(files_hold(path, "teglits"));
	assert_true(files_hold(path, "omherre"));
	assert_int_equal(cache_check(db, NULL), ST_OK);
	assert_int_equal(
		db_exec(db, "INSERT INTO case_words(case_words) VALUES('integrity-check')", NULL),
		ST_OK);
	assert_int_equal(cache_empty(db, NULL), ST_OK);
	assert_int_equal(cache_purge(db, NULL), ST_OK);
	assert_false(files_hold(path, "omherre"));
	cache_close(db);
	for (size_t i = 0; i < 3; i++) {
		snprintf(name, sizeof(name), "%s%s", path, tails[i]);
		unlink(name);
	}
	assert_int_equal(rmdir(dir), 0);
}

/* --- A file of the release before ------------------------------------------------------------ */

static const char *const old_steps[] = {
	"CREATE TABLE meta(name TEXT PRIMARY KEY, number INTEGER, words TEXT) WITHOUT ROWID;"
	"INSERT INTO meta VALUES('epoch', 0, 'gammal');"
	"CREATE TABLE cursor(scope INTEGER PRIMARY KEY, seq INTEGER);"
	"INSERT INTO cursor VALUES(1, 77);"
	"CREATE TABLE base_case(case_id TEXT PRIMARY KEY, title TEXT) WITHOUT ROWID;"
	"INSERT INTO base_case VALUES('x', 'kanariefagel');"
};

static void a_cache_of_the_release_before_is_begun_anew_where_it_stands(void **state)
{
	static const struct db_schema old = { "the case cache", 0x534C5543, 1, old_steps };
	char dir[] = "/tmp/sluss-test-XXXXXX", path[100], name[120];
	static const char *const tails[] = { "", "-wal", "-shm" };
	struct case_query all = CASE_QUERY_INIT;
	struct sync_point p;
	int64_t seq = -1, count = -1;
	struct db *db;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/cache.db", dir);
	assert_int_equal(db_open(&db, path, DB_CREATE, &old, NULL), ST_OK);
	db_close(db);
	assert_true(files_hold(path, "kanariefagel"));
	assert_int_equal(cache_open(&db, path, NULL), ST_OK);
	assert_int_equal(cache_point(db, &p, NULL), ST_OK);
	assert_string_equal(p.epoch, "");
	assert_int_equal(cursor_floor(db, &seq, NULL), ST_OK);
	assert_int_equal(seq, 0);
	assert_int_equal(case_count(db, &all, &count, NULL), ST_OK);
	assert_int_equal(count, 0);
	assert_int_equal(cache_purge(db, NULL), ST_OK);
	assert_false(files_hold(path, "kanariefagel"));
	cache_close(db);
	for (size_t i = 0; i < 3; i++) {
		snprintf(name, sizeof(name), "%s%s", path, tails[i]);
		unlink(name);
	}
	assert_int_equal(rmdir(dir), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_rows_are_those_that_the_rules_say_whatever_is_asked),
		cmocka_unit_test(few_and_many_hits_come_in_the_order_asked_for),
		cmocka_unit_test(pages_lose_no_case_of_a_day_that_has_many),
		cmocka_unit_test(cases_that_want_the_same_place_both_have_one),
		cmocka_unit_test(an_index_serves_each_shape),
		cmocka_unit_test(the_words_of_a_lost_scope_and_of_a_case_that_left_are_in_no_file),
		cmocka_unit_test(a_cache_of_the_release_before_is_begun_anew_where_it_stands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
