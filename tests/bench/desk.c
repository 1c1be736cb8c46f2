/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/bench/desk.h"

#include <stdio.h>
#include <string.h>

#include "domain/action.h"
#include "net/http.h"
#include "sign/hash.h"
#include "sql/db.h"
#include "tests/bench/figure.h"
#include "wire/json.h"
#include "wire/payload.h"

#include "base/banned.h"

/* --- The road --------------------------------------------------------------- */

void road_ask(const struct road *r, const struct request *req, struct reply *reply)
{
	struct err why = ERR_INIT;

	if (r->central)
		central_handle(r->central, req, reply);
	else
		bench_must(http_send(r->http, r->url, req, reply, &why), &why, "http");
}

static void post(struct desk *d, const char *bearer, const char *path, const char *type,
		 struct str body, struct reply *reply)
{
	struct request r = REQUEST_INIT;
	struct err why = ERR_INIT;

	request_set(&r, "POST", path);
	snprintf(r.content_type, sizeof(r.content_type), "%s", type);
	snprintf(r.bearer, sizeof(r.bearer), "%s", bearer);
	snprintf(r.peer, sizeof(r.peer), "127.0.0.1");
	r.timeout_ms = 60000;
	strbuf_set(&r.body, body.p, body.n);
	road_ask(&d->road, &r, reply);
	request_release(&r);
	if (reply->status == 200)
		return;
	(void)err_set(&why, ST_BROKEN, "refused", "%d %.300s", reply->status,
		      strbuf_cstr(&reply->body));
	bench_fail(path, &why);
}

void desk_post(struct desk *d, const char *path, const char *type, struct str body,
	       struct reply *reply)
{
	post(d, d->who.token, path, type, body, reply);
}

/* --- Who -------------------------------------------------------------------- */

/* Post JSON and copy one member of the answer. */
static void ask_for(struct desk *d, const char *path, const char *body, const char *member,
		    char *out, size_t size)
{
	struct reply reply = REPLY_INIT;
	struct json *j = NULL;

	post(d, "", path, "application/json", str_of(body), &reply);
	if (json_read(&j, strbuf_str(&reply.body), NULL) != ST_OK
	    || !json_copy_text(j, member, out, size))
		bench_fail("login: the answer cannot be read", NULL);
	json_free(j);
	reply_release(&reply);
}

void desk_login(struct desk *d)
{
	struct clock now = clock_real();
	struct login l = { .ts = clock_wall(&now) };
	struct strbuf payload = STRBUF_INIT, body = STRBUF_INIT;
	struct err why = ERR_INIT;

	strbuf_addf(&body, "{\"dev\":\"%s\"}", d->who.dev);
	ask_for(d, "/v1/auth/challenge", strbuf_cstr(&body), "challenge", l.challenge,
		sizeof(l.challenge));
	snprintf(l.aud, sizeof(l.aud), "%s", d->aud);
	snprintf(l.dev, sizeof(l.dev), "%s", d->who.dev);
	if (!login_write(&payload, &l))
		bench_fail("login: no memory", NULL);
	strbuf_sets(&body, "{\"login\":\"");
	bench_must(jws_sign(&body, NULL, d->who.key, TYP_LOGIN, strbuf_str(&payload), &why), &why,
		   "login");
	strbuf_adds(&body, "\"}");
	ask_for(d, "/v1/auth/token", strbuf_cstr(&body), "token", d->who.token,
		sizeof(d->who.token));
	strbuf_release(&payload);
	strbuf_release(&body);
}

void desk_open(struct desk *d, struct central *c, const char *officer)
{
	struct clock now = clock_real();
	struct err why = ERR_INIT;

	memset(d, 0, sizeof(*d));
	d->road.central = c;
	d->env.central = c;
	d->env.now = clock_wall(&now);
	d->env.rng = rng_real();
	snprintf(d->aud, sizeof(d->aud), "%s", central_aud(c));
	snprintf(d->epoch, sizeof(d->epoch), "%s", central_epoch(c));
	bench_must(demo_enrol(&d->env, &d->who, officer, officer, &why), &why, "enrol");
	desk_login(d);
}

void desk_release(struct desk *d)
{
	demo_desk_release(&d->who);
}

/* --- Signing ---------------------------------------------------------------- */

static void fill(struct desk *d, const struct place *at, struct action *a)
{
	struct clock now = clock_real();

	snprintf(a->aud, sizeof(a->aud), "%s", d->aud);
	rng_fill(&d->env.rng, a->salt, sizeof(a->salt));
	a->ts = clock_wall(&now);
	uuid7(a->iid, a->ts, &d->env.rng);
	snprintf(a->sub, sizeof(a->sub), "%s", d->who.officer);
	snprintf(a->dev, sizeof(a->dev), "%s", d->who.dev);
	a->ctr = ++d->who.ctr;
	snprintf(a->prev, sizeof(a->prev), "%s", d->who.prev);
	snprintf(a->case_id, sizeof(a->case_id), "%s", at->case_id);
	a->base_n = at->n;
	snprintf(a->base_eh, sizeof(a->base_eh), "%s", at->eh);
	snprintf(a->epoch, sizeof(a->epoch), "%s", d->epoch);
}

void desk_sign(struct desk *d, const struct place *at, const char *act, const char *name,
	       const char *value, struct strbuf *lines)
{
	struct action a = ACTION_INIT;
	struct strbuf payload = STRBUF_INIT;
	struct err why = ERR_INIT;
	enum status st;

	action_reset(&a, action_find(str_of(act)));
	fill(d, at, &a);
	st = action_set(&a, name, str_of(value), &why);
	if (st == ST_OK)
		st = action_check(&a, &why);
	if (st == ST_OK)
		st = payload_write(&payload, &a, &why);
	if (st == ST_OK)
		st = jws_sign(lines, d->who.prev, d->who.key, TYP_ACTION, strbuf_str(&payload),
			      &why);
	bench_must(st, &why, "sign");
	strbuf_addc(lines, '\n');
	strbuf_release(&payload);
	action_release(&a);
}

/* --- Pages ------------------------------------------------------------------ */

static enum status on_head(void *ctx, const struct page_head *h, struct str covered,
			   const char *sha256, struct err *why)
{
	(void)covered;
	(void)sha256;
	(void)why;
	((struct desk *)ctx)->head = *h;
	return ST_OK;
}

static enum status on_row(void *ctx, const struct page_row *row, struct err *why)
{
	struct desk *d = ctx;

	(void)why;
	d->case_rows += row->kind == PAGE_CASE;
	if (row->kind == PAGE_CATALOG)
		sha256_hex(d->catalog, row->text);
	return ST_OK;
}

void desk_pull(struct desk *d, struct reply *reply)
{
	const struct page_handler look = { on_head, on_row, d };
	struct strbuf body = STRBUF_INIT, text = STRBUF_INIT;
	struct err why = ERR_INIT;

	strbuf_addf(&body, "{\"epoch\":\"%s\",\"subs\":[", d->head.epoch);
	for (int i = 0; i < d->head.to_count; i++)
		strbuf_addf(&body, "%s{\"scope\":%lld,\"seq\":%lld}", i ? "," : "",
			    (long long)d->head.to[i].scope, (long long)d->head.to[i].seq);
	strbuf_addf(&body, "],\"sv\":%lld,\"catalog\":\"%s\",\"head\":null}", (long long)d->head.sv,
		    d->catalog);
	desk_post(d, "/v1/sync/pull", "application/json", strbuf_str(&body), reply);
	bench_must(zstd_unpack(&text, strbuf_str(&reply->body), 2 * PAGE_MAX_BYTES, &why), &why,
		   "page");
	bench_must(page_read(strbuf_str(&text), &look, &why), &why, "page");
	strbuf_release(&body);
	strbuf_release(&text);
}

/* --- The central ------------------------------------------------------------- */

void places_read(struct central *c, struct place *out, int count)
{
	static const char sql[] = "SELECT id, n, eh FROM casefile ORDER BY id LIMIT ?1";
	struct stmt *q = db_stmt(central_db(c), sql);
	int i = 0;

	stmt_int(q, 1, count);
	for (; i < count && stmt_step(q, NULL) == ST_OK; i++) {
		stmt_col_copy(q, 0, out[i].case_id, sizeof(out[i].case_id));
		out[i].n = stmt_col_int(q, 1);
		stmt_col_copy(q, 2, out[i].eh, sizeof(out[i].eh));
	}
	stmt_reset(q);
	if (i < count)
		bench_fail("the central has too few cases", NULL);
}

struct central *bench_central(const char *dir)
{
	struct central_env env = { .clock = clock_real(), .rng = rng_real() };
	struct central *c = NULL;
	struct err why = ERR_INIT;

	bench_must(sign_start(&why), &why, "sodium");
	bench_must(central_open(&c, dir, &env, &why), &why, dir);
	return c;
}
