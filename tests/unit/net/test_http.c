/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/http.h"

#include "base/banned.h"

/* A listener on a free loopback port that takes one call: reads all of it,
 * says what it was told to, and closes. */
struct listener {
	int fd;
	char url[64];
	char seen[8192];
	const char *answer;
	size_t flood; /* bytes of body behind the answer */
	bool mute;    /* say nothing until the caller hangs up */
	pthread_t thread;
	struct http *cancel; /* cancel this one when the call is read */
};

/* Has the whole request come? Enough for the bodies used here. */
static bool is_whole(const char *seen)
{
	const char *end = strstr(seen, "\r\n\r\n"), *length = strstr(seen, "Content-Length: ");

	if (!end)
		return false;
	return !length || strlen(end + 4) >= strtoul(length + 16, NULL, 10);
}

static void flood(int fd, size_t left)
{
	static const char junk[65536] = { 'x' };

	while (left) {
		ssize_t n = send(fd, junk, left < sizeof(junk) ? left : sizeof(junk), MSG_NOSIGNAL);

		if (n <= 0)
			return;
		left -= (size_t)n;
	}
}

static void *serve(void *ctx)
{
	struct listener *l = ctx;
	int fd = accept(l->fd, NULL, NULL);
	size_t n = 0;

	while (fd >= 0 && !is_whole(l->seen) && n < sizeof(l->seen) - 1) {
		ssize_t got = read(fd, l->seen + n, sizeof(l->seen) - 1 - n);

		if (got <= 0)
			break;
		n += (size_t)got;
	}
	if (l->cancel)
		http_cancel(l->cancel);
	if (l->mute) {
		char c;

		while (read(fd, &c, 1) > 0)
			continue;
	} else {
		(void)!write(fd, l->answer, strlen(l->answer));
		flood(fd, l->flood);
	}
	close(fd);
	return NULL;
}

static void listen_on(struct listener *l)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t len = sizeof(a);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	l->fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_true(l->fd >= 0);
	assert_int_equal(bind(l->fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(l->fd, 1), 0);
	assert_int_equal(getsockname(l->fd, (struct sockaddr *)&a, &len), 0);
	snprintf(l->url, sizeof(l->url), "http://127.0.0.1:%d", ntohs(a.sin_port));
	assert_int_equal(pthread_create(&l->thread, NULL, serve, l), 0);
}

static void hang_up(struct listener *l)
{
	pthread_join(l->thread, NULL);
	close(l->fd);
}

static struct http *connection(void)
{
	struct http *h;

	assert_int_equal(http_new(&h, "sluss/test", NULL, NULL), ST_OK);
	return h;
}

static void a_request_arrives_as_it_was_given(void **state)
{
	struct listener l = {
		.answer = "HTTP/1.1 503 Busy\r\nContent-Type: application/problem+json\r\n"
			  "Retry-After: 45\r\nContent-Length: 2\r\n\r\n{}"
	};
	struct http *h = connection();
	struct request r = REQUEST_INIT;
	struct reply out = REPLY_INIT;
	struct err why = ERR_INIT;

	(void)state;
	listen_on(&l);
	request_set(&r, "POST", "/v1/sync/pull");
	strbuf_sets(&r.query, "t=25");
	strbuf_sets(&r.body, "{\"a\":1}");
	snprintf(r.content_type, sizeof(r.content_type), "application/json");
	snprintf(r.bearer, sizeof(r.bearer), "tok");
	snprintf(r.idempotency_key, sizeof(r.idempotency_key), "key-1");
	assert_int_equal(http_send(h, l.url, &r, &out, &why), ST_OK);
	hang_up(&l);
	assert_ptr_equal(strstr(l.seen, "POST /v1/sync/pull?t=25 HTTP/1.1\r\n"), l.seen);
	assert_non_null(strstr(l.seen, "\r\nAuthorization: Bearer tok\r\n"));
	assert_non_null(strstr(l.seen, "\r\nIdempotency-Key: key-1\r\n"));
	assert_non_null(strstr(l.seen, "\r\nSluss-Protocol: 1\r\n"));
	assert_non_null(strstr(l.seen, "\r\nContent-Type: application/json\r\n"));
	assert_non_null(strstr(l.seen, "\r\n\r\n{\"a\":1}"));
	assert_int_equal(out.status, 503);
	assert_int_equal(out.retry_after_s, 45);
	assert_string_equal(out.content_type, "application/problem+json");
	assert_string_equal(strbuf_cstr(&out.body), "{}");
	request_release(&r);
	reply_release(&out);
	http_free(h);
}

static void a_part_is_asked_for_and_the_reply_says_which_it_is(void **state)
{
	struct listener l = { .answer = "HTTP/1.1 206 Partial Content\r\n"
					"Content-Range: bytes 100-102/2000\r\n"
					"Content-Length: 3\r\n\r\nabc" };
	struct listener nonsense = { .answer = "HTTP/1.1 206 Partial Content\r\n"
					       "Content-Range: bytes 9-3/2\r\n"
					       "Content-Length: 1\r\n\r\na" };
	struct http *h = connection();
	struct request r = REQUEST_INIT;
	struct reply out = REPLY_INIT;
	struct err why = ERR_INIT;

	(void)state;
	listen_on(&l);
	request_set(&r, "GET", "/v1/x");
	r.range_from = 100;
	r.range_to = 200;
	assert_int_equal(http_send(h, l.url, &r, &out, &why), ST_OK);
	hang_up(&l);
	assert_non_null(strstr(l.seen, "\r\nRange: bytes=100-199\r\n"));
	assert_int_equal(out.range_from, 100);
	assert_int_equal(out.range_total, 2000);
	listen_on(&nonsense);
	r.range_from = r.range_to = 0;
	assert_int_equal(http_send(h, nonsense.url, &r, &out, &why), ST_OK);
	hang_up(&nonsense);
	assert_null(strstr(nonsense.seen, "Range:"));
	assert_int_equal(out.range_total, 0);
	request_release(&r);
	reply_release(&out);
	http_free(h);
}

static void a_document_is_put_byte_for_byte(void **state)
{
	struct listener l = { .answer = "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n" };
	struct http *h = connection();
	struct request r = REQUEST_INIT;
	struct reply out = REPLY_INIT;

	(void)state;
	listen_on(&l);
	request_set(&r, "PUT", "/v1/blobs/aa");
	strbuf_sets(&r.body, "ett beslut");
	assert_int_equal(http_send(h, l.url, &r, &out, NULL), ST_OK);
	hang_up(&l);
	assert_ptr_equal(strstr(l.seen, "PUT /v1/blobs/aa HTTP/1.1\r\n"), l.seen);
	assert_non_null(strstr(l.seen, "\r\n\r\nett beslut"));
	assert_int_equal(out.status, 201);
	request_release(&r);
	reply_release(&out);
	http_free(h);
}

static void a_redirect_is_not_followed(void **state)
{
	struct listener l = { .answer = "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/x\r\n"
					"Content-Length: 0\r\n\r\n" };
	struct http *h = connection();
	struct request r = REQUEST_INIT;
	struct reply out = REPLY_INIT;

	(void)state;
	listen_on(&l);
	request_set(&r, "GET", "/v1/api-info");
	assert_int_equal(http_send(h, l.url, &r, &out, NULL), ST_OK);
	hang_up(&l);
	assert_int_equal(out.status, 302);
	assert_string_equal(out.location, "http://127.0.0.1:1/x");
	request_release(&r);
	reply_release(&out);
	http_free(h);
}

static void a_port_where_nobody_listens_is_unreachable(void **state)
{
	struct listener l = { .answer = "" };
	struct http *h = connection();
	struct request r = REQUEST_INIT;
	struct reply out = REPLY_INIT;
	struct err why = ERR_INIT;
	int fd;
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t len = sizeof(a);

	(void)state;
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	/* Bound and not listening: nobody else gets the port meanwhile. */
	fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
	snprintf(l.url, sizeof(l.url), "http://127.0.0.1:%d", ntohs(a.sin_port));
	request_set(&r, "GET", "/v1/api-info");
	assert_int_equal(http_send(h, l.url, &r, &out, &why), ST_RETRY);
	assert_string_equal(why.code, "unreachable");
	assert_int_equal(out.status, 0);
	close(fd);
	request_release(&r);
	reply_release(&out);
	http_free(h);
}

static void an_answer_cut_short_is_no_answer(void **state)
{
	struct listener l = { .answer =
				      "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of it" };
	struct http *h = connection();
	struct request r = REQUEST_INIT;
	struct reply out = REPLY_INIT;
	struct err why = ERR_INIT;

	(void)state;
	listen_on(&l);
	request_set(&r, "GET", "/v1/api-info");
	assert_int_equal(http_send(h, l.url, &r, &out, &why), ST_RETRY);
	hang_up(&l);
	assert_int_equal(out.status, 0);
	assert_int_equal(out.body.len, 0);
	request_release(&r);
	reply_release(&out);
	http_free(h);
}

static void an_answer_without_end_is_refused_at_the_ceiling(void **state)
{
	struct listener l = { .answer = "HTTP/1.1 200 OK\r\n\r\n",
			      .flood = HTTP_REPLY_MAX + 100000 };
	struct http *h = connection();
	struct request r = REQUEST_INIT;
	struct reply out = REPLY_INIT;
	struct err why = ERR_INIT;

	(void)state;
	listen_on(&l);
	request_set(&r, "GET", "/v1/keys");
	assert_int_equal(http_send(h, l.url, &r, &out, &why), ST_BAD_INPUT);
	assert_string_equal(why.code, "reply-too-large");
	hang_up(&l);
	request_release(&r);
	reply_release(&out);
	http_free(h);
}

static void a_call_that_waits_is_ended_from_another_thread(void **state)
{
	struct http *h = connection();
	struct listener l = { .mute = true, .cancel = h };
	struct request r = REQUEST_INIT;
	struct reply out = REPLY_INIT;
	struct err why = ERR_INIT;

	(void)state;
	listen_on(&l);
	request_set(&r, "GET", "/v1/sync/wait");
	r.timeout_ms = 600000;
	assert_int_equal(http_send(h, l.url, &r, &out, &why), ST_RETRY);
	assert_string_equal(why.code, "cancelled");
	assert_int_equal(out.status, 0);
	http_free(h);
	hang_up(&l);
	request_release(&r);
	reply_release(&out);
}

static void an_address_without_a_scheme_is_refused(void **state)
{
	struct http *h = connection();
	struct request r = REQUEST_INIT;
	struct reply out = REPLY_INIT;
	struct err why = ERR_INIT;

	(void)state;
	request_set(&r, "GET", "/v1/api-info");
	assert_int_equal(http_send(h, "file:///etc/passwd", &r, &out, &why), ST_BAD_INPUT);
	assert_string_equal(why.code, "url");
	request_release(&r);
	reply_release(&out);
	http_free(h);
}

static void a_cancel_between_arming_and_sending_is_not_lost(void **state)
{
	struct listener l = { .answer = "HTTP/1.1 204 No Content\r\n\r\n" };
	struct http *h = connection();
	struct request r = REQUEST_INIT;
	struct reply out = REPLY_INIT;
	struct err why = ERR_INIT;

	(void)state;
	listen_on(&l);
	request_set(&r, "GET", "/v1/sync/wait");
	http_arm(h);
	http_cancel(h);
	assert_int_equal(http_send(h, l.url, &r, &out, &why), ST_RETRY);
	assert_string_equal(why.code, "cancelled");
	/* The one after it is not meant. */
	assert_int_equal(http_send(h, l.url, &r, &out, NULL), ST_OK);
	hang_up(&l);
	assert_int_equal(out.status, 204);
	request_release(&r);
	reply_release(&out);
	http_free(h);
}

static void nothing_that_ends_a_line_gets_into_a_request(void **state)
{
	struct http *h = connection();
	struct request r = REQUEST_INIT;
	struct reply out = REPLY_INIT;
	struct err why = ERR_INIT;

	(void)state;
	request_set(&r, "GET", "/v1/cases/x HTTP/1.1\r\nHost: y");
	assert_int_equal(http_send(h, "http://127.0.0.1:1", &r, &out, &why), ST_BAD_INPUT);
	assert_string_equal(why.code, "url");
	err_clear(&why);
	request_set(&r, "GET", "/v1/keys");
	snprintf(r.bearer, sizeof(r.bearer), "a\r\nX-Other: b");
	assert_int_equal(http_send(h, "http://127.0.0.1:1", &r, &out, &why), ST_BAD_INPUT);
	assert_string_equal(why.code, "header");
	request_release(&r);
	reply_release(&out);
	http_free(h);
}

static void only_this_machines_own_names_are_loopback(void **state)
{
	(void)state;
	assert_true(http_is_loopback("http://127.0.0.1:8080/x"));
	assert_true(http_is_loopback("http://localhost"));
	assert_true(http_is_loopback("http://[::1]:80"));
	assert_false(http_is_loopback("http://127.0.0.1.example.se"));
	assert_false(http_is_loopback("http://localhost.example.se:80"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_arrives_as_it_was_given),
		cmocka_unit_test(a_part_is_asked_for_and_the_reply_says_which_it_is),
		cmocka_unit_test(a_document_is_put_byte_for_byte),
		cmocka_unit_test(a_redirect_is_not_followed),
		cmocka_unit_test(a_port_where_nobody_listens_is_unreachable),
		cmocka_unit_test(an_answer_cut_short_is_no_answer),
		cmocka_unit_test(an_answer_without_end_is_refused_at_the_ceiling),
		cmocka_unit_test(a_call_that_waits_is_ended_from_another_thread),
		cmocka_unit_test(a_cancel_between_arming_and_sending_is_not_lost),
		cmocka_unit_test(nothing_that_ends_a_line_gets_into_a_request),
		cmocka_unit_test(only_this_machines_own_names_are_loopback),
		cmocka_unit_test(an_address_without_a_scheme_is_refused),
	};

	if (http_start(NULL) != ST_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
