/* SPDX-License-Identifier: EUPL-1.2 */
#include "sim/checks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/names.h"
#include "sim/drive.h"
#include "sql/db.h"
#include "sync/enrol.h"
#include "sync/rotate.h"

#include "base/banned.h"

#define PASSPHRASE "sex ord som ingen gissar"

static int64_t wall_now(void *ctx)
{
	const struct device *d = ctx;

	return d->world->now + d->skew;
}

static int64_t boot_now(void *ctx)
{
	const struct device *d = ctx;

	return d->world->now + d->boot_off;
}

/* Asked before each commit of the device's files: a process that has died
 * commits nothing more. */
static bool may_commit(void *ctx)
{
	struct device *d = ctx;

	if (!d->dying && !d->down && fault(d->world, d->world->rates.device_crash))
		d->dying = true;
	return !d->dying;
}

struct actor device_actor(struct device *d)
{
	return (struct actor){ .cache = d->cache,
			       .outbox = d->outbox,
			       .clock = &d->clock,
			       .rng = &d->world->rng,
			       .key = d->key };
}

/* The process ends here: memory is gone, and of the two files there stays what
 * was written, or, without power, what had become safe. */
static void die(struct device *d)
{
	struct world *w = d->world;
	bool cut = d->unplugged || fault(w, 500);
	char folder[FOLDER_TEXT];

	world_trace(w, "%s d%d", cut ? "power cut" : "crash", d->index);
	w->result->crashes++;
	w->result->cuts += cut;
	loading_stops(d);
	sync_free(d->sync);
	d->sync = NULL;
	/* A file that could not be opened has no handle. */
	if (d->cache)
		db_rollback(d->cache);
	if (d->outbox)
		db_rollback(d->outbox);
	stage_folder(folder, d->index);
	if (cut)
		drive_cut(folder);
	else
		drive_kill(folder);
	d->unplugged = d->full = false;
	d->cold = d->cold || cut;
	d->ticket[LANE_PULL] = d->ticket[LANE_PUSH] = 0;
	d->calm = (struct calm){ 0 }; /* counted anew by the next process */
	d->down = true;
	d->dying = false;
	world_later(w, (int64_t)below(w, 2 * MINUTE), EVENT_BOOT, d->index, NULL);
}

void device_kill(struct device *d)
{
	if (!d->down)
		die(d);
}

/* Sometimes a process is just killed between two commits. */
static bool dies(struct device *d)
{
	if (!d->dying && fault(d->world, d->world->rates.device_crash / 2))
		d->dying = true;
	if (d->dying)
		die(d);
	return d->down;
}

static enum status enrol_device(struct device *d, struct err *why)
{
	struct world *w = d->world;
	char code[INVITATION_TEXT];
	struct enrol *e = NULL;
	struct request r = REQUEST_INIT;
	struct reply reply = REPLY_INIT;
	bool healing = w->healing;
	enum status st;

	w->healing = true; /* the operator tries until it is done */
	st = central_invite(w->central, d->officer, code, why);
	w->healing = healing;

	if (st == ST_OK)
		st = enrol_start(&e, "http://central.example", str_of(code), &d->clock, &w->rng,
				 why);
	while (st == ST_OK) {
		st = enrol_next(e, &r, why);
		if (st != ST_OK)
			break;
		reply_clear(&reply);
		network_direct(w, &r, &reply);
		st = enrol_reply(e, &reply, why);
	}
	if (st == ST_NONE)
		st = enrol_finish(e, d->outbox, str_of(PASSPHRASE), KEYBOX_TEST, why);
	enrol_free(e);
	request_release(&r);
	reply_release(&reply);
	return st;
}

static enum status start_sync(struct device *d, struct err *why)
{
	const struct sync_setup setup = { .cache = d->cache,
					  .outbox = d->outbox,
					  .clock = &d->clock,
					  .rng = &d->world->rng,
					  .key = d->key,
					  .aside = loading_aside(d) };

	return sync_open(&d->sync, &setup, why);
}

static enum status open_key(struct device *d, struct err *why)
{
	struct identity who = IDENTITY_INIT;
	enum status st;

	signkey_free(d->key);
	d->key = NULL;
	st = unlock(d->outbox, str_of(PASSPHRASE), &d->key, why);
	if (st == ST_OK)
		st = identity_get(d->outbox, &who, why);
	if (st == ST_OK)
		snprintf(d->dev, sizeof(d->dev), "%s", who.dev);
	identity_release(&who);
	return st;
}

static void hook(struct device *d)
{
	db_on_commit(d->cache, may_commit, d);
	db_on_commit(d->outbox, may_commit, d);
}

void device_init(struct world *w, int index, const char *officer)
{
	struct device *d = &w->device[index];

	*d = (struct device){ .world = w,
			      .index = index,
			      .officer = officer,
			      .clock = { wall_now, boot_now, d },
			      .cache = w->o->stage->cache[index],
			      .outbox = w->o->stage->outbox[index] };
}

enum status device_open(struct world *w, int index, const char *officer, struct err *why)
{
	struct device *d = &w->device[index];
	enum status st;

	device_init(w, index, officer);
	st = enrol_device(d, why);
	if (st == ST_OK)
		st = open_key(d, why);
	if (st == ST_OK)
		st = start_sync(d, why);
	if (st == ST_OK)
		hook(d);
	return st;
}

void device_close(struct device *d)
{
	sync_free(d->sync);
	signkey_free(d->key);
}

/* Did the disk fail since `before`? Then the program may fail too: it says so,
 * and tries again later. */
static bool disk_failed(struct device *d, int64_t before)
{
	if (d->disk_faults == before)
		return false;
	world_trace(d->world, "disk d%d", d->index);
	d->late = true;
	return true;
}

/* Sometimes the files are opened as a new process does it; else the same
 * handles see what is there now. After a power cut always: even the tables of a
 * new file may be gone, and a process makes them as it opens it. */
static enum status open_files(struct device *d, struct err *why)
{
	struct stage *stage = d->world->o->stage;
	bool anew = below(d->world, 4) == 0 || d->anew || d->cold;
	enum status st = anew ? stage_reopen(stage, d->index, why) : ST_OK;

	d->anew = d->anew || st != ST_OK;
	d->cold = d->cold && st != ST_OK;

	d->cache = stage->cache[d->index];
	d->outbox = stage->outbox[d->index];
	if (st == ST_OK)
		hook(d);
	return st;
}

/* The key gives way to another now and then. What stands in the way of it, a
 * change that is not answered or a device that was stopped, is as it should
 * be; what was switched to is opened like any key. */
static enum status change_key(struct device *d, struct err *why)
{
	struct world *w = d->world;
	struct signkey *next = NULL;
	struct err local = ERR_INIT;
	enum status st;

	if (!fault(w, w->rates.rotate))
		return ST_OK;
	st = rotate_begin(d->outbox, d->key, str_of(PASSPHRASE), KEYBOX_TEST, &d->clock, &w->rng,
			  &next, &local);
	signkey_free(next);
	world_trace(w, "rotate d%d %s", d->index, status_name(st));
	if (st == ST_OK || st == ST_RETRY || st == ST_REFUSED)
		return ST_OK;
	return err_set(why, st, local.code, "%s", local.text);
}

static enum status boot(struct device *d, struct err *why)
{
	enum status st = open_files(d, why);

	if (st == ST_OK)
		st = open_key(d, why);
	if (st == ST_OK)
		st = change_key(d, why);
	if (st == ST_OK)
		st = open_key(d, why);
	if (st == ST_OK) {
		history_found(d);
		checks_run(d->world, AT_BOOT, d, NULL);
	}
	return st == ST_OK ? start_sync(d, why) : st;
}

void device_boot(struct device *d)
{
	struct err why = ERR_INIT;
	int64_t before = d->disk_faults;

	if (!d->down)
		return;
	d->down = false;
	world_trace(d->world, "boot d%d", d->index);
	if (boot(d, &why) == ST_OK) {
		d->late = false;
		device_pump(d);
		return;
	}
	if (d->dying || disk_failed(d, before))
		die(d);
	else
		world_violation(d->world, "start", "device %d does not start: %s", d->index,
				why.text);
}

/* A new invitation, a new key, and the outbox as it is. */
bool device_enrol_anew(struct device *d)
{
	struct world *w = d->world;
	struct err why = ERR_INIT;
	int64_t before = d->disk_faults;
	enum status st;

	sync_free(d->sync);
	d->sync = NULL;
	d->ticket[LANE_PULL] = d->ticket[LANE_PUSH] = 0;
	d->calm = (struct calm){ 0 };
	st = enrol_device(d, &why);
	world_trace(w, "enrols anew d%d %s", d->index, why.code);
	if (st == ST_OK)
		st = open_key(d, &why);
	if (!d->dying && st != ST_OK && d->disk_faults == before)
		world_violation(w, "enrol", "device %d cannot be enrolled anew: %s", d->index,
				why.text);
	/* What was cut short is taken up by the next start. */
	d->dying = d->dying || st != ST_OK || start_sync(d, &why) != ST_OK;
	if (d->dying)
		die(d);
	return !d->down;
}

static void pump_lane(struct device *d, enum sync_lane lane)
{
	struct world *w = d->world;
	struct err why = ERR_INIT;
	struct message *m;
	int64_t wake = INT64_MAX, before = d->disk_faults;
	enum status st;

	if (d->down || d->ticket[lane])
		return;
	m = message_new(d->index, lane, ++w->tickets);
	st = sync_next(d->sync, lane, &m->request, &wake, &why);
	if (st == ST_OK && !dies(d)) {
		d->ticket[lane] = m->ticket;
		network_send_take(w, m);
		return;
	}
	message_free(m);
	if (d->down || dies(d))
		return;
	if (st != ST_NONE && disk_failed(d, before)) {
		world_later(w, SECOND, EVENT_WAKE, d->index, NULL);
		return;
	}
	if (st != ST_NONE) {
		world_violation(w, "core", "device %d, sync_next: %s %s", d->index, status_name(st),
				why.text);
		return;
	}
	if (wake != INT64_MAX)
		wake -= d->boot_off;
	if (wake != INT64_MAX && (d->wake[lane] <= w->now || wake < d->wake[lane])) {
		d->wake[lane] = wake > w->now ? wake : w->now + 1;
		world_later(w, d->wake[lane] - w->now, EVENT_WAKE, d->index, NULL);
	}
}

void device_pump(struct device *d)
{
	struct world *w = d->world;

	if (w->healing && w->mishaps.count && !d->down && !mishap_mend(d))
		world_later(w, SECOND, EVENT_WAKE, d->index, NULL);
	pump_lane(d, LANE_PUSH);
	pump_lane(d, LANE_PULL);
}

/* A page that was taken, even one without rows, lays the overlay anew. */
static bool laid_anew(struct device *d, const struct message *m)
{
	struct sync_status now;

	if (strcmp(strbuf_cstr(&m->request.path), "/v1/sync/pull") != 0 || m->reply.status != 200)
		return false;
	sync_status(d->sync, &now);
	return now.trouble == SYNC_FINE;
}

void device_answer(struct device *d, struct message *m)
{
	struct err why = ERR_INIT;
	int64_t before = d->disk_faults;
	enum status st;

	if (d->down || d->ticket[m->lane] != m->ticket)
		return; /* an answer to a process that is no more */
	d->ticket[m->lane] = 0;
	st = sync_reply(d->sync, m->lane, &m->reply, &why);
	if (dies(d))
		return;
	if (!disk_failed(d, before) && st == ST_BROKEN)
		world_violation(d->world, "core", "device %d, sync_reply: %s", d->index, why.text);
	else if (d->late && st == ST_OK && d->disk_faults == before && laid_anew(d, m))
		d->late = false;
	if (m->reply.status == 200 && strcmp(strbuf_cstr(&m->request.path), "/v1/sync/pull") == 0)
		d->pulled = m->served;
	checks_run(d->world, AT_STEP, d, m);
	device_pump(d);
}

const char *device_unrest(struct device *d)
{
	struct outbox_item next = OUTBOX_ITEM_INIT;
	struct sync_point point;
	char epochs[EPOCHS_TEXT];
	int64_t unreadable = 0;
	bool waits, recheck = false;

	if (d->down)
		return "it is down";
	if (d->ticket[LANE_PUSH] || !network_holds(d->world, d->ticket[LANE_PULL]))
		return "it is under way";
	if (!same_epoch(d))
		return "its copy is of another epoch";
	if (d->world->mishaps.count && !mishap_mend(d)) {
		world_later(d->world, SECOND, EVENT_WAKE, d->index, NULL);
		return "its officer has still to enrol or to sign again";
	}
	if (identity_epochs(d->outbox, epochs, &recheck, NULL) != ST_OK || recheck)
		return "it has still to hear what stands";
	waits = outbox_next(d->outbox, d->dev, 0, &next, NULL) != ST_NONE;
	outbox_item_release(&next);
	if (waits)
		return "an action waits";
	if (cache_point(d->cache, &point, NULL) != ST_OK || point.purge_due)
		return "words have still to leave its files";
	return unreadable_count(d->cache, &unreadable, NULL) != ST_OK || unreadable
		       ? "a case cannot be read"
		       : NULL;
}

void device_acted(struct device *d, int64_t before)
{
	if (dies(d))
		return;
	(void)disk_failed(d, before);
	checks_run(d->world, AT_STEP, d, NULL);
	device_pump(d);
}
