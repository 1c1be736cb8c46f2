/* SPDX-License-Identifier: EUPL-1.2 */
/* The device's key: until when it holds, and changing it. */
#include "app/verbs.h"

#include <stdio.h>
#include <string.h>

#include "app/key_words.h"
#include "app/words.h"
#include "base/i18n.h"
#include "sync/rotate.h"
#include "wire/problem.h"

#include "base/banned.h"

enum { ASK_MS = 20000 };

static void day_of(char out[DAY_TEXT], int64_t at)
{
	int hour, minute;

	day_format(out, day_in_stockholm(at, &hour, &minute));
}

static void key_json(struct call *c)
{
	const struct identity *who = &c->home->who;
	int64_t end = certificate_ends(who);
	char words[80];
	struct jsonw w;

	json_begin(&w, c, "sluss.key/1");
	jsonw_kv(&w, "device", who->dev);
	jsonw_kv(&w, "kid", who->kid);
	if (key_fingerprint(words, sizeof(words), who->x))
		jsonw_kv(&w, "words", words);
	if (end > 0)
		jsonw_kv_instant(&w, "certificate_ends", end);
	jsonw_kv_bool(&w, "central_knows", !who->rotation_open);
	jsonw_kv(&w, "stopped", who->frozen);
	json_end(&w, c);
}

static void key_lines(struct call *c)
{
	const struct identity *who = &c->home->who;
	int64_t end = certificate_ends(who);
	char day[DAY_TEXT], words[80];

	put_line(c, _("Dator        %s"), who->dev);
	put_line(c, _("Nyckel       %s"), who->kid);
	if (key_fingerprint(words, sizeof(words), who->x))
		put_line(c, _("Fingeravtryck: %s"), words);
	if (end > 0) {
		day_of(day, end);
		put_line(c, _("Certifikatet gäller till %s."), day);
	}
	if (who->rotation_open)
		put_line(c, "%s",
			 _("Nyckeln är bytt här. Centralen får veta det vid nästa kontakt."));
	if (who->frozen[0])
		put_line(c, "%s", words_code("device-frozen"));
}

/* The login tells the central of the new key, whatever is asked after it. */
static enum status tell_central(struct call *c, struct err *why)
{
	struct request r = REQUEST_INIT;
	struct reply reply = REPLY_INIT;
	struct err local = ERR_INIT;
	struct problem p = { .status = 0 };
	enum status st;

	request_set(&r, "GET", "/v1/log/head");
	st = engine_ask_now(c->home, &r, ASK_MS, &reply, &local);
	/* That it could not be reached takes nothing back. */
	if (st == ST_OK && (reply.status == 401 || reply.status == 403)
	    && problem_read(&p, strbuf_str(&reply.body), NULL) == ST_OK)
		st = err_set(why, ST_REFUSED, p.code, "%s", p.detail);
	else if (st == ST_OK || st == ST_RETRY)
		st = home_refresh(c->home, why);
	else
		st = err_set(why, st, local.code, "%s", local.text);
	request_release(&r);
	reply_release(&reply);
	return st;
}

static enum status revoked(const char *state, struct err *why)
{
	return err_set(why, ST_REFUSED, "device-revoked",
		       "the central says that this key is %s; it was not changed", state);
}

/* What the central says of our key. */
static enum status judge_key(struct call *c, struct str body, struct err *why)
{
	struct json *j = NULL;
	const struct json *list;
	enum status st = json_read(&j, body, why);

	list = json_member(j, "keys");
	for (size_t i = 0; st == ST_OK && i < json_count(list); i++) {
		const struct json *k = json_item(list, i);
		char state[16] = "";

		if (str_eq(json_get_text(k, "kid"), c->home->who.kid)
		    && json_copy_text(k, "state", state, sizeof(state))
		    && strcmp(state, "valid") != 0)
			st = revoked(state, why);
	}
	json_free(j);
	return st;
}

/* A key that no longer counts gets no other in its place: what it signed would
 * be lost with it, and the central takes none. Where the central is out of reach
 * it is judged by what was heard last. */
static enum status must_stand(struct call *c, struct err *why)
{
	struct request r = REQUEST_INIT;
	struct reply reply = REPLY_INIT;
	struct problem p = { .status = 0 };
	enum status st;

	request_set(&r, "GET", "/v1/keys");
	st = engine_ask_now(c->home, &r, ASK_MS, &reply, NULL);
	if (st == ST_OK && reply.status == 200)
		st = judge_key(c, strbuf_str(&reply.body), why);
	else if (st == ST_OK && (reply.status == 401 || reply.status == 403)
		 && problem_read(&p, strbuf_str(&reply.body), NULL) == ST_OK)
		st = err_set(why, ST_REFUSED, p.code, "%s", p.detail);
	else
		st = home_key_stands(c->home) ? ST_OK : revoked("revoked", why);
	request_release(&r);
	reply_release(&reply);
	return st;
}

static enum status rotate(struct call *c, struct err *why)
{
	struct secret pass = SECRET_INIT;
	bool waits = c->home->who.rotation_open;
	char before[sizeof(c->home->who.kid)];
	enum status st = call_passphrase(c, &pass, why);

	snprintf(before, sizeof(before), "%s", c->home->who.kid);
	if (st == ST_OK)
		st = home_unlock(c->home, secret_str(&pass), why);
	if (st == ST_OK && !c->home->who.rotation_open)
		st = must_stand(c, why);
	/* Unlocking may have done it already. */
	if (st == ST_OK && strcmp(before, c->home->who.kid) == 0 && !c->home->who.rotation_open)
		st = home_rotate(c->home, secret_str(&pass), why);
	secret_release(&pass);
	if (st == ST_OK)
		st = tell_central(c, why);
	/* The central takes one change at a time. */
	if (st == ST_OK && waits && !c->given[FLAG_JSON] && !c->given[FLAG_QUIET])
		say_line(
			c, "%s",
			c->home->who.rotation_open
				? _("Ett byte väntar redan på centralen: nyckeln byttes inte en gång till.")
				: _("Centralen har nu bytet som väntade: nyckeln byttes inte en gång till."));
	return st;
}

enum status verb_key(struct call *c, struct err *why)
{
	bool change = c->count && strcmp(c->args[0], "rotate") == 0;
	enum status st = ST_OK;

	if (c->count && !change && strcmp(c->args[0], "show") != 0)
		return err_set(why, ST_BAD_INPUT, "usage", "sluss key [show|rotate]");
	if (change)
		st = rotate(c, why);
	if (st != ST_OK)
		return st;
	if (c->given[FLAG_JSON])
		key_json(c);
	else
		key_lines(c);
	return ST_OK;
}
