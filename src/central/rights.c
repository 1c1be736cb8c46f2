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

static bool holds(const struct officer_row *o, const struct scope_row *s)
{
	if ((o->roles & ROLE_CONTACT) && s->class == PROTECT_NONE)
		return true;
	return s->class <= o->clearance && unit_listed(o->units, s->unit);
}

enum status rights_scopes(struct db *db, struct rights *r, struct err *why)
{
	struct scope_row s = { 0 };
	enum status st;

	r->count = 0;
	while ((st = scope_after(db, s.id, &s, why)) == ST_OK) {
		if (!holds(&r->officer, &s))
			continue;
		if (r->count < SCOPES_MAX)
			r->scope[r->count] = s.id;
		r->count++;
	}
	return st == ST_NONE ? ST_OK : st;
}

enum status rights_load(struct db *db, const char *officer, struct rights *r, struct err *why)
{
	enum status st = officer_get(db, officer, &r->officer, why);

	if (st == ST_OK)
		st = rights_scopes(db, r, why);
	if (st == ST_OK && r->count > SCOPES_MAX)
		st = err_set(why, ST_BROKEN, "too-many-scopes",
			     "officer %s holds %d scopes; the limit is %d", officer, r->count,
			     SCOPES_MAX);
	return st;
}

bool rights_see(const struct rights *r, int64_t scope)
{
	for (int i = 0; i < r->count; i++)
		if (r->scope[i] == scope)
			return true;
	return false;
}

enum status rights_case(struct db *db, const struct rights *r, const char *id,
			struct stored_case *s, struct err *why)
{
	enum status st = case_load(db, id, s, why);

	if (st == ST_NONE || (st == ST_OK && !rights_see(r, s->scope)))
		return err_set(why, ST_NONE, "case-unknown",
			       "there is no such case within your rights");
	return st;
}
