/* SPDX-License-Identifier: EUPL-1.2 */
#include "wire/json.h"

#include <jansson.h>
#include <string.h>

#include "base/banned.h"

enum { DEPTH_MAX = 32 };

/* struct json is a name for jansson's node that other layers may pass on
 * without seeing it. */
static const json_t *theirs(const struct json *j)
{
	return (const json_t *)(const void *)j;
}

static const struct json *ours(const json_t *j)
{
	return (const struct json *)(const void *)j;
}

/* jansson's iterators and release want the node writable; ours do not write. */
static json_t *writable(const struct json *j)
{
	return (json_t *)(uintptr_t)(const void *)j;
}

/* The parser descends by recursion, so depth is judged before it runs. */
static bool too_deep(struct str text)
{
	int depth = 0;
	bool quoted = false;

	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (quoted && c == '\\')
			i++;
		else if (c == '"')
			quoted = !quoted;
		else if (!quoted && (c == '[' || c == '{') && ++depth > DEPTH_MAX)
			return true;
		else if (!quoted && (c == ']' || c == '}'))
			depth--;
	}
	return false;
}

/* The parser's own text quotes the input, which may be about a person. */
static const char *reason(const json_error_t *e)
{
	switch (json_error_code(e)) {
	case json_error_duplicate_key:
		return "a member stands twice";
	case json_error_invalid_utf8:
		return "invalid UTF-8";
	case json_error_premature_end_of_input:
		return "the text ends too early";
	case json_error_end_of_input_expected:
		return "text behind the value";
	case json_error_numeric_overflow:
		return "a number out of range";
	case json_error_null_character:
	case json_error_null_byte_in_key:
		return "a NUL character";
	case json_error_out_of_memory:
		return "out of memory";
	default:
		return "invalid syntax";
	}
}

enum status json_read(struct json **out, struct str text, struct err *why)
{
	json_error_t e;
	json_t *j;

	*out = NULL;
	if (too_deep(text))
		return err_set(why, ST_BAD_INPUT, "json-syntax", "JSON: nested deeper than %d",
			       DEPTH_MAX);
	j = json_loadb(text.n ? text.p : "", text.n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &e);
	if (!j)
		return err_set(why, ST_BAD_INPUT, "json-syntax", "JSON: line %d, column %d: %s",
			       e.line, e.column, reason(&e));
	*out = (struct json *)(void *)j;
	return ST_OK;
}

void json_free(struct json *j)
{
	json_decref((json_t *)(void *)j);
}

enum json_kind json_kind_of(const struct json *j)
{
	if (!j)
		return JSON_NONE;
	switch (json_typeof(theirs(j))) {
	case JSON_OBJECT:
		return JSON_MAP;
	case JSON_ARRAY:
		return JSON_LIST;
	case JSON_STRING:
		return JSON_TEXT;
	case JSON_INTEGER:
		return JSON_INT;
	case JSON_REAL:
		return JSON_FLOAT;
	case JSON_TRUE:
	case JSON_FALSE:
		return JSON_BOOL;
	default:
		return JSON_NULL_;
	}
}

const struct json *json_member(const struct json *map, const char *name)
{
	return ours(json_object_get(theirs(map), name));
}

size_t json_count(const struct json *j)
{
	if (json_kind_of(j) == JSON_LIST)
		return json_array_size(theirs(j));
	return json_object_size(theirs(j));
}

const struct json *json_item(const struct json *list, size_t i)
{
	return ours(json_array_get(theirs(list), i));
}

const struct json *json_next(const struct json *map, const char **key)
{
	void *at;

	if (json_kind_of(map) != JSON_MAP)
		return NULL;
	at = *key ? json_object_iter_next(writable(map), json_object_key_to_iter(*key))
		  : json_object_iter(writable(map));
	if (!at)
		return NULL;
	*key = json_object_iter_key(at);
	return ours(json_object_iter_value(at));
}

struct str json_text(const struct json *j)
{
	return (struct str){ json_string_value(theirs(j)), json_string_length(theirs(j)) };
}

bool json_int(const struct json *j, int64_t *v)
{
	if (json_kind_of(j) != JSON_INT)
		return false;
	*v = json_integer_value(theirs(j));
	return true;
}

struct str json_get_text(const struct json *map, const char *name)
{
	return json_text(json_member(map, name));
}

int64_t json_get_int(const struct json *map, const char *name, int64_t otherwise)
{
	int64_t v;

	return json_int(json_member(map, name), &v) ? v : otherwise;
}

bool json_get_bool(const struct json *map, const char *name, bool otherwise)
{
	const struct json *j = json_member(map, name);

	return json_kind_of(j) == JSON_BOOL ? json_is_true(theirs(j)) : otherwise;
}

bool json_copy_text(const struct json *map, const char *name, char *dst, size_t size)
{
	struct str s = json_get_text(map, name);

	dst[0] = '\0';
	if (!s.p || s.n >= size || memchr(s.p, '\0', s.n))
		return false;
	memcpy(dst, s.p, s.n);
	dst[s.n] = '\0';
	return true;
}

static void put(struct jsonw *w, const struct json *j);

static void put_map(struct jsonw *w, const struct json *j)
{
	const char *key = NULL;
	const struct json *v;

	jsonw_map(w);
	while ((v = json_next(j, &key))) {
		jsonw_key(w, key);
		put(w, v);
	}
	jsonw_end_map(w);
}

static void put_list(struct jsonw *w, const struct json *j)
{
	jsonw_list(w);
	for (size_t i = 0; i < json_count(j); i++)
		put(w, json_item(j, i));
	jsonw_end_list(w);
}

static void put_float(struct jsonw *w, const struct json *j)
{
	char text[64];
	size_t n = json_dumpb(theirs(j), text, sizeof(text), JSON_ENCODE_ANY);

	jsonw_raw(w, (struct str){ text, n < sizeof(text) ? n : 0 });
}

/* Recursion ends: a tree that was read is at most DEPTH_MAX deep. */
static void put(struct jsonw *w, const struct json *j)
{
	int64_t v = 0;

	switch (json_kind_of(j)) {
	case JSON_MAP:
		put_map(w, j);
		break;
	case JSON_LIST:
		put_list(w, j);
		break;
	case JSON_TEXT:
		jsonw_text(w, json_text(j));
		break;
	case JSON_INT:
		if (json_int(j, &v))
			jsonw_int(w, v);
		break;
	case JSON_FLOAT:
		put_float(w, j);
		break;
	case JSON_BOOL:
		jsonw_bool(w, json_is_true(theirs(j)));
		break;
	default:
		jsonw_null(w);
	}
}

bool json_dump(struct strbuf *out, const struct json *j)
{
	struct jsonw w;

	jsonw_init(&w, out);
	put(&w, j);
	return !out->failed;
}
