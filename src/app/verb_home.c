/* SPDX-License-Identifier: EUPL-1.2 */
/* Opening the home for a verb, and asking whether the central answers. */
#include "app/verbs.h"

#include <stdio.h>
#include <string.h>

#include "app/words.h"
#include "base/i18n.h"
#include "domain/role.h"
#include "net/http.h"

#include "base/banned.h"

enum { PROBE_MS = 5000 };

static enum status open_home(struct call *c, struct err *why)
{
	const struct config *conf;
	enum status st = home_open(c->store, why);

	/* What is wrong in the configuration has an exit code of its own. */
	if (st == ST_BAD_INPUT) {
		struct err local = *why;

		for (int i = 1; i < c->store->config.mistake_count; i++)
			say_line(c, "%s", c->store->config.mistakes[i]);
		err_clear(why);
		return err_set(why, st, "conf-value", "%s", local.text);
	}
	if (st != ST_OK)
		return st;
	c->home = c->store;
	conf = &c->home->config;
	words_start(options_text(&conf->options, OPT_LANGUAGE));
	for (int i = 0; i < conf->warning_count; i++)
		say_line(c, _("Varning: %s"), conf->warnings[i]);
	return ST_OK;
}

/* A disk that is full or read only must not keep anybody from reading. */
static enum status open_files(struct call *c, struct err *why)
{
	struct err first = ERR_INIT;
	struct strbuf said = STRBUF_INIT_MAX(600);
	enum status st = home_open_files(c->home, &first);
	bool disk = strncmp(first.code, "disk-", 5) == 0 || strcmp(first.code, "home-path") == 0;

	if (st == ST_OK)
		return ST_OK;
	if (!disk || home_open_to_read(c->home, NULL) != ST_OK)
		return err_set(why, st, first.code, "%s", first.text);
	words_error(&said, &first, true);
	say_line(c, _("Hemmappen kan inte skrivas. Det som finns kan läsas, inget kan sparas. %s"),
		 strbuf_cstr(&said));
	strbuf_release(&said);
	return ST_OK;
}

enum status call_need(struct call *c, enum need need, struct err *why)
{
	enum status st = ST_OK;

	if (need >= NEED_HOME && !c->home)
		st = open_home(c, why);
	/* Enrolling makes the folder, reading does not. */
	if (st == ST_OK && need >= NEED_IDENTITY && !home_there(c->home))
		return err_set(why, ST_NONE, "not-enrolled",
			       "this home is not enrolled: sluss enrol URL");
	if (st == ST_OK && need >= NEED_FILES && !c->home->outbox) {
		st = open_files(c, why);
		if (st == ST_OK && c->home->cache_renewed)
			say_line(
				c,
				_("Den lokala kopian var skadad. Den ligger kvar som %s.damaged tills du "
				  "synkar, och en ny är tom till dess. Inget du signerat är förlorat."),
				c->home->cache_path);
	}
	if (st == ST_OK && need >= NEED_IDENTITY && !c->home->enrolled)
		st = err_set(why, ST_NONE, "not-enrolled",
			     "this home is not enrolled: sluss enrol URL");
	if (st == ST_OK && need == NEED_DESK && role_contact_only(c->home->who.roles))
		st = err_set(why, ST_REFUSED, "role-lacking",
			     "a contact center looks cases up on its screen");
	return st;
}

static void read_info(struct probe *p, const struct reply *r, int64_t now)
{
	struct json *j = NULL;
	int64_t theirs;

	if (r->status != 200 || json_read(&j, strbuf_str(&r->body), &p->why) != ST_OK) {
		err_set(&p->why, ST_BAD_INPUT, "not-ours", "status %d, and no answer of a central",
			r->status);
		return;
	}
	p->reachable = json_copy_text(j, "version", p->version, sizeof(p->version));
	json_copy_text(j, "name", p->name, sizeof(p->name));
	if (instant_parse(&theirs, json_get_text(j, "now")))
		p->skew = theirs - now;
	json_free(j);
}

void probe_central(const struct home *h, const char *url, struct probe *p)
{
	const char *ca = options_text(&h->config.options, OPT_CENTRAL_CA_FILE);
	struct request req = REQUEST_INIT;
	struct reply reply = REPLY_INIT;
	struct http *http = NULL;
	int64_t start = clock_boot(&h->clock);

	memset(p, 0, sizeof(*p));
	request_set(&req, "GET", "/v1/api-info");
	req.timeout_ms = PROBE_MS;
	if (http_new(&http, "sluss/" SLUSS_VERSION, ca[0] ? ca : NULL, &p->why) == ST_OK
	    && http_send(http, url, &req, &reply, &p->why) == ST_OK) {
		p->ms = clock_boot(&h->clock) - start;
		/* The answer was made about half-way. */
		read_info(p, &reply, clock_wall(&h->clock) - p->ms / 2);
	}
	http_free(http);
	request_release(&req);
	reply_release(&reply);
}
