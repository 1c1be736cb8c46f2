/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/named.h"

#include <stdio.h>
#include <string.h>

#include "central/inside.h"
#include "central/store.h"
#include "central/store_lookup.h"
#include "domain/calendar.h"
#include "domain/diary.h"

#include "base/banned.h"

enum { DEVICE_LEAST = 8 };

static enum status unknown_case(const char *typed, struct err *why)
{
	return err_set(why, ST_NONE, "case-unknown",
		       "there is no case \"%.40s\"; a case is named by its id or its number, as "
		       "\"BN 2026-1042\", 2026-1042 or 1042",
		       typed);
}

/* The same number in each committee that has given it. */
static enum status by_number(struct central *c, const char *typed, struct diary_no d,
			     char id[UUID_TEXT], struct err *why)
{
	const struct registry *r = &c->registry;
	bool any = d.committee[0] == '\0';
	char first[DIARY_MAX] = "", text[DIARY_MAX], found[UUID_TEXT];
	enum status st = ST_OK;

	if (d.year == 0)
		d.year = day_in_stockholm(central_now(c), NULL, NULL).y;
	for (int i = 0; i < (any ? r->committee_count : 1); i++) {
		if (any)
			snprintf(d.committee, sizeof(d.committee), "%s",
				 r->committees[i].diary_prefix);
		diary_format(text, &d);
		st = lookup_number(c->db, text, found, why);
		if (st == ST_NONE)
			continue;
		if (st == ST_OK && first[0])
			return err_set(why, ST_CONFLICT, "case-ambiguous",
				       "\"%.40s\" may be %s or %s; name one of them", typed, first,
				       text);
		if (st != ST_OK)
			return st;
		memcpy(first, text, sizeof(first));
		memcpy(id, found, UUID_TEXT);
	}
	return first[0] ? ST_OK : unknown_case(typed, why);
}

enum status named_case(struct central *c, const char *typed, char id[UUID_TEXT], struct err *why)
{
	struct stored_case s = STORED_CASE_INIT;
	struct diary_no d;
	enum status st;

	if (uuid_valid(str_of(typed))) {
		st = case_load(c->db, typed, &s, why);
		memcpy(id, s.file.id, UUID_TEXT);
		stored_case_release(&s);
		return st == ST_NONE ? unknown_case(typed, why) : st;
	}
	/* Imported numbers have forms of their own. */
	st = lookup_number(c->db, typed, id, why);
	if (st == ST_NONE)
		st = diary_parse(&d, str_of(typed)) ? by_number(c, typed, d, id, why)
						    : unknown_case(typed, why);
	return st;
}

enum status named_device(struct central *c, const char *typed, char id[UUID_TEXT], struct err *why)
{
	size_t n = strlen(typed);
	struct device d = { .id = "" };
	bool one = false;
	enum status st = n >= UUID_TEXT ? ST_NONE : ST_OK;

	while (st == ST_OK && n >= DEVICE_LEAST
	       && (st = device_after(c->db, d.id, &d, NULL, why)) == ST_OK) {
		if (strncmp(d.id, typed, n) != 0)
			continue;
		if (one)
			return err_set(why, ST_CONFLICT, "device-ambiguous",
				       "more than one device begins with \"%.40s\", as %s and %s; "
				       "give more of it",
				       typed, id, d.id);
		one = true;
		memcpy(id, d.id, UUID_TEXT);
	}
	if (st != ST_OK && st != ST_NONE)
		return st;
	return one ? ST_OK
		   : err_set(why, ST_NONE, "device-unknown",
			     "there is no device \"%.40s\"; devices DIR lists them, and at least "
			     "%d characters of an id are needed",
			     typed, DEVICE_LEAST);
}
