/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/import_line.h"

#include <stdio.h>
#include <string.h>

#include "base/encode.h"
#include "sign/hash.h"

#include "base/banned.h"

/* What is known of a line. Times of the case are texts that must be times. */
enum member_is { IS_TEXT, IS_TIME, IS_COUNT };

#define TEXT(n, req, f)                                                                            \
	{                                                                                          \
		n, IS_TEXT, req, offsetof(struct import_line, f)                                   \
	}
#define TIME(n, req, f)                                                                            \
	{                                                                                          \
		n, IS_TIME, req, offsetof(struct import_line, f)                                   \
	}
#define COUNT(n, f)                                                                                \
	{                                                                                          \
		n, IS_COUNT, false, offsetof(struct import_line, f)                                \
	}

static const struct known {
	const char *name;
	enum member_is is;
	bool required;
	size_t at;
} members[] = {
	TEXT("case", true, case_id),
	TIME("ts", true, ts),
	TEXT("activity", true, activity),
	TEXT("resource", true, resource),
	TEXT("group", true, group),
	TEXT("lifecycle", false, lifecycle),
	TEXT("instance", false, instance),
	COUNT("seq", seq),
	COUNT("of", of),
	TEXT("case_department", false, department),
	TEXT("case_channel", false, channel),
	TEXT("case_responsible", false, responsible),
	TIME("case_startdate", false, started),
	TIME("case_enddate", false, ended),
	TIME("case_deadline", false, deadline),
};
enum { MEMBERS = sizeof(members) / sizeof(members[0]) };

static bool of_case(const char *name)
{
	return strncmp(name, "case_", 5) == 0;
}

static enum status wrong(const struct known *m, const char *form, struct err *why)
{
	return err_set(why, ST_BAD_INPUT, "field-type", "member \"%s\" must be %s", m->name, form);
}

static enum status read_count(struct import_line *l, const struct known *m, const struct json *v,
			      struct err *why)
{
	int64_t n;

	if (!json_int(v, &n) || n < 1)
		return wrong(m, "a whole number from 1 on", why);
	memcpy((char *)l + m->at, &n, sizeof(n));
	return ST_OK;
}

static enum status read_member(struct import_line *l, const struct known *m, struct err *why)
{
	const struct json *v = json_member(l->tree, m->name);
	bool said = v && json_kind_of(v) != JSON_NULL_;
	struct str s = json_text(v);
	int64_t ms;

	if (!said || (s.p && s.n == 0))
		return m->required ? err_set(why, ST_BAD_INPUT, "field-missing",
					     "member \"%s\" is missing or empty", m->name)
				   : ST_OK;
	if (m->is == IS_COUNT)
		return read_count(l, m, v, why);
	if (!s.p)
		return wrong(m, "a text", why);
	if (m->is == IS_TIME && !instant_parse(&ms, s))
		return err_set(
			why, ST_BAD_INPUT, "field-time",
			"member \"%s\" must be a time with its offset as RFC 3339 says, from 1970 on",
			m->name);
	memcpy((char *)l + m->at, &s, sizeof(s));
	return ST_OK;
}

static bool is_known(const char *name)
{
	for (int i = 0; i < MEMBERS; i++)
		if (strcmp(members[i].name, name) == 0)
			return true;
	return false;
}

static void keep(struct jsonw *w, const char *name, const struct json *v)
{
	struct strbuf text = STRBUF_INIT;

	if (!json_dump(&text, v))
		w->out->failed = true;
	jsonw_key(w, name);
	jsonw_raw(w, strbuf_str(&text));
	strbuf_release(&text);
}

/* All that a line says of its case stands together; what is not known here
 * is kept as it stands. */
static enum status sort_members(struct import_line *l, struct err *why)
{
	const char *name = NULL;
	const struct json *v;
	struct jsonw about, rest;
	bool any = false;

	jsonw_init(&about, &l->about_case);
	jsonw_init(&rest, &l->rest);
	jsonw_map(&about);
	jsonw_map(&rest);
	while ((v = json_next(l->tree, &name))) {
		if (of_case(name)) {
			keep(&about, name, v);
		} else if (!is_known(name)) {
			keep(&rest, name, v);
			any = true;
		}
	}
	jsonw_end_map(&about);
	jsonw_end_map(&rest);
	if (!any)
		strbuf_clear(&l->rest);
	return l->about_case.failed || l->rest.failed
		       ? err_set(why, ST_BROKEN, "no-memory", "no memory for a line")
		       : ST_OK;
}

void import_line_release(struct import_line *l)
{
	json_free(l->tree);
	strbuf_release(&l->about_case);
	strbuf_release(&l->rest);
	*l = (struct import_line)IMPORT_LINE_INIT;
}

enum status import_line_read(struct import_line *l, struct str text, struct err *why)
{
	enum status st;

	import_line_release(l);
	sha256_hex(l->hash, text);
	st = json_read(&l->tree, text, why);
	if (st == ST_OK && json_kind_of(l->tree) != JSON_MAP)
		st = err_set(why, ST_BAD_INPUT, "json-syntax", "JSON: the line is no object");
	for (int i = 0; st == ST_OK && i < MEMBERS; i++)
		st = read_member(l, &members[i], why);
	if (st == ST_OK)
		st = sort_members(l, why);
	if (st == ST_OK && !instant_parse(&l->instant, l->ts))
		st = ST_BROKEN;
	return st;
}

static bool same_value(const struct json *a, const struct json *b)
{
	struct strbuf x = STRBUF_INIT, y = STRBUF_INIT;
	bool same = json_dump(&x, a) && json_dump(&y, b) && x.len == y.len
		    && memcmp(strbuf_cstr(&x), strbuf_cstr(&y), x.len) == 0;

	strbuf_release(&x);
	strbuf_release(&y);
	return same;
}

/* Members of `a` that `b` has not, or otherwise. Both ways, those that both
 * have are told once. */
static void tell(struct strbuf *out, const struct json *a, const struct json *b, bool again)
{
	const char *name = NULL;
	const struct json *v;

	while ((v = json_next(a, &name))) {
		const struct json *other = json_member(b, name);

		if (other && (again || same_value(v, other)))
			continue;
		strbuf_addf(out, "%s%s", out->len ? ", " : "", name);
	}
}

void import_differences(struct strbuf *out, struct str map, struct str other)
{
	struct json *a = NULL, *b = NULL;

	if (map.n == other.n && memcmp(map.p, other.p, map.n) == 0)
		return;
	if (json_read(&a, map, NULL) == ST_OK && json_read(&b, other, NULL) == ST_OK) {
		tell(out, a, b, false);
		tell(out, b, a, true);
	}
	json_free(a);
	json_free(b);
}

/* --- Ids ------------------------------------------------------------------------ */

/* 16 bytes as UUIDv8: all but version and variant are ours to choose. */
static void uuid8(char out[UUID_TEXT], const char *hex)
{
	static const char variant[] = "89ab";
	int v = hex[16] <= '9' ? hex[16] - '0' : hex[16] - 'a' + 10;

	snprintf(out, UUID_TEXT, "%.8s-%.4s-8%.3s-%c%.3s-%.12s", hex, hex + 8, hex + 13,
		 variant[v & 3], hex + 17, hex + 20);
}

static void id_of(char out[UUID_TEXT], const char *kind, struct str source)
{
	struct strbuf text = STRBUF_INIT;
	char hex[HASH_TEXT];

	strbuf_addf(&text, "sluss %s\n", kind);
	strbuf_add(&text, source.p, source.n);
	sha256_hex(hex, strbuf_str(&text));
	uuid8(out, hex);
	strbuf_release(&text);
}

void import_iid_of_line(char out[UUID_TEXT], const char *hash)
{
	uuid8(out, hash);
}

void import_iid_of_case(char out[UUID_TEXT], struct str source)
{
	id_of(out, "case.import", source);
}

void import_case_id(char out[UUID_TEXT], struct str source)
{
	id_of(out, "imported case", source);
}
