/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * push - P6: 1,000 queued signed actions sent to a central; P4: what one
 *        change costs the others.
 *
 *   push DIR BUILD CASES TIMES OUT      (DIR is changed: give it a copy)
 *
 * Ours: notes on 1,000 cases in requests of 200 lines, through central_handle
 * on a folder, and over HTTP to a program of its own. The limit is that of
 * push_limit.h: the same envelopes in the same requests.
 */
#include <stdlib.h>
#include <string.h>

#include "net/http.h"
#include "tests/bench/desk.h"
#include "tests/bench/figure.h"
#include "tests/bench/push_limit.h"
#include "tests/bench/serve.h"
#include "wire/ack.h"

#include "base/banned.h"

enum { ACTIONS = 1000, A_REQUEST = 200, DELTAS = 100 };

struct job {
	const char *dir, *build, *out;
	int64_t cases;
	int times;
	struct desk desk;
	struct place *places; /* one for each action of the whole bench */
	int used;
	struct strbuf queued[ACTIONS / A_REQUEST];
	struct push_limit limit;
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

static double push_limit(struct job *j)
{
	int64_t spent = 0;

	for (int i = 0; i < ACTIONS / A_REQUEST; i++)
		spent += push_limit_take(&j->limit, &j->desk, strbuf_str(&j->queued[i]),
					 &j->places[j->used - ACTIONS + i * A_REQUEST]);
	return ACTIONS * 1e9 / (double)spent;
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
	struct job j = { .used = 0 };
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
	push_limit_open(&j.limit, j.dir);
	push_times(&j, "1,000 queued actions, central_handle");
	deltas(&j);
	central_close(c);
	over_http(&j);
	push_limit_release(&j.limit);
	for (int i = 0; i < ACTIONS / A_REQUEST; i++)
		strbuf_release(&j.queued[i]);
	desk_release(&j.desk);
	free(j.places);
	return 0;
}
