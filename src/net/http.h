/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * http - a request sent and its reply read, over libcurl.
 *
 * Place:    sync -> request -> HTTP -> central -> reply -> sync.
 * Promise:  blocks until the reply is whole, the time is up or another thread
 *           cancels. TLS certificates are checked, redirects are not
 *           followed, no proxy is used for loopback, a reply is never larger
 *           than HTTP_REPLY_MAX. Nothing is sent again by itself.
 * Owner:    struct http holds one connection for one thread; http_free.
 * Errors:   ST_RETRY "unreachable" (no address, refused, cut, too late),
 *           "cancelled"; ST_REFUSED "tls" (the certificate does not hold);
 *           ST_BAD_INPUT "reply-too-large", "url", "header"; in all of them the
 *           reply has status 0.
 */
#ifndef NET_HTTP_H
#define NET_HTTP_H

#include "base/exchange.h"

enum { HTTP_REPLY_MAX = 16 * 1024 * 1024 };

struct http;

/* Once per program, before threads are started. */
MUST_USE enum status http_start(struct err *why);
void http_stop(void);

/* Does the address name this machine itself? Then no proxy is asked, and the
 * call need not go under TLS. */
bool http_is_loopback(const char *url);

/* ca_file: NULL for the system's; agent: "sluss/0.1.0". */
MUST_USE enum status http_new(struct http **out, const char *agent, const char *ca_file,
			      struct err *why);
void http_free(struct http *h);
/* base_url: "https://host:port", without a path or with a prefix. */
MUST_USE enum status http_send(struct http *h, const char *base_url, const struct request *req,
			       struct reply *out, struct err *why);
/* From any thread: the call under way ends at once with "cancelled"; without
 * one, nothing happens. */
void http_cancel(struct http *h);
/* The calling thread's next http_send counts as under way from now on: a
 * cancel between the two is not lost. */
void http_arm(struct http *h);

#endif
