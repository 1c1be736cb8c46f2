/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/rights.h"

#include <string.h>

#include "domain/role.h"

#include "base/banned.h"

bool unit_listed(const char *list, const char *unit)
{
	size_t n = strlen(unit);

	for (const char *p = list; n && *p; p += strcspn(p, ","), p += *p == ',')
		if (strcspn(p, ",") == n && memcmp(p, unit, n) == 0)
			return true;
	return false;
}

/* --- Which scopes are held --------------------------------------------------- */

static void hold(struct rights *r, int64_t scope, int64_t feed)
{
	if (r->count < SCOPES_MAX) {
		r->scope[r->count] = scope;
		r->feed[r->count] = feed;
	}
	r->count++;
}

/* A contact center reads the feed of the unit, under a scope of its own. Of more
 * units than may be held it fetches the first ones; it looks up cases of all. */
static enum status hold_glances(struct db *db, struct rights *r, struct err *why)
{
	struct scope_row s = { 0 };
	char key[SCOPE_KEY];
	int64_t id;
	enum status st = ST_OK;

	while (r->count < SCOPES_MAX && (st = scope_after(db, s.id, &s, why)) == ST_OK) {
		if (s.class != PROTECT_NONE)
			continue;
		scope_key(key, SCOPE_OF_CONTACT, s.unit);
		st = scope_find(db, key, PROTECT_NONE, &id, why);
		if (st == ST_OK)
			hold(r, id, s.id);
		else if (st != ST_NONE)
			return st;
	}
	return st == ST_NONE ? ST_OK : st;
}

static enum status hold_units(struct db *db, struct rights *r, struct err *why)
{
	struct scope_row s = { 0 };
	enum status st;

	while ((st = scope_after(db, s.id, &s, why)) == ST_OK)
		if (s.class <= r->officer.clearance && unit_listed(r->officer.units, s.unit))
			hold(r, s.id, s.id);
	return st == ST_NONE ? ST_OK : st;
}

static enum status hold_grants(struct db *db, int64_t now, struct rights *r, struct err *why)
{
	int64_t id = 0;
	enum status st;

	while ((st = grant_scope_after(db, &r->officer, now, id, &id, why)) == ST_OK) {
		hold(r, id, id);
		r->granted++;
	}
	return st == ST_NONE ? ST_OK : st;
}

enum status rights_scopes(struct db *db, int64_t now, struct rights *r, struct err *why)
{
	enum status st;

	r->count = r->granted = 0;
	r->contact_only = role_contact_only(r->officer.roles);
	if (r->contact_only)
		return hold_glances(db, r, why);
	st = hold_units(db, r, why);
	return st == ST_OK ? hold_grants(db, now, r, why) : st;
}

enum status rights_load(struct db *db, const char *officer, int64_t now, struct rights *r,
			struct err *why)
{
	int64_t ended = 0;
	enum status st = officer_get(db, officer, &r->officer, why);

	if (st == ST_OK)
		st = rights_scopes(db, now, r, why);
	if (st == ST_OK)
		st = grants_run_out(db, officer, now, &ended, why);
	if (st == ST_OK)
		r->officer.sv += ended;
	if (st == ST_OK && r->count > SCOPES_MAX)
		st = err_set(why, ST_REFUSED, "too-many-scopes",
			     "officer %s holds %d scopes; the limit is %d: the operator gives "
			     "fewer units",
			     officer, r->count, SCOPES_MAX);
	return st;
}

bool rights_see(const struct rights *r, int64_t scope)
{
	for (int i = 0; i < r->count; i++)
		if (r->scope[i] == scope)
			return true;
	return false;
}

/* --- What is seen of a case ---------------------------------------------------- */

static void found(const struct rights *r, int i, int64_t *held, int *count)
{
	if (held)
		held[(*count)++] = r->scope[i];
}

enum status rights_sight(struct db *db, const struct rights *r, const struct stored_case *s,
			 enum sight *sight, int64_t *held, int *count, struct err *why)
{
	enum status st = ST_OK;

	*sight = SIGHT_NONE;
	if (held)
		*count = 0;
	for (int i = 0; i < r->count && st == ST_OK; i++) {
		if (r->feed[i] != s->scope) {
			if (i < r->count - r->granted)
				continue;
			st = case_beside(db, s->file.id, r->scope[i], why);
			if (st == ST_NONE) {
				st = ST_OK;
				continue;
			}
		}
		*sight = r->contact_only ? SIGHT_GLANCE : SIGHT_WHOLE;
		found(r, i, held, count);
	}
	if (*sight == SIGHT_NONE && (r->officer.roles & ROLE_CONTACT)
	    && s->file.protection == PROTECT_NONE)
		*sight = SIGHT_GLANCE;
	return st;
}

enum status rights_glance(struct db *db, const struct rights *r, const char *id,
			  struct stored_case *s, enum sight *sight, struct err *why)
{
	enum status st = case_load(db, id, s, why);

	*sight = SIGHT_NONE;
	if (st == ST_OK)
		st = rights_sight(db, r, s, sight, NULL, NULL, why);
	if (st == ST_NONE || (st == ST_OK && *sight == SIGHT_NONE))
		return err_set(why, ST_NONE, "case-unknown",
			       "there is no such case within your rights");
	return st;
}

enum status rights_case(struct db *db, const struct rights *r, const char *id,
			struct stored_case *s, struct err *why)
{
	enum sight sight;
	enum status st = rights_glance(db, r, id, s, &sight, why);

	if (st == ST_OK && sight != SIGHT_WHOLE)
		return err_set(why, ST_NONE, "case-unknown",
			       "there is no such case within your rights");
	return st;
}

void rights_redact(struct casefile *f)
{
	strbuf_clear(&f->party);
}
