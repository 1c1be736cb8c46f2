/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * json - reading JSON strictly, and writing it without surprise.
 *
 * Place:    every JSON text in or out of a program passes here.
 * Promise:  the reader refuses duplicate keys, invalid UTF-8, depth over 32,
 *           and text behind the value; the writer escapes what RFC 8259 asks
 *           and nothing else, in the order in which it is told.
 * Owner:    json_parse gives a tree to be freed with json_free; nodes and
 *           texts inside are borrowed from it. The writer borrows a strbuf.
 * Errors:   ST_BAD_INPUT "json-syntax" with line and column; accessors give
 *           NULL / a default where the member is missing or of another kind.
 */
#ifndef WIRE_JSON_H
#define WIRE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "base/strbuf.h"

struct json; /* a node; jansson's json_t behind */

enum json_kind {
	JSON_NONE,
	JSON_NULL_,
	JSON_BOOL,
	JSON_INT,
	JSON_FLOAT,
	JSON_TEXT,
	JSON_LIST,
	JSON_MAP
};

MUST_USE enum status json_read(struct json **out, struct str text, struct err *why);
void json_free(struct json *j); /* NULL is fine */

enum json_kind json_kind_of(const struct json *j); /* NULL -> JSON_NONE */
const struct json *json_member(const struct json *map, const char *name);
size_t json_count(const struct json *j); /* list or map */
const struct json *json_item(const struct json *list, size_t i);
/* Iterate a map: *key NULL to start; returns the value, NULL at the end. */
const struct json *json_next(const struct json *map, const char **key);
/* Text of a node as a slice; p == NULL if it is no text. */
struct str json_text(const struct json *j);
bool json_int(const struct json *j, int64_t *v);
/* The same for a member, with a default. */
struct str json_get_text(const struct json *map, const char *name);
int64_t json_get_int(const struct json *map, const char *name, int64_t otherwise);
bool json_get_bool(const struct json *map, const char *name, bool otherwise);
/* Copy a member's text into a fixed field; false (dst empty) if it is missing,
 * no text, too long, or holds a NUL. */
bool json_copy_text(const struct json *map, const char *name, char *dst, size_t size);
/* Append the node as compact JSON (members in their order). */
bool json_dump(struct strbuf *out, const struct json *j);

/* Writer: commas come by themselves. Deeper than 39, or unbalanced: out->failed. */
struct jsonw {
	struct strbuf *out;
	unsigned char started[40]; /* what stands at this depth already */
	int depth;
};
void jsonw_init(struct jsonw *w, struct strbuf *out);
void jsonw_map(struct jsonw *w);
void jsonw_list(struct jsonw *w);
void jsonw_end_map(struct jsonw *w);
void jsonw_end_list(struct jsonw *w);
void jsonw_key(struct jsonw *w, const char *name);
void jsonw_text(struct jsonw *w, struct str s); /* must be valid UTF-8 */
void jsonw_cstr(struct jsonw *w, const char *s);
void jsonw_int(struct jsonw *w, int64_t v);
void jsonw_bool(struct jsonw *w, bool v);
void jsonw_null(struct jsonw *w);
void jsonw_raw(struct jsonw *w, struct str json); /* a finished value */
/* key and value at once */
void jsonw_kv(struct jsonw *w, const char *name, const char *text);
void jsonw_kv_str(struct jsonw *w, const char *name, struct str text);
void jsonw_kv_int(struct jsonw *w, const char *name, int64_t v);
void jsonw_kv_bool(struct jsonw *w, const char *name, bool v);
void jsonw_kv_instant(struct jsonw *w, const char *name, int64_t ms);

#endif
