/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/exchange.h"

#include <stdio.h>
#include <string.h>

#include "base/banned.h"

void request_clear(struct request *r)
{
	strbuf_clear(&r->path);
	strbuf_clear(&r->query);
	strbuf_clear(&r->body);
	r->method[0] = r->content_type[0] = r->bearer[0] = '\0';
	r->idempotency_key[0] = r->peer[0] = '\0';
	r->timeout_ms = 0;
	r->range_from = r->range_to = 0;
}

void request_set(struct request *r, const char *method, const char *path)
{
	request_clear(r);
	snprintf(r->method, sizeof(r->method), "%s", method);
	strbuf_sets(&r->path, path);
}

void request_release(struct request *r)
{
	strbuf_release(&r->path);
	strbuf_release(&r->query);
	strbuf_wipe(&r->body);
	explicit_bzero(r->bearer, sizeof(r->bearer));
}

void reply_clear(struct reply *r)
{
	strbuf_clear(&r->body);
	r->status = 0;
	r->content_type[0] = r->location[0] = '\0';
	r->retry_after_s = 0;
	r->range_from = r->range_total = 0;
	r->hold = false;
	r->hold_until = 0;
}

void reply_release(struct reply *r)
{
	strbuf_wipe(&r->body);
}

bool request_copy(struct request *to, const struct request *from)
{
	struct strbuf path = to->path, query = to->query, body = to->body;

	*to = *from;
	to->path = path;
	to->query = query;
	to->body = body;
	return strbuf_set(&to->path, strbuf_cstr(&from->path), from->path.len)
	       && strbuf_set(&to->query, strbuf_cstr(&from->query), from->query.len)
	       && strbuf_set(&to->body, strbuf_cstr(&from->body), from->body.len);
}

void reply_take(struct reply *to, struct reply *from)
{
	struct strbuf body = to->body;

	strbuf_take(&body, &from->body);
	*to = *from;
	to->body = body;
	from->body = (struct strbuf)STRBUF_INIT;
	reply_clear(from);
}
