/* SPDX-License-Identifier: EUPL-1.2 */
/* What people type for a case, made into its id. */
#include "app/home.h"

#include <stdio.h>
#include <string.h>

#include "cache/cases.h"
#include "domain/diary.h"

#include "base/banned.h"

enum { ID_PREFIX_MIN = 8, LISTED = 5, PAGE = 500 };

static bool looks_like_id(const char *s)
{
	size_t n = strspn(s, "0123456789abcdef-");

	return n >= ID_PREFIX_MIN && n < UUID_TEXT && s[n] == '\0';
}

bool case_id_prefix(const char *typed)
{
	struct diary_no d;

	return looks_like_id(typed) && !diary_parse(&d, str_of(typed));
}

static enum status unknown_case(const char *typed, struct err *why)
{
	return err_set(why, ST_NONE, "case-unknown", "no such case among those fetched: %.60s",
		       typed);
}

static enum status ambiguous(const char *typed, const struct case_page *page, struct err *why)
{
	struct strbuf list = STRBUF_INIT_MAX(300);

	for (int i = 0; i < page->count && i < LISTED; i++)
		strbuf_addf(&list, "%s%s", i ? ", " : "",
			    page->rows[i].file.diary_no[0] ? page->rows[i].file.diary_no
							   : page->rows[i].file.id);
	err_set(why, ST_CONFLICT, "case-ambiguous", "%.60s may be: %s%s", typed, strbuf_cstr(&list),
		page->more || page->count > LISTED ? " ..." : "");
	strbuf_release(&list);
	return ST_CONFLICT;
}

/* ST_OK: exactly one; ST_CONFLICT: several; ST_NONE. */
static enum status one_of(struct home *h, const struct diary_no *d, const char *typed,
			  char case_id[UUID_TEXT], struct err *why)
{
	struct case_page page = CASE_PAGE_INIT;
	enum status st = case_find(h->cache, d, LISTED + 1, &page, why);

	if (st == ST_OK && page.count == 0)
		st = ST_NONE;
	else if (st == ST_OK && page.count > 1)
		st = ambiguous(typed, &page, why);
	else if (st == ST_OK)
		snprintf(case_id, UUID_TEXT, "%s", page.rows[0].file.id);
	case_page_release(&page);
	return st;
}

/* A number of another year is never meant by the short form alone, but it is
 * offered. */
static enum status other_years(struct home *h, struct diary_no d, const char *typed,
			       struct err *why)
{
	struct case_page page = CASE_PAGE_INIT;
	enum status st;

	d.year = 0;
	st = case_find(h->cache, &d, LISTED + 1, &page, why);
	if (st == ST_OK && page.count == 0)
		st = ST_NONE;
	else if (st == ST_OK)
		st = ambiguous(typed, &page, why);
	case_page_release(&page);
	return st;
}

static enum status by_diary(struct home *h, struct diary_no d, const char *typed,
			    char case_id[UUID_TEXT], struct err *why)
{
	bool this_year = d.year == 0;
	enum status st;

	if (this_year)
		d.year = home_today(h).y;
	st = one_of(h, &d, typed, case_id, why);
	if (st == ST_NONE && this_year)
		st = other_years(h, d, typed, why);
	return st;
}

static bool starts(const char *id, const char *prefix)
{
	return strncmp(id, prefix, strlen(prefix)) == 0;
}

/* Ids are not what lists are ordered by: all rows are looked at. */
static enum status by_id(struct home *h, const char *prefix, char case_id[UUID_TEXT],
			 struct err *why)
{
	struct case_query q = CASE_QUERY_INIT;
	struct case_key from = CASE_KEY_INIT;
	struct case_page page = CASE_PAGE_INIT;
	bool more = true;
	int found = 0;
	enum status st = ST_OK;

	while (st == ST_OK && more && found < 2) {
		st = case_list(h->cache, &q, &from, false, PAGE, &page, why);
		for (int i = 0; st == ST_OK && i < page.count; i++)
			if (starts(page.rows[i].file.id, prefix)) {
				snprintf(case_id, UUID_TEXT, "%s", page.rows[i].file.id);
				found++;
			}
		more = st == ST_OK && page.more && page.count > 0;
		if (more)
			case_key_of(&from, q.order, &page.rows[page.count - 1].file);
		case_page_release(&page);
		page = (struct case_page)CASE_PAGE_INIT;
	}
	if (st != ST_OK)
		return st;
	if (found > 1)
		return err_set(why, ST_CONFLICT, "case-ambiguous", "%s begins several case ids",
			       prefix);
	return found ? ST_OK : ST_NONE;
}

enum status home_find_case(struct home *h, const char *typed, char case_id[UUID_TEXT],
			   struct err *why)
{
	struct diary_no d;
	bool number = diary_parse(&d, str_of(typed)), id = looks_like_id(typed);
	enum status st = case_find_exact(h->cache, typed, case_id, why);

	if (st != ST_NONE)
		return st;
	if (!number && !id)
		return err_set(
			why, ST_BAD_INPUT, "case-number",
			"%.60s: a case is named by its diary number (BN 2026-1042, 2026-1042, "
			"1042) or the beginning of its id",
			typed);
	if (number)
		st = by_diary(h, d, typed, case_id, why);
	if (st == ST_NONE && id)
		st = by_id(h, typed, case_id, why);
	return st == ST_NONE ? unknown_case(typed, why) : st;
}
