/* SPDX-License-Identifier: EUPL-1.2 */
/* POST /v1/devices/{id}/rotate: a device's key gives way to another. */
#include <stdio.h>
#include <string.h>

#include "central/approval.h"
#include "central/call.h"
#include "central/vouch.h"
#include "sign/rotation.h"

#include "base/banned.h"

struct turn {
	struct device device; /* as it stands */
	struct strbuf certificate;
	struct strbuf jws;
	struct rotation r;
	struct pubkey next;
};

/* Nothing is said of a device to who does not hold a key of it. */
static enum status not_held(struct err *why)
{
	err_clear(why);
	return err_set(why, ST_REFUSED, "rotation-refused",
		       "the rotation does not hold: wrong key, or unknown device");
}

static enum status read_turn(struct call *k, struct turn *t, struct err *why)
{
	static const char *const known[] = { "rotation", NULL };
	char dev[UUID_TEXT];
	struct json *j = NULL;
	struct str jws;
	enum status st = part_uuid(k, 0, dev, why);

	if (st == ST_OK)
		st = body_map(k, known, &j, why);
	jws = json_get_text(j, "rotation");
	if (st == ST_OK && !jws.p)
		st = err_set(why, ST_BAD_INPUT, "field-missing", "member \"rotation\" is missing");
	if (st == ST_OK && !strbuf_set(&t->jws, jws.p, jws.n))
		st = err_set(why, ST_BROKEN, "memory", "out of memory");
	json_free(j);
	if (st == ST_OK)
		st = device_get(k->c->db, dev, &t->device, &t->certificate, why);
	return st == ST_NONE ? not_held(why) : st;
}

/* Who signed it: ST_OK the present key, ST_CONFLICT one that was replaced,
 * and then `k` says by what. */
static enum status find_signer(struct call *k, struct turn *t, struct former_key *former,
			       struct err *why)
{
	char kid[KID_TEXT] = "";
	struct pubkey old;
	enum status st;
	bool before;

	if (jws_kid(kid, strbuf_str(&t->jws), NULL) != ST_OK)
		return not_held(why);
	before = strcmp(kid, t->device.kid) != 0;
	if (before) {
		st = former_key_by_kid(k->c->db, kid, former, why);
		if (st != ST_OK && st != ST_NONE)
			return st;
		if (st == ST_NONE || strcmp(former->device.id, t->device.id) != 0)
			return not_held(why);
	}
	if (!pubkey_from_text(&old, str_of(before ? former->device.x : t->device.x))
	    || rotation_open(&t->r, &t->next, strbuf_str(&t->jws), &old, NULL) != ST_OK
	    || strcmp(t->r.aud, k->c->aud) != 0 || strcmp(t->r.dev, t->device.id) != 0)
		return not_held(why);
	return before ? ST_CONFLICT : ST_OK;
}

static enum status check_state(struct call *k, const struct device *d, struct err *why)
{
	enum status st;

	if (strcmp(d->state, "frozen") == 0)
		return err_set(why, ST_CONFLICT, "device-fork",
			       "this device was copied or restored; enrol it anew");
	if (strcmp(d->state, "valid") != 0)
		return err_set(why, ST_REFUSED, "device-revoked",
			       "this device is revoked as %s; enrol another", d->state);
	st = approval_check(k->c, d, why);
	return st == ST_OK ? certificate_current(k, d, why) : st;
}

/* The key's holder has signed more than the rotation says: two copies of the
 * device are at work. */
static enum status fork_found(struct call *k, struct device *d, struct err *why)
{
	enum status st = db_begin(k->c->db, why);

	snprintf(d->state, sizeof(d->state), "frozen");
	d->valid_through_ctr = d->last_ctr;
	if (st == ST_OK)
		st = vouch_device(k->c, d, why);
	if (st == ST_OK)
		st = db_commit(k->c->db, why);
	return st != ST_OK
		       ? st
		       : err_set(
			       why, ST_CONFLICT, "device-fork",
			       "action %lld of this device is here, and its key names a lower one "
			       "as its last: the device was copied or restored. Enrol it anew",
			       (long long)d->last_ctr);
}

/* Every key stays, and comes to each workstation: a device that changes it without
 * end would fill both. */
static enum status check_often(struct call *k, const struct device *d, struct err *why)
{
	int64_t n = 0;
	enum status st = former_keys_since(k->c->db, d->id, central_now(k->c) - ROTATIONS_WINDOW_MS,
					   &n, why);

	if (st != ST_OK || n < LIMIT_ROTATIONS)
		return st;
	return err_set(why, ST_REFUSED, "too-many-rotations",
		       "this device has changed its key %d times in a day; what it signs with the "
		       "newest waits until a day after the first of them",
		       LIMIT_ROTATIONS);
}

/* One key, one device, once. */
static enum status check_new(struct call *k, const char *kid, struct err *why)
{
	struct former_key f = FORMER_KEY_INIT;
	struct device d;
	enum status st = device_by_kid(k->c->db, kid, &d, NULL, why);

	if (st == ST_NONE)
		st = former_key_by_kid(k->c->db, kid, &f, why);
	former_key_release(&f);
	if (st == ST_OK)
		return err_set(why, ST_CONFLICT, "device-known",
			       "this key is known already; make a new one");
	return st == ST_NONE ? ST_OK : st;
}

static enum status replace(struct call *k, struct turn *t, struct err *why)
{
	struct device *d = &t->device;
	enum status st = check_state(k, d, why);

	memcpy(k->device.id, d->id, sizeof(d->id)); /* whose problem it is */
	if (st == ST_OK)
		st = check_often(k, d, why);
	if (st == ST_OK)
		st = check_new(k, t->r.kid, why);
	if (st != ST_OK)
		return st;
	if (t->r.through < d->last_ctr)
		return fork_found(k, d, why);
	memcpy(d->kid, t->r.kid, sizeof(d->kid));
	memcpy(d->x, t->r.x, sizeof(d->x));
	d->enrolled_at = central_now(k->c);
	strbuf_clear(&t->certificate);
	st = make_certificate(k->c, d, &t->certificate, why);
	if (st == ST_OK)
		st = db_begin(k->c->db, why);
	if (st == ST_OK)
		st = device_set_key(k->c->db, d, strbuf_str(&t->certificate), t->r.through,
				    strbuf_str(&t->jws), why);
	/* What the key before logged in with ends with it. */
	if (st == ST_OK)
		st = token_drop(k->c->db, d->id, why);
	return st == ST_OK ? db_commit(k->c->db, why) : st;
}

/* Another copy of the device has gone on: by the signer's other word, or from the
 * very key that is named here. */
static enum status gone_on(struct call *k, const struct turn *t, struct former_key *signer,
			   struct err *why)
{
	struct former_key named = FORMER_KEY_INIT;
	enum status st = former_key_by_kid(k->c->db, t->r.kid, &named, why);

	if (st == ST_OK || st == ST_NONE)
		st = key_replaced(
			k,
			st == ST_OK && strcmp(named.device.id, t->device.id) == 0 ? &named : signer,
			why);
	former_key_release(&named);
	return st;
}

enum status handle_rotate(struct call *k, struct err *why)
{
	struct turn t = { .certificate = STRBUF_INIT, .jws = STRBUF_INIT };
	struct former_key former = FORMER_KEY_INIT;
	struct jsonw w;
	enum status st = read_turn(k, &t, why);

	if (st == ST_OK)
		st = find_signer(k, &t, &former, why);
	if (st == ST_OK)
		st = replace(k, &t, why);
	/* The same again, whose answer was lost, gets the same certificate. */
	else if (st == ST_CONFLICT && strcmp(t.r.kid, t.device.kid) == 0)
		st = ST_OK;
	else if (st == ST_CONFLICT)
		st = gone_on(k, &t, &former, why);
	if (st == ST_OK) {
		reply_type(k->out, 200, TYPE_JSON);
		jsonw_init(&w, &k->out->body);
		jsonw_map(&w);
		jsonw_kv(&w, "central", k->c->aud);
		jsonw_kv_str(&w, "certificate", strbuf_str(&t.certificate));
		jsonw_end_map(&w);
	}
	former_key_release(&former);
	strbuf_release(&t.certificate);
	strbuf_release(&t.jws);
	return st;
}
