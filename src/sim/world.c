/* SPDX-License-Identifier: EUPL-1.2 */
#include "sim/world.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

bool fault(struct world *w, unsigned per_mille)
{
	return !w->healing && rng_below(&w->rng, 1000) < per_mille;
}

uint64_t below(struct world *w, uint64_t n)
{
	return rng_below(&w->rng, n);
}

/* FNV-1a, 64 bit: a name for a trace, not a seal. */
static uint64_t hash_on(uint64_t h, const char *p)
{
	for (; *p; p++)
		h = (h ^ (unsigned char)*p) * 0x100000001B3u;
	return h;
}

void world_trace(struct world *w, const char *fmt, ...)
{
	char line[512];
	va_list ap;
	int n = snprintf(line, sizeof(line), "%9lld ", (long long)(w->now % 1000000000));

	va_start(ap, fmt);
	vsnprintf(line + n, sizeof(line) - (size_t)n, fmt, ap);
	va_end(ap);
	w->result->trace_hash = hash_on(w->result->trace_hash, line);
	if (w->o->trace)
		fprintf(w->o->trace, "%s\n", line);
}

void world_violation(struct world *w, const char *invariant, const char *fmt, ...)
{
	va_list ap;

	if (w->result->violated)
		return;
	w->result->violated = true;
	snprintf(w->result->invariant, sizeof(w->result->invariant), "%s", invariant);
	va_start(ap, fmt);
	vsnprintf(w->result->text, sizeof(w->result->text), fmt, ap);
	va_end(ap);
	world_trace(w, "VIOLATION %s %s", invariant, w->result->text);
}

static bool earlier(const struct sim_event *a, const struct sim_event *b)
{
	return a->at != b->at ? a->at < b->at : a->order < b->order;
}

static void swap(struct sim_event *a, struct sim_event *b)
{
	struct sim_event t = *a;

	*a = *b;
	*b = t;
}

void world_later(struct world *w, int64_t delay, enum event_kind kind, int device,
		 struct message *m)
{
	int i = w->heap_count;

	if (i == w->heap_cap) {
		w->heap_cap = w->heap_cap ? w->heap_cap * 2 : 256;
		w->heap = realloc(w->heap, (size_t)w->heap_cap * sizeof(*w->heap));
		if (!w->heap)
			abort();
	}
	w->heap[w->heap_count++] =
		(struct sim_event){ w->now + delay, w->order++, kind, device, m };
	for (; i > 0 && earlier(&w->heap[i], &w->heap[(i - 1) / 2]); i = (i - 1) / 2)
		swap(&w->heap[i], &w->heap[(i - 1) / 2]);
}

bool world_next(struct world *w, struct sim_event *e)
{
	int i = 0;

	if (!w->heap_count)
		return false;
	*e = w->heap[0];
	w->heap[0] = w->heap[--w->heap_count];
	for (;;) {
		int least = i;

		for (int c = 2 * i + 1; c <= 2 * i + 2; c++)
			if (c < w->heap_count && earlier(&w->heap[c], &w->heap[least]))
				least = c;
		if (least == i)
			break;
		swap(&w->heap[i], &w->heap[least]);
		i = least;
	}
	w->now = e->at;
	return true;
}

struct message *message_new(int device, enum sync_lane lane, int64_t ticket)
{
	struct message *m = calloc(1, sizeof(*m));

	if (!m)
		abort();
	m->device = device;
	m->lane = lane;
	m->ticket = ticket;
	return m;
}

void message_free(struct message *m)
{
	if (!m)
		return;
	request_release(&m->request);
	reply_release(&m->reply);
	free(m);
}
