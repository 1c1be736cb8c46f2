/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/background.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "central/snapshot.h"

#include "base/banned.h"

enum { LOOK_S = 60, NICE = 10 };

struct background {
	char *dir;
	void (*put)(const char *text);
	pthread_t thread;
	pthread_mutex_t lock; /* over `stopped` as it is waited for */
	pthread_cond_t changed;
	atomic_bool stopped;
};

static bool is_stopped(void *ctx)
{
	return atomic_load(&((struct background *)ctx)->stopped);
}

static void complain(const struct background *b, enum status st, const struct err *why)
{
	struct strbuf line = STRBUF_INIT;

	if (st == ST_OK || st == ST_NONE || st == ST_RETRY)
		return;
	strbuf_addf(&line, "sluss-central: snapshot: %s (%s)\n", why->text, why->code);
	b->put(strbuf_cstr(&line));
	strbuf_release(&line);
}

/* The database is read with a handle of its own: none of another thread's. */
static enum status look(struct background *b, struct err *why)
{
	struct central_env env = { .clock = clock_real(), .rng = rng_real(), .look_only = true };
	struct snapshot made = SNAPSHOT_INIT;
	struct central *c = NULL;
	int64_t scope = 0;
	enum status st = central_open(&c, b->dir, &env, why);

	if (st == ST_OK)
		st = snapshot_sweep(c, why);
	if (st == ST_OK)
		st = snapshot_clean_all(c, is_stopped, b, why);
	while (st == ST_OK && !is_stopped(b) && (st = snapshot_due(c, &scope, why)) == ST_OK)
		st = snapshot_make(c, scope, is_stopped, b, &made, why);
	snapshot_release(&made);
	central_close(c);
	return st;
}

static void rest(struct background *b)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += LOOK_S;
	pthread_mutex_lock(&b->lock);
	while (!is_stopped(b) && pthread_cond_timedwait(&b->changed, &b->lock, &until) == 0)
		;
	pthread_mutex_unlock(&b->lock);
}

static void *run(void *arg)
{
	struct background *b = arg;
	struct err why;

	(void)setpriority(PRIO_PROCESS, 0, NICE); /* of this thread alone */
	while (!is_stopped(b)) {
		err_clear(&why);
		complain(b, look(b, &why), &why);
		rest(b);
	}
	return NULL;
}

struct background *background_start(const char *dir, void (*put)(const char *text))
{
	struct background *b = calloc(1, sizeof(*b));
	sigset_t all, before;
	bool started;

	if (!b)
		return NULL;
	b->dir = strdup(dir);
	b->put = put;
	pthread_mutex_init(&b->lock, NULL);
	pthread_cond_init(&b->changed, NULL);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	started = b->dir && pthread_create(&b->thread, NULL, run, b) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (started)
		return b;
	free(b->dir);
	free(b);
	return NULL;
}

void background_stop(struct background *b)
{
	if (!b)
		return;
	pthread_mutex_lock(&b->lock);
	atomic_store(&b->stopped, true);
	pthread_cond_signal(&b->changed);
	pthread_mutex_unlock(&b->lock);
	pthread_join(b->thread, NULL);
	pthread_cond_destroy(&b->changed);
	pthread_mutex_destroy(&b->lock);
	free(b->dir);
	free(b);
}
