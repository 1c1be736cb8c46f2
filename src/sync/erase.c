/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/erase.h"

#include <string.h>

#include "base/instant.h"
#include "cache/cache.h"
#include "cache/cases.h"
#include "cache/erasing.h"
#include "cache/identity.h"
#include "cache/outbox.h"
#include "sign/jws.h"
#include "sync/epochs.h"
#include "wire/json.h"

#include "base/banned.h"

/* So often nobody has signed one thing in other words. */
enum { FORMER_MAX = 64 };
/* Within a month of a restore workstations may still offer again what it took. */
static const int64_t RESTORED_MS = 31LL * 24 * 60 * 60 * 1000;

/* Of these no page tells: an answer did. */
static enum status erase_told(struct db *outbox, struct err *why)
{
	struct erasing e = { .whole = true };
	enum status st = ST_OK;
	bool waits; /* what has no answer yet gets the same */

	while (st == ST_OK && (st = outbox_told_erased(outbox, e.case_id, why)) == ST_OK)
		st = outbox_erase(outbox, &e, &waits, why);
	return st == ST_NONE ? ST_OK : st;
}

/* Which intent took the place of which stands in the envelope alone. "" where it
 * took none's, or nothing can be read any more. Want of memory is neither: the link
 * goes with the envelope, and what it leads to would keep its words. */
static enum status superseded(struct db *outbox, const struct erasing *e, char iid[UUID_TEXT],
			      struct err *why)
{
	struct strbuf envelope = STRBUF_INIT, payload = STRBUF_INIT;
	struct json *j = NULL;
	enum status st = outbox_erasing_envelope(outbox, e, &envelope, why);

	iid[0] = '\0';
	if (st == ST_OK)
		(void)!jws_payload_unverified(&payload, strbuf_str(&envelope), NULL);
	if (payload.failed)
		st = err_set(why, ST_BROKEN, "memory", "no memory to read what is to be erased");
	else if (payload.len && json_read(&j, strbuf_str(&payload), NULL) == ST_OK)
		(void)json_copy_text(j, "sup", iid, UUID_TEXT);
	json_free(j);
	strbuf_release(&payload);
	strbuf_release(&envelope);
	return st == ST_NONE ? ST_OK : st;
}

/* What was refused and signed again in other words is in no log, so that no page
 * tells of it: it says much the same, and goes with what took its place. */
static enum status erase_one(struct db *outbox, const struct erasing *e, bool *waits,
			     struct err *why)
{
	char former[UUID_TEXT] = "";
	struct erasing x = *e;
	enum status st = ST_OK;
	bool wait = false;

	*waits = false;
	for (int i = 0; i < FORMER_MAX && st == ST_OK; i++) {
		st = x.whole ? ST_OK : superseded(outbox, &x, former, why);
		if (st == ST_OK)
			st = outbox_erase(outbox, &x, &wait, why);
		*waits = *waits || wait;
		if (st != ST_OK || !former[0])
			break;
		x.seq = 0;
		x.ah[0] = '\0';
		memcpy(x.iid, former, sizeof(x.iid));
	}
	return st;
}

static enum status erase_each(struct db *cache, struct db *outbox, struct err *why)
{
	struct erasing e = { .id = 0 };
	enum status st = ST_OK;

	while (st == ST_OK && (st = erasing_after(cache, &e, why)) == ST_OK) {
		bool waits = false;

		st = erase_one(outbox, &e, &waits, why);
		if (st == ST_OK && !waits)
			st = erasing_drop(cache, e.id, why);
	}
	return st == ST_NONE ? outbox_drop_blobs(outbox, why) : st;
}

static enum status purge_is_due(struct db *cache, struct err *why)
{
	struct sync_point p;
	enum status st = cache_point(cache, &p, why);

	p.purge_due = true;
	return st == ST_OK ? cache_set_point(cache, &p, why) : st;
}

/* The outbox first, and only then the note of it: what a stop leaves noted is
 * done once more. */
static enum status erase_noted(struct db *cache, struct db *outbox, struct err *why)
{
	enum status st = cache_begin(outbox, why);

	if (st != ST_OK)
		return st;
	st = cache_begin(cache, why);
	if (st == ST_OK)
		st = purge_is_due(cache, why);
	if (st == ST_OK)
		st = erase_told(outbox, why);
	if (st == ST_OK)
		st = erase_each(cache, outbox, why);
	if (st == ST_OK)
		st = cache_commit(outbox, why);
	if (st == ST_OK)
		return cache_commit(cache, why);
	cache_rollback(outbox);
	cache_rollback(cache);
	return st;
}

static enum status any_noted(struct db *cache, struct db *outbox, bool *any, struct err *why)
{
	struct erasing e = { .id = 0 };
	enum status st = erasing_after(cache, &e, why);

	if (st == ST_NONE)
		st = outbox_told_erased(outbox, e.case_id, why);
	*any = st == ST_OK;
	return st == ST_NONE ? ST_OK : st;
}

enum status erase_settle(struct db *cache, struct db *outbox, struct err *why)
{
	bool any;
	enum status st = any_noted(cache, outbox, &any, why);

	if (st == ST_OK && any)
		st = erase_noted(cache, outbox, why);
	if (st == ST_OK)
		st = outbox_purge(outbox, why);
	return st == ST_OK ? cache_purge(cache, why) : st;
}

enum status erase_answered(struct db *cache, struct db *outbox, struct err *why)
{
	bool any;
	enum status st = any_noted(cache, outbox, &any, why);

	return st == ST_OK && any ? erase_settle(cache, outbox, why) : st;
}

/* The next case with drafts behind `id` that is not here, nor to come. */
static enum status next_unseen(struct db *cache, struct db *outbox, char id[UUID_TEXT],
			       struct err *why)
{
	enum status st = ST_OK;
	bool expected = true;

	while (st == ST_OK && expected && (st = draft_next_case(outbox, id, id, why)) == ST_OK)
		st = case_expected(cache, id, &expected, why);
	return st;
}

static enum status drop_unseen(struct db *cache, struct db *outbox, char id[UUID_TEXT],
			       struct err *why)
{
	enum status st = cache_begin(cache, why);

	if (st != ST_OK)
		return st;
	st = purge_is_due(cache, why);
	if (st == ST_OK)
		st = cache_commit(cache, why);
	else
		cache_rollback(cache);
	while (st == ST_OK && (st = draft_drop_case(outbox, id, why)) == ST_OK)
		st = next_unseen(cache, outbox, id, why);
	return st == ST_NONE ? erase_settle(cache, outbox, why) : st;
}

/* A restore may have taken a case from sight until the workstation of somebody else
 * has offered again what brought it here: no draft goes for that. */
static enum status is_settled(struct db *cache, struct db *outbox, bool *yes, struct err *why)
{
	char text[EPOCHS_TEXT];
	struct sync_point p = { .told_at = 0 };
	struct epochs e;
	bool recheck = false;
	enum status st = identity_epochs(outbox, text, &recheck, why);

	if (st == ST_OK)
		st = cache_point(cache, &p, why);
	if (st != ST_OK)
		return st;
	epochs_parse(&e, text);
	*yes = !recheck
	       && (e.count < 2 || p.told_at - uuid7_ms(str_of(epochs_now(&e))) > RESTORED_MS);
	return ST_OK;
}

enum status erase_unseen(struct db *cache, struct db *outbox, struct err *why)
{
	char id[UUID_TEXT] = "";
	bool settled = false;
	enum status st = is_settled(cache, outbox, &settled, why);

	if (st != ST_OK || !settled)
		return st;
	st = next_unseen(cache, outbox, id, why);
	if (st == ST_OK)
		return drop_unseen(cache, outbox, id, why);
	return st == ST_NONE ? ST_OK : st;
}
