/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * proxy - a faulty HTTP proxy between a workstation and a central, for tests.
 *
 *   proxy --upstream 127.0.0.1:PORT --rules FILE [--seed N]
 *
 * Prints `listening on http://127.0.0.1:PORT`, then a line per event. One
 * request per connection. FILE is read anew for each request; the first line
 * that fits wins (METHOD may be *, PATH is a prefix):
 *
 *   METHOD PATH pass           forward as it is (also without any rule)
 *   METHOD PATH drop           close before the central sees it
 *   METHOD PATH lose           forward, then close without an answer
 *   METHOD PATH hold GATE      forward, then answer once the file GATE exists
 *   METHOD PATH cut N          answer with the first N bytes of the body, then close
 *   METHOD PATH html           answer 200 with an HTML page, not forwarded
 *   METHOD PATH double         forward twice, answer with the second reply
 *   METHOD PATH flip N         forward with byte N of the body changed
 *   METHOD PATH barrier N      wait until N such requests stand here, then
 *                              let them go together, in an order by the seed
 *
 * Events: `got METHOD PATH`, `forwarded METHOD PATH STATUS`, `held METHOD PATH`.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/strbuf.h"

struct proxy {
	struct sockaddr_in upstream;
	const char *rules;
	pthread_mutex_t lock;
	pthread_cond_t turn;
	int waiting; /* requests at the barrier */
	int round;   /* barriers opened so far */
	int left;    /* of the opened barrier, not yet gone */
	int go;	     /* whose turn it is, by place in line */
	struct rng_seeded seed;
	struct rng rng;
};

struct message {
	struct strbuf bytes;
	size_t head; /* length with the empty line */
	char method[16];
	char path[512];
	int status;
};

struct job {
	struct proxy *proxy;
	int fd;
};

static void event(struct proxy *p, const char *what, const struct message *m)
{
	pthread_mutex_lock(&p->lock);
	printf("%s %s %s", what, m->method, m->path);
	if (m->status)
		printf(" %d", m->status);
	printf("\n");
	fflush(stdout);
	pthread_mutex_unlock(&p->lock);
}

static size_t content_length(const struct message *m, bool *known)
{
	const char *at = strbuf_cstr(&m->bytes);
	const char *end = at + m->head;

	for (; at < end; at = strchr(at, '\n') + 1) {
		if (strncasecmp(at, "Content-Length:", 15) == 0) {
			*known = true;
			return strtoul(at + 15, NULL, 10);
		}
		if (!strchr(at, '\n'))
			break;
	}
	*known = false;
	return 0;
}

/* Read a whole message; a reply without a length runs to the end. */
static bool read_message(int fd, struct message *m, bool reply)
{
	char chunk[16384];
	bool known = false, no_body = false;
	size_t want = SIZE_MAX;

	while (m->bytes.len < want) {
		ssize_t n = read(fd, chunk, sizeof(chunk));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		strbuf_add(&m->bytes, chunk, (size_t)n);
		if (!m->head) {
			const char *end = strstr(strbuf_cstr(&m->bytes), "\r\n\r\n");

			if (!end)
				continue;
			m->head = (size_t)(end - m->bytes.data) + 4;
			if (reply)
				m->status = (int)strtol(m->bytes.data + 9, NULL, 10);
			no_body = m->status == 204 || m->status == 304;
			want = m->head + content_length(m, &known);
			if (reply && !known && !no_body)
				want = SIZE_MAX;
		}
	}
	return m->head > 0;
}

static bool write_all(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t k = send(fd, p, n, MSG_NOSIGNAL);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return false;
		p += k;
		n -= (size_t)k;
	}
	return true;
}

/* Send the request on with "Connection: close", read the whole reply. */
static bool forward(struct proxy *p, const struct message *in, struct message *out)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct strbuf head = STRBUF_INIT;
	const char *line_end = strstr(strbuf_cstr(&in->bytes), "\r\n");
	size_t first = (size_t)(line_end - in->bytes.data) + 2;
	bool ok;

	strbuf_add(&head, in->bytes.data, first);
	strbuf_adds(&head, "Connection: close\r\n");
	ok = connect(fd, (const struct sockaddr *)&p->upstream, sizeof(p->upstream)) == 0
	     && write_all(fd, head.data, head.len)
	     && write_all(fd, in->bytes.data + first, in->bytes.len - first);
	out->bytes.max = 32 * 1024 * 1024;
	ok = ok && (strcmp(in->method, "HEAD") != 0 || shutdown(fd, SHUT_WR) == 0)
	     && read_message(fd, out, true);
	snprintf(out->method, sizeof(out->method), "%s", in->method);
	snprintf(out->path, sizeof(out->path), "%s", in->path);
	strbuf_release(&head);
	close(fd);
	return ok;
}

static bool find_rule(struct proxy *p, const struct message *m, char action[32], char arg[512])
{
	char line[1100], method[16], path[512];
	FILE *f = fopen(p->rules, "re");
	bool found = false;

	while (f && !found && fgets(line, sizeof(line), f)) {
		arg[0] = '\0';
		if (sscanf(line, "%15s %511s %31s %511s", method, path, action, arg) < 3)
			continue;
		found = (method[0] == '*' || strcmp(method, m->method) == 0)
			&& strncmp(m->path, path, strlen(path)) == 0;
	}
	if (f)
		fclose(f);
	return found;
}

/* Wait for a file to appear in its folder. */
static void wait_for_file(const char *path)
{
	char dir[512], events[4096];
	int fd = inotify_init1(IN_CLOEXEC);
	char *slash;

	snprintf(dir, sizeof(dir), "%s", path);
	slash = strrchr(dir, '/');
	if (slash)
		*slash = '\0';
	inotify_add_watch(fd, slash ? dir : ".", IN_CREATE | IN_MOVED_TO);
	while (access(path, F_OK) != 0) {
		struct pollfd pfd = { .fd = fd, .events = POLLIN };

		poll(&pfd, 1, 1000);
		if (pfd.revents & POLLIN && read(fd, events, sizeof(events)) < 0)
			break;
	}
	close(fd);
}

/* Stand in line until `n` do; then go one by one in a random order. */
static void barrier(struct proxy *p, int n)
{
	int place, round;

	pthread_mutex_lock(&p->lock);
	while (p->left) /* the last round is still leaving */
		pthread_cond_wait(&p->turn, &p->lock);
	place = p->waiting++;
	round = p->round;
	if (p->waiting == n) {
		p->waiting = 0;
		p->left = n;
		p->round++;
		p->go = (int)rng_below(&p->rng, (uint64_t)n);
		pthread_cond_broadcast(&p->turn);
	}
	while (p->round == round || (p->left == n && place != p->go))
		pthread_cond_wait(&p->turn, &p->lock);
	p->left--;
	pthread_cond_broadcast(&p->turn);
	pthread_mutex_unlock(&p->lock);
}

static void answer_html(int fd)
{
	static const char page[] =
		"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 45\r\n"
		"Connection: close\r\n\r\n<html><body>Logga in i hotellets nät</html>\n\n";

	write_all(fd, page, sizeof(page) - 1);
}

static void flip(struct message *m, size_t at)
{
	size_t body = m->bytes.len - m->head;

	if (body)
		m->bytes.data[m->head + at % body] ^= 1;
}

static void handle(struct proxy *p, int fd, struct message *in)
{
	struct message out = { .bytes = STRBUF_INIT };
	char action[32], arg[512];
	size_t n;
	bool ok;

	if (!find_rule(p, in, action, arg))
		snprintf(action, sizeof(action), "pass");
	n = strtoul(arg, NULL, 10);
	if (strcmp(action, "drop") == 0)
		return;
	if (strcmp(action, "html") == 0) {
		answer_html(fd);
		return;
	}
	if (strcmp(action, "flip") == 0)
		flip(in, n);
	if (strcmp(action, "barrier") == 0)
		barrier(p, (int)n);
	ok = forward(p, in, &out);
	if (ok && strcmp(action, "double") == 0) {
		strbuf_release(&out.bytes);
		memset(&out, 0, sizeof(out));
		ok = forward(p, in, &out);
	}
	event(p, "forwarded", &out);
	if (strcmp(action, "hold") == 0) {
		event(p, "held", &out);
		wait_for_file(arg);
	}
	if (strcmp(action, "cut") == 0 && out.bytes.len > out.head + n)
		out.bytes.len = out.head + n;
	if (ok && strcmp(action, "lose") != 0)
		write_all(fd, strbuf_cstr(&out.bytes), out.bytes.len);
	strbuf_release(&out.bytes);
}

static void *serve_one(void *arg)
{
	struct job *job = arg;
	struct message in = { .bytes = STRBUF_INIT_MAX(32 * 1024 * 1024) };

	if (read_message(job->fd, &in, false)
	    && sscanf(in.bytes.data, "%15s %511s", in.method, in.path) == 2) {
		event(job->proxy, "got", &in);
		handle(job->proxy, job->fd, &in);
	}
	strbuf_release(&in.bytes);
	shutdown(job->fd, SHUT_RDWR);
	close(job->fd);
	free(job);
	return NULL;
}

static bool parse_upstream(struct proxy *p, const char *text)
{
	char host[64];
	unsigned port;

	if (sscanf(text, "%63[0-9.]:%u", host, &port) != 2 || port > 65535)
		return false;
	p->upstream.sin_family = AF_INET;
	p->upstream.sin_port = htons((uint16_t)port);
	return inet_pton(AF_INET, host, &p->upstream.sin_addr) == 1;
}

static int listen_somewhere(void)
{
	struct sockaddr_in me = { .sin_family = AF_INET };
	socklen_t n = sizeof(me);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	me.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, (struct sockaddr *)&me, sizeof(me)) != 0 || listen(fd, 64) != 0
	    || getsockname(fd, (struct sockaddr *)&me, &n) != 0)
		return -1;
	printf("listening on http://127.0.0.1:%u\n", ntohs(me.sin_port));
	fflush(stdout);
	return fd;
}

int main(int argc, char **argv)
{
	struct proxy p = { .lock = PTHREAD_MUTEX_INITIALIZER, .turn = PTHREAD_COND_INITIALIZER };
	uint64_t seed = 1;
	bool have = false;
	int fd;

	for (int i = 1; i + 1 < argc; i += 2) {
		if (strcmp(argv[i], "--upstream") == 0)
			have = parse_upstream(&p, argv[i + 1]);
		else if (strcmp(argv[i], "--rules") == 0)
			p.rules = argv[i + 1];
		else if (strcmp(argv[i], "--seed") == 0)
			seed = strtoull(argv[i + 1], NULL, 10);
	}
	if (!have || !p.rules) {
		fprintf(stderr, "usage: proxy --upstream 127.0.0.1:PORT --rules FILE [--seed N]\n");
		return 2;
	}
	p.rng = rng_from_seed(&p.seed, seed);
	signal(SIGPIPE, SIG_IGN);
	fd = listen_somewhere();
	for (;;) {
		struct job *job = malloc(sizeof(*job));
		pthread_t t;

		if (fd < 0 || !job)
			return 1;
		*job = (struct job){ &p, accept(fd, NULL, NULL) };
		if (job->fd < 0 || pthread_create(&t, NULL, serve_one, job) != 0)
			free(job);
		else
			pthread_detach(t);
	}
}
