/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * world - the files that benches run on, made once.
 *
 *   world central DIR N     a central with N cases, two entries each
 *   world atwork DIR N      the same, all of them open
 *   world home DIR HOME N   a home enrolled there, its cache filled with N
 *   world url HOME URL      where that home finds its central now
 *
 * The entries are signed by the central and stand in log, feed and tree as it
 * writes them. Status, officer and outcome are put into the projection without
 * entries of their own, which no bench reads: `verify` would say so. The
 * home's key is sealed at the cheapest cost there is, so that opening it is no
 * part of a start. Its cache holds cases of its own beside the central's.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "app/home.h"
#include "central/entry.h"
#include "sign/hash.h"
#include "sync/enrol.h"
#include "sync/sync.h"
#include "tests/bench/desk.h"
#include "tests/bench/figure.h"
#include "tests/bench/gen.h"

#include "base/banned.h"

enum { SEED_HOME = 1, SEED_CENTRAL = 2, A_TRANSACTION = 500 };

#define CONF_HEAD                                                                                  \
	"[committee BN]\nname.sv = Byggnadsnämnden\nname.en = Building\ndiary_prefix = BN\n"
#define CONF_TYPE                                                                                  \
	"[casetype BYGGLOV]\nname.sv = Bygglov\nname.en = Building permit\nversion = 1\n"          \
	"class_code = 3.4.1\nlaw = PBL 9\nqueue = ko-01\ntarget = 70 days\ndocument = Ansökan\n"  \
	"outcome = bifall \"Bifall\" \"Approval\"\noutcome = avslag \"Avslag\" \"Refusal\"\n"      \
	"appeal = lansstyrelse\ndelegation = BN-1\n"

/* --- A central ---------------------------------------------------------------- */

static void write_conf(const char *folder)
{
	char path[600];
	FILE *f;

	snprintf(path, sizeof(path), "%s/bench.conf", folder);
	(void)mkdir(folder, 0700);
	f = fopen(path, "w");
	if (!f) {
		bench_fail(path, NULL);
		return;
	}
	fputs(CONF_HEAD, f);
	for (int i = 1; i <= GEN_UNITS; i++)
		fprintf(f,
			"[unit enhet-%02d]\nname.sv = Enhet %d\nname.en = Unit %d\n"
			"committee = BN\n",
			i, i, i);
	for (int i = 0; i < GEN_QUEUES; i++)
		fprintf(f,
			"[queue ko-%02d]\nname.sv = Kö %d\nname.en = Queue %d\n"
			"unit = enhet-%02d\n",
			i + 1, i + 1, i + 1, 1 + i % GEN_UNITS);
	fputs(CONF_TYPE, f);
	if (fclose(f) != 0)
		bench_fail(path, NULL);
}

static void add_officers(struct central *c)
{
	static const char *const ids[] = { "bench", "feeder", "pusher" };
	struct strbuf units = STRBUF_INIT;
	struct err why = ERR_INIT;

	for (int i = 1; i <= GEN_UNITS; i++)
		strbuf_addf(&units, "%senhet-%02d", i > 1 ? "," : "", i);
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		struct central_officer o = { ids[i],
					     "Officer of the bench",
					     "handläggare",
					     "officer,decider,supervisor",
					     strbuf_cstr(&units),
					     1 };

		bench_must(central_add_officer(c, &o, &why), &why, "officer");
	}
	strbuf_release(&units);
}

static void set(struct action *a, const char *name, const char *value)
{
	struct err why = ERR_INIT;

	bench_must(action_set(a, name, str_of(value), &why), &why, name);
}

static void receive(struct action *a, const struct casefile *f)
{
	char at[INSTANT_TEXT], protection[8];

	instant_format(at, f->received_at);
	snprintf(protection, sizeof(protection), "%d", f->protection);
	action_reset(a, action_find(str_of("case.receive")));
	set(a, "type", f->type);
	set(a, "title", strbuf_cstr(&f->title));
	set(a, "party", strbuf_cstr(&f->party));
	set(a, "channel", f->channel);
	set(a, "received_at", at);
	set(a, "protection", protection);
}

static void registration(struct action *a, const struct casefile *f)
{
	action_reset(a, action_find(str_of("case.register")));
	set(a, "diary_no", f->diary_no);
	set(a, "unit", f->unit);
	set(a, "queue", f->queue);
	set(a, "due_on", f->due_on);
	set(a, "type_version", "1");
	set(a, "committee", "BN");
}

/* What the made-up case has gone through since. A closed one is archived too:
 * a central that starts would pack it at once, and measure that. */
static void move_on(struct casefile *to, const struct casefile *f, bool at_work)
{
	to->state = f->state == CASE_CLOSED ? CASE_ARCHIVED : f->state;
	if (at_work)
		to->state = CASE_OPEN;
	to->priority = f->priority;
	to->closed_at = f->closed_at;
	to->changed_at = f->changed_at;
	memcpy(to->assignee, f->assignee, sizeof(to->assignee));
	memcpy(to->outcome, f->outcome, sizeof(to->outcome));
}

static enum status add_case(struct central *c, const struct casefile *f, bool at_work,
			    struct err *why)
{
	struct stored_case s = STORED_CASE_INIT;
	struct action a = ACTION_INIT;
	struct entry_done done;
	enum status st = scope_find(c->db, f->unit, f->protection, &s.scope, why);

	memcpy(s.file.id, f->id, sizeof(s.file.id));
	s.file.type_version = f->type_version;
	snprintf(s.party_kind, sizeof(s.party_kind), "person");
	strbuf_addf(&s.fields, "{\"fastighet\":\"%s 4:12\",\"beskrivning\":\"%s\"}", f->unit,
		    strbuf_cstr(&f->title));
	receive(&a, f);
	if (st == ST_OK)
		st = entry_system(c, &s, &a, f->received_at, &done, why);
	registration(&a, f);
	if (st == ST_OK)
		st = entry_system(c, &s, &a, f->received_at, &done, why);
	move_on(&s.file, f, at_work);
	if (st == ST_OK)
		st = case_save(c->db, &s, why);
	action_release(&a);
	stored_case_release(&s);
	return st;
}

static void fill_central(struct central *c, int64_t total, bool at_work)
{
	struct casefile f = CASEFILE_INIT;
	struct err why = ERR_INIT;

	bench_must(db_exec(c->db, "PRAGMA synchronous=OFF", &why), &why, "fill");
	for (int64_t i = 0; i < total; i++) {
		if (i % A_TRANSACTION == 0)
			bench_must(central_begin(c, &why), &why, "fill");
		gen_case(&f, SEED_CENTRAL, i, total);
		bench_must(add_case(c, &f, at_work, &why), &why, f.id);
		if (i % A_TRANSACTION == A_TRANSACTION - 1 || i == total - 1)
			bench_must(central_commit(c, &why), &why, "fill");
	}
	casefile_release(&f);
	bench_must(db_exec(c->db, "PRAGMA synchronous=FULL", &why), &why, "fill");
	bench_must(db_checkpoint(c->db, &why), &why, "fill");
}

static int make_central(const char *dir, int64_t total, bool at_work)
{
	struct central_env env = { .clock = clock_real(), .rng = rng_real() };
	struct central *c;
	struct err why = ERR_INIT;
	char conf[512];

	snprintf(conf, sizeof(conf), "%s.conf", dir);
	write_conf(conf);
	bench_must(sign_start(&why), &why, "sodium");
	bench_must(central_init_dir(dir, "Exempelköping", conf, &env, &why), &why, dir);
	c = bench_central(dir);
	add_officers(c);
	fill_central(c, total, at_work);
	central_close(c);
	return 0;
}

/* --- A home ------------------------------------------------------------------- */

static void enrol_here(struct home *h, struct central *c)
{
	char code[INVITATION_TEXT];
	struct err why = ERR_INIT;
	struct road road = { .central = c };
	struct enrol *e = NULL;
	enum status st = central_invite(c, "bench", code, &why);

	if (st == ST_OK)
		st = enrol_start(&e, "http://127.0.0.1:1", str_of(code), &h->clock, &h->rng, &why);
	while (st == ST_OK) {
		struct request req = REQUEST_INIT;
		struct reply reply = REPLY_INIT;

		st = enrol_next(e, &req, &why);
		if (st == ST_OK) {
			snprintf(req.peer, sizeof(req.peer), "127.0.0.1");
			road_ask(&road, &req, &reply);
			st = enrol_reply(e, &reply, &why);
		}
		request_release(&req);
		reply_release(&reply);
	}
	if (st == ST_NONE)
		st = enrol_finish(e, h->outbox, str_of("bench"), KEYBOX_TEST, &why);
	bench_must(st, &why, "enrol");
	enrol_free(e);
}

/* Epoch, scopes, names and all cases of the central, as a first sync brings
 * them. */
static void sync_here(struct home *h, struct central *c)
{
	struct err why = ERR_INIT;
	struct road road = { .central = c };
	struct sync *s = NULL;
	struct sync_setup setup = { .cache = h->cache,
				    .outbox = h->outbox,
				    .clock = &h->clock,
				    .rng = &h->rng,
				    .key = h->key,
				    .once = true };

	bench_must(sync_open(&s, &setup, &why), &why, "sync");
	while (!sync_idle(s)) {
		struct request req = REQUEST_INIT;
		struct reply reply = REPLY_INIT;
		int64_t wake_at;
		enum status st = sync_next(s, LANE_PULL, &req, &wake_at, &why);

		if (st == ST_OK) {
			snprintf(req.peer, sizeof(req.peer), "127.0.0.1");
			road_ask(&road, &req, &reply);
			st = sync_reply(s, LANE_PULL, &reply, &why);
		}
		bench_must(st, &why, "sync");
		request_release(&req);
		reply_release(&reply);
	}
	sync_free(s);
}

/* The generator leaves a point and a cursor of its own: those of the central
 * are what the next sync goes on from. */
static void fill_home(struct home *h, int64_t total)
{
	struct sync_point point;
	struct cursor at[64];
	struct err why = ERR_INIT;
	int count = 0;
	enum status st = cache_point(h->cache, &point, &why);

	if (st == ST_OK)
		st = cursor_list(h->cache, at, 64, &count, &why);
	if (st == ST_OK)
		st = gen_fill(h->cache, SEED_HOME, total, &why);
	for (int i = 0; i < count && st == ST_OK; i++) {
		st = cursor_drop(h->cache, at[i].scope, &why);
		if (st == ST_OK)
			st = cursor_set(h->cache, at[i].scope, at[i].seq, &why);
	}
	if (st == ST_OK)
		st = cache_set_point(h->cache, &point, &why);
	if (st == ST_OK)
		st = db_checkpoint(h->cache, &why);
	bench_must(st, &why, "fill");
}

static void open_home(struct home *h, const char *dir)
{
	struct err why = ERR_INIT;

	(void)setenv("SLUSS_HOME", dir, 1);
	bench_must(sign_start(&why), &why, "sodium");
	bench_must(home_open(h, &why), &why, dir);
	bench_must(home_open_files(h, &why), &why, dir);
}

static int make_home(const char *dir, const char *path, int64_t total)
{
	struct home h;
	struct central *c = bench_central(dir);
	struct err why = ERR_INIT;

	open_home(&h, path);
	enrol_here(&h, c);
	bench_must(home_unlock(&h, str_of("bench"), &why), &why, path);
	sync_here(&h, c);
	if (total > 0)
		fill_home(&h, total);
	home_close(&h);
	central_close(c);
	return 0;
}

static int set_url(const char *path, const char *url)
{
	struct identity who = IDENTITY_INIT;
	struct home h;
	struct err why = ERR_INIT;
	enum status st;

	open_home(&h, path);
	st = identity_get(h.outbox, &who, &why);
	snprintf(who.url, sizeof(who.url), "%s", url);
	if (st == ST_OK)
		st = identity_put(h.outbox, &who, &why);
	bench_must(st, &why, path);
	identity_release(&who);
	home_close(&h);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "central") == 0)
		return make_central(argv[2], strtoll(argv[3], NULL, 10), false);
	if (argc == 4 && strcmp(argv[1], "atwork") == 0)
		return make_central(argv[2], strtoll(argv[3], NULL, 10), true);
	if (argc == 5 && strcmp(argv[1], "home") == 0)
		return make_home(argv[2], argv[3], strtoll(argv[4], NULL, 10));
	if (argc == 4 && strcmp(argv[1], "url") == 0)
		return set_url(argv[2], argv[3]);
	fprintf(stderr, "usage: world central|atwork DIR N | home DIR HOME N | url HOME URL\n");
	return 2;
}
