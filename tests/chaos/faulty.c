/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * faulty - a network that fails by a seed, between workstations and a central.
 *
 *   faulty --seed N [KIND=PERMILLE...]
 *
 * Prints `listening on http://127.0.0.1:PORT`. It hands bytes on, and looks
 * into them only to see where a request ends. Each request draws at most one
 * fault:
 *
 *   drop     the connection is reset before anything goes on
 *   cut      it is reset after some bytes of the request
 *   lose     the whole request goes on, and no byte of the answer comes back
 *   tear     the connection is reset after some bytes of the answer
 *   delay    request and answer are late by up to 400 ms each
 *   hold     the answer is kept back for up to 8 s: longer than anyone waits
 *   slow     bytes trickle both ways
 *   double   the request goes on twice, at once; one answer is thrown away
 *
 * Lines on standard input: `upstream PORT`; `rates KIND=PERMILLE...` (what is
 * not named is 0); `heal`: no fault from now on, and those under way end;
 * `stats`: answers with `stats requests=N refused=N KIND=N...` (refused: the
 * central was not there). End of input ends it. The order in which requests
 * come is the machine's: a seed fixes the draws, not what they fall on.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/strbuf.h"

#include "base/banned.h"

enum fault { NONE, DROP, CUT, LOSE, TEAR, DELAY, HOLD, SLOW, DOUBLE, FAULTS };
static const char *const fault_names[FAULTS] = { "none",  "drop", "cut",  "lose",  "tear",
						 "delay", "hold", "slow", "double" };
enum {
	LINKS_MAX = 256,
	WAITING_MAX = 256 * 1024, /* bytes on their way through, one direction */
	LATE_MS = 400,
	HOLD_MS = 8000,
	TICK_MS = 10,
	TRICKLE = 96, /* bytes a tick */
	CUT_BYTES = 1500,
	TEAR_BYTES = 6000
};

/* One direction of a connection. */
struct flow {
	int from, to;
	struct strbuf bytes;
	int64_t not_before; /* nothing goes on before; boot ms */
	int64_t left;	    /* bytes until the end, -1: no end */
	bool slow, ended, shut;
};

enum { UP, DOWN };
struct link {
	bool open;
	struct flow flow[2];
	enum fault fault;
	bool answered;	      /* a byte of the answer has come */
	struct strbuf copy;   /* of the request under way */
	size_t need;	      /* its length; 0: its head is not whole yet */
	struct flow shadow;   /* the second sending of a doubled request */
	bool request_running; /* between its first byte and its last */
};

struct faulty {
	struct clock clock;
	struct rng_seeded seed;
	struct rng rng;
	int listener, upstream;
	int rate[FAULTS];
	long count[FAULTS], requests, refused;
	struct link link[LINKS_MAX];
	struct strbuf control;
};

static int64_t below(struct faulty *f, int64_t n)
{
	return (int64_t)rng_below(&f->rng, (uint64_t)n);
}

/* --- Connections --------------------------------------------------------- */

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void end_shadow(struct link *l)
{
	close_fd(&l->shadow.to);
	strbuf_release(&l->shadow.bytes);
	l->shadow = (struct flow){ .from = -1, .to = -1 };
}

/* As after a pulled cable: both sides are reset. */
static void reset(struct link *l)
{
	const struct linger now = { .l_onoff = 1 };

	for (int d = 0; d < 2; d++) {
		if (l->flow[d].from >= 0)
			setsockopt(l->flow[d].from, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
		close_fd(&l->flow[d].from);
		strbuf_release(&l->flow[d].bytes);
	}
	end_shadow(l);
	strbuf_release(&l->copy);
	l->open = false;
}

static int connect_upstream(struct faulty *f)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	to.sin_port = htons((uint16_t)f->upstream);
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd >= 0 && f->upstream > 0
	    && connect(fd, (const struct sockaddr *)&to, sizeof(to)) == 0) {
		fcntl(fd, F_SETFL, O_NONBLOCK);
		return fd;
	}
	close_fd(&fd);
	return -1;
}

static void accept_one(struct faulty *f)
{
	int fd = accept4(f->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	struct link *l = f->link;

	while (l < f->link + LINKS_MAX && l->open)
		l++;
	if (fd < 0)
		return;
	if (l == f->link + LINKS_MAX) {
		close(fd);
		return;
	}
	*l = (struct link){ .open = true };
	l->shadow.from = l->shadow.to = -1;
	l->flow[UP] = (struct flow){ .from = fd, .to = connect_upstream(f), .left = -1 };
	l->flow[DOWN] = (struct flow){ .from = l->flow[UP].to, .to = fd, .left = -1 };
	if (l->flow[UP].to < 0) {
		f->refused++;
		reset(l);
	}
}

/* --- Faults -------------------------------------------------------------- */

static enum fault draw(struct faulty *f)
{
	int64_t r = below(f, 1000);

	for (int k = DROP; k < FAULTS; k++) {
		if (r < f->rate[k])
			return (enum fault)k;
		r -= f->rate[k];
	}
	return NONE;
}

/* A request begins: what shall become of it? */
static void begin_request(struct faulty *f, struct link *l)
{
	int64_t now = clock_boot(&f->clock);

	f->requests++;
	l->request_running = true;
	l->answered = false;
	l->need = 0;
	strbuf_clear(&l->copy);
	l->fault = draw(f);
	if (l->fault != NONE)
		f->count[l->fault]++;
	for (int d = 0; d < 2; d++) {
		l->flow[d].slow = l->fault == SLOW;
		l->flow[d].left = -1;
		l->flow[d].not_before = 0;
	}
	if (l->fault == CUT)
		l->flow[UP].left = below(f, CUT_BYTES);
	if (l->fault == LOSE)
		l->flow[DOWN].left = 0;
	if (l->fault == TEAR)
		l->flow[DOWN].left = 1 + below(f, TEAR_BYTES);
	if (l->fault == DELAY)
		l->flow[UP].not_before = now + below(f, LATE_MS);
}

/* The first byte of an answer. */
static void begin_answer(struct faulty *f, struct link *l)
{
	int64_t now = clock_boot(&f->clock);

	l->answered = true;
	if (l->fault == DELAY)
		l->flow[DOWN].not_before = now + below(f, LATE_MS);
	if (l->fault == HOLD)
		l->flow[DOWN].not_before = now + below(f, HOLD_MS);
}

/* The request is whole: send it a second time, beside the first. */
static void send_again(struct faulty *f, struct link *l)
{
	end_shadow(l);
	l->shadow.to = connect_upstream(f);
	if (l->shadow.to >= 0)
		strbuf_take(&l->shadow.bytes, &l->copy);
}

static size_t request_length(const struct strbuf *copy)
{
	const char *text = strbuf_cstr(copy), *end = strstr(text, "\r\n\r\n");
	size_t head = end ? (size_t)(end - text) + 4 : 0;
	const char *at = strcasestr(text, "\r\nContent-Length:");

	if (!end || !at || at > end)
		return head;
	return head + strtoul(at + 17, NULL, 10);
}

/* Bytes of a client: they are one request, and the next begins only when this
 * one is whole, since nobody here sends two at once. */
static void watch_request(struct faulty *f, struct link *l, const char *p, size_t n)
{
	if (!l->request_running)
		begin_request(f, l);
	strbuf_add(&l->copy, p, n);
	if (!l->need)
		l->need = request_length(&l->copy);
	if (!l->need || l->copy.len < l->need)
		return;
	l->request_running = false;
	if (l->fault == DOUBLE)
		send_again(f, l);
}

/* --- Bytes --------------------------------------------------------------- */

/* False: the link is gone. */
static bool take(struct faulty *f, struct link *l, int d)
{
	struct flow *w = &l->flow[d];
	char chunk[16384];
	ssize_t n = read(w->from, chunk, sizeof(chunk));

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	if (n == 0) {
		w->ended = true;
		return true;
	}
	if (d == UP)
		watch_request(f, l, chunk, (size_t)n);
	else if (!l->answered)
		begin_answer(f, l);
	strbuf_add(&w->bytes, chunk, (size_t)n);
	return l->fault != DROP && !(l->fault == LOSE && d == DOWN);
}

static bool give(struct flow *w, size_t most)
{
	size_t n = w->bytes.len < most ? w->bytes.len : most;
	ssize_t k;

	if (w->left >= 0 && n > (size_t)w->left)
		n = (size_t)w->left;
	k = n ? send(w->to, w->bytes.data, n, MSG_NOSIGNAL) : 0;
	if (k < 0)
		return errno == EAGAIN || errno == EINTR;
	memmove(w->bytes.data, w->bytes.data + k, w->bytes.len - (size_t)k);
	strbuf_cut(&w->bytes, w->bytes.len - (size_t)k);
	if (w->left >= 0)
		w->left -= k;
	return w->left != 0;
}

/* What may go on now; false: the link is gone. */
static bool move(struct faulty *f, struct link *l, int d)
{
	struct flow *w = &l->flow[d];

	if (w->bytes.len && clock_boot(&f->clock) >= w->not_before
	    && !give(w, w->slow ? TRICKLE : WAITING_MAX))
		return false;
	if (!w->ended || w->bytes.len || w->shut)
		return true;
	w->shut = true;
	shutdown(w->to, SHUT_WR);
	return !l->flow[!d].ended || l->flow[!d].bytes.len;
}

static void move_shadow(struct link *l)
{
	char waste[16384];
	struct flow *w = &l->shadow;
	ssize_t n;

	if (w->to < 0)
		return;
	w->left = -1;
	if (w->bytes.len && !give(w, WAITING_MAX)) {
		end_shadow(l);
		return;
	}
	n = read(w->to, waste, sizeof(waste));
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		end_shadow(l);
}

static void move_all(struct faulty *f)
{
	for (struct link *l = f->link; l < f->link + LINKS_MAX; l++) {
		if (!l->open)
			continue;
		move_shadow(l);
		if (!move(f, l, UP) || !move(f, l, DOWN))
			reset(l);
	}
}

/* --- Control ------------------------------------------------------------- */

static void set_rates(struct faulty *f, const char *words)
{
	memset(f->rate, 0, sizeof(f->rate));
	for (int k = DROP; k < FAULTS; k++) {
		const char *at = strstr(words, fault_names[k]);

		if (at && at[strlen(fault_names[k])] == '=')
			f->rate[k] = (int)strtol(at + strlen(fault_names[k]) + 1, NULL, 10);
	}
}

static void heal(struct faulty *f)
{
	set_rates(f, "");
	for (struct link *l = f->link; l < f->link + LINKS_MAX; l++)
		for (int d = 0; d < 2 && l->open; d++) {
			l->flow[d].not_before = 0;
			l->flow[d].left = -1;
			l->flow[d].slow = false;
			l->fault = NONE;
		}
}

static void say_stats(const struct faulty *f)
{
	printf("stats requests=%ld refused=%ld", f->requests, f->refused);
	for (int k = DROP; k < FAULTS; k++)
		printf(" %s=%ld", fault_names[k], f->count[k]);
	printf("\n");
	fflush(stdout);
}

static void obey(struct faulty *f, const char *line)
{
	if (strncmp(line, "upstream ", 9) == 0)
		f->upstream = (int)strtol(line + 9, NULL, 10);
	else if (strncmp(line, "rates", 5) == 0)
		set_rates(f, line + 5);
	else if (strncmp(line, "heal", 4) == 0)
		heal(f);
	else if (strncmp(line, "stats", 5) == 0)
		say_stats(f);
}

/* False at the end of input. */
static bool read_control(struct faulty *f)
{
	char chunk[1024];
	ssize_t n = read(STDIN_FILENO, chunk, sizeof(chunk));
	char *lf;

	if (n <= 0)
		return n < 0 && errno == EINTR;
	strbuf_add(&f->control, chunk, (size_t)n);
	while ((lf = memchr(f->control.data, '\n', f->control.len))) {
		size_t len = (size_t)(lf - f->control.data) + 1;

		*lf = '\0';
		obey(f, f->control.data);
		memmove(f->control.data, f->control.data + len, f->control.len - len);
		strbuf_cut(&f->control, f->control.len - len);
	}
	return true;
}

/* --- The loop ------------------------------------------------------------ */

struct polled {
	struct pollfd fd[2 + 3 * LINKS_MAX];
	nfds_t count;
	int wait;
};

static void want(struct polled *p, int fd, int events)
{
	if (fd >= 0 && events)
		p->fd[p->count++] = (struct pollfd){ .fd = fd, .events = (short)events };
}

static void sooner(struct polled *p, int64_t ms)
{
	if (ms < 1)
		ms = 1;
	if (p->wait < 0 || ms < p->wait)
		p->wait = (int)ms;
}

static void want_flow(struct faulty *f, struct polled *p, const struct flow *w)
{
	int64_t now = clock_boot(&f->clock);

	if (!w->ended && w->bytes.len < WAITING_MAX)
		want(p, w->from, POLLIN);
	if (!w->bytes.len)
		return;
	if (w->not_before > now)
		sooner(p, w->not_before - now);
	else if (w->slow)
		sooner(p, TICK_MS);
	else
		want(p, w->to, POLLOUT);
}

static void gather(struct faulty *f, struct polled *p)
{
	p->count = 0;
	p->wait = -1;
	want(p, STDIN_FILENO, POLLIN);
	want(p, f->listener, POLLIN);
	for (struct link *l = f->link; l < f->link + LINKS_MAX; l++) {
		if (!l->open)
			continue;
		want_flow(f, p, &l->flow[UP]);
		want_flow(f, p, &l->flow[DOWN]);
		want(p, l->shadow.to, l->shadow.bytes.len ? POLLIN | POLLOUT : POLLIN);
	}
}

static bool ready(const struct polled *p, int fd)
{
	for (nfds_t i = 2; i < p->count; i++)
		if (p->fd[i].fd == fd && (p->fd[i].revents & (POLLIN | POLLHUP | POLLERR)))
			return true;
	return false;
}

static void take_all(struct faulty *f, const struct polled *p)
{
	for (struct link *l = f->link; l < f->link + LINKS_MAX; l++)
		for (int d = 0; d < 2 && l->open; d++) {
			struct flow *w = &l->flow[d];

			if (!w->ended && ready(p, w->from) && !take(f, l, d))
				reset(l);
		}
}

static int listen_somewhere(void)
{
	struct sockaddr_in me = { .sin_family = AF_INET };
	socklen_t n = sizeof(me);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

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
	static struct faulty f;
	static struct polled p;
	uint64_t seed = 1;

	for (int i = 1; i + 1 < argc; i++)
		if (strcmp(argv[i], "--seed") == 0)
			seed = strtoull(argv[i + 1], NULL, 10);
	f.clock = clock_real();
	f.rng = rng_from_seed(&f.seed, seed);
	for (int i = 1; i < argc; i++)
		if (strchr(argv[i], '='))
			set_rates(&f, argv[i]);
	signal(SIGPIPE, SIG_IGN);
	f.listener = listen_somewhere();
	if (f.listener < 0)
		return 1;
	for (;;) {
		gather(&f, &p);
		if (poll(p.fd, p.count, p.wait) < 0 && errno != EINTR)
			return 1;
		if (p.fd[0].revents && !read_control(&f))
			return 0;
		if (p.fd[1].revents)
			accept_one(&f);
		take_all(&f, &p);
		move_all(&f);
	}
}
