/* SPDX-License-Identifier: EUPL-1.2 */
#include "net/http.h"

#include <curl/curl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/banned.h"

enum { CONNECT_MS = 10 * 1000, DEFAULT_MS = 30 * 1000, URL_ROOM = 4096, POLL_MS = 1000 };

struct http {
	CURL *easy;
	CURLM *multi;
	char *agent;
	char *ca_file;
	atomic_bool cancel; /* set by http_cancel, cleared by the call it ended */
	atomic_bool busy;
	char error[CURL_ERROR_SIZE];
};

/* One call under way. */
struct call {
	struct http *http;
	struct reply *out;
	const struct request *req;
	bool too_large;
};

enum status http_start(struct err *why)
{
	if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
		return ST_OK;
	return err_set(why, ST_BROKEN, "network", "the network library does not start");
}

void http_stop(void)
{
	curl_global_cleanup();
}

enum status http_new(struct http **out, const char *agent, const char *ca_file, struct err *why)
{
	struct http *h = calloc(1, sizeof(*h));

	*out = NULL;
	if (h) {
		h->easy = curl_easy_init();
		h->multi = curl_multi_init();
		h->agent = strdup(agent);
		h->ca_file = ca_file ? strdup(ca_file) : NULL;
	}
	if (!h || !h->easy || !h->multi || !h->agent || (ca_file && !h->ca_file)) {
		http_free(h);
		return err_set(why, ST_BROKEN, "memory", "no memory for a connection");
	}
	*out = h;
	return ST_OK;
}

void http_free(struct http *h)
{
	if (!h)
		return;
	curl_easy_cleanup(h->easy);
	if (h->multi)
		curl_multi_cleanup(h->multi);
	free(h->agent);
	free(h->ca_file);
	free(h);
}

void http_arm(struct http *h)
{
	atomic_store(&h->cancel, false);
	atomic_store(&h->busy, true);
}

void http_cancel(struct http *h)
{
	if (!atomic_load(&h->busy))
		return;
	atomic_store(&h->cancel, true);
	curl_multi_wakeup(h->multi);
}

/* --- What curl calls ------------------------------------------------------------- */

static size_t on_body(char *p, size_t size, size_t n, void *ctx)
{
	struct call *c = ctx;

	(void)size; /* always 1 */
	if (c->out->body.len + n > HTTP_REPLY_MAX || !strbuf_add(&c->out->body, p, n)) {
		c->too_large = true;
		return 0;
	}
	return n;
}

/* The value of header `name`, or the empty slice. */
static struct str header_value(struct str line, const char *name)
{
	size_t n = strlen(name);

	if (line.n <= n || strncasecmp(line.p, name, n) != 0 || line.p[n] != ':')
		return str_of("");
	line.p += n + 1;
	line.n -= n + 1;
	while (line.n && (*line.p == ' ' || *line.p == '\t')) {
		line.p++;
		line.n--;
	}
	while (line.n && (unsigned char)line.p[line.n - 1] <= ' ')
		line.n--;
	return line;
}

static void copy_value(char *to, size_t size, struct str v)
{
	if (v.n > 0 && v.n < size) {
		memcpy(to, v.p, v.n);
		to[v.n] = '\0';
	}
}

/* Seconds only: the other form, a date, would need their clock. */
static void read_retry_after(int *seconds, struct str v)
{
	int s = 0;

	if (v.n == 0 || v.n > 6)
		return;
	for (size_t i = 0; i < v.n; i++) {
		if (v.p[i] < '0' || v.p[i] > '9')
			return;
		s = s * 10 + (v.p[i] - '0');
	}
	*seconds = s;
}

/* "bytes 0-65535/214000" (RFC 9110, 14.4); anything else leaves both at 0. */
static void read_range(struct reply *out, struct str v)
{
	char text[80] = "";
	long long from = 0, to = 0, total = 0;

	copy_value(text, sizeof(text), v);
	if (sscanf(text, "bytes %lld-%lld/%lld", &from, &to, &total) != 3 || from < 0 || to < from
	    || total <= to)
		return;
	out->range_from = from;
	out->range_total = total;
}

static size_t on_header(char *p, size_t size, size_t n, void *ctx)
{
	struct call *c = ctx;
	struct str line = { p, n };

	(void)size;
	copy_value(c->out->content_type, sizeof(c->out->content_type),
		   header_value(line, "Content-Type"));
	copy_value(c->out->location, sizeof(c->out->location), header_value(line, "Location"));
	read_retry_after(&c->out->retry_after_s, header_value(line, "Retry-After"));
	read_range(c->out, header_value(line, "Content-Range"));
	return n;
}

/* --- One call ------------------------------------------------------------------------ */

bool http_is_loopback(const char *url)
{
	static const char *const names[] = { "127.0.0.1", "[::1]", "localhost" };
	const char *host = strstr(url, "://");

	host = host ? host + 3 : url;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t n = strlen(names[i]);

		if (strncasecmp(host, names[i], n) == 0
		    && (host[n] == '\0' || host[n] == ':' || host[n] == '/'))
			return true;
	}
	return false;
}

/* No sign that could end a line of the request, or (`least` = '!') the
 * address in it. */
static bool is_plain(const char *text, char least)
{
	for (; *text; text++)
		if (*text < least || *text == 0x7F)
			return false;
	return true;
}

static enum status make_url(char url[URL_ROOM], const char *base, const struct request *r,
			    struct err *why)
{
	size_t len = strlen(base);
	int n;

	if (strncmp(base, "http://", 7) != 0 && strncmp(base, "https://", 8) != 0)
		return err_set(
			why, ST_BAD_INPUT, "url",
			"\"%.100s\" is no address of a central; it begins with https:// or http://",
			base);
	while (len && base[len - 1] == '/')
		len--;
	n = snprintf(url, URL_ROOM, "%.*s%s%s%s", (int)len, base, strbuf_cstr(&r->path),
		     r->query.len ? "?" : "", strbuf_cstr(&r->query));
	if (n < 0 || n >= URL_ROOM)
		return err_set(why, ST_BAD_INPUT, "url", "the address is too long");
	if (!is_plain(url, '!'))
		return err_set(why, ST_BAD_INPUT, "url", "the address holds signs that it may not");
	return ST_OK;
}

static bool add_header(struct curl_slist **list, const char *name, const char *value)
{
	char line[400];
	struct curl_slist *more;

	snprintf(line, sizeof(line), "%s: %s", name, value);
	more = curl_slist_append(*list, line);
	if (!more)
		return false;
	*list = more;
	return true;
}

static bool make_headers(struct curl_slist **list, const struct request *r)
{
	char bearer[160], range[64];

	snprintf(bearer, sizeof(bearer), "Bearer %s", r->bearer);
	snprintf(range, sizeof(range), "bytes=%lld-%lld", (long long)r->range_from,
		 (long long)r->range_to - 1);
	return add_header(list, "Sluss-Protocol", "1")
	       && (!r->content_type[0] || add_header(list, "Content-Type", r->content_type))
	       && (!r->bearer[0] || add_header(list, "Authorization", bearer))
	       && (r->range_to <= r->range_from || add_header(list, "Range", range))
	       && (!r->idempotency_key[0]
		   || add_header(list, "Idempotency-Key", r->idempotency_key))
	       /* No waiting for 100-continue: bodies are small. */
	       && (curl_slist_append(*list, "Expect:") != NULL);
}

static enum status check_headers(const struct request *r, struct err *why)
{
	if (is_plain(r->bearer, ' ') && is_plain(r->content_type, ' ')
	    && is_plain(r->idempotency_key, ' '))
		return ST_OK;
	return err_set(why, ST_BAD_INPUT, "header", "a header holds signs that it may not");
}

static void set_method(struct call *c, CURL *e)
{
	const struct request *r = c->req;

	if (strcmp(r->method, "HEAD") == 0) {
		curl_easy_setopt(e, CURLOPT_NOBODY, 1L);
	} else if (strcmp(r->method, "POST") == 0 || strcmp(r->method, "PUT") == 0) {
		/* From memory, so that curl can begin anew on another connection
		 * where the one it kept has died. */
		curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body.len);
		curl_easy_setopt(e, CURLOPT_POSTFIELDS, strbuf_cstr(&r->body));
		curl_easy_setopt(e, CURLOPT_CUSTOMREQUEST, r->method);
	} else if (strcmp(r->method, "GET") != 0) {
		curl_easy_setopt(e, CURLOPT_CUSTOMREQUEST, r->method);
	}
}

static void set_up(struct call *c, const char *base, const char *url, struct curl_slist *headers)
{
	struct http *h = c->http;
	CURL *e = h->easy;
	long timeout = c->req->timeout_ms > 0 ? c->req->timeout_ms : DEFAULT_MS;

	curl_easy_reset(e); /* keeps the connection */
	curl_easy_setopt(e, CURLOPT_URL, url);
	curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(e, CURLOPT_USERAGENT, h->agent);
	curl_easy_setopt(e, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS,
			 timeout < CONNECT_MS ? timeout : (long)CONNECT_MS);
	curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, timeout);
	curl_easy_setopt(e, CURLOPT_ERRORBUFFER, h->error);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(e, CURLOPT_WRITEDATA, c);
	curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(e, CURLOPT_HEADERDATA, c);
	curl_easy_setopt(e, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L); /* a proxy's own */
	curl_easy_setopt(e, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)HTTP_REPLY_MAX);
	curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 2L);
	if (h->ca_file)
		curl_easy_setopt(e, CURLOPT_CAINFO, h->ca_file);
	if (http_is_loopback(base))
		curl_easy_setopt(e, CURLOPT_PROXY, "");
	set_method(c, e);
	h->error[0] = '\0';
}

static enum status explain(const struct call *c, const char *base, CURLcode rc, struct err *why)
{
	const char *text = c->http->error[0] ? c->http->error : curl_easy_strerror(rc);

	switch (rc) {
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
		return err_set(why, ST_REFUSED, "tls", "%s: its certificate does not hold: %s",
			       base, text);
	case CURLE_FILESIZE_EXCEEDED:
		return err_set(why, ST_BAD_INPUT, "reply-too-large",
			       "%s: the answer is larger than %d bytes", base, HTTP_REPLY_MAX);
	case CURLE_URL_MALFORMAT:
	case CURLE_UNSUPPORTED_PROTOCOL:
		return err_set(why, ST_BAD_INPUT, "url", "%s: %s", base, text);
	default:
		if (c->too_large)
			return err_set(why, ST_BAD_INPUT, "reply-too-large",
				       "%s: the answer is larger than %d bytes", base,
				       HTTP_REPLY_MAX);
		return err_set(why, ST_RETRY, "unreachable", "%s: %s", base, text);
	}
}

/* Drive the one transfer to its end; false: cancelled. */
static bool drive(struct http *h, CURLcode *rc)
{
	int running = 1, left;
	CURLMsg *m;

	*rc = CURLE_RECV_ERROR;
	curl_multi_add_handle(h->multi, h->easy);
	while (running && !atomic_load(&h->cancel)) {
		if (curl_multi_perform(h->multi, &running) != CURLM_OK)
			break;
		if (running)
			curl_multi_poll(h->multi, NULL, 0, POLL_MS, NULL);
	}
	while ((m = curl_multi_info_read(h->multi, &left)) != NULL)
		if (m->msg == CURLMSG_DONE)
			*rc = m->data.result;
	curl_multi_remove_handle(h->multi, h->easy);
	return !(running && atomic_load(&h->cancel));
}

static enum status send_it(struct call *c, const char *base, struct err *why)
{
	CURLcode rc;
	long code = 0;

	if (!drive(c->http, &rc))
		return err_set(why, ST_RETRY, "cancelled", "the call was cut short");
	if (rc != CURLE_OK)
		return explain(c, base, rc, why);
	curl_easy_getinfo(c->http->easy, CURLINFO_RESPONSE_CODE, &code);
	c->out->status = (int)code;
	return ST_OK;
}

enum status http_send(struct http *h, const char *base_url, const struct request *req,
		      struct reply *out, struct err *why)
{
	struct call c = { .http = h, .out = out, .req = req };
	struct curl_slist *headers = NULL;
	char url[URL_ROOM];
	enum status st;

	if (!atomic_load(&h->busy))
		http_arm(h);
	reply_clear(out);
	st = make_url(url, base_url, req, why);
	if (st == ST_OK)
		st = check_headers(req, why);
	if (st == ST_OK && !make_headers(&headers, req))
		st = err_set(why, ST_BROKEN, "memory", "no memory for headers");
	if (st == ST_OK) {
		set_up(&c, base_url, url, headers);
		st = send_it(&c, base_url, why);
	}
	atomic_store(&h->busy, false);
	curl_slist_free_all(headers);
	if (st != ST_OK) {
		reply_clear(out);
		out->status = 0;
	}
	return st;
}
