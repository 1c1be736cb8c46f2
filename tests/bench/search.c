/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * search - are the hits right, and how soon are they there?
 *
 *   search check CACHE.DB          a line for each query: ok or not, its name,
 *                                  hits; exit 1 if one is wrong
 *   search fill CACHE.DB CASES     a cache of made-up cases to check
 *   search bench CACHE.DB CASES OUT
 *
 * Place:    the search view's own functions (filter_parse, case_list,
 *           case_count) beside a slow scan (scan.h) and a bare FTS5 query.
 * Promise:  checked are all hits, page by page in their order, and their
 *           number. The limit of a figure is the same file and page size, the
 *           words as they stand in the index, and nothing judged.
 */
#include <stdlib.h>
#include <string.h>

#include "cache/cache.h"
#include "cache/cases.h"
#include "domain/filter.h"
#include "sql/db.h"
#include "tests/bench/figure.h"
#include "tests/bench/gen.h"
#include "tests/bench/scan.h"

#include "base/banned.h"

/* Rows of hits in a terminal of 50 lines, those of a page of the check, and how
 * often each thing is done. */
enum { SHOWN = 20, PAGE = 500, TIMES = 200 };

static struct db *open_cache(const char *path)
{
	struct db *cache = NULL;
	struct err why = ERR_INIT;

	bench_must(cache_open(&cache, path, &why), &why, path);
	return cache;
}

/* As the search view understands what stands in its line. */
static bool parse(struct filter *f, struct str typed)
{
	const struct filter_env env = { .me = "h0001", .today = { 2026, 11, 23 }, .typing = true };

	return filter_parse(f, typed, &env, NULL, NULL) == ST_OK;
}

static struct case_query newest_first(const struct filter *f)
{
	struct case_query q = CASE_QUERY_INIT;

	q.order = ORDER_RECEIVED;
	q.descending = true;
	q.filter = f;
	return q;
}

/* --- Right or wrong --------------------------------------------------------------------- */

struct check {
	struct db *cache;
	struct scan all;
	const struct scan_query *q;
	size_t at; /* row of the scan */
	int64_t hits;
	char wrong[160]; /* "" while all is as it should be */
};

/* The next row that fits; NULL behind the last. */
static const char *next_wanted(struct check *c)
{
	while (c->at < c->all.count) {
		size_t i = c->at++;

		if (scan_fits(&c->all, i, c->q->wanted))
			return c->all.rows[i].case_id;
	}
	return NULL;
}

static void compare_page(struct check *c, const struct case_page *p)
{
	for (int i = 0; i < p->count && !c->wrong[0]; i++, c->hits++) {
		const char *wanted = next_wanted(c);

		if (!wanted || strcmp(wanted, p->rows[i].file.id) != 0)
			snprintf(c->wrong, sizeof(c->wrong), "hit %lld is %s, wanted %s",
				 (long long)c->hits, p->rows[i].file.id, wanted ? wanted : "none");
	}
}

static void compare_hits(struct check *c, const struct case_query *q)
{
	struct case_page page = CASE_PAGE_INIT;
	struct case_key from = CASE_KEY_INIT;
	struct err why = ERR_INIT;
	const char *left;

	do {
		bench_must(case_list(c->cache, q, &from, false, PAGE, &page, &why), &why, "list");
		compare_page(c, &page);
		if (page.count > 0)
			case_key_of(&from, q->order, &page.rows[page.count - 1].file);
	} while (page.more && !c->wrong[0]);
	case_page_release(&page);
	left = c->wrong[0] ? NULL : next_wanted(c);
	if (left)
		snprintf(c->wrong, sizeof(c->wrong), "behind hit %lld, %s is missing",
			 (long long)c->hits, left);
}

static void compare_count(struct check *c, const struct case_query *q)
{
	int64_t n = -1, wanted = c->hits > CASE_COUNT_CAP ? CASE_COUNT_CAP + 1 : c->hits;
	struct err why = ERR_INIT;

	bench_must(case_count(c->cache, q, &n, &why), &why, "count");
	if (!c->wrong[0] && n != wanted)
		snprintf(c->wrong, sizeof(c->wrong), "counted %lld, wanted %lld", (long long)n,
			 (long long)wanted);
}

static void check_query(struct check *c)
{
	struct filter f = FILTER_INIT;
	struct case_query q = newest_first(&f);
	bool understood = parse(&f, scan_typed(c->q));

	c->at = 0;
	c->hits = 0;
	c->wrong[0] = '\0';
	if (understood != (c->q->wanted != NULL)) {
		snprintf(c->wrong, sizeof(c->wrong), "%s",
			 understood ? "it is not refused" : "it is refused");
	} else if (understood) {
		compare_hits(c, &q);
		compare_count(c, &q);
	}
	filter_release(&f);
}

static void print_line(const struct check *c)
{
	char hits[40] = "refused";

	if (c->q->wanted)
		snprintf(hits, sizeof(hits), "%lld hits", (long long)c->hits);
	printf("%s\t%s\t%s\t%s\n", c->wrong[0] ? "no" : "ok", c->q->name, hits, c->wrong);
	(void)fflush(stdout);
}

/* How many of the queries are answered right. */
static size_t count_right(struct db *cache, bool aloud)
{
	struct check c = { .cache = cache, .all = SCAN_INIT };
	size_t right = 0;

	scan_read(&c.all, cache);
	for (size_t i = 0; i < scan_query_count(); i++) {
		c.q = scan_query_at(i);
		check_query(&c);
		right += c.wrong[0] == '\0';
		if (aloud || c.wrong[0])
			print_line(&c);
	}
	scan_release(&c.all);
	return right;
}

static int check(const char *path)
{
	struct db *cache = open_cache(path);
	size_t right = count_right(cache, true);

	cache_close(cache);
	return right < scan_query_count();
}

/* --- Times -------------------------------------------------------------------------------- */

/* What is timed: a query as typed, and the same to FTS5. */
static const struct {
	const char *what, *typed, *match;
	bool number; /* and how long it takes to count them */
} timed[] = {
	{ "rare word", GEN_RARE, GEN_RARE, true },
	{ "common word", GEN_COMMON, GEN_COMMON, true },
	{ "beginning of a word", "byg", "byg*", true },
	{ "beginning of many words", "b", "b*", true },
	{ "a year long past", "2017", "2017*", false },
	{ "Å as one letter", "\xC3\x85ngström", "\"ångström\"*", false },
	{ "A and a ring upon it", "A\xCC\x8Angström", "\"ångström\"*", false },
	{ "the sign of the ångström", "\xE2\x84\xABngström", "\"ångström\"*", false },
	{ "two words", "carport lundström", "carport AND \"lundström\"*", false },
	{ "a phrase", "\"Bygglov, carport\"", "\"bygglov carport\"", true },
	{ "hostile", "\"'; DROP TABLE base_case; --\"", "\"drop table base case\"", false },
};

static const char bare_page[] =
	"SELECT b.case_id, diary_no, title, party, state, due_on, received_at"
	" FROM case_words CROSS JOIN base_case b ON b.key = case_words.rowid"
	" WHERE case_words MATCH ?1 ORDER BY case_words.rowid DESC LIMIT ?2";
static const char bare_count[] =
	"SELECT count(*) FROM (SELECT 1 FROM case_words WHERE case_words MATCH ?1 LIMIT ?2)";

static double time_bare(struct db *cache, const char *sql, const char *match, int limit)
{
	int64_t from = bench_ns();
	struct stmt *q = db_stmt(cache, sql);
	struct err why = ERR_INIT;

	stmt_cstr(q, 1, match);
	stmt_int(q, 2, limit);
	bench_must(stmt_run(q, &why), &why, match);
	return (double)(bench_ns() - from) / 1e6;
}

static double time_page(struct db *cache, const char *typed)
{
	struct case_page page = CASE_PAGE_INIT;
	const struct case_key first = CASE_KEY_INIT;
	struct filter f = FILTER_INIT;
	struct case_query q = newest_first(&f);
	struct err why = ERR_INIT;
	int64_t from = bench_ns(), to;

	if (!parse(&f, str_of(typed)))
		bench_fail(typed, NULL);
	bench_must(case_list(cache, &q, &first, false, SHOWN, &page, &why), &why, typed);
	to = bench_ns();
	case_page_release(&page);
	filter_release(&f);
	return (double)(to - from) / 1e6;
}

static double time_count(struct db *cache, const char *typed)
{
	struct filter f = FILTER_INIT;
	struct case_query q = newest_first(&f);
	struct err why = ERR_INIT;
	int64_t from = bench_ns(), to, n;

	if (!parse(&f, str_of(typed)))
		bench_fail(typed, NULL);
	bench_must(case_count(cache, &q, &n, &why), &why, typed);
	to = bench_ns();
	filter_release(&f);
	return (double)(to - from) / 1e6;
}

static void write_out(const char *out, int64_t cases, const char *kind, const char *what,
		      struct samples *ours, struct samples *bare, double goal)
{
	char name[100];
	struct figure f = {
		.id = "P2", .what = name, .unit = "ms", .cases = cases, .ours = ours, .limit = bare
	};

	snprintf(name, sizeof(name), "%s, %s", kind, what);
	if (goal > 0)
		f.goal[0] = (struct goal){ GOAL_P99, false, goal };
	figure_write(out, &f);
	samples_release(ours);
	samples_release(bare);
}

static void write_right(struct db *cache, int64_t cases, const char *out)
{
	struct samples right = SAMPLES_INIT;
	char what[100];
	struct figure f = { .id = "P2",
			    .what = what,
			    .unit = "searches",
			    .cases = cases,
			    .ours = &right,
			    .goal = { { GOAL_P50, true, (double)scan_query_count() } } };

	snprintf(what, sizeof(what), "with the hits of a slow scan, of %zu", scan_query_count());
	samples_add(&right, (double)count_right(cache, false));
	figure_write(out, &f);
	samples_release(&right);
}

static int bench(const char *path, int64_t cases, const char *out)
{
	struct db *cache = open_cache(path);

	write_right(cache, cases, out);
	for (size_t i = 0; i < sizeof(timed) / sizeof(timed[0]); i++) {
		struct samples page = SAMPLES_INIT, bare_p = SAMPLES_INIT, count = SAMPLES_INIT,
			       bare_c = SAMPLES_INIT;

		for (int k = 0; k < TIMES; k++) {
			samples_add(&page, time_page(cache, timed[i].typed));
			samples_add(&bare_p, time_bare(cache, bare_page, timed[i].match, SHOWN));
		}
		for (int k = 0; timed[i].number && k < TIMES / 4; k++) {
			samples_add(&count, time_count(cache, timed[i].typed));
			samples_add(&bare_c, time_bare(cache, bare_count, timed[i].match,
						       CASE_COUNT_CAP + 1));
		}
		write_out(out, cases, "first hits", timed[i].what, &page, &bare_p, 10);
		if (timed[i].number)
			write_out(out, cases, "their number", timed[i].what, &count, &bare_c, 0);
	}
	cache_close(cache);
	return 0;
}

static int fill(const char *path, int64_t cases)
{
	struct db *cache = open_cache(path);
	struct err why = ERR_INIT;

	bench_must(gen_fill(cache, 1, cases, &why), &why, path);
	bench_must(db_checkpoint(cache, &why), &why, path);
	cache_close(cache);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "check") == 0)
		return check(argv[2]);
	if (argc == 4 && strcmp(argv[1], "fill") == 0)
		return fill(argv[2], strtoll(argv[3], NULL, 10));
	if (argc == 5 && strcmp(argv[1], "bench") == 0)
		return bench(argv[2], strtoll(argv[3], NULL, 10), argv[4]);
	fprintf(stderr, "usage: search check CACHE | fill CACHE N | bench CACHE N OUT\n");
	return 2;
}
