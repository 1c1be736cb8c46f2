/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/lanes.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/banned.h"

/* The screen may forget its key while the engine goes on. */
static struct signkey *copy_key(const struct signkey *key)
{
	unsigned char seed[32];
	struct signkey *copy;

	signkey_seed(key, seed);
	copy = signkey_from_seed(seed);
	explicit_bzero(seed, sizeof(seed));
	return copy;
}

static enum status open_http(struct lanes *l, const struct home *h, struct err *why)
{
	const char *ca = options_text(&h->config.options, OPT_CENTRAL_CA_FILE);
	enum status st = ST_OK;

	for (int i = 0; st == ST_OK && i < LANE_COUNT; i++)
		st = http_new(&l->http[i], "sluss/" SLUSS_VERSION, ca[0] ? ca : NULL, why);
	return st;
}

enum status lanes_open(struct lanes *l, const struct home *h, bool once, struct err *why)
{
	struct sync_setup setup;
	enum status st;

	memset(l, 0, sizeof(*l));
	l->lock_fd = -1;
	if (!h->enrolled)
		return err_set(why, ST_NONE, "not-enrolled", "this home is not enrolled");
	if (!h->key)
		return err_set(why, ST_REFUSED, "locked",
			       "the key is sealed: the passphrase is needed");
	l->clock = h->clock;
	l->rng = h->rng;
	l->timeout_ms = (int)options_number(&h->config.options, OPT_CENTRAL_TIMEOUT) * 1000;
	snprintf(l->url, sizeof(l->url), "%s", h->who.url);
	snprintf(l->cache_path, sizeof(l->cache_path), "%s", h->cache_path);
	snprintf(l->aside_path, sizeof(l->aside_path), "%s", h->aside_path);
	l->key = copy_key(h->key);
	st = l->key ? home_handles(h, &l->cache, &l->outbox, why)
		    : err_set(why, ST_BROKEN, "memory", "no guarded memory for the key");
	if (st == ST_OK)
		st = open_http(l, h, why);
	setup = (struct sync_setup){ .cache = l->cache,
				     .outbox = l->outbox,
				     .clock = &l->clock,
				     .rng = &l->rng,
				     .key = l->key,
				     .once = once,
				     .aside = l->aside_path };
	if (st == ST_OK)
		st = sync_open(&l->sync, &setup, why);
	if (st == ST_OK) {
		struct sync_status now;

		sync_status(l->sync, &now);
		l->pulled_at = now.last_pull;
	}
	if (st != ST_OK) {
		if (why)
			lanes_advise(l, why);
		lanes_close(l);
	}
	return st;
}

void lanes_close(struct lanes *l)
{
	sync_free(l->sync);
	for (int i = 0; i < LANE_COUNT; i++)
		http_free(l->http[i]);
	cache_close(l->cache);
	cache_close(l->outbox);
	signkey_free(l->key);
	if (l->lock_fd >= 0)
		close(l->lock_fd);
	memset(l, 0, sizeof(*l));
	l->lock_fd = -1;
}

void lanes_pulled(struct lanes *l)
{
	struct sync_status now;

	sync_status(l->sync, &now);
	if (now.last_pull == l->pulled_at)
		return;
	l->pulled_at = now.last_pull;
	cache_forget_damaged(l->cache_path);
}

bool lanes_own(struct lanes *l, const char *lock_path)
{
	int fd = -1;

	if (l->lock_fd < 0 && pusher_lock(&fd, lock_path, NULL) == ST_OK) {
		l->lock_fd = fd;
		(void)lanes_nudged(l);
	}
	return l->lock_fd >= 0;
}

void lanes_nudge(const char *lock_path)
{
	(void)utimensat(AT_FDCWD, lock_path, NULL, AT_SYMLINK_NOFOLLOW);
}

bool lanes_nudged(struct lanes *l)
{
	struct stat now;
	bool yes;

	if (l->lock_fd < 0 || fstat(l->lock_fd, &now) != 0)
		return false;
	yes = now.st_mtim.tv_sec != l->nudged_at.tv_sec
	      || now.st_mtim.tv_nsec != l->nudged_at.tv_nsec;
	l->nudged_at = now.st_mtim;
	return yes;
}

void lanes_explain(struct sync_status *s, const struct err *net)
{
	if (s->trouble != SYNC_OFFLINE || !net->code[0] || strcmp(net->code, "cancelled") == 0)
		return;
	snprintf(s->code, sizeof(s->code), "%s", net->code);
	snprintf(s->text, sizeof(s->text), "%s", net->text);
}

void lanes_advise(const struct lanes *l, struct err *why)
{
	struct err found = *why;

	if (strcmp(found.code, "database-damaged") != 0 || !l->cache_path[0]
	    || strncmp(found.text, l->cache_path, strlen(l->cache_path)) != 0
	    || strstr(found.text, "sluss cache renew"))
		return;
	cache_distrust(l->cache_path);
	err_clear(why);
	(void)err_set(why, ST_BROKEN, found.code,
		      "%s; nothing you signed is in this file; it is made anew when you start "
		      "again, or now: sluss cache renew",
		      found.text);
}
