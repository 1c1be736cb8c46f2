/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/approval.h"

#include <stdio.h>
#include <string.h>

#include "base/encode.h"
#include "central/call.h"
#include "central/overview.h"
#include "central/vouch.h"
#include "conf/spoken.h"
#include "domain/role.h"
#include "sign/hash.h"

#include "base/banned.h"

static const char approval_typ[] = "sluss-approval+jws";

enum status approval_begin(struct central *c, const char *dev, struct err *why)
{
	return c->enrol_waits ? approval_ask(c->db, dev, central_now(c), why) : ST_OK;
}

enum status approval_check(struct central *c, const struct device *d, struct err *why)
{
	bool waits = false;
	enum status st = device_waits(c->db, d->id, &waits, why);

	if (st == ST_OK && !vouched_device(c, d))
		return err_set(why, ST_REFUSED, "device-unvouched",
			       "what stands of this device here is not what the central signed: "
			       "tell its operator, or enrol anew");
	if (waits)
		return err_set(why, ST_REFUSED, "device-pending",
			       "this device waits to be approved: have its fingerprint compared");
	return st;
}

/* Those alone whose state is signed as it stands: nothing that was changed
 * behind the central's back gets its word by this. */
enum status approval_catch_up(struct central *c, struct err *why)
{
	struct approval a = APPROVAL_INIT;
	enum status st;

	while ((st = approval_after(c->db, a.dev, &a, why)) == ST_OK) {
		struct device d;

		if (strcmp(a.state, "waiting") != 0)
			continue;
		st = device_get(c->db, a.dev, &d, NULL, why);
		if (st == ST_OK && vouched_before_waiting(c, &d)) {
			st = db_begin(c->db, why);
			if (st == ST_OK)
				st = vouch_device(c, &d, why);
			if (st == ST_OK)
				st = db_commit(c->db, why);
			else
				db_rollback(c->db);
		}
		if (st != ST_OK)
			break;
	}
	approval_release(&a);
	return st == ST_NONE ? ST_OK : st;
}

/* --- The decision ------------------------------------------------------------------- */

struct decided {
	const struct device *device;
	bool yes;
	const char *by; /* an officer, or "operator" */
};

static void decided_text(struct strbuf *out, const struct decided *d, int64_t at)
{
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_map(&w);
	jsonw_kv(&w, "device", d->device->id);
	jsonw_kv(&w, "kid", d->device->kid);
	jsonw_kv_bool(&w, "approved", d->yes);
	jsonw_kv(&w, "by", d->by);
	jsonw_kv_instant(&w, "at", at);
	jsonw_end_map(&w);
}

/* The device, if it waits. */
static enum status waiting(struct central *c, const char *dev, struct device *d, struct err *why)
{
	struct approval a = APPROVAL_INIT;
	enum status st = approval_get(c->db, dev, &a, why);

	if (st == ST_NONE || (st == ST_OK && strcmp(a.state, "waiting") != 0))
		st = err_set(why, ST_NONE, "device-unknown", "no device %.40s waits to be approved",
			     dev);
	if (st == ST_OK)
		st = device_get(c->db, dev, d, NULL, why);
	approval_release(&a);
	return st;
}

/* In the caller's transaction: another may have decided, or the device have been
 * revoked, since it was looked at. */
static enum status set_decided(struct central *c, const struct decided *d, struct str jws,
			       struct err *why)
{
	struct device now;
	enum status st = waiting(c, d->device->id, &now, why);

	if (st == ST_OK)
		st = approval_decide(c->db, now.id, d->yes ? "approved" : "refused", jws, why);
	if (!d->yes) {
		snprintf(now.state, sizeof(now.state), "lost");
		now.valid_through_ctr = 0;
	}
	return st == ST_OK ? vouch_device(c, &now, why) : st;
}

static enum status keep(struct central *c, const struct decided *d, struct err *why)
{
	struct strbuf text = STRBUF_INIT, jws = STRBUF_INIT;
	enum status st;

	decided_text(&text, d, central_now(c));
	st = jws_sign(&jws, NULL, c->key, approval_typ, strbuf_str(&text), why);
	if (st == ST_OK)
		st = db_begin(c->db, why);
	if (st == ST_OK) {
		st = set_decided(c, d, strbuf_str(&jws), why);
		if (st == ST_OK)
			st = db_commit(c->db, why);
		else
			db_rollback(c->db);
	}
	strbuf_release(&text);
	strbuf_release(&jws);
	return st;
}

enum status central_approve(struct central *c, const char *dev, bool yes, struct err *why)
{
	struct device d;
	enum status st = waiting(c, dev, &d, why);

	return st == ST_OK ? keep(c, &(struct decided){ &d, yes, "operator" }, why) : st;
}

bool approval_holds(struct central *c, const struct approval *a)
{
	struct strbuf payload = STRBUF_INIT;
	struct former_key f = FORMER_KEY_INIT;
	struct device d = { .id = "" };
	struct json *j = NULL;
	char kid[KID_TEXT] = "";
	bool ok = jws_open(&payload, NULL, signkey_public(c->key), approval_typ,
			   strbuf_str(&a->jws), NULL)
			  == ST_OK
		  && json_read(&j, strbuf_str(&payload), NULL) == ST_OK
		  && str_eq(json_get_text(j, "device"), a->dev)
		  && json_copy_text(j, "kid", kid, sizeof(kid))
		  && json_kind_of(json_member(j, "approved")) == JSON_BOOL
		  && json_get_bool(j, "approved", false) == (strcmp(a->state, "approved") == 0)
		  && device_get(c->db, a->dev, &d, NULL, NULL) == ST_OK;

	if (ok && strcmp(d.kid, kid) != 0)
		ok = former_key_by_kid(c->db, kid, &f, NULL) == ST_OK
		     && strcmp(f.device.id, a->dev) == 0;
	former_key_release(&f);
	json_free(j);
	strbuf_release(&payload);
	return ok;
}

/* --- Who waits ------------------------------------------------------------------------ */

void approval_words(char words[SPOKEN_TEXT], const char *x)
{
	unsigned char digest[8] = { 0 };
	struct pubkey key;
	char hex[HASH_TEXT];

	if (pubkey_from_text(&key, str_of(x))) {
		sha256_hex(hex, (struct str){ (const char *)key.x, sizeof(key.x) });
		(void)hex_decode(digest, sizeof(digest), (struct str){ hex, 2 * sizeof(digest) });
	}
	spoken_digest(words, digest);
}

enum status central_waiting(struct central *c,
			    void (*each)(void *ctx, const struct central_waiting *w), void *ctx,
			    struct err *why)
{
	struct approval a = APPROVAL_INIT;
	enum status st;

	while ((st = approval_after(c->db, a.dev, &a, why)) == ST_OK) {
		char words[SPOKEN_TEXT];
		struct officer_row o;
		struct device d;

		if (strcmp(a.state, "waiting") != 0)
			continue;
		st = device_get(c->db, a.dev, &d, NULL, why);
		if (st == ST_OK)
			st = officer_get(c->db, d.officer, &o, why);
		if (st != ST_OK)
			break;
		approval_words(words, d.x);
		each(ctx, &(struct central_waiting){ .dev = d.id,
						     .kid = d.kid,
						     .officer = o.id,
						     .name = o.name,
						     .units = o.units,
						     .words = words,
						     .asked_at = a.asked_at });
	}
	approval_release(&a);
	return st == ST_NONE ? ST_OK : st;
}

/* --- Supervisors ------------------------------------------------------------------------ */

static bool share_unit(const char *one, const char *two)
{
	char code[CODE_MAX];

	for (const char *p = one; *p; p += strcspn(p, ","), p += *p == ',') {
		snprintf(code, sizeof(code), "%.*s", (int)strcspn(p, ","), p);
		if (unit_listed(two, code))
			return true;
	}
	return false;
}

static enum status must_supervise(const struct call *k, struct err *why)
{
	if (k->who.officer.roles & ROLE_SUPERVISOR)
		return ST_OK;
	return err_set(why, ST_REFUSED, "role-lacking", "devices are approved by a supervisor");
}

struct listing {
	const struct call *k;
	struct jsonw w;
	int count;
};

/* A row of either list, if the officer shares a unit with the caller. */
static void list_one(struct listing *l, const struct central_waiting *d)
{
	if (l->count == LIMIT_WAITING || !share_unit(d->units, l->k->who.officer.units))
		return;
	l->count++;
	jsonw_map(&l->w);
	jsonw_kv(&l->w, "dev", d->dev);
	jsonw_kv(&l->w, "kid", d->kid);
	jsonw_kv(&l->w, "officer", d->officer);
	jsonw_kv(&l->w, "name", d->name);
	jsonw_kv(&l->w, "words", d->words);
	if (d->asked_at)
		jsonw_kv_instant(&l->w, "asked_at", d->asked_at);
	jsonw_end_map(&l->w);
}

/* Nobody lets in a device of his own. */
static void list_waiting(void *ctx, const struct central_waiting *d)
{
	struct listing *l = ctx;

	if (strcmp(d->officer, l->k->who.officer.id) != 0)
		list_one(l, d);
}

/* Frozen ones: somebody has to see that they stand still. */
static void list_frozen(void *ctx, const struct overview_device *d)
{
	const struct central_waiting shown = { .dev = d->dev,
					       .kid = d->kid,
					       .officer = d->officer,
					       .name = d->name,
					       .units = d->units,
					       .words = d->words };

	if (strcmp(d->state, "frozen") == 0)
		list_one(ctx, &shown);
}

enum status handle_devices(struct call *k, struct err *why)
{
	struct listing l = { .k = k };
	enum status st = must_supervise(k, why);

	if (st != ST_OK)
		return st;
	reply_type(k->out, 200, TYPE_JSON);
	jsonw_init(&l.w, &k->out->body);
	jsonw_map(&l.w);
	jsonw_key(&l.w, "devices");
	jsonw_list(&l.w);
	st = central_waiting(k->c, list_waiting, &l, why);
	jsonw_end_list(&l.w);
	l.count = 0;
	jsonw_key(&l.w, "frozen");
	jsonw_list(&l.w);
	if (st == ST_OK)
		st = overview_devices(k->c, "", list_frozen, &l, why);
	jsonw_end_list(&l.w);
	jsonw_end_map(&l.w);
	return st;
}

static enum status read_decision(struct call *k, char kid[KID_TEXT], bool *yes, struct err *why)
{
	static const char *const known[] = { "kid", "approve", NULL };
	struct json *j = NULL;
	enum status st = body_map(k, known, &j, why);

	if (st == ST_OK)
		st = need_text(j, "kid", kid, KID_TEXT, why);
	*yes = json_get_bool(j, "approve", false);
	if (st == ST_OK && json_kind_of(json_member(j, "approve")) != JSON_BOOL)
		st = err_set(why, ST_BAD_INPUT, "field-missing",
			     "member \"approve\" is true or false");
	json_free(j);
	return st;
}

/* One may approve whom one shares a unit with; others' devices are not there. */
static enum status may_decide(struct call *k, const struct device *d, const char *kid,
			      struct err *why)
{
	struct officer_row o;
	enum status st = officer_get(k->c->db, d->officer, &o, why);

	if (st == ST_OK && strcmp(o.id, k->who.officer.id) == 0)
		return err_set(why, ST_REFUSED, "own-device",
			       "a device is approved by somebody else than its officer");
	if (st == ST_OK && !share_unit(o.units, k->who.officer.units))
		return err_set(why, ST_NONE, "device-unknown",
			       "no device %.40s waits to be approved", d->id);
	if (st == ST_OK && strcmp(d->kid, kid) != 0)
		return err_set(why, ST_CONFLICT, "key-other",
			       "the device has another key than the one that was compared");
	return st;
}

enum status handle_approval(struct call *k, struct err *why)
{
	char dev[UUID_TEXT], kid[KID_TEXT];
	struct device d;
	struct jsonw w;
	bool yes = false;
	enum status st = must_supervise(k, why);

	if (st == ST_OK)
		st = part_uuid(k, 0, dev, why);
	if (st == ST_OK)
		st = read_decision(k, kid, &yes, why);
	if (st == ST_OK)
		st = waiting(k->c, dev, &d, why);
	if (st == ST_OK)
		st = may_decide(k, &d, kid, why);
	if (st == ST_OK)
		st = keep(k->c, &(struct decided){ &d, yes, k->who.officer.id }, why);
	if (st != ST_OK)
		return st;
	reply_type(k->out, 200, TYPE_JSON);
	jsonw_init(&w, &k->out->body);
	jsonw_map(&w);
	jsonw_kv(&w, "dev", dev);
	jsonw_kv_bool(&w, "approved", yes);
	jsonw_end_map(&w);
	return ST_OK;
}
