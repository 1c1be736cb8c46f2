/* SPDX-License-Identifier: EUPL-1.2 */
/* The front over real sockets, with the clock still by hand. */
#include "tests/unit/central/rig.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "central/http.h"

#include "base/banned.h"

struct scene {
	struct rig r;
	struct desk d;
	struct http *front;
};

static void open_scene(struct scene *s, uint64_t seed)
{
	struct err why = ERR_INIT;

	s->front = http_new();
	assert_non_null(s->front);
	rig_env(&s->r, seed);
	s->r.env.woke = http_woke;
	s->r.env.ctx = s->front;
	must(central_open_memory(&s->r.c, RIG_CONF, &s->r.env, &why), &why);
	rig_officer(&s->r, "britt", "officer,decider", "bygg", 0);
	desk_open(&s->d, &s->r, "britt");
	must(http_start(s->front, s->r.c, "127.0.0.1:0", &why), &why);
}

static void close_scene(struct scene *s)
{
	http_stop(s->front);
	desk_release(&s->d);
	rig_close(&s->r);
}

static int dial(struct scene *s)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	a.sin_port = htons((in_port_t)strtol(strrchr(http_url(s->front), ':') + 1, NULL, 10));
	assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	return fd;
}

static void say(int fd, const char *text, size_t n)
{
	for (size_t at = 0; at < n;) {
		ssize_t got = send(fd, text + at, n - at, MSG_NOSIGNAL);

		if (got <= 0)
			return; /* the other end had heard enough */
		at += (size_t)got;
	}
}

static int ask(struct scene *s, const char *text)
{
	int fd = dial(s);

	say(fd, text, strlen(text));
	return fd;
}

/* All until the other end closes; the status, 0 for none. */
static int hear(int fd, struct strbuf *out)
{
	char chunk[4096];
	ssize_t n;

	strbuf_clear(out);
	while ((n = read(fd, chunk, sizeof(chunk))) > 0)
		strbuf_add(out, chunk, (size_t)n);
	close(fd);
	if (out->len < 12)
		return 0;
	return (int)strtol(strbuf_cstr(out) + 9, NULL, 10);
}

static int wait_for(struct scene *s, int64_t seq)
{
	char text[400];

	snprintf(
		text, sizeof(text),
		"GET /v1/sync/wait?t=25&seq=%lld HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n"
		"Connection: close\r\n\r\n",
		(long long)seq, s->d.token);
	return ask(s, text);
}

static int post_intake(struct scene *s, const char *key, struct strbuf *heard)
{
	static const char body[] = "{\"title\":\"x\"}";
	char text[400];

	snprintf(
		text, sizeof(text),
		"POST /v1/intake/BYGGLOV HTTP/1.1\r\nHost: x\r\nIdempotency-Key: %s\r\n"
		"Content-Type: application/json\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%s",
		key, sizeof(body) - 1, body);
	return hear(ask(s, text), heard);
}

/* Until the front holds the request: it answers in order, so one request
 * asked and answered after it on the same thread means that it was seen. */
static void settle(struct scene *s, struct strbuf *heard)
{
	assert_int_equal(
		hear(ask(s, "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
		     heard),
		200);
}

static void a_held_request_is_answered_when_something_comes(void **state)
{
	struct strbuf heard = STRBUF_INIT;
	struct scene s;
	int held[4];

	(void)state;
	open_scene(&s, 1);
	for (int i = 0; i < 4; i++)
		held[i] = wait_for(&s, 0);
	settle(&s, &heard);
	/* A login may hold four: the fifth is told to come again. */
	assert_int_equal(hear(wait_for(&s, 0), &heard), 204);
	assert_int_equal(post_intake(&s, "a", &heard), 201);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(hear(held[i], &heard), 200);
		assert_non_null(strstr(strbuf_cstr(&heard), "\"seq\":2"));
	}
	strbuf_release(&heard);
	close_scene(&s);
}

static void a_held_request_ends_at_its_time(void **state)
{
	struct strbuf heard = STRBUF_INIT;
	struct scene s;
	int fd;

	(void)state;
	open_scene(&s, 2);
	fd = wait_for(&s, 0);
	settle(&s, &heard);
	__atomic_add_fetch(&s.r.boot, 25000, __ATOMIC_SEQ_CST);
	assert_int_equal(http_tick(s.front, NULL), ST_OK);
	assert_int_equal(hear(fd, &heard), 204);
	strbuf_release(&heard);
	close_scene(&s);
}

static void a_stop_answers_what_is_held(void **state)
{
	struct strbuf heard = STRBUF_INIT;
	struct scene s;
	int fd;

	(void)state;
	open_scene(&s, 3);
	fd = wait_for(&s, 0);
	settle(&s, &heard);
	http_stop(s.front);
	s.front = NULL;
	assert_int_equal(hear(fd, &heard), 204);
	strbuf_release(&heard);
	close_scene(&s);
}

static void one_who_hangs_up_while_held_harms_nobody(void **state)
{
	struct strbuf heard = STRBUF_INIT;
	struct scene s;

	(void)state;
	open_scene(&s, 4);
	for (int i = 0; i < 10; i++)
		close(wait_for(&s, 0));
	settle(&s, &heard);
	assert_int_equal(post_intake(&s, "a", &heard), 201);
	settle(&s, &heard);
	strbuf_release(&heard);
	close_scene(&s);
}

static void noise_harms_nobody_and_the_next_is_served(void **state)
{
	static const char *const noise[] = {
		"\r\n\r\n",
		"GET\r\n\r\n",
		"GET / HTTP/9.9\r\n\r\n",
		"\x16\x03\x01\x02\x05",
		"POST /v1/actions HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
		"POST /v1/actions HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n",
		"POST /v1/actions HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\nhalf",
		"POST /v1/actions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
	};
	static const struct {
		int status;
		const char *text;
	} answered[] = {
		{ 404, "GET /%00%ff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" },
		{ 401, "GET /v1/keys HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \xff\xfe\r\n"
		       "Connection: close\r\n\r\n" },
		{ 401, "GET /v1/sync/wait?t=%31&seq=&&&=&a HTTP/1.1\r\nHost: x\r\n"
		       "Connection: close\r\n\r\n" },
		{ 405, "PROPFIND /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" },
	};
	struct strbuf heard = STRBUF_INIT;
	struct scene s;

	(void)state;
	open_scene(&s, 5);
	for (size_t i = 0; i < sizeof(noise) / sizeof(noise[0]); i++) {
		close(ask(&s, noise[i]));
		settle(&s, &heard);
	}
	for (size_t i = 0; i < sizeof(answered) / sizeof(answered[0]); i++)
		assert_int_equal(hear(ask(&s, answered[i].text), &heard), answered[i].status);
	strbuf_release(&heard);
	close_scene(&s);
}

static void a_stranger_is_refused_before_a_large_body_is_sent(void **state)
{
	static const char *const heads[] = {
		"PUT /v1/blobs/0 HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\n\r\n",
		"POST /v1/actions HTTP/1.1\r\nHost: x\r\nContent-Type: application/jose-lines\r\n"
		"Transfer-Encoding: chunked\r\n\r\n",
	};
	struct strbuf heard = STRBUF_INIT;
	struct scene s;

	(void)state;
	open_scene(&s, 8);
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		assert_int_equal(hear(ask(&s, heads[i]), &heard), 401);
	strbuf_release(&heard);
	close_scene(&s);
}

static void a_body_with_two_lengths_is_no_way_to_hide_a_request(void **state)
{
	static const char *const heads[] = {
		"POST /v1/intake/BYGGLOV HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
		"Content-Length: 6\r\n\r\nhello!",
		"POST /v1/intake/BYGGLOV HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
		"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
	};
	struct strbuf heard = STRBUF_INIT;
	struct scene s;

	(void)state;
	open_scene(&s, 11);
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		assert_int_equal(hear(ask(&s, heads[i]), &heard), 400);
		assert_null(strstr(strbuf_cstr(&heard), "ok\n"));
	}
	strbuf_release(&heard);
	close_scene(&s);
}

/* Each sends all of a large application but its last byte. */
static void bodies_on_their_way_share_a_bounded_memory(void **state)
{
	enum { SENDERS = 10, BODY = 15 * 1024 * 1024, ROUNDS = 300 };
	char *body = calloc(1, BODY);
	struct strbuf heard = STRBUF_INIT;
	int fd[SENDERS], busy = 0;
	struct scene s;
	char head[300];

	(void)state;
	open_scene(&s, 9);
	snprintf(
		head, sizeof(head),
		"POST /v1/intake/BYGGLOV HTTP/1.1\r\nHost: x\r\nIdempotency-Key: k\r\n"
		"Content-Type: application/json\r\nConnection: close\r\nContent-Length: %d\r\n\r\n",
		BODY);
	for (int i = 0; i < SENDERS; i++) {
		fd[i] = ask(&s, head);
		say(fd[i], body, BODY - 1);
	}
	for (int i = 0; i < ROUNDS; i++) /* until all of it has been read */
		settle(&s, &heard);
	for (int i = 0; i < SENDERS; i++) {
		say(fd[i], body, 1);
		busy += hear(fd[i], &heard) == 503;
	}
	assert_true(busy > 0 && busy < SENDERS);
	assert_int_equal(post_intake(&s, "small", &heard), 201);
	free(body);
	strbuf_release(&heard);
	close_scene(&s);
}

static void headers_beyond_the_limit_are_refused(void **state)
{
	struct strbuf text = STRBUF_INIT, heard = STRBUF_INIT;
	struct scene s;
	int status, fd;

	(void)state;
	open_scene(&s, 6);
	strbuf_adds(&text, "GET /healthz HTTP/1.1\r\nHost: x\r\nX: ");
	for (int i = 0; i < 200000; i++)
		strbuf_addc(&text, 'a');
	strbuf_adds(&text, "\r\n\r\n");
	fd = dial(&s);
	say(fd, text.data, text.len);
	status = hear(fd, &heard);
	assert_true(status == 431 || status == 413 || status == 400 || status == 0);
	settle(&s, &heard);
	strbuf_release(&text);
	strbuf_release(&heard);
	close_scene(&s);
}

static void addresses_are_read_strictly(void **state)
{
	static const char *const bad[] = {
		"",	      "8420",	     ":8420",		"127.0.0.1",
		"127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "localhost:1",
		"[::1:0"
	};
	struct scene s;

	(void)state;
	open_scene(&s, 7);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct http *h = http_new();
		struct err why = ERR_INIT;

		assert_int_equal(http_start(h, s.r.c, bad[i], &why), ST_BAD_INPUT);
		assert_string_equal(why.code, "listen-address");
		http_stop(h);
	}
	close_scene(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_held_request_is_answered_when_something_comes),
		cmocka_unit_test(a_held_request_ends_at_its_time),
		cmocka_unit_test(a_stop_answers_what_is_held),
		cmocka_unit_test(one_who_hangs_up_while_held_harms_nobody),
		cmocka_unit_test(noise_harms_nobody_and_the_next_is_served),
		cmocka_unit_test(a_stranger_is_refused_before_a_large_body_is_sent),
		cmocka_unit_test(a_body_with_two_lengths_is_no_way_to_hide_a_request),
		cmocka_unit_test(bodies_on_their_way_share_a_bounded_memory),
		cmocka_unit_test(headers_beyond_the_limit_are_refused),
		cmocka_unit_test(addresses_are_read_strictly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
