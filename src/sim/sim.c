/* SPDX-License-Identifier: EUPL-1.2 */
#include "sim/sim.h"

#include <stdlib.h>
#include <string.h>

#include "sign/hash.h"
#include "sim/checks.h"
#include "sim/fate.h"
#include "sql/db.h"

#include "base/banned.h"

enum { HEAL_MINUTES = 180, CASES = 5, EVENTS_MAX = 60000 };
static const int64_t START = 1795420800000; /* 2026-11-23T08:00:00Z */

static const char conf[] =
	"[committee KS]\nname.sv = Kommunstyrelsen\nname.en = Board\ndiary_prefix = KS\n"
	"[unit u]\nname.sv = Enhet\nname.en = Unit\ncommittee = KS\n"
	"[queue q1]\nname.sv = Ett\nname.en = One\nunit = u\n"
	"[queue q2]\nname.sv = Två\nname.en = Two\nunit = u\n"
	"[unit v]\nname.sv = Annan\nname.en = Other\ncommittee = KS\n"
	"[queue q3]\nname.sv = Tre\nname.en = Three\nunit = v\n"
	"[casetype T]\nname.sv = Typ\nname.en = Type\nversion = 1\nclass_code = 1.1\n"
	"queue = q1\ntarget = 70 days\noutcome = ja \"Ja\" \"Yes\"\n";

static int64_t world_now(void *ctx)
{
	return ((struct world *)ctx)->now;
}

/* Asked before each commit of the central. */
static bool central_may_commit(void *ctx)
{
	struct world *w = ctx;

	if (!w->central_dying && fault(w, w->rates.central_crash)) {
		world_trace(w, "central dies in a commit");
		w->central_dying = true;
	}
	return !w->central_dying;
}

static void central_woke(void *ctx)
{
	((struct world *)ctx)->woke = true;
}

/* Every officer has a device, and some have more. */
static int officer_of(struct world *w, int device)
{
	return device < w->officer_count ? device : (int)below(w, (uint64_t)w->officer_count);
}

/* Backups are somebody else's here: all that is written is in one at once, and
 * what is put back is younger than the month for which envelopes are kept. */
static enum status all_is_backed_up(struct world *w, struct err *why)
{
	return db_exec(central_db(w->central),
		       "INSERT OR REPLACE INTO meta(key, value) VALUES"
		       "('backup_size', '9000000000000000000'), ('backup_at', '1')",
		       why);
}

static enum status open_central(struct world *w, struct err *why)
{
	const struct central_env env = {
		.clock = { world_now, world_now, w },
		.rng = rng_from_seed(&w->central_seed, w->o->seed ^ 0x5EED),
		.woke = central_woke,
		.ctx = w,
		.in_memory = true,
		.database = w->o->stage->central,
	};
	static const char *const officers[OFFICERS_MAX] = { "anna", "bo", "cia", "dag" };
	enum status st = central_open_memory(&w->central, conf, &env, why);

	for (int i = 0; i < w->officer_count && st == ST_OK; i++)
		st = people_add(w, i, officers[i], why);
	if (st == ST_OK)
		st = loading_open(w, why);
	for (int i = 0; i < w->device_count && st == ST_OK; i++)
		st = device_open(w, i, officers[officer_of(w, i)], why);
	if (st == ST_OK)
		st = all_is_backed_up(w, why);
	if (st == ST_OK)
		db_on_commit(central_db(w->central), central_may_commit, w);
	return st;
}

static void intake(struct world *w)
{
	struct request r = REQUEST_INIT;
	struct reply reply = REPLY_INIT;

	request_set(&r, "POST", "/v1/intake/T");
	snprintf(r.content_type, sizeof(r.content_type), "application/json");
	snprintf(r.idempotency_key, sizeof(r.idempotency_key), "k%lld", (long long)++w->tickets);
	people_apply(w, &r.body);
	network_direct(w, &r, &reply);
	people_applied(w, &reply);
	world_trace(w, "intake %d", reply.status);
	if (reply.status != 201)
		world_violation(w, "intake", "an application was answered %d: %.200s", reply.status,
				strbuf_cstr(&reply.body));
	request_release(&r);
	reply_release(&reply);
}

static void plan(struct world *w)
{
	for (int i = 0; i < CASES; i++)
		world_later(w, (int64_t)below(w, i < 2 ? SECOND : 5 * MINUTE), EVENT_INTAKE, 0,
			    NULL);
	for (int i = 0; i < w->device_count; i++) {
		world_later(w, (int64_t)below(w, 5 * SECOND), EVENT_WAKE, i, NULL);
		for (int64_t at = 0; at < w->fault_ms; at += (int64_t)below(w, 40 * SECOND))
			world_later(w, 5 * SECOND + at, EVENT_TURN, i, NULL);
	}
}

static void happen(struct world *w, struct sim_event *e)
{
	struct device *d = &w->device[e->kind == EVENT_RARE ? 0 : e->device];

	switch (e->kind) {
	case EVENT_ARRIVE:
		network_arrive_take(w, e->message);
		break;
	case EVENT_ANSWER:
		device_answer(d, e->message);
		message_free(e->message);
		break;
	case EVENT_WAKE:
		device_pump(d);
		break;
	case EVENT_TURN:
		if (!w->healing)
			officer_turn(d);
		people_change(w);
		break;
	case EVENT_INTAKE:
		intake(w);
		break;
	case EVENT_BOOT:
		device_boot(d);
		break;
	case EVENT_HELD:
		network_held(w, false);
		break;
	case EVENT_COPY:
		mishap_copy(w, e->device);
		break;
	case EVENT_MISHAP:
		mishap_happens(w, e->device);
		break;
	case EVENT_RARE:
		rare_happens(w, e->device);
		break;
	}
	if (w->woke) {
		w->woke = false;
		network_held(w, true);
	}
}

static bool quiet(struct world *w)
{
	for (int i = 0; i < w->device_count; i++)
		if (device_unrest(&w->device[i]))
			return false;
	return true;
}

static void never_quiet(struct world *w, int64_t since)
{
	for (int i = 0; i < w->device_count && !w->result->violated; i++) {
		const char *reason = device_unrest(&w->device[i]);

		if (reason)
			world_violation(w, "I14",
					"device %d is not quiet %lld virtual minutes after the"
					" faults stopped: %s",
					i, (long long)(w->now - since) / MINUTE, reason);
	}
}

static void run(struct world *w)
{
	int64_t heal_at = w->heal_at;
	struct sim_event e;

	while (!w->result->violated && world_next(w, &e)) {
		w->result->events++;
		if (!w->healing && w->now >= heal_at) {
			w->healing = true;
			world_trace(w, "healing");
			for (int i = 0; i < w->device_count; i++)
				world_later(w, 0, EVENT_WAKE, i, NULL);
		}
		happen(w, &e);
		if (w->healing && quiet(w))
			break;
		if (w->now > heal_at + HEAL_MINUTES * MINUTE || w->result->events > EVENTS_MAX)
			never_quiet(w, heal_at);
	}
	if (!w->result->violated && !quiet(w))
		never_quiet(w, heal_at);
	erasing_count(w);
	if (!w->result->violated)
		checks_run(w, AT_END, NULL, NULL);
}

static void tear_down(struct world *w)
{
	struct sim_event e;

	while (world_next(w, &e))
		message_free(e.message);
	for (int i = 0; i < w->held_count; i++)
		message_free(w->held[i].message);
	for (int i = 0; i < w->device_count; i++)
		if (w->device[i].world)
			device_close(&w->device[i]);
	loading_close(w);
	central_close(w->central);
	compacting_release(w);
	mishap_release(w);
	free(w->heap);
	history_release(&w->history);
	forge_release(&w->forge);
	strbuf_release(&w->stale);
}

enum status sim_run(const struct sim_options *o, struct sim_result *r, struct err *why)
{
	struct world *w = calloc(1, sizeof(*w));
	enum status st;

	if (!w)
		return err_set(why, ST_BROKEN, "memory", "out of memory");
	memset(r, 0, sizeof(*r));
	r->trace_hash = 0xCBF29CE484222325u;
	w->o = o;
	w->result = r;
	w->now = START;
	w->rng = rng_from_seed(&w->seed, o->seed);
	st = sign_start(why);
	if (st == ST_OK) {
		w->healing = true; /* nothing fails while the stage is set */
		stage_reset(o->stage);
		power_on(w);
		fate_people(w);
		st = open_central(w, why);
		w->healing = false;
	}
	if (st == ST_OK) {
		fate_draw(w);
		forge_init(w);
		plan(w);
		run(w);
	}
	r->virtual_ms = w->now - START;
	r->fault_ms = w->fault_ms;
	r->devices = w->device_count;
	tear_down(w);
	stage_reset(o->stage); /* nothing may point at this world */
	free(w);
	return st;
}
