/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * first_sync - P3: all cases of a central into an empty cache.
 *
 *   first_sync DIR HOME BUILD CASES TIMES OUT
 *
 * Ours, without the network: pages as the central writes them, unpacked and
 * merged (merge_page) into a new cache.db. With it: `sluss sync` of HOME with
 * an empty cache, from its start to its end: in pages, and by snapshots of every
 * scope; beside it the processor time of the central, which by snapshots is
 * that of handing out files. The limit: the rows that ours made
 * of the pages, from memory, by bare INSERTs into a plain file with the same
 * tables and indexes (cases, scopes, details, the words' FTS5 index), 10,000
 * cases a transaction; no JSON, no digest, no folding of words, no look whether
 * the row is there, no page of a protocol.
 */
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cache/cache.h"
#include "cache/identity.h"
#include "sign/hash.h"
#include "sync/merge.h"
#include "tests/bench/desk.h"
#include "tests/bench/figure.h"
#include "tests/bench/serve.h"
#include "wire/page.h"

#include "base/banned.h"

enum { PAGES_MAX = 1000, A_TRANSACTION = 10000 };

struct job {
	const char *dir, *home, *build, *out;
	int64_t cases;
	int times;
	int page_count;
	struct strbuf page[PAGES_MAX]; /* packed */
	char dev[UUID_TEXT];	       /* for whom they are */
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
	memcpy(j->dev, d.head.dev, sizeof(j->dev));
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
	struct identity who = IDENTITY_INIT;
	struct merge_result r;
	struct err why = ERR_INIT;
	int64_t from;

	remove_db(j, "ours.db");
	memcpy(who.dev, j->dev, sizeof(who.dev));
	snprintf(who.sub, sizeof(who.sub), "bench");
	bench_must(cache_open(&cache, file_of(j, "ours.db"), &why), &why, "cache");
	bench_must(outbox_open(&outbox, ":memory:", &why), &why, "outbox");
	bench_must(identity_put(outbox, &who, &why), &why, "identity");
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

/* What a page says of a case, by table; the first has the words. A case of the
 * bench has one row in each, in the same order. */
static const struct {
	const char *all, *insert;
} tables[] = {
	{ "SELECT * FROM base_case ORDER BY case_id", "INSERT INTO base_case VALUES(" },
	{ "SELECT s.* FROM case_scope s JOIN base_case USING(key) ORDER BY case_id",
	  "INSERT INTO case_scope VALUES(" },
	{ "SELECT * FROM detail ORDER BY case_id", "INSERT INTO detail VALUES(" },
};
enum { TABLES = sizeof(tables) / sizeof(tables[0]) };

struct rows {
	int columns;
	sqlite3_value **v;
	char insert[400];
};

struct limit {
	int64_t count;
	char *schema; /* tables, indexes and the index of the words */
	int words;    /* which column of the first table is searched */
	struct rows rows[TABLES];
};

static void lite(int rc, sqlite3 *db, const char *what)
{
	struct err why = ERR_INIT;

	if (rc == SQLITE_OK || rc == SQLITE_ROW || rc == SQLITE_DONE)
		return;
	(void)err_set(&why, ST_BROKEN, "sqlite", "%s", sqlite3_errmsg(db));
	bench_fail(what, &why);
}

static void run(sqlite3 *db, const char *sql)
{
	lite(sqlite3_exec(db, sql, NULL, NULL, NULL), db, sql);
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *q = NULL;

	lite(sqlite3_prepare_v2(db, sql, -1, &q, NULL), db, sql);
	return q;
}

static void read_schema(sqlite3 *db, struct limit *l)
{
	sqlite3_stmt *q =
		prepare(db, "SELECT group_concat(sql, '; ') FROM (SELECT sql FROM sqlite_master"
			    " WHERE tbl_name IN ('base_case', 'case_scope', 'detail', 'case_words')"
			    " AND sql NOTNULL ORDER BY type DESC)");

	lite(sqlite3_step(q), db, "schema");
	l->schema = strdup((const char *)sqlite3_column_text(q, 0));
	sqlite3_finalize(q);
}

static void read_table(sqlite3 *db, int table, struct limit *l)
{
	sqlite3_stmt *q = prepare(db, tables[table].all);
	struct rows *r = &l->rows[table];
	int64_t count = 0;

	r->columns = sqlite3_column_count(q);
	r->v = calloc((size_t)(r->columns * l->count), sizeof(*r->v));
	for (int i = 0; i < r->columns && table == 0; i++)
		if (strcmp(sqlite3_column_name(q, i), "words") == 0)
			l->words = i;
	for (; r->v && count < l->count && sqlite3_step(q) == SQLITE_ROW; count++)
		for (int i = 0; i < r->columns; i++)
			r->v[count * r->columns + i] =
				sqlite3_value_dup(sqlite3_column_value(q, i));
	sqlite3_finalize(q);
	if (count != l->count)
		bench_fail("the limit has not every row", NULL);
	snprintf(r->insert, sizeof(r->insert), "%s?", tables[table].insert);
	for (int i = 1; i < r->columns; i++)
		snprintf(r->insert + strlen(r->insert), 3, ",?");
	snprintf(r->insert + strlen(r->insert), 2, ")");
}

/* Every row that ours has made of the pages, as it stands there. */
static void read_rows(struct job *j, struct limit *l)
{
	sqlite3 *db = NULL;

	l->count = j->cases;
	lite(sqlite3_open_v2(file_of(j, "ours.db"), &db, SQLITE_OPEN_READONLY, NULL), db, "open");
	read_schema(db, l);
	for (int i = 0; i < TABLES; i++)
		read_table(db, i, l);
	sqlite3_close(db);
}

static void release_rows(struct limit *l)
{
	for (int t = 0; t < TABLES; t++) {
		for (int64_t i = 0; i < l->count * l->rows[t].columns; i++)
			sqlite3_value_free(l->rows[t].v[i]);
		free(l->rows[t].v);
	}
	free(l->schema);
}

static sqlite3_value **row_at(const struct limit *l, int table, int64_t i)
{
	return &l->rows[table].v[i * l->rows[table].columns];
}

/* Without a copy: the value outlives the statement's run. */
static void lend(sqlite3_stmt *q, int i, sqlite3_value *v)
{
	if (sqlite3_value_type(v) == SQLITE_TEXT)
		sqlite3_bind_text(q, i, (const char *)sqlite3_value_text(v), sqlite3_value_bytes(v),
				  SQLITE_STATIC);
	else
		sqlite3_bind_value(q, i, v);
}

static void load_case(sqlite3 *db, const struct limit *l, int64_t i, sqlite3_stmt *insert[TABLES],
		      sqlite3_stmt *words)
{
	for (int t = 0; t < TABLES; t++) {
		for (int k = 0; k < l->rows[t].columns; k++)
			lend(insert[t], k + 1, row_at(l, t, i)[k]);
		lite(sqlite3_step(insert[t]), db, "row");
		sqlite3_reset(insert[t]);
	}
	lend(words, 1, row_at(l, 0, i)[0]);
	lend(words, 2, row_at(l, 0, i)[l->words]);
	lite(sqlite3_step(words), db, "words");
	sqlite3_reset(words);
}

static int64_t load_cases(sqlite3 *db, const struct limit *l)
{
	sqlite3_stmt *insert[TABLES], *words;
	int64_t from;

	for (int t = 0; t < TABLES; t++)
		insert[t] = prepare(db, l->rows[t].insert);
	words = prepare(db, "INSERT INTO case_words(rowid, words) VALUES(?, ?)");
	from = bench_ns();
	for (int64_t i = 0; i < l->count; i++) {
		if (i % A_TRANSACTION == 0)
			run(db, "BEGIN");
		load_case(db, l, i, insert, words);
		if (i % A_TRANSACTION == A_TRANSACTION - 1 || i == l->count - 1)
			run(db, "COMMIT");
	}
	from = bench_ns() - from;
	for (int t = 0; t < TABLES; t++)
		sqlite3_finalize(insert[t]);
	sqlite3_finalize(words);
	return from;
}

static double load_all(struct job *j, const struct limit *l)
{
	sqlite3 *db = NULL;
	int64_t took;

	remove_db(j, "limit.db");
	lite(sqlite3_open(file_of(j, "limit.db"), &db), db, "open");
	run(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-8000;"
		" PRAGMA wal_autocheckpoint=4000");
	run(db, l->schema);
	took = load_cases(db, l);
	sqlite3_close(db);
	return (double)l->count * 1e9 / (double)took;
}

/* --- Together ---------------------------------------------------------------------- */

static void write_figures(struct job *j, struct samples *merged, struct samples *loaded)
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
}

/* Snapshots of all scopes, or none any more. */
static void snapshots(struct job *j, bool there)
{
	char program[600], conf[600], folder[600];
	FILE *f;

	snprintf(program, sizeof(program), "%s/sluss-central", j->build);
	snprintf(conf, sizeof(conf), "%s/conf/snapshots.conf", j->dir);
	snprintf(folder, sizeof(folder), "%s/snapshots", j->dir);
	if (!there) {
		(void)unlink(conf);
		serve_run((const char *const[]){ "/bin/rm", "-rf", folder, NULL }, NULL);
		return;
	}
	f = fopen(conf, "w");
	if (f) {
		(void)fputs("[central]\nsnapshot_cases = 100\n", f);
		fclose(f);
	}
	serve_run((const char *const[]){ program, "snapshot", j->dir, NULL }, NULL);
}

/* Milliseconds of processor time that the central has used. */
static double central_ms(const struct served *s)
{
	struct timespec t = { .tv_sec = 0 };
	clockid_t of;

	if (clock_getcpuclockid(s->pid, &of) != 0 || clock_gettime(of, &t) != 0)
		bench_fail("nothing tells of the central's time", NULL);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

struct way {
	const char *speed, *memory, *work;
	struct samples cases_s, mb, ms;
};

static void sync_once(struct job *j, const struct served *s, struct way *w)
{
	double from = central_ms(s), mb;

	samples_add(&w->cases_s, sync_all(j, &mb));
	samples_add(&w->mb, mb);
	samples_add(&w->ms, central_ms(s) - from);
}

static void write_way(struct job *j, struct way *w)
{
	struct figure f = { .id = "P3",
			    .what = w->speed,
			    .unit = "cases/s",
			    .cases = j->cases,
			    .more_is_better = true,
			    .ours = &w->cases_s };

	figure_write(j->out, &f);
	f = (struct figure){
		.id = "P3", .what = w->memory, .unit = "MB", .cases = j->cases, .ours = &w->mb
	};
	figure_write(j->out, &f);
	f.what = w->work;
	f.unit = "ms";
	f.ours = &w->ms;
	figure_write(j->out, &f);
	samples_release(&w->cases_s);
	samples_release(&w->mb);
	samples_release(&w->ms);
}

static void measure_ways(struct job *j, const struct served *s)
{
	struct way ways[] = {
		{ "first sync, sluss sync over HTTP", "first sync, peak memory",
		  "first sync, the central's work", SAMPLES_INIT, SAMPLES_INIT, SAMPLES_INIT },
		{ "first sync by snapshots, sluss sync over HTTP",
		  "first sync by snapshots, peak memory",
		  "first sync by snapshots, the central's work", SAMPLES_INIT, SAMPLES_INIT,
		  SAMPLES_INIT },
	};

	for (int i = 0; i < 2; i++) {
		snapshots(j, i == 1);
		for (int n = 0; n < j->times; n++)
			sync_once(j, s, &ways[i]);
		write_way(j, &ways[i]);
	}
	snapshots(j, false);
}

static void measure(struct job *j)
{
	struct samples merged = SAMPLES_INIT, loaded = SAMPLES_INIT;
	struct limit rows = { .count = 0 };
	struct served s;
	char program[600];

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
	}
	write_figures(j, &merged, &loaded);
	measure_ways(j, &s);
	serve_stop(&s);
	runner_stop(&j->runner);
	remove_db(j, "ours.db");
	remove_db(j, "limit.db");
	release_rows(&rows);
	samples_release(&merged);
	samples_release(&loaded);
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
