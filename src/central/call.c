/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/call.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "domain/role.h"
#include "wire/members.h"

#include "base/banned.h"

static bool is_known(const char *const *known, const char *key)
{
	for (; *known; known++)
		if (strcmp(*known, key) == 0)
			return true;
	return false;
}

enum status body_map(struct call *k, const char *const *known, struct json **out, struct err *why)
{
	enum status st = json_read(out, strbuf_str(&k->r->body), why);
	const char *key = NULL;

	if (st != ST_OK)
		return st;
	if (json_kind_of(*out) != JSON_MAP)
		st = err_set(why, ST_BAD_INPUT, "json-syntax", "the body is no JSON object");
	while (st == ST_OK && json_next(*out, &key))
		if (!is_known(known, key))
			st = err_set(why, ST_BAD_INPUT, "field-unknown",
				     "there is no member \"%.60s\" here", key);
	if (st != ST_OK) {
		json_free(*out);
		*out = NULL;
	}
	return st;
}

enum status need_text(const struct json *map, const char *name, char *dst, size_t size,
		      struct err *why)
{
	if (json_kind_of(json_member(map, name)) == JSON_NONE)
		return err_set(why, ST_BAD_INPUT, "field-missing", "member \"%s\" is missing",
			       name);
	if (!json_copy_text(map, name, dst, size) || !dst[0])
		return err_set(why, ST_BAD_INPUT, "field-malformed",
			       "member \"%s\" is no text of 1-%zu bytes", name, size - 1);
	return ST_OK;
}

struct str query_text(const struct request *r, const char *name)
{
	const char *p = strbuf_cstr(&r->query);
	size_t n = strlen(name);

	while (*p) {
		size_t len = strcspn(p, "&");

		if (len > n && memcmp(p, name, n) == 0 && p[n] == '=')
			return (struct str){ p + n + 1, len - n - 1 };
		p += len;
		p += *p == '&';
	}
	return (struct str){ NULL, 0 };
}

enum status query_int(const struct request *r, const char *name, int64_t *v, int64_t otherwise,
		      struct err *why)
{
	struct str s = query_text(r, name);

	*v = otherwise;
	if (!s.p)
		return ST_OK;
	*v = 0;
	for (size_t i = 0; i < s.n && i < 18; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return err_set(why, ST_BAD_INPUT, "query-malformed", "\"%s\" takes digits",
				       name);
		*v = *v * 10 + (s.p[i] - '0');
	}
	if (s.n < 1 || s.n > 18)
		return err_set(why, ST_BAD_INPUT, "query-malformed", "\"%s\" takes 1-18 digits",
			       name);
	return ST_OK;
}

enum status part_uuid(const struct call *k, int i, char out[UUID_TEXT], struct err *why)
{
	if (!uuid_valid(k->part[i]))
		return err_set(why, ST_NONE, "case-unknown",
			       "there is no such case within your rights");
	memcpy(out, k->part[i].p, UUID_TEXT - 1);
	out[UUID_TEXT - 1] = '\0';
	return ST_OK;
}

enum status part_hash(const struct call *k, int i, char out[HASH_TEXT], struct err *why)
{
	if (!hash_valid(k->part[i]))
		return err_set(why, ST_BAD_INPUT, "hash-malformed",
			       "a document is named by 64 lower-case hex digits");
	memcpy(out, k->part[i].p, HASH_TEXT - 1);
	out[HASH_TEXT - 1] = '\0';
	return ST_OK;
}

/* A comma-separated list as a JSON list. */
static void list_json(struct jsonw *w, const char *name, const char *text)
{
	jsonw_key(w, name);
	jsonw_list(w);
	for (const char *p = text; *p; p += strcspn(p, ","), p += *p == ',')
		jsonw_text(w, (struct str){ p, strcspn(p, ",") });
	jsonw_end_list(w);
}

void officer_json(struct jsonw *w, const struct officer_row *o)
{
	struct strbuf roles = STRBUF_INIT_MAX(256);

	roles_format(&roles, (unsigned)o->roles);
	jsonw_map(w);
	jsonw_kv(w, "id", o->id);
	jsonw_kv(w, "name", o->name);
	jsonw_kv(w, "title", o->title);
	list_json(w, "roles", strbuf_cstr(&roles));
	list_json(w, "units", o->units);
	jsonw_end_map(w);
	strbuf_release(&roles);
}

void central_keys_json(struct jsonw *w, const struct central *c)
{
	const struct pubkey *p = signkey_public(c->key);
	char x[PUBKEY_TEXT];

	pubkey_text(x, p);
	jsonw_list(w);
	jsonw_map(w);
	jsonw_kv(w, "kid", p->kid);
	jsonw_kv(w, "x", x);
	jsonw_end_map(w);
	jsonw_end_list(w);
}
