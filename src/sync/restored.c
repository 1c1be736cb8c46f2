/* SPDX-License-Identifier: EUPL-1.2 */
/* The central was restored: what of ours it still has, and what is read and
 * offered again. */
#include "sync/core.h"

#include <stdio.h>
#include <string.h>

#include "sync/overlay.h"

#include "base/banned.h"

/* In which epoch the answers in the outbox were given. A home of an earlier
 * release knows only its copy's, and one whose copy was thrown away only that
 * of its newest answer. */
static enum status epoch_of_answers(struct sync *s, const struct epochs *mine,
				    const struct sync_point *p, char out[UUID_TEXT],
				    struct err *why)
{
	snprintf(out, UUID_TEXT, "%s", mine->count ? epochs_now(mine) : p->epoch);
	return out[0] ? ST_OK : outbox_epoch(s->in.outbox, out, why);
}

/* Which of our answered actions the central still has is asked for from the
 * first one on. A new key has signed nothing; those before it may have. */
static enum status recheck(struct sync *s, struct err *why)
{
	char earlier[UUID_TEXT] = "";
	int64_t first = 0, ctr = 0;
	enum status st = outbox_first_ctr(s->in.outbox, s->who.dev, &first, why);

	if (st == ST_OK && first == 0)
		st = outbox_earlier(s->in.outbox, s->who.dev, "", earlier, &ctr, why);
	if (earlier[0])
		first = 1;
	s->earlier[0] = '\0';
	if (st == ST_OK)
		st = identity_set_recheck(s->in.outbox, first, why);
	if (st == ST_OK)
		s->who.recheck_from = first;
	return st;
}

static enum status compare_answers(struct sync *s, const struct epochs *mine,
				   const struct sync_point *p, struct err *why)
{
	char text[EPOCHS_TEXT], epoch[UUID_TEXT] = "";
	enum status st = cache_begin(s->in.outbox, why);

	if (st != ST_OK)
		return st;
	st = epoch_of_answers(s, mine, p, epoch, why);
	if (st == ST_OK && epoch[0] && strcmp(epoch, epochs_now(&s->epochs)) != 0)
		st = recheck(s, why);
	epochs_format(text, &s->epochs);
	if (st == ST_OK)
		st = identity_set_epochs(s->in.outbox, text, why);
	if (st == ST_OK)
		st = cache_commit(s->in.outbox, why);
	else
		cache_rollback(s->in.outbox);
	if (st == ST_OK)
		memcpy(s->who.epochs, text, sizeof(text));
	return st;
}

/* Of the copy what is common stays, as far as it is known all about. */
static enum status compare_copy(struct sync *s, int64_t common, struct err *why)
{
	enum status st = cursor_told(s->in.cache, &common, why);

	if (st == ST_OK)
		st = common > 0 ? cache_begin(s->in.cache, why) : empty_copy(s, why);
	if (st != ST_OK || common <= 0)
		return st;
	st = cache_fork(s->in.cache, epochs_now(&s->epochs), common, why);
	if (st == ST_OK)
		st = cache_touch(s->in.cache, why);
	if (st == ST_OK)
		return cache_commit(s->in.cache, why);
	cache_rollback(s->in.cache);
	return st;
}

enum status compare_epochs(struct sync *s, struct err *why)
{
	struct epochs mine;
	struct sync_point p;
	int64_t common = 0;
	bool forked;
	enum status st = cache_point(s->in.cache, &p, why);

	epochs_parse(&mine, s->who.epochs);
	if (st != ST_OK || !s->epochs.count)
		return st;
	forked = p.epoch[0] && strcmp(p.epoch, epochs_now(&s->epochs)) != 0;
	if (forked)
		common = epochs_common(&mine, p.epoch, &s->epochs);
	if (!forked && strcmp(epochs_now(&mine), epochs_now(&s->epochs)) == 0)
		return ST_OK;
	load_discard(s);
	s->load.again = false;
	st = compare_answers(s, &mine, &p, why);
	if (st == ST_OK && forked)
		st = compare_copy(s, common, why);
	if (st == ST_OK)
		st = overlay_rebuild(s->in.cache, s->in.outbox, why);
	if (is_diverged(s))
		set_trouble(s, SYNC_FINE, "", "");
	s->lacks = false;
	s->evidence_ctr = 0;
	s->proof_due = false;
	want_pull(s);
	look_again(s);
	return st;
}
