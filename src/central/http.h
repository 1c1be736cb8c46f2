/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * http - the HTTP front: sockets in, central_handle, replies out.
 *
 * Place:    main.c -> HTTP -> central. The only user of libmicrohttpd.
 * Promise:  requests meet the core one at a time; a held request costs no
 *           thread; headers, bodies, connections and times are bounded.
 * Owner:    http_start gives a front, http_stop takes it; the central is
 *           borrowed and must not be used by others meanwhile.
 * Errors:   ST_BAD_INPUT "listen-address"; ST_BROKEN "listen".
 */
#ifndef CENTRAL_HTTP_H
#define CENTRAL_HTTP_H

#include "central/central.h"

struct http;

/* address "127.0.0.1:8420", "[::1]:0"; port 0 takes a free one. The front
 * exists before the central, whose env.woke is http_woke(front). */
struct http *http_new(void);
void http_woke(void *front);
MUST_USE enum status http_start(struct http *h, struct central *c, const char *address,
				struct err *why);
/* "http://127.0.0.1:40123" of a started front. */
const char *http_url(const struct http *h);
/* Held requests are answered, running ones ended; then it is freed. */
void http_stop(struct http *h);
/* Answer held requests whose time is up and run the jobs that wait. To be
 * called some times a second by main. */
MUST_USE enum status http_tick(struct http *h, struct err *why);

#endif
