/* SPDX-License-Identifier: EUPL-1.2 */
#include "sim/mishap.h"

#include <stdio.h>
#include <string.h>

#include "central/inside.h"
#include "sim/checks.h"
#include "sim/drive.h"
#include "sim/world.h"
#include "sql/db.h"

#include "base/banned.h"

enum { MEND_MAX = 200 };

static const char *const names[MISHAP_COUNT] = {
	[MISHAP_DEVICE_BACK] = "device-back",
	[MISHAP_CLONE] = "clone",
	[MISHAP_REVOKE] = "revoke",
	[MISHAP_CENTRAL_BACK] = "central-back",
	[MISHAP_SLEEP] = "sleep",
};

const char *mishap_name(size_t kind)
{
	return kind < MISHAP_COUNT ? names[kind] : NULL;
}

/* Every second seed has none: a mishap drowns what is finer. */
void mishap_plan(struct world *w, unsigned without)
{
	int n = below(w, 2) ? 0 : 1 + (int)below(w, MISHAPS_MAX);

	for (int i = 0; i < n; i++) {
		enum mishap_kind kind = (enum mishap_kind)below(w, MISHAP_COUNT);
		int device = (int)below(w, (uint64_t)w->device_count);
		int64_t at = (int64_t)below(w, (uint64_t)w->fault_ms);
		int64_t copied = (int64_t)below(w, (uint64_t)at + 1);
		int at_index = w->mishaps.count;

		if (without >> kind & 1)
			continue;
		w->mishaps.list[at_index].kind = kind;
		w->mishaps.list[at_index].device = device;
		w->mishaps.count++;
		world_later(w, copied, EVENT_COPY, at_index, NULL);
		world_later(w, at, EVENT_MISHAP, at_index, NULL);
	}
}

void mishap_release(struct world *w)
{
	for (int i = 0; i < w->mishaps.count; i++)
		drive_image_free(w->mishaps.list[i].copy);
}

void mishap_copy(struct world *w, int i)
{
	enum mishap_kind kind = w->mishaps.list[i].kind;
	char folder[FOLDER_TEXT];

	if (kind != MISHAP_DEVICE_BACK && kind != MISHAP_CENTRAL_BACK)
		return;
	stage_folder(folder, kind == MISHAP_CENTRAL_BACK ? -1 : w->mishaps.list[i].device);
	w->mishaps.list[i].copy = drive_image_take(folder);
}

/* --- What happens ------------------------------------------------------------------ */

/* The copy's files are the folder now, opened as a new program does it: one of
 * them may have been lost when the copy was made. */
static void put_folder(struct world *w, int index, const struct drive_image *copy)
{
	struct stage *stage = w->o->stage;
	char folder[FOLDER_TEXT];
	struct err why = ERR_INIT;

	stage_folder(folder, index);
	drive_image_put(copy, folder);
	if (stage_reopen(stage, index, &why) != ST_OK)
		world_violation(w, "start", "the folder of device %d cannot be opened: %s", index,
				why.text);
	w->device[index].cache = stage->cache[index];
	w->device[index].outbox = stage->outbox[index];
}

static void device_back(struct device *d, const struct drive_image *copy)
{
	if (!copy || !d->outbox)
		return;
	device_kill(d);
	put_folder(d->world, d->index, copy);
	history_lost(d);
}

/* Two machines, one device: both act from now on. */
static void clone(struct device *d)
{
	struct world *w = d->world;
	struct drive_image *copy;
	char folder[FOLDER_TEXT];
	int index = w->device_count;

	if (index == DEVICES_MAX)
		return;
	stage_folder(folder, d->index);
	copy = drive_image_take(folder);
	put_folder(w, index, copy);
	drive_image_free(copy);
	device_init(w, index, d->officer);
	w->device[index].down = true;
	w->device_count++;
	world_later(w, (int64_t)below(w, MINUTE), EVENT_BOOT, index, NULL);
	for (int64_t at = 0; at < w->fault_ms; at += 5 * SECOND + (int64_t)below(w, 40 * SECOND))
		world_later(w, at, EVENT_TURN, index, NULL);
}

static void revoke(struct device *d)
{
	struct world *w = d->world;
	const char *state = below(w, 2) ? "lost" : "retired";
	int64_t through = (int64_t)below(w, 12);
	struct err why = ERR_INIT;

	if (central_revoke(w->central, d->dev, state, through, &why) != ST_OK)
		world_trace(w, "revoke d%d: %s", d->index, why.code);
}

/* The lid was closed for a while: what is due by its clock is due now. */
static void sleep_a_while(struct device *d)
{
	d->boot_off += (int64_t)below(d->world, 10 * MINUTE);
	d->calm = (struct calm){ 0 }; /* it counts by its own time */
	world_later(d->world, 0, EVENT_WAKE, d->index, NULL);
}

/* The database is an older one, and the witness knows it. */
static void central_back(struct world *w, const struct drive_image *copy)
{
	struct central *c = w->central;
	int64_t had = c->witness.size;
	struct err why = ERR_INIT;
	enum status st;

	if (!copy)
		return;
	w->mishaps.restores++;
	db_rollback(c->db);
	history_erased(w);
	drive_image_put(copy, "/c/");
	if (central_size(c) > 0 && below(w, 4) == 0)
		memset(c->witness.epoch, 0, sizeof(c->witness.epoch)); /* lost with the disk */
	st = central_crash(c, &why);
	world_trace(w, "central is at %lld of %lld: %s", (long long)central_size(c), (long long)had,
		    why.code);
	if (st == ST_OK && central_size(c) < had)
		world_violation(w, "restore", "it starts with %lld of %lld entries, unasked",
				(long long)central_size(c), (long long)had);
	if (st == ST_OK)
		return;
	err_clear(&why);
	c->env.accept_restore = true;
	if (central_crash(c, &why) != ST_OK)
		world_violation(w, "restore", "it does not start when told to: %s", why.text);
	c->env.accept_restore = false;
	history_restored(w);
	w->woke = true;
}

void mishap_happens(struct world *w, int i)
{
	enum mishap_kind kind = w->mishaps.list[i].kind;
	struct device *d = &w->device[w->mishaps.list[i].device];

	if (w->healing)
		return;
	w->mishaps.happened++;
	w->result->mishaps++;
	world_trace(w, "%s d%d", names[kind], d->index);
	w->healing = true; /* one thing at a time */
	w->mishaps.copied = w->mishaps.copied || kind == MISHAP_DEVICE_BACK || kind == MISHAP_CLONE;
	switch (kind) {
	case MISHAP_DEVICE_BACK:
		device_back(d, w->mishaps.list[i].copy);
		break;
	case MISHAP_CLONE:
		clone(d);
		break;
	case MISHAP_REVOKE:
		revoke(d);
		break;
	case MISHAP_CENTRAL_BACK:
		central_back(w, w->mishaps.list[i].copy);
		break;
	default:
		sleep_a_while(d);
		break;
	}
	w->healing = false;
}

/* --- What people do about it --------------------------------------------------------- */

/* Was it told that it may not go on as it is? */
static bool is_stopped(struct device *d)
{
	struct sync_status now;
	bool frozen;

	sync_status(d->sync, &now);
	frozen = now.trouble == SYNC_FROZEN || strcmp(now.code, "counter-not-here") == 0;
	if (frozen && !d->world->mishaps.copied && !d->replayed)
		world_violation(d->world, "frozen",
				"device %d is frozen, and no folder was ever copied: %s", d->index,
				now.code);
	if (frozen)
		return true;
	return now.trouble == SYNC_REFUSED
	       && (strcmp(now.code, "device-revoked") == 0
		   || strcmp(now.code, "device-retired") == 0
		   || strcmp(now.code, "key-not-there") == 0);
}

/* Signed again, or let go of: a case that a restored central lost is no more.
 * False: not now. */
static bool settle(struct device *d, const struct outbox_item *i)
{
	struct world *w = d->world;
	const struct actor who = device_actor(d);
	struct act_result r = { 0 };
	struct err why = ERR_INIT;
	enum status st = act_resign(&who, i->id, &r, &why);

	world_trace(w, "stranded d%d ctr %lld: %s", d->index, (long long)i->ctr, why.code);
	if (st == ST_OK)
		history_signed(d, r.item);
	else if (st == ST_CONFLICT || (st == ST_NONE && w->healing && same_epoch(d))
		 || st == ST_REFUSED
		 || st == ST_BAD_INPUT
		 /* He does not wait for it here, and does it anew. */
		 || (st == ST_RETRY && strcmp(why.code, "history-wanted") == 0))
		st = act_dismiss(&who, i->id, &why);
	if (st != ST_OK)
		return false;
	history_closed(d, i->id);
	return true;
}

static bool is_stranded(const struct device *d, const struct outbox_item *i)
{
	return strcmp(i->dev, d->dev) != 0 && i->verdict == VERDICT_NONE && !i->voided
	       && i->state != OUTBOX_SUPERSEDED && i->state != OUTBOX_ARCHIVED;
}

/* The oldest first: a later one may build on it. True: there was none. */
static bool settle_stranded(struct device *d)
{
	struct outbox_item i = OUTBOX_ITEM_INIT;
	int64_t ids[MEND_MAX], before = INT64_MAX;
	int n = 0;
	bool none, all = true;

	while (n < MEND_MAX && outbox_before(d->outbox, before, &i, NULL) == ST_OK) {
		before = i.id;
		if (is_stranded(d, &i))
			ids[n++] = i.id;
	}
	none = n == 0;
	while (n-- > 0 && all)
		all = outbox_get(d->outbox, ids[n], &i, NULL) == ST_OK && settle(d, &i);
	outbox_item_release(&i);
	return none;
}

bool mishap_mend(struct device *d)
{
	if (d->down || !is_stopped(d))
		return !d->down && settle_stranded(d);
	(void)device_enrol_anew(d);
	return false;
}
