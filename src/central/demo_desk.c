/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/demo_desk.h"

#include <stdio.h>
#include <string.h>

#include "base/encode.h"
#include "domain/action.h"
#include "domain/letter.h"
#include "sign/hash.h"
#include "sql/db.h"
#include "wire/ack.h"
#include "wire/json.h"
#include "wire/payload.h"

#include "base/banned.h"

static int64_t demo_now(void *ctx)
{
	return ((struct demo_desk_env *)ctx)->now;
}

enum status demo_env_open(struct demo_desk_env *env, const char *dir, uint64_t seed, int64_t now,
			  struct err *why)
{
	struct central_env ce = { .clock = { demo_now, demo_now, env } };
	enum status st = sign_start(why);

	env->now = now;
	env->rng = rng_from_seed(&env->seed, seed);
	ce.rng = rng_real(); /* the central's own codes and keys stay secret */
	if (st == ST_OK)
		st = central_open(&env->central, dir, &ce, why);
	if (st == ST_OK)
		st = db_exec(central_db(env->central), "PRAGMA synchronous=OFF", why);
	return st;
}

enum status demo_env_close(struct demo_desk_env *env, struct err *why)
{
	enum status st = ST_OK;

	if (env->central) {
		st = db_exec(central_db(env->central), "PRAGMA synchronous=FULL", why);
		if (st == ST_OK)
			st = db_checkpoint(central_db(env->central), why);
	}
	central_close(env->central);
	env->central = NULL;
	return st;
}

void demo_desk_release(struct demo_desk *desk)
{
	signkey_free(desk->key);
	desk->key = NULL;
}

/* Ask the central; anything but a 2xx is an error in its own words. */
static enum status ask(struct demo_desk_env *env, const char *method, const char *path,
		       struct str body, const char *bearer, struct reply *reply, struct err *why)
{
	struct request r = REQUEST_INIT;
	enum status st = ST_OK;

	request_set(&r, method, path);
	snprintf(r.content_type, sizeof(r.content_type), "%s",
		 strcmp(path, "/v1/actions") == 0 ? "application/jose-lines" : "application/json");
	snprintf(r.bearer, sizeof(r.bearer), "%s", bearer);
	snprintf(r.peer, sizeof(r.peer), "127.0.0.1");
	if (strncmp(path, "/v1/intake/", 11) == 0 || strncmp(path, "/s/", 3) == 0)
		uuid7(r.idempotency_key, env->now, &env->rng);
	strbuf_set(&r.body, body.p, body.n);
	central_handle(env->central, &r, reply);
	if (reply->status < 200 || reply->status > 299)
		st = err_set(why, ST_BROKEN, "demo-refused", "%s %s: %d %.250s", method, path,
			     reply->status, strbuf_cstr(&reply->body));
	request_release(&r);
	return st;
}

/* The same, and read a member of the JSON answer. */
static enum status ask_for(struct demo_desk_env *env, const char *path, struct str body,
			   const char *member, char *out, size_t size, struct err *why)
{
	struct reply reply = REPLY_INIT;
	struct json *j = NULL;
	enum status st = ask(env, "POST", path, body, "", &reply, why);

	if (st == ST_OK)
		st = json_read(&j, strbuf_str(&reply.body), why);
	if (st == ST_OK && !json_copy_text(j, member, out, size))
		st = err_set(why, ST_BROKEN, "demo-refused", "%s: no %s in the answer", path,
			     member);
	json_free(j);
	reply_release(&reply);
	return st;
}

static enum status sign_login(struct demo_desk_env *env, struct demo_desk *desk,
			      const char *challenge, struct strbuf *out, struct err *why)
{
	struct login l = { .ts = env->now };
	struct strbuf payload = STRBUF_INIT;
	enum status st = ST_BROKEN;

	snprintf(l.aud, sizeof(l.aud), "%s", central_aud(env->central));
	snprintf(l.dev, sizeof(l.dev), "%s", desk->dev);
	snprintf(l.challenge, sizeof(l.challenge), "%s", challenge);
	if (login_write(&payload, &l))
		st = jws_sign(out, NULL, desk->key, TYP_LOGIN, strbuf_str(&payload), why);
	strbuf_release(&payload);
	return st;
}

enum status demo_enrol(struct demo_desk_env *env, struct demo_desk *desk, const char *officer,
		       const char *name, struct err *why)
{
	char code[INVITATION_TEXT], challenge[HASH_TEXT], x[PUBKEY_TEXT], certificate[4096];
	struct strbuf proof = STRBUF_INIT, body = STRBUF_INIT;
	struct jsonw w;
	enum status st;

	snprintf(desk->officer, sizeof(desk->officer), "%s", officer);
	snprintf(desk->prev, sizeof(desk->prev), "%s", HASH_ZERO);
	desk->name = name;
	desk->key = signkey_make(&env->rng);
	uuid7(desk->dev, env->now, &env->rng);
	st = desk->key ? central_invite(env->central, officer, code, why)
		       : err_set(why, ST_BROKEN, "memory", "out of memory");
	if (st == ST_OK) {
		sha256_hex(challenge, str_of(code));
		st = sign_login(env, desk, challenge, &proof, why);
	}
	if (st == ST_OK) {
		pubkey_text(x, signkey_public(desk->key));
		jsonw_init(&w, &body);
		jsonw_map(&w);
		jsonw_kv(&w, "code", code);
		jsonw_kv(&w, "dev", desk->dev);
		jsonw_kv(&w, "x", x);
		jsonw_kv_str(&w, "proof", strbuf_str(&proof));
		jsonw_end_map(&w);
		st = ask_for(env, "/v1/devices", strbuf_str(&body), "certificate", certificate,
			     sizeof(certificate), why);
	}
	strbuf_release(&proof);
	strbuf_release(&body);
	return st;
}

/* A token that still holds for a minute is used again. */
static enum status log_in(struct demo_desk_env *env, struct demo_desk *desk, struct err *why)
{
	char challenge[HASH_TEXT], body[128];
	struct strbuf jws = STRBUF_INIT, token_body = STRBUF_INIT;
	struct jsonw w;
	enum status st;

	if (env->now < desk->token_until)
		return ST_OK;
	snprintf(body, sizeof(body), "{\"dev\":\"%s\"}", desk->dev);
	st = ask_for(env, "/v1/auth/challenge", str_of(body), "challenge", challenge,
		     sizeof(challenge), why);
	if (st == ST_OK)
		st = sign_login(env, desk, challenge, &jws, why);
	if (st == ST_OK) {
		jsonw_init(&w, &token_body);
		jsonw_map(&w);
		jsonw_kv_str(&w, "login", strbuf_str(&jws));
		jsonw_end_map(&w);
		st = ask_for(env, "/v1/auth/token", strbuf_str(&token_body), "token", desk->token,
			     sizeof(desk->token), why);
		desk->token_until = env->now + 14 * 60 * 1000;
	}
	strbuf_release(&jws);
	strbuf_release(&token_body);
	return st;
}

enum status demo_intake(struct demo_desk_env *env, const char *type, const char *body,
			struct demo_arrival *a, struct err *why)
{
	struct reply reply = REPLY_INIT;
	struct json *j = NULL;
	char path[128];
	enum status st;

	snprintf(path, sizeof(path), "/v1/intake/%s", type);
	st = ask(env, "POST", path, str_of(body), "", &reply, why);
	if (st == ST_OK)
		st = json_read(&j, strbuf_str(&reply.body), why);
	if (st == ST_OK
	    && (!json_copy_text(j, "case_id", a->case_id, sizeof(a->case_id))
		|| !json_copy_text(j, "diary_no", a->diary_no, sizeof(a->diary_no))
		|| !json_copy_text(j, "status_url", a->status_url, sizeof(a->status_url))))
		st = err_set(why, ST_BROKEN, "demo-refused", "intake: no case_id in the answer");
	json_free(j);
	reply_release(&reply);
	return st;
}

enum status demo_write(struct demo_desk_env *env, const char *status_url, const char *text,
		       struct err *why)
{
	struct strbuf body = STRBUF_INIT;
	struct reply reply = REPLY_INIT;
	struct jsonw w;
	char path[80];
	enum status st;

	snprintf(path, sizeof(path), "%s/messages", status_url);
	jsonw_init(&w, &body);
	jsonw_map(&w);
	jsonw_kv(&w, "text", text);
	jsonw_end_map(&w);
	st = ask(env, "POST", path, strbuf_str(&body), "", &reply, why);
	strbuf_release(&body);
	reply_release(&reply);
	return st;
}

/* What the officer sees of the case: its chain's end. */
static enum status fill_base(struct demo_desk_env *env, struct action *a, struct err *why)
{
	struct stmt *q =
		db_stmt(central_db(env->central), "SELECT n, eh FROM casefile WHERE id = ?1");
	enum status st;

	stmt_cstr(q, 1, a->case_id);
	st = stmt_step(q, why);
	if (st == ST_OK) {
		a->base_n = stmt_col_int(q, 0);
		stmt_col_copy(q, 1, a->base_eh, sizeof(a->base_eh));
	}
	stmt_reset(q);
	return st;
}

static void fill_head(struct demo_desk_env *env, struct demo_desk *desk, const char *case_id,
		      struct action *a)
{
	snprintf(a->aud, sizeof(a->aud), "%s", central_aud(env->central));
	rng_fill(&env->rng, a->salt, sizeof(a->salt));
	uuid7(a->iid, env->now, &env->rng);
	snprintf(a->sub, sizeof(a->sub), "%s", desk->officer);
	snprintf(a->dev, sizeof(a->dev), "%s", desk->dev);
	a->ctr = desk->ctr + 1;
	snprintf(a->prev, sizeof(a->prev), "%s", desk->prev);
	snprintf(a->case_id, sizeof(a->case_id), "%s", case_id);
	snprintf(a->epoch, sizeof(a->epoch), "%s", central_epoch(env->central));
	a->seq = central_size(env->central);
	a->ts = env->now;
}

/* The one acknowledgement in the reply must say that the action stands. */
static enum status read_verdict(const struct reply *reply, const char *act, struct err *why)
{
	struct strbuf payload = STRBUF_INIT;
	struct str line = strbuf_str(&reply->body);
	struct ack ack = { 0 };
	enum status st;

	while (line.n && line.p[line.n - 1] == '\n')
		line.n--;
	st = jws_payload_unverified(&payload, line, why);
	if (st == ST_OK)
		st = ack_read(&ack, strbuf_str(&payload), why);
	if (st == ST_OK && !verdict_stands(ack.verdict))
		st = err_set(why, ST_BROKEN, "demo-refused", "%s: %s %s", act,
			     verdict_name(ack.verdict), ack.detail);
	strbuf_release(&payload);
	return st;
}

static enum status push(struct demo_desk_env *env, struct demo_desk *desk, const struct action *a,
			struct err *why)
{
	struct strbuf payload = STRBUF_INIT, jws = STRBUF_INIT;
	struct reply reply = REPLY_INIT;
	char ah[HASH_TEXT];
	enum status st = action_check(a, why);

	if (st == ST_OK)
		st = payload_write(&payload, a, why);
	if (st == ST_OK)
		st = jws_sign(&jws, ah, desk->key, TYP_ACTION, strbuf_str(&payload), why);
	if (st == ST_OK)
		st = log_in(env, desk, why);
	if (st == ST_OK)
		st = ask(env, "POST", "/v1/actions", strbuf_str(&jws), desk->token, &reply, why);
	if (st == ST_OK)
		st = read_verdict(&reply, a->def->name, why);
	if (st == ST_OK) {
		desk->ctr++;
		snprintf(desk->prev, sizeof(desk->prev), "%s", ah);
	}
	strbuf_release(&payload);
	strbuf_release(&jws);
	reply_release(&reply);
	return st;
}

static enum status begin(struct demo_desk_env *env, struct demo_desk *desk, const char *case_id,
			 const char *act, struct action *a, struct err *why)
{
	const struct action_def *def = action_find(str_of(act));

	if (!def)
		return err_set(why, ST_BROKEN, "act-unknown", "%s is not in the catalogue", act);
	action_reset(a, def);
	fill_head(env, desk, case_id, a);
	return fill_base(env, a, why);
}

/* Upload the letter and name it as the action's first document. */
static enum status attach(struct demo_desk_env *env, struct demo_desk *desk, struct action *a,
			  const char *name, struct str letter, struct err *why)
{
	struct reply reply = REPLY_INIT;
	struct action_doc *doc = &a->docs[0];
	char path[128];
	enum status st = log_in(env, desk, why);

	sha256_hex(doc->h, letter);
	doc->len = (int64_t)letter.n;
	snprintf(doc->mt, sizeof(doc->mt), "application/xhtml+xml");
	snprintf(doc->name, sizeof(doc->name), "%s", name);
	a->doc_count = 1;
	snprintf(path, sizeof(path), "/v1/blobs/%s", doc->h);
	if (st == ST_OK)
		st = ask(env, "PUT", path, letter, desk->token, &reply, why);
	reply_release(&reply);
	return st;
}

static bool write_letter(struct strbuf *out, const struct demo_desk *desk,
			 const struct demo_decision *dec)
{
	const struct decision_facts facts = {
		.municipality = "Exempelköping",
		.committee = dec->committee,
		.diary_no = dec->diary_no,
		.case_title = dec->case_title,
		.recipient = dec->recipient,
		.outcome = dec->outcome_name,
		.content = dec->outcome_name,
		.decided_on = dec->decided_on,
		.decider = desk->name,
		.rapporteur = "",
		.participants = "",
		.reasons = dec->reasons,
		.reasons_omitted = "",
		.legal_basis = dec->legal_basis,
		.delegation = dec->delegation,
		.appeal = dec->appeal,
	};

	return letter_decision(out, &facts);
}

static enum status set_args(struct action *a, const char *const *args, struct err *why)
{
	enum status st = ST_OK;

	for (; st == ST_OK && args && *args; args += 2)
		st = action_set(a, args[0], str_of(args[1]), why);
	return st;
}

enum status demo_act(struct demo_desk_env *env, struct demo_desk *desk, const char *case_id,
		     const char *act, const char *const *args, struct err *why)
{
	struct action a = ACTION_INIT;
	enum status st = begin(env, desk, case_id, act, &a, why);

	if (st == ST_OK)
		st = set_args(&a, args, why);
	if (st == ST_OK)
		st = push(env, desk, &a, why);
	action_release(&a);
	return st;
}

enum status demo_decide(struct demo_desk_env *env, struct demo_desk *desk, const char *case_id,
			const struct demo_decision *dec, struct err *why)
{
	const char *const args[] = {
		"outcome",    dec->outcome,    "content", dec->outcome_name,
		"decided_on", dec->decided_on, "decider", desk->officer,
		"reasons",    dec->reasons,    NULL,
	};
	struct strbuf letter = STRBUF_INIT;
	struct action a = ACTION_INIT;
	enum status st = begin(env, desk, case_id, "case.decide", &a, why);

	if (st == ST_OK && !write_letter(&letter, desk, dec))
		st = err_set(why, ST_BROKEN, "memory", "out of memory");
	if (st == ST_OK)
		st = set_args(&a, args, why);
	if (st == ST_OK)
		st = attach(env, desk, &a, "beslut.xhtml", strbuf_str(&letter), why);
	if (st == ST_OK)
		st = push(env, desk, &a, why);
	strbuf_release(&letter);
	action_release(&a);
	return st;
}

enum status demo_send(struct demo_desk_env *env, struct demo_desk *desk, const char *case_id,
		      const struct demo_message *m, struct err *why)
{
	const struct message_facts facts = {
		.municipality = "Exempelköping",
		.committee = m->committee,
		.diary_no = m->diary_no,
		.case_title = m->case_title,
		.recipient = m->recipient,
		.sent_on = m->sent_on,
		.subject = m->subject,
		.text = m->text,
		.officer = desk->name,
		.title = "",
	};
	const char *const args[] = { "text",	m->text,       "subject", m->subject,
				     "channel", "status-page", NULL };
	struct strbuf letter = STRBUF_INIT;
	struct action a = ACTION_INIT;
	enum status st = begin(env, desk, case_id, "message.send", &a, why);

	if (st == ST_OK && !letter_message(&letter, &facts))
		st = err_set(why, ST_BROKEN, "memory", "out of memory");
	if (st == ST_OK)
		st = set_args(&a, args, why);
	if (st == ST_OK)
		st = attach(env, desk, &a, "meddelande.xhtml", strbuf_str(&letter), why);
	if (st == ST_OK)
		st = push(env, desk, &a, why);
	strbuf_release(&letter);
	action_release(&a);
	return st;
}
