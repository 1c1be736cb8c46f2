/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/envelope.h"

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
static enum status read_bare(struct line *l, const struct call *k, struct str payload,
			     struct err *why)
{
	char dev[UUID_TEXT];
	struct json *j = NULL;
	bool ok;

	if (json_read(&j, payload, why) != ST_OK)
		return ST_BAD_INPUT;
	ok = copy_uuid(j, "iid", l->iid) && copy_uuid(j, "case", l->case_id)
	     && copy_hash(j, "prev", l->prev) && copy_uuid(j, "dev", dev)
	     && json_int(json_member(j, "ctr"), &l->ctr) && l->ctr > 0;
	json_free(j);
	if (!ok)
		return err_set(why, ST_BAD_INPUT, "payload-member",
			       "iid, dev, ctr, prev or case is missing or malformed");
	if (strcmp(dev, k->device.id) != 0)
		return err_set(why, ST_BAD_INPUT, "foreign-device",
			       "the action names device %s, and the login is of %s", dev,
			       k->device.id);
	return ST_OK;
}

static void read_whole(struct line *l, const struct call *k, struct str payload)
{
	struct action *a = &l->action;

	l->sound = false;
	if (payload_read(a, payload, &l->why) != ST_OK || action_check(a, &l->why) != ST_OK)
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

static enum status open_line(struct line *l, const struct call *k, struct str jws, struct err *why)
{
	struct strbuf payload = STRBUF_INIT_MAX(ENVELOPE_MAX);
	struct pubkey key;
	enum status st = ST_OK;

	l->jws = jws;
	if (!pubkey_from_text(&key, str_of(k->device.x)))
		st = err_set(why, ST_BROKEN, "device-key",
			     "the stored key of device %s is malformed", k->device.id);
	if (st == ST_OK)
		st = jws_open(&payload, l->ah, &key, TYP_ACTION, jws, why);
	if (st == ST_OK)
		st = read_bare(l, k, strbuf_str(&payload), why);
	if (st == ST_OK)
		read_whole(l, k, strbuf_str(&payload));
	strbuf_release(&payload);
	memcpy(l->next_prev, l->ah, HASH_TEXT);
	/* A void stands in the place of a withdrawn envelope: the next one
	 * was signed on that envelope's hash. */
	if (st == ST_OK && l->sound && l->action.def->class == CLASS_VOID)
		snprintf(l->next_prev, HASH_TEXT, "%s", action_get(&l->action, "ah"));
	return st;
}

/* Lines up to the first that cannot be trusted; that one's reason is the
 * answer only when nothing stands before it. */
static enum status open_all(struct call *k, struct envelopes *e, struct err *why)
{
	struct str body = strbuf_str(&k->r->body);

	for (size_t at = 0; at < body.n;) {
		const char *lf = memchr(body.p + at, '\n', body.n - at);
		size_t end = lf ? (size_t)(lf - body.p) : body.n;
		struct err bad = ERR_INIT;

		if (end > at && e->count == LIMIT_ACTIONS)
			return err_set(why, ST_BAD_INPUT, "too-large",
				       "more than %d actions in one request", LIMIT_ACTIONS);
		if (end > at) {
			struct str jws = { body.p + at, end - at };
			enum status st = open_line(&e->lines[e->count++], k, jws, &bad);

			if (st != ST_OK) {
				if (e->count > 1) {
					action_release(&e->lines[--e->count].action);
					return ST_OK;
				}
				return err_set(why, st, bad.code, "line 1: %.350s", bad.text);
			}
		}
		at = end + 1;
	}
	return ST_OK;
}

static enum status gap(struct call *k, struct err *why)
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
		return fork_found(k, l->ctr, why);
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
			return gap(k, why);
		if (l->ctr <= d->last_ctr)
			st = check_seen(k, l, why);
		else if (strcmp(l->prev, prev) != 0)
			return gap(k, why);
	}
	return st;
}

enum status envelopes_open(struct call *k, struct envelopes *e, struct err *why)
{
	enum status st;

	e->count = 0;
	e->lines = calloc(LIMIT_ACTIONS, sizeof(*e->lines));
	if (!e->lines)
		return err_set(why, ST_BROKEN, "memory", "out of memory");
	if (strcmp(k->device.state, "frozen") == 0)
		return err_set(why, ST_CONFLICT, "device-fork",
			       "this device was copied or restored; enrol it anew");
	st = open_all(k, e, why);
	if (st == ST_OK && e->count == 0)
		st = err_set(why, ST_BAD_INPUT, "actions-missing", "the body has no action");
	return st == ST_OK ? check_chain(k, e, why) : st;
}
