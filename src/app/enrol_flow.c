/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/enrol_flow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "cache/aside.h"
#include "net/http.h"
#include "sync/enrol.h"

#include "base/banned.h"

enum status enrol_url(char out[256], const char *typed, struct err *why)
{
	bool secure = strncmp(typed, "https://", 8) == 0, plain = strncmp(typed, "http://", 7) == 0;
	const char *rest = typed + (secure ? 8 : plain ? 7 : 0);
	int n;

	if (!rest[0] || strpbrk(rest, " \t\r\n@?#") || strstr(rest, "://"))
		return err_set(why, ST_BAD_INPUT, "url", "%.80s: is no address of a central",
			       typed);
	/* What goes over a network goes under TLS. */
	if (plain && !http_is_loopback(rest))
		return err_set(why, ST_BAD_INPUT, "url",
			       "%.80s: the address of a central begins with https://", typed);
	n = snprintf(out, 256, "%s%s", plain ? "http://" : "https://", rest);
	if (n < 0 || n >= 256)
		return err_set(why, ST_BAD_INPUT, "url", "the address is too long");
	while (n > 0 && out[n - 1] == '/')
		out[--n] = '\0';
	return ST_OK;
}

static enum status exchange_all(struct enrol *e, struct http *http, const char *url,
				enrol_progress *progress, void *ctx, struct err *why)
{
	enum enrol_step step = ENROL_ASKING;

	for (;;) {
		struct request req = REQUEST_INIT;
		struct reply reply = REPLY_INIT;
		enum status st = enrol_next(e, &req, why);

		if (st == ST_OK) {
			if (progress)
				progress(ctx, step);
			step = ENROL_PROVING;
			st = http_send(http, url, &req, &reply, why);
		}
		if (st == ST_OK)
			st = enrol_reply(e, &reply, why);
		request_release(&req);
		reply_release(&reply);
		if (st != ST_OK)
			return st == ST_NONE ? ST_OK : st;
	}
}

static enum status check_passphrase(struct str passphrase, struct err *why)
{
	if (!utf8_valid(passphrase) || utf8_count(passphrase) < PASSPHRASE_MIN)
		return err_set(why, ST_BAD_INPUT, "passphrase-short",
			       "the passphrase must have at least %d characters", PASSPHRASE_MIN);
	return ST_OK;
}

enum status enrol_change(struct home *h, struct str old, struct str passphrase, struct err *why)
{
	enum status st = check_passphrase(passphrase, why);

	if (st != ST_OK)
		return st;
	return change_passphrase(h->outbox, old, passphrase, home_cost(h), &h->rng, why);
}

/* What was fetched for another officer, or from another central, is gone
 * before the new one looks. */
static enum status forget_others(struct home *h, const struct identity *before, struct err *why)
{
	enum status st;

	if (!before->sub[0]
	    || (strcmp(before->sub, h->who.sub) == 0 && strcmp(before->aud, h->who.aud) == 0))
		return ST_OK;
	/* Also what of it had been loaded when the program was ended. */
	aside_remove(h->aside_path);
	st = cache_begin(h->cache, why);
	if (st == ST_OK)
		st = cache_empty(h->cache, why);
	if (st == ST_OK)
		st = cache_touch(h->cache, why);
	if (st == ST_OK)
		st = cache_commit(h->cache, why);
	else
		cache_rollback(h->cache);
	/* Another window may hold the file: then the words leave it later. */
	if (st == ST_OK)
		(void)!cache_purge(h->cache, NULL);
	return st;
}

enum status enrol_run(struct home *h, const char *url, struct str code, struct str passphrase,
		      enrol_progress *progress, void *ctx, struct err *why)
{
	const char *ca = options_text(&h->config.options, OPT_CENTRAL_CA_FILE);
	struct enrol *e = NULL;
	struct http *http = NULL;
	struct identity before = IDENTITY_INIT;
	char at[256];
	enum status st;

	st = check_passphrase(passphrase, why);
	if (st == ST_OK)
		st = enrol_url(at, url, why);
	if (st == ST_OK)
		st = enrol_start(&e, at, code, &h->clock, &h->rng, why);
	if (st == ST_OK)
		st = http_new(&http, "sluss/" SLUSS_VERSION, ca[0] ? ca : NULL, why);
	if (st == ST_OK)
		st = exchange_all(e, http, at, progress, ctx, why);
	if (st == ST_OK) {
		if (progress)
			progress(ctx, ENROL_SEALING);
		memcpy(before.sub, h->who.sub, sizeof(before.sub));
		memcpy(before.aud, h->who.aud, sizeof(before.aud));
		st = enrol_finish(e, h->outbox, passphrase, home_cost(h), why);
	}
	if (st == ST_OK)
		st = home_refresh(h, why);
	if (st == ST_OK)
		st = forget_others(h, &before, why);
	if (st == ST_OK)
		st = home_unlock(h, passphrase, why);
	if (st == ST_OK)
		h->waits = enrol_waits(e);
	if (st == ST_OK && progress)
		progress(ctx, ENROL_DONE);
	http_free(http);
	enrol_free(e);
	return st;
}
