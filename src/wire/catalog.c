/* SPDX-License-Identifier: EUPL-1.2 */
#include "wire/catalog.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "wire/members.h"

#include "base/banned.h"

enum { OFFICERS_MAX = 20000, CATALOG_MAX = 1024 * 1024 };

#define NAMED(s)                                                                                   \
	MEMBER("code", MB_ID, false, s, name.code), MEMBER("sv", MB_TEXT, true, s, name.sv),       \
		MEMBER("en", MB_TEXT, true, s, name.en)

static const struct member committee_rows[] = {
	NAMED(committee),
	MEMBER("diary_prefix", MB_TEXT, true, committee, diary_prefix),
};
static const struct member unit_rows[] = {
	NAMED(unit),
	MEMBER("committee", MB_ID, true, unit, committee),
};
static const struct member queue_rows[] = {
	NAMED(queue),
	MEMBER("unit", MB_ID, true, queue, unit),
};
static const struct member officer_rows[] = {
	MEMBER("id", MB_ID, false, officer_name, id),
	MEMBER("name", MB_TEXT, true, officer_name, name),
	MEMBER("title", MB_TEXT, true, officer_name, title),
	MEMBER("desk", MB_TEXT, true, officer_name, desk),
};
static const struct member outcome_rows[] = {
	MEMBER("code", MB_ID, false, named_code, code),
	MEMBER("sv", MB_TEXT, true, named_code, sv),
	MEMBER("en", MB_TEXT, true, named_code, en),
};

#define MEMBERS(rows)                                                                              \
	{                                                                                          \
		rows, MEMBER_COUNT(rows), "catalog-form", false                                    \
	}
static const struct members outcome_members = MEMBERS(outcome_rows);

static bool put_version(struct jsonw *w, const void *from, struct err *why)
{
	(void)why;
	jsonw_int(w, ((const struct casetype *)from)->version);
	return true;
}

static bool get_small(int *to, const struct json *j, int64_t most)
{
	int64_t v;

	if (!json_int(j, &v) || v < 0 || v > most)
		return false;
	*to = (int)v;
	return true;
}

static bool get_version(void *to, const struct json *j, struct err *why)
{
	(void)why;
	return get_small(&((struct casetype *)to)->version, j, INT_MAX);
}

static const char *const span_units[] = {
	[SPAN_DAYS] = "days",
	[SPAN_WORKING_DAYS] = "working-days",
	[SPAN_WEEKS] = "weeks",
	[SPAN_MONTHS] = "months",
};
enum { SPAN_UNITS = sizeof(span_units) / sizeof(span_units[0]) };

static bool put_target(struct jsonw *w, const void *from, struct err *why)
{
	const struct casetype *t = from;
	bool known = (unsigned)t->target.unit < SPAN_UNITS;

	(void)why;
	jsonw_map(w);
	jsonw_kv_int(w, "count", t->target.count);
	jsonw_kv(w, "unit", known ? span_units[t->target.unit] : "");
	jsonw_end_map(w);
	return known;
}

static bool get_target(void *to, const struct json *j, struct err *why)
{
	struct casetype *t = to;
	struct str unit = json_get_text(j, "unit");

	(void)why;
	if (!get_small(&t->target.count, json_member(j, "count"), SPAN_COUNT_MAX) || !unit.p)
		return false;
	for (unsigned i = 0; i < SPAN_UNITS; i++)
		if (str_eq(unit, span_units[i])) {
			t->target.unit = (enum span_unit)i;
			return true;
		}
	return false;
}

static bool put_documents(struct jsonw *w, const void *from, struct err *why)
{
	const struct casetype *t = from;

	(void)why;
	jsonw_list(w);
	for (int i = 0; i < t->document_count; i++)
		jsonw_cstr(w, t->documents[i]);
	jsonw_end_list(w);
	return t->document_count <= LIST_MAX;
}

static bool list_fits(const struct json *j)
{
	return json_kind_of(j) == JSON_LIST && json_count(j) <= LIST_MAX;
}

static bool get_documents(void *to, const struct json *j, struct err *why)
{
	struct casetype *t = to;

	(void)why;
	if (!list_fits(j))
		return false;
	t->document_count = (int)json_count(j);
	for (int i = 0; i < t->document_count; i++) {
		struct str s = json_text(json_item(j, (size_t)i));

		if (!s.p || s.n >= sizeof(t->documents[i]))
			return false;
		memcpy(t->documents[i], s.p, s.n);
		t->documents[i][s.n] = '\0';
	}
	return true;
}

static bool put_outcomes(struct jsonw *w, const void *from, struct err *why)
{
	const struct casetype *t = from;
	bool ok = t->outcome_count <= LIST_MAX;

	jsonw_list(w);
	for (int i = 0; ok && i < t->outcome_count; i++) {
		jsonw_map(w);
		ok = members_write(w, &outcome_members, &t->outcomes[i], why) == ST_OK;
		jsonw_end_map(w);
	}
	jsonw_end_list(w);
	return ok;
}

static bool get_outcomes(void *to, const struct json *j, struct err *why)
{
	struct casetype *t = to;

	if (!list_fits(j))
		return false;
	t->outcome_count = (int)json_count(j);
	for (int i = 0; i < t->outcome_count; i++)
		if (members_read(&t->outcomes[i], &outcome_members, json_item(j, (size_t)i), why)
		    != ST_OK)
			return false;
	return true;
}

static const struct member type_rows[] = {
	NAMED(casetype),
	MEMBER_OWN("version", put_version, get_version),
	MEMBER("class_code", MB_TEXT, true, casetype, class_code),
	MEMBER("law", MB_TEXT, true, casetype, law),
	MEMBER("queue", MB_ID, true, casetype, queue),
	MEMBER_OWN("target", put_target, get_target),
	MEMBER_OWN("documents", put_documents, get_documents),
	MEMBER_OWN("outcomes", put_outcomes, get_outcomes),
	MEMBER("appeal", MB_TEXT, true, casetype, appeal),
	MEMBER("delegation", MB_TEXT, true, casetype, delegation),
};

/* The lists of a catalogue: their name, what a row is, and how many may be. */
enum { COMMITTEES, UNITS, QUEUES, TYPES, OFFICERS, LISTS };
static const struct {
	const char *name;
	struct members members;
	size_t size;
	size_t max;
} lists[LISTS] = {
	[COMMITTEES] = { "committees", MEMBERS(committee_rows), sizeof(struct committee),
			 REGISTRY_MAX },
	[UNITS] = { "units", MEMBERS(unit_rows), sizeof(struct unit), REGISTRY_MAX },
	[QUEUES] = { "queues", MEMBERS(queue_rows), sizeof(struct queue), REGISTRY_MAX },
	[TYPES] = { "types", MEMBERS(type_rows), sizeof(struct casetype), REGISTRY_MAX },
	[OFFICERS] = { "officers", MEMBERS(officer_rows), sizeof(struct officer_name),
		       OFFICERS_MAX },
};

static bool put_list(struct jsonw *w, int list, const void *rows, int count)
{
	bool ok = true;

	jsonw_key(w, lists[list].name);
	jsonw_list(w);
	for (int i = 0; ok && i < count; i++) {
		jsonw_map(w);
		ok = members_write(w, &lists[list].members,
				   (const char *)rows + (size_t)i * lists[list].size, NULL)
		     == ST_OK;
		jsonw_end_map(w);
	}
	jsonw_end_list(w);
	return ok;
}

bool catalog_write(struct strbuf *out, const struct registry *r, const struct officer_list *o,
		   const char *municipality)
{
	size_t before = out->len;
	struct jsonw w;
	bool ok;

	jsonw_init(&w, out);
	jsonw_map(&w);
	jsonw_kv(&w, "municipality", municipality);
	ok = put_list(&w, COMMITTEES, r->committees, r->committee_count)
	     && put_list(&w, UNITS, r->units, r->unit_count)
	     && put_list(&w, QUEUES, r->queues, r->queue_count)
	     && put_list(&w, TYPES, r->types, r->type_count)
	     && put_list(&w, OFFICERS, o ? o->rows : NULL, o ? o->count : 0);
	jsonw_end_map(&w);
	if (!ok)
		strbuf_cut(out, before);
	return ok && !out->failed;
}

/* A missing list is empty. *rows is the caller's to free, also on failure. */
static enum status get_list(void **rows, int *count, int list, const struct json *map,
			    struct err *why)
{
	const struct json *j = json_member(map, lists[list].name);
	size_t n = json_count(j);
	enum status st = ST_OK;

	*rows = NULL;
	*count = 0;
	if (j && (json_kind_of(j) != JSON_LIST || n > lists[list].max))
		return err_set(why, ST_BAD_INPUT, "catalog-form",
			       "catalogue: \"%s\" is no list, or too long", lists[list].name);
	if (n == 0)
		return ST_OK;
	*rows = calloc(n, lists[list].size);
	if (!*rows)
		return err_set(why, ST_BROKEN, "no-memory", "no memory for the catalogue");
	*count = (int)n;
	for (size_t i = 0; st == ST_OK && i < n; i++)
		st = members_read((char *)*rows + i * lists[list].size, &lists[list].members,
				  json_item(j, i), why);
	return st;
}

static enum status read_tree(struct registry *r, struct officer_list *o, const struct json *j,
			     struct err *why)
{
	void *rows[LISTS] = { NULL };
	int count[LISTS] = { 0 };
	enum status st = ST_OK;

	if (json_kind_of(j) != JSON_MAP)
		st = err_set(why, ST_BAD_INPUT, "catalog-form", "catalogue: no JSON object");
	for (int i = 0; st == ST_OK && i < LISTS; i++)
		st = get_list(&rows[i], &count[i], i, j, why);
	*r = (struct registry){
		.committees = rows[COMMITTEES],
		.committee_count = count[COMMITTEES],
		.units = rows[UNITS],
		.unit_count = count[UNITS],
		.queues = rows[QUEUES],
		.queue_count = count[QUEUES],
		.types = rows[TYPES],
		.type_count = count[TYPES],
	};
	*o = (struct officer_list){ .rows = rows[OFFICERS], .count = count[OFFICERS] };
	return st;
}

void officer_list_release(struct officer_list *o)
{
	free(o->rows);
	*o = (struct officer_list)OFFICER_LIST_INIT;
}

enum status catalog_read(struct registry *r, struct officer_list *o,
			 char municipality[NAME_MAX_BYTES], struct str json, struct err *why)
{
	struct registry fresh = REGISTRY_INIT;
	struct officer_list officers = OFFICER_LIST_INIT;
	struct err whole = ERR_INIT;
	struct json *j = NULL;
	enum status st = ST_BAD_INPUT;

	if (json.n > CATALOG_MAX || json_read(&j, json, NULL) != ST_OK)
		st = err_set(why, st, "catalog-form", "catalogue: invalid JSON, or over 1 MiB");
	else
		st = read_tree(&fresh, &officers, j, why);
	if (st == ST_OK && registry_check(&fresh, &whole) != ST_OK)
		st = err_set(why, ST_BAD_INPUT, "catalog-form", "catalogue: %s", whole.text);
	if (st == ST_OK) {
		registry_release(r);
		officer_list_release(o);
		*r = fresh;
		*o = officers;
		(void)json_copy_text(j, "municipality", municipality, NAME_MAX_BYTES);
	} else {
		registry_release(&fresh);
		officer_list_release(&officers);
	}
	json_free(j);
	return st;
}
