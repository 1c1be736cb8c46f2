/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * push - P6: 1,000 queued signed actions sent to a central; P4: what one
 *        change costs the others.
 *
 *   push DIR BUILD CASES TIMES OUT      (DIR is changed: give it a copy)
 *
 * Ours: notes on 1,000 cases in requests of 200 lines, through central_handle
 * on a folder, and over HTTP to a program of its own. The limit: the same
 * envelopes' signatures verified and a row each into log and feed of a plain
 * file beside it, 50 a transaction, each commit waited for (synchronous=FULL).
 */
#include <sodium.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/encode.h"
#include "domain/action.h"
#include "net/http.h"
#include "sign/hash.h"
#include "tests/bench/desk.h"
#include "tests/bench/figure.h"
#include "tests/bench/serve.h"
#include "wire/ack.h"

#include "base/banned.h"

enum { ACTIONS = 1000, A_REQUEST = 200, A_GROUP = 50, DELTAS = 100 };

struct job {
	const char *dir, *build, *out;
	int64_t cases;
	int times;
	struct desk desk;
	struct place *places; /* one for each action of the whole bench */
	int used;
	struct strbuf queued[ACTIONS / A_REQUEST];
	sqlite3 *db; /* of the limit */
	sqlite3_stmt *log, *feed;
	int64_t seq;
};

/* --- Ours ---------------------------------------------------------------------- */

static void sign_queue(struct job *j)
{
	char text[80];

	for (int i = 0; i < ACTIONS; i++) {
		struct strbuf *body = &j->queued[i / A_REQUEST];

		if (i % A_REQUEST == 0)
			strbuf_clear(body);
		snprintf(text, sizeof(text), "Ringde sökanden, komplettering väntas. Nr %d", i);
		desk_sign(&j->desk, &j->places[j->used++], "note.add", "text", text, body);
	}
}

/* Every line must be taken: refusing is another work, and a shorter one. */
static void check_answers(const struct reply *reply)
{
	struct strbuf payload = STRBUF_INIT;
	const char *p = strbuf_cstr(&reply->body);
	struct err why = ERR_INIT;
	struct ack ack;
	int lines = 0;

	for (; *p; p += strcspn(p, "\n") + 1, lines++) {
		strbuf_clear(&payload);
		bench_must(
			jws_payload_unverified(&payload, (struct str){ p, strcspn(p, "\n") }, &why),
			&why, "answer");
		bench_must(ack_read(&ack, strbuf_str(&payload), &why), &why, "answer");
		if (!verdict_stands(ack.verdict))
			bench_fail(ack.detail, NULL);
	}
	if (lines != A_REQUEST)
		bench_fail("not every action was answered", NULL);
	strbuf_release(&payload);
}

static double push_queue(struct job *j)
{
	struct reply reply = REPLY_INIT;
	int64_t spent = 0, from;

	for (int i = 0; i < ACTIONS / A_REQUEST; i++) {
		from = bench_ns();
		desk_post(&j->desk, "/v1/actions", "application/jose-lines",
			  strbuf_str(&j->queued[i]), &reply);
		spent += bench_ns() - from;
		check_answers(&reply);
	}
	reply_release(&reply);
	return ACTIONS * 1e9 / (double)spent;
}

/* --- The limit -------------------------------------------------------------------- */

static void lite(struct job *j, int rc, const char *what)
{
	struct err why = ERR_INIT;

	if (rc == SQLITE_OK || rc == SQLITE_ROW || rc == SQLITE_DONE)
		return;
	(void)err_set(&why, ST_BROKEN, "sqlite", "%s", sqlite3_errmsg(j->db));
	bench_fail(what, &why);
}

static void run(struct job *j, const char *sql)
{
	lite(j, sqlite3_exec(j->db, sql, NULL, NULL, NULL), sql);
}

static void open_limit(struct job *j)
{
	char path[600];

	snprintf(path, sizeof(path), "%s/limit.db", j->dir);
	(void)unlink(path);
	lite(j, sqlite3_open(path, &j->db), "open");
	run(j, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL");
	run(j, "CREATE TABLE log(seq INTEGER PRIMARY KEY, ah TEXT NOT NULL, jws TEXT NOT NULL)");
	run(j, "CREATE TABLE feed(scope INTEGER, seq INTEGER, case_id TEXT,"
	       " PRIMARY KEY(scope, seq)) WITHOUT ROWID");
	lite(j, sqlite3_prepare_v2(j->db, "INSERT INTO log VALUES(?1, ?2, ?3)", -1, &j->log, NULL),
	     "log");
	lite(j, sqlite3_prepare_v2(j->db, "INSERT INTO feed VALUES(1, ?1, ?2)", -1, &j->feed, NULL),
	     "feed");
}

static void limit_one(struct job *j, struct str line, const unsigned char sig[64],
		      const char *case_id)
{
	const char *dot = memrchr(line.p, '.', line.n);
	size_t input = (size_t)(dot - line.p);

	if (crypto_sign_verify_detached(sig, (const unsigned char *)line.p, input,
					signkey_public(j->desk.who.key)->x)
	    != 0)
		bench_fail("a signature of the limit does not hold", NULL);
	sqlite3_bind_int64(j->log, 1, ++j->seq);
	sqlite3_bind_text(j->log, 2, HASH_ZERO, -1, SQLITE_STATIC);
	sqlite3_bind_text(j->log, 3, line.p, (int)line.n, SQLITE_STATIC);
	lite(j, sqlite3_step(j->log), "log");
	sqlite3_reset(j->log);
	sqlite3_bind_int64(j->feed, 1, j->seq);
	sqlite3_bind_text(j->feed, 2, case_id, -1, SQLITE_STATIC);
	lite(j, sqlite3_step(j->feed), "feed");
	sqlite3_reset(j->feed);
}

/* The lines of the queue, and their signatures as bytes. */
static void cut(struct job *j, struct str line[ACTIONS], unsigned char sig[ACTIONS][64])
{
	int n = 0;

	for (int i = 0; i < ACTIONS / A_REQUEST; i++) {
		const char *p = strbuf_cstr(&j->queued[i]);

		for (; *p && n < ACTIONS; p += line[n].n + 1, n++) {
			const char *dot;

			line[n] = (struct str){ p, strcspn(p, "\n") };
			dot = memrchr(p, '.', line[n].n);
			if (!dot
			    || !b64url_decode_exact(
				    sig[n], 64,
				    (struct str){ dot + 1, (size_t)(p + line[n].n - dot) - 1 }))
				bench_fail("a line of the limit cannot be read", NULL);
		}
	}
}

static double push_limit(struct job *j)
{
	static struct str line[ACTIONS];
	static unsigned char sig[ACTIONS][64];
	int64_t from;

	cut(j, line, sig);
	from = bench_ns();
	for (int i = 0; i < ACTIONS; i++) {
		if (i % A_GROUP == 0)
			run(j, "BEGIN IMMEDIATE");
		limit_one(j, line[i], sig[i], j->places[j->used - ACTIONS + i].case_id);
		if (i % A_GROUP == A_GROUP - 1)
			run(j, "COMMIT");
	}
	return ACTIONS * 1e9 / (double)(bench_ns() - from);
}

/* --- Figures ---------------------------------------------------------------------- */

static void write_out(struct job *j, struct figure *f)
{
	f->cases = j->cases;
	figure_write(j->out, f);
}

static void push_times(struct job *j, const char *what)
{
	struct samples ours = SAMPLES_INIT, limit = SAMPLES_INIT;
	struct figure f = { .id = "P6",
			    .what = what,
			    .unit = "actions/s",
			    .more_is_better = true,
			    .ours = &ours,
			    .limit = &limit,
			    .goal = { { GOAL_RATIO, true, 0.7 } } };

	for (int i = 0; i < j->times; i++) {
		sign_queue(j);
		samples_add(&ours, push_queue(j));
		samples_add(&limit, push_limit(j));
	}
	write_out(j, &f);
	samples_release(&ours);
	samples_release(&limit);
}

/* One change of another desk, then the page that tells of it. */
static void deltas(struct job *j)
{
	struct samples bytes = SAMPLES_INIT, ms = SAMPLES_INIT;
	struct figure f = { .id = "P4",
			    .what = "page after one change, body",
			    .unit = "bytes",
			    .ours = &bytes,
			    .goal = { { GOAL_P99, false, 1024 } } };
	struct reply reply = REPLY_INIT;
	struct strbuf line = STRBUF_INIT;
	struct desk reader;
	int64_t from;

	desk_open(&reader, j->desk.road.central, "bench");
	do
		desk_pull(&reader, &reply);
	while (reader.head.more);
	for (int i = 0; i < DELTAS; i++) {
		strbuf_clear(&line);
		desk_sign(&j->desk, &j->places[j->used++], "note.add", "text", "Ringt.", &line);
		from = bench_ns();
		desk_post(&j->desk, "/v1/actions", "application/jose-lines", strbuf_str(&line),
			  &reply);
		desk_pull(&reader, &reply);
		samples_add(&ms, (double)(bench_ns() - from) / 1e6);
		samples_add(&bytes, (double)reply.body.len);
	}
	write_out(j, &f);
	f = (struct figure){
		.id = "P4", .what = "one change posted and pulled", .unit = "ms", .ours = &ms
	};
	write_out(j, &f);
	samples_release(&bytes);
	samples_release(&ms);
	strbuf_release(&line);
	reply_release(&reply);
	desk_release(&reader);
}

static void over_http(struct job *j)
{
	char program[600];
	struct served s;
	struct err why = ERR_INIT;

	snprintf(program, sizeof(program), "%s/sluss-central", j->build);
	serve_start(&s, program, j->dir);
	bench_must(http_start(&why), &why, "http");
	j->desk.road = (struct road){ .url = s.url };
	bench_must(http_new(&j->desk.road.http, "bench", NULL, &why), &why, "http");
	push_times(j, "1,000 queued actions, over HTTP");
	http_free(j->desk.road.http);
	http_stop();
	serve_stop(&s);
}

int main(int argc, char **argv)
{
	struct job j = { .seq = 0 };
	struct central *c;
	int want;

	if (argc != 6) {
		fprintf(stderr, "usage: push DIR BUILD CASES TIMES OUT\n");
		return 2;
	}
	j.dir = argv[1];
	j.build = argv[2];
	j.cases = strtoll(argv[3], NULL, 10);
	j.times = (int)strtol(argv[4], NULL, 10);
	j.out = argv[5];
	want = 2 * j.times * ACTIONS + DELTAS;
	j.places = calloc((size_t)want, sizeof(*j.places));
	c = bench_central(j.dir);
	places_read(c, j.places, want);
	desk_open(&j.desk, c, "pusher");
	open_limit(&j);
	push_times(&j, "1,000 queued actions, central_handle");
	deltas(&j);
	central_close(c);
	over_http(&j);
	sqlite3_finalize(j.log);
	sqlite3_finalize(j.feed);
	sqlite3_close(j.db);
	for (int i = 0; i < ACTIONS / A_REQUEST; i++)
		strbuf_release(&j.queued[i]);
	desk_release(&j.desk);
	free(j.places);
	return 0;
}
