/* SPDX-License-Identifier: EUPL-1.2 */
#include "wire/cells.h"

#include <string.h>

#include "base/utf8.h"

#include "base/banned.h"

/* Digits that any int64_t holds; and how deep and how many members at once a
 * plain value may be. */
enum { DIGITS = 18, DEPTH = 8, KEYS = 48 };

/* Where the reading stands: the bytes up to `end`, behind which none is read. */
struct scan {
	const char *p, *end;
};

/* A value within a list or map, while it is gone through: what may come next
 * is known from the brackets that are open. */
struct nest {
	char open[DEPTH]; /* '[' or '{' */
	int first[DEPTH]; /* of `key`, the first that belongs to this bracket */
	int depth, keys;
	struct str key[KEYS]; /* of all open maps: none may stand twice in one */
};

static bool next_is(struct scan *s, char c)
{
	if (s->p == s->end || *s->p != c)
		return false;
	s->p++;
	return true;
}

/* The text between two quotes. `escapes`: the short ones are let through as
 * they stand. */
static bool scan_text(struct scan *s, bool escapes, struct str *text)
{
	if (!next_is(s, '"'))
		return false;
	text->p = s->p;
	for (; s->p < s->end && *s->p != '"'; s->p++) {
		if ((unsigned char)*s->p < 0x20)
			return false;
		if (*s->p != '\\')
			continue;
		s->p++;
		if (!escapes || s->p == s->end || !memchr("\"\\/bfnrt", *s->p, 8))
			return false;
	}
	text->n = (size_t)(s->p - text->p);
	return next_is(s, '"');
}

static bool scan_int(struct scan *s, int64_t *v)
{
	bool minus = next_is(s, '-');
	const char *from = s->p;

	*v = 0;
	for (; s->p < s->end && *s->p >= '0' && *s->p <= '9' && s->p - from < DIGITS; s->p++)
		*v = *v * 10 + (*s->p - '0');
	if (s->p == from || (*from == '0' && s->p - from > 1))
		return false;
	*v = minus ? -*v : *v;
	/* More of the number is for the reader of all numbers. */
	return s->p < s->end && memchr(",]}", *s->p, 3);
}

static bool scan_word(struct scan *s, enum json_kind *kind)
{
	static const struct {
		struct str word;
		enum json_kind kind;
	} words[] = {
		{ { "null", 4 }, JSON_NULL_ },
		{ { "true", 4 }, JSON_BOOL },
		{ { "false", 5 }, JSON_BOOL },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if ((size_t)(s->end - s->p) >= words[i].word.n
		    && memcmp(s->p, words[i].word.p, words[i].word.n) == 0) {
			s->p += words[i].word.n;
			*kind = words[i].kind;
			return true;
		}
	return false;
}

/* A value without brackets. */
static bool scan_leaf(struct scan *s, bool escapes, struct cell *c)
{
	*c = (struct cell){ .kind = JSON_NONE };
	if (s->p == s->end)
		return false;
	if (*s->p == '"') {
		c->kind = JSON_TEXT;
		return scan_text(s, escapes, &c->text);
	}
	if (*s->p == '-' || (*s->p >= '0' && *s->p <= '9')) {
		c->kind = JSON_INT;
		return scan_int(s, &c->number);
	}
	return scan_word(s, &c->kind);
}

/* A key with an escape might be another's second spelling. */
static bool scan_key(struct scan *s, struct nest *n)
{
	struct str key;

	if (!scan_text(s, false, &key) || !next_is(s, ':') || n->keys == KEYS)
		return false;
	for (int i = n->first[n->depth - 1]; i < n->keys; i++)
		if (n->key[i].n == key.n && memcmp(n->key[i].p, key.p, key.n) == 0)
			return false;
	n->key[n->keys++] = key;
	return true;
}

static bool in_map(const struct nest *n)
{
	return n->open[n->depth - 1] == '{';
}

/* Brackets that close here, and the comma behind them. */
static bool scan_closing(struct scan *s, struct nest *n)
{
	while (n->depth && next_is(s, in_map(n) ? '}' : ']'))
		n->keys = n->first[--n->depth];
	return n->depth == 0 || next_is(s, ',');
}

/* An opening bracket; an empty pair closes at once. */
static bool scan_opening(struct scan *s, struct nest *n, bool *empty)
{
	if (n->depth == DEPTH)
		return false;
	n->first[n->depth] = n->keys;
	n->open[n->depth++] = *s->p++;
	*empty = s->p < s->end && *s->p == (in_map(n) ? '}' : ']');
	return true;
}

/* A list or map, validated to its end. */
static bool scan_nested(struct scan *s)
{
	struct nest n;
	struct cell leaf;
	bool empty;

	n.depth = n.keys = 0;
	do {
		if (n.depth && in_map(&n) && !scan_key(s, &n))
			return false;
		empty = false;
		if (s->p < s->end && (*s->p == '[' || *s->p == '{')) {
			if (!scan_opening(s, &n, &empty))
				return false;
			if (!empty)
				continue;
		} else if (!scan_leaf(s, true, &leaf)) {
			return false;
		}
		if (!scan_closing(s, &n))
			return false;
	} while (n.depth);
	return true;
}

static bool scan_item(struct scan *s, struct cell *c)
{
	const char *from = s->p;

	if (from == s->end || (*from != '[' && *from != '{'))
		return scan_leaf(s, false, c);
	*c = (struct cell){ .kind = *from == '[' ? JSON_LIST : JSON_MAP };
	if (!scan_nested(s))
		return false;
	c->text = (struct str){ from, (size_t)(s->p - from) };
	return true;
}

bool cells_plain(struct cells *c, struct str line)
{
	struct scan s = { line.p, line.p + line.n };

	c->count = 0;
	if (!next_is(&s, '['))
		return false;
	if (next_is(&s, ']'))
		return s.p == s.end;
	do {
		if (c->count == CELLS_MAX || !scan_item(&s, &c->item[c->count]))
			return false;
		c->count++;
	} while (next_is(&s, ','));
	return next_is(&s, ']') && s.p == s.end && utf8_valid(line);
}

struct cell cell_of(const struct json *j)
{
	struct cell c = { .kind = json_kind_of(j), .text = json_text(j) };

	(void)json_int(j, &c.number);
	return c;
}

/* Lists and maps are written first, for their bytes move while they grow. */
static bool write_nested(struct cells *c, const struct json *list, size_t from[CELLS_MAX + 1])
{
	strbuf_clear(&c->nested);
	for (size_t i = 0; i < c->count; i++) {
		const struct json *j = json_item(list, i);
		enum json_kind kind = json_kind_of(j);

		from[i] = c->nested.len;
		if ((kind == JSON_LIST || kind == JSON_MAP) && !json_dump(&c->nested, j))
			return false;
	}
	from[c->count] = c->nested.len;
	return true;
}

bool cells_of_tree(struct cells *c, const struct json *list)
{
	size_t from[CELLS_MAX + 1];

	c->count = json_kind_of(list) == JSON_LIST ? json_count(list) : 0;
	if (c->count > CELLS_MAX)
		c->count = CELLS_MAX;
	if (!write_nested(c, list, from))
		return false;
	for (size_t i = 0; i < c->count; i++) {
		c->item[i] = cell_of(json_item(list, i));
		if (from[i + 1] > from[i])
			c->item[i].text = (struct str){ strbuf_cstr(&c->nested) + from[i],
							from[i + 1] - from[i] };
	}
	return true;
}

const struct cell *cells_at(const struct cells *c, size_t i)
{
	static const struct cell none = { .kind = JSON_NONE };

	return i < c->count ? &c->item[i] : &none;
}

void cells_release(struct cells *c)
{
	strbuf_release(&c->nested);
	c->count = 0;
}
