/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * first_sync - P3: all cases of a central into an empty cache.
 *
 *   first_sync DIR HOME BUILD CASES TIMES OUT
 *
 * Ours, without the network: pages as the central writes them, unpacked and
 * merged (merge_page) into a new cache.db. With it: `sluss sync` of HOME with
 * an empty cache, from its start to its end. The limit: the rows of the case
 * table alone, from memory, into a plain file with the same table, its indexes
 * and an FTS5 index of the words, 10,000 rows a transaction; no JSON, no
 * details, no page of a protocol.
 */
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cache/cache.h"
#include "sign/hash.h"
#include "sync/merge.h"
#include "tests/bench/desk.h"
#include "tests/bench/figure.h"
#include "tests/bench/serve.h"
#include "wire/page.h"

#include "base/banned.h"

enum { PAGES_MAX = 1000, A_TRANSACTION = 10000, COLUMNS_MAX = 64 };

struct job {
	const char *dir, *home, *build, *out;
	int64_t cases;
	int times;
	int page_count;
	struct strbuf page[PAGES_MAX]; /* packed */
	char path[600];		       /* of files made here */
	struct runner runner;	       /* of sluss sync */
};

/* --- The pages ---------------------------------------------------------------- */

static void fetch_pages(struct job *j)
{
	struct central *c = bench_central(j->dir);
	struct reply reply = REPLY_INIT;
	struct desk d;

	desk_open(&d, c, "bench");
	do {
		desk_pull(&d, &reply);
		if (j->page_count == PAGES_MAX)
			bench_fail("too many pages", NULL);
		strbuf_take(&j->page[j->page_count++], &reply.body);
	} while (d.head.more);
	reply_release(&reply);
	desk_release(&d);
	central_close(c);
	if (d.case_rows != j->cases)
		bench_fail("the pages do not hold every case", NULL);
}

/* --- Ours --------------------------------------------------------------------- */

static const char *file_of(struct job *j, const char *name)
{
	snprintf(j->path, sizeof(j->path), "%s/%s", j->home, name);
	return j->path;
}

static void remove_db(struct job *j, const char *name)
{
	static const char *const tails[] = { "", "-wal", "-shm" };
	char whole[80];

	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		snprintf(whole, sizeof(whole), "%s%s", name, tails[i]);
		(void)unlink(file_of(j, whole));
	}
}

static double merge_all(struct job *j)
{
	struct db *cache = NULL, *outbox = NULL;
	struct strbuf text = STRBUF_INIT;
	struct merge_result r;
	struct err why = ERR_INIT;
	int64_t from;

	remove_db(j, "ours.db");
	bench_must(cache_open(&cache, file_of(j, "ours.db"), &why), &why, "cache");
	bench_must(outbox_open(&outbox, ":memory:", &why), &why, "outbox");
	from = bench_ns();
	for (int i = 0; i < j->page_count; i++) {
		strbuf_clear(&text);
		bench_must(zstd_unpack(&text, strbuf_str(&j->page[i]), 2 * PAGE_MAX_BYTES, &why),
			   &why, "page");
		bench_must(merge_page(cache, outbox, strbuf_str(&text), 1, &r, &why), &why,
			   "merge");
	}
	from = bench_ns() - from;
	strbuf_release(&text);
	cache_close(cache);
	cache_close(outbox);
	return (double)j->cases * 1e9 / (double)from;
}

static void start_runner(struct job *j)
{
	static char program[600];
	static const char *const argv[] = { program, "sync", "--passphrase-fd", "3", NULL };

	snprintf(program, sizeof(program), "%s/sluss", j->build);
	(void)setenv("SLUSS_HOME", j->home, 1);
	runner_start(&j->runner, argv, "bench");
}

static double sync_all(struct job *j, double *peak_mb)
{
	struct ran ran;

	remove_db(j, "cache.db");
	ran = runner_go(&j->runner);
	*peak_mb = (double)ran.peak_kb / 1024;
	return (double)j->cases / ran.s;
}

/* --- The limit ------------------------------------------------------------------ */

struct rows {
	int columns, words; /* how many, and which one is searched */
	int64_t count;
	sqlite3_value **v;
	char *schema; /* table and indexes */
	char insert[400];
};

static void lite(int rc, sqlite3 *db, const char *what)
{
	struct err why = ERR_INIT;

	if (rc == SQLITE_OK || rc == SQLITE_ROW || rc == SQLITE_DONE)
		return;
	(void)err_set(&why, ST_BROKEN, "sqlite", "%s", sqlite3_errmsg(db));
	bench_fail(what, &why);
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *q = NULL;

	lite(sqlite3_prepare_v2(db, sql, -1, &q, NULL), db, sql);
	return q;
}

static void read_schema(sqlite3 *db, struct rows *r)
{
	sqlite3_stmt *q = prepare(db, "SELECT group_concat(sql, '; ') FROM (SELECT sql FROM"
				      " sqlite_master WHERE tbl_name = 'base_case' AND sql NOTNULL"
				      " AND type IN ('table', 'index') ORDER BY type DESC)");

	lite(sqlite3_step(q), db, "schema");
	r->schema = strdup((const char *)sqlite3_column_text(q, 0));
	sqlite3_finalize(q);
}

/* Every row of the case table that ours has made, as it stands there. */
static void read_rows(struct job *j, struct rows *r)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *q;

	lite(sqlite3_open_v2(file_of(j, "ours.db"), &db, SQLITE_OPEN_READONLY, NULL), db, "open");
	read_schema(db, r);
	q = prepare(db, "SELECT * FROM base_case ORDER BY case_id");
	r->columns = sqlite3_column_count(q);
	r->v = calloc((size_t)(r->columns * j->cases), sizeof(*r->v));
	for (int i = 0; i < r->columns; i++)
		if (strcmp(sqlite3_column_name(q, i), "words") == 0)
			r->words = i;
	while (r->v && r->count < j->cases && sqlite3_step(q) == SQLITE_ROW) {
		for (int i = 0; i < r->columns; i++)
			r->v[r->count * r->columns + i] =
				sqlite3_value_dup(sqlite3_column_value(q, i));
		r->count++;
	}
	sqlite3_finalize(q);
	sqlite3_close(db);
	if (r->count != j->cases)
		bench_fail("the limit has not every row", NULL);
	snprintf(r->insert, sizeof(r->insert), "INSERT INTO base_case VALUES(?");
	for (int i = 1; i < r->columns; i++)
		snprintf(r->insert + strlen(r->insert), 3, ",?");
	snprintf(r->insert + strlen(r->insert), 2, ")");
}

static void release_rows(struct rows *r)
{
	for (int64_t i = 0; i < r->count * r->columns; i++)
		sqlite3_value_free(r->v[i]);
	free(r->v);
	free(r->schema);
}

static void load_row(sqlite3 *db, const struct rows *r, int64_t i, sqlite3_stmt *row,
		     sqlite3_stmt *words)
{
	sqlite3_value **v = &r->v[i * r->columns];

	for (int k = 0; k < r->columns; k++)
		sqlite3_bind_value(row, k + 1, v[k]);
	lite(sqlite3_step(row), db, "row");
	sqlite3_reset(row);
	sqlite3_bind_int64(words, 1, i + 1);
	sqlite3_bind_value(words, 2, v[r->words]);
	lite(sqlite3_step(words), db, "words");
	sqlite3_reset(words);
}

static double load_all(struct job *j, const struct rows *r)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *row, *words;
	int64_t from;

	remove_db(j, "limit.db");
	lite(sqlite3_open(file_of(j, "limit.db"), &db), db, "open");
	lite(sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL", NULL, NULL,
			  NULL),
	     db, "wal");
	lite(sqlite3_exec(db, r->schema, NULL, NULL, NULL), db, "schema");
	lite(sqlite3_exec(db, "CREATE VIRTUAL TABLE found USING fts5(words, content='')", NULL,
			  NULL, NULL),
	     db, "fts5");
	row = prepare(db, r->insert);
	words = prepare(db, "INSERT INTO found(rowid, words) VALUES(?, ?)");
	from = bench_ns();
	for (int64_t i = 0; i < r->count; i++) {
		if (i % A_TRANSACTION == 0)
			lite(sqlite3_exec(db, "BEGIN", NULL, NULL, NULL), db, "begin");
		load_row(db, r, i, row, words);
		if (i % A_TRANSACTION == A_TRANSACTION - 1 || i == r->count - 1)
			lite(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), db, "commit");
	}
	from = bench_ns() - from;
	sqlite3_finalize(row);
	sqlite3_finalize(words);
	sqlite3_close(db);
	return (double)r->count * 1e9 / (double)from;
}

/* --- Together ---------------------------------------------------------------------- */

static void write_figures(struct job *j, struct samples *merged, struct samples *synced,
			  struct samples *loaded, struct samples *peak)
{
	struct figure f = { .id = "P3",
			    .what = "first sync, pages merged",
			    .unit = "cases/s",
			    .cases = j->cases,
			    .more_is_better = true,
			    .ours = merged,
			    .limit = loaded,
			    .goal = { { GOAL_RATIO, true, 0.8 } } };

	figure_write(j->out, &f);
	f.what = "first sync, sluss sync over HTTP";
	f.ours = synced;
	figure_write(j->out, &f);
	f = (struct figure){ .id = "P3",
			     .what = "first sync, peak memory",
			     .unit = "MB",
			     .cases = j->cases,
			     .ours = peak };
	figure_write(j->out, &f);
}

static void measure(struct job *j)
{
	struct samples merged = SAMPLES_INIT, synced = SAMPLES_INIT, loaded = SAMPLES_INIT;
	struct samples peak = SAMPLES_INIT;
	struct rows rows = { .columns = 0 };
	struct served s;
	char program[600];
	double mb;

	start_runner(j);
	fetch_pages(j);
	snprintf(program, sizeof(program), "%s/sluss-central", j->build);
	serve_start(&s, program, j->dir);
	serve_home(j->build, j->home, s.url);
	(void)merge_all(j); /* warm, and the rows of the limit */
	read_rows(j, &rows);
	for (int i = 0; i < j->times; i++) {
		samples_add(&merged, merge_all(j));
		samples_add(&loaded, load_all(j, &rows));
		samples_add(&synced, sync_all(j, &mb));
		samples_add(&peak, mb);
	}
	serve_stop(&s);
	runner_stop(&j->runner);
	remove_db(j, "ours.db");
	remove_db(j, "limit.db");
	write_figures(j, &merged, &synced, &loaded, &peak);
	release_rows(&rows);
	samples_release(&merged);
	samples_release(&synced);
	samples_release(&loaded);
	samples_release(&peak);
}

int main(int argc, char **argv)
{
	struct job *j = calloc(1, sizeof(*j));
	struct err why = ERR_INIT;

	if (argc != 7 || !j) {
		fprintf(stderr, "usage: first_sync DIR HOME BUILD CASES TIMES OUT\n");
		return 2;
	}
	j->dir = argv[1];
	j->home = argv[2];
	j->build = argv[3];
	j->cases = strtoll(argv[4], NULL, 10);
	j->times = (int)strtol(argv[5], NULL, 10);
	j->out = argv[6];
	bench_must(sign_start(&why), &why, "sodium");
	measure(j);
	for (int i = 0; i < j->page_count; i++)
		strbuf_release(&j->page[i]);
	free(j);
	return 0;
}
