/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * exchange - one HTTP request and its reply as plain values.
 *
 * Place:    sync core -> request -> net or simulator -> central core -> reply.
 * Promise:  the cores on both sides see only these; no socket, no header
 *           list. What the protocol needs of HTTP is a field here.
 * Owner:    both structs own their buffers; _release gives them back.
 * Errors:   none here.
 */
#ifndef BASE_EXCHANGE_H
#define BASE_EXCHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/strbuf.h"

struct request {
	char method[8];	     /* "GET", "POST", "PUT", "HEAD", "DELETE" */
	struct strbuf path;  /* "/v1/sync/pull", without the query */
	struct strbuf query; /* "t=25" or empty */
	char content_type[64];
	char bearer[128]; /* token of Authorization: Bearer, or "" */
	char idempotency_key[129];
	char peer[64]; /* filled in by the front: the caller's address */
	struct strbuf body;
	int timeout_ms; /* how long the client will wait */
	/* Bytes range_from .. range_to - 1 of what is asked for (RFC 9110, 14);
	 * range_to 0: all of it. */
	int64_t range_from, range_to;
};
#define REQUEST_INIT                                                                               \
	{                                                                                          \
		.path = STRBUF_INIT, .query = STRBUF_INIT, .body = STRBUF_INIT                     \
	}

/* status 0: no reply came (refused, lost, cut). */
struct reply {
	int status;
	char content_type[64];
	char location[128];
	int retry_after_s; /* 0 = not said */
	/* Of a 206 (and 416): where the body begins, and how long the whole is. */
	int64_t range_from, range_total;
	struct strbuf body;
	/* Set by the central instead of an answer: hold the request until this
	 * boot_ms or until the newest seq passes hold_seq, then ask again. */
	bool hold;
	int64_t hold_until;
};
#define REPLY_INIT                                                                                 \
	{                                                                                          \
		.body = STRBUF_INIT                                                                \
	}

/* Fill method and path (path copied); the rest is emptied. */
void request_set(struct request *r, const char *method, const char *path);
void request_clear(struct request *r);
void request_release(struct request *r);
/* Deep copy into an initialised `to`; false: no memory. */
bool request_copy(struct request *to, const struct request *from);
void reply_clear(struct reply *r);
void reply_release(struct reply *r);
/* `to`, initialised, gets all of `from`, which is left empty. */
void reply_take(struct reply *to, struct reply *from);

#endif
