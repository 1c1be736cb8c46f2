/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/http.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "central/limits.h"

#include "base/banned.h"

enum {
	CONNECTIONS_MAX = 512,
	PER_ADDRESS_MAX = 448, /* an office, or a proxy, may be one address */
	HELD_PER_LOGIN = 4,
	IDLE_SECONDS = 75,	      /* longer than the longest wait */
	CONNECTION_BYTES = 64 * 1024, /* request line and headers */
	HELD_MAX = 480,
	DRAIN_SECONDS = 3,
	RETRY_SECONDS = 10,
	JOBS_AGAIN_MS = 60 * 1000,
	DISCARD_BYTES = 1024 * 1024,
	SMALL_BYTES = 64 * 1024,	  /* of a body, for which there is always room */
	BODIES_BYTES = 128 * 1024 * 1024, /* of all bodies beyond that, on their way */
};

/* One request on its way. */
struct exchange {
	struct http *front;
	struct MHD_Connection *connection;
	struct request request;
	struct reply reply;
	size_t body_max, seen;
	size_t counted; /* of h->bodies */
	bool too_large, no_room;
	bool ready; /* reply is filled in */
	int64_t hold_until;
	struct exchange *next;
};

struct http {
	struct central *central;
	struct MHD_Daemon *daemon;
	pthread_mutex_t lock; /* the core, the list, and what is in it */
	pthread_cond_t ended; /* `running` went down */
	struct exchange *held;
	int held_count;
	int running;   /* requests that have not ended */
	size_t bodies; /* bytes kept of bodies on their way; of MHD's thread alone */
	bool woken, jobs, stopping;
	int64_t jobs_not_before; /* boot_ms, after a failure */
	char url[80];
};

struct http *http_new(void)
{
	struct http *h = calloc(1, sizeof(*h));

	if (!h)
		return NULL;
	pthread_mutex_init(&h->lock, NULL);
	pthread_cond_init(&h->ended, NULL);
	h->jobs = true;
	return h;
}

/* Called below central_handle, with the lock held: only noted here. */
void http_woke(void *front)
{
	struct http *h = front;

	h->woken = true;
	h->jobs = true;
}

const char *http_url(const struct http *h)
{
	return h->url;
}

/* --- Held requests ------------------------------------------------------------------ */

static void hold(struct http *h, struct exchange *x)
{
	x->hold_until = x->reply.hold_until;
	x->next = h->held;
	h->held = x;
	h->held_count++;
	MHD_suspend_connection(x->connection);
}

/* How many requests of the same login are held. */
static int held_by(const struct http *h, const struct exchange *x)
{
	int n = 0;

	for (const struct exchange *o = h->held; o; o = o->next)
		n += strcmp(o->request.bearer, x->request.bearer) == 0;
	return n;
}

/* Ask the core again; true when there is an answer now. */
static bool ask_again(struct http *h, struct exchange *x, int64_t now)
{
	int64_t left = x->hold_until - now;

	x->request.timeout_ms = h->stopping || left <= 0 ? -1 : (int)left;
	central_handle(h->central, &x->request, &x->reply);
	x->ready = !x->reply.hold;
	return x->ready;
}

/* After the log has grown every held request is asked again; else only those
 * whose time is up. */
static void look_at_held(struct http *h, bool all)
{
	int64_t now = clock_boot(central_clock(h->central));
	struct exchange **at = &h->held;

	while (*at) {
		struct exchange *x = *at;

		if ((all || h->stopping || x->hold_until <= now) && ask_again(h, x, now)) {
			*at = x->next;
			h->held_count--;
			MHD_resume_connection(x->connection);
		} else {
			at = &x->next;
		}
	}
}

static void answer_woken(struct http *h)
{
	while (h->woken) {
		h->woken = false;
		look_at_held(h, true);
	}
}

enum status http_tick(struct http *h, struct err *why)
{
	enum status st = ST_OK;
	int64_t now;

	pthread_mutex_lock(&h->lock);
	now = clock_boot(central_clock(h->central));
	if (h->jobs && now >= h->jobs_not_before) {
		h->jobs = false;
		st = central_jobs(h->central, NULL, why);
		h->jobs = st != ST_OK;
		h->jobs_not_before = st == ST_OK ? 0 : now + JOBS_AGAIN_MS;
	}
	if (central_stirred(h->central))
		h->woken = true;
	answer_woken(h);
	look_at_held(h, false);
	if (st == ST_OK)
		st = central_trouble(h->central, why);
	pthread_mutex_unlock(&h->lock);
	return st;
}

/* --- Out ------------------------------------------------------------------------------- */

static void header(struct MHD_Response *r, const char *name, const char *value)
{
	if (value[0])
		MHD_add_response_header(r, name, value);
}

static enum MHD_Result send_reply(struct exchange *x)
{
	struct reply *out = &x->reply;
	struct MHD_Response *r = MHD_create_response_from_buffer(out->body.len, out->body.data,
								 MHD_RESPMEM_MUST_COPY);
	char seconds[16] = "", range[80] = "";
	enum MHD_Result done;

	if (!r)
		return MHD_NO;
	if (out->retry_after_s)
		snprintf(seconds, sizeof(seconds), "%d", out->retry_after_s);
	if (out->status == 206)
		snprintf(range, sizeof(range), "bytes %lld-%lld/%lld", (long long)out->range_from,
			 (long long)(out->range_from + (int64_t)out->body.len - 1),
			 (long long)out->range_total);
	else if (out->status == 416)
		snprintf(range, sizeof(range), "bytes */%lld", (long long)out->range_total);
	header(r, "Content-Range", range);
	header(r, "Content-Type", out->content_type);
	header(r, "Location", out->location);
	header(r, "Retry-After", seconds);
	header(r, "Sluss-Protocol", "1");
	header(r, "Cache-Control", "no-store"); /* also segments: they hold cases */
	header(r, "X-Content-Type-Options", "nosniff");
	header(r, "Referrer-Policy", "no-referrer");
	header(r, "Content-Security-Policy",
	       "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
	done = MHD_queue_response(x->connection, (unsigned)out->status, r);
	MHD_destroy_response(r);
	return done;
}

/* --- In --------------------------------------------------------------------------------- */

/* The query is built again from its parts: names and values of ours need no
 * escapes, and what holds others is left out. */
static enum MHD_Result take_query(void *ctx, enum MHD_ValueKind kind, const char *key,
				  const char *value)
{
	struct strbuf *out = ctx;

	(void)kind;
	if (!value || strpbrk(value, "&=%") || strpbrk(key, "&=%"))
		return MHD_YES;
	strbuf_addf(out, "%s%s=%s", out->len ? "&" : "", key, value);
	return MHD_YES;
}

static void copy_header(struct MHD_Connection *c, const char *name, char *dst, size_t size)
{
	const char *v = MHD_lookup_connection_value(c, MHD_HEADER_KIND, name);

	if (v && strlen(v) < size)
		memcpy(dst, v, strlen(v) + 1);
}

/* One range with both ends; of any other form is made nothing, and the whole
 * is the answer (RFC 9110, 14.2). */
static void take_range(struct exchange *x)
{
	char text[48] = "", end;
	long long from = 0, to = 0;

	copy_header(x->connection, "Range", text, sizeof(text));
	if (sscanf(text, "bytes=%15lld-%15lld%c", &from, &to, &end) != 2 || from < 0 || to < from)
		return;
	x->request.range_from = from;
	x->request.range_to = to + 1;
}

static void take_peer(struct exchange *x)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const struct sockaddr *a = info ? info->client_addr : NULL;

	if (a && a->sa_family == AF_INET)
		inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)a)->sin_addr,
			  x->request.peer, sizeof(x->request.peer));
	else if (a && a->sa_family == AF_INET6)
		inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)a)->sin6_addr,
			  x->request.peer, sizeof(x->request.peer));
}

static void take_head(struct exchange *x, const char *url, const char *method)
{
	char bearer[sizeof(x->request.bearer) + 8] = "";

	snprintf(x->request.method, sizeof(x->request.method), "%s", method);
	strbuf_sets(&x->request.path, url);
	MHD_get_connection_values(x->connection, MHD_GET_ARGUMENT_KIND, take_query,
				  &x->request.query);
	copy_header(x->connection, "Content-Type", x->request.content_type,
		    sizeof(x->request.content_type));
	copy_header(x->connection, "Idempotency-Key", x->request.idempotency_key,
		    sizeof(x->request.idempotency_key));
	copy_header(x->connection, "Authorization", bearer, sizeof(bearer));
	if (strncmp(bearer, "Bearer ", 7) == 0)
		snprintf(x->request.bearer, sizeof(x->request.bearer), "%s", bearer + 7);
	explicit_bzero(bearer, sizeof(bearer));
	take_peer(x);
	take_range(x);
	x->body_max = central_body_max(method, url);
}

static struct exchange *exchange_new(struct http *h, struct MHD_Connection *c, const char *url,
				     const char *method)
{
	struct exchange *x = calloc(1, sizeof(*x));

	if (!x)
		return NULL;
	x->front = h;
	x->connection = c;
	take_head(x, url, method);
	pthread_mutex_lock(&h->lock);
	h->running++;
	pthread_mutex_unlock(&h->lock);
	return x;
}

/* An answer of the front's own, without the core. */
static void problem(struct exchange *x, int status, const char *title, const char *code,
		    const char *detail)
{
	reply_clear(&x->reply);
	x->reply.status = status;
	snprintf(x->reply.content_type, sizeof(x->reply.content_type), "application/problem+json");
	strbuf_addf(&x->reply.body,
		    "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,\"code\":\"%s\","
		    "\"detail\":\"%s\"}",
		    title, status, code, detail);
	x->ready = true;
}

static void too_large(struct exchange *x)
{
	char detail[80];

	snprintf(detail, sizeof(detail), "the limit here is %zu bytes", x->body_max);
	problem(x, 413, "Content Too Large", "too-large", detail);
}

static void no_room(struct exchange *x)
{
	problem(x, 503, "Service Unavailable", "busy",
		"too much is being sent at once; try again in a while");
	x->reply.retry_after_s = RETRY_SECONDS;
}

/* Bodies on their way share one measure of memory, but for a first part that
 * every request has. */
static bool has_room(struct exchange *x, size_t n)
{
	size_t beyond = x->seen > SMALL_BYTES ? x->seen - SMALL_BYTES : 0;
	size_t more = beyond < n ? beyond : n;

	if (x->front->bodies + more > BODIES_BYTES)
		return false;
	x->front->bodies += more;
	x->counted += more;
	return true;
}

static void forget_body(struct exchange *x)
{
	x->front->bodies -= x->counted;
	x->counted = 0;
	strbuf_release(&x->request.body);
}

/* A body beyond the limit is thrown away as it comes, never kept; one that
 * does not end ends the connection. Where no body belongs it is passed over,
 * so that the answer is about the address. */
static enum MHD_Result take_body(struct exchange *x, const char *p, size_t *n)
{
	x->seen += *n;
	if (x->seen > x->body_max + DISCARD_BYTES)
		return MHD_NO;
	if (x->seen > x->body_max) {
		x->too_large = x->body_max > 0;
	} else if (!x->no_room) {
		x->no_room = !has_room(x, *n);
		if (!x->no_room && !strbuf_add(&x->request.body, p, *n))
			return MHD_NO;
	}
	if (x->too_large || x->no_room)
		forget_body(x);
	*n = 0;
	return MHD_YES;
}

/* What the body is said to have; without a word, as much as may be. */
static unsigned long long announced(const struct exchange *x)
{
	const char *v =
		MHD_lookup_connection_value(x->connection, MHD_HEADER_KIND, "Content-Length");

	if (v)
		return strtoull(v, NULL, 10);
	return MHD_lookup_connection_value(x->connection, MHD_HEADER_KIND, "Transfer-Encoding")
		       ? x->body_max
		       : 0;
}

static enum MHD_Result count_length(void *ctx, enum MHD_ValueKind kind, const char *key,
				    const char *value)
{
	int *n = ctx;

	(void)kind;
	(void)value;
	*n += strcasecmp(key, "Content-Length") == 0 || strcasecmp(key, "Transfer-Encoding") == 0;
	return MHD_YES;
}

/* A body whose end is said twice ends elsewhere for a proxy before us: what
 * one takes for its body the other takes for the next request (RFC 9112, 6.3). */
static bool two_lengths(const struct exchange *x)
{
	int n = 0;

	MHD_get_connection_values(x->connection, MHD_HEADER_KIND, count_length, &n);
	return n > 1;
}

/* Answered before it is sent: what is said to be too large, and what is large
 * and comes from one who may not send it. */
static bool refused_early(struct exchange *x)
{
	unsigned long long n = x->body_max ? announced(x) : 0;

	if (two_lengths(x)) {
		problem(x, 400, "Bad Request", "body-length",
			"the length of the body is said twice");
	} else if (n > x->body_max) {
		too_large(x);
	} else if (n > SMALL_BYTES) {
		pthread_mutex_lock(&x->front->lock);
		x->ready = !central_admits(x->front->central, &x->request, &x->reply);
		pthread_mutex_unlock(&x->front->lock);
	}
	return x->ready;
}

static enum MHD_Result answer(struct exchange *x)
{
	struct http *h = x->front;
	bool suspended = false;

	pthread_mutex_lock(&h->lock);
	if (x->too_large) {
		too_large(x);
	} else if (x->no_room) {
		no_room(x);
	} else if (!x->ready) {
		if (h->stopping || h->held_count >= HELD_MAX || held_by(h, x) >= HELD_PER_LOGIN)
			x->request.timeout_ms = -1;
		central_handle(h->central, &x->request, &x->reply);
		x->ready = !x->reply.hold;
		suspended = !x->ready;
		if (suspended)
			hold(h, x);
		answer_woken(h);
	}
	pthread_mutex_unlock(&h->lock);
	/* A request that was held comes here again when it is resumed. */
	return suspended ? MHD_YES : send_reply(x);
}

static enum MHD_Result on_request(void *ctx, struct MHD_Connection *c, const char *url,
				  const char *method, const char *version, const char *body,
				  size_t *body_len, void **state)
{
	struct exchange *x = *state;

	(void)version;
	if (!x) {
		x = exchange_new(ctx, c, url, method);
		*state = x;
		if (x && refused_early(x))
			return send_reply(x);
		return x ? MHD_YES : MHD_NO;
	}
	return *body_len ? take_body(x, body, body_len) : answer(x);
}

static void on_end(void *ctx, struct MHD_Connection *c, void **state,
		   enum MHD_RequestTerminationCode why)
{
	struct http *h = ctx;
	struct exchange *x = *state;

	(void)c;
	(void)why;
	if (!x)
		return;
	pthread_mutex_lock(&h->lock);
	for (struct exchange **at = &h->held; *at; at = &(*at)->next)
		if (*at == x) {
			*at = x->next;
			h->held_count--;
			break;
		}
	h->running--;
	pthread_cond_signal(&h->ended);
	pthread_mutex_unlock(&h->lock);
	h->bodies -= x->counted;
	request_release(&x->request);
	reply_release(&x->reply);
	free(x);
	*state = NULL;
}

/* --- Starting and stopping ----------------------------------------------------------------- */

static bool read_port(const char *text, in_port_t *port)
{
	char *end;
	unsigned long v = strtoul(text, &end, 10);

	*port = htons((in_port_t)v);
	return text[0] >= '0' && text[0] <= '9' && !*end && v <= 65535;
}

static bool read_address(const char *text, struct sockaddr_storage *out)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)(void *)out;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)(void *)out;
	const char *colon = strrchr(text, ':');
	char host[64];

	memset(out, 0, sizeof(*out));
	if (!colon || colon == text || (size_t)(colon - text) >= sizeof(host))
		return false;
	snprintf(host, sizeof(host), "%.*s", (int)(colon - text), text);
	if (host[0] == '[' && host[strlen(host) - 1] == ']') {
		host[strlen(host) - 1] = '\0';
		v6->sin6_family = AF_INET6;
		return inet_pton(AF_INET6, host + 1, &v6->sin6_addr) == 1
		       && read_port(colon + 1, &v6->sin6_port);
	}
	v4->sin_family = AF_INET;
	return inet_pton(AF_INET, host, &v4->sin_addr) == 1 && read_port(colon + 1, &v4->sin_port);
}

static void note_url(struct http *h, const char *address)
{
	const union MHD_DaemonInfo *info =
		MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_BIND_PORT);

	snprintf(h->url, sizeof(h->url), "http://%.*s:%u", (int)(strrchr(address, ':') - address),
		 address, info ? (unsigned)info->port : 0u);
}

enum status http_start(struct http *h, struct central *c, const char *address, struct err *why)
{
	struct sockaddr_storage where;

	if (!read_address(address, &where))
		return err_set(why, ST_BAD_INPUT, "listen-address",
			       "\"%.60s\" is no address; write 127.0.0.1:8420 or [::1]:8420",
			       address);
	h->central = c;
	h->daemon = MHD_start_daemon(
		MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME
			| (where.ss_family == AF_INET6 ? MHD_USE_IPv6 : 0u),
		0, NULL, NULL, on_request, h, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&where,
		MHD_OPTION_NOTIFY_COMPLETED, on_end, h, MHD_OPTION_CONNECTION_LIMIT,
		(unsigned)CONNECTIONS_MAX, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
		(unsigned)PER_ADDRESS_MAX, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
		MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
		(size_t)CONNECTION_BYTES, MHD_OPTION_END);
	if (!h->daemon)
		return err_set(why, ST_BROKEN, "listen",
			       "cannot listen on %.60s: is the port taken?", address);
	note_url(h, address);
	return ST_OK;
}

/* Requests on their way get their answers; one that does not end is cut off
 * after DRAIN_SECONDS. */
static void drain(struct http *h)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += DRAIN_SECONDS;
	pthread_mutex_lock(&h->lock);
	h->stopping = true;
	look_at_held(h, true);
	while (h->running > 0 && pthread_cond_timedwait(&h->ended, &h->lock, &until) == 0)
		;
	pthread_mutex_unlock(&h->lock);
}

void http_stop(struct http *h)
{
	if (!h)
		return;
	if (h->daemon) {
		MHD_socket listening = MHD_quiesce_daemon(h->daemon);

		drain(h);
		MHD_stop_daemon(h->daemon);
		if (listening != MHD_INVALID_SOCKET)
			close(listening);
	}
	pthread_cond_destroy(&h->ended);
	pthread_mutex_destroy(&h->lock);
	free(h);
}
