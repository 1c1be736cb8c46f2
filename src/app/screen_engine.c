/* SPDX-License-Identifier: EUPL-1.2 */
/* The screen and its engine: when it starts, and what it has to tell. */
#include <string.h>

#include "app/screen_inside.h"
#include "cache/cache.h"
#include "wire/problem.h"

#include "base/banned.h"

/* While another window fetches, or nobody yet, the copy is as old as the cache
 * says. */
static void read_age(struct screen *s)
{
	struct sync_point p = { .sv = 0 };

	if (cache_point(s->home->cache, &p, NULL) == ST_OK)
		s->sync.last_pull = p.applied_at;
}

/* What waits is counted here: the engine's own count is as old as its last
 * turn, and an action signed a moment ago must be seen to wait. */
void screen_read_status(struct screen *s)
{
	struct err why = ERR_INIT;

	if (s->engine)
		engine_status(s->engine, &s->sync);
	else
		s->sync = (struct sync_status){ .since = screen_now(s) };
	if (!s->engine || s->elsewhere)
		read_age(s);
	if (outbox_count(s->home->outbox, &s->sync.outbox, &why) != ST_OK)
		screen_fail(s, &why);
}

/* It opens the files anew and logs in: the officer has a screen to read by
 * then. */
static void start_engine(struct screen *s)
{
	struct sync_status before = s->sync;
	struct err why = ERR_INIT;

	s->engine_due = false;
	if (engine_start(&s->engine, s->home, &why) != ST_OK) {
		screen_fail(s, &why);
		return;
	}
	screen_read_status(s);
	s->dirty = s->dirty || before.trouble != s->sync.trouble;
	if (s->view == VIEW_STATS)
		stats_reload(s);
	if (s->view == VIEW_DEVICES)
		devices_reload(s);
	if (s->view == VIEW_ERASURES)
		erasures_reload(s);
}

void screen_drawn(struct screen *s)
{
	if (s->engine_due)
		start_engine(s);
	case_ask(s);
}

void screen_heard(struct screen *s)
{
	int64_t revision = s->revision;
	struct sync_status before = s->sync;
	bool elsewhere = s->elsewhere, sent;

	engine_drain(s->engine);
	stats_heard(s);
	devices_heard(s);
	erasures_heard(s);
	contact_heard(s);
	documents_hear(s);
	search_heard(s);
	decision_heard(s);
	s->elsewhere = engine_elsewhere(s->engine);
	screen_read_status(s);
	/* The key in memory signs nothing any more. */
	if (strcmp(s->sync.code, "key-changed") == 0) {
		screen_lock(s);
		return;
	}
	if (strcmp(s->sync.code, "device-pending") == 0 && strcmp(before.code, s->sync.code) != 0)
		screen_say_pending(s);
	if (!s->elsewhere
	    && (before.online != s->sync.online || strcmp(before.code, s->sync.code) != 0))
		home_keep_trouble(s->home, &s->sync);
	sent = memcmp(&before.outbox, &s->sync.outbox, sizeof(before.outbox)) != 0;
	if (cache_revision(s->home->cache, &revision, NULL) != ST_OK || revision != s->revision
	    || sent) {
		s->stale = true;
		documents_forget(s);
	}
	/* The rows that have come are read, and drawn, once no key is pressed. */
	if (before.trouble != s->sync.trouble || before.online != s->sync.online
	    || before.pulling != s->sync.pulling || before.load_done != s->sync.load_done
	    || before.load_total != s->sync.load_total || elsewhere != s->elsewhere || sent
	    || s->view == VIEW_SYNC)
		s->dirty = true;
}

void screen_refused(struct screen *s, const struct reply *r)
{
	struct problem p = { 0 };
	struct err why = ERR_INIT;

	if (problem_read(&p, strbuf_str(&r->body), NULL) == ST_OK)
		(void)err_set(&why, ST_REFUSED, p.code, "%s", p.detail);
	screen_fail(s, &why);
}
