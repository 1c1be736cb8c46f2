/* SPDX-License-Identifier: EUPL-1.2 */
#include "wire/members.h"

#include <string.h>

#include "base/encode.h"
#include "base/instant.h"
#include "base/utf8.h"

#include "base/banned.h"

bool id_valid(struct str s)
{
	for (size_t at = 0; at < s.n;) {
		int32_t cp = utf8_next(s, &at);

		if (cp <= ' ' || (cp >= 0x7F && cp <= 0xA0))
			return false;
	}
	return s.n > 0 && utf8_is_nfc(s);
}

bool hash_valid(struct str s)
{
	unsigned char raw[32];

	return hex_decode(raw, sizeof(raw), s);
}

static bool is_number(enum member_kind k)
{
	return k == MB_INT || k == MB_COUNT || k == MB_INSTANT;
}

static bool text_fits(enum member_kind k, struct str s)
{
	switch (k) {
	case MB_ID:
		return id_valid(s);
	case MB_UUID:
		return uuid_valid(s);
	case MB_HASH:
		return hash_valid(s);
	default:
		return utf8_valid(s) && (s.n == 0 || !memchr(s.p, 0, s.n));
	}
}

static int64_t number_at(const struct member *m, const void *from)
{
	int64_t v;

	memcpy(&v, (const char *)from + m->at, sizeof(v));
	return v;
}

static bool absent(const struct member *m, const void *from)
{
	if (!m->optional || m->kind == MB_OWN)
		return false;
	if (is_number(m->kind))
		return number_at(m, from) == 0;
	return ((const char *)from)[m->at] == '\0';
}

static bool write_one(struct jsonw *w, const struct member *m, const void *from, struct err *why)
{
	const char *field = (const char *)from + m->at;
	struct str s;

	jsonw_key(w, m->name);
	if (m->kind == MB_OWN)
		return m->write(w, from, why);
	if (is_number(m->kind)) {
		int64_t v = number_at(m, from);
		char text[INSTANT_TEXT];

		if (m->kind == MB_INSTANT) {
			instant_format(text, v);
			jsonw_cstr(w, text);
		} else {
			jsonw_int(w, v);
		}
		return v >= 0 || m->kind == MB_INT;
	}
	s = (struct str){ field, strnlen(field, m->size) };
	jsonw_text(w, s);
	return s.n < m->size && text_fits(m->kind, s);
}

enum status members_write(struct jsonw *w, const struct members *m, const void *from,
			  struct err *why)
{
	for (size_t i = 0; i < m->count; i++)
		if (!absent(&m->row[i], from) && !write_one(w, &m->row[i], from, why))
			return err_set(why, ST_BAD_INPUT, m->code,
				       "member \"%s\" can't be written: its value is malformed",
				       m->row[i].name);
	return ST_OK;
}

/* The one spelling that the writer uses, so that equal values are equal text. */
static bool read_instant(int64_t *v, const struct json *j)
{
	char again[INSTANT_TEXT];
	struct str s = json_text(j);

	if (!s.p || !instant_parse(v, s) || *v < 0)
		return false;
	instant_format(again, *v);
	return str_eq(s, again);
}

static bool read_one(void *to, const struct member *m, const struct json *j, struct err *why)
{
	char *field = (char *)to + m->at;
	struct str s = json_text(j);
	int64_t v = 0;

	if (m->kind == MB_OWN)
		return m->read(to, j, why);
	if (is_number(m->kind)) {
		if (m->kind == MB_INSTANT ? !read_instant(&v, j) : !json_int(j, &v))
			return false;
		memcpy(field, &v, sizeof(v));
		return v >= 0 || m->kind == MB_INT;
	}
	if (!s.p || s.n >= m->size || !text_fits(m->kind, s))
		return false;
	memcpy(field, s.p, s.n);
	field[s.n] = '\0';
	return true;
}

static const struct member *row_of(const struct members *m, const char *name)
{
	for (size_t i = 0; i < m->count; i++)
		if (strcmp(m->row[i].name, name) == 0)
			return &m->row[i];
	return NULL;
}

static enum status no_strangers(const struct members *m, const struct json *map, struct err *why)
{
	const char *key = NULL;

	while (m->strict && json_next(map, &key))
		if (!row_of(m, key))
			return err_set(why, ST_BAD_INPUT, m->code, "unknown member \"%.40s\"", key);
	return ST_OK;
}

enum status members_read(void *to, const struct members *m, const struct json *map, struct err *why)
{
	enum status st;

	if (json_kind_of(map) != JSON_MAP)
		return err_set(why, ST_BAD_INPUT, m->code, "the text is no JSON object");
	st = no_strangers(m, map, why);
	for (size_t i = 0; st == ST_OK && i < m->count; i++) {
		const struct member *row = &m->row[i];
		const struct json *j = json_member(map, row->name);

		if (!j && row->optional) {
			memset((char *)to + row->at, 0, row->size);
			continue;
		}
		if (!j)
			st = err_set(why, ST_BAD_INPUT, m->code, "member \"%s\" is missing",
				     row->name);
		else if (!read_one(to, row, j, why))
			st = err_set(why, ST_BAD_INPUT, m->code,
				     "member \"%s\" is of another kind, too long or malformed",
				     row->name);
	}
	return st;
}

bool members_put(struct strbuf *out, const struct members *m, const void *from)
{
	struct jsonw w;
	size_t before = out->len;
	enum status st;

	jsonw_init(&w, out);
	jsonw_map(&w);
	st = members_write(&w, m, from, NULL);
	jsonw_end_map(&w);
	if (st != ST_OK)
		strbuf_cut(out, before);
	return st == ST_OK && !out->failed;
}

enum status members_get(void *to, const struct members *m, struct str json, struct err *why)
{
	struct json *j;
	enum status st = json_read(&j, json, NULL);

	if (st != ST_OK)
		return err_set(why, st, m->code, "the text is no valid JSON");
	st = members_read(to, m, j, why);
	json_free(j);
	return st;
}
