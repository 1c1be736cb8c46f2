/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdio.h>
#include <string.h>

#include "central/call.h"
#include "central/erasure.h"
#include "central/vouch.h"
#include "domain/role.h"

#include "base/banned.h"

/* Who may call. A contact center is staff, but not at a desk: it looks cases up
 * one at a time with a reason that is logged, and has no use for documents
 * or whole chains. FINISH: also a device whose key was retired, which hands in
 * what it had signed and hears the answers, and does nothing else. */
enum caller { ANYBODY, STAFF = 1, DESK = 2, FINISH = 4 };

/* Every endpoint. `*` in a pattern takes one part of the path. `type`: what
 * the body must be, NULL for no body or any. `wakes`: the log may grow. */
static const struct route {
	const char *method;
	const char *pattern;
	unsigned who; /* enum caller */
	size_t body_max;
	const char *type;
	enum status (*handle)(struct call *k, struct err *why);
} routes[] = {
	{ "GET", "/healthz", ANYBODY, 0, NULL, handle_healthz },
	{ "GET", "/readyz", ANYBODY, 0, NULL, handle_readyz },
	{ "GET", "/metrics", ANYBODY, 0, NULL, handle_metrics },
	{ "GET", "/v1/api-info", ANYBODY, 0, NULL, handle_api_info },
	{ "POST", "/v1/devices", ANYBODY, LIMIT_SMALL_BODY, TYPE_JSON, handle_enrol },
	{ "POST", "/v1/devices/*/rotate", ANYBODY, LIMIT_SMALL_BODY, TYPE_JSON, handle_rotate },
	{ "GET", "/v1/devices", STAFF, 0, NULL, handle_devices },
	{ "POST", "/v1/devices/*/approval", STAFF, LIMIT_SMALL_BODY, TYPE_JSON, handle_approval },
	{ "POST", "/v1/auth/challenge", ANYBODY, LIMIT_SMALL_BODY, TYPE_JSON, handle_challenge },
	{ "POST", "/v1/auth/token", ANYBODY, LIMIT_SMALL_BODY, TYPE_JSON, handle_token },
	{ "GET", "/v1/keys", STAFF, 0, NULL, handle_keys },
	{ "POST", "/v1/sync/pull", STAFF, LIMIT_SMALL_BODY, TYPE_JSON, handle_pull },
	{ "GET", "/v1/sync/wait", STAFF, 0, NULL, handle_wait },
	{ "GET", "/v1/snapshots/*", STAFF, 0, NULL, handle_snapshot },
	{ "GET", "/v1/snapshots/*/*/*", STAFF, 0, NULL, handle_segment },
	{ "POST", "/v1/actions", STAFF | FINISH, LIMIT_ACTIONS_BODY, "application/jose-lines",
	  handle_actions },
	{ "GET", "/v1/acks", STAFF | FINISH, 0, NULL, handle_acks },
	{ "HEAD", "/v1/blobs/*", DESK | FINISH, 0, NULL, handle_blob_head },
	{ "PUT", "/v1/blobs/*", DESK | FINISH, LIMIT_BLOB, NULL, handle_blob_put },
	{ "POST", "/v1/cases/search", DESK, LIMIT_SMALL_BODY, TYPE_JSON, handle_search },
	{ "GET", "/v1/cases/*", STAFF, 0, NULL, handle_case },
	{ "GET", "/v1/cases/*/chain", DESK, 0, NULL, handle_chain },
	{ "GET", "/v1/cases/*/proof", DESK, 0, NULL, handle_case_proof },
	{ "GET", "/v1/cases/*/documents/*", DESK, 0, NULL, handle_document },
	{ "GET", "/v1/stats", STAFF, 0, NULL, handle_stats },
	{ "GET", "/v1/erasures", DESK, 0, NULL, handle_erasures },
	{ "POST", "/v1/lookup", STAFF, LIMIT_SMALL_BODY, TYPE_JSON, handle_lookup },
	{ "GET", "/v1/log/head", STAFF, 0, NULL, handle_log_head },
	{ "GET", "/v1/log/proof", STAFF, 0, NULL, handle_log_proof },
	{ "POST", "/v1/intake/*", ANYBODY, LIMIT_INTAKE_BODY, TYPE_JSON, handle_intake },
	{ "GET", "/s/*", ANYBODY, 0, NULL, handle_status_page },
	{ "POST", "/s/*/messages", ANYBODY, LIMIT_MESSAGE_BODY, TYPE_JSON, handle_message },
};
enum { ROUTES = sizeof(routes) / sizeof(routes[0]) };

/* Codes whose HTTP status is not that of their enum status. */
static const struct {
	const char *code;
	int status;
	int retry_after;
} codes[] = {
	{ "token-expired", 401, 0 },
	{ "login-refused", 401, 0 },
	{ "intake-token", 401, 0 },
	{ "method-not-allowed", 405, 0 },
	{ "snapshot-required", 410, 0 },
	{ "too-large", 413, 0 },
	{ "field-too-long", 413, 0 },
	{ "payload-size", 413, 0 },
	{ "media-type", 415, 0 },
	{ "idempotency-key-reused", 422, 0 },
	{ "too-many-tries", 429, 600 },
	{ "too-many-lookups", 429, 600 },
	{ "too-many-rotations", 429, 3600 },
	{ "path-too-long", 414, 0 },
	{ "range", 416, 0 },
	{ "too-many-messages", 429, 3600 },
	{ "memory", 503, 10 },
	{ "crash", 503, 1 },
	{ "disk-full", 503, 60 },
	{ "disk-error", 503, 60 },
};

static void status_of(enum status st, const char *code, struct reply *out)
{
	static const int by_status[] = {
		[ST_OK] = 200,	     [ST_NONE] = 404,	   [ST_RETRY] = 503,  [ST_REFUSED] = 403,
		[ST_CONFLICT] = 409, [ST_BAD_INPUT] = 400, [ST_BROKEN] = 500,
	};

	out->status = by_status[st];
	out->retry_after_s = st == ST_RETRY ? 1 : 0;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (strcmp(codes[i].code, code) == 0) {
			out->status = codes[i].status;
			out->retry_after_s = codes[i].retry_after;
		}
}

/* An officer who believes it must enrol anew, or signs something else in the place
 * of what was signed: it takes more than a code. */
static void sign_problem(struct call *k, struct problem *p)
{
	enum status st = ST_OK;

	if (strcmp(p->code, "device-fork") == 0)
		st = vouched_word(k->c, k->device.id, p->jws, sizeof(p->jws), NULL);
	else if (strcmp(p->code, "ctr-gap") == 0 || strcmp(p->code, "needs-blob") == 0)
		st = vouched_problem(k->c, k->device.id, p, p->jws, sizeof(p->jws), NULL);
	if (st != ST_OK)
		p->jws[0] = '\0';
}

/* What went wrong inside is for the operator; the caller gets the code. */
static void problem_reply(struct call *k, enum status st, const struct err *why)
{
	struct problem p = k->extra;
	bool inside = st == ST_BROKEN;
	int64_t total = k->out->range_total;

	reply_clear(k->out);
	k->out->range_total = total;
	snprintf(p.code, sizeof(p.code), "%s", why->code[0] ? why->code : status_name(st));
	sign_problem(k, &p);
	snprintf(
		p.detail, sizeof(p.detail), "%s",
		inside && strcmp(p.code, "disk-full") != 0
			? "the central could not do this; nothing was changed. Try again in a while, and tell its operator if it goes on"
		: inside ? "the central's disk is full; nothing was changed. Tell its operator"
			 : why->text);
	status_of(st, p.code, k->out);
	p.status = k->out->status;
	reply_type(k->out, p.status, TYPE_PROBLEM);
	k->c->errors++;
	if (problem_write(&k->out->body, &p))
		return;
	strbuf_sets(&k->out->body, "{\"status\":500,\"code\":\"problem\"}");
}

void reply_type(struct reply *out, int status, const char *content_type)
{
	out->status = status;
	snprintf(out->content_type, sizeof(out->content_type), "%s", content_type);
}

/* Compare part by part; a `*` takes one that is not empty. */
static bool matches(const char *pattern, struct str path, struct str part[CALL_PARTS])
{
	int taken = 0;
	size_t at = 0;

	for (; *pattern; pattern++) {
		size_t from = at;

		if (*pattern != '*') {
			if (at >= path.n || path.p[at++] != *pattern)
				return false;
			continue;
		}
		while (at < path.n && path.p[at] != '/')
			at++;
		if (at == from || taken == CALL_PARTS)
			return false;
		part[taken++] = (struct str){ path.p + from, at - from };
	}
	return at == path.n;
}

static enum status find(const struct route **out, const char *method, struct str path,
			struct str part[CALL_PARTS], struct err *why)
{
	bool path_known = false;

	for (int i = 0; i < ROUTES; i++) {
		if (!matches(routes[i].pattern, path, part))
			continue;
		path_known = true;
		if (strcmp(routes[i].method, method) == 0) {
			*out = &routes[i];
			return ST_OK;
		}
	}
	if (path_known)
		return err_set(why, ST_BAD_INPUT, "method-not-allowed",
			       "this address does not take that method");
	return err_set(why, ST_NONE, "no-such-address", "there is nothing at this address");
}

bool central_route(int i, const char **method, const char **pattern)
{
	if (i < 0 || i >= ROUTES)
		return false;
	*method = routes[i].method;
	*pattern = routes[i].pattern;
	return true;
}

size_t central_body_max(const char *method, const char *path)
{
	const struct route *route;
	struct str part[CALL_PARTS];

	return find(&route, method, str_of(path), part, NULL) == ST_OK ? route->body_max : 0;
}

/* "application/json; charset=utf-8" is application/json. */
static bool type_fits(const char *want, const char *got)
{
	size_t n = strlen(want);

	return strncmp(want, got, n) == 0 && (got[n] == '\0' || got[n] == ';' || got[n] == ' ');
}

static enum status check_form(const struct route *route, const struct request *r, struct err *why)
{
	if (r->path.len > LIMIT_PATH || r->query.len > LIMIT_QUERY)
		return err_set(why, ST_BAD_INPUT, "path-too-long",
			       "the address is longer than %d bytes", LIMIT_PATH);
	if (r->body.len > route->body_max)
		return err_set(why, ST_BAD_INPUT, "too-large",
			       "the body has %zu bytes; the limit here is %zu", r->body.len,
			       route->body_max);
	if (route->type && !type_fits(route->type, r->content_type))
		return err_set(why, ST_BAD_INPUT, "media-type", "this address takes %s",
			       route->type);
	return ST_OK;
}

/* The route of a request that may be handled. */
static enum status admit(struct call *k, const struct route **route, struct err *why)
{
	enum status st = find(route, k->r->method, strbuf_str(&k->r->path), k->part, why);

	if (st == ST_OK)
		st = check_form(*route, k->r, why);
	if (st == ST_OK && (*route)->who != ANYBODY)
		st = auth_bearer(k, (*route)->who & FINISH, why);
	if (st == ST_OK && ((*route)->who & DESK) && role_contact_only(k->who.officer.roles))
		st = err_set(why, ST_REFUSED, "role-lacking",
			     "a contact center looks cases up at /v1/lookup; this takes another"
			     " role");
	return st;
}

static enum status answer(struct call *k, struct err *why)
{
	const struct route *route;
	enum status st = admit(k, &route, why);

	return st == ST_OK ? route->handle(k, why) : st;
}

bool central_admits(struct central *c, const struct request *r, struct reply *reply)
{
	struct call k = { .c = c, .r = r, .out = reply };
	struct err why = ERR_INIT;
	const struct route *route;
	enum status st = admit(&k, &route, &why);

	reply_clear(reply);
	if (st != ST_OK)
		problem_reply(&k, st, &why);
	return st == ST_OK;
}

/* Whatever the log has gained is witnessed before an answer leaves: also an
 * answer given again, whose first leaving a full disk or a stop prevented. */
void central_handle(struct central *c, const struct request *r, struct reply *reply)
{
	struct call k = { .c = c, .r = r, .out = reply };
	int64_t before = central_size(c);
	struct err why = ERR_INIT;
	enum status st;
	bool grown;

	reply_clear(reply);
	c->requests++;
	st = conf_current(c, &why);
	if (st == ST_OK)
		st = answer(&k, &why);
	central_rollback(c);
	grown = central_size(c) != before;
	if (st == ST_OK)
		st = central_testify(c, &why);
	if (st == ST_OK && c->purge_due)
		st = erasure_purge(c, &why);
	if (st != ST_OK)
		problem_reply(&k, st, &why);
	if (grown && c->env.woke)
		c->env.woke(c->env.ctx);
}
