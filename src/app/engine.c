/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/engine.h"

#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "app/lanes.h"
#include "wire/json.h"

#include "base/banned.h"

/* How long a lane sleeps at most: another process of this home may have
 * signed something, or ended and left the lock to us. */
enum { PUSH_TICK_MS = 2000, PULL_TICK_MS = 5000 };
/* While another process syncs, nothing else here would notice that the network
 * went: it is felt this often, and an answer is waited for this long. */
enum { FEEL_MS = 10000, FEEL_WAIT_MS = 3000 };

/* Can the central be reached, asked beside the sync? */
struct feeling {
	int64_t asked, answered; /* times of engine_feel */
	bool known, online;
	int64_t at;    /* boot ms of the last answer, or that there was none */
	int64_t since; /* wall ms: online or offline since */
};

struct lane_thread {
	struct engine *engine;
	enum sync_lane lane;
	pthread_t thread;
	bool started;
};

struct engine {
	struct lanes lanes;
	char lock_path[HOME_PATH];
	int fd;			 /* eventfd */
	pthread_mutex_t telling; /* over `told` alone: held for a copy */
	struct {
		struct sync_status status;
		bool elsewhere;
	} told;		       /* how things stood when a lane last told */
	pthread_mutex_t mutex; /* over lanes.sync, and all below */
	pthread_cond_t changed;
	struct lane_thread thread[LANE_COUNT];
	bool stop;
	bool looked; /* for the lock */
	bool ours;   /* the lock */
	struct feeling feeling;
	int64_t revision;   /* last told */
	struct err trouble; /* our own files failed */
	struct err net;	    /* why the last request got no answer */
};

/* What the sync knows here is of questions alone while another process has the
 * lanes. That the device is turned away is said whoever was told so. */
static void felt_status(const struct engine *e, struct sync_status *out)
{
	const struct feeling *f = &e->feeling;

	if (out->trouble != SYNC_FINE && out->trouble != SYNC_OFFLINE)
		return;
	out->online = f->known && f->online;
	out->trouble = !f->known || f->online ? SYNC_FINE : SYNC_OFFLINE;
	out->since = f->since;
	snprintf(out->code, sizeof(out->code), "%s", out->trouble ? "unreachable" : "");
	snprintf(out->text, sizeof(out->text), "%s",
		 out->trouble ? "the central does not answer" : "");
}

/* How things stand, for the screen to see without waiting for a lane that has
 * work to do in the files; the mutex is held. */
static void note(struct engine *e)
{
	struct sync_status now;

	sync_status(e->lanes.sync, &now);
	if (e->looked && !e->ours)
		felt_status(e, &now);
	lanes_explain(&now, &e->net);
	if (e->trouble.code[0]) {
		now.trouble = SYNC_DISK;
		snprintf(now.code, sizeof(now.code), "%s", e->trouble.code);
		snprintf(now.text, sizeof(now.text), "%s", e->trouble.text);
	}
	pthread_mutex_lock(&e->telling);
	e->told.status = now;
	e->told.elsewhere = e->looked && !e->ours;
	pthread_mutex_unlock(&e->telling);
}

static void tell(struct engine *e)
{
	uint64_t one = 1;
	ssize_t n;

	note(e);
	n = write(e->fd, &one, sizeof(one));
	(void)n; /* full means that it has been told already */
}

/* Has the cache changed, by us or by another process? */
static void look(struct engine *e)
{
	int64_t revision;

	if (cache_revision(e->lanes.cache, &revision, NULL) != ST_OK || revision == e->revision)
		return;
	e->revision = revision;
	tell(e);
}

/* Wait until boot time `wake_at`, a tick, or a change; the mutex is held. The
 * condition's clock stands still while the machine sleeps, hence the tick. */
static void rest(struct engine *e, int64_t wake_at, int64_t tick)
{
	int64_t ms = wake_at - clock_boot(&e->lanes.clock);
	struct timespec t;

	if (e->stop)
		return; /* it was told while the mutex was not held */
	if (ms <= 0)
		ms = 1;
	if (ms > tick)
		ms = tick;
	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += (time_t)(ms / 1000);
	t.tv_nsec += (long)(ms % 1000) * 1000000;
	if (t.tv_nsec >= 1000000000) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000;
	}
	pthread_cond_timedwait(&e->changed, &e->mutex, &t);
}

/* The exchange itself is made without the mutex: the other lane and the
 * screen go on meanwhile. It is armed before, so that whoever has the mutex
 * next can cancel it. */
static enum status exchange(struct engine *e, enum sync_lane lane, struct request *req,
			    struct err *why)
{
	struct reply reply = REPLY_INIT;
	struct err net = ERR_INIT;
	enum status sent, st;

	if (req->timeout_ms <= 0)
		req->timeout_ms = e->lanes.timeout_ms;
	note(e);
	http_arm(e->lanes.http[lane]);
	pthread_mutex_unlock(&e->mutex);
	sent = http_send(e->lanes.http[lane], e->lanes.url, req, &reply, &net);
	if (sent != ST_OK)
		reply_clear(&reply);
	pthread_mutex_lock(&e->mutex);
	if (lane != LANE_ASK)
		e->net = net;
	st = sync_reply(e->lanes.sync, lane, &reply, why);
	if (lane == LANE_PULL && st == ST_OK)
		lanes_pulled(&e->lanes);
	reply_release(&reply);
	pthread_cond_broadcast(&e->changed);
	tell(e);
	return st;
}

/* A proxy's page is no answer of the central's. */
static bool is_central(const struct reply *r)
{
	struct json *j = NULL;
	bool yes = r->status == 200 && json_read(&j, strbuf_str(&r->body), NULL) == ST_OK
		   && json_get_text(j, "version").p;

	json_free(j);
	return yes;
}

/* As exchange, but of what needs no login and leaves the sync alone. */
static void feel(struct engine *e)
{
	struct request req = REQUEST_INIT;
	struct reply reply = REPLY_INIT;
	struct feeling *f = &e->feeling;
	int64_t asked = f->asked;
	bool online;

	request_set(&req, "GET", "/v1/api-info");
	req.timeout_ms = FEEL_WAIT_MS;
	http_arm(e->lanes.http[LANE_ASK]);
	pthread_mutex_unlock(&e->mutex);
	online = http_send(e->lanes.http[LANE_ASK], e->lanes.url, &req, &reply, NULL) == ST_OK
		 && is_central(&reply);
	reply_release(&reply);
	request_release(&req);
	pthread_mutex_lock(&e->mutex);
	if (!f->known || f->online != online)
		f->since = clock_wall(&e->lanes.clock);
	f->known = true;
	f->online = online;
	f->answered = asked;
	f->at = clock_boot(&e->lanes.clock);
	tell(e);
}

static bool feel_due(const struct engine *e)
{
	const struct feeling *f = &e->feeling;

	if (f->asked > f->answered)
		return true;
	if (e->ours || !e->looked)
		return false;
	return !f->known || clock_boot(&e->lanes.clock) - f->at >= FEEL_MS;
}

/* One turn of a lane; the mutex is held. */
static void turn(struct engine *e, enum sync_lane lane)
{
	int64_t tick = lane == LANE_PUSH ? PUSH_TICK_MS : PULL_TICK_MS;
	struct request req = REQUEST_INIT;
	struct err why = ERR_INIT;
	int64_t wake_at = INT64_MAX;
	enum status st;

	st = sync_next(e->lanes.sync, lane, &req, &wake_at, &why);
	if (st == ST_OK)
		st = exchange(e, lane, &req, &why);
	else if (st == ST_NONE) {
		look(e);
		rest(e, wake_at, tick);
	}
	request_release(&req);
	if (st == ST_OK || st == ST_NONE) {
		if (e->trouble.code[0]) {
			err_clear(&e->trouble);
			tell(e);
		}
		return;
	}
	lanes_advise(&e->lanes, &why);
	e->trouble = why;
	tell(e);
	rest(e, INT64_MAX, tick);
}

static void look_for_lock(struct engine *e)
{
	bool first = !e->looked;

	e->looked = true;
	e->ours = lanes_own(&e->lanes, e->lock_path);
	if (!e->ours && !first)
		return;
	pthread_cond_broadcast(&e->changed);
	tell(e);
}

/* The officer asked for it, here or in another process; the mutex is held. Who
 * has the lock is told of it, too. */
static void poke(struct engine *e)
{
	if (!e->ours)
		lanes_nudge(e->lock_path);
	sync_poke(e->lanes.sync);
	note(e);
	if (sync_waiting(e->lanes.sync))
		http_cancel(e->lanes.http[LANE_PULL]);
	pthread_cond_broadcast(&e->changed);
}

/* The push lane's thread looks for the lock; the other waits for it. */
static void lane_loop(struct engine *e, enum sync_lane lane)
{
	pthread_mutex_lock(&e->mutex);
	while (!e->stop) {
		if (!e->ours && lane == LANE_PUSH)
			look_for_lock(e);
		else if (lane == LANE_PUSH && lanes_nudged(&e->lanes))
			poke(e);
		if (lane == LANE_ASK && feel_due(e)) {
			feel(e);
		} else if (e->ours || lane == LANE_ASK) {
			turn(e, lane);
		} else {
			look(e);
			rest(e, INT64_MAX, lane == LANE_PUSH ? PUSH_TICK_MS : PULL_TICK_MS);
		}
	}
	pthread_mutex_unlock(&e->mutex);
}

static void *lane_main(void *arg)
{
	struct lane_thread *t = arg;

	lane_loop(t->engine, t->lane);
	return NULL;
}

static bool start_threads(struct engine *e)
{
	sigset_t all, before;

	/* Signals are for the thread that owns the terminal. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	for (int i = 0; i < LANE_COUNT; i++) {
		e->thread[i].engine = e;
		e->thread[i].lane = (enum sync_lane)i;
		e->thread[i].started =
			pthread_create(&e->thread[i].thread, NULL, lane_main, &e->thread[i]) == 0;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	for (int i = 0; i < LANE_COUNT; i++)
		if (!e->thread[i].started)
			return false;
	return true;
}

static void make_locks(struct engine *e)
{
	pthread_condattr_t a;

	pthread_mutex_init(&e->telling, NULL);
	pthread_mutex_init(&e->mutex, NULL);
	pthread_condattr_init(&a);
	pthread_condattr_setclock(&a, CLOCK_MONOTONIC);
	pthread_cond_init(&e->changed, &a);
	pthread_condattr_destroy(&a);
}

enum status engine_start(struct engine **out, const struct home *h, struct err *why)
{
	struct engine *e = calloc(1, sizeof(*e));
	enum status st;

	*out = NULL;
	if (!e)
		return err_set(why, ST_BROKEN, "memory", "no memory for the engine");
	st = lanes_open(&e->lanes, h, false, why);
	if (st != ST_OK) {
		free(e);
		return st;
	}
	make_locks(e);
	note(e);
	snprintf(e->lock_path, sizeof(e->lock_path), "%s", h->lock_path);
	e->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (e->fd < 0 || !start_threads(e)) {
		engine_stop(e);
		return err_set(why, ST_BROKEN, "threads", "the engine's threads cannot be started");
	}
	*out = e;
	return ST_OK;
}

void engine_stop(struct engine *e)
{
	if (!e)
		return;
	pthread_mutex_lock(&e->mutex);
	e->stop = true;
	for (int i = 0; i < LANE_COUNT; i++)
		http_cancel(e->lanes.http[i]);
	pthread_cond_broadcast(&e->changed);
	pthread_mutex_unlock(&e->mutex);
	for (int i = 0; i < LANE_COUNT; i++)
		if (e->thread[i].started)
			pthread_join(e->thread[i].thread, NULL);
	lanes_close(&e->lanes);
	if (e->fd >= 0)
		close(e->fd);
	pthread_cond_destroy(&e->changed);
	pthread_mutex_destroy(&e->mutex);
	pthread_mutex_destroy(&e->telling);
	free(e);
}

int engine_fd(const struct engine *e)
{
	return e->fd;
}

void engine_drain(struct engine *e)
{
	uint64_t n;
	ssize_t got = read(e->fd, &n, sizeof(n));

	(void)got;
}

void engine_poke(struct engine *e)
{
	pthread_mutex_lock(&e->mutex);
	poke(e);
	pthread_mutex_unlock(&e->mutex);
}

void engine_acted(struct engine *e)
{
	pthread_mutex_lock(&e->mutex);
	pthread_cond_broadcast(&e->changed);
	pthread_mutex_unlock(&e->mutex);
}

enum status engine_ask(struct engine *e, const struct request *r, int64_t *ticket, struct err *why)
{
	enum status st;

	pthread_mutex_lock(&e->mutex);
	st = sync_ask(e->lanes.sync, r, ticket, why);
	pthread_cond_broadcast(&e->changed);
	pthread_mutex_unlock(&e->mutex);
	return st;
}

bool engine_answer(struct engine *e, int64_t ticket, struct reply *out)
{
	bool answered;

	pthread_mutex_lock(&e->mutex);
	answered = sync_answer(e->lanes.sync, ticket, out);
	pthread_mutex_unlock(&e->mutex);
	return answered;
}

void engine_unask(struct engine *e, int64_t ticket)
{
	pthread_mutex_lock(&e->mutex);
	if (sync_unask(e->lanes.sync, ticket))
		http_cancel(e->lanes.http[LANE_ASK]);
	pthread_mutex_unlock(&e->mutex);
}

void engine_feel(struct engine *e)
{
	pthread_mutex_lock(&e->mutex);
	e->feeling.asked++;
	pthread_cond_broadcast(&e->changed);
	pthread_mutex_unlock(&e->mutex);
}

bool engine_felt(struct engine *e, bool *online)
{
	bool felt;

	pthread_mutex_lock(&e->mutex);
	felt = e->feeling.answered == e->feeling.asked;
	*online = felt && e->feeling.online;
	pthread_mutex_unlock(&e->mutex);
	return felt;
}

void engine_status(struct engine *e, struct sync_status *out)
{
	pthread_mutex_lock(&e->telling);
	*out = e->told.status;
	pthread_mutex_unlock(&e->telling);
}

bool engine_elsewhere(struct engine *e)
{
	bool elsewhere;

	pthread_mutex_lock(&e->telling);
	elsewhere = e->told.elsewhere;
	pthread_mutex_unlock(&e->telling);
	return elsewhere;
}

bool engine_idle(struct engine *e)
{
	bool idle;

	pthread_mutex_lock(&e->mutex);
	idle = sync_idle(e->lanes.sync);
	pthread_mutex_unlock(&e->mutex);
	return idle;
}
