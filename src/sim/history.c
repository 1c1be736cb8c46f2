/* SPDX-License-Identifier: EUPL-1.2 */
#include "sim/history.h"

#include <stdlib.h>
#include <string.h>

#include "sign/jws.h"
#include "sim/erasing.h"
#include "sim/world.h"
#include "sql/db.h"
#include "wire/ack.h"

#include "base/banned.h"

/* --- Sets of names --------------------------------------------------------------- */

uint64_t bytes_name(struct str s)
{
	uint64_t h = 0xCBF29CE484222325u; /* FNV-1a */

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 0x100000001B3u;
	return h ? h : 1;
}

static uint64_t pair_name(const char *a, const char *b)
{
	return bytes_name(str_of(a)) * 31 + bytes_name(str_of(b));
}

static size_t place_of(const struct marks *m, uint64_t name)
{
	size_t i = (size_t)name & (m->room - 1);

	while (m->slot[i] && m->slot[i] != name)
		i = (i + 1) & (m->room - 1);
	return i;
}

bool marks_has(const struct marks *m, uint64_t name)
{
	return m->room && m->slot[place_of(m, name)];
}

static void marks_grow(struct marks *m)
{
	struct marks more = { calloc(m->room ? 2 * m->room : 256, sizeof(uint64_t)),
			      m->room ? 2 * m->room : 256, m->count };

	if (!more.slot)
		abort();
	for (size_t i = 0; i < m->room; i++)
		if (m->slot[i])
			more.slot[place_of(&more, m->slot[i])] = m->slot[i];
	free(m->slot);
	*m = more;
}

/* False: it was there already. */
static bool marks_add(struct marks *m, uint64_t name)
{
	if (marks_has(m, name))
		return false;
	if (2 * m->count >= m->room)
		marks_grow(m);
	m->slot[place_of(m, name)] = name;
	m->count++;
	return true;
}

void history_release(struct history *h)
{
	for (int i = 0; i < h->judged_count; i++)
		strbuf_release(&h->judged[i].jws);
	free(h->judged);
	free(h->promises);
	free(h->lines.slot);
	free(h->signed_.slot);
	free(h->answers.slot);
	free(h->gone.slot);
	free(h->erased.slot);
	free(h->verdicts.slot);
	free(h->doubted.slot);
	memset(h, 0, sizeof(*h));
}

void *room_for(void *list, int count, int *room, size_t size)
{
	if (count < *room)
		return list;
	*room = *room ? 2 * *room : 64;
	list = reallocarray(list, (size_t)*room, size);
	if (!list)
		abort();
	return list;
}

/* --- What officers sign ------------------------------------------------------------ */

struct promise *history_promise(struct device *d, const char *dev, int64_t ctr)
{
	struct world *w = d->world;

	for (int i = w->history.promise_count - 1; i >= 0; i--) {
		struct promise *p = &w->history.promises[i];

		if (p->device == d->index && !p->gone && p->ctr == ctr && strcmp(p->dev, dev) == 0)
			return p;
	}
	return NULL;
}

/* These bytes, and no others, may leave for this counter. */
static void note_bytes(struct history *h, struct promise *p, const struct outbox_item *i)
{
	p->bytes = bytes_name(strbuf_str(outbox_item_bytes(i)));
	marks_add(&h->lines, p->bytes);
	marks_add(&h->signed_, pair_name(i->dev, outbox_item_ah(i)));
}

bool history_took(struct world *w, const struct promise *p)
{
	return p->emptied || erasing_took(w, p->iid, p->case_id) || history_took_case(w, p);
}

bool history_took_case(struct world *w, const struct promise *p)
{
	return marks_has(&w->history.gone, bytes_name(str_of(p->case_id)))
	       || (rare_has(w, RARE_ERASURE) && erasing_took_case(w, p->case_id));
}

/* What this home signed before with the same intent was erased, as a restore may
 * have forgotten: the words go here as well. So they have in a copy of a folder
 * that never had them. */
static void take_after(const struct history *h, struct promise *p, bool bare)
{
	for (int i = 0; i < h->promise_count; i++) {
		const struct promise *of = &h->promises[i];

		if ((of->device == p->device || bare) && strcmp(of->iid, p->iid) == 0)
			p->emptied = p->emptied || of->emptied;
	}
}

static struct promise *promise(struct device *d, const struct outbox_item *i)
{
	struct history *h = &d->world->history;
	struct promise *p;

	h->promises =
		room_for(h->promises, h->promise_count, &h->promise_room, sizeof(*h->promises));
	p = &h->promises[h->promise_count];
	*p = (struct promise){ .device = d->index, .ctr = i->ctr, .voided = i->voided };
	snprintf(p->dev, sizeof(p->dev), "%s", i->dev);
	snprintf(p->iid, sizeof(p->iid), "%s", i->iid);
	snprintf(p->ah, sizeof(p->ah), "%s", i->ah);
	snprintf(p->case_id, sizeof(p->case_id), "%s", i->case_id);
	take_after(h, p, i->envelope.len == 0);
	h->promise_count++;
	p->envelope = bytes_name(strbuf_str(&i->envelope));
	note_bytes(h, p, i);
	world_trace(d->world, "act d%d ctr %lld %s", d->index, (long long)i->ctr, i->act);
	d->world->result->acts++;
	return p;
}

/* A commit that succeeds makes safe what was written before it. */
static void made_safe(struct device *d)
{
	struct history *h = &d->world->history;

	for (int i = 0; i < h->promise_count; i++)
		if (h->promises[i].device == d->index)
			h->promises[i].found = false;
}

void history_signed(struct device *d, int64_t id)
{
	struct outbox_item item = OUTBOX_ITEM_INIT;

	enum status st = outbox_get(d->outbox, id, &item, NULL);

	made_safe(d);
	if (st == ST_OK)
		(void)promise(d, &item);
	else if (st == ST_NONE)
		world_violation(d->world, "I2",
				"device %d: the officer was told that it is signed, and it is not"
				" in the outbox",
				d->index);
	outbox_item_release(&item);
}

static void withdrawn(struct device *d, struct promise *p, const struct outbox_item *i)
{
	p->voided = true;
	note_bytes(&d->world->history, p, i);
	world_trace(d->world, "void d%d ctr %lld", d->index, (long long)i->ctr);
}

void history_voided(struct device *d, int64_t id)
{
	struct outbox_item item = OUTBOX_ITEM_INIT;
	struct promise *p = NULL;

	if (outbox_get(d->outbox, id, &item, NULL) == ST_OK)
		p = history_promise(d, item.dev, item.ctr);
	if (p)
		withdrawn(d, p, &item);
	outbox_item_release(&item);
}

void history_kept_back(struct device *d)
{
	struct outbox_item item = OUTBOX_ITEM_INIT;
	int64_t before = INT64_MAX;

	while (outbox_before(d->outbox, before, &item, NULL) == ST_OK) {
		struct promise *p = history_promise(d, item.dev, item.ctr);
		bool refused = item.verdict != VERDICT_NONE && !verdict_stands(item.verdict);

		before = item.id;
		/* A void that was let go of, and a newer one: their bytes differ. */
		if (!p || !(p->kept_back || (refused && item.slot != SLOT_OWN)))
			continue;
		p->kept_back = p->voided = item.slot != SLOT_OWN;
		note_bytes(&d->world->history, p, &item);
	}
	outbox_item_release(&item);
}

void history_closed(struct device *d, int64_t id)
{
	struct outbox_item item = OUTBOX_ITEM_INIT;
	struct promise *p = NULL;

	if (outbox_get(d->outbox, id, &item, NULL) == ST_OK)
		p = history_promise(d, item.dev, item.ctr);
	if (p)
		p->closed = true;
	outbox_item_release(&item);
}

/* What the last start found, of a process that was killed before its commit was
 * safe, and the power took after all: nobody was told that it is signed. */
static void drop_found(struct device *d)
{
	struct history *h = &d->world->history;
	struct outbox_item item = OUTBOX_ITEM_INIT;

	for (int i = 0; i < h->promise_count; i++) {
		struct promise *p = &h->promises[i];

		if (p->device == d->index && p->found && !p->gone)
			p->gone = outbox_by_ctr(d->outbox, p->dev, p->ctr, &item, NULL) != ST_OK
				  || strcmp(item.ah, p->ah) != 0;
	}
	outbox_item_release(&item);
}

void history_found(struct device *d)
{
	struct outbox_item item = OUTBOX_ITEM_INIT;
	int64_t before = INT64_MAX;

	drop_found(d);
	while (outbox_before(d->outbox, before, &item, NULL) == ST_OK) {
		struct promise *p = history_promise(d, item.dev, item.ctr);

		if (!p)
			(p = promise(d, &item))->found = true;
		else if (item.voided && !p->voided)
			withdrawn(d, p, &item);
		p = p ? p : history_promise(d, item.dev, item.ctr);
		if (p && item.slot != SLOT_OWN)
			p->kept_back = true;
		/* On a copy of a folder, too, where nothing was told of before. */
		if (item.state == OUTBOX_ARCHIVED || item.state == OUTBOX_SUPERSEDED)
			p->closed = true;
		before = item.id;
	}
	outbox_item_release(&item);
}

void history_emptied(struct device *d)
{
	struct outbox_item item = OUTBOX_ITEM_INIT;
	int64_t before = INT64_MAX;

	while (outbox_before(d->outbox, before, &item, NULL) == ST_OK) {
		struct promise *p = NULL;

		if (item.voided && item.envelope.len == 0)
			p = history_promise(d, item.dev, item.ctr);
		if (p && !p->voided)
			withdrawn(d, p, &item);
		if (p && !history_took(d->world, p))
			world_violation(d->world, "I16",
					"device %d: the words of action %lld are gone, and nobody"
					" erased them",
					d->index, (long long)p->ctr);
		before = item.id;
	}
	outbox_item_release(&item);
}

static void mark_erased(struct world *w)
{
	struct stmt *q = db_stmt(central_db(w->central), "SELECT l.eh FROM log l JOIN entry e"
							 " USING(seq) WHERE e.jws IS NULL");

	while (stmt_step(q, NULL) == ST_OK)
		marks_add(&w->history.erased, bytes_name(stmt_col_text(q, 0)));
	stmt_reset(q);
	q = db_stmt(central_db(w->central), "SELECT case_id FROM erased_case");
	while (stmt_step(q, NULL) == ST_OK)
		marks_add(&w->history.gone, bytes_name(stmt_col_text(q, 0)));
	stmt_reset(q);
}

void history_erased(struct world *w)
{
	mark_erased(w);
	for (int i = 0; i < w->history.promise_count; i++) {
		struct promise *p = &w->history.promises[i];

		p->emptied = history_took(w, p);
	}
}

/* The newest envelopes of an older copy are the last that it knows of. */
static void recall(struct device *d, struct promise *p)
{
	struct outbox_item item = OUTBOX_ITEM_INIT;

	p->gone = outbox_by_ctr(d->outbox, p->dev, p->ctr, &item, NULL) != ST_OK
		  || strcmp(item.ah, p->ah) != 0;
	if (!p->gone) {
		p->voided = item.voided;
		p->closed = p->seen = false;
		note_bytes(&d->world->history, p, &item);
	}
	outbox_item_release(&item);
}

void history_unread(struct device *d)
{
	struct history *h = &d->world->history;
	struct outbox_item item = OUTBOX_ITEM_INIT;

	for (int i = 0; i < h->promise_count; i++)
		if (h->promises[i].device == d->index && !h->promises[i].gone
		    && outbox_by_ctr(d->outbox, h->promises[i].dev, h->promises[i].ctr, &item, NULL)
			       != ST_OK)
			h->promises[i].seen = true;
	outbox_item_release(&item);
}

void history_lost(struct device *d)
{
	for (int i = 0; i < d->world->history.promise_count; i++)
		if (d->world->history.promises[i].device == d->index
		    && !d->world->history.promises[i].gone)
			recall(d, &d->world->history.promises[i]);
}

/* --- What the central answers -------------------------------------------------------- */

static unsigned roles_of(struct world *w, const char *dev)
{
	struct stmt *q = db_stmt(central_db(w->central),
				 "SELECT o.roles FROM officer o JOIN device d ON d.officer = o.id"
				 " WHERE d.id = ?1");
	unsigned roles = 0;

	stmt_cstr(q, 1, dev);
	if (stmt_step(q, NULL) == ST_OK)
		roles = (unsigned)stmt_col_int(q, 0);
	stmt_reset(q);
	return roles;
}

static struct str next_line(struct str *rest)
{
	const char *lf = rest->n ? memchr(rest->p, '\n', rest->n) : NULL;
	struct str line = { rest->p, lf ? (size_t)(lf - rest->p) : rest->n };
	size_t used = line.n + (lf ? 1 : 0);

	rest->p += used;
	rest->n -= used;
	return line;
}

static bool read_ack(struct ack *a, struct str line)
{
	struct strbuf payload = STRBUF_INIT;
	bool ok = jws_payload_unverified(&payload, line, NULL) == ST_OK
		  && ack_read(a, strbuf_str(&payload), NULL) == ST_OK;

	strbuf_release(&payload);
	return ok;
}

static void note_verdict(struct world *w, const struct ack *a, struct str envelope, int64_t head)
{
	struct history *h = &w->history;
	struct judged *j;

	if (!marks_add(&h->verdicts, pair_name(a->ah, a->epoch))
	    || marks_has(&h->doubted, bytes_name(str_of(a->ah))))
		return;
	h->judged = room_for(h->judged, h->judged_count, &h->judged_room, sizeof(*h->judged));
	j = &h->judged[h->judged_count++];
	*j = (struct judged){
		.ctr = a->ctr, .verdict = a->verdict, .head = head, .roles = roles_of(w, a->dev)
	};
	snprintf(j->ah, sizeof(j->ah), "%s", a->ah);
	snprintf(j->dev, sizeof(j->dev), "%s", a->dev);
	snprintf(j->epoch, sizeof(j->epoch), "%s", a->epoch);
	snprintf(j->why, sizeof(j->why), "%s", a->why);
	strbuf_set(&j->jws, envelope.p, envelope.n);
	if (!marks_has(&h->signed_, pair_name(a->dev, a->ah)))
		world_violation(w, "I5",
				"the central judged action %lld (%.12s), which was never"
				" signed like that: %s",
				(long long)a->ctr, a->ah, verdict_name(a->verdict));
}

/* The central could not answer: what it wrote before its disk failed stays, and
 * when it was judged will not be known from the answer to come. */
static void note_doubt(struct history *h, struct str sent)
{
	char ah[HASH_TEXT];

	while (sent.n)
		if (jws_ah(ah, next_line(&sent)))
			marks_add(&h->doubted, bytes_name(str_of(ah)));
}

/* What stands at `seq` may have made the central erase, in entries of its own. */
static int64_t followed_to(struct world *w, int64_t seq)
{
	struct stmt *q = db_stmt(central_db(w->central),
				 "SELECT coalesce((SELECT min(seq) - 1 FROM log WHERE seq > ?1"
				 " AND act <> 'entry.erase'), (SELECT max(seq) FROM log))");
	int64_t to = seq;

	stmt_int(q, 1, seq);
	if (stmt_step(q, NULL) == ST_OK)
		to = stmt_col_int(q, 0);
	stmt_reset(q);
	return to;
}

void history_served(struct world *w, const struct message *m, int64_t head)
{
	const char *path = strbuf_cstr(&m->request.path);
	bool push = strcmp(path, "/v1/actions") == 0;
	struct str rest = strbuf_str(&m->reply.body), sent = strbuf_str(&m->request.body);

	if (push && m->reply.status >= 500)
		note_doubt(&w->history, sent);
	if (m->reply.status != 200 || (!push && strcmp(path, "/v1/acks") != 0))
		return;
	while (rest.n) {
		struct str line = next_line(&rest), envelope = next_line(&sent);
		char ah[HASH_TEXT];
		struct ack a;

		marks_add(&w->history.answers, bytes_name(line));
		/* The answer to the same intent in another envelope is not one
		 * to this. */
		if (!push || !read_ack(&a, line) || !jws_ah(ah, envelope) || strcmp(ah, a.ah) != 0)
			continue;
		note_verdict(w, &a, envelope, head);
		if (verdict_stands(a.verdict) && a.seq > head)
			head = followed_to(w, a.seq);
	}
}

/* Does the central still have that verdict? */
static bool stands_recorded(struct world *w, const struct judged *j)
{
	struct stmt *q =
		db_stmt(central_db(w->central),
			"SELECT 1 FROM device_log WHERE dev = ?1 AND ctr = ?2 AND ah = ?3");
	bool found;

	stmt_cstr(q, 1, j->dev);
	stmt_int(q, 2, j->ctr);
	stmt_cstr(q, 3, j->ah);
	found = stmt_step(q, NULL) == ST_OK;
	stmt_reset(q);
	return found;
}

void history_restored(struct world *w)
{
	struct history *h = &w->history;
	int kept = 0;

	for (int i = 0; i < h->judged_count; i++)
		if (stands_recorded(w, &h->judged[i]))
			h->judged[kept++] = h->judged[i];
		else
			strbuf_release(&h->judged[i].jws);
	h->judged_count = kept;
	for (int i = 0; i < h->promise_count; i++)
		h->promises[i].seen = h->promises[i].believed = false;
}
