/* SPDX-License-Identifier: EUPL-1.2 */
/* Logging in: who is there, a challenge, a token. */
#include "sync/core.h"

#include <stdio.h>
#include <string.h>

#include "sync/officer.h"
#include "wire/json.h"
#include "wire/payload.h"

#include "base/banned.h"

bool is_login(enum step step)
{
	return step == STEP_INFO || step == STEP_ROTATE || step == STEP_CHALLENGE
	       || step == STEP_TOKEN;
}

/* One lane logs in for all. */
enum status choose_login(struct sync *s, enum sync_lane lane, enum step *step)
{
	*step = STEP_NONE;
	for (int i = 0; i < LANE_COUNT; i++)
		if (i != (int)lane && is_login(s->lane[i].step))
			return ST_OK;
	if (!s->info_known)
		*step = STEP_INFO;
	else if (s->who.rotation_open)
		*step = STEP_ROTATE;
	else if (!s->challenge[0])
		*step = STEP_CHALLENGE;
	else
		*step = STEP_TOKEN;
	return ST_OK;
}

enum status ask_info(struct sync *s, struct request *out, struct err *why)
{
	(void)s;
	(void)why;
	request_set(out, "GET", "/v1/api-info");
	return ST_OK;
}

static enum status check_info(struct sync *s, const struct json *j, struct err *why)
{
	const struct json *protocol = json_member(j, "protocol");
	struct str central = json_get_text(j, "central");

	if (!central.p)
		return nonsense(why, "not-ours", "the answer is not that of a Sluss central");
	if (!str_eq(central, s->who.aud))
		return nonsense(
			why, "other-central",
			"this address answers as another central than the one we enrolled at");
	if (json_get_int(protocol, "min", 1) > 1 || json_get_int(protocol, "max", 1) < 1)
		return nonsense(why, "protocol-version",
				"the central does not speak our version; update this program");
	return ST_OK;
}

static enum status learn_info(struct sync *s, const struct json *j, struct err *why)
{
	int64_t undo = json_get_int(j, "undo_seconds", -1), now;
	enum status st = ST_OK;

	(void)json_copy_text(j, "epoch", s->info_epoch, sizeof(s->info_epoch));
	if (instant_parse(&now, json_get_text(j, "now")))
		learn_now(s, now);
	if (undo >= 0 && undo <= UNDO_MAX_S && undo * 1000 != s->who.undo_ms) {
		st = identity_set_undo(s->in.outbox, undo * 1000, why);
		if (st == ST_OK)
			s->who.undo_ms = undo * 1000;
	}
	if (!epochs_read(&s->epochs, json_member(j, "epochs")))
		epochs_only(&s->epochs, s->info_epoch);
	if (st == ST_OK)
		st = compare_epochs(s, why);
	s->info_known = st == ST_OK;
	return st;
}

enum status take_info(struct sync *s, const struct reply *r, struct err *why)
{
	struct json *j = NULL;
	enum status st = read_json(&j, r, why);

	if (st == ST_OK)
		st = check_info(s, j, why);
	if (st == ST_OK)
		st = learn_info(s, j, why);
	json_free(j);
	return st;
}

enum status ask_challenge(struct sync *s, struct request *out, struct err *why)
{
	struct jsonw w;

	(void)why;
	request_set(out, "POST", "/v1/auth/challenge");
	snprintf(out->content_type, sizeof(out->content_type), "application/json");
	jsonw_init(&w, &out->body);
	jsonw_map(&w);
	jsonw_kv(&w, "dev", s->who.dev);
	jsonw_end_map(&w);
	return ST_OK;
}

enum status take_challenge(struct sync *s, const struct reply *r, struct err *why)
{
	struct json *j = NULL;
	enum status st = read_json(&j, r, why);

	if (st == ST_OK
	    && (!json_copy_text(j, "challenge", s->challenge, sizeof(s->challenge))
		|| strlen(s->challenge) != 64)) {
		s->challenge[0] = '\0';
		st = nonsense(why, "not-ours", "the central gave no challenge");
	}
	json_free(j);
	return st;
}

enum status ask_token(struct sync *s, struct request *out, struct err *why)
{
	struct login l = { .ts = clock_wall(s->in.clock) };
	struct strbuf payload = STRBUF_INIT, jws = STRBUF_INIT;
	struct jsonw w;
	enum status st = ST_OK;

	memcpy(l.aud, s->who.aud, sizeof(l.aud));
	memcpy(l.dev, s->who.dev, sizeof(l.dev));
	memcpy(l.challenge, s->challenge, sizeof(l.challenge));
	s->challenge[0] = '\0'; /* good for one try */
	if (!login_write(&payload, &l))
		st = err_set(why, ST_BROKEN, "memory", "no memory to log in");
	if (st == ST_OK)
		st = jws_sign(&jws, NULL, s->in.key, TYP_LOGIN, strbuf_str(&payload), why);
	request_set(out, "POST", "/v1/auth/token");
	snprintf(out->content_type, sizeof(out->content_type), "application/json");
	jsonw_init(&w, &out->body);
	jsonw_map(&w);
	jsonw_kv_str(&w, "login", strbuf_str(&jws));
	jsonw_end_map(&w);
	strbuf_release(&payload);
	strbuf_wipe(&jws);
	return st;
}

/* Roles and name may have changed since. What was answered to other roles is
 * not for the new ones: they are known here once it is forgotten, so that a fault
 * between the two leaves a difference for the next login to see. */
static enum status learn_officer(struct sync *s, const struct json *j, struct err *why)
{
	struct identity now = s->who; /* its texts are borrowed */
	enum status st = ST_OK;

	if (!j)
		return ST_OK;
	if (!officer_read(&now, j) || strcmp(now.sub, s->who.sub) != 0)
		return nonsense(why, "other-officer",
				"the central took this device for another officer's");
	if (now.roles != s->who.roles || strcmp(now.units, s->who.units) != 0)
		st = cache_forget_answers(s->in.cache, why);
	if (st == ST_OK)
		st = identity_set_officer(s->in.outbox, &now, why);
	if (st == ST_OK)
		s->who = now;
	return st;
}

/* It becomes part of a header, so it is taken letter by letter. */
static bool is_token(const char *t)
{
	return *t
	       && t[strspn(t, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
			      "0123456789-_")]
			  == '\0';
}

enum status take_token(struct sync *s, const struct reply *r, struct err *why)
{
	struct json *j = NULL;
	enum status st = read_json(&j, r, why);

	if (st == ST_OK)
		st = learn_officer(s, json_member(j, "officer"), why);
	if (st == ST_OK
	    && (!json_copy_text(j, "token", s->token, sizeof(s->token)) || !is_token(s->token))) {
		s->token[0] = '\0';
		st = nonsense(why, "not-ours", "the central gave no token");
	}
	if (st == ST_OK)
		s->rotation_told = false;
	if (st == ST_OK)
		s->strangers = 0;
	/* What a refusal held back goes again. */
	if (st == ST_OK && !s->who.frozen[0])
		st = outbox_hold_all(s->in.outbox, "", "", why);
	json_free(j);
	return st;
}
