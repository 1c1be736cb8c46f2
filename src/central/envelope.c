/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/envelope.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "central/vouch.h"
#include "wire/payload.h"

#include "base/banned.h"

void envelopes_release(struct envelopes *e)
{
	for (int i = 0; e->lines && i < e->count; i++)
		action_release(&e->lines[i].action);
	free(e->lines);
	e->lines = NULL;
	e->count = 0;
}

static bool copy_hash(const struct json *j, const char *name, char out[HASH_TEXT])
{
	return json_copy_text(j, name, out, HASH_TEXT) && strlen(out) == HASH_TEXT - 1
	       && strspn(out, "0123456789abcdef") == HASH_TEXT - 1;
}

static bool copy_uuid(const struct json *j, const char *name, char out[UUID_TEXT])
{
	return json_copy_text(j, name, out, UUID_TEXT) && uuid_valid(str_of(out));
}

/* Counter, chain and names must be there even in a payload that is refused:
 * without them the line has no place in the device's log. */
static enum status read_bare(struct line *l, const struct call *k, const struct json *j,
			     struct err *why)
{
	char dev[UUID_TEXT];
	bool ok;

	ok = copy_uuid(j, "iid", l->iid) && copy_uuid(j, "case", l->case_id)
	     && copy_hash(j, "prev", l->prev) && copy_uuid(j, "dev", dev)
	     && json_int(json_member(j, "ctr"), &l->ctr) && l->ctr > 0;
	if (!ok)
		return err_set(why, ST_BAD_INPUT, "payload-member",
			       "iid, dev, ctr, prev or case is missing or malformed");
	if (strcmp(dev, k->device.id) != 0)
		return err_set(why, ST_BAD_INPUT, "foreign-device",
			       "the action names device %s, and the login is of %s", dev,
			       k->device.id);
	return ST_OK;
}

static void read_whole(struct line *l, const struct call *k, struct str payload,
		       const struct json *j)
{
	struct action *a = &l->action;

	l->sound = false;
	if (payload_read_tree(a, payload, j, &l->why) != ST_OK || action_check(a, &l->why) != ST_OK)
		return;
	if (strcmp(a->aud, k->c->aud) != 0)
		(void)err_set(&l->why, ST_REFUSED, "foreign-central",
			      "the action is for central %s, this is %s", a->aud, k->c->aud);
	else if (strcmp(a->sub, k->device.officer) != 0)
		(void)err_set(&l->why, ST_REFUSED, "foreign-officer",
			      "the action is by %s, the device belongs to %s", a->sub,
			      k->device.officer);
	else
		l->sound = true;
}

/* --- The device's keys ---------------------------------------------------------- */

/* The present key first, then those before it, oldest first. A device that has
 * had more is long past waiting for what the oldest of them signed. */
enum { RING_MAX = 32 };
struct ring {
	int count;
	struct {
		struct pubkey key;
		int64_t through; /* the last counter it may sign, -1 = no bound */
	} key[RING_MAX];
};

static enum status ring_add(struct ring *ring, const struct device *d, int64_t through,
			    struct err *why)
{
	int at = ring->count;

	if (at == RING_MAX) {
		at--;
		memmove(&ring->key[1], &ring->key[2], sizeof(ring->key[0]) * (RING_MAX - 2));
	}
	if (!pubkey_from_text(&ring->key[at].key, str_of(d->x)))
		return err_set(why, ST_BROKEN, "device-key",
			       "a stored key of device %s is malformed", d->id);
	ring->key[at].through = through;
	ring->count = at + 1;
	return ST_OK;
}

static enum status ring_load(struct ring *ring, struct call *k, struct err *why)
{
	struct former_key f = FORMER_KEY_INIT;
	enum status st;

	ring->count = 0;
	st = ring_add(ring, &k->device, -1, why);
	while (st == ST_OK
	       && (st = former_key_after(k->c->db, k->device.id, f.n, &f, why)) == ST_OK)
		st = ring_add(ring, &f.device, f.device.valid_through_ctr, why);
	former_key_release(&f);
	return st == ST_NONE ? ST_OK : st;
}

/* Which key a line says it is signed by; the present one for a stranger's. */
static int ring_find(const struct ring *ring, struct str jws)
{
	char kid[KID_TEXT];

	if (jws_kid(kid, jws, NULL) == ST_OK)
		for (int i = 0; i < ring->count; i++)
			if (strcmp(ring->key[i].key.kid, kid) == 0)
				return i;
	return 0;
}

/* --- Lines ------------------------------------------------------------------------ */

static void open_line(struct line *l, const struct call *k, const struct ring *ring)
{
	int at = ring_find(ring, l->jws);
	int64_t through = ring->key[at].through;
	struct strbuf payload = STRBUF_INIT_MAX(ENVELOPE_MAX);
	struct json *j = NULL;

	l->st = jws_open(&payload, l->ah, &ring->key[at].key, TYP_ACTION, l->jws, &l->why);
	if (l->st == ST_OK)
		l->st = json_read(&j, strbuf_str(&payload), &l->why);
	if (l->st == ST_OK)
		l->st = read_bare(l, k, j, &l->why);
	if (l->st == ST_OK && through >= 0 && l->ctr > through)
		l->st = key_replaced(NULL, NULL, &l->why);
	if (l->st == ST_OK)
		read_whole(l, k, strbuf_str(&payload), j);
	json_free(j);
	strbuf_release(&payload);
	memcpy(l->next_prev, l->ah, HASH_TEXT);
	/* A void stands in the place of a withdrawn envelope: the next one
	 * was signed on that envelope's hash. */
	if (l->st == ST_OK && l->sound && l->action.def->class == CLASS_VOID)
		snprintf(l->next_prev, HASH_TEXT, "%s", action_get(&l->action, "ah"));
}

static enum status cut_lines(struct envelopes *e, struct str body, struct err *why)
{
	for (size_t at = 0; at < body.n;) {
		const char *lf = memchr(body.p + at, '\n', body.n - at);
		size_t end = lf ? (size_t)(lf - body.p) : body.n;

		if (end > at && e->count == LIMIT_ACTIONS)
			return err_set(why, ST_BAD_INPUT, "too-large",
				       "more than %d actions in one request", LIMIT_ACTIONS);
		if (end > at)
			e->lines[e->count++].jws = (struct str){ body.p + at, end - at };
		at = end + 1;
	}
	return e->count ? ST_OK
			: err_set(why, ST_BAD_INPUT, "actions-missing", "the body has no action");
}

/* Most of what a push costs is signatures, so the lines of a long one are
 * opened by several threads. Each writes to its own lines, and what it reads
 * beside them stands still. */
enum { OPENERS = 4, OPENER_LINES = 16 };

struct share {
	const struct call *k;
	const struct ring *ring;
	struct line *lines;
	int count;
};

static void *open_share(void *arg)
{
	struct share *s = arg;

	for (int i = 0; i < s->count; i++)
		open_line(&s->lines[i], s->k, s->ring);
	return NULL;
}

static void open_lines(struct envelopes *e, const struct call *k, const struct ring *ring)
{
	int each = (e->count + OPENERS - 1) / OPENERS, shares = 0;
	struct share share[OPENERS] = { 0 };
	pthread_t thread[OPENERS];
	bool runs[OPENERS];

	each = each < OPENER_LINES ? OPENER_LINES : each;
	for (int from = 0; from < e->count; from += each, shares++)
		share[shares] = (struct share){ k, ring, &e->lines[from],
						each < e->count - from ? each : e->count - from };
	for (int i = 1; i < shares; i++)
		runs[i] = pthread_create(&thread[i], NULL, open_share, &share[i]) == 0;
	open_share(&share[0]);
	for (int i = 1; i < shares; i++) {
		if (runs[i])
			pthread_join(thread[i], NULL);
		else
			open_share(&share[i]);
	}
}

/* Lines up to the first that cannot be trusted are kept; that one's reason is
 * the answer only when nothing stands before it. */
static enum status keep_trusted(struct envelopes *e, struct err *why)
{
	const struct line *first = &e->lines[0];
	int trusted = 0;

	if (first->st != ST_OK)
		return err_set(why, first->st, first->why.code, "line 1: %.350s", first->why.text);
	while (trusted < e->count && e->lines[trusted].st == ST_OK)
		trusted++;
	while (e->count > trusted)
		action_release(&e->lines[--e->count].action);
	return ST_OK;
}

enum status ctr_gap(struct call *k, struct err *why)
{
	k->extra.expect = k->device.last_ctr + 1;
	memcpy(k->extra.last_hash, k->device.last_hash, HASH_TEXT);
	return err_set(why, ST_CONFLICT, "ctr-gap",
		       "the next action of this device is number %lld, signed on %.12s...",
		       (long long)k->extra.expect, k->extra.last_hash);
}

/* One counter with two envelopes: the device has been cloned or restored. It
 * is frozen, and the officer enrols anew. */
static enum status fork_found(struct call *k, int64_t ctr, struct err *why)
{
	enum status st = db_begin(k->c->db, why);

	snprintf(k->device.state, sizeof(k->device.state), "frozen");
	k->device.valid_through_ctr = k->device.last_ctr;
	if (st == ST_OK)
		st = vouch_device(k->c, &k->device, why);
	if (st == ST_OK)
		st = db_commit(k->c->db, why);
	if (st != ST_OK)
		return st;
	return err_set(
		why, ST_CONFLICT, "device-fork",
		"action %lld of this device is here with other contents: the device was copied or restored. Enrol it anew",
		(long long)ctr);
}

/* A void for what had been offered: a central that was put back twice may have that
 * itself after all. Its device asks what it was answered. */
static bool is_late_void(const struct line *l, const struct device_row *seen)
{
	return l->sound && l->action.def->class == CLASS_VOID && action_get(&l->action, "cause")[0]
	       && strcmp(action_get(&l->action, "ah"), seen->ah) == 0;
}

/* Is what stands at this counter this very envelope? */
static enum status check_seen(struct call *k, const struct line *l, struct err *why)
{
	struct device_row seen;
	enum status st = device_log_get(k->c->db, k->device.id, l->ctr, &seen, NULL, why);

	if (st == ST_NONE)
		return err_set(why, ST_BROKEN, "database-damaged",
			       "device %s: answer %lld is missing", k->device.id,
			       (long long)l->ctr);
	if (st == ST_OK && strcmp(seen.ah, l->ah) != 0)
		return is_late_void(l, &seen) ? ctr_gap(k, why) : fork_found(k, l->ctr, why);
	return st;
}

static enum status check_chain(struct call *k, const struct envelopes *e, struct err *why)
{
	const struct device *d = &k->device;
	enum status st = ST_OK;

	for (int i = 0; st == ST_OK && i < e->count; i++) {
		const struct line *l = &e->lines[i];
		const char *prev = l->ctr == d->last_ctr + 1 ? d->last_hash
				   : i > 0		     ? e->lines[i - 1].next_prev
							     : "";

		if ((i > 0 && l->ctr != e->lines[i - 1].ctr + 1) || l->ctr > d->last_ctr + 1 + i)
			return ctr_gap(k, why);
		if (l->ctr <= d->last_ctr)
			st = check_seen(k, l, why);
		else if (strcmp(l->prev, prev) != 0)
			return ctr_gap(k, why);
	}
	return st;
}

/* No more lines than the body can have. */
static struct line *room_for(struct str body)
{
	size_t lines = 1;

	for (size_t i = 0; i < body.n && lines < LIMIT_ACTIONS; i++)
		lines += body.p[i] == '\n';
	return calloc(lines, sizeof(struct line));
}

enum status envelopes_open(struct call *k, struct envelopes *e, struct err *why)
{
	struct ring ring;
	enum status st;

	e->count = 0;
	e->lines = room_for(strbuf_str(&k->r->body));
	if (!e->lines)
		return err_set(why, ST_BROKEN, "memory", "out of memory");
	st = ring_load(&ring, k, why);
	if (st != ST_OK)
		return st;
	if (strcmp(k->device.state, "frozen") == 0)
		return err_set(why, ST_CONFLICT, "device-fork",
			       "this device was copied or restored; enrol it anew");
	st = cut_lines(e, strbuf_str(&k->r->body), why);
	if (st == ST_OK) {
		open_lines(e, k, &ring);
		st = keep_trusted(e, why);
	}
	return st == ST_OK ? check_chain(k, e, why) : st;
}
