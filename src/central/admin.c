/* SPDX-License-Identifier: EUPL-1.2 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/encode.h"
#include "base/utf8.h"
#include "central/entry.h"
#include "central/lookup_key.h"
#include "central/rights.h"
#include "central/vouch.h"
#include "domain/role.h"
#include "sign/hash.h"
#include "wire/payload.h"

#include "base/banned.h"

enum { CODE_BYTES = 16, FINGERPRINT_DIGITS = 16 };

static bool officer_id_valid(const char *id)
{
	size_t n = strlen(id);

	return n > 0 && n < OFFICER_MAX
	       && strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789.-_") == n
	       && strcmp(id, SUB_SYSTEM) != 0 && strcmp(id, SUB_IMPORT) != 0;
}

static enum status check_units(const struct central *c, const char *units, struct err *why)
{
	char code[CODE_MAX];

	for (const char *p = units; *p; p += strcspn(p, ","), p += *p == ',') {
		size_t n = strcspn(p, ",");

		snprintf(code, sizeof(code), "%.*s", (int)n, p);
		if (n >= sizeof(code) || !registry_unit(&c->registry, code))
			return err_set(why, ST_BAD_INPUT, "unit-unknown",
				       "there is no unit \"%.60s\"", code);
	}
	return ST_OK;
}

static enum status read_roles(const char *text, int64_t *roles, struct err *why)
{
	struct str unknown = { NULL, 0 };
	unsigned bits = 0;

	if (!text[0])
		return err_set(why, ST_BAD_INPUT, "role-unknown",
			       "an officer has at least one role; there are: officer, decider, "
			       "registrar, archivist, supervisor, contact");
	if (!roles_parse(&bits, str_of(text), &unknown) || !bits)
		return err_set(
			why, ST_BAD_INPUT, "role-unknown",
			"role \"%.*s\" is unknown; there are: officer, decider, registrar, archivist, supervisor, contact",
			(int)(unknown.n < 40 ? unknown.n : 40), unknown.p ? unknown.p : "");
	*roles = bits;
	return ST_OK;
}

/* What is not said stays as it is; of somebody new it is nothing. */
static enum status fill_in(struct central *c, struct central_officer *in,
			   struct officer_row *before, struct strbuf *roles, struct err *why)
{
	enum status st = officer_get(c->db, in->id, before, why);

	if (st != ST_OK && st != ST_NONE)
		return st;
	if (st == ST_OK && !roles_format(roles, (unsigned)before->roles))
		return err_set(why, ST_BROKEN, "memory", "out of memory");
	in->name = in->name ? in->name : before->name;
	in->title = in->title ? in->title : before->title;
	in->units = in->units ? in->units : before->units;
	in->roles = in->roles ? in->roles : strbuf_cstr(roles);
	in->clearance = in->clearance == CLEARANCE_KEPT ? (int)before->clearance : in->clearance;
	return ST_OK;
}

static enum status check_officer(const struct central *c, const struct central_officer *in,
				 struct officer_row *o, struct err *why)
{
	enum status st;

	if (!in->name || !in->name[0] || strlen(in->name) >= sizeof(o->name)
	    || !utf8_valid(str_of(in->name))
	    || (in->title
		&& (strlen(in->title) >= sizeof(o->title) || !utf8_valid(str_of(in->title)))))
		return err_set(why, ST_BAD_INPUT, "officer-name",
			       "name and title are UTF-8 of at most %d bytes, and a name is needed",
			       NAME_MAX_BYTES - 1);
	if (in->clearance < PROTECT_NONE || in->clearance > PROTECT_IDENTITY)
		return err_set(why, ST_BAD_INPUT, "clearance", "the clearance is 0, 1 or 2");
	if (strlen(in->units) >= sizeof(o->units))
		return err_set(why, ST_BAD_INPUT, "unit-unknown", "the list of units is too long");
	snprintf(o->id, sizeof(o->id), "%s", in->id);
	snprintf(o->name, sizeof(o->name), "%s", in->name);
	snprintf(o->title, sizeof(o->title), "%s", in->title ? in->title : "");
	snprintf(o->units, sizeof(o->units), "%s", in->units);
	o->clearance = in->clearance;
	st = read_roles(in->roles, &o->roles, why);
	return st == ST_OK ? check_units(c, o->units, why) : st;
}

static enum status bump(struct db *db, const char *key, struct err *why)
{
	char text[24];
	enum status st = meta_get(db, key, text, sizeof(text), why);

	if (st != ST_OK && st != ST_NONE)
		return st;
	snprintf(text, sizeof(text), "%lld", strtoll(text, NULL, 10) + 1);
	return meta_set(db, key, text, why);
}

static const char officers_rev[] = "officers_rev";

enum status rights_changed(struct central *c, struct err *why)
{
	return bump(c->db, officers_rev, why);
}

/* Both only ever grow, so that their sum tells of each. */
bool central_stirred(struct central *c)
{
	char rev[24];
	int64_t now = central_size(c), before = c->stirred;

	if (meta_get(c->db, officers_rev, rev, sizeof(rev), NULL) == ST_OK)
		now += strtoll(rev, NULL, 10);
	c->stirred = now;
	return now != before;
}

static enum status put_officer(struct central *c, struct officer_row *o, struct err *why)
{
	struct rights r = { .officer = *o };
	struct officer_row before;
	enum status st = rights_scopes(c->db, central_now(c), &r, why);

	if (st == ST_OK && r.count > SCOPES_MAX)
		return err_set(
			why, ST_BAD_INPUT, "too-many-scopes",
			"this officer would hold %d scopes (unit and protection class); the limit is %d: give fewer units or a lower clearance",
			r.count, SCOPES_MAX);
	if (st == ST_OK)
		st = officer_get(c->db, o->id, &before, why);
	o->sv = st == ST_OK ? before.sv + 1 : 1;
	if (st == ST_OK || st == ST_NONE)
		st = vouch_officer(c, o, why);
	return st == ST_OK ? rights_changed(c, why) : st;
}

enum status central_add_officer(struct central *c, const struct central_officer *in,
				struct err *why)
{
	struct officer_row o = { .sv = 1 }, before = { .id = "" };
	struct central_officer whole = *in;
	struct strbuf roles = STRBUF_INIT;
	enum status st;

	if (!officer_id_valid(in->id))
		return err_set(
			why, ST_BAD_INPUT, "officer-id",
			"an officer's id has 1-63 of a-z 0-9 . - _, and is not \"system\" or \"import\"");
	st = db_begin(c->db, why);
	if (st != ST_OK)
		return st;
	st = fill_in(c, &whole, &before, &roles, why);
	if (st == ST_OK)
		st = check_officer(c, &whole, &o, why);
	if (st == ST_OK)
		st = put_officer(c, &o, why);
	strbuf_release(&roles);
	if (st == ST_OK)
		st = db_commit(c->db, why);
	if (st != ST_OK)
		db_rollback(c->db);
	else if (c->env.woke)
		c->env.woke(c->env.ctx);
	return st;
}

/* "sluss1." 16 random bytes "." the first digits of the SHA-256 of our key. */
static void make_code(struct central *c, char code[INVITATION_TEXT])
{
	const struct pubkey *p = signkey_public(c->key);
	struct strbuf text = STRBUF_INIT_MAX(INVITATION_TEXT);
	unsigned char raw[CODE_BYTES];
	char print[HASH_TEXT];

	rng_fill(&c->env.rng, raw, sizeof(raw));
	sha256_hex(print, (struct str){ (const char *)p->x, sizeof(p->x) });
	strbuf_adds(&text, "sluss1.");
	b64url_encode(&text, raw, sizeof(raw));
	strbuf_addf(&text, ".%.*s", FINGERPRINT_DIGITS, print);
	snprintf(code, INVITATION_TEXT, "%s", strbuf_cstr(&text));
	strbuf_wipe(&text);
	explicit_bzero(raw, sizeof(raw));
}

enum status central_invite(struct central *c, const char *officer, char code[INVITATION_TEXT],
			   struct err *why)
{
	struct officer_row o;
	char hash[HASH_TEXT];
	enum status st = officer_get(c->db, officer, &o, why);

	if (st == ST_NONE)
		return err_set(why, ST_NONE, "officer-unknown",
			       "there is no officer \"%.60s\"; add one first", officer);
	if (st == ST_OK)
		st = db_begin(c->db, why);
	if (st != ST_OK)
		return st;
	make_code(c, code);
	sha256_hex(hash, str_of(code));
	st = invitation_add(c->db, hash, officer, central_now(c) + INVITATION_MS, why);
	if (st == ST_OK)
		return db_commit(c->db, why);
	db_rollback(c->db);
	return st;
}

enum status central_revoke(struct central *c, const char *dev, const char *state,
			   int64_t valid_through_ctr, struct err *why)
{
	struct device d;
	enum status st = device_get(c->db, dev, &d, NULL, why);

	if (st == ST_NONE)
		return err_set(why, ST_NONE, "device-unknown", "there is no device %.40s", dev);
	if (strcmp(state, "retired") != 0 && strcmp(state, "lost") != 0)
		return err_set(why, ST_BAD_INPUT, "device-state",
			       "a device is revoked as \"retired\" or as \"lost\"");
	/* What may be in foreign hands is never trusted again. */
	if (st == ST_OK && strcmp(state, "retired") == 0
	    && (strcmp(d.state, "lost") == 0 || strcmp(d.state, "frozen") == 0))
		return err_set(why, ST_REFUSED, "device-state",
			       "device %.40s is %s and stays so; enrol another", dev, d.state);
	if (st == ST_OK)
		st = db_begin(c->db, why);
	if (st != ST_OK)
		return st;
	snprintf(d.state, sizeof(d.state), "%s", state);
	d.valid_through_ctr = valid_through_ctr;
	st = vouch_device(c, &d, why);
	if (st == ST_OK)
		return db_commit(c->db, why);
	db_rollback(c->db);
	return st;
}
