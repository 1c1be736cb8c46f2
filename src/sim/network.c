/* SPDX-License-Identifier: EUPL-1.2 */
#include "sim/checks.h"

#include <stdio.h>
#include <string.h>

#include "central/inside.h"

#include "base/banned.h"

enum { TRIP_MIN = 5, TRIP = 60, TIMEOUT = 20 * SECOND };

static int64_t trip(struct world *w)
{
	int64_t ms = TRIP_MIN + (int64_t)below(w, TRIP);

	if (fault(w, w->rates.delay)) {
		w->result->faults++;
		ms += (int64_t)below(w, 15 * SECOND);
	}
	return ms;
}

/* The device is told after a while that nothing came. */
static void no_answer_take(struct world *w, struct message *m)
{
	reply_clear(&m->reply);
	world_later(w, TIMEOUT / 4 + (int64_t)below(w, TIMEOUT), EVENT_ANSWER, m->device, m);
}

static struct message *copy_request(const struct message *m)
{
	struct message *c = message_new(m->device, m->lane, 0);

	memcpy(c->request.method, m->request.method, sizeof(c->request.method));
	memcpy(c->request.content_type, m->request.content_type, sizeof(c->request.content_type));
	memcpy(c->request.bearer, m->request.bearer, sizeof(c->request.bearer));
	memcpy(c->request.idempotency_key, m->request.idempotency_key,
	       sizeof(c->request.idempotency_key));
	strbuf_set(&c->request.path, strbuf_cstr(&m->request.path), m->request.path.len);
	strbuf_set(&c->request.query, strbuf_cstr(&m->request.query), m->request.query.len);
	strbuf_set(&c->request.body, strbuf_cstr(&m->request.body), m->request.body.len);
	return c;
}

void network_send_take(struct world *w, struct message *m)
{
	world_trace(w, "send d%d %s %s%s%s %zu", m->device, m->request.method,
		    strbuf_cstr(&m->request.path), m->request.query.len ? "?" : "",
		    strbuf_cstr(&m->request.query), m->request.body.len);
	if (strcmp(strbuf_cstr(&m->request.path), "/v1/actions") == 0)
		history_emptied(&w->device[m->device]);
	checks_run(w, AT_SEND, &w->device[m->device], m);
	if (fault(w, w->rates.drop)) {
		w->result->faults++;
		world_trace(w, "drop d%d", m->device);
		no_answer_take(w, m);
		return;
	}
	/* A doubled request is answered to nobody: its ticket is 0. */
	if (fault(w, w->rates.double_)) {
		w->result->faults++;
		world_later(w, trip(w), EVENT_ARRIVE, m->device, copy_request(m));
	}
	world_later(w, trip(w), EVENT_ARRIVE, m->device, m);
}

/* What a middle box may make of a reply. */
static void spoil(struct world *w, struct message *m)
{
	bool push =
		strcmp(strbuf_cstr(&m->request.path), "/v1/actions") == 0 && m->reply.status == 200;

	if (fault(w, w->rates.garbage)) {
		w->result->faults++;
		world_trace(w, "garbage d%d", m->device);
		m->reply.status = 200;
		snprintf(m->reply.content_type, sizeof(m->reply.content_type), "text/html");
		strbuf_sets(&m->reply.body, "<html><body>Logga in i hotellets nät</body></html>");
	} else if (m->reply.body.len && fault(w, w->rates.cut)) {
		w->result->faults++;
		world_trace(w, "cut d%d", m->device);
		strbuf_cut(&m->reply.body, (size_t)below(w, m->reply.body.len));
	} else if (push && w->stale.len && fault(w, w->rates.cross)) {
		/* A cache in the middle gives somebody else's older answer. */
		w->result->faults++;
		world_trace(w, "cross d%d", m->device);
		strbuf_set(&m->reply.body, w->stale.data, w->stale.len);
	} else if (push && below(w, 3) == 0) {
		strbuf_set(&w->stale, strbuf_cstr(&m->reply.body), m->reply.body.len);
	}
}

/* The central answers; a stop in a commit or just after it takes the reply. */
static void serve(struct world *w, struct message *m)
{
	int64_t head = central_size(w->central);

	central_handle(w->central, &m->request, &m->reply);
	m->served = central_now(w->central);
	history_served(w, m, head);
	loading_served(w, m);
	checks_run(w, AT_REPLY, &w->device[m->device], m);
	if (w->central_dying || fault(w, w->rates.central_crash / 2)) {
		reply_clear(&m->reply);
		power_central(w);
	}
}

static void answer_take(struct world *w, struct message *m)
{
	world_trace(w, "reply d%d %d %zu", m->device, m->reply.status, m->reply.body.len);
	if (m->reply.status && fault(w, w->rates.lose)) {
		w->result->faults++;
		world_trace(w, "lose d%d", m->device);
		reply_clear(&m->reply);
	}
	if (!m->reply.status) {
		no_answer_take(w, m);
		return;
	}
	forge_reply(w, m);
	spoil(w, m);
	world_later(w, trip(w), EVENT_ANSWER, m->device, m);
}

/* A long poll waits at the central; a doubled one is answered at once. */
static void hold_take(struct world *w, struct message *m)
{
	if (m->ticket == 0 || w->held_count == (int)(sizeof(w->held) / sizeof(w->held[0]))) {
		message_free(m);
		return;
	}
	w->held[w->held_count++] = (struct held){ m, m->reply.hold_until };
	world_later(w, m->reply.hold_until > w->now ? m->reply.hold_until - w->now : 0, EVENT_HELD,
		    m->device, NULL);
}

void network_arrive_take(struct world *w, struct message *m)
{
	snprintf(m->request.peer, sizeof(m->request.peer), "10.0.0.%d", m->device + 1);
	forge_request(w, m);
	serve(w, m);
	if (m->reply.hold)
		hold_take(w, m);
	else if (m->ticket == 0)
		message_free(m);
	else
		answer_take(w, m);
}

void network_held(struct world *w, bool all)
{
	int n = w->held_count;
	struct held waiting[DEVICES_MAX * LANE_COUNT];

	memcpy(waiting, w->held, sizeof(waiting));
	w->held_count = 0;
	for (int i = 0; i < n; i++) {
		struct message *m = waiting[i].message;
		int64_t left = waiting[i].until - w->now;

		if (!all && left > 0) {
			w->held[w->held_count++] = waiting[i];
			continue;
		}
		m->request.timeout_ms = left > 0 ? (int)left : -1;
		network_arrive_take(w, m);
	}
}

bool network_holds(const struct world *w, int64_t ticket)
{
	for (int i = 0; i < w->held_count; i++)
		if (w->held[i].message->ticket == ticket)
			return true;
	return false;
}

void network_direct(struct world *w, const struct request *r, struct reply *reply)
{
	bool healing = w->healing;

	w->healing = true;
	central_handle(w->central, r, reply);
	w->healing = healing;
}
