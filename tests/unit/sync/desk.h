/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * desk - a workstation in memory and a small scripted central, for tests.
 *
 * Place:    tests/unit/sync. Promise: the central judges nothing of itself: it
 *           accepts what is next in line, answers the same twice, and does
 *           what the script says instead (loses replies, signs with another
 *           key, asks a judge of the test's own ...).
 * Owner:    desk_open gives, desk_close takes back. Errors: a failed assert.
 */
#ifndef TESTS_SYNC_DESK_H
#define TESTS_SYNC_DESK_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/cache.h"
#include "cache/cases.h"
#include "cache/entries.h"
#include "cache/identity.h"
#include "domain/role.h"
#include "sign/chain.h"
#include "sign/hash.h"
#include "sql/db.h"
#include "sync/act.h"
#include "sync/overlay.h"
#include "sync/sync.h"
#include "wire/ack.h"
#include "wire/json.h"
#include "wire/page.h"
#include "wire/payload.h"
#include "wire/problem.h"

#define EPOCH "0198aaaa-0000-7000-8000-000000000001"
#define EPOCH_2 "0198aaaa-0000-7000-8000-000000000002"
#define DEV "0198bbbb-0000-7000-8000-000000000001"
#define AUD "sluss-0123456789abcdef"
enum { LOG_MAX = 64, SCOPE = 7 };

struct log_line {
	int64_t seq, n;
	char case_id[UUID_TEXT], iid[UUID_TEXT], ah[HASH_TEXT], eh[HASH_TEXT];
	struct strbuf jws;
};

struct desk {
	struct db *cache, *outbox;
	int64_t wall, boot;
	struct clock clock;
	struct rng_seeded seed;
	struct rng rng;
	struct signkey *key, *central_key, *foreign_key;
	struct sync *sync;
	/* the central */
	char epoch[UUID_TEXT];
	int64_t head;  /* seq */
	int64_t asked; /* the number of the last pull */
	struct casefile file[8];
	int64_t file_seq[8];
	int file_count;
	struct log_line log[LOG_MAX];
	int log_count;
	int64_t last_ctr;
	char last_hash[HASH_TEXT];
	struct strbuf acks[LOG_MAX]; /* by ctr */
	/* the script */
	int lose_replies; /* done, but the answer is lost */
	int deny;	  /* 401 */
	int html;
	bool stale_page; /* of a request of before */
	bool other_key, other_ah, other_iid;
	enum verdict verdict; /* NONE: accepted */
	/* NULL: as `verdict` says. Fills in why and who of a no. */
	enum verdict (*judge)(struct desk *d, const struct action *a, struct ack *k);
	enum verdict given[LOG_MAX]; /* by ctr */
	int status;
	const char *code; /* a problem for every bearer request */
	bool unproved;	  /* device-fork in nobody's name */
	int posts, pulls, logins, requests;
	bool spoil_page, cut_page;
	const char *aside; /* where snapshots are loaded */
	bool offer;	   /* pages from 0 say that there is one */
	/* Answers what it knows of; false: the others are as always. */
	bool (*route)(struct desk *d, const struct request *r, struct reply *out);
	void *route_ctx;
	const char *bad_line; /* put into every page */
	const char *alone;    /* JSON of GET /v1/cases/{id} */
	int lose_alone;	      /* asked, and nobody answers */
	int sv_more;	      /* so many changes of rights */
	int chains;	      /* asked for */
	int64_t head_size;    /* of the signed head; 0: some head of size 1 */
	char head_root[HASH_TEXT];
	const char *head_epoch; /* NULL: the central's */
	const char *head_more;	/* a member more in it, with its comma */
	const char *proof;	/* JSON of GET /v1/log/proof */
	bool short_of_memory;	/* for the test's own judge */
	char again[UUID_TEXT];	/* last case that a pull asks for once more; "": none */
	char named[UUID_TEXT];	/* the last that any pull so asked for */
};

static inline int64_t desk_wall(void *ctx)
{
	return ((struct desk *)ctx)->wall;
}
static inline int64_t desk_boot(void *ctx)
{
	return ((struct desk *)ctx)->boot;
}

static inline void must(enum status st, const struct err *why)
{
	if (st != ST_OK)
		print_message("%s: %s: %s\n", status_name(st), why->code, why->text);
	assert_int_equal(st, ST_OK);
}

static inline void case_id_of(char id[UUID_TEXT], int i)
{
	snprintf(id, UUID_TEXT, "0198cccc-0000-7000-8000-%012d", i + 1);
}

static inline void desk_add_case(struct desk *d)
{
	struct casefile *c = &d->file[d->file_count];

	*c = (struct casefile)CASEFILE_INIT;
	case_id_of(c->id, d->file_count);
	snprintf(c->diary_no, sizeof(c->diary_no), "BN 2026-%d", d->file_count + 1);
	snprintf(c->type, sizeof(c->type), "bygglov");
	snprintf(c->unit, sizeof(c->unit), "bygg");
	snprintf(c->queue, sizeof(c->queue), "bygglov");
	snprintf(c->due_on, sizeof(c->due_on), "2026-12-%02d", d->file_count + 1);
	c->type_version = 1;
	c->state = CASE_REGISTERED;
	c->priority = 2;
	c->received_at = c->changed_at = d->wall;
	c->n = 2;
	memset(c->eh, 'a' + d->file_count % 6, HASH_TEXT - 1);
	strbuf_sets(&c->title, "Carport");
	strbuf_sets(&c->party, "Kim Testsson");
	d->head += 2;
	d->file_seq[d->file_count++] = d->head;
}

static inline void desk_identity(struct desk *d)
{
	struct identity who = IDENTITY_INIT;
	struct err why = ERR_INIT;

	snprintf(who.url, sizeof(who.url), "http://central.example");
	snprintf(who.aud, sizeof(who.aud), AUD);
	snprintf(who.dev, sizeof(who.dev), DEV);
	snprintf(who.sub, sizeof(who.sub), "britt.a");
	snprintf(who.last_hash, sizeof(who.last_hash), HASH_ZERO);
	who.roles = ROLE_OFFICER | ROLE_DECIDER;
	who.undo_ms = 20000;
	snprintf(who.kid, sizeof(who.kid), "%s", signkey_public(d->key)->kid);
	pubkey_text(who.x, signkey_public(d->key));
	who.key_count = 1;
	snprintf(who.keys[0].kid, sizeof(who.keys[0].kid), "%s",
		 signkey_public(d->central_key)->kid);
	pubkey_text(who.keys[0].x, signkey_public(d->central_key));
	must(identity_put(d->outbox, &who, &why), &why);
	identity_release(&who);
}

/* The process starts: only the two files are older than this. */
static inline void desk_start(struct desk *d)
{
	const struct sync_setup setup = { .cache = d->cache,
					  .outbox = d->outbox,
					  .clock = &d->clock,
					  .rng = &d->rng,
					  .key = d->key,
					  .once = true,
					  .aside = d->aside };
	struct err why = ERR_INIT;

	must(sync_open(&d->sync, &setup, &why), &why);
}

static inline void desk_restart(struct desk *d)
{
	sync_free(d->sync);
	d->sync = NULL;
	desk_start(d);
}

static inline struct desk *desk_open(void)
{
	struct desk *d = calloc(1, sizeof(*d));
	unsigned char seed[32] = { 1 };
	struct err why = ERR_INIT;

	assert_non_null(d);
	must(sign_start(&why), &why);
	d->wall = 1790000000000;
	d->boot = 1000000;
	d->clock = (struct clock){ desk_wall, desk_boot, d };
	d->rng = rng_from_seed(&d->seed, 42);
	d->key = signkey_from_seed(seed);
	seed[0] = 2;
	d->central_key = signkey_from_seed(seed);
	seed[0] = 3;
	d->foreign_key = signkey_from_seed(seed);
	snprintf(d->epoch, sizeof(d->epoch), EPOCH);
	snprintf(d->last_hash, sizeof(d->last_hash), HASH_ZERO);
	must(cache_open(&d->cache, ":memory:", &why), &why);
	must(outbox_open(&d->outbox, ":memory:", &why), &why);
	desk_identity(d);
	for (int i = 0; i < 3; i++)
		desk_add_case(d);
	desk_start(d);
	return d;
}

static inline void desk_close(struct desk *d)
{
	sync_free(d->sync);
	for (int i = 0; i < d->file_count; i++)
		casefile_release(&d->file[i]);
	for (int i = 0; i < LOG_MAX; i++) {
		strbuf_release(&d->log[i].jws);
		strbuf_release(&d->acks[i]);
	}
	signkey_free(d->key);
	signkey_free(d->central_key);
	signkey_free(d->foreign_key);
	cache_close(d->cache);
	cache_close(d->outbox);
	free(d);
}

/* --- The central ------------------------------------------------------------ */

static inline void answer_json(struct reply *out, int status, const char *json)
{
	out->status = status;
	snprintf(out->content_type, sizeof(out->content_type), "application/json");
	strbuf_sets(&out->body, json);
}

static inline void answer_problem(struct reply *out, int status, const char *code,
				  const char *detail, int64_t expect, const char *last_hash)
{
	struct problem p = { .status = status, .expect = expect };

	snprintf(p.code, sizeof(p.code), "%s", code);
	snprintf(p.detail, sizeof(p.detail), "%s", detail);
	snprintf(p.last_hash, sizeof(p.last_hash), "%s", last_hash);
	out->status = status;
	snprintf(out->content_type, sizeof(out->content_type), "application/problem+json");
	problem_write(&out->body, &p);
}

/* As the central says it of a device that it has frozen. */
static inline void answer_frozen(struct desk *d, struct reply *out)
{
	struct problem p = { .status = d->status, .code = "device-fork" };
	struct strbuf payload = STRBUF_INIT, jws = STRBUF_INIT;

	strbuf_sets(&payload,
		    "{\"device\":\"" DEV "\",\"state\":\"frozen\",\"valid_through_ctr\":1}");
	assert_int_equal(jws_sign(&jws, NULL, d->unproved ? d->foreign_key : d->central_key,
				  TYP_ROW, strbuf_str(&payload), NULL),
			 ST_OK);
	snprintf(p.jws, sizeof(p.jws), "%s", strbuf_cstr(&jws));
	out->status = d->status;
	snprintf(out->content_type, sizeof(out->content_type), "application/problem+json");
	problem_write(&out->body, &p);
	strbuf_release(&payload);
	strbuf_release(&jws);
}

/* As the central signs a refusal that makes a device sign something else. */
static inline void sign_problem(struct desk *d, struct problem *p, int64_t at)
{
	struct strbuf payload = STRBUF_INIT, jws = STRBUF_INIT;
	struct identity who = IDENTITY_INIT;
	struct problem_said said = { .at = at };

	assert_int_equal(identity_get(d->outbox, &who, NULL), ST_OK);
	memcpy(said.dev, who.dev, sizeof(said.dev));
	snprintf(said.epoch, sizeof(said.epoch), "%s", d->epoch);
	assert_true(problem_word(&payload, p, &said));
	identity_release(&who);
	assert_int_equal(jws_sign(&jws, NULL, d->unproved ? d->foreign_key : d->central_key,
				  TYP_ROW, strbuf_str(&payload), NULL),
			 ST_OK);
	snprintf(p->jws, sizeof(p->jws), "%s", strbuf_cstr(&jws));
	strbuf_release(&payload);
	strbuf_release(&jws);
}

/* The central has nothing of ours from there on, and signs it. */
static inline void answer_gap(struct desk *d, struct reply *out)
{
	struct problem p = { 409, "ctr-gap", "the counter does not run on", d->last_ctr + 1, "",
			     "",  "" };

	memcpy(p.last_hash, d->last_hash, HASH_TEXT);
	sign_problem(d, &p, d->wall);
	out->status = 409;
	snprintf(out->content_type, sizeof(out->content_type), "application/problem+json");
	assert_true(problem_write(&out->body, &p));
}

static inline void answer_info(struct desk *d, struct reply *out)
{
	struct strbuf b = STRBUF_INIT;
	char now[INSTANT_TEXT];

	instant_format(now, d->wall + 1500);
	strbuf_addf(&b,
		    "{\"name\":\"Exempelköping\",\"central\":\"" AUD
		    "\",\"protocol\":{\"min\":1,\"max\":1},"
		    "\"epoch\":\"%s\",\"keys\":[],\"now\":\"%s\",\"undo_seconds\":20}",
		    d->epoch, now);
	answer_json(out, 200, strbuf_cstr(&b));
	strbuf_release(&b);
}

static inline void page_rows(struct desk *d, struct strbuf *raw, int64_t from, int64_t *rows)
{
	for (int i = 0; i < d->file_count; i++) {
		struct page_row r = { .kind = PAGE_CASE,
				      .seq = d->file_seq[i],
				      .scope_count = 1,
				      .scopes = { SCOPE },
				      .file = &d->file[i],
				      .n = d->file[i].n };

		if (d->file_seq[i] <= from && !d->again[0])
			continue;
		snprintf(r.case_id, sizeof(r.case_id), "%s", d->file[i].id);
		snprintf(r.eh, sizeof(r.eh), "%s", d->file[i].eh);
		assert_true(page_put(raw, &r));
		++*rows;
	}
	for (int i = 0; i < d->log_count; i++) {
		struct log_line *l = &d->log[i];
		struct page_row r = { .kind = PAGE_ENTRY,
				      .seq = l->seq,
				      .n = l->n,
				      .at = d->wall,
				      .text = strbuf_str(&l->jws) };

		if (l->seq <= from)
			continue;
		snprintf(r.case_id, sizeof(r.case_id), "%s", l->case_id);
		snprintf(r.eh, sizeof(r.eh), "%s", l->eh);
		snprintf(r.epoch, sizeof(r.epoch), "%s", d->epoch);
		snprintf(r.verdict, sizeof(r.verdict), "accepted");
		snprintf(r.rule, sizeof(r.rule), "bygglov@1");
		assert_true(page_put(raw, &r));
		++*rows;
	}
}

/* Whose requests come: a home may have been enrolled anew. */
static inline void desk_dev(struct desk *d, char dev[UUID_TEXT])
{
	struct identity who = IDENTITY_INIT;

	assert_int_equal(identity_get(d->outbox, &who, NULL), ST_OK);
	memcpy(dev, who.dev, UUID_TEXT);
	identity_release(&who);
}

/* The page from `from` on, as bytes before packing. */
static inline void make_page(struct desk *d, struct strbuf *raw, int64_t from)
{
	struct page_head h = { .from_count = 1,
			       .to_count = 1,
			       .from = { { SCOPE, from } },
			       .to = { { SCOPE, d->head } },
			       .sv = 1 + d->sv_more,
			       .now = d->wall,
			       .durable_through = d->head };
	char sha[HASH_TEXT];
	int64_t rows = 0;

	if (d->offer && from == 0)
		h.snapshots[h.snapshot_count++] = SCOPE;
	desk_dev(d, h.dev);
	h.asked = d->asked;
	memcpy(h.again, d->again, sizeof(h.again));
	snprintf(h.epoch, sizeof(h.epoch), "%s", d->epoch);
	assert_true(page_begin(raw, &h));
	page_rows(d, raw, from, &rows);
	if (d->bad_line) {
		strbuf_adds(raw, d->bad_line);
		strbuf_addc(raw, '\n');
		rows++;
	}
	sha256_hex(sha, strbuf_str(raw));
	if (d->spoil_page)
		sha[0] = sha[0] == '0' ? '1' : '0';
	if (!d->cut_page)
		assert_true(page_end(raw, rows, sha));
}

static inline void answer_pull(struct desk *d, const struct request *r, struct reply *out)
{
	struct strbuf raw = STRBUF_INIT;
	struct json *j = NULL;
	const struct json *subs, *again;
	char epoch[UUID_TEXT];
	int64_t from = 0;

	d->pulls++;
	assert_int_equal(json_read(&j, strbuf_str(&r->body), NULL), ST_OK);
	subs = json_member(j, "subs");
	if (json_count(subs))
		from = json_get_int(json_item(subs, 0), "seq", 0);
	assert_true(json_copy_text(j, "epoch", epoch, sizeof(epoch)));
	again = json_member(j, "again");
	snprintf(d->again, sizeof(d->again), "%.*s", UUID_TEXT - 1,
		 json_count(again) ? json_text(json_item(again, json_count(again) - 1)).p : "");
	if (d->again[0])
		memcpy(d->named, d->again, sizeof(d->named));
	json_free(j);
	if (strcmp(epoch, d->epoch) != 0) {
		answer_problem(out, 409, "epoch-changed", d->epoch, 0, "");
		return;
	}
	make_page(d, &raw, from);
	out->status = 200;
	snprintf(out->content_type, sizeof(out->content_type), "application/zstd");
	assert_true(zstd_pack(&out->body, strbuf_str(&raw)));
	strbuf_release(&raw);
}

static inline struct casefile *central_case(struct desk *d, const char *id)
{
	for (int i = 0; i < d->file_count; i++)
		if (strcmp(d->file[i].id, id) == 0) {
			d->file_seq[i] = d->head + 1;
			return &d->file[i];
		}
	return NULL;
}

/* Append what an accepted action does. */
static inline void central_append(struct desk *d, const struct action *a, struct str jws,
				  struct ack *k)
{
	struct log_line *l = &d->log[d->log_count++];
	struct casefile *c = central_case(d, a->case_id);

	assert_non_null(c);
	casefile_apply(c, a, d->wall);
	l->seq = ++d->head;
	l->n = ++c->n;
	sha256_hex(l->eh, strbuf_str(&c->title));
	snprintf(c->eh, sizeof(c->eh), "%s", l->eh);
	snprintf(l->case_id, sizeof(l->case_id), "%s", a->case_id);
	snprintf(l->iid, sizeof(l->iid), "%s", a->iid);
	snprintf(l->ah, sizeof(l->ah), "%s", k->ah);
	strbuf_set(&l->jws, jws.p, jws.n);
	k->n = l->n;
	k->seq = l->seq;
	snprintf(k->eh, sizeof(k->eh), "%s", l->eh);
}

static inline void central_judge(struct desk *d, struct str jws, struct strbuf *out)
{
	struct strbuf payload = STRBUF_INIT;
	struct action a = ACTION_INIT;
	struct ack k = { .verdict = VERDICT_ACCEPTED, .at = d->wall };
	struct err why = ERR_INIT;

	must(jws_open(&payload, k.ah, signkey_public(d->key), TYP_ACTION, jws, &why), &why);
	must(payload_read(&a, strbuf_str(&payload), &why), &why);
	must(action_check(&a, &why), &why);
	if (a.ctr <= d->last_ctr) {
		strbuf_add(out, d->acks[a.ctr].data, d->acks[a.ctr].len);
	} else {
		bool is_void = strcmp(a.def->name, "void") == 0;

		snprintf(k.iid, sizeof(k.iid), "%s", a.iid);
		snprintf(k.dev, sizeof(k.dev), "%s", a.dev);
		snprintf(k.case_id, sizeof(k.case_id), "%s", a.case_id);
		snprintf(k.epoch, sizeof(k.epoch), "%s", d->epoch);
		k.ctr = d->last_ctr = a.ctr;
		snprintf(d->last_hash, sizeof(d->last_hash), "%s",
			 is_void ? action_get(&a, "ah") : k.ah);
		if (is_void)
			k.verdict = VERDICT_VOID;
		else if (d->judge)
			k.verdict = d->judge(d, &a, &k);
		else if (d->verdict != VERDICT_NONE)
			k.verdict = d->verdict;
		else
			central_append(d, &a, jws, &k);
		if (d->judge && verdict_stands(k.verdict))
			central_append(d, &a, jws, &k);
		d->given[a.ctr] = k.verdict;
		if (d->verdict != VERDICT_NONE) {
			snprintf(k.why, sizeof(k.why), "taken");
			snprintf(k.who, sizeof(k.who), "jan.vd");
		}
		if (d->other_ah)
			memset(k.ah, '7', HASH_TEXT - 1);
		if (d->other_iid)
			k.iid[35] = k.iid[35] == '0' ? '1' : '0';
		strbuf_clear(&payload);
		assert_true(ack_write(&payload, &k));
		must(jws_sign(&d->acks[a.ctr], NULL, d->other_key ? d->foreign_key : d->central_key,
			      TYP_ACK, strbuf_str(&payload), &why),
		     &why);
		strbuf_add(out, d->acks[a.ctr].data, d->acks[a.ctr].len);
	}
	strbuf_addc(out, '\n');
	action_release(&a);
	strbuf_release(&payload);
}

static inline void answer_actions(struct desk *d, const struct request *r, struct reply *out)
{
	const char *p = strbuf_cstr(&r->body);
	struct strbuf payload = STRBUF_INIT;
	struct action a = ACTION_INIT;

	d->posts++;
	/* Only the first line is held against the counter: enough here. */
	assert_int_equal(
		jws_payload_unverified(&payload, (struct str){ p, strcspn(p, "\n") }, NULL), ST_OK);
	assert_int_equal(payload_read(&a, strbuf_str(&payload), NULL), ST_OK);
	if (a.ctr > d->last_ctr + 1
	    || (a.ctr == d->last_ctr + 1 && strcmp(a.prev, d->last_hash) != 0)) {
		answer_gap(d, out);
	} else {
		out->status = 200;
		snprintf(out->content_type, sizeof(out->content_type), "application/x-ndjson");
		for (; *p; p += strcspn(p, "\n") + 1)
			central_judge(d, (struct str){ p, strcspn(p, "\n") }, &out->body);
	}
	action_release(&a);
	strbuf_release(&payload);
}

static inline void answer_acks(struct desk *d, const struct request *r, struct reply *out)
{
	const char *from = strstr(strbuf_cstr(&r->query), "from=");

	assert_non_null(from);
	if (strtoll(from + 5, NULL, 10) > d->last_ctr && strstr(from, "&end=1")) {
		answer_gap(d, out);
		return;
	}
	out->status = 200;
	snprintf(out->content_type, sizeof(out->content_type), "application/x-ndjson");
	for (int64_t c = strtoll(from + 5, NULL, 10); c <= d->last_ctr; c++) {
		strbuf_add(&out->body, d->acks[c].data, d->acks[c].len);
		strbuf_addc(&out->body, '\n');
	}
}

static inline void answer_head(struct desk *d, struct reply *out)
{
	struct log_head h = { .size = 1, .at = d->wall };
	struct strbuf payload = STRBUF_INIT, jws = STRBUF_INIT, json = STRBUF_INIT;

	snprintf(h.epoch, sizeof(h.epoch), "%s", d->head_epoch ? d->head_epoch : d->epoch);
	memset(h.root, 'c', HASH_TEXT - 1);
	if (d->head_size) {
		h.size = d->head_size;
		memcpy(h.root, d->head_root, HASH_TEXT);
	}
	assert_true(head_write(&payload, &h));
	if (d->head_more) {
		strbuf_cut(&payload, payload.len - 1);
		strbuf_addf(&payload, "%s}", d->head_more);
	}
	assert_int_equal(jws_sign(&jws, NULL, d->central_key, TYP_HEAD, strbuf_str(&payload), NULL),
			 ST_OK);
	strbuf_addf(&json, "{\"jws\":\"%s\"}", strbuf_cstr(&jws));
	answer_json(out, 200, strbuf_cstr(&json));
	strbuf_release(&payload);
	strbuf_release(&jws);
	strbuf_release(&json);
}

static inline void central_route(struct desk *d, const struct request *r, struct reply *out)
{
	const char *path = strbuf_cstr(&r->path);

	if (strncmp(strbuf_cstr(&r->query), "ask=", 4) == 0)
		d->asked = strtoll(strbuf_cstr(&r->query) + 4, NULL, 10) + d->stale_page;
	if (d->route && d->route(d, r, out))
		return;
	if (strcmp(path, "/v1/api-info") == 0)
		answer_info(d, out);
	else if (strcmp(path, "/v1/auth/challenge") == 0)
		answer_json(out, 200,
			    "{\"challenge\":\"" HASH_ZERO
			    "\",\"expires_at\":\"2026-09-21T00:00:00.000Z\"}");
	else if (strcmp(path, "/v1/auth/token") == 0) {
		d->logins++;
		answer_json(out, 200, "{\"token\":\"tok\",\"sv\":1,\"scopes\":[7]}");
	} else if (strcmp(path, "/v1/sync/pull") == 0)
		answer_pull(d, r, out);
	else if (strcmp(path, "/v1/actions") == 0)
		answer_actions(d, r, out);
	else if (strcmp(path, "/v1/acks") == 0)
		answer_acks(d, r, out);
	else if (strcmp(path, "/v1/log/head") == 0)
		answer_head(d, out);
	else if (d->proof && strcmp(path, "/v1/log/proof") == 0)
		answer_json(out, 200, d->proof);
	else if (strcmp(path, "/v1/keys") == 0)
		answer_json(out, 200, "{\"keys\":[]}");
	else if (d->alone && strncmp(path, "/v1/cases/", 10) == 0 && !strstr(path, "/chain"))
		answer_json(out, 200, d->alone);
	else if (strcmp(r->method, "PUT") == 0)
		answer_json(out, 201, "{}");
	else
		answer_problem(out, 404, "not-found", "no such thing", 0, "");
}

static inline void central_answer(struct desk *d, const struct request *r, struct reply *out)
{
	d->requests++;
	d->chains += strstr(strbuf_cstr(&r->path), "/chain") != NULL;
	reply_clear(out);
	if (d->html > 0) {
		d->html--;
		out->status = 200;
		snprintf(out->content_type, sizeof(out->content_type), "text/html");
		strbuf_sets(&out->body, "<html>Log in to the hotel's network</html>");
	} else if (r->bearer[0] && d->deny > 0) {
		d->deny--;
		answer_problem(out, 401, "token-expired", "log in", 0, "");
	} else if (r->bearer[0] && d->status && strcmp(d->code, "device-fork") == 0) {
		answer_frozen(d, out);
	} else if (r->bearer[0] && d->status) {
		answer_problem(out, d->status, d->code, "so the script says", 0, "");
	} else {
		central_route(d, r, out);
	}
	if (d->lose_alone > 0 && strncmp(strbuf_cstr(&r->path), "/v1/cases/", 10) == 0) {
		d->lose_alone--;
		reply_clear(out);
	}
	if (d->lose_replies > 0 && strcmp(strbuf_cstr(&r->path), "/v1/actions") == 0) {
		d->lose_replies--;
		reply_clear(out);
	}
}

/* --- Running ------------------------------------------------------------------ */

/* One request of a lane, or the next thing to wait for. */
static inline enum status desk_step(struct desk *d, enum sync_lane lane, int64_t *wake,
				    struct err *why)
{
	struct request r = REQUEST_INIT;
	struct reply out = REPLY_INIT;
	enum status st = sync_next(d->sync, lane, &r, wake, why);

	if (st == ST_OK) {
		central_answer(d, &r, &out);
		st = sync_reply(d->sync, lane, &out, why);
	}
	request_release(&r);
	reply_release(&out);
	return st;
}

/* Run both lanes until neither has anything to do now. */
static inline enum status desk_run(struct desk *d, struct err *why)
{
	for (int i = 0; i < 500; i++) {
		int64_t wake;
		enum status pull = desk_step(d, LANE_PULL, &wake, why), push;

		if (pull != ST_OK && pull != ST_NONE)
			return pull;
		push = desk_step(d, LANE_PUSH, &wake, why);
		if (push != ST_OK && push != ST_NONE)
			return push;
		if (pull == ST_NONE && push == ST_NONE)
			return ST_OK;
	}
	return err_set(why, ST_BROKEN, "restless", "500 rounds and no rest");
}

static inline void desk_sync(struct desk *d)
{
	struct err why = ERR_INIT;

	must(desk_run(d, &why), &why);
}

/* The same with time passing, so that back-offs and undo windows end. */
static inline void desk_settle(struct desk *d)
{
	for (int i = 0; i < 40; i++) {
		desk_sync(d);
		if (sync_idle(d->sync))
			return;
		d->wall += 31000;
		d->boot += 31000;
	}
	fail_msg("the desk does not come to rest");
}

static inline struct actor desk_actor(struct desk *d)
{
	return (struct actor){ d->cache, d->outbox, &d->clock, &d->rng, d->key, 0 };
}

static inline enum status desk_act(struct desk *d, int i, const char *name, const char *arg,
				   const char *value, struct act_result *r, struct err *why)
{
	struct actor a = desk_actor(d);
	char id[UUID_TEXT];
	struct intent in = { .act = name,
			     .case_id = id,
			     .arg_count = arg ? 1 : 0,
			     .args = { { arg, str_of(value) } } };

	case_id_of(id, i);
	d->wall += 1000;
	d->boot += 1000;
	return act(&a, &in, r, why);
}

static inline void desk_see(struct desk *d, int i, struct case_row *row)
{
	struct err why = ERR_INIT;
	char id[UUID_TEXT];

	case_id_of(id, i);
	must(case_get(d->cache, id, row, &why), &why);
}

/* Another program has enrolled this home anew. */
static inline void desk_enrol_anew(struct desk *d, const char *dev, const char *sub)
{
	struct identity who = IDENTITY_INIT;
	struct err why = ERR_INIT;

	must(identity_get(d->outbox, &who, &why), &why);
	signkey_free(d->key);
	d->key = signkey_make(&d->rng);
	snprintf(who.dev, sizeof(who.dev), "%s", dev);
	snprintf(who.sub, sizeof(who.sub), "%s", sub);
	snprintf(who.kid, sizeof(who.kid), "%s", signkey_public(d->key)->kid);
	snprintf(who.last_hash, sizeof(who.last_hash), "%s", HASH_ZERO);
	for (; d->last_ctr > 0; d->last_ctr--)
		strbuf_clear(&d->acks[d->last_ctr]);
	who.ctr = 0;
	snprintf(d->last_hash, sizeof(d->last_hash), "%s", HASH_ZERO);
	must(outbox_hold_all(d->outbox, "device-changed", "sign it anew", &why), &why);
	must(identity_put(d->outbox, &who, &why), &why);
	identity_release(&who);
}

/* How often the intents of the log stand there: each must be alone. */
static inline void assert_each_once(const struct desk *d)
{
	for (int i = 0; i < d->log_count; i++)
		for (int k = i + 1; k < d->log_count; k++)
			assert_string_not_equal(d->log[i].iid, d->log[k].iid);
}

#endif
