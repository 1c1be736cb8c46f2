/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * rig - a central in memory, a clock by hand, and desks that enrol and sign.
 *
 * Place:    the tests of src/central. Promise: everything goes through
 *           central_handle, as over HTTP. Owner: rig_close, desk_release.
 * Errors:   assertions.
 */
#ifndef TESTS_CENTRAL_RIG_H
#define TESTS_CENTRAL_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "central/central.h"
#include "domain/action.h"
#include "sign/chain.h"
#include "sign/hash.h"
#include "sql/db.h"
#include "wire/ack.h"
#include "wire/json.h"
#include "wire/page.h"
#include "wire/payload.h"
#include "wire/problem.h"

#define RIG_CONF                                                                                   \
	"[committee BN]\nname.sv = Byggnadsnämnden\nname.en = Building\ndiary_prefix = BN\n"      \
	"[committee MN]\nname.sv = Miljönämnden\nname.en = Environment\ndiary_prefix = MN\n"     \
	"[unit bygg]\nname.sv = Bygg\nname.en = Building\ncommittee = BN\n"                        \
	"[unit miljo]\nname.sv = Miljö\nname.en = Environment\ncommittee = MN\n"                  \
	"[queue bygglov]\nname.sv = Bygglov\nname.en = Permits\nunit = bygg\n"                     \
	"[queue tillsyn]\nname.sv = Tillsyn\nname.en = Inspection\nunit = bygg\n"                  \
	"[queue avlopp]\nname.sv = Avlopp\nname.en = Sewage\nunit = miljo\n"                       \
	"[casetype BYGGLOV]\nname.sv = Bygglov\nname.en = Building permit\nversion = 3\n"          \
	"class_code = 3.4.1\nlaw = PBL 9\nqueue = bygglov\ntarget = 70 days\n"                     \
	"document = Ansökan\noutcome = bifall \"Bifall\" \"Approval\"\n"                          \
	"outcome = avslag \"Avslag\" \"Refusal\"\nappeal = lansstyrelse\ndelegation = BN-1\n"      \
	"[casetype AVLOPP]\nname.sv = Avlopp\nname.en = Sewage\nversion = 1\n"                     \
	"class_code = 3.9\nlaw = MB\nqueue = avlopp\ntarget = 6 weeks\n"                           \
	"document = Ansökan\noutcome = bifall \"Bifall\" \"Approval\"\nappeal = lansstyrelse\ndelegation = MN-1\n"

/* 2026-03-02 08:00:00 UTC, a Monday. */
#define RIG_START 1772438400000LL

struct rig {
	struct central *c;
	struct central_env env;
	struct rng_seeded seed;
	int64_t wall, boot;
	int woken;
	struct request request;
	struct reply reply;
	struct strbuf page; /* of the last pull, unpacked */
};

struct desk {
	struct rig *rig;
	struct signkey *key;
	char officer[OFFICER_MAX];
	char dev[UUID_TEXT];
	char token[128];
	int64_t ctr;
	char prev[HASH_TEXT];
	char ah[HASH_TEXT]; /* of the last signed */
	char iid[UUID_TEXT];
	struct strbuf jws; /* the last signed */
};

static inline int64_t rig_wall(void *ctx)
{
	return ((struct rig *)ctx)->wall;
}
static inline int64_t rig_boot(void *ctx)
{
	return ((struct rig *)ctx)->boot;
}
static inline void rig_woke(void *ctx)
{
	((struct rig *)ctx)->woken++;
}

static inline void rig_env(struct rig *r, uint64_t seed)
{
	*r = (struct rig){ .wall = RIG_START,
			   .boot = 1000,
			   .request = REQUEST_INIT,
			   .reply = REPLY_INIT,
			   .page = STRBUF_INIT };
	r->env.clock = (struct clock){ rig_wall, rig_boot, r };
	r->env.rng = rng_from_seed(&r->seed, seed);
	r->env.woke = rig_woke;
	r->env.ctx = r;
}

static inline void must(enum status st, const struct err *why)
{
	if (st != ST_OK)
		print_error("%s: %s\n", why->code, why->text);
	assert_int_equal(st, ST_OK);
}

static inline void rig_officer(struct rig *r, const char *id, const char *roles, const char *units,
			       int clearance)
{
	struct central_officer o = { id, "Namn", "handläggare", roles, units, clearance };
	struct err why = ERR_INIT;

	must(central_add_officer(r->c, &o, &why), &why);
}

/* britt and anna in bygg, mikael in miljo. */
static inline void rig_open(struct rig *r, uint64_t seed)
{
	struct err why = ERR_INIT;

	rig_env(r, seed);
	must(central_open_memory(&r->c, RIG_CONF, &r->env, &why), &why);
	rig_officer(r, "britt", "officer,decider", "bygg", 1);
	rig_officer(r, "anna", "officer", "bygg", 0);
	rig_officer(r, "mikael", "officer,supervisor", "miljo", 2);
}

static inline void rig_close(struct rig *r)
{
	central_close(r->c);
	request_release(&r->request);
	reply_release(&r->reply);
	strbuf_release(&r->page);
}

static inline int rig_send(struct rig *r)
{
	central_handle(r->c, &r->request, &r->reply);
	return r->reply.status;
}

static inline void rig_ask(struct rig *r, const char *method, const char *path, const char *type,
			   struct str body)
{
	const char *q = strchr(path, '?');
	char bare[512];

	snprintf(bare, sizeof(bare), "%.*s", q ? (int)(q - path) : (int)strlen(path), path);
	request_set(&r->request, method, bare);
	if (q)
		strbuf_sets(&r->request.query, q + 1);
	snprintf(r->request.content_type, sizeof(r->request.content_type), "%s", type);
	snprintf(r->request.peer, sizeof(r->request.peer), "192.0.2.7");
	strbuf_set(&r->request.body, body.p, body.n);
}

static inline int rig_do(struct rig *r, const char *bearer, const char *method, const char *path,
			 const char *type, struct str body)
{
	rig_ask(r, method, path, type, body);
	snprintf(r->request.bearer, sizeof(r->request.bearer), "%s", bearer);
	return rig_send(r);
}

static inline int rig_get(struct rig *r, const char *bearer, const char *path)
{
	return rig_do(r, bearer, "GET", path, "", str_of(""));
}

static inline int rig_post(struct rig *r, const char *bearer, const char *path, const char *json)
{
	return rig_do(r, bearer, "POST", path, "application/json", str_of(json));
}

/* The code of the problem that the last reply is; "" if it is none. */
static inline const char *rig_code(struct rig *r)
{
	static struct problem p;

	memset(&p, 0, sizeof(p));
	if (problem_read(&p, strbuf_str(&r->reply.body), NULL) != ST_OK)
		p.code[0] = '\0';
	return p.code;
}

static inline void rig_expect(struct rig *r, int status, const char *code)
{
	if (r->reply.status != status || strcmp(rig_code(r), code) != 0)
		print_error("got %d %.300s\n", r->reply.status, strbuf_cstr(&r->reply.body));
	assert_int_equal(r->reply.status, status);
	assert_string_equal(rig_code(r), code);
	assert_string_equal(r->reply.content_type, "application/problem+json");
}

/* Copy a text member of the last reply's JSON. */
static inline void rig_member(struct rig *r, const char *name, char *out, size_t size)
{
	struct json *j = NULL;

	assert_int_equal(json_read(&j, strbuf_str(&r->reply.body), NULL), ST_OK);
	if (!json_copy_text(j, name, out, size))
		print_error("no member %s in %.300s\n", name, strbuf_cstr(&r->reply.body));
	assert_true(out[0] != '\0');
	json_free(j);
}

/* --- Intake ------------------------------------------------------------------------- */

static inline int rig_intake(struct rig *r, const char *type, const char *key, const char *json)
{
	char path[128];

	snprintf(path, sizeof(path), "/v1/intake/%s", type);
	rig_ask(r, "POST", path, "application/json", str_of(json));
	snprintf(r->request.idempotency_key, sizeof(r->request.idempotency_key), "%s", key);
	return rig_send(r);
}

static inline void rig_case(struct rig *r, const char *type, char id[UUID_TEXT])
{
	static int counter;
	char key[40], json[200];

	snprintf(key, sizeof(key), "key-%d", ++counter);
	snprintf(json, sizeof(json),
		 "{\"title\":\"Carport vid nr %d\",\"party\":{\"name\":\"Kim Ek\"}}", counter);
	if (rig_intake(r, type, key, json) != 201)
		print_error("%s\n", strbuf_cstr(&r->reply.body));
	assert_int_equal(r->reply.status, 201);
	rig_member(r, "case_id", id, UUID_TEXT);
}

/* --- Desks -------------------------------------------------------------------------- */

static inline void desk_login_jws(struct desk *d, const char *challenge, struct strbuf *out)
{
	struct login l = { .ts = d->rig->wall };
	struct strbuf payload = STRBUF_INIT;

	snprintf(l.aud, sizeof(l.aud), "%s", central_aud(d->rig->c));
	memcpy(l.dev, d->dev, sizeof(l.dev));
	snprintf(l.challenge, sizeof(l.challenge), "%s", challenge);
	assert_true(login_write(&payload, &l));
	strbuf_clear(out);
	assert_int_equal(jws_sign(out, NULL, d->key, TYP_LOGIN, strbuf_str(&payload), NULL), ST_OK);
	strbuf_release(&payload);
}

static inline void desk_enrol_text(struct desk *d, const char *code, struct strbuf *out)
{
	struct strbuf proof = STRBUF_INIT;
	char x[PUBKEY_TEXT], challenge[HASH_TEXT];

	sha256_hex(challenge, str_of(code));
	desk_login_jws(d, challenge, &proof);
	pubkey_text(x, signkey_public(d->key));
	strbuf_clear(out);
	strbuf_addf(out, "{\"code\":\"%s\",\"dev\":\"%s\",\"x\":\"%s\",\"proof\":\"%s\"}", code,
		    d->dev, x, strbuf_cstr(&proof));
	strbuf_release(&proof);
}

static inline void desk_make(struct desk *d, struct rig *r, const char *officer)
{
	*d = (struct desk){ .rig = r, .jws = STRBUF_INIT };
	snprintf(d->officer, sizeof(d->officer), "%s", officer);
	d->key = signkey_make(&r->env.rng);
	uuid7(d->dev, r->wall, &r->env.rng);
	memcpy(d->prev, HASH_ZERO, HASH_TEXT);
}

static inline int desk_try_enrol(struct desk *d, const char *code)
{
	struct strbuf body = STRBUF_INIT;
	int status;

	desk_enrol_text(d, code, &body);
	status = rig_post(d->rig, "", "/v1/devices", strbuf_cstr(&body));
	strbuf_release(&body);
	return status;
}

static inline int desk_try_login(struct desk *d)
{
	char json[128], challenge[HASH_TEXT];
	struct strbuf jws = STRBUF_INIT, body = STRBUF_INIT;
	int status;

	snprintf(json, sizeof(json), "{\"dev\":\"%s\"}", d->dev);
	assert_int_equal(rig_post(d->rig, "", "/v1/auth/challenge", json), 200);
	rig_member(d->rig, "challenge", challenge, sizeof(challenge));
	desk_login_jws(d, challenge, &jws);
	strbuf_addf(&body, "{\"login\":\"%s\"}", strbuf_cstr(&jws));
	status = rig_post(d->rig, "", "/v1/auth/token", strbuf_cstr(&body));
	if (status == 200)
		rig_member(d->rig, "token", d->token, sizeof(d->token));
	strbuf_release(&jws);
	strbuf_release(&body);
	return status;
}

static inline void desk_open(struct desk *d, struct rig *r, const char *officer)
{
	struct err why = ERR_INIT;
	char code[INVITATION_TEXT];

	desk_make(d, r, officer);
	must(central_invite(r->c, officer, code, &why), &why);
	assert_int_equal(desk_try_enrol(d, code), 201);
	assert_int_equal(desk_try_login(d), 200);
}

static inline void desk_release(struct desk *d)
{
	signkey_free(d->key);
	strbuf_release(&d->jws);
}

/* The case's chain position as the central's table has it. */
static inline void rig_base(struct rig *r, const char *case_id, int64_t *n, char eh[HASH_TEXT])
{
	struct stmt *q = db_stmt(central_db(r->c), "SELECT n, eh FROM casefile WHERE id = ?1");

	*n = 0;
	memcpy(eh, HASH_ZERO, HASH_TEXT);
	stmt_cstr(q, 1, case_id);
	if (stmt_step(q, NULL) == ST_OK) {
		*n = stmt_col_int(q, 0);
		stmt_col_copy(q, 1, eh, HASH_TEXT);
	}
	stmt_reset(q);
}

/* An action with everything but its act's arguments, based on the head. */
static inline void desk_draft(struct desk *d, struct action *a, const char *case_id,
			      const char *act)
{
	action_reset(a, action_find(str_of(act)));
	assert_non_null(a->def);
	snprintf(a->aud, sizeof(a->aud), "%s", central_aud(d->rig->c));
	rng_fill(&d->rig->env.rng, a->salt, sizeof(a->salt));
	uuid7(a->iid, d->rig->wall, &d->rig->env.rng);
	memcpy(a->sub, d->officer, sizeof(a->sub));
	memcpy(a->dev, d->dev, sizeof(a->dev));
	a->ctr = d->ctr + 1;
	memcpy(a->prev, d->prev, sizeof(a->prev));
	snprintf(a->case_id, sizeof(a->case_id), "%s", case_id);
	rig_base(d->rig, case_id, &a->base_n, a->base_eh);
	snprintf(a->epoch, sizeof(a->epoch), "%s", central_epoch(d->rig->c));
	a->ts = d->rig->wall;
}

static inline void set_arg(struct action *a, const char *name, const char *value)
{
	struct err why = ERR_INIT;

	must(action_set(a, name, str_of(value), &why), &why);
}

/* Sign it and move the device's chain on; the bytes are in d->jws. */
static inline void desk_sign(struct desk *d, const struct action *a)
{
	struct strbuf payload = STRBUF_INIT;
	struct err why = ERR_INIT;

	must(payload_write(&payload, a, &why), &why);
	strbuf_clear(&d->jws);
	must(jws_sign(&d->jws, d->ah, d->key, TYP_ACTION, strbuf_str(&payload), &why), &why);
	d->ctr = a->ctr;
	memcpy(d->prev, d->ah, HASH_TEXT);
	memcpy(d->iid, a->iid, UUID_TEXT);
	strbuf_release(&payload);
}

static inline int desk_post(struct desk *d, struct str lines)
{
	return rig_do(d->rig, d->token, "POST", "/v1/actions", "application/jose-lines", lines);
}

/* The key that the central signs with; the last reply stays. */
static inline void rig_key(struct rig *r, struct pubkey *key)
{
	struct reply keep = r->reply;
	struct json *j = NULL;
	struct str x;

	r->reply = (struct reply)REPLY_INIT;
	assert_int_equal(rig_get(r, "", "/v1/api-info"), 200);
	assert_int_equal(json_read(&j, strbuf_str(&r->reply.body), NULL), ST_OK);
	x = json_get_text(json_item(json_member(j, "keys"), 0), "x");
	assert_true(pubkey_from_text(key, x));
	json_free(j);
	reply_release(&r->reply);
	r->reply = keep;
}

/* The last reply, a problem, is the central's own word to that device, said now. */
static inline void rig_signed_for(struct rig *r, const struct problem *p, const char *dev)
{
	struct strbuf payload = STRBUF_INIT;
	struct pubkey key;
	struct problem_said said = { .at = 0 };

	snprintf(said.dev, sizeof(said.dev), "%s", dev);
	rig_key(r, &key);
	assert_int_equal(jws_open(&payload, NULL, &key, TYP_ROW, str_of(p->jws), NULL), ST_OK);
	assert_true(problem_word_says(strbuf_str(&payload), p, &said));
	assert_int_equal(said.at, r->wall);
	assert_string_equal(said.epoch, central_epoch(r->c));
	strbuf_release(&payload);
}

/* Read acknowledgement `i` of the last reply, verified. */
static inline void rig_ack(struct rig *r, int i, struct ack *a)
{
	struct strbuf payload = STRBUF_INIT;
	struct pubkey key;
	const char *p = strbuf_cstr(&r->reply.body);

	for (; i > 0; i--)
		p = strchr(p, '\n') + 1;
	rig_key(r, &key);
	assert_int_equal(
		jws_open(&payload, NULL, &key, TYP_ACK, (struct str){ p, strcspn(p, "\n") }, NULL),
		ST_OK);
	assert_int_equal(ack_read(a, strbuf_str(&payload), NULL), ST_OK);
	if (a->why[0] && getenv("RIG_SAYS"))
		print_message("%s: %s\n", a->why, a->detail);
	strbuf_release(&payload);
}

/* Sign, send alone, and give the acknowledgement. */
static inline void desk_send(struct desk *d, const struct action *a, struct ack *ack)
{
	desk_sign(d, a);
	if (desk_post(d, strbuf_str(&d->jws)) != 200)
		print_error("%s\n", strbuf_cstr(&d->rig->reply.body));
	assert_int_equal(d->rig->reply.status, 200);
	rig_ack(d->rig, 0, ack);
}

/* An act without arguments, or with one. */
static inline void desk_act(struct desk *d, const char *case_id, const char *act, const char *arg,
			    const char *value, struct ack *ack)
{
	struct action a = ACTION_INIT;

	desk_draft(d, &a, case_id, act);
	if (arg)
		set_arg(&a, arg, value);
	desk_send(d, &a, ack);
	action_release(&a);
}

static inline void fill_decision(struct action *a, const char *officer)
{
	set_arg(a, "outcome", "bifall");
	set_arg(a, "content", "Bygglov ges.");
	set_arg(a, "decided_on", "2026-03-02");
	set_arg(a, "decider", officer);
	set_arg(a, "reasons", "Åtgärden följer detaljplanen.");
}

/* Name a document in a draft; it is not uploaded by this. */
static inline void add_letter(struct action *a, const char *text)
{
	struct action_doc *doc = &a->docs[a->doc_count++];

	memset(doc, 0, sizeof(*doc));
	sha256_hex(doc->h, str_of(text));
	doc->len = (int64_t)strlen(text);
	snprintf(doc->mt, sizeof(doc->mt), "application/xhtml+xml");
	snprintf(doc->name, sizeof(doc->name), "Beslut.xhtml");
}

static inline void desk_route(struct desk *d, const char *id, const char *unit, const char *queue)
{
	struct action a = ACTION_INIT;
	struct ack ack;

	desk_draft(d, &a, id, "case.route");
	set_arg(&a, "unit", unit);
	set_arg(&a, "queue", queue);
	desk_send(d, &a, &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	action_release(&a);
}

static inline int desk_upload(struct desk *d, const char *text)
{
	char h[HASH_TEXT], path[128];

	sha256_hex(h, str_of(text));
	snprintf(path, sizeof(path), "/v1/blobs/%s", h);
	return rig_do(d->rig, d->token, "PUT", path, "application/octet-stream", str_of(text));
}

static inline void desk_decide(struct desk *d, const char *case_id, struct ack *ack)
{
	struct action a = ACTION_INIT;

	desk_upload(d, "<html>Beslut</html>");
	desk_draft(d, &a, case_id, "case.decide");
	fill_decision(&a, d->officer);
	add_letter(&a, "<html>Beslut</html>");
	desk_send(d, &a, ack);
	action_release(&a);
}

/* From registered to closed. */
static inline void desk_work(struct desk *d, const char *case_id)
{
	struct ack ack;

	desk_act(d, case_id, "case.claim", NULL, NULL, &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	desk_act(d, case_id, "note.add", "text", "Ringde sökanden.", &ack);
	desk_decide(d, case_id, &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	desk_act(d, case_id, "case.waive_dispatch", "ground", "Hämtat på plats", &ack);
	desk_act(d, case_id, "case.close", NULL, NULL, &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
}

/* --- Pages --------------------------------------------------------------------------- */

struct pulled {
	struct page_head head;
	int cases, details, entries, gone, erased, scopes, catalogs;
	int added, deleted;
	char last_case[UUID_TEXT], erased_iid[UUID_TEXT];
	int64_t last_n, last_seq;
	char last_state[16];
	char assignee[OFFICER_MAX];
	bool digest_holds;
};

static inline enum status pulled_head(void *ctx, const struct page_head *h, struct str covered,
				      const char *sha256, struct err *why)
{
	struct pulled *p = ctx;
	char digest[HASH_TEXT];

	(void)why;
	p->head = *h;
	sha256_hex(digest, covered);
	p->digest_holds = strcmp(digest, sha256) == 0;
	return ST_OK;
}

static inline enum status pulled_row(void *ctx, const struct page_row *row, struct err *why)
{
	struct pulled *p = ctx;

	(void)why;
	switch (row->kind) {
	case PAGE_CASE:
		p->cases++;
		memcpy(p->last_case, row->case_id, sizeof(p->last_case));
		p->last_n = row->n;
		p->last_seq = row->seq;
		snprintf(p->last_state, sizeof(p->last_state), "%s",
			 case_state_name(row->file->state));
		memcpy(p->assignee, row->file->assignee, sizeof(p->assignee));
		break;
	case PAGE_DETAIL:
		p->details++;
		break;
	case PAGE_ENTRY:
		p->entries++;
		break;
	case PAGE_GONE:
		p->gone++;
		break;
	case PAGE_ERASED:
		p->erased++;
		memcpy(p->erased_iid, row->iid, sizeof(p->erased_iid));
		break;
	case PAGE_SCOPE:
		p->scopes++;
		p->added = row->add_count;
		p->deleted = row->del_count;
		break;
	case PAGE_CATALOG:
		p->catalogs++;
		break;
	}
	return ST_OK;
}

static inline void rig_read_page(struct rig *r, struct str text, struct pulled *p)
{
	struct page_handler h = { pulled_head, pulled_row, NULL };
	struct err why = ERR_INIT;

	(void)r;
	memset(p, 0, sizeof(*p));
	h.ctx = p;
	must(page_read(text, &h, &why), &why);
	assert_true(p->digest_holds);
}

/* subs as JSON text: "[]" or "[{\"scope\":1,\"seq\":0}]". */
static inline int desk_pull_raw(struct desk *d, const char *subs, const char *catalog, int64_t max)
{
	char json[8192];

	snprintf(
		json, sizeof(json),
		"{\"epoch\":\"%s\",\"subs\":%s,\"sv\":0,\"catalog\":\"%s\",\"head\":null,\"max_bytes\":%lld}",
		central_epoch(d->rig->c), subs, catalog, (long long)max);
	return rig_post(d->rig, d->token, "/v1/sync/pull", json);
}

static inline void desk_pull(struct desk *d, const char *subs, const char *catalog, int64_t max,
			     struct pulled *p)
{
	struct err why = ERR_INIT;

	if (desk_pull_raw(d, subs, catalog, max) != 200)
		print_error("%s\n", strbuf_cstr(&d->rig->reply.body));
	assert_int_equal(d->rig->reply.status, 200);
	assert_string_equal(d->rig->reply.content_type, "application/zstd");
	strbuf_clear(&d->rig->page);
	must(zstd_unpack(&d->rig->page, strbuf_str(&d->rig->reply.body), PAGE_MAX_BYTES + 4096,
			 &why),
	     &why);
	rig_read_page(d->rig, strbuf_str(&d->rig->page), p);
}

/* The page's `to` as the next pull's subs. */
static inline void pulled_subs(const struct pulled *p, char *out, size_t size)
{
	size_t n = (size_t)snprintf(out, size, "[");

	for (int i = 0; i < p->head.to_count; i++)
		n += (size_t)snprintf(out + n, size - n, "%s{\"scope\":%lld,\"seq\":%lld}",
				      i ? "," : "", (long long)p->head.to[i].scope,
				      (long long)p->head.to[i].seq);
	snprintf(out + n, size - n, "]");
}

#endif
