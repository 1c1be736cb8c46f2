/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/names.h"

#include <stdio.h>
#include <string.h>

#include "app/words.h"
#include "base/nearest.h"
#include "base/utf8.h"
#include "cache/names.h"

#include "base/banned.h"

void names_release(struct names *n)
{
	registry_release(&n->registry);
	officer_list_release(&n->officers);
	*n = (struct names)NAMES_INIT;
}

enum status names_load(struct names *n, struct db *cache, struct err *why)
{
	struct strbuf json = STRBUF_INIT;
	char sha256[HASH_TEXT];
	enum status st = catalog_sha256(cache, sha256, why);

	if (st != ST_OK || !sha256[0] || strcmp(sha256, n->sha256) == 0)
		return st;
	st = catalog_get(cache, &json, why);
	if (st == ST_OK)
		st = catalog_read(&n->registry, &n->officers, n->municipality, strbuf_str(&json),
				  why);
	if (st == ST_OK)
		snprintf(n->sha256, sizeof(n->sha256), "%s", sha256);
	strbuf_release(&json);
	return st;
}

static const char *spoken(const struct named_code *c)
{
	if (words_english() && c->en[0])
		return c->en;
	return c->sv[0] ? c->sv : c->code;
}

const char *names_queue(const struct names *n, const char *code)
{
	const struct queue *q = registry_queue(&n->registry, code);

	return q ? spoken(&q->name) : code;
}

const char *names_unit(const struct names *n, const char *code)
{
	const struct unit *u = registry_unit(&n->registry, code);

	return u ? spoken(&u->name) : code;
}

const char *names_type(const struct names *n, const char *code)
{
	const struct casetype *t = registry_type(&n->registry, code);

	return t ? spoken(&t->name) : code;
}

const char *names_committee_of_unit(const struct names *n, const char *unit)
{
	const struct unit *u = registry_unit(&n->registry, unit);
	const struct committee *c = u ? registry_committee(&n->registry, u->committee) : NULL;

	/* An authority has one name, whatever language the officer reads. */
	return c ? (c->name.sv[0] ? c->name.sv : c->name.code) : unit;
}

const char *names_outcome(const struct names *n, const char *type, const char *code)
{
	const struct casetype *t = registry_type(&n->registry, type);
	const struct named_code *o = t ? casetype_outcome(t, code) : NULL;

	return o ? spoken(o) : code;
}

static const struct officer_name *officer(const struct names *n, const char *id)
{
	for (int i = 0; i < n->officers.count; i++)
		if (strcmp(n->officers.rows[i].id, id) == 0)
			return &n->officers.rows[i];
	return NULL;
}

const char *names_officer(const struct names *n, const char *id)
{
	const struct officer_name *o = officer(n, id);

	return o && o->name[0] ? o->name : id;
}

const char *names_officer_title(const struct names *n, const char *id)
{
	const struct officer_name *o = officer(n, id);

	return o ? o->title : "";
}

enum match { MATCH_NONE, MATCH_START, MATCH_WHOLE };

/* Both are compared without case and diacritics: on a keyboard without å the
 * queue must be found as well. */
static enum match compare(const char *name, const char *typed)
{
	struct strbuf a = STRBUF_INIT, b = STRBUF_INIT;
	enum match m = MATCH_NONE;

	utf8_fold(&a, str_of(name), true);
	utf8_fold(&b, str_of(typed), true);
	if (b.len && a.len >= b.len && memcmp(strbuf_cstr(&a), strbuf_cstr(&b), b.len) == 0)
		m = a.len == b.len ? MATCH_WHOLE : MATCH_START;
	strbuf_release(&a);
	strbuf_release(&b);
	return m;
}

static enum match name_match(const struct named_code *name, const char *typed)
{
	enum match best = compare(name->code, typed);
	enum match sv = compare(name->sv, typed);
	enum match en = compare(name->en, typed);

	if (sv > best)
		best = sv;
	return en > best ? en : best;
}

const struct queue *names_find_queue(const struct names *n, const char *typed, bool *several)
{
	const struct queue *found = NULL;
	enum match best = MATCH_NONE;

	*several = false;
	for (int i = 0; i < n->registry.queue_count; i++) {
		const struct queue *q = &n->registry.queues[i];
		enum match m = name_match(&q->name, typed);

		if (m == MATCH_NONE || m < best)
			continue;
		*several = found && m == best;
		found = q;
		best = m;
	}
	return *several ? NULL : found;
}

/* The id is compared as a whole before it is a beginning; of a name each word
 * counts: people are called by their first name. */
static enum match officer_match(const struct officer_name *o, const char *typed)
{
	enum match best = compare(o->id, typed);

	for (const char *p = o->name; *p && best != MATCH_WHOLE;) {
		enum match m = compare(p, typed);

		if (m > best)
			best = m;
		p += strcspn(p, " ");
		p += strspn(p, " ");
	}
	return best;
}

bool names_has_desk(const struct officer_name *o, const char *unit)
{
	size_t n = strlen(unit);

	if (!o->desk[0] || !n)
		return strcmp(o->desk, OFFICER_NO_DESK) != 0;
	for (const char *p = o->desk; *p; p += strcspn(p, ","), p += *p == ',')
		if (strcspn(p, ",") == n && memcmp(p, unit, n) == 0)
			return true;
	return false;
}

const char *names_near_officer(const struct names *n, const char *typed, const char *unit)
{
	struct nearest near;

	nearest_start(&near, str_of(typed));
	for (int i = 0; i < n->officers.count; i++)
		if (names_has_desk(&n->officers.rows[i], unit))
			nearest_offer(&near, n->officers.rows[i].id);
	return near.best;
}

const struct officer_name *names_find_officer(const struct names *n, const char *typed,
					      const char *unit, bool *several)
{
	const struct officer_name *found = NULL;
	enum match best = MATCH_NONE;

	*several = false;
	for (int i = 0; i < n->officers.count; i++) {
		const struct officer_name *o = &n->officers.rows[i];
		enum match m = officer_match(o, typed);

		if (m == MATCH_NONE || m < best || !names_has_desk(o, unit))
			continue;
		*several = found && m == best;
		found = o;
		best = m;
	}
	return *several ? NULL : found;
}

const struct unit *names_find_unit(const struct names *n, const char *typed, bool *several)
{
	const struct unit *found = NULL;
	enum match best = MATCH_NONE;

	*several = false;
	for (int i = 0; i < n->registry.unit_count; i++) {
		const struct unit *u = &n->registry.units[i];
		enum match m = name_match(&u->name, typed);

		if (m == MATCH_NONE || m < best)
			continue;
		*several = found && m == best;
		found = u;
		best = m;
	}
	return *several ? NULL : found;
}
